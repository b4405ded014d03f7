"""What is written in signs of its own and is no misread word: nothing is proposed for it.

Abbreviations (``cf. Plummer``, ``ob. s.p.``), codes of letters and figures (``Nf3``, ``L2765a``),
elisions (``ev'ning``, ``th' eternal``), letters that the engine's alphabet lacks (``þone``,
``m̄``, ``ξ``, ``Mʳ``), initialisms (``NNW``), lower-case numerals (``ii. 88``), endings cited alone
(``-ie``), and words with their stress and syllables marked (``gar'ret``). The lexicon has none of
them, so that each looks misread, and its neighbours cannot say otherwise: a line of apparatus is
no sentence.
"""

from __future__ import annotations

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.correct.spelling.evidence import COLUMNS, Evidence
from pipeline.correct.spelling.reserved import GOES_ON, is_spoken
from pipeline.correct.spelling.soiled import cuts_short
from pipeline.correct.spelling.strangers import usual
from pipeline.language.lexicon import Lexicon, fold

CUT_SHORT = 5  # letters of the longest form that a stop shows to be an abbreviation
LONGEST_CUT_SHORT = 8  # ... in a passage that cuts many words short
WHOLE = 3  # letters of the shortest word that a note is called after
LIKELY = 0.5  # chance of a reading, from which on an editor is asked about an abbreviation

_APOSTROPHES = "'’"
_STOP = regex.compile(r"\.(?!\p{Ll})")
# Letters of old hands and of transcribers, a mark over a letter that no language marks so, and what
# is of another script.
_NO_ENGINE_HAS = regex.compile(
    r"[þðƿȝᵹꝥꝑʰ-ʸˠ-ˤᴬ-ᵡᶛ-ᶿⁱⁿāēīōūȳăĕĭŏŭ]|\p{L}\p{M}|^[ªº]|^[[\p{L}\p{M}]--\p{Latin}]+$",
    regex.V1 | regex.IGNORECASE,
)
_INITIALISM = regex.compile(r"\p{Lu}{2,5}")
_COMMON = 20.0  # per million: a word that everybody knows
_MIXED = regex.compile(r"\p{Lu}\p{Ll}{1,2}\p{Lu}")
_PREFIXED = regex.compile(r"\p{Ll}\p{Lu}{2,4}")  # mRNA, tRNA
_PLURAL = regex.compile(r"\p{Lu}{2,}s")
_CAPITALS_BEFORE = regex.compile(r"\p{Lu}{2,}[^\p{L}\n]{0,4}$")
_CAPITALS_AFTER = regex.compile(r"[^\p{L}\n]{0,4}\p{Lu}{2,}")
_WITHIN = regex.compile(r"[\p{L}\d,;:)\]-][ (\[]+$")  # in a sentence, not at its beginning
_NUMERAL = regex.compile(r"(?:x{0,3}(?:ix|iv|v?i{0,4}))(?<=..)")
_NUMERAL_OF_OLD = regex.compile(r"(?:[mdclxv]+i{0,3}j|i{2,3}j)")  # viij, xxiiij
_NUMBERS_BEFORE = regex.compile(r"(?:\(|[\d,] ?)$")
_NUMBERS_AFTER = regex.compile(r"[.)]|,? ?[\d+]")
_BEGUN_BEFORE = regex.compile(r"(?:^|\n\s*|[.;]\s+)$")
_BEGUN_AFTER = regex.compile(r" \p{Lu}")
_CODE = regex.compile(r"\p{L}{1,4}\d{1,4}\p{L}?|\d{1,3}(?:\p{Ll}{1,2}|\p{Ll}?bre)")
# Points of the compass (SWbW), formulae (NaHSO4), measures of apothecaries, initials of a journal.
_COMPASS = r"[NESW]{1,3}(?:b[NESW]|[½¼¾][NESW])"
_ELEMENT = "(?:A[glsu]|B[air]|C[adlorsu]|Fe|H[eg]|Li|M[gn]|N[ai]|P[bt]|S[binr]|Zn|[BCFHIKNOPS])"
_FORMULA = regex.compile(
    rf"{_COMPASS}|(?=\p{{Lu}}.*[2-9])(?=.?[\d\p{{Ll}}]|.*\d$)(?:{_ELEMENT}(?:[2-9]|[1-9]\d)?){{2,}}"
    r"|[℥ʒ℞].*|\p{Lu}&\p{Lu}"
)
_ELIDED = regex.compile(r"th?'\p{L}+|\p{L}+'d")  # t'gallants, starb'd
_LEFT_OUT = regex.compile(r"\*{2,}|\.{3}|…|[-—]{2,}")  # le comte d'H***, Mme de S…
_CITED_BEFORE = regex.compile(r"(?:^|[\s(])[-‐‑]$")
# A sign within a word, for stress or between syllables; an engine's specks are fewer.
_DIVIDED = regex.compile(r"(?<!\p{L})\p{L}{2,}(?:['’´ˈʹ]\p{L}{2,})+(?!\p{L})|\p{L}+(?:[·‧]\p{L}+)+")
_DIVIDING = regex.compile("['’´ˈʹ·‧]")
DIVIDED, SHARE_DIVIDED = 5, 0.02  # different words with such signs, and their share of all
# What an engine puts a figure for.
_LOOKS_LIKE = {
    "0": "oOcCeDQ",
    "1": "lIiIitTjJrf",
    "2": "zZ",
    "3": "sSaByY",
    "4": "A",
    "5": "sS",
    "6": "bGCe",
    "7": "TtyYv",
    "8": "sSBag",
    "9": "gqy",
}


def notation(
    evidence: Evidence, tops: NDArray[np.int64], right: NDArray[np.float64], lexicon: Lexicon
) -> NDArray[np.bool_]:
    """Which of the likeliest readings (rows `tops`, with chances) misunderstand a notation."""
    x = evidence.x[tops]
    real, merge, odd, digits = (
        x[:, COLUMNS.index(name)] > 0 for name in ("is_real", "is_merge", "odd", "digits")
    )
    often = usual(x)
    found = np.zeros(len(tops), bool)
    text = evidence.units.text
    spans = [evidence.span(place) for place in evidence.place[tops].tolist()]
    marked = [_DIVIDING.search(text, start + 1, end - 1) is not None for start, end in spans]
    divides = any(marked) and _divides_words(text, len(evidence.units), lexicon)
    for k in np.flatnonzero(~merge).tolist():
        row = int(tops[k])
        start, end = spans[k]
        read, reading = text[start:end], evidence.reading[row]
        found[k] = (
            (divides and marked[k])
            or (
                _is_abbreviation(text, end, read, reading, lexicon, real=bool(real[k]))
                and (bool(real[k]) or right[k] < LIKELY or len(read) == 1)
            )
            or _is_code(read, evidence.used[row])
            or _is_letter(text, start, end)
            or read == "&c"
            or (read[-1].isupper() and _LEFT_OUT.match(text, end) is not None)
            or _FORMULA.fullmatch(read) is not None
            or _is_elision(text, start, end, reading)
            or _NO_ENGINE_HAS.search(read) is not None
            or _is_initialism(text, start, end)
            or _is_mixed_abbreviation(text, start, end, lexicon)
            or _is_numeral(text, start, end)
            or (
                not (odd[k] or digits[k] or often[k])
                and (_is_cut_short(text, start, end) or is_spoken(text, start, end, lexicon.pack))
            )
            or (
                read[0].islower()
                and _CITED_BEFORE.search(text, max(0, start - 2), start) is not None
            )
        )
    return found


def _divides_words(text: str, words: int, lexicon: Lexicon) -> bool:
    """Whether a text marks stress or syllables in its words: ``bal'ance``, ``a·ban·don``."""
    least = max(DIVIDED, SHARE_DIVIDED * words)
    forms = {fold(form) for form in _DIVIDED.findall(text)}
    if len(forms) < least:
        return False
    own = lexicon.attested_all(list(forms))  # don't
    others = [form for form, known in zip(forms, own, strict=True) if not known]
    return sum(lexicon.attested_all([_DIVIDING.sub("", form) for form in others])) >= least


def _is_abbreviation(
    text: str, end: int, read: str, reading: str, lexicon: Lexicon, *, real: bool
) -> bool:
    """Whether the stop after a short form is that of an abbreviation.

    The sentence goes on after it, or the reading is a word that no sentence ends with (*of*).
    """
    if len(read) > CUT_SHORT or not read.isalpha():
        return False
    if GOES_ON.match(text, end) or (len(read) == 1 and text[end : end + 1] == "."):
        return True
    if not _STOP.match(text, end):
        return False
    return not real or fold(reading) in lexicon.pack.words.function


def _is_cut_short(text: str, start: int, end: int) -> bool:
    """Whether a stop ends it where words are cut short again and again: ``topgallt. yards``."""
    return (
        end - start <= LONGEST_CUT_SHORT
        and text[end : end + 1] == "."
        and cuts_short(text, start, end)
    )


def _is_code(read: str, used: tuple[tuple[str, str], ...]) -> bool:
    """Whether a figure of the form would be a letter that it does not look like, or be nothing.

    A figure that is only too many after a whole word calls a note (``mill3``), which is another's
    matter.
    """
    if not _CODE.fullmatch(read):
        return False
    letters = sum(letter.isalpha() for letter in read)
    for page, was in used:
        for figure in was:
            if figure not in _LOOKS_LIKE:
                continue
            if page and not any(letter in _LOOKS_LIKE[figure] for letter in page):
                return True
            if not page and (len(used) > 1 or letters < WHOLE):
                return True
    return False


def _is_letter(text: str, start: int, end: int) -> bool:
    """Whether a letter alone begins what follows: ``b See Gen. 35``, a note or an item."""
    return (
        end - start == 1
        and text[start].islower()
        and _BEGUN_BEFORE.search(text, max(0, start - 4), start) is not None
        and _BEGUN_AFTER.match(text, end) is not None
    )


def _is_elision(text: str, start: int, end: int, reading: str) -> bool:
    """Whether an apostrophe stands for what the reading would add: ``ev'ning``, ``th'``, ``'im``.

    One that is only too many (``ca'lled``) is a speck.
    """
    read, whole = fold(text[start:end]), fold(reading)
    if "'" in read[1:-1] and "'" not in whole and read.replace("'", "") != whole.replace(" ", ""):
        head, _, tail = read.partition("'")
        put = whole.removeprefix(head).removesuffix(tail)
        filled = len(put) == 1 and put in "aeiouv" and head + put + tail == whole
        return filled or _ELIDED.fullmatch(read) is not None
    if read.startswith("'") and whole.endswith(read[1:]):  # break ’s head
        return True
    if text[end : end + 1] in (*_APOSTROPHES,) and whole.startswith(read):
        return True
    return text[max(0, start - 1) : start] in (*_APOSTROPHES, "‘") and whole.endswith(read)


def _is_initialism(text: str, start: int, end: int) -> bool:
    """Whether it is in capitals within a sentence that is not: ``wind NNW``, ``§ 278 BGB``."""
    return (
        _INITIALISM.fullmatch(text, start, end) is not None
        and _WITHIN.search(text, max(0, start - 4), start) is not None
        and _CAPITALS_BEFORE.search(text, max(0, start - 24), start) is None
        and _CAPITALS_AFTER.match(text, end) is None
    )


def _is_mixed_abbreviation(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether its small letters belong there: ``GmbH``, ``KfW``; ``NGOs`` not among capitals."""
    if _MIXED.fullmatch(text, start, end):
        return True
    form = _PREFIXED.fullmatch(text, start, end) or _PLURAL.fullmatch(text, start, end)
    return (
        form is not None
        and lexicon.frequency(fold(text[start:end])) < _COMMON  # THIs is a word with a capital
        and _CAPITALS_BEFORE.search(text, max(0, start - 24), start) is None
        and _CAPITALS_AFTER.match(text, end) is None
    )


def _is_numeral(text: str, start: int, end: int) -> bool:
    """Whether it is a small numeral beside a bracket or a figure (``ii. 88``), or one in j."""
    if _NUMERAL_OF_OLD.fullmatch(text, start, end):
        return True
    return _NUMERAL.fullmatch(text, start, end) is not None and (
        _NUMBERS_BEFORE.search(text, max(0, start - 3), start) is not None
        or _NUMBERS_AFTER.match(text, end) is not None
    )
