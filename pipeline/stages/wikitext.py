r"""Page wikitext, as Wikisource's proofreaders write it.

`<noinclude>…</noinclude>` holds what stands around the text of a page; with its running head,
`{{rh|12|THE HARBOUR|}}`, it begins the page. `{{hws|har|harbour}}` and `{{hwe|bour|harbour}}` are
the halves of a word that a page's end cuts. `<ref>…</ref>` is a note at its call,
`<ref follow="a">` the rest of one. `''…''` and `'''…'''` are italic and bold, `{{sc|…}}` is
small capitals; `{{c|…}}`, `{{larger|…}}` and the like say how a line is set. `{{nop}}` and
`{{gap}}` belong to the layout. `[[Author:Hale|Dr. Hale]]` is a link, `<poem>…</poem>` is verse,
`== Part I ==` a heading. The markup is taken out of the edited text but can be restored.

What decides: emend reads a text this way only if it has `<noinclude>` or two kinds of such markup.
It knows the templates that Wikisource's own help pages name.

Left alone: other templates (`{{Greek missing}}`), a tag or a brace without its partner, a text with
braces that is no wikitext (`{{name}}` in a form letter, `\textbf{{x}}`), apostrophes
(`o' the 'prentice`).
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import stanzas

_SMALL_CAPITALS = frozenset({"sc", "small-caps", "smallcaps", "small caps", "asc"})
_SETTING = frozenset(
    "c center right left larger smaller x-larger xx-larger x-smaller fine uc di dropinitial "
    "initial sic".split()
) | {"block center", "drop initial", "fine block", "smaller block", "block right"}
_LAYOUT = frozenset({"nop", "gap", "dhr", "rule", "-", "reflist", "smallrefs", "page break"})
_HEADS = frozenset({"rh", "runningheader", "running header"})
_STARTS = frozenset({"hws", "hyphenated word start"})
_ENDS = frozenset({"hwe", "hyphenated word end"})
_KNOWN = _SMALL_CAPITALS | _SETTING | _LAYOUT | _HEADS | _STARTS | _ENDS

_BRACES = re.compile(r"\{\{|\}\}|\[\[|\]\]|\|")
_AROUND = re.compile(r"<noinclude>(?P<inside>.*?)</noinclude>", re.DOTALL)
_REF = re.compile(
    r"(?P<opens><ref(?P<told>\s[^<>/]*)?>)(?P<inside>.*?)(?P<closes></ref>)"
    r"|<ref(?P<again>\s[^<>/]*)/>",
    re.DOTALL,
)
_NAME = re.compile(r"\b(?P<key>name|follow)\s*=\s*[\"']?(?P<name>[^\"'\s>]+)")
_QUOTES = re.compile(r"(?<!')('{2,3})(?!')((?:[^'\n]|'(?!')|\n(?!\n))+?)\1(?!')")
_TAG = re.compile(r"<(?:section|pagequality|references)\b[^<>]*/?>", re.IGNORECASE)
_POEM = re.compile(r"(?P<opens><poem>)\s*(?P<inside>.*?)\s*(?P<closes></poem>)", re.DOTALL)
_HEADING = re.compile(
    r"^(?P<opens>(={2,5}) ?)(?P<title>[^=\n]+?)(?P<closes> ?\2)[ \t]*$", re.MULTILINE
)
_ENTITY = re.compile(r"&(?:nbsp|mdash|ndash|amp|lt|gt|quot|#\d{2,5});")
_NO_TEXT = re.compile(r"(?:File|Image|Category):", re.IGNORECASE)
_LONGEST = 10_000  # characters of a template
_WHY = "page wikitext"


@dataclass(frozen=True, slots=True)
class _Braced:
    """A template or a link: its span, its name, and the spans of its arguments."""

    start: int
    end: int
    opens: str
    name: str
    arguments: tuple[tuple[int, int], ...]


def wikitext(document: Document) -> Iterator[Proposal | Mark]:
    """Turns page wikitext into marks, and takes it out of the reading."""
    text = document.text
    braced = list(_braced(text))
    around = list(_AROUND.finditer(text))
    if not around and not _is_wikitext(text, braced):
        return
    yield from _pages(around, braced, text)
    hidden = sorted(m.span() for m in around)

    def shown(start: int) -> bool:
        i = bisect_left(hidden, (start + 1, 0)) - 1
        return i < 0 or start >= hidden[i][1]

    for one in (*_references(text), *_in_lines(text), *_set_off(text), *_templates(text, braced)):
        if shown(one.start):
            yield one


def _is_wikitext(text: str, braced: Sequence[_Braced]) -> bool:
    """Whether a text has two kinds of wikitext's markup."""
    kinds = {one.name for one in braced if one.opens == "{{" and one.name in _KNOWN}
    for pattern in (_REF, _QUOTES, _POEM, _HEADING):
        if pattern.search(text):
            kinds.add(pattern.pattern)
    links = any(one.opens == "[[" for one in braced)
    return len(kinds) + links > 1


def _braced(text: str) -> Iterator[_Braced]:
    """The templates and links of a text, the inner ones first."""
    stack: list[tuple[int, str, list[int]]] = []
    closing = {"}}": "{{", "]]": "[["}
    for m in _BRACES.finditer(text):
        if m[0] in {"{{", "[["}:
            stack.append((m.start(), m[0], []))
        elif m[0] == "|" and stack:
            stack[-1][2].append(m.start())
        elif stack and closing.get(m[0]) == stack[-1][1]:
            start, opens, bars = stack.pop()
            if m.end() - start > _LONGEST:
                continue
            edges = [*bars, m.start()]
            name = " ".join(text[start + 2 : edges[0]].replace("_", " ").split()).lower()
            inside = tuple((a + 1, b) for a, b in pairwise(edges))
            yield _Braced(start, m.end(), opens, name, inside)


def _pages(
    around: Sequence[re.Match[str]], braced: Sequence[_Braced], text: str
) -> Iterator[Proposal | Mark]:
    """What stands around the text of each page, and where a page begins."""
    heads = [one for one in braced if one.name in _HEADS]
    for m in around:
        head = next((one for one in heads if m.start() < one.start < m.end()), None)
        if head or "<pagequality" in m["inside"]:
            parts = [text[a:b].strip() for a, b in head.arguments] if head else []
            number = next((part for part in parts if re.fullmatch(r"\d+|[ivxlc]+", part)), "")
            yield Mark("page", m.start(), m.start(), (("n", number),) if number else ())
        yield from _furniture(*m.span(), "header" if head else "speck")


def _furniture(start: int, end: int, kind: str) -> Iterator[Proposal | Mark]:
    place = (("place", "top"),) if kind == "header" else ()
    yield Mark("furniture", start, end, (("type", kind), *place))
    yield Proposal(start, end, "", "wikitext.mark", _WHY, "furniture", 0.99)


def _out(start: int, end: int) -> Proposal:
    return Proposal(start, end, "", "wikitext.mark", _WHY, "structure", 0.99)


def _references(text: str) -> Iterator[Proposal | Mark]:
    """Notes at their calls: the tag that opens one is read as its number."""
    numbers: dict[str, int] = {}
    notes: list[list[re.Match[str]]] = []  # of each note, the parts in which it goes on
    for m in _REF.finditer(text):
        told = dict(_told(m["told"] or m["again"] or ""))
        if m["again"]:
            if number := numbers.get(told.get("name", "")):
                yield Mark("anchor", *m.span(), (("note", f"w{number}"),))
                yield _numbered(*m.span(), number)
        elif number := numbers.get(told.get("follow", "")):
            notes[number - 1].append(m)
        else:
            notes.append([m])
            if "name" in told:
                numbers[told["name"]] = len(notes)
    for number, parts in enumerate(notes, 1):
        names = [f"w{number}", *(f"w{number}.{part}" for part in range(2, len(parts) + 1))]
        for n, (name, m) in enumerate(zip(names, parts, strict=True)):
            attributes = [("id", name), ("place", "bottom"), ("at", "call")]
            if n:
                attributes.append(("prev", names[n - 1]))
                yield _out(*m.span("opens"))
            else:
                attributes += [("n", str(number)), ("anchor", f"{name}.a")]
                yield Mark("anchor", *m.span("opens"), (("id", f"{name}.a"), ("note", name)))
                yield _numbered(*m.span("opens"), number)
            if n + 1 < len(names):
                attributes.append(("next", names[n + 1]))
            yield Mark("note", *m.span("inside"), tuple(attributes))
            yield _out(*m.span("closes"))


def _told(attributes: str) -> Iterator[tuple[str, str]]:
    for m in _NAME.finditer(attributes):
        yield m["key"], m["name"]


def _numbered(start: int, end: int, number: int) -> Proposal:
    why = "page wikitext: a note counted through"
    return Proposal(start, end, str(number), "wikitext.note", why, "structure", 0.99)


def _in_lines(text: str) -> Iterator[Proposal | Mark]:
    """Emphasis, tags and characters."""
    for m in _QUOTES.finditer(text):
        width = len(m[1])
        rend = "italic" if width == 2 else "bold"
        yield Mark("emphasis", *m.span(2), (("rend", rend),))
        yield _out(m.start(), m.start() + width)
        yield _out(m.end() - width, m.end())
    for m in _TAG.finditer(text):
        yield from _furniture(*m.span(), "speck")
    for m in _ENTITY.finditer(text):
        character = html.unescape(m[0])
        why = "a character written as an entity"
        yield Proposal(*m.span(), character, "wikitext.character", why, "form", 0.99)


def _set_off(text: str) -> Iterator[Proposal | Mark]:
    """Headings and verse."""
    for m in _HEADING.finditer(text):
        level = str(len(m[2]) - 1)
        yield Mark("heading", *m.span("title"), (("type", "main"), ("level", level)))
        yield _out(*m.span("opens"))
        yield _out(*m.span("closes"))
    for m in _POEM.finditer(text):
        yield from _furniture(*m.span("opens"), "speck")
        yield from _furniture(*m.span("closes"), "speck")
        start, end = m.span("inside")
        yield from (Mark("verse", *span) for span in stanzas(text, start, end))


def _templates(text: str, braced: Sequence[_Braced]) -> Iterator[Proposal | Mark]:
    """What templates and links say of the text in them."""
    for one in braced:
        if one.opens == "[[":
            yield from _link(text, one)
        elif one.name in _LAYOUT or one.name in _HEADS:
            yield from _furniture(one.start, one.end, "header" if one.name in _HEADS else "speck")
        elif one.name in _STARTS | _ENDS and len(one.arguments) == 2:
            whole = text[slice(*one.arguments[1])] if one.name in _STARTS else ""
            why = "page wikitext: a word that a page's end cuts"
            yield Proposal(one.start, one.end, whole, "wikitext.joint", why, "structure", 0.99)
        elif one.name in _SMALL_CAPITALS | _SETTING and one.arguments:
            start, end = one.arguments[0]
            start += 2 if text.startswith("1=", start) else 0
            if one.name in _SMALL_CAPITALS:
                yield Mark("emphasis", start, end, (("rend", "smallcaps"),))
            yield _out(one.start, start)
            yield _out(end, one.end)


def _link(text: str, one: _Braced) -> Iterator[Proposal | Mark]:
    if _NO_TEXT.match(text, one.start + 2):
        yield from _furniture(one.start, one.end, "speck")
        return
    start, end = one.arguments[-1] if one.arguments else (one.start + 2, one.end - 2)
    yield _out(one.start, start)
    yield _out(end, one.end)
