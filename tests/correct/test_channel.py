"""Confusions, strokes, units and spellings that only look like errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.correct.spelling.candidates import nearby, strokes
from pipeline.correct.spelling.channel import Channel, middle
from pipeline.correct.spelling.places import printed_as
from pipeline.correct.spelling.units import units
from pipeline.language.variants import is_shortened, is_variant

TABLE = {("h", "li"): -2.0, ("m", "rn"): -2.0, ("e", "c"): -1.5}


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_the_middle_is_what_differs(one: str, other: str) -> None:
    a, b = middle(one, other)
    assert len(one) - len(a) == len(other) - len(b)
    assert one.startswith(one[: one.find(a)])
    assert not a or not b or a[0] != b[0]


@pytest.mark.parametrize(
    ("page", "read", "cost", "used"),
    [
        ("the", "tlie", -2.0, (("h", "li"),)),
        ("some", "sornc", -3.5, (("m", "rn"), ("e", "c"))),
        ("the", "the", 0.0, ()),
        ("when", "whcn", -1.5, (("e", "c"),)),
    ],
)
def test_the_likeliest_explanation(
    page: str, read: str, cost: float, used: tuple[tuple[str, str], ...]
) -> None:
    assert Channel(TABLE).weigh(page, read) == (pytest.approx(cost), used)


@pytest.mark.parametrize(
    ("one", "other"), [("the", "tlie"), ("modern", "modem"), ("in", "m"), ("which", "wliich")]
)
def test_what_looks_alike_is_one_in_strokes(one: str, other: str) -> None:
    assert strokes(one) == strokes(other) or one == "in"


@pytest.mark.parametrize(
    ("read", "word"),
    [
        ("tbe", "the"),
        ("tlie", "the"),
        ("wliich", "which"),
        ("tc;>", "to"),
        ("iµ;pects", "aspects"),
        ("w^hite", "white"),
    ],
)
def test_the_word_is_among_the_candidates(read: str, word: str) -> None:
    near = nearby("en")
    assert word in [near.words.word(i) for i in near.find([read])[0]]


@pytest.mark.parametrize(
    ("text", "cores"),
    [
        ("“Well?” said—he", ["Well", "said", "he"]),
        ("dog-cart, co-operate", ["dog", "cart", "co", "operate"]),
        ("iris; b}' l.ocal", ["iris", "b}", "l.ocal"]),
        ("e.g. U.S.S.R. 1,500", ["e.g", "U.S.S.R", "1,500"]),
        ("don't", ["don't"]),
        ('lady,"I said', ["lady", "I", "said"]),
        ('hatched."† He', ["hatched", "He"]),
        ("”Owing to", ["Owing", "to"]),
        ("", []),
    ],
)
def test_units(text: str, cores: list[str]) -> None:
    assert units(text).cores == cores


@given(st.text(max_size=80))
def test_units_stand_where_they_say(text: str) -> None:
    cut = units(text)
    assert all(text[a:b] == c for a, b, c in zip(cut.starts, cut.ends, cut.cores, strict=True))
    assert all(b <= a for a, b in zip(cut.starts[1:], cut.ends, strict=False))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bodye", "body"),
        ("colour", "color"),
        ("travelled", "traveled"),
        ("vnto", "unto"),
        ("mediæval", "medieval"),
        ("theatre", "theater"),
        ("it's", "its"),
        ("o'clock", "oclock"),
        ("to-day", "today"),
        ("gentill", "gentil"),
    ],
)
def test_another_spelling_is_no_misreading(one: str, other: str) -> None:
    assert is_variant(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tbe", "the"),
        ("arid", "and"),
        ("fgr", "for"),
        ("clear", "dear"),
        ("tbat", "that"),
        ("ofiicial", "official"),
        ("boen", "been"),
        ("stroet", "street"),
        ("p'assed", "passed"),
        ("s-enate", "senate"),
        ("hher", "her"),
    ],
)
def test_a_misreading_is_no_other_spelling(one: str, other: str) -> None:
    assert not is_variant(one, other)


@pytest.mark.parametrize(
    ("form", "word"),
    [("robt", "robert"), ("jas", "james"), ("govt", "government"), ("chas", "charles")],
)
def test_a_short_form_is_known_as_one(form: str, word: str) -> None:
    assert is_shortened(form, word)


@pytest.mark.parametrize(
    ("form", "word"),
    [("tbe", "the"), ("hve", "have"), ("spr", "sir"), ("rob", "bobby"), ("the", "the")],
)
def test_a_misread_form_is_no_short_one(form: str, word: str) -> None:
    assert not is_shortened(form, word)


@pytest.mark.parametrize(
    ("word", "read", "printed"),
    [
        ("the", "Tbe", "The"),
        ("the", "TBE", "THE"),
        ("the", "tLe", "the"),
        ("i", "j", "I"),
        ("louise", "LoUISE", "LOUISE"),
    ],
)
def test_a_word_takes_the_case_of_what_was_read(word: str, read: str, printed: str) -> None:
    assert printed_as(word, read) == printed
