"""JSON of kraken: the segmentation of a page, with what it read in each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from pipeline.document import Box, Surface
from pipeline.ingest.layer import Line, Page, Region, Word, around, box_of, reference
from pipeline.ingest.readers.fields import Object, mapping, number, objects, string
from pipeline.ingest.readers.roles import role_of


def pages(data: Any) -> list[Page] | None:
    """The page, or None if the JSON is no segmentation of kraken's with text in it."""
    if not isinstance(data, dict) or not isinstance(data.get("lines"), list):
        return None
    if data.get("type") not in {"baselines", "bbox"} and "text_direction" not in data:
        return None
    lines = [line for line in objects(data["lines"]) if _said(line).strip()]
    if not lines:
        return None
    lines = _ordered(lines, objects(data["lines"]), data.get("line_orders"))
    roles, boxes = _regions(data)
    found = []
    for region, run in groupby(lines, key=_region_of):
        for role, part in groupby(run, key=lambda line: _role(line) or roles.get(region, "")):
            found.append(Region(tuple(map(_line, part)), boxes.get(region), role))
    return [Page(tuple(found), Surface(reference(string(data.get("imagename"))), 0, 0))]


def _said(line: Object) -> str:
    return string(line.get("text")) or string(line.get("prediction"))


def _ordered(lines: list[Any], every: Sequence[Any], orders: Any) -> list[Any]:
    """Lines in the first order that the file gives, else as they stand."""
    order = orders[0] if isinstance(orders, list) and orders else None
    if not isinstance(order, list) or sorted(map(str, order)) != sorted(
        map(str, range(len(every)))
    ):
        return lines
    return [every[int(one)] for one in order if _said(every[int(one)]).strip()]


def _regions(data: Object) -> tuple[dict[str, str], dict[str, Box | None]]:
    """The role and the box of each region, by its id."""
    roles: dict[str, str] = {}
    boxes: dict[str, Box | None] = {}
    for kind, regions in mapping(data.get("regions")).items():
        for region in objects(regions):
            identity = string(region.get("id"))
            roles[identity] = role_of(str(kind))
            boxes[identity] = _around(region.get("boundary"))
    return roles, boxes


def _region_of(line: Object) -> str:
    inside = line.get("regions")
    return string(inside[0]) if isinstance(inside, list) and inside else ""


def _role(line: Object) -> str:
    """The role of a line, from `tags`: `{"type": "HeadingLine"}`, or a list of such types."""
    told = mapping(line.get("tags")).get("type")
    names = [string(one.get("type")) for one in objects(told)] or [string(told)]
    return next((role for role in map(role_of, names) if role), "")


def _line(line: Object) -> Line:
    """A line; its words have places and confidences if kraken gives those of its characters."""
    text = _said(line)
    bbox = line.get("bbox")
    box = box_of(map(number, bbox)) if isinstance(bbox, list) and len(bbox) == 4 else None
    box = box or _around(line.get("boundary")) or _around(line.get("baseline"))
    sure, cuts = line.get("confidences"), line.get("cuts")
    if not isinstance(sure, list) or len(sure) != len(text):
        return Line((Word(text, box),), box)
    places = cuts if isinstance(cuts, list) and len(cuts) == len(text) else [None] * len(text)
    return Line(tuple(_words(text, sure, places, box)), box)


def _words(
    text: str, sure: Sequence[Any], places: Sequence[Any], line: Box | None
) -> Iterator[Word]:
    """The words of a line; one without places of its characters has that of the line."""
    for blank, run in groupby(range(len(text)), key=lambda i: text[i].isspace()):
        if not blank:
            here = list(run)
            boxes = [box for i in here if (box := _around(places[i]))]
            lowest = min(number(sure[i]) for i in here)
            yield Word(
                text[here[0] : here[-1] + 1],
                around(boxes) or line,
                lowest if 0 <= lowest <= 1 else None,
            )


def _around(points: Any) -> Box | None:
    """The box around points: `[[x, y], …]`."""
    pairs = [
        (number(one[0]), number(one[1]))
        for one in (points if isinstance(points, list) else [])
        if isinstance(one, list) and len(one) == 2
    ]
    if not pairs:
        return None
    xs, ys = zip(*pairs, strict=True)
    return box_of((min(xs), min(ys), max(xs), max(ys)))
