"""Measure speed, start-up time and memory of correction: emend beside symspellpy.

    python benchmarks/speed.py TEXT.txt[.xz] [--words 200000]

Each system runs in a process of its own, on one core. Start-up is from nothing to the first
corrected word, with the compiled cache there already (the first use ever compiles it, which takes
some seconds; that is told apart). Words are counted in the whole text; a part of it is misread by
hand, one word in twenty, so that there is something to do.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import subprocess
import sys
import time
from pathlib import Path

MISREAD = [
    ("h", "b"),
    ("e", "c"),
    ("rn", "m"),
    ("m", "rn"),
    ("i", "l"),
    ("u", "n"),
    ("cl", "d"),
    ("o", "0"),
    ("t", "f"),
]
SYSTEMS = ("spelling", "line ends", "whole pipeline", "symspell lookup", "symspell compound")


def misread(text: str, seed: int = 1) -> str:
    """The text with one word in twenty misread."""
    dice = random.Random(seed)

    def one(word: str) -> str:
        kinds = [kind for kind in MISREAD if kind[0] in word]
        return (
            word.replace(*dice.choice(kinds), 1)
            if len(word) > 2 and kinds and dice.random() < 0.05
            else word
        )

    return "\n".join(" ".join(map(one, line.split(" "))) for line in text.split("\n"))


def wrapped(text: str, width: int = 66) -> str:
    """The text in lines."""
    out, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            out.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*out, line])


def run(system: str, text: str) -> dict[str, float]:
    """One system's figures. Called in a process of its own."""
    began = time.perf_counter()
    warm = "It was tbe best of times."
    if system == "spelling":
        from pipeline.correct import Corrector

        def work(given: str) -> object:
            return Corrector("en").corrections(given)

    elif system == "line ends":
        from pipeline.correct.line_ends.weighing import line_ends
        from pipeline.language.language_model import language_model
        from pipeline.language.lexicon import lexicon

        def work(given: str) -> object:
            return line_ends(given, lexicon("en"), language_model("en"))

    elif system == "whole pipeline":
        from pipeline import clean

        def work(given: str) -> object:
            return clean(given).text

    else:
        import re
        from importlib import resources

        from symspellpy import SymSpell, Verbosity

        rival = SymSpell()
        rival.load_dictionary(
            str(resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"), 0, 1
        )
        if system == "symspell lookup":

            def work(given: str) -> object:
                words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", given)
                return [
                    rival.lookup(
                        word,
                        Verbosity.TOP,
                        max_edit_distance=2,
                        include_unknown=True,
                        transfer_casing=True,
                    )
                    for word in words
                ]

        else:
            rival.load_bigram_dictionary(
                str(resources.files("symspellpy") / "frequency_bigramdictionary_en_243_342.txt"),
                0,
                2,
            )

            def work(given: str) -> object:
                return [
                    rival.lookup_compound(line, max_edit_distance=2)
                    for line in given.split("\n")
                    if line.strip()
                ]

    work(warm)
    ready = time.perf_counter()
    work(text)
    ended = time.perf_counter()
    return {
        "start": ready - began,
        "seconds": ended - ready,
        "memory": peak(),
        "words": len(text.split()),
    }


def peak() -> float:
    """Peak memory of this process in MB.

    On Linux, getrusage would report the parent's as well.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--systems", default=",".join(SYSTEMS), help=f"of {', '.join(SYSTEMS)}")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        print(json.dumps(run(args.run, sys.stdin.read())))
        return
    data = args.text.read_bytes()
    clean_text = (lzma.decompress(data) if args.text.suffix == ".xz" else data).decode()
    paragraphs, size = [], 0
    for paragraph in clean_text.split("\n"):
        if size >= args.words:
            break
        if not paragraph.startswith("### "):
            paragraphs.append(wrapped(paragraph))
            size += paragraph.count(" ") + 1
    text = misread("\n\n".join(paragraphs))
    print(f"{'system':20}{'words':>9}{'start, s':>10}{'words/s':>10}{'memory, MB':>12}")
    for system in args.systems.split(","):
        one_core = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        slow = system.startswith("symspell c")
        given = text[: len(text) // 8] if slow else text
        done = subprocess.run(
            [sys.executable, __file__, str(args.text), "--run", system],
            input=given,
            capture_output=True,
            text=True,
            env=one_core,
            check=False,
        )
        if done.returncode:
            print(f"{system:20} failed: {done.stderr.strip().splitlines()[-1]}")
            continue
        told = json.loads(done.stdout)
        print(
            f"{system:20}{told['words']:9,.0f}{told['start']:10.2f}"
            f"{told['words'] / told['seconds']:10,.0f}{told['memory']:12.0f}"
        )


if __name__ == "__main__":
    main()
