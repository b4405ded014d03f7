"""Which words are thought of for a form."""

import pytest

from pipeline.correct.spelling.candidates import nearby, shapes
from pipeline.correct.spelling.confusable import _Letters
from pipeline.correct.spelling.corrector import Corrector

EVENING = (
    "The morning was cold and clear when the party left the village and took the road that leads "
    "over the hills to the harbour. An old man was mending his nets beside the boat. "
)
LOST = "The wind was keep ng us awake, and the rest of the fam ly sat up and looked on the gard n."


def found(form):
    near = nearby("en")
    return [near.words.word(number) for number in near.find([form])[0]]


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("wntmg", "writing"),  # stroke for stroke the same, whatever the number of letters
        ("hvmg", "living"),
        ("gomg", "going"),
        ("nro", "are"),  # two of three letters, but an everyday word
        ("hencbard", "henchard"),  # a name that no list attests
    ],
)
def test_a_word_is_thought_of(form, word):
    assert word in found(form)


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("hemcbard", "henchard"),  # of such a name only one letter may be misread
        ("wmtry", "writing"),
    ],
)
def test_a_word_is_not_thought_of(form, word):
    assert word not in found(form)


def test_a_name_that_no_list_has_attests_nothing():
    assert not nearby("en").words.attested("henchard")


def proposed(sentence):
    return [
        (one.before, one.candidates[0].after)
        for one in Corrector("en").corrections(EVENING + sentence)
    ]


@pytest.mark.parametrize(
    ("sentence", "change"),
    [
        (LOST, ("keep ng", "keeping")),
        (LOST, ("gard n", "garden")),
        ("They stood and talked 011 the quay for an hour.", ("011", "on")),
        ("The women ran down 111 the rain to the water.", ("111", "in")),
    ],
)
def test_what_stands_for_a_lost_or_misread_letter_is_seen(sentence, change):
    assert change in proposed(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The ox was led to a red barn.",
        "He had a gun, a net and a fly rod.",
        "We counted 111 men and 11 women in the field.",
        "In all 111 of the ships were lost.",
        "They met in room 111 at the inn.",
        "The answer is on page 011 of the list.",
        "Of these 1111 were sold.",
    ],
)
def test_short_words_and_true_figures_are_left_alone(sentence):
    assert proposed(sentence) == []


@pytest.mark.parametrize(("page", "read"), [("h", "li"), ("rn", "m"), ("t", ""), ("dar", "clai")])
def test_the_hash_of_a_misread_word_is_that_of_the_word_it_makes(page, read):
    words = ["the", "mother", "born", "dart", "häme", "o"]
    letters = _Letters(words)
    at = letters.places(page)
    made = [
        word[:n] + read + word[n + len(page) :]
        for word in words
        for n in range(len(word))
        if word.startswith(page, n)
    ]
    assert made
    assert letters.replaced(at, len(page), read).tolist() == _Letters(made).hashes().tolist()


def test_shapes_are_each_counted_once_and_never_reach_into_the_next_word():
    row, code = shapes(["noon", "o", "", "no'on", "mm"])
    of = {n: code[row == n].tolist() for n in range(5)}
    edge, o, n, m = 0, 1, 2, 4
    noon = [(edge, n, o), (n, o, o), (o, o, n), (o, n, edge)]
    assert of[0] == of[3] == sorted(a * 81 + b * 9 + c for a, b, c in noon)
    assert of[1] == of[2] == []
    assert of[4] == [m * 9 + m, m * 81 + m * 9]
