"""A seeded noise channel: text as an OCR engine might read it, and what was printed.

`words()` draws paragraphs from the repository's own texts until there are enough; `misread()` reads
them with the confusions that engines make. Both depend on the seed alone.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ("tests/gate/texts/en-*.txt", "raw/*/source.txt")
CONFUSIONS = (  # what is printed, what is read, how often
    ("m", "rn", 9), ("h", "b", 8), ("e", "c", 9), ("u", "n", 7), ("n", "u", 5), ("c", "e", 4),
    ("li", "h", 4), ("d", "cl", 4), ("l", "1", 3), ("I", "l", 2), ("o", "0", 2), ("b", "h", 4),
    ("rn", "m", 3), ("s", "a", 3), ("a", "s", 2), ("f", "t", 4), ("t", "f", 2), ("i", "l", 5),
    ("w", "vv", 2), ("g", "q", 2), ("y", "v", 3), ("r", "i", 3), ("in", "m", 3), ("T", "'l", 1),
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Misread:
    """The text as read, and the printed words by the span of what was read for them."""

    text: str
    printed: dict[tuple[int, int], str]


def paragraphs(words: int, seed: int = 1) -> list[str]:
    """Paragraphs with about so many words, wrapped as they are in their sources."""
    draw = random.Random(seed)
    known = [
        piece
        for pattern in SOURCES
        for path in sorted(ROOT.glob(pattern))
        for piece in re.split(r"\n\s*\n", path.read_text("utf-8", "replace").replace("\f", "\n\n"))
        if len(piece.split()) > 25
    ]
    out: list[str] = []
    count = 0
    while count < words:
        out.append(draw.choice(known).strip("\n"))
        count += len(out[-1].split())
    return out


def misread(text: str, rate: float = 0.07, seed: int = 1) -> Misread:
    """The text with this share of its words of three letters or more misread."""
    draw = random.Random(seed)
    parts: list[str] = []
    printed: dict[tuple[int, int], str] = {}
    at = length = 0
    for m in _WORD.finditer(text):
        word = m.group()
        fitting = [row for row in CONFUSIONS if row[0] in word]
        if not fitting or draw.random() >= rate:
            continue
        true, read, _ = draw.choices(fitting, [row[2] for row in fitting])[0]
        place = draw.choice([one.start() for one in re.finditer(re.escape(true), word)])
        wrong = word[:place] + read + word[place + len(true) :]
        before = text[at : m.start()]
        parts += [before, wrong]
        length += len(before)
        printed[length, length + len(wrong)] = word
        length += len(wrong)
        at = m.end()
    parts.append(text[at:])
    return Misread("".join(parts), printed)


def book(words: int, seed: int = 1) -> Misread:
    """A misread book of about so many words, in pages of some 380 words with their numbers."""
    pages: list[str] = []
    page: list[str] = []
    count = 0
    for paragraph in paragraphs(words, seed):
        page.append(paragraph)
        count += len(paragraph.split())
        if count > 380:
            pages.append("\n\n".join(page) + f"\n\n{len(pages) + 1}\n")
            page, count = [], 0
    if page:
        pages.append("\n\n".join(page) + f"\n\n{len(pages) + 1}\n")
    return misread("\f".join(pages), seed=seed)
