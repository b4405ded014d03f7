"""Folders that are replaced whole or not at all, even if emend is killed between two steps.

A folder `ID` is written as `.ID.new`, the present one is renamed to `.ID.old`, and `.ID.new` to
`ID`. A process killed between the two renames leaves no `ID`: `recover` puts `.ID.old` back. Only
one process at a time writes a folder: the lock is the file `.ID.lock` beside it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ProjectError

PATIENCE = 60.0  # seconds to wait for another process that is writing the same folder


def left_by_a_program(name: str) -> bool:
    """Whether a file is one that a program leaves beside what it edits: hidden, a backup, a lock.

    `.page.txt.swp`, `page.txt~`, `#page.txt#`, `~$page.docx`: a page read from it would come twice.
    """
    return (
        name.startswith((".", "~$")) or name.endswith("~") or (name[0] == name[-1] == "#" != name)
    )


def replace(target: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder with these files, by name, in the place of `target`.

    Raises:
        ProjectError: Another process has been writing the folder for a minute, or the disk does
            not take the files.

    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target):
        _put_back(target)
        making, old = _making(target), _old(target)
        shutil.rmtree(making, ignore_errors=True)
        try:
            making.mkdir()
            for name, data in files.items():
                with (making / name).open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:  # the disk is full, say: what is there stays
            shutil.rmtree(making, ignore_errors=True)
            raise ProjectError(
                f"{target} cannot be written: {error.strerror or error}. Nothing was changed."
            ) from None
        if target.exists():
            target.rename(old)
        making.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def recover(target: Path) -> None:
    """Put a folder back that a process was killed while replacing. Otherwise do nothing."""
    if target.name and _old(target).is_dir() and not target.exists():
        with locked(target):
            _put_back(target)


def recover_all(folder: Path) -> None:
    """Put back every folder in `folder` that a process was killed while replacing."""
    for old in sorted(folder.glob(".*.old")):
        recover(old.with_name(old.name.removeprefix(".").removesuffix(".old")))


@contextmanager
def locked(target: Path, *, lock: Path | None = None, patience: float = PATIENCE) -> Iterator[None]:
    """Keep every other process from writing a folder, by the file `lock` (`.ID.lock` beside it).

    Raises:
        ProjectError: Another process has held it for `patience` seconds.

    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  # loads asyncio

    try:
        with FileLock(lock or target.with_name(f".{target.name}.lock"), timeout=patience):
            yield
    except Timeout:
        raise ProjectError(
            f"Another emend is writing {target}. Wait until it has finished, then try again."
        ) from None


def _put_back(target: Path) -> None:
    old = _old(target)
    if old.is_dir() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _making(target: Path) -> Path:
    return target.with_name(f".{target.name}.new")


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
