"""The view: one text under review at one moment. It never changes, and answers in rows of JSON."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex

from pipeline.document import Box, Document, Surface
from pipeline.errors import DecisionError
from pipeline.html import counted
from pipeline.review.decide.decisions import Decision, Log, standing
from pipeline.review.decide.evidence import Precedents, confused, evidence
from pipeline.review.decide.groups import Group, Standing, extent, standing_of
from pipeline.review.decide.hand import Outcome, Replay
from pipeline.review.decide.pages import PageSpan, page_at
from pipeline.review.serve import learning, scans
from pipeline.review.serve.loaded import Loaded
from pipeline.review.serve.progress import progress
from pipeline.review.serve.rows import (
    CandidateRow,
    DecisionRow,
    Decisions,
    GroupPlaces,
    GroupRow,
    Hits,
    Image,
    Learned,
    PageRow,
    PageState,
    PlaceRow,
    RunningText,
    Selection,
    Share,
    State,
    Summary,
    UnresolvedRow,
)
from pipeline.review.serve.running import running_text
from pipeline.review.serve.selection import LONGEST, nth
from pipeline.review.serve.standings import Counts, Standings
from pipeline.rules import KINDS

PATIENCE = 2.0  # seconds that a search may take
MANY = 5_000  # hits of a search that are counted and can be replaced at once
AROUND = 70  # code points of context shown on either side of a place
_BLANK = re.compile(r"\s+")

Json = dict[str, Any]  # what a request asks for


@dataclass(frozen=True)
class View:
    """One text under review at one moment."""

    subject: str
    title: str
    loaded: Loaded
    own: Log
    shared: Log
    document: Document
    replay: Replay
    standings: Standings
    rows: tuple[GroupRow, ...]  # the groups in the list

    @property
    def epoch(self) -> str:
        """Names the loading of the text on which this view rests."""
        return self.loaded.epoch

    @property
    def base(self) -> Document:
        """The document as the stages left it."""
        return self.loaded.base

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of changes, those first whose decision is worth most."""
        return self.loaded.groups

    @property
    def pages(self) -> tuple[PageSpan, ...]:
        """The pages."""
        return self.loaded.pages

    @property
    def places(self) -> scans.Places | None:
        """Where the text lies on its scans."""
        return self.loaded.places

    @property
    def version(self) -> str:
        """A version of the decisions, which changes with each."""
        return f"{self.shared.version}.{self.own.version}"

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """All decisions: the project's, then the text's own."""
        return (*self.shared.decisions, *self.own.decisions)

    @cached_property
    def evidence(self) -> Precedents:
        """What the decisions teach."""
        return evidence(self.decisions, self.base.language)

    def whole(self, group: Group) -> bool:
        """Whether the change covers a group's whole form, not a part of that word."""
        first = self.base.ledger[group.entries[0]]
        return self.base.raw[first.start : first.end] == group.form

    def stands(self, entry: int) -> Standing:
        """How an entry of the ledger stands."""
        return standing_of(self.document.ledger[entry], self.replay.ruling.get(entry))

    def entries_in(self, start: int, end: int) -> list[int]:
        """The entries for an editor that begin in a raw span."""
        rows = self.loaded.by_start
        return [i for _, i in rows[bisect_left(rows, (start, -1)) : bisect_left(rows, (end, -1))]]

    def state(self) -> State:
        """All that the page shows at first."""
        return {
            "id": self.subject,
            "title": self.title,
            "epoch": self.epoch,
            "version": self.version,
            "kinds": {kind: wording.label for kind, wording in KINDS.items()},
            "groups": self.rows,
            "remarks": [
                *self.shared.remarks("raw/decisions.jsonl"),
                *self.own.remarks(f"raw/{self.subject}/decisions.jsonl"),
            ],
            **self.summary,
        }

    @cached_property
    def summary(self) -> Summary:
        """Everything, besides the groups, that a decision may change."""
        return {
            "progress": progress(self),
            "stale": [
                self._stale(i) for i, one in enumerate(self.replay.outcomes) if one.state == "stale"
            ],
            "pages": self.page_rows,
            "learned": self._learned(),
            "last": self._last(),
        }

    def decided(
        self,
        offset: int = 0,
        limit: int = 100,
        *,
        who: str | None = None,
        page: int | None = None,
        since: str = "",
        until: str = "",
    ) -> Decisions:
        """Decisions, the latest first, with what became of each.

        Those of one editor, on one page, from a moment on and before another (`when` as decisions
        have it), if so wanted.
        """
        rows: list[DecisionRow] = [
            {
                "ids": [outcome.decision.id],
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
            and who in {None, outcome.decision.who}
            and since <= outcome.decision.when
            and (not until or outcome.decision.when < until)
            and (page is None or self._touches(outcome, page))
        ]
        rows = list(_steps(rows))
        rows.sort(key=lambda row: str(row["when"]), reverse=True)
        editors = sorted({one.who for one in self.decisions})
        return {"total": len(rows), "editors": editors, "rows": rows[offset : offset + limit]}

    def _touches(self, outcome: Outcome, page: int) -> bool:
        """Whether a decision holds somewhere on a page, or was made there if it holds nowhere."""
        places = outcome.places or ((outcome.decision.start, outcome.decision.end),)
        return any(page_at(self.pages, start).index == page for start, _ in places)

    def group(self, number: int, offset: int = 0, limit: int = 60) -> GroupPlaces:
        """A group's places in context."""
        group = nth(self.groups, number, "group")
        lines = _Lines(self)
        return {
            "group": number,
            "row": self.rows[number],
            "total": len(group.entries),
            "offset": offset,
            "alternatives": [(one.after, round(one.confidence, 3)) for one in group.alternatives],
            "by_form": group.by_form,
            "words": self.loaded.whole_words(group.form) if self.whole(group) else 0,
            "known": self._known(group),
            "places": [self._place(i, lines) for i in group.entries[offset : offset + limit]],
        }

    def place(self, entry: int) -> PlaceRow:
        """One place in context."""
        return self._place(entry, _Lines(self))

    def _place(self, entry: int, lines: _Lines) -> PlaceRow:
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

    def _image(self, start: int, end: int) -> Image | None:
        return self._shown(self.places.snippet(start, end) if self.places else None)

    def strip(self, start: int, end: int) -> Image | None:
        """The image of a line of text, unless it is only on the web."""
        found = self._shown(self.places.strip(start, end) if self.places else None)
        return None if found and "remote" in found else found

    def _shown(self, snippet: scans.Snippet | None) -> Image | None:
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
            "crop_on_page": _share(crop, surface),
        }

    def on_page(self, start: int, end: int) -> Share | None:
        """Where a raw span is on its page image."""
        snippet = self.places.snippet(start, end) if self.places else None
        layout = self.base.source.layout
        return (
            _share(snippet.word, layout.surfaces[snippet.surface]) if snippet and layout else None
        )

    def _known(self, group: Group) -> list[str]:
        """What earlier decisions say about a proposal, in words."""
        counts = self.evidence.confusions
        said = []
        for wrong, true in confused(group.form, group.after):
            if n := counts.get((wrong, true), 0):
                said.append(
                    f"“{wrong or '∅'}” → “{true or '∅'}” was accepted at {counted(n, 'place')}"
                )
        if group.form in self.evidence.words:
            said.append(f"an editor decided that “{group.form}” is a word")
        return said

    def _learned(self) -> Learned:
        return {
            "words": sorted(self.evidence.words)[:400],
            "confusions": [(a, b, n) for (a, b), n in self.evidence.confusions.most_common(60)],
            "refused": [
                (a, b, self.evidence.places.get((a, b), 1)) for a, b in self.evidence.refused[:200]
            ],
        }

    def _stale(self, index: int) -> UnresolvedRow:
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

    def _candidate(self, start: int, end: int) -> CandidateRow:
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

    @cached_property
    def page_rows(self) -> list[PageRow]:
        """The pages, and how far their review has got."""
        said = {
            outcome.places[0]: outcome
            for outcome in self.replay.outcomes
            if outcome.decision.verdict == "page" and outcome.state in _RULES
        }
        marked = {
            outcome.places[0][0]: outcome.decision.who
            for outcome in self.replay.outcomes
            if outcome.decision.verdict == "page" and outcome.places
        }
        out: list[PageRow] = []
        for page, surface in zip(self.pages, self.loaded.surfaces, strict=True):
            counts = self.standings.pages[page.index]
            state: PageState = (
                "proposed"
                if counts["open"] or counts["made"]
                else "reviewed"
                if counts["accepted"] or counts["refused"]
                else "raw"
            )
            outcome = said.get((page.start, page.end))
            if outcome:
                state = "validated" if outcome.decision.after == "validated" else "reviewed"
            out.append(
                {
                    "n": page.n,
                    "state": state,
                    "open": counts["open"],
                    "made": counts["made"],
                    "by": marked.get(page.start),
                    "surface": surface,
                }
            )
        return out

    def _last(self) -> dict[str, list[str]]:
        """By editor, the ids an undo takes back: the latest decision and those made with it."""
        made: dict[str, list[Decision]] = {}
        for one in standing(self.decisions):
            if one.id:
                made.setdefault(one.who, []).append(one)
        return {who: _latest(some) for who, some in made.items()}

    def last(self) -> list[str]:
        """The ids of the latest decision of anyone, and of those made with it."""
        return _latest([one for one in standing(self.decisions) if one.id])

    def page(self, number: int) -> RunningText:
        """A page of running text, raw and edited."""
        return running_text(self, number)

    def span(self, start: int, end: int) -> Selection:
        """A stretch that somebody selected: its text, and its place on the page image."""
        if not 0 <= start < end <= len(self.base.raw) or end - start > LONGEST:
            raise DecisionError(f"Select between 1 and {LONGEST} characters.")
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
            "words": self.loaded.whole_words(form),
            "image": self._image(start, end),
            "epoch": self.epoch,
        }

    def search(
        self, wanted: str, replacement: str | None = None, *, how: str = "", limit: int = 100
    ) -> Hits:
        r"""Find a string in the edited text and in the raw text.

        `how` may hold `c` (match case), `w` (whole words) and `r` (`wanted` is a regular
        expression). With a replacement, each hit in the edited text shows how it would read; in a
        regular expression it may refer to groups (`\1`).

        Raises:
            DecisionError: The expression is not valid, or takes too long.

        """
        wanted = wanted[:LONGEST] if "r" in how else wanted.strip()[:LONGEST]
        if not wanted:
            return {"total": 0, "hits": []}
        document = self.document
        pattern = wanted if "r" in how else r"\s+".join(map(regex.escape, wanted.split()))
        pattern = rf"\b(?:{pattern})\b" if "w" in how else pattern
        flags = regex.MULTILINE | (0 if "c" in how else regex.IGNORECASE)
        try:
            compiled = regex.compile(pattern, flags)
            found = [m for m in compiled.finditer(document.text, timeout=PATIENCE) if m.group()]
            spans = [(*document.raw_span(*m.span()), m) for m in found[:MANY]]
            known = {start for start, _, _ in spans}
            if replacement is None:
                raw = compiled.finditer(document.raw, timeout=PATIENCE)
                spans += [(*m.span(), m) for m in raw if m.group() and m.start() not in known]
            spans.sort(key=lambda span: span[:2])
            hits = [self._hit(span, replacement, how) for span in spans[:limit]]
        except TimeoutError:
            raise DecisionError("This search takes too long: use a simpler expression.") from None
        except (regex.error, IndexError) as error:
            raise DecisionError(f"Not a valid regular expression: {error}.") from None
        return {"total": len(spans), "hits": hits}

    def _hit(
        self, span: tuple[int, int, regex.Match[str]], replacement: str | None, how: str
    ) -> CandidateRow:
        start, end, m = span
        hit = self._candidate(start, end)
        if replacement is not None:
            after = m.expand(replacement) if "r" in how else replacement
            document = self.document
            first, last = document.reading_span(start, end)
            hit["reading"], hit["after"] = document.text[first:last], after
            hit["left"] = _flat(document.text[max(0, first - AROUND) : first], cut_left=True)
            hit["right"] = _flat(document.text[last : last + AROUND], cut_right=True)
        return hit


_RULES = {"holds", "moved"}


def group_rows(
    loaded: Loaded, now: Standings, rows: Sequence[GroupRow] = (), then: Standings | None = None
) -> tuple[GroupRow, ...]:
    """The groups in the list; `rows` are those of an earlier moment, when changes stood as `then`.

    A row of which nothing has changed stays the very same.
    """
    likely = learning.moved(loaded.groups, loaded.misreadings, now.groups)
    sure = [round(confidence, 3) for confidence in likely]
    return tuple(
        rows[n]
        if then and then.groups[n] is counts and rows[n].confidence == sure[n]
        else _group_row(loaded, n, counts, sure[n])
        for n, counts in enumerate(now.groups)
    )


def _group_row(loaded: Loaded, number: int, counts: Counts, confidence: float) -> GroupRow:
    group = loaded.groups[number]
    first = loaded.base.ledger[group.entries[0]]
    return GroupRow(
        form=group.form,
        after=group.after,
        kind=group.kind,
        places=len(group.entries),
        open=counts["open"],
        made=counts["made"],
        accepted=counts["accepted"],
        refused=counts["refused"],
        worth=round(group.worth, 2),
        confidence=confidence,
        rule=first.rule,
        start=first.start,
        misreading=loaded.misreadings[number],
    )


def _latest(decisions: Sequence[Decision]) -> list[str]:
    """The ids of the decisions that were made last, in one step."""
    latest = max((one.when for one in decisions), default="")
    return [one.id for one in decisions if one.when == latest]


def _steps(rows: Iterable[DecisionRow]) -> Iterator[DecisionRow]:
    """Put the places of one group, decided in one step, into one row."""
    made: dict[tuple[str, ...], DecisionRow] = {}
    for row in rows:
        step = ("when", "who", "verdict", "form", "after", "scope", "kind", "note", "state")
        if row["verdict"] == "page" or not row["when"]:
            yield row
        elif (key := tuple(str(row[name]) for name in step)) in made:  # type: ignore[literal-required]
            made[key]["ids"] += row["ids"]
            made[key]["places"] += row["places"]
        else:
            made[key] = row
    yield from made.values()


class _Lines:
    """Finds the line of a page that a place is on; lines are counted once a page."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.starts: dict[int, list[int]] = {}

    def of(self, page: PageSpan, position: int) -> int:
        if page.index not in self.starts:
            raw = self.view.base.raw[page.start : page.end]
            self.starts[page.index] = [
                page.start + m.start() for m in re.finditer(r"[^\n]*\S[^\n]*", raw)
            ]
        starts = self.starts[page.index]
        return max(1, bisect_left(starts, position + 1))


def _flat(text: str, *, cut_left: bool = False, cut_right: bool = False) -> str:
    """Context in one line, cut between words."""
    if cut_left and (m := _BLANK.search(text)) and m.end() < len(text):
        text = "…" + text[m.end() :]
    if cut_right and (blanks := list(_BLANK.finditer(text))) and blanks[-1].start() > 0:
        text = text[: blanks[-1].start()] + "…"
    return _BLANK.sub(" ", text)


def _share(box: Box, surface: Surface) -> list[float]:
    """A box as shares of the width and height of its page image."""
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
