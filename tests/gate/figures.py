"""What emend makes of the gate's texts. `python tests/gate/figures.py` prints the table."""

import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline import clean
from pipeline.measure import Row, measure

sys.path.insert(0, str(Path(__file__).parent))

from noise import misread

TEXTS = sorted((Path(__file__).parent / "texts").glob("*.txt"))
PROSE = {"prose", "travel", "pamphlet", "news"}


@dataclass(frozen=True)
class Figures:
    """The figures of one group of texts.

    `touched`: the applied changes of words in the clean texts, each of which is a fault.
    `precision` and `repaired` are shares, `harm` is words ruined of 1000 right ones; all three of
    the misread texts.
    """

    touched: tuple[str, ...]
    precision: float
    repaired: float
    harm: float
    errors: int


def group(path: Path) -> str:
    """The group that a text is counted in: its language, for English also its kind."""
    language, kind = path.stem.split("-")[:2]
    if language != "en":
        return language
    return kind if kind == "earlymodern" else "en-prose" if kind in PROSE else "en-other"


@cache
def figures() -> dict[str, Figures]:
    """The figures of all groups."""
    rows, touched = defaultdict(list), defaultdict(list)
    for path in TEXTS:
        text, language = path.read_text("utf-8"), path.stem[:2]
        touched[group(path)] += [
            f"{path.stem}: {change['before']} → {change['after']} ({change['rule']})"
            for change in clean(text, language=language).changes
            if change["verdict"] == "made" and change["kind"] == "ocr"
        ]
        noisy = misread(text, language)
        rows[group(path)].append(Row(path.stem, noisy, text, clean(noisy, language=language).lines))
    found = {}
    for name, of_group in rows.items():
        words = measure(of_group).words
        wrong = words.fixed + words.missed
        found[name] = Figures(
            tuple(touched[name]), words.precision, words.repaired, words.harm, wrong
        )
    return found


def main() -> None:
    """Print the table."""
    for name, one in figures().items():
        sys.stdout.write(
            f"{name:12} touched {len(one.touched):3}  precision {one.precision:.3f}"
            f"  repaired {one.repaired:.3f}  harm {one.harm:.2f}  misread {one.errors}\n"
        )
        for change in one.touched:
            sys.stdout.write(f"    {change}\n")


if __name__ == "__main__":
    main()
