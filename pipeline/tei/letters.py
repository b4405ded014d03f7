"""Letters: what opens and closes one, and where TEI allows it to stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pipeline.document import Mark
from pipeline.roles import ROLES
from pipeline.tei.element import Element

LINES = {"verse": "line", "address": "addrline"}
"""The roles that hold lines, and the role of each line."""

_OF_LETTERS = frozenset({"opener", "closer", "postscript"})


def whole(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks without the letters in which a division begins."""
    begun = sorted(mark.start for mark in marks if mark.role == "division")
    for mark in marks:
        n = bisect_right(begun, mark.start)
        if mark.role != "letter" or n == len(begun) or begun[n] >= mark.end:
            yield mark


def with_letters(children: Sequence[Element]) -> list[Element]:
    """The children of a division with each letter in TEI's order.

    A letter that is all the text of its division is that text; what lacks a text is no letter.
    """
    alone = sum(child.role == "letter" for child in children) == 1 and all(
        child.role in {"letter", "note"} or ROLES[child.role].edge for child in children
    )
    found: list[Element] = []
    for child in children:
        if child.role != "letter":
            found.append(child)
            continue
        inside = _in_place(child.children)
        top, bottom = edges(inside)
        if alone or all(one.role == "note" for one in inside[top:bottom]):
            found += inside
        else:
            child.children = inside
            found.append(child)
    return _in_place(found)


def enclosed(element: Element) -> None:
    """Give a letter its body."""
    top, bottom = edges(element.children)
    for child in element.children[top:bottom]:
        in_the_middle(child)
    element.children = [
        Element("letterbody", element.start, element.end, children=element.children)
    ]


def _in_place(children: Sequence[Element]) -> list[Element]:
    """Children of a division or a letter: an opener or a closer out of place becomes its parts."""
    placed = list(children)
    while True:
        top, bottom = edges(placed)
        allowed = (
            [{"opener"}] * top
            + [set()] * (bottom - top)
            + [{"closer", "postscript"}] * len(placed[bottom:])
        )
        astray = [
            n
            for n, (child, here) in enumerate(zip(placed, allowed, strict=True))
            if child.role in _OF_LETTERS - here or _lacks_its_text(child)
        ]
        if not astray:
            return placed
        for n in reversed(astray):
            placed[n : n + 1] = map(_without_lines, placed[n].children)


def _lacks_its_text(element: Element) -> bool:
    """Whether a closer closes with nothing, or a postscript has notes alone."""
    roles = {one.role for one in element.children}
    if element.role == "closer":
        return not roles & {"salute", "signed"}
    return element.role == "postscript" and roles <= {"note"}


def _without_lines(element: Element) -> Element:
    """A part of an opener or a closer by itself: an address is a block like others."""
    if element.role == "address":
        unlined(element)
        element.role, element.type = "block", "address"
    return element


def unlined(element: Element) -> None:
    """Take the lines out of an element; what they hold stays."""
    element.children = [
        part
        for child in element.children
        for part in (child.children if child.role in LINES.values() else [child])
    ]


def edges(children: Sequence[Element]) -> tuple[int, int]:
    """Where the text begins among the children of a division, and where it ends."""
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
    return top, bottom


def in_the_middle(element: Element) -> None:
    """Turns what may only open or close a division into what may stand in its text."""
    if amid := ROLES[element.role].amid:
        element.type = element.role if amid == "block" else element.type
        element.role = amid
