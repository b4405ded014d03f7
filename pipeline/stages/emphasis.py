r"""Emphasis typed as characters: `*ad infinitum*`, `_Itinerary_`, `**bold**`.

The characters are taken out of the edited text but can be restored, and the text that they enclose
is marked. An emphasis that runs over a page end is typed twice,
`*How to Organize Compe-*⏎⏎*tition*`, and becomes two marks; if it is typed once, it covers the
rest of the word all the same (`*How to Organize Compe-*⏎⏎tition and`).

Left alone: the star that calls a note (`*poods** of grain` has both), a row of stars, `snake_case`,
`2*3*4`, a star without a partner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.document import Document, Mark, Proposal

_INSIDE = r"(?=[^\s{0}])((?:[^{0}\n]|\n(?!\s*\n))*?[^\s{0}])"
_PATTERNS = (
    (re.compile(r"(?<![\w*])\*\*" + _INSIDE.format("*") + r"\*\*(?![\w*])"), 2, "bold"),
    (re.compile(r"(?<![\w*])\*" + _INSIDE.format("*") + r"\*(?!\w)"), 1, "italic"),
    (re.compile(r"(?<![\w_])_" + _INSIDE.format("_") + r"_(?![\w_])"), 1, "italic"),
)


_CUT = re.compile(r"\w[-\u00ac\u00ad]$")
_REST = re.compile(r"\s*\n\s*(?P<rest>[a-zß-ÿ](?:['’]?[^\W\d_])*)")


def emphasis(document: Document) -> Iterator[Proposal | Mark]:
    """Marks emphasised stretches and takes their marks out of the reading."""
    text = document.text
    called = {document.reading_at(mark.start) for mark in document.marked("anchor", "label")}
    taken = bytearray(len(text))
    for pattern, width, rend in _PATTERNS:
        for m in pattern.finditer(text):
            edges = {*range(m.start(), m.start() + width), *range(m.end() - width, m.end())}
            if edges & called or any(taken[m.start() : m.end()]):
                continue
            taken[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
            why = f"marks of emphasis, {text[m.start() : m.start() + width]}"
            yield Mark("emphasis", m.start(1), m.end(1), (("rend", rend),))
            yield Proposal(
                m.start(), m.start() + width, "", "emphasis.mark", why, "structure", 0.99
            )
            yield Proposal(m.end() - width, m.end(), "", "emphasis.mark", why, "structure", 0.99)
            if _CUT.search(m[1]) and (rest := _rest(document, m.end())):
                yield Mark("emphasis", *rest, (("rend", rend),))


def _rest(document: Document, at: int) -> tuple[int, int] | None:
    """The rest of a word that a line's end cuts, below the furniture of a page."""
    for mark in document.marked("furniture"):
        start, end = document.reading_span(mark.start, mark.end)
        if at <= start and not document.text[at:start].strip():
            at = end
    m = _REST.match(document.text, at)
    return m.span("rest") if m else None
