"""Two readings of the same pages: aligned so that where they differ is as small as can be, and
weighed.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Box, Document, Layout, Source, Surface, Zone
from pipeline.ingest import gather
from pipeline.stages.witnesses import witnesses
from pipeline.text.witness_slots import slots

DIFFER = [
    ("a word", "the rniller kept", ["the miller kept"], [("rniller", "miller")]),
    (
        "two words apart",
        "the rniller kcpt a",
        ["the miller kept a"],
        [("rniller", "miller"), ("kcpt", "kept")],
    ),
    ("words run together", "sacks ofthe mill", ["sacks of the mill"], [("ofthe", "of the")]),
    ("words torn", "the mil ler kept", ["the miller kept"], [("mil ler", "miller")]),
    ("a word more", "the miller kept", ["the old miller kept"], [("", "old")]),
    ("a word less", "the old miller kept", ["the miller kept"], [("old", "")]),
    (
        "three witnesses",
        "the rniller",
        ["the miller", "the rniller"],
        [("rniller", "miller", "rniller")],
    ),
    (
        "three that all differ",
        "tbe rniller",
        ["the miller", "tbe miiler"],
        [("tbe", "the", "tbe"), ("rniller", "miller", "miiler")],
    ),
    ("a span of one covers two of another", "a b c", ["a bc", "a b d"], [("b c", "bc", "b d")]),
    (
        "words put in where two others differ",
        "aa a",
        ["aa aa a", "a ."],
        [("aa", "aa", "a"), ("a", "aa a", ".")],
    ),
    ("punctuation", "so, he said.", ["so he said,"], [("so,", "so"), ("said.", "said,")]),
    (
        "page by page",
        "tbe mill\fthe mill",
        ["the mill\fthe rnill"],
        [("tbe", "the"), ("mill", "rnill")],
    ),
    (
        "pages that are parted elsewhere",
        "the mill\ftbe bridge",
        ["the mill the bridge"],
        [("tbe", "the")],
    ),
]
SAME = [
    ("the same", "the miller kept", ["the miller kept"]),
    ("line ends", "the miller\nkept a\n\nledger", ["the miller kept\na ledger"]),
    ("quotation marks and dashes", "\u201cSo\u201d \u2014 he", ['"So" - he']),
    ("a blank before a stop", "so ; he said : no !", ["so; he said: no!"]),
    ("ligatures", "the \ufb01rst \ufb02oor", ["the first floor"]),
    ("nothing", "", [""]),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"), [row[1:] for row in DIFFER], ids=[row[0] for row in DIFFER]
)
def test_where_they_differ(ours, theirs, expected):
    found = list(slots(ours, *theirs))
    assert [tuple(reading.text for reading in slot.readings) for slot in found] == expected
    for slot in found:
        for text, reading in zip((ours, *theirs), slot.readings, strict=True):
            assert text[reading.start : reading.end] == reading.text


@pytest.mark.parametrize(
    ("ours", "theirs"), [row[1:] for row in SAME], ids=[row[0] for row in SAME]
)
def test_where_they_do_not(ours, theirs):
    assert list(slots(ours, *theirs)) == []


words = st.lists(st.text("ab.", min_size=1, max_size=3), max_size=12)


@given(words, words, words)
def test_each_reading_can_be_put_together_again(ours, first, second):
    texts = [" ".join(one) for one in (ours, first, second)]
    for number, other in enumerate((first, second), 1):
        out, at = [], 0
        for slot in slots(*texts):
            out += [texts[0][at : slot.start], slot.readings[number].text]
            at = slot.end
            assert [
                text[reading.start : reading.end]
                for text, reading in zip(texts, slot.readings, strict=True)
            ] == [reading.text for reading in slot.readings]
        assert " ".join([*out, texts[0][at:]]).split() == other


def test_a_long_text_is_aligned_as_a_short_one():
    rng = random.Random(7)
    page = [f"w{rng.randrange(3000)}" for _ in range(20_000)]
    other = list(page)
    spoiled = sorted(rng.sample(range(0, 20_000, 5), 200))
    for i in spoiled:
        other[i] += "x"
    del other[10_001:10_040]
    found = [
        tuple(reading.text for reading in slot.readings)
        for slot in slots(" ".join(page), " ".join(other))
    ]
    assert [reading for reading in found if reading[1]] == [
        (page[i], other_word)
        for i in spoiled
        if not 10_001 <= i < 10_040
        for other_word in [page[i] + "x"]
    ]
    assert [reading[0].split() for reading in found if not reading[1]] == [page[10_001:10_040]]


def test_a_doubtful_word_gives_way_sooner_than_a_sure_one():
    text, other = (
        "He gave it to Erzeroum in the spring.\n",
        "He gave it to Erzerum in the spring.\n",
    )
    verdicts = []
    for sure in (0.1, 0.99):
        zone = Zone(14, 23, 0, Box(1, 1, 2, 2), "word", sure)
        source = Source(
            text,
            layout=Layout((Surface("a", 9, 9),), (zone,)),
            witnesses=(Source(other), Source(other)),
        )
        verdicts.append([change.confidence for change in Document(source).run(witnesses).ledger])
    assert len(verdicts[0]) == 1
    assert not verdicts[1] or verdicts[1][0] < verdicts[0][0]


def test_what_was_changed_already_is_left_alone():
    from pipeline.document import Proposal

    source = Source("the rniller kept\n", witnesses=(Source("the miller kept\n"),))
    document = Document(source).apply("earlier", [Proposal(4, 11, "Miller", "r", "w", "ocr")])
    assert document.run(witnesses).text == "the Miller kept\n"


def test_every_change_tells_its_evidence():
    source = Source(
        "The miller, or yather his daughter.\n",
        witnesses=(Source("The miller, or rather his daughter.\n"),),
    )
    (change,) = Document(source).run(witnesses).ledger
    assert (change.stage, change.rule, change.kind) == ("witnesses", "witness.attested", "ocr")
    assert "1 of 2 witnesses read rather" in change.why
    assert "not attested" in change.why


def test_a_language_without_a_lexicon_goes_by_the_votes():
    other = Source("mlynar vedl knihu\n")
    source = Source("rnlynar vedl knihu\n", witnesses=(other, other, other))
    document = Document(source, language="cs").run(witnesses)
    assert all(change.before == "rnlynar" for change in document.ledger)


def test_a_second_text_of_the_same_pages_is_a_witness(tmp_path):
    (tmp_path / "source.txt").write_text("The miller, or yather his daughter.\n")
    (tmp_path / "other.txt").write_text("The miller, or rather his daughter.\n")
    source = gather([tmp_path / "source.txt"], witnesses=[tmp_path / "other.txt"])
    assert source.data == (tmp_path / "source.txt").read_bytes()
    assert [witness.text for witness in source.witnesses] == [
        "The miller, or rather his daughter.\n"
    ]
    assert Document(source).run(witnesses).text == source.witnesses[0].text
