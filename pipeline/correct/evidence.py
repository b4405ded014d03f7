"""The evidence for and against each reading, as numbers: one row a candidate, one column a kind of evidence.

`gather` cuts the text, finds the places that may be misread (a form that nothing attests, two units that make one word, a word
that fits its place far worse than one it is easily misread for), finds their candidates, and weighs them by channel, language
model, frequency and the document itself. What is decided from it is `pipeline.correct.decision`'s matter.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.correct.candidates import Nearby
from pipeline.correct.channel import HOPELESS, Channel, Confusion
from pipeline.correct.language_model import LanguageModel
from pipeline.correct.lexicon import COMMON, LISTED, NAME, NOVELS, SPELLED, Lexicon, fold
from pipeline.correct.spelling import Spelling
from pipeline.correct.units import Units, units

LIKELY = -4.0  # log10: a rarer alternative to a real word, weighed with its confusion, is not even asked for
KEPT = 6  # candidates of a place that are weighed in full
LETTER = regex.compile(r"\p{L}")
_MERGING_GAP = regex.compile(r"\s*(?:[.·•,'*~_;:^-]?\s*)")
_ORDINARY = regex.compile(r"\p{Ll}+|\p{Lu}\p{Ll}*|\p{Lu}+|(?:Mc|Mac|O'|D'|De|La|Le|Van|Fitz)\p{Lu}\p{Ll}+")
_INITIALS = regex.compile(r"(?:\p{Lu}\.)+\p{Lu}?|(?:\p{L}\.)+\p{L}?|\p{Lu}")
_SPACE = regex.compile(r"\s+")

COLUMNS = """
    channel channel_adapted confusions length_form length_word log_freq_word log_freq_form form_known form_spelled form_listed
    form_novels form_common form_name word_name word_capital lm_word lm_form lm_gain nc nc_margin rank posterior doc_word doc_form
    upper title sentence odd digits letters_form letters_word doc_bad near_bad left_known right_known is_merge is_split is_real
    gap_newline gap_speck consumed first_same doc_confusion edit_share left_lm right_lm form_attested vowelless foreign near_foreign
    variant drops_sign accents_only plural_only
""".split()


@dataclass(slots=True)
class Candidates:
    """What a form may have been: parallel lists, one entry a reading (as printed, its word ids, channel, confusions)."""

    printed: list[str] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    second: list[int] = field(default_factory=list)  # -2: one word only
    channel: list[float] = field(default_factory=list)
    used: list[tuple[Confusion, ...]] = field(default_factory=list)
    consumed: list[tuple[int, int]] = field(default_factory=list)  # signs around the core that are letters misread
    fixed: list[list[float]] = field(default_factory=list)  # evidence that does not depend on the place

    def add(self, printed: str, ids: tuple[int, int], cost: tuple[float, tuple[Confusion, ...]], consumed: tuple[int, int] = (0, 0)) -> None:
        """One more reading."""
        self.printed.append(printed)
        self.first.append(ids[0])
        self.second.append(ids[1])
        self.channel.append(cost[0])
        self.used.append(cost[1])
        self.consumed.append(consumed)


@dataclass(slots=True)
class Evidence:
    """All rows of a text. `place[r]` is the row's place; places have spans, kinds and what was read there."""

    units: Units
    first_unit: list[int]
    last_unit: list[int]
    kind: list[str]
    place: NDArray[np.int64]
    reading: list[str]
    used: list[tuple[Confusion, ...]]
    consumed: list[tuple[int, int]]
    x: NDArray[np.float32]

    def span(self, place: int) -> tuple[int, int]:
        """Where the place's cores start and end in the text."""
        return self.units.starts[self.first_unit[place]], self.units.ends[self.last_unit[place]]


def printed_as(word: str, read: str) -> str:
    """The word in the letter case of what was read: ``Tbe`` is *The*, ``TBE`` *THE*."""
    if word == "i" or word.startswith("i'"):
        return "I" + word[1:]
    if read.islower():
        return word
    letters = [c for c in read if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    if letters and upper == len(letters) and (len(letters) > 1 or len(word) == 1):
        return word.upper()
    if upper > 2 and upper * 2 > len(letters) and len(word) > 3:  # LoUISE
        return word.upper()
    if letters and letters[0].isupper() and (read[0].isupper() or not read[0].isalpha()):
        return word[0].upper() + word[1:]
    return word


class Weigher:
    """Gathers evidence with one language's lexicon, index, language model and channel."""

    def __init__(
        self, nearby: Nearby, model: LanguageModel, spelling: Spelling, channel: Channel, confusable: dict[str, list[tuple[str, int, float]]]
    ) -> None:
        """`confusable`: for an attested form the words that it is easily misread for, with their ids and channel."""
        self.nearby, self.model, self.spelling = nearby, model, spelling
        self.channel, self.confusable = channel, confusable
        self._attested_by: dict[frozenset[str], dict[str, tuple[bool, int]]] = {}  # one text's own words are not another's
        frequency = np.log10(np.maximum(nearby.words.per_million, 1e-3))
        numbers = dict(zip(confusable, nearby.words.ids(list(confusable)).tolist(), strict=True))
        self._alternatives: dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]] = {}
        for form, found in confusable.items():
            own = frequency[numbers[form]] if numbers[form] >= 0 else -3.0
            near = [(number, cost) for _, number, cost in found if cost + frequency[number] - own > LIKELY]
            if near:
                self._alternatives[form] = (np.array([n for n, _ in near], np.int32), np.array([c for _, c in near], np.float32))
        self._foreign: dict[str, bool] = {}

    def forms(self, lexicon: Lexicon, cores: Sequence[str]) -> dict[str, tuple[bool, int]]:
        """Whether each form is attested, and its number; looks up those not yet known."""
        known = self._attested_by.setdefault(lexicon.own, {})
        new = list({c for c in cores if c not in known})
        folded = [fold(c) for c in new]
        for core, form, ok, number in zip(new, folded, lexicon.attested_all(folded), self.model.words.ids(folded).tolist(), strict=True):
            ordinary = len(core) == 1 or _ORDINARY.fullmatch(core) or not core.isalpha()
            known[core] = (
                bool(
                    (ok and (ordinary or form in lexicon.own))
                    or (not LETTER.search(form) and form.isdigit())
                    or (_INITIALS.fullmatch(core) and core not in "JlL")
                ),
                number,
            )
        return known

    def gather(self, text: str, lexicon: Lexicon) -> Evidence:
        """All evidence that the text holds."""
        cut = units(text)
        cores = cut.cores
        known = self.forms(lexicon, cores)
        state = [known[c] for c in cores]
        attested = np.array([s[0] for s in state], bool)
        ids = np.array([s[1] for s in state], np.int32)
        numeral = np.array([c[0].isdigit() for c in cores], bool)
        zero = int(self.model.words.ids(["0"])[0])
        ids[numeral] = zero
        folded = [fold(c) for c in cores]
        tally = Counter(folded)
        n = len(cores)
        unknown = list({f for f in folded if f not in self._foreign})
        self._foreign.update(zip(unknown, lexicon.foreign_all(unknown), strict=True))
        foreign = np.array([self._foreign[f] for f in folded], bool)
        around = np.convolve(foreign, np.ones(7), "same") - foreign if n >= 7 else np.full(n, 0.0)
        attested |= foreign & (around >= 2)  # a stretch in another language, quoted
        bad = np.array([not a and bool(LETTER.search(c)) for a, c in zip(attested, cores, strict=True)], bool)
        smooth = np.convolve(bad, np.ones(13), "same") if n >= 13 else np.full(n, bad.sum(), float)

        places: list[tuple[int, int, str, str]] = []  # first unit, last unit, kind, what was read
        place_candidates: list[Candidates] = []
        self._singles(cut, bad, places, place_candidates)
        self._reals(cut, folded, attested & ~numeral, ids, places, place_candidates)
        self._merges(cut, bad, places, place_candidates)
        return self._weigh(cut, attested, ids, bad, smooth, np.stack([foreign, around]), tally, places, place_candidates)

    # -- places and candidates

    def _singles(self, cut: Units, bad: NDArray[np.bool_], places: list[Any], found: list[Candidates]) -> None:
        text = cut.text
        wanted: dict[tuple[str, str, str], Candidates] = {}
        for i in np.flatnonzero(bad).tolist():
            core = cut.cores[i]
            if len(core) > 40:
                continue
            lead = text[cut.starts[i] - 1] if cut.starts[i] else " "
            trail = text[cut.ends[i]] if cut.ends[i] < len(text) else " "
            key = (core, lead if lead in "'\"`*_~" else "", trail if trail in "'\"-*_~;:" else "")
            one = wanted.get(key)
            if one is None:
                one = wanted[key] = Candidates()
            places.append((i, i, "unit", core))
            found.append(one)
        keys = list(wanted)
        near = self.nearby.find([fold(k[0]) for k in keys])
        for key, ids in zip(keys, near, strict=True):
            self._fill(wanted[key], key, ids)

    def _reals(
        self, cut: Units, folded: list[str], attested: NDArray[np.bool_], ids: NDArray[np.int32], places: list[Any], found: list[Candidates]
    ) -> None:
        """Attested words that one misreading would make fit far better: only those where channel and context together say so."""
        at = [i for i, (form, ok) in enumerate(zip(folded, attested.tolist(), strict=True)) if ok and form in self._alternatives]
        if not at:
            return
        tables = [self._alternatives[folded[i]] for i in at]
        sizes = np.array([len(t[0]) for t in tables])
        unit = np.repeat(np.array(at), sizes)
        word = np.concatenate([t[0] for t in tables])
        cost = np.concatenate([t[1] for t in tables])
        model = self.model
        padded = np.concatenate([np.full(2, -1, np.int32), ids, np.full(2, -1, np.int32)])
        once = np.array(at)
        read = model.in_context(*(padded[once + k] for k in range(5)))
        # the word alone, before its two neighbours to the right are asked: most fall here
        first = model.log_probability(padded[unit], padded[unit + 1], word) + cost
        gap = np.repeat(read, sizes)
        keep = first > gap - 1.5
        unit, word, cost, gap = unit[keep], word[keep], cost[keep], gap[keep]
        score = model.in_context(padded[unit], padded[unit + 1], word, padded[unit + 3], padded[unit + 4]) + cost
        keep = score > gap - 1.5
        rows: dict[int, list[int]] = {}
        for i, number in zip(unit[keep].tolist(), word[keep].tolist(), strict=True):
            rows.setdefault(i, []).append(number)
        for i, numbers in rows.items():
            core = cut.cores[i]
            one = Candidates()
            for number in numbers:
                printed = printed_as(self.nearby.words.word(number), core)
                if printed != core:
                    one.add(printed, (number, -2), self.channel.weigh(printed, core))
            if one.printed:
                places.append((i, i, "real", core))
                found.append(one)

    def _fill(self, one: Candidates, key: tuple[str, str, str], ids: list[int]) -> None:
        core, lead, trail = key
        words = self.nearby.words
        rows: list[tuple[float, str, tuple[int, int], tuple[float, tuple[Confusion, ...]], tuple[int, int]]] = []
        for number in ids:
            word = words.word(number)
            printed = printed_as(word, core)
            cost = self.channel.weigh(printed, core)
            consumed = (0, 0)
            for more, extent in ((core + trail, (0, 1)), (lead + core, (1, 0))):
                if more != core:
                    other = self.channel.weigh(printed, more)
                    if other[0] - 0.5 > cost[0]:
                        cost, consumed = (other[0] - 0.5, other[1]), extent
            frequency = float(np.log10(max(words.per_million[number], 1e-3)))
            rows.append((cost[0] + 0.8 * frequency, printed, (number, -2), cost, consumed))
        form = fold(core)
        if len(form) > 3 and form.isalpha():
            halves = [(form[:k], form[k:]) for k in range(1, len(form))]
            numbers = words.ids([h for pair in halves for h in pair]).reshape(-1, 2)
            for (a, b), (x, y) in zip(halves, numbers.tolist(), strict=True):
                if x >= 0 and y >= 0 and (words.flags[x] & 16) and (words.flags[y] & 16):
                    fx, fy = float(words.per_million[x]), float(words.per_million[y])
                    least: float = 3 if min(len(a), len(b)) > 2 else 20 if max(fx, fy) > 1500 else 300
                    if core[len(a)].isupper() and core[len(a) - 1].islower():
                        least = 0.1  # ofAram: the capital shows the seam
                    if min(fx, fy) >= least:
                        printed = core[: len(a)] + " " + core[len(a) :]
                        worth = -3.5 + 0.4 * float(np.log10(max(fx * fy, 1e-3)))
                        blank = self.channel.counted.get((" ", ""), -3.0)
                        rows.append((worth, printed, (x, y), (blank, ((" ", ""),)), (0, 0)))
        rows.sort(key=lambda r: -r[0])
        for _, printed, pair, cost, consumed in rows[:16]:
            if cost[0] > HOPELESS / 2 and printed != core:
                one.add(printed, pair, cost, consumed)

    def _merges(self, cut: Units, bad: NDArray[np.bool_], places: list[Any], found: list[Candidates]) -> None:
        text, cores = cut.text, cut.cores
        asked: dict[str, list[tuple[int, str]]] = {}
        for i in range(len(cores) - 1):
            a, b = cores[i], cores[i + 1]
            if not (bad[i] or bad[i + 1] or len(a) <= 4 or len(b) <= 4):
                continue
            if len(a) + len(b) > 24 or b[0].isdigit() or a[-1].isdigit() or (b[:1].isupper() and not a.isupper()):
                continue
            gap = text[cut.ends[i] : cut.starts[i + 1]]
            if len(gap) > 3 or not _MERGING_GAP.fullmatch(gap) or "\n\n" in gap or ("\n" in gap and "-" in gap):
                continue  # words broken at line ends are another stage's matter
            asked.setdefault(fold(a + b), []).append((i, _SPACE.sub(" ", gap)))
        forms = list(asked)
        words = self.nearby.words
        numbers = words.ids(forms)
        exact = (numbers >= 0) & (words.flags[numbers] & 16 > 0) & (words.per_million[numbers] > 0.02)
        for form, number, ok in zip(forms, numbers.tolist(), exact.tolist(), strict=True):
            if ok:
                for i, gap in asked[form]:
                    self._merge(cut, i, gap, [number], places, found)
        rest = [
            f
            for f, ok in zip(forms, exact, strict=True)
            if not ok
            and len(f) >= 5
            and any((bad[i] and bad[i + 1]) or ((bad[i] or bad[i + 1]) and min(len(cores[i]), len(cores[i + 1])) <= 3) for i, _ in asked[f])
        ]
        for form, near in zip(rest, self.nearby.find(rest), strict=True):
            for i, gap in asked[form]:
                self._merge(cut, i, gap, near[:5], places, found)

    def _merge(self, cut: Units, i: int, gap: str, numbers: list[int], places: list[Any], found: list[Candidates]) -> None:
        read = cut.cores[i] + gap + cut.cores[i + 1]
        one = Candidates()
        rows = []
        parts = {fold(cut.cores[i]), fold(cut.cores[i + 1])}
        for number in numbers:
            if self.nearby.words.word(number) in parts:
                continue
            printed = printed_as(self.nearby.words.word(number), cut.cores[i] + cut.cores[i + 1])
            cost = self.channel.weigh(printed, read)
            if cost[0] > HOPELESS / 2:
                rows.append((cost[0], printed, number, cost))
        rows.sort(key=lambda r: -r[0])
        for _, printed, number, cost in rows[:5]:
            one.add(printed, (number, -2), cost)
        if one.printed:
            places.append((i, i + 1, "merge", read))
            found.append(one)

    # -- weighing

    def _weigh(
        self,
        cut: Units,
        attested: NDArray[np.bool_],
        ids: NDArray[np.int32],
        bad: NDArray[np.bool_],
        smooth: NDArray[np.float64],
        foreign: NDArray[Any],
        tally: Counter[str],
        places: list[tuple[int, int, str, str]],
        found: list[Candidates],
    ) -> Evidence:
        words, model = self.nearby.words, self.model
        sizes = np.array([len(f.printed) for f in found], int) if found else np.zeros(0, int)
        place = np.repeat(np.arange(len(places)), sizes)
        first = np.array([n for f in found for n in f.first], np.int32)
        second = np.array([n for f in found for n in f.second], np.int32)
        channel = np.array([c for f in found for c in f.channel], np.float32)
        start = np.array([p[0] for p in places], int)
        stop = np.array([p[1] for p in places], int)
        merge = stop > start

        context = np.where(bad & (ids >= model.size), -1, ids)

        def lm(context: NDArray[np.int32], chosen: NDArray[np.int64] | slice) -> tuple[NDArray[Any], ...]:
            padded = np.concatenate([np.full(2, -1, np.int32), context, np.full(2, -1, np.int32)])
            at = place[chosen]
            l2, l1 = padded[start[at]], padded[start[at] + 1]
            r1, r2 = padded[stop[at] + 3], padded[stop[at] + 4]
            w, v = first[chosen], second[chosen]
            single = v == -2
            left = model.log_probability(l2, l1, w)
            left = left + np.where(single, 0, model.log_probability(l1, w, np.where(single, 0, v)))
            last, before = np.where(single, w, v), np.where(single, l1, w)
            right = model.log_probability(before, last, r1) * (r1 >= 0) + model.log_probability(last, r1, r2) * ((r1 >= 0) & (r2 >= 0))
            return left, right

        def lm_read(context: NDArray[np.int32]) -> NDArray[Any]:
            """The same for what was read."""
            padded = np.concatenate([np.full(2, -1, np.int32), context, np.full(2, -1, np.int32)])
            l2, l1, w = padded[start], padded[start + 1], np.append(ids, -1)[start]
            w2 = np.append(ids, -1)[np.minimum(stop, len(ids) - 1)] if len(ids) else w
            r1, r2 = padded[stop + 3], padded[stop + 4]
            total = model.log_probability(l2, l1, w)
            total = total + np.where(merge, model.log_probability(l1, w, w2), 0)
            last, before = np.where(merge, w2, w), np.where(merge, w, l1)
            total = total + model.log_probability(before, last, r1) * (r1 >= 0) + model.log_probability(last, r1, r2) * ((r1 >= 0) & (r2 >= 0))
            return np.asarray(total)

        if not len(place):
            return Evidence(cut, [], [], [], place, [], [], [], np.zeros((0, len(COLUMNS)), np.float32))

        # First look: each unattested unit gets its likeliest word, so that its neighbours are judged in better company.
        left, right = lm(context, slice(None))
        score = channel + left + right
        real = np.array([p[2] == "real" for p in places], bool)
        plain = ~real & ~merge
        best, margin = _best(score, place, len(places))
        better = context.copy()
        sure = np.flatnonzero(plain & (best >= 0))
        better[start[sure]] = first[best[sure]]

        # What the document teaches of its engine's habits.
        seen: Counter[Confusion] = Counter()
        used = [u for f in found for u in f.used]
        for p in sure[margin[sure] > 1.0].tolist():
            seen.update(used[best[p]])
        letters = Counter(cut.text)
        adapted = self._adapted(seen, letters)
        shift = np.array([sum(adapted.get(c, 0.0) for c in u) for u in used], np.float32)
        taught = np.array([sum(seen.get(c, 0) for c in u) / max(1, len(u)) for u in used], np.float32)

        # Second look, only at what the first left in the running.
        read_lm = lm_read(better)
        gain1 = score - read_lm[place]
        rank = _ranks(score + shift, place)
        limit = np.where(real[place], 2, np.where(merge[place], 2, KEPT))
        keep = np.flatnonzero((rank < limit) & ((~real & ~merge)[place] | (gain1 + shift > -1.0)))
        left, right = lm(better, keep)
        place, channel, shift, taught = place[keep], channel[keep], shift[keep], taught[keep]
        first, second = first[keep], second[keep]
        read = read_lm[place]
        word_lm = left + right
        nc = channel + shift + word_lm
        best, margin = _best(nc, place, len(places))
        top = nc[best[place]]
        others = np.where(np.arange(len(place)) == best[place], nc - margin[place], top)
        rank = _ranks(nc, place)
        weight = 10 ** np.clip(nc - top, -20, 0)
        posterior = weight / np.bincount(place, weight, len(places))[place]

        printed = [c for f in found for c in f.printed]
        consumed = [c for f in found for c in f.consumed]
        printed = [printed[k] for k in keep]
        used = [used[k] for k in keep]
        consumed = [consumed[k] for k in keep]
        kinds = [p[2] for p in places]
        reads = [p[3] for p in places]
        text = cut.text
        rows = np.zeros((len(place), len(COLUMNS)), np.float32)
        x = {name: rows[:, k] for k, name in enumerate(COLUMNS)}

        # by place
        p_form = [fold(r) for r in reads]
        p_id = np.where(merge, -1, ids[start])
        flags = np.where(p_id >= 0, words.flags[p_id], 0)
        per_million = np.where(p_id >= 0, words.per_million[p_id], 0)
        total = max(1, len(cut))
        by_place = {
            "length_form": [len(r) for r in reads],
            "log_freq_form": np.log10(np.maximum(per_million, 1e-3)),
            "form_known": p_id >= 0,
            "form_spelled": flags & SPELLED > 0,
            "form_listed": flags & LISTED > 0,
            "form_novels": flags & NOVELS > 0,
            "form_common": flags & COMMON > 0,
            "form_name": flags & NAME > 0,
            "lm_form": read_lm,
            "doc_form": [min(tally[f], 6) for f in p_form],
            "upper": [r.isupper() for r in reads],
            "title": [r[0].isupper() for r in reads],
            "sentence": [_opens(text, cut.starts[i]) for i in start.tolist()],
            "odd": [sum(not (c.isalnum() or c in " '-\n") for c in r) for r in reads],
            "digits": [sum(c.isdigit() for c in r) for r in reads],
            "letters_form": self._spelling(p_form),
            "doc_bad": np.full(len(places), bad.sum() / total),
            "near_bad": smooth[start] - bad[start] - np.where(merge, bad[stop], 0),
            "left_known": np.append(~bad, True)[start - 1],
            "right_known": np.append(~bad, True)[stop + 1],
            "is_merge": merge,
            "is_real": real,
            "gap_newline": ["\n" in text[cut.ends[i] : cut.starts[j]] if j > i else False for i, j in zip(start, stop, strict=True)],
            "gap_speck": [_speck(text[cut.ends[i] : cut.starts[j]]) if j > i else 0 for i, j in zip(start, stop, strict=True)],
            "form_attested": attested[start] * 1 + np.where(merge, attested[stop], 0),
            "foreign": foreign[0][start],
            "near_foreign": foreign[1][start],
            "vowelless": [not regex.search("[aeiouyäöüáéíóúàèêâîô]", f) for f in p_form],
        }
        for name, values in by_place.items():
            x[name][:] = np.asarray(values, np.float32)[place]

        # by row
        single = second == -2
        f1 = words.per_million[first]
        f2 = np.where(single, f1, words.per_million[np.maximum(second, 0)])
        lower = [p.lower() for p in printed]
        x["channel"][:] = channel
        x["channel_adapted"][:] = channel + shift
        x["confusions"][:] = [len(u) for u in used]
        x["length_word"][:] = [len(p) for p in printed]
        x["log_freq_word"][:] = np.log10(np.maximum(np.minimum(f1, f2), 1e-3))
        x["word_name"][:] = (words.flags[first] & NAME > 0) & single
        x["word_capital"][:] = words.capital[first] / 255
        x["lm_word"][:] = word_lm
        x["lm_gain"][:] = word_lm - read
        x["nc"][:] = nc
        x["nc_margin"][:] = np.clip(nc - others, -10, 10)
        x["rank"][:] = rank
        x["posterior"][:] = posterior
        x["doc_word"][:] = [min(6, *(tally[w] for w in p.split())) for p in lower]
        x["letters_word"][:] = self._spelling(lower)
        x["is_split"][:] = ~single
        x["consumed"][:] = [sum(c) for c in consumed]
        x["first_same"][:] = [p[0] == reads[q][0] for p, q in zip(lower, place, strict=True)]
        x["doc_confusion"][:] = np.log1p(taught)
        x["edit_share"][:] = [sum(max(len(a), len(b)) for a, b in u) / max(1, len(p)) for u, p in zip(used, printed, strict=True)]
        pairs = [(p, p_form[q]) for p, q in zip(lower, place, strict=True)]
        x["variant"][:] = [is_variant(a, b) for a, b in pairs]
        x["accents_only"][:] = [_bare(a) == _bare(b) for a, b in pairs]
        x["plural_only"][:] = [a + "s" == b or a == b + "s" for a, b in pairs]
        x["drops_sign"][:] = [max((len(b) - len(a) for a, b in u if sum(c.isalnum() for c in b)), default=0) for u in used]
        x["left_lm"][:], x["right_lm"][:] = left, right
        return Evidence(cut, start.tolist(), stop.tolist(), kinds, place, printed, used, consumed, rows)

    def _adapted(self, seen: Counter[Confusion], letters: Counter[str]) -> dict[Confusion, float]:
        """By how much each confusion that the document shows is likelier than counted."""
        taught = self.channel.adapt(seen, letters)
        return {c: float(np.clip(taught.counted[c] - self.channel._one(*c), -1.0, 2.5)) for c in seen}  # noqa: SLF001

    def _spelling(self, forms: Sequence[str]) -> list[float]:
        return [self.spelling(f) for f in forms]


# Ways of spelling one word that changed with time or lie an ocean apart; never corrected, whatever else speaks for it.
_VARIANTS = (
    (regex.compile(r"(?<=t)re(?=s|$)"), "er"),
    (regex.compile(r"(?<=\p{L}{2})e$"), ""),  # bodye
    (regex.compile(r"ie$|ye$|ey$"), "y"),
    (regex.compile(r"our(?=s|ed|ing|$|able|ite)"), "or"),
    (regex.compile(r"is(?=e|ed|ing|ation)"), "iz"),
    (regex.compile(r"ck(?=$|s$|e)|que$|c(?=$)"), "k"),
    (regex.compile(r"^v(?=[^aeiouy])"), "u"),
    (regex.compile(r"(?<=[aeo])u(?=e)"), "v"),
    (regex.compile(r"^i(?=[aeou])"), "j"),
    (regex.compile(r"vv"), "w"),
    (regex.compile(r"[æœ]|ae|oe"), "e"),
    (regex.compile(r"y"), "i"),
    (regex.compile(r"(\p{L})\1"), r"\1"),  # travelled, gentill
    (regex.compile(r"ph"), "f"),
    (regex.compile(r"'d$|(?<=[^e])t$"), "ed"),
    (regex.compile(r"['-]"), ""),
)


@lru_cache(maxsize=50_000)
def _plain(word: str) -> str:
    for pattern, put in _VARIANTS:
        word = pattern.sub(put, word)
    return word


def is_variant(one: str, other: str) -> bool:
    """Whether two forms are one word spelled in two ways, as far as rules tell."""
    return _plain(one) == _plain(other)


@lru_cache(maxsize=50_000)
def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?\n"


def _speck(gap: str) -> int:
    return len(gap.strip())


def _best(score: NDArray[Any], place: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """For each place its best row (-1: none) and how far the second lies behind (10 where there is none)."""
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


def _ranks(score: NDArray[Any], place: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.lexsort((-score, place))
    ordered = place[order]
    head = np.flatnonzero(np.diff(ordered, prepend=-1))
    lengths = np.diff(np.append(head, len(order)))
    ranks = np.empty(len(order), int)
    ranks[order] = np.arange(len(order)) - np.repeat(head, lengths)
    return ranks
