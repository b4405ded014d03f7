"""Decisions typed on the command line, such as `tbe the`, as `Desk.decide` takes them."""

from __future__ import annotations

import re
from typing import Literal

from pipeline.errors import DecisionError
from pipeline.review.decide.decisions import Kind, Scope, standing
from pipeline.review.decide.hand import occurrences
from pipeline.review.serve.view import Json, View

Word = Literal["accept", "refuse", "right"]


def typed(
    view: View,
    form: str,
    after: str | None = None,
    *,
    word: Word = "accept",
    scope: Scope | None = None,
    at: int | None = None,
    kind: Kind | None = None,
    note: str = "",
) -> list[Json]:
    """Return the decisions on a form, and on a reading for it if one is given.

    `accept` accepts the proposal with that reading; if there is none, the reading is recorded as
    the editor's own. `refuse` rejects the proposals, `right` keeps the form as it is. A decision
    holds everywhere in the text, or with `at` only at that raw position.

    Raises:
        DecisionError: The form is not in the text, nothing is proposed for it, or several readings
            are proposed and none was given.

    """
    holds: Scope = scope or ("text" if at is None else "place")
    more: Json = {"scope": holds, "note": note, **({"kind": kind} if kind else {})}
    matching = [
        n
        for n, group in enumerate(view.groups)
        if group.form == form and after in {None, group.after}
    ]
    proposed = ", ".join(f"“{view.groups[n].after}”" for n in matching)
    if word == "refuse":
        if not matching:
            raise DecisionError(
                f"No change{f' to “{after}”' if after else ''} is proposed for “{form}”."
            )
        return [{"verdict": "refuse", **_concern(view, n, at), **more} for n in matching]
    if word == "accept" and after is None and len(matching) != 1:
        raise DecisionError(
            f"Give a reading for “{form}”: "
            f"{f'{proposed} are proposed' if matching else 'nothing is proposed for it'}."
        )
    if word == "accept" and matching:
        return [{"verdict": "accept", **_concern(view, matching[0], at), **more}]
    if word == "right" and after is not None:
        raise DecisionError("With --right, give no other reading.")
    start = (
        at
        if at is not None
        else next(
            (start for start, _ in occurrences(view.base.raw, form)), view.base.raw.find(form)
        )
    )
    if not form or start < 0 or view.base.raw[start : start + len(form)] != form:
        raise DecisionError(
            f"“{form}” is not {'at that place' if at is not None else 'in the raw text'}."
        )
    before = view.document.reading_of(start, start + len(form))
    wanted = form if after is None else after
    return [
        {
            "verdict": "reading",
            "start": start,
            "end": start + len(form),
            "before": before,
            "after": wanted,
            **more,
        }
    ]


def structural(
    view: View, words: str, command: str, *, at: int | None = None, note: str = ""
) -> list[Json]:
    """Return the decision that the block in which these words stand is what a command says.

    Raises:
        DecisionError: The words are not in the text, or stand in several places and none was given.

    """
    places = [
        m.start()
        for m in re.finditer(r"\s+".join(map(re.escape, words.split())), view.base.raw)
        if words.strip()
    ]
    if at is not None:
        places = [place for place in places if place == at]
    if len(places) != 1:
        found = "are not there" if not places else f"stand at {len(places)} places"
        offsets = f": give one of these offsets, {places[:9]}" if places else ""
        raise DecisionError(f"The words “{words}” {found}{offsets}.")
    item = {"start": places[0], "end": places[0] + len(words), "after": command, "note": note}
    return [{"verdict": "structure", **item}]


def undone(view: View, wanted: str) -> list[Json]:
    """The undo of the decision with this id, or of the `last` one and those taken with it."""
    ids = (
        view.last()
        if wanted == "last"
        else [one.id for one in standing(view.decisions) if one.id == wanted]
    )
    if not ids:
        raise DecisionError(
            "There is no decision to undo."
            if wanted == "last"
            else f"There is no decision with the id {wanted!r}, or it is already undone."
        )
    return [{"verdict": "undo", "undoes": one} for one in ids]


def _concern(view: View, number: int, at: int | None) -> Json:
    """Return the group, or only its change at a raw position."""
    if at is None:
        return {"group": number}
    for entry in view.groups[number].entries:
        if view.base.ledger[entry].start == at:
            return {"entry": entry}
    raise DecisionError(f"No change is proposed for “{view.groups[number].form}” at that offset.")
