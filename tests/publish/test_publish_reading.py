"""The walk: what is read of a TEI file."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.errors import EditionError
from pipeline.html import link
from pipeline.publish.model import file
from pipeline.publish.model import read as read_tree
from pipeline.publish.model.model import flatten, plain

HEAD = "<teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc></teiHeader>"


def read(body, *, front="", standoff=""):
    data = (
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0" '
        f'xml:lang="en">{HEAD}<text>{front}<body>{body}</body></text>{standoff}</TEI>'
    )
    return read_tree(file.parse(data.encode(), "t"), "t")


def texts(edition):
    return [block.text for block in flatten(edition.blocks) if block.text]


@pytest.fixture(scope="module")
def book(ferry):
    return read_tree(file.parse(ferry.read_bytes(), "ferry"), "ferry")


READINGS = [  # what stands in a paragraph; what is read; what the OCR said
    ("plain words", "plain words", "plain words"),
    ("my com\n<lb break='no' rend='hyphen'/>panion", "my companion", "my com panion"),
    ("day<pc force='weak'>-</pc>\n<lb break='no'/>light", "daylight", "day-light"),
    ("ferry<pc force='inter'>-</pc>\n<lb break='maybe'/>man", "ferry-man", "ferry-man"),
    ("country\n<lb break='maybe'/>wide", "country wide", "country wide"),
    ("one\n<lb/>two", "one two", "one two"),
    ("<app type='ocr'><lem>The</lem><rdg>Tbe</rdg></app> road", "The road", "Tbe road"),
    ("a <app type='ocr'><lem/><rdg>~ </rdg></app>speck", "a speck", "a ~ speck"),
    ("lost <app type='ocr'><lem>word </lem><rdg/></app>here", "lost word here", "lost here"),
    ("<choice><sic>recieved</sic><corr>received</corr></choice>", "received", "recieved"),
    ("stop<choice><orig> ;</orig><reg>;</reg></choice>", "stop;", "stop ;"),
    ("<app type='ocr'><lem>a<lb/>b</lem><rdg>a<lb/>6</rdg></app>", "a b", "a 6"),
    ("a <w>b</w> <seg>c</seg> <madeUp>d</madeUp>", "a b c d", "a b c d"),
]


@pytest.mark.parametrize(("inside", "edited", "ocr"), READINGS)
def test_two_readings(inside, edited, ocr):
    """A paragraph gives the edition's reading and the OCR's."""
    block = next(
        block
        for block in flatten(read(f"<lb/><p>{inside}</p>").blocks)
        if block.role == "paragraph"
    )
    assert plain(block.content) == block.text == edited
    assert plain(block.content, "ocr") == ocr


def test_line_feeds_are_formatting_where_lines_are_marked_and_blanks_where_not():
    """Our own encoding marks every line; another's file may not, and its words must not run
    together.
    """
    assert texts(read("<p>one\n  <hi>two</hi>\nthree</p>")) == ["one two three"]
    assert texts(read("<p>com<lb break='no'/>\npanion</p>")) == ["companion"]


def test_the_ledger_tells_rule_kind_confidence_and_place(book):
    """Every marked change is an entry, in the order of the text, with what the file says of it."""
    entries = {entry.id: entry for entry in book.entries}
    assert [entry.id for entry in book.entries] == [
        "c.1",
        "c.2",
        "c.3",
        "c.4",
        "c.5",
        "c.6",
        "c.7",
        "c.8",
        "s.1",
    ]
    first = entries["c.1"]
    assert (first.before, first.after, first.kind, first.rule, first.confidence) == (
        "Tbe",
        "The",
        "ocr",
        "word.confusion",
        "0.97",
    )
    assert first.rule_says == "a word that one misread letter makes strange"
    assert (first.page, first.block, first.by) == ("5", "p1", "emend")
    assert (entries["c.2"].before, entries["c.2"].after, entries["c.2"].kind) == (
        "com⏎panion",
        "companion",
        "linebreak",
    )
    assert (entries["c.5"].kind, entries["c.5"].by) == ("print", "Tomas Reed")
    assert entries["c.7"].kind == "furniture"
    assert entries["c.8"].page == "6"
    held = entries["s.1"]
    assert (held.verdict, held.before, held.after, held.block, held.confidence) == (
        "held",
        "BELL'S",
        "BALL'S",
        "p6",
        "0.41",
    )
    assert held.evidence == "“Ball” stands once in the index"


def test_the_context_of_an_entry_is_the_text_about_it(book):
    """Left of an entry, its reading and right of it make the paragraph."""
    text = next(block.text for block in flatten(book.blocks) if block.id == "p1")
    for entry in book.entries:
        if entry.block == "p1" and entry.kind != "linebreak":
            assert (
                " ".join(
                    f"{entry.left}{entry.after}{entry.right}".replace("… ", "")
                    .replace(" …", "")
                    .split()
                )
                in text
            )


def test_a_note_comes_to_its_anchor_with_all_its_parts(book):
    """A footnote that runs over the page is one note, and no block of the text."""
    note = book.notes["n1"]
    assert note.text == "Six fathoms at the stone, and more at the bridge."
    assert note.anchors == ("n1.a",)
    assert "Six fathoms" not in " ".join(texts(book))
    assert book.notes["n2"].text == "by moonlight"


def test_a_note_that_nothing_calls_stays_where_it_is():
    """No text may be lost for want of an anchor."""
    edition = read("<lb/><p>a</p><note place='bottom'>left alone</note>")
    assert "left alone" in texts(edition)


def test_a_note_whose_parts_run_in_a_circle_is_read_once():
    """A file can say anything."""
    edition = read(
        "<lb/><p>a</p><note xml:id='a' prev='#b'>one</note><note xml:id='b' prev='#a'>two</note>"
    )
    assert {"one", "two"} <= set(" ".join(texts(edition)).split())


def test_quotation_marks_are_shown_curled_and_remembered_straight():
    """Curling is display: the OCR's view has what was typed."""
    edition = read('<lb/><p>"How," said he, "don\'t they?" the years\' end \'tis</p>')
    content = next(iter(flatten(edition.blocks))).content
    assert (
        "".join(one if isinstance(one, str) else one.edited for one in content)
        == "“How,” said he, “don’t they?” the years’ end 'tis"
    )
    assert plain(content, "ocr") == '"How," said he, "don\'t they?" the years\' end \'tis'


def test_pages_and_their_scans(book):
    """Each page knows its number, its address and its scan."""
    assert [(page.n, page.id, page.surface) for page in book.pages] == [
        ("5", "pb5", 0),
        ("6", "pb6", 1),
    ]
    assert book.surfaces[0].zones[1].y == 100


def test_the_header_is_read(book):
    """Who, what, when, where."""
    assert (book.title, book.authors, book.editors) == (
        "The Ferryman's Almanack & Guide",
        ("Eliza Marsh",),
        ("Tomas Reed",),
    )
    assert (book.imprint.place, book.imprint.publisher, book.imprint.date) == (
        "Bristol",
        "Orme",
        "1871",
    )
    assert (book.published, book.modified, book.version) == ("2025-03-04", "2025-03-05", "1.2.0")


HOSTILE = [
    ("not XML at all", "not well-formed"),
    ("<a/>", "not a TEI file"),
    ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "entities"),
    ("<!DOCTYPE a><TEI/>", "has no text"),
    ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "entities"),
    (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0">' + "<p>" * 200 + "</p>" * 200 + "</TEI>",
        "nested more",
    ),
    (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0">' + "<p>" * 5000 + "</p>" * 5000 + "</TEI>",
        "nested more",
    ),
    ('<?xml version="1.0" encoding="klingon"?><TEI/>', "not well-formed"),
]


@pytest.mark.parametrize(("data", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_hostile_files_are_refused_in_one_sentence(data, why):
    """Entities, depth and rubbish are refused before anything is made of them."""
    with pytest.raises(EditionError, match=why) as refused:
        file.parse(data.encode(), "evil.xml")
    assert str(refused.value).count("\n") == 0


def test_a_bomb_of_entities_is_refused_at_once():
    """The billion laughs."""
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 30))
    with pytest.raises(EditionError):
        file.parse(
            f'<!DOCTYPE a [<!ENTITY l0 "lol">{entities}]><a b="&l29;">&l29;</a>'.encode(),
            "bomb.xml",
        )


URLS = [
    ("https://example.org/a", "https://example.org/a"),
    ("#p1", "#p1"),
    ("images/1.png", "images/1.png"),
    ("javascript:alert(1)", ""),
    ("JavaScript:alert(1)", ""),
    (" java\nscript:alert(1)", ""),
    ("data:text/html,x", ""),
    ("//evil.example/x", ""),
    ("file:///etc/passwd", ""),
    ("\x01javascript:alert(1)", ""),
    ("java\x7fscript:alert(1)", ""),
    ("vbscript:x", ""),
    ("blob:https://example.org/x", ""),
    ("/\\evil.example", ""),
    ("\\\\evil.example", ""),
    ("mailto:a@example.org", "mailto:a@example.org"),
    ("doi:10.1000/182", "doi:10.1000/182"),
    ("a/b?c=javascript:1", "a/b?c=javascript:1"),
]


@pytest.mark.parametrize(("url", "kept"), URLS)
def test_links_that_could_do_harm_are_dropped(url, kept):
    """Only the web and the site itself may be linked to."""
    assert link(url) == kept


WORDS = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cs", "Cc", "Co", "Cn"),
        exclude_characters="\ufffe\uffff",
    ),
    max_size=8,
).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
INLINE = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        inner.map(lambda x: f"<hi>{x}</hi>"),
        inner.map(lambda x: f"<q>{x}</q>"),
        inner.map(lambda x: f"{x}<lb/>"),
        inner.map(lambda x: f"<note place='bottom'>{x}</note>"),
        inner.map(lambda x: f"<list><item>{x}</item></list>"),
        inner.map(lambda x: f"<quote rend='block'><p>{x}</p></quote>"),
        st.tuples(inner, WORDS).map(
            lambda pair: (
                f"<app type='ocr' ana='#k.ocr #r.x'><lem>{pair[0]}</lem><rdg>{pair[1]}</rdg></app>"
            )
        ),
        st.tuples(inner, inner).map("".join),
    ),
    max_leaves=12,
)


@given(INLINE)
def test_no_word_of_the_edited_text_is_lost(inside):
    """Whatever stands in a paragraph is read somewhere: in the text or in a note."""
    edition = read(f"<lb/><p>{inside}</p>")
    element = etree.fromstring(f"<p>{inside}</p>")
    for left_out in element.findall(".//rdg"):
        left_out.clear(keep_tail=True)
    wanted = "".join("".join(element.itertext()).split())
    found = " ".join([*texts(edition), *(note.text for note in edition.notes.values())])
    unread = re.compile(r"[\s*¬⸗\u00ad]")  # signs of notes, and hyphens that a line end drops
    assert sorted(unread.sub("", wanted)) == sorted(unread.sub("", found))
