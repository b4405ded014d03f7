r"""Verse: lines that end where the poet ended them.

A stanza has four or more lines of which nearly all begin with a capital and many end although the
next word would have fitted
(`Rough winds do shake the darling buds of May,⏎And summer's lease hath all too short a date:`), or
of which some are indented. A shorter group is verse if it is beside another stanza or if all its
lines are indented; so is an indented couplet in quotation marks. In German, where every noun has a
capital, a stanza needs six lines.

Left alone: prose in its printed lines, a table of contents, addresses, names in a list, dialogue,
lines in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.text.blocks import LONG, Line, claims, function_words, in_capitals, lines, touches

_BEGINS = re.compile(r"[“\"'‘«„(\[*_]{0,3}[A-ZÀ-Þ]")
_SPEAKS = re.compile(r"[“\"«„—–]|[^\W\d_]{2,}(?: [^\W\d_]+)?[.:] ")
_STOP = re.compile(r"[,;:.!?—–-][\"'”’»)*_]{0,3}$")
_COUNTS = re.compile(r"\d+[.)]?$|\.{3,}|^\W*\d")
_ROOM = 4  # characters that a justified line may fall short by


def verse(document: Document) -> Iterator[Mark]:
    """Marks stanzas."""
    taken = claims(document)
    starts = {document.reading_at(mark.start) for mark in document.marked("page")}
    stanzas = [
        stanza
        for stanza in _apart(lines(document.text), starts)
        if not touches(taken, *_span(stanza))
    ]
    width = sorted(len(line.text) for stanza in stanzas for line in stanza)
    usual = width[int(0.9 * len(width))] if width else 0
    least = 6 if languages.of(document.language).typography.capital_nouns else 4
    sure = [len(stanza) >= least and _is_verse(stanza, usual) for stanza in stanzas]
    for n, stanza in enumerate(stanzas):
        beside = any(
            sure[i] and abs(stanzas[i][0].indent - stanza[0].indent) < 4
            for i in (n - 1, n + 1)
            if 0 <= i < len(stanzas)
        )
        set_in = all(line.indent >= 4 for line in stanza)
        if sure[n] or (len(stanza) > 1 and (beside or set_in) and _is_verse(stanza, usual)):
            yield Mark("verse", *_span(stanza))


def _apart(every: Sequence[Line], starts: set[int]) -> Iterator[list[Line]]:
    """Lines that stand together: no blank line and no page's start between them."""
    stanza: list[Line] = []
    for line in every:
        if stanza and (not line.text or line.start + line.indent in starts):
            yield stanza
            stanza = []
        if line.text:
            stanza.append(line)
    if stanza:
        yield stanza


def _span(stanza: Sequence[Line]) -> tuple[int, int]:
    last = stanza[-1]
    return stanza[0].start + stanza[0].indent, last.start + last.indent + len(last.text)


def _is_verse(stanza: Sequence[Line], usual: int) -> bool:
    """Whether lines that stand together are set as verse is."""
    count = len(stanza)
    texts = [line.text for line in stanza]
    if (
        max(map(len, texts)) > min(LONG, 90)
        or sum(map(len, texts)) < 16 * count
        or any(in_capitals(text) for text in texts[1:])
    ):
        return False
    if sum(bool(_BEGINS.match(text)) for text in texts) < max(2, 0.85 * count) or any(
        _COUNTS.search(text) for text in texts
    ):
        return False
    quoted = all(line.indent >= 4 for line in stanza) and texts[0][:1] in '“"«„'
    if sum(bool(_SPEAKS.match(text)) for text in texts[quoted:]) > 0.34 * count:
        return False
    stopped = sum(bool(_STOP.search(text)) for text in texts)
    function = function_words()
    phrased = sum(
        any(word in function for word in re.findall(r"[^\W\d_]+", text.lower())) for text in texts
    )
    if (
        stopped < 0.3 * count
        or phrased < 0.6 * count
        or re.search(r"\w[-¬\u00ad]$", " ".join(texts[:-1]))
    ):
        return False
    room = max(usual, *map(len, texts)) - _ROOM
    ragged = sum(
        len(text) + 1 + len(texts[n + 1].split()[0]) <= room for n, text in enumerate(texts[:-1])
    )
    margin = min(line.indent for line in stanza)
    set_in = sum(line.indent >= margin + 2 for line in stanza)
    return quoted or ragged >= 0.3 * (count - 1) or min(set_in, count - set_in) > 1
