"""Validate an edition against the grammar and the Schematron in schemas/, in clear sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from lxml import etree

from pipeline.errors import EditionError
from pipeline.tei.grammar import Grammar
from pipeline.tei.soundness import is_sound
from pipeline.xml import parse_tei

if TYPE_CHECKING:
    from saxonche import PySaxonProcessor

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_STEP = re.compile(r"(?:Q\{([^}]*)\}|\*:)?([\w.-]+)\[(\d+)\]")
_MOST = 100  # faults reported per file; a person fixes the first few and checks again


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in a file: its line and perhaps column (both from 1), and what is allowed there."""

    file: str
    line: int
    column: int | None
    message: str


def check(tei: bytes, name: str) -> list[Fault]:
    """What keeps a file from being an edition, in the order of its lines; nothing, if it is one.

    `name` is what the faults call the file. The grammar is edition.rng, the rules beyond a grammar
    are edition.sch.

    Raises:
        EditionError: It cannot be read at all: it is not TEI or not UTF-8, has a DOCTYPE, or is
            too large or too deep.

    """
    try:
        text = tei.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditionError(
            f"Not valid UTF-8 (byte {error.start + 1}). Save the file as UTF-8."
        ) from None
    try:
        root = parse_tei(tei, "This file")
    except EditionError as error:
        if isinstance(error.__cause__, etree.XMLSyntaxError):
            line, column = error.__cause__.position
            return [Fault(name, line or 1, column or None, str(error))]
        raise
    relaxng, grammar = _grammar()
    if relaxng.validate(root):
        found = []
    else:
        found = [(misfit.element, misfit.message) for misfit in grammar.misfits(root)] or [
            (root, f"This is not valid against edition.rng: {entry.message}.")
            for entry in relaxng.error_log[:1]
        ]
    if found or not is_sound(root):
        found += _rules_broken(root, text)
    places = _places(tei, root, [element for element, _ in found]) if found else {}
    faults = [Fault(name, *places[element], message) for element, message in found]
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.column or 0))[:_MOST]


def schema(name: str) -> bytes:
    """A file of schemas/, which a wheel holds in the package and a checkout beside it."""
    package = Path(__file__).parents[1]
    packaged, checkout = (folder / "schemas" / name for folder in (package, package.parent))
    return (packaged if packaged.is_file() else checkout).read_bytes()


@cache
def _grammar() -> tuple[etree.RelaxNG, Grammar]:
    """The grammar for libxml2, and for the explanation of what libxml2 rejects."""
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    tree = etree.ElementTree(etree.fromstring(schema("edition.rng"), parser))
    return etree.RelaxNG(tree), Grammar(tree)


@cache
def _schematron() -> tuple[PySaxonProcessor, Any]:
    """A Saxon processor and the compiled rules; made once, as both live as long as the program."""
    # not before a file is in doubt: loading Saxon takes longer than checking a page
    from saxonche import PySaxonProcessor  # noqa: PLC0415

    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_text=schema("edition.sch.xsl").decode()
    )


def _rules_broken(root: etree._Element, text: str) -> list[tuple[etree._Element, str]]:
    """The elements that break a rule of the Schematron, and its message."""
    from saxonche import PySaxonApiError  # noqa: PLC0415

    processor, rules = _schematron()
    try:
        report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=text))
    except PySaxonApiError as error:  # its parser has limits of its own
        said = " ".join(str(error).split())[:200]
        raise EditionError(f"This file cannot be checked against the rules: {said}") from None
    failed = etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert")
    return [
        (
            _found(root, one.get("location", "")),
            " ".join("".join(str(part) for part in one.itertext()).split()),
        )
        for one in failed
    ]


def _found(root: etree._Element, location: str) -> etree._Element:
    """The element that a location such as `/Q{…}TEI[1]/Q{…}text[1]` names."""
    element = root
    for namespace, name, index in _STEP.findall(location)[1:]:
        element = element.findall(f"{{{namespace}}}{name}")[int(index) - 1]
    return element


def _places(
    tei: bytes, root: etree._Element, elements: list[etree._Element]
) -> dict[etree._Element, tuple[int, int]]:
    """The line and column of each start tag.

    lxml gives no columns, and no lines beyond 65535.
    """
    wanted = {id(element) for element in elements}
    order = {n: element for n, element in enumerate(root.iter("*")) if id(element) in wanted}
    places: dict[etree._Element, tuple[int, int]] = {}
    count = -1
    parser = expat.ParserCreate()

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count in order:
            places[order[count]] = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    parser.StartElementHandler = start
    parser.Parse(tei, True)
    return places
