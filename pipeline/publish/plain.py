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
    is_signed,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
_NUMBER = re.compile(r"(\d{1,9})\\?([.)])(?= )")  # what numbers an item in Markdown, too
_SIGN = re.compile(r"\\?[-–—*•●○◦▪■□◆◇★☆☞] ")
_WIDEST = 120  # characters: a wider table is not set in columns
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
        # a note in the margin has no sign: `*` is only for who clicks on it
        aside = note is not None and note.place == "margin" and not note.sign
        uncalled = note is not None and (sign == UNCALLED or aside)
        shown = note.sign if note is not None and uncalled else sign
        if note is not None and note.id not in self.known:
            self.known[note.id] = shown
            self.called.append((note, shown))
        return "" if uncalled else _bracketed(sign) if note is not None else sign

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
            rows = [self._cells(row, level) for row in block.children if row.role == "row"]
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
        rest = [child for child in block.children if child.role != "heading"]
        signed = is_signed(rest)
        items = [
            lead + self.marked("\n".join(parts), block, signed=signed).replace("\n", f"\n{lead}  ")
            for child in rest
            if (parts := self.block(child, level, ""))
        ]
        return [*heads, "\n".join(items)] if items else heads

    def marked(self, item: str, block: Block, *, signed: bool) -> str:
        """An item with a hyphen before it, if the items of its list have no sign of their own."""
        return item if signed or block.rend == "simple" or item.startswith("- ") else f"- {item}"

    def _cells(self, row: Block, level: int) -> list[str]:
        """The text of a row by column: after a cell that spans several come empty ones."""
        return [
            text
            for cell in row.children
            for text in (self.cell(cell, level), *[""] * (cell.span[1] - 1))
        ]

    def cell(self, cell: Block, level: int) -> str:
        return (
            " ".join(self.blocks(cell.children, level)).replace("\n", " ")
            if cell.children
            else self.inlines(cell.content)
        )

    def rows(self, rows: list[list[str]]) -> str:
        """The columns of a table below one another, or parted by tabs if they are very wide.

        A row of one cell, such as a rule, makes no column wider.
        """
        count = max(map(len, rows), default=0)
        full = [row + [""] * (count - len(row)) for row in rows]
        columns = [
            [row[i] for row in full if row[i] and (i or any(row[1:]) or count == 1)]
            for i in range(count)
        ]
        widths = [max(map(len, column), default=0) for column in columns]
        if sum(widths) > _WIDEST:
            return "\n".join("\t".join(row).rstrip("\t") for row in full)
        right = [2 * sum(map(_is_figure, column)) > len(column) for column in columns]
        return "\n".join(
            "  ".join(
                text.rjust(width) if to_right else text.ljust(width)
                for text, width, to_right in zip(row, widths, right, strict=True)
            ).rstrip()
            for row in full
        )

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
            text = " ".join(
                self.inlines(block.content) for block in flatten(note.blocks) if block.content
            )
            out.append(f"{_bracketed(sign)} {text}" if sign else _bracketed(text))
        return out


def _bracketed(text: str) -> str:
    """A note's sign, or a note without one, in brackets: proofreaders typed `[A]` with its own."""
    return text if text.startswith("[") and text.endswith("]") else f"[{text}]"


class _Markdown(_Plain):
    """The same as Markdown."""

    quoted = "> "

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

    def rows(self, rows: list[list[str]]) -> str:
        return "  \n".join(self.guarded(re.sub(r"( ·)* *$", "", " · ".join(row))) for row in rows)

    def marked(self, item: str, block: Block, *, signed: bool) -> str:  # noqa: ARG002
        if signed and (number := _NUMBER.match(item)):
            return f"{number[1]}{number[2]}{item[number.end() :]}"
        return "- " + (_SIGN.sub("", item) if signed else re.sub(r"^\\?- ", "", item))

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


def _is_figure(text: str) -> bool:
    """Whether a cell holds a number: `12`, `£26`, `1,250.50`, `7½`."""
    return re.fullmatch(r"[£$€]?[\d.,:/½¼¾-]*\d[\d.,:/½¼¾-]*%?|[½¼¾]", text) is not None
