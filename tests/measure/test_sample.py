"""Precision from a sample that a person judges."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Change
from pipeline.measure import Drawn, estimate, read_sample, sample, write_sample
from pipeline.measure.report import MeasureError
from pipeline.measure.sample import wilson


def changes(**rules: int) -> list[Change]:
    """So many changes of each rule, one after another."""
    return [
        Change(
            10 * i,
            10 * i + 3,
            "tbe",
            "the",
            "spelling",
            rule,
            "a reason,\twith a tab",
            "ocr",
            0.9,
            "made",
        )
        for i, rule in enumerate(rule for rule, count in rules.items() for _ in range(count))
    ]


RAW = "tbe house\n" * 1000


def test_every_rule_is_drawn_and_the_same_seed_draws_the_same():
    drawn = sample(changes(common=500, rare=3, single=1), RAW, 50, seed=4)
    assert len(drawn) == 50
    assert {one.rule for one in drawn} == {"common", "rare", "single"}
    assert drawn == sample(changes(common=500, rare=3, single=1), RAW, 50, seed=4)
    assert drawn != sample(changes(common=500, rare=3, single=1), RAW, 50, seed=5)
    assert [one.start for one in drawn] == sorted(one.start for one in drawn)


def test_only_what_was_made_is_drawn():
    ledger = [replace(change, verdict="held") for change in changes(a=5)] + changes(b=2)
    assert {one.rule for one in sample(ledger, RAW, 10)} == {"b"}
    assert sample([], RAW, 10) == []


def test_a_sample_is_written_and_read_back(tmp_path):
    path = tmp_path / "sample.tsv"
    drawn = sample(changes(a=20), RAW, 5)
    write_sample(path, drawn)
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) == 6
    lines = text.splitlines()
    lines[1:] = [
        line.replace("\t\t", f"\t{verdict}\t", 1)
        for line, verdict in zip(lines[1:], ["right", "R", " wrong ", "?", ""], strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    judged = read_sample(path)
    assert [one.verdict for one in judged] == ["right", "right", "wrong", "unsure", ""]
    assert [(one.start, one.end, one.of, one.before) for one in judged] == [
        (one.start, one.end, one.of, one.before) for one in drawn
    ]
    done = estimate(judged)
    assert (done.judged, done.unsure, done.left) == (3, 1, 1)
    assert done.precision == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "text",
    ["number\tverdict\n1\tperhaps\n", "a\tb\n1\t2\n", "number\tverdict\tstart\n1\tright\tx\n"],
)
def test_a_spoilt_sample_is_refused_by_its_line(tmp_path, text):
    path = tmp_path / "sample.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MeasureError, match="Line 2"):
        read_sample(path)


def drawn(rule: str, of: int, right: int, wrong: int) -> list[Drawn]:
    return [
        Drawn(
            n,
            "tbe",
            "the",
            "",
            "ocr",
            rule,
            "",
            0.9,
            n,
            n + 3,
            of,
            "right" if n < right else "wrong",
        )
        for n in range(right + wrong)
    ]


def test_strata_weigh_by_their_size():
    done = estimate(drawn("common", 990, 10, 0) + drawn("rare", 10, 0, 10))
    assert done.precision == pytest.approx(0.99)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Drawn again and again from ledgers whose truth is known; strata of many sizes and of unequal
    precision.
    """
    dice = random.Random(3)
    ledger = changes(common=600, other=150, rare=40, few=6, single=1)
    hit = 0
    for draw in range(200):
        good = {
            one.start: dice.random()
            < {"common": 0.98, "other": 0.95, "rare": 0.8}.get(one.rule, 0.6)
            for one in ledger
        }
        drawn = [
            replace(one, verdict="right" if good[one.start] else "wrong")
            for one in sample(ledger, RAW, 100, seed=draw)
        ]
        done = estimate(drawn)
        hit += done.low <= sum(good.values()) / len(good) <= done.high
    assert hit >= 186  # of 200: 95 % but for what chance does


def test_nothing_judged_is_no_estimate():
    with pytest.raises(MeasureError):
        estimate(sample(changes(a=3), RAW, 3))


def test_wilson_s_interval():
    # Brown, Cai and DasGupta (2001): for 0 of 10 the interval ends at z²/(n+z²).
    assert wilson(0.0, 10) == (pytest.approx(0.0), pytest.approx(0.2775, abs=1e-4))
    low, high = wilson(0.9, 100)
    assert (low, high) == (pytest.approx(0.8256, abs=1e-4), pytest.approx(0.9448, abs=1e-4))


@given(st.integers(0, 30), st.integers(0, 30), st.integers(30, 500))
def test_the_interval_holds_the_estimate(right, wrong, of):
    if right + wrong:
        done = estimate(drawn("a", of, right, wrong))
        assert 0 <= done.low <= done.precision + 1e-9
        assert done.precision <= done.high + 1e-9
        assert done.high <= 1
