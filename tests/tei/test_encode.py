"""Any document, whatever its marks and its ledger, becomes an edition that validates and gives its
source back.
"""

from xml.etree import ElementTree as ET

import pytest
from documents import documents, tidy_documents
from hypothesis import given, settings
from lxml import etree

from pipeline import clean
from pipeline.document import Document, Mark, Proposal, Source
from pipeline.errors import EditionError
from pipeline.tei.encode import encode
from pipeline.tei.restore import restore
from pipeline.tei.validate import check
from pipeline.xml import XML_ID

FACTS = {
    "id": "text",
    "title": "A title & <more>",
    "author": "Holt, Anna; Harker, J.",
    "date": "1891",
    "kind": "novel",
}


@given(documents())
def test_any_document_is_an_edition(document):
    tei = encode(document, FACTS, date="2026-01-01")
    assert restore(tei) == document.source.data
    assert check(tei, "text.xml") == []
    assert encode(document, FACTS, date="2026-01-01") == tei


@given(tidy_documents())
def test_any_document_made_of_blocks_is_an_edition(document):
    tei = encode(document, FACTS, date="2026-01-01")
    assert restore(tei) == document.source.data
    assert check(tei, "text.xml") == []


@settings(max_examples=30)
@given(tidy_documents())
def test_canonical_xml_gives_the_source_back_as_well(document):
    tei = encode(document, FACTS, date="2026-01-01")
    assert restore(ET.canonicalize(tei.decode()).encode()) == document.source.data
    assert (
        restore(etree.tostring(etree.fromstring(tei), encoding="UTF-8", xml_declaration=True))
        == document.source.data
    )


GIVEN = {
    "carriage returns": b"One line.\r\nAnother.\r\n\r\nA third of them.\r\n",
    "old Macintosh": b"One line.\rAnother.\r",
    "mixed line ends": b"One line.\r\nAnother.\nA third.\r",
    "form feeds": b"\fOne page ends he-\n\fre, and another.\n\f\n\f",
    "control characters": b"One line\x07 of the text that the engine gave us, and another that "
    b"goes on for long enough to be a text.\n",
    "a byte-order mark": b"\xef\xbb\xbfOne line.\n",
    "UTF-16": "Ünë line.\n".encode("utf-16"),
    "Latin-1": "Régime of the rôle, and a café.\n".encode("latin-1"),
    "broken UTF-8": b"One \xc3\x28 line \xff of it, and caf\xc3\xa9.\n",
    "no line end": b"One line",
    "blanks at line ends": b"One line \t \n\xc2\xa0\nanother  \n   \n",
    "noncharacters": "One \ufffe line \uffff of it.\n".encode(),
    "markup": b"One <line> & ]]> another &amp; <!-- so -->.\n",
    "line separators": "One\u2028line\u2029of\x85it.\n".encode(),
}


@pytest.mark.parametrize("data", GIVEN.values(), ids=list(GIVEN))
def test_the_bytes_come_back_whatever_they_are(data):
    tei = clean(data).tei()
    assert restore(tei) == data
    assert check(tei, "text.xml") == []


def test_a_changed_edition_does_not_pass_for_the_source():
    """The header has the SHA-256 of the source: what does not have it is not given back as if it
    were.
    """
    tei = encode(Document(Source("One line.\n")), FACTS, date="2026-01-01")
    with pytest.raises(EditionError, match="SHA-256"):
        restore(tei.replace(b"One line", b"Two lines"))


PARTED = {
    "a blank before the hyphen": ("The mill -\nrace ran dry.", " -\n", "-", "mill-race"),
    "a hyphen on its own line": ("The mill\n-\nrace ran dry.", "\n-\n", "-", "mill-race"),
    "both": ("The mill\n - \nrace ran dry.", "\n - \n", "-", "mill-race"),
    "a lost hyphen after a blank": ("The par -\nson came.", " -\n", "", "parson"),
    "a lost hyphen on its own line": ("The par\n-\nson came.", "\n-\n", "", "parson"),
    "two line ends": ("The mill -\n\nrace ran dry.", " -\n\n", "-", "mill-race"),
    "a page between": ("The mill -\n\frace ran dry.", " -\n\f", "-", "mill-race"),
}


@pytest.mark.parametrize(("raw", "before", "after", "word"), PARTED.values(), ids=PARTED)
def test_a_hyphen_that_stays_as_it_was_is_no_variant(raw, before, after, word):
    start = raw.index(before)
    end = start + len(before)
    document = Document(Source(raw)).apply(
        "line-end", [Proposal(start, end, after, "line-end.hard", "sure", "linebreak", 0.99)]
    )
    assert word in document.text
    tei = encode(document, FACTS, date="2026-01-01")
    assert check(tei, "text.xml") == []
    assert restore(tei).decode() == raw
    body = etree.fromstring(tei).find(".//{*}body")
    assert body.find(".//{*}app") is None
    assert body.findall(".//{*}lb[@rend='hyphen']") == []
    for pc in body.iter("{*}pc"):
        pc.text = ""
    assert word in "".join("".join(body.itertext()).split())


def test_a_change_that_was_undone_is_no_variant():
    document = Document(Source("The mill race ran dry.\n"))
    for before, after in (("mill", "rnill"), ("rnill", "mill")):
        start = document.text.index(before)
        proposal = Proposal(start, start + len(before), after, "spelling", "sure", "ocr", 0.99)
        document = document.apply("spelling", [proposal])
    tei = encode(document, FACTS, date="2026-01-01")
    assert check(tei, "text.xml") == []
    assert restore(tei) == document.source.data


def test_a_table_of_which_no_mark_says_what_its_cells_are():
    marks = (Mark("table", 0, 1), Mark("row", 0, 1))
    tei = encode(Document(Source("gov"), marks=marks), FACTS, date="2026-01-01")
    assert b"<table><row><cell>g</cell></row></table>" in tei
    assert check(tei, "text.xml") == []


T = "{http://www.tei-c.org/ns/1.0}"
CHAIN = """She told us of the winter.

“The boats lay on the sand.

“In March a stranger came to the mill and said:

{inner}

{after}

“We went home.”
"""


@pytest.mark.parametrize(
    ("inner", "after", "links"),
    [
        (
            "“Is there no oil?”",
            "“But I told him that there was none.",
            [("s1", None, "s2"), ("s2", "s1", "s3"), (None, None, None)],
        ),
        (
            "“Is there no oil?",
            "“But I told him that there was none.",
            [("s1", None, "s2"), ("s2", "s1", "s3"), ("s3", "s2", "s4")],
        ),
    ],
)
def test_what_another_says_in_a_speech_is_no_part_of_it(inner, after, links):
    """Its parts are linked past a paragraph that is quoted in it."""
    tree = etree.fromstring(clean(CHAIN.format(inner=inner, after=after)).tei())
    found = [
        tuple(one.get(name, "").removeprefix("#") or None for name in (XML_ID, "prev", "next"))
        for one in tree.iter(f"{T}q", f"{T}said")
    ]
    assert found[:3] == links
    assert found[-1][1:] == (found[-2][0], None)
