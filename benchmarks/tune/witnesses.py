"""Fit the weights by which witnesses are judged, and judge each book by what the others taught.

    python benchmarks/tune/witnesses.py DATA_FOLDER [--cache FOLDER]

DATA_FOLDER is that of benchmarks/ocr.py: page images, what each page says, and another engine's
text. Every place where the readings of a page differ is a case, as the first reading and two
others, the first and each single one, see it; it is good where the other reading brings the text
nearer to the page, word by word. Prints the weights (pipeline/stages/witnesses.py has them,
rounded) and, for some thresholds, how many cases are changed to the good and to the bad: fitted on
all, and with each book (the first letter of a page's name) judged by the other books.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.document import Document, Source
from pipeline.ingest import gather
from pipeline.measure.tokens import strict, words
from pipeline.stages.witnesses import Judge
from pipeline.text.align import aligned, cost
from pipeline.text.witness_slots import slots

AROUND = 25  # characters on either side of a place that are compared too
PRIOR = 0.5  # how much a weight is held to nothing
SAME = 0.5  # what a case counts that changes neither for the good nor the bad


@dataclass(frozen=True)
class Case:
    """A possible reading, and whether it is better (1), as good (0) or worse (-1) than ours."""

    book: str
    evidence: dict[str, float]
    gain: int


def cases(book: str, source: Source, gold: str) -> Iterator[Case]:
    """The cases of a page."""
    document = Document(source)
    found = list(slots(source.text, *(witness.text for witness in source.witnesses)))
    judge = Judge(document, found)
    there = _positions(source.text, gold)
    raw = source.text
    for slot in found:
        if "\n" in raw[slot.start : slot.end]:
            continue
        start, end = _whole(raw, max(0, slot.start - AROUND), min(len(raw), slot.end + AROUND))
        page = gold[slice(*_whole(gold, there[start], there[end]))]
        ours = _wrong(page, raw[start:end])
        for candidate in judge.candidates(slot):
            theirs = _wrong(page, raw[start : slot.start] + candidate.reading + raw[slot.end : end])
            yield Case(book, candidate.evidence, (ours > theirs) - (ours < theirs))


def _positions(ours: str, gold: str) -> list[int]:
    """Where each character of our text stands in the gold."""
    there = [0] * len(ours) + [len(gold)]
    for op in Levenshtein.opcodes(ours, gold):
        for i in range(op.src_start, op.src_end):
            there[i] = op.dest_start + (i - op.src_start if op.tag == "equal" else 0)
    return there


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """A span widened to whole words."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _wrong(gold: str, text: str) -> int:
    return cost(aligned(words(gold), words(text))) + cost(aligned(strict(gold), strict(text)))


def fitted(found: list[Case], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights of a logistic regression, by Newton's method."""
    x = np.array([list(case.evidence.values()) for case in found], dtype=float)
    y = np.array([case.gain > 0 for case in found], dtype=float)
    weights = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (counts * (p - y)) + PRIOR * weights
        step = np.linalg.solve(
            (x * (counts * p * (1 - p))[:, None]).T @ x + PRIOR * np.eye(len(weights)), slope
        )
        weights = weights - step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def chances(found: list[Case], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely each case is good."""
    return np.array(
        1
        / (
            1
            + np.exp(
                -np.array([list(case.evidence.values()) for case in found], dtype=float) @ weights
            )
        )
    )


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description="Fit the weights by which witnesses are judged.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    with lzma.open(options.data / "old-books.jsonl.xz", "rt", encoding="utf-8") as file:
        rows = {row["id"]: row for row in map(json.loads, file)}
    sets: dict[str, list[Case]] = {}
    for path in sorted((options.data / "old-books-pages").glob("*.png")):
        if (row := rows.get(path.stem)) is None:
            continue
        source = gather([path], cache=options.cache, jobs=1)
        other = Source(row["ocr"])
        single = {f"with reading {n}": (witness,) for n, witness in enumerate(source.witnesses, 2)}
        for name, witnesses in {
            "all readings": source.witnesses,
            **single,
            "with the other text": (other,),
        }.items():
            sets.setdefault(name, []).extend(
                cases(path.stem[:1], replace(source, witnesses=witnesses), row["gold"])
            )
    every = [case for found in sets.values() for case in found]
    counts = np.array([(1.0 if case.gain else SAME) / len(sets) for case in every])
    whole = fitted(every, counts)
    print(
        ", ".join(
            f'"{name}": {weight:.2f}' for name, weight in zip(every[0].evidence, whole, strict=True)
        )
    )
    by_others = {
        book: fitted(
            [case for case in every if case.book != book],
            counts[[case.book != book for case in every]],
        )
        for book in sorted({case.book for case in every})
    }
    print(
        "\n| | threshold | to the good | to the bad | by other books: good | bad |\n"
        "|---|---:|---:|---:|---:|---:|"
    )
    for name, found in sets.items():
        gains = np.array([case.gain for case in found])
        told = chances(found, whole)
        strangers = np.concatenate([chances([case], by_others[case.book]) for case in found])
        for threshold in (0.4, 0.5, 0.6, 0.7):
            figures = [
                int(np.sum((chance >= threshold) & (gains == gain)))
                for chance in (told, strangers)
                for gain in (1, -1)
            ]
            print(f"| {name} | {threshold} | {' | '.join(map(str, figures))} |")


if __name__ == "__main__":
    main()
