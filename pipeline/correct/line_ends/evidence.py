"""How likely the words are under each reading of a line end: joined, hyphenated or apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.line_ends.breaks import WORD, Place
from pipeline.correct.line_ends.habit import READINGS, Reading, splits
from pipeline.correct.line_ends.vocabulary import Vocabulary
from pipeline.language.lexicon import fold

Chances = dict[Reading, float]
"""The log10 chance of the words under each reading that is possible."""

SELDOM_SEEN = 0.15  # log10 by which the language model underrates two words it never saw together
COMMONEST = 1000.0  # per million: *of*, *the*, *was* and some hundred more
_NAMES = 5.0  # per million: names that are made of two words are rarer
_HALVES = 1.5  # log10 that each part that is no word costs two words, as log10
_DASHED = 2.0  # log10 by which two words may outweigh a compound that nobody has seen
_CHAINED = 0.9  # share of the hyphens before a blank inside a compound that belong to it
_STAINED = -6.0  # log10 chance of a word with one letter hidden under a mark
_CAPITALISED = frozenset(["Mc", "Mac"])  # of a name written as one word: Mac-⏎Donald
_SURE = 0.0  # log10 chance of what the OCR itself says


class Model(Protocol):
    """What is asked of a language model."""

    def score_all(
        self, sequences: Sequence[Sequence[str]], /
    ) -> Sequence[float] | NDArray[np.float32]:
        """The log10 probability of each sequence of words."""


class WordEvidence:
    """The evidence of the words in one document."""

    def __init__(self, words: Vocabulary) -> None:
        """Weigh by these words."""
        self.words = words
        self._alone: dict[tuple[object, ...], Chances] = {}

    def of(self, place: Place) -> Chances:
        """The evidence at a place by itself, without the words around it."""
        key = (
            *(place.left, place.right, place.chain, place.sign, place.hyphen),
            *(place.over, place.stain, place.quoted),
        )
        if key not in self._alone:
            self._alone[key] = self._of(place)
        return self._alone[key]

    def _of(self, place: Place) -> Chances:
        words = self.words
        alone = words.chance if place.sign in {"none", "run-on"} else words.alone
        apart = alone(place.left) + alone(place.plain)
        known = words.known(place.joined)
        strange = 2 - words.known(place.left) - words.known(place.plain)
        if place.hyphen or place.sign == "dash":
            apart -= _HALVES * strange  # a dash stands between words; halves of words are none
        near = words.nearly(place)
        readings: Chances = {"apart": apart}
        if place.own and not place.over:
            return {"apart": apart, "hyphenated": _SURE}
        if place.sign == "stop":
            # Only where a part is no word: `deed,⏎and`, `con.⏎tradictory`.
            if strange and (known or near) and not place.over:
                readings["closed"] = words.chance(place.joined)
            return readings
        if place.hyphen and self._stays(place, known=known):
            return readings
        if not place.hyphen and not known and not near and not self._may_be_compound(place):
            return readings
        hyphenated, new = words.compound(place)
        kin = words.kin(place)
        if place.hyphen or self._may_be_compound(place):
            readings["hyphenated"] = hyphenated - math.log10(1 + kin)
        if place.sign == "hyphen" and not place.over:
            readings["apart"] = min(apart, readings["hyphenated"] + _DASHED)
        elif self._hyphen_tells(place):
            readings["apart"] = min(apart, readings["hyphenated"])
        closed = self._closed(place, new, known=known, near=near, strange=strange)
        if closed is not None and self._may_be_closed(place, known=known):
            readings["closed"] = max(closed, words.of_stem(kin)) if kin else closed
        if place.quoted or (place.sign == "loose" and not words.is_compound(place)):
            readings.pop("hyphenated", None)
            if not known or (place.quoted and readings.get("closed", -math.inf) < apart):
                readings.pop("closed", None)
        if known and not place.hyphen and "closed" in readings:
            readings["apart"] = math.log10(
                10 ** readings["apart"] + words.open_writing(place) * 10 ** readings["closed"]
            )
        return readings

    def _stays(self, place: Place, *, known: bool) -> bool:
        """Whether a hyphen before a blank or a line end is no part of a split word.

        It stands for the rest of a word (`Haupt-⏎und Nebensatz`) or of a name (`Mrs. B-⏎of Bath`),
        for a dash (`the house-⏎which`), or is dirt (`purported to hea- the stamp`).
        """
        words, right = self.words, fold(place.plain)
        if place.sign == "loose" and words.types_dashes:
            return True
        if any(place.chain) or place.over:
            return False
        if right in words.suspended and not (known and words.common(place.joined)):
            return True
        if known:
            return False
        if self._is_initial(place):
            return True
        if place.sign == "run-on":
            if words.per_million(place.plain) > COMMONEST:
                return True
            return place.capital and not (
                words.is_compound(place)
                or words.begins_compounds(place.left)
                or (place.left[0].isupper() and words.per_million(place.left) < COMMONEST)
            )
        return self.opens_clause(place)

    def _is_initial(self, place: Place) -> bool:
        """Whether a name was left out after its initial: `Lord C-⏎was there`."""
        return (
            len(place.left) == 1
            and place.left.isupper()
            and place.right[0].islower()
            and len(place.plain) > 1
            and self.words.per_million(place.plain) > COMMONEST
        )

    def _hyphen_tells(self, place: Place) -> bool:
        """Whether a hyphen before a blank says as much as at a line end.

        It does before a capital (`Anglo- Saxon`), inside a compound (`six- month-old`), and between
        a name and a word that ends compounds (`Horsemonger- lane`).
        """
        named = place.left[0].isupper() and self.words.ends_compounds(place.plain)
        return place.sign == "run-on" and bool(place.capital or any(place.chain) or named)

    def opens_clause(self, place: Place) -> bool:
        """Whether the right part begins a clause, so that a dash stood here: `slogan⏎all this`."""
        words = self.words
        return (
            fold(place.plain) in words.openers
            and len(place.plain) > 2
            and words.known(place.left)
            and not words.known(place.joined)
            and not words.is_compound(place)
        )

    def _may_be_compound(self, place: Place) -> bool:
        """Whether a hyphen may have been lost here: the parts make compounds."""
        words = self.words
        return not self.opens_clause(place) and (
            words.hyphenates(place) or words.makes_participle(place)
        )

    def _may_be_closed(self, place: Place, *, known: bool) -> bool:
        """Whether the parts may be one word without a hyphen.

        A capital after small letters keeps its hyphen (`Sub-⏎Committee`), and so does a single
        letter (`n-⏎butyl`, `a-t-⏎elle`) unless the whole is a word (`a-⏎bout`).
        """
        if place.capital and place.right[0].isupper():
            return place.left in _CAPITALISED or self.words.written(place.joined)
        if min(len(place.left), len(place.plain)) == 1:
            return known and not place.chain[0]
        return True

    def _closed(
        self, place: Place, new: float, *, known: bool, near: bool, strange: int
    ) -> float | None:
        """The log10 chance of the parts as one word, or None where it cannot be."""
        words = self.words
        if known:
            told = words.inside[fold(place.joined)] or not (place.hyphen or words.hyphenates(place))
            habit = 0.0 if told else words.closing
            named = (
                place.left[0].isupper()
                and place.right[0].islower()
                and not strange
                and words.per_million(place.joined) < _NAMES
            )  # Mr. Smith⏎son of the late Dr. Jones
            return words.chance(place.joined) + habit - named
        if near and not place.hyphen:
            return words.of_misread(place.joined)  # any form may be unknown: that joins nothing
        if place.stain and words.stained(place):
            return _STAINED  # some letter in the place of the mark makes a word
        if place.hyphen:
            unheard = new + math.log10(splits(place.joined)) - words.strength(place)
            heard = near or (strange and words.is_found(place.joined))  # mag-⏎nificum
            return max(unheard, words.chance(place.joined)) if heard else unheard
        return None

    def shared(self, place: Place, readings: Chances) -> Chances:
        """The evidence where no hyphen is to be seen, shared between two words and a compound.

        The model was made of words without hyphens: its `to day` is `to-day` as well.
        """
        if place.sign not in {"none", "run-on"} or place.own or "hyphenated" not in readings:
            return readings
        share = self.words.hyphenated_share(place)
        if place.sign == "run-on" and any(place.chain):  # six- month-old
            share = max(share, _CHAINED)
        both, closed = readings["apart"], readings.get("closed", -math.inf)
        compound = both + math.log10(share)
        if place.sign == "run-on":  # with its hyphen to see it may be one that nobody else has
            hyphenated = max(compound, readings["hyphenated"])
            return {**readings, "hyphenated": hyphenated, "apart": both + math.log10(1 - share)}
        kin = self.words.hyphenated_kin(place) if "closed" in readings else 0.0
        shared: Chances = {
            "apart": both + math.log10(1 - share),
            "hyphenated": math.log10(10**compound + kin * 10**closed),
        }
        if kin:
            shared["closed"] = closed + math.log10(1 - kin)
        return {**readings, **shared}

    def in_context(self, text: str, places: Sequence[Place], model: Model) -> list[Chances]:
        """The evidence at places, with how much better than chance each reading suits its context.

        Args:
            text: that the places are in.
            places: of the text.
            model: scores the words around.
        """
        sequences = [
            [fold(word) for word in (*before, *inner, *after)]
            for place in places
            for before, after in [_around(text, place)]
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
        return [
            self.shared(place, self._gained(place, self.of(place), gains[2 * n], gains[2 * n + 1]))
            for n, place in enumerate(places)
        ]

    def _gained(self, place: Place, readings: Chances, closed: float, apart: float) -> Chances:
        """The evidence with what the words around say of it."""
        if self._hyphen_tells(place):
            return readings  # names follow one another anyhow, with a hyphen or without
        gained = dict(readings)
        if "closed" in readings:
            gained["closed"] += closed
        gained["apart"] += apart + SELDOM_SEEN
        if {"hyphenated", "closed"} <= readings.keys() and place.sign not in {"none", "run-on"}:
            gained["hyphenated"] += closed
        if "closed" in gained and place.sign == "none" and self.words.known(place.joined):
            gained["apart"] += self.words.openness(
                place, 1 / (1 + 10 ** (gained["closed"] - gained["apart"]))
            )
        return gained


def table(evidence: Sequence[Chances]) -> NDArray[np.float64]:
    """Evidence as rows with a column for each reading, -inf where it is not possible."""
    rows = [[chances.get(reading, -math.inf) for reading in READINGS] for chances in evidence]
    return np.array(rows, float).reshape(len(rows), len(READINGS))


def _around(text: str, place: Place) -> tuple[list[str], list[str]]:
    """Up to two words on either side of a place, on the same lines."""
    a, b, c, d = place.around
    return WORD.findall(text[a:b])[-2:], WORD.findall(text[c:d])[:2]
