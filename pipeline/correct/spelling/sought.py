"""Search the lines of a text that may hold a pattern, rather than every line.

Most patterns of the corrector begin with what may stand before any word, and are slow to try at
every letter. A sign is a fast pattern that every match has in its line: a blank and a single s for
`captain s`, a comma before a letter for `mill,and`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import regex

# Any letter, any capital and any small letter, and more: a sign may allow too much. They say what
# they are not, since `re` takes ten milliseconds to compile a class that goes up to U+10FFFF.
LETTER = r"[^\x00-@\[-`{-\x7f]"
CAPITAL = r"[^\x00-@\[-\x7f]"
SMALL = r"[^\x00-`{-\x7f]"
_BEYOND = 8  # code points after the line end that a pattern may look at


Lines = Sequence[tuple[int, int]]
"""Where lines begin and end, in order."""


def sought(
    pattern: regex.Pattern[str],
    sign: re.Pattern[str],
    text: str,
    within: Lines | None = None,
) -> Iterator[regex.Match[str]]:
    """The matches of a pattern that never goes over a line end, all in lines that have its sign.

    Those in the lines `within` alone, if given.
    """
    return matches(pattern, text, lines_with(sign, text, within))


def lines_with(
    sign: re.Pattern[str], text: str, within: Lines | None = None
) -> Iterator[tuple[int, int]]:
    """Where the lines of a text that have a sign begin and end."""
    if within is not None:
        for start, end in within:
            hit = sign.search(text, start, min(len(text), end + 1))
            if hit and hit.start() < end:
                yield start, end
        return
    end = 0
    while hit := sign.search(text, end):
        start = text.rfind("\n", 0, hit.start()) + 1
        end = text.find("\n", hit.start())
        if end < 0:
            yield start, len(text)
            return
        yield start, end


def lines_of(text: str, stretches: Iterable[tuple[int, int]]) -> Lines:
    """The lines of a text that stretches of it lie in; stretches may begin before the text."""
    lines: list[tuple[int, int]] = []
    at = 0  # where the next line begins that is not yet among them
    for first, last in stretches:
        while at <= last and at <= len(text):
            at = max(at, text.rfind("\n", 0, max(0, first)) + 1)
            if at > last:
                break
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            lines.append((at, end))
            at = end + 1
    return lines


def matches(
    pattern: regex.Pattern[str], text: str, lines: Iterable[tuple[int, int]]
) -> Iterator[regex.Match[str]]:
    """The matches of a pattern that begin in some lines."""
    for start, end in lines:
        for found in pattern.finditer(text, start, min(len(text), end + _BEYOND)):
            if found.start() >= end:
                break
            yield found
