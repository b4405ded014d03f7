"""Gaps: what a transcriber states, and what an editor confirms."""

from lxml import etree

from pipeline import clean
from pipeline.document import Source
from pipeline.flow import run
from pipeline.review.decide.decisions import Decision
from pipeline.tei.encode import encode
from pipeline.tei.plain_edition import plain_edition
from pipeline.tei.restore import restore
from pipeline.tei.validate import check
from pipeline.text.faces import reading_text

FACTS = {"id": "text", "title": "The Wall", "author": "Anna Holt", "date": "1891"}
PAGES = (
    "10\n\nThe quay was built of oak.\n\f11\n\nThe wall followed.\n"
    "\f13\n\nThen came a tower of stone.\n\f14\n\nThen the mill.\n"
)


def test_what_a_transcriber_could_not_read_is_a_gap_that_keeps_his_words():
    cleaned = clean("He came on the [illegible] of May, and [two lines missing] he was gone.\n")
    gaps = etree.fromstring(cleaned.tei()).findall(".//{*}text//{*}gap")
    assert [(gap.get("reason"), gap.findtext("{*}desc")) for gap in gaps] == [
        ("illegible", "[illegible]"),
        ("lost", "[two lines missing]"),
    ]
    assert "the [illegible] of May, and [two lines missing] he" in cleaned.text
    assert check(cleaned.tei(), "text.xml") == []


def test_a_page_that_is_missing_is_a_gap_once_an_editor_confirms_it():
    decisions = [
        Decision(
            "reading",
            PAGES.index("Then came"),
            PAGES.index(" came"),
            "Then",
            "[…] Then",
            who="Anna",
        )
    ]
    source = Source(PAGES)
    waiting, _ = run(source, FACTS)
    assert "[…]" not in reading_text(waiting)
    assert b"<gap" not in encode(waiting, FACTS, date="2026-01-01")
    document, _ = run(source, FACTS, decisions=decisions)
    assert "[…] Then came a tower" in reading_text(document)
    tei = encode(document, FACTS, date="2026-01-01")
    app = etree.fromstring(tei).find(".//{*}app[{*}lem]")
    assert app.find("{*}lem/{*}gap").get("reason") == "lost"
    assert app.get("resp") == "#ed.Anna"
    assert check(tei, "text.xml") == []
    assert restore(tei) == source.data
    assert b'<gap reason="lost"/> Then came' in plain_edition(tei)
