r"""The title matter before the text: series, title, byline, imprint.

The short blocks before the first paragraph are a title page as far as one of them names an author
(`by JOSHUA KUNITZ`), a
publisher, a place with a year (`MOSCOW 1936`), a series or an issue (`A WORLD TO WIN    #24   (1998)`). What stands between
them and the first paragraph are headings of the text.

Left alone: a single heading before a text (a weblog's post), a text that begins at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.fuzz import partial_ratio

from pipeline.document import Document, Mark
from pipeline.text.blocks import Block, blocks

_BYLINE = re.compile(r"(?:by|von|par|por|edited by|translated by|written by)\s+\S", re.IGNORECASE)
_IMPRINT = re.compile(
    r"\b(?:press|publish(?:er|ers|ing|ed)|printed|printing|co-operative|verlag|éditions?|editorial|imprenta|imprimerie|druck)\b|\b1[4-9]\d\d\b|\b20\d\d\b",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"\b(?:no|vol|series|sketches|library|bibliothek|pamphlets?)\b\.?|#\s?\d|№", re.IGNORECASE
)
_PROSE = 200  # characters: a longer block is text


def title_page(document: Document) -> Iterator[Mark]:
    """Marks the parts of a title page and their division."""
    front: list[Block] = []
    for block in blocks(document, claimed=False):
        if len(block.text) > _PROSE or len(front) >= 25:
            break
        front.append(block)
    else:
        return  # nothing but short blocks: no title page, a list or a letter
    telling = [
        i
        for i, block in enumerate(front)
        if _BYLINE.match(block.text) or _IMPRINT.search(block.text) or _SERIES.search(block.text)
    ]
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
    if _BYLINE.match(block.text):
        return "byline"
    if len(block.lines) > 1 and any(_BYLINE.match(line.text) for line in block.lines[1:]):
        return "sub"  # a book under review: title, author and imprint in one
    if _SERIES.search(block.text):
        return "series"
    return "imprint" if _IMPRINT.search(block.text) else "sub"


def _main(parts: list[Block], title: str) -> int:
    """Which part is the title: the one that meta.toml names, else the first that tells nothing
    else.
    """
    if title and title != "unknown":
        scores = [
            partial_ratio(block.text.casefold(), title.casefold()) if len(block.text) > 3 else 0
            for block in parts
        ]
        if max(scores) >= 85:
            return scores.index(max(scores))
    return next((i for i, block in enumerate(parts) if _kind(block) == "sub"), 0)
