"""Addresses that last: the ids of an edition, kept from one released state to the next.

A build numbers paragraphs, divisions, notes and pages as it meets them, so a paragraph that is
inserted gives every later one another number. A *state* remembers the ids of an edition that was
released, each with the text that stood there. `kept` gives a new build the ids of the last state
wherever the same text stands, and a new place an id that no place ever had: `p12.1` follows `p12`.
An id whose text is gone stays an address: an annotation in `standOff` points from it to the place
that has its text now, or to the one that was before it.

See docs/decisions/0009-addresses.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import count
from typing import Any, Final

from lxml import etree
from rapidfuzz import fuzz

from pipeline.errors import ProjectError
from pipeline.xml import TEI, XML_ID, parse

_T: Final = f"{{{TEI}}}"
_COUNTED: Final = re.compile(r"([a-z]+)\d+(?:\.\d+)*")  # p12, pb3, p12.1; not c.12.32
_UNSPOKEN: Final = frozenset(f"{_T}{name}" for name in ("rdg", "orig", "sic", "fw", "note"))
_ALIKE: Final = 60.0  # per cent of two texts that agree, for one to be the other in a new form
_PART: Final = 80.0  # of a text that is found again within a longer one
_SHORT: Final = 20  # characters of a text that says too little to be known again in a new form
_AHEAD: Final = 40  # places to look at for a text in a new form
_TAG: Final = re.compile(r"<[^<>!?][^<>]*>")
_NAMED: Final = re.compile(r'( xml:id=")([^"]*)(?=")')
_POINTED: Final = re.compile(r"(?<=[\"\s]#)[A-Za-z][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Place:
    """A place of an edition that has an address: its id and its edited text in one line."""

    id: str
    text: str

    @property
    def kind(self) -> str:
        """The letters that its id begins with: `p`, `d`, `n`, `pb`."""
        found = _COUNTED.fullmatch(self.id)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class State:
    """An edition as it was released: its places, and where the addresses before it lead."""

    version: str
    date: str
    places: tuple[Place, ...]
    former: Mapping[str, str]


def places(tree: etree._Element) -> Iterator[Place]:
    """The places of an edition, in their order."""
    for element in tree.iterfind(f"{_T}text//*[@{XML_ID}]"):
        name = element.get(XML_ID, "")
        if _COUNTED.fullmatch(name):
            yield Place(name, _text(element))


def _text(element: etree._Element) -> str:
    if element.tag == f"{_T}pb":
        return element.get("n", "")
    if element.tag == f"{_T}div":  # its paragraphs have addresses of their own
        heads = element.iterfind(f"{_T}head")
        return " ".join((element.get("type", ""), *map(_text, heads))).strip()
    return re.sub(r"\s+", " ", "".join(_spoken(element))).strip()


def _spoken(element: etree._Element) -> Iterator[str]:
    """The edited text of an element; a line feed is a blank unless the word goes on after it."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNSPOKEN:
            if child.get("break") == "no":
                yield "\ufdd0"
            elif child.tag != f"{_T}pc" or child.get("force") != "weak":
                yield from _spoken(child)
        yield child.tail or ""


def released(tei: bytes, version: str, date: str) -> State:
    """The state of an edition that is released now."""
    tree = parse(tei, "the edition")
    return State(version, date, tuple(places(tree)), dict(_former(tree)))


def _former(tree: etree._Element) -> Iterator[tuple[str, str]]:
    for one in tree.iterfind(f"{_T}standOff/{_T}listAnnotation[@type='former']/{_T}annotation"):
        yield one.get(XML_ID, ""), one.get("target", "").removeprefix("#")


def to_lines(state: State) -> str:
    """A state as JSON lines: the version, then each place, then each former address."""
    rows: list[dict[str, str]] = [{"version": state.version, "date": state.date}]
    rows += [{"id": place.id, "text": place.text} for place in state.places]
    rows += [{"id": old, "now": now} for old, now in state.former.items()]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def from_lines(lines: str, name: str) -> State:
    """A state from JSON lines.

    Raises:
        ProjectError: They are no state. The message names the file, `name`, and the line.

    """
    version = date = ""
    found: list[Place] = []
    former: dict[str, str] = {}
    for n, line in enumerate(lines.splitlines(), 1):
        try:
            row: Any = json.loads(line)
            if n == 1:
                version, date = str(row["version"]), str(row["date"])
            elif "now" in row:
                former[str(row["id"])] = str(row["now"])
            else:
                found.append(Place(str(row["id"]), str(row["text"])))
        except (ValueError, KeyError, TypeError):
            raise ProjectError(
                f"{name}, line {n}, is not what emend release writes; restore the file from a "
                f"backup."
            ) from None
    if not version:
        raise ProjectError(f"{name} is empty; restore the file from a backup.")
    return State(version, date, tuple(found), former)


# Keeping


def kept(tei: bytes, state: State) -> bytes:
    """An edition with the addresses of a state, and an annotation for each that has no place."""
    new = list(places(parse(tei, "the edition")))
    names, former = matched(state, new)
    text = _renamed(tei.decode(), names)
    return _with_former(text, former).encode()


def matched(state: State, new: Sequence[Place]) -> tuple[dict[str, str], dict[str, str]]:
    """What each place of a new build is called, and where the addresses without a place lead."""
    names: dict[str, str] = {}
    gone: dict[str, str] = {}  # the former id → the id, in the new build, of the place it leads to
    for kind in dict.fromkeys(place.kind for place in (*new, *state.places)):
        old = [place for place in state.places if place.kind == kind]
        now = [place for place in new if place.kind == kind]
        pairs = dict(_pairs(old, now))
        names |= {now[j].id: old[i].id for i, j in pairs.items()}
        for i, place in enumerate(old):
            if i not in pairs and (target := _instead(place, i, pairs, now)):
                gone[place.id] = target
    used = {place.id for place in state.places} | state.former.keys()
    last: dict[str, str] = {}  # by kind, the id of the place before
    for place in new:
        if place.id not in names:
            names[place.id] = _fresh(place, last.get(place.kind, ""), used)
        last[place.kind] = names[place.id]
    former = {old: names[target] for old, target in gone.items()}
    for alias, was in state.former.items():
        target = former.get(was, was)
        if target in names.values():
            former[alias] = target
    return names, former


def _fresh(place: Place, before: str, used: set[str]) -> str:
    """An id that no place ever had, after that of the place before: `p12.1`."""
    stem = before or f"{place.kind}0"
    found = next(name for n in count(1) if (name := f"{stem}.{n}") not in used)
    used.add(found)
    return found


def _pairs(old: Sequence[Place], new: Sequence[Place]) -> Iterator[tuple[int, int]]:
    """The places of two builds that are the same, as pairs of their numbers, in order."""
    blocks = SequenceMatcher(
        None, [place.text for place in old], [place.text for place in new], autojunk=False
    ).get_matching_blocks()
    i = j = 0
    for block in blocks:
        yield from _alike(old, new, range(i, block.a), range(j, block.b))
        yield from zip(
            range(block.a, block.a + block.size),
            range(block.b, block.b + block.size),
            strict=True,
        )
        i, j = block.a + block.size, block.b + block.size


def _alike(
    old: Sequence[Place], new: Sequence[Place], left: range, right: range
) -> Iterator[tuple[int, int]]:
    """Of two runs of places, those whose texts are the same in another form."""
    j = right.start
    for i in left:
        if len(old[i].text) < _SHORT:
            continue
        scored = [
            (fuzz.ratio(old[i].text, new[k].text, score_cutoff=_ALIKE), -k)
            for k in range(j, min(j + _AHEAD, right.stop))
        ]
        score, at = max(scored, default=(0.0, 0))
        if score:
            yield i, -at
            j = 1 - at


def _instead(place: Place, i: int, pairs: Mapping[int, int], new: Sequence[Place]) -> str:
    """The place that has the text of one that is gone, or else the one that was before it."""
    before = max((k for k in pairs if k < i), default=-1)
    after = min((k for k in pairs if k > i), default=-1)
    first = pairs[before] if before >= 0 else 0
    last = pairs[after] if after >= 0 else len(new) - 1
    if len(place.text) >= _SHORT:
        for j in range(first, min(last + 1, first + _AHEAD)):
            longer = len(new[j].text) > len(place.text)
            if longer and fuzz.partial_ratio(place.text, new[j].text) >= _PART:
                return new[j].id
    return new[first].id if new else ""


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """The file with other ids, where they are given and where something points to them."""
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return text

    def tag(found: re.Match[str]) -> str:
        said = _NAMED.sub(lambda one: one[1] + changed.get(one[2], one[2]), found[0])
        if "#" not in said:
            return said
        return _POINTED.sub(lambda one: changed.get(one[0], one[0]), said)

    return _TAG.sub(tag, text)


def _with_former(text: str, former: Mapping[str, str]) -> str:
    """The file with an annotation for each address that has no place of its own any more."""
    if not former:
        return text
    rows = "\n".join(
        f'<annotation xml:id="{old}" motivation="linking" target="#{now}"/>'
        for old, now in former.items()
    )
    said = f'<listAnnotation type="former">\n{rows}\n</listAnnotation>\n'
    if "</standOff>" in text:
        return text.replace("</standOff>", f"{said}</standOff>", 1)
    return text.replace("</TEI>", f"<standOff>\n{said}</standOff>\n</TEI>")
