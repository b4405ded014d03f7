"""Pack the word counts of a period's prose for a language's folder.

    python benchmarks/tune/period.py COUNTS.tsv.xz pipeline/languages/en/period.xz

The counts are one word a line, a tab, and how often it was counted; those of English come from 180
million words of books of the 18th to the 20th century. What ships is the words counted `LEAST`
times or more, and how many of a million each is, as a byte (`figures.quantise`).
"""

from __future__ import annotations

import argparse
import lzma
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import regex

from pipeline.language.figures import pack, quantise
from pipeline.language.lexicon import fold

LEAST = 9
WORD = regex.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def main() -> None:
    """Read, cut off, pack."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("counts", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    counted: Counter[str] = Counter()
    with lzma.open(args.counts, "rt", encoding="utf-8") as lines:
        for line in lines:
            word, _, number = line.rstrip("\n").partition("\t")
            counted[fold(word)] += int(number)
    total = counted.total()
    words = sorted(w for w, n in counted.items() if n >= LEAST and WORD.fullmatch(w))
    shares = np.log10([counted[w] / total for w in words])
    args.out.write_bytes(
        pack(
            {
                "words": np.frombuffer("\n".join(words).encode(), np.uint8),
                "share": quantise(shares),
            }
        )
    )
    sys.stdout.write(f"{args.out}: {len(words)} words, {args.out.stat().st_size / 1e3:.0f} kB\n")


if __name__ == "__main__":
    main()
