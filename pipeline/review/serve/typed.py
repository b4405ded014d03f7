"""Decisions typed on the command line, such as `tbe the`, as `Desk.decide` takes them."""

from __future__ import annotations

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
    """What a form, and perhaps a reading for it, decides.

    `accept` takes the proposal of that reading, or, where there is none, makes it the editor's own;
    `refuse` refuses what is proposed; `right` leaves the form as it is. Everywhere in the text, or,
    with `at`, at one raw position.

    Raises:
        DecisionError: the form is not there, nothing is proposed for it, or it is not clear which
        proposal is meant.

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
                f"Nothing is proposed for “{form}”{f' that reads “{after}”' if after else ''}."
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


def undone(view: View, wanted: str) -> list[Json]:
    """What takes back a decision, told by its id, or the `last` one with those taken with it."""
    ids = (
        view.last()
        if wanted == "last"
        else [one.id for one in standing(view.decisions) if one.id == wanted]
    )
    if not ids:
        raise DecisionError(
            "There is no decision to undo."
            if wanted == "last"
            else f"There is no decision {wanted!r} in force."
        )
    return [{"verdict": "undo", "undoes": one} for one in ids]


def _concern(view: View, number: int, at: int | None) -> Json:
    """A group, or the one entry of it at a raw position."""
    if at is None:
        return {"group": number}
    for entry in view.groups[number].entries:
        if view.base.ledger[entry].start == at:
            return {"entry": entry}
    raise DecisionError(f"Nothing is proposed for “{view.groups[number].form}” at that place.")
