"""The documentation explains every column of evidence, and no other."""

import re

from paths import ROOT

from pipeline.correct.spelling.evidence import COLUMNS


def test_every_column_is_explained():
    page = (ROOT / "docs" / "how-correction-works.md").read_text(encoding="utf-8")
    table = page.partition("### The columns of evidence")[2].partition("\nWhat ships")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \| \S", table, re.MULTILINE)) == sorted(COLUMNS)
