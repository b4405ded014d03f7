"""Distributed Text Services 1.0 at level 1, for a server: queries about a site that is published.

`dts.py` writes what a static site can answer. A server also answers ranges (`start`, `end`), and
calls on a second tree, `paragraph`: every paragraph, line of verse and item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from pipeline.publish import dts, records, state
from pipeline.publish.model import read
from pipeline.publish.model.file import opened
from pipeline.publish.model.model import Edition, flatten
from pipeline.xml import XML_ID

HOME: Final = "dts/api"  # where the service is on the site
_PARAGRAPHS: Final = "paragraph"  # the name of the second tree
_JSON: Final = "application/ld+json"
_TEI: Final = "application/tei+xml"
_OPEN: Final = 4  # editions that are kept parsed


class Refusal(Exception):  # noqa: N818
    """A query that cannot be answered: the status of HTTP, and why."""

    def __init__(self, status: int, why: str) -> None:
        """A status, 400 or 404, and a sentence."""
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Text:
    """A published edition and its trees by name; the default one has no name."""

    tree: etree._ElementTree
    edition: Edition
    trees: Mapping[str, tuple[dts.Unit, ...]]


def answer(site: Path, base_url: str, endpoint: str, query: Mapping[str, str]) -> tuple[str, bytes]:
    """The media type and the body of the answer to a query.

    Args:
        site: the folder of the site.
        base_url: its address on the server.
        endpoint: "" for the entry point, "collection", "navigation" or "document".
        query: the parameters.

    Raises:
        Refusal: The query is faulty, or asks for something that does not exist.

    """
    ways = _queries(base_url)
    if endpoint == "document":
        return _TEI, _document(site, query)
    if endpoint == "":
        said = dts.entry_point(ways)
    elif endpoint == "collection":
        said = _collection(site, base_url, ways, query)
    elif endpoint == "navigation":
        said = _navigation(site, base_url, ways, query)
    else:
        raise Refusal(404, f"There is no endpoint {endpoint}.")
    return _JSON, records.as_json(said).encode()


def _queries(base_url: str) -> dts.Endpoints:
    root = f"{base_url}{HOME}/"
    return dts.Endpoints(
        root,
        {
            "collection": f"{root}collection{{?id,nav}}",
            "navigation": f"{root}navigation{{?resource,ref,start,end,down,tree}}",
            "document": f"{root}document{{?resource,ref,start,end,tree}}",
        },
        {
            "collection": f"{root}collection?id=NAME{{&nav}}",
            "navigation": f"{root}navigation?resource=NAME{{&ref,start,end,down,tree}}",
            "document": f"{root}document?resource=NAME{{&ref,start,end,tree}}",
        },
    )


def _collection(
    site: Path, base_url: str, ways: dts.Endpoints, query: Mapping[str, str]
) -> dict[str, Any]:
    known = {name: record for name in state.known(site) if (record := state.record(site, name))}
    name, direction = query.get("id", dts.LIBRARY), query.get("nav", "children")
    if direction not in {"children", "parents"}:
        raise Refusal(400, "nav must be children or parents.")
    if name not in {*known, dts.LIBRARY}:
        raise Refusal(404, f"There is no collection or resource {name}.")
    library = dts.collection(list(known), ways)
    if name != dts.LIBRARY:
        found = _resource(site, base_url, ways, name)
        return {**dts.VERSION, **found, "member": [library] if direction == "parents" else []}
    below = [_resource(site, base_url, ways, one) for one in known]
    return {**dts.VERSION, **library, "member": below if direction == "children" else []}


def _resource(site: Path, base_url: str, ways: dts.Endpoints, name: str) -> dict[str, Any]:
    """An edition, with both of its trees."""
    record = state.record(site, name) or {}
    found = [
        {"@type": "CitationTree"}
        | ({"identifier": tree} if tree else {})
        | {"citeStructure": dts.structure(units)}
        for tree, units in _text(site, name).trees.items()
    ]
    return dts.resource(record | {"trees": found}, base_url, ways)


def _navigation(
    site: Path, base_url: str, ways: dts.Endpoints, query: Mapping[str, str]
) -> dict[str, Any]:
    text, units = _asked(site, query)
    down = _down(query)
    points = {key: _unit(units, query[key]) for key in ("ref", "start", "end") if key in query}
    found = None
    if "ref" in points:
        ref = points["ref"]
        if down == 0:
            found = [unit for unit in dts.below(units, -1) if unit.parent == ref.parent]
        elif down is not None:
            found = [ref, *dts.below(ref.children, down)]
    elif points:
        if down == 0:
            raise Refusal(400, "down must not be 0 with start and end.")
        if down is not None:
            found = list(_between(units, points["start"], points["end"], down))
    elif not down:
        raise Refusal(400, "Give ref, start and end, or a down other than 0.")
    else:
        found = list(dts.below(units, down))
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return {
        **dts.VERSION,
        "@id": f"{ways.home}navigation?{asked}",
        "@type": "Navigation",
        "resource": _resource(site, base_url, ways, text.edition.id),
        **{key: dts.cited(unit, text.edition.language) for key, unit in points.items()},
        **(
            {}
            if found is None
            else {"member": [dts.cited(unit, text.edition.language) for unit in found]}
        ),
    }


def _between(
    units: Sequence[dts.Unit], start: dts.Unit, end: dts.Unit, down: int
) -> Iterator[dts.Unit]:
    """The units from one to another, and so far below the deeper of the two."""
    every = list(dts.below(units, -1))
    last = list(dts.below([end], -1))[-1]
    deepest = max(start.level, end.level) + down
    if every.index(end) < every.index(start):
        raise Refusal(400, "start must not come after end.")
    for unit in every[every.index(start) : every.index(last) + 1]:
        if down == -1 or unit.level <= deepest:
            yield unit


def _document(site: Path, query: Mapping[str, str]) -> bytes:
    if query.get("mediaType", _TEI) != _TEI:
        raise Refusal(404, f"Documents are available as {_TEI} only.")
    text, units = _asked(site, query)
    if not query.keys() & {"ref", "start"}:
        name = text.edition.id
        return (site / name / f"{name}.xml").read_bytes()
    first = _unit(units, query.get("ref") or query["start"]).name
    last = _unit(units, query.get("ref") or query["end"]).name
    by_name = {one.get(XML_ID, ""): one for one in text.tree.getroot().iter("{*}*")}
    return dts.wrapped(_passage(by_name[first], by_name[last]))


def _passage(first: etree._Element, last: etree._Element) -> list[etree._Element]:
    """What stands from one element to the end of another, in the elements around it."""
    if first is last:
        return [first]
    around = [first, *first.iterancestors()]
    top = next(one for one in (last, *last.iterancestors()) if one in around)
    if top is first:  # the second is within the first
        return [first]
    begins, ends = _way(top, first), _way(top, last)
    if ends < begins:
        raise Refusal(400, "start must not come after end.")
    whole = deepcopy(top)
    at = whole
    for index in ends:
        del at[index + 1 :]
        at = at[index]
        at.tail = None
    at = whole
    for index in begins:
        del at[:index]
        at.text = None
        at = at[0]
    return list(whole)


def _way(top: etree._Element, element: etree._Element) -> list[int]:
    """The indexes that lead down to an element."""
    found: list[int] = []
    while element is not top:
        parent = element.getparent()
        assert parent is not None
        found.insert(0, parent.index(element))
        element = parent
    return found


def _asked(site: Path, query: Mapping[str, str]) -> tuple[_Text, tuple[dts.Unit, ...]]:
    """The edition and the tree that a query is about, after its parameters are checked."""
    name, tree = query.get("resource", ""), query.get("tree", "")
    if not name:
        raise Refusal(400, "Give a resource.")
    if name not in state.known(site):
        raise Refusal(404, f"There is no resource {name}.")
    if "ref" in query and query.keys() & {"start", "end"}:
        raise Refusal(400, "Give either ref, or start and end.")
    if ("start" in query) != ("end" in query):
        raise Refusal(400, "start and end go together.")
    text = _text(site, name)
    if tree and tree not in text.trees:
        raise Refusal(404, f"{name} has no citation tree {tree}.")
    return text, text.trees.get(tree, ())


def _down(query: Mapping[str, str]) -> int | None:
    if "down" not in query:
        return None
    try:
        down = int(query["down"])
    except ValueError:
        down = -2
    if down < -1:
        raise Refusal(400, "down must be a whole number, -1 or more.")
    return down


def _unit(units: Sequence[dts.Unit], name: str) -> dts.Unit:
    for unit in dts.below(units, -1):
        if unit.name == name:
            return unit
    raise Refusal(404, f"The citation tree has no unit {name}.")


def _text(site: Path, name: str) -> _Text:
    path = site / name / f"{name}.xml"
    return _opened(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=_OPEN)
def _opened(path: Path, time: int) -> _Text:  # noqa: ARG001
    tree = opened(path.read_bytes(), str(path)).tree
    edition = read(tree, path.stem)
    there = {one.get(XML_ID) for one in tree.getroot().iter("{*}*")}
    divisions = dts.divisions(edition.blocks)
    paragraphs = tuple(
        dts.Unit(block.id, _PARAGRAPHS)
        for block in flatten(edition.blocks)
        if block.unit and block.id in there  # not one that is made of loose words
    )
    trees = {"": divisions or paragraphs} if divisions or paragraphs else {}
    if divisions and paragraphs:
        trees[_PARAGRAPHS] = paragraphs
    return _Text(tree, edition, trees)
