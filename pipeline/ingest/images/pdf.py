"""PDF: the text layer with the place of every word, or the page as an image."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.document import Box, Surface
from pipeline.errors import SourceError
from pipeline.ingest.images import pdfium
from pipeline.ingest.images.apart import ran
from pipeline.ingest.images.raster import MOST_PIXELS
from pipeline.ingest.layer import Line, Page, Word, around, box_of, parted
from pipeline.ingest.told import info

MOST_PAGES = 10_000
_MOST_UNLIKELY = 0.2  # share of the characters of a page; mathematics has some of its own
_LEAST_LETTERS = 150  # to judge by their vowels; fewer may be abbreviations and numerals
_LEAST_VOWELS = 0.2  # share of the letters; 0.35 to 0.5 in print, 0.13 when moved by 29 places
_LAYER_DPI = 144  # the scale of the boxes of a text layer: twice PDF's points
_SECONDS, _SECONDS_A_PAGE = 60, 2  # a hundred pages of dense text take 10 seconds


def described(data: bytes | Path, name: str) -> tuple[int, dict[str, str]]:
    """How many pages it has, and what it says of itself: title, author, engine, language.

    Raises:
        SourceError: It is damaged, protected by a password, or has no pages or too many.
        MissingExtraError: pypdfium2 is not installed.

    """
    told = json.loads(_ran(["describe"], data, name, _SECONDS))
    pages = int(told["pages"])
    if not 0 < pages <= MOST_PAGES:
        raise SourceError(f"{name} has {pages} pages: emend accepts 1 to {MOST_PAGES} at a time.")
    return pages, info(told["info"], name, told["language"])


@dataclass(frozen=True)
class Layer:
    """The text layer of a page, None if there is no letter or figure in it.

    `unmapped`: its characters are not what is printed, as a font lacks the way back to Unicode.
    """

    page: Page | None
    unmapped: bool = False


def layers(data: bytes | Path, name: str, numbers: Sequence[int]) -> list[Layer]:
    """The text layer of each of these pages, counted from 0. For what is raised see `described`."""
    wanted = ",".join(map(str, numbers))
    seconds = _SECONDS + _SECONDS_A_PAGE * len(numbers)
    rows = _ran(["layers", wanted], data, name, seconds).splitlines()
    return [
        _layer(json.loads(row), f"{name}#page={number + 1}")
        for number, row in zip(numbers, rows, strict=True)
    ]


def rendered(data: bytes | Path, name: str, number: int, dpi: int = 0) -> tuple[Any, int]:
    """A page as a grey image (numpy, height by width), and its resolution: `dpi`, or 300 if 0.

    Raises the same errors as `described`.
    """
    import numpy as np  # noqa: PLC0415

    head, _, pixels = _ran(
        ["render", str(number), str(MOST_PIXELS // 4), str(dpi or pdfium.WANTED_DPI)],
        data,
        name,
        _SECONDS,
    ).partition(b"\n")
    told = json.loads(head)
    return np.frombuffer(pixels, dtype=np.uint8).reshape(told["height"], told["width"]), int(
        told["dpi"]
    )


def _ran(arguments: list[str], data: bytes | Path, name: str, seconds: int) -> bytes:
    """What PDFium says in its own process."""
    return ran(pdfium.__file__, "pypdfium2", "pypdfium2", arguments, data, name, seconds)


def _layer(told: dict[str, Any], url: str) -> Layer:
    """A page of the text layer, unless there is no letter or figure in it."""
    scale = _LAYER_DPI / 72
    width, height = round(told["width"] * scale), round(told["height"] * scale)
    lines = list(_lines(told["characters"]))
    unmapped = is_unmapped([int(character[0]) for character in told["characters"]])
    if not any(sign.isalnum() for line in lines for word in line.words for sign in word.text):
        return Layer(None, unmapped)
    return Layer(Page(parted(lines), Surface(url, width, height, told["label"])), unmapped)


def is_unmapped(codes: Sequence[int]) -> bool:
    """Whether the characters of a page cannot be what is printed on it.

    A font without a map to Unicode gives private or unassigned characters, or others than it shows:
    `7KH PLOOHU` for `The miller`, moved by 29 places. No language in Latin letters has fewer than a
    fifth of vowels on a page.
    """
    signs = [code for code in codes if code > 0x20 and code not in {0xFFFE, 0xA0}]
    signs += [code for code in codes if code < 0x20 and code not in {2, 9, 10, 11, 12, 13}]
    if not signs:
        return False
    unlikely = sum(
        code < 0x20 or code == 0xFFFD or unicodedata.category(chr(code)) in {"Co", "Cn", "Cc"}
        for code in signs
    )
    if unlikely > _MOST_UNLIKELY * len(signs):
        return True
    letters = [
        sign
        for sign in unicodedata.normalize("NFD", "".join(map(chr, signs))).lower()
        if sign.isalpha()
    ]
    latin = sum("a" <= sign <= "z" for sign in letters)
    if latin < _LEAST_LETTERS or latin < 0.9 * len(letters):
        return False
    return sum(sign in "aeiouy" for sign in letters) < _LEAST_VOWELS * len(letters)


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
