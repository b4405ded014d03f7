"""Counts of pages, words and changes, made once for everything that shows them.

The TEI header, report.md, `emend build` and the site show them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.document import Document, Kind, Verdict
from pipeline.text.faces import reading_text

Row = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of one edition. `pages` is 0 where the source does not say where pages begin.

    `words` are those of the reading text, notes included, page furniture not. A change counts once,
    however many places in the TEI it takes.
    """

    pages: int
    words: int
    characters: int
    bytes: int
    changes: Mapping[tuple[Verdict, Kind, str], int]

    def of(self, verdict: Verdict) -> int:
        """How many changes have this verdict."""
        return sum(n for (one, _, _), n in self.changes.items() if one == verdict)

    def of_kind(self, verdict: Verdict, kind: Kind) -> int:
        """How many changes of this kind have this verdict."""
        return sum(n for (one, of, _), n in self.changes.items() if (one, of) == (verdict, kind))

    def by_rule(self) -> dict[Row, tuple[int, int]]:
        """How many changes each rule made and holds, by kind and rule."""
        rows = sorted(
            {(kind, rule) for verdict, kind, rule in self.changes if verdict != "refused"}
        )
        return {
            (kind, rule): (
                self.changes.get(("made", kind, rule), 0),
                self.changes.get(("held", kind, rule), 0),
            )
            for kind, rule in rows
        }


def counts(document: Document) -> Counts:
    """The figures of a document."""
    return Counts(
        _pages(document),
        len(reading_text(document, bars=False).split()),
        len(document.raw),
        len(document.source.data),
        Counter(
            (change.verdict, change.kind, change.rule)
            for change in document.ledger
            if change.alters or change.verdict != "made"
        ),
    )


def _pages(document: Document) -> int:
    """The number of pages: by its images, its form feeds, or its page numbers and running heads.

    A form feed that ends the last page begins none, and a page number at a foot shows one page, not
    two.
    """
    layout = document.source.layout
    if layout and layout.surfaces:
        return len(layout.surfaces)
    raw = document.raw
    if "\f" in raw:
        return sum(bool(page.strip()) for page in raw.split("\f"))
    starts = sorted({mark.start for mark in document.marked("page")})
    if not starts:
        return 0
    ends = [*starts[1:], len(raw)]
    before = bool(raw[: starts[0]].strip())
    return before + sum(
        bool(raw[start:end].strip()) for start, end in zip(starts, ends, strict=True)
    )
