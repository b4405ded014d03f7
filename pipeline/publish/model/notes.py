"""Notes: which sign calls which, and the parts of one that goes on over a page brought together."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from pipeline.publish.model.model import Block, Inline, Note, Span, plain
from pipeline.publish.model.names import Names, T
from pipeline.xml import XML_ID


class Notes:
    """The notes of one text, as they are found."""

    def __init__(self, text: etree._Element, names: Names) -> None:
        """Take in which sign calls which note, and which note goes on in which."""
        self.names = names
        self.signs: set[str] = set()  # ids of the signs
        self.calls: dict[str, list[str]] = {}  # note → the signs that call it
        for ref in text.iter(f"{T}ref"):
            if ref.get("type") == "noteAnchor":
                sign = names.of(ref, "sign")
                self.signs.add(sign)
                self.calls.setdefault(ref.get("target", "").lstrip("#"), []).append(sign)
        self.heads = {  # the part of a note that goes on → the part before it
            note.get(XML_ID, ""): note.get("prev", "").lstrip("#")
            for note in text.iter(f"{T}note")
            if note.get(XML_ID) and note.get("prev")
        }
        self.found: dict[str, Note] = {}

    def keep(self, element: etree._Element, name: str, blocks: tuple[Block, ...]) -> Note | None:
        """Enter a note.

        Returns it if it stays in place, or None if it moves to its sign or to the part that it
        continues.
        """
        head = name
        for _ in range(100):  # a chain that runs in a circle ends here
            if head not in self.heads or self.heads[head] not in self.names.taken:
                break
            head = self.heads[head]
        sign = element.get("n", "") or _sign(blocks)
        anchors = tuple(self.calls.get(name, ()))
        if not anchors and element.get("target", "").lstrip("#") in self.signs:
            anchors = (element.get("target", "").lstrip("#"),)
        blocks = _without_label(blocks)
        if head != name and head in self.found:
            first = self.found[head]
            self.found[head] = replace(first, blocks=_carried_on(first.blocks, blocks))
            return None
        note = Note(name, sign, blocks, anchors, element.get("type", ""), element.get("place", ""))
        self.found[name] = note
        return None if anchors else note

    def called(self) -> dict[str, Note]:
        """Every note that a sign calls, by id."""
        return {name: note for name, note in self.found.items() if note.anchors}


def _sign(blocks: tuple[Block, ...]) -> str:
    """The sign that a note begins with."""
    for block in blocks:
        for one in block.content:
            if isinstance(one, Span) and one.role == "label":
                return plain(one.content)
            if isinstance(one, str) and one.strip():
                return ""
    return ""


def _without_label(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks of a note without its leading sign, which the note's back link shows."""
    if not blocks:
        return blocks
    first = blocks[0]
    for i, one in enumerate(first.content):
        if isinstance(one, Span) and one.role == "label":
            rest = first.content[i + 1 :]
            if rest and isinstance(rest[0], str):
                rest = (rest[0].lstrip(), *rest[1:])
            return (
                replace(
                    first,
                    content=(*first.content[:i], *rest),
                    text=plain((*first.content[:i], *rest)),
                ),
                *blocks[1:],
            )
        if isinstance(one, str) and one.strip():
            break
    return blocks


def _carried_on(first: tuple[Block, ...], more: tuple[Block, ...]) -> tuple[Block, ...]:
    """Append a note's next part: to the same paragraph if both sides are running text."""
    if first and more and first[-1].role == more[0].role == "note-text":
        left, right = first[-1], more[0]
        joined = replace(
            left,
            content=(*left.content, " ", *_leading_stripped(right.content)),
            text=f"{left.text} {right.text}",
        )
        return (*first[:-1], joined, *more[1:])
    return (*first, *more)


def _leading_stripped(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return (
        (content[0].lstrip(), *content[1:]) if content and isinstance(content[0], str) else content
    )
