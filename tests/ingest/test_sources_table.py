"""The table of docs/sources.md: each kind is read from a file, and written where it says so."""

from __future__ import annotations

import gzip
import io
import json
import re
import warnings
from pathlib import Path

import pytest
import test_deliveries as deliveries
import test_iiif as iiif
import test_ingest_folders as folders
import test_ingest_formats as formats
from PIL import Image

from pipeline.document import Document
from pipeline.errors import SourceError
from pipeline.ingest import gather, survey
from pipeline.ingest.write import export
from pipeline.tei.encode import encode

SAMPLES = Path(__file__).parent / "samples"
PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


def sample(name):
    return {name: (SAMPLES / name).read_bytes()}


def as_json(data):
    return {"page.json": json.dumps(data).encode()}


def image(form):
    held = io.BytesIO()
    Image.new("L", (100, 140), 255).save(held, form)
    return held.getvalue()


def ours():
    facts = {"id": "a", "title": "A", "author": "B", "date": "1871", "language": "en"}
    return encode(Document(gather([SAMPLES / "others.tei.xml"])), facts, date="2024-01-01")


METS = deliveries.mets([("ALTO", "text/xml", ["1.xml", "2.xml"])]).encode()
TEXTS = {"1.xml": folders.alto("one"), "2.xml": folders.alto("two")}
TWO = {name: text.encode() for name, text in TEXTS.items()}
# For each kind files of it, a word or more of their text, and the files of the folder to give.
KINDS = {
    "plain text, Markdown": [({"a.txt": b"The mill\n"}, "The mill"),
        ({"a.md": b"# Mill\n"}, "Mill")],
    "hOCR": [(sample("tesseract.hocr"), "miller of Ardwick")],
    "ALTO 2 to 4": [(sample("library.alto.xml"), "parish"),
        (sample("tesseract.alto.xml"), "miller")],
    "PAGE XML, 2010 to 2019": [(sample("transkribus.page.xml"), "rniller")],
    "ABBYY XML, 6 to 10": [(sample("archive_abbyy.xml"), "")],
    "DjVu XML": [({"a_djvu.xml": deliveries.djvu("one").encode()}, "one")],
    "Tesseract TSV": [({"a.tsv": formats.TSV.encode()}, "")],
    "Google Cloud Vision JSON": [(as_json(formats.google()), "govern")],
    "Azure JSON: Read 3.2, Document Intelligence, Image Analysis 4": [
        (as_json(formats.azure_read()), "mill"),
        (as_json(formats.azure_document()), "mill"),
    ],
    "AWS Textract JSON": [(as_json(formats.textract()), "mill")],
    "kraken JSON": [(as_json(iiif.kraken()), "ferry")],
    "IIIF annotation lists and pages (version 2 and 3)": [(as_json(iiif.annotations2(1)), "ferry")],
    "IIIF manifest (version 2 and 3)": [(as_json(iiif.version3()), "ferry")],
    "docling JSON": [(as_json(formats.DOCLING), "mill")],
    "marker, olmOCR JSON": [(as_json(formats.MARKER), "mill"), (as_json(formats.OLMOCR), "mill")],
    "METS": [({"mets.xml": METS, **TWO}, "two")],
    "DjVu": [(sample("ferry.djvu"), "ferryman")],
    "PDF": [(sample("tesseract.pdf"), "Ardwick")],
    "PNG, JPEG, TIFF, JPEG 2000, GIF, BMP, WebP": [
        ({f"a.{form.lower()}": image(form)}, None)
        for form in ("PNG", "JPEG", "TIFF", "JPEG2000", "GIF", "BMP", "WEBP")
    ],
    "TEI written by emend": [({"a.xml": ours()}, "")],
    "other TEI": [(sample("others.tei.xml"), "")],
    "HTML": [({"a.html": formats.HTML.encode()}, "Mühle")],
    "Word (.docx), LibreOffice (.odt), RTF": [
        ({"a.docx": formats.docx()}, "mill"),
        ({"a.odt": formats.odt(formats.ODT)}, "mill"),
        ({"a.rtf": rb"{\rtf1\ansi The mill stood.}"}, "mill"),
    ],
    "ZIP and tar, also gzipped": [
        ({"a.zip": folders.zipped(TWO)}, "two"),
        ({"a.tar.gz": gzip.compress(folders.tarred(TEXTS))}, "two"),
    ],
    "folder": [(TWO, "two")],
}  # fmt: skip


def rows():
    """Kind and what is written of it, from the table."""
    table = PAGE.read_text(encoding="utf-8").split("\n## ")[0]
    cells = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return {cell[0].strip(): cell[2].strip() for cell in cells[2:]}


def test_every_kind_in_the_table_has_a_file_here_and_no_other():
    assert set(rows()) == set(KINDS)


def given(folder, files):
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / next(iter(files)) if len(files) == 1 else folder


@pytest.mark.parametrize(
    ("kind", "files", "word"),
    [(kind, files, word) for kind, some in KINDS.items() for files, word in some],
)
def test_it_is_read_and_written_as_the_table_says(kind, files, word, tmp_path):
    path = given(tmp_path, files)
    if word is None:
        assert len(survey([path]).unread) == 1
        return
    if path.suffix in {".docx", ".rtf"}:
        pytest.importorskip({".docx": "mammoth", ".rtf": "striprtf"}[path.suffix])
    source = gather([path], ocr="never")
    assert source.text.strip()
    assert word in " ".join(source.text.split())
    wanted = rows()[kind]
    if "new hOCR" in wanted and not ("places" in wanted and source.layout.zones == ()):
        for form in ("hocr", "alto", "page"):
            made = export(Document(source), form)
            for name, data in made.items():
                (tmp_path / f"{form}-{name}").write_bytes(data)
            again = gather([tmp_path / f"{form}-{name}" for name in made])
            assert again.text.split() == source.text.split()
    same = re.sub(r"new .*|as the files", "", wanted).strip(" ;")
    if same:  # written back: without corrections the file is the same
        name = next(iter(files))
        assert export(Document(source), same.lower(), files) == {name: files[name]}
    if not wanted:
        for form in ("hocr", "alto", "page"):
            with warnings.catch_warnings(), pytest.raises(SourceError):
                export(Document(source), form, files)
