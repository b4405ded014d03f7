r"""Quotations in the line: the extent of what is said or quoted.

What stands between “ and ”, « and », „ and “, or a straight pair that balances in its paragraph is marked as said. The marks
themselves stay as the source has them.

Left alone: straight marks that do not balance, inches (`a 6" pipe`), a quotation that goes on in the next paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.document import Document, Mark

_PAIRS = {"“": "”", "«": "»", "„": "“", "‹": "›"}
_OPENS_STRAIGHT = re.compile(r"(?:(?<=^)|(?<=[\s(\[—–-]))\"(?=\S)")


def quotations(document: Document) -> Iterator[Mark]:
    """Marks what is said."""
    text = document.text
    notes = [document.reading_span(mark.start, mark.end) for mark in document.marked("note")]
    for mark in document.marked("paragraph", "item", "heading"):
        start, end = document.reading_span(mark.start, mark.end)
        at = start
        for first, last in [*sorted(span for span in notes if start <= span[0] and span[1] <= end), (end, end)]:
            if at <= first:  # a note cuts the paragraph for this purpose; what is quoted in it is its own
                yield from _said(text, at, first)
                at = last
    for first, last in notes:
        yield from _said(text, first, last)


def _said(text: str, start: int, end: int) -> Iterator[Mark]:
    """Pairs of real quotation marks, and straight ones that balance."""
    stack: list[tuple[str, int]] = []
    for at in range(start, end):
        char = text[at]
        if stack and char == stack[-1][0]:
            closing, first = stack.pop()
            if not stack:
                yield Mark("said", first, at + 1, (("mark", f"{text[first]} {closing}"),))
        elif char in _PAIRS and len(stack) < 4:
            stack.append((_PAIRS[char], at))
    straight = [start + m.start() for m in re.finditer('"', text[start:end])]
    opening = {start + m.start() for m in _OPENS_STRAIGHT.finditer(text[start:end])}
    if straight and not any(text[at] in _PAIRS for at in range(start, end)) and len(straight) % 2 == 0:
        pairs = list(zip(straight[::2], straight[1::2], strict=True))
        if all(first in opening and last not in opening for first, last in pairs):
            for first, last in pairs:
                yield Mark("said", first, last + 1, (("mark", '" "'),))
