"""What each change of a ledger did, and which wrong words a reading was proposed for."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.document import Change
from pipeline.measure.tokens import Cut, strict, words
from pipeline.text.align import Step, aligned, cost, right


@dataclass(slots=True)
class Effect:
    """What the made changes of one kind or rule did, each taken by itself.

    The words around it are nearer to the gold, as near, or farther; where words say nothing, strict
    tokens decide.
    """

    mended: int = 0
    neutral: int = 0
    ruined: int = 0
    held: int = 0

    @property
    def precision(self) -> float:
        """Changes that mended among those that did something."""
        return self.mended / max(1, self.mended + self.ruined)


@dataclass(slots=True)
class Proposals:
    """The wrong raw words that changes (made or held) touch, and those that first readings mend."""

    errors: int = 0
    found: int = 0
    first: int = 0
    third: int = 0

    def as_json(self) -> dict[str, float]:
        """Shares: found of all, first and third of the found."""
        return {
            "errors": self.errors,
            "found": round(self.found / max(1, self.errors), 4),
            "top1": round(self.first / max(1, self.found), 4),
            "top3": round(self.third / max(1, self.found), 4),
        }


def weigh(
    changes: Sequence[Change],
    raw: Cut,
    gold: Cut,
    steps: Sequence[Step],
    by_kind: dict[str, Effect],
    by_rule: dict[str, Effect],
    proposals: Proposals,
) -> None:
    """Add one text's changes to the tables.

    Args:
        changes: the ledger; spans count in the raw text.
        raw: the raw text.
        gold: the text as it should be.
        steps: from gold to raw.
        by_kind: what is added to, by kind of change.
        by_rule: the same by rule.
        proposals: the same, for wrong words and the readings proposed for them.
    """
    weighing = _Weighing(raw, gold, steps)
    for change in changes:
        if change.verdict == "refused":
            continue
        gain = weighing.gain(change)
        for table, name in ((by_kind, change.kind), (by_rule, change.rule)):
            effect = table.setdefault(name, Effect())
            if change.verdict == "held":
                effect.held += 1
            elif gain > 0:
                effect.mended += 1
            elif gain < 0:
                effect.ruined += 1
            else:
                effect.neutral += 1
    proposals.errors += sum(have.count(False) for have in weighing.have.values())
    proposals.found += len(weighing.found)
    proposals.first += len(weighing.first)
    proposals.third += len(weighing.third)


class _Weighing:
    """One text, cut into small aligned blocks of tokens, and what is known of its wrong words.

    A block is a stretch of gold tokens `[a, b)` and of raw tokens `[c, d)`: one of each, but for
    runs where tokens were split, run together, lost or put in. A block is identified by its start
    in the gold.
    """

    def __init__(self, raw: Cut, gold: Cut, steps: Sequence[Step]) -> None:
        self.raw, self.gold = raw, gold
        self.a, self.b, self.c, self.d = (
            array("l", bytes(array("l").itemsize * len(raw))) for _ in range(4)
        )  # of each raw token
        self.have: dict[
            int, list[bool]
        ] = {}  # for each block that is not alike, which of its gold words raw has
        for a, b, c, d, same in _blocks(steps):
            for i in range(c, d):
                self.a[i], self.b[i], self.c[i], self.d[i] = (
                    (a, b, c, d) if not same else (a + i - c, a + i - c + 1, i, i + 1)
                )
            if not same:
                self.have[a] = right(words(gold.stretch(a, b)), words(raw.stretch(c, d)))
        self.found: set[tuple[int, int]] = set()
        self.first: set[tuple[int, int]] = set()
        self.third: set[tuple[int, int]] = set()

    def gain(self, change: Change) -> int:
        """How much nearer to the gold one change brings the text, in words or strict tokens."""
        touched = self._touched(change)
        if not touched:
            return 0
        a, b, c, d = (
            self.a[touched[0]],
            self.b[touched[-1]],
            self.c[touched[0]],
            self.d[touched[-1]],
        )
        gold, text = self.gold.stretch(a, b), self.raw.text
        start, end = min(self.raw.starts[c], change.start), max(self.raw.ends[d - 1], change.end)
        readings = [
            change.after,
            *(other.after for other in change.alternatives if other.after != change.after),
        ][:3]
        if (
            change.kind == "linebreak"
            and text[change.start : change.start + 1] == change.after == "-"
        ):
            # A word's own hyphen at a line's end: the comparison takes `well-⏎known` for one word,
            # in the gold as well.
            readings = [text[change.start : change.end]]
        after = [
            text[start : change.start] + reading + text[change.end : end] for reading in readings
        ]
        target, made = words(gold), [words(one) for one in after]
        self._propose(self._blocks_in(c, d), target, made)
        gain = cost(aligned(target, words(text[start:end]))) - cost(aligned(target, made[0]))
        if gain:
            return gain
        target = strict(gold)
        return cost(aligned(target, strict(text[start:end]))) - cost(
            aligned(target, strict(after[0]))
        )

    def _blocks_in(self, c: int, d: int) -> Iterator[tuple[int, int]]:
        """The blocks of the raw tokens `[c, d)`, as gold stretches that include what raw omits."""
        at = self.a[c]
        while c < d:
            a, b = self.a[c], self.b[c]
            if a > at:
                yield at, a
            yield a, b
            at, c = b, self.d[c]

    def _propose(
        self,
        blocks: Iterable[tuple[int, int]],
        gold: Sequence[str],
        readings: Sequence[Sequence[str]],
    ) -> None:
        """Record the wrong words of blocks with proposed readings.

        `gold` has the words of these blocks, in order.
        """
        rights = [right(gold, reading) for reading in readings]
        at = 0
        for a, b in blocks:
            have = self.have[a] if a in self.have else [True] * len(words(self.gold.stretch(a, b)))
            for i, ok in enumerate(have, at):
                if not ok:
                    self.found.add((a, i - at))
                    if rights[0][i]:
                        self.first.add((a, i - at))
                    if any(one[i] for one in rights):
                        self.third.add((a, i - at))
            at += len(have)

    def _touched(self, change: Change) -> range:
        """The raw tokens that a change's span touches."""
        first = bisect_right(self.raw.starts, change.start) - 1
        if first < 0 or self.raw.ends[first] < change.start:
            first += 1
        return range(first, bisect_left(self.raw.starts, change.end + 1))


def _blocks(steps: Sequence[Step]) -> Iterator[tuple[int, int, int, int, bool]]:
    """The alignment as blocks `a, b, c, d` and whether they are alike (alike ones may be long)."""
    run: list[Step] = []
    for step in (*steps, None):
        if step and not step.same:
            run.append(step)
            continue
        if run and all(one.b - one.a == one.d - one.c for one in run):
            for one in run:
                yield from (
                    (one.a + i, one.a + i + 1, one.c + i, one.c + i + 1, False)
                    for i in range(one.b - one.a)
                )
        elif run:
            yield run[0].a, run[-1].b, run[0].c, run[-1].d, False
        run.clear()
        if step:
            yield step.a, step.b, step.c, step.d, True
