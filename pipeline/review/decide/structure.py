"""Structure: what editors say about blocks, put upon what the stages found.

A decision quotes a few words, and its command concerns the block around them, so that it keeps its
place when the rest of the page is recognised anew. Commands are applied in the order in which they
were given, each to what those before it have made. They move no character: only marks change, and
what is named page furniture is taken out of the reading as the stages do it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.document import Change, Document, Mark, Verdict
from pipeline.review.decide.commands import (
    CALL,
    COMMANDS,
    JOIN,
    SPEAKER,
    SPLIT,
    Command,
    said,
)
from pipeline.review.decide.decisions import Decision
from pipeline.roles import BLOCKS, ROLES

Span = tuple[int, int]

_CONTAINERS: Final = frozenset({"epigraph", "blockquote", "list", "speech"})
_PARTS: Final = frozenset({"castitem", "row", "cell"})
_LEAVES: Final = BLOCKS - _CONTAINERS - _PARTS - {"division"}
_OWN: Final = frozenset({"id", "n", "anchor", "next", "prev", "at"})  # of one note alone
_SHELF: Final = 4096  # code points of raw text whose marks are kept together
_LABEL: Final = re.compile(r"[(\[]?(?:\d{1,3}|[*†‡§¶‖]{1,4}|[a-z](?=[)\]]))[)\].]?(?=\s)")


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of a decision on structure: the span of its block, or why it has no effect."""

    decision: Decision
    span: Span | None
    why: str = ""


class _Marks:
    """Marks by where they are: those around a place are found without looking at the others."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self._all: dict[int, Mark] = {}
        self._shelves: dict[int, set[int]] = {}  # numbers of marks, by stretch of the raw text
        self._next = 0
        for mark in marks:
            self.add(mark)

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._all.values())

    def add(self, mark: Mark) -> None:
        """Add a mark."""
        self._all[self._next] = mark
        for shelf in _shelves(mark):
            self._shelves.setdefault(shelf, set()).add(self._next)
        self._next += 1

    def remove(self, mark: Mark) -> None:
        """Remove a mark; one that is not here is gone already."""
        for n in self._shelves.get(mark.start // _SHELF, ()):
            if self._all[n] == mark:
                break
        else:
            return
        del self._all[n]
        for shelf in _shelves(mark):
            self._shelves[shelf].discard(n)

    def overlapping(self, start: int, end: int) -> list[Mark]:
        """The marks that share a character with a span, or are points in it; in order."""
        numbers: set[int] = set()
        for shelf in range(start // _SHELF, max(start, end - 1) // _SHELF + 1):
            numbers |= self._shelves.get(shelf, set())
        found = [self._all[n] for n in sorted(numbers)]
        return [
            mark for mark in found if mark.start < end and start < max(mark.end, mark.start + 1)
        ]

    def at(self, position: int) -> list[Mark]:
        """The marks around a position."""
        return self.overlapping(position, position + 1)

    def outward(self, at: int, *, back: bool) -> Iterator[list[Mark]]:
        """The marks of one stretch of the text after another, away from a position."""
        last = max(self._shelves, default=0)
        here = at // _SHELF
        for shelf in range(here, -1, -1) if back else range(here, last + 1):
            yield [self._all[n] for n in sorted(self._shelves.get(shelf, ()))]


def _shelves(mark: Mark) -> range:
    return range(mark.start // _SHELF, max(mark.start, mark.end - 1) // _SHELF + 1)


@dataclass
class _Blocks:
    """The blocks of a document while commands are applied to them."""

    raw: str
    marks: _Marks
    taken: list[tuple[Span, Decision]] = field(default_factory=list)  # to be page furniture
    restored: list[tuple[Span, Decision]] = field(default_factory=list)  # to be text again
    notes: dict[str, str] = field(default_factory=dict)  # id of a decision → id of its note

    # What is where

    def leaf(self, at: int) -> Mark:
        """The block around a raw position; text in no block is one from blank line to blank line.

        The paragraphs of an item or a note belong to it.
        """
        around = [mark for mark in self.marks.at(at) if mark.role in _LEAVES]
        around = [one for one in around if one.role != "stage" or not _inside(one, around)]
        for one in sorted(around, key=lambda mark: (mark.end - mark.start, mark.role)):
            if one.role != "paragraph" or not any(
                other.role in {"item", "note"} and _covers(other, one) for other in around
            ):
                return one
        return Mark("paragraph", *self._stray(at))

    def furniture(self, at: int) -> Mark | None:
        """The page furniture at a raw position, which is in no block."""
        return next((mark for mark in self.marks.at(at) if mark.role == "furniture"), None)

    def _stray(self, at: int) -> Span:
        """The lines around a position that no block has."""
        gaps = ("\n\n", "\f")
        first = max(self.raw.rfind(gap, 0, at) + 1 for gap in gaps)
        found = (self.raw.find(gap, at) for gap in gaps)
        last = min((end for end in found if end >= 0), default=len(self.raw))
        for mark in self.marks.overlapping(first, last):
            if mark.role in _LEAVES and mark.end <= at:
                first = max(first, mark.end)
            elif mark.role in _LEAVES and mark.start > at:
                last = min(last, mark.start)
        text = self.raw[first:last]
        start = first + len(text) - len(text.lstrip())
        return start, max(start, first + len(text.rstrip()))

    def beside(self, leaf: Mark, *, back: bool) -> Mark | None:
        """The block before (or after) one, notes apart; beside a note, the note before it."""
        notes = leaf.role == "note"
        for stretch in self.marks.outward(leaf.start if back else leaf.end, back=back):
            found = [
                mark
                for mark in stretch
                if mark.role in _LEAVES
                and (mark.role == "note") == notes
                and (mark.end <= leaf.start if back else mark.start >= leaf.end)
                and (notes or not any(m.role == "note" for m in self.marks.at(mark.start)))
            ]
            if found:
                nearest = max(found, key=_order) if back else min(found, key=_order)
                return self.leaf(nearest.start)
        return None

    def around(self, leaf: Mark) -> list[Mark]:
        """The quotations, lists and speeches that hold a block, the narrowest first."""
        found = [m for m in self.marks.at(leaf.start) if m.role in _CONTAINERS and _covers(m, leaf)]
        return sorted(found, key=lambda mark: mark.end - mark.start)

    # What commands do

    def split(self, at: int, by: str) -> Span | None:
        """Let a block begin at a position."""
        leaf = self.leaf(at)
        if not self.raw[leaf.start : at].strip():
            return None
        self._stand_alone(leaf, by)
        return self._cut(leaf, at, at, by)

    def join(self, at: int, by: str) -> Span | str:
        """Let a block go on in the one at a position; returns its span, or why it cannot."""
        leaf = self.leaf(at)
        first = self.beside(leaf, back=True)
        if first is None:
            return "there is no block before this one"
        if leaf.role == "note" and self._parted(first, leaf):
            return "text stands between this note and the one before it"
        outer, inner = self.around(first), self.around(leaf)
        for container in outer:
            if container not in inner:
                self._put(container, replace(container, end=leaf.end))
        for container in inner:
            if container not in outer:
                self._put(container, replace(container, start=leaf.end))
        self._drop(leaf)
        whole = replace(first, end=leaf.end, attributes=_signed(first.attributes, by))
        self._put(first, whole)
        return whole.start, whole.end

    def name(self, at: int, command: Command, one: Decision) -> Span | None:
        """Make the block at a position what a command says; no note can hold another."""
        was = self.furniture(at)
        leaf = Mark("paragraph", was.start, was.end) if was else self.leaf(at)
        span = (leaf.start, leaf.end)
        within = self.marks.overlapping(*span) if command.role == "note" else ()
        if any(mark.role == "note" and mark != leaf for mark in within):
            return None
        if was:
            self.marks.remove(was)
            self.taken = [entry for entry in self.taken if entry[0] != (was.start, was.end)]
            self.restored.append(((was.start, was.end), one))
            self._stand_alone(was, one.by)
        if leaf.role == command.role == "note":
            self.notes[one.id] = leaf.get("id")
            self._put(leaf, replace(leaf, attributes=_signed(leaf.attributes, one.by)))
            return span
        if command.role != "furniture":
            self._stand_alone(leaf, one.by)
        self._drop(leaf)
        self._lift(leaf, command)
        attributes = _signed(command.attributes, one.by)
        if command.role == "furniture":
            self.taken.append((span, one))
        elif command.role == "note":
            self.notes[one.id] = f"h{one.id or one.start}"
            attributes = (("id", self.notes[one.id]), *attributes)
            if label := _LABEL.match(self.raw, *span):
                attributes += (("n", label[0].strip("()[].")),)
                self.marks.add(Mark("label", *label.span()))
        elif command.within:
            self._include(leaf, command.within, one.by)
        self.marks.add(Mark(command.role, *span, attributes))
        return span

    def speak(self, span: Span, by: str) -> Span:
        """Let a speech begin at a span, which is the speaker's name, and go to the block's end."""
        self.split(span[0], by)
        leaf = self.leaf(span[0])
        self._stand_alone(leaf, by)
        self._drop(leaf)
        self._lift(Mark("paragraph", leaf.start, leaf.end), COMMANDS["paragraph"])
        end = min(span[1], leaf.end)
        said = self.raw[end : leaf.end]
        words = Mark("paragraph", end + len(said) - len(said.lstrip()), leaf.end, _signed((), by))
        self.marks.add(Mark("speech", leaf.start, leaf.end, _signed((), by)))
        self.marks.add(Mark("speaker", leaf.start, end, _signed((), by)))
        self._put(Mark("paragraph", end, end), words)
        return leaf.start, leaf.end

    def settle(self) -> None:
        """Let a speech of which only the speaker's name is left be a paragraph."""
        for speech in [mark for mark in self.marks if mark.role == "speech"]:
            inside = [m for m in self.marks.overlapping(speech.start, speech.end) if m != speech]
            if any(m.role in _LEAVES - {"speaker", "stage"} for m in inside):
                continue
            self.marks.remove(speech)
            for mark in inside:
                if mark.role == "speaker":
                    self._put(mark, replace(mark, role="paragraph"))

    def call(self, span: Span, decision: str, by: str) -> Span | None:
        """Bind the note that a decision has made to the sign at a span."""
        notes = {mark.get("id"): mark for mark in self.marks if mark.role == "note"}
        note = notes.get(self.notes.get(decision, ""))
        if note is None:
            return None
        calls = [m for m in self.marks.overlapping(*span) if m.role == "anchor"]
        calls += [m for m in self.marks if m.role == "anchor" and m.get("note") == note.get("id")]
        for mark in calls:
            self.marks.remove(mark)
            other = notes.get(mark.get("note"), note)
            if other != note:
                self._put(other, replace(other, attributes=_without(other, "anchor")))
        anchor = f"{note.get('id')}.a"
        attributes = (*_without(note, "anchor"), ("anchor", anchor))
        self._put(note, replace(note, attributes=attributes))
        ids = (("id", anchor), ("note", note.get("id")))
        self.marks.add(Mark("anchor", *span, _signed(ids, by)))
        return span

    # How marks are replaced

    def _put(self, old: Mark, *new: Mark) -> None:
        """Replace a mark by others, those without text left out."""
        self.marks.remove(old)
        for mark in new:
            if self.raw[mark.start : mark.end].strip():
                self.marks.add(mark)

    def _drop(self, leaf: Mark) -> None:
        """Remove a block and what it is made of: rows, cells, the paragraphs of an item.

        Notes in it stay, and so does what calls them; a note goes with its label and its call.
        """
        self.marks.remove(leaf)
        note = leaf.role == "note"
        for mark in self.marks.overlapping(leaf.start, leaf.end):
            made_of = _covers(leaf, mark) and mark.role in (_LEAVES | _PARTS) - {"note"}
            if made_of or (note and mark.role == "label" and _covers(leaf, mark)):
                self.marks.remove(mark)
        if note and leaf.get("id"):
            for mark in [m for m in self.marks if m.get("note") == leaf.get("id")]:
                self.marks.remove(mark)

    def _lift(self, leaf: Mark, command: Command) -> None:
        """Cut what holds a block and may not hold what the block is to be.

        A paragraph of a quotation that is named a paragraph leaves the quotation.
        """
        again = leaf.role == command.role
        for container in self.around(leaf):
            fits = command.role in ROLES[container.role].inside and not again
            if container.role != command.within and (command.within or not fits):
                self._put(
                    container,
                    replace(container, end=leaf.start),
                    replace(container, start=leaf.end),
                )

    def _stand_alone(self, one: Mark, by: str) -> None:
        """Cut the blocks that run on over a note or page furniture that is to be a block of text.

        A paragraph that goes on after a running head covers it: were the head made a paragraph
        without this, its words would be printed in both.
        """
        if one.role not in {"note", "furniture"}:
            return
        after = _after_blanks(self.raw, one.end)
        while note := next((mark for mark in self.marks.at(after) if mark.role == "note"), None):
            after = _after_blanks(self.raw, note.end)
        for mark in self.marks.overlapping(one.start, one.end):
            if mark.role in _LEAVES and not _covers(one, mark):
                self._cut(mark, one.start, after, by)

    def _cut(self, leaf: Mark, end: int, start: int, by: str) -> Span:
        """Let a block end at one position and another of its kind go on from the next."""
        end = min(max(end, leaf.start), leaf.end)
        end = leaf.start + len(self.raw[leaf.start : end].rstrip())
        kept = tuple(pair for pair in leaf.attributes if pair[0] not in _OWN)
        role = "paragraph" if leaf.role == "note" else leaf.role
        second = Mark(role, start, max(start, leaf.end), _signed(kept, by))
        self._put(leaf, replace(leaf, end=end), second)
        return second.start, second.end

    def _parted(self, first: Mark, second: Mark) -> bool:
        """Whether text that is no note stands between two notes, which one note would cover."""
        between = self.marks.overlapping(first.end, second.start)
        return any(mark.role in _LEAVES - {"note"} for mark in between)

    def _include(self, leaf: Mark, role: str, by: str) -> None:
        """Put a block into the list or quotation beside it, or into one of its own."""
        if any(mark.role == role for mark in self.around(leaf)):
            return
        for back in (True, False):
            neighbour = self.beside(leaf, back=back)
            for mark in self.around(neighbour) if neighbour else ():
                if mark.role == role:
                    longer = (
                        replace(mark, end=leaf.end) if back else replace(mark, start=leaf.start)
                    )
                    self._put(mark, longer)
                    return
        self.marks.add(Mark(role, leaf.start, leaf.end, _signed((), by)))


def structured(
    document: Document, places: Iterable[tuple[Decision, Span]]
) -> tuple[Document, tuple[Effect, ...], dict[int, Decision]]:
    """The document with decisions on structure applied, in the order given.

    Returns it with what became of each decision, and the decisions behind entries of the ledger.
    """
    asked = list(places)
    if not asked:
        return document, (), {}
    blocks = _Blocks(document.raw, _Marks(document.marks))
    effects = [_applied(blocks, one, span) for one, span in asked]
    blocks.settle()
    ruling: dict[int, Decision] = {}
    verdicts: dict[int, tuple[Verdict, str]] = {}
    for span, one in blocks.restored:
        for i, change in enumerate(document.ledger):
            if change.kind == "furniture" and change.verdict == "made" and _meets(change, span):
                verdicts[i] = ("refused", one.by)
                ruling[i] = one
    additions: list[Change] = []
    for change, one in _entries(document, blocks, effects):
        ruling[len(document.ledger) + len(additions)] = one
        additions.append(change)
    settled = document.settled(verdicts, additions)
    return replace(settled, marks=tuple(blocks.marks)), tuple(effects), ruling


def blocks_on(document: Document, start: int, end: int) -> list[Mark]:
    """The blocks of a raw span in the order of the text, as commands see them."""
    near = [mark for mark in document.marks if mark.start < end and start < mark.end]
    blocks = _Blocks(document.raw, _Marks(near))
    found: dict[Span, Mark] = {}
    for mark in near:
        if mark.role == "furniture":
            found[_order(mark)] = mark
        elif mark.role in _LEAVES and (leaf := blocks.leaf(mark.start)) in near:
            found.setdefault(_order(leaf), leaf)
    return sorted(found.values(), key=_order)


def _applied(blocks: _Blocks, one: Decision, place: Span) -> Effect:
    """Apply one decision."""
    by = one.by
    if one.after in {SPLIT, JOIN, SPEAKER} and blocks.furniture(place[0]):
        return Effect(one, None, "this is page furniture: say first what kind of text it is")
    if one.after == SPLIT:
        span = blocks.split(place[0], by)
        return Effect(one, span, "" if span else "a block begins here already")
    if one.after == JOIN:
        joined = blocks.join(place[0], by)
        return Effect(one, None, joined) if isinstance(joined, str) else Effect(one, joined)
    if one.after == SPEAKER:
        return Effect(one, blocks.speak(place, by))
    if one.after in COMMANDS:
        span = blocks.name(place[0], COMMANDS[one.after], one)
        return Effect(one, span, "" if span else "a note stands in this block: split it first")
    span = blocks.call(place, one.after.removeprefix(f"{CALL} "), by)
    return Effect(one, span, "" if span else "the note that it calls is no longer there")


def _entries(
    document: Document, blocks: _Blocks, effects: Sequence[Effect]
) -> Iterator[tuple[Change, Decision]]:
    """The ledger's entries: every command, and what is taken out as page furniture."""
    taken = {id(one): span for span, one in blocks.taken}
    for effect in effects:
        if effect.span is None:
            continue
        one = effect.decision
        start, end = taken.get(id(one), effect.span)
        entry = Change(
            start=start,
            end=end,
            before=document.reading_of(start, end),
            after="",
            stage="hand",
            rule="hand.structure",
            why=one.note or said(one.after),
            kind="furniture",
            confidence=1.0,
            verdict="made",
            by=one.by,
        )
        if id(one) not in taken:
            entry = replace(entry, after=entry.before, kind="structure")
        yield entry, one


def _signed(attributes: Iterable[tuple[str, str]], by: str) -> tuple[tuple[str, str], ...]:
    """Attributes with the editor who said so."""
    return (*(pair for pair in attributes if pair[0] != "by"), ("by", by))


def _without(mark: Mark, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in mark.attributes if pair[0] != name)


def _after_blanks(raw: str, at: int) -> int:
    """The first position from `at` on where something is printed, or the end of the text."""
    return next((n for n in range(at, len(raw)) if not raw[n].isspace()), len(raw))


def _order(mark: Mark) -> Span:
    return mark.start, mark.end


def _covers(outer: Mark, inner: Mark) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _inside(mark: Mark, others: Iterable[Mark]) -> bool:
    """Whether a mark lies in another one."""
    return any(other != mark and _covers(other, mark) for other in others)


def _meets(one: Mark | Change, span: Span) -> bool:
    return one.start < span[1] and span[0] < one.end
