"""The cover of a book, made from its title: a JPEG, or SVG where no font of ours has its letters.

Reading systems show a JPEG on their shelves; some show no SVG there. Drawing one takes Pillow
(`emend[publish]`).
"""

from __future__ import annotations

import io
import itertools
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pipeline.publish import records
from pipeline.publish.model.model import Edition
from pipeline.publish.pages.templates import render

_FONTS: Final = Path(__file__).parent / "assets" / "fonts"
_WIDE, _TALL = 1600, 2400  # units of the drawing
_SCALE: Final = 0.75  # pixels of the JPEG for each
_LEFT: Final = 150
_PAPER, _INK, _ACCENT = "#f5efe2", "#221f1a", "#97301b"
# Which of our fonts has which letters: first and last code point.
_RANGES: Final = (
    (0x20, 0xFF, "latin"),
    (0x100, 0x2FF, "latin-ext"),
    (0x370, 0x3FF, "greek"),
    (0x400, 0x45F, "cyrillic"),
    (0x1E00, 0x1EFF, "latin-ext"),
    (0x1F00, 0x1FFF, "greek-ext"),
    (0x2010, 0x2026, "latin"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the cover: its words, where its base line is, how large it is set."""

    text: str
    y: float
    size: int
    style: str = "normal"


def lines(edition: Edition) -> list[Line]:
    """The title, the authors and the date, each on its lines."""
    title = edition.title
    size = 120 if len(title) < 30 else 96 if len(title) < 60 else 74 if len(title) < 110 else 58
    words = _wrapped(title, int(1260 / (size * 0.52)), 9)
    top = 620 - len(words) * size * 0.6
    found = [Line(line, top + i * size * 1.18, size) for i, line in enumerate(words)]
    authors = (records.natural(name) for name in edition.authors[:3])
    names = [line for name in authors for line in _wrapped(name, 45, 2)]
    found += [Line(name, 1640 + 74 * i, 58, "italic") for i, name in enumerate(names)]
    if edition.imprint.date:
        found.append(Line(edition.imprint.date, 2140, 46))
    return found


def _wrapped(text: str, width: int, most: int) -> list[str]:
    """A text in at most so many lines; a word without end, or a line of Chinese, is broken."""
    if any(unicodedata.east_asian_width(char) in {"W", "F"} for char in text):
        width //= 2
    return textwrap.wrap(text, width, max_lines=most, placeholder=" …", break_on_hyphens=False)


def svg(edition: Edition) -> str:
    """The cover as SVG, with nothing loaded."""
    return render("epub/cover.svg.jinja", edition=edition, lines=lines(edition))


def jpeg(edition: Edition) -> bytes | None:
    """The cover as a JPEG; None without Pillow, or if our fonts lack a letter."""
    try:
        from PIL import Image, ImageDraw  # noqa: PLC0415
    except ImportError:
        return None
    shown = lines(edition)
    if any(_font_of(char) is None for line in shown for char in line.text):
        return None
    image = Image.new("RGB", (round(_WIDE * _SCALE), round(_TALL * _SCALE)), _PAPER)
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((0, 0, 56 * _SCALE, _TALL * _SCALE), fill=_ACCENT)
    drawing.rectangle((_LEFT * _SCALE, 1490 * _SCALE, 390 * _SCALE, 1496 * _SCALE), fill=_ACCENT)
    longest = max(
        (sum(font.getlength(text) for text, font in _runs(line)) for line in shown), default=1
    )
    fits = min(1, (_WIDE - 2 * _LEFT) * _SCALE / longest)  # capitals are wider than was reckoned
    for line in shown:
        x = _LEFT * _SCALE
        for text, font in _runs(replace(line, size=round(line.size * fits))):
            drawing.text((x, line.y * _SCALE), text, font=font, fill=_INK, anchor="ls")
            x += font.getlength(text)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, subsampling=0)
    return out.getvalue()


def _font_of(char: str) -> str | None:
    return next((name for low, high, name in _RANGES if low <= ord(char) <= high), None)


def _runs(line: Line) -> Iterator[tuple[str, Any]]:
    """A line in runs of one font; italics have Latin letters only."""
    from PIL import ImageFont  # noqa: PLC0415

    for name, run in itertools.groupby(line.text, _font_of):
        style = line.style if name in {"latin", "latin-ext"} else "normal"
        font = str(_FONTS / f"literata-{name}-{style}.woff2")
        yield "".join(run), ImageFont.truetype(font, round(line.size * _SCALE))
