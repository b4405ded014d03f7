"""What editors' decisions teach: the confusions of this text's OCR, and words that are right here.

This is evidence for the corrector, shown as such, and never more: the decisions themselves are
replayed by the hand, after every stage, and nothing learned overrides one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import Indel

from pipeline.review.decide.decisions import Decision, standing
from pipeline.review.decide.spread import spreads

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Precedents:
    """What was learned: pairs of raw form and replacement, sorted, and words.

    `words` are attested by an editor's own hand: they stand in a reading that was accepted or
    written, or in a place that was left as it stands.
    """

    accepted: tuple[Pair, ...] = ()
    refused: tuple[Pair, ...] = ()
    words: frozenset[str] = frozenset()
    places: Mapping[Pair, int] = field(
        default_factory=dict
    )  # for how many places each pair was decided, here and there too

    @cached_property
    def confusions(self) -> Counter[Pair]:
        """What the OCR read for what was printed, `("b", "h")`, with the number of places."""
        counts: Counter[Pair] = Counter()
        refused = frozenset(self.refused)
        for (form, after), n in self.places.items():
            if (form, after) not in refused and "\n" not in form:
                for confusion in confused(form, after):
                    counts[confusion] += n
        return counts


def evidence(decisions: Iterable[Decision], language: str = "en") -> Precedents:
    """The evidence of all decisions that stand.

    Pairs are learned only from decisions on a form that is an error wherever it stands: that `he`
    was `be`, or 83 was 23, at one place says nothing of the others. A printer's error teaches
    nothing about the OCR, but its correction is a word.
    """
    places: Counter[Pair] = Counter()
    accepted: set[Pair] = set()
    refused: set[Pair] = set()
    words: set[str] = set()
    for one in standing(tuple(decisions)):
        if one.verdict in {"page", "structure"}:
            continue
        pair = (one.quote, one.after)
        if one.verdict == "refuse":
            if one.scope != "place":
                refused.add(pair)  # that `rnill` is not `rill` does not make it a word
                places[pair] += one.seen
            continue
        if one.scope != "place" or _whole(one):
            words.update(_WORD.findall(one.after))
        if one.kind == "ocr" and one.after != one.quote:
            places[pair] += one.seen
            if one.scope != "place" and spreads(*pair, language):
                accepted.add(pair)
    both = accepted & refused  # it depends
    return Precedents(
        tuple(sorted(accepted - both)), tuple(sorted(refused - both)), frozenset(words), places
    )


def _whole(one: Decision) -> bool:
    """Whether a place is whole words, and no part of one that is broken over a line end."""
    left, right = one.prefix[-1:], one.suffix[:1]
    cut = (left.isalnum() and one.quote[:1].isalnum()) or (
        right.isalnum() and one.quote[-1:].isalnum()
    )
    return not cut and not one.prefix.rstrip(" -").endswith("\n") and "\n" not in one.suffix[:2]


def confused(form: str, after: str) -> Iterator[Pair]:
    """The characters in which two forms differ, as pairs: `tbe`, `the` give ("b", "h").

    `rnill`, `mill` give ("rn", "m").
    """
    wrong = true = ""
    for op in Indel.opcodes(form, after):
        if op.tag == "equal":
            if wrong or true:
                yield wrong, true
            wrong = true = ""
            continue
        wrong += form[op.src_start : op.src_end]
        true += after[op.dest_start : op.dest_end]
    if wrong or true:
        yield wrong, true
