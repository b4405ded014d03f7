"""The columns of a table, from the places of its words, as columns of characters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from statistics import median
from unicodedata import bidirectional

import regex

from pipeline.document import Box

FIGURE = regex.compile(r"(?:£|s\.|d\.)|[£$]?[\dIlO][\d.,:/½¼¾lIO]*[.,;)]?|[-—–._=]+|[„\"”]")
_GAP = 1.2  # heights of a line between two cells at least; a blank in print is a third of one
_APART = 3  # blanks between columns

Printed = tuple[str, Box]  # what stands between two blanks, and where


def blanks(rows: Sequence[Sequence[Printed]]) -> list[list[int]]:
    """How many blanks go before each word, so that the rows of a table stand in columns.

    Figures end where those above them end, and words begin where those above them begin. Where the
    places tell no columns, words have one blank between them.
    """
    cut = cells(rows)
    columns = _columns(_place(cell) for row in cut if len(row) > 1 for cell in row)
    if len(columns) < 2:
        return [[int(n > 0) for n in range(len(row))] for row in rows]
    held = [[(_column(_place(cell), columns), cell) for cell in row] for row in cut]
    widths, figures = [0] * len(columns), [0] * len(columns)
    for row in held:
        if len(row) == 1 and row[0][0] == 0:  # a heading may run over the columns
            continue
        for column, within in groupby(row, key=itemgetter(0)):
            own = [cell for _, cell in within]
            widths[column] = max(widths[column], sum(map(_long, own)) + _APART * (len(own) - 1))
            figures[column] += sum(1 if is_figures(cell) else -1 for cell in own)
    starts = [0, *accumulate(width + _APART for width in widths)]
    return [
        list(
            _row_blanks(
                row, starts, [n if more > 0 else 0 for n, more in zip(widths, figures, strict=True)]
            )
        )
        for row in held
    ]


def _row_blanks(
    row: Sequence[tuple[int, Sequence[Printed]]], starts: Sequence[int], right: Sequence[int]
) -> Iterator[int]:
    """The blanks before the words of a row. `right` are the widths of columns of figures, or 0."""
    at = 0
    for column, cell in row:
        target = starts[column] + max(right[column] - _long(cell), 0)
        first = max(target - at, _APART if at else 0)
        yield first
        yield from (1 for _ in cell[1:])
        at += first + _long(cell)


def cells(rows: Sequence[Sequence[Printed]]) -> list[list[Sequence[Printed]]]:
    """The cells of each row: runs of words with no wide gap between them.

    Where the words run from right to left, the places in them are mirrored.
    """
    if is_right_to_left(text for row in rows for text, _ in row):
        rows = [
            [(text, Box(-box.x1, box.y0, -box.x0, box.y1)) for text, box in row] for row in rows
        ]
    gap = _GAP * median([box.y1 - box.y0 for row in rows for _, box in row] or [0])
    return [list(_cells(row, gap)) for row in rows]


def is_right_to_left(words: Iterable[str]) -> bool:
    """Whether most letters are Hebrew, Arabic or of another script that runs so."""
    ways = [bidirectional(sign) for word in words for sign in word]
    return sum(way in {"R", "AL"} for way in ways) > ways.count("L")


def is_figures(cell: Sequence[Printed]) -> bool:
    """Whether a cell is a sum, a number, a date's year, a ditto mark or a dash."""
    return all(FIGURE.fullmatch(text) for text, _ in cell)


def _cells(row: Sequence[Printed], gap: float) -> Iterator[Sequence[Printed]]:
    start = 0
    for n, (before, after) in enumerate(pairwise(row), 1):
        if after[1].x0 - before[1].x1 > gap:
            yield row[start:n]
            start = n
    if row:
        yield row[start:]


def _place(cell: Sequence[Printed]) -> tuple[int, int]:
    """From where to where a cell reaches across the page."""
    return min(box.x0 for _, box in cell), max(box.x1 for _, box in cell)


def _columns(cells: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The columns in which cells stand: those that overlap are in one."""
    found: list[tuple[int, int]] = []
    for left, right in sorted(cells):
        if found and left < found[-1][1]:
            found[-1] = found[-1][0], max(right, found[-1][1])
        else:
            found.append((left, right))
    return found


def _column(cell: tuple[int, int], columns: Sequence[tuple[int, int]]) -> int:
    """The column in which a cell stands: the first that it reaches, or else the nearest."""
    # the columns are in order and do not overlap: the first that ends beyond the cell's beginning
    n = bisect_right(columns, cell[0], key=itemgetter(1))
    if n < len(columns) and columns[n][0] < cell[1]:
        return n
    middle = sum(cell)
    near = range(max(n - 1, 0), min(n + 1, len(columns)))
    return min(near, key=lambda at: abs(sum(columns[at]) - middle))


def _long(cell: Sequence[Printed]) -> int:
    return sum(len(text) + 1 for text, _ in cell) - 1
