"""A trigram language model with back-off: how likely a word is after the two before it.

The figures in ``languages/xx/words.xz`` hold no text, only log probabilities of pairs and triples:
those seen at least twice in 11.4 million words of novels published from 1840 to 1920, mixed with a
general model of CMU Sphinx. They are unpacked into the cache on first use and memory-mapped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.language.figures import LOGS
from pipeline.language.lexicon import Lexicon, compiled_language, lexicon

Ids = NDArray[np.int32]  # word ids of the lexicon; -1 for no word and for unknown words
Logs = NDArray[np.float32]  # log10 probabilities

# log10 probability of a word in no list: about a thousandth of the rarest listed word's.
UNKNOWN = -8.0


class LanguageModel:
    """Word triples over the ids of a `Lexicon`."""

    def __init__(self, folder: Path, words: Lexicon) -> None:
        """Map the compiled figures in `folder`; `words` numbers the words."""

        def table(name: str) -> NDArray[Any]:
            return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))

        self.words = words
        # [-1] is the unknown word's
        self.unigram: Logs = np.append(table("unigram"), np.float32(UNKNOWN))
        self.back1: Logs = np.append(table("back1"), np.float32(0))
        self.size = len(self.back1) - 1  # ids below it occur in the novels and may have pairs
        self.pair, self.pair_p, self.back2 = table("pair"), table("pair_p"), table("back2")
        self.triple, self.triple_p = table("triple"), table("triple_p")

    def log_probability(
        self, first: Ids, second: Ids, third: Ids, context: NDArray[np.int64] | None = None
    ) -> Logs:
        """Return log10 P(third | first second), elementwise over arrays of ids of one shape.

        Args:
            first: the word before `second`.
            second: the word before `third`.
            third: the word whose probability is wanted.
            context: what `pairs(first, second)` returned, if it has been called already.

        """
        first, second, third = np.broadcast_arrays(first, second, third)
        result = self.unigram[third]
        if not len(self.pair):
            return result
        inside = (second >= 0) & (second < self.size)
        result = result + np.where(inside, self.back1[np.where(inside, second, -1)], 0)
        found = self.pairs(second, third)
        result = np.where(found >= 0, _log(self.pair_p[found]), result)
        context = self.pairs(first, second) if context is None else context
        at = np.flatnonzero((context >= 0) & (third >= 0) & (third < self.size))
        flat = result.ravel()
        if len(at):
            held = context.ravel()[at]
            wanted = held.astype(np.uint64) << np.uint64(16) | third.ravel()[at].astype(np.uint64)
            place = np.minimum(np.searchsorted(self.triple, wanted), len(self.triple) - 1)
            hit = self.triple[place] == wanted
            flat[at] = np.where(hit, _log(self.triple_p[place]), flat[at] + _log(self.back2[held]))
        return flat.reshape(result.shape)

    def pairs(self, first: Ids, second: Ids) -> NDArray[np.int64]:
        """Return each pair's row in the table, or -1."""
        if not len(self.pair):  # only single words are known of this language
            return np.full(np.broadcast(first, second).shape, -1, np.int64)
        known = (first >= 0) & (first < self.size) & (second >= 0) & (second < self.size)
        wanted = np.where(known, first, 0).astype(np.uint32) << np.uint32(16) | np.where(
            known, second, 0
        ).astype(np.uint32)
        place = np.minimum(np.searchsorted(self.pair, wanted), len(self.pair) - 1)
        return np.where(known & (self.pair[place] == wanted), place, -1)

    def in_context(self, before2: Ids, before1: Ids, word: Ids, after1: Ids, after2: Ids) -> Logs:
        """The log10 sum of the three triples with `word`: how well it fits its neighbours."""
        return (
            self.log_probability(before2, before1, word)
            + self.log_probability(before1, word, after1) * (after1 >= 0)
            + self.log_probability(word, after1, after2) * ((after1 >= 0) & (after2 >= 0))
        )

    def score(self, words: Sequence[str]) -> float:
        """Return the log10 probability of these words in this order."""
        ids = self.words.ids(words)
        back = np.concatenate([np.full(2, -1, np.int32), ids])
        return float(self.log_probability(back[:-2], back[1:-1], ids).sum())

    def score_all(self, sequences: Sequence[Sequence[str]]) -> Logs:
        """Return the `score` of each sequence, computed together."""
        lengths = [len(s) for s in sequences]
        ids = self.words.ids([w for s in sequences for w in s])
        before1, before2 = (
            np.append(np.int32(-1), ids[:-1])[: len(ids)],
            np.append(np.array([-1, -1], np.int32), ids[:-2])[: len(ids)],
        )
        starts = np.cumsum([0, *lengths])[:-1]
        position = np.arange(len(ids)) - np.repeat(starts, lengths)
        each = self.log_probability(
            np.where(position >= 2, before2, -1), np.where(position >= 1, before1, -1), ids
        )
        return np.bincount(np.repeat(np.arange(len(lengths)), lengths), each, len(lengths)).astype(
            np.float32
        )


@cache
def language_model(language: str) -> LanguageModel:
    """Return a language's model. Raises LanguageError if words are not corrected in it."""
    return LanguageModel(compiled_language(language), lexicon(language))


def _log(code: NDArray[np.uint8]) -> Logs:
    return LOGS[code]
