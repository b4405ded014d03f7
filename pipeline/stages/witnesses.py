"""Other OCR readings of the same pages: by another engine, with other settings, of another scan.

Two engines rarely make the same error. Where the readings differ, emend weighs how many witnesses
have a reading, whether its words are attested and look like words (`yather` | `rather`), how well
it fits between its neighbours (`he` | `be`), how confident each engine was, whether a full stop
suits the next word (`mind,` | `mind.` before `This`), and whether the reading only lacks letters at
an edge (`Orient` | `Lorient`). The weights were fitted to 49 pages of five old books, read by
several engines, and tested on each book with weights learned from the other four
(benchmarks/tune/witnesses.py).

Left alone: a word that only one other witness has and that is not in the lexicon, accents that a
witness lacks (`élément` | `element`), words that one witness has and the other lacks, line ends.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from rapidfuzz.distance import Levenshtein

from pipeline.document import Alternative, Document, Proposal, Source
from pipeline.ingest.layer import confidence_at
from pipeline.language.language_model import LanguageModel, language_model
from pipeline.language.languages import packs
from pipeline.language.lexicon import Lexicon, lexicon
from pipeline.text.witness_slots import Reading, Slot, slots

MADE, HELD = 0.6, 0.35  # chances of being right; benchmarks/ocr.py shows what they buy
# What each piece of evidence weighs (benchmarks/tune/witnesses.py fits them).
_WEIGHTS = {
    "floor": -1.15,
    "votes": 1.9,
    "attested": 2.2,
    "context": 0.8,
    "trust": 1.9,
    "point": 0.6,
    "quotes": -1.2,
    "stop": 1.9,
    "full": 1.35,
    "lost": -1.5,
}

_USUAL, _MANY = 0.93, 50  # how sure Tesseract is of most words; used for fewer words than these

_FOLD = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-"})
_LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"})
_SET_OFF = re.compile(r" (?=[;:!?]+(?:\s|$))")  # the blank that old print sets before these
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHAPE = re.compile(
    r"""[“‘"'(\[—–-]*"""
    r"(?:[^\W\d_]+(?:['’.&-][^\W\d_]+)*['’]?|[£$]?\d[\d.,:/]*\d|\d)"
    r"(?:[-—–]+[^\W_]+(?:['’][^\W_]+)*)*"
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
    judge = Judge(document, found)
    for slot in found:
        if (
            "\n" in raw[slot.start : slot.end]
            or document.reading_of(slot.start, slot.end) != raw[slot.start : slot.end]
        ):
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
class Candidate:
    """A witness's reading, what speaks for it in figures, and the chance that it is right."""

    reading: str
    evidence: dict[str, float]
    rule: str
    why: str

    @property
    def chance(self) -> float:
        """Between 0 and 1."""
        return 1 / (
            1 + math.exp(-sum(_WEIGHTS[name] * value for name, value in self.evidence.items()))
        )


class Judge:
    """Weighs readings against one another."""

    def __init__(self, document: Document, found: Sequence[Slot]) -> None:
        """Of a document, and the places where its witnesses differ."""
        code = document.language.split("-")[0]
        self._lexicon: Lexicon | None = (
            lexicon(code).with_words(document.lexicon) if code in packs() else None
        )
        self._model: LanguageModel | None = language_model(code) if code in packs() else None
        self._raw = document.raw
        self._sureness = [
            _sureness(witness) for witness in (document.source, *document.source.witnesses)
        ]
        # What the witnesses agree on in two other places is a word, whatever the lexicon says:
        # `Narvaez`.
        seen = Counter(_words(re.sub(r"-\n", "", document.raw)))
        seen.subtract(word for slot in found for word in _words(slot.readings[0].text))
        self._agreed = {word for word, times in seen.items() if times >= 2}

    def candidates(self, slot: Slot) -> Iterator[Candidate]:
        """What the other witnesses read here and may be right."""
        keys = [_key(reading.text) for reading in slot.readings]
        ours = slot.readings[0].text
        for key in dict.fromkeys(keys[1:]):
            if key == keys[0]:
                continue
            theirs = _dressed(ours, slot.readings[keys.index(key)].text.translate(_LIGATURES))
            if theirs == ours or not self._possible(ours, theirs):
                continue
            yield self._weighed(
                slot, theirs, [one == key for one in keys], [one == keys[0] for one in keys]
            )

    def _possible(self, ours: str, theirs: str) -> bool:
        """Whether the one may be the other misread."""
        mine, other = _core(ours), _core(theirs)
        if not other or _TORN.search(theirs):
            return False
        if not mine:
            return 0 < len(ours) <= 2 and len(other) <= 2  # `|` | `I`
        if (
            (mine == other or _lost(ours, theirs))
            and _ELIDED.search(ours)
            and not _ELIDED.search(theirs)
        ):
            return False  # `c’est` | `c est`, `L’Orient` | `Orient`
        if mine == other:
            return True
        if _bare(mine) == _bare(other) or (not mine.isascii() and other.isascii()):
            return False
        return Levenshtein.normalized_similarity(mine, other) >= 0.4

    def _weighed(
        self, slot: Slot, theirs: str, theirs_have: Sequence[bool], ours_have: Sequence[bool]
    ) -> Candidate:
        ours = slot.readings[0].text
        words = _core(ours) != _core(theirs)
        attested = self._attested(theirs) - self._attested(ours)
        before, after = (
            _words(self._raw[max(0, slot.start - 60) : slot.start])[-2:],
            _words(self._raw[slot.end : slot.end + 60])[:2],
        )
        context = self._context(before, ours, theirs, after) if words else 0.0
        votes, of = sum(theirs_have), len(theirs_have)
        following = self._raw[slot.end : slot.end + 8]
        evidence = {
            "floor": 1.0,
            "votes": (votes - sum(ours_have)) / of,
            "attested": attested,
            "context": context,
            "trust": self._trust(slot, theirs_have) - self._trust(slot, ours_have),
            "point": 0.0 if words else 1.0,
            "quotes": 0.0 if words else _quotes(theirs) - _quotes(ours),
            "stop": 0.0 if words else _stop(theirs, following) - _stop(ours, following),
            "full": 0.0
            if words or not _full(theirs) * _full(ours)
            else _full(theirs) - _full(ours),
            "lost": _lost(ours, theirs) - _lost(theirs, ours),
        }
        why = [f"{votes} of {of} witnesses read {theirs}"]
        if attested > 0:
            why.append(f"{ours} is not attested")
        elif context > 1:
            why.append("it stands better between its neighbours")
        if (sure := self._sureness[0](slot.readings[0])) is not None and sure < -0.2:
            why.append(f"the engine was not sure of {ours}")
        rule = (
            "witness.point"
            if not words
            else "witness.attested"
            if attested > 0
            else "witness.reading"
        )
        return Candidate(theirs, evidence, rule, "; ".join(why))

    def _trust(self, slot: Slot, have: Sequence[bool]) -> float:
        """How much surer than usual the engines are of this reading, on average."""
        sureness = [
            sure
            for yes, how, reading in zip(have, self._sureness, slot.readings, strict=True)
            if yes and (sure := how(reading)) is not None
        ]
        return sum(sureness) / len(sureness) if sureness else 0.0

    def _attested(self, reading: str) -> bool:
        """Whether all its words are attested, and are shaped like words in print."""
        if any(not _SHAPE.fullmatch(word) for word in _key(reading).split()):
            return False
        return all(
            word in self._agreed or (self._lexicon is not None and self._lexicon.attested(word))
            for word in _words(reading)
        )

    def _context(self, before: list[str], ours: str, theirs: str, after: list[str]) -> float:
        """By how many powers of ten their words are likelier here than ours, up to six."""
        if self._model is None:
            return 0.0
        other, mine = (
            self._model.score([*before, *_words(reading), *after]) for reading in (theirs, ours)
        )
        return max(-6.0, min(6.0, other - mine))


def _sureness(source: Source) -> Callable[[Reading], float | None]:
    """A function giving a witness's confidence in a reading, minus its median; or None."""
    confidences = [
        zone.confidence
        for zone in (source.layout.zones if source.layout else ())
        if zone.level == "word" and zone.confidence is not None
    ]
    usual = median(confidences) if len(confidences) >= _MANY else _USUAL
    at = confidence_at(source)

    def sure(reading: Reading) -> float | None:
        confidence = at(reading.start, reading.end)
        return None if confidence is None else confidence - usual

    return sure


def _stop(reading: str, following: str) -> int:
    """Whether the final punctuation fits the next word's case: `mind.` before `This`.

    `mind,` fits before `this`.
    """
    end = reading.rstrip("\"'”’»)]")[-1:]
    nearest = following.lstrip(" \"'“‘«([")[:1]
    if end not in {".", ","} or not nearest.isalpha() or following[:1] == "\n":
        return 0
    return 1 if (end == ".") == nearest.isupper() else -1


def _full(reading: str) -> int:
    """1 if it ends with a full stop, -1 if with a comma.

    Small print turns the first into the second more often than the reverse.
    """
    return {".": 1, ",": -1}.get(reading.rstrip("\"'”’»)]")[-1:], 0)


def _lost(ours: str, theirs: str) -> int:
    """Whether their letters are ours with some lost at an edge: `L'Orient` | `Orient`.

    An engine loses letters more readily than it adds any.
    """
    mine, other = _core(ours), _core(theirs)
    return int(mine != other != "" and (mine.startswith(other) or mine.endswith(other)))


def _key(reading: str) -> str:
    """A reading for comparison: quotation marks and dashes of any form, no blank before a stop."""
    return _SET_OFF.sub("", reading.translate(_LIGATURES)).translate(_FOLD)


def _dressed(ours: str, theirs: str) -> str:
    """Their letters with our quotation marks, dashes and spacing: only the sense changes."""
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
    return "".join(
        sign for sign in unicodedata.normalize("NFD", core) if not unicodedata.combining(sign)
    )


def _quotes(reading: str) -> int:
    return sum(reading.translate(_FOLD).count(mark) for mark in "\"'")
