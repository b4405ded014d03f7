r"""Letters: place and date, salutation, close and signature.

A salutation (`My dear Anna,`, `DEAR SIR,`) followed later by a close (`Yours most affectionately,`)
makes a letter. Short lines before the salutation are its dateline if one of them has a date; the
short line after the close is the signature. Close and signature can share a block, line by line.

Left alone: a salutation without a close, a close in the middle of a sentence, a date in the text,
text after the signature.
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

_NUMBER = re.compile(r"[IVXLC]+\.?")
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
        alternatives(
            form for word in words for form in (word, word[0].upper() + word[1:], word.upper())
        )
        for words in (of.my, of.dear, of.addressed)
    )
    months = alternatives(month[:3] for month in known.numbers.months)
    ordinals = alternatives(known.numbers.ordinals)
    return _Tells(
        re.compile(
            rf"(?:(?:{my})\s)?(?:{dear})\s.{{2,50}}[,:!—–-]"
            rf"|(?:(?:{dear}) )?(?:{addressed})[,:!—–-]+"
        ),
        re.compile(rf"(?:{'|'.join(of.close) or '(?!)'}),?"),
        re.compile(
            rf"\b(?:1[4-9]|20)\d\d\b|\b\d{{1,2}}(?:{ordinals})\b|\b(?:{months})[^\W\d_]*\.?\s\d",
            re.IGNORECASE,
        ),
    )


def letters(document: Document) -> Iterator[Mark]:
    """Marks datelines, salutations, closes and signatures."""
    tells = _tells(languages.every())
    found = blocks(document, claimed=False)
    greeted = [
        i
        for i, block in enumerate(found)
        if len(block.lines) == 1 and tells.salutation.fullmatch(block.text)
    ]
    for i, until in pairwise([*greeted, len(found)]):
        close = next(
            (closed for j in range(i + 1, until) if (closed := _close(found, j, until, tells))),
            None,
        )
        if close is None:
            continue
        head = _head(found, i)
        if head < i and any(tells.date.search(block.text) for block in found[head:i]):
            for block in found[head:i]:
                yield Mark("dateline", block.start, block.end)
        yield Mark("salute", found[i].start, found[i].end)
        yield from close


def _close(found: Sequence[Block], j: int, until: int, tells: _Tells) -> list[Mark]:
    """The close of a letter and its signature, if they begin with a block.

    One follows the other, or both are in the lines of this block. Empty if there is neither.
    """
    block = found[j]
    own = [(line.start + line.indent, line.text) for line in block.lines]
    phrases = [n for n, (_, text) in enumerate(own[:-1]) if tells.close.fullmatch(text)]
    if phrases and len(own) <= 4 and all(len(text) < _SHORT for _, text in own):
        closing, name = own[phrases[-1]], own[phrases[-1] + 1 :]
        if _is_name(" ".join(text for _, text in name), len(name)):
            return [
                Mark("salute", block.start, closing[0] + len(closing[1])),
                Mark("signed", name[0][0], block.end),
            ]
    last = j
    while last < until and _is_short(found[last]) and tells.close.fullmatch(found[last].text):
        last += 1  # `I remain, my dear Anna,⏎⏎Yours most affectionately,`
    if last == j or last >= until or not _is_name(found[last].text, len(found[last].lines)):
        return []
    marks = [Mark("salute", found[n].start, found[n].end) for n in range(j, last)]
    lines = found[last].lines
    if len(lines) > 1 and tells.close.fullmatch(lines[0].text):
        marks.append(Mark("salute", *lines[0].span))  # `Your affectionate⏎JANE ALDER.`
        lines = lines[1:]
    return [*marks, Mark("signed", lines[0].span[0], found[last].end)]


def _head(found: Sequence[Block], greeted: int) -> int:
    """The first of at most three short blocks before a salutation that read as address or date."""
    first = greeted
    while first > max(0, greeted - 3):
        block = found[first - 1]
        words = re.findall(r"[^\W\d_]+", block.text)
        if (
            len(block.lines) > 4
            or any(len(line.text) >= _SHORT for line in block.lines)
            or not words
            or _NUMBER.fullmatch(block.text)  # a letter's own: `XIV.`
        ):
            break
        if sum(word[0].isupper() for word in words) < 0.6 * len(words):
            break
        first -= 1
    return first


def _is_short(block: Block) -> bool:
    return len(block.lines) < 3 and len(block.text) < _SHORT


def _is_name(text: str, lines: int) -> bool:
    """Whether a text is a signature: a line or two, each word of it capitalised or an initial."""
    words = re.findall(r"[^\W\d_]+", text)
    return (
        lines < 3
        and len(text) < _SHORT
        and 0 < len(words) < 8
        and sum(word[0].isupper() for word in words) >= 0.7 * len(words)
    )
