"""Write corrections into PAGE: a `TextEquiv` with index 0 before the OCR's reading.

Words, lines and regions all get one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.ingest.layer import Placed, legible
from pipeline.xml import children, local

if TYPE_CHECKING:
    from pipeline.ingest.write import Edit

_YEAR = re.compile(r"/(\d{4})-\d\d-\d\d\}")


def correct(root: etree._Element, words: Sequence[Placed], edits: Sequence[Edit]) -> None:
    """Write the corrections into the words, and through to the lines and regions that hold them.

    Before 2017 an element has one `TextEquiv` at most: there the OCR's reading goes to `custom`,
    `ocr {text:tbe;}`.
    """
    several = (match[1] if (match := _YEAR.search(str(root.tag))) else "") >= "2017"
    for edit in edits:
        for index, reading in zip(edit.words, edit.readings, strict=True):
            word = words[index].word
            old = legible(word.text)
            if old == reading:
                continue
            equivalent = word.element
            if local(equivalent) != "TextEquiv":  # the word's text stands in its glyphs alone
                _add(equivalent, reading)
                continue
            holder = equivalent.getparent()
            counted = [(above, _occurrence(above, holder, old)) for above in _holders(holder)]
            if several:
                _prefer(holder, equivalent, reading)
            else:
                _replace(holder, equivalent, old, reading)
            for above, occurrence in counted:
                _through(above, old, reading, occurrence, several=several)


def _prefer(holder: etree._Element, old: etree._Element, reading: str) -> None:
    """Add a `TextEquiv` before all others, which keep their order after it.

    The OCR's line breaks in a region stay.
    """
    others = list(children(holder, "TextEquiv"))
    new = etree.Element(str(old.tag), {"index": "0", "comments": "corrected by emend"})
    etree.SubElement(new, _named(old, "Unicode")).text = reading
    before = others[0].getprevious()
    new.tail = holder.text if before is None else before.tail  # the indentation, if any
    others[0].addprevious(new)
    kept = sorted(others, key=_index)
    for number, other in enumerate(kept, 1):
        other.set("index", str(number))


def _replace(holder: etree._Element, equivalent: etree._Element, old: str, reading: str) -> None:
    """The reading in place of the OCR's, which goes to `custom`."""
    for unicode in children(equivalent, "Unicode"):
        unicode.text = reading
    kept = (
        old.replace("\\", "\\u005c").replace(";", "\\u003b").replace("}", "\\u007d")
    )  # as Transkribus writes them there
    holder.set("custom", f"{holder.get('custom') or ''} ocr {{text:{kept};}}".strip())


def _add(holder: etree._Element, reading: str) -> None:
    """A `TextEquiv` for an element that has none, behind its coordinates and glyphs."""
    new = etree.Element(
        _named(holder, "TextEquiv"), {"index": "0", "comments": "corrected by emend"}
    )
    etree.SubElement(new, _named(holder, "Unicode")).text = reading
    place = [
        child
        for child in children(holder)
        if local(child) in {"AlternativeImage", "Coords", "Baseline", "Glyph", "Word", "TextLine"}
    ]
    if place:
        place[-1].addnext(new)
    else:
        holder.insert(0, new)


def _holders(word: etree._Element) -> Iterator[etree._Element]:
    """The line and the regions around a word."""
    for above in word.iterancestors():
        if local(above) in {"TextLine", "TextRegion"}:
            yield above


def _occurrence(above: etree._Element, holder: etree._Element, old: str) -> int:
    """How often the word, as corrected so far, occurs before it in its line or region."""
    count = 0
    for element in above.iter(str(holder.tag)):
        if element is holder:
            return count
        first = min(children(element, "TextEquiv"), key=_index, default=None)
        text = (
            ""
            if first is None
            else next((str(unicode.text or "") for unicode in children(first, "Unicode")), "")
        )
        count += sum(word == old for word in text.split())
    return count


def _index(equivalent: etree._Element) -> int:
    told = equivalent.get("index") or ""
    return int(told) if told.isdecimal() and len(told) < 9 else 0


def _through(
    above: etree._Element, old: str, reading: str, occurrence: int, *, several: bool
) -> None:
    """The same correction in the text of a line or region, if it has one of its own."""
    equivalents = list(children(above, "TextEquiv"))
    if not equivalents:
        return
    mine = next((one for one in equivalents if one.get("comments") == "corrected by emend"), None)
    if mine is None and not several:
        mine = equivalents[0]
    if mine is None:
        first = min(equivalents, key=_index)
        text = next((str(unicode.text or "") for unicode in children(first, "Unicode")), "")
        _prefer(above, first, text)
        mine = next(
            one
            for one in children(above, "TextEquiv")
            if one.get("comments") == "corrected by emend"
        )
    unicode = next(children(mine, "Unicode"))
    text = str(unicode.text or "")
    at = -1
    for _ in range(occurrence + 1):
        found = _find(text, old, at + 1)
        if found < 0:
            break
        at = found
    if at >= 0:
        before, behind = text[:at], text[at + len(old) :]
        unicode.text = (
            before + reading + behind
            if reading
            else (before.rstrip(" ") + " " + behind.lstrip(" ")).strip(" ")
        )


def _find(text: str, word: str, start: int) -> int:
    """Where a whole word stands in a text, -1 where nowhere."""
    at = text.find(word, start)
    while at >= 0:
        left, right = text[at - 1 : at] if at else "", text[at + len(word) : at + len(word) + 1]
        if not (left and left.isalnum() and word[:1].isalnum()) and not (
            right and right.isalnum() and word[-1:].isalnum()
        ):
            return at
        at = text.find(word, at + 1)
    return -1


def _named(like: etree._Element, name: str) -> str:
    """A name in the namespace of another element."""
    tag = str(like.tag)
    return tag[: tag.rindex("}") + 1] + name if "}" in tag else name
