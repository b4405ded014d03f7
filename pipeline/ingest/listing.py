"""What a path stands for: files to be read, and files that are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.ingest import kinds


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not read, and why. `fault`: a page may be missing for it."""

    name: str
    why: str
    fault: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a text."""

    path: Path
    name: str  # its path within the folder
    number: str = ""  # the page's printed number, where a METS gives it
    image: Path | None = None  # the page's image beside it …
    image_name: str = ""  # … and its path within the folder
    order: tuple[str, ...] = ()  # ids of its blocks, in the order of the articles
    images: tuple[tuple[Path, str], ...] = ()  # of a file of several pages, one image for each
    size: tuple[int, int] = (0, 0)  # the page's, where the file itself does not give it


@dataclass(frozen=True)
class Listing:
    """The files that a path stands for."""

    found: tuple[Found, ...]
    left_out: tuple[LeftOut, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    # printed page numbers of all pages, "" where there is none; each as one description has them
    labels: tuple[tuple[str, ...], ...] = ()


def loaded(path: Path, name: str) -> bytes:
    """A file's bytes, its size asked for first.

    Raises:
        SourceError: It cannot be read, is too large, or holds nothing but NUL bytes.

    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise SourceError(f"{name} is not a file that can be read.")
        head = beginning(path, 65536)
        if size and not any(head):
            raise SourceError(
                f"{name} contains nothing but NUL bytes: the file is empty or damaged; copy it "
                f"again."
            )
        kinds.bounded(size, head, name)
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}.") from None


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts `p2` before `p10`."""
    return [
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece.casefold())
        for piece in re.split(r"(\d{1,18})", name)
        if piece
    ]


def beginning(path: Path, size: int) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(size)
