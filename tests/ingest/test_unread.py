"""Columns of figures that Tesseract passes over are read after all; specks are not."""

from __future__ import annotations

import shutil

import numpy as np
import photographs
import pytest
from PIL import Image, ImageDraw

from pipeline.document import Box
from pipeline.ingest.images import raster, recognition, unread

LINES = [[Box(40, 40 + 60 * n, 300, 64 + 60 * n)] for n in range(5)]
ACCOUNT = [
    ("Rent of the mill", "12", "4", "6"),
    ("Wages of two men", "103", "0", "0"),
    ("Flour and salt", "3", "17", "9"),
    ("Mending the bridge", "41", "2", "3"),
    ("Paid to the ferry", "", "19", "11"),
]


def paper(*marks):
    """A page with marks as left, top, right, bottom."""
    grey = np.full((400, 600), 255, np.uint8)
    for left, top, right, bottom in marks:
        grey[top:bottom, left:right] = 0
    return grey


def digits(left, lines=range(5), size=20):
    return [(left, 42 + 60 * n, left + size // 2, 42 + 60 * n + size) for n in lines]


def test_print_beside_the_lines_that_were_read_is_found():
    found = unread.pieces(paper(*digits(400), *digits(420)), LINES)
    assert found == [Box(388, 30 + 60 * n, 442, 74 + 60 * n) for n in range(5)]


@pytest.mark.parametrize(
    "marks",
    [
        [],
        digits(200),
        digits(400, [0, 3]),
        digits(400, size=6),
        [(400, 10, 404, 390)],
        [(360 + 60 * n, 42 + 60 * n, 370 + 60 * n, 62 + 60 * n) for n in range(4)],
        [(left, top + 30, right, bottom + 30) for left, top, right, bottom in digits(400)],
    ],
    ids=[
        *("nothing", "within words", "two pieces", "specks", "a rule"),
        *("no column", "between the lines"),
    ],
)
def test_what_is_no_column_is_left(marks):
    assert unread.pieces(paper(*marks), LINES) == []
    assert unread.pieces(paper(*digits(400)), LINES[:2]) == []


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_tesseract_reads_the_shillings_and_pence_of_an_account():
    image = Image.new("L", (1000, 340), 255)
    draw, font = ImageDraw.Draw(image), photographs.font(30)
    for n, (name, *sums) in enumerate(ACCOUNT):
        draw.text((60, 50 + 46 * n), name, 0, font)
        for right, told in zip((640, 760, 860), sums, strict=True):
            draw.text((right - draw.textlength(told, font=font), 50 + 46 * n), told, 0, font)
    rows = recognition._words(raster.untouched(np.asarray(image), 200), "eng", "--oem 1")
    read = [row[8] for row in rows]
    assert sorted(read) == sorted(word for row in ACCOUNT for cell in row for word in cell.split())
    pence = next(row for row in rows if row[8] == "11")
    assert abs(pence[3] - (860 - draw.textlength("11", font=font))) < 6
