"""Other people's TEI, made readable: DTA, ELTeC, DraCor, TEI Publisher, P4, and what comes.

emend's own editions are held to their schema. Any other file is read as far as it can be: it may
have a DOCTYPE, lack a header, ids or a namespace, hold a corpus, or elements of other namespaces,
which are dropped because a browser may run them. What was dropped or not understood is reported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from pipeline.errors import EditionError
from pipeline.publish.model.names import T
from pipeline.xml import TEI, XML_ID, local

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_NAME: Final = re.compile(r"[^\W\d][\w.·-]*")
_SOFT: Final = re.compile(
    r"(?<=[^\W\d_])[¬⸗\u00ad]\s*$"
)  # a hyphen that is always dropped at a line end
_FOREIGN: Final = (
    "//*[namespace-uri() != $tei or @*[namespace-uri() != '' and namespace-uri() != $xml]]"
)
# Elements whose content is shown as it is, without loss: names, words and the like.
_PLAIN: Final = frozenset(
    "ab abbr add addName addSpan addrLine address am anchor author back bibl biblScope body c "
    "cb cell choice closer corr date dateline desc distinct docAuthor docDate docEdition "
    "docImprint docTitle editor emph epigraph ex expan figDesc figure floatingText foreign "
    "forename front fw g gap gb geogName gloss graphic group head hi idno imprimatur item l "
    "label lb lg list listBibl measure mentioned milestone name note num opener orgName orig p "
    "pb pc persName placeName postscript ptr pubPlace publisher q quote ref reg resp roleName "
    "rs s said salute seg sic signed soCalled sp speaker space stage street surname supplied "
    "surplus table term text time title titlePage titlePart trailer unclear w row castList "
    "castItem castGroup role roleDesc set argument byline cit del div div1 div2 div3 div4 div5 "
    "div6 div7 app lem rdg span phr m country region settlement district email series "
    "performance prologue epilogue subst damage restore handShift index interp interpGrp "
    "listPerson person personGrp particDesc move sound".split()
)


def is_ours(root: etree._Element) -> bool:
    """Whether emend made an edition: its header names emend, or the OCR text as a witness."""
    header = root.find(f"{T}teiHeader")
    return header is not None and (
        header.find(f".//{T}application[@ident='emend']") is not None
        or header.find(f".//{T}sourceDesc//{T}witness[@{_XML}id='ocr']") is not None
    )


def adopt(root: etree._Element, name: str) -> tuple[etree._Element, tuple[str, ...], bool]:
    """Make a TEI file of any project readable.

    Returns its root, what was not understood, and whether the file itself cannot be published as
    it is.

    Raises:
        EditionError: It is not TEI, or has no text.
    """
    said: list[str] = []
    declared = root.getroottree().docinfo
    changed = declared.internalDTD is not None
    declared.clear()  # the DTD does not come with the file
    changed |= _into_namespace(root)
    if root.tag == f"{T}teiCorpus":
        root = _as_group(root)
        changed = True
    if root.tag != f"{T}TEI":
        raise EditionError(f"{name} is not a TEI file: its root is {local(root)}.")
    if ignored := _with_sound_ids(root):
        shown = ", ".join(ignored[:3]) + (", …" if len(ignored) > 3 else "")
        said.append(f"ignored {len(ignored)} xml:id that cannot be addresses ({shown})")
        changed = True
    dropped = _without_foreign(root)
    changed |= dropped is not None
    if dropped:
        said.append(f"dropped {_listed(dropped)}, which are not TEI")
    text = root.find(f"{T}text")
    if text is None:
        raise EditionError(f"{name} has no text to publish.")
    changed |= _with_header(root, text)
    _with_joined_lines(text)
    unknown = Counter(name for one in text.iter(f"{T}*") if (name := local(one)) not in _PLAIN)
    if unknown:
        said.append(f"showed the text of {_listed(unknown)} without their meaning")
    return root, tuple(said), changed


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} ({n})" for name, n in sorted(counted.items()))


def _into_namespace(root: etree._Element) -> bool:
    """Put the elements of a file without a namespace, such as TEI P4, into that of TEI."""
    bare = "}" not in str(root.tag)
    for one in root.iter("*"):
        if "}" not in str(one.tag):
            one.tag = T + {"TEI.2": "TEI", "teiCorpus.2": "teiCorpus"}.get(one.tag, one.tag)
            if identity := one.attrib.pop("id", ""):
                one.set(XML_ID, identity)
            if language := one.attrib.pop("lang", ""):
                one.set(f"{_XML}lang", language)
    return bare


def _with_sound_ids(root: etree._Element) -> list[str]:
    """Remove ids that are used before, are not names, or are those of the page itself."""
    seen: set[str] = set()
    ignored: list[str] = []
    for one in root.iter("*"):
        identity = one.get(XML_ID)
        if identity is None:
            continue
        if identity in seen or not _NAME.fullmatch(identity) or identity.startswith("ui-"):
            ignored.append(identity)
            del one.attrib[XML_ID]
        seen.add(identity)
    return ignored


def _as_group(corpus: etree._Element) -> etree._Element:
    """A corpus as one TEI file with a group of texts."""
    whole = etree.Element(f"{T}TEI")
    header = corpus.find(f"{T}teiHeader")
    if header is not None:
        whole.append(header)
    group = etree.SubElement(etree.SubElement(whole, f"{T}text"), f"{T}group")
    for text in list(corpus.iterfind(f".//{T}TEI/{T}text")):
        group.append(text)
    return whole


def _without_foreign(root: etree._Element) -> Counter[str] | None:
    """Remove elements and attributes of other namespaces.

    Returns the names of those elements in the text; None if nothing was removed.
    """
    dropped: Counter[str] = Counter()
    found = False
    for one in root.xpath(_FOREIGN, tei=TEI, xml=_XML[1:-1]):  # type: ignore[union-attr]
        assert isinstance(one, etree._Element)  # noqa: SLF001  lxml does not export it
        for attribute in list(one.attrib):
            if str(attribute).startswith("{") and not str(attribute).startswith(_XML):
                del one.attrib[attribute]
                found = True
        parent = one.getparent()
        if not str(one.tag).startswith(T) and parent is not None:
            if any(True for _ in one.iterancestors(f"{T}text")):
                dropped[local(one)] += 1
            _remove(one, parent)
            found = True
    etree.cleanup_namespaces(root)
    return dropped if found else None


def _remove(element: etree._Element, parent: etree._Element) -> None:
    """Remove an element and keep the text after it."""
    tail, before = element.tail or "", element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _with_header(root: etree._Element, text: etree._Element) -> bool:
    """Give a file without a header or a title one that has its first heading."""
    header = root.find(f"{T}teiHeader")
    if header is None:
        header = etree.Element(f"{T}teiHeader")
        root.insert(0, header)
    if header.find(f".//{T}titleStmt") is None:
        head = next(text.iter(f"{T}titlePart", f"{T}head"), None)
        title = " ".join("".join(map(str, head.itertext())).split()) if head is not None else ""
        description = header.find(f"{T}fileDesc")
        if description is None:
            description = etree.SubElement(header, f"{T}fileDesc")
        statement = etree.Element(f"{T}titleStmt")
        etree.SubElement(statement, f"{T}title").text = title
        description.insert(0, statement)
        return True
    return False


def _with_joined_lines(text: etree._Element) -> None:
    """Mark the line ends at which a word goes on, and leave no white space within it.

    `Buch¬<lb/>` and `Buch <lb break="no"/>staben` both join.
    """
    for end in text.iter(f"{T}lb", f"{T}pb"):
        before = _text_before(end)
        joined = end.get("break") in {"no", "maybe"}
        goes_on = (end.tail or "").lstrip()[:1].islower()
        if before is not None and goes_on and (found := _SOFT.search(before[1])):
            _set_text(before[0], before[1][: found.start()], tail=before[2])
            end.set("break", "no")
            end.set("rend", "hyphen")
        elif joined and before is not None:
            _set_text(before[0], before[1].rstrip(), tail=before[2])
        if end.get("break") in {"no", "maybe"}:
            end.tail = (end.tail or "").lstrip()


def _text_before(element: etree._Element) -> tuple[etree._Element, str, bool] | None:
    """The text just before an element: what holds it, the text, and whether it is a tail."""
    previous = element.getprevious()
    if previous is not None:
        return (previous, previous.tail, True) if previous.tail else None
    parent = element.getparent()
    return (parent, parent.text, False) if parent is not None and parent.text else None


def _set_text(holder: etree._Element, text: str, *, tail: bool) -> None:
    if tail:
        holder.tail = text
    else:
        holder.text = text


def looks(root: etree._Element) -> Iterator[tuple[str, str]]:
    """What the renditions of a header look like: `#i` → "italic"."""
    for one in root.iter(f"{T}rendition"):
        css = "".join(map(str, one.itertext())).lower()
        for pattern, role in _LOOKS:
            if re.search(pattern, css):
                yield one.get(XML_ID, ""), role
                break


_LOOKS: Final = (
    (r"font-style\s*:\s*italic", "italic"),
    (r"font-weight\s*:\s*bold", "bold"),
    (r"letter-spacing", "spaced"),
    (r"font-variant\s*:\s*small-caps", "smallcaps"),
    (r"vertical-align\s*:\s*super", "sup"),
    (r"vertical-align\s*:\s*sub", "sub"),
    (r"text-decoration\s*:\s*underline", "underline"),
)
