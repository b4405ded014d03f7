"""The rows that the server sends to the review page.

Each row is JSON as it is: numbers, strings, lists and None. Positions count code points of the raw
text. `web/*.js` reads the same names.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypedDict

from pipeline.review.decide.groups import Standing

PageState = Literal["raw", "proposed", "reviewed", "validated"]
Share = list[float]  # left, top, width and height of a box, each from 0 to 1


class GroupRow(NamedTuple):
    """A group in the list. `web/state.js` names its columns."""

    form: str
    after: str
    kind: str
    places: int
    open: int
    made: int
    accepted: int
    refused: int
    worth: float
    confidence: float
    rule: str
    start: int  # where its first place begins, to list groups in the order of the text
    misreading: str  # what was read for what, `rn → m`, if that is all that differs


class Image(TypedDict, total=False):
    """Where a word is on its page image, or the image's address on the web."""

    surface: int
    remote: str
    crop: list[int]  # the piece to show, in pixels
    size: list[int]  # its width and height
    word: Share  # the word in this piece
    on_page: Share  # the word on the whole page
    crop_on_page: Share  # the piece on the whole page


class PlaceRow(TypedDict):
    """One place of a group, in context."""

    entry: int
    page: int
    n: str  # the page as the print numbers it
    line: int
    left: str
    right: str
    start: int
    end: int
    form: str
    after: str
    reading: str  # what the edition has there now
    stands: Standing
    by: str
    when: str
    note: str
    scope: str
    confidence: float
    why: str
    rule: str
    image: Image | None


class GroupPlaces(TypedDict):
    """A group and some of its places."""

    group: int
    row: GroupRow
    total: int
    offset: int
    alternatives: list[tuple[str, float]]
    by_form: bool
    words: int
    known: list[str]
    places: list[PlaceRow]


class CandidateRow(TypedDict, total=False):
    """A place that may be meant: a hit of a search, or where an unresolved decision may belong."""

    start: int
    end: int
    n: str
    page: int
    left: str
    form: str
    right: str
    reading: str  # of a hit: how the edition reads there now
    after: str  # of a hit: how it would read, if replaced


class Hits(TypedDict):
    """The hits of a search."""

    total: int
    hits: list[CandidateRow]


class UnresolvedRow(TypedDict):
    """A decision that no longer fits the text."""

    id: str
    verdict: str
    form: str
    after: str
    scope: str
    who: str
    when: str
    left: str
    right: str
    why: str
    page: int | None
    candidates: list[CandidateRow]


class DecisionRow(TypedDict):
    """A decision, or several that were made in one step, and what became of it."""

    ids: list[str]
    verdict: str
    form: str
    after: str
    scope: str
    kind: str
    who: str
    when: str
    note: str
    state: str
    why: str
    places: int
    page: int | None


class Decisions(TypedDict):
    """Some of the decisions, and everyone who has made any."""

    total: int
    editors: list[str]
    rows: list[DecisionRow]


class PageRow(TypedDict):
    """A page, and how far its review has got."""

    n: str
    state: PageState
    open: int
    made: int
    by: str | None  # who marked it last, even if it reads differently now
    surface: int | str | None  # the number of its image, or the image's address on the web


class Learned(TypedDict):
    """What the decisions have taught."""

    words: list[str]
    confusions: list[tuple[str, str, int]]
    refused: list[tuple[str, str, int]]


class Progress(TypedDict):
    """What is left to decide; `seconds` is None until a pace is known."""

    open: int
    groups: int
    held: int
    made: int
    decided: int
    total: int
    seconds: int | None


class Summary(TypedDict):
    """Everything, besides the groups, that a decision may change."""

    progress: Progress
    stale: list[UnresolvedRow]
    pages: list[PageRow]
    learned: Learned
    last: dict[str, list[str]]  # by editor: the ids that an undo takes back


class State(Summary):
    """All that the page shows at first."""

    id: str
    title: str
    epoch: str
    version: str
    kinds: dict[str, str]
    groups: tuple[GroupRow, ...]
    remarks: list[str]


class Answer(Summary):
    """What a request to decide has changed: ids of the decisions, and the rows that differ."""

    ids: list[str]
    version: str
    groups: dict[int, GroupRow]


class MarkRow(TypedDict):
    """A change or a proposal on a page of running text."""

    start: int
    end: int
    entry: int | None
    group: int | None
    kind: str
    stands: Standing
    form: str
    after: str
    alternatives: list[str]
    rule: str
    why: str
    by: str
    id: str
    confidence: float


Run = tuple[str, int, int]  # text, number of its word or -1, number of its mark or -1


class BlockRow(TypedDict):
    """A block of a page: its raw span, its role and its level as commands name it."""

    start: int
    end: int
    role: str
    says: str
    by: str  # the editor who said so, if one did


class RunningText(PageRow):
    """A page of running text, raw and edited.

    Of each of its lines, `rows` has the block (or -1), `strips` its image (or None), if any line
    has one.
    """

    number: int
    of: int
    marks: list[MarkRow]
    blocks: list[BlockRow]
    rows: list[int]
    edition: list[list[Run]]
    edition_words: list[tuple[int, int]]
    raw: list[list[Run]]
    raw_words: list[tuple[int, int]]
    boxes: list[Share | None] | None
    strips: list[Image | None] | None


class Selection(TypedDict):
    """A stretch of text that somebody selected."""

    start: int
    end: int
    form: str
    reading: str
    words: int
    image: Image | None
    epoch: str
