"""What git tells: who is at work here, and how a file was."""

from __future__ import annotations

import getpass
import subprocess
from pathlib import Path

from pipeline.errors import EmendError


def git(folder: Path, *words: str) -> str | None:
    """What git answers, None where it has nothing to say. Raises EmendError where there is no
    git.
    """
    try:
        command = ["git", "-C", str(folder), *words]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603
    except FileNotFoundError:
        raise EmendError("git is not installed; run emend diff without --since.") from None
    except subprocess.TimeoutExpired:
        raise EmendError("git has not answered for a minute.") from None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def editor(folder: Path) -> str:
    """The name that decisions are signed with: git's, else the one this person has on this
    machine.
    """
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
