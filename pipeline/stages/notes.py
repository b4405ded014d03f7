r"""Footnotes and end notes, and the calls in the text that lead to them.

A footnote begins with a sign or a number of its own, at the foot of its page: `* Read his report`,
`† Ibid.`, `*) Erbaut 1412.`, `1 See the Town Book`, `(a) By Dr. Hale`, `[2] Printed at Hull`, `¹
She lives at York`. The same sign stands in the text, after a word or its stop: `of the party,* or`,
`than once,1 and`, `begun in 1790.2 It`. A page can have several notes, and both signs and figures.
End notes are numbered from 1, after a chapter or at the end of the text, where each chapter may
begin again at 1, and may have several paragraphs; the superscript of their calls is often lost: `in
the West.1`, `great campaigns2`.

The superscript may also stand between blanks (`two pounds 2 before the council met`): that is a
call only if the foot of its page answers every such figure and each of its notes is called.

What decides: a note is linked to a call only if both agree: the same sign, on the same page
(without pages: since the notes before it), in the same order, and no other call that fits. If an
engine misread the signs at a foot (`* … f … J` for `* … † … ‡`), emend corrects them by their
order, if the calls in the text have the same letters after a stop (`strangers.f`). What looks like
the notes of this text and stands where they do (at the foot of a page, in a region that the layout
calls a footnote, or in a sentence that goes on below it) is marked as a note without a call, and an
editor is asked. In a text without pages, notes right below a paragraph are cut off from it if it
calls them. A note continues at the foot of the next page if it stops in mid-sentence and that page
ends with a block that begins in mid-sentence, while the text above it is finished.

Left alone: `*emphasis*`, a list, a starred line without a call (`*Lilly caught hold of it` in a
newspaper's column), a figure that belongs to the word (`Fe2`, `1920s`, `H2O`, `No.1`), and every
line whose call is not certain.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import (
    TERMINAL,
    Block,
    Line,
    blocks,
    notes_heading,
    numbered_heading,
)
from pipeline.text.note_calls import EMPHASIS, RAISED, SUPERSCRIPTS, Calls, Span, within

_LABEL = re.compile(
    r"(?P<label>(?P<sign>\*{1,3}|†{1,2}|‡{1,2}|§|¶|\|\||\^|°)\)?"
    rf"|(?P<raised>[{RAISED}]{{1,3}})[.)]?"
    r"|[(\[](?P<inner>\d{1,3}|[a-z]|\*{1,3}|†|‡)[)\]]"
    r"|(?P<number>\d{1,3})[.)]?"
    r"|(?P<letter>[a-z])\))"
    r"\s?(?=[^\W\d]|[“\"'‘(\[«»„_§]|\*\w)"
)
# `l Cedar, p. 4.` above `2 Dove`: a figure that was misread as a letter
_MISREAD_ONE = re.compile(r"([lI|!])[.)]?\s(?=[^\W\d_])")
_ONLY_CALLED = frozenset("^°")  # signs of other things, unless the text is called by them
_MOST = 40  # notes at one foot; a longer run is a list, or end notes
_MORE = 4  # paragraphs after the first that an end note may have
_PAGE = 6000  # characters; hardly a printed page has more
_SHORT, _TITLE = 60, 8  # characters of a heading, at most and at least
_ONES = frozenset("lI|!")  # what is read for a 1
_SERIES = ("*", "†", "‡", "§", "||", "¶")  # the order in which printers use the signs of one page
_MISREAD = {"†": "ft+", "‡": "JtXI{+", "§": "$S", "||": "", "¶": ""}


@dataclass(frozen=True, slots=True)
class _Note:
    """A note as it may stand in the text: where, and by which sign it is called.

    `core` is the sign without brackets, figures as figures: "1" for `1.`, `(1)` and `¹`; it is
    empty for the rest of a note that began on the page before. `label` is how many characters of
    the note are its label. `foot` numbers the run of notes that it stands in, `block` is the index
    of its block, `page` its page.
    """

    start: int
    end: int
    core: str
    label: int
    foot: int = -1
    block: int = -1
    page: int = 0
    read: str = ""  # the misread sign, where the order of the signs tells the right one
    below_text: bool = False  # its block begins with text: it is a note only if it is called
    continues: int = -1  # where the note begins of which it is the rest
    bracket: str = ""  # that stands before its sign, `(1)`
    more: int = 0  # blocks that go on with it: an end note of several paragraphs

    @property
    def habit(self) -> str:
        """What notes of one text have in common: they are numbered, lettered or starred."""
        return "number" if self.numbered else "letter" if self.core.isalpha() else "sign"

    @property
    def numbered(self) -> bool:
        """Whether a number calls it."""
        return self.core.isdigit()


def notes(document: Document) -> Iterator[Proposal | Mark]:
    """Marks notes, their labels and their calls."""
    pages = _Pages(document)
    calls = Calls(document.text)
    found = _possible(pages, calls)
    called = {document.reading_at(mark.start) for mark in document.marked("anchor")}
    bound = _bound(calls, found, pages, called)
    ends = _end_notes(calls, found, bound, pages)
    bound |= ends
    standing = _standing(found, bound, pages, calls)
    closing = not pages.starts and bool(found) and found[-1].block == len(pages.free) - 1
    # the last of several feet, of which each stands below its paragraph, or a foot with signs
    at_foot = closing and any(
        note not in ends and note.numbered == (note.foot != found[-1].foot) for note in bound
    )
    rests = {note.continues: note for note in found if not note.core}
    counted: Counter[str] = Counter()
    for note in found:
        if note not in standing or not note.core:
            continue
        last = note.foot == found[-1].foot
        at_end = note in ends or (closing and note.numbered and last)
        if at_foot and last and not pages.headed(found[-1].block):
            at_end = False
        if pages.in_a_region(note.start):
            at_end = False
        place = "end" if at_end else "bottom"
        counted[place] += 1
        identity = f"{'e' if place == 'end' else 'n'}{counted[place]}"
        attributes = [("id", identity), ("place", place)]
        if rest := rests.get(note.start):
            second = f"{identity}.2"
            attributes.append(("next", second))
            parts = (("id", second), ("place", place), ("prev", identity))
            yield Mark("note", rest.start, rest.end, parts)
        yield from _marked(document.text, note, bound.get(note), attributes)


def _marked(
    text: str, note: _Note, call: Span | None, attributes: list[tuple[str, str]]
) -> Iterator[Proposal | Mark]:
    """The marks of one note, and what its misread signs must be."""
    printed = text[note.start : note.start + note.label].strip()
    sign = note.core if note.read or note.numbered else printed
    identity = dict(attributes)["id"]
    if call:
        attributes.append(("anchor", f"{identity}.a"))
        yield Mark("anchor", *call, (("id", f"{identity}.a"), ("note", identity)))
        if note.read:
            why = f"the signs of this foot follow one another: {note.read} stands for {note.core}"
            for start, end in (call, (note.start, note.start + len(note.read))):
                if text[start:end] != note.core:
                    yield Proposal(start, end, note.core, "note.sign", why, "ocr", 0.97)
    else:
        why = "it stands where the notes of this text stand, but nothing calls it"
        label = slice(note.start, note.start + len(printed))
        yield Proposal(
            label.start, label.stop, text[label], "note.unbound", why, "structure", 0.5, "held"
        )
    yield Mark("note", note.start, note.end, (*attributes, ("n", sign)))
    yield Mark("label", note.start, note.start + len(printed))


class _Pages:
    """The blocks of a text that no stage has taken, and the pages on which they stand."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.free = blocks(document, claimed=False)
        self.starts = sorted({document.reading_at(mark.start) for mark in document.marked("page")})
        layout = document.source.layout
        self._regions = [
            document.reading_span(zone.start, zone.end)
            for zone in (layout.zones if layout else ())
            if zone.level == "region" and zone.role == "footnote"
        ]
        title = numbered_heading()
        self._chapters = [block.start for block in self.free if title.fullmatch(block.text)]
        self._numbers = [self.number(block.start) for block in self.free]
        self._last = {number: n for n, number in enumerate(self._numbers)}
        self._first = {number: n for n, number in reversed(list(enumerate(self._numbers)))}

    def number(self, at: int) -> int:
        """The number of the page on which a position is; 0 before the first known page."""
        return bisect_right(self.starts, at)

    def start(self, number: int) -> int:
        """Where a page begins."""
        return self.starts[number - 1] if 0 < number <= len(self.starts) else 0

    def begins(self, n: int) -> bool:
        """Whether the block with this index is the first of its page."""
        return self._first[self._numbers[n]] == n

    def ends(self, n: int) -> bool:
        """Whether the block with this index is the last of its page, as far as pages are known."""
        return bool(self.starts) and self._last[self._numbers[n]] == n

    def opening(self, number: int) -> str:
        """The text of the first block of a page; empty if there is none."""
        return self.free[self._first[number]].text if number in self._first else ""

    def above_the_foot(self, n: int) -> bool:
        """Whether nothing but blocks with a label stands below a block on its page."""
        last = self._last[self._numbers[n]]
        below = self.free[n + 1 : last + 1]
        return bool(self.starts) and all(_LABEL.match(block.text) for block in below)

    def in_a_region(self, at: int) -> bool:
        """Whether the layout calls the region around a position a footnote."""
        return any(start <= at < end for start, end in self._regions)

    def interrupts(self, first: int, last: int) -> bool:
        """Whether the sentence above some blocks goes on below them."""
        if not 0 < first <= last < len(self.free) - 1:
            return False
        above, below = self.free[first - 1], self.free[last + 1]
        return not above.finished and len(above.text) > _SHORT and below.text[:1].islower()

    def chapter(self, n: int) -> int:
        """Where the chapter of a block begins: at the last numbered heading above it."""
        i = bisect_right(self._chapters, self.free[n].start)
        return self._chapters[i - 1] if i else 0

    def introduces(self, n: int) -> bool:
        """Whether the block above one says that a list follows: `three rules:`."""
        return n > 0 and self.free[n - 1].text.endswith((":", ":—", ":--", ":-"))

    def headed(self, n: int) -> bool:
        """Whether a heading such as `NOTES` stands above a block or its own heading."""
        title = notes_heading()
        above = (block.text for block in self.free[max(0, n - 2) : n])
        return any(title.fullmatch(text) for text in above)


# Where notes may be


def _possible(pages: _Pages, calls: Calls) -> list[_Note]:
    """Labelled blocks and lines, and what may be the rest of a note of the page before."""
    possible: list[_Note] = []
    foot = -1
    headed = False  # whether the run of notes stands under its heading
    above: _Note | None = None  # the note that ends the block above
    cut_off: _Note | None = None  # the note that ends a page
    for n, block in enumerate(pages.free):
        number = pages.number(block.start)
        # What a text begins with is no note, and neither is a heading.
        parts = _cut(block) if n and not _is_title(block) else []
        if not parts and not pages.starts:
            feet = list(_between_lines(block, calls))
            for upper in feet[:-1]:
                foot += 1
                possible += [replace(part, foot=foot, block=n, page=number) for part in upper]
            parts = feet[-1] if feet else []
        elif not parts and pages.above_the_foot(n):
            carried = cut_off is not None and cut_off.page == number - 1
            parts = _below_text(block, calls, pages.start(number - carried))
            until = parts[0].start if parts else block.end
            rest = _Note(block.start, len(pages.text[:until].rstrip()), "", 0)
            if cut_off and cut_off.page == number - 1 and _goes_on(cut_off, rest, n, pages):
                rest = replace(rest, continues=cut_off.start)
                parts = [rest, *(replace(part, below_text=False) for part in parts)]
        if not parts and above and headed and _resumes(above, n, pages):
            above = possible[-1] = replace(above, end=block.end, more=above.more + 1)
            continue
        if not parts:
            above = None
            continue
        opens = above is None or above.page != number
        if opens or not parts[0].core or parts[0].below_text:
            foot += 1
            headed = pages.headed(n)
        for part in parts:
            above = replace(part, foot=foot, block=n, page=number)
            possible.append(above)
        if pages.ends(n):
            cut_off = above
    return possible


def _resumes(above: _Note, n: int, pages: _Pages) -> bool:
    """Whether a block is one more paragraph of an end note: the next number comes below it."""
    if not above.numbered or above.more >= _MORE:
        return False
    for block in pages.free[n + 1 : n + 1 + _MORE - above.more]:
        m = _LABEL.match(block.text)
        if m and (number := m["raised"] or m["inner"] or m["number"]):
            return int(above.core) + 1 == int(number.translate(SUPERSCRIPTS))
        if _is_title(block):
            return False
    return False


def _is_title(block: Block) -> bool:
    """Whether a block is a numbered heading: `2. APPARATUS`, `2. Kapitel.`, not `2 Ibid.`."""
    title = block.text
    if len(block.lines) > 1 or len(title) >= _SHORT:
        return False
    in_capitals = title.isupper() and len(title) > _TITLE
    return in_capitals or numbered_heading().fullmatch(title) is not None


def _cut(block: Block, first: int = 0) -> list[_Note]:
    """The notes that the lines of a block make, from the line `first` on.

    None if that line has no label. Each label may follow those before it.
    """
    found: list[_Note] = []
    for i, line in enumerate(block.lines[first:], first):
        above = block.lines[i - 1] if i else None
        if note := _labelled(line, found, above):
            if found and above:
                found[-1] = replace(found[-1], end=above.span[1])
            found.append(replace(note, below_text=first > 0))
        elif not found:
            return []
    if found[0].read in _ONES and (len(found) < 2 or found[1].core != "2"):
        return []
    return [*found[:-1], replace(found[-1], end=_last_end(block, first, found[-1]))]


def _last_end(block: Block, first: int, last: _Note) -> int:
    """Where the last note of a block ends: the sentence above the notes may go on below them.

    As in `the seal was⏎1 Cedar, p. 4.⏎broken in the winter`.
    """
    if first and not TERMINAL.search(block.lines[first - 1].text):
        for line, below in pairwise(block.lines[first:]):
            if line.end > last.start and TERMINAL.search(line.text) and below.text[:1].islower():
                return line.span[1]
    return block.end


def _between_lines(block: Block, calls: Calls) -> Iterator[list[_Note]]:
    """The notes at each foot within a block, in a text whose pages are not known.

    The text above them is finished, or goes on below them: `the seal was⏎1 Cedar, p. 4.⏎broken`.
    """
    lines = block.lines
    while len(lines) > 1:
        block = Block(lines, 0, page_start=False)
        found = _below_text(block, calls, block.start)
        if not found:
            return
        first = next(n for n, line in enumerate(lines) if line.span[0] == found[0].start)
        end = _last_end(block, first, found[0])
        if end == block.end and not TERMINAL.search(lines[first - 1].text):
            return  # a list
        notes = [note for note in found if note.start < end]
        yield [*notes[:-1], replace(notes[-1], end=min(notes[-1].end, end))]
        lines = tuple(line for line in lines if line.start >= end)


def _below_text(block: Block, calls: Calls, top: int) -> list[_Note]:
    """The notes below the text of a block, from the first line whose label is called since `top`.

    That is where its page begins; or the page before, whose notes may not all have found room.
    """
    for i, line in enumerate(block.lines[1:], 1):
        m = _LABEL.match(line.text) or _MISREAD_ONE.match(line.text)
        above = block.lines[i - 1].text
        goes_on = m and line.text[m.end() :][:1].islower() and not TERMINAL.search(above)
        if m and not goes_on and not above.endswith(":") and (cut := _cut(block, i)):
            first = cut[0]
            if calls.within(first.core, top, first.start, misread=first.read):
                return cut
    return []


def _goes_on(cut_off: _Note, rest: _Note, n: int, pages: _Pages) -> bool:
    """Whether what begins a block is the rest of a note that the end of its page cuts off."""
    text = pages.text
    alone = pages.begins(n)  # no text stands above it on its page
    if (
        TERMINAL.search(text[cut_off.start : cut_off.end])
        or not text[rest.start].islower()
        or (alone and not pages.in_a_region(rest.start))
    ):
        return False
    if alone or pages.free[n - 1].finished:
        return True
    # The text above breaks off too: it goes on below the page's end, not after a blank line.
    finished = TERMINAL.search(text[rest.start : rest.end]) is not None
    return finished and pages.opening(pages.number(rest.start) + 1)[:1].islower()


def _labelled(line: Line, found: Sequence[_Note], above: Line | None) -> _Note | None:
    """A line as the beginning of a note, if its label may follow those of the notes found."""
    start = line.span[0]
    before = found[-1] if found else None
    m = _LABEL.match(line.text)
    if m and not EMPHASIS.match(line.text) and not _framed(line.text):
        core = next(filter(None, m.group("sign", "raised", "inner", "number", "letter")))
        bracket = m["label"][0] if m["inner"] else ""
        core = core.translate(SUPERSCRIPTS)
        note = _Note(start, start, core, len(m["label"]), bracket=bracket)
        if before is None:
            return note
        alike = next((one for one in reversed(found) if one.habit == note.habit), None)
        if alike and _follows(alike.core, note.core):
            return note
        # `* An editor's note.⏎1 The author's.⏎3 Another.`, not a line that begins with a figure
        opens = note.core in {"1", "a"} or note.habit == "sign"
        skips = alike is not None and _rank(alike.core) < _rank(note.core)
        ended = above is not None and TERMINAL.search(above.text)
        if (skips if alike else opens) and ended and not line.text[m.end() :][:1].islower():
            return note
    if before is None and (m := _MISREAD_ONE.match(line.text)):
        return _Note(start, start, "1", len(m[0].rstrip()), read=m[1])
    if before is None or before.core not in _SERIES[:-1]:
        return None
    expected = _SERIES[_SERIES.index(before.core) + 1]
    m = re.match(r"(\S)\s(?=\S)", line.text)
    if m and m[1] in _MISREAD[expected]:
        return _Note(start, start, expected, 1, read=m[1])
    return None


def _framed(line: str) -> bool:
    """Whether a line is a row of signs or stands between two, `* * *`, `*** START ***`."""
    signs = line.rstrip()[-2:]
    return not any(map(str.isalnum, line)) or (signs == line[:2] and not signs[0].isalnum())


def _follows(before: str, after: str) -> bool:
    """Whether a note's sign may come after another of its kind at one foot: 1 2, a b, * †, * **."""
    return not before.isalnum() or _rank(after) == _rank(before) + 1


def _rank(core: str) -> int:
    """The place of a number or a letter among its kind; 0 for other signs, which have no order."""
    return int(core) if core.isdigit() else ord(core) if core.isalpha() else 0


# What calls them


def _bound(
    calls: Calls, found: Sequence[_Note], pages: _Pages, called: AbstractSet[int]
) -> dict[_Note, Span]:
    """The calls of footnotes: on the page of the note, or since the notes before it.

    `called` are the places that call a note for an earlier stage.
    """
    bound: dict[_Note, Span] = {}
    taken = set(called)
    inside = [(note.start, note.end) for note in found]
    floor = 0
    feet = [[note for note in foot if note.core] for foot in _feet(found)]
    carried = {note.foot for note in found if not note.core}
    if pages.starts:  # of two on a page, the lower one is its foot; the other may be a list
        feet.sort(key=lambda foot: (foot[0].page, -foot[0].start) if foot else (0, 0))
    for foot in filter(None, feet):
        first, last = foot[0], foot[-1]
        listed = not pages.starts and len(foot) > 1 and pages.introduces(first.block)
        if len(foot) > _MOST or listed:
            continue
        page = first.page - (first.foot in carried)
        low = pages.start(page) if first.page else max(floor, pages.chapter(first.block))
        free = _Free(calls, inside, taken)
        spans = free.agreed(foot, low, first.start)
        if not spans and first.page > 1 and pages.begins(first.block):
            # a note may stand above the page number that a page is known by
            spans = free.agreed(foot, pages.start(first.page - 1), first.start)
        if pages.ends(last.block):
            spans |= _apart(calls, foot, spans, (low, first.start), pages.text)
        if not pages.starts:
            spans = _near(spans, foot)
            alike = any(note.habit == first.habit for note in (*bound, *spans))
            if alike or pages.interrupts(first.block, last.block):
                floor = last.end
        bound |= spans
        taken |= {start for start, _ in spans.values()}
    return bound


def _apart(
    calls: Calls, foot: Sequence[_Note], called: Mapping[_Note, Span], page: Span, text: str
) -> dict[_Note, Span]:
    """The calls of a page's foot that have blanks around them: `two pounds 2 before they met`.

    Each such figure of the page must answer a note that nothing else calls. Then every note of the
    foot must have its call, in their order.
    """
    numbered = [note for note in foot if note.numbered]
    lacking = {int(note.core): note for note in numbered if note not in called}
    if not lacking or not all(
        text[note.start + note.label :].lstrip()[:1].isupper() for note in foot
    ):
        return {}
    figures = calls.apart(*page)
    spans = {lacking[number]: span for number, span in figures if number in lacking}
    every = [called.get(note) or spans.get(note) for note in numbered]
    places = [span for span in every if span]
    whole = len(places) == len(numbered) and len(figures) == len(spans)
    return spans if whole and all(one < after for one, after in pairwise(places)) else {}


def _feet(found: Sequence[_Note]) -> Iterator[list[_Note]]:
    for _, foot in groupby(found, key=lambda note: note.foot):
        yield list(foot)


def _near(spans: dict[_Note, Span], foot: Sequence[_Note]) -> dict[_Note, Span]:
    """The calls of a foot in a text without pages; none where they may be those of another foot.

    They may be if a single call is more than a page away, or if fewer than half of the notes are
    called.
    """
    far = len(spans) == 1 and any(note.start - start > _PAGE for note, (start, _) in spans.items())
    return {} if far or 2 * len(spans) < len(foot) else spans


@dataclass(frozen=True, slots=True)
class _Free:
    """The calls that no note has taken, outside of the notes."""

    calls: Calls
    inside: Sequence[Span]
    taken: set[int]

    def of(self, note: _Note, low: int, top: int) -> list[Span]:
        """The places in `[low, top)` that may call a note, in order.

        `[1] Cedar` is called by `the charter[1]`, not by `the bell1`, if both are there.
        """
        spans = [
            span
            for span in self.calls.within(note.core, low, top, misread=note.read)
            if span[0] not in self.taken and not within(span[0], self.inside)
        ]
        alike = [span for span in spans if self.calls.bracket(span[0]) == note.bracket]
        return alike if note.bracket and alike else spans

    def agreed(self, foot: Sequence[_Note], low: int, top: int) -> dict[_Note, Span]:
        """The calls of the notes of one foot, in order, where there is only one way to give them.

        There is if giving each note the first call that it can have, from the top, leads to the
        same as giving each the last, from the foot.
        """
        agreed: dict[_Note, Span] = {}
        for habit in dict.fromkeys(note.habit for note in foot):
            those = [note for note in foot if note.habit == habit]
            places = [self.of(note, low, top) for note in those]
            first: list[Span | None] = []
            at = low
            for spans in places:
                span = next((span for span in spans if span[0] >= at), None)
                at = span[1] if span else at
                first.append(span)
            at = top
            last: list[Span | None] = []
            for spans in reversed(places):
                span = next((span for span in reversed(spans) if span[1] <= at), None)
                at = span[0] if span else at
                last.append(span)
            pairs = zip(those, first, reversed(last), strict=True)
            agreed |= {note: one for note, one, other in pairs if one and one == other}
        return agreed


def _end_notes(
    calls: Calls, found: Sequence[_Note], feet: Mapping[_Note, Span], pages: _Pages
) -> dict[_Note, Span]:
    """The calls of end notes: of each run of numbers, in the text since the run before it.

    Of several runs together, each is called by the chapter whose heading it repeats.

    Args:
        calls: the places that may call a note.
        found: all notes that may be.
        feet: the footnotes and their calls, which call nothing else.
        pages: the pages of the text.
    """
    bound: dict[_Note, Span] = {}
    free = _Free(calls, [(note.start, note.end) for note in found], {at for at, _ in feet.values()})
    at_feet = any(note.numbered for note in feet)
    floor = 0
    for group in _groups([note for note in found if note.numbered and note not in feet], pages):
        run = group[0]
        top, headed = run[0].start, pages.headed(run[0].block)
        if len(group) > 1:
            spans = _by_chapter(free, group, floor, pages)
        elif headed or (len(run) > 1 and not (pages.starts and (at_feet or len(run) < 3))):
            agreed = free.agreed(run, floor, top)
            whole = run[0].core == "1" and len(agreed) == len(run)
            spans = agreed if headed or whole else {}
        elif pages.starts or at_feet:
            spans = {}  # one note alone may be a footnote whose call was lost
        else:
            spans = _near(free.agreed(run, max(floor, pages.chapter(run[0].block)), top), run)
        bound |= spans
        floor = group[-1][-1].end
    return bound


def _groups(found: Sequence[_Note], pages: _Pages) -> list[list[list[_Note]]]:
    """Runs of numbers that rise; those together that only headings part."""
    runs: list[list[_Note]] = []
    for note in found:
        rises = runs and int(runs[-1][-1].core) < int(note.core)
        apart = note.block - runs[-1][-1].block - runs[-1][-1].more if runs else 0
        if note.core != "1" and rises and apart < 2:
            runs[-1].append(note)
        else:
            runs.append([note])
    groups: list[list[list[_Note]]] = []
    for run in runs:
        between = pages.free[groups[-1][-1][-1].block + 1 : run[0].block] if groups else []
        if groups and all(len(block.text) < _SHORT for block in between):
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def _by_chapter(
    free: _Free, group: Sequence[Sequence[_Note]], low: int, pages: _Pages
) -> dict[_Note, Span]:
    """The calls of several runs of notes: of each run in the chapter with its heading.

    Without such headings, in order, if the calls count from 1 as often, and each time as far.
    """
    top = group[0][0].start
    above = reversed(pages.free[: group[0][0].block - 1])
    titles = {block.text.casefold(): block.start for block in above}
    begins = [titles.get(pages.free[run[0].block - 1].text.casefold()) for run in group]
    opened = sorted(start for start in begins if start is not None)
    if len(opened) == len(set(opened)) == len(group):
        ends = dict(zip(opened, [*opened[1:], top], strict=True))
        return {
            note: span
            for run, start in zip(group, begins, strict=True)
            if start is not None
            for note, span in free.agreed(run, start, ends[start]).items()
        }
    chains: list[list[Span]] = []
    for number, span in free.calls.numbered(low, top):
        if span[0] in free.taken or within(span[0], free.inside):
            continue
        if chains and number == len(chains[-1]) + 1:
            chains[-1].append(span)
        elif number == 1:
            chains.append([span])
    counted = [[int(note.core) for note in run] for run in group]
    if counted != [list(range(1, len(chain) + 1)) for chain in chains]:
        return {}
    return {
        note: span
        for run, chain in zip(group, chains, strict=True)
        for note, span in zip(run, chain, strict=True)
    }


# Which of them are notes


def _standing(
    found: Sequence[_Note], bound: Mapping[_Note, Span], pages: _Pages, calls: Calls
) -> set[_Note]:
    """The notes that are marked: those that are called, and those that stand where notes do."""
    habits = {note.habit for note in bound}
    standing: set[_Note] = set()
    for foot in _feet(found):
        first, last = foot[0].block, foot[-1].block
        called = any(note in bound for note in foot)
        interrupts = pages.interrupts(first, last)
        for note in foot:
            likely = (
                called
                or pages.in_a_region(note.start)
                or (note.habit in habits and (pages.ends(last) or interrupts))
                or (interrupts and bool(pages.starts))
                or (pages.ends(last) and _is_called_elsewhere(note, foot, bound, calls))
            )
            doubtful = note.core in _ONLY_CALLED or (note.below_text and not called)
            if note in bound or (note.core and likely and not doubtful):
                standing.add(note)
    return standing


def _is_called_elsewhere(
    note: _Note, foot: Sequence[_Note], bound: Mapping[_Note, Span], calls: Calls
) -> bool:
    """Whether a word calls a note of this sign on another page, where no note answers it."""
    taken = {start for start, _ in bound.values()}
    return foot[0].core in {"1", "a", "*"} and any(
        start not in taken and not calls.is_apart(start)
        for start, _ in calls.within(note.core, 0, note.start)
    )
