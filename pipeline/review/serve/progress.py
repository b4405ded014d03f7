"""How far the review has got, and how long the rest will take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.review.decide.decisions import Decision
from pipeline.review.serve.rows import Progress

if TYPE_CHECKING:
    from pipeline.review.serve.view import View

PAUSE = 120  # seconds between two decisions that count as a break
PACE = 60  # how many of the latest decisions the pace is measured on


def progress(view: View) -> Progress:
    """What is left to decide, and how many seconds that takes at the present pace."""
    groups = sum(row.open > 0 for row in view.rows)
    counts = view.standings.pages
    opened, made = (sum(page[name] for page in counts) for name in ("open", "made"))
    total = len(view.standings.stands)
    seconds = pace(view.own.decisions)
    return {
        "open": opened,
        "groups": groups,
        "held": view.loaded.held,
        "made": made,
        "decided": total - opened - made,
        "total": total,
        "seconds": None if seconds is None else round(seconds * groups),
    }


def pace(decisions: Sequence[Decision]) -> float | None:
    """Seconds between the latest decisions, breaks left out; None for fewer than five."""
    times = sorted(
        {one.when for one in decisions if one.verdict in {"accept", "refuse", "reading"}}
    )[-PACE:]
    try:
        moments = [datetime.fromisoformat(when) for when in times]
        gaps = [(after - before).total_seconds() for before, after in pairwise(moments)]
    except (ValueError, TypeError):  # a time written by hand
        return None
    gaps = [gap for gap in gaps if gap <= PAUSE]
    return sum(gaps) / len(gaps) if len(gaps) >= 4 else None
