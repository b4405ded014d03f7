"""The second opinion: a language model ranks candidates, writes nothing, and is asked in doubt."""

from pathlib import Path

import numpy as np
import pytest

from pipeline import clean
from pipeline.correct import Corrector
from pipeline.correct.spelling.classifier import Classifier, Forest, Thresholds
from pipeline.correct.spelling.sentences import OWN, TAKEN, Sentences, around
from pipeline.errors import EmendError
from pipeline.language.causal_model import CausalModel
from pipeline.table import Table
from pipeline.tei.restore import restore
from pipeline.tei.validate import check

TEXT = (
    "The witness gave his account to the court in the morning, and the proof was dear and "
    "convincing to all who heard it. In the evening they came to a ruined hnt by the river, and "
    "the old man of the village opened the door and let them in. They slept upon the straw."
)


class Favouring:
    """A scorer with favourite words: twenty nats for each that a text has."""

    def __init__(self, *words):
        self.words, self.asked = words, []

    def log_probabilities(self, texts):
        self.asked.append(list(texts))
        return [-100.0 + 20 * sum(word in text.split() for word in self.words) for text in texts]


def by_gain(least):
    """A forest of one tree that asks one question: whether the gain is above `least`."""
    assert (*OWN, *TAKEN)[2] == "gain"
    return Forest(
        np.array([[2]], np.uint8),
        np.array([[least]], np.float32),
        np.array([[-9.0, 9.0]], np.float32),
        0.0,
        np.array([-9.0, 9.0], np.float32),
        np.array([0.01, 0.995], np.float32),
    )


def judge(scorer, least=5.0):
    decision = Classifier(
        by_gain(least), by_gain(least), Thresholds(word=0.9, joined=0.9, real=0.98)
    )
    return Sentences(
        CausalModel("fake", f"{id(scorer):064d}", scorer, Table(Path("unused"))), decision
    )


@pytest.fixture(autouse=True)
def fresh_answers(monkeypatch):
    """The scores of a fake must not come from another test's."""
    monkeypatch.setattr(
        CausalModel, "log_probabilities", lambda self, texts: self.scorer.log_probabilities(texts)
    )


def made(corrections):
    return {(one.before, one.candidates[0].after) for one in corrections if one.verdict == "made"}


def test_it_makes_what_the_neighbours_alone_do_not_show():
    plain = Corrector("en").corrections(TEXT)
    assert ("dear", "clear") not in made(plain)
    scorer = Favouring("clear")
    judged = Corrector("en", sentences=judge(scorer)).corrections(TEXT)
    assert ("dear", "clear") in made(judged)
    assert made(plain) <= made(judged)


def test_it_chooses_among_candidates_and_never_writes():
    scorer = Favouring("zebra", "purple")
    judged = Corrector("en", sentences=judge(scorer)).corrections(TEXT)
    texts = {text for asked in scorer.asked for text in asked}
    assert scorer.asked
    assert not any("zebra" in text or "purple" in text for text in texts)
    assert made(judged) <= made(Corrector("en").corrections(TEXT))


def test_a_model_that_prefers_what_was_read_makes_nothing():
    scorer = Favouring("dear", "hnt")
    judged = Corrector("en", sentences=judge(scorer)).corrections(TEXT)
    assert made(judged) <= made(Corrector("en").corrections(TEXT))


def test_a_name_is_never_made_another_by_the_model_alone():
    text = TEXT.replace("The witness gave", "It was then that old Konyg gave")
    before = made(Corrector("en").corrections(text))
    scorer = Favouring("King", "Kong")
    after = Corrector("en", sentences=judge(scorer)).corrections(text)
    assert any("King" in sentence for asked in scorer.asked for sentence in asked)
    assert made(after) == before


def test_the_reasons_name_the_model_and_its_digest():
    scorer = Favouring("clear")
    one = next(
        one
        for one in Corrector("en", sentences=judge(scorer)).corrections(TEXT)
        if one.before == "dear"
    )
    assert f"fake (SHA-256 {f'{id(scorer):064d}'[:12]})" in one.why
    assert one.why.endswith("finds it 20.0 nats likelier in its sentence")


def test_it_is_asked_in_doubt_only():
    scorer = Favouring()
    Corrector("en", sentences=judge(scorer)).corrections(
        "The old man of the village opened the door and let them in, and they slept."
    )
    assert len(scorer.asked) <= 2


def test_twice_gives_the_same():
    first = Corrector("en", sentences=judge(Favouring("clear"))).corrections(TEXT)
    again = Corrector("en", sentences=judge(Favouring("clear"))).corrections(TEXT)
    assert [(o.start, o.candidates, o.verdict) for o in first] == [
        (o.start, o.candidates, o.verdict) for o in again
    ]


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("one two  three\nfour five", "three", ("one two ", "three", " four five")),
        ("say “hnt” now", "hnt", ("say “", "hnt", "” now")),
        ("hnt", "hnt", ("", "hnt", "")),
        ("a " * 20 + "x" + " b" * 20, "x", ("a " * 12, "x", " b" * 5)),
    ],
)
def test_the_sentence_around_a_place(text, place, expected):
    start = text.index(place)
    assert around(text, start, start + len(place)) == expected


def test_an_edition_names_its_model_and_restores_its_source(monkeypatch):
    scorer = Favouring("clear")
    monkeypatch.setattr(Sentences, "of", lambda _code, wanted: judge(scorer) if wanted else None)
    done = clean(TEXT, model="fake")
    assert "was clear and" in done.text
    tei = done.tei()
    assert f"fake\n(SHA-256 {id(scorer):064d})".replace("\n", " ").encode() in tei
    assert not check(tei, "text.xml")
    assert restore(tei) == TEXT.encode()
    assert b"language model" not in clean(TEXT).tei()


def test_cleaning_again_changes_nothing(monkeypatch):
    monkeypatch.setattr(
        Sentences, "of", lambda _code, wanted: judge(Favouring("clear")) if wanted else None
    )
    once = clean(TEXT, model="fake").text
    assert clean(once, model="fake").text == once


def test_no_model_is_no_judge():
    assert Sentences.of("en", "none") is None


def test_a_language_without_a_decision_is_one_sentence(monkeypatch):
    monkeypatch.setattr(
        "pipeline.correct.spelling.sentences.causal_model",
        lambda _wanted: CausalModel("fake", "0" * 64, Favouring(), Table(Path("unused"))),
    )
    with pytest.raises(EmendError, match="can be used for English only, not for 'de'"):
        Sentences.of("de", "fake")
