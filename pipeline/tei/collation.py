r"""Collation: the raw text and its current reading side by side, as units in raw order.

A piece of the document may be a whole history: `direc-⏎⏎\ !ion` was joined by one stage, mended by
another, and a running head stood in between. Here it is taken apart again, so that every line end,
every hyphen and every running head can be encoded as what it is, and only what is really a variant
reading is one: `direc`, `-`, `⏎`, `⏎`, `\ !`→`t`, `ion`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from pipeline.document import Change, Document, Kind, Piece
from pipeline.text.faces import HYPHEN, closed_line_ends, doubtful_line_ends

Category = Literal["text", "line", "page", "hyphen", "markup", "furniture", "variant"]
BLANKS = " \t\u00a0"  # white space that is no content beside a line end
_PARTS = re.compile(r"[\n\f]|[^\n\f]+")
_BLANKS = re.compile(r"[^\S\n\f]+|\S+")
_BREAK = re.compile(r"([\n\f])")
_WORD_BEHIND = re.compile(r"\w+$")
_WORD_AHEAD = re.compile(r"^\w+")
# Of the kinds behind one reading, the first of these decides how it is encoded.
_RANK: tuple[Kind, ...] = ("ocr", "print", "linebreak", "form", "structure", "furniture")


class Unit(NamedTuple):
    """A raw span, what is read there, and the ledger's entries (by index) that made it so.

    `text` is read as it stands (or not at all: blanks beside a joined line end); `line` and `page`
    are one line feed or form feed; `hyphen` is a hyphen at a line end; `markup` was typed as
    characters; `furniture` stands outside the flow; anything else that is read otherwise is a
    `variant`. Only `text` may be cut in two.
    """

    start: int
    end: int
    category: Category
    reading: str
    changes: tuple[int, ...] = ()
    join: Literal["", "no", "maybe"] = ""  # of a line or page: whether a word runs on over it


def collated(document: Document) -> list[Unit]:
    """The document as units. They cover the raw text without a gap.

    Their readings together are its reading, except for white space at line ends that no one reads.
    """
    units: list[Unit] = []
    at = 0
    for piece in document.pieces:
        units += _plain(document.raw, at, piece.start)
        units += _resolved(document, piece)
        at = piece.end
    units += _plain(document.raw, at, len(document.raw))
    units = [part for unit in units for part in _as_it_stands(document.raw, unit)]
    return _closed_up(document, _with_doubts(document, _joined(units)))


def kind_of(document: Document, unit: Unit) -> Kind:
    """The kind that decides how a unit is encoded."""
    kinds = {document.ledger[i].kind for i in unit.changes}
    return next(kind for kind in _RANK if kind in kinds)


def _plain(raw: str, start: int, end: int) -> list[Unit]:
    """A raw span that is read as it stands."""
    categories: dict[str, Category] = {"\n": "line", "\f": "page"}
    return [
        Unit(match.start(), match.end(), categories.get(match.group(), "text"), match.group())
        for match in _PARTS.finditer(raw, start, end)
    ]


def _as_it_stands(raw: str, unit: Unit) -> list[Unit]:
    """A variant that reads as the raw text does, after a change and its undoing, is plain text."""
    is_same = (
        unit.category == "variant" and unit.reading and unit.reading == raw[unit.start : unit.end]
    )
    return _plain(raw, unit.start, unit.end) if is_same else [unit]


def _resolved(document: Document, piece: Piece) -> list[Unit]:
    """A piece as units. If its history does not explain it, it is one variant."""
    units: list[Unit] | None = _plain(document.raw, piece.start, piece.end)
    for index in piece.changes:
        change = document.ledger[index]
        if units is not None and change.verdict == "made":
            units = _changed(document, units, index)
    if units is None or "".join(unit.reading for unit in units) != piece.reading:
        whole = Unit(piece.start, piece.end, "variant", piece.reading, piece.changes)
        return [
            whole._replace(category="furniture")
            if kind_of(document, whole) == "furniture" and not piece.reading
            else whole
        ]
    return units


def _changed(document: Document, units: list[Unit], index: int) -> list[Unit] | None:
    """The units after one more change; None if it does not rest on them."""
    change = document.ledger[index]
    units = list(_cut(_cut(units, change.start), change.end))
    inside = [unit for unit in units if change.start <= unit.start and unit.end <= change.end]
    if (
        not inside
        or inside[0].start != change.start
        or inside[-1].end != change.end
        or _reading(inside) != change.before
    ):
        return None
    first = units.index(inside[0])
    return [*units[:first], *_edited(inside, change, index), *units[first + len(inside) :]]


def _cut(units: Iterable[Unit], at: int) -> Iterator[Unit]:
    """The units, the text that holds this raw position cut in two there."""
    for unit in units:
        if (
            unit.start < at < unit.end
            and unit.category == "text"
            and len(unit.reading) == unit.end - unit.start
        ):
            yield unit._replace(end=at, reading=unit.reading[: at - unit.start])
            yield unit._replace(start=at, reading=unit.reading[at - unit.start :])
        else:
            yield unit


def _cut_at_each(units: Iterable[Unit], edges: Sequence[int]) -> Iterator[Unit]:
    """The units, each cut in two at every one of these raw positions, which rise."""
    k = 0
    for unit in units:
        k = bisect_right(edges, unit.start, lo=k)
        parts = [unit]
        while k < len(edges) and edges[k] < unit.end:
            parts[-1:] = _cut(parts[-1:], edges[k])
            k += 1
        yield from parts


def _reading(units: Iterable[Unit]) -> str:
    return "".join(unit.reading for unit in units)


def _edited(units: list[Unit], change: Change, index: int) -> list[Unit]:
    """What a change makes of the units that it covers."""
    if change.kind == "furniture" and not change.after:
        return [_variant(units, "", index, "furniture")]
    if change.kind == "structure" and change.after in change.before:
        return _unwrapped(units, change, index)
    if len(units) == 1 and units[0].category == "text":
        return [_variant(units, change.after, index)]
    before, after = change.before, change.after
    shorter = min(len(before), len(after))
    prefix = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    suffix = next(
        (i for i in range(shorter - prefix) if before[-1 - i] != after[-1 - i]), shorter - prefix
    )
    head, rest = _split(units, prefix)
    middle, tail = _split(rest, len(_reading(rest)) - suffix, behind=True)
    if not any(unit.category in {"line", "page"} for unit in middle) and (
        middle or after[prefix : len(after) - suffix].isalnum()
    ):
        head, middle, tail = _whole_words(head, middle, tail)
    after = after[len(_reading(head)) : len(after) - len(_reading(tail))]
    if not middle:  # an insertion: `snow⏎bound`, joined already, is `snow-bound`
        at = head[-1].end if head else tail[0].start
        return [*head, Unit(at, at, "variant", after, (index,)), *tail]
    return [*head, *_replaced(middle, after, index), *tail]


def _unwrapped(units: list[Unit], change: Change, index: int) -> list[Unit]:
    """Typed markup taken off: `*Ed.*` → `Ed.`."""
    first = change.before.find(change.after)
    opening, rest = _split(units, first)
    text, closing = _split(rest, len(change.after), behind=True)
    if _reading(text) != change.after:  # a unit that an earlier change made lies across the edge
        return [_variant(units, change.after, index)]
    return [*_markup(opening, index), *text, *_markup(closing, index)]


def _markup(units: list[Unit], index: int) -> Iterator[Unit]:
    """Units that turned out to be typed markup; line ends in it stay line ends."""
    for unit in units:
        category: Category = (
            unit.category if unit.category in {"line", "page", "furniture"} else "markup"
        )
        yield (
            unit
            if not unit.reading
            else unit._replace(category=category, reading="", changes=(*unit.changes, index))
        )


def _split(units: list[Unit], at: int, *, behind: bool = False) -> tuple[list[Unit], list[Unit]]:
    """The units before and after a position in their reading.

    What is read otherwise is not cut: it goes into the second part (with `behind`, into the first).
    So do units without a reading that lie right there: they go into the first part (with `behind`,
    into the second).
    """
    first: list[Unit] = []
    for i, unit in enumerate(units):
        size = len(unit.reading)
        if size <= at and not (behind and at == 0 and size == 0):
            first.append(unit)
            at -= size
        elif at == 0:
            return first, units[i:]
        elif unit.category == "text" and size == unit.end - unit.start:
            one, two = _cut([unit], unit.start + at)
            return [*first, one], [two, *units[i + 1 :]]
        elif behind:
            return [*first, unit], units[i + 1 :]
        else:
            return first, units[i:]
    return first, []


def _whole_words(
    head: list[Unit], middle: list[Unit], tail: list[Unit]
) -> tuple[list[Unit], list[Unit], list[Unit]]:
    """Widen the middle to whole words, because an apparatus shows words, not single letters."""
    if head and head[-1].category == "text" and (word := _WORD_BEHIND.search(head[-1].reading)):
        cut = list(_cut(head[-1:], head[-1].start + word.start()))
        head, middle = [*head[:-1], *cut[:-1]], [cut[-1], *middle]
    if tail and tail[0].category == "text" and (word := _WORD_AHEAD.search(tail[0].reading)):
        cut = list(_cut(tail[:1], tail[0].start + word.end()))
        middle, tail = [*middle, cut[0]], [*cut[1:], *tail[1:]]
    return head, middle, tail


def _replaced(units: list[Unit], after: str, index: int) -> list[Unit]:
    """Units of which nothing but this new reading is left."""
    breaks = [unit for unit in units if unit.category in {"line", "page"} and unit.reading]
    if not breaks:
        return _replaced_in_line(units, after, index)
    if len(breaks) == len(_BREAK.findall(after)):
        return list(_replaced_line_by_line(units, after, index))
    if not after.strip() or not re.search(r"\s", after):
        joined = _replaced_over_lines(units, after, index)
        if joined is not None:
            return joined
    return [_variant(units, after, index)]


def _replaced_in_line(units: list[Unit], after: str, index: int) -> list[Unit]:
    """A new reading for units with furniture or joined line ends.

    Those stay if the reading is in one run.
    """
    silent = [not unit.reading and unit.category != "variant" for unit in units]
    runs = sum(not is_silent and (i == 0 or silent[i - 1]) for i, is_silent in enumerate(silent))
    if not any(silent) or runs > 1:
        return [_variant(units, after, index)] if units else []
    if runs == 0:
        at = units[0].start
        return [Unit(at, at, "variant", after, (index,)), *units] if after else units
    first = silent.index(False)
    last = len(silent) - silent[::-1].index(False)
    return [*units[:first], _variant(units[first:last], after, index), *units[last:]]


def _replaced_line_by_line(units: list[Unit], after: str, index: int) -> Iterator[Unit]:
    """As many line ends as before: each line by itself."""
    readings = iter(_BREAK.split(after))
    line: list[Unit] = []
    for unit in units:
        if unit.category in {"line", "page"} and unit.reading:
            yield from _line_replaced(line, next(readings), index, unit.start)
            line = []
            feed = next(readings)
            yield (
                unit
                if feed == unit.reading
                else unit._replace(reading=feed, changes=(*unit.changes, index))
            )
        else:
            line.append(unit)
    yield from _line_replaced(line, next(readings), index, units[-1].end)


def _line_replaced(line: list[Unit], after: str, index: int, at: int) -> list[Unit]:
    if _reading(line) == after:
        return line
    return (
        _replaced_in_line(line, after, index)
        if line
        else [Unit(at, at, "variant", after, (index,))]
    )


def _replaced_over_lines(units: list[Unit], after: str, index: int) -> list[Unit] | None:
    r"""Remove line ends, and a hyphen before or a misread letter after them: `-⏎⏎\ !` → `t`.

    None if there is more to it.
    """
    parts: list[Unit] = []
    for unit in units:
        if unit.category == "text" and unit.reading:
            parts += (
                unit._replace(
                    start=unit.start + m.start(), end=unit.start + m.end(), reading=m.group()
                )
                for m in _BLANKS.finditer(unit.reading)
            )
        else:
            parts.append(unit)
    breaks = [i for i, unit in enumerate(parts) if unit.category in {"line", "page"}]
    silent = [not unit.reading or unit.category in {"line", "page"} for unit in parts]
    for i in breaks:  # blanks beside a line end go with it
        for step in (-1, 1):
            j = i + step
            while 0 <= j < len(parts) and (silent[j] or not parts[j].reading.strip()):
                silent[j] = True
                j += step
    sign = None if HYPHEN.search(after) else _lost_hyphen(parts, silent, breaks[0])
    if sign is not None:
        whole = parts[sign]
        cut = list(_cut([whole], whole.end - 1))
        parts[sign : sign + 1] = [*cut[:-1], cut[-1]._replace(category="hyphen")]
        silent[sign : sign + 1] = [*[False] * (len(cut) - 1), True]
        _silence_blanks(parts, silent, sign + len(cut) - 2)
    kept = _kept_hyphen(parts, silent, after)
    if kept is not None:
        _silence_blanks(parts, silent, kept - 1)
    runs: list[list[int]] = []
    for i, is_silent in enumerate(silent):
        if not is_silent:
            if runs and runs[-1][-1] == i - 1:
                runs[-1].append(i)
            else:
                runs.append([i])
    if after and len(runs) > 1:
        return None
    if kept is not None and runs == [[kept]]:
        return [
            unit._replace(reading="", changes=(*unit.changes, index))
            if silent[i] and unit.reading
            else unit
            for i, unit in enumerate(parts)
        ]
    made: list[Unit] = (
        [Unit(units[0].start, units[0].start, "variant", after, (index,))]
        if after and not runs
        else []
    )
    for i, unit in enumerate(parts):
        if silent[i]:
            made.append(
                unit._replace(reading="", changes=(*unit.changes, index)) if unit.reading else unit
            )
        else:
            run = next(run for run in runs if i in run)
            if i == run[0]:
                made.append(_variant([parts[j] for j in run], after, index))
    return made


def _lost_hyphen(parts: list[Unit], silent: list[bool], feed: int) -> int | None:
    """The unit that ends in the hyphen of a rejoined word, before its first line end (`gov-⏎`).

    If that is all there is, the hyphen may be alone on the next line (`⏎-⏎`).
    """
    before = next((i for i in range(feed - 1, -1, -1) if not silent[i]), None)
    after = [i for i in range(feed + 1, len(parts)) if not silent[i]]
    if before is None and len(after) == 1 and len(parts[after[0]].reading) == 1:
        before = after[0]
    if before is None or parts[before].category != "text":
        return None
    return before if HYPHEN.fullmatch(parts[before].reading[-1]) else None


def _kept_hyphen(parts: list[Unit], silent: list[bool], after: str) -> int | None:
    """The hyphen that stays as it is when what surrounds it goes: `steam -⏎boat`, `power⏎-⏎loom`.

    It is text, not a variant: nothing about it was corrected.
    """
    heard = [i for i, is_silent in enumerate(silent) if not is_silent and parts[i].reading.strip()]
    is_kept = (
        len(heard) == 1
        and parts[heard[0]].category == "text"
        and parts[heard[0]].reading == after
        and HYPHEN.fullmatch(after) is not None
    )
    return heard[0] if is_kept else None


def _silence_blanks(parts: list[Unit], silent: list[bool], last: int) -> None:
    """Marks the blanks that end at `last` as not read; no more than blanks."""
    while last >= 0 and parts[last].category == "text" and not parts[last].reading.strip():
        silent[last] = True
        last -= 1


def _variant(units: list[Unit], reading: str, index: int, category: Category = "variant") -> Unit:
    """One reading for all of these units, with the history of each."""
    changes = dict.fromkeys(i for unit in units for i in unit.changes)
    return Unit(units[0].start, units[-1].end, category, reading, (*changes, index))


def _joined(units: list[Unit]) -> list[Unit]:
    """The units with line and page ends inside words marked, and hyphens only before them."""
    behind = [""] * len(units)  # the next character that is read behind each
    following = ""
    for i in range(len(units) - 1, -1, -1):
        behind[i] = following
        following = units[i].reading[:1] or following
    joined: list[Unit] = []
    before = ""
    for unit, after in zip(units, behind, strict=True):
        parts_word = (
            unit.category in {"line", "page"}
            and not unit.reading
            and before.strip()
            and after.strip()
        )
        joined.append(unit._replace(join="no") if parts_word else unit)
        before = unit.reading[-1:] or before
    feed: Unit | None = None
    for i in range(len(joined) - 1, -1, -1):
        feed = joined[i] if joined[i].category in {"line", "page"} else feed
        if joined[i].category == "hyphen" and not (feed and feed.join):
            joined[i] = joined[i]._replace(category="variant")
    return joined


def _with_doubts(document: Document, units: list[Unit]) -> list[Unit]:
    """The units with doubtful line ends marked: those that a pending change would join."""
    doubtful = sorted(doubtful_line_ends(document))
    starts = [unit.start for unit in units]
    cut: dict[int, list[Unit]] = {}
    for at in doubtful:
        i = bisect_right(starts, at) - 1
        while i > 0 and units[i].end == units[i].start:
            i -= 1
        if units[i].category not in {"line", "page"} or units[i].changes:
            continue
        cut[i] = [units[i]._replace(join="maybe")]
        if (
            i
            and units[i - 1].category == "text"
            and i - 1 not in cut
            and HYPHEN.match(units[i - 1].reading.rstrip(BLANKS)[-1:])
        ):
            word = units[i - 1]
            sign = word.start + len(word.reading.rstrip(BLANKS)) - 1
            parts = list(_cut(_cut([word], sign), sign + 1))
            cut[i - 1] = [
                part._replace(category="hyphen") if part.start == sign else part for part in parts
            ]
    return [part for i, unit in enumerate(units) for part in cut.get(i, [unit])]


def _closed_up(document: Document, units: list[Unit]) -> list[Unit]:
    """The units with unread white space at line ends marked: `masses⏎ —had` reads `masses—had`."""
    spans = [document.raw_span(*span) for span in closed_line_ends(document)]
    if not spans:
        return units
    edges = sorted({edge for span in spans for edge in span})
    starts = [start for start, _ in spans]
    return [
        _unread(unit) if _inside(unit, spans, starts) else unit
        for unit in _cut_at_each(units, edges)
    ]


def _inside(unit: Unit, spans: list[tuple[int, int]], starts: list[int]) -> bool:
    i = bisect_right(starts, unit.start) - 1
    return i >= 0 and unit.start < unit.end <= spans[i][1] and not unit.reading.strip()


def _unread(unit: Unit) -> Unit:
    """White space that is not read. A line end in doubt stays in doubt."""
    if unit.category in {"line", "page"}:
        return unit if unit.join else unit._replace(reading="", join="no")
    return unit._replace(reading="") if unit.category == "text" else unit
