"""Inline text as the site's HTML: both readings of an edit, notes, page numbers, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pipeline.html import direction, escape, link
from pipeline.interface import Interface
from pipeline.publish.model.file import remote
from pipeline.publish.model.model import (  # fmt: skip
    UNCALLED,
    Anchor,
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
    plain,
)
from pipeline.publish.pages.words import Word, grouped

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
# Changes that are not marked in the text and that the tab key passes over.
_QUIET: Final = frozenset({"linebreak", "furniture", "form", "structure"})


def _forms(edited: str, *, printed: str = "", ocr: str = "") -> str:
    """Attributes with the other forms of some text: in printed lines, and in the OCR text."""
    out = f' data-l="{escape(printed)}"' if printed and printed != edited else ""
    return out + (f' data-o="{escape(ocr)}"' if ocr != edited and ocr else "")


class Phrases:
    """Inlines as HTML; each edit links to its entry on the page of corrections."""

    void: str = ">"

    def __init__(
        self,
        edition: Edition,
        t: Interface | None = None,
        files: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare to write an edition's text, with labels in the language of the interface.

        `files` says which file each address is in, if the text is in several.
        """
        self.t = t or Interface()
        self.edition = edition
        self.files = files or {}
        self.file = ""  # that is being written
        self.pending = escape(self.t("Pending change"))
        self.direction = direction(edition.language)
        self.placed: set[str] = set()  # notes written so far
        self.linked = 0  # links may not be nested
        self.in_heading = False
        self.drawn = 0  # lines so far
        self.ids = (
            frozenset(block.id for block in flatten(edition.blocks) if block.id)
            | frozenset(edition.notes)
            | frozenset(p.id for p in edition.pages)
        )
        self.zones = {
            zone.id: i
            for i, zone in enumerate(zone for surface in edition.surfaces for zone in surface.zones)
        }
        self.zone = ""
        self.former: dict[str, list[str]] = {}  # a place → the former addresses that lead to it
        for old, now in edition.former.items():
            self.former.setdefault(now, []).append(old)
        # what a pending change is about → the change
        self.held = {
            one.block: one for one in edition.entries if one.verdict == "held" and one.block
        }

    def place(self, name: str) -> str:
        """The address of something in the text, from the file that is being written."""
        file = self.files.get(name, self.file)
        return f"{'' if file == self.file else file}#{name}"

    def answered(self, name: str) -> str:
        """Anchors for the former addresses that lead to a place."""
        return "".join(
            f'<span class="at" id="{escape(old)}"></span>' for old in self.former.pop(name, ())
        )

    # inlines

    def inlines(self, content: Iterable[Inline]) -> str:
        """Inlines as HTML."""
        return "".join(
            [
                self.text(one)
                if isinstance(one, str)
                else self.word(one)
                if isinstance(one, Word)
                else self.inline(one)
                for one in self.parts(content)
            ]
        )

    def parts(self, content: Iterable[Inline]) -> Iterable[Inline | Word]:
        """The inlines, with divided words in one piece."""
        return grouped(content)

    def word(self, word: Word) -> str:
        """A word in its edited form; the script shows its other forms on demand."""
        zones = [self.zones[zone] for zone in (self.zone, *word.zones) if zone in self.zones]
        lit = f' data-z="{" ".join(map(str, dict.fromkeys(zones)))}"' if zones else ""
        self.zone = word.zones[-1] if word.zones else self.zone
        forms = _forms(word.edited, printed=word.printed)
        marked = [edit for edit in word.edits if edit.kind not in _QUIET]
        if marked:
            body = (
                f'<span class="e"{forms}>{escape(word.edited)}</span>'
                f'<span class="o">{escape(word.ocr)}</span>'
            )
            return self._link_of(marked[0], body, others=word.edits, more=lit)
        forms = _forms(word.edited, printed=word.printed, ocr=word.ocr) + lit
        if any(name in self.held for name in word.ids):
            name = next(name for name in word.ids if name in self.held)
            return self._doubted(name, escape(word.edited), others=word.edits, more=forms)
        if word.edits:
            return self._link_of(word.edits[0], escape(word.edited), others=word.edits, more=forms)
        return f"<span{forms}>{escape(word.edited)}</span>"

    def text(self, text: str) -> str:
        """A string; with scans, marked with its line on the page image."""
        if self.zone:
            return f'<span data-z="{self.zones[self.zone]}">{escape(text)}</span>'
        return escape(text)

    def inline(self, one: Inline) -> str:
        """One inline."""
        if isinstance(one, Edit):
            return self.edit(one)
        if isinstance(one, LineBreak):
            return self.line_break(one)
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
        """A character in its typographic form, and as it was typed."""
        if glyph.edited == glyph.ocr:
            return self.text(glyph.edited)
        forms = _forms(glyph.edited, ocr=glyph.ocr)
        return f"<span{forms}>{escape(glyph.edited)}</span>"

    def edit(self, edit: Edit) -> str:
        """A correction: both readings, and a link to its entry on the page of corrections."""
        interactive = any(isinstance(one, Anchor) for one in edit.edited)
        self.linked += 1
        zone = self.zone
        ocr = self.inlines(edit.ocr)
        self.zone = zone
        edited = "" if interactive else self.inlines(edit.edited)
        self.linked -= 1
        if interactive:
            edited, ocr = "", f'<span class="o">{ocr}</span>' if ocr else ""
            return self.inlines(edit.edited) + self._link_of(
                edit, f'<span class="e none">°</span>{ocr}', named=True
            )
        body = f'<span class="e">{edited}</span>' if edited else '<span class="e none"></span>'
        if ocr:
            body += f'<span class="o">{ocr}</span>'
        said = any(char.isalnum() for char in plain(edit.edited))  # a dash is no name of a link
        return self._link_of(edit, body, named=not said)

    def _link_of(
        self,
        edit: Edit,
        body: str,
        *,
        named: bool = False,
        others: tuple[Edit, ...] = (),
        more: str = "",
    ) -> str:
        """A link to an edit's entry, with the address of each other edit of the same word."""
        others = tuple(one for one in others if one is not edit)
        numbers = " ".join(str(one.n) for one in (edit, *others))
        for other in others:
            body = f'<span id="{escape(other.id)}">{body}</span>'
        kind = re.sub(r"[^A-Za-z0-9_-]", "", edit.kind)
        seen = (
            (
                plain(edit.ocr, "ocr")
                or " ".join(one.text for one in edit.ocr if isinstance(one, Furniture))
            )
            if named
            else ""
        )
        name = f"{self.t('Correction')} {edit.n}"
        name = f"{seen}: {name}" if seen else name
        label = f' aria-label="{escape(name)}"' if named else ""
        if self.linked:
            return (
                f'<span class="k k-{kind}" id="{escape(edit.id)}" data-n="{numbers}"{more}>'
                f"{body}</span>"
            )
        more += ' tabindex="-1"' if edit.kind in _QUIET else ""
        return (
            f'<a class="k k-{kind}" id="{escape(edit.id)}" data-n="{numbers}" '
            f'href="corrections.html#r.{escape(edit.id)}"{label}{more}>{body}</a>'
        )

    def _doubted(
        self, name: str, body: str, *, others: tuple[Edit, ...] = (), more: str = ""
    ) -> str:
        """What a pending change is about, marked; `name` is its id."""
        entry = self.held[name]
        numbers = " ".join(map(str, (entry.n, *(other.n for other in others))))
        for other in others:
            body = f'<span id="{escape(other.id)}">{body}</span>'
        mark = f'class="k k-held" id="{escape(name)}" data-n="{numbers}"{more}'
        if self.linked:
            return f"<span {mark}>{body}</span>"
        label = "" if body else f' aria-label="{self.pending} {entry.n}"'
        return f'<a {mark}{label} href="corrections.html#r.{escape(entry.id)}">{body}</a>'

    def doubt_about(self, name: str) -> str:
        """A mark at the end of a block that a pending change is about."""
        if name not in self.held:
            return ""
        entry = self.held[name]
        return (
            f' <a class="k k-held" data-n="{entry.n}" aria-label="{self.pending} {entry.n}" '
            f'href="corrections.html#r.{escape(entry.id)}"></a>'
        )

    def line_break(self, end: LineBreak) -> str:
        """A line end: a line feed, which is a space unless lines are shown as printed."""
        self.zone = end.zone
        named = f'<span class="at" id="{escape(end.id)}"></span>' if end.id else ""
        if end.id in self.held:
            named = self._doubted(end.id, "")
        return named + self._line_break(end)

    def _line_break(self, end: LineBreak) -> str:
        if not end.joined:
            edit = (
                self._link_of(end.edit, '<span class="e none"></span>', named=True)
                if end.edit
                else ""
            )
            return f"{edit}\n"
        # Within a word that more than its line end divides: the style sheet draws the line end.
        lost = " lost" if end.hyphen else ""
        joint = f'<span class="j{lost}"></span>'
        return self._link_of(end.edit, joint, named=True) if end.edit else joint

    def hyphen(self, hyphen: Hyphen) -> str:
        """A line-break hyphen, seen only if lines are shown as printed."""
        return f'<span class="hy">{escape(hyphen.text)}</span>'

    def page_start(self, page: PageStart) -> str:
        """A page number in the margin, which links to the scan."""
        return self.answered(page.id) + self._page_start(page)

    def _page_start(self, page: PageStart) -> str:
        shown = escape(page.n)
        self.zone = page.zone
        surface = self.edition.surfaces[page.surface] if page.surface >= 0 else None
        identity = f'id="{escape(page.id)}"'
        word = self.t("Page")
        if self.linked:
            return f'<span class="pb" {identity}>{shown}</span>'
        if surface is None or not surface.url:
            return (
                f'<a class="pb" {identity} href="#{escape(page.id)}" aria-label="{word} '
                f'{shown}">{shown}</a>'
            )
        beside = "" if remote(surface.url) else f' data-s="{page.surface}"'
        return (
            f'<a class="pb" {identity} href="{escape(link(surface.url))}"{beside} '
            f'aria-label="{word} {shown}: {self.t("scan")}">{shown}</a>'
        )

    def anchor(self, anchor: Anchor) -> str:
        """A note call, and the note itself."""
        note = self.edition.notes.get(anchor.note)
        sign = escape(anchor.sign)
        own = escape(note.sign) if note and anchor.sign == UNCALLED else sign
        if note is None:
            return f'<sup class="na" id="{escape(anchor.id)}">{sign}</sup>'
        if self.linked:
            return f"<sup>{sign}</sup>"
        if note.id in self.placed:
            href = escape(self.place(note.id))
            return f'<a class="na" id="{escape(anchor.id)}" href="{href}">{sign}</a>'
        self.placed.add(note.id)
        name = escape(note.id)
        role = "" if self.in_heading else ' role="note"'
        return (
            f'<button type="button" class="na" id="{escape(anchor.id)}" aria-expanded="false" '
            f'aria-controls="{name}" aria-label="{self.t("Note")} {sign}">{sign}</button>'
            f'<span class="note" id="{name}"{role}><span class="sign">{own}</span> '
            f"{self.note_body(note)}</span>"
        )

    def note_body(self, note: Note) -> str:
        """A note's text as phrasing content, because it is inside a paragraph."""
        zone, linked, self.linked = self.zone, self.linked, 0
        parts = [self.inlines(block.content) for block in flatten(note.blocks) if block.content]
        self.zone, self.linked = zone, linked
        return (
            "".join(f'<span class="np">{part}</span>' for part in parts)
            if len(parts) > 1
            else "".join(parts)
        )

    def furniture(self, furniture: Furniture) -> str:
        """Page furniture, shown with the OCR text only."""
        return (
            f'<span class="fw" data-t="{escape(furniture.type)}">{escape(furniture.text)}</span> '
            if furniture.text
            else ""
        )

    def span(self, span: Span) -> str:
        """Highlighted text, a link or a quotation."""
        if span.role == "link":
            return self.link(span)
        if span.id in self.held:
            self.linked += 1
            body = self.inlines(span.content)
            self.linked -= 1
            return self._doubted(span.id, body)
        opening, closing = _ELEMENTS.get(span.role, ("", ""))
        attributes = self.attributes(span)
        if span.role == "gap":
            opening, closing = (
                f'<span class="gap" title="{escape(span.target or "illegible")}">',
                "</span>",
            )
        elif span.role in {"unclear", "supplied", "deleted"}:
            opening, closing = f'<span class="{span.role}" title="{span.role}">', "</span>"
        elif not opening and attributes:
            opening, closing = "<span>", "</span>"
        if attributes:
            opening = f"{opening[:-1]}{attributes}>"
        before = self.typed(span.before)
        return f"{opening}{before}{self.inlines(span.content)}{self.typed(span.after)}{closing}"

    def attributes(self, span: Span) -> str:
        """Id and language, if the span has them."""
        return (f' id="{escape(span.id)}"' if span.id else "") + self.spoken_in(span.language)

    def spoken_in(self, language: str) -> str:
        """The language and direction of an element, if they differ from the text's."""
        if not language:
            return ""
        turned = direction(language)
        return f' lang="{escape(language)}"' + (
            f' dir="{turned}"' if turned != self.direction else ""
        )

    def typed(self, text: str) -> str:
        """Characters that stood for markup, which are part of the OCR text."""
        return f'<span class="o only">{escape(text)}</span>' if text else ""

    def link(self, span: Span) -> str:
        """A link; its text alone inside a link, or if the target is unsafe or missing."""
        target = link(span.target)
        nowhere = target.startswith("#") and target[1:] not in self.ids
        if self.linked or not target or nowhere:
            return self.inlines(span.content)
        target = self.place(target[1:]) if target.startswith("#") else target
        self.linked += 1
        body = self.inlines(span.content)
        self.linked -= 1
        return f'<a href="{escape(target)}">{body}</a>'
