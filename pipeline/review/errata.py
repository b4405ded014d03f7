"""Errata: a transcriber's note made from the ledger.

It counts the corrections by kind, and lists the printer's errors one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pipeline.counts import counts
from pipeline.document import PIPELINE, Change, Document, Kind
from pipeline.html import rendered
from pipeline.review.decide.pages import line_of, page_at, pages
from pipeline.rules import KINDS

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Erratum:
    """One printer's error that an editor corrected: page, line, printed and corrected reading."""

    page: str
    line: int
    printed: str
    corrected: str
    by: str
    note: str

    @property
    def place(self) -> str:
        """Where it stands in the print."""
        return f"page {self.page}, line {self.line}"

    @property
    def told(self) -> str:
        """The error in one line."""
        note = f" ({self.note})" if self.note else ""
        return f"{self.place}: {self.printed} → {self.corrected}{note}"


@dataclass(frozen=True, slots=True)
class Errata:
    """A transcriber's note: changes applied by kind, the printer's errors, and what is pending."""

    title: str
    counts: tuple[tuple[Kind, int], ...]
    printers: tuple[Erratum, ...]
    by_editors: int
    in_doubt: int

    def sentences(self) -> list[str]:
        """The note in sentences, without the list of the printer's errors."""
        said = ["Every change made to the source of this text is on record."]
        for kind, n in self.counts:
            words = KINDS[kind]
            said.append(f"{n:,} {words.one if n == 1 else words.many} {words.done}.")
        if n := self.by_editors:
            said.append(f"An editor decided {n:,} of these changes.")
        if n := self.in_doubt:
            said.append(
                f"{n:,} {'place awaits' if n == 1 else 'places await'} an editor and "
                f"{'reads' if n == 1 else 'read'} as in the source."
            )
        return said

    def to_text(self) -> str:
        """The note as plain text."""
        lines = [f"Transcriber’s note: {self.title}", "", *self.sentences()]
        if self.printers:
            lines += ["", "Printer's errors that were corrected:", ""]
            lines += [f"  {one.told}" for one in self.printers]
        return "\n".join(lines) + "\n"

    def to_html(self) -> str:
        """The note as a `section` of HTML."""
        return self._rendered("errata.html.jinja")

    def to_tei(self) -> str:
        """The note as a `div` for the back matter of the TEI edition."""
        return self._rendered("errata.xml.jinja")

    def _rendered(self, template: str) -> str:
        first, *more = self.sentences()
        return rendered(_TEMPLATES, template, first=first, more=more, printers=self.printers)


def errata(document: Document, title: str) -> Errata:
    """The transcriber's note of a document, after the hand."""
    made = [document.ledger[i] for piece in document.pieces for i in piece.changes]
    count = counts(document)
    all_pages = pages(document)

    def erratum(change: Change) -> Erratum:
        page = page_at(all_pages, change.start)
        note = change.why if change.stage == "hand" and change.why not in _UNSAID else ""
        return Erratum(
            page.n,
            line_of(document, page, change.start),
            _flat(change.before),
            _flat(change.after),
            change.by,
            note,
        )

    printers = tuple(erratum(change) for change in made if change.kind == "print")
    return Errata(
        title,
        tuple((kind, n) for kind in get_args(Kind) if (n := count.of_kind("made", kind))),
        printers,
        sum(change.by != PIPELINE for change in made),
        count.of("held"),
    )


_UNSAID = {"accepted by an editor", "an editor's own reading"}


def _flat(text: str) -> str:
    return " ".join(text.split()) or "∅"
