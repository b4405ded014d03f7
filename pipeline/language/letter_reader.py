"""A small neural network that reads a misread text letter by letter and says what the page has.

It was trained on novels and other prose in English, German, French and Spanish that was misread on
purpose, never on the OCR of the test sets (docs/models.md). For each letter that was read it gives
the chances of what stands on the page in its place: nothing, or up to three letters. So it finds
words that are misread, cut in two and run together at once, by the letters and by some hundred
letters on either side.

A transformer without biases: embedded letters and their neighbours, eight layers of attention with
rotary positions (Su and others 2021) and squared rectifiers. It runs on numpy alone.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.language.figures import unpack

NAME = "emend-letters-1"
FILE = "letters.xz"  # beside this module
# What it can read and write, in the order of its numbers; then one that stands for all others.
LETTERS = "".join(
    dict.fromkeys(
        " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'\"()-—&*$£/[]=+%<>{}"
        "|^~@#\\•■°§¬©®«»_¥€™¢×¡¿ªº½¼¾†‡ſ"
        "àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØŒÙÚÛÜÝ"
    )
)
OTHER, NOTHING = len(LETTERS), len(LETTERS) + 1
SLOTS = 3  # letters of the page that one letter read may stand for
WINDOW, MARGIN, TOGETHER = 256, 48, 8  # letters read at once, those only for company, windows
HEADS, NEIGHBOURS, BASE, SHARPNESS = 5, 7, 1000.0, 0.15
DIGITS = 2  # to which log chances are rounded: other processors differ beyond them
_TINY = np.finfo(np.float32).eps
_NUMBERS = {letter: n for n, letter in enumerate(LETTERS)}
_SAME = {"‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'", "–": "—"} | dict.fromkeys("“”„«»", '"')
_JOINED = {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "", "_": ""}

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Group:
    """A stretch of the text between two blanks that stand on the page, and what the page has.

    `chance` and `as_read` are natural log probabilities: of `page`, and of what was read.
    """

    start: int
    end: int
    page: str
    chance: float
    as_read: float


@dataclass(frozen=True, slots=True)
class Tags:
    """For each letter read: the likeliest letters of the page, and natural log probabilities.

    `chance` and `as_read` are those of `best`, and of the letter as it was read.
    """

    best: NDArray[np.int64]  # letters × `SLOTS`
    chance: Floats
    as_read: Floats


@dataclass(frozen=True, slots=True)
class LetterReader:
    """The network, by its name and the SHA-256 of its file."""

    name: str
    sha256: str
    weights: dict[str, Floats] = field(repr=False, compare=False)

    def read(self, text: str, around: Sequence[tuple[int, int]] | None = None) -> list[Group]:
        """The groups of the text, in order; of most, the page has what was read.

        If stretches `around` are given, only windows that hold some of them are read, and
        all else passes for right. What is read comes out the same, for the windows stand still.
        """
        numbers, at = _numbered(text)
        if not len(numbers):
            return []
        starts = np.arange(0, max(1, len(numbers) - 2 * MARGIN), WINDOW - 2 * MARGIN)
        if around is not None:
            wanted = np.zeros(len(numbers), bool)
            for start, end in around:
                wanted[bisect_right(at, start) - 1 : bisect_left(at, end)] = True
            inner = zip(*_inner(starts, len(numbers)), strict=True)
            starts = starts[[bool(wanted[low:high].any()) for low, high in inner]]
        return _groups(text, numbers, at, self.tags(numbers, starts))

    def tags(self, numbers: NDArray[np.int64], starts: NDArray[np.int64]) -> Tags:
        """What is likeliest for each letter, from windows that overlap; unread, what it is."""
        n = len(numbers)
        best = np.full((n, SLOTS), NOTHING)
        best[:, 0] = numbers
        found = Tags(best, np.zeros(n, np.float32), np.zeros(n, np.float32))
        padded = np.concatenate([numbers, np.zeros(WINDOW, np.int64)])
        rows = np.arange(WINDOW)
        for k in range(0, len(starts), TOGETHER):
            some = starts[k : k + TOGETHER]
            read = padded[some[:, None] + rows]
            for start, low, high, x, logs in zip(
                some, *_inner(some, n), read, self.forward(read), strict=True
            ):
                inner = slice(low - start, high - start)
                found.best[low:high] = logs[inner].argmax(-1)
                found.chance[low:high] = logs[inner].max(-1).sum(-1)
                as_read = logs[rows, 0, x] + logs[:, 1:, NOTHING].sum(-1)
                found.as_read[low:high] = as_read[inner]
        return found

    def forward(self, x: NDArray[np.int64]) -> Floats:
        """Natural log probabilities: windows × letters × `SLOTS` × numbers."""
        w = self.weights
        many, length = x.shape
        wide = np.pad(x, ((0, 0), (NEIGHBOURS // 2, NEIGHBOURS // 2)), constant_values=NOTHING)
        letters = w["emb"][wide]
        y = np.concatenate([letters[:, k : k + length] for k in range(NEIGHBOURS)], -1)
        y = _normed(y @ w["inp"])
        width = y.shape[-1]
        turn = _turns(length, width // HEADS)
        for n in range(sum(name.endswith(".qkv") for name in w)):
            parts = (_normed(y) @ w[f"{n}.qkv"]).reshape(many, length, 3, HEADS, -1)
            q, k, v = parts.transpose(2, 0, 3, 1, 4)
            q, k = _turned(_normed(q), *turn), _turned(_normed(k), *turn)
            seen = q @ k.transpose(0, 1, 3, 2)
            seen *= np.float32(SHARPNESS)
            seen -= seen.max(-1, keepdims=True)
            np.exp(seen, out=seen)
            seen /= seen.sum(-1, keepdims=True)
            y = y + (seen @ v).transpose(0, 2, 1, 3).reshape(many, length, width) @ w[f"{n}.o"]
            inner = np.maximum(_normed(y) @ w[f"{n}.up"], 0)
            y = y + (inner * inner) @ w[f"{n}.down"]
        logs = (_normed(y) @ w["head"]).reshape(many, length, SLOTS, NOTHING + 1)
        logs -= logs.max(-1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(-1, keepdims=True))
        return np.asarray(logs)


def _normed(x: Floats) -> Floats:
    return np.asarray(x / np.sqrt(np.square(x).mean(-1, keepdims=True) + _TINY))


@cache
def _turns(length: int, width: int) -> tuple[Floats, Floats]:
    """Cosines and sines of rotary positions."""
    speed = BASE ** -(np.arange(width // 2) / (width // 2))
    angle = np.arange(length)[:, None] * speed
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def _turned(x: Floats, cosine: Floats, sine: Floats) -> Floats:
    a, b = np.split(x, 2, -1)
    return np.concatenate([a * cosine - b * sine, b * cosine + a * sine], -1)


def _numbered(text: str) -> tuple[NDArray[np.int64], list[int]]:
    """The numbers of the letters, runs of blanks as one, and where in the text each stands."""
    numbers, at = [], []
    blank = False
    for place, letter in enumerate(text):
        if letter.isspace():
            if not blank:
                numbers.append(0)
                at.append(place)
            blank = True
            continue
        blank = False
        for one in _JOINED.get(letter, _SAME.get(letter, letter)):
            numbers.append(_NUMBERS.get(one, OTHER))
            at.append(place)
    return np.array(numbers, np.int64), at


def _inner(starts: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of which letters each window tells, of `n`: those with company on both sides."""
    low = np.where(starts > 0, starts + MARGIN, 0)
    high = np.where(starts + WINDOW - MARGIN >= n - MARGIN, n, starts + WINDOW - MARGIN)
    return low, high


def _groups(text: str, numbers: NDArray[np.int64], at: list[int], tags: Tags) -> list[Group]:
    best, chance, as_read = tags.best, tags.chance, tags.as_read
    kept = (best[:, 0] == numbers) & (best[:, 1:] == NOTHING).all(-1)
    # a blank that the page has begins a group, with what is lost behind it
    heads = np.flatnonzero((numbers == 0) & (best[:, 0] == 0)).tolist()
    groups = []
    for low, high in zip([0, *heads], [*heads, len(numbers)], strict=True):
        first = low + (numbers[low] == 0) if low < high else high
        if first >= high:
            continue
        parts: list[str] = []
        for k in range(low, high):
            if kept[k]:
                new = k == 0 or at[k] != at[k - 1]  # a ligature is two numbers
                parts.append((text[at[k]] if new else "") if k >= first else "")
            else:
                letters = best[k].tolist()
                parts += [
                    LETTERS[n] if n < OTHER else text[at[k]]
                    for slot, n in enumerate(letters)
                    if n != NOTHING and (k >= first or slot)
                ]
        page = unicodedata.normalize("NFC", "".join(parts)).strip()
        end = at[high - 1] + 1
        groups.append(
            Group(
                at[first],
                end,
                page,
                round(float(chance[low:high].sum()), DIGITS),
                round(float(as_read[low:high].sum()), DIGITS),
            )
        )
    return groups


def letters_file() -> Path:
    """The file with the shipped network's weights."""
    return Path(__file__).with_name(FILE)


@cache
def letter_reader() -> LetterReader:
    """The shipped network."""
    packed = letters_file().read_bytes()
    arrays: dict[str, NDArray[Any]] = unpack(packed)
    weights = {
        name: np.ascontiguousarray(arrays[name] * arrays[f"{name}/step"])
        for name in arrays
        if "/" not in name
    }
    return LetterReader(NAME, hashlib.sha256(packed).hexdigest(), weights)
