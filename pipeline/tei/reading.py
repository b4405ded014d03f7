"""Read XML that anyone may have written: within bounds, without network and entities."""

from __future__ import annotations

from lxml import etree

from pipeline.errors import EditionError

TEI = "http://www.tei-c.org/ns/1.0"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
LARGEST = 256 * 1024 * 1024  # bytes; the longest of novels makes some ten million
DEEPEST = 100  # levels of elements; Saxon's XML parser, which the Schematron needs, stops there


def parsed(tei: bytes) -> etree._Element:
    """Parse a TEI file, which must be in UTF-8 and without a DOCTYPE.

    Raises:
        EditionError: It is not such a file. The message says why.

    """
    if len(tei) > LARGEST:
        raise EditionError(
            f"This file is larger than {LARGEST // 1024**2} MiB, the most that emend reads."
        )
    try:
        text = tei.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditionError(
            f"Not valid UTF-8 (byte {error.start + 1}). Save the file as UTF-8."
        ) from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise EditionError("This file contains a DOCTYPE, which emend does not read; remove it.")
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
            f"This is not a TEI file: its root is {root.tag!r}, not TEI in the namespace {TEI}."
        )
    _check_depth(root)
    return root


def _check_depth(root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise EditionError(
                f"This file is nested more than {DEEPEST} levels deep, the most that emend reads."
            )
