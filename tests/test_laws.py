"""The laws of the house over the project's own texts and over random ones."""

import hashlib
import json
import shutil
import tomllib
from collections import Counter

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT, TEXTS

from pipeline import clean, edition, flow
from pipeline.document import replay
from pipeline.errors import SourceError
from pipeline.project import Project
from pipeline.tei.restore import restore
from pipeline.tei.validate import check

# What OCR texts are made of: words, specks, line ends, page ends, quotation marks, stars, figures.
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "the",
                "tbe",
                "gov",
                "ernment",
                "of",
                "'<>f",
                "Stalin",
                "said",
                "self-",
                "education",
                "CHAPTER II.",
                "20",
                "*",
                "((",
                "))",
                "`so'",
            ]
        ),
        st.sampled_from(
            [
                "\n",
                "\n\n",
                " \n",
                "\f",
                "  ",
                "\t",
                '"',
                "“",
                "”",
                "--",
                "-\n",
                "·",
                "1",
                "*A note.",
                "Meno:",
                "\u00a0",
                "é",
                "\u00ad",
                "ﬁ",
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=40,
).map(" ".join)


@pytest.fixture(scope="module", params=TEXTS)
def built(request):
    project = Project(ROOT)
    document, _ = edition.build(project, request.param)
    return request.param, document


def test_law_1_the_ledger_replayed_is_the_document_and_undone_is_the_raw_text(built):
    name, document = built
    assert replay(document.source, document.ledger, document).text == document.text
    assert (
        document.settled(dict.fromkeys(range(len(document.ledger)), ("refused", "editor"))).text
        == document.raw
    )
    assert document.source.data == Project(ROOT).text(name).sources[0].read_bytes()


def test_law_2_the_tei_alone_gives_the_raw_bytes_back(built):
    name, _ = built
    raw = Project(ROOT).text(name).sources[0].read_bytes()
    given_back = restore((ROOT / "edition" / name / f"{name}.xml").read_bytes())
    assert hashlib.sha256(given_back).hexdigest() == hashlib.sha256(raw).hexdigest()


def test_law_3_building_again_gives_the_edition_under_version_control(built, tmp_path):
    name, document = built
    shutil.copytree(ROOT / "raw" / name, tmp_path / "raw" / name)
    project = Project(tmp_path)
    again, how = edition.build(project, name)
    assert again.text == document.text
    target = edition.write(project, name, again, how)
    for path in target.iterdir():
        assert path.read_bytes() == (ROOT / "edition" / name / path.name).read_bytes(), path.name


def test_law_3_cleaning_a_clean_text_changes_nothing(built):
    _, document = built
    once = flow.Clean(document).text
    facts = dict(document.facts)
    twice = clean(once, language=document.language, facts=facts, lexicon=document.lexicon)
    assert [
        c
        for c in twice.document.ledger
        if c.verdict == "made" and c.kind in {"ocr", "linebreak", "form", "furniture"}
    ] == []


def test_law_4_what_is_held_changes_no_reading(built):
    _, document = built
    made = [change for change in document.ledger if change.verdict == "made"]
    assert replay(document.source, made, document).text == document.text


def test_law_5_every_edition_validates(built):
    name, _ = built
    path = ROOT / "edition" / name / f"{name}.xml"
    assert check(path.read_bytes(), path.name) == []


def hold(text, *, twice=True):
    """The laws, of one text. Cleaning it `twice` takes most of the time."""
    try:
        cleaned = clean(text)
    except SourceError:  # nothing but white space, or control characters that no text has
        return
    document = cleaned.document
    assert replay(document.source, document.ledger, document).text == document.text
    assert (
        document.settled(dict.fromkeys(range(len(document.ledger)), ("refused", "editor"))).text
        == document.raw
    )
    tei = cleaned.tei()
    assert restore(tei) == document.source.data
    assert check(tei, "random.xml") == []
    assert not twice or clean(text).tei() == tei


@settings(max_examples=60)
@given(LINES)
def test_the_laws_hold_for_any_text(text):
    hold(text)


@settings(max_examples=30)
@given(
    st.lists(LINES, min_size=1, max_size=3).map("\n".join),
    st.sampled_from(["\r\n", "\r", "\n\f", " \n"]),
)
def test_the_laws_hold_whatever_ends_the_lines(text, end):
    hold(text.replace("\n", end))


@settings(max_examples=40)
@given(
    st.one_of(
        st.binary(max_size=60),
        LINES.map(lambda text: text.encode("latin-1", "replace")),
        LINES.map(lambda text: text.encode("utf-16")),
    )
)
def test_the_laws_hold_for_any_bytes_that_are_a_text(data):
    try:
        cleaned = clean(data)
    except SourceError as error:
        assert str(error).endswith(".")  # noqa: PT017 - what is no text is refused, in a sentence
        return
    tei = cleaned.tei()
    assert restore(tei) == data
    assert check(tei, "bytes.xml") == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "cases").glob("*.toml")), ids=lambda path: path.stem
)
def test_the_laws_hold_for_the_text_of_every_case(path):
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
        hold(row["text"], twice=False)


def test_the_ledger_on_disk_follows_its_schema():
    schema = json.loads((ROOT / "schemas" / "ledger.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for name in TEXTS:
        for line in (
            (ROOT / "edition" / name / "changes.jsonl").read_text(encoding="utf-8").splitlines()
        ):
            validator.validate(json.loads(line))


@pytest.mark.parametrize("text", sorted((ROOT / "tests" / "gate" / "texts").glob("*.txt")), ids=str)
def test_no_letter_of_the_reading_is_lost(text):
    """The reading text has every letter of the document, whatever stages made of its lines."""
    cleaned = clean(text.read_bytes(), language=text.stem[:2])
    letters = [Counter(filter(str.isalpha, one)) for one in (cleaned.document.text, cleaned.text)]
    assert letters[0] - letters[1] == Counter()


def test_no_line_is_lost_of_a_block_that_is_part_list_part_prose():
    cleaned = clean("We saw there\n1. a lamp\n2. a rope\n3. a bell\n5. and so on, which was all.\n")
    assert "and so on" in cleaned.text
