"""What a document does at its line ends, learned from the line ends themselves.

Some OCR leaves a blank at the end of every line except those that split a word, some loses every
hyphen, some none. How it is in one document is learned by expectation-maximisation (Dempster, Laird
and Rubin 1977): weigh the readings of each place by what is believed, count what they show, and
weigh again. Where a sign says nothing, it counts for nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.line_ends.breaks import Place, Sign
from pipeline.language import languages

Reading = Literal["closed", "hyphenated", "apart"]
"""How a place may read: *government*, *self-education*, or two words."""
READINGS: tuple[Reading, ...] = ("closed", "hyphenated", "apart")
CLOSED, HYPHENATED, APART = range(3)  # the columns of every table of evidence and of chances

_BREAKABLE = 0.28  # share of the words of a text that are long enough to be split
_BROKEN: dict[Sign, tuple[float, float]] = {
    # Of the line ends with this sign, the share that splits a word; and how many line ends of the
    # document that belief weighs as much as.
    "none": (0.03, 20),
    "hyphen": (0.99997, 1000),
    "loose": (0.5, 5),
    "run-on": (0.95, 20),
    "dash": (0.1, 5),
    "mark": (0.2, 5),
    "stop": (0.003, 50),
}
_SIGNS = tuple(_BROKEN)
_BARE = 0.02  # share of line ends without a blank, below which they are exceptions
_OVER = 0.05  # after a blank line a paragraph's end is that much likelier than a split word


@dataclass(frozen=True, slots=True)
class Habit:
    """Shares, as believed before the document is read, or learned from it."""

    broken: Mapping[Sign, float] = field(
        default_factory=lambda: {sign: share for sign, (share, _) in _BROKEN.items()}
    )
    loss: float = 0.3  # of the hyphens at line ends, those that the OCR lost
    blank_broken: float = 0.5  # of the split words, those with a blank before the line feed
    blank_whole: float = 0.5  # of the other line ends


@dataclass(frozen=True, slots=True)
class Signs:
    """What a document shows of its line ends. Counts are expected numbers, rounded.

    `ends` line ends could split a word; `lost`, `soft` and `hard` do. Of the `broken` ones
    `broken_blank` are followed by a blank before the line feed, of the `whole` ones `whole_blank`.
    `characters` counts what stands for the hyphen.
    """

    ends: int
    lost: int
    soft: int
    hard: int
    broken: int
    broken_blank: int
    whole: int
    whole_blank: int
    characters: tuple[tuple[str, int], ...]

    @property
    def weight(self) -> float:
        """How many times likelier a split word is with no blank before the line feed, as log10."""
        return _contrast(
            self.broken - self.broken_blank, self.broken, self.whole - self.whole_blank, self.whole
        )

    def __str__(self) -> str:
        """The habit and the sign in a sentence for the ledger."""
        habit = (
            f"of {self.ends} line ends here {self.lost} lost a hyphen, "
            f"{self.soft + self.hard} kept it"
        )
        if abs(self.weight) < 0.5:
            return habit
        return (
            f"{habit}; a blank ends {self.whole_blank} of the {self.whole} lines that split no word"
            f" and {self.broken_blank} of the {self.broken} that do"
        )


class LineEnds:
    """The open line ends of one document as columns, and the habit that their evidence shows."""

    def __init__(self, open_: Sequence[Place], clear: Sequence[Place], dashed: int = 0) -> None:
        """Count what stands at the line ends.

        Args:
            open_: may split a word.
            clear: do not, whatever the habit is.
            dashed: how many of the clear ones have no blank, and may have lost a dash.
        """
        self.dashed = dashed
        self.sign = np.array([_SIGNS.index(place.sign) for place in open_], np.int8)
        self.hyphen = np.array([bool(place.hyphen) for place in open_], bool)
        self.over = np.array([place.over for place in open_], bool)
        self.blank = np.array([place.blank for place in open_], bool)
        self.syllable = 1 / np.array([splits(place.joined) for place in open_], float)
        self.run_on = self.sign == _SIGNS.index("run-on")
        self.visible = np.isin(self.sign, [_SIGNS.index("hyphen"), _SIGNS.index("loose")])
        self.none = self.sign == _SIGNS.index("none")
        self.marked = self.hyphen | (self.sign == _SIGNS.index("dash"))
        self.counted = ~self.over | self.hyphen
        self.clear = Counter(place.sign for place in clear)
        self.clear_blank = sum(place.blank for place in clear)
        self.characters = Counter(place.hyphen for place in open_ if place.hyphen)

    def chances(self, evidence: NDArray[np.float64], habit: Habit) -> NDArray[np.float64]:
        """The chance of each reading of each place.

        Args:
            evidence: log10 chance of the words under each reading, -inf where it cannot be; one row
                a place, columns as READINGS.
            habit: of the document.
        """
        if not len(evidence):
            return evidence
        broken = np.array([habit.broken[sign] for sign in _SIGNS])[self.sign]
        over = np.where(self.none & self.over, _OVER, 1.0)
        broken = broken * over
        prior = np.column_stack(
            [
                broken * self.syllable / np.where(self.marked, 1.0, _BREAKABLE),
                np.where(self.none, habit.loss * over, broken),
                1 - broken,
            ]
        )
        logs = evidence + np.log10(prior)
        for reading, share in (
            (CLOSED, habit.blank_broken),
            (HYPHENATED, habit.blank_broken),
            (APART, habit.blank_whole),
        ):
            seen = np.log10(np.where(self.blank, share, 1 - share))
            logs[:, reading] += np.where(self.run_on, 0.0, seen)
        weights = 10 ** (logs - logs.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def learn(self, evidence: NDArray[np.float64], habit: Habit) -> tuple[Habit, Signs]:
        """One step of expectation-maximisation: what the readings, weighed by `habit`, show."""
        chances = self.chances(evidence, habit)
        hyphenated, apart = chances[:, HYPHENATED], chances[:, APART]
        ends = Counter(self.clear)
        broken: dict[Sign, float] = {}
        for number, sign in enumerate(_SIGNS):
            these = (self.sign == number) & self.counted
            ends[sign] += int(these.sum())
            broken[sign] = float((1 - apart[these]).sum())
        hard = float(hyphenated[self.hyphen & self.counted].sum())
        lines = self.counted & ~self.over & ~self.run_on
        joined, whole = float((1 - apart[lines]).sum()), float(apart[lines].sum())
        blanks = lines & self.blank
        joined_blank, whole_blank = float((1 - apart[blanks]).sum()), float(apart[blanks].sum())
        whole, whole_blank = whole + self.clear.total(), whole_blank + self.clear_blank
        if whole - whole_blank < _BARE * whole:  # a line that lost a dash is no sign against it
            whole -= min(self.dashed, whole - whole_blank)
        lost, kept = broken["none"], broken["hyphen"] + broken["loose"] + broken["run-on"]
        signs = Signs(
            ends=ends.total(),
            lost=round(lost),
            soft=round(kept - hard),
            hard=round(hard),
            broken=round(joined),
            broken_blank=round(joined_blank),
            whole=round(whole),
            whole_blank=round(whole_blank),
            characters=tuple(self.characters.most_common()),
        )
        # Two words that may be a compound (*ticket⏎office*) show no habit of losing hyphens.
        lost -= float(hyphenated[self.none & self.counted].sum())
        broken["none"] = lost
        learned = Habit(
            broken={
                sign: (broken[sign] + weight * share) / (ends[sign] + weight)
                for sign, (share, weight) in _BROKEN.items()
            },
            loss=(lost + 0.2) / (sum(broken.values()) + 2 + 0.002 * ends["none"]),
            blank_broken=(joined_blank + 1) / (joined + 2),
            blank_whole=(whole_blank + 1) / (whole + 2),
        )
        return learned, signs


@lru_cache(maxsize=8)
def _vowels(letters: str) -> re.Pattern[str]:
    return re.compile(f"[{letters}]+", re.IGNORECASE)


def splits(word: str) -> int:
    """At how many places a compositor might split a word: between syllables, told by vowels."""
    return max(1, len(_vowels(languages.every().alphabet.vowels).findall(word)) - 1)


def _contrast(a: int, of_a: int, b: int, of_b: int) -> float:
    """How much likelier the first is than the second, as log10, with a half added to each count."""
    return math.log10((a + 0.5) / (of_a + 1)) - math.log10((b + 0.5) / (of_b + 1))
