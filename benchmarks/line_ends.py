"""Measure how often a word hyphenated at a line end is read right.

Two ways: on damage whose truth is known, and in real OCR with its gold text.

Clean text is wrapped at 60 to 70 characters; words that do not fit are broken as a compositor would
(pyphen's patterns, and after the hyphen of a compound); the hyphens are lost at a given rate; pages
end every 38 lines or so with a blank line; and here and there a speck stands before a line. What
was done is the truth.

    python benchmarks/line_ends.py NOVELS.txt[.xz] [MORE.txt …] [--documents 20] [--words 12000]
    [--language en]

In test sets (rows with "ocr" and "gold") each line end, and each hyphen with a blank behind it, is
looked up in the gold. With `--lose` the sets' gold itself is the text, its line-end hyphens taken
out: breaks that real compositors made.

    python benchmarks/line_ends.py --sets SET.jsonl.xz … [--lose]
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyphen
from rapidfuzz.distance import Levenshtein

from pipeline.correct.line_ends import vocabulary
from pipeline.correct.line_ends import weighing as decided
from pipeline.correct.spelling.candidates import nearby
from pipeline.language.compounds import NONE
from pipeline.language.language_model import language_model
from pipeline.language.lexicon import Lexicon
from pipeline.language.lexicon import lexicon as open_lexicon
from pipeline.measure import Row, measure, read_set

HELD, MADE = 0.5, 0.9
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A text with hyphenated words, and the truth of each line end by its newline's offset."""

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

    def foreign_all(self, forms: Sequence[str]) -> tuple[list[bool], list[bool]]:
        """Unknown: none is."""
        return [False] * len(forms), [False] * len(forms)


def breaks(
    word: str, room: int, patterns: pyphen.Pyphen, hyphenate: bool
) -> tuple[str, str, str] | None:
    """The largest part of `word` that fits in `room` columns, the rest, and what joins them."""
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
    patterns = pyphen.Pyphen(
        lang={"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES"}[language], left=2, right=2
    )
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
    bins: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))

    def row(self) -> str:
        """The counts as a row of the table."""
        made = self.right + self.wrong_form + self.false
        right = self.ends - self.false - self.missed - self.wrong_form
        return (
            f"{self.ends:8}{self.broken:8}{100 * self.closed_right / max(1, self.closed):9.2f}%"
            f"{100 * (self.right - self.closed_right) / max(1, self.broken - self.closed):10.2f}%"
            f"{100 * self.right / max(1, made):11.2f}%"
            f"{self.false:7}{self.wrong_form:7}{self.missed:8}{self.held:6}"
            f"{100 * right / max(1, self.ends):10.3f}%"
        )


def judge(
    case: Damaged,
    found: Mapping[int, tuple[str, float]],
    made: float,
    tally: Tally,
    seen: Counter[str],
    show: bool,
) -> None:
    """Count one document's line ends into `tally`."""
    for at, kind in case.truth.items():
        join, sure = found.get(at, ("none", 1.0))
        got = (
            {"lost": "closed", "soft": "closed", "hard": "hyphen", "none": "none"}[join]
            if sure >= made
            else "none"
        )
        tally.ends += 1
        tally.broken += kind != "none"
        tally.closed += kind == "closed"
        tally.closed_right += kind == got == "closed"
        tally.held += at in found and HELD <= sure < made and join != "none"
        if at in found and join != "none":
            tally.bins[min(19, int(20 * sure))].append(
                kind == {"lost": "closed", "soft": "closed", "hard": "hyphen"}[join]
            )
        if kind == got:
            tally.right += kind != "none"
            continue
        tally.false += kind == "none"
        tally.missed += got == "none"
        tally.wrong_form += kind != "none" and got != "none"
        if show:
            around = case.text[max(0, at - 25) : at + 25].replace("\n", "⏎")
            seen[f"{kind}→{got} ({join} {sure:.3f}): {around}"] += 1


# ── real OCR ──

_GAP = re.compile(
    r"(?<=[^\W\d_])(?P<ink>[^\w\s]{0,2})(?P<blank>[^\S\n]*\n\s*|[^\S\n"
    r"]+)(?:[^\w\s]{0,2}\s?)(?=[^\W\d_])"
)
_BREAK = re.compile(r"(?<=[^\W\d_])(-?)([^\S\n]*\n)(?=[a-z])")


def places(ocr: str, gold: str) -> dict[tuple[int, int], tuple[str, str]]:
    """Each line end, and each hyphen before a blank, with what the gold says of it.

    The gold says that the word is broken, whole, or unclear.
    """
    to = [0] * (len(ocr) + 1)
    for op in Levenshtein.opcodes(ocr, gold):
        for i in range(op.src_start, op.src_end):
            to[i] = min(op.dest_start + i - op.src_start, op.dest_end)
    to[-1] = len(gold)
    found = {}
    for gap in _GAP.finditer(ocr):
        feed = "\n" in gap["blank"]
        if not ocr[gap.end()].islower() or (not feed and gap["ink"] not in {"-", "¬"}):
            continue
        a, b = to[gap.start() - 1] + 1, to[gap.end()]
        between = gold[a:b]
        if not between or re.fullmatch(r"[-¬](?:\s*\n\s*)?", between):
            truth = "broken"
        elif (
            re.search(r"\s|[^\w-]", between)
            and gold[a - 1 : a] == ocr[gap.start() - 1]
            and gold[b : b + 1] == ocr[gap.end()]
        ):
            truth = "whole"
        else:
            truth = "unclear"
        sign = (
            "a hyphen"
            if gap["ink"] in {"-", "¬", "="}
            else "nothing"
            if not gap["ink"]
            else "another mark"
        )
        found[gap.start(), gap.end()] = (sign if feed else "a hyphen and a blank", truth)
    return found


def joined(text: str, ends: Sequence[decided.LineEnd]) -> str:
    """The text with the joins made, except for hyphens that stay at their line's end.

    The comparison treats those as joined.
    """
    parts: list[str] = []
    at = 0
    for end in ends:
        if (
            end.join != "none"
            and end.confidence >= MADE
            and not (end.join == "hard" and text[end.start] in decided.HYPHENS)
        ):
            parts += (text[at : end.start], end.between)
            at = end.end
    return "".join((*parts, text[at:]))


def without_hyphens(gold: str) -> tuple[str, dict[int, str]]:
    """A gold text without its line-end hyphens, and the truth of each line end by its offset."""
    parts: list[str] = []
    truth: dict[int, str] = {}
    at = size = 0
    for gap in _BREAK.finditer(gold):
        parts += (gold[at : gap.start()], "\n")
        size += gap.start() - at
        truth[size] = "broken" if gap[1] else "whole"
        size += 1
        at = gap.end()
    return "".join((*parts, gold[at:])), truth


def in_sets(paths: Sequence[Path], misread: vocabulary.Misread, *, lose: bool, errors: int) -> None:
    """Print a table for test sets."""
    lexicon, model = open_lexicon("en"), language_model("en")
    print(
        f"{'set':24}{'at the break':22}{'broken':>7}{'joined':>7}{'held':>6}{'left':>6}"
        f"{'whole':>8}{'joined':>7}{'held':>6}"
    )
    for path in paths:
        counts: Counter[tuple[str, str, str]] = Counter()
        rows, seen = [], []
        for row in read_set(path):
            text, truth = (row.gold, {}) if lose else (row.ocr, {})
            if lose:
                text, breaks_at = without_hyphens(row.gold)
                truth = {(at, at + 1): ("nothing", what) for at, what in breaks_at.items()}
            else:
                truth = places(row.ocr, row.gold)
            ends = decided.line_ends(text, lexicon, model, (), misread)
            rows.append(Row(row.id, text, row.gold, joined(text, ends)))
            for (start, stop), (sign, what) in truth.items():
                end = next(
                    (e for e in ends if e.start < stop and e.end > start and e.join != "none"), None
                )
                done = (
                    "left"
                    if end is None or end.confidence < HELD
                    else "held"
                    if end.confidence < MADE
                    else "joined"
                )
                counts[sign, what, done] += 1
                if (what, done) in {("whole", "joined"), ("broken", "left")}:
                    seen.append(
                        f"{sign}, {what}, {done}: {text[max(0, start - 25) : stop + 20]}".replace(
                            "\n", "⏎"
                        )
                    )
        for sign in sorted({sign for sign, _, _ in counts}):
            broken = [counts[sign, "broken", done] for done in ("joined", "held", "left")]
            whole = [counts[sign, "whole", done] for done in ("joined", "held", "left")]
            print(
                f"{path.name.split('.')[0]:24}{sign:22}"
                f"{sum(broken):7}{broken[0]:7}{broken[1]:6}{broken[2]:6}"
                f"{sum(whole):8}{whole[0]:7}{whole[1]:6}"
            )
        if not lose:
            words = measure(rows).words
            print(
                f"{'':24}words mended by this alone {words.fixed} of "
                f"{words.fixed + words.missed} wrong, ruined {words.damaged}"
            )
        for line in sorted(seen)[:: max(1, len(seen) // errors)] if errors else ():
            print("    ", line)


def misreadings(lexicon: Lexicon) -> vocabulary.Misread:
    """What gives the words that forms may be misreadings of."""
    return lambda forms: [
        [lexicon.word(number) for number in found[:8]]
        for found in nearby(lexicon.language).find(forms)
    ]


def documents(paths: list[Path], count: int, words: int) -> Iterator[str]:
    """Up to `count` stretches of about `words` words, spread evenly over the files."""
    for path in paths:
        data = path.read_bytes()
        raw = (lzma.decompress(data) if path.suffix == ".xz" else data).decode()
        novels = [part for part in re.split(r"^### .*\n", raw, flags=re.MULTILINE) if part.strip()]
        chosen = novels[:: max(1, len(novels) // count)][:count]
        for novel in chosen:
            paragraphs = [
                " ".join(p.split())
                for p in (novel.split("\n\n") if "\n\n" in novel else novel.split("\n"))
            ]
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
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "texts",
        nargs="*",
        type=Path,
        help="clean text, one paragraph a line or parted by blank lines; .xz too",
    )
    parser.add_argument(
        "--sets", nargs="*", type=Path, default=[], help="test sets, instead of clean text"
    )
    parser.add_argument(
        "--lose",
        action="store_true",
        help="with --sets: their gold without its line-end hyphens, instead of the OCR",
    )
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--words", type=int, default=12_000)
    parser.add_argument("--language", default="en")
    parser.add_argument(
        "--made", type=float, default=0.9, help="confidence from which a join is made"
    )
    parser.add_argument(
        "--without",
        default="",
        help="of model, compounds, lexicon: what is left out, parted by commas",
    )
    parser.add_argument(
        "--errors", type=int, default=0, help="show so many errors of each condition"
    )
    args = parser.parse_args()

    if args.sets:
        in_sets(args.sets, misreadings(open_lexicon("en")), lose=args.lose, errors=args.errors)
        return
    lexicon: vocabulary.Words = open_lexicon(args.language)
    without = set(args.without.split(","))
    model = None if "model" in without else language_model(args.language)
    if "compounds" in without:
        vocabulary.__dict__["compounds"] = lambda _: NONE
    if "lexicon" in without:
        lexicon = Nothing()
    texts = list(documents(args.texts, args.documents, args.words))
    print(
        f"{len(texts)} documents, {sum(len(t.split()) for t in texts)} words; a join is made "
        f"from {args.made}"
    )
    print(
        f"{'hyphens lost':14}{'sign':7}{'ends':>8}{'broken':>8}{'words':>10}{'compounds':>11}"
        f"{'of joins':>12}{'false':>7}{'form':>7}{'missed':>8}{'held':>6}{'of ends':>11}"
    )
    spent = ends = 0.0
    bins: dict[int, list[bool]] = defaultdict(list)
    for lose in (1.0, 0.5, 0.0):
        for blank in (True, False):
            tally, seen = Tally(), Counter[str]()
            for n, text in enumerate(texts):
                case = damage(text, lose, blank, args.language, seed=n)
                began = time.perf_counter()
                every = decided.line_ends(case.text, lexicon, model)
                spent += time.perf_counter() - began
                found = {
                    reading(case.text, e.start, e.end): (e.join, e.confidence)
                    for e in every
                    if "\n" in case.text[e.start : e.end]
                }
                ends += len(case.text.split())
                judge(case, found, args.made, tally, seen, show=args.errors > 0)
            print(f"{lose:<14.0%}{'blank' if blank else 'none':7}{tally.row()}")
            for at, hits in tally.bins.items():
                bins[at] += hits
            for line, _ in (
                sorted(seen.items())[:: max(1, len(seen) // args.errors)] if args.errors else ()
            ):
                print("    ", line)
    print("how sure, and how often right:")
    for at in sorted(bins):
        print(
            f"    {at / 20:.2f} to "
            f"{(at + 1) / 20:.2f}{len(bins[at]):8}{sum(bins[at]) / len(bins[at]):8.3f}"
        )
    print(f"{ends / spent:,.0f} words/s")


if __name__ == "__main__":
    main()
