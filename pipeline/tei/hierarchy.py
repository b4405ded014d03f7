"""Hierarchy: marks, which may lie on a text in any way, as one tree that TEI allows.

Marks come from stages that know nothing of each other. So blocks that cross are cut (the one that
begins first keeps the text they share), blocks where none may stand are left out, text in no block
gets one, and marks within blocks are split where they cross an element's end. No character is lost
or moved by any of this: only elements are.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from pipeline.document import Mark
from pipeline.roles import BLOCKS, INLINES, RANK, ROLES
from pipeline.tei.arrangement import divided, in_parts, ordered, without_shells
from pipeline.tei.collation import BLANKS, Unit
from pipeline.tei.element import Element
from pipeline.tei.letters import LINES, whole

_DEEPEST = 40  # elements in one another; a text that needs more is not one


def hierarchy(marks: Iterable[Mark], units: list[Unit], raw: str) -> Element:
    """The elements of a text: a root whose children (role `part`) are front, body and back.

    Every unit that needs a block has one. Marks with the roles `page` and `furniture`, and unknown
    ones, are ignored.
    """
    return _Builder(units, raw).built(list(marks))


class _Builder:
    """The units of one text, found by position."""

    def __init__(self, units: list[Unit], raw: str) -> None:
        self.units = units
        self.raw = raw
        self.starts = [unit.start for unit in units]
        self.ends = [unit.end for unit in units]
        self.hung: set[Unit] = set()

    def built(self, marks: list[Mark]) -> Element:
        root = Element("root", 0, len(self.raw))
        self._blocks(root, [mark for mark in whole(marks) if mark.role in BLOCKS])
        for element in list(root.walk()):
            if element.role in LINES:
                self._lines(element)
        without_shells(root)
        inline = sorted(
            (mark for mark in marks if mark.role in INLINES),
            key=lambda m: (m.start, -m.end, RANK[m.role]),
        )
        homeless = self._inline(root, inline)
        self._hang(root)
        self._fill(root, 0)
        self._inline(root, homeless)
        self._hang(root)
        divided(root)
        for element in list(root.walk()):
            if element.role == "division":
                ordered(element)
        return in_parts(root)

    # Where things are

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span without line ends and blanks at its ends, and not through an indivisible unit."""
        start, end = max(start, 0), min(end, len(self.raw))
        first = bisect_right(self.ends, start) if start else 0
        while first < len(self.units) and start < end:
            unit = self.units[first]
            if unit.category == "text":
                start = max(start, unit.start)
                start += len(self.raw[start : unit.end]) - len(
                    self.raw[start : unit.end].lstrip(BLANKS)
                )
            if unit.category not in {"line", "page"} and start < unit.end:
                start = start if unit.category == "text" else unit.start
                break
            start, first = unit.end, first + 1
        last = bisect_left(self.starts, end) - 1
        while last >= 0 and start < end:
            unit = self.units[last]
            if unit.category == "text":
                end = min(end, unit.end)
                end -= len(self.raw[unit.start : end]) - len(
                    self.raw[unit.start : end].rstrip(BLANKS)
                )
            if unit.category not in {"line", "page"} and unit.start < end:
                end = end if unit.category == "text" else unit.end
                break
            end, last = unit.start, last - 1
        return start, max(start, end)

    # Blocks

    def _blocks(self, root: Element, marks: list[Mark]) -> None:
        """Blocks put into one another by their spans."""
        waiting: list[tuple[int, int, int, int]] = []

        def put(n: int, start: int, end: int) -> None:
            start, end = self.span(start, end)
            if start < end:
                heapq.heappush(waiting, (start, -end, RANK[marks[n].role], n))

        for n, mark in enumerate(marks):
            put(n, mark.start, mark.end)
        path = [root]
        while waiting:
            start, negative_end, _, n = heapq.heappop(waiting)
            mark, end = marks[n], -negative_end
            while len(path) > 1 and path[-1].end <= start:
                path.pop()
            if end > path[-1].end:
                put(n, path[-1].end, end)
            elif mark.role in ROLES[path[-1].role].inside and len(path) < _DEEPEST:
                element = Element(mark.role, start, end, mark, type=mark.get("type"))
                path[-1].children.append(element)
                path.append(element)

    def _lines(self, verse: Element) -> None:
        """Put the lines of a verse or an address into it, and its notes into them."""
        inside = self.units[
            bisect_right(self.starts, verse.start) : bisect_left(self.starts, verse.end)
        ]
        feeds = [unit for unit in inside if unit.category in {"line", "page"}]
        edges = [
            verse.start,
            *(edge for unit in feeds for edge in (unit.start, unit.end)),
            verse.end,
        ]
        spans = [self.span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]
        notes = verse.children
        verse.children = [
            Element(
                LINES[verse.role],
                start,
                end,
                children=[note for note in notes if start <= note.start and note.end <= end],
            )
            for start, end in spans
            if start < end
        ]

    # Marks within blocks

    def _inline(self, root: Element, marks: list[Mark]) -> list[Mark]:
        """Puts each mark into the blocks that it lies in; returns those that lie in none."""
        homeless: list[Mark] = []
        for mark in marks:
            start, end = self.span(mark.start, mark.end)
            if mark.role == "gap" and not self._is_plain(start, end):
                continue
            parts = self._put(root, start, end, mark, 0) if start < end else []
            for n, part in enumerate(parts):
                part.fragment = n
            if not parts:
                homeless.append(mark)
        return homeless

    def _is_plain(self, start: int, end: int) -> bool:
        """Whether a span is text of one line that nothing changed, as `desc` holds."""
        n = bisect_right(self.starts, start) - 1
        unit = self.units[n] if n >= 0 else None
        return (
            unit is not None
            and unit.category == "text"
            and bool(unit.reading)
            and end <= unit.end
            and self.raw[start:end].isprintable()
        )

    def _put(self, parent: Element, start: int, end: int, mark: Mark, depth: int) -> list[Element]:
        """The elements that a mark becomes in this part of the tree."""
        if (
            depth >= _DEEPEST
            or (not ROLES[mark.role].phrase and ROLES[parent.role].holds == "phrases")
            or parent.role in {"separator", "gap"}
        ):
            return []
        children = parent.children
        first = bisect_right(children, start, key=lambda child: child.end)
        last = bisect_left(children, end, key=lambda child: child.start)
        made: list[Element] = []
        i = first
        wrapped: list[Element] = []
        position = start
        strict = ROLES[mark.role].holds == "phrases"

        def close(until: int) -> None:
            """What lies between two elements that must be gone into."""
            if not parent.mixed:
                return
            low, high = self.span(position, until)
            if low < high:
                made.append(
                    Element(
                        mark.role,
                        low,
                        high,
                        mark,
                        [child for child in wrapped if low <= child.start and child.end <= high],
                    )
                )

        new: list[Element] = []
        while i < last:
            child = children[i]
            covered = start <= child.start and child.end <= end
            same = covered and (child.start, child.end) == (start, end)
            if (
                covered
                and not same
                and parent.mixed
                and (child.role in INLINES or child.role in {"note", "stage"})
                and not strict
            ):
                wrapped.append(child)
            else:
                close(max(position, min(child.start, end)))
                wrapped = []
                new += self._put(
                    child, max(start, child.start), min(end, child.end), mark, depth + 1
                )
                position = max(position, min(child.end, end))
            i += 1
        close(end)
        if made:
            taken = {id(child) for element in made for child in element.children}
            # what lies before and after stays where it is: a paragraph may have thousands in it
            children[first:last] = sorted(
                [child for child in children[first:last] if id(child) not in taken] + made,
                key=lambda child: (child.start, child.end),
            )
        return sorted(made + new, key=lambda element: element.start)

    # Typed markup

    def _hang(self, root: Element) -> None:
        """Attach each unit of typed markup to the innermost element that it opens or closes."""
        loose = [unit for unit in self.units if unit.category == "markup" and unit not in self.hung]
        if not loose:
            return
        opens: dict[tuple[bool, int], Element] = {}
        closes: dict[tuple[bool, int], Element] = {}
        for element in root.walk():
            if element.role not in {"root", "held"}:
                inline = element.role in INLINES and element.role != "anchor"
                opens[inline, element.start] = element  # the innermost comes last
                closes[inline, element.end] = element
        runs: list[list[Unit]] = []
        for unit in loose:
            if runs and runs[-1][-1].end == unit.start:
                runs[-1].append(unit)
            else:
                runs.append([unit])
        for run in runs:
            start, end = run[0].start, run[-1].end
            for inline in (
                True,
                False,
            ):  # `*pood*` at a paragraph's end belongs to the emphasis, not to the paragraph
                opened = next(
                    (
                        one
                        for at in (start, end)
                        if (one := opens.get((inline, at))) and one.end > end and not one.opening
                    ),
                    None,
                )
                closed = next(
                    (
                        one
                        for at in (end, start)
                        if (one := closes.get((inline, at)))
                        and one.start < start
                        and not one.closing
                    ),
                    None,
                )
                if opened or closed:
                    break
            if closed and (closed.opening or not opened):
                closed.closing = run
            elif opened:
                opened.opening = run
            else:
                continue
            self.hung.update(run)

    # Text in no block

    def _fill(self, element: Element, depth: int) -> None:
        """Gives a block to what stands in none, where only elements may stand."""
        for child in element.children:
            self._fill(child, depth + 1)
        if element.mixed or element.role in LINES:
            return
        at = element.start
        gaps = []
        for child in element.children:
            gaps.append((at, child.start))
            at = child.end
        gaps.append((at, element.end))
        role = ROLES[element.role].stray
        added = [Element(role, start, end) for gap in gaps for start, end in self._stray(*gap)]
        for block in added:
            self._fill(block, depth + 1)  # a row that was added needs a cell
        if added:
            element.children = sorted(
                element.children + added, key=lambda child: (child.start, child.end)
            )

    def _stray(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What needs a block in a gap: runs of it that no empty line parts."""
        first = last = -1
        feeds = 0
        i = bisect_left(self.starts, start)
        if i and self.units[i - 1].end > start:
            i -= 1
        while i < len(self.units) and (
            self.units[i].start < end or self.units[i].start == self.units[i].end == end
        ):
            unit = self.units[i]
            low, high = max(unit.start, start), min(unit.end, end)
            if unit.category == "text":
                low, high = self.span(low, high)
            if unit.category in {"line", "page"}:
                feeds += 1
            elif self._needs_block(unit, low, high):
                if feeds > 1 and first >= 0:
                    yield first, last
                    first = -1
                first = low if first < 0 else first
                last, feeds = high, 0
            i += 1
        if first >= 0:
            yield first, last

    def _needs_block(self, unit: Unit, start: int, end: int) -> bool:
        if unit.category == "text":
            return start < end
        if unit.category == "furniture":
            return False
        return unit not in self.hung
