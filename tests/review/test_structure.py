"""What editors say about blocks: it is done, it moves no character, and it can be taken back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.document import Document, Source
from pipeline.errors import DecisionError
from pipeline.flow import run
from pipeline.review.decide.commands import COMMANDS, JOIN, SPLIT
from pipeline.review.decide.decisions import Decision, place
from pipeline.review.decide.hand import hand
from pipeline.review.decide.pages import digest, first_line, pages
from pipeline.tei.encode import encode
from pipeline.tei.restore import restore
from pipeline.tei.validate import check
from pipeline.text.faces import reading_text

ROOT = Path(__file__).parents[2]
RAW = """THE FERRY

The ferry lay at the landing until the evening, when the wind
turned and the men went home. Nobody spoke of the flood.
The second day was worse, and the women stood at the wall and
looked over the river.

When the water fell the willows
stood in a silver mud.

The Keeper of the Lock
He came on Sunday* with the mail, and left before anyone had read
it to the end.

* So the parish book.

And afterwards there was no more
talk of it.

14 THE FERRY

Then came the winter, and the river froze.
"""
FACTS = {
    "id": "ferry",
    "title": "The Ferry",
    "author": "A. N. Other",
    "date": "1901",
    "language": "en",
    "edited": "2026-01-01",
}


def says(quote: str, after: str, **more) -> Decision:
    start = RAW.index(quote)
    told = place(RAW, start, start + len(quote))
    return Decision("structure", after=after, who="ada", **told, **more)


def built(*decisions: Decision):
    document, replay = run(Source(RAW), FACTS, (), decisions)
    tei = encode(document, dict(document.facts), date="2026-01-01")
    return document, replay, tei


def body(tei: bytes) -> str:
    text = tei.decode()
    return " ".join(text[text.index("<body>") : text.index("</body>")].split())


CASES = [
    pytest.param(
        [says("The second", SPLIT)],
        "spoke of the flood.\n\nThe second day was worse",
        'flood.</p> <lb/><p xml:id="p2" resp="#ed.ada">The second',
        id="split",
    ),
    pytest.param(
        [says("And afterwards", JOIN)],
        "it to the end. And afterwards there was no more talk of it.",
        "</note>",
        id="join over a note",
    ),
    pytest.param(
        [says("He came", SPLIT), says("The Keeper", "heading 2")],
        "The Keeper of the Lock\n\nHe came",
        '<head resp="#ed.ada">The Keeper of the Lock</head>',
        id="heading",
    ),
    pytest.param(
        [says("THE FERRY", "paragraph")],
        "THE FERRY\n\nThe ferry lay",
        '<p xml:id="p1" resp="#ed.ada">THE FERRY</p>',
        id="no heading",
    ),
    pytest.param(
        [says("When the water", "verse")],
        "    When the water fell the willows\n    stood in a silver mud.",
        '<lg resp="#ed.ada"><l>When the water fell the willows</l>',
        id="verse",
    ),
    pytest.param(
        [says("When the water", "item"), says("The Keeper", "item")],
        "",
        '<list resp="#ed.ada"><item resp="#ed.ada">When',
        id="neighbours share a list",
    ),
    pytest.param(
        [says("Then came", "blockquote")],
        "",
        '<quote rend="block" resp="#ed.ada"><p',
        id="block quotation",
    ),
    pytest.param(
        [says("14 THE", "header")],
        "talk of it.\n\nThen came the winter",
        "<fw xml:id=",
        id="running head",
    ),
    pytest.param(
        [says("When the water", "note", id="n1"), says("Nobody", "call n1")],
        "",
        '<ref xml:id="hn1.a" type="noteAnchor" target="#hn1" resp="#ed.ada">Nobody</ref>',
        id="note and call",
    ),
    pytest.param(
        [says("When the water", "speaker"), says("Then came", "speaker")],
        "",
        '<sp resp="#ed.ada"><speaker resp="#ed.ada">Then came</speaker><p xml:id="p5"',
        id="speaker",
    ),
    pytest.param(
        [says("went", "speaker"), says("home.", "speaker")],
        "turned and the men\n\nwent\n\nhome.",
        'resp="#ed.ada"> went</p>',
        id="a name without a speech",
    ),
    pytest.param(
        [says("The Keeper", "speaker"), says("And afterwards", "speech")],
        "",
        "talk of it.</p></sp>",
        id="a speech goes on",
    ),
    pytest.param(
        [says("When the water", "blockquote"), says("When the water", "paragraph")],
        "",
        "mud.</p>",
        id="out of the quotation again",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("decisions", "read", "encoded"), CASES)
def test_what_an_editor_says_is_read_and_encoded(decisions, read, encoded):
    document, replay, tei = built(*decisions)
    assert {outcome.state for outcome in replay.outcomes} == {"holds"}
    assert read in reading_text(document)
    assert encoded in body(tei)
    assert not check(tei, "ferry.xml")
    assert restore(tei) == RAW.encode()


def test_a_paragraph_named_again_leaves_its_quotation():
    _, _, tei = built(says("When the water", "blockquote"), says("When the water", "paragraph"))
    assert "<quote" not in body(tei)


def test_a_heading_begins_a_division():
    _, _, tei = built(says("He came", SPLIT), says("The Keeper", "heading 1"))
    assert body(tei).count("<div") == body(built()[2]).count("<div") + 1


def test_furniture_that_is_text_again():
    head = says("14 THE", "header")
    _, _, tei = built(head, says("14 THE", "paragraph"))
    assert "<fw" not in body(tei)
    assert "14 THE FERRY</p>" in body(tei)


def test_the_ledger_and_the_decision_say_who():
    document, replay, _ = built(says("When the water", "verse", note="set in short lines"))
    (entry,) = [one for one in document.ledger if one.stage == "hand"]
    assert (entry.rule, entry.by, entry.why) == ("hand.structure", "ada", "set in short lines")
    assert not entry.alters
    assert [one.after for one in replay.ruling.values()] == ["verse"]


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (says("THE FERRY", JOIN), "there is no block before this one"),
        (says("The ferry", SPLIT), "a block begins here already"),
        (says("Nobody", "call gone"), "the note that it calls is no longer there"),
    ],
)
def test_what_cannot_be_done_changes_nothing_and_says_why(decision, why):
    document, replay, tei = built(decision)
    (outcome,) = replay.outcomes
    assert (outcome.state, outcome.why) == ("idle", why)
    assert tei == built()[2]
    assert document.text == built()[0].text


@pytest.mark.parametrize(
    ("first", "then", "why"),
    [
        (
            says("Keeper", "header"),
            says("Keeper", JOIN),
            "this is page furniture: say first what kind of text it is",
        ),
        (
            says("And", JOIN),
            says("left", "note"),
            "a note stands in this block: split it first",
        ),
        (
            says("Nobody", "note"),
            says("parish", JOIN),
            "text stands between this note and the one before it",
        ),
    ],
)
def test_what_would_print_a_text_twice_is_not_done_and_says_why(first, then, why):
    document, replay, _ = built(first, then)
    assert [one.state for one in replay.outcomes] == ["holds", "idle"]
    assert replay.outcomes[1].why == why
    assert reading_text(document) == reading_text(built(first)[0])


@pytest.mark.parametrize("after", ["", "heading", "heading 9", "chapter", "call", "call a b"])
def test_what_is_no_command_is_refused(after):
    with pytest.raises(DecisionError, match="structure"):
        says("THE FERRY", after)


def test_the_schema_knows_the_same_commands():
    schema = json.loads((ROOT / "schemas" / "decisions.schema.json").read_text())
    structural = schema["allOf"][2]["then"]["properties"]["after"]["pattern"]
    commands = [SPLIT, JOIN, *COMMANDS, "call 0af1"]
    assert [one for one in commands if not re.search(structural, one)] == []
    assert not any(re.search(structural, one) for one in ("heading", "heading 4", "call ", "x"))


def test_a_place_that_moved_is_found_again():
    moved = "A line more.\n\n" + RAW
    _, replay = run(Source(moved), FACTS, (), [says("When the water", "verse")])
    assert [one.state for one in replay.outcomes] == ["moved"]
    document, _ = run(Source(moved), FACTS, (), [says("When the water", "verse")])
    assert "willows\n    stood" in reading_text(document)


def words(document) -> list[str]:
    return sorted(re.findall(r"\w+", reading_text(document)))


WORDS = [word for line in RAW.split("\n") for word in line.split() if RAW.count(word) == 1]
SAID = st.builds(
    says, st.sampled_from(WORDS), st.sampled_from([SPLIT, JOIN, *COMMANDS]), id=st.just("")
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SAID, max_size=9))
@example(  # a paragraph runs on over furniture that is made text again
    [
        says("Keeper", "header"),
        says("Keeper", JOIN),
        says("Keeper", "paragraph"),
        says("And", JOIN),
    ]
)
@example([says("And", JOIN), says("So", SPLIT), says("So", JOIN)])  # … over a note that is parted
@example([says("And", JOIN), says("left", "note")])  # a note would hold another
def test_whatever_editors_say_the_edition_is_valid_and_no_word_is_lost(decisions):
    document, replay, tei = built(*decisions)
    assert not check(tei, "ferry.xml"), decisions
    assert restore(tei) == RAW.encode()
    taken = {change.before for change in document.ledger if change.kind == "furniture"}
    if not taken:
        assert words(document) == words(built()[0])
    assert len(replay.outcomes) == len(decisions)
    assert built(*decisions)[2] == tei


def read_page(document, after: str, day: str = "2026-02-01") -> Decision:
    (page,) = pages(document)
    told = place(RAW, *first_line(document, page))
    return Decision(
        "page",
        after=after,
        who="ada",
        when=f"{day}T10:00:00.000Z",
        digest=digest(document, page),
        **told,
    )


@pytest.mark.parametrize(
    ("state", "status", "says_so"),
    [
        ("reviewed", "candidate", "Reviewed: page §1."),
        ("validated", "approved", "Validated against the scan: page §1."),
    ],
)
def test_what_pages_were_read_and_by_whom_is_in_the_header(state, status, says_so):
    bare, _, _ = built()
    _, _, tei = built(read_page(bare, state))
    header = tei.decode()
    assert f'<revisionDesc status="{status}">' in header
    assert f'when="2026-02-01" who="#ed.ada" status="{state}">{says_so}</change>' in header
    assert not check(tei, "ferry.xml")


@pytest.mark.parametrize(
    ("marks", "says_so"),
    [
        ([("ada", "reviewed"), ("ben", "validated")], ["ben validated", "ada reviewed"]),
        ([("ada", "reviewed"), ("ada", "validated")], ["ada validated"]),
        ([("ada", "validated"), ("ben", "reviewed")], ["ben reviewed"]),
        ([("ada", "reviewed"), ("cleo", "reviewed"), ("ben", "validated")], ["ben", "cleo"]),
    ],
)
def test_who_reviewed_a_page_is_in_the_header_with_who_validated_it(marks, says_so):
    bare, _, _ = built()
    said = [replace(read_page(bare, state), who=who) for who, state in marks]
    _, _, tei = built(*said)
    found = re.findall(r'who="#ed\.(\w+)" status="(\w+)">', tei.decode())
    assert [who for who, _ in found] == [one.split()[0] for one in says_so]
    assert all(" ".join(one).startswith(says) for one, says in zip(found, says_so, strict=True))
    assert not check(tei, "ferry.xml")


def test_a_page_that_reads_differently_now_is_not_said_to_be_read():
    bare, _, _ = built()
    page = read_page(bare, "validated")
    told = place(RAW, RAW.index("evening"), RAW.index("evening") + 7)
    _, replay, tei = built(page, Decision("reading", after="morning", who="ada", **told))
    assert replay.outcomes[0].state == "stale"
    assert "Validated" not in tei.decode()


def test_a_later_decision_that_agrees_leaves_the_page_validated():
    bare, _, _ = built()
    told = place(RAW, RAW.index("evening"), RAW.index("evening") + 7)
    agrees = Decision("reading", after="evening", who="ada", **told)
    assert "Validated" in built(read_page(bare, "validated"), agrees)[2].decode()


def test_text_that_no_stage_put_into_a_block_is_one_from_blank_line_to_blank_line():
    raw = "A line.\nIts second.\n\nThe last, with nothing below."
    for quote, span in (("Its", (0, 19)), ("last", (21, len(raw)))):
        start = raw.index(quote)
        told = place(raw, start, start + len(quote))
        one = Decision("structure", after="verse", who="ada", **told)
        document, _ = hand(Document(Source(raw)), [one])
        assert [(m.role, m.start, m.end) for m in document.marks] == [("verse", *span)]


def test_what_needs_no_new_marks_keeps_the_document_as_it_is():
    document = Document(Source(RAW))
    told = place(RAW, 0, 3)
    settled, _ = hand(document, [Decision("refuse", after="Tho", who="ada", **told)])
    assert settled is document
