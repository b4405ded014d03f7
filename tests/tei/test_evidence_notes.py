"""Why a change was made stands in the TEI, at the change."""

from collections import defaultdict

import pytest
from lxml import etree

from pipeline import clean
from pipeline.document import Document, Proposal, Source
from pipeline.tei.encode import encode

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
RAW = (
    "questions about dictatorship in gov\nernment. How can the govern\nment govern? The "
    "hand-\nmade boat · was theirs.\n"
)


def parts(why):
    return set(" ".join(why.split()).split("; "))


def test_every_change_in_the_text_tells_its_evidence():
    """An annotation points to each change that is made, and says what the ledger says."""
    cleaned = clean(RAW)
    root = etree.fromstring(cleaned.tei())
    grounds = defaultdict(set)
    for annotation in root.iterfind(".//{*}listAnnotation[@type='made']/{*}annotation"):
        for target in annotation.get("target").split():
            grounds[target[1:]] |= parts(annotation.findtext("{*}note[@type='evidence']"))
    changed = [
        one.get(XML_ID)
        for one in root.find("{*}text").iter("{*}app", "{*}choice", "{*}lb")
        if one.get("ana")
    ]
    assert changed
    assert set(changed) <= set(grounds)
    recorded = [parts(change["why"]) for change in cleaned.changes if change["verdict"] == "made"]
    assert all(one in recorded for one in grounds.values())


def test_a_text_without_changes_has_no_list_of_evidence():
    """Nothing is said of nothing."""
    assert b"listAnnotation" not in clean("A clean line.\n").tei()


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [("form", "orig", "reg"), ("structure", "orig", "reg"), ("print", "sic", "corr")],
)
def test_what_is_held_shows_what_stands_there_and_what_is_proposed(kind, old, new):
    document = Document(Source("The boat went to Dover.\n")).apply(
        "test", [Proposal(17, 22, "Deal", "a.rule", "a reason", kind, 0.6, "held")]
    )
    root = etree.fromstring(encode(document, {"title": "A Boat", "id": "boat"}, date="2026-01-01"))
    (choice,) = root.iterfind(".//{*}note[@type='proposal']/{*}choice")
    assert [(etree.QName(one).localname, one.text) for one in choice] == [
        (old, "Dover"),
        (new, "Deal"),
    ]
