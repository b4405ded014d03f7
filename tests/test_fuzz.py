"""A slice of benchmarks/fuzz.py, and of benchmarks/growth.py."""

import importlib.util
import time

import pytest
from paths import ROOT

from pipeline import clean


def benchmark(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_damaged_input_ends_in_a_result_or_one_sentence(tmp_path):
    """Ten of each kind; some are read and some refused, or the slice would show nothing."""
    results, faults = benchmark("fuzz").run(70, 1, tmp_path)
    assert faults == []
    outcomes = {name.partition(": ")[2] for name in results}
    assert outcomes >= {"cleaned", "refused"}


@pytest.mark.parametrize("kind", ["a run of stops", "brackets never closed", "one letter"])
def test_a_text_without_words_is_cleaned_at_once(kind):
    """And nothing is proposed for it."""
    text = benchmark("growth").KINDS[kind](200_000)
    before = time.process_time()
    clean(text)
    assert time.process_time() - before < 10


def test_random_letters_are_not_weighed():
    """200,000 random words took 97 seconds and 2.5 GB; a misread page is still looked at."""
    text = benchmark("growth").KINDS["random words"](60_000)
    before = time.process_time()
    assert [one for one in clean(text).changes if one["stage"] == "spelling"] == []
    assert time.process_time() - before < 10
    page = "He said tbat the road was long and tbe inn was poor, and that all men knew it.\n" * 40
    assert any(one["stage"] == "spelling" for one in clean(page).changes)
