r"""Dashes: typed as hyphens, or misread as one.

`1929--1933` becomes `1929–1933` and `came -- and went` an em dash: the typist meant them. An em
dash that the OCR read as a hyphen (`Mussolini-all`, `Power of our own?"-and`, `Stalin-" just
another Hitler!"`) shows in what stands around it: behind a closing quotation mark or a stop, before
a quotation that opens, or between two words of which the second begins a clause (`and`, `the`,
`are`) and which never make a compound. Held, where the OCR of a text reads dashes as hyphens, is a
hyphen behind a plural or a verb in -s, which begins no compound (`the rest of the land
depends-steel works, mines-become`); and a dash that was lost at a line's end, where the document's
own sign tells of it: each of its lines ends with a blank, and this one does not (`the democratic
slogan⏎all this`).

Left alone: compounds (`better-to-do`, `cattle-killing`, `yes-men`, `all-union`), `Von---` (a name
left out), ranges that have a hyphen already, a hyphen at a line's end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.document import Document, Mark, Proposal
from pipeline.language import languages
from pipeline.language.lexicon import Lexicon, lexicon

_TYPED = re.compile(r"(?<![-—–])(?P<left>[ \u00a0]?)--(?P<right>[ \u00a0]?)(?![-—–>])")
_BEHIND_STOP = re.compile(r"(?<=[\w.?!,\"”][?!\"”])-(?=[^\W\d_])")
_BEFORE_QUOTATION = re.compile(r"(?<=\w)(?P<dash>-)\"(?P<blank> )(?=\w)")
_LINE_START = re.compile(r"(?<=[^\W\d_]\n)-(?=[a-z])|(?<=[^\W\d_] \n)-(?=[a-z])")
_CLAUSE = re.compile(r"(?<![\w-])(?P<left>[^\W\d_]{2,})-(?P<right>[^\W\d_]+)(?![\w-])")
_HABIT = 3  # dashes read as hyphens in one text: then it is what its OCR does
_ENDS = 100  # line ends, to tell what is usual in a text


def dashes(document: Document) -> Iterator[Proposal | Mark]:
    """Turns typed and misread dashes into dashes."""
    text = document.text
    for m in _TYPED.finditer(text):
        figures = text[: m.start()][-1:].isdigit() and text[m.end() :][:1].isdigit()
        dash = "–" if figures else "—"
        yield Proposal(
            *m.span(),
            m["left"] + dash + m["right"],
            "dash.typed",
            f"two hyphens typed for {dash}",
            "form",
            0.99,
        )
    for m in _BEHIND_STOP.finditer(text):
        why = f"a hyphen behind {text[m.start() - 1]}: the dash of the print"
        yield Proposal(*m.span(), "—", "dash.misread", why, "ocr", 0.98)
    for m in _LINE_START.finditer(text):  # `the great working masses⏎-had to be stirred`
        paragraph = text[
            text.rfind("\n\n", 0, m.start()) + 1 : (text + "\n\n").find("\n\n", m.end())
        ]
        if len(re.findall(r"(?m)^\s*-", paragraph)) == 1:  # more of them are a list
            yield Proposal(
                *m.span(),
                "—",
                "dash.misread",
                "a hyphen that begins a line: the dash of the print",
                "ocr",
                0.97,
            )
    for m in _BEFORE_QUOTATION.finditer(text):
        paragraph = text[text.rfind("\n\n", 0, m.start()) + 1 : m.start()]
        if (
            paragraph.count('"') % 2 == 0
        ):  # `a fling at Stalin-" just another Hitler!"`: the mark opens
            yield Proposal(
                *m.span("dash"),
                "—",
                "dash.misread",
                "a hyphen before a quotation that opens: the dash of the print",
                "ocr",
                0.96,
            )
            yield Proposal(
                *m.span("blank"),
                "",
                "space.inside-quotation",
                "a blank behind the mark that opens a quotation",
                "form",
                0.96,
            )
    yield from _lost(document)
    language = languages.of(document.language)
    openers = language.dashes.clause_openers
    if not openers or not language.spelling.corrected:
        return
    words = lexicon(language.code)
    compounds = Counter(m[0].lower() for m in _CLAUSE.finditer(text))
    doubtful = [
        m
        for m in _CLAUSE.finditer(text)
        if compounds[m[0].lower()] == 1 and words.frequency(m[0]) == 0 and words.attested(m["left"])
    ]
    made = [
        m
        for m in doubtful
        if m["right"] in openers and m["left"].lower() not in language.dashes.compound_beginnings
    ]
    for m in made:
        why = f"“{m['right']}” begins a clause and ends no compound; {m[0]} stands nowhere else"
        yield Proposal(m.end("left"), m.end("left") + 1, "—", "dash.misread", why, "ocr", 0.97)
    if len(made) < _HABIT:
        return
    for m in doubtful:
        if (
            m not in made
            and m[0].islower()
            and _begins_no_compound(m["left"], words)
            and words.attested(m["right"])
            and not m["right"].endswith(language.dashes.compound_endings)
        ):
            why = (
                f"{m['left']} begins no compound; {m[0]} stands nowhere else; the OCR read "
                f"{len(made)} other dashes of this text as hyphens"
            )
            yield Proposal(
                m.end("left"), m.end("left") + 1, "—", "dash.misread", why, "ocr", 0.75, "held"
            )


def _begins_no_compound(word: str, words: Lexicon) -> bool:
    """Whether a word is a plural, or a verb in -s."""
    of = words.pack.words
    return not word.endswith(of.no_plurals) and any(
        word.endswith(ending) and words.attested(word.removesuffix(ending)) for ending in of.plurals
    )


def _lost(document: Document) -> Iterator[Proposal]:
    """Line ends within paragraphs that alone lack the blank which all others have, though they part
    two words.
    """
    text = document.text
    held = {
        document.reading_at(change.start)
        for change in document.ledger
        if change.verdict == "held" and change.kind == "linebreak"
    }
    spans = (document.reading_span(mark.start, mark.end) for mark in document.marked("paragraph"))
    ends = sorted(
        {
            i
            for start, end in spans
            for i in range(start, end)
            if text[i] == "\n" and text[i - 1] != "\n"
        }
    )
    bare = [i for i in ends if text[i - 1] not in " \t"]
    if len(ends) < _ENDS or len(bare) > 0.02 * len(ends):
        return
    for i in bare:
        if text[i - 1].isalpha() and text[i + 1].islower() and not held & {i - 1, i, i + 1}:
            why = (
                f"the lines of this text end with a blank, {len(ends) - len(bare)} of "
                f"{len(ends)}, and this one does not: a dash or a hyphen was lost"
            )
            yield Proposal(i, i, "—", "dash.lost", why, "ocr", 0.5, "held")
