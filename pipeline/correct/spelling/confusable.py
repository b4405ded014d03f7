"""Real words that are easily misread for other real words: *arid* for *and*, *dear* for *clear*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
    common = attested[words.per_million[attested] >= COMMON]
    page_numbers, read_numbers, confusion = _misreadings(words, attested, common, outs)
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


def _misreadings(
    words: Lexicon,
    attested: NDArray[np.int64],
    common: NDArray[np.int64],
    outs: Mapping[str, Sequence[tuple[str, float]]],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """The common words that one confusion turns into an attested one, that, and its cost.

    Millions of forms are tried, and most are no words. So no form is written: the hash of its
    letters follows from the hashes of what stands before and after the misread ones.
    """
    known = _Letters(words.words_of(attested))
    hashes = known.hashes()
    order = np.argsort(hashes)
    hashes = hashes[order]
    there = np.zeros(1 << SIEVE, bool)  # the last bits of all hashes: most forms fail here
    there[hashes & LAST] = True
    letters = _Letters(words.words_of(common))
    found: list[tuple[NDArray[Any], ...]] = []
    for page, reads in outs.items():
        at = letters.places(page)
        for nth, (read, cost) in enumerate(reads):
            form = letters.replaced(at, len(page), read)
            some = np.flatnonzero(there[form & LAST])
            place = np.minimum(np.searchsorted(hashes, form[some]), len(hashes) - 1)
            hit = hashes[place] == form[some]
            begins, word = at[some[hit]], attested[order[place[hit]]]
            n = len(begins)
            found.append((begins, np.full(n, len(page)), np.full(n, nth), word, np.full(n, cost)))
    if not found:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)
    begins, long, which, misread, costs = map(np.concatenate, zip(*found, strict=True))
    meant = common[letters.word[begins]]
    order = np.lexsort((which, long, begins))  # of equals the first are kept
    order = order[meant[order] != misread[order]]
    return (
        meant[order].astype(np.int32),
        misread[order].astype(np.int32),
        costs[order].astype(np.float32),
    )


SIEVE = 24
LAST = np.uint64((1 << SIEVE) - 1)


class _Letters:
    """The letters of many words in a row, each word ended by a blank, and hashes of their parts.

    The hash of a stretch is the sum of its letters, each times a power of BASE.
    """

    BASE = 0x9E3779B97F4A7C15

    def __init__(self, words: Sequence[str]) -> None:
        letters = np.frombuffer("".join([f"{word} " for word in words]).encode("utf-32-le"), "<u4")
        self.letters = letters
        lengths = np.array([len(word) + 1 for word in words])
        self.word = np.repeat(np.arange(len(words)), lengths)
        self.start = np.repeat(np.cumsum(lengths) - lengths, lengths)
        self.end = self.start + np.repeat(lengths - 1, lengths)
        longest = int(lengths.max(initial=1)) + 3
        powers = [pow(self.BASE, k, 1 << 64) for k in range(longest)]
        self.power = np.array(powers, np.uint64)
        self.inverse = np.array([pow(power, -1, 1 << 64) for power in powers], np.uint64)
        each = _mixed(letters) * self.power[np.arange(len(letters)) - self.start]
        self.before = np.append(
            np.uint64(0), np.cumsum(each)
        )  # [k]: of all letters before the k-th

    def hashes(self) -> NDArray[np.uint64]:
        """The hash of each word."""
        ends = np.flatnonzero(self.letters == ord(" "))
        hashes: NDArray[np.uint64] = self.before[ends] - self.before[self.start[ends]]
        return hashes

    def places(self, part: str) -> NDArray[np.int64]:
        """Where these letters stand."""
        count = len(self.letters) - len(part) + 1
        same = np.ones(max(0, count), bool)
        for k, letter in enumerate(part):
            same &= self.letters[k : k + count] == ord(letter)
        return np.flatnonzero(same)

    def replaced(self, at: NDArray[np.int64], count: int, letters: str) -> NDArray[np.uint64]:
        """The hashes of the words at these places, with other letters for `count` of theirs."""
        start, end = self.start[at], self.end[at]
        nth = at - start
        mixed = _mixed(np.array([ord(letter) for letter in letters], np.uint32))
        total = self.before[at] - self.before[start]
        total += (mixed * self.power[: len(mixed)]).sum(dtype=np.uint64) * self.power[nth]
        rest = self.before[end] - self.before[at + count]
        further = len(letters) - count
        shift = self.power[further] if further >= 0 else self.inverse[-further]
        form: NDArray[np.uint64] = total + rest * shift
        return form


def _mixed(letters: NDArray[np.uint32]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = letters * np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ (mixed >> np.uint64(29))
