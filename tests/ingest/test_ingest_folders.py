"""Folders as institutions keep them: METS, BagIt, `alto/` beside `jpg/`, one page in several forms.

Every file here is made by the test that reads it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import warnings

import pytest
from given import png, write, zipped

from pipeline.document import Document, Proposal
from pipeline.errors import LeftOutWarning, SourceError
from pipeline.ingest import gather, read, survey
from pipeline.ingest.files import copied
from pipeline.ingest.write import export


def alto(*blocks, lang="", size=(1000, 1400), unit="pixel"):
    """An ALTO page; a block is its text, or its id and its text."""
    named = [one if isinstance(one, tuple) else (f"B{n}", one) for n, one in enumerate(blocks)]
    body = "".join(
        f'<TextBlock ID="{identity}" HPOS="100" VPOS="{100 * n}" WIDTH="500" HEIGHT="40"><TextLine>'
        + "".join(
            f'<String CONTENT="{word}" HPOS="{100 + 60 * i}" VPOS="{100 * n}" WIDTH="50" '
            f'HEIGHT="30"/>'
            for i, word in enumerate(text.split())
        )
        + "</TextLine></TextBlock>"
        for n, (identity, text) in enumerate(named)
    )
    told = f' LANG="{lang}"' if lang else ""
    return (
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description>'
        f"<MeasurementUnit>{unit}</MeasurementUnit></Description><Layout>"
        f'<Page WIDTH="{size[0]}" HEIGHT="{size[1]}"{told}><PrintSpace>{body}</PrintSpace></Page>'
        "</Layout></alto>"
    )


def page(text):
    words = "".join(
        f'<Word id="w{n}"><Coords points="1,1 9,9"/><TextEquiv><Unicode>{word}</Unicode>'
        f"</TextEquiv></Word>"
        for n, word in enumerate(text.split())
    )
    return (
        '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">'
        '<Page imageFilename="" imageWidth="10" imageHeight="10"><TextRegion id="r"><Coords '
        f'points="1,1 9,9"/><TextLine id="l"><Coords points="1,1 9,9"/>{words}</TextLine>'
        "</TextRegion></Page></PcGts>"
    )


def hocr(text):
    return (
        "<html><body><div class='ocr_page'><p class='ocr_par'><span class='ocr_line'>"
        f"<span class='ocrx_word'>{text}</span></span></p></div></body></html>"
    )


def reasons(found):
    return {one.name: one.why for one in found.left_out}


# One bad file never refuses a folder


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("p2.xml", "<alto><Layout><Page>", "not well-formed"),
        ("p2.xml", "", "empty"),
        ("item_files.xml", "<files><file name='a'/></files>", "its root is files"),
        ("p2.bin", b"\x7fELF" + bytes(range(256)), "binary"),
        ("p2.djvu", b"AT&TFORM\0\0\0\0DJVM", "DjVu"),
        ("p2.json", '{"a": 1}', "JSON in a form"),
    ],
)
def test_a_bad_file_is_left_out_and_named(name, content, why, tmp_path):
    write(tmp_path, {"p1.xml": alto("one"), name: content, "p3.xml": alto("three")})
    with pytest.warns(LeftOutWarning, match=f"(?s){name}.*{why}"):
        assert gather([tmp_path]).text == "one\n\fthree\n"
    found = survey([tmp_path])
    assert [one.name for one in found.faults] == [name]
    with pytest.raises(SourceError, match=why):
        survey([tmp_path], strict=True)


@pytest.mark.parametrize("content", ["", " \n\t\r\n", "\ufeff\n"])
def test_an_empty_text_is_an_empty_page(content, tmp_path):
    write(tmp_path, {"p1.txt": "one\n", "p2.txt": content, "p10.txt": "ten\n"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        source = gather([tmp_path])
    assert source.text == "one\n\f\ften\n"
    assert len(source.layout.surfaces) == 3


def test_a_folder_of_nothing_but_bad_files_is_refused(tmp_path):
    write(tmp_path, {"a.xml": "<alto>", "b.xml": "<files/>"})
    with pytest.raises(SourceError, match=r"none of the 2 files can be read; the first: a\.xml"):
        gather([tmp_path])


# METS


def mets(*pages, logical="", description="", group="ALTO"):
    files = "".join(
        f'<file ID="F{n}" MIMETYPE="text/xml"><FLocat LOCTYPE="URL" xlink:href="{href}"/></file>'
        for n, href in enumerate(pages)
    )
    divs = "".join(
        f'<div TYPE="PAGE" ORDERLABEL="{n + 5}"><fptr><area FILEID="F{n}"/></fptr></div>'
        for n in range(len(pages))
    )
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'{description}<fileSec><fileGrp USE="{group}">{files}</fileGrp></fileSec>{logical}'
        f'<structMap TYPE="PHYSICAL"><div>{divs}</div></structMap></mets>'
    )


@pytest.mark.parametrize(
    "href",
    [
        "file://./ALTO/00 1.xml",
        "file:./ALTO/00%201.xml",
        "file:///D:/jobs/17/ALTO/00 1.xml",
        "file://D:\\jobs\\17\\ALTO\\00 1.xml",
        "ALTO\\00 1.xml",
        "./ALTO/00%201.xml",
        "/mnt/scans/ALTO/00 1.xml",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_mets_as_docworks_writes_it(href, packed, tmp_path):
    content = alto("one").encode()
    name = "ALTO/00 1.xml.gz" if packed else "ALTO/00 1.xml"
    write(tmp_path, {name: gzip.compress(content) if packed else content, "mets.xml": mets(href)})
    source = gather([tmp_path / "mets.xml"])
    assert source.text == "one\n"
    assert source.layout.surfaces[0].n == "5"
    assert source.origins[0].name == name


def test_the_end_of_a_foreign_path_does_not_lead_out(tmp_path):
    write(tmp_path, {"secret/1.xml": alto("secret"), "book/mets.xml": mets("/a/../secret/1.xml")})
    with pytest.raises(SourceError, match="outside"):
        gather([tmp_path / "book" / "mets.xml"])


def test_blocks_in_the_order_of_the_articles(tmp_path):
    areas = "".join(
        f'<fptr><area FILEID="F0" BEGIN="{block}" BETYPE="IDREF"/></fptr>' for block in "ACB"
    )
    logical = f'<structMap TYPE="LOGICAL"><div TYPE="ARTICLE">{areas}</div></structMap>'
    write(
        tmp_path,
        {
            "a.xml": alto(("A", "first"), ("B", "last"), ("C", "second")),
            "mets.xml": mets("a.xml", logical=logical),
        },
    )
    assert gather([tmp_path]).text == "first\n\nsecond\n\nlast\n"


MODS = """<dmdSec ID="D1"><mdWrap MDTYPE="MODS"><xmlData><mods xmlns="http://www.loc.gov/mods/v3">
<titleInfo><nonSort>The</nonSort><title>Ferryman's Ledger</title></titleInfo>
<name><namePart type="given">Ada</namePart><namePart type="family">Holm</namePart>
<role><roleTerm>aut</roleTerm></role></name>
<name><namePart>Nobody, Editor</namePart><role><roleTerm>edt</roleTerm></role></name>
<originInfo><place><placeTerm type="text">Lynn</placeTerm></place>
<publisher>Bridge Press</publisher>
<dateIssued>[1871?]</dateIssued></originInfo>
<language><languageTerm type="code">ger</languageTerm></language>
</mods></xmlData></mdWrap></dmdSec>"""


def test_what_mods_in_a_mets_says_is_known(tmp_path):
    logical = '<structMap TYPE="LOGICAL"><div DMDID="D1"/></structMap>'
    text = mets("a.xml", logical=logical, description=MODS)
    write(tmp_path, {"a.xml": alto("eins", lang="eng"), "mets.xml": text})
    assert survey([tmp_path]).facts == {
        "language": "de",
        "title": "The Ferryman's Ledger",
        "author": "Holm, Ada",
        "place": "Lynn",
        "publisher": "Bridge Press",
        "date": "1871",
    }


def test_a_file_of_a_page_that_lies_in_the_folder_is_read_before_a_better_one_on_the_web(tmp_path):
    """ALTO is better than plain text, but emend downloads nothing."""
    text = (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">'
        "<fileSec>"
        '<fileGrp USE="ALTO"><file ID="A"><FLocat xlink:href="https://a.example/1.xml"/></file>'
        '</fileGrp><fileGrp USE="OCR"><file ID="B" MIMETYPE="text/plain">'
        '<FLocat xlink:href="1.txt"/></file></fileGrp></fileSec><structMap TYPE="PHYSICAL"><div>'
        '<div><fptr FILEID="A"/><fptr FILEID="B"/></div></div></structMap></mets>'
    )
    write(tmp_path, {"1.txt": "from the folder\n", "mets.xml": text})
    assert gather([tmp_path / "mets.xml"]).text == "from the folder\n"


def test_of_alto_and_page_of_a_page_the_richer_is_read(tmp_path):
    def both(first, second):
        return (
            '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">'
            "<fileSec>"
            f'<fileGrp USE="{first}"><file ID="A"><FLocat xlink:href="{first}.xml"/></file>'
            f"</fileGrp>"
            f'<fileGrp USE="{second}"><file ID="B"><FLocat xlink:href="{second}.xml"/></file>'
            f"</fileGrp>"
            '</fileSec><structMap TYPE="PHYSICAL"><div><div><fptr FILEID="A"/><fptr '
            'FILEID="B"/></div>'
            "</div></structMap></mets>"
        )

    write(tmp_path, {"ALTO.xml": alto("two words"), "PAGE+XML.xml": page("one")})
    for order in (("ALTO", "PAGE+XML"), ("PAGE+XML", "ALTO")):
        write(tmp_path, {"mets.xml": both(*order)})
        assert gather([tmp_path / "mets.xml"]).text == "two words\n"


# Forms of the same page


def test_the_same_page_in_several_forms_is_one_page(tmp_path):
    write(
        tmp_path,
        {
            "a.hocr": hocr("one"),
            "a.xml": alto("the richer one"),
            "a.txt": "one",
            "a.jpg": png(),
            "f10.xml": alto("ten"),
            "f10.chocomufin.xml": alto("ten"),
        },
    )
    found = survey([tmp_path])
    source = gather([tmp_path])
    assert source.text == "the richer one\n\ften\n"
    assert source.layout.surfaces[0].url == "a.jpg"
    assert reasons(found) == {
        "a.hocr": "the same page as a.xml",
        "a.txt": "the same page as a.xml",
        "f10.chocomufin.xml": "the same page as f10.xml",
    }
    assert found.faults == ()


@pytest.mark.parametrize(
    "names",
    [
        ("page.1.txt", "page.2.txt", "page.10.txt"),
        ("a1.txt", "a1b.txt", "a2.txt"),
        ("one/p1.txt", "one/p2.txt", "two/p1.txt"),
        ("chapter.one.txt", "chapter.two.txt"),
    ],
)
def test_different_pages_stay_different(names, tmp_path):
    write(tmp_path, {name: f"{name}\n" for name in names})
    assert gather([tmp_path]).text == "\f".join(f"{name}\n" for name in names)


def test_folders_of_forms(tmp_path):
    for number in (1, 2, 10):
        write(
            tmp_path,
            {f"alto/{number}.xml": alto(f"page {number}"), f"jpg/{number}.jpg": png(500, 700)},
        )
        write(tmp_path, {f"thumbs/{number}.jpg": png(5, 7)})
    write(tmp_path, {"README.txt": "Scans of a ledger.", "checksum.md5": "0 a"})
    source = gather([tmp_path])
    assert source.text == "page 1\n\fpage 2\n\fpage 10\n"
    assert [one.url for one in source.layout.surfaces] == ["jpg/1.jpg", "jpg/2.jpg", "jpg/10.jpg"]
    assert source.layout.surfaces[0].width == 500  # ALTO's 1000 pixels are those of a larger scan
    assert source.layout.zones[-1].box.x0 == 80


def test_an_item_of_the_internet_archive(tmp_path):
    djvu = (
        '<DjVuXML><BODY><OBJECT width="9" height="9"><PARAGRAPH><LINE><WORD '
        'coords="1,2,2,1">one</WORD>'
        "</LINE></PARAGRAPH></OBJECT></BODY></DjVuXML>"
    )
    write(
        tmp_path,
        {
            "ledger_djvu.xml": djvu,
            "ledger_djvu.txt": "one",
            "ledger_files.xml": "<files/>",
            "ledger_meta.xml": "<metadata><title>The Ledger</title><language>eng</language>"
            "<creator>Holm, Ada</creator><date>1871</date></metadata>",
        },
    )
    found = survey([tmp_path])
    assert [part.name for part in found.parts] == ["ledger_djvu.xml"]
    assert found.facts["title"] == "The Ledger"
    assert found.faults == ()
    assert reasons(found)["ledger_files.xml"] == "describes the folder"


@pytest.mark.parametrize(("name", "kept"), [("book.txt", False), ("p3.txt", True)])
def test_the_text_of_the_whole_book_beside_its_pages(name, kept, tmp_path):
    write(tmp_path, {"p1.xml": alto("one"), "p2.xml": alto("two"), name: "the text\n"})
    assert ("the text" in gather([tmp_path]).text) == kept
    assert [one.name for one in survey([tmp_path]).left_out] == ([] if kept else [name])


# BagIt


def bag(tmp_path, told=None):
    content = {"data/p1.txt": "one\n", "data/p2.txt": "two\n"}
    sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in content.items()}
    lines = "".join(f"{digest}  {name}\n" for name, digest in (sums | (told or {})).items())
    write(tmp_path, content)
    return write(
        tmp_path,
        {
            "bagit.txt": "BagIt-Version: 1.0\n",
            "bag-info.txt": "Source-Organization: The Parish\n",
            "manifest-sha256.txt": lines,
            "tagmanifest-sha256.txt": "0 bagit.txt\n",
        },
    )


def test_the_files_of_a_bag_are_its_payload(tmp_path):
    assert gather([bag(tmp_path)]).text == "one\n\ftwo\n"
    assert survey([tmp_path]).faults == ()


def test_what_a_bags_manifest_contradicts_is_left_out(tmp_path):
    found = survey([bag(tmp_path, {"data/p2.txt": "0" * 64, "data/p3.txt": "0" * 64})])
    assert [part.name for part in found.parts] == ["data/p1.txt"]
    assert {one.name: one.why for one in found.faults} == {
        "data/p2.txt": "does not have the checksum that manifest-sha256.txt gives for it",
        "data/p3.txt": "is named in manifest-sha256.txt, but does not exist",
    }


# Archives


def tarred(files, link=None):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
        if link:
            info = tarfile.TarInfo("link.txt")
            info.type, info.linkname = tarfile.SYMTYPE, link
            archive.addfile(info)
    return held.getvalue()


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
def test_an_archive_of_pages(pack, tmp_path):
    packed = pack({"book/p2.xml": alto("two"), "book/p10.xml": alto("ten")})
    (tmp_path / "book.bin").write_bytes(packed)
    assert read(packed, "book").text == "two\n\ften\n"
    assert gather([tmp_path / "book.bin"]).text == "two\n\ften\n"


def test_pages_zipped_beside_their_mets(tmp_path):
    packed = zipped({"39/1.xml": alto("one"), "39/2.xml": alto("two")})
    write(tmp_path, {"39.zip": packed, "39.mets.xml": mets("2.xml", "1.xml")})
    assert gather([tmp_path]).text == "two\n\fone\n"


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", "a/../../out.txt", "C:\\out.txt"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_no_archive_leads_out_of_its_folder(name, pack, tmp_path):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.zip"
    path.write_bytes(pack({"p1.txt": "one", name: "out"}))
    with pytest.raises(SourceError, match="leads out"):
        gather([path])
    assert not list(tmp_path.rglob("out.txt"))


def test_a_tar_with_a_link_is_refused():
    with pytest.raises(SourceError, match="link"):
        read(tarred({"p1.txt": "one"}, link="/etc/passwd"), "a.tar")


def test_an_archive_with_two_files_of_one_name_is_refused():
    packed = zipped({"p1.txt": "one", "p2.txt": "two"})
    with pytest.raises(SourceError, match="two files called"):
        read(packed.replace(b"p2.txt", b"p1.txt"), "a.zip")


def test_an_archive_that_unpacks_without_end_is_refused():
    bomb = zipped({f"p{number}.txt": "0" * 30_000_000 for number in range(4)})
    assert len(bomb) < 200_000
    with pytest.raises(SourceError, match="unpacks to more than 50 MB"):
        read(bomb, "a.zip")


def test_what_is_copied_into_a_project(tmp_path):
    write(tmp_path / "book", {"alto/1.xml": alto("one"), "mets.xml": mets("file://./alto/1.xml")})
    write(tmp_path, {"a/1.txt": "one", "b/1.txt": "two", "c/1.zip": zipped({"x/1.txt": "three"})})

    def names(*paths):
        into = tmp_path / "unpacked"
        return sorted(name for _, name in copied([tmp_path / path for path in paths], into))

    assert names("book/mets.xml") == ["alto/1.xml", "mets.xml"]
    assert names("a/1.txt") == []  # as source.txt
    assert names("c/1.zip") == ["x/1.txt"]
    assert names("c") == ["x/1.txt"]
    assert names("a/1.txt", "c/1.zip") == ["1.txt", "1/x/1.txt"]
    with pytest.raises(SourceError, match=r"Two of the files are called 1\.txt"):
        names("a/1.txt", "b/1.txt")


def test_corrections_go_back_into_a_file_read_in_the_order_of_its_articles(tmp_path):
    areas = "".join(
        f'<fptr><area FILEID="F0" BEGIN="{block}" BETYPE="IDREF"/></fptr>' for block in "ACB"
    )
    logical = f'<structMap TYPE="LOGICAL"><div TYPE="ARTICLE">{areas}</div></structMap>'
    content = alto(("A", "first one"), ("B", "last one"), ("C", "sccond one"))
    write(tmp_path, {"a.xml": content, "mets.xml": mets("a.xml", logical=logical)})
    source = gather([tmp_path])
    assert source.text == "first one\n\nsccond one\n\nlast one\n"
    document = Document(source).apply(
        "test", [Proposal(11, 17, "second", "test.rule", "why", "ocr")]
    )
    out = export(document, "alto", {"a.xml": content.encode()})["a.xml"].decode()
    assert 'CONTENT="second"' in out
    assert out.index('CONTENT="last"') < out.index('CONTENT="second"')  # the file keeps its order
