"""What each form of OCR becomes: its text layer, the place of the words, the roles of the
regions.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipeline.document import Box
from pipeline.errors import LeftOutWarning, SourceError
from pipeline.ingest import confidence_at, gather, read

SAMPLES = Path(__file__).parent / "samples"
PAGE_1 = """\
12 THE WAYFARER'S COMPANION

The miller of Ardwick kept a ledger in which
every sack was entered, and the govern-
ment of the parish trusted it more than the
church clock. He had it from his father,
and he meant to leave it to his daughter.

On market days the road was full of carts,
and the wayfarer did well to wait until
"""


def sample(name, **how):
    return read((SAMPLES / name).read_bytes(), name, **how)


def zone(source, text, level="word"):
    at = source.text.index(text)
    return next(
        zone for zone in source.layout.zones if zone.level == level and zone.start <= at < zone.end
    )


def roles(source):
    return [
        (zone.role, source.text[zone.start : zone.end].split("\n")[0])
        for zone in source.layout.zones
        if zone.level == "region"
    ]


@pytest.mark.parametrize("name", ["tesseract.hocr", "tesseract.alto.xml", "tesseract.pdf"])
def test_the_same_page_in_three_forms(name):
    source = sample(name)
    assert source.text.startswith(PAGE_1)
    assert source.text.rstrip().endswith("the bridge was clear.")
    assert source.data == source.text.encode()
    (origin,) = source.origins
    assert origin.name == name
    assert len(origin.sha256) == 64


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("tesseract.hocr", "text/vnd.hocr+html"),
        ("tesseract.alto.xml", "application/alto+xml"),
        ("tesseract.pdf", "application/pdf"),
    ],
)
def test_the_name_decides_nothing(name, media):
    source = read((SAMPLES / name).read_bytes(), "page.txt")
    assert source.origins[0].media == media


def test_hocr_has_the_place_of_every_word():
    source = sample("tesseract.hocr")
    word = zone(source, "WAYFARER'S")
    assert source.text[word.start : word.end] == "WAYFARER'S"
    assert (word.box, word.confidence) == (Box(215, 56, 418, 78), 0.88)
    assert zone(source, "every", "line").box.y0 == 193
    assert source.layout.surfaces[0].url == "page1.png"
    assert (source.layout.surfaces[0].width, source.layout.surfaces[0].height) == (1000, 626)


def test_pdf_has_the_place_of_every_word():
    box = zone(sample("tesseract.pdf"), "WAYFARER'S").box
    there = Box(
        *(round(side * 720 / 1000) for side in (215, 56, 418, 78))
    )  # the boxes of the same word, in the image's pixels
    assert abs(box.x0 - there.x0) <= 4
    assert abs(box.x1 - there.x1) <= 16  # the letters of the invisible font are narrower
    assert box.y0 <= there.y0 + 4
    assert box.y1 >= there.y1 - 8


def test_zones_are_sorted_wider_ones_first():
    for name in (
        "tesseract.hocr",
        "library.alto.xml",
        "transkribus.page.xml",
        "archive_abbyy.xml",
        "kraken.html",
    ):
        zones = sample(name).layout.zones
        assert list(zones) == sorted(
            zones,
            key=lambda zone: (zone.start, -zone.end, ("region", "line", "word").index(zone.level)),
        )
        assert all(zone.start < zone.end for zone in zones)


def test_hocr_that_is_no_xml():
    source = sample("kraken.html")
    assert source.text == "ARDWICK MILLS\n\nThe miller\nand his ledger\n\nOF MILLS\n\n12\n"
    assert roles(source) == [
        ("header", "ARDWICK MILLS"),
        ("", "The miller"),
        ("heading", "OF MILLS"),
        ("page-number", "12"),
    ]
    surface = source.layout.surfaces[0]
    assert (surface.url, surface.n) == ("p1.png", "12")


def test_tesseracts_word_for_large_letters_is_no_running_head():
    data = (
        (SAMPLES / "tesseract.hocr")
        .read_bytes()
        .replace(b"class='ocr_line' id='line_1_3'", b"class='ocr_header' id='line_1_3'")
    )
    assert {role for role, _ in roles(read(data, "p"))} == {""}


def test_alto():
    source = sample("library.alto.xml")
    assert source.text == "ARDWICK\n\n12\n\nOF MILLS\n\nthe gouern\u00ad\nment ofthe parish\n"
    assert roles(source) == [
        ("header", "ARDWICK"),
        ("page-number", "12"),
        ("heading", "OF MILLS"),
        ("", "the gouern\u00ad"),
    ]
    part = zone(source, "gouern")
    assert (source.text[part.start : part.end], part.confidence, part.whole) == (
        "gouern",
        0.5,
        "gouernment",
    )
    assert source.layout.surfaces[0].url == "0001.tif"
    assert source.layout.surfaces[0].n == "12"


def test_alto_with_a_reading_order():
    order = (
        b'<ReadingOrder><OrderedGroup ID="g"><ElementRef ID="e1" REF="TB3"/><ElementRef '
        b'ID="e2" REF="TB2"/></OrderedGroup></ReadingOrder><Layout>'
    )
    data = (
        (SAMPLES / "library.alto.xml")
        .read_bytes()
        .replace(b"<Layout>", order)
        .replace(b"ns-v2", b"ns-v4")
    )
    assert (
        read(data, "a").text == "the gouern\u00ad\nment ofthe parish\n\nOF MILLS\n\nARDWICK\n\n12\n"
    )


def test_alto_blocks_in_a_ring_are_all_read():
    assert (
        read((SAMPLES.parent / "hostile" / "alto-blocks-in-a-ring.xml").read_bytes(), "a").text
        == "one\n\ntwo\n"
    )


def test_page():
    source = sample("transkribus.page.xml")
    assert source.text == "12\n\nThe rniller,\nand his ledger\n\n* He had it from his father.\n"
    assert roles(source) == [
        ("page-number", "12"),
        ("", "The rniller,"),
        ("footnote", "* He had it from his father."),
    ]
    assert (zone(source, "rniller").box, zone(source, "rniller").confidence) == (
        Box(220, 100, 400, 140),
        0.42,
    )
    assert source.layout.surfaces[0].url == "0001.jpg"


def test_abbyy():
    source = sample("archive_abbyy.xml")
    assert source.text == "MILL\n\nTbe gov\u00ac\nso\n\f\fLast words\n"
    assert roles(source) == [("header", "MILL"), ("", "Tbe gov\u00ac")]
    word = zone(source, "Tbe")
    assert (word.box, word.confidence) == (Box(90, 100, 150, 140), 0.3)
    assert len(source.layout.surfaces) == 3


def test_a_packed_file_is_unpacked():
    data = (SAMPLES / "archive_abbyy.xml").read_bytes()
    packed = read(gzip.compress(data), "archive_abbyy.gz")
    assert packed.text == read(data, "archive_abbyy.xml").text
    assert packed.origins[0].sha256 != read(data, "archive_abbyy.xml").origins[0].sha256


def test_tei_of_others():
    source = sample("others.tei.xml")
    assert source.text == (
        "OF MILLS\n\nThe rniller of Ardwick kept a ledger in which every sack was entered, "
        "and the government of\n"
        "the parish trusetd it.\n\nHe had it from his father.\n\fThe bridge was clear,\ntbe "
        "carts were gone.\n"
    )
    assert source.origins[0].media == "application/tei+xml"


def test_tei_of_ours_gives_its_source_back():
    from pipeline.document import Document, Source
    from pipeline.tei.encode import encode

    data = "The miller kept a ledger.\r\n".encode("utf-16")
    facts = {"id": "x", "title": "t", "author": "a", "date": "1900", "edited": "2026-01-01"}
    edition = encode(Document(read(data, "mill.txt")), facts, date="2026-01-01")
    assert read(edition, "x.xml").data == data
    assert isinstance(read(edition, "x.xml"), Source)


def test_confidence_is_that_of_the_least_sure_word():
    source = sample("library.alto.xml")
    sure = confidence_at(source)
    at = source.text.index("ofthe")
    assert sure(at, at + 5) == 0.4
    assert sure(at + 1, at + 2) == 0.4
    assert sure(at - 5, at + 5) == 0.4
    assert sure(at + 6, at + 8) == 0.9
    assert sure(at + 5, at + 6) is None  # the blank
    assert confidence_at(read(b"plain text", "a"))(0, 5) is None


def test_several_files_in_the_order_given():
    names = ["library.alto.xml", "transkribus.page.xml"]
    both = gather([SAMPLES / name for name in names])
    assert both.text == "\f".join(sample(name).text for name in names)
    assert [origin.name for origin in both.origins] == names
    assert [zone.surface for zone in both.layout.zones] == sorted(
        zone.surface for zone in both.layout.zones
    )
    part = next(
        zone
        for zone in both.layout.zones
        if zone.surface == 1 and zone.level == "word" and zone.confidence == 0.42
    )
    assert both.text[part.start : part.end] == "rniller"


def test_a_folder_in_the_natural_order_of_names(tmp_path):
    for number in (1, 2, 10):
        (tmp_path / f"page{number}.txt").write_text(f"page {number}\r\n", newline="")
    (tmp_path / ".hidden").write_text("no")
    (tmp_path / "meta.toml").write_text("no")
    assert gather([tmp_path]).text == "page 1\n\fpage 2\n\fpage 10\n"


def test_the_image_beside_a_page_is_its_image(tmp_path):
    (tmp_path / "p1.xml").write_bytes((SAMPLES / "transkribus.page.xml").read_bytes())
    (tmp_path / "p1.png").write_bytes((SAMPLES / "page1.png").read_bytes())
    source = gather([tmp_path])
    assert [surface.url for surface in source.layout.surfaces] == ["p1.png"]
    assert source.text == sample("transkribus.page.xml").text


METS = """<mets:mets xmlns:mets="http://www.loc.gov/METS/"
 xmlns:xlink="http://www.w3.org/1999/xlink"><mets:fileSec>
<mets:fileGrp USE="DEFAULT"><mets:file ID="I1" MIMETYPE="image/png"><mets:FLocat
 LOCTYPE="URL" xlink:href="p1.png"/></mets:file></mets:fileGrp>
<mets:fileGrp USE="FULLTEXT"><mets:file ID="F1" MIMETYPE="text/xml"><mets:FLocat
 LOCTYPE="URL" xlink:href="{one}"/></mets:file>
<mets:file ID="F2" MIMETYPE="text/xml"><mets:FLocat
 LOCTYPE="URL" xlink:href="alto/two.xml"/></mets:file></mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="LOGICAL"><mets:div/></mets:structMap>
<mets:structMap TYPE="PHYSICAL"><mets:div><mets:div ORDER="1" ORDERLABEL="iv"><mets:fptr
 FILEID="F2"/></mets:div>
<mets:div ORDER="2" ORDERLABEL="1"><mets:fptr FILEID="F1"/></mets:div>
</mets:div></mets:structMap></mets:mets>"""


@pytest.fixture
def mets(tmp_path):
    (tmp_path / "book" / "alto").mkdir(parents=True)
    (tmp_path / "book" / "alto" / "one.xml").write_bytes(
        (SAMPLES / "library.alto.xml").read_bytes()
    )
    (tmp_path / "book" / "alto" / "two.xml").write_bytes(
        (SAMPLES / "tesseract.alto.xml").read_bytes()
    )
    (tmp_path / "secret.xml").write_bytes((SAMPLES / "library.alto.xml").read_bytes())

    def written(one):
        path = tmp_path / "book" / "mets.xml"
        path.write_text(METS.format(one=one))
        return path

    return written


def test_of_a_page_in_several_forms_a_mets_gives_the_one_with_layout(mets, tmp_path):
    """A plain text beside the ALTO of a page is not read, wherever the METS lists it."""
    path = mets("alto/one.xml")
    expected = gather([path]).text
    text = tmp_path / "book" / "one.txt"
    text.write_text("The page as plain text.\n", "utf-8")
    group = (
        '<mets:fileGrp USE="TEXT"><mets:file ID="T1" MIMETYPE="text/plain">'
        '<mets:FLocat LOCTYPE="URL" xlink:href="one.txt"/></mets:file></mets:fileGrp>'
    )
    layout = '<mets:fptr FILEID="F1"/>'
    given = path.read_text("utf-8").replace(layout, f'<mets:fptr FILEID="T1"/>{layout}')
    given = given.replace("FULLTEXT", "ALTO")
    for before in ('<mets:fileGrp USE="DEFAULT">', "</mets:fileSec>"):
        path.write_text(given.replace(before, group + before), "utf-8")
        assert gather([path]).text == expected


def test_a_mets_gives_the_files_and_their_order(mets):
    path = mets("alto/one.xml")
    source = gather([path])
    assert source.text == sample("tesseract.alto.xml").text + "\f" + sample("library.alto.xml").text
    assert [surface.n for surface in source.layout.surfaces] == [
        "iv",
        "12",
    ]  # what the page itself says stays
    assert gather([path.parent]).text == source.text


@pytest.mark.parametrize(
    "one",
    [
        "../secret.xml",
        "file:///etc/passwd",
        "/etc/passwd",
        "alto/../../secret.xml",
        "alto/link.xml",
        "%2e%2e/secret.xml",
        "http://example.org/a.xml",
    ],
)
def test_a_mets_stays_in_its_folder(mets, one):
    path = mets(one)
    (path.parent / "alto" / "link.xml").symlink_to("/etc/passwd")
    with pytest.raises(SourceError, match=r"outside|on the web"):
        gather([path])


@pytest.mark.parametrize("one", ["none.xml", "alto"])
def test_a_page_that_a_mets_names_in_vain_is_left_out(mets, one):
    with pytest.warns(LeftOutWarning, match=f"names the file {one}, which does not exist"):
        assert gather([mets(one)]).text == sample("tesseract.alto.xml").text
