"""Inlines: a walk over the content of a block, filling the apparatus, notes and place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lxml import etree

from pipeline.html import link
from pipeline.publish.model.apparatus import Apparatus, readings
from pipeline.publish.model.model import (
    UNCALLED,
    Anchor,
    Furniture,
    Glyph,
    Hyphen,
    Inline,
    LineBreak,
    PageStart,
    Span,
    plain,
    spoken,
)
from pipeline.publish.model.names import XML_LANG, Names, T, text_of
from pipeline.publish.model.notes import Notes
from pipeline.publish.model.place import Place
from pipeline.publish.model.renditions import Renditions
from pipeline.publish.model.wording import Wording
from pipeline.text.faces import HYPHEN
from pipeline.xml import XML_ID, local

_INLINE_ROLES: Final = {
    "emph": "emph",
    "foreign": "foreign",
    "said": "said",
    "q": "said",
    "quote": "said",
    "stage": "stage",
    "title": "title",
    "unclear": "unclear",
    "supplied": "supplied",
    "del": "deleted",
    "label": "label",
    "speaker": "speaker",
    "term": "term",
}
_RENDS: Final = {
    "italic": "italic",
    "italics": "italic",
    "i": "italic",
    "bold": "bold",
    "b": "bold",
    "spaced": "spaced",
    "smallcaps": "smallcaps",
    "sc": "smallcaps",
    "small-caps": "smallcaps",
    "sup": "sup",
    "superscript": "sup",
    "sub": "sub",
    "underline": "underline",
}


class Inlines:
    """The inlines of a text. `read_note` reads a note that stands in a line."""

    def __init__(
        self,
        root: etree._Element,
        names: Names,
        place: Place,
        wording: Wording,
        apparatus: Apparatus,
        notes: Notes,
        read_note: Callable[[etree._Element], object],
    ) -> None:
        """Take in what all inlines share."""
        self.names = names
        self.place = place
        self.wording = wording
        self.apparatus = apparatus
        self.notes = notes
        self.read_note = read_note
        self.renditions = Renditions(root)

    def content(self, element: etree._Element) -> list[Inline]:
        """The content of an element that stands in a line."""
        content: list[Inline] = []
        lead = self.wording.clean(element.text)
        if lead:
            content += self.wording.say(lead)
        for child in element:
            if isinstance(child.tag, str):
                content += self.inline(child)
            tail = self.wording.clean(child.tail)
            if tail:
                content += self.wording.say(tail)
        return content

    def _unsaid(self, element: etree._Element) -> list[Inline]:
        """The content of a reading that is not the edited one.

        It does not count as the block's text, nor as pages or entries.
        """
        wording, apparatus, place = self.wording, self.apparatus, self.place
        kept = (
            wording.said,
            wording.length,
            apparatus.drafts,
            apparatus.aimed,
            apparatus.numbered,
            place.page,
            place.zone,
        )
        pages = len(place.pages)
        wording.said, apparatus.drafts, apparatus.aimed = [], [], []
        content = self.content(element)
        (
            wording.said,
            wording.length,
            apparatus.drafts,
            apparatus.aimed,
            apparatus.numbered,
            place.page,
            place.zone,
        ) = kept
        del place.pages[pages:]
        return content

    def inline(self, element: etree._Element, name: str = "") -> list[Inline]:
        """What one element in a line comes to."""
        name = name or local(element)
        if name == "lb":
            return [self._line_break(element)]
        if name in {"app", "choice"}:
            return self._edit(element, name)
        if name == "pb":
            return [self.page(element)]
        if name == "pc":
            return self._hyphen(element)
        if name == "fw":
            return [self.furniture(element)]
        if name == "ref" and element.get("type") == "noteAnchor":
            return self._anchor(element)
        if name == "note":
            return self._inline_note(element)
        if name in {
            "hi",
            "emph",
            "title",
            "foreign",
            "said",
            "q",
            "quote",
            "stage",
            "unclear",
            "supplied",
            "del",
            "label",
            "term",
            "speaker",
        }:
            return self._span(element, name)
        if name in {"ref", "ptr"}:
            return self._link(element)
        if name == "gap":
            typed = element.find(f"{T}desc")
            if typed is not None and (typed.text or "").startswith(("[", "{{")):
                return [Span("gap", tuple(self.content(typed)), target=element.get("reason", ""))]
            self.wording.say("[…]")
            return [Span("gap", ("[…]",), target=element.get("reason", ""))]
        if name == "space":
            if element.get("rendition"):  # blanks of the source that nobody reads
                return []
            self.wording.say(" ")
            return [" "]
        if name in {"graphic", "figDesc", "anchor", "milestone", "cb", "gb"}:
            if identity := element.get(XML_ID, ""):
                self.apparatus.aim(identity, self.wording.length, self.wording.length)
                return [Span("anchor", (), id=identity)]
            return self.content(element) if name == "figDesc" else []
        start = self.wording.length
        content = self.content(element)
        if (identity := element.get(XML_ID, "")) and name in {"seg", "w", "s", "phr", "span"}:
            self.apparatus.aim(identity, start, self.wording.length)
            return [Span("seg", tuple(content), id=identity)]
        return content

    def _line_break(self, element: etree._Element) -> LineBreak:
        zone = self.place.line(element)
        # In doubt a hyphen that stands there joins; where none stands, nothing is known and the
        # words stay two.
        joined = element.get("break") == "no" or (
            element.get("break") == "maybe" and HYPHEN.fullmatch(self.wording.last[-1:]) is not None
        )
        edit = None
        start = self.wording.length
        if element.get("ana"):
            edit = self.apparatus.entered(
                element,
                "linebreak",
                (),
                (),
                before="",
                after="",
                start=start,
                end=start,
                joins=True,
            )
        name = "" if edit else element.get(XML_ID, "")
        if name:
            self.apparatus.aim(name, start, start)
        if not joined:
            self.wording.say(" ")
        return LineBreak(joined, "hyphen" in element.get("rend", ""), zone, edit, name)

    def _hyphen(self, element: etree._Element) -> list[Inline]:
        text = text_of(element) or "-"
        if element.get("force") == "weak":
            following = element.getnext()
            if element.get("ana") and (following is None or not following.get("ana")):
                at = self.wording.length
                return [
                    self.apparatus.entered(
                        element,
                        "linebreak",
                        (),
                        (Hyphen(text),),
                        before="-",
                        after="",
                        start=at,
                        end=at,
                        joins=True,
                    )
                ]
            return [Hyphen(text)]
        self.wording.say(text)
        return [text]

    def page(self, element: etree._Element) -> PageStart:
        """A page begins."""
        return self.place.turn(element, self.names.of(element, "page", len(self.place.pages) + 1))

    def furniture(self, element: etree._Element) -> Inline:
        """A page number or running head, which the reading text omits.

        It is a ledger entry if it was moved out of the text.
        """
        furniture = Furniture(element.get("type", ""), text_of(element))
        if not element.get("ana"):
            return furniture
        return self.apparatus.entered(
            element,
            "furniture",
            (),
            (furniture,),
            before=furniture.text,
            after="",
            start=self.wording.length,
            end=self.wording.length,
        )

    def _anchor(self, element: etree._Element) -> list[Inline]:
        target = element.get("target", "").lstrip("#")
        content = self._unsaid(element)
        return [Anchor(self.names.of(element, "sign"), target, plain(content) or "*")]

    def _inline_note(self, element: etree._Element) -> list[Inline]:
        """A note inside a line.

        A citation stays; a note called elsewhere moves to its anchor; others are called from here.
        """
        place = element.get("place", "")
        name = element.get(XML_ID, "")
        if place == "inline":
            before, after = self.renditions.typed(element)
            spaced = bool(self.wording.said) and not self.wording.said[-1].endswith((" ", "(", "—"))
            bracketed = text_of(element).startswith(("(", "["))
            lead = (" " if spaced else "") + ("" if bracketed else "(")
            trail = "" if bracketed else ")"
            self.wording.say(lead)
            content: list[Inline] = [
                Glyph(lead, before),
                *self.content(element),
                Glyph(trail, after),
            ]
            self.wording.say(trail)
            return [Span("citation", tuple(content), id=name)]
        if not name:
            name = self.names.of(element, "note")
            element.set(XML_ID, name)
        called = (
            name in self.notes.calls
            or element.get("target", "").lstrip("#") in self.notes.signs
            or name in self.notes.heads
        )
        if not called:
            sign = f"sign.{name}"
            self.notes.calls[name] = [sign]
            self.read_note(element)
            # it stands at the foot of a page here, but nothing calls it
            uncalled = element.get("place") in {"bottom", "end"}
            return [Anchor(sign, name, UNCALLED if uncalled else element.get("n", "") or "*")]
        self.read_note(element)
        return []

    def _span(self, element: etree._Element, name: str) -> list[Inline]:
        before, after = self.renditions.typed(element)
        rend = next(
            (_RENDS[one] for one in element.get("rend", "").lower().split() if one in _RENDS), ""
        )
        rend = rend or self.renditions.look(element)
        role = rend or _INLINE_ROLES.get(name, "italic" if name == "hi" else "")
        content = self.content(element)
        return [
            Span(
                role,
                tuple(content),
                language=element.get(XML_LANG, ""),
                before=before,
                after=after,
                id=element.get(XML_ID, ""),
            )
        ]

    def _link(self, element: etree._Element) -> list[Inline]:
        target = link(element.get("target", "").split(" ")[0])
        content = self.content(element)
        if not content and target:
            self.wording.say(target)
            content = [target]
        return [
            Span(
                "link" if target else "", tuple(content), target=target, id=element.get(XML_ID, "")
            )
        ]

    def _edit(self, element: etree._Element, name: str) -> list[Inline]:
        """An apparatus entry or a choice: the reading of the edition and what stood there."""
        chosen, other, kind = readings(element, name)
        if chosen is None and other is None:
            return self.content(element)
        number = self.apparatus.next_number()
        start, said = self.wording.length, len(self.wording.said)
        edited = [] if chosen is None else self.content(chosen)
        after = "".join(self.wording.said[said:])
        ocr = [] if other is None else self._unsaid(other)
        before = "".join(spoken(ocr, "ocr"))
        marked = (
            chosen
            if name == "choice" and chosen is not None and not element.get("resp")
            else element
        )
        end = self.wording.length
        return [
            self.apparatus.entered(
                element,
                kind,
                tuple(edited),
                tuple(ocr),
                before=before,
                after=after,
                start=start,
                end=end,
                number=number,
                more=marked,
            )
        ]
