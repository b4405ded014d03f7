"""Where a word may be split: the line ends of a text with part of a word on either side.

Text whose lines were run together keeps the hyphen and a blank in place of the line feed
(`de- scribed`); that counts as a place too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Literal

from pipeline.language import languages

Join = Literal["lost", "soft", "hard", "none"]
Sign = Literal["none", "hyphen", "loose", "dash", "mark", "stop", "run-on"]
"""What stands at the break: nothing; a hyphen; a hyphen parted from its word by a blank or alone on
its line (`gov -⏎ernment`); a dash that may be a misread hyphen (`imagina—⏎tion`); a mark that print
hardly ever has there (`steal«⏎ing`); a stop (`con.⏎tradictory`); a hyphen and a blank where the
line feed was (`de- scribed`)."""

HYPHENS = "-‐‑¬⸗=\u00ad"
"""What stands for a hyphen at a line end: hyphen-minus, hyphen, non-breaking hyphen, not sign,
double oblique hyphen, equals sign (Fraktur's hyphen as OCR reads it), soft hyphen."""

_FEEDS = re.compile(r"[\n\f]\s*+")
_RUN_ON = re.compile(
    r"(?:(?<=[^\W\d_][-‐¬\u00ad])|(?<=[^\W\d_][-‐][¬\u00ad]))[^\S\n\f]{1,2}"
    r"(?=(?:[^\w\s\"“”‘(\[{—–-]{1,2}[^\S\n]?)?[^\W\d_])"
)
_LEFT = re.compile(
    r"(?<![^\W_])(?P<chain>(?:[^\W_]++-(?=[^\W\d_]))*+)(?P<left>[^\W\d_]++(?:['’][^\W\d_]++)*+)"
    r"(?P<loose>(?:[^\S\n]{1,2}|[^\S\n]?\n)(?=[-‐¬]$))?"
    rf"(?P<hyphen>[{HYPHENS}]{{0,2}})(?P<ink>[.,:;'’‘»·•~^°«|—–]?)"
    r"(?P<marks>[*_]{0,2}|(?<=[-¬])[^\S\n][^\w\s]{1,2})$",
)
_RIGHT = re.compile(
    r"(?P<specks>(?:[^\w\s\"“”‘(\[{—–\ud800-\udfff-]{1,2}[^\S\n]?+){0,2})(?P<quote>[\"“”„»«‘’]?)"
    r"(?P<right>[^\W_]++)(?P<chain>(?:-[^\W\d_]++)*+)"
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
COMPOUND = re.compile(r"[^\W\d_]+(?:['’‐-][^\W\d_]+)*")
_REACH = 48  # characters searched for the left part; anything longer is noise
_MARKS = 4  # characters that may stand between the left part and the line end
_DOUBLED = frozenset(["--", "==", "-=", "=-", "⸗⸗"])  # a dash
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
    """A line end with part of a word on either side.

    Positions count in the text without what is hidden.
    """

    start: int
    end: int
    left: str
    right: str
    hyphen: str
    sign: Sign
    blank: bool  # before the line feed
    over: bool  # blank lines, a page end or something hidden lie between
    stain: str  # a mark that touches the right part and may be one of its letters: `direc-⏎⏎!ion`
    quoted: bool  # the quotation mark that opens each line stands between: `gov-⏎"ernment`
    chain: tuple[str, str]  # the rest of a compound: ("up-to-", "")
    plain: str  # the right part with its digits read as letters
    joined: str
    compound: str
    # where the words before the left part begin and end, and those after the right part
    around: tuple[int, int, int, int]

    @property
    def own(self) -> bool:
        """Whether the OCR marks the hyphen as the word's own: `cross-¬⏎sectional`."""
        return len(self.hyphen) > 1

    @property
    def capital(self) -> bool:
        """Whether a capital follows small letters: `Sub-⏎Committee`, not `GOV-⏎ERNMENT`."""
        return self.right[0].isupper() and not (len(self.left) > 1 and self.left.isupper())


def places(text: str) -> Iterator[Place]:
    """Find the line ends at which a word may be split."""
    after_apostrophe = languages.every().apostrophe.after
    for start, end in merge(_line_ends(text), (gap.span() for gap in _RUN_ON.finditer(text))):
        left = _LEFT.search(text, _word_start(text, start), start)
        right = _RIGHT.match(text, end) if left else None
        if left and right and (place := _place(text, start, end, left, right, after_apostrophe)):
            yield place


def _word_start(text: str, end: int) -> int:
    """Where the word before `end` begins, or a little before; no farther back than any word is."""
    behind, first = max(0, end - _MARKS), max(0, end - _REACH)
    return max(first, text.rfind(" ", first, behind) + 1, text.rfind("\n", first, behind) + 1)


def _line_ends(text: str) -> Iterator[tuple[int, int]]:
    """The line feeds of a text with the blanks around them, each blank looked at once."""
    behind = 0
    for feeds in _FEEDS.finditer(text):
        yield behind + len(text[behind : feeds.start()].rstrip()), feeds.end()
        behind = feeds.end()


def _place(
    text: str,
    start: int,
    end: int,
    left: re.Match[str],
    right: re.Match[str],
    after_apostrophe: tuple[str, ...],
) -> Place | None:
    """Describe the place at a gap, or return None where no word can be split."""
    hyphen, specks, head, tail = left["hyphen"], right["specks"], left["left"], right["right"]
    feeds = text.count("\n", start, end) + text.count("\f", start, end)
    if hyphen in _DOUBLED or (left["loose"] and not feeds):
        return None
    plainly = hyphen and feeds and not left["loose"]  # otherwise there is less to go by
    if not plainly and (min(len(head), len(tail)) < 2 or left["marks"]):
        return None
    if hyphen and tail[0].isupper() and not head.isupper() and feeds > 1:  # egg-⏎⏎Respecting
        return None
    if right["quote"] and not (plainly and tail[0].islower()):
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
    if mark and len(elided) <= 2 and rest not in after_apostrophe:  # d’Is⏎abelle
        head = rest
    at = left.start()
    if not plainly and (
        _JUNK.match(text, right.end()) or (at and _JUNK.match(text, at - 1))
    ):  # not⏎eas}^
        return None
    touching = specks[-1:] if specks and not specks[-1].isspace() and specks[-1] not in "*_" else ""
    line = max(text.rfind("\n", max(0, at - 41), at) + 1, at - 40, 0)
    stop = text.find("\n", right.end(), right.end() + 40)
    plain = tail.translate(_DIGITS) if tail[0].isdigit() else tail
    sign: Sign = _SIGNS.get(left["ink"], "mark")
    if hyphen:
        sign = "loose" if left["loose"] else "hyphen" if feeds else "run-on"
    return Place(
        start=start - sum(len(left[part] or "") for part in ("loose", "hyphen", "ink", "marks")),
        end=right.start("right"),
        left=head,
        right=tail,
        hyphen=hyphen,
        sign=sign,
        blank=text[start] not in "\n\f",
        over=feeds > 1,
        stain=touching,
        quoted=bool(right["quote"]),
        chain=(left["chain"], right["chain"]),
        plain=plain,
        joined=head + plain,
        compound=f"{left['chain']}{head}-{plain}{right['chain']}",
        around=(line, at, right.end(), stop if stop >= 0 else right.end() + 40),
    )
