"""The text of an edition as the site's HTML, block by block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil
from typing import Final

from pipeline.html import escape
from pipeline.publish.model.chapters import Chapter
from pipeline.publish.model.model import Block, LineBreak, is_signed
from pipeline.publish.pages.phrases import Phrases

# characters in one `content-visibility` box: a screen or two, so that a long book opens at once
_CHUNK: Final = 3000
_FIRST: Final = 60  # lines that a tall window shows when the page opens
_LINE: Final = 62  # characters in a full line, to estimate the height of a box before it is drawn

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
_CONTAINERS: Final = {
    "verse": "verse",
    "address": "address",
    "speech": "sp",
    "titlepage": "titlepage",
    "epigraph": "epigraph",
}

_STYLES: Final = {
    "center": "centre",
    "right": "right",
    "indent": "in",
    "indent2": "in2",
    "noindent": "flush",
    "hanging": "hang",
}


def together(chapters: Sequence[str]) -> str:
    """The chapters of a text as one page."""
    rest = [one.replace('<div class="c first" ', '<div class="c" ') for one in chapters[1:]]
    return re.sub(r'(<a [^>]*href=")text-[^"#]*\.html#', r"\1#", "".join((*chapters[:1], *rest)))


class SiteText(Phrases):
    """The blocks of a reading page, with both readings of each edit."""

    def chapter(self, chapter: Chapter) -> str:
        """A chapter as a page of its own."""
        self.file, self.drawn = chapter.file, 0
        return self.blocks(chapter.blocks)

    def blocks(self, blocks: Sequence[Block], level: int = 1) -> str:
        """Blocks as HTML, in boxes that the browser draws when they come near the window."""
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
        """Blocks in a box of their estimated height; the first are drawn at once."""
        self.drawn += lines
        first = " first" if self.drawn - lines < _FIRST else ""
        return f'<div class="c{first}" style="--n:{lines}">{body}</div>\n'

    def meaning(self, role: str, kind: str = "") -> str:  # noqa: ARG002
        """Attributes that say what an element is, where the format has such."""
        return ""

    def division(self, block: Block) -> str:
        """A division with its heading."""
        kind = re.sub(r"[^A-Za-z0-9_-]", "", block.type)
        language = self.spoken_in(block.language)
        element = "section" if any(child.role == "heading" for child in block.children) else "div"
        body = self.answered(block.id) + self.blocks(block.children, block.level)
        identity = f' id="{escape(block.id)}"' if block.id else ""
        meaning = self.meaning("division", block.type)
        return f'<{element} class="d d-{kind}"{identity}{language}{meaning}>{body}</{element}>\n'

    def heading(self, blocks: Sequence[Block], level: int) -> str:
        """Adjacent headings as one, so that the outline has one entry."""
        rank = min(level + 1, 6)
        first = blocks[0]
        self.in_heading = True
        parts = [self._heading_part(block) for block in blocks]
        self.in_heading = False
        return f'<h{rank} id="{escape(first.id)}">{" ".join(parts)}</h{rank}>'

    def _heading_part(self, block: Block) -> str:
        self.zone = block.zone
        kind = re.sub(r"[^A-Za-z0-9_-]", "", block.type) or "main"
        return f'<span class="h h-{kind}">{self.inlines(block.content)}</span>'

    def block(self, block: Block, level: int = 1) -> str:
        """One block."""
        self.zone = block.zone
        identity = f' id="{escape(block.id)}"' if block.id else ""
        identity += self.spoken_in(block.language)
        role = block.role
        if role == "division":
            return self.division(block)
        if role == "heading":
            return self.heading([block], level)
        if role == "note":
            return self.standing_note(block)
        if role == "blockquote":
            identity += ' class="letter"' if block.type == "letter" else ""
            identity += self.meaning(block.type if block.type == "letter" else role)
            return f"<blockquote{identity}>{self.children(block, level)}</blockquote>"
        if role == "list":
            return self.list(block, level, identity)
        if role == "table":
            return self.table(block, level, identity)
        if role == "figure":
            return self.figure(block, level, identity)
        if role in _CONTAINERS:
            identity += self.meaning(role)
            return f'<div class="{_CONTAINERS[role]}"{identity}>{self.children(block, level)}</div>'
        if block.children:
            return f"<div{identity}>{self.children(block, level)}</div>"
        if role == "separator" and not block.content:
            return f'<hr class="sep"{self.void}'
        if role == "columns":
            return f'<p{identity} class="columns">{self.lines(block)}</p>\n'
        style = f"{_BLOCKS.get(role, role)} {_STYLES.get(block.rend, '')}".strip()
        if role == "titlepart" and block.type:
            style += f" tp-{re.sub(r'[^A-Za-z0-9_-]', '', block.type)}"
        unit = f' data-u="{block.unit}"' if block.unit else ""
        kind = f' class="{style.strip()}"' if style.strip() else ""
        doubt = self.doubt_about(block.id)
        was = self.answered(block.id)
        identity += self.meaning(role)
        return f"<p{identity}{kind}{unit}>{was}{self.inlines(block.content)}{doubt}</p>\n"

    def lines(self, block: Block) -> str:
        """Lines as the source has them, with their blanks."""
        shown: list[str] = []
        for one in block.content:
            if isinstance(one, LineBreak):
                self.zone = one.zone
                shown.append("\n")
            else:
                shown.append(self.inlines([one]))
        return "".join(shown)

    def children(self, block: Block, level: int) -> str:
        """The blocks in a block."""
        return "".join(self.block(child, level) for child in block.children)

    def list(self, block: Block, level: int, identity: str) -> str:
        """A list: of terms, plain, or numbered if its items have no number in the text."""
        heads = "".join(
            self.label(child, "lhead") for child in block.children if child.role == "heading"
        )
        rest = [child for child in block.children if child.role != "heading"]
        if not rest:
            return heads
        if any(child.role == "label" for child in rest):
            items = "".join(
                self.item(child, level, "dt" if child.role == "label" else "dd") for child in rest
            )
            return f"{heads}<dl{identity}>{items}</dl>\n"
        typed = is_signed(rest)
        tag = "ol" if block.rend == "numbered" and not typed else "ul"
        kind = (
            ' class="cast"'
            if block.type == "cast"
            else ' class="simple"'
            if typed or block.rend == "simple"
            else ""
        )
        items = "".join(self.item(child, level, "li") for child in rest)
        return f"{heads}<{tag}{identity}{kind}>{items}</{tag}>\n"

    def item(self, block: Block, level: int, tag: str) -> str:
        """An item of a list."""
        if block.role in {"item", "label"}:
            identity = f' id="{escape(block.id)}"' if block.id else ""
            if block.children:
                return f"<{tag}{identity}>{self.children(block, level)}</{tag}>"
            self.zone = block.zone
            was = self.answered(block.id)
            return f"<{tag}{identity}>{was}{self.inlines(block.content)}</{tag}>"
        return f"<{tag}>{self.block(block, level)}</{tag}>"

    def label(self, block: Block, kind: str, tag: str = "p") -> str:
        """The heading of a list, a table or a figure, which is not one of the text's."""
        self.zone = block.zone
        identity = f' id="{escape(block.id)}"' if block.id else ""
        return f'<{tag} class="{kind}"{identity}>{self.inlines(block.content)}</{tag}>'

    def table(self, block: Block, level: int, identity: str) -> str:
        """A table with its caption; labels become header cells. Short rows are filled up."""
        heads = [child for child in block.children if child.role == "heading"]
        caption = (
            f"<caption>{' '.join(self.inlines(head.content) for head in heads)}</caption>"
            if heads
            else ""
        )
        rows = [row for row in block.children if row.role == "row" and row.children]
        others = "".join(
            self.block(child, level)
            for child in block.children
            if child.role not in {"heading", "row"}
        )
        if not rows:
            return caption and f"<p>{caption[9:-10]}</p>" + others
        wide = max(sum(cell.span[1] for cell in row.children) for row in rows)
        tall = any(cell.span[0] > 1 for row in rows for cell in row.children)
        body = "".join(self._row(row, level, 0 if tall else wide) for row in rows)
        table = f"<table{identity}>{caption}<tbody>{body}</tbody></table>"
        return f'<div class="scroll">{table}</div>{others}'

    def _row(self, row: Block, level: int, wide: int) -> str:
        cells = []
        for cell in row.children:
            tag = "th" if "label" in {row.rend, cell.rend} else "td"
            spans = f' rowspan="{cell.span[0]}"' if cell.span[0] > 1 else ""
            spans += f' colspan="{cell.span[1]}"' if cell.span[1] > 1 else ""
            self.zone = cell.zone
            body = self.children(cell, level) if cell.children else self.inlines(cell.content)
            cells.append(f"<{tag}{spans}>{body}</{tag}>")
        cells += ["<td></td>"] * (wide - sum(cell.span[1] for cell in row.children))
        return f"<tr>{''.join(cells)}</tr>"

    def figure(self, block: Block, level: int, identity: str) -> str:
        """A figure: its heading and description."""
        heads = [child for child in block.children if child.role in {"heading", "caption"}]
        caption = "".join(
            self.label(head, "fhead" if head.role == "heading" else "fdesc", "span")
            for head in heads
        )
        rest = "".join(self.block(child, level) for child in block.children if child not in heads)
        caption = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f"<figure{identity}>{rest}{caption}</figure>\n"

    def standing_note(self, block: Block) -> str:
        """A note that nothing refers to, at its place on the page."""
        sign = f'<span class="sign">{escape(block.n)}</span> ' if block.n else ""
        body = "".join(
            self.block(child)
            if child.children
            else f"<p>{sign if i == 0 else ''}{self.inlines(child.content)}</p>"
            for i, child in enumerate(block.children)
        )
        return f'<aside class="fn" id="{escape(block.id)}">{body}</aside>'


def _height(block: Block) -> int:
    """The number of lines that a block takes up, roughly."""
    if block.children:
        return sum(_height(child) for child in block.children) + 1
    return max(1, ceil(len(block.text) / _LINE))
