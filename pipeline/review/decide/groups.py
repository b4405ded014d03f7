"""Groups of proposals by form and replacement, such as `tbe → the` at 31 places, by value."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.document import PIPELINE, Alternative, Change, Document
from pipeline.review.decide.decisions import Decision
from pipeline.review.decide.spread import is_figure, spreads

Standing = Literal["open", "made", "accepted", "refused"]
"""How an entry stands: `open`, held for an editor; `made` by the pipeline, and no editor has said a
word of it; decided.
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Ledger entries (by index) with the same raw form, replacement and kind, in text order.

    Of a broken word the form is the whole word, `gov⏎ernment`, though only its line end is changed.
    `by_form` tells that the form is an error wherever it stands, so that a decision may speak of
    the form: `tbe`, but not `he`, proposed to be `be` at two places of four hundred.
    """

    form: str
    after: str
    kind: str
    entries: tuple[int, ...]
    by_form: bool
    worth: float
    confidence: float
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """What an editor must see of a change: its raw span `[start, end)`, text and proposal."""

    start: int
    end: int
    form: str
    after: str


def extent(raw: str, change: Change) -> Extent:
    """Widen a change to what an editor must see: a whole word, or the speck before it.

    Part of a word, or a line end within one, shows the whole word.
    """
    start, end = change.start, change.end
    cut = _joined(raw[start - 1 : start], raw[start : start + 1]) or _joined(
        raw[end - 1 : end], raw[end : end + 1]
    )
    speck = (
        change.kind == "ocr"
        and not _SIGN.search(raw[start:end] + change.after)
        and not (change.after.strip() and raw[start:end].strip())
    )
    if change.kind == "linebreak" or (change.kind in {"ocr", "print"} and (cut or speck)):
        # it may be empty
        start = _LEFT.search(raw, max(0, start - _LONGEST), start).start()  # type: ignore[union-attr]
        end = _RIGHT.match(raw, end, end + _LONGEST).end()  # type: ignore[union-attr]
    return Extent(
        start, end, raw[start:end], raw[start : change.start] + change.after + raw[change.end : end]
    )


def _joined(left: str, right: str) -> bool:
    return bool(_SIGN.match(left) and _SIGN.match(right))


_SIGN = re.compile(r"\w")
_TOKEN = re.compile(r"\w+(?:['’]\w+)*")
_LONGEST = 40  # code points of a word on one side of a line end
_LEFT = re.compile(r"[\w'’\-]*\Z")
_RIGHT = re.compile(r"[\w'’\-]*")


def worth(change: Change) -> float:
    """How many wrong readings a decision on an entry mends, on average.

    A held change that is right with a chance of 0.8 leaves the text wrong with that chance; a made
    one with a chance of 0.98 is wrong with one of 0.02. A group is worth the sum of its places: one
    look decides them all.
    """
    return change.confidence if change.verdict == "held" else 1 - change.confidence


def shown(document: Document) -> Iterator[int]:
    """The entries of a ledger, as the stages left it, that an editor must decide.

    Not the steps of a way: of `tbc → tbe` and `tbe → the`, made one upon the other, only the last
    is looked at.
    """
    overlaid = set()
    for piece in document.pieces:
        words = [i for i in piece.changes if document.ledger[i].kind in {"ocr", "print"}]
        overlaid.update(words[:-1])
    seen: set[tuple[int, int, str]] = set()
    for i, change in enumerate(document.ledger):
        # Two stages may propose the very same; once is enough.
        place = (change.start, change.end, change.after)
        if (
            i in overlaid
            or change.verdict == "refused"
            or place in seen
            or (change.after == document.raw[change.start : change.end] and not change.is_query)
        ):
            continue
        seen.add(place)
        yield i


def grouped(document: Document) -> tuple[Group, ...]:
    """The groups of a document as the stages left it, those first whose decision is worth most."""
    entries: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for i in shown(document):
        change = document.ledger[i]
        seen = extent(document.raw, change)
        asks = change.rule if change.is_query else ""
        entries[seen.form, seen.after, change.kind, asks].append(i)
    words = Counter(_TOKEN.findall(document.raw))
    groups = []
    for (form, after, kind, asks), indices in entries.items():
        indices.sort(key=lambda i: document.ledger[i].start)
        changes = [document.ledger[i] for i in indices]
        others: dict[str, Alternative] = {}
        for change in changes:
            # Of a change that is but a part of what is shown, the alternatives would not fit the
            # rest of it.
            for one in (
                change.alternatives if document.raw[change.start : change.end] == form else ()
            ):
                if one.after not in {after, form} and (
                    one.after not in others or others[one.after].confidence < one.confidence
                ):
                    others[one.after] = one
        ranked = tuple(sorted(others.values(), key=lambda one: -one.confidence)[:5])
        mean = sum(change.confidence for change in changes) / len(changes)
        spans = {(change.start, change.end) for change in changes}
        stands = words[form] if _TOKEN.fullmatch(form) else document.raw.count(form)
        whole = all(document.raw[start:end] == form for start, end in spans) and _SIGN.search(form)
        by_form = (
            not asks and not is_figure(form, "")
            if kind in {"form", "structure", "furniture"}
            else bool(whole and stands == len(spans) and spreads(form, after, document.language))
        )
        groups.append(
            Group(
                form, after, kind, tuple(indices), by_form, sum(map(worth, changes)), mean, ranked
            )
        )
    return tuple(
        sorted(groups, key=lambda group: (-group.worth, document.ledger[group.entries[0]].start))
    )


def standing_of(change: Change, decision: Decision | None) -> Standing:
    """How an entry stands, after the hand."""
    if decision is not None:
        return "accepted" if change.verdict == "made" or change.is_query else "refused"
    if change.by != PIPELINE:
        return "accepted" if change.verdict == "made" else "refused"
    return "made" if change.verdict == "made" else "open"
