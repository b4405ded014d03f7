r"""Words broken over a line end: joined or not, and with or without their hyphen.

The phenomenon. A compositor breaks words at the ends of lines and pages and shows it by a hyphen.
What reaches us is `direc-⏎tion` (a soft hyphen: the word is *direction*), `self-⏎education` (a hard
one: the word has the hyphen anyway), `gov⏎ernment` (the OCR lost it), `direc¬⏎tion`, `direc⸗⏎tion`,
`imagina—⏎tion`, `steal«⏎ing` (it misread it), `abso⏎lutoly` (it lost it and misread a letter), `de-
scribed` (the line end was run on), `its-⏎⏎self` (over a page end), `or-⏎⏎• ganizers` (over a
speck), `sup-*⏎⏎*ported` (inside markup), and, looking just the same, what is no broken word at all:
a dash (`organs-⏎and`), a suspended hyphen (`Haupt-⏎und Nebensatz`), two words (`be⏎come`).

What decides. For each place the readings are weighed against one another by the chance of each,
which is the product of

- the *words*: how often the joined word, the hyphenated word and the two parts are found, inside
  the lines of this very document, in the lexicon, and, where there is one, by the language model of
  the words around; what this document writes as one word, with a hyphen or as two, and what the
  novels do with the same two parts;
- the *place*: only long words are broken, and at one of their syllables' ends;
- the *document's own habit*: how often its line ends break words, by what stands there (nothing,
  a hyphen, a dash, a stop …), how often the hyphen is lost, whether its compounds are hyphenated;
- the *document's own sign*: some OCR leaves a blank at the end of every line but those that break
  a word. Whether that is so here, and how well it separates, is learned by expectation-maximisation
  (Dempster, Laird and Rubin 1977) from the line ends of the document: where the sign says nothing,
  it counts for nothing.

What is left alone: numbers, names against names, line ends before a capital (but for
`GOV-⏎ERNMENT`), headings and lists, verse, and a lost hyphen whose joined word nothing attests.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.line_ends.breaks import HYPHENS, WORD, Join, Place, Sign, places
from pipeline.correct.line_ends.vocabulary import Misread, Vocabulary, Words
from pipeline.language import languages
from pipeline.language.languages import Language
from pipeline.language.lexicon import fold

__all__ = ["HYPHENS", "LineEnd", "Signs", "line_ends", "sign"]


class Model(Protocol):
    """What is asked of a language model."""

    def score_all(
        self, sequences: Sequence[Sequence[str]], /
    ) -> Sequence[float] | NDArray[np.float32]:
        """The log10 probability of each sequence of words."""


@dataclass(frozen=True, slots=True)
class LineEnd:
    """A line end that breaks a word, or may.

    `[start, end)` runs from the end of the left part to the start of the right one: hyphen, blanks,
    line feeds, specks. `join` is "lost" (a broken word whose hyphen is gone), "soft" (its hyphen is
    there and does not belong to the word), "hard" (the word has a hyphen, whether it is still there
    or not), "none" (no broken word). The whole word is `left + between + right`; `between` is "" or
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


@dataclass(frozen=True, slots=True)
class Signs:
    """What a document shows of its line ends. Counts are expected numbers, rounded.

    `ends` line ends could break a word; `lost`, `soft` and `hard` do. Of the `broken` ones
    `broken_blank` are followed by a blank before the line feed, of the `whole` ones `whole_blank`.
    `characters` counts what stands for the hyphen.
    """

    ends: int
    lost: int
    soft: int
    hard: int
    broken: int
    broken_blank: int
    whole: int
    whole_blank: int
    characters: tuple[tuple[str, int], ...]

    @property
    def weight(self) -> float:
        """How many times likelier a broken word is where no blank stands before the line feed, as
        log10.
        """
        return _contrast(
            self.broken - self.broken_blank, self.broken, self.whole - self.whole_blank, self.whole
        )

    def __str__(self) -> str:
        """The habit and the sign in a sentence for the ledger."""
        habit = (
            f"of {self.ends} line ends here {self.lost} lost a hyphen, "
            f"{self.soft + self.hard} kept it"
        )
        if abs(self.weight) < 0.5:
            return habit
        return (
            f"{habit}; a blank stands before {self.whole_blank} of the {self.whole} that "
            f"break no word"
            f" and before {self.broken_blank} of the {self.broken} that do"
        )


def line_ends(
    text: str,
    lexicon: Words,
    model: Model | None = None,
    hidden: Sequence[tuple[int, int]] = (),
    misread: Misread | None = None,
) -> list[LineEnd]:
    """The line ends of a text that break a word or may, in their order.

    Args:
        text: the reading, with its line feeds.
        lexicon: of the text's language; one that attests nothing leaves the document's own words to
        decide. model: weighs the words around. hidden: spans to look through, in order and apart:
        notes, furniture. misread: gives the words that forms may be misreadings of, so that
        `abso⏎lutoly` is found.
    """
    return _Weighing(text, lexicon, model, hidden, misread).decisions()


def sign(text: str, lexicon: Words, hidden: Sequence[tuple[int, int]] = ()) -> Signs:
    """What the document itself shows of its line ends."""
    return _Weighing(text, lexicon, None, hidden, None).sign


Reading = Literal["closed", "hyphenated", "apart"]


# log10 by which the language model thinks too little of two words that it never saw side by side
SELDOM_SEEN = 0.15
_COMMONEST = 1000.0  # per million: *of*, *the*, *was* and some hundred more
_NAMES = 5.0  # per million: names that are made of two words are rarer
_BREAKABLE = 0.28  # of the words of a text, those long enough to be broken
_BROKEN: dict[Sign, tuple[float, float]] = {
    # Of the line ends with this sign, those that break a word; and as how many line ends of the
    # document that weighs.
    "none": (0.03, 20),
    "hyphen": (0.99997, 1000),
    "run-on": (0.95, 20),
    "dash": (0.1, 5),
    "mark": (0.2, 5),
    "stop": (0.003, 50),
}


@dataclass(slots=True)
class _Habit:
    """What a document does at its line ends: shares, learned from it, with what is believed
    before.
    """

    broken: dict[Sign, float] = field(
        default_factory=lambda: {sign: share for sign, (share, _) in _BROKEN.items()}
    )
    loss: float = 0.3  # of the hyphens at line ends, those that the OCR lost
    blank_broken: float = 0.5  # of the broken words, those with a blank before the line feed
    blank_whole: float = 0.5  # of the other line ends


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
        self.known = languages.every()
        self.shown, self.offsets = _without(text, hidden)
        self.places = list(places(self.shown))
        self.words = Vocabulary(self.shown, lexicon, self.places, misread)
        self.alone = [self._evidence(place) for place in self.places]
        self.evidence = [
            self._shared(place, readings)
            for place, readings in zip(self.places, self.alone, strict=True)
        ]
        self.open = [
            i for i, place in enumerate(self.places) if place.hyphen or len(self.evidence[i]) > 1
        ]
        # The others break no word, whatever the habit is.
        opened = set(self.open)
        clear = [place for i, place in enumerate(self.places) if i not in opened and not place.over]
        self.clear = Counter(place.sign for place in clear)
        self.clear_blank = sum(place.blank for place in clear)
        self.habit = _Habit()
        for _ in range(5):
            self.habit = self._learned()

    def _evidence(self, place: Place) -> dict[Reading, float]:
        """The log10 chance of the words under each reading that can be."""
        words = self.words
        alone = words.chance if place.sign in {"none", "run-on"} else words.alone
        readings: dict[Reading, float] = {"apart": alone(place.left) + alone(place.plain)}
        known = words.known(place.joined)
        strange = 2 - words.known(place.left) - words.known(place.plain)
        if (
            place.hyphen or place.sign == "dash"
        ):  # a dash stands between words; halves of words are none
            readings["apart"] -= 1.5 * strange
        near = words.nearly(place)
        if place.hyphen:
            if (
                fold(place.plain) in self.known.line_ends.suspended
                and not known
                and not any(place.chain)
                and not place.over
            ):
                return readings
            if place.sign == "run-on" and not known and words.per_million(place.plain) > _COMMONEST:
                return readings  # which purported to hea- the stamp
        elif place.sign == "stop":
            # Only where a part is no word: `deed,⏎and`, `con.⏎tradictory`.
            if strange and (known or near) and not place.over:
                readings["closed"] = words.chance(place.joined)
            return readings
        elif not known and not near and not words.hyphenates(place):
            return readings
        hyphenated, new = words.compound(place)
        kin = words.kin(place)
        if place.hyphen or words.hyphenates(place):
            readings["hyphenated"] = hyphenated - math.log10(1 + kin)
        if known:
            habit = (
                0.0
                if words.inside[fold(place.joined)] or "hyphenated" not in readings
                else words.closing
            )
            named = (
                place.left[0].isupper()
                and place.right[0].islower()
                and not strange
                and words.per_million(place.joined) < _NAMES
            )
            readings["closed"] = (
                words.chance(place.joined) + habit - named
            )  # Mr. Smith⏎son of the late Dr. Jones
        elif near and not place.hyphen:
            readings["closed"] = words.chance(place.joined)
        elif place.stain and self._stained(place):
            readings["closed"] = -6.0  # some letter in the place of the mark makes a word
        elif place.hyphen and not (place.right[0].isupper() and not place.left.isupper()):
            unheard = new + math.log10(_places_in(place.joined)) - words.strength(place)
            readings["closed"] = max(unheard, words.chance(place.joined)) if near else unheard
        if known and not place.hyphen:
            readings["apart"] = math.log10(
                10 ** readings["apart"] + words.open_writing(place) * 10 ** readings["closed"]
            )
        if kin and "closed" in readings:
            readings["closed"] = max(readings["closed"], words.of_stem(kin))
        return readings

    def _shared(self, place: Place, readings: dict[Reading, float]) -> dict[Reading, float]:
        """Where no hyphen is to be seen: the chance of the parts side by side, shared between two
        words and a compound.

        The model was made of words without hyphens: its `to day` is `to-day` as well.
        """
        if place.sign not in {"none", "run-on"} or "hyphenated" not in readings:
            return readings
        share = self.words.hyphenated_share(place)
        both, closed = readings["apart"], readings.get("closed", -math.inf)
        compound = both + math.log10(share)
        if place.sign == "run-on":  # with its hyphen to see it may be one that nobody else has
            return {
                **readings,
                "hyphenated": max(compound, readings["hyphenated"]),
                "apart": both + math.log10(1 - share),
            }
        kin = self.words.hyphenated_kin(place) if "closed" in readings else 0.0
        shared: dict[Reading, float] = {
            "apart": both + math.log10(1 - share),
            "hyphenated": math.log10(10**compound + kin * 10**closed),
        }
        return (
            {**readings, **shared, "closed": closed + math.log10(1 - kin)}
            if kin
            else {**readings, **shared}
        )

    def _posterior(self, place: Place, evidence: dict[Reading, float]) -> dict[Reading, float]:
        """The chance of each reading."""
        habit = self.habit
        broken = habit.broken[place.sign]
        syllable = 1 / _places_in(place.joined)
        if place.hyphen or place.sign == "dash":
            prior = {"closed": broken * syllable, "hyphenated": broken, "apart": 1 - broken}
        elif place.sign != "none":
            prior = {
                "closed": broken * syllable / _BREAKABLE,
                "hyphenated": broken,
                "apart": 1 - broken,
            }
        else:
            over = 0.05 if place.over else 1.0  # after a blank line a paragraph's end is likelier
            broken *= over
            prior = {
                "closed": broken * syllable / _BREAKABLE,
                "hyphenated": habit.loss * over,
                "apart": 1 - broken,
            }
        logs = {}
        for reading, chance in evidence.items():
            blank = habit.blank_whole if reading == "apart" else habit.blank_broken
            logs[reading] = chance + math.log10(prior[reading])
            if place.sign != "run-on":
                logs[reading] += math.log10(blank if place.blank else 1 - blank)
        top = max(logs.values())
        weights = {reading: 10 ** (value - top) for reading, value in logs.items()}
        total = sum(weights.values())
        return {reading: weight / total for reading, weight in weights.items()}

    def _in_context(self, places: Sequence[int], model: Model) -> None:
        """Add to the evidence of some places how much better than chance each reading sits among
        the words around, as log10.
        """
        sequences = [
            [fold(word) for word in (*before, *inner, *after)]
            for place in map(self.places.__getitem__, places)
            for before, after in [self._around(place)]
            for inner in (
                [self.words.meant(place.joined)],
                [self.words.meant(place.left), self.words.meant(place.plain)],
            )
        ]
        alone = list(dict.fromkeys(word for sequence in sequences for word in sequence))
        unigram = dict(zip(alone, model.score_all([[word] for word in alone]), strict=True))
        gains = [
            float(score) - sum(float(unigram[word]) for word in sequence)
            for score, sequence in zip(model.score_all(sequences), sequences, strict=True)
        ]
        for n, i in enumerate(places):
            place = self.places[i]
            self.evidence[i] = self._shared(
                place, self._regained(place, self.alone[i], gains[2 * n], gains[2 * n + 1])
            )

    def _around(self, place: Place) -> tuple[list[str], list[str]]:
        """Up to two words on either side, on the same lines."""
        a, b, c, d = place.around
        return WORD.findall(self.shown[a:b])[-2:], WORD.findall(self.shown[c:d])[:2]

    def _regained(
        self, place: Place, evidence: dict[Reading, float], closed: float, apart: float
    ) -> dict[Reading, float]:
        """The evidence with what the words around say of it."""
        gained = dict(evidence)
        if "closed" in evidence:
            gained["closed"] += closed
        gained["apart"] += apart + SELDOM_SEEN
        if {"hyphenated", "closed"} <= evidence.keys() and place.sign not in {"none", "run-on"}:
            gained["hyphenated"] += closed
        if "closed" in gained and place.sign == "none" and self.words.known(place.joined):
            gained["apart"] += self.words.openness(
                place, 1 / (1 + 10 ** (gained["closed"] - gained["apart"]))
            )
        return gained

    def _learned(self) -> _Habit:
        """One step of expectation-maximisation: the habit that the readings, weighed by the last
        one, show.
        """
        broken: dict[Sign, float] = dict.fromkeys(_BROKEN, 0.0)
        ends = Counter(self.clear)
        hard = joined = joined_blank = vague = 0.0
        whole, whole_blank = float(self.clear.total()), float(self.clear_blank)
        for i in self.open:
            place = self.places[i]
            chances = self._posterior(place, self.evidence[i])
            apart = chances["apart"]
            if place.over and not place.hyphen:
                continue
            ends[place.sign] += 1
            broken[place.sign] += 1 - apart
            if place.sign == "none":
                vague += chances.get("hyphenated", 0.0)
            if place.hyphen:
                hard += chances.get("hyphenated", 0.0)
            if not place.over and place.sign != "run-on":
                joined += 1 - apart
                whole += apart
                if place.blank:
                    joined_blank += 1 - apart
                    whole_blank += apart
        lost, kept = broken["none"], broken["hyphen"] + broken["run-on"]
        self.tally = (
            ends.total(),
            lost,
            kept - hard,
            hard,
            joined,
            joined_blank,
            whole,
            whole_blank,
        )
        # two words that may be a compound show no habit of losing hyphens: *ticket⏎office*
        lost -= vague
        broken["none"] = lost
        return _Habit(
            broken={
                sign: (broken[sign] + weight * share) / (ends[sign] + weight)
                for sign, (share, weight) in _BROKEN.items()
            },
            loss=(lost + 0.2) / (sum(broken.values()) + 2 + 0.002 * ends["none"]),
            blank_broken=(joined_blank + 1) / (joined + 2),
            blank_whole=(whole_blank + 1) / (whole + 2),
        )

    @cached_property
    def sign(self) -> Signs:
        """The habit and the sign of the document."""
        ends, lost, soft, hard, broken, broken_blank, whole, whole_blank = (
            round(value) for value in self.tally
        )
        characters = Counter(place.hyphen for place in self.places if place.hyphen)
        return Signs(
            ends,
            lost,
            soft,
            hard,
            broken,
            broken_blank,
            whole,
            whole_blank,
            tuple(characters.most_common()),
        )

    def decisions(self) -> list[LineEnd]:
        """What is worth saying."""
        if self.model:
            doubtful = [
                i
                for i in self.open
                if self.places[i].sign != "hyphen"
                and 1e-4 < self._posterior(self.places[i], self.evidence[i])["apart"] < 1 - 1e-6
            ]
            if doubtful:
                self._in_context(doubtful, self.model)
                self.habit = self._learned()
        found = []
        for i in self.open:
            place = self.places[i]
            chances = self._posterior(place, self.evidence[i])
            if not place.hyphen and chances["apart"] > 1 - _DOUBT:
                continue
            found.append(self._told(place, chances))
        return found

    def _told(self, place: Place, chances: dict[Reading, float]) -> LineEnd:
        """The decision for one place, with its reasons."""
        reading = max(
            (r for r in chances if r != "apart" or place.hyphen), key=lambda r: chances[r]
        )
        confidence = chances[reading]
        if (
            place.hyphen
            and reading != "apart"
            and "hyphenated" in chances
            and chances.get("closed", 0.0) < _SOFT
        ):
            # The hyphen stands in print: where it is not known to be soft, keeping it claims
            # nothing (TEI: force="inter").
            reading, confidence = "hyphenated", 1 - chances["apart"]
        join: Join = (
            "none"
            if reading == "apart"
            else "hard"
            if reading == "hyphenated"
            else "lost"
            if place.sign in {"none", "stop"}
            else "soft"
        )
        start, end, left, right, between = place.start, place.end, place.left, place.right, ""
        if join == "hard":
            between = "-"
        elif join != "none" and not self.words.known(place.joined):
            if whole := self._respelt(left, right):
                left, between = whole
                start = place.start - len(place.left) + len(left)
            elif place.stain and self._stained(place):  # direc-⏎⏎!ion: the mark is a letter
                end, right = end - 1, place.stain + right
        return LineEnd(
            self.offset(start),
            self.offset(end - 1) + 1,
            left,
            right,
            join,
            round(confidence, 4),
            self._why(place, reading),
            between,
        )

    def _respelt(self, left: str, right: str) -> tuple[str, str] | None:
        """The left part and what stands between, where a break spells a word otherwise: `Zuk-⏎ker`
        is *Zucker*, `Zu` and `c`.
        """
        for broken, whole in self.known.line_ends.respelt:
            before, _, after = broken.partition("-")
            stem, between = left.removesuffix(before), whole.removesuffix(after)
            fits = left.endswith(before) and right.startswith(after)
            if fits and self.words.known(stem + between + right):
                return stem, between
        return None

    def _stained(self, place: Place) -> bool:
        """Whether some letter in the place of the mark makes a word."""
        return any(
            self.words.known(place.left + letter + place.plain)
            for letter in "etaoinsrhldcumfpgwybvkxjqz"
        )

    def _why(self, place: Place, reading: Reading) -> str:
        """The evidence in words."""

        def seen(word: str) -> str:
            if count := self.words.inside[fold(word)]:
                return (
                    f"“{word}” stands {count} times inside lines"
                    if count > 1
                    else f"“{word}” stands inside a line"
                )
            return f"“{word}” is a word" if self.words.known(word) else f"“{word}” is not known"

        parts = [word for word in (place.left, place.plain) if not self.words.known(word)]
        about = [seen(place.compound if reading == "hyphenated" else place.joined)]
        if parts:
            about.append(
                " and ".join(f"“{part}”" for part in parts)
                + (" is no word" if len(parts) == 1 else " are no words")
            )
        if reading == "apart":
            about.append("the mark is a dash or a hyphen that stands for the rest of a word")
        about.append(str(self.sign))
        return "; ".join(about)

    def offset(self, at: int) -> int:
        """A position of the text as given."""
        i = bisect_right(self.offsets, (at, math.inf)) - 1
        shown, given = self.offsets[i]
        return given + at - int(shown)


_SOFT = 0.9  # chance from which a kept hyphen is taken out
_DOUBT = 0.1  # below it a reading is not worth a word


@lru_cache(maxsize=8)
def _vowels(known: Language) -> re.Pattern[str]:
    return re.compile(f"[{known.alphabet.vowels}]+", re.IGNORECASE)


def _places_in(word: str) -> int:
    """At how many places a compositor might break a word: between its syllables, as their vowels
    show.
    """
    return max(1, len(_vowels(languages.every()).findall(word)) - 1)


def _without(text: str, hidden: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[float, int]]]:
    """The text with a line feed for each hidden span, and where its stretches lie in the text as
    given.
    """
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


def _contrast(a: int, of_a: int, b: int, of_b: int) -> float:
    """How much likelier the first is than the second, as log10, with a half added to each count."""
    return math.log10((a + 0.5) / (of_a + 1)) - math.log10((b + 0.5) / (of_b + 1))
