r"""Quotation marks typed in the old ASCII fashion, `` `…' `` and ``` ``…'' ```.

A grave accent that opens and the apostrophe that closes it become ‘ and ’ (“ and ” when doubled);
the characters as typed stay recoverable. An apostrophe closes where no letter follows and, if there
are several, the first that leaves no other grave accent between; a paragraph that is quoted as a
whole closes with its last.

Left alone: apostrophes (`can't`, `workers' rule`), a grave accent that nothing closes, French and
Italian accents (`à`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.document import Document, Mark, Proposal


def quotation_marks(document: Document) -> Iterator[Proposal | Mark]:
    """Turns typed quotation marks into real ones, and marks what they enclose."""
    for mark in document.marked("paragraph", "item", "heading", "titlepart"):
        yield from _typed(document.text, *document.reading_span(mark.start, mark.end))


def _typed(text: str, start: int, end: int) -> Iterator[Proposal | Mark]:
    """`` `word' `` as ‘word’."""
    opens = [
        m
        for m in re.finditer(r"``?(?=\S)", text[start:end])
        if m.start() == 0 or not text[start + m.start() - 1].isalnum()
    ]
    for n, m in enumerate(opens):
        at, width = start + m.start(), len(m[0])
        limit = start + opens[n + 1].start() if n + 1 < len(opens) else end
        closes = [
            c.start()
            for c in re.compile(r"'" * width + r"(?![\w'])").finditer(text, at + width, limit)
        ]
        if not closes:
            continue
        whole = at == start and closes[-1] + width == end
        close = closes[-1] if whole else closes[0]
        why = "a grave accent that opens a quotation and the apostrophe that closes it"
        left, right = ("“", "”") if width == 2 else ("‘", "’")
        yield Proposal(at, at + width, left, "quotation.typed", why, "structure", 0.99)
        yield Proposal(close, close + width, right, "quotation.typed", why, "structure", 0.99)
        yield Mark("said", at, close + width, (("mark", f"{left} {right}"),))
