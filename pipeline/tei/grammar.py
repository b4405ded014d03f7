"""Grammar: why a file is not valid, in words.

libxml2 decides quickly whether a file is valid, but reports little more than the line of a fault.
So a file that it rejects is read again here with the derivatives of the grammar (Clark, "An
algorithm for RELAX NG validation", 2002): at the first child that does not fit, the derivative
reached so far shows what would have fitted.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_RNG = "{http://relaxng.org/ns/structure/1.0}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_SHOWN = 12  # names in a message


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A pattern of the grammar. Equal patterns are one object."""

    kind: str  # empty, none, text, value, attribute, element, choice, group, more
    number: int  # in the order in which they were met
    parts: tuple[Pattern, ...] = ()
    name: str = ""
    source: etree._Element | None = (
        None  # of an element: its definition; of a value or attribute: the pattern of the value
    )


@dataclass(frozen=True, slots=True)
class Misfit:
    """An element that is wrong, and what is wrong with it."""

    element: etree._Element
    message: str


class Grammar:
    """A RELAX NG grammar in XML syntax as rnc2rng writes it: no wildcards, no foreign elements."""

    def __init__(self, tree: etree._ElementTree) -> None:
        """Reads the grammar."""
        self._root = tree.getroot()
        self._definitions = {
            define.get("name", ""): define for define in self._root.iterfind(f"{_RNG}define")
        }
        self._known: dict[tuple[object, ...], Pattern] = {}
        self._contents: dict[etree._Element, Pattern] = {}
        self._bare: dict[tuple[Pattern, frozenset[str]], Pattern] = {}
        self._firsts: dict[Pattern, list[Pattern]] = {}
        self._derived: dict[tuple[Pattern, Pattern | str], Pattern] = {}
        self._valid_values: dict[tuple[etree._Element, str], bool] = {}
        self.empty = self._pattern("empty")
        self.none = self._pattern("none")

    def misfits(self, root: etree._Element) -> list[Misfit]:
        """What is wrong with a file, in the order of the file."""
        start = self._sequence(self._root.find(f"{_RNG}start"))
        allowed = [pattern for pattern in self._first(start) if pattern.name == root.tag]
        if not allowed:
            return [
                Misfit(
                    root,
                    f"{_shown(root.tag)} is not the root of an edition; that is "
                    f"{_names(self._first(start))}.",
                )
            ]
        return self._element(root, allowed[0])

    # Building patterns

    def _pattern(
        self,
        kind: str,
        parts: tuple[Pattern, ...] = (),
        name: str = "",
        source: etree._Element | None = None,
    ) -> Pattern:
        key = (kind, parts, name, source)
        if key not in self._known:
            self._known[key] = Pattern(kind, len(self._known), parts, name, source)
        return self._known[key]

    def _choice(self, one: Pattern, other: Pattern) -> Pattern:
        if one is other or other.kind == "none":
            return one
        if one.kind == "none":
            return other
        alternatives = sorted(
            {*self._alternatives(one), *self._alternatives(other)},
            key=lambda pattern: pattern.number,
        )
        return (
            self._pattern("choice", tuple(alternatives))
            if len(alternatives) > 1
            else alternatives[0]
        )

    @staticmethod
    def _alternatives(pattern: Pattern) -> tuple[Pattern, ...]:
        return pattern.parts if pattern.kind == "choice" else (pattern,)

    def _group(self, one: Pattern, other: Pattern) -> Pattern:
        if "none" in {one.kind, other.kind}:
            return self.none
        if one.kind == "empty":
            return other
        if other.kind == "empty":
            return one
        if one.kind == "group":  # always from the right, so that equal patterns are one
            return self._group(one.parts[0], self._group(one.parts[1], other))
        return self._pattern("group", (one, other))

    def _more(self, pattern: Pattern) -> Pattern:
        """One or more. An inner repetition is dropped: `(a* | b)+` is `(a | b)*`."""
        if pattern.kind in {"empty", "none", "more", "text"}:
            return pattern
        flat = self.none
        for part in self._alternatives(pattern):
            flat = self._choice(flat, part.parts[0] if part.kind == "more" else part)
        if self.empty not in self._alternatives(flat):
            return self._pattern("more", (flat,))
        rest = self.none
        for part in self._alternatives(flat):
            rest = rest if part is self.empty else self._choice(rest, part)
        return self._choice(self._more(rest), self.empty)

    def _sequence(self, node: etree._Element | None) -> Pattern:
        assert node is not None
        built = self.empty
        for child in reversed(
            [child for child in node if isinstance(child.tag, str) and child.tag != f"{_RNG}name"]
        ):
            built = self._group(self._built(child), built)
        return built

    def _built(self, node: etree._Element) -> Pattern:
        """The pattern that a node of the schema stands for."""
        kind = node.tag.removeprefix(_RNG)
        match kind:
            case "empty" | "text":
                return self._pattern(kind)
            case "ref":
                return self._sequence(self._definitions[node.get("name", "")])
            case "element":
                return self._pattern("element", name=_name(node), source=node)
            case "attribute":
                return self._pattern("attribute", name=_name(node), source=node)
            case "data" | "value" | "list":
                return self._pattern("value", source=node)
            case "optional":
                return self._choice(self._sequence(node), self.empty)
            case "zeroOrMore":
                return self._choice(self._more(self._sequence(node)), self.empty)
            case "oneOrMore":
                return self._more(self._sequence(node))
            case "choice":
                built = self.none
                for child in node:
                    built = self._choice(built, self._built(child))
                return built
            case (
                "interleave" | "mixed"
                # `text & date`: the one place where order is free has two parts, so a choice of any
                # will do
            ):
                parts = [self._built(child) for child in node] + (
                    [self._pattern("text")] if kind == "mixed" else []
                )
                built = self.none
                for part in parts:
                    built = self._choice(built, part)
                return self._choice(self._more(built), self.empty)
            case _:
                return self._sequence(node)

    # Derivatives

    def _content(self, definition: Pattern) -> Pattern:
        assert definition.source is not None
        if definition.source not in self._contents:
            self._contents[definition.source] = self._sequence(definition.source)
        return self._contents[definition.source]

    def _nullable(self, pattern: Pattern) -> bool:
        match pattern.kind:
            case "empty" | "text":
                return True
            case "choice":
                return any(self._nullable(part) for part in pattern.parts)
            case "group" | "more":
                return all(self._nullable(part) for part in pattern.parts)
            case _:
                return False

    def _derivative(self, pattern: Pattern, thing: Pattern | str) -> Pattern:
        """What may follow this element or attribute (its pattern), or text (`"text"`)."""
        key = (pattern, thing)
        if key not in self._derived:
            self._derived[key] = self._derive(pattern, thing)
        return self._derived[key]

    def _derive(self, pattern: Pattern, thing: Pattern | str) -> Pattern:
        match pattern.kind:
            case "text":
                return pattern if thing == "text" else self.none
            case "element" | "attribute":
                return self.empty if pattern is thing else self.none
            case "choice":
                built = self.none
                for part in pattern.parts:
                    built = self._choice(built, self._derivative(part, thing))
                return built
            case "more":
                return self._group(
                    self._derivative(pattern.parts[0], thing), self._choice(pattern, self.empty)
                )
            case "group":
                one, other = pattern.parts
                built = self._group(self._derivative(one, thing), other)
                if self._nullable(one) or (
                    isinstance(thing, Pattern) and thing.kind == "attribute"
                ):
                    behind = self._derivative(other, thing)
                    built = self._choice(built, self._group(one, behind))
                return built
            case _:
                return self.none

    def _first(self, pattern: Pattern) -> list[Pattern]:
        """The elements, and text, that a pattern may begin with."""
        if pattern not in self._firsts:
            self._firsts[pattern] = self._beginnings(pattern)
        return self._firsts[pattern]

    def _beginnings(self, pattern: Pattern) -> list[Pattern]:
        match pattern.kind:
            case "element" | "text":
                return [pattern]
            case "choice":
                return list(
                    dict.fromkeys(one for part in pattern.parts for one in self._first(part))
                )
            case "more":
                return self._first(pattern.parts[0])
            case "group":
                one, other = pattern.parts
                return list(
                    dict.fromkeys(
                        self._first(one) + (self._first(other) if self._nullable(one) else [])
                    )
                )
            case _:
                return []

    def _without(self, pattern: Pattern, kinds: frozenset[str]) -> Pattern:
        """A pattern without its parts of these kinds. Shared parts are visited once."""
        key = (pattern, kinds)
        if key not in self._bare:
            self._bare[key] = self._stripped(pattern, kinds)
        return self._bare[key]

    def _stripped(self, pattern: Pattern, kinds: frozenset[str]) -> Pattern:
        if pattern.kind in kinds:
            return self.empty
        if pattern.kind == "choice":
            built = self.none
            for part in pattern.parts:
                built = self._choice(built, self._without(part, kinds))
            return built
        if pattern.kind == "group":
            return self._group(*(self._without(part, kinds) for part in pattern.parts))
        return (
            self._more(self._without(pattern.parts[0], kinds))
            if pattern.kind == "more"
            else pattern
        )

    def _inside(self, pattern: Pattern, kind: str) -> Iterator[Pattern]:
        """Every part of a kind in a pattern, not going into elements."""
        if pattern.kind == kind:
            yield pattern
        for part in pattern.parts:
            yield from self._inside(part, kind)

    # Elements

    def _element(self, element: etree._Element, definition: Pattern) -> list[Misfit]:
        content = self._content(definition)
        found = [Misfit(element, message) for message in self._attributes(element, content)]
        return [*found, *self._children(element, self._without(content, frozenset({"attribute"})))]

    def _attributes(self, element: etree._Element, content: Pattern) -> Iterator[str]:
        """What is wrong with an element's attributes."""
        shown = _shown(element.tag)
        left = self._without(content, frozenset({"element", "text", "value"}))
        allowed = list(dict.fromkeys(self._inside(left, "attribute")))
        for key, worth in element.items():
            name, value = str(key), str(worth)
            of_name = [pattern for pattern in allowed if pattern.name == name]
            if not of_name:
                names = (
                    ", ".join(dict.fromkeys(_plain(pattern.name) for pattern in allowed)) or "none"
                )
                yield f"{shown} may not have the attribute {_plain(name)}; allowed are: {names}."
                continue
            fitting = [pattern for pattern in of_name if self._has_value(pattern, value)]
            if not fitting:
                yield (
                    f'{_plain(name)}="{_short(value)}" is not allowed on {shown}; it takes '
                    f"{self._values(of_name)}."
                )
                fitting = of_name
            behind = self.none
            for pattern in fitting:
                behind = self._choice(behind, self._derivative(left, pattern))
            if behind.kind == "none":
                others = ", ".join(_plain(str(other)) for other in element.attrib if other != name)
                yield f"{_plain(name)} does not go with the other attributes of {shown}: {others}."
            else:
                left = behind
        missing = self._needed(left)
        if missing:
            yield (
                f"{shown} lacks {_listed([_plain(name) for name in missing])}; it must have "
                f"{'it' if len(missing) == 1 else 'them'}."
            )

    def _needed(self, pattern: Pattern) -> list[str]:
        """The fewest attributes that would satisfy a pattern."""
        match pattern.kind:
            case "attribute":
                return [pattern.name]
            case "choice":
                return min((self._needed(part) for part in pattern.parts), key=len)
            case "group" | "more":
                return list(
                    dict.fromkeys(name for part in pattern.parts for name in self._needed(part))
                )
            case _:
                return []

    def _children(self, element: etree._Element, pattern: Pattern) -> list[Misfit]:
        """What is wrong with an element's content."""
        found: list[Misfit] = []
        shown = _shown(element.tag)
        known = {one.name for one in self._inside(pattern, "element")}
        children = [child for child in element if isinstance(child.tag, str)]
        values = list(self._inside(pattern, "value"))
        if values and not children:
            text = "".join(str(part) for part in element.itertext())
            if any(self._has_value(value, text) for value in values):
                return []
            return [
                Misfit(
                    element,
                    f'"{_short(text)}" is not allowed in {shown}; it holds {self._values(values)}.',
                )
            ]
        for text, child in self._events(element):
            if text.strip():
                behind = self._derivative(pattern, "text")
                if behind.kind == "none":
                    found.append(
                        Misfit(
                            element,
                            f'Text ("{_short(text)}") may not stand in {shown}; allowed '
                            f"there: {_names(self._first(pattern))}.",
                        )
                    )
                else:
                    pattern = behind
            if child is None:
                continue
            candidates = [
                one
                for one in self._first(pattern)
                if one.kind == "element" and one.name == child.tag
            ]
            if not candidates:
                here = "at this place " if child.tag in known else ""
                found.append(
                    Misfit(
                        child,
                        f"{_shown(child.tag)} may not stand {here}in {shown}; allowed there: "
                        f"{_names(self._first(pattern))}.",
                    )
                )
                continue
            judged = [(self._element(child, candidate), candidate) for candidate in candidates]
            misfits, candidate = min(judged, key=lambda pair: len(pair[0]))
            found += misfits
            pattern = self._derivative(pattern, candidate)
        if not self._nullable(self._without(pattern, frozenset({"value"}))):
            needed = [one for one in self._first(pattern) if one.kind == "element"]
            found.append(
                Misfit(
                    element, f"{shown} is not complete: it still needs {_names(needed, ' or ')}."
                )
            )
        return found

    @staticmethod
    def _events(element: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
        """The text before each child, with the child; last the text behind them all."""
        text = element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                yield text, child
                text = child.tail or ""
            else:
                text += child.tail or ""
        yield text, None

    # Values

    def _has_value(self, pattern: Pattern, value: str) -> bool:
        """Whether libxml2 takes this value where the pattern stands."""
        assert pattern.source is not None
        key = (pattern.source, value)
        if key not in self._valid_values:
            schema = etree.Element(
                f"{_RNG}grammar", {"datatypeLibrary": "http://www.w3.org/2001/XMLSchema-datatypes"}
            )
            probe = etree.SubElement(
                etree.SubElement(schema, f"{_RNG}start"), f"{_RNG}element", {"name": "probe"}
            )
            if pattern.kind == "attribute":
                probe.extend(
                    [copy.deepcopy(node) for node in pattern.source if node.tag != f"{_RNG}name"]
                )
                if len(probe) == 0:
                    etree.SubElement(probe, f"{_RNG}text")
            else:
                probe.append(copy.deepcopy(pattern.source))
            schema.extend(
                [
                    copy.deepcopy(node)
                    for node in self._definitions.values()
                    if node.get("name") in _VALUES
                ]
            )
            instance = etree.Element("probe")
            instance.text = value
            self._valid_values[key] = bool(etree.RelaxNG(schema).validate(instance))
        return self._valid_values[key]

    def _values(self, patterns: list[Pattern]) -> str:
        """What values some attributes or texts may have, in words."""
        words: dict[str, None] = {}
        for pattern in patterns:
            assert pattern.source is not None
            for node in pattern.source.iter():
                if node.tag == f"{_RNG}value":
                    words[f'"{node.text}"'] = None
                elif node.tag == f"{_RNG}ref" and node.get("name") in _VALUES:
                    words[_VALUES[node.get("name", "")]] = None
                elif node.tag == f"{_RNG}ref":
                    words |= dict.fromkeys(
                        f'"{value.text}"'
                        for value in self._definitions[node.get("name", "")].iter(f"{_RNG}value")
                    )
                elif node.tag == f"{_RNG}data":
                    param = node.find(f"{_RNG}param")
                    words[
                        f"what matches {param.text}"
                        if param is not None
                        else f"a value of the type {node.get('type')}"
                    ] = None
        return " or ".join(words) or "any text"


# The named sorts of values, in words.
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


def _name(node: etree._Element) -> str:
    """The name of what an element or attribute pattern matches, as lxml gives it."""
    child = node.find(f"{_RNG}name")
    if child is None:
        return node.get("name", "")
    namespace = child.get("ns", "")
    return f"{{{namespace}}}{child.text}" if namespace else child.text or ""


def _plain(name: str) -> str:
    """A name as it is written in the file."""
    return name.replace(_XML, "xml:").split("}")[-1]


def _shown(tag: str) -> str:
    return f"<{_plain(tag)}>"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else plain[:39] + "…"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _names(patterns: list[Pattern], between: str = ", ") -> str:
    """Elements and text that may stand somewhere, the likeliest first."""
    names = list(
        dict.fromkeys(
            "text" if pattern.kind == "text" else _shown(pattern.name) for pattern in patterns
        )
    )
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return between.join(names[:_SHOWN]) + more if names else "nothing more"
