r"""The text layer: pages of regions of lines of words, as one text with the place of each word.

Words are joined by a blank, lines end with "\n", an empty line stands between regions and "\f"
between pages, as in what Tesseract and pdftotext write.
"""

from __future__ import annotations

import math
import posixpath
import re
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from pipeline.document import Box, Layout, Origin, Source, Surface, Zone
from pipeline.errors import ReorderedWarning

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


def by_eye(page: Page) -> Page:
    """A page whose lines stand as they are to be read, where the file's order contradicts the eye.

    - Lines of a region that lie one below the other, but come in another order (l0, l1, l10, l2 …
      sorted by their ids), are sorted from the top down.
    - A word in each letter (`T` `h` `e`), as converters of Google's JSON write, becomes a word
      where the letters touch.
    - A drop capital without a type, a letter as high as two lines to the left of a line, is put
      before its word.
    """
    regions = [replace(one, lines=_in_order(one.lines)) for one in page.regions]
    return replace(page, regions=tuple(_with_drop_capitals(regions)))


def _with_drop_capitals(regions: Sequence[Region]) -> Iterator[Region]:
    """Regions with drop capitals before their words, which the eye finds by place and height."""
    parts: list[Region] = []
    for region in regions:  # a drop capital may be the first line of its paragraph
        first, *rest = region.lines or (Line(()),)
        if rest and not region.role and _is_drop_capital(first, rest[0]):
            parts += [
                Region((first,), first.box, "initial"),
                replace(region, lines=tuple(rest)),
            ]
        else:
            parts.append(region)
    for capital in [one for one in parts if not one.role and len(one.lines) == 1]:
        body = next(
            (
                one
                for one in parts
                if one is not capital
                and one.lines
                and not one.role
                and _is_drop_capital(capital.lines[0], one.lines[0])
            ),
            None,
        )
        if body is not None:
            parts.remove(capital)
            parts.insert(parts.index(body), replace(capital, role="initial"))
    return with_initials(parts)


def _is_drop_capital(letter: Line, line: Line) -> bool:
    """Whether a line is one capital that begins beside another line and is two lines high."""
    text = "".join(word.text for word in letter.words).strip()
    mark = letter.box or around(word.box for word in letter.words if word.box)
    box = line.box or around(word.box for word in line.words if word.box)
    if mark is None or box is None or len(text) != 1 or not text.isupper():
        return False
    high = box.y1 - box.y0
    return (
        mark.y1 - mark.y0 > _DROP * high
        and abs(mark.y0 - box.y0) < high  # beside the first of its lines
        and -high < box.x0 - mark.x1 < high
    )


def _in_order(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    lines = tuple(_with_letters_joined(line) for line in lines)
    boxes = [line.box or around(word.box for word in line.words if word.box) for line in lines]
    if len(lines) < _SORTED_BY_ID or not all(boxes):
        return lines
    placed = [box for box in boxes if box]
    down = sorted(range(len(lines)), key=lambda i: (placed[i].y0 + placed[i].y1, placed[i].x0))
    if down in (list(range(len(lines))), list(reversed(range(len(lines))))):  # upside down
        return lines
    # Side by side (columns, a table's cells), on its side, or slanted: the eye does not say.
    for above, below in pairwise(placed[i] for i in down):
        apart = min(above.x1, below.x1) <= max(above.x0, below.x0)
        same = below.y0 + below.y1 < above.y1 + above.y1 - (above.y1 - above.y0) // 2
        if apart or same or below.y1 - below.y0 > below.x1 - below.x0:
            return lines
    begins = " ".join(word.text for word in lines[down[0]].words)[:40]
    warnings.warn(
        ReorderedWarning(
            f"The lines of the block that begins with “{begins}” came in another order than they "
            f"stand on the page; they were sorted from the top down."
        ),
        stacklevel=2,
    )
    return tuple(lines[i] for i in down)


def _with_letters_joined(line: Line) -> Line:
    """A line whose words are nearly all single letters, put together where the letters touch."""
    words = line.words
    if len(words) < _SINGLE_LETTERS or not all(word.box for word in words):
        return line
    if sum(len(word.text.strip()) == 1 for word in words) < 0.9 * len(words):
        return line
    gaps = [_gap(before, after) for before, after in pairwise(words)]
    high = median(word.box.y1 - word.box.y0 for word in words if word.box)
    if not any(gap < 0.15 * high for gap in gaps) or not any(gap > 0.15 * high for gap in gaps):
        return line  # set apart on purpose, or without a gap that parts words
    glued = [False, *(gap < 0.15 * high for gap in gaps)]
    return replace(
        line,
        words=tuple(
            replace(word, glued=word.glued or joins)
            for word, joins in zip(words, glued, strict=True)
        ),
    )


def _gap(before: Word, after: Word) -> int:
    return after.box.x0 - before.box.x1 if before.box and after.box else 0


_SORTED_BY_ID = 11  # lines of a region; fewer have ids of one figure, which sort as they stand
_DROP = 1.7  # lines that a drop capital is high at least
_SINGLE_LETTERS = 8  # of a line; a row of initials is shorter


def parted(lines: Sequence[Line]) -> tuple[Region, ...]:
    """Group lines into blocks, parted where a line's distance is half as much again as usual.

    A line that stands above the one before it begins a block too.
    """
    boxes = [line.box or around(word.box for word in line.words if word.box) for line in lines]
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
            lines = [
                line for line in region.lines if any(legible(word.text) for word in line.words)
            ]
            if not lines:
                continue
            if not first:
                put("\n")
            first = False
            region_at = len(zones)
            start = end = at
            for line in lines:
                line_at, line_start = len(zones), at
                for word in line.words:
                    reading = legible(word.text)
                    if not reading:
                        continue
                    if at > line_start and not word.glued:
                        put(" ")
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
