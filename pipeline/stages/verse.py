r"""Verse: lines that end where the poet ended them.

A stanza has four or more lines of which nearly all begin with a capital and many end although the
next word would have fitted (`Rough winds do shake the darling buds of May,⏎And summer's lease hath
all too short a date:`), or of which some are indented. Lines with small letters are verse if they
have as many syllables as one another and most end with a stop (`went down among the people by the
sea;⏎and no man spake, nor any woman wept,`); four such lines are if they are also short and nearly
all end with a stop. A shorter group is verse if it is beside another stanza or if all its lines are
indented; so is an indented couplet in quotation marks, and so are short lines with small letters
that are set in by four or more and end where clauses do. Where every second line is set in, small
letters are enough. A stanza that a page's end cuts in mid-sentence goes on over it. In German,
where every noun has a capital, a stanza needs six lines.

Line numbers, at the right of every fifth line or so, are moved out of the text if they rise by the
same step.

Left alone: prose in its printed lines or in a narrow column, a table of contents, addresses, names
in a list, dialogue, lines in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.document import Document, Mark, Proposal
from pipeline.language import languages
from pipeline.language.languages import Language
from pipeline.text.blocks import (
    LONG,
    TERMINAL,
    Line,
    cast_heading,
    claims,
    full_line,
    function_words,
    in_capitals,
    lines,
    speakers,
    touches,
)

_BEGINS = re.compile(r"[“\"'‘«»„(\[*_]{0,3}[A-ZÀ-Þ]")
_SPEAKS = re.compile(r"[“\"«»„—–]|[^\W\d_]{2,}(?: [^\W\d_]+)?[.:] ")
_STOP = re.compile(r"[,;:.!?—–-][\"'”’»)*_]{0,3}$")
_COUNTS = re.compile(r"\d+[.)]?$|\.{3,}|^\W*\d")
_STANZA = re.compile(r"^\d{1,3}[.)]?\s+(?=[“\"‘']?[A-ZÀ-Þ])")  # the number of a hymn's stanza
_NUMBERED = re.compile(r"(?<=\S)[ \t]{2,}(?P<number>\d{1,4})$")
_STEPS = frozenset({4, 5, 10})  # every how many lines a poem is numbered
_ROW = 3  # numbers in a row, to be believed
_MEASURED = 65  # characters of a line of verse
_QUATRAIN = 4  # lines
_LONGEST = 60  # lines of a stanza that goes on over pages
_SET_IN = 4  # blanks before each line of a couplet within prose
_NARROW = 0.7  # of a full line, at most, to be verse by that
_ROOM = 4  # characters that a justified line may fall short by


Span = tuple[int, int]


def verse(document: Document) -> Iterator[Proposal | Mark]:
    """Marks stanzas, and takes the numbers of their lines out."""
    taken = claims(document)
    starts = {document.reading_at(mark.start) for mark in document.marked("page")}
    names = speakers(document.text)  # a speech in verse belongs to the stage of speeches
    numbers = _numbers(lines(document.text))
    every = [_without(line, numbers) for line in lines(document.text)]
    shown = [line for line in every if line.text]
    casts = {below.start for line, below in pairwise(shown) if cast_heading().fullmatch(line.text)}
    stanzas = [
        stanza
        for stanza in _over_pages(list(_apart(every, starts)), starts)
        if stanza[0].text not in names
        and not touches(taken, *_span(stanza))
        and stanza[0].start not in casts
    ]
    width = sorted(len(line.text) for stanza in stanzas for line in stanza)
    usual = width[int(0.9 * len(width))] if width else 0
    least = 6 if languages.of(document.language).typography.capital_nouns else 4
    known = languages.of(document.language)
    sure = [
        (len(stanza) >= least and _is_verse(stanza, usual))
        or (len(stanza) > least and _is_measured(stanza, known))
        or (len(stanza) >= _QUATRAIN and _alternates(stanza) and _is_measured(stanza, known))
        or (len(stanza) == _QUATRAIN and _is_quatrain(stanza, full_line(document.text), known))
        for stanza in stanzas
    ]
    for n, stanza in enumerate(stanzas):
        beside = any(
            sure[i] and abs(stanzas[i][0].indent - stanza[0].indent) < 4
            for i in (n - 1, n + 1)
            if 0 <= i < len(stanzas)
        )
        set_in = all(line.indent >= _SET_IN for line in stanza) or _is_quoted(stanza)
        likely = len(stanza) > 1 and (
            ((beside or set_in) and _is_verse(stanza, usual))
            or _is_narrow(stanza, max(usual, full_line(document.text)))
        )
        if sure[n] or likely or (beside and len(stanza) > 3 and _is_measured(stanza, known)):
            yield Mark("verse", *_span(stanza))
            for line in stanza:
                if number := numbers.get(line.start):
                    yield Mark("furniture", *number, (("type", "lineNum"),))
                    why = "the numbers of the lines of this poem rise by the same step"
                    yield Proposal(*number, "", "verse.line-number", why, "furniture", 0.97)


def _numbers(every: Sequence[Line]) -> dict[int, Span]:
    """The line numbers of a poem, by where their lines start: three or more by the same step."""
    found = [(line, m) for line in every if (m := _NUMBERED.search(line.text))]
    rows: list[list[tuple[Line, re.Match[str]]]] = []
    for line, m in found:
        step = int(rows[-1][-1][1]["number"]) if rows else 0
        first = int(rows[-1][0][1]["number"]) if rows else 0
        if rows and int(m["number"]) == step + first:
            rows[-1].append((line, m))
        elif int(m["number"]) in _STEPS:
            rows.append([(line, m)])
    return {
        line.start: (line.span[0] + m.start("number"), line.span[0] + m.end("number"))
        for row in rows
        if len(row) >= _ROW
        for line, m in row
    }


def _without(line: Line, numbers: Mapping[int, Span]) -> Line:
    """A line without the number at its end."""
    if line.start not in numbers:
        return line
    return line._replace(text=line.text[: numbers[line.start][0] - line.span[0]].rstrip())


def _is_measured(stanza: Sequence[Line], known: Language) -> bool:
    """Whether lines have as many syllables as one another, and end where clauses do."""
    texts = [line.text for line in stanza]
    words = [re.findall(r"[^\W\d_]+", text.lower()) for text in texts]
    if (
        not (_BEGINS.match(texts[0]) or _alternates(stanza))
        or max(map(len, texts)) > _MEASURED
        or any(in_capitals(text) or _COUNTS.search(text) for text in texts)
        or re.search(r"\w[-¬\u00ad]$", " ".join(texts[:-1]))
        or not all(words)
    ):
        return False
    spoken = sum(bool(_SPEAKS.match(text)) for text in texts)
    stopped = sum(bool(_STOP.search(text)) for text in texts)
    open_ = sum(row[-1] in function_words() for row in words)
    counts = [sum(_syllables(word, known) for word in row) for row in words]
    usual = sorted(counts)[len(counts) // 2]
    alike = sum(abs(count - usual) <= 1 for count in counts)
    return (
        stopped >= 0.5 * len(texts)
        and spoken <= 0.34 * len(texts)
        and open_ <= 0.1 * len(texts)
        and 6 <= usual <= 14
        and alike >= 0.9 * len(texts)
    )


def _alternates(stanza: Sequence[Line]) -> bool:
    """Whether every second line is set in, as in ballads; prose and entries never are so."""
    indents = [line.indent for line in stanza]
    return all(abs(one - below) >= 2 for one, below in pairwise(indents)) and all(
        abs(one - after) <= 1 for one, after in zip(indents, indents[2:], strict=False)
    )


def _is_quoted(stanza: Sequence[Line]) -> bool:
    """Whether all lines are set in and the first opens a quotation that the last one closes."""
    first, last = stanza[0].text, stanza[-1].text
    return (
        all(line.indent >= 2 for line in stanza)
        and first[:1] in '“"«„'
        and last[-1:] in '”"»“'
        and first[:1] not in last[:-1]
    )


def _is_quatrain(stanza: Sequence[Line], full: float, known: Language) -> bool:
    """Whether four lines with small letters are a poem by themselves, beside lines of prose."""
    texts = [line.text for line in stanza]
    stopped = sum(bool(_STOP.search(text)) for text in texts)
    narrow = max(map(len, texts)) < 0.75 * full
    ended = TERMINAL.search(texts[-1]) is not None
    return narrow and ended and stopped >= len(texts) - 1 and _is_measured(stanza, known)


def _is_narrow(stanza: Sequence[Line], full: float) -> bool:
    """Whether lines are far set in, far from full, and most end where clauses do.

    `    The nets are dry, the tar is hot,⏎    and who goes out comes back or not.`
    """
    texts = [line.text for line in stanza]
    function = function_words()
    phrased = sum(
        any(word in function for word in re.findall(r"[^\W\d_]+", text.lower())) for text in texts
    )
    stopped = sum(bool(_STOP.search(text)) for text in texts[:-1])
    return (
        all(line.indent >= _SET_IN for line in stanza)
        and max(map(len, texts)) < _NARROW * full
        and min(map(len, texts)) > 0.5 * max(map(len, texts))
        and _BEGINS.match(texts[0]) is not None
        and TERMINAL.search(texts[-1]) is not None
        and not any(in_capitals(text) or _COUNTS.search(text) for text in texts)
        and not any(_SPEAKS.match(text) for text in texts[1:])
        and phrased == len(texts)
        and 2 * stopped >= len(texts) - 1
    )


def _syllables(word: str, known: Language) -> int:
    """The syllables of a word, by its vowels; a silent e at the end is none."""
    groups = re.findall(rf"[{known.alphabet.vowels or 'aeiouy'}àâäéèêëîïôöûü]+", word)
    silent = re.search(r"[^aeiouy]e[ds]?$", word) and not re.search(r"[^aeiouy]le$|[td]ed$", word)
    return max(1, len(groups) - bool(silent))


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


def _over_pages(stanzas: Sequence[list[Line]], starts: set[int]) -> Iterator[list[Line]]:
    """The stanzas; one that the end of a page cuts in mid-sentence goes on over it."""
    open_: list[Line] = []
    for stanza in stanzas:
        first = stanza[0].start + stanza[0].indent
        if open_ and not (
            first in starts
            and len(open_) < _LONGEST
            and abs(open_[0].indent - stanza[0].indent) <= 1
            and not TERMINAL.search(open_[-1].text)
            and all(_BEGINS.match(line.text) for line in (*open_, *stanza))
        ):
            yield open_
            open_ = []
        open_ = [*open_, *stanza]
    if open_:
        yield open_


def _span(stanza: Sequence[Line]) -> tuple[int, int]:
    last = stanza[-1]
    return stanza[0].start + stanza[0].indent, last.start + last.indent + len(last.text)


def _is_verse(stanza: Sequence[Line], usual: int) -> bool:
    """Whether lines that stand together are set as verse is."""
    if counted := _STANZA.match(stanza[0].text):
        first = stanza[0]
        text = first.text[counted.end() :]
        stanza = [first._replace(text=text, indent=first.indent + counted.end()), *stanza[1:]]
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
    quoted = all(line.indent >= _SET_IN for line in stanza) and texts[0][:1] in '“"«„'
    spoken_in = quoted or _is_quoted(stanza)
    if sum(bool(_SPEAKS.match(text)) for text in texts[spoken_in:]) > 0.34 * count:
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
