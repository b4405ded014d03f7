"""A confusion that explains several forms of a text explains the next one."""

from __future__ import annotations

import pytest

from pipeline.correct import Corrector
from pipeline.correct.spelling.habits import by_habit, habits
from pipeline.language.lexicon import lexicon


def made(text: str) -> dict[str, str]:
    """What is changed in a text, and into what."""
    found = Corrector("en").corrections(text)
    return {one.before: one.candidates[0].after for one in found if one.verdict == "made"}


def test_a_rare_word_is_read_as_the_text_keeps_reading() -> None:
    text = (
        "The oU of the lamp was low, and the chUd stood stUl by the waU of the viUage as the beU "
        "was rung. He mUked his cow and kept a miU on the river, and his Uly was white."
    )
    found = made(text)
    assert found["miU"] == "mill"
    assert found["Uly"] == "lily"


def test_another_word_is_put_for_an_attested_one_only_by_a_habit() -> None:
    sentence = "He went to die door and looked into die garden."
    assert "die" not in made(sentence)
    text = (
        f"It was clear diat they were diere before us, widiout a lamp, and diis was well known; "
        f"diey had come by anodier road to the house of their fadier. {sentence}"
    )
    assert made(text)["die"] == "the"
    verb = "They would not let him die in his own bed."
    found = Corrector("en").corrections(f"{text} {verb}")
    assert not any(one.verdict == "made" and one.start > len(text) for one in found)


def test_fewer_forms_make_no_habit() -> None:
    shown = [("feU", (("ll", "U"),)), ("hUt", (("il", "U"),))]
    assert habits(shown) == {}
    assert habits([*shown, ("wUl", (("il", "U"),))]) == {"U": ("ii", "il", "li", "ll")}


def test_one_letter_for_another_makes_no_habit() -> None:
    assert habits([(form, (("e", "o"),)) for form in ("tho", "wero", "thoro", "havo")]) == {}


@pytest.mark.parametrize("form", ["Ulm", "Ugarit", "zUzz", "UUUU", "house"])
def test_a_habit_makes_nothing_of_what_is_no_common_word(form: str) -> None:
    assert by_habit(form, {"U": ("ii", "il", "li", "ll")}, lexicon("en")) is None
