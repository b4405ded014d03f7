"""The hand: an editor's decision outranks every stage, moves with its place, and is never lost or
guessed at.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from harbour import RAW, document
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.document import Document, Proposal, Source, replay
from pipeline.review.decide.decisions import Decision, place
from pipeline.review.decide.hand import Index, hand, occurrences
from pipeline.review.decide.pages import digest, first_line, pages
from pipeline.review.decide.spread import spreads

DOCUMENT = document()


def at(raw: str, quote: str, nth: int = 0) -> dict:
    start = -1
    for _ in range(nth + 1):
        start = raw.index(quote, start + 1)
    return place(raw, start, start + len(quote))


def decide(verdict: str, quote: str, after: str, nth: int = 0, raw: str = RAW, **more) -> Decision:
    return Decision(verdict, after=after, **at(raw, quote, nth), who="ada", **more)


def states(result) -> list[str]:
    return [one.state for one in result.outcomes]


def reading(decisions, raw: str = RAW, *, propose: bool = True) -> str:
    return hand(document(raw, propose=propose), decisions)[0].text


def test_no_decision_changes_nothing():
    assert hand(DOCUMENT, ())[0] is DOCUMENT


def test_a_held_change_that_is_accepted_is_made():
    after, told = hand(DOCUMENT, [decide("accept", "rnorning", "morning")])
    assert "every morning with" in after.text
    assert states(told) == ["holds"]
    (entry,) = [one for one in after.ledger if one.after == "morning"]
    assert (entry.verdict, entry.by, entry.stage) == ("made", "ada", "spelling")
    assert [after.ledger[i].after for i in told.ruling] == ["morning"]


def test_a_made_change_that_is_refused_is_not_made_and_the_others_are():
    after, _ = hand(DOCUMENT, [decide("refuse", "tbe", "the", 1)])
    assert "and tbe road" in after.text
    assert "below the town" in after.text
    assert [one.verdict for one in after.ledger if one.by == "ada"] == ["refused"]


def test_a_form_is_refused_everywhere_but_where_the_place_is_accepted():
    for order in (1, -1):
        decisions = [
            decide("refuse", "tbe", "the", scope="text"),
            decide("accept", "tbe", "the", 2),
        ][::order]
        text = reading(decisions)
        assert text.count("tbe") == 7
        assert "kept the light" in text


def test_the_later_of_two_decisions_of_one_scope_holds():
    accept, refuse = decide("accept", "rnill", "mill"), decide("refuse", "rnill", "mill")
    assert "mill lost" in reading([refuse, accept])
    assert "rnill lost" in reading([accept, refuse])
    _, told = hand(DOCUMENT, [accept, refuse])
    assert states(told) == ["outranked", "holds"]


@pytest.mark.parametrize("scope", ["text", "project"])
def test_an_own_reading_for_a_form_is_made_wherever_it_is_a_whole_word(scope):
    after, told = hand(DOCUMENT, [decide("reading", "rnayor", "Mayor", scope=scope)])
    assert "said the Mayor." in after.text
    assert len(told.outcomes[0].places) == 1
    text = reading([decide("reading", "mayor", "Mayor", scope=scope)])
    assert "rnayor" in text
    assert "The Mayor did" in text


def test_an_own_reading_of_a_part_of_a_word_is_not_spread():
    raw = "don't go; don went. tbe-ory, lambtbe\n"
    after = hand(
        Document(Source(raw)),
        [
            decide("reading", "don", "Don", raw=raw, nth=1, scope="text"),
            decide("reading", "tbe", "the", raw=raw, scope="text"),
        ],
    )[0]
    assert after.text == "don't go; Don went. the-ory, lambtbe\n"


def test_an_own_reading_settles_every_proposal_for_the_place():
    after, _ = hand(DOCUMENT, [decide("reading", "Febrnary", "Febuary", kind="print")])
    assert "in Febuary the" in after.text
    assert [(one.after, one.verdict, one.kind) for one in after.ledger if "Feb" in one.after] == [
        ("February", "refused", "ocr"),
        ("Febuary", "made", "print"),
    ]


def test_a_place_that_an_editor_leaves_as_it_stands_stays_so():
    after, _ = hand(DOCUMENT, [decide("reading", "tbe", "tbe")])
    assert "below tbe town" in after.text
    assert len(after.ledger) == len(DOCUMENT.ledger)


def test_an_accepted_proposal_may_be_called_the_printers_error_and_the_other_way_round():
    after, _ = hand(
        DOCUMENT,
        [
            decide("accept", "Febrnary", "February", kind="print"),
            decide("accept", "recieved", "received", kind="ocr"),
        ],
    )
    assert {
        (one.after, one.kind) for one in after.ledger if one.verdict == "made" and one.by == "ada"
    } == {
        ("February", "print"),
        ("received", "ocr"),
    }
    assert {(one.after, one.kind) for one in after.ledger if one.verdict == "refused"} == {
        ("February", "ocr"),
        ("received", "print"),
    }


def test_a_decision_outlives_the_stage_that_proposed():
    """The stages may change their mind; what the editor said stays."""
    decisions = [
        decide("accept", "rnorning", "morning"),
        decide("accept", "tbe", "the", 3),
        decide("refuse", "Petrov", "petrol"),
    ]
    text = reading(decisions, propose=False)
    assert "every morning" in text
    assert "but the fishermen" in text
    assert text.count("tbe") == 7
    _, told = hand(document(propose=False), decisions)
    assert states(told) == ["holds"] * 3


def test_a_form_accepted_in_a_text_is_made_though_nobody_proposes_it_any_more():
    """What was learned of the decision itself may be why: the corrector takes the form for a known
    one.
    """
    after, told = hand(
        document(propose=False), [decide("accept", "tbe", "the", scope="text", seen=8)]
    )
    assert states(told) == ["holds"]
    assert after.text == document(propose=False).text.replace("tbe", "the")


def test_a_form_accepted_in_the_project_is_made_in_other_texts_where_it_is_proposed():
    """In another text the form may be right: `fie`, `die` in a text about dice."""
    _, told = hand(
        document(propose=False), [decide("accept", "tbe", "the", scope="project", seen=8)]
    )
    assert states(told) == ["idle"]


def test_a_sign_accepted_everywhere_holds_at_its_own_place_and_is_reported():
    one = decide("accept", ".", ",", scope="text", seen=8)
    after, told = hand(document(propose=False), [one])
    assert states(told) == ["holds"]
    assert "own place only" in told.narrowed[0].why
    assert told.narrowed[0].candidates
    raw = document(propose=False).text
    assert after.text == raw[: one.start] + "," + raw[one.end :]


FIGURES = "I sold 83 sheep. In the next year 83 were born, and we kept 83.\n"


@pytest.mark.parametrize("scope", ["place", "text", "project"])
@pytest.mark.parametrize("verdict", ["accept", "reading"])
@pytest.mark.parametrize(
    ("form", "after"), [("83", "23"), ("I", "J"), ("born", "torn"), ("In", "1n")]
)
def test_a_figure_a_letter_or_a_word_is_never_decided_by_its_form(scope, verdict, form, after):
    """Also where an old decision on disk has the wider scope."""
    one = decide(verdict, form, after, raw=FIGURES, scope=scope, seen=3)
    changed, told = hand(Document(Source(FIGURES)), [one])
    assert changed.text == FIGURES.replace(form, after, 1)
    others = FIGURES.count(f" {form} ") + FIGURES.count(f" {form}.") > 1
    assert [one.narrowed for one in told.outcomes] == [others and scope != "place"]


def test_a_figure_accepted_for_the_text_makes_no_proposal_elsewhere():
    proposed = Document(Source(FIGURES)).apply(
        "spelling",
        [
            Proposal(m.start(), m.end(), "23", "r", "", "ocr", 0.6, "held")
            for m in re.finditer("83", FIGURES)
        ],
    )
    one = decide("accept", "83", "23", nth=1, raw=FIGURES, scope="text", seen=3)
    after, _ = hand(proposed, [one])
    assert after.text == "I sold 83 sheep. In the next year 23 were born, and we kept 83.\n"


@pytest.mark.parametrize("scope", ["text", "project"])
@pytest.mark.parametrize(("verdict", "after"), [("reading", "83"), ("refuse", "23")])
def test_what_a_figure_was_accepted_as_is_not_lost_to_a_later_word_on_another(
    scope, verdict, after
):
    """Accepted for the text, 83 → 23 holds at its own place only: nobody took it back there."""
    accepted = decide("accept", "83", "23", raw=FIGURES, scope=scope)
    elsewhere = decide(verdict, "83", after, nth=1, raw=FIGURES, scope="text")
    changed, told = hand(Document(Source(FIGURES)), [accepted, elsewhere])
    assert changed.text == FIGURES.replace("83", "23", 1)
    assert told.outcomes[0].state == "holds"
    there = decide("reading", "83", "83", raw=FIGURES, scope="text")
    changed, told = hand(Document(Source(FIGURES)), [accepted, there])
    assert changed.text == FIGURES
    assert states(told) == ["outranked", "holds"]


def test_what_a_person_accepted_has_a_persons_certainty():
    after, _ = hand(DOCUMENT, [decide("accept", "rnill", "mill"), decide("accept", "tbe", "the")])
    assert {one.confidence for one in after.ledger if one.by == "ada"} == {1.0}
    refused, _ = hand(DOCUMENT, [decide("refuse", "rnill", "mill")])
    assert [one.confidence for one in refused.ledger if one.by == "ada"] == [0.7]


@pytest.mark.parametrize(
    ("form", "after", "expected"),
    [
        ("tbe", "the", True),
        ("s1ave", "slave", True),
        ("rnill wheel", "mill wheel", True),
        ("83", "23", False),
        ("IO1", "101", False),
        ("l85l", "1851", False),
        ("lO", "10", False),
        ("9o", "90", False),
        ("J", "I", False),
        ("he", "be", False),
        ("don't", "Don't", False),
        ("--", "–", False),
        ("", "", False),
    ],
)
def test_only_what_is_an_error_wherever_it_stands_decides_for_other_places(form, after, expected):
    assert spreads(form, after, "en-GB") is expected


def test_a_word_in_a_running_head_taken_out_stays_taken_out():
    raw = "THE HARB0UR\nof Lowen\n"
    out = Document(Source(raw)).apply(
        "furniture", [Proposal(0, 12, "", "furniture.head", "", "furniture")]
    )
    after, told = hand(
        out,
        [
            decide("reading", "HARB0UR", "HARBOUR", raw=raw),
            decide("reading", "THE", "Tue", raw=raw, scope="text"),
        ],
    )
    assert after.text == out.text
    assert states(told)[0] == "covered"


def test_confirming_a_made_change_keeps_what_lies_over_it():
    raw = "said «tbe mayor\n"
    spelled = Document(Source(raw)).apply("spelling", [Proposal(6, 9, "the", "s", "", "ocr")])
    quoted = spelled.apply("quotes", [Proposal(5, 9, "“the", "q", "", "form")])
    after, told = hand(quoted, [decide("accept", "tbe", "the", raw=raw)])
    assert after.text == quoted.text
    assert states(told) == ["holds"]


def test_refusing_a_held_change_changes_no_reading_even_under_a_wider_one():
    raw = "in tbe sea\n"
    held = Document(Source(raw)).apply("a", [Proposal(3, 6, "tie", "s", "", "ocr", verdict="held")])
    wide = held.apply("b", [Proposal(0, 10, "in the sea", "s", "", "ocr")])
    after, _ = hand(wide, [decide("refuse", "tbe", "tie", raw=raw)])
    assert after.text == wide.text


# --- the raw text changes
# ------------------------------------------------------------------------

DECISIONS = (
    decide("accept", "rnorning", "morning"),
    decide("refuse", "tbe", "the", 5),
    decide("reading", "net lofts", "net-lofts"),
    decide("reading", "Febrnary", "Febuary", kind="print"),
    decide("refuse", "Tbe", "The", 1),
)


@given(st.text(max_size=200), st.integers(0, 40))
def test_decisions_move_with_their_place(added, removed):
    """A better head to the text came, longer or shorter: every decision below it is replayed."""
    head = RAW.index("came down")
    raw = added + RAW[min(removed, head) :]
    after, told = hand(document(raw), DECISIONS)
    assert set(states(told)) <= {"holds", "moved"}
    for wanted in (
        "every morning with",
        "high on tbe shingle",
        "the net-lofts,",
        "in Febuary the",
        "it. Tbe mayor",
    ):
        assert wanted in after.text


@given(st.data())
def test_a_decision_finds_its_own_place_or_none(data):
    """Cut, double and shuffle the lines: a decision that still holds does so among its own
    neighbours.
    """
    lines = RAW.splitlines(keepends=True)
    kept = [line for line in data.draw(st.permutations(lines)) if data.draw(st.booleans())]
    raw = "".join(kept + data.draw(st.lists(st.sampled_from(lines), max_size=4)))
    _, told = hand(document(raw), DECISIONS)
    assert len(told.outcomes) == len(DECISIONS)
    for one in told.outcomes:
        if one.state in {"holds", "moved"}:
            (start, end), *others = one.places
            assert not others
            assert raw[start:end] == one.decision.quote
            near = raw[max(0, start - 12) : end + 12]
            assert one.decision.prefix[-6:] in near or one.decision.suffix[:6] in near


def test_a_place_that_is_gone_is_stale():
    _, told = hand(document(RAW.replace("net lofts", "warehouses")), DECISIONS)
    assert [one.state for one in told.outcomes if one.decision.quote == "net lofts"] == ["stale"]


def test_a_place_that_the_new_text_has_twice_is_stale_and_both_are_offered():
    page = RAW.split("\f")[1]
    raw = f"A new leaf.\n\f{page}\f{page}"
    after, told = hand(document(raw), [DECISIONS[3]])
    assert states(told) == ["stale"]
    assert [raw[a:b] for a, b in told.stale[0].candidates] == ["Febrnary", "Febrnary"]
    assert "Febuary" not in after.text


def test_a_better_ocr_that_reads_what_the_editor_wanted_agrees():
    raw = "A LEAF\n" + RAW.replace("rnorning", "morning")
    _, told = hand(document(raw), [DECISIONS[0]])
    assert states(told) == ["agreed"]


def test_small_errors_mended_around_a_place_do_not_lose_it():
    raw = (
        RAW.replace("In tbe winter", "In the winter")
        .replace("on tbe shingle", "on tbe shingIe")
        .replace("boats lay", "b0ats lay")
    )
    _, told = hand(document(raw), [DECISIONS[1]])
    assert states(told) == ["moved"]


# --- laws
# ------------------------------------------------------------------------


@st.composite
def any_decisions(draw):
    """Decisions on whatever the text has, of every verdict and scope, some of them taken back."""
    made: list[Decision] = []
    changes = [one for one in DOCUMENT.ledger if one.kind != "furniture"]
    forms = {RAW[one.start : one.end] for one in draw(st.lists(st.sampled_from(changes)))}
    few = [one for one in changes if RAW[one.start : one.end] in forms]  # so that they often meet
    for n in range(draw(st.integers(1, 8))):
        verdict = draw(st.sampled_from(["accept", "refuse", "reading", "undo"]))
        if verdict == "undo":
            if made:
                one = draw(st.sampled_from(made))
                made.append(replace(one, verdict="undo", undoes=one.id, id=str(n)))
            continue
        change = draw(st.sampled_from(few or changes))
        after = (
            draw(st.sampled_from([change.after, "other", RAW[change.start : change.end]]))
            if verdict == "reading"
            else change.after
        )
        scope = draw(st.sampled_from(["place", "text", "project"]))
        kind = draw(st.sampled_from(["ocr", "print"]))
        made.append(
            Decision(
                verdict,
                after=after,
                scope=scope,
                kind=kind,
                who="ada",
                id=str(n),
                **place(RAW, change.start, change.end),
            )
        )
    return made


@given(any_decisions())
def test_no_decision_is_lost_and_the_ledger_replays(decisions):
    after, told = hand(DOCUMENT, decisions)
    assert [one.decision for one in told.outcomes] == decisions
    assert replay(after.source, after.ledger, after).text == after.text
    assert after.raw == DOCUMENT.raw
    assert hand(DOCUMENT, decisions)[0] == after
    assert all(after.ledger[i].by == "ada" for i in told.ruling)


@given(any_decisions())
def test_what_is_held_or_refused_changes_no_reading(decisions):
    after, _ = hand(DOCUMENT, decisions)
    made = [one for one in after.ledger if one.verdict == "made"]
    assert replay(after.source, made).text == after.text


@settings(max_examples=400)
@given(any_decisions())
def test_the_reading_is_what_the_highest_decision_says(decisions):
    """Reckon each place by hand, from the rule as the documentation states it."""
    after, _ = hand(DOCUMENT, decisions)
    rank = {"place": 0, "text": 1, "project": 2}
    gone = set()
    for one in reversed(decisions):
        if one.verdict == "undo" and one.id not in gone:
            gone.add(one.undoes)
    stand = [
        (rank[one.scope], -n, one)
        for n, one in enumerate(decisions)
        if one.verdict != "undo" and one.id not in gone
    ]
    apart = {
        one.start
        for _, _, one in stand
        if one.scope != "place"
        and one.verdict != "refuse"
        and one.after != one.quote
        and not spreads(one.quote, one.after, "en")
    }
    for change in DOCUMENT.ledger:
        quote = RAW[change.start : change.end]
        concerned = [
            one
            for _, _, one in sorted(stand, key=lambda row: row[:2])
            if one.quote == quote
            and (
                one.start == change.start
                or (
                    one.scope != "place"
                    and change.start not in apart
                    and (one.verdict == "refuse" or spreads(quote, one.after, "en"))
                )
            )
        ]
        expected = change.after if change.verdict == "made" else quote
        refused = set()
        for one in concerned:
            if one.verdict == "refuse":
                refused.add(one.after)
            elif (
                one.after == change.after or one.verdict == "reading"
            ) and one.after not in refused:
                expected = one.after
                break
        else:
            if change.after in refused:
                expected = quote
        assert after.reading_of(change.start, change.end) == expected


@given(any_decisions())
def test_undoing_everything_restores_what_was(decisions):
    undone = [
        replace(one, verdict="undo", undoes=one.id, id=f"u{n}")
        for n, one in enumerate(decisions)
        if one.verdict != "undo"
    ]
    kept = [one for one in decisions if one.verdict != "undo"]
    assert hand(DOCUMENT, [*kept, *undone])[0].text == DOCUMENT.text


@given(any_decisions(), st.integers(1, 50))
def test_a_change_above_moves_every_reading_along(decisions, width):
    """The same decisions on the same text further down give the same reading further down."""
    assume(decisions)
    raw = "Preface. " * width + "\n\n" + RAW
    before, after = hand(DOCUMENT, decisions)[0], hand(document(raw), decisions)[0]
    assert after.text.endswith(before.text)


# --- pages
# ------------------------------------------------------------------------


def test_a_page_that_was_validated_is_stale_once_it_reads_differently():
    bare = document()
    second = pages(bare)[1]
    one = Decision(
        "page",
        after="validated",
        digest=digest(bare, second),
        **place(RAW, *first_line(bare, second)),
    )
    assert states(hand(bare, [one])[1]) == ["holds"]
    assert states(hand(document(propose=False), [one])[1]) == ["stale"]
    assert states(hand(bare, [one, decide("reading", "net lofts", "net-lofts")])[1]) == [
        "stale",
        "holds",
    ]
    assert states(hand(document("A leaf.\n\n11\n\f" + RAW), [one])[1]) == ["moved"]


@given(st.text("ab'’. -\n0é", max_size=40), st.text("ab'’. -0é", min_size=1, max_size=4))
def test_a_form_stands_as_a_whole_word_where_no_letter_joins_it(raw, form):
    """As a pattern says it; and as the index of a document tells it, which parts the text but
    once.
    """
    left = r"(?<!\w)(?<!\w['’])" if re.match(r"\w", form) else ""
    right = r"(?!\w|['’]\w)" if re.search(r"\w\Z", form) else ""
    wanted = [m.span() for m in re.finditer(left + re.escape(form) + right, raw)]
    assert list(occurrences(raw, form)) == wanted
    assert list(Index(Document(Source(raw))).occurrences(form)) == wanted
