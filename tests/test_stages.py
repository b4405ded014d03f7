"""Every row of tests/cases/STAGE.toml: what a stage makes of a text, and, in at least as many rows,
what it leaves alone.
"""

import importlib
import tomllib
from pathlib import Path

import pytest

from pipeline.document import Box, Document, Layout, Mark, Source, Surface, Zone

CASES = Path(__file__).parent / "cases"


def rows():
    for path in sorted(CASES.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            yield pytest.param(path.stem, row, id=f"{path.stem}-{row['says'].replace(' ', '_')}")


def stage(name):
    return getattr(importlib.import_module(f"pipeline.stages.{name}"), name)


@pytest.mark.parametrize(("name", "row"), list(rows()))
def test_a_stage_does_what_its_row_says(name, row):
    assert set(row) <= {
        "says",
        "text",
        "after",
        "facts",
        "language",
        "changes",
        "marks",
        "held",
        "lexicon",
        "witnesses",
        "layout",
    }
    document = Document(
        Source(
            row["text"],
            layout=layout(row),
            witnesses=tuple(Source(other) for other in row.get("witnesses", [])),
        ),
        language=row.get("language", "en"),
        facts=tuple(row.get("facts", {}).items()),
        lexicon=frozenset(row.get("lexicon", [])),
    )
    for earlier in row.get("after", []):
        document = document.run(stage(earlier))
    known, entered = len(document.marks), len(document.ledger)
    done = document.run(stage(name))
    ledger = done.ledger[entered:]
    assert [f"{c.before}→{c.after}" for c in ledger if c.verdict == "made"] == row.get(
        "changes", []
    )
    if "held" in row:
        assert [f"{c.before}→{c.after}" for c in ledger if c.verdict == "held"] == row["held"]
    if "marks" in row:
        assert sorted(shown(done, mark) for mark in done.marks[known:]) == sorted(row["marks"])


def layout(row):
    """The regions of a row (their role, text, top and bottom on a page 1000 high), and the whole
    words of which it has parts.
    """
    if "layout" not in row:
        return None
    zones, at = [], 0
    for level, called, text, top, bottom in row["layout"]:
        at = row["text"].index(text, at)
        role, whole = (called, "") if level == "region" else ("", called)
        box = Box(100, top, 600, bottom)
        zones.append(Zone(at, at + len(text), 0, box, level, role=role, whole=whole))
    return Layout((Surface("page.png", 700, 1000),), tuple(zones))


def shown(document: Document, mark: Mark) -> str:
    if mark.role == "page":
        return f"page {mark.get('n')}|{document.raw[mark.start : mark.start + 8]}".replace(
            "\n", "⏎"
        )
    kind = mark.get("type") or mark.get("rend")
    return f"{mark.role}{' ' + kind if kind else ''}|{document.raw[mark.start : mark.end]}".replace(
        "\n", "⏎"
    )


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda path: path.stem)
def test_at_least_as_many_rows_must_not_change_as_must(path):
    all_rows = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    quiet = [
        row
        for row in all_rows
        if not row.get("changes") and not row.get("marks") and not row.get("held")
    ]
    same = [row for row in all_rows if row["says"].startswith("leaves")]
    assert len(all_rows) <= 2 * max(len(quiet), len(same))


# What they work on is no text alone but a layout, or other witnesses: their cases stand where those
# are made.
ELSEWHERE = {"regions", "witnesses"}


def test_every_stage_has_cases():
    root = Path(__file__).parent
    stages = {path.stem for path in (root.parent / "pipeline" / "stages").glob("*.py")} - {
        "__init__"
    }
    assert {path.stem for path in CASES.glob("*.toml")} >= stages - ELSEWHERE
    assert all(list((root / "ingest").glob(f"test_{stage}*.py")) for stage in ELSEWHERE)


@pytest.mark.parametrize(("second", "linked"), [("13", True), ("12", False)])
def test_a_page_number_that_two_pages_have_leads_to_neither(second, linked):
    from pipeline.stages.indexes import indexes

    text = "The quay was of oak.\n\nThe wall followed.\n\nINDEX\n\nOak, 12\nQuay, 14\nStone, 15\n"
    starts = (0, text.index("The wall"))
    document = Document(Source(text)).run(
        lambda _: [
            Mark("page", at, at, (("n", number),))
            for at, number in zip(starts, ("12", second), strict=True)
        ]
    )
    assert bool(list(document.run(indexes).marked("locator"))) == linked
