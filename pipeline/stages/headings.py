r"""Headings of chapters and sections.

A heading is a short block between finished paragraphs: in capitals (`STAKHANOV`, `A FOREWORD.`),
with its words capitalised (`The Drive on the Kulaks`, `“We Love Our Combines”`), numbered
(`CHAPTER II.`, `SCENE 1. A quay.`), a numeral alone if others follow it from `I` on, or, before a
long paragraph, a short line without a stop at its end (`A classic struggle of “us against them”`).
Acts and parts rank above scenes and chapters, and
capitals above capitalised words. Two consecutive headings belong together; the second is a
subtitle. `THE END.` after the last paragraph of a text or of a page closes it.

Left alone: a short paragraph (`Then arrived the memorable day.`), a question in running text
(`What type of people are they?`), a word in capitals after which the sentence continues
(`a very vivid⏎⏎MIX⏎⏎of old and new`), a line that introduces a quotation (`Viola  wrote:`), a
speech (`Stalin: Speak up.`, and `“Tom!”` where people speak to each other), a line of verse, the
last line of a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.text.blocks import (
    OPENING,
    Block,
    blocks,
    cuts_a_sentence,
    function_words,
    in_capitals,
    is_dialogue,
    is_wrapped,
    notes_heading,
    numbered_heading,
    speakers,
    touches,
)

_NUMERAL = re.compile(r"([IVXLC]+)\.?")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SECTION = 40  # characters: `§ 14. A noun is a word that …` is no heading, but a rule
_NAMES = 8  # words of what names a list
_LONG_ENOUGH = 200  # characters: what follows a heading without capitals must be a paragraph


@lru_cache(maxsize=8)
def _numbered_title(known: Language) -> re.Pattern[str]:
    """`CHAPTER II. The Harbour`, `§ 4: Of Tides`; the word has a capital, the number is no word."""
    words = (*known.headings.part, *known.headings.chapter, *known.headings.section)
    capitals = alternatives(form for word in words for form in (word.upper(), word.capitalize()))
    return re.compile(rf"(?:{capitals}|§)\s*(?:[IVXLC]+|\d+)\s*[.:—–-]\s*\S.*")


@lru_cache(maxsize=8)
def _part(known: Language) -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(known.headings.part)})\b", re.IGNORECASE)


@lru_cache(maxsize=8)
def _trailer(known: Language) -> re.Pattern[str]:
    return re.compile(rf"[_*]*(?:{'|'.join(known.headings.trailer) or '(?!)'})\W*", re.IGNORECASE)


def headings(document: Document) -> Iterator[Mark]:
    """Marks headings, with their level and type, and the words that close a book."""
    everything = blocks(document)
    free = {block.start for block in blocks(document, claimed=False)}
    apart = sorted(
        document.reading_span(mark.start, mark.end)
        for mark in document.marked("furniture", "note", "figure")
        if mark.get("place") != "inline"
    )
    adverts = [
        document.reading_span(mark.start, mark.end)
        for mark in document.marked("division")
        if mark.get("type") == "advert"
    ]
    flow = [block for block in everything if not touches(apart, block.start, block.end)]
    wrapped = is_wrapped(document.text)
    names = speakers(document.text)
    dialogue = is_dialogue([block.text for block in flow])
    place = {block.start: n for n, block in enumerate(everything)}
    at = [place[block.start] for block in flow]
    numerals = _numerals(flow, at)
    entries = {
        document.reading_at(mark.start) for mark in document.marked("list") if mark.get("type")
    }
    named = {  # `Inhalt.`, which names the entries below it
        one.end
        for one, below in pairwise(flow)
        if below.start in entries and len(one.lines) == 1 and len(one.text.split()) <= _NAMES
    }
    found: list[tuple[int, Block, str]] = []
    for i, block in enumerate(flow):
        if block.start not in free or any(start < block.start < end for start, end in adverts):
            continue
        if block.text in names:
            continue  # `HUGH.`, above what he says
        beside = (
            flow[n].text
            for n in (i - 1, i + 1)
            if 0 <= n < len(flow) and abs(at[n] - at[i]) == 1  # no note stands between them
        )
        if _NUMERAL.fullmatch(block.text) and any(map(_NUMERAL.fullmatch, beside)):
            continue  # as on the face of a clock
        before = flow[i - 1] if i else None
        after = flow[i + 1] if i + 1 < len(flow) else None
        if before is not None and _closes(before, block, after):
            yield Mark("trailer", block.start, block.end)
            continue
        headed = bool(found) and at[found[-1][0]] == at[i] - 1
        if dialogue and not headed and block.text[:1] in OPENING:
            continue  # somebody speaks: `“Oh, Aunt Polly!”`
        style = "numeral" if block.start in numerals else ""
        last = i + 1 == len(flow) < len(everything)  # nothing but notes comes after it
        if last and numbered_heading().fullmatch(block.text):
            style = "numbered"
        if block.end in named or (last and notes_heading().fullmatch(block.text)):
            style = "capitals" if in_capitals(block.text) else "capitalised"
        if style := style or _style(
            block,
            before,
            after,
            headed=headed,
            wrapped=wrapped,
        ):
            found.append((i, block, style))
    if 2 * sum(
        after == "capitals" and n == i + 1
        for (i, _, style), (n, _, after) in pairwise(found)
        if style == "numeral"
    ) > len(numerals):
        found = [
            (i, block, "numbered" if style == "numeral" else style) for i, block, style in found
        ]
    styles = [
        style
        for style in ("part", "numbered", "capitals", "numeral", "capitalised", "plain")
        if any(style == other for _, _, other in found)
    ]
    if "capitalised" in styles and "plain" in styles:
        styles.remove("plain")  # of one rank: a weblog capitalises some titles and not others
    titled = any(
        not any(start <= document.reading_at(mark.start) < end for start, end in adverts)
        for mark in document.marked("heading")
    )
    previous: tuple[int, int] | None = None
    for i, block, style in found:
        level = (
            min(styles.index(style), 2) + 1 if style in styles else styles.index("capitalised") + 1
        )
        kind = "number" if style in {"part", "numbered", "numeral"} else "main"
        if (
            previous
            and previous[0] == i - 1
            and at[previous[0]] == at[i] - 1
            and (
                previous[1] == level
                or (kind == "main" and styles[previous[1] - 1] in {"part", "numbered"})
            )
        ):
            kind, level = "sub", previous[1]
        previous = (i, level)
        below = level + titled  # the text begins under a title of its own
        yield Mark("heading", block.start, block.end, (("type", kind), ("level", str(below))))


def _numerals(flow: Sequence[Block], at: Sequence[int]) -> frozenset[int]:
    """Where Roman numerals stand alone that count on from I, at least to II.

    The numerals of the faces of a clock do not: each begins a stretch of text. `at` says where each
    block stands among all, notes too.
    """
    rows: list[list[int]] = []
    for i, block in enumerate(flow):
        m = _NUMERAL.fullmatch(block.text)
        if m is None or (i and not (block.gap or block.page_start)):
            continue
        if m[1] == "I":
            rows.append([i])
        elif rows and _roman(m[1]) == len(rows[-1]) + 1 and at[rows[-1][-1]] < at[i] - 1:
            rows[-1].append(i)
    return frozenset(flow[i].start for row in rows if len(row) > 1 for i in row)


def _roman(numeral: str) -> int:
    """The value of a Roman numeral."""
    values = [_ROMAN[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )


def _closes(before: Block, block: Block, after: Block | None) -> bool:
    """Whether a block closes a book: `THE END.`, the last of the text or of its page."""
    return (
        before.finished
        and len(block.lines) == 1
        and bool(block.gap)
        and (after is None or after.page_start)
        and _trailer(languages.every()).fullmatch(block.text) is not None
    )


def _style(
    block: Block, before: Block | None, after: Block | None, *, headed: bool, wrapped: bool
) -> str:
    """How a block is set as a heading; "" where it is none."""
    text = block.text.strip("*_ ")
    bare = text.rstrip("\"'”’»)]*_ ")
    if (
        len(block.lines) > 3
        or len(text) > 120
        or after is None
        or not re.search(r"[^\W\d_]{2}", text)
    ):
        return ""
    known = languages.every()
    sentence = text.startswith("§") and text.endswith(".") and len(text) > _SECTION
    if numbered_heading().fullmatch(text) or (
        _numbered_title(known).fullmatch(text) and len(block.lines) < 3 and not sentence
    ):
        behind = text.split(maxsplit=1)[-1]  # `Dritter Akt`
        part = _part(known).match(text) or (_part(known).match(behind) and len(text.split()) == 2)
        return "part" if part else "numbered"
    if cuts_a_sentence(before, block, after):
        return ""
    apart = before is None or headed or before.finished or block.gap >= 1
    if not apart or text[:1].islower() or bare.endswith((",", ";", ":", "-", "—")):
        return ""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text)
    if (
        words[-1].islower() and words[-1] in function_words()
    ):  # `The Best Sons of the Fatherland by⏎L. Viola is the history`
        return ""
    if in_capitals(text) and (block.gap or before is None or block.page_start or headed):
        return "capitals"
    if bare.endswith("."):
        return ""
    goes_on = before is not None and not headed and not before.finished and after.text[:1].islower()
    if goes_on or len(block.lines) > 2 or len(text) > 90:
        return ""
    alone = (block.gap or block.page_start or before is None or headed) and (
        after.gap or after.page_start
    )
    if _capitalised(words) and alone and len(words) <= 14:
        return "capitalised"
    unstopped = not bare.endswith(("!", "?", "…")) and (block.gap or before is None)
    first = before is None or before.finished or headed
    if (
        unstopped
        and first
        and after.gap
        and not after.text[:1].islower()
        and len(block.lines) == 1
        and len(text) >= 8
        and len(after.text) > _LONG_ENOUGH
    ):
        return "plain" if not wrapped or len(text) < 60 else ""
    return ""


def _capitalised(words: Sequence[str]) -> bool:
    """Whether words are capitalised as in a title; a single word must be a title by itself."""
    small = languages.every().headings.uncapitalised
    content = [word for word in words if word.lower() not in small]
    return bool(content) and words[0][0].isupper() and all(word[0].isupper() for word in content)
