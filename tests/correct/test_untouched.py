"""Clean texts of kinds that look misread: nothing in them may be changed, and little asked about.

Each text in untouched/ was written for this test, with the spelling, signs and figures of its kind:
an apparatus, a pedigree, dialect, chess, heraldry, a log, old Scots, a dialogue in inverted
commas.
"""

from pathlib import Path

import pytest

from pipeline import clean

TEXTS = sorted((Path(__file__).parent / "untouched").glob("*.txt"))
ASKED = 4  # pending changes that one text of some 120 words may have


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_clean_text_is_not_corrected(path: Path) -> None:
    """No word is changed, and few are pending."""
    changes = clean(path.read_text("utf-8"), language=path.stem[:2]).changes
    spelling = [change for change in changes if change["stage"] in ("spelling", "dashes")]
    made = [f"{c['before']} → {c['after']}" for c in spelling if c["verdict"] == "made"]
    assert not made
    pending = [f"{c['before']} → {c['after']}" for c in spelling if c["verdict"] == "held"]
    assert len(pending) <= ASKED, pending
