r"""The publisher's advertisements at the end of a book.

The short blocks behind the last paragraph of a text are advertisements where at least two of them
speak as a bookseller does: a price, a number of pages, `Uniform with this`, `To appear shortly`,
`in the same series`.

Left alone: a signature, a date, an index, notes, an appendix in prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.document import Document, Mark
from pipeline.text.blocks import blocks

_PROSE = 240  # characters: a longer block is text, unless it begins as a bookseller does
_BOOKSELLER = re.compile(
    r"\b(?:price|uniform with|same (?:series|author|publisher)|to appear|just published|now "
    r"ready|in preparation|further titles|"
    r"advertisements?|post free|cloth|paper covers|crown 8vo|demy "
    r"8vo|8vo|net|erschienen|preis|prix|precio)\b|\b\d+\s?(?:pp\b|pages\b|S\.)|"
    r"[£$]\s?\d|\b\d+s\.(?:\s?\d+d\.)?|\b\d+\s(?:kopeks|rubles|cents|francs|shillings?|marks?|pesetas)\b",
    re.IGNORECASE,
)


def advertisements(document: Document) -> Iterator[Mark]:
    """Marks the division of advertisements at a text's end."""
    everything = blocks(document)
    tail = len(everything)
    while tail and (
        len(everything[tail - 1].text) <= _PROSE
        or _BOOKSELLER.search(everything[tail - 1].text[:_PROSE])
    ):
        tail -= 1
    short = everything[tail:]
    if (
        tail
        and len(short) > 2
        and sum(bool(_BOOKSELLER.search(block.text)) for block in short) >= 2
    ):
        first = next((i for i, block in enumerate(short) if _BOOKSELLER.search(block.text)), 0)
        yield Mark(
            "division", short[first].start, short[-1].end, (("type", "advert"), ("part", "back"))
        )
