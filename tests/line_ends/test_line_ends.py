"""Words broken over line ends."""

import random
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.correct.line_ends.weighing import HYPHENS, LineEnd, line_ends, sign
from pipeline.correct.spelling.candidates import nearby
from pipeline.language.language_model import language_model
from pipeline.language.lexicon import lexicon

HERE = Path(__file__).parent
MADE = 0.9


def rows(name: str) -> list[dict[str, object]]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))["case"]


def found(text: str, hidden: Sequence[tuple[int, int]] = ()) -> list[LineEnd]:
    return line_ends(text, lexicon("en"), language_model("en"), hidden, misread)


def misread(forms: Sequence[str]) -> list[list[str]]:
    return [[lexicon("en").word(number) for number in near] for near in nearby("en").find(forms)]


class Nothing:
    """A lexicon of a language that nobody knows."""

    language = "tlh"

    def attested_all(self, forms: Sequence[str]) -> list[bool]:
        return [False] * len(forms)

    def frequencies(self, forms: Sequence[str]) -> list[float]:
        return [0.0] * len(forms)

    def foreign_all(self, forms: Sequence[str]) -> tuple[list[bool], list[bool]]:
        """Unknown: none is."""
        return [False] * len(forms), [False] * len(forms)


@pytest.mark.parametrize("case", rows("cases.toml"), ids=lambda case: case["word"])
def test_a_broken_word_is_read_whole(case):
    text = case["text"].replace("⏎", "\n")
    ends = found(text)
    assert [(end.join, end.word) for end in ends] == [(case["join"], case["word"])]
    assert ends[0].confidence >= MADE
    assert ends[0].why


@pytest.mark.parametrize("case", rows("left_alone.toml"), ids=lambda case: case["because"])
def test_what_is_no_broken_word_stays_apart(case):
    text = case["text"].replace("⏎", "\n")
    made = [end.word for end in found(text) if end.join != "none" and end.confidence >= MADE]
    assert set(made) <= set(case.get("unless", ()))


def test_the_span_leads_from_the_left_part_to_the_right_one():
    text = "turned in the direc-  \n\n  tion of"
    (end,) = found(text)
    assert (text[: end.start][-5:], text[end.start : end.end], text[end.end :][:4]) == (
        "direc",
        "-  \n\n  ",
        "tion",
    )


def test_a_note_between_the_parts_is_looked_through():
    text = "turned in the direc-\n* A note at the foot.\ntion of the river"
    note = text.index("*"), text.index("\ntion")
    (end,) = found(text, [note])
    assert (end.join, end.word, text[end.end :][:4]) == ("soft", "direction", "tion")
    assert not [other for other in found(text) if other.word == "direction"]


def test_the_compound_that_the_document_hyphenates_keeps_its_hyphen():
    elsewhere = "They spoke of the tractor-station there, and a tractor-station it was.\n"
    (end,) = [
        e
        for e in found(elsewhere + "the repair of the tractor-\nstation was done")
        if e.left == "tractor"
    ]
    assert (end.join, end.word) == ("hard", "tractor-station")


def test_the_document_s_other_compounds_tell_the_kind():
    kin = "They made province-wide, nation-wide, union-wide and city-wide plans that year.\n"
    (end,) = [
        e for e in found(kin + "and then country-\nwide plans were made") if e.left == "country"
    ]
    assert (end.join, end.word) == ("hard", "country-wide")


def test_without_a_lexicon_the_document_s_own_words_decide():
    text = (
        "the jalpath of the vorn was a jalpath and\nthe vorn had no jal\npath but it was so, "
        "the jalpath said\n"
    )
    (end,) = line_ends(text, Nothing())
    assert (end.join, end.word) == ("lost", "jalpath")
    assert line_ends("the vorn had no jal\npath but it was so", Nothing()) == []


def test_german_spells_ck_again():
    (end,) = line_ends("er nahm den Zuk-\nker und ging", lexicon("de"))
    assert (end.word, end.between) == ("Zucker", "c")


def test_german_spells_ck_again_only_where_that_makes_a_word():
    (end,) = line_ends("den Kork-\nkranz nahm er", lexicon("de"))
    assert (end.left, end.between, end.right) == ("Kork", "", "kranz")


@pytest.mark.parametrize(
    ("text", "join"),
    [
        ("unter der Linden-\nkrone saß er", "soft"),
        ("mit der Lampen-\nsäule und ging", "soft"),
        ("die deutsch-\nfranzösische Grenze", "hard"),
        ("in Baden-\nBaden war er", "hard"),
        ("am Kaiser-Wilhelm-\nplatz war er", "hard"),
        ("ein Korn-kranz und ein Korn-\nkranz", "hard"),
    ],
)
def test_small_letters_after_a_german_noun_close_it(text, join):
    (end,) = line_ends(text, lexicon("de"))
    assert end.join == join


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("de", "in diesem Augen-\nblick war er da", "Augenblick"),
        ("fr", "il a mis dans sa mai-\nson une table", "maison"),
        ("es", "vino con el gobier-\nno de la provincia", "gobierno"),
    ],
)
def test_other_languages(language, text, word):
    (end,) = line_ends(text, lexicon(language))
    assert (end.join, end.word) == ("soft", word)


def test_a_suspended_hyphen_in_german_stays():
    assert not [
        e
        for e in line_ends("in einem Haupt-\nund einem Nebensatz", lexicon("de"))
        if e.join != "none"
    ]


# ── the document's own sign ──


PROSE = (
    "the government of the province had for many years been in the hands of those who owned "
    "the greater part of the "
    "land and it was they who decided every question of importance without asking the "
    "opinion of anybody else "
)


def broken(blank: bool, seed: int = 0) -> str:
    """Prose in narrow lines, some words broken and their hyphens lost; `blank` behind every other
    line.
    """
    dice = random.Random(seed)
    out, line = [], ""
    for word in (PROSE * 6).split():
        if len(line) + len(word) > 44 and len(word) > 6 and dice.random() < 0.6:
            cut = len(word) // 2
            out.append(line + word[:cut])
            line = word[cut:] + " "
        elif len(line) + len(word) > 50:
            out.append(line.strip() + (" " if blank else ""))
            line = word + " "
        else:
            line += word + " "
    return "\n".join(out)


def test_the_sign_is_learned_where_the_document_has_one():
    with_sign, without = (
        sign(broken(blank=True), lexicon("en")),
        sign(broken(blank=False), lexicon("en")),
    )
    assert with_sign.lost > 5
    assert with_sign.weight > 1
    assert with_sign.broken_blank == 0
    assert abs(without.weight) < 0.3
    assert "a blank ends" in str(with_sign)
    assert "blank" not in str(without)


def test_the_sign_decides_where_the_words_are_even():
    def of(text: str) -> float:
        return max((end.confidence for end in found(text) if end.word == "become"), default=0.0)

    doubtful = "under these conditions the workers be\ncome to the fore"
    with_sign = of(broken(blank=True) + " \n" + doubtful)
    against = of(broken(blank=True) + " \n" + doubtful.replace("be\n", "be \n"))
    assert with_sign > against
    assert against < MADE


def test_halves_that_are_no_words_hardly_stand_side_by_side():
    (end,) = line_ends("the zemin-\n\ndur came to town", lexicon("en"), language_model("en"))
    assert (end.join, end.word) == ("hard", "zemin-dur")
    assert end.confidence >= MADE


def test_a_name_that_the_document_writes_as_one_loses_the_hyphen_before_its_capital():
    (end,) = found("They asked DeLancey, and DeLancey came. To De-\nLancey they gave it.")
    assert (end.join, end.word) == ("soft", "DeLancey")


def test_a_line_that_lost_a_dash_is_no_sign_against_the_sign():
    lines = 4 * (broken(blank=True) + " \n")
    lost_dash = "it was the democratic slogan\nall this has brought \n"
    with_dash, without = sign(lines + lost_dash, lexicon("en")), sign(lines, lexicon("en"))
    assert with_dash.whole - with_dash.whole_blank == without.whole - without.whole_blank == 0


def test_an_empty_text_has_no_line_ends():
    assert line_ends("", lexicon("en")) == []
    assert sign("", lexicon("en")).ends == 0


# ── a real text ──

# Read by eye in the pamphlet: each line end that breaks a word, as left part and right part.
STRONG = (HERE / "strong.txt").read_text(encoding="utf-8").split()


def test_strong_s_pamphlet(root):
    text = (root / "raw" / "strong-dictatorship-1934" / "source.txt").read_text(encoding="utf-8")
    truth = {tuple(line.split("|")[:2]): line.split("|")[2] for line in STRONG}
    made = [end for end in found(text) if end.join != "none" and end.confidence >= MADE]
    assert {(end.left, end.right): end.word for end in made} == truth


# ── laws ──


@given(st.text(alphabet="abot gov-\n\f =¬.,'’1·* ernment", max_size=120), st.booleans())
def test_the_spans_lie_in_order_and_hold_a_line_end(text, model):
    ends = line_ends(text, lexicon("en"), language_model("en") if model else None)
    assert ends == sorted(ends, key=lambda end: end.start)
    for end in ends:
        between = text[end.start : end.end]
        assert {"\n", "\f"} & set(between) or (between[0] in HYPHENS and between[1:].isspace())
        assert 0 <= end.confidence <= 1
        assert text[: end.start].endswith(end.left)
        assert text[end.end :].startswith(end.right)
        assert end.join != "none" or set(HYPHENS) & set(between)


@given(st.text(alphabet="abc de-\n.", max_size=80))
def test_a_text_without_line_feeds_and_hyphens_is_left_alone(text):
    assert line_ends(text.replace("\n", " ").replace("-", ""), lexicon("en")) == []


@pytest.mark.parametrize(
    "piece",
    ["  ", "\n", " \n", "a-\n", "gov-\nernment ", "house\n", "b- ", "\n-a", 'a-\n"b ', "1-\n"],
    ids=repr,
)
def test_sixteen_times_the_text_takes_no_square_of_that_time(piece):
    """Linear work takes 16 times as long, quadratic work 256 times; a loaded machine sways both."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        began = time.process_time()
        line_ends(text, lexicon("en"))
        return time.process_time() - began

    seconds(1_000)
    assert seconds(48_000) < 64 * max(0.005, min(seconds(3_000) for _ in range(3)))


@given(
    st.sampled_from(["Sub", "Ober", "Saint", "Ashton", "non", "n", "T", "12", "1851", "a-t"]),
    st.sampled_from(["Committee", "Jean", "Reed", "20", "year", "ville", "elle"]),
    st.sampled_from("-¬"),
)
def test_a_hyphen_before_a_capital_or_beside_a_figure_never_goes(left, right, hyphen):
    text = f"they said so of the {left}{hyphen}\n{right} and went away"
    for end in line_ends(text, lexicon("en"), language_model("en")):
        if end.join != "none" and (right[0].isupper() or left[-1].isdigit() or right.isdigit()):
            assert end.between == "-"
