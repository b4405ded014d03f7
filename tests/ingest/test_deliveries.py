"""Deliveries as libraries and services lay them: which files are pages, and what the rest says.

Every file here is made by the test that reads it.
"""

from __future__ import annotations

import gzip

import pytest
from given import alto, png, write, zipped

from pipeline.errors import SourceError
from pipeline.ingest import gather, survey

HOCR_PAGE = (
    "<div class='ocr_page' title='bbox 0 0 100 140'><p class='ocr_par'><span class='ocr_line' "
    "title='bbox 10 10 90 20'><span class='ocrx_word' title='bbox 10 10 50 20'>{}</span></span>"
    "</p></div>"
)


def page(text):
    return (
        '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">'
        '<Page imageFilename="" imageWidth="10" imageHeight="10"><TextRegion id="r"><Coords '
        'points="1,1 9,9"/><TextLine id="l"><Coords points="1,1 9,9"/><TextEquiv><Unicode>'
        f"{text}</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>"
    )


def hocr(*texts):
    return f"<html><body>{''.join(map(HOCR_PAGE.format, texts))}</body></html>"


def djvu(*texts):
    pages = "".join(
        '<OBJECT width="100" height="140"><PARAGRAPH><LINE><WORD coords="10,20,50,10">'
        f"{text}</WORD></LINE></PARAGRAPH></OBJECT>"
        for text in texts
    )
    return f"<DjVuXML><BODY>{pages}</BODY></DjVuXML>"


def mets(groups, more=""):
    """A METS of two pages; `groups` are the hrefs of each use."""
    files = "".join(
        f'<fileGrp USE="{use}">'
        + "".join(
            f'<file ID="{use}_{n}" MIMETYPE="{media}"><FLocat xlink:href="{href}"/></file>'
            for n, href in enumerate(hrefs)
        )
        + "</fileGrp>"
        for use, media, hrefs in groups
    )
    divisions = "".join(
        "<div>" + "".join(f'<fptr FILEID="{use}_{n}"/>' for use, _, _ in groups) + "</div>"
        for n in range(2)
    )
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'{more}<fileSec>{files}</fileSec><structMap TYPE="PHYSICAL"><div>{divisions}</div>'
        f"</structMap></mets>"
    )


# An item of the Internet Archive

SCANDATA = (
    "<book><bookData/><pageData><page><pageType>Color Card</pageType><addToAccessFormats>false"
    "</addToAccessFormats></page><page><pageNumber>7</pageNumber></page><page/></pageData></book>"
)
MARC = (
    '<record xmlns="http://www.loc.gov/MARC21/slim"><controlfield tag="008">{}ger d</controlfield>'
    '<datafield tag="100"><subfield code="a">Holm, Ada,</subfield><subfield '
    'code="d">1840-</subfield></datafield>'
    '<datafield tag="245"><subfield code="a">Der Fährmann :</subfield></datafield>'
    '<datafield tag="260"><subfield code="a">Lübeck :</subfield><subfield '
    'code="b">Brücke,</subfield>'
    '<subfield code="c">1871.</subfield></datafield></record>'
).format("x" * 35)


def item(folder, images=2):
    pictures = {f"ferry_jp2/ferry_{n:04d}.png": png(200, 280) for n in range(images)}
    return write(
        folder,
        {
            "__ia_thumb.jpg": png(),
            "ferry_archive.torrent": "d8:announce",
            "ferry_djvu.txt": "one two",
            "ferry_djvu.xml": djvu("poorer", "poorer"),
            "ferry_files.xml": "<files><file/></files>",
            "ferry_hocr.html": hocr("one", "two"),
            "ferry_hocr_pageindex.json.gz": gzip.compress(b"[[0, 1], [2, 3]]"),
            "ferry_jp2.zip": zipped(pictures),
            "ferry_marc.xml": MARC,
            "ferry_meta.xml": "<metadata><title>Der Fährmann</title></metadata>",
            "ferry_page_numbers.json": '{"pages": []}',
            "ferry_scandata.xml": SCANDATA,
        },
    )


def test_an_item_of_the_internet_archive_with_all_its_files(tmp_path):
    found = survey([item(tmp_path)])
    assert [part.name for part in found.parts] == ["ferry_hocr.html"]
    assert (found.pages, found.images, found.unread, found.faults) == (2, 2, (), ())
    assert found.facts == {
        "title": "Der Fährmann",
        "author": "Holm, Ada",
        "place": "Lübeck",
        "publisher": "Brücke",
        "date": "1871",
        "language": "de",
    }
    source = gather([tmp_path])
    first, second = source.layout.surfaces
    assert first.url == "ferry_jp2/ferry_jp2/ferry_0000.png"
    assert (first.n, second.n) == ("7", "")  # of the leaves that are shown
    assert source.layout.zones[-1].box.x0 == 20  # the image is twice as large as hOCR's page


def test_images_that_do_not_match_the_pages_are_not_pages_of_their_own(tmp_path):
    found = survey([item(tmp_path, images=3)])
    assert (found.pages, found.images) == (2, 0)
    why = "ferry_hocr.html has the text of 2 pages, but there are 3 images"
    assert [one.why for one in found.left_out if one.name.endswith(".png")] == [why] * 3


def test_pages_without_text_beside_a_page_with_text_are_still_pages(tmp_path):
    write(tmp_path, {"p1.xml": alto("one"), "p2.png": png(), "p3.png": png()})
    assert (survey([tmp_path]).pages, len(survey([tmp_path]).unread)) == (3, 2)


# Pages and images of different names


@pytest.mark.parametrize(
    ("images", "joined"),
    [
        (["ark_f1.jpg", "ark_f2.jpg"], True),
        (["ark_f01.jpg", "ark_f02.jpg"], True),
        (["ark_f1.jpg"], False),
        (["ark_f1.jpg", "ark_f3.jpg"], False),
        (["ark_f1.jpg", "plate.jpg"], False),
    ],
)
def test_pages_and_images_of_the_same_numbers(images, joined, tmp_path):
    write(tmp_path, {"X0000001.xml": alto("one"), "X0000002.xml": alto("two")})
    write(tmp_path, dict.fromkeys(images, png()))
    found = survey([tmp_path])
    assert found.pages == (2 if joined else 2 + len(images))
    if joined:
        assert [one.url for one in gather([tmp_path]).layout.surfaces] == images


def test_what_is_no_prose_is_no_page(tmp_path):
    write(tmp_path, {"1.txt": "one\n", "meta.yml": "scanner: none\n", "export.log": "Done.\n"})
    found = survey([tmp_path])
    assert gather([tmp_path]).text == "one\n"
    assert {one.name: one.fault for one in found.left_out} == {
        "meta.yml": False,
        "export.log": False,
    }


def test_the_pages_of_gallica(tmp_path):
    pages = "".join(f"<page><numero>{n}</numero></page>" for n in ("NP", "iv"))
    write(
        tmp_path,
        {
            "X1.xml": alto("one"),
            "X2.xml": alto("two"),
            "pagination.xml": f"<livre><pages>{pages}</pages></livre>",
            "ark.texteBrut.html": "<html><body><p>one</p><p>two</p></body></html>",
        },
    )
    assert gather([tmp_path]).text == "one\n\ftwo\n"
    assert [one.n for one in gather([tmp_path]).layout.surfaces] == ["", "iv"]


# METS


def test_files_on_the_web_are_read_from_their_copies(tmp_path):
    web = "https://library.example/data/7/{}/0000000{}.{}"
    groups = [
        ("DEFAULT", "image/png", [web.format("max", n, "png") for n in (1, 2)]),
        ("FULLTEXT", "text/xml", [web.format("ocr", n, "xml") for n in (1, 2)]),
    ]
    write(tmp_path, {"mets.xml": mets(groups)})
    with pytest.raises(SourceError, match="on the web: download the files"):
        gather([tmp_path])
    write(tmp_path, {f"FULLTEXT/0000000{n}.xml": alto(f"page {n}") for n in (1, 2)})
    write(tmp_path, {f"MODS/0000000{n}.xml": "<mods/>" for n in (1, 2)})
    write(tmp_path, {f"DEFAULT/DEFAULT_{n}.png": png() for n in (0, 1)})  # named by their ids
    for path in (tmp_path, tmp_path / "mets.xml"):
        source = gather([path])
        assert source.text == "page 1\n\fpage 2\n"
        assert [one.url for one in source.layout.surfaces] == [
            "DEFAULT/DEFAULT_0.png",
            "DEFAULT/DEFAULT_1.png",
        ]


def test_files_that_a_mets_does_not_name_are_told(tmp_path):
    write(tmp_path, {"mets.xml": mets([("ALTO", "text/xml", ["a/1.xml", "a/2.xml"])])})
    write(tmp_path, {"a/1.xml": alto("one"), "a/2.xml": alto("two"), "a/3.xml": alto("three")})
    write(
        tmp_path,
        {
            "metadata.xml": "<trpDocMetadata><title>A Ferry</title><author>A. Holm</author>"
            "</trpDocMetadata>"
        },
    )
    found = survey([tmp_path])
    assert {one.name: one.why for one in found.left_out} == {
        "a/3.xml": "mets.xml does not name it",
        "metadata.xml": "describes the text; its facts are used",
    }
    assert (found.facts["title"], found.facts["author"]) == ("A Ferry", "A. Holm")


@pytest.mark.parametrize(
    ("last", "text"), [("corrected", "corrected\n\fcorrected\n"), ("", "first\n\ffirst\n")]
)
def test_of_the_steps_of_a_workflow_the_last_with_text_is_read(last, text, tmp_path):
    steps = {"OCR-D-OCR": "first", "OCR-D-COR": last}
    media = "application/vnd.prima.page+xml"
    groups = [(use, media, [f"{use}/{n}.xml" for n in (1, 2)]) for use in steps]
    write(tmp_path, {"mets.xml": mets(groups)})
    write(tmp_path, {f"{use}/{n}.xml": page(text) for use, text in steps.items() for n in (1, 2)})
    assert gather([tmp_path / "mets.xml"]).text == text


def test_an_evaluation_is_no_page(tmp_path):
    groups = [
        ("IMG", "image/png", ["1.png", "2.png"]),
        ("OCR-D-EVAL", "application/json", ["1.json", "2.json"]),
    ]
    write(tmp_path, {"mets.xml": mets(groups), "1.json": "{}", "2.json": "{}"})
    write(tmp_path, {"1.png": png(), "2.png": png()})
    assert [part.name for part in survey([tmp_path]).parts] == ["1.png", "2.png"]
