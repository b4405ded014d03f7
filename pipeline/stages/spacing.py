r"""Blanks that are not the author's: doubled ones, no-break spaces, one before a stop.

`Viola  wrote` lost a mark-up between two blanks; `those kulaks ; and` has the thin space of old
printing before its stop. The raw blanks stay recoverable.

Left alone: blanks at a line's end and at its beginning (layout), columns of a table, the no-break
space before `; : ! ?` in French, `. . .`, the numeral `25 000`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.document import Document, Mark, Proposal
from pipeline.language import languages

_DOUBLED = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_NO_BREAK = re.compile("[\u00a0\u202f](?=\\S)")
_BEFORE_STOP = re.compile(r"(?<=[\w)\]\"”’])[ \u00a0]([;?!,])(?=[\s\"'”’)\]]|$)")
_BEFORE_COLON = re.compile(
    r"(?<=[^\W\d]) :(?=[\s—–]|$)"
)  # `namely :—`; a smile `:)` and a sum `3 : 4` stay
_BEFORE_DASH = re.compile(
    r"(?<=[\w,;:.!?)\]”’\"]) (?=[—–]\w)"
)  # `Narvaez —The`: a thin space, or what the OCR took for one
_COLUMNS = re.compile(r"\S {3,}\S.* {3,}\S")


def spacing(document: Document) -> Iterator[Proposal | Mark]:
    """Makes one blank of several, a plain one of a no-break one, none before a stop."""
    text = document.text
    prose = [
        document.reading_span(mark.start, mark.end)
        for mark in document.marked("paragraph", "note", "item", "heading", "titlepart")
    ]
    spaced = languages.of(document.language).typography.space_before_stops
    seen: set[int] = set()
    for start, end in prose:
        for m in _DOUBLED.finditer(text, start, end):
            line = text[text.rfind("\n", 0, m.start()) + 1 : m.end() + 80].split("\n", 1)[0]
            if m.start() not in seen and not (_COLUMNS.search(line) and len(m[0]) > 2):
                seen.update(range(*m.span()))
                why = "several blanks where one belongs: lost mark-up or justified setting"
                yield Proposal(*m.span(), " ", "space.doubled", why, "form", 0.98)
        if spaced:
            continue
        for m in _BEFORE_STOP.finditer(text, start, end):
            if m.start() not in seen:
                seen.update(range(*m.span()))
                yield Proposal(
                    m.start(),
                    m.end(),
                    m[1],
                    "space.before-stop",
                    f"a blank before {m[1]}, as old printing has it",
                    "form",
                    0.97,
                )
        for pattern, after, rule, what in (
            (_BEFORE_COLON, ":", "space.before-stop", "a blank before :, as old printing has it"),
            (_BEFORE_DASH, "", "space.before-dash", "a blank before a dash and none behind it"),
        ):
            for m in pattern.finditer(text, start, end):
                if m.start() not in seen:
                    seen.add(m.start())
                    yield Proposal(*m.span(), after, rule, what, "form", 0.95)
        for m in _NO_BREAK.finditer(text, start, end):
            if m.start() not in seen:
                seen.add(m.start())
                yield Proposal(
                    *m.span(), " ", "space.no-break", "a no-break space between words", "form", 0.98
                )
