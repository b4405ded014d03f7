r"""Dashes typed as hyphens, or misread as hyphens.

Typed: `1929--1933` becomes `1929–1933`; `came -- and went`, and `came - and went` in a text that
types all its dashes so, get an em dash. `Von---, our leader` omits a name: three hyphens are an em
dash, four a two-em dash.

Misread: the context shows where the OCR read an em dash as a hyphen (`Mussolini-all`,
`Power of our own?"-and`, `Stalin-" just another Hitler!"`). The hyphen comes after a closing
quotation mark or a stop, before an opening quotation mark, or between two words that never form a
compound and of which the second begins a clause (`and`, `the`, `are`); also at a line end
(`the house-⏎which`). If the OCR of a text reads dashes as hyphens, the same holds for a hyphen
after a plural or a verb in -s that begins no compound
(`the rest of the land depends-steel works, mines-become`), and for one before a word that ends no
compound, after a dash in the same line (`in council-the farm of a village-meet with`).

Lost: at a line end, if the document's own sign shows it: every line ends with a blank except this
one (`the democratic slogan⏎all this`).

Left alone: compounds (`better-to-do`, `cattle-killing`, `yes-men`, `all-union`), ranges that
already have a hyphen, rules drawn with signs (`+-- Anne`), dashes that open a speech
(`—No —dijo él—.`), a hyphen at a line end before any other word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.document import Document, Mark, Proposal, Verdict
from pipeline.language.compounds import compounds
from pipeline.language.language_model import language_model
from pipeline.language.languages import of
from pipeline.language.lexicon import Lexicon, lexicon

_TYPED = re.compile(r"(?<![-—–+|=])(?P<left>[ \u00a0]?)--(?P<right>[ \u00a0]?)(?![-—–>+|=])")
_LEFT_OUT = re.compile(r"(?<=[^\W_])[ \u00a0]?(?P<dash>---?-)(?=[ \u00a0]?[,.;:!?'’\")\w])(?!-)")
_SPACED = re.compile(
    r"(?:(?<=[^\W\d_][^\W_])|(?<=[^\W\d_.,!?][,.;!?)\"'”’])|(?<=[.,!?][\"'”’)])) - "
    r"(?=[\"'“‘(]?[^\W\d_])"
)
_AFTER_STOP = re.compile(r"(?<=[\w.?!,\"”][?!\"”])-(?=[^\W\d_])")
_BEFORE_QUOTATION = re.compile(r"(?<=\w)(?P<dash>-)\"(?P<blank> )(?=\w)")
_LINE_START = re.compile(r"(?<=[^\W\d_]\n)-(?=[a-z])|(?<=[^\W\d_] \n)-(?=[a-z])")
_CLAUSE = re.compile(
    r"(?<![\w-])(?P<left>[^\W\d_]{2,})-(?P<break>[^\S\n]*\n[^\S\n]*)?(?P<right>[^\W\d_]+)(?![\w-])"
)
_WORD = re.compile(r"[^\W\d_]+")
_FEED = re.compile(r"\n")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")

_HABIT = 3  # dashes read or typed as hyphens in one text: then it is what its OCR or typist does
_ENDS = 100  # line ends that show what is usual in a text
_BARE = 0.02  # share of them that may lack the blank which all others have
_LINE = 100  # characters within which a dash that was opened closes
_NEVER = -0.6  # log10 by which two words that a dash parts meet less often than by chance
_RARELY = 0.005  # share of a word's occurrences that may end a compound, of one that ends none
_COMMON = 20.0  # per million: the rarest word of so few letters before a dash
_SHORTEST = 3  # letters of a word that begins a clause at a line's start; less is half a word


def dashes(document: Document) -> Iterator[Proposal | Mark]:
    """Turns typed and misread dashes into dashes."""
    text = document.text
    yield from _typed(text)
    yield from _beside_signs(text)
    code = document.language.split("-")[0]
    openers = frozenset(of(code).dashes.clause_openers)
    yield from _lost(document, openers)
    if openers and of(code).spelling.corrected:
        yield from _Clauses(text, code, openers).proposals()


def _typed(text: str) -> Iterator[Proposal]:
    # trying these patterns at every letter takes long, and most texts have no such hyphens
    for m in _TYPED.finditer(text) if "--" in text else ():
        before, after = text[max(0, m.start() - 1) : m.start()], text[m.end() : m.end() + 1]
        dash = "–" if before.isdigit() and after.isdigit() else "—"
        why = f"two hyphens typed for {dash}"
        after = m["left"] + dash + m["right"]
        yield Proposal(*m.span(), after, "dash.typed", why, "form", 0.99)
    for m in _LEFT_OUT.finditer(text) if "---" in text else ():
        dash = "—" * (len(m["dash"]) - 2)
        why = f"{len(m['dash'])} hyphens typed for a dash that leaves something out"
        yield Proposal(*m.span("dash"), dash, "dash.typed", why, "form", 0.95)
    spaced = list(_SPACED.finditer(text)) if " - " in text else []
    for m in spaced if len(spaced) >= _HABIT else ():
        why = f"a hyphen between blanks, typed for a dash {len(spaced)} times in this text"
        yield Proposal(m.start() + 1, m.end() - 1, "—", "dash.typed", why, "form", 0.97)


def _beside_signs(text: str) -> Iterator[Proposal]:
    """Hyphens that stand for a dash beside a stop, a quotation mark or the start of a line."""
    paragraphs = _Paragraphs(text)
    for m in _AFTER_STOP.finditer(text):
        why = f"a hyphen after {text[m.start() - 1]}: the dash of the print"
        yield Proposal(*m.span(), "—", "dash.misread", why, "ocr", 0.98)
    starts = list(_LINE_START.finditer(text))  # `the great working masses⏎-had to be stirred`
    begun = Counter(paragraphs.at(m.start()) for m in re.finditer(r"(?m)^[^\S\n]*-", text))
    for m in starts:
        if begun[paragraphs.at(m.start())] == 1:  # more of them are a list
            why = "a hyphen that begins a line: the dash of the print"
            yield Proposal(*m.span(), "—", "dash.misread", why, "ocr", 0.97)
    for m in _BEFORE_QUOTATION.finditer(text):
        if paragraphs.marks_before(m.start()) % 2:
            continue  # `He said, "the prole-" and stopped`: the mark closes
        # `a fling at Stalin-" just another Hitler!"`: the mark opens
        why = "a hyphen before a quotation that opens: the dash of the print"
        yield Proposal(*m.span("dash"), "—", "dash.misread", why, "ocr", 0.96)
        why = "a blank after the mark that opens a quotation"
        yield Proposal(*m.span("blank"), "", "space.inside-quotation", why, "form", 0.96)


class _Paragraphs:
    """Where the paragraphs of a text begin, and how many quotation marks stand in each."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(m.end() for m in _PARAGRAPH.finditer(text))]
        self._marks = [m.start() for m in re.finditer('"', text)]

    def at(self, position: int) -> int:
        """The number of the paragraph at a position."""
        return bisect_right(self._starts, position) - 1

    def marks_before(self, position: int) -> int:
        """How many quotation marks stand before a position in its paragraph."""
        start = self._starts[self.at(position)]
        return bisect_right(self._marks, position - 1) - bisect_right(self._marks, start - 1)


@dataclass(frozen=True)
class _Clauses:
    """The hyphens between two words that never make a compound."""

    text: str
    language: str
    openers: frozenset[str]

    @cached_property
    def words(self) -> Lexicon:
        """The lexicon of the language."""
        return lexicon(self.language)

    def proposals(self) -> Iterator[Proposal]:
        """The hyphens that are dashes, those inside a line and those at its end."""
        found = list(_CLAUSE.finditer(self.text))
        counts = Counter(_pair(m) for m in found)
        doubtful = [m for m in found if counts[_pair(m)] == 1 and self._is_no_compound(m)]
        made = [m for m in doubtful if self._opens_clause(m)]
        for m in made:
            why = f"“{m['right']}” begins a clause and ends no compound; {_pair(m)} stands nowhere"
            yield _misread(m, f"{why} else", 0.97)
        if len(made) < _HABIT:
            return
        habit = f"; the OCR read {len(made)} other dashes of this text as hyphens"
        opened = {m.start() for m in made}
        open_, paired = -_LINE, set()
        for m in doubtful:
            if m.start() in opened:
                open_ = m.end()
            elif m.start() - open_ < _LINE and not re.search(
                r"[.;:?!—]", self.text[open_ : m.start()]
            ):
                paired.add(m.start())
                open_ = -_LINE
        for m in doubtful:
            if m.start() in opened or m["break"] or not m[0].islower():
                continue
            if m["right"].endswith(of(self.language).dashes.compound_endings):
                continue
            if not self.words.attested(m["right"]) or compounds(self.language).frequency(m[0]):
                continue
            if self._begins_no_compound(m["left"]):
                never = not compounds(self.language).first.get(m["left"], 0)
                why = f"{m['left']} begins no compound; {m[0]} stands nowhere else{habit}"
                yield _misread(m, why, 0.92 if never else 0.75, "made" if never else "held")
            elif m.start() in paired and self._ends_no_compound(m["right"]):
                why = f"{m['right']} ends no compound, and a dash stands open in this line{habit}"
                yield _misread(m, why, 0.92)

    def _is_no_compound(self, m: re.Match[str]) -> bool:
        left = m["left"]
        if len(left) <= _SHORTEST and self.words.frequency(left) < _COMMON:
            return False  # a syllable: the cry of a bird, `pu-we`
        return self.words.frequency(_pair(m)) == 0 and self.words.attested(left)

    def _opens_clause(self, m: re.Match[str]) -> bool:
        """Whether the second word begins a clause: `Mussolini-all dictators`."""
        right, left = m["right"], m["left"].lower()
        if right not in self.openers:
            return False
        if m["break"]:  # half a word may look like a short one; `first-⏎and second-class`
            suspended = right in of(self.language).line_ends.suspended
            return (
                len(right) >= _SHORTEST and not suspended and not self.words.attested(left + right)
            )
        # `know-all`, `has-been`; not `a collective will-such is`: those two words never meet
        begins = left in of(self.language).dashes.compound_beginnings
        return not begins or self._never_meet(left, right)

    def _never_meet(self, left: str, right: str) -> bool:
        """Whether two words stand side by side less often than chance would have them."""
        alone, after, both = language_model(self.language).score_all(
            [[left], [right], [left, right]]
        )
        gain = float(both) - float(alone) - float(after)
        return gain < _NEVER and not compounds(self.language).frequency(f"{left}-{right}")

    def _begins_no_compound(self, word: str) -> bool:
        """Whether a word is a plural, or a verb in -s."""
        of_words = of(self.language).words
        return not word.endswith(of_words.no_plurals) and any(
            word.endswith(ending) and self.words.attested(word.removesuffix(ending))
            for ending in of_words.plurals
        )

    def _ends_no_compound(self, word: str) -> bool:
        """Whether a word hardly ever ends a compound in the novels, often as it stands there."""
        known = compounds(self.language)
        often = self.words.frequency(word) * known.tokens / 1e6
        return bool(known.tokens > 1) and known.last.get(word, 0) < _RARELY * often


def _pair(m: re.Match[str]) -> str:
    """The two words with their hyphen, in small letters."""
    return f"{m['left']}-{m['right']}".lower()


def _misread(m: re.Match[str], why: str, confidence: float, verdict: Verdict = "made") -> Proposal:
    """A dash in the place of the hyphen between two words."""
    at = m.end("left")
    return Proposal(at, at + 1, "—", "dash.misread", why, "ocr", confidence, verdict)


def _lost(document: Document, openers: frozenset[str]) -> Iterator[Proposal]:
    """Line ends in paragraphs that alone lack the blank which all others have, yet part two words.

    What lost its sign there was a hyphen or a dash; before a word that begins a clause, a dash.
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
            at
            for start, end in spans
            for at in _feeds(text, start, end)
            if at and text[at - 1] != "\n"
        }
    )
    bare = [at for at in ends if text[at - 1] not in " \t"]
    if len(ends) < _ENDS or len(bare) > _BARE * len(ends):
        return
    for at in bare:
        if not text[at - 1].isalpha() or not text[at + 1 : at + 2].islower():
            continue
        if held & {at - 1, at, at + 1}:
            continue
        after = _WORD.match(text, at + 1)
        opener = after[0] if after and after[0] in openers else ""
        why = (
            f"the lines of this text end with a blank, {len(ends) - len(bare)} of {len(ends)}, and "
            "this one does not: a dash or a hyphen was lost"
        )
        if opener:
            why += f"; “{opener}” begins a clause"
        sure: tuple[float, Verdict] = (0.92, "made") if opener else (0.5, "held")
        yield Proposal(at, at, "—", "dash.lost", why, "ocr", *sure)


def _feeds(text: str, start: int, end: int) -> Sequence[int]:
    """The line feeds of a span."""
    return [m.start() for m in _FEED.finditer(text, start, end)]
