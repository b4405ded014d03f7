"""Passages whose words are not the lexicon's: old English, old Scots, broad dialect, a pedigree.

In a badly read passage many forms are strange, and a word comes to mind for most of them. In one
that is written in other words as many are strange, and nothing fits: what then looks certain is a
stranger like the rest (``klag`` for *king*). So the strange forms around each place are counted,
and those for which a likely reading is found.

Or a word fits, but nearly every form differs from it in its vowels alone, and by no confusion that
an engine often makes: ``yeir``, ``persoun``, ``keip``. That is a spelling. An engine misreads
consonants as well.

In both kinds of passage emend still mends what an engine often does to a common word, if what came
of it looks like no word (``tbe``, ``cricd``).
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.correct.spelling.evidence import COLUMNS, Evidence
from pipeline.language.lexicon import fold

AROUND = 80  # units on either side that make a passage
MANY = 0.06  # share of strange forms from which on a passage may be in other words
LEAST = 8  # strange forms, with fewer of which nothing is said
EXPLAINED = 0.5  # chance from which on a reading explains a strange form
FEW = 0.25  # share of strange forms explained, below which the passage is in other words
# Of the explained forms around a place, the least number and share that are another spelling, and
# how unlikely a confusion must be (log10 of the channel) so that it is one. Measured: in texts of
# about 1500 to 1650 the share is 0.74 to 0.93, in misread pages of later ones at most 0.44 (0.62 of
# eight forms).
FEWEST_SPELLED, SPELLED, SELDOM = 9, 0.55, -3.0
# What the engine often does (log10 of the channel), to a word that is not rare (log10 per million),
# and gets letters that hardly make a word (mean log10 of their probability). Measured: of strangers
# that seemed certain none had all three, of common misreadings nine in ten.
OFTEN, NOT_RARE, UNLIKE_WORDS = -3.0, 0.0, -1.1
# For `in_company`: units on either side, strange forms among them, and what explains one (chance;
# log10 of the channel). For `ill_read`: what shows an engine's error, and how many show its errors.
NEAR, COMPANY, LIKELY, PLAUSIBLE = 12, 2, 0.7, -4.0
PLAIN, LEAST_PLAIN, SHARE_PLAIN = 0.7, 3, 0.004

_ROUND = frozenset("aeo")  # an engine takes them for one another, in some texts all the time
_NO_CONSONANT = regex.compile(r"[aeiouyw\P{L}]")
_DOUBLED = regex.compile(r"(.)\1+")


def strangers(
    evidence: Evidence,
    tops: NDArray[np.int64],
    right: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which of the likeliest readings (rows `tops`, with their chances) stand in such a passage."""
    x, unit, counted = _strange(evidence, tops)
    likely = counted & (right >= EXPLAINED)
    low = np.clip(unit - AROUND, 0, max(0, len(evidence.units) - 2 * AROUND - 1))
    high = low + 2 * AROUND + 1  # as wide at the ends of a text as within it

    def around(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        units = np.sort(unit[which])
        return np.searchsorted(units, high) - np.searchsorted(units, low)

    strange = around(counted)
    words = np.minimum(high, len(evidence.units)) - low
    unexplained = (strange >= LEAST) & (strange >= MANY * words) & (around(likely) < FEW * strange)
    one_word = likely & (x[:, COLUMNS.index("is_split")] == 0)
    as_spelled = one_word & (x[:, COLUMNS.index("channel")] < SELDOM)
    as_spelled &= respelled(evidence, tops, as_spelled)
    for k in np.flatnonzero(as_spelled).tolist():
        as_spelled[k] = not _ROUND.issuperset("".join(chain(*evidence.used[tops[k]])))
    explained = around(one_word)
    otherwise = (explained >= FEWEST_SPELLED) & (around(as_spelled) >= SPELLED * explained)
    return np.asarray(unexplained | otherwise)


def _strange(
    evidence: Evidence, tops: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.bool_]]:
    """The evidence of these rows, the first unit of each, and which are of one strange form."""
    x = evidence.x[tops]
    unit = np.array([evidence.first_unit[p] for p in evidence.place[tops].tolist()], np.int64)
    other = [COLUMNS.index(name) for name in ("odd", "digits", "is_real", "is_merge")]
    return x, unit, np.asarray((x[:, other] <= 0).all(axis=1))


def ill_read(evidence: Evidence, tops: NDArray[np.int64], right: NDArray[np.float64]) -> bool:
    """Whether a text has enough of an engine's errors to trust a guess at the next.

    Without them a strange form may as well be dialect, Latin, or a coined word: ``wabe``.
    """
    x = evidence.x[tops]
    plain = (right >= PLAIN) & (x[:, COLUMNS.index("channel")] >= PLAUSIBLE)
    plain &= (x[:, COLUMNS.index("is_real")] == 0) & (x[:, COLUMNS.index("variant")] == 0)
    shown = {evidence.reading[row] for row in tops[plain].tolist()}
    return len(shown) >= LEAST_PLAIN and len(shown) >= SHARE_PLAIN * len(evidence.units)


def in_company(
    evidence: Evidence,
    tops: NDArray[np.int64],
    right: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which readings stand among strange forms that hardly an engine's confusion explains.

    A line of verse in dialect, a Latin tag, a lisp: too short for `strangers` to count.
    """
    x, unit, strange = _strange(evidence, tops)
    plausible = x[:, COLUMNS.index("channel")] >= PLAUSIBLE
    explained = strange & plausible & (right >= LIKELY)

    def near(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        units = np.sort(unit[which])
        count = np.searchsorted(units, unit + NEAR + 1) - np.searchsorted(units, unit - NEAR)
        return np.asarray(count - which)  # without itself

    others = near(strange)
    return np.asarray((others >= COMPANY) & (near(explained) * 2 < others))


def respelled(
    evidence: Evidence, tops: NDArray[np.int64], asked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which readings differ from what was read in their vowels alone; of those `asked`."""
    found = np.zeros(len(tops), bool)
    for k in np.flatnonzero(asked).tolist():
        start, end = evidence.span(int(evidence.place[tops[k]]))
        read, reading = evidence.units.text[start:end], evidence.reading[tops[k]]
        found[k] = _consonants(read) == _consonants(reading)
    return found


def _consonants(form: str) -> str:
    """The form without its vowels; *u* and *v* are one letter, *w* is a vowel: ``toun``, *town*."""
    return _DOUBLED.sub(r"\1", _NO_CONSONANT.sub("", fold(form).replace("v", "u")))


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
