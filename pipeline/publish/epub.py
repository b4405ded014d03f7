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
from pipeline.publish import cover, records
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
    image = cover.jpeg(edition)
    front = ("cover.jpg", image) if image else ("cover.svg", cover.svg(edition))
    stored: list[tuple[str, str | bytes]] = [
        ("META-INF/container.xml", render("epub/container.xml.jinja")),
        ("OEBPS/package.opf", _package(edition, parts, front[0], paged=bool(pages))),
        ("OEBPS/nav.xhtml", _navigation(edition, parts, files, pages)),
        ("OEBPS/style.css", _STYLE),
        (f"OEBPS/{front[0]}", front[1]),
        ("OEBPS/cover.xhtml", _page(edition, "cover", edition.title, cover=front[0])),
        ("OEBPS/about.xhtml", _about(edition)),
        *((f"OEBPS/{name}", text) for name, text in texts),
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        _store(packed, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in stored:
            how = zipfile.ZIP_STORED if isinstance(content, bytes) else zipfile.ZIP_DEFLATED
            _store(packed, name, content, how)
    return out.getvalue()


def _store(book: zipfile.ZipFile, name: str, content: str | bytes, how: int) -> None:
    info = zipfile.ZipInfo(name, _WRITTEN)
    info.compress_type = how
    info.external_attr = 0o644 << 16
    info.create_system = 3
    book.writestr(info, content)


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


def _about(edition: Edition) -> str:
    """The colophon."""
    return _page(edition, "about", "About this edition", source=records.source(edition))


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


# Divisions before and after the text proper; all others are the body.
_FRONT = frozenset(
    "titlepage contents front foreword preface introduction dedication abstract".split()
)
_BACK = frozenset("notes index bibliography appendix glossary afterword advert back".split())


def _matter(part: _Part) -> str:
    """Which matter of the book a file is: front, body or back."""
    return "front" if part.type in _FRONT else "back" if part.type in _BACK else "body"


def _chapter(edition: Edition, part: _Part, book: BookText) -> str:
    book.file = part.name
    body = book.blocks(part.blocks, 0)
    while book.called:
        body += book.notes()
    return _page(
        edition,
        "chapter",
        part.title or edition.title,
        text=Markup(body),
        type=f"{_matter(part)}matter",
    )


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
        (part.name for part in parts if _matter(part) == "body"), parts[0].name if parts else ""
    )
    marks = [("cover", "cover.xhtml", "Cover"), ("toc", "nav.xhtml#toc", "Contents")]
    for kind in ("titlepage", "foreword", "preface", "introduction"):
        marks += [(kind, one.name, one.title or kind) for one in parts if one.type == kind][:1]
    if start:
        marks.append(("bodymatter", start, "Text"))
    for kind, said in (("notes", "endnotes"), ("bibliography", "bibliography"), ("index", "index")):
        marks += [(said, one.name, one.title or kind) for one in parts if one.type == kind][:1]
    marks.append(("colophon", "about.xhtml", "About this edition"))
    return _page(
        edition,
        "nav",
        f"{edition.title}: contents",
        outline=outline,
        pages=[(f"{files[page.id]}#{page.id}", page.n) for page in pages],
        landmarks=marks,
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


def _package(edition: Edition, parts: Sequence[_Part], image: str, *, paged: bool) -> str:
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
            ("description", records.summary(edition)),
            *(("subject", subject) for subject in edition.subjects),
            ("date", edition.published if dated else ""),
        ],
        modified=records.datestamp(edition),
        accessibility=_accessibility(paged=paged),
        paged=paged,
        cover=image,
        cover_type="image/jpeg" if image.endswith(".jpg") else "image/svg+xml",
        texts=[part.name.removesuffix(".xhtml") for part in parts],
        direction=direction(edition.language),
    )


def _accessibility(*, paged: bool) -> list[tuple[str, str]]:
    """What the book offers readers who cannot see or point.

    It claims no conformance to WCAG: for that, a person would have to evaluate each book.
    """
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
                "them, its page numbers. No person has evaluated it for conformance to WCAG."
            ),
        ),
    ]
