"""The evidence for and against each reading: a row per reading of a place, a column per kind.

`Weigher.gather` cuts the text, has its places and their readings found
(`pipeline.correct.spelling.places`), and weighs these by channel, language model, frequency and the
document itself. What is decided from it is `pipeline.correct.spelling.classifier`'s matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from string import digits
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pipeline.correct.spelling.candidates import strokes
from pipeline.correct.spelling.channel import Channel, Confusion
from pipeline.correct.spelling.composition import rarest_parts
from pipeline.correct.spelling.forms import Forms, Register
from pipeline.correct.spelling.places import MERGE, REAL, WIDE, Finder, Places
from pipeline.correct.spelling.units import Units, units
from pipeline.language import languages
from pipeline.language.language_model import LanguageModel
from pipeline.language.languages import Language, alternatives
from pipeline.language.letter_model import LetterModel
from pipeline.language.lexicon import COMMON, LISTED, NAME, NOVELS, SPELLED, Lexicon, fold
from pipeline.language.variants import is_shortened, is_variant, without_accents
from pipeline.memory import NOTHING, Memory

KEPT = 6  # readings of a place that are weighed in full
KEPT_OTHER = 3  # ... where it is an attested word or two units
PAGE, ANOTHER = (
    61,
    0.15,
)  # units; the share of words of another language alone from which they are of it altogether
REMEMBERED = 400_000  # forms and pairs of them that are kept between texts
_QUOTES = "\"'“”‘’„«»`"
LEAF, UNREADABLE = (
    250,
    0.75,
)  # units; the share of them in no word list from which on none is weighed
STRETCH = 11  # units in which two words of another language make the others suspect of being of it

COLUMNS = """
    channel channel_adapted confusions length_form length_word log_freq_word log_freq_form
    form_known form_spelled form_listed form_novels form_common form_name word_name word_capital
    lm_word lm_form lm_gain nc nc_margin rank posterior doc_word doc_form
    upper title sentence odd digits letters_form letters_word doc_bad near_bad
    left_known right_known is_merge is_split is_real gap_newline gap_speck consumed first_same
    doc_confusion edit_share left_lm right_lm form_attested vowelless foreign near_foreign
    variant drops_sign accents_only plural_only log_ratio form_share line_start line_end
    hyphen_near mixed_case doc_taught left_gain right_gain length_doc
    drops_digit log_freq_more seam quotes
    nc_gain channel_margin lm_margin rivals doc_cost near_cost shortened addressed
    parts_form parts_word
    period_form period_word strokes_apart side_by_side surprise_form
""".split()


@dataclass(slots=True)
class Evidence:
    """All rows of a text. `place[r]` is the place of row r; each place has a span and a kind."""

    units: Units
    first_unit: list[int]
    last_unit: list[int]
    kind: list[int]
    place: NDArray[np.int64]
    reading: list[str]
    used: list[tuple[Confusion, ...]]
    consumed: list[tuple[int, int]]
    x: NDArray[np.float32]
    seen: Counter[Confusion] = field(default_factory=Counter)  # what explains the text's forms

    def span(self, place: int) -> tuple[int, int]:
        """Where the place's cores start and end in the text."""
        return self.units.starts[self.first_unit[place]], self.units.ends[self.last_unit[place]]


class Weigher:
    """Gathers evidence with one language's lexicon, index, language model and channel."""

    def __init__(self, finder: Finder, spelling: LetterModel) -> None:
        """What is found of a form is kept; nothing is learned between texts."""
        self.finder, self.spelling = finder, spelling
        self.model: LanguageModel = finder.model
        self.channel: Channel = finder.channel
        self._registers: dict[
            frozenset[str], Register
        ] = {}  # one text's own words are not another's
        self._zero = int(self.model.words.ids(["0"])[0])

    def gather(
        self,
        text: str,
        lexicon: Lexicon,
        within: Callable[[NDArray[np.int64]], NDArray[np.bool_]] | None = None,
        *,
        wide: bool = False,
        memory: Memory = NOTHING,
    ) -> Evidence:
        """Gather all evidence in the text, or only for places whose positions `within` accepts.

        With `wide`, readings are kept that only a judge of whole sentences can tell apart. `memory`
        is what the other texts of a project show.
        """
        cut = units(text)
        register = self._registers.get(lexicon.own)
        if register is None:
            register = self._registers[lexicon.own] = Register(lexicon)
        forms = register.forms(cut.cores)
        n = len(cut)
        of = forms.of
        foreign = forms.foreign[of].astype(np.float32)
        around = _around(foreign, STRETCH) - foreign if n >= STRETCH else np.zeros(n)
        quoted = (forms.foreign_rare[of] | (foreign > 0)) & (
            around >= 2
        )  # a stretch in another language ...
        quoted |= _share(foreign, PAGE) >= ANOTHER  # ... or a page
        # Where nearly no word is one, nothing is weighed: random letters, a cipher, an engine that
        # took a picture for text. Of a page that is read badly, every second word is still right.
        if n >= LEAF:
            quoted |= _share(forms.strange[of].astype(np.float32), LEAF) >= UNREADABLE
        attested = forms.attested[of] | quoted
        strange = forms.strange[of] & ~quoted
        strange |= _figures_for_words(forms, strange, text, cut)
        numeral = forms.numeral[of]
        ids = np.where(numeral, self._zero, forms.number[of]).astype(np.int32)
        seen = within(np.array(cut.starts, np.int64)) if within else np.ones(n, bool)
        places = self.finder.find(cut, forms, strange, attested & ~numeral, ids, seen, wide=wide)
        if not len(places.row_place):
            return Evidence(
                cut,
                [],
                [],
                [],
                places.row_place,
                [],
                [],
                [],
                np.zeros((0, len(COLUMNS)), np.float32),
            )
        return self._weigh(
            cut,
            forms,
            attested,
            strange,
            ids,
            np.stack([foreign, around]),
            places,
            memory,
            wide=wide,
        )

    def forget(self) -> None:
        """Drop what is cached of earlier texts beyond a limit, so that memory stays bounded.

        Called before a text, not between its passes, which would have to find every form again.
        """
        remembered: list[dict[Any, Any]] = [
            *self.finder.remembered,
            *self.channel.remembered,
            *self.spelling.remembered,
            *(kept for register in self._registers.values() for kept in register.remembered),
        ]
        if sum(map(len, remembered)) > REMEMBERED:
            for kept in remembered:
                kept.clear()
            self._registers.clear()

    def _weigh(
        self,
        cut: Units,
        forms: Forms,
        attested: NDArray[np.bool_],
        strange: NDArray[np.bool_],
        ids: NDArray[np.int32],
        foreign: NDArray[Any],
        found: Places,
        memory: Memory,
        *,
        wide: bool,
    ) -> Evidence:
        model, readings = self.model, found.readings
        first_of, second_of = (
            np.array(readings.first, np.int32),
            np.array(readings.second, np.int32),
        )
        channel_of = np.array(readings.channel, np.float32)
        start, stop, kind = found.start, found.stop, found.kind
        merge, real = kind == MERGE, kind == REAL
        plain = ~merge & ~real
        place, reading = found.row_place, found.row_reading
        count = len(start)
        context = np.where(strange & (ids >= model.size), -1, ids).astype(np.int32)

        # First look: each unattested unit gets its likeliest word, so that its neighbours are
        # judged in better company.
        left, right = self._in_place(context, place, reading, first_of, second_of, start, stop)
        score = channel_of[reading] + left + right
        best, margin = _best(score, place, count)
        better = context.copy()
        sure = np.flatnonzero(plain & (best >= 0))
        better[start[sure]] = first_of[reading[best[sure]]]

        cost = np.clip(-channel_of[reading[best]], 0, 8)
        doc_cost, near_cost = _company(cost[sure], start[sure], start, len(ids))

        # What the document teaches of its engine's habits.
        seen: Counter[Confusion] = Counter()
        for p in sure[margin[sure] > 1.0].tolist():
            seen.update(readings.used[reading[best[p]]])
        taught = _remembered(seen, memory, readings.used)
        times = max(1.0, memory.letters / len(cut.text))
        adapted = self._adapted(taught, cut.text, times)
        shift_of = np.array(
            [sum([adapted.get(c, 0.0) for c in used]) for used in readings.used], np.float32
        )

        # Second look, only at what the first left in the running.
        read_left, read_right = self._as_read(better, ids, start, stop)
        read_lm = read_left + read_right
        shift = shift_of[reading]
        rank = _ranks(score + shift, place)
        figure = np.array([read.isdigit() for read in found.read], bool)
        sense = np.minimum(left - read_left[place], right - read_right[place]) >= 0
        sense &= left + right - read_lm[place] >= NO_FIGURE
        keep = np.flatnonzero(
            (sense | ~figure[place])
            & (rank < np.where(plain, KEPT, KEPT_OTHER)[place])
            & (plain[place] | (score - read_lm[place] + shift > -(WIDE if wide else 1.0)))
        )
        place, reading, shift = place[keep], reading[keep], shift[keep]
        left, right = self._in_place(better, place, reading, first_of, second_of, start, stop)
        word_lm = left + right
        channel = channel_of[reading]
        nc = channel + shift + word_lm
        best, _ = _best(nc, place, count)
        top = nc[best[place]]
        weight = 10 ** np.clip(nc - top, -20, 0)
        posterior = weight / np.bincount(place, weight, count)[place]

        rows = np.zeros((len(place), len(COLUMNS)), np.float32)
        x = {name: rows[:, k] for k, name in enumerate(COLUMNS)}
        counted = forms.tally()

        def often(word: str) -> int:
            return max(counted.get(word, 0), memory.words.get(word, 0))

        for name, values in self._by_place(
            cut, often, times, attested, strange, ids, foreign, found, read_lm
        ).items():
            x[name][:] = np.asarray(values, np.float32)[place]
        by_reading = self._by_reading(found, reading, place, often, taught)
        for name, values in by_reading.items():
            x[name][:] = values
        x["channel"][:] = channel
        x["channel_adapted"][:] = channel + shift
        x["lm_word"][:] = word_lm
        x["lm_gain"][:] = word_lm - read_lm[place]
        x["left_lm"][:], x["right_lm"][:] = left, right
        x["left_gain"][:], x["right_gain"][:] = left - read_left[place], right - read_right[place]
        x["nc"][:] = nc
        for name, value in (
            ("nc_margin", nc),
            ("channel_margin", channel + shift),
            ("lm_margin", word_lm),
        ):
            x[name][:] = np.clip(_ahead(value, best, place), -10, 10)
        x["nc_gain"][:] = channel + shift + word_lm - read_lm[place]
        x["rivals"][:] = np.bincount(place, nc > top - 2, count)[place]
        x["doc_cost"][:], x["near_cost"][:] = doc_cost, near_cost[place]
        x["rank"][:] = _ranks(nc, place)
        x["posterior"][:] = posterior
        x["log_ratio"][:] = x["log_freq_word"] - x["log_freq_form"]
        # how often this reading is the likeliest of this form's, over all places of the text
        same = (
            np.where(merge, len(forms.form) + np.arange(count), forms.of[start])[place] << 32
        ) | reading
        _, inverse = np.unique(same, return_inverse=True)
        x["form_share"][:] = (np.bincount(inverse, posterior) / np.bincount(inverse))[inverse]
        return Evidence(
            cut,
            start.tolist(),
            stop.tolist(),
            kind.tolist(),
            place,
            [readings.printed[r] for r in reading.tolist()],
            [readings.used[r] for r in reading.tolist()],
            [readings.consumed[r] for r in reading.tolist()],
            rows,
            seen,
        )

    # -- the language model

    def _in_place(
        self,
        context: NDArray[np.int32],
        place: NDArray[np.int64],
        reading: NDArray[np.int64],
        first: NDArray[np.int32],
        second: NDArray[np.int32],
        start: NDArray[np.int64],
        stop: NDArray[np.int64],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """log10 of each row's words given the words before them, and of the words after them."""
        model = self.model
        padded = np.concatenate([np.full(2, -1, np.int32), context, np.full(2, -1, np.int32)])
        begin, end = start[place], stop[place]
        l2, l1, r1, r2 = padded[begin], padded[begin + 1], padded[end + 3], padded[end + 4]
        w, v = first[reading], second[reading]
        left = model.log_probability(l2, l1, w)
        two = np.flatnonzero(v != -2)
        left[two] += model.log_probability(l1[two], w[two], v[two])
        single = v == -2
        last, before = np.where(single, w, v), np.where(single, l1, w)
        return left, model.log_probability(before, last, r1) * (r1 >= 0) + model.log_probability(
            last, r1, r2
        ) * ((r1 >= 0) & (r2 >= 0))

    def _as_read(
        self,
        context: NDArray[np.int32],
        ids: NDArray[np.int32],
        start: NDArray[np.int64],
        stop: NDArray[np.int64],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The same for what was read."""
        model = self.model
        padded = np.concatenate([np.full(2, -1, np.int32), context, np.full(2, -1, np.int32)])
        l2, l1, w, w2 = padded[start], padded[start + 1], ids[start], ids[stop]
        r1, r2 = padded[stop + 3], padded[stop + 4]
        merge = stop > start
        left = model.log_probability(l2, l1, w) + np.where(
            merge, model.log_probability(l1, w, w2), 0
        )
        last, before = np.where(merge, w2, w), np.where(merge, w, l1)
        return left, model.log_probability(before, last, r1) * (r1 >= 0) + model.log_probability(
            last, r1, r2
        ) * ((r1 >= 0) & (r2 >= 0))

    # -- the columns

    def _by_place(
        self,
        cut: Units,
        often: Callable[[str], int],
        times: float,
        attested: NDArray[np.bool_],
        strange: NDArray[np.bool_],
        ids: NDArray[np.int32],
        foreign: NDArray[Any],
        found: Places,
        read_lm: NDArray[Any],
    ) -> dict[str, Any]:
        """What does not depend on the reading: the form read, its surroundings, the document."""
        text, reads, start, stop = cut.text, found.read, found.start, found.stop
        words = self.model.words
        merge = found.kind == MERGE
        n = len(cut)
        number = np.where(merge, -1, ids[start])
        flags = np.where(number >= 0, words.flags[number], 0)
        per_million = np.where(number >= 0, words.per_million[number], 0)
        window = _around(strange, 13)
        folded = [fold(read) for read in reads]
        begins, ends = [cut.starts[i] for i in start.tolist()], [cut.ends[i] for i in stop.tolist()]
        gaps = [
            text[cut.ends[i] : cut.starts[j]] if j > i else ""
            for i, j in zip(start.tolist(), stop.tolist(), strict=True)
        ]
        before = [text[max(0, at - 3) : at] for at in begins]
        behind = [text[at : at + 3] for at in ends]
        known_languages = languages.every()
        address, vowel = _address(known_languages), _vowel(known_languages)
        addressed = [address.search(text, max(0, at - 12), at) is not None for at in begins]
        known = np.append(~strange, True)
        return {
            "length_form": [len(read) for read in reads],
            "log_freq_form": np.log10(np.maximum(per_million, 1e-3)),
            "period_form": np.log10(
                np.maximum(np.where(number >= 0, words.period[number], 0), 1e-3)
            ),
            # how much oftener the form stands here than in prose: `bo` for *be*, a hundred times
            "surprise_form": np.log10(
                (np.array([often(form) for form in folded]) + 0.5)
                / (n * times * 1e-6 * np.where(number >= 0, words.period[number], 0) + 0.5)
            ),
            "side_by_side": merge & (self.model.pairs(ids[start], ids[stop]) >= 0),
            "form_known": number >= 0,
            "form_spelled": flags & SPELLED > 0,
            "form_listed": flags & LISTED > 0,
            "form_novels": flags & NOVELS > 0,
            "form_common": flags & COMMON > 0,
            "form_name": flags & NAME > 0,
            "lm_form": read_lm,
            "doc_form": [min(often(form), 6) for form in folded],
            "upper": [read.isupper() for read in reads],
            "title": [read[0].isupper() for read in reads],
            "sentence": [
                _opens(text, at) and not name for at, name in zip(begins, addressed, strict=True)
            ],
            "odd": [sum([not (c.isalnum() or c in " '’‘-\n") for c in read]) for read in reads],
            "digits": [sum([c.isdigit() for c in read]) for read in reads],
            "mixed_case": [
                not (read.islower() or read.isupper() or read[1:].islower()) for read in reads
            ],
            "letters_form": [self.spelling(form) for form in folded],
            "doc_bad": np.full(len(reads), strange.sum() / max(1, n)),
            "length_doc": np.full(len(reads), np.log10(n + 1)),
            "near_bad": window[start] - strange[start] - np.where(merge, strange[stop], 0),
            "left_known": known[start - 1],
            "right_known": known[stop + 1],
            "is_merge": merge,
            "is_real": found.kind == REAL,
            "gap_newline": ["\n" in gap for gap in gaps],
            "gap_speck": [len(gap.strip()) for gap in gaps],
            "line_start": ["\n" in gap for gap in before],
            "line_end": ["\n" in gap for gap in behind],
            "hyphen_near": [
                ("-" in b) + 2 * ("-" in a) for b, a in zip(before, behind, strict=True)
            ],
            "quotes": [
                (b[-1:] in _QUOTES and b != "") + (a[:1] in _QUOTES and a != "")
                for b, a in zip(before, behind, strict=True)
            ],
            "addressed": addressed,
            "form_attested": attested[start] * 1 + np.where(merge, attested[stop], 0),
            "foreign": foreign[0][start],
            "near_foreign": foreign[1][start],
            "parts_form": self._parts(folded),
            "vowelless": [vowel.search(form) is None for form in folded],
        }

    def _by_reading(
        self,
        found: Places,
        reading: NDArray[np.int64],
        place: NDArray[np.int64],
        often: Callable[[str], int],
        seen: Counter[Confusion],
    ) -> dict[str, Any]:
        """What depends on reading and form alone: worked out once for each such pair."""
        readings, words = found.readings, self.model.words
        owner, index = np.unique(reading, return_index=True)
        slot = np.searchsorted(owner, reading)
        some = owner.tolist()
        form = [fold(found.read[p]) for p in place[index].tolist()]
        printed = [readings.printed[r] for r in some]
        lower = [fold(word) for word in printed]
        used = [readings.used[r] for r in some]
        first, second = (
            np.array(readings.first, np.int32)[owner],
            np.array(readings.second, np.int32)[owner],
        )
        single = second == -2
        f1 = words.per_million[first]
        f2 = np.where(single, f1, words.per_million[np.maximum(second, 0)])
        both = list(zip(lower, form, strict=True))
        reads = [found.read[p] for p in place[index].tolist()]
        listed = ~single | (words.ids(lower) >= 0)
        taught = [sum([seen.get(c, 0) for c in u]) / max(1, len(u)) for u in used]
        p1 = words.period[first]
        p2 = np.where(single, p1, words.period[np.maximum(second, 0)])
        columns = {
            "period_word": np.log10(np.maximum(np.minimum(p1, p2), 1e-3)),
            "strokes_apart": process.cpdist(
                [strokes(word) for word in lower],
                [strokes(read) for read in form],
                scorer=OSA.distance,
            ),
            "confusions": [len(u) for u in used],
            "length_word": [len(word) for word in printed],
            "log_freq_word": np.log10(np.maximum(np.minimum(f1, f2), 1e-3)),
            "log_freq_more": np.log10(np.maximum(np.maximum(f1, f2), 1e-3)),
            "seam": [any(a.islower() and b.isupper() for a, b in pairwise(read)) for read in reads],
            "word_name": (words.flags[first] & NAME > 0) & single,
            "word_capital": words.capital[first] / 255,
            "letters_word": [self.spelling(word) for word in lower],
            "doc_word": [min(6, *[often(part) for part in word.split()]) for word in lower],
            "is_split": ~single,
            "parts_word": np.where(
                listed & bool(words.pack.spelling.linking), LISTED_WHOLE, self._parts(lower)
            ),
            "consumed": [sum(readings.consumed[r]) for r in some],
            "first_same": [word[0] == read[0] for word, read in both],
            "doc_confusion": np.log1p(taught),
            "doc_taught": [min([seen.get(c, 0) for c in u], default=0) for u in used],
            "edit_share": [
                sum([max(len(a), len(b)) for a, b in u]) / max(1, len(word))
                for u, word in zip(used, printed, strict=True)
            ],
            "variant": [
                word != read and is_variant(word, read, words.language) for word, read in both
            ],
            "accents_only": [
                word != read and without_accents(word) == without_accents(read)
                for word, read in both
            ],
            "plural_only": [word + "s" == read or word == read + "s" for word, read in both],
            "shortened": [
                read[0].isupper() and is_shortened(form, word)
                for read, (word, form) in zip(reads, both, strict=True)
            ],
            "drops_digit": [
                read != read.strip(digits) and any(not a and b.isdigit() for a, b in u)
                for read, u in zip(reads, used, strict=True)
            ],
            "drops_sign": [
                max((len(b) - len(a) for a, b in u if sum([c.isalnum() for c in b])), default=0)
                for u in used
            ],
        }
        return {name: np.asarray(values, np.float32)[slot] for name, values in columns.items()}

    def _parts(self, forms: Sequence[str]) -> NDArray[Any]:
        """log10 per million of the rarer part of each form, where the language makes compounds."""
        words = self.model.words
        if not words.pack.spelling.linking:
            return np.full(len(forms), NO_PARTS)
        each = dict.fromkeys(forms, 0.0)
        rarest = dict(zip(each, rarest_parts(list(each), words), strict=True))
        return np.log10(np.maximum([rarest[form] for form in forms], 10**NO_PARTS))

    def _adapted(self, seen: Counter[Confusion], text: str, times: float) -> dict[Confusion, float]:
        """By how much each confusion that the document shows is likelier than counted."""
        taught = self.channel.adapt(seen, text, times)
        return {c: min(2.5, max(-1.0, taught[c] - self.channel.one(*c))) for c in seen}


def _remembered(
    seen: Counter[Confusion], memory: Memory, used: Iterable[Iterable[Confusion]]
) -> Counter[Confusion]:
    """What explains misreadings here and, of what may explain one here, in the other texts.

    A project's memory has counted this text as well: of two counts the greater is taken.
    """
    if not memory.confusions:
        return seen
    may = {confusion for some in used for confusion in some}
    return seen | Counter({one: memory.confusions.get(one, 0) for one in may})


@lru_cache(maxsize=8)
def _address(known: Language) -> regex.Pattern[str]:
    """What stands before names: a title or an initial."""
    return regex.compile(rf"(?:^|[^\p{{L}}])(?:{alternatives(known.names.titles)}|\p{{Lu}})\.? $")


@lru_cache(maxsize=8)
def _vowel(known: Language) -> regex.Pattern[str]:
    return regex.compile(f"[{known.alphabet.vowels}]")


# log10 by which a word must fit better than a figure that is no number for the place to be doubted
NO_FIGURE = 3.0
# figures that are no number: `011` for *on*, `111` for *in*
_NO_NUMBER = regex.compile("0[01]{1,3}|1{3,4}")


def _figures_for_words(
    forms: Forms, strange: NDArray[np.bool_], text: str, cut: Units
) -> NDArray[np.bool_]:
    """Which units are such figures between two words in small letters, of which one is sound."""
    found = np.zeros(len(cut), bool)
    no_number = np.array([_NO_NUMBER.fullmatch(read) is not None for read in forms.read], bool)
    for i in np.flatnonzero(no_number[forms.of]).tolist():
        if 0 < i < len(cut) - 1:
            sides = (i - 1, i + 1)
            gaps = (text[cut.ends[k] : cut.starts[k + 1]] for k in (i - 1, i))
            found[i] = (
                all(cut.cores[k].isalpha() and cut.cores[k].islower() for k in sides)
                and not all(strange[k] for k in sides)
                and all(gap in (" ", "\n") for gap in gaps)
            )
    return found


def _around(what: NDArray[Any], width: int) -> NDArray[Any]:
    """The sum over `width` units around each unit, itself included; over all if there are fewer."""
    return (
        np.convolve(what, np.ones(width), "same")
        if len(what) >= width
        else np.full(len(what), what.sum(), float)
    )


def _share(what: NDArray[Any], width: int) -> NDArray[Any]:
    """The mean over `width` units around each unit.

    Near an end it is over fewer, but at least half of them.
    """
    within = np.maximum(_around(np.ones(len(what)), width), width // 2)
    return np.asarray(_around(what, width) / within)


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?\n"


def _best(
    score: NDArray[Any], place: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """For each place its best row (-1: none) and how far ahead of the second it is (10 if none)."""
    order = np.lexsort((-score, place))
    ordered = place[order]
    head = np.flatnonzero(np.diff(ordered, prepend=-1))
    best = np.full(n, -1)
    best[ordered[head]] = order[head]
    margin = np.full(n, 10.0)
    following = np.minimum(head + 1, len(order) - 1)
    has = (head + 1 < len(order)) & (ordered[following] == ordered[head])
    margin[ordered[head[has]]] = score[order[head[has]]] - score[order[following[has]]]
    return best, margin


def _ahead(value: NDArray[Any], best: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[Any]:
    """How far each row's value is ahead of the best of its place's other rows; 10 if there is none.

    `best` is the best row of each place.
    """
    leads = np.arange(len(place)) == best[place]
    rest = np.full(len(best), -np.inf)
    np.maximum.at(rest, place[~leads], value[~leads])
    against = np.where(leads, rest[place], value[best[place]])
    return np.where(np.isfinite(against), value - against, 10.0)


def _company(
    cost: NDArray[Any], at: NDArray[np.int64], asked: NDArray[np.int64], n: int
) -> tuple[float, NDArray[Any]]:
    """The average cost of explaining the text's strange forms, and of those near each `asked` unit.

    The unit itself is left out.

    How badly a text is read tells how far its forms may lie from what stood there: ``Indopondouco``
    is a word among its like alone.
    """
    total, number = np.zeros(n), np.zeros(n)
    total[at], number[at] = cost, 1
    mean = float(cost.sum() + 4 * USUAL) / (len(cost) + 4)
    return mean, (_around(total, 25) - total + 2 * mean)[asked] / (
        _around(number, 25) - number + 2
    )[asked]


NO_PARTS, LISTED_WHOLE = -3.0, 9.0
USUAL = 2.5  # what it costs to explain a form, -log10, where nothing is known of the text


def _ranks(score: NDArray[Any], place: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.lexsort((-score, place))
    ordered = place[order]
    head = np.flatnonzero(np.diff(ordered, prepend=-1))
    lengths = np.diff(np.append(head, len(order)))
    ranks = np.empty(len(order), int)
    ranks[order] = np.arange(len(order)) - np.repeat(head, lengths)
    return ranks
