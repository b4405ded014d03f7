"""Where errors are lost: ``weighed.py DATA_FOLDER [--sets NAMES] [--rows 50] [--models FOLDER]``.

For each error of a sample of texts: was the right reading weighed, was it the likeliest or among
the three likeliest, was it proposed, was it applied? How many right words were ruined? The errors
are counted by kind, in words of the page: one word for one, one word read as several, several run
together, several for several, and a word read as figures or signs alone. With --models each set
is decided by what ``fit.py --left-out`` learned without it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from aligned import Alignment, Row, letters, rows

from pipeline.correct.spelling import corrector
from pipeline.correct.spelling.correction import Correction
from pipeline.correct.spelling.evidence import Evidence
from pipeline.correct.spelling.units import Units, units
from pipeline.language import figures

SETS = ("mibio", "old-books", "overproof-2", "overproof-3", "bln600")
STEPS = ("weighed", "three", "first", "shown three", "shown first", "made")
Options = Mapping[int, Sequence[tuple[int, str]]]  # by first unit: last unit and reading


@dataclass(frozen=True)
class Error:
    """Units `first` to `last` of the text read, for which the page has `page`, `words` words."""

    first: int
    last: int
    page: str
    words: int
    kind: str


def errors(cut: Units, aligned: Alignment) -> Iterator[Error]:
    """Units and words of the page that belong together and differ."""
    spans = [aligned.words(a, b) for a, b in zip(cut.starts, cut.ends, strict=True)]
    k = 0
    while k < len(cut):
        low, high = spans[k]
        last = k
        while last + 1 < len(cut) and spans[last + 1][1] > spans[last + 1][0]:
            if high > low and spans[last + 1][0] >= high:
                break
            if high == low:
                break
            last += 1
            high = max(high, spans[last][1])
        read = letters(" ".join(cut.cores[k : last + 1]))
        page = letters(aligned.text((low, high))) if high > low else ""
        if read != page and page:
            yield Error(k, last, page, len(page.split()), kind(read, page, last - k + 1))
        k = last + 1


def kind(read: str, page: str, parts: int) -> str:
    """How the words read relate to those of the page."""
    if not any(c.isalpha() for c in read) and any(c.isalpha() for c in page):
        return "no letter read"
    n, m = parts, len(page.split())
    if m == 1:
        return "1:1" if n == 1 else "cut in pieces"
    return "run together" if n == 1 else "n:m"


def reached(error: Error, cut: Units, options: Options) -> bool:
    """Whether some readings, side by side, make what the page has."""

    def follows(k: int, done: str) -> bool:
        if k > error.last:
            return done == error.page
        if not error.page.startswith(done):
            return False
        put = [(k, cut.cores[k]), *options.get(k, ())]
        return any(
            follows(last + 1, f"{done} {letters(word)}".strip())
            for last, word in put
            if last <= error.last
        )

    return follows(error.first, "")


def weighed(evidence: Evidence, right: np.ndarray, most: int) -> Options:
    """The readings of each place that are among its `most` likeliest."""
    order = np.lexsort((-right, evidence.place))
    place = evidence.place[order]
    heads = np.flatnonzero(np.diff(place, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(heads, np.diff(np.append(heads, len(order))))
    found = defaultdict(list)
    for row, p in zip(order[rank < most].tolist(), place[rank < most].tolist(), strict=True):
        found[evidence.first_unit[p]].append((evidence.last_unit[p], evidence.reading[row]))
    return found


def proposed(cut: Units, found: Sequence[Correction], most: int, *, made: bool) -> Options:
    """The readings that the corrector proposes, or makes, by the units that they replace."""
    starts, ends = np.array(cut.starts), np.array(cut.ends)
    options = defaultdict(list)
    for one in found:
        a, b = int(np.searchsorted(ends, one.start, "right")), int(np.searchsorted(starts, one.end))
        if b <= a or (made and one.verdict != "made"):
            continue
        before, after = cut.text[starts[a] : one.start], cut.text[one.end : ends[b - 1]]
        for candidate in one.candidates[: 1 if one.verdict == "made" and made else most]:
            options[a].append((b - 1, before + candidate.after + after))
    return options


def decide_by(file: Path | None) -> None:
    """Have the corrector decide by these figures, or by those that ship."""
    corrector.shipped = lambda code, which: (
        file.read_bytes() if file and which == "classifier" else figures.shipped(code, which)
    )
    corrector._pack_of.cache_clear()  # noqa: SLF001


def steps(texts: Sequence[Row], language: str) -> dict[str, Counter[str]]:
    """By kind: how many words of the page were misread, and how far the right reading came."""
    one = corrector.Corrector(language)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in texts:
        evidence = one._weigher.gather(row.read, one.lexicon)  # noqa: SLF001
        right = one._classifier.right.chance(evidence.x)  # noqa: SLF001
        found = one.corrections(row.read)
        cut = units(row.read)
        shown = {n: proposed(cut, found, n, made=False) for n in (1, 3)}
        every = weighed(evidence, right, 99)
        for k, some in shown[3].items():
            every[k] = [*every.get(k, ()), *some]
        reach = {
            "weighed": every,
            "three": weighed(evidence, right, 3),
            "first": weighed(evidence, right, 1),
            "shown three": shown[3],
            "shown first": shown[1],
            "made": proposed(cut, found, 1, made=True),
        }
        wrong = list(errors(cut, Alignment(row.read, row.page)))
        astray = {unit for error in wrong for unit in range(error.first, error.last + 1)}
        counted["right"]["ruined"] += sum(
            letters(put) != letters(" ".join(cut.cores[first : last + 1]))
            for first, some in reach["made"].items()
            for last, put in some
            if astray.isdisjoint(range(first, last + 1))
        )
        for error in wrong:
            counted[error.kind]["words"] += error.words
            for step in STEPS:
                counted[error.kind][step] += error.words * reached(error, cut, reach[step])
    return counted


def main() -> None:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--language", default="en")
    args = parser.parse_args()
    for name in args.sets.split(","):
        decide_by(args.models / f"{name}.xz" if args.models else None)
        every = rows(args.data / f"{name}.jsonl.xz", args.language)
        counted = steps(every[:: max(1, len(every) // args.rows)], args.language)
        ruined = counted.pop("right", Counter())["ruined"]
        counted["all"] = sum(counted.values(), Counter())
        sys.stdout.write(f"{name:16} words  " + "  ".join(STEPS) + f"  ruined: {ruined}\n")
        for which, n in sorted(counted.items(), key=lambda item: -item[1]["words"]):
            shares = "  ".join(f"{n[s] / n['words']:>{len(s)}.3f}" for s in STEPS)
            sys.stdout.write(f"  {which:14} {n['words']:5}  {shares}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
