"""DjVu XML (`…_djvu.xml`), the text layer of a DjVu file; the Internet Archive has it for books."""

from __future__ import annotations

from lxml import etree

from pipeline.document import Box, Surface
from pipeline.ingest.layer import Line, Page, Region, Word, box_of, share, size_of
from pipeline.xml import children, descendants


def pages(root: etree._Element) -> list[Page]:
    """The pages of a book; a page without text is there too."""
    return [_page(page) for page in descendants(root, "OBJECT")]


def _page(page: etree._Element) -> Page:
    width, height = size_of(page.get("width"), page.get("height"))
    paragraphs = descendants(page, "PARAGRAPH")
    regions = tuple(
        Region(
            tuple(Line(tuple(map(_word, children(line, "WORD")))) for line in children(one, "LINE"))
        )
        for one in paragraphs
    )
    return Page(regions, Surface("", width, height))


def _word(word: etree._Element) -> Word:
    return Word(
        word.text or "", _box(word.get("coords") or ""), share(word.get("x-confidence"), 100)
    )


def _box(coords: str) -> Box | None:
    """Left, bottom, right, top (and perhaps the baseline), counted from the top of the page."""
    try:
        left, bottom, right, top = [float(number) for number in coords.split(",")][:4]
    except ValueError:
        return None
    return box_of((left, min(top, bottom), right, max(top, bottom)))
