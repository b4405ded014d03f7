r"""Dashes: typed as hyphens, or misread as one.

`1929--1933` becomes `1929–1933` and `came -- and went` an em dash: the typist meant them. An em dash that the OCR read as a
hyphen (`Mussolini-all`, `Power of our own?"-and`, `Stalin-" just another Hitler!"`) shows in what stands around it: behind a
closing quotation mark or a stop, before a quotation that opens, or between two words of which the second begins a clause
(`and`, `the`, `are`) and which never make a compound.

Left alone: compounds (`better-to-do`, `cattle-killing`, `yes-men`, `all-union`), `Von---` (a name left out), ranges that have a hyphen
already, a hyphen at a line's end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.correct.lexicon import lexicon
from pipeline.document import Document, Mark, Proposal

_TYPED = re.compile(r"(?<![-—–])(?P<left>[ \u00a0]?)--(?P<right>[ \u00a0]?)(?![-—–>])")
_BEHIND_STOP = re.compile(r"(?<=[\w.?!,\"”])(?P<stop>[?!\"”])-(?=[^\W\d_])")
_BEFORE_QUOTATION = re.compile(r"(?<=\w)-\" (?=\w)")
_LINE_START = re.compile(r"(?<=[^\W\d_]\n)-(?=[a-z])|(?<=[^\W\d_] \n)-(?=[a-z])")
_CLAUSE = re.compile(r"(?<![\w-])(?P<left>[^\W\d_]{2,})-(?P<right>[^\W\d_]+)(?![\w-])")
# Words that begin a clause and hardly ever end a compound. Not: to, in, on, up, by, off, out, of, the like of which do.
_OPENERS = {
    "en": frozenset(
        "a all an and are as be because but can could did do does had has have he her his how i if is it its just my no not nor or our she should so "
        "that the their then there these they this those was we were what when where which while who whose why will would you your".split()
    )
}

_BEGIN_COMPOUNDS = frozenset(
    "co re non un out over under by may might must can could would should will never ever well has had been know all".split()
)


def dashes(document: Document) -> Iterator[Proposal | Mark]:
    """Turns typed and misread dashes into dashes."""
    text = document.text
    for m in _TYPED.finditer(text):
        figures = text[: m.start()][-1:].isdigit() and text[m.end() :][:1].isdigit()
        dash = "–" if figures else "—"
        yield Proposal(*m.span(), m["left"] + dash + m["right"], "dash.typed", f"two hyphens typed for {dash}", "form", 0.99)
    for m in _BEHIND_STOP.finditer(text):
        yield Proposal(*m.span(), f"{m['stop']}—", "dash.misread", f"a hyphen behind {m['stop']}: the dash of the print", "ocr", 0.98)
    for m in _LINE_START.finditer(text):  # `the great working masses⏎-had to be stirred`
        paragraph = text[text.rfind("\n\n", 0, m.start()) + 1 : (text + "\n\n").find("\n\n", m.end())]
        if len(re.findall(r"(?m)^\s*-", paragraph)) == 1:  # more of them are a list
            yield Proposal(*m.span(), "—", "dash.misread", "a hyphen that begins a line: the dash of the print", "ocr", 0.97)
    for m in _BEFORE_QUOTATION.finditer(text):
        paragraph = text[text.rfind("\n\n", 0, m.start()) + 1 : m.start()]
        if paragraph.count('"') % 2 == 0:  # `a fling at Stalin-" just another Hitler!"`: the mark opens
            yield Proposal(*m.span(), '—"', "dash.misread", "a hyphen before a quotation that opens: the dash of the print", "ocr", 0.96)
    openers = _OPENERS.get(document.language.split("-")[0])
    if not openers:
        return
    words = lexicon(document.language.split("-")[0])  # every language that has openers has a pack
    compounds = Counter(m[0].lower() for m in _CLAUSE.finditer(text))
    for m in _CLAUSE.finditer(text):
        if m["right"] not in openers or m["left"].lower() in _BEGIN_COMPOUNDS:
            continue
        if compounds[m[0].lower()] > 1 or words.frequency(m[0]) > 0 or not words.attested(m["left"]):
            continue
        at = m.end("left")
        why = f"“{m['right']}” begins a clause and ends no compound; {m[0]} stands nowhere else"
        yield Proposal(at, at + 1, "—", "dash.misread", why, "ocr", 0.97)
