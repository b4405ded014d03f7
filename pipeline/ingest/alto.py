"""ALTO, versions 2 to 4 (Library of Congress): what libraries and archives keep beside their page images."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.document import Box, Surface
from pipeline.ingest.layer import Line, Page, Region, Word, box_of, reference, share, size_of
from pipeline.ingest.markup import children, descendants, local
from pipeline.ingest.roles import role_of

# The parts of a page that are margin by definition. What stands in them is furniture or marginalia.
_MARGINS = {"TopMargin": "header", "BottomMargin": "footer", "LeftMargin": "marginalia", "RightMargin": "marginalia"}


def pages(root: etree._Element) -> list[Page]:
    """The pages of an ALTO file. Coordinates stay in the file's unit, in which the page's width and height are given too."""
    image = next((str(one.text or "") for one in descendants(root, "fileName")), "")
    tags = {tag.get("ID", ""): tag.get("LABEL") or tag.get("TYPE") or "" for tags in children(root, "Tags") for tag in children(tags)}
    refs = [ref for order in children(root, "ReadingOrder") for one in descendants(order, "ElementRef") for ref in (one.get("REF") or "").split()]
    rank = {ref: number for number, ref in reversed(list(enumerate(refs)))}  # ALTO 4.3 and later
    found = list(descendants(root, "Page"))
    return [_page(page, reference(image) if number == 0 else "", tags, rank) for number, page in enumerate(found)]


def _page(page: etree._Element, image: str, tags: dict[str, str], rank: dict[str, int]) -> Page:
    width, height = size_of(page.get("WIDTH"), page.get("HEIGHT"))
    surface = Surface(image, width, height, page.get("PRINTED_IMG_NR") or "")
    regions = [region for block in descendants(page, "TextBlock") for region in _regions(block, tags)]
    if any(identity in rank for identity, _, _ in regions):
        regions.sort(key=lambda region: rank.get(region[0], len(rank)))
        return Page(tuple(region for _, _, region in regions), surface)
    return Page(tuple(_ordered(regions)), surface)


def _ordered(regions: list[tuple[str, str, Region]]) -> Iterator[Region]:
    """Regions in the order of the file; where IDNEXT chains them, in that order."""
    following = {here: there for here, there, _ in regions if there}
    if not following:
        yield from (region for _, _, region in regions)
        return
    by_id = {here: region for here, _, region in regions}
    later = set(following.values())
    done: set[str] = set()
    for here, _, _ in [*(one for one in regions if one[0] not in later), *regions]:
        at = here
        while at in by_id and at not in done:
            done.add(at)
            yield by_id[at]
            at = following.get(at, "")


def _regions(block: etree._Element, tags: dict[str, str]) -> Iterator[tuple[str, str, Region]]:
    """A block as (its id, the id of the next one, the region)."""
    told = [tags.get(ref, "") for ref in (block.get("TAGREFS") or "").split()]
    told += [block.get("TYPE") or ""]
    role = next((role for role in map(role_of, told) if role), "")
    if not role:
        role = next((_MARGINS[local(above)] for above in block.iterancestors() if local(above) in _MARGINS), "")
    if role == "header" and (number := _only_number(block)):
        role = number
    lines = tuple(_line(line) for line in descendants(block, "TextLine"))
    identity = block.get("ID") or str(id(block))
    yield identity, block.get("IDNEXT") or "", Region(lines, _box(block), role)


def _only_number(block: etree._Element) -> str:
    """The top margin's `17` is a page number."""
    text = "".join(string.get("CONTENT", "") for string in descendants(block, "String"))
    return "page-number" if text.strip("[]().-–— ").isdecimal() else ""


def _line(line: etree._Element) -> Line:
    words: list[Word] = []
    for element in children(line):
        kind = local(element)
        if kind == "HYP":
            words.append(Word(element.get("CONTENT") or "-", _box(element), None, glued=True, element=element))
        elif kind == "String":
            # Two strings are two words even with no SP between them: some engines write none at all.
            whole = element.get("SUBS_CONTENT") or "" if (element.get("SUBS_TYPE") or "").startswith("HypPart") else ""
            words.append(Word(element.get("CONTENT") or "", _box(element), share(element.get("WC")), whole=whole, element=element))
    return Line(tuple(words), _box(line))


def _box(element: etree._Element) -> Box | None:
    try:
        left, top, width, height = (float(element.get(name) or "") for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    except ValueError:
        return None
    return box_of((left, top, left + width, top + height))
