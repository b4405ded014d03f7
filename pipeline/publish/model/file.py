"""Reads a TEI file that anyone may have written, for publication."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.errors import EditionError
from pipeline.publish.model.names import T
from pipeline.xml import parse_tei


def parse(data: bytes, name: str) -> etree._ElementTree:
    """Parse a TEI file into a tree without comments and processing instructions.

    Raises:
        EditionError: It is not well formed, not TEI, beyond the limits of `pipeline.xml`, or has
            elements of another namespace, which a browser may run.

    """
    root = parse_tei(data, name, bare=True)
    foreign = next((one for one in root.iter("*") if not one.tag.startswith(T)), None)
    if foreign is not None:
        raise EditionError(
            f"{name} contains the element {etree.QName(foreign).localname} of the namespace "
            f"{etree.QName(foreign).namespace}, which a browser may run as a script; remove it."
        )
    return root.getroottree()


def remote(url: str) -> bool:
    """Whether a page image is on the web. The site links to it and never loads it."""
    return re.match(r"https?:", url, re.IGNORECASE) is not None
