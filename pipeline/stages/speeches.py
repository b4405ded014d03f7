r"""Dialogue with named speakers: `Stalin: Speak up. Don't be nervous.`, `MENO. Can you tell me`.

A capitalised name with a colon (or in capitals with a full stop) that begins a paragraph, or stands
on a line of its own above one, is a speaker if two such paragraphs are together, or if the name
speaks elsewhere. Paragraphs between two speeches that contain stage directions continue the first.
A paragraph that opens a quotation without closing it, between a line that introduces it
(`Ann said:`) and the first of several speeches, is a speech too, by the speaker named there.
In a text that has speakers, `(*Applause.*)` and `[angrily]` are stage directions.

A play is a text with speakers in capitals and directions such as `Enter ANNA` and `[Exit ANNA.]`,
which are stage directions too, or with acts, scenes or a list of characters. Every such name speaks
in it, also within a paragraph, where a line begins with it, and how somebody speaks may follow the
name (`HALE (rising).`, `LE COMTE, à part.`). What stands between two speeches of a scene belongs to
the first, what stands before the first is a direction (`A quay.`). Speeches below their speakers'
names are verse if many of their lines end although the next word would have fitted.

Left alone: `For example: At the beginning of 1935`, `Note: …` alone, a title with a colon, a list
of definitions in lower case, narration between two speeches.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import alternatives
from pipeline.text.blocks import (
    Block,
    blocks,
    cast_heading,
    claims,
    full_line,
    paragraph_runs,
    speakers,
    touches,
)

Run = tuple[Block, ...]

_NAME = r"[A-ZÀ-Þ][\w.’'-]*(?:[ \u00a0][A-ZÀ-Þ][\w.’'-]*){0,3}"
_SPEAKER = re.compile(
    rf"[*_]?({_NAME}:|[A-ZÀ-Þ]{{3,}}(?:[ -][A-ZÀ-Þ.’']+){{0,3}}\.)[*_]?(?=[ \t]*\n?[ \t]*\S)"
)
_STAGED = re.compile(  # in a play: how somebody speaks may stand between name and stop
    r"(?P<name>[A-ZÀ-Þ]{2,}(?:[ -][A-ZÀ-Þ.’']+){0,3}?)"
    r"(?:\s?[(\[][^()\[\]\n]{2,60}[)\]]|,\s[a-zà-ÿ][^.:()\n]{1,40})?[.:](?=[ \t—–-]*\S)"
)
_DIRECTION = re.compile(r"\(([*_])[A-ZÀ-Þ][^()*_\n]{2,80}\1\)")
_PLAIN_DIRECTION = re.compile(
    r"(?<!\()\([A-ZÀ-Þ][^().\n]{2,60}\.\)(?!\))|\[[^\[\]\n]{2,80}\]|(?<=[.:] )\([a-z][^()\n"
    r"]{2,60}\)"
)
_NUMBERED = re.compile(r"(?:^| )[IVXLC]+\W*$")
_BRACKETED = re.compile(r"\[[^\[\]]*\]?$|\([A-ZÀ-Þ][^()]*\)$")
_AT_LINE_END = re.compile(r"(?<=\S)[ \t]{2,}(?P<move>\[[^\[\]\n]{2,60}\]?)$", re.MULTILINE)
_LINE_END = re.compile(r"\s*\[[^\[\]]*\]?$")
_RUN_IN = re.compile(r"[—–]|[ \t]{4,}\S")  # what follows a title, or a row's, more than a name
_VERSES = 4  # lines, from which on their ends show that they are verse
_FINISHED = re.compile(r"[.!?…—–)\]][\"'”’»)\]*_]{0,3}$")
_STOP = re.compile(r"[,;:.!?—–-][\"'”’»)]{0,3}$")
_CAST = 40  # characters of a play
_SHORT = 90  # characters of a line that tells one
_ROOM = 4  # characters that a justified line may fall short by
_MOST = 8  # paragraphs of a speech behind its first


@dataclass(frozen=True, slots=True)
class _Cue:
    """The speaker's name at the beginning of a speech, `HALE.` or `HALE (rising).`."""

    start: int
    end: int
    who: str
    stopped: bool  # by a full stop, as in plays


def speeches(document: Document) -> Iterator[Mark]:
    """Marks speeches, their speakers and the stage directions among them."""
    text = document.text
    listed = list(_cast(document))
    yield from listed
    spans = [(mark.start, mark.end) for mark in listed if mark.role == "cast"]
    runs = [
        run
        for run in _with_speakers(paragraph_runs(document), speakers(text))
        if not touches(spans, run[0].start, run[-1].end)
    ]
    acts = _acts(document)
    names = _names(runs) if acts or listed else frozenset()
    runs = [part for run in runs for part in _by_speaker(run, names)]
    moves = _direction()
    found = [(i, run, cue) for i, run in enumerate(runs) if (cue := _cue(text, run, names, moves))]
    moved = any(moves.match(run[0].text) for run in runs)
    staged = (moved or bool(names)) and sum(cue.stopped for _, _, cue in found) > 2
    spoken = found if staged else _in_turn(found)
    counted = Counter(cue.who for _, _, cue in spoken)
    # `First: …`, `Secondly: …` and the run-in titles `SUNDAYS.—…`, `FARES.—…` are no speakers: in a
    # dialogue of three speeches, or with dashes, somebody speaks twice.
    twice = len(spoken) > 2 or any(_RUN_IN.match(text, cue.end) for _, _, cue in spoken)
    # `PSALM I. Beatus vir`, `PSALM II.`: numbers tell headings from people
    numbered = sum(_NUMBERED.search(who) is not None for who in counted)
    if numbered == len(counted) and len({_NUMBERED.sub("", who) for who in counted}) == 1:
        return
    if len(spoken) < 2 or (twice and max(counted.values()) == 1):
        return
    directions = [m.span() for m in _DIRECTION.finditer(text)]
    following = [i for i, _, _ in spoken[1:]] + [spoken[-1][0] + 1]
    stops = claims(document, "heading")
    versed = _in_verse([run for _, run, cue in spoken if _above(text, cue)], full_line(text))
    at = {i for i, _, _ in found}
    for (i, run, cue), until in zip(spoken, following, strict=True):
        more = runs[i + 1 : until]
        if staged:
            more = list(takewhile(lambda one: not _stands_apart(one, moves), more))
            more = [one for one in more if not touches(stops, run[-1].end, one[0].start)][:_MOST]
            at.update(range(i + 1, i + 1 + len(more)))
        elif not _go_on(more, directions):
            more = []
        yield Mark("speech", run[0].start, (more[-1] if more else run)[-1].end, (("who", cue.who),))
        yield Mark("speaker", cue.start, cue.end)
        if versed and _above(text, cue):
            yield from _lines_of(run)
        else:
            said = text[cue.end : run[-1].end]
            yield Mark("paragraph", cue.end + len(said) - len(said.lstrip()), run[-1].end)
        for other in more:
            yield Mark("paragraph", other[0].start, other[-1].end)
    yield from _first_speech(document, runs, spoken)
    emphasised = bool(directions)
    if versed:
        directions += [
            m.span("move")
            for _, run, _ in spoken
            for m in _AT_LINE_END.finditer(text, run[0].start, run[-1].end)
            if moves.match(m["move"])
        ]
    if not emphasised:  # not set apart by emphasis: only within the speeches themselves
        directions += [
            m.span()
            for _, run, cue in spoken
            for m in _PLAIN_DIRECTION.finditer(text, cue.end, run[-1].end)
        ]
    if staged or any(cue.stopped for _, _, cue in spoken):  # a play
        between = [run for n, run in enumerate(runs) if n not in at]
        directions += [
            (run[0].start, run[-1].end)
            for run in between
            if _stands_apart(run, moves) or (staged and run[0].start in acts)
        ]
    for start, end in sorted(set(directions)):
        yield Mark("stage", start, end)


def _cue(text: str, run: Run, names: AbstractSet[str], moves: re.Pattern[str]) -> _Cue | None:
    """The speaker's name that a paragraph begins with; one of `names` may have a direction."""
    start = run[0].start
    if (m := _STAGED.match(text, start)) and m["name"] in names:
        return _Cue(start, m.end(), m["name"], stopped=True)
    if (m := _SPEAKER.match(text, start)) and not moves.match(m[1]):
        return _Cue(m.start(), m.end(), _bare(m[1]), stopped=m[1].endswith("."))
    return None


def _direction() -> re.Pattern[str]:
    """What a stage direction begins with: `Enter`, `SCENE`."""
    drama = languages.every().drama
    acts = (form for word in drama.acts for form in (word.upper(), word.capitalize()))
    return re.compile(rf"\W?(?:{alternatives((*drama.moves, *acts))})\b")


def _acts(document: Document) -> frozenset[int]:
    """What stands below the headings of a play, `ACT I.`: where its first words begin."""
    title = re.compile(rf"\b(?:{alternatives(languages.every().drama.acts)})\b", re.IGNORECASE)
    text = document.text
    heads = [document.reading_span(mark.start, mark.end) for mark in document.marked("heading")]
    found = [end for start, end in heads if title.search(text, start, end)]
    blank = re.compile(r"\s*")
    return frozenset(m.end() for end in found if (m := blank.match(text, end)))


def _names(runs: Sequence[Run]) -> frozenset[str]:
    """The names in capitals that two or more lines of a play begin with, and a full stop follows.

    Empty unless two people speak.
    """
    said = Counter(
        m["name"]
        for run in runs
        for block in run
        for n, line in enumerate(block.lines)
        if (m := _STAGED.match(line.text)) and _may_begin(block, n)
    )
    names = frozenset(name for name, count in said.items() if count > 1)
    return names if len(names) > 1 else frozenset()


def _may_begin(block: Block, n: int) -> bool:
    """Whether a speech may begin with a line of a block: what stands above it is finished."""
    return n == 0 or _FINISHED.search(block.lines[n - 1].text) is not None


def _by_speaker(run: Run, names: AbstractSet[str]) -> Iterator[Run]:
    """A paragraph, parted where a line of it begins with a speaker's name."""
    parts: list[list[Block]] = [[]]
    for block in run:
        first = 0
        for n, line in enumerate(block.lines):
            m = _STAGED.match(line.text) if names else None
            if m and m["name"] in names and (n or parts[-1]) and _may_begin(block, n):
                if n > first:
                    parts[-1].append(Block(block.lines[first:n], block.gap, block.page_start))
                parts.append([])
                first = n
        gap, page_start = (0, False) if first else (block.gap, block.page_start)
        parts[-1].append(Block(block.lines[first:], gap, page_start))
    return (tuple(part) for part in parts)


def _first_speech(
    document: Document, runs: Sequence[Run], spoken: Sequence[tuple[int, Run, _Cue]]
) -> Iterator[Mark]:
    """Speeches without a speaker's name: `Ann said:⏎⏎“I came on Friday.⏎⏎Hugh: Did you?`."""
    text = document.text
    names = {cue.who for _, _, cue in spoken}
    at = {i for i, _, _ in spoken}
    for i, _, _ in spoken:
        if i < 2 or i - 1 in at or i - 2 in at or i + 1 not in at:
            continue
        said, before = (text[run[0].start : run[-1].end] for run in (runs[i - 1], runs[i - 2]))
        opened = said[:1] in '“"«»„' and not re.search(r"[”\"»«]", said[1:])
        named = [
            (m.start(), name)
            for name in names
            for m in re.finditer(rf"\b{re.escape(name)}\b", before)
        ]
        if opened and before.endswith(":") and named:
            start, end = runs[i - 1][0].start, runs[i - 1][-1].end
            yield Mark("speech", start, end, (("who", max(named)[1]),))
            yield Mark("paragraph", start, end)


def _cast(document: Document) -> Iterator[Mark]:
    """The characters of a play: the lines under a heading such as `DRAMATIS PERSONÆ.`."""
    title = cast_heading()
    begins = re.compile(rf"{_direction().pattern}|[A-ZÀ-Þ]{{2,}}(?: [A-ZÀ-Þ]+){{0,3}}\. \S")
    heads = [document.reading_span(mark.start, mark.end) for mark in document.marked("heading")]
    free = blocks(document, claimed=False)
    for n, (start, end) in enumerate(heads):
        if not title.fullmatch(document.text[start:end]):
            continue
        until = heads[n + 1][0] if n + 1 < len(heads) else len(document.text)
        below = [block for block in free if end <= block.start < until]
        people = takewhile(lambda block: not begins.match(block.text), below[1:])
        lines = [line for block in (*below[:1], *people) for line in block.lines]
        if 1 < len(lines) <= _CAST and all(len(line.text) < _SHORT for line in lines):
            yield Mark("cast", lines[0].span[0], lines[-1].span[1])
            yield from (Mark("castitem", *line.span) for line in lines)


def _with_speakers(runs: Sequence[Run], names: AbstractSet[str]) -> list[Run]:
    """The paragraphs of a text, each together with the name alone on the line above it."""
    joined: list[Run] = []
    for run in runs:
        named = bool(joined) and joined[-1][0].lines[0].text in names
        if named and run[0].gap == 0 and not run[0].page_start:
            joined[-1] = (*joined[-1], *run)
        else:
            joined.append(run)
    return joined


def _in_turn(found: Sequence[tuple[int, Run, _Cue]]) -> list[tuple[int, Run, _Cue]]:
    """The paragraphs with a name that are speeches: beside another, or of one who speaks again."""
    names = Counter(cue.who for _, _, cue in found)
    at = {i for i, _, _ in found}
    turns = {cue.who for i, _, cue in found if i - 1 in at or i + 1 in at}
    return [
        (i, run, cue)
        for i, run, cue in found
        if (i - 1 in at or i + 1 in at)
        or (len(at) > 3 and (names[cue.who] > 2 or (cue.who in turns and cue.stopped)))
    ]


def _stands_apart(run: Run, moves: re.Pattern[str]) -> bool:
    """Whether a paragraph is a stage direction: `Enter ANNA.`, `ANNA at the door. Enter HUGH.`."""
    text = run[0].text
    begins = (0, *(m.end() for m in re.finditer(r"[.;] (?=[A-ZÀ-Þ])", text)))
    short = len(text) < _SHORT
    return bool(_PLAIN_DIRECTION.fullmatch(text) or _BRACKETED.match(text)) or any(
        moves.match(text, at) for at in (begins if short else (0,))
    )


def _above(text: str, cue: _Cue) -> bool:
    """Whether a speaker's name stands on a line of its own."""
    return text[cue.end : cue.end + 200].lstrip(" \t")[:1] == "\n"


def _in_verse(below: Sequence[Run], full: float) -> bool:
    """Whether the speeches below their speakers' names are verse.

    They are if nearly all their lines begin with a capital, if all are short beside the lines of
    the text's prose (`full` characters), or if many end with a stop or although the next word would
    have fitted.
    """
    spoken = [
        [_LINE_END.sub("", line.text) for block in run for line in block.lines][1:] for run in below
    ]
    every = [line for lines in spoken for line in lines if line]
    width = max(map(len, every), default=0)
    ends = [
        len(line) + 1 + len(after.split()[0]) <= width - _ROOM
        for lines in spoken
        for line, after in pairwise(filter(None, lines))
    ]
    stops = [bool(_STOP.search(line)) for lines in spoken for line in lines[:-1] if line]
    if len(every) < _VERSES or not ends:
        return False
    capitals = sum(line[:1].isupper() for line in every) >= 0.9 * len(every)
    return (
        capitals
        or width < 0.75 * full
        or sum(ends) >= 0.25 * len(ends)
        or sum(stops) >= 0.5 * len(stops)
    )


def _lines_of(run: Run) -> Iterator[Mark]:
    """The verse of a speech below its speaker's name, and the directions on lines of their own."""
    lines = [line for block in run for line in block.lines][1:]
    for bracketed, group in groupby(lines, key=lambda line: bool(_BRACKETED.match(line.text))):
        those = list(group)
        role = "stage" if bracketed else "verse"
        yield Mark(role, those[0].span[0], those[-1].span[1])


def _go_on(runs: Sequence[Sequence[Block]], directions: Sequence[tuple[int, int]]) -> bool:
    """Whether paragraphs between two speeches are still the first speaker's.

    Most of them have stage directions.
    """
    directed = sum(
        any(run[0].start <= start < run[-1].end for start, _ in directions) for run in runs
    )
    return 0 < len(runs) <= _MOST and 2 * directed > len(runs)


def _bare(name: str) -> str:
    return name.rstrip(":.").strip()
