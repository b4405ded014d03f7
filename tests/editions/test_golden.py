"""Golden editions: what the whole pipeline makes of some small texts. Read what changed before you accept it (--force-regen)."""

from pathlib import Path

import pytest

from pipeline import clean
from pipeline.ledger import to_lines

SOURCES = sorted((Path(__file__).parent / "sources").glob("*.txt"))


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def cleaned(request):
    facts = {"id": request.param.stem, "title": request.param.stem.capitalize(), "date": "1832", "edited": "2026-11-24"}
    kind = {"weblog": "blog posts"}.get(request.param.stem, "book")
    language = {"deutsch": "de"}.get(request.param.stem, "en")
    return clean(request.param.read_bytes(), language=language, facts={**facts, "kind": kind})


def test_reading_text(cleaned, file_regression):
    file_regression.check(cleaned.text, encoding="utf-8", extension=".txt")


def test_edition(cleaned, file_regression):
    file_regression.check(cleaned.tei(), binary=True, extension=".xml")


def test_ledger(cleaned, file_regression):
    file_regression.check(to_lines(cleaned.changes), encoding="utf-8", extension=".jsonl")
