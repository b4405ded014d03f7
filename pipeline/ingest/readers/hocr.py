"""hOCR 1.2, as written by Tesseract, OCRopus, Kraken and the Internet Archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from lxml import etree

from pipeline.document import Box, Surface
from pipeline.ingest.layer import (
    Line,
    Page,
    Region,
    Word,
    box_of,
    parted,
    reference,
    share,
    size_of,
)

_PROPERTY = re.compile(r"\s*([a-z_]\w*)\s*((?:\"[^\"]*\"|'[^']*'|[^;])*);?")
_LINES = frozenset(
    {
        "ocr_line",
        "ocr_header",
        "ocr_footer",
        "ocr_caption",
        "ocr_textfloat",
        "ocrx_line",
        "ocr_pageno",
    }
)
_UNLINED = frozenset({"ocr_par", "ocrx_block"})  # what counts as a line where there are none
_REGIONS = frozenset({"ocr_par", "ocr_carea", "ocrx_block"})
_ROLES = {
    "ocr_header": "header",
    "ocr_footer": "footer",
    "ocr_pageno": "page-number",
    "ocr_caption": "caption",
    "ocr_title": "heading",
    "ocr_part": "heading",
    "ocr_chapter": "heading",
    "ocr_section": "heading",
    "ocr_subsection": "heading",
    "ocr_table": "table",
    "ocr_footnote": "footnote",
}


def pages(root: etree._Element) -> list[Page]:
    """The pages of an hOCR file; an element keeps its place in every word.

    Tesseract calls a line `ocr_header` where its letters are large, wherever it stands, so that
    word is taken at its worth only from other engines.
    """
    systems = [
        meta.get("content", "") for meta in root.iter("{*}meta") if meta.get("name") == "ocr-system"
    ]
    trusted = not any("tesseract" in system.lower() for system in systems)
    return [_page(element, trusted) for element in root.iter() if "ocr_page" in _classes(element)]


def properties(element: etree._Element) -> dict[str, str]:
    """The properties in an element's title: `bbox 10 20 30 40; x_wconf 93`.

    These give {"bbox": "10 20 30 40", "x_wconf": "93"}.
    """
    return {match[1]: match[2].strip() for match in _PROPERTY.finditer(element.get("title") or "")}


def _page(element: etree._Element, trusted: bool) -> Page:
    told = properties(element)
    box = _box(told)
    width, height = size_of(box.x1, box.y1) if box else (0, 0)
    surface = Surface(reference(told.get("image", "")), width, height, told.get("lpageno", ""))
    return Page(tuple(_regions(element, trusted)), surface)


def _regions(page: etree._Element, trusted: bool) -> Iterator[Region]:
    """The lines of a page, grouped by paragraph (or, without one, by area).

    Elements nest by class, not by name.
    """
    held: list[Line] = []
    holder: etree._Element | None = None
    role = ""
    names = _LINES if any(_classes(element) & _LINES for element in page.iter()) else _UNLINED
    for element in page.iter():
        classes = _classes(element)
        if not classes & names or any(_classes(above) & names for above in _above(element, page)):
            continue
        around = list(_above(element, page))
        tables = (above for above in around if "ocr_table" in _classes(above))
        blocks = (above for above in around if _classes(above) & _REGIONS)
        block = next(chain(tables, blocks), None)
        line_role = _role([element, *_above(element, page)], trusted)
        if held and (block is not holder or line_role != role):
            yield from _held(held, holder, role)
            held = []
        holder, role = block, line_role
        held.append(_line(element))
    if held:
        yield from _held(held, holder, role)


def _held(lines: list[Line], holder: etree._Element | None, role: str) -> Iterator[Region]:
    """Lines of one paragraph, or loose ones, which the distances between them part."""
    if holder is None and not role:
        yield from parted(lines)
    else:
        yield _region(lines, holder, role)


def _region(lines: list[Line], holder: etree._Element | None, role: str) -> Region:
    return Region(tuple(lines), None if role or holder is None else _box(properties(holder)), role)


def _line(element: etree._Element) -> Line:
    words = [word for word in element.iter() if _classes(word) & {"ocrx_word", "ocr_word"}]
    if not words:  # Kraken's and OCRopus' lines may have no words in them
        return Line(
            (Word(_text(element), _box(properties(element)), None, element=element),),
            _box(properties(element)),
        )
    return Line(tuple(_word(word) for word in words), _box(properties(element)))


def _word(element: etree._Element) -> Word:
    told = properties(element)
    letters = [
        _text(one).strip() for one in element.iter() if "ocrx_cinfo" in _classes(one)
    ]  # the Internet Archive's hOCR of characters
    return Word("".join(letters) or _text(element), _box(told), _confidence(told), element=element)


def _confidence(told: dict[str, str]) -> float | None:
    """A word's confidence, or the lowest of its characters'.

    It is out of 100, but Kraken's `x_confs` are out of 1.
    """
    if "x_wconf" in told:
        return share(told["x_wconf"], 100)
    numbers = told.get("x_confs", "").split()
    shares = [value for number in numbers if (value := share(number)) is not None]
    if len(shares) < len(numbers):
        shares = [value for number in numbers if (value := share(number, 100)) is not None]
    return min(shares, default=None)


def _text(element: etree._Element) -> str:
    """An element's text; of alternative readings the preferred one."""
    if not isinstance(element.tag, str) or (
        element.tag.endswith("del") and "alt" in _classes(element)
    ):
        return ""
    return (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)


def _role(elements: list[etree._Element], trusted: bool) -> str:
    for element in elements:
        for name in sorted(_classes(element)):
            if name in _ROLES and (
                trusted or name not in {"ocr_header", "ocr_footer", "ocr_caption"}
            ):
                return _ROLES[name]
    return ""


def _above(element: etree._Element, page: etree._Element) -> Iterator[etree._Element]:
    """The elements between this one and its page, from the inside out."""
    for above in element.iterancestors():
        if above is page:
            return
        yield above


def _classes(element: etree._Element) -> set[str]:
    return set((element.get("class") or "").split()) if isinstance(element.tag, str) else set()


def _box(told: dict[str, str]) -> Box | None:
    try:
        return box_of(float(number) for number in told["bbox"].split())
    except (KeyError, ValueError):
        return None
