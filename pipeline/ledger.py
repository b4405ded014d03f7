"""The ledger on disk: one JSON object per line, each change with its position and its context."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.document import Document

AROUND = 40  # characters of the reading on either side


def entries(document: Document) -> Iterator[dict[str, Any]]:
    """Every change of a document, in text order, as schemas/ledger.schema.json describes it."""
    raw, text = document.raw, document.text
    line_starts = [0, *(i + 1 for i, char in enumerate(raw) if char == "\n")]
    pages = [(mark.start, mark.get("n")) for mark in document.marked("page")]
    page_starts = [start for start, _ in pages]
    for n, change in sorted(
        enumerate(document.ledger), key=lambda pair: (pair[1].start, pair[1].end, pair[0])
    ):
        page = bisect_right(page_starts, change.start) - 1
        before, behind = document.reading_span(change.start, change.end)
        yield {
            "n": n + 1,
            "page": pages[page][1] if page >= 0 else "",
            "line": bisect_right(line_starts, change.start),
            "start": change.start,
            "end": change.end,
            "raw": raw[change.start : change.end],
            "before": change.before,
            "after": change.after,
            "left": text[max(0, before - AROUND) : before],
            "right": text[behind : behind + AROUND],
            "stage": change.stage,
            "rule": change.rule,
            "why": change.why,
            "kind": change.kind,
            "confidence": round(change.confidence, 4),
            "verdict": change.verdict,
            "by": change.by,
            "alternatives": [
                {"after": other.after, "confidence": round(other.confidence, 4)}
                for other in change.alternatives
            ],
        }


def to_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """JSON lines, the same bytes for the same rows."""
    return "".join(
        json.dumps(row, ensure_ascii=False, separators=(", ", ": "))
        .encode("utf-8", "replace")
        .decode()
        + "\n"
        for row in rows
    )
