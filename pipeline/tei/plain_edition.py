"""An edition without its apparatus: the edited text in plain TEI, for those who only read it.

Of an `app` and a `choice` only the edited reading is left. The record of changes, proposals and
page images are left out, and so are line ends and page furniture unless they are asked for. A note
stands where the text calls it. What is left is as simple as TEI Simple Print or ELTeC: any program
for TEI reads it. It cannot give the source file back.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from pipeline.xml import TEI, XML_ID, parse_tei

_T = f"{{{TEI}}}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_FORMATTING = re.compile(r"[ \t\r\n]*\n[ \t\r\n]*")
_HYPHEN = re.compile("[-\u00ac\u00ad\u2010-\u2014\u2e17=~]$")
_LEFT_OUT = frozenset(f"{_T}{name}" for name in ("rdg", "orig", "sic", "space"))
_SEEN_THROUGH = frozenset(
    f"{_T}{name}" for name in ("app", "lem", "choice", "reg", "corr", "seg", "pc")
)
_INLINE = frozenset(
    f"{_T}{name}" for name in ("hi foreign q said ref label publisher pubPlace gap desc").split()
)
_ATTRIBUTES = frozenset({XML_ID, _LANG, "type", "n", "rend", "who", "place", "target", "reason"})
_NAMED = frozenset(f"{_T}{name}" for name in ("div", "p", "ab", "note"))
_HOLDS_BLOCKS = frozenset(f"{_T}{name}" for name in ("body", "div", "sp", "quote", "epigraph"))
_WITHOUT_TEXT = frozenset(f"{_T}{name}" for name in ("front", "back", "div"))


def plain_edition(tei: bytes, keep: Collection[str] = ("pb",)) -> bytes:
    """The edited text of an edition as a TEI file without apparatus.

    Args:
        tei: an edition made by emend.
        keep: which of `lb` (line ends), `pb` (page breaks) and `fw` (page furniture) stay.

    Raises:
        EditionError: It is not TEI.

    """
    root = parse_tei(tei, "This file")
    text = next(root.iter(f"{_T}text"))
    plain = etree.fromstring(f'<TEI xmlns="{TEI}"/>')
    plain.set(_LANG, root.get(_LANG, "und"))
    plain.text = "\n"
    for part in (_header(root, frozenset(keep)), _Text(text, frozenset(keep)).written()):
        part.tail = "\n"
        plain.append(part)
    written = etree.tostring(plain, xml_declaration=True, encoding="UTF-8")
    return bytes(written) + b"\n"


@dataclass(slots=True)
class _Run:
    """The text of one block so far: whether it has begun, and whether a blank is to be written."""

    begun: bool = False
    blank: bool = False
    last: str = ""


class _Text:
    """The text of an edition, written anew from front to back."""

    def __init__(self, text: etree._Element, keep: frozenset[str]) -> None:
        """Finds which note is called where, and which goes on in which."""
        self._source = text
        self._keep = frozenset(f"{_T}{name}" for name in keep)
        notes = {note.get(XML_ID, ""): note for note in text.iter(f"{_T}note")}
        calls = (
            ref.get("target", "").lstrip("#")
            for ref in text.iter(f"{_T}ref")
            if ref.get("type") == "noteAnchor"
        )
        self._called = {name: notes[name] for name in calls if name in notes}
        self._rest = {
            note.get("prev", "").lstrip("#"): note for note in notes.values() if note.get("prev")
        }
        self._placed: set[str] = set()
        self._at = etree.Element(f"{_T}text")
        self._run = _Run()

    def written(self) -> etree._Element:
        """The `text` element."""
        made = self._at
        self._content(self._source)
        for element in reversed(list(made.iter(*_WITHOUT_TEXT))):
            only_heads = all(child.tag in {f"{_T}head", f"{_T}pb"} for child in element)
            parent = element.getparent()
            if parent is not None and only_heads and not _stays(element):
                parent.remove(element)
        return made

    def _content(self, element: etree._Element) -> None:
        self._say(element.text)
        for child in element:
            self._element(child)
            self._say(child.tail)

    def _element(self, element: etree._Element) -> None:
        name = element.tag
        if name in _LEFT_OUT or not isinstance(name, str):
            return
        if name == f"{_T}pc" and element.get("force") == "weak":
            return
        if name in {f"{_T}lb", f"{_T}pb"}:
            self._break(element)
        elif name == f"{_T}fw":
            if name in self._keep:
                self._apart(element)
        elif name == f"{_T}g":
            return  # a character that XML cannot hold
        elif name == f"{_T}ref" and element.get("type") == "noteAnchor":
            self._note_of(element)
        elif name == f"{_T}note":
            self._note(element)
        elif name in _SEEN_THROUGH or (
            name == f"{_T}ref" and element.get("target", "").startswith("#")
        ):  # a page number refers to a page break, whose name is not kept
            self._content(element)
        elif _is_inline(element):
            self._blank()
            self._open(element)
            self._content(element)
            self._close()
            self._run.begun = self._run.begun or element.tag == f"{_T}gap"
        else:
            self._block(element)

    def _block(self, element: etree._Element) -> None:
        run, self._run = self._run, _Run()
        self._open(element)
        self._content(element)
        self._close().tail = "\n"
        self._run = run

    def _apart(self, element: etree._Element) -> etree._Element:
        """An element whose text is not part of the text around it."""
        run, self._run = self._run, _Run()
        self._open(element)
        self._content(element)
        made = self._close()
        self._run = run
        return made

    def _break(self, element: etree._Element) -> None:
        """A line end or the beginning of a page: a blank, unless the word goes on."""
        hyphenated = element.get("break") == "maybe" and _HYPHEN.search(self._run.last)
        joined = element.get("break") == "no" or bool(hyphenated)
        self._run.blank = self._run.blank or (self._run.begun and not joined)
        if element.tag in self._keep:
            self._blank()
            made = etree.SubElement(self._at, element.tag)
            if element.get("n"):
                made.set("n", element.get("n", ""))
            if joined and self._run.begun:
                made.set("break", "no")

    def _note_of(self, ref: etree._Element) -> None:
        """The note that a sign calls, in the sign's place; the sign itself if there is none."""
        name = ref.get("target", "").lstrip("#")
        if name not in self._called or name in self._placed:
            self._content(ref)
            return
        self._placed.add(name)
        self._write_note(self._called[name])

    def _note(self, note: etree._Element) -> None:
        """A note where the source has it: only if nothing calls it, and if it goes on from none."""
        name = note.get(XML_ID, "")
        if name not in self._called and not note.get("prev"):
            if note.get("type") == "citation":
                self._blank()  # it is read in its line
            self._write_note(note)

    def _write_note(self, note: etree._Element) -> None:
        run, self._run = self._run, _Run()
        self._open(note)
        part: etree._Element | None = note
        while part is not None:
            self._say(part.text)
            for child in part:
                if child.tag != f"{_T}label" or not note.get("n"):
                    self._element(child)
                self._say(child.tail)
            self._run.blank = self._run.begun
            part = self._rest.pop(part.get(XML_ID, ""), None)
        self._close()
        self._run = run

    # Writing

    def _open(self, element: etree._Element) -> None:
        made = etree.SubElement(self._at, element.tag)
        for name, value in element.items():
            named = name != XML_ID or element.tag in _NAMED
            if name in _ATTRIBUTES and named and not (name == "target" and made.tag == f"{_T}note"):
                made.set(name, value)
        self._at = made

    def _close(self) -> etree._Element:
        made = self._at
        parent = made.getparent()
        assert parent is not None
        self._at = parent
        return made

    def _say(self, text: str | None) -> None:
        """Text, its runs of blanks as one; none where a block begins or ends."""
        plain = _FORMATTING.sub("", text or "")
        for blank, word in re.findall(r"(\s+)|(\S+)", plain):
            if blank:
                self._run.blank = self._run.begun
            else:
                self._blank()
                self._add(word)
                self._run.begun, self._run.last = True, word

    def _blank(self) -> None:
        if self._run.blank:
            self._add(" ")
            self._run.blank = False

    def _add(self, text: str) -> None:
        if len(self._at):
            self._at[-1].tail = (self._at[-1].tail or "") + text
        else:
            self._at.text = (self._at.text or "") + text


def _is_inline(element: etree._Element) -> bool:
    """Whether an element stands in the run of the text around it."""
    if element.tag == f"{_T}stage":
        return _parent(element) not in _HOLDS_BLOCKS
    if element.tag in {f"{_T}docAuthor", f"{_T}docDate"}:
        return _parent(element) in {f"{_T}byline", f"{_T}docImprint"}
    return element.tag in _INLINE


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else parent.tag


def _stays(element: etree._Element) -> bool:
    """Whether a division without text is kept: one that had headings alone, or the only one."""
    return element.get("type") != "notes" and len(element) > 0


def _header(root: etree._Element, keep: frozenset[str]) -> etree._Element:
    """A header that says what the file is, of what text, and by whom."""
    old = next(root.iter(f"{_T}teiHeader"))
    made = etree.Element(f"{_T}teiHeader")
    file = etree.SubElement(made, f"{_T}fileDesc")
    for path in ("titleStmt", "extent", "publicationStmt"):
        file.extend(copy.deepcopy(found) for found in old.iterfind(f"{_T}fileDesc/{_T}{path}"))
    source = etree.SubElement(file, f"{_T}sourceDesc")
    witnesses = {one.get(XML_ID): one for one in old.iter(f"{_T}witness")}
    witness = witnesses.get("print", witnesses.get("ocr"))
    if witness is not None:
        source.extend(copy.deepcopy(bibl) for bibl in witness.iterfind(f"{_T}bibl"))
    encoding = etree.SubElement(made, f"{_T}encodingDesc")
    project = etree.SubElement(encoding, f"{_T}projectDesc")
    kept = ", ".join(
        what
        for name, what in (("pb", "page breaks"), ("lb", "line ends"), ("fw", "page furniture"))
        if name in keep
    )
    etree.SubElement(project, f"{_T}p").text = (
        "The edited text alone, without apparatus, made by emend from its edition in TEI. "
        f"Kept of the layout of the source: {kept or 'nothing'}. Notes stand where the text calls "
        "them."
    )
    profile = etree.SubElement(made, f"{_T}profileDesc")
    for name in ("langUsage", "particDesc"):
        profile.extend(copy.deepcopy(one) for one in old.iterfind(f"{_T}profileDesc/{_T}{name}"))
    for software in made.iter(f"{_T}name"):
        software.attrib.pop("ref", "")
    etree.indent(made)
    return made
