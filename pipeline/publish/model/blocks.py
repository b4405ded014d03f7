"""The blocks of a text: divisions, paragraphs, verse, speeches, tables and all between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lxml import etree

from pipeline.publish.model.apparatus import Apparatus
from pipeline.publish.model.inlines import Inlines
from pipeline.publish.model.model import SET_IN_LINES, Block, Glyph, Inline, Note, plain
from pipeline.publish.model.names import XML_LANG, Names, T
from pipeline.publish.model.notes import Notes
from pipeline.publish.model.place import Place
from pipeline.publish.model.wording import Wording
from pipeline.roles import ROLES
from pipeline.xml import XML_ID, local

_HOLDS_BLOCKS: Final = frozenset(
    "front body back group text floatingText titlePage docTitle docImprint opener closer "
    "postscript figure epigraph castList".split()
)
# The elements that hold a block's text, and those that hold blocks: those of emend's own roles, and
# those of other people's TEI.
_ROLES: Final = {
    role.element: role.name
    for role in ROLES.values()
    if role.level == "block"
    and role.holds != "elements"
    and role.name not in {"note", "stage", "caption"}
} | {
    "ab": "paragraph",
    "l": "line",
    "addrLine": "line",
    "docAuthor": "titlepart",
    "docDate": "titlepart",
    "docEdition": "titlepart",
    "imprimatur": "titlepart",
    "salute": "salute",
    "argument": "argument",
    "figDesc": "caption",
    "cell": "cell",
    "castItem": "item",
    "bibl": "paragraph",
}
_CONTAINERS: Final = {
    role.element: role.name
    for role in ROLES.values()
    if role.level == "block" and role.holds == "elements" and role.name != "division"
} | {
    "listBibl": "list",
    "cit": "blockquote",
    "q": "blockquote",
    "said": "blockquote",
    "table": "table",
    "row": "row",
    "figure": "figure",
    "titlePage": "titlepage",
    "floatingText": "blockquote",
    "castList": "list",
}
_BLOCK_LEVEL: Final = frozenset(
    "div div1 div2 div3 p lg list listBibl sp table epigraph figure floatingText titlePage "
    "docImprint docTitle".split()
) | {"head", "l", "item"}

_PLACED: Final = {  # what @rend says of where a block stands, in one word
    "center": "center",
    "centre": "center",
    "centered": "center",
    "right": "right",
    "indent": "indent",
    "indent1": "indent",
    "indent2": "indent2",
    "noindent": "noindent",
    "hanging": "hanging",
    "numbered": "numbered",
    "ordered": "numbered",
    "simple": "simple",
}
_QUOTED: Final = frozenset({"q", "said", "quote", "cit"})


def _placed(element: etree._Element) -> str:
    said = re.split(r"[\s()]+", element.get("rend", "").lower())
    return next(
        (_PLACED[one] for one in said if one in _PLACED),
        element.get("role", "") if element.get("role") == "label" else "",
    )


def _joined(heads: Sequence[str]) -> str:
    """Headings that follow one another as one title: `ACT I` and `A quay` are `ACT I: A quay`."""
    parts = [head if re.search(r"[^\w)\]”’\"']$", head) else f"{head}:" for head in heads[:-1]]
    return " ".join((*parts, *heads[-1:]))


def _span(element: etree._Element) -> tuple[int, int]:
    rows, columns = (element.get(name, "") for name in ("rows", "cols"))
    return min(int(rows), 99) if rows.isdecimal() and int(rows) else 1, min(
        int(columns), 99
    ) if columns.isdecimal() and int(columns) else 1


class Blocks:
    """The walk over the blocks of one text."""

    def __init__(self, root: etree._Element, text: etree._Element) -> None:
        """Make ready what the walk keeps in mind."""
        self.names = Names(text)
        self.place = Place(root)
        self.wording = Wording(root, text)
        self.apparatus = Apparatus(root, self.names, self.place)
        self.notes = Notes(text, self.names)
        self.inlines = Inlines(
            root, self.names, self.place, self.wording, self.apparatus, self.notes, self._kept_note
        )
        self.units = 0
        self.pending: list[
            Inline
        ] = []  # page starts and furniture between blocks: they go to the next block

    def text(self, text: etree._Element) -> tuple[Block, ...]:
        """The blocks of the whole text."""
        blocks: list[Block] = []
        for child in text:
            if not isinstance(child.tag, str):
                continue
            name = local(child)
            if name in {"front", "body", "back", "group"}:
                blocks += (
                    replace(block, type=block.type or name) if block.role == "division" else block
                    for block in self._blocks(child, 1)
                )
            else:
                blocks += self._block(child, name, 1)
        if self.pending:
            blocks.append(Block("remains", content=self._take_pending()))
        return tuple(blocks)

    def _take_pending(self) -> tuple[Inline, ...]:
        taken = tuple(self.pending)
        self.pending = []
        return taken

    def _blocks(self, parent: etree._Element, level: int) -> list[Block]:
        """The blocks inside an element that holds blocks.

        Stray text becomes a paragraph, so that nothing is lost.
        """
        blocks: list[Block] = []
        loose: list[etree._Element | str] = []

        def flush() -> None:
            if any(not isinstance(one, str) or one.strip() for one in loose):
                blocks.extend(self._loose(loose, parent))
            loose.clear()

        if parent.text and parent.text.strip():
            loose.append(parent.text)
        for child in parent:
            if isinstance(child.tag, str):
                name = local(child)
                if name in {"pb", "fw", "lb", "cb", "milestone", "gb", "anchor"}:
                    if loose and any(not isinstance(one, str) or one.strip() for one in loose):
                        loose.append(child)
                    else:
                        self._between(child, name)
                elif self._is_block(child, name) or self._stands_alone(child, name, parent, loose):
                    flush()
                    blocks += self._block(child, name, level)
                else:
                    loose.append(child)
            if child.tail and (child.tail.strip() or loose):
                loose.append(child.tail)
        flush()
        return blocks

    def _is_block(self, element: etree._Element, name: str) -> bool:
        if name in _QUOTED:
            blocks = element.iterchildren(
                *(f"{T}{inner}" for inner in ("p", "l", "lg", "list", "sp"))
            )
            quoted = element.find(f"{T}quote") if name == "cit" else None
            return (
                element.get("rend") == "block"
                or any(True for _ in blocks)
                or (quoted is not None and self._is_block(quoted, "quote"))
            )
        return (
            name in _ROLES
            or name in _CONTAINERS
            or name in _HOLDS_BLOCKS
            or name in {"note", "stage", "space"}
            or name.startswith("div")
        )

    def _stands_alone(
        self,
        element: etree._Element,
        name: str,
        parent: etree._Element,
        loose: list[etree._Element | str],
    ) -> bool:
        """Whether an element that is an inline elsewhere is a block here.

        A quotation with no text around it is one, and the label of an item.
        """
        if name in _QUOTED:
            return (
                not any(not isinstance(one, str) or one.strip() for one in loose)
                and not (element.tail or "").strip()
            )
        return name == "label" and local(parent) == "list"

    def _between(self, element: etree._Element, name: str) -> None:
        """A page, a line or furniture between blocks."""
        if name == "lb":
            self.place.line(element)
        elif name == "pb":
            self.pending.append(self.inlines.page(element))
        elif name == "fw":
            self.wording.begin()
            self.pending.append(self.inlines.furniture(element))

    def _loose(self, parts: list[etree._Element | str], parent: etree._Element) -> list[Block]:
        """A paragraph made of what stands between blocks."""
        while parts and not isinstance(parts[-1], str) and local(parts[-1]) in {"lb", "pb", "fw"}:
            last = parts.pop()
            assert not isinstance(last, str)
            self._between(last, local(last))
        self.wording.begin()
        content: list[Inline] = list(self._take_pending())
        for part in parts:
            if isinstance(part, str):
                cleaned = self.wording.clean(part)
                if cleaned:
                    content += self.wording.say(cleaned)
            else:
                content += self.inlines.inline(part)
        role = (
            "titlepart" if local(parent) in {"titlePage", "docTitle", "docImprint"} else "paragraph"
        )
        return [self._close(Block(role, zone=self.place.zone, page=self.place.page), content)]

    def _close(self, block: Block, content: list[Inline]) -> Block:
        """A finished block: its text is known, and so what stands about its entries."""
        text = self.wording.text
        self.apparatus.settle(block.id, text)
        return replace(block, content=tuple(content), text=" ".join(text.split()))

    def _block(self, element: etree._Element, name: str, level: int) -> list[Block]:
        if name.startswith("div"):
            return [self._division(element, level)]
        if name == "note":
            return self._note(element)
        if name in _CONTAINERS:
            role = _CONTAINERS[name]
            zone = self.place.zone
            children = tuple(self._blocks(element, level))
            if not children:
                return []
            kind = element.get("type", element.get("rend", "")) if name != "castList" else "cast"
            language = element.get(XML_LANG, "")
            return [
                Block(
                    role,
                    id=element.get(XML_ID, ""),
                    type=kind,
                    children=children,
                    zone=zone,
                    language=language,
                    rend=_placed(element),
                )
            ]
        if name in {"docImprint", "docTitle"} and not self._holds_blocks(element):
            return self._text_block(element, "titlepart", name)
        if name in _HOLDS_BLOCKS:
            return self._blocks(element, level)
        if name == "ab" and element.get("type") == "separator":
            block = self._text_block(element, "separator", "separator")
            return block or [Block("separator")]
        if name == "ab" and element.get("type") == "columns":
            return self._text_block(element, "columns", "columns")
        if name in {"stage", "label"}:
            return self._text_block(element, name, "")
        if name == "space":
            return []
        role = _ROLES.get(name, "paragraph")
        if name == "ab" and element.get("type") in SET_IN_LINES:
            # an address by itself has no lines of its own, and is set as a salutation is
            role = element.get("type", "").replace("address", "salute")
        return self._text_block(element, role, name, level)

    def _holds_blocks(self, element: etree._Element) -> bool:
        return any(
            isinstance(one.tag, str)
            and (name := local(one)) in _ROLES
            and name not in {"docAuthor", "docDate"}  # part of the imprint's line
            for one in element
        )

    def _division(self, element: etree._Element, level: int) -> Block:
        children = self._blocks(element, level + 1)
        heads = [plain(block.content) for block in children if block.role == "heading"]
        leading = []
        for block in children:
            if block.role != "heading":
                break
            if block.type not in {"series", "bibl"}:
                leading.append(plain(block.content))
        title = _joined(leading or heads[:1])
        kind = element.get("type", "")
        return Block(
            "division",
            id=self.names.of(element, "div"),
            type=kind,
            n=element.get("n", ""),
            level=level,
            children=tuple(children),
            title=title,
            language=element.get(XML_LANG, ""),
        )

    def _text_block(
        self, element: etree._Element, role: str, name: str, level: int = 0
    ) -> list[Block]:
        """A block that holds text. A block inside it (a list in a paragraph) parts it in two."""
        self.wording.begin()
        cited = (
            role in {"paragraph", "line", "item", "stage"} or name == "ab"
        ) and name != "figDesc"
        if cited:
            self.units += 1
        first = Block(
            role,
            id=self.names.of(element, "p", self.units)
            if cited
            else self.names.of(element, "h")
            if role == "heading"
            else element.get(XML_ID, ""),
            type=element.get("type", "") or (name if role == "titlepart" else ""),
            n=element.get("n", ""),
            level=level,
            unit=self.units if cited else 0,
            zone=self.place.zone,
            language=element.get(XML_LANG, ""),
            page=self.place.page,
            rend=_placed(element),
            span=_span(element) if role == "cell" else (1, 1),
        )
        content: list[Inline] = list(self._take_pending())
        before, after = self.inlines.renditions.typed(element)
        content += [Glyph("", before)] if before else []
        lead = self.wording.clean(element.text)
        if lead:
            content += self.wording.say(lead)
        blocks: list[Block] = []
        current = first
        for child in element:
            if isinstance(child.tag, str):
                child_name = local(child)
                if (
                    child_name != "note"
                    and child_name not in {"bibl", "stage", "label"}
                    and (
                        child_name in _BLOCK_LEVEL
                        or (child_name == "quote" and self._is_block(child, child_name))
                    )
                ):
                    if content or current is first:
                        blocks.append(self._close(current, content))
                    blocks += self._block(child, child_name, level)
                    self.wording.begin()
                    current, content = (
                        Block(
                            "continued" if role == "paragraph" else role,
                            zone=self.place.zone,
                            page=self.place.page,
                        ),
                        [],
                    )
                else:
                    content += self.inlines.inline(child, name=child_name)
            tail = self.wording.clean(child.tail)
            if tail:
                content += self.wording.say(tail)
        content += [Glyph("", after)] if after else []
        if content or current is first:
            blocks.append(self._close(current, content))
        kept = [
            block
            for block in blocks
            if block.text or block.children or block.content or block.role == "separator"
        ]
        if role == "cell" and not kept:
            kept = [first]  # an empty cell holds its column: 9s. 4d. is not £9 4s.
        if first.id:
            self.place.page_of[first.id] = first.page
        if role in {"item", "cell"} and any(block.role != role for block in kept):
            return [self._holding(first, kept)]
        return kept

    def _holding(self, first: Block, kept: list[Block]) -> Block:
        """An item or cell that holds blocks: its own text becomes a paragraph with its address."""
        inner = [
            replace(block, role="paragraph" if block.id == first.id else "continued")
            if block.role == first.role
            else block
            for block in kept
        ]
        held = any(block.id == first.id for block in inner)
        return Block(
            first.role,
            id="" if held else first.id,
            children=tuple(inner),
            zone=first.zone,
            page=first.page,
            span=first.span,
        )

    def _note(self, element: etree._Element) -> list[Block]:
        """A note between blocks: moved to its anchor if it has one, else kept as a block."""
        note = self._kept_note(element)
        return (
            []
            if note is None
            else [Block("note", id=note.id, n=note.sign, type=note.type, children=note.blocks)]
        )

    def _kept_note(self, element: etree._Element) -> Note | None:
        """Read a note, wherever it is; the text around it continues after it."""
        kept = (self.wording.said, self.wording.length, self.apparatus.drafts, self.apparatus.aimed)
        pending, self.pending = self.pending, []
        self.apparatus.drafts, self.apparatus.aimed = [], []
        name = self.names.of(element, "note")
        blocks = self._blocks_of_note(element)
        self.wording.said, self.wording.length, self.apparatus.drafts, self.apparatus.aimed = kept
        self.pending = pending + self.pending
        return self.notes.keep(element, name, blocks)

    def _blocks_of_note(self, element: etree._Element) -> tuple[Block, ...]:
        if any(
            isinstance(one.tag, str) and local(one) in {"p", "lg", "list", "quote", "sp"}
            for one in element
        ):
            return tuple(self._blocks(element, 0))
        return tuple(self._text_block(element, "note-text", ""))
