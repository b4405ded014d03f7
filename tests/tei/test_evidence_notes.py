"""Why a change was made stands in the TEI, at the change."""

from lxml import etree

from pipeline import clean

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
RAW = (
    "questions about dictatorship in gov\nernment. How can the govern\nment govern? The "
    "hand-\nmade boat · was theirs.\n"
)


def test_every_change_in_the_text_tells_its_evidence():
    """An annotation points to each change that is made, and says what the ledger says."""
    cleaned = clean(RAW)
    root = etree.fromstring(cleaned.tei())
    grounds = {}
    for annotation in root.iterfind(".//{*}listAnnotation[@type='made']/{*}annotation"):
        for target in annotation.get("target").split():
            grounds[target[1:]] = annotation.findtext("{*}note[@type='evidence']")
    changed = [
        one.get(XML_ID)
        for one in root.find("{*}text").iter("{*}app", "{*}choice", "{*}lb")
        if one.get("ana")
    ]
    assert changed
    assert set(changed) <= set(grounds)
    assert set(grounds.values()) <= {
        " ".join(change["why"].split()) for change in cleaned.changes if change["verdict"] == "made"
    }


def test_a_text_without_changes_has_no_list_of_evidence():
    """Nothing is said of nothing."""
    assert b"listAnnotation" not in clean("A clean line.\n").tei()
