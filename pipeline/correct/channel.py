"""What an OCR engine reads for what stands on the page, and how often: the channel of the noisy-channel model.

After Brill & Moore 2000, "An improved error model for noisy channel spelling correction": a misreading is a sequence of
confusions of up to three letters for up to three (``rn``→``m``, ``li``→``h``), each with a probability counted from aligned pairs of
OCR and page. The document adapts it: what the engine keeps doing to this very text becomes likelier.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

LONGEST = 3  # letters on either side of one confusion
UNSEEN: dict[tuple[int, int], float] = {
    (1, 1): -4.6,
    (1, 0): -4.4,
    (0, 1): -4.2,
}  # log10 of one confusion never counted: another letter, one lost, one too many
HOPELESS = -30.0

Confusion = tuple[str, str]  # what the page has, what the OCR read


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

    def __init__(self, counted: Mapping[Confusion, float], adapted: Mapping[Confusion, float] | None = None) -> None:
        """`counted`: log10 P(read | page) of each confusion; `adapted`: those that a document has taught, which go before."""
        self.counted = {**counted, **(adapted or {})}
        self._several: dict[str, dict[str, float]] = {}
        for (page, read), cost in self.counted.items():
            if len(page) > 1 or len(read) > 1:
                self._several.setdefault(page, {})[read] = cost
        self._weighed: dict[Confusion, tuple[float, tuple[Confusion, ...]]] = {}

    def weigh(self, page: str, read: str) -> tuple[float, tuple[Confusion, ...]]:
        """log10 P(read | page) by its likeliest explanation, and the confusions that this is made of."""
        pair = middle(page, read)
        known = self._weighed.get(pair)
        if known is None:
            known = self._weighed[pair] = self._explain(*pair)
        return known

    def _one(self, page: str, read: str) -> float:
        cost = self.counted.get((page, read))
        if cost is not None:
            return cost
        if page == read:
            return 0.0
        lower = (page.lower(), read.lower())
        if lower[0] == lower[1]:
            cost = -2.5
        else:
            cost = self.counted.get(lower)
            cost = UNSEEN.get((len(page), len(read)), HOPELESS) if cost is None else cost - 0.3
        self.counted[page, read] = cost
        return cost

    def _explain(self, page: str, read: str) -> tuple[float, tuple[Confusion, ...]]:
        """The likeliest way from `page` to `read`, letter by letter and by the confusions of several letters that are counted."""
        rows, columns = len(page), len(read)
        if max(rows, columns) > 7 or abs(rows - columns) > 4:
            return HOPELESS, ()
        wide = columns + 1
        best = [HOPELESS * 2] * ((rows + 1) * wide)
        came = [0] * ((rows + 1) * wide)
        best[0] = 0.0
        several, one = self._several, self._one
        for i in range(rows + 1):
            letter = page[i : i + 1]
            heads = [(n, several[page[i : i + n]]) for n in range(min(LONGEST, rows - i) + 1) if page[i : i + n] in several]
            for j in range(columns + 1):
                at = i * wide + j
                cost = best[at]
                if cost < HOPELESS:
                    continue
                if letter:
                    if j < columns:
                        new = cost + one(letter, read[j])
                        if new > best[at + wide + 1]:
                            best[at + wide + 1], came[at + wide + 1] = new, at
                    new = cost + one(letter, "")
                    if new > best[at + wide]:
                        best[at + wide], came[at + wide] = new, at
                if j < columns:
                    new = cost + one("", read[j])
                    if new > best[at + 1]:
                        best[at + 1], came[at + 1] = new, at
                for n, outs in heads:
                    for m in range(min(LONGEST, columns - j) + 1):
                        more = outs.get(read[j : j + m])
                        if more is not None and cost + more > best[at + n * wide + m]:
                            best[at + n * wide + m], came[at + n * wide + m] = cost + more, at
        at = (rows + 1) * wide - 1
        total = best[at]
        if total <= HOPELESS:
            return HOPELESS, ()
        used: list[Confusion] = []
        while at:
            i, j = divmod(at, wide)
            k, m = divmod(came[at], wide)
            if page[k:i] != read[m:j]:
                used.append((page[k:i], read[m:j]))
            at = came[at]
        return total, tuple(reversed(used))

    def adapt(self, seen: Counter[Confusion], letters: Counter[str], weight: float = 200.0) -> Channel:
        """The channel as this document teaches it.

        `seen`: how often each confusion explains a misreading of the document; `letters`: how often each confused string stands in
        it rightly. The counted probability has the weight of `weight` occurrences.
        """
        adapted = {}
        for (page, read), n in seen.items():
            prior = 10 ** self._one(page, read)
            base = letters.get(page, 0) if page else sum(letters.values()) / 12
            adapted[page, read] = math.log10((n + weight * prior) / (n + base + weight))
        return Channel(self.counted, adapted)
