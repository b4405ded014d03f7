r"""Columns that were read across, and side notes between the lines.

An OCR engine that takes two columns for one reads straight across both and leaves a wide gap in the
middle (`The ship was lost on      LOST, on Saturday last,`). Side notes end up before or after the
lines beside them (`the same     charter.`). Only the page shows what belongs together, so emend
leaves such lines as they are: it marks them as a block of their own, corrects and joins no word in
them, and leaves the place pending for an editor.

What decides: in four or more lines the right part begins at the same place, and both parts are
prose; or two or more short pieces stand to the right of the text, or to the left of lines that all
begin at the same place in mid-sentence; or a short piece stands alone beyond the right end of the
lines, within a sentence. A family tree, whose lines have bars and rules between names, is left as
it is drawn too.

Left alone: tables and accounts, prose with wide blanks, verse with numbers in the margin, a
signature or a date at the right, names in two columns, the speakers of a play. If the source has a
layout, its regions separate columns and side notes already.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import TERMINAL, Block, Line, blocks, function_words

_GAP = re.compile(r"(?<=\S)[ \t]{3,}(?=\S)")
# A line of a pedigree without names: bars, and rules with or without bars in them. A row of a table
# in Markdown is none: `|---|---|`.
_BARS = re.compile(r"(?!\|[-:|\s]*-)(?=.*[|│┌┐└┘])[|│┌┐└┘┴┬─_\s+-]+")
_LEAST = 4  # lines
_SLACK = 1  # characters that the edge of a column may shift by
_RAGGED = 4  # characters that a side note may stand inside the longest line
_SIDE = 25  # characters of a piece of a side note, at most
_BEFORE = 14  # the same, at the left


def columns(document: Document) -> Iterator[Proposal | Mark]:
    """Marks lines of two columns and lines with side notes, and asks an editor about them."""
    for block in _unparted(blocks(document, claimed=False)):
        if _is_tree(block):
            yield Mark("columns", block.start, block.end)
            continue
        for first, last, rule, why in _found(block):
            lines = block.lines[first : last + 1]
            start, end = lines[0].span[0], lines[-1].span[1]
            yield Mark("columns", lines[0].start, end)
            shown = document.text[start : lines[0].span[1]]
            yield Proposal(
                start, start + len(shown), shown, rule, why, "structure", 0.5, verdict="held"
            )


def _unparted(found: Sequence[Block]) -> Iterator[Block]:
    """Blocks that no blank line parts as one: a line of two columns that is short ends nothing."""
    lines: list[Line] = []
    first = None
    for block in found:
        if first and (block.gap or block.page_start or block.lines[0].start != lines[-1].end + 1):
            yield Block(tuple(lines), first.gap, first.page_start)
            first, lines = None, []
        first = first or block
        lines += block.lines
    if first:
        yield Block(tuple(lines), first.gap, first.page_start)


def _is_tree(block: Block) -> bool:
    """Whether a block is a drawing of names that bars and rules join, a pedigree."""
    drawn = sum(_BARS.fullmatch(line.text) is not None for line in block.lines)
    spread = sum(_GAP.search(line.text) is not None for line in block.lines)
    named = sum(any(map(str.isalpha, line.text)) for line in block.lines)
    return drawn > 0 and spread > 1 and named > 1


def _found(block: Block) -> Iterator[tuple[int, int, str, str]]:
    """The stretches of a block that are no text in lines, with the rule and the reason."""
    if len(block.lines) < _LEAST:
        return
    if rows := _read_across(block.lines):
        yield (
            rows[0],
            rows[-1],
            "columns.across",
            f"two columns read across: {len(rows)} lines have a wide gap at one place",
        )
    elif pieces := _beside(block.lines) or _before(block.lines) or _between(block.lines):
        yield (
            0,
            len(block.lines) - 1,
            "columns.side-note",
            f"side notes between the lines: {' … '.join(pieces[:4])}",
        )


def _read_across(lines: Sequence[Line]) -> list[int]:
    """The lines (by index) of two columns, if most lines from the first to the last have both."""
    gaps = [
        (n, line.indent + m.start(), line.indent + m.end())
        for n, line in enumerate(lines)
        for m in _GAP.finditer(line.text)
    ]
    edge = _commonest([end for _, _, end in gaps])
    rows = [(n, start, end) for n, start, end in gaps if abs(end - edge) <= _SLACK]
    if len(rows) < _LEAST or len(gaps) - len(rows) > 0.2 * len(rows):
        return []
    left = [lines[n].text[: start - lines[n].indent] for n, start, _ in rows]
    right = [lines[n].text[end - lines[n].indent :] for n, _, end in rows]
    found = sorted({n for n, _, _ in rows})
    whole = len(found) >= 0.7 * (found[-1] - found[0] + 1)
    if not whole or not (_is_prose(left) or _is_prose(right)):
        return []
    return found if all(_is_prose(one) or _is_worded(one) for one in (left, right)) else []


def _is_prose(parts: Sequence[str]) -> bool:
    """Whether parts of lines are parts of sentences: words that make them, and small beginnings."""
    function = function_words()
    worded = sum(
        len(part.split()) > 2
        and any(word in function for word in re.findall(r"[^\W\d_]+", part.lower()))
        for part in parts
    )
    begun = sum(part[:1].islower() for part in parts)
    return worded >= 0.6 * len(parts) and begun >= 0.4 * len(parts)


def _is_worded(parts: Sequence[str]) -> bool:
    """Whether parts of lines may be sentences of another language, as Latin beside English.

    Half of them have three words or more, and some begin in the middle of a sentence.
    """
    worded = sum(len(re.findall(r"[^\W\d_]{2,}", part)) > 2 for part in parts)
    begun = sum(part[:1].islower() for part in parts)
    return worded >= 0.5 * len(parts) and begun >= 0.3 * len(parts)


def _beside(lines: Sequence[Line]) -> list[str]:
    """The pieces of side notes at the right of lines that are prose."""
    split = [_cut(line) for line in lines]
    full = [end for end, piece in split if end and not piece]
    if not full:
        return []
    measure = max(full)
    pieces: list[str] = []
    texts: list[str] = []
    inline: list[int] = []
    for n, (line, (_, piece)) in enumerate(zip(lines, split, strict=True)):
        at = line.indent + len(line.text) - len(piece)
        texts.append(line.text[: len(line.text) - len(piece)])
        if piece and at < (measure - _RAGGED if texts[-1] else 0.8 * measure):
            return []  # it does not stand beside the text
        if piece:
            pieces.append(piece)
            inline += [n] if texts[-1] else []
    if len(pieces) < 2 or not inline or inline[0] == len(lines) - 1:
        return []
    if not any(re.search(r"[^\W\d_]{2}", piece) for piece in pieces):
        return []
    prose = [text.strip() for text in texts if text.strip()]
    return pieces if _is_prose(prose) else []


def _cut(line: Line) -> tuple[int, str]:
    """Where the text of a line ends, and the short piece that stands beyond it, if one does."""
    found = list(_GAP.finditer(line.text))
    if found and len(line.text) - found[-1].end() <= _SIDE:
        return line.indent + found[-1].start(), line.text[found[-1].end() :]
    if line.indent > 2 * _SIDE and len(line.text) <= _SIDE:
        return 0, line.text
    return line.indent + len(line.text), ""


def _before(lines: Sequence[Line]) -> list[str]:
    """The pieces of side notes at the left of lines that all begin at one place."""
    found = [
        (line.text[: m.start()], line.indent + m.end(), line.text[m.end() :])
        for line in lines
        if (m := _GAP.search(line.text)) and m.start() <= _BEFORE
    ]
    edge = _commonest([at for _, at, _ in found])
    pieces = [(piece, rest) for piece, at, rest in found if abs(at - edge) <= _SLACK]
    if len(pieces) < 2 or len(pieces) < len(found) or len(pieces) > 0.8 * len(lines):
        return []
    rests = [rest for _, rest in pieces]
    small = sum(rest[:1].islower() for rest in rests)
    worded = all(re.search(r"[^\W\d_]{2}", piece) for piece, _ in pieces)
    long = all(len(rest.split()) > 3 for rest in rests)
    return [piece for piece, _ in pieces] if worded and long and 2 * small > len(rests) else []


def _between(lines: Sequence[Line]) -> list[str]:
    """The pieces of side notes that stand alone at the right, within a sentence of full lines."""
    measure = max(
        (line.indent + len(line.text) for line in lines if line.indent < _SIDE), default=0
    )
    pieces: list[str] = []
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        if (
            len(line.text) <= _SIDE
            and line.indent >= 0.75 * measure
            and min(len(above.text), len(below.text)) > 0.75 * measure
            and not TERMINAL.search(above.text)
            and below.text[:1].islower()
            and below.text.split()[0] != line.text.strip("-")  # a catchword
        ):
            pieces.append(line.text)
    return pieces


def _commonest(places: Sequence[int]) -> int:
    """The place that most are at, give or take a character; -1 if there is none."""
    counts = Counter(places)
    return max(
        counts, key=lambda at: (counts[at - 1] + counts[at] + counts[at + 1], -at), default=-1
    )
