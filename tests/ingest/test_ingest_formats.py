"""JSON, tables and documents: what is read with its words and places, what is refused by name.

Every file here is made by the test that reads it.
"""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from pipeline.errors import MissingExtraError, SourceError
from pipeline.ingest import read, survey
from pipeline.ingest.readers import tables


def box(left, top, right, bottom):
    return {"vertices": [{"x": x, "y": y} for x, y in ((left, top), (right, bottom))]}


def google():
    def word(text, at, after=None):
        signs = [{"text": sign} for sign in text]
        if after:
            signs[-1]["property"] = {"detectedBreak": {"type": after}}
        return {"symbols": signs, "confidence": 0.9, "boundingBox": box(at, 10, at + 40, 30)}

    words = [
        word("The", 10, "SPACE"),
        word("govern", 60, "HYPHEN"),
        word("ment", 10, "SPACE"),
        word("fell", 60),
        word(".", 104, "LINE_BREAK"),
    ]
    told = {"detectedLanguages": [{"languageCode": "en"}]}
    blocks = [{"paragraphs": [{"words": words, "boundingBox": box(10, 10, 100, 30)}]}]
    pages = [{"width": 500, "height": 700, "property": told, "blocks": blocks}]
    return {"responses": [{"fullTextAnnotation": {"pages": pages, "text": "unused"}}]}


def azure_read():
    words = [
        {
            "text": text,
            "boundingBox": [x, 0.1, x + 0.4, 0.1, x + 0.4, 0.3, x, 0.3],
            "confidence": 0.8,
        }
        for text, x in (("The", 0.1), ("mill", 0.6))
    ]
    line = {"text": "The mill", "boundingBox": [0.1, 0.1, 1, 0.1, 1, 0.3, 0.1, 0.3], "words": words}
    page = {"page": 1, "width": 5, "height": 7, "unit": "inch", "lines": [line]}
    return {"status": "succeeded", "analyzeResult": {"version": "3.2", "readResults": [page]}}


def azure_document():
    content = "12\nThe mill\nstood."
    polygon = [10, 10, 90, 10, 90, 30, 10, 30]

    def of(text, start, **more):
        return {
            "content": text,
            "polygon": polygon,
            "spans": [{"offset": start, "length": len(text)}],
            **more,
        }

    words = [
        {
            "content": text,
            "polygon": polygon,
            "confidence": 0.7,
            "span": {"offset": at, "length": len(text)},
        }
        for text, at in (("12", 0), ("The", 3), ("mill", 7), ("stood.", 12))
    ]
    page = {
        "pageNumber": 1,
        "width": 500,
        "height": 700,
        "unit": "pixel",
        "words": words,
        "lines": [of("12", 0), of("The mill", 3), of("stood.", 12)],
    }
    paragraphs = [of("12", 0, role="pageNumber"), of("The mill stood.", 3)]
    return {
        "analyzeResult": {
            "apiVersion": "2024-11-30",
            "content": content,
            "pages": [page],
            "paragraphs": paragraphs,
            "languages": [{"locale": "de", "spans": []}],
        }
    }


def textract():
    def block(kind, identity, text="", children=(), page=1):
        return {
            "BlockType": kind,
            "Id": identity,
            "Page": page,
            "Text": text,
            "Confidence": 91.5,
            "Geometry": {"BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.05}},
            "Relationships": [{"Type": "CHILD", "Ids": list(children)}] if children else None,
        }

    blocks = [
        block("PAGE", "p1", children=["l1"]),
        block("LAYOUT_PAGE_NUMBER", "n", children=["l2"]),
        block("LINE", "l1", "The mill", ["w1", "w2"]),
        block("LINE", "l2", "12", ["w3"]),
        *(block("WORD", f"w{n}", text) for n, text in enumerate(("The", "mill", "12"), 1)),
        block("LINE", "l4", "stood.", page=2),
    ]
    for one in blocks:
        if one["Relationships"] is None:
            del one["Relationships"]
    return {"DocumentMetadata": {"Pages": 2}, "Blocks": blocks}


TSV = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\t"
    "left\ttop\twidth\theight\tconf\ttext\n"
    "1\t1\t0\t0\t0\t0\t0\t0\t500\t700\t-1\t\n"
    "4\t1\t1\t1\t1\t0\t10\t10\t90\t20\t-1\t\n"
    "5\t1\t1\t1\t1\t1\t10\t10\t40\t20\t96.5\tThe\n"
    '5\t1\t1\t1\t1\t2\t60\t10\t40\t20\t91.0\t"mill"\n'
    "1\t2\t0\t0\t0\t0\t0\t0\t500\t700\t-1\t\n"
    "5\t2\t1\t1\t1\t1\t10\t10\t40\t20\t96.5\tstood.\n"
)
DOCLING = {
    "schema_name": "DoclingDocument",
    "pages": {"1": {"size": {"width": 500, "height": 700}}},
    "body": {"children": [{"$ref": "#/texts/1"}, {"$ref": "#/texts/0"}]},
    "furniture": {"children": []},
    "texts": [
        {
            "text": "The mill stood.",
            "label": "text",
            "content_layer": "body",
            "children": [],
            "prov": [
                {
                    "page_no": 1,
                    "bbox": {"l": 10, "t": 690, "r": 90, "b": 660, "coord_origin": "BOTTOMLEFT"},
                }
            ],
        },
        {"text": "Chapter I", "label": "section_header", "children": [], "prov": [{"page_no": 1}]},
    ],
}
MARKER = {
    "block_type": "Document",
    "children": [
        {
            "block_type": "Page",
            "bbox": [0, 0, 500, 700],
            "children": [
                {"block_type": "SectionHeader", "html": "<h1>Chapter I</h1>", "bbox": [1, 1, 9, 9]},
                {
                    "block_type": "ListGroup",
                    "children": [{"block_type": "Text", "html": "<p>The <i>mill</i> stood.</p>"}],
                },
            ],
        }
    ],
}
OLMOCR = {
    "text": "The mill\n\nstood.",
    "attributes": {"pdf_page_numbers": [[0, 10, 1], [10, 16, 2]]},
}

READ = [
    ("Google", google(), "The govern-\nment fell.\n", "Google Cloud Vision"),
    ("Azure Read", azure_read(), "The mill\n", "Azure"),
    ("Azure Document Intelligence", azure_document(), "12\n\nThe mill\nstood.\n", "Azure"),
    ("Textract", textract(), "12\n\nThe mill\n\fstood.\n", "AWS Textract"),
    ("docling", DOCLING, "Chapter I\n\nThe mill stood.\n", "docling"),
    ("marker", MARKER, "Chapter I\n\nThe mill stood.\n", "marker"),
    ("olmOCR", OLMOCR, "The mill\n\fstood.\n", "olmOCR"),
]


@pytest.mark.parametrize(
    ("data", "text", "engine"), [row[1:] for row in READ], ids=[row[0] for row in READ]
)
@pytest.mark.parametrize("listed", [False, True])
def test_json_is_read(data, text, engine, listed, tmp_path):
    path = tmp_path / "given"
    path.write_text(json.dumps([data] if listed and engine not in {"docling", "marker"} else data))
    found = survey([path])
    assert found.facts["engine"] == engine
    assert read(path.read_bytes(), "given").text == text


def test_json_lines_are_read():
    rows = "\n".join(json.dumps(one) for one in (OLMOCR, OLMOCR))
    assert read(rows.encode(), "given").text == "The mill\n\fstood.\n\fThe mill\n\fstood.\n"


@pytest.mark.parametrize(
    ("data", "word", "place", "sure"),
    [
        (google(), "govern", (60, 10, 100, 30), 0.9),
        (azure_read(), "mill", (180, 30, 300, 90), 0.8),
        (azure_document(), "mill", (10, 10, 90, 30), 0.7),
        (textract(), "mill", (1000, 2000, 4000, 2500), 0.915),
    ],
    ids=["Google", "Azure Read", "Azure Document Intelligence", "Textract"],
)
def test_words_keep_their_places_and_confidences(data, word, place, sure):
    source = read(json.dumps(data).encode(), "given")
    zone = next(
        one
        for one in source.layout.zones
        if one.level == "word" and source.text[one.start : one.end] == word
    )
    assert (zone.box.x0, zone.box.y0, zone.box.x1, zone.box.y1) == place
    assert zone.confidence == pytest.approx(sure)


def test_google_gives_places_as_shares_of_the_page_too():
    answer = google()
    page = answer["responses"][0]["fullTextAnnotation"]["pages"][0]
    for word in page["blocks"][0]["paragraphs"][0]["words"]:
        points = word.pop("boundingBox")["vertices"]
        word["boundingBox"] = {
            "normalizedVertices": [{"x": one["x"] / 500, "y": one["y"] / 700} for one in points]
        }
    source = read(json.dumps(answer).encode(), "given")
    zone = next(one for one in source.layout.zones if source.text[one.start : one.end] == "govern")
    assert (zone.box.x0, zone.box.y0, zone.box.x1, zone.box.y1) == (60, 10, 100, 30)


def test_docling_measures_from_the_foot_and_gives_running_heads_apart():
    head = {"text": "THE MILL", "label": "page_header", "content_layer": "furniture"}
    data = {
        **DOCLING,
        "body": {"children": [{"$ref": f"#/texts/{n}"} for n in (2, 1, 0)]},
        "texts": [*DOCLING["texts"], {**head, "prov": [{"page_no": 1}]}],
    }
    source = read(json.dumps(data).encode(), "given")
    assert source.text == "Chapter I\n\nThe mill stood.\n\nTHE MILL\n"
    zone = next(one for one in source.layout.zones if one.box)
    assert (zone.box.x0, zone.box.y0, zone.box.x1, zone.box.y1) == (10, 10, 90, 40)


def test_what_services_say_of_regions_and_language(tmp_path):
    path = tmp_path / "given"
    for data in (azure_document(), textract()):
        path.write_text(json.dumps(data))
        source = read(path.read_bytes(), "given")
        region = next(one for one in source.layout.zones if one.level == "region")
        assert (source.text[region.start : region.end], region.role) == ("12", "page-number")
    path.write_text(json.dumps(azure_document()))
    assert survey([path]).facts["language"] == "de"


def test_tesseracts_tsv():
    source = read(TSV.encode(), "given")
    assert source.text == 'The "mill"\n\fstood.\n'
    assert [one.width for one in source.layout.surfaces] == [500, 500]
    word = next(zone for zone in source.layout.zones if zone.level == "word")
    assert (word.box.x0, word.box.x1, word.confidence) == (10, 50, 0.965)


# Data are not prose


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ('{"title": "The Road", "text": "It is long."}', "with the keys title, text"),
        ('[{"a": 1}, {"a": 2}]', "with the keys a"),
        ('{"a": 1}\n{"a": 2}\n', "JSON in a form"),
        ('{"a": 1, "b": [1, 2', "damaged JSON"),
        ('{"Blocks": [{"BlockType": 3, "Text": "The"}]}', "no text|damaged JSON"),
        ("[" * 100_000, "nested too deeply|contains|JSON"),
        ("name\tyear\tplace\n" * 6, "table .columns parted by tabs"),
        ("name,year,place\n" + "Holm,1871,Lynn\n" * 12, "table .columns parted by commas"),
        ("name;year;place\n" + '"Holm; Ada";1871;Lynn\n' * 12, "parted by semicolons"),
    ],
)
def test_data_are_refused_by_name(data, why):
    with pytest.raises(SourceError, match=why):
        read(data.encode(), "given.json" if data.startswith("[[") else "given")


def test_a_short_table_is_known_by_its_name():
    assert tables.delimiter("name,year\nHolm,1871\n", "people.csv") == ","
    assert tables.delimiter("name,year\nHolm,1871\n", "people.txt") == ""


@pytest.mark.parametrize(
    "text",
    [
        "[Illustration: The mill]\n\nIt stood.\n",
        "[12] See the next page.\n",
        "{sic} he wrote, and the line went on.\n",
        "[\n",
        "The mill, the inn, and the road,\nThe cart, the ox, and the load,\n" * 3,
        "Chapter I\t1\nChapter II\t9\nChapter III\t14\nChapter IV\t20\nChapter V\t31\n",
        "1871; 1872; 1873\n",
        "In the year 1871, on a Friday, it rained.\n" * 11,
    ],
)
def test_prose_is_no_data(text):
    assert read(text.encode(), "given.txt").text == text


# Documents


def docx():
    held = io.BytesIO()
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = (
        f'<w:document xmlns:w="{w}"><w:body><w:p><w:r><w:t>The mill</w:t></w:r><w:r>'
        '<w:footnoteReference w:id="2"/></w:r><w:r><w:t xml:space="preserve"> stood.</w:t>'
        "</w:r></w:p>"
        "<w:p><w:r><w:t>It fell.</w:t></w:r></w:p></w:body></w:document>"
    )
    notes = (
        f'<w:footnotes xmlns:w="{w}"><w:footnote w:id="2"><w:p><w:r><w:t>By the inn.</w:t>'
        f"</w:r></w:p>"
        "</w:footnote></w:footnotes>"
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/footnotes" Target="footnotes.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", document)
        archive.writestr("word/footnotes.xml", notes)
    return held.getvalue()


def odt(body):
    held = io.BytesIO()
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text")
    )
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body>{body}</office:body>"
            f"</office:document-content>",
        )
    return held.getvalue()


ODT = (
    "<office:text><text:h>Chapter I</text:h><text:p>The mill<text:note><text:note-citation>1"
    "</text:note-citation><text:note-body><text:p>By the inn.</text:p></text:note-body>"
    "</text:note> "
    "<text:span>stood.</text:span></text:p></office:text>"
)
HTML = (
    "<!DOCTYPE html><html lang='de'><head><title>Die Mühle</title><meta charset='utf-8'>"
    "</head><body>"
    "<nav>Start</nav><h1>Die  Mühle</h1><p>Sie stand<br>am Bach.</p><script>x()</script>"
    "<ul><li>eins</li><li>zwei</li></ul></body></html>"
)


def test_a_word_document():
    pytest.importorskip("mammoth")
    assert read(docx(), "a.docx").text == "The mill[1] stood.\n\nIt fell.\n\n[1] By the inn.\n"


def test_a_libreoffice_document():
    text = read(odt(ODT), "a.odt").text
    assert text == "Chapter I\n\nThe mill[1] stood.\n\n[1] By the inn.\n"
    with pytest.raises(SourceError, match="not a text document"):
        read(odt("<office:spreadsheet/>"), "a.odt")


def test_an_rtf_document():
    pytest.importorskip("striprtf")
    assert read(rb"{\rtf1\ansi The caf\'e9 stood.\par It fell.}", "a.rtf").text == (
        "The café stood.\nIt fell.\n"
    )


def test_a_web_page(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(HTML, "utf-8")
    assert read(path.read_bytes(), "a").text == "Die Mühle\n\nSie stand\nam Bach.\n\neins\n\nzwei\n"
    assert survey([path]).facts == {"language": "de", "title": "Die Mühle"}


@pytest.mark.parametrize(
    ("package", "data"), [("mammoth", docx()), ("striprtf.striprtf", rb"{\rtf1 Hello}")]
)
def test_without_the_extra_a_sentence_says_what_to_install(package, data, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emend\[documents\]'"):
        read(data, "a")


def test_an_epub_is_refused_by_name():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
    with pytest.raises(SourceError, match="is an EPUB"):
        read(held.getvalue(), "a.epub")


def test_a_document_that_declares_entities_is_refused():
    bomb = odt('<!DOCTYPE a [<!ENTITY a "ha">]><office:text/>')
    with pytest.raises(SourceError, match="entities"):
        read(bomb, "a.odt")
