"""The view: what there is to see of a text at one moment, as the review page asks for it.

A view never changes. What it tells is ready for JSON; positions are code points of the raw text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from pipeline.document import Box, Document, Surface
from pipeline.errors import DecisionError
from pipeline.review.decide.decisions import Decision, Log, standing
from pipeline.review.decide.evidence import Precedents, confused, evidence
from pipeline.review.decide.groups import Group, Standing, extent, standing_of, tally
from pipeline.review.decide.hand import Replay, occurrences
from pipeline.review.decide.pages import Page, page_at, pages
from pipeline.review.serve import scans

AROUND = 70  # code points of the reading shown on either side of a place
LONGEST = 500  # code points that are selected at once
PAUSE = 120  # seconds without a decision after which somebody has gone for coffee
PACE = 60  # the decisions by which the pace is reckoned
_WORD = re.compile(r"\S+")
_BLANK = re.compile(r"\s+")

PageState = Literal["raw", "proposed", "reviewed", "validated"]
Json = dict[str, Any]


@dataclass(frozen=True)
class View:
    """What there is to see at one moment."""

    subject: str
    title: str
    epoch: str
    base: Document
    groups: tuple[Group, ...]
    own: Log
    shared: Log
    document: Document
    replay: Replay

    @property
    def version(self) -> str:
        """Tells two states of the decisions apart."""
        return f"{self.shared.version}.{self.own.version}"

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """All decisions: the project's, then the text's own."""
        return (*self.shared.decisions, *self.own.decisions)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages."""
        return pages(self.base)

    @cached_property
    def evidence(self) -> Precedents:
        """What the decisions teach."""
        return evidence(self.decisions, self.base.language)

    @cached_property
    def places(self) -> scans.Places | None:
        """Where the text lies on its scans."""
        return scans.Places(self.base.source.layout) if self.base.source.layout else None

    @cached_property
    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """The groups as the list shows them."""
        return tuple(self._row(group) for group in self.groups)

    def _row(self, group: Group) -> tuple[Any, ...]:
        counts = tally(group, self.document, self.replay.ruling)
        first = self.base.ledger[group.entries[0]]
        figures = (
            len(group.entries),
            counts["open"],
            counts["made"],
            counts["accepted"],
            counts["refused"],
        )
        return (
            group.form,
            group.after,
            group.kind,
            *figures,
            round(group.worth, 2),
            round(group.confidence, 3),
            first.rule,
        )

    def whole(self, group: Group) -> bool:
        """Whether a group's form is what the change itself covers, not a word of which it covers a
        part.
        """
        first = self.base.ledger[group.entries[0]]
        return self.base.raw[first.start : first.end] == group.form

    def stands(self, entry: int) -> Standing:
        """How an entry of the ledger stands."""
        return standing_of(self.document.ledger[entry], self.replay.ruling.get(entry))

    @cached_property
    def _entries_by_start(self) -> list[tuple[int, int]]:
        return sorted(
            (self.document.ledger[i].start, i) for group in self.groups for i in group.entries
        )

    def entries_in(self, start: int, end: int) -> list[int]:
        """The entries an editor is asked about that begin in a raw span."""
        rows = self._entries_by_start
        return [i for _, i in rows[bisect_left(rows, (start, -1)) : bisect_left(rows, (end, -1))]]

    def state(self) -> Json:
        """The whole list: groups, progress, what is stale, the pages' states."""
        return {
            "id": self.subject,
            "title": self.title,
            "epoch": self.epoch,
            "version": self.version,
            "groups": self.rows,
            "remarks": [
                *self.shared.remarks("raw/decisions.jsonl"),
                *self.own.remarks(f"raw/{self.subject}/decisions.jsonl"),
            ],
            "last": {who: self.last(who) for who in {one.who for one in self.decisions}},
            **self.summary(),
        }

    def summary(self) -> Json:
        """What any decision may change, beside the groups: progress, what is stale, the pages'
        states, what was learned.
        """
        return {
            "progress": progress(self),
            "stale": [
                self._stale(i) for i, one in enumerate(self.replay.outcomes) if one.state == "stale"
            ],
            "pages": self._pages(),
            "learned": self._learned(),
        }

    def decided(self, offset: int = 0, limit: int = 100) -> Json:
        """The decisions that were taken, the latest first, with what became of each."""
        rows = [
            {
                "id": outcome.decision.id,
                "verdict": outcome.decision.verdict,
                "form": outcome.decision.quote,
                "after": outcome.decision.after,
                "scope": outcome.decision.scope,
                "kind": outcome.decision.kind,
                "who": outcome.decision.who,
                "when": outcome.decision.when,
                "note": outcome.decision.note,
                "state": outcome.state,
                "why": outcome.why,
                "places": len(outcome.places),
                "page": page_at(self.pages, outcome.places[0][0]).index if outcome.places else None,
            }
            for outcome in self.replay.outcomes
            if outcome.decision.verdict != "undo"
        ]
        rows.sort(key=lambda row: str(row["when"]), reverse=True)
        return {"total": len(rows), "rows": rows[offset : offset + limit]}

    def group(self, number: int, offset: int = 0, limit: int = 60) -> Json:
        """A group's places in context."""
        group = nth(self.groups, number, "group")
        lines = _Lines(self)
        return {
            "group": number,
            "row": self.rows[number],
            "total": len(group.entries),
            "offset": offset,
            "alternatives": [[one.after, round(one.confidence, 3)] for one in group.alternatives],
            "by_form": group.by_form,
            "words": whole_words(self.base.raw, group.form) if self.whole(group) else 0,
            "known": self._known(group),
            "places": [self._place(i, lines) for i in group.entries[offset : offset + limit]],
        }

    def place(self, entry: int) -> Json:
        """One place in context."""
        return self._place(entry, _Lines(self))

    def _place(self, entry: int, lines: _Lines) -> Json:
        change, document = self.document.ledger[entry], self.document
        seen = extent(document.raw, change)
        first, last = document.reading_span(seen.start, seen.end)
        page = page_at(self.pages, change.start)
        ruling = self.replay.ruling.get(entry)
        return {
            "entry": entry,
            "page": page.index,
            "n": page.n,
            "line": lines.of(page, change.start),
            "left": _flat(document.text[max(0, first - AROUND) : first], cut_left=first > AROUND),
            "right": _flat(
                document.text[last : last + AROUND], cut_right=last + AROUND < len(document.text)
            ),
            "start": seen.start,
            "end": seen.end,
            "form": seen.form,
            "after": seen.after,
            "reading": document.text[first:last],
            "stands": self.stands(entry),
            "by": ruling.who if ruling else "",
            "when": ruling.when if ruling else "",
            "note": ruling.note if ruling else "",
            "scope": ruling.scope if ruling else "",
            "confidence": round(change.confidence, 3),
            "why": self.base.ledger[entry].why,
            "rule": self.base.ledger[entry].rule,
            "image": self._image(seen.start, seen.end),
        }

    def _image(self, start: int, end: int) -> Json | None:
        snippet = self.places.snippet(start, end) if self.places else None
        layout = self.base.source.layout
        if not snippet or not layout:
            return None
        surface, crop, word = layout.surfaces[snippet.surface], snippet.crop, snippet.word
        if scans.remote(surface):
            return {"surface": snippet.surface, "remote": surface.url}
        wide, high = crop.x1 - crop.x0, crop.y1 - crop.y0
        return {
            "surface": snippet.surface,
            "crop": [crop.x0, crop.y0, crop.x1, crop.y1],
            "size": [wide, high],
            "word": [
                (word.x0 - crop.x0) / wide,
                (word.y0 - crop.y0) / high,
                (word.x1 - word.x0) / wide,
                (word.y1 - word.y0) / high,
            ],
            "on_page": _share(word, surface),
        }

    def _on_page(self, start: int, end: int) -> list[float] | None:
        """Where a raw span stands on its page image, in shares of its width and height."""
        snippet = self.places.snippet(start, end) if self.places else None
        layout = self.base.source.layout
        return (
            _share(snippet.word, layout.surfaces[snippet.surface]) if snippet and layout else None
        )

    def _known(self, group: Group) -> list[str]:
        """What earlier decisions say of a proposal, in words."""
        counts = self.evidence.confusions
        said = []
        for wrong, true in confused(group.form, group.after):
            if n := counts.get((wrong, true), 0):
                said.append(
                    f"“{wrong or '∅'}” for “{true or '∅'}” accepted at {n} "
                    f"{'place' if n == 1 else 'places'}"
                )
        if group.form in self.evidence.words:
            said.append(f"“{group.form}” is a word by an editor's decision")
        return said

    def _learned(self) -> Json:
        return {
            "words": sorted(self.evidence.words)[:400],
            "confusions": [[a, b, n] for (a, b), n in self.evidence.confusions.most_common(60)],
            "refused": [
                [a, b, self.evidence.places.get((a, b), 1)] for a, b in self.evidence.refused[:200]
            ],
        }

    def _stale(self, index: int) -> Json:
        outcome = self.replay.outcomes[index]
        one = outcome.decision
        return {
            "id": one.id,
            "verdict": one.verdict,
            "form": one.quote,
            "after": one.after,
            "scope": one.scope,
            "who": one.who,
            "when": one.when,
            "left": _flat(one.prefix[-AROUND:]),
            "right": _flat(one.suffix[:AROUND]),
            "why": outcome.why,
            "page": page_at(self.pages, outcome.places[0][0]).index if outcome.places else None,
            "candidates": [self._candidate(start, end) for start, end in outcome.candidates],
        }

    def _candidate(self, start: int, end: int) -> Json:
        raw, page = self.base.raw, page_at(self.pages, start)
        return {
            "start": start,
            "end": end,
            "n": page.n,
            "page": page.index,
            "left": _flat(raw[max(0, start - AROUND) : start], cut_left=True),
            "form": raw[start:end],
            "right": _flat(raw[end : end + AROUND], cut_right=True),
        }

    def _pages(self) -> list[Json]:
        said = {
            outcome.places[0]: outcome
            for outcome in self.replay.outcomes
            if outcome.decision.verdict == "page" and outcome.state in _RULES
        }
        out = []
        for page in self.pages:
            counts: dict[str, int] = {"open": 0, "made": 0, "accepted": 0, "refused": 0}
            for i in self.entries_in(page.start, page.end):
                counts[self.stands(i)] += 1
            outcome = said.get((page.start, page.end))
            state: PageState = (
                "proposed"
                if counts["open"] or counts["made"]
                else "reviewed"
                if counts["accepted"] or counts["refused"]
                else "raw"
            )
            if outcome:
                state = "validated" if outcome.decision.after == "validated" else "reviewed"
            out.append(
                {
                    "n": page.n,
                    "state": state,
                    "open": counts["open"],
                    "made": counts["made"],
                    "surface": self._surface(page),
                }
            )
        return out

    def _surface(self, page: Page) -> int | str | None:
        """The number of a page's image, or its address on the web."""
        layout = self.base.source.layout
        if not layout:
            return None
        number = page.surface
        if number is None:
            number = next(
                (zone.surface for zone in layout.zones if page.start <= zone.start < page.end), None
            )
        if number is None or number >= len(layout.surfaces) or not layout.surfaces[number].url:
            return None
        return layout.surfaces[number].url if scans.remote(layout.surfaces[number]) else number

    def last(self, who: str | None = None) -> list[str]:
        """The decisions that an undo takes back: the latest, of one editor or of all, and those
        taken with it.
        """
        stand = [one for one in standing(self.decisions) if one.id and who in {None, one.who}]
        if not stand:
            return []
        latest = max(one.when for one in stand)
        return [one.id for one in stand if one.when == latest]

    def page(self, number: int) -> Json:
        """A page of running text, raw and edition, every change marked, every word with its raw
        span.
        """
        page = nth(self.pages, number, "page")
        marks = _marks(self, page)
        document = self.document
        words = [
            (*document.raw_span(first, last), first, last) for first, last in _words(document, page)
        ]
        spans = [
            (document.reading_at(m["start"]), document.reading_at(m["end"], end=True))
            for m in marks
        ]
        begins, ends = document.reading_at(page.start), document.reading_at(page.end)
        if page.index == len(self.pages) - 1:
            ends = len(document.text)
        raw_words = [m.span() for m in _WORD.finditer(document.raw, page.start, page.end)]
        lines = _common_lines(document, page)
        return {
            "number": number,
            "n": page.n,
            "of": len(self.pages),
            "marks": marks,
            "edition": _runs(
                document.text,
                begins,
                ends,
                [(a, b) for _, _, a, b in words],
                spans,
                [at for _, at in lines],
            ),
            "edition_words": [[start, end] for start, end, _, _ in words],
            "raw": _runs(
                document.raw,
                page.start,
                page.end,
                raw_words,
                [(m["start"], m["end"]) for m in marks],
                [at for at, _ in lines],
            ),
            "raw_words": [list(span) for span in raw_words],
            "boxes": [self._on_page(start, end) for start, end, _, _ in words]
            if self.places
            else None,
            **self._pages()[number],
        }

    def span(self, start: int, end: int) -> Json:
        """A stretch that somebody selected: what is read there, and where it is to be seen."""
        if not 0 <= start < end <= len(self.base.raw) or end - start > LONGEST:
            raise DecisionError(f"Select between one and {LONGEST} characters of the text.")
        document = self.document
        first, last = document.reading_span(start, end)
        pieces = document.pieces_in(start, end)
        start, end = min([start, *(p.start for p in pieces)]), max([end, *(p.end for p in pieces)])
        form = document.raw[start:end]
        return {
            "start": start,
            "end": end,
            "form": form,
            "reading": document.text[first:last],
            "words": whole_words(document.raw, form),
            "image": self._image(start, end),
            "epoch": self.epoch,
        }

    def search(self, wanted: str, limit: int = 100) -> Json:
        """Where a string stands in the reading or in the raw text, whatever its case."""
        wanted = wanted.strip()[:LONGEST]
        if not wanted:
            return {"total": 0, "hits": []}
        pattern = re.compile(r"\s+".join(map(re.escape, wanted.split())), re.IGNORECASE)
        document = self.document
        spans = [document.raw_span(*m.span()) for m in pattern.finditer(document.text)]
        known = {start for start, _ in spans}
        spans += [m.span() for m in pattern.finditer(document.raw) if m.start() not in known]
        spans.sort()
        return {
            "total": len(spans),
            "hits": [self._candidate(start, end) for start, end in spans[:limit]],
        }


_RULES = {"holds", "moved"}


class _Lines:
    """The line of a page on which a place is, counted once a page."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.starts: dict[int, list[int]] = {}

    def of(self, page: Page, position: int) -> int:
        if page.index not in self.starts:
            raw = self.view.base.raw[page.start : page.end]
            self.starts[page.index] = [
                page.start + m.start() for m in re.finditer(r"[^\n]*\S[^\n]*", raw)
            ]
        starts = self.starts[page.index]
        return max(1, bisect_left(starts, position + 1))


def progress(view: View) -> Json:
    """What is left to decide, and at the pace of the last decisions, how many seconds that takes
    (None where unknown).
    """
    places = groups = total = looked = made = 0
    held = sum(
        view.base.ledger[i].verdict == "held" for group in view.groups for i in group.entries
    )
    for _, _, _, n, still, by_pipeline, accepted, refused, *_ in view.rows:
        total += n
        places += still
        groups += still > 0
        made += by_pipeline
        looked += accepted + refused
    seconds = pace(view.own.decisions)
    return {
        "open": places,
        "groups": groups,
        "held": held,
        "made": made,
        "decided": looked,
        "total": total,
        "seconds": None if seconds is None else round(seconds * groups),
    }


def pace(decisions: Sequence[Decision]) -> float | None:
    """Seconds from one decision to the next, of late and without the pauses; None before there are
    five.
    """
    times = sorted(
        {one.when for one in decisions if one.verdict in {"accept", "refuse", "reading"}}
    )[-PACE:]
    try:
        moments = [datetime.fromisoformat(when) for when in times]
        gaps = [(after - before).total_seconds() for before, after in pairwise(moments)]
    except (ValueError, TypeError):  # somebody wrote a time by hand
        return None
    gaps = [gap for gap in gaps if gap <= PAUSE]
    return sum(gaps) / len(gaps) if len(gaps) >= 4 else None


def whole_words(raw: str, form: str) -> int:
    """At how many places of a text a form stands as a whole word; none, if it is no word."""
    return sum(1 for _ in occurrences(raw, form)) if re.search(r"\w", form) else 0


def nth(many: Sequence[Any], number: Any, name: str) -> Any:
    """One of many. Raises DecisionError where there is none of that number."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(many):
        raise DecisionError(f"There is no such {name}.")
    return many[number]


def _flat(text: str, *, cut_left: bool = False, cut_right: bool = False) -> str:
    """A stretch of context in one line, cut at words."""
    if cut_left and (m := _BLANK.search(text)) and m.end() < len(text):
        text = "…" + text[m.end() :]
    if cut_right and (blanks := list(_BLANK.finditer(text))) and blanks[-1].start() > 0:
        text = text[: blanks[-1].start()] + "…"
    return _BLANK.sub(" ", text)


def _words(document: Document, page: Page) -> list[tuple[int, int]]:
    first, last = document.reading_span(page.start, page.end)
    return [m.span() for m in _WORD.finditer(document.text, first, last)]


def _marks(view: View, page: Page) -> list[Json]:
    """What is changed or proposed on a page: stretches that do not overlap, in order."""
    document = view.document
    rows = [
        (piece.start, piece.end, list(piece.changes))
        for piece in document.pieces_in(page.start, page.end)
    ]
    taken = [(start, end) for start, end, _ in rows]
    for i in view.entries_in(page.start, page.end):
        change = document.ledger[i]
        if change.verdict == "made":
            continue
        at = bisect_left(taken, (change.start, change.start))
        clear = (at == 0 or taken[at - 1][1] <= change.start) and (
            at == len(taken) or taken[at][0] >= change.end
        )
        if clear:
            taken.insert(at, (change.start, change.end))
            rows.append((change.start, change.end, [i]))
    groups = {i: n for n, group in enumerate(view.groups) for i in group.entries}
    out = []
    for start, end, history in sorted(rows):
        last = history[-1]
        change = document.ledger[last]
        out.append(
            {
                "start": start,
                "end": end,
                "entry": last if last < len(view.base.ledger) else None,
                "group": groups.get(last),
                "kind": change.kind,
                "stands": view.stands(last),
                "form": document.raw[start:end],
                "after": change.after,
                "rule": change.rule,
                "why": change.why,
                "by": change.by,
                "id": view.replay.ruling[last].id if last in view.replay.ruling else "",
                "confidence": round(change.confidence, 3),
            }
        )
    return out


def _common_lines(document: Document, page: Page) -> list[tuple[int, int]]:
    """Where, on a page, a line begins both in the raw text and in the reading: positions in the one
    and in the other.
    """
    joined = [
        (piece.start, piece.end)
        for piece in document.pieces_in(page.start, page.end)
        if piece.start < piece.end
    ]
    out = []
    for m in re.finditer("\n", document.raw[page.start : page.end]):
        at = page.start + m.start()
        before = bisect_left(joined, (at + 1, -1)) - 1
        if before >= 0 and joined[before][1] > at:
            continue  # the line end itself is changed: a word is joined over it
        reading = document.reading_at(at, end=True)
        if document.text[reading : reading + 1] == "\n":
            out.append((at + 1, reading + 1))
    return out


def _share(box: Box, surface: Surface) -> list[float]:
    """A box in shares of its page image: left, top, width, height."""
    wide, high = surface.width, surface.height
    return [
        round(part, 5)
        for part in (
            box.x0 / wide,
            box.y0 / high,
            (box.x1 - box.x0) / wide,
            (box.y1 - box.y0) / high,
        )
    ]


def _runs(
    text: str,
    start: int,
    end: int,
    words: Sequence[tuple[int, int]],
    marks: Sequence[tuple[int, int]],
    lines: Sequence[int],
) -> list[list[list[Any]]]:
    """A stretch in lines, each cut where words and marks begin and end: [text, word or -1, mark or
    -1].

    An empty mark, of what was taken out, has an empty run, with the word that it is in or comes
    after (or the next one).
    """
    cuts = sorted(
        {
            start,
            end,
            *(at for span in (*words, *marks) for at in span if start <= at <= end),
            *(at for at in lines if start < at < end),
        }
    )
    empty: dict[int, list[int]] = {}
    for n, (a, b) in enumerate(marks):
        if a == b:
            empty.setdefault(a, []).append(n)
    out: list[list[list[Any]]] = [[]]
    begins = set(lines)
    w = m = 0
    for a, b in [*pairwise(cuts), (cuts[-1], cuts[-1])]:
        while w < len(words) and words[w][1] <= a:
            w += 1
        while m < len(marks) and marks[m][1] <= a:
            m += 1
        inside = w < len(words) and words[w][0] < a
        out[-1] += (
            [["", w if inside or w == 0 else w - 1, n] for n in empty.get(a, ())] if words else []
        )
        if a in begins and start < a < end:
            out.append([])
        if a < b:
            word = w if w < len(words) and words[w][0] <= a else -1
            mark = m if m < len(marks) and marks[m][0] <= a < marks[m][1] else -1
            out[-1].append([text[a:b], word, mark])
    return out
