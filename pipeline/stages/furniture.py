r"""Running heads, signature marks, catchwords and stamps: parts of a page that are not its text.

A running head is the first or last line of a page that comes back, except for its figures, on
several pages (`12            THE WAYFARER'S COMPANION`), even if each page misreads it differently
(`THE WAYFARER'S C0MPANI0N.  i3`). A signature mark is a letter with a figure, alone on the last
line of a page (`B 2`, `VOL. II. B`), or a letter alone if others show that gatherings are signed.
A catchword, in the same position, is the first word of the next page. Both can share a line
(`C 2       town,`). A press figure is a small number alone on the last line of a page that has its
own number elsewhere. A block of figures and strokes between blocks of the front matter (`6/12`) may
be a stamp: that is pending.

Left alone: a footnote that comes back (`1 Ibid., p. 21.`), a heading that occurs once, the title
under the number of a chapter that begins there, a number in a table, a row of stars (a separator),
the number of a chapter.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter

from rapidfuzz.fuzz import ratio

from pipeline.document import Document, Mark, Proposal
from pipeline.text.blocks import LONG, TERMINAL, Line, blocks, lines, numbered_heading, touches
from pipeline.text.note_calls import Calls

_SIGNATURE = re.compile(r"[A-Z]{1,2}\s?\d{1,2}\*?|\d{1,2}\s?[A-Z]\*?")
_VOLUME = re.compile(r"[^\W\d_]{3,6}\.\s+(?:[IVXL]{1,6}|\d{1,2})\.?\s+[A-Z]{1,2}(?:\s?\d{1,2})?\*?")
_AND_CATCHWORD = re.compile(r"(?P<sig>.*\S)\s{2,}(?P<catch>\S+)")
_AS_LETTERS = str.maketrans("015", "ols")  # what figures within a misread title stand for
_STAMP = re.compile(r"[\d/.\-\s#№]*\d[/\-]\d[\d/.\-\s]*")
_LINES = 5  # of a page, on a shorter one of which a sentence must go on around a mark
_PRESSES = 20  # the highest press figure
_RANGE = re.compile(r"\d+\s?[-–]\s?\d+\.?")  # `209-237.`, the pages of a reference
_NUMBER = re.compile(r"\W*(?=.*\d)[\dIilOoSsBZ|]{1,4}\W*")  # 13, i3, l5, 1S: the page's number
_NOTE = re.compile(r"(?:[*†‡§¶]{1,3}|[(\[]?(?P<number>\d{1,3})[)\].]?)\s*(?=[^\W\d_])")
_NEARBY = 24  # pages before and behind: a chapter's running head comes back in its chapter


def furniture(document: Document) -> Iterator[Proposal | Mark]:
    """Takes running heads, signatures, catch-words and stamps out of the flow."""
    all_lines = [line for line in lines(document.text) if line.text]
    offsets = [line.start + line.indent for line in all_lines]
    marks = list(document.marked("page"))
    starts = [bisect_left(offsets, document.reading_at(mark.start)) for mark in marks] or [0]
    names = [mark.get("n") for mark in marks] or [""]
    found = [
        (all_lines[a:b], name)
        for a, b, name in zip(starts, [*starts[1:], len(all_lines)], names, strict=True)
        if a < b
    ]
    pages = [page for page, _ in found]
    if len(pages) > 1:
        yield from _running_heads(document.text, pages)
        yield from _foot_marks(pages, [name for _, name in found])
    yield from _stamps(document)


def _taken_out(line: Line, kind: str, place: str, rule: str, why: str) -> Iterator[Proposal | Mark]:
    start = line.start + line.indent
    end = start + len(line.text)
    yield Mark("furniture", start, end, (("type", kind), ("place", place)))
    yield Proposal(start, end, "", rule, why, "furniture", 0.98)


def _running_heads(text: str, pages: Sequence[Sequence[Line]]) -> Iterator[Proposal | Mark]:
    """Lines at the top or the bottom of three pages or more that are the same but for figures."""
    calls: Calls | None = None
    firsts = [
        "",
        "",
        *(page[0].text.casefold() for page in pages),
    ]  # a page on which a chapter begins has no running head
    numbered = numbered_heading()
    opening = [
        bool(numbered.fullmatch(first)) and first not in firsts[n : n + 2]
        for n, first in enumerate(firsts[2:])
    ]
    for place, edge in (("top", slice(0, 2)), ("bottom", slice(-2, None))):
        found = [
            (n, line, _bare(line.text))
            for n, page in enumerate(pages)
            if len(page) > 4 and not opening[n]
            for line in page[edge]
        ]
        found = [one for one in found if len(one[2]) > 3 and len(one[1].text) < 90]
        for n, line, bare in found:
            nearby = found[
                bisect_left(found, n - _NEARBY, key=itemgetter(0)) : bisect_right(
                    found, n + _NEARBY, key=itemgetter(0)
                )
            ]
            alike = {
                m
                for m, _, text in nearby
                if abs(len(text) - len(bare)) <= 3 and ratio(bare, text) >= 85
            }
            if len(alike - {n}) >= 2 and len(alike) >= 0.15 * min(len(pages), 2 * _NEARBY):
                if m := _NOTE.match(line.text) if place == "bottom" else None:
                    calls = calls or Calls(text)
                    if _is_note(m, calls, pages[n][0].start, line.start):
                        continue
                why = f"comes back, figures aside, at the {place} of {len(alike)} pages"
                yield from _taken_out(
                    line,
                    "header" if place == "top" else "footer",
                    place,
                    "furniture.running-head",
                    why,
                )


def _is_note(m: re.Match[str], calls: Calls, top: int, start: int) -> bool:
    """Whether the last line of a page is a footnote: a sign begins it, or the page calls it.

    Without a call, it is one if it has a second figure and a stop: `1 Ibid., p. 21.`
    """
    if m["number"] is None:
        return True
    again = re.search(r"\d", m.string[m.end() :]) and TERMINAL.search(m.string)
    return bool(again or calls.within(m["number"], top, start))


def _bare(text: str) -> str:
    """A running head less its page number and its stops, misread figures as letters."""
    words = [
        word.translate(_AS_LETTERS) if sum(map(str.isalpha, word)) > 1 else word
        for word in text.split()
        if not _NUMBER.fullmatch(word)
    ]
    return re.sub(r"[\W\d_]+", " ", " ".join(words)).strip().casefold()


def _foot_marks(pages: Sequence[Sequence[Line]], names: Sequence[str]) -> Iterator[Proposal | Mark]:
    """Signatures, catchwords and press figures, on the last line of a page."""
    gatherings = _gatherings(pages)
    for (page, following), name in zip(pairwise(pages), names, strict=False):
        last, opening = page[-1], following[0].text.split()
        if len(page) < 2 or not opening:
            continue
        if len(page) < _LINES and not (
            TERMINAL.search(page[-2].text) is None and opening[0][:1].islower()
        ):
            continue
        both = _AND_CATCHWORD.fullmatch(last.text)
        if (
            _signature(last.text)
            or last.text in gatherings
            or (both and _signature(both["sig"]) and both["catch"] == opening[0])
        ):
            yield from _taken_out(
                last,
                "sig",
                "bottom",
                "furniture.signature",
                "a letter and a figure alone at a page's foot",
            )
        elif _press_figure(last.text, page[-2].text, name):
            yield from _taken_out(
                last,
                "sig",
                "bottom",
                "furniture.press-figure",
                f"a figure alone at the foot of page {name}",
            )
        elif _caught(last.text, page[-2].text, opening[0]):
            yield from _taken_out(
                last,
                "catch",
                "bottom",
                "furniture.catch-word",
                "the word that the next page begins with",
            )


def _gatherings(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Letters that sign the first page of a gathering, `B`, as `B 2` signs another.

    Three in the order of the alphabet show it as well.
    """
    last = [page[-1].text for page in pages[:-1] if len(page) >= _LINES]
    signed = {text[0] for text in last if re.fullmatch(r"[A-Z] ?\d\*?", text)}
    alone = [text for text in last if re.fullmatch("[A-Z]", text)]
    in_order = len(alone) > 2 and alone == sorted(set(alone))
    return frozenset(alone if in_order else signed & set(alone))


def _press_figure(last: str, above: str, n: str) -> bool:
    """Whether a page's last line is the figure of the press that printed it."""
    return bool(
        re.fullmatch(r"\d{1,2}", last)
        and int(last) <= _PRESSES
        and n.isdecimal()
        and n != last
        and TERMINAL.search(above) is None
    )


def _signature(text: str) -> bool:
    """Whether a line is a signature mark: `B 2`, `VOL. II. B`."""
    return bool(_SIGNATURE.fullmatch(text) or _VOLUME.fullmatch(text))


def _caught(last: str, above: str, opening: str) -> bool:
    """Whether a page's last line is the word that the next page begins with."""
    word = last.strip("-")
    return (
        " " not in last
        and word == opening
        and word[:1].isalpha()
        and above.rsplit(maxsplit=1)[-1] != last
    )


def _stamps(document: Document) -> Iterator[Proposal | Mark]:
    """Figures and strokes alone between the blocks before the first paragraph."""
    taken = sorted(
        document.reading_span(mark.start, mark.end) for mark in document.marked("furniture")
    )
    for block in blocks(document):
        if len(block.text) > LONG or len(block.lines) > 4:
            return
        if (
            len(block.lines) == 1
            and _STAMP.fullmatch(block.text)
            and not _RANGE.fullmatch(block.text)
            and not touches(taken, block.start, block.end)
        ):
            why = "figures and strokes alone in the front matter, perhaps a stamp"
            yield Proposal(
                block.start, block.end, "", "furniture.stamp", why, "furniture", 0.5, "held"
            )
