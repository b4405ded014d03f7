"""The places where raw, edition and gold are not all alike, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.measure.tokens import Cut
from pipeline.text.align import Step, right_by

State = Literal["", "wrong", "mended", "missed", "ruined"]
Words = tuple[tuple[str, State], ...]

_AROUND = 5  # words shown before and after
_LONG = 40  # words after which a passage ends
_APART = 8  # differences with fewer words between them share a passage


@dataclass(frozen=True, slots=True)
class Passage:
    """One such place: the words of each text with their states, and some words around.

    States: "wrong" (of raw), "mended" (right in the edition, wrong in raw), "missed" (wrong in
    both), "ruined" (wrong in the edition, right in raw), "" (alike). `skipped` words are alike
    since the passage before.
    """

    document: str
    skipped: int
    raw: Words
    out: Words
    gold: Words


def passages(
    document: str, raw: Cut, out: Cut, gold: Cut, to_raw: Sequence[Step], to_out: Sequence[Step]
) -> Iterator[Passage]:
    """The passages of one text; `to_raw` and `to_out` lead from gold to the others."""
    size = len(gold)
    was, now = right_by(size, to_raw), right_by(size, to_out)
    raw_at, out_at = _places(to_raw, size), _places(to_out, size)
    of_raw, of_out = _states_of_raw(to_raw), _states_of_edition(to_out, was)
    differing = sorted(
        {i for i in range(size) if not (was[i] and now[i])}
        | {
            min(step.a, size - 1)
            for steps in (to_raw, to_out)
            for step in steps
            if not step.same and step.a == step.b and size
        }
    )
    last = at = 0
    while at < len(differing):
        end = at
        while (
            end + 1 < len(differing)
            and differing[end + 1] - differing[end] <= _APART
            and differing[end] - differing[at] < _LONG
        ):
            end += 1
        a, b = max(last, differing[at] - _AROUND), min(size, differing[end] + 1 + _AROUND)
        yield Passage(
            document,
            a - last,
            _words(raw, of_raw, raw_at[a], raw_at[b]),
            _words(out, of_out, out_at[a], out_at[b]),
            tuple((gold.shown(i), _state(was[i], now[i])) for i in range(a, b)),
        )
        last, at = b, end + 1


def _state(was: bool, now: bool) -> State:
    return ("" if now else "ruined") if was else ("mended" if now else "missed")


def _places(steps: Sequence[Step], size: int) -> list[int]:
    """For each gold token, and the end, where the other text stands."""
    places = [0] * (size + 1)
    for step in steps:
        for i in range(step.a, step.b):
            places[i] = min(step.c + i - step.a, step.d)
    places[size] = steps[-1].d if steps else 0
    return places


def _states_of_raw(steps: Sequence[Step]) -> list[State]:
    return [state for step in steps for state in ["" if step.same else "wrong"] * (step.d - step.c)]  # type: ignore[misc]


def _states_of_edition(steps: Sequence[Step], was: Sequence[bool]) -> list[State]:
    """The state of each word of the edition: mended, ruined or missed.

    Mended is right where raw was wrong; ruined is wrong where raw was right; else missed.
    """
    states: list[State] = []
    for step in steps:
        for i in range(step.d - step.c):
            before = was[step.a + i] if step.b > step.a else False
            states.append(_state(before, step.same))
    return states


def _words(cut: Cut, states: Sequence[State], start: int, end: int) -> Words:
    return tuple((cut.shown(i), states[i]) for i in range(start, end))
