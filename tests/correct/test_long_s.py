"""Where every long s was read as f, words that are words with f are read by their neighbours."""

from __future__ import annotations

from pipeline.correct import Corrector

# Written for this test: a page that has f for each long s, with words that are words either way.
PAGE = (
    "The firft houfe of the ifland ftood by itfelf, and moft of the men faid that they had feen "
    "the laft of the fhips. The maiden fat in the fun by the fide of the ftream, and her fong was "
    "fo fweet that the fhepherd left his flock to liften. If the fire is out, faid he, the fat of "
    "the fheep will be fold at the fair. The found of the fea was heard in the caftle, and fifty "
    "foldiers came from the weft. It is almoft funfet, and the beft of the fruit is affifted by it."
)


def readings(text: str, language: str = "en") -> dict[str, str]:
    """What is made of each form that is changed."""
    found = Corrector(language).corrections(text)
    return {one.before: one.candidates[0].after for one in found if one.verdict == "made"}


def test_neighbours_decide_between_two_words() -> None:
    found = readings(PAGE)
    assert found["found"] == "sound"
    assert found["affifted"] == "assisted"
    assert not {"If", "fire", "fair", "flock", "fifty", "fruit", "of", "left"} & found.keys()


def test_without_the_habit_a_word_is_the_word_that_was_read() -> None:
    """Not where s stands before letters as well, nor on a page with few such words."""
    modern = "The same house stands beside the sea, and this sheep was sold on Sunday. "
    for text in (PAGE + modern, PAGE.partition("The maiden")[0] + "The found was loud."):
        assert not [one for one in Corrector("en").corrections(text) if "long s" in one.why]
    assert [one for one in Corrector("en").corrections(PAGE) if "long s" in one.why]


def test_the_s_that_ends_a_part_of_a_word_is_round() -> None:
    text = (
        "Die Gefellfchaft verfammelte fich in der Stube, und die Meifterin faß am Fenfter. Er "
        "hatte fchon geftern die Tafche verloren; feine Schwefter ift noch in der Kirche gewefen. "
        "Sie muß ftets auffchauen, wenn der Menfch fpricht, und die Sonne ift geftiegen."
    )
    assert readings(text, "de")["auffchauen"] == "aufschauen"
