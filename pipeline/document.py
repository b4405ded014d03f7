"""The document: a raw text, the ledger of what was changed in it, and the marks of its structure.

Everything here is frozen and does no I/O. Positions are code points. A *raw* position counts in
`Source.text`, which is never altered; a *reading* position counts in `Document.text`, the present
reading, which follows from the raw text and the ledger. Stages see and speak of the reading; the
document turns what they say into raw spans.
"""

from __future__ import annotations

import codecs
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import Literal

from pipeline.memory import NOTHING, Memory

Kind = Literal["ocr", "linebreak", "print", "form", "furniture", "structure"]
Verdict = Literal["made", "held", "refused"]

PIPELINE = "emend"  # who made a change when no editor did


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page image, in its pixels: left, top, right, bottom."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Surface:
    """One page image. `url` is relative to the project folder, or absolute; sizes in pixels."""

    url: str
    width: int
    height: int
    n: str = ""  # the page's own number, if the source gives it


@dataclass(frozen=True, slots=True)
class Zone:
    """The place of a raw span `[start, end)` on a page image, and the OCR's confidence in it.

    The confidence is 0 to 1, or None if the source gives none.
    """

    start: int
    end: int
    surface: int  # index into Layout.surfaces
    box: Box
    level: Literal["region", "line", "word"]
    confidence: float | None = None
    # A region's role in the source: "header", "page-number", "footnote", "heading", "catch-word" …
    role: str = ""
    whole: str = ""  # the whole word, if the source gives it with the part at a line's end


@dataclass(frozen=True, slots=True)
class Layout:
    """The page images of a source and where its text lies on them.

    Zones are sorted by start, wider ones first.
    """

    surfaces: tuple[Surface, ...] = ()
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """A file as it was given: name, SHA-256 of its bytes, media type.

    Media types are "text/plain", "image/png", "text/vnd.hocr+html" and so on.
    """

    name: str
    sha256: str
    media: str


@dataclass(frozen=True)
class Source:
    r"""A raw text as it was given, decoded.

    `text` has its line ends as "\n" where the file has one kind throughout (`newline` remembers
    which); a file with mixed line ends keeps its carriage returns in `text`. For sources with a
    text layer (hOCR, ALTO, PDF, images) the text is that layer, encoded as UTF-8, with "\f" between
    pages, and `origins` names the files it came from. `witnesses` are other readings of the same
    pages: a second engine's text, a second recognition.
    """

    text: str
    name: str = "source.txt"
    encoding: str = "utf-8"
    newline: str = "\n"
    bom: bool = False
    origins: tuple[Origin, ...] = ()
    layout: Layout | None = None
    witnesses: tuple[Source, ...] = field(default=(), repr=False)

    @property
    def data(self) -> bytes:
        """The bytes as given; for a text layer, its UTF-8."""
        text = self.text if self.newline == "\n" else self.text.replace("\n", self.newline)
        encoded = text.encode(
            self.encoding, "surrogateescape" if self.encoding == "utf-8" else "strict"
        )
        return (_BOMS[self.encoding] if self.bom else b"") + encoded

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of `data`, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


_BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@dataclass(frozen=True, slots=True)
class Alternative:
    """A possible reading, and the chance that it is right."""

    after: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a stage proposes: put `after` in place of the reading's `[start, end)`.

    Held, of kind "structure" and with `after` as it stands, it is a query: an editor is asked, and
    nothing is proposed.
    """

    start: int
    end: int
    after: str
    rule: str  # an id that the documentation explains, "line-end.lost"
    why: str  # the evidence, in words
    kind: Kind
    confidence: float = 1.0
    verdict: Verdict = "made"
    alternatives: tuple[Alternative, ...] = ()
    by: str = PIPELINE


@dataclass(frozen=True, slots=True)
class Change:
    """A change: one entry of the ledger, made, held or refused. `[start, end)` is a raw span.

    `before` is what was read there until then: the raw text, or what an earlier change had made of
    it.
    """

    start: int
    end: int
    before: str
    after: str
    stage: str
    rule: str
    why: str
    kind: Kind
    confidence: float
    verdict: Verdict
    by: str = PIPELINE
    alternatives: tuple[Alternative, ...] = ()

    @property
    def is_query(self) -> bool:
        """Whether it proposes nothing and only asks an editor, such as about an unbound note."""
        return self.kind == "structure" and self.verdict != "made" and self.before == self.after

    @property
    def alters(self) -> bool:
        """Whether it alters the reading: made, and more than an editor's word on structure."""
        return self.verdict == "made" and not (
            self.kind == "structure" and self.before == self.after
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """A role of a span: a page, a heading, a note.

    A stage gives a reading span; the document keeps the raw span.

    `attributes` are pairs, such as ("n", "20"); what each role takes is listed in docs/marks.md.
    """

    role: str
    start: int
    end: int
    attributes: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute."""
        return dict(self.attributes).get(name, default)


@dataclass(frozen=True, slots=True)
class Piece:
    """A raw span whose reading differs from the raw text, and the changes (by index) behind it."""

    start: int
    end: int
    reading: str
    changes: tuple[int, ...]


_Stretch = tuple[int, int, list[int]]  # from, to, numbers of entries

Stage = Callable[["Document"], Iterable[Proposal | Mark]]


@dataclass(frozen=True)
class Document:
    """A source, its ledger and its marks. `text` is the present reading.

    Law: `replay(source, ledger)` has the same text; `raw` with no change made is the text one began
    with.
    """

    source: Source
    language: str = "en"
    ledger: tuple[Change, ...] = ()
    marks: tuple[Mark, ...] = ()
    pieces: tuple[Piece, ...] = ()
    facts: tuple[tuple[str, str], ...] = field(default=())  # meta.toml, flattened
    lexicon: frozenset[str] = frozenset()  # words that the text's own lexicon.txt attests
    accepted: tuple[
        tuple[str, str], ...
    ] = ()  # (before, after) that an editor accepted: evidence for the corrector …
    refused: tuple[tuple[str, str], ...] = ()  # … and that one refused
    # what the other texts of the project show: for the stages alone, and not kept with the document
    memory: Memory = field(default=NOTHING, compare=False, repr=False)

    @property
    def raw(self) -> str:
        """The raw text, which nothing alters."""
        return self.source.text

    @cached_property
    def text(self) -> str:
        """The present reading."""
        out: list[str] = []
        at = 0
        for piece in self.pieces:
            out += (self.raw[at : piece.start], piece.reading)
            at = piece.end
        out.append(self.raw[at:])
        return "".join(out)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each piece begins in the reading."""
        starts, shift = [], 0
        for piece in self.pieces:
            starts.append(piece.start + shift)
            shift += len(piece.reading) - (piece.end - piece.start)
        return starts

    @cached_property
    def _ends(self) -> list[int]:
        """Where each piece ends in the reading."""
        return [
            start + len(piece.reading)
            for start, piece in zip(self._starts, self.pieces, strict=True)
        ]

    @cached_property
    def _raw_starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of the reading's `[start, end)`, as tight as it can be.

        What was taken out right before `start` or right after `end` stays outside. A span that cuts
        through a changed piece takes in the whole of it. An empty span is a point after what was
        taken out there.
        """
        first = self._raw_behind(start)
        return (first, first) if start == end else (first, self._raw_before(end))

    def _raw_behind(self, at: int) -> int:
        """The raw position of a reading position, after whatever was removed there."""
        i = bisect_right(self._starts, at) - 1
        if i < 0:
            return at
        return (
            self.pieces[i].start if at < self._ends[i] else self.pieces[i].end + at - self._ends[i]
        )

    def _raw_before(self, at: int) -> int:
        """The raw position of a reading position, before whatever was removed there."""
        i = bisect_left(self._ends, at)
        if i < len(self.pieces) and self._starts[i] < at:
            return self.pieces[i].end
        return at if i == 0 else self.pieces[i - 1].end + at - self._ends[i - 1]

    def reading_at(self, raw: int, *, end: bool = False) -> int:
        """The reading position of a raw position.

        Inside a changed piece it is where the reading begins (or, with `end`, where it ends).
        """
        i = bisect_right(self._raw_starts, raw) - 1
        if i < 0:
            return raw
        piece = self.pieces[i]
        if raw >= piece.end:
            return self._ends[i] + raw - piece.end
        return self._ends[i] if end and raw > piece.start else self._starts[i]

    def reading_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a raw span lies in the present reading."""
        return self.reading_at(start), self.reading_at(end, end=True)

    def reading_of(self, start: int, end: int) -> str:
        """The reading of a raw span. A piece that the span cuts through counts whole."""
        first, last = self.reading_span(start, end)
        return self.text[first:last]

    def pieces_in(self, start: int, end: int) -> tuple[Piece, ...]:
        """The changed pieces that share a character with the raw span `[start, end)`."""
        i = bisect_right(self._raw_starts, start) - 1
        if i < 0 or self.pieces[i].end <= start:
            i += 1
        return self.pieces[i : bisect_left(self._raw_starts, end, lo=i)]

    def marked(self, *roles: str) -> Iterator[Mark]:
        """The marks of these roles, as raw spans, in text order, wider ones first."""
        return (mark for mark in self._sorted_marks if mark.role in roles)

    @cached_property
    def _sorted_marks(self) -> list[Mark]:
        return sorted(self.marks, key=lambda mark: (mark.start, -mark.end))

    def run(self, stage: Stage) -> Document:
        """Run a stage: apply and record what it proposes, and add its marks."""
        return self.apply(getattr(stage, "__name__", "stage").replace("_", "-"), stage(self))

    def apply(self, stage: str, proposals: Iterable[Proposal | Mark]) -> Document:
        """Record each proposal in the ledger and apply it if made; only this changes a reading.

        Of two made proposals that overlap, the one that begins first is made and the other held.
        """
        changes: list[Change] = []
        marks: list[Mark] = []
        for one in proposals:
            if isinstance(one, Mark):
                first, last = self.raw_span(one.start, one.end)
                marks.append(replace(one, start=first, end=last))
            elif change := self._located(stage, one):
                changes.append(change)
        changes.sort(key=lambda change: (change.start, -change.end))
        taken = 0  # raw position up to which this stage has changed the text
        for i, change in enumerate(changes):
            if change.verdict == "made" and change.start < taken:
                changes[i] = replace(change, verdict="held")
            elif change.verdict == "made":
                taken = change.end
        return self._entered(changes, marks)

    def _located(self, stage: str, proposal: Proposal) -> Change | None:
        """A proposal as a change of a raw span, which is never empty.

        An insertion includes its neighbour.
        """
        start, end, after, alternatives = (
            proposal.start,
            proposal.end,
            proposal.after,
            proposal.alternatives,
        )
        if "\n" in self.raw[slice(*self.raw_span(start, end))] and proposal.kind in {
            "ocr",
            "print",
        }:
            # `direc-⏎⏎ !ion`, joined already, read as `direc!ion`: only `!` is wrong, the line end
            # stays as it is.
            head = proposal.start
            start, end, after = _trimmed(self.text, start, end, after)
            cut_head, cut_tail = self.text[head:start], self.text[end : proposal.end]
            alternatives = tuple(
                replace(other, after=other.after[len(cut_head) : len(other.after) - len(cut_tail)])
                for other in alternatives
                if len(other.after) >= len(cut_head) + len(cut_tail)
                and other.after.startswith(cut_head)
                and other.after.endswith(cut_tail)
            )
        if start == end:
            if not self.text or not after:
                return None
            if end < len(self.text):
                after, end = after + self.text[end], end + 1
            else:
                after, start = self.text[start - 1] + after, start - 1
        first, last = self.raw_span(start, end)
        before_first, behind_last = self.reading_span(first, last)
        after = self.text[before_first:start] + after + self.text[end:behind_last]
        before = self.text[before_first:behind_last]
        asks = proposal.verdict == "held" and proposal.kind == "structure"
        if before == after and not asks:
            return None
        return Change(
            start=first,
            end=last,
            before=before,
            after=after,
            stage=stage,
            rule=proposal.rule,
            why=proposal.why,
            kind=proposal.kind,
            confidence=proposal.confidence,
            verdict=proposal.verdict,
            by=proposal.by,
            alternatives=alternatives,
        )

    def _entered(self, changes: Iterable[Change], marks: Iterable[Mark] = ()) -> Document:
        """This document with more entries in its ledger; the made ones lie in order and apart."""
        ledger = list(self.ledger)
        pieces: list[Piece] = []
        old = 0
        for change in changes:
            ledger.append(change)
            if not change.alters:
                continue
            history: tuple[int, ...] = ()
            while old < len(self.pieces) and self.pieces[old].start < change.end:
                piece = self.pieces[old]
                if piece.end <= change.start:
                    pieces.append(piece)
                else:
                    history += piece.changes
                old += 1
            pieces.append(
                Piece(change.start, change.end, change.after, (*history, len(ledger) - 1))
            )
        pieces += self.pieces[old:]
        return replace(
            self, ledger=tuple(ledger), pieces=tuple(pieces), marks=(*self.marks, *marks)
        )

    def settled(
        self, verdicts: Mapping[int, tuple[Verdict, str]], additions: Iterable[Change] = ()
    ) -> Document:
        """Apply editors' verdicts on changes (index → verdict, editor) and their own readings.

        A made change that rests on a refused one, or that overlaps what the editor decided, is held
        from now on.
        """
        ledger = list(self.ledger)
        for i, verdict in verdicts.items():
            ledger[i] = self._decided(i, *verdict)
        # A word on what altered no reading and alters none now, a held entry refused or a made one
        # confirmed, moves nothing else.
        moved = [
            i for i in verdicts if (self.ledger[i].verdict == "made") != (verdicts[i][0] == "made")
        ]
        spans = [(self.ledger[i].start, self.ledger[i].end, i) for i in moved]
        added = list(additions)
        spans += [(change.start, change.end, len(ledger)) for change in added if change.alters]
        for start, end, i in spans:
            for piece in self.pieces_in(start, end):
                for j in piece.changes:
                    if (
                        j != i
                        and j not in verdicts
                        and ledger[j].verdict == "made"
                        and (j > i or ledger[j].start < start or ledger[j].end > end)
                    ):
                        ledger[j] = replace(ledger[j], verdict="held")
        entries = (*ledger, *added)
        settled = replace(self, ledger=entries, pieces=self._pieces_of(entries))
        if not added:
            vars(settled)["_stretches"] = self._stretches  # of the same spans
        return settled

    def _decided(self, number: int, verdict: Verdict, by: str) -> Change:
        """A change with an editor's verdict; what a person accepted gets full confidence.

        It is the same object for the same decision, so that a later look finds nothing changed.
        """
        known = self._decisions.get((number, verdict, by))
        if known is None:
            change = self.ledger[number]
            sure = 1.0 if verdict == "made" else change.confidence
            known = replace(change, verdict=verdict, by=by, confidence=sure)
            self._decisions[number, verdict, by] = known
        return known

    @cached_property
    def _decisions(self) -> dict[tuple[int, Verdict, str], Change]:
        """Entries as editors have decided them."""
        return {}

    @cached_property
    def _stretches(self) -> list[_Stretch]:
        """Stretches of the raw text in which entries overlap, made or not, with their numbers.

        What becomes of one stretch does not affect the others.
        """
        return _joined((change.start, change.end, [n]) for n, change in enumerate(self.ledger))

    def _pieces_of(self, ledger: Sequence[Change]) -> tuple[Piece, ...]:
        """The pieces of a ledger that differs from this one in some verdicts, or is longer.

        An editor decides a few places of thousands, and waits. So only stretches in which something
        has changed are made again.
        """
        had, stretches = self.ledger, self._stretches
        altered = [
            change
            for n, change in enumerate(ledger)
            if n >= len(had) or (change is not had[n] and change.alters != had[n].alters)
        ]
        touched: dict[int, _Stretch] = {}
        for change in altered:
            at = max(0, bisect_right(stretches, change.start, key=itemgetter(0)) - 1)
            while at < len(stretches) and stretches[at][0] < change.end:
                if stretches[at][1] > change.start:
                    touched[at] = stretches[at]
                at += 1
        added = [(c.start, c.end, [n]) for n, c in enumerate(ledger[len(had) :], len(had))]
        pieces: list[Piece] = []
        kept = 0  # pieces that are done with
        for start, end, numbers in _joined([*touched.values(), *added]):
            first = bisect_left(self._raw_starts, start, lo=kept)
            pieces += self.pieces[kept:first]
            pieces += _pieces((n, ledger[n]) for n in sorted(numbers))
            kept = bisect_left(self._raw_starts, end, lo=first)
        return (*pieces, *self.pieces[kept:])


def _joined(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Stretches in order, those that overlap as one."""
    out: list[_Stretch] = []
    for start, end, numbers in sorted(stretches):
        if out and start < out[-1][1]:
            first, last, others = out[-1]
            others += numbers
            out[-1] = (first, max(end, last), others)
        else:
            out.append((start, end, list(numbers)))
    return out


def replay(source: Source, ledger: Iterable[Change], like: Document | None = None) -> Document:
    """The document that a ledger makes of a source. Marks, language and facts come from `like`.

    A made change replaces whatever was in its raw span; an earlier change that it cuts through is
    undone.
    """
    entries = tuple(ledger)
    pieces = tuple(_pieces(enumerate(entries)))
    return replace(like or Document(source), source=source, ledger=entries, pieces=pieces)


def _pieces(entries: Iterable[tuple[int, Change]]) -> list[Piece]:
    """The pieces that entries make, by their numbers and in the order of the ledger."""
    starts: list[int] = []
    pieces: list[Piece] = []
    for n, change in entries:
        if not change.alters:
            continue
        first = bisect_right(starts, change.start)
        if first and pieces[first - 1].end > change.start:
            first -= 1
        last = bisect_left(starts, change.end, lo=first)
        history = tuple(i for piece in pieces[first:last] for i in piece.changes)
        starts[first:last] = [change.start]
        pieces[first:last] = [Piece(change.start, change.end, change.after, (*history, n))]
    return pieces


def _trimmed(text: str, start: int, end: int, after: str) -> tuple[int, int, str]:
    """A replacement without what its two sides begin and end with in common."""
    while start < end and after and text[start] == after[0]:
        start, after = start + 1, after[1:]
    while start < end and after and text[end - 1] == after[-1]:
        end, after = end - 1, after[:-1]
    return start, end, after
