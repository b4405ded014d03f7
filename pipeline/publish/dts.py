"""The library for text tools: Distributed Text Services 1.0 (https://dtsapi.org), as files.

A static site cannot answer queries, so the URI templates have their parameters in the path, as the
specification suggests for such sites: `navigation/{resource}/units{;down}{/ref}.json`. Each call
that level 0 asks for has a file; what can be cited are the divisions, and a text without any has no
citation tree. Files for every call on a paragraph would be many and, with its siblings, large:
`dts_server.py` answers these, and ranges. A paragraph's TEI can be retrieved here all the same, at
the address of a document with the paragraph's id as its reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from pipeline.publish.model.model import Block, Edition, flatten
from pipeline.xml import TEI

_CONTEXT: Final = "https://dtsapi.org/context/v1.0.json"
VERSION: Final = {"@context": _CONTEXT, "dtsVersion": "1.0"}
_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_HEAD: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="{TEI}"><dts:wrapper '
    f'xmlns:dts="https://w3id.org/api/dts#">'
).encode()
_TAIL: Final = b"</dts:wrapper></TEI>\n"
LIBRARY: Final = "library"  # the id of the collection


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The URI templates of a service: of all its resources, and those of one, named `NAME`."""

    home: str
    every: Mapping[str, str]
    one: Mapping[str, str]

    def of(self, name: str) -> dict[str, str]:
        """The templates of one resource or collection."""
        return {key: template.replace("NAME", name) for key, template in self.one.items()}


def files(base_url: str) -> Endpoints:
    """The templates of the files, which have their parameters in the path."""
    root = f"{base_url}dts/"
    return Endpoints(
        f"{root}index.json",
        {
            "collection": f"{root}collection{{/id}}/members{{;nav}}.json",
            "navigation": f"{root}navigation/{{resource}}/units{{;down}}{{/ref}}.json",
            "document": f"{root}document/{{resource}}{{/ref}}.xml",
        },
        {
            "collection": f"{root}collection/NAME/members{{;nav}}.json",
            "navigation": f"{root}navigation/NAME/units{{;down}}{{/ref}}.json",
            "document": f"{root}document/NAME{{/ref}}.xml",
        },
    )


def entry_point(ways: Endpoints) -> dict[str, Any]:
    """The entry point, with the URI templates."""
    return {**VERSION, "@id": ways.home, "@type": "EntryPoint", **ways.every}


# Collections


def _tagged(values: Iterable[str], language: str) -> list[dict[str, str]]:
    return [{"lang": language, "value": value} for value in values if value]


def resource(record: dict[str, Any], base_url: str, ways: Endpoints) -> dict[str, Any]:
    """An edition as a member of the collection; `record` is what the library keeps of it."""
    name, language = record["id"], record["language"]
    core = {
        "title": _tagged([record["title"]], language),
        "creator": _tagged(record["authors"], language),
        "language": [language],
        "date": record["published"],
    }
    return {
        "dtsVersion": "1.0",
        "@id": name,
        "@type": "Resource",
        "title": record["title"],
        "totalParents": 1,
        "totalChildren": 0,
        "dublinCore": {key: value for key, value in core.items() if value},
        **ways.of(name),
        "download": f"{base_url}{name}/{name}.xml",
        "mediaTypes": ["application/tei+xml"],
        "citationTrees": record["trees"],
    }


def collection(records: Sequence[Any], ways: Endpoints) -> dict[str, Any]:
    """The one collection, without its members."""
    return {
        "dtsVersion": "1.0",
        "@id": LIBRARY,
        "@type": "Collection",
        "title": "Library",
        "totalParents": 0,
        "totalChildren": len(records),
        "collection": ways.of(LIBRARY)["collection"],
    }


def collections(records: Sequence[dict[str, Any]], base_url: str) -> Iterator[tuple[str, Any]]:
    """The answers about the library and its editions, by file: children and parents of each."""
    ways = files(base_url)
    library = collection(records, ways)
    whole = {**VERSION, **library, "member": [resource(one, base_url, ways) for one in records]}
    for folder in ("collection", f"collection/{LIBRARY}"):
        yield f"{folder}/members.json", whole
        yield f"{folder}/members;nav=children.json", whole
        yield f"{folder}/members;nav=parents.json", {**VERSION, **library, "member": []}
    for one in records:
        edition = {**VERSION, **resource(one, base_url, ways), "member": []}
        folder = f"collection/{one['id']}"
        yield f"{folder}/members.json", edition
        yield f"{folder}/members;nav=children.json", edition
        yield f"{folder}/members;nav=parents.json", edition | {"member": [library]}


# Navigation


@dataclass(frozen=True, slots=True)
class Unit:
    """A division or a paragraph that can be cited, and the divisions within it."""

    name: str
    type: str
    title: str = ""
    level: int = 1
    parent: str | None = None
    children: tuple[Unit, ...] = ()


def divisions(
    blocks: Iterable[Block], parent: str | None = None, level: int = 1
) -> tuple[Unit, ...]:
    """The tree of the divisions."""
    return tuple(
        Unit(
            block.id,
            block.type or "division",
            block.title,
            level,
            parent,
            divisions(block.children, block.id, level + 1),
        )
        for block in blocks
        if block.role == "division" and block.id
    )


def structure(units: Iterable[Unit]) -> list[dict[str, Any]]:
    """The types of some units, each with the types of those within."""
    within: dict[str, list[Unit]] = {}
    for unit in units:
        within.setdefault(unit.type, []).extend(unit.children)
    return [
        {"@type": "CiteStructure", "citeType": kind}
        | ({"citeStructure": structure(children)} if children else {})
        for kind, children in within.items()
    ]


def trees(edition: Edition) -> list[dict[str, Any]]:
    """What the references of an edition are like; nothing if it has no divisions."""
    units = divisions(edition.blocks)
    return [{"@type": "CitationTree", "citeStructure": structure(units)}] if units else []


def navigation(
    edition: Edition, record: dict[str, Any], base_url: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The answers about an edition, by file: for each division and each depth."""
    home = resource(record, base_url, files(base_url))

    def answer(query: str, **values: Any) -> tuple[str, dict[str, Any]]:
        file = f"navigation/{edition.id}/units{query}.json"
        about = {"@id": f"{base_url}dts/{file}", "@type": "Navigation", "resource": home}
        return file, {**VERSION, **about, **values}

    def members(units: Iterable[Unit]) -> list[dict[str, Any]]:
        return [cited(unit, edition.language) for unit in units]

    def answers(unit: Unit, siblings: Sequence[Unit]) -> Iterator[tuple[str, dict[str, Any]]]:
        own = cited(unit, edition.language)
        yield answer(f"/{unit.name}", ref=own)
        yield answer(f";down=0/{unit.name}", ref=own, member=members(siblings))
        for down in (*range(1, deepest + 1), -1):
            found = [unit, *below(unit.children, down)]
            yield answer(f";down={down}/{unit.name}", ref=own, member=members(found))
        for child in unit.children:
            yield from answers(child, unit.children)

    units = divisions(edition.blocks)
    deepest = max(_depth(units), 1)
    for down in (*range(1, deepest + 1), -1):
        yield answer(f";down={down}", member=members(below(units, down)))
    for unit in units:
        yield from answers(unit, units)


def below(units: Iterable[Unit], depth: int) -> Iterator[Unit]:
    """Units and those within, down to a depth; all if it is -1."""
    for unit in units:
        yield unit
        if depth != 1:
            yield from below(unit.children, depth - 1)


def _depth(units: Sequence[Unit]) -> int:
    return 1 + max(_depth(unit.children) for unit in units) if units else 0


def cited(unit: Unit, language: str) -> dict[str, Any]:
    """A unit as a member of an answer."""
    return {
        "@type": "CitableUnit",
        "identifier": unit.name,
        "level": unit.level,
        "parent": unit.parent,
        "citeType": unit.type,
    } | ({"dublinCore": {"title": _tagged([unit.title], language)}} if unit.title else {})


# Documents


def documents(tree: etree._ElementTree, edition: Edition) -> Iterator[tuple[str, bytes]]:
    """The TEI of each citable unit by its reference, from the tree that `read` gave ids to."""
    wanted = {
        block.id
        for block in flatten(edition.blocks)
        if block.id and (block.unit or block.role == "division")
    }
    for element in tree.getroot().iter(f"{{{TEI}}}*"):
        name = element.get(_XML_ID, "")
        if name in wanted:
            yield name, wrapped([element])


def wrapped(elements: Iterable[etree._Element]) -> bytes:
    """Elements as the document that a passage comes in."""
    said = (etree.tostring(one, encoding="utf-8", with_tail=False) for one in elements)
    return _HEAD + b"".join(said) + _TAIL
