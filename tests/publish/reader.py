"""A reader of TEI that knows nothing of emend: it follows what the header of an edition says.

It is written against the editorialDecl and the tagsDecl alone, so that a test can tell whether
another program would read the same words as `emend clean`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

T = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_FORMATTING = re.compile(r"[ \t\r\n]*\n[ \t\r\n]*")
_UNREAD = {f"{T}{name}" for name in ("rdg", "orig", "sic", "fw", "space", "standOff")}
_BLOCKS = {
    f"{T}{name}"
    for name in (
        "p ab head l item speaker stage byline dateline signed trailer titlePart docAuthor docDate "
        "docEdition docImprint bibl opener closer salute cell castItem addrLine"
    ).split()
}
_EITHER = {f"{T}{name}" for name in ("stage", "bibl", "docDate")}  # in a block, they are inline


def read(tei: bytes) -> tuple[list[str], list[str]]:
    """The paragraphs of an edition and its notes, each as one line."""
    root = etree.fromstring(tei)
    glyphs = {
        f"#{char.get(XML_ID)}": chr(int(char.findtext(f"{T}mapping").removeprefix("U+"), base=16))
        for char in root.iter(f"{T}char")
    }
    text = root.find(f"{T}text")
    notes: list[etree._Element] = []
    blocks: list[list[str]] = [[]]

    def walk(element: etree._Element) -> None:
        name = element.tag
        if name in _UNREAD or not isinstance(name, str):
            return
        if name == f"{T}pc" and element.get("force") == "weak":
            return
        if name in {f"{T}lb", f"{T}pb"}:
            said = "".join(blocks[-1])
            hyphenated = element.get("break") == "maybe" and said[-1:] in tuple("-¬\u00ad‐‑‒–—⸗=~")
            if element.get("break") != "no" and not hyphenated:
                blocks[-1].append(" ")
            return
        if name == f"{T}g":
            blocks[-1].append(glyphs[element.get("ref")])
            return
        if name == f"{T}gap" and not len(element):
            blocks[-1].append("[…]")
            return
        note = name == f"{T}note" and element.get("type") != "citation"  # that one has its line
        figure = name == f"{T}figure" and element.getparent().tag == f"{T}p"
        if (note or figure) and element is not start:
            notes.append(element)
            return
        apart = name in _BLOCKS and not (name in _EITHER and element.getparent().tag in _BLOCKS)
        if apart:
            blocks.append([])
        say(element.text)
        for child in element:
            walk(child)
            say(child.tail)
        if apart:
            blocks.append([])
        elif name == f"{T}label" and element.getparent().tag == f"{T}note":
            blocks[-1].append(" ")  # the sign of a note is no part of its text

    def say(text: str | None) -> None:
        if text:
            blocks[-1].append(_FORMATTING.sub("", text))

    def lines() -> Iterator[str]:
        for block in blocks:
            if said := " ".join("".join(block).split()):
                yield said

    start = text
    walk(text)
    paragraphs = list(lines())
    read_notes: dict[str, str] = {}
    parts: dict[str, str] = {}  # the part of a note that goes on → its first part
    while notes:
        start, blocks = notes.pop(0), [[]]
        if start.find(f"{T}label") is None and start.get("n"):
            blocks[0].append(f"{start.get('n')} ")  # a number that nobody printed
        walk(start)
        name, before = (
            start.get(XML_ID) or f"figure {len(parts)}",
            start.get("prev", "").lstrip("#"),
        )
        parts[name] = parts.get(before, name)
        read_notes[parts[name]] = f"{read_notes.get(parts[name], '')} {' '.join(lines())}".strip()
    return paragraphs, list(read_notes.values())
