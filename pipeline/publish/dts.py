"""The library for text tools: Distributed Text Services 1.0 (https://dtsapi.org), as files.

A static site cannot answer queries, so the URI templates have their parameters in the path, as the
specification suggests for such sites: `navigation/{resource}/units{;tree}{;down}{/ref}.json`. Each
call that level 0 asks for has a file in the default tree, that of the divisions. The tree
`paragraph` is a list of all paragraphs; each, like each division, can be retrieved by its
reference. Ranges (`start`, `end`) would need a server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from pipeline.publish.model.model import Block, Edition, flatten
from pipeline.xml import TEI

_CONTEXT: Final = "https://dtsapi.org/context/v1.0.json"
_VERSION: Final = {"@context": _CONTEXT, "dtsVersion": "1.0"}
_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_HEAD: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="{TEI}"><dts:wrapper '
    f'xmlns:dts="https://w3id.org/api/dts#">'
).encode()
_TAIL: Final = b"</dts:wrapper></TEI>\n"
_PARAGRAPHS: Final = "paragraph"  # the name of the tree of all paragraphs


def entry_point(base_url: str) -> dict[str, Any]:
    """The entry point, with the URI templates."""
    root = f"{base_url}dts/"
    return {
        **_VERSION,
        "@id": f"{root}index.json",
        "@type": "EntryPoint",
        "collection": f"{root}collection{{/id}}/members{{;nav}}.json",
        "navigation": f"{root}navigation/{{resource}}/units{{;tree}}{{;down}}{{/ref}}.json",
        "document": f"{root}document/{{resource}}{{/ref}}.xml",
    }


# Collections


def _tagged(values: Iterable[str], language: str) -> list[dict[str, str]]:
    return [{"lang": language, "value": value} for value in values if value]


def resource(record: dict[str, Any], base_url: str) -> dict[str, Any]:
    """An edition as a member of the collection; `record` is what the library keeps of it."""
    name, language = record["id"], record["language"]
    root = f"{base_url}dts/"
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
        "collection": f"{root}collection/{name}/members{{;nav}}.json",
        "navigation": f"{root}navigation/{name}/units{{;tree}}{{;down}}{{/ref}}.json",
        "document": f"{root}document/{name}{{/ref}}.xml",
        "download": f"{base_url}{name}/{name}.xml",
        "mediaTypes": ["application/tei+xml"],
        "citationTrees": record["trees"],
    }


def _collection(records: Sequence[dict[str, Any]], base_url: str) -> dict[str, Any]:
    return {
        "dtsVersion": "1.0",
        "@id": "library",
        "@type": "Collection",
        "title": "Library",
        "totalParents": 0,
        "totalChildren": len(records),
        "collection": f"{base_url}dts/collection/library/members{{;nav}}.json",
    }


def collections(records: Sequence[dict[str, Any]], base_url: str) -> Iterator[tuple[str, Any]]:
    """The answers about the library and its editions, by file: children and parents of each."""
    library = _collection(records, base_url)
    whole = {**_VERSION, **library, "member": [resource(one, base_url) for one in records]}
    for folder in ("collection", "collection/library"):
        yield f"{folder}/members.json", whole
        yield f"{folder}/members;nav=children.json", whole
        yield f"{folder}/members;nav=parents.json", {**_VERSION, **library, "member": []}
    for one in records:
        edition = {**_VERSION, **resource(one, base_url), "member": []}
        folder = f"collection/{one['id']}"
        yield f"{folder}/members.json", edition
        yield f"{folder}/members;nav=children.json", edition
        yield f"{folder}/members;nav=parents.json", edition | {"member": [library]}


# Navigation


@dataclass(frozen=True, slots=True)
class _Unit:
    """A division that can be cited, and those within it."""

    name: str
    type: str
    title: str
    level: int
    parent: str | None
    children: tuple[_Unit, ...]


def _units(blocks: Iterable[Block], parent: str | None = None, level: int = 1) -> tuple[_Unit, ...]:
    return tuple(
        _Unit(
            block.id,
            block.type or "division",
            block.title,
            level,
            parent,
            _units(block.children, block.id, level + 1),
        )
        for block in blocks
        if block.role == "division" and block.id
    )


def _structure(units: Iterable[_Unit]) -> list[dict[str, Any]]:
    """The types of some units, each with the types of those within."""
    within: dict[str, list[_Unit]] = {}
    for unit in units:
        within.setdefault(unit.type, []).extend(unit.children)
    return [
        {"@type": "CiteStructure", "citeType": kind}
        | ({"citeStructure": _structure(children)} if children else {})
        for kind, children in within.items()
    ]


def _paragraphs(edition: Edition) -> list[Block]:
    return [block for block in flatten(edition.blocks) if block.unit and block.id]


def trees(edition: Edition) -> list[dict[str, Any]]:
    """What the references of an edition are like: divisions in one tree, paragraphs in another."""
    found = []
    if units := _units(edition.blocks):
        found.append({"@type": "CitationTree", "citeStructure": _structure(units)})
    if _paragraphs(edition):
        found.append(
            {
                "@type": "CitationTree",
                "identifier": _PARAGRAPHS,
                "description": "Every paragraph, line of verse and item, in the order of the text",
                "citeStructure": [{"@type": "CiteStructure", "citeType": _PARAGRAPHS}],
            }
        )
        if not units:  # the only tree has no name
            del found[0]["identifier"]
    return found


def navigation(
    edition: Edition, record: dict[str, Any], base_url: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The answers about an edition, by file: for each division and each depth, and for all."""
    home = resource(record, base_url)

    def answer(query: str, **values: Any) -> tuple[str, dict[str, Any]]:
        file = f"navigation/{edition.id}/units{query}.json"
        about = {"@id": f"{base_url}dts/{file}", "@type": "Navigation", "resource": home}
        return file, {**_VERSION, **about, **values}

    def member(unit: _Unit) -> dict[str, Any]:
        title = {"title": _tagged([unit.title], edition.language)}
        return _cited(unit.name, unit.level, unit.parent, unit.type) | (
            {"dublinCore": title} if unit.title else {}
        )

    def below(units: Iterable[_Unit], depth: int) -> Iterator[dict[str, Any]]:
        for unit in units:
            yield member(unit)
            if depth != 1:
                yield from below(unit.children, depth - 1)

    def answers(unit: _Unit, siblings: Sequence[_Unit]) -> Iterator[tuple[str, dict[str, Any]]]:
        own = member(unit)
        yield answer(f"/{unit.name}", ref=own)
        yield answer(f";down=0/{unit.name}", ref=own, member=[member(one) for one in siblings])
        for down in (*range(1, deepest + 1), -1):
            found = [own, *below(unit.children, down)]
            yield answer(f";down={down}/{unit.name}", ref=own, member=found)
        for child in unit.children:
            yield from answers(child, unit.children)

    units = _units(edition.blocks)
    deepest = max(_depth(units), 1)
    for down in (*range(1, deepest + 1), -1):
        if units:
            yield answer(f";down={down}", member=list(below(units, down)))
    for unit in units:
        yield from answers(unit, units)
    every = [_cited(block.id, 1, None, _PARAGRAPHS) for block in _paragraphs(edition)]
    for down in (1, -1):
        if every or not units:
            tree = f";tree={_PARAGRAPHS}" if units else ""
            yield answer(f"{tree};down={down}", member=every)


def _depth(units: Sequence[_Unit]) -> int:
    return 1 + max(_depth(unit.children) for unit in units) if units else 0


def _cited(name: str, level: int, parent: str | None, kind: str) -> dict[str, Any]:
    return {
        "@type": "CitableUnit",
        "identifier": name,
        "level": level,
        "parent": parent,
        "citeType": kind,
    }


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
            yield name, _HEAD + etree.tostring(element, encoding="utf-8", with_tail=False) + _TAIL
