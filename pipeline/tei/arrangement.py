"""Arrangement: divisions, front and back, and title pages, in the order that TEI requires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from pipeline.roles import ROLES
from pipeline.tei.element import Element
from pipeline.tei.letters import LINES, edges, enclosed, in_the_middle, unlined, with_letters

_TITLE_PARTS = {
    "author": "docAuthor",
    "byline": "byline",
    "date": "docDate",
    "edition": "docEdition",
    "epigraph": "epigraph",
}
_TITLE_PARTS |= dict.fromkeys(("imprint", "publisher", "place"), "docImprint")
_COLUMNS = 99  # of a table
_OF_IMPRINTS = frozenset({"publisher", "pubplace", "docdate"})
_OF_BYLINES = frozenset({"author"})
_NO_PHRASES = frozenset(name for name, role in ROLES.items() if not role.phrase)
_BIBLIOGRAPHIC = frozenset(
    {"main", "sub", "series", "imprint", "publisher", "place", "edition", ""}
)


def without_shells(root: Element) -> None:
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


def divided(root: Element) -> None:
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


def ordered(division: Element) -> None:
    """Sort a division into TEI's order: openers, text, divisions, closers.

    A heading in the middle of the text opens a division of its own, unless it is run in; so does
    text after a division.
    """
    children = with_letters(division.children)
    top, bottom = edges(children)
    arranged: list[Element] = []
    inner: Element | None = None
    broken = False
    for i, child in enumerate(children):
        if i < top or i >= bottom:
            arranged.append(child)
            continue
        if child.role == "division" or (child.role == "note" and inner is None):
            arranged.append(child)
            inner, broken = None, broken or child.role == "division"
            continue
        heads = child.role == "heading" and child.type != "runin"
        if heads and inner and all(c.role == "heading" for c in inner.children):
            heads = False
        if heads or (broken and inner is None):
            inner, broken = Element("division", child.start, child.end, type="section"), True
            arranged.append(inner)
        if inner:
            inner.children.append(child)
            inner.end = child.end
        else:
            arranged.append(child)
    division.children = arranged
    for i, child in enumerate(children):
        if child in arranged and not (i < top or i >= bottom):
            in_the_middle(child)
    for child in arranged:
        if child.role == "division" and child.mark is None:
            ordered(child)


def in_parts(root: Element) -> Element:
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
        elif element.role == "letter":
            enclosed(element)
        if element.role == "row":
            element.children = list(_with_empty_cells(element))
        if "stage" in ROLES[element.role].inside:
            element.children = [_direction(child) for child in element.children]
        _only_where_allowed(element)
    root.children = children
    return root


def _with_empty_cells(row: Element) -> Iterator[Element]:
    """The cells of a row; an empty one for each column of which the row has none."""
    columns = min(int(row.get("columns") or 0), _COLUMNS)
    column, at = 0, row.start
    for child in row.children:
        for _ in range(column, min(int(child.get("column") or 0), columns)):
            yield Element("cell", at, at)
            column += 1
        yield child
        column += child.role == "cell"
        at = child.end
    for _ in range(column, columns):
        yield Element("cell", at, at)


def _direction(element: Element) -> Element:
    """A stage direction that is a paragraph by itself is a block; any other element as it is."""
    alone = element.role == "paragraph" and len(element.children) == 1
    if alone and not (element.opening or element.closing):
        inside = element.children[0]
        if inside.role == "stage" and (inside.start, inside.end) == (element.start, element.end):
            return inside
    return element


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


def _only_where_allowed(element: Element) -> None:
    """Takes out of an element what TEI does not allow in it; its text stays.

    That is publisher, place and date of what is no imprint, an author of no byline, and quotations
    where only phrases may stand.
    """
    imprint = element.role == "docImprint" and element.type not in {"publisher", "place"}
    out = frozenset() if imprint else _OF_IMPRINTS
    out |= frozenset() if element.role == "byline" else _OF_BYLINES
    if ROLES[element.role].holds == "phrases":
        out |= _NO_PHRASES
    while any(child.role in out for child in element.children):
        element.children = [
            part
            for child in element.children
            for part in (child.children if child.role in out else [child])
        ]


def _flattened(element: Element) -> Iterator[Element]:
    if element.role == "note":
        yield element
    elif element.role == "titlepart" and (role := _TITLE_PARTS.get(element.type)):
        element.role = role
        if role == "epigraph":
            words = Element("block", element.start, element.end, children=element.children)
            element.children, element.type = [words], ""
        yield element
    elif element.role in {"titlepart", "heading", "byline", "epigraph"}:
        if element.role == "heading":
            element.role, element.type = "titlepart", element.type or "main"
        element.role = "titlePart" if element.role == "titlepart" else element.role
        yield element
    elif element.mixed or element.role in LINES:
        unlined(element)
        element.role, element.type = "titlePart", "desc"
        yield element
    else:
        for child in element.children:
            yield from _flattened(child)


def _loose_title_part(element: Element) -> None:
    """A part of a title page that stands on none: a bibliographic item, a byline, a block."""
    element.role = "bibl" if element.type in _BIBLIOGRAPHIC else "block"


def _one_speaker(speech: Element) -> None:
    """A speaker who does not come first in a speech is a block like others."""
    for i, child in enumerate(speech.children):
        if child.role == "speaker" and any(before.role != "note" for before in speech.children[:i]):
            child.role, child.type = "block", "speaker"
