"""What decisions of this review say about the groups that are still open.

A misreading is what two forms differ in: `rn` read for `m`. If editors accept `rn → m` more often
than its proposals' confidences let expect, the rest of them become more likely, and the other way
round. Nothing is decided by it: it moves figures, and with them the order and what is hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.review.decide.evidence import confused
from pipeline.review.decide.groups import Group, Standing

_DOUBT = 2.0  # decisions that are worth as much as what was expected before


@dataclass(slots=True)
class _Outcome:
    accepted: int = 0
    refused: int = 0
    expected: float = 0.0  # how many would have been accepted if the confidences were right

    @property
    def odds(self) -> float:
        """By how much the odds of another proposal with this misreading change."""
        wrong = self.accepted + self.refused - self.expected
        likelier = (self.accepted + _DOUBT) / (self.expected + _DOUBT)
        return likelier / ((self.refused + _DOUBT) / (wrong + _DOUBT))


def misreading(group: Group) -> str:
    """What was read for what, `rn → m`; "" if the forms differ in more than one place."""
    if group.kind != "ocr":
        return ""
    pairs = list(confused(group.form, group.after))
    return f"{pairs[0][0] or '∅'} → {pairs[0][1] or '∅'}" if len(pairs) == 1 else ""


def moved(
    groups: Sequence[Group],
    misreadings: Sequence[str],
    tallies: Sequence[Mapping[Standing, int]],
) -> list[float]:
    """The confidence of each group, moved by what was decided on the others."""
    found: dict[str, _Outcome] = defaultdict(_Outcome)
    for group, name, counts in zip(groups, misreadings, tallies, strict=True):
        if decided := counts["accepted"] + counts["refused"]:
            outcome = found[name]
            outcome.accepted += counts["accepted"]
            outcome.refused += counts["refused"]
            outcome.expected += decided * group.confidence
    odds = {name: outcome.odds for name, outcome in found.items() if name}
    return [
        _with_odds(group.confidence, odds[name]) if name in odds else group.confidence
        for group, name in zip(groups, misreadings, strict=True)
    ]


def _with_odds(confidence: float, factor: float) -> float:
    if not 0 < confidence < 1:
        return confidence
    odds = factor * confidence / (1 - confidence)
    return odds / (1 + odds)
