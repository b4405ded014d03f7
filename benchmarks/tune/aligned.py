"""Pairs of OCR and page text: read them, align them, and find what each word should have been."""

from __future__ import annotations

import json
import lzma
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from pipeline.correct.spelling.channel import Confusion, middle
from pipeline.correct.spelling.units import units
from pipeline.document import Document
from pipeline.flow import STAGES
from pipeline.ingest import decode
from pipeline.language.lexicon import composed
from pipeline.stages.spelling import masked, spelling

FOLD = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "\u00ad": "",
        "ſ": "s",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬀ": "ff",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
    }
)
LOOSE = str.maketrans({"œ": "oe", "æ": "ae", "Æ": "Ae", "Œ": "Oe", "ß": "ss"})


def prepared(text: str, language: str = "en") -> str:
    """The text as the stage of spelling sees it, after all stages before it."""
    document = Document(decode(text.encode(), "text.txt"), language=language)
    for stage in STAGES[: STAGES.index(spelling)]:
        document = document.run(stage)
    return masked(document)


def letters(text: str) -> str:
    """What two readings must share to count as the same: letters and digits only, case folded."""
    text = unicodedata.normalize("NFC", text).translate(FOLD).translate(LOOSE).lower()
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"(?<=\w)'(?=\w)", "", text)))


@dataclass(frozen=True)
class Row:
    """One text of a set."""

    name: str
    read: str
    page: str


def rows(path: Path, language: str = "en", which: slice = slice(None)) -> list[Row]:
    """The texts of a set, words at line ends joined."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        lines = list(enumerate(file))[which]
        return [
            Row(
                f"{n}:{r['id']}",
                composed(prepared(r["ocr"], language)),
                composed(
                    prepared(unicodedata.normalize("NFC", r["gold"]).translate(FOLD), language)
                ),
            )
            for n, r in ((n, json.loads(line)) for n, line in lines)
            if r["gold"].strip() and r["ocr"].strip()
        ]


class Alignment:
    """Where each stretch of the text read stands on the page."""

    def __init__(self, read: str, page: str) -> None:
        """Align letter by letter."""
        self.page = page
        read = read.translate(str.maketrans({"\n": " "}))
        flat = page.translate(str.maketrans({"\n": " "}))
        self._blocks = [
            (b.a, b.b, b.size) for b in Levenshtein.editops(read, flat).as_matching_blocks()
        ]
        self._starts = [a for a, _, _ in self._blocks]
        cut = units(page)
        self._words = list(zip(cut.starts, cut.ends, strict=True))
        self._word_starts, self._word_ends = cut.starts, cut.ends

    def _place(self, at: int, late: bool) -> int:
        """The page position of a position in the OCR text.

        Inside a difference it is the start of the difference, or its end if `late`.
        """
        k = bisect_right(self._starts, at) - 1
        if k >= 0:
            a, b, n = self._blocks[k]
            if at <= a + n:
                if (
                    late
                    and at == a + n
                    and k + 1 < len(self._blocks)
                    and self._blocks[k + 1][0] == at
                ):
                    return self._blocks[k + 1][1]
                return b + at - a
            if late:
                return self._blocks[k + 1][1] if k + 1 < len(self._blocks) else len(self.page)
            return b + n
        return 0 if not late or not self._blocks else self._blocks[0][1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the page for a stretch read, as far as the letters say."""
        low, high = self._place(start, False), self._place(end, True)
        return low, max(low, high)

    def words(self, start: int, end: int) -> tuple[int, int]:
        """The page's whole words that the stretch touches, as a range of their numbers."""
        low, high = self.span(start, end)
        if low == high:
            k = bisect_right(self._word_starts, low) - 1
            return (k, k + 1) if k >= 0 and self._words[k][0] < low < self._words[k][1] else (0, 0)
        return bisect_right(self._word_ends, low), bisect_left(self._word_starts, high)

    def text(self, words: tuple[int, int]) -> str:
        """Those words as printed."""
        return (
            self.page[self._words[words[0]][0] : self._words[words[1] - 1][1]]
            if words[1] > words[0]
            else ""
        )


def confusions(page: str, read: str) -> list[Confusion]:
    """What was read for what between two forms of one word.

    Adjacent differences are merged into one, of at most three letters.
    """
    found: list[Confusion] = []
    end_a = end_b = 0
    if max(len(page), len(read)) > 40:
        return found
    for op in Levenshtein.opcodes(page, read):
        if op.tag == "equal":
            continue
        a, b = page[op.src_start : op.src_end], read[op.dest_start : op.dest_end]
        if found and (last := found[-1]) and op.src_start == end_a and op.dest_start == end_b:
            found[-1] = (last[0] + a, last[1] + b)
        else:
            found.append((a, b))
        end_a, end_b = op.src_end, op.dest_end
    return [c for c in found if max(map(len, c)) <= 3]


def count_confusions(
    pairs: list[tuple[str, str]], counts: Counter[Confusion], page_letters: Counter[str]
) -> None:
    """Add up over pairs (page, read) of words."""
    for page, read in pairs:
        for n in (1, 2, 3):
            for k in range(len(page) - n + 1):
                page_letters[page[k : k + n]] += 1
        page_letters[""] += len(page) + 1
        if page == read:
            continue
        a, b = middle(page, read)
        if len(a) > max(3, 0.6 * len(page)) or len(b) > 5:
            continue
        counts.update(confusions(page, read))
