"""What the texts of a project show together: the words they use, and what their engine misreads.

``emend remember`` counts both over all texts, as they were read, and keeps the figures in
``raw/memory.json``. A build takes them as evidence: `bisbop` in one article is *bishop* because the
same engine reads *b* for *h* in twenty others. docs/decisions/0011-project-memory.md says why they
are counted by a command and not by each build.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LEAST = 2  # times that something is counted, from which on it is kept

Confusion = tuple[str, str]  # what the page has, what the OCR read


@dataclass(frozen=True, slots=True)
class Memory:
    """Counts over the texts of a project in one language."""

    texts: int = 0
    letters: int = 0  # characters in all of them
    words: Mapping[str, int] = field(default_factory=dict)
    confusions: Mapping[Confusion, int] = field(default_factory=dict)

    def __add__(self, other: Memory) -> Memory:
        """What both show together."""
        return Memory(
            self.texts + other.texts,
            self.letters + other.letters,
            Counter(self.words) + Counter(other.words),
            Counter(self.confusions) + Counter(other.confusions),
        )

    @property
    def kept(self) -> Memory:
        """Without what was counted fewer than `LEAST` times."""
        words = {word: n for word, n in self.words.items() if n >= LEAST}
        confusions = {pair: n for pair, n in self.confusions.items() if n >= LEAST}
        return Memory(self.texts, self.letters, words, confusions)

    @property
    def sha256(self) -> str:
        """The digest of what is kept, by which an edition names its evidence."""
        return hashlib.sha256(_written(self).encode()).hexdigest()


NOTHING = Memory()


def to_json(memories: Mapping[str, Memory]) -> str:
    """The memories by language as a file: the same text for the same counts, an entry a line."""
    parts = [f"{json.dumps(code)}: {_written(memories[code])}" for code in sorted(memories)]
    return "{" + ",\n".join(parts) + "}\n"


def of_json(data: str, language: str) -> Memory:
    """What a file keeps of one language. Raises ValueError if `to_json` never wrote the file."""
    try:
        found = json.loads(data).get(language)
        return _read(found) if found is not None else NOTHING
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(str(error)) from None


def _written(one: Memory) -> str:
    words = [[word, n] for word, n in sorted(one.words.items())]
    confusions = [[*pair, n] for pair, n in sorted(one.confusions.items())]
    return (
        f'{{"texts": {one.texts}, "letters": {one.letters},\n'
        f'"confusions": {_lines(confusions)},\n"words": {_lines(words)}}}'
    )


def _lines(rows: list[list[Any]]) -> str:
    return "[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]"


def _read(found: dict[str, Any]) -> Memory:
    return Memory(
        int(found["texts"]),
        int(found["letters"]),
        {str(word): int(n) for word, n in found["words"]},
        {(str(page), str(read)): int(n) for page, read, n in found["confusions"]},
    )
