"""The order in which lines stand on a page, letters that are words, fragments and units."""

from __future__ import annotations

import warnings

import pytest

from pipeline.document import Box
from pipeline.errors import ReorderedWarning
from pipeline.ingest import gather, read
from pipeline.ingest.layer import Line, Page, Region, Word, box_of, by_eye


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
