"""Tune the corrector: ``gather.py DATA_FOLDER EVIDENCE_FOLDER LANGUAGE [--bare] [--texts N]``.

Counts confusions and gathers evidence, each set with a channel that has not seen it; ``fit.py``
learns from it. With --bare English is read as if no more were known of it than of a language
without figures of its own: the words of wordfreq, none in company. What is learned from that is
lent to such languages (``lend.py``).
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import math
import pickle
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from aligned import Alignment, Row, count_confusions, letters, rows

from pipeline.correct.spelling.candidates import nearby
from pipeline.correct.spelling.channel import Channel
from pipeline.correct.spelling.confusable import Confusable, compile_confusable
from pipeline.correct.spelling.evidence import Evidence, Weigher
from pipeline.correct.spelling.forms import Register
from pipeline.correct.spelling.places import Finder
from pipeline.correct.spelling.units import units
from pipeline.language import lexicon as lists
from pipeline.language.language_model import language_model
from pipeline.language.letter_model import LetterModel
from pipeline.language.lexicon import compiled_language, lexicon

FAITHFUL = {
    "overproof-2",
    "mibio",
    "old-books",
    "overproof-3",
    "bln600",
    "dta19-de",
    "impresso-nzz-de",
    "icdar2017-fr",
}  # page texts that can be believed, most of them
SETS = {
    "en": [
        "overproof-2",
        "mibio",
        "old-books",
        "overproof-3",
        "bln600",
        "icdar2017-en-periodical",
        "icdar2017-en-monograph",
        "icdar2019-en1",
    ],
    "de": ["dta19-de", "impresso-nzz-de", "impresso-snippets-de", "icdar2019-de"],
    "fr": ["icdar2017-fr#0", "icdar2017-fr#1", "impresso-snippets-fr", "icdar2019-fr"],
}
# of the words of a text wrong, from which on its page text stands beside another page's
ASTRAY = 0.7

# What the page texts have wrong themselves, found by reading what they count as ruined; as digests
# (`digest`), since no words of the sets stand in the project.
FAULTS = frozenset(
    "32fc454b 49035176 6ed52ffb 7d023d90 7d0cd415 978dc53b 97b16163 b04839f2 d4e60426 "
    "efc47dc5 f2981ecd fdc9d2d4".split()
)


def digest(name: str, page: str, printed: str) -> str:
    """A set's name, what its page text has, and what was printed."""
    return hashlib.blake2b(f"{name} {page} {printed}".encode(), digest_size=4).hexdigest()


def judge(ev: Evidence, al: Alignment, name: str = ""):
    """Per row: right (1/0). Per place: was what was read wrong (1/0)."""
    cut = ev.units
    n = len(cut)
    spans = [al.words(cut.starts[k], cut.ends[k]) for k in range(n)]
    right = np.zeros(len(ev.place), np.int8)
    wrong = np.zeros(len(ev.first_unit), np.int8)
    truth = []
    for p, (a, b) in enumerate(zip(ev.first_unit, ev.last_unit, strict=True)):
        lo, hi = spans[a][0], spans[b][1]
        shared = (
            a > 0 and spans[a - 1][1] > lo and spans[a - 1][1] > spans[a - 1][0] and hi > lo
        ) or (b + 1 < n and spans[b + 1][1] > spans[b + 1][0] and spans[b + 1][0] < hi)
        if a != b and not (spans[a][1] > spans[a][0] and spans[b][1] > spans[b][0]):
            lo, hi = spans[a] if spans[a][1] > spans[a][0] else spans[b]
        gold = letters(al.text((lo, hi))) if hi > lo else ""
        read = letters(" ".join(cut.cores[a : b + 1]))
        wrong[p] = gold != read
        truth.append(None if shared else gold)
    for r, p in enumerate(ev.place):
        t = truth[p]
        right[r] = t is not None and t != "" and letters(ev.reading[r]) == t
        if not wrong[p] and t and digest(name, t, letters(ev.reading[r])) in FAULTS:
            right[r] = wrong[p] = 1
    return right, wrong, spans


def table_of(counted: list) -> dict:
    counts, base = Counter(), Counter()
    for c, b in counted:
        counts.update(c)
        base.update(b)
    return {
        (p, r): math.log10((n - 0.5) / (base[p] + 100))
        for (p, r), n in counts.items()
        if n >= 2 and p != r and base.get(p, 0) > 0
    }


def some(folder: Path, name: str, language: str, most: int) -> list[Row]:
    """A set, or every second text of it (``icdar2019-fr#0``), but about `most` texts of it."""
    name, _, part = name.partition("#")
    path = folder / f"{name}.jsonl.xz"
    with lzma.open(path) as lines:
        step = max(1, sum(1 for _ in lines) // most) if most else 1
    return rows(path, language, slice(int(part or 0), None, step * (2 if part else 1)))


def bare() -> None:
    """Forget all that ships of any language, and symspellpy's list."""
    lists.shipped = lambda _language, _name: None
    lists.symspell_list = lambda _name: {}


def main(folder: Path, out: Path, language: str, most: int) -> None:
    t0 = time.time()
    sets = SETS.get(language) or [f"icdar2019-{language}#{k}" for k in (0, 1)]
    words, model = lexicon(language), language_model(language)
    near, spelling = nearby(language), LetterModel(compiled_language(language))
    data = {s: some(folder, s, language, most) for s in sets}
    print("prepared", time.time() - t0, flush=True)
    als = {s: {r.name: Alignment(r.read, r.page) for r in data[s]} for s in sets}
    try:
        raw = pickle.load(open(out / "counts.pkl", "rb"))
    except OSError:
        raw = {s: counts_of(data[s], als[s]) for s in sets}
        pickle.dump(raw, open(out / "counts.pkl", "wb"))
    print("counted", time.time() - t0, flush=True)
    for held in sets:
        if (out / f"{held}.counts.pkl").exists():  # gathered before it was interrupted
            continue
        table = table_of([raw[s] for s in sets if s != held])
        with tempfile.TemporaryDirectory() as pairs:
            compile_confusable(words, table, Path(pairs))
            confusable = Confusable(Path(pairs))
        weigher = Weigher(Finder(near, model, Channel(table), confusable), spelling)
        X, Y, W, P, D, C = [], [], [], [], [], []
        register = Register(words)
        place0 = errors = fine = 0
        # the pages themselves are texts read without a fault, in which every strange word is right:
        # names, dialect, other languages
        faultless = (
            [Row(f"{r.name} page", r.page, r.page) for r in data[held]] if held in FAITHFUL else []
        )
        als[held] |= {r.name: Alignment(r.read, r.page) for r in faultless}
        for r in [*data[held], *faultless]:
            ev = weigher.gather(r.read, words)
            clean = r in faultless
            right, wrong, spans = judge(ev, als[held][r.name], "" if clean else held)
            wrong_words = sum(
                letters(als[held][r.name].text(w)) != letters(c)
                for w, c in zip(spans, ev.units.cores, strict=True)
            )
            if wrong_words > ASTRAY * len(ev.units):
                continue
            X.append(ev.x)
            Y.append(right)
            W.append(wrong[ev.place] if len(ev.place) else np.zeros(0, np.int8))
            P.append(ev.place + place0)
            page = units(r.page)
            forms = register.forms(page.cores)
            small = np.array([core.islower() for core in forms.read], bool)[forms.of]
            D.append(
                np.full(
                    len(ev.place),
                    (forms.strange[forms.of] & small).sum() / max(1, small.sum()),
                    np.float32,
                )
            )
            C.append(np.full(len(ev.place), clean))
            if not clean:
                errors += wrong_words
                fine += len(ev.units) - wrong_words
            place0 += len(ev.first_unit)
        X, Y, W, P, D, C = map(np.concatenate, (X, Y, W, P, D, C))
        print(held, X.shape, "right", Y.sum(), "wrong words", errors, time.time() - t0, flush=True)
        np.savez(out / f"{held}.npz", X=X, Y=Y, W=W, P=P, D=D, C=C)
        pickle.dump((errors, fine), open(out / f"{held}.counts.pkl", "wb"))


def counts_of(texts, alignments):
    counts, base = Counter(), Counter()
    for row in texts:
        al = alignments[row.name]
        cut = units(row.read)
        pairs = []
        for k in range(len(cut)):
            w = al.words(cut.starts[k], cut.ends[k])
            if w[1] == w[0] or (k and al.words(cut.starts[k - 1], cut.ends[k - 1]) == w):
                continue
            pairs.append((al.text(w), cut.cores[k]))
        for k in range(len(cut) - 1):
            a, b = (
                al.words(cut.starts[k], cut.ends[k]),
                al.words(cut.starts[k + 1], cut.ends[k + 1]),
            )
            if (
                a == b
                and a[1] - a[0] == 1
                and letters(al.text(a)) == letters(cut.cores[k] + cut.cores[k + 1])
            ):
                counts["", " "] += 1
        count_confusions(pairs, counts, base)
    return counts, base


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("evidence", type=Path)
    parser.add_argument("language")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--texts", type=int, default=0, help="about N texts of each set")
    args = parser.parse_args()
    if args.bare:
        bare()
    main(args.data, args.evidence, args.language, args.texts)
