"""Reads a TEI file that anyone may have written, for publication."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from pipeline import xml
from pipeline.errors import EditionError
from pipeline.publish.model import strangers
from pipeline.publish.model.names import T

# `xml:id="1a"`, and an id that is used twice, as in a corpus whose texts each count from p1.
_FAULTY_IDS: Final = frozenset(
    {etree.ErrorTypes.DTD_XMLID_VALUE, etree.ErrorTypes.DTD_ID_REDEFINED}
)


@dataclass(frozen=True, slots=True)
class File:
    """A parsed file: its tree, whether emend made it, and what of it was not understood."""

    tree: etree._ElementTree
    ours: bool
    told: tuple[str, ...] = ()
    changed: bool = False  # whether the tree is published in place of the bytes of the file


def parse(data: bytes, name: str) -> etree._ElementTree:
    """Parse a TEI file as `opened` does. Returns its tree."""
    return opened(data, name).tree


def opened(data: bytes, name: str) -> File:
    """Parse a TEI file into a tree without comments and processing instructions.

    An edition of emend's own must be as emend writes it; any other file is read as far as it can
    be.

    Raises:
        EditionError: It is not well formed, not TEI, has no text, is beyond the limits of
            `pipeline.xml`; or it is emend's own and has elements of another namespace, which a
            browser may run.

    """
    try:
        root = xml.parse(data, name, bare=True, error=EditionError)
    except EditionError as error:
        if getattr(error.__cause__, "code", 0) not in _FAULTY_IDS:
            raise
        root = xml.parse(data, name, bare=True, ids=False, error=EditionError)
        if strangers.is_ours(root):
            raise
    if not strangers.is_ours(root):
        root, told, changed = strangers.adopt(root, name)
        return File(root.getroottree(), ours=False, told=told, changed=changed)
    if root.getroottree().docinfo.internalDTD is not None:
        raise EditionError(f"{name} contains a DOCTYPE, which emend does not read; remove it.")
    foreign = next((one for one in root.iter("*") if not one.tag.startswith(T)), None)
    if foreign is not None:
        raise EditionError(
            f"{name} contains the element {etree.QName(foreign).localname} of the namespace "
            f"{etree.QName(foreign).namespace}, which a browser may run as a script; remove it."
        )
    return File(root.getroottree(), ours=True)


def remote(url: str) -> bool:
    """Whether a page image is on the web. The site links to it and never loads it."""
    return re.match(r"https?:", url, re.IGNORECASE) is not None
