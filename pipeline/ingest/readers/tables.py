"""Tables as text: Tesseract's TSV, which is read, and others, which are data and not prose."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby

from pipeline.document import Surface
from pipeline.ingest.images.recognition import Row, regions
from pipeline.ingest.layer import Page

_TESSERACT = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight"
# lines of a table that its name does not give away; verse may have two commas in each of five lines
_LEAST_LINES = {"\t": 5, ",": 12, ";": 12}
_LOOKED_AT = 200  # lines


def is_tesseract(text: str) -> bool:
    """Whether a text is the TSV that Tesseract writes."""
    return text.lstrip("\ufeff").startswith(_TESSERACT)


def pages(text: str) -> list[Page]:
    """The pages of Tesseract's TSV."""
    rows = [line.split("\t") for line in text.lstrip("\ufeff").splitlines()[1:]]
    return [
        _page(list(page)) for _, page in groupby((r for r in rows if len(r) > 10), lambda r: r[1])
    ]


def _page(rows: list[list[str]]) -> Page:
    size = next(((row[8], row[9]) for row in rows if row[0] == "1"), ("0", "0"))
    width, height = (int(side) if side.isdecimal() else 0 for side in size)
    return Page(regions(_words(rows)), Surface("", width, height))


def _words(rows: list[list[str]]) -> Iterator[Row]:
    for row in rows:
        text = row[11] if len(row) > 11 else ""
        if row[0] != "5" or not text.strip():
            continue
        try:
            block, paragraph, line = (int(number) for number in row[2:5])
            left, top, width, height = (float(number) for number in row[6:10])
            sure = max(float(row[10]), 0.0)
        except ValueError:
            continue
        yield block, paragraph, line, left, top, width, height, sure, text


def delimiter(text: str, name: str) -> str:
    """What parts the columns of a table ("," ";" or a tab); "" of a text that is none.

    Every line has the same number of columns, three or more, as no prose has. A file that is named
    as a table may have two columns, or few lines.
    """
    named = name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".tab"))
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    for mark, least in _LEAST_LINES.items():
        if len(lines) < (2 if named else least) or not all(mark in line for line in lines[:2]):
            continue
        try:
            rows = [row for row in csv.reader(lines, delimiter=mark) if row]
        except csv.Error:
            continue
        columns = len(rows[0]) if rows else 0
        if columns >= (2 if named else 3) and all(len(row) == columns for row in rows):
            return mark
    return ""
