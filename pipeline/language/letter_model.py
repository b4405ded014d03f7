"""How word-like a form is, by its letters: `Kharchenko` is likelier than `Tlnnr`.

The probability of each letter, given the three before it, is counted in the words of the lexicon.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
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


def count_spelling(words: Sequence[str], weights: Sequence[float]) -> NDArray[np.uint8]:
    """Count the table in words with weights."""
    lengths = np.array([len(word) + 1 for word in words])
    letters = np.frombuffer(
        "".join([f"{word}\0" for word in words]).encode("utf-32-le", "surrogatepass"), np.uint32
    )
    each, which = np.unique(letters, return_inverse=True)
    classes = np.array([_class(chr(letter)) if letter else 0 for letter in each.tolist()])[which]
    within = np.arange(len(letters)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    at = classes.copy()  # of each letter, and the word's end, with the three before it
    for behind in (1, 2, 3):
        before = np.zeros_like(classes)
        before[behind:] = classes[: len(classes) - behind]
        at += np.where(within >= behind, before, 0) * _SIZE**behind
    counts = np.bincount(at, np.repeat(weights, lengths), _SIZE**4)
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
