r"""Paragraphs: every block without another role, and the parts of one paragraph joined.

A paragraph continues after a page end, a note at the foot of the page or a blank line added by the
OCR if its first part breaks off in mid-sentence or in mid-word. Rows of stars or rules between
paragraphs are separators; consecutive paragraphs that begin with the same bullet are a list.

Left alone: two paragraphs of which the first ends a sentence, even at a page end, if its last line
is short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from pipeline.document import Document, Mark
from pipeline.text.blocks import Block, blocks, claims, paragraph_runs, touches

_SEPARATOR = re.compile(r"[\s*⁂•·.~_=+#—–-]{1,80}")
_BULLET = re.compile(r"([●•▪◦■★☞]|[-–*](?=\s))\s*\S")


def paragraphs(document: Document) -> Iterator[Mark]:
    """Marks paragraphs, separators and lists."""
    runs = paragraph_runs(document)
    bullets = [m[1] if (m := _BULLET.match(run[0].text)) else "" for run in runs]
    numbered = list(zip(bullets, runs, strict=True))
    for bullet, group in groupby(numbered, key=lambda pair: pair[0]):
        alike = [run for _, run in group]
        if bullet and len(alike) > 1:
            yield Mark("list", alike[0][0].start, alike[-1][-1].end)
            for run in alike:
                yield Mark("item", run[0].start, run[-1].end)
                yield Mark("label", run[0].start, run[0].start + len(bullet))
        else:
            for run in alike:
                yield _paragraph(run)
    yield from _left_over(document)


def _left_over(document: Document) -> Iterator[Mark]:
    """Lines that no stage has taken, in blocks of which one took others: no text is lost."""
    spans = claims(document)
    for block in blocks(document):
        if not touches(spans, block.start, block.end):
            continue
        free = [not touches(spans, *line.span) for line in block.lines]
        for is_free, lines in groupby(zip(free, block.lines, strict=True), key=itemgetter(0)):
            those = [line for _, line in lines]
            if is_free:
                yield Mark("paragraph", those[0].span[0], those[-1].span[1])


def _paragraph(run: tuple[Block, ...]) -> Mark:
    start, end = run[0].start, run[-1].end
    if all(_SEPARATOR.fullmatch(block.text) for block in run):
        return Mark("separator", start, end)
    return Mark("paragraph", start, end)
