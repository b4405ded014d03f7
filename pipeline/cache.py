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


def home() -> Path:
    """The cache folder: `$EMEND_CACHE` if set, else the platform's, as `~/.cache/emend`."""
    if named := os.environ.get("EMEND_CACHE"):
        return Path(named)
    return user_cache_path("emend", appauthor=False)


def compiled(name: str, content: bytes, build: Callable[[Path], None]) -> Path:
    """The folder `name` compiled from `content`; calls `build(folder)` if there is none yet.

    The folder's name contains a digest of `content` (bytes: everything that the result depends on,
    versions included), so stale data is never read. It is built under another name and renamed, so
    two processes at once each see a whole folder or none.
    """
    folder = home() / f"{name}-{hashlib.blake2b(content, digest_size=10).hexdigest()}"
    if folder.is_dir():
        return folder
    home().mkdir(parents=True, exist_ok=True)
    # On a first run, the processes of a build wait for one of them: it takes seconds and memory.
    with FileLock(home() / f".{folder.name}.lock"):
        return folder if folder.is_dir() else _built(name, folder, build)


def _built(name: str, folder: Path, build: Callable[[Path], None]) -> Path:
    building = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=home()))
    try:
        build(building)
        try:
            building.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first: its folder is as good
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder
