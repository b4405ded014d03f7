"""Word pairs of the language model, and how those of the web are mixed with those of the novels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pairs:
    """Word pairs (first << 16 | second) with log10 P(second | first) and back-off, and the triples that lean on them (pair << 16 | third)."""

    key: NDArray[np.uint32]
    log: NDArray[np.float32]
    back: NDArray[np.float32]
    triple: NDArray[np.uint64]


WEB = 0.3  # the share that the pairs of the web have beside those of the novels


def with_web_pairs(
    novels: Pairs, web: tuple[NDArray[np.uint32], NDArray[np.float64]], unigram: NDArray[np.float32], triple_p: NDArray[np.float32]
) -> tuple[Pairs, NDArray[np.float32]]:
    """The novels' pairs mixed with symspellpy's, which know newspapers and business: *per cent*, *railway station*; and log10 of what is left.

    `web`: pairs, sorted, and P(second | first); `triple_p`: log10 P(third | pair) of each triple. What every word and every pair leave to
    words not seen after them is reckoned anew, so that the chances of all words after two others still sum to one.
    """
    there, chance = web
    size = int(max(novels.key[-1], there[-1]) >> 16) + 1
    key = np.union1d(novels.key, there).astype(np.uint32)
    first, second = key >> 16, key & 0xFFFF
    single = 10.0 ** unigram[second].astype(float)
    mixed = single * 0.4
    old, new = np.searchsorted(key, novels.key), np.searchsorted(key, there)
    mixed[old] = 10.0 ** novels.log.astype(float)
    both = np.zeros(len(key), bool)
    both[new] = True
    mixed *= np.where(both, 1 - WEB, 1 - 0.3 * WEB)
    mixed[new] += WEB * chance
    mass = np.bincount(first, mixed, size)
    mixed *= np.minimum(1.0, 0.95 / np.maximum(mass, 1e-9))[first]
    left = 1 - np.bincount(first, mixed, size)
    back1 = np.clip(left, 1e-4, None) / np.clip(1 - np.bincount(first, single, size), 1e-4, None)
    head = old[(novels.triple >> np.uint64(16)).astype(np.int64)]
    third = (novels.triple & np.uint64(0xFFFF)).astype(np.uint32)
    tail = second[head] << np.uint32(16) | third
    place = np.minimum(np.searchsorted(key, tail), len(key) - 1)
    lower = np.where(key[place] == tail, mixed[place], back1[second[head]] * 10.0 ** unigram[third].astype(float))
    taken = np.bincount(head, 10.0 ** triple_p.astype(float), len(key))
    back2 = np.clip(1 - taken, 1e-4, None) / np.clip(1 - np.bincount(head, lower, len(key)), 1e-4, None)
    triple = head.astype(np.uint64) << np.uint64(16) | third.astype(np.uint64)
    pairs = Pairs(key, np.log10(mixed).astype(np.float32), np.log10(back2).astype(np.float32), triple)
    return pairs, np.log10(back1).astype(np.float32)
