"""Passages whose words are not the lexicon's: old English, broad dialect, botany, a pedigree.

In a passage that is badly read many forms are strange, and for most of them a word comes to mind.
In one that is written in other words as many are strange, and nothing fits: what then looks certain
is a stranger like the rest (``klag`` for *king*). So it is counted, around each place, for how many
strange forms a likely reading is found. Still mended there is what an engine often does to a common
word, if no word looks like what came of it (``tbe``, ``cricd``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.spelling.evidence import COLUMNS, Evidence

AROUND = 80  # units on either side that make a passage
MANY = 0.06  # share of strange forms from which on a passage may be in other words
LEAST = 8  # strange forms, with fewer of which nothing is said
EXPLAINED = 0.5  # chance from which on a reading explains a strange form
FEW = 0.25  # share of strange forms explained, below which the passage is in other words
# What the engine often does (log10 of the channel), to a word that is not rare (log10 per million),
# and gets letters that hardly make a word (mean log10 of their probability). Measured: of strangers
# that seemed certain none had all three, of common misreadings nine in ten.
OFTEN, NOT_RARE, UNLIKE_WORDS = -3.0, 0.0, -1.1


def strangers(
    evidence: Evidence,
    tops: NDArray[np.int64],
    right: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which of the likeliest readings (rows `tops`, with their chances) stand in such a passage."""
    x = evidence.x[tops]
    odd, digits, real, merge = (
        x[:, COLUMNS.index(name)] > 0 for name in ("odd", "digits", "is_real", "is_merge")
    )
    unit = np.array([evidence.first_unit[p] for p in evidence.place[tops].tolist()], np.int64)
    counted = ~(odd | digits | real | merge)
    at = np.sort(unit[counted])
    explained = np.sort(unit[counted & (right >= EXPLAINED)])
    low, high = unit - AROUND, unit + AROUND + 1

    def around(units: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(units, high) - np.searchsorted(units, low)

    strange = around(at)
    words = np.minimum(high, len(evidence.units)) - np.maximum(low, 0)
    return np.asarray(
        (strange >= LEAST) & (strange >= MANY * words) & (around(explained) < FEW * strange)
    )


def usual(x: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which rows of evidence are usual misreadings, whatever words stand around them."""
    channel, frequency, letters, real, merge, split = (
        x[:, COLUMNS.index(name)]
        for name in "channel log_freq_word letters_form is_real is_merge is_split".split()
    )
    alone = (real == 0) & (merge == 0) & (split == 0)
    return np.asarray(
        alone & (channel >= OFTEN) & (frequency >= NOT_RARE) & (letters <= UNLIKE_WORDS)
    )
