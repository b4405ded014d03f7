"""The text of an edition as XHTML for a book: the edited reading without the apparatus."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.html import escape
from pipeline.publish.model.model import (
    SET_IN_LINES,
    UNCALLED,
    Anchor,
    Block,
    Edit,
    Edition,
    Furniture,
    Glyph,
    Hyphen,
    Inline,
    LineBreak,
    Note,
    PageStart,
    Span,
    flatten,
)
from pipeline.publish.pages.site_text import SiteText
from pipeline.publish.pages.words import Word

_AS_PRINTED = SET_IN_LINES | {"titlepage"}

# What a division is: its epub:type, which is also its role (doc-chapter) if it is one of ARIA's.
_ARIA = frozenset(
    "abstract acknowledgments afterword appendix bibliography chapter conclusion credits "
    "dedication endnotes epilogue foreword glossary index introduction part preface "
    "prologue".split()
)
_DIVISIONS = {name: name for name in _ARIA} | {"notes": "endnotes", "titlepage": "titlepage"}
# What a block is, in the vocabularies of EPUB and of ANSI/NISO Z39.98.
_BLOCKS = {
    "verse": "z3998:verse",
    "letter": "z3998:letter",
    "speaker": "z3998:persona",
    "stage": "z3998:stage-direction",
    "salute": "z3998:salutation",
    "signed": "z3998:signature",
    "epigraph": "epigraph",
}


class BookText(SiteText):
    """The blocks of a book: the edited text, with notes at the end of the chapter that pop up."""

    void = "/>"

    def __init__(self, edition: Edition, files: dict[str, str]) -> None:
        """Prepare; `files` says which file of the book each id is in."""
        super().__init__(edition, files=files)
        self.held = {}
        self.former = {}
        self.zones = {}
        self.called: list[
            tuple[Note, str, str]
        ] = []  # notes called in this file: the note, its sign, the sign's id
        self.display = False  # whether lines stay as printed, as on a title page

    def parts(self, content: Iterable[Inline]) -> Iterable[Inline | Word]:
        """The inlines as they are: a book has one reading."""
        return content

    def text(self, text: str) -> str:
        """A string."""
        return escape(text)

    def glyph(self, glyph: Glyph) -> str:
        """Its typographic form."""
        return escape(glyph.edited)

    def edit(self, edit: Edit) -> str:
        """The edited reading."""
        return self.inlines(edit.edited)

    def line_break(self, end: LineBreak) -> str:
        """A space, or nothing within a word."""
        if end.joined:
            return ""
        return "<br/>" if self.display else " "

    def hyphen(self, hyphen: Hyphen) -> str:  # noqa: ARG002
        """Left out: it is not part of the word."""
        return ""

    def doubt_about(self, name: str) -> str:  # noqa: ARG002
        """Left out."""
        return ""

    def page_start(self, page: PageStart) -> str:
        """A page break for the page list."""
        shown = escape(page.n)
        return (
            f'<span epub:type="pagebreak" role="doc-pagebreak" id="{escape(page.id)}" '
            f'aria-label="Page {shown}"></span>'
        )

    def meaning(self, role: str, kind: str = "") -> str:
        """`epub:type`, and the ARIA role that accompanies it."""
        said = _DIVISIONS.get(kind, "") if role == "division" else _BLOCKS.get(role, "")
        aria = f' role="doc-{said}"' if said in _ARIA or said == "epigraph" else ""
        return f' epub:type="{said}"{aria}' if said else ""

    def anchor(self, anchor: Anchor) -> str:
        """A note call, which links to the note."""
        note = self.edition.notes.get(anchor.note)
        sign = escape(anchor.sign)
        if note is None or self.linked:
            return f"<sup>{sign}</sup>"
        if note.id not in self.placed:
            self.placed.add(note.id)
            own = note.sign if anchor.sign == UNCALLED else anchor.sign
            self.called.append((note, own, anchor.id))
            return (
                f'<a epub:type="noteref" role="doc-noteref" class="na" '
                f'id="{escape(anchor.id)}" href="#{escape(note.id)}">{sign}</a>'
            )
        return f'<a class="na" href="{escape(self.place(note.id))}">{sign}</a>'

    def furniture(self, furniture: Furniture) -> str:  # noqa: ARG002
        """Left out."""
        return ""

    def typed(self, text: str) -> str:  # noqa: ARG002
        """Left out."""
        return ""

    def attributes(self, span: Span) -> str:
        """The language; ids only of blocks."""
        return self.spoken_in(span.language)

    def spoken_in(self, language: str) -> str:
        """The language, in both attributes that XHTML needs."""
        return f' xml:lang="{escape(language)}"{super().spoken_in(language)}' if language else ""

    def link(self, span: Span) -> str:
        """A link to the web or within the book."""
        target = span.target
        if target.startswith("#") and target[1:] in self.files:
            href = escape(self.place(target[1:]))
            return f'<a href="{href}">{self.inlines(span.content)}</a>'
        if (
            re.fullmatch(
                r"(https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?"
                r"|mailto:[A-Za-z0-9.@_+-]+)",
                target,
            )
            and not self.linked
        ):
            self.linked += 1
            body = self.inlines(span.content)
            self.linked -= 1
            return f'<a href="{escape(target)}">{body}</a>'
        return self.inlines(span.content)

    def boxed(self, body: str, lines: int) -> str:  # noqa: ARG002
        """No box: a book has pages."""
        return body

    def block(self, block: Block, level: int = 1) -> str:
        """One block."""
        display, self.display = self.display, self.display or block.role in _AS_PRINTED
        written = super().block(block, level)
        self.display = display
        return written

    def standing_note(self, block: Block) -> str:
        """A note that nothing refers to."""
        return super().standing_note(block)

    def notes(self) -> str:
        """The notes called in this file since the last call, which reading systems pop up."""
        out = []
        while self.called:  # a note may call another
            note, sign, called_from = self.called.pop(0)
            body = "".join(
                f"<p>{'' if i else self._back(sign, called_from)}{self.inlines(block.content)}</p>"
                for i, block in enumerate(b for b in flatten(note.blocks) if b.content)
            )
            out.append(
                f'<aside epub:type="footnote" role="doc-footnote" '
                f'id="{escape(note.id)}">{body}</aside>\n'
            )
        return "".join(out)

    def _back(self, sign: str, called_from: str) -> str:
        return f'<a role="doc-backlink" href="#{escape(called_from)}">{escape(sign)}</a> '
