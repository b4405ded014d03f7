"""Corrections into hOCR, as its chapter on alternative readings has it.

`<span class="alternatives"><ins class="alt">the</ins><del class="alt">tbe</del></span>`
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.ingest.layer import Placed, legible
from pipeline.xml import descendants

if TYPE_CHECKING:
    from pipeline.ingest.write import Edit


def correct(root: etree._Element, words: Sequence[Placed], edits: Sequence[Edit]) -> None:
    """Write the corrections into the words; say in the head who did."""
    for edit in edits:
        for index, reading in zip(edit.words, edit.readings, strict=True):
            _replace(words[index].word.element, words[index].word.text, reading)
    head = next(descendants(root, "head"), None)
    if (
        edits
        and head is not None
        and not any(meta.get("name") == "ocr-corrected-by" for meta in descendants(head, "meta"))
    ):
        last = head[-1] if len(head) else None
        meta = etree.SubElement(head, _named(head, "meta"))
        meta.set("name", "ocr-corrected-by")
        meta.set("content", "emend")
        if last is not None:  # on a line of its own if the element before it is
            before = last.getprevious()
            meta.tail = last.tail
            last.tail = head.text if before is None else before.tail


def _replace(word: etree._Element, old: str, reading: str) -> None:
    old = legible(old)
    if old == reading:
        return
    for child in list(word):
        word.remove(child)
    word.text = None
    both = etree.SubElement(word, _named(word, "span"), {"class": "alternatives"})
    etree.SubElement(both, _named(word, "ins"), {"class": "alt"}).text = reading
    etree.SubElement(both, _named(word, "del"), {"class": "alt"}).text = old


def _named(like: etree._Element, name: str) -> str:
    """A name in the namespace of another element."""
    tag = str(like.tag)
    return tag[: tag.rindex("}") + 1] + name if "}" in tag else name
