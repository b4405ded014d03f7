"""Read the word triples of a CMU Sphinx language model, ``en-us.lm.bin``.

The file comes with the package pocketsphinx on PyPI (BSD licence).

The file, little-endian: ``Trie Language Model``, the order (one byte), the number of n-grams of
each order; tables of the probabilities and back-off weights that two bytes each point into; the
words' own; then, packed in bits, the pairs and the triples, sorted by their *last* word, the word
before it, and so on; the words. Logs are to the base 1.0001.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from trigrams import Trigrams, find

MARK = b"Trie Language Model"
LOG = np.log10(1.0001)
TABLE = 1 << 16


def read(path: Path, words: list[str]) -> Trigrams:
    """The model over the ids in `words`.

    A word of the model without an id is left out; an id that the model lacks has -9.
    """
    raw = path.read_bytes()
    if not raw.startswith(MARK) or raw[len(MARK)] != 3:
        raise SystemExit(f"{path} is no model of word triples as CMU Sphinx writes them.")
    at = len(MARK) + 1
    ones, twos, threes = np.frombuffer(raw, "<u4", 3, at).tolist()
    at += 12 + 4  # and the kind of tables
    pair_p, pair_back, triple_p = np.frombuffer(raw, "<f4", 3 * TABLE, at).reshape(3, TABLE) * LOG
    at += 3 * TABLE * 4
    single = np.frombuffer(
        raw, np.dtype([("p", "<f4"), ("back", "<f4"), ("first", "<u4")]), ones + 1, at
    )
    at += single.nbytes
    word_bits, next_bits = ones.bit_length(), threes.bit_length()
    pairs, at = _bits(raw, at, twos + 1, (word_bits, 16, 16, next_bits))
    triples, at = _bits(raw, at, threes, (word_bits, 16), spare=1)
    spelled = raw[at + 4 :].split(b"\0")[:ones]

    number = {word: k for k, word in enumerate(words)}
    ours = np.array([number.get(word.decode(), -1) for word in spelled])
    known = ours >= 0
    unigram, back1 = np.full(len(words), -9.0), np.zeros(len(words))
    unigram[ours[known]], back1[ours[known]] = (
        single["p"][:-1][known] * LOG,
        single["back"][:-1][known] * LOG,
    )

    last = np.repeat(np.arange(ones), np.diff(single["first"].astype(np.int64)))  # of each pair
    before, back, chance = pairs[0][: len(last)], pairs[1][: len(last)], pairs[2][: len(last)]
    owner = np.repeat(
        np.arange(len(last)), np.diff(pairs[3][: len(last) + 1])
    )  # of each triple the pair it ends with
    first, second = ours[before], ours[last]
    pair = first << 16 | second
    kept = np.flatnonzero((first >= 0) & (second >= 0))
    kept = kept[np.argsort(pair[kept])]
    third = ours[triples[0][: len(owner)]]  # the word that opens the triple
    whole = np.flatnonzero((third >= 0) & (first[owner] >= 0) & (second[owner] >= 0))
    head = third[whole] << 16 | first[owner[whole]]
    place = find(pair[kept], head)
    some = place >= 0
    triple = place[some] << 16 | second[owner[whole[some]]]
    order = np.argsort(triple)
    return Trigrams(
        unigram,
        back1,
        pair[kept],
        pair_p[chance[kept]],
        pair_back[back[kept]],
        triple[order],
        triple_p[triples[1][whole[some][order]]],
    )


def _bits(
    raw: bytes, at: int, rows: int, widths: tuple[int, ...], spare: int = 0
) -> tuple[list[np.ndarray], int]:
    """Columns of a table packed in bits without gaps, and where the table ends.

    Eight bytes are appended so that a word of 64 bits can be read.
    """
    total = sum(widths)
    size = ((rows + spare) * total + 7) // 8 + 8
    table = np.frombuffer(raw, np.uint8, size, at)
    columns = []
    start = np.arange(rows, dtype=np.int64) * total
    for width in widths:
        byte = start >> 3
        value = np.zeros(rows, np.uint64)
        for k in range(8):
            value |= table[np.minimum(byte + k, size - 1)].astype(np.uint64) << np.uint64(8 * k)
        columns.append(
            ((value >> (start & 7).astype(np.uint64)) & np.uint64((1 << width) - 1)).astype(
                np.int64
            )
        )
        start = start + width
    return columns, at + size
