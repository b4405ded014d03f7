"""Photographs of invented pages, drawn with Pillow: what a camera makes of a book on a table.

`python tests/ingest/photographs.py FOLDER` writes them all, to be looked at.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

LINES = (
    "The harbour master kept two books, one for the",
    "ships that paid and one for those that did not.",
    "Every evening he carried both of them up the hill",
    "and laid them before the council, who read neither.",
    "In the spring a clerk from the capital asked to see",
    "the second book. It was the longer of the two, and",
    "nobody in the town had ever thought that strange.",
    "He copied four pages, thanked the widow who had let",
    "him a room, and took the morning coach. Nothing was",
    "heard of him again until the matter of the bridge.",
    "That winter the river froze as far as the old mill.",
    "Children walked across it to school, and the ferry",
    "lay upside down on the bank with snow on its keel.",
)
OTHER_LINES = (
    "When the thaw came the ferryman tarred his boat and",
    "waited. For a week he had no passengers at all, and",
    "on the eighth day a woman came down with two geese.",
    "She would not say where she was going. He rowed her",
    "over, and she paid him with an egg that was warm.",
    "The council met in April to consider the accounts.",
    "They sat for three days, with the windows closed,",
    "and at the end they agreed that there were accounts.",
    "A copy was sent to the capital, and another was kept",
    "in the vestry, where the damp had it before autumn.",
    "Since then the town has managed without a ledger,",
    "and the ships have managed without the town, and",
    "both have found the arrangement rather convenient.",
)
_FONTS = ("DejaVuSerif.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf", "Georgia.ttf")
PAPER, TABLE, INK = 202, 28, 45


def leaf(lines: tuple[str, ...] = LINES, paper: int = PAPER) -> np.ndarray:
    """A page on grey paper, 1150 by 1000 pixels, with margins."""
    image = Image.new("L", (1150, 1000), paper)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((110, 120 + 58 * number), line, fill=INK, font=font())
    return np.asarray(image)


def on_a_table(page: np.ndarray, border: int = 140, table: int = TABLE) -> np.ndarray:
    """A page with a dark border around it, grained as wood is."""
    height, width = page.shape
    grain = np.random.default_rng(3).normal(table, 6, (height + 2 * border, width + 2 * border))
    out = grain.clip(0, 255).astype(np.uint8)
    out[border:-border, border:-border] = page
    return out


def dark_border() -> np.ndarray:
    """A page on a dark table."""
    return on_a_table(leaf())


def shadow() -> np.ndarray:
    """A page on a dark table, with the photographer's shadow over its right half."""
    page = on_a_table(leaf()).astype(float)
    fall = np.interp(np.arange(page.shape[1]), [0, 600, 1000, page.shape[1]], [1, 1, 0.45, 0.4])
    return (page * fall).astype(np.uint8)


def curl() -> np.ndarray:
    """A page that bends down towards the spine at its left, and darkens there."""
    page = on_a_table(leaf())
    height, width = page.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bend = 26 * np.exp(-x / 260)
    bent = cv2.remap(page, x, (y + bend).astype(np.float32), cv2.INTER_LINEAR, borderValue=TABLE)
    return (bent * np.interp(np.arange(width), [0, 400], [0.55, 1])).astype(np.uint8)


def askew() -> np.ndarray:
    """A page that lies ten degrees askew on a dark table."""
    page = on_a_table(leaf(), border=260)
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 10, 1)
    return cv2.warpAffine(page, turn, (width, height), borderValue=TABLE)


def thumb() -> np.ndarray:
    """A page that a thumb holds down at its lower edge."""
    image = Image.fromarray(on_a_table(leaf()))
    ImageDraw.Draw(image).ellipse((620, 1020, 800, 1400), fill=120)
    return np.asarray(image)


def spread() -> np.ndarray:
    """Two pages of an open book, with the shadow of the fold between them."""
    both = np.hstack([leaf(), leaf(OTHER_LINES)]).astype(float)
    width = both.shape[1]
    fold = np.abs(np.arange(width) - width / 2)
    page = (both * np.interp(fold, [0, 60], [0.35, 1])).astype(np.uint8)
    return on_a_table(page)


PHOTOGRAPHS: dict[str, Callable[[], np.ndarray]] = {
    "dark-border": dark_border,
    "shadow": shadow,
    "curl": curl,
    "askew": askew,
    "thumb": thumb,
    "spread": spread,
}


def text_of(name: str) -> str:
    """What a photograph says."""
    return "\n".join(LINES + OTHER_LINES if name == "spread" else LINES)


def jpeg(name: str) -> bytes:
    """A photograph as a camera writes it: JPEG, with a little noise and no resolution."""
    page = PHOTOGRAPHS[name]().astype(float)
    noise = np.random.default_rng(7).normal(0, 5, page.shape)
    held = io.BytesIO()
    Image.fromarray((page + noise).clip(0, 255).astype(np.uint8)).save(held, "JPEG", quality=88)
    return held.getvalue()


def font(size: int = 32) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font that is installed here, in pixels."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


if __name__ == "__main__":
    for one in PHOTOGRAPHS:
        (Path(sys.argv[1]) / f"{one}.jpg").write_bytes(jpeg(one))
