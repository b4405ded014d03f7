"""A TEI file that may come from anyone: parsed without entity, network, DTD or bottomless nesting,
its links shown only if they are safe.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from pipeline.errors import EditionError
from pipeline.publish.model.names import T

LARGEST: Final = (
    128 * 1024 * 1024
)  # bytes of TEI; a book of a million words, corrected throughout, has some 20 MB
DEEPEST: Final = 120  # levels of elements; libxml2 itself stops at 256


def parse(data: bytes, name: str) -> etree._ElementTree:
    """The tree of a TEI file that may come from anyone: no entity, network, DTD or bottomless
    nesting. Raises EditionError.
    """
    if len(data) > LARGEST:
        raise EditionError(
            f"{name} has {len(data) >> 20} MB, more than the {LARGEST >> 20} MB an edition "
            f"may have: split it."
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise EditionError(
            f"{name} is not well-formed XML and was not published: {_first_line(error)}."
        ) from None
    if tree.docinfo.internalDTD is not None:
        raise EditionError(
            f"{name} contains a DOCTYPE, which emend does not read: remove it, and write entities as "
            f"characters."
        )
    root = tree.getroot()
    if root.tag != f"{T}TEI":
        raise EditionError(
            f"{name} is not a TEI document (its outermost element is "
            f"{etree.QName(root).localname}): give a file made by emend build."
        )
    foreign = next((one for one in root.iter("*") if not one.tag.startswith(T)), None)
    if foreign is not None:
        raise EditionError(
            f"{name} contains the element {etree.QName(foreign).localname} of the namespace "
            f"{etree.QName(foreign).namespace}, which a browser may run as a script: remove it."
        )
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise EditionError(
            f"{name} is nested {deepest} levels deep, more than the {DEEPEST} that emend reads, and "
            f"was not published."
        )
    return tree


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0].rstrip(".")


def remote(url: str) -> bool:
    """Whether a page image lies on the web. The site loads nothing from there: it links to it."""
    return re.match(r"https?:", url, re.IGNORECASE) is not None
