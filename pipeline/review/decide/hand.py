"""The hand: editors' decisions, put upon what the stages proposed.

A decision for a place outranks one for its form in the text, that one for its form in the project;
of two of one rank the later holds. A decision for a form that may be right elsewhere holds at its
own place only, and there decisions on the form that were taken at other places do not count. All of
them outrank every stage: a change that a stage no longer proposes is made because an editor
accepted it, and one that an editor refused stays refused whatever stage proposes it again.
A decision that no longer finds its place changes nothing and is
reported as stale.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.document import Change, Document, Kind, Mark, Verdict
from pipeline.review.decide.anchor import OFFERED, Found, Lost, find, reads_so_already
from pipeline.review.decide.decisions import Decision, Scope, standing
from pipeline.review.decide.pages import digest, page_at, pages
from pipeline.review.decide.spread import is_figure, is_sign, spreads
from pipeline.review.decide.structure import structured

State = Literal["holds", "moved", "agreed", "outranked", "covered", "idle", "undone", "stale"]
"""What became of a decision.

- holds: it rules where it was taken. moved: it rules, and its place was found again by its wording.
- agreed: the raw text itself now reads what the editor wanted.
- outranked: a decision for a smaller scope, or a later one, rules in its stead. undone: taken back.
- covered: its place is now taken out of the text, with a running head for instance.
- idle: a decision on a form that the text does not have, or that nobody proposes to change.
- stale: its place is gone or in doubt, or its page reads differently now. An editor has to look.
"""

_RANK: dict[Scope, int] = {"place": 0, "text": 1, "project": 2}
_WORD = re.compile(r"\w+(?:['’]\w+)*")  # as `occurrences` parts a text into words
_WORDS = {"ocr", "print"}  # kinds of change that concern what is read


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a decision: the raw spans where it applies, or why not and likely places."""

    decision: Decision
    state: State
    places: tuple[tuple[int, int], ...] = ()
    why: str = ""
    candidates: tuple[tuple[int, int], ...] = ()
    narrowed: bool = False  # taken for a form, but it holds at its own place only


@dataclass(frozen=True)
class Replay:
    """The outcome of every decision, in order, and the decision behind each change (by index)."""

    outcomes: tuple[Outcome, ...] = ()
    ruling: Mapping[int, Decision] = field(default_factory=dict)

    @property
    def stale(self) -> tuple[Outcome, ...]:
        """The decisions that an editor has to look at again."""
        return tuple(one for one in self.outcomes if one.state == "stale")

    @property
    def moved(self) -> tuple[Outcome, ...]:
        """The decisions whose place was found again by its wording."""
        return tuple(one for one in self.outcomes if one.state == "moved")

    @property
    def narrowed(self) -> tuple[Outcome, ...]:
        """The decisions for a form that apply only at their own place.

        The form may be right elsewhere.
        """
        return tuple(one for one in self.outcomes if one.narrowed)


@dataclass(slots=True)
class _Claims:
    """Which places are ruled already, by decisions of a higher rank."""

    spans: list[tuple[int, int, str]] = field(default_factory=list)  # readings ruled; sorted, apart
    refused: dict[tuple[int, int], set[str]] = field(default_factory=lambda: defaultdict(set))

    def read(self, start: int, end: int, after: str) -> bool:
        """Claim a reading for a span, if nothing of a higher rank stands against it."""
        i = bisect_left(self.spans, (start, start, ""))
        if i and self.spans[i - 1][1] > start:
            return False
        if i < len(self.spans) and self.spans[i][0] < end:
            return False
        if after in self.refused.get((start, end), ()):
            return False
        insort(self.spans, (start, end, after))
        return True

    def refuse(self, start: int, end: int, after: str) -> bool:
        """Record that a reading is refused for a span, unless a higher rank contradicts it."""
        i = bisect_left(self.spans, (start, end, ""))
        if i < len(self.spans) and self.spans[i] == (start, end, after):
            return False
        self.refused[start, end].add(after)
        return True


class Index:
    """Look-ups in a ledger, worth keeping while decisions are replayed again and again."""

    def __init__(self, document: Document) -> None:
        """Sort the entries by place, by form and by where they begin."""
        self.by_place: dict[tuple[int, int, str], list[int]] = defaultdict(list)
        self.by_form: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, change in enumerate(document.ledger):
            self.by_place[change.start, change.end, change.after].append(i)
            self.by_form[document.raw[change.start : change.end], change.after].append(i)
        self.raw = document.raw
        self.words: dict[str, list[int]] = defaultdict(list)  # where each word begins
        self.standing: dict[str, tuple[tuple[int, int], ...]] = {}
        self.found: dict[
            int, tuple[Decision, Found | Lost, bool]
        ] = {}  # by the identity of the decision: they are read once
        self.starts = sorted((change.start, i) for i, change in enumerate(document.ledger))
        # What follows from a decision and the document alone, by the identity of the decision.
        self.reach: dict[int, tuple[Decision, tuple[tuple[int, int], ...], int]] = {}
        self.effects: dict[tuple[int, int, int], tuple[Decision, _Effect]] = {}
        self.narrow: dict[tuple[str, str], bool] = {}

    def occurrences(self, form: str) -> tuple[tuple[int, int], ...]:
        """Where a form stands as a whole word: looked for once a document."""
        known = self.standing.get(form)
        if known is None:
            if not self.words:
                for m in _WORD.finditer(self.raw):
                    self.words[m.group()].append(m.start())
            words = ((at, at + len(form)) for at in self.words.get(form, ()))
            known = tuple(words if _WORD.fullmatch(form) else occurrences(self.raw, form))
            self.standing[form] = known
        return known


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a decision does at a place: verdicts on entries, and perhaps a reading of its own."""

    verdicts: tuple[tuple[int, Verdict], ...]
    own: bool = False


def hand(
    document: Document, decisions: Iterable[Decision], index: Index | None = None
) -> tuple[Document, Replay]:
    """The document with the editors' decisions replayed upon it, and what became of each.

    `decisions` are the text's own, and those of other texts whose scope is the project, in the
    order they were taken.
    """
    everything = tuple(decisions)
    if not everything:
        return document, Replay()
    return _Hand(document, index or Index(document)).played(everything)


class _Hand:
    def __init__(self, document: Document, index: Index) -> None:
        self.document = document
        self.index = index
        self.claims = _Claims()
        self.verdicts: dict[int, tuple[Verdict, str]] = {}
        self.additions: list[tuple[int, int, Decision]] = []
        self.ruling: dict[int, Decision] = {}
        self.apart: set[tuple[int, int]] = set()  # places of decisions that are narrowed to them

    def played(self, everything: tuple[Decision, ...]) -> tuple[Document, Replay]:
        order = {id(one): i for i, one in enumerate(everything)}
        stand = standing(everything)
        outcomes: dict[int, Outcome] = {}
        of_pages = [one for one in stand if one.verdict == "page"]
        of_structure = [one for one in stand if one.verdict == "structure"]
        ranked = sorted(
            (one for one in stand if one.verdict not in {"page", "structure"}),
            key=lambda one: (_RANK[one.scope], -order[id(one)]),
        )
        for one in ranked:
            found = self._found(one)[0] if one.scope != "place" and self._is_narrow(one) else None
            if isinstance(found, Found):
                self.apart.add((found.start, found.end))
        for one in ranked:
            outcomes[order[id(one)]] = (
                self._placed(one) if one.scope == "place" else self._everywhere(one)
            )
        settled, of_blocks = self._structured(self._settled(), of_structure)
        for outcome in (*of_blocks, *_pages_read(settled, of_pages)):
            outcomes[order[id(outcome.decision)]] = outcome
        if of_pages:
            checked = _checked(settled, outcomes.values())
            settled = replace(settled, marks=(*settled.marks, *checked))
        return settled, Replay(
            tuple(outcomes.get(i) or Outcome(one, "undone") for i, one in enumerate(everything)),
            self.ruling,
        )

    def _placed(self, one: Decision) -> Outcome:
        """A decision for one place."""
        found, covered = self._found(one)
        if isinstance(found, Lost):
            if now := reads_so_already(self.document.raw, one):
                return Outcome(
                    one, "agreed", ((now.start, now.end),), "the raw text itself now reads so"
                )
            return Outcome(one, "stale", (), found.why, found.candidates)
        state: State = "moved" if found.by == "quotation" else "holds"
        place = (found.start, found.end)
        if covered:
            return Outcome(one, "covered", (place,), "this place is now taken out of the text")
        if not self._rules(one, *place):
            return Outcome(one, "outranked", (place,), "another decision on this place holds")
        return Outcome(one, state, (place,))

    def _structured(
        self, document: Document, decisions: list[Decision]
    ) -> tuple[Document, list[Outcome]]:
        """The document with decisions on structure applied, and what became of them."""
        outcomes: list[Outcome] = []
        found: dict[int, Found] = {}
        for one in decisions:
            place, _ = self._found(one)
            if isinstance(place, Lost):
                outcomes.append(Outcome(one, "stale", (), place.why, place.candidates))
            else:
                found[id(one)] = place
        placed = [one for one in decisions if id(one) in found]
        document, effects, ruling = structured(
            document, [(one, (found[id(one)].start, found[id(one)].end)) for one in placed]
        )
        self.ruling |= ruling
        for effect in effects:
            one = effect.decision
            place = found[id(one)]
            state: State = "moved" if place.by == "quotation" else "holds"
            if effect.span is None:
                state = "idle"
            outcomes.append(Outcome(one, state, ((place.start, place.end),), effect.why))
        return document, outcomes

    def _found(self, one: Decision) -> tuple[Found | Lost, bool]:
        """Find the place of a decision, and whether it is accepted there; once per document."""
        known = self.index.found.get(id(one))
        if known is None or known[0] is not one:
            found = find(self.document.raw, one)
            known = (one, found, isinstance(found, Found) and self._covered(found))
            self.index.found[id(one)] = known
        return known[1], known[2]

    def _everywhere(self, one: Decision) -> Outcome:
        """Apply a decision for a form everywhere.

        If the form may be right elsewhere, the decision applies only at its own place.
        """
        if self._is_narrow(one):
            return self._narrowed(one)
        places, found = self._reach(one)
        ruled = []
        for start, end in places:
            if (start, end) in self.apart and not self._is_at(one, start, end):
                continue
            if self._rules(one, start, end):
                ruled.append((start, end))
        if ruled:
            fewer = f"{one.seen} places when it was taken, {found} now" if found < one.seen else ""
            return Outcome(one, "holds", tuple(ruled), fewer)
        if found:
            return Outcome(one, "outranked", (), "other decisions hold at each of its places")
        if (
            one.verdict == "accept"
            and one.scope == "text"
            and (left := self.index.occurrences(one.quote))
        ):
            why = (
                f"nothing proposes “{one.after}” for “{one.quote}” any more, which still "
                f"stands in {len(left)} places"
            )
            return Outcome(one, "stale", (), why, left[:OFFERED])
        return Outcome(one, "idle", (), "the text has no such place now")

    def _reach(self, one: Decision) -> tuple[tuple[tuple[int, int], ...], int]:
        """The places that a decision for a form may rule, and at how many the form was found."""
        known = self.index.reach.get(id(one))
        if known and known[0] is one:
            return known[1:]
        proposed = {
            (self.document.ledger[i].start, self.document.ledger[i].end)
            for i in self.index.by_form.get((one.quote, one.after), ())
        }
        # What an editor wrote out, or accepted of a word in this text, holds wherever the word
        # stands, though no stage propose it.
        spoken = one.verdict == "reading" or (
            one.verdict == "accept" and one.scope == "text" and _of_words(one)
        )
        standing = set(self.index.occurrences(one.quote)) if spoken else set()
        places = sorted(standing if one.verdict == "reading" else proposed | standing)

        def concerns(start: int, end: int) -> bool:
            """Whether a place is neither in a running head that is taken out nor in a change."""
            wider = any(p.start < start or p.end > end for p in self.document.pieces_in(start, end))
            return not wider or (one.verdict != "reading" and (start, end) in proposed)

        reach = (tuple(place for place in places if concerns(*place)), len(places))
        self.index.reach[id(one)] = (one, *reach)
        return reach

    def _is_narrow(self, one: Decision) -> bool:
        """Whether a decision changes a form that may be right elsewhere."""
        if one.verdict == "refuse" or one.after == one.quote:
            return False
        pair = (one.quote, one.after)
        if pair not in self.index.narrow:
            self.index.narrow[pair] = not spreads(*pair, self.document.language)
        return self.index.narrow[pair]

    def _is_at(self, one: Decision, start: int, end: int) -> bool:
        """Whether a decision was taken at a place."""
        found = self._found(one)[0]
        return isinstance(found, Found) and (found.start, found.end) == (start, end)

    def _narrowed(self, one: Decision) -> Outcome:
        """A decision for a form that may be right elsewhere, `83` or `he`: it rules its own place.

        A sign, such as `--` for a dash, is also changed wherever a stage proposes to regularise its
        form: there no word is at stake.
        """
        outcome = self._placed(one)
        own = set(outcome.places)
        more = {
            (change.start, change.end)
            for i in self.index.by_form.get((one.quote, one.after), ())
            if (change := self.document.ledger[i]).kind not in _WORDS
            and not is_figure(one.quote, "")
        }
        ruled = [span for span in sorted(more - own - self.apart) if self._rules(one, *span)]
        if not own and ruled:
            return Outcome(one, "holds", tuple(ruled))
        others = [span for span in self.index.occurrences(one.quote) if span not in own | more]
        if not others or (is_sign(one.quote) and len(own | more) >= one.seen):
            return replace(outcome, places=tuple(sorted([*own, *ruled])))
        why = (
            f"“{one.quote}” may be right elsewhere, so this decision holds at its own place only; "
            f"{len(others)} other {'place reads' if len(others) == 1 else 'places read'} the same"
        )
        return replace(
            outcome,
            why=outcome.why or why,
            places=tuple(sorted([*own, *ruled])),
            candidates=outcome.candidates or tuple(others[:OFFERED]),
            narrowed=True,
        )

    def _covered(self, found: Found) -> bool:
        """Whether a place lies in a wider stretch that was taken out of the text as furniture."""
        return any(
            (piece.start < found.start or piece.end > found.end)
            and self.document.ledger[piece.changes[-1]].kind == "furniture"
            for piece in self.document.pieces_in(found.start, found.end)
        )

    def _rules(self, one: Decision, start: int, end: int) -> bool:
        """Let a decision rule a place, unless one of a higher rank does."""
        claim = self.claims.refuse if one.verdict == "refuse" else self.claims.read
        if not claim(start, end, one.after):
            return False
        known = self.index.effects.get((id(one), start, end))
        if known is None or known[0] is not one:
            known = (one, self._effect(one, start, end))
            self.index.effects[id(one), start, end] = known
        for i, verdict in known[1].verdicts:
            self._rule(i, verdict, one)
        if known[1].own:
            self.additions.append((start, end, one))
        return True

    def _effect(self, one: Decision, start: int, end: int) -> _Effect:
        """What a decision does at a place that it rules."""
        same = self.index.by_place.get((start, end, one.after), [])
        if one.verdict == "refuse":
            return _Effect(tuple((i, "refused") for i in same))
        verdicts: list[tuple[int, Verdict]] = []
        as_it_stands = one.after == self.document.raw[start:end]
        chosen = max(
            (i for i in same if self._of_kind(i, one)),
            key=lambda i: (self.document.ledger[i].verdict == "made", i),
            default=None,
        )
        if chosen is not None and not as_it_stands:
            verdicts.append((chosen, "made"))
        for i in self._within(start, end):
            change = self.document.ledger[i]
            if i == chosen and not as_it_stands:
                continue
            if chosen is not None and change.verdict == "made" and i < chosen:
                continue  # what the accepted change itself was proposed for
            answered = change.is_query or (as_it_stands and change.kind != "furniture")
            if change.kind in _WORDS or answered:
                verdicts.append((i, "refused"))
        return _Effect(tuple(verdicts), own=chosen is None and not as_it_stands)

    def _of_kind(self, i: int, one: Decision) -> bool:
        """Whether an entry is of the kind the editor says: the printer's error, or not."""
        return (self.document.ledger[i].kind == "print") == (one.kind == "print")

    def _rule(self, i: int, verdict: Verdict, one: Decision) -> None:
        if i not in self.verdicts:
            self.verdicts[i] = (verdict, one.by)
            self.ruling[i] = one

    def _within(self, start: int, end: int) -> Iterator[int]:
        """The entries of the ledger whose span lies within this one."""
        at = bisect_left(self.index.starts, (start, -1))
        while at < len(self.index.starts) and self.index.starts[at][0] < end:
            i = self.index.starts[at][1]
            if self.document.ledger[i].end <= end:
                yield i
            at += 1

    def _settled(self) -> Document:
        """The document with the verdicts and the editors' own readings in its ledger."""
        ledger = self.document.ledger
        document = self.document.settled(self.verdicts) if self.verdicts else self.document
        if not self.additions:
            return document
        additions: list[Change] = []
        for start, end, one in sorted(self.additions, key=lambda addition: addition[:2]):
            self.ruling[len(ledger) + len(additions)] = one
            additions.append(_own(document, start, end, one))
        return document.settled({}, additions)


def _own(document: Document, start: int, end: int, one: Decision) -> Change:
    """An editor's reading as an entry of the ledger."""
    return Change(
        start=start,
        end=end,
        before=document.reading_of(start, end),
        after=one.after,
        stage="hand",
        rule="hand",
        why=one.note
        or ("accepted by an editor" if one.verdict == "accept" else "an editor's own reading"),
        kind=_kind(document.raw[start:end], one),
        confidence=1.0,
        verdict="made",
        by=one.by,
    )


def _kind(form: str, one: Decision) -> Kind:
    """What kind of change a reading is: of a line end alone, it joins or parts a broken word."""
    return (
        "linebreak"
        if one.kind == "ocr" and "\n" in form and not re.search(r"\w", form + one.after)
        else one.kind
    )


def _of_words(one: Decision) -> bool:
    """Whether a decision concerns a word, so that it can be found as a whole word.

    `tbe` can; `''` and a page number's `12` cannot.
    """
    return bool(re.search(r"\w", one.quote) and re.search(r"\w", one.after))


def occurrences(raw: str, form: str) -> Iterator[tuple[int, int]]:
    """Where a form stands as a whole word: `don` is not found in `don't`."""
    at = raw.find(form) if form else -1
    first, last = form[:1], form[-1:]
    while at >= 0:
        end = at + len(form)
        left, right = raw[max(0, at - 2) : at], raw[end : end + 2]
        within = _SIGN.match(first) and (
            _SIGN.match(left[-1:]) or (left[-1:] in "'’" and len(left) == 2 and _SIGN.match(left))
        )
        beyond = _SIGN.match(last) and (
            _SIGN.match(right[:1])
            or (right[:1] in "'’" and len(right) == 2 and _SIGN.match(right[1:]))
        )
        if within or beyond:
            at = raw.find(form, at + 1)
        else:
            yield at, end
            at = raw.find(form, end)


_SIGN = re.compile(r"\w")
_ROUNDS = ("reviewed", "validated")


def _checked(document: Document, outcomes: Iterable[Outcome]) -> Iterator[Mark]:
    """Marks of the pages that editors have read and that still read the same.

    When one editor has validated what another had reviewed before, there is a mark of each.
    """
    known = {page.start: page.n for page in pages(document)}
    before: dict[tuple[int, int], Decision] = {}  # the word before, by page
    for outcome in outcomes:
        one = outcome.decision
        if one.verdict != "page" or not outcome.places:
            continue
        start, end = outcome.places[0]
        first, before[start, end] = before.get((start, end)), one
        if outcome.state not in {"holds", "moved"}:
            continue
        twice = first and first.by != one.by and (first.after, one.after) == _ROUNDS
        for mark in (first, one) if first and twice else (one,):
            told = {
                "state": mark.after,
                "by": mark.by,
                "when": mark.when,
                "n": known.get(start, ""),
            }
            yield Mark("checked", start, end, tuple(told.items()))


def _pages_read(document: Document, decisions: list[Decision]) -> Iterator[Outcome]:
    """The outcome of decisions on whole pages, which hold as long as the page reads the same."""
    if not decisions:
        return
    all_pages = pages(document)
    latest: dict[int, Decision] = {}
    outcomes: list[tuple[Outcome, int]] = []
    for one in decisions:
        found = find(document.raw, one)
        if isinstance(found, Lost):
            yield Outcome(one, "stale", (), f"the page is not found: {found.why}", found.candidates)
            continue
        page = page_at(all_pages, found.start)
        latest[page.index] = one
        place = ((page.start, page.end),)
        if digest(document, page) == one.digest:
            outcomes.append(
                (Outcome(one, "moved" if found.by == "quotation" else "holds", place), page.index)
            )
        else:
            outcomes.append(
                (
                    Outcome(
                        one,
                        "stale",
                        place,
                        f"page {page.n} reads differently now than when it was {one.after}",
                    ),
                    page.index,
                )
            )
    for outcome, index in outcomes:
        yield (
            outcome
            if latest[index] is outcome.decision
            else replace(outcome, state="outranked", why="a later word on this page holds")
        )
