"""The published model of an edition: a tree of blocks, its notes, its ledger, its pages.

It is frozen and knows nothing of XML or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

SET_IN_LINES = frozenset({"dateline", "salute", "signed", "address"})
"""The roles of blocks whose lines stay as they were printed."""

View = Literal["edited", "ocr"]
Verdict = Literal["made", "held", "refused"]

_COUNTED = re.compile(r"\W{0,2}(\d{1,4})\s")
_BULLET = re.compile(r"[•●○◦▪■□◆◇★☆☞–—*]\s")
_NUMBERED = re.compile(r"\W{0,2}(\d{1,3}|[ivxlIVXL]{1,5}|[a-z])[.)]")


@dataclass(frozen=True, slots=True)
class Edit:
    """A place where the edition differs from the OCR (or print): ledger entry `n`, from 1."""

    n: int
    id: str
    kind: str
    edited: tuple[Inline, ...]
    ocr: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character shown in a better form than was typed, as curly quotes are; no ledger entry."""

    edited: str
    ocr: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """Where a printed line ends and the next begins. `hyphen`: a hyphen lost at this line end."""

    joined: bool = False
    hyphen: bool = False
    zone: str = ""  # of the line that begins
    edit: Edit | None = None
    id: str = ""  # where something else, such as a proposal, points to it


@dataclass(frozen=True, slots=True)
class Hyphen:
    """A line-end hyphen that is not part of the word, shown only with printed line ends."""

    text: str = "-"


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins.

    `n` is its number, in brackets if it is only counted: `[3]`. `surface` is an index into
    `Edition.surfaces`, -1 without a scan; `zone` is the page's first line on it.
    """

    n: str
    id: str
    surface: int = -1
    zone: str = ""


UNCALLED = "※"  # stands where the foot of a page has a note that nothing in the text calls


@dataclass(frozen=True, slots=True)
class Anchor:
    """The sign of a note in the text."""

    id: str
    note: str
    sign: str


@dataclass(frozen=True, slots=True)
class Furniture:
    """A page number, running head or signature, which the reading text leaves out."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch with a role.

    Roles are emph, italic, bold, spaced, smallcaps, sup, sub, said, foreign, title, link, stage,
    citation, unclear, … `before` and `after` are characters the source had in its place (`*…*`),
    which the reading leaves out.
    """

    role: str
    content: tuple[Inline, ...]
    target: str = ""
    language: str = ""
    before: str = ""
    after: str = ""
    id: str = ""


Inline = str | Edit | Glyph | LineBreak | Hyphen | PageStart | Anchor | Furniture | Span


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, division and so on.

    `content` is for those that hold text, `children` for those that hold blocks.

    `text` is its edited text as one line; `unit` its number among the text's citable units, 0 if it
    is none.
    """

    role: str
    id: str = ""
    type: str = ""
    n: str = ""
    level: int = 0
    content: tuple[Inline, ...] = ()
    children: tuple[Block, ...] = ()
    text: str = ""
    unit: int = 0
    zone: str = ""
    language: str = ""
    page: str = ""  # of its first word
    title: str = ""  # of a division: its headings in one line
    # how it stands on the page: "center", "right", "indent", "hanging", "numbered", "label" …
    rend: str = ""
    span: tuple[int, int] = (1, 1)  # rows and columns that a cell takes up


@dataclass(frozen=True, slots=True)
class Note:
    """A note with its parts joined. `anchors`: ids of the signs that call it, if any."""

    id: str
    sign: str
    blocks: tuple[Block, ...]
    anchors: tuple[str, ...]
    type: str = ""
    place: str = ""

    @property
    def text(self) -> str:
        """Its edited text as one line."""
        return " ".join(block.text for block in flatten(self.blocks) if block.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger. `others`: the other candidates.

    `confidence` is what the file gives: a degree, or a number from 0 to 1.
    """

    n: int
    id: str
    kind: str
    what: str  # the category in words: "one character read as another"
    rule: str
    rule_says: str
    before: str
    after: str
    confidence: str
    evidence: str
    by: str
    verdict: Verdict
    page: str = ""
    block: str = ""
    left: str = ""
    right: str = ""
    others: tuple[str, ...] = ()
    within: str = ""  # of a pending one: the block that holds what it is about


@dataclass(frozen=True, slots=True)
class Zone:
    """A line or region on a page image, in its pixels."""

    id: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Surface:
    """A page image and its lines, in its pixels.

    `shown_width` is the width of the image on the site, if it was reduced. `full` is the size of
    the image that its tiles make, (0, 0) if it has none.
    """

    id: str
    n: str
    url: str
    width: int
    height: int
    zones: tuple[Zone, ...] = ()
    shown_width: int = 0
    full: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Licence:
    """What may be done with the edition."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is known of the print that the text goes back to."""

    authors: tuple[str, ...] = ()
    title: str = ""
    place: str = ""
    publisher: str = ""
    date: str = ""
    container: str = ""  # the journal, series or book that it is part of
    number: str = ""  # its number there
    pages: str = ""
    kind: str = ""  # what the file calls the source: "article", "pamphlet", "blog posts"
    shown: str = ""  # the bibliographic reference in one line, where the file has no parts

    @property
    def line(self) -> str:
        """Place, publisher and date in one line."""
        return ", ".join(filter(None, (self.place, self.publisher, self.date)))

    @property
    def reference(self) -> str:
        """Title, place, publisher and date in one line, or the reference as the file has it."""
        return ", ".join(filter(None, (self.title, self.line))) or self.shown


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that is published of one TEI file."""

    id: str
    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    language: str = "en"
    imprint: Imprint = field(default_factory=Imprint)
    publisher: str = ""
    published: str = ""  # date of the edition, ISO
    modified: str = ""  # the latest date in the header
    version: str = ""
    uri: str = ""
    doi: str = ""
    ark: str = ""
    licences: tuple[Licence, ...] = ()
    raw_sha256: str = ""
    abstract: str = ""
    subjects: tuple[str, ...] = ()
    # what the header says of how the text was edited: paragraphs of (text, whether it is code)
    principles: tuple[tuple[tuple[str, bool], ...], ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: Mapping[str, Note] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    pages: tuple[PageStart, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    words: int = 0
    ocr: bool | None = None  # whether the header says that the source is OCR; None if it is silent
    former: Mapping[str, str] = field(default_factory=dict)  # addresses of old → of the place now
    # how many changes the header says each rule made; nothing if it does not say
    counted: Mapping[str, int] = field(default_factory=dict)

    @property
    def from_ocr(self) -> bool:
        """Whether the text was made from OCR text, as far as the file says."""
        return bool(self.raw_sha256 or self.entries) if self.ocr is None else self.ocr

    @property
    def has_ledger(self) -> bool:
        """Whether there are changes to speak of: a file by others may have none at all."""
        return self.from_ocr or bool(self.entries)

    @property
    def made(self) -> int:
        """The number of applied changes, as in the header: one over several places counts once."""
        if self.counted:
            return sum(self.counted.values())
        return sum(entry.verdict == "made" for entry in self.entries)

    @property
    def held(self) -> int:
        """How many changes are pending."""
        return sum(entry.verdict == "held" for entry in self.entries)


def flatten(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, in the order of the text."""
    for block in blocks:
        yield block
        yield from flatten(block.children)


def is_signed(items: Sequence[Block]) -> bool:
    """Whether the items of a list have their own signs: `1. …`, `6 …` and `7 …`, or `• …`."""
    texts = [next((one.text for one in flatten([item]) if one.text), "") for item in items]
    counts = [int(m[1]) if (m := _COUNTED.match(text)) else -1 for text in texts]
    counted = len(counts) > 1 and all(
        0 <= before == after - 1 for before, after in pairwise(counts)
    )
    signed = bool(texts) and all(map(_BULLET.match, texts))
    return counted or signed or _NUMBERED.match(next(filter(None, texts), "")) is not None


def plain(content: Iterable[Inline], view: View = "edited") -> str:
    """Inlines as text in one line: the edited reading, or what the OCR said."""
    return re.sub(r"\s+", " ", "".join(spoken(content, view))).strip()


def spoken(content: Iterable[Inline], view: View) -> Iterator[str]:
    """Inlines as text, piece by piece, with their white space as it is."""
    for one in content:
        if isinstance(one, str):
            yield one
        elif isinstance(one, Edit):
            yield from spoken(one.edited if view == "edited" else one.ocr, view)
        elif isinstance(one, Glyph):
            yield one.edited if view == "edited" else one.ocr
        elif isinstance(one, LineBreak):
            yield "" if one.joined and (view == "edited" or not one.hyphen) else " "
        elif isinstance(one, Span):
            yield one.before if view == "ocr" else ""
            yield from spoken(one.content, view)
            yield one.after if view == "ocr" else ""
        elif view == "ocr" and isinstance(one, Hyphen):
            yield one.text
