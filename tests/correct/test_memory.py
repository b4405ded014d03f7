"""What the texts of a project show together."""

import pytest

from pipeline.correct.spelling.corrector import Corrector
from pipeline.memory import NOTHING, Memory, of_json, to_json

SHOWN = Memory(
    2, 900, {"tbe": 3, "Æther": 2, "once": 1}, {("h", "b"): 4, ("", "."): 2, ("e", "c"): 1}
)
# one engine's b for h, in several articles of which each has few
ARTICLES = (
    "The bisbop of the town was in his palace, and tbe clerk with him, when the letter came.",
    "It was said tbat the bishop had left, and that tbe river rose higher than in other years.",
    "She had been with tbe sisters for a month; it was tbeir wish that she should stay longer.",
)


def test_a_memory_is_written_and_read_without_what_is_rare():
    kept = SHOWN.kept
    assert of_json(to_json({"en": kept, "de": NOTHING}), "en") == kept
    assert "once" not in kept.words
    assert ("e", "c") not in kept.confusions
    assert of_json(to_json({"en": kept}), "fr") == NOTHING


def test_a_memory_is_written_the_same_whatever_the_order_of_the_texts():
    other = Memory(1, 80, {"zeal": 2, "ardour": 5}, {("rn", "m"): 2})
    assert to_json({"en": SHOWN + other}) == to_json({"en": other + SHOWN})
    assert (SHOWN + other).words["zeal"] == 2


@pytest.mark.parametrize("damaged", ["{", "[]", '{"en": 3}', '{"en": {"texts": 1}}'])
def test_a_file_that_is_no_memory_is_refused(damaged):
    with pytest.raises(ValueError, match=r".*"):
        of_json(damaged, "en")


def test_texts_that_one_engine_read_teach_one_another():
    alone = Corrector("en")
    memory = NOTHING
    for article in ARTICLES:
        memory += alone.shown(article)
    assert memory.texts == len(ARTICLES)
    assert memory.confusions["h", "b"] > alone.shown(ARTICLES[0]).confusions["h", "b"]
    taught = Corrector("en", memory=memory.kept)
    before, after = (
        max(one.confidence for one in c.corrections(ARTICLES[0]) if one.before == "bisbop")
        for c in (alone, taught)
    )
    assert after >= before
    why = next(one.why for one in taught.corrections(ARTICLES[0]) if one.before == "tbe")
    assert "in the texts of this project" in why


def test_a_text_learns_nothing_from_itself():
    article = "\n".join(ARTICLES)
    alone = Corrector("en")
    taught = Corrector("en", memory=alone.shown(article))
    readings = [
        [(one.start, one.verdict, one.candidates) for one in corrector.corrections(article)]
        for corrector in (alone, taught)
    ]
    assert readings[0] == readings[1]


def test_right_words_stay_with_any_memory():
    text = "The hatter and the batter sat on the bench; a hut stood beside the bay."
    memory = Memory(40, 90_000, {"batter": 1, "hatter": 30}, {("h", "b"): 400})
    assert [
        one for one in Corrector("en", memory=memory).corrections(text) if one.verdict == "made"
    ] == []
