"""Anchoring: where a decision's place is in the raw text of today.

By position, if the text there and around is still what it was; else by wording and surroundings, if
one place answers to them clearly better than any other. Otherwise the place is lost, and we say so:
a wrong place is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.fuzz import ratio

from pipeline.review.decide.decisions import Decision

ALIKE = 0.7  # how like its old surroundings a place must be (0 to 1)
MARGIN = 0.1  # and by how much more than the next best
NEAR = 12  # code points on one side that, with the wording itself, make a place worth a look
OFFERED = 5  # how many places are offered to the editor when a decision has lost its own


@dataclass(frozen=True, slots=True)
class Found:
    """Where a place is now, as a raw span, and how it was found."""

    start: int
    end: int
    by: Literal["position", "quotation"]


@dataclass(frozen=True, slots=True)
class Lost:
    """A place that could not be found: why, in words, and the raw spans that come nearest."""

    why: str
    candidates: tuple[tuple[int, int], ...] = ()


def find(raw: str, decision: Decision) -> Found | Lost:
    """Where the place of a decision is in a raw text."""
    return _find(raw, decision, decision.quote)


def reads_so_already(raw: str, decision: Decision) -> Found | None:
    """Where the raw text already reads what the editor wanted, as after a better OCR."""
    if decision.verdict not in {"accept", "reading"} or not decision.after.strip():
        return None
    found = _find(raw, decision, decision.after)
    return found if isinstance(found, Found) else None


def _find(raw: str, decision: Decision, quote: str) -> Found | Lost:
    prefix, suffix = decision.prefix, decision.suffix
    whole = prefix + quote + suffix
    before = decision.start - len(prefix)
    if raw.startswith(whole, max(before, 0)) and before >= 0:
        return Found(decision.start, decision.start + len(quote), "position")
    first = raw.find(whole)
    if first >= 0 and (prefix or suffix):
        if raw.find(whole, first + 1) < 0:
            return Found(first + len(prefix), first + len(prefix) + len(quote), "quotation")
        places = [at + len(prefix) for at in _occurrences(raw, whole)]
        return Lost(
            f"{len(places)} places read like this one",
            _spans(sorted(places, key=lambda at: abs(at - decision.start)), quote),
        )
    scored = _scored(
        raw,
        quote,
        prefix,
        suffix,
        {at for at in _near(raw, quote, prefix, suffix) if _bounded(raw, at, quote, decision)},
    )
    if (
        not scored or scored[0][0] < 0.9
    ):  # nothing that is surely it: look at every place with this wording
        scored = _scored(
            raw,
            quote,
            prefix,
            suffix,
            {at for at in _occurrences(raw, quote) if _bounded(raw, at, quote, decision)},
        )
    if not scored:
        return Lost(f"“{quote}” is no longer in the text")
    likeliest = _spans([at for _, at in scored], quote)
    if scored[0][0] < ALIKE:
        return Lost(f"“{quote}” no longer stands between what stood around it", likeliest)
    if len(scored) > 1 and scored[0][0] - scored[1][0] < MARGIN:
        return Lost("several places are as like this one as another", likeliest)
    return Found(*likeliest[0], "quotation")


def _spans(starts: list[int], quote: str) -> tuple[tuple[int, int], ...]:
    return tuple((at, at + len(quote)) for at in starts[:OFFERED])


def _occurrences(raw: str, wanted: str) -> Iterator[int]:
    at = raw.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = raw.find(wanted, at + 1)


def _near(raw: str, quote: str, prefix: str, suffix: str) -> Iterator[int]:
    """The places where the wording stands with one of its old neighbours."""
    if tail := prefix[-NEAR:]:
        yield from (at + len(tail) for at in _occurrences(raw, tail + quote))
    if head := suffix[:NEAR]:
        yield from _occurrences(raw, quote + head)


def _bounded(raw: str, at: int, quote: str, decision: Decision) -> bool:
    """Whether a whole word then is a whole word now: `tbe` is not found in `lambtbe`."""
    end = at + len(quote)
    for edge, old, new in (
        (quote[:1], decision.prefix[-1:], raw[at - 1 : at] if at else ""),
        (quote[-1:], decision.suffix[:1], raw[end : end + 1]),
    ):
        if edge.isalnum() and new.isalnum() and not old.isalnum():
            return False
    return True


def _scored(
    raw: str, quote: str, prefix: str, suffix: str, starts: set[int]
) -> list[tuple[float, int]]:
    """Places with how like the old surroundings the new ones are, the likest first."""
    width = len(prefix) + len(suffix)
    scored = []
    for at in starts:
        left, right = (
            raw[max(0, at - len(prefix)) : at],
            raw[at + len(quote) : at + len(quote) + len(suffix)],
        )
        alike = (
            (ratio(prefix, left) * len(prefix) + ratio(suffix, right) * len(suffix)) / (100 * width)
            if width
            else 1.0
        )
        scored.append((alike, at))
    return sorted(scored, key=lambda one: (-one[0], one[1]))
