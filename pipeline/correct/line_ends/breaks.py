"""Where a word may be broken: the line ends of a text with a part of a word on either side.

A source whose line ends were run on keeps the hyphen and a blank for the line feed (`de- scribed`):
a place as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.language import languages

Join = Literal["lost", "soft", "hard", "none"]
Sign = Literal["none", "hyphen", "dash", "mark", "stop", "run-on"]
"""What stands at the break: nothing, a hyphen, a dash that may be a misread hyphen
(`imagina—⏎tion`), a mark that print hardly ever
has there (`steal«⏎ing`), a stop (`con.⏎tradictory`), a hyphen and a blank for the line feed (`de-
scribed`)."""

HYPHENS = "-‐‑¬⸗=\u00ad"
"""What stands for a hyphen at a line end: hyphen-minus, hyphen, non-breaking hyphen, not sign,
double oblique hyphen,
equals sign (Fraktur's hyphen as OCR reads it), soft hyphen."""


_END = re.compile(
    r"[^\S\n\f]*+[\n\f]\s*+|(?<=[^\W\d_][-‐¬\u00ad])[^\S\n"
    r"\f]{1,2}(?=(?:[^\w\s\"“”‘(\[{—–-]{1,2}[^\S\n]?)?[^\W\d_])"
)
_LEFT = re.compile(
    rf"(?<![^\W_])(?P<chain>(?:[^\W\d_]++-(?=[^\W\d_]))*+)(?P<left>[^\W\d_]++(?:['’][^\W\d_]++)*+)"
    rf"(?P<hyphen>[{HYPHENS}]{{0,2}})(?P<ink>[.,:;'’‘»·•~^°«|—–]?)(?P<marks>[*_]{{0,2}}|(?<=[-¬])[^\S\n][^\w\s]{{1,2}})$",
)
_RIGHT = re.compile(
    r"(?P<specks>(?:[^\w\s\"“”‘(\[{—–-]{1,2}[^\S\n"
    r"]?+){0,2})(?P<right>[^\W_]++)(?P<chain>(?:-[^\W\d_]++)*+)"
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
COMPOUND = re.compile(r"[^\W\d_]+(?:['’‐-][^\W\d_]+)*")
_REACH = 48  # characters looked back for the left part; what is longer is noise
_JUNK = re.compile(
    r"""[^\s\w.,;:!?'"’”“‘()\[\]—–‐‑…*_-]"""
)  # what stands in no word and beside none
_SIGNS: dict[str, Sign] = {
    "": "none",
    "—": "dash",
    "–": "dash",
    **dict.fromkeys(".,:;'’‘»", "stop"),
}
_DIGITS = str.maketrans("105683", "losgbe")  # stimu⏎·1ation


@dataclass(frozen=True, slots=True)
class Place:
    """A line end with a word part on either side. Positions count in the text without what is
    hidden.
    """

    start: int
    end: int
    left: str
    right: str
    hyphen: str
    sign: Sign
    blank: bool  # before the line feed
    over: bool  # blank lines, a page end or something hidden lie between
    stain: str  # a mark that touches the right part, and may be a letter of it: `direc-⏎⏎!ion`
    chain: tuple[str, str]  # the rest of a compound: ("up-to-", "")
    plain: str  # the right part with its digits read as letters
    joined: str
    compound: str
    around: tuple[
        int, int, int, int
    ]  # where the words before the left part begin and end, and those behind the right one


def places(text: str) -> Iterator[Place]:
    """The line ends at which a word could be broken."""
    for gap in _END.finditer(text):
        left = _LEFT.search(text[max(0, gap.start() - _REACH) : gap.start()])
        right = _RIGHT.match(text, gap.end()) if left else None
        if left and right and (place := _place(text, gap, left, right)):
            yield place


def _place(
    text: str, gap: re.Match[str], left: re.Match[str], right: re.Match[str]
) -> Place | None:
    """The place that a line end makes of the parts on its two sides, or None where no word could be
    broken.
    """
    hyphen, specks, head, tail = left["hyphen"], right["specks"], left["left"], right["right"]
    feeds = gap[0].count("\n") + gap[0].count("\f")
    if len(hyphen) == 2 and hyphen[0] in "-=":  # `--`, `==`: a dash
        return None
    plainly = hyphen and feeds  # otherwise there is less to go by
    if not plainly and (min(len(head), len(tail)) < 2 or left["marks"]):
        return None
    if hyphen and tail[0].isupper() and not head.isupper() and feeds != 1:  # egg-⏎⏎Respecting
        return None
    capitals = head.isupper() and tail.isupper() and len(head) > 1
    if not (
        tail[0].islower()
        or capitals
        or (tail[0].isdigit() and tail[-1].islower())
        or (hyphen and tail[0].isupper())
    ):
        return None
    elided, mark, rest = head.rpartition("’" if "’" in head else "'")
    if mark and len(elided) <= 2 and rest not in languages.every().apostrophe.after:  # d’Is⏎abelle
        head = rest
    at = max(0, gap.start() - _REACH) + left.start()
    if not plainly and (
        _JUNK.match(text, right.end()) or (at and _JUNK.match(text, at - 1))
    ):  # not⏎eas}^
        return None
    touching = specks[-1:] if specks and not specks[-1].isspace() and specks[-1] not in "*_" else ""
    line = max(text.rfind("\n", 0, at) + 1, at - 40)
    stop = text.find("\n", right.end(), right.end() + 40)
    plain = tail.translate(_DIGITS) if tail[0].isdigit() else tail
    return Place(
        start=gap.start() - len(hyphen) - len(left["ink"]) - len(left["marks"]),
        end=right.start("right"),
        left=head,
        right=tail,
        hyphen=hyphen,
        sign=("hyphen" if feeds else "run-on") if hyphen else _SIGNS.get(left["ink"], "mark"),
        blank=gap[0][0] not in "\n\f",
        over=feeds > 1,
        stain=touching,
        chain=(left["chain"], right["chain"]),
        plain=plain,
        joined=head + plain,
        compound=f"{left['chain']}{head}-{plain}{right['chain']}",
        around=(line, at, right.end(), stop if stop >= 0 else right.end() + 40),
    )
