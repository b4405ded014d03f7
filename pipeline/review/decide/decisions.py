"""Decisions: what an editor has decided on a place, a form or a page.

They are stored in `raw/ID/decisions.jsonl`, one JSON object per line. Lines are only ever added:
undoing a decision is a decision too. A place is described twice, as in the W3C Web Annotation Data
Model (2017): by its position (TextPositionSelector) and by its wording with some of the raw text
around it (TextQuoteSelector), so that it can be found again when the raw text has changed.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pipeline.errors import DecisionError
from pipeline.review.decide.commands import CALL, COMMANDS, JOIN, SPLIT, is_command

Verdict = Literal["accept", "refuse", "reading", "structure", "page", "undo"]
Scope = Literal["place", "text", "project"]
Kind = Literal["ocr", "print"]

EDITOR = "editor"  # who decided, if a decision does not say

# code points of raw text kept on either side of a place; more if that is not unique
CONTEXT = 32
LONGEST_CONTEXT = 256

_VERDICTS, _SCOPES, _KINDS = get_args(Verdict), get_args(Scope), get_args(Kind)
_PAGE_STATES = ("reviewed", "validated")
_WORD = re.compile(r"\w")
_BEGUN = '{"id"'  # how every line that emend writes begins
_CONFLICT = re.compile(r"(<{7}|>{7}|\|{7})( |$)|={7}$")  # git's marks
_PATIENCE = 10.0  # seconds to wait for another process that is writing


@dataclass(frozen=True, slots=True)
class Decision:
    """An editor's decision on a place.

    The place is the raw span `[start, end)`, in code points; its raw text is `quote`.

    - `accept`: the proposed reading, `after`, is right. `refuse`: it is wrong.
    - `reading`: the editor's own reading of the place is `after`; if that equals `quote`, the place
      stays as it is.
    - `structure`: the block around this place is what the command in `after` says, or begins here
      (`commands.py`).
    - `page`: the page that begins at this place is `reviewed`, or `validated` against the scan (as
      given in `after`); its reading then had this `digest`.
    - `undo`: only undoes another decision.

    `scope`: this place; this form everywhere in this text; everywhere in the project. `kind`: an
    OCR error or a printer's error. `undoes` is the id of the decision that this one undoes or
    replaces. `seen` is the number of places it covered when it was made. `when` is ISO 8601, UTC.
    """

    verdict: Verdict
    start: int
    end: int
    quote: str
    after: str = ""
    scope: Scope = "place"
    kind: Kind = "ocr"
    prefix: str = ""
    suffix: str = ""
    who: str = ""
    when: str = ""
    note: str = ""
    undoes: str = ""
    seen: int = 1
    digest: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            DecisionError: A value is not allowed, or two values contradict each other.

        """
        for name, value, allowed in (
            ("verdict", self.verdict, _VERDICTS),
            ("scope", self.scope, _SCOPES),
            ("kind", self.kind, _KINDS),
        ):
            if value not in allowed:
                raise DecisionError(
                    f"A decision's {name} must be one of {', '.join(allowed)}, got {value!r}."
                )
        if not 0 <= self.start <= self.end or self.end - self.start != len(self.quote):
            raise DecisionError(
                f"The place of a decision, {self.start} to {self.end}, must be as long as its "
                f"quote, {self.quote!r}."
            )
        if self.verdict == "undo" and not self.undoes:
            raise DecisionError(
                "An undo must give the id of the decision that it undoes in “undoes”."
            )
        if self.verdict in {"accept", "refuse", "reading", "structure"} and not self.quote:
            raise DecisionError(
                "A decision must quote at least one character of the raw text. To insert text, "
                "quote the character beside it."
            )
        if self.verdict == "reading" and self.scope != "place" and not _WORD.search(self.quote):
            raise DecisionError(
                f"{self.quote!r} is not a word, so a reading of it can only hold at this place, "
                f"not in the whole {self.scope}."
            )
        if self.verdict == "structure" and (self.scope != "place" or not is_command(self.after)):
            raise DecisionError(
                f"A decision on structure must have one of these in “after”, and hold at its place "
                f"only: {', '.join((SPLIT, JOIN, *COMMANDS))}, {CALL} and the id of a decision."
            )
        if self.verdict == "page" and (self.after not in _PAGE_STATES or not self.digest):
            raise DecisionError(
                f"A decision on a page must have {' or '.join(_PAGE_STATES)} in “after”, and the "
                f"digest of the page in “digest”."
            )

    @property
    def by(self) -> str:
        """Who decided."""
        return self.who or EDITOR

    def to_json(self) -> str:
        """Return the decision as one line of JSON, without default values."""
        entry = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name in _ALWAYS or getattr(self, f.name) != f.default
        }
        # A byte that could not be decoded is a lone surrogate in the raw text: write it as a JSON
        # escape.
        line = json.dumps(
            {name: entry[name] for name in _ORDER if name in entry}, ensure_ascii=False
        )
        return line.encode("utf-8", "backslashreplace").decode("utf-8")


_ORDER = (
    "id",
    "when",
    "who",
    "verdict",
    "scope",
    "kind",
    "quote",
    "after",
    "start",
    "end",
    "prefix",
    "suffix",
    "seen",
    "note",
    "digest",
    "undoes",
)
_FIELDS = {f.name: f for f in fields(Decision)}
_ALWAYS = {"id", "when", "who", "verdict", "scope", "kind", "quote", "start", "end"}


def decision_from(entry: Any, where: str) -> Decision:
    """Read a decision from a JSON object.

    Raises:
        DecisionError: It is not an object, a key is unknown or missing, or a value has the wrong
            type.

    """
    if not isinstance(entry, dict):
        raise DecisionError(
            f"{where}: a decision must be a JSON object, got {json.dumps(entry)[:60]}."
        )
    known = _FIELDS
    if unknown := sorted(set(entry) - set(known)):
        raise DecisionError(
            f"{where}: unknown key “{unknown[0]}” (a typo, or written by a newer version of emend)."
        )
    for name, f in known.items():
        if name not in entry:
            if f.default is MISSING:
                raise DecisionError(f"{where}: the key “{name}” is missing.")
            continue
        wanted = int if f.type == "int" else str
        if not isinstance(entry[name], wanted) or isinstance(entry[name], bool):
            raise DecisionError(
                f"{where}: “{name}” must be {'a whole number' if wanted is int else 'text'}, "
                f"got {json.dumps(entry[name])[:60]}."
            )
    try:
        return Decision(**entry)
    except DecisionError as error:
        raise DecisionError(f"{where}: {error}") from None


def place(raw: str, start: int, end: int) -> dict[str, Any]:
    """Describe a place by its position, its wording, and enough context to be unique if possible.

    >>> place("Tbe man and tbe dog.", 12, 15)["quote"]
    'tbe'
    """
    quote, width = raw[start:end], CONTEXT
    while True:
        prefix, suffix = raw[max(0, start - width) : start], raw[end : end + width]
        whole = prefix + quote + suffix
        if width >= LONGEST_CONTEXT or raw.find(whole, raw.find(whole) + 1) < 0:
            return {"start": start, "end": end, "quote": quote, "prefix": prefix, "suffix": suffix}
        width *= 2


def fresh_id() -> str:
    """Return an id for a decision: twelve hexadecimal digits."""
    return secrets.token_hex(6)


def now() -> str:
    """Return the current time in UTC, to the millisecond: `2026-11-24T04:10:00.123Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A line that is not a decision. It is kept in the file and reported.

    `torn`: the beginning of a decision that a killed process was writing. `conflict`: a conflict
    marker of git; the decisions of both sides count.
    """

    line: int
    text: str
    kind: Literal["torn", "conflict"] = "torn"


@dataclass(frozen=True, slots=True)
class Log:
    """The contents of a decisions file.

    `version` is its size in bytes, which distinguishes two states because lines are only added.
    """

    decisions: tuple[Decision, ...] = ()
    fragments: tuple[Fragment, ...] = ()
    version: int = 0
    offsets: tuple[int, ...] = ()  # the size of the file before each decision

    def remarks(self, name: str) -> list[str]:
        """Return sentences about the lines that are not decisions."""
        torn, conflict = (
            [one.line for one in self.fragments if one.kind == kind]
            for kind in ("torn", "conflict")
        )
        said = []
        if torn:
            only = (
                "is incomplete: a process was"
                if len(torn) == 1
                else "are incomplete: processes were"
            )
            said.append(
                f"{name}, {_lines(torn)}, {only} killed while writing. No decision that emend had "
                f"confirmed was lost."
            )
        if conflict:
            said.append(
                f"{name} contains git’s conflict markers ({_lines(conflict)}). The decisions of "
                f"both sides count; delete the marker lines."
            )
        return said

    def since(self, version: int) -> tuple[Decision, ...]:
        """Return the decisions added since this version of the file."""
        return tuple(
            one for one, at in zip(self.decisions, self.offsets, strict=True) if at >= version
        )


def _lines(numbers: Sequence[int]) -> str:
    many = [str(number) for number in numbers[:9]] + (["…"] if len(numbers) > 9 else [])
    return f"line {many[0]}" if len(many) == 1 else f"lines {', '.join(many[:-1])} and {many[-1]}"


def read(path: Path) -> Log:
    """Read the decisions of a file; a missing file has none.

    Raises:
        DecisionError: A line is not a decision, and was not left by a killed process. The message
            names file and line.

    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Log()
    except OSError as error:
        raise DecisionError(f"{path.name} cannot be read: {error.strerror}.") from error
    # Lines are only ever added, so what was read before need not be read again.
    known, log = _known.get(path, (b"", Log()))
    if not data.startswith(known):
        known, log = b"", Log()
    log = _parsed(data, known, log, f"{path.parent.name}/{path.name}")
    if data.endswith(b"\n"):
        _known[path] = (data, log)
    return log


_known: dict[Path, tuple[bytes, Log]] = {}


def _parsed(data: bytes, known: bytes, log: Log, name: str) -> Log:
    """Parse a file that begins with `known`, whose log is given."""
    decisions, offsets, fragments = list(log.decisions), list(log.offsets), list(log.fragments)
    ids = {one.id for one in decisions if one.id}
    at = len(known)
    for number, line in enumerate(data[at:].split(b"\n"), known.count(b"\n") + 1):
        begins, at = at, at + len(line) + 1
        if not line.strip():
            continue
        try:
            entry = json.loads(line.decode("utf-8").removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            fragments.append(
                _fragment(number, line.decode("utf-8", "replace"), f"{name}, line {number}", error)
            )
            continue
        one = decision_from(entry, f"{name}, line {number}")
        if one.id not in ids:  # a merge of two branches may bring a line twice
            ids |= {one.id} if one.id else set()
            decisions.append(one)
            offsets.append(begins)
    return Log(tuple(decisions), tuple(fragments), len(data), tuple(offsets))


def _fragment(number: int, text: str, where: str, error: Exception) -> Fragment:
    """Classify a line that is not JSON; raise DecisionError if it may hold a mistyped decision."""
    if _CONFLICT.match(text):
        return Fragment(number, text, "conflict")
    if _BEGUN.startswith(text[: len(_BEGUN)]) and _cut_short(text, error):
        return Fragment(number, text)
    column = f", column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    raise DecisionError(
        f"{where}{column}: not valid JSON ({getattr(error, 'msg', type(error).__name__)}). "
        f"Correct the line or delete it."
    )


def _cut_short(text: str, error: Exception) -> bool:
    """Whether a line is only cut short: in a string, an escape, a character, or between parts."""
    if isinstance(error, json.JSONDecodeError):
        return error.pos >= len(text) - len(r"\u1234") or error.msg.startswith(
            "Unterminated string"
        )
    return isinstance(error, UnicodeDecodeError) and error.end >= len(error.object) - 1


@contextmanager
def locked(*paths: Path) -> Iterator[None]:
    """Lock decisions files, so that no other process writes to them in the meantime.

    Raises:
        DecisionError: Another process locks one of them for ten seconds, or its folder is missing.

    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  # loads asyncio

    with ExitStack() as locks:
        # always in the same order, so that two processes cannot wait for each other
        for path in sorted(paths):
            if not path.parent.is_dir():
                raise DecisionError(
                    f"{path.name} cannot be written: there is no folder {path.parent.name}. "
                    f"No decision was recorded."
                )
            try:
                locks.enter_context(
                    FileLock(path.with_name(f".{path.name}.lock"), timeout=_PATIENCE)
                )
            except Timeout:
                raise DecisionError(
                    f"Another process has locked {path.name} for ten seconds: end it, or try again."
                ) from None
            except OSError as error:
                raise DecisionError(
                    f"{path.name} cannot be written: {error.strerror}. No decision was recorded."
                ) from error
        yield


def append(path: Path, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Append decisions to a file. When this returns, they are on disk.

    Each gets an id and a time if it has none; they are returned as written.

    Raises:
        DecisionError: The file cannot be written, or another process has locked it.

    """
    with locked(path):
        return write(path, decisions)


def write(path: Path, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Like `append`, for a caller that has already locked the file."""
    taken = now()  # decisions made together have the same time, and are undone together
    entered = tuple(
        replace(one, id=one.id or fresh_id(), when=one.when or taken) for one in decisions
    )
    try:
        _write(path, entered, whole=_ends_whole(path))
    except OSError as error:
        raise DecisionError(
            f"{path.name} cannot be written: {error.strerror}. No decision was recorded."
        ) from error
    return entered


def _ends_whole(path: Path) -> bool:
    """Whether the last line of the file ends; a killed process may have left half a line."""
    if not path.exists() or not path.stat().st_size:
        return True
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _write(path: Path, decisions: Sequence[Decision], *, whole: bool) -> None:
    new = not path.exists()
    left = ("" if whole else "\n").encode() + "".join(
        one.to_json() + "\n" for one in decisions
    ).encode("utf-8")
    with path.open("ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            while left:  # a disk that is nearly full may write only a part
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(before)  # the caller is told that nothing was recorded
            raise
    # a new file's name is in its folder, which must reach the disk too
    if new and os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def standing(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that are not undone, in order. Undoing an undo restores a decision."""
    gone: set[str] = set()
    for one in reversed(decisions):
        if one.undoes and one.id not in gone:
            gone.add(one.undoes)
    return tuple(one for one in decisions if one.id not in gone and one.verdict != "undo")
