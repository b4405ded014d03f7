"""A large page image in tiles: the IIIF Image API 3.0, level 0, as files.

A viewer loads the tiles that it shows, at the size that it shows them, so that the smallest print
of a scan of a hundred megabytes can be read at once (https://iiif.io/api/image/3.0/).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

SIDE: Final = 512  # pixels of a tile
_QUALITY: Final = 80


def factors(size: tuple[int, int]) -> list[int]:
    """By how much an image is reduced, step by step, until it fits one tile: 1, 2, 4, 8."""
    found = [1]
    while max(size) > SIDE * found[-1]:
        found.append(2 * found[-1])
    return found


def folder_of(name: str) -> str:
    """The folder with the tiles of an image: `images/0001.jpg` → `images/0001`."""
    return name.rpartition(".")[0]


def service(address: str, size: tuple[int, int]) -> dict[str, Any]:
    """What a viewer must know of the tiles at an address."""
    return {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": address,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level0",
        "width": size[0],
        "height": size[1],
        "tiles": [{"width": SIDE, "height": SIDE, "scaleFactors": factors(size)}],
    }


def write(image: Any, folder: Path) -> None:
    """Write the tiles of a Pillow image, each at the path that the Image API gives it."""
    for factor in factors(image.size):
        wide, tall = (-(-side // factor) for side in image.size)
        reduced = image.resize((wide, tall)) if factor > 1 else image
        for region, box in _tiles(image.size, (wide, tall), factor):
            place = folder / region / f"{box[2] - box[0]},{box[3] - box[1]}" / "0"
            place.mkdir(parents=True, exist_ok=True)
            reduced.crop(box).save(place / "default.jpg", "JPEG", quality=_QUALITY)


def _tiles(
    size: tuple[int, int], reduced: tuple[int, int], factor: int
) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Each tile of a reduced image: its region in the whole image, its box in the reduced one."""
    step = SIDE * factor
    for top in range(0, size[1], step):
        for left in range(0, size[0], step):
            wide, tall = min(step, size[0] - left), min(step, size[1] - top)
            region = "full" if (wide, tall) == size else f"{left},{top},{wide},{tall}"
            x, y = left // factor, top // factor
            yield region, (x, y, min(x + SIDE, reduced[0]), min(y + SIDE, reduced[1]))
