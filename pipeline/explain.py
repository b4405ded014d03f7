"""Find the place in a document that a person names."""

from __future__ import annotations

import re

from pipeline.document import Document


def places(document: Document, place: str) -> list[tuple[int, int]]:
    """Return the raw spans of a place: a word, LINE, LINE:COLUMN, @OFFSET, or #N of the ledger.

    A word is looked for in the raw and in the edited text. A number is a line if the text has that
    many lines, otherwise a word: `1929`.
    """
    raw = document.raw
    if m := re.fullmatch(r"#(\d+)", place):
        n = int(m[1]) - 1
        return (
            [(document.ledger[n].start, document.ledger[n].end)]
            if 0 <= n < len(document.ledger)
            else []
        )
    if m := re.fullmatch(r"@(\d+)", place):
        return [_word(raw, int(m[1]))] if int(m[1]) < len(raw) else []
    if m := re.fullmatch(r"(\d+)(?::(\d+))?", place):
        starts = [0, *(i + 1 for i, char in enumerate(raw) if char == "\n")]
        line = int(m[1]) - 1
        if 0 <= line < len(starts):
            # with its line feed: a change of `gov⏎ernment` may replace nothing else
            end = starts[line + 1] if line + 1 < len(starts) else len(raw)
            if not m[2]:
                return [(starts[line], end)]
            return [_word(raw, min(starts[line] + int(m[2]) - 1, max(starts[line], end - 1)))]
    edges = (r"(?<!\w)" if place[:1].isalnum() else "", r"(?!\w)" if place[-1:].isalnum() else "")
    pattern = re.compile(edges[0] + re.escape(place) + edges[1])
    found = {m.span() for m in pattern.finditer(raw)} | {
        document.raw_span(*m.span()) for m in pattern.finditer(document.text)
    }
    return sorted(found)


def _word(raw: str, at: int) -> tuple[int, int]:
    """Return the raw word around a position, up to the next white space."""
    start = max(raw.rfind(char, 0, at) for char in " \n\t\f") + 1
    ends = [i for char in " \n\t\f" if (i := raw.find(char, at)) >= 0]
    return start, max(min(ends, default=len(raw)), start)
