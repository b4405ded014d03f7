"""The learned figures that ship: named arrays in one xz file, and log probabilities as bytes."""

from __future__ import annotations

import json
import lzma
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.language import languages

LOGS: NDArray[np.float32] = (0.5 - np.arange(256) / 30).astype(
    np.float32
)  # what each byte of `quantise` stands for


def quantise(logs: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Log probabilities as bytes: steps of a thirtieth of a decade from +0.5 down to -8, far finer
    than the counts are sure.
    """
    codes: NDArray[np.uint8] = np.clip(np.rint((0.5 - logs) * 30), 0, 255).astype(np.uint8)
    return codes


def pack(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Named arrays as one xz file: a line of JSON that tells names, types and shapes, then the
    bytes.
    """
    head = json.dumps([[k, v.dtype.str, list(v.shape)] for k, v in arrays.items()]).encode()
    return lzma.compress(
        head + b"\n" + b"".join(np.ascontiguousarray(v).tobytes() for v in arrays.values()),
        preset=9 | lzma.PRESET_EXTREME,
    )


def unpack(packed: bytes) -> dict[str, NDArray[Any]]:
    """What `pack` packed."""
    head, _, body = lzma.decompress(packed).partition(b"\n")
    arrays, at = {}, 0
    for name, kind, shape in json.loads(head):
        size = int(np.dtype(kind).itemsize * np.prod(shape, dtype=int))
        arrays[name] = np.frombuffer(body[at : at + size], kind).reshape(shape)
        at += size
    return arrays


def shipped(language: str, name: str) -> bytes | None:
    """The bytes of ``NAME.xz`` in a language's folder, or None where no such figures ship."""
    return languages.of(language).file(f"{name}.xz")
