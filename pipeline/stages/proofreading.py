r"""Markup typed by Distributed Proofreaders.

`<i>storm</i>`, `<b>`, `<sc>`, `<g>` and `<f>` mark emphasis, `Decem^r` and `M^{rs}` raised letters.
`/# … #/` encloses a block quotation, `/* … */`, `/x … x/` and `/p … p/` lines that are kept as in
verse, `/r … r/` what stands at the right; `<tb>` is a row of stars. `[Footnote A: …]` is a note,
called by `[A]` in the text, `*[Footnote: …]` the rest of one from the page before;
`[Sidenote: …]` is a note in the margin; `[**…]` is a proofreader's remark. `over-*` at the end of a
page and `*turned` at the beginning of the next are halves of one word. `[oe]`, `[=a]` and `[:u]`
are letters that proofreaders could not type. `[Blank Page]` stands for a page without text. The
markup is taken out of the edited text but can be restored. `[Illustration: The harbour.]` on lines
of its own is a figure with a caption. Page separators, `-----File: 014.png---`, belong to the stage
`pages`.

What decides: emend reads a text this way only if it has a page separator or two kinds of markup;
illustrations are read so in every text. If the partner of a tag is missing, the tag stays and an
editor decides.

Left alone: a text without such markup, `[Illustration of a storm]`, `<in>to` in an editor's
transcript, `[A]` without a matching note, a power (`10^3`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import stanzas
from pipeline.text.lacunae import pictures, reason

_TAG = re.compile(r"<(?P<end>/?)(?P<name>i|b|sc|g|f)>")
_RENDS = {"i": "italic", "b": "bold", "sc": "smallcaps", "g": "spaced", "f": "italic"}
_NOTE = re.compile(r"\[Footnote (?P<sign>[A-Z]{1,2}|\d{1,3}|[*†‡§¶]{1,3}): ?")
_REST = re.compile(r"\*\[Footnote(?: (?P<sign>[A-Z]{1,2}|\d{1,3}))?: ?")  # after a page's end
_SIDENOTE = re.compile(r"\[Sidenote: ?")
_REMARK = re.compile(r"\[\*\*[^\[\]\n]{0,300}\]")
_OPENS = re.compile(r"^/([#*$]|[A-Za-z])(?:\[[\d,.]+\])?[ \t]*$", re.MULTILINE)
_VERSE, _QUOTATION, _RIGHT = frozenset("*$xXpP"), frozenset("#"), frozenset("rR")
_GAP = re.compile(r"\S[ \t]{2,}\S")
_BREAK = re.compile(r"^<tb(?:\s[^<>\n]*)?>[ \t]*$", re.MULTILINE)
_SUPERIOR = re.compile(r"(?<=\w)\^(?:\{(?P<several>[^\W\d_]{1,12}\.?)\}|(?P<one>[^\W\d_]))")
_BLANK = re.compile(r"^\[Blank Page\][ \t]*$", re.MULTILINE)
_JOINT = re.compile(r"(?<=\w-)\*(?=\s*$)|^\*(?=\w)", re.MULTILINE)
_LETTER = re.compile(r"\[(?P<code>oe|OE|ae|AE|[=:~`'^)(.,v][A-Za-z]|[A-Za-z][=:~`'^)(.,v])\]")
_RAISED_FIGURES = (0xB2, 0xB3, 0xB9, *range(0x2070, 0x2080))
_RAISED_LETTERS = (*range(0x02B0, 0x02E5), *range(0x1D2C, 0x1D62), *range(0x1D9B, 0x1DC0))
_LIGATURES = {"oe": "œ", "OE": "Œ", "ae": "æ", "AE": "Æ"}
_ABOVE = {
    "=": "\u0304",
    ":": "\u0308",
    "~": "\u0303",
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    ")": "\u0306",
    "(": "\u0311",
    ".": "\u0307",
    ",": "\u0327",  # [,c] as well as [c,]
    "v": "\u030c",
}
_BELOW = {",": "\u0327", ".": "\u0323"}


def proofreading(document: Document) -> Iterator[Proposal | Mark]:
    """Turns proofreaders' markup into marks, and takes it out of the reading."""
    text = document.text
    yield from _pictures(text)
    separated = any(change.rule == "page.separator" for change in document.ledger)
    if not separated and not _marked_up(text):
        return
    yield from _notes(text)
    yield from _enclosed(text)
    yield from _tags(text)
    for m in _REMARK.finditer(text):
        if reason(m[0]):
            continue  # `[**illegible]` is a gap
        alone = not re.search(r"\S", _line_around(text, *m.span()))
        within = () if alone else (("at", "line"),)
        yield Mark("note", *m.span(), (("type", "editorial"), ("place", "inline"), *within))
    for m in _BLANK.finditer(text):
        yield Mark("furniture", *m.span(), (("type", "speck"),))
        why = "proofreaders say so where a page has nothing on it"
        yield Proposal(*m.span(), "", "proofreading.mark", why, "furniture", 0.99)
    for m in _BREAK.finditer(text):
        yield Mark("separator", *m.span())
        why = "proofreaders type a break of thought so"
        yield Proposal(*m.span(), "* * *", "proofreading.letter", why, "form", 0.99)
    for m in _JOINT.finditer(text):
        yield _out(*m.span(), "a star where a page's end cuts a word")
    for m in _SUPERIOR.finditer(text):
        if raised := _raised(m["several"] or m["one"]):
            why = "proofreaders type a raised letter so"
            yield Proposal(*m.span(), raised, "proofreading.letter", why, "form", 0.98)
    for m in _LETTER.finditer(text):
        if letter := _typed(m["code"]):
            why = f"proofreaders type {letter} so"
            yield Proposal(*m.span(), letter, "proofreading.letter", why, "form", 0.98)


def _line_around(text: str, start: int, end: int) -> str:
    """What else stands in the lines of a stretch."""
    after = text.find("\n", end)
    return text[text.rfind("\n", 0, start) + 1 : start] + text[end : after if after >= 0 else None]


def _marked_up(text: str) -> bool:
    """Whether a text has proofreaders' markup of two kinds."""
    closed = [name for name in _RENDS if f"<{name}>" in text and f"</{name}>" in text]
    kinds = (
        bool(closed),
        _NOTE.search(text) is not None,
        _SIDENOTE.search(text) is not None,
        bool(_OPENS.search(text)),
        "[Illustration" in text or "[Blank Page]" in text,
    )
    return sum(kinds) > 1


def _out(start: int, end: int, why: str) -> Proposal:
    return Proposal(start, end, "", "proofreading.mark", why, "structure", 0.99)


def _closed(text: str, start: int) -> int | None:
    """Where the bracket opened at `start` closes; None if not within ten thousand characters."""
    depth = 0
    for m in re.compile(r"[\[\]]").finditer(text, start, start + 10_000):
        depth += 1 if m[0] == "[" else -1
        if not depth:
            return m.start()
    return None


def _notes(text: str) -> Iterator[Proposal | Mark]:
    """Footnotes with their calls, and side notes."""
    why = "a footnote as proofreaders type it"
    before = 0
    last: list[tuple[str, str]] = []  # the attributes of the note before, which may go on
    found = sorted([*_NOTE.finditer(text), *_REST.finditer(text)], key=lambda m: m.start())
    noted: list[tuple[int, int, list[tuple[str, str]]]] = []
    rests = {m.start() + 1 for m in found if m.re is _REST}
    for n, m in enumerate((m for m in found if m.start() not in rests), 1):
        rest = m.re is _REST
        end = _closed(text, m.start() + rest)
        if end is None:
            continue
        attributes = [("id", f"f{n}"), ("place", "bottom")]
        if rest and last:
            attributes.append(("prev", dict(last)["id"]))
            last.append(("next", f"f{n}"))
            start = m.end()
            yield _out(m.start(), start, why)
        elif rest:
            continue
        else:
            sign = m["sign"]
            attributes.append(("n", sign))
            call = re.compile(re.escape(f"[{sign}]")).search(text, before, m.start())
            if call:
                attributes.append(("anchor", f"f{n}.a"))
                yield Mark("anchor", *call.span(), (("id", f"f{n}.a"), ("note", f"f{n}")))
                before = call.end()
            start = m.start("sign")
            yield _out(m.start(), start, why)
            yield _out(m.end("sign"), m.end("sign") + 1, why)
            yield Mark("label", *m.span("sign"))
        goes_on = re.compile(r"\*(?=\s)").match(text, end + 1)  # `[Footnote A: and so]*`
        yield _out(end, goes_on.end() if goes_on else end + 1, why)
        noted.append((start, end, attributes))
        last = attributes
    yield from (Mark("note", start, end, tuple(told)) for start, end, told in noted)
    for m in _SIDENOTE.finditer(text):
        if (end := _closed(text, m.start())) is not None:
            why = "a side note as proofreaders type it"
            yield _out(*m.span(), why)
            yield _out(end, end + 1, why)
            beside = _line_around(text, m.start(), end + 1).strip()
            within = (("at", "line"),) if beside else ()
            yield Mark("note", m.end(), end, (("place", "margin"), *within))


def _pictures(text: str) -> Iterator[Proposal | Mark]:
    """`[Illustration: The harbour.]` on lines of its own: a picture, with what stands below it."""
    for m in pictures().finditer(text):
        end = _closed(text, m.start("what") - 1)
        if end is None or _line_around(text, m.start(), end + 1).strip():
            continue
        why = "typed where a picture stands"
        described = m.end("colon") if m["colon"] else m.end("what")
        yield Mark("figure", m.start("what"), end)
        yield Mark("figdesc", m.start("what"), described)
        yield from (Mark("caption", *span) for span in stanzas(text, m.end(), end))
        yield _out(m.start(), m.start("what"), why)
        yield _out(end, end + 1, why)


def _enclosed(text: str) -> Iterator[Proposal | Mark]:
    """What `/# #/` and `/* */` enclose."""
    for m in _OPENS.finditer(text):
        end = re.compile(rf"^{re.escape(m[1])}/[ \t]*$", re.MULTILINE).search(text, m.end())
        if end is None:
            continue
        inside = text[m.end() : end.start()]
        start = m.end() + len(inside) - len(inside.lstrip())
        until = m.end() + len(inside.rstrip())
        for edge in (m, end):
            yield Mark("furniture", *edge.span(), (("type", "speck"),))
            why = "proofreaders enclose what is set off"
            yield Proposal(*edge.span(), "", "proofreading.mark", why, "furniture", 0.99)
        if start >= until:
            continue
        spans = list(stanzas(text, start, until))
        if m[1] in _VERSE:
            # one line is a head or a sum, set apart; columns are a table's
            if "\n" in text[start:until] and not _has_columns(text[start:until]):
                yield from (Mark("verse", *span) for span in spans)
        elif m[1] in _QUOTATION:
            yield Mark("blockquote", start, until)
            yield from (Mark("paragraph", *span) for span in spans)
        elif m[1] in _RIGHT:
            yield from (Mark("paragraph", *span, (("rend", "right"),)) for span in spans)


def _has_columns(text: str) -> bool:
    """Whether most lines have gaps in them: `Tar        4  10  0`."""
    lines = [line for line in text.splitlines() if line.strip()]
    return 2 * sum(_GAP.search(line) is not None for line in lines) > len(lines)


def _tags(text: str) -> Iterator[Proposal | Mark]:
    """Emphasis between tags; a tag alone is put to the editor."""
    opened: dict[str, re.Match[str]] = {}
    for m in _TAG.finditer(text):
        name = m["name"]
        if not m["end"] and name not in opened:
            opened[name] = m
            continue
        start = opened.pop(name, None) if m["end"] else None
        if start is None or "\n\n" in text[start.end() : m.start()]:
            why = "a tag without its partner"
            yield Proposal(*m.span(), "", "proofreading.mark", why, "structure", 0.5, "held")
            continue
        why = f"proofreaders mark emphasis with <{name}>"
        yield Mark("emphasis", start.end(), m.start(), (("rend", _RENDS[name]),))
        yield _out(*start.span(), why)
        yield _out(*m.span(), why)
    for m in opened.values():
        why = "a tag without its partner"
        yield Proposal(*m.span(), "", "proofreading.mark", why, "structure", 0.5, "held")


@cache
def _raised_letters() -> dict[str, str]:
    """The raised form of each letter and figure that has one: ʳ of r, ⁴ of 4."""
    forms: dict[str, str] = {}
    for number in (*_RAISED_FIGURES, *_RAISED_LETTERS):
        kind, _, base = unicodedata.decomposition(chr(number)).partition(" ")
        if kind == "<super>":
            forms.setdefault(chr(int(base, 16)), chr(number))
    return forms


def _raised(letters: str) -> str:
    """Letters as raised ones, `rs` as ʳˢ; "" if one has no such form."""
    forms = _raised_letters()
    found = [forms.get(letter, "" if letter.isalnum() else letter) for letter in letters]
    return "".join(found) if all(found) else ""


def _typed(code: str) -> str:
    """The letter that a code stands for, "" if it is none."""
    if code in _LIGATURES:
        return _LIGATURES[code]
    above = code[0] in _ABOVE and code[1].isalpha()
    sign, letter = (code[0], code[1]) if above else (code[1], code[0])
    mark = (_ABOVE if above else _BELOW).get(sign, "")
    composed = unicodedata.normalize("NFC", letter + mark)
    return composed if mark and len(composed) == 1 else ""
