"""The language model: what people say is likelier, and the ways of asking agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.figures import LOGS, pack, quantise, unpack
from pipeline.language.language_model import language_model


@pytest.mark.parametrize(
    ("likelier", "than"),
    [
        ("in the house", "in tbe house"),
        ("i have been", "j have been"),
        ("my dear sir", "my clear sir"),
        ("it is clear that", "it is dear that"),
    ],
)
def test_what_is_said_is_likelier(likelier: str, than: str) -> None:
    model = language_model("en")
    assert model.score(likelier.split()) > model.score(than.split())


@given(
    st.lists(
        st.lists(st.sampled_from("the of and house in dear clear zzxq he".split()), max_size=6),
        max_size=5,
    )
)
def test_many_at_once_score_as_one_by_one(sequences: list[list[str]]) -> None:
    model = language_model("en")
    assert model.score_all(sequences) == pytest.approx(
        [model.score(s) for s in sequences], abs=1e-3
    )


def test_words_after_a_context_are_a_probability() -> None:
    model = language_model("en")
    everything = np.arange(model.size, dtype=np.int32)
    first, second = model.words.ids(["in", "the"])
    total = (
        10.0
        ** model.log_probability(
            np.full_like(everything, first), np.full_like(everything, second), everything
        )
    ).sum()
    assert 0.9 < total < 1.1


def test_figures_survive_packing() -> None:
    arrays = {"a": np.arange(7, dtype=np.uint32), "b": np.zeros((0, 3), np.float32), "c": np.eye(2)}
    back = unpack(pack(arrays))
    assert list(back) == list(arrays)
    assert all((back[k] == v).all() and back[k].shape == v.shape for k, v in arrays.items())


@given(st.floats(-7.9, 0.4))
def test_a_quantised_log_is_near(log: float) -> None:
    assert abs(LOGS[quantise(np.array([log]))[0]] - log) < 0.02
