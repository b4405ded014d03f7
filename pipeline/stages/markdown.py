r"""Markdown, as engines built on language models write a page.

`# Title` is a heading, `> …` a block quotation, `| a | b |` with a row `|---|---|` a table, and
`[^1]` the call of the note `[^1]: …`. A picture, `![The quay]` with its address, is a figure with
its description, or a note where it stands in a sentence, within a link too; without a description
(`![p3.png]`) it is taken out, and so is YAML above the page. The markup is taken out of the edited
text but can be restored; `*…*` and `**…**` are emphasis in any text.

What decides: emend reads a text this way only if it has two kinds of such markup. A table needs
nothing else; without the row of hyphens it is one if three rows between bars have as many cells,
two or more. Rules such as `+-----+---+` belong to it.

Left alone, also by the stages after this one: LaTeX (`$a_1 + b$`, `\( … \)`), the tags of HTML
tables, `<page_number>`, `<watermark>` and `<img>` with what is in them, addresses of links. Left
alone here: fenced code, `#1` and `# 4` before a number, a line of `|` without a table, `[^1]`
without its note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.document import Document, Mark, Proposal

_HEADING = re.compile(
    r"^(?P<opens>(?P<level>#{1,6})[ \t]+)(?P<title>\S[^\n]*?)[ \t]*#*[ \t]*$", re.MULTILINE
)
_PICTURE = re.compile(
    r"(?P<opens>(?P<linked>\[)?!\[)(?P<alt>[^\[\]\n]*)"
    r"(?P<closes>\]\([^()\s]*(?: \"[^\"\n]*\")?\)(?(linked)\]\([^()\s]*\)))"
)
_FILE = re.compile(r"\s*(?:\S+\.(?:jpe?g|png|gif|svg|tiff?|webp))?\s*", re.IGNORECASE)
_FRONT = re.compile(r"\A---\n(?:[a-z][\w-]*:(?: [^\n]*)?\n)+---$", re.MULTILINE)
_CALL = re.compile(r"(?P<opens>\[\^)(?P<sign>\w{1,20})(?P<closes>\])(?!:)")
_NOTE = re.compile(
    r"^(?P<opens>\[\^)(?P<sign>\w{1,20})(?P<closes>\]:)[ \t]*"
    r"(?P<inside>\S[^\n]*(?:\n(?![\[\n])[^\n]+)*)",
    re.MULTILINE,
)
_QUOTED = re.compile(r"(?:^>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_SIGN = re.compile(r"^>[ \t]?", re.MULTILINE)
_ROW = r"[ \t]*\|[^\n]*\|[ \t]*"
_RULE = r"[ \t]*\|(?:[ \t]*:?-{2,}:?[ \t]*\|)+[ \t]*"
_TABLE = re.compile(rf"^{_ROW}\n(?P<rule>{_RULE})(?:\n{_ROW})+$", re.MULTILINE)
_RULED = r"[ \t]*[|+](?:[-=: \t]*-{2}[-=: \t]*[|+])+[ \t]*"  # `|------|---|`, `+------+---+`
_LINE = re.compile(r"^.+$", re.MULTILINE)
_BARRED = re.compile(rf"^(?:{_ROW}|{_RULED})(?:\n(?:{_ROW}|{_RULED})){{2,}}$", re.MULTILINE)
_BAR = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"^(```|~~~)[^\n]*\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_WHY = "Markdown"


def markdown(document: Document) -> Iterator[Proposal | Mark]:
    """Turns Markdown into marks, and takes it out of the reading."""
    text = document.text
    signs = {m["sign"] for m in _NOTE.finditer(text)} & {m["sign"] for m in _CALL.finditer(text)}
    kinds = (
        _HEADING.search(text),
        _PICTURE.search(text),
        _TABLE.search(text),
        signs,
        _QUOTED.search(text),
    )
    several = sum(map(bool, kinds)) > 1
    code = [m.span() for m in _FENCE.finditer(text)]
    for one in (
        *_front(text),
        *(_headings(text) if several else ()),
        *(_pictures(text) if several else ()),
        *(_notes(text, signs) if several else ()),
        *_tables(text),
        *(_quotations(text) if several else ()),
    ):
        if not any(start <= one.start < end for start, end in code):
            yield one


def _out(start: int, end: int, after: str = "") -> Proposal:
    return Proposal(start, end, after, "markdown.mark", _WHY, "structure", 0.99)


def _furniture(start: int, end: int) -> Iterator[Proposal | Mark]:
    yield Mark("furniture", start, end, (("type", "speck"),))
    yield Proposal(start, end, "", "markdown.mark", _WHY, "furniture", 0.99)


def _front(text: str) -> Iterator[Proposal | Mark]:
    """What an engine says of the page in YAML, above it: `rotation_correction: 0`."""
    if front := _FRONT.match(text):
        for line in _LINE.finditer(text, *front.span()):
            yield from _furniture(*line.span())


def _headings(text: str) -> Iterator[Proposal | Mark]:
    found = [m for m in _HEADING.finditer(text) if not m["title"].isdigit()]
    levels = sorted({len(m["level"]) for m in found})
    for m in found:
        level = str(min(levels.index(len(m["level"])), 2) + 1)
        yield Mark("heading", *m.span("title"), (("type", "main"), ("level", level)))
        yield _out(*m.span("opens"))
        if m.end("title") < m.end():
            yield _out(m.end("title"), m.end())


def _pictures(text: str) -> Iterator[Proposal | Mark]:
    for m in _PICTURE.finditer(text):
        if _FILE.fullmatch(m["alt"]):
            yield from _furniture(*m.span())
        else:
            first, last = text.rfind("\n", 0, m.start()) + 1, text.find("\n", m.end())
            if (text[first : m.start()] + text[m.end() : last if last >= 0 else None]).strip():
                # a figure is a block, and would cut the sentence in two
                attributes = (("type", "editorial"), ("place", "inline"), ("at", "line"))
                yield Mark("note", *m.span("alt"), attributes)
            else:
                yield Mark("figure", *m.span("alt"))
                yield Mark("figdesc", *m.span("alt"))
            yield _out(*m.span("opens"))
            yield _out(*m.span("closes"))


def _notes(text: str, signs: set[str]) -> Iterator[Proposal | Mark]:
    """Notes with a call; the first call of each is the one that its note points to."""
    called: set[str] = set()
    for m in _CALL.finditer(text):
        sign = m["sign"]
        if sign not in signs:
            continue
        own = (("id", f"m{sign}.a"),) if sign not in called else ()
        called.add(sign)
        yield Mark("anchor", *m.span("sign"), (*own, ("note", f"m{sign}")))
        yield _out(*m.span("opens"))
        yield _out(*m.span("closes"))
    for m in _NOTE.finditer(text):
        sign = m["sign"]
        if sign not in signs:
            continue
        signs = signs - {sign}  # a second note with the same sign is not bound
        attributes = (
            ("id", f"m{sign}"),
            ("n", sign),
            ("place", "bottom"),
            ("anchor", f"m{sign}.a"),
        )
        yield Mark("note", m.start("sign"), m.end("inside"), attributes)
        yield Mark("label", *m.span("sign"))
        yield _out(*m.span("opens"))
        yield _out(*m.span("closes"))


def _tables(text: str) -> Iterator[Proposal | Mark]:
    marked = [m.span() for m in _TABLE.finditer(text)]
    barred = [m.span() for m in _BARRED.finditer(text)]
    barred = [
        span
        for span in barred
        if not any(first < span[1] and span[0] < last for first, last in marked)
    ]
    for span in sorted([*marked, *(one for one in barred if _is_even(text, *one))]):
        lines = [line.span() for line in _LINE.finditer(text, *span)]
        rules = {line for line in lines if re.fullmatch(_RULED, text[slice(*line)])}
        rows = [(line, _cells(text, *line)) for line in lines if line not in rules]
        for start, end in [*sorted(rules), *(line for line, row in rows if not row)]:
            yield from _furniture(start, end)
        rows = [(line, row) for line, row in rows if row]
        if not rows:
            continue
        gapped = any([n for n, _ in row] != [*range(len(row))] for _, row in rows)
        wide = max(row[-1][0] for _, row in rows) + 1
        yield Mark("table", rows[0][1][0][1][0], rows[-1][1][-1][1][1])
        for (start, end), row in rows:
            cells = [cell for _, cell in row]
            first, last = cells[0][0], cells[-1][1]
            yield Mark("row", first, last, (("columns", str(wide)),) if gapped else ())
            yield from (
                Mark("cell", *cell, (("column", str(n)),) if gapped else ()) for n, cell in row
            )
            if start < first:
                yield _out(start, first)
            for left, right in pairwise(cells):
                # a blank stays or is put there, so that words stay apart: `|Wells|27|`
                apart = text[right[0] - 1] == " "
                yield _out(left[1], right[0] - 1) if apart else _out(left[1], right[0], " ")
            if last < end:
                yield _out(last, end)


def _is_even(text: str, start: int, end: int) -> bool:
    """Whether lines between bars are a table: three rows or more, with as many cells each."""
    lines = text[start:end].split("\n")
    bars = [len(_BAR.findall(line)) for line in lines if not re.fullmatch(_RULED, line)]
    return len(bars) > 2 and len(set(bars)) == 1 and bars[0] > 2


def _cells(text: str, start: int, end: int) -> list[tuple[int, tuple[int, int]]]:
    """The cells of a row that have text, each with its column."""
    bars = [bar.start() for bar in _BAR.finditer(text, start, end)]
    spans = [_tight(text, left + 1, right) for left, right in pairwise(bars)]
    return [(n, span) for n, span in enumerate(spans) if span[0] < span[1]]


def _tight(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the blanks at its ends."""
    inside = text[start:end]
    first = start + len(inside) - len(inside.lstrip())
    return first, max(first, start + len(inside.rstrip()))


def _quotations(text: str) -> Iterator[Proposal | Mark]:
    for m in _QUOTED.finditer(text):
        signs = [sign.span() for sign in _SIGN.finditer(text, *m.span())]
        yield Mark("blockquote", signs[0][1], m.start() + len(m[0].rstrip()))
        yield from (_out(*sign) for sign in signs)
