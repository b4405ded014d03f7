"""The scan of a page, and the place of a word on it, if the source gives it."""

from __future__ import annotations

import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pipeline.document import Box, Layout, Surface, Zone
from pipeline.errors import MissingExtraError, SourceError
from pipeline.ingest.images import djvu, pdf
from pipeline.ingest.images.raster import grey_of

WIDEST = 2200  # pixels of a page image as it is shown; more helps no eye
_LONGEST_WORD = 400  # code points: zones that begin further above a place than this do not reach it


@dataclass(frozen=True, slots=True)
class Snippet:
    """A crop of a page image, and where a word or line is in it, in the surface's pixels."""

    surface: int
    crop: Box
    word: Box


class Places:
    """Where raw spans lie on the page images."""

    def __init__(self, layout: Layout) -> None:
        """Sort the zones by level, to find them by position."""
        self.layout = layout
        self._zones = {
            level: [zone for zone in layout.zones if zone.level == level]
            for level in ("word", "line")
        }
        self._starts = {
            level: [zone.start for zone in zones] for level, zones in self._zones.items()
        }
        self._found_sides: dict[int, tuple[int, int]] = {}

    def snippet(self, start: int, end: int) -> Snippet | None:
        """The crop for the words of a raw span: the whole lines that they stand on.

        Without lines, the words and some of what is beside them. None without a zone.
        """
        words = self._under("word", start, end)
        lines = self._under("line", start, end)
        zones = _on_one_surface(words or lines)
        if not zones:
            return None
        word = _around(zone.box for zone in zones)
        whole = [zone.box for zone in lines if zone.surface == zones[0].surface]
        high = max(word.y1 - word.y0, 8)
        beside = Box(word.x0 - 7 * high, word.y0, word.x1 + 7 * high, word.y1)
        return self._cropped(zones[0].surface, _around([word, *whole] if whole else [beside]), word)

    def strip(self, start: int, end: int) -> Snippet | None:
        """The crop for a line of text, as wide as the page's text, so that lines agree in scale.

        None without a zone.
        """
        zones = _on_one_surface(self._under("line", start, end) or self._under("word", start, end))
        if not zones:
            return None
        line = _around(zone.box for zone in zones)
        left, right = self._sides(zones[0].surface)
        wide = Box(min(left, line.x0), line.y0, max(right, line.x1), line.y1)
        return self._cropped(zones[0].surface, wide, line)

    def _cropped(self, number: int, whole: Box, word: Box) -> Snippet | None:
        """A crop with some paper around what it must show."""
        surface = self.layout.surfaces[number]
        if not surface.url or not surface.width or not surface.height:
            return None
        paper = max(3, round(0.3 * min(whole.y1 - whole.y0, word.y1 - word.y0)))
        crop = Box(
            max(0, whole.x0 - paper),
            max(0, whole.y0 - paper),
            min(surface.width, whole.x1 + paper),
            min(surface.height, whole.y1 + paper),
        )
        return Snippet(number, crop, word) if crop.x1 > crop.x0 and crop.y1 > crop.y0 else None

    def _sides(self, number: int) -> tuple[int, int]:
        """Where the text of a page image begins and ends, from left to right."""
        if number not in self._found_sides:
            level = "line" if self._zones["line"] else "word"
            boxes = [zone.box for zone in self._zones[level] if zone.surface == number]
            around = _around(boxes)
            self._found_sides[number] = (around.x0, around.x1)
        return self._found_sides[number]

    def _under(self, level: str, start: int, end: int) -> list[Zone]:
        first = bisect_left(self._starts[level], start - _LONGEST_WORD)
        last = bisect_right(self._starts[level], max(start, end - 1))
        return [
            zone for zone in self._zones[level][first:last] if zone.end > start and zone.start < end
        ]


def _on_one_surface(zones: list[Zone]) -> list[Zone]:
    return [zone for zone in zones if zone.surface == zones[0].surface]


def _around(boxes: Iterable[Box]) -> Box:
    every = list(boxes)
    return Box(
        min(b.x0 for b in every),
        min(b.y0 for b in every),
        max(b.x1 for b in every),
        max(b.y1 for b in every),
    )


def remote(surface: Surface) -> bool:
    """Whether a page image is on the web; the review works offline and does not fetch it."""
    return surface.url.startswith(("http://", "https://"))


def file_of(surface: Surface, root: Path, folder: Path) -> tuple[Path, int]:
    """The file of a page image, and which of its pages (from 0), for `source.pdf#page=3` names one.

    Looked for beside the text's source and in the project. Raises SourceError for what is not
    there, or not in the project.
    """
    name, _, fragment = surface.url.partition("#")
    number = fragment.removeprefix("page=")
    page = int(number) - 1 if number.isdigit() and int(number) > 0 else 0
    within = root.resolve()
    for base in (folder, folder / "source", root):
        try:
            path = (base / unquote(name)).resolve()
            if name and path.is_relative_to(within) and path.is_file():
                return path, page
        except (OSError, ValueError):  # a name that no file can have
            continue
    raise SourceError(
        f"The page image {surface.url!r} is not in the project: put it in the text's folder in "
        f"raw/."
    )


def png(surface: Surface, root: Path, folder: Path, crop: Box | None = None) -> bytes:
    """A page image, or a piece of it, as a PNG."""
    path, page = file_of(surface, root, folder)
    return _png(
        path,
        page,
        path.stat().st_mtime_ns,
        (surface.width, surface.height),
        (crop.x0, crop.y0, crop.x1, crop.y1) if crop else None,
    )


@lru_cache(maxsize=256)
def _png(
    path: Path, page: int, stamp: int, size: tuple[int, int], crop: tuple[int, int, int, int] | None
) -> bytes:
    try:
        from PIL import Image  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtraError("Pillow", "review") from None
    image = Image.fromarray(_grey(path, page, stamp))
    if crop:
        # The boxes are in the surface's pixels; the file may be larger or smaller.
        x, y = image.width / max(size[0], 1), image.height / max(size[1], 1)
        left, top = round(crop[0] * x), round(crop[1] * y)
        image = image.crop(
            (left, top, max(left + 1, round(crop[2] * x)), max(top + 1, round(crop[3] * y)))
        )
    if image.width > WIDEST:
        image = image.resize((WIDEST, max(1, round(image.height * WIDEST / image.width))))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=4)
def _grey(path: Path, page: int, _stamp: int) -> Any:
    """A page image in grey, as an array.

    Raises SourceError if it is damaged, or larger than any page.
    """
    data = path.read_bytes()
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        return pdf.rendered(data, path.name, page)[0]
    if suffix in {".djvu", ".djv"}:
        return djvu.rendered(data, path.name, page)[0]
    return grey_of(data, path.name, page)[0]
