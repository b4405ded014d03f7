"""A text in which every long s was read as f, so that even a word may be another: `they fold`.

Corrections made (``firft``, ``thofe``) show the habit; where hardly an *s* stands before a letter,
it has no exception, and what was read says nothing about whether the page had *fold* or *ſold*. The
words around decide. Measured on novels printed so (English, German, French): of the readings
that the language model finds `SURE` better, 99.8 % are right, of those next to `LIKELY` 75 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import regex

from pipeline.correct.spelling.correction import Correction
from pipeline.correct.spelling.units import Units
from pipeline.document import Alternative
from pipeline.language.language_model import LanguageModel
from pipeline.language.lexicon import Lexicon, fold

FORMS = 10  # different forms corrected from f to s, from which on the habit is looked for
SHARE = 0.9  # of the s before a letter that were read as f
SURE, LIKELY = 2.5, 0.5  # log10 by which another word fits better between its neighbours
CERTAIN, PROBABLE = 0.99, 0.75  # confidence of either
MOST = 4  # letters f of one word

_INNER_S = regex.compile(r"(?<!\p{Lu})s(?=\p{Ll})")  # where a long s was printed
_INNER_F = regex.compile(r"f(?=\p{Ll})")


def long_s(
    found: Sequence[Correction], units: Units, lexicon: Lexicon, model: LanguageModel
) -> list[Correction]:
    """Return the corrections, with those of f for long s where the text has the habit."""
    at = {one.start: one for one in found if one.verdict == "made"}
    misread = [one for one in at.values() if _is_long_s(one.before, one.candidates[0].after)]
    if len({one.before for one in misread}) < FORMS:
        return list(found)
    kept = sum(
        1
        for start, core in zip(units.starts, units.cores, strict=True)
        if start not in at and _INNER_S.search(core)
    )
    if len(misread) < SHARE * (len(misread) + kept):
        return list(found)
    why = f"f stands for long s at {len(misread)} places of this text, s at {kept}"
    known = {one.start: one for one in found if not _ends_in_long_s(one)}
    at = {start: one for start, one in at.items() if start in known}
    words = [
        fold(at[start].candidates[0].after if start in at else core)
        for start, core in zip(units.starts, units.cores, strict=True)
    ]
    readings: dict[str, list[str]] = {}
    for k, (start, core) in enumerate(zip(units.starts, units.cores, strict=True)):
        if start in at and at[start].end != units.ends[k]:
            continue
        if core not in readings:
            readings[core] = _with_long_s(core, lexicon)
        forms = readings[core]
        if not forms or forms == [core] or (start in at and at[start].candidates[0].after in forms):
            continue
        before, after = words[max(0, k - 2) : k], words[k + 1 : k + 3]
        scores = model.score_all([[*before, fold(form), *after] for form in forms]).tolist()
        best, *others = sorted(zip(scores, forms, strict=True), reverse=True)
        gain = best[0] - others[0][0] if others else SURE
        if best[1] == core or gain < LIKELY:
            continue
        sure = gain >= SURE
        chance = CERTAIN if sure else PROBABLE
        known[start] = Correction(
            start,
            units.ends[k],
            core,
            tuple(
                Alternative(form, chance if form == best[1] else 1 - chance)
                for _, form in (best, *others)
                if form != core
            ),
            "spelling.realword" if core in forms else "spelling.confusion",
            f"{why}; {10**gain:,.0f} times likelier between its neighbours" if others else why,
            chance,
            "made" if sure else "held",
        )
    return list(known.values())


def as_printed(found: Sequence[Correction], units: Units) -> list[Correction]:
    """Return the corrections, a long s read as f as ſ in a text that has that letter.

    It does if some `FORMS` of its words have it, and more than have a round s before a letter:
    beside *paſs* and *theſe*, `pafſed` is *paſſed*.
    """
    corrected = {one.start for one in found}
    own = sum("ſ" in core for core in units.cores)
    round_s = sum(
        start not in corrected and _INNER_S.search(core) is not None
        for start, core in zip(units.starts, units.cores, strict=True)
    )
    if own < FORMS or own <= round_s:
        return list(found)
    return [
        replace(
            one,
            candidates=tuple(
                replace(candidate, after=_with_letter(one.before, candidate.after))
                for candidate in one.candidates
            ),
        )
        for one in found
    ]


def _with_letter(read: str, reading: str) -> str:
    """Return a reading with ſ for each s that was read as f, if it is as long as what was read."""
    if len(read) != len(reading):
        return reading
    return "".join(
        "ſ" if (a, b) == ("f", "s") and reading[n + 1 : n + 2].islower() else b
        for n, (a, b) in enumerate(zip(read, reading, strict=True))
    )


def _ends_in_long_s(one: Correction) -> bool:
    """Whether the last letter of a word would be a long s, which no printer sets there: `if`."""
    reading = one.candidates[0].after
    return _is_long_s(one.before, reading) and one.before[-1] == "f" and reading[-1] == "s"


def _is_long_s(read: str, reading: str) -> bool:
    """Whether a reading differs in letters f alone, which are long s."""
    return (
        read != reading
        and len(read) == len(reading)
        and all(a == b or (a == "f" and b == "s") for a, b in zip(read, reading, strict=True))
    )


def _with_long_s(core: str, lexicon: Lexicon) -> list[str]:
    """Return the words that a form is, itself or with s for some of its letters f."""
    places = [found.start() for found in _INNER_F.finditer(core)]
    if not 0 < len(places) <= MOST:
        return []
    forms = []
    for put in product("fs", repeat=len(places)):
        letters = list(core)
        for place, letter in zip(places, put, strict=True):
            letters[place] = letter
        forms.append("".join(letters))
    known = lexicon.attested_all([fold(form) for form in forms])
    round_s = lexicon.pack.spelling.round_s
    return [
        form
        for form, ok in zip(forms, known, strict=True)
        if ok and not any(_becomes(start, core, form) for start in round_s)
    ]


def _becomes(start: str, core: str, form: str) -> bool:
    """Whether a form begins with this, and the word that was read does not: `auf` and *aus*."""
    return fold(form).startswith(start) and not fold(core).startswith(start)
