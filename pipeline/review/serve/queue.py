"""The review queue as a table for a spreadsheet, and back.

A row is a group or, if asked for, a place. The editor fills in the first columns; the others say
what the row is about. Line feeds and tabs in the text are shown as signs. A cell that a spreadsheet
would take for a formula (OWASP: CSV injection), a number, a date or a time starts with an
apostrophe. The table may come back with its columns and rows in another order, with a byte order
mark, Windows line ends, commas or semicolons instead of tabs, or in UTF-16, as Excel's “Unicode
text” is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pipeline.errors import DecisionError
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.review.serve.asked import is_word
from pipeline.review.serve.view import View

COLUMNS = (
    "verdict",
    "reading",
    "scope",
    "note",
    "places",
    "form",
    "proposed",
    "kind",
    "sure",
    "page",
    "line",
    "context",
    "why",
    "at",
)
YES = {"accept", "accepted", "a", "yes", "y", "1", "true", "x", "+"}
NO = {"refuse", "refused", "r", "no", "n", "0", "false", "-"}
RIGHT = {"right", "keep", "=", "ok"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_PLACE = re.compile(r"(\d{1,12})(?:\.\.|…|:)(\d{1,12})")
_SIGNS = {"\n": "⏎", "\t": "⇥", "\f": "⇟", "\r": "␍"}


@lru_cache(maxsize=8)
def _value(known: Language) -> re.Pattern[str]:
    """Match what a spreadsheet turns into a number, date or time, losing what was written.

    `007`, `1/2`, `3-4`, `1:30`, `1e5`, `TRUE`, `May 5`; in a German spreadsheet `5. Okt`.
    """
    month = rf"(?:{alternatives(name[:3] for name in known.numbers.months)})[^\W\d_]*"
    return re.compile(
        rf"[\d.,:/%\-–+eE ]*\d[\d.,:/%\-–+eE ]*|true|false|\d+[ .\-/]*{month}[ "
        rf".\-/]*\d*|{month}[ .\-/]*\d+",
        re.IGNORECASE,
    )


def to_tsv(view: View, *, places: bool = False, made: bool = False) -> str:
    """The queue as tab-separated values, most valuable first; with `made`, applied changes too."""
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow(COLUMNS)
    for row in rows(view, places=places, made=made):
        table.writerow(
            [_cell(row.get(column, ""), exact=column in {"form", "proposed"}) for column in COLUMNS]
        )
    return out.getvalue()


def rows(view: View, *, places: bool = False, made: bool = False) -> Iterator[dict[str, Any]]:
    """Pending changes: a row for each group, with its first place, or for every place."""
    wanted = {"open", "made"} if made else {"open"}
    for number, group in enumerate(view.groups):
        waiting = [i for i in group.entries if view.stands(i) in wanted]
        for entry in waiting if places else waiting[:1]:
            place = view.place(entry)
            yield {
                "group": number,
                "entry": entry,
                "scope": "place" if places else "text",
                "places": 1 if places else len(waiting),
                "form": group.form,
                "proposed": group.after,
                "kind": group.kind,
                "sure": f"{place['confidence']:.2f}",
                "page": place["n"],
                "line": place["line"],
                "context": f"{place['left']}[{place['form']}]{place['right']}",
                "why": place["why"],
                "at": f"{view.base.ledger[entry].start}..{view.base.ledger[entry].end}",
            }


def _cell(value: Any, *, exact: bool = False) -> str:
    text = "".join(_SIGNS.get(char, char) for char in str(value))
    text = text.encode("utf-8", "replace").decode("utf-8")
    told = text.startswith(_FORMULA) or (
        exact and _value(languages.every()).fullmatch(text.strip())
    )
    return f"'{text}" if told and not isinstance(value, int) else text


def _plain(cell: str) -> str:
    """The text that a cell stands for."""
    bare = cell.removeprefix("'")
    text = (
        bare
        if bare != cell
        and (bare.startswith(_FORMULA) or _value(languages.every()).fullmatch(bare.strip()))
        else cell
    )
    for char, sign in _SIGNS.items():
        text = text.replace(sign, char)
    return text


def table_text(data: bytes) -> str:
    """The text of a table from a spreadsheet. Raises DecisionError if it is not in Unicode."""
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        raise DecisionError(
            "This table is not in UTF-8. Save it as Unicode text (UTF-8), and try again."
        ) from None


def from_tsv(view: View, table: str) -> list[dict[str, Any]]:
    """The decisions in a filled-in table, as `Desk.decide` takes them.

    Rows without a verdict or a reading are skipped.

    Raises:
        DecisionError: A column is missing, a verdict is unknown, or the change of a row is no
        longer
            proposed. The message names the row, and nothing is decided.

    """
    text = table.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max("\t;,", key=head.count)
    try:
        rows_told = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        )
    except csv.Error as error:
        raise DecisionError(f"This is not a table of tab-separated values: {error}.") from None
    names = [name.strip().lower() for name in rows_told[0]] if rows_told else []
    if missing := [
        name
        for name in ("verdict", "reading", "form", "proposed", "at")
        if rows_told and name not in names
    ]:
        raise DecisionError(
            f"The table has no column “{missing[0]}”. Start from the one that emend queue --tsv "
            f"writes."
        )
    lines = [dict(zip(names, row, strict=False)) for row in rows_told[1:]]
    entries = {
        (view.base.ledger[i].start, view.base.ledger[i].end, _key(group.form), _key(group.after)): (
            i,
            number,
        )
        for number, group in enumerate(view.groups)
        for i in group.entries
    }
    items = []
    for number, line in enumerate(lines, 2):
        cells = {name: _plain(value) for name, value in line.items() if name}
        verdict, reading = cells.get("verdict", "").strip().lower(), cells.get("reading", "")
        if not verdict and not reading.strip():
            continue
        place = _PLACE.fullmatch(cells.get("at", "").strip())
        told = (
            (int(place[1]), int(place[2]), _key(cells["form"]), _key(cells["proposed"]))
            if place
            else None
        )
        if told not in entries:
            form, proposed = cells.get("form", ""), cells.get("proposed", "")
            raise DecisionError(
                f"Row {number}: “{form}” → “{proposed}” is no longer pending there; "
                f"make the table again."
            )
        items.append(_item(number, cells, verdict, reading, *entries[told]))
    return items


def _key(text: str) -> str:
    """A reading to match a row by, whatever a spreadsheet did to its line ends and spaces."""
    return _plain(_cell(text, exact=True)).strip(" ")


def _item(
    number: int, cells: dict[str, str], verdict: str, reading: str, entry: int, group: int
) -> dict[str, Any]:
    scope = cells.get("scope", "").strip().lower() or "text"
    if scope not in {"place", "text", "project"}:
        raise DecisionError(f"Row {number}: unknown scope “{scope}”: use place, text or project.")
    concern: dict[str, Any] = {"entry": entry} if scope == "place" else {"group": group}
    item: dict[str, Any] = {"scope": scope, "note": cells.get("note", ""), **concern}
    if cells.get("kind", "") == "print":
        item["kind"] = "print"
    if reading or verdict in RIGHT:
        after = reading or cells["form"]
        if scope == "project" and not is_word(cells["form"]):
            raise DecisionError(
                f"Row {number}: “{cells['form']}” is not a word, so a reading for it applies to a "
                f"place or this text only."
            )
        return {"verdict": "reading", "after": after, **item}
    if verdict in YES:
        return {"verdict": "accept", **item}
    if verdict in NO:
        return {"verdict": "refuse", **item}
    raise DecisionError(
        f"Row {number}: unknown verdict “{verdict}”: write accept, refuse or right, or fill in a "
        f"reading."
    )
