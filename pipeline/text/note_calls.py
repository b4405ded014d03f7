"""Where the text calls a note: a sign, a bracketed or raised figure, or a bare one.

Not a stage: a view of the present reading. Which of these places are calls depends on the notes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.language import languages
from pipeline.language.languages import Language, alternatives

Span = tuple[int, int]

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
SUPERSCRIPTS = str.maketrans(RAISED, "0123456789")
EMPHASIS = re.compile(r"(?<!\w)\*[^*\s),.;:](?:[^*\n]*[^*\s])?\*(?!\w)")
_CALL = re.compile(
    r"(?<=[\w.,;:!?\"'”’)\]»*])(?:[ \u00a0]?|(?P<below>\n))"
    r"(?P<call>[(\[](?P<inner>\d{1,3}|[a-z]|\*{1,3}|†|‡)[)\]]"
    rf"|(?P<raised>(?<![{RAISED}])[{RAISED}]{{1,3}}(?![{RAISED}])\)?)"
    r"|(?P<sign>(?:\*{1,3}|†{1,2}|‡{1,2}|§|¶|\|\||\^|°)\)?)(?![\w*†‡§])"
    r"|(?<![ \u00a0\n\d(\[])(?P<bare>\d{1,3}\)?)(?![\w%°/]|[.,:]\d|-\d))"
)
# A figure with blanks around it, `two pounds 2 before the council met`, which is a call only where
# the page's foot says so.
_APART = re.compile(
    r"(?<=[^\W\d_]{3})(?P<stop>[.,;:!?]?[\"”’»)]?)[ \u00a0]"
    r"(?P<figure>\d{1,3})(?P<after>[.,;:!?]?)(?=\s+(?P<next>[^\W\d_]+)(?!\s+\d))"
)
_ROW = re.compile(r"^[^\w\n]+$", re.MULTILINE)  # a row of stars parts two sections
_CALLS_A_WORD = re.compile(r"[^\W\d_]{2}[a-zà-ÿ]$|[a-zà-ÿ]{3}$")  # campaigns2, not Fe2 or H2O
_YEAR = re.compile(r"(?<![\d.,/-])(?:1[0-9]|20)\d\d$")


class Calls:
    """All places of a text that may call a note, by the signs that call there."""

    def __init__(self, text: str) -> None:
        """Find the places.

        Args:
            text: the present reading.
        """
        self._text = text
        abbreviated = _abbreviated()
        self._found: dict[tuple[str, str], list[Span]] = {}
        emphasised = _emphasised(text)
        rows = [m.span() for m in _ROW.finditer(text)]
        for m in _CALL.finditer(text):
            start, end = m.span("call")
            if within(start, rows) or (m["below"] and not _begins_a_line(text, m)):
                continue
            if not m["inner"] and text[end - 1] == ")" and _inside_brackets(text, start):
                end -= 1
            if m["sign"]:
                while start < end and emphasised[start]:
                    start += 1  # the first star of `*poods**` closes an emphasis
                core = text[start:end].rstrip(")")
            elif m["bare"]:
                if not _calls_by_figure(text, start, end, abbreviated):
                    continue
                core = m["bare"].rstrip(")")
            else:
                core = (m["inner"] or m["raised"].rstrip(")")).translate(SUPERSCRIPTS)
            if core:
                self._found.setdefault((core, ""), []).append((start, end))

    def within(self, core: str, low: int, top: int, *, misread: str = "") -> Sequence[Span]:
        """The places in `[low, top)` that may call a note, in order.

        Args:
            core: the sign without brackets; figures as figures, "1" for `(1)` and `¹`.
            low: where the search begins, a position of the reading.
            top: where it ends.
            misread: what the OCR read for the sign, where that differs.
        """
        key = (core, misread)
        if misread and key not in self._found:
            # a misread sign calls right after a stop, `strangers.f`
            sign = rf"(?<=[.,;:!?\"'”’)]){re.escape(misread)}(?![\w*†‡§])"
            spans = [m.span() for m in re.finditer(sign, self._text)]
            self._found[key] = sorted(spans + self._found.get((core, ""), []))
        spans = self._found.get(key, [])
        return spans[bisect_left(spans, (low, 0)) : bisect_left(spans, (top, 0))]

    def apart(self, low: int, top: int) -> list[tuple[int, Span]]:
        """The figures in `[low, top)` that may call a note although blanks stand around them.

        `two pounds 2 before they met`, `the old wall, 3 which fell`, `in that year. 4 The council`:
        not `page 2 of it`, `two pounds 2 shillings`, `about 2 and 3`.
        """
        known = languages.every()
        small, counted = _begin_phrases(known), _counting(known)
        found: list[tuple[int, Span]] = []
        for m in _APART.finditer(self._text, low, top):
            word = re.compile(r"[^\W\d_]+$").search(self._text, max(low, m.start() - 24), m.start())
            if word is None or not word[0].islower() or word[0] in small:
                continue
            ends = m["stop"][:1] in {".", "!", "?"} if m["stop"] else m["after"] in {".", "!", "?"}
            goes_on = m["next"][0].isupper() if ends else m["next"] in small
            if goes_on and not counted.fullmatch(word[0]):
                found.append((int(m["figure"]), m.span("figure")))
        return found

    def bracket(self, at: int) -> str:
        """The bracket that a call begins with; empty if it has none."""
        first = self._text[at : at + 1]
        return first if first in {"(", "["} else ""

    def is_apart(self, at: int) -> bool:
        """Whether a blank stands before a call, `year (1)`, which may then be something else."""
        return self._text[at - 1 : at].isspace()

    def numbered(self, low: int, top: int) -> Iterator[tuple[int, Span]]:
        """The numbers that call in `[low, top)`, with their places, in order."""
        every = sorted(
            (span, int(core))
            for (core, misread), spans in self._found.items()
            if core.isdecimal() and not misread
            for span in spans
            if low <= span[0] < top
        )
        return ((number, span) for span, number in every)


def _calls_by_figure(text: str, start: int, end: int, abbreviated: re.Pattern[str]) -> bool:
    """Whether a bare figure calls a note: after a stop or a word, `West.1`, `campaigns2`.

    Not in a number, `4.5`, unless it follows a year and its stop, `in 1790.2 It stood`; not after
    an abbreviation, `No.1`, or in a formula, `Fe2`.
    """
    before = text[max(0, start - 24) : start]
    if before[-1:].isalpha():
        return _CALLS_A_WORD.search(before) is not None
    if before[-1:] in ".,:;" and before[-2:-1].isdigit():
        following = text[end : end + 3].lstrip()
        apart = text[end : end + 1].isspace()
        sentence = before[-1] == "." and following[:1].isupper()
        clause = before[-1] != "." and following[:1].islower()
        return bool(_YEAR.search(before[:-1])) and apart and (sentence or clause)
    return not abbreviated.search(before)


def _abbreviated() -> re.Pattern[str]:
    """An initial, or an abbreviation before a figure in any language, at the end: `No.`, `vgl.`."""
    words = alternatives(languages.every().numbers.before_figure)
    return re.compile(rf"(?:^|[\s(\[])(?:[A-Za-z]|{words})\.$", re.IGNORECASE)


@lru_cache(maxsize=8)
def _begin_phrases(known: Language) -> frozenset[str]:
    """Words that no figure counts: they begin what follows it, `2 before the council met`."""
    words = (*known.words.function, *known.dashes.clause_openers, *known.numbers.before_time)
    return frozenset(words)


@lru_cache(maxsize=8)
def _counting(known: Language) -> re.Pattern[str]:
    """A word whose figure counts something: `page 2`, `chapter 3`, `Band 4`."""
    numbers, of = known.numbers, known.headings
    words = (*of.part, *of.chapter, *of.section, *known.pages.number, *numbers.before_figure)
    patterns = [alternatives(words), *numbers.before_page, *numbers.before_part]
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)


def _begins_a_line(text: str, call: re.Match[str]) -> bool:
    """Whether a call stands at a line's beginning: `the charter⏎(1) was lost`, not an item."""
    following = text[call.end() : call.end() + 2]
    return bool(call["inner"] or call["raised"]) and (
        following[:1] in {",", ";", "."} or (following[:1] == " " and following[1:].islower())
    )


def _inside_brackets(text: str, at: int) -> bool:
    """Whether a bracket is open at a place: `(and the mill2)`, not `the mill2)`."""
    line = text[max(0, at - 200) : at]
    return line.rfind("(") > line.rfind(")")


def _emphasised(text: str) -> bytes:
    """1 for each character inside `*emphasis*`, whose closing star calls nothing."""
    found = bytearray(len(text) + 1)
    for m in EMPHASIS.finditer(text):
        found[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
    return bytes(found)


def within(at: int, spans: Sequence[Span]) -> bool:
    """Whether a position lies in one of some spans, which are in order and do not overlap."""
    i = bisect_left(spans, (at + 1, 0)) - 1
    return i >= 0 and at < spans[i][1]
