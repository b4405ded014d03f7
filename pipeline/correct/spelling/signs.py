r"""Which signs a reading may lose: the guard that every correction passes before it is proposed.

Deleting is the gravest change. A sign that no word has is one of three things. It may have been
*printed*: a note call (``haste,¹``), a bracket or siglum of the editor's (``Capt[ain]``,
``þer|after``), a superior letter (``M^r``), the stop of a sentence. It may be a *misread letter*
(``fif~y``, ``b}``, ``tc;>``): then the reading has a letter in its place, and the letters left do
not make a word. Or it is *dirt*: a speck inside a word (``ta.king``), or one beside a word where
the page is full of specks.

What was printed stays. What may be dirt and may be printed is held for an editor. Only what is
plainly a letter or plainly dirt goes without being asked for. The text itself is the evidence: a
sign that keeps standing beside whole words is printed, one that keeps standing inside words or
beside garbage is not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from enum import IntEnum
from functools import cached_property

import regex
from rapidfuzz.distance import Levenshtein

from pipeline.language.lexicon import Lexicon, fold


class Loss(IntEnum):
    """What a reading loses, by gravity: nothing printed, something doubtful, a printed sign."""

    NONE = 0
    DOUBTFUL = 1
    PRINTED = 2


# A sign is what is no letter, figure or blank; superior letters and figures are signs, too. Hyphens
# and apostrophes belong to the spelling of words and are judged with it.
_SIGN = regex.compile(r"[[^\p{L}\p{M}\p{Nd}\s\p{Cc}\p{Co}\uFFFD'’\-‐‑⸗¬\u00AD]\p{Lm}ªº]", regex.V1)
_WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}'’]+")
_LETTER = regex.compile(r"[[\p{L}\p{Nd}]--[\p{Lm}ªº]]", regex.V1)

# Sorts that a compositor has and no engine puts for a letter.
_SORTS = regex.compile(
    r"[\p{No}\p{Lm}¿¡†‡¶‖‽…⸺⸻⟨⟩⟦⟧′″[\p{So}--[©®°¦\u25A0-\u25FF]][\p{Sm}--[+<=>|~¬]]]", regex.V1
)
_RAISED = regex.compile(r"[\p{No}\p{Lm}]")
_STOPS = ".,;:?"
_CLOSES = frozenset(_STOPS + ')]"”»*')  # what may follow a word; "!" is too often an l (we!l)
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">", "⟨": "⟩", "⟦": "⟧"}
_POINTS = frozenset('.,;:?!&/()[]*"“”„‚‘«»‹›—–')  # of any text, whatever they stand beside
_SELDOM_SET = frozenset("\\^~_{}<>#=")  # signs that hardly stand beside a word in print
_PAIRED = frozenset([*_BRACKETS, *_BRACKETS.values()])
_SPECKS = frozenset('.,:;·•~_*^`´‘“”"!')  # what dust inside a word is read as
_DIRT = _SPECKS | _SELDOM_SET | _PAIRED | {"|"}  # what specks beside a word are read as

_ENCLOSED = r"(?:\[[^][]+\]|\([^()]+\)|\{[^{}]+\}|<[^<>]+>|⟨[^⟨⟩]+⟩|⟦[^⟦⟧]+⟧)"
_EDITED = regex.compile(
    rf"(?=.*\p{{L}})(?:[\p{{L}}\p{{M}}\p{{Nd}}'’]*{_ENCLOSED})+[\p{{L}}\p{{M}}'’]*"
)
# What an editor sets around several words: `<seen nor spoken with>`, `\\the last/`, `{illegible}`.
_PASSAGES = tuple(
    regex.compile(
        rf"(?<![^\s(\[“\"‘'—–])(?P<open>{opening})(?=[^\s{ends}])"
        rf"(?:[^{ends}\n]|\n(?!\s*\n)){{1,200}}"
        rf"(?<=\S)(?P<close>{closing})(?![^\s.,;:!?)\]”\"’'—–-])"
    )
    for opening, closing, ends in (
        *((f"\\{a}", f"\\{b}", f"\\{a}\\{b}") for a, b in ("<>", "{}", "[]", "()", "\\/")),
        *(("⟨", "⟩", "⟨⟩"), ("⟦", "⟧", "⟦⟧")),
        *((f"\\{sign}", f"\\{sign}", f"\\{sign}") for sign in "^~=#+|/"),
    )
)
# superior letters, phonetic and medieval ones, transliterations
_RARE = regex.compile(r"[\u0180-\u02FF\u1D00-\u1DBF\u1E00-\u1EFF\uA720-\uA7FF]")
_SUPERIOR = regex.compile(
    r"(?<![\p{L}\p{Nd}^])(?:\p{L}{1,5}|\p{Nd}+)\^\p{L}{1,3}(?![\p{L}\p{Nd}^])"
)
_AFTER_STOP = regex.compile(r"(?<=\p{L}{2}\.\s+)\p{L}")
_CHUNK = regex.compile(r"\S+")

NEAR = 300  # code points on either side in which specks are a cluster
COMMON = 20.0  # per million
CLUSTER = 3  # specks near a place that make it dirty


def is_edited(form: str) -> bool:
    """Whether a form contains an editor's or scholar's signs, which no engine produces.

    For example ``Capt[ain]``, ``<in>to``, ``Mʳ``, ``tʃ``.
    """
    return _EDITED.fullmatch(form) is not None or _RARE.search(form) is not None


class Signs:
    """The signs of one text, and what each of them is likely to be."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        """For one text, with the words that are right in it."""
        self._text, self._lexicon = text, lexicon

    def loss(self, start: int, end: int, after: str) -> Loss:
        """What is lost when the span (code points) reads `after`."""
        before = self._text[start:end]
        if _abbreviates(before, after):
            return Loss.PRINTED
        lost = list(_lost(before, after))
        return max(
            (self._weigh(before, at, start, misread=misread) for at, misread in lost),
            default=Loss.NONE,
        )

    def _weigh(self, before: str, at: int, start: int, *, misread: bool) -> Loss:
        """What one lost sign of a span was; `misread`: a letter stands in its place."""
        sign = before[at]
        left, right = _WORD.findall(before[:at]), _WORD.findall(before[at + 1 :])
        word = self._word(before)
        if _bracketed(before, at):
            return Loss.PRINTED
        if start + at in self._around_passages:
            return Loss.DOUBTFUL if self._dirty(start + at) else Loss.PRINTED
        if _SORTS.match(sign):
            return Loss.PRINTED if word or _RAISED.match(sign) else Loss.DOUBTFUL
        if sign == "^" and (superior := _SUPERIOR.search(before)):
            if self._carets:
                return Loss.PRINTED
            whole = self._lexicon.attested(fold(superior.group().replace("^", "")))
            if whole and not self._dirty(start):
                return Loss.DOUBTFUL
        if left and sign in _CLOSES and len("".join(right)) <= 2 and self._ends_word(left[-1]):
            # after a whole word: strangers.f, Anderson.&
            return Loss.DOUBTFUL if right else Loss.PRINTED
        if left and right and sign in "/|":
            pieces = [left[-1], right[0]]
            known = [len(piece) == 1 or self._lexicon.attested(fold(piece)) for piece in pieces]
            if all(known):
                return Loss.PRINTED  # either/or, w/o
            if any(known) and len(pieces[known.index(True)]) > 2:
                return Loss.DOUBTFUL  # þer|after
        at_home = word and sign not in _SELDOM_SET and self._at_home(sign)
        if misread:
            return Loss.PRINTED if at_home else Loss.NONE
        if left and right:
            return self._inside(before, at, left, right)
        if not left and sign in ",;:?!":
            # no stop begins a word; if the word before lacks one, its blank was set wrongly
            ended = self._text[max(0, start - NEAR) : start].rstrip()[-1:]
            return Loss.DOUBTFUL if ended.isalnum() and not self._dirty(start) else Loss.NONE
        if not left and sign in "._·•":
            return Loss.NONE
        if at_home:
            return Loss.PRINTED
        dirt = sign in _DIRT and self._dirty(start + at)
        return Loss.NONE if dirt else Loss.DOUBTFUL

    def _inside(self, before: str, at: int, left: list[str], right: list[str]) -> Loss:
        """A sign between letters that no letter replaces."""
        sign = before[at]
        words = all(
            len(piece) > 1 and self._lexicon.attested(fold(piece)) for piece in (left[-1], right[0])
        )
        if sign == "." and right[0][0].islower() and not self._small_after_stops:
            return Loss.NONE  # no sentence begins so
        if sign in _SPECKS:
            return Loss.DOUBTFUL if words and sign in _STOPS else Loss.NONE
        if sign in _PAIRED:
            return Loss.PRINTED if self._bracketing else Loss.DOUBTFUL if words else Loss.NONE
        return Loss.DOUBTFUL if words or sign in "/|" else Loss.NONE

    def _ends_word(self, piece: str) -> bool:
        """Whether the piece before a sign is a word; a short one must be common (not ``tl;c``)."""
        form = fold(piece)
        return self._lexicon.attested(form) and (
            len(form) > 3 or self._lexicon.frequency(form) >= COMMON
        )

    def _word(self, before: str) -> bool:
        """Whether a span is one word, a figure or an initial, with signs around it."""
        words = _WORD.findall("".join(" " if _SIGN.match(c) else c for c in before))
        if len(words) != 1:
            return False
        (word,) = words
        return (
            word.isdigit() or self._lexicon.attested(fold(word))
            if len(word) > 1
            else word.isupper()
        )

    @cached_property
    def _small_after_stops(self) -> bool:
        """Whether sentences of this text begin with small letters, as in old hands."""
        begin = _AFTER_STOP.findall(self._text)
        small = [letter for letter in begin if letter.islower()]
        return len(small) > 2 and 3 * len(small) > 2 * len(begin)

    @cached_property
    def _carets(self) -> bool:
        """Whether carets mark superior letters in this text (``M^r``, ``y^e``, ``4^th``).

        Otherwise they are misread letters (``usuallj^``, ``bej^ond``).
        """
        superior = _SUPERIOR.findall(self._text)
        forms = {fold(form.replace("^", "")) for form in superior}
        known = sum(form[0].isdigit() or self._lexicon.attested(form) for form in forms)
        return (
            len(forms) > 1 and 2 * known > len(forms) and 2 * len(superior) > self._text.count("^")
        )

    @cached_property
    def _bracketing(self) -> bool:
        """Whether the text's editor puts brackets into words."""
        return sum(is_edited(chunk.strip(".,;:?!")) for chunk in self._odd_chunks) >= 2

    @cached_property
    def _around_passages(self) -> frozenset[int]:
        """Where signs stand that open or close a passage of several words."""
        return frozenset(
            found.start(side)
            for pattern in _PASSAGES
            for found in pattern.finditer(self._text)
            for side in ("open", "close")
        )

    @cached_property
    def _odd_chunks(self) -> list[str]:
        return [found.group() for _, found in self._odd()]

    def _odd(self) -> Iterator[tuple[int, regex.Match[str]]]:
        """Chunks between blanks that hold a sign, and where they start."""
        for found in _CHUNK.finditer(self._text):
            chunk = found.group()
            if not chunk.isalnum() and _SIGN.search(chunk):
                yield found.start(), found

    @cached_property
    def _roles(self) -> tuple[Counter[str], Counter[str], list[int]]:
        """How often each sign is beside a whole word and how often elsewhere; where specks may be.

        "Elsewhere" is inside or beside a form that is no word. The list has the signs that look
        like specks.
        """
        beside: Counter[str] = Counter()
        astray: Counter[str] = Counter()
        where: list[int] = []
        for start, found in self._odd():
            chunk = found.group()
            if not _LETTER.search(chunk):
                continue  # dashes, figures and rows of stars say nothing either way
            edited = is_edited(chunk.strip("\"'“”‘’.,;:?!"))
            word = edited or self._word(chunk)
            framed = word and _SIGN.match(chunk[0]) and _SIGN.match(chunk.rstrip(_STOPS)[-1])
            figure = not regex.search(r"\p{L}", chunk)
            letters = [m.start() for m in _LETTER.finditer(chunk)]
            for at, c in enumerate(chunk):
                if not _SIGN.match(c) or start + at in self._around_passages:
                    continue
                inside = letters[0] < at < letters[-1]
                if c in _POINTS and not (inside and c in "()[]*"):
                    continue  # at worst a stop whose blank is lost or set wrongly
                if word and (edited or not inside):
                    beside[c] += 1
                else:
                    astray[c] += 1
                if (inside and not edited) or (c in _SELDOM_SET and not (framed or figure)):
                    where.append(start + at)
        return beside, astray, where

    def _at_home(self, sign: str) -> bool:
        """Whether the text keeps using the sign beside whole words."""
        beside, astray, _ = self._roles
        return beside[sign] >= 2 and beside[sign] > 2 * astray[sign]

    def _dirty(self, at: int) -> bool:
        """Whether other specks stand near a position."""
        where = self._roles[2]
        near = bisect_right(where, at + NEAR) - bisect_left(where, at - NEAR)
        return near >= CLUSTER


def _abbreviates(before: str, after: str) -> bool:
    """Whether a superior letter ends an abbreviation: ``Rich^d`` Richard, not ``bej^ond``."""
    base, caret, raised = fold(before).partition("^")
    reading = fold(after)
    spelt_out = reading.startswith(base) and reading.endswith(raised)
    return bool(base and caret and raised) and spelt_out and len(reading) > len(before)


def _lost(before: str, after: str) -> Iterator[tuple[int, bool]]:
    """Where the signs of `before` that `after` lacks stand, and whether a letter replaces them."""
    if not _SIGN.search(before):
        return
    blocks: list[list[int]] = []
    for op in Levenshtein.opcodes(before, after):
        if op.tag == "equal":
            continue
        if blocks and blocks[-1][1] == op.src_start and blocks[-1][3] == op.dest_start:
            blocks[-1][1], blocks[-1][3] = op.src_end, op.dest_end
        else:
            blocks.append([op.src_start, op.src_end, op.dest_start, op.dest_end])
    for low, high, first, last in blocks:
        put = after[first:last]
        for at in range(low, high):
            if _SIGN.match(before[at]) and before[at] not in put:
                # a sign put for a sign is a misreading as well: ~Well?" is "Well?"
                yield at, bool(_LETTER.search(put) or _SIGN.search(put))


def _bracketed(before: str, at: int) -> bool:
    """Whether a sign is one of a pair of brackets in its span that encloses something."""
    sign = before[at]
    for opening, closing in _BRACKETS.items():
        first, last = before.find(opening), before.rfind(closing)
        if sign in (opening, closing) and 0 <= first < last - 1:
            return True
    return False
