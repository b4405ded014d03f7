"""Count the novels into the shipped language model: ``novels.py NOVELS.txt.xz DICTIONARIES OUT.xz``.

The text is public-domain prose, one paragraph a line, each book opened by ``### name``. What ships is figures only: the
vocabulary with its counts, and Kneser-Ney log probabilities of the word pairs and triples seen at least twice, stored as
differences of sorted keys, which xz then packs to a few megabytes. `pipeline.correct.language_model` reads them.

Kneser-Ney as in Chen & Goodman 1999, "An empirical study of smoothing techniques for language modeling", one discount an order.
"""

from __future__ import annotations

import array
import collections
import lzma
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import regex
import wordfreq

from pipeline.correct.figures import pack, quantise

WORD = regex.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
SEEN_AT_LEAST = 2  # pairs and triples seen once cost two thirds of the megabytes and say little


def count(novels: Path) -> tuple[np.ndarray, list[str], np.ndarray, np.ndarray]:
    """Token ids (int32, -1 between books), the words, in how many books and how often capitalised each stands."""
    ids: dict[str, int] = {}
    out = array.array("i")
    books: collections.Counter[str] = collections.Counter()
    capitals: collections.Counter[str] = collections.Counter()
    seen: set[str] = set()
    for line in lzma.open(novels, "rt", encoding="utf-8"):
        if line.startswith("### "):
            books.update(seen)
            seen = set()
            out.extend((-1, -1))
            continue
        for word in WORD.findall(line):
            lower = "0" if word.isdigit() else word.replace("’", "'").lower()
            if lower != word:
                capitals[lower] += 1
            out.append(ids.setdefault(lower, len(ids)))
            seen.add(lower)
    books.update(seen)
    words = list(ids)
    return (
        np.frombuffer(out, np.int32),
        words,
        np.array([books[w] for w in words]),
        np.array([capitals[w] for w in words]),
    )


def kneser_ney(tokens: np.ndarray, size: int, common: np.ndarray) -> dict[str, np.ndarray]:
    """Interpolated Kneser-Ney to the third order over ids below `size`; `common` is a second unigram, mixed in for newer words."""
    a, b, c = (tokens[i : len(tokens) - 2 + i].astype(np.int64) for i in range(3))
    pair, pair_n = np.unique((b << 16 | c)[(b >= 0) & (c >= 0)], return_counts=True)
    triple, triple_n = np.unique((a << 32 | b << 16 | c)[(a >= 0) & (b >= 0) & (c >= 0)], return_counts=True)

    unigram = np.bincount(pair & 0xFFFF, minlength=size).astype(float)  # in how many contexts: Kneser-Ney's continuation count
    unigram = 0.85 * (unigram + 0.1) / (unigram + 0.1).sum() + 0.15 * common

    # second order, from continuation counts: how many different words stand before the pair
    low = triple & 0xFFFFFFFF
    pair_c = np.zeros(len(pair))
    at, n = np.unique(low, return_counts=True)
    pair_c[np.searchsorted(pair, at)] = n
    pair_c = np.maximum(pair_c, 1)
    discount = (pair_c == 1).sum() / ((pair_c == 1).sum() + 2 * (pair_c == 2).sum())
    first = pair >> 16
    total = np.bincount(first, pair_c, size)
    kinds = np.bincount(first, minlength=size)
    spare = np.where(total > 0, discount * kinds / np.maximum(total, 1), 1.0)
    pair_p = (pair_c - discount) / total[first] + spare[first] * unigram[pair & 0xFFFF]

    # third order
    head = np.searchsorted(pair, triple >> 16)
    tail = np.searchsorted(pair, low)
    discount = (triple_n == 1).sum() / ((triple_n == 1).sum() + 2 * (triple_n == 2).sum())
    head_total = np.bincount(head, triple_n, len(pair))
    head_kinds = np.bincount(head, minlength=len(pair))
    head_spare = discount * head_kinds / np.maximum(head_total, 1)
    triple_p = (triple_n - discount) / head_total[head] + head_spare[head] * pair_p[tail]

    # what stays, and back-off weights so that every context still sums to one
    keep2 = pair_n >= SEEN_AT_LEAST
    keep3 = (triple_n >= SEEN_AT_LEAST) & keep2[head]
    left = 1 - np.bincount(first[keep2], pair_p[keep2], size)
    base = 1 - np.bincount(first[keep2], unigram[pair & 0xFFFF][keep2], size)
    back1 = np.clip(left, 1e-4, None) / np.clip(base, 1e-4, None)
    left = 1 - np.bincount(head[keep3], triple_p[keep3], len(pair))
    known = np.where(keep2[tail], pair_p[tail], back1[first[tail]] * unigram[pair[tail] & 0xFFFF])
    base = 1 - np.bincount(head[keep3], known[keep3], len(pair))
    back2 = (np.clip(left, 1e-4, None) / np.clip(base, 1e-4, None))[keep2]
    place = np.cumsum(keep2) - 1
    return {
        "unigram": np.log10(unigram).astype(np.float32),
        "back1": np.log10(back1).astype(np.float16),
        "pair": np.diff(pair[keep2], prepend=0).astype(np.uint32),
        "pair_p": quantise(np.log10(pair_p[keep2])),
        "back2": quantise(np.log10(back2)),
        "triple": np.diff(place[head[keep3]] << 16 | (triple[keep3] & 0xFFFF), prepend=0).astype(np.uint64),
        "triple_p": quantise(np.log10(triple_p[keep3])),
    }


def main(novels: Path, dictionaries: Path, out: Path) -> None:
    """Count, smooth, prune, pack."""
    tokens, words, books, capitals = count(novels)
    n = np.bincount(tokens[tokens >= 0], minlength=len(words))
    order = np.argsort(-n, kind="stable")
    order = order[n[order] >= SEEN_AT_LEAST][:65535]
    new = np.full(len(words) + 1, -1)
    new[order] = np.arange(len(order))
    kept = [words[i] for i in order]
    common = np.array([wordfreq.word_frequency(w, "en") for w in kept])
    figures = kneser_ney(new[tokens], len(order), common / common.sum())
    once = sorted(w for i, w in enumerate(words) if n[i] < SEEN_AT_LEAST)
    figures |= {
        "words": np.frombuffer("\n".join(kept).encode(), np.uint8),
        "count": n[order].astype(np.uint32),
        "books": books[order].astype(np.uint8),
        "capital": (255 * capitals[order] / n[order]).astype(np.uint8),
        "once": np.frombuffer("\n".join(once).encode(), np.uint8),
        "spelled": np.frombuffer("\n".join(spelled(dictionaries, words)).encode(), np.uint8),
    }
    out.write_bytes(pack(figures))
    sys.stdout.write(f"{out}: {len(kept)} words, {out.stat().st_size / 1e6:.1f} MB; " + str({k: len(v) for k, v in figures.items()}) + "\n")


def spelled(folder: Path, novels: list[str]) -> list[str]:
    """Of all words known from elsewhere, those that the en_US or the en_GB Hunspell dictionary takes, in small letters."""
    from hunspell import Hunspell  # a tuning-time need alone
    from symspellpy import SymSpell

    names = SymSpell(max_dictionary_edit_distance=0, count_threshold=0)
    names.load_dictionary(str(resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"), 0, 1)
    checkers = [Hunspell("en_GB", hunspell_data_dir=str(folder)), Hunspell("en_US")]

    def takes(checker: Hunspell, word: str) -> bool:
        try:
            return bool(checker.spell(word) or checker.spell(word.title()))
        except UnicodeEncodeError:
            return False

    known = set(wordfreq.get_frequency_dict("en", "large")) | set(names.words) | set(novels)
    return sorted(w for w in known if regex.fullmatch(r"[^\W\d_]+(?:'[^\W\d_]+)?", w) and any(takes(c, w) for c in checkers))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
