"""The laws of the document, over random texts, proposals and decisions."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Change, Document, Mark, Proposal, Source, replay

WORDS = st.text("xyab", max_size=3)


@st.composite
def documents(draw):
    """Documents after up to four stages that propose whatever they like."""
    document = Document(Source(draw(st.text("ab \n-", max_size=30))))
    for n in range(draw(st.integers(0, 4))):
        document = document.apply(
            f"stage-{n}", draw(st.lists(proposals(len(document.text)), max_size=5))
        )
    return document


@st.composite
def proposals(draw, length):
    start = draw(st.integers(0, length))
    end = draw(st.integers(start, length))
    if draw(st.integers(0, 5)) == 0:
        return Mark("paragraph", start, end)
    kind = draw(st.sampled_from(["ocr", "linebreak", "form", "furniture", "structure", "print"]))
    return Proposal(
        start,
        end,
        draw(WORDS),
        "some.rule",
        "because",
        kind,
        verdict=draw(st.sampled_from(["made", "held"])),
    )


@given(documents())
def test_the_ledger_replayed_over_the_raw_text_is_the_document(document):
    again = replay(document.source, document.ledger, document)
    assert again == document
    assert again.text == document.text


@given(documents())
def test_undoing_every_change_gives_the_raw_text_back(document):
    undone = document.settled(dict.fromkeys(range(len(document.ledger)), ("refused", "editor")))
    assert undone.text == document.raw
    assert len(undone.ledger) == len(document.ledger)


@given(documents())
def test_what_is_held_or_refused_changes_no_reading(document):
    made = [change for change in document.ledger if change.verdict == "made"]
    assert replay(document.source, made, document).text == document.text


@given(documents())
def test_pieces_lie_in_order_and_apart_and_are_never_empty_in_the_raw_text(document):
    at = 0
    for piece in document.pieces:
        assert at <= piece.start < piece.end
        at = piece.end
        assert document.reading_of(piece.start, piece.end) == piece.reading
        assert document.ledger[piece.changes[-1]].after == piece.reading


@given(documents())
def test_every_character_of_the_reading_has_its_place_in_the_raw_text(document):
    for at, char in enumerate(document.text):
        start, end = document.raw_span(at, at + 1)
        assert start < end
        assert char in document.reading_of(start, end)
        first, last = document.reading_span(start, end)
        assert first <= at < last


@given(documents(), st.data())
def test_a_made_proposal_does_to_the_reading_what_it_says(document, data):
    length = len(document.text)
    start = data.draw(st.integers(0, length))
    end = data.draw(st.integers(start, length))
    after = data.draw(WORDS)
    done = document.apply("last", [Proposal(start, end, after, "some.rule", "because", "form")])
    expected = document.text[:start] + after + document.text[end:]
    assert done.text == (expected if document.text else "")
    assert len(done.ledger) - len(document.ledger) == (done.text != document.text)


@given(documents(), st.data())
def test_an_editors_reading_outranks_every_stage(document, data):
    if not document.raw:
        return
    start = data.draw(st.integers(0, len(document.raw) - 1))
    end = data.draw(st.integers(start + 1, len(document.raw)))
    own = Change(
        start,
        end,
        document.raw[start:end],
        "OWN",
        "hand",
        "hand",
        "the editor says so",
        "ocr",
        1.0,
        "made",
        "editor",
    )
    decided = document.settled({}, [own])
    assert "OWN" in decided.text
    assert decided.ledger[-1] == own
    assert len(decided.ledger) == len(document.ledger) + 1


@given(documents(), st.data())
def test_what_editors_settle_is_what_the_ledger_replayed_gives(document, data):
    """Only some pieces are made again; they must be those that a replay of everything makes."""
    verdicts = data.draw(
        st.dictionaries(
            st.integers(0, max(0, len(document.ledger) - 1)),
            st.sampled_from([("made", "ada"), ("refused", "ada")]),
            max_size=len(document.ledger),
        )
    )
    own = []
    if document.raw:
        start = data.draw(st.integers(0, len(document.raw) - 1))
        end = data.draw(st.integers(start + 1, len(document.raw)))
        stage = ("hand", "hand", "", "ocr", 1.0, "made", "ada")
        own = [Change(start, end, document.reading_of(start, end), data.draw(WORDS), *stage)]
    settled = document.settled(verdicts, own)
    assert settled == replay(document.source, settled.ledger, document)
    again = settled.settled(dict.fromkeys(verdicts, ("refused", "ben")))
    assert again == replay(document.source, again.ledger, document)


def test_of_two_proposals_that_overlap_the_first_is_made_and_the_other_held():
    document = Document(Source("abcdef")).apply(
        "s", [Proposal(0, 3, "x", "r", "w", "ocr"), Proposal(2, 5, "y", "r", "w", "ocr")]
    )
    assert document.text == "xdef"
    assert [change.verdict for change in document.ledger] == ["made", "held"]


def test_a_correction_over_a_joined_line_end_leaves_the_line_end_alone():
    document = Document(Source("direc-\n\n !ion")).apply(
        "line-ends", [Proposal(5, 9, "", "line-end.soft", "w", "linebreak")]
    )
    assert document.text == "direc!ion"
    document = document.apply(
        "spelling", [Proposal(0, 9, "direction", "spelling.confusion", "w", "ocr")]
    )
    assert document.text == "direction"
    assert [(piece.start, piece.end, piece.reading) for piece in document.pieces] == [
        (5, 9, ""),
        (9, 10, "t"),
    ]


def test_an_insertion_takes_in_its_neighbour_so_that_no_raw_span_is_empty():
    document = Document(Source("kingwas")).apply(
        "spelling", [Proposal(4, 4, " ", "spelling.split", "w", "ocr")]
    )
    assert document.text == "king was"
    assert (document.ledger[0].before, document.ledger[0].after) == ("w", " w")


def test_a_source_gives_its_bytes_back():
    source = Source("a\nb", encoding="utf-8", newline="\r\n", bom=True)
    assert source.data == b"\xef\xbb\xbfa\r\nb"


def test_what_rests_on_a_refused_change_is_held():
    """`tbc` read `thc` and that read `the`: without the first the second has nothing to mend."""
    document = Document(Source("tbc man"))
    for n, (before, after) in enumerate([("tbc", "thc"), ("thc", "the")]):
        proposal = Proposal(0, len(before), after, f"rule.{n}", "test", "ocr")
        document = document.apply(f"stage-{n}", [proposal])
    assert document.text == "the man"
    settled = document.settled({0: ("refused", "ada")})
    assert [change.verdict for change in settled.ledger] == ["refused", "held"]
    assert settled.text == "tbc man"
