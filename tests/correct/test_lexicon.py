"""What is attested, and what must not be: common misreadings that word lists drawn from the web
hold.
"""

from __future__ import annotations

import pytest

from pipeline.correct import LanguageError
from pipeline.language.languages import packs
from pipeline.language.lexicon import lexicon


@pytest.mark.parametrize(
    "word",
    """the labour labor colour honour honor medieval mediæval kopeks muzhik Petrov kulaks dog-cart
    dog's xvii 1,500 16th 3oz 5lbs 10s to-day Trobriands subspecifically shew gaol connexion waggon
    'tis whilst don't £5 recognisance recognizance""".split(),
)
def test_words_of_the_period_and_both_shores_are_attested(word: str) -> None:
    assert lexicon("en").attested(word)


@pytest.mark.parametrize(
    "word", "tbe tlie wbich thc ofthe tne wliich lhe pttt medireval fif~y iµpects hav0".split()
)
def test_misreadings_are_not(word: str) -> None:
    assert not lexicon("en").attested(word)


def test_a_prefix_makes_no_word_of_a_short_one() -> None:
    """`unthe`, `disthat` are two words run together, not words with a prefix."""
    words = lexicon("en")
    assert words.attested("subspecifically")
    assert not any(map(words.attested, ["unthe", "disthat", "subwith", "overthy", "nonlike"]))


def test_own_words_are_attested_with_their_possessive() -> None:
    own = lexicon("en").with_words(["otlichniki", "Dyukanov"])
    assert own.attested("otlichniki")
    assert own.attested("DYUKANOV")
    assert own.attested("Dyukanov's")
    assert not lexicon("en").attested("otlichniki")


def test_frequency_is_per_million() -> None:
    words = lexicon("en")
    assert 30_000 < words.frequency("the") < 80_000
    assert words.frequency("zzxqy") == 0


@pytest.mark.parametrize(
    ("language", "word", "not_one"),
    [("de", "Bäume", "Bäurne"), ("fr", "l'homme", "hornme"), ("es", "corazón", "corazóu")],
)
def test_every_pack_knows_its_language(language: str, word: str, not_one: str) -> None:
    assert lexicon(language).attested(word)
    assert not lexicon(language).attested(not_one)


def test_a_language_without_a_pack_is_said_to_have_none() -> None:
    assert set(packs()) >= {"en", "de", "fr", "es"}
    with pytest.raises(LanguageError, match="no language pack"):
        lexicon("la")
