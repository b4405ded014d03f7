r"""Pagination: where pages begin, and which image each is on.

A page begins at each form feed of the raw text, and wherever a mark says so: a text without form
feeds may still have pages, told from running heads and page numbers. `restore` must know the one
from the other, so they are written differently.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.document import Document, Layout, Mark, Zone
from pipeline.tei.collation import BLANKS


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A page that begins at a raw position, at the form feed that stands there or without one."""

    start: int
    feed: bool
    n: str = ""
    surface: int | None = None


class Pagination:
    """The pages of a document in order. `begun` returns each page only once."""

    def __init__(self, document: Document) -> None:
        """Collect the pages of form feeds and marks; a mark right after a form feed is its page."""
        raw = document.raw
        layout = document.source.layout or Layout()
        feeds = [i for i, character in enumerate(raw) if character == "\f"] if "\f" in raw else []
        heads = {
            mark.end: mark.start
            for mark in document.marked("furniture")
            if mark.get("place") == "top"
        }
        by_feed: dict[int, Mark] = {}
        points: list[tuple[int, Mark | None]] = []
        for mark in document.marked("page"):
            at = _line_start(raw, mark.start, heads)
            before = len(raw[:at].rstrip(BLANKS + "\n")) - 1
            if before >= 0 and raw[before] == "\f" and before not in by_feed:
                by_feed[before] = mark
            else:
                points.append((at, mark))
        numbered = len(layout.surfaces) == len(feeds) + 1  # one image for each page
        if layout.surfaces and not any(not raw[:at].strip() for at, _ in points):
            points.insert(0, (0, None))  # the first page begins without a sign

        def page(at: int, mark: Mark | None, feed: bool, number: int) -> PageBreak:
            told = mark.get("surface") if mark else ""
            surface = int(told) if told.isdecimal() else number if numbered else None
            known = surface is not None and surface < len(layout.surfaces)
            n = (mark.get("n") if mark else "") or (
                layout.surfaces[surface].n if known and surface is not None else ""
            )
            return PageBreak(at, feed, n, surface if known else None)

        self._points = [
            page(at, mark, False, bisect_left(feeds, at))
            for at, mark in sorted(points, key=lambda point: point[0])
        ]
        self._starts = [point.start for point in self._points]
        self._feeds = {
            feed: page(feed, by_feed.get(feed), True, i) for i, feed in enumerate(feeds, 1)
        }
        self._next = 0

    def at_feed(self, at: int) -> PageBreak:
        """The page that this form feed begins."""
        return self._feeds[at]

    def begun(self, at: int) -> Iterator[PageBreak]:
        """The pages without a form feed that begin at or before a raw position, each once."""
        while self._next < len(self._points) and self._points[self._next].start <= at:
            self._next += 1
            yield self._points[self._next - 1]

    def between(self, start: int, end: int) -> list[int]:
        """Where pages without a form feed begin within a raw span, not counting its ends."""
        return self._starts[
            max(bisect_right(self._starts, start), self._next) : bisect_left(self._starts, end)
        ]


def _line_start(raw: str, at: int, heads: dict[int, int]) -> int:
    """A page's start moved before the blanks and the running head that its line begins with."""
    while True:
        first = len(raw[:at].rstrip(BLANKS))
        if first and raw[first - 1] not in "\n\f":
            first = at
        behind_head = len(raw[:first].rstrip(BLANKS + "\n"))
        if behind_head in heads and heads[behind_head] < first:
            at = heads[behind_head]
        else:
            return first


class Placement:
    """The page-image zones that a text points to: every line, and the changed words."""

    def __init__(self, layout: Layout | None) -> None:
        """Zones by level; those on an image that is not there are left out."""
        self.layout = layout or Layout()
        count = len(self.layout.surfaces)
        self._lines = self._of_level("line", count)
        self._words = self._of_level("word", count)
        self._line_starts = [zone.start for _, zone in self._lines]
        self._word_starts = [zone.start for _, zone in self._words]
        self.used = {index for index, _ in self._lines}

    def _of_level(self, level: str, count: int) -> list[tuple[int, Zone]]:
        return sorted(
            (
                (i, zone)
                for i, zone in enumerate(self.layout.zones)
                if zone.level == level and 0 <= zone.surface < count
            ),
            key=lambda pair: (pair[1].start, pair[0]),
        )

    def of_line(self, start: int, end: int) -> str:
        """A pointer to the line that begins in a raw span, or nothing."""
        i = bisect_left(self._line_starts, start)
        return (
            f"#{zone_id(self._lines[i][0])}"
            if i < len(self._lines) and self._lines[i][1].start < max(end, start + 1)
            else ""
        )

    def of_words(self, start: int, end: int) -> str:
        """Pointers to the words of a raw span, or nothing."""
        i = bisect_left(self._word_starts, start)
        i -= i > 0 and self._words[i - 1][1].end > start
        found: list[str] = []
        while i < len(self._words) and self._words[i][1].start < end:
            self.used.add(self._words[i][0])
            found.append(f"#{zone_id(self._words[i][0])}")
            i += 1
        return " ".join(found)

    def zones_of(self, surface: int) -> Iterator[tuple[int, Zone]]:
        """The zones (with their index) on an image that something may point to."""
        return (
            (i, self.layout.zones[i])
            for i in sorted(self.used)
            if self.layout.zones[i].surface == surface
        )


def zone_id(index: int) -> str:
    """The xml:id of a zone, by its index in the layout."""
    return f"z.{index + 1}"
