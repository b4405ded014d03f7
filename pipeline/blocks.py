"""How a text is laid out: its lines, and the blocks of lines that blank lines and page starts set apart.

Not a stage: a view of the present reading, which the stages of structure share.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from pipeline.document import Document

CLAIMING = frozenset("heading titlepart paragraph verse list speech note furniture separator byline dateline signed item".split())
LONG = 160  # characters: no printed line is longer, so such a line is a paragraph
TERMINAL = re.compile(r"""[.!?:…][\s"'“”‘’»«)\]*_´`]*$""")  # how a finished block ends
NUMBERED_HEADING = re.compile(
    r"(?:chapter|book|part|act|scene|section|letter|canto|kapitel|buch|teil|chapitre|livre|partie|capítulo|libro|parte)"
    r"\s+(?:[ivxlc]+|\d+|the\s+\w+|\w{3,9})\.?",
    re.IGNORECASE,
)
FUNCTION_WORDS = frozenset(
    # the commonest words that no sentence and no heading ends with: en, de, fr, es
    "a an the of to in on at by for from with and or but nor as than that which who whose if because is are was were be been has have had "
    "will would shall should may might can could must his her its their our your my this these those not into upon "
    "der die das den dem des ein eine einer eines einem und oder aber von zu mit für auf im am zum zur ist sind war wird nicht daß dass "
    "le la les un une des du de et ou mais dans par pour sur avec que qui est sont ne au aux ce cette ses son sa "
    "el los las una unos y o pero en del al con por para sin sobre es son no se su sus lo".split()
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the reading: `[start, end)` without its line feed; `text` without blanks at either end."""

    start: int
    end: int
    text: str
    indent: int  # blanks before the text


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together. `[start, end)` is tight; `gap` counts the blank lines before it."""

    lines: tuple[Line, ...]
    gap: int
    page_start: bool

    @property
    def start(self) -> int:
        """Where the first line's text begins."""
        return self.lines[0].start + self.lines[0].indent

    @property
    def end(self) -> int:
        """Behind the last line's text."""
        return self.lines[-1].start + self.lines[-1].indent + len(self.lines[-1].text)

    @property
    def text(self) -> str:
        """The block as one line."""
        return " ".join(line.text for line in self.lines)

    @property
    def finished(self) -> bool:
        """Whether it ends as a sentence or a heading's quotation does."""
        return bool(TERMINAL.search(self.text))


def lines(text: str) -> list[Line]:
    """Every line of a text, empty ones too. A page's end is a line's end."""
    found = []
    at = 0
    for raw in re.split("[\n\f]", text):
        bare = raw.strip(" \t\r\f\v\u00a0")
        found.append(Line(at, at + len(raw), bare, len(raw) - len(raw.lstrip(" \t\r\f\v\u00a0")) if bare else 0))
        at += len(raw) + 1
    return found


@lru_cache(maxsize=16)
def is_wrapped(text: str) -> bool:
    """Whether lines end where the printed ones did, rather than a paragraph being one long line."""
    lengths = [len(line) for line in text.split("\n") if line.strip()]
    long = sum(length for length in lengths if length > LONG)
    return long < 0.4 * sum(lengths) if lengths else True


@lru_cache(maxsize=16)
def measure(text: str) -> float:
    """The usual length of a full line, in characters."""
    lengths = sorted(len(line.strip()) for line in text.split("\n") if line.strip())
    return median(lengths[len(lengths) // 2 :]) if lengths else 0.0


def blocks(document: Document, *, claimed: bool = True) -> list[Block]:
    """The blocks of the present reading; without `claimed`, only those that no stage has given a role yet."""
    pages = sorted({document.reading_at(mark.start) for mark in document.marked("page")})
    found = _blocks(document.text, tuple(pages))
    if claimed:
        return found
    spans = claims(document)
    return [block for block in found if not touches(spans, block.start, block.end)]


def claims(document: Document, *roles: str) -> list[tuple[int, int]]:
    """The reading spans of the marks of these roles (of any that claims a block), sorted, overlapping ones made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(document.reading_span(mark.start, mark.end) for mark in document.marked(*(roles or CLAIMING))):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether `[start, end)` shares a character with one of some spans as `claims` gives them."""
    i = bisect_left(spans, (end, 0))
    return i > 0 and spans[i - 1][1] > start


@lru_cache(maxsize=8)
def _cached_blocks(text: str, pages: tuple[int, ...]) -> tuple[Block, ...]:
    usual = measure(text)
    wrapped = is_wrapped(text)
    found: list[Block] = []
    current: list[Line] = []
    gap = pending = 0
    page_start = False

    def finish() -> None:
        nonlocal current, gap, page_start
        if current:
            found.append(Block(tuple(current), gap, page_start))
        current, gap, page_start = [], 0, False

    for line in lines(text):
        if not line.text:
            finish()
            pending += 1
            continue
        first = bisect_right(pages, line.start - 1)
        starts_page = first < len(pages) and pages[first] <= line.start + line.indent
        long = not wrapped and current and max(len(line.text), len(current[-1].text)) > LONG
        if current and (starts_page or long or (wrapped and _opens(line, current, usual))):
            finish()
        if not current:
            gap, pending = pending, 0
            page_start = starts_page
        current.append(line)
    finish()
    return tuple(found)


def _blocks(text: str, pages: tuple[int, ...]) -> list[Block]:
    return list(_cached_blocks(text, pages))


def _opens(line: Line, before: Sequence[Line], usual: float) -> bool:
    """Whether a line begins a paragraph though no blank line says so: set in, after a line that ends a sentence early."""
    last = before[-1]
    if NUMBERED_HEADING.fullmatch(last.text):
        return True
    if not TERMINAL.search(last.text):
        return False
    indented = line.indent >= 2 and last.indent < line.indent and all(one.indent < line.indent for one in before[1:])
    early = len(last.text) < 0.75 * usual and line.text[:1].isupper() and len(before) > 1 and len(line.text) > 0.75 * usual
    return indented or early


def continues(before: Block, after: Block, usual: float, *, wrapped: bool) -> bool:
    r"""Whether a paragraph goes on behind what parts two blocks: a blank line that the OCR made up, a page's end, a note at its foot.

    It does where the first breaks off in mid-sentence, or in mid-word (`direc-`, `a mighty⏎⏎mass movement`). Across a bare page
    start it does unless the first ends a sentence in a short line.
    """
    opening = after.text.lstrip("·•.,\\!\"'“”‘’*_~-— ")
    last = before.text.rstrip("*_ ")
    if re.search(r"\w[-¬\u00ad]$", last):
        return True
    if re.match(r"\(?[a-z][.)]\s", after.text):  # an item, `a) …`
        return False
    if before.finished:
        short = len(before.lines[-1].text) < 0.75 * usual
        return after.page_start and after.gap == 0 and wrapped and not short and after.lines[0].indent < 2
    if opening[:1].islower():
        return True
    ending = re.search(r"([^\W\d_]+|,)$", last)
    if ending and (ending[1] == "," or ending[1].lower() in FUNCTION_WORDS):
        return len(last) > 20
    return after.page_start and after.gap == 0 and wrapped and len(last) > 40


def paragraph_runs(document: Document) -> list[tuple[Block, ...]]:
    """The blocks without a role, those of one paragraph together. Notes and furniture may lie in between, headings may not."""
    usual, wrapped = measure(document.text), is_wrapped(document.text)
    stops = claims(document, *(CLAIMING - {"note", "furniture"}))
    found: list[list[Block]] = []
    for block in blocks(document, claimed=False):
        if found and not touches(stops, found[-1][-1].end, block.start) and continues(found[-1][-1], block, usual, wrapped=wrapped):
            found[-1].append(block)
        else:
            found.append([block])
    return [tuple(run) for run in found]
