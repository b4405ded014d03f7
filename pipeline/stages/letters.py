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
from itertools import pairwise

from pipeline.document import Document, Mark
from pipeline.text.blocks import Block, blocks

_SALUTATION = re.compile(
    r"(?:(?:My|Meine?|Mi|Mon|Ma)\s)?(?:[Dd]ear(?:est)?|[Ll]iebe[rs]?|Sehr "
    r"geehrte[rs]?|[Cc]h(?:er|ère)s?|[Qq]uerid[oa]s?|Estimad[oa]s?)"
    r"\s.{2,50}[,:!—–-]"
    r"|(?:Dear )?(?:Sirs?|Madam|Gentlemen|Monsieur|Madame)[,:!—–-]+"
)
_CLOSE = re.compile(
    r"(?:I (?:remain|am|have the honou?r)\b.*|.*\b[Yy]ours?\b.*\b\w+ly|Yours"
    r"|(?:Very |Most )?(?:[Ss]incerely|[Rr]espectfully|[Ff]aithfully|[Tt]ruly)(?: yours)?"
    r"|Your (?:\w+ )*(?:friend|servant|brother|sister|son|daughter|father|mother)"
    r"|Ihr(?:e)?(?: \w+)*|Mit \w+ Grüßen|Hochachtungsvoll|Votre .+|Atentamente),?"
)
_DATE = re.compile(
    r"\b(?:1[4-9]|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zéû]*\.?\s\d",
    re.IGNORECASE,
)
_SHORT = 70  # characters


def letters(document: Document) -> Iterator[Mark]:
    """Marks datelines and signatures."""
    found = blocks(document, claimed=False)
    greeted = [
        i
        for i, block in enumerate(found)
        if len(block.lines) == 1 and _SALUTATION.fullmatch(block.text)
    ]
    for i, until in pairwise([*greeted, len(found)]):
        close = next(
            (
                j
                for j in range(i + 1, until - 1)
                if _is_short(found[j]) and _CLOSE.fullmatch(found[j].text)
            ),
            None,
        )
        while close is not None and close + 2 < until and _CLOSE.fullmatch(found[close + 1].text):
            close += 1  # `I remain, my dear Anna,⏎⏎Yours most affectionately,`
        if close is None or not _is_name(found[close + 1]):
            continue
        head = _head(found, i)
        if head < i and any(_DATE.search(block.text) for block in found[head:i]):
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
