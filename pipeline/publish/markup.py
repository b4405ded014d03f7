"""The reading model as HTML: for the site (`Page`) and, as XHTML without the apparatus, for the book (`Leaf`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final

from pipeline.publish.reading.file import remote
from pipeline.publish.reading.model import Anchor, Block, Edit, Edition, Furniture, Glyph, Hyphen, Inline, LineEnd, Note, PageStart, Span, flatten

_CHUNK: Final = 3000  # characters in one `content-visibility` box: a screen or two, so that a long book opens at once
_FIRST: Final = 60  # lines that a tall window may show when the page opens
_LINE: Final = 62  # characters in a line of the page's measure, for the height a box has before it is drawn

_ELEMENTS: Final = {
    "emph": ("<em>", "</em>"),
    "italic": ("<i>", "</i>"),
    "bold": ("<b>", "</b>"),
    "spaced": ('<span class="spaced">', "</span>"),
    "smallcaps": ('<span class="sc">', "</span>"),
    "underline": ("<u>", "</u>"),
    "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
    "stage": ('<span class="stage">', "</span>"),
    "citation": ('<span class="citation">', "</span>"),
    "label": ('<span class="label">', "</span>"),
    "speaker": ('<span class="sc">', "</span>"),
}
_BLOCKS: Final = {
    "byline": "byline",
    "dateline": "dateline",
    "signed": "signed",
    "salute": "salute",
    "trailer": "trailer",
    "argument": "argument",
    "caption": "caption",
    "speaker": "speaker",
    "stage": "stage",
    "titlepart": "tp",
    "line": "l",
    "separator": "sep",
    "continued": "cont",
    "note-text": "",
    "remains": "remains",
    "paragraph": "",
}
_CONTAINERS: Final = {"verse": "verse", "speech": "sp", "titlepage": "titlepage", "epigraph": "epigraph", "figure": "figure"}


def escape(text: str) -> str:
    """Text as HTML or XHTML, safe in a double-quoted attribute as well."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


class Page:
    """The text of an edition as the site's HTML: both readings, with each edit a link to its line of the ledger."""

    void: str = ">"

    def __init__(self, edition: Edition) -> None:
        """Make ready to write an edition's text."""
        self.edition = edition
        self.placed: set[str] = set()  # notes that already stand beside their sign
        self.linked = 0  # inside a link there can be no other
        self.in_heading = False
        self.drawn = 0  # lines so far
        self.ids = (
            frozenset(block.id for block in flatten(edition.blocks) if block.id) | frozenset(edition.notes) | frozenset(p.id for p in edition.pages)
        )
        self.zones = {zone.id: i for i, zone in enumerate(zone for surface in edition.surfaces for zone in surface.zones)}
        self.zone = ""
        self.page_number = 0

    # inlines

    def inlines(self, content: Iterable[Inline]) -> str:
        """Inlines as HTML."""
        return "".join([self.text(one) if isinstance(one, str) else self.inline(one) for one in content])

    def text(self, text: str) -> str:
        """A string; with scans, inside the line of the page that it stands in."""
        if self.zone:
            return f'<span data-z="{self.zones[self.zone]}">{escape(text)}</span>'
        return escape(text)

    def inline(self, one: Inline) -> str:
        """One inline."""
        if isinstance(one, Edit):
            return self.edit(one)
        if isinstance(one, LineEnd):
            return self.line_end(one)
        if isinstance(one, Span):
            return self.span(one)
        if isinstance(one, Glyph):
            return self.glyph(one)
        if isinstance(one, Hyphen):
            return self.hyphen(one)
        if isinstance(one, PageStart):
            return self.page_start(one)
        if isinstance(one, Anchor):
            return self.anchor(one)
        if isinstance(one, Furniture):
            return self.furniture(one)
        return self.text(one)

    def glyph(self, glyph: Glyph) -> str:
        """A character in a better form, and as it was typed."""
        if glyph.edited == glyph.ocr:
            return self.text(glyph.edited)
        edited = f'<span class="e">{escape(glyph.edited)}</span>' if glyph.edited else ""
        return edited + (f'<span class="o only">{escape(glyph.ocr)}</span>' if glyph.ocr else "")

    def edit(self, edit: Edit) -> str:
        """A correction: what is read now, what the OCR said, and the way to its line of the ledger."""
        interactive = any(isinstance(one, Anchor) for one in edit.edited)
        self.linked += 1
        zone = self.zone
        ocr = self.inlines(edit.ocr)
        self.zone = zone
        edited = "" if interactive else self.inlines(edit.edited)
        self.linked -= 1
        if interactive:
            edited, ocr = "", f'<span class="o">{ocr}</span>' if ocr else ""
            return self.inlines(edit.edited) + self._link_of(edit, f'<span class="e none">°</span>{ocr}', named=True)
        body = f'<span class="e">{edited}</span>' if edited else '<span class="e none"></span>'
        if ocr:
            body += f'<span class="o">{ocr}</span>'
        return self._link_of(edit, body, named=not edited)

    def _link_of(self, edit: Edit, body: str, *, named: bool = False) -> str:
        kind = re.sub(r"[^A-Za-z0-9_-]", "", edit.kind)
        label = f' aria-label="Correction {edit.n}"' if named else ""
        if self.linked:
            return f'<span class="k k-{kind}" id="{escape(edit.id)}" data-n="{edit.n}">{body}</span>'
        return f'<a class="k k-{kind}" id="{escape(edit.id)}" data-n="{edit.n}" href="corrections.html#r{edit.n}"{label}>{body}</a>'

    def line_end(self, end: LineEnd) -> str:
        """A line's end: a space in flowing text, a break where lines stand as printed."""
        self.zone = end.zone
        named = f'<span class="at" id="{escape(end.id)}"></span>' if end.id else ""
        return named + self._line_end(end)

    def _line_end(self, end: LineEnd) -> str:
        if not end.joined:
            edit = self._link_of(end.edit, '<span class="e none"></span>', named=True) if end.edit else ""
            return f"{edit} <br{self.void}"
        hyphen = '<span class="hy lost">-</span>' if end.hyphen else ""
        if end.edit:
            hyphen = self._link_of(end.edit, f'{hyphen}<span class="j"></span>', named=True)
        return f'{hyphen}<span class="o only"> </span><br{self.void}'

    def hyphen(self, hyphen: Hyphen) -> str:
        """A hyphen that only the printed line has."""
        return f'<span class="hy">{escape(hyphen.text)}</span>'

    def page_start(self, page: PageStart) -> str:
        """The number of a page, in the margin, with the way to its scan."""
        self.page_number += 1
        shown = escape(page.n or f"[{self.page_number}]")
        surface = self.edition.surfaces[page.surface] if page.surface >= 0 else None
        identity = f'id="{escape(page.id)}"'
        if self.linked:
            return f'<span class="pb" {identity}>{shown}</span>'
        if surface is None or not surface.url:
            return f'<a class="pb" {identity} href="#{escape(page.id)}" aria-label="Page {shown}">{shown}</a>'
        beside = "" if remote(surface.url) else f' data-s="{page.surface}"'
        return f'<a class="pb" {identity} href="{escape(surface.url)}"{beside} aria-label="Page {shown}: scan">{shown}</a>'

    def anchor(self, anchor: Anchor) -> str:
        """The sign of a note, and the note itself beside it."""
        note = self.edition.notes.get(anchor.note)
        sign = escape(anchor.sign)
        if note is None:
            return f'<sup class="na" id="{escape(anchor.id)}">{sign}</sup>'
        if self.linked:
            return f"<sup>{sign}</sup>"
        if note.id in self.placed:
            return f'<a class="na" id="{escape(anchor.id)}" href="#{escape(note.id)}">{sign}</a>'
        self.placed.add(note.id)
        name = escape(note.id)
        role = "" if self.in_heading else ' role="note"'
        return (
            f'<button type="button" class="na" id="{escape(anchor.id)}" aria-expanded="false" '
            f'aria-controls="{name}" aria-label="Note {sign}">{sign}</button>'
            f'<span class="note" id="{name}"{role}><span class="sign">{sign}</span> {self.note_body(note)}</span>'
        )

    def note_body(self, note: Note) -> str:
        """A note's text as phrasing content, since it stands inside a paragraph."""
        zone, linked, self.linked = self.zone, self.linked, 0
        parts = [self.inlines(block.content) for block in flatten(note.blocks) if block.content]
        self.zone, self.linked = zone, linked
        return "".join(f'<span class="np">{part}</span>' for part in parts) if len(parts) > 1 else "".join(parts)

    def furniture(self, furniture: Furniture) -> str:
        """What the OCR read at the page's edge; seen with the OCR's text only."""
        return f'<span class="fw" data-t="{escape(furniture.type)}">{escape(furniture.text)}</span> ' if furniture.text else ""

    def span(self, span: Span) -> str:
        """A highlighted stretch, a link, a quotation."""
        if span.role == "link":
            return self.link(span)
        opening, closing = _ELEMENTS.get(span.role, ("", ""))
        attributes = self.attributes(span)
        if span.role == "gap":
            opening, closing = f'<span class="gap" title="{escape(span.target or "illegible")}">', "</span>"
        elif span.role in {"unclear", "supplied", "deleted"}:
            opening, closing = f'<span class="{span.role}" title="{span.role}">', "</span>"
        elif not opening and attributes:
            opening, closing = "<span>", "</span>"
        if attributes:
            opening = f"{opening[:-1]}{attributes}>"
        before = self.typed(span.before)
        return f"{opening}{before}{self.inlines(span.content)}{self.typed(span.after)}{closing}"

    def attributes(self, span: Span) -> str:
        """Id and language, where the span has them."""
        identity = f' id="{escape(span.id)}"' if span.id else ""
        return identity + (f' lang="{escape(span.language)}"' if span.language else "")

    def typed(self, text: str) -> str:
        """Characters that stood for markup: part of what the OCR said."""
        return f'<span class="o only">{escape(text)}</span>' if text else ""

    def link(self, span: Span) -> str:
        """A link; within a link, or to nowhere, its text."""
        target = span.target
        if self.linked or (target.startswith("#") and target[1:] not in self.ids):
            return self.inlines(span.content)
        self.linked += 1
        body = self.inlines(span.content)
        self.linked -= 1
        return f'<a href="{escape(target)}">{body}</a>'

    # blocks

    def blocks(self, blocks: Sequence[Block], level: int = 1) -> str:
        """Blocks as HTML, those that stand together in boxes that are drawn only when they come near the window."""
        out: list[str] = []
        box: list[str] = []
        size = 0
        headings: list[Block] = []

        def close_box() -> None:
            nonlocal box, size
            if box:
                out.append(self.boxed("".join(box), size))
            box, size = [], 0

        for block in blocks:
            if block.role == "heading" and (not box or headings):
                headings.append(block)
                continue
            if headings:
                box.append(self.heading(headings, level))
                headings = []
            if block.role == "division":
                close_box()
                out.append(self.division(block))
                continue
            box.append(self.block(block, level))
            size += _height(block)
            if size * _LINE > _CHUNK:
                close_box()
        if headings:
            box.append(self.heading(headings, level))
        close_box()
        return "".join(out)

    def boxed(self, body: str, lines: int) -> str:
        """Blocks in a box with the height that they will have; what is seen first is drawn at once, so that nothing jumps."""
        self.drawn += lines
        if self.drawn - lines < _FIRST:
            return f'<div class="c first">{body}</div>\n'
        return f'<div class="c" style="--n:{lines}">{body}</div>\n'

    def division(self, block: Block) -> str:
        """A division with its heading."""
        kind = re.sub(r"[^A-Za-z0-9_-]", "", block.type)
        language = f' lang="{escape(block.language)}"' if block.language else ""
        element = "section" if any(child.role == "heading" for child in block.children) else "div"
        return f'<{element} class="d d-{kind}" id="{escape(block.id)}"{language}>{self.blocks(block.children, block.level)}</{element}>\n'

    def heading(self, blocks: Sequence[Block], level: int) -> str:
        """The headings that stand together as one, so that the outline has one entry."""
        rank = min(level + 1, 6)
        first = blocks[0]
        self.in_heading = True
        parts = [self._heading_part(block) for block in blocks]
        self.in_heading = False
        return f'<h{rank} id="{escape(first.id)}">{" ".join(parts)}</h{rank}>'

    def _heading_part(self, block: Block) -> str:
        self.zone = block.zone
        return f'<span class="h h-{re.sub(r"[^A-Za-z0-9_-]", "", block.type) or "main"}">{self.inlines(block.content)}</span>'

    def block(self, block: Block, level: int = 1) -> str:
        """One block."""
        self.zone = block.zone
        identity = f' id="{escape(block.id)}"' if block.id else ""
        identity += f' lang="{escape(block.language)}"' if block.language else ""
        role = block.role
        if role == "division":
            return self.division(block)
        if role == "heading":
            return self.heading([block], level)
        if role == "note":
            return self.standing_note(block)
        if role == "blockquote":
            return f"<blockquote{identity}>{self.children(block, level)}</blockquote>"
        if role == "list":
            return f"<ul{identity}>{self._items(block, level)}</ul>"
        if role == "table":
            rows = "".join(
                f"<tr>{''.join(f'<td>{self.inlines(cell.content)}</td>' for cell in row.children)}</tr>" for row in block.children if row.children
            )
            return f"<table{identity}><tbody>{rows}</tbody></table>" if rows else ""
        if role in _CONTAINERS:
            return f'<div class="{_CONTAINERS[role]}"{identity}>{self.children(block, level)}</div>'
        if block.children:
            return f"<div{identity}>{self.children(block, level)}</div>"
        if role == "separator" and not block.content:
            return f'<hr class="sep"{self.void}'
        style = _BLOCKS.get(role, role)
        if role == "titlepart" and block.type:
            style += f" tp-{re.sub(r'[^A-Za-z0-9_-]', '', block.type)}"
        unit = f' data-u="{block.unit}"' if block.unit else ""
        kind = f' class="{style.strip()}"' if style.strip() else ""
        return f"<p{identity}{kind}{unit}>{self.inlines(block.content)}</p>\n"

    def children(self, block: Block, level: int) -> str:
        """The blocks in a block."""
        return "".join(self.block(child, level) for child in block.children)

    def _items(self, block: Block, level: int) -> str:
        out = []
        for child in block.children:
            identity = f' id="{escape(child.id)}"' if child.id else ""
            if child.role == "item" and child.content and not child.children:
                self.zone = child.zone
                out.append(f"<li{identity}>{self.inlines(child.content)}</li>")
            else:
                out.append(f"<li>{self.block(child, level)}</li>")
        return "".join(out)

    def standing_note(self, block: Block) -> str:
        """A note that nothing calls: it stays where the page has it."""
        sign = f'<span class="sign">{escape(block.n)}</span> ' if block.n else ""
        body = "".join(
            self.block(child) if child.children else f"<p>{sign if i == 0 else ''}{self.inlines(child.content)}</p>"
            for i, child in enumerate(block.children)
        )
        return f'<aside class="fn" id="{escape(block.id)}">{body}</aside>'


class Leaf(Page):
    """The text of an edition as XHTML for a book: the edited reading alone, notes at the chapter's end, to be shown on tap."""

    void = "/>"

    def __init__(self, edition: Edition, files: dict[str, str]) -> None:
        """Make ready; `files` tells in which file of the book each id stands."""
        super().__init__(edition)
        self.zones = {}
        self.files = files
        self.file = ""
        self.called: list[tuple[Note, str, str]] = []  # notes called in this file: the note, its sign, the sign's id
        self.display = False  # on a title page lines stay as printed

    def text(self, text: str) -> str:
        """A string."""
        return escape(text)

    def glyph(self, glyph: Glyph) -> str:
        """The better form."""
        return escape(glyph.edited)

    def edit(self, edit: Edit) -> str:
        """The edited reading."""
        return self.inlines(edit.edited)

    def line_end(self, end: LineEnd) -> str:
        """A space, or nothing within a word."""
        if end.joined:
            return ""
        return "<br/>" if self.display else " "

    def hyphen(self, hyphen: Hyphen) -> str:  # noqa: ARG002
        """A soft hyphen is not part of the word."""
        return ""

    def page_start(self, page: PageStart) -> str:
        """A page break that the reader's page list can point to."""
        self.page_number += 1
        shown = escape(page.n or f"[{self.page_number}]")
        return f'<span epub:type="pagebreak" role="doc-pagebreak" id="{escape(page.id)}" aria-label="Page {shown}"></span>'

    def anchor(self, anchor: Anchor) -> str:
        """The sign of a note, a link to it."""
        note = self.edition.notes.get(anchor.note)
        sign = escape(anchor.sign)
        if note is None or self.linked:
            return f"<sup>{sign}</sup>"
        if note.id not in self.placed:
            self.placed.add(note.id)
            self.called.append((note, anchor.sign, anchor.id))
            return f'<a epub:type="noteref" role="doc-noteref" class="na" id="{escape(anchor.id)}" href="#{escape(note.id)}">{sign}</a>'
        target = f"{self.files.get(note.id, self.file)}#{escape(note.id)}"
        return f'<a class="na" href="{target}">{sign}</a>'

    def furniture(self, furniture: Furniture) -> str:  # noqa: ARG002
        """Left out."""
        return ""

    def typed(self, text: str) -> str:  # noqa: ARG002
        """Left out."""
        return ""

    def attributes(self, span: Span) -> str:
        """The language; ids only of blocks."""
        return f' lang="{escape(span.language)}" xml:lang="{escape(span.language)}"' if span.language else ""

    def link(self, span: Span) -> str:
        """A link to the web or within the book."""
        target = span.target
        if target.startswith("#") and target[1:] in self.files:
            return f'<a href="{escape(self.files[target[1:]])}{escape(target)}">{self.inlines(span.content)}</a>'
        if (
            re.fullmatch(r"(https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?|mailto:[A-Za-z0-9.@_+-]+)", target)
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
        """One block; language said twice, as XHTML wants it."""
        display, self.display = self.display, self.display or block.role == "titlepage"
        written = super().block(block, level)
        self.display = display
        return written

    def standing_note(self, block: Block) -> str:
        """A note that nothing calls."""
        return super().standing_note(block)

    def notes(self) -> str:
        """The notes called in this file, which reading systems show on tap; taken, so that the next file begins anew."""
        out = []
        while self.called:  # a note may call another
            note, sign, called_from = self.called.pop(0)
            body = "".join(
                f"<p>{self._back(sign, called_from) if i == 0 else ''}{self.inlines(block.content)}</p>"
                for i, block in enumerate(b for b in flatten(note.blocks) if b.content)
            )
            out.append(f'<aside epub:type="footnote" role="doc-footnote" id="{escape(note.id)}">{body}</aside>\n')
        return "".join(out)

    def _back(self, sign: str, called_from: str) -> str:
        return f'<a role="doc-backlink" href="#{escape(called_from)}">{escape(sign)}</a> '


def _height(block: Block) -> int:
    """Lines that a block takes up at the page's measure, about."""
    if block.children:
        return sum(_height(child) for child in block.children) + 1
    return max(1, ceil(len(block.text) / _LINE))
