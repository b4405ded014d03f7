"""A text as it was loaded for review: what is made of it once, before any decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pipeline.document import Document
from pipeline.review.decide.groups import Group, grouped
from pipeline.review.decide.hand import Index
from pipeline.review.decide.pages import PageSpan, page_at, pages
from pipeline.review.serve import scans
from pipeline.review.serve.learning import misreading

_SIGN = re.compile(r"\w")


@dataclass(frozen=True)
class Loaded:
    """A text as the stages left it, and what does not change while it is reviewed.

    `epoch` names this loading: another one may number the groups differently. `misreadings` are
    those of the groups.
    """

    epoch: str
    base: Document
    groups: tuple[Group, ...]
    misreadings: tuple[str, ...]
    index: Index

    @classmethod
    def of(cls, base: Document, epoch: str) -> Loaded:
        """Group the changes of a document, and index it."""
        groups = grouped(base)
        return cls(epoch, base, groups, tuple(map(misreading, groups)), Index(base))

    @cached_property
    def pages(self) -> tuple[PageSpan, ...]:
        """The pages."""
        return pages(self.base)

    @cached_property
    def places(self) -> scans.Places | None:
        """Where the text lies on its scans."""
        return scans.Places(self.base.source.layout) if self.base.source.layout else None

    def whole_words(self, form: str) -> int:
        """How often a form occurs as a whole word; 0 if it has no letter or digit."""
        return len(self.index.occurrences(form)) if _SIGN.search(form) else 0

    @cached_property
    def group_of(self) -> dict[int, int]:
        """The group of each entry of the ledger that an editor is shown."""
        return {i: n for n, group in enumerate(self.groups) for i in group.entries}

    @cached_property
    def page_of(self) -> dict[int, int]:
        """The page on which each of these entries begins."""
        ledger = self.base.ledger
        return {i: page_at(self.pages, ledger[i].start).index for i in self.group_of}

    @cached_property
    def by_start(self) -> list[tuple[int, int]]:
        """Where each of these entries begins, and its number, in the order of the text."""
        return sorted((self.base.ledger[i].start, i) for i in self.group_of)

    @cached_property
    def held(self) -> int:
        """How many of these entries the stages left pending."""
        return sum(self.base.ledger[i].verdict == "held" for i in self.group_of)

    @cached_property
    def surfaces(self) -> tuple[int | str | None, ...]:
        """Of each page, the number of its image, or its address on the web."""
        return tuple(map(self._surface, self.pages))

    def _surface(self, page: PageSpan) -> int | str | None:
        layout = self.base.source.layout
        if not layout:
            return None
        number = page.surface
        if number is None:
            number = next(
                (zone.surface for zone in layout.zones if page.start <= zone.start < page.end), None
            )
        if number is None or number >= len(layout.surfaces) or not layout.surfaces[number].url:
            return None
        return layout.surfaces[number].url if scans.remote(layout.surfaces[number]) else number
