"""A page of running text: raw and edited side by side, cut where words and marks begin and end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.document import Document, Mark
from pipeline.review.decide.commands import COMMANDS, Command, wording
from pipeline.review.decide.pages import PageSpan
from pipeline.review.decide.structure import blocks_on
from pipeline.review.serve.rows import BlockRow, Image, MarkRow, Run, RunningText
from pipeline.review.serve.selection import nth

if TYPE_CHECKING:
    from pipeline.review.serve.view import View

_WORD = re.compile(r"\S+")


def running_text(view: View, number: int) -> RunningText:
    """A page of running text: every change is marked, every word has its raw span."""
    page = nth(view.pages, number, "page")
    marks = _marks(view, page)
    document = view.document
    words = [
        (*document.raw_span(first, last), first, last) for first, last in _words(document, page)
    ]
    spans = [
        (document.reading_at(m["start"]), document.reading_at(m["end"], end=True)) for m in marks
    ]
    begins, ends = document.reading_at(page.start), document.reading_at(page.end)
    if page.index == len(view.pages) - 1:
        ends = len(document.text)
    raw_words = [m.span() for m in _WORD.finditer(document.raw, page.start, page.end)]
    lines = _common_lines(document, page)
    blocks = blocks_on(document, page.start, page.end)
    starts = [page.start, *(at for at, _ in lines)]
    return {
        "number": number,
        "n": page.n,
        "of": len(view.pages),
        "marks": marks,
        "blocks": [_block(mark) for mark in blocks],
        "rows": [_block_of(blocks, document.raw, at) for at in starts],
        "edition": _runs(
            document.text,
            begins,
            ends,
            [(a, b) for _, _, a, b in words],
            spans,
            [at for _, at in lines],
        ),
        "edition_words": [(start, end) for start, end, _, _ in words],
        "raw": _runs(
            document.raw,
            page.start,
            page.end,
            raw_words,
            [(m["start"], m["end"]) for m in marks],
            [at for at, _ in lines],
        ),
        "raw_words": raw_words,
        "boxes": [view.on_page(start, end) for start, end, _, _ in words] if view.places else None,
        "strips": _strips(view, page, starts) if view.places else None,
        **view.page_rows[number],
    }


def _strips(view: View, page: PageSpan, starts: Sequence[int]) -> list[Image | None] | None:
    """The image of each line; None if no line has one here."""
    ends = [*starts[1:], page.end]
    found = [view.strip(start, end) for start, end in zip(starts, ends, strict=True)]
    return found if any(found) else None


def _block(mark: Mark) -> BlockRow:
    command = next((c for c in COMMANDS.values() if _is(mark, c)), None)
    says = command.says if command else wording(mark.role)
    return {
        "start": mark.start,
        "end": mark.end,
        "role": mark.role,
        "says": says,
        "by": mark.get("by"),
    }


def _is(mark: Mark, command: Command) -> bool:
    """Whether a mark is what a command makes."""
    told = dict(mark.attributes)
    return (
        mark.role == command.role
        and not command.within
        and all(told.get(name, value) == value for name, value in command.attributes)
    )


def _block_of(blocks: Sequence[Mark], raw: str, at: int) -> int:
    """The number of the block that a line belongs to: that of the first character on it."""
    first = _WORD.search(raw, at)
    line_end = raw.find("\n", at)
    if not first or (0 <= line_end < first.start()):
        return -1
    at = first.start()
    inside = [n for n, one in enumerate(blocks) if one.start <= at < one.end]
    return min(inside, key=lambda n: blocks[n].end - blocks[n].start, default=-1)


def _words(document: Document, page: PageSpan) -> list[tuple[int, int]]:
    first, last = document.reading_span(page.start, page.end)
    return [m.span() for m in _WORD.finditer(document.text, first, last)]


def _marks(view: View, page: PageSpan) -> list[MarkRow]:
    """The changes and proposals on a page that do not overlap, in order."""
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
    out: list[MarkRow] = []
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
                "alternatives": [
                    one.after for one in change.alternatives[:5] if one.after != change.after
                ],
                "rule": change.rule,
                "why": change.why,
                "by": change.by,
                "id": view.replay.ruling[last].id if last in view.replay.ruling else "",
                "confidence": round(change.confidence, 3),
            }
        )
    return out


def _common_lines(document: Document, page: PageSpan) -> list[tuple[int, int]]:
    """Where lines begin both in the raw text and in the edited text: pairs of positions."""
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
            continue  # the line end itself is changed: it joins a word
        reading = document.reading_at(at, end=True)
        if document.text[reading : reading + 1] == "\n":
            out.append((at + 1, reading + 1))
    return out


def _runs(
    text: str,
    start: int,
    end: int,
    words: Sequence[tuple[int, int]],
    marks: Sequence[tuple[int, int]],
    lines: Sequence[int],
) -> list[list[Run]]:
    """A stretch in lines, each cut into runs where words and marks begin and end.

    An empty mark, of deleted text, has an empty run, with the word that it is in or comes after (or
    the first one).
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
    out: list[list[Run]] = [[]]
    begins = set(lines)
    w = m = 0
    for a, b in [*pairwise(cuts), (cuts[-1], cuts[-1])]:
        while w < len(words) and words[w][1] <= a:
            w += 1
        while m < len(marks) and marks[m][1] <= a:
            m += 1
        inside = w < len(words) and words[w][0] < a
        out[-1] += (
            [("", w if inside or w == 0 else w - 1, n) for n in empty.get(a, ())] if words else []
        )
        if a in begins and start < a < end:
            out.append([])
        if a < b:
            word = w if w < len(words) and words[w][0] <= a else -1
            mark = m if m < len(marks) and marks[m][0] <= a < marks[m][1] else -1
            out[-1].append((text[a:b], word, mark))
    return out
