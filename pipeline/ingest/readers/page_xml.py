"""PAGE XML (PRImA; content versions 2010 to 2019), from Transkribus, OCR-D and eScriptorium."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from lxml import etree

from pipeline.document import Box, Surface
from pipeline.ingest.layer import (
    Line,
    Page,
    Region,
    Word,
    box_around,
    by_role,
    reference,
    share,
    size_of,
    with_initials,
)
from pipeline.ingest.readers.roles import role_of
from pipeline.xml import children, descendants, local

_ORDER = re.compile(r"readingOrder\s*\{[^}]*?index:\s*(\d{1,8})")
_STRUCTURE = re.compile(r"structure\s*\{[^}]*?type:\s*([^;}]+)")


def pages(root: etree._Element) -> list[Page]:
    """The pages of a PAGE file (in practice one), with regions in reading order if it gives one."""
    return [_page(page) for page in children(root, "Page")]


def _page(page: etree._Element) -> Page:
    width, height = size_of(page.get("imageWidth"), page.get("imageHeight"))
    regions = list(_text_regions(page))
    order = [
        place.get("regionRef", "")
        for reading in children(page, "ReadingOrder")
        for place in _places(reading)
    ]
    rank = {identity: number for number, identity in reversed(list(enumerate(order)))}
    if rank:
        regions.sort(key=lambda region: _rank(region, rank))
    else:
        regions = _by_custom(regions)
    found = with_initials(one for region in regions for one in _region(region))
    surface = Surface(reference(page.get("imageFilename") or ""), width, height)
    return Page(tuple(found), surface)


def _rank(region: etree._Element, rank: Mapping[str, int]) -> int:
    """The place of a region in the reading order; a table's may be told only of its cells."""
    within = (region, *descendants(region, "TextRegion"))
    return min(rank.get(one.get("id", ""), len(rank)) for one in within)


def _text_regions(element: etree._Element) -> Iterator[etree._Element]:
    """Text regions, those inside other regions too, and tables as wholes."""
    for child in children(element):
        if local(child) in {"TextRegion", "TableRegion"}:
            yield child
        if local(child).endswith("Region") and local(child) != "TableRegion":
            yield from _text_regions(child)


def _places(group: etree._Element) -> Iterator[etree._Element]:
    """The references of a reading order, groups within groups; indexed ones by their index."""

    def index(element: etree._Element) -> int:
        told = element.get("index") or ""
        return int(told) if told.isdecimal() and len(told) < 9 else 0

    for child in sorted(children(group), key=index):
        if local(child).startswith("RegionRef"):
            yield child
        else:
            if child.get("regionRef"):
                yield child
            yield from _places(child)


def _by_custom(elements: list[etree._Element]) -> list[etree._Element]:
    """Sort elements by Transkribus's `custom="readingOrder {index:0;}"`, if all have it."""
    told = {
        id(element): int(match[1])
        for element in elements
        if (match := _ORDER.search(element.get("custom") or ""))
    }
    return (
        sorted(elements, key=lambda element: told[id(element)])
        if len(told) == len(elements)
        else elements
    )


def _role(element: etree._Element) -> str:
    """The role of a region or line, from Transkribus's `custom` or from its type.

    For example `custom="structure {type:page-number;}"`.
    """
    match = _STRUCTURE.search(element.get("custom") or "")
    return role_of(match[1] if match else element.get("type") or "")


def _region(region: etree._Element) -> Iterator[Region]:
    """A region, parted where its lines have roles of their own; a table is one region."""
    if local(region) == "TableRegion":  # its cells are text regions, or Transkribus's TableCell
        cells = [_line(line) for line in descendants(region, "TextLine")]
        yield Region(tuple(cells), _box(region), "table")
        return
    lines = [(_line(line), _role(line)) for line in _by_custom(list(children(region, "TextLine")))]
    if not lines and not any(True for _ in children(region, "TextRegion")):
        lines = [
            (Line((Word(line, None, sure, element=chosen),)), "")
            for chosen, text, sure in _reading(region)
            for line in text.splitlines()
        ]
    yield from by_role(lines, _box(region), _role(region))


def _line(line: etree._Element) -> Line:
    """A line's words, or its own text if it has no words or its words disagree with that text."""
    words = [_word(word) for word in children(line, "Word")]
    own = next(iter(_reading(line)), None)
    box = _box(line)
    if own is None:
        return Line(tuple(words), box)
    chosen, text, sure = own
    if "".join(text.split()) == "".join("".join(word.text.split()) for word in words):
        return Line(tuple(_spaced(words, text)), box)
    if words and not text.strip():
        return Line(tuple(words), box)
    return Line((Word(text, box, sure, element=chosen),), box)


def _spaced(words: list[Word], text: str) -> Iterator[Word]:
    """Glue words as the line's text does: `Word` elements `said` and `,` in the line `said,`."""
    at = 0
    for number, word in enumerate(words):
        glued = number > 0 and at < len(text) and not text[at].isspace()
        yield Word(word.text, word.box, word.confidence, glued, element=word.element)
        for character in chain.from_iterable(word.text.split()):
            at = text.index(character, at) + 1


def _word(word: etree._Element) -> Word:
    chosen, text, sure = next(iter(_reading(word)), (word, "", None))
    if not text:
        text = "".join(
            reading for glyph in children(word, "Glyph") for _, reading, _ in _reading(glyph)
        )
    return Word(text, _box(word), sure, element=chosen)


def _reading(element: etree._Element) -> list[tuple[etree._Element, str, float | None]]:
    """The reading of an element, as a list of none or one.

    Of several `TextEquiv` it is the one with the lowest index, or else the first.
    """
    equivalents = list(children(element, "TextEquiv"))
    if not equivalents:
        return []

    def index(equivalent: etree._Element) -> int:
        told = equivalent.get("index") or ""
        return int(told) if told.isdecimal() and len(told) < 9 else 0

    chosen = min(equivalents, key=index)
    texts = {local(text): str(text.text or "") for text in children(chosen, "Unicode", "PlainText")}
    return [
        (chosen, texts.get("Unicode", "") or texts.get("PlainText", ""), share(chosen.get("conf")))
    ]


def _box(element: etree._Element) -> Box | None:
    """The box around an element's polygon: an attribute, or, before 2013, a list of points."""
    for coords in children(element, "Coords"):
        points = coords.get("points") or " ".join(
            f"{point.get('x')},{point.get('y')}" for point in children(coords, "Point")
        )
        return box_around(points)
    return None
