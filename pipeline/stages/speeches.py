r"""Dialogue with named speakers: `Stalin: Speak up. Don't be nervous.`, `MENO. Can you tell me`.

A capitalised name with a colon (or in capitals with a full stop) that begins a paragraph is a speaker where two such
paragraphs stand together, or where the name speaks elsewhere. What the speaker does, `(*Applause.*)`, is a stage direction in
a text that has speakers.

Left alone: `For example: At the beginning of 1935`, `Note: …` alone, a title with a colon, a list of definitions in lower case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.blocks import paragraph_runs
from pipeline.document import Document, Mark

_NAME = r"[A-ZÀ-Þ][\w.’'-]*(?:[ \u00a0][A-ZÀ-Þ][\w.’'-]*){0,3}"
_SPEAKER = re.compile(rf"[*_]?({_NAME}:|[A-ZÀ-Þ]{{3,}}(?:[ -][A-ZÀ-Þ.’']+){{0,3}}\.)[*_]?(?=\s\S)")
_DIRECTION = re.compile(r"\(([*_])[A-ZÀ-Þ][^()*_\n]{2,80}\1\)")
_PLAIN_DIRECTION = re.compile(r"\([A-ZÀ-Þ][^().\n]{2,60}\.\)")


def speeches(document: Document) -> Iterator[Mark]:
    """Marks speeches, their speakers and the stage directions among them."""
    text = document.text
    runs = paragraph_runs(document)
    found = [(i, run, m) for i, run in enumerate(runs) if (m := _SPEAKER.match(text, run[0].start))]
    names = Counter(_bare(m[1]) for _, _, m in found)
    at = {i for i, _, _ in found}
    spoken = [(i, run, m) for i, run, m in found if (i - 1 in at or i + 1 in at) or (names[_bare(m[1])] > 2 and len(at) > 3)]
    turns = Counter(_bare(m[1]) for _, _, m in spoken)
    if len(spoken) < 2 or (len(spoken) > 2 and max(turns.values()) == 1):
        return  # `First: …`, `Secondly: …` are no speakers: in a dialogue of three speeches somebody speaks twice
    for _, run, m in spoken:
        end = run[-1].end
        opening = m.end() + len(text[m.end() : end]) - len(text[m.end() : end].lstrip())
        yield Mark("speech", run[0].start, end, (("who", _bare(m[1])),))
        yield Mark("speaker", m.start(), m.end())
        yield Mark("paragraph", opening, end)
    directions = list(_DIRECTION.finditer(text))
    if not directions:  # not set apart by emphasis: only within the speeches themselves
        directions = [m for _, run, _ in spoken for m in _PLAIN_DIRECTION.finditer(text, run[0].start, run[-1].end)]
    for m in directions:
        yield Mark("stage", m.start(), m.end())


def _bare(name: str) -> str:
    return name.rstrip(":.").strip()
