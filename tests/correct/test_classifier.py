"""The numbers that decide: thresholds, the second look, what an editor refused."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pipeline.correct import Corrector
from pipeline.correct.spelling import corrector as module
from pipeline.correct.spelling.classifier import Thresholds, confidence, misread
from pipeline.correct.spelling.evidence import COLUMNS
from pipeline.document import Document, Source
from pipeline.stages.spelling import spelling
from tests.paths import ROOT

NOISY = (
    "He camc ont of tbe honse wben it was dnsk, and thc recision of tbe contract was fearcd by "
    "all. Tbe captain s wife saw 18S2 in thc book, and a hnt by the rivcr."
)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_shipped_thresholds_are_the_published_ones(language: str) -> None:
    page = (ROOT / "docs" / "how-correction-works.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| [^|]*`{language}`[^|]*\| (.*) \|$", page, re.MULTILINE)
    published = [2.0 if cell == "never" else int(cell[:-2]) / 100 for cell in row.split(" | ")]
    classifier = module._pack_of(language)[1]
    assert classifier
    limits = classifier.thresholds
    shipped = [limits.word, limits.joined, limits.real, limits.likely]
    assert shipped == pytest.approx(published)


def test_the_thresholds_of_an_english_text_full_of_errors_are_the_published_ones() -> None:
    page = (ROOT / "docs" / "how-correction-works.md").read_text(encoding="utf-8")
    found = re.search(r"full of errors\W+the\s+first\s+is\s+(\d+) %", page)
    classifier = module._pack_of("en")[1]
    assert found
    assert classifier
    limits = classifier.thresholds
    assert limits.noisy_word == int(found[1]) / 100


@pytest.mark.parametrize(
    ("certain", "units", "full"),
    [(3, 60, True), (2, 60, False), (1, 4, False), (0, 0, False), (30, 1000, False)],
)
def test_a_text_is_full_of_errors_by_its_certain_ones(certain: int, units: int, full: bool) -> None:
    assert misread(np.zeros((certain, len(COLUMNS)), np.float32), units) is full


@pytest.mark.parametrize("column", ["is_real", "is_merge"])
def test_attested_words_do_not_show_a_text_full_of_errors(column: str) -> None:
    rows = np.zeros((9, len(COLUMNS)), np.float32)
    rows[:, COLUMNS.index(column)] = 1
    assert not misread(rows, 60)


def test_a_text_full_of_errors_has_thresholds_of_its_own() -> None:
    limits = Thresholds(word=0.9, joined=0.9, real=0.98, noisy_word=0.7)
    rows = np.zeros((3, len(COLUMNS)), np.float32)
    rows[1, COLUMNS.index("is_split")] = rows[2, COLUMNS.index("is_real")] = 1
    assert limits.of_kind(rows).tolist() == [0.9, 0.9, 0.98]
    assert limits.of_kind(rows, full_of_errors=True).tolist() == [0.7, 0.9, 0.98]


def test_nothing_is_made_below_its_threshold_or_held_above_it() -> None:
    found = Corrector("en").corrections(NOISY)
    assert {one.verdict for one in found} == {"made", "held"}
    for one in found:  # the text is full of errors
        limits = {"spelling.realword": 0.98, "spelling.merge": 0.9, "spelling.split": 0.9}
        limit = limits.get(one.rule, 0.7)
        assert (one.confidence >= limit) == (one.verdict == "made"), one


def test_confidence_is_the_share_that_mends() -> None:
    right, wrong = np.array([0.7, 0.9, 0.3]), np.array([0.99, 0.9, 0.99])
    assert confidence(right, wrong) == pytest.approx([0.7 / 0.71, 0.9, 0.3])


def test_what_was_mended_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    once = Corrector._once

    def counted(self, text, word_confidence, within=None, impression=None):
        looks.append(within)
        return once(self, text, word_confidence, within, impression)

    monkeypatch.setattr(Corrector, "_once", counted)
    Corrector("en").corrections(NOISY)
    assert looks[0] is None
    assert any(looks[1:])


def test_the_stage_passes_on_what_an_editor_refused() -> None:
    text = "and he went into tlie house of his father"
    assert Document(Source(text)).run(spelling).text != text
    refusing = Document(Source(text), refused=frozenset({("tlie", "the")})).run(spelling)
    assert all(change.after != "the" for change in refusing.ledger)
