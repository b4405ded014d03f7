r"""The title page before the text: series, title, byline, imprint.

The short blocks before the first paragraph are a title page up to the last one that names an author
(`by JOSHUA KUNITZ`), a publisher, a place with a year (`MOSCOW 1936`), a series or an issue
(`A WORLD TO WIN    #24   (1998)`). Blocks between these and the first paragraph are headings of the
text.

Left alone: a single heading before a text (a blog post), a text that begins at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.fuzz import partial_ratio

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.text.blocks import Block, blocks

_PROSE = 200  # characters: a longer block is text


@dataclass(frozen=True, slots=True)
class _Tells:
    """What shows that a block belongs to a title page."""

    byline: re.Pattern[str]
    imprint: re.Pattern[str]
    series: re.Pattern[str]

    def title_matter(self, text: str) -> bool:
        """Whether a block names an author, a publisher, a year or a series."""
        return bool(
            self.byline.match(text) or self.imprint.search(text) or self.series.search(text)
        )


@lru_cache(maxsize=8)
def _tells(known: Language) -> _Tells:
    of = known.title_page
    patterns = (
        rf"(?:{alternatives(of.byline)})\s+\S",
        rf"\b(?:{alternatives(of.imprint)})\b|\b1[4-9]\d\d\b|\b20\d\d\b",
        rf"\b(?:{alternatives(of.series)})\b\.?|#\s?\d|№",
    )
    return _Tells(*(re.compile(pattern, re.IGNORECASE) for pattern in patterns))


def title_page(document: Document) -> Iterator[Mark]:
    """Marks the parts of a title page and their division."""
    front: list[Block] = []
    for block in blocks(document, claimed=False):
        if len(block.text) > _PROSE or len(front) >= 25:
            break
        front.append(block)
    else:
        return  # nothing but short blocks: no title page, a list or a letter
    tells = _tells(languages.every())
    telling = [i for i, block in enumerate(front) if tells.title_matter(block.text)]
    if not telling or telling[-1] == 0:
        return
    parts = front[: telling[-1] + 1]
    title = dict(document.facts).get("title", "")
    main = _main(parts, title)
    for i, block in enumerate(parts):
        kind = "main" if i == main else _kind(block)
        yield Mark("titlepart", block.start, block.end, (("type", kind),))
    yield Mark(
        "division", parts[0].start, parts[-1].end, (("type", "titlepage"), ("part", "front"))
    )


def _kind(block: Block) -> str:
    tells = _tells(languages.every())
    if tells.byline.match(block.text):
        return "byline"
    if len(block.lines) > 1 and any(tells.byline.match(line.text) for line in block.lines[1:]):
        return "sub"  # a book under review: title, author and imprint in one
    if tells.series.search(block.text):
        return "series"
    return "imprint" if tells.imprint.search(block.text) else "sub"


def _main(parts: list[Block], title: str) -> int:
    """Which part is the title: the one in meta.toml, else the first with no other role."""
    if title and title != "unknown":
        scores = [
            partial_ratio(block.text.casefold(), title.casefold()) if len(block.text) > 3 else 0
            for block in parts
        ]
        if max(scores) >= 85:
            return scores.index(max(scores))
    return next((i for i, block in enumerate(parts) if _kind(block) == "sub"), 0)
