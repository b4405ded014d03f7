"""Other readings of the same pages: a second engine's text, a second recognition of the image, another scan.

Two engines rarely err in the same place. Where they differ, what speaks for a reading is told in figures: how many of the
witnesses have it, whether its words are attested and look like words (`yather` | `rather`), how well it stands between its
neighbours (`he` | `be`), how sure the engine was. The weights were fitted to 49 pages of five old books, read by two engines,
and judged on each book by what the other four taught (benchmarks/ocr.py shows what they buy).

Left alone: a word that only one of the others has and no lexicon, accents that a witness lacks (`élément` | `element`), words
that all of one witness has and the other has not, line ends.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.correct.language_model import LanguageModel, language_model
from pipeline.correct.lexicon import Lexicon, lexicon
from pipeline.correct.packs import packs
from pipeline.document import Alternative, Document, Proposal
from pipeline.ingest.layer import confidence_at
from pipeline.ingest.witnesses import Slot, slots

MADE, HELD = 0.6, 0.35  # chances of being right; benchmarks/ocr.py shows what they buy
_VOTES, _ATTESTED, _CONTEXT, _DOUBT, _POINT, _QUOTES, _FLOOR = 2.1, 2.0, 0.5, 1.7, 0.6, -1.0, -0.7
_USUAL = 0.93  # how sure Tesseract is of a word that it read rightly, in the middle

_FOLD = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-"})
_LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"})
_SET_OFF = re.compile(r" (?=[;:!?]+(?:\s|$))")  # the blank that old print sets before these
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHAPE = re.compile(
    r"""[“‘"'(\[—–-]*"""
    r"(?:[^\W\d_]+(?:['’.&-][^\W\d_]+)*['’]?|[£$]?\d[\d.,:/]*\d|\d)(?:[-—–]+[^\W_]+(?:['’][^\W_]+)*)*"
    r"""(?:[.,;:!?]|[”’"')\]]|[-—–])*"""
)
_ELIDED = re.compile(r"\w['’]\w")
_TORN = re.compile(r"\s['’]\w|\w['’]\s\w")


def witnesses(document: Document) -> Iterator[Proposal]:
    """Proposes what other witnesses of the text read, where that speaks for itself."""
    others = document.source.witnesses
    if not others:
        return
    raw = document.raw
    found = list(slots(raw, *(other.text for other in others)))
    judge = _Judge(document, found)
    for slot in found:
        if "\n" in raw[slot.start : slot.end] or document.reading_of(slot.start, slot.end) != raw[slot.start : slot.end]:
            continue
        candidates = sorted(judge.candidates(slot), key=lambda candidate: -candidate.chance)
        if not candidates or candidates[0].chance < HELD:
            continue
        best, *rest = candidates
        start, end = document.reading_span(slot.start, slot.end)
        yield Proposal(
            start,
            end,
            best.reading,
            best.rule,
            best.why,
            "ocr",
            round(best.chance, 3),
            "made" if best.chance >= MADE else "held",
            tuple(Alternative(other.reading, round(other.chance, 3)) for other in rest),
        )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A witness's reading, and the chance that it is right."""

    reading: str
    chance: float
    rule: str
    why: str


class _Judge:
    """Weighs readings against one another."""

    def __init__(self, document: Document, found: Sequence[Slot]) -> None:
        code = document.language.split("-")[0]
        self._lexicon: Lexicon | None = lexicon(code).with_words(document.lexicon) if code in packs() else None
        self._model: LanguageModel | None = language_model(code) if code in packs() else None
        self._raw = document.raw
        self._confidence: Callable[[int, int], float | None] = confidence_at(document.source)
        # What the witnesses agree on in two other places is a word, whatever the lexicon says: `Narvaez`.
        seen = Counter(_words(re.sub(r"-\n", "", document.raw)))
        seen.subtract(word for slot in found for word in _words(slot.readings[0]))
        self._agreed = {word for word, times in seen.items() if times >= 2}

    def candidates(self, slot: Slot) -> Iterator[_Candidate]:
        """What the other witnesses read here and may be right."""
        keys = [_key(reading) for reading in slot.readings]
        counts = Counter(keys)
        ours = slot.readings[0]
        for key in dict.fromkeys(keys[1:]):
            if key == keys[0]:
                continue
            theirs = _dressed(ours, slot.readings[keys.index(key)].translate(_LIGATURES))
            if theirs == ours or not self._possible(ours, theirs):
                continue
            yield self._weighed(slot, theirs, counts[key], counts[keys[0]], len(keys))

    def _possible(self, ours: str, theirs: str) -> bool:
        """Whether the one may be the other misread."""
        mine, other = _core(ours), _core(theirs)
        if bool(mine) != bool(other) or _TORN.search(theirs):
            return False
        if mine == other:
            return not (_ELIDED.search(ours) and not _ELIDED.search(theirs))  # `c’est` | `c est`
        if _bare(mine) == _bare(other) or (not mine.isascii() and other.isascii()):
            return False
        return Levenshtein.normalized_similarity(mine, other) >= 0.4

    def _weighed(self, slot: Slot, theirs: str, votes: int, ours_votes: int, of: int) -> _Candidate:
        ours = slot.readings[0]
        words = _core(ours) != _core(theirs)
        attested = self._attested(theirs) - self._attested(ours)
        before, after = _words(self._raw[max(0, slot.start - 60) : slot.start])[-2:], _words(self._raw[slot.end : slot.end + 60])[:2]
        context = self._context(before, ours, theirs, after) if words else 0.0
        sure = self._confidence(slot.start, slot.end)
        quotes = 0 if words else _quotes(theirs) - _quotes(ours)
        weight = _FLOOR + _VOTES * (votes - ours_votes) / of + _ATTESTED * attested + _CONTEXT * context
        weight += _DOUBT * (_USUAL - (_USUAL if sure is None else sure)) + (0 if words else _POINT) + _QUOTES * quotes
        why = [f"{votes} of {of} witnesses read {theirs}"]
        if attested > 0:
            why.append(f"{ours} is not attested")
        elif context > 1:
            why.append("it stands better between its neighbours")
        if sure is not None and sure < 0.7:
            why.append(f"the engine was only {sure:.0%} sure of {ours}")
        rule = "witness.point" if not words else "witness.attested" if attested > 0 else "witness.reading"
        return _Candidate(theirs, 1 / (1 + math.exp(-weight)), rule, "; ".join(why))

    def _attested(self, reading: str) -> bool:
        """Whether all its words are attested, and are shaped like words in print."""
        if any(not _SHAPE.fullmatch(word) for word in _key(reading).split()):
            return False
        return all(word in self._agreed or (self._lexicon is not None and self._lexicon.attested(word)) for word in _words(reading))

    def _context(self, before: list[str], ours: str, theirs: str, after: list[str]) -> float:
        """By how many powers of ten their words are likelier here than ours, up to six."""
        if self._model is None:
            return 0.0
        other, mine = (self._model.score([*before, *_words(reading), *after]) for reading in (theirs, ours))
        return max(-6.0, min(6.0, other - mine))


def _key(reading: str) -> str:
    """A reading for comparison: quotation marks and dashes of any form, no blank before a stop."""
    return _SET_OFF.sub("", reading.translate(_LIGATURES)).translate(_FOLD)


def _dressed(ours: str, theirs: str) -> str:
    """Their letters with our quotation marks, dashes and blanks before stops, so that only what differs in sense is changed."""
    out = list(theirs)
    for op in Levenshtein.opcodes(ours.translate(_FOLD), theirs.translate(_FOLD)):
        if op.tag == "equal":
            out[op.dest_start : op.dest_end] = ours[op.src_start : op.src_end]
    dressed = "".join(out)
    if _SET_OFF.search(ours):
        return dressed
    return _SET_OFF.sub("", dressed)


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _core(reading: str) -> str:
    """Its letters and figures alone."""
    return re.sub(r"[\W_]", "", reading).casefold()


def _bare(core: str) -> str:
    """Letters without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", core) if not unicodedata.combining(sign))


def _quotes(reading: str) -> int:
    return sum(reading.translate(_FOLD).count(mark) for mark in "\"'")
