r"""Gaps: places where the source lacks words or pages.

- A transcriber says so: `[illegible]`, `[two lines lost]`. What is typed is marked, and stays.
- A paragraph breaks off in mid-sentence, and the next one begins another
  (`The word of our⏎⏎Next year I promise`), although nearly all paragraphs of the text end with a
  stop.
- The printed page numbers jump: page 13 is missing between 12 and 14.

The last two are pending, with `[…]` proposed: only the page can say what is missing.

Left alone: a sentence that goes on after a list, a table, verse, a note or a quotation, a line that
introduces something, a heading, the last paragraph of a division, pages whose numbers were counted,
an editor's own words in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import full_line, is_wrapped
from pipeline.text.lacunae import SIGN, reason

_LONG = 160  # characters: a shorter paragraph may be a line of its own
_FINISHED = 0.9  # of the paragraphs
_MOST = 5  # missing pages in one place; a wider jump is another numbering
_WORD = 60  # characters: where a paragraph's last word is sought, however long a run of letters is
_BRACKETED = re.compile(r"\[[^\[\]\n]{4,60}\]")
_BREAKS_OFF = re.compile(r"(?P<word>[^\W\d_]{2,})[*_]?$")
_BEGINS = re.compile(r"[\"“‘'«»„(\[*_]{0,3}[A-ZÀ-Þ]")


def gaps(document: Document) -> Iterator[Proposal | Mark]:
    """Marks gaps that the source names, and proposes others."""
    yield from _named(document.text)
    yield from _cut_sentences(document)
    yield from _missing_pages(document)


def _named(text: str) -> Iterator[Mark]:
    for m in _BRACKETED.finditer(text):
        if why := reason(m[0]):
            yield Mark("gap", *m.span(), (("reason", why),))


def _cut_sentences(document: Document) -> Iterator[Proposal]:
    text = document.text
    marks = list(document.marked("paragraph", "heading", "list", "table", "verse"))
    spans = [(document.reading_span(mark.start, mark.end), mark) for mark in marks]
    paragraphs = [text[slice(*span)] for span, mark in spans if mark.role == "paragraph"]
    long = [one for one in paragraphs if len(one) > _LONG]
    cut = sum(bool(_BREAKS_OFF.search(one[-_WORD:])) for one in long)
    if not long or cut > (1 - _FINISHED) * len(long):
        return
    wrapped, usual = is_wrapped(text), full_line(text)
    for ((start, end), mark), ((following, _), after) in pairwise(spans):
        m = None
        if mark.role == after.role == "paragraph":
            m = _BREAKS_OFF.search(text, max(start, end - _WORD), end)
        if m is None or end - start <= _LONG or not _BEGINS.match(text, following):
            continue
        last = text[start:end].rsplit("\n", 1)[-1]
        if wrapped and len(last.strip()) < 0.5 * usual:
            continue  # a short last line ends a paragraph, even one that lacks its stop
        why = "the paragraph breaks off here, and the next begins another sentence"
        yield _missing(*m.span("word"), f"{m['word']} {SIGN}", "gap.sentence", why)


def _missing_pages(document: Document) -> Iterator[Proposal]:
    pages = list(document.marked("page"))
    for before, after in pairwise(pages):
        if not (_is_printed(before) and _is_printed(after)):
            continue
        missing = int(after.get("n")) - int(before.get("n")) - 1
        if 0 < missing <= _MOST:
            m = re.compile(r"\S+").search(document.text, document.reading_at(after.start))
            first, last = int(before.get("n")) + 1, int(after.get("n")) - 1
            named = f"page {first} is" if missing == 1 else f"pages {first} to {last} are"
            if m:
                yield _missing(*m.span(), f"{SIGN} {m[0]}", "gap.page", f"{named} missing here")


def _is_printed(page: Mark) -> bool:
    return page.get("n").isdecimal()


def _missing(start: int, end: int, after: str, rule: str, why: str) -> Proposal:
    return Proposal(start, end, after, rule, why, "ocr", 0.5, "held")
