"""Tune the decision about what the letter reader reads otherwise.

    python benchmarks/tune/letters.py DATA KEPT.pkl OUT.xz [--texts N]

Corrects N texts of each set, has the letter reader look at them, and compares what it suggests with
the page. Each set is left out in turn; all together make the figures that ship. KEPT.pkl keeps the
suggestions, so that a second run only learns.
"""

from __future__ import annotations

import argparse
import lzma
import pickle
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import fit
import numpy as np
from aligned import Alignment, letters, rows
from sentences import curve, forest

from pipeline.correct import Corrector
from pipeline.correct.spelling.classifier import Thresholds, confidence
from pipeline.correct.spelling.letters import WEIGHED, suggestions
from pipeline.correct.spelling.letters import looked_at as read_around
from pipeline.language.figures import pack
from pipeline.language.letter_reader import letter_reader

SETS = {
    "mibio": "en",
    "old-books": "en",
    "overproof-2": "en",
    "overproof-3": "en",
    "bln600": "en",
    "dta19-de": "de",
    "impresso-nzz-de": "de",
    "impresso-snippets-de": "de",
    "icdar2017-fr": "fr",
    "impresso-snippets-fr": "fr",
}
LIMITS = Thresholds(word=0.85, joined=0.9, real=0.85, likely=0.5, held=0.3)
ASTRAY = 0.6  # share of words that differ, from which on the page is another


@dataclass
class Text:
    """What was suggested in one text, and what is right."""

    x: np.ndarray
    right: np.ndarray
    wrong: np.ndarray
    attested: np.ndarray
    joined: np.ndarray
    shown: list[tuple[str, str, str]]
    words: int
    errors: int
    mended: int


def looked_at(corrector: Corrector, row) -> Text | None:
    """One text."""
    found = corrector.corrections(row.read)
    made = [one for one in found if one.verdict == "made"]
    groups = read_around(letter_reader(), row.read, found, corrector.lexicon)
    seen = suggestions(row.read, groups, found, corrector.lexicon)
    alignment = Alignment(row.read, row.page)

    def page(start: int, end: int) -> str:
        return letters(alignment.text(alignment.words(start, end)))

    read, gold = letters(row.read).split(), letters(row.page).split()
    from rapidfuzz.distance import Levenshtein

    errors = sum(
        op.src_end - op.src_start for op in Levenshtein.opcodes(gold, read) if op.tag != "equal"
    )
    if errors > ASTRAY * len(gold):
        return None
    pages = [page(one.start, one.end) for one in seen]
    right = [letters(one.after) == there for one, there in zip(seen, pages, strict=True)]
    wrong = [letters(one.before) != there for one, there in zip(seen, pages, strict=True)]
    mended = sum(
        letters(one.candidates[0].after) == page(one.start, one.end) != letters(one.before)
        for one in made
    )
    return Text(
        np.array([one.x for one in seen], np.float32).reshape(-1, len(WEIGHED)),
        np.array(right, bool),
        np.array(wrong, bool),
        np.array([one.attested for one in seen], bool),
        np.array([" " in one.before or " " in one.after for one in seen], bool),
        [(one.before, one.after, there) for one, there in zip(seen, pages, strict=True)],
        len(gold),
        errors,
        mended,
    )


def collect(folder: Path, kept: Path, texts: int, wanted: list[str]) -> dict:
    """Texts by (set, name); goes on where it stopped."""
    data = pickle.loads(kept.read_bytes()) if kept.exists() else {}
    for name in wanted:
        path, language = folder / f"{name}.jsonl.xz", SETS[name]
        with lzma.open(path) as file:
            step = max(1, sum(1 for _ in file) // texts)
        corrector = Corrector(language)
        for row in rows(path, language, slice(None, None, step)):
            if (name, row.name) not in data:
                data[name, row.name] = looked_at(corrector, row)
        kept.write_bytes(pickle.dumps(data))
        print(name, len(data), flush=True)
    return data


def learned(x, y, trees):
    """A forest that takes every suggestion as seriously as any other."""
    return forest(x, y, np.ones(len(x)), trees, depth=4, rate=0.05)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("kept", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--texts", type=int, default=25, help="of each set")
    parser.add_argument("--trees", type=int, default=150)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--learn", action="store_true", help="only learn from KEPT")
    parser.add_argument("--left-out", type=Path, help="a folder for decisions without each set")
    args = parser.parse_args()
    if args.learn:
        report(pickle.loads(args.kept.read_bytes()), args.out, args.trees, args.left_out)
    else:
        collect(args.data, args.kept, args.texts, args.sets)


def without_breaks(text: Text) -> Text:
    """The text without suggestions that only join what the ground truth keeps in two."""

    def solid(form: str) -> str:
        return letters(form).replace(" ", "")

    kept = np.array([solid(a) != solid(there) or a == there for _, a, there in text.shown], bool)
    kept |= text.right
    columns = ("x", "right", "wrong", "attested", "joined")
    return replace(
        text,
        **{name: getattr(text, name)[kept] for name in columns},
        shown=[one for one, k in zip(text.shown, kept, strict=True) if k],
    )


def report(data: dict, out: Path, trees: int, left_out: Path | None = None) -> None:
    """Measure with each set left out, and write what ships."""
    data = {key: without_breaks(text) for key, text in data.items() if text is not None}
    of = np.concatenate([np.full(len(t.x), n) for (n, _), t in data.items()])
    x = np.concatenate([t.x for t in data.values()])
    columns = {
        name: np.concatenate([getattr(t, name) for t in data.values()])
        for name in ("right", "wrong", "attested", "joined")
    }
    total, left = np.zeros((2, len(x))), {}
    alike = np.ones(len(x))
    for name in sorted(set(of)):
        there = of == name
        for k, y in enumerate(("right", "wrong")):
            model = learned(x[~there], columns[y][~there], trees)
            total[k, there] = fit.raw(model, x[there])
            left[name, k] = model
    right, wrong = (
        np.interp(total[k], *curve(total[k], columns[y], alike))
        for k, y in enumerate(("right", "wrong"))
    )
    sure = confidence(right, wrong)
    own = x[:, 0]
    for label, how in (("learned", sure), ("its own chance", np.exp(own))):
        for word, real in ((0.7, 0.8), (0.75, 0.85), (0.8, 0.9), (0.9, 0.95)):
            least = np.where(columns["joined"], word, np.where(columns["attested"], real, word))
            made = (how >= least) & (right >= 0.5 if label == "learned" else True)
            print(label, word, real)
            for name in SETS:
                texts = [t for (n, _), t in data.items() if n == name]
                if not texts:
                    continue
                here = made & (of == name)
                good = int((here & columns["right"] & columns["wrong"]).sum())
                bad = int((here & ~columns["wrong"] & ~columns["right"]).sum())
                vain = int((here & columns["wrong"] & ~columns["right"]).sum())
                errors, words = sum(t.errors for t in texts), sum(t.words for t in texts)
                print(
                    f"  {name:22} mended before {sum(t.mended for t in texts) / errors:.3f}"
                    f" more {good / errors:.3f} ({good}) ruined {bad}"
                    f" ({1000 * bad / (words - errors):.2f}) in vain {vain} of {errors}"
                )
    curves = [curve(total[k], columns[y], alike) for k, y in enumerate(("right", "wrong"))]

    def written(models: list, to: Path) -> None:
        figures: dict[str, np.ndarray] = {"limits": np.array(astuple(LIMITS))}
        for model, name, calibration in zip(models, ("right", "wrong"), curves, strict=True):
            figures |= fit.flat(model, name, *calibration)
        to.write_bytes(pack(figures))

    written([learned(x, columns[y], trees) for y in ("right", "wrong")], out)
    for name in sorted(set(of)) if left_out else ():
        left_out.mkdir(parents=True, exist_ok=True)
        written([left[name, 0], left[name, 1]], left_out / f"{name}.xz")


if __name__ == "__main__":
    main()
