"""Photographed pages: dark border, shadow, curl, skew, thumb, two-page spread.

No photograph may be read worse than Tesseract reads it untouched.
"""

from __future__ import annotations

import re
import shutil
from functools import cache

import numpy as np
import photographs
import pytest
from rapidfuzz.distance import Levenshtein

from pipeline.ingest.images import raster, recognition

tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed"
)


def wrong(text, gold):
    """The share of wrong words."""
    found, wanted = (re.findall(r"[^\W_]+", one.lower()) for one in (text, gold))
    return Levenshtein.distance(found, wanted) / len(wanted)


def text_of(rows):
    return " ".join(row[8] for row in rows)


def only_first(monkeypatch):
    """Without the second and third reading, which take their time."""
    monkeypatch.setattr(
        recognition,
        "recognised",
        lambda page, packs, rows=None: (
            rows if rows is not None else recognition._upright(page, packs)[1],
        ),
    )


@cache
def read(name):
    """A photograph, and what the first reading makes of it."""
    with pytest.MonkeyPatch.context() as patched:
        only_first(patched)
        grey, dpi = raster.grey_of(photographs.jpeg(name), name)
        return grey, dpi, recognition.leaves(grey, dpi, "eng")


@tesseract
@pytest.mark.parametrize("name", photographs.PHOTOGRAPHS)
def test_a_photograph_is_read_as_well_as_untouched_or_better(name):
    grey, dpi, leaves = read(name)
    plain = recognition._words(raster.untouched(grey, dpi), "eng", "--oem 1")
    gold = photographs.text_of(name)
    ours = wrong("\f".join(text_of(leaf[0]) for leaf in leaves), gold)
    assert ours <= wrong(text_of(plain), gold)
    assert ours < 0.03
    assert len(leaves) == (2 if name == "spread" else 1)


@tesseract
def test_the_places_on_a_spread_are_those_of_the_photograph():
    grey, _, leaves = read("spread")
    left, right = (leaf[0] for leaf in leaves)
    middle = grey.shape[1] / 2
    assert max(row[3] + row[5] for row in left) < middle < min(row[3] for row in right)
    assert text_of(right).startswith("When the thaw")
    thaw = next(row for row in right if row[8] == "thaw")
    x, y, width, height = (int(side) for side in thaw[3:7])
    assert (
        grey[y : y + height, x : x + width].min() < 90 < np.median(grey[y : y + height, x - 12 : x])
    )


@pytest.mark.parametrize("harmful", [True, False])
def test_a_preparation_that_loses_words_is_dropped(harmful, monkeypatch):
    """The page as given has two sure words and a guess; prepared, it has one or three."""

    def words(page, _packs, _engine):
        given = page.grey is grey
        read = (("two", 95.0), ("words", 93.0), ("#~", 20.0)) if given else (("one", 96.0),)
        read = read if given or harmful else (("three", 95.0), ("good", 94.0), ("words", 96.0))
        return [(1, 1, i, 5, 5, 50, 20, sure, text) for i, (text, sure) in enumerate(read)]

    grey = photographs.dark_border()
    monkeypatch.setattr(recognition, "_words", words)
    monkeypatch.setattr(recognition, "engines", lambda _: ("one", "two"))
    (leaf,) = recognition.leaves(grey, 300, "eng")
    assert text_of(leaf[0]) == ("two words #~" if harmful else "three good words")


def test_a_dark_border_becomes_paper_not_white():
    grey = photographs.dark_border()
    ready = raster.prepared(grey, 300).grey
    assert ready[:100].min() > photographs.PAPER - 40
    assert np.median(ready[:100]) == photographs.PAPER


@pytest.mark.parametrize(
    ("image", "split"),
    [
        (photographs.spread(), True),
        (photographs.dark_border(), False),
        (np.hstack([photographs.leaf(), np.full((1000, 1150), 202, np.uint8)]), False),
        (np.hstack([photographs.leaf()[:, :1060], photographs.leaf()[:, 60:]])[:, 60:], True),
        (np.hstack([photographs.leaf()[:, :1005], photographs.leaf()[:, 80:]]), False),
    ],
    ids=["spread", "one page", "blank facing page", "narrow inner margins", "two columns"],
)
def test_only_a_spread_is_split(image, split):
    assert (raster.halves(raster.prepared(image, 300)) is not None) == split
