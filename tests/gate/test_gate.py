"""The quality gate: a change of thresholds, weights or rules cannot pass unseen.

Bounds are on both sides: more repairs than `repaired` allows are as suspect as fewer, since they
come from a lowered threshold sooner than from a better corrector. Whoever makes the corrector
better measures again with `python tests/gate/figures.py` and moves the bounds in bounds.toml, in
the same commit.
"""

import tomllib
from pathlib import Path

import pytest
from figures import figures

BOUNDS = tomllib.loads((Path(__file__).parent / "bounds.toml").read_text("utf-8"))


def test_every_group_has_bounds():
    assert set(figures()) == set(BOUNDS)


@pytest.mark.parametrize("group", BOUNDS)
def test_clean_texts_keep_their_words(group):
    touched = figures()[group].touched
    assert len(touched) <= BOUNDS[group]["touched"], touched


@pytest.mark.parametrize("group", BOUNDS)
def test_misread_texts_are_mended_as_well_as_they_were_and_no_bolder(group):
    found, bounds = figures()[group], BOUNDS[group]
    assert found.precision >= bounds["precision"], found
    assert found.harm <= bounds["harm"], found
    least, most = bounds["repaired"]
    assert least <= found.repaired <= most, found
