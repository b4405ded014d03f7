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
    """A crop of a page image, and where the word is in it, both in the surface's pixels."""

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

    def snippet(self, start: int, end: int) -> Snippet | None:
        """The crop for a raw span: its words with some of the line around them, else its line.

        None without a zone.
        """
        zones = self._under("word", start, end) or self._under("line", start, end)
        if not zones:
            return None
        zones = [zone for zone in zones if zone.surface == zones[0].surface]
        surface = self.layout.surfaces[zones[0].surface]
        if not surface.url or not surface.width or not surface.height:
            return None
        word = _around(zone.box for zone in zones)
        high = max(word.y1 - word.y0, 8)
        crop = Box(
            max(0, word.x0 - 7 * high),
            max(0, word.y0 - high),
            min(surface.width, word.x1 + 7 * high),
            min(surface.height, word.y1 + high),
        )
        return (
            Snippet(zones[0].surface, crop, word)
            if crop.x1 > crop.x0 and crop.y1 > crop.y0
            else None
        )

    def _under(self, level: str, start: int, end: int) -> list[Zone]:
        first = bisect_left(self._starts[level], start - _LONGEST_WORD)
        last = bisect_right(self._starts[level], max(start, end - 1))
        return [
            zone for zone in self._zones[level][first:last] if zone.end > start and zone.start < end
        ]


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
