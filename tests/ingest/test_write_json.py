"""Corrections written back into JSON: only the words, and what repeats them, differ from the file.

Every file here is made by us in the form of the service; the diffs are line by line.
"""

from __future__ import annotations

import json

import pytest

from pipeline.document import Document, Proposal
from pipeline.errors import SourceError
from pipeline.ingest import read
from pipeline.ingest.write import export
from pipeline.ingest.write.into_json import spliced


def google():
    def word(text, after):
        signs = [{"text": sign, "confidence": 0.90} for sign in text]
        signs[-1]["property"] = {"detectedBreak": {"type": after}}
        return {"symbols": signs}

    words = [
        word("Tbe", "SPACE"),
        word("rniller", "LINE_BREAK"),
        word("left", "SPACE"),
        word("Tbe", "SPACE"),
        word("mill", "LINE_BREAK"),
    ]
    text = "Tbe rniller\nleft Tbe mill\n"
    page = {"width": 9, "height": 9, "blocks": [{"paragraphs": [{"words": words}]}]}
    entries = [
        {"locale": "en", "description": text},
        *({"description": one} for one in text.split()),
    ]
    return {
        "responses": [
            {"textAnnotations": entries, "fullTextAnnotation": {"pages": [page], "text": text}}
        ]
    }


def azure_read():
    def line(text):
        words = [
            {"text": word, "boundingBox": [0, 0, 9, 9], "confidence": 0.8} for word in text.split()
        ]
        return {"boundingBox": [0, 0, 9, 9], "text": text, "words": words}

    lines = [line("Tbe rniller"), line("left Tbe mill")]
    pages = [{"page": 1, "width": 9, "height": 9, "unit": "pixel", "lines": lines}]
    return {"analyzeResult": {"version": "3.2", "readResults": pages}}


def azure_document():
    content = "Tbe rniller\nleft Tbe mill"

    def of(text, start, key="spans"):
        span = {"offset": start, "length": len(text)}
        return {"content": text, key: [span] if key == "spans" else span}

    places = ((0, 3), (4, 11), (12, 16), (17, 20), (21, 25))
    words = [of(content[start:end], start, "span") for start, end in places]
    page = {
        "pageNumber": 1,
        "width": 9,
        "height": 9,
        "unit": "pixel",
        "spans": [{"offset": 0, "length": 25}],
    }
    page |= {"words": words, "lines": [of("Tbe rniller", 0), of("left Tbe mill", 12)]}
    paragraphs = [of(content, 0)]
    result = {"apiVersion": "1", "content": content, "pages": [page], "paragraphs": paragraphs}
    return {
        "analyzeResult": result
        | {"styles": [{"isHandwritten": True, "spans": [{"offset": 21, "length": 4}]}]}
    }


def textract():
    def block(kind, identity, text, children=()):
        return {
            "BlockType": kind,
            "Id": identity,
            "Text": text,
            "Confidence": 91.50,
            "Geometry": {"BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.05}},
            "Relationships": [{"Type": "CHILD", "Ids": list(children)}],
        }

    words = "Tbe rniller left Tbe mill".split()
    return {
        "Blocks": [
            block("LINE", "l1", "Tbe rniller", ["w0", "w1"]),
            block("LINE", "l2", "left Tbe mill", ["w2", "w3", "w4"]),
            *(block("WORD", f"w{n}", word) for n, word in enumerate(words)),
        ]
    }


def docling():
    text = "Tbe rniller\nleft Tbe mill"
    item = {
        "marker": "1.",
        "orig": text,
        "text": text,
        "label": "list_item",
        "prov": [{"page_no": 1}],
    }
    return {
        "schema_name": "DoclingDocument",
        "body": {"children": [{"$ref": "#/texts/0"}]},
        "texts": [item],
    }


def corrected(data, pairs=(("rniller", "miller"), ("left Tbe", "left The"))):
    source = read(data, "given.json")
    proposals = [
        Proposal(start := source.text.index(old), start + len(old), new, "test.rule", "why", "ocr")
        for old, new in pairs
    ]
    document = Document(source).apply("test", proposals)
    return export(document, "json", {"given.json": data})["given.json"], document


def differences(before, after):
    """Each line that differs, before and after; no line may come or go."""
    rows = zip(before.decode().splitlines(), after.decode().splitlines(), strict=True)
    return sorted((old.strip(" ,"), new.strip(" ,")) for old, new in rows if old != new)


def of(key, *pairs):
    return [(f'"{key}": "{old}"', f'"{key}": "{new}"') for old, new in pairs]


LINES = [("Tbe rniller", "Tbe miller"), ("left Tbe mill", "left The mill")]
WORDS = [("rniller", "miller"), ("Tbe", "The")]
WHOLE = ("Tbe rniller\\nleft Tbe mill\\n", "Tbe miller\\nleft The mill\\n")
# r n i l l e r become m i l l e r and an empty symbol
SYMBOLS = [("r", "m"), ("n", "i"), ("i", "l"), ("l", "e"), ("e", "r"), ("r", ""), ("b", "h")]
EXPECTED = {
    "google": [*of("description", WHOLE, *WORDS), *of("text", WHOLE, *SYMBOLS)],
    "azure_read": of("text", *LINES, *WORDS),
    "textract": of("Text", *LINES, *WORDS),
    "docling": of("text", ("Tbe rniller\\nleft Tbe mill", "Tbe miller\\nleft The mill")),
}


@pytest.mark.parametrize(
    "make", [google, azure_read, textract, docling], ids=lambda make: make.__name__
)
@pytest.mark.parametrize("style", [{"indent": 1}, {"indent": 4, "sort_keys": True}])
def test_only_the_words_and_what_repeats_them_differ(make, style):
    data = json.dumps(make(), **style).encode()
    after, document = corrected(data)
    assert differences(data, after) == sorted(EXPECTED[make.__name__])
    assert read(after, "given.json").text == document.text


def test_spans_of_azure_move_with_the_content():
    data = json.dumps(azure_document(), indent=1).encode()
    after, document = corrected(data)
    result = json.loads(after)["analyzeResult"]
    assert result["content"] == document.text.rstrip("\n") == "Tbe miller\nleft The mill"
    page = result["pages"][0]
    for one in (*page["words"], *page["lines"], *result["paragraphs"]):
        span = one.get("span") or one["spans"][0]
        assert result["content"][span["offset"] :][: span["length"]] == one["content"]
    assert page["spans"] == [{"offset": 0, "length": 24}]
    assert result["styles"][0]["spans"] == [{"offset": 20, "length": 4}]  # still "mill"
    assert read(after, "given.json").text == document.text


@pytest.mark.parametrize("make", [google, azure_read, azure_document, textract, docling])
def test_without_corrections_the_file_is_the_same(make):
    data = b"\xef\xbb\xbf" + json.dumps(make(), separators=(",", ": ")).encode()
    assert corrected(data, ())[0] == data


@pytest.mark.parametrize("data", [{"block_type": "Document", "children": []}, {"lines": []}])
def test_other_json_is_refused(data):
    source = read(json.dumps(textract()).encode(), "given.json")
    with pytest.raises(SourceError, match="is not the file from which this text was read"):
        export(Document(source), "json", {"given.json": json.dumps(data).encode()})


def test_kraken_and_plain_text_are_refused():
    kraken = {
        "type": "bbox",
        "text_direction": "horizontal-lr",
        "lines": [{"bbox": [0, 0, 9, 9], "text": "The"}],
    }
    data = json.dumps(kraken).encode()
    with pytest.raises(SourceError, match="cannot be corrected as JSON"):
        export(Document(read(data, "given.json")), "json", {"given.json": data})
    with pytest.raises(SourceError, match="Only a source in JSON"):
        export(Document(read(b"The mill\n", "given.txt")), "json", {"given.txt": b"The mill\n"})


@pytest.mark.parametrize(
    ("text", "change", "expected"),
    [
        ('{"a": [1.50, {"b\\"]": "x"}], "c": "x"}', lambda v: v["a"][1].update({'b"]': "y"}),
         '{"a": [1.50, {"b\\"]": "y"}], "c": "x"}'),
        ('{"a":[[],{},"é"],"b":null}', lambda v: v["a"].__setitem__(2, "è"),
         '{"a":[[],{},"è"],"b":null}'),
        ('["\\u00e9", true, -1e3]', lambda v: v.__setitem__(0, "è"), '["\\u00e8", true, -1e3]'),
        ('[{"n": 1}, {"n": 1}]', lambda v: v[1].update(n=22), '[{"n": 1}, {"n": 22}]'),
    ],
)  # fmt: skip
def test_everything_else_stays_byte_for_byte(text, change, expected):
    after = json.loads(text)
    change(after)
    assert spliced(text, json.loads(text), after) == expected
