"""What the surroundings of a word reserve for a person: dialect, abbreviations, parts of compounds.

The forests weigh a word and its neighbours. They do not see that a speaker says `himsilf`, that a
stop makes `bls.` an abbreviation, or that `ites` belongs to `Jacob-ites`. Such places are proposed,
never changed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.correct.spelling.evidence import COLUMNS, Evidence
from pipeline.language.languages import Language
from pipeline.language.lexicon import Lexicon, fold

AROUND = 160  # code points on either side in which forms of dialect are counted
SPOKEN = 2  # forms of dialect, from which on a passage is in it
SPOKEN_THROUGHOUT = 4  # ... in which any strange form may be a word
CUT_SHORT = 4  # abbreviations around a form, from which on its own stop makes it one
WORDLIKE = -1.1  # mean log10 probability of a form's letters: rare words reach it, garbage does not
FAR = -4.2  # log10 of the channel: the engine seldom makes this of that
FEW = 45  # strange forms of a text that is too short, or too clean, to show what its engine does
TAUGHT = 3  # times that a text shows a confusion, from which on it counts

_VOWELS = regex.compile("[aeiouy]")
_ABBREVIATED = regex.compile(r"\.(?=[,;:)]|\s+[\p{Ll}\d])")
_CUT_SHORT = regex.compile(r"(?<!\p{L})\p{L}{1,6}\.(?=[,;:)]|\s+[\p{Ll}\d])")
_COUNTED = regex.compile(r"\d\s$")
_HYPHENED_BEFORE = regex.compile(r"\p{L}+[-‐‑]$")
_HYPHENED_AFTER = regex.compile(r"[-‐‑]\p{L}+")


def reserved(evidence: Evidence, tops: NDArray[np.int64], lexicon: Lexicon) -> NDArray[np.bool_]:
    """Which of the likeliest readings (rows `tops`) only a person may put into the text."""
    names = (
        "doc_bad length_doc letters_form channel doc_taught odd digits is_merge is_split".split()
    )
    columns = {name: evidence.x[tops, COLUMNS.index(name)].tolist() for name in names}
    found = np.zeros(len(tops), bool)
    text = evidence.units.text
    for k, row in enumerate(tops.tolist()):
        start, end = evidence.span(int(evidence.place[row]))
        one = {name: values[k] for name, values in columns.items()}
        if one["is_merge"] or one["is_split"]:
            continue
        read, reading = fold(text[start:end]), fold(evidence.reading[row])
        clear = not one["odd"] and not one["digits"]
        found[k] = (
            _is_abbreviation(text, (start, end), read, reading)
            or _is_part(text, start, end, lexicon)
            or (clear and _is_guess(read, evidence.used[row]))
            or (clear and read != reading and _may_be_rare(one, read, reading))
            or (clear and _is_dialect(text, (start, end), read, reading, lexicon.pack))
        )
    return found


def _is_abbreviation(text: str, span: tuple[int, int], read: str, reading: str) -> bool:
    """Whether its stop shows that a form is cut short (`bls.`, `p. 3`, `chgd.`).

    One without vowels needs no more than a number before it or a sentence that goes on; any other
    stands among abbreviations. Or it is a month with its last letter: `Feby`.
    """
    start, end = span
    if text[end : end + 1] == "." and read.isalpha():
        if len(read) == 1 or _abbreviates(text, start, end):
            return True
        counted = _COUNTED.search(text, max(0, start - 8), start) is not None
        if not _VOWELS.search(read) and (counted or _ABBREVIATED.match(text, end)):
            return True
    return len(reading) == 3 and read == reading + "y" and text[end : end + 2] in (" 1", " 2", " 3")


def _abbreviates(text: str, start: int, end: int) -> bool:
    """Whether the words around are cut short again and again, as in a register or a diary."""
    around = text[max(0, start - AROUND) : end + AROUND]
    return len(_CUT_SHORT.findall(around)) >= CUT_SHORT


def _is_part(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether it is a part of a word that is one with its hyphens dropped: `Jacob-ites`."""
    before = _HYPHENED_BEFORE.search(text, max(0, start - 24), start)
    after = _HYPHENED_AFTER.match(text, end)
    if before is None and after is None:
        return False
    whole = (before.group() if before else "") + text[start:end] + (after.group() if after else "")
    return lexicon.attested(regex.sub("[-‐‑]", "", whole))


def _is_guess(read: str, used: tuple[tuple[str, str], ...]) -> bool:
    """Whether a form without vowels gets one from nowhere, and something else besides: `wntmg`."""
    lost = any(page and not was and _VOWELS.search(page.lower()) for page, was in used)
    return lost and len(used) > 1 and len(read) >= 4 and not _VOWELS.search(read)


def _may_be_rare(one: dict[str, float], read: str, reading: str) -> bool:
    """Whether a form may be a rare word: `peculating`, `editress`."""
    if one["letters_form"] <= WORDLIKE or len(read) < 6:
        return False
    if reading == reading[:1] + read:  # only its first letter would be lost
        return True
    few = one["doc_bad"] * 10 ** one["length_doc"] < FEW
    return few and one["channel"] < FAR and one["doc_taught"] < TAUGHT


@lru_cache(maxsize=8)
def _dialect(language: Language) -> regex.Pattern[str]:
    """What is spoken, not misread: `an'`, `runnin'`, `o'`; never at the end of a quotation."""
    forms = "|".join(language.spelling.dialect) or "(?!)"
    return regex.compile(rf"(?<![\p{{L}}'’])(?:{forms})(?![\p{{L}}'’])", regex.IGNORECASE)


def _is_dialect(
    text: str, span: tuple[int, int], read: str, reading: str, language: Language
) -> bool:
    """Whether it is among forms of dialect; a few are enough if it differs only in its vowels."""
    vowels_alone = "'" in read[1:-1] or _VOWELS.sub("", read) == _VOWELS.sub("", reading)
    start, end = span
    around = text[max(0, start - AROUND) : start] + " " + text[end : end + AROUND]
    return len(_dialect(language).findall(around)) >= (
        SPOKEN if vowels_alone else SPOKEN_THROUGHOUT
    )
