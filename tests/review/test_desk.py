"""The desk: what is shown, and the way of a decision to the disk."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from harbour import RAW, subject

from pipeline.document import Document, Proposal, Source
from pipeline.errors import DecisionError, EmendError
from pipeline.review.decide.decisions import Decision, append, place, read
from pipeline.review.serve.asked import OutdatedError
from pipeline.review.serve.desk import Desk, NotReadyError
from pipeline.review.serve.progress import pace


@pytest.fixture
def desk(lowen) -> Desk:
    desk = Desk(lowen)
    desk.view(wait=True)
    return desk


def ask(desk, *items, who="ada", **more):
    view = desk.view()
    return desk.decide(
        {"epoch": view.epoch, "version": view.version, "who": who, "items": list(items)} | more
    )


def number(desk, form, after=None) -> int:
    return next(
        i
        for i, group in enumerate(desk.view().groups)
        if group.form == form and after in {None, group.after}
    )


def counts(desk, form):
    return desk.view().rows[number(desk, form)][3:8]


def test_proposals_are_grouped_and_those_first_that_are_worth_most(desk):
    rows = desk.view().rows
    assert rows[number(desk, "tbe")][:5] == ("tbe", "the", "ocr", 8, 0)
    assert [row[8] for row in rows] == sorted((row[8] for row in rows), reverse=True)
    assert rows[0][0] in {"rnorning", "Febrnary"}


def test_a_group_unfolds_into_its_places_in_context(desk):
    told = desk.view().group(number(desk, "tbe"))
    assert told["total"] == 8
    first = told["places"][0]
    assert (first["n"], first["line"], first["form"], first["after"], first["reading"]) == (
        "12",
        2,
        "tbe",
        "the",
        "the",
    )
    assert first["left"].endswith("The harbour lies below ")
    assert first["right"].startswith(" town, and the road to it")


def test_a_long_group_is_told_in_parts(desk):
    group = number(desk, "tbe")
    whole = desk.view().group(group)["places"]
    assert desk.view().group(group, 3, 2)["places"] == whole[3:5]


def test_what_is_decided_moves_the_figures_of_the_same_misreading(desk):
    sure = {row.form: row.confidence for row in desk.view().rows}
    assert {row.misreading for row in desk.view().rows if row.form in {"rnill", "hirn"}} == {
        "rn → m"
    }
    told = ask(desk, {"verdict": "accept", "group": number(desk, "rnorning"), "scope": "text"})
    now = {row.form: row.confidence for row in desk.view().rows}
    assert now["rnill"] > sure["rnill"]
    assert now["Febrnary"] == sure["Febrnary"]
    assert number(desk, "rnill") in told["groups"]  # the page learns of it
    for form in ("hirn", "rnayor"):
        ask(desk, {"verdict": "refuse", "group": number(desk, form), "scope": "text"})
    assert {row.form: row.confidence for row in desk.view().rows}["rnill"] < sure["rnill"]
    ask(desk, *({"verdict": "undo", "undoes": one.id} for one in desk.view().decisions))
    assert {row.form: row.confidence for row in desk.view().rows} == sure


def test_an_accepted_group_is_one_line_on_disk_and_every_place(desk, lowen):
    told = ask(desk, {"verdict": "accept", "group": number(desk, "tbe"), "scope": "text"})
    (one,) = read(lowen.own).decisions
    assert (one.verdict, one.scope, one.quote, one.after, one.seen, one.who) == (
        "accept",
        "text",
        "tbe",
        "the",
        8,
        "ada",
    )
    assert told["ids"] == [one.id]
    assert counts(desk, "tbe") == (8, 0, 0, 8, 0)
    assert told["groups"] == {number(desk, "tbe"): desk.view().rows[number(desk, "tbe")]}


def test_one_place_of_a_group_is_refused(desk):
    entry = desk.view().group(number(desk, "tbe"))["places"][2]["entry"]
    ask(desk, {"verdict": "refuse", "entry": entry})
    assert counts(desk, "tbe") == (8, 0, 7, 0, 1)
    assert "kept tbe light" in desk.view().document.text


def test_undo_restores_and_keeps_both_lines(desk, lowen):
    before = desk.view().rows
    told = ask(desk, {"verdict": "refuse", "group": number(desk, "tbe"), "scope": "text"})
    assert desk.view().rows != before
    assert desk.view().state()["last"] == {"ada": told["ids"]}
    ask(desk, {"verdict": "undo", "undoes": told["ids"][0]})
    assert desk.view().rows == before
    assert [one.verdict for one in read(lowen.own).decisions] == ["refuse", "undo"]
    assert desk.view().state()["last"] == {}


def test_a_decision_for_the_project_goes_to_the_projects_file_and_so_does_its_undo(desk, lowen):
    told = ask(desk, {"verdict": "accept", "group": number(desk, "hirn"), "scope": "project"})
    ask(desk, {"verdict": "undo", "undoes": told["ids"][0]})
    assert [one.verdict for one in read(lowen.shared).decisions] == ["accept", "undo"]
    assert not lowen.own.exists()


def test_a_word_is_corrected_by_hand(desk, lowen):
    start = RAW.index("lantern")
    ask(
        desk,
        {
            "verdict": "reading",
            "start": start,
            "end": start + 7,
            "before": "lantern",
            "after": "lanterns",
        },
    )
    assert "with his lanterns and" in desk.view().document.text
    assert read(lowen.own).decisions[0].quote == "lantern"


def test_a_word_over_a_line_end_keeps_the_line_end(lowen):
    (lowen.folder / "source.txt").write_text("the har-\nb0ur lay still\n\n1\n")
    desk = Desk(lowen)
    view = desk.view(wait=True)
    start, end = 4, view.base.raw.index(" lay")
    ask(
        desk,
        {
            "verdict": "reading",
            "start": start,
            "end": end,
            "before": "har-\nb0ur",
            "after": "har-\nbour",
        },
    )
    one = read(lowen.own).decisions[0]
    assert (one.quote, one.after) == ("0", "o")
    assert "har-\nbour" in desk.view().document.text


def test_a_form_that_is_right_is_left_everywhere_and_is_a_word(desk):
    ask(
        desk,
        {"verdict": "reading", "group": number(desk, "Petrov"), "after": "Petrov", "scope": "text"},
    )
    assert counts(desk, "Petrov") == (3, 0, 0, 0, 3)
    assert "Petrov" in desk.view().evidence.words


def test_the_printers_error(desk):
    ask(desk, {"verdict": "accept", "group": number(desk, "recieved"), "scope": "text"})
    ask(
        desk,
        {"verdict": "accept", "group": number(desk, "Febrnary"), "scope": "text", "kind": "print"},
    )
    kinds = {
        change.after: change.kind
        for change in desk.view().document.ledger
        if change.verdict == "made" and change.by == "ada"
    }
    assert kinds == {"received": "print", "February": "print"}


# --- two people
# ------------------------------------------------------------------------


def test_a_decision_from_an_outdated_view_on_the_same_form_is_a_conflict_and_writes_nothing(
    desk, lowen
):
    view = desk.view()
    group = number(desk, "tbe")
    ask(desk, {"verdict": "refuse", "group": group, "scope": "text"}, who="ben")
    with pytest.raises(OutdatedError) as conflict:
        ask(desk, {"verdict": "accept", "group": group, "scope": "text"}, version=view.version)
    assert [(one.who, one.verdict) for one in conflict.value.found] == [("ben", "refuse")]
    assert len(read(lowen.own).decisions) == 1


@pytest.mark.parametrize("first", ["group", "entry"])
def test_a_place_and_its_group_conflict(desk, first):
    view = desk.view()
    group = number(desk, "tbe")
    items = {
        "group": {"verdict": "refuse", "group": group, "scope": "text"},
        "entry": {"verdict": "refuse", "entry": view.groups[group].entries[0]},
    }
    ask(desk, items.pop(first))
    with pytest.raises(OutdatedError):
        ask(desk, items.popitem()[1], version=view.version)


def test_people_who_decide_on_different_things_do_not_disturb_one_another(desk, lowen):
    view = desk.view()
    ask(desk, {"verdict": "refuse", "group": number(desk, "tbe"), "scope": "text"}, who="ben")
    ask(
        desk,
        {"verdict": "accept", "group": number(desk, "hirn"), "scope": "text"},
        version=view.version,
    )
    assert [one.who for one in read(lowen.own).decisions] == ["ben", "ada"]


def test_two_desks_on_one_text_see_one_another(desk, lowen):
    other = Desk(lowen)
    other.view(wait=True)
    ask(desk, {"verdict": "accept", "group": number(desk, "tbe"), "scope": "text"})
    assert counts(other, "tbe") == (8, 0, 0, 8, 0)


def test_of_many_who_decide_on_one_thing_at_once_one_is_first(desk, lowen):
    view, group = desk.view(), number(desk, "tbe")
    outcome = []

    def one(who):
        try:
            ask(
                desk,
                {"verdict": "refuse", "group": group, "scope": "text"},
                who=who,
                version=view.version,
            )
            outcome.append("written")
        except OutdatedError:
            outcome.append("conflict")

    threads = [threading.Thread(target=one, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["conflict"] * 7 + ["written"]
    assert len(read(lowen.own).decisions) == 1


def test_a_decisions_file_that_became_another_is_told(desk, lowen):
    ask(desk, {"verdict": "accept", "group": number(desk, "tbe"), "scope": "text"})
    view = desk.view()
    lowen.own.write_text("")
    with pytest.raises(OutdatedError, match="has been replaced"):
        ask(
            desk,
            {"verdict": "accept", "group": number(desk, "hirn"), "scope": "text"},
            version=view.version,
        )


def test_a_word_that_reads_differently_by_now_is_not_overwritten(desk):
    start = RAW.index("lantern")
    with pytest.raises(OutdatedError, match="reads differently"):
        ask(
            desk,
            {
                "verdict": "reading",
                "start": start,
                "end": start + 7,
                "before": "Lantern",
                "after": "lamp",
            },
        )


# --- the raw text changes
# ------------------------------------------------------------------------


def test_a_source_that_changes_is_read_again_and_the_decisions_move(desk, lowen):
    ask(
        desk,
        {"verdict": "accept", "entry": desk.view().groups[number(desk, "rnorning")].entries[0]},
    )
    epoch = desk.view().epoch
    source = lowen.folder / "source.txt"
    source.write_text("A NEW LEAF\n\n11\n\f" + source.read_text())
    view = desk.view(wait=True)
    assert view.epoch != epoch
    assert [one.state for one in view.replay.outcomes] == ["moved"]
    assert "every morning" in view.document.text
    with pytest.raises(OutdatedError, match="has changed"):
        ask(desk, {"verdict": "accept", "group": 0, "scope": "text"}, epoch=epoch)


def test_a_lost_decision_is_listed_with_where_it_may_belong_and_finds_its_place_again(desk, lowen):
    append(
        lowen.own,
        [
            Decision(
                "reading",
                after="net-lofts",
                who="ada",
                **place(RAW, RAW.index("net lofts"), RAW.index("net lofts") + 9),
            )
        ],
    )
    page = RAW.split("\f")[1]
    (lowen.folder / "source.txt").write_text(f"A\n\n11\n\f{page}\f{page}")
    view = desk.view(wait=True)
    (lost,) = view.state()["stale"]
    assert lost["form"] == "net lofts"
    assert len(lost["candidates"]) == 2
    there = lost["candidates"][1]
    item = {
        "verdict": "reading",
        "start": there["start"],
        "end": there["end"],
        "before": "net lofts",
        "after": "net-lofts",
        "undoes": lost["id"],
    }
    told = ask(desk, item)
    assert told["stale"] == []
    assert desk.view().document.text.count("net-lofts") == 1


# --- what is shown
# ------------------------------------------------------------------------


def test_a_page_shows_raw_and_edition_whole_and_every_word_with_its_place(desk):
    view = desk.view()
    for index, page in enumerate(view.pages):
        told = view.page(index)
        raw = view.base.raw
        runs = {name: [run for line in told[name] for run in line] for name in ("raw", "edition")}
        assert "".join(text for text, _, _ in runs["raw"]) == raw[page.start : page.end]
        for (start, end), word in zip(
            told["raw_words"], raw[page.start : page.end].split(), strict=True
        ):
            assert raw[start:end] == word
        edition = "".join(text for text, _, _ in runs["edition"])
        assert edition.split() == view.document.reading_of(page.start, page.end).split()
        for n, (start, end) in enumerate(told["edition_words"]):
            assert view.document.reading_of(start, end) == "".join(
                text for text, word, _ in runs["edition"] if word == n
            )
    assert {mark["stands"] for mark in view.page(0)["marks"]} == {"made", "open"}


def test_lines_of_raw_and_edition_stand_side_by_side(tmp_path):
    """A line of the edition has beside it the raw lines that it was made of: two where a word is
    joined over the line end.
    """
    raw = "a question of gov\nernment.\n\nHow can tbe\ngovernment\n- 7 -\nof the peo-\nple\n"
    joined = [
        ("\n", "", raw.index("\nern")),
        ("tbe", "the", raw.index("tbe")),
        ("- 7 -\n", "", raw.index("- 7")),
        ("-\n", "", raw.index("-\nple")),
    ]
    changes = [
        Proposal(at, at + len(old), new, "rule", "why", "linebreak" if old == "\n" else "ocr")
        for old, new, at in joined
    ]
    desk = Desk(
        replace(subject(tmp_path), load=lambda: Document(Source(raw)).apply("spelling", changes))
    )
    told = desk.view(wait=True).page(0)
    lines = [
        ["".join(text for text, _, _ in line) for line in told[name]] for name in ("raw", "edition")
    ]
    assert list(zip(*lines, strict=True)) == [
        ("a question of gov\nernment.\n", "a question of government.\n"),
        ("\n", "\n"),
        ("How can tbe\n", "How can the\n"),
        ("government\n", "government\n"),
        ("- 7 -\nof the peo-\nple\n", "of the people\n"),
    ]


def test_the_state_of_a_page_follows_from_what_was_decided(desk):
    def state():
        return [page["state"] for page in desk.view().state()["pages"]]

    assert state() == ["proposed"] * 3
    for i in range(len(desk.view().groups)):
        ask(desk, {"verdict": "accept", "group": i, "scope": "text"})
    assert state() == ["reviewed"] * 3
    ask(desk, {"verdict": "page", "page": 1, "after": "validated"})
    assert state() == ["reviewed", "validated", "reviewed"]
    start = RAW.index("net lofts")
    ask(
        desk,
        {"verdict": "reading", "start": start, "end": start + 3, "before": "net", "after": "sail"},
    )
    assert state() == ["reviewed"] * 3
    assert desk.view().state()["stale"][0]["verdict"] == "page"


def test_progress_tells_what_is_left(desk):
    told = desk.view().state()["progress"]
    assert (told["open"], told["groups"], told["seconds"]) == (9, 7, None)
    ask(desk, {"verdict": "refuse", "group": number(desk, "Petrov"), "scope": "text"})
    assert desk.view().state()["progress"]["open"] == 6


def test_the_pace_leaves_pauses_out():
    def at(*seconds):
        return [
            Decision(
                "accept",
                0,
                1,
                "a",
                "b",
                when=f"2026-01-01T{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}Z",
            )
            for s in seconds
        ]

    assert pace(at(0, 10, 20, 30)) is None
    assert pace(at(0, 10, 20, 30, 40)) == 10
    assert pace(at(0, 10, 20, 4000, 4010, 4020)) == 10
    assert pace([replace(one, when="yesterday") for one in at(0, 1, 2, 3, 4, 5)]) is None


def test_the_search_finds_words_in_either_text(desk):
    view = desk.view()
    assert [hit["form"] for hit in view.search("the harbour")["hits"]] == [
        "THE HARBOUR",
        "Tbe harbour",
    ]
    assert view.search("TBE DOG")["total"] == 1
    assert view.search("winter the boats")["total"] == 1
    assert view.search("  ")["total"] == 0
    assert view.search("unheard of")["total"] == 0


def test_what_was_learned_is_shown(desk):
    ask(desk, {"verdict": "accept", "group": number(desk, "rnill"), "scope": "text"})
    assert desk.view().state()["learned"]["confusions"] == [("rn", "m", 1)]
    assert desk.view().group(number(desk, "rnayor"))["known"] == [
        "“rn” → “m” was accepted at 1 place"
    ]


def test_a_page_hears_what_others_have_decided_since_its_version(desk):
    was = desk.view()
    first, second = number(desk, "rnill"), number(desk, "Petrov")
    ask(desk, {"verdict": "accept", "group": first, "scope": "text"}, who="ben")
    told = desk.version(was.epoch, was.version)
    now = desk.view()
    assert told["version"] == now.version
    assert told["groups"][first] == now.rows[first]
    assert {n for n, row in enumerate(now.rows) if row != was.rows[n]} == set(told["groups"])
    assert desk.version(was.epoch, now.version) == {"epoch": was.epoch, "version": now.version}
    # A decision on something else, by a page that has not heard of Ben's, tells of it too.
    told = ask(desk, {"verdict": "refuse", "group": second}, version=was.version)
    assert {first, second} <= set(told["groups"])
    assert told["version"] == desk.view().version


def test_a_page_whose_version_is_long_past_hears_everything(desk):
    was = desk.view()
    ask(desk, {"verdict": "accept", "group": 0})
    desk._past.clear()
    assert len(desk.version(was.epoch, was.version)["groups"]) == len(was.rows)


def test_what_was_saved_before_the_server_died_is_not_saved_twice(desk, lowen):
    """The page never heard that it was: its editor decides the same again."""
    was = desk.view().version
    item = {"verdict": "accept", "group": number(desk, "rnill"), "scope": "text"}
    first = ask(desk, item)
    again = ask(desk, item, version=was)
    assert again["ids"] == first["ids"]
    assert len(read(lowen.own).decisions) == 1
    with pytest.raises(OutdatedError):  # another editor hears of it
        ask(desk, item, version=was, who="ben")
    with pytest.raises(OutdatedError):  # and so does who decides otherwise
        ask(desk, {**item, "verdict": "refuse"}, version=was)


class _KilledError(BaseException):
    """Like a kill, it is caught by nothing that mends."""


@pytest.mark.parametrize("written", [0.0, 0.5, 1.0])
def test_a_server_killed_while_it_saves_loses_nothing_that_it_confirmed(
    desk, lowen, monkeypatch, written
):
    """Of the decision it was saving, nothing, half a line or all is on disk."""
    ask(desk, {"verdict": "accept", "group": number(desk, "rnill"), "scope": "text"})
    item = {"verdict": "accept", "group": number(desk, "rnorning"), "scope": "text"}
    was = desk.view().version

    def killed(path, some, *, whole):
        assert whole
        line = (some[0].to_json() + "\n").encode()
        with path.open("ab") as file:
            file.write(line[: int(written * len(line))])
        raise _KilledError

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.review.decide.decisions._write", killed)
        with pytest.raises(_KilledError):
            ask(desk, item)
    again = Desk(lowen)
    again.view(wait=True)
    assert read(lowen.own).decisions[0].quote == "rnill"
    # The page, which heard nothing, saves it again.
    ask(again, item, version=was)
    assert [one.quote for one in read(lowen.own).decisions] == ["rnill", "rnorning"]
    assert bool(again.view().state()["remarks"]) == (written == 0.5)
    assert "the mill lost its wheel" in again.view().document.text
    assert "came down every morning" in again.view().document.text


def test_standings_that_follow_from_earlier_ones_are_those_counted_afresh(desk, lowen):
    for n, verdict in enumerate(["accept", "refuse", "accept", "reading"]):
        ask(desk, {"verdict": verdict, "group": n, "scope": "text", "after": "stone"})
        ask(desk, {"verdict": "refuse", "entry": desk.view().groups[n].entries[0]})
    for one in desk.view().decisions[::2]:
        ask(desk, {"verdict": "undo", "undoes": one.id})
    fresh = Desk(lowen)
    assert fresh.view(wait=True).rows == desk.view().rows
    assert fresh.view().page_rows == desk.view().page_rows
    assert fresh.view().document == desk.view().document


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"verdict": "accept"},
        {"verdict": "perhaps", "group": 0},
        {"verdict": "accept", "group": 99},
        {"verdict": "accept", "group": -1},
        {"verdict": "accept", "group": "0"},
        {"verdict": "accept", "group": True},
        {"verdict": "accept", "entry": 10**9},
        {"verdict": "accept", "group": 0, "scope": "world"},
        {"verdict": "accept", "group": 0, "kind": "form"},
        {"verdict": "reading", "group": 0, "after": 3},
        {"verdict": "reading", "group": 0, "after": "x" * 50_001},
        {"verdict": "reading", "group": 0, "after": "\x00"},
        {"verdict": "reading", "start": -5, "end": 3, "after": "x"},
        {"verdict": "reading", "start": 5, "end": 10**9, "after": "x"},
        {"verdict": "undo", "undoes": "nothing"},
        {"verdict": "undo"},
        {"verdict": "page", "page": 0, "after": "burnt"},
        {"verdict": "page", "page": 99, "after": "reviewed"},
        "accept",
        None,
    ],
)
def test_what_makes_no_sense_is_refused_and_not_written(desk, lowen, item):
    with pytest.raises(DecisionError):
        ask(desk, item)
    assert not lowen.own.exists()


def test_of_a_request_that_is_partly_senseless_nothing_is_written(desk, lowen):
    with pytest.raises(DecisionError):
        ask(desk, {"verdict": "accept", "group": 0}, {"verdict": "accept", "group": 99})
    assert not lowen.own.exists()


def test_a_text_that_is_being_read_says_so_and_one_that_cannot_be_says_why(lowen):
    go = threading.Event()
    slow = Desk(replace(lowen, load=lambda: (go.wait(5), lowen.load())[1]))
    with pytest.raises(NotReadyError):
        slow.view()
    go.set()
    assert slow.view(wait=True).groups

    def broken():
        raise EmendError("The source is empty.")

    desk = Desk(replace(lowen, load=broken))
    for _ in range(2):  # and again, for it may have been mended meanwhile
        with pytest.raises(EmendError, match="source is empty"):
            desk.view(wait=True)


# --- by form, or place by place
# ------------------------------------------------------------------------


@pytest.fixture
def mixed(lowen) -> Desk:
    """`he` is proposed to be `be` at one place of three; a speck, a part of a word, a broken word,
    and `tbe` at both its places.
    """
    raw = "he said he must he here, .folk and stimu1ation\nof gov\nernment by tbe and tbe\n"

    def load():
        at = {form: raw.index(form) for form in ("must he", ".folk", "1ation", "gov\nernment")}
        first = raw.index("tbe")
        rows = [
            (at["must he"] + 5, 2, "be", "ocr"),
            (at[".folk"], 1, "", "ocr"),
            (at["1ation"], 1, "l", "ocr"),
            (at["gov\nernment"] + 3, 1, "", "linebreak"),
            (first, 3, "the", "ocr"),
            (raw.index("tbe", first + 1), 3, "the", "ocr"),
        ]
        proposals = [
            Proposal(a, a + n, after, "r", "w", kind, 0.5, "held") for a, n, after, kind in rows
        ]
        return Document(Source(raw)).apply("spelling", proposals)

    desk = Desk(replace(lowen, load=load))
    desk.view(wait=True)
    return desk


@pytest.mark.parametrize(
    ("form", "after", "scope", "reading"),
    [
        ("he", "be", "place", "he said he must be here"),
        (".folk", "folk", "place", " folk and"),
        ("stimu1ation", "stimulation", "place", " stimulation"),
        ("gov\nernment", "government", "place", "of government by"),
        ("tbe", "the", "text", "by the and the"),
    ],
)
def test_a_group_is_decided_by_form_only_if_the_form_is_an_error_wherever_it_stands(
    mixed, lowen, form, after, scope, reading
):
    ask(mixed, {"verdict": "accept", "group": number(mixed, form, after), "scope": "text"})
    assert {one.scope for one in read(lowen.own).decisions} == {scope}
    assert reading in mixed.view().document.text


def test_a_form_is_left_as_it_is_everywhere_even_if_it_is_proposed_here_and_there(mixed, lowen):
    ask(mixed, {"verdict": "reading", "group": number(mixed, "he"), "after": "he", "scope": "text"})
    assert [one.scope for one in read(lowen.own).decisions] == ["text"]
    ask(
        mixed,
        {
            "verdict": "reading",
            "group": number(mixed, "stimu1ation"),
            "after": "stimulus",
            "scope": "text",
        },
    )
    assert "stimulus\nof" in mixed.view().document.text
    assert read(lowen.own).decisions[-1].scope == "place"


def test_what_was_decided_at_a_place_teaches_nothing_of_other_places(mixed):
    for form in ("he", ".folk", "tbe"):
        ask(mixed, {"verdict": "accept", "group": number(mixed, form), "scope": "text"})
    told = mixed.view().evidence
    assert told.accepted == (("tbe", "the"),)
    assert told.words == {"be", "the"}


@pytest.fixture
def asked(lowen) -> Desk:
    """Two notes that nothing calls, about which a stage asks, and a misread word."""
    text = "The mill stood by tbe river.\n\n1 Nothing calls this.\n\n1 Nor this.\n"

    def load() -> Document:
        document = Document(Source(text))
        calls = [at for at in range(len(text)) if text.startswith("1 N", at)]
        return document.apply(
            "notes",
            [
                Proposal(
                    at, at + 1, "1", "note.unbound", "nothing calls it", "structure", 0.5, "held"
                )
                for at in calls
            ]
            + [Proposal(18, 21, "the", "spelling", "no word", "ocr", 0.9, "held")],
        )

    lowen.own.unlink(missing_ok=True)
    desk = Desk(replace(lowen, load=load))
    desk.view(wait=True)
    return desk


@pytest.mark.parametrize("item", [{"verdict": "accept"}, {"verdict": "reading", "after": "1"}])
def test_a_query_is_shown_and_answered_by_leaving_it_as_it_is(asked, item):
    group = number(asked, "1")
    assert counts(asked, "1")[:2] == (2, 2)
    entries = [place["entry"] for place in asked.view().group(group)["places"]]
    ask(asked, {"entry": entries[0], **item})
    assert [asked.view().place(entry)["stands"] for entry in entries] == ["accepted", "open"]
    assert asked.view().document.text == asked.view().base.text
    assert counts(asked, "tbe")[1] == 1


def test_a_query_is_answered_by_another_reading(asked):
    entry = asked.view().group(number(asked, "1"))["places"][0]["entry"]
    ask(asked, {"entry": entry, "verdict": "reading", "after": "[1]"})
    assert counts(asked, "1")[1] == 1
    assert "[1] Nothing calls this." in asked.view().document.text
