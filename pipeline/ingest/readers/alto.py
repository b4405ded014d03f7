"""ALTO, versions 2 to 4 (Library of Congress), which libraries keep with their page images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from lxml import etree

from pipeline.document import Box, Surface
from pipeline.ingest.layer import (
    Line,
    Page,
    Region,
    Word,
    box_of,
    by_role,
    reference,
    share,
    size_of,
    with_initials,
)
from pipeline.ingest.readers.roles import role_of
from pipeline.xml import children, descendants, local

# The parts of a page that are margin by definition. What stands in them is furniture or marginalia.
_MARGINS = {
    "TopMargin": "header",
    "BottomMargin": "footer",
    "LeftMargin": "marginalia",
    "RightMargin": "marginalia",
}


def pages(root: etree._Element, order: Sequence[str] = ()) -> list[Page]:
    """The pages of an ALTO file. `order` are ids of blocks in the order of a METS's articles.

    Coordinates stay in the file's unit, in which the page's width and height are given too.
    """
    image = next((str(one.text or "") for one in descendants(root, "fileName")), "")
    tags = {
        tag.get("ID", ""): tag.get("LABEL") or tag.get("TYPE") or ""
        for tags in children(root, "Tags")
        for tag in children(tags)
    }
    refs = [
        ref
        for order in children(root, "ReadingOrder")
        for one in descendants(order, "ElementRef")
        for ref in (one.get("REF") or "").split()
    ]
    refs = refs or list(order)
    rank = {ref: number for number, ref in reversed(list(enumerate(refs)))}  # ALTO 4.3 and later
    found = list(descendants(root, "Page"))
    return [
        _page(page, reference(image) if number == 0 else "", tags, rank)
        for number, page in enumerate(found)
    ]


def _page(page: etree._Element, image: str, tags: dict[str, str], rank: dict[str, int]) -> Page:
    width, height = size_of(page.get("WIDTH"), page.get("HEIGHT"))
    surface = Surface(image, width, height, page.get("PRINTED_IMG_NR") or "")
    blocks = list(descendants(page, "TextBlock"))
    ordered = sorted(blocks, key=lambda block: _rank(block, rank)) if rank else _chained(blocks)
    regions = (
        region
        for table, run in groupby(ordered, key=lambda block: _table(block, tags))
        for region in ([_cells(table, run)] if table is not None else _regions_of(run, tags))
    )
    return Page(tuple(with_initials(regions)), surface)


def _table(block: etree._Element, tags: dict[str, str]) -> etree._Element | None:
    """The composed block that is a table with this block as a cell, as in ABBYY's ALTO."""
    above = (one for one in block.iterancestors() if local(one) == "ComposedBlock")
    return next((one for one in above if _tagged(one, tags) == "table"), None)


def _cells(table: etree._Element, blocks: Iterable[etree._Element]) -> Region:
    lines = (_line(line) for block in blocks for line in descendants(block, "TextLine"))
    return Region(tuple(lines), _box(table), "table")


def _regions_of(blocks: Iterable[etree._Element], tags: dict[str, str]) -> Iterator[Region]:
    for block in blocks:
        yield from _regions(block, tags)


def _rank(block: etree._Element, rank: dict[str, int]) -> int:
    """A block's place in an order, which may name the composed block that it is in."""
    named = (
        rank[identity]
        for one in (block, *block.iterancestors())
        if (identity := one.get("ID") or "") in rank
    )
    return next(named, len(rank))


def _chained(blocks: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """Blocks in the order of the file; where IDNEXT chains them, in that order."""
    by_id = {block.get("ID") or str(number): block for number, block in enumerate(blocks)}
    later = {block.get("IDNEXT") for block in blocks}
    done: set[str] = set()
    for here in [*(identity for identity in by_id if identity not in later), *by_id]:
        at = here
        while at in by_id and at not in done:
            done.add(at)
            yield by_id[at]
            at = by_id[at].get("IDNEXT") or ""


def _tagged(element: etree._Element, tags: dict[str, str]) -> str:
    """The role that an element's tags or type tell."""
    told = [
        *(tags.get(ref, "") for ref in (element.get("TAGREFS") or "").split()),
        element.get("TYPE") or "",
    ]
    return next((role for role in map(role_of, told) if role), "")


def _regions(block: etree._Element, tags: dict[str, str]) -> Iterator[Region]:
    """A block, parted where its lines have types of their own."""
    role = _tagged(block, tags)
    if not role:
        role = next(
            (_MARGINS[local(above)] for above in block.iterancestors() if local(above) in _MARGINS),
            "",
        )
    if role == "header" and (number := _only_number(block)):
        role = number
    yield from by_role(
        ((_line(line), _tagged(line, tags)) for line in descendants(block, "TextLine")),
        _box(block),
        role,
    )


def _only_number(block: etree._Element) -> str:
    """The top margin's `17` is a page number."""
    text = "".join(string.get("CONTENT", "") for string in descendants(block, "String"))
    return "page-number" if text.strip("[]().-–— ").isdecimal() else ""


def _line(line: etree._Element) -> Line:
    words: list[Word] = []
    for element in children(line):
        kind = local(element)
        if kind == "HYP":
            words.append(
                Word(element.get("CONTENT", "-"), _box(element), None, glued=True, element=element)
            )
        elif kind == "String":
            # Two strings are two words even with no SP between them: some engines write none at
            # all.
            whole = (
                element.get("SUBS_CONTENT") or ""
                if (element.get("SUBS_TYPE") or "").startswith("HypPart")
                else ""
            )
            words.append(
                Word(
                    element.get("CONTENT") or "",
                    _box(element),
                    share(element.get("WC")),
                    whole=whole,
                    element=element,
                )
            )
    return Line(tuple(words), _box(line))


def _box(element: etree._Element) -> Box | None:
    try:
        left, top, width, height = (
            float(element.get(name) or "") for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")
        )
    except ValueError:
        return None
    return box_of((left, top, left + width, top + height))
