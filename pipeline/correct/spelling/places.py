"""The places of a text that may be misread, and what may have stood there.

A place is a unit that nothing attests (``tbe``), an attested word that a common misreading makes of
a word that fits far better (``arid`` for *and*), or two units that make one word (``ta king``).
Readings are found once a form, not once a place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from pipeline.correct.spelling.candidates import Nearby
from pipeline.correct.spelling.channel import HOPELESS, Channel, Confusion
from pipeline.correct.spelling.composition import misread
from pipeline.correct.spelling.confusable import Confusable
from pipeline.correct.spelling.forms import LETTER, Forms
from pipeline.correct.spelling.units import Units
from pipeline.language import languages
from pipeline.language.language_model import LanguageModel
from pipeline.language.lexicon import ATTESTED, NAME, UNLISTED, fold

UNIT, REAL, MERGE = 0, 1, 2  # kinds of places
LONGEST_FORM = 40
# strange forms of one text that are looked into: with more it is no text, and would take all memory
FORMS = 60_000
TOGETHER = 4000  # forms looked into at once
READINGS = 16  # of one form
# Times that a text has a word of its own, at least, and times that it is commoner than what is read
# as it; letters of such a word; how many of them are thought of.
OWN, OWN_LETTERS, OWN_WORDS = 3, 5, 1000
WHOLES = 5  # words that two units may be
# letters of such a word where a blank or a part of one sign stands for a lost letter (`keep ng`,
# `1 dwin`), and log10 per million from which on it is thought of
LOST, LOST_COMMON = 4, 0.0
# Share of strange forms from which on a text is full of them. There, attested words that are rare
# and short are in doubt as well (log10 per million; of at most so many letters): `bao` for has.
MANY = 0.06
SELDOM, SELDOM_SHORT, SHORT = 1.0, 2.5, 3
# Per million: of two attested units that make one word, one must be rarer than this; the second
# figure is for a unit of at most four letters.
RARE, RARE_SHORT = 10.0, 80.0
POOR = -7.0  # log10 of the channel: where no reading is likelier, words are sought by their shapes
LIKELY = (
    -3.5
)  # ... and where one is likelier, a form is not half a word with the other half misread
UNLIKELY = -4.8  # ... and where none is likelier, two words run together of which one is misread
COMPOUND = 1.0  # what a compound that no list has costs, log10, beside a word that one has
STRAY = 5.5  # what a mark beside a stray sign may cost the channel: more than one letter too many
EVERYDAY = 1000.0  # per million
# How far another word may be behind the attested word that was read, log10 of channel and triples
# together: usually, and where a judge follows that sees the whole sentence.
BEHIND, WIDE = 1.5, 3.0
# marks beside a form that may be of a misread letter: `«as` for was, `¿ve` for five
_MARKS_BEFORE, _MARKS_AFTER = "'\"`*_~«»¿¡", "'\"-*_~;:«»"
LONG_S = "ſ"
_INSTEAD_OF_BLANK = "'.,;:~*^_•·"
_SPECKS = ".·•,'*~_;:^!|\\/-"  # what may stand between two parts of one word
_MERGING_GAP = regex.compile(rf"\s*(?:[{regex.escape(_SPECKS)}]?\s*)")
_LINE_END_HYPHEN = regex.compile("[¬⸗‐‑]")  # what it joins is another stage's matter
_SPACE = regex.compile(r"\s+")

Cost = tuple[float, tuple[Confusion, ...]]
_Reading = tuple[
    str, tuple[int, int], Cost, tuple[int, int]
]  # as printed, word numbers, channel, signs consumed


def printed_as(word: str, read: str) -> str:
    """The word in the letter case of what was read: ``Tbe`` is *The*, ``TBE`` *THE*."""
    head = word.partition("'")[0]
    if len(head) == 1 and head in languages.every().alphabet.capital_words:  # I'm
        return word[0].upper() + word[1:]
    if read.islower():
        return word
    first, _, rest = read.replace("’", "'").partition("'")
    if first and rest[:1].isupper() and not rest.isupper() and "'" in word:  # 1'Académie
        return printed_as(head, first) + "'" + printed_as(word[len(head) + 1 :], rest)
    letters = [c for c in read if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    if letters and upper == len(letters) and (len(letters) > 1 or len(word) == 1):
        return word.upper()
    if upper > 2 and upper * 2 > len(letters) and len(word) > 3:  # LoUISE
        return word.upper()
    if read[0] == "I" and word[0] == "l":  # `Ie`: a small l is read as I, hardly ever a large one
        return word
    if letters and letters[0].isupper() and (read[0].isupper() or not read[0].isalpha()):
        return word[0].upper() + word[1:]
    return word


@dataclass(slots=True)
class Readings:
    """All readings of all forms, as parallel lists.

    Each has the printed form, word numbers (second -2: one word), channel cost and confusions.
    """

    printed: list[str] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    second: list[int] = field(default_factory=list)
    channel: list[float] = field(default_factory=list)
    used: list[tuple[Confusion, ...]] = field(default_factory=list)
    consumed: list[tuple[int, int]] = field(
        default_factory=list
    )  # signs around the core that are letters misread

    def add(
        self, printed: str, ids: tuple[int, int], cost: Cost, consumed: tuple[int, int] = (0, 0)
    ) -> None:
        """One more reading."""
        self.printed.append(printed)
        self.first.append(ids[0])
        self.second.append(ids[1])
        self.channel.append(cost[0])
        self.used.append(cost[1])
        self.consumed.append(consumed)


@dataclass(slots=True)
class Places:
    """Places, and rows that join a place to one of its readings."""

    readings: Readings
    start: NDArray[np.int64]  # the place's first unit ...
    stop: NDArray[np.int64]  # ... and its last
    kind: NDArray[np.int8]
    read: list[str]
    row_place: NDArray[np.int64]
    row_reading: NDArray[np.int64]


class Finder:
    """Finds places with one language's lexicon, index, language model and channel."""

    def __init__(
        self, nearby: Nearby, model: LanguageModel, channel: Channel, confusable: Confusable
    ) -> None:
        """Readings found for a form are kept."""
        self.nearby, self.model, self.channel, self.confusable = nearby, model, channel, confusable
        self._units: dict[tuple[str, str, str], list[_Reading]] = {}
        self._merges: dict[tuple[str, str, bool], list[tuple[str, int, Cost]]] = {}
        self._lacks: dict[tuple[str, str], list[tuple[str, int, Cost]]] = {}
        self._doubts: dict[str, list[tuple[int, float]]] = {}
        words = nearby.words
        self._elides = frozenset(words.pack.apostrophe.elides)
        self._frequency = np.log10(np.maximum(words.per_million, 1e-3))
        often = np.flatnonzero(
            (words.per_million >= EVERYDAY) & (words.flags & ATTESTED > 0)
        ).tolist()
        self._rarest = int(nearby.ids[np.argmin(nearby.frequency)])
        self._letters = sorted({c for n in often for c in words.word(n) if c.isalpha()})
        self._everyday = {word: number for number in often if len(word := words.word(number)) > 1}

    @property
    def remembered(self) -> tuple[dict[Any, Any], ...]:
        """What is kept of forms met before."""
        return self._units, self._merges, self._lacks, self._doubts

    def find(
        self,
        cut: Units,
        forms: Forms,
        strange: NDArray[np.bool_],
        attested: NDArray[np.bool_],
        ids: NDArray[np.int32],
        seen: NDArray[np.bool_],
        *,
        wide: bool = False,
    ) -> Places:
        """The places of a text that begin in a unit of `seen`.

        `ids` and the other arrays (the language model's numbers) have one entry per unit. With
        `wide`, more attested words are doubted, for a judge that sees more than word triples do.
        """
        readings = Readings()
        full = bool(strange.mean() > MANY) if len(strange) else False
        alone, explained = self._strange(cut, strange & seen, readings)
        found = [
            alone,
            self._real(
                cut,
                forms,
                attested & seen,
                ids,
                readings,
                WIDE if wide else BEHIND,
                full_of_strange=full,
            ),
            self._two(cut, forms, strange, explained, ids, seen, readings, full_of_strange=full),
        ]
        start, stop, kind, read, rows, which = [], [], [], [], [], []
        n = 0
        for here, (starts, extra, texts, row_place, row_reading) in zip(
            (UNIT, REAL, MERGE), found, strict=True
        ):
            start.append(starts)
            stop.append(starts + extra)
            kind.append(np.full(len(starts), here, np.int8))
            read += texts
            rows.append(row_place + n)
            which.append(row_reading)
            n += len(starts)
        return Places(
            readings,
            np.concatenate(start),
            np.concatenate(stop),
            np.concatenate(kind),
            read,
            np.concatenate(rows),
            np.concatenate(which),
        )

    # -- a unit that nothing attests

    def _strange(
        self, cut: Units, strange: NDArray[np.bool_], readings: Readings
    ) -> tuple[_Found, AbstractSet[str]]:
        """The places of units that nothing attests, and the forms one likely confusion explains."""
        text, starts, ends, cores = cut.text, cut.starts, cut.ends, cut.cores
        block: dict[tuple[str, str, str], int] = {}
        at, which = [], []
        for i in np.flatnonzero(strange).tolist():
            core = cores[i]
            if len(core) > LONGEST_FORM or _LINE_END_HYPHEN.search(core):
                continue
            lead, trail = text[starts[i] - 1 : starts[i]], text[ends[i] : ends[i] + 2]
            if trail[:1] == "-" and trail != "- " and core[-1].isalnum():
                # a hyphen that joins, or a line's end: only behind a sign or before a blank may it
                # be of a letter (`man^-`, `oi- the`)
                trail = ""
            key = (
                core,
                lead if lead and lead in _MARKS_BEFORE else "",
                trail[:1] if trail[:1] and trail[0] in _MARKS_AFTER else "",
            )
            if key not in block and len(block) >= FORMS:
                continue
            at.append(i)
            which.append(block.setdefault(key, len(block)))
        new = [key for key in block if key not in self._units]
        for k in range(0, len(new), TOGETHER):
            self._learn_units(new[k : k + TOGETHER])
        blocks = [self._units[key] for key in block]
        own = self._own_words(cut, strange, block, blocks)
        blocks = [
            [*rows, *own[key[0]]] if key[0] in own else rows
            for key, rows in zip(block, blocks, strict=True)
        ]
        explained = frozenset(
            core
            for (core, lead, trail), rows in zip(block, blocks, strict=True)
            if not lead and not trail and any(row[2][0] > LIKELY for row in rows)
        )
        return _expanded(at, 0, [cores[i] for i in at], which, blocks, readings), explained

    def _own_words(
        self,
        cut: Units,
        strange: NDArray[np.bool_],
        keys: Iterable[tuple[str, str, str]],
        blocks: Sequence[Sequence[_Reading]],
    ) -> dict[str, list[_Reading]]:
        """Words that only this text attests, for the forms that may be misreadings of them.

        Such a word stands in it several times, and no likely confusion makes it of another word;
        a form near it is much rarer: ``Seebolim`` of *Seebohm*. What differs in its ending alone
        may be inflected (*Ivanovs*). To the language model such a word is the rarest of all.
        """
        tally = Counter(fold(cut.cores[i]) for i in np.flatnonzero(strange).tolist())
        likeliest: dict[str, float] = {}
        for (core, _, _), rows in zip(keys, blocks, strict=True):
            form = fold(core)
            best = max((row[2][0] for row in rows), default=HOPELESS)
            likeliest[form] = max(best, likeliest.get(form, HOPELESS))
        own = [
            form
            for form, n in tally.most_common(OWN_WORDS)
            if n >= OWN
            and len(form) >= OWN_LETTERS
            and form.isalpha()
            and likeliest.get(form, HOPELESS) < LIKELY
        ]
        asked = {core: form for core, _, _ in keys if len(form := fold(core)) >= OWN_LETTERS}
        if not own or not asked:
            return {}
        forms = list(dict.fromkeys(asked.values()))
        distance = process.cdist(forms, own, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
        near: dict[str, list[str]] = {}
        for row, column in zip(*(at.tolist() for at in np.nonzero(distance <= 2)), strict=True):
            form, word = forms[row], own[column]
            inflected = form[:-1] == word[:-1] or form.startswith(word) or word.startswith(form)
            if not inflected and OWN * tally[form] <= tally[word]:
                near.setdefault(form, []).append(word)
        found: dict[str, list[_Reading]] = {}
        for core, form in asked.items():
            for word in near.get(form, ()):
                printed = printed_as(word, core)
                number = int(self.nearby.words.ids([word])[0])
                ids = (number if number >= 0 else self._rarest, -2)
                found.setdefault(core, []).append(
                    (printed, ids, self.channel.weigh(printed, core), (0, 0))
                )
        return found

    def _learn_units(self, keys: Sequence[tuple[str, str, str]]) -> None:
        folded = [fold(core) for core, _, _ in keys]
        heads = [len(self.nearby.words.elision(form)) for form in folded]
        listed = self.nearby.words.pack.words.as_listed
        folded = [listed(form[n:]) for form, n in zip(folded, heads, strict=True)]
        for key, n, numbers in zip(keys, heads, self.nearby.find(folded), strict=True):
            core, lead, trail = key
            if n:  # of l'ostel only ostel is weighed
                rows = self._readings_of((core[n:], "", trail), numbers)
                self._units[key] = [
                    (core[:n] + row[0], row[1], row[2], row[3])
                    for row in rows
                    if row[0][:1].lower() in self._elides
                ]
            else:
                self._units[key] = self._readings_of((core, lead, trail), numbers) + self._halves(
                    core
                )
        likeliest = [max((row[2][0] for row in self._units[key]), default=HOPELESS) for key in keys]
        # what one misread word does not explain may be two, or a word more than half misread
        rest = [
            (k, self._rest(folded[k]))
            for k in range(len(keys))
            if likeliest[k] < UNLIKELY and not heads[k]
        ]
        halves = sorted({half for _, some in rest for _, half, _ in some})
        near = dict(zip(halves, self.nearby.find(halves), strict=True))
        for k, some in rest:
            for word, half, first in some:
                self._units[keys[k]] += self._half_misread(
                    keys[k][0], word, half, near[half][:3], first
                )
        if self.nearby.words.pack.spelling.linking:
            self._learn_compounds(
                [k for k in range(len(keys)) if likeliest[k] < LIKELY and not heads[k]],
                keys,
                folded,
            )
        poor = [
            k
            for k, key in enumerate(keys)
            if likeliest[k] < POOR and len(key[0]) > 4 and not heads[k]
        ]
        for k, numbers in zip(poor, self.nearby.alike([folded[k] for k in poor]), strict=True):
            known = {row[1][0] for row in self._units[keys[k]]}
            self._units[keys[k]] += self._readings_of(
                keys[k], [number for number in numbers if number not in known]
            )
        for key in keys:
            best: dict[str, _Reading] = {}
            for row in self._units[key]:
                if row[0] not in best or row[2][0] > best[row[0]][2][0]:
                    best[row[0]] = row
            self._units[key] = sorted(best.values(), key=lambda row: (-self._worth(row), row[0]))[
                :READINGS
            ]

    def _learn_compounds(
        self, which: Sequence[int], keys: Sequence[tuple[str, str, str]], folded: Sequence[str]
    ) -> None:
        """Add compounds of which one part is misread: ``Schleppfäbel``."""
        found = misread([folded[k] for k in which], self.nearby.words, self.nearby.find)
        for k, compounds in zip(which, found, strict=True):
            core = keys[k][0]
            for word, number in compounds:
                printed = printed_as(word, core)
                cost, used = self.channel.weigh(printed, core)
                if cost > UNLIKELY - COMPOUND and printed != core:
                    row = (printed, (number, -2), (cost - COMPOUND, used), (0, 0))
                    self._units[keys[k]].append(row)

    def _worth(self, row: _Reading) -> float:
        """A first guess at a reading: what the engine does, and how common the word is."""
        first, second = row[1]
        if second == -2:
            return row[2][0] + 0.8 * float(self._frequency[first])
        return row[2][0] - 0.5 + 0.4 * float(self._frequency[first] + self._frequency[second])

    def _rest(self, form: str) -> list[tuple[int, str, bool]]:
        """Everyday words at either end of a form, and the rest: ``hadhbeen``: *had* + ``hbeen``."""
        if len(form) < 6 or not form.isalpha():
            return []
        found = []
        for n in (4, 3, 2):
            for part, rest, first in ((form[:n], form[n:], True), (form[-n:], form[:-n], False)):
                number = self._everyday.get(part)
                if number is not None and len(rest) >= 4:
                    found.append((number, rest, first))
        return found[:4]

    def _half_misread(
        self, core: str, word: int, half: str, numbers: list[int], first: bool
    ) -> list[_Reading]:
        """Two words run together of which one is misread."""
        blank = self.channel.counted.get((" ", ""), -3.0)
        everyday = self.nearby.words.word(word)
        rows = []
        for number in numbers:
            other = self.nearby.words.word(number)
            if other == half:
                continue  # `_halves` has it
            cost, used = self.channel.weigh(other, half)
            if cost > -6 and self._frequency[number] > 0.5:
                pair = (everyday, other) if first else (other, everyday)
                ids = (word, number) if first else (number, word)
                printed = printed_as(" ".join(pair), core)
                rows.append((printed, ids, (cost + blank, (*used, (" ", ""))), (0, 0)))
        return rows

    def _readings_of(self, key: tuple[str, str, str], numbers: list[int]) -> list[_Reading]:
        core, lead, trail = key
        words, weigh = self.nearby.words, self.channel.weigh
        rows: list[_Reading] = []
        # a mark beside a sign that is no letter's is one of them ('<>f); beside a letter it is a
        # quotation mark ('fif~y years')
        stray_lead, stray_trail = (not c.isalnum() and c not in "'’-." for c in (core[0], core[-1]))
        marks = [
            (core + trail, (0, 1), stray_trail or trail == "-"),
            (lead + core, (1, 0), stray_lead),
        ]
        small = core.islower()
        for number in numbers:
            if small and words.flags[number] & UNLISTED:  # most are names
                continue
            printed = printed_as(self._with_letters_of(core, words.word(number)), core)
            if not core[0].isalnum() and words.flags[number] & NAME:  # `]ane`: Jane, not jane
                printed = printed[0].upper() + printed[1:]
            cost = weigh(printed, core)
            consumed = (0, 0)
            for more, extent, stray in marks:
                if more != core:
                    other = weigh(printed, more)
                    if other[0] - 0.5 + STRAY * stray > cost[0]:
                        cost, consumed = (other[0] - 0.5, other[1]), extent
            if cost[0] > HOPELESS / 2 and printed != core:
                rows.append((printed, (number, -2), cost, consumed))
        return rows

    def _with_letters_of(self, core: str, word: str) -> str:
        """Return the word with the letters of the text that the lists fold: *Straße*, *Maſſe*."""
        for letter, listed in self.nearby.words.pack.words.folded:
            if letter in core and core.count(letter) == word.count(listed):
                word = word.replace(listed, letter)
        if LONG_S in core:
            for block in Levenshtein.opcodes(core.replace(LONG_S, "s"), word).as_matching_blocks():
                as_read = core[block.a : block.a + block.size]
                kept = "".join(
                    LONG_S if letter == LONG_S else own
                    for letter, own in zip(
                        as_read, word[block.b : block.b + block.size], strict=True
                    )
                )
                word = word[: block.b] + kept + word[block.b + block.size :]
        return word

    def _halves(self, core: str) -> list[_Reading]:
        """A form as two words run together (``ofthe``), perhaps with a speck (``Hyde'Park``)."""
        form, words = fold(core), self.nearby.words
        if len(form) < 3 or len(form) != len(core):
            return []
        cuts: list[tuple[int, int]]
        if form.isalpha():
            cuts = [(k, k) for k in range(1, len(form))]
        else:
            cuts = [(k, k + 1) for k in range(1, len(form) - 1) if form[k] in _INSTEAD_OF_BLANK]
        if not cuts:
            return []
        numbers = words.ids([half for a, b in cuts for half in (form[:a], form[b:])]).reshape(-1, 2)
        both = np.flatnonzero(
            (numbers >= 0).all(axis=1) & (words.flags[numbers] & ATTESTED > 0).all(axis=1)
        )
        rows: list[_Reading] = []
        for k in both.tolist():
            (a, b), (x, y) = cuts[k], numbers[k].tolist()
            fx, fy = float(words.per_million[x]), float(words.per_million[y])
            least: float = (
                EVERYDAY  # ofa
                if len(form) == 3
                else 3
                if min(a, len(form) - b) > 2
                else 2
                if max(fx, fy) > 1500 and min(a, len(form) - b) == 2
                else 300
            )
            if b > a:
                least = 1
            elif core[a].isupper() and core[a - 1].islower():
                least = 0.1  # ofAram: the capital shows the seam
            if min(fx, fy) >= least:
                confusion = (" ", form[a:b])
                cost = self.channel.counted.get(confusion, -3.0 if a == b else -4.0)
                rows.append((core[:a] + " " + core[b:], (x, y), (cost, (confusion,)), (0, 0)))
        return rows

    # -- an attested word that another fits better

    def _real(
        self,
        cut: Units,
        forms: Forms,
        attested: NDArray[np.bool_],
        ids: NDArray[np.int32],
        readings: Readings,
        behind: float,
        *,
        full_of_strange: bool,
    ) -> _Found:
        doubted = self._doubted(forms) if full_of_strange else np.zeros(len(forms.form), bool)
        may = (self.confusable.many(forms.number) > 0) | doubted
        at = np.flatnonzero(attested & may[forms.of])
        owner, word, cost = self.confusable.alternatives(ids[at])
        if doubted.any():
            more = self._around(forms, doubted, forms.of[at])
            owner, word = np.concatenate([owner, more[0]]), np.concatenate([word, more[1]])
            cost = np.concatenate([cost, more[2]])
            order = np.argsort(owner, kind="stable")
            owner, word, cost = owner[order], word[order], cost[order]
        if not len(word):
            return _NOTHING
        model = self.model
        padded = np.concatenate([np.full(2, -1, np.int32), ids, np.full(2, -1, np.int32)])
        # every word of the text after the two before it, once; a word in its place is three of
        # these
        context = np.zeros(len(padded), np.int64)
        each = np.zeros(len(padded), np.float32)
        asked = (
            np.unique(np.concatenate([at, at + 1, at + 2]))
            if len(at) * 2 < len(ids)
            else np.arange(len(ids) + 2)
        )
        context[asked] = model.pairs(padded[asked], padded[asked + 1])
        each[asked] = model.log_probability(
            padded[asked], padded[asked + 1], padded[asked + 2], context[asked]
        )
        known = padded >= 0
        read = each[at] + np.where(
            known[at + 3], each[at + 1] + np.where(known[at + 4], each[at + 2], 0), 0
        )
        # the word after its two neighbours to the left, before those to the right are asked: most
        # fall here
        unit = at[owner]
        keep = np.flatnonzero(
            model.log_probability(padded[unit], padded[unit + 1], word, context[unit]) + cost
            > read[owner] - behind
        )
        owner, unit, word, cost = owner[keep], unit[keep], word[keep], cost[keep]
        score = (
            model.in_context(
                padded[unit], padded[unit + 1], word, padded[unit + 3], padded[unit + 4]
            )
            + cost
        )
        keep = np.flatnonzero(score > read[owner] - behind)
        block: dict[tuple[str, int], int] = {}
        starts: list[int] = []
        texts: list[str] = []
        row_place, row_reading = [], []
        last = -1
        for i, number in zip(unit[keep].tolist(), word[keep].tolist(), strict=True):
            core = cut.cores[i]
            key = (core, number)
            row = block.get(key)
            if row is None:
                printed = printed_as(self.nearby.words.word(number), core)
                row = -1
                if printed != core:
                    row = len(readings.printed)
                    readings.add(printed, (number, -2), self.channel.weigh(printed, core))
                block[key] = row
            if row < 0:
                continue
            if i != last:
                starts.append(i)
                texts.append(core)
                last = i
            row_place.append(len(starts) - 1)
            row_reading.append(row)
        return (
            np.array(starts, np.int64),
            0,
            texts,
            np.array(row_place, np.int64),
            np.array(row_reading, np.int64),
        )

    def _doubted(self, forms: Forms) -> NDArray[np.bool_]:
        """Which forms are attested, but rare enough to be misreadings in a text full of them."""
        length = np.array([len(read) if read.isalpha() else 99 for read in forms.read])
        rare = self._frequency[forms.number] < np.where(length <= SHORT, SELDOM_SHORT, SELDOM)
        # not by its shape: `tʃ`, XIVth
        listed = (forms.number >= 0) & (self.nearby.words.flags[forms.number] & ATTESTED > 0)
        return np.asarray(listed & rare & (length > 1) & (length <= LONGEST_FORM))

    def _around(
        self, forms: Forms, doubted: NDArray[np.bool_], of: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
        """The words near the doubted forms of some units, as `Confusable.alternatives` has them."""
        some = np.flatnonzero(doubted)
        read = [forms.form[k].folded for k in some.tolist()]
        new = [form for form in dict.fromkeys(read) if form not in self._doubts]
        flags = self.nearby.words.flags
        for form, numbers in zip(new, self.nearby.find(new), strict=True):
            known = set(self.confusable.alternatives(self.nearby.words.ids([form]))[1].tolist())
            near = [n for n in numbers if n not in known and flags[n] & ATTESTED]
            costs = [self.channel.weigh(self.nearby.words.word(n), form)[0] for n in near]
            self._doubts[form] = [
                (number, cost) for number, cost in zip(near, costs, strict=True) if cost > POOR
            ]
        row = np.full(len(doubted), -1)
        row[some] = np.arange(len(some))
        rows = row[of]
        found = [
            (k, number, cost)
            for k, which in enumerate(rows.tolist())
            if which >= 0
            for number, cost in self._doubts[read[which]]
        ]
        columns = list(zip(*found, strict=True)) or [(), (), ()]
        return (
            np.array(columns[0], np.int64),
            np.array(columns[1], np.int32),
            np.array(columns[2], np.float32),
        )

    # -- two units that are one word

    def _two(
        self,
        cut: Units,
        forms: Forms,
        strange: NDArray[np.bool_],
        explained: AbstractSet[str],
        ids: NDArray[np.int32],
        seen: NDArray[np.bool_],
        readings: Readings,
        *,
        full_of_strange: bool,
    ) -> _Found:
        if len(cut) < 2:
            return _NOTHING
        text, cores, starts, ends = cut.text, cut.cores, cut.starts, cut.ends
        words = self.nearby.words
        length = np.array([len(core) for core in forms.read])[forms.of]
        rare = strange | (words.per_million[ids] < np.where(length <= 4, RARE_SHORT, RARE)) & (
            ids >= 0
        )
        gap_size = np.array(starts[1:]) - np.array(ends[:-1])
        near = (
            seen[:-1] & (rare[:-1] | rare[1:]) & (gap_size <= 3) & (length[:-1] + length[1:] <= 24)
        )
        # What other texts have taught must not decide, so only forms of this text are explained,
        # where they stand beside no sign (not the second of `JV orkers'`).
        lost = strange & ~np.array([core in explained for core in forms.read], bool)[forms.of]
        both, one = lost[:-1] & strange[1:] | strange[:-1] & lost[1:], lost[:-1] | lost[1:]
        short = (np.minimum(length[:-1], length[1:]) <= 3) | full_of_strange
        side_by_side = self.model.pairs(ids[:-1], ids[1:]) >= 0  # in prose: two words
        lacks = rare[:-1] & (length[:-1] <= 3) | rare[1:] & (length[1:] <= 3) | full_of_strange
        lacks &= ~side_by_side
        apart = (strange[:-1] | strange[1:]) & ~side_by_side & full_of_strange
        lacking: set[tuple[str, str]] = set()
        asked: dict[tuple[str, str], bool] = {}
        at: list[int] = []
        keys: list[tuple[str, str]] = []
        for i in np.flatnonzero(near).tolist():
            a, b = cores[i], cores[i + 1]
            if not (a.isalpha() or a == "1" or LETTER.search(a)) or not (
                b.isalpha() or LETTER.search(b)
            ):
                continue
            figure = a == "1" and b.isalpha() and b.islower() and bool(strange[i + 1])
            if not figure and (
                b[0].isdigit() or a[-1].isdigit() or (b[0].isupper() and not a.isupper())
            ):
                continue
            gap = text[ends[i] : starts[i + 1]]
            if gap != " ":
                if (
                    not _MERGING_GAP.fullmatch(gap)
                    or "\n\n" in gap
                    or ("\n" in gap and ("-" in gap or not one[i]))
                ):
                    continue  # words broken at line ends are another stage's matter
                gap = _SPACE.sub(" ", gap)
            key = (a, gap + b)
            if key not in asked and len(asked) >= FORMS:
                continue
            at.append(i)
            keys.append(key)
            whole = bool(strange[i] | strange[i + 1]) and not any(
                c.isspace() for c in gap
            )  # direc!ion: only a sign parts it
            asked[key] = (
                asked.get(key, False) or whole or bool(both[i] or (one[i] and short[i]) or apart[i])
            )
            if lacks[i] and gap == " ":
                lacking.add(key)
        self._learn_lacking([key for key in lacking if key not in self._lacks])
        pairs = [(*key, loose) for key, loose in asked.items() if (*key, loose) not in self._merges]
        for k in range(0, len(pairs), TOGETHER):
            self._learn_merges(pairs[k : k + TOGETHER])
        block = {key: k for k, key in enumerate(asked)}
        blocks = [
            [
                (printed, (number, -2), cost, (0, 0))
                for printed, number, cost in {
                    row[1]: row
                    for row in (
                        *(self._lacks[key] if key in lacking else ()),
                        *self._merges[*key, loose],
                    )
                }.values()
            ]
            for key, loose in asked.items()
        ]
        return _expanded(
            at, 1, [a + b for a, b in keys], [block[key] for key in keys], blocks, readings
        )

    def _learn_lacking(self, keys: Sequence[tuple[str, str]]) -> None:
        """The words of which two units lack a letter, for which a blank or a lone sign was read."""
        words = self.nearby.words
        forms: list[str] = []
        owner: list[int] = []
        for k, (first, second) in enumerate(keys):
            a, b = fold(first), fold(second.lstrip())
            if len(a) + len(b) + 1 < LOST or not (a.isalpha() or a == "1") or not b.isalpha():
                continue
            patterns = [] if a == "1" else [(a, b)]
            if len(a) == 1:
                patterns.append(("", b))
            elif len(b) == 1:
                patterns.append((a, ""))
            some = [
                head + letter + tail
                for head, tail in patterns
                if len(head) + len(tail) + 1 >= LOST
                for letter in self._letters
            ]
            forms += some
            owner += [k] * len(some)
        numbers = words.ids(forms)
        common = (numbers >= 0) & (words.flags[numbers] & ATTESTED > 0)
        common &= self._frequency[numbers] >= LOST_COMMON
        for key in keys:
            self._lacks[key] = []
        for at in np.flatnonzero(common).tolist():
            first, second = keys[owner[at]]
            number = int(numbers[at])
            printed = printed_as(words.word(number), first + second.lstrip())
            cost = self.channel.weigh(printed, first + second)
            self._lacks[keys[owner[at]]].append((printed, number, cost))

    def _learn_merges(self, asked: Sequence[tuple[str, str, bool]]) -> None:
        words = self.nearby.words
        parts = [(first, second.lstrip(_SPECKS + " \n")) for first, second, _ in asked]
        whole = [fold(a + b) for a, b in parts]
        numbers = words.ids(whole)
        exact = (
            (numbers >= 0)
            & (words.flags[numbers] & ATTESTED > 0)
            & (words.per_million[numbers] > 0.02)
        )
        loose = [  # `fchool-room` is *school-room* with its hyphen, not *schoolroom*
            k
            for k, (_, second, may) in enumerate(asked)
            if may and not exact[k] and len(whole[k]) >= 5 and second[0] != "-"
        ]
        near = dict(zip(loose, self.nearby.find([whole[k] for k in loose]), strict=True))
        for k, key in enumerate(asked):
            candidates = [int(numbers[k])] if exact[k] else near.get(k, [])
            a, b = parts[k]
            rows = []
            for number in candidates:
                word = words.word(number)
                if word in (fold(a), fold(b)):
                    continue
                printed = printed_as(word, a + b)
                cost = self.channel.weigh(printed, key[0] + key[1])
                if cost[0] > HOPELESS / 2:
                    rows.append((printed, number, cost))
            self._merges[key] = sorted(
                rows, key=lambda row: (-row[2][0] - 0.8 * float(self._frequency[row[1]]), row[0])
            )[:WHOLES]


_Found = tuple[NDArray[np.int64], int, list[str], NDArray[np.int64], NDArray[np.int64]]
_NOTHING: _Found = (np.zeros(0, np.int64), 0, [], np.zeros(0, np.int64), np.zeros(0, np.int64))


def _expanded(
    at: list[int],
    extra: int,
    texts: list[str],
    which: list[int],
    blocks: Sequence[Sequence[_Reading]],
    readings: Readings,
) -> _Found:
    """Places with the block of readings of each; places without any are left out."""
    offset = []
    for block in blocks:
        offset.append(len(readings.printed))
        for row in block:
            readings.add(*row)
    size = np.array([len(block) for block in blocks], np.int64)
    of = np.array(which, np.int64)
    kept = np.flatnonzero(size[of] > 0) if len(of) else np.zeros(0, np.int64)
    of = of[kept]
    n = size[of]
    row_place = np.repeat(np.arange(len(of)), n)
    within = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    row_reading = (
        np.repeat(np.array(offset, np.int64)[of], n) + within if len(of) else np.zeros(0, np.int64)
    )
    return (
        np.array(at, np.int64)[kept],
        extra,
        [texts[k] for k in kept.tolist()],
        row_place,
        row_reading,
    )
