"""Compounds without a hyphen: known by their parts, and candidates where one part is misread."""

from __future__ import annotations

import pytest

from pipeline.correct.spelling.candidates import nearby
from pipeline.correct.spelling.composition import misread, rarest_parts
from pipeline.language.lexicon import lexicon


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("gartcnmauer", "gartenmauer"),
        ("gartenmaner", "gartenmauer"),
        ("verfammlungsturm", "versammlungsturm"),  # the s only joins
    ],
)
def test_a_compound_with_one_misread_part_is_a_candidate(read: str, printed: str) -> None:
    german = nearby("de")
    found = misread([read], german.words, german.find)[0]
    assert printed in {word for word, _ in found}


@pytest.mark.parametrize("read", ["turm", "zzgarten", "xqzvbnwk"])
def test_short_forms_and_forms_without_a_word_in_them_have_none(read: str) -> None:
    german = nearby("de")
    assert misread([read], german.words, german.find) == [[]]


def test_the_last_part_stands_for_the_compound() -> None:
    german = nearby("de")
    found = dict(misread(["gartcnmauer"], german.words, german.find)[0])
    assert german.words.word(found["gartenmauer"]) == "mauer"


def test_parts_that_are_words_are_counted_by_the_rarer_one() -> None:
    words = lexicon("de")
    whole, garbled = rarest_parts(["gartenmauer", "gartcnmauer"], words)
    assert whole == pytest.approx(min(words.frequency("garten"), words.frequency("mauer")))
    assert garbled == 0
