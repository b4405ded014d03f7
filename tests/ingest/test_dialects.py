"""What other engines and archives write, in small: each says the same things in its own way, and
all come in right.
"""

from __future__ import annotations

import pytest

from pipeline.ingest import gather, read
from pipeline.ingest.write import export

PLACE = 'HPOS="10" VPOS="20" WIDTH="300" HEIGHT="40"'


def alto(body, tags="", space="4"):
    layout = f'<Layout><Page WIDTH="900" HEIGHT="1200">{body}</Page></Layout>'.replace(
        "<TextBlock", f"<TextBlock {PLACE}"
    )
    layout = layout.replace("<TextLine", f"<TextLine {PLACE}")
    return (
        f'<alto xmlns="http://www.loc.gov/standards/alto/ns-v{space}#">'
        f"<Tags>{tags}</Tags>{layout}</alto>"
    )


def strings(*words):
    return "".join(f'<String CONTENT="{word}"/>' for word in words)


def page(body, order=""):
    space = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
    return (
        f'<PcGts xmlns="{space}"><Page imageFilename="p.png" imageWidth="900" '
        f'imageHeight="1200">{order}{body}</Page></PcGts>'
    )


def region(text, attributes=""):
    place = '<Coords points="10,20 310,20 310,60 10,60"/>'
    lines = "".join(
        f"<TextLine {more}>{place}<TextEquiv><Unicode>{line}</Unicode></TextEquiv></TextLine>"
        for line, more in text
    )
    return f"<TextRegion {attributes}>{place}{lines}</TextRegion>"


def table(*cells):
    """A TableRegion of cells: the name of the element, its text, its left and its top."""

    def cell(name, text, left, top):
        right, foot = left + 20 * len(text), top + 30
        place = f'<Coords points="{left},{top} {right},{top} {right},{foot} {left},{foot}"/>'
        line = f"<TextLine>{place}<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"
        return f'<{name} id="c{top}">{place}{line}</{name}>'

    return f"<TableRegion>{''.join(cell(*one) for one in cells)}</TableRegion>"


def hocr(body, head=""):
    return (
        f'<!DOCTYPE html><html><head>{head}</head><body><div class="ocr_page" title="bbox 0 '
        f'0 900 1200">{body}</div></body></html>'
    )


SEGMONTO = "".join(
    f'<OtherTag ID="{n}" LABEL="{label}"/>'
    for n, label in [
        ("r", "RunningTitleZone"),
        ("n", "NumberingZone:page#1"),
        ("m", "MainZone#1"),
        ("d", "DropCapitalZone"),
        ("h", "HeadingLine"),
    ]
)
CELLS = [("Rent", 100, 0), ("Wages", 100, 80), ("12", 320, 0), ("103", 300, 80)]
DIALECTS = [
    (
        "eScriptorium's ALTO: a line is one string, lines have types",
        alto(
            f"<PrintSpace><TextBlock "
            f'TAGREFS="r"><TextLine>{strings("ARDWICK MILLS")}</TextLine></TextBlock>'
            f'<TextBlock TAGREFS="n"><TextLine>{strings("12")}</TextLine></TextBlock>'
            f'<TextBlock TAGREFS="m"><TextLine TAGREFS="h">{strings("OF MILLS")}</TextLine>'
            f"<TextLine>{strings('The miller kept')}</TextLine></TextBlock>"
            "</PrintSpace>",
            SEGMONTO,
        ),
        "ARDWICK MILLS\n\n12\n\nOF MILLS\n\nThe miller kept\n",
        ["header", "page-number", "heading", ""],
    ),
    (
        "a drop capital in a region of its own",
        alto(
            f'<PrintSpace><TextBlock TAGREFS="d"><TextLine>{strings("T")}</TextLine></TextBlock>'
            f'<TextBlock TAGREFS="m"><TextLine>{strings("HE", "miller")}</TextLine></TextBlock>'
            f"</PrintSpace>",
            SEGMONTO,
        ),
        "THE miller\n",
        [""],
    ),
    (
        "a drop capital that may be a word",
        page(region([("A", "")], 'type="drop-capital"') + region([("miller kept", "")])),
        "A miller kept\n",
        [""],
    ),
    (
        "FineReader's ALTO: a composed block, no SP, the hyphen in HYP and the whole word beside",
        alto(
            '<PrintSpace><ComposedBlock TYPE="container"><TextBlock><TextLine>'
            '<String CONTENT="govern" SUBS_TYPE="HypPart1" SUBS_CONTENT="government" '
            'WC="0.9" CC="0 1"/><HYP CONTENT="\u00ac"/></TextLine>'
            "<TextLine>"
            '<String CONTENT="ment" SUBS_TYPE="HypPart2" SUBS_CONTENT="government"/><String '
            'CONTENT="of"/>'
            "</TextLine></TextBlock></ComposedBlock></PrintSpace>",
            space="2",
        ),
        "govern\u00ac\nment of\n",
        [""],
    ),
    (
        "an empty page in ALTO, then none",
        alto(
            f"<PrintSpace><TextBlock><TextLine>{strings('The')}</TextLine></TextBlock></PrintSpace>"
        ),
        "The\n",
        [""],
    ),
    (
        "Transkribus' PAGE: the order and the type of regions and lines in `custom`",
        page(
            region(
                [
                    ("second", 'custom="readingOrder {index:1;}"'),
                    ("first", 'custom="readingOrder {index:0;}"'),
                ],
                'custom="readingOrder {index:1;}"',
            )
            + region(
                [("OF MILLS", 'custom="readingOrder {index:0;} structure {type:heading;}"')],
                'custom="readingOrder {index:0;}"',
            )
        ),
        "OF MILLS\n\nfirst\nsecond\n",
        ["heading", ""],
    ),
    (
        "Transkribus' PAGE: a table of cells, and a table of regions by their order",
        page(
            table(("TableCell", "Rent", 100, 0), ("TableCell", "12", 300, 0))
            + region([("OF MILLS", "")], 'id="a"')
            + table(
                ("TextRegion", "103", 300, 80),
                ("TextRegion", "Wages", 100, 80),
                ("TextRegion", "4", 300, 120),
            ),
            '<ReadingOrder><OrderedGroup id="o"><RegionRefIndexed index="0" regionRef="a"/>'
            '<RegionRefIndexed index="1" regionRef="c120"/></OrderedGroup></ReadingOrder>',
        ),
        "OF MILLS\n\nWages   103\n          4\n\nRent   12\n",
        ["table", "table"],
    ),
    (
        "FineReader's ALTO: a table is a composed block, its cells are blocks",
        alto(
            '<PrintSpace><ComposedBlock TYPE="table">'
            + "".join(
                f"<TextBlock><@ {place}><String {place} CONTENT='{text}'/></TextLine></TextBlock>"
                for text, left, top in CELLS
                for place in [f"HPOS='{left}' VPOS='{top}' WIDTH='{20 * len(text)}' HEIGHT='30'"]
            )
            + "</ComposedBlock></PrintSpace>"
        ).replace("<@", "<TextLine"),
        "Rent     12\nWages   103\n",
        ["table"],
    ),
    (
        "ABBYY's table: rows of cells of paragraphs",
        '<document producer="ABBYY FineReader 11"><page width="900" height="1200">'
        '<block blockType="Table" l="10" t="20" r="600" b="200">'
        + "".join(
            f'<row><cell><text><par><line l="{left}" t="{top}" r="{left + 20 * len(text)}" '
            f'b="{top + 30}"><formatting>{text}</formatting></line></par></text></cell></row>'
            for text, left, top in CELLS
        )
        + "</block></page></document>",
        "Rent 12\nWages 103\n",
        ["table"],
    ),
    (
        "hOCR: the paragraphs of a table are its cells",
        hocr(
            "<div class='ocr_table'>"
            + "".join(
                f"<p class='ocr_par'><span class='ocr_line' title='bbox {left} {top} "
                f"{left + 20 * len(text)} {top + 30}'>{text}</span></p>"
                for text, left, top in CELLS
            )
            + "</div>"
        ),
        "Rent     12\nWages   103\n",
        ["table"],
    ),
    (
        "OCR-D's PAGE: groups within the reading order",
        page(
            region([("one", "")], 'id="a"')
            + region([("two", "")], 'id="b"')
            + region([("three", "")], 'id="c"'),
            '<ReadingOrder><UnorderedGroup id="u"><OrderedGroup id="o"><RegionRefIndexed '
            'index="1" regionRef="a"/>'
            '<RegionRefIndexed index="0" regionRef="c"/></OrderedGroup><RegionRef '
            'regionRef="b"/></UnorderedGroup></ReadingOrder>',
        ),
        "three\n\none\n\ntwo\n",
        ["", "", ""],
    ),
    (
        "OCRopus' hOCR: lines without words",
        hocr(
            "<span class='ocr_line' title='bbox 10 20 800 60'>The miller &amp; "
            "his</span><br><span class='ocr_line'>ledger</span>"
        ),
        "The miller & his\nledger\n",
        [""],
    ),
    (
        "hOCR of words without lines",
        hocr(
            "<p class='ocr_par' title='bbox 10 20 800 60'><span class='ocrx_word'>The</span> "
            "<span class='ocrx_word'>miller</span></p>"
        ),
        "The miller\n",
        [""],
    ),
    (
        "the Internet Archive's hOCR of characters",
        hocr(
            "<div class='ocr_carea'><p class='ocr_par'><span class='ocr_line'><span "
            "class='ocrx_word' title='bbox 1 2 3 4; x_wconf 91'>\n"
            "<span class='ocrx_cinfo'>T</span>\n<span class='ocrx_cinfo'>h</span>\n<span "
            "class='ocrx_cinfo'>e</span>"
            "</span> <span class='ocrx_word'>miller</span></span></p></div>"
        ),
        "The miller\n",
        [""],
    ),
    (
        "the Internet Archive's DjVu XML",
        (
            "<!DOCTYPE DjVuXML><DjVuXML><BODY>"
            '<OBJECT height="1200" width="900"><HIDDENTEXT><PAGECOLUMN><REGION><PARAGRAPH>'
            '<LINE><WORD coords="10,60,80,20" x-confidence="42">Tbe</WORD> <WORD '
            'coords="90,60,200,20,55">miller</WORD></LINE>'
            "<LINE><WORD>kept</WORD></LINE>"
            '</PARAGRAPH></REGION></PAGECOLUMN></HIDDENTEXT></OBJECT><OBJECT height="1200" '
            'width="900"><HIDDENTEXT/></OBJECT></BODY></DjVuXML>'
        ),
        "Tbe miller\nkept\n\f",
        [""],
    ),
]


@pytest.mark.parametrize(
    ("data", "text", "roles"), [row[1:] for row in DIALECTS], ids=[row[0] for row in DIALECTS]
)
def test_comes_in_right(data, text, roles):
    source = read(data.encode(), "p.xml")
    assert source.text == text
    found = [zone.role for zone in source.layout.zones if zone.level == "region"]
    assert [role for role in roles if role] == [role for role in found if role]


CONFIDENCES = [
    ("x_wconf 91", 0.91),
    ("x_confs 99 42 98", 0.42),
    ("x_confs 0.99 0.42", 0.42),
    ("x_confs 99.5 100", 0.995),
    ("x_wconf none", None),
    ("x_confs", None),
]


@pytest.mark.parametrize(("told", "sure"), CONFIDENCES)
def test_how_sure_the_engine_was(told, sure):
    line = (
        f"<span class='ocr_line'><span class='ocrx_word' title='bbox 1 2 3 4; "
        f"{told}'>The</span></span>"
    )
    (word,) = [zone for zone in read(hocr(line).encode(), "p").layout.zones if zone.level == "word"]
    assert word.confidence == pytest.approx(sure)


def test_djvu_places_are_counted_from_the_top():
    source = read(DIALECTS[-1][1].encode(), "p")
    word = next(zone for zone in source.layout.zones if zone.level == "word")
    assert (word.box.x0, word.box.y0, word.box.x1, word.box.y1, word.confidence) == (
        10,
        20,
        80,
        60,
        0.42,
    )
    from pipeline.document import Document

    assert sorted(export(Document(source), "alto")) == ["p-0001.alto.xml", "p-0002.alto.xml"]


def mets(groups, divisions=""):
    files = "".join(
        f'<fileGrp USE="{use}">'
        + "".join(
            f'<file ID="{i}" MIMETYPE="{media}"><FLocat xlink:href="{href}"/></file>'
            for i, media, href in files
        )
        + "</fileGrp>"
        for use, files in groups
    )
    space = 'xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"'
    structure = (
        f'<structMap TYPE="PHYSICAL"><div>{divisions}</div></structMap>' if divisions else ""
    )
    return f"<mets {space}><fileSec>{files}</fileSec>{structure}</mets>"


def division(*files):
    return "<div>" + "".join(f'<fptr FILEID="{file}"/>' for file in files) + "</div>"


PAGE = "application/vnd.prima.page+xml"
BOOKS = [
    (
        "OCR-D: the last result of a workflow",
        [
            ("OCR-D-IMG", [("i1", "image/png", "a.png")]),
            ("OCR-D-SEG", [("s1", PAGE, "none.xml")]),
            ("OCR-D-OCR", [("o1", PAGE, "one.xml")]),
        ],
        division("i1", "s1", "o1"),
        ["one"],
    ),
    (
        "newspapers: a group for each page",
        [
            ("pageFileGrp1", [("m1", "image/tiff", "a.tif"), ("ocr1", "text/xml", "two.xml")]),
            ("pageFileGrp2", [("m2", "image/tiff", "b.tif"), ("ocr2", "text/xml", "one.xml")]),
        ],
        division("m1", "ocr1") + division("m2", "ocr2"),
        ["two", "one"],
    ),
    (
        "a PDF of the whole book, thumbnails, and images on the web",
        [
            ("DOWNLOAD", [("pdf", "application/pdf", "book.pdf")]),
            ("THUMBS", [("t1", "image/jpeg", "t.jpg")]),
            ("MAX", [("w1", "image/jpeg", "https://example.org/a.jpg")]),
            ("FULLTEXT", [("f1", "text/xml", "one.xml")]),
        ],
        '<fptr FILEID="pdf"/>' + division("t1", "w1", "f1"),
        ["one"],
    ),
    (
        "HathiTrust: text, and text with places",
        [("ocr", [("t", "text/plain", "t.txt")]), ("coordOCR", [("c", "text/html", "one.xml")])],
        division("t", "c"),
        ["one"],
    ),
    (
        "no structure: the best group",
        [
            ("IMG", [("i", "image/png", "a.png")]),
            ("ALTO", [("a", "text/xml", "two.xml"), ("b", "text/xml", "one.xml")]),
        ],
        "",
        ["two", "one"],
    ),
]


@pytest.mark.parametrize(
    ("groups", "divisions", "texts"), [row[1:] for row in BOOKS], ids=[row[0] for row in BOOKS]
)
def test_of_each_page_of_a_mets_the_best_file(tmp_path, groups, divisions, texts):
    for name in ("one", "two"):
        (tmp_path / f"{name}.xml").write_text(page(region([(name, "")])))
    (tmp_path / "mets.xml").write_text(mets(groups, divisions))
    assert gather([tmp_path / "mets.xml"]).text == "\f".join(f"{text}\n" for text in texts)
