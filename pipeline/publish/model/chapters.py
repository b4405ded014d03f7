"""A long text divided into chapters, and in which chapter each address is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.publish.model.model import (
    Anchor,
    Block,
    Edit,
    Edition,
    Inline,
    LineBreak,
    Note,
    PageStart,
    Span,
    flatten,
)

_SMALL: Final = 1500  # characters: less, such as a dedication and a motto, share a page
_AVERAGE: Final = 12_000  # characters of the parts of a division that are chapters, not sections
_LONGEST: Final = 150_000  # characters of a division that is divided whatever its parts are like


@dataclass(frozen=True, slots=True)
class Piece:
    """A division, or blocks without one; `title` is its heading, `type` what it is."""

    blocks: tuple[Block, ...]
    title: str = ""
    type: str = ""
    within: tuple[str, ...] = ()  # titles of the divisions around it

    @property
    def size(self) -> int:
        """Characters of its text."""
        return sum(map(size, self.blocks))


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one page of a long text shows. `file`: the name of its file on the site."""

    file: str
    title: str
    blocks: tuple[Block, ...]
    within: tuple[str, ...] = ()  # titles of the divisions around it
    page: PageStart | None = None  # on which it begins


@dataclass(frozen=True, slots=True)
class Division:
    """The chapters of a text, none if it is one page, and the file that each address is in."""

    chapters: tuple[Chapter, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """The address of something in the text, from another page of the edition."""
        return f"{self.files.get(name, 'index.html')}#{name}"


def divided(edition: Edition, least: int) -> Division:
    """The chapters of a text of at least so many words; none if it has fewer than three."""
    if not least or edition.words < least:
        return Division()
    chapters: list[Chapter] = []
    page: PageStart | None = None
    names: set[str] = set()
    files: dict[str, str] = {}
    for piece in _together(pieces(edition.blocks, _is_divided)):
        file = _file(piece, len(chapters) + 1, names)
        title = piece.title or (edition.title if not chapters else "")
        chapters.append(Chapter(file, title, piece.blocks, piece.within, page))
        for name, one in addresses(piece.blocks, edition):
            files.setdefault(name, file)
            page = one if isinstance(one, PageStart) else page
    for old, now in edition.former.items():
        if now in files:
            files.setdefault(old, files[now])
    return Division(tuple(chapters), files) if len(chapters) > 2 else Division()


def places_script(division: Division) -> str:
    """Which file has each address, as a script that a page loads when it needs it."""
    places: dict[str, list[str]] = {}
    for name, file in division.files.items():
        places.setdefault(file, []).append(name)
    return f"emendPlaces({json.dumps(places, ensure_ascii=False, separators=(',', ':'))});\n"


def _file(piece: Piece, n: int, names: set[str]) -> str:
    """A file name from the first address in a piece; on some disks, `A` and `a` are one file."""
    first = next((block.id for block in flatten(piece.blocks) if block.id), "")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", first) or str(n)
    if name.casefold() in names:
        name = f"{name}-{n}"
    names.add(name.casefold())
    return f"text-{name}.html"


def _is_divided(block: Block) -> bool:
    """Whether the parts of a division are chapters, as those of a volume are."""
    if size(block) > _LONGEST:
        return True
    parts = [size(child) for child in block.children if child.role == "division" and child.title]
    return len(parts) > 1 and sum(parts) / len(parts) >= _AVERAGE


def _together(found: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces, with small neighbours as one, and a heading alone (PART TWO) with what it heads."""
    last: Piece | None = None
    for piece in found:
        if last is None:
            last = piece
        elif _is_heading(last) or (last.size < _SMALL and piece.size < _SMALL):
            both = " · ".join(filter(None, (last.title, piece.title)))
            title = both if _is_heading(last) else last.title or piece.title
            last = Piece((*last.blocks, *piece.blocks), title, piece.type)
        else:
            yield last
            last = piece
    if last is not None:
        yield last


def _is_heading(piece: Piece) -> bool:
    return all(
        block.role in {"heading", "division"} or not block.text for block in flatten(piece.blocks)
    )


def pieces(blocks: Sequence[Block], is_divided: Callable[[Block], bool]) -> Iterator[Piece]:
    """The text in pieces: each division is one, and so are the blocks between two divisions.

    A division for which `is_divided` holds comes as its own pieces. Each keeps the division around
    it; the first has its id and its title.
    """
    loose: list[Block] = []
    length = 0
    for block in blocks:
        if block.role != "division":
            if length > _LONGEST:
                yield _loose(loose)
                loose, length = [], 0
            loose.append(block)
            length += size(block)
            continue
        if loose:
            yield _loose(loose)
            loose, length = [], 0
        if not is_divided(block):
            yield Piece((block,), block.title, block.type)
            continue
        for i, piece in enumerate(pieces(block.children, is_divided)):
            identity = block.id if i == 0 else ""
            title = block.title if i == 0 else piece.title
            whole = replace(block, id=identity, children=piece.blocks, title=title)
            within = (block.title, *piece.within) if i and block.title else piece.within
            yield Piece((whole,), title, piece.type or block.type, within)
    if loose:
        yield _loose(loose)


def _loose(blocks: Sequence[Block]) -> Piece:
    kind = "titlepage" if blocks[0].role == "titlepage" else ""
    heading = next((block.text for block in flatten(blocks) if block.role == "heading"), "")
    return Piece(tuple(blocks), heading or ("Title page" if kind else ""), kind)


def is_long(block: Block) -> bool:
    """Whether a division is too long for one file of a book."""
    return size(block) > _LONGEST


def size(block: Block) -> int:
    """Characters of its text."""
    return len(block.text) + sum(map(size, block.children))


Addressed = Block | PageStart | Note | Anchor | Edit | LineBreak | Span
"""What has an address."""
_ADDRESSED: Final = (PageStart, Anchor, Edit, LineBreak, Span)


def addresses(blocks: Iterable[Block], edition: Edition) -> Iterator[tuple[str, Addressed]]:
    """Every address in some blocks, in the order of the text, with what has it.

    A note is where it is first called.
    """
    seen: set[str] = set()
    for block in flatten(blocks):
        if block.id:
            yield block.id, block
        yield from _within(block.content, edition, seen)


def _within(
    content: Iterable[Inline], edition: Edition, seen: set[str]
) -> Iterator[tuple[str, Addressed]]:
    for one in content:
        if isinstance(one, str):
            continue
        if isinstance(one, _ADDRESSED) and one.id:
            yield one.id, one
        if isinstance(one, Edit):
            yield from _within(one.edited, edition, seen)
        elif isinstance(one, LineBreak) and one.edit:
            yield one.edit.id, one.edit
        elif isinstance(one, Span):
            yield from _within(one.content, edition, seen)
        elif isinstance(one, Anchor) and one.note in edition.notes and one.note not in seen:
            seen.add(one.note)
            note = edition.notes[one.note]
            yield note.id, note
            for block in flatten(note.blocks):
                yield from _within(block.content, edition, seen)
