r"""Title pages, half titles, imprints and dedications; and the drop-head title of an article.

The short blocks before the first paragraph are title matter up to the last one that names an author
(`by JOSHUA KUNITZ`), a publisher, a place with a year (`MOSCOW 1936`), a series or an issue
(`A WORLD TO WIN    #24   (1998)`). Blocks between these and the first paragraph are headings of the
text.

Title matter is a title page if it has an imprint, or pages of its own. Its imprint is divided into
place, publisher and date. In a text with pages, a half title, an imprint on the back of the title
page and a dedication are divisions of their own. The author's name in a byline is marked; a
quotation between the parts of a title page is its epigraph. Otherwise the text begins under its
title: that is a heading, and a book under review is a reference within the heading.

Left alone: a single heading before a text (a blog post), a text that begins at once, a numbered
list, a table of contents, an imprint whose lines show no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rapidfuzz.fuzz import partial_ratio

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.text.blocks import (
    Block,
    Line,
    blocks,
    claims,
    function_words,
    numbered_heading,
    touches,
)

_PROSE = 200  # characters: a longer block is text
_MOST = 25  # blocks
_MANY = 5  # lines of title: more than a text has over its first paragraph
_FEW = 4  # words: `SOVIET SKETCHES`, not `ENTIRE LIBRARY AND HOUSEHOLD GOODS`
_NUMBERED = re.compile(r"(?:[^\W\d_]{2,8}\.?\s)?\(?(?P<value>\d{1,4})[.)]\s+(?=\S)")
_YEAR = re.compile(
    r"(?:1[4-9]\d\d|20\d\d|(?<![^\W\d_])M[.\s]?(?:D|CM)[.\sCDLXVI]{2,})(?=[\s.,)\]]*$)"
)
_NAME = r"[A-ZÀ-Þ][\w.’'-]*"
_EPIGRAPH = re.compile(r"“[^”]{12,}”|\"[^\"]{12,}\"|«[^»]{12,}»|„[^“]{12,}“")
_AUTHOR = re.compile(
    rf"{_NAME}(?:\s(?:(?:&|and|und|et|y|de|du|la|of|van|von)\s){{0,2}}{_NAME}){{0,5}}"
)
_PLACE = re.compile(rf"(?P<place>{_NAME}(?:\s(?:{_NAME}|and|und|et|y|on|upon)){{0,3}})[\s:;,.]*")
_PLACE_FIRST = re.compile(rf"(?P<place>{_NAME}(?:\s{_NAME}){{0,2}}):\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class _Tells:
    """What shows that a block belongs to a title page."""

    byline: re.Pattern[str]
    imprint: re.Pattern[str]
    series: re.Pattern[str]
    edition: re.Pattern[str]
    dedication: re.Pattern[str]

    def title_matter(self, text: str) -> bool:
        """Whether a block names an author, a publisher, a year or a series."""
        return bool(
            self.byline.match(text)
            or self.imprint.search(text)
            or self.series.search(text)
            or re.search(r"\b(?:1[4-9]|20)\d\d\b", text)
        )


@lru_cache(maxsize=8)
def _tells(known: Language) -> _Tells:
    of = known.title_page
    patterns = (
        rf"(?:{alternatives((*of.author, *of.byline))})\s+\S",
        rf"\b(?:{alternatives(of.imprint)})\b",
        rf"\b(?:{alternatives(of.series)})\b\.?|#\s?\d|№",
        rf"\b(?:{alternatives(of.edition)})\b",
        rf"(?:{alternatives(of.dedication)})\b",
    )
    return _Tells(*(re.compile(pattern, re.IGNORECASE) for pattern in patterns))


def title_page(document: Document) -> Iterator[Mark]:
    """Marks the parts of title pages and their divisions, or the heads of a text."""
    parts = _title_matter(document)
    if not parts:
        return
    kinds = [_kind(block) for block in parts]
    main = _main(parts, kinds, dict(document.facts).get("title", ""))
    kinds[main] = "main"
    starts = sorted({document.reading_at(mark.start) for mark in document.marked("page")})
    if not (
        "imprint" in kinds
        or _on_pages_of_its_own(document, parts, starts)
        or sum(kind in {"main", "sub", "byline", "edition"} for kind in kinds) >= _MANY
    ):
        yield from _heads(parts, kinds)
        return
    pages = [sum(start <= block.start for start in starts) for block in parts]
    titled = pages[main]
    for page, numbers in groupby(range(len(parts)), key=lambda n: pages[n]):
        leaf = list(numbers)
        kind = _leaf([parts[n] for n in leaf], [kinds[n] for n in leaf], page - titled)
        for n in leaf:
            kinds[n] = "dedication" if kind == "dedication" else kinds[n]
            yield Mark("titlepart", parts[n].start, parts[n].end, (("type", kinds[n]),))
            if kinds[n] == "byline":
                yield from _author(parts[n])
            if kinds[n] == "imprint":
                yield from _imprint(parts[n])
        yield Mark(
            "division",
            parts[leaf[0]].start,
            parts[leaf[-1]].end,
            (("type", kind), ("part", "front")),
        )


def _title_matter(document: Document) -> list[Block]:
    """The blocks before the text, up to the last that tells what it is."""
    front: list[Block] = []
    taken = claims(document, "heading", "list", "table", "columns")
    beside = claims(document, "furniture", "note", "figure")
    for block in blocks(document):
        if touches(beside, block.start, block.end):
            continue
        if (
            len(block.text) > _PROSE
            or len(front) >= _MOST
            or touches(taken, block.start, block.end)
            or _begins_the_text(block)
        ):
            break
        if front and _is_second(front[-1], block):
            front.pop()
            break
        front.append(block)
    else:
        return []  # nothing but short blocks: no title page, a list or a letter
    tells = _tells(languages.every())
    telling = [i for i, block in enumerate(front) if tells.title_matter(block.text)]
    if not telling or telling[-1] == 0:
        return []
    last = telling[-1] + 1
    while last < len(front) and (
        not re.search(r"[^\W\d_]", front[last].text)
        or _dedicates(front[last], front[last + 1] if last + 1 < len(front) else block)
    ):
        last += 1  # `6/12`, which somebody wrote or stamped under the imprint; `TO⏎MY WIFE`
    return front[:last]


def _begins_the_text(block: Block) -> bool:
    """Whether a block heads the first chapter: `CHAPTER I.`, not `VOLUME I.`."""
    of = languages.every().headings
    chapter = alternatives((*of.chapter, *of.section))
    begins = rf"(?:{chapter})\b|\S+\s(?:{alternatives(of.after_number)})\b"  # `Erstes Kapitel`
    return (
        numbered_heading().fullmatch(block.text) is not None
        and re.match(begins, block.text, re.IGNORECASE) is not None
    )


def _dedicates(block: Block, following: Block) -> bool:
    """Whether a block is a dedication on a page of its own."""
    dedication = _tells(languages.every()).dedication
    alone = block.page_start and following.page_start
    return alone and len(block.lines) < _MANY and dedication.match(block.text) is not None


def _is_second(before: Block, block: Block) -> bool:
    """Whether a block is the second item of a numbered list."""
    first, second = _NUMBERED.match(before.text), _NUMBERED.match(block.text)
    if first is None or second is None:
        return False
    return int(second["value"]) == int(first["value"]) + 1


def _on_pages_of_its_own(document: Document, parts: Sequence[Block], starts: Sequence[int]) -> bool:
    """Whether a page begins after title matter and before the text."""
    following = next((b.start for b in blocks(document) if b.start > parts[-1].start), None)
    return following is not None and any(parts[-1].end <= at <= following for at in starts)


def _kind(block: Block) -> str:
    tells = _tells(languages.every())
    if not re.search(r"[^\W\d_]", block.text) and not _YEAR.search(block.text):
        return "desc"
    if tells.byline.match(block.text):
        return "byline"
    if _is_reviewed(block):
        return "sub"
    if _EPIGRAPH.match(block.text):
        return "epigraph"
    few = len(block.text.split()) <= _FEW or any(map(str.isdigit, block.text))
    if few and tells.series.search(block.text):
        return "series"
    if tells.imprint.search(block.text) or any(map(_is_dated_place, block.lines)):
        return "imprint"
    return "edition" if tells.edition.search(block.text) else "sub"


def _is_dated_place(line: Line) -> bool:
    """Whether a line is a year, perhaps after a place: `MOSCOW 1936`, not `For the Year 1761`."""
    year = _YEAR.search(line.text)
    if year is None:
        return False
    place = line.text[: year.start()].rstrip(" ,.:([")
    known = _PLACE.fullmatch(place) or _PLACE_FIRST.match(place)
    words = re.findall(r"[^\W\d_]+", place.lower())
    return not place or (known is not None and not function_words().intersection(words))


def _is_reviewed(block: Block) -> bool:
    """Whether the lines of a block are a book's title, its author and perhaps its imprint."""
    byline = _tells(languages.every()).byline
    return any(byline.match(line.text) for line in block.lines[1:])


def _main(parts: Sequence[Block], kinds: Sequence[str], title: str) -> int:
    """Which part is the title: what meta.toml names, else the first that tells nothing else.

    A half title has the same words: the title itself stands on the page with the author.
    """
    scores = [0.0] * len(parts)
    if title and title != "unknown":
        scores = [
            partial_ratio(block.text.casefold(), title.casefold()) if len(block.text) > 3 else 0
            for block in parts
        ]
    first = scores.index(max(scores)) if max(scores) >= 85 else -1
    if first < 0:
        first = next((i for i, kind in enumerate(kinds) if kind == "sub"), 0)
    words = parts[first].text.casefold()
    again = [i for i in range(first + 1, len(parts)) if parts[i].text.casefold() == words]
    return again[0] if again else first


def _leaf(parts: Sequence[Block], kinds: Sequence[str], after: int) -> str:
    """What one page of title matter is, `after` pages from the title page."""
    if after == 0:
        return "titlepage"
    if after < 0:
        return "halftitle"
    if set(kinds) <= {"imprint", "edition", "series"}:
        return "imprint"
    dedication = _tells(languages.every()).dedication
    return "dedication" if dedication.match(parts[0].text) else "titlepage"


def _heads(parts: Sequence[Block], kinds: Sequence[str]) -> Iterator[Mark]:
    """The heads of a text that begins under its title."""
    for block, kind in zip(parts, kinds, strict=True):
        if kind == "byline":
            yield Mark("byline", block.start, block.end)
            yield from _author(block)
            continue
        reviewed = kind == "sub" and _is_reviewed(block)
        named = "bibl" if reviewed else kind if kind in {"main", "series"} else "sub"
        yield Mark("heading", block.start, block.end, (("type", named), ("level", "1")))
        if reviewed:
            yield Mark("reference", block.start, block.end)


def _author(block: Block) -> Iterator[Mark]:
    """The author's name in a byline, `by JOHN HALE, M.A.`, if one line has it."""
    by = re.compile(rf"(?:{alternatives(languages.every().title_page.author)})", re.IGNORECASE)
    first = block.lines[0]
    alone = len(block.lines) > 1 and by.fullmatch(first.text.strip()) is not None
    line = block.lines[1] if alone else first
    m = None if alone else re.match(rf"{by.pattern}\s+", line.text, re.IGNORECASE)
    at = m.end() if m else 0
    if (alone or m) and (name := _AUTHOR.match(line.text, at)):
        start = line.span[0]
        yield Mark("author", start + name.start(), start + name.end())


# The imprint


def _imprint(block: Block) -> Iterator[Mark]:
    """Place, publisher and date of an imprint, as its lines show them."""
    house: list[tuple[int, int]] = []
    for n, line in enumerate(block.lines):
        start, rest = line.span[0], line.text
        if date := _YEAR.search(rest):
            yield Mark("docdate", start + date.start(), start + date.end())
            rest = rest[: date.start()].rstrip(" ,;([")
        alone = (date is not None or len(block.lines) > 1) and n in {0, len(block.lines) - 1}
        place = (_PLACE.fullmatch(rest) if alone else None) or _PLACE_FIRST.match(rest)
        if place and not _tells(languages.every()).imprint.search(place["place"]):
            yield Mark("pubplace", start, start + len(place["place"]))
            start, rest = start + place.end(), rest[place.end() :]
        if rest.strip(" .,:;"):
            house.append((start, start + len(rest)))
    lines = [
        n for n, line in enumerate(block.lines) if any(line.start <= s < line.end for s, _ in house)
    ]
    if house and lines[-1] - lines[0] + 1 == len(house):  # nothing else between its lines
        yield Mark("publisher", house[0][0], house[-1][1])
