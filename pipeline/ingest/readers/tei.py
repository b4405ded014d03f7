r"""TEI that others made: its text, read to be corrected.

The markup stays in the file; `export` writes the corrections into it.

A `lb` is "\n" and a `pb` "\f"; paragraphs, headings, lines of verse and other blocks are set apart;
of a `choice` the witness's side is read (`sic`, `orig`, `abbr`), of an `app` the lemma. The header,
notes on the edition and descriptions of figures are not text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from pipeline.errors import SourceError
from pipeline.xml import local

_SILENT = frozenset(
    {
        "teiHeader",
        "standOff",
        "facsimile",
        "sourceDoc",
        "figDesc",
        "corr",
        "reg",
        "expan",
        "rdg",
        "index",
        "interp",
        "certainty",
        "respons",
    }
)
# An empty line stands around these; the others in _LINES stand on a line of their own.
_BLOCKS = frozenset(
    "p div div1 div2 div3 div4 div5 div6 div7 head lg list table sp quote note figure front "
    "body back group text titlePage docTitle "
    "epigraph argument opener closer postscript floatingText ab castList listBibl argument "
    "trailer set prologue epilogue".split()
)
_LINES = frozenset(
    "l item row speaker stage byline dateline salute signed docImprint docAuthor titlePart "
    "docEdition bibl fw castItem cb label".split()
)
# In these a note stands by itself; in others it breaks into a sentence.
_HOLDERS = frozenset(
    "div div1 div2 div3 div4 div5 div6 div7 body front back text group floatingText noteGrp".split()
)
_INLINE_NOTES = frozenset({"margin", "inline", "left", "right"})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the text from one text node: `start` in the text is `at` in the node."""

    start: int
    end: int
    element: etree._Element
    node: Literal["text", "tail"]
    at: int


def text_of(root: etree._Element, name: str) -> tuple[str, list[Run]]:
    """The text of a TEI file, and which node each stretch of it comes from.

    Raises:
        SourceError: There is no text element, or nothing in it.

    """
    texts = [
        element
        for element in root.iter("{*}text")
        if not any(local(above) == "text" for above in element.iterancestors())
    ]
    if not texts:
        raise SourceError(f"{name} is a TEI file without a text element.")
    walk = _Walk()
    for element in texts:
        walk.enter(element)
    text, runs = walk.done()
    if not text.strip():
        raise SourceError(f"{name} is a TEI file with an empty text.")
    return text, runs


class _Walk:
    """A walk over the elements, which collects the text."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.runs: list[Run] = []
        self.at = 0
        # what the text ends with so far, as much of it as matters: "", " ", "\n", "\n\n" or "\f"
        self.tail = "\n"
        self.wanted = ""  # white space that is due before the next character
        self.glue = False  # after a line end inside a word
        self.notes: list[
            etree._Element
            # from the foot of the page or the end of the book, due behind the block that they stand
            # in
        ] = []

    def enter(self, element: etree._Element) -> None:
        """Take in an element with all it holds. libxml2 bounds the depth."""
        kind = local(element)
        if not kind or kind in _SILENT:
            return
        if kind == "lb":
            self.line(broken=element.get("break") != "no")
        elif kind == "pb":
            self.page(broken=element.get("break") != "no")
        elif (
            kind == "note"
            and (element.get("place") or "") not in _INLINE_NOTES
            and (above := element.getparent()) is not None
            and local(above) not in _HOLDERS
        ):
            self.notes.append(element)
        elif kind != "gap":
            self.block(element, kind)

    def block(self, element: etree._Element, kind: str) -> None:
        """Take in an element that has text in it."""
        apart = kind in _BLOCKS and not (
            kind == "note" and (element.get("place") or "") in _INLINE_NOTES
        )
        due = "\n\n" if apart else "\n" if kind in _LINES else ""
        if due:
            self.due(due)
        self.take(element, "text", element.text)
        for child in element:
            self.enter(child)
            self.take(child, "tail", child.tail)
        if due:
            self.due(due)
        if apart:
            notes, self.notes = self.notes, []
            for note in notes:
                self.block(note, "note")

    def take(
        self, element: etree._Element, node: Literal["text", "tail"], text: str | None
    ) -> None:
        """A text node: white space is one blank, whatever its length."""
        for match in re.finditer(r"\s+|\S+", text or ""):
            if match[0].isspace():
                self.due(" ")
                continue
            self.settle()
            self.runs.append(Run(self.at, self.at + len(match[0]), element, node, match.start()))
            self.put(match[0])

    def due(self, space: str) -> None:
        """White space is due, if nothing stronger is."""
        if (
            not self.glue
            and len(space) > len(self.wanted.strip(" "))
            and not (space == " " and self.wanted)
        ):
            self.wanted = space if "\f" not in self.wanted else self.wanted

    def line(self, *, broken: bool) -> None:
        """Start a new line; inside a word (`break="no"`) only if the page's hyphen shows it."""
        if broken or (self.out and self.out[-1].endswith(("-", "\u00ad", "\u00ac", "\u2010"))):
            self.wanted = self.wanted if "\n" in self.wanted or "\f" in self.wanted else "\n"
        else:
            self.wanted = ""
        self.glue = not broken

    def page(self, *, broken: bool) -> None:
        """A new page."""
        if self.out:
            self.settle_with(
                "\n\f"
                if broken or self.out[-1].endswith(("-", "\u00ad", "\u00ac", "\u2010"))
                else ""
            )
        self.glue = not broken

    def settle_with(self, space: str) -> None:
        """Put white space now, in place of what was due."""
        self.wanted = ""
        if space:
            self.put(space)

    def settle(self) -> None:
        """Put the white space that is due."""
        last = self.out[-1][-1] if self.out else "\n"
        if self.wanted and self.out and last != "\f":
            self.put(self.wanted)
        self.wanted = ""
        self.glue = False

    def put(self, text: str) -> None:
        """Add to the text."""
        self.out.append(text)
        self.at += len(text)

    def done(self) -> tuple[str, list[Run]]:
        """All of it."""
        return "".join(self.out) + "\n", self.runs
