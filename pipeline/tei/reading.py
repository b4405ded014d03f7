"""Reading XML that anyone may have written: within bounds, without the network, without
entities.
"""

from __future__ import annotations

from lxml import etree

from pipeline.errors import EditionError

TEI = "http://www.tei-c.org/ns/1.0"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
LARGEST = 256 * 1024 * 1024  # bytes; the longest of novels makes some ten million
DEEPEST = 150  # elements in one another; ours go to about a hundred


def parsed(tei: bytes) -> etree._Element:
    """The root of a TEI file, in UTF-8, without a document type declaration.

    Raises:
        EditionError: It is not such a file. The sentence says why.

    """
    if len(tei) > LARGEST:
        raise EditionError(
            f"This file is larger than {LARGEST // 1024**2} MiB: that is no edition."
        )
    try:
        text = tei.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditionError(
            f"This file is not in UTF-8 (byte {error.start + 1} is not): save it so."
        ) from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise EditionError(
            "This file has a document type declaration, which an edition needs none of and "
            "which is not read: take it out."
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=False,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise EditionError(
            f"This file is not well-formed XML: line {line}, column {column}: "
            f"{error.msg.split(', line ')[0]}."
        ) from error
    if root.tag != f"{{{TEI}}}TEI":
        raise EditionError(
            f"This is no TEI file: its root is {root.tag!r}, not TEI in the namespace {TEI}."
        )
    _check_depth(root)
    return root


def _check_depth(root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise EditionError(
                f"This file has more than {DEEPEST} elements in one another: that is no edition."
            )
