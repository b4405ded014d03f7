"""The layout of the source as structure: running heads, page numbers, notes, headings, split words.

hOCR, ALTO, PAGE and ABBYY files name the parts of a page (`TextRegion type="footnote"`, a block in
ALTO's `TopMargin`, `ocr_pageno`), and ALTO gives the whole word beside the parts of a split one
(`SUBS_CONTENT`). They are often wrong, so emend believes a region only if it looks like its type: a
header is short and at the top, a page number is a number, a catchword is one word at the foot.

Left alone: text that another stage has already marked, a "header" in the middle of the page, a
"page number" of words, a note at the top of the page, pictures and tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pipeline.document import Document, Layout, Mark, Proposal, Zone
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.text.blocks import claims, touches

_LABEL = re.compile(r"(?:\*{1,4}|†{1,2}|‡|§|¶|[([]?\d{1,3}[)\].]?|[([]?[a-z][)\]])(?=\s*\S)")
_FURNITURE = {
    "header": "header",
    "footer": "footer",
    "page-number": "pageNum",
    "catch-word": "catch",
    "signature-mark": "sig",
}
_CALLED = {
    "header": "a header",
    "footer": "a footer",
    "page-number": "a page number",
    "catch-word": "a catch-word",
    "signature-mark": "a signature mark",
}


@lru_cache(maxsize=8)
def _number(known: Language) -> re.Pattern[str]:
    words = alternatives(word.rstrip(".") for word in known.pages.number)
    return re.compile(
        rf"[^\w]*(?:(?:{words})\.?\s*)?(?:\d{{1,4}}|[ivxlcdm]{{1,8}})[^\w]*", re.IGNORECASE
    )


def regions(document: Document) -> Iterator[Proposal | Mark]:
    """Mark what the layout names, move furniture out of the text, join words it gives whole."""
    layout = document.source.layout
    if layout is None:
        return
    taken = claims(document)
    for n, zone in enumerate(layout.zones):
        if zone.level != "region" or not zone.role:
            continue
        start, end = document.reading_span(zone.start, zone.end)
        inside = document.text[start:end]
        start, end = (
            start + len(inside) - len(inside.lstrip()),
            end - len(inside) + len(inside.rstrip()),
        )
        if start >= end or touches(taken, start, end):
            continue
        yield from _marked(
            zone, document.text[start:end], start, _height(layout, zone), f"region-{n}"
        )
    yield from _joins(document, layout)


def _marked(
    zone: Zone, text: str, start: int, height: float | None, identity: str
) -> Iterator[Proposal | Mark]:
    """Mark a region as its role, if it looks like it. `height` is its place on the page, 0 to 1."""
    end = start + len(text)
    at_top, at_foot = height is None or height < 0.2, height is None or height > 0.8
    lines, words = text.count("\n") + 1, len(text.split())
    looks = {
        "header": at_top and lines <= 2 and words <= 16,
        "footer": at_foot and lines <= 2 and words <= 16,
        "page-number": (at_top or at_foot)
        and len(text) <= 14
        and _number(languages.every()).fullmatch(text) is not None,
        "catch-word": at_foot and words <= 2,
        "signature-mark": at_foot and len(text) <= 14,
        "heading": lines <= 6 and words <= 40,
        "footnote": height is None or height > 0.4,
        "marginalia": words <= 80,
    }
    if not looks.get(zone.role):
        return
    if zone.role in _FURNITURE:
        place = (
            "top"
            if zone.role == "header"
            or (zone.role == "page-number" and height is not None and height < 0.5)
            else "bottom"
        )
        yield Mark("furniture", start, end, (("type", _FURNITURE[zone.role]), ("place", place)))
        yield Proposal(
            start,
            end,
            "",
            "furniture.region",
            f"the layout calls it {_CALLED[zone.role]}, and it stands where one does",
            "furniture",
            0.97,
        )
    elif zone.role == "heading":
        yield Mark("heading", start, end, (("type", "main"),))
    elif label := _LABEL.match(text) if zone.role == "footnote" else None:
        yield Mark(
            "note",
            start,
            end,
            (("id", identity), ("n", label[0].strip("()[].")), ("place", "bottom")),
        )
        yield Mark("label", start, start + label.end())
    else:
        yield Mark(
            "note",
            start,
            end,
            (("id", identity), ("place", "bottom" if zone.role == "footnote" else "margin")),
        )


def _height(layout: Layout, zone: Zone) -> float | None:
    """Where on its page a region stands, None where the page's size is not told."""
    height = layout.surfaces[zone.surface].height if zone.surface < len(layout.surfaces) else 0
    return (zone.box.y0 + zone.box.y1) / 2 / height if height else None


def _joins(document: Document, layout: Layout) -> Iterator[Proposal]:
    """Join the parts of a word on two lines if the layout gives the whole: `gov-⏎ernment`."""
    raw = document.raw
    words = [zone for zone in layout.zones if zone.level == "word"]
    parts = [zone for zone in words if zone.whole]
    for first, second in pairwise(parts):
        between = raw[first.end : second.start]
        if (
            first.whole != second.whole
            or "\n" not in between
            or between.strip(" \n\f-\u2010\u00ad\u00ac")
        ):
            continue
        start, end = document.reading_span(first.end, second.start)
        if document.text[start:end] != between:
            continue
        before, after = (
            raw[first.start : first.end].rstrip("-\u2010\u00ad\u00ac"),
            raw[second.start : second.end],
        )
        start -= first.end - first.start - len(before)
        for joint, rule in (("", "line-end.soft"), ("-", "line-end.hard")):
            if (
                before + joint + after.rstrip(".,;:!?)]”’\"'")
                in {first.whole, first.whole.rstrip(".,;:!?)]”’\"'")}
                or before + joint + after == first.whole
            ):
                shown = "the layout gives the whole word, " + first.whole
                yield Proposal(start, end, joint, rule, shown, "linebreak", 0.99)
                break
