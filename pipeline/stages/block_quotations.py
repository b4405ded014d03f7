r"""Quotations set as paragraphs of their own.

A block quotation is one of these: a paragraph entirely in quotation marks after one that ends with
a colon (`Viola wrote:⏎⏎` … `'); several paragraphs, each of which opens with a quotation mark and
the last of which closes it; in a text with two of these, also a long quoted paragraph without a
colon before it; several sentences after a colon that stand word for word after another colon, as
a motto does; and, in a text with its printed lines, a block after a colon whose lines are all
indented.

Left alone: what a label introduces again and again (`Directions:`), what is quoted within a quoted
paragraph (`“A man came and said:⏎⏎“Well, Busygin?”`), dialogue (a text in which a
fifth of the paragraphs begin with a quotation mark without a colon before them), a quotation after
which the sentence continues, a poem (verse).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.document import Document, Mark
from pipeline.text.blocks import Block, is_dialogue, is_wrapped, paragraph_runs

_QUOTED = re.compile(r"`[^`]*'|``[^`]*''|“[^”]*”|\"[^\"“”]*[\"”]|‘[^‘]*’|«[^»]*»|»[^«]*«|„[^“]*“")
_OPENING = '"“‘`«»„'
_LONG = 200  # characters: without a colon before it, a shorter paragraph may be what somebody says
_MOST = 12  # paragraphs of one quotation
_LEAD = 5  # words before a colon: fewer are a label, `Present:`, `Directions for use:`
_SENTENCE = re.compile(r"\b[^\W\d_A-ZÀ-Þ]{3,}[.!?…]+(?=\s+[^\W\d_a-z]|[\s.…]*$)")


def block_quotations(document: Document) -> Iterator[Mark]:
    """Marks block quotations."""
    runs = paragraph_runs(document)
    wrapped = is_wrapped(document.text)
    dialogue = is_dialogue([_text(document, run) for run in runs])
    mottoes = _mottoes(document, runs)
    found: list[tuple[int, int]] = []
    for n, run in enumerate(runs[1:], 1):
        lead = _text(document, runs[n - 1])
        if not lead.endswith(":") or (found and n <= found[-1][1]) or _is_open(lead):
            continue
        indented = (
            wrapped
            and all(line.indent >= 2 for block in run for line in block.lines)
            and sum(len(b.lines) for b in run) > 1
        )
        last = n if indented or n in mottoes else -1 if dialogue else _quoted(document, runs, n)
        if last >= n:
            found.append((n, last))
    if len(found) >= 2:
        found += [
            (n, n)
            for n in range(1, len(runs))
            if not dialogue and _stands_alone(document, runs, n, found)
        ]
    for first, last in sorted(found):
        yield Mark("blockquote", runs[first][0].start, runs[last][-1].end)


def _text(document: Document, run: Sequence[Block]) -> str:
    return document.text[run[0].start : run[-1].end].strip("*_ ")


def _is_open(lead: str) -> bool:
    """Whether a paragraph is quoted itself and goes on: what it introduces is quoted in it."""
    return lead[:1] in _OPENING and not re.search(r"[”\"»«][^”\"»«]*$", lead[1:])


def _mottoes(document: Document, runs: Sequence[Sequence[Block]]) -> frozenset[int]:
    """Which paragraphs are several sentences after a colon that stand after another colon too."""
    words = {
        n: tuple(re.findall(r"\w+", text.lower()))
        for n, (lead, text) in enumerate(pairwise(_text(document, run) for run in runs), 1)
        if lead.endswith(":")
        and len(lead.split()) >= _LEAD
        and text[:1].isupper()
        and len(_SENTENCE.findall(text)) > 1
    }
    times = Counter(words.values())
    return frozenset(n for n, said in words.items() if times[said] > 1)


def _quoted(document: Document, runs: Sequence[Sequence[Block]], n: int) -> int:
    """The last paragraph of the quotation that the n-th begins, or -1 if there is none.

    Each paragraph opens it again; the last closes it.
    """
    opening = _text(document, runs[n])[:1]
    if opening not in _OPENING:
        return -1
    for last, run in enumerate(runs[n : n + _MOST], n):
        text = _text(document, run)
        if text[:1] != opening:
            return -1
        if _QUOTED.fullmatch(text):
            if last > n and _text(document, runs[last - 1]).endswith(":"):
                continue  # quoted within the quotation
            return last
        if re.search(rf"[”{'«' if opening == '»' else '»'}]|[^\s—–-][\"'’](?!\w)", text[1:]):
            return -1  # it closes before the paragraph's end: somebody is speaking
    return -1


def _stands_alone(
    document: Document, runs: Sequence[Sequence[Block]], n: int, found: Sequence[tuple[int, int]]
) -> bool:
    """Whether a paragraph is a block quotation though no colon stands before it."""
    text = _text(document, runs[n])
    inside = any(first <= n <= last for first, last in found)
    return (
        not inside
        and len(text) > _LONG
        and bool(_QUOTED.fullmatch(text))
        and _text(document, runs[n - 1])[:1] not in _OPENING
    )
