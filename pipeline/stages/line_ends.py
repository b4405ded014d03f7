r"""Words split over the end of a line or page.

Their hyphen may be lost (`gov⏎ernment`), soft (`direc-⏎tion`) or hard (`self-⏎education`).

Text whose lines were run together has a hyphen and a blank instead (`de- scribed`), which emend
treats in the same way.

`pipeline/correct/line_ends/weighing.py` explains what decides: the words, the document's own habit,
the document's own sign. emend joins the two parts if that is nearly certain and proposes it if
it is likely. A note at the foot of the page can come between the parts; it stays in its place.

A hyphen in print stays unless it is known to be soft: before a capital (`Sub-⏎Committee`,
`Ober-⏎Bürgermeister`), beside a single letter or a figure (`T-⏎square`, `10-⏎20`), in a compound
that the document hyphenates elsewhere, and without evidence either way (`là-⏎bas`). No blank is
left after it.

Chinese and Japanese are written without blanks, so a line end between two of their signs is none.

Left alone: line ends between words, a dash at a line's end, a hyphen that stands for the rest of a
word (`Ein- und Ausfuhr`), headings, verse. Two words without a hyphen (`pocket⏎knife`, `fog⏎horn`)
are only proposed if three witnesses have no hyphen there.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from pipeline.correct.line_ends import weighing as decided
from pipeline.correct.line_ends.vocabulary import Misread
from pipeline.correct.spelling.candidates import nearby
from pipeline.document import Document, Proposal, Verdict
from pipeline.language.language_model import language_model
from pipeline.language.languages import of, packs
from pipeline.language.lexicon import lexicon
from pipeline.text.blocks import claims, touches
from pipeline.text.witness_slots import slots

_ENOUGH = 2  # witnesses beside the text itself
_UNSPACED = r"[\u3001-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff9f]"
_UNSPACED_END = re.compile(rf"(?<={_UNSPACED})[ \t]*\n(?={_UNSPACED})")
MADE, HELD = 0.9, 0.5  # chances of being right; benchmarks/line_ends.py shows what they buy


def line_ends(document: Document) -> Iterator[Proposal]:
    """Joins words over line ends."""
    text = document.text
    hidden = claims(document, "note")
    closed = claims(document, "heading", "titlepart", "verse", "separator", "columns")
    code = document.language.split("-")[0]
    language = of(code).line_ends
    has_pack = code in packs()
    words = (
        lexicon(code).with_words(document.lexicon)
        if has_pack
        else _OwnWords(code, document.lexicon)
    )
    model = language_model(code) if has_pack else None
    differ = _differences(document)
    found = decided.line_ends(text, words, model, hidden, _misread(code) if has_pack else None)
    parts = list({part.lower() for end in found for part in (end.left, end.right)})
    known = dict(zip(parts, words.attested_all(parts), strict=True))
    for end in found:
        verdict: Verdict = "made" if end.confidence >= MADE else "held"
        if end.join == "none" or end.confidence < HELD or touches(closed, end.start, end.end):
            continue
        gap = text[end.start : end.end]
        two_words = end.join == "hard" or (known[end.left.lower()] and known[end.right.lower()])
        if two_words and "-" not in gap and differ is not None:
            start, stop = document.raw_span(end.start, end.end)
            if not any(first <= stop and start <= last for first, last in differ):
                verdict = "held"  # every engine read two words, so the page has no hyphen there
        if {"\n", "\f"} & set(gap):
            rule = f"line-end.{end.join}"
            spans = _around(end.start, end.end, end.between, hidden)
        else:  # no line end is left to stand in the word, which is replaced as a whole
            rule = "line-end.run-on"
            verdict = verdict if language.run_on else "held"
            spans = iter([(end.start - len(end.left), end.end + len(end.right), end.word)])
        for start, stop, after in spans:
            yield Proposal(start, stop, after, rule, end.why, "linebreak", end.confidence, verdict)
    yield from _between_signs(document, closed)


def _between_signs(document: Document, closed: Sequence[tuple[int, int]]) -> Iterator[Proposal]:
    """Line ends between signs of scripts that have no blanks between words, but in `closed`."""
    ends = list(_UNSPACED_END.finditer(document.text))
    spans = claims(document) if ends else []
    for found in ends:
        start, end = found.span()
        same = bisect_right(spans, (start, end)) == bisect_right(spans, (end, end))
        if same and not touches(closed, start, end):
            why = "this script has no blanks between words"
            yield Proposal(start, end, "", "line-end.unspaced", why, "linebreak", 0.99)


def _differences(document: Document) -> list[tuple[int, int]] | None:
    """The raw spans on which three or more witnesses disagree; None if there are fewer."""
    others = document.source.witnesses
    return (
        [(slot.start, slot.end) for slot in slots(document.raw, *(other.text for other in others))]
        if len(others) >= _ENOUGH
        else None
    )


def _misread(language: str) -> Misread:
    """A search for the words that forms may be misreadings of."""

    def find(forms: Sequence[str]) -> list[list[str]]:
        words = lexicon(language)
        return [
            [words.word(number) for number in found[:8]] for found in nearby(language).find(forms)
        ]

    return find


class _OwnWords:
    """The project lexicon of a text in a language without a pack, and the text's own words."""

    def __init__(self, language: str, words: Iterable[str]) -> None:
        self.language = language
        self._words = {word.casefold() for word in words}

    def attested_all(self, forms: Sequence[str]) -> list[bool]:
        """Whether the project lexicon has each."""
        return [form.casefold() in self._words for form in forms]

    def frequencies(self, forms: Sequence[str]) -> list[float]:
        """Unknown: 1 if attested, else 0."""
        return [float(known) for known in self.attested_all(forms)]

    def foreign_all(self, forms: Sequence[str]) -> tuple[list[bool], list[bool]]:
        """Unknown: none is."""
        return [False] * len(forms), [False] * len(forms)


def _around(
    start: int, end: int, between: str, hidden: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, str]]:
    """The parts of a line end that no note covers; the first takes what is between the halves."""
    for first, last in hidden[bisect_left(hidden, (start, 0)) : bisect_left(hidden, (end, 0))]:
        if start < first and last < end:
            yield start, first, between
            start, between = last, ""
    yield start, end, between
