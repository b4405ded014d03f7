"""Restore: the raw file again, from nothing but the TEI."""

from __future__ import annotations

import hashlib
import re
from typing import NoReturn

from lxml import etree

from pipeline.document import Source
from pipeline.errors import EditionError
from pipeline.tei.characters import css_characters, glyph_character
from pipeline.xml import TEI, XML_ID, parse_tei

# The lookbehind keeps a long run of blanks from being tried from each of its blanks.
_FORMATTING = re.compile(r"(?<![ \t\r\n])[ \t\r\n]*\n[ \t\r\n]*")
_CONTENT = re.compile(r'\s*content:\s*(".*")\s*;?\s*', re.DOTALL)
# White space in these is not part of the text: an XML editor may format them freely.
_ELEMENTS_ONLY = frozenset(
    f"{{{TEI}}}{name}"
    for name in (
        "text front body back div titlePage sp lg list quote epigraph app choice floatingText "
        "opener closer postscript address"
    ).split()
)
_READINGS = frozenset(
    f"{{{TEI}}}{name}" for name in ("lem", "corr", "reg")
)  # what is read, not what stands there
_LINE_ENDS = {"U+000A": "\n", "U+000D U+000A": "\r\n", "U+000D": "\r"}


def restore(tei: bytes) -> bytes:
    """Restore the bytes of the raw file, checked against the SHA-256 in the header.

    Formatting is no obstacle (canonical XML, an editor's pretty-printing that leaves mixed content
    alone), nor are changes in what is read now: they touch no witness.

    Raises:
        EditionError: It is not an edition, or its text is not that of its source file.
    """
    root = parse_tei(tei, "This file")
    source = _source_of(root)
    try:
        data = source.data
    except (UnicodeError, LookupError, KeyError):
        raise EditionError(
            f"This edition declares the source encoding {source.encoding}, but its text cannot be "
            f"encoded in it: the file was altered."
        ) from None
    told = _told(root, "idno", "sha256")
    if hashlib.sha256(data).hexdigest() != told:
        raise EditionError(
            "The text in this edition does not match the SHA-256 in its header: something was "
            "altered outside lem, corr and reg. Use the file from before that change."
        )
    return data


def _source_of(root: etree._Element) -> Source:
    newline = _LINE_ENDS.get(_told(root, "note", "line-end"))
    if newline is None:
        _refuse('a note of type "line-end" with U+000A, U+000D or both')
    return Source(
        text=_Raw(root).text(),
        encoding=_told(root, "note", "encoding"),
        newline=newline,
        bom=_told(root, "note", "byte-order-mark") == "yes",
    )


def _told(root: etree._Element, name: str, kind: str) -> str:
    """What the header says of the OCR text."""
    found = root.find(
        f"{{{TEI}}}teiHeader//{{{TEI}}}witness[@{XML_ID}='ocr']//{{{TEI}}}{name}[@type='{kind}']"
    )
    if found is None:
        _refuse(f'{"an" if name[0] in "aeiou" else "a"} {name} of type "{kind}"')
    return (found.text or "").strip()


def _refuse(what: str) -> NoReturn:
    raise EditionError(
        f"This edition cannot be restored: the witness ocr in its header lacks {what}."
    )


class _Raw:
    """The raw text that an edition holds."""

    def __init__(self, root: etree._Element) -> None:
        self.body = root.find(f"{{{TEI}}}text")
        if self.body is None:
            raise EditionError("This edition cannot be restored: it has no text.")
        self.renditions: dict[str, tuple[str, str]] = {}  # pointer → scope, characters
        self.line_ends: dict[str, str] = {}  # selector → characters
        for rendition in root.iterfind(f"{{{TEI}}}teiHeader//{{{TEI}}}rendition"):
            content = _CONTENT.fullmatch(rendition.text or "")
            if not content:
                continue
            try:
                characters = css_characters(content.group(1))
            except ValueError:
                raise EditionError(
                    f"This edition cannot be restored: {rendition.text!r} in its tagsDecl is "
                    f"not a CSS content declaration."
                ) from None
            if selector := rendition.get("selector"):
                self.line_ends["".join(selector.split())] = characters
            else:
                self.renditions["#" + rendition.get(XML_ID, "")] = (
                    rendition.get("scope", "before"),
                    characters,
                )
        self.glyphs: dict[str, str] = {}
        for char in root.iterfind(f"{{{TEI}}}teiHeader//{{{TEI}}}char"):
            mapping = char.find(f"{{{TEI}}}mapping")
            try:
                self.glyphs["#" + char.get(XML_ID, "")] = glyph_character(
                    mapping.text.strip() if mapping is not None and mapping.text else ""
                )
            except ValueError:
                raise EditionError(
                    "This edition cannot be restored: a char in its charDecl maps to no code point."
                ) from None
        self.out: list[str] = []
        self.last = "\n"  # the last character

    def text(self) -> str:
        """The raw text."""
        assert self.body is not None
        self._element(self.body)
        return "".join(self.out)

    def _put(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.last = text[-1]

    def _element(self, element: etree._Element) -> None:
        name = etree.QName(element).localname
        before, after = self._around(element)
        if name == "lb":
            usual = (
                self.line_ends.get("lb[break=no]", self.line_ends.get("lb", ""))
                if element.get("break") == "no"
                else self.line_ends.get("lb", "")
            )
            self._put(before if before is not None else usual if self.last not in "\n\f" else "")
            self._put("\n")
            self._put(after or "")
        elif name == "pb":
            self._put(before or "")
            self._put("\f" if "form-feed" in element.get("rend", "").split() else "")
            self._put(after or "")
        elif name == "g":
            glyph = self.glyphs.get(element.get("ref", ""))
            if glyph is None:
                raise EditionError(
                    f"This edition cannot be restored: {element.get('ref')} is not declared "
                    f"in its charDecl."
                )
            self._put(glyph)
        else:
            self._put(before or "")
            self._content(element)
            self._put(after or "")

    def _content(self, element: etree._Element) -> None:
        mixed = element.tag not in _ELEMENTS_ONLY
        if mixed:
            self._put(_FORMATTING.sub("", element.text or ""))
        for child in element:
            if (
                isinstance(child.tag, str)
                and not self._is_reading(child)
                and not _is_note_of_ours(child)
            ):
                self._element(child)
            if mixed:
                self._put(_FORMATTING.sub("", child.tail or ""))

    def _is_reading(self, element: etree._Element) -> bool:
        """Whether this is what is read, or what is proposed, and not what the OCR text has."""
        return element.tag in _READINGS or (
            element.tag == f"{{{TEI}}}rdg" and "#ocr" not in element.get("wit", "").split()
        )

    def _around(self, element: etree._Element) -> tuple[str | None, str | None]:
        """The characters that come back before and after an element; None where nothing is said."""
        before: str | None = None
        after: str | None = None
        for pointer in element.get("rendition", "").split():
            scope, characters = self.renditions.get(pointer, ("", ""))
            if not scope:
                raise EditionError(
                    f"This edition cannot be restored: {pointer} is not declared in its tagsDecl."
                )
            if scope == "after":
                after = characters
            else:
                before = characters
        return before, after


def _is_note_of_ours(element: etree._Element) -> bool:
    """Whether this is the transcriber's note of emend errata --tei, which is in no witness."""
    return element.tag == f"{{{TEI}}}div" and element.get("type") == "errata"
