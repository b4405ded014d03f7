"""Strong's pamphlet, read against its edition: what was misread, what was ruined."""

import json
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BREAKS, DASHES = 105, 19  # words hyphenated at line ends and dashes in the raw text


def test_the_edition_mends_every_misreading_as_listed_and_changes_nothing_else():
    listed = tomllib.loads((HERE / "strong_misread.toml").read_text(encoding="utf-8"))["misread"]
    ledger = (ROOT / "edition/strong-dictatorship-1934/changes.jsonl").read_text(encoding="utf-8")
    changes = [json.loads(line) for line in ledger.splitlines()]
    breaks = [one for one in changes if one["rule"].startswith("line-end.")]
    dashes = [one for one in changes if one["rule"].startswith("dash.")]
    specks = [  # in a line end
        [one["line"], speck, "", one["verdict"]]
        for one in breaks
        if (speck := one["before"].strip("- \n"))
    ]
    others = [
        [one["line"], one["before"], one["after"], one["verdict"]]
        for one in changes
        if one not in breaks and one not in dashes and one["kind"] != "furniture"
    ]
    assert sorted([*others, *specks]) == sorted(listed)
    assert [len(breaks), len(dashes)] == [BREAKS, DASHES]
    assert {one["verdict"] for one in [*breaks, *dashes]} == {"made"}


def test_the_page_on_quality_says_as_much():
    listed = tomllib.loads((HERE / "strong_misread.toml").read_text(encoding="utf-8"))["misread"]
    made = sum(verdict == "made" for *_, verdict in listed)
    page = (ROOT / "docs/quality.md").read_text(encoding="utf-8")
    assert f"| misreadings | {len(listed)} | {made} | {len(listed) - made} | 0 | 0 |" in page
    assert f"| words hyphenated at line ends | {BREAKS} | {BREAKS} | 0 | 0 | 0 |" in page
    assert f"| dashes | {DASHES} | {DASHES} | 0 | 0 | 0 |" in page
