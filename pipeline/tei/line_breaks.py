"""Line breaks: what a line end does to the word before it, and how it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.tei.collation import Unit
from pipeline.tei.declarations import Declarations
from pipeline.text.faces import HYPHEN


@dataclass(slots=True)
class Break:
    """A line end whose blanks are still to be written, depending on how most lines of the text end.

    A form feed counts too, but no text ends most of its pages in blanks.

    `blanks` end the line before it; `unread` begin the line after it, where a word goes on over the
    line end (`gov⏎ ernment`), so that they are not part of what is read.
    """

    attributes: str
    blanks: str
    joined: bool
    empty: bool
    page: bool = False
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Locator:
    """A pointer to a page of this number, which may be still to come."""

    page: str


Written = Sequence[str | Break | Locator]


def settled(
    written: Written, declarations: Declarations, pages: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """What was written as XML, with no remark on line ends that are as most are.

    Declares how most line ends are. `pages` gives the xml:ids of the pages with a number.
    """
    ends = [one for one in written if isinstance(one, Break) and not one.page]
    declarations.line_end = _usual(one for one in ends if not one.joined)
    declarations.joined_line_end = _usual(one for one in ends if one.joined)
    usual = {False: declarations.line_end, True: declarations.joined_line_end}
    for one in written:
        if isinstance(one, str):
            yield one
            continue
        if isinstance(one, Locator):
            names = pages.get(one.page, [])
            yield f' target="#{names[0]}"' if len(names) == 1 else ""
            continue
        expected = "" if one.empty or one.page else usual[one.joined]
        around = [("e", one.blanks)] if one.blanks != expected else []
        around += [("a", one.unread)] if one.unread else []
        pointers = " ".join(f"#{declarations.rendition(*which)}" for which in around)
        rendition = f' rendition="{pointers}"' if pointers else ""
        tag = "<pb" if one.page else "\n<lb"
        yield f"{tag}{one.attributes}{rendition}/>"


def _usual(ends: Iterable[Break]) -> str:
    """The blanks that more than half of the lines with text in them end in."""
    counts = Counter(one.blanks for one in ends if not one.empty)
    blanks, count = counts.most_common(1)[0] if counts else ("", 0)
    return blanks if 2 * count > counts.total() else ""


def within_words(units: Sequence[Unit]) -> list[tuple[int, int]]:
    """The raw spans between the halves of each word split over a line end.

    They hold hyphen, line ends, blanks and furniture.
    """
    spans: list[tuple[int, int]] = []
    start, joined = 0, False
    for unit in units:
        if unit.reading:
            if joined:
                spans.append((start, unit.start))
            start, joined = unit.end, False
        joined = joined or unit.join == "no"
    return spans


def joint_before(units: Sequence[Unit], at: int, raw: str) -> tuple[bool, bool]:
    """Whether a line end (a unit's index) is the first in its word, and if a hyphen precedes it."""
    present = units[at]
    for i in range(at - 1, -1, -1):
        unit = units[i]
        if unit.category in {"line", "page"}:
            return unit.changes != present.changes, True
        blank = unit.category == "text" and not unit.reading.strip()
        if blank or unit.category in {"furniture", "markup"}:
            continue
        return True, unit.category == "hyphen" or stands_for_hyphen(unit, raw) or bool(
            HYPHEN.fullmatch(unit.reading[-1:])
        )
    return True, True


def hyphen_follows(units: Sequence[Unit], at: int, raw: str) -> bool:
    """Whether the word's hyphen stands alone on the line that begins here: `power⏎-⏎loom`."""
    present = units[at]
    for i in range(at + 1, len(units) - 1):
        unit, following = units[i], units[i + 1]
        if unit.category in {"line", "page"}:
            continue
        shown = raw[unit.start : unit.end]
        if unit.category in {"text", "hyphen"} and shown.strip():
            is_sign = HYPHEN.fullmatch(shown) is not None
            return is_sign and following.changes == present.changes
        if unit.reading:
            return False
    return False


def supplied_before(units: Sequence[Unit], at: int) -> bool:
    """Whether the same change supplied the hyphen right before this line end.

    `two⏎thirds` → `two-⏎thirds`: the change is recorded at the hyphen.
    """
    present, before = units[at], units[max(at - 1, 0)]
    return (
        before.start == before.end
        and bool(HYPHEN.fullmatch(before.reading))
        and before.changes == present.changes
    )


def stands_for_hyphen(unit: Unit, raw: str) -> bool:
    """Whether a sign removed at a joined line end was the misread hyphen: `gov·⏎ernment`."""
    sign = raw[unit.start : unit.end]
    return (
        unit.category == "variant"
        and not unit.reading
        and len(sign) == 1
        and not sign.isalnum()
        and not sign.isspace()
    )
