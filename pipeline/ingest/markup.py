"""XML from strangers: parsed without entities, network or depth, or refused with a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipeline.errors import SourceError

# of a file that is parsed whole, which takes twenty times as much memory; the hOCR of a book has 60
# MB
MOST_BYTES = 120_000_000
MOST_STREAMED = (
    400_000_000  # of one that is read page by page; the ABBYY XML of a thousand pages has 300 MB
)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def parse(data: bytes, name: str) -> etree._Element:
    """The root element. Comments and processing instructions stay, entities and what they name do
    not.

    Raises:
        SourceError: It is not well formed, too large, nested too deep (libxml2's bound, 256), or
        declares entities.

    """
    refuse_entities(data, name)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise SourceError(
            f"{name} is not well-formed XML: {said(error)}. It may be truncated or damaged."
        ) from None
    except (ValueError, LookupError) as error:
        raise SourceError(f"{name} cannot be read as XML: {error}.") from None
    internal: Any = root.getroottree().docinfo.internalDTD  # the stubs do not know its entities
    if internal is not None and any(True for _ in internal.iterentities()):
        raise SourceError(_DECLARES.format(name=name))
    return root


def parse_html(data: bytes, name: str) -> etree._Element:
    """The root of an hOCR file that is HTML and no XML: `<br>`, `&nbsp;`, attributes without
    quotes.

    Raises:
        SourceError: There is no element in it, or it is too large.

    """
    refuse_entities(data, name)
    encoding = "utf-8" if _is_utf_8(data) else None
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding=encoding)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise SourceError(f"{name} cannot be read as HTML: {error}.") from None
    if root is None:
        raise SourceError(f"{name} contains no HTML element.")
    return root


def local(element: etree._Element) -> str:
    """An element's name without its namespace; "" of a comment or a processing instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of these local names (or all elements), whatever the namespace."""
    for child in element:
        if local(child) in names if names else local(child):
            yield child


def descendants(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The descendants of these local names, whatever the namespace, in document order."""
    yield from element.iter(*(f"{{*}}{name}" for name in names))


_DECLARES = (
    "{name} declares XML entities, which no page needs and which can be made to blow up: "
    "remove its DOCTYPE's entities and try again."
)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )


def refuse_entities(data: bytes, name: str, most: int = MOST_BYTES) -> None:
    """Raise SourceError for a file that is too large or declares entities."""
    if len(data) > most:
        raise SourceError(f"{name} is larger than {most // 1_000_000} MB: split it into its pages.")
    if _ENTITY.search(data[:1_000_000].replace(b"\0", b"")):  # without the zeros of UTF-16
        raise SourceError(_DECLARES.format(name=name))


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def said(error: etree.XMLSyntaxError) -> str:
    """What the parser said, without its full stop, and in words where its words are opaque."""
    said = (error.msg or "no element in it").split(", line ")[0].rstrip(".")
    if "depth" in said.lower():
        said = "its elements are nested deeper than any page needs"
    return f"{said} (line {error.lineno})" if error.lineno else said
