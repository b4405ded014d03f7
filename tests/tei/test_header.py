"""The header says what is so of this text, and nothing else."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from pipeline import clean
from pipeline.document import Box, Document, Layout, Origin, Proposal, Source, Surface, Zone
from pipeline.tei.encode import encode
from pipeline.tei.validate import check

T = "{http://www.tei-c.org/ns/1.0}"
PLAIN = "All is well in the harbour.\n"
PRINT = {"date": "1934", "kind": "pamphlet", "title": "The Harbour"}


def header(document, **facts):
    tei = encode(document, facts, date="2026-01-01")
    assert check(tei, "x.xml") == []
    return etree.fromstring(tei).find(f"{T}teiHeader")


def said(element) -> str:
    return " ".join("".join(element.itertext()).split())


def source(text, **more):
    return Document(Source(text, **more))


def image_of(text):
    layout = Layout((Surface("a.png", 10, 10),), (Zone(0, len(text), 0, Box(0, 0, 9, 9), "line"),))
    return source(text, layout=layout, origins=(Origin("a.png", "0" * 64, "image/png"),))


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        (PLAIN, None),
        ("One page.\n\f", "1"),
        ("One page.\n\fAnother.\n\f", "2"),
        ("\fOne page.\n\f\n\fAnother.\n", "2"),
    ],
)
def test_pages_are_counted_where_they_are_known(text, pages):
    measure = header(source(text)).find(f".//{T}measure[@unit='pages']")
    assert (measure is None) == (pages is None)
    if pages:
        assert measure.get("quantity") == pages
        assert measure.text == f"{pages} {'page' if pages == '1' else 'pages'}"


@pytest.mark.parametrize(
    ("document", "facts", "ocr"),
    [
        (source(PLAIN), {}, False),
        (source(PLAIN), {"source_note": "Typed from the book."}, False),
        (source(PLAIN), {"source_note": "OCR text of a copy; the engine is unknown."}, True),
        (image_of(PLAIN), {}, True),
    ],
)
def test_it_is_called_ocr_text_only_where_it_was(document, facts, ocr):
    head = header(document, **facts)
    assert ("OCR" in said(head.find(f".//{T}edition"))) is ocr
    assert ("OCR" in said(head.find(f".//{T}projectDesc"))) is ocr
    assert ("OCR" in said(head.find(f".//{T}witness/{T}bibl/{T}title"))) is ocr or facts == {}


@pytest.mark.parametrize(
    ("document", "facts", "printed"),
    [
        (source(PLAIN), {}, False),
        (source(PLAIN), PRINT, True),
        (source(PLAIN), {**PRINT, "kind": "blog posts"}, False),
        (source(PLAIN), {**PRINT, "kind": "manuscript"}, False),
        (source(PLAIN), {"publisher": "unknown", "date": "unknown", "place": "unknown"}, False),
        (image_of(PLAIN), {}, True),
    ],
)
def test_there_is_a_print_only_where_there_was_one(document, facts, printed):
    head = header(document, **facts)
    names = [
        one.get("{http://www.w3.org/XML/1998/namespace}id") for one in head.iter(f"{T}witness")
    ]
    assert names == ["print", "ocr"] if printed else ["ocr"]
    assert "unknown" not in said(head.find(f".//{T}witness"))


def test_a_corrected_reading_does_not_claim_to_be_seen_in_print():
    tei = clean("Driving along a country road fif~y miles from a railway.\n", facts=PRINT).tei()
    (lem,) = etree.fromstring(tei).iter(f"{T}lem")
    assert lem.get("wit") is None
    assert lem.getparent().get("resp") == "#resp.emend"


PRACTICES = {
    "<gi>app</gi>": ("tbe man", Proposal(0, 3, "the", "r", "", "ocr")),
    "<gi>sic</gi>": ("teh man", Proposal(0, 3, "the", "r", "", "print", by="Anna")),
    "<gi>reg</gi>": ("a -- b", Proposal(2, 4, "–", "r", "", "form")),
    "<val>weak</val>": ("gov-\nernment", Proposal(3, 5, "", "r", "", "linebreak")),
    "<val>hyphen</val>": ("gov\nernment", Proposal(3, 4, "", "r", "", "linebreak")),
    "<val>maybe</val>": (
        "gov-\nernment",
        Proposal(3, 5, "", "r", "", "linebreak", verdict="held"),
    ),
    "<gi>fw</gi>": ("20\nThe man", Proposal(0, 2, "", "r", "", "furniture")),
    "form-feed": ("A page.\n\fAnother.", None),
    "Quotation marks": ("He said “no” to it.", None),
    "await an editor": ("tbe man", Proposal(0, 3, "the", "r", "", "ocr", verdict="held")),
    "<gi>lb</gi>": ("One\ntwo", None),
}


@pytest.mark.parametrize("practice", PRACTICES)
def test_it_says_only_what_was_done(practice):
    text, proposal = PRACTICES[practice]
    done = Document(Source(text)).apply("stage", [proposal] if proposal else [])
    for document, stands in ((done, True), (Document(Source("plain")), False)):
        tei = encode(document, {}, date="2026-01-01").decode()
        assert check(tei.encode(), "x.xml") == []
        declared = re.search("<editorialDecl>.*</editorialDecl>", tei, re.DOTALL)[0]
        assert (practice in declared) is stands


def test_pages_are_cited_only_if_they_have_numbers():
    assert said_units(header(source("One.\n\fTwo.\n"))) == ["paragraph"]
    numbered = clean("Of the text.\n\n[Page 20]\n\nMore of it.\n").document
    tei = encode(numbered, {}, date="2026-01-01")
    has = b" n=" in b"".join(re.findall(rb"<pb[^>]*>", tei))
    assert ("page" in said_units(etree.fromstring(tei))) is has


def said_units(root):
    return [one.get("unit") for one in root.iter(f"{T}citeStructure")]


def test_evidence_that_many_changes_share_is_given_once():
    raw = "aa\nbb cc\ndd ee\nff gg\nhh\n"
    breaks = [
        Proposal(
            m.start(), m.end(), "", "line-end.lost", f"word {n}; 4 of 4 line ends", "linebreak"
        )
        for n, m in enumerate(re.finditer(r"\n(?!$)", raw))
    ]
    tei = encode(Document(Source(raw)).apply("line-ends", breaks), {}, date="2026-01-01").decode()
    assert tei.count("4 of 4 line ends") == 1
    assert check(tei.encode(), "x.xml") == []


def test_a_lost_hyphen_is_encoded_alike_whether_it_stays_or_goes():
    """Both have rend="hyphen"; one that belongs to the word is supplied, and counted there."""
    raw = "gov\nernment of a country\nwide land\n"
    tei = encode(
        Document(Source(raw)).apply(
            "line-ends",
            [
                Proposal(3, 4, "", "line-end.lost", "", "linebreak"),
                Proposal(24, 25, "-", "line-end.hard", "", "linebreak"),
            ],
        ),
        {},
        date="2026-01-01",
    )
    ends = [one for one in etree.fromstring(tei).iter(f"{T}lb") if one.get("break") == "no"]
    assert [one.get("rend") for one in ends] == ["hyphen", "hyphen"]
    (app,) = etree.fromstring(tei).iter(f"{T}app")
    assert [one.get("ana") is None for one in ends] == [False, True]
    assert app.find(f"{T}lem").text == "-"
