"""The figures of docs/scale.md on 17 million volumes follow from what was measured."""

import importlib.util
import re

from paths import ROOT


def test_what_stands_on_paper_is_worked_out_from_what_was_measured():
    spec = importlib.util.spec_from_file_location("scale", ROOT / "benchmarks/scale.py")
    scale = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scale)
    page = (ROOT / "docs/scale.md").read_text("utf-8")
    given = re.search(r"--paper (\d+) (\d+) (\d+) (\d+)", page)
    rate, memory, zipped, files = map(int, given.groups())
    for row in scale.on_paper(rate, memory, zipped / 5_000, files / 5_000):
        assert row in page
