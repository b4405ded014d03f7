"""An edition as plain text and as Markdown: one line per paragraph, notes after their division."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from pipeline.publish import records
from pipeline.publish.model.model import (
    SET_IN_LINES,
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

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
_AT_START = re.compile(r"^(\s*)([#>+-](?=\s|$)|\d+(?=[.)](?:\s|$))|=+$|-+$)", re.MULTILINE)


# A page that begins, and the rest of the word that it begins in.
_PAGE = re.compile("(\\w)?\ufdd4([^\ufdd5]*)\ufdd5((?(1)\\w*|))")
# How emphasis is marked in Markdown. While a paragraph is put together the signs are noncharacters
# of Unicode, which no text has, so that they differ from the text's own.
_MARKED = {
    "emph": ("\ufdd0", "\ufdd1", "*"),
    "italic": ("\ufdd0", "\ufdd1", "*"),
    "bold": ("\ufdd2", "\ufdd3", "**"),
}


def front_matter(edition: Edition, base_url: str) -> list[tuple[str, str]]:
    """What a file should say of itself: title, author, source, version, licence, address."""
    found = [
        ("title", edition.title),
        *(("author", name) for name in edition.authors),
        ("language", edition.language),
        ("source", records.source(edition)),
        ("edition", edition.publisher),
        ("version", edition.version),
        ("date", edition.published),
        *(("licence", one.url or one.text) for one in edition.licences),
        ("doi", edition.doi),
        ("url", records.address(edition, base_url)),
    ]
    return [(name, value) for name, value in found if value]


def text_file(edition: Edition, base_url: str = "", *, pages: bool = False) -> str:
    """The edition as a text file: what it is, a line of hyphens, the text."""
    head = "\n".join(
        f"{name.capitalize()}: {value}" for name, value in front_matter(edition, base_url)
    )
    return f"{head}\n\n{'-' * 40}\n\n{plain_text(edition, pages=pages)}"


def markdown_file(edition: Edition, base_url: str = "", *, pages: bool = False) -> str:
    """The edition as a Markdown file with front matter in YAML."""
    facts = front_matter(edition, base_url)
    lines = []
    for name in dict.fromkeys(name for name, _ in facts):
        values = [value for key, value in facts if key == name]
        said = values if len(values) > 1 else values[0]
        lines.append(f"{name}: {json.dumps(said, ensure_ascii=False)}")
    head = "\n".join(lines)
    return f"---\n{head}\n---\n\n{markdown(edition, pages=pages)}"


def plain_text(edition: Edition, *, pages: bool = False) -> str:
    """The edition as plain text, for reading machines and counting ones.

    `pages`: with the numbers of its pages, each as `[p. 12]` where the page begins.
    """
    parts = [edition.title]
    if edition.authors:
        parts.append(", ".join(edition.authors))
    written = _Plain(edition, pages=pages)
    parts += written.blocks(edition.blocks)
    return "\n\n".join(parts) + "\n"


def markdown(edition: Edition, *, pages: bool = False) -> str:
    """The edition as Markdown (CommonMark with footnotes); `pages` as for plain text."""
    written = _Markdown(edition, pages=pages)
    parts = [f"# {written.escaped(edition.title)}"]
    if edition.authors:
        parts.append(written.escaped(", ".join(edition.authors)))
    parts += written.blocks(edition.blocks)
    parts += written.footnotes()
    return "\n\n".join(parts) + "\n"


class _Plain:
    """Blocks as paragraphs of plain text."""

    def __init__(self, edition: Edition, *, pages: bool = False) -> None:
        self.edition = edition
        self.pages = pages
        self.called: list[tuple[Note, str]] = []
        self.known: dict[str, str] = {}

    def escaped(self, text: str) -> str:
        return text

    def wrapped(self, role: str, text: str) -> str:  # noqa: ARG002
        return text

    def sign(self, note: Note | None, sign: str) -> str:
        uncalled = note is not None and sign == UNCALLED
        shown = note.sign if note is not None and uncalled else sign
        if note is not None and note.id not in self.known:
            self.known[note.id] = shown
            self.called.append((note, shown))
        return "" if uncalled else f"[{sign}]" if note is not None else sign

    def inlines(self, content: Iterable[Inline]) -> str:
        said = "".join(self._inlines(content, "\n" if self.lines_stay else " "))
        if self.pages:
            said = _PAGE.sub(self._page, said)
        if "\n" in said:
            return re.sub(r"[^\S\n]+", " ", said).strip()
        return " ".join(said.split())

    def _page(self, found: re.Match[str]) -> str:
        """A page's number, after the word that the page begins in."""
        return f"{found[1] or ''}{found[3]} {self.escaped(f'[p. {found[2]}]')} "

    lines_stay = False

    def _inlines(self, content: Iterable[Inline], line_end: str) -> Iterable[str]:
        for one in content:
            if isinstance(one, str):
                yield self.escaped(one)
            elif isinstance(one, Edit):
                yield from self._inlines(one.edited, line_end)
            elif isinstance(one, Glyph):
                yield self.escaped(one.ocr if one.edited and one.edited in "“”‘’" else one.edited)
            elif isinstance(one, LineBreak):
                yield "" if one.joined else line_end
            elif isinstance(one, PageStart):
                if self.pages:
                    yield f"\ufdd4{one.n.strip('[]')}\ufdd5"
            elif isinstance(one, Anchor):
                yield self.sign(self.edition.notes.get(one.note), one.sign)
            elif isinstance(one, Span):
                inner = "".join(self._inlines(one.content, line_end))
                yield (
                    self.link(inner, one.target)
                    if one.role == "link"
                    else self.wrapped(one.role, inner)
                )

    def link(self, text: str, target: str) -> str:
        return text if target in text or target.startswith("#") else f"{text} <{target}>"

    def blocks(self, blocks: Iterable[Block], level: int = 1, lead: str = "") -> list[str]:
        out: list[str] = []
        for block in blocks:
            out += self.block(block, level, lead)
        return out

    def block(self, block: Block, level: int, lead: str) -> list[str]:
        role = block.role
        if role == "division":
            return [*self.blocks(block.children, block.level), *self.notes()]
        if role == "heading":
            return [self.heading(self.inlines(block.content), level)]
        if role in {"verse", "address"}:
            return [
                "\n".join(
                    lead + self.verse_line(self.inlines(child.content))
                    for child in block.children
                    if child.content
                )
            ]
        if role == "list":
            return self.listed(block, level, lead)
        if role == "speech":
            parts = self.blocks(block.children, level, lead)
            speaker = block.children[0].role == "speaker" if block.children else False
            return [f"{parts[0]} {parts[1]}", *parts[2:]] if speaker and len(parts) > 1 else parts
        if role == "table":
            heads = [
                self.inlines(child.content) for child in block.children if child.role == "heading"
            ]
            rows = [
                self.between.join(self.cell(cell, level) for cell in row.children)
                for row in block.children
                if row.role == "row"
            ]
            return [*heads, self.rows(rows)]
        if role == "figure":
            shown = " ".join(self.blocks(block.children, level))
            return [f"{lead}{self.escaped(f'[{shown}]')}"] if shown else []
        if role == "blockquote":
            return self.blocks(block.children, level, lead + self.quoted)
        if role == "note":
            parts = self.blocks(block.children, level, lead)
            return (
                [f"{self.escaped(block.n)} {parts[0]}", *parts[1:]] if block.n and parts else parts
            )
        if block.children:
            return self.blocks(block.children, level, lead)
        if role == "separator":
            return [self.row(self.inlines(block.content))]
        if role == "columns":
            return [self.as_set("".join(self._inlines(block.content, "\n")).strip("\n"))]
        self.lines_stay = role == "titlepart" or block.role in SET_IN_LINES
        text = self.inlines(block.content)
        self.lines_stay = False
        return [lead + self.guarded(text)] if text else []

    quoted = "    "
    between = "  "  # the cells of a row

    def row(self, text: str) -> str:
        """What stands between two parts of a text: a row of stars or a rule, as printed."""
        return text or "* * *"

    def as_set(self, text: str) -> str:
        """Lines whose blanks stay."""
        return text

    def listed(self, block: Block, level: int, lead: str) -> list[str]:
        heads = [
            lead + self.inlines(child.content)
            for child in block.children
            if child.role == "heading"
        ]
        items = []
        for child in block.children:
            parts = [] if child.role == "heading" else self.block(child, level, "")
            if parts:  # a hyphen that is printed before the item is its mark
                text = re.sub(r"^\\?- ", "", "\n".join(parts))
                items.append(lead + "- " + text.replace("\n", f"\n{lead}  "))
        return [*heads, "\n".join(items)] if items else heads

    def cell(self, cell: Block, level: int) -> str:
        return (
            " ".join(self.blocks(cell.children, level)).replace("\n", " ")
            if cell.children
            else self.inlines(cell.content)
        )

    def rows(self, rows: list[str]) -> str:
        return "\n".join(rows)

    def heading(self, text: str, level: int) -> str:  # noqa: ARG002
        return text

    def verse_line(self, text: str) -> str:
        return text

    def guarded(self, text: str) -> str:
        return text

    def notes(self) -> list[str]:
        out = []
        while self.called:
            note, sign = self.called.pop(0)
            out.append(
                f"[{sign}] "
                + " ".join(
                    self.inlines(block.content) for block in flatten(note.blocks) if block.content
                )
            )
        return out


class _Markdown(_Plain):
    """The same as Markdown."""

    quoted = "> "
    between = " · "

    def row(self, text: str) -> str:  # noqa: ARG002
        return "* * *"  # a thematic break

    def escaped(self, text: str) -> str:
        if _SPECIAL.search(text):
            text = _SPECIAL.sub(r"\\\1", text)
        return text.replace("&", "&amp;")

    def wrapped(self, role: str, text: str) -> str:
        bare = text.strip()
        if role not in _MARKED or not bare:
            return text
        opens, closes, _ = _MARKED[role]
        lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{lead}{opens}{bare}{closes}{trail}"

    def inlines(self, content: Iterable[Inline]) -> str:
        text = super().inlines(content)
        for opens, closes, sign in _MARKED.values():
            # *Compe* and *tition*, cut by a page's end, are one emphasis: `*Compe**tition*` is none
            text = text.replace(closes + opens, "").replace(opens, sign).replace(closes, sign)
        return text

    def sign(self, note: Note | None, sign: str) -> str:
        if note is None:
            return self.escaped(sign)
        if note.id not in self.known:
            self.known[note.id] = str(len(self.known) + 1)
            self.called.append((note, self.known[note.id]))
        return f"[^{self.known[note.id]}]"

    def link(self, text: str, target: str) -> str:
        return text if target.startswith("#") else f"[{text}](<{target}>)"

    def heading(self, text: str, level: int) -> str:
        return f"{'#' * min(level + 1, 6)} {text}".replace("\n", " ")

    def verse_line(self, text: str) -> str:
        return self.guarded(text) + "  "

    def rows(self, rows: list[str]) -> str:
        return "  \n".join(rows)

    def as_set(self, text: str) -> str:
        plain = re.sub(r"\\([^\w\s])", r"\1", text).replace("&amp;", "&")
        return "\n".join(f"    {line}" for line in plain.split("\n"))  # a code block

    def guarded(self, text: str) -> str:
        return _AT_START.sub(
            lambda m: (
                m.group(1) + ("\\" + m.group(2) if not m.group(2).isdigit() else m.group(2) + "\\")
            ),
            text,
        )

    def notes(self) -> list[str]:
        return []

    def footnotes(self) -> list[str]:
        out = []
        while self.called:
            note, number = self.called.pop(0)
            paragraphs = [
                self.inlines(block.content) for block in flatten(note.blocks) if block.content
            ]
            out.append(f"[^{number}]: " + "\n\n    ".join(paragraphs))
        return out
