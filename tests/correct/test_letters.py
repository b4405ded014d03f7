"""The letter reader: what it reads, what it adds to the correction, and what it leaves alone."""

from itertools import pairwise

import numpy as np
import pytest

from pipeline import clean
from pipeline.correct import Corrector
from pipeline.correct.spelling.correction import Correction
from pipeline.correct.spelling.letters import WEIGHED, letters, looked_at, suggestions
from pipeline.document import Alternative
from pipeline.language.letter_reader import LETTERS, MARGIN, WINDOW, letter_reader
from pipeline.language.lexicon import lexicon
from pipeline.tei.restore import restore
from pipeline.tei.validate import check

MISREAD = (
    "The old man said thatthepassengers had left the ship before noon, and the cap tam gave "
    "them a boat. They rowed to the ifland and waited for the tide.\n"
)
CLEAN = (
    "The old man said that the passengers had left the ship before noon, and the captain gave them "
    "a boat. Dr. Konyg paid 3s. 6d. for it at Witchell, as the log of 1847 has it; 'twas thocht a "
    "braw price by th' auld folk o' the toun.\n"
)


def made(corrections):
    return {(one.before, one.candidates[0].after) for one in corrections if one.verdict == "made"}


@pytest.fixture(scope="module")
def with_letters():
    return Corrector("en", letters=letters())


def test_it_reads_what_no_list_of_words_leads_to(with_letters):
    plain = made(Corrector("en").corrections(MISREAD))
    read = made(with_letters.corrections(MISREAD))
    wanted = ("thatthepassengers", "that the passengers")
    assert wanted not in plain
    assert wanted in read
    assert plain <= read


@pytest.mark.parametrize(
    "text",
    [
        CLEAN,
        "He came to the ruined hut by the river, and the dog barked at the gate.",
        "The sum of £1,847 16s. 3d. was paid in 3 lots (see p. 112).",
        "Soe they went vnto the towne, and had great ioy of it.",
        "Pater noster qui es in caelis, sanctificetur nomen tuum.",
        "Mr. Afong of Koepang and Mr. Donohoe of Kiama were there.",
        "",
        "   \n",
    ],
)
def test_it_adds_no_change_to_what_is_right(with_letters, text):
    assert made(with_letters.corrections(text)) <= made(Corrector("en").corrections(text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Nu kumm, mien Deern, un segg em dat: he weeß, wo du heeßt, un wull dat nich glöven.",
        ),
        (
            "de",
            "Eine Anstalt, die sie verließ; ich fühle mich ihr gegenüber oft un— wissend und müde.",
        ),
        ("en", "The breast is of a golden-yellow - the wing is brown, and the tail is short."),
    ],
)
def test_it_changes_no_dialect_and_no_broken_word(language, text):
    read = made(Corrector(language, letters=letters()).corrections(text))
    assert read <= made(Corrector(language).corrections(text))


def test_a_refused_reading_is_never_proposed_again():
    pair = ("thatthepassengers", "that the passengers")
    found = Corrector("en", letters=letters(), refused=[pair]).corrections(MISREAD)
    assert all((one.before, c.after) != pair for one in found for c in one.candidates)


def test_words_of_the_texts_own_are_left_alone():
    found = Corrector("en", letters=letters(), own=["thatthepassengers"]).corrections(MISREAD)
    assert not any(one.before == "thatthepassengers" for one in found)


def test_an_edition_names_the_reader_and_gives_the_source_back():
    cleaned = clean(MISREAD, model="letters")
    assert "that the passengers" in cleaned.text
    tei = cleaned.tei()
    assert restore(tei) == MISREAD.encode()
    assert not check(tei, "text")
    assert letter_reader().sha256 in tei.decode()
    assert "which proposed none" not in tei.decode()
    assert any("emend-letters-1" in change["why"] for change in map(dict, cleaned.changes))


def test_a_second_cleaning_changes_nothing():
    once = clean(MISREAD, model="letters").text
    assert clean(once, model="letters").text == once


def test_the_groups_cover_the_text_in_order():
    text = MISREAD * 4  # several windows
    assert len(text) > 2 * WINDOW
    groups = letter_reader().read(text)
    assert "".join(text[g.start : g.end] for g in groups).replace("\n", "").replace(" ", "") == (
        text.replace("\n", "").replace(" ", "")
    )
    assert all(a.end <= b.start for a, b in pairwise(groups))
    assert all(g.as_read <= g.chance <= 0 for g in groups)


def test_a_window_does_not_show_in_the_middle():
    reader = letter_reader()
    numbers = np.array([LETTERS.index(c) for c in MISREAD.replace("\n", " ") * 2])
    assert len(numbers) > WINDOW
    found = reader.tags(numbers, np.arange(0, len(numbers) - 2 * MARGIN, WINDOW - 2 * MARGIN))
    first = reader.forward(numbers[None, :WINDOW])[0]
    inner = slice(0, WINDOW - MARGIN)
    assert np.allclose(found.chance[inner], first[inner].max(-1).sum(-1), atol=1e-4)
    assert (found.best[inner] == first[inner].argmax(-1)).all()
    assert np.allclose(np.exp(first).sum(-1), 1, atol=1e-4)


def test_what_is_read_in_part_is_read_the_same():
    text = MISREAD * 6
    at = text.index("cap tam", len(text) // 2)
    whole, part = letter_reader().read(text), letter_reader().read(text, [(at, at + 7)])
    inside = [g for g in part if g.start <= at < g.end]
    assert inside
    assert inside == [g for g in whole if g.start <= at < g.end]
    assert len(whole) == len(text.split()) - 6  # of *captain*, two tokens are one group
    unread = [g for g in part if g.end < at - 2 * WINDOW]
    assert unread
    assert all(g.chance == 0 for g in unread)
    assert all(g.page == text[g.start : g.end] for g in unread)


def test_nothing_is_read_where_nothing_is_doubtful():
    plain = "The old man said that the ship had left before noon. " * 9
    assert all(g.chance == 0 for g in looked_at(letter_reader(), plain, [], lexicon("en")))


def change(text, before, after):
    start = text.index(before)
    return Correction(
        start,
        start + len(before),
        before,
        (Alternative(after, 0.97),),
        "spelling.realword",
        "because",
        0.97,
        "made",
    )


@pytest.mark.parametrize(
    ("text", "before", "after", "wanted"),
    [
        # it reads what stands there, in a text with few errors: held
        ("They slept in a ruined hut by the river, and it rained.", "hut", "but", "held"),
        ("It was told what yet occurreth in the land.", "occurreth", "occurred", "held"),
        ("They sailed from Koepang to the north in May.", "Koepang", "Keeping", "held"),
        # it reads the same: made
        ("They slept in a ruined hnt by the river, and it rained.", "hnt", "hut", "made"),
        # in a text full of errors it is no witness: engines make words of words there
        ("He fpoke to tbe mau aud tlie wonian who had hat it.", "hat", "had", "made"),
    ],
)
def test_it_is_a_witness_against_changes(text, before, after, wanted):
    found = letters().corrections(text, [change(text, before, after)], [], lexicon("en"))
    verdicts = {one.candidates[0].after: one.verdict for one in found if one.before == before}
    assert verdicts == {after: wanted}


def test_it_is_right_against_another_reading():
    text = "They had gone home before the brotherlcss child came to the door of the house."
    wrong = change(text, "brotherlcss", "motherless")
    (one,) = letters().corrections(text, [wrong], [], lexicon("en"))
    assert [c.after for c in one.candidates] == ["brotherless", "motherless"]
    assert one.verdict == "made"
    assert one.confidence == wrong.confidence
    refused = frozenset({("brotherlcss", "brotherless")})
    assert letters().corrections(text, [wrong], [], lexicon("en"), refused) == [wrong]


def test_what_an_editor_has_accepted_is_made(with_letters):
    text = "They sailed from Koepang to the north in May."
    kept = change(text, "Koepang", "Keeping")
    pair = frozenset({("Koepang", "Keeping")})
    assert letters().corrections(text, [kept], [], lexicon("en"), accepted=pair) == [kept]
    doubtful = "The brcthren of Lord Hatherlcigh came to the house of the bishop."
    (name,) = [one for one in with_letters.corrections(doubtful) if one.before == "Hatherlcigh"]
    assert name.verdict == "held"
    pair = frozenset({("Hatherlcigh", name.candidates[0].after)})
    found = Corrector("en", letters=letters(), accepted=pair).corrections(doubtful)
    assert (name.before, name.candidates[0].after) in made(found)


def test_the_evidence_has_a_figure_for_each_column(with_letters):
    groups = looked_at(letter_reader(), MISREAD, [], with_letters.lexicon)
    found = suggestions(MISREAD, groups, [], with_letters.lexicon)
    assert found
    assert all(one.x.shape == (len(WEIGHED),) and np.isfinite(one.x).all() for one in found)
    assert all(MISREAD[one.start : one.end] == one.before for one in found)
