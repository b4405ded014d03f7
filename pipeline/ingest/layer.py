r"""The text layer: pages of regions of lines of words, as one text with the place of each word.

Words are joined by a blank, lines end with "\n", an empty line stands between regions and "\f"
between pages, as in what Tesseract and pdftotext write.
"""

from __future__ import annotations

import math
import posixpath
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pipeline.document import Box, Layout, Origin, Source, Surface, Zone
from pipeline.ingest import columns

_ILLEGAL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
LARGEST = 1_000_000  # pixels; a coordinate beyond is no place on a page


@dataclass(frozen=True, slots=True)
class Word:
    """What is between two blanks. `element` is where a reader found it; corrections go there."""

    text: str
    box: Box | None = None
    confidence: float | None = None  # 0 to 1
    glued: bool = False  # no blank before it: ALTO's hyphen at a line's end
    # the whole word of which this is the part before or behind a line end, where the source tells
    # it
    whole: str = ""
    element: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print."""

    words: tuple[Word, ...]
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A block of print. `role` is a role of `pipeline.ingest.readers.roles`, or "" for text."""

    lines: tuple[Line, ...]
    box: Box | None = None
    role: str = ""


def by_role(lines: Iterable[tuple[Line, str]], box: Box | None, role: str) -> Iterator[Region]:
    """Split a region whose lines have roles of their own, as in Transkribus and eScriptorium."""
    runs = [
        (own, tuple(line for line, _ in run))
        for own, run in groupby(lines, key=lambda line: line[1] or role)
    ]
    for own, run in runs:
        yield Region(run, box if len(runs) == 1 else None, own)


def with_initials(regions: Iterable[Region]) -> Iterator[Region]:
    """Prepend drop capitals (regions of their own) to their word: `T`, `he` is `The`."""
    held: tuple[Word, ...] = ()
    for region in regions:
        if region.role == "initial":
            held += tuple(word for line in region.lines for word in line.words)
        elif held and region.lines and region.lines[0].words:
            first, *rest = region.lines
            word, *others = first.words
            joined_up = held[-1].text.strip() not in {"A", "I", "O"}  # those may be words
            words = (*held, replace(word, glued=joined_up), *others)
            yield replace(region, lines=(replace(first, words=words), *rest))
            held = ()
        else:
            yield region
    if held:
        yield Region((Line(held),))


def box_of_line(line: Line) -> Box | None:
    """Where a line stands: its own box, or the one around its words."""
    return line.box or around(word.box for word in line.words if word.box)


def is_level(one: Box, other: Box) -> bool:
    """Whether two lines stand on one level: the middles less than half a line apart."""
    return abs(one.y0 + one.y1 - other.y0 - other.y1) < min(one.y1 - one.y0, other.y1 - other.y0)


def rows_of(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines of several columns as rows: those on one level together, as the script runs.

    `Rent` before `12 4` to its right; in Hebrew and Arabic the column on the right is the first.
    Lines without a place come last.
    """
    turned = columns.is_right_to_left(word.text for line in lines for word in line.words)
    left = sorted(
        ((box, line) for line in lines if (box := box_of_line(line))),
        key=lambda one: one[0].y0 + one[0].y1,
    )
    while left:
        row = [one for one in left if is_level(one[0], left[0][0])]
        left = [one for one in left if one not in row]
        row.sort(key=lambda one: -one[0].x1 if turned else one[0].x0)
        yield Line(tuple(word for _, line in row for word in line.words))
    yield from (line for line in lines if box_of_line(line) is None)


def parted(lines: Sequence[Line]) -> tuple[Region, ...]:
    """Group lines into blocks, parted where a line's distance is half as much again as usual.

    A line that stands above the one before it begins a block too.
    """
    boxes = [box_of_line(line) for line in lines]
    steps = [
        below.y1 - above.y1
        for above, below in pairwise(boxes)
        if above and below and below.y1 > above.y1
    ]
    usual = median(steps) if steps else 0
    blocks: list[list[Line]] = []
    above: Box | None = None
    for line, box in zip(lines, boxes, strict=True):
        apart = (
            above is not None
            and box is not None
            and (box.y1 - above.y1 > 1.5 * usual or box.y1 < above.y0)
        )
        if apart or not blocks:
            blocks.append([])
        blocks[-1].append(line)
        above = box or above
    return tuple(Region(tuple(block)) for block in blocks)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a text layer."""

    regions: tuple[Region, ...]
    surface: Surface | None = None


def scaled(page: Page, size: tuple[int, int]) -> Page:
    """A page with its places in the pixels of an image of this size."""
    surface = page.surface
    if surface is None or not all(size) or not surface.width or not surface.height:
        return page
    across, down = size[0] / surface.width, size[1] / surface.height
    if max(abs(across - 1), abs(down - 1)) < 0.02:  # an image cut by some pixels
        return page

    def fitted(box: Box | None) -> Box | None:
        return box and box_of((box.x0 * across, box.y0 * down, box.x1 * across, box.y1 * down))

    regions = tuple(
        Region(
            tuple(
                Line(
                    tuple(replace(word, box=fitted(word.box)) for word in line.words),
                    fitted(line.box),
                )
                for line in region.lines
            ),
            fitted(region.box),
            region.role,
        )
        for region in page.regions
    )
    return Page(regions, replace(surface, width=size[0], height=size[1]))


@dataclass(frozen=True, slots=True)
class Placed:
    """A word and the span that it takes in the text."""

    start: int
    end: int
    word: Word
    page: int


def source_of(pages: Sequence[Page], name: str, origins: Iterable[Origin]) -> Source:
    """The pages as one text, with the place of its words."""
    text, zones, _ = composed(pages)
    found = (page.surface or Surface("", 0, 0) for page in pages)
    surfaces = tuple(
        replace(surface, url=legible(surface.url), n=legible(surface.n)) for surface in found
    )
    return Source(text, name, origins=tuple(origins), layout=Layout(surfaces, tuple(zones)))


def composed(pages: Sequence[Page]) -> tuple[str, list[Zone], list[Placed]]:
    """The text of these pages, its zones (by start, wider first) and its words with their spans."""
    out: list[str] = []
    zones: list[Zone] = []
    placed: list[Placed] = []
    at = 0

    def put(piece: str) -> None:
        nonlocal at
        out.append(piece)
        at += len(piece)

    for number, page in enumerate(pages):
        if number:
            put("\f")
        first = True
        for region in page.regions:
            rows = [
                (line, words)
                for line, words in zip(
                    region.lines, _spaced(region.lines, region.role), strict=True
                )
                if words
            ]
            if not rows:
                continue
            if not first:
                put("\n")
            first = False
            region_at = len(zones)
            start = end = at
            for line, words in rows:
                put(" " * words[0].blanks)
                line_at, line_start = len(zones), at
                for blanks, reading, word in words:
                    if at > line_start:
                        put(" " * blanks)
                    placed.append(Placed(at, at + len(reading), word, number))
                    if word.box:
                        zones.append(
                            Zone(
                                at,
                                at + len(reading),
                                number,
                                word.box,
                                "word",
                                word.confidence,
                                whole=legible(word.whole),
                            )
                        )
                    put(reading)
                end = at
                box = line.box or around(zone.box for zone in zones[line_at:])
                if box:
                    zones.insert(line_at, Zone(line_start, end, number, box, "line"))
                put("\n")
            box = region.box or around(zone.box for zone in zones[region_at:])
            if box:
                zones.insert(region_at, Zone(start, end, number, box, "region", role=region.role))
    return "".join(out), zones, placed


class _Spaced(NamedTuple):
    """A word as it goes into the text, and how many blanks go before it."""

    blanks: int
    reading: str
    word: Word


def _spaced(lines: Sequence[Line], role: str) -> Iterator[list[_Spaced]]:
    """The legible words of each line; those of a table stand in columns."""
    rows = [
        [(reading, word) for word in line.words if (reading := legible(word.text))]
        for line in lines
    ]
    gaps = [[int(n > 0 and not word.glued) for n, (_, word) in enumerate(row)] for row in rows]
    if role == "table" and all(word.box for row in rows for _, word in row):
        runs = [_runs(row) for row in rows]
        for own, wide in zip(gaps, columns.blanks(runs), strict=True):
            begins = [n for n, gap in enumerate(own) if gap or not n]
            for n, blanks in zip(begins, wide, strict=True):
                own[n] = blanks
    for row, own in zip(rows, gaps, strict=True):
        yield [_Spaced(gap, *one) for gap, one in zip(own, row, strict=True)]


def _runs(row: Sequence[tuple[str, Word]]) -> list[columns.Printed]:
    """What stands between two blanks: words, with those that are glued to them."""
    found: list[columns.Printed] = []
    for reading, word in row:
        if word.box and found and word.glued:
            before, box = found[-1]
            found[-1] = before + reading, around((box, word.box)) or box
        elif word.box:
            found.append((reading, word.box))
    return found


def legible(text: str) -> str:
    """A word as it goes into the text: white space as one blank, no characters that XML forbids.

    Broken HTML can contain such characters.
    """
    return " ".join(_ILLEGAL.sub("", text).split())


def joined(sources: Sequence[Source], name: str) -> Source:
    r"""Several sources as one, "\f" between them; each keeps its places and its origins."""
    if len(sources) == 1:
        return sources[0]
    zones: list[Zone] = []
    surfaces: list[Surface] = []
    pieces: list[str] = []
    at = 0
    for source in sources:
        if pieces:
            pieces.append("\f")
            at += 1
        if source.layout:
            zones += [
                replace(
                    zone,
                    start=zone.start + at,
                    end=zone.end + at,
                    surface=zone.surface + len(surfaces),
                )
                for zone in source.layout.zones
            ]
            surfaces += source.layout.surfaces
        pieces.append(source.text)
        at += len(source.text)
    layout = (
        Layout(tuple(surfaces), tuple(zones)) if any(source.layout for source in sources) else None
    )
    origins = tuple(dict.fromkeys(origin for source in sources for origin in source.origins))
    most = max(len(source.witnesses) for source in sources)
    # Where a part has fewer witnesses than others, it stands for itself.
    witnesses = tuple(
        joined(
            [
                source.witnesses[i] if i < len(source.witnesses) else replace(source, witnesses=())
                for source in sources
            ],
            name,
        )
        for i in range(most)
    )
    return Source("".join(pieces), name, origins=origins, layout=layout, witnesses=witnesses)


def confidence_at(source: Source) -> Callable[[int, int], float | None]:
    """The OCR's confidence in a raw span: the lowest of the words that overlap it, or None."""
    words = [
        zone
        for zone in (source.layout.zones if source.layout else ())
        if zone.level == "word" and zone.confidence is not None
    ]
    starts = [zone.start for zone in words]
    ends = list(accumulate((zone.end for zone in words), max))

    def lowest(start: int, end: int) -> float | None:
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        return min(
            (zone.confidence for zone in words[first:last] if zone.confidence is not None),
            default=None,
        )

    return lowest


def box_of(numbers: Iterable[float]) -> Box | None:
    """Left, top, right and bottom as a box, or None where they are no place on a page."""
    try:
        x0, y0, x1, y1 = (round(number) for number in numbers)
    except (ValueError, OverflowError, TypeError):
        return None
    if not (0 <= max(x0, 0) <= x1 <= LARGEST and 0 <= max(y0, 0) <= y1 <= LARGEST):
        return None
    return Box(max(x0, 0), max(y0, 0), x1, y1)


def box_around(points: str) -> Box | None:
    """The box around a polygon as PAGE writes it, `x,y x,y …`."""
    try:
        pairs = [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]
    except ValueError:
        return None
    if not pairs or not all(math.isfinite(number) for pair in pairs for number in pair):
        return None
    xs, ys = zip(*pairs, strict=True)
    return box_of((min(xs), min(ys), max(xs), max(ys)))


def share(value: str | None, of: float = 1.0) -> float | None:
    """A confidence between 0 and 1, of a number out of `of`; None where there is none."""
    try:
        number = float(value or "") / of
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def size_of(width: str | float | None, height: str | float | None) -> tuple[int, int]:
    """A page's width and height in pixels; 0 and 0 where they are not told."""
    try:
        box = box_of((0, 0, float(width or 0), float(height or 0)))
    except ValueError:
        return 0, 0
    return (box.x1, box.y1) if box else (0, 0)


def reference(url: str) -> str:
    r"""An image's name inside the folder: `/home/ann/p1.png` and `..\..\p1.png` are `p1.png`."""
    url = url.strip().strip("\"'")
    if urlsplit(url).scheme in {"http", "https"} and "\n" not in url:
        return url
    path = posixpath.normpath(url.removeprefix("file://").replace("\\", "/")) if url else ""
    if path.startswith(("/", "..")) or ":" in path or path == ".":
        path = path.rsplit("/", 1)[-1].rsplit(":", 1)[-1].strip(".")
    return path


def around(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around these, None of none."""
    every = list(boxes)
    if not every:
        return None
    return Box(
        min(box.x0 for box in every),
        min(box.y0 for box in every),
        max(box.x1 for box in every),
        max(box.y1 for box in every),
    )
