"""Languages are folders: what ships is sound, a new one needs no code, a mistake in one is told."""

import ast
import os
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest
from paths import ROOT

from pipeline.language import languages
from pipeline.language.languages import Language, LanguageError, read

PAGE = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")


def keys(kind=Language, at=""):
    for one in fields(kind):
        hint = get_type_hints(kind)[one.name]
        if is_dataclass(hint):
            yield from keys(hint, f"{one.name}.")
        elif one.name not in {"code", "folder"}:
            yield at + one.name


def toml(tmp_path, text, code="qxx"):
    folder = tmp_path / code
    folder.mkdir(parents=True)
    (folder / "language.toml").write_text(text, encoding="utf-8")
    return folder / "language.toml"


def test_what_ships_can_be_read():
    assert set(languages.packs()) == {"en", "de", "fr", "es"}
    assert languages.of("de-AT").names.titles[:2] == ("Herr", "Herrn")
    assert languages.of("tlh").names.titles == ()


def test_every_pattern_that_ships_compiles(tmp_path):
    for one in languages.known().values():  # elsewhere, as a folder of somebody's own
        read(toml(tmp_path, one.file("language.toml").decode(), one.code))


def test_all_languages_together_have_the_words_of_each():
    every = languages.every()
    for one in languages.known().values():
        assert set(one.headings.chapter) <= set(every.headings.chapter)
        assert set(one.alphabet.vowels) <= set(every.alphabet.vowels)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "Q"\n[heading]\npart = "a"', r'unknown key "heading"; known keys: name, alphabet'),
        ('name = "Q"\n[headings]\nparts = "a"', r'unknown key "headings.parts"; known keys: part,'),
        ('name = "Q"\nheadings = "a"', r'"headings" must be a section'),
        ('name = "Q"\n[headings]\npart = 3', r'"headings.part" must be a list of texts, got 3'),
        ('name = "Q"\n[headings]\npart = ["a", 3]', r'"headings.part" must hold only texts, got 3'),
        ('name = "Q"\n[alphabet]\nvowels = ["a"]', r'"alphabet.vowels" must be a text'),
        ('name = "Q"\n[spelling]\ncorrected = 1', r'"spelling.corrected" must be true or false'),
        ('name = "Q"\n[words]\nfolded = [["a"]]', r'"words.folded" must hold only pairs of texts'),
        ('name = "Q"\n[words]\nfolded = "a b"', r'"words.folded" must be a list of pairs'),
        ("name = \"Q\"\n[correspondence]\nclose = ['(']", r"invalid regular expression, '\('"),
        ('name = "Q', r"not valid TOML"),
        ("[headings]", r'"name" is missing'),
    ],
)
def test_a_mistake_is_reported_with_its_place(tmp_path, text, said):
    path = toml(tmp_path, text)
    with pytest.raises(LanguageError, match=said) as error:
        read(path)
    assert str(error.value).startswith(str(path))


def test_a_folder_that_is_not_there_is_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("EMEND_LANGUAGES", str(tmp_path / "nowhere"))
    with pytest.raises(LanguageError, match="nowhere is not a folder"):
        languages.known()


def test_a_folder_of_ones_own_replaces_what_ships(tmp_path, monkeypatch):
    toml(tmp_path, 'name = "English"\n[headings]\nchapter = "fytte"', "en")
    monkeypatch.setenv("EMEND_LANGUAGES", str(tmp_path))
    assert languages.of("en").headings.chapter == ("fytte",)
    monkeypatch.delenv("EMEND_LANGUAGES")
    assert "chapter" in languages.of("en").headings.chapter


def test_the_page_explains_every_key_and_no_other():
    explained = re.findall(r"^\| `([a-z_.]+)`", PAGE.partition("## Every key")[2], re.MULTILINE)
    assert explained == list(keys())


RUN = """
import sys
from pipeline import clean
cleaned = clean(sys.stdin.read(), language="qno")
print(cleaned.text)
for mark in cleaned.document.marks:
    if mark.role in {"heading", "signed", "division"}:
        print(mark.role, mark.get("type"), repr(cleaned.document.raw[mark.start:mark.end])[:40])
"""
TEXT = """KAPITLO 2

Herren gikk ned i havn og saa den gamle skip\u00e5-
re som laa der ute. Havn og vin
terhavn, sa han, er alt her hjemme i landet v\u00e5rt.

KAPITLO 3

Kj\u00e6re venn min,

Her er alt godt og havn er stor og ren, og skip\u00e5re gikk i land her om dagen.

Din hengivne venn,

Ola Nordmann
"""


def test_the_example_of_the_page_works_without_touching_code(tmp_path):
    for name, body in re.findall(r"^```\w+ (qno/\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(body, encoding="utf-8")

    def run(**more):
        done = subprocess.run(
            [sys.executable, "-c", RUN],
            input=TEXT,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | more,
        )
        return done.stdout

    with_it, without = run(EMEND_LANGUAGES=str(tmp_path)), run()
    assert "signed  'Ola Nordmann'" in with_it
    assert "signed" not in without
    assert "division chapter 'KAPITLO 2" in with_it
    assert "division chapter" not in without
    assert "Havn og vinterhavn, sa han" in with_it  # its words: the hyphen is lost here
    assert "Havn og vinterhavn, sa han" not in without


# Where a language's code may stand in the code: defaults, and tags of what emend itself writes.
CODES = {"en", "de", "fr", "es"}


@pytest.mark.parametrize(
    "path",
    [p for part in ("stages", "text", "correct", "language", "ingest")
     for p in sorted((ROOT / "pipeline" / part).rglob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)  # fmt: skip
def test_no_code_asks_for_a_language_by_its_code(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defaults = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in (*function.args.defaults, *function.args.kw_defaults)
    }
    found = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in CODES and id(node) not in defaults
    ]
    assert not found, f"lines {found}"


def test_every_key_is_used():
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "pipeline").rglob("*.py"))
        if path.name != "languages.py"
    )
    unused = {key for key in keys() if not re.search(rf"\.{key.rpartition('.')[2]}\b", code)}
    assert unused == set()
