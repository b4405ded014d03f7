r"""Page breaks, and page numbers in the running text.

A form feed always ends a page, and so does the separator of proofreaders (`-----File: 014.png---`)
or of an engine (`{14}----------`). Without either, emend looks for other signs in the document.
Some OCR engines begin each page with a blank (` I think of millions of ordinary .folk`): emend
believes this sign if such lines come at the regular distance of a printed page and hardly any other
line begins like this. A number alone in the middle of a sentence (`in a competition⏎⏎20⏎⏎⏎⏎with
Stalingrad`) is a page number. In a text whose paragraphs are single lines, a paragraph that breaks
off in mid-sentence and continues after a blank line (`a mighty⏎⏎mass movement`) was cut by a page
end. Lines with a title and a rising number (`12   THE WAYFARER`, `THE HOUSE ON THE HILL   13`) are
running heads if they come back at the distance of a page and stand in mid-sentence; on facing
pages, with the same title and the numbers at the outer edges, two are enough, as they are on the
first lines of pages that form feeds show. So are two numbers between dashes (`— 87 —`, `— 88 —`).

Page numbers are moved out of the text as page furniture, never deleted. Pages between two known
numbers are counted, `[21]`.

Left alone: a number that heads a chapter, `SONNET 18` and the like (between finished sentences), a
number that ends a sentence, `No⏎3` on a title page, a line indented by more than one blank.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from rapidfuzz.fuzz import ratio

from pipeline.document import Document, Mark, Proposal
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.text.align import rising
from pipeline.text.blocks import LONG, TERMINAL, Line, in_capitals, is_wrapped, lines

_NOTE_SIGN = re.compile(r"[*†‡§]|\(?\d{1,3}[).\]]?\s")
_HEAD = re.compile(
    r"(?P<first>\d{1,4})\s+(?P<right>\D.*)|(?P<left>.*\D)\s+(?P<last>\d{1,4})"
)  # `12  THE WAYFARER`, `THE HOUSE  13`
# -----File: 014.png---\ada\bert\----- of proofreaders, {14}---------- of engines
SEPARATOR = re.compile(r"-{3,} ?File: ?\S+|\{\d+\}-{8,}$")
_WIDE_GAP = re.compile(r"\s{2,}")
_PAGE = 12, 80  # lines with text from one running head to the next
_ALIKE, _TITLE = 85, 5  # likeness of titles in per cent, and characters that make one
_ROW = 3  # running heads whose numbers rise, to be believed
_DASHED = re.compile(r"[—–-]\s*\d+\s*[—–-]")
_FIRST = 3  # numbers of chapters, more likely than of pages
_OPEN = re.compile(r"[a-zß-öø-ÿ,;—–-]")  # how the rest of a broken sentence begins


@lru_cache(maxsize=8)
def _number(known: Language) -> re.Pattern[str]:
    """A page number alone: `12`, `[xiv]`, `— 12 —`, `Page 12`, `p. 12`."""
    words = [form for word in known.pages.number for form in (word, word.capitalize())]
    whole = alternatives(word for word in words if not word.endswith("."))
    short = alternatives(word for word in words if word.endswith("."))
    edge = r"—–\-.~*•\s"
    return re.compile(
        rf"[\[({{{edge}]*(?:(?:{whole})\s+|(?:{short})\s*)?(\d{{1,4}}|[ivxlc]{{1,7}})[\])}}{edge}]*"
    )


@dataclass(frozen=True, slots=True)
class _Number:
    """A line that is a page number, perhaps."""

    line: int  # index among all lines
    value: int
    text: str


def pages(document: Document) -> Iterator[Proposal | Mark]:
    """Marks where pages begin; takes page numbers out of the flow."""
    text = document.text
    all_lines = lines(text)
    full = [i for i, line in enumerate(all_lines) if line.text]
    if not full:
        return
    starts, why = _starts(text, all_lines, full)
    heads = _running_heads(all_lines, full)
    facing = [] if _at_pages(all_lines, full, heads) else _facing(all_lines, full, starts)
    if len(starts) < 2 and (facing or _at_pages(all_lines, full, heads)):
        starts, why = (
            sorted({full[0], *(head.line for head in facing or heads)}),
            "running heads stand at the distance of a page",
        )
    for line in (all_lines[start] for start in starts):
        if SEPARATOR.match(line.text):
            at, end = line.start + line.indent, line.start + line.indent + len(line.text)
            yield Mark("furniture", at, end, (("type", "pageNum"), ("place", "top")))
            yield Proposal(at, end, "", "page.separator", why, "furniture", 0.99)
    heads = facing or heads
    numbers = list(_page_numbers(all_lines, full, starts, certain="\f" in text))
    starts = _with_numbered(all_lines, full, starts, numbers)
    told = [head for head in heads if head.line in set(starts)]
    for head in told if len(told) >= _ROW or heads is facing else []:
        where = "the number at the outer edge" if heads is facing else "in mid-sentence"
        yield from _head_taken_out(all_lines[head.line], where)
    names = _names(starts, sorted([*numbers, *told], key=lambda number: number.line))
    for start, name in zip(starts, names, strict=True):
        if start or len(starts) > 1:
            at = all_lines[start].start + all_lines[start].indent
            yield Mark("page", at, at, (("n", name), ("why", why)) if name else (("why", why),))
    for number in numbers:
        line = all_lines[number.line]
        at = line.start + line.indent
        bottom = not any(start == number.line for start in starts)
        yield Mark(
            "furniture",
            at,
            at + len(line.text),
            (("type", "pageNum"), ("place", "bottom" if bottom else "top")),
        )
        reason = (
            "a number alone on its line, where a page ends"
            if bottom
            else "a number alone on a page's first line"
        )
        yield Proposal(at, at + len(line.text), "", "page.number", reason, "furniture", 0.99)


def _starts(text: str, all_lines: Sequence[Line], full: Sequence[int]) -> tuple[list[int], str]:
    """The lines (by index) on which pages begin, and the sign that tells it."""
    if separated := [i for i in full if SEPARATOR.match(all_lines[i].text)]:
        return sorted({full[0], *separated}), "a page separator"
    if "\f" in text:
        begins = [0] + [m.end() for m in re.finditer("\f", text)]
        offsets = [line.start for line in all_lines]
        found = []
        i = 0
        for begin in begins:
            i = max(i, bisect_right(offsets, begin) - 1)
            while i < len(all_lines) and not all_lines[i].text:
                i += 1
            if i < len(all_lines):
                found.append(i)
        return sorted(set(found)), "a form feed"
    if is_wrapped(text):
        return _set_in(
            all_lines, full
        ), "lines that begin with a blank stand at the distance of a page"
    return _cut(all_lines, full), "a sentence breaks off and goes on after a blank line"


def _set_in(all_lines: Sequence[Line], full: Sequence[int]) -> list[int]:
    """Lines that begin with a single blank, if they are rare and regular."""
    rank = {line: n for n, line in enumerate(full)}
    found = [i for i in full if all_lines[i].indent == 1]
    if len(found) < 3 or len(found) > 0.1 * len(full):
        return list(full[:1])
    distances = [rank[b] - rank[a] for a, b in pairwise(found)]
    usual = median(distances)
    kept = [found[0]]
    for i in found[1:]:
        if rank[i] - rank[kept[-1]] >= 0.6 * usual:
            kept.append(i)
    regular = sum(abs(rank[b] - rank[a] - usual) <= 0.25 * usual for a, b in pairwise(kept))
    if usual < 15 or len(kept) < 3 or regular < 0.6 * (len(kept) - 1):
        return list(full[:1])
    return sorted({full[0], *kept})


def _cut(all_lines: Sequence[Line], full: Sequence[int]) -> list[int]:
    """Lines that continue a sentence cut by a blank line; footnotes may be between."""
    found = [full[0]]
    open_line: int | None = None
    for before, i in pairwise(full):
        line, last = all_lines[i].text, all_lines[before].text
        if (
            open_line is None
            and len(last) > 40
            and i > before + 1
            and not re.search(r"[.!?:;…][\s\"'”’»)\]*_]*$", last)
        ):
            open_line = before
        if open_line is None:
            continue
        if _OPEN.match(line.lstrip("*_ ")):
            found.append(i)
            open_line = None
        elif not _NOTE_SIGN.match(line):
            open_line = None
    return found


def _running_heads(all_lines: Sequence[Line], full: Sequence[int]) -> list[_Number]:
    """Lines of a title and a page number, the number rising and the title one that comes back."""
    found: list[tuple[_Number, str]] = []
    for i in full:
        text = all_lines[i].text
        m = _HEAD.fullmatch(text) if len(text) < 80 else None
        title = (m["left"] or m["right"]) if m else ""
        if (
            m
            and (in_capitals(title) or "  " in text)
            and not title.endswith((".", ",", ";", ":"))
            and sum(map(str.isalpha, title)) > 3
        ):
            found.append(
                (
                    _Number(i, int(m["last"] or m["first"]), m["last"] or m["first"]),
                    title.casefold().strip(),
                )
            )
    titles = Counter(title for _, title in found)
    back = {
        title
        for title in titles
        if sum(count for other, count in titles.items() if ratio(title, other) >= 80) > 1
    }
    every = _rising([number for number, _ in found])
    # The title of a chapter may stand over one page only, as long as some title comes back.
    return (
        every
        if back and _at_pages(all_lines, full, every)
        else _rising([number for number, title in found if title in back])
    )


def _facing(all_lines: Sequence[Line], full: Sequence[int], starts: Sequence[int]) -> list[_Number]:
    """Running heads of facing pages: `144   PIES.` on the left, `PIES.   145` on the right.

    Their numbers follow one another, each at the outer edge, and they share a title. No other lines
    do, so two are enough, even between finished sentences. Where pages are known, `144 PIES.` is on
    the first line of one; elsewhere a wide gap shows the edge, and a page lies between the two.
    """
    known = frozenset(starts) if len(starts) > 1 else frozenset()
    heads = [
        (n, head["first"] or head["last"], head["first"] is not None, _WIDE_GAP.split(title))
        for n, i in enumerate(full)
        if len(all_lines[i].text) < LONG
        and (i in known or (not known and _WIDE_GAP.search(all_lines[i].text)))
        and (head := _HEAD.fullmatch(all_lines[i].text))
        for title in [(head["right"] or head["left"]).strip().casefold()]
    ]
    found: dict[int, _Number] = {}
    for (n, number, left, titles), (m, following, other_left, others) in pairwise(heads):
        if (
            int(following) == int(number) + 1
            and left != other_left
            and left == (int(number) % 2 == 0)
            and (known or _PAGE[0] <= m - n <= _PAGE[1])
            and any(ratio(a, b) >= _ALIKE for a in titles for b in others if len(a) > _TITLE)
        ):
            found[n] = _Number(full[n], int(number), number)
            found[m] = _Number(full[m], int(following), following)
    return [found[n] for n in sorted(found)]


def _head_taken_out(line: Line, where: str) -> Iterator[Proposal | Mark]:
    start = line.start + line.indent
    end = start + len(line.text)
    yield Mark("furniture", start, end, (("type", "header"), ("place", "top")))
    why = f"a title and a page number that rises, at the distance of a page, {where}"
    yield Proposal(start, end, "", "furniture.running-head", why, "furniture", 0.98)


def _at_pages(all_lines: Sequence[Line], full: Sequence[int], heads: Sequence[_Number]) -> bool:
    """Whether lines are placed as running heads are: a page apart, and often in mid-sentence."""
    if len(heads) < _ROW:
        return False
    rank = {line: n for n, line in enumerate(full)}
    cut = sum(
        not TERMINAL.search(all_lines[full[rank[head.line] - 1]].text)
        for head in heads
        if rank[head.line]
    )
    return cut >= 0.3 * len(heads) and _regular(heads, rank)


def _page_numbers(
    all_lines: Sequence[Line], full: Sequence[int], starts: Sequence[int], *, certain: bool
) -> Iterator[_Number]:
    """Lines that are page numbers: rising at page edges, or alone in mid-sentence."""
    rank = {line: n for n, line in enumerate(full)}
    number = _number(languages.every())
    found = [
        _Number(i, value, all_lines[i].text)
        for i in full
        if (value := _value(all_lines[i].text, number)) is not None
    ]
    edges = {
        i for start in starts for i in (start, full[rank[start] - 1] if rank[start] else start)
    } | {full[-1]}
    at_edge = _one_a_page([number for number in found if number.line in edges], starts)
    on_edges = _rising(at_edge)
    if certain or len(starts) > 1:
        yield from on_edges if len(on_edges) >= max(2, 0.5 * len(at_edge)) else []
    cut = {number.line for number in found if _cuts_a_sentence(all_lines, full, rank[number.line])}
    if not certain and len(starts) < 2:
        row = _rising([number for number in found if _stands_alone(all_lines, number.line)])
        counted = sum(number.line in cut for number in row) > 1 and all(
            b.value == a.value + 1 for a, b in pairwise(row)
        )
        if len(row) >= _ROW and (counted or _regular(row, rank)):
            yield from row
            return
        if _between_dashes(row, rank):
            yield from row
            return
    taken = {number.line for number in on_edges} if certain or len(starts) > 1 else set()
    yield from (number for number in found if number.line in cut - taken)


def _one_a_page(numbers: Sequence[_Number], starts: Sequence[int]) -> list[_Number]:
    """The numbers at the edges of pages; of two on one page, the one that stands where most do.

    The other is the number of a chapter or a press figure.
    """
    tops = set(starts)
    at_top = {bisect_right(starts, one.line) for one in numbers if one.line in tops}
    at_foot = {bisect_right(starts, one.line) for one in numbers if one.line not in tops}
    both, above = at_top & at_foot, len(at_top) > len(at_foot)
    return [
        one
        for one in numbers
        if bisect_right(starts, one.line) not in both or (one.line in tops) == above
    ]


def _cuts_a_sentence(all_lines: Sequence[Line], full: Sequence[int], n: int) -> bool:
    """Whether the n-th line with text stands alone in the middle of a sentence."""
    if not 0 < n < len(full) - 1 or not _stands_alone(all_lines, full[n]):
        return False
    before, after = all_lines[full[n - 1]].text, all_lines[full[n + 1]].text
    return (
        not re.search(r"[.!?:;…][\s\"'”’»)\]*_]*$", before)
        and bool(_OPEN.match(after))
        and len(before) > 20
    )


def _value(text: str, number: re.Pattern[str]) -> int | None:
    """The value of a line that is only a number; Roman numerals (front matter) are negative."""
    m = number.fullmatch(text)
    if not m or len(text) > 12:
        return None
    if m[1].isdigit():
        return int(m[1])
    numerals = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    values = [numerals[c] for c in m[1]]
    total = sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
    return total - 10_000


def _stands_alone(all_lines: Sequence[Line], i: int) -> bool:
    """Whether blank lines, or the text's edge, stand before and after a line."""
    return (i == 0 or not all_lines[i - 1].text) and (
        i + 1 >= len(all_lines) or not all_lines[i + 1].text
    )


def _rising(numbers: Sequence[_Number]) -> list[_Number]:
    """The longest row of numbers that rises as page numbers do."""
    return [numbers[i] for i in rising([number.value for number in numbers])]


def _regular(row: Sequence[_Number], rank: dict[int, int]) -> bool:
    """Whether each step of a row of numbers spans about as many lines: pages do, not chapters."""
    lengths = [(rank[b.line] - rank[a.line]) / (b.value - a.value) for a, b in pairwise(row)]
    usual = median(lengths)
    return usual >= 8 and sum(
        abs(length - usual) <= 0.35 * usual for length in lengths
    ) >= 0.7 * len(lengths)


def _between_dashes(row: Sequence[_Number], rank: dict[int, int]) -> bool:
    """Whether two numbers or more, each between dashes, follow one another a page apart.

    Chapters are numbered from 1: `— 87 —` and `— 88 —` are pages.
    """
    return (
        len(row) > 1
        and row[0].value > _FIRST
        and all(_DASHED.fullmatch(number.text) for number in row)
        and all(
            b.value == a.value + 1 and _PAGE[0] <= rank[b.line] - rank[a.line] <= _PAGE[1]
            for a, b in pairwise(row)
        )
    )


def _with_numbered(
    all_lines: Sequence[Line], full: Sequence[int], starts: list[int], numbers: Sequence[_Number]
) -> list[int]:
    """Page starts, including those that only a page number shows.

    The page starts before or after the number, on the side of the wider gap.
    """
    rank = {line: n for n, line in enumerate(full)}
    found = set(starts)
    for number in numbers:
        n = rank[number.line]
        behind = full[n + 1] if n + 1 < len(full) else None
        if number.line in found or behind is None or behind in found:
            continue
        above = number.line - full[n - 1] if n else 0
        found.add(number.line if above > behind - number.line else behind)
    return sorted(found | {full[0]}) if all_lines else starts


def _names(starts: Sequence[int], numbers: Sequence[_Number]) -> list[str]:
    """Each page's name: its own number, or in brackets one inferred from the nearest; else ""."""
    known: dict[int, int] = {}
    own: dict[int, str] = {}
    for number in numbers:
        page = bisect_right(starts, number.line) - 1
        if page >= 0 and number.value > 0:
            known[page] = number.value
            own[page] = (
                m[1] if (m := _number(languages.every()).fullmatch(number.text)) else number.text
            )
    names = []
    numbered = sorted(known)
    for page in range(len(starts)):
        if page in own:
            names.append(own[page])
        elif known:
            after = bisect_left(numbered, page)
            nearest = min(numbered[max(0, after - 1) : after + 1], key=lambda n: abs(n - page))
            value = known[nearest] + page - nearest
            names.append(f"[{value}]" if value > 0 else "")
        else:
            names.append("")
    return names
