r"""Letters: place and date, address, salutation, close, signature and postscript.

A salutation (`My dear Anna,`, `DEAR SIR,`) followed later by a close (`Yours most affectionately,`)
makes a letter, whether it is a division or stands in the middle of a chapter. Short lines before
the salutation are its dateline if one of them has a date, and the address if they begin with `To`.
The short line after the close is the signature; close and signature can share a block, line by
line. A date or an address below the signature belongs to the letter, and so does a postscript
(`P.S.—The mare has foaled.`) or a line on what is enclosed (`Enclosure: a map`), encoded as one. A
salutation may also run into the first paragraph, as in newspapers (`SIR,—Your letter`), or stand
on its first line (`SIR,⏎I have read`), and the close on the last lines of another.

Left alone: a salutation without a close, or with a chapter's heading before the close; a close in
the middle of a sentence; a date in the text; text after the signature.
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
from pipeline.text.blocks import (
    TERMINAL,
    Block,
    Line,
    blocks,
    claims,
    full_line,
    numbered_heading,
    touches,
)

_NUMBER = re.compile(r"[IVXLC]+\.?|\d+\.?")
_SHORT = 70  # characters
_WORDS = 7  # of a dateline
_LINES = 5  # of a close and its signature together


@dataclass(frozen=True, slots=True)
class _Tells:
    """The forms of a letter's lines."""

    salutation: re.Pattern[str]
    run_in: re.Pattern[str]
    close: re.Pattern[str]
    date: re.Pattern[str]
    postscript: re.Pattern[str]
    to: re.Pattern[str]


@lru_cache(maxsize=8)
def _tells(known: Language) -> _Tells:
    of = known.correspondence
    my, dear, addressed, to = (
        alternatives(
            form for word in words for form in (word, word[0].upper() + word[1:], word.upper())
        )
        for words in (of.my, of.dear, of.addressed, of.to)
    )
    months = alternatives(month[:3] for month in known.numbers.months)
    ordinals = alternatives(known.numbers.ordinals)
    return _Tells(
        re.compile(
            rf"(?:(?:{my})\s)?(?:{dear})\s.{{2,50}}[,:!—–-]"
            rf"|(?:(?:{dear}) )?(?:{addressed})[,:!—–-]+"
        ),
        re.compile(
            rf"(?:(?:(?:{my})\s)?(?:{dear})\s[^,:.!?—–\n-]{{2,40}}|(?:(?:{dear}) )?(?:{addressed}))"
            r"[,:]?\s?(?:[—–]|--?)(?=\s?(?P<goes_on>\S))"
        ),
        re.compile(rf"(?:{'|'.join(of.close) or '(?!)'})[,.]?"),
        re.compile(
            rf"\b(?:1[4-9]|20)\d\d\b|\b\d{{1,2}}(?:{ordinals})\b|\b(?:{months})[^\W\d_]*\.?\s\d"
            rf"|\b\d{{1,2}}\.? (?:{months})",
            re.IGNORECASE,
        ),
        re.compile(rf"(?:{'|'.join(of.postscript) or '(?!)'})"),
        re.compile(rf"(?:{to})\s[A-ZÀ-Þ]"),
    )


def letters(document: Document) -> Iterator[Mark]:
    """Marks letters and their parts."""
    tells = _tells(languages.every())
    found = [
        part
        for block in blocks(document, claimed=False)
        for part in _parts(block, tells, full_line(document.text))
    ]
    taken = claims(document, "heading", "columns", "titlepart", "table", "list")
    greeted = [
        i
        for i, block in enumerate(found)
        if (len(block.lines) == 1 and tells.salutation.fullmatch(block.text))
        or tells.run_in.match(block.text)
    ]
    for i, following in pairwise([*greeted, len(found)]):
        until = next((j for j in range(i + 1, following) if _is_heading(found[j])), following)
        if closed := next(
            (one for j in range(i + 1, until) if (one := _closed(found, j, tells))), None
        ):
            marks, last = closed
            if touches(taken, found[i].start, marks[-1].end):
                continue
            run_in = tells.run_in.match(document.text, found[i].start, found[i].end)
            greeted_until = run_in.end() if run_in else found[i].end
            salute = Mark("salute", found[i].start, greeted_until)
            opener = [*_head(found, i, tells), salute]
            closer = [*marks, *_below(found, last, tells)]
            last += len(closer) - len(marks)
            afterwards = list(_postscripts(found, last, following, tells))
            whole = [*opener, *closer, *afterwards]
            yield Mark("letter", whole[0].start, whole[-1].end)
            yield Mark("opener", opener[0].start, opener[-1].end)
            yield from opener
            yield Mark("closer", closer[0].start, closer[-1].end)
            yield from closer
            yield from afterwards
            if run_in:
                yield Mark("paragraph", run_in.start("goes_on"), found[i].end)


def _parts(block: Block, tells: _Tells, usual: float) -> Iterator[Block]:
    """A block, without the salutation on its first line and the close in its last ones.

    Newspapers set them so: `SIR,⏎I have read in your paper … say so.⏎I am, Sir,⏎JOHN HALE.`
    """
    lines = block.lines
    first = lines[0].text
    if len(lines) > 1 and len(first) < 0.6 * usual and tells.salutation.fullmatch(first):
        yield Block(lines[:1], block.gap, block.page_start)
        block = Block(lines[1:], 0, page_start=False)
    lines = block.lines
    closes = next(
        (
            n
            for n in range(max(1, len(lines) - _LINES), len(lines) - 1)
            if tells.close.fullmatch(lines[n].text)
            and TERMINAL.search(lines[n - 1].text)
            and all(len(line.text) < _SHORT for line in lines[n:])
        ),
        0,
    )
    if closes:
        yield Block(lines[:closes], block.gap, block.page_start)
        block = Block(lines[closes:], 0, page_start=False)
    yield block


def _is_heading(block: Block) -> bool:
    return numbered_heading().fullmatch(block.text) is not None


def _closed(found: Sequence[Block], j: int, tells: _Tells) -> tuple[list[Mark], int] | None:
    """The close of a letter and its signature, if they begin with a block, and their last block.

    One follows the other, or both are in the lines of this block.
    """
    lines = found[j].lines
    phrases = [n for n, line in enumerate(lines[:-1]) if tells.close.fullmatch(line.text)]
    begins = phrases[:1] == [0]  # not `… by the man who was called⏎your obedient servant⏎Hale.`
    if begins and len(lines) <= _LINES and all(len(line.text) < _SHORT for line in lines):
        name = lines[phrases[-1] + 1 :]
        if _is_name(name):
            closing = Mark("salute", found[j].start, lines[phrases[-1]].span[1])
            return [closing, Mark("signed", name[0].span[0], found[j].end)], j
    last = j
    while last < len(found) and _is_short(found[last]) and tells.close.fullmatch(found[last].text):
        last += 1  # `I remain, my dear Anna,⏎⏎Yours most affectionately,`
    if last - j > 1 and (last == len(found) or not _is_name(found[last].lines)):
        last -= 1  # `Mit herzlichen Grüßen⏎⏎Deine Marie.`: a signature that reads like a close
        if found[last].text.endswith(","):
            return None
    if last == j or last >= len(found) or not _is_name(found[last].lines):
        return None
    marks = [Mark("salute", found[n].start, found[n].end) for n in range(j, last)]
    lines = found[last].lines
    if len(lines) > 1 and tells.close.fullmatch(lines[0].text):
        marks.append(Mark("salute", *lines[0].span))  # `Your affectionate⏎JANE ALDER.`
        lines = lines[1:]
    return [*marks, Mark("signed", lines[0].span[0], found[last].end)], last


def _head(found: Sequence[Block], greeted: int, tells: _Tells) -> list[Mark]:
    """The address and the date in at most three short blocks before a salutation."""
    first = greeted
    while first > max(0, greeted - 3) and (
        _is_set_apart(found[first - 1]) or _is_dated(found[first - 1], tells)
    ):
        first -= 1
    above = found[first:greeted]
    if not any(tells.date.search(block.text) for block in above):
        return []
    return [
        Mark("address" if _is_address(block, tells) else "dateline", block.start, block.end)
        for block in above
    ]


def _below(found: Sequence[Block], last: int, tells: _Tells) -> Iterator[Mark]:
    """The address and the date in at most two short blocks below a signature."""
    for block in found[last + 1 : last + 3]:
        if tells.postscript.match(block.text) or not _is_set_apart(block):
            return
        if _is_address(block, tells):
            yield Mark("address", block.start, block.end)
        elif tells.date.search(block.text) and not block.text.endswith(("!", "?")):
            yield Mark("dateline", block.start, block.end)
        else:
            return


def _postscripts(found: Sequence[Block], last: int, until: int, tells: _Tells) -> Iterator[Mark]:
    """The postscripts below a signature, each a block."""
    for block in found[last + 1 : until]:
        if not tells.postscript.match(block.text):
            return
        yield Mark("postscript", block.start, block.end)


def _is_address(block: Block, tells: _Tells) -> bool:
    return tells.to.match(block.text) is not None and not tells.date.search(block.text)


def _is_set_apart(block: Block) -> bool:
    """Whether a block is a few short lines, most words of which have capitals: a place, a name."""
    words = re.findall(r"[^\W\d_]+", block.text)
    return (
        len(block.lines) <= _LINES - 1
        and all(len(line.text) < _SHORT for line in block.lines)
        and bool(words)
        and not _NUMBER.fullmatch(block.text)  # a letter's own: `XIV.`
        and not _is_heading(block)
        and sum(word[0].isupper() for word in words) >= 0.6 * len(words)
    )


def _is_dated(block: Block, tells: _Tells) -> bool:
    """Whether a block is a place and a day with few capitals, `Rouen, le 3 mars 1841.`."""
    text = block.text
    return (
        len(block.lines) == 1
        and len(text.split()) <= _WORDS
        and text[:1].isupper()
        and not text.endswith((":", "!", "?"))
        and tells.date.search(text) is not None
    )


def _is_short(block: Block) -> bool:
    return len(block.lines) < 3 and all(len(line.text) < _SHORT for line in block.lines)


def _is_name(lines: Sequence[Line]) -> bool:
    """Whether lines are a signature: one or two, their words capitalised or initials."""
    text = " ".join(line.text for line in lines)
    words = re.findall(r"[^\W\d_]+", text)
    return (
        len(lines) < 3
        and len(text) < _SHORT
        and 0 < len(words) < 8
        and numbered_heading().fullmatch(text) is None
        and sum(word[0].isupper() for word in words) >= 0.7 * len(words)
    )
