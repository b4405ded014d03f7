"""How likely words are in one document: its own counts, backed by the lexicon and by novels."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from rapidfuzz.distance import OSA

from pipeline.correct.line_ends.breaks import COMPOUND, Place
from pipeline.language.compounds import compounds
from pipeline.language.languages import every, of
from pipeline.language.lexicon import fold


class Words(Protocol):
    """What the vocabulary needs of a lexicon."""

    language: str

    def attested_all(self, forms: Sequence[str], /) -> list[bool]:
        """Whether each word, in small letters, is attested."""

    def frequencies(self, forms: Sequence[str], /) -> list[float]:
        """How often each stands in a million words; 0.0 if unknown."""

    def foreign_all(self, forms: Sequence[str], /) -> tuple[list[bool], list[bool]]:
        """Whether each is a common word of another language, and whether it is a word of one."""


Misread = Callable[[Sequence[str]], list[list[str]]]
"""For each form, the words it may be a misreading of."""

_TRUST = 20_000  # words of the document that the lexicon's frequencies weigh as much as
_RARE = 3e-9  # chance of a word that the lexicon attests without a frequency
# what each letter of an unknown word costs, as log10 (English has about 2.5 bits a letter)
_LETTER = 0.75
_COMPOUNDING = 0.002  # share of the words of a text that are compounds made for the occasion
_NEW = 20_000  # compounds among which half are expected to have parts not seen in others
_KIN_AGAIN = (
    0.3  # share of the document's compounds with a common part that have yet another partner
)
_NOVELS = 0.006  # share of the words of English novels that are hyphenated compounds
_SHORTEST = 6  # letters of a word that can be recognised although some are misread
_LONG, _SELDOM = (
    8,
    50.0,
)  # the same where one part is a word: letters of the whole, and the part per million at most
_MISREAD, _LETTERS = (
    0.3,
    0.8,
)  # cost of a word's being a misreading of another, as log10: once, and for each letter
# occurrences here that weigh as much as what all other texts show of writing a word as two
_OPEN = 1.0
_LETTERS_BY_USE = "etaoinsrhldcumfpgwybvkxjqz"
_FUNCTION = 1000.0  # per million: *par*, *que*, *und*: no pronoun is joined to them
_ENCLITIC = 0.5  # share of the words before an enclitic that are joined to it by a hyphen
_MANY, _NOISE = 1000, 0.25  # broken words, and their share, from which a text is but noise
_PREFIX = 200.0  # per million: no prefix stands more often by itself
_COMMON = 20.0  # per million: a word that everybody knows
_BEGINS = 20  # compounds in the novels that show a part to be one that begins or ends them
_KIN = 50  # compounds of the novels that one of the document weighs as much as


_TYPED_DASH = re.compile(r"[^\W\d_] - [^\W\d_]")  # went in - and came out


class Vocabulary:
    """The chances of words: the document's counts, with the lexicon's frequencies as the prior."""

    def __init__(
        self, text: str, lexicon: Words, places: Sequence[Place], misread: Misread | None
    ) -> None:
        """Count the words inside the lines of `text`, and look up all that the places need."""
        self.language = lexicon.language
        self.compounds = compounds(self.language)
        language = of(self.language)
        self.suspended = frozenset(every().line_ends.suspended)
        self._capital_nouns = language.typography.capital_nouns
        self.openers = frozenset(language.dashes.clause_openers)
        self._participles = language.dashes.compound_endings
        self._respelt = every().line_ends.respelt
        self._enclitics = frozenset(language.line_ends.enclitics)
        self._parted = frozenset(language.line_ends.parted)
        inside: Counter[str] = Counter()
        self.beside: Counter[tuple[str, str]] = (
            Counter()
        )  # how often the parts of a place stand side by side inside a line
        wanted = {
            (fold(place.left), fold(place.plain))
            for place in places
            if place.sign in {"none", "run-on"}
        }
        heads = {head for head, _ in wanted}
        for line in fold(text).split("\n"):
            # The first and the last word of a line may be parts of words.
            words = COMPOUND.findall(line)[1:-1]
            inside.update(words)
            if not heads.isdisjoint(words):
                self.beside.update(pair for pair in pairwise(words) if pair in wanted)
        for place in places:
            if place.sign == "run-on":  # its parts stand inside a line, and are no words
                for part in (fold(place.left), fold(place.plain)):
                    inside[part] = max(0, inside[part] - 1)
        self.inside = +inside
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
        self._known: dict[str, bool] = {}
        self.look_up(
            [fold(form) for place in places for form in (place.left, place.plain, place.joined)]
        )
        sample = [word for word in inside if "-" not in word][:2000]
        self.look_up(sample)
        strange = sum(not self.seen[word][0] for word in sample)
        self.closing = self._closing()
        # How much oftener than English novels the document has compounds: German and Spanish hardly
        # write them.
        share = (sum(self.first.values()) + _NOVELS * 500) / (self.size + 500)
        self.hyphenating = max(-1.5, min(0.5, math.log10(share / _NOVELS)))
        self.noise = min(0.3, max(0.005, 0.3 * strange / max(1, len(sample))))
        self.near: dict[str, tuple[str, float]] = {}
        capitals = {place.joined for place in places if place.capital and place.right[0].isupper()}
        self.types_dashes = bool(_TYPED_DASH.search(text))
        self._written = capitals & set(COMPOUND.findall(text)) if capitals else set()
        if misread:
            self._look_near(places, misread)

    def _closing(self) -> float:
        """How much the document prefers *today* to *to-day*, as log10, by how it writes others."""
        pairs = self.compounds.closed
        here = [word for word in self.inside.keys() & pairs.keys() if len(word) > 4]
        self.look_up(here)
        # Only those that the novels hyphenate about as often as not say anything of a habit.
        closed = sum(
            self.compounds.frequency(pairs[word]) * 1e6 > 0.3 * self.seen[word][1] for word in here
        )
        hyphenated = sum(
            word.replace("-", "", 1) in pairs
            for word in self.inside
            if "-" in word and self.known(word.replace("-", "", 1))
        )
        return max(-0.7, min(0.7, math.log10((closed + 2) / (hyphenated + 2))))

    def respelt(self, left: str, right: str) -> tuple[str, str] | None:
        """The left part and what stands between, where a split word is spelt otherwise.

        German *Zucker* is split `Zuk-⏎ker`: `Zu` and `c`.
        """
        for broken, whole in self._respelt:
            before, _, after = broken.partition("-")
            stem, between = left.removesuffix(before), whole.removesuffix(after)
            fits = left.endswith(before) and right.startswith(after)
            if fits and self.known(stem + between + right):
                return stem, between
        return None

    def look_up_all(self, words: Iterable[str]) -> None:
        """Look many words up at once, however they are written."""
        self.look_up([fold(word) for word in words])

    def written(self, word: str) -> bool:
        """Whether the document has a word with this very capital inside: *MacDonald*."""
        return word in self._written

    def parts_vowels(self, place: Place) -> bool:
        """Whether a prefix meets its own vowel, in a text without the closed word: re-⏎elected."""
        left, right = fold(place.left), fold(place.plain)
        return left in self._parted and left[-1] == right[:1] and not self.inside[left + right]

    def count(self, word: str) -> int:
        """How often the word stands inside the lines of the document."""
        return self.inside[fold(word)]

    def look_up(self, forms: Sequence[str]) -> None:
        """Look many words up in the lexicon at once."""
        new = [form for form in dict.fromkeys(forms) if form not in self.seen]
        self.seen.update(
            zip(
                new,
                zip(self.lexicon.attested_all(new), self.lexicon.frequencies(new), strict=True),
                strict=True,
            )
        )

    def _look_near(self, places: Sequence[Place], misread: Misread) -> None:
        """Find which words the strange forms at the breaks may be misreadings of."""
        whole = [place for place in places if self._may_be_near(place)]
        if len(whole) > max(_MANY, _NOISE * len(places)):
            return  # no language: every form would be a misreading of something
        self._find([fold(place.joined) for place in whole], misread)
        found = [place for place in whole if fold(place.joined) in self.near]
        self._find(
            [
                fold(part)
                for place in found
                for part in (place.left, place.plain)
                if len(part) > 1 and self.strange(part)
            ],
            misread,
        )

    def _may_be_near(self, place: Place) -> bool:
        """Whether a letter of a split word may be misread: neither it nor its parts are known."""
        if len(place.joined) < _SHORTEST or self.known(place.joined):
            return False
        if not place.hyphen and self._foreign(place):
            return False
        parts = [part for part in (place.left, place.plain) if not self.strange(part)]
        if place.hyphen or not parts:
            return len(parts) < 2
        # `crystal⏎lino`: one part may be a word, if a rare one.
        return (
            len(parts) == 1 and len(place.joined) >= _LONG and self.per_million(parts[0]) < _SELDOM
        )

    def _foreign(self, place: Place) -> bool:
        """Whether the parts are two words, if of another language: English `designs,⏎at`."""
        parts = [fold(part) for part in (place.left, place.plain) if not self.known(part)]
        common, words = self.lexicon.foreign_all(parts)
        return any(common) and all(words)

    def nearly(self, place: Place) -> bool:
        """Whether the joined parts are no word but look like one."""
        word, _ = self.near.get(fold(place.joined), ("", 0.0))
        if not word or self.known(place.joined) or not self._may_be_near(place):
            return False
        clear = place.hyphen or (self.strange(place.left) and self.strange(place.plain))
        return bool(clear) or OSA.distance(fold(place.joined), word) == 1

    def _find(self, forms: Sequence[str], misread: Misread) -> None:
        """Note the likeliest word, if any, that each form may be a misreading of."""
        asked = list(dict.fromkeys(forms))
        words = misread(asked) if asked else []
        self.look_up([word for found in words for word in found])
        for form, found in zip(asked, words, strict=True):
            for word in found:
                distance = OSA.distance(form, word, score_cutoff=2)
                # Short forms are like many words, but `unb⏎kam` has the commonest one, *und*.
                fewest = 1 if self.per_million(word) > _FUNCTION else 0
                if distance <= max(fewest, min(2, len(form) // 4)):
                    chance = (
                        self.chance(word) + math.log10(self.noise) - _MISREAD - _LETTERS * distance
                    )
                    if chance > self.near.get(form, ("", -14.0))[1]:
                        self.near[form] = word, chance

    def strange(self, part: str) -> bool:
        """Whether a part is hardly a word: unknown, or rare and never seen in the document."""
        return not self.known(part) or (self.per_million(part) < 1 and not self.inside[fold(part)])

    def meant(self, form: str) -> str:
        """The word that a form is or may be a misreading of, in small letters."""
        key = fold(form)
        return self.near.get(key, (key, 0.0))[0]

    def known(self, word: str) -> bool:
        """Whether the document or the lexicon has the word."""
        if word not in self._known:
            key = fold(word)
            if key not in self.seen:
                self.look_up([key])
            self._known[word] = bool(self.inside[key]) or self.seen[key][0]
        return self._known[word]

    def common(self, word: str) -> bool:
        """Whether a word is anything but rare: it stands in the document, or once in a million."""
        return bool(self.count(word)) or self.per_million(word) >= 1

    def is_found(self, word: str) -> bool:
        """Whether a word that nothing attests is found in large collections all the same."""
        return self.seen[fold(word)][1] > 0

    def per_million(self, word: str) -> float:
        """How often the word stands in a million words, if the lexicon attests it."""
        attested, frequency = self.seen[fold(word)]
        return frequency if attested else 0.0

    def chance(self, word: str) -> float:
        """The log10 chance of a word."""
        key = fold(word)
        attested, frequency = self.seen[key]
        count = self.inside[key]
        misread = self.of_misread(key)
        if count or frequency or attested:
            share = (_TRUST * max(frequency / 1e6, _RARE) + count) / (_TRUST + self.size)
            return max(math.log10(share), misread)
        return max(math.log10(self.noise) - _LETTER * len(key), misread)

    def of_misread(self, word: str) -> float:
        """The log10 chance of a form as a misreading of a word, -14 if it looks like none."""
        return self.near.get(fold(word), ("", -14.0))[1]

    def alone(self, word: str) -> float:
        """The log10 chance of a word outside compounds: *self* hardly ever stands alone."""
        key = fold(word)
        compounded = (
            (self.compounds.first.get(key, 0) + self.compounds.last.get(key, 0))
            / self.compounds.tokens
            * 1e6
        )
        frequency = self.seen[key][1]
        share = min(0.98, compounded / frequency) if frequency else 0.0
        return self.chance(word) + math.log10(1 - share)

    def open_writing(self, place: Place) -> float:
        """How often a compound of two whole words may be written as two: *iron masters*.

        The rarer the closed word the likelier; what the document writes closed it hardly writes
        open as well.
        """
        whole = (
            min(len(place.left), len(place.plain)) > 3
            and min(self.per_million(place.left), self.per_million(place.plain)) > 3
        )
        if not whole or self.inside[fold(place.joined)]:
            return 0.0
        return 0.1 / (1 + self.per_million(place.joined) ** 2)

    def openness(self, place: Place, share: float) -> float:
        """How much likelier this document is to write the parts as two words, as log10.

        It is compared with other texts, of which `share` do.

        A text that has *anything* inside its lines ten times and never *any thing* will not have it
        at a line's end.
        """
        closed, apart = (
            self.inside[fold(place.joined)],
            self.beside[fold(place.left), fold(place.plain)],
        )
        return math.log10((apart + _OPEN * share) / (closed + apart + _OPEN) / share)

    def hyphenated_share(self, place: Place) -> float:
        """How often two adjacent parts are hyphenated: in the novels, and in this document."""
        pair = fold(place.left), fold(place.plain)
        novels = self.compounds.share("-".join(pair))
        weight = 2.0 if novels else 0.5
        if not novels:  # by what its parts do in other compounds: *conscience-stricken*
            head = self._compounded(pair[0], self.compounds.first, self.first)
            tail = self._compounded(pair[1], self.compounds.last, self.last)
            novels = 1e-4 + 0.9 * (1 - (1 - head) * (1 - tail))
        odds = novels / (1 - novels) * 10**self.hyphenating
        here = self.inside["-".join(pair)]
        return (here + weight * odds / (1 + odds)) / (here + self.beside[pair] + weight)

    def _compounded(self, part: str, novels: Mapping[str, int], here: Mapping[str, int]) -> float:
        """How often a word is the first, or last, part of a compound, in the novels and here."""
        share = min(
            0.9, novels.get(part, 0) / (self.seen[part][1] * self.compounds.tokens / 1e6 + 5)
        )
        return (here.get(part, 0) + 3 * share) / (here.get(part, 0) + self.inside[part] + 3)

    def hyphenated_kin(self, place: Place) -> float:
        """The share of closed compounds that this document hyphenates instead.

        Judged by its other compounds: it has *nation-wide*, so *country-wide*.
        """
        kin = 2 * (self.first[fold(place.left)] + self.last[fold(place.plain)])
        return (
            0.0
            if self.inside[fold(place.joined)]
            else kin / (kin + 1 + 3 * self.per_million(place.joined) ** 2)
        )

    def kin(self, place: Place) -> int:
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

    def of_stem(self, kin: int) -> float:
        """The log10 chance of a word whose stem the document has `kin` times."""
        return math.log10(0.05 * kin / (_TRUST + self.size))

    def strength(self, place: Place) -> float:
        """How much likelier two parts are a new compound than halves of an unknown word, as log10.

        Counted on the words of novels that no list holds: of parts that are both common words a
        hundred to one is a compound (`pearl-box`), of parts that are no words one in fourteen; a
        capital makes a name likelier (`Kost-roma`).
        """

        def free(part: str) -> float:
            frequency = self.per_million(part)
            known = self.known(part)
            return -0.6 if not known else 0.2 if frequency < 1 else 0.6 if frequency < 10 else 1.05

        named = place.left[0].isupper() and not place.left.isupper()
        street = self.ends_compounds(place.plain)  # Horsemonger-⏎lane
        name = 2.0 if named and not street else 0.0
        strange = 0.9 * (not self.known(place.plain)) + 0.3 * (not self.known(place.left))
        return free(place.left) + free(place.plain) - name - strange + self.hyphenating

    def hyphenates(self, place: Place) -> bool:
        """Whether the two parts may be a compound whose hyphen is lost.

        It is known, or its parts form other compounds.
        """
        first, last = fold(place.left), fold(place.plain)
        if self.inside[fold(place.compound)] or self.compounds.frequency(f"{first}-{last}"):
            return True
        kin = (
            self.first[first] + self.compounds.first.get(first, 0),
            self.last[last] + self.compounds.last.get(last, 0),
        )
        return (
            (min(kin) > 0 or self.first[first] + self.last[last] > 0)
            and self.known(first)
            and self.known(last)
        )

    def is_closed_by_case(self, place: Place) -> bool:
        """Whether small letters after a capitalised noun show a word without a hyphen.

        In German a hyphenated noun has capitals in both parts: `Kork-⏎kranz` is Korkkranz.
        """
        return (
            self._capital_nouns
            and place.left[:1].isupper()
            and place.right[:1].islower()
            and not any(place.chain)
            and not self.count(place.compound)
        )

    def is_compound(self, place: Place) -> bool:
        """Whether the document or the novels have the two parts as a hyphenated compound."""
        pair = f"{fold(place.left)}-{fold(place.plain)}"
        return bool(
            self.inside[fold(place.compound)] or self.inside[pair] or self.compounds.frequency(pair)
        )

    def begins_compounds(self, part: str) -> bool:
        """Whether a part begins compounds and is no common word: *non-*, *pre-*, *mid-*."""
        key = fold(part)
        often = self.first[key] or self.compounds.first.get(key, 0) >= _BEGINS
        return bool(often) and self.per_million(part) < _PREFIX

    def ends_compounds(self, part: str) -> bool:
        """Whether a part is a common word that ends compounds in novels: *-lane*, *-looking*."""
        often = self.compounds.last.get(fold(part), 0) >= _BEGINS
        return often and self.per_million(part) >= _COMMON

    def stained(self, place: Place) -> bool:
        """Whether some letter in the place of the mark before the right part makes a word."""
        forms = [fold(place.left + letter + place.plain) for letter in _LETTERS_BY_USE]
        self.look_up(forms)
        return any(self.inside[form] or self.seen[form][0] for form in forms)

    def makes_participle(self, place: Place) -> bool:
        """Whether the parts may be a new compound of a participle: *joint-owned*."""
        first = fold(place.left)
        return (
            place.plain.endswith(self._participles)
            and bool(self.first[first] or self.compounds.first.get(first, 0))
            and self.known(first)
            and self.known(place.plain)
        )

    def compound(self, place: Place) -> tuple[float, float]:
        """The log10 chance of a hyphenated compound, and the share that its parts account for."""
        first, last = fold(place.left), fold(place.plain)
        pair = f"{first}-{last}"
        count = self.inside[fold(place.compound)] or self.inside[pair]
        seen = (_TRUST * self.compounds.expected(pair) + count) / (_TRUST + self.size)
        # Compounds of the document with the same first or last part say much: province-wide,
        # nation-wide → country-wide.
        total = self.compounds.total + _NEW + _KIN * self.first.total()
        head = (
            self.compounds.first.get(first, 0)
            + _KIN * self.first[first]
            + _NEW * 10 ** self.chance(first)
        ) / total
        tail = (
            self.compounds.last.get(last, 0)
            + _KIN * self.last[last]
            + _NEW * 10 ** self.chance(last)
        ) / total
        new = (0.5 if any(place.chain) else _COMPOUNDING) * head * tail
        new = max(
            new,
            _KIN_AGAIN * self.last[last] / (self.size + 2000) * head,
            _KIN_AGAIN * self.first[first] / (self.size + 2000) * tail,
        )
        if (
            last in self._enclitics and self.per_million(first) < _FUNCTION
        ):  # rendez-⏎vous: as likely as the two side by side
            seen += 10 ** (self.chance(first) + self.chance(last)) * _ENCLITIC
        return math.log10(seen + new), math.log10(new)
