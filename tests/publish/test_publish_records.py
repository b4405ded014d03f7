"""Records of an edition: an article, a chapter and a blog post are cited as what they are."""

import json

import pytest
from least import a_tei

from pipeline.publish import publish

SOURCE = (
    "<sourceDesc><bibl><author>Marsh, Eliza</author><title>On Tolls</title>"
    "<publisher>Orme</publisher><pubPlace>Bristol</pubPlace><date when='1871'>1871</date>{series}"
    "<note type='kind'>{kind}</note></bibl></sourceDesc>"
)
SERIES = "<series><title level='s'>The Ferry Review</title><biblScope>7</biblScope></series>"


def published(tmp_path, kind, series=SERIES, identifiers=""):
    tei = a_tei("<p>A toll is paid.</p>", title="On Tolls").replace(
        "<sourceDesc><p>none</p></sourceDesc>", SOURCE.format(kind=kind, series=series)
    )
    tei = tei.replace("</title></titleStmt>", "</title><author>Marsh, Eliza</author></titleStmt>")
    tei = tei.replace(
        "<p>unpublished</p>",
        f"<publisher>River &amp; Co.</publisher><date when='2026-11-25'/>{identifiers}",
    )
    (tmp_path / "toll.xml").write_text(tei, "utf-8")
    publish([tmp_path / "toll.xml"], tmp_path / "site", base_url="https://rivers.example/")
    return tmp_path / "site" / "toll"


KINDS = [
    ("article", "@article{", "JOUR", "article-journal", "ScholarlyArticle", "kev%3Amtx%3Ajournal"),
    ("section of a book", "@inbook{", "CHAP", "chapter", "Chapter", "rft.genre=bookitem"),
    ("blog posts", "@online{", "BLOG", "post-weblog", "BlogPosting", "kev%3Amtx%3Adc"),
    ("newspaper", "@article{", "NEWS", "article-newspaper", "NewsArticle", "journal"),
    ("pamphlet", "@book{", "BOOK", "book", "Book", "rft.genre=book"),
    ("", "@book{", "BOOK", "book", "Book", "rft.genre=book"),
]


@pytest.mark.parametrize(("kind", "bibtex", "ris", "csl", "schema", "coins"), KINDS)
def test_a_source_is_cited_as_its_kind(tmp_path, kind, bibtex, ris, csl, schema, coins):
    """In each format."""
    folder = published(tmp_path, kind)
    assert (folder / "toll.bib").read_text("utf-8").startswith(bibtex)
    assert (folder / "toll.ris").read_bytes().startswith(f"TY  - {ris}\r\n".encode())
    (item,) = json.loads((folder / "toll.csl.json").read_text("utf-8"))
    assert item["type"] == csl
    record = json.loads((folder / "edition.jsonld").read_text("utf-8"))
    assert record["@type"] == schema
    assert record["isPartOf"]["name"] == "The Ferry Review"
    assert coins in (folder / "index.html").read_text("utf-8").split('Z3988" title="')[1]


def test_an_article_names_its_journal_publisher_and_date(tmp_path):
    """The journal and number of the print; publisher, full date and identifiers of the edition."""
    identifiers = (
        "<idno type='DOI'>https://doi.org/10.5281/zenodo.12</idno>"
        "<idno type='ARK'>ark:/12345/x6</idno>"
    )
    folder = published(tmp_path, "article", identifiers=identifiers)
    bibtex = (folder / "toll.bib").read_text("utf-8")
    for field in ("journal", "number", "date", "publisher", "doi"):
        assert f"  {field:<9} = {{" in bibtex
    ris = (folder / "toll.ris").read_text("utf-8").splitlines()
    for line in ("T2  - The Ferry Review", "IS  - 7", "DO  - 10.5281/zenodo.12", "ER  - "):
        assert line in ris
    page = (folder / "index.html").read_text("utf-8")
    for field in (
        'name="citation_journal_title" content="The Ferry Review"',
        'name="citation_author" content="Marsh, Eliza"',
        'name="citation_doi" content="10.5281/zenodo.12"',
        'property="og:title" content="On Tolls"',
        'name="DC.publisher" content="River &amp; Co."',
    ):
        assert field in page
    assert "Eliza Marsh, On Tolls, The Ferry Review 7 (Bristol: Orme, 1871)." in page
    assert "https://doi.org/10.5281/zenodo.12" in page
    assert "https://n2t.net/ark:/12345/x6" in page
    assert "“On Tolls”, The Ferry Review 7 (Bristol, Orme, 1871)" in page
