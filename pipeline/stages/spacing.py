r"""Blanks that the author did not write: doubled, no-break, before stops, inside quotation marks.

`Viola  wrote` lost some markup between two blanks. Old printing has thin spaces before stops
(`those kulaks ; and`), after `¿` and `¡`, and inside quotation marks and brackets (`" Come in , "
he said`, `( which was open )`). The raw blanks can be restored. Straight quotation marks open and
close in turn; emend ignores a paragraph in which one does not. If only this order shows whether a
mark opens or closes, the change is pending. A blank before a full stop is removed if the text has
such blanks before other stops, too.

Left alone: blanks at the beginning and end of a line (layout), columns of a table, French spacing
(before `; : ! ?`, inside `« »`) in a French text or quotation, the blank before the dash of a
dialogue or an aside (`quiero —dijo ella— y`) or before a minus sign (`at —5°`), `. . .`, the
numeral `25 000`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import chain

from pipeline.document import Document, Mark, Proposal, Verdict
from pipeline.language import languages
from pipeline.language.languages import Typography

_DOUBLED = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_NO_BREAK = re.compile("[\u00a0\u202f](?=\\S)")
_BEFORE_STOP = re.compile(r"(?<=[\w)\]\"”’])[ \u00a0](?P<stop>[;?!,])(?=[\s\"'”’)\]»—–]|$)")
_OPENER = re.compile(r"(?<=[¿¡])[ \u00a0](?=\w)")  # `¡ Nunca saliera !`
_BEFORE_FULL_STOP = re.compile(
    r"(?<=[\w)\]\"”’])[ \u00a0](?P<stop>\.)"
    r"(?=$|\n|[ \u00a0]?[\"”’)\]]|[ \u00a0][\"“‘(]?[^\W\d_a-z])"
)
_ASTRAY = re.compile(r"(?<=[a-zß-öø-ÿ]{2}) \.(?=([^\W\d_a-z][a-zß-öø-ÿ]*))")  # the gate .And
_BEFORE_COLON = re.compile(
    r"(?<=[^\W\d_]{2}) (?P<stop>:)(?=[\s—–]|$)"
)  # `namely :—`; a smile `:)`, a sum `3 : 4` and `|G : H|` stay
_BEFORE_DASH = re.compile(
    r"(?<=[\w,;:.!?)\]”’\"]) (?=[—–](?!\d)\w)"
)  # `Narvaez —The`: a thin space, or what the OCR took for one; `at —5°` is a minus sign
_ASIDE = re.compile(r" [—–]\w[^—–\n]{0,200}[^\s—–][—–](?=[\s.,;:!?]|$)")  # `—dijo ella— y`
_DIALOGUE = re.compile(r"\s*[—–]\s?[\w¿¡]")
_FRENCH = re.compile("«[ \u00a0\u202f][^«»]{0,400}[ \u00a0\u202f]»")
_IN_BRACKETS = re.compile(
    r"\((?P<left>[ \u00a0]?)(?=[^\W\d_]{2})[^()\n]{2,300}?(?P<right>[ \u00a0]?)\)"
)
_CURLY = re.compile(
    # after leaders or before a figure ” is a ditto mark: `Marazion .... ” 6 31`
    r"“(?P<left>[ \u00a0])(?=\w)|(?<=[\w.,;:!?—)])(?<!\.\.)(?P<right>[ \u00a0])”(?!\s*\d)"
)
_COLUMNS = re.compile(r"\S {3,}\S.* {3,}\S")

LINE = 200  # code points looked back for the columns of a line
HABIT = 2  # blanks before stops from which a text is set with them


def spacing(document: Document) -> Iterator[Proposal | Mark]:
    """Reduces several blanks to one, and removes those before stops and inside quotation marks."""
    text, typography = document.text, languages.of(document.language).typography
    prose = [
        document.reading_span(mark.start, mark.end)
        for mark in document.marked("paragraph", "note", "item", "heading", "titlepart")
        if not mark.get("level") or mark.role == "heading"  # an entry of an index has its columns
    ]
    loose = sum(1 for _ in chain(_BEFORE_STOP.finditer(text), _BEFORE_COLON.finditer(text)))
    seen: set[int] = set()
    for start, end in prose:
        found = [*_doubled(text, start, end)]
        if typography.space_before_stops:
            found += _before_commas(text, start, end)
        else:
            found += _before_stops(text, start, end, spaced=loose >= HABIT)
            if not typography.dialogue_dashes:
                found += _before_dashes(text, start, end)
            found += _in_brackets(text, start, end)
            found += _in_quotation_marks(text, start, end, typography)
            found += _no_break(text, start, end)
            french = {at for m in _FRENCH.finditer(text, start, end) for at in range(*m.span())}
            found = [one for one in found if one.rule == "space.doubled" or one.start not in french]
        found += _astray(text, start, end, languages.of(document.language).dashes.clause_openers)
        for one in found:
            span = range(one.start, one.end)
            if seen.isdisjoint(span):
                seen.update(span)
                yield one


def _doubled(text: str, start: int, end: int) -> Iterator[Proposal]:
    for m in _DOUBLED.finditer(text, start, end):
        window = max(0, m.start() - LINE)
        left = max(window, text.rfind("\n", window, m.start()) + 1)
        line = text[left : m.end() + 80].split("\n", 1)[0]
        if not _COLUMNS.search(line):
            why = "several blanks where one belongs: lost mark-up or justified setting"
            yield Proposal(*m.span(), " ", "space.doubled", why, "form", 0.98)


def _before_stops(text: str, start: int, end: int, *, spaced: bool) -> Iterator[Proposal]:
    """A blank before a stop; before a full stop only in a text that sets others so (`spaced`)."""
    patterns = [(_BEFORE_STOP, 0.97), (_BEFORE_COLON, 0.95)]
    if spaced:
        patterns.append((_BEFORE_FULL_STOP, 0.95))
    for pattern, confidence in patterns:
        for m in pattern.finditer(text, start, end):
            why = f"a blank before “{m['stop']}”: old printing, or a slip of the OCR"
            yield Proposal(*m.span(), m["stop"], "space.before-stop", why, "form", confidence)
    for m in _OPENER.finditer(text, start, end):
        why = f"a blank after “{text[m.start() - 1]}”: old printing, or a slip of the OCR"
        yield Proposal(*m.span(), "", "space.before-stop", why, "form", 0.97)


def _before_commas(text: str, start: int, end: int) -> Iterator[Proposal]:
    """A blank before a comma, in a language that sets blanks before the high stops only."""
    for m in _BEFORE_STOP.finditer(text, start, end):
        if m["stop"] == ",":
            why = "a blank before “,”, which in this language only the high stops have"
            yield Proposal(*m.span(), ",", "space.before-stop", why, "form", 0.97)


def _astray(text: str, start: int, end: int, openers: Container[str]) -> Iterator[Proposal]:
    """A full stop that went over to the next word, which only begins a sentence with a capital."""
    for m in _ASTRAY.finditer(text, start, end):
        if m[1].lower() in openers:
            why = "the blank after a full stop stands before it"
            yield Proposal(*m.span(), ". ", "space.before-stop", why, "form", 0.95)


def _before_dashes(text: str, start: int, end: int) -> Iterator[Proposal]:
    """A blank before a dash that has none after it, unless the dash opens an aside or a speech."""
    if _DIALOGUE.match(text, start, end):
        return
    asides = {m.start() for m in _ASIDE.finditer(text, start, end)}
    for m in _BEFORE_DASH.finditer(text, start, end):
        if m.start() not in asides:
            why = "a blank before a dash and none after it"
            yield Proposal(*m.span(), "", "space.before-dash", why, "form", 0.95)


def _no_break(text: str, start: int, end: int) -> Iterator[Proposal]:
    for m in _NO_BREAK.finditer(text, start, end):
        why = "a no-break space between words"
        yield Proposal(*m.span(), " ", "space.no-break", why, "form", 0.98)


def _in_brackets(text: str, start: int, end: int) -> Iterator[Proposal]:
    """Blanks inside round brackets that hold words: `( which was open )`."""
    for m in _IN_BRACKETS.finditer(text, start, end):
        for side in ("left", "right"):
            if m[side]:
                why = "a blank inside brackets, as in old printing"
                yield Proposal(*m.span(side), "", "space.inside-bracket", why, "form", 0.95)


def _in_quotation_marks(
    text: str, start: int, end: int, typography: Typography
) -> Iterator[Proposal]:
    """Blanks inside straight marks, which open and close in turn, and inside curly ones."""
    rule, why = "space.inside-quotation", "a blank inside quotation marks, as in old printing"
    if not typography.low_quotation_marks:
        for m in _CURLY.finditer(text, start, end):
            if m["left"] and text.find("„", start, m.start()) >= 0:
                continue  # „low“ and closed
            side = "left" if m["left"] else "right"
            yield Proposal(*m.span(side), "", rule, why, "form", 0.95)
    marks = [m.start() for m in re.compile('"').finditer(text, start, end)]
    if len(marks) % 2:
        return
    certain = 0
    blanks: list[int] = []
    for nth, at in enumerate(marks):
        before = " " if at == start else text[at - 1]
        after = " " if at + 1 == end else text[at + 1]
        opening = nth % 2 == 0
        if before.isspace() != after.isspace() and at not in (start, end - 1):
            if before.isspace() != opening:
                return  # it opens where it should close
            certain += 1
        if opening and after in " \u00a0":
            blanks.append(at + 1)
        elif not opening and before in " \u00a0":
            blanks.append(at - 1)
    pairs = list(zip(marks[::2], marks[1::2], strict=True))
    if any(not re.match(r"[ \u00a0]?[^\W\d_]", text[first + 1 : last]) for first, last in pairs):
        return  # ditto marks and inches
    stopped = all(text[first:last].rstrip()[-1:] in ".,;:!?—" for first, last in pairs)
    verdict: Verdict = "made" if certain or stopped else "held"
    for at in blanks:
        yield Proposal(at, at + 1, "", rule, why, "form", 0.95 if certain else 0.9, verdict)
