"""A last look by a letter reader: what it reads otherwise, and how far it is to be trusted.

`pipeline.language.letter_reader` reads the corrected text letter by letter. It needs no list of
words to choose from, so it finds what nothing else does: words in pieces, run together and misread
at once, words of which half is misread, words misread as others. It knows nothing of the lists, of
the text as a whole, or of what is no prose. That is weighed here, by a decision that was learned
with it (`benchmarks/tune/letters.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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
    applied_to,
    meets,
)
from pipeline.correct.spelling.places import MERGE, REAL
from pipeline.correct.spelling.reasons import named, rule_of
from pipeline.correct.spelling.reserved import is_spoken
from pipeline.correct.spelling.units import units
from pipeline.document import Alternative
from pipeline.language.figures import unpack
from pipeline.language.languages import pack
from pipeline.language.letter_reader import Group, LetterReader, letter_reader
from pipeline.language.lexicon import Lexicon, fold
from pipeline.language.variants import is_variant, without_accents

DECISION = "letters.xz"  # beside this module
LONGEST = 40  # code points of a group
NEAR = 25  # groups on either side
LIKELY = -0.7  # log chance from which on what is read otherwise counts as an error of the text
FARTHEST = 30.0  # nats
WEIGHED = """
    chance as_read attested_form attested_page frequency_form frequency_page title changed length
    parts_form parts_page text_bad near_bad text_form text_page signs upper held held_other
""".split()

_MARKS = " .,;:!?'\"()[]-—‘’“”„«»…*†‡§"
_KEPT = frozenset(".,;:!?'\"()‘’“”„«»—…*†‡§")  # signs that stay where they are
_SUPERIOR = regex.compile(r"\p{L}+\^\p{L}+|\[\*\*|<|>|\\|=")  # Decem^r, markup, formulas
_NUMERAL = regex.compile(r"[IVXLCDMivxlcdm]+|[\dIlOo.,:/-]*\d[\dIlOo.,:/-]*")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the reader reads otherwise than `before`, `[start, end)` of the text, with evidence."""

    start: int
    end: int
    before: str
    after: str
    attested: bool
    x: NDArray[np.float32]  # by `WEIGHED`


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
        refused: frozenset[tuple[str, str]],
    ) -> list[Correction]:
        """`found`, and what the reader adds to it: what is made stays made."""
        made = [one for one in found if one.verdict == "made"]
        seen = [
            one
            for one in suggestions(self.model, text, found, lexicon)
            if (one.before, one.after) not in refused
        ]
        if not seen:
            return list(found)
        x = np.array([one.x for one in seen])
        right, wrong = self.decision.right.chance(x), self.decision.wrong.chance(x)
        sure = confidence(right, wrong)
        limits, passages = self.decision.thresholds, Spans(strange)
        added = []
        for one, chance, likely in zip(seen, sure.tolist(), right.tolist(), strict=True):
            joined = " " in one.before or " " in one.after
            least = limits.joined if joined else limits.real if one.attested else limits.word
            make = chance >= least and likely >= limits.likely
            make &= not passages.have(one.start) and not reserved(text, one, lexicon)
            if not make and likely < limits.held:
                continue
            how = chance if make else min(chance, least - BELOW)
            added.append(self._correction(one, make=make, how=how))
        return _together(made, [one for one in found if one.verdict != "made"], added)

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


def suggestions(
    reader: LetterReader, text: str, found: Sequence[Correction], lexicon: Lexicon
) -> list[Suggestion]:
    """What the reader reads otherwise in the text, once what is made is applied.

    Left out: other signs and capitals alone, figures, spellings of another time or place, words of
    the text's own, markup.
    """
    made = [one for one in found if one.verdict == "made"]
    better, back, there = applied_to(text, made)
    done = np.zeros(len(better) + 1, bool)
    for one in made:
        start, end = there(one.start, one.end)
        done[start : max(end, start + len(one.candidates[0].after))] = True
    groups = reader.read(better)
    changed = [g.page != better[g.start : g.end] for g in groups]
    cores = Counter(fold(core) for core in units(better).cores)
    bad = np.array(
        [other and g.chance > LIKELY for other, g in zip(changed, groups, strict=True)], float
    )
    places = [
        (k, g, start, end, page, _cores(better[start:end]), _cores(page))
        for k, g in enumerate(groups)
        if changed[k]
        for start, end, page in [_trimmed(better, g)]
        if not done[start:end].any() and _may_be_weighed(better[start:end], page, lexicon)
    ]
    answers = iter(
        lexicon.attested_all([fold(core) for *_, old, new in places for core in old + new])
    )
    held = {there(one.start, one.end): one for one in found if one.verdict != "made"}
    result = []
    for k, g, start, end, page, old, new in places:
        before = better[start:end]
        attested = [next(answers) for _ in old]
        attested_page = [next(answers) for _ in new]
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
            before[:1].isupper() and not _begins_a_sentence(better, start),
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
        first, last = back(start, end)
        if text[first:last] == before:  # not where a correction begins or ends inside
            result.append(
                Suggestion(
                    first,
                    last,
                    before,
                    page,
                    bool(old) and all(attested),
                    np.array(row, np.float32),
                )
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


def _begins_a_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start].rstrip(" \t\"'“”‘’(—-")
    return not before.strip() or before[-1] in ".!?:;\n"


def _changed(before: str, page: str) -> float:
    """How many letters change, as a share of the longer form."""
    return float(Levenshtein.normalized_distance(before, page))


def reserved(text: str, one: Suggestion, lexicon: Lexicon) -> bool:
    """Whether a person must judge: it may be a name, dialect, an abbreviation, an elision."""
    title = one.x[WEIGHED.index("title")] > 0
    if title and one.after[:1].isupper() and not _nearly_no_word(one):
        return True
    if is_spoken(text, one.start, one.end, pack(lexicon.language)):
        return True
    if "'" in fold(one.before) and fold(one.before).replace("'", "") == fold(one.after):
        return True
    after = text[one.end : one.end + 3]
    return (after[:1] == "." and not one.attested and after[1:].strip()[:1].islower()) or len(
        one.before
    ) == 1


def _nearly_no_word(one: Suggestion) -> bool:
    """Whether signs or figures within show that it is misread."""
    return any(not c.isalpha() and c not in "'’-" for c in one.before)
