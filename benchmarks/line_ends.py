"""How often a word broken over a line end is read right, on damage whose truth is known.

Clean text is wrapped at 60 to 70 characters; words that do not fit are broken as a compositor would (pyphen's
patterns, and after the hyphen of a compound); the hyphens are lost at a given rate; pages end every 38 lines or so
with a blank line; and here and there a speck stands before a line. What was done is the truth.

    python benchmarks/line_ends.py NOVELS.txt[.xz] [MORE.txt …] [--documents 20] [--words 12000] [--language en]
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyphen

from pipeline.correct import compounds
from pipeline.correct import line_ends as decided
from pipeline.correct.language_model import language_model
from pipeline.correct.lexicon import lexicon as open_lexicon

WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A text with broken words, and the truth of each line end by the offset of its first newline."""

    text: str
    truth: dict[int, str]  # "closed", "hyphen", "none"


class Nothing:
    """A lexicon of a language that nobody knows: only the document's own words are left."""

    language = ""

    def attested_all(self, forms: Sequence[str]) -> list[bool]:
        """None is."""
        return [False] * len(forms)

    def frequencies(self, forms: Sequence[str]) -> list[float]:
        """Never seen."""
        return [0.0] * len(forms)


def breaks(word: str, room: int, patterns: pyphen.Pyphen, hyphenate: bool) -> tuple[str, str, str] | None:
    """The largest part of `word` that fits in `room` columns, the rest, and what stands between them in print."""
    best = None
    for at in (m.end() for m in re.finditer(r"(?<=[^\W\d_])-(?=[^\W\d_])", word)):
        if at <= room:
            best = (word[: at - 1], word[at:], "hyphen")
    for core in WORD.finditer(word):
        if hyphenate and len(core[0]) >= 5:
            for at in patterns.positions(core[0]):
                cut = core.start() + at
                if cut + 1 <= room and (best is None or cut > len(best[0])):
                    best = (word[:cut], word[cut:], "closed")
    return best


def damage(text: str, lose: float, blank: bool, language: str, seed: int) -> Damaged:
    """Set `text` (one paragraph a line) as pages of broken lines.

    Args:
        text: clean text.
        lose: share of the line-end hyphens that the OCR loses.
        blank: whether the OCR leaves a blank at the end of each line that does not break a word.
        language: of the hyphenation patterns.
        seed: of the damage.
    """
    dice = random.Random(seed)
    patterns = pyphen.Pyphen(lang={"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES"}[language], left=2, right=2)
    width, page, on_page = dice.randint(60, 70), dice.randint(34, 42), 0
    out: list[str] = []
    size = 0
    truth: dict[int, str] = {}

    def put(piece: str) -> None:
        nonlocal size
        out.append(piece)
        size += len(piece)

    def end_line(kind: str, last: bool) -> None:
        nonlocal on_page
        if kind == "none" and blank:
            put(" ")
        if not last:
            truth[size] = kind
        put("\n")
        on_page += 1
        if on_page == page:
            on_page = 0
            put("\n")
        if not last and dice.random() < 0.004:
            put(dice.choice("·.•") + dice.choice(["", " "]))

    for paragraph in text.split("\n"):
        line = 0
        words = paragraph.split()
        for n, word in enumerate(words):
            rest = word
            room = width - line - (line > 0)
            if len(rest) > room:
                part = breaks(rest, room, patterns, dice.random() < 0.35)
                if part:
                    left, rest, kind = part
                    put((" " if line else "") + left + ("" if dice.random() < lose else "-"))
                    end_line(kind, last=False)
                else:
                    end_line("none", last=False)
                line = 0
            put((" " if line else "") + rest)
            line += len(rest) + (line > 0)
            if n == len(words) - 1:
                end_line("none", last=True)
        put("\n")
    return Damaged("".join(out), truth)


def reading(text: str, start: int, end: int) -> int:
    """Offset of the first newline of a line end's span."""
    return text.index("\n", start, end)


@dataclass(slots=True)
class Tally:
    """What became of the line ends of one condition."""

    ends: int = 0
    broken: int = 0
    closed: int = 0
    closed_right: int = 0
    right: int = 0
    wrong_form: int = 0
    missed: int = 0
    false: int = 0
    held: int = 0

    def row(self) -> str:
        """The counts as a row of the table."""
        made = self.right + self.wrong_form + self.false
        return (
            f"{self.ends:8}{self.broken:8}{100 * self.closed_right / max(1, self.closed):9.2f}%"
            f"{100 * (self.right - self.closed_right) / max(1, self.broken - self.closed):10.2f}%{100 * self.right / max(1, made):11.2f}%"
            f"{self.false:7}{self.wrong_form:7}{self.missed:8}{self.held:6}"
            f"{100 * (self.ends - self.false - self.missed - self.wrong_form) / max(1, self.ends):10.3f}%"
        )


def judge(case: Damaged, found: dict[int, tuple[str, float]], made: float, tally: Tally, seen: Counter[str], show: bool) -> None:
    """Count one document's line ends into `tally`."""
    for at, kind in case.truth.items():
        join, sure = found.get(at, ("none", 1.0))
        got = {"lost": "closed", "soft": "closed", "hard": "hyphen", "none": "none"}[join] if sure >= made else "none"
        tally.ends += 1
        tally.broken += kind != "none"
        tally.closed += kind == "closed"
        tally.closed_right += kind == got == "closed"
        tally.held += at in found and sure < made and join != "none"
        if kind == got:
            tally.right += kind != "none"
            continue
        tally.false += kind == "none"
        tally.missed += got == "none"
        tally.wrong_form += kind != "none" and got != "none"
        if show:
            around = case.text[max(0, at - 25) : at + 25].replace("\n", "⏎")
            seen[f"{kind}→{got} ({join} {sure:.3f}): {around}"] += 1


def documents(paths: list[Path], count: int, words: int) -> Iterator[str]:
    """Up to `count` stretches of about `words` words, spread evenly over the files."""
    for path in paths:
        data = path.read_bytes()
        raw = (lzma.decompress(data) if path.suffix == ".xz" else data).decode()
        novels = [part for part in re.split(r"^### .*\n", raw, flags=re.MULTILINE) if part.strip()]
        chosen = novels[:: max(1, len(novels) // count)][:count]
        for novel in chosen:
            paragraphs = [" ".join(p.split()) for p in (novel.split("\n\n") if "\n\n" in novel else novel.split("\n"))]
            taken: list[str] = []
            size = 0
            for paragraph in paragraphs[len(paragraphs) // 5 :] or paragraphs:
                taken.append(paragraph)
                size += paragraph.count(" ") + 1
                if size >= words:
                    break
            yield "\n".join(taken)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path, help="clean text, one paragraph a line or parted by blank lines; .xz too")
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--words", type=int, default=12_000)
    parser.add_argument("--language", default="en")
    parser.add_argument("--made", type=float, default=0.9, help="confidence from which a join is made")
    parser.add_argument("--without", default="", help="of model, compounds, lexicon: what is left out, parted by commas")
    parser.add_argument("--errors", type=int, default=0, help="show so many errors of each condition")
    args = parser.parse_args()

    lexicon: decided.Words = open_lexicon(args.language)
    without = set(args.without.split(","))
    model = None if "model" in without else language_model(args.language)
    if "compounds" in without:
        decided.compounds = lambda _: compounds.NONE
    if "lexicon" in without:
        lexicon = Nothing()
    texts = list(documents(args.texts, args.documents, args.words))
    print(f"{len(texts)} documents, {sum(len(t.split()) for t in texts)} words; a join is made from {args.made}")
    print(
        f"{'hyphens lost':14}{'sign':7}{'ends':>8}{'broken':>8}{'words':>10}{'compounds':>11}"
        f"{'of joins':>12}{'false':>7}{'form':>7}{'missed':>8}{'held':>6}{'of ends':>11}"
    )
    spent = ends = 0.0
    for lose in (1.0, 0.5, 0.0):
        for blank in (True, False):
            tally, seen = Tally(), Counter[str]()
            for n, text in enumerate(texts):
                case = damage(text, lose, blank, args.language, seed=n)
                began = time.perf_counter()
                found = {reading(case.text, e.start, e.end): (e.join, e.confidence) for e in decided.line_ends(case.text, lexicon, model)}
                spent += time.perf_counter() - began
                ends += len(case.text.split())
                judge(case, found, args.made, tally, seen, show=args.errors > 0)
            print(f"{lose:<14.0%}{'blank' if blank else 'none':7}{tally.row()}")
            for line, _ in sorted(seen.items())[:: max(1, len(seen) // args.errors)] if args.errors else ():
                print("    ", line)
    print(f"{ends / spent:,.0f} words/s")


if __name__ == "__main__":
    main()
