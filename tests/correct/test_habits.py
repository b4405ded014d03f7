"""A confusion that explains several forms of a text explains the next one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.correct import Corrector
from pipeline.correct.spelling.channel import Confusion
from pipeline.correct.spelling.correction import Correction
from pipeline.correct.spelling.habits import (
    BORNE_OUT,
    LIKELY,
    OFTEN,
    Habitual,
    _again,
    by_habit,
    habits,
)
from pipeline.correct.spelling.units import units
from pipeline.document import Alternative
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


def test_a_sign_that_keeps_standing_for_a_letter_is_that_letter() -> None:
    known = habits((form, (("y", "}"),)) for form in ("ver}", "famil}", "countr}"))
    assert known == {"}": ("y",)}
    assert by_habit("ros}", known, lexicon("en")) == "rosy"
    assert by_habit("ros}k", known, lexicon("en")) is None
    assert not habits((form, (("y", "v"),)) for form in ("verv", "familv", "countrv"))


@pytest.mark.parametrize(("places", "done"), [(OFTEN, True), (OFTEN - 1, False)])
def test_what_is_all_but_sure_at_many_places_is_sure(places: int, done: bool) -> None:
    read = Alternative("and", 0.95)
    found = [
        Correction(at, at + 3, "aud", (read,), "spelling.realword", "", 0.95, "held")
        for at in range(0, 10 * places, 10)
    ]
    assert [one.verdict == "made" for one in _again(found)] == [True] * places * done


def test_one_place_in_doubt_leaves_the_others_in_doubt() -> None:
    found = [
        Correction(
            at, at + 3, "aud", (Alternative("and", sure),), "spelling.realword", "", sure, "held"
        )
        for at, sure in enumerate([0.95] * OFTEN + [0.6])
    ]
    assert _again(found) == []


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


@pytest.mark.parametrize(("form", "word"), [("miU", "mill"), ("waU", None)])
def test_a_habit_makes_the_one_word_or_by_far_the_commonest(form: str, word: str | None) -> None:
    """`waU` is *wall* or *wail*."""
    assert by_habit(form, {"U": ("il", "ll")}, lexicon("en")) == word


class Keeps:
    """A channel that explains every correction by *ll* read as *U*, or *die* by *th* as *di*."""

    def weigh(self, _: str, read: str) -> tuple[float, tuple[Confusion, ...]]:
        """The confusion that explains a reading."""
        return -1.0, ((("ll", "U"),) if "U" in read else (("th", "di"),))


def correction(start: int, before: str, after: str, rule: str, chance: float) -> Correction:
    """A correction, made if it is of a form that is no word."""
    verdict = "made" if rule == "spelling.confusion" else "held"
    reading = Alternative(after, chance)
    end = start + len(before)
    return Correction(start, end, before, (reading,), rule, "", chance, verdict)


TEXT = "The beU in the haU by the waUs feU, and the miU went on."
SHOWN = [
    correction(TEXT.index(form), form, form.replace("U", "ll"), "spelling.confusion", 0.99)
    for form in ("beU", "haU", "waUs", "feU")
]


@pytest.mark.parametrize(
    ("strange", "refused", "found"),
    [
        ([], [], True),
        ([(40, 60)], [], False),
        ([(0, 40)], [], True),
        ([], [("miU", "mill")], False),
        ([], [("feU", "fell")], True),
    ],
)
def test_a_habit_makes_nothing_in_strange_words_nor_what_was_refused(
    strange: list[tuple[int, int]], refused: list[tuple[str, str]], *, found: bool
) -> None:
    habitual = Habitual(Keeps(), lexicon("en"))
    done = habitual.corrections(SHOWN, units(TEXT), strange, refused)
    assert ("miU" in {one.before for one in done}) == found


@pytest.mark.parametrize(("chance", "shows"), [(LIKELY, True), (LIKELY - 0.01, False)])
def test_what_is_only_likely_shows_a_habit_too(chance: float, *, shows: bool) -> None:
    found = [replace(one, verdict="held", confidence=chance) for one in SHOWN]
    done = Habitual(Keeps(), lexicon("en")).corrections(found, units(TEXT), [], [])
    assert ("miU" in {one.before for one in done}) == shows
    assert ("beU" in {one.before for one in done if one.verdict == "made"}) == shows


@pytest.mark.parametrize(("chance", "verdict"), [(BORNE_OUT - 0.05, "held"), (BORNE_OUT, "made")])
def test_a_habit_makes_another_word_sure_only_if_it_is_likely(chance: float, verdict: str) -> None:
    shown = ("diat", "diere", "widiout", "diis", "anodier")
    text = f"{' '.join(shown)} die man"
    found = [
        correction(text.index(form), form, form.replace("di", "th"), "spelling.confusion", 0.99)
        for form in shown
    ]
    found.append(correction(text.index("die man"), "die", "the", "spelling.realword", chance))
    done = Habitual(Keeps(), lexicon("en")).corrections(found, units(text), [], [])
    (one,) = [one for one in done if one.before == "die"]
    assert one.verdict == verdict
