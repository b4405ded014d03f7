"""What kind of misreading a correction mends, and the evidence for it in words for an editor."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.spelling.channel import Confusion
from pipeline.correct.spelling.evidence import COLUMNS
from pipeline.correct.spelling.places import MERGE, REAL
from pipeline.language.lexicon import fold


class Model(Protocol):
    """A model that looks last."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def sha256(self) -> str:
        """The SHA-256 of its file."""
        ...


def rule_of(kind: int, before: str, after: str, *, split: bool) -> str:
    """The rule of a correction, by the kind of its place and by what changes."""
    if kind == REAL:
        return "spelling.realword"
    if kind == MERGE:
        return "spelling.merge"
    if split:
        return "spelling.split"
    if fold(before) == fold(after):
        return "spelling.case"
    if "".join(c for c in before if c.isalpha()) == after:
        return "spelling.noise"
    return "spelling.confusion"


def because(row: NDArray[np.float32], used: tuple[Confusion, ...], where: str) -> str:
    """The evidence in words; `where` it was counted: "in this text"."""
    x = dict(zip(COLUMNS, row.tolist(), strict=True))
    told = [
        "every word is attested, but fits badly"
        if x["is_real"]
        else "not attested"
        if not x["is_merge"]
        else "two parts of one word"
    ]
    shown = ", ".join(
        f"{a or 'nothing'} read as {b if b.strip() else 'a blank' if b else 'nothing'}"
        for a, b in used[:3]
    )
    if shown:
        times = round(float(np.expm1(x["doc_confusion"])))
        told.append(shown + (f" (so {times} times {where})" if times > 1 else ""))
    if x["lm_gain"] > 0.5:
        told.append(f"{_times(x['lm_gain'])} likelier between its neighbours")
    if x["doc_word"] >= 1:
        told.append(f"the word stands elsewhere {where}")
    return "; ".join(told)


def named(model: Model) -> str:
    """A model as the change log names it."""
    return f"{model.name} (SHA-256 {model.sha256[:12]})"


def _times(gain: float) -> str:
    factor = 10 ** min(gain, 6)
    return f"{factor:,.0f} times" if factor < 1e6 else "over a million times"
