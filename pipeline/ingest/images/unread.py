"""Print that Tesseract passed over: columns of figures beside the lines that it read.

Its analysis of the page takes a narrow column of figures, far from other print, for a rule or for
dirt, and then an account loses its shillings and pence without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median
from typing import Any

import numpy as np

from pipeline.document import Box
from pipeline.ingest.layer import around

_LEAST = 3  # pieces one below the other; fewer may be specks
_HEIGHTS = (0.5, 1.3)  # of a letter, as shares of the middling height of a word


def pieces(grey: Any, lines: Sequence[Sequence[Box]]) -> list[Box]:
    """Where print stands on the level of a line that was read, but in none of its words.

    `grey` is the page, an array (height, width) of uint8; `lines` are the boxes of the words that
    were read, line by line. Only pieces that stand in a column, three or more one below the other,
    are given, from the top down.
    """
    words = [box for line in lines for box in line]
    if len(lines) < _LEAST:
        return []
    high = median(box.y1 - box.y0 for box in words)
    marks = _marks(grey, words, high)
    rows = [row for line in lines if (row := around(line)) is not None]
    found = [
        piece
        for row, own in zip(rows, _by_level(marks, rows), strict=True)
        for piece in _runs(own, [word for word in words if _is_level(word, row)], high)
    ]
    return sorted(
        (one for one in found if sum(_overlap(one, other) for other in found) >= _LEAST),
        key=lambda one: (one.y0, one.x0),
    )


def _marks(grey: Any, words: Sequence[Box], high: float) -> Any:
    """The marks as high as letters that are in no word: an array of left, top, right, bottom."""
    import cv2  # noqa: PLC0415

    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    read = np.zeros(grey.shape, bool)
    for box in words:
        read[max(box.y0 - 2, 0) : box.y1 + 2, max(box.x0 - 2, 0) : box.x1 + 2] = True
    x, y = (centres[:, n].astype(int) for n in (0, 1))
    left, top, wide, tall = (stats[:, n] for n in range(4))
    low, most = (share * high for share in _HEIGHTS)
    sized = (tall >= low) & (tall <= most) & (wide <= 2 * high) & (wide >= 0.1 * high)
    kept = sized & ~read[y, x]
    return np.stack([left, top, left + wide, top + tall], axis=1)[kept]


def _by_level(marks: Any, rows: Sequence[Box]) -> list[Any]:
    """The marks on the level of each line, each mark with the line whose middle is nearest."""
    middles = (marks[:, 1] + marks[:, 3])[:, np.newaxis] / 2
    tops, feet = (np.array([getattr(row, side) for row in rows]) for side in ("y0", "y1"))
    nearest = np.abs(middles - (tops + feet) / 2).argmin(axis=1)
    inside = (tops[nearest] < middles[:, 0]) & (middles[:, 0] < feet[nearest])
    return [marks[inside & (nearest == n)] for n in range(len(rows))]


def _runs(marks: Any, words: Sequence[Box], high: float) -> Iterator[Box]:
    """The marks of a line as runs, parted where words stand that were read."""
    starts = sorted(word.x0 for word in words)
    ordered = marks[np.argsort(marks[:, 0])]
    edge = int(high / 2)
    for _, run in groupby(ordered, key=lambda mark: np.searchsorted(starts, mark[0])):
        left, top, right, bottom = zip(*run, strict=True)
        yield Box(
            max(int(min(left)) - edge, 0),
            max(int(min(top)) - edge, 0),
            int(max(right)) + edge,
            int(max(bottom)) + edge,
        )


def _is_level(word: Box, row: Box) -> bool:
    return word.y0 < (row.y0 + row.y1) / 2 < word.y1


def _overlap(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1
