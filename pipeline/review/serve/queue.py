"""The queue as a table: what waits for an editor, for a spreadsheet, and what comes back from one.

A row is a group, or, if one likes, a place. The editor fills in the first columns; the rest tells
what it is about. Line feeds and tabs of the text are shown as signs, and a cell that a spreadsheet
would take for a formula (OWASP: CSV injection), a number, a date or a time has an apostrophe before
it. What comes back may have its columns and rows in another order, a byte order mark, line ends of
Windows, commas or semicolons in place of tabs, or be in UTF-16, as Excel's “Unicode text” is.
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
    """The queue as tab-separated values, the groups whose decision is worth most first; with
    `made`, what was made too.
    """
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow(COLUMNS)
    for row in rows(view, places=places, made=made):
        table.writerow(
            [_cell(row.get(column, ""), exact=column in {"form", "proposed"}) for column in COLUMNS]
        )
    return out.getvalue()


def rows(view: View, *, places: bool = False, made: bool = False) -> Iterator[dict[str, Any]]:
    """What waits for an editor: a group a row, with its first place, or every place."""
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
    """A cell as the text that was meant."""
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
    """The text of a table that a spreadsheet has written. Raises DecisionError where it is in no
    encoding of Unicode.
    """
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        raise DecisionError(
            "This table is not in UTF-8, so some letters would be lost: save it as text in "
            "Unicode (UTF-8), and try again."
        ) from None


def from_tsv(view: View, table: str) -> list[dict[str, Any]]:
    """What a filled-in table decides, as `Desk.decide` takes it. Rows without a verdict or a
    reading are passed over.

    Raises:
        DecisionError: a column is missing, a verdict is not understood, or a row's place is no
        longer what it was. The
            message names the row; nothing is decided then.

    """
    text = table.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max("\t;,", key=head.count)
    try:
        rows_told = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        )
    except csv.Error as error:
        raise DecisionError(f"This is no table of tab-separated values: {error}.") from None
    names = [name.strip().lower() for name in rows_told[0]] if rows_told else []
    if missing := [
        name
        for name in ("verdict", "reading", "form", "proposed", "at")
        if rows_told and name not in names
    ]:
        raise DecisionError(
            f"The table has no column “{missing[0]}”: begin with the one that emend queue "
            f"--tsv writes."
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
                f"Row {number}: “{form}” is no longer proposed to read “{proposed}” there; "
                f"make the table anew."
            )
        items.append(_item(number, cells, verdict, reading, *entries[told]))
    return items


def _key(text: str) -> str:
    """A form as it is known again, whatever a spreadsheet did to its line ends, signs and outer
    blanks.
    """
    return _plain(_cell(text, exact=True)).strip(" ")


def _item(
    number: int, cells: dict[str, str], verdict: str, reading: str, entry: int, group: int
) -> dict[str, Any]:
    scope = cells.get("scope", "").strip().lower() or "text"
    if scope not in {"place", "text", "project"}:
        raise DecisionError(
            f"Row {number}: the scope “{scope}” is none; it is place, text or project."
        )
    concern: dict[str, Any] = {"entry": entry} if scope == "place" else {"group": group}
    item: dict[str, Any] = {"scope": scope, "note": cells.get("note", ""), **concern}
    if cells.get("kind", "") == "print":
        item["kind"] = "print"
    if reading or verdict in RIGHT:
        after = reading or cells["form"]
        if scope == "project" and not is_word(cells["form"]):
            raise DecisionError(
                f"Row {number}: “{cells['form']}” is not a word; a reading of it can only be "
                f"for this place or text."
            )
        return {"verdict": "reading", "after": after, **item}
    if verdict in YES:
        return {"verdict": "accept", **item}
    if verdict in NO:
        return {"verdict": "refuse", **item}
    raise DecisionError(
        f"Row {number}: “{verdict}” is no verdict; write accept, refuse or right, or fill in "
        f"a reading."
    )
