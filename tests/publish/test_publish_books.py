"""PDF and Word: the words of the edited text are all there, and the same each time."""

import io
import re

import pytest
from least import a_tei
from lxml import etree

from pipeline.publish.docx import docx
from pipeline.publish.model import read
from pipeline.publish.pdf import pdf, program
from pipeline.publish.plain import markdown_file, plain_text, text_file

HOSTILE = '#panic("x") $ * _ ` \\ "quoted" {a} [b] <c> @d // e /* f */ ~ = - + \\u{41}'


def edition(path):
    return read(etree.parse(path), path.stem)


def words(text):
    """The words, without the signs of notes and the numbers of pages."""
    return set(re.findall(r"[^\W\d_]{2,}", text))


@pytest.fixture(scope="module")
def sample(ferry):
    return edition(ferry)


def test_a_word_document_has_the_whole_text(sample):
    """Read again, its paragraphs and cells have every word of the plain text."""
    document = pytest.importorskip("docx").Document(io.BytesIO(docx(sample)))
    said = "".join(
        (one.text or "") if one.tag.endswith("}t") else " "
        for one in document.element.body.iter()
        if one.tag.endswith(("}t", "}p", "}br"))
    )
    assert not words(plain_text(sample)) - words(said)
    assert document.core_properties.title == sample.title
    assert any(p.style.name in {"Heading 1", "Heading 2"} for p in document.paragraphs)
    assert docx(sample) == docx(sample)


def test_a_pdf_has_the_whole_text(sample):
    """Read again, its pages have every word; hyphens at line ends are taken out first."""
    pytest.importorskip("typst")
    pdfium = pytest.importorskip("pypdfium2")
    data = pdf(sample)
    assert pdf(sample) == data
    pages = pdfium.PdfDocument(data)
    said = "\n".join(page.get_textpage().get_text_range() for page in pages)
    joined = re.sub(r"[-\u00ad\ufffe\x02]\s*\n?", "", said)
    text = re.sub(r"<https?:\S+>", "", plain_text(sample)).replace("-", "")  # links are live here
    assert not words(text) - words(joined) - words(said)
    assert pages.get_metadata_value("Title") == sample.title


def test_nothing_in_a_text_is_an_instruction(tmp_path):
    """Signs that Typst gives a meaning are set as they are."""
    escaped = HOSTILE.replace("<", "&lt;")
    path = tmp_path / "x.xml"
    path.write_text(a_tei(f"<p>{escaped}</p>"), "utf-8")
    one = edition(path)
    assert '"; ") $ * _ ` \\\\ "; "' in program(one)
    pytest.importorskip("typst")
    pdfium = pytest.importorskip("pypdfium2")
    said = pdfium.PdfDocument(pdf(one))[1].get_textpage().get_text_range()
    assert "#panic(“x”) $ * _ ` \\" in " ".join(said.split())
    assert "// e /* f */" in " ".join(said.split())


def test_text_files_say_what_they_are_and_where_a_page_begins(sample):
    """Source, version and licence come first; a page that begins in a word follows it."""
    said = text_file(sample, "https://example.org/", pages=True)
    assert said.startswith("Title: The Ferryman's Almanack & Guide\nAuthor: Eliza Marsh\n")
    assert "Licence: https://creativecommons.org/publicdomain/zero/1.0/" in said
    assert "Url: https://example.org/ferry/" in said
    assert said.endswith(plain_text(sample, pages=True))
    assert "[p. 6] The landing" in said
    marked = markdown_file(sample)
    assert marked.startswith(
        '---\ntitle: "The Ferryman\'s Almanack & Guide"\nauthor: "Eliza Marsh"\n'
    )
    assert "\n---\n\n# The Ferryman" in marked


def test_a_page_that_begins_within_a_word_follows_it(tmp_path):
    """The word is not divided."""
    path = tmp_path / "x.xml"
    path.write_text(a_tei('<p>the gov<pb n="4" break="no"/>ernment of <pb n="5"/>all</p>'), "utf-8")
    assert "the government [p. 4] of [p. 5] all" in plain_text(edition(path), pages=True)
    assert "the government of all" in plain_text(edition(path))


def test_the_number_of_a_page_stands_between_blanks_and_headings_below_one_another(tmp_path):
    """One blank on either side, none within a word; a second heading is no chapter."""
    path = tmp_path / "x.xml"
    path.write_text(
        a_tei(
            '<div><head><pb n="3"/> A Quay</head><head type="sub">A Foreword</head>'
            '<p>the gov<pb n="4" break="no"/>ernment of <lb/><pb n="5"/>all <hi>and</hi> some</p>'
            "</div>"
        ),
        "utf-8",
    )
    said = program(edition(path))
    assert 'page-start("3", " "); "A Quay"' in said
    assert 'page-start("4", ""); "ernment of "; page-start("5", " "); "all "' in said
    assert said.count("heading(level: ") == 1
    assert 'subheading({"A Foreword"})' in said
