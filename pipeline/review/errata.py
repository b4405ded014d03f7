"""Errata: a transcriber's note from the ledger. What was corrected, by kind; the printer's errors
one by one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.document import PIPELINE, Change, Document, Kind
from pipeline.html import rendered
from pipeline.review.decide.pages import line_of, page_at, pages

_TEMPLATES = Path(__file__).parent / "templates"
_SAID: dict[Kind, tuple[str, str]] = {
    "ocr": ("misreading of the OCR was corrected", "misreadings of the OCR were corrected"),
    "linebreak": (
        "word broken over the end of a line or page was joined",
        "words broken over the end of a line or page were joined",
    ),
    "form": (
        "place was regularised in its form: spacing, quotation marks, dashes",
        "places were regularised in their form: spacing, quotation marks, dashes",
    ),
    "furniture": (
        "page number, running head or stamp was taken out of the text",
        "page numbers, running heads and stamps were taken out of the text",
    ),
    "structure": (
        "sign of typed mark-up was turned into what it stands for",
        "signs of typed mark-up were turned into what they stand for",
    ),
    "print": (
        "error of the printer was corrected by an editor",
        "errors of the printer were corrected by an editor",
    ),
}


@dataclass(frozen=True, slots=True)
class Erratum:
    """One error of the printer that an editor corrected: page and line of the print, what stood
    there, what stands now.
    """

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
    """A transcriber's note: how many changes of each kind were made, the printer's errors, what is
    still in doubt.
    """

    title: str
    counts: tuple[tuple[Kind, int], ...]
    printers: tuple[Erratum, ...]
    by_editors: int
    in_doubt: int

    def sentences(self) -> list[str]:
        """The note in sentences, without the list of the printer's errors."""
        said = [
            (
                "This text was made from an optical recognition (OCR) of the print. Every change "
                "is on record."
            )
        ]
        said += [f"{n:,} {_SAID[kind][n != 1]}." for kind, n in self.counts]
        if n := self.by_editors:
            said.append(
                f"{n:,} of these changes {'was' if n == 1 else 'were'} decided by an editor."
            )
        if n := self.in_doubt:
            said.append(
                f"{n:,} {'place is in doubt and reads' if n == 1 else 'places are in doubt and read'} as in the OCR."
            )
        return said

    def to_text(self) -> str:
        """The note as plain text."""
        lines = [f"Transcriber’s note: {self.title}", "", *self.sentences()]
        if self.printers:
            lines += ["", "Errors of the printer that were corrected:", ""]
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
    counts = Counter(change.kind for change in made)
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
        tuple((kind, counts[kind]) for kind in _SAID if counts[kind]),
        printers,
        sum(change.by != PIPELINE for change in made),
        len({(change.start, change.end) for change in document.ledger if change.verdict == "held"}),
    )


_UNSAID = {"accepted by an editor", "an editor's own reading"}


def _flat(text: str) -> str:
    return " ".join(text.split()) or "∅"
