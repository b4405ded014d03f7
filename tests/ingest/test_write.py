"""Corrections written back: the words are corrected, what the OCR read is kept, nothing else
changes.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.document import Box, Document, Layout, Proposal, Source, Surface, Zone
from pipeline.errors import ReorderedWarning, SourceError
from pipeline.ingest import gather, read
from pipeline.ingest.layer import Line, Page, Region, Word, source_of
from pipeline.ingest.write import export
from pipeline.ingest.write.splice import spliced

SAMPLES = Path(__file__).parent / "samples"
MASTERS = [
    (
        "tesseract.hocr",
        "hocr",
        [
            ("Ardwick", "Ardwyck"),
            ("every sack", "everysack"),
            ("trusted", "trus ted"),
            ("govern", "gouern"),
        ],
    ),
    ("kraken.html", "hocr", [("miller", "rniller"), ("his ledger", "hisledger")]),
    (
        "tesseract.alto.xml",
        "alto",
        [
            ("Ardwick", "Ardwyck"),
            ("every sack", "everysack"),
            ("trusted", "trus ted"),
            ("govern", "gouern"),
        ],
    ),
    ("library.alto.xml", "alto", [("gouern", "govern"), ("ofthe", "of the")]),
    (
        "transkribus.page.xml",
        "page",
        [("rniller", "miller"), ("his ledger", "his  own ledger"), ("* He", "He")],
    ),
]


def corrected(source, pairs, kind="ocr"):
    document = Document(source)
    return document.apply(
        "test",
        [
            Proposal(i := source.text.index(a), i + len(a), b, "test.rule", "why", kind)
            for a, b in pairs
        ],
    )


def written(name, form, pairs):
    data = (SAMPLES / name).read_bytes()
    source = read(data, name)
    document = corrected(source, pairs)
    return data, source, document, export(document, form, {name: data})[name]


@pytest.mark.parametrize(("name", "form", "pairs"), MASTERS, ids=[row[0] for row in MASTERS])
def test_read_again_the_file_gives_the_corrected_text(name, form, pairs):
    _, source, document, out = written(name, form, pairs)
    again = read(out, name)
    assert again.text.split() == document.text.split()
    assert again.origins[0].media == source.origins[0].media
    assert len(again.layout.surfaces) == len(source.layout.surfaces)


@pytest.mark.parametrize(("name", "form", "pairs"), MASTERS, ids=[row[0] for row in MASTERS])
def test_what_the_ocr_read_is_kept(name, form, pairs):
    _, _, _, out = written(name, form, pairs)
    root = etree.fromstring(out, etree.HTMLParser() if name == "kraken.html" else None)
    kept = {
        "hocr": "//*[local-name()='del'][@class='alt']/text()",
        "alto": "//*[local-name()='ALTERNATIVE'][@PURPOSE='OCR']/text()",
    }
    if form == "page":
        found = " ".join(root.xpath("//@custom"))
        assert "ocr {text:rniller;}" in found
    else:
        found = " ".join(root.xpath(kept[form]))
        for old, _ in pairs:
            assert old in found.replace("\u00ad", "") or old in {"every sack", "his ledger"}


@pytest.mark.parametrize(
    "name", ["tesseract.hocr", "tesseract.alto.xml", "library.alto.xml", "transkribus.page.xml"]
)
def test_a_file_without_corrections_stays_what_it_is(name):
    form = {"hocr": "hocr", "alto.xml": "alto", "page.xml": "page"}[name.split(".", 1)[1]]
    data, _, _, out = written(name, form, [])
    assert out == data


ODD = b"""\xef\xbb\xbf<?xml version='1.0'  encoding='UTF-8'?>\r
<!-- as it came --><alto  xmlns='http://www.loc.gov/standards/alto/ns-v3#' >\r
 <Layout><Page WIDTH='9'  HEIGHT="9"><PrintSpace></PrintSpace ><Illustration/>\r
  <TextBlock ID='b&#49;'><TextLine><String CONTENT='the'/><SP  /><String\
\tCONTENT='m&#252;ller &gt; he'></String></TextLine>\r
   <TextLine><String CONTENT="tbe"   WC='.5' /><!-- > --></TextLine></TextBlock></Page>\
</Layout></alto>\r
<!-- the end -->\r
"""


def test_what_is_not_corrected_stays_byte_for_byte():
    document = corrected(read(ODD, "a"), [("tbe", "the")])
    out = export(document, "alto", {"a": ODD})["a"]
    word = (
        b"""<String CONTENT="the" WC=".5"><ALTERNATIVE PURPOSE="OCR">tbe</ALTERNATIVE></String>"""
    )
    note = re.search(rb"<!-- Readings corrected.*?-->", out)[0]
    assert out.replace(note, b"").replace(word, b"""<String CONTENT="tbe"   WC='.5' />""") == ODD
    assert read(out, "a").text.split() == document.text.split()


pieces = st.sampled_from(
    [
        "<a/>",
        "<a></a>",
        "<b x='1'>t</b>",
        '<b  x="&#228;">\r\n</b>',
        "<!-- c -->",
        "<![CDATA[<a>]]>",
        "t &amp; ",
        "\r\n",
        "<?p i?>",
        "ä",
    ]
)


@given(
    st.lists(pieces, max_size=25),
    st.lists(st.integers(0, 24), max_size=6),
    st.sampled_from(["iso-8859-1", "utf-8"]),
)
def test_the_bytes_put_together_say_what_the_tree_says(body, changed, encoding):
    data = (
        f"<?xml version='1.0' encoding='{encoding}'?>\r\n<r >{''.join(body)}</r >\r\n<!-- end -->"
    ).encode(encoding)
    root = etree.fromstring(data, etree.XMLParser())
    before = etree.tostring(root, encoding="unicode", with_tail=False)
    for at in changed:
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        element = elements[at % len(elements)]
        element.set("y", "\u2014<")
        etree.SubElement(element, "c").text = "new"
    after = etree.tostring(root, encoding="unicode", with_tail=False)
    out = spliced(data, encoding, before, after)
    assert out is not None
    assert etree.tostring(etree.fromstring(out), method="c14n") == etree.tostring(
        root, method="c14n", with_tail=False
    )
    if not changed:
        assert out == data


@pytest.mark.parametrize("kind", ["linebreak", "form", "print", "furniture", "structure"])
def test_only_what_was_misread_is_written_back(kind):
    data = (SAMPLES / "library.alto.xml").read_bytes()
    document = corrected(read(data, "a"), [("MILLS", "Mills")], kind)
    assert document.text != document.raw
    assert export(document, "alto", {"a": data})["a"] == data


def test_held_and_refused_changes_are_not_written_back():
    data = (SAMPLES / "library.alto.xml").read_bytes()
    document = Document(read(data, "a"))
    at = document.raw.index("ofthe")
    document = document.apply(
        "test", [Proposal(at, at + 5, "of the", "r", "w", "ocr", verdict="held")]
    )
    assert b'CONTENT="ofthe"' in export(document, "alto", {"a": data})["a"]


def test_alto_keeps_its_structure():
    _, _, _, out = written("library.alto.xml", "alto", [("gouern", "govern"), ("ofthe", "of the")])
    root = etree.fromstring(out)
    space = {"a": "http://www.loc.gov/standards/alto/ns-v2#"}
    parts = root.xpath("//a:String[@SUBS_TYPE]", namespaces=space)
    assert [(part.get("CONTENT"), part.get("SUBS_CONTENT")) for part in parts] == [
        ("govern", "government"),
        ("ment", "government"),
    ]
    line = root.xpath("//a:TextLine[.//a:String[@CONTENT='parish']]", namespaces=space)[0]
    assert [etree.QName(child).localname for child in line] == [
        "String",
        "SP",
        "String",
        "SP",
        "String",
        "SP",
        "String",
    ]
    split = line.xpath("a:String[@CONTENT='of' or @CONTENT='the']", namespaces=space)
    assert [(part.get("HPOS"), part.get("WIDTH")) for part in split] == [
        ("180", "20"),
        ("210", "30"),
    ]
    assert len(set(root.xpath("//@ID"))) == len(root.xpath("//@ID"))
    # OCRProcessing: ocrProcessingStep first, postProcessingStep behind
    assert [
        etree.QName(step).localname for step in root.xpath("//a:OCRProcessing/*", namespaces=space)
    ] == [
        "ocrProcessingStep",
        "postProcessingStep",
    ]


PROCESSING = "<Description><MeasurementUnit>pixel</MeasurementUnit>{}</Description>"
BEFORE = "<processingCategory>preOperation</processingCategory>"
STEP = "<processingSoftware><softwareName>{}</softwareName></processingSoftware>"


@pytest.mark.parametrize(
    "done",
    [
        "",
        f'<Processing ID="a">{STEP.format("An engine")}</Processing>',
        f'<Processing ID="a">{BEFORE}{STEP.format("A camera")}</Processing>',
    ],
    ids=["no engine", "an engine", "a camera"],
)
def test_a_corrected_alto_is_read_in_the_order_of_the_file_it_was(done):
    def place(left, top, width):
        return f'HPOS="{left}" VPOS="{top}" WIDTH="{width}" HEIGHT="20"'

    def block(texts, left):
        lines = (
            f'<TextLine><String {place(left, 100 + 30 * n, 10 * len(text))} CONTENT="{text}"/>'
            f"</TextLine>"
            for n, text in enumerate(texts)
        )
        return f"<TextBlock>{''.join(lines)}</TextBlock>"

    data = (
        f'<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">{PROCESSING.format(done)}<Layout>'
        f'<Page WIDTH="600" HEIGHT="400"><PrintSpace>{block(["Rent", "C0rn", "Malt"], 50)}'
        f"{block(['12', '103', '4'], 400)}</PrintSpace></Page></Layout></alto>"
    ).encode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReorderedWarning)
        source = read(data, "a.xml")
        document = corrected(source, [("C0rn", "Corn")])
        again = read(export(document, "alto", {"a.xml": data})["a.xml"], "a.xml")
    assert again.text == document.text == "Rent    12\nCorn   103\nMalt     4\n"


def test_page_of_2019_gets_a_second_reading_in_words_lines_and_regions():
    name = "new.page.xml"
    data = (SAMPLES / "transkribus.page.xml").read_bytes().replace(b"2013-07-15", b"2019-07-15")
    document = corrected(read(data, name), [("rniller", "miller"), ("The", "Tho")])
    root = etree.fromstring(export(document, "page", {name: data})[name])
    space = {"p": "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"}

    def readings(path):
        return [
            (one.get("index"), one.findtext("p:Unicode", namespaces=space))
            for one in root.xpath(f"{path}/p:TextEquiv", namespaces=space)
        ]

    assert readings("//p:Word[@id='w2']") == [("0", "miller"), ("1", "rniller")]
    assert readings("//p:TextLine[@id='b1']") == [("0", "Tho miller,"), ("1", "The rniller,")]
    assert readings("//p:TextRegion[@id='body']") == [
        ("0", "Tho miller,\nand his ledger"),
        ("1", "The rniller,\nand his ledger"),
    ]
    assert readings("//p:TextLine[@id='h1']") == [(None, "12")]


def test_tei_of_others_gets_an_apparatus():
    name = "others.tei.xml"
    data = (SAMPLES / name).read_bytes()
    document = corrected(
        read(data, name),
        [
            ("rniller", "miller"),
            ("tbe", "the"),
            ("trusetd it", "trusted it"),
            ("Ardwick", "Ardwyck"),
        ],
    )
    out = export(document, "tei", {name: data})[name]
    assert (
        b'The <app type="ocr"><lem>miller</lem><rdg>rniller</rdg></app> of <name><app '
        b'type="ocr"><lem>Ardwyck</lem><rdg>Ardwick</rdg></app></name>' in out
    )
    assert b'<l><app type="ocr"><lem>the</lem><rdg>tbe</rdg></app> carts were gone.</l>' in out
    assert b"<sic>trusetd</sic>" in out  # the correction would run over the element's edge
    assert read(out, name).text == document.text.replace("trusted it", "trusetd it")


def test_another_file_than_the_one_read_is_refused():
    data = (SAMPLES / "library.alto.xml").read_bytes()
    document = corrected(read(data, "a"), [("MILLS", "Mills")])
    with pytest.raises(SourceError, match="not the file"):
        export(document, "alto", {"a": data + b"\n"})


def test_a_text_without_layout_is_refused():
    with pytest.raises(SourceError, match="has no page layout"):
        export(Document(read(b"plain text", "a.txt")), "hocr")
    with pytest.raises(SourceError, match="TEI"):
        export(Document(read(b"plain text", "a.txt")), "tei")


@pytest.mark.parametrize("form", ["hocr", "alto", "page"])
@pytest.mark.parametrize(
    "name",
    [
        "tesseract.hocr",
        "tesseract.pdf",
        "library.alto.xml",
        "transkribus.page.xml",
        "archive_abbyy.xml",
        "kraken.html",
    ],
)
def test_from_any_form_to_any_other(tmp_path, name, form):
    source = gather([SAMPLES / name])
    for made, data in export(Document(source), form).items():
        (tmp_path / made).write_bytes(data)
    again = gather([tmp_path])
    assert again.text == source.text
    assert [surface.width for surface in again.layout.surfaces] == [
        surface.width for surface in source.layout.surfaces
    ]
    words = [(zone.box, zone.confidence) for zone in again.layout.zones if zone.level == "line"]
    there = [(zone.box, zone.confidence) for zone in source.layout.zones if zone.level == "line"]
    assert (
        words[: len(there)] == there
    )  # a line whose place nobody told is said to lie on the whole page


word = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co"),
        exclude_characters="\ufffe\uffff\u00a0",
    ),
    min_size=1,
    max_size=6,
)
box = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h), *(st.integers(0, 500) for _ in range(4))
)
words = st.builds(Word, word, box, st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 1.0])))
lines = st.builds(lambda found: Line(tuple(found)), st.lists(words, min_size=1, max_size=4))
region = st.builds(
    lambda found, role: Region(tuple(found), None, role),
    st.lists(lines, min_size=1, max_size=3),
    st.sampled_from(["", "header", "page-number", "table"]),
)
layouts = st.lists(region, min_size=1, max_size=3).map(
    lambda found: Page(tuple(found), Surface("page.png", 1100, 1100))
)


@given(layouts, st.sampled_from(["hocr", "alto", "page"]))
def test_any_layout_is_read_back_as_it_was(page, form):
    source = source_of([page], "page", ())
    if not source.text.strip():
        return
    (made,) = export(Document(source), form).values()
    assert read(made, "page").text == source.text


@given(layouts, st.data())
def test_any_correction_is_read_back(page, data):
    source = source_of([page], "page", ())
    zones = [zone for zone in source.layout.zones if zone.level == "word"]
    picked = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(zones) - 1), st.lists(word, max_size=2).map(" ".join)),
            max_size=3,
        )
    )
    proposals = [
        Proposal(zones[i].start, zones[i].end, after, "r", "w", "ocr") for i, after in picked
    ]
    document = Document(source).apply("test", proposals)
    for form in ("hocr", "alto", "page"):
        (made,) = export(document, form).values()
        if document.text.strip():
            assert read(made, "page").text.split() == document.text.split()


def test_layouts_of_several_pages_and_zones_that_lack_a_region():
    text = "One two\n\fthree\n"
    zones = (
        Zone(0, 3, 0, Box(1, 1, 2, 2), "word"),
        Zone(4, 7, 0, Box(3, 1, 4, 2), "word"),
        Zone(9, 14, 1, Box(1, 1, 2, 2), "line"),
    )
    source = Source(
        text, "a", layout=Layout((Surface("a.png", 9, 9), Surface("b.png", 9, 9)), zones)
    )
    hocr = export(Document(source), "hocr")["a.hocr"]
    assert read(hocr, "a").text == text
    with pytest.raises(SourceError, match="2 pages of text and 1 images"):
        export(
            Document(Source(text, "a", layout=Layout((Surface("a.png", 9, 9),), zones[:2]))), "hocr"
        )
