"""The page of versions: what is different in each released state of an edition, and since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from pipeline.publish import records
from pipeline.publish.model.chapters import Division
from pipeline.publish.model.model import Edition
from pipeline.publish.pages.templates import page
from pipeline.publish.settings import Settings
from pipeline.tei.addresses import Place, State

_AROUND: Final = 6  # words shown on either side of a change
_SHOWN: Final = 500  # places of one state


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text: how it is marked (`del`, `ins` or nothing) and its words."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A place that is new, gone or changed, and what of its text is different."""

    id: str
    what: str
    parts: tuple[Part, ...]
    here: bool = True  # whether the place, or one that answers for it, is on the reading page


@dataclass(frozen=True, slots=True)
class Version:
    """A state and how it differs from the one before."""

    name: str
    date: str
    differences: tuple[Difference, ...]
    more: int = 0
    first: bool = False


def changes_page(
    edition: Edition,
    now: Sequence[Place],
    states: Sequence[State],
    site: Settings,
    division: Division,
) -> str:
    """The whole page as HTML; `now` are the places of the edition as it is."""
    here = {place.id for place in now} | edition.former.keys()
    versions = []
    for i, state in enumerate(states):
        before = states[i - 1].places if i else ()
        found = list(differences(before, state.places)) if i else []
        versions.append(_version(state.version, state.date, found, here, first=not i))
    since = list(differences(states[-1].places, now))
    if since:
        versions.append(_version("", edition.modified, since, here, first=False))
    return page(
        "changes.html.jinja",
        site,
        root="../",
        edition=edition,
        address=records.address(edition, site.address),
        place=division.place,
        versions=versions[::-1],
    )


def _version(
    name: str, date: str, found: Sequence[Difference], here: set[str], *, first: bool
) -> Version:
    shown = tuple(Difference(one.id, one.what, one.parts, one.id in here) for one in found[:_SHOWN])
    return Version(name, date, shown, max(0, len(found) - _SHOWN), first)


def differences(before: Sequence[Place], after: Sequence[Place]) -> Iterator[Difference]:
    """What is different between two states, in the order of the text; gone places come last."""
    old = {place.id: place.text for place in before}
    new = {place.id for place in after}
    for place in after:
        if place.id not in old:
            yield Difference(place.id, "new", (Part("ins", place.text),))
        elif old[place.id] != place.text:
            yield Difference(place.id, "changed", tuple(_words(old[place.id], place.text)))
    for place in before:
        if place.id not in new:
            yield Difference(place.id, "gone", (Part("del", place.text),))


def _words(before: str, after: str) -> Iterator[Part]:
    """The words that differ, with some on either side."""
    left, right = before.split(), after.split()
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        if group[0][1] > 0:
            yield Part("", "…")
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield Part("", " ".join(left[i:j]))
                continue
            if j > i:
                yield Part("del", " ".join(left[i:j]))
            if m > k:
                yield Part("ins", " ".join(right[k:m]))
        if group[-1][2] < len(left):
            yield Part("", "…")
