"""Page images: opened within bounds, and prepared for recognition.

Prepared is upright, clean at the edges, and large enough.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipeline.document import Box
from pipeline.errors import MissingExtraError, SourceError
from pipeline.ingest.layer import box_of

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

# of one page; where Pillow too calls it a decompression bomb. A newspaper page at 600 dpi has 140
# million
MOST_PIXELS = 178_000_000
MOST_FRAMES = 5_000  # of one TIFF
WANTED_DPI = 300  # what Tesseract was trained on; its manual asks for at least this
_LEAST_DPI = 200  # below, letters are too few pixels high, and the page is enlarged
_STEEPEST = 15.0  # degrees; a page more askew than this has another fault
_LEAST_SKEW = 0.3  # degrees; Tesseract itself copes with less
# what `warnings` lets through holds for the whole process: two threads that change it at once may
# leave it silent
_SILENT = threading.RLock()
_X_HEIGHT = 1 / 15  # inches; the middling height of printed letters, of 9 to 12 points
_UNEVEN = 0.25  # share by which the paper darkens; below, Tesseract's own threshold copes
_GUTTER = 0.05  # share of a spread's width that its inner margins take; a column gap takes 0.03


@dataclass(frozen=True)
class Prepared:
    """A page in grey, ready for recognition, and the way back to the given image's pixels."""

    grey: Any  # numpy array of uint8, (height, width)
    dpi: int
    back: Any  # numpy array (2, 3): an affine map from prepared to given pixels

    def box(self, left: float, top: float, width: float, height: float) -> Box | None:
        """A rectangle of the prepared page as a box on the image as given."""
        np = _numpy()
        corners = np.array(
            [
                [left, top, 1],
                [left + width, top, 1],
                [left, top + height, 1],
                [left + width, top + height, 1],
            ],
            dtype=float,
        )
        there = corners @ self.back.T
        return box_of((*there.min(axis=0), *there.max(axis=0)))

    def part(self, box: Box) -> Prepared:
        """A part of the page, by its box on the prepared page."""
        back = self.back.copy()
        back[:, 2] += self.back[:, :2] @ (box.x0, box.y0)
        return Prepared(self.grey[box.y0 : box.y1, box.x0 : box.x1], self.dpi, back)


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Image.Image]:
    """An image file, its pixels not yet read.

    Raises:
        SourceError: It is no image, damaged, or so large that it must be a decompression bomb.
        MissingExtraError: Pillow is not installed.

    """
    try:
        from PIL import Image, UnidentifiedImageError  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("Pillow", "ocr") from None
    with _SILENT, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(
                io.BytesIO(data),
                formats=("PNG", "JPEG", "TIFF", "JPEG2000", "GIF", "BMP", "WEBP", "PPM"),
            ) as image:
                bounded(image.size, name)
                yield image
        except Image.DecompressionBombError:
            raise SourceError(
                f"{name} has more than {MOST_PIXELS // 1_000_000} million pixels: split it into "
                f"pages or make it smaller."
            ) from None
        except UnidentifiedImageError:
            raise SourceError(
                f"{name} is damaged or not an image that emend can open: save it as PNG or TIFF."
            ) from None
        except (
            OSError,
            ValueError,
            SyntaxError,
            EOFError,
            TypeError,
            IndexError,
            KeyError,
            OverflowError,
            MemoryError,
        ) as error:
            # Pillow's decoders raise all of these on damaged files.
            raise SourceError(
                f"{name} is a damaged image ({error}): save it again as PNG or TIFF."
            ) from None


def shown_size(image: Image.Image) -> tuple[int, int]:
    """An image's width and height as browsers show it, turned as its EXIF data say."""
    turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
    return (image.height, image.width) if turned else (image.width, image.height)


def frames(data: bytes, name: str) -> int:
    """How many pages the image file has."""
    with opened(data, name) as image:
        count = int(getattr(image, "n_frames", 1))
        if count > MOST_FRAMES:
            raise SourceError(
                f"{name} has {count} pages: emend accepts at most {MOST_FRAMES} at a time."
            )
        return count


def bounded(size: tuple[int, int], name: str) -> None:
    """Raise SourceError for a page of no pixels or of too many."""
    width, height = size
    if width * height > MOST_PIXELS:
        raise SourceError(
            f"{name} has more than {MOST_PIXELS // 1_000_000} million pixels: split it into pages "
            f"or make it smaller."
        )
    if width < 1 or height < 1:
        raise SourceError(f"{name} is an image of width or height 0.")


def grey_of(data: bytes, name: str, frame: int = 0) -> tuple[Any, int | None]:
    """One page of an image file in grey, and its resolution in dpi.

    The array is uint8 (height, width); the resolution is None unless the file gives a credible one.
    """
    np = _numpy()
    with opened(data, name) as image:
        if frame:
            image.seek(frame)
            bounded(image.size, name)
        told = image.info.get("dpi", (0, 0))
        image.load()
        from PIL import Image, ImageOps  # noqa: PLC0415

        ImageOps.exif_transpose(
            image, in_place=True
        )  # as browsers show it, so that places are those of what is seen
        if image.mode.startswith("I") or image.mode == "F":
            deep = np.asarray(image, dtype=float)
            top = max(float(deep.max()), 1.0)
            grey = (
                (deep * (255.0 / (65535.0 if top > 255 else 255.0))).clip(0, 255).astype(np.uint8)
            )
        else:
            if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
                layered = image.convert("RGBA")
                paper = Image.new("RGBA", layered.size, "white")
                paper.alpha_composite(layered)
                flat: Image.Image = paper.convert("L")
            else:
                flat = image.convert("L")
            grey = np.asarray(flat, dtype=np.uint8)
    try:
        dpi = round(float(told[0]))
    except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
        dpi = 0
    return (
        grey,
        dpi if 100 <= dpi <= 2400 else None,
    )  # 72 and 96 are what a program writes that does not know


def untouched(grey: Any, dpi: int | None) -> Prepared:
    """A page as it is given."""
    np = _numpy()
    return Prepared(grey, dpi or estimated_dpi(grey), np.array([[1.0, 0, 0], [0, 1.0, 0]]))


def prepared(grey: Any, dpi: int | None) -> Prepared:
    """A page without dark edges and shadows, upright, and enlarged if its letters are too small."""
    cv2 = _opencv()
    height, width = grey.shape
    page = _without_dark_edges(grey)
    if _is_uneven(page):
        page = _evened(grey)
    dpi = dpi or estimated_dpi(page)
    scale = WANTED_DPI / dpi if dpi < _LEAST_DPI else 1.0
    scale = min(scale, (MOST_PIXELS / (height * width)) ** 0.5, 4.0)
    angle = skew(page)
    if scale == 1.0 and abs(angle) < _LEAST_SKEW:
        return replace(untouched(page, dpi), dpi=dpi)
    angle = angle if abs(angle) >= _LEAST_SKEW else 0.0
    there = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    size = (round(width * scale), round(height * scale))
    there[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    turned = cv2.warpAffine(
        page,
        there,
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_paper(page),
    )
    return Prepared(turned, round(dpi * scale), cv2.invertAffineTransform(there))


def halves(page: Prepared) -> tuple[Prepared, Prepared] | None:
    """The two pages of a spread, the left one first; None if the image is of one page.

    A spread is wider than it is high, and its two pages of print have an empty strip between them,
    in the middle third, that is wider than the gap between the columns of one page. The dark fold
    in that strip, or a rule, is narrow.
    """
    np = _numpy()
    height, width = page.grey.shape
    if width < 1.1 * height:
        return None
    columns = _ink(page.grey).sum(axis=0, dtype=np.int64)
    runs = _runs(columns > 0.004 * height)  # dust is less
    for i in range(1, len(runs) - 1):
        start, end, printed = runs[i]
        apart = min(after - before for before, after, _ in (runs[i - 1], runs[i + 1]))
        if printed and end - start < 0.025 * width and apart > 0.01 * width:
            runs[i] = (start, end, False)
    strips = _runs(np.repeat([run[2] for run in runs], [run[1] - run[0] for run in runs]))
    empty, widest = max(
        (
            ((start + end) // 2, end - start)
            for start, end, printed in strips
            if not printed and width / 3 < (start + end) / 2 < 2 * width / 3
        ),
        key=lambda strip: strip[1],
        default=(0, 0),
    )
    if widest < _GUTTER * width:
        return None
    sides = (columns[:empty].sum(), columns[empty:].sum())
    if min(sides) <= 0.2 * max(sides):  # the other page is blank, or no page
        return None
    shift = page.back @ np.array([[1, 0, empty], [0, 1, 0], [0, 0, 1]], dtype=float)
    return (
        replace(page, grey=np.ascontiguousarray(page.grey[:, :empty])),
        Prepared(np.ascontiguousarray(page.grey[:, empty:]), page.dpi, shift),
    )


def _runs(flags: np.ndarray) -> list[tuple[int, int, bool]]:
    """Where each run of equal values begins and ends, and the value."""
    np = _numpy()
    edges = [0, *(np.flatnonzero(np.diff(flags)) + 1).tolist(), len(flags)]
    return [(start, end, bool(flags[start])) for start, end in pairwise(edges)]


def otherwise(page: Prepared) -> tuple[Prepared, Prepared]:
    """The page in two other ways: smoothed, and two thirds its size."""
    cv2, np = _opencv(), _numpy()
    smooth = cv2.GaussianBlur(page.grey, (0, 0), page.dpi / WANTED_DPI)
    share = 2 / 3
    size = max(1, round(page.grey.shape[1] * share)), max(1, round(page.grey.shape[0] * share))
    small = cv2.resize(page.grey, size, interpolation=cv2.INTER_AREA)
    larger = page.back @ np.array([[1 / share, 0, 0], [0, 1 / share, 0], [0, 0, 1]])
    return Prepared(smooth, page.dpi, page.back), Prepared(small, round(page.dpi * share), larger)


def turned(page: Prepared, quarters: int) -> Prepared:
    """The page turned clockwise by so many quarters."""
    np = _numpy()
    height, width = page.grey.shape
    before = {
        1: [[0, 1, 0], [-1, 0, height]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, -1, width], [1, 0, 0]],
    }[quarters]
    return Prepared(
        np.ascontiguousarray(np.rot90(page.grey, -quarters)),
        page.dpi,
        page.back @ np.array([*before, [0, 0, 1]], dtype=float),
    )


def skew(grey: np.ndarray) -> float:
    """The degrees to turn a page, counter-clockwise, so that its lines are level.

    That is where the ink of the rows varies most.

    (The projection profile of Postl, 1986.) 0 where no angle stands out.
    """
    cv2, np = _opencv(), _numpy()
    ink = _ink(grey)
    shrink = 800 / max(ink.shape)
    if shrink < 1:
        size = max(1, round(ink.shape[1] * shrink)), max(1, round(ink.shape[0] * shrink))
        ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    height, width = ink.shape
    if height < 16 or width < 16 or not ink.any():
        return 0.0

    def sharpness(angle: float) -> float:
        turned = cv2.warpAffine(
            ink, cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1), (width, height)
        )
        rows = turned.sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    level = sharpness(0.0)
    best = max(
        (step * 0.5 for step in range(round(-_STEEPEST * 2), round(_STEEPEST * 2) + 1)),
        key=sharpness,
    )
    best = max((best + step * 0.1 for step in range(-5, 6)), key=sharpness)
    return round(best, 1) if sharpness(best) > 1.1 * level and abs(best) < _STEEPEST else 0.0


def estimated_dpi(grey: np.ndarray) -> int:
    """A page's resolution, estimated from the median height of letters; 300 if there are none."""
    cv2, np = _opencv(), _numpy()
    _, _, stats, _ = cv2.connectedComponentsWithStats(_ink(grey), connectivity=8)
    widths, heights, areas = (
        stats[1:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA)
    )
    letters = heights[
        (heights >= 4)
        & (widths >= 2)
        & (widths < 4 * heights)
        & (heights < 5 * widths)
        & (areas >= 8)
        & (heights < grey.shape[0] / 10)
    ]
    if len(letters) < 40:
        return WANTED_DPI
    return int(min(max(float(np.median(letters)) / _X_HEIGHT, 50), 1200))


def _without_dark_edges(grey: np.ndarray) -> np.ndarray:
    """Remove a scanner's black: dark areas that touch an edge and run along much of it."""
    cv2, np = _opencv(), _numpy()
    height, width = grey.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(_ink(grey), connectivity=4)
    left, top, across, down, area = (stats[:, column].astype(float) for column in range(5))
    touches = (left == 0) | (top == 0) | (left + across == width) | (top + down == height)
    long = (across > width / 4) | (down > height / 4)
    # A frame of rules is thin, a scanner's shadow is not; half a page of it is a dark photograph.
    thick = area > 0.2 * across * down * np.minimum(1, 40 / np.maximum(np.minimum(across, down), 1))
    dark = touches & long & thick & (area < height * width / 2)
    dark[0] = False  # the paper
    return np.where(dark[labels], np.uint8(_paper(grey)), grey) if dark.any() else grey


def _paper(grey: np.ndarray) -> int:
    """The grey of the paper, 202 in many photographs and 255 in a black-and-white scan.

    White beside darker paper would be taken for the paper, and the page for one large picture.
    """
    np = _numpy()
    bare = grey[_ink(grey) == 0]
    return int(np.median(bare)) if bare.size else 255


def _background(grey: np.ndarray) -> np.ndarray:
    """What a page looks like without its print, 600 pixels long."""
    cv2 = _opencv()
    shrink = min(1.0, 600 / max(grey.shape))
    size = max(1, round(grey.shape[1] * shrink)), max(1, round(grey.shape[0] * shrink))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    wide = max(3, max(size) // 20)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    return cv2.GaussianBlur(closed, (0, 0), wide / 8)  # type: ignore[no-any-return]


def _is_uneven(grey: np.ndarray) -> bool:
    """Whether a twentieth of the page or more is much darker than its paper: shadow, table, fold.

    A picture in the middle of a page is dark too, so only the outer fifth of the page counts.
    """
    np = _numpy()
    background = _background(grey).astype(float)
    height, width = background.shape
    outer = np.ones(background.shape, dtype=bool)
    outer[height // 10 : height - height // 10, width // 10 : width - width // 10] = False
    paper = float(np.percentile(background, 90))
    dark = background < (1 - _UNEVEN) * paper
    return bool(dark[outer].mean() > 0.05)


def _evened(grey: np.ndarray) -> np.ndarray:
    """The page as if lit from all sides: all around the print becomes white, table and thumb too.

    The sum in the ratio keeps the grain of a dark table from becoming specks.
    """
    cv2, np = _opencv(), _numpy()
    faint = 40.0
    height, width = grey.shape
    background = cv2.resize(
        _background(grey).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR
    )
    ratio = (grey.astype(np.float32) + faint) / (background + faint)
    return (255 * ratio).clip(0, 255).astype(np.uint8)  # type: ignore[no-any-return]


def _ink(grey: np.ndarray) -> np.ndarray:
    """1 where there is ink, by Otsu's threshold."""
    cv2 = _opencv()
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return ink  # type: ignore[no-any-return]


def _opencv() -> Any:
    try:
        import cv2  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("opencv-python-headless", "ocr") from None
    return cv2


def _numpy() -> Any:
    import numpy as np  # noqa: PLC0415

    return np
