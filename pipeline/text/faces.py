"""The faces of a document: its reading text, and its corrected lines.

The reading text has each paragraph on one line and a blank line between paragraphs. Page furniture
is left out; a note follows the paragraph that calls it, or stands in brackets in its line.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from textwrap import dedent

from pipeline.document import Document, Mark
from pipeline.language.languages import of
from pipeline.roles import READ, ROLES
from pipeline.text.blocks import claims, touches

# What a hyphen at a line end is printed or read as.
HYPHEN = re.compile("[-\u00ac\u00ad\u2010-\u2014\u2e17=~]")
# A dash that begins or ends a line has no blank there if it has none on its other side; one before
# a figure may be a minus sign (`fell to⏎—5°`).
_AT_A_DASH = re.compile(
    r"(?<=\S—)(?<!\d[.,]—)[^\S\n]*\n\s*(?=\S)|(?<=\S)[^\S\n]*\n\s*(?=—(?!\d)\S)"
)

# Lines with something on them, up to a blank line.
_STRAY = re.compile(r"\S(?:[^\n]|\n(?=[^\S\n]*\S))*")

_SET_IN = 4  # blanks
_STANZA = 4  # lines that are verse by themselves

Span = tuple[int, int]


def reading_text(document: Document, *, bars: bool = True) -> str:
    """The text of an edition, for reading and for pipes; ends with a line feed unless empty.

    Without `bars`, the cells of a Markdown table are set apart by blanks alone.
    """
    return _Face(document, bars=bars).text()


def closed_line_ends(document: Document) -> list[Span]:
    """The reading spans of line-end white space that print does not have.

    Beside a dash (`masses⏎—had`), and after a doubtful hyphen (`farm-⏎hands`, whose hyphen may be
    the word's own).
    """
    return _Face(document).closed


def doubtful_line_ends(document: Document) -> dict[int, list[int]]:
    """Line and page ends (raw positions) that pending changes would remove from a word.

    Each with those changes (by index).
    """
    doubts: dict[int, list[int]] = {}
    for index, change in enumerate(document.ledger):
        if (
            change.verdict == "held"
            and change.kind == "linebreak"
            and len(_FEED.findall(change.before)) > len(_FEED.findall(change.after))
        ):
            feed = next(_FEED.finditer(document.raw, change.start, change.end), None)
            if feed:
                doubts.setdefault(feed.start(), []).append(index)
    return doubts


_FEED = re.compile(r"[\n\f]")


class _Face:
    """The reading text of one document, block by block."""

    def __init__(self, document: Document, *, bars: bool = True) -> None:
        """Finds the blocks, the notes and the line ends that are closed up."""
        self.document = document
        every = [
            (document.reading_span(mark.start, mark.end), mark)
            for mark in document.marked("note", "figure")
        ]
        self.notes = [(span, mark) for span, mark in every if not _stays_in_line(mark)]
        self._brackets = dict(
            edge
            for span, mark in every
            if _stays_in_line(mark)
            for edge in _bracketed(document.text, span)
        )
        self._note_starts = [first for (first, _), _ in self.notes]
        self._numbers = {
            mark.get("id"): n for n, (_, mark) in enumerate(self.notes) if mark.get("id")
        }
        self.anchors = {document.reading_at(mark.start): mark for mark in document.marked("anchor")}
        self._bars = _bars(document) if bars else {}
        self.labels = {
            mark.start: document.reading_of(mark.start, mark.end)
            for mark in document.marked("label")
        }
        self.blocks = [
            (span, mark)
            for mark in document.marked(*READ)
            if not self._in_a_note(span := document.reading_span(mark.start, mark.end))
        ]
        self.blocks = sorted([*self._apart(), *self._strays()], key=lambda block: block[0][0])
        self.dialogue = of(document.language).typography.dialogue_dashes
        self.closed = self._closed()

    def _apart(self) -> Iterator[tuple[Span, Mark]]:
        """The blocks without those that lie in them: an entry of an index, then its sub-entries."""
        for n, ((start, end), mark) in enumerate(self.blocks):
            at = start
            for (first, last), _ in self.blocks[n + 1 :]:
                if first >= end:
                    break
                if first >= at and last <= end and first > start:
                    if self.document.text[at:first].strip():
                        yield (at, first), mark
                    at = last
            if self.document.text[at:end].strip():
                yield (at, end), mark

    def _strays(self) -> Iterator[tuple[Span, Mark]]:
        """Text that no stage has put into a block: a paragraph by itself, never left out."""
        text = self.document.text
        taken = sorted([span for span, _ in self.blocks] + [span for span, _ in self.notes])
        at = 0
        for first, last in [*taken, (len(text), len(text))]:
            for match in _STRAY.finditer(text, at, max(at, first)):
                yield match.span(), Mark("paragraph", *match.span())
            at = max(at, last)

    def _in_a_note(self, span: Span) -> bool:
        i = bisect_right(self._note_starts, span[0]) - 1
        return i >= 0 and span[1] <= self.notes[i][0][1]

    def text(self) -> str:
        """The text; a note follows the paragraph that calls it, or stands where nothing does."""
        starts = [first for (first, _), _ in self.notes]
        numbers = self._numbers
        calls = sorted(self.anchors)
        out: list[str] = []
        done: set[int] = set()
        speaker, spoke = "", 0  # a name that leads the next block, and where it ends
        listed = False  # whether an entry of an index came last, which the next one follows
        passed = 0

        def add(these: Iterable[int]) -> None:
            for n in these:
                if n not in done:
                    parts = self._parts(n)
                    done.update(parts)
                    out.append(self._note(parts))

        speeches = claims(self.document, "speech")
        for n, ((start, end), mark) in enumerate(self.blocks):
            upto = bisect_left(starts, start)
            add(i for i in range(passed, upto) if _stands_alone(self.notes[i][1]))
            passed = upto
            how = ROLES[mark.role].reading
            set_in = how == "columns" or mark.role == "verse"
            first = self._line_start(start) if set_in else start
            body = self._read(self._outside_notes(first, end))
            if how == "lead":
                speaker, spoke = _flat(body), end
                continue
            if mark.role == "verse":
                beside = any(
                    near.role == "verse" for _, near in self.blocks[max(0, n - 1) : n + 2 : 2]
                )
                flat = _verse(body, alone=not beside and not touches(speeches, start, end))
            else:
                flat = _SHOWN[how](body)
            apart = "\n" if how == "lines" else " " * (start > spoke)  # `HALE.—Speak!`
            led = f"{speaker}{apart}"
            level = mark.get("level") if mark.role == "item" else ""
            if level and flat and listed:
                out[-1] += f"\n{'  ' * (int(level) - 1)}{flat}"
            elif flat:
                out.append(led + flat if speaker else flat)
            listed = bool(level)
            speaker = ""
            called = calls[bisect_left(calls, start) : bisect_left(calls, end)]
            here = {
                numbers[name] for at in called if (name := self.anchors[at].get("note")) in numbers
            }
            add(sorted(here | set(range(upto, bisect_left(starts, end)))))
        add(range(len(self.notes)))
        return "\n\n".join(out) + "\n" if out else ""

    def _line_start(self, at: int) -> int:
        """Where the blanks before a position begin: what columns are measured from."""
        text = self.document.text
        return len(text[:at].rstrip(" \t\u00a0"))

    def _outside_notes(self, start: int, end: int) -> list[Span]:
        """A stretch of the reading without the notes that lie in it, as spans."""
        spans: list[Span] = []
        at = start
        low, high = (bisect_left(self._note_starts, edge) for edge in (start, end))
        for (first, last), _ in self.notes[low:high]:
            if first >= at and last <= end:
                spans.append((at, first))
                at = last
        return [*spans, (at, end)]

    def _read(self, spans: Sequence[Span]) -> str:
        """Spans of the reading, closed up at line ends as in print."""
        return "".join(
            self._called(first, last) for span in spans for first, last in _less(span, self.closed)
        )

    def _called(self, start: int, end: int) -> str:
        """A stretch of the reading, each call of a note as `_sign` shows it."""
        piece = self.document.text[start:end]
        places = {*self.anchors, *self._bars, *self._brackets}
        for position in sorted((at for at in places if start <= at < end), reverse=True):
            local = position - start
            here = piece[local]
            if position in self.anchors and (bare := re.match(r"\d+\)?", piece[local:])):
                piece = f"{piece[:local]}{_sign(bare[0])}{piece[local + len(bare[0]) :]}"
                here = piece[local : local + len(_sign(bare[0]))]
            for around in (self._brackets, self._bars):
                before, after = around.get(position, ("", ""))
                piece = f"{piece[:local]}{before}{here}{after}{piece[local + len(here) :]}"
                here = f"{before}{here}{after}"
        return piece

    def _parts(self, n: int) -> list[int]:
        """A note, by its index, and the parts in which it goes on over page ends."""
        parts = [n]
        while (
            following := self._numbers.get(self.notes[parts[-1]][1].get("next"), n)
        ) not in parts:
            parts.append(following)
        return parts

    def _note(self, parts: Sequence[int]) -> str:
        note = self.notes[parts[0]][1]
        body = _flat(" ".join(self._read([self.notes[n][0]]) for n in parts))
        label = self.labels.get(note.start, note.get("n"))
        if label and not note.get("anchor") and note.get("place") in {"bottom", "end"}:
            # nothing calls it: it must not seem so where this text is cleaned again
            return f"[{label.strip('()[]')} {body.removeprefix(label).lstrip()}]"
        if label:
            return f"{_sign(label)} {body.removeprefix(label).lstrip()}"
        return body if body.startswith("[") and body.endswith("]") else f"[{body}]"

    def _closed(self) -> list[Span]:
        """The white space that is not read, as spans of the reading."""
        text = self.document.text
        found: set[Span] = set()
        stretches = [
            self._outside_notes(*span)
            for span, mark in self.blocks
            if ROLES[mark.role].reading in {"paragraph", "lead"}
        ]
        for spans in [*stretches, *([span] for span, _ in self.notes)]:
            if self.dialogue:  # `y se fue⏎—¿Qué dice usted?`: a dash with a blank before it speaks
                break
            joined = "".join(text[first:last] for first, last in spans)
            for match in _AT_A_DASH.finditer(joined):
                found.update(_placed(match.span(), spans))
        for feed in doubtful_line_ends(self.document):
            at = self.document.reading_at(feed)
            before = len(text[:at].rstrip(" \t\u00a0\n\f"))
            if text[at : at + 1].isspace() and HYPHEN.match(text[before - 1 : before]):
                after = len(text) - len(text[at:].lstrip())
                found.add((before, after))
        return sorted(found)


def _bracketed(text: str, span: Span) -> Iterator[tuple[int, tuple[str, str]]]:
    """What a note in the line has before its first and after its last character: brackets.

    Those that were typed, `((Viola, 12.))`, were taken out.
    """
    start, end = span
    if end - start > 1 and text[start] not in "([":
        apart = start > 0 and not text[start - 1].isspace() and text[start - 1] not in "(—"
        yield start, (" (" if apart else "(", "")
        yield end - 1, ("", ")")


def _sign(printed: str) -> str:
    """A note's sign as the reading text shows it: bare figures in brackets, `campaigns[2]`."""
    figure = printed.rstrip(".)")
    return f"[{figure}]" if figure.isdecimal() or printed.isalpha() else printed


def _placed(local: Span, spans: Sequence[Span]) -> Iterator[Span]:
    """A stretch of some spans put together, as spans of the reading."""
    at = 0
    for first, last in spans:
        low, high = max(local[0], at), min(local[1], at + last - first)
        if low < high:
            yield first + low - at, first + high - at
        at += last - first


def _less(span: Span, gaps: Sequence[Span]) -> Iterator[Span]:
    """A span without the gaps in it."""
    at, end = span
    for low, high in gaps[bisect_left(gaps, (at, 0)) :]:
        if low >= end:
            break
        yield at, low
        at = max(at, high)
    if at < end:
        yield at, end


def _stands_alone(note: Mark) -> bool:
    """Whether nothing in the text calls a note: it is read where it stands."""
    return not note.get("anchor") and not note.get("prev")


def _stays_in_line(note: Mark) -> bool:
    """Whether a note is read where its author typed it, unlike a proofreader's remark."""
    return note.get("place") == "inline" and note.get("type") == "citation"


def lined_text(document: Document) -> str:
    """The corrected text with the source's order, lines, furniture and notes, to compare with raw.

    A word that was broken over a line's end stands whole at the end of its first line; one with a
    hyphen of its own stays broken where the hyphen is there to see (`two⏎thirds` that lost it
    becomes `two-thirds⏎`).
    """
    out: list[str] = []
    at, owed = 0, ""
    for piece in document.pieces:
        owed = _pay(out, document.raw[at : piece.start], owed)
        raw, reading = document.raw[piece.start : piece.end], piece.reading
        kinds = {document.ledger[n].kind for n in piece.changes}
        if "furniture" in kinds and not reading:
            out.append(raw)
        elif "linebreak" in kinds and "\n" in raw and "\n" not in reading:
            feeds = "".join(char for char in raw if char in "\n\f")
            if reading.endswith("-") and not raw[0].isspace():
                out.append(reading + feeds)
            else:
                out.append(reading)
                owed += feeds
        else:
            owed = _pay(out, reading, owed)
        at = piece.end
    owed = _pay(out, document.raw[at:], owed)
    return "".join(out) + owed


def _pay(out: list[str], text: str, owed: str) -> str:
    """Append a text, its first white space replaced by pending line feeds; return the rest."""
    blank = re.search(r"\s+", text) if owed else None
    if blank is None:
        out.append(text)
        return owed
    out.append(
        text[: blank.start()] + (blank[0] if "\n" in blank[0] else owed) + text[blank.end() :]
    )
    return ""


def _bars(document: Document) -> dict[int, tuple[str, str]]:
    """The bars of Markdown tables: what stands before and after a character of the reading.

    Blanks alone would not do. Cleaned again, two rows of words are one paragraph.
    """
    cells = [
        (*document.reading_span(mark.start, mark.end), mark) for mark in document.marked("cell")
    ]
    starts = {document.reading_at(mark.start) for mark in document.marked("row")}
    calls = sorted(document.reading_at(mark.start) for mark in document.marked("anchor"))
    text = document.text
    found: dict[int, tuple[str, str]] = {}
    for table in document.marked("table"):
        before = document.raw[document.raw.rfind("\n", 0, table.start) + 1 : table.start]
        if "|" not in before or before.strip("| \t"):
            continue  # others have their blanks in the source
        start, end = document.reading_span(table.start, table.end)
        rows: list[list[tuple[int, int, int, int]]] = []  # start, end, width, column
        for first, last, mark in cells[
            bisect_left(cells, start, key=itemgetter(0)) : bisect_left(
                cells, end, key=itemgetter(0)
            )
        ]:
            if first in starts:
                rows.append([])
            called = calls[bisect_left(calls, first) : bisect_left(calls, last)]
            width = last - first + 2 * sum(text[at : at + 1].isdecimal() for at in called)
            rows[-1].append((first, last, width, int(mark.get("column") or len(rows[-1]))))
        widths = [2] * (max(column for row in rows for *_, column in row) + 1)
        for *_, width, column in (cell for row in rows for cell in row):
            widths[column] = max(widths[column], width)
        for row in rows:
            at, lead = 0, "| "
            for first, _, width, column in row:
                found[first] = (lead + "".join(f"{'':{w}} | " for w in widths[at:column]), "")
                at, lead = column + 1, f"{'':{widths[column] - width}}| "
            final = row[-1][1] - 1
            empty = "".join(f" {'':{w}} |" for w in widths[at:])
            found[final] = (found.get(final, ("", ""))[0], f" {lead.rstrip(' ')}{empty}")
        bare, rule = ("|" + "|".join(sign * (width + 2) for width in widths) + "|" for sign in " -")
        first, last = rows[0][0][0], rows[0][-1][1] - 1
        if len(rows) > 1:
            found[last] = (found[last][0], f"{found[last][1]}\n{rule}")
        else:
            found[first] = (f"{bare}\n{rule}\n{found[first][0]}", found[first][1])
    return found


def _flat(text: str) -> str:
    """Text in one line."""
    return re.sub(r"\s+", " ", text).strip()


def _lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _verse(text: str, *, alone: bool) -> str:
    """The lines of verse, set in as in the source, but the whole stanza by no more than four.

    A couplet that stands alone within prose is set in by four: nothing else shows it as verse.
    """
    lines = [line.replace("\u00a0", " ").rstrip() for line in text.splitlines()]
    shown = [(len(line) - len(line.lstrip()), line) for line in lines if line.strip()]
    margin = min((indent for indent, _ in shown), default=0)
    off = margin - _SET_IN if alone and len(shown) < _STANZA else max(0, margin - _SET_IN)
    return "\n".join(" " * (indent - off) + " ".join(line.split()) for indent, line in shown)


def _columns(text: str) -> str:
    """The lines of a table with the blanks between their columns, at the left margin."""
    lines = (line.rstrip() for line in text.strip("\n").splitlines())
    return dedent("\n".join(line for line in lines if line))


_SHOWN = {"paragraph": _flat, "lines": _lines, "columns": _columns}
