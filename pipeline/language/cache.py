"""Where compiled language data lies: built once from what ships, read by memory-map ever after."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def home() -> Path:
    """The cache's folder: ``EMEND_CACHE``, else the platform's place for caches."""
    if named := os.environ.get("EMEND_CACHE"):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "emend"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "emend"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "emend"


def compiled(name: str, content: bytes, build: Callable[[Path], None]) -> Path:
    """The folder `name` compiled from `content`, made by `build(folder)` if it does not stand yet.

    The folder's name holds a digest of `content` (bytes: everything that the result depends on,
    versions included), so what is stale is never read. It is made beside and renamed, so two
    processes at once each see a whole folder or none.
    """
    there = home() / f"{name}-{hashlib.blake2b(content, digest_size=10).hexdigest()}"
    if there.is_dir():
        return there
    home().mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=home()))
    try:
        build(beside)
        try:
            beside.rename(there)
        except OSError:
            if not there.is_dir():  # another process was first: its folder is as good as ours
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return there
