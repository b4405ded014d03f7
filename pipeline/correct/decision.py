"""From evidence to a decision: two boosted forests, calibrated, and the thresholds that were chosen with them.

One forest says how likely a reading is the right one, the other how likely what was read is wrong at all. Both are oblivious trees
(every node of one depth asks the same question; Prokhorenkova et al. 2018, "CatBoost"), so that numpy alone evaluates
them, a column at a time, for all places of a text at once. They were trained elsewhere; here are only their figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Forest:
    """Oblivious trees: `columns` and `borders` (trees x depth), `leaves` (trees x 2^depth), and the calibration of their sum."""

    columns: NDArray[np.uint8]
    borders: NDArray[np.float32]
    leaves: NDArray[np.float32]
    bias: float
    knots: NDArray[np.float32]  # calibration, as a broken line: sums of leaves ...
    chances: NDArray[np.float32]  # ... and the share that proved right

    def chance(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The calibrated probability for each row of evidence (rows x columns)."""
        return np.interp(self.total(evidence), self.knots, self.chances)

    def total(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of leaves for each row."""
        turned = np.ascontiguousarray(evidence.T)
        total = np.full(len(evidence), self.bias)
        asked: dict[tuple[int, float], NDArray[np.uint8]] = {}
        for columns, borders, leaves in zip(self.columns.tolist(), self.borders.tolist(), self.leaves, strict=True):
            leaf: NDArray[Any] = np.zeros(len(evidence), np.uint8)
            for bit, question in enumerate(zip(columns, borders, strict=True)):
                answer = asked.get(question)
                if answer is None:
                    answer = asked[question] = (turned[question[0]] > np.float32(question[1])).view(np.uint8)
                leaf += answer << np.uint8(bit)
            total += leaves[leaf]
        return total


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What must be reached, by the chance that the reading is right and the chance that what was read is wrong.

    Chosen on what was foretold for sets that had been left out, as low as precision 0.99 and harm 0.5 per 1000 allow.
    """

    made: float = 0.9  # a word for a form that nothing attests ...
    sure: float = 0.95  # ... and how surely that form must be wrong;
    likely: float = 0.65  # a less certain word will do ...
    surely: float = 0.985  # ... for a form that is all the more certainly wrong
    real: float = 0.9  # another word for an attested one, two units made one, one made two ...
    wrong: float = 0.9  # ... and how surely what was read must be wrong,
    split: float = 0.97  # or, for one made two, how surely
    old: float = 0.08  # share of strange forms that are other spellings, from which a text counts as of old spelling
    held: float = 0.08  # below it nothing is said


@dataclass(frozen=True, slots=True)
class Decision:
    """All that was learned about deciding."""

    right: Forest
    wrong: Forest
    thresholds: Thresholds

    @classmethod
    def of(cls, figures: dict[str, NDArray[Any]]) -> Decision:
        """From the shipped figures."""

        def forest(name: str) -> Forest:
            return Forest(
                figures[f"{name}_columns"],
                figures[f"{name}_borders"],
                figures[f"{name}_leaves"],
                float(figures[f"{name}_bias"][0]),
                figures[f"{name}_knots"],
                figures[f"{name}_chances"],
            )

        return cls(forest("right"), forest("wrong"), Thresholds(*map(float, figures.get("limits", np.zeros(0)))))
