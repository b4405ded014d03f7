"""How many changes are pending, applied, accepted and rejected, by group and by page.

A decision alters a few of thousands, so the counts follow from those before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.document import Document
from pipeline.review.decide.decisions import Decision
from pipeline.review.decide.groups import Standing, standing_of
from pipeline.review.serve.loaded import Loaded

Counts = dict[Standing, int]


@dataclass(frozen=True)
class Standings:
    """How each change that an editor is shown stands, and how many stand so, by group and page.

    `ledger` and `ruled` are what it was counted from: the changes, and those with a decision.
    """

    stands: Mapping[int, Standing]
    groups: tuple[Counts, ...]
    pages: tuple[Counts, ...]
    ledger: tuple[object, ...]
    ruled: frozenset[int]


def standings(
    loaded: Loaded,
    document: Document,
    ruling: Mapping[int, Decision],
    before: Standings | None = None,
) -> Standings:
    """Count how the changes stand; `before` are the standings of an earlier moment."""
    was = before or Standings(
        {}, tuple(map(_none, loaded.groups)), tuple(map(_none, loaded.pages)), (), frozenset()
    )
    ruled = frozenset(ruling)
    asked = set(loaded.group_of)
    if before:
        pairs = zip(document.ledger, was.ledger, strict=False)
        altered = {i for i, (now, then) in enumerate(pairs) if now is not then}
        asked &= altered | (ruled ^ was.ruled)
    stands, groups, pages = dict(was.stands), list(was.groups), list(was.pages)
    for i in asked:
        then, now = stands.get(i), standing_of(document.ledger[i], ruling.get(i))
        if now == then:
            continue
        stands[i] = now
        for counts, n in ((groups, loaded.group_of[i]), (pages, loaded.page_of[i])):
            counts[n] = {**counts[n], now: counts[n][now] + 1}
            if then:
                counts[n][then] -= 1
    return Standings(stands, tuple(groups), tuple(pages), document.ledger, ruled)


def _none(_: object) -> Counts:
    return {"open": 0, "made": 0, "accepted": 0, "refused": 0}
