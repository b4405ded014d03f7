"""Golden editions: what the whole pipeline makes of some small texts. Read what changed before you
accept it (--force-regen).
"""

import re
from pathlib import Path

import pytest

from pipeline import clean
from pipeline.ledger import to_lines

SOURCES = sorted((Path(__file__).parent / "sources").glob("*.txt"))


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def cleaned(request):
    facts = {
        "id": request.param.stem,
        "title": request.param.stem.capitalize(),
        "date": "1832",
        "edited": "2026-11-24",
    }
    kind = {"weblog": "blog posts"}.get(request.param.stem, "book")
    language = {"deutsch": "de"}.get(request.param.stem, "en")
    return clean(request.param.read_bytes(), language=language, facts={**facts, "kind": kind})


_HEAD = re.compile(r"\n\n(?:(\d+) {12}THE WAYFARER|THE HOUSE {12}(\d+))\n\n")


def _numbered(match):
    """A page number at a page's foot instead of the next page's running head."""
    return f"\n\n{int(match[1] or match[2]) - 1:>30}\n\n"


NOVEL = (Path(__file__).parent / "sources" / "novel.txt").read_text(encoding="utf-8")
OTHERWISE = {
    "form feeds": _HEAD.sub(lambda match: "\n\f" + match[0].lstrip("\n"), NOVEL),
    "carriage returns": NOVEL.replace("\n", "\r\n"),
    "page numbers at the foot": _HEAD.sub(_numbered, NOVEL) + f"\n\n{14:>30}\n",
    "no blank line": re.sub(r"\n\n+", "\n", NOVEL),
    "blanks at line ends": NOVEL.replace("\n", " \n"),
}


@pytest.mark.parametrize("text", OTHERWISE.values(), ids=list(OTHERWISE))
def test_the_novel_reads_the_same_however_its_pages_are_told(text):
    assert text != NOVEL
    assert clean(text).text == clean(NOVEL).text


def test_reading_text(cleaned, file_regression):
    file_regression.check(cleaned.text, encoding="utf-8", extension=".txt")


def test_edition(cleaned, file_regression):
    file_regression.check(cleaned.tei(), binary=True, extension=".xml")


def test_ledger(cleaned, file_regression):
    file_regression.check(to_lines(cleaned.changes), encoding="utf-8", extension=".jsonl")
