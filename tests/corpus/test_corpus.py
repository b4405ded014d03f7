"""The report counts every change of every ledger, once, and sorts what editors need."""

import json

import pytest
from typer.testing import CliRunner

from pipeline import corpus
from pipeline.cli import app
from pipeline.errors import EmendError
from pipeline.project import Project

duckdb = pytest.importorskip("duckdb", reason="emend[report] is not installed")
META = (
    'title = "{0}"\nauthor = "x"\ndate = "{1}"\npublisher = "x"\nplace = "x"\nlanguage = "en"\n'
    'kind = "book"\nedited = "2026-01-01"\nsource_note = "OCR: {2}"\n'
)


def change(**more):
    return {
        "n": 1, "page": "3", "line": 1, "start": 0, "end": 3, "raw": "tbe", "before": "tbe",
        "after": "the", "left": "", "right": "", "stage": "spelling", "rule": "spelling.word",
        "why": "", "kind": "ocr", "confidence": 0.9, "verdict": "made", "by": "emend",
        "alternatives": [], **more,
    }  # fmt: skip


def text(root, name, changes, date="1850", engine="ABBYY 9", words=1000):
    raw, edition = root / "raw" / name, root / "edition" / name
    raw.mkdir(parents=True)
    edition.mkdir(parents=True)
    (raw / "meta.toml").write_text(META.format(name, date, engine), "utf-8")
    (raw / "source.txt").write_text("tbe\n", "utf-8")
    (edition / f"{name}.xml").write_text("<TEI/>", "utf-8")
    (edition / "report.md").write_text(f"# x\n\n{words:,} words, 1 change applied.\n", "utf-8")
    lines = "".join(json.dumps(one) + "\n" for one in changes)
    (edition / "changes.jsonl").write_text(lines, "utf-8")


@pytest.fixture
def project(tmp_path):
    sure = [change(), change(), change(before="arid", after="and", confidence=1.0)]
    text(tmp_path, "it-s", sure)
    held = [change(verdict="held", confidence=0.5, page="7") for _ in range(4)]
    refused = [change(verdict="refused"), change(kind="form", rule="form.dash")]
    text(tmp_path, "worse", [*held, *refused], date="1920", engine="Tesseract 5")
    text(tmp_path, "clean", [])
    (tmp_path / "raw" / "unbuilt").mkdir()
    return Project(tmp_path)


def table(report, name):
    return report.to_dict()[name]


def test_every_change_is_counted_once(project):
    found = corpus.report(project)
    assert table(found, "overall") == [
        {"texts": 3, "words": 3000, "applied": 4, "pending": 4, "rejected": 1}
    ]
    assert found.missing == ("unbuilt",)
    rules = {row["rule"]: (row["applied"], row["pending"]) for row in table(found, "by_rule")}
    assert rules == {"spelling.word": (3, 4), "form.dash": (1, 0)}
    assert [(row["year"], row["texts"], row["applied"]) for row in table(found, "by_year")] == [
        (1850, 2, 3),
        (1920, 1, 1),
    ]
    assert {row["engine"] for row in table(found, "by_engine")} == {"ABBYY 9", "Tesseract 5"}


def test_confusions_are_of_applied_misreadings(project):
    rows = table(corpus.report(project), "confusions")
    assert [(row["misread"], row["printed"], row["places"]) for row in rows] == [
        ("tbe", "the", 2),
        ("arid", "and", 1),
    ]


def test_what_needs_an_editor_most_comes_first(project):
    found = corpus.report(project)
    texts = table(found, "texts_for_editors")
    assert [(row["text"], row["expected_errors"]) for row in texts] == [
        ("worse", 2.0),
        ("it-s", 0.2),
        ("clean", 0.0),
    ]
    page = table(found, "pages_for_editors")[0]
    assert (page["text"], page["page"], page["pending"]) == ("worse", "7", 4)


def test_the_estimate_has_an_interval(project):
    before, after = table(corpus.report(project), "word_error")
    assert (before["stage"], after["stage"]) == ("before", "after")
    # 2 × 0.9 + 1 applied and 4 × 0.5 pending, of 3,000 words; left are 2 × 0.1 and 4 × 0.5
    assert (before["per_cent"], after["per_cent"]) == (0.16, 0.073)
    assert before["low"] < before["per_cent"] < before["high"]
    assert 0 <= after["low"] < after["per_cent"] < after["high"]


def test_an_editors_own_reading_is_certain(tmp_path):
    text(tmp_path, "edited", [change(by="A. Reader", confidence=0.2)])
    before, after = table(corpus.report(Project(tmp_path)), "word_error")
    assert (before["per_cent"], after["per_cent"]) == (0.1, 0.0)


def test_the_formats_say_the_same(project, tmp_path):
    def run(*words):
        done = CliRunner().invoke(app, ["report", *words, "--project", str(project.root)])
        assert done.exit_code == 0, done.output
        return done.stdout

    told = json.loads(run("--format", "json"))
    assert told == corpus.report(project).to_dict()
    run("--format", "parquet", "--out", str(tmp_path / "tables"))
    rows = duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/tables/changes.parquet'").fetchall()
    assert rows == [(9,)]
    run("--out", str(tmp_path / "corpus.html"))
    page = (tmp_path / "corpus.html").read_text("utf-8")
    assert "arid" in page
    assert "http" not in page


def test_html_in_a_ledger_stays_text(tmp_path):
    text(tmp_path, "a", [change(before="<script>", after="<b>")])
    page = corpus.report(Project(tmp_path)).to_html()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_damaged_ledger_is_an_error_in_one_sentence(project):
    (project.edition("worse") / "changes.jsonl").write_text('{"n": 1', "utf-8")
    with pytest.raises(EmendError, match="run emend build"):
        corpus.report(project)


def test_a_project_without_editions_is_an_error(tmp_path):
    (tmp_path / "raw").mkdir()
    with pytest.raises(EmendError, match="no edition yet"):
        corpus.report(Project(tmp_path))
