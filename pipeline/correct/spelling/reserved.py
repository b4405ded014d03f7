"""What the surroundings of a word reserve for a person: dialect, abbreviations, parts of compounds.

The forests weigh a word and its neighbours. They do not see that a speaker says `himsilf`, that a
stop makes `bls.` an abbreviation. Such places are proposed, never changed. Nor do they see that
`ites` belongs to `Jacob-ites`, which is left alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.correct.spelling.classifier import NOISY
from pipeline.correct.spelling.evidence import COLUMNS, Evidence
from pipeline.correct.spelling.soiled import cuts_short
from pipeline.language.languages import Language
from pipeline.language.lexicon import Lexicon, fold
from pipeline.language.variants import is_variant, without_accents

AROUND = 160  # code points on either side in which forms of dialect are counted
SPOKEN = 2  # forms of dialect, from which on what differs by its vowels may be one
SPOKEN_THROUGHOUT = 4  # ... and from which on any strange form may be
WORDLIKE = -1.1  # mean log10 probability of a form's letters: rare words reach it, garbage does not
FAR = -4.2  # log10 of the channel: the engine seldom makes this of that
NEVER = -4.5  # ... it was never seen to
# log10 per million: words of which a form may be another spelling, and such forms
RESPELT, ON_RECORD = 0.5, -1.0
AGAIN, LIKE_A_NAME = 2, -1.3  # places of a form with a capital; `letters_form` of names
SHORT = 5  # letters of a form of which an apostrophe may be a letter's: b'ar, s'pose
# For texts that show few errors: how like a word a form is, and what engines all but never do.
NEARLY_A_WORD, OUTLANDISH = -1.6, -6.0
SEVERAL = 5  # strange forms, with fewer of which a text is well read, however short
# words that end in a part and are words without it, from which on it is an ending
ENDS = 5
STEM = 3  # letters of such a word before its ending
FEW = 45  # strange forms of a text that is too short, or too clean, to show what its engine does
TAUGHT = 3  # times that a text shows a confusion, from which on it counts

ILL_READ = 0.12  # share of strange forms, from which on a stop is as likely a speck

_ROW = regex.compile(r"[\p{L}'’]+")
_VOWELS = regex.compile("[aeiouy]")
GOES_ON = regex.compile(r"\.(?=[,;:)\]]|\s+[\p{Ll}\d(&]|\p{L}\.)")  # the sentence does, past a stop
_ABBREVIATED = regex.compile(r"\.(?=[,;:)]|\s+[\p{Ll}\d])")
_COUNTED = regex.compile(r"\d\s$")
_UNIT_OF = regex.compile(r"\d[,.]?\s?$")  # `20 ,h.`: a letter after a figure is its unit
# French words with what is elided before them: `l'hiver`, `qu'il`
_ELIDED = regex.compile(r"(?:[cdjlmnst]|qu)['’](?P<rest>[aeiouyhàâæéèêëîïôœù]\p{Ll}+)")
_HYPHENED_BEFORE = regex.compile(r"(\p{L}+)[-‐‑⸗¬](?:[ \t]*\n[ \t]*)?$")
_SUPERIOR = regex.compile(  # w^th, M^r, Decem^r; not f^te, which has lost an accent
    r"\p{L}{1,6}\^(?:[bcdghklmnrstxy]{1,3}|ly|ty|on|ant|ment|ce|e)", regex.IGNORECASE
)
_WORD_BEFORE = regex.compile(r"(?<!\p{L})(\p{L}+)\s+$")
_WORD_AFTER = regex.compile(r"\s+(\p{L}+)")
_DELETES = ("/", "|", "<", "{", "~", "^")  # an editor's signs: `/.and/.` is deleted
_FORMULA_BEFORE = regex.compile(r"\p{L}-\d+(?:,\d+)*[-‐‑]$")
_HYPHENED_AFTER = regex.compile(r"[-‐‑⸗¬](?:[ \t]*\n[ \t]*)?(\p{L}+)")


def reserved(evidence: Evidence, tops: NDArray[np.int64], lexicon: Lexicon) -> NDArray[np.bool_]:
    """Which of the likeliest readings (rows `tops`) only a person may put into the text."""
    names = (  # of columns
        "doc_bad length_doc letters_form channel doc_taught odd digits is_merge is_split is_real "
        "left_known right_known near_bad title upper sentence doc_form doc_word"
    ).split()
    columns = {name: evidence.x[tops, COLUMNS.index(name)].tolist() for name in names}
    found = np.zeros(len(tops), bool)
    respelt = frozenset(evidence.place[_respelt(evidence)].tolist())
    text = evidence.units.text
    for k, row in enumerate(tops.tolist()):
        start, end = evidence.span(int(evidence.place[row]))
        one = {name: values[k] for name, values in columns.items()}
        if one["is_merge"] or one["is_split"]:
            continue
        read, reading = fold(text[start:end]), fold(evidence.reading[row])
        clear = not one["odd"] and not one["digits"]
        wordlike = one["letters_form"] > WORDLIKE and one["doc_bad"] < ILL_READ
        found[k] = (
            _is_abbreviation(text, (start, end), read, reading)
            or (clear and wordlike and GOES_ON.match(text, end) is not None)  # affecte. & obliged
            or (
                len(read.strip(",.")) == 1
                and _UNIT_OF.search(text, max(0, start - 4), start) is not None
            )
            or _is_elided(read, lexicon)
            or (read != reading and int(evidence.place[row]) in respelt)
            or (clear and _is_guess(read, evidence.used[row]))
            or (clear and _is_far(one, read, evidence.used[row]))
            or (one["is_real"] > 0 and _may_be_whole(one, read, reading))
            or (clear and _may_be_a_name(one))
            or (clear and _passes_over_a_spelling(evidence, row, lexicon.language))
            or (one["doc_taught"] < TAUGHT and _loses_a_letter_of_its_own(read, reading))
            or _is_in_a_formula(text, start)
            or _is_printed_stop(text, start - evidence.consumed[row][0], one["doc_taught"])
            or _SUPERIOR.fullmatch(text, start, end) is not None
            or _repeats(text, (start, end), reading)
            or (clear and read != reading and _may_be_rare(one, read, reading))
            or (clear and may_be_spoken(text, (start, end), read, reading, lexicon.pack))
        )
    return found


def hyphened(
    evidence: Evidence, tops: NDArray[np.int64], asked: NDArray[np.bool_], lexicon: Lexicon
) -> NDArray[np.bool_]:
    """Which places of those `asked` are parts of hyphenated words that are right as a whole.

    `ites` is no word; but `Jacob-ites` is one with its hyphen dropped, and `Trotsky-ites` has an
    ending that makes words of words.
    """
    joined = evidence.x[tops, COLUMNS.index("is_merge")] == 0
    found = np.zeros(len(tops), bool)
    text = evidence.units.text
    endings: dict[str, bool] = {}
    for k in np.flatnonzero(asked & joined).tolist():
        start, end = evidence.span(int(evidence.place[tops[k]]))
        before = _HYPHENED_BEFORE.search(text, max(0, start - 24), start)
        after = _HYPHENED_AFTER.match(text, end)
        if before is None and after is None:
            continue
        part = text[start:end]
        whole = (before[1] if before else "") + part + (after[1] if after else "")
        if lexicon.attested(whole):
            found[k] = True
        elif before is not None and part.isalpha() and part.islower():
            if part not in endings:
                endings[part] = _is_ending(fold(part), lexicon)
            found[k] = endings[part]
    return found


def _is_ending(part: str, lexicon: Lexicon) -> bool:
    """Whether several words end in this and are words without it: *laborites* and *labor*."""
    words = [
        word
        for word in lexicon.words_with(part, 0)
        if word.endswith(part) and len(word) - len(part) >= STEM
    ]
    attested = lexicon.attested_all(words)
    stems = [word.removesuffix(part) for word, ok in zip(words, attested, strict=True) if ok]
    return sum(lexicon.attested_all(stems)) >= ENDS


def _respelt(evidence: Evidence) -> NDArray[np.bool_]:
    """Which readings are common words of which the form is a known spelling: *chase* of ``chace``.

    Where there is one, a likelier reading (*chance*) may be wrong, too.
    """
    variant, often, form_often, bad, length = (
        evidence.x[:, COLUMNS.index(name)]
        for name in ("variant", "log_freq_word", "log_freq_form", "doc_bad", "length_doc")
    )
    well_read = (bad < NOISY) | (bad * 10**length < SEVERAL)
    seen = (form_often >= ON_RECORD) & well_read
    return np.asarray(seen & (variant > 0) & (often >= RESPELT))


def _is_abbreviation(text: str, span: tuple[int, int], read: str, reading: str) -> bool:
    """Whether its stop shows that a form is cut short (`bls.`, `p. 3`, `chgd.`).

    One without vowels needs no more than a number before it or a sentence that goes on; any other
    stands among abbreviations. Or it is a month with its last letter: `Feby`.
    """
    start, end = span
    if text[end : end + 1] == "." and read.isalpha():
        if len(read) == 1 or cuts_short(text, start, end):
            return True
        counted = _COUNTED.search(text, max(0, start - 8), start) is not None
        if not _VOWELS.search(read) and (counted or _ABBREVIATED.match(text, end)):
            return True
    return len(reading) == 3 and read == reading + "y" and text[end : end + 2] in (" 1", " 2", " 3")


def _is_elided(read: str, lexicon: Lexicon) -> bool:
    """Whether it may be a French word after an elided one: `l'hiver`, `l'on`."""
    found = _ELIDED.fullmatch(read)
    if found is None or lexicon.pack.apostrophe.elides:
        return False
    rest = found["rest"]
    return rest[0] != "h" or any(one[0] for one in lexicon.foreign_all([rest]))


def _is_guess(read: str, used: tuple[tuple[str, str], ...]) -> bool:
    """Whether a form without vowels gets one from nowhere, and something else besides: `wntmg`."""
    lost = any(page and not was and _VOWELS.search(page.lower()) for page, was in used)
    return lost and len(used) > 1 and len(read) >= 4 and not _VOWELS.search(read)


def _is_far(one: dict[str, float], read: str, used: tuple[tuple[str, str], ...]) -> bool:
    """Whether one letter would be misread as engines never do, in a form like a word: `dorse`."""
    return (
        len(used) == 1
        and len(read) > 3
        and one["channel"] < NEVER
        and one["letters_form"] > WORDLIKE
        and one["doc_taught"] < TAUGHT
        and one["near_bad"] <= 1
    )


def _may_be_whole(one: dict[str, float], read: str, reading: str) -> bool:
    """Whether it would only lack its first letter, beside a strange word: `nescio quare`."""
    return reading == reading[:1] + read and not (one["left_known"] and one["right_known"])


def _may_be_a_name(one: dict[str, float]) -> bool:
    """Whether a form like a word has a capital inside a sentence, again and again.

    *Afong* is not Along, unless that stands somewhere as well: a word is seldom misread each time.
    But ``Waffer`` is *Wasser* where other words show that the engine reads every ſ as f.
    """
    return (
        one["title"] > one["sentence"]
        and not one["upper"]
        and not one["is_real"]
        and one["doc_form"] >= AGAIN
        and one["doc_taught"] - one["doc_form"] < TAUGHT
        and one["doc_word"] == 0
        and one["letters_form"] > LIKE_A_NAME
    )


def _passes_over_a_spelling(evidence: Evidence, row: int, language: str) -> bool:
    """Whether a spelling of the same word is nearer to what was read: *stehn* of ``ftehn``.

    The more frequent *stehen* would need another letter to have been lost.
    """
    used = evidence.used[row]
    if len(used) < 2:
        return False
    place = evidence.place[row]
    first, end = np.searchsorted(evidence.place, [place, place + 1]).tolist()
    word = fold(evidence.reading[row])
    return any(
        len(evidence.used[other]) < len(used)
        and is_variant(fold(evidence.reading[other]), word, language)
        for other in range(first, end)
    )


def loses_an_accent(evidence: Evidence, tops: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which readings are what was read without an accent, and nothing else: mhd. ``ër``."""
    found = evidence.x[tops, COLUMNS.index("accents_only")] > 0
    for k in np.flatnonzero(found).tolist():
        start, end = evidence.span(int(evidence.place[tops[k]]))
        read = fold(evidence.units.text[start:end])
        found[k] = without_accents(read) == fold(evidence.reading[tops[k]])
    return np.asarray(found)


def _loses_a_letter_of_its_own(read: str, reading: str) -> bool:
    """Whether what no engine puts there would go: ``Antiquæ``, ``b'ar``, ``ö`` by itself."""
    if len(read) == 1:
        return read.isalpha() and len(reading) > 1
    if "'" in read[1:-1] and "'" not in reading and len(read) <= SHORT:
        return True
    return any(letter in read and letter not in reading for letter in "æœ")


def _is_printed_stop(text: str, start: int, taught: float) -> bool:
    """Whether a stop is an editor's (``/.and/.``) or of the word before it (``.And``).

    Not if the text has many such specks (`taught`).
    """
    if text[start : start + 1] != ".":
        return False
    ends = _WORD_BEFORE.search(text, max(0, start - 24), start) is not None
    astray = ends and taught < TAUGHT and text[start + 1 : start + 2].isupper()
    return astray or text[max(0, start - 1) : start] in _DELETES


def _repeats(text: str, span: tuple[int, int], reading: str) -> bool:
    """Whether the word beside it is the reading already: the ``Tbe`` family."""
    start, end = span
    before = _WORD_BEFORE.search(text, max(0, start - 24), start)
    after = _WORD_AFTER.match(text, end)
    return any(fold(found[1]) == reading for found in (before, after) if found)


def loses_a_letter(
    evidence: Evidence, tops: NDArray[np.int64], likely: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which readings of words only have a letter more than was read: ``knowst``, ``houshold``.

    Or which the engine would have had to misread twice and more, and seldom does: ``consarn``.
    """
    letters, channel = (
        evidence.x[tops, COLUMNS.index(name)] for name in ("letters_form", "channel")
    )
    wordlike = likely & (letters > NEARLY_A_WORD)
    found = wordlike & (channel < OUTLANDISH)
    for k in np.flatnonzero(wordlike & ~found).tolist():
        used = evidence.used[int(tops[k])]
        found[k] = (
            len(used) == 1 and not used[0][1] and used[0][0].isalpha() and len(used[0][0]) == 1
        )
    return np.asarray(found)


def _is_in_a_formula(text: str, start: int) -> bool:
    """Whether letters and figures with hyphens lead to it: ``trans-but-2-ene``."""
    return _FORMULA_BEFORE.search(text, max(0, start - 24), start) is not None


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


def is_spoken(text: str, start: int, end: int, language: Language) -> bool:
    """Whether it is a form of dialect (`wasna`, `a-tookt`) or stands among many."""
    prefixed = "a" in language.alphabet.words and text[max(0, start - 3) : start].lstrip() == "a-"
    itself = _dialect(language).fullmatch(text, start, end) is not None
    around = _spoken(text, start, end, language)
    return prefixed or around >= SPOKEN_THROUGHOUT or (itself and around > 0)


def _spoken(text: str, start: int, end: int, language: Language) -> int:
    """How many forms of dialect stand around a place."""
    starts, ends = _spoken_forms(text, language)
    before = bisect_right(ends, start) - bisect_left(starts, start - AROUND)
    after = bisect_right(ends, end + AROUND) - bisect_left(starts, end)
    return max(0, before) + max(0, after)


@lru_cache(maxsize=4)
def _spoken_forms(text: str, language: Language) -> tuple[list[int], list[int]]:
    """Where the forms of dialect in a text begin, and where they end."""
    # a form is a whole row of letters and apostrophes, and most rows come again and again
    dialect = _dialect(language)
    forms = {row for row in set(_ROW.findall(text)) if dialect.fullmatch(row)}
    rows = _ROW.finditer(text) if forms else ()
    spans = [found.span() for found in rows if found.group() in forms]
    return [start for start, _ in spans], [end for _, end in spans]


def may_be_spoken(
    text: str, span: tuple[int, int], read: str, reading: str, language: Language
) -> bool:
    """Whether it differs from the reading in its vowels alone, and dialect stands around."""
    vowels_alone = "'" in read[1:-1] or _VOWELS.sub("", read) == _VOWELS.sub("", reading)
    return vowels_alone and _spoken(text, *span, language) >= SPOKEN
