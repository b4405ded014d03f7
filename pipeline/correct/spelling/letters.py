"""A second reading by a letter reader: what it reads otherwise, and how far it is to be trusted.

`pipeline.language.letter_reader` reads the text letter by letter. It needs no list of words to
choose from, so it finds what nothing else does: words in pieces, run together and misread at once,
words of which half is misread, words misread as others. It knows nothing of the lists, of
the text as a whole, or of what is no prose. That is weighed here, by a decision that was learned
with it (`benchmarks/tune/letters.py`). It is also a witness for or against what is changed without
it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.correct.spelling.classifier import Classifier, confidence
from pipeline.correct.spelling.correction import (
    BELOW,
    SHOWN,
    Correction,
    Spans,
    meets,
)
from pipeline.correct.spelling.places import MERGE, REAL
from pipeline.correct.spelling.reasons import named, rule_of
from pipeline.correct.spelling.reserved import is_spoken, may_be_spoken
from pipeline.correct.spelling.units import units
from pipeline.document import Alternative
from pipeline.language.figures import unpack
from pipeline.language.languages import pack
from pipeline.language.letter_reader import Group, LetterReader, letter_reader
from pipeline.language.lexicon import Lexicon, fold
from pipeline.language.variants import is_variant, without_accents

DECISION = "letters.xz"  # beside this module
Pairs = frozenset[tuple[str, str]]

LONGEST = 40  # code points of a group
NEAR = 25  # groups on either side
LIKELY = -0.7  # log chance from which on what is read otherwise counts as an error of the text
FARTHEST = 30.0  # nats
ACCEPTED = 0.99  # confidence of a reading that an editor has accepted elsewhere
UNSURE = 0.85  # the most of a change that the reader contradicts
# Share of groups that the reader finds misread, below which it is a witness against a change; and
# the log chance from which on it counts: that it reads a word that nothing attests as it stands
# (*occurreth*; of `hnt` for *hut* it is less sure), and others, as names.
FEW_ERRORS, AS_IT_STANDS, WORDS_AS_THEY_STAND = 0.02, -0.2, -1.0
# In such a text, the confidence and the log chance from which on it changes a word.
CLEAR, CLEARLY_READ = 0.95, -0.1
# Log chances of what the reader reads and of what stands there, from which on it is right against
# another reading.
SURE, FAR_FROM_READ = -0.05, -9.0
SURE_OF = 0.95
WEIGHED = """
    chance as_read attested_form attested_page frequency_form frequency_page title changed length
    parts_form parts_page text_bad near_bad text_form text_page signs upper held held_other
""".split()

_MARKS = " .,;:!?'\"()[]-—‘’“”„«»…*†‡§"
_KEPT = frozenset(".,;:!?'\"()‘’“”„«»—…*†‡§")  # signs that stay where they are
_SUPERIOR = regex.compile(r"\p{L}+\^\p{L}+|\[\*\*|<|>|\\|=")  # Decem^r, markup, formulas
_BROKEN = regex.compile(r"[-—–¬]\s+\p{Ll}")  # a word goes on after a dash and a blank
_BROKEN_BEFORE = regex.compile(r"\p{L}[-—–¬]\s+$")
_NO_LETTERS = " .,;:!?'\"()[]-—/|\\*^_"
_NUMERAL = regex.compile(r"[IVXLCDMivxlcdm]+|[\dIlOo.,:/-]*\d[\dIlOo.,:/-]*")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the reader reads otherwise than `before`, `[start, end)` of the text, with evidence."""

    start: int
    end: int
    before: str
    after: str
    attested: bool
    title: bool  # a capital inside a sentence
    x: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))  # by `WEIGHED`


@dataclass(frozen=True, slots=True)
class Letters:
    """A letter reader, and the decision that was learned with it."""

    model: LetterReader
    decision: Classifier

    def corrections(
        self,
        text: str,
        found: Sequence[Correction],
        strange: Sequence[tuple[int, int]],
        lexicon: Lexicon,
        refused: Pairs = frozenset(),
        accepted: Pairs = frozenset(),
    ) -> list[Correction]:
        """`found`, as the reader bears it out, and what it adds.

        `refused` and `accepted` are pairs (before, after) that an editor has judged.
        """
        groups = looked_at(self.model, text, found, lexicon)
        few = _noise(text, groups) < FEW_ERRORS
        found = self._witnessed(text, groups, found, lexicon, refused, accepted, few=few)
        made = [one for one in found if one.verdict == "made"]
        seen = [
            one
            for one in suggestions(text, groups, found, lexicon)
            if (one.before, one.after) not in refused
        ]
        if not seen:
            return list(found)
        x = np.array([one.x for one in seen])
        right, wrong = self.decision.right.chance(x), self.decision.wrong.chance(x)
        sure = confidence(right, wrong)
        limits, passages = self.decision.thresholds, Spans(strange)
        added = []
        for one, learned, likely in zip(seen, sure.tolist(), right.tolist(), strict=True):
            known = (one.before, one.after) in accepted
            chance = max(learned, ACCEPTED) if known else learned
            joined = " " in one.before or " " in one.after
            least = limits.joined if joined else limits.real if one.attested else limits.word
            make = chance >= least and likely >= limits.likely
            make &= not passages.have(one.start) and not reserved(text, one, lexicon)
            make &= not few or _is_clear(one, chance)
            make |= known
            if not make and likely < limits.held:
                continue
            how = chance if make else min(chance, least - BELOW)
            added.append(self._correction(one, make=make, how=how))
        return _together(made, [one for one in found if one.verdict != "made"], added)

    def _witnessed(
        self,
        text: str,
        groups: list[Group],
        found: Sequence[Correction],
        lexicon: Lexicon,
        refused: Pairs,
        accepted: Pairs,
        *,
        few: bool,
    ) -> list[Correction]:
        """What is found, where the reader does not contradict it.

        In a text with few errors, what is changed is seldom misread if the reader reads it as it
        stands: *occurreth*, a name. Where it is sure of a word that is neither, it is right.
        """
        result = []
        for k, one in enumerate(found):
            near = groups[
                bisect_right(groups, one.start, key=lambda g: g.end) : bisect_left(
                    groups, one.end, key=lambda g: g.start
                )
            ]
            best = one.candidates[0].after
            if one.verdict != "made" or (one.before, best) in accepted or not near:
                result.append(one)
                continue
            low, high = min(near[0].start, one.start), max(near[-1].end, one.end)
            read, chance = _page(text, low, high, near), sum(g.chance for g in near)
            as_made = _letters(text[low : one.start] + best + text[one.end : high])
            if _letters(read) == as_made:
                result.append(one)
            elif _letters(read) == _letters(text[low:high]):
                words = (
                    " " in one.before
                    or _is_title(text, one.start, one.before)
                    or lexicon.attested(fold(one.before))
                )
                doubtful = few and chance > (WORDS_AS_THEY_STAND if words else AS_IT_STANDS)
                result.append(self._doubted(one, chance) if doubtful else one)
            else:
                whole = Group(low, high, read, chance, sum(g.as_read for g in near))
                alone = not any(
                    other.start < high and other.end > low
                    for other in (*found[max(0, k - 1) : k], *found[k + 1 : k + 2])
                )
                better = alone and self._instead(text, one, whole, lexicon)
                pair = (better.before, better.candidates[0].after) if better else None
                result.append(better if better and pair not in refused else one)
        return result

    def _doubted(self, one: Correction, chance: float) -> Correction:
        """A change held, because the reader reads what stands there."""
        why = f"{one.why}; {named(self.model)} reads it as it stands ({np.exp(chance):.0%})"
        return replace(one, verdict="held", confidence=min(one.confidence, UNSURE), why=why)

    def _instead(
        self, text: str, one: Correction, whole: Group, lexicon: Lexicon
    ) -> Correction | None:
        """What the reader reads in place of a change, if it is sure of it and every word is one."""
        if whole.chance < SURE or whole.as_read > FAR_FROM_READ:
            return None
        start, end, page = _trimmed(text, whole)
        before = text[start:end]
        cores = _cores(page)
        if not _may_be_weighed(before, page, lexicon) or not cores:
            return None
        if not all(lexicon.attested_all([fold(core) for core in cores])):
            return None
        changed = Suggestion(
            start, end, before, page, attested=False, title=_is_title(text, start, before)
        )
        why = (
            f"{named(self.model)} reads {page} with a chance of {np.exp(whole.chance):.0%}; "
            f"without it, {one.candidates[0].after} was likeliest"
        )
        if reserved(text, changed, lexicon):
            return None
        rest = [c for c in one.candidates if (one.start, one.end) == (start, end)]
        others = [Alternative(c.after, min(c.confidence, 1 - SURE_OF)) for c in rest]
        split = " " in page and " " not in before
        rule = rule_of(MERGE if " " in before else -1, before, page, split=split)
        candidates = (Alternative(page, one.confidence), *others)[:SHOWN]
        return Correction(start, end, before, candidates, rule, why, one.confidence, "made")

    def _correction(self, one: Suggestion, *, make: bool, how: float) -> Correction:
        split = " " in one.after and " " not in one.before
        kind = MERGE if " " in one.before else REAL if one.attested else -1
        chance = float(np.exp(one.x[WEIGHED.index("chance")]))
        why = "every word is attested" if one.attested else "not attested"
        return Correction(
            one.start,
            one.end,
            one.before,
            (Alternative(one.after, how),),
            rule_of(kind, one.before, one.after, split=split),
            f"{why}; {named(self.model)} reads {one.after} with a chance of {chance:.0%}",
            how,
            "made" if make else "held",
        )


@cache
def letters() -> Letters:
    """What ships."""
    packed = (resources.files(__package__ or "") / DECISION).read_bytes()
    return Letters(letter_reader(), Classifier.of(unpack(packed)))


def _together(
    made: list[Correction], held: list[Correction], added: list[Correction]
) -> list[Correction]:
    """All corrections: what the reader makes takes the place of what was held there.

    Where it only proposes, its reading joins those that were held, or goes first if it is likelier.
    """
    by_place = {(one.start, one.end): one for one in added}
    taken = [one for one in added if one.verdict == "made"]
    result = [*made, *taken]
    for one in held:
        other = by_place.pop((one.start, one.end), None)
        if meets(one.start, one.end, taken):
            continue
        if other is None:
            result.append(one)
            continue
        readings = {c.after: c for c in (*other.candidates, *one.candidates)}
        for c in one.candidates:  # a reading that both have is as likely as the likelier says
            readings[c.after] = max(c, readings[c.after], key=lambda c: c.confidence)
        best = sorted(readings.values(), key=lambda c: -c.confidence)[:SHOWN]
        first = one if best[0].after == one.candidates[0].after else other
        result.append(
            Correction(
                one.start,
                one.end,
                one.before,
                tuple(best),
                first.rule,
                first.why,
                best[0].confidence,
                "held",
            )
        )
    result.sort(key=lambda one: one.start)
    rest = [one for one in by_place.values() if one.verdict == "held"]
    result += [one for one in rest if not meets(one.start, one.end, result)]
    return sorted(result, key=lambda one: one.start)


def looked_at(
    reader: LetterReader, text: str, found: Sequence[Correction], lexicon: Lexicon
) -> list[Group]:
    """What the reader reads around the words that nothing attests, and around what is found.

    Elsewhere it changes one word in some thousands, and reading is slow.
    """
    seen = units(text)
    forms = list(map(fold, seen.cores))
    distinct = list(dict.fromkeys(forms))
    attested = dict(zip(distinct, lexicon.attested_all(distinct), strict=True))
    spans = zip(seen.starts, seen.ends, forms, strict=True)
    strange = [(start, end) for start, end, form in spans if not attested[form]]
    return reader.read(text, [*strange, *((one.start, one.end) for one in found)])


def _page(text: str, low: int, high: int, groups: list[Group]) -> str:
    """What the page has from `low` to `high`, of which `groups` were read."""
    parts, at = [], low
    for g in groups:
        parts += [text[at : g.start], g.page]
        at = g.end
    return "".join([*parts, text[at:high]])


def _noise(text: str, groups: list[Group]) -> float:
    """How many of the groups the reader finds misread, as a share; a short text shows little."""
    bad = sum(g.chance > LIKELY and g.page != text[g.start : g.end] for g in groups)
    return bad / (len(groups) + 20)


def suggestions(
    text: str, groups: list[Group], found: Sequence[Correction], lexicon: Lexicon
) -> list[Suggestion]:
    """What the reader reads otherwise in the text, beside what is made.

    Left out: other signs and capitals alone, figures, spellings of another time or place, words of
    the text's own, markup.
    """
    done = np.zeros(len(text) + 1, bool)
    for one in found:
        if one.verdict == "made":
            done[one.start : one.end] = True
    cores = Counter(map(fold, units(text).cores))
    held = {(one.start, one.end): one for one in found if one.verdict != "made"}
    free = [not done[g.start : g.end].any() for g in groups]
    changed = [
        alone and g.page != text[g.start : g.end] for alone, g in zip(free, groups, strict=True)
    ]
    bad = np.array(
        [other and g.chance > LIKELY for other, g in zip(changed, groups, strict=True)], float
    )
    places = [
        (k, g, start, end, page, _cores(text[start:end]), _cores(page))
        for k, g in enumerate(groups)
        if changed[k]
        for start, end, page in [_trimmed(text, g)]
        if _may_be_weighed(text[start:end], page, lexicon)
    ]
    answers = iter(
        lexicon.attested_all([fold(core) for *_, old, new in places for core in old + new])
    )
    result = []
    for k, g, start, end, page, old, new in places:
        before = text[start:end]
        attested = [next(answers) for _ in old]
        attested_page = [next(answers) for _ in new]
        title = _is_title(text, start, before)
        near = bad[max(0, k - NEAR) : k + NEAR + 1]
        proposal = held.get((start, end))
        chances = {c.after: c.confidence for c in proposal.candidates} if proposal else {}
        row = (
            max(g.chance, -FARTHEST),
            max(g.as_read, -FARTHEST),
            min(attested, default=0),
            sum(attested_page) / max(1, len(new)),
            _rarest(old, lexicon),
            _rarest(new, lexicon),
            title,
            _changed(before, page),
            len(page),
            len(old),
            len(new),
            bad.sum() / (len(groups) + 20),
            near.sum() / (len(near) + 10),
            np.log1p(min((cores[fold(core)] for core in old), default=0)),
            np.log1p(min((cores[fold(core)] for core in new), default=0)),
            sum(not c.isalnum() and c not in _KEPT and not c.isspace() for c in before),
            before.isupper() and len(before) > 1,
            chances.get(page, 0.0),
            max((c for after, c in chances.items() if after != page), default=0.0),
        )
        attested_all = bool(old) and all(attested)
        result.append(
            Suggestion(start, end, before, page, attested_all, title, np.array(row, np.float32))
        )
    return result


def _trimmed(text: str, group: Group) -> tuple[int, int, str]:
    """A group without the punctuation around it, which stays as it was read."""
    start, end, page = group.start, group.end, group.page
    while start < end and text[start] in _KEPT:
        start += 1
    while end > start and text[end - 1] in _KEPT:
        end -= 1
    page = page.strip(_MARKS)
    if end > start and text[end - 1] == "-" and page and group.page.endswith("-"):
        page += "-"  # kept as it was read; in `oi- the` it is of a letter
    return start, end, page


def _cores(text: str) -> list[str]:
    return units(text).cores


def _may_be_weighed(before: str, page: str, lexicon: Lexicon) -> bool:
    """Whether it is prose that is read otherwise, and not only in its signs or capitals."""
    if not before or not page or max(len(before), len(page)) > LONGEST:
        return False
    if _SUPERIOR.search(before) or _NUMERAL.fullmatch(before) or not any(map(str.isalpha, page)):
        return False
    figures = [c for c in page if c.isdigit()]
    if figures and figures != [c for c in before if c.isdigit()]:
        return False
    if without_accents(_letters(before)) == without_accents(_letters(page)):
        return False
    if any(fold(core) in lexicon.own for core in _cores(before)):
        return False
    return not is_variant(fold(before), fold(page), lexicon.language)


def _letters(text: str) -> str:
    """Letters and figures, in small letters, words kept apart."""
    return " ".join(regex.findall(r"[\p{L}\p{M}\p{N}]+", fold(text).replace("'", "")))


def _rarest(cores: list[str], lexicon: Lexicon) -> float:
    """Log10 of occurrences in a million words."""
    frequencies = lexicon.frequencies([fold(core) for core in cores])
    return float(np.log10(min(frequencies, default=0.0) + 0.001))


def _is_title(text: str, start: int, before: str) -> bool:
    return before[:1].isupper() and not _begins_a_sentence(text, start)


def _begins_a_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start].rstrip(" \t\"'“”‘’(—-")
    return not before.strip() or before[-1] in ".!?:;\n"


def _changed(before: str, page: str) -> float:
    """How many letters change, as a share of the longer form."""
    return float(Levenshtein.normalized_distance(before, page))


def reserved(text: str, one: Suggestion, lexicon: Lexicon) -> bool:
    """Whether a person must judge: it may be a name, dialect, an abbreviation, an elision.

    Nor is a word changed that a dash breaks (`un— wissend`), or a sign after a word made a letter
    of it (`yellow -`, *yellows*).
    """
    if one.title and one.after[:1].isupper() and not _nearly_no_word(one):
        return True
    language, read = pack(lexicon.language), fold(one.before)
    if is_spoken(text, one.start, one.end, language):
        return True
    if may_be_spoken(text, (one.start, one.end), read, fold(one.after), language):
        return True
    if "'" in read and read.replace("'", "") == fold(one.after):
        return True
    if _BROKEN.match(text, one.end) or _BROKEN_BEFORE.search(text, one.start - 4, one.start):
        return True
    if not one.before[-1].isalnum() and one.after[:-1] == one.before.rstrip(_NO_LETTERS):
        return True
    after = text[one.end : one.end + 3]
    return (after[:1] == "." and not one.attested and after[1:].strip()[:1].islower()) or len(
        one.before
    ) == 1


def _is_clear(one: Suggestion, chance: float) -> bool:
    """Whether it may be changed in a text with few errors.

    There *mutual aid teams*, *one pood* and *Putiloff* are right.
    """
    x = dict(zip(WEIGHED, one.x.tolist(), strict=True))
    known = x["attested_page"] == 1 and not one.attested
    return known and chance >= CLEAR and x["chance"] >= CLEARLY_READ


def _nearly_no_word(one: Suggestion) -> bool:
    """Whether signs or figures within show that it is misread."""
    return any(not c.isalpha() and c not in "'’-" for c in one.before)
