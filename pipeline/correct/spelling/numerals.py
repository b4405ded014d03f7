"""Letters read into numbers: Roman numerals, years, page references, sums of money, times.

A wrong figure is worse than a misread word, because nobody sees it. So a number is mended only
where form *and* context say what it is: `George lll.` after a name, `in l85l` after a preposition
that years follow, `Is. 6d.` before pence, `page IO1`. Where the context is missing or the shape
fits two figures (`18S2` is 1852 or 1882), the reading is proposed and the text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.correct.spelling.soiled import Soiled, without_rules
from pipeline.correct.spelling.sought import Lines, lines_with, matches, sought
from pipeline.language.languages import Language, alternatives
from pipeline.language.lexicon import NAME, Lexicon, fold

RULE = "spelling.numeral"


@dataclass(frozen=True, slots=True)
class Cues:
    """Words of one language that show what a number is (patterns, matched before the number)."""

    year: str  # what years follow: `in 1851`, `May, 1840`
    page: str  # what page numbers follow
    part: str  # what Roman numerals follow: `Chapter IV`
    time: str  # what times of day follow


@lru_cache(maxsize=8)
def _cues(language: Language) -> Cues:
    of = language.numbers
    patterns = (of.before_year, of.before_page, of.before_part, of.before_time)
    return Cues(*("|".join(some) or "(?!)" for some in patterns))


_DIGITS = str.maketrans("lIi|!oOQBbg", "11111000869")  # figures for the letters that look like them
_LIKE = "lI|oO"  # the commonest of these letters
_FREE = r"(?<![\p{L}\d.,£$&'’-])"  # nothing before that would make it part of a longer form
_END = r"(?![\p{L}\d'’]|[.,/]\d)"
_ROMAN = regex.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_STROKES = str.maketrans("l1|", "III")
_ROMAN_LIKE = regex.compile(rf"{_FREE}[IVXLCl1|]{{2,8}}(?![\p{{L}}\d'’-])")
_SMALL_ROMAN_LIKE = regex.compile(r"(?<![\p{L}\d.,'’-])[ivxlc1]{2,8}(?![\p{L}\d'’])")
_YEAR = regex.compile(rf"{_FREE}[1lIi|!][4-9SBbg][\dlIiOoQSBbg|]{{2}}{_END}")
_SPACED_YEAR = regex.compile(r"(?<![\p{L}\d.,]|[\d.,] )1(?: ?\d){3}(?![\p{L}\d]| \d|[.,:/-]\d)")
_PAGE = regex.compile(rf"{_FREE}[\d{_LIKE}]{{2,4}}(?:[-–][\d{_LIKE}]{{1,4}})?(?![\p{{L}}\d'’])")
_TIME = regex.compile(rf"{_FREE}[\d{_LIKE}]{{1,2}}[.:][\d{_LIKE}]{{2}}{_END}")
_POUNDS = regex.compile(rf"(?<=£ ?)[\d{_LIKE}]+(?:,[\d{_LIKE}]{{3}})*(?![\p{{L}}\d'’])")
_GROUPED = regex.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_SHILLINGS = regex.compile(rf"{_FREE}(?:[lIi]|[\dlI][\dlIoO])s\.?(?= [\dlI]{{1,2}}[½¼¾]?d\b)")
_TEN_SHILLINGS = regex.compile(rf"{_FREE}(?:[lI][oO]|1[oO]|[lI]\d)s\.")
_PENCE = regex.compile(rf"{_FREE}[lI](?=[½¼¾]d\b)|(?<=\d ?s\. )[lI](?=d\b)")
_HALF = regex.compile(r"(?<=\d)[J^](?=d\.| per cent)")
_AMPERSAND = regex.compile(r"(?<![\p{L}\d&])&(?=\d)")
_LETTER_POUND = regex.compile(r"(?<![\p{L}\d.])f(?=\d{2,}\b(?![-–]))")
_MISREAD_TH = regex.compile(
    r"(?<![\p{L}\d.,'’-])(\d{0,2}(?:1\d|[04-9]))(?:tli|tb|lh|ih|t1i)(?![\p{L}\d'’-])"
)
# The signs of these, which allow more than they do.
_ROMAN_SIGN = re.compile(r"(?<![A-Za-z])[IVXLCl1|]{2,8}(?![A-Za-z])")
_SMALL_ROMAN_SIGN = re.compile(r"(?<![A-Za-z])[ivxlc1]{2,8}(?![A-Za-z])")
_YEAR_SIGN = re.compile(r"(?<![A-Za-z])[1lIi|!][4-9SBbg]")
_SPACED_YEAR_SIGN = re.compile(r"1 ?\d ?\d ?\d")
_PAGE_SIGN = re.compile(rf"(?<![A-Za-z])[\d{_LIKE}]{{2,4}}(?![A-Za-z])")
_TIME_SIGN = re.compile(rf"[\d{_LIKE}][.:][\d{_LIKE}]{{2}}")
_MONEY_SIGN = re.compile(  # of all seven
    r"£|&\d| [\dlI]{1,2}[½¼¾]?d|[lI1][oO\d]s\.|[lI][½¼¾]d|(?<=s\. )[lI]d|\d[J^]|f\d\d"
)
_MISREAD_TH_SIGN = re.compile(r"\d(?:tli|tb|lh|ih|t1i)")
_NOUGHT_SIGN = re.compile(r"\do ")
_MONEY = regex.compile(r"£ ?\d|(?<!\p{L})\d+ ?[sd]\.")
MONEY_NEAR = 300  # code points in which another sum of money shows that this is one too


def numerals(text: str, lexicon: Lexicon, within: Lines | None = None) -> Iterator[Soiled]:
    """Yield all numbers with letters read into them, in no order; they may overlap.

    Those in the lines `within` alone, if given.
    """
    text = without_rules(text)
    cues = _cues(lexicon.pack)
    yield from _roman(text, lexicon, cues, within)
    yield from _years(text, cues, within)
    yield from _pages(text, cues, within)
    yield from _money(text, within)
    yield from _counted(text, lexicon.pack, within)


def _found(
    span: tuple[int, int], reading: str, why: str, *, sure: bool, chance: float | None = None
) -> Soiled:
    chance = chance if chance is not None else 0.97 if sure else 0.8
    return Soiled(*span, ((reading, chance),), RULE, why, sure=sure)


def _follows(text: str, at: int, cue: str) -> bool:
    """Whether one of the cue's words stands right before the position, a comma allowed."""
    return (
        regex.search(rf"(?<!\p{{L}})(?:{cue}),?\s+$", text[max(0, at - 24) : at], regex.I)
        is not None
    )


def _mixed(form: str) -> bool:
    """Whether a form has both digits and letters that look like digits."""
    return any(c.isdigit() for c in form) and any(c.isalpha() or c in "|!" for c in form)


# -- Roman numerals


def _roman(text: str, lexicon: Lexicon, cues: Cues, within: Lines | None) -> Iterator[Soiled]:
    for found in sought(_ROMAN_LIKE, _ROMAN_SIGN, text, within):
        form = found.group()
        reading = form.translate(_ROMAN_STROKES)
        if reading == form or form.isdigit() or not _ROMAN.fullmatch(reading):
            continue
        if form in lexicon.pack.numbers.not_roman:
            continue
        # no word has capitals V or X beside a small l (XlV, Vl, lX), or so many strokes (VI11)
        by_letters = any(c in "VX" for c in form) and ("l" in form or len(form) >= 4)
        if _follows(text, found.start(), cues.part):
            place = "where a number stands"
        elif _after_a_name(text, found.start(), lexicon):
            place = "after a name"
        elif by_letters:
            place = "by its letters"
        else:
            continue
        why = f"a Roman numeral {place}: {form} is {reading}"
        yield _found(found.span(), reading, why, sure=True)
    for found in sought(_SMALL_ROMAN_LIKE, _SMALL_ROMAN_SIGN, text, within):
        form = found.group()
        if _ROMAN.fullmatch(form.upper()) or not _follows(text, found.start(), cues.page):
            continue
        reading = form.replace("1", "i")
        if not _ROMAN.fullmatch(reading.upper()):
            reading = regex.sub("l+$", lambda m: "i" * len(m.group()), reading)
        if reading != form and any(c in "vx" for c in form) and _ROMAN.fullmatch(reading.upper()):
            yield _found(found.span(), reading, f"a page number: {form} is {reading}", sure=True)


def _after_a_name(text: str, at: int, lexicon: Lexicon) -> bool:
    """Whether a name stands right before the position: *George III*."""
    before = regex.search(r"(\p{Lu}\p{Ll}{2,}) $", text[max(0, at - 24) : at])
    if before is None:
        return False
    number = int(lexicon.ids([fold(before[1])])[0])
    return number >= 0 and bool(lexicon.flags[number] & NAME)


# -- years and page numbers


def _years(text: str, cues: Cues, within: Lines | None) -> Iterator[Soiled]:
    for found in sought(_YEAR, _YEAR_SIGN, text, within):
        form = found.group()
        if not _mixed(form):
            continue
        dated = _follows(text, found.start(), cues.year)
        if "S" in form:  # 5 and 8 both look like it
            readings = [form.replace("S", digit).translate(_DIGITS) for digit in "85"]
            if form[1] != "S" and dated and all(r.isdigit() for r in readings):
                why = f"a year: {form} is {' or '.join(readings)}"
                yield Soiled(
                    *found.span(), tuple((r, 0.45) for r in readings), RULE, why, sure=False
                )
            continue
        reading = form.translate(_DIGITS)
        if reading.isdigit() and 1400 <= int(reading) < 2100:
            why = f"a year{' in a date' if dated else ''}: {form} is {reading}"
            yield _found(found.span(), reading, why, sure=dated)
    for found in sought(_SPACED_YEAR, _SPACED_YEAR_SIGN, text, within):
        form = found.group()
        reading = form.replace(" ", "")
        if (
            reading != form
            and _follows(text, found.start(), cues.year)
            and 1400 <= int(reading) < 2100
        ):
            yield _found(found.span(), reading, "a year with blanks in it", sure=False)


def _pages(text: str, cues: Cues, within: Lines | None) -> Iterator[Soiled]:
    for pattern, sign, cue, what in (
        (_PAGE, _PAGE_SIGN, cues.page, "a page number"),
        (_TIME, _TIME_SIGN, cues.time, "a time of day"),
    ):
        for found in sought(pattern, sign, text, within):
            form = found.group()
            if not _mixed(form) or not _follows(text, found.start(), cue):
                continue
            reading = form.translate(_DIGITS)
            if pattern is _TIME and not _is_time(reading):
                continue
            yield _found(found.span(), reading, f"{what}: {form} is {reading}", sure=True)


def _is_time(reading: str) -> bool:
    hours, _, minutes = reading.replace(":", ".").partition(".")
    return int(hours) <= 24 and int(minutes) < 60


# -- money


def _money(text: str, within: Lines | None) -> Iterator[Soiled]:
    pounds = "£" in text

    def near(at: int) -> bool:
        return _MONEY.search(text, max(0, at - MONEY_NEAR), at + MONEY_NEAR) is not None

    def money(_at: int) -> bool:
        return True

    rows: tuple[
        tuple[regex.Pattern[str], Callable[[str], str], Callable[[int], bool], str], ...
    ] = (
        (_POUNDS, lambda form: form.translate(_DIGITS), money, "a sum in pounds"),
        (_SHILLINGS, _shillings, money, "shillings before pence"),
        (_TEN_SHILLINGS, _shillings, near, "a sum in shillings"),
        (_PENCE, lambda _form: "1", money, "a sum in pence"),
        (_HALF, lambda _form: "½", lambda _at: False, "a half"),
        (_AMPERSAND, lambda _form: "£", lambda _at: pounds, "a pound sign"),
        (_LETTER_POUND, lambda _form: "£", lambda _at: False, "a pound sign"),
    )
    lines = list(lines_with(_MONEY_SIGN, text, within))
    for pattern, put, sure, what in rows:
        for found in matches(pattern, text, lines):
            form = found.group()
            reading = put(form)
            if reading == form or (pattern is _POUNDS and not _GROUPED.fullmatch(reading)):
                continue
            yield _found(
                found.span(), reading, f"{what}: {form} is {reading}", sure=sure(found.start())
            )


def _shillings(form: str) -> str:
    number, ending = form.split("s")
    return number.translate(_DIGITS) + "s" + ending


# -- English alone: elsewhere `9o` is an ordinal, 9º


@lru_cache(maxsize=8)
def _nought(language: Language) -> regex.Pattern[str]:
    plurals = alternatives(language.words.plurals)
    irregular = alternatives(language.numbers.counted)
    return regex.compile(rf"{_FREE}\d{{1,3}}o(?= (?:\p{{Ll}}{{2,}}(?:{plurals})|{irregular})\b)")


def _counted(text: str, language: Language, within: Lines | None) -> Iterator[Soiled]:
    if not language.numbers.counted:
        return
    for found in sought(_nought(language), _NOUGHT_SIGN, text, within):
        noun = regex.match(r" (\p{L}+)", text, pos=found.end())
        if noun and noun[1] not in language.numbers.uncounted:
            reading = found.group().translate(_DIGITS)
            yield _found(found.span(), reading, f"a number of {noun[1]}: o is 0", sure=True)
    if language.numbers.ordinals[:1] != ("th",):
        return
    for found in sought(_MISREAD_TH, _MISREAD_TH_SIGN, text, within):
        reading = found[1] + "th"
        yield _found(found.span(), reading, f"an ordinal: {found.group()} is {reading}", sure=True)
