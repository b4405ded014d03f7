"""Witnesses: two readings of the same pages, aligned word by word, and what speaks for the one or the other.

Where two engines, or two scans, read the same they are nearly always right, since they err in different places. Where they
differ, one of them is an attested word and the other not, or the letters in which they differ are ones that engines confuse.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

_MOST_CELLS = 60_000_000  # of one alignment's table: 7,700 words against 7,700
_TOKEN = re.compile(r"\S+(?: [;:!?]+(?!\S))?")  # old print sets a space before some points
_FOLD = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "ﬁ": "fi", "ﬂ": "fl", "ſ": "s", "\u00ad": "-", "¬": "-"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands between blanks, with its span."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A place where the witnesses differ: words of the one against words of the other; either side may be empty."""

    first: int  # our words [first, last) …
    last: int
    theirs: tuple[Token, ...]  # … against these


def tokens(text: str) -> list[Token]:
    """The words of a text."""
    return [Token(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(text)]


def variants(ours: Sequence[Token], theirs: Sequence[Token]) -> Iterator[Variant]:
    """Where two readings of the same pages differ, as small as can be: mostly a word against a word, or one against two."""
    a, b = [_key(token.text) for token in ours], [_key(token.text) for token in theirs]
    for a0, a1, b0, b1 in _gaps(a, b):
        for i0, i1, j0, j1 in _paired(ours[a0:a1], theirs[b0:b1]):
            yield Variant(a0 + i0, a0 + i1, tuple(theirs[b0 + j0 : b0 + j1]))


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where not all witnesses agree: the span in our text and what each of them reads there, ours first."""

    start: int
    end: int
    readings: tuple[str, ...]


def slots(ours: str, *theirs: str) -> Iterator[Slot]:
    """The places in our text where other readings of the same pages differ from it, or from one another.

    An empty span is one where we have nothing and another has words. Pages are aligned one by one where there are as many.
    """
    pages = ours.split("\f")
    others = [other.split("\f") for other in theirs]
    if any(len(other) != len(pages) for other in others):
        pages, others = [ours], [[other.replace("\f", "\n")] for other in theirs]
    at = 0
    for number, page in enumerate(pages):
        for slot in _slots(page, [other[number] for other in others]):
            yield Slot(slot.start + at, slot.end + at, slot.readings)
        at += len(page) + 1


def _slots(ours: str, theirs: Sequence[str]) -> Iterator[Slot]:
    base = tokens(ours)
    edits = [[(v.first, v.last, [token.text for token in v.theirs]) for v in variants(base, tokens(other))] for other in theirs]
    spans: list[tuple[int, int]] = []
    for first, last in sorted({(first, last) for one in edits for first, last, _ in one}):
        if spans and (first < spans[-1][1] or first == spans[-1][0]):
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        else:
            spans.append((first, last))
    for first, last in spans:
        readings = [" ".join(token.text for token in base[first:last])]
        for one in edits:
            words: list[str] = []
            at = first
            for here, there, other in one:
                # What was put in right behind this place begins the next: `aa` `a` against `aa` `aa` `a`, and `a` `.`.
                if here >= first and there <= last and not here == there == last > first:
                    words += [token.text for token in base[at:here]] + other
                    at = there
            readings.append(" ".join([*words, *(token.text for token in base[at:last])]))
        start = base[first].start if first < len(base) else (base[-1].end if base else 0)
        yield Slot(start, base[last - 1].end if last > first else start, tuple(readings))


def _key(word: str) -> str:
    return word.translate(_FOLD).replace(" ", "")


def _gaps(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that differ. Long texts are first cut where three words in a row stand once in each."""
    for (a0, b0), (a1, b1) in _between(_anchors(a, b), len(a), len(b)):
        if (a1 - a0) * (b1 - b0) > _MOST_CELLS:
            yield a0, a1, b0, b1
            continue
        i = j = 0  # behind what both have
        for op in Levenshtein.opcodes(a[a0:a1], b[b0:b1]):
            if op.tag == "equal":
                if (i, j) != (op.src_start, op.dest_start):
                    yield a0 + i, a0 + op.src_start, b0 + j, b0 + op.dest_start
                i, j = op.src_end, op.dest_end
        if (a0 + i, b0 + j) != (a1, b1):
            yield a0 + i, a1, b0 + j, b1


def _between(anchors: Sequence[tuple[int, int]], a_end: int, b_end: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The stretches between anchors that do not follow upon one another."""
    last = (0, 0)
    for a, b in anchors:
        if (a, b) != last:
            yield last, (a, b)
        last = (a + 1, b + 1)
    if last != (a_end, b_end):
        yield last, (a_end, b_end)


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places, rising in both, where three words in a row stand once in each text (patience diff)."""
    if len(a) * len(b) < 1_000_000:
        return []
    once_a, once_b = ({key: i for i, key in enumerate(zip(text, text[1:], text[2:], strict=False))} for text in (a, b))
    count_a, count_b = (Counter(zip(text, text[1:], text[2:], strict=False)) for text in (a, b))
    pairs = [(i, once_b[key]) for key, i in once_a.items() if count_a[key] == 1 and count_b.get(key) == 1]
    pairs.sort()
    tops: list[int] = []  # the longest rising run, by patience sorting
    piles: list[int] = []
    back: list[int] = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        back[k] = piles[at - 1] if at else -1
        if at == len(tops):
            tops.append(j)
            piles.append(k)
        else:
            tops[at], piles[at] = j, k
    chain: list[tuple[int, int]] = []
    k = piles[-1] if piles else -1
    while k >= 0:
        chain.append(pairs[k])
        k = back[k]
    return chain[::-1]


def _paired(ours: Sequence[Token], theirs: Sequence[Token]) -> Iterator[tuple[int, int, int, int]]:
    """A stretch that differs, cut at the blanks that both have: `of tbe gov- ernment` | `of the government` is two variants."""
    if not ours or not theirs:
        yield 0, len(ours), 0, len(theirs)
        return
    a, b = " ".join(_key(token.text) for token in ours), " ".join(_key(token.text) for token in theirs)
    if len(a) * len(b) > _MOST_CELLS:
        yield 0, len(ours), 0, len(theirs)
        return
    i0 = j0 = i = j = 0
    for op in Levenshtein.opcodes(a, b):
        if op.tag == "equal":
            for k in range(op.src_end - op.src_start):
                if a[op.src_start + k] == " ":
                    i = a.count(" ", 0, op.src_start + k) + 1
                    j = b.count(" ", 0, op.dest_start + k) + 1
                    if _differ(ours[i0:i], theirs[j0:j]):
                        yield i0, i, j0, j
                    i0, j0 = i, j
    if _differ(ours[i0:], theirs[j0:]):
        yield i0, len(ours), j0, len(theirs)


def _differ(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Whether two runs of words read differently."""
    return [_key(token.text) for token in ours] != [_key(token.text) for token in theirs]
