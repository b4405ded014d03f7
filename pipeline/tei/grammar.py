"""Grammar: why a file is not valid, in words.

libxml2 decides quickly whether a file is valid, but reports little more than the line of a fault.
So a file that it rejects is checked again here. The content model of each element becomes a list of
leaves: which may come first, which may follow which, and which may come last (Glushkov, "The
abstract theory of automata", 1961). At the first child that does not fit, the leaves that would
have fitted are known.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

_RNG = "{http://relaxng.org/ns/structure/1.0}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_SHOWN = 12  # names in a message
_REMEMBERED = 10_000  # values looked up

# The named types of values, in words.
_VALUES = {
    "language": "a language tag, such as en",
    "name": "a name that begins with a letter",
    "pointer": "a pointer to something in this file, such as #p1",
    "pointers": "pointers to things in this file, such as #p1",
    "day": "a day, such as 2026-11-24",
    "count": "a whole number",
    "pixels": "a whole number",
    "sha256": "64 hexadecimal digits",
    "figure": "a number from 0 to 1",
    "certainty": '"high" or "medium" or "low"',
}


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A place in a content model for an element, or for text (which has no name)."""

    name: str
    node: etree._Element


@dataclass(frozen=True, slots=True)
class Model:
    """Part of a content model: the leaves it may begin and end with, and if it may be empty."""

    may_be_empty: bool = True
    first: tuple[Leaf, ...] = ()
    last: tuple[Leaf, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """An element that is wrong, and what is wrong with it."""

    element: etree._Element
    message: str


class Grammar:
    """A RELAX NG grammar in XML syntax as rnc2rng writes it: no wildcards, no foreign elements."""

    def __init__(self, tree: etree._ElementTree) -> None:
        """Read the grammar."""
        self._root = tree.getroot()
        self._definitions = {one.get("name", ""): one for one in self._root.iter(f"{_RNG}define")}
        self._follow: dict[Leaf, dict[Leaf, None]] = defaultdict(dict)
        self._models: dict[etree._Element, Model] = {}
        self._judged: dict[tuple[etree._Element, etree._Element], list[Misfit]] = {}
        self._valid_values: dict[tuple[etree._Element, str], bool] = {}

    def misfits(self, root: etree._Element) -> list[Misfit]:
        """What is wrong with a file, in the order of the file."""
        self._judged.clear()
        if len(self._valid_values) > _REMEMBERED:
            self._valid_values.clear()
        start = self._root.find(f"{_RNG}start")
        allowed = self._model(start).first if start is not None else ()
        for leaf in allowed:
            if leaf.name == root.tag:
                return self._element(root, leaf.node)
        said = f"{_shown(root.tag)} is not the root of an edition; that is {_names(allowed)}."
        return [Misfit(root, said)]

    # Content models

    def _model(self, node: etree._Element) -> Model:
        """The content model of an element's definition."""
        if node not in self._models:
            self._models[node] = self._sequence(self._parts(node))
        return self._models[node]

    def _parts(self, node: etree._Element) -> list[etree._Element]:
        """The patterns inside a pattern; of a reference, those of its definition."""
        if node.tag == f"{_RNG}ref":
            node = self._definitions[node.get("name", "")]
        return [one for one in node if one.tag not in {f"{_RNG}name", f"{_RNG}param"}]

    def _sequence(self, nodes: Iterable[etree._Element]) -> Model:
        whole = Model()
        for node in nodes:
            part = self._built(node)
            self._link(whole.last, part.first)
            whole = Model(
                whole.may_be_empty and part.may_be_empty,
                whole.first + (part.first if whole.may_be_empty else ()),
                part.last + (whole.last if part.may_be_empty else ()),
            )
        return whole

    def _built(self, node: etree._Element) -> Model:
        kind = _kind(node)
        match kind:
            case "attribute" | "data" | "value" | "list":  # checked by themselves
                return Model()
            case "element" | "text":
                leaf = Leaf(_name(node), node)
                if kind == "text":
                    self._link((leaf,), (leaf,))
                return Model(kind == "text", (leaf,), (leaf,))
            case "choice" | "interleave":
                parts = [self._built(one) for one in self._parts(node)]
                model = Model(
                    kind == "interleave" or any(part.may_be_empty for part in parts),
                    tuple(leaf for part in parts for leaf in part.first),
                    tuple(leaf for part in parts for leaf in part.last),
                )
            case _:
                model = self._sequence(self._parts(node))
        # An interleave is `text & date`: any of its parts, in any order, will do.
        if kind in {"interleave", "zeroOrMore", "oneOrMore"}:
            self._link(model.last, model.first)
        may_be_empty = model.may_be_empty or kind in {"optional", "zeroOrMore"}
        return Model(may_be_empty, model.first, model.last)

    def _link(self, before: Sequence[Leaf], after: Sequence[Leaf]) -> None:
        for leaf in before:
            self._follow[leaf] |= dict.fromkeys(after)

    def _inside(self, node: etree._Element) -> Iterator[etree._Element]:
        """Every attribute and value in a pattern, without those of elements in it."""
        for one in self._parts(node):
            if _kind(one) in {"attribute", "data", "value", "list"}:
                yield one
            elif _kind(one) != "element":
                yield from self._inside(one)

    # Elements

    def _element(self, element: etree._Element, node: etree._Element) -> list[Misfit]:
        """What is wrong with an element if it is to match this definition."""
        key = (element, node)
        if key not in self._judged:
            found = [Misfit(element, message) for message in self._attributes(element, node)]
            self._judged[key] = found + list(self._content(element, node))
        return self._judged[key]

    def _attributes(self, element: etree._Element, node: etree._Element) -> Iterator[str]:
        shown = _shown(element.tag)
        allowed = [one for one in self._inside(node) if _kind(one) == "attribute"]
        for key, worth in element.items():
            name, value = str(key), str(worth)
            of_name = [one for one in allowed if _name(one) == name]
            if not of_name:
                names = ", ".join(dict.fromkeys(_plain(_name(one)) for one in allowed)) or "none"
                yield f"{shown} may not have the attribute {_plain(name)}; allowed are: {names}."
            elif not any(self._has_value(one, value) for one in of_name):
                said = f'{_plain(name)}="{_short(value)}" is not allowed on {shown}'
                yield f"{said}; it takes {self._values(of_name)}."
        missing = [_plain(name) for name in self._missing(node, set(map(str, element.attrib)))]
        if missing:
            *others, last = missing
            names = f"{', '.join(others)} and {last}" if others else last
            yield f"{shown} lacks {names}; it must have {'them' if others else 'it'}."

    def _missing(self, node: etree._Element, present: set[str]) -> list[str]:
        """The fewest attributes that a pattern needs in addition to those present."""
        kind = _kind(node)
        if kind == "attribute":
            return [] if _name(node) in present else [_name(node)]
        if kind in {"optional", "zeroOrMore"} and not self._explained(node, present):
            return []
        inner = [one for one in self._parts(node) if _kind(one) != "element"]
        if kind == "choice":  # the alternative that explains most of what is present
            every = [
                (-self._explained(one, present), self._missing(one, present))
                if _kind(one) != "element"
                else (0, [])
                for one in self._parts(node)
            ]
            return min(every, key=lambda one: (one[0], len(one[1])))[1]
        return list(dict.fromkeys(name for one in inner for name in self._missing(one, present)))

    def _explained(self, node: etree._Element, present: set[str]) -> int:
        """How many of the attributes present a pattern has."""
        every = [node, *self._inside(node)] if _kind(node) != "attribute" else [node]
        return len(present & {_name(one) for one in every if _kind(one) == "attribute"})

    def _content(self, element: etree._Element, node: etree._Element) -> Iterator[Misfit]:
        shown, model = _shown(element.tag), self._model(node)
        values = [one for one in self._inside(node) if _kind(one) != "attribute"]
        if values and not any(isinstance(child.tag, str) for child in element):
            text = "".join(map(str, element.itertext()))
            if not any(self._has_value(value, text) for value in values):
                said = f'"{_short(text)}" is not allowed in {shown}'
                yield Misfit(element, f"{said}; it takes {self._values(values)}.")
            return
        allowed, may_end = model.first, model.may_be_empty
        for one in _events(element):
            name = "" if isinstance(one, str) else str(one.tag)
            fitting = [leaf for leaf in allowed if leaf.name == name]
            if not fitting:
                where, what = (
                    (element, f'The text "{_short(one)}"')
                    if isinstance(one, str)
                    else (one, _shown(name))
                )
                said = f"{what} is not allowed here in {shown}; allowed: {_names(allowed)}."
                yield Misfit(where, said)
                continue
            if not isinstance(one, str):
                judged = [(self._element(one, leaf.node), leaf) for leaf in fitting]
                fewest = min((misfits for misfits, _ in judged), key=len)
                yield from fewest
                fitting = [leaf for misfits, leaf in judged if len(misfits) == len(fewest)]
            allowed = tuple(dict.fromkeys(leaf for met in fitting for leaf in self._follow[met]))
            may_end = any(leaf in model.last for leaf in fitting)
        if not may_end:
            needed = [leaf for leaf in allowed if leaf.name]
            said = f"{shown} is not complete: it still needs {_names(needed, ' or ')}."
            yield Misfit(element, said)

    # Values

    def _has_value(self, pattern: etree._Element, value: str) -> bool:
        """Whether libxml2 accepts a value, checked with a grammar of this one pattern."""
        key = (pattern, value)
        if key not in self._valid_values:
            types = "http://www.w3.org/2001/XMLSchema-datatypes"
            grammar = etree.Element(f"{_RNG}grammar", {"datatypeLibrary": types})
            start = etree.SubElement(grammar, f"{_RNG}start")
            probe = etree.SubElement(start, f"{_RNG}element", {"name": "probe"})
            parts = self._parts(pattern) if _kind(pattern) == "attribute" else [pattern]
            probe.extend(map(copy.deepcopy, parts or [etree.Element(f"{_RNG}text")]))
            grammar.extend(copy.deepcopy(self._definitions[name]) for name in _VALUES)
            instance = etree.Element("probe")
            instance.text = value
            self._valid_values[key] = bool(etree.RelaxNG(grammar).validate(instance))
        return self._valid_values[key]

    def _values(self, patterns: Iterable[etree._Element]) -> str:
        """The values that some attributes or texts may have, in words."""
        words: dict[str, None] = {}
        for node in (node for pattern in patterns for node in pattern.iter()):
            match _kind(node):
                case "value":
                    words[f'"{node.text}"'] = None
                case "ref" if node.get("name") in _VALUES:
                    words[_VALUES[node.get("name", "")]] = None
                case "ref":
                    listed = self._definitions[node.get("name", "")].iter(f"{_RNG}value")
                    words |= dict.fromkeys(f'"{value.text}"' for value in listed)
                case "data":
                    param = node.findtext(f"{_RNG}param")
                    plain = f"a value of the type {node.get('type')}"
                    words[f"what matches {param}" if param else plain] = None
        return " or ".join(words) or "any text"


def _events(element: etree._Element) -> Iterator[str | etree._Element]:
    """An element's children and the texts between them, except white space."""
    text = element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            if text.strip():
                yield text
            yield child
            text = ""
        text += child.tail or ""
    if text.strip():
        yield text


def _kind(node: etree._Element) -> str:
    return str(node.tag).removeprefix(_RNG)


def _name(node: etree._Element) -> str:
    """The name that an element or attribute pattern matches, as lxml writes it; "" for text."""
    child = node.find(f"{_RNG}name")
    if child is None:
        return node.get("name", "")
    namespace = child.get("ns", "")
    return f"{{{namespace}}}{child.text}" if namespace else child.text or ""


def _plain(name: str) -> str:
    """A name as the file writes it."""
    return name.replace(_XML, "xml:").split("}")[-1]


def _shown(tag: str) -> str:
    return f"<{_plain(tag)}>"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else plain[:39] + "…"


def _names(leaves: Iterable[Leaf], between: str = ", ") -> str:
    """Elements and text, likeliest first."""
    names = list(dict.fromkeys(_shown(leaf.name) if leaf.name else "text" for leaf in leaves))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return between.join(names[:_SHOWN]) + more if names else "nothing more"
