"""The figures of a correction against gold texts.

On the gold's words: *fixed* (wrong in raw, right in the edition), *missed* (wrong in both),
*damaged* (right in raw, wrong in the edition). Precision = fixed ÷ (fixed + damaged); repaired =
fixed ÷ (fixed + missed); harm = damaged per 1000 words that raw had right. Each in two ways of
comparing, see `pipeline.measure.tokens`.
"""

from __future__ import annotations

import json
import lzma
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.document import Change
from pipeline.errors import EmendError
from pipeline.measure.effects import Effect, Proposals, weigh
from pipeline.measure.passages import Passage, passages
from pipeline.measure.tokens import cut, flat, hyphenated, letters, words
from pipeline.text.align import Step, aligned, cost, distance, edits, right_by


class MeasureError(EmendError):
    """A test set or a sample that cannot be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text to measure: OCR text, gold text, output, and the ledger of changes.

    Without `out`, the made changes are applied to `ocr`. The spans of `changes` count in `ocr`.
    """

    id: str
    ocr: str
    gold: str
    out: str | None = None
    changes: Sequence[Change] = ()

    @property
    def text(self) -> str:
        """The edition's text."""
        if self.out is not None:
            return self.out
        parts: list[str] = []
        at = 0
        for change in sorted(
            (c for c in self.changes if c.verdict == "made"), key=lambda c: (c.start, -c.end)
        ):
            if change.start >= at:
                parts += (self.ocr[at : change.start], change.after)
                at = change.end
        return "".join((*parts, self.ocr[at:]))


@dataclass(slots=True)
class Figures:
    """Counts of the gold's words in one way of comparing, and the rates that follow."""

    gold: int = 0
    fixed: int = 0
    missed: int = 0
    damaged: int = 0
    edits_raw: int = 0
    edits_out: int = 0

    @property
    def precision(self) -> float:
        """Words mended among words mended or ruined."""
        return self.fixed / max(1, self.fixed + self.damaged)

    @property
    def repaired(self) -> float:
        """Words mended among words wrong."""
        return self.fixed / max(1, self.fixed + self.missed)

    @property
    def harm(self) -> float:
        """Words ruined per 1000 that were right."""
        return 1000 * self.damaged / max(1, self.gold - self.fixed - self.missed)

    @property
    def wrong_raw(self) -> float:
        """Share of the gold's words that raw has not."""
        return (self.fixed + self.missed) / max(1, self.gold)

    @property
    def wrong_out(self) -> float:
        """Share of the gold's words that the edition has not."""
        return (self.missed + self.damaged) / max(1, self.gold)

    @property
    def wer_raw(self) -> float:
        """Word error rate of raw: words to insert, delete or replace, per word of the gold."""
        return self.edits_raw / max(1, self.gold)

    @property
    def wer_out(self) -> float:
        """Word error rate of the edition."""
        return self.edits_out / max(1, self.gold)

    def as_json(self) -> dict[str, float]:
        """The counts and the rates, rounded."""
        return {
            "gold": self.gold,
            "fixed": self.fixed,
            "missed": self.missed,
            "damaged": self.damaged,
            "precision": round(self.precision, 4),
            "repaired": round(self.repaired, 4),
            "harm": round(self.harm, 3),
            "wrong_raw": round(self.wrong_raw, 4),
            "wrong_out": round(self.wrong_out, 4),
            "wer_raw": round(self.wer_raw, 4),
            "wer_out": round(self.wer_out, 4),
        }


@dataclass(slots=True)
class Characters:
    """Counts of characters.

    The character error rate is edits per character of the gold, in the strict text; the match error
    rate is edits per character of the gold and of what was inserted, in the letters, which is
    HIPE-OCRepair's measure.
    """

    gold: int = 0
    edits_raw: int = 0
    edits_out: int = 0
    letters_raw: int = 0
    letters_out: int = 0
    letter_edits_raw: int = 0
    letter_edits_out: int = 0

    def as_json(self) -> dict[str, float]:
        """The rates, rounded."""
        return {
            "cer_raw": round(self.edits_raw / max(1, self.gold), 4),
            "cer_out": round(self.edits_out / max(1, self.gold), 4),
            "cmer_raw": round(self.letter_edits_raw / max(1, self.letters_raw), 4),
            "cmer_out": round(self.letter_edits_out / max(1, self.letters_out), 4),
        }


@dataclass(slots=True)
class Report:
    """All figures of a measurement."""

    documents: int = 0
    strict: Figures = field(default_factory=Figures)
    words: Figures = field(default_factory=Figures)
    characters: Characters = field(default_factory=Characters)
    better: int = 0
    worse: int = 0
    by_kind: dict[str, Effect] = field(default_factory=dict)
    by_rule: dict[str, Effect] = field(default_factory=dict)
    proposals: Proposals = field(default_factory=Proposals)
    damaged: Counter[str] = field(default_factory=Counter)
    passages: list[Passage] = field(default_factory=list)
    left_out: int = 0  # passages beyond the limit
    harmed: list[str] = field(
        default_factory=list
    )  # documents with more wrong words (strict) than they went in with

    @property
    def preference(self) -> float:
        """The share of documents nearer to the gold than before, minus the share farther away."""
        return (self.better - self.worse) / max(1, self.documents)

    def as_json(self) -> dict[str, Any]:
        """All figures but the passages."""

        def effects(table: Mapping[str, Effect]) -> dict[str, dict[str, float]]:
            return {
                name: {
                    "mended": e.mended,
                    "neutral": e.neutral,
                    "ruined": e.ruined,
                    "held": e.held,
                    "precision": round(e.precision, 4),
                }
                for name, e in sorted(table.items())
            }

        return {
            "documents": self.documents,
            "strict": self.strict.as_json(),
            "words": self.words.as_json(),
            **self.characters.as_json(),
            "preference": round(self.preference, 3),
            "documents_worse": self.harmed,
            "by_kind": effects(self.by_kind),
            "by_rule": effects(self.by_rule),
            "proposals": self.proposals.as_json(),
            "damaged_words": self.damaged.most_common(30),
        }


def read_set(path: Path) -> Iterator[Row]:
    """Read the rows of a test set: JSON Lines, plain or as .xz.

    Each row has "id", "ocr" and "gold", and may have "text", the corrected text. Rows whose gold
    is empty are skipped.

    Raises:
        MeasureError: The file is not such a set.

    """
    try:
        with (
            lzma.open(path, "rt", encoding="utf-8")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8") as lines
        ):
            for number, line in enumerate(lines, 1):
                row = json.loads(line)
                if not isinstance(row, dict) or not all(
                    isinstance(row.get(key, default), str)
                    for key, default in (("ocr", None), ("gold", None), ("text", ""))
                ):
                    raise MeasureError(
                        f"Line {number} of {path} is not a row of a test set: it needs the texts "
                        f'"ocr" and "gold" and may have "text".'
                    )
                if row["gold"].strip():
                    yield Row(str(row.get("id", number)), row["ocr"], row["gold"], row.get("text"))
    except RecursionError:
        raise MeasureError(f"{path} nests its JSON too deeply for a test set.") from None
    except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError, json.JSONDecodeError) as error:
        raise MeasureError(
            f"{path} cannot be read as a test set, which is JSON Lines, perhaps packed as "
            f".xz: {error}."
        ) from error


def measure(rows: Iterable[Row], limit: int = 500) -> Report:
    """Measure texts against their gold, one after the other.

    Args:
        rows: the texts.
        limit: how many passages the report keeps to show, at most.
    """
    report = Report()
    for row in rows:
        _measure(row, report, limit)
    return report


def _measure(row: Row, report: Report, limit: int) -> None:
    """Add one text's figures to the report."""
    out = row.text
    report.documents += 1
    gold, raw, edition = cut(row.gold), cut(row.ocr), cut(out)
    to_raw, to_out = aligned(gold.forms, raw.forms), aligned(gold.forms, edition.forms)
    was, now = right_by(len(gold), to_raw), right_by(len(gold), to_out)
    _count(report.strict, was, now, to_raw, to_out)
    report.damaged.update(
        form for form, a, b in zip(gold.forms, was, now, strict=True) if a and not b
    )
    if sum(was) > sum(now):
        report.harmed.append(row.id)
    _count_words(report.words, row.gold, row.ocr, out)
    _count_characters(report, row.gold, row.ocr, out)
    if row.changes:
        weigh(row.changes, raw, gold, to_raw, report.by_kind, report.by_rule, report.proposals)
    for passage in passages(row.id, raw, edition, gold, to_raw, to_out):
        if len(report.passages) < limit:
            report.passages.append(passage)
        else:
            report.left_out += 1


def _count(
    figures: Figures,
    was: Sequence[bool],
    now: Sequence[bool],
    to_raw: Sequence[Step],
    to_out: Sequence[Step],
) -> None:
    figures.gold += len(was)
    for a, b in zip(was, now, strict=True):
        figures.fixed += b and not a
        figures.missed += not a and not b
        figures.damaged += a and not b
    figures.edits_raw += cost(to_raw)
    figures.edits_out += cost(to_out)


def _count_words(figures: Figures, gold: str, raw: str, out: str) -> None:
    whole = hyphenated(gold, raw)
    target = words(gold, whole)
    to_raw, to_out = aligned(target, words(raw, whole)), aligned(target, words(out, whole))
    _count(figures, right_by(len(target), to_raw), right_by(len(target), to_out), to_raw, to_out)


def _count_characters(report: Report, gold: str, raw: str, out: str) -> None:
    counts = report.characters
    text = flat(gold)
    counts.gold += len(text)
    counts.edits_raw += distance(text, flat(raw))
    counts.edits_out += distance(text, flat(out))
    text = letters(gold)
    before, inserted = edits(text, letters(raw))
    counts.letter_edits_raw += before
    counts.letters_raw += len(text) + inserted
    after, inserted = edits(text, letters(out))
    counts.letter_edits_out += after
    counts.letters_out += len(text) + inserted
    report.better += after < before
    report.worse += after > before
