"""How the blocks of a text are shown: TEI that anyone may have written, and what a reader is to
see.
"""

import re

import pytest
from least import a_tei

from pipeline.html import direction
from pipeline.publish.model import read
from pipeline.publish.model.file import parse
from pipeline.publish.pages.site_text import SiteText
from pipeline.publish.plain import markdown, plain_text


def edition(body, language="en"):
    return read(
        parse(a_tei(body).replace('xml:lang="en"', f'xml:lang="{language}"', 1).encode(), "t"), "t"
    )


def shown(body, language="en"):
    """The HTML of a body, without ids and boxes."""
    one = edition(body, language)
    html = re.sub(r' (id|data-u)="[^"]*"', "", SiteText(one).blocks(one.blocks))
    return "".join(re.sub(r'<div class="c[^>]*>|</div>\n(?=$|<div class="c)', "", html).split("\n"))


ROWS = {
    "a numbered list": (
        '<list rend="numbered"><item>a</item><item>b</item></list>',
        "<ol><li>a</li><li>b</li></ol>",
    ),
    "a list whose items have their numbers in the text": (
        '<list rend="numbered"><item>6 A table</item><item>7 Six chairs</item></list>',
        '<ul class="simple"><li>6 A table</li><li>7 Six chairs</li></ul>',
    ),
    "a numbered list whose items begin with figures that do not count on": (
        '<list rend="numbered"><item>3 eggs</item><item>2 cups</item></list>',
        "<ol><li>3 eggs</li><li>2 cups</li></ol>",
    ),
    "a list whose items have their bullets in the text": (
        "<list><item><label>●</label> eggs</item><item>• cups</item></list>",
        '<ul class="simple"><li><span class="label">●</span> eggs</li><li>• cups</li></ul>',
    ),
    "a list of which one item begins with a sign": (
        "<list><item>– eggs</item><item>cups</item></list>",
        "<ul><li>– eggs</li><li>cups</li></ul>",
    ),
    "leaves the numbers that a list has": (
        '<list rend="numbered"><item>1. a</item></list>',
        '<ul class="simple"><li>1. a</li></ul>',
    ),
    "a list in an item": (
        "<list><item>a<list><item>b</item></list>c</item></list>",
        '<ul><li><p>a</p><ul><li>b</li></ul><p class="cont">c</p></li></ul>',
    ),
    "an item of paragraphs": (
        "<list><item><p>a</p><p>b</p></item></list>",
        "<ul><li><p>a</p><p>b</p></li></ul>",
    ),
    "the heading of a list": (
        "<list><head>Persons</head><item>a</item></list>",
        '<p class="lhead">Persons</p><ul><li>a</li></ul>',
    ),
    "terms and what they mean": (
        "<list><label>oar</label><item>a pole</item></list>",
        "<dl><dt>oar</dt><dd>a pole</dd></dl>",
    ),
    "a table": (
        (
            '<table><head>Toll</head><row role="label"><cell>a</cell><cell>b</cell></row><row>'
            '<cell cols="2">c</cell></row></table>'
        ),
        (
            '<div class="scroll"><table><caption>Toll</caption><tbody><tr><th>a</th><th>b</th></tr>'
            '<tr><td colspan="2">c</td></tr></tbody></table></div>'
        ),
    ),
    "a table with a short row": (
        "<table><row><cell>a</cell><cell>b</cell></row><row><cell>c</cell></row></table>",
        (
            '<div class="scroll"><table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td>'
            "</tr></tbody></table></div>"
        ),
    ),
    "a figure": (
        "<figure><head>Fig. 1</head><figDesc>A boat</figDesc></figure>",
        (
            '<figure><figcaption><span class="fhead">Fig. 1</span><span class="fdesc">A '
            "boat</span></figcaption></figure>"
        ),
    ),
    "where paragraphs stand": (
        '<p rend="center">a</p><p rend="right">b</p><p rend="noindent">c</p><p rend="bold">d</p>',
        '<p class="centre">a</p><p class="right">b</p><p class="flush">c</p><p>d</p>',
    ),
    "indented verse": (
        '<lg><l>a</l><l rend="indent">b</l><l rend="indent2">c</l></lg>',
        '<div class="verse"><p class="l">a</p><p class="l in">b</p><p class="l in2">c</p></div>',
    ),
    "a quotation between paragraphs": (
        "<p>a</p><quote>b</quote><p>c</p>",
        "<p>a</p><blockquote><p>b</p></blockquote><p>c</p>",
    ),
    "leaves a quotation in a line": ("<p>a <quote>b</quote> c</p>", "<p>a b c</p>"),
    "leaves a quotation with text about it": (
        "<ab>x</ab>a <quote>b</quote> c",
        "<p>x</p><p>a b c</p>",
    ),
    "an epigraph with its source": (
        "<epigraph><cit><quote><l>Sing</l></quote><bibl>Homer</bibl></cit></epigraph>",
        (
            '<div class="epigraph"><blockquote><blockquote><p '
            'class="l">Sing</p></blockquote><p>Homer</p></blockquote></div>'
        ),
    ),
}


@pytest.mark.parametrize(("body", "wanted"), ROWS.values(), ids=ROWS)
def test_blocks(body, wanted):
    """What a body comes to."""
    assert shown(body) == wanted


def test_a_note_without_a_sign_of_its_own_is_not_lost():
    """Whatever other signs and notes there are: in a heading, at the margin, called by none."""
    body = (
        '<div><head>One<note place="foot"><p>n1</p></note></head><p>a<note '
        'place="margin">n2</note> b<ref type="noteAnchor" target="#x">*</ref></p>'
        '<note xml:id="x">n3</note><note xml:id="y">n4</note></div>'
    )
    assert [f"n{i}" in shown(body) for i in range(1, 5)] == [True] * 4
    assert [f"n{i}" in plain_text(edition(body)) for i in range(1, 5)] == [True] * 4


WRITTEN = [
    ("ar", "rtl"),
    ("he-IL", "rtl"),
    ("az-Arab", "rtl"),
    ("fa", "rtl"),
    ("en", "ltr"),
    ("ku-Latn", "ltr"),
    ("ar-Latn", "ltr"),
    ("und", "ltr"),
    ("", "ltr"),
]


@pytest.mark.parametrize(("language", "way"), WRITTEN)
def test_direction(language, way):
    """By the script where the tag tells it, else by the language."""
    assert direction(language) == way


def test_a_language_turns_only_where_it_is_written_otherwise():
    """English in Arabic, Arabic in English; German in English stays."""
    body = '<p>a <foreign xml:lang="{}">b</foreign></p>'
    assert '<span lang="ar" dir="rtl">b' in shown(body.format("ar"))
    assert '<span lang="en" dir="ltr">b' in shown(body.format("en"), "ar")
    assert '<span lang="de">b' in shown(body.format("de"))


PLAIN = [
    (
        "<list><head>H</head><item>a</item><item>b<list><item>c</item></list></item></list>",
        "H\n\n- a\n- b\n  - c\n",
    ),
    ("<table><head>T</head><row><cell>a</cell><cell><p>b</p></cell></row></table>", "T\n\na · b\n"),
    ("<list><label>oar</label><item>a pole</item></list>", "- oar\n- a pole\n"),
]

_ACCOUNT = (
    "<table><row><cell/><cell>£</cell><cell>s.</cell></row>"
    "<row><cell>Oil</cell><cell>12</cell><cell>4</cell></row>"
    "<row><cell>Rope</cell><cell/><cell>9</cell></row>"
    "<row><cell>-----</cell></row></table>"
)
_BULLETS = "<list rend='bulleted'><item>● a lamp</item><item>● an oar</item></list>"
_RULES = "<list rend='numbered'><item>1. Pay.</item><item>2. Go.</item></list>"
AS_SET = [
    (
        _ACCOUNT,
        "      £   s.\nOil   12   4\nRope       9\n-----\n",
        " · £ · s.  \nOil · 12 · 4  \nRope ·  · 9  \n\\-----\n",
    ),
    (_BULLETS, "● a lamp\n● an oar\n", "- a lamp\n- an oar\n"),
    (_RULES, "1. Pay.\n2. Go.\n", "1. Pay.\n2. Go.\n"),
]


@pytest.mark.parametrize(("body", "wanted"), PLAIN)
def test_lists_and_tables_as_text(body, wanted):
    """Nested lists are indented; a table is a row a line, with blanks or dots between the cells."""
    assert plain_text(edition(body)).endswith(wanted.replace(" · ", "  "))
    assert markdown(edition(body)).endswith(wanted)


@pytest.mark.parametrize(("body", "text", "marked"), AS_SET)
def test_columns_and_signs_as_text(body, text, marked):
    """A figure stays in its column, also after an empty cell; no item gets a second sign."""
    assert plain_text(edition(body)).endswith(text)
    assert markdown(edition(body)).endswith(marked)


def test_an_empty_cell_keeps_its_column_on_the_page():
    assert "<td>Rope</td><td></td><td>9</td>" in shown(_ACCOUNT)


def test_headings_that_follow_one_another_make_one_title():
    body = "<div><head>ACT I</head><head>A quay.</head><p>a</p></div>"
    assert edition(body).blocks[0].title == "ACT I: A quay."
    body = "<div><head>I.</head><head>The quay</head><p>a</p></div>"
    assert edition(body).blocks[0].title == "I. The quay"
