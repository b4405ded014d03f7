"""Files and folders: which of them make up a text, in which order, and their bytes."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from pipeline import xml
from pipeline.errors import SourceError
from pipeline.ingest import kinds, mets

# Of a folder, what is no part of a text.
_LEFT_OUT = frozenset({"meta.toml", "lexicon.txt", "decisions.jsonl", "thumbs.db", "desktop.ini"})


def listed(path: Path) -> list[tuple[Path, str, str]]:
    """The files that a path stands for: (path, name, the page number that a METS tells).

    A folder stands for its files in the natural order of their names, or, with a METS in it, for
    what that names.

    Raises:
        SourceError: There is no such file, or a METS names what it may not.

    """
    if path.is_dir():
        inside = [
            one
            for one in sorted(path.iterdir(), key=lambda one: natural(one.name))
            if one.is_file() and not one.name.startswith(".")
        ]
        inside = [one for one in inside if one.name.lower() not in _LEFT_OUT]
        whole = [one for one in inside if _mets(one) is not None]
        if len(whole) == 1:
            return listed(whole[0])
        return [(one, one.name, "") for one in inside if one not in whole]
    if not path.is_file():
        raise SourceError(f"There is no file {path}.")
    root = _mets(path)
    if root is None:
        return [(path, path.name, "")]
    return [
        (file, file.relative_to(path.parent.resolve()).as_posix(), label)
        for file, label in mets.files(root, path.parent, path.name)
    ]


def loaded(path: Path, name: str) -> bytes:
    """A file's bytes, its size asked for first.

    Raises:
        SourceError: It cannot be read, is too large, or holds nothing but NUL bytes.

    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise SourceError(f"{name} is not a file that can be read.")
        head = _beginning(path, 65536)
        if size and not any(head):
            raise SourceError(
                f"{name} contains nothing but NUL bytes: the file is empty or damaged; copy it "
                f"again."
            )
        kinds.bounded(size, head, name)
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}.") from None


def is_image(path: Path) -> bool:
    """Whether the content says that it is an image."""
    try:
        return kinds.kind_of(_beginning(path, 4096), path.name)[0] == "image"
    except (SourceError, OSError):
        return False


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts `p2` before `p10`."""
    return [
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece.casefold())
        for piece in re.split(r"(\d{1,18})", name)
        if piece
    ]


def _mets(path: Path) -> etree._Element | None:
    """The root of a METS file, None of any other."""
    if not re.search(rb"<(?:[\w.\-]+:)?mets[\s>]", _beginning(path, 4096)):
        return None
    return xml.parse(loaded(path, path.name), path.name)


def _beginning(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
