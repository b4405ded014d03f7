r"""Words broken over a line end: joined or not, and with or without their hyphen.

The phenomenon. A compositor breaks words at the ends of lines and pages and shows it by a hyphen. What reaches us is
`direc-⏎tion` (a soft hyphen: the word is *direction*), `self-⏎education` (a hard one: the word has the hyphen anyway),
`gov⏎ernment` (the OCR lost it), `direc¬⏎tion`, `direc⸗⏎tion`, `its-⏎⏎self` (over a page end), `or-⏎⏎• ganizers`
(over a speck), `sup-*⏎⏎*ported` (inside markup), and, looking just the same, what is no broken word at all: a dash
(`organs-⏎and`), a suspended hyphen (`Haupt-⏎und Nebensatz`), two words (`be⏎come`).

What decides. For each place the readings are weighed against one another by the chance of each, which is the product of

- the *words*: how often the joined word, the hyphenated word and the two parts are found, inside the lines of this very
  document, in the lexicon, and, where there is one, by the language model of the words around;
- the *document's own habit*: how often its line ends break words, how often the hyphen is then lost, whether its compounds
  are hyphenated;
- the *document's own sign*: some OCR leaves a blank at the end of every line but those that break a word. Whether that is
  so here, and how well it separates, is learned by expectation-maximisation (Dempster, Laird and Rubin 1977) from the line
  ends of the document: where the sign says nothing, it counts for nothing.

What is left alone: numbers, names against names, line ends before a capital (but for `GOV-⏎ERNMENT`), headings and lists,
verse, and a lost hyphen whose joined word nothing attests.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.compounds import compounds
from pipeline.correct.lexicon import fold

Join = Literal["lost", "soft", "hard", "none"]

HYPHENS = "-‐‑¬⸗=\u00ad"
"""What stands for a hyphen at a line end: hyphen-minus, hyphen, non-breaking hyphen, not sign, double oblique hyphen,
equals sign (Fraktur's hyphen as OCR reads it), soft hyphen."""


class Words(Protocol):
    """What is asked of a lexicon."""

    language: str

    def attested_all(self, forms: Sequence[str], /) -> list[bool]:
        """Whether each word, in small letters, is found anywhere."""

    def frequencies(self, forms: Sequence[str], /) -> list[float]:
        """How often each is found, per million words; 0.0 where that is not known."""


class Model(Protocol):
    """What is asked of a language model."""

    def score_all(self, sequences: Sequence[Sequence[str]], /) -> Sequence[float] | NDArray[np.float32]:
        """The log10 probability of each sequence of words."""


@dataclass(frozen=True, slots=True)
class LineEnd:
    """A line end that breaks a word, or may.

    `[start, end)` runs from the end of the left part to the start of the right one: hyphen, blanks, line feeds, specks.
    `join` is "lost" (a broken word whose hyphen is gone), "soft" (its hyphen is there and does not belong to the
    word), "hard" (the word has a hyphen, whether it is still there or not), "none" (no broken word). The whole word is
    `left + between + right`; `between` is "" or "-", or what spelling asks for (`Zuk-⏎ker`: *Zucker*).
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
class Sign:
    """What a document shows of its line ends. Counts are expected numbers, rounded.

    `ends` line ends could break a word; `lost`, `soft` and `hard` do. Of the `broken` ones `broken_blank` are followed by
    a blank before the line feed, of the `whole` ones `whole_blank`. `characters` counts what stands for the hyphen.
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
        """How many times likelier a broken word is where no blank stands before the line feed, as log10."""
        return _contrast(self.broken - self.broken_blank, self.broken, self.whole - self.whole_blank, self.whole)

    def __str__(self) -> str:
        """The habit and the sign in a sentence for the ledger."""
        habit = f"of {self.ends} line ends here {self.lost} lost a hyphen, {self.soft + self.hard} kept it"
        if abs(self.weight) < 0.5:
            return habit
        return (
            f"{habit}; a blank stands before {self.whole_blank} of the {self.whole} that break no word"
            f" and before {self.broken_blank} of the {self.broken} that do"
        )


def line_ends(text: str, lexicon: Words, model: Model | None = None, hidden: Sequence[tuple[int, int]] = ()) -> list[LineEnd]:
    """The line ends of a text that break a word or may, in their order.

    Args:
        text: the reading, with its line feeds.
        lexicon: of the text's language; one that attests nothing leaves the document's own words to decide.
        model: weighs the words around.
        hidden: spans to look through, in order and apart: notes, furniture.
    """
    return _Weighing(text, lexicon, model, hidden).decisions()


def sign(text: str, lexicon: Words, hidden: Sequence[tuple[int, int]] = ()) -> Sign:
    """What the document itself shows of its line ends."""
    return _Weighing(text, lexicon, None, hidden).sign


# ── where a word may be broken ───────────────────────────────────────────────────────────────────────────────────────

_END = re.compile(r"[^\S\n\f]*+[\n\f]\s*+")
_LEFT = re.compile(
    rf"(?<![^\W_])(?P<chain>(?:[^\W\d_]++-(?=[^\W\d_]))*+)(?P<left>[^\W\d_]++(?:['’][^\W\d_]++)*+)"
    rf"(?P<hyphen>[{HYPHENS}]{{0,2}})(?P<ink>[.,:;'’·•~^°»«]?)(?P<marks>[*_]{{0,2}})$",
)
_RIGHT = re.compile(r"(?P<specks>(?:[^\w\s\"“”‘(\[{—–-]{1,2}[^\S\n]?+){0,2})(?P<right>[^\W_]++)(?P<chain>(?:-[^\W\d_]++)*+)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_COMPOUND = re.compile(r"[^\W\d_]+(?:['’‐-][^\W\d_]+)*")
_REACH = 48  # characters looked back for the left part; what is longer is noise
_SUSPENDED = frozenset(["and", "or", "to", "und", "oder", "bis", "bzw", "et", "ou", "y", "o", "e", "u"])  # Haupt-⏎und Nebensatz
_CONTRACTED = frozenset(["s", "t", "d", "m", "ll", "ve", "re"])
_DIGITS = str.maketrans("105683", "losgbe")  # stimu⏎·1ation


@dataclass(frozen=True, slots=True)
class _Place:
    """A line end with a word part on either side. Positions count in the text without what is hidden."""

    start: int
    end: int
    left: str
    right: str
    hyphen: str
    ink: str  # a mark behind the left part, that may be what is left of its hyphen: `con.⏎tradictory`
    blank: bool  # before the line feed
    over: bool  # blank lines, a page end or something hidden lie between
    stain: str  # a mark that touches the right part, and may be a letter of it: `direc-⏎⏎!ion`
    chain: tuple[str, str]  # the rest of a compound: ("up-to-", "")
    plain: str  # the right part with its digits read as letters
    joined: str
    compound: str
    around: tuple[int, int, int, int]  # where the words before the left part begin and end, and those behind the right one


def _places(text: str) -> Iterator[_Place]:
    """The line ends at which a word could be broken."""
    for gap in _END.finditer(text):
        left = _LEFT.search(text[max(0, gap.start() - _REACH) : gap.start()])
        right = _RIGHT.match(text, gap.end()) if left else None
        if left and right and (place := _place(text, gap, left, right)):
            yield place


def _place(text: str, gap: re.Match[str], left: re.Match[str], right: re.Match[str]) -> _Place | None:
    """The place that a line end makes of the parts on its two sides, or None where no word could be broken."""
    hyphen, specks, head, tail = left["hyphen"], right["specks"], left["left"], right["right"]
    if len(hyphen) == 2 and hyphen[0] in "-=":  # `--`, `==`: a dash
        return None
    if not hyphen and (min(len(head), len(tail)) < 2 or left["marks"]):
        return None
    if hyphen and tail[0].isupper() and not head.isupper() and gap[0].count("\n") + gap[0].count("\f") > 1:  # egg-⏎⏎Respecting
        return None
    capitals = head.isupper() and tail.isupper() and len(head) > 1
    if not (tail[0].islower() or capitals or (tail[0].isdigit() and tail[-1].islower()) or (hyphen and tail[0].isupper())):
        return None
    elided, mark, rest = head.rpartition("’" if "’" in head else "'")
    if mark and len(elided) <= 2 and rest not in _CONTRACTED:  # d’Is⏎abelle
        head = rest
    at = max(0, gap.start() - _REACH) + left.start()
    touching = specks[-1:] if specks and not specks[-1].isspace() and specks[-1] not in "*_" else ""
    line = max(text.rfind("\n", 0, at) + 1, at - 40)
    stop = text.find("\n", right.end(), right.end() + 40)
    plain = tail.translate(_DIGITS) if tail[0].isdigit() else tail
    return _Place(
        start=gap.start() - len(hyphen) - len(left["ink"]) - len(left["marks"]),
        end=right.start("right"),
        left=head,
        right=tail,
        hyphen=hyphen,
        ink=left["ink"],
        blank=gap[0][0] not in "\n\f",
        over=gap[0].count("\n") + gap[0].count("\f") > 1,
        stain=touching,
        chain=(left["chain"], right["chain"]),
        plain=plain,
        joined=head + plain,
        compound=f"{left['chain']}{head}-{plain}{right['chain']}",
        around=(line, at, right.end(), stop if stop >= 0 else right.end() + 40),
    )


# ── how likely a word is ─────────────────────────────────────────────────────────────────────────────────────────────

_TRUST = 20_000  # the lexicon's frequencies weigh as much as so many words of the document
_RARE = 3e-9  # chance of a word that the lexicon attests and gives no frequency
_LETTER = 0.75  # each letter of an unknown word costs so much, as log10 (English has about 2.5 bits a letter)
_COMPOUNDING = 0.002  # share of the words of a text that are hyphenated compounds made for the occasion
_NEW = 20_000  # in how many compounds one expects as many with parts new to them
_KIN_AGAIN = 0.3  # of the compounds of the document with a part in common, so many have yet another partner
_NOVELS = 0.006  # share of the words of English novels that are hyphenated compounds
_KIN = 50  # a compound of the document weighs as much as so many of the novels


class _Vocabulary:
    """The chances of words: the document's counts, with the lexicon's frequencies as what was believed before."""

    def __init__(self, text: str, lexicon: Words, places: Sequence[_Place]) -> None:
        self.compounds = compounds(lexicon.language)
        inside: Counter[str] = Counter()
        for line in fold(text).split("\n"):
            # The first and the last word of a line may be parts of words.
            inside.update(_COMPOUND.findall(line)[1:-1])
        self.inside = inside
        self.size = inside.total()
        self.first: Counter[str] = Counter()
        self.last: Counter[str] = Counter()
        for word, count in inside.items():
            if "-" in word:
                self.first[word.partition("-")[0]] += count
                self.last[word.rpartition("-")[2]] += count
        self.sorted = sorted(word for word in inside if "-" not in word and len(word) > 6)
        self.lexicon = lexicon
        self.seen: dict[str, tuple[bool, float]] = {}
        self.look_up([fold(form) for place in places for form in (place.left, place.plain, place.joined)])
        sample = [word for word in inside if "-" not in word][:2000]
        self.look_up(sample)
        strange = sum(not self.seen[word][0] for word in sample)
        self.closing = self._closing()
        # How much oftener than English novels the document has compounds: German and Spanish hardly write them.
        share = (sum(self.first.values()) + _NOVELS * 500) / (self.size + 500)
        self.hyphenating = max(-1.5, min(0.5, math.log10(share / _NOVELS)))
        self.noise = min(0.3, max(0.005, 0.3 * strange / max(1, len(sample))))

    def _closing(self) -> float:
        """How much the document prefers *today* to *to-day*, as log10, by the compounds that it writes either way."""
        pairs = self.compounds.closed
        here = [word for word in self.inside.keys() & pairs.keys() if len(word) > 4]
        self.look_up(here)
        # Only those that the novels hyphenate about as often as not say anything of a habit.
        closed = sum(self.compounds.frequency(pairs[word]) * 1e6 > 0.3 * self.seen[word][1] for word in here)
        hyphenated = sum(word.replace("-", "", 1) in pairs for word in self.inside if "-" in word and self.known(word.replace("-", "", 1)))
        return max(-0.7, min(0.7, math.log10((closed + 2) / (hyphenated + 2))))

    def look_up(self, forms: Sequence[str]) -> None:
        """Ask the lexicon once for many words."""
        new = [form for form in dict.fromkeys(forms) if form not in self.seen]
        self.seen.update(zip(new, zip(self.lexicon.attested_all(new), self.lexicon.frequencies(new), strict=True), strict=True))

    def known(self, word: str) -> bool:
        """Whether the document or the lexicon has the word."""
        key = fold(word)
        if self.inside[key]:
            return True
        if key not in self.seen:
            self.look_up([key])
        return self.seen[key][0]

    def per_million(self, word: str) -> float:
        """How often the lexicon finds the word, if it attests it."""
        attested, frequency = self.seen[fold(word)]
        return frequency if attested else 0.0

    def chance(self, word: str) -> float:
        """The log10 chance of a word."""
        key = fold(word)
        attested, frequency = self.seen[key]
        count = self.inside[key]
        if count or frequency or attested:
            return math.log10((_TRUST * max(frequency / 1e6, _RARE) + count) / (_TRUST + self.size))
        return max(-14.0, math.log10(self.noise) - _LETTER * len(key))

    def alone(self, word: str) -> float:
        """The log10 chance of a word that is no part of a compound: *self* hardly ever stands alone."""
        key = fold(word)
        compounded = (self.compounds.first.get(key, 0) + self.compounds.last.get(key, 0)) / self.compounds.tokens * 1e6
        frequency = self.seen[key][1]
        share = min(0.98, compounded / frequency) if frequency else 0.0
        return self.chance(word) + math.log10(1 - share)

    def open_writing(self, place: _Place) -> float:
        """How often, beside the closed one, a compound of two whole words may be written as two: *iron masters*.

        The rarer the closed word the likelier; what the document writes closed it hardly writes open as well.
        """
        whole = min(len(place.left), len(place.plain)) > 3 and min(self.per_million(place.left), self.per_million(place.plain)) > 3
        if not whole or self.inside[fold(place.joined)]:
            return 0.0
        return 0.5 / (1 + self.per_million(place.joined) ** 2)

    def kin(self, place: _Place) -> int:
        """How often the document has words of the same stem: *cooperative* for `co⏎operate`."""
        word = fold(place.joined)
        stem = word[: max(6, len(place.left) + 3, len(word) - 4)]
        if stem == word:
            return 0
        at = bisect_left(self.sorted, stem)
        count = 0
        while at < len(self.sorted) and self.sorted[at].startswith(stem):
            count += self.inside[self.sorted[at]]
            at += 1
        return count

    def strength(self, place: _Place) -> float:
        """How much likelier two parts are a new compound than the two halves of a word nobody knows, as log10.

        Counted on the words of novels that no list holds: of parts that are both common words a hundred to one is a
        compound (`pearl-box`), of parts that are no words one in fourteen; a capital makes a name likelier (`Kost-roma`).
        """

        def free(part: str) -> float:
            frequency = self.per_million(part)
            known = self.known(part)
            return -0.6 if not known else 0.2 if frequency < 1 else 0.6 if frequency < 10 else 1.05

        name = 2.0 if place.left[0].isupper() and not place.left.isupper() else 0.0
        strange = 0.9 * (not self.known(place.plain)) + 0.3 * (not self.known(place.left))
        return free(place.left) + free(place.plain) - name - strange + self.hyphenating

    def hyphenates(self, place: _Place) -> bool:
        """Whether the two parts may be a compound whose hyphen is lost: it is known, or its parts make others."""
        first, last = fold(place.left), fold(place.plain)
        if self.inside[fold(place.compound)] or self.compounds.frequency(f"{first}-{last}"):
            return True
        kin = self.first[first] + self.compounds.first.get(first, 0), self.last[last] + self.compounds.last.get(last, 0)
        return (min(kin) > 0 or self.first[first] + self.last[last] > 0) and self.known(first) and self.known(last)

    def compound(self, place: _Place) -> tuple[float, float]:
        """The log10 chance of a hyphenated compound, and the share in it of what its parts would make, had nobody seen it."""
        first, last = fold(place.left), fold(place.plain)
        pair = f"{first}-{last}"
        count = self.inside[fold(place.compound)] or self.inside[pair]
        seen = (_TRUST * self.compounds.frequency(pair) + count) / (_TRUST + self.size)
        # Compounds of the document with the same first or last part say much: province-wide, nation-wide → country-wide.
        total = self.compounds.total + _NEW + _KIN * self.first.total()
        head = (self.compounds.first.get(first, 0) + _KIN * self.first[first] + _NEW * 10 ** self.chance(first)) / total
        tail = (self.compounds.last.get(last, 0) + _KIN * self.last[last] + _NEW * 10 ** self.chance(last)) / total
        new = (0.5 if any(place.chain) else _COMPOUNDING) * head * tail
        new = max(new, _KIN_AGAIN * self.last[last] / (self.size + 2000) * head, _KIN_AGAIN * self.first[first] / (self.size + 2000) * tail)
        return math.log10(seen + new), math.log10(new)


# ── which reading ────────────────────────────────────────────────────────────────────────────────────────────────────

Reading = Literal["closed", "hyphenated", "apart"]


_SYLLABLE = 0.3  # a word is broken at one of some three places; a compound at its hyphen, sooner than elsewhere


@dataclass(slots=True)
class _Habit:
    """What a document does at its line ends: shares, learned from it, with what is believed before."""

    lost: float = 0.03  # of the line ends without a hyphen, those that lost one
    dash: float = 0.00003  # of all line ends, those with a dash that looks like a hyphen
    blank_broken: float = 0.5  # of the broken words, those with a blank before the line feed
    blank_whole: float = 0.5  # of the other line ends


class _Weighing:
    """One document's line ends, weighed."""

    def __init__(self, text: str, lexicon: Words, model: Model | None, hidden: Sequence[tuple[int, int]]) -> None:
        self.model = model
        self.shown, self.offsets = _without(text, hidden)
        self.places = list(_places(self.shown))
        self.words = _Vocabulary(self.shown, lexicon, self.places)
        self.evidence = [self._evidence(place) for place in self.places]
        self.open = [i for i, place in enumerate(self.places) if place.hyphen or len(self.evidence[i]) > 1]
        # The others break no word, whatever the habit is: how many, how many of them within a paragraph, and with a blank.
        clear = [
            place for place, evidence in zip(self.places, self.evidence, strict=True) if not place.hyphen and len(evidence) == 1 and not place.over
        ]
        self.clear = len(clear), len(clear), sum(place.blank for place in clear)
        self.habit = _Habit()
        for _ in range(5):
            self.habit = self._learned()

    def _evidence(self, place: _Place) -> dict[Reading, float]:
        """The log10 chance of the words under each reading that can be."""
        words = self.words
        readings: dict[Reading, float] = {"apart": words.alone(place.left) + words.alone(place.plain)}
        known = words.known(place.joined)
        if place.hyphen:  # a dash stands between words; halves of words are none
            readings["apart"] -= 1.5 * (2 - words.known(place.left) - words.known(place.plain))
        if place.ink and not place.hyphen:
            # Only where a part is no word: `deed,⏎and`, `con.⏎tradictory`.
            strange = not (words.known(place.left) and words.known(place.plain))
            if known and strange and not place.over:
                readings["closed"] = words.chance(place.joined)
            return readings
        if not place.hyphen:
            if not known and not words.hyphenates(place):
                return readings
            hyphenated, new = words.compound(place)
        else:
            if fold(place.plain) in _SUSPENDED and not known and not any(place.chain) and not place.over:
                return readings
            hyphenated, new = words.compound(place)
        kin = words.kin(place)
        if place.hyphen or words.hyphenates(place):
            readings["hyphenated"] = hyphenated - math.log10(1 + kin)
        if known:
            habit = 0.0 if words.inside[fold(place.joined)] or "hyphenated" not in readings else words.closing
            readings["closed"] = words.chance(place.joined) + habit
        elif place.stain and self._stained(place):
            readings["closed"] = -6.0  # some letter in the place of the mark makes a word
        elif place.hyphen and not (place.right[0].isupper() and not place.left.isupper()):
            readings["closed"] = new - math.log10(_SYLLABLE) - words.strength(place)
        if known and not place.hyphen:
            readings["apart"] = math.log10(10 ** readings["apart"] + words.open_writing(place) * 10 ** readings["closed"])
        if kin and "closed" in readings:
            readings["closed"] = max(readings["closed"], math.log10(0.05 * kin / (_TRUST + words.size)))
        return readings

    def _posterior(self, place: _Place, evidence: dict[Reading, float]) -> dict[Reading, float]:
        """The chance of each reading."""
        habit = self.habit
        if place.hyphen:
            prior = {"closed": _SYLLABLE, "hyphenated": 1.0, "apart": habit.dash}
        else:
            lost = habit.lost * (0.05 if place.over else 1.0)  # after a blank line a paragraph's end is likelier
            # Writers write most compounds either way (`two-thirds`, `two thirds`): without a hyphen to see, this text's way counts.
            here = 1.0 if self.words.inside[fold(place.compound)] else 0.023
            prior = {"closed": lost * _SYLLABLE, "hyphenated": lost * here, "apart": 1 - lost}
        logs = {}
        for reading, chance in evidence.items():
            blank = habit.blank_whole if reading == "apart" else habit.blank_broken
            logs[reading] = chance + math.log10(prior[reading]) + math.log10(blank if place.blank else 1 - blank)
        top = max(logs.values())
        weights = {reading: 10 ** (value - top) for reading, value in logs.items()}
        total = sum(weights.values())
        return {reading: weight / total for reading, weight in weights.items()}

    def _in_context(self, places: Sequence[int], model: Model) -> None:
        """Add to the evidence of some places how much better than chance each reading sits among the words around, as log10."""
        sequences = [
            [fold(word) for word in (*before, *inner, *after)]
            for place in map(self.places.__getitem__, places)
            for before, after in [self._around(place)]
            for inner in ([place.joined], [place.left, place.plain])
        ]
        alone = list(dict.fromkeys(word for sequence in sequences for word in sequence))
        unigram = dict(zip(alone, model.score_all([[word] for word in alone]), strict=True))
        gains = [
            float(score) - sum(float(unigram[word]) for word in sequence)
            for score, sequence in zip(model.score_all(sequences), sequences, strict=True)
        ]
        for n, i in enumerate(places):
            self.evidence[i] = self._regained(self.places[i], self.evidence[i], gains[2 * n], gains[2 * n + 1])

    def _around(self, place: _Place) -> tuple[list[str], list[str]]:
        """Up to two words on either side, on the same lines."""
        a, b, c, d = place.around
        return _WORD.findall(self.shown[a:b])[-2:], _WORD.findall(self.shown[c:d])[:2]

    def _regained(self, place: _Place, evidence: dict[Reading, float], closed: float, apart: float) -> dict[Reading, float]:
        """The evidence with what the words around say of it."""
        gained = dict(evidence)
        if "closed" in evidence:
            gained["closed"] += closed
        gained["apart"] += apart
        # The model was made of words without hyphens: its `to day` is `to-day` as well.
        share = self.words.compounds.share(f"{place.left}-{place.plain}".lower())
        if share and "hyphenated" in evidence:
            gained["hyphenated"] = (
                evidence["hyphenated"] + closed if "closed" in evidence else max(evidence["hyphenated"], gained["apart"] + math.log10(share))
            )
            gained["apart"] += math.log10(1 - share)
        return gained

    def _learned(self) -> _Habit:
        """One step of expectation-maximisation: the habit that the readings, weighed by the last one, show."""
        lost = kept = hard = dash = broken = broken_blank = 0.0
        ends, whole, whole_blank = map(float, self.clear)
        for i in self.open:
            place = self.places[i]
            chances = self._posterior(place, self.evidence[i])
            apart = chances["apart"]
            if place.hyphen:
                kept += 1
                hard += chances.get("hyphenated", 0.0)
                dash += apart
            elif not place.over:
                ends += 1
                lost += 1 - apart
            if not place.over:
                broken += 1 - apart
                whole += apart
                if place.blank:
                    broken_blank += 1 - apart
                    whole_blank += apart
        start = _Habit()
        self.tally = (ends + kept, lost, kept - hard - dash, hard, broken, broken_blank, whole, whole_blank)
        return _Habit(
            lost=(lost + 20 * start.lost) / (ends + 20),
            dash=(dash + 1000 * start.dash) / (ends + kept + 1000),
            blank_broken=(broken_blank + 1) / (broken + 2),
            blank_whole=(whole_blank + 1) / (whole + 2),
        )

    @cached_property
    def sign(self) -> Sign:
        """The habit and the sign of the document."""
        ends, lost, soft, hard, broken, broken_blank, whole, whole_blank = (round(value) for value in self.tally)
        characters = Counter(place.hyphen for place in self.places if place.hyphen)
        return Sign(ends, lost, soft, hard, broken, broken_blank, whole, whole_blank, tuple(characters.most_common()))

    def decisions(self) -> list[LineEnd]:
        """What is worth saying."""
        if self.model:
            doubtful = [
                i for i in self.open if not self.places[i].hyphen and 1e-4 < self._posterior(self.places[i], self.evidence[i])["apart"] < 1 - 1e-6
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

    def _told(self, place: _Place, chances: dict[Reading, float]) -> LineEnd:
        """The decision for one place, with its reasons."""
        reading = max((r for r in chances if r != "apart" or place.hyphen), key=lambda r: chances[r])
        confidence = chances[reading]
        if place.hyphen and reading != "apart" and "hyphenated" in chances and chances.get("closed", 0.0) < _SOFT:
            # The hyphen stands in print: where it is not known to be soft, keeping it claims nothing (TEI: force="inter").
            reading, confidence = "hyphenated", 1 - chances["apart"]
        join: Join = "none" if reading == "apart" else "hard" if reading == "hyphenated" else "soft" if place.hyphen else "lost"
        start, end, left, right, between = place.start, place.end, place.left, place.right, ""
        if join == "hard":
            between = "-"
        elif join != "none" and not self.words.known(place.joined):
            if self._spelt(left[:-1] + "c", right) and left[-1:] + right[:1] == "kk":  # Zuk-⏎ker: Zucker
                start, left, between = start - 1, left[:-1], "c"
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

    def _spelt(self, left: str, right: str) -> bool:
        return self.words.known(left + right)

    def _stained(self, place: _Place) -> bool:
        """Whether some letter in the place of the mark makes a word."""
        return any(self.words.known(place.left + letter + place.plain) for letter in "etaoinsrhldcumfpgwybvkxjqz")

    def _why(self, place: _Place, reading: Reading) -> str:
        """The evidence in words."""

        def seen(word: str) -> str:
            if count := self.words.inside[fold(word)]:
                return f"“{word}” stands {count} times inside lines" if count > 1 else f"“{word}” stands inside a line"
            return f"“{word}” is a word" if self.words.known(word) else f"“{word}” is not known"

        parts = [word for word in (place.left, place.plain) if not self.words.known(word)]
        about = [seen(place.compound if reading == "hyphenated" else place.joined)]
        if parts:
            about.append(" and ".join(f"“{part}”" for part in parts) + (" is no word" if len(parts) == 1 else " are no words"))
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


def _without(text: str, hidden: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[float, int]]]:
    """The text with a line feed for each hidden span, and where its stretches lie in the text as given."""
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
