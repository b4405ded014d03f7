"""The documentation is true: its examples run, its links lead somewhere, the commands and options
that it names exist.
"""

import contextlib
import io
import re
import shlex

import pytest
import typer
from lxml import etree
from paths import ROOT
from typer.testing import CliRunner

from pipeline import cli

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
TEI_PAGE = ROOT / "docs" / "tei.md"
COMMANDS = typer.main.get_command(cli.app).commands


def blocks(page, language):
    fenced = re.findall(
        r"^```([\w ]*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [body for found, body in fenced if found == language]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.name
)
def test_python_examples_run_and_print_what_they_say(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for block in blocks(page, "python"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, page.name, "exec"), {})
        for expected in re.findall(r"# ?> (.*)", block):
            assert expected in printed.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_and_options_that_it_names_exist(page):
    text = page.read_text(encoding="utf-8")
    code = [
        line
        for language in ("sh", "console", "")
        for block in blocks(page, language)
        for line in block.splitlines()
    ]
    code += re.findall(r"`(emend [^`\n]*)`", text)
    for line in code:
        for call in re.findall(r"(?:^|[\s/|$])emend ((?:[^|#`\n])*)", line):
            try:
                words = shlex.split(call.replace("…", ""))
            except ValueError:
                continue
            if not words or not re.fullmatch(r"[a-z]+", words[0]):
                continue
            assert words[0] in COMMANDS, line
            known = {
                opt
                for param in COMMANDS[words[0]].params
                for opt in (*param.opts, *param.secondary_opts)
            } | {"--help"}
            named = {
                re.sub(r"[\]\[,.;:)]+$", "", word.lstrip("[(")).partition("=")[0]
                for word in words
                if word.lstrip("[(").startswith("--")
            }
            assert named <= known, line


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(block.startswith("$ ") for block in blocks(page, ""))],
    ids=lambda page: page.name,
)
def test_commands_print_what_the_page_says(page, monkeypatch):
    """A block of `$ emend …` lines, each with what it prints, run in this project."""
    monkeypatch.chdir(ROOT)
    for block in blocks(page, ""):
        for call, expected in re.findall(
            r"^\$ emend (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE
        ):
            assert CliRunner().invoke(cli.app, shlex.split(call)).stdout == expected


def test_every_page_is_found_from_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"docs/{page.name}" in readme, page.name


def test_every_element_that_the_text_of_an_edition_may_have_is_shown():
    grammar = etree.parse(ROOT / "schemas" / "edition.rng").getroot()
    rng = "{http://relaxng.org/ns/structure/1.0}"
    defined = {}
    for one in grammar.iter(f"{rng}define"):
        defined.setdefault(one.get("name"), []).append(one)
    allowed, seen, open_ = set(), set(), ["text", "standOff"]
    while open_:
        if (name := open_.pop()) in seen:
            continue
        seen.add(name)
        for one in defined[name]:
            allowed |= {element[0].text for element in one.iter(f"{rng}element")}
            open_ += [ref.get("name") for ref in one.iter(f"{rng}ref")]
    examples = [
        body for kind in ("xml", "xml print", "xml standOff") for body in blocks(TEI_PAGE, kind)
    ]
    shown = set(re.findall(r"<(\w+)", "".join(examples)))
    assert {"p", "app", "floatingText"} <= allowed
    assert allowed == shown
