"""Files of learned figures: named arrays in one xz file, log probabilities stored as bytes."""

from __future__ import annotations

import json
import lzma
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.language import languages

# The log probability that each byte of `quantise` stands for.
LOGS: NDArray[np.float32] = (0.5 - np.arange(256) / 30).astype(np.float32)


def quantise(logs: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Store log probabilities as bytes, in steps of 1/30 of a decade from +0.5 down to -8.

    The steps are far finer than the counts are certain.
    """
    codes: NDArray[np.uint8] = np.clip(np.rint((0.5 - logs) * 30), 0, 255).astype(np.uint8)
    return codes


def pack(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Pack named arrays into one xz file: a line of JSON (names, types, shapes), then the bytes."""
    head = json.dumps([[k, v.dtype.str, list(v.shape)] for k, v in arrays.items()]).encode()
    return lzma.compress(
        head + b"\n" + b"".join(np.ascontiguousarray(v).tobytes() for v in arrays.values()),
        preset=9 | lzma.PRESET_EXTREME,
    )


def unpack(packed: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays that `pack` packed."""
    head, _, body = lzma.decompress(packed).partition(b"\n")
    arrays, at = {}, 0
    for name, kind, shape in json.loads(head):
        size = int(np.dtype(kind).itemsize * np.prod(shape, dtype=int))
        arrays[name] = np.frombuffer(body[at : at + size], kind).reshape(shape)
        at += size
    return arrays


def shipped(language: str, name: str) -> bytes | None:
    """Return the bytes of ``NAME.xz`` in a language's folder, or None if there is no such file."""
    return languages.of(language).file(f"{name}.xz")
