"""Measure correction against gold texts: emend, symspellpy, pyspellchecker and overProof.

overProof is measured in the sets that have its output as a column.

    python benchmarks/correction.py DATA_FOLDER [--sets mibio,overproof-3] [--systems
    emend,symspell,…] [--rows 20]
                                    [--leave-one-out MODELS] [--html FOLDER] [--json FILE]

DATA_FOLDER holds test sets, SET.jsonl.xz, with rows {"id", "ocr", "gold"} and perhaps "peer", a
rival's output. Figures are in words mode (letters and digits, case folded): precision is mended ÷
(mended + ruined), repaired the share of wrong words mended, harm the ruined words per 1000 right
ones. With --leave-one-out each set is corrected by the figures that MODELS/SET.xz holds, learned
without it (`benchmarks/tune/fit.py --left-out` writes them); without it the shipped figures have
seen these sets.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pipeline.document import Change
from pipeline.measure import Report, Row, measure, page

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
Made = tuple[str, Sequence[Change]]  # the corrected text in the lines of the source, and the ledger


def language_of(name: str) -> str:
    """The language of a set, by its name."""
    found = re.search(r"-(de|fr|es)\b", name)
    return found[1] if found else "en"


# ── the systems ──


def emend(row: dict[str, str], language: str) -> Made:
    """This project: every stage."""
    from pipeline import clean

    done = clean(row["ocr"], language=language)
    return done.lines, done.document.ledger


@cache
def _symspell() -> Any:
    from symspellpy import SymSpell

    rival = SymSpell()
    rival.load_dictionary(
        str(resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"), 0, 1
    )
    rival.load_bigram_dictionary(
        str(resources.files("symspellpy") / "frequency_bigramdictionary_en_243_342.txt"), 0, 2
    )
    return rival


@cache
def _symspell_word(word: str) -> str:
    from symspellpy import Verbosity

    found = _symspell().lookup(
        word, Verbosity.TOP, max_edit_distance=2, include_unknown=True, transfer_casing=True
    )
    return found[0].term if found else word


def symspell(row: dict[str, str], language: str) -> Made | None:
    """symspellpy, word by word."""
    return (WORD.sub(lambda m: _symspell_word(m[0]), row["ocr"]), ()) if language == "en" else None


def symspell_compound(row: dict[str, str], language: str) -> Made | None:
    """Lookup_compound of symspellpy, line by line.

    It drops punctuation and case, which words mode does not see.
    """
    if language != "en":
        return None
    return "\n".join(
        _symspell().lookup_compound(line, max_edit_distance=2)[0].term if line.strip() else line
        for line in row["ocr"].split("\n")
    ), ()


@cache
def _speller(language: str) -> Any:
    from spellchecker import SpellChecker

    return SpellChecker(
        language=language, distance=1
    )  # at distance 2 it needs a day for these sets


@cache
def _pyspellchecker_word(word: str, language: str) -> str:
    rival = _speller(language)
    if word.lower() in rival:
        return word
    found = rival.correction(word.lower()) or word
    return found.capitalize() if word[0].isupper() else found


def pyspellchecker(row: dict[str, str], language: str) -> Made:
    """The package pyspellchecker, word by word, at distance 1."""
    return WORD.sub(lambda m: _pyspellchecker_word(m[0], language), row["ocr"]), ()


def peer(row: dict[str, str], _language: str) -> Made | None:
    """The rival's output that the set itself brings: overProof."""
    return (row["peer"], ()) if row.get("peer") else None


SYSTEMS: dict[str, Callable[[dict[str, str], str], Made | None]] = {
    "emend": emend,
    "symspell": symspell,
    "symspell compound": symspell_compound,
    "pyspellchecker": pyspellchecker,
    "overProof": peer,
}


# ── the table ──


def read(path: Path, limit: int) -> list[dict[str, str]]:
    """The rows of a set that have a gold text."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["gold"].strip()][: limit or None]


def corrected(
    rows: Sequence[dict[str, str]],
    system: Callable[[dict[str, str], str], Made | None],
    language: str,
) -> Iterator[Row]:
    """The rows as a system corrects them."""
    for row in rows:
        made = system(row, language)
        if made is not None:
            yield Row(row["id"], row["ocr"], row["gold"], made[0], made[1])


def line(name: str, system: str, report: Report, seconds: float) -> str:
    """One row of the table."""
    words, shares = report.words, report.proposals.as_json()
    proposals = (
        f"{shares['found']:7.3f}{shares['top1']:7.3f}{shares['top3']:7.3f}"
        if report.by_kind
        else " " * 21
    )
    speed = f"{words.gold / seconds:9,.0f}" if seconds > 0.01 else " " * 9
    return (
        f"{name:24}{system:18}{words.precision:10.4f}{words.repaired:10.4f}"
        f"{words.harm:9.3f}{words.fixed:8}{words.damaged:8}"
        f"{report.preference:8.3f}{len(report.harmed):7}{proposals}{speed}"
    )


HEAD = (
    f"{'set':24}{'system':18}{'precision':>10}{'repaired':>10}{'harm':>9}{'mended':>8}{'ruined':>8}"
    f"{'pref':>8}{'worse':>7}{'found':>7}{'top1':>7}{'top3':>7}{'words/s':>9}"
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", default="", help="only these, parted by commas")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help=f"of {', '.join(SYSTEMS)}")
    parser.add_argument("--rows", type=int, default=0, help="only the first rows of each set")
    parser.add_argument("--leave-one-out", type=Path, metavar="MODELS")
    parser.add_argument(
        "--html", type=Path, metavar="FOLDER", help="write a page for each set and system"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
    args = parser.parse_args()

    paths = sorted(args.data.glob("*.jsonl.xz"))
    wanted = {name for name in args.sets.split(",") if name}
    systems = [name.strip() for name in args.systems.split(",")]
    if unknown := set(systems) - SYSTEMS.keys():
        sys.exit(
            f"There is no system {', '.join(sorted(unknown))}: there are {', '.join(SYSTEMS)}."
        )
    figures: dict[str, dict[str, Any]] = {}
    print(HEAD)
    for path in paths:
        name = path.name.removesuffix(".jsonl.xz")
        if wanted and name not in wanted:
            continue
        rows = read(path, args.rows)
        for system in systems:
            began = time.perf_counter()
            done: list[Row] = []
            for some, models in without(
                name, rows, args.leave_one_out if system == "emend" else None
            ):
                if models:
                    decide_by(models)
                done += corrected(some, SYSTEMS[system], language_of(name))
            seconds = 0.0 if system == "overProof" else time.perf_counter() - began
            if not done:
                continue
            report = measure(done)
            figures.setdefault(name, {})[system] = report.as_json()
            print(line(name, system, report, seconds), flush=True)
            if args.html:
                args.html.mkdir(parents=True, exist_ok=True)
                (args.html / f"{name}-{system}.html").write_text(
                    page(report, f"{name}, {system}", language_of(name)), encoding="utf-8"
                )
    if args.json:
        args.json.write_text(
            json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def without(
    name: str, rows: list[dict[str, str]], models: Path | None
) -> Iterator[tuple[list[dict[str, str]], Path | None]]:
    """Yield the rows with figures learned without them.

    A language with one set is learned from in halves.
    """
    if models is None:
        yield rows, None
    elif (models / f"{name}#0.xz").is_file():
        yield rows[0::2], models / f"{name}#0.xz"
        yield rows[1::2], models / f"{name}#1.xz"
    elif (models / f"{name}.xz").is_file():
        yield rows, models / f"{name}.xz"
    else:
        sys.exit(f"There are no figures learned without {name}: {models / name}.xz is missing.")


def decide_by(file: Path) -> None:
    """Have the corrector decide by these figures."""
    from pipeline.correct.spelling import corrector
    from pipeline.language import figures

    corrector.shipped = lambda code, which: (
        file.read_bytes() if which == "classifier" else figures.shipped(code, which)
    )  # type: ignore[attr-defined]
    corrector._pack_of.cache_clear()  # noqa: SLF001


if __name__ == "__main__":
    main()
