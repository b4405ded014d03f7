r"""Letters: where and when they were written, and who signed them.

A salutation (`My dear Anna,`) and, behind it, a close (`Yours most affectionately,`) make a letter.
The short lines before the salutation of which one has a date are its dateline; the short line
behind the close is the signature.

Left alone: a salutation that nobody closes, a close in the middle of a sentence, a date in the
text, what stands behind the signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.text.blocks import Block, blocks

_SHORT = 70  # characters


@dataclass(frozen=True, slots=True)
class _Tells:
    """The forms of a letter's lines."""

    salutation: re.Pattern[str]
    close: re.Pattern[str]
    date: re.Pattern[str]


@lru_cache(maxsize=8)
def _tells(known: Language) -> _Tells:
    of = known.correspondence
    my, dear, addressed = (
        alternatives(form for word in words for form in (word, word[0].upper() + word[1:]))
        for words in (of.my, of.dear, of.addressed)
    )
    months = alternatives(month[:3] for month in known.numbers.months)
    ordinals = alternatives(known.numbers.ordinals)
    return _Tells(
        re.compile(
            rf"(?:(?:{my})\s)?(?:{dear})\s.{{2,50}}[,:!—–-]|(?:(?:{dear}) )?(?:{addressed})[,:!—–-]+"
        ),
        re.compile(rf"(?:{'|'.join(of.close) or '(?!)'}),?"),
        re.compile(
            rf"\b(?:1[4-9]|20)\d\d\b|\b\d{{1,2}}(?:{ordinals})\b|\b(?:{months})[^\W\d_]*\.?\s\d",
            re.IGNORECASE,
        ),
    )


def letters(document: Document) -> Iterator[Mark]:
    """Marks datelines and signatures."""
    tells = _tells(languages.every())
    found = blocks(document, claimed=False)
    greeted = [
        i
        for i, block in enumerate(found)
        if len(block.lines) == 1 and tells.salutation.fullmatch(block.text)
    ]
    for i, until in pairwise([*greeted, len(found)]):
        close = next(
            (
                j
                for j in range(i + 1, until - 1)
                if _is_short(found[j]) and tells.close.fullmatch(found[j].text)
            ),
            None,
        )
        while (
            close is not None and close + 2 < until and tells.close.fullmatch(found[close + 1].text)
        ):
            close += 1  # `I remain, my dear Anna,⏎⏎Yours most affectionately,`
        if close is None or not _is_name(found[close + 1]):
            continue
        head = _head(found, i)
        if head < i and any(tells.date.search(block.text) for block in found[head:i]):
            for block in found[head:i]:
                yield Mark("dateline", block.start, block.end)
        yield Mark("signed", found[close + 1].start, found[close + 1].end)


def _head(found: Sequence[Block], greeted: int) -> int:
    """The first of the short blocks before a salutation that read as an address or a date, three at
    most.
    """
    first = greeted
    while first > max(0, greeted - 3):
        block = found[first - 1]
        words = re.findall(r"[^\W\d_]+", block.text)
        if (
            len(block.lines) > 4
            or any(len(line.text) >= _SHORT for line in block.lines)
            or not words
        ):
            break
        if sum(word[0].isupper() for word in words) < 0.6 * len(words):
            break
        first -= 1
    return first


def _is_short(block: Block) -> bool:
    return len(block.lines) < 3 and len(block.text) < _SHORT


def _is_name(block: Block) -> bool:
    """Whether a block is a signature: a line or two, each word of it capitalised or an initial."""
    words = re.findall(r"[^\W\d_]+", block.text)
    return (
        _is_short(block)
        and 0 < len(words) < 8
        and sum(word[0].isupper() for word in words) >= 0.7 * len(words)
    )
