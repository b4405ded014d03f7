"""The command line as its users meet it: what it prints, what it exits with, and that bad input
loses nothing.
"""

import io
import json
import re
import sys
import warnings
from importlib import metadata

import pytest
import typer
from paths import ROOT

from pipeline import cli
from pipeline.document import Source
from pipeline.errors import LeftOutWarning

GOOD = """title = "A Test"
author = "unknown"
date = "1832"
publisher = "unknown"
place = "London"
language = "en"
kind = "book"
edited = "2026-11-24"
"""
TEXT = (
    "THE ROAD TO LYNN\n\nThe road is long, said my compan-\nion, and the inn is poor.\n\nIn "
    "1929--1933 it was so.\n"
)


@pytest.fixture
def emend(capsysbinary, monkeypatch):
    """Run emend in this process. Returns its exit code, standard output and standard error."""

    def run(*args, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["emend", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
        printed = capsysbinary.readouterr()
        return code, printed.out.decode(), printed.err.decode()

    return run


@pytest.fixture
def project(tmp_path, emend):
    assert emend("init", tmp_path)[0] == 0
    folder = tmp_path / "raw" / "lynn"
    folder.mkdir()
    (folder / "source.txt").write_text(TEXT, encoding="utf-8")
    (folder / "meta.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_the_whole_way_from_a_file_to_an_edition(emend, tmp_path):
    source = tmp_path / "The Road.txt"
    source.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert emend("init", tmp_path)[0] == 0
    code, out, _ = emend("add", source, "--project", tmp_path, "--title", "The Road")
    assert (code, "the-road" in out) == (0, True)
    assert (tmp_path / "raw" / "the-road" / "source.txt").read_bytes() == source.read_bytes()
    assert emend("build", "--project", tmp_path)[0] == 0
    edition = tmp_path / "edition" / "the-road"
    assert sorted(path.name for path in edition.iterdir()) == [
        "changes.jsonl",
        "queue.jsonl",
        "report.md",
        "the-road.xml",
    ]
    assert emend("check", edition / "the-road.xml")[0] == 0
    back = tmp_path / "back"
    assert emend("restore", edition / "the-road.xml", "--out", back)[0] == 0
    assert back.read_bytes() == source.read_bytes()


def test_remember_counts_all_texts_and_says_what_it_found(emend, tmp_path, project):
    code, out, _ = emend("remember", "--project", project)
    assert (code, out.splitlines()[0].split(",")[0]) == (0, "en: 1 text")
    written = (project / "raw" / "memory.json").read_text("utf-8")
    assert '["is", 2]' in written
    assert emend("remember", "--project", project)[0] == 0
    assert (project / "raw" / "memory.json").read_text("utf-8") == written
    emend("init", tmp_path / "empty")
    code, _, said = emend("remember", "--project", tmp_path / "empty")
    assert (code, "no text yet" in said) == (2, True)


def test_clean_writes_the_reading_text_to_a_pipe_and_nothing_else(emend):
    code, out, err = emend("clean", "-", stdin=TEXT.encode())
    assert code == 0
    assert (
        out == "THE ROAD TO LYNN\n\nThe road is long, said my companion, and the inn is poor.\n"
        "\nIn 1929–1933 it was so.\n"
    )
    assert err == ""


def test_what_stands_in_brackets_is_printed_as_it_stands(emend, project, monkeypatch):
    """The name of an extra was taken for mark-up, and the sentence said: run pip install
    'emend'.
    """
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    assert emend("build", "--project", project)[0] == 0
    _, out, err = emend("review", "--no-browser", "--project", project)
    assert "run pip install 'emend[review]'" in out + err


def test_a_model_that_is_not_there_is_one_sentence(emend, tmp_path):
    file = tmp_path / "page.txt"
    file.write_text(TEXT, encoding="utf-8")
    code, out, err = emend("clean", file, "--model", tmp_path / "absent.gguf")
    assert (code, out) == (2, "")
    assert "There is no model file" in err
    assert "Traceback" not in err


def test_no_model_is_the_same_bytes(emend, tmp_path):
    file = tmp_path / "page.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert emend("clean", file, "--tei", "--model", "none") == emend("clean", file, "--tei")


def test_the_model_of_a_text_is_kept_in_its_meta_toml(emend, tmp_path, project):
    file = tmp_path / "page.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert emend("add", file, "--model", "smollm2", "--project", project)[0] == 0
    meta = (project / "raw" / "page" / "meta.toml").read_text(encoding="utf-8")
    assert 'model = "smollm2"' in meta


def test_clean_says_when_a_language_has_no_pack(emend):
    code, out, err = emend(
        "clean", "-", "--language", "cy", stdin=b"Mae hen wlad fy nhadau yn annwyl i mi.\n"
    )
    assert code == 0
    assert out == "Mae hen wlad fy nhadau yn annwyl i mi.\n"
    assert "no language pack for 'cy'" in err


def test_changes_are_a_readable_diff(emend, project):
    emend("build", "--project", project)
    code, out, _ = emend("changes", "lynn", "--project", project)
    assert code == 0
    assert "1929[----]{+–+}1933" in out
    _, as_json, _ = emend("changes", "lynn", "--kind", "form", "--json", "--project", project)
    assert [json.loads(line)["after"] for line in as_json.splitlines()] == ["–"]


@pytest.mark.parametrize("place", ["companion", "3", "3:40", "@60", "#1"])
def test_explain_tells_a_words_life(emend, project, place):
    emend("build", "--project", project)
    code, out, _ = emend("explain", "lynn", place, "--project", project)
    assert code == 0
    assert "line" in out


def test_explain_says_that_nothing_happened(emend, project):
    assert "nothing was corrected" in emend("explain", "lynn", "poor", "--project", project)[1]


def test_explain_shows_a_change_at_the_end_of_a_line(emend, project):
    """Only the line feed of `gov⏎ernment` is changed, so it belongs to the first of the lines."""
    text = "questions about dictatorship in gov\nernment. How can the govern\nment govern?\n"
    (project / "raw" / "lynn" / "source.txt").write_text(text)
    assert "line-end.lost" in emend("explain", "lynn", "1", "--project", project)[1]


BAD_META = [
    ('title = "A"\n', 'the key "author" is missing; it must be'),
    (GOOD + 'colour = "red"\n', 'unknown key "colour"'),
    (
        GOOD.replace('date = "1832"', 'date = "last year"'),
        "or \"unknown\", got 'last year'.",
    ),
    (GOOD.replace('language = "en"', 'language = "English"'), "got 'English'"),
    (GOOD.replace('title = "A Test"', "title = 3"), "got 3"),
    (GOOD + 'ocr = "sometimes"\n', "got 'sometimes'"),
    ("title = \n", "is not valid TOML"),
]


@pytest.mark.parametrize(("meta", "says"), BAD_META)
def test_a_wrong_meta_toml_gets_a_sentence_that_names_the_key(emend, project, meta, says):
    (project / "raw" / "lynn" / "meta.toml").write_text(meta, encoding="utf-8")
    code, _, err = emend("build", "--project", project)
    assert code == 2
    assert says in err
    assert not (project / "edition" / "lynn").exists()


BAD_FILES = [
    (b"", "empty"),
    (b"\x00\x01\x02" * 100, "binary"),
    (b"   \n\n", "nothing but white space"),
]


@pytest.mark.parametrize(("data", "says"), BAD_FILES)
def test_a_bad_file_gets_one_sentence_and_exit_code_2(emend, tmp_path, data, says):
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    code, out, err = emend("clean", path)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


SAMPLES = ROOT / "tests" / "ingest" / "samples"


def test_when_a_pdf_is_recognised_is_told_once(emend, project):
    code, _, said = emend("add", SAMPLES / "image-only.pdf", "--ocr", "never", "--project", project)
    assert code == 2
    assert "no text" in said
    assert (
        emend(
            "add", SAMPLES / "tesseract.pdf", "--ocr", "never", "--id", "mill", "--project", project
        )[0]
        == 0
    )
    assert 'ocr = "never"' in (project / "raw" / "mill" / "meta.toml").read_text()
    assert emend("build", "mill", "--project", project)[0] == 0


def test_a_page_left_out_is_named_in_a_sentence(emend, monkeypatch):
    def read(*_, **__):
        warnings.warn(LeftOutWarning("left out: p2.png: the engine broke down"), stacklevel=1)
        return Source("The miller.\n")

    monkeypatch.setattr("pipeline.ingest.finished", read)
    code, printed, said = emend("clean", "-", stdin=b"x")
    assert (code, printed, said) == (
        0,
        "The miller.\n",
        "emend: left out: p2.png: the engine broke down\n",
    )


def test_a_file_that_is_not_there(emend, tmp_path):
    code, _, err = emend("clean", tmp_path / "nowhere.txt")
    assert code == 2
    assert "nowhere.txt" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("changes", "lynn", "--kind", "spelling"), "ocr, linebreak"),
        (("changes", "lynn", "--rule", "grammar"), "No rule id starts with 'grammar'"),
        (
            ("clean", "raw/lynn/source.txt", "--changes", "nowhere/ledger.jsonl"),
            "Cannot read or write nowhere/ledger.jsonl: No such file",
        ),
        (("clean", "raw/lynn/source.txt", "--language", "not a tag"), "BCP 47"),
        (("add", "raw/lynn/source.txt", "--id", "other", "--date", "spring"), "got 'spring'"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_slip_on_the_command_line_gets_one_sentence(emend, project, monkeypatch, arguments, says):
    monkeypatch.chdir(project)
    code, out, err = emend(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert not (project / "raw" / "other").exists()


def test_a_folder_that_is_no_project(emend, tmp_path):
    code, _, err = emend("build", "--project", tmp_path)
    assert code == 2
    assert "emend init" in err


def test_a_text_that_is_not_there(emend, project):
    code, _, err = emend("changes", "nothing", "--project", project)
    assert code == 2
    assert "Unknown text 'nothing': use lynn." in err


def test_a_build_that_fails_leaves_the_edition_as_it_was(emend, project):
    assert emend("build", "--project", project)[0] == 0
    edition = project / "edition" / "lynn"
    before = {path.name: path.read_bytes() for path in edition.iterdir()}
    (project / "raw" / "lynn" / "source.txt").write_bytes(b"")
    assert emend("build", "--project", project)[0] == 2
    assert {path.name: path.read_bytes() for path in edition.iterdir()} == before


def test_of_two_sources_neither_is_taken(emend, project):
    (project / "raw" / "lynn" / "source.html").write_bytes(b"<html><body>The road</body></html>")
    code, _, err = emend("build", "--project", project)
    assert code == 2
    assert "source.html, source.txt" in " ".join(err.split())


def test_check_names_file_line_and_what_is_wrong(emend, project):
    emend("build", "--project", project)
    path = project / "edition" / "lynn" / "lynn.xml"
    path.write_bytes(path.read_bytes().replace(b"<titleStmt>", b"<titleStmt><nonsense/>"))
    code, out, _ = emend("check", path)
    assert code == 1
    assert "nonsense" in out
    assert f"{path}:" in out.replace("\n", "")


COMMANDS = typer.main.get_command(cli.app).commands


def test_every_command_and_option_has_help():
    for name, command in COMMANDS.items():
        assert command.help, name
        for param in command.params:
            assert getattr(param, "help", None), f"{name} {param.name}"


def test_the_list_of_commands_cuts_no_sentence_short(emend):
    """At 80 columns, the help of every command fits on its line of `emend --help`."""
    _, out, _ = emend("--help")
    listed = re.findall(r"^  ([a-z]+) +(\S.*)$", out.partition("Commands:")[2], re.MULTILINE)
    assert [name for name, _ in listed] == list(COMMANDS)
    assert [said for _, said in listed if not said.endswith(".") or said.endswith("...")] == []


def test_version(emend):
    assert emend("--version")[:2] == (0, f"emend {metadata.version('emend')}\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion(emend, monkeypatch, shell):
    monkeypatch.setenv("_EMEND_COMPLETE", f"source_{shell}")
    code, script, _ = emend()
    assert (code, "_EMEND_COMPLETE=complete_" in script) == (0, True)


def test_the_shell_completes_commands_and_ids(emend, project, monkeypatch):
    monkeypatch.chdir(project)
    monkeypatch.setenv("_EMEND_COMPLETE", "complete_bash")
    for words, found in (("emend ch", ["changes", "check"]), ("emend changes l", ["lynn"])):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        assert sorted(emend()[1].split()) == found


# ── doctor ──


def test_doctor_names_what_is_installed(emend, tmp_path, monkeypatch):
    monkeypatch.setenv("EMEND_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache" / "en-0123456789abcdef0123").mkdir(parents=True)
    (tmp_path / "cache" / "en-0123456789abcdef0123" / "words").write_bytes(bytes(3_000_000))
    code, out, err = emend("doctor")
    assert (code, err) == (0, "")
    said = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert said["emend"].startswith(metadata.version("emend"))
    assert said["cache"] == f"{tmp_path / 'cache'}, 3 MB"
    assert said["compiled"] == "en"
    assert said["languages"].startswith("de, en, es, fr; ")


def test_doctor_names_what_is_missing_and_how_to_get_it(emend, monkeypatch, tmp_path):
    real = metadata.version

    def version(name):
        if name in {"uvicorn", "lxml"}:
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr("pipeline.installation.metadata.version", version)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("EMEND_CACHE", str(tmp_path / "none"))
    code, out, _ = emend("doctor")
    assert code == 0
    assert "missing uvicorn; run pip install 'emend[review]'" in out
    assert "core        missing lxml" in out
    assert "apt-get install tesseract-ocr" in out
    assert "none yet" in out
    found = json.loads(emend("doctor", "--json")[1])
    assert found["tesseract"] is None
    review = next(extra for extra in found["extras"] if extra["name"] == "review")
    assert review["packages"]["uvicorn"] is None
    assert review["command"] == "pip install 'emend[review]'"


def test_the_pages_made_from_the_code_are_current():
    import importlib.util

    spec = importlib.util.spec_from_file_location("write", ROOT / "docs" / "write.py")
    write = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(write)
    for name, page in write.PAGES.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page(), (
            f"python docs/write.py writes docs/{name} again"
        )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["publish", "nothing"], "Unknown text 'nothing': use lynn."),
        (["publish", "lynn"], "No edition of lynn yet"),
        (["decide", "lynn"], "Give a word to decide on"),
    ],
)
def test_an_error_says_what_is_missing(emend, project, given, says):
    code, _, err = emend(*given, "--project", project)
    assert (code, says in err) == (2, True), err


def test_an_export_survives_the_next_build(emend, tmp_path):
    assert emend("init", tmp_path)[0] == 0
    page = ROOT / "tests" / "ingest" / "samples" / "library.alto.xml"
    assert emend("add", page, "--id", "mill", "--project", tmp_path)[0] == 0
    assert emend("export", "mill", "--to", "hocr", "--project", tmp_path)[0] == 0
    made = list((tmp_path / "export" / "mill").iterdir())
    assert made
    assert emend("build", "--project", tmp_path)[0] == 0
    assert list((tmp_path / "export" / "mill").iterdir()) == made


@pytest.mark.parametrize(
    ("form", "name", "is_file"),
    [
        ("text", "mill.txt", True),
        ("markdown", "The Mill.MD", True),
        ("markdown", "mill.txt", False),
        ("text", "texts", False),
        ("text", "there.txt", False),  # a folder of that name, from before
    ],
)
def test_an_export_of_one_file_can_be_named(emend, project, tmp_path, form, name, is_file):
    (tmp_path / "there.txt").mkdir()
    place = tmp_path / name
    assert emend("export", "lynn", "--to", form, "--out", place, "--project", project)[0] == 0
    assert place.is_file() == is_file
    assert is_file or [one.stem for one in place.iterdir()] == ["lynn"]


def test_publish_takes_the_projects_editions_and_any_file(emend, project, tmp_path_factory):
    """All the editions of the project, also one that has no source there; or a TEI file, wherever
    it lies.
    """
    assert emend("build", "--project", project)[0] == 0
    made = project / "edition" / "lynn" / "lynn.xml"
    other = project / "edition" / "other" / "other.xml"
    other.parent.mkdir()
    other.write_bytes(made.read_bytes())
    code, out, _ = emend("publish", "--project", project)
    assert (code, "2 published" in out) == (0, True)
    assert {
        path.parent.name for path in (project / "edition" / "site").glob("*/corrections.html")
    } == {"lynn", "other"}
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "site"
    code, out, _ = emend("publish", made, "--out", elsewhere)
    assert (code, "1 published" in out) == (0, True)
    assert (elsewhere / "lynn" / "index.html").is_file()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<TEI", "is not well-formed XML"),
        (b'<TEI xmlns="http://www.tei-c.org/ns/1.0"/>', "has no text to publish"),
        (None, "cannot be read"),
    ],
)
def test_publish_refuses_what_is_no_edition(emend, tmp_path, data, says):
    path = tmp_path / "a.xml"
    if data is not None:
        path.write_bytes(data)
    code, _, err = emend("publish", path, "--out", tmp_path / "site")
    assert code == 2
    assert err.count("\n") == 1
    assert says in err
    assert not (tmp_path / "site" / "a").exists()


# ── measure ──


@pytest.fixture
def pair(tmp_path):
    ocr, gold, out = (tmp_path / name for name in ("ocr.txt", "gold.txt", "out.txt"))
    ocr.write_text("He spoke of the gov\nernment in tbe house of tbe men.\n", encoding="utf-8")
    gold.write_text("He spoke of the government in the house of the men.\n", encoding="utf-8")
    out.write_text("He spoke of the government in the horse of tbe men.\n", encoding="utf-8")
    return ocr, gold, out


def test_measure_a_text_beside_its_gold(emend, pair, tmp_path):
    ocr, gold, _ = pair
    code, out, _ = emend("measure", ocr, gold, "--report", tmp_path / "report.html")
    assert code == 0
    assert "1 text, 11 words in the gold" in out
    assert "by rule" in out
    assert "by kind" in out
    assert "government" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_measure_a_correction_made_elsewhere(emend, pair):
    ocr, gold, out = pair
    code, printed, _ = emend("measure", ocr, gold, "--out", out, "--json")
    words = json.loads(printed)["words"]
    assert (code, words["fixed"], words["missed"], words["damaged"]) == (0, 2, 1, 1)


def test_measure_a_set(emend, tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text(
        json.dumps({"id": "a", "ocr": "tbe house", "gold": "the house", "text": "the house"})
        + "\n",
        encoding="utf-8",
    )
    code, printed, _ = emend("measure", path, "--json")
    assert (code, json.loads(printed)["words"]["fixed"]) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.jsonl"], "no file nowhere.jsonl"),
        (["GOLD"], "as a test set"),
        (["OCR", "nowhere.txt"], "Cannot read nowhere.txt"),
        (["OCR", "GOLD", "--out", "nowhere.txt"], "Cannot read nowhere.txt"),
        (
            ["OCR", "GOLD", "--report", "nowhere/report.html"],
            "Cannot read or write nowhere/report.html",
        ),
        (["GOLD", "--out", "OUT"], "--out works with one text"),
    ],
)
def test_what_cannot_be_measured_gets_a_sentence(emend, pair, arguments, says):
    files = dict(zip(("OCR", "GOLD", "OUT"), pair, strict=True))
    code, _, err = emend("measure", *(files.get(argument, argument) for argument in arguments))
    assert code == 2
    assert says in err
    assert err.count("\n") == 1


def test_a_sample_is_drawn_judged_and_never_overwritten(emend, project, monkeypatch):
    monkeypatch.chdir(project)
    code, out, _ = emend("measure", "lynn", "--sample", 10)
    path = project / "lynn-sample.tsv"
    assert (code, "lynn-sample.tsv" in out) == (0, True)
    code, _, err = emend("measure", "lynn", "--judged", path)
    assert (code, "assessed yet" in err) == (2, True)
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join([head, *(row.replace("\t\t", "\tright\t", 1) for row in rows)]) + "\n",
        encoding="utf-8",
    )
    code, out, _ = emend("measure", "lynn", "--judged", path)
    assert (code, out.startswith("precision 1.000 (")) == (0, True)
    code, _, err = emend("measure", "lynn", "--sample", 10)
    assert (code, "already exists" in err) == (2, True)
    assert "right" in path.read_text(encoding="utf-8")
