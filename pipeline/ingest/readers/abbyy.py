"""ABBYY FineReader's XML (versions 6 to 10).

The Internet Archive keeps it for every book, as `…_abbyy.gz`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline import xml
from pipeline.document import Box, Surface
from pipeline.ingest.layer import Line, Page, Region, Word, box_of, share, size_of
from pipeline.ingest.readers.roles import role_of
from pipeline.xml import children, descendants, local


def pages(data: bytes, name: str) -> list[Page]:
    """The pages of a book, read one at a time, as the file may be hundreds of megabytes.

    Raises:
        SourceError: It is not well formed.

    """
    roles: dict[str, str] = {}
    found: list[Page] = []
    for element in xml.stream(data, name, "page", "paragraphStyle"):
        if local(element) == "paragraphStyle":
            roles[element.get("id", "")] = role_of(element.get("role") or "")
        else:
            found.append(_page(element, roles))
    return found


def _page(page: etree._Element, roles: dict[str, str]) -> Page:
    width, height = size_of(page.get("width"), page.get("height"))
    regions = [
        region
        for block in children(page, "block")
        if block.get("blockType") in {"Text", "Table"}
        for region in _regions(block, roles)
    ]
    return Page(tuple(regions), Surface("", width, height))


def _regions(block: etree._Element, roles: dict[str, str]) -> Iterator[Region]:
    if block.get("blockType") == "Table":  # its cells hold paragraphs of their own
        lines = tuple(_line(line) for line in descendants(block, "line"))
        yield Region(lines, _box(block), "table")
        return
    for paragraph in descendants(block, "par"):
        role = roles.get(paragraph.get("style") or paragraph.get("styleRef") or "", "")
        yield Region(tuple(_line(line) for line in children(paragraph, "line")), None, role)


def _line(line: etree._Element) -> Line:
    """The words of a line. A soft hyphen at its end, which ABBYY writes as ¬, stays."""
    words: list[Word] = []
    held: list[etree._Element] = []
    for formatting in children(line, "formatting"):
        signs = list(children(formatting, "charParams"))
        if not signs and formatting.text:
            words += [Word(text) for text in formatting.text.split()]
        for sign in signs:
            if (sign.text or "").strip():
                held.append(sign)
            elif held:
                words.append(_word(held))
                held = []
    if held:
        words.append(_word(held))
    return Line(tuple(words), _box(line))


def _word(signs: list[etree._Element]) -> Word:
    boxes = [box for sign in signs if (box := _box(sign))]
    box = (
        Box(
            min(b.x0 for b in boxes),
            min(b.y0 for b in boxes),
            max(b.x1 for b in boxes),
            max(b.y1 for b in boxes),
        )
        if boxes
        else None
    )
    sure = [
        value for sign in signs if (value := share(sign.get("charConfidence"), 100)) is not None
    ]
    return Word("".join(sign.text or "" for sign in signs), box, min(sure, default=None))


def _box(element: etree._Element) -> Box | None:
    try:
        return box_of(float(element.get(side) or "") for side in ("l", "t", "r", "b"))
    except ValueError:
        return None
