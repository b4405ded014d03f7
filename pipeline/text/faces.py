"""The clean reading text: paragraphs as single lines, a blank line between them, furniture left
out, notes behind the paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from textwrap import dedent

from pipeline.document import Document, Mark
from pipeline.roles import READ, ROLES


def reading_text(document: Document) -> str:
    """The text of an edition, for reading and for pipes. Ends with a line feed unless it is
    empty.
    """
    notes = [
        (document.reading_span(mark.start, mark.end), mark) for mark in document.marked("note")
    ]
    anchors = {document.reading_at(mark.start): mark for mark in document.marked("anchor")}
    spans = [(document.reading_span(mark.start, mark.end), mark) for mark in document.marked(*READ)]
    labels = {
        mark.start: document.reading_of(mark.start, mark.end) for mark in document.marked("label")
    }
    starts = [first for (first, _), _ in notes]
    numbers = {note.get("id"): n for n, (_, note) in enumerate(notes) if note.get("id")}
    calls = sorted(anchors)
    out: list[str] = []
    done: set[int] = set()
    speaker = ""
    passed = 0

    def add(these: Iterable[int]) -> None:
        for n in these:
            if n not in done:
                done.add(n)
                (first, last), note = notes[n]
                out.append(_note(document, first, last, note, anchors, labels))

    for (start, end), mark in spans:
        n = bisect_right(starts, start) - 1
        if n >= 0 and end <= notes[n][0][1]:
            continue  # part of a note
        add(n for n in range(passed, bisect_left(starts, start)) if _stands_alone(notes[n][1]))
        passed = bisect_left(starts, start)
        body = _without(document.text, start, end, notes, anchors)
        if ROLES[mark.role].reading == "lead":
            speaker = _flat(body)
            continue
        flat = _SHOWN[ROLES[mark.role].reading](body)
        out += [f"{speaker} {flat}".strip()] if flat else []
        speaker = ""
        called = calls[bisect_left(calls, start) : bisect_left(calls, end)]
        here = {numbers[id_] for at in called if (id_ := anchors[at].get("note")) in numbers}
        add(sorted(here | set(range(bisect_left(starts, start), bisect_left(starts, end)))))
    add(range(len(notes)))
    return "\n\n".join(out) + "\n" if out else ""


def _stands_alone(note: Mark) -> bool:
    """Whether nothing in the text calls a note: it is read where it stands."""
    return not note.get("anchor")


def lined_text(document: Document) -> str:
    """The corrected text in the order and the lines of the source, furniture and notes where they
    stand: to hold beside the raw text.

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
    """Appends a text, with the line feeds that are owed in place of its first white space; gives
    back what is owed still.
    """
    blank = re.search(r"\s+", text) if owed else None
    if blank is None:
        out.append(text)
        return owed
    out.append(
        text[: blank.start()] + (blank[0] if "\n" in blank[0] else owed) + text[blank.end() :]
    )
    return ""


def _without(
    text: str,
    start: int,
    end: int,
    notes: Sequence[tuple[tuple[int, int], Mark]],
    anchors: dict[int, Mark],
) -> str:
    """A stretch of the reading without the notes in it, each call as `_sign` shows it."""
    out = []
    at = start
    inside = sorted((first, last) for (first, last), _ in notes if start <= first and last <= end)
    for first, last in [*inside, (end, end)]:
        if first < at:
            continue
        piece = text[at:first]
        for position in sorted((p for p in anchors if at <= p < first), reverse=True):
            bare = re.match(r"\d+\)?", text[position:])
            if bare:
                local = position - at
                piece = f"{piece[:local]}{_sign(bare[0])}{piece[local + len(bare[0]) :]}"
        out.append(piece)
        at = last
    return "".join(out)


def _note(
    document: Document,
    start: int,
    end: int,
    note: Mark,
    anchors: dict[int, Mark],
    labels: dict[int, str],
) -> str:
    body = _flat(_without(document.text, start, end, [], anchors))
    label = labels.get(note.start, note.get("n"))
    if label:
        return f"{_sign(label)} {body.removeprefix(label).lstrip()}"
    return body if body.startswith("[") and body.endswith("]") else f"[{body}]"


def _sign(printed: str) -> str:
    """A note's sign as the reading text shows it: bare figures in brackets, `campaigns[2]`."""
    figure = printed.rstrip(".)")
    return f"[{figure}]" if figure.isdecimal() or printed.isalpha() else printed


def _flat(text: str) -> str:
    """Text in one line. A dash that stands at a line's end or beginning has no blank there, if it
    has none on its other side.
    """
    closed = re.sub(
        r"(?<=\S—)(?<!\d[.,]—)[^\S\n]*\n\s*(?=\S)|(?<=\S)[^\S\n]*\n\s*(?=—\S)", "", text
    )
    return re.sub(r"\s+", " ", closed).strip()


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _columns(text: str) -> str:
    """The lines of a table with the blanks between their columns, at the left margin."""
    return dedent("\n".join(line.rstrip() for line in text.strip("\n").splitlines()))


_SHOWN = {"paragraph": _flat, "lines": _lines, "columns": _columns}
