"""The correction diff: all changes, or the difference to a revision, grouped, with context.

It works on the lines of the ledger (`edition/ID/changes.jsonl`, see schemas/ledger.schema.json), so
that any two states of an edition can be compared, whatever program made them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import EmendError
from pipeline.html import counted, rendered
from pipeline.review.git import git
from pipeline.rules import KINDS

Row = Mapping[str, Any]
Sign = Literal["+", "-"]
_TEXT = ("page", "raw", "before", "after", "left", "right", "rule", "why", "by")
_ONE_OF = {"kind": tuple(KINDS), "verdict": ("made", "held", "refused")}
NEAR = 16  # code points of context by which a place is recognised
SHOWN = 32  # code points of context shown


@dataclass(frozen=True, slots=True)
class Differing:
    """Places with the same change that is new (`+`) or gone (`-`)."""

    sign: Sign
    form: str
    after: str
    kind: str
    rows: tuple[Row, ...]


def ledger_from(lines: str, name: str = "changes.jsonl") -> list[Row]:
    """Read the rows of a ledger.

    Raises:
        EmendError: A line is not an entry as schemas/ledger.schema.json describes it.

    """
    rows: list[Row] = []
    for number, line in enumerate(lines.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not _is_entry(row):
            raise EmendError(
                f"{name}, line {number}, is not an entry of a change log: build the edition again."
            )
        rows.append(row)
    return rows


def _is_entry(row: Any) -> bool:
    """Whether a row has all the values that the diff shows, of the right types."""
    if not isinstance(row, dict):
        return False
    others = row.get("alternatives", [])
    return (
        all(isinstance(row.get(name), str) for name in _TEXT)
        and all(type(row.get(name)) is int for name in ("n", "line", "start", "end"))
        and all(row.get(name) in allowed for name, allowed in _ONE_OF.items())
        and type(row.get("confidence")) in {int, float}
        and isinstance(others, list)
        and all(isinstance(one, dict) for one in others)
    )


def ledger_now(edition: Path) -> list[Row]:
    """Read the ledger of an edition on disk."""
    path = edition / "changes.jsonl"
    try:
        return ledger_from(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EmendError(
            f"No edition of {edition.name} yet: run emend build {edition.name}."
        ) from None
    except UnicodeDecodeError:
        raise EmendError(f"{path} is not valid UTF-8: build the edition again.") from None


def ledger_at(edition: Path, revision: str) -> list[Row]:
    """The ledger of an edition in a git revision; empty if the edition was not there yet.

    Raises:
        EmendError: git is not installed, or there is no repository or no such revision.

    """
    if revision.startswith("-"):
        raise EmendError(f"{revision!r} is not a git revision: give a commit, a branch or a tag.")
    folder = next(place for place in (edition, *edition.parents) if place.is_dir())
    if git(folder, "rev-parse", "--show-toplevel") is None:
        raise EmendError(f"{folder} is not in a git repository: run emend diff without --since.")
    if git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") is None:
        raise EmendError(
            f"git does not know the revision {revision!r}: give a commit, a branch or a tag."
        )
    told = git(
        folder, "show", f"{revision}:./{(edition / 'changes.jsonl').relative_to(folder).as_posix()}"
    )
    return ledger_from(told, f"changes.jsonl at {revision}") if told is not None else []


def compare(old: Iterable[Row], new: Iterable[Row]) -> tuple[Differing, ...]:
    """The changes that only `new` has, and those that only `old` has; the largest groups first.

    A place is matched by its position, else by its context, else by its turn among the places with
    the same change. So a raw text that has gained a page at its head shows no difference.
    """
    before, now = _made(old), _made(new)
    for key in (
        lambda row: (row["start"], row["end"], row["raw"], row["after"], row["kind"]),
        lambda row: (
            row["raw"],
            row["after"],
            row["kind"],
            row["left"][-NEAR:],
            row["right"][:NEAR],
        ),
        lambda row: (row["raw"], row["after"], row["kind"]),
    ):
        shared = Counter(map(key, before)) & Counter(map(key, now))
        before, now = _less(before, key, shared.copy()), _less(now, key, shared.copy())
    return (*_grouped("-", before), *_grouped("+", now))


def _made(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["verdict"] == "made"]


def _less(rows: list[Row], key: Any, shared: Counter[Any]) -> list[Row]:
    """The rows without as many of each key as both sides share."""
    left = []
    for row in rows:
        if shared[key(row)] > 0:
            shared[key(row)] -= 1
        else:
            left.append(row)
    return left


def _grouped(sign: Sign, rows: Iterable[Row]) -> list[Differing]:
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["start"]):
        groups[row["raw"], row["after"], row["kind"]].append(row)
    found = [
        Differing(sign, form, after, kind, tuple(some))
        for (form, after, kind), some in groups.items()
    ]
    return sorted(found, key=lambda one: (-len(one.rows), one.rows[0]["start"]))


def to_json(groups: Sequence[Differing]) -> str:
    """The diff for a program to read."""
    told = [
        {
            "sign": one.sign,
            "form": one.form,
            "after": one.after,
            "kind": one.kind,
            "places": len(one.rows),
            "changes": [dict(row) for row in one.rows],
        }
        for one in groups
    ]
    return json.dumps(told, ensure_ascii=True, indent=1) + "\n"


def to_text(groups: Sequence[Differing], *, colour: bool = False, most: int = 0) -> str:
    """The diff for a terminal or a pull request: groups and their places, at most `most` each."""
    out: list[str] = []
    for one in groups:
        n = len(one.rows)
        head = f"{_seen(one.form)} → {_seen(one.after)}"
        out.append(
            f"{_ink(one.sign, '1', colour)} {_ink(head, '1', colour)}   {n} "
            f"{'place' if n == 1 else 'places'}, {one.kind}, {_rules(one)}"
        )
        shown = one.rows[:most] if most else one.rows
        for row in shown:
            changed = _ink(f"[-{_seen(row['raw'])}-]", "31", colour) + _ink(
                f"{{+{_seen(row['after'])}+}}", "32", colour
            )
            by = "" if row["by"] == "emend" else f"  by {row['by']}"
            left, right = (
                _seen(row["left"][-SHOWN:], blank=True),
                _seen(row["right"][:SHOWN], blank=True),
            )
            out.append(f"    {_where(row):>14}  {left}{changed}{right}{_ink(by, '35', colour)}")
        if len(shown) < n:
            out.append(f"    {'':>14}  and {n - len(shown)} more")
        out.append("")
    total = Counter(one.sign for one in groups for _ in one.rows)
    out.append(
        f"{total['+']} applied, {total['-']} no longer applied"
        if total["-"]
        else f"{total['+']} applied"
        if groups
        else "no difference"
    )
    return "\n".join(out) + "\n"


def to_html(groups: Sequence[Differing], title: str) -> str:
    """The diff as a page of its own, to attach or to send: it loads nothing from elsewhere."""
    shown = [
        (
            one,
            (_counted(len(one.rows)), one.kind, _rules(one), _SIGNS[one.sign]),
            [(row, _where(row)) for row in one.rows],
        )
        for one in groups
    ]
    page = rendered(_TEMPLATES, "diff.html.jinja", title=title, groups=shown, visible=_seen)
    return page.encode("utf-8", "replace").decode()  # a byte that could not be decoded


_TEMPLATES = Path(__file__).parent / "templates"
_SIGNS: Mapping[Sign, str] = {"+": "applied", "-": "no longer applied"}


def _counted(n: int) -> str:
    return counted(n, "place")


def _rules(one: Differing) -> str:
    return ", ".join(sorted({str(row["rule"]) for row in one.rows}))


def _where(row: Row) -> str:
    page = f", p. {row['page']}" if row.get("page") else ""
    return f"line {row['line']}{page}"  # of the raw file, to be found with any editor


def _seen(text: str, *, blank: bool = False) -> str:
    if not text and not blank:
        return "∅"
    return (
        text.replace("\n", " " if blank else "⏎")
        .replace("\f", "⇟")
        .replace("\t", "⇥")
        .replace("\r", "␍")
    )


def _ink(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour and text else text
