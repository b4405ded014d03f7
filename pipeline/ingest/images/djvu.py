"""DjVu: the text layer with the place of every word, or the page as an image."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.document import Box, Surface
from pipeline.errors import SourceError
from pipeline.ingest.images import djvu_pages
from pipeline.ingest.images.apart import ran
from pipeline.ingest.images.raster import MOST_PIXELS
from pipeline.ingest.layer import Line, Page, Region, Word, box_of, size_of
from pipeline.ingest.told import info

MOST_PAGES = 10_000
_SECONDS, _SECONDS_A_PAGE = 60, 1


def described(data: bytes, name: str) -> tuple[int, dict[str, str]]:
    """How many pages it has, and what it says of itself: title, author, engine.

    Raises:
        SourceError: It is damaged, or has no pages or too many. MissingExtraError: djvu-rs is not
        installed.

    """
    told = json.loads(_ran(["describe"], data, name, _SECONDS))
    pages = int(told["pages"])
    if not 0 < pages <= MOST_PAGES:
        raise SourceError(f"{name} has {pages} pages: emend accepts 1 to {MOST_PAGES} at a time.")
    return pages, info(told["info"], name)


def layers(data: bytes, name: str, numbers: Sequence[int]) -> list[Page | None]:
    """The text layer of each of these pages, counted from 0; None of a page that has none."""
    wanted = ",".join(map(str, numbers))
    seconds = _SECONDS + _SECONDS_A_PAGE * len(numbers)
    rows = _ran(["layers", wanted], data, name, seconds).splitlines()
    return [
        _layer(json.loads(row), f"{name}#page={number + 1}")
        for number, row in zip(numbers, rows, strict=True)
    ]


def rendered(data: bytes, name: str, number: int) -> tuple[Any, int]:
    """A page as a grey image (numpy, height by width), and its resolution."""
    import numpy as np  # noqa: PLC0415

    head, _, pixels = _ran(
        ["render", str(number), str(MOST_PIXELS // 4)], data, name, _SECONDS
    ).partition(b"\n")
    told = json.loads(head)
    grey = np.frombuffer(pixels, dtype=np.uint8).reshape(told["height"], told["width"])
    return grey, int(told["dpi"])


def _ran(arguments: list[str], data: bytes, name: str, seconds: int) -> bytes:
    return ran(djvu_pages.__file__, "djvu_rs", "djvu-rs", arguments, data, name, seconds)


def _layer(told: Mapping[str, Any], url: str) -> Page | None:
    """A page of the text layer, unless there is no letter or figure in it."""
    regions = tuple(
        Region(tuple(lines))
        for paragraph in _paragraphs(told["zones"] or [])
        if (lines := [Line(words, _box(line)) for line in paragraph if (words := _words(line))])
    )
    if not any(
        sign.isalnum()
        for one in regions
        for line in one.lines
        for word in line.words
        for sign in word.text
    ):
        return None
    return Page(regions, Surface(url, *size_of(told["width"], told["height"])))


def _paragraphs(zones: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The lines of each paragraph; lines that are in none are one together."""
    loose: list[Mapping[str, Any]] = []
    for zone in zones:
        if zone["kind"] in {"Line", "Word"} or not zone["children"]:
            loose.append(zone)
            continue
        if loose:
            yield loose
            loose = []
        yield from _paragraphs(zone["children"])
    if loose:
        yield loose


def _words(line: Mapping[str, Any]) -> tuple[Word, ...]:
    """The words of a line; those of a line that is not divided have its place."""
    if any(child["kind"] == "Word" for child in line["children"]):
        return tuple(Word(child["text"], _box(child)) for child in line["children"])
    return tuple(Word(word, _box(line)) for word in line["text"].split())


def _box(zone: Mapping[str, Any]) -> Box | None:
    told = zone["rect"]
    left, top = told["x"], told["y"]
    return box_of((left, top, left + told["width"], top + told["height"]))
