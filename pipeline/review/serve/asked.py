"""Check the items of a request from the review page and turn them into decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from pipeline.document import Proposal
from pipeline.errors import DecisionError, EmendError
from pipeline.review.decide.commands import CALL
from pipeline.review.decide.decisions import Decision, Kind, Scope, fresh_id, place
from pipeline.review.decide.groups import Group, extent
from pipeline.review.decide.pages import digest, first_line
from pipeline.review.decide.spread import spreads
from pipeline.review.serve.selection import LONGEST, nth
from pipeline.review.serve.view import Json, View

_SIGN = re.compile(r"([*†‡§¶‖⁰¹²³⁴-⁹]+|[(\[]\w{1,3}[)\]]|\d{1,3})[^\w\s]*$")


class OutdatedError(EmendError):
    """A decision is based on an outdated view; `found` holds what others have decided since."""

    def __init__(self, message: str, found: Sequence[Decision] = ()) -> None:
        """Keep the message and the decisions of others that caused it, in order."""
        super().__init__(message)
        self.found = tuple(found)


def decisions_asked(view: View, item: Any, who: str) -> Iterator[Decision]:
    """Yield the decisions that one item of a request stands for.

    Raises:
        OutdatedError: The place reads differently now.
        DecisionError: The item is not valid.

    """
    if not isinstance(item, dict):
        raise DecisionError("A decision must be a JSON object.")
    verdict, note, after = (
        item.get("verdict"),
        text_of(item, "note", LONGEST),
        text_of(item, "after", LONGEST),
    )
    scope, kind = _one_of(item, "scope", Scope, "place"), item.get("kind")
    if kind not in {None, *get_args(Kind)}:
        raise DecisionError("A decision's kind must be ocr or print.")
    if verdict == "undo":
        yield _undo(view, str(item.get("undoes", "")), who, note)
        return
    if verdict == "page":
        page = nth(view.pages, item.get("page"), "page")
        told = place(view.base.raw, *first_line(view.base, page))
        yield Decision(
            "page", after=after, who=who, note=note, digest=digest(view.document, page), **told
        )
        return
    if verdict == "structure":
        yield from _structure(view, item, after, who, note)
        return
    if "start" in item:
        yield _word(view, item, scope, kind or "ocr", who)
        return
    if verdict not in {"accept", "refuse", "reading"}:
        raise DecisionError(
            "A decision's verdict must be accept, refuse, reading, structure, page or undo."
        )
    if "entry" in item:
        entries: tuple[int, ...] = (_entry(view, item["entry"]),)
        scope = "place"
    else:
        group = nth(view.groups, item.get("group"), "group")
        entries = _standing(view, group, item.get("of"))
        # A form that may be right elsewhere, or is not a word, is decided place by place; a reading
        # that the editor typed may hold wherever the form is.
        if not (
            _everywhere(view, group.form, after) and view.whole(group)
            if verdict == "reading"
            else group.by_form
        ):
            scope = "place"
    change = view.base.ledger[entries[0]]
    form = view.base.raw[change.start : change.end]
    said: Kind = kind or ("print" if change.kind == "print" and verdict != "refuse" else "ocr")
    if scope == "place":
        for entry in entries:
            one = view.base.ledger[entry]
            if verdict == "reading":
                yield _own_reading(view, entry, after, said, who, note)
            else:
                yield Decision(
                    verdict,
                    after=one.after,
                    kind=said,
                    who=who,
                    note=note,
                    **place(view.base.raw, one.start, one.end),
                )
        return
    wanted, seen = (
        (after, view.loaded.whole_words(form))
        if verdict == "reading"
        else (change.after, len(entries))
    )
    told = place(view.base.raw, change.start, change.end)
    yield Decision(
        verdict, after=wanted, scope=scope, kind=said, who=who, note=note, seen=seen, **told
    )


def _standing(view: View, group: Group, of: Any) -> tuple[int, ...]:
    """Return the entries of a group that stand as `of` says, `open` or `made`, else all."""
    if of not in {None, "open", "made"}:
        raise DecisionError("“of” must be open or made.")
    return tuple(i for i in group.entries if view.stands(i) == of) or group.entries


def _own_reading(view: View, entry: int, after: str, kind: Kind, who: str, note: str) -> Decision:
    seen = extent(view.base.raw, view.base.ledger[entry])
    return _reading(view, seen.start, seen.end, after, kind, who=who, note=note)


def _structure(view: View, item: Json, after: str, who: str, note: str) -> Iterator[Decision]:
    """Yield the decision on the block at a place, and for a note one on the sign that calls it."""
    told = place(view.base.raw, *_span(view, item))
    replaces = text_of(item, "undoes", 40)
    one = Decision(
        "structure", after=after, who=who, note=note, id=fresh_id(), undoes=replaces, **told
    )
    yield one
    if (call := item.get("call")) is not None:
        if not isinstance(call, dict) or after != "note":
            raise DecisionError("Only a note has a call, and that is a place.")
        sign = place(view.base.raw, *_sign(view.base.raw, *_span(view, call)))
        yield Decision("structure", after=f"{CALL} {one.id}", who=who, note=note, **sign)


def _sign(raw: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of a note's sign at the end of a word, `away*`; without one, the word's."""
    found = _SIGN.search(raw, start, end)
    return found.span(1) if found else (start, end)


def _span(view: View, item: Json) -> tuple[int, int]:
    """Return the raw span of a place, which is not empty."""
    start, end = item.get("start"), item.get("end")
    if (
        not isinstance(start, int)
        or not isinstance(end, int)
        or not 0 <= start < end <= len(view.base.raw)
    ):
        raise DecisionError("A place must be a span within the raw text.")
    return start, end


def _word(view: View, item: Json, scope: Scope, kind: Kind, who: str) -> Decision:
    """Return the decision for an editor's own reading of a selected passage."""
    start, end = _span(view, item)
    if item.get("before") != view.document.reading_of(start, end):
        raise OutdatedError("This place reads differently now. Review it again, then decide.")
    after, note = text_of(item, "after", LONGEST), text_of(item, "note", LONGEST)
    replaces = text_of(item, "undoes", 40)
    quote = view.base.raw[start:end]
    everywhere = scope == "place" or _everywhere(view, quote, after)
    if scope == "place" or (not everywhere and view.loaded.whole_words(quote) <= 1):
        return replace(_reading(view, start, end, after, kind, who=who, note=note), undoes=replaces)
    if not everywhere:
        raise DecisionError(
            f"“{quote}” may be right elsewhere, so a reading of it can only hold at one place: "
            f"give its offset, and use the scope “place”."
        )
    told = place(view.base.raw, start, end)
    seen = max(1, view.loaded.whole_words(told["quote"]))
    return Decision(
        "reading",
        after=after,
        scope=scope,
        kind=kind,
        who=who,
        note=note,
        seen=seen,
        undoes=replaces,
        **told,
    )


def _undo(view: View, wanted: str, who: str, note: str) -> Decision:
    for one in view.decisions:
        if one.id == wanted and wanted:
            return replace(one, verdict="undo", undoes=wanted, id="", when="", who=who, note=note)
    raise DecisionError("There is no decision with that id to undo.")


def _entry(view: View, number: Any) -> int:
    nth(view.base.ledger, number, "entry")
    return int(number)


def text_of(item: Mapping[str, Any], name: str, longest: int) -> str:
    """Return a text of the item; raise DecisionError if it is not text, or too long."""
    value = item.get(name, "")
    if (
        not isinstance(value, str)
        or len(value) > longest
        or any(ord(char) < 32 and char not in "\n\t" for char in value)
    ):
        raise DecisionError(
            f"“{name}” must be text of at most {longest} characters, without control characters."
        )
    return value


def _one_of(item: Mapping[str, Any], name: str, allowed: Any, default: Any) -> Any:
    value = item.get(name, default)
    if value not in get_args(allowed):
        raise DecisionError(f"“{name}” must be one of {', '.join(get_args(allowed))}.")
    return value


def version_of(told: Any) -> tuple[int, int]:
    """Return the sizes of the project's and the text's decisions file from a version."""
    m = re.fullmatch(r"(\d{1,15})\.(\d{1,15})", told if isinstance(told, str) else "")
    if not m:
        raise DecisionError("A request must give the version of the view on which it is based.")
    return int(m[1]), int(m[2])


def _everywhere(view: View, form: str, after: str) -> bool:
    """Whether a reading may hold wherever the form is found."""
    return is_word(form) and (form == after or spreads(form, after, view.base.language))


def is_word(form: str) -> bool:
    """Whether a form can be searched for as a whole word."""
    return re.search(r"\w", form) is not None


def meets(new: Decision, one: Decision) -> bool:
    """Whether someone else's decision concerns the same place or form as the one to be written."""
    if new.verdict != one.verdict and {new.verdict, one.verdict} & {"page", "structure"}:
        return False
    if one.undoes and one.undoes in {new.id, new.undoes}:
        return True
    if "place" not in {new.scope, one.scope} or new.scope != one.scope:
        return new.quote == one.quote
    return new.start < one.end and one.start < new.end


def _reading(
    view: View, start: int, end: int, after: str, kind: Kind, *, who: str, note: str
) -> Decision:
    """Return the decision for an editor's own reading, limited to the characters that differ.

    A line end within the word stays as it is.
    """
    document = view.document
    first, last = document.reading_span(start, end)
    proposed = document.apply("hand", [Proposal(first, last, after, "hand", "", kind)])
    if len(proposed.ledger) == len(document.ledger):  # it already reads like this: keep it
        pieces = document.pieces_in(start, end)
        start, end = min([start, *(p.start for p in pieces)]), max([end, *(p.end for p in pieces)])
        return Decision(
            "reading",
            after=document.reading_of(start, end),
            kind=kind,
            who=who,
            note=note,
            **place(view.base.raw, start, end),
        )
    change = proposed.ledger[-1]
    return Decision(
        "reading",
        after=change.after,
        kind=kind,
        who=who,
        note=note,
        **place(view.base.raw, change.start, change.end),
    )
