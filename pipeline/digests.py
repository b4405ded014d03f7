"""Digests of files, remembered by what the file system says of them, as git's index does.

A digest is remembered together with the file's size, its times of change to the nanosecond and its
inode. If none of these has changed, the file is not read again. A file changed twice within one
tick of the file system's clock would look the same ("racily clean" in git's terms), so a digest is
only trusted if the file was last changed well before it was taken. A clock that was set back makes
files look younger than they are: they are read again, which costs time and no more.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline import cache
from pipeline.table import Table

_RACY = 2_000_000_000  # nanoseconds: FAT, the coarsest, counts in steps of two seconds


class Digests:
    """The digests of files. Safe under several threads and processes."""

    def __init__(self, folder: Path | None = None) -> None:
        """Remember digests in `folder`, by default the cache folder."""
        self._table = Table((folder or cache.home()) / "digests.sqlite")

    def of(self, path: Path) -> str:
        """The digest of a file's bytes, in hexadecimal. Raises OSError if it cannot be read."""
        key = os.path.abspath(path)  # noqa: PTH100 - as it is named: a link has its own entry
        now = _state(os.stat(path))  # noqa: PTH116 - a third of the time of Path.stat
        known = self._table.get(key)
        if known is not None:
            state, _, digest = known.rpartition(" ")
            if state == now:
                return digest
        taken = time.time_ns()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, _blake2b).hexdigest()
            then = os.fstat(file.fileno())
        if _state(then) == now and _settled(then, taken):
            self._table.put(key, f"{now} {digest}")
        return digest

    def of_folder(self, folder: Path, wanted: Callable[[str], bool] = lambda _name: True) -> str:
        """The digest of the names and bytes of all files in a folder and those within it.

        `wanted` chooses by the path in the folder; hidden files are left out. A folder that does
        not exist has the digest of an empty one.
        """
        files = [(name, path, stat) for name, path, stat in _files(folder) if wanted(name)]
        # One entry stands for them all, so that an unchanged folder is one question.
        key = f"{os.path.abspath(folder)}{os.sep}"  # noqa: PTH100 - as in `of`
        now = digest("\n".join(f"{_state(stat)} {name}" for name, _, stat in files))
        known = self._table.get(key)
        if known is not None:
            state, _, found = known.partition(" ")
            if state == now:
                return found
        taken = time.time_ns()
        found = digest("\n".join(f"{self.of(path)} {name}" for name, path, _ in files))
        if all(_settled(stat, taken) for _, _, stat in files):
            self._table.put(key, f"{now} {found}")
        return found

    def prune(self) -> None:
        """Forget the files that were not asked for in the longest time, beyond the bound."""
        self._table.prune()

    def close(self) -> None:
        """Close the table."""
        self._table.close()


def digest(content: str | bytes) -> str:
    """The digest of a text or of bytes, as `Digests.of` gives it for a file."""
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    return _blake2b(data).hexdigest()


def _blake2b(data: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(data, digest_size=16)


def _state(stat: os.stat_result) -> str:
    return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino} {stat.st_dev}"


def _settled(stat: os.stat_result, taken: int) -> bool:
    """Whether a file was last changed so long before its digest was taken that a change shows."""
    return max(stat.st_mtime_ns, stat.st_ctime_ns) < taken - _RACY


def _files(
    folder: Path, inside: str = "", above: tuple[str, ...] = ()
) -> Iterator[tuple[str, Path, os.stat_result]]:
    """The files in a folder with their paths in it, sorted; links are followed, but not round."""
    here = os.path.realpath(folder)
    if here in above:
        return
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files(Path(entry.path), f"{inside}{entry.name}/", (*above, here))
        elif entry.is_file():
            yield inside + entry.name, Path(entry.path), entry.stat()
