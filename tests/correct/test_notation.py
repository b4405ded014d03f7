"""What is written in signs of its own, or in other words than the lexicon's, is no misreading."""

from __future__ import annotations

import pytest

from pipeline import clean
from pipeline.correct import Corrector

# Nothing is made and nothing proposed.
LEFT = [
    "3 Ely] Eli B, om. C, et add. mg.; cf. infra, n. 4, and cf. Tanner, ii. 88; the roll is lost.",
    "Bur. at Ely, ob. s.p. in 1662; bur. by his sister, q.v., as she wished.",
    "Opened with 1. c4 Nf6 2. Nc3 g6, and then Bg7 and Kh8 lost the game at once.",
    "The heav'n is dark, th' eternal hills are still, and o'er the sea the ev'ning falls.",
    "Swayed up the t'gallants, with the starb'd watch on deck and the wind at NNW of us.",
    "Let the roots ξ and π of the equation be real, and p̄sentes stands in the charter.",
    "It lies within the meaning of § 278 BGB, as was said in (iii) and in (ii) above.",
    "There are other forms of the word, as in poetry, -ie, and -phry, which are rare now.",
    "Prove that d²y is the square of it.",
    "The acid NaHSO4 is left; C6H12O6 turns into it, with the wind at SWbW and NNE of them.",
    "Of the men | 1,480 |1,480 | and of the women |2,750 | 2,750 | were counted in the town.",
    "In it the words <over the mill of the town> are struck out, and \\in the house/ is above.",
]
# Nothing is made, and something may be proposed.
ASKED = [
    "I am with respect yr. most affecte. & obliged humble servant in all that is asked of me.",
    "The hare was taken after a chace of nine hours, and the dorse of the deed is blank.",
    "He said that it wasna for him, and ye canna say that it wad be, said the old man to them.",
    "It was not for us; they had a-tookt the whole of it away, and zo it be gone for ever.",
    "And the scribe, nescio quare, has left the next line of the roll without a word in it.",
]
# Nothing is made; what is proposed is little.
OTHER_WORDS = (
    "klag, klæg, sb. dial. [Cf. Da. klag, klakken, Icel. klaka.] To bedaub with clammie clag. "
    "Cluddrit and claggit wi the blude; clamjamphrie, clanjamfray, haill clamjamfry o them. "
    "clacken, clarre, clarrey, cleam, clæman, cleme, cleeme, beclem, klaimjan, klaimo."
)


@pytest.mark.parametrize("text", LEFT)
def test_notation_is_left_alone(text: str) -> None:
    assert Corrector("en").corrections(text) == []


@pytest.mark.parametrize("text", ASKED)
def test_what_may_be_meant_is_not_changed(text: str) -> None:
    assert [one for one in Corrector("en").corrections(text) if one.verdict == "made"] == []


def test_in_other_words_nothing_is_made() -> None:
    found = Corrector("en").corrections(OTHER_WORDS)
    assert [one for one in found if one.verdict == "made"] == []
    assert len(found) <= 3


def test_usual_misreadings_are_mended_among_other_words() -> None:
    text = OTHER_WORDS + " This is tbe old word of tlie north, and wonld be known to all of them."
    made = {one.before for one in Corrector("en").corrections(text) if one.verdict == "made"}
    assert made >= {"tbe", "tlie", "wonld"}


OLD_SPELLING = (
    "The provest and the baillies ordanit that na persoun keip ony swyne upoun the calsay of "
    "the toun "
    "for yeir and day, under the pane of viij s.; and the said persoun to keip thair guidis "
    "at hame "
    "and nocht upoun the hie gait, that the toun be not hurt be thame, and the secund falt xvj s."
)


def test_a_passage_that_spells_otherwise_is_left_alone() -> None:
    assert Corrector("en").corrections(OLD_SPELLING) == []


def test_misread_vowels_alone_make_no_other_spelling() -> None:
    text = (
        "Tho man was in tho houso whon he hoard tho noiso of tho horsos, and thon ho wont to "
        "tho door "
        "and callod his sistor, who had como from tho markot with butter and broad for all of thom."
    )
    made = [one for one in Corrector("en").corrections(text) if one.verdict == "made"]
    assert {"callod", "sistor", "markot"} <= {one.before for one in made}


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("they walked awa3 from the town", "they walked away from the town"),
        ("he took the meaning of'the word", "he took the meaning of the word"),
        ("she was ca'lled to the window", "she was called to the window"),
    ],
)
def test_a_figure_or_apostrophe_for_a_letter_is_mended_or_proposed(read: str, meant: str) -> None:
    text = read + ", as everyone in the house had said that he would be, and so it was."
    (one,) = Corrector("en").corrections(text)
    after = text[: one.start] + one.candidates[0].after + text[one.end :]
    assert after.startswith(meant)


def test_ditto_marks_and_narrow_columns_keep_their_blanks() -> None:
    text = "Marlow .... ”    6 31   7 40  8 16   9 5 and so on for all of the trains on the line.\n"
    assert clean(text).document.text == text
