"""What no chance, however high, lets stand unasked."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.correct.spelling.classifier import Thresholds, forbidden
from pipeline.correct.spelling.evidence import COLUMNS


def evidence(**columns: float) -> np.ndarray:
    """One row of evidence: zeros, but for these columns."""
    return np.array([[columns.get(name, 0.0) for name in COLUMNS]], np.float32)


MERGED = {"is_merge": 1, "log_freq_word": 2, "form_attested": 1}
FITTING = {"is_real": 1, "lm_gain": 2}
SPLIT = {"is_split": 1, "log_freq_more": 4}


@pytest.mark.parametrize(
    "columns",
    [
        {"variant": 1},
        {"plural_only": 1},
        {"drops_sign": 2},
        {"drops_digit": 1},
        {"is_real": 1, "lm_gain": 1.9},
        FITTING | {"left_gain": -0.1},
        FITTING | {"right_gain": -0.1},
        FITTING | {"hyphen_near": 1},
        MERGED | {"log_freq_word": -1},
        MERGED | {"form_attested": 2},
        {"shortened": 1},
        {"addressed": 1, "title": 1, "word_capital": 0.1},
        SPLIT | {"log_freq_more": 1},
        SPLIT | {"title": 1},
        {"quotes": 2},
        {"near_foreign": 3},
        FITTING | {"near_foreign": 2},
    ],
    ids=str,
)
def test_a_person_decides(columns: dict[str, float]) -> None:
    assert forbidden(evidence(**columns)).tolist() == [True]


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"drops_sign": 1},
        FITTING,
        {"is_real": 1, "doc_bad": 0.1},
        {"hyphen_near": 1},
        MERGED,
        MERGED | {"log_freq_word": -1, "gap_speck": 1},
        MERGED | {"form_attested": 2, "gap_newline": 1},
        MERGED | {"form_attested": 2, "doc_word": 1},
        {"addressed": 1, "title": 1, "word_capital": 0.9},
        {"addressed": 1, "word_capital": 0.1},
        SPLIT,
        SPLIT | {"log_freq_more": 1, "seam": 1},
        SPLIT | {"title": 1, "sentence": 1},
        {"quotes": 1},
        {"near_foreign": 2},
        {"is_real": 1, "near_foreign": 2, "doc_bad": 0.1},
    ],
    ids=str,
)
def test_the_chance_decides(columns: dict[str, float]) -> None:
    assert forbidden(evidence(**columns)).tolist() == [False]


@pytest.mark.parametrize(
    ("accents", "columns", "left"),
    [
        (2.0, {"accents_only": 1}, True),  # Benoit, Benoît
        (0.9, {"accents_only": 1}, False),  # `dürch`
        (0.9, {"accents_only": 1, "is_real": 1, "doc_bad": 0.1}, True),  # Laden, Läden
        (2.0, {}, False),
    ],
)
def test_accents_alone_are_changed_only_where_a_language_allows_it(
    accents: float, columns: dict[str, float], left: bool
) -> None:
    assert Thresholds(accents=accents).forbid(evidence(**columns)).tolist() == [left]
