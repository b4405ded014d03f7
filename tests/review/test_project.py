"""The whole way: a real text, the page, the decisions, the build, the TEI; and the command line."""

from __future__ import annotations

import json
import re
import shutil
import threading
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from pipeline import cli, edition
from pipeline.project import Project
from pipeline.review.decide.decisions import read
from pipeline.review.serve.desk import Desk
from pipeline.review.serve.server import Server

STRONG = "strong-dictatorship-1934"
TEI = "{http://www.tei-c.org/ns/1.0}"


@pytest.fixture
def project(root, tmp_path) -> Project:
    """A project with one real text, as it was given."""
    shutil.copytree(root / "raw" / STRONG, tmp_path / "raw" / STRONG)
    (tmp_path / "raw" / STRONG / "decisions.jsonl").unlink(missing_ok=True)
    return Project.open(tmp_path)


def built(project: Project):
    document, replay = edition.build(project, STRONG)
    return document, replay, edition.write(project, STRONG, document, replay)


def edition_text(path: Path) -> str:
    """What the edition reads, from the TEI alone: the lemma of every apparatus entry, the
    correction of every choice.
    """
    root = etree.parse(path / f"{STRONG}.xml").getroot()
    for gone in (f"{TEI}rdg", f"{TEI}sic", f"{TEI}standOff", f"{TEI}teiHeader"):
        for node in list(root.iter(gone)):
            tail = node.tail or ""
            before, parent = node.getprevious(), node.getparent()
            if before is not None:
                before.tail = (before.tail or "") + tail
            elif parent is not None:
                parent.text = (parent.text or "") + tail
            if parent is not None:
                parent.remove(node)
    return re.sub(r"\s+", " ", "".join(root.itertext()))


def serve(project: Project, port: int = 0, token: str = "") -> tuple[Server, threading.Thread]:
    server = Server([edition.subject(project, STRONG)], who="ada", port=port, token=token)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    return server, thread


def test_an_editors_day_with_a_real_text(project, browser):
    """Open Strong, accept a group, refuse one, type a reading, undo, restart, rebuild, find it in
    the TEI; then the raw text changes.
    """
    expect = pytest.importorskip("playwright.sync_api").expect
    path = project.text(STRONG).decisions_path
    server, thread = serve(project)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(server.address)
    page.wait_for_selector("#views button", timeout=60_000)
    page.keyboard.press("2")
    page.wait_for_selector(".place")
    page.keyboard.press("a")
    expect(page.locator("#toast")).to_contain_text("Accepted")
    page.keyboard.press("r")
    expect(page.locator("#toast")).to_contain_text("Rejected")
    page.keyboard.press("3")
    word = page.locator("[aria-label^='Edition'] .w", has_text=re.compile(r"^[a-z]{6,}$")).first
    old = word.inner_text()
    word.click()
    page.get_by_role("dialog").get_by_label("Reading", exact=True).fill("hippopotamus")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text(f"{old} → hippopotamus")
    page.keyboard.press("2")
    page.wait_for_selector(".place")
    page.keyboard.press("a")
    expect(page.locator("#toast")).to_contain_text("Accepted")
    page.keyboard.press("u")
    expect(page.locator("#toast")).to_contain_text("Undone")
    port, token = server.port, server.token
    server.stop()
    thread.join(10)
    server, thread = serve(project, port, token)
    page.reload()
    page.wait_for_selector("#views button", timeout=60_000)
    page.keyboard.press("5")
    steps = {(one.when, one.quote) for one in read(path).decisions if one.verdict != "undo"}
    expect(page.locator(".log li")).to_have_count(len(steps))
    page.close()
    server.stop()
    thread.join(10)

    accepted, refused, own = read(path).decisions[:3]
    if accepted.scope == "place":  # a broken word is decided place by place
        own = next(one for one in read(path).decisions if one.after == "hippopotamus")
        refused = next(one for one in read(path).decisions if one.verdict == "refuse")
    document, replay, folder = built(project)
    assert not replay.stale
    by_ada = {
        (one.verdict, document.raw[one.start : one.end], one.after)
        for one in document.ledger
        if one.by == "ada"
    }
    assert ("made", accepted.quote, accepted.after) in by_ada
    # What was refused as a form may no longer be proposed at all; made it is not.
    assert ("made", refused.quote, refused.after) not in {
        (one.verdict, document.raw[one.start : one.end], one.after) for one in document.ledger
    }
    assert ("made", own.quote, "hippopotamus") in by_ada
    assert edition_text(folder).count("hippopotamus") == 1
    assert "ada" in (folder / f"{STRONG}.xml").read_text()

    source = project.text(STRONG).sources[0]
    source.write_bytes(b"A leaf that a better scan found.\n\n" + source.read_bytes())
    document, replay, folder = built(project)
    assert not replay.stale
    assert {one.state for one in replay.outcomes} <= {
        "holds",
        "moved",
        "undone",
        "idle",
    }  # idle: a refusal of what nobody proposes now
    assert any(one.state == "moved" for one in replay.outcomes)
    assert edition_text(folder).count("hippopotamus") == 1


def run(project: Project, *words: str):
    result = CliRunner().invoke(
        cli.app, [*words, "--project", str(project.root)], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_line(project):
    view = Desk(edition.subject(project, STRONG)).view(wait=True)
    word = re.search(r"\b[a-z]{9,}\b", view.base.raw).group()
    run(
        project,
        "decide",
        STRONG,
        word,
        "hippopotamus",
        "--print",
        "--note",
        "so the second edition",
        "--who",
        "ada",
    )
    (one,) = read(project.text(STRONG).decisions_path).decisions
    assert (one.verdict, one.scope, one.quote, one.kind, one.who) == (
        "reading",
        "place",
        word,
        "print",
        "ada",
    )
    document, _, _ = built(project)
    assert "hippopotamus" in document.text
    assert f"[-{word}-]{{+hippopotamus+}}" in run(project, "diff", STRONG)
    told = json.loads(run(project, "diff", STRONG, "--json"))
    assert any(group["after"] == "hippopotamus" for group in told)
    run(project, "diff", STRONG, "--html", str(project.root / "changes.html"))
    assert "hippopotamus" in (project.root / "changes.html").read_text()
    assert f"{word} → hippopotamus (so the second edition)" in run(project, "errata", STRONG)
    etree.fromstring(run(project, "errata", STRONG, "--tei"))
    with (project.text(STRONG).folder / "meta.toml").open("a") as meta:
        meta.write('errata = "back"\n')
    _, _, written = built(
        project
    )  # it validates, and gives its source back, or it would not be written
    (note,) = etree.parse(written / f"{STRONG}.xml").iterfind(
        f".//{TEI}back/{TEI}div[@type='errata']"
    )
    assert f"{word} → hippopotamus (so the second edition)" in "".join(note.itertext())
    assert run(project, "queue", STRONG, "--tsv", "--made").startswith("verdict\treading\t")
    table = project.root / "queue.tsv"
    lines = run(project, "queue", STRONG, "--tsv", "--made").splitlines()
    table.write_text("\n".join([lines[0], "refuse" + lines[1]]) + "\n")
    run(project, "decide", STRONG, "--tsv", str(table))
    assert read(project.text(STRONG).decisions_path).decisions[-1].verdict == "refuse"
    run(project, "decide", STRONG, "--undo", "last")
    run(project, "decide", STRONG, "--undo", one.id)
    assert "hippopotamus" not in edition.build(project, STRONG)[0].text
