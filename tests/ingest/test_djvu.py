"""DjVu files: `samples/ferry.djvu` has two pages, the first with a text layer. We drew it."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from pipeline.errors import MissingExtraError, SourceError
from pipeline.ingest import gather, read, survey
from pipeline.ingest.images import djvu
from pipeline.publish.scans import _opened
from pipeline.review.serve.scans import _grey

FERRY = Path(__file__).parent / "samples" / "ferry.djvu"
FIRST = "The ferryman kept a\nledger of the tides.\n"


def test_the_text_layer_is_read_with_its_places():
    source = read(FERRY.read_bytes(), "ferry.djvu", ocr="never")
    assert source.text == FIRST + "\f"
    surface = source.layout.surfaces[0]
    assert (surface.url, surface.width, surface.height) == ("ferry.djvu#page=1", 520, 220)
    word = next(zone for zone in source.layout.zones if zone.level == "word" and zone.start == 4)
    assert (word.box.y0, word.box.y1) == (40, 76)  # from the top
    line = next(zone for zone in source.layout.zones if zone.level == "line")
    assert line.box.x0 == 40


def test_a_page_without_text_layer_is_to_be_recognised():
    found = survey([FERRY])
    assert (found.pages, found.images, found.media) == (2, 2, ("image/vnd.djvu",))
    assert [page.label for page in found.unread] == ["ferry.djvu, page 2"]
    assert [page.number for page in survey([FERRY], ocr="always").unread] == [0, 1]
    assert [page.number for page in survey([FERRY], pages="2").unread] == [1]


def test_a_page_is_an_image_for_tesseract_review_and_site():
    grey, dpi = djvu.rendered(FERRY.read_bytes(), "ferry.djvu", 1)
    assert (grey.shape, dpi) == ((220, 520), 300)
    assert grey[0, 0] == 255
    assert grey[40:80, 40:400].min() < 50  # there is print
    assert _grey(FERRY, 1, 0).shape == (220, 520)
    assert _opened(FERRY, 1).width == 520


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_the_other_page_is_recognised(tmp_path):
    source = gather([FERRY], cache=tmp_path)
    assert source.text.startswith(FIRST + "\f")
    assert source.text.split("\f")[1].split() == "In winter the river froze, and he slept.".split()


@pytest.mark.parametrize("data", [b"AT&TFORM\0\0\0\0DJVM", FERRY.read_bytes()[:600]])
def test_a_damaged_file_is_refused(data):
    with pytest.raises(SourceError, match="is a damaged DjVu file"):
        read(data, "ferry.djvu")


def test_without_the_package_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"djvu-rs.*emend\[ocr\]"):
        read(FERRY.read_bytes(), "ferry.djvu")
