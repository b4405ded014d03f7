"""Write corrections into ALTO: the reading is `CONTENT`, the OCR's an `ALTERNATIVE`."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.ingest.layer import Placed, legible
from pipeline.xml import children, local

if TYPE_CHECKING:
    from pipeline.ingest.write import Edit

_VERSION = re.compile(r"ns-v(\d)")
_DONE = "Readings corrected by emend; what the OCR read stands in ALTERNATIVE with the purpose OCR."


def correct(root: etree._Element, words: Sequence[Placed], edits: Sequence[Edit]) -> None:
    """Write the corrections into the strings, and a processing step into the description."""
    for edit in edits:
        for index, reading in zip(edit.words, edit.readings, strict=True):
            _replace(words, index, reading)
    if edits:
        _note(root)


def _replace(words: Sequence[Placed], index: int, reading: str) -> None:
    word = words[index].word
    element = word.element
    if reading == legible(word.text):
        return
    if local(element) == "HYP":
        element.set("CONTENT", reading)
        return
    if word.whole and reading:
        for near in words[max(0, index - 3) : index + 4]:
            if near.word.whole == word.whole and near.word.element is not None:
                near.word.element.set("SUBS_CONTENT", word.whole.replace(word.text, reading, 1))
    alternative = etree.Element(_named(element, "ALTERNATIVE"), {"PURPOSE": "OCR"})
    alternative.text = word.text
    shapes = sum(1 for _ in children(element, "Shape"))
    element.insert(shapes, alternative)
    first, *rest = reading.split(" ")
    element.set("CONTENT", first)
    if rest and "SUBS_TYPE" not in element.attrib:
        _split(element, [first, *rest])
    elif rest:
        element.set("CONTENT", reading)


def _split(element: etree._Element, readings: Sequence[str]) -> None:
    """One string as several, side by side, each as wide as its letters are many."""
    try:
        left, width = float(element.get("HPOS", "")), float(element.get("WIDTH", ""))
    except ValueError:
        left = width = -1.0
    total = sum(map(len, readings)) + len(readings) - 1
    after, tail = element, element.tail
    at = left
    for number, reading in enumerate(readings):
        share = width * len(reading) / total
        if number:
            space = etree.Element(_named(element, "SP"))
            string = etree.Element(str(element.tag), copy.deepcopy(dict(element.attrib)))
            if identity := element.get("ID"):
                string.set("ID", f"{identity}.{number + 1}")
            after.addnext(space)
            if width >= 0:
                space.set("HPOS", f"{at - width / total:.0f}")
                space.set("VPOS", element.get("VPOS", "0"))
                space.set("WIDTH", f"{width / total:.0f}")
            space.tail = None
            space.addnext(string)
            string.tail = None
            after = string
        after.set("CONTENT", reading)
        if width >= 0:
            after.set("HPOS", f"{at:.0f}")
            after.set("WIDTH", f"{share:.0f}")
        at += share + width / total
    element.tail = None
    after.tail = tail


def _note(root: etree._Element) -> None:
    """Record what was done: `Processing` in ALTO 4, else `postProcessingStep`."""
    description = next(children(root, "Description"), None)
    if description is None:
        root.insert(0, etree.Comment(f" {_DONE} "))
        return
    version = _VERSION.search(str(root.tag))
    if version and int(version[1]) >= 4:
        taken = {element.get("ID") for element in root.iter() if isinstance(element.tag, str)}
        step = etree.SubElement(
            description,
            _named(root, "Processing"),
            {"ID": "emend" if "emend" not in taken else "emend.corrections"},
        )
        etree.SubElement(step, _named(root, "processingCategory")).text = "contentModification"
    else:
        processing = list(children(description, "OCRProcessing"))
        if not processing:
            description.append(etree.Comment(f" {_DONE} "))
            return
        step = etree.SubElement(processing[-1], _named(root, "postProcessingStep"))
    etree.SubElement(step, _named(root, "processingStepDescription")).text = _DONE
    software = etree.SubElement(step, _named(root, "processingSoftware"))
    etree.SubElement(software, _named(root, "softwareName")).text = "emend"


def _named(like: etree._Element, name: str) -> str:
    """A name in the namespace of another element."""
    tag = str(like.tag)
    return tag[: tag.rindex("}") + 1] + name if "}" in tag else name
