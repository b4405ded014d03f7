"""Witnesses: two readings of the same pages, aligned word by word, with evidence for each.

Where two engines, or two scans, read the same they are nearly always right, since they err in
different places. Where they differ, one of them is an attested word and the other not, or the
letters in which they differ are ones that engines confuse.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz.distance import Levenshtein

from pipeline.text.align import rising

_MOST_CELLS = 60_000_000  # of one alignment's table: 7,700 words against 7,700
_TOKEN = re.compile(r"\S+(?: [;:!?]+(?!\S))?")  # old print sets a space before some points
_FOLD = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "—": "-",
        "–": "-",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ſ": "s",
        "\u00ad": "-",
        "¬": "-",
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands between blanks, with its span."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A place where two readings differ: our words `[first, last)` and theirs `[at, to)`.

    Either may be empty.
    """

    first: int
    last: int
    at: int
    to: int


def tokens(text: str) -> list[Token]:
    """The words of a text."""
    return [Token(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(text)]


def variants(ours: Sequence[Token], theirs: Sequence[Token]) -> Iterator[Variant]:
    """Where two readings of the same pages differ, in smallest units (a word, or one to two)."""
    a, b = [_key(token.text) for token in ours], [_key(token.text) for token in theirs]
    for a0, a1, b0, b1 in _gaps(a, b):
        for i0, i1, j0, j1 in _paired(ours[a0:a1], theirs[b0:b1]):
            yield Variant(a0 + i0, a0 + i1, b0 + j0, b0 + j1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one witness has at a place: its words joined by blanks, and their span in its text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where not all witnesses agree, and what each of them reads there, ours first."""

    readings: tuple[Reading, ...]

    @property
    def start(self) -> int:
        """Where the place begins in our text."""
        return self.readings[0].start

    @property
    def end(self) -> int:
        """Where it ends; where it begins if we have nothing and another has words."""
        return self.readings[0].end


def slots(ours: str, *theirs: str) -> Iterator[Slot]:
    """The places where readings of the same pages differ from ours, or from one another.

    Pages are aligned one by one where there are as many.
    """
    texts = [ours, *theirs]
    pages = [text.split("\f") for text in texts]
    if len({len(one) for one in pages}) > 1:
        pages = [[text] for text in texts]
    at = [0] * len(texts)
    for page in zip(*pages, strict=True):
        for readings in _readings([tokens(text) for text in page]):
            yield Slot(
                tuple(
                    Reading(one.text, one.start + n, one.end + n)
                    for one, n in zip(readings, at, strict=True)
                )
            )
        at = [n + len(text) + 1 for n, text in zip(at, page, strict=True)]


def _readings(page: Sequence[Sequence[Token]]) -> Iterator[list[Reading]]:
    ours, *theirs = page
    edits = [list(variants(ours, other)) for other in theirs]
    spans: list[tuple[int, int]] = []
    for first, last in sorted({(edit.first, edit.last) for one in edits for edit in one}):
        if spans and (first < spans[-1][1] or first == spans[-1][0]):
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        else:
            spans.append((first, last))
    counterparts = [_Counterpart(one) for one in edits]
    for first, last in spans:
        yield [
            _reading(ours, first, last),
            *(
                _reading(other, *there(first, last))
                for other, there in zip(theirs, counterparts, strict=True)
            ),
        ]


def _reading(words: Sequence[Token], first: int, last: int) -> Reading:
    start = words[first].start if first < len(words) else (words[-1].end if words else 0)
    return Reading(
        " ".join(word.text for word in words[first:last]),
        start,
        words[last - 1].end if last > first else start,
    )


class _Counterpart:
    """Which of their words stand against ours `[first, last)`, a stretch that cuts no variant."""

    def __init__(self, edits: Sequence[Variant]) -> None:
        self._firsts = [edit.first for edit in edits]
        self._shifts = [
            0,
            *accumulate((edit.to - edit.at) - (edit.last - edit.first) for edit in edits),
        ]

    def __call__(self, first: int, last: int) -> tuple[int, int]:
        # What was inserted right after a place begins the next: `aa` `a` against `aa` `aa` `a`, and
        # `a` `.`.
        before, after = (
            bisect_left(self._firsts, first),
            bisect_left(self._firsts, last if last > first else last + 1),
        )
        return first + self._shifts[before], last + self._shifts[after]


def _key(word: str) -> str:
    return word.translate(_FOLD).replace(" ", "")


def _gaps(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that differ. Long texts are first cut at word triples unique in both."""
    for (a0, b0), (a1, b1) in _between(_anchors(a, b), len(a), len(b)):
        if (a1 - a0) * (b1 - b0) > _MOST_CELLS:
            yield a0, a1, b0, b1
            continue
        i = j = 0  # where what both have ends
        for op in Levenshtein.opcodes(a[a0:a1], b[b0:b1]):
            if op.tag == "equal":
                if (i, j) != (op.src_start, op.dest_start):
                    yield a0 + i, a0 + op.src_start, b0 + j, b0 + op.dest_start
                i, j = op.src_end, op.dest_end
        if (a0 + i, b0 + j) != (a1, b1):
            yield a0 + i, a1, b0 + j, b1


def _between(
    anchors: Sequence[tuple[int, int]], a_end: int, b_end: int
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The stretches between anchors that do not follow upon one another."""
    last = (0, 0)
    for a, b in anchors:
        if (a, b) != last:
            yield last, (a, b)
        last = (a + 1, b + 1)
    if last != (a_end, b_end):
        yield last, (a_end, b_end)


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places, rising in both texts, with a word triple unique in each (patience diff)."""
    if len(a) * len(b) < 1_000_000:
        return []
    once_a, once_b = (
        {key: i for i, key in enumerate(zip(text, text[1:], text[2:], strict=False))}
        for text in (a, b)
    )
    count_a, count_b = (Counter(zip(text, text[1:], text[2:], strict=False)) for text in (a, b))
    pairs = [
        (i, once_b[key]) for key, i in once_a.items() if count_a[key] == 1 and count_b.get(key) == 1
    ]
    pairs.sort()
    return [pairs[k] for k in rising([j for _, j in pairs])]


def _paired(ours: Sequence[Token], theirs: Sequence[Token]) -> Iterator[tuple[int, int, int, int]]:
    """Cut a differing stretch at blanks that both have.

    `of tbe gov- ernment` | `of the government` gives two variants.
    """
    if not ours or not theirs:
        yield 0, len(ours), 0, len(theirs)
        return
    a, b = (
        " ".join(_key(token.text) for token in ours),
        " ".join(_key(token.text) for token in theirs),
    )
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
