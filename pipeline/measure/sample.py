"""Precision without a gold text: draw changes, let a person judge them, estimate.

The changes are drawn by strata, one for each kind and rule, in proportion to their number and at
least one from each as far as the sample reaches, so that a rare rule is judged too. The estimate
weighs each stratum by its share of the ledger again; its interval is Wilson's score interval
(Wilson 1927; see Brown, Cai and DasGupta 2001), with the sample's effective size in place of its
size, because strata drawn out of proportion tell less than as many drawn at random.
"""

from __future__ import annotations

import csv
import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

from pipeline.document import Change
from pipeline.measure.report import MeasureError

COLUMNS = (
    "number",
    "verdict",
    "before",
    "after",
    "context",
    "kind",
    "rule",
    "why",
    "confidence",
    "start",
    "end",
    "stratum",
    "of",
)
"""The table's columns. A person fills in `verdict`: right, wrong, or unsure."""

_VERDICTS = {
    "right": "right",
    "r": "right",
    "y": "right",
    "yes": "right",
    "wrong": "wrong",
    "w": "wrong",
    "n": "wrong",
    "no": "wrong",
    "unsure": "unsure",
    "?": "unsure",
    "": "",
}
_CONTEXT = 40  # characters shown on either side


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sampled change. `of` is the size of its stratum, `verdict` a person's judgement."""

    number: int
    before: str
    after: str
    context: str
    kind: str
    rule: str
    why: str
    confidence: float
    start: int
    end: int
    of: int
    verdict: str = ""

    @property
    def stratum(self) -> str:
        """The stratum's name."""
        return f"{self.kind}/{self.rule}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Precision with its interval, and what it rests on."""

    precision: float
    low: float
    high: float
    judged: int
    unsure: int
    left: int  # not judged yet
    confidence: float = 0.95


def sample(changes: Sequence[Change], raw: str, size: int, seed: int = 0) -> list[Drawn]:
    """Draw made changes for a person to judge, in the order of the text.

    Args:
        changes: the ledger; changes that are held or refused are not drawn.
        raw: the text in which their spans count, for the words around.
        size: how many to draw, at most.
        seed: the same seed draws the same sample.
    """
    strata: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.verdict == "made":
            strata[f"{change.kind}/{change.rule}"].append(change)
    dice = random.Random(seed)  # noqa: S311 (the draw must be repeatable, not secret)
    drawn: list[tuple[Change, int]] = []
    for name, count in _shares(
        {name: len(members) for name, members in strata.items()}, size
    ).items():
        drawn += ((change, len(strata[name])) for change in dice.sample(strata[name], count))
    drawn.sort(key=lambda pair: (pair[0].start, pair[0].end))
    return [
        Drawn(
            n,
            c.before,
            c.after,
            _context(raw, c),
            c.kind,
            c.rule,
            c.why,
            c.confidence,
            c.start,
            c.end,
            of,
        )
        for n, (c, of) in enumerate(drawn, 1)
    ]


def _shares(sizes: dict[str, int], size: int) -> dict[str, int]:
    """How many to draw from each stratum: one each, largest first, then in proportion."""
    total = sum(sizes.values())
    if size >= total:
        return sizes
    largest = sorted(sizes, key=lambda name: (-sizes[name], name))
    shares = dict.fromkeys(largest[:size], 1)
    while sum(shares.values()) < size:
        # The stratum that is shortest of its share comes next (Webster's method, the least biased).
        name = max(
            (n for n in shares if shares[n] < sizes[n]),
            key=lambda n: (sizes[n] / (shares[n] + 0.5), n),
        )
        shares[name] += 1
    return shares


def _context(raw: str, change: Change) -> str:
    left = raw[max(0, change.start - _CONTEXT) : change.start]
    right = raw[change.end : change.end + _CONTEXT]
    return f"{left}[{raw[change.start : change.end]}]{right}"


def write_sample(path: Path, drawn: Sequence[Drawn]) -> None:
    """Write a sample as tab-separated values, with verdicts empty (or as judged so far)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, "excel-tab", lineterminator="\n")
        table.writerow(COLUMNS)
        for one in drawn:
            table.writerow(_shown(str(getattr(one, column))) for column in COLUMNS)


def _shown(text: str) -> str:
    return text.replace("\n", "⏎").replace("\t", "⇥").replace("\f", "␌")


def read_sample(path: Path) -> list[Drawn]:
    """Read a judged sample back. Raises MeasureError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [
                _drawn(path, number, row)
                for number, row in enumerate(csv.DictReader(file, dialect="excel-tab"), 2)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MeasureError(f"{path} cannot be read as a judged sample: {error}.") from error


def _drawn(path: Path, line: int, row: dict[str, str]) -> Drawn:
    try:
        verdict = _VERDICTS[row["verdict"].strip().lower()]
        numbers = {name: int(row[name]) for name in ("number", "start", "end", "of")}
        texts = {name: row[name] for name in ("before", "after", "context", "kind", "rule", "why")}
        return Drawn(**numbers, **texts, confidence=float(row["confidence"]), verdict=verdict)  # type: ignore[arg-type]
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise MeasureError(
            f'Line {line} of {path} was altered ({error}): fill in only the column "verdict", '
            f"with right, wrong or unsure."
        ) from error


def estimate(drawn: Sequence[Drawn], confidence: float = 0.95) -> Estimate:
    """Estimate the precision from a judged sample, each stratum weighted by its size.

    "Unsure" is left out.

    Raises MeasureError where nothing is judged yet.
    """
    strata: dict[str, list[Drawn]] = defaultdict(list)
    for one in drawn:
        if one.verdict in {"right", "wrong"}:
            strata[one.stratum].append(one)
    judged = sum(map(len, strata.values()))
    if not judged:
        raise MeasureError(
            'No change of the sample is assessed yet: fill in the column "verdict" with right, '
            "wrong or unsure."
        )
    total = sum(members[0].of for members in strata.values())
    share = {name: members[0].of / total for name, members in strata.items()}
    precision = sum(
        share[name] * _right(members) / len(members) for name, members in strata.items()
    )
    effective = 1 / sum(share[name] ** 2 / len(members) for name, members in strata.items())
    low, high = wilson(precision, effective, confidence)
    unsure = sum(one.verdict == "unsure" for one in drawn)
    return Estimate(precision, low, high, judged, unsure, len(drawn) - judged - unsure, confidence)


def _right(members: Sequence[Drawn]) -> int:
    return sum(one.verdict == "right" for one in members)


def wilson(share: float, size: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share observed on `size` cases."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    middle = share + z * z / (2 * size)
    spread = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    scale = 1 + z * z / size
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
