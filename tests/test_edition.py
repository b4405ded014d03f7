"""An edition on disk: valid, restorable, and counted the same wherever figures are shown."""

from __future__ import annotations

import json
import re
import sys

import pytest
from lxml import etree
from paths import ROOT

from pipeline import clean, edition
from pipeline.counts import counts
from pipeline.document import Document, Proposal, Source
from pipeline.errors import EditionError
from pipeline.project import Project
from pipeline.publish.model import read as model
from pipeline.publish.model.file import parse
from pipeline.review.decide.hand import Replay
from pipeline.tei.encode import encode

T = "{http://www.tei-c.org/ns/1.0}"
TEXT = (
    "Tbe harbour lies below the town, and the gov-\nernment of it is *old*.\n\n20\n\nIt is steep.\n"
)
FACTS = """\
title = "The Harbour"
author = "unknown"
date = "1934"
publisher = "unknown"
place = "unknown"
language = "en"
kind = "pamphlet"
edited = "2026-01-01"
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "raw" / "harbour"
    folder.mkdir(parents=True)
    (folder / "source.txt").write_text(TEXT, "utf-8")
    (folder / "meta.toml").write_text(FACTS, "utf-8")
    return Project(tmp_path)


def build(project):
    document, replay = edition.build(project, "harbour")
    return document, edition.write(project, "harbour", document, replay)


def spoilt(monkeypatch, spoil):
    """Let the encoder write something else than it should."""
    monkeypatch.setattr(
        sys.modules["pipeline.tei.encode"],
        "encode",
        lambda *given, **more: spoil(encode(*given, **more)),
    )


def test_an_edition_that_is_not_valid_is_not_written(project, monkeypatch):
    _, target = build(project)
    before = (target / "harbour.xml").read_bytes()
    spoilt(monkeypatch, lambda tei: tei.replace(b"<body>", b"<body><blort/>"))
    with pytest.raises(EditionError, match="not valid"):
        build(project)
    assert (target / "harbour.xml").read_bytes() == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tei: tei.replace(b"It is steep", b"It was steep"),
        lambda _: encode(Document(Source("Another text.\n")), {}, date="2026-01-01"),
    ],
    ids=["altered", "another text"],
)
def test_an_edition_that_does_not_give_its_source_back_is_not_written(project, monkeypatch, spoil):
    spoilt(monkeypatch, spoil)
    with pytest.raises(EditionError):
        build(project)
    assert not project.edition("harbour").exists()


@pytest.mark.parametrize("kind", ["ocr", "print", "form", "structure", "furniture", "linebreak"])
def test_a_pending_proposal_shows_the_old_reading_as_the_old(kind):
    raw = "He saw tbe harbour.\n"
    held = Proposal(7, 10, "the", "r.x", "because", kind, 0.6, "held")
    tei = encode(Document(Source(raw)).apply("stage", [held]), {}, date="2026-01-01")
    (note,) = etree.fromstring(tei).iterfind(f".//{T}annotation/{T}note[@type='proposal']")
    read = {etree.QName(one).localname: one.text for one in note[0]}
    old, new = {
        "ocr": ("rdg", "lem"),
        "linebreak": ("rdg", "lem"),
        "print": ("sic", "corr"),
    }.get(kind, ("orig", "reg"))
    assert read == {old: "tbe", new: "the"}


def test_everything_counts_alike(project):
    document, target = build(project)
    count = counts(document)
    tei = (target / "harbour.xml").read_bytes()
    rows = [json.loads(line) for line in (target / "changes.jsonl").read_text("utf-8").splitlines()]
    made = sum(row["verdict"] == "made" for row in rows)
    assert count.of("made") == made > 3
    assert f"{count.words} words, {made} changes applied" in (target / "report.md").read_text()
    shown = model(parse(tei, "harbour.xml"), "harbour")
    assert (shown.words, shown.made, shown.held) == (count.words, made, count.of("held"))
    (measure,) = re.findall(rb'quantity="(\d+)">\d+ words', tei)
    assert int(measure) == count.words == len(clean(TEXT).text.split())


def test_a_change_at_two_places_of_the_text_counts_once(project):
    """`country⏎wide` needs a hyphen and a line end; stars open and close one emphasis."""
    document, target = build(project)
    tei = (target / "harbour.xml").read_bytes()
    numbers = re.findall(rb'<category xml:id="r[^"]*" n="(\d+)"', tei)
    assert sum(map(int, numbers)) == counts(document).of("made")


def test_the_report_names_what_is_unresolved_first(project):
    document, _ = edition.build(project, "harbour")
    assert edition.report("harbour", document, Replay()).splitlines()[2].startswith("| kind")


def test_the_projects_own_editions_have_a_schema_for_editors():
    for path in sorted((ROOT / "edition").glob("*/*.xml")):
        assert b"<?xml-model href=" in path.read_bytes()[:300], path.name
