"""PDF: the text layer with the place of every word, or the page as an image."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from pipeline.document import Box, Surface
from pipeline.errors import MissingExtraError, SourceError
from pipeline.ingest.images import pdfium
from pipeline.ingest.images.raster import MOST_PIXELS
from pipeline.ingest.layer import Line, Page, Region, Word, around, box_of

MOST_PAGES = 10_000
_LAYER_DPI = 144  # the scale of the boxes of a text layer: twice PDF's points
_SECONDS, _SECONDS_A_PAGE = 60, 2  # a hundred pages of dense text take 10 seconds


def count(data: bytes, name: str) -> int:
    """How many pages it has.

    Raises:
        SourceError: It is damaged, protected by a password, or has no pages or too many.
        MissingExtraError: pypdfium2 is not installed.

    """
    pages = int(_ran(["count"], data, name, _SECONDS))
    if not 0 < pages <= MOST_PAGES:
        raise SourceError(f"{name} has {pages} pages: emend accepts 1 to {MOST_PAGES} at a time.")
    return pages


def layers(data: bytes, name: str) -> list[Page | None]:
    """The text layer of each page, None of a page that has none. For what is raised see `count`."""
    total = count(data, name)
    rows = _ran(["layers"], data, name, _SECONDS + _SECONDS_A_PAGE * total).splitlines()
    return [_layer(json.loads(row), f"{name}#page={number}") for number, row in enumerate(rows, 1)]


def rendered(data: bytes, name: str, number: int) -> tuple[Any, int]:
    """A page as a grey image (numpy, height by width), and its resolution.

    Raises the same errors as `count`.
    """
    import numpy as np  # noqa: PLC0415

    head, _, pixels = _ran(
        ["render", str(number), str(MOST_PIXELS // 4)], data, name, _SECONDS
    ).partition(b"\n")
    told = json.loads(head)
    return np.frombuffer(pixels, dtype=np.uint8).reshape(told["height"], told["width"]), int(
        told["dpi"]
    )


def _ran(arguments: list[str], data: bytes, name: str, seconds: int) -> bytes:
    """What PDFium says in its own process."""
    if importlib.util.find_spec("pypdfium2") is None:
        raise MissingExtraError("pypdfium2", "ocr")
    command = [sys.executable, str(Path(pdfium.__file__)), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  # our own script
            command, input=data, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"{name} took PDFium more than {seconds} seconds and was skipped: re-save the PDF."
        ) from None
    if done.returncode == pdfium.LOCKED:
        raise SourceError(f"{name} is protected by a password: save it without one.")
    if done.returncode == pdfium.TOO_LARGE:
        raise SourceError(f"{name} unpacks to more data than emend accepts: re-save the PDF.")
    if done.returncode:
        raise SourceError(f"{name} is a damaged PDF, or truncated: re-save the PDF.")
    return done.stdout


def _layer(told: dict[str, Any], url: str) -> Page | None:
    """A page of the text layer, unless there is no letter or figure in it."""
    scale = _LAYER_DPI / 72
    width, height = round(told["width"] * scale), round(told["height"] * scale)
    lines = list(_lines(told["characters"]))
    if not any(sign.isalnum() for line in lines for word in line.words for sign in word.text):
        return None
    return Page(tuple(_regions(lines)), Surface(url, width, height, told["label"]))


def _lines(characters: list[list[float]]) -> Iterator[Line]:
    """The lines of a text layer.

    PDFium puts a line end where the letters jump to a new line, and blanks where they are apart.
    """
    scale = _LAYER_DPI / 72
    words: list[Word] = []
    held: list[tuple[str, Box | None]] = []
    high = 0  # the first half of a character beyond the basic plane, which PDFium gives as two

    def closed() -> None:
        if held:
            words.append(
                Word("".join(sign for sign, _ in held), around(box for _, box in held if box))
            )
            held.clear()

    for number, *sides in characters:
        code = int(number)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        broken = code in {0x02, 0xFFFE}  # PDFium's own signs for a hyphen at a line's end
        sign = "-" if broken else chr(code)
        if sign in "\r\n\f\v\u2028\u2029":
            closed()
        elif sign.isspace():
            closed()
            continue
        elif sign.isprintable() or sign == "\u00ad":
            held.append((sign, box_of(side * scale for side in sides)))
            if not broken:
                continue
            closed()
        else:
            continue
        if words:
            yield Line(tuple(words))
            words = []
    closed()
    if words:
        yield Line(tuple(words))


def _regions(lines: list[Line]) -> Iterator[Region]:
    """Group lines into blocks, parted where a line's distance is half as much again as usual."""
    boxes = [around(word.box for word in line.words if word.box) for line in lines]
    steps = [
        below.y1 - above.y1
        for above, below in pairwise(boxes)
        if above and below and below.y1 > above.y1
    ]
    usual = median(steps) if steps else 0
    held: list[Line] = []
    above: Box | None = None
    for line, box in zip(lines, boxes, strict=True):
        if (
            held
            and above is not None
            and box is not None
            and (box.y1 - above.y1 > 1.5 * usual or box.y1 < above.y0)
        ):
            yield Region(tuple(held))
            held = []
        held.append(line)
        above = box or above
    if held:
        yield Region(tuple(held))
