"""An edition as an EPUB 3.3 (https://www.w3.org/TR/epub-33/): the edited reading, with notes that
open on tap.

An EPUB is a small zip, written here so that the same edition gives the same bytes; epubcheck judges
it in the tests.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.publish import records
from pipeline.publish.model.model import (
    Anchor,
    Block,
    Edit,
    Edition,
    Inline,
    PageStart,
    Span,
    flatten,
)
from pipeline.publish.pages.html import direction, escape
from pipeline.publish.pages.leaf import Leaf

_LONGEST = (
    150_000  # characters in one file of the book; reading systems turn slow beyond some 300 kB
)
_WRITTEN = (1980, 1, 1, 0, 0, 0)  # the date of every file in the zip: its first, never the clock

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
    files = {name: part.name for part in parts for name in _ids(part.blocks, edition)}
    leaf = Leaf(edition, files)
    texts = [(part.name, _chapter(edition, part, leaf)) for part in parts]
    pages = [page for page in edition.pages if page.id in files]
    stored = [
        ("META-INF/container.xml", _CONTAINER),
        ("OEBPS/package.opf", _package(edition, parts, paged=bool(pages))),
        ("OEBPS/nav.xhtml", _navigation(edition, parts, files, pages)),
        ("OEBPS/style.css", _STYLE),
        ("OEBPS/cover.svg", cover(edition)),
        ("OEBPS/cover.xhtml", _cover_page(edition)),
        ("OEBPS/about.xhtml", _about(edition)),
        *((f"OEBPS/{name}", text) for name, text in texts),
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        _store(book, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, text in stored:
            _store(book, name, text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _store(book: zipfile.ZipFile, name: str, text: str, how: int) -> None:
    info = zipfile.ZipInfo(name, _WRITTEN)
    info.compress_type = how
    info.external_attr = 0o644 << 16
    info.create_system = 3
    book.writestr(info, text.encode())


# Dividing the text


def _parts(edition: Edition) -> Iterator[_Part]:
    """The text as files: a division each, a long one by its divisions or its paragraphs."""
    for n, (blocks, title, kind) in enumerate(_runs(edition.blocks), 1):
        yield _Part(f"text-{n:03}.xhtml", blocks, title, kind)


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[tuple[Block, ...], str, str]]:
    loose: list[Block] = []
    size = 0

    def flushed() -> Iterator[tuple[tuple[Block, ...], str, str]]:
        nonlocal loose, size
        if loose:
            yield (
                tuple(loose),
                plain_title(loose),
                "titlepage" if loose[0].role == "titlepage" else "",
            )
        loose, size = [], 0

    for block in blocks:
        if block.role != "division":
            loose.append(block)
            size += _size(block)
            if size > _LONGEST:
                yield from flushed()
            continue
        yield from flushed()
        if _size(block) <= _LONGEST:
            yield (block,), block.title, block.type
            continue
        pieces = list(_runs(block.children))
        for i, (piece, title, kind) in enumerate(pieces):
            whole = replace(
                block,
                id=block.id if i == 0 else "",
                children=piece,
                title=block.title if i == 0 else title,
            )
            yield (whole,), block.title if i == 0 else title, kind or block.type
    yield from flushed()


def plain_title(blocks: Sequence[Block]) -> str:
    """The first words of blocks that have no heading, to call them by."""
    heading = next((block.text for block in flatten(blocks) if block.role == "heading"), "")
    return heading or ("Title page" if blocks and blocks[0].role == "titlepage" else "")


def _size(block: Block) -> int:
    return len(block.text) + sum(_size(child) for child in block.children)


def _ids(blocks: Iterable[Block], edition: Edition) -> Iterator[str]:
    """Everything in blocks that can be pointed to, notes that are called there as well."""
    for block in flatten(blocks):
        if block.id:
            yield block.id
        yield from _inline_ids(block.content, edition, set())


def _inline_ids(content: Iterable[Inline], edition: Edition, seen: set[str]) -> Iterator[str]:
    for one in content:
        if isinstance(one, PageStart):
            yield one.id
        elif isinstance(one, Edit):
            yield from _inline_ids(one.edited, edition, seen)
        elif isinstance(one, Span):
            yield from _inline_ids(one.content, edition, seen)
        elif isinstance(one, Anchor) and one.note in edition.notes and one.note not in seen:
            seen.add(one.note)
            yield one.note
            for block in flatten(edition.notes[one.note].blocks):
                yield from _inline_ids(block.content, edition, seen)


# The files

_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


def _xhtml(edition: Edition, title: str, body: str, attributes: str = "") -> str:
    language = escape(edition.language)
    turned = ' dir="rtl"' if direction(edition.language) == "rtl" else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" '
        f'xml:lang="{language}"{turned}>\n'
        f'<head><meta charset="UTF-8"/><title>{escape(title)}</title><link rel="stylesheet" '
        f'type="text/css" href="style.css"/></head>\n'
        f"<body{attributes}>\n{body}</body>\n</html>\n"
    )


_TYPES = {
    "foreword": "foreword",
    "contents": "toc",
    "notes": "endnotes",
    "chapter": "chapter",
    "part": "part",
    "titlepage": "titlepage",
}


def _chapter(edition: Edition, part: _Part, leaf: Leaf) -> str:
    leaf.file = part.name
    body = leaf.blocks(part.blocks, 0)
    while leaf.called:
        body += leaf.notes()
    kind = _TYPES.get(part.type, "")
    semantics = f' epub:type="{kind}"' if kind and kind != "toc" else ""
    return _xhtml(edition, part.title or edition.title, body, semantics)


def cover(edition: Edition) -> str:
    """A cover made from the title: SVG, with nothing loaded."""
    title = edition.title
    size = 120 if len(title) < 30 else 96 if len(title) < 60 else 74 if len(title) < 110 else 58
    lines = _wrapped(title, max(8, int(1260 / (size * 0.52))))[:9]
    top = 620 - len(lines) * size * 0.6
    spans = "".join(
        f'<text x="150" y="{top + i * size * 1.18:.0f}" font-size="{size}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    who = "".join(
        f'<text x="150" y="{1640 + i * 74}" font-size="58" '
        f'font-style="italic">{escape(records.natural(name))}</text>'
        for i, name in enumerate(edition.authors[:3])
    )
    when = (
        f'<text x="150" y="2140" font-size="46" '
        f'letter-spacing="6">{escape(edition.imprint.date)}</text>'
        if edition.imprint.date
        else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
        'viewBox="0 0 1600 2400" width="1600" height="2400" role="img" '
        f'aria-label="{escape(title)}">\n<rect width="1600" height="2400" '
        f'fill="#f5efe2"/><rect x="0" y="0" width="56" height="2400" fill="#97301b"/>'
        '<rect x="150" y="1490" width="240" height="6" fill="#97301b"/>'
        f"<g font-family=\"'Iowan Old Style', Palatino, 'Palatino Linotype', P052, Georgia, "
        f'serif" fill="#221f1a">{spans}{who}{when}</g></svg>\n'
    )


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cover_page(edition: Edition) -> str:
    return _xhtml(
        edition,
        edition.title,
        f'<section class="cover" epub:type="cover"><img src="cover.svg" '
        f'alt="{escape(edition.title)}" role="doc-cover"/></section>\n',
        ' class="cover"',
    )


def _about(edition: Edition) -> str:
    made, held = edition.made, edition.held
    version = f", version {edition.version}" if edition.version else ""
    first = (
        f"This book was made from the TEI edition {edition.id}{version}. Its text goes back "
        f"to an OCR of the print, "
        f"in which {made:,} readings were changed; {held:,} doubtful ones were left for an "
        f"editor to decide. "
        "The book shows the edited text; the TEI file records each change with its rule, its "
        "evidence and what the OCR had read."
    )
    said = [first]
    printed = (
        ", ".join(
            filter(
                None,
                (
                    edition.imprint.title,
                    edition.imprint.place,
                    edition.imprint.publisher,
                    edition.imprint.date,
                ),
            )
        )
        or edition.imprint.shown
    )
    if printed:
        said.append(f"The print: {printed}.")
    if edition.raw_sha256:
        said.append(f"The raw text, SHA-256: {edition.raw_sha256}.")
    said += [one.text for one in edition.licences if one.text]
    body = "".join(f"<p>{escape(text)}</p>\n" for text in said)
    return _xhtml(
        edition,
        "About this edition",
        f'<section id="about" epub:type="colophon" role="doc-colophon" lang="en" '
        f'xml:lang="en" dir="ltr">'
        f"<h1>About this edition</h1>\n{body}</section>\n",
    )


def _navigation(
    edition: Edition, parts: Sequence[_Part], files: dict[str, str], pages: Sequence[PageStart]
) -> str:
    listed = _outline([block for part in parts for block in part.blocks], files)
    if not listed:
        listed = (
            f'<li><a href="{parts[0].name}">{escape(parts[0].title or edition.title)}</a></li>'
            if parts
            else ""
        )
    body = (
        f'<nav epub:type="toc" role="doc-toc" id="toc"><h1>Contents</h1><ol>'
        f'{listed}<li><a href="about.xhtml">About this edition</a></li></ol></nav>\n'
    )
    if pages:
        links = "".join(
            f"<li><a "
            f'href="{files[page.id]}#{escape(page.id)}">{escape(page.n or f"[{i}]")}</a></li>'
            for i, page in enumerate(pages, 1)
        )
        body += (
            f'<nav epub:type="page-list" role="doc-pagelist" id="pages" '
            f'hidden="hidden"><h2>Pages</h2><ol>{links}</ol></nav>\n'
        )
    first = next(
        (part for part in parts if part.type not in {"titlepage", "contents", "front"}),
        parts[0] if parts else None,
    )
    body_mark = f'<li><a epub:type="bodymatter" href="{first.name}">Text</a></li>' if first else ""
    body += (
        '<nav epub:type="landmarks" id="landmarks" '
        'hidden="hidden"><h2>Landmarks</h2><ol><li><a epub:type="cover" '
        'href="cover.xhtml">Cover</a></li>'
        f'<li><a epub:type="toc" href="nav.xhtml#toc">Contents</a></li>{body_mark}</ol></nav>\n'
    )
    return _xhtml(edition, f"{edition.title}: contents", body)


def _outline(blocks: Sequence[Block], files: dict[str, str]) -> str:
    out = []
    for block in blocks:
        if block.role != "division":
            continue
        inner = _outline(block.children, files)
        if block.title and block.id in files:
            nested = f"<ol>{inner}</ol>" if inner else ""
            out.append(
                f'<li><a href="{files[block.id]}#{escape(block.id)}">{escape(block.title)}</a>{nested}</li>'
            )
        else:
            out.append(inner)
    return "".join(out)


def _package(edition: Edition, parts: Sequence[_Part], *, paged: bool) -> str:
    identifier = (
        edition.uri
        or f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'emend:{edition.id}:{edition.raw_sha256}')}"
    )
    source = (
        ", ".join(
            filter(
                None,
                (
                    edition.imprint.title,
                    edition.imprint.place,
                    edition.imprint.publisher,
                    edition.imprint.date,
                ),
            )
        )
        or edition.imprint.shown
    )
    rights = " ".join(one.text or one.url for one in edition.licences)
    fields = [
        f'<dc:identifier id="id">{escape(identifier)}</dc:identifier>',
        f"<dc:title>{escape(edition.title)}</dc:title>",
        f"<dc:language>{escape(edition.language)}</dc:language>",
        *(
            f'<dc:creator id="creator-{i}">{escape(name)}</dc:creator>'
            for i, name in enumerate(edition.authors)
        ),
        *(
            f'<meta refines="#creator-{i}" property="role" scheme="marc:relators">aut</meta>'
            for i, _ in enumerate(edition.authors)
        ),
        *(f"<dc:contributor>{escape(name)}</dc:contributor>" for name in edition.editors),
        *(
            f"<dc:{name}>{escape(value)}</dc:{name}>"
            for name, value in (
                ("publisher", edition.publisher),
                ("source", source),
                ("rights", rights),
                ("description", edition.abstract),
            )
            if value
        ),
        f"<dc:date>{escape(edition.published)}</dc:date>"
        if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", edition.published)
        else "",
        f'<meta property="dcterms:modified">{records.datestamp(edition)}T00:00:00Z</meta>',
        *(
            f'<meta property="schema:{name}">{value}</meta>'
            for name, value in _accessibility(paged=paged)
        ),
    ]
    if paged and source:
        fields.append(f'<meta property="pageBreakSource">{escape(source)}</meta>')
    metadata = "\n".join(filter(None, fields))
    items = "\n".join(
        f'<item id="{part.name[:-6]}" href="{part.name}" media-type="application/xhtml+xml"/>'
        for part in parts
    )
    turned = ' page-progression-direction="rtl"' if direction(edition.language) == "rtl" else ""
    spine = "".join(f'<itemref idref="{part.name[:-6]}"/>' for part in parts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{escape(edition.language)}">\n'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{metadata}\n</metadata>\n'
        f"<manifest>\n"
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>\n'
        '<item id="style" href="style.css" media-type="text/css"/>\n'
        '<item id="cover-image" href="cover.svg" media-type="image/svg+xml" '
        'properties="cover-image"/>\n'
        '<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>\n'
        f'<item id="about" href="about.xhtml" media-type="application/xhtml+xml"/>\n{items}\n'
        f"</manifest>\n"
        f'<spine{turned}><itemref idref="cover"/><itemref idref="nav" '
        f'linear="no"/>{spine}<itemref idref="about"/></spine>\n</package>\n'
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
