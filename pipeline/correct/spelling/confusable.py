"""Real words that are easily misread for other real words: *arid* for *and*, *dear* for *clear*."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.spelling.channel import Confusion
from pipeline.language.lexicon import ATTESTED, Lexicon

LEAST = -4.5  # log10 probability of the rarest confusion thought of
COMMON = 2.0  # per million: rarer words are not what a real word is suspected to be
# log10: a rarer alternative, weighed with its confusion and against the word read, is not thought
# of
LIKELY = -4.0
MOST = 12


class Confusable:
    """For each lexicon word, the words that one common confusion turns into it.

    The rows of a table, found by the word's number.
    """

    def __init__(self, folder: Path) -> None:
        """Map what `compile_confusable` has written."""
        offset, word, cost = (
            np.asarray(np.load(folder / f"{part}.npy", mmap_mode="r"))
            for part in ("offset", "word", "cost")
        )
        self._offset: NDArray[np.int64] = offset
        self._word: NDArray[np.int32] = word
        self._cost: NDArray[np.float32] = cost

    def many(self, numbers: NDArray[np.int32]) -> NDArray[np.int64]:
        """How many alternatives each word has; none for -1."""
        known = np.where(numbers >= 0, numbers, 0)
        return np.where(numbers >= 0, self._offset[known + 1] - self._offset[known], 0)

    def alternatives(
        self, numbers: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
        """All alternatives: (index of the word, number of the alternative, log10 of confusion)."""
        n = self.many(numbers)
        owner = np.repeat(np.arange(len(numbers)), n)
        at = (
            self._offset[np.where(numbers >= 0, numbers, 0)][owner]
            + np.arange(int(n.sum()))
            - np.repeat(np.cumsum(n) - n, n)
        )
        return owner, self._word[at], self._cost[at]


def compile_confusable(words: Lexicon, channel: Mapping[Confusion, float], folder: Path) -> None:
    """Write the table of a lexicon and a channel."""
    listed = words.pack.words.as_listed
    outs: dict[str, list[tuple[str, float]]] = {}
    for (page, read), cost in channel.items():
        letters = (
            page.isalpha() and page.islower() and (not read or (read.isalpha() and read.islower()))
        )
        if letters and cost >= LEAST and max(len(page), len(read)) <= 3:
            outs.setdefault(page, []).append((listed(read), cost))
    attested = np.flatnonzero(words.flags & ATTESTED > 0)
    # most forms are no words: they are looked up here, not gathered
    known = dict(zip(words.words_of(attested), attested.tolist(), strict=True))
    common = attested[words.per_million[attested] >= COMMON]
    found: list[tuple[int, int, float]] = []
    for number, word in zip(common.tolist(), words.words_of(common), strict=True):
        other_letters = listed(word) != word
        for at in range(len(word)):
            for n in (1, 2, 3):
                page = word[at : at + n]
                if len(page) == n:
                    for read, cost in outs.get(page, ()):
                        form = word[:at] + read + word[at + n :]
                        other = known.get(listed(form) if other_letters else form, number)
                        if other != number:
                            found.append((number, other, cost))
    pages, reads, costs = zip(*found, strict=True) if found else ((), (), ())
    page_numbers, read_numbers = np.array(pages, np.int32), np.array(reads, np.int32)
    confusion = np.array(costs, np.float32)
    frequency = np.log10(np.maximum(words.per_million, 1e-3))
    worth = confusion + frequency[page_numbers] - frequency[read_numbers]
    keep = np.flatnonzero(worth > LIKELY)
    order = keep[np.lexsort((-worth[keep], read_numbers[keep]))]
    numbers = read_numbers[order]
    rank = np.arange(len(order)) - np.searchsorted(numbers, numbers)
    order = order[rank < MOST]
    np.save(
        folder / "offset.npy",
        np.searchsorted(read_numbers[order], np.arange(len(words) + 1)).astype(np.int64),
    )
    np.save(folder / "word.npy", page_numbers[order])
    np.save(folder / "cost.npy", confusion[order])
