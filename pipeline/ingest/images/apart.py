"""Reading untrusted files in a process of its own, with limits on time and memory."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from pipeline.errors import MissingExtraError, SourceError

DAMAGED, LOCKED, TOO_LARGE = 3, 4, 5  # the scripts' exit codes


def ran(
    script: str,
    module: str,
    package: str,
    arguments: list[str],
    data: bytes,
    name: str,
    seconds: int,
) -> bytes:
    """What a script prints of a file. `module` of `package` is what it needs to be installed."""
    if importlib.util.find_spec(module) is None:
        raise MissingExtraError(package, "ocr")
    kind = "PDF" if module == "pypdfium2" else "DjVu file"
    try:
        done = subprocess.run(  # noqa: S603  # our own script
            [sys.executable, script, str(len(data)), *arguments],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"{name} took {package} more than {seconds} seconds and was skipped: re-save the "
            f"{kind}."
        ) from None
    if done.returncode == LOCKED:
        raise SourceError(f"{name} is protected by a password: save it without one.")
    if done.returncode == TOO_LARGE:
        raise SourceError(f"{name} unpacks to more data than emend accepts: re-save the {kind}.")
    if done.returncode:
        raise SourceError(f"{name} is a damaged {kind}, or truncated: re-save the {kind}.")
    return done.stdout
