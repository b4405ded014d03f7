"""The channel of the noisy-channel model: what an OCR engine reads for what, and how often.

After Brill & Moore 2000, "An improved error model for noisy channel spelling correction": a
misreading is a sequence of confusions of up to three letters for up to three (``rn``→``m``,
``li``→``h``), each with a probability counted from aligned pairs of OCR and page. The document
adapts it: what the engine keeps doing to this very text becomes likelier.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rapidfuzz.distance import Levenshtein

Confusion = tuple[str, str]  # what the page has, what the OCR read

LONGEST = 3  # letters on either side of one confusion
UNSEEN: dict[tuple[int, int], float] = {
    (1, 1): -4.6,
    (1, 0): -4.4,
    (0, 1): -4.2,
}  # log10 of one confusion never counted: another letter, one lost, one too many
SIGN = {(1, 1): -3.6, (0, 1): -2.8}  # ... and where what was read is a sign, which no word has: <>f
HOPELESS = -30.0

# What engines read for ligatures that they don't know, where nothing was counted: *mediæval* as
# `medireval` or `mediseval`. log10.
LIGATURES: dict[Confusion, float] = {
    **{
        ("æ", read): -1.0
        for read in ("re", "se", "ae", "oe", "ce", "fe", "te", "ie", "ic", "cc", "e", "a")
    },
    **{("œ", read): -1.0 for read in ("oe", "ce", "ae", "re", "cc", "oc", "e", "o", "c", "ee")},
}
# The long s differs from f by half a bar. log10.
LONG_S: dict[Confusion, float] = {
    ("f", "ſ"): -1.5,
    ("ſ", "f"): -1.5,
    ("ſ", "s"): -1.5,
    ("s", "ſ"): -1.5,
}
# A capital of two strokes that came apart: `JV orkers`, `IIouse`. log10.
CAPITALS: dict[Confusion, float] = {
    ("W", "JV"): -1.5,
    ("W", "VV"): -1.5,
    ("M", "IVI"): -1.5,
    ("N", "IV"): -2.0,
    ("H", "II"): -2.0,
    ("D", "I)"): -1.5,
    ("B", "I3"): -1.5,
    ("K", "I<"): -1.5,
    ("R", "I{"): -1.5,
}
_Step = tuple[
    str, int, int, int, int
]  # what is done, from where to where on the page and in what was read
_END: _Step = ("", -1, -1, -1, -1)
_NONE: Mapping[str, float] = MappingProxyType({})


def middle(page: str, read: str) -> Confusion:
    """The two strings less what they share at the start and at the end."""
    low, shortest = 0, min(len(page), len(read))
    while low < shortest and page[low] == read[low]:
        low += 1
    end = 0
    while end < shortest - low and page[-1 - end] == read[-1 - end]:
        end += 1
    return page[low : len(page) - end], read[low : len(read) - end]


class Channel:
    """Log probabilities of confusions; remembers every pair of middles it has weighed."""

    def __init__(self, counted: Mapping[Confusion, float]) -> None:
        """`counted`: log10 P(read | page) of each confusion."""
        self.counted = LIGATURES | LONG_S | CAPITALS | dict(counted)
        self._guessed: dict[Confusion, float] = {}
        self._several: dict[str, dict[str, float]] = {}
        for (page, read), cost in self.counted.items():
            if len(page) > 1 or len(read) > 1:
                self._several.setdefault(page, {})[read] = cost
        self._weighed: dict[Confusion, tuple[float, tuple[Confusion, ...]]] = {}
        self._blocks: dict[Confusion, tuple[float, tuple[Confusion, ...]]] = {}

    @property
    def remembered(self) -> tuple[dict[Any, Any], ...]:
        """What is kept of pairs weighed before."""
        return self._guessed, self._weighed, self._blocks

    def weigh(self, page: str, read: str) -> tuple[float, tuple[Confusion, ...]]:
        """log10 P(read | page) by its likeliest explanation, and the confusions in that."""
        pair = middle(page, read)
        known = self._weighed.get(pair)
        if known is None:
            known = self._weighed[pair] = self._explain(*pair)
        return known

    def _explain(self, page: str, read: str) -> tuple[float, tuple[Confusion, ...]]:
        """Explain each stretch in which the two differ by itself; most are cached."""
        rows, columns = len(page), len(read)
        if rows > 12 or columns > 12 or abs(rows - columns) > 4:
            return HOPELESS, ()
        if rows <= 1 or columns <= 1:
            return self._stretch(page, read)
        total = 0.0
        used: tuple[Confusion, ...] = ()
        start = end = 0  # of the stretch of the page ...
        low = high = 0  # ... and of what was read
        steps: list[_Step] = [*Levenshtein.opcodes(page, read).as_list(), _END]  # type: ignore[list-item]
        for tag, page_from, page_to, read_from, read_to in steps:
            if tag == "equal":
                continue
            if page_from == end and read_from == high:
                end, high = page_to, read_to
                continue
            if end > start or high > low:
                cost, some = self._stretch(page[start:end], read[low:high])
                total += cost
                used += some
            start, end, low, high = page_from, page_to, read_from, read_to
        return (total, used) if total > HOPELESS else (HOPELESS, ())

    def _stretch(self, page: str, read: str) -> tuple[float, tuple[Confusion, ...]]:
        """The likeliest path from `page` to `read` by counted confusions.

        Takes one confusion first, then the rest in the same way.
        """
        pair = page, read
        known = self._blocks.get(pair)
        if known is not None:
            return known
        if page == read:
            return 0.0, ()
        if len(page) <= 1 and len(read) <= 1:  # most are
            whole, apart = self.one(page, read), HOPELESS * 2
            if page and read:
                apart = self.one(page, "") + self.one("", read)
            self._blocks[pair] = (
                (whole, (pair,)) if whole >= apart else (apart, (("", read), (page, "")))
            )
            return self._blocks[pair]
        best, how = HOPELESS * 2, (0, 0)
        rest: tuple[Confusion, ...] = ()
        rows, columns = len(page), len(read)
        for n in range(min(LONGEST, rows) + 1):
            outs = self._several.get(page[:n], _NONE)
            if n > 1 and not outs:  # most: nothing was ever read for these letters as a whole
                continue
            for m in range(min(LONGEST, columns) + 1):
                if n + m == 0:
                    continue
                cost = self.one(page[:n], read[:m]) if n < 2 and m < 2 else outs.get(read[:m])
                if cost is None or cost <= best:
                    continue
                more = self._stretch(page[n:], read[m:])
                if cost + more[0] > best:
                    best, how, rest = cost + more[0], (n, m), more[1]
        n, m = how
        used = rest if page[:n] == read[:m] else ((page[:n], read[:m]), *rest)
        found = self._blocks[pair] = (best, used)
        return found

    def one(self, page: str, read: str) -> float:
        """log10 of one confusion, counted or guessed."""
        cost = self.counted.get((page, read))
        if cost is None:
            cost = self._guessed.get((page, read))
        if cost is not None:
            return cost
        if page == read:
            return 0.0
        lower = (page.lower(), read.lower())
        if lower[0] == lower[1]:
            cost = -2.5
        else:
            cost = self.counted.get(lower)
            if cost is None:
                table = SIGN if read and not read.isalnum() and read not in "'-" else UNSEEN
                cost = table.get((len(page), len(read)), HOPELESS)
            else:
                cost -= 0.3
        self._guessed[page, read] = cost
        return cost

    def adapt(
        self, seen: Counter[Confusion], text: str, times: float = 1.0, weight: float = 200.0
    ) -> dict[Confusion, float]:
        """log10 of each confusion seen, as this document teaches it.

        `seen`: how often each confusion explains a misreading of `text`, or of texts like it that
        are so many `times` as long. The counted probability has the weight of `weight` occurrences.
        """
        adapted = {}
        bases = {page: times * (text.count(page) if page else len(text) / 12) for page, _ in seen}
        for (page, read), n in seen.items():
            prior = 10 ** self.one(page, read)
            base = bases[page]
            adapted[page, read] = math.log10((n + weight * prior) / (n + base + weight))
        return adapted
