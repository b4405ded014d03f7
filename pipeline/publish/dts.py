"""The library for text tools: Distributed Text Services 1.0 (https://dtsapi.org), as files.

A static site cannot answer queries, so the URI templates have their parameters in the path, which
RFC 6570 allows: `collection/{id}.json`, `navigation/{resource}.json`,
`document/{resource}/{ref}.xml`. Ranges (`start`, `end`) would need a server; a client that follows
the templates gets a whole text, or any division or paragraph by its reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from lxml import etree

from pipeline.publish.model.model import Block, Edition
from pipeline.xml import TEI

_CONTEXT: Final = "https://dtsapi.org/context/v1.0.json"
_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_HEAD: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="{TEI}"><dts:wrapper '
    f'xmlns:dts="https://w3id.org/api/dts#">'
).encode()
_TAIL: Final = b"</dts:wrapper></TEI>\n"


def entry_point(base_url: str) -> dict[str, Any]:
    """The entry point, with the URI templates."""
    return {
        "@context": _CONTEXT,
        "@id": f"{base_url}dts/index.json",
        "@type": "EntryPoint",
        "dtsVersion": "1.0",
        **_templates(base_url),
    }


def _templates(base_url: str) -> dict[str, str]:
    root = f"{base_url}dts/"
    return {
        "collection": f"{root}collection/{{id}}.json",
        "navigation": f"{root}navigation/{{resource}}.json",
        "document": f"{root}document/{{resource}}/{{ref}}.xml",
    }


def resource(record: dict[str, Any], base_url: str) -> dict[str, Any]:
    """An edition as a member of the collection; `record` is what the library keeps of it."""
    name = record["id"]
    root = f"{base_url}dts/"
    core = {
        "title": record["title"],
        "creator": record["authors"],
        "language": record["language"],
        "date": record["published"],
    }
    return {
        "@id": name,
        "@type": "Resource",
        "title": record["title"],
        "totalParents": 1,
        "totalChildren": 0,
        "dublinCore": {key: value for key, value in core.items() if value},
        "collection": f"{root}collection/{name}.json",
        "navigation": f"{root}navigation/{name}.json",
        "document": f"{root}document/{name}/{{ref}}.xml",
        "download": f"{base_url}{name}/{name}.xml",
        "citationTrees": [
            {
                "@type": "CitationTree",
                "citeStructure": [
                    {
                        "@type": "CiteStructure",
                        "citeType": "division",
                        "citeStructure": [{"@type": "CiteStructure", "citeType": "paragraph"}],
                    }
                ],
            }
        ],
    }


def collection(records: Sequence[dict[str, Any]], base_url: str) -> dict[str, Any]:
    """The library as a collection of its editions."""
    return {
        "@context": _CONTEXT,
        "dtsVersion": "1.0",
        "@id": "library",
        "@type": "Collection",
        "title": "Library",
        "totalParents": 0,
        "totalChildren": len(records),
        "collection": f"{base_url}dts/collection/library.json",
        "member": [resource(record, base_url) for record in records],
    }


def navigation(edition: Edition, record: dict[str, Any], base_url: str) -> dict[str, Any]:
    """The citable units of an edition: divisions, and the paragraphs in them, in order."""
    return {
        "@context": _CONTEXT,
        "dtsVersion": "1.0",
        "@id": f"{base_url}dts/navigation/{edition.id}.json",
        "@type": "Navigation",
        "resource": resource(record, base_url),
        "member": list(_units(edition.blocks, None, 1)),
    }


def _units(blocks: Sequence[Block], parent: str | None, level: int) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if block.role == "division":
            unit: dict[str, Any] = {
                "@type": "CitableUnit",
                "identifier": block.id,
                "level": level,
                "parent": parent,
                "citeType": "division",
            }
            if block.title:
                unit["dublinCore"] = {"title": block.title}
            yield unit
            yield from _units(block.children, block.id, level + 1)
        elif block.unit and block.id:
            yield {
                "@type": "CitableUnit",
                "identifier": block.id,
                "level": level,
                "parent": parent,
                "citeType": "paragraph",
            }
        else:
            yield from _units(block.children, parent, level)


def documents(tree: etree._ElementTree, edition: Edition) -> Iterator[tuple[str, bytes]]:
    """The TEI of each citable unit by its reference, from the tree that `read` gave ids to."""
    wanted = {unit["identifier"] for unit in _units(edition.blocks, None, 1)}
    for element in tree.getroot().iter(f"{{{TEI}}}*"):
        name = element.get(_XML_ID, "")
        if name in wanted:
            yield name, _HEAD + etree.tostring(element, encoding="utf-8", with_tail=False) + _TAIL
