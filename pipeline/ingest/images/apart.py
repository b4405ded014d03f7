"""Reading untrusted files in a process of its own, with limits on time and memory."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipeline.errors import MissingExtraError, SourceError

DAMAGED, LOCKED, TOO_LARGE = 3, 4, 5  # the scripts' exit codes


def ran(
    script: str,
    module: str,
    package: str,
    arguments: list[str],
    data: bytes | Path,
    name: str,
    seconds: int,
) -> bytes:
    """What a script prints of a file. `module` of `package` is what it needs to be installed.

    The file is the script's standard input. If a path is given, the script opens that file rather
    than have its bytes sent, so that a PDF of 2 GB is not copied for every page.
    """
    if importlib.util.find_spec(module) is None:
        raise MissingExtraError(package, "ocr")
    kind = "PDF" if module == "pypdfium2" else "DjVu file"
    try:
        with ExitStack() as opened:
            given: dict[str, Any] = (
                {"input": data}
                if isinstance(data, bytes)
                else {"stdin": opened.enter_context(data.open("rb"))}
            )
            sent = len(data) if isinstance(data, bytes) else 0
            done: subprocess.CompletedProcess[bytes] = subprocess.run(  # noqa: S603  # our own script
                [sys.executable, script, str(sent), *arguments],
                **given,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}.") from None
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
