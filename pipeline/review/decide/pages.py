"""Pages as an editor goes through them, and the state each is in."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import Document

SHEET = 3000  # code points to a page, about, where the text has no pages of its own
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_LINE = re.compile(r"[^\n\f]*\S[^\n\f]*")


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A page: its printed number, span and image.

    The number is `[3]` if it is inferred, `image 3` if the page has none, §3 if the text has none.
    """

    index: int
    n: str
    start: int
    end: int
    surface: int | None = None


def pages(document: Document) -> tuple[PageSpan, ...]:
    """The pages of a text: marked or divided by form feeds, else stretches of whole paragraphs."""
    raw, marks = document.raw, list(document.marked("page"))
    if marks:
        starts = [mark.start for mark in marks]
        names = [mark.get("n") for mark in marks]
        surfaces = [
            int(mark.get("surface")) if mark.get("surface").isdigit() else None for mark in marks
        ]
        if raw[: starts[0]].strip():
            starts, names, surfaces = [0, *starts], ["", *names], [None, *surfaces]
    elif "\f" in raw:
        starts = [0, *(m.end() for m in re.finditer("\f", raw) if m.end() < len(raw))]
        names, surfaces = [f"[{i}]" for i in range(1, len(starts) + 1)], [None] * len(starts)
    else:
        starts = [0]
        for m in _PARAGRAPH.finditer(raw):
            if m.end() - starts[-1] >= SHEET and len(raw) - m.end() > SHEET // 3:
                starts.append(m.end())
        names, surfaces = [f"§{i}" for i in range(1, len(starts) + 1)], [None] * len(starts)
    ends = [*starts[1:], len(raw)]
    return tuple(
        PageSpan(i, n or f"image {(i if surface is None else surface) + 1}", start, end, surface)
        for i, (n, start, end, surface) in enumerate(
            zip(names, starts, ends, surfaces, strict=True)
        )
    )


def page_at(all_pages: Sequence[PageSpan], position: int) -> PageSpan:
    """The page on which a raw position is."""
    return all_pages[max(0, bisect_right(all_pages, position, key=lambda page: page.start) - 1)]


def line_of(document: Document, page: PageSpan, position: int) -> int:
    """The line (from 1) of a raw position on its page. Empty lines do not count."""
    end = document.raw.find("\n", position)
    before = document.raw[page.start : end if end >= 0 else None]
    return max(1, sum(1 for line in before.splitlines() if line.strip()))


def digest(document: Document, page: PageSpan) -> str:
    """A digest of a page's reading: 16 hexadecimal digits; white space makes no difference."""
    words = document.reading_of(page.start, page.end).split()
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def first_line(document: Document, page: PageSpan) -> tuple[int, int]:
    """The raw span of a page's first line with text, by which a decision on the page finds it."""
    if m := _LINE.search(document.raw, page.start, page.end):
        return m.span()
    return page.start, page.start
