"""The apparatus: each place where the edition differs from the OCR or print, as a ledger entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from lxml import etree

from pipeline.publish.model.model import Edit, Entry, Inline
from pipeline.publish.model.names import Names, T, text_of
from pipeline.publish.model.place import Place
from pipeline.xml import XML_ID, local

_ABOUT: Final = 48  # characters shown on either side of an entry
_OUTER: Final = ".,;:!?()[]\"'“”‘’«»"


@dataclass(slots=True)
class _Draft:
    """An entry while its block is still being read; `entry` lacks what the block says of it."""

    entry: Callable[..., Entry]
    start: int
    end: int
    joins: bool = False


class Apparatus:
    """The ledger as the walk fills it.

    An entry is a draft until its block is complete, because only then is its context known.
    """

    def __init__(self, root: etree._Element, names: Names, place: Place) -> None:
        """Read kinds, rules and people from the header."""
        self.names = names
        self.place = place
        self.categories = {
            one.get(XML_ID, ""): one for one in root.iter(f"{T}category", f"{T}interp")
        }
        self.described: dict[str, str] = {}  # what a category says
        self.people = {
            one.get(XML_ID, ""): text_of(one.find(f"{T}persName"))
            or text_of(one.find(f"{T}name"))
            or text_of(one)
            for one in root.iter(
                f"{T}respStmt", f"{T}editor", f"{T}person", f"{T}application", f"{T}name"
            )
            if one.get(XML_ID)
        }
        pointed_to = (
            one.get("target", "")
            for one in root.iterfind(f"{T}standOff//{T}annotation")
            if one.get("motivation") != "linking"
        )
        self.aims = {
            target.lstrip("#") for targets in pointed_to for target in targets.split()
        }  # ids that something is said of
        self.aimed: list[
            tuple[str, int, int]
        ] = []  # of these, those in the present block, with the stretch of its text
        self.about: dict[str, tuple[str, str, str]] = {}  # id → its block, the words about it
        self.drafts: list[_Draft] = []
        self.done: list[Entry] = []
        self.numbered = 0

    def next_number(self) -> int:
        """The number of the next entry, taken."""
        self.numbered += 1
        return self.numbered

    def aim(self, name: str, start: int, end: int) -> None:
        """Record the span of something that a proposal may refer to, in its block's text."""
        self.place.remember(name)
        if name in self.aims:
            self.aimed.append((name, start, end))

    def entered(
        self,
        element: etree._Element,
        kind: str,
        edited: tuple[Inline, ...],
        ocr: tuple[Inline, ...],
        *,
        before: str,
        after: str,
        start: int,
        end: int,
        joins: bool = False,
        number: int = 0,
        more: etree._Element | None = None,
    ) -> Edit:
        """Enter a change, bounded by `start` and `end` in its block's text.

        `joins` is where it joins the parts of a word.
        """
        n = number or self.next_number()
        kind, what, rule, rule_says = self._categories(element, kind)
        more = element if more is None else more
        name = self.names.of(element, "c", n)
        entry = partial(
            Entry,
            n=n,
            id=name,
            kind=kind,
            what=what,
            rule=rule,
            rule_says=rule_says,
            before=before,
            after=after,
            confidence=_confidence(element, more),
            evidence=_evidence(element, more),
            by=self._who(element.get("resp") or more.get("resp") or ""),
            verdict="made",
            page=self.place.page,
        )
        self.drafts.append(_Draft(entry, start, end, joins))
        return Edit(n, name, kind, edited, ocr)

    def settle(self, block: str, text: str) -> None:
        """A block is read: its drafts become entries, with the words that stand about them."""
        for draft in self.drafts:
            entry = draft.entry(
                block=block, left=_before(text, draft.start), right=_behind(text, draft.end)
            )
            self.done.append(_joined(entry) if draft.joins else entry)
        for name, start, end in self.aimed:
            self.about[name] = block, _before(text, start), _behind(text, end)
        self.drafts, self.aimed = [], []

    def _who(self, pointer: str) -> str:
        return ", ".join(
            self.people.get(one.lstrip("#"), one.lstrip("#")) for one in pointer.split()
        )

    def _categories(self, element: etree._Element, kind: str) -> tuple[str, str, str, str]:
        """The kind, what it is in words, the rule and what the rule says, from @ana."""
        what = rule = rule_says = ""
        for pointer in element.get("ana", "").split():
            name = pointer.lstrip("#")
            if name not in self.described:
                self.described[name] = text_of(self._description(name))
            described = self.described[name]
            if name.startswith(("k.", "kind.")):
                parts = name.split(".")
                if kind != "linebreak" and len(parts) > 1:
                    kind = {"norm": "form"}.get(parts[1], parts[1])
                what = described
            elif name.startswith(("r.", "rule.")):
                rule, rule_says = name.split(".", 1)[1], described
            else:
                what = what or described or name
        return kind, what, rule, rule_says

    def _description(self, name: str) -> etree._Element | None:
        category = self.categories.get(name)
        if category is None:
            return None
        found = category.find(f"{T}catDesc")
        return category if found is None and category.tag == f"{T}interp" else found

    def entries(self) -> list[Entry]:
        """The ledger of what was made, in the order of the text."""
        return sorted(self.done, key=lambda entry: entry.n)

    def annotate(self, root: etree._Element) -> None:
        """Add the evidence that annotations give for applied changes.

        Several annotations may refer to one change.
        """
        told: dict[str, list[str]] = {}
        for annotation in root.iterfind(f"{T}standOff//{T}annotation"):
            note = _evidence_note(annotation)
            if note is not None and (said := text_of(note)):
                for target in annotation.get("target", "").split():
                    told.setdefault(target.lstrip("#"), []).append(said)
        self.done = [
            replace(entry, evidence="; ".join(told[entry.id]))
            if entry.id in told and not entry.evidence
            else entry
            for entry in self.done
        ]

    def proposals(self, root: etree._Element) -> Iterator[Entry]:
        """What was proposed and not made: held for an editor, or refused by one."""
        n = self.numbered
        made = {entry.id for entry in self.done}
        for annotation in root.iterfind(f"{T}standOff//{T}annotation"):
            target = annotation.get("target", "").split(" ")[0].lstrip("#")
            choice = next(annotation.iter(f"{T}choice", f"{T}app"), None)
            if annotation.get("motivation") in {"commenting", "linking"} or (
                target in made and annotation.get("motivation") != "editing"
            ):
                continue
            before = after = ""
            others: tuple[str, ...] = ()
            if choice is not None:
                chosen, other, _ = readings(choice, local(choice))
                before, after = text_of(other), text_of(chosen)
                others = tuple(
                    text_of(one)
                    for one in choice.iterchildren(f"{T}rdg")
                    if one.get("type") == "alternative"
                )
            n += 1
            kind, what, rule, rule_says = self._categories(annotation, "ocr")
            change = annotation.find(f".//{T}change")
            within, left, right = self.about.get(target, ("", "", ""))
            group = annotation.getparent()
            entry = Entry(
                n=n,
                id=annotation.get(XML_ID, "") or f"h.{n}",
                kind=kind,
                what=what,
                rule=rule,
                rule_says=rule_says,
                before=before,
                after=after,
                confidence=_confidence(annotation, annotation),
                evidence=text_of(_evidence_note(annotation)) or text_of(change),
                by=self._who(annotation.get("resp", ""))
                or (self._who(change.get("who", "")) if change is not None else ""),
                verdict="refused"
                if group is not None and group.get("type") == "refused"
                else "held",
                page=self.place.page_of.get(target, ""),
                block=target if target in self.names.taken else "",
                left=left,
                right=right,
                others=others,
                within=within,
            )
            yield _joined(entry) if kind == "linebreak" else entry


def readings(
    element: etree._Element, name: str
) -> tuple[etree._Element | None, etree._Element | None, str]:
    """The chosen reading, the one it stands for, and the kind of change."""

    def first(*tags: str) -> etree._Element | None:
        return next(iter(element.iterchildren(*(f"{T}{tag}" for tag in tags))), None)

    if name == "app":
        rdg = next(
            (one for one in element.iterchildren(f"{T}rdg") if one.get("type") != "alternative"),
            None,
        )
        return (
            first("lem"),
            rdg,
            "ocr" if element.get("type") in {"ocr", None} else element.get("type", "ocr"),
        )
    if first("corr", "sic") is not None:
        return first("corr"), first("sic"), "print"
    if first("reg", "orig") is not None:
        return first("reg"), first("orig"), "form"
    if first("expan", "abbr") is not None:
        return first("expan"), first("abbr"), "form"
    return next(iter(element.iterchildren(f"{T}unclear", f"{T}seg")), None), None, "ocr"


def _confidence(element: etree._Element, more: etree._Element) -> str:
    """How sure the file is: a number where it has one (on the reading), else a degree."""
    told = [
        one.get("cert", "")
        for one in (more, element, *element.iter(f"{T}lem", f"{T}reg", f"{T}corr"))
        if one.get("cert")
    ]
    told += [one.get("degree", "") for one in element.iter(f"{T}certainty")]
    return next((value for value in told if value[0].isdigit()), told[0] if told else "")


def _evidence_note(annotation: etree._Element) -> etree._Element | None:
    return next(
        (
            note
            for note in annotation.iterchildren(f"{T}note")
            if note.get("type") in {"evidence", "why"}
        ),
        None,
    )


def _evidence(element: etree._Element, more: etree._Element) -> str:
    told = text_of(next(element.iterchildren(f"{T}note", f"{T}desc"), None))
    return told or more.get("evidence", "") or element.get("evidence", "")


def _joined(entry: Entry) -> Entry:
    """A line-end entry with both parts of the word: `gov⏎ernment`."""
    head = re.search(r"[^\s]*$", entry.left)
    tail = re.match(r"\s*([^\s]*)", entry.right)
    one, two = (
        (head.group() if head else "").lstrip(_OUTER),
        (tail.group(1) if tail else "").rstrip(_OUTER),
    )
    gap = "-⏎" if entry.before.strip() == "-" else "⏎"
    left, right = entry.left[: len(entry.left) - len(one)], entry.right.lstrip()[len(two) :]
    return replace(
        entry,
        before=f"{one}{gap}{two}",
        after=f"{one}{entry.after.strip()}{two}",
        left=left,
        right=right,
    )


def _before(text: str, end: int) -> str:
    """The words of a text before a position, to show before an entry."""
    return text[:end] if end <= _ABOUT else "… " + text[end - _ABOUT : end].partition(" ")[2]


def _behind(text: str, start: int) -> str:
    """The words of a text after a position, to show after an entry."""
    if len(text) - start <= _ABOUT:
        return text[start:]
    return text[start : start + _ABOUT].rpartition(" ")[0] + " …"
