r"""Dialogue with named speakers: `Stalin: Speak up. Don't be nervous.`, `MENO. Can you tell me`.

A capitalised name with a colon (or in capitals with a full stop) that begins a paragraph is a
speaker if two such paragraphs are together, or if the name speaks elsewhere. Paragraphs between two
speeches that contain stage directions continue the first. In a text that has speakers,
`(*Applause.*)` and `[angrily]` are stage directions; in a play, so are `Enter ANNA` and
`[Exit ANNA.]`.

Left alone: `For example: At the beginning of 1935`, `Note: …` alone, a title with a colon, a list
of definitions in lower case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import alternatives
from pipeline.text.blocks import Block, paragraph_runs

_NAME = r"[A-ZÀ-Þ][\w.’'-]*(?:[ \u00a0][A-ZÀ-Þ][\w.’'-]*){0,3}"
_SPEAKER = re.compile(rf"[*_]?({_NAME}:|[A-ZÀ-Þ]{{3,}}(?:[ -][A-ZÀ-Þ.’']+){{0,3}}\.)[*_]?(?=\s\S)")
_DIRECTION = re.compile(r"\(([*_])[A-ZÀ-Þ][^()*_\n]{2,80}\1\)")
_PLAIN_DIRECTION = re.compile(
    r"(?<!\()\([A-ZÀ-Þ][^().\n]{2,60}\.\)(?!\))|\[[^\[\]\n]{2,80}\]|(?<=[.:] )\([a-z][^()\n"
    r"]{2,60}\)"
)
_MOST = 8  # paragraphs of a speech behind its first


def speeches(document: Document) -> Iterator[Mark]:
    """Marks speeches, their speakers and the stage directions among them."""
    text = document.text
    runs = paragraph_runs(document)
    found = [(i, run, m) for i, run in enumerate(runs) if (m := _SPEAKER.match(text, run[0].start))]
    names = Counter(_bare(m[1]) for _, _, m in found)
    at = {i for i, _, _ in found}
    turns = {_bare(m[1]) for i, _, m in found if i - 1 in at or i + 1 in at}
    spoken = [
        (i, run, m)
        for i, run, m in found
        if (i - 1 in at or i + 1 in at)
        or (
            len(at) > 3
            and (names[_bare(m[1])] > 2 or (_bare(m[1]) in turns and m[1].endswith(".")))
        )
    ]
    counted = Counter(_bare(m[1]) for _, _, m in spoken)
    if len(spoken) < 2 or (len(spoken) > 2 and max(counted.values()) == 1):
        # `First: …`, `Secondly: …` are no speakers: in a dialogue of three speeches somebody speaks
        # twice
        return
    directions = [m.span() for m in _DIRECTION.finditer(text)]
    following = [i for i, _, _ in spoken[1:]] + [spoken[-1][0] + 1]
    for (i, run, m), until in zip(spoken, following, strict=True):
        more = runs[i + 1 : until] if _go_on(runs[i + 1 : until], directions) else []
        end = run[-1].end
        opening = m.end() + len(text[m.end() : end]) - len(text[m.end() : end].lstrip())
        yield Mark(
            "speech", run[0].start, more[-1][-1].end if more else end, (("who", _bare(m[1])),)
        )
        yield Mark("speaker", m.start(), m.end())
        yield Mark("paragraph", opening, end)
        for other in more:
            yield Mark("paragraph", other[0].start, other[-1].end)
    if not directions:  # not set apart by emphasis: only within the speeches themselves
        directions = [
            m.span()
            for _, run, _ in spoken
            for m in _PLAIN_DIRECTION.finditer(text, run[0].start, run[-1].end)
        ]
    if any(m[1].endswith(".") for _, _, m in spoken):  # a play
        moves = re.compile(rf"(?:{alternatives(languages.every().drama.moves)})\b")
        between = [run for n, run in enumerate(runs) if n not in at]
        directions += [
            (run[0].start, run[-1].end)
            for run in between
            if moves.match(run[0].text) or _PLAIN_DIRECTION.fullmatch(run[0].text)
        ]
    for start, end in directions:
        yield Mark("stage", start, end)


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
