"""Misread words: `tbe`, `medireval`, `ta.king`, `3 r 7`, specks.

The corrector (`pipeline/correct/spelling`) decides; docs/how-correction-works.md explains how. It
ignores note signs, figures that call notes, web addresses and markup that no stage has read: they
look like misreadings.

Left alone: every attested word, names that the text repeats, period and regional spellings, other
languages.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from pipeline.correct import Corrector
from pipeline.correct.spelling.judge import judge
from pipeline.correct.spelling.letters import Letters
from pipeline.correct.spelling.sentences import Sentences
from pipeline.document import Document, Proposal, Verdict
from pipeline.language.languages import packs
from pipeline.memory import NOTHING, Memory

_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+"
)
# a formula in LaTeX, in a text that has commands in one: `$v$`, `$r = k \\cdot v^{2}$`
_FORMULA = re.compile(r"\$\$?[^$\n]{1,200}\$\$?|\\\([^\n]{1,200}?\\\)")
# What is left of the markup of wikis and of HTML: `{{name|`, `}}`, `<td colspan="2">`.
_TEMPLATE = re.compile(r"\{\{[^{}|\n]{1,60}(?:\||(?=\}\}))|\}\}")
_TAG = re.compile(r"</[a-z]{1,10}>|<[a-z]{1,10}(?:\s[^<>\n]*=[^<>\n]*)?/?>")
_LETTERS, _LETTERS_BEFORE = re.compile(r"\w*"), re.compile(r"\w*$")
_COMMAND = re.compile(r"\$[^$\n]*\\[a-z]+[^$\n]*\$|\\\([^\n]*\\[a-z]+[^\n]*\\\)")


def spelling(document: Document) -> Iterator[Proposal]:
    """Proposes corrections of misread words."""
    code = document.language.split("-")[0]
    if code not in packs():
        return
    last = judge(code, dict(document.facts).get("model", ""))
    corrector = Corrector(
        code,
        own=document.lexicon,
        accepted=document.accepted,
        refused=document.refused,
        sentences=last if isinstance(last, Sentences) else None,
        letters=last if isinstance(last, Letters) else None,
        memory=document.memory,
    )
    for one in corrector.corrections(masked(document), _word_confidence(document)):
        best = one.candidates[0]
        made = one.verdict == "made"
        broken = (
            "\n" in one.before and "".join(one.before.split()) == best.after
        )  # com⏎mittee, which only its neighbours show to be one
        rule = "line-end.lost" if broken else one.rule
        verdict: Verdict = "made" if made else "held"
        yield Proposal(
            one.start,
            one.end,
            best.after,
            rule,
            one.why,
            "linebreak" if broken else "ocr",
            one.confidence,
            verdict,
            one.candidates[1:],
        )


def shown(document: Document) -> Memory:
    """What a document shows of its words and its engine, before its words are corrected."""
    code = document.language.split("-")[0]
    if code not in packs():
        return NOTHING
    return Corrector(code, own=document.lexicon).shown(masked(document))


def masked(document: Document) -> str:
    """The reading with what is no word of it blanked out, character for character."""
    text = document.text
    spans = [
        document.reading_span(mark.start, mark.end)
        for mark in document.marked("anchor", "label", "columns", "gap")
    ]
    spans += [m.span() for m in _ADDRESS.finditer(text)]
    places = [  # `H[oe]y`, `Decem^r`: a person has read these words letter by letter
        document.reading_at(change.start)
        for change in document.ledger
        if change.rule == "proofreading.letter"
    ]
    places += [  # `be-`, the note at the page's foot, `fore`: the note seems to be in the word
        at
        for mark in document.marked("note")
        for at in document.reading_span(mark.start, mark.end)
        if text[max(0, at - 1) : at + 1].isalnum()
    ]
    spans += [_word_around(text, at) for at in places]
    if "{{" in text:
        spans += [m.span() for m in _TEMPLATE.finditer(text)]
    if "</" in text:
        spans += [m.span() for m in _TAG.finditer(text)]
    if _COMMAND.search(text):
        spans += [m.span() for m in _FORMULA.finditer(text)]
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            parts += (text[at:start], " " * (end - start))
            at = end
    return "".join((*parts, text[at:]))


def _word_around(text: str, at: int) -> tuple[int, int]:
    """The span of the letters around a position."""
    before, after = _LETTERS_BEFORE.search(text, max(0, at - 40), at), _LETTERS.match(text, at)
    return before.start() if before else at, after.end() if after else at


def _word_confidence(document: Document) -> Callable[[int, int], float | None] | None:
    """How sure the OCR was of the words in a reading span, where its layout tells."""
    layout = document.source.layout
    words = (
        [zone for zone in layout.zones if zone.level == "word" and zone.confidence is not None]
        if layout
        else []
    )
    if not words:
        return None
    starts = [zone.start for zone in words]

    def confidence(start: int, end: int) -> float | None:
        first, last = document.raw_span(start, end)
        i = bisect_left(starts, first + 1) - 1
        found = [
            zone.confidence
            for zone in words[max(0, i) : bisect_left(starts, last)]
            if zone.end > first and zone.confidence is not None
        ]
        return min(found, default=None)

    return confidence
