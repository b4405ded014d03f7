"""How time and memory grow with the input, for inputs that have once been too slow.

    python benchmarks/growth.py [BYTES] [--markdown]

Each kind is cleaned, encoded, validated and restored at BYTES (1,000,000 if omitted) and at half
of that, each in a process of its own. Bounds: 10 seconds of processor time, 1 GB, and 2.2 times
the time for twice the input. The exit code says whether all hold.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

SECONDS, RATIO, MEGABYTES = 10.0, 2.2, 1000
SHORT = "the and of to in that was his with for had not but which from they were this".split()


def words(size: int, ends: str, seed: int = 1) -> str:
    """Common words with something after each."""
    dice = random.Random(seed)
    return "".join(dice.choice(SHORT) + ends for _ in range(size // 5))[:size]


def letters(size: int) -> Iterator[str]:
    """Random words, ten a line."""
    dice = random.Random(4)
    written = n = 0
    while written < size:
        word = "".join(dice.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(dice.randint(2, 9)))
        n += 1
        written += len(word) + 1
        yield word + (" " if n % 10 else "\n")


def signs(size: int) -> str:
    """Punctuation at random."""
    dice = random.Random(2)
    return "".join(dice.choice(".,;:!?-'\"()[]*") for _ in range(size))


KINDS: dict[str, Callable[[int], str]] = {
    "a run of blanks": lambda n: "a" + " " * n + "b\n",
    "blank lines": lambda n: "a" + "\n" * n + "b\n",
    "`a-⏎` repeated": lambda n: "a-\n" * (n // 3),
    "lines of one word": lambda n: words(n, "\n"),
    "random words": lambda n: "".join(letters(n)),
    "one line of words": lambda n: words(n, " "),
    "figures": lambda n: "7" * n,
    "a run of stops": lambda n: "." * n,
    "random punctuation": signs,
    "quotation marks": lambda n: '"a ' * (n // 3),
    "stars": lambda n: "*a b " * (n // 5),
    "form feeds": lambda n: "\f" * n + "a",
    "pages of one word": lambda n: "word\f" * (n // 5),
    "brackets never closed": lambda n: "((a " * (n // 4),
    "one letter": lambda n: "a" * n,
}


def measured(kind: str, size: int) -> tuple[float, int]:
    """Processor seconds and megabytes of one run, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", kind, str(size)],
        capture_output=True,
        text=True,
        check=True,
        timeout=1200,
    )
    seconds, megabytes = done.stdout.split()
    return float(seconds), int(megabytes)


def one(kind: str, size: int) -> None:
    """Clean, encode, validate and restore one input; print what it took."""
    from pipeline import clean
    from pipeline.tei.restore import restore
    from pipeline.tei.validate import check

    check(clean("A text to load what is needed.\n").tei(), "a")
    text = KINDS[kind](size)
    before = time.process_time()
    tei = clean(text).tei()
    assert check(tei, kind) == []
    assert restore(tei) == text.encode()
    print(
        f"{time.process_time() - before:.2f}",
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def main() -> int:
    """Print the table."""
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
        return 0
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"| input | {size // 2:,} bytes | {size:,} bytes | ratio | memory |  |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    broken = 0
    for kind in KINDS:
        try:
            (half, _), (whole, memory) = measured(kind, size // 2), measured(kind, size)
        except (subprocess.SubprocessError, ValueError) as error:
            broken += 1
            print(f"| {kind} | | | | | {type(error).__name__} |", flush=True)
            continue
        ratio = whole / max(half, 0.05)
        holds = whole <= SECONDS and memory <= MEGABYTES and (ratio <= RATIO or whole < 1)
        broken += not holds
        print(
            f"| {kind} | {half:.1f} s | {whole:.1f} s | {ratio:.1f} | {memory} MB "
            f"| {'' if holds else 'over'} |",
            flush=True,
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
