r"""The publisher's advertisements at the end of a book.

Short blocks after the last paragraph of a text are advertisements if at least two of them use a
bookseller's phrases: a price, a number of pages, `Uniform with this`, `To appear shortly`,
`in the same series`.

Left alone: a signature, a date, an index, notes, an appendix in prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.text.blocks import blocks

_PROSE = 240  # characters: a longer block is text, unless it begins as a bookseller does


@lru_cache(maxsize=8)
def _bookseller(known: Language) -> re.Pattern[str]:
    """`uniform with`, `120 pp.`, `$1`, `2s. 6d.`, `50 kopeks`."""
    of = known.advertisements
    # `pp.` and `S.`: the full stop ends the word already
    extent = "|".join(alternatives([one]) + r"\b" * one[-1].isalnum() for one in of.extent)
    wanted = (
        rf"\b(?:{alternatives(of.phrases)})\b",
        rf"\b\d+\s?(?:{extent or '(?!)'})",
        *of.prices,
        rf"\b\d+\s(?:{alternatives(of.money)})\b",
    )
    return re.compile("|".join(wanted), re.IGNORECASE)


def advertisements(document: Document) -> Iterator[Mark]:
    """Marks the division of advertisements at a text's end."""
    bookseller = _bookseller(languages.every())
    everything = blocks(document)
    tail = len(everything)
    while tail and (
        len(everything[tail - 1].text) <= _PROSE
        or bookseller.search(everything[tail - 1].text[:_PROSE])
    ):
        tail -= 1
    short = everything[tail:]
    if tail and len(short) > 2 and sum(bool(bookseller.search(block.text)) for block in short) >= 2:
        first = next((i for i, block in enumerate(short) if bookseller.search(block.text)), 0)
        yield Mark(
            "division", short[first].start, short[-1].end, (("type", "advert"), ("part", "back"))
        )
