r"""Footnotes and end notes, and the calls in the text that lead to them.

A footnote begins with a sign or a number of its own, at the foot of its page: `* Read his report`,
`† Ibid.`, `1 See the Town Book`, `(a) By Dr. Hale`, `[2] Printed at Hull`, `¹ She lives at York`.
The same sign stands in the text, after a word or its stop: `of the party,* or`, `than once,1 and`,
`the harbour, (a) which`. One foot can have several notes. End notes are numbered from 1, after a
chapter or at the end of the text; the superscript of their calls is often lost: `in the West.1`,
`great campaigns2`.

What decides: a note is linked to a call only if both agree: the same sign, on the same page
(without pages: since the notes before it), in the same order, and no other call that fits. If an
engine misread the signs at a foot (`* … f … J` for `* … † … ‡`), emend corrects them by their
order, if the calls in the text have the same letters after a stop (`strangers.f`). A note at a foot
like the linked ones, but without a call, is marked as a note and pending. A note continues at the
foot of the next page if it stops in mid-sentence and that page ends with a line that begins in
mid-sentence, while the text above it is finished.

Left alone: `*emphasis*`, a list, a starred line without a call (`*Lilly caught hold of it` in a
newspaper's column), a figure that belongs to the word (`Fe2`, `1920s`, `H2O`, `No.1`), and every
line whose call is not certain.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import Block, Line, blocks

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LABEL = re.compile(
    r"(?P<label>(?P<sign>\*{1,3}|†{1,2}|‡{1,2}|§|¶|\|\||\^|°)"
    rf"|(?P<raised>[{_RAISED}]{{1,3}})[.)]?"
    r"|[(\[](?P<inner>\d{1,3}|[a-z]|\*{1,3}|†|‡)[)\]]"
    r"|(?P<number>\d{1,3})[.)]?"
    r"|(?P<letter>[a-z])\))"
    r"\s?(?=[^\W\d]|[“\"'‘(\[«„_§]|\*\w)"
)
_EMPHASIS = re.compile(r"\*[^*\s](?:[^*\n]*[^*\s])?\*(?!\w)")
_ONLY_CALLED = frozenset("^°")  # signs of other things, unless the text is called by them
_MOST = 40  # notes at one foot; a longer run is a list, or end notes
_SERIES = ("*", "†", "‡", "§", "||", "¶")  # the order in which printers use the signs of one page
_MISREAD = {"†": "ft+1", "‡": "JtXI{", "§": "$S", "||": "", "¶": ""}
_CALL = re.compile(
    r"(?<=[\w.,;:!?\"'”’)\]»*])[ \u00a0]?"
    r"(?P<call>[(\[](?P<inner>\d{1,3}|[a-z]|\*{1,3}|†|‡)[)\]]"
    rf"|(?P<raised>(?<![{_RAISED}])[{_RAISED}]{{1,3}}(?![{_RAISED}]))"
    r"|(?P<sign>\*{1,3}|†{1,2}|‡{1,2}|§|¶|\|\||\^|°)(?![\w*†‡§])"
    r"|(?<![ \u00a0\d(\[])(?P<bare>\d{1,3}\)?)(?![\w%°/]|[.,:]\d|-\d))"
)
_ROW = re.compile(r"^[^\w\n]+$", re.MULTILINE)  # a row of stars parts two sections
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[])(?:[A-Za-z]|[Nn]o|[Nn]os|[Vv]ol|[Pp]p|[Cc]h|[Cc]hap|[Cc]ap|[Ff]igs?|[Aa]rt|[Ss]ec|"
    r"[Ll]ib|[Ss]t|[Nn]r|[Bb]d|[Tt]om|[Tt]ab|[Pp]l|[Vv]gl|[Ii]d|[Ee]d|fol)\.$"
)
_CALLS_A_WORD = re.compile(r"[^\W\d_]{2}[a-zà-ÿ]$|[a-zà-ÿ]{3}$")  # campaigns2, not Fe2 or H2O


@dataclass(frozen=True, slots=True)
class _Note:
    """A note as it may stand in the text: where, and by which sign it is called.

    `core` is the sign without brackets, figures as figures: "1" for `1.`, `(1)` and `¹`.
    `label` is how many characters of the note are its label. `foot` numbers the run of notes that
    it stands in, `page` its page.
    """

    start: int
    end: int
    core: str
    label: int
    foot: int
    page: int
    read: str = ""  # the misread sign, where the order of the signs tells the right one

    @property
    def numbered(self) -> bool:
        """Whether a number calls it."""
        return self.core.isdigit()


def notes(document: Document) -> Iterator[Proposal | Mark]:
    """Marks notes, their labels and their calls."""
    text = document.text
    free = blocks(document, claimed=False)
    starts = sorted({document.reading_at(mark.start) for mark in document.marked("page")})
    found = list(_possible(free, starts))
    calls = _Calls(text)
    bound = _bound(calls, found, starts)
    ends = _end_notes(calls, found, bound)
    bound |= ends
    feet = {note.foot for note in bound}
    habits = {_habit(note) for note in bound}
    foot_end = {note.foot: note.end for note in found}
    last = {bisect_right(starts, block.start): block.end for block in free}
    counted: Counter[str] = Counter()
    for note in found:
        call = bound.get(note)
        at_foot = bool(starts) and last.get(note.page, -1) <= foot_end[note.foot]
        if call is None and not (note.foot in feet or (at_foot and _habit(note) in habits)):
            continue
        if call is None and note.core in _ONLY_CALLED:
            continue
        closing = not starts and note.numbered and foot_end[note.foot] == free[-1].end
        place = "end" if note in ends or closing else "bottom"
        counted[place] += 1
        identity = f"{'e' if place == 'end' else 'n'}{counted[place]}"
        yield from _marked(text, note, call, identity, place)


def _marked(
    text: str, note: _Note, call: tuple[int, int] | None, identity: str, place: str
) -> Iterator[Proposal | Mark]:
    """The marks of one note, and what its misread signs must be."""
    printed = text[note.start : note.start + note.label].strip()
    sign = note.core if note.read or note.numbered else printed
    attributes = [("id", identity), ("n", sign), ("place", place)]
    if call:
        attributes.append(("anchor", f"{identity}.a"))
        yield Mark("anchor", *call, (("id", f"{identity}.a"), ("note", identity)))
        if note.read:
            why = f"the signs of this foot follow one another: {note.read} stands for {note.core}"
            for start, end in (call, (note.start, note.start + len(note.read))):
                if text[start:end] != note.core:
                    yield Proposal(start, end, note.core, "note.sign", why, "ocr", 0.97)
    else:
        why = "it stands where the notes of this text stand, but nothing calls it"
        label = slice(note.start, note.start + len(printed))
        yield Proposal(
            label.start, label.stop, text[label], "note.unbound", why, "structure", 0.5, "held"
        )
    yield Mark("note", note.start, note.end, tuple(attributes))
    yield Mark("label", note.start, note.start + len(printed))


def _habit(note: _Note) -> str:
    """What notes of one text have in common: they are numbered, lettered or starred."""
    return "number" if note.numbered else "letter" if note.core.isalpha() else "sign"


# Where notes may be


def _possible(free: Sequence[Block], starts: Sequence[int]) -> Iterator[_Note]:
    """Blocks that begin with a label, cut into the notes that begin their lines."""
    foot = -1
    before: _Note | None = None
    for n, block in enumerate(free):
        page = bisect_right(starts, block.start)
        cut = _cut(block, page)
        if n == 0 or not cut:
            before = None  # what a text begins with is no note
            continue
        if before is None or before.page != page:
            foot += 1
        for note in cut:
            before = replace(note, foot=foot)
            yield before


def _cut(block: Block, page: int) -> list[_Note]:
    """The notes of a block that begins with one; each begins a line with the next label."""
    found: list[_Note] = []
    for i, line in enumerate(block.lines):
        start = line.start + line.indent
        if note := _labelled(line, start, page, found[-1] if found else None):
            if found:
                found[-1] = replace(found[-1], end=_line_end(block.lines[i - 1]))
            found.append(note)
        elif not found:
            return []
    return [*found[:-1], replace(found[-1], end=block.end)]


def _line_end(line: Line) -> int:
    return line.start + line.indent + len(line.text)


def _labelled(line: Line, start: int, page: int, before: _Note | None) -> _Note | None:
    """A line as the beginning of a note, if it has a label that may follow the note before it."""
    m = _LABEL.match(line.text)
    if m and not _EMPHASIS.match(line.text) and not _framed(line.text):
        core = next(filter(None, m.group("sign", "raised", "inner", "number", "letter")))
        note = _Note(start, start, core.translate(_SUPERSCRIPTS), len(m["label"]), -1, page)
        if before is None or _follows(before.core, note.core):
            return note
    if before is None or before.core not in _SERIES[:-1]:
        return None
    expected = _SERIES[_SERIES.index(before.core) + 1]
    m = re.match(r"(\S)\s(?=\S)", line.text)
    if m and m[1] in _MISREAD[expected]:
        return _Note(start, start, expected, 1, -1, page, read=m[1])
    return None


def _framed(line: str) -> bool:
    """Whether a line is a row of signs or stands between two, `* * *`, `*** START ***`."""
    signs = line.rstrip()[-2:]
    return not any(map(str.isalnum, line)) or (signs == line[:2] and not signs[0].isalnum())


def _follows(before: str, after: str) -> bool:
    """Whether a note's sign may come after another's at one foot: 1 2, a b, * †, * *, * **."""
    if before.isdigit() and after.isdigit():
        return int(after) == int(before) + 1
    if before.isalpha() and after.isalpha():
        return ord(after) == ord(before) + 1
    return not before.isalnum() and not after.isalnum()


# What calls them


def _bound(
    calls: _Calls, found: Sequence[_Note], starts: Sequence[int]
) -> dict[_Note, tuple[int, int]]:
    """The calls of footnotes: on the page of the note, or since the notes before it."""
    bound: dict[_Note, tuple[int, int]] = {}
    taken: set[int] = set()
    inside = sorted((note.start, note.end) for note in found)
    floor = 0
    feet: dict[int, list[_Note]] = {}
    for note in found:
        feet.setdefault(note.foot, []).append(note)
    for foot in feet.values():
        if len(foot) > _MOST:
            continue
        top = foot[0].start
        page = foot[0].page
        low = max(starts[page - 1], floor) if page else floor
        spans = _in_order(calls, foot, (low, top), inside, taken)
        if not spans and page > 1 and not foot[0].core.isalnum():
            # a starred note may stand above the page number that a page is known by
            spans = _in_order(calls, foot, (max(starts[page - 2], floor), top), inside, taken)
        bound |= spans
        taken |= {start for start, _ in spans.values()}
        if spans:
            floor = foot[-1].end if not starts else floor
    return bound


def _in_order(
    calls: _Calls,
    foot: Sequence[_Note],
    bounds: tuple[int, int],
    inside: Sequence[tuple[int, int]],
    taken: set[int],
) -> dict[_Note, tuple[int, int]]:
    """The calls of the notes of one foot, in order, where each is the only one possible."""
    found: dict[_Note, tuple[int, int]] = {}
    at, top = bounds
    for n, note in enumerate(foot):
        spans = [
            span
            for span in calls.within(note, at, top)
            if span[0] not in taken and not _within(span[0], inside)
        ]
        same = 1 + sum(other.core == note.core for other in foot[n + 1 :])
        alone = len(spans) == 1 or (spans and not note.core.isalnum() and not note.read)
        if not alone:
            continue
        # Notes with one sign, `*` and `*`, take the calls nearest to the foot, in order.
        found[note] = spans[-same] if same <= len(spans) else spans[0]
        at = found[note][1]
    return found


def _end_notes(
    calls: _Calls, found: Sequence[_Note], feet: dict[_Note, tuple[int, int]]
) -> dict[_Note, tuple[int, int]]:
    """The calls of end notes: runs from 1 upwards, each called in order by the text before it.

    Args:
        calls: the places that may call a note.
        found: all notes that may be.
        feet: the footnotes and their calls, which call nothing else.
    """
    runs: list[list[_Note]] = []
    taken = set(feet.values())
    for note in found:
        if note in feet:
            continue
        if note.core == "1":
            runs.append([note])
        elif runs and note.numbered and int(note.core) == len(runs[-1]) + 1:
            runs[-1].append(note)
    bound: dict[_Note, tuple[int, int]] = {}
    floor = 0
    for run in runs:
        spans: list[tuple[int, int]] = []
        at = floor
        for note in run:
            there = calls.within(note, at, run[0].start)
            free = [span for span in there if span not in taken]
            call = free[0] if free and (len(run) > 1 or len(free) == 1) else None
            if call is None:
                break
            spans.append(call)
            at = call[1]
        # One note alone, where the text has its numbered notes at the foot of pages, is one of
        # those.
        alone = len(run) == 1 and any(note.numbered for note in feet)
        if len(spans) == len(run) and not alone:
            bound |= dict(zip(run, spans, strict=True))
        floor = run[-1].end
    return bound


class _Calls:
    """All places of a text that may call a note, by the signs that call there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        emphasised = _emphasised(text)
        rows = [m.span() for m in _ROW.finditer(text)]
        for m in _CALL.finditer(text):
            start, end = m.span("call")
            if _within(start, rows):
                continue
            if m["sign"]:
                while start < end and emphasised[start]:
                    start += 1  # the first star of `*poods**` closes an emphasis
                core = text[start:end]
            elif m["bare"]:
                if not _calls_by_figure(text, start):
                    continue
                if text[end - 1] == ")" and _inside_brackets(text, start):
                    end -= 1
                core = m["bare"].rstrip(")")
            else:
                core = (m["inner"] or m["raised"]).translate(_SUPERSCRIPTS)
            if core:
                self._found.setdefault((core, ""), []).append((start, end))

    def within(self, note: _Note, low: int, top: int) -> Sequence[tuple[int, int]]:
        """The places in `[low, top)` that may call a note, in order."""
        key = (note.core, note.read)
        if note.read and key not in self._found:
            # a misread sign calls right after a stop, `strangers.f`
            sign = rf"(?<=[.,;:!?\"'”’)]){re.escape(note.read)}(?![\w*†‡§])"
            misread = [m.span() for m in re.finditer(sign, self._text)]
            self._found[key] = sorted(misread + self._found.get((note.core, ""), []))
        spans = self._found.get(key, [])
        return spans[bisect_left(spans, (low, 0)) : bisect_left(spans, (top, 0))]


def _calls_by_figure(text: str, at: int) -> bool:
    """Whether a bare figure calls a note: after a stop or a word, `West.1`, `campaigns2`.

    Not in a number, `4.5`, after an abbreviation, `No.1`, or in a formula, `Fe2`.
    """
    before = text[max(0, at - 24) : at]
    if before[-1:].isalpha():
        return _CALLS_A_WORD.search(before) is not None
    if before[-1:] in ".,:" and before[-2:-1].isdigit():
        return False
    return not _ABBREVIATED.search(before)


def _inside_brackets(text: str, at: int) -> bool:
    """Whether a bracket is open at a place: `(and the mill2)`, not `the mill2)`."""
    line = text[max(0, at - 200) : at]
    return line.rfind("(") > line.rfind(")")


def _emphasised(text: str) -> bytes:
    """1 for each character inside `*emphasis*`, whose closing star calls nothing."""
    found = bytearray(len(text) + 1)
    for m in _EMPHASIS.finditer(text):
        found[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
    return bytes(found)


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    i = bisect_left(spans, (at + 1, 0)) - 1
    return i >= 0 and at < spans[i][1]
