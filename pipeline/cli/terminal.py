"""What the terminal shows: the two consoles, errors and warnings, progress, text made visible."""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text as Styled

from pipeline.errors import EmendError, LeftOutWarning, ReorderedWarning
from pipeline.folders import recover

# Lines are never wrapped, and text is printed as it is: `[1]` and `emend[publish]` are no markup.
out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(soft_wrap=True, highlight=False, markup=False, stderr=True)


def complain(sentence: str, colour: str = "red") -> None:
    """Print an error, or, in yellow, a warning."""
    err.print(Styled.assemble(("emend: ", f"bold {colour}"), sentence))


def drop_output() -> None:
    """Discard what is left in the buffer of standard output, which cannot be written.

    Otherwise Python tries again when it ends, and prints a traceback of its own.
    """
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    *_: object,
    **__: object,
) -> None:
    """Print a warning: emend's own as its sentence, any other as Python formats it."""
    sentence = (
        str(message)
        if issubclass(category, (LeftOutWarning, ReorderedWarning))
        else warnings.formatwarning(message, category, filename, lineno).rstrip()
    )
    complain(sentence, "yellow")


@contextmanager
def progress(label: str, every: float = 10.0) -> Iterator[Any]:
    """Show the progress of a long task. Yields a callable (what, done, of).

    On a terminal that is a bar. Elsewhere it is a plain line at most once in `every` seconds, so
    that a short task writes nothing and the log of a long one can be followed.
    """
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    if not err.is_terminal:
        yield _lines_of(label, every)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    begun = time.monotonic()
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(label, total=None, rate="")
        yield lambda what, done, of: bar.update(
            task,
            description=f"{label}: {what}",
            completed=done,
            total=of,
            rate=_rate(done, time.monotonic() - begun) if done else "",
        )


def _lines_of(label: str, every: float) -> Callable[[str, int, int], None]:
    begun = last = time.monotonic()

    def show(what: str, done: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < every:
            return
        last = now
        left = (now - begun) / done * (of - done) if done else 0.0
        remaining = f", {_rate(done, now - begun)}, {_duration(left)} left" if left else ""
        err.print(f"{label}: {what}, {done:,} of {of:,}{remaining}")

    return show


def _rate(done: int, seconds: float) -> str:
    """How fast a task goes on: `3.2 a second`, `14 a minute`, `9 an hour`."""
    each = done / max(seconds, 1e-9)
    length, name = (
        (1, "a second") if each >= 1 else (60, "a minute") if each >= 1 / 60 else (3600, "an hour")
    )
    rate = each * length
    return f"{rate:.1f} {name}" if rate < 10 else f"{rate:,.0f} {name}"


def _duration(seconds: float) -> str:
    """A time as a person says it: `40 s`, `12 min`, `3 h 5 min`."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{max(round(seconds), 1)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def visible(text: str) -> str:
    """The text with its line feeds, form feeds, tabs and no-break spaces as signs."""
    return text.replace("\n", "⏎").replace("\f", "␌").replace("\t", "→").replace("\u00a0", "⍽")


def content(file: Path) -> bytes:
    """The bytes of a file. Raises EmendError if it cannot be read."""
    if not file.exists():
        recover(file.parent)
    try:
        return file.read_bytes()
    except OSError as error:
        raise EmendError(f"Cannot read {file}: {error.strerror}.") from None


def plural(number: int, noun: str) -> str:
    """A number with its noun: `1 change`, `3 changes`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
