"""Word triples with back-off: count with Kneser-Ney smoothing, mix with another model, and pack.

Kneser-Ney as in Chen & Goodman 1999, "An empirical study of smoothing techniques for language
modeling", one discount an order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.language.figures import quantise

SEEN_AT_LEAST = 2  # pairs and triples seen once cost two thirds of the megabytes and say little


@dataclass(frozen=True)
class Trigrams:
    """log10 probabilities over word ids below `len(unigram)`.

    A pair is ``first << 16 | second``, a triple ``place of its first two among the pairs << 16 |
    third``.
    """

    unigram: np.ndarray
    back1: np.ndarray  # what a word leaves to those not seen after it
    pair: np.ndarray  # sorted
    pair_p: np.ndarray
    back2: np.ndarray
    triple: np.ndarray  # sorted
    triple_p: np.ndarray

    def second(self, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        """log10 P(c | b)."""
        at = find(self.pair, b << 16 | c)
        return np.where(at >= 0, self.pair_p[at], self.back1[b] + self.unigram[c])

    def third(self, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        """log10 P(c | a b)."""
        head = find(self.pair, a << 16 | b)
        at = np.where(head >= 0, find(self.triple, np.maximum(head, 0) << 16 | c), -1)
        return np.where(
            at >= 0, self.triple_p[at], np.where(head >= 0, self.back2[head], 0) + self.second(b, c)
        )

    def words(self) -> np.ndarray:
        """The triples by their words: ``first << 32 | second << 16 | third``."""
        return self.pair[self.triple >> 16] << 16 | self.triple & 0xFFFF

    def figures(self) -> dict[str, np.ndarray]:
        """As they ship: keys as differences, which xz packs well, logs as bytes."""
        return {
            "unigram": self.unigram.astype(np.float32),
            "back1": self.back1.astype(np.float16),
            "pair": np.diff(self.pair, prepend=0).astype(np.uint32),
            "pair_p": quantise(self.pair_p),
            "back2": quantise(self.back2),
            "triple": np.diff(self.triple, prepend=0).astype(np.uint64),
            "triple_p": quantise(self.triple_p),
        }


def kneser_ney(tokens: np.ndarray, size: int, common: np.ndarray) -> Trigrams:
    """Interpolated Kneser-Ney of order three over ids below `size` (-1: none).

    `common` is a second unigram, mixed in for newer words.
    """
    a, b, c = (tokens[i : len(tokens) - 2 + i].astype(np.int64) for i in range(3))
    pair, pair_n = np.unique((b << 16 | c)[(b >= 0) & (c >= 0)], return_counts=True)
    triple, triple_n = np.unique(
        (a << 32 | b << 16 | c)[(a >= 0) & (b >= 0) & (c >= 0)], return_counts=True
    )

    unigram = np.bincount(pair & 0xFFFF, minlength=size).astype(
        float
    )  # in how many contexts: Kneser-Ney's continuation count
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

    keep = pair_n >= SEEN_AT_LEAST
    keep3 = (triple_n >= SEEN_AT_LEAST) & keep[head]
    return _closed(unigram, pair[keep], pair_p[keep], triple[keep3], triple_p[keep3])


def mixed(one: Trigrams, other: Trigrams, share: float) -> Trigrams:
    """The probabilities of both models mixed, with `share` (0 to 1) for `other`.

    They are mixed wherever `other` knows the preceding words (unigram above -9).
    """
    knows = other.unigram > -9
    unigram = np.where(
        knows,
        (1 - share) * 10**one.unigram + share * 10**other.unigram,
        (1 - 0.5 * share) * 10**one.unigram,
    )
    pair = np.union1d(one.pair, other.pair)
    b, c = pair >> 16, pair & 0xFFFF
    weight = np.where(knows[b], share, 0)
    pair_p = (1 - weight) * 10 ** one.second(b, c) + weight * 10 ** other.second(b, c)
    triple = np.union1d(one.words(), other.words())
    a, b, c = triple >> 32, triple >> 16 & 0xFFFF, triple & 0xFFFF
    weight = np.where(knows[a] & knows[b], share, 0)
    triple_p = (1 - weight) * 10 ** one.third(a, b, c) + weight * 10 ** other.third(a, b, c)
    return _closed(unigram, pair, pair_p, triple, triple_p)


def pruned(model: Trigrams, least: float) -> Trigrams:
    """Without the pairs and triples that say little that back-off does not.

    Those whose chance in the language, times the log10 by which it is reckoned wrong without them,
    is below `least`: the first term of Stolcke 1998, "Entropy-based pruning of backoff language
    models".
    """
    first, second = model.pair >> 16, model.pair & 0xFFFF
    head, third, triple = model.triple >> 16, model.triple & 0xFFFF, model.words()
    joint = model.unigram[first] + model.pair_p
    gain3 = model.triple_p - (model.back2[head] + model.second(second[head], third))
    keep3 = 10 ** (joint[head] + model.triple_p) * gain3 > least
    gain2 = model.pair_p - (model.back1[first] + model.unigram[second])
    keep = (10**joint * gain2 > least) | (np.bincount(head[keep3], minlength=len(joint)) > 0)
    return _closed(
        10**model.unigram,
        model.pair[keep],
        10 ** model.pair_p[keep],
        triple[keep3],
        10 ** model.triple_p[keep3],
    )


def _closed(
    unigram: np.ndarray,
    pair: np.ndarray,
    pair_p: np.ndarray,
    triple: np.ndarray,
    triple_p: np.ndarray,
) -> Trigrams:
    """Turn probabilities into logs with back-off weights. Triples are by their words.

    The weights make the probabilities of all words after any two words sum to one.
    """
    size = len(unigram)
    first, second = pair >> 16, pair & 0xFFFF
    pair_p = (
        pair_p * np.minimum(1, MOST / np.maximum(np.bincount(first, pair_p, size), 1e-9))[first]
    )
    left = 1 - np.bincount(first, pair_p, size)
    base = 1 - np.bincount(first, unigram[second], size)
    back1 = np.clip(left, 1e-4, None) / np.clip(base, 1e-4, None)
    head = np.searchsorted(pair, triple >> 16)
    triple_p = (
        triple_p
        * np.minimum(1, MOST / np.maximum(np.bincount(head, triple_p, len(pair)), 1e-9))[head]
    )
    left = 1 - np.bincount(head, triple_p, len(pair))
    at = find(pair, triple & 0xFFFFFFFF)
    lower = np.where(at >= 0, pair_p[at], back1[second[head]] * unigram[triple & 0xFFFF])
    base = 1 - np.bincount(head, lower, len(pair))
    back2 = np.clip(left, 1e-4, None) / np.clip(base, 1e-4, None)
    return Trigrams(
        *map(np.log10, (unigram, back1)),
        pair,
        np.log10(pair_p),
        np.log10(back2),
        head << 16 | triple & 0xFFFF,
        np.log10(triple_p),
    )


MOST = 0.99  # of all that may follow, what those seen may have together


def find(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where each wanted key stands among the sorted keys, or -1."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1)
