r"""Tables and accounts: lines whose parts form columns.

Examples are an account (`Balance            12    4   6`), a list of fares, a table of weights. A
table has three or more lines together, most of them divided by two or more blanks, with the gaps of
different lines one below the other and figures in many of the cells. Each line is a row, and the
text between wide gaps is a cell; a rule of hyphens is a row of its own. A head or a sum that a
blank line sets apart belongs to the table if its cells stand in the columns. A block that the
layout calls a table needs only two rows in columns, of words as well as figures. Three or more
lines in which dots lead from words to a figure (`Flour . . . . 2 lb.`) are a table of two columns.
Lines of two parts, of which the first has a figure and all second parts begin at one place, are a
table without other figures: the entries of a register (`Apr. 4.   Thomas, s. of Henry Hale.`). A
row that skips a column has an empty cell there. The edited text keeps the columns as they are.

Left alone: justified prose with wide blanks, indented verse, dialogue, names in two columns without
figures, a single line with a figure at its end, two columns of prose side by side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.document import Document, Mark
from pipeline.text.blocks import Block, Line, blocks, touches

_CELL = re.compile(r"\S+(?:(?<!\.{4})[ \u00a0]\S+)*")
_FIGURES = re.compile(r"[£$]?[\dIlO][\d.,:/½¼¾lIO]*[.,;)]?|[-—–._=]+|[„\"]|(?:£|s\.|d\.|£\.)")
_LED = re.compile(
    r"(?P<what>\S.*?(?:(?:\s?\.){4,}|(?:\s\.){3,})|\S.*?…[ .…]*)"
    r"\s*(?P<amount>[£$]?[\d½¼¾⅓⅔⅛].{0,24})"
)
_LEADER = re.compile(r"[.·…](?:\s?[.·…])+")
_LISTED = re.compile(r"\W*\w{1,4}\W*")  # `1.`, `(12)`, `iv.`: the label of an item
_DATE = 24  # characters that the first cell of a dated line has, at most
_RULED = re.compile(r"[-—–._=\s]+")
_LONGEST = 300  # characters that a line of print has; 200,000 full stops are no leader
_PROSE = 40  # characters: a cell as long as that is a column of prose


def tables(document: Document) -> Iterator[Mark]:
    """Marks tables, their rows and cells."""
    found = blocks(document, claimed=False)
    place = {block.start: n for n, block in enumerate(blocks(document))}
    laid_out = [
        document.reading_span(zone.start, zone.end)
        for zone in (document.source.layout.zones if document.source.layout else ())
        if zone.role == "table"
    ]
    after = 0
    for n, block in enumerate(found):
        if n >= after and (last := _led_upto(found, n, place)) > n:
            after = last
            yield Mark("table", block.start, found[last - 1].end)
            for line in (line for one in found[n:last] for line in one.lines):
                yield from _row(line, [m.span(1), m.span(2)] if (m := _led(line)) else _cells(line))
            continue
        if n < after or not (_is_table(block) or _is_laid_out(block, laid_out)):
            continue
        first = n - 1 if n > after and _belongs(found[n - 1], block, place) else n
        after = n + 1
        while after < len(found) and (
            _belongs(found[after], found[after - 1], place) or _is_table_below(found, after, place)
        ):
            after += 1
        lines = [line for one in found[first:after] for line in one.lines]
        columns = _columns(lines)
        yield Mark("table", found[first].start, found[after - 1].end)
        for line in lines:
            cells = _cells(line)
            yield from _row(line, cells, _under(line, cells, columns), len(columns))


def _row(
    line: Line, cells: Sequence[tuple[int, int]], under: Sequence[int] = (), columns: int = 0
) -> Iterator[Mark]:
    """A line as a row, and its cells; if some columns have none, each with the one it is under."""
    at = line.start + line.indent
    yield Mark("row", at, at + len(line.text), (("columns", str(columns)),) if under else ())
    for n, (start, end) in enumerate(cells):
        column = (("column", str(under[n])),) if under else ()
        yield Mark("cell", at + start, at + end, column)


def _columns(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Where the columns of a table stand in its lines, by its fullest rows; [] if they overlap."""
    rows = [(line.indent, _cells(line)) for line in lines]
    most = max(len(cells) for _, cells in rows)
    full = [[(i + a, i + b) for a, b in cells] for i, cells in rows if len(cells) == most]
    found = [(min(a for a, _ in one), max(b for _, b in one)) for one in zip(*full, strict=True)]
    apart = all(before[1] <= after[0] for before, after in pairwise(found))
    return found if apart and most > 1 else []


def _under(
    line: Line, cells: Sequence[tuple[int, int]], columns: Sequence[tuple[int, int]]
) -> list[int]:
    """The columns that the cells of a line stand under, if there are more columns than cells.

    Empty if the cells do not each stand under one of their own.
    """
    if len(cells) >= len(columns) or _RULED.fullmatch(line.text):
        return []
    under: list[int] = []
    for start, end in cells:
        shares = [
            n
            for n, (first, last) in enumerate(columns)
            if line.indent + start < last and first < line.indent + end
        ]
        if len(shares) != 1 or (under and shares[0] <= under[-1]):
            return []
        under.append(shares[0])
    return under


def _led(line: Line) -> re.Match[str] | None:
    """The two parts of a line that dots lead through."""
    return _LED.fullmatch(line.text) if len(line.text) < _LONGEST else None


def _led_upto(found: Sequence[Block], n: int, place: Mapping[int, int]) -> int:
    """After which block the lines end through which dots lead to figures; `n` if there are few.

    A line may be a sum or a head. A line of ditto marks that is set in begins a block of its own.
    """
    last = n + 1
    while last < len(found) and found[last].gap == 0 and _is_led(found[last].lines):
        if place[found[last].start] - place[found[last - 1].start] != 1:
            break
        last += 1
    lines = [line for one in found[n:last] for line in one.lines]
    return last if _is_led(lines) and sum(_led(line) is not None for line in lines) > 2 else n


def _is_led(lines: Sequence[Line]) -> bool:
    """Whether dots lead through most lines to figures."""
    return sum(_led(line) is not None for line in lines) >= 0.8 * len(lines)


def _is_laid_out(block: Block, tables: Sequence[tuple[int, int]]) -> bool:
    """Whether the layout calls a block a table, and two of its lines have cells."""
    rows = sum(len(_cells(line)) > 1 for line in block.lines)
    return rows > 1 and touches(tables, block.start, block.end)


def _belongs(block: Block, beside: Block, place: Mapping[int, int]) -> bool:
    """Whether a block of a line or two is the head or the sum of the table beside it.

    It has as many columns, and they stand one below the other.
    """
    if len(block.lines) > 2 or abs(place[block.start] - place[beside.start]) != 1:
        return False
    rows = [(line, _cells(line)) for line in beside.lines]
    most = max(len(cells) for _, cells in rows)
    edges = {line.indent + edge for line, cells in rows for cell in cells[1:] for edge in cell}
    for line in block.lines:
        cells = _cells(line)
        below = sum(
            any(line.indent + edge + by in edges for edge in cell for by in (-1, 0, 1))
            for cell in cells[1:]
        )
        if len(cells) < max(3, most - 1) or below < 0.7 * (len(cells) - 1):
            return False
    return True


def _is_table_below(found: Sequence[Block], n: int, place: Mapping[int, int]) -> bool:
    """Whether the part of a table after a blank line has the columns of the part before it."""
    above, block = found[n - 1], found[n]
    if place[block.start] - place[above.start] != 1 or not _is_table(block):
        return False
    if not _is_table(Block((*above.lines, *block.lines), above.gap, above.page_start)):
        return False  # the reading text has both without a blank line
    rows = [(line, _cells(line)) for one in (above, block) for line in one.lines]
    return _in_columns([row for row in rows if len(row[1]) > 1])


def _cells(line: Line) -> list[tuple[int, int]]:
    """Where the cells of a line stand, counted from its first character.

    Dots that lead on from a cell are a part of it, however wide the gap before them.
    """
    cells: list[tuple[int, int]] = []
    for m in _CELL.finditer(line.text):
        if cells and _LEADER.fullmatch(m.group()):
            cells[-1] = (cells[-1][0], m.end())
        else:
            cells.append(m.span())
    return cells


def _is_table(block: Block) -> bool:
    """Whether the lines of a block stand in columns, with figures in them."""
    rows = [(line, _cells(line)) for line in block.lines]
    cut = [(line, cells) for line, cells in rows if len(cells) > 1]
    below = sum(
        len(cells) == 1 and line.indent > 3 and bool(_FIGURES.fullmatch(line.text))
        for line, cells in rows  # a rule and a sum, under the last column
    )
    if len(block.lines) < 3 or len(cut) + below < max(3, 0.6 * len(rows)):
        return False
    if len(cut) < 2:
        return False
    texts = [line.text[start:end] for line, cells in cut for start, end in cells[1:]]
    figures = sum(bool(_FIGURES.fullmatch(text)) for text in texts)
    long = sum(len(text) > _PROSE for text in texts)
    if _is_dated(rows):
        return True
    least = 0.1 if _is_wide(cut) else 0.4
    return figures >= least * len(texts) and long <= 0.1 * len(texts) and _in_columns(cut)


def _is_dated(rows: Sequence[tuple[Line, Sequence[tuple[int, int]]]]) -> bool:
    """Whether lines have two cells each, one below the other, the first of them with a figure.

    `Apr. 4.   Thomas, s. of Henry Hale.`, `1. I love.      1. We love.`; not the items of a list.
    """
    edges = {line.indent + cells[1][0] for line, cells in rows if len(cells) == 2}
    if len(edges) != 1 or any(len(cells) != 2 for _, cells in rows):
        return False
    first = [line.text[slice(*cells[0])] for line, cells in rows]
    figures = sum(any(map(str.isdigit, text)) and not _LISTED.fullmatch(text) for text in first)
    return figures >= 0.7 * len(rows) and all(len(text) <= _DATE for text in first)


def _is_wide(rows: Sequence[tuple[Line, Sequence[tuple[int, int]]]]) -> bool:
    """Whether most of four or more lines have four cells or more, with wide gaps between them."""
    full = sum(len(cells) > 3 for _, cells in rows)
    gaps = [after[0] - before[1] for _, cells in rows for before, after in pairwise(cells)]
    wide = sum(gap > 2 for gap in gaps)
    return len(rows) > 3 and full >= 0.7 * len(rows) and wide >= 0.7 * len(gaps)


def _in_columns(rows: Sequence[tuple[Line, Sequence[tuple[int, int]]]]) -> bool:
    """Whether most cells begin or end where those of other lines do, give or take a character."""
    edges: Counter[int] = Counter()
    for line, cells in rows:
        edges.update({line.indent + edge for cell in cells[1:] for edge in cell})
    beside = sum(
        max(sum(edges[line.indent + edge + by] for by in (-1, 0, 1)) for edge in cell) > 1
        for line, cells in rows
        for cell in cells[1:]
    )
    return beside >= 0.7 * sum(len(cells) - 1 for _, cells in rows)
