"""The order in which lines stand on a page, letters that are words, fragments and units."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Box
from pipeline.errors import ReorderedWarning
from pipeline.ingest import gather, read
from pipeline.ingest.by_eye import by_eye
from pipeline.ingest.layer import Line, Page, Region, Word, box_of, composed


def line(text, box):
    return Line((Word(text, box_of(box)),), box_of(box))


def texts(page):
    return [" ".join(word.text for word in one.words) for one in page.regions[0].lines]


def on(*lines):
    """A page of these lines, and ten more below them, so that there are as many as ids need."""
    lines = [*lines, *(FOOT if len(lines) < 12 else ())]
    return Page((Region(tuple(line(text, box) for text, box in lines)),))


FOOT = [(f"f{n}", (10, 600 + 40 * n, 400, 630 + 40 * n)) for n in range(10)]
FAR = [(f"l{n}", (10, 40 * n, 400, 40 * n + 30)) for n in range(12)]


def test_lines_sorted_by_their_ids_are_sorted_by_eye():
    with pytest.warns(ReorderedWarning, match="begins with “l0”"):
        made = by_eye(on(*sorted(FAR)))
    assert texts(made) == [f"l{n}" for n in range(12)]


@pytest.mark.parametrize(
    "lines",
    [
        FAR,
        [("b", (10, 50, 90, 70)), ("a", (10, 10, 90, 30)), ("c", (200, 10, 300, 30))],
        [(f"r{n}", (400 - 40 * n, 10, 430 - 40 * n, 400)) for n in (0, 2, 1)],
        list(reversed(FAR)),
        [("T", (10, 10, 60, 90)), ("second", (70, 50, 300, 70)), ("first", (70, 10, 300, 30))],
        [("a", (10, 12, 200, 60)), ("b", (150, 8, 400, 58)), ("c", (10, 90, 400, 120))],
    ],
    ids=["in order", "columns", "rotated", "upside down", "a drop capital", "on one level"],
)
def test_what_the_eye_does_not_contradict_stays(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page = on(*lines)
        assert texts(by_eye(page)) == texts(page)


def letters(text, step=10):
    """A line with a word for each letter, `step` pixels apart, blanks where the text has them."""
    words, at = [], 0
    for sign in text:
        if sign != " ":
            words.append(Word(sign, box_of((at, 0, at + 9, 20))))
        at += step
    return Page((Region((Line(tuple(words)),)),))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (letters("the mill stood"), "the mill stood"),
        (letters("THE END OF IT", step=30), "T H E E N D O F I T"),  # letter-spaced in print
        (letters("a b c"), "a b c"),
    ],
)
def test_a_word_for_each_letter(page, text):
    from pipeline.ingest.layer import composed

    assert composed([by_eye(page)])[0] == f"{text}\n"


HOCR = """<html><body><div class='ocr_page' title='bbox 0 0 500 700'>
<p class='ocr_par' title='bbox 0 0 400 30'><span
 class='ocr_line' title='bbox 0 0 400 30'>The mill</span></p>
<span class='ocr_line' title='bbox 0 40 400 70'>stood by</span>
<span class='ocr_line' title='bbox 0 80 400 110'>the inn.</span>
<span class='ocr_line' title='bbox 0 120 400 150'>It fell</span>
<span class='ocr_line' title='bbox 0 300 400 330'>in May.</span></div></body></html>"""


def test_loose_lines_of_hocr_are_paragraphs():
    assert read(HOCR.encode(), "a").text == "The mill\n\nstood by\nthe inn.\nIt fell\n\nin May.\n"


FRAGMENT = (
    '<{root}><page width="500" height="700"><block blockType="Text"><text><par><line baseline="9" '
    'l="1" t="1" '
    'r="9" b="9"><formatting lang=""><charParams l="1" t="1" r="5" b="9">O</charParams>'
    '<charParams l="5" '
    't="1" r="9" b="9">n</charParams></formatting></line></par></text></block></page></{root}>'
)


def test_a_fragment_of_abbyy_without_its_namespace():
    assert read(FRAGMENT.format(root="document").encode(), "a").text == "On\n"
    page = FRAGMENT.format(root="x").removeprefix("<x>").removesuffix("</x>")
    assert read(page.encode(), "a").text == "On\n"


def test_places_in_other_units_become_pixels_of_the_image(tmp_path):
    from test_ingest_folders import alto, png

    (tmp_path / "a.xml").write_text(alto("one", size=(2000, 2800), unit="mm10"))
    (tmp_path / "a.png").write_bytes(png(1000, 1400))
    source = gather([tmp_path])
    assert (source.layout.surfaces[0].width, source.layout.zones[-1].box.x0) == (1000, 50)


# Drop capitals that the file does not call so


def placed(*regions):
    """Regions of lines (text, left, top, height); letters are 10 pixels wide."""
    return Page(
        tuple(
            Region(
                tuple(
                    Line(
                        tuple(words(text, left, top, high)),
                        Box(left, top, left + 10 * len(text), top + high),
                    )
                    for text, left, top, high in region
                )
            )
            for region in regions
        )
    )


def words(text, left, top, high):
    for word in text.split():
        start = left + 10 * text.index(word)
        yield Word(word, Box(start, top, start + 10 * len(word), top + high))


BODY = [("he miller of the", 40, 100, 20), ("bridge slept.", 40, 125, 20)]


@pytest.mark.parametrize(
    "page",
    [
        placed([("T", 28, 100, 45)], BODY),
        placed(BODY, [("T", 28, 100, 45)]),  # after its paragraph in the file
        placed([("T", 28, 95, 50), *BODY]),  # the first line of its paragraph
    ],
)
def test_a_drop_capital_by_its_place(page):
    regions = by_eye(page).regions
    assert [
        [" ".join(word.text for word in line.words) for line in one.lines] for one in regions
    ] == [["T he miller of the", "bridge slept."]]
    assert regions[0].lines[0].words[1].glued


@pytest.mark.parametrize(
    "page",
    [
        placed([("T", 28, 100, 22)], BODY),  # no higher than the line: a label
        placed([("T", 28, 40, 45)], BODY),  # above it: a heading of a dictionary
        placed([("T", 28, 200, 45)], BODY),  # below it
        placed([("T", 400, 100, 45)], BODY),  # at its right
        placed([("7", 28, 100, 45)], BODY),  # a figure: the number of a verse
        placed([("To", 20, 100, 45)], BODY),
    ],
)
def test_what_is_no_drop_capital_stays_where_it_is(page):
    assert by_eye(page) == page


# Text set sideways


def sideways(text, left, top, wide=20):
    """A line set sideways; letters are half as high as the line is wide."""
    return text, (left, top, left + wide, top + len(text) * wide // 2)


def upright(text, left, top, high=20):
    return text, (left, top, left + len(text) * high // 2, top + high)


def page_of(*regions, role=""):
    return Page(
        tuple(Region(tuple(line(*one) for one in region), None, role) for region in regions)
    )


def readings(page):
    return [
        [" ".join(w.text for w in one.words) for one in region.lines] for region in page.regions
    ]


TOP = [upright("The miller of the bridge", 60, 100), upright("slept until the water", 60, 125)]
FOOT_OF_IT = [upright("rose and the wheel", 60, 150), upright("began to turn again.", 60, 175)]
SPINE = sideways("ARDWICK MILLS", 10, 80)


@pytest.mark.parametrize(
    ("page", "read_so"),
    [
        (page_of(TOP, [SPINE], FOOT_OF_IT), [0, 2, 1]),
        (page_of([SPINE], TOP, FOOT_OF_IT), [1, 2, 0]),
        (page_of(TOP, [SPINE], FOOT_OF_IT, [sideways("Vol. II", 400, 80)]), [0, 2, 1, 3]),
    ],
    ids=["between paragraphs", "before all", "two of them"],
)
def test_text_set_sideways_comes_after_the_upright(page, read_so):
    with pytest.warns(ReorderedWarning, match="begins with “ARDWICK MILLS” is set sideways"):
        made = by_eye(page)
    assert readings(made) == [readings(page)[n] for n in read_so]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert by_eye(made) == made


def test_a_sideways_line_is_taken_out_of_the_middle_of_a_paragraph():
    with pytest.warns(ReorderedWarning, match="set sideways"):
        made = by_eye(page_of([*TOP, SPINE, *FOOT_OF_IT]))
    assert readings(made) == readings(page_of([*TOP, *FOOT_OF_IT], [SPINE]))


WIDE_HEAD = [upright("THE ARDWICK MERCURY AND GENERAL ADVERTISER", 10, 10)]
LEFT = [upright(f"left column {n}", 10, 50 + 25 * n) for n in range(6)]
RIGHT = [upright(f"right column {n}", 250, 50 + 25 * n) for n in range(6)]


@pytest.mark.parametrize(
    "page",
    [
        page_of(LEFT, RIGHT),
        page_of(WIDE_HEAD, LEFT, RIGHT),
        page_of([upright("Down by the mill", 60, 10), upright("where the", 90, 35)], TOP),
        page_of([upright("— Who?", 60, 10), upright("— I.", 60, 35), upright("— Why", 60, 60)]),
        page_of([upright("ab", 10, 10), upright("to sleep", 20, 35), upright("abbey", 10, 60)]),
        page_of([("H O T E L", (10, 10, 30, 130))], TOP, FOOT_OF_IT),  # one above the other
        page_of([("粉屋の帳簿", (10, 10, 30, 112))], TOP, FOOT_OF_IT),
        page_of([("the mill by the bridge " * 20, (10, 10, 110, 400))], TOP, FOOT_OF_IT),
        page_of([("}", (10, 80, 20, 180))], TOP, FOOT_OF_IT),
        page_of([("IIII", (10, 80, 14, 480))], TOP, FOOT_OF_IT),  # a rule
        page_of([SPINE, sideways("a page set sideways", 40, 10)], [upright("Plate", 9, 9)]),
        page_of([SPINE], TOP, FOOT_OF_IT, role="caption"),
        page_of(TOP, FOOT_OF_IT, [SPINE]),
    ],
    ids=[
        *("two columns", "a wide heading over columns", "a poem", "a dialogue", "a dictionary"),
        *("a sign", "Japanese", "a column as one line", "a brace", "a rule", "a sideways page"),
        *("typed", "after it already"),
    ],
)
def test_what_is_not_between_upright_lines_stays(page):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert by_eye(page) == page


# Tables and marginal notes


def spread(*cells, top, right=False):
    """A line of cells, each a text and where it begins, or ends if `right`."""
    words = []
    for text, at in cells:
        left = at - 10 * len(text) if right else at
        for word in text.split():
            words.append(Word(word, Box(left, top, left + 10 * len(word), top + 20)))
            left += 10 * len(word) + 8
    return Line(tuple(words))


def moved(one):
    """The line in a second column, to the right."""
    return Line(
        tuple(
            replace(w, box=Box(w.box.x0 + 700, w.box.y0, w.box.x1 + 700, w.box.y1))
            for w in one.words
        )
    )


def column(texts, at, *, right=False, role=""):
    lines = [spread((text, at), top=100 + 30 * n, right=right) for n, text in enumerate(texts)]
    return Region(tuple(one for one in lines if one.words), None, role)


NAMES = ["Rent of the mill", "Wages of two men", "Paid to the ferry", "Total"]
POUNDS, SHILLINGS = ["12", "103", "", "116"], ["4", "0", "19", "3"]
ACCOUNT = """\
Rent of the mill     12    4
Wages of two men    103    0
Paid to the ferry         19
Total               116    3
"""
ROWS = Region(
    tuple(
        Line(
            (
                *spread((name, 60), top=100 + 30 * n).words,
                *spread((pounds, 400), (shillings, 480), top=100 + 30 * n, right=True).words,
            )
        )
        for n, (name, pounds, shillings) in enumerate(zip(NAMES, POUNDS, SHILLINGS, strict=True))
    )
)
PROSE = Region(
    tuple(
        spread((text, 200), top=100 + 30 * n)
        for n, text in enumerate(
            [
                "The miller of Ardwick kept a ledger where",
                "every sack was entered and the government",
                "of the parish trusted it much more than a",
                "church clock. He had it from his father,",
            ]
        )
    )
)


@pytest.mark.parametrize(
    "regions",
    [
        (column(NAMES, 60), column(POUNDS, 400, right=True), column(SHILLINGS, 480, right=True)),
        (column(POUNDS, 400, right=True), column(SHILLINGS, 480, right=True), column(NAMES, 60)),
        (
            column(NAMES[:3], 60),
            column(POUNDS, 400, right=True),
            column(SHILLINGS, 480, right=True),
            column(["", "", "", "Total"], 60),
        ),
        (ROWS,),
        (Region(tuple(Line((word,)) for one in ROWS.lines for word in one.words), None, "table"),),
    ],
    ids=["column by column", "figures first", "its foot apart", "row by row", "a line a cell"],
)
def test_a_table_stands_in_columns(regions):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReorderedWarning)
        made = by_eye(Page(regions))
    assert composed([made])[0] == ACCOUNT
    assert [one.role for one in made.regions] == ["table"]
    assert by_eye(made) == made


SALT = ["מלח", "קמח לבן", "יין"]


@pytest.mark.parametrize(
    "regions",
    [
        (column(SALT, 800), column(["103", "4", "19"], 400, right=True)),
        (column(["103", "4", "19"], 400, right=True), column(SALT, 800)),
    ],
)
def test_a_table_in_hebrew_begins_on_the_right(regions):
    turned = tuple(replace(one, lines=tuple(map(from_the_right, one.lines))) for one in regions)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReorderedWarning)
        made = by_eye(Page(turned))
    assert composed([made])[0] == "מלח       103\nקמח לבן     4\nיין        19\n"
    assert by_eye(made) == made


def from_the_right(one):
    """The line with its words in the places of a script that runs from right to left."""
    boxes = [word.box for word in one.words]
    return Line(
        tuple(
            replace(word, box=Box(boxes[-1].x1 - (box.x1 - boxes[0].x0), box.y0,
                                  boxes[-1].x1 - (box.x0 - boxes[0].x0), box.y1))
            for word, box in zip(one.words, boxes, strict=True)
        )
    )  # fmt: skip


def test_the_editor_learns_that_columns_were_put_together():
    with pytest.warns(ReorderedWarning, match="begins with “Rent of the mill 12”"):
        by_eye(Page((column(NAMES, 60), column(POUNDS, 400, right=True))))


@pytest.mark.parametrize(
    "regions",
    [
        (column(NAMES, 60), column(["5", "10", "15", "20"], 20, right=True)),
        (column(NAMES, 60), column(["1.", "2.", "3.", "4."], 20, right=True)),
        (column(NAMES, 60), column(["Hume", "Lowe", "Stane", "Kerr"], 400)),
        (column(NAMES, 60), column(["12", "103"], 400, right=True)),
        (column(NAMES, 60), column(POUNDS, 90, right=True)),
        (column(NAMES, 60), column(POUNDS, 400, right=True, role="page-number")),
        (PROSE, column(["1859", "", "", "1863"], 160, right=True)),
        (PROSE, column(["1859", "1861", "1860", "1863"], 160, right=True)),
        (
            column(["1859", "", "1861", "", "1864"], 60, right=True),
            column(["A mill built", "on the weir.", "A ferry", "overset.", "Snow."], 100),
        ),
    ],
    ids=[
        *("counted lines", "numbered lines", "names", "two lines", "not beside it"),
        *("a role of its own", "two years", "years in the margin of prose"),
        "annals",
    ],
)
def test_what_is_no_table_stays(regions):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert by_eye(Page(regions)) == Page(regions)


NOTE = column(["Of the", "ledger at", "the mill."], 60)


@pytest.mark.parametrize(
    "note", [NOTE, column(["Of the", "ledger"], 640)], ids=["on the left", "on the right"]
)
def test_a_narrow_block_beside_prose_is_a_marginal_note(note):
    assert [one.role for one in by_eye(Page((note, PROSE))).regions] == ["marginalia", ""]


@pytest.mark.parametrize(
    "regions",
    [
        (column(["Ledger"], 60), PROSE),
        (column(["12", "13"], 60), PROSE),
        (column(["HUME.", "a"], 60), PROSE),
        (column(["Of the", "ledger"], 300), PROSE),
        (NOTE, column(NAMES, 200)),
        (column(["Of the ledger of", "the mill, at last"], 20), PROSE),
        (NOTE, PROSE, replace(PROSE, lines=tuple(map(moved, PROSE.lines)))),
        (
            column(["Of mills and", "of mill folk", "of ledgers,", "of clocks,", "of carts"], 50),
            PROSE,
        ),
    ],
    ids=[
        *("one line", "line numbers", "a speaker", "within the column", "beside no prose"),
        *("too wide", "beside two columns", "as long as the prose"),
    ],
)
def test_what_is_no_marginal_note_stays(regions):
    assert not any(one.role for one in by_eye(Page(regions)).regions)


anywhere = st.builds(
    lambda text, column, row: spread((text, 60 * column), top=25 * row),
    st.sampled_from(["12", "4", "—", "Rent of the", "A", "every sack was entered and the parish"]),
    st.integers(0, 6),
    st.integers(0, 8),
)
anything = st.one_of(
    st.sampled_from([column(NAMES, 60), column(POUNDS, 400, right=True), NOTE, PROSE, ROWS]),
    st.builds(
        lambda lines, role: Region(tuple(lines), None, role),
        st.lists(anywhere, min_size=1, max_size=6),
        st.sampled_from(["", "", "table", "header"]),
    ),
)


@given(st.lists(anything, max_size=5))
def test_no_word_is_lost_and_a_second_look_changes_nothing(regions):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReorderedWarning)
        made = by_eye(Page(tuple(regions)))
        assert by_eye(made) == made
    words, after = (
        Counter(word.text for one in page for line in one.lines for word in line.words)
        for page in (regions, made.regions)
    )
    assert after == words
