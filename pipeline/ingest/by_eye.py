"""The order and the kinds of the parts of a page, as the eye finds them by their places.

Files tell the place of each line, but often in another order than that in which a page is read, and
without a word about which of its parts are the text.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pipeline.document import Box
from pipeline.errors import ReorderedWarning
from pipeline.ingest import columns
from pipeline.ingest.layer import (
    Line,
    Page,
    Region,
    Word,
    around,
    box_of_line,
    is_level,
    rows_of,
    with_initials,
)

_SORTED_BY_ID = 11  # lines of a region; fewer have ids of one figure, which sort as they stand
_DROP = 1.7  # lines that a drop capital is high at least
_SINGLE_LETTERS = 8  # of a line; a row of initials is shorter
_SIDEWAYS_LETTERS = 5  # a brace, a rule or a printer's ornament has fewer
_PROSE = 25  # letters that a line of prose has
_ROWS = 3  # of a table, and lines of a body of text, at least


def by_eye(page: Page) -> Page:
    """A page whose lines stand as they are to be read, where the file's order contradicts the eye.

    - Lines of a region that lie one below the other, but come in another order (l0, l1, l10, l2 …
      sorted by their ids), are sorted from the top down.
    - A word in each letter (`T` `h` `e`), as converters of Google's JSON write, becomes a word
      where the letters touch.
    - A drop capital without a type, a letter as high as two lines to the left of a line, is put
      before its word.
    - Text set sideways, a spine or a turned table, comes after the upright text of the page.
    - The columns of a table, each a block of its own, become one block. A row of a table is a line,
      even if each of its cells is one in the file.
    - A narrow block beside a single column of prose is a marginal note; it keeps its place.
    """
    upright = _with_sideways_last(page.regions)
    regions = [
        replace(one, lines=tuple(rows_of(one.lines)))
        if one.role == "table"
        else replace(one, lines=_in_order(one.lines))
        for one in _with_tables(upright)
    ]
    return replace(page, regions=_with_marginalia(tuple(_with_drop_capitals(regions))))


def _boxes(region: Region) -> list[Box]:
    return [box for line in region.lines if (box := box_of_line(line))]


def _text(line: Line) -> str:
    return " ".join(word.text for word in line.words)


def _letters(regions: Iterable[Region]) -> int:
    return sum(len(word.text) for one in regions for line in one.lines for word in line.words)


def _warned(begins: Line, said: str) -> None:
    warnings.warn(
        ReorderedWarning(f"The text that begins with “{_text(begins)[:40]}” {said}."),
        stacklevel=3,
    )


def _with_sideways_last(regions: Sequence[Region]) -> Sequence[Region]:
    """Regions with the lines that are set sideways after all others, in their own order.

    Lines in regions with a type stay, and so do all lines of a page that is mostly sideways.
    """
    upright: list[Region] = []
    turned: list[Region] = []
    for region in regions:
        lying = tuple(line for line in region.lines if not region.role and _is_sideways(line))
        standing = tuple(line for line in region.lines if region.role or not _is_sideways(line))
        if lying:
            turned.append(replace(region, lines=lying, box=None if standing else region.box))
        if standing:
            upright.append(replace(region, lines=standing, box=None) if lying else region)
    if not turned or _letters(turned) >= _letters(upright):
        return regions
    made = (*upright, *turned)
    if [line for one in made for line in one.lines] == [
        line for one in regions for line in one.lines
    ]:
        return regions
    _warned(turned[0].lines[0], "is set sideways; it was put after the upright text of its page")
    return made


def _is_sideways(line: Line) -> bool:
    """Whether a line is far higher than wide, each letter taking about half its width in height.

    Letters one above the other (`H`, `O`, `T` on a sign, Japanese) take all of it or more; a narrow
    column that a file gives as one line takes far less.
    """
    box = box_of_line(line)
    text = "".join(_text(line).split())
    if box is None or sum(sign.isalnum() for sign in text) < _SIDEWAYS_LETTERS:
        return False
    across, down = box.x1 - box.x0, box.y1 - box.y0
    return down > 2 * across and 0.25 * across < down / len(text) < 0.85 * across


def _with_tables(regions: Sequence[Region]) -> Sequence[Region]:
    """Regions in which the columns of a table, each a region, are one: `Rent`, `12 4 6` a line.

    Columns of figures stand beside words that are no prose, their lines on the level of those. Of
    figures before entries that run on for several lines, as the years of annals, none is a column.
    """
    left = list(regions)
    for figures in [one for one in regions if _is_figures(one)]:
        words = [one for one in left if _is_beside(one, figures)]
        level = [box for one in words for box in _boxes(one)]
        rows = sum(any(is_level(box, other) for other in level) for box in _boxes(figures))
        if figures not in left or rows < max(_ROWS, 0.8 * len(figures.lines)):
            continue
        if _are_years(figures, words):
            continue
        parts = [
            one
            for one in left
            if one in words or (_is_figures(one) and any(_is_beside(two, one) for two in words))
        ]
        at = left.index(parts[0])
        left = [one for one in left if one not in parts]
        lines = tuple(rows_of([line for one in parts for line in one.lines]))
        left.insert(at, Region(lines, None, "table"))
        _warned(lines[0], "and the figures beside it were read as the columns of one table")
    return [replace(one, role="table") if _is_table(one) else one for one in left]


def _are_years(figures: Region, words: Sequence[Region]) -> bool:
    """Whether figures stand before words, and many lines of those have none: `1348 The great`."""
    marks, lines = _boxes(figures), [box for one in words for box in _boxes(one)]
    turned = columns.is_right_to_left(map(_text, (line for one in words for line in one.lines)))
    if turned:
        before = min(box.x0 for box in marks) >= max(box.x1 for box in lines)
    else:
        before = max(box.x1 for box in marks) <= min(box.x0 for box in lines)
    marked = sum(any(is_level(box, mark) for mark in marks) for box in lines)
    return before and marked < 2 / 3 * len(lines)


def _is_beside(words: Region, figures: Region) -> bool:
    """Whether words that are no prose stand beside a column of figures and no higher or lower."""
    one, other = around(_boxes(words)), around(_boxes(figures))
    if one is None or other is None or words.role or _is_figures(words) or _is_prose(words):
        return False
    apart = one.x1 <= other.x0 or other.x1 <= one.x0
    high = median(box.y1 - box.y0 for box in _boxes(figures))
    return apart and one.y0 > other.y0 - high and one.y1 < other.y1 + high


def _is_table(region: Region) -> bool:
    """Whether the lines of a region are rows: most have wide gaps, and figures after them."""
    rows = [[(word.text, word.box) for word in line.words if word.box] for line in region.lines]
    if not _is_column(region) or any(
        len(row) < len(line.words) for row, line in zip(rows, region.lines, strict=True)
    ):
        return False
    cells = list(columns.cells(rows))
    cut = [row for row in cells if len(row) > 1]
    later = [cell for row in cut for cell in row[1:]]
    figures = sum(map(columns.is_figures, later))
    return len(cut) >= max(_ROWS, 0.6 * len(rows)) and figures >= 0.4 * len(later)


def _is_column(region: Region) -> bool:
    return not region.role and _ROWS <= len(region.lines) == len(_boxes(region))


def _is_figures(region: Region) -> bool:
    """Whether a region is a column of figures that do not merely count lines (5, 10, 15 …)."""
    texts = [_text(line) for line in region.lines]
    words = " ".join(texts).split()
    if not _is_column(region) or sum(bool(columns.FIGURE.fullmatch(one)) for one in words) < (
        0.8 * len(words)
    ):
        return False
    whole = [int(one) for one in (text.strip(".)") for text in texts) if one.isdecimal()]
    steps = {after - before for before, after in pairwise(whole)}
    return len(whole) < len(texts) or len(steps) > 1 or steps <= {0}


def _with_marginalia(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Regions in which narrow blocks beside a single column of prose are marginal notes."""
    plain = [one for one in regions if not one.role and _boxes(one)]
    prose = [one for one in plain if _is_prose(one)]
    body = around(box for one in prose for box in _boxes(one))
    if body is None:
        return regions
    wide = median(box.x1 - box.x0 for one in prose for box in _boxes(one))
    if body.x1 - body.x0 > 1.4 * wide:  # several columns
        return regions
    beside = [one for one in plain if one not in prose and _is_side_note(one, body, wide)]
    if _letters(beside) > _letters(prose) / 3:  # a gloss or a translation
        return regions
    return tuple(replace(one, role="marginalia") if one in beside else one for one in regions)


def _is_prose(region: Region) -> bool:
    """Whether most lines of a region are full: as wide as the region, and many letters long."""
    boxes = _boxes(region)
    across = max(box.x1 for box in boxes) - min(box.x0 for box in boxes)
    full = sum(box.x1 - box.x0 > 0.9 * across for box in boxes)
    full -= sum(_text(line).endswith(("..", ". .", "…")) for line in region.lines)  # leaders
    middle = median(len(_text(line)) for line in region.lines)
    return len(boxes) >= _ROWS and full >= 0.5 * len(boxes) and middle >= _PROSE


def _is_side_note(region: Region, body: Box, wide: float) -> bool:
    """Whether a block of words stands outside the body's column, at its height, and is narrow."""
    place = around(_boxes(region))
    if place is None or place.x1 - place.x0 > wide / 3:
        return False
    outside = place.x1 <= body.x0 or place.x0 >= body.x1
    level = place.y0 < body.y1 and place.y1 > body.y0
    words = [word for line in region.lines for word in _text(line).split()]
    told = sum(sum(map(str.isalpha, word)) > 2 for word in words)
    return outside and level and len(region.lines) > 1 and told > 1


def _with_drop_capitals(regions: Sequence[Region]) -> Iterator[Region]:
    """Regions with drop capitals before their words, which the eye finds by place and height."""
    parts: list[Region] = []
    for region in regions:  # a drop capital may be the first line of its paragraph
        first, *rest = region.lines or (Line(()),)
        if rest and not region.role and _is_drop_capital(first, rest[0]):
            parts += [
                Region((first,), first.box, "initial"),
                replace(region, lines=tuple(rest)),
            ]
        else:
            parts.append(region)
    for capital in [one for one in parts if not one.role and len(one.lines) == 1]:
        body = next(
            (
                one
                for one in parts
                if one is not capital
                and one.lines
                and not one.role
                and _is_drop_capital(capital.lines[0], one.lines[0])
            ),
            None,
        )
        if body is not None:
            parts.remove(capital)
            parts.insert(parts.index(body), replace(capital, role="initial"))
    return with_initials(parts)


def _is_drop_capital(letter: Line, line: Line) -> bool:
    """Whether a line is one capital that begins beside another line and is two lines high."""
    text = _text(letter).replace(" ", "")
    mark = box_of_line(letter)
    box = box_of_line(line)
    if mark is None or box is None or len(text) != 1 or not text.isupper():
        return False
    high = box.y1 - box.y0
    return (
        mark.y1 - mark.y0 > _DROP * high
        and abs(mark.y0 - box.y0) < high  # beside the first of its lines
        and -high < box.x0 - mark.x1 < high
    )


def _in_order(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    lines = tuple(_with_letters_joined(line) for line in lines)
    boxes = [box_of_line(line) for line in lines]
    if len(lines) < _SORTED_BY_ID or not all(boxes):
        return lines
    placed = [box for box in boxes if box]
    down = sorted(range(len(lines)), key=lambda i: (placed[i].y0 + placed[i].y1, placed[i].x0))
    if down in (list(range(len(lines))), list(reversed(range(len(lines))))):  # upside down
        return lines
    # Side by side (columns, a table's cells), on its side, or slanted: the eye does not say.
    for above, below in pairwise(placed[i] for i in down):
        apart = min(above.x1, below.x1) <= max(above.x0, below.x0)
        same = below.y0 + below.y1 < above.y1 + above.y1 - (above.y1 - above.y0) // 2
        if apart or same or below.y1 - below.y0 > below.x1 - below.x0:
            return lines
    begins = _text(lines[down[0]])[:40]
    warnings.warn(
        ReorderedWarning(
            f"The lines of the block that begins with “{begins}” came in another order than they "
            f"stand on the page; they were sorted from the top down."
        ),
        stacklevel=2,
    )
    return tuple(lines[i] for i in down)


def _with_letters_joined(line: Line) -> Line:
    """A line whose words are nearly all single letters, put together where the letters touch."""
    words = line.words
    if len(words) < _SINGLE_LETTERS or not all(word.box for word in words):
        return line
    if sum(len(word.text.strip()) == 1 for word in words) < 0.9 * len(words):
        return line
    gaps = [_gap(before, after) for before, after in pairwise(words)]
    high = median(word.box.y1 - word.box.y0 for word in words if word.box)
    if not any(gap < 0.15 * high for gap in gaps) or not any(gap > 0.15 * high for gap in gaps):
        return line  # set apart on purpose, or without a gap that parts words
    glued = [False, *(gap < 0.15 * high for gap in gaps)]
    return replace(
        line,
        words=tuple(
            replace(word, glued=word.glued or joins)
            for word, joins in zip(words, glued, strict=True)
        ),
    )


def _gap(before: Word, after: Word) -> int:
    return after.box.x0 - before.box.x1 if before.box and after.box else 0
