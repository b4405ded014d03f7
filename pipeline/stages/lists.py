r"""Lists: numbered, lettered or bulleted items, sale lots, questions and answers.

Lines or blocks whose labels are of one kind and follow on from each other are items: `1. Nobody may
fish.`, `(b) for peace`, `• a lamp`, `- flour`, `Lot 12.`, `102 Old Crimson.` after a finished line,
and `Q. Where were you?` `A. At home.` Among questions and answers, what another person says (`The
COURT: Speak up.`) and the line that names who examines (`By Mr. REED:`) are items too. A line
without a label continues the item above it. Text before the first label, in the same block, is the
paragraph that introduces the list. Items that are set in under an item, and begin to count again,
are a list in it (the children in a pedigree).

Left alone: numbered chapters and long numbered paragraphs, a single label, numbers that do not
increase by one, dialogue with dashes, an initial at the beginning of a sentence (`A. Smith came`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.document import Document, Mark
from pipeline.language.languages import of
from pipeline.text.blocks import TERMINAL, Block, blocks

_LABEL = re.compile(
    r"(?P<number>\(?(?P<value>\d{1,4})(?:[.)][°º]?\s+|\s{2,}))(?=\S)"
    r"|(?P<letter>\(?(?P<which>[a-z])\)|(?P<plain>[a-z])\.)\s+(?=\S)"
    r"|(?P<bullet>[•▪●■◦*])\s+(?=\S)"
    r"|(?P<dash>-)\s+(?=\S)"
    r"|(?P<named>(?P<word>[^\W\d_]{2,8}\.?)\s(?P<count>\d{1,4})[.:,)—–-]*)\s+(?=\S)"
    r"|(?P<speaks>[A-Z])[.:]\s+(?=[A-ZÀ-Þ“\"'‘¿¡])"
    r"|(?P<bare>\d{1,4})\s(?=[A-ZÀ-Þ“\"'‘¿¡])"
)
_ASIDE = re.compile(  # of somebody else among questions and answers
    r"(?:(?:The|THE|By|BY) )?(?:[A-ZÀ-Þ][a-zß-ÿ]{0,3}\. )?[A-ZÀ-Þ][\w’'-]*(?: [A-ZÀ-Þ][\w’'-]*)?:"
    r"(?=\s+[A-ZÀ-Þ“\"'‘¿¡]|$)"
)
_ANSWERED = re.compile(r"(?:--|[—–])\s?[A-Z]\.\s")
_LONG = 400  # characters: a numbered paragraph as long as that is no item
_DEEPEST = 6  # lists in one another
_LEAST = {"number": 3, "letter": 2, "bullet": 2, "dash": 3, "named": 3, "speaks": 3, "bare": 3}


@dataclass(frozen=True, slots=True)
class _Item:
    """An item: its span, the kind of its label and what the label counts."""

    start: int
    end: int
    kind: str
    value: str
    block: int
    indent: int
    label: int  # how many characters of it
    answered: bool = False  # question and answer stand in one line, `Q. Why?—A. It rained.`
    inside: tuple[_Item, ...] = ()  # the items of a list that is set in under it

    @property
    def whole_end(self) -> int:
        """Where it ends, with the list in it."""
        return self.inside[-1].whole_end if self.inside else self.end

    @property
    def last_block(self) -> int:
        """The block in which it ends."""
        return self.inside[-1].last_block if self.inside else self.block


def lists(document: Document) -> Iterator[Mark]:
    """Marks lists and their items."""
    free = blocks(document, claimed=False)
    every = blocks(document)
    place = {block.start: n for n, block in enumerate(every)}
    items: list[_Item] = []
    for block in free:
        items += _items(block, place[block.start])
    for run in _runs(items):
        first, last = every[run[0].block], every[run[-1].last_block]
        if run[-1].whole_end < last.end:
            continue  # what follows in the block belongs to something else
        before = document.text[first.start : run[0].start].rstrip()
        introduced = bool(before) and (run[0].kind != "dash" or before.endswith(":"))
        introduced = introduced or _introduces(every, run[0].block)
        # a list in it shows a list as much as an item more does
        nested = any(one.inside for one in run)
        if len(run) < _LEAST[run[0].kind] - (introduced or nested):
            continue
        if run[0].kind == "dash" and _is_speech(document, run):
            continue
        if run[0].kind in {"number", "bare"} and _is_sung(document, run):
            continue
        if run[0].block != run[-1].block and any(one.end - one.start > _LONG for one in run):
            continue
        if before:
            yield Mark("paragraph", first.start, first.start + len(before))
        yield from _marked(run)


def _marked(run: Sequence[_Item]) -> Iterator[Mark]:
    """A list, its items, and the lists in them."""
    rend = {"number": "numbered", "bullet": "bulleted", "dash": "bulleted"}.get(
        run[0].kind, "simple"
    )
    yield Mark("list", run[0].start, run[-1].whole_end, (("rend", rend),))
    for one in run:
        yield Mark("item", one.start, one.whole_end)
        yield Mark("label", one.start, one.start + one.label)
        if one.inside:
            yield from _marked(one.inside)


def _is_sung(document: Document, run: Sequence[_Item]) -> bool:
    """Whether numbers count stanzas: most lines below the numbered ones begin with a capital."""
    texts = [document.text[one.start : one.whole_end] for one in run]
    below = [line.strip() for text in texts for line in text.split("\n")[1:] if line.strip()]
    capitals = sum(line.lstrip("“\"'‘")[:1].isupper() for line in below)
    return len(below) >= 2 * len(run) and capitals >= 0.85 * len(below)


def _is_speech(document: Document, run: Sequence[_Item]) -> bool:
    """Whether hyphens open the speeches of a dialogue (`- Viens-tu ?`), not items."""
    return of(document.language).typography.dialogue_dashes or any(
        document.text[one.start : one.end].rstrip("\"'”’»)").endswith(("?", "!")) for one in run
    )


def _introduces(every: Sequence[Block], n: int) -> bool:
    """Whether the block before a list says that one follows: `three rules:`."""
    return n > 0 and every[n - 1].text.endswith((":", ":—", ":--", ":-"))


def _items(block: Block, n: int) -> Iterator[_Item]:
    """The items of a block, each from its label to the next."""
    labelled = [
        (line.start + line.indent, line.indent, m)
        for above, line in pairwise((None, *block.lines))
        if line
        and (m := _LABEL.match(line.text) or _ASIDE.match(line.text)) is not None
        # a figure by itself labels only what begins after a stop: `102 Old Crimson. Dark; 2s.`
        and (m.re is _ASIDE or not m["bare"] or not above or TERMINAL.search(above.text))
    ]
    ends = [*(start for start, _, _ in labelled[1:]), block.end][: len(labelled)]
    lines = {line.start + line.indent: i for i, line in enumerate(block.lines)}
    for (start, indent, m), until in zip(labelled, ends, strict=True):
        if m.re is _ASIDE:
            kind, value = "speaks", m[0]
        else:
            kind = next(name for name in _LEAST if m[name])
            value = next(m[name] for name in _VALUES[kind] if m[name])
        last = block.lines[lines[until] - 1] if until in lines else block.lines[-1]
        end = last.start + last.indent + len(last.text)
        answered = _ANSWERED.search(m.string, m.end()) is not None
        yield _Item(start, end, kind, value, n, indent, len(m[0].rstrip()), answered)


_VALUES = {
    "number": ("value",),
    "letter": ("which", "plain"),
    "bullet": ("bullet",),
    "dash": ("dash",),
    "named": ("count",),
    "speaks": ("speaks",),
    "bare": ("bare",),
}


def _runs(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """Items that go on from one another, without anything between them but lists set in."""
    runs: list[list[_Item]] = []  # the list, and the lists in its last item, each in the one before
    for item in items:
        depth = next((n for n in reversed(range(len(runs))) if _goes_on(runs, n, item)), -1)
        nested = 0 < len(runs) < _DEEPEST and _is_set_in(runs[-1][-1], item)
        if depth < 0 and not nested:
            yield from _closed(runs, 0)
            runs = []
        elif depth >= 0:
            yield from _closed(runs, depth + 1)
            del runs[depth + 1 :]
        if depth < 0:
            runs.append([])
        runs[-1].append(item)
    yield from _closed(runs, 0)


def _closed(runs: Sequence[list[_Item]], depth: int) -> Iterator[list[_Item]]:
    """Puts each list from `depth` on into the last item of the one before; gives the first list.

    What is set in but is no list stays part of the text of its item.
    """
    for n in reversed(range(max(depth, 1), len(runs))):
        outer, inner = runs[n - 1], runs[n]
        if _is_list(inner):
            outer[-1] = replace(outer[-1], inside=tuple(inner))
        else:
            outer[-1] = replace(outer[-1], end=inner[-1].whole_end)
    if depth == 0 and runs:
        # a label of more than a letter is no speaker's of its own: `The COURT:` before the first Q.
        while runs[0] and runs[0][0].kind == "speaks" and len(runs[0][0].value) > 1:
            del runs[0][0]
        if _is_list(runs[0]):
            yield runs[0]


def _is_set_in(before: _Item, item: _Item) -> bool:
    """Whether an item begins a list under the one before it."""
    begins = item.value in {"1", "a"} or item.kind in {"bullet", "dash"}
    return begins and item.indent > before.indent + 1 and item.block - before.block <= 1


def _goes_on(runs: Sequence[Sequence[_Item]], n: int, item: _Item) -> bool:
    """Whether an item goes on with the n-th of some lists, each in the last item of another."""
    before, above = runs[n][-1], runs[-1][-1]
    if item.kind != before.kind or item.block - above.block > 1:
        return False
    if len(runs) > 1 and abs(item.indent - before.indent) > 1:
        return False
    if item.kind in {"number", "named", "bare"}:
        return int(item.value) == int(before.value) + 1
    if item.kind == "letter":
        return ord(item.value) == ord(before.value) + 1
    if item.kind in {"bullet", "dash"}:
        return item.value == before.value and abs(item.indent - before.indent) <= 1
    return item.value != before.value or (item.answered and before.answered)


def _is_list(run: Sequence[_Item]) -> bool:
    """Whether items make a list: what speaks by turns are two, `Q.` and `A.`."""
    if len(run) < 2:
        return False
    if run[0].kind == "letter":
        return run[0].value == "a"
    if run[0].kind != "speaks":
        return True
    spoken = [one for one in run if len(one.value) == 1]
    return len({one.value for one in spoken}) == 2 or all(one.answered for one in spoken)
