r"""The publisher's advertisements at the end of a book.

Short blocks after the last paragraph of a text are advertisements if at least two of them use a
bookseller's phrases: a price, a number of pages, `Uniform with this`, `To appear shortly`,
`in the same series`. An advertisement ends at the publisher's name or at the end of a page; the
short lines at its beginning are its headings. Two lines set one below the other, of which the
second begins another sentence (`Pilots of the north coast⏎Look out for more of them`), are two
paragraphs.

Left alone: a signature, a date, an index, notes, an appendix in prose; a line that ends with a stop
or one of the commonest words, and one after which a name may follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.language.lexicon import lexicon
from pipeline.text.blocks import Block, blocks, in_capitals

_HEADS = 3  # lines over an advertisement
_HEAD = 60  # characters
_COMMON = 5.0  # in a million words: a word that may begin a sentence, and hardly a name
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


@lru_cache(maxsize=8)
def _house(known: Language) -> re.Pattern[str]:
    """The name of a publisher: `CO-OPERATIVE PUBLISHING SOCIETY`."""
    return re.compile(rf"\b(?:{alternatives(known.title_page.imprint)})\b", re.IGNORECASE)


def advertisements(document: Document) -> Iterator[Mark]:
    """Marks the divisions of advertisements at a text's end, and their heads."""
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
        for one in _each(short[first:]):
            yield Mark(
                "division", one[0].start, one[-1].end, (("type", "advert"), ("part", "back"))
            )
            heads = list(_heads(one))
            yield from heads
            for block in one[len(heads) :]:
                yield from _displayed(block, document.language)


def _displayed(block: Block, language: str) -> Iterator[Mark]:
    """The lines of a block that are paragraphs, if each is a sentence or a phrase by itself."""
    known = languages.of(language)
    if known.typography.capital_nouns or not known.spelling.corrected or len(block.lines) == 1:
        return
    if all(
        _begins_anew(above.text.split(), below.text.split(), known)
        for above, below in pairwise(block.lines)
    ):
        for line in block.lines:
            yield Mark("paragraph", *line.span)


def _begins_anew(above: Sequence[str], below: Sequence[str], known: Language) -> bool:
    """Whether a line begins another sentence than the line above it, which has no stop."""
    last, first = above[-1], below[0]
    return (
        last.isalpha()
        and last.islower()
        and last not in known.words.function
        and first.istitle()
        and len(below) > 1
        and below[1].islower()
        and lexicon(known.code).frequency(first.lower()) > _COMMON
    )


def _each(short: Sequence[Block]) -> Iterator[list[Block]]:
    """The blocks of each advertisement: one ends with the publisher's name, or at a page's end."""
    house = _house(languages.every())
    one: list[Block] = []
    for n, block in enumerate(short):
        if one and block.page_start:
            yield one
            one = []
        one.append(block)
        if house.search(block.text) and len(one) > 1 and len(short) - n > 2:
            yield one
            one = []
    if one:
        yield one


def _heads(one: Sequence[Block]) -> Iterator[Mark]:
    """The lines that an advertisement begins with: `Uniform with this pamphlet`."""
    bare = [block.text.strip("*_ ") for block in one]
    heads = 0
    while heads < min(_HEADS, len(one) - 1) and _is_head(bare[heads]):
        heads += 1
    main = next((n for n in range(heads) if in_capitals(bare[n])), 0)
    for n, block in enumerate(one[:heads]):
        kind = "main" if n == main else "sub"
        yield Mark("heading", block.start, block.end, (("type", kind), ("level", "1")))


def _is_head(text: str) -> bool:
    return (
        len(text) <= _HEAD
        and text[:1].isupper()
        and not text.endswith((".", ",", ";"))
        and not any(map(str.isdigit, text))
    )
