"""Misread text on purpose: what the letter reader is trained on.

    python benchmarks/tune/misreading.py DATA TABLES.npz

Counts what was read for what in sets that are not used for testing, adds shapes that look
alike, and writes the tables that `batch` draws from. Each passage is misread by an engine of its
own: every confusion is made likelier or rarer by chance, and a few are made habits, so that the
network learns to look for an engine's habits. For each letter read, up to three letters say what
the page has. (The shipped network learned with tables that an earlier form of this script counted:
1,895 confusions, where it now finds 3,329.)

Needs numba, beside what the other scripts here need.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import numba
import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.language.letter_reader import _JOINED, _SAME, LETTERS, NOTHING, OTHER

SIZE = OTHER + 1  # numbers of letters, and of all others together
SETS = {  # weight, and sets that no table of docs/quality.md scores the reader on
    0.5: (
        "icdar2017-en-monograph",
        "icdar2017-en-periodical",
        "icdar2019-en1",
        "impresso-snippets-en",
    ),
    0.2: ("icdar2019-de",),
    0.15: ("icdar2019-fr",),
}
ASTRAY = 0.2  # share of letters that differ, from which on a text is not counted
# Letters and signs of which engines take one for another.
ALIKE = (
    "ecoaG6 hbkl nurat mwn wvu dlt liI1!tfrjJ|] tlifr sa8z53$ gqy9p aouend yvjgp flti(r BER8P3 "
    "CGOQ0DU HNKMX MNWHA IlJT1L! SR85 UVO WVN .,:;·• '\",*°^ 0oOQ 1lI!i 3S8 5Ss 6Gb 7?T 2Zz 4A "
    "PFRD TYFI LIEt XK Zz2 zsx2 xrk krlh jiy; vyrw pnqo rnvti éèêeëc6 àâáäa îïíi1 "
    "ôóòöo ûùúüun çcg ñn æœac ßBfp8 öo8 üuii ſfl -—.~ ()[]{}lI ?!7P"
).split()
# What several letters are read as, or one letter as several.
SEVERAL = {
    "m": "rn in ni nn iii ui iu ra tn nt lu",
    "n": "ii ri u' ti li it",
    "h": "li ii lt ti lr",
    "u": "ii ti tt li",
    "w": "vv iv vr yv ui tv w' nv",
    "d": "cl el al tl ol",
    "b": "l> li h lo",
    "k": "lc li ls le",
    "g": "y; c",
    "H": "ll II li i1",
    "M": "AI Al IVI lVI lll JI Ii",
    "N": "X IV II JN",
    "W": "VV Vf AV IV \\V",
    "U": "IJ TJ ll LI",
    "B": "13 I3 l3",
    "D": "I) l) 1)",
    "K": "IC I< li",
    "R": "It Ii li",
    "P": "I' F",
    "E": "I'",
    "V": "\\'",
    "o": "c> (>",
    "p": "]i j)",
    "q": "(|",
    "a": "ii cl <i n.",
    "e": "(' c.",
    "fi": "n h ii A fl",
    "fl": "n ll fi",
    "ff": "fl fi if ll n",
    "th": "tli lh ih tii tb il",
    "he": "be lie bo hc",
    "rn": "m",
    "in": "m",
    "ri": "n",
    "ni": "m",
    "cl": "d",
    "li": "h H",
    "ll": "U il lI d",
    "tt": "U it ti",
    "il": "d U ll",
    "ti": "u n",
    "ii": "u n",
    "nn": "im mi un",
    "of": "o£ oi ol ot",
    "or": "oi ot",
    "wh": "vvh wli",
    "sh": "sli ah",
    "gh": "gli",
    "ch": "cli d ck",
    "ck": "ch ek",
    "ss": "fl ff aa ls",
    "st": "ft sl it",
    "ct": "dt d",
    "ar": "m",
    "rt": "it",
    "tr": "ti",
    "ou": "on oii",
    "un": "im nn",
    "ly": "h'",
    "'s": "s a",
    "is": "ia",
    "as": "aa",
    "we": "ive vve",
    "my": "niy mv",
    "ei": "ci",
    "œ": "oe ce cc",
    "æ": "ae oe te ce",
    "ä": "ii a",
    "ß": "ss fs sz fz",
    "ü": "ii it",
    "é": "6 e' c",
    "qu": "qn ([u",
    "€": "E",
}
SPECKS = {" ": 60, ".": 14, "'": 14, ",": 10, "-": 8, "i": 4, "•": 3, '"': 3} | dict.fromkeys(
    "*^;:l1jrt|", 2
)
NUMBERS = {letter: n for n, letter in enumerate(LETTERS)}


def plain(text: str) -> str:
    """The text as the reader sees it: quotation marks straight, runs of blanks as one."""
    text = unicodedata.normalize("NFC", text).replace("ſ", "s")
    text = "".join(_JOINED.get(c, _SAME.get(c, c)) for c in text)
    return re.sub(r"\s+", " ", text)


def numbered(text: str) -> np.ndarray:
    """The numbers of the letters of a plain text."""
    return np.array([NUMBERS.get(c, OTHER) for c in plain(text)], np.uint8)


def counted(folder: Path, names: tuple[str, ...]) -> tuple[Counter, Counter]:
    """What was read for what, of at most two letters for three; and how often each stands."""
    found: Counter = Counter()
    page: Counter = Counter()
    for name in names:
        with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                gold, read = (
                    plain(re.sub(r"[-¬]\s*\n\s*", "", row[key]))[:20_000] for key in ("gold", "ocr")
                )
                ops = [op for op in Levenshtein.opcodes(gold, read) if op.tag != "equal"]
                if sum(op.src_end - op.src_start for op in ops) > ASTRAY * len(gold):
                    continue
                page.update(gold)
                page.update(gold[i : i + 2] for i in range(len(gold) - 1))
                for op in ops:
                    a, b = gold[op.src_start : op.src_end], read[op.dest_start : op.dest_end]
                    if 0 < len(a) <= 2 and len(b) <= 3:
                        found[a, b] += 1
    return found, page


def weights(folder: Path) -> dict[tuple[str, str], float]:
    """How often each is read for another, as a share of its occurrences."""
    w: dict[tuple[str, str], float] = defaultdict(float)
    for weight, names in SETS.items():
        found, page = counted(folder, names)
        for (a, b), n in found.items():
            known = all(c in NUMBERS for c in a + b) and not (a[0] == " " and len(a) > 1)
            if n > 1 and page[a] >= 50 and known and a != b:
                w[a, b] += weight * min(0.2, n / (page[a] + 30))
    for group in ALIKE:
        for a in group:
            for b in group:
                if a != b and a in NUMBERS and b in NUMBERS:
                    w[a, b] += 2.4e-3 / len(group)
    for a, forms in SEVERAL.items():
        for b in forms.split():
            w[a, b] += 2.5e-3
    for c in "abcdefghijklmnopqrstuvwxyz":
        w[c, ""] += 1.2e-3
        turned = 0.004 if c in "cosvwxzpku" else 0.0004  # capitals of the same shape
        w[c, c.upper()] += turned
        w[c.upper(), c] += 2 * turned
    for c in ".,;:'\"-":
        w[c, ""] += 0.02
    w["-", " "] += 0.01
    for key in list(w):
        if " " in key[0]:
            w[key] = min(w[key], 0.0008)
    w[" ", ""] = 0.006
    return w


def tables(w: dict[tuple[str, str], float]) -> dict[str, np.ndarray]:
    """The weights as arrays: confusions of one letter by its number, of two by both."""
    one, two = np.zeros((SIZE, 2), np.int32), np.full(SIZE * SIZE, -1, np.int32)
    spans, order = [], []
    by_page = defaultdict(list)
    for pair in sorted(w):
        by_page[pair[0]].append(pair)
    for page in sorted(by_page, key=len):
        span = len(order), len(order) + len(by_page[page])
        order += by_page[page]
        if len(page) == 1:
            one[NUMBERS[page]] = span
        else:
            two[NUMBERS[page[0]] * SIZE + NUMBERS[page[1]]] = len(spans)
            spans.append(span)
    read = np.zeros((len(order), 3), np.uint8)
    for k, (_, b) in enumerate(order):
        read[k, : len(b)] = [NUMBERS[c] for c in b]
    upper = np.array([NUMBERS.get(c.upper(), n) for n, c in enumerate(LETTERS)] + [OTHER], np.uint8)
    specks = np.cumsum(np.array(list(SPECKS.values()), np.float32))
    return {
        "one": one,
        "two": two,
        "spans": np.array(spans, np.int32),
        "lengths": np.array([len(b) for _, b in order], np.int8),
        "read": read,
        "weights": np.array([w[pair] for pair in order], np.float32),
        "specks": np.array([NUMBERS[c] for c in SPECKS], np.uint8),
        "speck_sums": specks / specks[-1],
        "upper": upper,
        "letters": np.array([c.isalpha() for c in LETTERS] + [False]),
    }


def engines(draw: np.random.Generator, t: dict[str, np.ndarray], count: int):
    """Engines: the chance of each confusion, and of any confusion of a letter, of two letters."""
    w = t["weights"]
    chance = np.exp(draw.normal(0, 1.3, (count, len(w))) - 0.6).astype(np.float32) * w
    for n in range(count):
        for k in draw.integers(0, len(w), 3):  # habits
            chance[n, k] = max(chance[n, k], draw.uniform(0.02, 0.35))
    sums = np.concatenate([np.zeros((count, 1), np.float32), np.cumsum(chance, 1)], 1)
    of_one = sums[:, t["one"][:, 1]] - sums[:, t["one"][:, 0]]
    of_two = sums[:, t["spans"][:, 1]] - sums[:, t["spans"][:, 0]]
    return chance.astype(np.float32), of_one.astype(np.float32), of_two.astype(np.float32)


def batch(draw: np.random.Generator, text: np.ndarray, count: int, length: int, made, t):
    """Passages of a text misread, count × length, and three letters of the page for each letter."""
    chance, of_one, of_two = made
    badly = np.exp(draw.normal(np.log(0.5), 1.0, count))
    badly[draw.random(count) < 0.08] = 0.02  # clean passages
    found = np.zeros((4, count, length), np.uint8)
    _misread(
        text,
        draw.integers(0, len(text) - 3 * length, count),
        np.clip(badly, 0.02, 5).astype(np.float32),
        draw.integers(0, len(chance), count).astype(np.int32),
        draw.choice(3, count, p=[0.91, 0.06, 0.03]).astype(np.int32),  # long s, capitals
        chance,
        of_one,
        of_two,
        *(t[name] for name in "one two spans lengths read specks speck_sums".split()),
        t["upper"],
        t["letters"],
        np.array([NUMBERS[c] for c in "sfſ-"], np.uint8),
        found,
        int(draw.integers(1 << 31)),
    )
    return found


@numba.njit(cache=True)
def _misread(
    text,
    starts,
    badly,
    engine,
    mode,
    chance,
    of_one,
    of_two,
    one,
    two,
    spans,
    lengths,
    read,
    specks,
    speck_sums,
    upper,
    letters,
    signs,
    found,
    seed,
):
    np.random.seed(seed)  # noqa: NPY002
    x, a, b, c = found[0], found[1], found[2], found[3]
    length = x.shape[1]
    small_s, small_f, long_s, hyphen = signs
    for r in range(x.shape[0]):
        i, o, p = starts[r], 0, engine[r]
        burst, capitals = 1.0, False
        a[r, :] = NOTHING
        b[r, :] = NOTHING
        c[r, :] = NOTHING
        while o < length:
            g, g2 = text[i], text[i + 1]
            if g == 0:  # some words are far worse than others
                burst = 1.0
                if np.random.random() < 0.03:  # noqa: NPY002
                    burst = 8.0
                elif np.random.random() < 0.01:  # noqa: NPY002
                    burst = 25.0
                if mode[r] == 2:
                    capitals = np.random.random() < 0.5  # noqa: NPY002
            if capitals:
                g, g2 = upper[g], upper[g2]
            q = badly[r] * burst
            if np.random.random() < q * 0.012:  # noqa: NPY002
                x[r, o] = specks[np.searchsorted(speck_sums, np.random.random())]  # noqa: NPY002
                o += 1
                if x[r, o - 1] == hyphen and letters[g] and o < length:
                    x[r, o] = 0
                    o += 1
                if o >= length:
                    break
            both = two[g * SIZE + g2]
            pair = of_two[p, both] if both >= 0 else 0.0
            u = np.random.random()  # noqa: NPY002
            low, high, n = -1, -1, 1
            if u < q * pair:
                low, high, n = spans[both, 0], spans[both, 1], 2
            elif u < q * (pair + of_one[p, g]):
                low, high = one[g, 0], one[g, 1]
            elif g != 0 and u < q * (pair + of_one[p, g] + 0.004):
                x[r, o] = text[np.random.randint(0, text.shape[0])]  # noqa: NPY002
                a[r, o] = g
                o += 1
                i += 1
                continue
            k = -1
            if low >= 0:
                left = np.random.random() * chance[p, low:high].sum()  # noqa: NPY002
                k = low
                while k < high - 1 and left > chance[p, k]:
                    left -= chance[p, k]
                    k += 1
            many = lengths[k] if k >= 0 else 1
            if k >= 0 and many == 0:  # lost: the letter before it says so
                if o > 0 and n == 1 and b[r, o - 1] == NOTHING:
                    b[r, o - 1] = g
                    i += 1
                    continue
                if o > 0 and n == 1 and c[r, o - 1] == NOTHING:
                    c[r, o - 1] = g
                    i += 1
                    continue
                if o > 0 and n == 2 and b[r, o - 1] == NOTHING and c[r, o - 1] == NOTHING:
                    b[r, o - 1], c[r, o - 1] = g, g2
                    i += 2
                    continue
            if k < 0 or many == 0 or o + many > length:
                drawn = mode[r] == 1 and g == small_s and letters[g2]
                x[r, o] = g
                if drawn and np.random.random() < 0.85:  # noqa: NPY002
                    x[r, o] = small_f if p % 3 else long_s
                a[r, o] = g
                o += 1
                i += 1
                continue
            for z in range(many):
                x[r, o + z] = read[k, z]
            a[r, o] = g
            if n == 2 and many == 1:
                b[r, o] = g2
            elif n == 2:
                a[r, o + 1] = g2
            o += many
            i += n


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("tables", type=Path)
    args = parser.parse_args()
    np.savez(args.tables, **tables(weights(args.data)))


if __name__ == "__main__":
    main()
