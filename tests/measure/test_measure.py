"""Measuring: what the figures are, and that they hold for long texts."""

import json
import lzma
import random
import re
import resource
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from pipeline import clean
from pipeline.document import Alternative, Change
from pipeline.measure import Row, measure, page, read_set, summary
from pipeline.measure.report import MeasureError
from pipeline.measure.tokens import cut, letters, strict, words
from pipeline.text.align import aligned, cost, distance, edits, right, rising


def change(
    ocr: str,
    before: str,
    after: str,
    rule: str = "confusion",
    verdict: str = "made",
    others: tuple[str, ...] = (),
) -> Change:
    start = ocr.index(before)
    alternatives = tuple(Alternative(other, 0.1) for other in others)
    return Change(
        start,
        start + len(before),
        before,
        after,
        "spelling",
        rule,
        "why",
        "ocr",
        0.9,
        verdict,
        alternatives=alternatives,
    )  # type: ignore[arg-type]


# gold, raw, edition → mended, missed, ruined, in words
COUNTED = [
    ("the house stood", "tbe house stood", "the house stood", (1, 0, 0)),
    ("the house stood", "tbe house stood", "tbe house stood", (0, 1, 0)),
    ("the house stood", "the house stood", "the horse stood", (0, 0, 1)),
    ("the house stood", "tbe house stood", "the horse stood", (1, 0, 1)),
    ("the labour party", "the labour party", "the labor party", (0, 0, 1)),
    ("was taking", "was ta king", "was taking", (1, 0, 0)),
    ("the government", "the gov-\nernment", "the government", (0, 0, 0)),
    ("the Government", "the government", "the Government", (0, 0, 0)),
    ("“the” house", '"the" house', '"the" house', (0, 0, 0)),
    ("dog’s", "dog's", "dogs", (0, 0, 0)),
    ("a b c", "", "a b c", (3, 0, 0)),
    # Whether the hyphen at a line end belongs to the word counts neither way.
    ("a well-\nknown inn", "a well-\nknown inn", "a wellknown inn", (0, 0, 0)),
    ("a well-\nknown inn", "a well-\nknown inn", "a well-known inn", (0, 0, 0)),
    ("a well-known inn", "a well-\nknown inn", "a wellknown inn", (0, 0, 0)),
    ("a well-known inn", "a well-known inn", "a wellknown inn", (0, 0, 2)),
    ("a pre- vailed b", "a pre- vailed b", "a prevailed b", (0, 0, 0)),
]


@pytest.mark.parametrize(("gold", "raw", "out", "counts"), COUNTED)
def test_words_are_counted(gold, raw, out, counts):
    figures = measure([Row("1", raw, gold, out)]).words
    assert (figures.fixed, figures.missed, figures.damaged) == counts


# ── the figures, reckoned anew from what they are said to be ──


def plainly_flat(text: str) -> str:
    text = unicodedata.normalize("NFC", re.sub(r"(?<=\w)[-¬\u00ad]\s+(?=[a-zà-ÿ])", "", text))
    for one, other in (
        '“"',
        '”"',
        "‘'",
        "’'",
        "—-",
        "–-",
        "\u00a0 ",
        ("\u00ad", ""),
        "ſs",
        ("ﬁ", "fi"),
    ):
        text = text.replace(one, other)
    return " ".join(re.sub("-{2,}", "-", text).split())


def plainly_words(text: str, broken: set[str]) -> list[str]:
    found: list[str] = []
    for run in re.findall(
        r"[^\W_]+(?:-[^\W_]+)*", re.sub(r"(?<=\w)'(?=\w)", "", plainly_flat(text).lower())
    ):
        parts = run.split("-")
        for part, before in zip(parts, ["", *parts], strict=False):
            if before and before + part in broken:
                found[-1] += part
            else:
                found.append(part)
    return found


def plainly_broken(*texts: str) -> set[str]:
    pairs = [
        pair
        for text in texts
        for pair in re.findall(r"([^\W_]+)[-¬\u00ad]\s+([a-zà-ÿ][^\W_]*)", text)
    ]
    return {"".join(pair).lower().replace("ſ", "s") for pair in pairs}


def plainly_counted(gold: list[str], raw: list[str], out: list[str]) -> tuple[int, int, int]:
    def in_place(other: list[str]) -> set[int]:
        blocks = Levenshtein.editops(gold, other).as_matching_blocks()
        return {block.a + i for block in blocks for i in range(block.size)}

    was, now, every = in_place(raw), in_place(out), set(range(len(gold)))
    return len(now - was), len(every - was - now), len(was - now)


SPOILT = st.text(alphabet="the hous stod-'’.,\n Té", max_size=40)


@given(st.lists(st.tuples(SPOILT, SPOILT, SPOILT), min_size=1, max_size=4))
def test_the_figures_are_those_that_a_plain_reckoning_gives(rows):
    report = measure([Row(str(n), *row) for n, row in enumerate(rows)])
    for figures, cut_up in (
        (report.words, lambda text, row: plainly_words(text, plainly_broken(row[0], row[1]))),
        (report.strict, lambda text, _row: plainly_flat(text).split()),
    ):
        counted = [plainly_counted(*(cut_up(row[i], row) for i in (1, 0, 2))) for row in rows]
        mended, missed, ruined = (sum(column) for column in zip(*counted, strict=True))
        assert (figures.fixed, figures.missed, figures.damaged) == (mended, missed, ruined)
        assert figures.precision == mended / max(1, mended + ruined)
        assert figures.repaired == mended / max(1, mended + missed)
        right_in_raw = sum(len(cut_up(row[1], row)) for row in rows) - mended - missed
        assert figures.harm == 1000 * ruined / max(1, right_in_raw)
    assert report.characters.edits_out == sum(
        Levenshtein.distance(plainly_flat(row[1]), plainly_flat(row[2])) for row in rows
    )


def test_the_summary_tells_every_table():
    ocr = "tbe house aud tree"
    row = Row(
        "a",
        ocr,
        "the house and tree",
        changes=[change(ocr, "tbe", "the"), change(ocr, "aud", "and", verdict="held")],
    )
    told = summary(measure([row]))
    assert "1 text, 4 words in the gold" in told
    assert re.search(r"^precision +1\.0000 +1\.0000$", told, re.MULTILINE)
    assert re.search(r"^confusion +1 +0 +0 +1\.0000 +1$", told, re.MULTILINE)
    assert re.search(r"^ocr +1 +0 +0 +1\.0000 +1$", told, re.MULTILINE)
    assert "found of 2 wrong words  1.000" in told


def test_strict_counts_case_and_punctuation_too():
    report = measure([Row("1", "the House, stood", "The House stood", "The House stood")])
    assert report.strict.fixed == 2
    assert report.words.fixed == 0


def test_rates():
    gold = "one two three four five six seven eight nine ten"
    report = measure(
        [
            Row(
                "1",
                gold.replace("one", "onc").replace("two", "twc").replace("three", "thrcc"),
                gold,
                gold.replace("three", "thrcc").replace("ten", "tan"),
            )
        ]
    )
    figures = report.words
    assert (figures.precision, figures.repaired, figures.harm) == (
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
        pytest.approx(1000 / 7),
    )
    assert (figures.wrong_raw, figures.wrong_out) == (0.3, 0.2)
    assert report.characters.as_json()["cer_raw"] == round(4 / len(gold), 4)


def test_preference_and_the_documents_that_came_out_worse():
    good = Row("good", "tbe house", "the house", "the house")
    bad = Row("bad", "the house", "the house", "tho house")
    same = Row("same", "the house", "the house", "the house")
    report = measure([good, bad, bad, same])
    assert report.preference == -0.25
    assert report.harmed == ["bad", "bad"]


def test_made_changes_are_applied_where_no_edition_is_given():
    ocr = "tbe house aud the tree"
    row = Row(
        "1",
        ocr,
        "the house and the tree",
        changes=[change(ocr, "tbe", "the"), change(ocr, "aud", "and", verdict="held")],
    )
    assert row.text == "the house aud the tree"


def test_each_rule_is_told_what_it_did():
    ocr = "tbe house aud tree , stood ta king long lasi"
    gold = "the house and tree, stood taking long last"
    changes = [
        change(ocr, "tbe", "the"),
        change(ocr, "house", "horse"),
        change(ocr, "aud", "and", verdict="held"),
        change(ocr, "ta king", "taking", rule="merge"),
        change(ocr, "tree ,", "tree,", rule="spacing"),
        change(ocr, "lasi", "lash"),
        change(ocr, "long", "wrong", verdict="refused"),
    ]
    rules = measure([Row("1", ocr, gold, changes=changes)]).by_rule
    assert {name: (e.mended, e.neutral, e.ruined, e.held) for name, e in rules.items()} == {
        "confusion": (1, 1, 1, 1),
        "merge": (1, 0, 0, 0),
        "spacing": (1, 0, 0, 0),
    }


def test_proposals():
    ocr, gold = "tbe honse aud lasi wbcn", "the house and last when"
    changes = [
        change(ocr, "tbe", "the"),
        change(ocr, "honse", "horse", verdict="held", others=("hoarse", "house")),
        change(ocr, "aud", "add", verdict="held", others=("aid", "avid", "and")),
        change(ocr, "lasi", "last", verdict="refused"),
    ]
    proposals = measure([Row("1", ocr, gold, changes=changes)]).proposals
    assert (proposals.errors, proposals.found, proposals.first, proposals.third) == (5, 3, 1, 2)


def test_what_is_put_in_costs_as_much_as_what_is_left_out():
    gold, longer = ["one", "two"], ["one", "and", "two"]
    assert cost(aligned(gold, longer)) == cost(aligned(longer, gold)) == 1
    assert cost(aligned(gold, ["one", "2", "too"])) == 2


def test_words_that_raw_left_out_are_errors_too():
    ocr, gold = "one four five", "one two three four five"
    proposals = measure(
        [Row("1", ocr, gold, changes=[change(ocr, "five", "five", verdict="held")])]
    ).proposals
    assert (proposals.errors, proposals.found) == (2, 0)


def test_a_set_is_read(tmp_path):
    path = tmp_path / "set.jsonl.xz"
    rows = [
        {"id": "a", "ocr": "tbe", "gold": "the", "text": "the"},
        {"id": "b", "ocr": "x", "gold": " "},
    ]
    path.write_bytes(lzma.compress("\n".join(map(json.dumps, rows)).encode()))
    assert list(read_set(path)) == [Row("a", "tbe", "the", "the")]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"{}", b"not json", lzma.compress(b'{"ocr": 1, "gold": "x"}')]
)
def test_what_is_no_set_is_refused_in_one_sentence(tmp_path, data):
    path = tmp_path / "set.jsonl.xz"
    path.write_bytes(data)
    with pytest.raises(MeasureError) as told:
        list(read_set(path))
    assert str(told.value).endswith(".")
    assert "\n" not in str(told.value)


def test_the_page_shows_the_three_side_by_side_and_hides_no_markup():
    report = measure(
        [
            Row(
                "<one>",
                "tbe <b>house</b> stood & fell",
                "the <b>house</b> stood & fell",
                "the <b>horse</b> stood & fell",
            )
        ]
    )
    html = page(report, "A & B")
    assert "<b>" not in html
    assert "&lt;one&gt;" in html
    assert html.count('<mark class="mended">') == 1 + 2  # the key, the edition, the gold
    assert html.count('<mark class="ruined">') == 1 + 2
    assert "prefers-color-scheme" in html
    assert "http" not in html
    assert "<script" not in html


def test_the_page_is_well_formed():
    html5lib = pytest.importorskip("html5lib")
    gold = "the house stood by the river and the tree " * 30
    report = measure([Row("1", gold.replace("river", "rivcr"), gold, gold), Row("2", gold, gold)])
    html5lib.HTMLParser(strict=True).parse(page(report))


# ── alignment ──

TEXT = st.text(alphabet="abc AB-'’\n.¬\u00adſﬁ\u00a0é1_", max_size=60)


@given(TEXT)
def test_tokens_with_spans_are_the_strict_tokens(text):
    found = cut(text)
    assert found.forms == strict(text)
    assert all(found.shown(i).strip() == found.shown(i) for i in range(len(found)))


@given(TEXT)
def test_what_is_compared_is_stable(text):
    assert words(" ".join(words(text))) == words(text)
    assert letters(letters(text)) == letters(text)


@pytest.mark.parametrize(
    ("values", "chain"),
    [
        ([], []),
        ([5], [0]),
        ([1, 2, 3], [0, 1, 2]),
        ([3, 2, 1], [2]),
        ([2, 2, 2], [0]),
        ([3, 1, 2], [1, 2]),
        ([1, 9, 2, 3, 8, 4], [0, 2, 3, 5]),
    ],
)
def test_the_longest_rising_chain(values, chain):
    """Strictly rising; of equals, the one that ends lowest."""
    found = rising(values)
    assert [values[i] for i in found] == [values[i] for i in chain]
    assert found == sorted(found)


@given(
    st.lists(st.sampled_from("abcd"), max_size=20), st.lists(st.sampled_from("abcd"), max_size=20)
)
def test_an_alignment_covers_both(gold, other):
    steps = aligned(gold, other)
    assert [i for step in steps for i in range(step.a, step.b)] == list(range(len(gold)))
    assert [i for step in steps for i in range(step.c, step.d)] == list(range(len(other)))
    assert all(gold[s.a : s.b] == other[s.c : s.d] for s in steps if s.same)


@given(TEXT, TEXT)
def test_nothing_done_is_nothing_gained(raw, gold):
    report = measure([Row("1", raw, gold, raw)])
    assert (
        report.words.fixed,
        report.words.damaged,
        report.strict.fixed,
        report.strict.damaged,
        report.preference,
    ) == (0, 0, 0, 0, 0.0)


@given(TEXT)
def test_a_perfect_text_has_no_errors(text):
    report = measure([Row("1", text, text, text)])
    assert (
        report.words.missed,
        report.strict.missed,
        report.characters.edits_out,
        report.passages,
    ) == (0, 0, 0, [])


def long_pair(size: int) -> tuple[list[str], list[str]]:
    """A long text and a damaged copy: a word in ten misread, some lost, some put in."""
    dice = random.Random(7)
    gold = [f"w{int(dice.paretovariate(0.7)) % 20_000}" for _ in range(size)]
    raw: list[str] = []
    for word in gold:
        chance = dice.random()
        if chance > 0.005:
            raw.append(word + "x" if chance > 0.9 else word)
        if chance > 0.998:
            raw.append("z")
    return gold, raw


def test_a_long_text_is_aligned_in_stretches_as_well_as_in_one(monkeypatch):
    gold, raw = long_pair(30_000)
    whole = right(gold, raw)
    monkeypatch.setattr("pipeline.text.align.LONG", 1000)
    monkeypatch.setattr("pipeline.text.align._STRETCH", 500)
    stretched = right.__globals__["right_by"](len(gold), aligned(gold, raw))
    assert sum(a != b for a, b in zip(whole, stretched, strict=True)) <= len(gold) * 0.0005


def test_long_strings_are_compared_in_pieces(monkeypatch):
    gold, raw = (" ".join(side) for side in long_pair(5_000))
    whole = distance(gold, raw), edits(gold, raw)[0]
    monkeypatch.setattr("pipeline.text.align._CHARACTERS", 100)
    assert (distance(gold, raw), edits(gold, raw)[0]) == pytest.approx(whole, rel=0.002)


def test_memory_does_not_grow_with_the_square_of_the_text():
    gold, raw = (" ".join(side) for side in long_pair(100_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = measure([Row("long", raw, gold, raw)])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024  # MB
    assert report.words.gold == 100_000
    assert grown < 400


def test_a_compound_that_lost_its_hyphen_at_a_line_end_stands_whole_in_the_lines():
    """Else the comparison would take `two-⏎thirds` for one word, `twothirds`."""
    text = (
        "It was two-thirds of it, and two-thirds again, said two-thirds of the men in the "
        "gov\nernment, and then about two\nthirds of us.\n"
    )
    lines = clean(text * 2).lines
    assert "about two-thirds\nof us" in lines
    assert (
        clean("He was a well-\nknown man in the town.").lines
        == "He was a well-\nknown man in the town."
    )
