r"""Specks beside words, doubled or misread quotation marks, letters read in numerals.

A speck is a mark that no compositor sets there: a full stop with a blank before it and a small
letter after it (``ordinary .folk``, ``changes . in``), a bullet that begins a line in the middle of
a sentence (``• ganizers``). Quotation marks: two apostrophes for one mark (``Society,''``) where
the text itself uses the one mark, a tilde that opens what a mark closes (``~Well?"``). Numerals:
letters between digits or before a group of three (``r,500``, ``18l9``), a numeral cut up by blanks
(``7 ,500``, ``3 r 7``). Each rule looks at what the text does elsewhere to decide whether a
doubtful case is applied or held.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.correct.spelling.sought import sought
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.language.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Soiled:
    """One soiled place: span, ranked readings with chances, rule, evidence.

    If `sure`, the first reading may be applied without an editor.
    """

    start: int
    end: int
    readings: tuple[tuple[str, float], ...]
    rule: str
    why: str
    sure: bool


RULE = "\x1f"  # what stands for the rule of a table: neither a blank nor a part of any number
NEAR = 80  # code points looked back for the end of the line before

_DIGITS = str.maketrans("lIirOo|!", "11110011")
_LIKE = "lIirOo|!"
_GROUPED = regex.compile(
    rf"(?<![\p{{L}}\d.,£$])(?:[{_LIKE}]|\d[\d{_LIKE}]?[{_LIKE}]?|[{_LIKE}]\d\d?)(?: "
    rf"?,[\d{_LIKE}]{{3}})+(?![\p{{L}}\d]|,\d)"
)
_SPACED = regex.compile(rf"(?<![\p{{L}}\d.,-])(?<!\d )\d [{_LIKE}] \d(?![\p{{L}}\d]| \d|[.,:/-]\d)")
_LEADING = regex.compile(r"(?<![\p{L}\d.,£$'’)-])[lIr]\d{1,3}(?![\p{L}\d]|[.,/-]\d)")
_GAP = regex.compile(r"(?<![\d.,]|\d )\d{1,3} ,\d{3}(?![\d,])")
# The signs of these, which allow more than they do.
_GROUPED_SIGN = re.compile(rf",[\d{_LIKE}]{{3}}")
_INSIDE_SIGN = re.compile(rf"\d[{_LIKE}]")
_SPACED_SIGN = re.compile(rf"\d [{_LIKE}] \d")
_LEADING_SIGN = re.compile(r"[lIr]\d")
_GAP_SIGN = re.compile(r" ,\d{3}")

OFTEN = 3  # marks that begin lines in mid-sentence: so the margin of the text is soiled
AROUND = 160  # code points on either side in which abbreviations are counted
CUT_SHORT = 4  # abbreviations around a form, from which on its own stop makes it one
_CUT_SHORT = regex.compile(r"(?<!\p{L})\p{L}{1,6}\.(?=[,;:)]|\s+[\p{Ll}\d])")

_STOP = regex.compile(r"(?<=\p{Ll}{2}[\"'”’]?)[ \n]+(?P<speck>[.·•])(?P<after> ?)(?=\p{Ll}{2})")
_SPECK = re.compile(r"(?<=[ \n])[.·•]")
_MID = regex.compile(r"(?P<speck>\.)(?= (?P<right>\p{Ll}{4,}))(?<=(?P<left>\p{Ll}{4,})\.)")
_LINE_STOP = regex.compile(
    r"(?<=(?P<left>\p{L}+)[ ]?\n)(?P<speck>[.·])[ ]?(?P<right>\p{Lu}\p{Ll}+)(?!\p{L})"
)
_FULL_STOP = regex.compile(r"\p{L}{2}\.[\"'”’]?\s")
_BULLET = regex.compile(r"(?<=^|\n) ?(?P<speck>[•·]) ?(?=\p{Ll}{2})")
_SIDE_BY_SIDE = regex.compile(r"(?<!\p{L})(?P<left>\p{L}+)\s+(?=(?P<right>\p{L}+))")
_HIGH = regex.compile(r"(?P<speck>[·•])(?<=\p{Ll}.)(?=\s)")
_TWO = regex.compile(r"(?<=[\p{L}\d.,;:!?])''(?!')|(?<=\s|^)''(?=\p{L})")
_TILDE = regex.compile(r"(?<=^|\n|[ (])[~°](?=\p{Lu}\p{Ll}*\b[^\"“”\n]{0,200}[\"”])")
_SLASH = regex.compile(r"(?<=\p{L}{2})/'(?=\s)")


_BARRED = regex.compile(r"(?m)^.*\|.*$")


def without_rules(text: str) -> str:
    """The text with the rules of its tables blanked: ``| 160,038  |1,780,489`` has no eleventh 1.

    A bar is a rule if another bar stands in its line or in a line next to it.
    """
    if "|" not in text:
        return text
    lines = [found.span() for found in _BARRED.finditer(text)]
    ruled = [
        (start, end)
        for k, (start, end) in enumerate(lines)
        if text.count("|", start, end) > 1
        or (k > 0 and lines[k - 1][1] + 1 == start)
        or (k + 1 < len(lines) and lines[k + 1][0] == end + 1)
    ]
    parts: list[str] = []
    at = 0
    for start, end in ruled:
        parts += (text[at:start], text[start:end].replace("|", RULE))
        at = end
    return "".join((*parts, text[at:]))


@lru_cache(maxsize=8)
def _numbers(
    known: Language,
) -> tuple[regex.Pattern[str], regex.Pattern[str], re.Pattern[str]]:
    """A letter between digits, `18l9`; a letter in an ordinal, `l6th`, and the sign of that."""
    endings = alternatives(known.numbers.ordinals)
    return (
        regex.compile(rf"(?<![\p{{L}}\d.,£$'’-])\d+[{_LIKE}]+\d+(?:{endings})?(?![\p{{L}}\d])"),
        regex.compile(
            rf"(?<![\p{{L}}\d.,'’-])(?=[lIir\d]*[lIir])"
            rf"[lIir\d]{{1,3}}(?:{endings})(?![\p{{L}}\d'’-])"
        ),
        re.compile(rf"(?<![A-Za-z])[lIir\d]{{1,3}}(?:{endings})(?![A-Za-z])"),
    )


def soiled(text: str, lexicon: Lexicon) -> Iterator[Soiled]:
    """Yield the soiled places of a text, in no particular order and without overlaps."""
    taken: set[int] = set()
    for one in (*_numerals(without_rules(text)), *_marks(text), *_specks(text, lexicon)):
        span = range(one.start, one.end)
        if not taken.intersection(span):
            taken.update(span)
            yield one


def _fits(number: int, ending: str) -> bool:
    """Whether an ordinal's ending fits its number in some language: 21st, 16th."""
    last = 0 if number % 100 in (11, 12, 13) else number % 10
    return number > 0 and any(
        one.numbers.ordinals[last : last + 1] == (ending,) for one in languages.known().values()
    )


def _numerals(text: str) -> Iterator[Soiled]:
    proven: Counter[str] = Counter()
    known = languages.every()
    inside, ordinal, ordinal_sign = _numbers(known)
    for pattern, sign, why in (
        (_GROUPED, _GROUPED_SIGN, "a letter in a number grouped by thousands"),
        (inside, _INSIDE_SIGN, "a letter between digits"),
        (_SPACED, _SPACED_SIGN, "a single letter between single digits"),
        (ordinal, ordinal_sign, "a letter in an ordinal, whose ending fits"),
    ):
        for found in sought(pattern, sign, text):
            before = found.group()
            letters = [c for c in before if c in _LIKE]
            ending = next((end for end in known.numbers.ordinals if before.endswith(end)), "")
            figures = before.removesuffix(ending).replace(" ", "").translate(_DIGITS)
            after = figures + ending
            if (
                after == before
                or not any(c.isdigit() for c in before)
                or (ending and not _fits(int(figures), ending))
            ):
                continue
            if pattern is ordinal and not letters:
                continue
            proven.update(letters)
            yield Soiled(
                found.start(),
                found.end(),
                ((after, 0.97),),
                "spelling.numeral",
                f"{why if letters else 'a blank inside a grouped number'}: {before} is {after}",
                sure=True,
            )
    for found in sought(_GAP, _GAP_SIGN, text):
        before = found.group()
        yield Soiled(
            found.start(),
            found.end(),
            ((before.replace(" ", ""), 0.96),),
            "spelling.numeral",
            "a blank inside a grouped number",
            sure=True,
        )
    for found in sought(_LEADING, _LEADING_SIGN, text):
        before = found.group()
        n = proven[before[0]]
        why = (
            f"{before[0]} stands for 1 in {n} other number{'s' * (n != 1)} of this text"
            if n
            else f"{before} may be {before.translate(_DIGITS)}"
        )
        sure = n > 0 and text[max(0, found.start() - 1)] != "("
        yield Soiled(
            found.start(),
            found.end(),
            ((before.translate(_DIGITS), 0.95 if sure else 0.7),),
            "spelling.numeral",
            why,
            sure=sure,
        )


def _marks(text: str) -> Iterator[Soiled]:
    straight, curly = text.count('"'), text.count("”")
    if straight + curly >= 4 and "``" not in text and ",," not in text:
        mark = '"' if straight >= curly else "”"
        for found in _TWO.finditer(text):
            put = (
                mark
                if mark == '"' or found.start() == 0 or not text[found.start() - 1].isspace()
                else "“"
            )
            why = f"two apostrophes; this text writes {mark} {max(straight, curly)} times"
            yield Soiled(
                found.start(), found.end(), ((put, 0.97),), "spelling.quote", why, sure=True
            )
        for found in _TILDE.finditer(text) if "~" in text or "°" in text else ():
            put = '"' if straight >= curly else "“"
            yield Soiled(
                found.start(),
                found.end(),
                ((put, 0.95),),
                "spelling.quote",
                "what it opens is closed by a quotation mark",
                sure=True,
            )
        for found in _SLASH.finditer(text):
            opened = text.rfind('"', max(0, found.start() - 300), found.start())
            odd = text.count('"', text.rfind("\n\n", 0, found.start()) + 1, found.start()) % 2 == 1
            sure = opened >= 0 and odd
            readings: tuple[tuple[str, float], ...] = (
                ("." + mark, 0.5),
                ("," + mark, 0.3),
                (mark, 0.2),
            )
            starts = regex.match(r"\s+(\p{Lu})?", text, pos=found.end())
            if sure:
                readings = (
                    (("." + mark, 0.9), ("," + mark, 0.06))
                    if starts and starts[1]
                    else (("," + mark, 0.9), ("." + mark, 0.06))
                )
            yield Soiled(
                found.start(),
                found.end(),
                readings,
                "spelling.quote",
                "a quotation is open, and no mark closes it",
                sure=sure,
            )


def _specks(text: str, lexicon: Lexicon) -> Iterator[Soiled]:
    abbreviated = languages.every().words.abbreviations
    strays = [found for found in _stops(text) if not _in_ellipsis(text, *found.span())]
    yield from _stops_before_small_letters(text, strays)
    yield from _stops_before_capitals(text, strays)
    yield from _bullets(text)
    for found in _HIGH.finditer(text):
        # a stop whose foot is lost as likely as a speck: organs· may be organs, and no full stop
        # where a small letter follows
        goes_on = regex.match(r"\s+\p{Ll}", text, pos=found.end()) is not None
        yield Soiled(
            found.start("speck"),
            found.end("speck"),
            ((",", 0.5), ("", 0.5)) if goes_on else ((",", 0.5), (".", 0.25), ("", 0.25)),
            "spelling.noise",
            "a mark after a word: a stop, misread, or a speck",
            sure=False,
        )
    for found in _MID.finditer(text):
        left, right = found["left"], found["right"]
        if left in abbreviated or not (lexicon.attested(left) and lexicon.attested(right)):
            continue
        if cuts_short(text, *found.span()):
            continue
        certain = f"{len(strays)} such mark{'s' * (len(strays) != 1)}"
        why = f"a stop before a small letter; this text has {certain} after a blank"
        sure = len(strays) >= 3
        yield Soiled(
            found.start("speck"),
            found.end("speck"),
            (("", 0.93 if sure else 0.5), (",", 0.05 if sure else 0.4)),
            "spelling.noise",
            why,
            sure=sure,
        )


def _stops(text: str) -> Iterator[regex.Match[str]]:
    """The matches of `_STOP`, sought by their marks."""
    behind = 0
    for speck in _SPECK.finditer(text):
        start = speck.start()
        while start > behind and text[start - 1] in " \n":
            start -= 1
        behind = speck.end()
        if found := _STOP.match(text, start):
            yield found


def cuts_short(text: str, start: int, end: int) -> bool:
    """Whether the words around are cut short again and again, as in a register or a diary."""
    around = text[max(0, start - AROUND) : end + AROUND]
    return len(_CUT_SHORT.findall(around)) >= CUT_SHORT


def _in_ellipsis(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 3) : end + 3]
    return ".." in around or ". ." in around


def _stops_before_small_letters(text: str, strays: list[regex.Match[str]]) -> Iterator[Soiled]:
    """Marks between a blank and a small letter: ``ordinary .folk``, ``changes . in``.

    A mark with a blank on either side that keeps recurring is the punctuation of an old hand
    (``þe kyng . and þe quene . riden``) and no speck.
    """
    apart = [found for found in strays if found["after"] and "\n" not in found.group()]
    punctus = len(apart) > 3 and 2 * len(apart) > len(_FULL_STOP.findall(text))
    for found in strays:
        start, end = found.span()
        broken = "\n" in text[start : found.start("speck")]
        if (found["speck"] == "•" and broken) or (punctus and found["after"] and not broken):
            continue
        sure = not found["after"] or len(strays) > 1
        yield Soiled(
            found.start("speck"),
            end,
            (("", 0.95),),
            "spelling.noise",
            f"{found['speck']} between a blank and a small letter: a speck, not a stop",
            sure=sure,
        )


def _stops_before_capitals(text: str, strays: list[regex.Match[str]]) -> Iterator[Soiled]:
    """Stops that begin a line before a capital: ``the Harbour⏎. Board``.

    No line begins with a stop. It is a speck if the text has the two words side by side elsewhere
    and such marks at other lines; else it may be the stop of the line above.
    """
    begun = sum("\n" in found.group() for found in strays)
    pairs = _SIDE_BY_SIDE.finditer(text) if begun >= OFTEN else ()
    beside = {(pair["left"], pair["right"]) for pair in pairs}
    for found in _LINE_STOP.finditer(text):
        sure = (found["left"], found["right"]) in beside
        why = "no line begins with a stop"
        if sure:
            why += f"; {begun} other lines begin with such a mark, and “{found['left']} "
            why += f"{found['right']}” stands elsewhere"
        yield Soiled(
            found.start("speck"),
            found.start("right"),
            (("", 0.95 if sure else 0.5),),
            "spelling.noise",
            why,
            sure=sure,
        )


def _bullets(text: str) -> Iterator[Soiled]:
    """Marks at the start of a line in mid-sentence.

    If several lines begin so after a stop, the marks are items of a list.
    """
    found = [
        (one, text[max(0, one.start() - NEAR) : one.start("speck")].rstrip()[-1:])
        for one in (_BULLET.finditer(text) if "•" in text or "·" in text else ())
    ]
    listed = sum(not before or before in ",;:.!?" for _, before in found) > 1
    for one, before in found:
        item = before in ",;" and listed
        whole = before.isalpha() and one["speck"] == "•"  # may be an item after a whole word
        if not before or item or whole or not (before.isalpha() or before in ",-;"):
            continue
        yield Soiled(
            one.start("speck"),
            one.end(),
            (("", 0.95),),
            "spelling.noise",
            "a mark in the middle of a sentence: a speck",
            sure=True,
        )
