"""Markdown of modern engines through all stages: what must stay, and what must not change again."""

import pytest

from pipeline import clean
from pipeline.tei.restore import restore

ENGINES = {
    "two rows of words": "# Isles\n\n| Net | Sort |\n|---|---|\n| Cod | coarse |\n\nIt was cold.\n",
    "a row below an empty head": "|  |  |\n|---|---|\n|Herring|fine|\n\nIt was cold.\n",
    "empty cells and a call": (
        "| A | B | C |\n|---|---|---|\n| x |  |  |\n|  |  | y[^12] |\n\n[^12]: So Olsen.\n"
    ),
    "lists in a list": "# Gates\n\n- North gate\n  - its sluice\n  - its keeper\n- South gate\n",
    "pictures": "# Quay\n\n![A plan](p.png)\n\nIt is of granite ![A seal](s.png) and old.\n",
}


@pytest.mark.parametrize("raw", ENGINES.values(), ids=list(ENGINES))
def test_cleaning_again_changes_nothing_and_the_raw_text_comes_back(raw):
    cleaned = clean(raw, language="en")
    assert clean(cleaned.text, language="en").text == cleaned.text
    assert restore(cleaned.tei()) == raw.encode()


def test_a_table_keeps_its_bars():
    text = clean("|Net|Price|\n|---|---|\n|Herring||\n", language="en").text
    assert text == "| Net     | Price |\n|---------|-------|\n| Herring |       |\n"


KEPT = (
    "$x -- y_1$",
    "$a_1*b*c$",
    "\\(l -- autnmn\\)",
    "\\[l -- autnmn \\\\[2pt] m -- n\\]",
    "<watermark>In the autnmn -- so</watermark>",
    "[here](p/autnmn--x.png)",
)


@pytest.mark.parametrize("kept", KEPT)
def test_what_an_engine_wrote_is_not_corrected(kept):
    text = clean(f"They sailed in the autnmn of the year -- with {kept} too.\n", language="en").text
    assert text == f"They sailed in the autumn of the year — with {kept} too.\n"


def test_dollars_of_a_price_keep_nothing():
    text = clean("It rose from $5 in the autnmn to $7 by the spring.\n", language="en").text
    assert text == "It rose from $5 in the autumn to $7 by the spring.\n"


def test_the_separator_of_an_engine_is_a_page():
    raw = "The boats were out in the\n\n{13}----------------\n\nharbour until the morning.\n"
    cleaned = clean(raw, language="en")
    assert cleaned.text == "The boats were out in the harbour until the morning.\n"
    assert [mark.role for mark in cleaned.document.marked("page")] == ["page", "page"]
