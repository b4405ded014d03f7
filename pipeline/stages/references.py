r"""References to books that stand by themselves: the texts of sermons, the heads of reviews.

A sermon or a meditation has its text below its heading: a reference (`Heb. xi. 1.`, `Matth. 5, 4.`)
and the words, in either order. Both are its epigraph, if the words are quoted or are one sentence
before a longer paragraph. A reference in a line of its own elsewhere is marked as one.

A review or a list of new books names each book in a paragraph: `The Life of Thomas Hale. By Henry
Cole. London: Dove, 1880. 8vo. Pp. 300.` That is a reference if it has a year, the size or the
number of pages, and hardly anything but names between its stops.

Left alone: a date (`Dec. 5, 10.`), a reference within a sentence, a paragraph that tells of a book
(`It was printed in 1880, in 8vo, and sold for a shilling by those who had it.`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import alternatives
from pipeline.text.blocks import TERMINAL, Block, blocks

_PASSAGE = re.compile(
    r"[(\[]?(?:[1-3]\.?\s|I{1,3}\.?\s)?(?:S[t.]\.?\s)?"
    r"[A-ZÀ-Þ][^\W\d_]{1,14}\.?(?:\s[^\W\d_]{2,10}\.?)?"
    r"\s(?:[ivxlcIVXLC]+|\d{1,3})\s?[.,:]\s?(?:vv?\.\s?)?\d{1,3}"
    r"(?:\s?[-–—,]\s?\d{1,3})*(?:\s?(?:ff?|sqq?)\.?)?[.,;:]?[)\]]?"
)
_QUOTED = re.compile(r"[\"“„«»'‘`][^\"”“»«]{12,}[\"”“»«'’][.,;]?")
_INNER_STOP = re.compile(r"[.!?]\s+[A-ZÀ-Þ]")
_YEAR = re.compile(r"\b1[4-9]\d\d\b")
_EXTENT = re.compile(
    r"\b(?:4to|8vo|1[268]mo|24mo|32mo|[Ff]olio|fol\.)"
    r"|\b(?:4|8|12|16)\s?[°º]|\bin-(?:4|8|12|16|18)\b"
    r"|\b[Pp]p?\.\s?(?:[ivxl]+\s?[-–,]\s?)?\d{1,4}\b"
    r"|\b\d{1,4}\s(?:pp?\.|S\.|Seiten|pages|páginas|págs?\.)"
)
_STOP = re.compile(r"[.,:;!?](?=\s|$)")
_HEADING = 80  # characters at most
_WORDS = 300  # characters that the words of a text have at most
_BOOK = 260  # characters that a book's title, author, imprint and size have at most
_NAMES = 5  # words between two stops of a reference, on the average


def references(document: Document) -> Iterator[Mark]:
    """Marks texts of sermons, and books that a paragraph names."""
    free = blocks(document, claimed=False)
    after = 0
    for n, block in enumerate(free):
        if n < after:
            continue
        if _is_passage(block):
            first, last = _text_of_a_sermon(free, n)
            if first == last and ":" in block.text:
                continue  # an hour, `Martes 10:30.`
            if first < last:
                yield Mark("epigraph", free[first].start, free[last].end)
            for one in free[first : last + 1]:
                yield Mark("paragraph", one.start, one.end)
            yield Mark("reference", block.start, block.end)
            after = last + 1
        elif _is_book(block):
            yield Mark("paragraph", block.start, block.end)
            yield Mark("reference", block.start, block.end)


def _is_passage(block: Block) -> bool:
    """Whether a block is a passage of a book and nothing else."""
    if len(block.lines) > 1 or _PASSAGE.fullmatch(block.text) is None:
        return False
    known = languages.every()
    words = alternatives((*known.numbers.months, *known.pages.number, *known.numbers.before_figure))
    dated = rf"[(\[]?(?:\d\.?\s)?(?:{words})\b|[(\[]?(?:{_months(known.numbers.months)})\."
    return re.match(dated, block.text, re.IGNORECASE) is None


def _months(names: Sequence[str]) -> str:
    """The first letters of the months, as dates shorten them: `Dec.`, `Sept.`."""
    return alternatives({name[:length] for name in names for length in (3, 4)})


def _text_of_a_sermon(free: Sequence[Block], n: int) -> tuple[int, int]:
    """The blocks, from the first to the last, of a text whose reference is one; else that alone."""
    if n + 2 < len(free) and n > 0 and _is_head(free[n - 1]) and _are_words(free, n + 1):
        return n, n + 1
    quoted = n > 1 and _is_head(free[n - 2]) and _QUOTED.fullmatch(free[n - 1].text)
    return (n - 1, n) if quoted else (n, n)


def _is_head(block: Block) -> bool:
    """Whether a block may be a heading."""
    return len(block.lines) < 3 and len(block.text) <= _HEADING and block.text[:1].isupper()


def _are_words(free: Sequence[Block], n: int) -> bool:
    """Whether a block has the words of a text: quoted, or a sentence before a longer paragraph."""
    text, below = free[n].text, free[n + 1].text
    if len(text) > _WORDS or not free[n].finished:
        return False
    single = _INNER_STOP.search(text) is None and len(below) > 1.5 * len(text)
    return _QUOTED.fullmatch(text) is not None or (single and not _is_head(free[n + 1]))


def _is_book(block: Block) -> bool:
    """Whether a block names a book, with its imprint and size, and says nothing of it."""
    text = block.text
    if len(text) > _BOOK or not TERMINAL.search(text) or not text[:1].isupper():
        return False
    stops = len(_STOP.findall(text))
    return (
        stops >= 4
        and len(text.split()) <= _NAMES * stops
        and _YEAR.search(text) is not None
        and _EXTENT.search(text) is not None
    )
