"""An edition as an EPUB 3.3 (https://www.w3.org/TR/epub-33/): edited text, notes that pop up.

An EPUB is a small zip, written here so that the same edition gives the same bytes. The tests run
epubcheck on it.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.html import Markup, direction
from pipeline.publish import records
from pipeline.publish.model.chapters import addresses, is_long, pieces
from pipeline.publish.model.model import (
    Block,
    Edition,
    Note,
    PageStart,
)
from pipeline.publish.pages.book_text import BookText
from pipeline.publish.pages.templates import render

# The date of every file in the zip: the earliest there is, never the clock.
_WRITTEN = (1980, 1, 1, 0, 0, 0)

_STYLE = (Path(__file__).parent / "book.css").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of the book."""

    name: str
    blocks: tuple[Block, ...]
    title: str
    type: str


def epub(edition: Edition) -> bytes:
    """The book as bytes."""
    parts = list(_parts(edition))
    files = {name: part.name for part in parts for name in _ids(part, edition)}
    book = BookText(edition, files)
    texts = [(part.name, _chapter(edition, part, book)) for part in parts]
    pages = [page for page in edition.pages if page.id in files]
    stored = [
        ("META-INF/container.xml", render("epub/container.xml.jinja")),
        ("OEBPS/package.opf", _package(edition, parts, paged=bool(pages))),
        ("OEBPS/nav.xhtml", _navigation(edition, parts, files, pages)),
        ("OEBPS/style.css", _STYLE),
        ("OEBPS/cover.svg", cover(edition)),
        ("OEBPS/cover.xhtml", _page(edition, "cover", edition.title)),
        ("OEBPS/about.xhtml", _page(edition, "about", "About this edition")),
        *((f"OEBPS/{name}", text) for name, text in texts),
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        _store(packed, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, text in stored:
            _store(packed, name, text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _store(book: zipfile.ZipFile, name: str, text: str, how: int) -> None:
    info = zipfile.ZipInfo(name, _WRITTEN)
    info.compress_type = how
    info.external_attr = 0o644 << 16
    info.create_system = 3
    book.writestr(info, text.encode())


# Dividing the text


def _parts(edition: Edition) -> Iterator[_Part]:
    """The text as files: one for each division, several for a long one."""
    for n, piece in enumerate(pieces(edition.blocks, is_long), 1):
        yield _Part(f"text-{n:03}.xhtml", piece.blocks, piece.title, piece.type)


def _ids(part: _Part, edition: Edition) -> Iterator[str]:
    """What a link can lead to: blocks, pages, and the notes called there."""
    for name, one in addresses(part.blocks, edition):
        if isinstance(one, Block | PageStart | Note):
            yield name


# The files


def _page(edition: Edition, name: str, title: str, **values: Any) -> str:
    """One XHTML file of the book, from its template."""
    return render(
        f"epub/{name}.xhtml.jinja",
        edition=edition,
        title=title,
        language=edition.language,
        direction=direction(edition.language),
        **values,
    )


_TYPES = {
    "foreword": "foreword",
    "contents": "toc",
    "notes": "endnotes",
    "chapter": "chapter",
    "part": "part",
    "titlepage": "titlepage",
}


def _chapter(edition: Edition, part: _Part, book: BookText) -> str:
    book.file = part.name
    body = book.blocks(part.blocks, 0)
    while book.called:
        body += book.notes()
    kind = _TYPES.get(part.type, "")
    return _page(
        edition,
        "chapter",
        part.title or edition.title,
        text=Markup(body),
        type=kind if kind != "toc" else "",
    )


def cover(edition: Edition) -> str:
    """A cover made from the title: SVG, with nothing loaded."""
    title = edition.title
    size = 120 if len(title) < 30 else 96 if len(title) < 60 else 74 if len(title) < 110 else 58
    lines = _wrapped(title, max(8, int(1260 / (size * 0.52))))[:9]
    top = 620 - len(lines) * size * 0.6
    return render(
        "epub/cover.svg.jinja",
        edition=edition,
        size=size,
        lines=[(f"{top + i * size * 1.18:.0f}", line) for i, line in enumerate(lines)],
        authors=[records.natural(name) for name in edition.authors],
    )


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line of the table of contents."""

    title: str
    href: str
    children: tuple[_Heading, ...] = ()


def _navigation(
    edition: Edition, parts: Sequence[_Part], files: dict[str, str], pages: Sequence[PageStart]
) -> str:
    outline = tuple(_outline([block for part in parts for block in part.blocks], files))
    if not outline and parts:
        outline = (_Heading(parts[0].title or edition.title, parts[0].name),)
    start = next(
        (part.name for part in parts if part.type not in {"titlepage", "contents", "front"}),
        parts[0].name if parts else "",
    )
    return _page(
        edition,
        "nav",
        f"{edition.title}: contents",
        outline=outline,
        pages=[(f"{files[page.id]}#{page.id}", page.n) for page in pages],
        start=start,
    )


def _outline(blocks: Sequence[Block], files: dict[str, str]) -> Iterator[_Heading]:
    for block in blocks:
        if block.role != "division":
            continue
        inner = tuple(_outline(block.children, files))
        if block.title and block.id in files:
            yield _Heading(block.title, f"{files[block.id]}#{block.id}", inner)
        else:
            yield from inner


def _package(edition: Edition, parts: Sequence[_Part], *, paged: bool) -> str:
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"emend:{edition.id}:{edition.raw_sha256}")
    dated = re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", edition.published)
    return render(
        "epub/package.opf.jinja",
        edition=edition,
        identifier=edition.uri or f"urn:uuid:{name}",
        described=[
            ("publisher", edition.publisher),
            ("source", edition.imprint.reference),
            ("rights", " ".join(one.text or one.url for one in edition.licences)),
            ("description", edition.abstract),
            ("date", edition.published if dated else ""),
        ],
        modified=records.datestamp(edition),
        accessibility=_accessibility(paged=paged),
        paged=paged,
        texts=[part.name.removesuffix(".xhtml") for part in parts],
        direction=direction(edition.language),
    )


def _accessibility(*, paged: bool) -> list[tuple[str, str]]:
    features = [
        "tableOfContents",
        "readingOrder",
        "structuralNavigation",
        "displayTransformability",
    ] + (["pageBreakMarkers", "pageNavigation"] if paged else [])
    return [
        ("accessMode", "textual"),
        ("accessModeSufficient", "textual"),
        *(("accessibilityFeature", feature) for feature in features),
        ("accessibilityHazard", "none"),
        (
            "accessibilitySummary",
            (
                "Text with headings, a table of contents, linked notes and, where the print has "
                "them, its page numbers."
            ),
        ),
    ]
