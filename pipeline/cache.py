"""The cache folder: compiled language data and recognised pages, safe to delete at any time."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

_UNUSED = 30 * 86400  # seconds after which data that another version compiled is removed
_ABANDONED = 86400  # seconds after which a folder that is still being compiled was left by a kill
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
    built again. Those of other versions that nobody has used for a month are removed.
    """
    folder = home() / f"{name}-{hashlib.blake2b(content, digest_size=10).hexdigest()}"
    if _whole(folder):
        with suppress(OSError):  # a cache that somebody else owns
            os.utime(folder)  # used now
        return folder
    home().mkdir(parents=True, exist_ok=True)
    from filelock import FileLock  # noqa: PLC0415  # loads asyncio, which a warm cache needs not

    # On a first run, the processes of a build wait for one of them: it takes seconds and memory.
    with FileLock(home() / f".{folder.name}.lock"):
        if _whole(folder):
            return folder
        _remove_unused(name)
        return _built(name, folder, build)


def bounded(folder: Path, bound: int) -> None:
    """Remove the files in a folder's folders that were used longest ago, beyond `bound` bytes."""
    found = []
    for path in folder.glob("*/*"):
        with suppress(OSError):
            told = path.stat()
            found.append((told.st_mtime_ns, told.st_size, path))
    excess = sum(size for _, size, _ in found) - bound
    for _, size, path in sorted(found) if excess > 0 else ():
        if excess <= 0:
            return
        with suppress(OSError):
            path.unlink()
        excess -= size


def _remove_unused(name: str) -> None:
    """Remove what other versions compiled under a name, and what a killed process left."""
    now = time.time()
    for path in home().glob(f"{name}[-.]*"):
        digest = re.fullmatch(r"-[0-9a-f]{20}", path.name.removeprefix(name))
        making = re.fullmatch(r"\.\w{8}", path.name.removeprefix(name))
        patience = _UNUSED if digest else _ABANDONED
        with suppress(OSError):
            if (digest or making) and now - path.stat().st_mtime > patience:
                shutil.rmtree(path, ignore_errors=True)


def _built(name: str, folder: Path, build: Callable[[Path], None]) -> Path:
    building = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=home()))
    try:
        build(building)
        rows = [f"{_state(path)} {_digest(path)} {path.name}\n" for path in building.iterdir()]
        (building / _RECORD).write_text("".join(rows), "utf-8")
        if folder.is_dir() and not folder.is_symlink():  # a damaged one
            shutil.rmtree(folder, ignore_errors=True)
        else:
            folder.unlink(missing_ok=True)
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
    MB.
    """
    try:
        record = (folder / _RECORD).read_text("utf-8")
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
