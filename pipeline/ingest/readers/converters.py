"""JSON of programs that turn scans into documents: docling, marker, olmOCR.

They give whole paragraphs, so each is one line of the text layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree, html

from pipeline.document import Box, Surface
from pipeline.ingest.layer import Line, Page, Region, Word, box_of, size_of
from pipeline.ingest.readers.fields import objects
from pipeline.ingest.readers.roles import role_of


def pages(data: Any) -> tuple[str, list[Page]] | None:
    """The program and its pages, or None if the JSON is of none of the three."""
    if isinstance(data, dict) and data.get("schema_name") == "DoclingDocument":
        return "docling", _docling(data)
    if isinstance(data, dict) and data.get("block_type") == "Document":
        return "marker", [_marker(page) for page in objects(data.get("children"))]
    rows = data if isinstance(data, list) else [data]
    if rows and all(
        isinstance(row, dict)
        and isinstance(row.get("text"), str)
        and "pdf_page_numbers" in (row.get("attributes") or {})
        for row in rows
    ):
        return "olmOCR", [page for row in rows for page in _olmocr(row)]
    return None


def _paragraph(text: str, box: Box | None, role: str, element: Any = None) -> Region:
    lines = tuple(Line((Word(line, element=element),)) for line in text.splitlines())
    return Region(lines, box, role)


def _docling(data: Mapping[str, Any]) -> list[Page]:
    """The pages of a DoclingDocument, its texts in the order of the body."""
    sizes = {
        int(number): ((page.get("size") or {}).get("width"), (page.get("size") or {}).get("height"))
        for number, page in (data.get("pages") or {}).items()
        if str(number).isdecimal() and isinstance(page, dict)
    }
    regions: dict[int, list[Region]] = {number: [] for number in sorted(sizes)}
    at = 1
    for text in _in_order(data):
        place = next(iter(objects(text.get("prov"))), {})
        at = int(place.get("page_no") or at)
        high = float((sizes.get(at) or (0, 0))[1] or 0)
        told = place.get("bbox") or {}
        try:
            left, top, right, bottom = (float(told[side]) for side in "ltrb")
        except (KeyError, TypeError, ValueError):
            box = None
        else:
            if told.get("coord_origin") == "BOTTOMLEFT":
                top, bottom = high - top, high - bottom
            box = box_of((left, top, right, bottom))
        said = str(text.get("text") or "")
        if marker := str(text.get("marker") or ""):
            said = f"{marker} {said}"
        regions.setdefault(at, []).append(
            _paragraph(said, box, role_of(str(text.get("label") or "")), text)
        )
    return [
        Page(tuple(found), Surface("", *size_of(*(sizes.get(number) or (0, 0)))))
        for number, found in sorted(regions.items())
    ]


def _in_order(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The texts in the order of the tree, page headers and footers after them."""
    done: set[int] = set()
    todo: list[Any] = [data.get("furniture"), data.get("body")]
    later: list[dict[str, Any]] = []
    while todo:
        node = todo.pop()
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            node = _at(data, node["$ref"])
        if not isinstance(node, dict) or id(node) in done:
            continue
        done.add(id(node))
        if isinstance(node.get("text"), str):
            if node.get("content_layer") == "furniture":
                later.append(node)
            else:
                yield node
        todo += reversed(node.get("children") or [])
    yield from later


def _at(data: Mapping[str, Any], path: str) -> Any:
    """What a reference points to: `#/texts/3`."""
    found: Any = data
    for key in path.removeprefix("#/").split("/"):
        if isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        elif isinstance(found, dict):
            found = found.get(key)
        else:
            return None
    return found


def _marker(page: Mapping[str, Any]) -> Page:
    """A page of marker: blocks with HTML in them, groups of blocks within blocks."""
    regions: list[Region] = []
    todo = list(reversed(objects(page.get("children"))))
    while todo:
        block = todo.pop()
        if below := objects(block.get("children")):
            todo += reversed(below)
            continue
        text = _plain(str(block.get("html") or ""))
        told = block.get("bbox")
        box = box_of(told) if isinstance(told, list) and len(told) == 4 else None
        if text:
            regions.append(_paragraph(text, box, role_of(str(block.get("block_type") or ""))))
    told = page.get("bbox")
    size = size_of(told[2], told[3]) if isinstance(told, list) and len(told) == 4 else (0, 0)
    return Page(tuple(regions), Surface("", *size))


def _plain(markup: str) -> str:
    if not markup.strip():
        return ""
    try:
        return " ".join("".join(map(str, html.fromstring(markup).itertext())).split())
    except (etree.ParserError, ValueError):
        return ""


def _olmocr(row: Mapping[str, Any]) -> Iterator[Page]:
    """The pages of a document, by the spans that it gives for them."""
    text = str(row["text"])
    for span in row["attributes"]["pdf_page_numbers"] or [[0, len(text), 1]]:
        start, end = int(span[0]), int(span[1])
        yield Page(
            tuple(_paragraph(one, None, "") for one in re.split(r"\n\s*\n", text[start:end])),
            Surface("", 0, 0),
        )
