"""Which words the page may have had where the OCR read something else.

Three ways lead from a misread form to words: dropping up to two letters on both sides (the symmetric deletes of SymSpell,
Garbe 2012), comparing the *strokes* of the letters (``m`` is three minims, ``rn`` too, ``li`` looks like ``h``), which finds what
several confusions at once have made, and the document's own words. `Nearby.find` takes all forms of a text in one go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pipeline.correct.cache import compiled
from pipeline.correct.lexicon import ATTESTED, Lexicon, compiled_language, lexicon

EDITION = "3"  # counts up when the index changes its meaning
RAREST = 0.015  # per million: what is rarer is attested, but nobody proposes it
PREFIX = 7  # letters that deletions are taken from
STROKES = 12
MOST = 16  # candidates weighed for one form

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
        "'": "",
    }
)


def strokes(form: str) -> str:
    """The letters as strokes of the pen, so that what looks alike is written alike: ``tlie`` and ``the`` are one."""
    return form.translate(_STROKES)


def _deletions(forms: Sequence[str], width: int, most: int) -> NDArray[np.uint32]:
    """Hashes of the forms' first `width` letters with up to `most` of them left out: one row a form."""
    letters = np.zeros((len(forms), width), np.uint64)
    for row, form in enumerate(forms):
        short = form[:width]
        letters[row, : len(short)] = np.frombuffer(short.encode("utf-32-le"), np.uint32)
    odd = (np.uint64(0x9E3779B97F4A7C15) * (2 * np.arange(1, width + 1, dtype=np.uint64) + np.uint64(1))) | np.uint64(1)
    odd = odd * np.uint64(0xD6E8FEB86659FD93)
    mixed = letters * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    columns = []
    for n in range(most + 1):
        for out in combinations(range(width), n):
            left = [k for k in range(width) if k not in out]
            total = (mixed[:, left] * odd[: len(left)]).sum(axis=1, dtype=np.uint64)
            columns.append((total ^ (total >> np.uint64(31))) >> np.uint64(17))
    return np.stack(columns, axis=1).astype(np.uint32)


class Nearby:
    """The words that lie near a form."""

    def __init__(self, words: Lexicon, folder: Path) -> None:
        """Map the compiled index in `folder`."""
        self.words = words
        self.ids: NDArray[np.int32] = np.load(folder / "ids.npy", mmap_mode="r")
        self.forms = (folder / "forms.txt").read_text("utf-8").split("\n")
        self.frequency = np.log10(np.maximum(words.per_million[self.ids], 1e-3))
        self._index = {
            name: (np.asarray(np.load(folder / f"{name}_key.npy", mmap_mode="r")), np.asarray(np.load(folder / f"{name}_row.npy", mmap_mode="r")))
            for name in ("letters", "strokes")
        }

    def find(self, forms: Sequence[str]) -> list[list[int]]:
        """For each folded form up to `MOST` words (their ids), those that a plain distance and their frequency favour."""
        asked: list[str] = []
        owner: list[int] = []
        for row, form in enumerate(forms):
            plain = {form, _ODD.sub("", form)}
            if _ODD.search(form):
                plain.add(_ODD.sub("?", form))
            for variant in plain - {""}:
                asked.append(variant)
                owner.append(row)
        if not asked:
            return [[] for _ in forms]
        hits = [
            self._hits("letters", _deletions(asked, PREFIX, 2), np.array([29 if len(f) > 3 else 8 for f in asked])),
            self._hits("strokes", _deletions([strokes(f) for f in asked], STROKES, 1), np.array([1 + STROKES if len(f) > 3 else 1 for f in asked])),
        ]
        found: list[dict[int, float]] = [{} for _ in forms]
        for nth, (query, near_rows) in enumerate(hits):
            if not len(query):
                continue
            distance = process.cpdist([asked[q] for q in query], [self.forms[r] for r in near_rows], scorer=OSA.distance, score_cutoff=4)
            length = np.array([len(f) for f in asked])[query]
            limit = 2 if nth == 0 else np.where(length > 5, 4, 3)
            near = (distance <= limit) & ((length > 3) | (distance <= 1) | (self.frequency[near_rows] > 2))
            worth = self.frequency[near_rows] - (1.7 if nth == 0 else 1.0) * distance
            for q, r, w in zip(query[near].tolist(), near_rows[near].tolist(), worth[near].tolist(), strict=True):
                at = found[owner[q]]
                if w > at.get(r, -99):
                    at[r] = w
        return [[int(self.ids[r]) for r in sorted(one, key=lambda r: -one[r])[:MOST]] for one in found]

    def _hits(self, name: str, hashes: NDArray[np.uint32], columns: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of (row of the query, row of the index) that share a deletion; `columns`: how many of its hashes each query uses."""
        key, rows = self._index[name]
        used = np.arange(hashes.shape[1])[None, :] < columns[:, None]
        query = np.broadcast_to(np.arange(len(hashes))[:, None], hashes.shape)[used]
        wanted = hashes[used]
        low, high = np.searchsorted(key, wanted, "left"), np.searchsorted(key, wanted, "right")
        n = high - low
        start = np.repeat(low - np.concatenate([[0], np.cumsum(n)[:-1]]), n)
        at = start + np.arange(n.sum())
        pairs = np.unique(np.repeat(query, n).astype(np.int64) << 32 | rows[at].astype(np.int64))
        return pairs >> 32, pairs & 0xFFFFFFFF


@cache
def nearby(language: str) -> Nearby:
    """The index for a language code, compiled on first use. Raises LanguageError where there is no pack."""
    words = lexicon(language)
    content = f"{EDITION}:{compiled_language(language).name}".encode()
    return Nearby(words, compiled(f"{words.language}-near", hashlib.blake2b(content).digest(), lambda folder: _compile(words, folder)))


def _compile(words: Lexicon, folder: Path) -> None:
    ids = np.flatnonzero((words.flags & ATTESTED > 0) & (words.per_million >= RAREST)).astype(np.int32)
    forms = [words.word(int(i)) for i in ids]
    np.save(folder / "ids.npy", ids)
    (folder / "forms.txt").write_text("\n".join(forms), "utf-8")
    _save(folder, "letters", _deletions(forms, PREFIX, 2))
    _save(folder, "strokes", _deletions([strokes(f) for f in forms], STROKES, 1))


def _save(folder: Path, name: str, hashes: NDArray[Any]) -> None:
    rows = np.broadcast_to(np.arange(len(hashes), dtype=np.uint32)[:, None], hashes.shape)
    pairs = np.unique(hashes.astype(np.uint64).ravel() << np.uint64(32) | rows.ravel())
    np.save(folder / f"{name}_key.npy", (pairs >> np.uint64(32)).astype(np.uint32))
    np.save(folder / f"{name}_row.npy", (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32))
