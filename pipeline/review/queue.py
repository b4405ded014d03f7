"""The queue as a table: what waits for an editor, for a spreadsheet, and what comes back from one.

A row is a group, or, if one likes, a place. The editor fills in the first columns; the rest tells what it is about. Line
feeds and tabs of the text are shown as signs, and a cell that a spreadsheet would take for a formula has an apostrophe
before it (OWASP: CSV injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from pipeline.errors import DecisionError
from pipeline.review.asked import is_word
from pipeline.review.view import View

COLUMNS = ("verdict", "reading", "scope", "note", "places", "form", "proposed", "kind", "sure", "page", "line", "context", "why", "at")
YES = {"accept", "accepted", "a", "yes", "y", "1", "true", "x", "+"}
NO = {"refuse", "refused", "r", "no", "n", "0", "false", "-"}
RIGHT = {"right", "keep", "=", "ok"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_SIGNS = {"\n": "⏎", "\t": "⇥", "\f": "⇟", "\r": "␍"}


def to_tsv(view: View, *, places: bool = False, made: bool = False) -> str:
    """The queue as tab-separated values, the groups whose decision is worth most first; with `made`, what was made too."""
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow(COLUMNS)
    for row in rows(view, places=places, made=made):
        table.writerow([_cell(row.get(column, "")) for column in COLUMNS])
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
                "at": f"{view.base.ledger[entry].start}:{view.base.ledger[entry].end}",
            }


def _cell(value: Any) -> str:
    text = "".join(_SIGNS.get(char, char) for char in str(value))
    text = text.encode("utf-8", "replace").decode("utf-8")
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int) else text


def _plain(cell: str) -> str:
    """A cell as the text that was meant."""
    text = cell.removeprefix("'") if cell.startswith(tuple(f"'{sign}" for sign in _FORMULA)) else cell
    for char, sign in _SIGNS.items():
        text = text.replace(sign, char)
    return text


def from_tsv(view: View, table: str) -> list[dict[str, Any]]:
    """What a filled-in table decides, as `Desk.decide` takes it. Rows without a verdict or a reading are passed over.

    Raises:
        DecisionError: a column is missing, a verdict is not understood, or a row's place is no longer what it was. The
            message names the row; nothing is decided then.

    """
    try:
        lines = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"), newline=""), delimiter="\t", strict=True))
    except csv.Error as error:
        raise DecisionError(f"This is no table of tab-separated values: {error}.") from None
    if lines and (missing := [name for name in ("verdict", "reading", "form", "proposed", "at") if name not in lines[0]]):
        raise DecisionError(f"The table has no column “{missing[0]}”: begin with the one that emend queue --tsv writes.")
    entries = {
        (view.base.ledger[i].start, view.base.ledger[i].end, group.form, group.after): (i, number)
        for number, group in enumerate(view.groups)
        for i in group.entries
    }
    items = []
    for number, line in enumerate(lines, 2):
        cells = {name: _plain(value or "") for name, value in line.items() if name}
        verdict, reading = cells["verdict"].strip().lower(), cells["reading"]
        if not verdict and not reading:
            continue
        start, _, end = cells["at"].partition(":")
        told = (int(start), int(end), cells["form"], cells["proposed"]) if start.isdigit() and end.isdigit() else None
        if told not in entries:
            raise DecisionError(f"Row {number}: “{cells['form']}” is no longer proposed to read “{cells['proposed']}” there; make the table anew.")
        items.append(_item(number, cells, verdict, reading, *entries[told]))
    return items


def _item(number: int, cells: dict[str, str], verdict: str, reading: str, entry: int, group: int) -> dict[str, Any]:
    scope = cells.get("scope", "").strip().lower() or "text"
    if scope not in {"place", "text", "project"}:
        raise DecisionError(f"Row {number}: the scope “{scope}” is none; it is place, text or project.")
    concern: dict[str, Any] = {"entry": entry} if scope == "place" else {"group": group}
    item: dict[str, Any] = {"scope": scope, "note": cells.get("note", ""), **concern}
    if cells.get("kind", "") == "print":
        item["kind"] = "print"
    if reading or verdict in RIGHT:
        after = reading or cells["form"]
        if scope == "project" and not is_word(cells["form"]):
            raise DecisionError(f"Row {number}: “{cells['form']}” is not a word; a reading of it can only be for this place or text.")
        return {"verdict": "reading", "after": after, **item}
    if verdict in YES:
        return {"verdict": "accept", **item}
    if verdict in NO:
        return {"verdict": "refuse", **item}
    raise DecisionError(f"Row {number}: “{verdict}” is no verdict; write accept, refuse or right, or fill in a reading.")
