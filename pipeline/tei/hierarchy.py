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
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from pipeline.document import Mark
from pipeline.roles import BLOCKS, INLINES, RANK, ROLES
from pipeline.tei.collation import BLANKS, Unit

_DEEPEST = 40  # elements in one another; a text that needs more is not one

_TITLE_PARTS = {
    "author": "docAuthor",
    "byline": "byline",
    "date": "docDate",
    "edition": "docEdition",
}
_TITLE_PARTS |= dict.fromkeys(("imprint", "publisher", "place"), "docImprint")
_OF_IMPRINTS = frozenset({"publisher", "pubplace", "docdate"})
_BIBLIOGRAPHIC = frozenset(
    {"main", "sub", "series", "imprint", "publisher", "place", "edition", ""}
)


@dataclass(slots=True, eq=False)
class Element:
    """An element to be: a role on a raw span, and what stands in it.

    `opening` and `closing` are units of typed markup that hang on it; `fragment` counts the parts
    of a mark that was split.
    """

    role: str
    start: int
    end: int
    mark: Mark | None = None
    children: list[Element] = field(default_factory=list)
    opening: list[Unit] = field(default_factory=list)
    closing: list[Unit] = field(default_factory=list)
    fragment: int = 0
    type: str = ""

    @property
    def mixed(self) -> bool:
        """Whether text may stand in it, and not elements alone."""
        if ROLES[self.role].holds == "either":
            return not any(child.role in {"paragraph", "block"} for child in self.children)
        return ROLES[self.role].holds != "elements"

    def get(self, name: str, default: str = "") -> str:
        """An attribute of its mark."""
        return self.mark.get(name, default) if self.mark else default

    def walk(self) -> Iterator[Element]:
        """This element and all in it, in the order of the text."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)


def hierarchy(marks: Iterable[Mark], units: list[Unit], raw: str) -> Element:
    """The elements of a text: a root whose children (role `part`) are front, body and back.

    Every unit that needs a block has one. Marks with the roles `page` and `furniture`, and unknown
    ones, are ignored.

    Every unit that needs a block has one. Marks of the roles `page` and `furniture`, and unknown
    ones, are not looked at.
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
        self._blocks(root, [mark for mark in marks if mark.role in BLOCKS])
        for element in list(root.walk()):
            if element.role == "verse":
                self._lines(element)
        _without_shells(root)
        inline = sorted(
            (mark for mark in marks if mark.role in INLINES),
            key=lambda m: (m.start, -m.end, RANK[m.role]),
        )
        homeless = self._inline(root, inline)
        self._hang(root)
        self._fill(root, 0)
        self._inline(root, homeless)
        self._hang(root)
        _divided(root)
        for element in list(root.walk()):
            if element.role == "division":
                _ordered(element)
        return _in_parts(root)

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
        """Puts the lines of a verse into it, and its notes into them."""
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
                "line",
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
            parts = self._put(root, start, end, mark, 0) if start < end else []
            for n, part in enumerate(parts):
                part.fragment = n
            if not parts:
                homeless.append(mark)
        return homeless

    def _put(self, parent: Element, start: int, end: int, mark: Mark, depth: int) -> list[Element]:
        """The elements that a mark becomes in this part of the tree."""
        if (
            depth >= _DEEPEST
            or (not ROLES[mark.role].phrase and ROLES[parent.role].holds == "phrases")
            or (parent.role == "separator")
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
            parent.children = sorted(
                [child for child in children if id(child) not in taken] + made,
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
        if element.mixed or element.role == "verse":
            return
        at = element.start
        gaps = []
        for child in element.children:
            gaps.append((at, child.start))
            at = child.end
        gaps.append((at, element.end))
        role = ROLES[element.role].stray
        added = [Element(role, start, end) for gap in gaps for start, end in self._stray(*gap)]
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


def _without_shells(root: Element) -> None:
    """Remove blocks that mean nothing without what they lack, such as a list without items.

    Or a speech that has only a speaker.
    """
    for element in root.walk():
        children: list[Element] = []
        for child in element.children:
            roles = {grandchild.role for grandchild in child.children}
            needs = ROLES[child.role].needs
            if (needs and needs not in roles) or (
                child.role == "speech" and not roles - {"speaker", "note"}
            ):
                children += (
                    grandchild
                    for grandchild in child.children
                    if grandchild.role in ROLES[element.role].inside
                )
            else:
                children.append(child)
        element.children = children


def _divided(root: Element) -> None:
    """Makes every child of the root a division."""
    children: list[Element] = []
    for child in root.children:
        if child.role == "division":
            children.append(child)
        elif children and children[-1].mark is None:
            children[-1].children.append(child)
            children[-1].end = child.end
        else:
            children.append(
                Element("division", child.start, child.end, children=[child], type="text")
            )
    root.children = children or [Element("division", root.end, root.end, type="text")]


def _ordered(division: Element) -> None:
    """Sort a division into TEI's order: openers, text, divisions, closers.

    A heading in the middle of the text opens a division of its own, unless it is run in; so does
    text after a division.
    """
    children = division.children
    top = 0
    while top < len(children) and (
        ROLES[children[top].role].edge in {"top", "both"} or children[top].role == "note"
    ):
        top += 1
    bottom = len(children)
    while bottom > top and (
        ROLES[children[bottom - 1].role].edge in {"bottom", "both"}
        or children[bottom - 1].role == "note"
    ):
        bottom -= 1
    if bottom == top:  # nothing but what opens it
        bottom = len(children)
    ordered: list[Element] = []
    inner: Element | None = None
    broken = False
    for i, child in enumerate(children):
        if i < top or i >= bottom:
            ordered.append(child)
            continue
        if child.role == "division" or (child.role == "note" and inner is None):
            ordered.append(child)
            inner, broken = None, broken or child.role == "division"
            continue
        heads = child.role == "heading" and child.type != "runin"
        if heads and inner and all(c.role == "heading" for c in inner.children):
            heads = False
        if heads or (broken and inner is None):
            inner, broken = Element("division", child.start, child.end, type="section"), True
            ordered.append(inner)
        if inner:
            inner.children.append(child)
            inner.end = child.end
        else:
            ordered.append(child)
    division.children = ordered
    for i, child in enumerate(children):
        if child in ordered and not (i < top or i >= bottom):
            _in_the_middle(child)
    for child in ordered:
        if child.role == "division" and child.mark is None:
            _ordered(child)


def _in_the_middle(element: Element) -> None:
    """Turns what may only open or close a division into what may stand in its text."""
    if amid := ROLES[element.role].amid:
        element.type = element.role if amid == "block" else element.type
        element.role = amid


def _in_parts(root: Element) -> Element:
    """Put the divisions into front, body and back.

    The front is what is marked so at the beginning, the back at the end.
    """
    divisions = root.children
    first = 0
    while first < len(divisions) - 1 and divisions[first].get("part") == "front":
        first += 1
    last = len(divisions)
    while last > first + 1 and divisions[last - 1].get("part") == "back":
        last -= 1
    parts = [
        ("front", divisions[:first]),
        ("body", divisions[first:last]),
        ("back", divisions[last:]),
    ]
    children: list[Element] = []
    at = root.start
    for name, inside in parts:
        if inside:
            children.append(Element("part", at, root.end, children=inside, type=name))
            at = inside[-1].end
    for part, following in pairwise(children):
        part.end = following.start
    for division in children[0].children if children[0].type == "front" else ():
        if division.type in {"titlepage", "halftitle"}:
            _title_page(division)
    for element in root.walk():
        if element.role == "titlepart":
            _loose_title_part(element)
        elif element.role == "speech":
            _one_speaker(element)
        _only_in_imprints(element)
        _strictly(element)
    root.children = children
    return root


def _title_page(division: Element) -> None:
    """A title page in the front: nothing but its parts, and notes."""
    parts: list[Element] = []
    for child in division.children:
        parts += _flattened(child)
    if not any(part.role != "note" for part in parts):
        return
    division.role, division.children = "titlepage", list(_together(parts))


def _together(parts: Iterable[Element]) -> Iterator[Element]:
    """The parts of a title page, the parts of one title as one, and those of one imprint."""
    for group, run in groupby(parts, key=_belongs_to):
        inside = list(run)
        if group == "docTitle":
            yield Element(group, inside[0].start, inside[-1].end, children=inside)
        elif group == "docImprint" and not any(one.opening or one.closing for one in inside):
            children = [child for one in inside for child in one.children]
            yield Element(group, inside[0].start, inside[-1].end, children=children)
        else:
            yield from inside


def _belongs_to(part: Element) -> str:
    """The element that takes a part of a title page together with its neighbours, or ""."""
    if part.role == "titlePart" and part.type in {"main", "sub"}:
        return "docTitle"
    return part.role if part.role == "docImprint" and part.type == "imprint" else ""


def _only_in_imprints(element: Element) -> None:
    """Takes publisher, place and date out of what is no imprint, where TEI allows none."""
    if element.role != "docImprint" or element.type in {"publisher", "place"}:
        while any(child.role in _OF_IMPRINTS for child in element.children):
            element.children = [
                part
                for child in element.children
                for part in (child.children if child.role in _OF_IMPRINTS else [child])
            ]


def _flattened(element: Element) -> Iterator[Element]:
    if element.role == "note":
        yield element
    elif element.role == "titlepart" and (role := _TITLE_PARTS.get(element.type)):
        element.role = role
        yield element
    elif element.role in {"titlepart", "heading", "byline", "epigraph"}:
        if element.role == "heading":
            element.role, element.type = "titlepart", element.type or "main"
        element.role = "titlePart" if element.role == "titlepart" else element.role
        yield element
    elif element.mixed or element.role == "verse":
        element.children = [
            line
            for child in element.children
            for line in (child.children if child.role == "line" else [child])
        ]
        element.role, element.type = "titlePart", "desc"
        yield element
    else:
        for child in element.children:
            yield from _flattened(child)


def _loose_title_part(element: Element) -> None:
    """A part of a title page that stands on none: a bibliographic item, a byline, a block."""
    element.role = "bibl" if element.type in _BIBLIOGRAPHIC else "block"


def _strictly(element: Element) -> None:
    """Takes quotations out of an element in which TEI allows none; their text stays."""
    while ROLES[element.role].holds == "phrases" and not all(
        ROLES[child.role].phrase for child in element.children
    ):
        element.children = [
            part
            for child in element.children
            for part in ([child] if ROLES[child.role].phrase else child.children)
        ]


def _one_speaker(speech: Element) -> None:
    """A speaker who does not come first in a speech is a block like others."""
    for i, child in enumerate(speech.children):
        if child.role == "speaker" and any(before.role != "note" for before in speech.children[:i]):
            child.role, child.type = "block", "speaker"
