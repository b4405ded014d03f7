r"""Quotation marks typed in the old ASCII style, `` `…' ``, and marks repeated at each line.

A grave accent that opens and the apostrophe that closes it become ‘ and ’ (“ and ” when doubled);
the typed characters can be restored. An apostrophe closes if no letter follows; of several, the
first that leaves no other grave accent in between. A paragraph that is quoted as a whole closes
with its last.

Old printers repeat the opening mark at the beginning of each line of a quotation. If two or more
lines after the first begin like this, and nothing closes the quotation before the last of them,
these marks are taken out.

Left alone: a line of dialogue (`"Yes," he said.`), a quotation in the next paragraph, apostrophes
in any other text (`can't`, `workers' rule`) and at the beginning of a word (`'tis`), a grave accent
without a partner, French and Italian accents (`à`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import claims, touches

_LINE = re.compile(r"[ \t]*(?P<line>[^\n\f]*)(?:[\n\f]|$)")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=[^\W\d_]s)'(?=\s+[^\W\d_])")
_CLOSED_BY = {'"': '"', "“": "”", "«": "»", "»": "«", "„": "“", "‘": "’"}


def quotation_marks(document: Document) -> Iterator[Proposal | Mark]:
    """Turns typed quotation marks into real ones, and marks what they enclose."""
    blocks = claims(document, "blockquote")
    closing: set[int] = set()
    for mark in document.marked("paragraph", "item", "heading", "titlepart"):
        span = document.reading_span(mark.start, mark.end)
        quoted = touches(blocks, *span)
        for one in _typed(document.text, *span):
            if isinstance(one, Proposal):
                closing.add(one.start)
            if not (quoted and isinstance(one, Mark) and (one.start, one.end) == span):
                yield one
        if mark.role == "paragraph":
            yield from _repeated(document.text, *span)
    if closing and "’" not in document.text:
        for m in _APOSTROPHE.finditer(document.text):
            if m.start() not in closing:
                why = "an apostrophe of a text whose typed quotation marks are made real ones"
                yield Proposal(*m.span(), "’", "quotation.apostrophe", why, "structure", 0.98)


def _repeated(text: str, start: int, end: int) -> Iterator[Proposal]:
    """Opening marks set again at the beginning of each line of one quotation."""
    open_mark = ""
    again: list[int] = []
    for m in _LINE.finditer(text, start, end):
        line, at = m["line"], m.start("line")
        mark = line[:1]
        if open_mark and mark == open_mark and m.start() > start:
            again.append(at)
            line = line[1:]
        elif open_mark:
            yield from _again(again)
            open_mark, again = "", []
        closing = _CLOSED_BY.get(open_mark or mark, "")
        if not open_mark and closing and closing not in line[1:]:
            open_mark = mark
        elif open_mark and closing in line:
            yield from _again(again)
            open_mark, again = "", []
    yield from _again(again)


def _again(places: Sequence[int]) -> Iterator[Proposal]:
    """The repeated marks of one quotation taken out, if they are several."""
    for at in places if len(places) > 1 else ():
        why = f"the mark that opens this quotation is set again at {len(places)} lines"
        yield Proposal(at, at + 1, "", "quotation.repeated", why, "form", 0.98)


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
