"""Other people's TEI: files shaped like those of large corpora, with texts of our own."""

import pytest
from lxml import etree

from pipeline.publish import publish
from pipeline.publish.model import read
from pipeline.publish.model.file import parse
from pipeline.publish.records import natural

NS = 'xmlns="http://www.tei-c.org/ns/1.0"'
HEAD = (
    "<teiHeader><fileDesc><titleStmt><title>{title}</title><author>{author}</author></titleStmt>"
    "<publicationStmt><p/></publicationStmt><sourceDesc><p/></sourceDesc></fileDesc>{more}"
    "</teiHeader>"
)


def head(title, author="", more=""):
    return HEAD.format(title=title, author=author, more=more)


# As in a large archive of German prints: lines and columns marked, faces by rendition,
# ¬ at line ends.
ARCHIVE = f"""<TEI {NS} xml:lang="de">{
    head(
        "Die Fähre",
        "Marsch, Else",
        '<encodingDesc><tagsDecl><rendition xml:id="i" scheme="css">font-style:italic</rendition>'
        '<rendition xml:id="g" scheme="css">letter-spacing: .1em</rendition></tagsDecl>'
        "</encodingDesc>",
    )
}
<text><front><titlePage type="main"><docTitle><titlePart type="main">Die <hi
 rendition="#g">Fähre</hi>
</titlePart></docTitle></titlePage></front><body><pb facs="#f0001" n="[1]"/>
<fw type="header" place="top">Die Fähre.</fw><div n="1"><head>Erſtes Kapitel.</head><lb/>
<p>Der Strom iſt breit und die Brü¬<lb/>
cke ſchmal; der Fähr
<lb break="no"/>mann ruft<lb/>
den <hi rendition="#i">Kindern</hi>
und wartet.<cb/></p></div></body></text></TEI>"""

# As in a collection of novels: a header with elements of its own, chapters, gaps.
NOVELS = f"""<?xml-stylesheet type="text/xsl" href="http://evil.example/x.xsl"?>
<TEI {NS} xmlns:e="http://distantreading.example/ns" xml:lang="en">{
    head(
        "The Quay",
        "Orme, Ada (1840-1901)",
        '<profileDesc><textDesc><e:authorGender key="F"/><e:size key="short"/></textDesc>'
        "</profileDesc>",
    )
}
<text><body><div type="chapter" xml:id="c1"><head>CHAPTER I</head><p>A cart stood on the quay.</p>
<p>It <emph>creaked</emph>. <gap unit="word" extent="1"/></p><milestone unit="section"/></div>
<div type="chapter"><head>CHAPTER II</head><p>Rain.</p></div></body></text></TEI>"""

# As in a corpus of plays: cast, speeches with who, stage directions between, verse.
PLAYS = f"""<TEI {NS} xml:lang="en">{
    head(
        "The Toll",
        more='<profileDesc><particDesc><listPerson><person xml:id="anna"/>'
        "</listPerson></particDesc></profileDesc>",
    )
}
<standOff><listEvent><event type="print" when="1811"><desc/></event></listEvent></standOff>
<text><front><castList><castItem><role>Anna</role>, <roleDesc>a toll keeper</roleDesc></castItem>
</castList></front><body><div type="act"><head>ACT I</head><div type="scene"><stage>A gate.</stage>
<sp who="#anna"><speaker>ANNA.</speaker><stage>aside</stage><p>Who pays?</p></sp>
<sp who="#anna"><speaker>ANNA.</speaker><l part="I">The gate is shut,</l>
<l>the road is wet.</l></sp>
</div></div></body></text></TEI>"""

P4 = """<!DOCTYPE TEI.2 SYSTEM "tei.dtd"><TEI.2><teiHeader><fileDesc><titleStmt>
<title>Old Roads</title></titleStmt></fileDesc></teiHeader>
<text><body><div1 id="d1"><head>Roads</head>
<p id="x1">A road
went down.</p></div1></body></text></TEI.2>"""

BARE = f"<TEI {NS}><text><body><head>No header at all</head><p>Only this.</p></body></text></TEI>"

CORPUS = f"""<teiCorpus {NS}>{head("Two Letters")}
<TEI>{head("One")}<text><body><p>The first letter.</p></body></text></TEI>
<TEI>{head("Two")}<text><body><p>The second letter.</p></body></text></TEI></teiCorpus>"""

# As a publishing tool's samples: notes in the line, images on the web, formulas, word tags,
# scripts.
SAMPLES = f"""<TEI {NS} xmlns:m="http://www.w3.org/1998/Math/MathML" xml:id="doc">{head("A Proof")}
<text><body><div><p><w lemma="let">Let</w> <w>us</w> see<note place="foot">A note.</note> that
<formula><m:math><m:mi>x</m:mi></m:math></formula> <damage>holds</damage> <secl>here</secl>
<ref target="javascript:alert(1)">now</ref>.</p>
<egXML xmlns="http://www.tei-c.org/ns/Examples"><p>shown</p></egXML></div></body></text></TEI>"""

FILES = {
    "archive": (
        ARCHIVE,
        "Die Fähre",
        ["Der Strom iſt breit und die Brücke ſchmal; der Fährmann ruft den Kindern und wartet."],
        "",
    ),
    "novels": (NOVELS, "The Quay", ["A cart stood on the quay.", "It creaked. […]", "Rain."], ""),
    "plays": (PLAYS, "The Toll", ["ACT I", "A gate.", "The gate is shut,"], ""),
    "p4": (P4, "Old Roads", ["A road went down."], ""),
    "bare": (BARE, "No header at all", ["Only this."], ""),
    "corpus": (CORPUS, "Two Letters", ["The first letter.", "The second letter."], ""),
    "samples": (SAMPLES, "A Proof", ["Let us see[*] that holds here now."], "secl (1)"),
}


def must_be_valid(data, name):  # noqa: ARG001
    return ["not valid by the house rules"]


@pytest.mark.parametrize("name", FILES)
def test_other_peoples_tei_is_shown(tmp_path, name):
    """It is read as it is meant, needs none of our rules, and what was lost is said."""
    data, title, lines, told = FILES[name]
    (tmp_path / f"{name}.xml").write_text(data, "utf-8")
    out = tmp_path / "site"
    done = publish([tmp_path / f"{name}.xml"], out, schema_check=must_be_valid)
    assert not done.refused
    assert told in " ".join(done.told)
    text = (out / name / f"{name}.txt").read_text("utf-8")
    assert text.startswith(f"Title: {title}\n")
    for line in lines:
        assert line in " ".join(text.split())
    page = (out / name / "index.html").read_text("utf-8")
    assert "javascript:" not in page
    published = (out / name / f"{name}.xml").read_bytes()
    assert b"xml-stylesheet" not in published
    root = etree.fromstring(published)
    assert all(str(one.tag).startswith("{http://www.tei-c.org/ns/1.0}") for one in root.iter("*"))


def test_ids_that_cannot_be_addresses_are_replaced(tmp_path):
    """Used twice, not a name, or one of the page's own: the text is shown, and this is said."""
    text = BARE.replace(
        "<p>", '<p xml:id="1a">One.</p><p xml:id="ui-main">Two.</p><p xml:id="a">', 1
    )
    text = text.replace("</p></body>", '</p><p xml:id="a">Four.</p><p xml:id="b">Five.</p></body>')
    (tmp_path / "ids.xml").write_text(text, "utf-8")
    done = publish([tmp_path / "ids.xml"], tmp_path / "site")
    assert "ignored 3 xml:id that cannot be addresses (1a, ui-main, a)" in done.told[0]
    page = (tmp_path / "site" / "ids" / "index.html").read_text("utf-8")
    assert page.count('id="ui-main"') == page.count('id="a"') == page.count('id="b"') == 1
    for said in ("One.", "Two.", "Four.", "Five."):
        assert f">{said}</p>" in page


def test_emends_own_editions_have_no_such_ids(ferry, tmp_path):
    """Our addresses are promised, so an edition that gives one twice is refused."""
    text = ferry.read_text("utf-8").replace('xml:id="p2"', 'xml:id="p1"')
    (tmp_path / "ferry.xml").write_text(text, "utf-8")
    (refused,) = publish([tmp_path / "ferry.xml"], tmp_path / "site").refused
    assert "p1 already defined" in refused.why


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        ("Marsh, Eliza (1840-1901)", "Eliza Marsh"),
        ("Ware, A. (1799-?)", "A. Ware"),
        ("Ware, A. (ca. 1799–ca. 1850)", "A. Ware"),
        ("Marsh, Eliza (pseud.)", "Eliza (pseud.) Marsh"),
        ("(1840-1901)", "(1840-1901)"),
    ],
)
def test_the_years_of_an_author_are_no_part_of_the_name(author, shown):
    """ELTeC writes them after the name; whatever else is in brackets stays."""
    body = "<text><body><p>Rain.</p></body></text>"
    text = f"<TEI {NS}>{head('Rain', author)}{body}</TEI>"
    (one,) = read(parse(text.encode(), "a.xml"), "a").authors
    assert natural(one) == shown


def test_faces_are_read_from_renditions(tmp_path):
    """`rendition="#i"` is italic where the header says so."""
    (tmp_path / "archive.xml").write_text(ARCHIVE, "utf-8")
    publish([tmp_path / "archive.xml"], tmp_path / "site")
    page = (tmp_path / "site" / "archive" / "index.html").read_text("utf-8")
    assert "<i>Kindern</i>" in page
    assert '<span class="spaced">Fähre</span>' in page


KEPT_ALL = f"""<!DOCTYPE TEI SYSTEM "tei.dtd"><TEI {NS} xmlns:x="http://x.example/ns">{
    head("Kept")
}<text><body><p><x:mark/>The first word stays, the toll<x:mark/>house too. Die Stadt Burg⸗<lb/>Lesum
und Bad Alt¬<lb/>hausen liegen am Fluß.</p></body></text></TEI>"""


def test_only_what_is_not_tei_goes(tmp_path):
    """The text after a foreign element stays, and so does a hyphen that belongs to the word.

    A file with a document type declaration is not published as it is.
    """
    (tmp_path / "kept.xml").write_text(KEPT_ALL, "utf-8")
    publish([tmp_path / "kept.xml"], tmp_path / "site")
    text = (tmp_path / "site" / "kept" / "kept.txt").read_text("utf-8")
    assert "The first word stays, the tollhouse too." in text
    assert "Burg⸗ Lesum und Bad Althausen liegen" in " ".join(text.split())
    assert b"DOCTYPE" not in (tmp_path / "site" / "kept" / "kept.xml").read_bytes()


def test_a_site_without_an_edition_is_not_written(tmp_path):
    """A file without text is refused, and nothing is left behind."""
    (tmp_path / "empty.xml").write_text(f"<TEI {NS}><teiHeader/></TEI>", "utf-8")
    done = publish([tmp_path / "empty.xml"], tmp_path / "site")
    assert "no text to publish" in done.refused[0].why
    assert not (tmp_path / "site").exists()


def test_no_word_of_corrections_where_there_is_no_ledger(tmp_path, browser):
    """A file that records no change has no list of corrections, and one view, whatever was chosen
    on another text; beside an edition that has a ledger, the library counts that one's.
    """
    corrected = NOVELS.replace("creaked", "<choice><sic>creakd</sic><corr>creaked</corr></choice>")
    (tmp_path / "plain.xml").write_text(NOVELS, "utf-8")
    (tmp_path / "mended.xml").write_text(corrected, "utf-8")
    out = tmp_path / "site"
    publish([tmp_path / "plain.xml"], out, base_url="https://example.org/")
    for name in ("index.html", "plain/index.html", "feed.xml", "sitemap.xml"):
        said = (out / name).read_text("utf-8").split("</head>")[-1].split('<div id="ui-card"')[0]
        assert "orrection" not in said, name
    assert not (out / "plain" / "corrections.html").exists()
    page = browser.new_page()
    page.goto((out / "plain" / "index.html").as_uri() + "?view=parallel")
    assert page.evaluate("document.documentElement.dataset.view") == "edited"
    assert page.get_by_text("Parallel").count() == 0
    page.close()
    publish([tmp_path / "plain.xml", tmp_path / "mended.xml"], out)
    library = (out / "index.html").read_text("utf-8")
    assert library.count("1 correction") == 2  # of the library, and of the edition
    assert library.count("corrections.html") == 1
