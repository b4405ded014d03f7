"""Parse XML and HTML from strangers within limits: size, depth, no entities, no network.

Every XML file that emend reads comes through here, whoever wrote it: a page of an OCR engine, a
TEI edition to validate, restore or publish. What is refused is refused in one sentence.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from lxml import etree

from pipeline.errors import EditionError, EmendError, SourceError

TEI: Final = "http://www.tei-c.org/ns/1.0"
XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"

# MB of a file that is parsed whole, which takes twenty times as much memory. The hOCR of a book has
# some 60 MB, the TEI of a million words some 20.
LARGEST: Final = 128
# MB of a file that is read page by page: the ABBYY XML of a thousand pages has 300.
LARGEST_STREAMED: Final = 400
# Levels of elements. Saxon, which runs the Schematron, reads no more.
DEEPEST: Final = 100

_MB = 1_000_000
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PROLOG = 1_000_000  # bytes that are searched for entities before anything is parsed
_TOO_DEEP = f"boolean({'/*' * (DEEPEST + 1)})"
_LIMITS: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}


def parse(
    data: bytes,
    name: str,
    *,
    doctype: bool = True,
    bare: bool = False,
    ids: bool = True,
    error: type[EmendError] = SourceError,
) -> etree._Element:
    """Parse an XML file and return its root element.

    Args:
        data: The file.
        name: What messages call the file.
        doctype: Whether a DOCTYPE is allowed, as hOCR and DjVu XML have one. It is never followed,
            and may declare no entities.
        bare: Drop comments and processing instructions, which a browser may run.
        ids: Whether an `xml:id` that is not a name, or is used twice, is an error.
        error: What to raise.

    Raises:
        EmendError: The file is not well formed, too large, too deep, or declares entities. It is
            of the type `error`, caused by lxml's own error where that has a line.

    """
    _refuse(data, name, LARGEST, error)
    parser = etree.XMLParser(
        **_LIMITS,
        dtd_validation=False,
        remove_comments=bare,
        remove_pis=bare,
        collect_ids=ids,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as cause:
        _not_well_formed(cause, name, error)
    except (ValueError, LookupError) as cause:
        raise error(f"{name} cannot be read as XML: {cause}.") from None
    internal: Any = root.getroottree().docinfo.internalDTD  # lxml's stubs do not know its entities
    if internal is not None:
        if any(True for _ in internal.iterentities()):
            _refuse_entities(name, error)
        if not doctype:
            raise error(f"{name} contains a DOCTYPE, which emend does not read; remove it.")
    try:
        deep = bool(root.getroottree().xpath(_TOO_DEEP))
    except etree.XPathError:
        raise error(f"{name} has more than ten million elements; split it.") from None
    if deep:
        raise error(_deep(name))
    return root


def parse_tei(data: bytes, name: str, *, bare: bool = False) -> etree._Element:
    """Parse a TEI file, which may have no DOCTYPE, and return its root element.

    Raises:
        EditionError: As `parse` does, or the root is not TEI.

    """
    root = parse(data, name, doctype=False, bare=bare, error=EditionError)
    if root.tag != f"{{{TEI}}}TEI":
        raise EditionError(
            f"{name} is not a TEI file: its root is {root.tag!r}, not TEI in the namespace {TEI}."
        )
    return root


def parse_html(data: bytes, name: str) -> etree._Element:
    """Parse hOCR that is HTML and not XML (`<br>`, `&nbsp;`, attributes without quotes).

    Raises:
        SourceError: It is too large, declares entities, or holds no element.

    """
    _refuse(data, name, LARGEST, SourceError)
    encoding = "utf-8" if _is_utf_8(data) else None
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding=encoding)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise SourceError(f"{name} cannot be read as HTML: {error}.") from None
    if root is None:
        raise SourceError(f"{name} holds no HTML element.")
    return root


def stream(data: bytes, name: str, *tags: str) -> Iterator[etree._Element]:
    """Yield the elements of these names as they are read, each emptied after its turn.

    For files too large to be held in memory as a whole.

    Raises:
        SourceError: The file is not well formed, too large, or declares entities.

    """
    _refuse(data, name, LARGEST_STREAMED, SourceError)
    try:
        for _, element in etree.iterparse(
            io.BytesIO(data), events=("end",), tag=[f"{{*}}{tag}" for tag in tags], **_LIMITS
        ):
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as cause:
        _not_well_formed(cause, name, SourceError)


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for a comment or an instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of these local names (or all elements), whatever the namespace."""
    for child in element:
        if local(child) in names if names else local(child):
            yield child


def descendants(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the descendants of these local names in document order, whatever the namespace."""
    yield from element.iter(*(f"{{*}}{name}" for name in names))


def _refuse(data: bytes, name: str, most: int, error: type[EmendError]) -> None:
    """Refuse a file of more than `most` MB, or one that declares entities."""
    if len(data) > most * _MB:
        raise error(f"{name} is larger than {most} MB; split it into its pages.")
    if _ENTITY.search(data[:_PROLOG].replace(b"\0", b"")):  # without the zeros of UTF-16
        _refuse_entities(name, error)


def _not_well_formed(cause: etree.XMLSyntaxError, name: str, error: type[EmendError]) -> NoReturn:
    """Say in plain words why a file is not well formed."""
    said = (cause.msg or "no element in it").split(", line ")[0].rstrip(".")
    if "depth" in said.lower():  # libxml2's own bound, 256
        raise error(_deep(name)) from None
    line, column = cause.position
    where = f" (line {line}, column {column})" if line else ""
    raise error(
        f"{name} is not well-formed XML: {said}{where}. It may be truncated or damaged."
    ) from cause


def _deep(name: str) -> str:
    return f"{name} is nested more than {DEEPEST} levels deep, the most that emend reads."


def _refuse_entities(name: str, error: type[EmendError]) -> NoReturn:
    raise error(
        f"{name} contains a DOCTYPE that declares entities, which emend does not read; remove them."
    )


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
