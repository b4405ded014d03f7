"""`emend add` and `emend clean`: what they show, what they keep, and their exit codes."""

from __future__ import annotations

import pytest
from test_ingest_folders import MODS, alto, mets, png, write, zipped
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.ingest import survey
from pipeline.project import Project, init

GERMAN = (
    "Die Fähre lag am Ufer, und der Fährmann wartete auf die Leute aus der Stadt; denn am "
    "Abend, wenn "
    "die Glocken läuteten, kamen sie alle zurück und wollten über den Fluss gebracht werden, "
    "bevor es "
    "dunkel wurde und der Nebel die Brücke verbarg."
)


@pytest.fixture
def emend(tmp_path):
    init(tmp_path)

    def run(*arguments):
        done = CliRunner().invoke(app, [str(one) for one in arguments])
        return done.exit_code, done.stdout, done.stderr

    return run


def test_what_was_understood_is_shown_and_kept(emend, tmp_path):
    logical = '<structMap TYPE="LOGICAL"><div DMDID="D1"/></structMap>'
    book = write(
        tmp_path / "book",
        {
            "1.xml": alto("Die Fähre lag"),
            "2.xml": alto("am Ufer"),
            "mets.xml": mets("1.xml", "2.xml", logical=logical, description=MODS),
        },
    )
    code, out, err = emend("add", book, "--project", tmp_path)
    assert (code, err) == (0, "")
    assert out.splitlines()[:-1] == [
        "2 pages from 2 files: ALTO",
        "language: de (as the files say)",
        "title: The Ferryman's Ledger (as the files say)",
        "author: Holm, Ada (as the files say)",
        "date: 1871 (as the files say)",
        "place: Lynn (as the files say)",
        "publisher: Bridge Press (as the files say)",
        "images: 0",
    ]
    facts = Project(tmp_path).text("book").facts
    assert {key: facts[key] for key in ("title", "author", "date", "place", "language")} == {
        "title": "The Ferryman's Ledger",
        "author": "Holm, Ada",
        "date": "1871",
        "place": "Lynn",
        "language": "de",
    }


def test_options_come_before_what_the_files_say(emend, tmp_path):
    page = write(tmp_path, {"a.xml": alto("Die Mühle", lang="de")}) / "a.xml"
    code, out, _ = emend("add", page, "--project", tmp_path, "--language", "en", "--title", "Mill")
    assert code == 0
    assert "language: en (as given)" in out
    assert Project(tmp_path).text("a").facts["title"] == "Mill"


def test_a_language_that_nobody_names_is_detected(emend, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(GERMAN, "utf-8")
    assert "language: de (detected)" in emend("add", path, "--project", tmp_path)[1]
    assert Project(tmp_path).text("a").facts["language"] == "de"
    path.write_text("Die Fähre lag am Ufer.", "utf-8")
    out = emend("add", path, "--project", tmp_path, "--id", "b")[1]
    assert "language: en (nothing says which, and there are too few letters to tell)" in out


def test_english_rules_do_not_touch_what_is_not_english(emend, tmp_path):
    path = tmp_path / "a.txt"
    french = (
        "Le passeur attendait sur la rive ; personne ne venait, et la nuit tombait sur le "
        "fleuve. Il se "
        "demanda : « Faut-il partir ? » ; puis il détacha la barque, prit les rames et traversa "
        "sans un mot "
        "jusqu'à l'autre bord où brillait une lampe.\n"
    )
    path.write_text(french, "utf-8")
    code, out, err = emend("clean", path)
    assert code == 0
    assert " ; " in out.replace("\u00a0", " ").replace("\u202f", " ")
    assert "language: fr (detected; --language changes it)" in err


def test_a_file_left_out_is_named_counted_and_the_exit_code_is_1(emend, tmp_path):
    book = write(
        tmp_path / "book",
        {"1.xml": alto("one"), "2.xml": "<alto>", "a_files.xml": "<files/>", "README": "Scans."},
    )
    code, out, err = emend("add", book, "--project", tmp_path, "--language", "en")
    assert code == 1
    assert "not read: README: describes the folder" in out
    said = " ".join(err.split())
    assert "left out: 2.xml is not well-formed XML" in said
    assert "left out: a_files.xml is XML in a format that emend does not read" in said
    assert "2 files left out, the rest read." in said
    assert (tmp_path / "raw" / "book" / "source" / "2.xml").is_file()  # nothing is thrown away
    code, _, err = emend("add", book, "--project", tmp_path, "--strict", "--id", "other")
    assert code != 0
    assert not (tmp_path / "raw" / "other").exists()
    code, out, _ = emend("clean", book, "--language", "en")
    assert (code, out) == (1, "one\n")


def test_an_image_that_is_named_but_not_there_is_not_counted(emend, tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "1.xml").write_text(
        '<PcGts><Page imageFilename="1.png" imageWidth="90" imageHeight="90"><TextRegion><TextLine>'
        "<TextEquiv><Unicode>one</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>",
        encoding="utf-8",
    )
    out = emend("add", tmp_path / "book", "--project", tmp_path, "--language", "en")[1]
    assert "images: 0 (named, but not there: 1)" in out
    (tmp_path / "book" / "1.png").write_bytes(png())
    found = survey([tmp_path / "book"])
    assert (found.images, found.missing) == (1, ())


def test_an_archive_is_unpacked_so_that_its_images_can_be_shown(emend, tmp_path):
    path = tmp_path / "book.zip"
    path.write_bytes(zipped({"alto/1.xml": alto("one"), "jpg/1.png": png()}))
    code, out, _ = emend("add", path, "--project", tmp_path, "--language", "en")
    assert code == 0
    assert "images: 1" in out
    folder = tmp_path / "raw" / "book" / "source"
    assert sorted(one.name for one in folder.rglob("*.*")) == ["1.png", "1.xml"]
    assert emend("build", "--project", tmp_path)[0] == 0


def test_a_mets_is_copied_with_what_it_names(emend, tmp_path):
    write(tmp_path / "in", {"ALTO/1.xml": alto("one"), "mets.xml": mets("file://./ALTO/1.xml")})
    write(tmp_path / "in", {"private.txt": "no"})
    arguments = ("--project", tmp_path, "--id", "a", "--language", "en")
    assert emend("add", tmp_path / "in" / "mets.xml", *arguments)[0] == 0
    folder = tmp_path / "raw" / "a" / "source"
    assert sorted(one.name for one in folder.rglob("*.xml")) == ["1.xml", "mets.xml"]
    assert not (folder / "private.txt").exists()
    assert emend("build", "a", "--project", tmp_path)[0] == 0


def test_the_text_as_it_was_read_is_written_beside(emend, tmp_path):
    book = write(tmp_path / "book", {"1.xml": alto("He thought tbat"), "2.xml": alto("twice")})
    code, out, _ = emend("clean", book, "--sidecar", tmp_path / "book.txt", "--language", "en")
    assert (code, out.split()[2]) == (0, "that")
    assert (tmp_path / "book.txt").read_text() == "He thought tbat\n\ftwice\n"
