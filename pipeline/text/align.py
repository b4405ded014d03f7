"""Two texts aligned, in memory that grows with their length and, for long ones, time that does too.

Levenshtein alignment takes time in the product of the two lengths. Beyond `LONG` tokens the texts
are first cut where they surely correspond: at runs of five tokens that stand once in either (as in
Cohen's patience diff), the longest rising chain of them. What lies between two cuts is aligned by
itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

LONG = 40_000  # tokens; two texts of this length take about a tenth of a second
_STRETCH = 8_000  # tokens between two cuts, if there are anchors
_RUN = 5  # tokens of an anchor
_CHARACTERS = 200_000  # texts whose characters are compared in one go


class Step(NamedTuple):
    """`gold[a:b]` stands where `other[c:d]` does; `same` if they are equal."""

    same: bool
    a: int
    b: int
    c: int
    d: int


def aligned(gold: Sequence[str], other: Sequence[str]) -> list[Step]:
    """The steps from one token sequence to the other, in order, covering both."""
    if gold == other:
        return [Step(True, 0, len(gold), 0, len(other))] if gold else []
    steps: list[Step] = []
    for a, b, c, d in _stretches(gold, other):
        for op in Levenshtein.opcodes(gold[a:b], other[c:d]):
            steps.append(  # noqa: PERF401
                Step(
                    op.tag == "equal",
                    a + op.src_start,
                    a + op.src_end,
                    c + op.dest_start,
                    c + op.dest_end,
                )
            )
    return steps


def right(gold: Sequence[str], other: Sequence[str]) -> list[bool]:
    """For each token of `gold`, whether `other` has it in its place."""
    return right_by(len(gold), aligned(gold, other))


def right_by(size: int, steps: Sequence[Step]) -> list[bool]:
    """`right`, from an alignment."""
    ok = [True] * size
    for step in steps:
        if not step.same:
            ok[step.a : step.b] = [False] * (step.b - step.a)
    return ok


def cost(steps: Sequence[Step]) -> int:
    """Tokens to insert, delete or replace."""
    return sum(max(step.b - step.a, step.d - step.c) for step in steps if not step.same)


def edits(gold: str, other: str) -> tuple[int, int]:
    """The number of edits from `gold` to `other` in characters, and how many are insertions."""
    total = inserted = 0
    for one, two in _pieces(gold, other):
        operations = Levenshtein.editops(one, two)
        total += len(operations)
        inserted += sum(op.tag == "insert" for op in operations)
    return total, inserted


def distance(gold: str, other: str) -> int:
    """The number of characters to insert, delete or replace to get from `gold` to `other`."""
    return sum(Levenshtein.distance(one, two) for one, two in _pieces(gold, other))


def _pieces(gold: str, other: str) -> Iterator[tuple[str, str]]:
    """Two long strings cut between words where they correspond."""
    if len(gold) <= _CHARACTERS or len(other) <= _CHARACTERS:
        yield gold, other
        return
    one, two = gold.split(" "), other.split(" ")
    for a, b, c, d in _stretches(one, two, long=0, stretch=1_500):
        yield " ".join(one[a:b]), " ".join(two[c:d])


def _stretches(
    gold: Sequence[str], other: Sequence[str], long: int = LONG, stretch: int = _STRETCH
) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of the two that correspond, in order, covering both."""
    a = c = 0
    if len(gold) > long and len(other) > long:
        for i, j in _anchors(gold, other):
            if i - a >= stretch or j - c >= stretch:
                yield a, i, c, j
                a, c = i, j
    yield a, len(gold), c, len(other)


def _anchors(gold: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Where runs that occur once in each text begin, in both, in rising order."""
    numbers: dict[str, int] = {}
    one, two = (
        np.array([numbers.setdefault(token, len(numbers)) for token in side], np.uint64)
        for side in (gold, other)
    )
    here, there = _once(_runs(one)), _once(_runs(two))
    _, at, to = np.intersect1d(here[0], there[0], assume_unique=True, return_indices=True)
    places = here[1][at]
    order = np.argsort(places)
    pairs = list(zip(places[order].tolist(), there[1][to][order].tolist(), strict=True))
    return [pairs[i] for i in rising([there for _, there in pairs])]


def _runs(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A hash of each run of tokens."""
    size = max(0, len(ids) - _RUN + 1)
    hashed = np.zeros(size, np.uint64)
    for k in range(_RUN):
        hashed = (hashed ^ ids[k : k + size]) * np.uint64(0x9E3779B97F4A7C15)
        hashed ^= hashed >> np.uint64(29)
    return hashed


def _once(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """The hashes that occur once, and where."""
    values, first, counts = np.unique(hashes, return_index=True, return_counts=True)
    return values[counts == 1], first[counts == 1]


def rising(values: Sequence[int]) -> list[int]:
    """The indices of the longest strictly rising chain of values (patience sorting).

    Of several that are equally long, the one that ends lowest: `rising([3, 1, 2]) == [1, 2]`.
    """
    tops: list[int] = []  # the lowest value that ends a chain of each length
    at_top: list[int] = []  # and its index
    before: list[int] = []  # for each value, the index of the one before it in its chain
    for i, value in enumerate(values):
        length = bisect_left(tops, value)
        before.append(at_top[length - 1] if length else -1)
        tops[length : length + 1] = [value]
        at_top[length : length + 1] = [i]
    chain: list[int] = []
    i = at_top[-1] if at_top else -1
    while i >= 0:
        chain.append(i)
        i = before[i]
    return chain[::-1]
