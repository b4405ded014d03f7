"""An edition as a PDF, set by Typst: title page, contents, running heads, notes, colophon.

Typst reads a program; this one is made of function calls and strings alone, so that nothing in a
text can be taken for an instruction.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from pipeline.errors import EmendError, MissingExtraError
from pipeline.html import direction, link
from pipeline.publish import records
from pipeline.publish.model.model import (
    UNCALLED,
    Anchor,
    Block,
    Edit,
    Edition,
    Glyph,
    Inline,
    LineBreak,
    PageStart,
    Span,
    flatten,
)

_STYLE: Final = (Path(__file__).parent / "book.typ").read_text("utf-8")
_WRAPPED: Final = {
    "emph": "emph",
    "italic": "emph",
    "bold": "strong",
    "smallcaps": "smallcaps",
    "speaker": "smallcaps",
    "stage": "emph",
    "sup": "super",
    "sub": "sub",
    "underline": "underline",
    "spaced": "spaced",
}
_ALIGNED: Final = {"center": "centre", "right": "flushright"}


def pdf(edition: Edition) -> bytes:
    """The edition as PDF; the same edition gives the same bytes.

    Raises:
        MissingExtraError: Typst is not installed.
        EmendError: Typst could not set the text.

    """
    try:
        import typst  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("typst", "pdf") from None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "edition.typ"
        source.write_text(program(edition), "utf-8")
        try:
            return bytes(typst.compile(str(source), ignore_system_fonts=True))
        except Exception as error:
            raise EmendError(f"{edition.id} could not be set as PDF: {error}") from error


def program(edition: Edition) -> str:
    """The program for Typst."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", edition.published)
    year, month, day = (found[1], found[2] or "1", found[3] or "1") if found else ("1970", "1", "1")
    date = f"datetime(year: {int(year)}, month: {int(month)}, day: {int(day)})"
    language = edition.language.split("-")[0].lower()
    facts = {
        "title": edition.title,
        "subtitle": edition.subtitle,
        "authors": [records.natural(name) for name in edition.authors],
        "printed": edition.imprint.line,
        "language": language if re.fullmatch(r"[a-z]{2,3}", language) else "en",
        "colophon": colophon(edition),
        "contents": sum(b.role == "division" and bool(b.title) for b in flatten(edition.blocks))
        > 1,
    }
    written = _Program(edition)
    body = "\n".join(written.blocks(edition.blocks))
    given = f"#let facts = json(bytes({_string(json.dumps(facts, ensure_ascii=False))}))\n"
    return (
        f"{given}#set document(title: facts.title, author: facts.authors, date: {date})\n"
        f"{_STYLE}\n#text-of-edition(rtl: {str(direction(edition.language) == 'rtl').lower()}, "
        f"{{\n{body}\n}})\n"
    )


def colophon(edition: Edition) -> list[str]:
    """What the last page says, in paragraphs."""
    source = records.source(edition)
    made = f"This is {records.described(edition)}: {edition.made:,} corrections"
    made += f", {edition.held:,} pending." if edition.held else "."
    issued = ", ".join(
        filter(
            None,
            (
                edition.publisher,
                edition.version and f"version {edition.version}",
                edition.published,
            ),
        )
    )
    if issued == edition.published != "":
        issued = f"Edition of {issued}"
    where = edition.doi and f"https://doi.org/{edition.doi}"
    return [
        said
        for said in (
            source,
            made if edition.from_ocr else "",
            issued and f"{issued}.",
            where or edition.uri,
            *(" ".join(filter(None, (one.text, one.url))) for one in edition.licences),
        )
        if said
    ]


def _string(text: str) -> str:
    """A string of Typst, whose escapes are these."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda c: f"\\u{{{ord(c[0]):x}}}", escaped) + '"'


def _call(name: str, body: str, **values: Any) -> str:
    given = "".join(f"{key}: {value}, " for key, value in values.items())
    return f"{name}({given}{{{body}}})"


class _Program:
    """Blocks as calls of the functions in book.typ."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.placed: set[str] = set()
        self.blank = True  # whether what was said last ends in a blank, or nothing was

    def blocks(self, blocks: Iterable[Block], level: int = 1) -> Iterator[str]:
        for block in blocks:
            yield from self.block(block, level)

    def block(self, block: Block, level: int) -> Iterator[str]:
        role = block.role
        if role == "division":
            yield from self.blocks(block.children, max(1, min(block.level, 6)))
        elif role == "heading":
            if block.type in {"sub", "series", "bibl"}:
                yield _call("subheading", self.inlines(block.content))
            else:
                yield _call("heading", self.inlines(block.content), level=min(level, 6))
        elif role == "note":
            yield _call("standing-note", self._inner(block, level))
        elif role == "table":
            yield from self._table(block, level)
        elif role == "list":
            yield from self._list(block, level)
        elif block.children:
            name = {
                "blockquote": "quoted",
                "epigraph": "epigraph",
                "verse": "verse",
                "titlepage": "title-page",
            }.get(role, "group")
            yield _call(name, self._inner(block, level))
        elif role == "separator" and not block.content:
            yield "separator()"
        elif block.content:
            name = {"line": "verse-line", "columns": "columns-of-source"}.get(role, "paragraph")
            if role in {"byline", "dateline", "signed", "speaker", "stage", "trailer", "caption"}:
                name = role
            yield _call(
                _ALIGNED.get(block.rend, name),
                self.inlines(block.content, lines=role in {"columns", "titlepart"}),
            )

    def _inner(self, block: Block, level: int) -> str:
        return "\n".join(self.blocks(block.children, level))

    def _list(self, block: Block, level: int) -> Iterator[str]:
        for child in block.children:
            if child.role in {"item", "label"} and not child.children:
                yield _call("item", self.inlines(child.content))
            elif child.role == "item":
                yield _call("item", self._inner(child, level))
            elif child.role == "heading":
                yield _call("paragraph", self.inlines(child.content))
            else:
                yield from self.block(child, level)

    def _table(self, block: Block, level: int) -> Iterator[str]:
        rows = [row.children for row in block.children if row.role == "row" and row.children]
        for child in block.children:
            if child.role == "heading":
                yield _call("caption", self.inlines(child.content))
            elif child.role != "row":
                yield from self.block(child, level)
        if rows:
            wide = max(sum(cell.span[1] for cell in row) for row in rows)
            cells = []
            for row in rows:
                for cell in row:
                    body = self._inner(cell, level) if cell.children else self.inlines(cell.content)
                    spans = {"colspan": cell.span[1], "rowspan": cell.span[0]}
                    cells.append(
                        _call("table.cell", body, **{k: n for k, n in spans.items() if n > 1})
                    )
                if all(cell.span == (1, 1) for cell in row):
                    cells += ["[]"] * (wide - len(row))
            yield f"set-table({wide}, {', '.join(cells)})"

    def inlines(self, content: Iterable[Inline], *, lines: bool = False) -> str:
        """Inlines as expressions that Typst joins."""
        self.blank = True
        return "; ".join(self._inlines(content, lines=lines))

    def _inlines(self, content: Iterable[Inline], *, lines: bool) -> Iterator[str]:
        for one in content:
            if isinstance(one, str | Glyph):
                yield from self._said(one if isinstance(one, str) else one.edited)
            elif isinstance(one, Edit):
                yield from self._inlines(one.edited, lines=lines)
            elif isinstance(one, LineBreak):
                if not one.joined and lines:
                    yield "linebreak()"
                elif not one.joined:
                    yield from self._said(" ")
            elif isinstance(one, PageStart):  # within a word, it has no blank after it
                yield f"page-start({_string(one.n)}, {_string(' ' if self.blank else '')})"
            elif isinstance(one, Anchor):
                yield self._note(one)
            elif isinstance(one, Span):
                yield self._span(one, lines=lines)

    def _said(self, text: str) -> Iterator[str]:
        """A text, with no blank at the beginning of a block nor after another blank."""
        text = re.sub(r"\s+", " ", text)
        if self.blank:
            text = text.removeprefix(" ")
        if text:
            self.blank = text.endswith(" ")
            yield _string(text)

    def _note(self, anchor: Anchor) -> str:
        self.blank = False
        note = self.edition.notes.get(anchor.note)
        if note is None or note.id in self.placed:
            return _call("super", _string("" if anchor.sign == UNCALLED else anchor.sign))
        self.placed.add(note.id)
        parts = [self.inlines(block.content) for block in flatten(note.blocks) if block.content]
        self.blank = False
        return _call("footnote", "; parbreak(); ".join(parts))

    def _span(self, span: Span, *, lines: bool) -> str:
        body = "; ".join(self._inlines(span.content, lines=lines))
        target = link(span.target)
        if span.role == "link" and re.match(r"https?://|mailto:", target):
            return f"link({_string(target)}, {{{body}}})"
        name = _WRAPPED.get(span.role)
        return _call(name, body) if name else f"{{{body}}}"
