r"""Hyphens at line ends beside figures: `10-⏎20`, `a 20-⏎year lease`, `6-methyl-⏎5-hepten`.

No word list has a say here, and none is needed: nobody breaks a number over a line end, so the
hyphen belongs where it stands, and no blank follows it.

Left alone: a hyphen before a conjunction (`20-⏎and 30-year leases`), a number alone on its line (a
page number), the number of an item (`6)`), a dash.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

_BREAK = re.compile(
    r"(?P<hyphen>(?<=[^\W_])[-‐‑¬]|(?<=[^\W_]\.)[-‐‑¬])[^\S\n]*+\n[^\S\n]*+"
    r"(?P<right>[^\W_]++)(?=(?P<more>[^\n]*))"
)
_LEFT = re.compile(r"(?P<rest>[^\s,;:—–(\[]*?)(?P<core>[^\W_]+)(?P<stop>\.?)$")
_REACH = 48
_ABBREVIATED = re.compile(r"\d+[^\W\d_]{1,2}|[^\W\d_]")  # `1s.-⏎2s.`, `U.S.-⏎Soviet`


@dataclass(frozen=True, slots=True)
class Figures:
    """A hyphen at a line end between `left` and `right`; `[start, end)` is hyphen to line start."""

    start: int
    end: int
    left: str
    right: str


def beside_figures(text: str, suspended: Container[str]) -> Iterator[Figures]:
    """Find the hyphens at line ends that stand beside a figure, or after an abbreviation.

    Args:
        text: with its line feeds.
        suspended: words that follow a hyphen that stands for the rest of a word.
    """
    for found in _BREAK.finditer(text):
        start, right, more = found.start(), found["right"], found["more"]
        left = _LEFT.search(text[max(0, start - _REACH) : start])
        if not left or right.lower() in suspended:
            continue
        core, stopped = left["core"], bool(left["stop"])
        ordinals = core.isdigit() and right.isdigit() and int(core) < int(right)
        ranged = stopped and ordinals and more.startswith(".")  # `am 3.-⏎5. Mai`
        if stopped and not ranged and not _ABBREVIATED.fullmatch(core):
            continue
        if not (stopped or core[-1].isdigit() or right[0].isdigit()):
            continue
        if core.isalpha() and right.isdigit() and not more.startswith("-"):
            continue  # `gov-⏎24`: a page number
        alone = right.isdigit() and not more.strip() and text[found.end() : found.end() + 2].strip()
        item = more.startswith((")", "]")) and "(" not in text[max(0, start - 80) : start]
        if not alone and not item:
            yield Figures(start, found.start("right"), left["rest"] + core + left["stop"], right)
