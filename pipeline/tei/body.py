"""The body: the `text` element of an edition, written in one pass over the raw text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping

from pipeline.document import PIPELINE, Change, Document, Mark
from pipeline.roles import ROLES
from pipeline.tei.characters import Names, attribute, escaped, ncname
from pipeline.tei.collation import BLANKS, Unit, collated, kind_of
from pipeline.tei.declarations import Declarations, figure
from pipeline.tei.element import Element
from pipeline.tei.hierarchy import hierarchy
from pipeline.tei.line_breaks import (
    Break,
    Locator,
    hyphen_follows,
    joint_before,
    settled,
    stands_for_hyphen,
    supplied_before,
    within_words,
)
from pipeline.tei.pagination import PageBreak, Pagination, Placement
from pipeline.text.faces import doubtful_line_ends
from pipeline.text.lacunae import SIGN

_PLACES = frozenset({"bottom", "end", "inline", "margin"})
_WRAPPED = {
    "publisher": "publisher",
    "place": "pubPlace",
}  # the parts of an imprint that have a name of their own
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NUMBER = re.compile("[0-9]+")
_LOST = ' rend="hyphen"'
_FEED = re.compile("[\n\f]")
_QUOTED = frozenset({"said", "spoken"})


def listed(change: Change) -> bool:
    """Whether the edition lists a change that is not applied: all pending ones, and rejected ones.

    Of the rejected ones only those that an editor rejected.
    """
    return change.verdict == "held" or (change.verdict == "refused" and change.by != PIPELINE)


def _key(element: Element) -> tuple[str, str]:
    """By what pointers find an element: the parts of one speech may be `q` and `said`."""
    return "said" if element.role in _QUOTED else element.role, element.get("id")


class Body:
    """The body of one document.

    When it is written, `declarations`, `targets`, `standing` and `placement` say what it points to.
    """

    def __init__(self, document: Document) -> None:
        """Nothing is written yet."""
        self.document = document
        self.raw = document.raw
        self.names = Names()
        for reserved in ("print", "ocr", "kinds", "rules", "app.emend", "ch.1", "resp.ocr"):
            self.names.fresh(reserved)
        self.text_id = self.names.fresh("text")
        self.declarations = Declarations(document, self.names)
        self.placement = Placement(document.source.layout)
        self.targets: dict[
            tuple[int, int], list[str]
        ] = {}  # the span of a change that is not made → the xml:ids of what it is about
        self.standing: dict[
            int, list[str]
        ] = {}  # the index of a change that is made → the xml:ids of where it stands
        self._units = collated(document)
        self._pages = Pagination(document)
        self._furniture = {(mark.start, mark.end): mark for mark in document.marked("furniture")}
        self._word_ends = within_words(self._units)
        self._doubts = doubtful_line_ends(document)
        self._feeds = [match.start() for match in re.finditer("\n", self.raw)]
        self._pointed: dict[
            tuple[str, str], str
        ] = {}  # the role and id of a note or anchor → its xml:id
        self._used: set[tuple[str, str]] = set()  # of these, those that have been written
        self._hung: set[Unit] = set()
        self._out: list[str | Break | Locator] = []
        self._page_names: dict[str, list[str]] = {}  # a page's number → the xml:ids of such pages
        self._mixed = [False]  # of each open element, whether text may stand in it
        self._blanks = ""  # not yet written: a line end may take them
        self._silent = False  # whether these blanks are read as nothing
        self._at = 0  # the unit that comes next
        self._cursor = 0  # the raw position reached, which may be in the middle of it

    def written(self) -> str:
        """The whole `text` element."""
        root = hierarchy([*self.document.marks, *self._held_marks()], self._units, self.raw)
        for element in root.walk():
            self._hung.update(element.opening, element.closing)
            own = element.get("id")
            if (
                own
                and element.role in {"note", "anchor", *_QUOTED}
                and element.fragment == 0
                and _key(element) not in self._pointed
            ):
                self._pointed[_key(element)] = self.names.fresh(ncname(own))
        self._out.append(f'<text xml:id="{self.text_id}" xml:space="preserve">\n')
        for part in root.children:
            self._element(part)
        return "".join([*settled(self._out, self.declarations, self._page_names), "\n</text>\n"])

    def reading(self, reading: str) -> str:
        """A corrected reading as XML. Its line ends become blanks; `lb` is for the source's."""
        plain = _FEED.sub(" ", reading)
        self.declarations.written(plain)
        return escaped(plain)

    def place(self, prefix: str, start: int, suffix: str = "") -> str:
        """An id for a raw position, stable under changes elsewhere: its line and column, from 1."""
        line = bisect_left(self._feeds, start)
        column = start - (self._feeds[line - 1] if line else -1)
        return f"{prefix}.{line + 1}.{column}{suffix}"

    def _held_marks(self) -> list[Mark]:
        """Marks on what proposals are about. Where that is a line end alone, it is its own mark."""
        quiet = {unit.start for unit in self._units if unit.join == "maybe"}
        on_line_ends = {
            index for feed, indexes in self._doubts.items() if feed in quiet for index in indexes
        }
        spans = {
            (change.start, change.end)
            for i, change in enumerate(self.document.ledger)
            if listed(change) and i not in on_line_ends
        }
        return [Mark("held", start, end) for start, end in sorted(spans)]

    # Elements

    def _element(self, element: Element) -> None:
        if (
            element.role != "part"
        ):  # front, body and back adjoin: a page that begins between them is in the second
            self._advance(element.start, closing=False)
        if self._mixed[-1] or element.opening:
            self._flush()
        name, attributes = self._start_tag(element)
        wrapper = _WRAPPED.get(element.type) if element.role == "docImprint" else None
        wrapper = "desc" if element.role == "gap" else wrapper
        self._out.append(f"<{name}{attributes}")
        if element.role == "locator":
            self._out.append(Locator(element.get("n")))
        self._out.append(">" + (f"<{wrapper}>" if wrapper else ""))
        self._mixed.append(element.mixed)
        for child in element.children:
            self._element(child)
        self._advance(element.end, closing=True)
        if element.mixed or element.closing or element.end == len(self.raw):
            self._flush()
        self._mixed.pop()
        self._out.append((f"</{wrapper}>" if wrapper else "") + f"</{name}>")

    def _start_tag(self, element: Element) -> tuple[str, str]:
        """An element's name, and its attributes as they are written."""
        role = element.role
        row = ROLES[role]
        name = element.type if role == "part" else row.element
        identifier, attributes = self._identity(element)
        attributes += row.fixed
        if role == "gap":
            attributes += f' reason="{"lost" if element.get("reason") == "lost" else "illegible"}"'
        if element.type in row.types:
            attributes += f' type="{element.type}"'
        elif role == "division":
            attributes += ' type="section"'
        rends = [rend for rend in element.get("rend").split() if rend in row.rends]
        if rends:
            attributes += f' rend="{" ".join(dict.fromkeys(rends))}"'
        if role in {"division", "note"} and element.get("n"):
            attributes += f' n="{attribute(element.get("n"))}"'
        if element.opening or element.closing:
            hung = [*element.opening, *element.closing]
            renditions = " ".join(
                f"#{one}"
                for one in (
                    self._rendition("b", element.opening),
                    self._rendition("a", element.closing),
                )
                if one
            )
            changes = dict.fromkeys(i for unit in hung for i in unit.changes)
            identifier = identifier or self.names.fresh(self.place("c", hung[0].start))
            self._stands(changes, identifier)
            attributes += f' rendition="{renditions}"' + self.declarations.record(changes)
        elif element.get("by") and (hand := self.declarations.hands.get(element.get("by"))):
            attributes += f' resp="#{hand}"'
        return name, (f' xml:id="{identifier}"' if identifier else "") + attributes

    def _identity(self, element: Element) -> tuple[str, str]:
        """An element's xml:id, and the attributes that point to others."""
        role = element.role
        if counted := ROLES[role].counted:
            return self.names.counted(counted), ""
        if role == "held":
            identifier = self.names.fresh(
                self.place("h", element.start, f".{element.end - element.start}")
            )
            if element.mark:
                self.targets.setdefault((element.mark.start, element.mark.end), []).append(
                    identifier
                )
            return identifier, ""
        if role in {"note", "anchor"}:
            return self._note(element)
        if role in _QUOTED and element.get("id"):
            return self._part(element)
        if role == "speech" and element.get("who"):
            return "", f' who="#{self.declarations.speaker(element.get("who"))}"'
        if role == "foreign" and _LANGUAGE.fullmatch(element.get("language")):
            self.declarations.languages.add(element.get("language"))
            return "", f' xml:lang="{element.get("language")}"'
        return "", ""

    def _part(self, element: Element) -> tuple[str, str]:
        """The same for a part of what is said in several paragraphs."""
        pointers = {name: ("said", element.get(name)) for name in ("next", "prev")}
        identifier = self._own(element)
        return identifier, self._pointers(pointers) if identifier else ""

    def _own(self, element: Element) -> str:
        """The xml:id by which others point to an element; none to a fragment of it."""
        own = _key(element)
        free = own not in self._used and element.fragment == 0
        self._used.add(own)
        return self._pointed.get(own, "") if free else ""

    def _pointers(self, pointers: Mapping[str, tuple[str, str]]) -> str:
        return "".join(
            f' {name}="#{self._pointed[key]}"'
            for name, key in pointers.items()
            if key in self._pointed
        )

    def _note(self, element: Element) -> tuple[str, str]:
        """The same for a note or its anchor."""
        identifier = self._own(element)
        if element.role == "anchor":
            attributes = ' type="noteAnchor"'
            pointers = {"target": ("note", element.get("note"))}
        else:
            identifier = identifier or self.names.counted("n")
            attributes = (
                f' place="{element.get("place")}"' if element.get("place") in _PLACES else ""
            )
            pointers = {
                "target": ("anchor", element.get("anchor")),
                "next": ("note", element.get("next")),
                "prev": ("note", element.get("prev")),
            }
        return identifier, attributes + self._pointers(pointers)

    def _rendition(self, scope: str, units: list[Unit]) -> str:
        text = "".join(self.raw[unit.start : unit.end] for unit in units)
        return self.declarations.rendition(scope, text) if text else ""

    # The raw text

    def _advance(self, to: int, *, closing: bool) -> None:
        """Writes the raw text up to a position.

        What was left out right there goes into an element that closes; a page that begins right
        there, before one that opens.
        """
        while self._at < len(self._units):
            unit = self._units[self._at]
            if unit.start > to or (unit.start == to and (unit.end > to or not closing)):
                break
            start = max(unit.start, self._cursor)
            self._begin_pages(start)
            if unit.category == "text" and unit.reading:
                self._text(start, min(unit.end, to))
            elif unit.category == "text":
                self._skipped(start, min(unit.end, to))
            elif unit.category in {"line", "page"}:
                self._feed(unit)
            elif unit not in self._hung:
                self._changed(unit)
            self._cursor = min(unit.end, to)
            if unit.end > to:
                break
            self._at += 1
        if not closing:
            self._begin_pages(to)

    def _text(self, start: int, end: int) -> None:
        """Raw text without a line end; pages may begin in it."""
        for page in self._pages.between(start, end):
            self._run(self.raw[start:page])
            self._begin_pages(page)
            start = page
        self._run(self.raw[start:end])

    def _skipped(self, start: int, end: int) -> None:
        """Skip blanks beside a line end within a word, which are not part of the reading.

        The line end before them takes them or, if there is none, the one after.
        """
        self._begin_pages(start)
        last = self._out[-1] if self._out else None
        if isinstance(last, Break) and not self._blanks:
            last.unread += self.raw[start:end]
        else:
            if not self._silent:
                self._flush()
            self._blanks += self.raw[start:end]
            self._silent = True

    def _run(self, text: str) -> None:
        if self._silent:
            self._flush()
        body = text.rstrip(BLANKS)
        if body:
            self._characters(self._blanks + body)
            self._blanks = ""
        self._blanks += text[len(body) :]

    def _characters(self, text: str) -> None:
        self.declarations.written(text)
        self._out.append(escaped(text))

    def _flush(self) -> None:
        """Write the blanks that no line end has taken: as text, or as `space` where none may stand.

        `space` is also for blanks that are not part of the reading.
        """
        if not self._blanks:
            return
        if self._mixed[-1] and not self._silent:
            self._characters(self._blanks)
        else:
            self._out.append(
                f'<space rendition="#{self.declarations.rendition("e", self._blanks)}"/>'
            )
        self._take_blanks()

    def _take_blanks(self) -> str:
        """The blanks that are not yet written, for whoever writes them."""
        taken, self._blanks, self._silent = self._blanks, "", False
        return taken

    def _begin_pages(self, at: int) -> None:
        """Pages that begin at or before this position where the raw text has no form feed."""
        for page in self._pages.begun(at):
            joined = self._within_word(page.start)
            if not joined:
                self._flush()
            first = (
                self.placement.of_line(0, self._line_end(0)) if at == 0 else ""
            )  # the one line that no line end precedes
            attributes = self._page(self.names.counted("pb"), page, first)
            attributes += ' break="no"' if joined else ""
            self._out.append(Break(attributes, self._take_blanks(), joined, empty=False, page=True))

    def _within_word(self, at: int) -> bool:
        """Whether a word goes on over a raw position: `hous-⏎`, a page begins, `ing`."""
        i = bisect_right(self._word_ends, at, key=lambda span: span[0]) - 1
        return i >= 0 and at <= self._word_ends[i][1]

    def _page(self, name: str, page: PageBreak, line: str = "") -> str:
        images = [
            *([f"#f{page.surface + 1}"] if page.surface is not None else []),
            *([line] if line else []),
        ]
        n = f' n="{attribute(page.n)}"' if page.n else ""
        self._page_names.setdefault(page.n, []).append(name)
        return f' xml:id="{name}"{n}' + (f' facs="{" ".join(images)}"' if images else "")

    def _line_end(self, start: int) -> int:
        match = _FEED.search(self.raw, start)
        return match.start() if match else len(self.raw)

    def _feed(self, unit: Unit, *, inside: bool = False) -> None:
        """Write a line feed or form feed, with the word that it splits and the change behind it."""
        line = self.placement.of_line(unit.end, self._line_end(unit.end))
        joined = unit.join == "no"
        if unit.category == "page":
            name = self.names.counted("pb")
            joint = "" if inside else self._joint(unit, name)
            rend = "form-feed hyphen" if _LOST in joint else "form-feed"
            page = self._page(name, self._pages.at_feed(unit.start), line)
            attributes = f'{page} rend="{rend}"{joint.replace(_LOST, "")}'
            self._out.append(Break(attributes, self._take_blanks(), joined, False, page=True))
            return
        joint = "" if inside else self._joint(unit)
        behind = unit.start - len(self._blanks)
        empty = behind == 0 or self.raw[behind - 1] in "\n\f"
        attributes = joint + (f' facs="{line}"' if line else "")
        self._out.append(Break(attributes, self._take_blanks(), joined, empty))

    def _joint(self, unit: Unit, page: str = "") -> str:
        """The attributes of a line end that splits, or may split, a word.

        `page` names a page break.
        """
        if unit.join == "maybe":
            identifier = page or self.names.fresh(self.place("h", unit.start))
            for index in self._doubts[unit.start]:
                self.targets.setdefault(
                    (self.document.ledger[index].start, self.document.ledger[index].end), []
                ).append(identifier)
            return ' break="maybe"' if page else f' xml:id="{identifier}" break="maybe"'
        attributes = f' break="{unit.join}"' if unit.join else ""
        if not unit.changes:
            return attributes
        first, sign = joint_before(self._units, self._at, self.raw)
        if not first:
            return attributes
        if supplied_before(self._units, self._at):
            return attributes + _LOST
        identifier = self._stands(
            unit.changes, page or self.names.fresh(self.place("c", unit.start))
        )
        lost = (
            _LOST
            if unit.join == "no"
            and not sign
            and not hyphen_follows(self._units, self._at, self.raw)
            else ""
        )
        return (
            "" if page else f' xml:id="{identifier}"'
        ) + f"{attributes}{lost}{self.declarations.record(unit.changes)}"

    # Changes

    def _changed(self, unit: Unit) -> None:
        """A unit that is read otherwise than the raw text, or not in the flow."""
        if unit.start == unit.end and not unit.reading:
            return  # between two line ends that a change took out
        if unit.category != "furniture" or self._mixed[-1]:
            self._flush()
        if unit.category == "hyphen":
            self._raw_in(f'pc force="{"inter" if unit.reading else "weak"}"', unit)
        elif unit.category == "furniture":
            mark = self._furniture.get((unit.start, unit.end), Mark("furniture", 0, 0))
            kind = mark.get("type") if mark.get("type") in ROLES["furniture"].types else "speck"
            if kind == "lineNum" and not _NUMBER.fullmatch(self.raw[unit.start : unit.end].strip()):
                kind = "speck"
            place = (
                f' place="{mark.get("place")}"' if mark.get("place") in {"top", "bottom"} else ""
            )
            self._raw_in(f'fw{self._name(unit)} type="{kind}"{place}{self._record(unit)}', unit)
        elif kind_of(self.document, unit) in {"ocr", "linebreak"}:
            self._apparatus(unit)
        else:
            self._choice(unit)

    def _name(self, unit: Unit) -> str:
        return (
            f' xml:id="{self._stands(unit.changes, self.names.fresh(self.place("c", unit.start)))}"'
        )

    def _stands(self, changes: Iterable[int], identifier: str) -> str:
        """Takes note of where changes stand, for their evidence to point there."""
        for index in changes:
            self.standing.setdefault(index, []).append(identifier)
        return identifier

    def _record(self, unit: Unit) -> str:
        return self.declarations.record(unit.changes) + self._facs(unit)

    def _facs(self, unit: Unit) -> str:
        words = self.placement.of_words(unit.start, unit.end)
        return f' facs="{words}"' if words else ""

    def _figure(self, unit: Unit) -> str:
        return figure(self.document.ledger[i] for i in unit.changes)

    def _apparatus(self, unit: Unit) -> None:
        """What the print has, and what the OCR read."""
        name, record = self._name(unit), self._record(unit)
        self._out.append(
            f'<app{name} type="ocr"{record}><lem '
            f'cert="{self._figure(unit)}">{self._lemma(unit)}</lem>'
        )
        self._raw_in('rdg wit="#ocr"', unit)
        self._out.append("</app>")

    def _lemma(self, unit: Unit) -> str:
        following = self._units[self._at + 1] if self._at + 1 < len(self._units) else None
        if following and following.join == "no" and stands_for_hyphen(unit, self.raw):
            return '<pc force="weak">-</pc>'
        ledger = self.document.ledger
        last = ledger[unit.changes[-1]]
        if (
            last.kind == "print"
            and (last.start, last.end) == (unit.start, unit.end)
            and [ledger[i].kind for i in unit.changes].count("print") == 1
        ):
            # The OCR had misread what the printer had got wrong.
            sic, corr = self.reading(last.before), self.reading(unit.reading)
            return f"<choice><sic>{sic}</sic><corr>{corr}</corr></choice>"
        reading = self.reading(unit.reading)
        return reading if last.by == PIPELINE else reading.replace(SIGN, '<gap reason="lost"/>')

    def _choice(self, unit: Unit) -> None:
        """What stands there, and what is read for it."""
        old, new = ("sic", "corr") if kind_of(self.document, unit) == "print" else ("orig", "reg")
        name, record = self._name(unit), self._record(unit)
        self._out.append(f"<choice{name}{record}>")
        self._raw_in(old, unit)
        self._out.append(
            f'<{new} cert="{self._figure(unit)}">{self.reading(unit.reading)}</{new}></choice>'
        )

    def _raw_in(self, tag: str, unit: Unit) -> None:
        """An element whose content is the unit's raw text, with its line and page ends."""
        self._out.append(f"<{tag}>")
        self._mixed.append(True)
        at = unit.start
        for match in _FEED.finditer(self.raw, unit.start, unit.end):
            self._text(at, match.start())
            self._begin_pages(match.start())
            self._feed(
                Unit(
                    match.start(),
                    match.end(),
                    "line" if match.group() == "\n" else "page",
                    match.group(),
                ),
                inside=True,
            )
            at = match.end()
        self._text(at, unit.end)
        self._flush()
        self._mixed.pop()
        self._out.append(f"</{tag.split(' ', 1)[0]}>")
