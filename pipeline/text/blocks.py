"""The layout of a text: its lines, and the blocks that blank lines and page starts separate.

Not a stage: a view of the present reading, which the stages of structure share.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.roles import CLAIMING

LONG = 160  # characters: no printed line is longer, so such a line is a paragraph
TERMINAL = re.compile(r"""[.!?:…。！？][\s"'“”‘’»«)\]*_´`」』）]*$""")  # how a finished block ends
_NAME_ABOVE = re.compile(r"(?:[A-ZÀ-Þ][A-ZÀ-Þ.’']+[ -]){0,3}[A-ZÀ-Þ]{3,}[.:]")
_BLANKS = " \t\r\f\v\u00a0\u3000"
_WIDE_BLANK = "\u3000"  # sets in a paragraph in Chinese and Japanese
_IN_BRACKETS = re.compile(r"\[\d[^\[\]]*\]")  # `[1 Elm, p. 9.]`, a note without a call
# `A = (a + b) h / 2`, set off within a sentence: signs, figures and single letters
_FORMULA = re.compile(r"(?=.*=)(?:(?![^\W\d_]{3})[^\n]){3,60}")
OPENING = frozenset('"“‘`«»„—–')  # what a speech begins with


class Line(NamedTuple):
    """A line of the reading: `[start, end)` without its line feed; `text` is stripped of blanks."""

    start: int
    end: int
    text: str
    indent: int  # blanks before the text

    @property
    def span(self) -> tuple[int, int]:
        """Where its text stands, without the blanks around it."""
        start = self.start + self.indent
        return start, start + len(self.text)


@dataclass(frozen=True)
class Block:
    """Consecutive lines. `[start, end)` is tight; `gap` counts the blank lines before it."""

    lines: tuple[Line, ...]
    gap: int
    page_start: bool

    @cached_property
    def start(self) -> int:
        """Where the first line's text begins."""
        return self.lines[0].start + self.lines[0].indent

    @cached_property
    def end(self) -> int:
        """After the last line's text."""
        return self.lines[-1].start + self.lines[-1].indent + len(self.lines[-1].text)

    @cached_property
    def text(self) -> str:
        """The block as one line."""
        return " ".join(line.text for line in self.lines)

    @cached_property
    def finished(self) -> bool:
        """Whether it ends as a sentence or a heading's quotation does."""
        return bool(TERMINAL.search(self.text))


@lru_cache(maxsize=4)
def lines(text: str) -> tuple[Line, ...]:
    """Every line of a text, empty ones too. A page's end is a line's end."""
    found = []
    at = 0
    for raw in text.replace("\f", "\n").split("\n"):
        bare = raw.strip(_BLANKS)
        indent = len(raw) - len(raw.lstrip(_BLANKS)) if bare else 0
        found.append(Line(at, at + len(raw), bare, indent))
        at += len(raw) + 1
    return tuple(found)


def numbered_heading() -> re.Pattern[str]:
    """A heading of a word and a number alone: `CHAPTER II.`, `Book the First`, `Erster Akt`."""
    return _numbered_heading(languages.every())


@lru_cache(maxsize=8)
def _numbered_heading(known: Language) -> re.Pattern[str]:
    of = known.headings
    article = f"(?:{alternatives(of.article)})" if of.article else "(?!)"
    return re.compile(
        rf"(?:{alternatives((*of.part, *of.chapter, *of.section))})"
        rf"\s+(?:[ivxlc]+|\d+|{article}\s+\w+|\w{{3,9}})\.?"
        rf"|(?:[ivxlc]+\.|\d+\.|\w{{4,14}})\s+(?:{alternatives(of.after_number)})\.?",
        re.IGNORECASE,
    )


def cast_heading() -> re.Pattern[str]:
    """The heading of the characters of a play: `DRAMATIS PERSONÆ.`."""
    return _cast_heading(languages.every())


@lru_cache(maxsize=8)
def _cast_heading(known: Language) -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(known.drama.cast)})\W*", re.IGNORECASE)


def notes_heading() -> re.Pattern[str]:
    """The heading of end notes: `NOTES.`, `Notes to the First Book`."""
    return _notes_heading(languages.every())


@lru_cache(maxsize=8)
def _notes_heading(known: Language) -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(known.headings.notes)})\b.{{0,40}}", re.IGNORECASE)


def function_words() -> frozenset[str]:
    """The commonest words, which no sentence and no heading ends with, in small letters."""
    return _function_words(languages.every())


@lru_cache(maxsize=8)
def _function_words(known: Language) -> frozenset[str]:
    return frozenset(known.words.function)


def speakers(text: str) -> frozenset[str]:
    """The names that stand above speeches, `HUGH.`: lines in capitals that come back again."""
    above = Counter(
        line.text
        for line, below in pairwise(lines(text))
        if below.text and _NAME_ABOVE.fullmatch(line.text)
    )
    return frozenset(name for name, count in above.items() if count > 1)


@lru_cache(maxsize=16)
def is_wrapped(text: str) -> bool:
    """Whether lines end where the printed ones did, rather than a paragraph being one long line."""
    lengths = [len(line) for line in text.split("\n") if line.strip()]
    long = sum(length for length in lengths if length > LONG)
    return long < 0.4 * sum(lengths) if lengths else True


@lru_cache(maxsize=16)
def sets_in(text: str) -> bool:
    """Whether paragraphs begin with an indented line, as in most books, and other lines do not."""
    full = [line for line in lines(text) if line.text]
    begun = sum(2 <= line.indent <= 10 for line in full)
    return is_wrapped(text) and begun >= 3 and 0.03 * len(full) <= begun <= 0.5 * len(full)


def in_capitals(text: str) -> bool:
    """Whether a line is set in capitals."""
    letters = "".join(filter(str.isalpha, text))
    return len(letters) >= 4 and sum(map(str.isupper, letters)) >= 0.8 * len(letters)


@lru_cache(maxsize=16)
def full_line(text: str) -> float:
    """The usual length of a full line, in characters."""
    lengths = sorted(len(line.strip()) for line in text.split("\n") if line.strip())
    return median(lengths[len(lengths) // 2 :]) if lengths else 0.0


def is_dialogue(paragraphs: Sequence[str]) -> bool:
    """Whether people speak to one another: a fifth of the paragraphs begin with a quote or dash.

    Not counted: what a colon introduces, and what continues the previous paragraph's quotation.
    """
    spoken = sum(
        after[:1] in OPENING
        and not before.endswith(":")
        and before.count("“") <= before.count("”")
        and before.count('"') % 2 == 0
        for before, after in pairwise(["", *paragraphs])
        if after
    )
    return spoken > max(3, 0.2 * len(paragraphs))


def blocks(document: Document, *, claimed: bool = True) -> list[Block]:
    """The blocks of the current reading; without `claimed`, only those without a role."""
    pages = sorted({document.reading_at(mark.start) for mark in document.marked("page")})
    # notes that stand right below text, `free to all.⏎1 So the charter.`, or right above it
    notes = sorted(
        {
            edge
            for mark in document.marked("note")
            if _claims(mark)
            for edge in document.reading_span(mark.start, mark.end)
        }
    )
    found = list(_cached_blocks(document.text, tuple(pages), tuple(notes)))
    if claimed:
        return found
    spans = claims(document)
    return [block for block in found if not touches(spans, block.start, block.end)]


def claims(document: Document, *roles: str) -> list[tuple[int, int]]:
    """The sorted, merged reading spans of marks with these roles (default: `CLAIMING`)."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(
        document.reading_span(mark.start, mark.end)
        for mark in document.marked(*(roles or CLAIMING))
        if _claims(mark)
    ):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _claims(mark: Mark) -> bool:
    """Whether a mark takes its block: not a note at its call, in the middle of a sentence."""
    return not mark.get("at")


def touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether `[start, end)` shares a character with one of some spans as `claims` gives them."""
    i = bisect_left(spans, (end, 0))
    return i > 0 and spans[i - 1][1] > start


@lru_cache(maxsize=8)
def _cached_blocks(text: str, pages: tuple[int, ...], notes: tuple[int, ...]) -> tuple[Block, ...]:
    at_notes = frozenset(notes)
    usual = full_line(text)
    wrapped, indented = is_wrapped(text), sets_in(text)
    numbered = numbered_heading()
    found: list[Block] = []
    last_end = -1  # of the lines with text so far
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
        first = bisect_right(
            pages, last_end
        )  # a running head that was taken out may stand between the page's start and this line
        starts_page = first < len(pages) and pages[first] <= line.start + line.indent
        last_end = line.start + line.indent + len(line.text) - 1
        long = not wrapped and current and max(len(line.text), len(current[-1].text)) > LONG
        if current and (
            starts_page
            or long
            or line.span[0] in at_notes
            or text[line.start] == _WIDE_BLANK
            or current[-1].span[1] in at_notes
            or (wrapped and _opens(line, current, usual, numbered, indented=indented))
        ):
            finish()
        if not current:
            gap, pending = pending, 0
            page_start = starts_page
        current.append(line)
    finish()
    return tuple(found)


def _opens(
    line: Line,
    before: Sequence[Line],
    usual: float,
    numbered: re.Pattern[str],
    *,
    indented: bool,
) -> bool:
    """Whether an indented line after a short last line begins a paragraph without a blank line."""
    last = before[-1]
    if numbered.fullmatch(last.text):
        return True
    if (
        indented
        and line.indent >= 2
        and len(before) == 1
        and in_capitals(last.text)
        and not in_capitals(line.text)
    ):
        return True  # a chapter's title, and its first paragraph
    if not TERMINAL.search(last.text):
        return False
    if numbered.fullmatch(line.text):
        return True
    short = (
        indented and line.indent >= 2 and len(before) == 1
    )  # `"Tom!"`, a paragraph of one line, before another
    set_in = short or (
        line.indent >= 2
        and last.indent < line.indent
        and all(one.indent < line.indent for one in before[1:])
    )
    early = (
        len(last.text) < 0.75 * usual
        and line.text[:1].isupper()
        and len(before) > 1
        and len(line.text) > 0.75 * usual
    )
    return set_in or early


def continues(
    before: Block, after: Block, usual: float, *, wrapped: bool, indented: bool = False
) -> bool:
    r"""Whether a paragraph continues across the gap between two blocks.

    The gap may be a blank line that the OCR invented, a page's end, or a footnote.

    It does where the first breaks off in mid-sentence, or in mid-word (`direc-`, `a mighty⏎⏎mass
    movement`). Across a bare page start it does unless the first ends a sentence in a short line;
    across one with blank lines, too, in a text whose paragraphs are set in (`indented`).
    """
    opening = after.text.lstrip("·•.,\\!\"'“”‘’*_~-— ")
    last = before.text.rstrip("*_ ")
    if re.search(r"\w[-¬\u00ad]$", last):
        return True
    if re.match(r"\(?[a-z][.)]\s", after.text):  # an item, `a) …`
        return False
    if not before.finished and _FORMULA.fullmatch(after.text):
        return True
    if _IN_BRACKETS.fullmatch(after.text):
        return False
    if before.finished and re.match(r"\(?\d+[.)]\s+[^\W\d_]", after.text):  # `380. Plum Pudding.`
        return False
    if before.finished:
        short = len(before.lines[-1].text) < 0.75 * usual
        return (
            after.page_start
            and (after.gap == 0 or indented)
            and wrapped
            and not short
            and after.lines[0].indent < 2
        )
    if opening[:1].islower():
        return True
    first = re.match(r"[^\W\d_]{2,}", opening)
    begins = first is not None and first[0].lower() in function_words()
    if begins and not after.page_start:  # `and the town had⏎⏎The second year`
        return False
    ending = re.search(r"([^\W\d_]+|,)$", last)
    if ending and (ending[1] == "," or ending[1].lower() in function_words()):
        # not `I remain, my dear Anna,⏎⏎Yours most affectionately,`: a sentence that is cut fills
        # its line
        return len(last) > 20 and (not wrapped or len(before.lines[-1].text) > 0.6 * usual)
    return after.page_start and after.gap == 0 and wrapped and len(last) > 40


def cuts_a_sentence(before: Block | None, block: Block, after: Block | None) -> bool:
    """Whether a block of a few words interrupts a sentence: `a very vivid⏎⏎MIX⏎⏎of old and new`."""
    if before is None or after is None or len(block.text.split()) > 3 or block.finished:
        return False
    goes_on = before.text[-1:].isalpha() and len(before.text) > 40
    return goes_on and block.text[-1:].isalpha() and after.text[:1].islower()


def paragraph_runs(document: Document) -> list[tuple[Block, ...]]:
    """The blocks without a role, grouped by paragraph.

    Notes, pictures and furniture may come between, headings may not.
    """
    usual, wrapped, indented = (
        full_line(document.text),
        is_wrapped(document.text),
        sets_in(document.text),
    )
    stops = claims(document, *(CLAIMING - {"note", "furniture", "figure"}))
    found: list[list[Block]] = []
    free = blocks(document, claimed=False)
    for n, block in enumerate(free):
        before = found[-1][-1] if found else None
        after = free[n + 1] if n + 1 < len(free) else None
        if (
            before
            and not touches(stops, before.end, block.start)
            and (
                cuts_a_sentence(before, block, after)
                or continues(before, block, usual, wrapped=wrapped, indented=indented)
            )
        ):
            found[-1].append(block)
        else:
            found.append([block])
    return [tuple(run) for run in found]


def stanzas(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a text that blank lines set apart."""
    at = start
    for gap in [*re.compile(r"\s*\n[ \t]*\n\s*").finditer(text, start, end), None]:
        stop = gap.start() if gap else end
        if at < stop:
            yield at, stop
        at = gap.end() if gap else end
