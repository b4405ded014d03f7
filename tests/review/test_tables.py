"""What the review gives to other programs: diff, queue, errata; what it takes from them; the
schema; what it learns.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
from harbour import RAW, document
from lxml import etree

from pipeline.document import Document, Proposal, Source
from pipeline.errors import DecisionError, EmendError
from pipeline.ledger import entries, to_lines
from pipeline.review import diff
from pipeline.review.decide.decisions import Decision, place, read
from pipeline.review.decide.evidence import confused, evidence
from pipeline.review.decide.hand import hand
from pipeline.review.errata import errata
from pipeline.review.serve import queue
from pipeline.review.serve.desk import Desk
from pipeline.review.serve.typed import typed, undone

SCHEMA = Path(__file__).parent.parent.parent / "schemas" / "decisions.schema.json"


def decide(verdict: str, quote: str, after: str, nth: int = 0, **more) -> Decision:
    start = -1
    for _ in range(nth + 1):
        start = RAW.index(quote, start + 1)
    return Decision(
        verdict,
        after=after,
        **place(RAW, start, start + len(quote)),
        **{"who": "ada", "id": f"{verdict}{start}", **more},
    )


@pytest.fixture
def desk(lowen) -> Desk:
    desk = Desk(lowen)
    desk.view(wait=True)
    return desk


def settle(desk, items):
    view = desk.view()
    return desk.decide({"epoch": view.epoch, "version": view.version, "who": "ada", "items": items})


def rows(*decisions, raw=RAW, propose=True):
    return list(entries(hand(document(raw, propose=propose), decisions)[0]))


# --- diff
# ------------------------------------------------------------------------


def test_the_whole_ledger_is_a_diff_from_nothing():
    groups = diff.compare([], rows())
    assert [(one.sign, one.form, one.after, len(one.rows)) for one in groups][:2] == [
        ("+", "tbe", "the", 8),
        ("+", "Tbe", "The", 2),
    ]
    text = diff.to_text(groups)
    assert text.startswith("+ tbe → the   8 places, ocr, spelling.ocr\n")
    assert "below [-tbe-]{+the+} town" in text
    assert text.endswith("13 applied\n")
    assert "\x1b[" not in text
    assert "\x1b[31m[-tbe-]\x1b[0m" in diff.to_text(groups, colour=True)
    assert diff.to_text(groups, most=2).count("[-tbe-]") == 2
    assert "and 6 more" in diff.to_text(groups, most=2)


def test_one_state_of_a_ledger_against_another():
    groups = diff.compare(
        rows(),
        rows(
            decide("refuse", "tbe", "the", 2),
            decide("accept", "hirn", "him"),
            decide("reading", "medal", "model"),
        ),
    )
    assert [(one.sign, one.form, one.after, len(one.rows)) for one in groups] == [
        ("-", "tbe", "the", 1),
        ("+", "hirn", "him", 1),
        ("+", "medal", "model", 1),
    ]
    assert groups[0].rows[0]["left"].endswith("kept ")
    assert "by ada" in diff.to_text(groups)
    assert diff.to_text(groups).endswith("2 applied, 1 no longer applied\n")


def test_a_raw_text_that_grew_at_its_head_differs_in_nothing():
    moved = rows(raw="A leaf.\n\n" + RAW)
    assert [one.form for one in diff.compare(rows(), moved)] == []


def test_what_did_not_change_is_no_difference():
    assert diff.compare(rows(), rows()) == ()
    assert diff.to_text(()) == "no difference\n"


def test_the_diff_as_json_and_as_a_page():
    groups = diff.compare([], rows(decide("reading", "medal", "<b>&\udcff")))
    told = json.loads(diff.to_json(groups))
    assert told[0]["places"] == len(told[0]["changes"]) == 8
    page = diff.to_html(groups, "Lowen & more")
    assert "<script" not in page
    assert "http" not in page
    assert "&lt;b&gt;&amp;" in page
    assert "Lowen &amp; more" in page
    page.encode()


def test_since_a_revision(tmp_path):
    edition = tmp_path / "edition" / "lowen"
    edition.mkdir(parents=True)

    def git(*words):
        subprocess.run(
            ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
            check=True,
            capture_output=True,
        )

    with pytest.raises(EmendError, match="not in a git repository"):
        diff.ledger_at(edition, "HEAD")
    git("init")
    git("commit", "--allow-empty", "-m", "nothing")
    (edition / "changes.jsonl").write_text(to_lines(rows()))
    git("add", ".")
    git("commit", "-m", "an edition")
    (edition / "changes.jsonl").write_text(to_lines(rows(decide("accept", "hirn", "him"))))
    groups = diff.compare(diff.ledger_at(edition, "HEAD"), diff.ledger_now(edition))
    assert [(one.sign, one.form) for one in groups] == [("+", "hirn")]
    assert diff.ledger_at(edition, "HEAD~1") == []
    for wrong in ("nowhere", "--output=x"):
        with pytest.raises(EmendError, match="revision"):
            diff.ledger_at(edition, wrong)


@pytest.mark.parametrize("line", ["{", "[]", "3", '{"start": 1}'])
def test_what_is_no_ledger_is_told(line):
    with pytest.raises(EmendError, match="line 2"):
        diff.ledger_from("\n" + line)


def test_an_edition_that_is_not_there_is_told(tmp_path):
    with pytest.raises(EmendError, match="emend build nowhere"):
        diff.ledger_now(tmp_path / "nowhere")


# --- the queue as a table
# ------------------------------------------------------------------------


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def filled(text: str, **by_form: dict[str, str]) -> str:
    """What a spreadsheet gives back: the rows with some cells filled in, CRLF, a byte order
    mark.
    """
    lines = table(text)
    out = io.StringIO()
    writer = csv.DictWriter(
        out, lines[0].keys(), delimiter="\t", lineterminator="\r\n", quoting=csv.QUOTE_ALL
    )
    writer.writeheader()
    for line in lines:
        writer.writerow(line | by_form.get(line["form"], {}))
    return "\ufeff" + out.getvalue()


def test_the_queue_goes_to_a_spreadsheet_and_comes_back(desk, lowen):
    sheet = queue.to_tsv(desk.view())
    assert [line["form"] for line in table(sheet)] == [row[0] for row in desk.view().rows if row[4]]
    back = filled(
        sheet,
        rnorning={"verdict": "Accept"},
        Petrov={"verdict": "right"},
        hirn={"verdict": "r", "scope": "place"},
        rnill={"reading": "Mill", "note": "a name"},
        recieved={"verdict": "x"},
    )
    settle(desk, queue.from_tsv(desk.view(), back))
    told = {
        one.quote: (one.verdict, one.after, one.scope, one.kind, one.note)
        for one in read(lowen.own).decisions
    }
    assert told == {
        "rnorning": ("accept", "morning", "text", "ocr", ""),
        "Petrov": ("reading", "Petrov", "text", "ocr", ""),
        "hirn": ("refuse", "him", "place", "ocr", ""),
        "rnill": ("reading", "Mill", "text", "ocr", "a name"),
        "recieved": ("accept", "received", "text", "print", ""),
    }


def as_written(sheet: str, spreadsheet: str) -> bytes:
    """A table as a program gives it back."""
    rows = list(csv.reader(io.StringIO(sheet, newline=""), delimiter="\t"))
    if spreadsheet == "reordered":
        rows = [
            [f" {cell.title()} " if n == 0 else cell for cell in reversed(row)]
            for n, row in enumerate(rows)
        ]
        rows = [rows[0], *reversed(rows[1:])]
    if spreadsheet == "ragged":
        rows = (
            [[*row, "", "seen by Ben"] for row in rows[:1]]
            + [row[:] for row in rows[1:]]
            + [[], [""] * 20]
        )
    out = io.StringIO()
    delimiter = {"semicolons": ";", "commas": ","}.get(spreadsheet, "\t")
    csv.writer(
        out, delimiter=delimiter, lineterminator="\n" if spreadsheet == "ragged" else "\r\n"
    ).writerows(rows)
    return out.getvalue().encode(
        {"Excel’s Unicode text": "utf-16", "byte order mark": "utf-8-sig"}.get(spreadsheet, "utf-8")
    )


@pytest.mark.parametrize(
    "spreadsheet",
    [
        "plain",
        "byte order mark",
        "Excel’s Unicode text",
        "semicolons",
        "commas",
        "reordered",
        "ragged",
    ],
)
def test_whatever_a_spreadsheet_makes_of_the_table(desk, spreadsheet):
    sheet = filled(
        queue.to_tsv(desk.view()),
        rnorning={"verdict": "accept"},
        rnill={"reading": "“Mill”, or; so", "note": 'a "note"'},
    )
    items = queue.from_tsv(
        desk.view(), queue.table_text(as_written(sheet.removeprefix("\ufeff"), spreadsheet))
    )
    assert sorted((one["verdict"], one.get("after"), one["note"]) for one in items) == [
        ("accept", None, ""),
        ("reading", "“Mill”, or; so", 'a "note"'),
    ]


def test_a_table_in_an_old_encoding_is_refused_and_no_letter_lost(desk):
    sheet = (
        filled(queue.to_tsv(desk.view()), rnill={"reading": "café"})
        .removeprefix("\ufeff")
        .replace("…", "...")
        .replace("→", ">")
    )
    with pytest.raises(DecisionError, match="UTF-8"):
        queue.table_text(sheet.encode("cp1252", "replace"))


@pytest.mark.parametrize(
    ("form", "after"),
    [
        ("007", "001"),
        ("1/2", "3-4"),
        ("May 5", "1:30"),
        ("l0", "10"),
        ("TRUE", "1e5"),
        ("''", '"'),
        (" x", "'"),
    ],
)
def test_a_spreadsheet_makes_no_number_and_no_date_of_a_form(lowen, form, after):
    from dataclasses import replace

    raw = f"It is {form} here\n"
    change = Proposal(6, 6 + len(form), after, "r", "w", "ocr", 0.5, "held")
    desk = Desk(replace(lowen, load=lambda: Document(Source(raw)).apply("spelling", [change])))
    (line,) = table(queue.to_tsv(desk.view(wait=True)))
    for cell in (line["form"], line["proposed"], line["at"]):
        assert (
            not re.fullmatch(r"[\d/:\-.]+|1e5|true|false|may 5", cell, re.IGNORECASE)
            or ".." in cell
        )
    (item,) = queue.from_tsv(
        desk.view(), filled(queue.to_tsv(desk.view()), **{line["form"]: {"verdict": "x"}})
    )
    assert item["verdict"] == "accept"


def test_a_table_with_a_row_for_every_place(desk):
    assert len(table(queue.to_tsv(desk.view(), places=True))) == 9
    assert len(table(queue.to_tsv(desk.view(), places=True, made=True))) == 9 + 8 + 2 + 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"verdict": "perhaps"}, "Row 2: unknown verdict “perhaps”"),
        ({"verdict": "accept", "at": "5:9"}, "Row 2: .* no longer"),
        ({"verdict": "accept", "at": "x"}, "Row 2"),
        ({"verdict": "accept", "scope": "world"}, "scope"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(desk, change, says):
    sheet = queue.to_tsv(desk.view())
    first = table(sheet)[0]["form"]
    with pytest.raises(DecisionError, match=says):
        queue.from_tsv(desk.view(), filled(sheet, **{first: change}))


@pytest.mark.parametrize(
    "text", ["a,b,c\n1,2,3\n", "verdict\tform\naccept\ttbe\n", 'verdict\t"x\n']
)
def test_what_is_no_such_table_is_told(desk, text):
    with pytest.raises(DecisionError):
        queue.from_tsv(desk.view(), text)


def test_no_cell_is_a_formula_and_no_sign_is_lost(lowen):
    raw = "=1+1 and\thirn -x\n"

    def load():
        return Document(Source(raw)).apply(
            "spelling",
            [
                Proposal(0, 4, "@sum", "r", "=why", "ocr", 0.5, "held"),
                Proposal(8, 13, "\tx", "r", "w", "ocr", 0.5, "held"),
            ],
        )

    from dataclasses import replace

    desk = Desk(replace(lowen, load=load))
    sheet = queue.to_tsv(desk.view(wait=True))
    for line in table(sheet):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in line.values())
    items = queue.from_tsv(
        desk.view(),
        filled(sheet, **{"'=1+1": {"verdict": "accept"}, "⇥hirn": {"verdict": "accept"}}),
    )
    assert len(items) == 2


# --- decisions typed
# ------------------------------------------------------------------------


def test_decisions_are_typed(desk, lowen):
    view = desk.view()
    settle(desk, typed(view, "rnorning"))
    settle(desk, typed(desk.view(), "tbe", "the", word="refuse", at=RAW.index("tbe")))
    settle(desk, typed(desk.view(), "Petrov", word="right"))
    settle(desk, typed(desk.view(), "medal", "model", kind="print", note="sic"))
    settle(desk, typed(desk.view(), "rnill", "water-mill", scope="project"))
    assert [
        (one.verdict, one.scope, one.quote, one.after, one.kind)
        for one in read(lowen.own).decisions
    ] == [
        ("accept", "text", "rnorning", "morning", "ocr"),
        ("refuse", "place", "tbe", "the", "ocr"),
        ("reading", "text", "Petrov", "Petrov", "ocr"),
        ("reading", "place", "medal", "model", "print"),
    ]
    assert [one.after for one in read(lowen.shared).decisions] == ["water-mill"]
    settle(desk, undone(desk.view(), "last"))
    assert "the rnill lost" in desk.view().document.text
    settle(desk, undone(desk.view(), read(lowen.own).decisions[0].id))
    assert "every rnorning" in desk.view().document.text


@pytest.mark.parametrize(
    ("form", "after", "more", "says"),
    [
        ("lantern", None, {}, "nothing is proposed"),
        ("lantern", "x", {"word": "refuse"}, "No change"),
        ("unheard", "x", {}, "is not"),
        ("tbe", "the", {"at": 3}, "at that offset"),
        ("lantern", "x", {"at": 3}, "at that (place|offset)"),
        ("tbe", "the", {"word": "right"}, "no other reading"),
        ("", "x", {}, "is not"),
    ],
)
def test_what_is_not_clear_is_asked(desk, form, after, more, says):
    with pytest.raises(DecisionError, match=says):
        typed(desk.view(), form, after, **more)


def test_there_must_be_something_to_undo(desk):
    for wanted in ("last", "nothing"):
        with pytest.raises(DecisionError):
            undone(desk.view(), wanted)


# --- errata
# ------------------------------------------------------------------------


def test_the_transcribers_note():
    text, _ = hand(
        document(),
        [
            decide("accept", "recieved", "received", kind="print"),
            decide("reading", "died", "di<ed", kind="print", note="so B"),
            decide("accept", "hirn", "him"),
        ],
    )
    note = errata(text, "The Harbour & Lowen")
    assert dict(note.counts) == {"ocr": 11, "furniture": 3, "print": 2}
    assert [
        (one.page, one.line, one.printed, one.corrected, one.note) for one in note.printers
    ] == [
        ("12", 5, "recieved", "received", ""),
        ("14", 4, "died", "di<ed", "so B"),
    ]
    plain = note.to_text()
    assert "page 12, line 5: recieved → received\n" in plain
    assert "11 OCR errors corrected." in plain
    assert "An editor decided 3 of these changes." in plain
    assert "di&lt;ed" in note.to_html()
    div = etree.fromstring(note.to_tei())
    assert div.tag == "{http://www.tei-c.org/ns/1.0}div"
    assert "page 14, line 4: died → di<ed (so B)" in "".join(div.itertext())


def test_a_text_without_changes_has_a_short_note():
    note = errata(Document(Source("All is well.\n")), "Well")
    assert note.to_text().count("\n") == 3
    assert etree.fromstring(note.to_tei()).findall("{*}list") == []


# --- evidence
# ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "after", "pairs"),
    [
        ("tbe", "the", [("b", "h")]),
        ("rnill", "mill", [("rn", "m")]),
        ("Tbat", "That", [("b", "h")]),
        ("ta.king", "taking", [(".", "")]),
        ("tlie", "the", [("li", "h")]),
        ("same", "same", []),
    ],
)
def test_what_differs_between_two_forms(form, after, pairs):
    assert list(confused(form, after)) == pairs


def test_what_decisions_teach():
    told = evidence(
        [
            decide("accept", "tbe", "the", scope="text", seen=8),
            decide("refuse", "Petrov", "petrol", scope="text", seen=3),
            decide("reading", "Febrnary", "Febuary", kind="print"),
            decide("reading", "lofts", "lofts"),
            decide("accept", "hirn", "him", id="x"),
            Decision("undo", 0, 0, "", undoes="x", id="u"),
        ]
    )
    assert told.accepted == (("tbe", "the"),)
    assert told.refused == (("Petrov", "petrol"),)
    assert told.words == {"the", "Febuary", "lofts"}
    assert told.confusions == {("b", "h"): 8}


# --- the schema
# ------------------------------------------------------------------------


def test_the_schema_and_the_program_agree():
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    valid = jsonschema.Draft202012Validator(schema)
    assert set(schema["properties"]) == {one.name for one in fields(Decision)}
    good = [
        decide("accept", "tbe", "the", when="2026-01-01T00:00:00Z"),
        decide("reading", "tbe", "tbe", scope="project", seen=8, note="n"),
        Decision("page", 0, 3, "THE", "validated", digest="0" * 16, id="p"),
        Decision("undo", 0, 3, "THE", undoes="p", id="q"),
    ]
    for one in good:
        valid.validate(json.loads(one.to_json()))
    line = json.loads(good[0].to_json())
    for wrong in (
        {"colour": "red"},
        {"verdict": "undo"},
        {"verdict": "page"},
        {"start": -1},
        {"scope": "all"},
        {"quote": ""},
    ):
        assert not valid.is_valid(line | wrong), wrong
