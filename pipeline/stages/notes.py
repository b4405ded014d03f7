r"""Footnotes and end notes, with the places that call them.

A footnote is a block that begins with a sign, `*Read his report to the 17th Congress`, `* One
*pood* = 36 lbs.`, `† Ibid.`; its anchor is the same sign behind a word or a sentence, `of the
party,* or`, `50 million centners.*`, on the page before it. Signs and anchors are paired in order,
from the note upwards. End notes are blocks at the end of a text that count from 1 upwards, `1In
Chapter 6 of`; their anchors are the same figures, whose superscript the OCR lost, right behind a
word or a full stop: `in the West.1`, `great campaigns2`. A note goes on over a page's end where it
stops in mid-sentence and the next page's foot goes on.

Left alone: `*emphasis*`, a list of stars, a sign without a note, a figure that belongs to the word
(`Fe2`, `1920s`, `H2O`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import Block, blocks

_SIGN = re.compile(r"(\*{1,3}|†{1,2}|‡|§|¶)\s?(?=[\w“\"'‘(])")
_NUMBERED = re.compile(r"\(?(\d{1,3})\)?[.\]]?\s?(?=[A-ZÀ-Þ“\"‘'(*_])")
_EMPHASIS = re.compile(r"\*[^*\s](?:[^*\n]*[^*\s])?\*(?!\w)")


@dataclass(frozen=True, slots=True)
class _Note:
    """A block that is a note: its sign, and how many characters of it are label."""

    block: Block
    sign: str
    label: int


def notes(document: Document) -> Iterator[Proposal | Mark]:
    """Marks notes, their labels and their anchors."""
    text = document.text
    free = blocks(document, claimed=False)
    page_starts = sorted(document.reading_at(mark.start) for mark in document.marked("page"))
    yield from _footnotes(text, free, page_starts)
    yield from _end_notes(text, free)


def _footnotes(text: str, free: Sequence[Block], page_starts: Sequence[int]) -> Iterator[Mark]:
    """Notes that begin with a sign, each with the nearest free anchor before it."""
    found = [note for i, block in enumerate(free) if (note := _footnote(block, first=i == 0))]
    signed = {(note.block.start, note.block.start + note.label) for note in found}
    inside = [(note.block.start, note.block.end) for note in found]
    emphasised = bytearray(len(text))
    for m in _EMPHASIS.finditer(text):
        emphasised[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
    calls: dict[str, list[tuple[int, int]]] = {}
    for sign in {note.sign for note in found}:
        pattern = re.compile(
            r"(?<=[\w.,;:!?\"'”’)\]*])[ \u00a0]?(" + re.escape(sign) + r")(?![\w*†‡§])"
        )
        everywhere = (m.span(1) for m in pattern.finditer(text))
        # A star may close an emphasis, `*poods*`, or call a note, `*poods**`.
        calls[sign] = [
            span
            for span in everywhere
            if span not in signed and not emphasised[span[0]] and not _within(span[0], inside)
        ]
    used: set[int] = set()
    foot: list[_Note] = []
    for n, note in enumerate(found, 1):
        # Notes of one foot share the anchors of one page: the first note takes the first anchor.
        if not (
            foot
            and foot[-1].sign == note.sign
            and not text[foot[-1].block.end : note.block.start].strip()
        ):
            foot = []
        foot.append(note)
        waiting = 1 + sum(1 for _ in _following(text, found, n))
        page = bisect_right(page_starts, note.block.start) - 1
        floors = (page_starts[page] if page >= 0 else 0, page_starts[page - 1] if page >= 1 else 0)
        anchor = None
        for floor in floors:
            here = calls[note.sign][
                bisect_left(calls[note.sign], (floor, 0)) : bisect_left(
                    calls[note.sign], (note.block.start, 0)
                )
            ]
            spans = [span for span in here[-64:] if span[0] not in used]
            if spans:
                anchor = spans[-waiting] if waiting <= len(spans) and len(foot) == 1 else spans[0]
                break
        if anchor is None and text[note.block.start + note.label].islower():
            # a speck before a line in mid-sentence, `*inculcated by the Founder`, or a note that
            # nothing calls
            continue
        attributes = [("id", f"n{n}"), ("n", note.sign), ("place", "bottom")]
        if anchor:
            used.add(anchor[0])
            attributes.append(("anchor", f"n{n}.a"))
            yield Mark("anchor", anchor[0], anchor[1], (("id", f"n{n}.a"), ("note", f"n{n}")))
        yield Mark("note", note.block.start, note.block.end, tuple(attributes))
        yield Mark("label", note.block.start, note.block.start + len(note.sign))


def _following(text: str, found: Sequence[_Note], n: int) -> Iterator[_Note]:
    """The notes of the same sign that stand right behind the n-th (counted from one), at the same
    foot.
    """
    for before, note in pairwise(found[n - 1 :]):
        if note.sign != before.sign or text[before.block.end : note.block.start].strip():
            return
        yield note


def _footnote(block: Block, *, first: bool) -> _Note | None:
    """A block as a note, if it begins with a sign, is not emphasised from its first character on,
    nor framed, `*** START ***`.
    """
    m = _SIGN.match(block.text)
    if (
        not m
        or _EMPHASIS.match(block.text)
        or len(block.text) < 6
        or first
        or (block.text.endswith(m[1]) and len(m[1]) > 1)
    ):
        return None
    return _Note(block, m[1], len(m[0]))


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    i = bisect_right(spans, (at, len(spans) + at)) - 1
    return i >= 0 and at < spans[i][1]


def _end_notes(text: str, free: Sequence[Block]) -> Iterator[Mark]:
    """Blocks at the end that count from one upwards, where the text before them calls each of them
    in order.
    """
    for first in range(len(free) - 1, -1, -1):
        m = _NUMBERED.match(free[first].text)
        if m and m[1] == "1":
            break
    else:
        return
    found: list[_Note] = []
    for block in free[first:]:
        m = _NUMBERED.match(block.text)
        if m and int(m[1]) == len(found) + 1:
            found.append(_Note(block, m[1], len(m[0])))
        elif found and not m:
            continue
    anchors: list[tuple[int, int]] = []
    at = 0
    for note in found:
        # Lost superscripts stand right behind a word or its stop: `West.1`, `campaigns2`; never in
        # a number, `1920`, `4.5`.
        m = re.compile(
            r"(?<=[A-Za-zÀ-ÿ.,;:!?\"'”’)\]])(?<!\d[.,])[\[(]?(" + note.sign + r")[\])]?(?![\d\w])"
        ).search(text, at, found[0].block.start)
        if not m:
            return
        anchors.append(m.span(1))
        at = m.end()
    for n, (note, anchor) in enumerate(zip(found, anchors, strict=True), 1):
        yield Mark("anchor", *anchor, (("id", f"e{n}.a"), ("note", f"e{n}")))
        attributes = (("id", f"e{n}"), ("n", note.sign), ("place", "end"), ("anchor", f"e{n}.a"))
        yield Mark("note", note.block.start, note.block.end, attributes)
        yield Mark("label", note.block.start, note.block.start + len(note.sign))
