"""Search the lines of a text that may hold a pattern, rather than every line.

Most patterns of the corrector begin with what may stand before any word, and are slow to try at
every letter. A sign is a fast pattern that every match has in its line: a blank and a single s for
`captain s`, a comma before a letter for `mill,and`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

LETTER = r"[A-Za-z\x80-\U0010ffff]"  # any letter, and more: a sign may allow too much
_BEYOND = 8  # code points after the line end that a pattern may look at


def sought(
    pattern: regex.Pattern[str], sign: re.Pattern[str], text: str
) -> Iterator[regex.Match[str]]:
    """The matches of a pattern that never goes over a line end, all in lines that have its sign."""
    at = 0
    while hit := sign.search(text, at):
        start = text.rfind("\n", 0, hit.start()) + 1
        end = text.find("\n", hit.start())
        at = end if end >= 0 else len(text)
        for found in pattern.finditer(text, start, min(len(text), at + _BEYOND)):
            if found.start() >= at:
                break
            yield found
        if end < 0:
            return
