"""What the layout says of real files, marked: tests/cases/regions.toml has the single cases."""

from __future__ import annotations

from pathlib import Path

from pipeline.document import Document
from pipeline.ingest import read
from pipeline.stages.pages import pages
from pipeline.stages.regions import regions

SAMPLES = Path(__file__).parent / "samples"


def marked(name, *stages):
    document = Document(read((SAMPLES / name).read_bytes(), name))
    for stage in stages:
        document = document.run(stage)
    return document, [
        (mark.role, mark.get("type") or mark.get("place"), document.raw[mark.start : mark.end])
        for mark in document.marks
    ]


def test_alto():
    document, marks = marked("library.alto.xml", regions)
    assert marks == [
        ("furniture", "header", "ARDWICK"),
        ("furniture", "pageNum", "12"),
        ("heading", "main", "OF MILLS"),
    ]
    assert document.text.split() == ["OF", "MILLS", "the", "gouernment", "ofthe", "parish"]
    assert [change.rule for change in document.ledger] == [
        "furniture.region",
        "furniture.region",
        "line-end.soft",
    ]


def test_page():
    document, marks = marked("transkribus.page.xml", regions)
    assert marks == [
        ("furniture", "pageNum", "12"),
        ("note", "bottom", "* He had it from his father."),
        ("label", "", "*"),
    ]
    assert "12" not in document.text


def test_hocr():
    _, marks = marked("kraken.html", regions)
    assert marks == [
        ("furniture", "header", "ARDWICK MILLS"),
        ("heading", "main", "OF MILLS"),
        ("furniture", "pageNum", "12"),
    ]


def test_abbyy_calls_a_running_title_rt():
    document, marks = marked("archive_abbyy.xml", regions)
    assert marks == [("furniture", "header", "MILL")]
    assert document.text.strip().startswith("Tbe")


def test_what_another_stage_took_is_not_taken_twice():
    document, marks = marked("transkribus.page.xml", pages, regions, regions)
    assert len([mark for mark in marks if mark[0] == "furniture"]) == 1
    assert len([change for change in document.ledger if change.kind == "furniture"]) == 1
