r"""Page wikitext, as Wikisource's proofreaders write it.

`<noinclude>…</noinclude>` holds what stands around the text of a page; with its running head,
`{{rh|12|THE HARBOUR|}}`, it begins the page. `{{hws|har|harbour}}` and `{{hwe|bour|harbour}}` are
the halves of a word that a page's end cuts. `<ref>…</ref>` is a note at its call,
`<ref follow="a">` the rest of one. `''…''` and `'''…'''` are italic and bold, `{{sc|…}}` is
small capitals; `{{c|…}}`, `{{larger|…}}` and the like say how a line is set. `{{nop}}` and
`{{gap}}` belong to the layout. `{{lang|la|navis}}` is in another language, `{{Greek missing}}` a
gap, `{{***}}` a row of stars. `[[Author:Hale|Dr. Hale]]` is a link, `<poem>…</poem>` is verse,
`== Part I ==` a heading; of `[[File:Boat.png|thumb|The quay.]]` the caption stays. The markup is
taken out of the edited text but can be restored.

What decides: emend reads a text this way only if it has `<noinclude>` or two kinds of such markup.
It knows the templates that the help pages of Wikisource name in several languages. What
`{{SIC|recieved|received}}` says of the print is proposed to the editor, and so is the text of a
template that emend does not know; until then that stays as it is.

Left alone: a tag or a brace without its partner, `<math>`, tables, a text with braces that is no
wikitext (`{{name}}` in a form letter, `\textbf{{x}}`), apostrophes (`o' the 'prentice`).
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
from pipeline.text.wiki_templates import TEMPLATES, Template

_BRACES = re.compile(r"\{\{|\}\}|\[\[|\]\]|\|")
_AROUND = re.compile(r"<noinclude>(?P<inside>.*?)</noinclude>", re.DOTALL)
_REF = re.compile(
    r"(?P<opens><ref(?P<told>\s[^<>/]*)?>)(?P<inside>.*?)(?P<closes></ref>)"
    r"|<ref(?P<again>\s[^<>/]*)/>",
    re.DOTALL,
)
_NAME = re.compile(r"\b(?P<key>name|follow)\s*=\s*[\"']?(?P<name>[^\"'\s>]+)")
_QUOTES = re.compile(r"(?<!')('{2,3})(?!')((?:[^'\n]|'(?!')|\n(?!\n))+?)\1(?!')")
_TAG = re.compile(
    r"</?(?:section|pagequality|references|center|small|big|div|span|p|onlyinclude|includeonly)\b"
    r"[^<>]*>|<!--.*?-->|^##[^#\n]{1,60}##[ \t]*$|__[A-Z]{3,20}__",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_PAIR = re.compile(
    r"<(?P<name>i|em|b|strong|u|sup)>(?P<inside>[^<>\n]+)</(?P=name)>", re.IGNORECASE
)
_RENDS = {
    "i": "italic",
    "em": "italic",
    "b": "bold",
    "strong": "bold",
    "u": "underline",
    "sup": "superscript",
}
_POEM = re.compile(r"(?P<opens><poem>)\s*(?P<inside>.*?)\s*(?P<closes></poem>)", re.DOTALL)
_HEADING = re.compile(
    r"^(?P<opens>(={2,5}) ?)(?P<title>[^=\n]+?)(?P<closes> ?\2)[ \t]*$", re.MULTILINE
)
_ENTITY = re.compile(r"&(?:nbsp|mdash|ndash|amp|lt|gt|quot|#\d{2,5});")
_NO_TEXT = re.compile(
    r"(?:File|Image|Category|Datei|Bild|Kategorie|Fichier|Catégorie|Archivo|Categoría|Categoria):",
    re.IGNORECASE,
)
_OPTION = re.compile(  # of a picture; anything else is its caption
    r"\s*(?:thumb|thumbnail|frame|frameless|border|center|left|right|none|upright|miniatur|"
    r"zentriert|links|rechts|vignette|centré|gauche|droite|\d*x?\d+ ?px|\w+=.*)?\s*",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s*[^\W\d][\w -]{0,20}=")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PARTS = 3  # of a fraction: 2 1/4
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
    kinds = {one.name for one in braced if one.opens == "{{" and one.name in TEMPLATES}
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
    heads = [one for one in braced if one.name in TEMPLATES and TEMPLATES[one.name].act == "heads"]
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
    for m in _PAIR.finditer(text):
        yield Mark("emphasis", *m.span("inside"), (("rend", _RENDS[m["name"].lower()]),))
        yield _out(m.start(), m.start("inside"))
        yield _out(m.end("inside"), m.end())
    for m in _TAG.finditer(text):
        if _alone(text, *m.span()):
            yield from _furniture(*m.span(), "speck")
        else:
            yield _out(*m.span())
    for m in _BREAK.finditer(text):
        beside = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        blank = "" if any(not char or char.isspace() for char in beside) else " "
        yield Proposal(*m.span(), blank, "wikitext.mark", _WHY, "form", 0.99)
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
    yield from _cut_words(text, braced)
    unknown: list[_Braced] = []
    for one in braced:
        if one.opens == "[[":
            yield from _link(text, one)
        elif template := TEMPLATES.get(one.name):
            yield from _template(text, one, template)
        else:
            unknown.append(one)
    for one in unknown:
        if not any(other.start < one.start and one.end < other.end for other in unknown):
            yield from _unknown(text, one)


def _template(text: str, one: _Braced, template: Template) -> Iterator[Proposal | Mark]:
    shown = _shown(text, one, template.shows)
    if template.act in {"heads", "lays"} or (template.act in {"sets", "slip"} and shown is None):
        yield from _taken_out(text, one, template)
    elif template.act == "fraction":
        parts = [text[start:end].strip() for start, end in _positional(text, one)]
        if 0 < len(parts) <= _PARTS and all(map(str.isdigit, parts)):
            *whole, over, under = ["1", *parts][-max(2, len(parts)) :]
            number = " ".join([*whole, f"{over}/{under}"])
            yield Proposal(one.start, one.end, number, "wikitext.character", _WHY, "form", 0.99)
    elif template.act == "sign":
        why = f"the template for {template.reads}"
        if template.reads == "* * *":
            yield Mark("separator", one.start, one.end)
        yield Proposal(one.start, one.end, template.reads, "wikitext.character", why, "form", 0.99)
    elif template.act == "lacks":
        yield Mark("gap", one.start, one.end, (("reason", "illegible"),))
    elif template.act == "page":
        number = text[slice(*shown)].strip() if shown else ""
        yield Mark("page", one.start, one.start, (("n", number),) if number else ())
        yield from _furniture(one.start, one.end, "pageNum")
    elif shown is not None and template.act in {"sets", "slip"}:
        yield from _marked(text, one, template, shown)


def _taken_out(text: str, one: _Braced, template: Template) -> Iterator[Proposal | Mark]:
    """A template without text; a blank stays where it parts two words, `Hale{{gap}}Quay Street`."""
    beside = text[one.start - 1 : one.start], text[one.end : one.end + 1]
    if template.reads and all(char and not char.isspace() for char in beside):
        yield Proposal(one.start, one.end, template.reads, "wikitext.mark", _WHY, "form", 0.99)
    elif template.act == "heads" or _alone(text, one.start, one.end):
        kind = "header" if template.act == "heads" else "speck"
        yield from _furniture(one.start, one.end, kind)
    else:
        yield _out(one.start, one.end)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else stands in the lines of a stretch."""
    after = text.find("\n", end)
    line = text[text.rfind("\n", 0, start) + 1 : start] + text[end : after if after >= 0 else None]
    return not line.strip()


def _cut_words(text: str, braced: Sequence[_Braced]) -> Iterator[Proposal]:
    """The halves of words that a page's end cuts: the whole word stands where the first half does.

    It stands at the second if a stop or the like follows there: `{{hwe|bour|harbour}}, he said`.
    """
    halves = sorted(
        (
            (one, TEMPLATES[one.name].act)
            for one in braced
            if one.name in TEMPLATES
            and TEMPLATES[one.name].act in {"whole", "halves", "ends"}
            and len(_positional(text, one)) > 1
        ),
        key=lambda half: half[0].start,
    )
    at_second = False
    for n, (one, act) in enumerate(halves):
        first, second = (text[start:end].strip() for start, end in _positional(text, one)[:2])
        before = halves[n - 1][1] if n else "ends"
        after = halves[n + 1] if n + 1 < len(halves) else None
        if act == "ends":
            whole = first + second if before == "halves" else second
            reads = whole if at_second or before == "ends" else ""
            at_second = False
        else:
            following = (
                text[after[0].end : after[0].end + 1] if after and after[1] == "ends" else ""
            )
            at_second = bool(following.strip())
            reads = "" if at_second else first + second if act == "halves" else second
        why = "page wikitext: a word that a page's end cuts"
        yield Proposal(one.start, one.end, reads, "wikitext.joint", why, "structure", 0.99)


def _marked(
    text: str, one: _Braced, template: Template, shown: tuple[int, int]
) -> Iterator[Proposal | Mark]:
    """The text of a template, and the rest of it taken out."""
    start, end = shown
    if template.rend:
        yield Mark("emphasis", start, end, (("rend", template.rend),))
    if template.foreign:
        code = text[slice(*one.arguments[0])].strip()
        told = (("language", code),) if len(one.arguments) > 1 and _LANGUAGE.fullmatch(code) else ()
        yield Mark("foreign", start, end, told)
    by_itself = bool(template.block) and _alone(text, one.start, one.end)
    if by_itself and template.block == "verse":
        yield from (Mark("verse", *span) for span in stanzas(text, start, end))
    elif by_itself:
        yield from (
            Mark("paragraph", *span, (("rend", template.block),))
            for span in stanzas(text, start, end)
        )
    if template.act == "slip" and (better := _shown(text, one, -1)) not in {None, shown}:
        why = "whoever transcribed the page says that the print has it wrong"
        right = text[slice(*better)].strip() if better else ""
        if right and right != text[start:end]:
            yield Proposal(start, end, right, "wikitext.sic", why, "print", 0.5, "held")
    for edge in ((one.start, start), (end, one.end)):
        if _alone(text, *edge):
            yield from _furniture(*edge, "speck")
        else:
            yield _out(*edge)


def _positional(text: str, one: _Braced) -> list[tuple[int, int]]:
    """The arguments without those that have a name, `align=left`; `1=` is only a number."""
    spans: list[tuple[int, int]] = []
    for start, end in one.arguments:
        numbered = re.compile(r"\s*\d=").match(text, start, end)
        if numbered:
            spans.append((numbered.end(), end))
        elif not _NAMED.match(text, start, end):
            spans.append((start, end))
    return spans


def _shown(text: str, one: _Braced, which: int) -> tuple[int, int] | None:
    """An argument of a template, if it has one that is not blank."""
    spans = _positional(text, one)
    if not spans or which >= len(spans):
        return None
    start, end = spans[which]
    return (start, end) if text[start:end].strip() else None


def _unknown(text: str, one: _Braced) -> Iterator[Proposal]:
    """A template that emend does not know: an editor is asked whether its longest argument is all.

    Nothing changes until then.
    """
    words = max((text[a:b].strip() for a, b in _positional(text, one)), key=len, default="")
    if not _BRACES.search(words):
        why = f"a template that emend does not know, {one.name}"
        yield Proposal(one.start, one.end, words, "wikitext.mark", why, "structure", 0.5, "held")


def _link(text: str, one: _Braced) -> Iterator[Proposal | Mark]:
    """The text of a link; of a picture, the caption."""
    start, end = one.arguments[-1] if one.arguments else (one.start + 2, one.end - 2)
    if _NO_TEXT.match(text, one.start + 2):
        if not one.arguments or _OPTION.fullmatch(text, start, end):
            yield from _furniture(one.start, one.end, "speck")
            return
        yield Mark("figure", start, end)
        yield Mark("caption", start, end)
    yield _out(one.start, start)
    yield _out(end, one.end)
