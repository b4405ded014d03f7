r"""Words split over a line end: joined or not, and with or without their hyphen.

The phenomenon. A compositor splits words at the ends of lines and pages and shows it by a hyphen.
What reaches us is `direc-⏎tion` (a soft hyphen: the word is *direction*), `self-⏎education` (a hard
one: the word has the hyphen anyway), `gov⏎ernment` (the OCR lost it), `direc¬⏎tion`, `direc⸗⏎tion`,
`imagina—⏎tion`, `steal«⏎ing` (it misread it), `abso⏎lutoly` (it lost it and misread a letter), `de-
scribed` (the lines were run together), `its-⏎⏎self` (over a page end), `or-⏎⏎• ganizers` (over a
speck), `gov-⏎"ernment` (in a quotation whose every line opens with the mark), `sup-*⏎⏎*ported`
(inside markup). What looks just the same and is no split word: a dash (`organs-⏎and`), a suspended
hyphen (`Haupt-⏎und Nebensatz`), two words (`be⏎come`).

What decides. For each place the readings are weighed against one another. The chance of each is the
product of

- the *words* (`evidence.py`, `vocabulary.py`): how often the joined word, the hyphenated word and
  the two parts are found, inside the lines of this very document, in the lexicon and, where there
  is one, by the language model of the words around; what this document writes as one word, with a
  hyphen or as two, and what novels do with the same two parts;
- the *place*: only long words are split, and only between syllables;
- the *document's habit* and its *sign* (`habit.py`): how often its line ends split words, by what
  stands there (nothing, a hyphen, a dash, a stop …), how often the hyphen is lost, whether a blank
  tells the line ends apart.

A hyphen in print stays unless it is known to be soft: before a capital (`Sub-⏎Committee`), beside a
single letter (`n-⏎butyl`) or a figure (`figures.py`), and wherever nothing decides. Then only the
line feed goes, so that no blank is left after it.

What is left alone: suspended hyphens, dashes, names against names, headings and lists, verse, line
ends before a capital where no hyphen stands, and a lost hyphen whose joined word nothing attests.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.correct.line_ends.breaks import HYPHENS, Join, Place, places
from pipeline.correct.line_ends.evidence import COMMONEST, Model, WordEvidence, table
from pipeline.correct.line_ends.figures import beside_figures
from pipeline.correct.line_ends.habit import APART, CLOSED, HYPHENATED, Habit, LineEnds, Signs
from pipeline.correct.line_ends.vocabulary import Misread, Vocabulary, Words

__all__ = ["HYPHENS", "LineEnd", "Signs", "line_ends", "sign"]

_SOFT = 0.9  # chance from which a hyphen in print is taken out
_DOUBT = 0.1  # chance below which a reading is not worth a word
_STEPS = 5  # of expectation-maximisation; the habit hardly changes after them
_FIGURES = 0.95  # measured: hyphens at line ends beside figures that belong there


@dataclass(frozen=True, slots=True)
class LineEnd:
    """A line end that splits a word, or may.

    `[start, end)` runs from the end of the left part to the start of the right one: hyphen, blanks,
    line feeds, specks. `join` is "lost" (a split word whose hyphen is gone), "soft" (its hyphen is
    there and does not belong to the word), "hard" (the word has a hyphen, whether it is still there
    or not), "none" (no split word). The whole word is `left + between + right`; `between` is "" or
    "-", or what spelling asks for (`Zuk-⏎ker`: *Zucker*).
    """

    start: int
    end: int
    left: str
    right: str
    join: Join
    confidence: float
    why: str
    between: str = ""

    @property
    def word(self) -> str:
        """The two parts as one word."""
        return self.left + self.between + self.right


def line_ends(
    text: str,
    lexicon: Words,
    model: Model | None = None,
    hidden: Sequence[tuple[int, int]] = (),
    misread: Misread | None = None,
) -> list[LineEnd]:
    """Find the line ends of a text that split a word or may, in their order.

    Args:
        text: the reading, with its line feeds.
        lexicon: of the text's language; one that attests nothing leaves the decision to the
            document's own words.
        model: scores the words around.
        hidden: spans to look through, in order and disjoint: notes, furniture.
        misread: finds the words that forms may be misreadings of (`abso⏎lutoly`).
    """
    return _Weighing(text, lexicon, model, hidden, misread).decisions()


def sign(text: str, lexicon: Words, hidden: Sequence[tuple[int, int]] = ()) -> Signs:
    """What the document itself shows of its line ends."""
    return _Weighing(text, lexicon, None, hidden, None).signs


class _Weighing:
    """One document's line ends, weighed."""

    def __init__(
        self,
        text: str,
        lexicon: Words,
        model: Model | None,
        hidden: Sequence[tuple[int, int]],
        misread: Misread | None,
    ) -> None:
        self.model = model
        self.shown, self.offsets = _without(text, hidden)
        found = list(places(self.shown))
        self.words = Vocabulary(self.shown, lexicon, found, misread)
        self.evidence = WordEvidence(self.words)
        clear: list[Place] = []
        self.places: list[Place] = []
        chances = []
        for place in found:
            readings = self.evidence.shared(place, self.evidence.of(place))
            if place.hyphen or len(readings) > 1:
                self.places.append(place)
                chances.append(readings)
            elif not place.over:
                clear.append(place)
        self.logs = table(chances)
        dashed = sum(
            place.sign == "none" and not place.blank and self.evidence.opens_clause(place)
            for place in clear
        )
        self.ends = LineEnds(self.places, clear, dashed)
        self.whys: dict[tuple[object, ...], str] = {}
        self.habit = Habit()
        for _ in range(_STEPS):
            self.habit, self.signs = self.ends.learn(self.logs, self.habit)

    def decisions(self) -> list[LineEnd]:
        """What is worth saying, in the order of the text."""
        chances = self.ends.chances(self.logs, self.habit)
        if self.model:
            apart = chances[:, APART]
            doubtful = np.flatnonzero(
                ~self.ends.visible & (apart > 1e-4) & (apart < 1 - 1e-6)
            ).tolist()
            if doubtful:
                asked = [self.places[i] for i in doubtful]
                self.logs[doubtful] = table(self.evidence.in_context(self.shown, asked, self.model))
                self.habit, self.signs = self.ends.learn(self.logs, self.habit)
                chances = self.ends.chances(self.logs, self.habit)
        told = [
            (place, row)
            for place, row in zip(self.places, chances.tolist(), strict=True)
            if place.hyphen or row[APART] <= 1 - _DOUBT
        ]
        habit = str(self.signs)
        decided = [self._told(place, row, habit) for place, row in told]
        return sorted([*decided, *self._figures(decided)], key=lambda end: end.start)

    def _figures(self, decided: Sequence[LineEnd]) -> list[LineEnd]:
        """The hyphens beside figures that the words did not decide."""
        found = list(beside_figures(self.shown, self.words.suspended))
        self.words.look_up_all(one.right for one in found)
        taken = {end.end for end in decided}
        return [
            LineEnd(
                self.offset(one.start),
                self.offset(one.end - 1) + 1,
                one.left,
                one.right,
                "hard",
                _FIGURES,
                "a hyphen beside a figure belongs there; a line end breaks no number",
                "-",
            )
            for one in found
            if self.offset(one.end - 1) + 1 not in taken
            and (one.right.isdigit() or self.words.per_million(one.right) <= COMMONEST)
        ]

    def _told(self, place: Place, chances: Sequence[float], habit: str) -> LineEnd:
        """The decision for one place, with its reasons."""
        readings = [CLOSED, HYPHENATED, APART] if place.hyphen else [CLOSED, HYPHENATED]
        reading = max(readings, key=lambda one: chances[one])
        confidence = chances[reading]
        if place.hyphen and reading != APART and self.words.is_closed_by_case(place):
            reading, confidence = CLOSED, 1 - chances[APART]
        elif (
            place.hyphen
            and reading != APART
            and chances[HYPHENATED]
            and (chances[CLOSED] < _SOFT or self.words.parts_vowels(place))
        ):
            # The hyphen stands in print: where it is not known to be soft, keeping it claims
            # nothing (TEI: force="inter").
            reading, confidence = HYPHENATED, 1 - chances[APART]
        join: Join = "hard" if reading == HYPHENATED else "soft"
        if reading == APART:
            join = "none"
        elif reading == CLOSED and place.sign in {"none", "stop"}:
            join = "lost"
        start, end, left, right, between = place.start, place.end, place.left, place.right, ""
        if join == "hard":
            between = "-"
        elif join != "none" and not self.words.known(place.joined):
            if respelt := self.words.respelt(left, right):
                left, between = respelt
                start -= len(place.left) - len(left)
            elif place.stain and self.words.stained(place):  # direc-⏎⏎!ion: the mark is a letter
                end, right = end - 1, place.stain + right
        return LineEnd(
            self.offset(start),
            self.offset(end - 1) + 1,
            left,
            right,
            join,
            round(confidence, 4),
            f"{self._why(place, reading)}; {habit}",
            between,
        )

    def _why(self, place: Place, reading: int) -> str:
        """The evidence in words."""
        key = reading, place.left, place.plain, place.chain, place.own, place.right
        if key in self.whys:
            return self.whys[key]
        words = self.words
        word = place.compound if reading == HYPHENATED else place.joined
        if count := words.count(word):
            times = f"{count} times inside lines" if count > 1 else "inside a line"
            about = [f"“{word}” stands {times}"]
        elif reading == HYPHENATED and words.is_compound(place):
            about = [f"“{word}” is found in novels"]
        elif reading == HYPHENATED:
            about = [f"“{word}” stands nowhere else"]
            about.append(
                "nothing shows that its hyphen is soft"
                if place.hyphen
                else "its parts make other compounds"
            )
        elif words.known(word):
            about = [f"“{word}” is a word"]
        elif words.nearly(place):
            about = [f"“{word}” is nearly “{words.meant(word)}”"]
        else:
            about = [f"“{word}” is unknown"]
        parts = [f"“{part}”" for part in (place.left, place.plain) if not words.known(part)]
        if len(parts) == 1:
            about.append(f"{parts[0]} is no word")
        elif parts:
            about.append(f"neither {parts[0]} nor {parts[1]} is a word")
        if reading == APART:
            about.append("the mark is a dash, or a hyphen that stands for the rest of a word")
        elif reading == HYPHENATED and place.capital:
            about.append("a capital after a hyphen keeps the hyphen")
        elif reading == HYPHENATED and place.own:
            about.append("the OCR marks the line end beside the word's own hyphen")
        self.whys[key] = "; ".join(about)
        return self.whys[key]

    def offset(self, at: int) -> int:
        """A position of the text as given."""
        i = bisect_right(self.offsets, (at, math.inf)) - 1
        shown, given = self.offsets[i]
        return given + at - int(shown)


def _without(text: str, hidden: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[float, int]]]:
    """The text with a line feed for each hidden span, and where its stretches lie in the text."""
    shown: list[str] = []
    offsets: list[tuple[float, int]] = []
    at = size = 0
    for start, end in hidden:
        offsets.append((size, at))
        shown += (text[at:start], "\n")
        size += start - at + 1
        at = end
    offsets.append((size, at))
    shown.append(text[at:])
    return "".join(shown), offsets
