"""The cache folder: compiled language data and recognised pages, safe to delete at any time."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

_RECORD = "RECORD"  # of the files of a compiled folder: size, time of change, digest, name
_VALUES = 3  # before the name


def home() -> Path:
    """The cache folder: `$EMEND_CACHE` if set, else the platform's, as `~/.cache/emend`."""
    if named := os.environ.get("EMEND_CACHE"):
        return Path(named)
    return user_cache_path("emend", appauthor=False)


def compiled(name: str, content: bytes, build: Callable[[Path], None]) -> Path:
    """The folder `name` compiled from `content`; calls `build(folder)` if there is none yet.

    The folder's name contains a digest of `content` (bytes: everything that the result depends on,
    versions included), so stale data is never read. It is built under another name and renamed, so
    two processes at once each see a whole folder or none. One whose files were damaged since is
    built again.
    """
    folder = home() / f"{name}-{hashlib.blake2b(content, digest_size=10).hexdigest()}"
    if _whole(folder):
        return folder
    home().mkdir(parents=True, exist_ok=True)
    # On a first run, the processes of a build wait for one of them: it takes seconds and memory.
    with FileLock(home() / f".{folder.name}.lock"):
        return folder if _whole(folder) else _built(name, folder, build)


def _built(name: str, folder: Path, build: Callable[[Path], None]) -> Path:
    building = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=home()))
    try:
        build(building)
        rows = [f"{_state(path)} {_digest(path)} {path.name}\n" for path in building.iterdir()]
        (building / _RECORD).write_text("".join(rows), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)  # a damaged one
        try:
            building.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first: its folder is as good
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _whole(folder: Path) -> bool:
    """Whether a compiled folder is there, and its files are as they were written.

    A file whose size and time of change are those of its record is not read: language data has 80
    MB. One without a record was compiled before there were records.
    """
    if not folder.is_dir():
        return False
    try:
        record = (folder / _RECORD).read_text("utf-8")
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return bool(record) and all(_as_written(folder, row) for row in record.splitlines())


def _as_written(folder: Path, row: str) -> bool:
    size, changed, digest, name = row.split(" ", 3) if row.count(" ") >= _VALUES else [""] * 4
    path = folder / name
    try:
        state = _state(path)
        return state == f"{size} {changed}" or (
            state.startswith(f"{size} ") and _digest(path) == digest
        )
    except OSError:
        return False


def _state(path: Path) -> str:
    told = path.stat()
    return f"{told.st_size} {told.st_mtime_ns}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.blake2b).hexdigest()
