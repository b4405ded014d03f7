"""The corrector as a whole: what is mended, what stays, what editors said, and what every answer
must be.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.correct import Correction, Corrector
from pipeline.correct.spelling import corrector as module
from pipeline.correct.spelling import evidence
from pipeline.document import Alternative, Document, Source
from pipeline.stages.spelling import spelling


@cache
def english() -> Corrector:
    return Corrector("en")


def mended(text: str, corrector: Corrector | None = None) -> str:
    for one in reversed((corrector or english()).corrections(text)):
        if one.verdict == "made":
            text = text[: one.start] + one.candidates[0].after + text[one.end :]
    return text


@pytest.mark.parametrize(
    ("read", "page"),
    [
        ("and he went into tlie house of his father", "and he went into the house of his father"),
        ("it was wliich of them that he had seen", None),
        (
            "at the age of fif~y years he was still a young man",
            "at the age of fifty years he was still a young man",
        ),
        (
            "they took two l.ocal men with them to the town",
            "they took two local men with them to the town",
        ),
        (
            "in the midst of tbe great crowd that stood there",
            "in the midst of the great crowd that stood there",
        ),
        (
            "I have had man^-\nother birds at various times",
            "I have had many\nother birds at various times",
        ),
        (
            "went forward in the desired direc!ion fixed by the war",
            "went forward in the desired direction fixed by the war",
        ),
        (
            "'at the age of fif~y years' he said he was still a young man",
            "'at the age of fifty years' he said he was still a young man",
        ),
        (
            "he came in 'fif~y years' as he said to the young man there",
            "he came in 'fifty years' as he said to the young man there",
        ),
        (
            "there was a medireval church and a manceuvre of the troops that crossed the river",
            "there was a mediæval church and a manœuvre of the troops that crossed the river",
        ),
        (
            "it was an ofiicial report, and tho ofiicials had boen there with the sufiicient means",
            "it was an official report, and the officials had been there with the sufficient means",
        ),
        (
            "they came to lhe town and went into lhe house",
            "they came to the town and went into the house",
        ),
    ],
)
def test_what_is_misread_is_mended_or_proposed(read: str, page: str | None) -> None:
    if page:
        assert mended(read) == page
    else:
        assert any(c.candidates[0].after == "which" for c in english().corrections(read))


@pytest.mark.parametrize(
    "text",
    [
        "The labour of the workers was honoured, and the labor of the others was honored too.",
        "He shewed his mediæval connexion with the gaol at Whitechapel.",
        (
            "The otlichniki and their kopeks; Dyukanov, Artyukov and Kharchenko praised the "
            "muzhik in lapti, forty poods of grain."
        ),
        "Dyukanov said that Artyukov and Kharchenko were udarniks of the kolkhoz.",
        "Il faut que vous soyez dans la maison de votre père, he said.",
        "In 1936, 1,500 men of the U.S.S.R. and Mr. J. Smith, viz. etc.",
        "He stood before his hut, full of sap and vigour, and spoke to the modem.",
        (
            "The boot and shoe maker lived with Robt. and Jas in a pocket of the town, and every "
            "day he went to R.Martin for 3oz of tea."
        ),
        "Mr. D’Israeli spoke to Mr. Overill, and the article(s) in lib.7 were read by the fire.",
        "The jury found that Mr. M'Donald and Sub-Inspector Atwill of Redcross sold sweetstuff.",
        "They call their religion “havat”, which means faith, and “ia” is but an ending.",
        "For thou hast vnto this tyme bene soe kinde, and goode, that euery manne doth loue thee.",
        "",
        " \n\n ",
        "12345 ... !!!",
    ],
)
def test_what_is_right_stays(text: str) -> None:
    assert mended(text) == text


def test_a_refused_pair_is_not_proposed_again_and_own_words_are_not_asked() -> None:
    text = "and he went into tlie house of his father"
    refusing = Corrector("en", refused=[("tlie", "the")])
    assert all(c.candidates[0].after != "the" for c in refusing.corrections(text))
    assert mended(text, Corrector("en", own=["tlie"])) == text


DOUBTFUL = "the men of tho town came"  # *tho* is a word of its own


def test_an_accepted_pair_is_made() -> None:
    (held,) = english().corrections(DOUBTFUL)
    assert held.verdict == "held"
    pair = held.before, held.candidates[0].after
    assert mended(DOUBTFUL, Corrector("en", accepted=[pair])) == DOUBTFUL.replace(*pair)


def test_an_engine_that_was_sure_is_not_overruled() -> None:
    text = "and he went into tlie house of his father"
    assert all(c.verdict == "held" for c in english().corrections(text, lambda _start, _end: 0.99))


def test_what_editors_judged_reaches_the_corrector() -> None:
    document = Document(Source("and he went into tlie house of his father"))
    assert [c.after for c in document.run(spelling).ledger] == ["the"]
    refusing = replace(document, refused=(("tlie", "the"),)).run(spelling)
    assert all(c.after != "the" for c in refusing.ledger)
    doubtful = Document(Source(DOUBTFUL))
    (held,) = doubtful.run(spelling).ledger
    accepting = replace(doubtful, accepted=((held.before, held.after),)).run(spelling)
    assert (held.verdict, [c.verdict for c in accepting.ledger]) == ("held", ["made"])


class _BesideMended(Corrector):
    """A corrector that knows `tlie` by itself, and `hatb` only beside a mended word."""

    def _once(self, text, word_confidence, within=None, impression=None):  # noqa: ARG002
        before, after = ("tlie", "the") if "tlie" in text else ("hatb", "hath")
        start = text.find(before)
        if start < 0:
            return [], module.Impression()
        end, read = start + len(before), (Alternative(after, 0.99),)
        one = Correction(start, end, before, read, "spelling.word", "test", 0.99, "made")
        return [one], module.Impression()


def test_what_is_mended_is_company_for_what_stands_beside_it() -> None:
    found = _BesideMended("en").corrections("and tlie man hatb it")
    assert [(c.start, c.before) for c in found] == [(4, "tlie"), (13, "hatb")]


def test_a_pack_without_a_classifier_leaves_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "tbe midst of tlie crowd that stood in tbe town"
    monkeypatch.setattr(module, "shipped", lambda _language, _name: None)
    module._pack_of.cache_clear()
    without = Corrector("en")
    monkeypatch.undo()
    module._pack_of.cache_clear()
    assert mended(text, without) == text


def valid(text: str, found: list[Correction]) -> None:
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    for one in found:
        assert text[one.start : one.end] == one.before
        assert one.verdict in {"made", "held"}
        assert one.candidates
        assert 0 <= one.confidence <= 1
        assert one.candidates[0].after != one.before
        assert one.rule.startswith("spelling.")
        assert one.why


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=120)
    | st.lists(
        st.sampled_from(
            "tlie the ta king . ~ '' r,500 3 r 7 iµ;pects J have ofthe \n b}' said".split(" ")
        )
    ).map(" ".join)
)
def test_any_text_gives_sorted_apart_and_true_places(text: str) -> None:
    found = english().corrections(text)
    valid(text, found)
    assert found == english().corrections(text)


def test_what_was_corrected_before_changes_nothing() -> None:
    """The corrector keeps what it found of forms, never what it thought of a text."""
    text = "The gov ernment of tlie town and tbe peo ple met hod in lhe evening of thc day."
    module._pack_of.cache_clear()
    alone = Corrector("en").corrections(text)
    module._pack_of.cache_clear()
    after = Corrector("en")
    after.corrections(
        "Thc peo- ple wcre in tbe met hod; gov ernment and gov emment, tlie tlic thc."
    )
    assert after.corrections(text) == alone


def test_more_strange_forms_than_any_text_has_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "in tbe midst of tlie crowd that stood there with wlio knows whoni"
    assert mended(text) != text
    monkeypatch.setattr("pipeline.correct.spelling.places.FORMS", 0)
    assert mended(text) == text


def test_what_is_remembered_between_texts_is_bounded_and_changes_nothing(monkeypatch):
    text = "and he went into tlie house of liis father, as tbe men had said in tlieir lctters"
    weigher = english()._weigher
    first = english().corrections(text)
    assert first
    assert sum(map(len, weigher.finder.remembered)) > 1
    monkeypatch.setattr(evidence, "REMEMBERED", 1)
    english().corrections("word")
    assert sum(map(len, weigher.finder.remembered)) <= 1
    assert english().corrections(text) == first


def test_what_other_texts_have_taught_parts_no_word():
    """`orkers` stands beside a sign here; that it may be *workers* alone was learned elsewhere."""
    text = (
        "It was the rule of the Workers' Delegations. They met. (Interview With Foreign JV orkers' "
        "Delegations, by the Workers' Press.)"
    )
    corrector = Corrector("en")
    for cached in corrector._weigher.finder.remembered:
        cached.clear()
    fresh = corrector.corrections(text)
    assert ("JV orkers", "Workers") in {
        (text[one.start : one.end], one.candidates[0].after) for one in fresh
    }
    corrector._weigher.finder._learn_units([("orkers", "", ""), ("JV", "", "")])
    assert corrector.corrections(text) == fresh


def test_a_word_that_only_the_text_attests_is_what_a_rarer_form_near_it_was() -> None:
    told = "Old Zvenkowski came in, and we asked Zvenkowski for bread. "
    text = told * 3 + "Then Zveukowski went home."
    (one,) = [c for c in Corrector("en").corrections(text) if c.before == "Zveukowski"]
    assert one.candidates[0].after == "Zvenkowski"
    plural = told * 3 + "Then the Zvenkowskis went home."
    assert all(c.before != "Zvenkowskis" for c in Corrector("en").corrections(plural))
    once = "Old Zvenkowski came in. Then Zveukowski went home."
    assert all(c.candidates[0].after != "Zvenkowski" for c in Corrector("en").corrections(once))
