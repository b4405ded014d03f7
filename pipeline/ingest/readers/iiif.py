"""Text in IIIF: annotation lists and pages, and manifests with annotations in them (v2 and v3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.document import Box, Surface
from pipeline.ingest.layer import Line, Page, Word, box_of, parted, size_of
from pipeline.ingest.readers.fields import Object, number, objects, string

_XYWH = re.compile(r"xywh=(?:pixel:)?([\d.]+),([\d.]+),([\d.]+),([\d.]+)")
_WORDS = 8  # annotations of one word each; fewer may be lines of a title page
# What annotations are for that are the text of the page; others comment on it.
_TEXT_OF_PAGE = frozenset({"", "painting", "supplementing", "transcribing"})


def kind_of(data: Any) -> str:
    """What IIIF calls it, without its prefix: "Manifest", "AnnotationPage", …; "" if it is none."""
    if not isinstance(data, dict):
        return ""
    told = string(data.get("@type")) or string(data.get("type"))
    kind = told.rpartition(":")[2].replace("AnnotationList", "AnnotationPage")
    known = "iiif.io/api/" in str(data.get("@context", "")) or told.startswith("sc:")
    return kind if known and kind in {"Manifest", "AnnotationPage", "Collection"} else ""


def pages(data: Any, wanted: Sequence[str] = ()) -> list[Page] | None:
    """The pages of an annotation page, or of a manifest's canvases; None if there is no text.

    `wanted` are ids of canvases, all of them if empty.
    """
    kind = kind_of(data)
    if kind == "AnnotationPage":
        found = [_page(data, {})]
    elif kind == "Manifest":
        found = [
            Page(
                tuple(parted(lines_of(canvas))),
                Surface("", *size_of_canvas(canvas), label_of(canvas)),
            )
            for canvas in canvases(data)
            if not wanted or identity(canvas) in wanted
        ]
    else:
        return None
    return found if any(page.regions for page in found) else None


def canvases(manifest: Object) -> list[dict[str, Any]]:
    """The canvases of a manifest, in order."""
    if "items" in manifest:
        return [one for one in objects(manifest["items"]) if string(one.get("type")) == "Canvas"]
    sequences = objects(manifest.get("sequences"))
    return objects(sequences[0].get("canvases")) if sequences else []


def identity(thing: Object) -> str:
    """The id of anything, in either version."""
    return string(thing.get("id")) or string(thing.get("@id"))


def label_of(thing: Object) -> str:
    """Its label; of several languages the first."""
    return words(thing.get("label"))


def words(value: Any) -> str:
    """A string as IIIF gives it: plain, as `{"@value": …}`, or by language in lists."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, map(words, value)))
    if isinstance(value, dict):
        return words(value["@value"] if "@value" in value else next(iter(value.values()), ""))
    return ""


def lines_of(canvas: Object) -> list[Line]:
    """The lines that a canvas has in annotations within the manifest."""
    lists = [*objects(canvas.get("annotations")), *objects(canvas.get("otherContent"))]
    return [line for one in lists for line in _lines(one)]


def _page(annotations: Object, canvas: Object) -> Page:
    return Page(tuple(parted(list(_lines(annotations)))), Surface("", *size_of_canvas(canvas)))


def size_of_canvas(canvas: Object) -> tuple[int, int]:
    """The width and height of a canvas, (0, 0) if it gives none."""
    return size_of(number(canvas.get("width")), number(canvas.get("height")))


def _lines(page: Object) -> Iterator[Line]:
    """The lines of an annotation page; annotations that are words become lines by their places."""
    held: list[Word] = []
    every = [*objects(page.get("items")), *objects(page.get("resources"))]
    said = [(one, text) for one in every if (text := _said(one)).strip()]
    words_only = len(said) >= _WORDS and not any(len(text.split()) > 1 for _, text in said)
    for annotation, text in said:
        box = _place(annotation)
        if not words_only and string(annotation.get("textGranularity")) != "word":
            yield from (Line((Word(line, box),), box) for line in text.splitlines() if line.strip())
            continue
        if held and not _beside(held[-1].box, box):
            yield Line(tuple(held))
            held = []
        held.append(Word(text, box))
    if held:
        yield Line(tuple(held))


def _beside(last: Box | None, box: Box | None) -> bool:
    """Whether a word goes on with the line of the last one."""
    if last is None or box is None:
        return True
    return box.x0 >= last.x0 and min(last.y1, box.y1) > max(last.y0, box.y0)


def _said(annotation: Object) -> str:
    """What an annotation says, if that is text of the page."""
    told = annotation.get("motivation")
    motives = told if isinstance(told, list) else [told]
    if not any(string(one).rpartition(":")[2] in _TEXT_OF_PAGE for one in motives):
        return ""
    bodies = [*objects(annotation.get("body")), *objects(annotation.get("resource"))]
    said = [
        string(body.get("value")) or string(body.get("chars")) or string(body.get("@value"))
        for body in bodies
        if "Image" not in (string(body.get("type")) or string(body.get("@type")))
    ]
    return re.sub(r"<br\s*/?>", "\n", "\n".join(filter(None, said)))


def _place(annotation: Object) -> Box | None:
    """Where an annotation is: `canvas#xywh=10,20,30,40`, or a selector with that."""
    target = annotation.get("target") or annotation.get("on")
    target = target[0] if isinstance(target, list) and target else target
    told = string(target)
    if isinstance(target, dict):
        selectors = objects(target.get("selector"))
        told = " ".join([identity(target), *(string(one.get("value")) for one in selectors)])
    match = _XYWH.search(told)
    if not match:
        return None
    left, top, width, height = map(float, match.groups())
    return box_of((left, top, left + width, top + height))


def facts(manifest: Object) -> dict[str, str]:
    """What a manifest says of the text: its label, and the metadata whose labels are known."""
    found = {"title": label_of(manifest)}
    for entry in objects(manifest.get("metadata")):
        name = _FACTS.get(label_of(entry).strip().lower().rstrip(":"))
        if name:
            found[name] = re.sub(r"<[^>]*>", "", words(entry.get("value")))
    return found


_FACTS = {
    label: fact
    for fact, labels in {
        "title": ("title", "titre", "titel"),
        "author": ("author", "creator", "auteur", "verfasser", "autor"),
        "date": ("date", "published", "date of publication", "date issued", "erscheinungsjahr"),
        "place": ("place", "place of publication", "lieu", "erscheinungsort"),
        "publisher": ("publisher", "éditeur", "verlag"),
        "language": ("language", "languages", "langue", "sprache"),
    }.items()
    for label in labels
}
