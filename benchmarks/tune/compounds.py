"""Count the hyphenated compounds of the novels.

    python benchmarks/tune/compounds.py NOVELS.txt.xz OUT.xz [--leave-out N]

What ships is figures only: how often each compound of two parts stands in them, how often its parts
stand there as two words, and how often each part is the first or the last of a compound.
`pipeline.language.compounds` reads them.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import lzma
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import regex

from pipeline.language.figures import pack

COMPOUND = regex.compile(r"(?<![\w-])\p{L}+(?:['’]\p{L}+)?(?:-\p{L}+)+(?![\w-])")
TRIM = " .,;:!?\"“”‘’'()[]—–-_*"


def lines(novels: Path, leave_out: int) -> Iterator[list[str]]:
    """The words of each paragraph, in small letters, without what stands around them."""
    book = 0
    with lzma.open(novels, "rt", encoding="utf-8") as file:
        for line in file:
            book += line.startswith("### ")
            if not line.startswith("### ") and not (leave_out and book % leave_out == 0):
                yield [
                    word.strip(TRIM)
                    for word in line.lower().replace("’", "'").replace("—", " — ").split()
                ]


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("novels", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--leave-out", type=int, default=0, help="every N-th novel is left out, to measure on"
    )
    args = parser.parse_args()

    pairs: collections.Counter[str] = collections.Counter()
    firsts: collections.Counter[str] = collections.Counter()
    lasts: collections.Counter[str] = collections.Counter()
    tokens = 0
    for words in lines(args.novels, args.leave_out):
        tokens += len(words)
        for word in words:
            if COMPOUND.fullmatch(word):
                parts = word.split("-")
                firsts[parts[0]] += 1
                lasts[parts[-1]] += 1
                if len(parts) == 2:
                    pairs[word] += 1

    apart: collections.Counter[str] = collections.Counter()
    for words in lines(args.novels, args.leave_out):
        apart.update(pair for pair in map("-".join, itertools.pairwise(words)) if pair in pairs)

    def column(counts: collections.Counter[str]) -> tuple[np.ndarray, np.ndarray]:
        kept = sorted(counts)
        return np.frombuffer("\n".join(kept).encode(), np.uint8), np.array(
            [counts[word] for word in kept], np.uint32
        )

    arrays = {"tokens": np.array([tokens], np.uint64)}
    for name, counts in (("pair", pairs), ("first", firsts), ("last", lasts)):
        arrays[name], arrays[f"{name}_count"] = column(counts)
        if name == "pair":
            arrays["apart_count"] = np.array([apart[pair] for pair in sorted(pairs)], np.uint32)
        print(f"{name}: {len(arrays[f'{name}_count'])} of them, {counts.total()} seen")
    args.out.write_bytes(pack(arrays))
    print(f"{args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
