"""Which words the page may have had where the OCR read something else.

Three ways lead from a misread form to words: dropping up to two letters on both sides (the
symmetric deletes of SymSpell, Garbe 2012), comparing the *strokes* of the letters (``m`` is three
minims, ``rn`` too, ``li`` looks like ``h``), which finds what several confusions at once have made,
and for what neither finds the *shapes* that two forms share, three letters at a time
(``Indopondouco`` and *independence* share nearly all). `Nearby.find` and `Nearby.alike` take all
forms of a text in one go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pipeline.cache import compiled
from pipeline.language.lexicon import (
    ATTESTED,
    UNLISTED,
    Lexicon,
    compiled_language,
    lexicon,
)

EDITION = "7"  # counts up when the index changes its meaning
RAREST = 0.03  # per million: what is rarer is attested, but nobody proposes it
RAREST_STROKES = 0.3  # ... nor finds it where several letters are misread
SAME_STROKES = 1.0  # log10 per million: rarer words are not found by their strokes alone
SELDOM = -0.7  # log10 per million: rarer words are found by one misread letter, not by two
PREFIX = 7  # letters that deletions are taken from
STROKES = 12
SHORT = 3
MOST = 18  # candidates weighed for one form
# Letters in which a form and a word may differ: as they are spelled, where their strokes are near
# (the second for forms of more than five letters), and where their strokes are the same: `wntmg`
# for *writing*, `hvmg` for *living*.
FAR, FAR_STROKES, FAR_SAME_STROKES = 2, (3, 4), 6

_ODD = regex.compile(r"[^\p{L}']+")
_STROKES = str.maketrans(
    {
        **dict.fromkeys("lijt1!|ìíîïrf", "i"),
        **dict.fromkeys("nuhüùúûñ", "ii"),
        **dict.fromkeys("eoc6éèêëòóôöçœ", "c"),
        **dict.fromkeys("vy", "v"),
        **dict.fromkeys("gq9", "g"),
        **dict.fromkeys("s5", "s"),
        **dict.fromkeys("aàáâä", "a"),
        "m": "iii",
        "w": "vv",
        "d": "ci",
        "b": "ii",
        "k": "ii",
        "0": "c",
        "'": "",
    }
)


def strokes(form: str) -> str:
    """The letters as pen strokes, so that forms that look alike match: ``tlie`` and ``the``."""
    return form.translate(_STROKES)


# letters that engines take for one another, as one letter each
_SHAPES = {
    **dict.fromkeys("eocaéèêëòóôöàáâäqgsz36890&", 1),
    **dict.fromkeys("nuhrkxùúûüñ", 2),
    **dict.fromkeys("iltfj1!|/\\[]()ìíîï7ſ", 3),
    **dict.fromkeys("mw", 4),
    **dict.fromkeys("vyγ", 5),
    **dict.fromkeys("bd", 6),
    **dict.fromkeys("p", 7),
}
_SHAPE_KINDS = 9  # 0: the word's edge, 8: another sign
SHARED = 0.45  # the least share of common shapes (Dice) that makes two forms alike
ALIKE = 8  # words found by their shapes for one form


def shapes(forms: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The forms' letters as shapes, three at a time, edges included: (row of the form, code).

    Each code of a form stands there once, in order. A form of one letter has none.
    """
    letters, lengths = _letters([f"\n{form}\n".replace("'", "") for form in forms])
    edge = letters == ord("\n")
    known = np.full(max(letters, default=0) + 1, 8, np.int64)
    for letter, shape in _SHAPES.items():
        if ord(letter) < len(known):
            known[ord(letter)] = shape
    kind = np.where(edge, 0, known[letters])
    rows = np.repeat(np.arange(len(forms)), lengths)
    middle = 1 + np.flatnonzero(~edge[1:-1] & ~(edge[:-2] & edge[2:]))
    code = (kind[middle - 1] * _SHAPE_KINDS + kind[middle]) * _SHAPE_KINDS + kind[middle + 1]
    found = _distinct(rows[middle] << 32 | code)
    return found >> 32, found & 0xFFFFFFFF


def _letters(forms: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The letters of all forms in a row, and how many each has."""
    letters = np.frombuffer("".join(forms).encode("utf-32-le", "surrogatepass"), np.uint32)
    return letters, np.fromiter(map(len, forms), np.int64, len(forms))


def _distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """Each number once, in order; np.unique takes ten times as long for millions."""
    numbers = np.sort(numbers)
    found: NDArray[Any] = numbers[np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]]
    return found


def _deletions(forms: Sequence[str], width: int, most: int) -> NDArray[np.uint32]:
    """Hashes of the forms' first `width` letters with up to `most` deleted: one row per form."""
    letters = np.array(forms, f"<U{width}").view(np.uint32).reshape(len(forms), width)
    odd = (
        np.uint64(0x9E3779B97F4A7C15)
        * (2 * np.arange(1, width + 1, dtype=np.uint64) + np.uint64(1))
    ) | np.uint64(1)
    odd = odd * np.uint64(0xD6E8FEB86659FD93)
    mixed = letters.T * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    # sums[d][k]: of the first k letters, where d have been left out before
    sums = np.zeros((most + 1, width + 1, len(forms)), np.uint64)
    for d in range(most + 1):
        np.cumsum(mixed[d:] * odd[: width - d, None], axis=0, out=sums[d, d + 1 :])
    columns = []
    for n in range(most + 1):
        for out in combinations(range(width), n):
            total = np.zeros(len(forms), np.uint64)
            for d, (before, after) in enumerate(pairwise((-1, *out, width))):
                total += sums[d, after] - sums[d, before + 1]
            columns.append(((total ^ (total >> np.uint64(31))) >> np.uint64(17)).astype(np.uint32))
    return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of writing forms so that what is near shares a deletion."""

    width: int  # letters that deletions are taken from
    most: int  # letters left out
    short: int  # how many of its deletions a form of three letters or less uses
    strokes: bool = False
    unlisted: bool = False  # the words that are UNLISTED, and no others

    def written(self, forms: Sequence[str]) -> list[str]:
        """The forms, written so."""
        return strokes("\n".join(forms)).split("\n") if self.strokes and forms else list(forms)


_WAYS = {
    "letters": Way(PREFIX, 2, 8),
    "strokes": Way(STROKES, 1, 1, strokes=True),
    "unlisted": Way(PREFIX, 1, 0, unlisted=True),
}


def letter_signs(forms: Sequence[str]) -> NDArray[np.uint32]:
    """Which letters each form contains: one bit for each of a to z; all others share the rest."""
    letters, lengths = _letters(forms)
    a_to_z = (letters >= ord("a")) & (letters <= ord("z"))
    bit = np.uint32(1) << np.where(a_to_z, letters - ord("a"), 26 + letters % 6).astype(np.uint32)
    signs = np.zeros(len(forms), np.uint32)
    some = np.flatnonzero(lengths)
    if len(some):
        signs[some] = np.bitwise_or.reduceat(bit, (np.cumsum(lengths) - lengths)[some])
    return signs


@dataclass(frozen=True, slots=True)
class Index:
    """Deletions of all words: sorted hashes, the word of each, and where each prefix starts."""

    bits: int
    first: NDArray[np.uint32]
    key: NDArray[np.uint32]
    row: NDArray[np.uint32]
    length: NDArray[np.int16]
    signs: NDArray[np.uint32]

    @classmethod
    def load(cls, folder: Path, name: str) -> Index:
        """Map what `compile` has written."""
        arrays = [
            np.asarray(np.load(folder / f"{name}_{part}.npy", mmap_mode="r"))
            for part in ("first", "key", "row", "length", "signs")
        ]
        return cls(int(np.log2(len(arrays[0]) - 1)), *arrays)

    @staticmethod
    def compile(folder: Path, name: str, way: Way, written: Sequence[str]) -> None:
        """Write the index of these forms."""
        some = np.flatnonzero([bool(form) for form in written])
        hashes = _deletions([written[row] for row in some.tolist()], way.width, way.most)
        pairs = _distinct(
            (hashes.astype(np.uint64) << np.uint64(32) | some.astype(np.uint64)[:, None]).ravel()
        )
        key = (pairs >> np.uint64(32)).astype(np.uint32)
        bits = max(1, int(np.log2(max(2, len(key)))))
        of_prefix = np.bincount(key >> np.uint32(32 - bits), minlength=1 << bits)
        first = np.cumsum(of_prefix) - of_prefix
        np.save(folder / f"{name}_first.npy", np.append(first, len(key)).astype(np.uint32))
        np.save(folder / f"{name}_key.npy", key)
        np.save(folder / f"{name}_row.npy", (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32))
        np.save(folder / f"{name}_length.npy", np.array([len(f) for f in written], np.int16))
        np.save(folder / f"{name}_signs.npy", letter_signs(written))


class Nearby:
    """The words that lie near a form."""

    def __init__(self, words: Lexicon, folder: Path) -> None:
        """Map the compiled index in `folder`."""
        self.words = words
        self.ids: NDArray[np.int32] = np.load(folder / "ids.npy", mmap_mode="r")
        self.forms = (folder / "forms.txt").read_text("utf-8").split("\n")
        self._spelled = np.array(self.forms, object)
        self._drawn = np.array((folder / "strokes.txt").read_text("utf-8").split("\n"), object)
        self.frequency = np.log10(np.maximum(words.per_million[self.ids], 1e-3))
        self._index = {name: Index.load(folder, name) for name in _WAYS}
        self._shapes = tuple(
            np.asarray(np.load(folder / f"shapes_{part}.npy", mmap_mode="r"))
            for part in ("first", "row", "size")
        )

    def find(self, forms: Sequence[str]) -> list[list[int]]:
        """For each folded form up to `MOST` words (ids), by edit distance and frequency."""
        asked: list[str] = []
        owner: list[int] = []
        for nth, form in enumerate(forms):
            plain = [form]
            if _ODD.search(form):
                plain = sorted({form, _ODD.sub("", form), _ODD.sub("?", form)} - {""})
            asked += plain
            owner += [nth] * len(plain)
        if not asked:
            return [[] for _ in forms]
        owners = np.array(owner)
        long = np.array([len(f) > 3 for f in asked])
        length = np.array([len(f) for f in asked])
        written = {name: way.written(asked) for name, way in _WAYS.items()}
        drawn = np.array(written["strokes"], object)
        of, row, worth = [], [], []
        for name in _WAYS:
            limit = np.full(len(asked), FAR)
            if name == "strokes":
                limit = np.where(length > 5, *reversed(FAR_STROKES))
            elif name == "unlisted":
                limit = np.ones(len(asked), np.int64)
            query, rows, distance = self._near(name, asked, written[name], long, limit)
            alike = process.cpdist(
                drawn[query].tolist(),
                self._drawn[rows].tolist(),
                scorer=OSA.distance,
            )
            of.append(owners[query])
            row.append(rows)
            worth.append(self.frequency[rows] - distance - 0.8 * alike)
        return self._likeliest(
            len(forms), np.concatenate(of), np.concatenate(row), np.concatenate(worth)
        )

    def _likeliest(
        self,
        count: int,
        of: NDArray[np.int64],
        row: NDArray[np.int64],
        worth: NDArray[np.float64],
    ) -> list[list[int]]:
        """For each form (`of`) the words with the highest worth; of equals, those found first."""
        order = np.lexsort((-worth, row, of))
        heads = order[
            np.flatnonzero(
                (np.diff(of[order], prepend=-1) != 0) | (np.diff(row[order], prepend=-1) != 0)
            )
        ]
        # where a word was first found, which decides between equals
        pairs = of << 32 | row
        _, first = np.unique(pairs, return_index=True)
        ranked = heads[np.lexsort((first, -worth[heads], of[heads]))]
        ends = np.searchsorted(of[ranked], np.arange(count + 1))
        numbers = self.ids[row[ranked]]
        return [
            numbers[low : min(high, low + MOST)].tolist()
            for low, high in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        ]

    def alike(self, forms: Sequence[str]) -> list[list[int]]:
        """For each folded form up to `ALIKE` words (ids) that share most of its shapes.

        Any number of letters may be misread.
        """
        first, row, size = self._shapes
        found: list[list[int]] = []
        for form in forms:
            codes = shapes([form])[1].tolist()
            if len(codes) < 4:
                found.append([])
                continue
            shared = np.bincount(
                np.concatenate([row[first[c] : first[c + 1]] for c in codes]), minlength=len(size)
            )
            some = np.flatnonzero(shared >= max(2, 0.6 * SHARED * len(codes)))
            dice = 2 * shared[some] / (size[some] + len(codes))
            some, dice = some[dice >= SHARED], dice[dice >= SHARED]
            best = np.argsort(-(dice + 0.06 * self.frequency[some]), kind="stable")[:ALIKE]
            found.append(self.ids[some[best]].tolist())
        return found

    def _near(
        self,
        name: str,
        asked: Sequence[str],
        written: Sequence[str],
        long: NDArray[np.bool_],
        limit: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
        """Pairs (query row, index row) that share a deletion and are near, with their distances.

        Near is a distance of `limit` at most, or of 1 for a short form unless the word is common.
        """
        way = _WAYS[name]
        index = self._index[name]
        plain = self._index["letters"] if way.strokes else index
        hashes = _deletions(written, way.width, way.most)
        three = np.array([len(form) == SHORT for form in asked])
        used = long[:, None] | (np.arange(hashes.shape[1]) < way.short)
        if way.short > 1:
            used |= three[:, None]
        query = np.broadcast_to(np.arange(len(hashes))[:, None], hashes.shape)[used]
        wanted = hashes[used]
        slot = (wanted >> np.uint32(32 - index.bits)).astype(np.int64)
        # the keys are sorted and evenly spread, so that their first bits lead to a handful of them
        low, n = (
            index.first[slot].astype(np.int64),
            (index.first[slot + 1] - index.first[slot]).astype(np.int64),
        )
        at = np.repeat(low - np.concatenate([[0], np.cumsum(n)[:-1]]), n) + np.arange(n.sum())
        which = np.repeat(np.arange(len(wanted)), n)
        same = index.key[at] == wanted[which]
        query, row = query[which[same]], index.row[at[same]].astype(np.int64)
        # a length or letters too far apart can't be near: this spares most distances
        lengths = np.array([len(f) for f in written])
        near = np.abs(lengths[query] - index.length[row]) <= 2
        query, row = query[near], row[near]
        signs = letter_signs(written)
        apart = np.bitwise_count(signs[query] ^ index.signs[row])
        near = apart <= np.where(self.frequency[row] >= SELDOM, 4, 2)
        pairs = np.sort(query[near] << 32 | row[near])
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        query, row = pairs >> 32, pairs & 0xFFFFFFFF
        # one letter put for another changes two bits, and the length by one at most
        most = np.where(long[query] | (self.frequency[row] > 2), limit[query], 1)
        if way.strokes:
            same = np.array(written, object)[query] == self._drawn[row]
            most[same & long[query] & (self.frequency[row] >= SAME_STROKES)] = FAR_SAME_STROKES
        signs = letter_signs(asked)
        lengths = np.array([len(f) for f in asked])
        near = (np.bitwise_count(signs[query] ^ plain.signs[row]) <= 2 * most) & (
            np.abs(lengths[query] - plain.length[row]) <= most
        )
        query, row, most = query[near], row[near], most[near]
        distance = process.cpdist(
            np.array(asked, object)[query].tolist(),
            self._spelled[row].tolist(),
            scorer=OSA.distance,
            score_cutoff=FAR_SAME_STROKES,
        )
        near = distance <= most
        return query[near], row[near], np.minimum(distance[near], max(FAR_STROKES))


@cache
def nearby(language: str) -> Nearby:
    """The index for a language code, compiled on first use.

    Raises LanguageError if the language has no pack.
    """
    words = lexicon(language)
    content = f"{EDITION}:{compiled_language(language).name}".encode()
    return Nearby(
        words,
        compiled(
            f"{words.language}-near",
            hashlib.blake2b(content).digest(),
            lambda folder: _compile(words, folder),
        ),
    )


def _compile(words: Lexicon, folder: Path) -> None:
    unlisted = words.flags & UNLISTED > 0
    attested = (words.flags & ATTESTED > 0) & (words.per_million >= RAREST)
    ids = np.flatnonzero(attested | unlisted).astype(np.int32)
    forms = words.words_of(ids)
    np.save(folder / "ids.npy", ids)
    (folder / "forms.txt").write_text("\n".join(forms), "utf-8")
    (folder / "strokes.txt").write_text(strokes("\n".join(forms)), "utf-8")
    common = attested[ids] & (words.per_million[ids] >= RAREST_STROKES)

    def some(which: NDArray[np.bool_]) -> list[str]:
        return [form if one else "" for form, one in zip(forms, which.tolist(), strict=True)]

    kept = some(common)
    for name, way in _WAYS.items():
        which = kept if way.strokes else some(unlisted[ids] == way.unlisted)
        Index.compile(folder, name, way, way.written(which))
    row, code = shapes(kept)
    size = np.bincount(row, minlength=len(kept))
    order = np.lexsort((row, code))
    np.save(
        folder / "shapes_first.npy", np.searchsorted(code[order], np.arange(_SHAPE_KINDS**3 + 1))
    )
    np.save(folder / "shapes_row.npy", row[order].astype(np.int32))
    np.save(folder / "shapes_size.npy", size.astype(np.int16))
