"""A correction, and where corrections and other stretches lie in a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Alternative

SHOWN = 5  # readings proposed for one place
# What is held for a reason of its own (another spelling, a cited word, a figure) is shown below the
# threshold of its kind, so that nothing is held at a confidence at which other changes are made.
BELOW = 0.05
Moved = Callable[[int, int], tuple[int, int]]  # maps a span of one text to another


@dataclass(frozen=True, slots=True)
class Correction:
    """A place that may be misread, `[start, end)` in code points of the text, and its candidates.

    The stage makes a `Proposal` of it: the first candidate, with the others as its alternatives.
    """

    start: int
    end: int
    before: str
    candidates: tuple[Alternative, ...]  # best first
    rule: str
    why: str
    confidence: float  # calibrated chance that the first candidate is right
    verdict: str  # "made" or "held"


class Spans:
    """Stretches of a text that may overlap."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        """From (start, end) pairs sorted by start."""
        self._starts = np.array([start for start, _ in spans])
        self._ends = np.maximum.accumulate(np.array([end for _, end in spans]))

    def mask(self, at: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the positions lie in one."""
        if not len(self._starts):
            return np.zeros(len(at), bool)
        k = np.searchsorted(self._starts, at, "right") - 1
        return np.asarray((k >= 0) & (at < self._ends[k]))

    def have(self, at: int) -> bool:
        """Whether the position lies in one."""
        return bool(self.mask(np.array([at]))[0])


def applied_to(text: str, made: Sequence[Correction]) -> tuple[str, Moved, Moved]:
    """The text with the corrections applied, and two functions that map spans.

    The first maps a span of the corrected text back to the text, the second does the reverse.
    """
    parts: list[str] = []
    at = shift = 0
    # From new[k] in the corrected text, and old[k] in the text, the text is shifts[k] further on.
    new, old, shifts = [0], [0], [0]
    for one in made:
        after = one.candidates[0].after
        parts += (text[at : one.start], after)
        at = one.end
        shift += one.end - one.start - len(after)
        new.append(one.end - shift)
        old.append(one.end)
        shifts.append(shift)

    def back(start: int, end: int) -> tuple[int, int]:
        first, last = bisect_right(new, start) - 1, bisect_right(new, end - 1) - 1
        return start + shifts[first], end + shifts[last]

    def there(start: int, end: int) -> tuple[int, int]:
        first, last = bisect_right(old, start) - 1, bisect_right(old, end) - 1
        return start - shifts[max(0, first)], end - shifts[max(0, last)]

    return "".join((*parts, text[at:])), back, there


def meets(start: int, end: int, made: Sequence[Correction]) -> bool:
    """Whether a span touches one of the corrections."""
    k = bisect_right(made, start, key=lambda one: one.start)
    return (k > 0 and made[k - 1].end > start) or (k < len(made) and made[k].start < end)
