"""Footnotes in regions that a layout names are bound to their calls, in the order of the text."""

import pytest

from pipeline import clean, ingest

LINES = (
    ("The dues were raised,1 and the men of", 100),
    ("the quay* were asked to pay them.", 150),
    ("1 See the Minutes for May.", 1200),
    ("* Olsen, who saw it.", 1250),
)


def page():
    def region(kind, lines):
        inside = "".join(
            f'<TextLine id="l{y}"><Coords points="90,{y} 900,{y} 900,{y + 40} 90,{y + 40}"/>'
            f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"
            for text, y in lines
        )
        top, foot = lines[0][1], lines[-1][1] + 40
        return (
            f'<TextRegion id="r{top}" type="{kind}"><Coords points="90,{top} 900,{top} '
            f'900,{foot} 90,{foot}"/>{inside}</TextRegion>'
        )

    return (
        '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15">'
        '<Page imageFilename="p1.png" imageWidth="1000" imageHeight="1400">'
        f"{region('paragraph', LINES[:2])}{region('footnote', LINES[2:])}</Page></PcGts>"
    )


def hocr():
    lines = [
        f'<span class="ocr_line" title="bbox 90 {y} 900 {y + 40}">{text}</span>'
        for text, y in LINES
    ]
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml"><body>'
        '<div class="ocr_page" title="bbox 0 0 1000 1400">'
        f'<p class="ocr_par">{"".join(lines[:2])}</p>'
        f'<div class="ocr_footnote" title="bbox 90 1200 900 1290">{"".join(lines[2:])}</div>'
        "</div></body></html>"
    )


def alto():
    def block(number, lines, tag=""):
        inside = "".join(
            f'<TextLine HPOS="90" VPOS="{y}" WIDTH="800" HEIGHT="40">'
            + "<SP/>".join(
                f'<String CONTENT="{word}" HPOS="{90 + 90 * n}" VPOS="{y}" WIDTH="80" HEIGHT="40"/>'
                for n, word in enumerate(text.split())
            )
            + "</TextLine>"
            for text, y in lines
        )
        place = f'HPOS="90" VPOS="{lines[0][1]}" WIDTH="800" HEIGHT="90"'
        return f'<TextBlock ID="B{number}" {tag}{place}>{inside}</TextBlock>'

    tag = 'TAGREFS="T1" '
    return (
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">'
        '<Tags><StructureTag ID="T1" LABEL="footnote"/></Tags>'
        '<Layout><Page ID="P1" WIDTH="1000" HEIGHT="1400"><PrintSpace>'
        f"{block(1, LINES[:2])}{block(2, LINES[2:], tag)}"
        "</PrintSpace></Page></Layout></alto>"
    )


@pytest.mark.parametrize("form", [page, hocr, alto], ids=["PAGE", "hOCR", "ALTO"])
def test_notes_of_a_region_are_bound_and_the_text_keeps_its_order(form):
    name = "page.hocr" if form is hocr else "page.xml"
    cleaned = clean(ingest.read(form().encode(), name))
    notes = {mark.get("anchor"): mark for mark in cleaned.document.marked("note")}
    calls = [mark.get("id") for mark in cleaned.document.marked("anchor")]
    assert [notes[call].get("n") for call in calls] == ["1", "*"]
    assert {mark.get("place") for mark in notes.values()} == {"bottom"}
    assert cleaned.text.splitlines()[::2] == [
        "The dues were raised,[1] and the men of the quay* were asked to pay them.",
        "[1] See the Minutes for May.",
        "* Olsen, who saw it.",
    ]
