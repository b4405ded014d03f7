"""Blanks that the source lost, and capitals that it lost within capitals."""

from __future__ import annotations

import pytest

from pipeline import clean

RUN_ON = (
    "He was one ofthe best men in thetown, and itwas said thathe had nevertold a lie, and hewent "
    "to the barn,andfound the gateshut, for the rain had come, and the wind."
)


def test_words_run_together_are_parted_where_the_text_runs_words_together() -> None:
    assert clean(RUN_ON).text.strip() == (
        "He was one of the best men in the town, and it was said that he had never told a lie, "
        "and he went to the barn, and found the gate shut, for the rain had come, and the wind."
    )


@pytest.mark.parametrize(
    "text",
    [
        "He shut the floorcloth away, and the gateshut was a word of theirs, as they often said.",
        "The fields are name,date,place,price in the file, and nothing else is in it at all.",
        "The ADMIRAl was not there, and PhD and MrL and HTMl5 are not in capitals throughout.",
    ],
)
def test_what_no_habit_bears_out_stays(text: str) -> None:
    changed = {c["before"] for c in clean(text).changes if c["verdict"] == "made"}
    assert changed <= {"ADMIRAl"}


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("They met at the GENERAl's HEAD in the town.", "GENERAL'S HEAD"),
        ("The GENERAl was not in the town that day.", "GENERAL was"),
    ],
)
def test_a_small_l_in_capitals_is_one_of_them(text: str, after: str) -> None:
    assert after in clean(text).text


def test_a_dash_that_speaks_keeps_the_blank_of_its_line_end() -> None:
    text = "El mozo se rió y se fue\n—¿Qué dice usted? —preguntó el cura\n—. No lo sé.\n"
    assert "fue —¿Qué" in clean(text, language="es").text
    assert "masses—had" in clean("It was the masses\n—had they known it.\n").text
