"""Ask git for the editor's name and for earlier versions of a file."""

from __future__ import annotations

import getpass
import subprocess
from pathlib import Path

from pipeline.errors import EmendError


def git(folder: Path, *words: str) -> str | None:
    """Return the output of a git command, or None if it fails.

    Raises:
        EmendError: git is not installed, or does not answer.

    """
    try:
        command = ["git", "-C", str(folder), *words]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603
    except FileNotFoundError:
        raise EmendError(
            "git is not installed: install it, or run emend diff without --since."
        ) from None
    except subprocess.TimeoutExpired:
        raise EmendError(
            "git did not answer within a minute: try again, or run emend diff without --since."
        ) from None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def editor(folder: Path) -> str:
    """Return the name to record with decisions: git's user.name, or else the login name."""
    try:
        name = (git(folder, "config", "user.name") or "").strip()
    except EmendError:
        name = ""
    if name:
        return name[:80]
    try:
        return getpass.getuser()[:80]
    except (KeyError, OSError, ImportError):  # nobody is logged in, as in a container
        return ""
