"""An edition as a Word document: the edited text with headings, notes at the end, a colophon."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pipeline.errors import MissingExtraError
from pipeline.html import link
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
    Note,
    PageStart,
    Span,
    flatten,
)
from pipeline.publish.pdf import colophon

_WRITTEN: Final = (1980, 1, 1, 0, 0, 0)
_FONTS: Final = {
    "emph": "italic",
    "italic": "italic",
    "stage": "italic",
    "bold": "bold",
    "smallcaps": "small_caps",
    "speaker": "small_caps",
    "sup": "superscript",
    "sub": "subscript",
    "underline": "underline",
}
_ALIGNED: Final = {"center": 1, "right": 2}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def docx(edition: Edition) -> bytes:
    """The edition as a Word document; the same edition gives the same bytes.

    Raises:
        MissingExtraError: python-docx is not installed.

    """
    try:
        from docx import Document  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("python-docx", "docx") from None
    document = Document()
    facts = document.core_properties
    facts.title, facts.language = edition.title[:255], edition.language
    facts.author = "; ".join(map(records.natural, edition.authors))[:255]
    facts.comments = ""
    facts.created = facts.modified = dt.datetime.fromisoformat(records.datestamp(edition))
    document.styles["Normal"].font.name = "Georgia"
    document.add_heading(edition.title, 0)
    for said in (facts.author, edition.imprint.line):
        if said:
            document.add_paragraph(said, "Subtitle")
    written = _Document(edition, document)
    written.blocks(edition.blocks)
    written.notes()
    document.add_heading("About this edition", 1)
    for said in colophon(edition):
        document.add_paragraph(said)
    out = io.BytesIO()
    document.save(out)
    return _undated(out.getvalue())


def _undated(data: bytes) -> bytes:
    """The same zip without the time of day that its files were written at."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as packed:
        for name in given.namelist():
            info = zipfile.ZipInfo(name, _WRITTEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, given.read(name))
    return out.getvalue()


class _Document:
    """Blocks as paragraphs of a Word document."""

    def __init__(self, edition: Edition, document: Any) -> None:
        self.edition = edition
        self.document = document
        self.called: dict[str, tuple[Note, str]] = {}

    def blocks(self, blocks: Iterable[Block], level: int = 1, style: str = "Normal") -> None:
        for block in blocks:
            self.block(block, level, style)

    def block(self, block: Block, level: int, style: str) -> None:
        role = block.role
        if role == "division":
            self.blocks(block.children, max(1, min(block.level, 6)), style)
        elif role == "heading":
            self.write(block.content, self.document.add_heading("", min(level, 9)))
        elif role == "table":
            self.table([row.children for row in block.children if row.role == "row"])
            self.blocks((one for one in block.children if one.role != "row"), level, style)
        elif block.children:
            inner = {"blockquote": "Quote", "epigraph": "Quote", "list": "List Paragraph"}
            self.blocks(block.children, level, inner.get(role, style))
        elif role == "separator" and not block.content:
            self.document.add_paragraph("* * *").alignment = 1
        elif block.content:
            paragraph = self.document.add_paragraph(style=style)
            paragraph.alignment = _ALIGNED.get(block.rend, 1 if role == "titlepart" else None)
            self.write(block.content, paragraph, lines=role in {"titlepart", "columns"})

    def table(self, rows: Sequence[Sequence[Block]]) -> None:
        """A table; a cell that spans others is merged with them."""
        wide = max((sum(cell.span[1] for cell in row) for row in rows), default=0)
        if not wide:
            return
        made = self.document.add_table(len(rows), wide)
        made.style = "Table Grid"
        taken: set[tuple[int, int]] = set()
        for i, row in enumerate(rows):
            j = 0
            for cell in row:
                while (i, j) in taken:
                    j += 1
                if j >= wide:
                    break
                down = min(i + cell.span[0], len(rows)) - 1
                right = min(j + cell.span[1], wide) - 1
                place = made.cell(i, j)
                if (down, right) != (i, j):
                    place = place.merge(made.cell(down, right))
                taken |= {(a, b) for a in range(i, down + 1) for b in range(j, right + 1)}
                for block in flatten([cell]):
                    self.write(block.content, place.paragraphs[0])

    def notes(self) -> None:
        """The notes that were called, in a section of their own."""
        if self.called:
            self.document.add_heading("Notes", 1)
        done: set[str] = set()
        while left := [one for name, one in self.called.items() if name not in done]:
            for note, sign in left:  # a note may call another
                done.add(note.id)
                paragraph = self.document.add_paragraph(f"{sign} ")
                for i, block in enumerate(one for one in flatten(note.blocks) if one.content):
                    if i:
                        paragraph = self.document.add_paragraph()
                    self.write(block.content, paragraph)

    def write(
        self,
        content: Iterable[Inline],
        paragraph: Any,
        fonts: frozenset[str] = frozenset(),
        *,
        lines: bool = False,
    ) -> None:
        """Inlines as runs of a paragraph."""
        for one in content:
            if isinstance(one, str):
                self.run(re.sub(r"\s+", " ", one), paragraph, fonts)
            elif isinstance(one, Edit):
                self.write(one.edited, paragraph, fonts, lines=lines)
            elif isinstance(one, Glyph):
                self.run(one.edited, paragraph, fonts)
            elif isinstance(one, LineBreak):
                if not one.joined:
                    self.run("\n" if lines else " ", paragraph, fonts)
            elif isinstance(one, PageStart):
                self.run(f"[{one.n.strip('[]')}] ", paragraph, fonts | {"superscript"})
            elif isinstance(one, Anchor):
                note = self.edition.notes.get(one.note)
                sign = note.sign if note is not None and one.sign == UNCALLED else one.sign
                if note is not None:
                    self.called.setdefault(note.id, (note, sign))
                self.run(sign, paragraph, fonts | {"superscript"})
            elif isinstance(one, Span):
                font = _FONTS.get(one.role)
                more = fonts | {font} if font else fonts
                self.write(one.content, paragraph, more, lines=lines)
                target = link(one.target) if one.role == "link" else ""
                if re.match(r"https?://|mailto:", target):
                    self.run(f" <{target}>", paragraph, fonts)

    def run(self, text: str, paragraph: Any, fonts: frozenset[str]) -> None:
        """A run of text in one form."""
        made = paragraph.add_run(_CONTROL.sub("\ufffd", text))
        for font in fonts:
            setattr(made.font, font, True)
