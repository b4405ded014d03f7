"""Specks, quotation marks and numerals: what each text becomes, and as many that stay."""

from __future__ import annotations

import pytest

from pipeline.correct.spelling.soiled import soiled
from pipeline.language.lexicon import lexicon

QUOTING = ' "One," he said. "Two," she said. "Three."'
SPECKED = " the new .folk of the town, the old .men of it, and the young .women too,"


def cleaned(text: str) -> str:
    for one in sorted(soiled(text, lexicon("en")), key=lambda o: -o.start):
        if one.sure:
            text = text[: one.start] + one.readings[0][0] + text[one.end :]
    return text


@pytest.mark.parametrize(
    ("read", "page"),
    [
        ("were in all 3 r 7 members", "were in all 317 members"),
        ("besides r,500 more", "besides 1,500 more"),
        ("the 7 ,500 children", "the 7,500 children"),
        ("in 18l9 he went", "in 1819 he went"),
        ("on the i6th of May", "on the 16th of May"),
        ("some r,500 of r8 million", "some 1,500 of 18 million"),
        ("of ordinary .folk who live, of other .men,", "of ordinary folk who live, of other men,"),
        (
            "certain changes . in towns, and ordinary .folk",
            "certain changes in towns, and ordinary folk",
        ),
        ("the youthful or-\n• ganizers of farms", "the youthful or-\nganizers of farms"),
        ("an evil so\n·cial custom", "an evil so\ncial custom"),
        ("the Society,'' he said" + QUOTING, 'the Society," he said' + QUOTING),
        ('others: ~Well?" he said.' + QUOTING, 'others: "Well?" he said.' + QUOTING),
        (
            "growth of fascist. dictatorships" + SPECKED,
            "growth of fascist dictatorships" + SPECKED.replace(" .", " "),
        ),
    ],
)
def test_what_is_soiled_is_cleaned(read: str, page: str) -> None:
    assert cleaned(read) == page


@pytest.mark.parametrize(
    "text",
    [
        "He went home. Then he slept.",
        "See p. 10 and vol. ii.",
        "it cost 5s. 10d. or 2l. in all",
        "in 1917, 1,500 men and 3 or 7 boys",
        "the 1st, 2nd, 3rd, 11th, 21st and 16th",
        "a pause . . . and then more ... of it",
        "etc. and so on, viz. these",
        "• first item\n• second item",
        "rock 'n' roll, the boys' caps",
        "``So,'' he said, ``it is.''",
        "about ~50 men and ~Home",
        "and/or either/or",
        "B2, A4 and R8 are names",
        "The end of one. and nothing more",
        "the figures 3 4 7 stand",
        "we sell\n• apples,\n• pears;\n• plums, and\n• nuts",
        "þe kyng . and þe quene . riden to þe toun . and þe folk . camen ayen . with hem",
        "omnis homo · qui manet · in terra · sine pace · moritur",
        "the Soviet organs· in the villages",
        ",,Come in,'' he said. ,,No,'' said she." + QUOTING,
    ],
)
def test_what_is_clean_stays(text: str) -> None:
    assert cleaned(text) == text


def test_a_mark_after_a_word_is_held_as_a_stop() -> None:
    (one,) = soiled("the errors of the local organs· and the loss", lexicon("en"))
    assert not one.sure
    assert [after for after, _ in one.readings] == [",", ""]


def test_a_doubtful_leading_letter_is_held() -> None:
    (one,) = soiled("some r8 million men", lexicon("en"))
    assert not one.sure
    assert one.readings[0][0] == "18"
