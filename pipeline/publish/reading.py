"""From TEI to what is read: one walk over the file makes the frozen model that every published form is made from.

The model knows nothing of HTML. A text is a tree of blocks; a block holds inlines: strings, and the few things that a
reader can see or ask about (an edit, a line's end, a page's start, a note's anchor, a highlighted span). Each edit is an
entry of the ledger as well, in the order of the text, so that the reading page, the correction page and the search
speak of the same thing by the same number and address.

White space that contains a line feed is formatting in our encoding (see the segmentation declaration in the header);
in a file that has no `lb` at all, somebody else's, it is a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from lxml import etree

from pipeline.errors import EditionError

TEI: Final = "http://www.tei-c.org/ns/1.0"
_T: Final = f"{{{TEI}}}"
_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

LARGEST: Final = 128 * 1024 * 1024  # bytes of TEI; a book of a million words, corrected throughout, has some 20 MB
DEEPEST: Final = 120  # elements one in another; libxml2 itself stops at 256

View = Literal["edited", "ocr"]
Verdict = Literal["made", "held"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A place where the edition reads otherwise than the OCR (or than the print): entry `n` of the ledger, from 1."""

    n: int
    id: str
    kind: str
    edited: tuple[Inline, ...]
    ocr: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character that is shown in a better form than it was typed, such as a quotation mark. No entry of the ledger."""

    edited: str
    ocr: str


@dataclass(frozen=True, slots=True)
class LineEnd:
    """Where a printed line ends and the next begins. `hyphen`: a hyphen that was lost there and belongs to the line's end."""

    joined: bool = False
    hyphen: bool = False
    zone: str = ""  # of the line that begins
    edit: Edit | None = None
    id: str = ""  # where something else, such as a proposal, points to it


@dataclass(frozen=True, slots=True)
class Hyphen:
    """A hyphen at a line's end that is not part of the word: seen only where lines end as printed."""

    text: str = "-"


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins. `surface` is an index into `Edition.surfaces`, -1 without a scan."""

    n: str
    id: str
    surface: int = -1


@dataclass(frozen=True, slots=True)
class Anchor:
    """The sign of a note in the text."""

    id: str
    note: str
    sign: str


@dataclass(frozen=True, slots=True)
class Furniture:
    """A page number, running head or signature, which the reading text leaves out."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch with a role.

    Roles are emph, italic, bold, spaced, smallcaps, sup, sub, said, foreign, title, link, stage, citation, unclear, …
    `before` and `after` are characters the source had in its place (`*…*`), which the reading leaves out.
    """

    role: str
    content: tuple[Inline, ...]
    target: str = ""
    language: str = ""
    before: str = ""
    after: str = ""
    id: str = ""


Inline = str | Edit | Glyph | LineEnd | Hyphen | PageStart | Anchor | Furniture | Span


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, division … `content` for those that hold text, `children` for those that hold blocks.

    `text` is its edited text as one line; `unit` its number among the text's citable units, 0 if it is none.
    """

    role: str
    id: str = ""
    type: str = ""
    n: str = ""
    level: int = 0
    content: tuple[Inline, ...] = ()
    children: tuple[Block, ...] = ()
    text: str = ""
    unit: int = 0
    zone: str = ""
    language: str = ""
    page: str = ""  # of its first word
    title: str = ""  # of a division: its headings in one line


@dataclass(frozen=True, slots=True)
class Note:
    """A note with its parts brought together. `anchors`: ids of the signs that call it, empty where none does."""

    id: str
    sign: str
    blocks: tuple[Block, ...]
    anchors: tuple[str, ...]
    type: str = ""

    @property
    def text(self) -> str:
        """Its edited text as one line."""
        return " ".join(block.text for block in flatten(self.blocks) if block.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger, made or held. `confidence` is what the file says: a degree, or a number from 0 to 1."""

    n: int
    id: str
    kind: str
    what: str  # the category in words: "one character read as another"
    rule: str
    rule_says: str
    before: str
    after: str
    confidence: str
    evidence: str
    by: str
    verdict: Verdict
    page: str = ""
    block: str = ""
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A line or region on a page image, in its pixels."""

    id: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Surface:
    """A page image and the lines on it."""

    id: str
    n: str
    url: str
    width: int
    height: int
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class Licence:
    """What may be done with the edition."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is known of the print that the text goes back to."""

    authors: tuple[str, ...] = ()
    title: str = ""
    place: str = ""
    publisher: str = ""
    date: str = ""
    shown: str = ""  # the bibliographic reference in one line, where the file has no parts


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that is published of one TEI file."""

    id: str
    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    language: str = "en"
    imprint: Imprint = field(default_factory=Imprint)
    publisher: str = ""
    published: str = ""  # date of the edition, ISO
    modified: str = ""  # latest date the header tells
    version: str = ""
    uri: str = ""
    licences: tuple[Licence, ...] = ()
    raw_sha256: str = ""
    abstract: str = ""
    blocks: tuple[Block, ...] = ()
    notes: Mapping[str, Note] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    pages: tuple[PageStart, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    words: int = 0

    @property
    def made(self) -> int:
        """How many changes the reading text carries."""
        return sum(entry.verdict == "made" for entry in self.entries)


def flatten(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, in the order of the text."""
    for block in blocks:
        yield block
        yield from flatten(block.children)


def plain(content: Iterable[Inline], view: View = "edited") -> str:
    """Inlines as text in one line: the edited reading, or what the OCR said."""
    return re.sub(r"\s+", " ", "".join(_plain(content, view))).strip()


def _plain(content: Iterable[Inline], view: View) -> Iterator[str]:
    for one in content:
        if isinstance(one, str):
            yield one
        elif isinstance(one, Edit):
            yield from _plain(one.edited if view == "edited" else one.ocr, view)
        elif isinstance(one, Glyph):
            yield one.edited if view == "edited" else one.ocr
        elif isinstance(one, LineEnd):
            yield "" if one.joined and (view == "edited" or not one.hyphen) else " "
        elif isinstance(one, Span):
            yield one.before if view == "ocr" else ""
            yield from _plain(one.content, view)
            yield one.after if view == "ocr" else ""
        elif view == "ocr" and isinstance(one, Hyphen):
            yield one.text


def parse(data: bytes, name: str) -> etree._ElementTree:
    """The tree of a TEI file that may come from anyone: no entity, network, DTD or bottomless nesting. Raises EditionError."""
    if len(data) > LARGEST:
        raise EditionError(f"{name} has {len(data) >> 20} MB, more than the {LARGEST >> 20} MB an edition may have: split it.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=False)
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise EditionError(f"{name} is not well-formed XML and was not published: {_first_line(error)}.") from None
    if tree.docinfo.internalDTD is not None:
        raise EditionError(f"{name} has a document type declaration, which an edition may not have: remove it, and write entities as characters.")
    root = tree.getroot()
    if root.tag != f"{_T}TEI":
        raise EditionError(f"{name} is not a TEI document (its outermost element is {etree.QName(root).localname}): give a file made by emend build.")
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise EditionError(f"{name} nests {deepest} elements one in another, more than the {DEEPEST} an edition may: it was not published.")
    return tree


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0].rstrip(".")


def read(tree: etree._ElementTree, edition: str) -> Edition:
    """The reading model of a parsed TEI file; `edition` is its id. Raises EditionError if it has no text."""
    root = tree.getroot()
    text = root.find(f"{_T}text")
    if text is None:
        raise EditionError(f"{edition} has no text element: it has nothing to publish.")
    walk = _Walk(root, text)
    blocks = walk.text(text)
    walk.annotate(root)
    notes = walk.collected_notes()
    entries = [*walk.entries(), *walk.held(root)]
    return replace(
        _header(root, edition),
        blocks=blocks,
        notes=notes,
        entries=tuple(entries),
        pages=tuple(walk.pages),
        surfaces=walk.surfaces,
        words=sum(len(block.text.split()) for block in flatten(blocks) if block.role != "division"),
    )


# The header


def _said(element: etree._Element | None) -> str:
    """An element's text with its white space made single."""
    return "" if element is None else " ".join("".join(str(text) for text in element.itertext()).split())


def _header(root: etree._Element, edition: str) -> Edition:
    header = root.find(f"{_T}teiHeader")
    if header is None:
        raise EditionError(f"{edition} has no teiHeader: it cannot be told what it is an edition of.")
    statement = header.find(f".//{_T}titleStmt")
    titles = [] if statement is None else statement.findall(f"{_T}title")
    main = next((one for one in titles if one.get("type") == "main"), titles[0] if titles else None)
    sub = next((one for one in titles if one.get("type") == "sub"), None)
    publication = header.find(f".//{_T}publicationStmt")
    editors = [] if statement is None else [_said(one) for one in statement.findall(f"{_T}editor")]
    version = header.find(f".//{_T}editionStmt/{_T}edition")
    published = _date(publication)
    changed = [one.get("when", "") for one in header.iterfind(f".//{_T}revisionDesc//{_T}change")]
    language = root.get(_XML_LANG) or next((one.get("ident", "") for one in header.iter(f"{_T}language")), "") or "en"
    return Edition(
        id=edition,
        title=_said(main) or edition,
        subtitle=_said(sub),
        authors=_known(_name(one) for one in ([] if statement is None else statement.findall(f"{_T}author"))),
        editors=_known(editors),
        language=language if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", language) else "und",
        imprint=_imprint(header),
        publisher="".join(_known([] if publication is None else [_said(publication.find(f"{_T}publisher"))])),
        published=published,
        modified=max([published, *changed]),
        version="" if version is None else version.get("n", ""),
        uri=next((_said(one) for one in header.iterfind(f".//{_T}publicationStmt/{_T}idno[@type='URI']")), ""),
        licences=tuple(Licence(_said(one), safe_url(one.get("target", ""))) for one in header.iter(f"{_T}licence")),
        raw_sha256=next((_said(one) for one in header.iter(f"{_T}idno") if one.get("type", "").lower().replace("-", "") == "sha256"), ""),
        abstract=_said(header.find(f".//{_T}profileDesc/{_T}abstract")),
    )


def _known(values: Iterable[str]) -> tuple[str, ...]:
    """Values without those that only say that nothing is known."""
    return tuple(value for value in values if value and value.lower() not in {"unknown", "anonymous", "n/a"})


def _name(element: etree._Element) -> str:
    forename, surname = element.find(f".//{_T}forename"), element.find(f".//{_T}surname")
    if surname is not None:
        return f"{_said(forename)} {_said(surname)}".strip()
    return _said(element)


def _date(element: etree._Element | None) -> str:
    date = None if element is None else element.find(f".//{_T}date")
    return "" if date is None else date.get("when") or date.get("from") or date.get("notBefore") or _said(date)


def _imprint(header: etree._Element) -> Imprint:
    source = header.find(f".//{_T}sourceDesc")
    if source is None:
        return Imprint()
    witness = next((one for one in source.iter(f"{_T}witness") if one.get(_XML_ID) == "print"), None)
    place = source if witness is None else witness
    record = next(place.iter(f"{_T}biblStruct", f"{_T}biblFull", f"{_T}bibl"), None)
    if record is None:
        return Imprint(shown=_said(place) if witness is not None else "")

    def first(tag: str) -> str:
        return _said(next(record.iter(f"{_T}{tag}"), None))

    return Imprint(
        authors=_known(_name(one) for one in record.iter(f"{_T}author")),
        title=first("title"),
        place=first("pubPlace"),
        publisher=first("publisher"),
        date=_date(record),
        shown=_said(record) if record.tag == f"{_T}bibl" else "",
    )


def safe_url(url: str) -> str:
    """A link that may be shown: http, https, mailto or a place in the same site; anything else becomes empty."""
    url = re.sub(r"[\x00-\x20]", "", url)
    if re.match(r"(https?|mailto|urn|doi):", url, re.IGNORECASE) or not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", url):
        return "" if url.startswith("//") else url
    return ""


# The walk

_HOLDS_BLOCKS: Final = frozenset(
    "front body back group text floatingText titlePage docTitle docImprint opener closer postscript figure epigraph castList".split()
)
_ROLES: Final = {
    "p": "paragraph",
    "ab": "paragraph",
    "head": "heading",
    "l": "line",
    "item": "item",
    "speaker": "speaker",
    "titlePart": "titlepart",
    "byline": "byline",
    "docAuthor": "titlepart",
    "docDate": "titlepart",
    "docEdition": "titlepart",
    "imprimatur": "titlepart",
    "dateline": "dateline",
    "signed": "signed",
    "salute": "salute",
    "trailer": "trailer",
    "argument": "argument",
    "figDesc": "caption",
    "cell": "cell",
    "castItem": "item",
    "bibl": "paragraph",
}
_CONTAINERS: Final = {
    "lg": "verse",
    "list": "list",
    "listBibl": "list",
    "sp": "speech",
    "quote": "blockquote",
    "cit": "blockquote",
    "q": "blockquote",
    "said": "blockquote",
    "table": "table",
    "row": "row",
    "epigraph": "epigraph",
    "figure": "figure",
    "titlePage": "titlepage",
    "floatingText": "blockquote",
    "castList": "list",
}
_BLOCK_LEVEL: Final = frozenset(
    "div div1 div2 div3 p lg list listBibl sp table epigraph figure floatingText titlePage docImprint docTitle".split()
) | {"head", "l", "item"}
_INLINE_ROLES: Final = {
    "emph": "emph",
    "foreign": "foreign",
    "said": "said",
    "q": "said",
    "quote": "said",
    "stage": "stage",
    "title": "title",
    "unclear": "unclear",
    "supplied": "supplied",
    "del": "deleted",
    "label": "label",
    "speaker": "speaker",
    "term": "term",
}
_RENDS: Final = {
    "italic": "italic",
    "italics": "italic",
    "i": "italic",
    "bold": "bold",
    "b": "bold",
    "spaced": "spaced",
    "smallcaps": "smallcaps",
    "sc": "smallcaps",
    "small-caps": "smallcaps",
    "sup": "sup",
    "superscript": "sup",
    "sub": "sub",
    "underline": "underline",
}
_ABOUT: Final = 48  # characters shown on either side of an entry
_OUTER: Final = ".,;:!?()[]\"'“”‘’«»"
_FORMATTING: Final = re.compile(r"[ \t\r]*\n\s*")


@dataclass(slots=True)
class _Draft:
    """An entry while its block is still being read."""

    entry: Entry
    start: int
    end: int
    joins: bool = False


class _Walk:
    """The one walk. It keeps what a reader of the file would keep in mind: the page, the line's zone, the block's text so far."""

    def __init__(self, root: etree._Element, text: etree._Element) -> None:
        self.lined = next(text.iter(f"{_T}lb"), None) is not None
        self.categories = {one.get(_XML_ID, ""): one for one in root.iter(f"{_T}category", f"{_T}interp")}
        self.people = {
            one.get(_XML_ID, ""): _said(one.find(f"{_T}persName")) or _said(one.find(f"{_T}name")) or _said(one)
            for one in root.iter(f"{_T}respStmt", f"{_T}editor", f"{_T}person", f"{_T}application", f"{_T}name")
            if one.get(_XML_ID)
        }
        self.dropped = {one.get(_XML_ID, ""): (one.get("scope", ""), _css_content(one.text or "")) for one in root.iter(f"{_T}rendition")}
        self.surfaces, self.zones = _facsimile(root)
        self.surface_of = {surface.id: i for i, surface in enumerate(self.surfaces)}
        self.taken: set[str] = {one.get(_XML_ID, "") for one in text.iter() if isinstance(one.tag, str) and one.get(_XML_ID)}
        self.counts: dict[str, int] = {}
        self.english = (text.get(_XML_LANG) or root.get(_XML_LANG) or "en").startswith("en")
        self.signs = {one.get(_XML_ID, ""): one for one in text.iter(f"{_T}ref") if one.get("type") == "noteAnchor"}
        self.calls: dict[str, list[str]] = {}
        for ref in text.iter(f"{_T}ref"):
            if ref.get("type") == "noteAnchor":
                self.calls.setdefault(ref.get("target", "").lstrip("#"), []).append(self._id(ref, "sign"))
        self.heads: dict[str, str] = {}  # the part of a note that goes on → its first part
        for note in text.iter(f"{_T}note"):
            if note.get(_XML_ID) and note.get("prev"):
                self.heads[note.get(_XML_ID, "")] = note.get("prev", "").lstrip("#")
        self.notes: dict[str, Note] = {}
        self.pages: list[PageStart] = []
        self.drafts: list[_Draft] = []
        self.done: list[Entry] = []
        self.numbered = 0
        self.units = 0
        self.page = ""
        self.zone = ""
        self.pending: list[Inline] = []  # page starts and furniture between blocks: they go to the next block
        self.said: list[str] = []  # the edited text of the block being read
        self.length = 0
        self.page_of: dict[str, str] = {}  # xml:id of what a proposal points to → page

    # ids and small things

    def _id(self, element: etree._Element, prefix: str, n: int = 0) -> str:
        found = element.get(_XML_ID)
        if found:
            return found
        if not n:
            n = self.counts[prefix] = self.counts.get(prefix, 0) + 1
        given = f"{prefix}.{n}"
        while given in self.taken:
            given += "-"
        self.taken.add(given)
        element.set(_XML_ID, given)  # so that text tools can be given the element by this id
        return given

    def _clean(self, text: str | None) -> str:
        """A text node without its formatting."""
        if not text:
            return ""
        if "\n" not in text:
            return text
        if not self.lined:
            return _FORMATTING.sub(" ", text)
        if text.isspace():
            return ""
        head = len(text) - len(text.lstrip())
        tail = len(text.rstrip())
        body = _FORMATTING.sub(" ", text[head:tail])
        lead = text[:head] if "\n" not in text[:head] else ""
        trail = text[tail:] if "\n" not in text[tail:] else ""
        return lead + body + trail

    def _say(self, text: str) -> list[Inline]:
        """Enter a string in the block's text. Returns it as it is shown, with typographic quotation marks."""
        before = next((one[-1] for one in reversed(self.said) if one), "")
        self.said.append(text)
        self.length += len(text)
        return _typographic(text, before) if self.english and ('"' in text or "'" in text) else [text]

    # blocks

    def text(self, text: etree._Element) -> tuple[Block, ...]:
        """The blocks of the whole text."""
        blocks: list[Block] = []
        for child in text:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child).localname
            if name in {"front", "body", "back", "group"}:
                blocks += (replace(block, type=block.type or name) if block.role == "division" else block for block in self._blocks(child, 1))
            else:
                blocks += self._block(child, name, 1)
        if self.pending:
            blocks.append(Block("remains", content=self._take_pending()))
        return tuple(blocks)

    def _take_pending(self) -> tuple[Inline, ...]:
        taken = tuple(self.pending)
        self.pending = []
        return taken

    def _blocks(self, parent: etree._Element, level: int) -> list[Block]:
        """The blocks inside an element that holds blocks. Stray text becomes a paragraph, so that nothing is lost."""
        blocks: list[Block] = []
        loose: list[etree._Element | str] = []

        def flush() -> None:
            if any(not isinstance(one, str) or one.strip() for one in loose):
                blocks.extend(self._loose(loose, parent))
            loose.clear()

        if parent.text and parent.text.strip():
            loose.append(parent.text)
        for child in parent:
            if isinstance(child.tag, str):
                name = etree.QName(child).localname
                if name in {"pb", "fw", "lb", "cb", "milestone", "gb", "anchor"}:
                    if loose and any(not isinstance(one, str) or one.strip() for one in loose):
                        loose.append(child)
                    else:
                        self._between(child, name)
                elif self._is_block(child, name):
                    flush()
                    blocks += self._block(child, name, level)
                else:
                    loose.append(child)
            if child.tail and (child.tail.strip() or loose):
                loose.append(child.tail)
        flush()
        return blocks

    def _is_block(self, element: etree._Element, name: str) -> bool:
        if name in {"q", "said", "quote", "cit"}:
            return element.get("rend") == "block" or any(True for _ in element.iterchildren(f"{_T}p", f"{_T}lg", f"{_T}list", f"{_T}sp"))
        return name in _ROLES or name in _CONTAINERS or name in _HOLDS_BLOCKS or name in {"note", "stage", "space"} or name.startswith("div")

    def _between(self, element: etree._Element, name: str) -> None:
        """A page, a line or furniture between blocks."""
        if name == "lb":
            self.zone = self._zone(element)
        elif name == "pb":
            self.pending.append(self._page(element))
        elif name == "fw":
            self._open()
            self.pending.append(self._furniture(element))

    def _loose(self, parts: list[etree._Element | str], parent: etree._Element) -> list[Block]:
        """A paragraph made of what stands between blocks."""
        while parts and not isinstance(parts[-1], str) and etree.QName(parts[-1]).localname in {"lb", "pb", "fw"}:
            last = parts.pop()
            assert not isinstance(last, str)
            self._between(last, etree.QName(last).localname)
        self._open()
        content: list[Inline] = list(self._take_pending())
        for part in parts:
            if isinstance(part, str):
                cleaned = self._clean(part)
                if cleaned:
                    content += self._say(cleaned)
            else:
                content += self._inline(part)
        role = "titlepart" if etree.QName(parent).localname in {"titlePage", "docTitle", "docImprint"} else "paragraph"
        return [self._close(Block(role, zone=self.zone, page=self.page), content)]

    def _open(self) -> None:
        self.said = []
        self.length = 0

    def _close(self, block: Block, content: list[Inline]) -> Block:
        """A finished block: its text is known, so its entries learn what stands about them."""
        text = "".join(self.said)
        folded = re.sub(r"\s+", " ", text).strip()
        for draft in self.drafts:
            start, end = draft.start, draft.end
            left, right = _before(text[:start]), _behind(text[end:])
            entry = replace(draft.entry, block=block.id, left=left, right=right)
            if draft.joins:
                head = re.search(r"[^\s]*$", text[:start])
                tail = re.match(r"[^\s]*", text[end:])
                one, two = (head.group() if head else "").lstrip(_OUTER), (tail.group() if tail else "").rstrip(_OUTER)
                gap = "-⏎" if entry.before == "-" else "⏎"
                entry = replace(
                    entry, before=f"{one}{gap}{two}", after=f"{one}{entry.after}{two}", left=left[: len(left) - len(one)], right=right[len(two) :]
                )
            self.done.append(entry)
        self.drafts = []
        return replace(block, content=tuple(content), text=folded)

    def _block(self, element: etree._Element, name: str, level: int) -> list[Block]:
        if name.startswith("div"):
            return [self._division(element, level)]
        if name == "note":
            return self._note(element)
        if name in {"q", "said", "quote", "cit"} or name in _CONTAINERS:
            role = _CONTAINERS[name]
            zone = self.zone
            children = tuple(self._blocks(element, level))
            return (
                [Block(role, id=element.get(_XML_ID, ""), type=element.get("type", element.get("rend", "")), children=children, zone=zone)]
                if children
                else []
            )
        if name in {"docImprint", "docTitle"} and not self._holds_blocks(element):
            return self._text_block(element, "titlepart", name)
        if name in _HOLDS_BLOCKS:
            return self._blocks(element, level)
        if name == "ab" and element.get("type") == "separator":
            block = self._text_block(element, "separator", "separator")
            return block or [Block("separator")]
        if name == "stage":
            return self._text_block(element, "stage", "")
        if name == "space":
            return []
        return self._text_block(element, _ROLES.get(name, "paragraph"), name, level)

    def _holds_blocks(self, element: etree._Element) -> bool:
        return any(isinstance(one.tag, str) and etree.QName(one).localname in _ROLES for one in element)

    def _division(self, element: etree._Element, level: int) -> Block:
        children = self._blocks(element, level + 1)
        heads = [plain(block.content) for block in children if block.role == "heading"]
        leading = []
        for block in children:
            if block.role != "heading":
                break
            leading.append(plain(block.content))
        title = " ".join(leading or heads[:1])
        kind = element.get("type", "")
        return Block(
            "division",
            id=self._id(element, "div"),
            type=kind,
            n=element.get("n", ""),
            level=level,
            children=tuple(children),
            title=title,
            language=element.get(_XML_LANG, ""),
        )

    def _text_block(self, element: etree._Element, role: str, name: str, level: int = 0) -> list[Block]:
        """A block that holds text. A block inside it (a list in a paragraph) parts it in two."""
        self._open()
        cited = role in {"paragraph", "line", "item", "stage"} and name != "figDesc"
        if cited:
            self.units += 1
        first = Block(
            role,
            id=self._id(element, "p", self.units) if cited else self._id(element, "h") if role == "heading" else element.get(_XML_ID, ""),
            type=element.get("type", "") or (name if role == "titlepart" else ""),
            n=element.get("n", ""),
            level=level,
            unit=self.units if cited else 0,
            zone=self.zone,
            language=element.get(_XML_LANG, ""),
            page=self.page,
        )
        content: list[Inline] = list(self._take_pending())
        lead = self._clean(element.text)
        if lead:
            content += self._say(lead)
        blocks: list[Block] = []
        current = first
        for child in element:
            if isinstance(child.tag, str):
                child_name = etree.QName(child).localname
                if (
                    child_name != "note"
                    and child_name not in {"bibl", "stage", "label"}
                    and (child_name in _BLOCK_LEVEL or (child_name == "quote" and self._is_block(child, child_name)))
                ):
                    if content or current is first:
                        blocks.append(self._close(current, content))
                    blocks += self._block(child, child_name, level)
                    self._open()
                    current, content = Block("continued" if role == "paragraph" else role, zone=self.zone, page=self.page), []
                else:
                    content += self._inline(child, name=child_name)
            tail = self._clean(child.tail)
            if tail:
                content += self._say(tail)
        if content or current is first:
            blocks.append(self._close(current, content))
        kept = [block for block in blocks if block.text or block.children or block.content or block.role == "separator"]
        if first.id:
            self.page_of[first.id] = first.page
        return kept

    def _note(self, element: etree._Element) -> list[Block]:
        """A note between blocks: taken to its anchor where it has one, kept as a block where not."""
        note = self._kept_note(element)
        return [] if note is None else [Block("note", id=note.id, n=note.sign, type=note.type, children=note.blocks)]

    def _kept_note(self, element: etree._Element) -> Note | None:
        """The note, if it stays where it is; None if it is brought to its anchor, or to the part that it continues."""
        saved = (self.said, self.length, self.drafts, self.pending)
        self.drafts, self.pending = [], []
        name = self._id(element, "note")
        blocks = self._blocks_of_note(element)
        self.said, self.length, self.drafts, pending = saved
        self.pending = pending + self.pending
        head = name
        for _ in range(100):  # a chain that runs in a circle ends here
            if head not in self.heads or self.heads[head] not in self.taken:
                break
            head = self.heads[head]
        sign = element.get("n", "") or _sign(blocks)
        anchors = tuple(self.calls.get(name, ()))
        if not anchors and element.get("target", "").lstrip("#") in self.signs:
            anchors = (element.get("target", "").lstrip("#"),)
        blocks = _without_label(blocks)
        if head != name and head in self.notes:
            first = self.notes[head]
            self.notes[head] = replace(first, blocks=_carried_on(first.blocks, blocks))
            return None
        note = Note(name, sign, blocks, anchors, element.get("type", ""))
        self.notes[name] = note
        return None if anchors else note

    def _blocks_of_note(self, element: etree._Element) -> tuple[Block, ...]:
        if any(isinstance(one.tag, str) and etree.QName(one).localname in {"p", "lg", "list", "quote", "sp"} for one in element):
            return tuple(self._blocks(element, 0))
        return tuple(self._text_block(element, "note-text", ""))

    def collected_notes(self) -> dict[str, Note]:
        """Every note that an anchor calls, by id."""
        return {name: note for name, note in self.notes.items() if note.anchors}

    # inlines

    def _content(self, element: etree._Element) -> list[Inline]:
        content: list[Inline] = []
        lead = self._clean(element.text)
        if lead:
            content += self._say(lead)
        for child in element:
            if isinstance(child.tag, str):
                content += self._inline(child)
            tail = self._clean(child.tail)
            if tail:
                content += self._say(tail)
        return content

    def _unsaid(self, element: etree._Element) -> list[Inline]:
        """The content of a reading that is not the edited one: it does not count as the block's text."""
        said, length, drafts, numbered, page, zone = self.said, self.length, self.drafts, self.numbered, self.page, self.zone
        pages = len(self.pages)
        self.said, self.drafts = [], []
        content = self._content(element)
        self.said, self.length, self.drafts, self.numbered, self.page, self.zone = said, length, drafts, numbered, page, zone
        del self.pages[pages:]
        return content

    def _inline(self, element: etree._Element, name: str = "") -> list[Inline]:
        name = name or etree.QName(element).localname
        if name == "lb":
            return [self._line_end(element)]
        if name in {"app", "choice"}:
            return self._edit(element, name)
        if name == "pb":
            return [self._page(element)]
        if name == "pc":
            return self._hyphen(element)
        if name == "fw":
            return [self._furniture(element)]
        if name == "ref" and element.get("type") == "noteAnchor":
            return self._anchor(element)
        if name == "note":
            return self._inline_note(element)
        if name in {"hi", "emph", "title", "foreign", "said", "q", "quote", "stage", "unclear", "supplied", "del", "label", "term", "speaker"}:
            return self._span(element, name)
        if name in {"ref", "ptr"}:
            return self._link(element)
        if name == "gap":
            self._say("[…]")
            return [Span("gap", ("[…]",), target=element.get("reason", ""))]
        if name == "space":
            self._say(" ")
            return [" "]
        if name in {"graphic", "figDesc", "anchor", "milestone", "cb", "gb"}:
            if element.get(_XML_ID):
                self.page_of[element.get(_XML_ID, "")] = self.page
                return [Span("anchor", (), id=element.get(_XML_ID, ""))]
            return self._content(element) if name == "figDesc" else []
        content = self._content(element)
        if element.get(_XML_ID) and name in {"seg", "w", "s", "phr", "span"}:
            self.page_of[element.get(_XML_ID, "")] = self.page
            return [Span("seg", tuple(content), id=element.get(_XML_ID, ""))]
        return content

    def _zone(self, element: etree._Element) -> str:
        name = element.get("facs", "").lstrip("#")
        return name if name in self.zones else ""

    def _line_end(self, element: etree._Element) -> LineEnd:
        self.zone = self._zone(element)
        # In doubt a hyphen that stands there joins; where none stands, nothing is known and the words stay two.
        joined = element.get("break") == "no" or (
            element.get("break") == "maybe" and next((one for one in reversed(self.said) if one), "").endswith("-")
        )
        edit = None
        start = self.length
        if element.get("ana"):
            edit = self._entered(element, "linebreak", (), (), before="", after="", start=start, joins=True)
        if not joined:
            self._say(" ")
        name = "" if edit else element.get(_XML_ID, "")
        if name:
            self.page_of[name] = self.page
        return LineEnd(joined, "hyphen" in element.get("rend", ""), self.zone, edit, name)

    def _hyphen(self, element: etree._Element) -> list[Inline]:
        text = _said(element) or "-"
        if element.get("force") == "weak":
            following = element.getnext()
            if element.get("ana") and (following is None or not following.get("ana")):
                edit = self._entered(element, "linebreak", (), (Hyphen(text),), before="-", after="", start=self.length, joins=True)
                return [edit]
            return [Hyphen(text)]
        self._say(text)
        return [text]

    def _page(self, element: etree._Element) -> PageStart:
        n = element.get("n", "")
        facs = element.get("facs", "").lstrip("#")
        surface = self.surface_of.get(facs, -1)
        page = PageStart(n, self._id(element, "page", len(self.pages) + 1), surface)
        self.pages.append(page)
        self.page = n or str(len(self.pages))
        return page

    def _furniture(self, element: etree._Element) -> Inline:
        furniture = Furniture(element.get("type", ""), _said(element))
        if not element.get("ana"):
            return furniture
        return self._entered(element, "furniture", (), (furniture,), before=furniture.text, after="", start=self.length)

    def _anchor(self, element: etree._Element) -> list[Inline]:
        target = element.get("target", "").lstrip("#")
        content = self._unsaid(element)
        return [Anchor(self._id(element, "sign"), target, plain(content) or "*")]

    def _inline_note(self, element: etree._Element) -> list[Inline]:
        """A citation in the line stays there; a note called elsewhere goes to its anchor; any other is called from here."""
        place = element.get("place", "")
        name = element.get(_XML_ID, "")
        if place == "inline":
            before, after = self._typed(element)
            spaced = bool(self.said) and not self.said[-1].endswith((" ", "(", "—"))
            bracketed = _said(element).startswith(("(", "["))
            lead = (" " if spaced else "") + ("" if bracketed else "(")
            trail = "" if bracketed else ")"
            self._say(lead)
            content: list[Inline] = [Glyph(lead, before), *self._content(element), Glyph(trail, after)]
            self._say(trail)
            return [Span("citation", tuple(content), id=name)]
        if not name:
            name = self._id(element, "note")
            element.set(_XML_ID, name)
        called = name in self.calls or element.get("target", "").lstrip("#") in self.signs or name in self.heads
        if not called:
            sign = f"sign.{name}"
            self.calls[name] = [sign]
            self._kept_note(element)
            return [Anchor(sign, name, element.get("n", "") or "*")]
        self._kept_note(element)
        return []

    def _typed(self, element: etree._Element) -> tuple[str, str]:
        """The characters that stood for the markup and come back from its rendition."""
        before = after = ""
        for pointer in element.get("rendition", "").split():
            scope, text = self.dropped.get(pointer.lstrip("#"), ("", ""))
            if scope == "before":
                before += text
            elif scope == "after":
                after += text
        return before, after

    def _span(self, element: etree._Element, name: str) -> list[Inline]:
        before, after = self._typed(element)
        rend = next((_RENDS[one] for one in element.get("rend", "").lower().split() if one in _RENDS), "")
        role = rend or _INLINE_ROLES.get(name, "italic" if name == "hi" else "")
        content = self._content(element)
        return [Span(role, tuple(content), language=element.get(_XML_LANG, ""), before=before, after=after, id=element.get(_XML_ID, ""))]

    def _link(self, element: etree._Element) -> list[Inline]:
        target = safe_url(element.get("target", "").split(" ")[0])
        content = self._content(element)
        if not content and target:
            self._say(target)
            content = [target]
        return [Span("link" if target else "", tuple(content), target=target, id=element.get(_XML_ID, ""))]

    def _edit(self, element: etree._Element, name: str) -> list[Inline]:
        """An apparatus entry or a choice: the reading of the edition and what stood there."""
        chosen, other, kind = _readings(element, name)
        if chosen is None and other is None:
            return self._content(element)
        place = self._next_number()
        start = self.length
        said = len(self.said)
        edited = [] if chosen is None else self._content(chosen)
        after = "".join(self.said[said:])
        ocr = [] if other is None else self._unsaid(other)
        marked = chosen if name == "choice" and chosen is not None and not element.get("resp") else element
        before = "".join(_plain(ocr, "ocr"))
        return [self._entered(element, kind, tuple(edited), tuple(ocr), before=before, after=after, start=start, number=place, more=marked)]

    def _next_number(self) -> int:
        self.numbered += 1
        return self.numbered

    def _entered(
        self,
        element: etree._Element,
        kind: str,
        edited: tuple[Inline, ...],
        ocr: tuple[Inline, ...],
        *,
        before: str,
        after: str,
        start: int,
        joins: bool = False,
        number: int = 0,
        more: etree._Element | None = None,
    ) -> Edit:
        n = number or self._next_number()
        kind, what, rule, rule_says = self._categories(element, kind)
        more = element if more is None else more
        name = self._id(element, "c", n)
        entry = Entry(
            n=n,
            id=name,
            kind=kind,
            what=what,
            rule=rule,
            rule_says=rule_says,
            before=before,
            after=after,
            confidence=_confidence(element, more),
            evidence=_evidence(element, more),
            by=self._who(element.get("resp") or more.get("resp") or ""),
            verdict="made",
            page=self.page,
        )
        self.drafts.append(_Draft(entry, start, self.length, joins))
        return Edit(n, name, kind, edited, ocr)

    def _who(self, pointer: str) -> str:
        return ", ".join(self.people.get(one.lstrip("#"), one.lstrip("#")) for one in pointer.split())

    def _categories(self, element: etree._Element, kind: str) -> tuple[str, str, str, str]:
        """The kind, what it is in words, the rule and what the rule says, from @ana."""
        what = rule = rule_says = ""
        for pointer in element.get("ana", "").split():
            name = pointer.lstrip("#")
            described = _said(self._description(name))
            if name.startswith(("k.", "kind.")):
                parts = name.split(".")
                if kind != "linebreak" and len(parts) > 1:
                    kind = {"norm": "form"}.get(parts[1], parts[1])
                what = described
            elif name.startswith(("r.", "rule.")):
                rule, rule_says = name.split(".", 1)[1], described
            else:
                what = what or described or name
        return kind, what, rule, rule_says

    def _description(self, name: str) -> etree._Element | None:
        category = self.categories.get(name)
        if category is None:
            return None
        found = category.find(f"{_T}catDesc")
        return category if found is None and category.tag == f"{_T}interp" else found

    def entries(self) -> list[Entry]:
        """The ledger of what was made, in the order of the text."""
        return sorted(self.done, key=lambda entry: entry.n)

    def annotate(self, root: etree._Element) -> None:
        """Take up what annotations say of changes that were made: their evidence."""
        said = {
            target.lstrip("#"): _said(note)
            for annotation in root.iterfind(f"{_T}standOff//{_T}annotation")
            for target in annotation.get("target", "").split()
            if (note := _evidence_note(annotation)) is not None
        }
        self.done = [replace(entry, evidence=said[entry.id]) if entry.id in said and not entry.evidence else entry for entry in self.done]

    def held(self, root: etree._Element) -> Iterator[Entry]:
        """The proposals that wait for an editor."""
        n = self.numbered
        made = {entry.id for entry in self.done}
        for annotation in root.iterfind(f"{_T}standOff//{_T}annotation"):
            if annotation.get("target", "").split(" ")[0].lstrip("#") in made and annotation.get("motivation") != "editing":
                continue
            choice = next(annotation.iter(f"{_T}choice", f"{_T}app"), None)
            before = after = ""
            if choice is not None:
                chosen, other, _ = _readings(choice, etree.QName(choice).localname)
                before, after = _said(other), _said(chosen)
            n += 1
            kind, what, rule, rule_says = self._categories(annotation, "ocr")
            target = annotation.get("target", "").split(" ")[0].lstrip("#")
            change = annotation.find(f".//{_T}change")
            yield Entry(
                n=n,
                id=annotation.get(_XML_ID, "") or f"h.{n}",
                kind=kind,
                what=what,
                rule=rule,
                rule_says=rule_says,
                before=before,
                after=after,
                confidence=_confidence(annotation, annotation),
                evidence=_said(_evidence_note(annotation)) or _said(change),
                by=self._who(annotation.get("resp", "")) or (self._who(change.get("who", "")) if change is not None else ""),
                verdict="held",
                page=self.page_of.get(target, ""),
                block=target if target in self.taken else "",
            )


def _readings(element: etree._Element, name: str) -> tuple[etree._Element | None, etree._Element | None, str]:
    """The chosen reading, the one it stands for, and the kind of change."""

    def first(*tags: str) -> etree._Element | None:
        return next(iter(element.iterchildren(*(f"{_T}{tag}" for tag in tags))), None)

    if name == "app":
        return first("lem"), first("rdg"), "ocr" if element.get("type") in {"ocr", None} else element.get("type", "ocr")
    if first("corr", "sic") is not None:
        return first("corr"), first("sic"), "print"
    if first("reg", "orig") is not None:
        return first("reg"), first("orig"), "form"
    if first("expan", "abbr") is not None:
        return first("expan"), first("abbr"), "form"
    return next(iter(element.iterchildren(f"{_T}unclear", f"{_T}seg")), None), None, "ocr"


def _confidence(element: etree._Element, more: etree._Element) -> str:
    """How sure the file is: a number where it has one (on the reading), else a degree."""
    said = [one.get("cert", "") for one in (more, element, *element.iter(f"{_T}lem", f"{_T}reg", f"{_T}corr")) if one.get("cert")]
    said += [one.get("degree", "") for one in element.iter(f"{_T}certainty")]
    return next((value for value in said if value[0].isdigit()), said[0] if said else "")


def _evidence_note(annotation: etree._Element) -> etree._Element | None:
    return next((note for note in annotation.iterchildren(f"{_T}note") if note.get("type") in {"evidence", "why"}), None)


def _evidence(element: etree._Element, more: etree._Element) -> str:
    said = _said(next(element.iterchildren(f"{_T}note", f"{_T}desc"), None))
    return said or more.get("evidence", "") or element.get("evidence", "")


def _before(text: str) -> str:
    """The last words of a text, to show before an entry."""
    return text if len(text) <= _ABOUT else "… " + text[-_ABOUT:].partition(" ")[2]


def _behind(text: str) -> str:
    """The first words of a text, to show behind an entry."""
    return text if len(text) <= _ABOUT else text[:_ABOUT].rpartition(" ")[0] + " …"


def _css_content(css: str) -> str:
    found = re.search(r"""content\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""", css)
    if not found:
        return ""
    text = found.group(1) if found.group(1) is not None else found.group(2)
    return re.sub(
        r"\\([0-9A-Fa-f]{1,6}) ?|\\(.)",
        lambda m: chr(int(m.group(1), 16)) if m.group(1) and int(m.group(1), 16) < 0x110000 else m.group(2) or "",
        text,
    )


def _facsimile(root: etree._Element) -> tuple[tuple[Surface, ...], frozenset[str]]:
    surfaces: list[Surface] = []
    zones: set[str] = set()
    for surface in root.iterfind(f"{_T}facsimile//{_T}surface"):
        graphic = surface.find(f"{_T}graphic")
        if graphic is None:
            continue
        width, height = _pixels(graphic.get("width")) or _pixels(surface.get("lrx")), _pixels(graphic.get("height")) or _pixels(surface.get("lry"))
        lines = []
        for zone in surface.iter(f"{_T}zone"):
            corners = [_pixels(zone.get(side)) for side in ("ulx", "uly", "lrx", "lry")]
            name = zone.get(_XML_ID, "")
            if name and corners[2] > corners[0] and corners[3] > corners[1]:
                lines.append(Zone(name, corners[0], corners[1], corners[2] - corners[0], corners[3] - corners[1]))
                zones.add(name)
        surfaces.append(Surface(surface.get(_XML_ID, ""), surface.get("n", ""), safe_url(graphic.get("url", "")), width, height, tuple(lines)))
    return tuple(surfaces), frozenset(zones)


def _pixels(value: str | None) -> int:
    found = re.match(r"\d{1,6}", value or "")
    return int(found.group()) if found else 0


def _sign(blocks: tuple[Block, ...]) -> str:
    """The sign that a note begins with."""
    for block in blocks:
        for one in block.content:
            if isinstance(one, Span) and one.role == "label":
                return plain(one.content)
            if isinstance(one, str) and one.strip():
                return ""
    return ""


def _without_label(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks of a note without the sign it begins with, which is shown as the note's link back."""
    if not blocks:
        return blocks
    first = blocks[0]
    for i, one in enumerate(first.content):
        if isinstance(one, Span) and one.role == "label":
            rest = first.content[i + 1 :]
            if rest and isinstance(rest[0], str):
                rest = (rest[0].lstrip(), *rest[1:])
            return (replace(first, content=(*first.content[:i], *rest), text=plain((*first.content[:i], *rest))), *blocks[1:])
        if isinstance(one, str) and one.strip():
            break
    return blocks


def _carried_on(first: tuple[Block, ...], more: tuple[Block, ...]) -> tuple[Block, ...]:
    """A note's next part put behind its first: in the same paragraph where both end and begin as running text."""
    if first and more and first[-1].role == more[0].role == "note-text":
        left, right = first[-1], more[0]
        joined = replace(left, content=(*left.content, " ", *_leading_stripped(right.content)), text=f"{left.text} {right.text}")
        return (*first[:-1], joined, *more[1:])
    return (*first, *more)


def _leading_stripped(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return (content[0].lstrip(), *content[1:]) if content and isinstance(content[0], str) else content


_TYPED = re.compile("[\"']")


def _typographic(text: str, before: str) -> list[Inline]:
    """A string with the quotation marks that are plain from what stands beside them curled; what was typed is kept.

    `years' absence` and `don't` have an apostrophe; `'tis` may have one or a mark that opens, and stays as it was typed.
    """
    out: list[Inline] = []
    at = 0
    for found in _TYPED.finditer(text):
        i = found.start()
        left = text[i - 1] if i else before
        right = text[i + 1 : i + 2]
        opens = not left or left.isspace() or left in "([—–“‘"
        typed = found.group()
        if opens and typed == '"' and not right.isspace():
            shown = "“"
        elif not opens:
            shown = "”" if typed == '"' else "’"
        else:
            continue
        if i > at:
            out.append(text[at:i])
        out.append(Glyph(shown, typed))
        at = i + 1
    if at < len(text):
        out.append(text[at:])
    return out
