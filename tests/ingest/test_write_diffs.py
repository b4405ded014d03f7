"""What differs between a file and the same file with corrections in it, line by line."""

from __future__ import annotations

import difflib
from pathlib import Path

from pipeline.document import Document, Proposal
from pipeline.ingest import read
from pipeline.ingest.write import export

SAMPLES = Path(__file__).parent / "samples"


def differences(data, form, pairs):
    """The lines that go and come, without their indentation, in the order of the file."""
    source = read(data, "page")
    document = Document(source).apply(
        "test",
        [
            Proposal(at := source.text.index(a), at + len(a), b, "test.rule", "why", "ocr")
            for a, b in pairs
        ],
    )
    out = export(document, form, {"page": data})["page"]
    rows = difflib.unified_diff(
        data.decode().splitlines(), out.decode().splitlines(), lineterm="", n=0
    )
    return [
        (row[0], row[1:].strip())
        for row in rows
        if row[:1] in "+-" and not row.startswith(("+++", "---"))
    ]


def word(number, box, sure, text):
    return (
        f"<span class='ocrx_word' id='word_1_{number}' title='bbox {box}; x_wconf {sure}'>"
        f"{text}</span>"
    )


def both(new, old):
    return (
        f'<span class="alternatives"><ins class="alt">{new}</ins>'
        f'<del class="alt">{old}</del></span>'
    )


def test_hocr():
    data = (SAMPLES / "tesseract.hocr").read_bytes()
    pairs = [("Ardwick", "Ardwyck"), ("every sack", "everysack"), ("trusted", "trus ted")]
    places = {
        8: ("354 147 480 170", 93),
        14: ("91 201 174 222", 96),
        15: ("184 193 252 216", 96),
        25: ("381 239 489 262", 95),
    }
    assert differences(data, "hocr", pairs) == [
        ("+", '<meta name="ocr-corrected-by" content="emend" />'),
        ("-", word(8, *places[8], "Ardwick")),
        ("+", word(8, *places[8], both("Ardwyck", "Ardwick"))),
        ("-", word(14, *places[14], "every")),
        ("-", word(15, *places[15], "sack")),
        ("+", word(14, *places[14], both("everysack", "every"))),
        ("+", word(15, *places[15], both("", "sack"))),
        ("-", word(25, *places[25], "trusted")),
        ("+", word(25, *places[25], both("trus ted", "trusted"))),
    ]


def test_page_of_2019():
    data = (SAMPLES / "transkribus.page.xml").read_bytes().replace(b"2013-07-15", b"2019-07-15")
    new = 'index="0" comments="corrected by emend"'
    coords = '<Word id="w2"><Coords points="220,100 400,100 400,140 220,140"/>'
    second = '<TextEquiv conf="0.42" index="1"><Unicode>rniller</Unicode></TextEquiv>'
    assert differences(data, "page", [("rniller", "miller")]) == [
        ("-", f'{coords}<TextEquiv conf="0.42"><Unicode>rniller</Unicode></TextEquiv></Word>'),
        (
            "+",
            f"{coords}<TextEquiv {new}><Unicode>miller</Unicode></TextEquiv>{second}</Word>",
        ),
        ("-", "<TextEquiv><Unicode>The rniller,</Unicode></TextEquiv>"),
        ("+", f"<TextEquiv {new}><Unicode>The miller,</Unicode></TextEquiv>"),
        ("+", '<TextEquiv index="1"><Unicode>The rniller,</Unicode></TextEquiv>'),
        ("-", "<TextEquiv><Unicode>The rniller,"),
        ("+", f"<TextEquiv {new}><Unicode>The miller,"),
        ("+", "and his ledger</Unicode></TextEquiv>"),
        ("+", '<TextEquiv index="1"><Unicode>The rniller,'),
    ]


def test_page_before_2017():
    data = (SAMPLES / "transkribus.page.xml").read_bytes()
    coords = '<Coords points="220,100 400,100 400,140 220,140"/><TextEquiv conf="0.42">'
    custom = 'id="w2" custom="ocr {text:rniller;}"'
    assert differences(data, "page", [("rniller", "miller")]) == [
        ("-", f'<Word id="w2">{coords}<Unicode>rniller</Unicode></TextEquiv></Word>'),
        (
            "+",
            f"<Word {custom}>{coords}<Unicode>miller</Unicode></TextEquiv></Word>",
        ),
        ("-", "<TextEquiv><Unicode>The rniller,</Unicode></TextEquiv>"),
        ("+", "<TextEquiv><Unicode>The miller,</Unicode></TextEquiv>"),
        ("-", "<TextEquiv><Unicode>The rniller,"),
        ("+", "<TextEquiv><Unicode>The miller,"),
    ]
