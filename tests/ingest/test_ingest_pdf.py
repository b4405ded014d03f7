"""PDF: fonts without a map to Unicode, ranges of pages, resolution, a killed run, and progress."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import SourceError
from pipeline.ingest import gather, survey, told
from pipeline.ingest.images import pdf
from pipeline.ingest.images.raster import MOST_PIXELS

SAMPLES = Path(__file__).parent / "samples"
PROSE = "The miller of Ardwick kept a ledger in which every sack was entered. " * 4
MOVED = "".join(chr(ord(sign) - 29) if sign.isalpha() else sign for sign in PROSE)


@pytest.mark.parametrize(
    ("text", "unmapped"),
    [
        (PROSE, False),
        (MOVED, True),
        ("\ue001\ue002\ue003 " * 50, True),
        ("\x01\x05\x06 " * 50, True),
        ("\ufffd" * 30 + PROSE[:60], True),
        ("Zkrz wśród szczęścia i bólu żył długo pewien młynarz, chłop z Przemyśla. " * 4, False),
        ("Мельник вёл книгу, в которую заносил каждый мешок. " * 5, False),
        ("1871 12 30 4 5 6.7 8 — " * 30, False),
        ("NHL BBC PRC " * 4, False),
        ("Mae hen wlad fy nhadau yn annwyl i mi, gwlad beirdd a chantorion. " * 4, False),
        ("x = \ue0a0 + y, and the sum of all of them is the number that was sought. " * 4, False),
        ("", False),
    ],
)
def test_a_text_layer_that_is_not_what_is_printed(text, unmapped):
    assert pdf.is_unmapped([ord(sign) for sign in text]) == unmapped


def test_pages_with_such_a_layer_are_recognised(monkeypatch):
    path = SAMPLES / "tesseract.pdf"
    assert survey([path]).unread == ()
    monkeypatch.setattr(pdf, "is_unmapped", lambda _: True)
    found = survey([path])
    assert [page.unmapped for page in found.unread] == [True] * found.pages
    assert survey([path], ocr="never").unread == ()


@pytest.fixture
def frames(tmp_path):
    pages = [Image.new("L", (100 + n, 100), 255) for n in range(6)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    return tmp_path / "a.tif"


@pytest.mark.parametrize(
    ("pages", "numbers"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("2-4", [2, 3, 4]),
        ("1,5-", [1, 5, 6]),
        ("6", [6]),
        ("3-99", [3, 4, 5, 6]),
    ],
)
def test_a_range_of_pages(pages, numbers, frames):
    found = survey([frames], pages=pages)
    assert [page.number + 1 for page in found.unread] == numbers
    assert found.unread[0].url == f"a.tif#page={numbers[0]}"


@pytest.mark.parametrize(("pages", "why"), [("7-9", "none of them in 7-9"), ("x", "not a range")])
def test_a_range_that_names_no_page(pages, why, frames):
    with pytest.raises(SourceError, match=why):
        survey([frames], pages=pages)


def test_a_page_of_a_pdf_at_another_resolution():
    data = (SAMPLES / "image-only.pdf").read_bytes()
    large, small = (pdf.rendered(data, "a.pdf", 0, dpi)[0].shape for dpi in (300, 100))
    assert small[0] == pytest.approx(large[0] / 3, abs=2)


def test_a_page_of_any_size_is_rendered_at_no_more_than_the_most_pixels(tmp_path):
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(14_400, 14_400)  # the largest that PDF allows: five metres a side
    document.save(tmp_path / "a.pdf")
    grey, dpi = pdf.rendered(tmp_path / "a.pdf", "a.pdf", 0)
    assert 0.99 * MOST_PIXELS / 4 < grey.size < 1.01 * MOST_PIXELS / 4
    assert dpi == round(72 * grey.shape[0] / 14_400)


def test_a_file_that_stays_is_opened_where_it_lies_and_not_kept_in_memory():
    path = SAMPLES / "image-only.pdf"
    assert [page.file for page in survey([path]).unread] == [path.absolute()]
    kept, sent = (pdf.rendered(one, "a.pdf", 0)[0] for one in (path, path.read_bytes()))
    assert (kept == sent).all()


def test_a_file_that_came_in_an_archive_is_kept(tmp_path):
    path = SAMPLES / "image-only.pdf"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, "a.pdf")
    assert [page.file for page in survey([tmp_path / "a.zip"]).unread] == [path.read_bytes()]


def test_a_file_that_has_gone_before_it_is_recognised(frames):
    (page, *_) = survey([frames]).unread
    frames.unlink()
    with pytest.raises(SourceError, match=r"a\.tif cannot be read"):
        _ = page.data


KILLED = """
import sys, time
from pathlib import Path
from pipeline.ingest import gather
from pipeline.ingest.images import recognition
def leaves(grey, dpi, packs):
    if grey.shape[1] == 103:
        print("there", flush=True)
        time.sleep(60)
    return [([(1, 1, 1, 5, 5, 50, 20, 90.0, str(grey.shape[1]))],)]
recognition.leaves, recognition.languages = leaves, lambda language: language
recognition.version, recognition.engines = lambda: "1", lambda _: ("--oem 1",)
gather([Path(sys.argv[1])], cache=Path(sys.argv[2]), jobs=1)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_what_was_recognised_before_a_kill_is_kept(frames, tmp_path, monkeypatch):
    from pipeline.ingest.images import recognition

    cache = tmp_path / "cache"
    command = [sys.executable, "-c", KILLED, str(frames), str(cache)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"there\n"
        process.send_signal(signal.SIGKILL)
    read = []

    def leaves(grey, _dpi, _packs):
        read.append(grey.shape[1])
        return [([(1, 1, 1, 5, 5, 50, 20, 90.0, str(grey.shape[1]))],)]

    monkeypatch.setattr(recognition, "leaves", leaves)
    monkeypatch.setattr(recognition, "languages", lambda language: language)
    monkeypatch.setattr(recognition, "version", lambda: "1")
    monkeypatch.setattr(recognition, "engines", lambda _: ("--oem 1",))
    source = gather([frames], cache=cache, jobs=1)
    assert source.text == "\f".join(f"{100 + n}\n" for n in range(6))
    assert read == [103, 104, 105]


def test_progress_in_lines_where_there_is_no_terminal(monkeypatch, capsys):
    from pipeline.cli import terminal

    now = iter([0.0, 4.0, 12.0, 13.0, 30.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    with terminal.progress("reading") as show:
        for done in (1, 2, 3, 4):
            show(f"p{done}.png", done, 100)
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "reading: p2.png, 2 of 100, 10 a minute, 10 min left",
        "reading: p4.png, 4 of 100, 8.0 a minute, 12 min left",
    ]


def test_what_a_pdf_says_of_itself_is_used(tmp_path):
    page = Image.new("L", (100, 100), 255)
    said = {"title": "The Ferry at Stane", "author": "Anne Lowe", "producer": "Tesseract 5.3.0"}
    page.save(tmp_path / "scan.pdf", **said)
    found = survey([tmp_path / "scan.pdf"])
    assert found.facts == {
        "title": "The Ferry at Stane",
        "author": "Anne Lowe",
        "engine": "Tesseract 5.3.0",
    }


@pytest.mark.parametrize(
    ("info", "facts"),
    [
        ({"Title": "Der  Fährmann\n"}, {"title": "Der Fährmann"}),
        (
            {"Title": "1984", "Author": "Orwell, George"},
            {"title": "1984", "author": "Orwell, George"},
        ),
        ({"Creator": "ABBYY FineReader 12"}, {"engine": "ABBYY FineReader 12"}),
        ({"Title": "scan-0012"}, {}),
        ({"Title": "Microsoft Word - Kapitel 1"}, {}),
        ({"Title": "kapitel.indd", "Author": "admin"}, {}),
        ({"Title": "C:\\Users\\ann\\book", "Author": "ann@example.org"}, {}),
        ({"Title": "Untitled", "Producer": "Skia/PDF m120", "Creator": "Chromium"}, {}),
        ({"CreationDate": "D:20261124040524Z"}, {}),
    ],
)
def test_names_of_files_and_machines_are_no_facts(info, facts):
    assert told.info(info, "scan-0012.pdf") == facts
