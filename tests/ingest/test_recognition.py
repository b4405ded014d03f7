"""Recognition: real Tesseract on real images, the cache, images made ready, what is missing said in
a sentence.
"""

from __future__ import annotations

import shutil
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import LeftOutWarning, MissingExtraError, SourceError
from pipeline.ingest import files, gather, read
from pipeline.ingest.images import raster, recognition
from pipeline.ingest.images.recognition import regions

SAMPLES = Path(__file__).parent / "samples"
tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed"
)


@pytest.fixture(scope="module")
def page():
    return np.asarray(Image.open(SAMPLES / "page1.png").convert("L"))


@tesseract
def test_a_real_image_is_recognised_once(tmp_path, monkeypatch):
    data = (SAMPLES / "page1.png").read_bytes()
    said = []
    source = read(data, "page1.png", cache=tmp_path, progress=lambda *told: said.append(told))
    assert "every sack was entered, and the govern-\nment of the parish" in source.text
    at = source.text.index("miller")
    word = next(zone for zone in source.layout.zones if zone.level == "word" and zone.start == at)
    assert abs(word.box.x0 - 218) < 20
    assert abs(word.box.y0 - 147) < 20
    assert word.confidence > 0.8
    assert source.layout.surfaces[0].url == "page1.png"
    assert source.origins[0].media == "image/png"
    assert len(source.witnesses) == 2
    assert all("every sack was entered" in witness.text for witness in source.witnesses)
    assert said == [("page1.png", 1, 1)]

    def never(*_):
        raise AssertionError("a second recognition")

    monkeypatch.setattr(recognition, "recognised", never)
    assert read(data, "page1.png", cache=tmp_path) == source
    assert read(data, "other.png", cache=tmp_path).text == source.text


@tesseract
def test_a_pdf_without_text_is_recognised_and_one_with_text_is_not(tmp_path, monkeypatch):
    scanned = read((SAMPLES / "image-only.pdf").read_bytes(), "scan.pdf", cache=tmp_path)
    assert "The miller of Ardwick" in scanned.text
    assert scanned.layout.surfaces[0].url == "scan.pdf#page=1"
    monkeypatch.setattr(
        recognition, "recognised", lambda *_: pytest.fail("recognised though there is a text layer")
    )
    assert (
        "The miller of Ardwick" in read((SAMPLES / "tesseract.pdf").read_bytes(), "text.pdf").text
    )
    with pytest.raises(SourceError, match="no text"):
        read((SAMPLES / "image-only.pdf").read_bytes(), "scan.pdf", ocr="never", cache=tmp_path)


def test_images_are_refused_where_nothing_may_be_recognised():
    with pytest.raises(SourceError, match="--ocr never"):
        read((SAMPLES / "page1.png").read_bytes(), "page1.png", ocr="never")


@pytest.fixture
def engine(monkeypatch):
    """An engine that reads a page as its shape, and fails on pages 300 wide."""

    def recognised(page, packs):
        height, width = page.grey.shape
        if width == 300:
            raise SourceError("the engine broke down")
        return ([(1, 1, 1, 5, 5, 50, 20, 90.0, f"{width}x{height}-{packs}")],)

    monkeypatch.setattr(recognition, "recognised", recognised)
    monkeypatch.setattr(recognition, "languages", lambda language: language)
    monkeypatch.setattr(recognition, "version", lambda: "1")
    monkeypatch.setattr(recognition, "engines", lambda _: ("--oem 1",))


def blank(path, width):
    Image.new("L", (width, 100), 255).save(path, dpi=(300, 300))


@pytest.mark.usefixtures("engine")
def test_a_page_that_fails_is_named_and_the_others_go_on(tmp_path):
    for name, width in (("p1.png", 200), ("p2.png", 300), ("p10.png", 400)):
        blank(tmp_path / name, width)
    said = []
    with pytest.warns(LeftOutWarning, match=r"^left out: p2\.png: the engine broke down$"):
        source = gather(
            [tmp_path], cache=tmp_path / "cache", jobs=2, progress=lambda *told: said.append(told)
        )
    assert source.text == "200x100-en\n\f\f400x100-en\n"
    assert sorted(done for _, done, of in said if of == 3) == [1, 2, 3]
    assert [surface.url for surface in source.layout.surfaces] == ["p1.png", "p2.png", "p10.png"]


def test_images_opened_at_once_leave_warnings_as_they_were(tmp_path):
    """The second opens while the first is open, and closes after it."""
    blank(tmp_path / "p.png", 200)
    data = (tmp_path / "p.png").read_bytes()
    first_in, second_in, first_out = threading.Event(), threading.Event(), threading.Event()

    def first():
        with raster.opened(data, "p.png"):
            first_in.set()
            second_in.wait(0.2)
        first_out.set()

    def second():
        first_in.wait()
        with raster.opened(data, "p.png"):
            second_in.set()
            first_out.wait()

    before = list(warnings.filters)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda work: work(), (first, second)))
    assert warnings.filters == before


@pytest.mark.usefixtures("engine")
def test_when_most_pages_fail_there_is_no_text(tmp_path):
    for name, width in (("p1.png", 200), ("p2.png", 300), ("p3.png", 300)):
        blank(tmp_path / name, width)
    with pytest.raises(
        SourceError, match=r"2 of 3 pages cannot be read; the first: p2\.png: the engine"
    ):
        gather([tmp_path], cache=tmp_path / "cache", jobs=1)
    with pytest.raises(SourceError, match=r"^p2\.png: the engine broke down"):
        gather([tmp_path / "p2.png"], cache=tmp_path / "cache")


@pytest.mark.usefixtures("engine")
def test_what_is_kept_depends_on_content_page_and_settings(tmp_path, monkeypatch):
    blank(tmp_path / "a.png", 200)
    data = (tmp_path / "a.png").read_bytes()
    read(data, "a.png", language="en", cache=tmp_path / "cache")
    read(data, "a.png", language="de", cache=tmp_path / "cache")
    monkeypatch.setattr(recognition, "version", lambda: "2")
    read(data, "a.png", language="en", cache=tmp_path / "cache")
    kept = list((tmp_path / "cache").rglob("*.json"))
    assert len(kept) == 3
    for path in kept:
        path.write_text("damaged")
    assert read(data, "a.png", cache=tmp_path / "cache").text == "200x100-en\n"
    monkeypatch.setenv("EMEND_CACHE", str(tmp_path / "told"))
    read(data, "a.png")
    assert len(list((tmp_path / "told").rglob("*.json"))) == 1


@pytest.mark.usefixtures("engine")
def test_a_cache_that_cannot_be_written_is_no_reason_to_stop(tmp_path):
    blank(tmp_path / "a.png", 200)
    (tmp_path / "cache").write_text("a file, no folder")
    assert (
        read((tmp_path / "a.png").read_bytes(), "a.png", cache=tmp_path / "cache").text
        == "200x100-en\n"
    )


@tesseract
def test_a_missing_language_pack_is_named():
    with pytest.raises(
        SourceError, match=r"no language pack grc: install it .*apt-get install tesseract-ocr-grc"
    ):
        recognition.languages("grc")


@pytest.mark.parametrize(
    ("language", "packs"),
    [
        ("en", "eng"),
        ("en-GB", "eng"),
        ("de", "deu"),
        ("fr", "fra"),
        ("de+la", "deu+lat"),
        ("frk", "frk"),
        ("en,en", "eng"),
        ("zh", "chi_sim"),
        ("no", "nor"),
        ("script/Latin", "script/Latin"),
    ],
)
def test_languages_by_tesseracts_names(monkeypatch, language, packs):
    monkeypatch.setattr(
        recognition,
        "_installed",
        lambda: frozenset({"eng", "deu", "fra", "lat", "frk", "chi_sim", "nor", "script/Latin"}),
    )
    assert recognition.languages(language) == packs


def test_without_tesseract_a_sentence_says_what_to_install(monkeypatch):
    import pytesseract

    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "no-such-program")
    recognition._installed.cache_clear()
    recognition.version.cache_clear()
    try:
        for ask in (lambda: recognition.languages("en"), recognition.version):
            with pytest.raises(SourceError, match="apt-get install tesseract-ocr"):
                ask()
    finally:
        recognition._installed.cache_clear()
        recognition.version.cache_clear()


@pytest.mark.parametrize(
    ("package", "ask"), [("pytesseract", recognition._pytesseract), ("cv2", raster._opencv)]
)
def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch, package, ask):
    import sys

    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emend\[ocr\]'"):
        ask()


def test_plain_text_needs_no_extra(monkeypatch):
    import sys

    for package in ("pytesseract", "cv2", "PIL", "pypdfium2"):
        monkeypatch.setitem(sys.modules, package, None)
    assert read(b"The miller", "a.txt").text == "The miller"
    assert read((SAMPLES / "library.alto.xml").read_bytes(), "a.xml").text.startswith("ARDWICK")
    with pytest.raises(MissingExtraError, match="ocr"):
        read((SAMPLES / "page1.png").read_bytes(), "a.png")


@pytest.mark.parametrize("name", ["page1.png", "page2.jpg", "page2.jp2", "pages.tif"])
def test_every_kind_of_image_is_opened(name):
    data = (SAMPLES / name).read_bytes()
    assert raster.frames(data, name) == (2 if name == "pages.tif" else 1)
    grey, dpi = raster.grey_of(data, name)
    assert grey.shape[1] == 1000
    assert grey.dtype == np.uint8
    assert dpi == (None if name == "page2.jp2" else 200)
    assert (grey > 200).mean() > 0.8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "P", "CMYK", "I;16", "I", "F"])
def test_every_mode_comes_out_dark_on_light(tmp_path, page, mode):
    if mode in {"I;16", "I", "F"}:
        deep = page.astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]) * (
            257 if mode == "I;16" else 1
        )
        image = Image.fromarray(deep)
    else:
        image = Image.fromarray(page).convert(mode)
    path = tmp_path / ("page.tif" if mode in {"CMYK", "F", "I"} else "page.png")
    image.save(path)
    grey, dpi = raster.grey_of(path.read_bytes(), path.name)
    assert dpi is None
    assert np.abs(grey.astype(int) - page.astype(int)).mean() < 3


def test_print_on_a_transparent_ground_is_print_on_paper(tmp_path, page):
    image = Image.new("RGBA", (page.shape[1], page.shape[0]), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), mask=Image.fromarray(255 - page))
    image.save(tmp_path / "a.png")
    grey, _ = raster.grey_of((tmp_path / "a.png").read_bytes(), "a.png")
    assert np.abs(grey.astype(int) - page.astype(int)).mean() < 3


@pytest.mark.parametrize("dpi", [1, 72, 96, 99, 5000])
def test_a_resolution_that_nobody_believes_is_none(tmp_path, dpi):
    Image.new("L", (40, 40), 255).save(tmp_path / "a.png", dpi=(dpi, dpi))
    assert raster.grey_of((tmp_path / "a.png").read_bytes(), "a.png")[1] is None


def test_the_resolution_is_estimated_from_the_letters(page):
    import cv2

    assert (
        150 <= raster.estimated_dpi(page) <= 330
    )  # letters of 30 pixels, printed at "200 dpi", are large
    double = cv2.resize(page, None, fx=2, fy=2)
    assert raster.estimated_dpi(double) == pytest.approx(2 * raster.estimated_dpi(page), rel=0.15)
    assert raster.estimated_dpi(np.full((100, 100), 255, np.uint8)) == 300


@pytest.mark.parametrize("angle", [-4.0, -1.2, 0.0, 0.7, 3.0])
def test_a_page_askew_is_turned_and_its_places_are_those_of_the_image_given(page, angle):
    import cv2

    height, width = page.shape
    turned = cv2.warpAffine(
        page,
        cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1),
        (width, height),
        borderValue=255,
    )
    assert raster.skew(turned) == pytest.approx(angle, abs=0.3)
    made = raster.prepared(turned, 300)
    ink = np.argwhere(made.grey[100:] < 100)
    y, x = ink[len(ink) // 2] + (100, 0)
    box = made.box(x - 2, y - 2, 4, 4)
    assert (turned[max(box.y0 - 2, 0) : box.y1 + 2, max(box.x0 - 2, 0) : box.x1 + 2] < 200).any()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_side_is_turned_and_its_places_are_those_of_the_image_given(page, quarters):
    lying = raster.prepared(np.ascontiguousarray(np.rot90(page, quarters)), 300)
    upright = raster.turned(lying, quarters)
    assert (upright.grey == page).all()
    y, x = np.argwhere(page < 100)[1000]
    box = upright.box(x, y, 1, 1)
    assert lying.grey[box.y0 : box.y1, box.x0 : box.x1].tolist() == [[page[y, x]]]


@pytest.mark.parametrize(("sure", "asked"), [(36.0, 2), (95.0, 1)])
def test_only_a_doubtful_page_is_asked_which_way_it_lies(page, monkeypatch, sure, asked):
    seen = []

    def words(image, _packs, engine):
        seen.append((image.grey.shape, engine))
        return [(1, 1, 1, 5, 5, 50, 20, sure if len(seen) == 1 else 95.0, "word")]

    monkeypatch.setattr(recognition, "engines", lambda _: ("one", "two", "three"))
    monkeypatch.setattr(recognition, "_words", words)
    monkeypatch.setattr(recognition, "_quarters", lambda _: 1)
    recognition.recognised(raster.prepared(page, 300), "eng")
    assert [engine for _, engine in seen] == ["one"] * asked + ["two", "three"]
    assert seen[-1][0] == (page.shape[::-1] if asked == 2 else page.shape)


def test_a_photograph_is_turned_as_browsers_show_it(tmp_path, page):
    image = Image.fromarray(np.ascontiguousarray(np.rot90(page)))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    image.save(tmp_path / "a.jpg", exif=exif, quality=95)
    grey, _ = raster.grey_of((tmp_path / "a.jpg").read_bytes(), "a.jpg")
    assert grey.shape == page.shape
    assert np.abs(grey.astype(int) - page.astype(int)).mean() < 3


def test_a_page_too_small_is_enlarged(page):
    made = raster.prepared(page, 100)
    assert made.dpi == 300
    assert made.grey.shape == (page.shape[0] * 3, page.shape[1] * 3)
    box = made.box(300, 300, 30, 30)
    assert (box.x0, box.y0) == pytest.approx((100, 100), abs=1)


def test_dark_edges_go_and_print_stays(page):
    dirty = np.full((page.shape[0] + 80, page.shape[1] + 80), 255, np.uint8)
    dirty[40:-40, 40:-40] = page
    dirty[:, :30] = 10
    dirty[-20:, :] = 30
    made = raster.prepared(dirty, 300)
    assert made.grey[:, :30].min() == 255
    assert made.grey[-20:].min() == 255
    assert (made.grey[40:-40, 40:-40] == page).all()


@pytest.mark.parametrize("draw", ["frame", "picture", "nothing"])
def test_what_is_no_dark_edge_stays(page, draw):
    dirty = page.copy()
    if draw == "frame":  # a thin rule all around
        dirty[0:2, :] = dirty[-2:, :] = dirty[:, 0:2] = dirty[:, -2:] = 0
    elif draw == "picture":  # in the middle
        dirty[300:500, 200:700] = 0
    assert (raster.prepared(dirty, 300).grey == dirty).all()


def test_rows_become_paragraphs_of_lines():
    rows = [
        (1, 1, 1, 10, 10, 20, 10, 91.0, "The"),
        (1, 1, 1, 40, 10, 20, 10, 50.0, "miller"),
        (1, 1, 2, 10, 30, 20, 10, 96.0, "kept"),
        (2, 1, 1, 10, 90, 0, 0, 10.0, "sacks"),
    ]
    first, second = regions(rows)
    assert [[word.text for word in line.words] for line in first.lines] == [
        ["The", "miller"],
        ["kept"],
    ]
    assert first.lines[0].words[1].confidence == 0.5
    assert second.lines[0].words[0].box is None


def paragraph(block, *lines):
    """Rows of lines, each (left, top, right, text), 20 high."""
    return [
        (block, 1, n, left, top, right - left, 20, 90.0, text)
        for n, (left, top, right, text) in enumerate(lines, 1)
    ]


FIRST = paragraph(1, (40, 100, 500, "one"), (10, 130, 500, "two"), (10, 160, 500, "three"))
LAYOUTS = [
    (
        "goes on",
        [*FIRST, *paragraph(2, (10, 190, 500, "four"), (10, 220, 300, "five"))],
        ["one two three four five"],
    ),
    (
        "a first line set in",
        [*FIRST, *paragraph(2, (40, 190, 500, "four"))],
        ["one two three", "four"],
    ),
    (
        "a last line that is not full",
        [
            *FIRST[:-1],
            *paragraph(1, (10, 160, 300, "three"))[:1],
            *paragraph(2, (10, 190, 500, "four")),
        ],
        None,
    ),
    ("far apart", [*FIRST, *paragraph(2, (10, 240, 500, "four"))], ["one two three", "four"]),
    (
        "another column",
        [*FIRST, *paragraph(2, (510, 100, 1000, "four"))],
        ["one two three", "four"],
    ),
    (
        "another column, of narrow lines",
        [*FIRST, *paragraph(2, (710, 100, 800, "four"))],
        ["one two three", "four"],
    ),
    (
        "a page number at the foot",
        [*FIRST, (1, 1, 4, 240, 300, 20, 20, 90.0, "12")],
        ["one two three", "12"],
    ),
]


@pytest.mark.parametrize(
    ("rows", "expected"), [row[1:] for row in LAYOUTS], ids=[row[0] for row in LAYOUTS]
)
def test_paragraphs_go_on_or_end(rows, expected):
    found = [
        " ".join(word.text for line in region.lines for word in line.words)
        for region in regions(rows)
    ]
    assert found == (expected or found)
    if expected is None:
        assert found[-1] == "four"


@pytest.mark.parametrize(
    "names", [["p1", "p2", "p10"], ["a9b", "a10a", "a10b"], ["p", "p1"], ["A1", "a2", "B1"]]
)
def test_the_natural_order_of_names(names):
    assert sorted([*names[1:], names[0]], key=files.natural) == names
