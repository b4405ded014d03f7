"""Bad bytes, full disks, files of the wrong shape: one sentence and an exit code, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

from pipeline import clean
from pipeline.document import Document
from pipeline.errors import EditionError, EmendError, ProjectError, SourceError
from pipeline.ingest import read
from pipeline.measure import MeasureError, read_set
from pipeline.project import Project, init
from pipeline.review.decide.decisions import read as read_decisions
from pipeline.review.diff import ledger_from
from pipeline.tei.restore import restore
from pipeline.tei.validate import check

META = """title = "A Test"
author = "unknown"
date = "1832"
publisher = "unknown"
place = "London"
language = "en"
kind = "book"
edited = "2026-11-24"
"""
TEXT = "The road is long, said my compan-\nion, and the inn is poor.\n"
LONG = "Le caf\u00e9 est ouvert, and the na\u00efve man sat down for a coffee.\n" * 60


def emend(folder, *words, stdout=subprocess.PIPE):
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main\nmain()\n", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def project(tmp_path):
    """A project with one text."""
    made = init(tmp_path / "project").root
    a_text(made, "lynn")
    return made


def a_text(project, name, meta=META):
    folder = project / "raw" / name
    folder.mkdir(parents=True)
    (folder / "source.txt").write_text(TEXT, "utf-8")
    (folder / "meta.toml").write_text(meta, "utf-8")
    return folder


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "la"])
@pytest.mark.parametrize("word", [b"caf\xf9", b"w\xf9ter", b"caf-\n\xf9t", b"o \xf9f", b"*\xf9*"])
def test_a_bad_byte_in_utf_8_is_kept_and_given_back(language, word):
    """In one word of a long text."""
    data = LONG.encode() + b"He went to the " + word + b" and sat.\n"
    cleaned = clean(data, language=language)
    assert cleaned.document.source.encoding == "utf-8"
    assert restore(cleaned.tei()) == data
    assert "\udcf9" in cleaned.text


@pytest.mark.parametrize(("bad", "encoding"), [(1, "utf-8"), (5, "utf-8"), (12, "iso-8859-1")])
def test_few_bad_bytes_leave_a_text_utf_8_and_many_do_not(bad, encoding):
    """Two in a hundred of the characters beyond ASCII may be broken: of 300 here, six."""
    data = ("\u00e9t\u00e9\n" * 150).encode() + b"caf\xf9\n" * bad
    assert read(data, "a.txt").encoding == encoding


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@needs_full
@pytest.mark.parametrize("words", [("clean", "a.txt"), ("clean", "--tei", "a.txt"), ("--help",)])
def test_a_full_disk_behind_the_output_is_reported(tmp_path, words):
    """Not with a traceback, nor with another as Python ends."""
    (tmp_path / "a.txt").write_text(TEXT * 2000, "utf-8")
    with Path("/dev/full").open("w") as full:
        done = emend(tmp_path, *words, stdout=full)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    """`emend clean a.txt | head -1`."""
    (tmp_path / "a.txt").write_text(TEXT * 2000, "utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    done = emend(tmp_path, "clean", "a.txt", stdout=writing)
    os.close(writing)
    assert done.stderr == ""


@needs_full
def test_a_full_disk_in_a_build_is_reported_and_loses_nothing(project, monkeypatch):
    """The edition that was there stays."""
    import errno

    from pipeline import edition, folders

    target = edition.write(Project.open(project), "lynn", *edition.build(Project(project), "lynn"))
    before = {path.name: path.read_bytes() for path in target.iterdir()}

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folders.os, "fsync", full)
    with pytest.raises(ProjectError, match="No space left on device"):
        edition.write(Project.open(project), "lynn", *edition.build(Project(project), "lynn"))
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert not list(target.parent.glob(".*.new"))


def an_entry(**other):
    row = {"n": 1, "page": "", "line": 1, "start": 0, "end": 1, "confidence": 0.9}
    text = dict.fromkeys("raw before after left right stage rule why by".split(), "x")
    return {**row, **text, "kind": "ocr", "verdict": "made", "alternatives": [], **other}


@pytest.mark.parametrize(
    "row",
    [
        "[]",
        "3",
        "{}",
        "nonsense",
        "[" * 100_000,
        json.dumps(an_entry(start="0")),
        json.dumps(an_entry(left=None)),
        json.dumps(an_entry(verdict=["made"])),
        json.dumps(an_entry(kind="speck")),
        json.dumps(an_entry(confidence="high")),
        json.dumps(an_entry(alternatives=3)),
    ],
    ids=lambda row: row[:12],
)
def test_a_ledger_of_the_wrong_shape_names_the_line(row):
    """In each command that shows it."""
    good = json.dumps(an_entry())
    assert len(ledger_from(good)) == 1
    with pytest.raises(EmendError, match="line 2, is not an entry"):
        ledger_from(f"{good}\n{row}\n")


def test_commands_report_a_ledger_of_the_wrong_shape(project):
    """`changes` and `diff`, also where the file is not text."""
    folder = project / "edition" / "lynn"
    folder.mkdir(parents=True)
    for content in (b'{"n": 1}\n', b"\xff\xfe"):
        (folder / "changes.jsonl").write_bytes(content)
        for command in ("changes", "diff"):
            done = emend(project, command, "lynn")
            assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
            assert "build the edition again" in done.stderr


@pytest.mark.parametrize(
    "rows",
    [
        b"[]",
        b"3\n",
        b'{"ocr": 1, "gold": "a"}',
        b'{"ocr": "a"}',
        b'{"ocr": "a", "gold": "a", "text": 3}',
        b"[" * 100_000,
        b"\xff",
        b"not json",
    ],
    ids=lambda rows: repr(rows[:12]),
)
def test_a_test_set_of_the_wrong_shape_is_refused(tmp_path, rows):
    """Plain, and packed but cut short."""
    path = tmp_path / "set.jsonl"
    path.write_bytes(rows)
    with pytest.raises(MeasureError):
        list(read_set(path))
    packed = tmp_path / "set.jsonl.xz"
    packed.write_bytes(b"\xfd7zXZ\0" + rows)
    with pytest.raises(MeasureError):
        list(read_set(packed))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('licence_url = "CC BY 4.0"', "licence_url"),
        ('licence_url = "javascript:x"', "licence_url"),
        ('licence_url = "ftp://a"', "licence_url"),
        ('subtitle = "a\\u0001b"', "U\\+0001"),
        ('subtitle = "a\\uFFFFb"', "U\\+FFFF"),
        ("subtitle = " + "[" * 100_000, "too deeply|not valid TOML"),
        ("subtitle = [[]]", "subtitle"),
        ("subtitle = {a = 1}", "subtitle"),
        ("subtitle = 1979-05-27", "subtitle"),
        ("[title]", "not valid TOML"),
    ],
    ids=lambda value: value[:24],
)
def test_a_meta_toml_of_the_wrong_shape_names_file_and_key(project, line, says):
    """Before anything is built."""
    folder = a_text(project, "second", META + line + "\n")
    with pytest.raises(ProjectError, match=says) as found:
        Project.open(project).text("second")
    assert str(folder / "meta.toml") in str(found.value)


def test_a_good_address_of_the_licence_is_taken(project):
    """As it stands in the edition."""
    a_text(project, "second", META + 'licence_url = "https://example.org/by/4.0/?a=b#c"\n')
    assert Project.open(project).text("second").facts["licence_url"].startswith("https://")


def test_a_decisions_file_that_nests_without_end_is_refused(tmp_path):
    """As one that is not JSON."""
    (tmp_path / "decisions.jsonl").write_text("[" * 100_000 + "\n")
    with pytest.raises(EmendError, match="line 1"):
        read_decisions(tmp_path / "decisions.jsonl")


@pytest.mark.parametrize("depth", [90, 105, 149, 200, 300, 5000])
def test_tei_nested_deeper_than_can_be_validated_is_refused(depth):
    """Saxon's parser stops at a hundred levels, libxml2 at 256."""
    tei = clean("A word or two.\n").tei().decode()
    inside = "<hi>" * (depth - 4) + "x" + "</hi>" * (depth - 4)
    deep = tei.replace("A word or two.", f"A word or two.{inside}").encode()
    if depth < 97:
        assert check(deep, "a.xml") == []
    else:
        with pytest.raises(EditionError, match="more than 100 levels deep"):
            check(deep, "a.xml")


def test_a_note_of_a_thousand_lines_is_validated_in_no_time():
    """The schema's patterns once needed 9 seconds for 140 lines."""
    import time

    text = "Hardly a word is said of it.* And so on.\n\n\n* This is the note.\n\f\nMore words.\n"
    tei = clean(text).tei().decode()
    assert "This is the note." in tei
    long = tei.replace("This is the note.", "This is the note." + "a line <lb/>\n" * 1000)
    before = time.process_time()
    assert check(long.encode(), "a.xml") == []
    assert time.process_time() - before < 5


def test_a_folder_with_a_bad_name_stops_no_other_text(project):
    """It is named and counted; the exit code says that something failed."""
    a_text(project, "My Book")
    a_text(project, "third", "title = 3\n")
    done = emend(project, "build")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "raw/My Book is not a valid id: rename the folder" in done.stderr
    assert "2 of 3 editions failed: My Book, third." in done.stderr
    assert (project / "edition" / "lynn" / "lynn.xml").is_file()


@pytest.mark.parametrize("what", ["source.txt", "lexicon.txt", "decisions.jsonl", "source", "leaf"])
def test_a_file_linked_from_outside_the_project_is_not_read(project, tmp_path, what):
    """Somebody else's project may point at a private file of yours."""
    folder = project / "raw" / "lynn"
    private = tmp_path / "private"
    private.mkdir()
    (private / "key.txt").write_text("a private key\n")
    if what in {"source", "leaf"}:
        (folder / "source.txt").unlink()
    if what == "source":
        (folder / "source").symlink_to(private)
    elif what == "leaf":
        (folder / "source").mkdir()
        (folder / "source" / "1.txt").symlink_to(private / "key.txt")
    else:
        (folder / what).unlink(missing_ok=True)
        (folder / what).symlink_to(private / "key.txt")
    with pytest.raises(ProjectError, match="link to a file outside the project"):
        Project.open(project).text("lynn")


def test_a_link_within_the_project_is_read(project):
    """Two texts may share a source."""
    folder = a_text(project, "second")
    (folder / "source.txt").unlink()
    (folder / "source.txt").symlink_to(project / "raw" / "lynn" / "source.txt")
    assert Project.open(project).text("second").sources


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\0" * 5000, "nothing but NUL bytes"),
        (b"\0\n" * 500, "nothing but"),
        (b"abc\0\0\1def" * 50, "UTF-16 without a byte order mark"),
        (
            "\u0416\u0438\u0437\u043d\u044c \u0438 \u0441\u0443\u0434\u044c\u0431\u0430. ".encode(
                "utf-16-le"
            )
            * 20,
            "UTF-16",
        ),
    ],
    ids=["zeros", "zeros in lines", "binary", "cyrillic"],
)
def test_nul_bytes_are_refused_with_a_hint(data, says):
    """A file that was never written to disk, or UTF-16 without its mark."""
    with pytest.raises(SourceError, match=says):
        read(data, "a.txt")


def test_a_text_with_nothing_wrong_is_left_as_it_is():
    """So that what is refused above is refused for its fault."""
    assert Document(read(TEXT.encode(), "a.txt")).raw == TEXT


def test_a_long_run_of_blanks_is_restored_at_once():
    """A pattern in restore was tried from each blank: 200,000 of them took minutes."""
    import time

    text = "a" + " " * 200_000 + "b\n"
    tei = clean(text).tei()
    before = time.process_time()
    assert restore(tei) == text.encode()
    assert time.process_time() - before < 2
