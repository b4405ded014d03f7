"""How word-like a form is, by its letters: `Kharchenko` is likelier than `Tlnnr`.

The probability of each letter, given the three before it, is counted in the words of the lexicon.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.language.figures import LOGS, quantise

# classes of characters: 0 the word's edge, a to z, apostrophe, hyphen, other letters, digits, signs
_SIZE = 32


@lru_cache(maxsize=4096)
def _class(character: str) -> int:
    base = unicodedata.normalize("NFD", character)[0]
    if "a" <= base <= "z":
        return ord(base) - 96
    return {"'": 27, "-": 28}.get(base, 29 if base.isalpha() else 30 if base.isdigit() else 31)


class LetterModel:
    """The mean log10 probability of a form's letters, each given the three before it."""

    def __init__(self, folder: Path) -> None:
        """Map the compiled table in `folder`."""
        self._table = np.asarray(np.load(folder / "spelling.npy", mmap_mode="r"))
        self._known: dict[str, float] = {}

    @property
    def remembered(self) -> tuple[dict[str, float], ...]:
        """What is kept of forms met before."""
        return (self._known,)

    def __call__(self, form: str) -> float:
        """Return the form's figure: about -1 for a common word, below -2 for a non-word."""
        known = self._known.get(form)
        if known is None:
            at = total = 0
            for character in (*form, ""):
                at = (at * _SIZE + (_class(character) if character else 0)) % _SIZE**4
                total += int(self._table[at])
            known = self._known[form] = float(LOGS[0]) - total / (30 * (len(form) + 1))
        return known


def count_spelling(words: Iterable[str], weights: Iterable[float]) -> NDArray[np.uint8]:
    """Count the table in words with weights."""
    counts = np.zeros(_SIZE**4)
    for word, weight in zip(words, weights, strict=True):
        at = 0
        for character in (*word, ""):
            at = (at * _SIZE + (_class(character) if character else 0)) % _SIZE**4
            counts[at] += weight
    likely = np.full(_SIZE, 1 / _SIZE)
    # Each order is smoothed by the one below it, with the weight of five occurrences.
    for order in (1, 2, 3, 4):
        table = counts.reshape(-1, _SIZE**order).sum(axis=0).reshape(-1, _SIZE)
        likely = (
            table
            + 5
            * np.tile(likely, (len(table) // max(1, len(likely) // _SIZE), 1)).reshape(-1, _SIZE)[
                : len(table)
            ]
        ) / (table.sum(axis=1, keepdims=True) + 5)
        likely = likely.ravel()
    return quantise(np.log10(likely))
