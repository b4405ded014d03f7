"""Page images as a IIIF manifest (https://iiif.io/api/presentation/3.0/) with their text.

The divisions of the text are ranges. Each canvas has its transcription in a file of its own, an
annotation for each line, or for the page if its lines are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.html import direction
from pipeline.publish import records, tiles
from pipeline.publish.model.chapters import addresses
from pipeline.publish.model.model import (
    Anchor,
    Block,
    Edit,
    Edition,
    Inline,
    LineBreak,
    PageStart,
    Span,
    Surface,
    flatten,
    spoken,
)

_CONTEXT: Final = "http://iiif.io/api/presentation/3/context.json"
# The addresses that a manifest's `rights` may have, which it must give with "http:".
_OPEN: Final = re.compile(
    r"https?://(?:www\.)?((?:creativecommons\.org/(?:licenses|publicdomain)|rightsstatements\.org/"
    r"vocab)/.*)",
    re.IGNORECASE,
)
_MEDIA: Final = {
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".jp2": "image/jp2",
}


def written(edition: Edition, base_url: str) -> dict[str, str]:
    """The manifest and the transcription of each canvas as JSON, by file; none without images.

    The ids of a manifest must be web addresses: without `base_url` it serves viewers on the same
    site only.
    """
    where = f"{base_url}{edition.id}/"
    images = [i for i, surface in enumerate(edition.surfaces) if surface.url]
    if not images:
        return {}
    canvas = {surface: f"{where}canvas/{n}" for n, surface in enumerate(images, 1)}
    read = _transcribed(edition)
    files = {}
    canvases = []
    for n, i in enumerate(images, 1):
        surface = edition.surfaces[i]
        found = _canvas(surface, canvas[i], where)
        if any(surface.full):
            cut = tiles.folder_of(surface.url)
            files[f"{cut}/info.json"] = records.as_json(tiles.service(where + cut, surface.full))
        if lines := read.get(i):
            name = f"transcription-{n:04}.json"
            page = {"id": where + name, "type": "AnnotationPage"}
            found["annotations"] = [page]
            items = list(_transcription(edition, edition.surfaces[i], canvas[i], lines))
            files[name] = records.as_json({"@context": _CONTEXT, **page, "items": items})
        canvases.append(found)
    return {"manifest.json": records.as_json(_manifest(edition, where, canvases, canvas)), **files}


def _manifest(
    edition: Edition, where: str, canvases: Sequence[Any], canvas: Mapping[int, str]
) -> dict[str, Any]:
    language = edition.language
    facts = [("Author", list(edition.authors)), ("Printed", [edition.imprint.line])]
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "id": f"{where}manifest.json",
        "type": "Manifest",
        "label": {language: [edition.title]},
        "metadata": [
            {"label": {"en": [name]}, "value": {"none": values}}
            for name, values in facts
            if any(values)
        ],
        "homepage": [
            {"id": where, "type": "Text", "label": {"en": ["Reading page"]}, "format": "text/html"}
        ],
        "rendering": [
            {
                "id": f"{where}{edition.id}.epub",
                "type": "Text",
                "label": {"en": ["EPUB"]},
                "format": "application/epub+zip",
            }
        ],
        "seeAlso": [
            {
                "id": f"{where}{edition.id}.xml",
                "type": "Dataset",
                "label": {"en": ["TEI"]},
                "format": "application/tei+xml",
            }
        ],
        "items": canvases,
    }
    licences = [one for one in edition.licences if one.text or one.url]
    rights = [open_.group(1) for one in licences if (open_ := _OPEN.match(one.url))]
    if rights:
        found["rights"] = f"http://{rights[0]}"
    if licences:
        said = [one.text or one.url for one in licences]
        found["requiredStatement"] = {"label": {"en": ["Rights"]}, "value": {"none": said}}
    if summary := edition.abstract or records.source(edition):
        found["summary"] = {language: [summary]}
    if direction(language) == "rtl":
        found["viewingDirection"] = "right-to-left"
    ranges, _ = _ranges(edition.blocks, edition, where, canvas, -1)
    if ranges:
        found["structures"] = ranges
    return found


def _canvas(surface: Surface, name: str, where: str) -> dict[str, Any]:
    width, height = surface.width or 1000, surface.height or 1500
    url = surface.url if "://" in surface.url else where + surface.url
    media = next(
        (kind for suffix, kind in _MEDIA.items() if url.lower().endswith(suffix)), "image/jpeg"
    )
    shown = surface.shown_width or width
    image: dict[str, Any] = {
        "id": url,
        "type": "Image",
        "format": media,
        "width": shown,
        "height": max(1, round(height * shown / width)),
    }
    if any(surface.full):
        image["service"] = [
            {
                "id": where + tiles.folder_of(surface.url),
                "type": "ImageService3",
                "profile": "level0",
            }
        ]
    painting = {
        "id": f"{name}/image",
        "type": "Annotation",
        "motivation": "painting",
        "body": image,
        "target": name,
    }
    return {
        "id": name,
        "type": "Canvas",
        "label": {"none": [surface.n]},
        "height": height,
        "width": width,
        "items": [{"id": f"{name}/page", "type": "AnnotationPage", "items": [painting]}],
    }


# Ranges: the table of contents


def _ranges(
    blocks: Iterable[Block], edition: Edition, where: str, canvas: Mapping[int, str], surface: int
) -> tuple[list[dict[str, Any]], int]:
    """The divisions with a title as ranges, and the surface on which the blocks end.

    `surface` is that on which they begin.
    """
    found: list[dict[str, Any]] = []
    for block in blocks:
        begins = surface
        starts = [
            one.surface for _, one in addresses([block], edition) if isinstance(one, PageStart)
        ]
        surface = starts[-1] if starts else surface
        if block.role != "division":
            continue
        inner, _ = _ranges(block.children, edition, where, canvas, begins)
        if not block.title or not block.id:
            found += inner
            continue
        # A page that begins before the first word of a division is its first.
        seen = starts if _begins_page(block) else [begins, *starts]
        items = [
            {"id": canvas[one], "type": "Canvas"} for one in dict.fromkeys(seen) if one in canvas
        ]
        if items or inner:
            found.append(
                {
                    "id": f"{where}range/{block.id}",
                    "type": "Range",
                    "label": {block.language or edition.language: [block.title]},
                    "items": [*items, *inner],
                }
            )
    return found, surface


def _begins_page(block: Block) -> bool:
    """Whether a page begins before the first word of a block."""
    for one in flatten([block]):
        for inline in one.content:
            if isinstance(inline, PageStart):
                return True
            if "".join(spoken([inline], "edited")).strip():
                return False
    return False


# Transcriptions


@dataclass(slots=True)
class _Reader:
    """Collects the text of each surface by line; where lines are unknown, under an empty id."""

    edition: Edition
    zones: Mapping[str, int]  # a zone → its surface
    surface: int = -1
    zone: str = ""
    found: dict[int, dict[str, str]] = field(default_factory=dict)

    def blocks(self, blocks: Iterable[Block]) -> None:
        for block in flatten(blocks):
            self.move(block.zone)
            self.inlines(block.content)
            self.add("\n")

    def move(self, zone: str) -> None:
        if zone in self.zones:
            self.zone, self.surface = zone, self.zones[zone]

    def add(self, text: str) -> None:
        lines = self.found.setdefault(self.surface, {})
        lines[self.zone] = lines.get(self.zone, "") + text

    def end(self, end: LineBreak) -> None:
        """The end of a line, with the hyphen of a word that goes on in the next."""
        lines = self.found.get(self.surface, {})
        hyphened = lines.get(self.zone, "").endswith(("-", "‐"))
        self.add("" if end.joined and (hyphened or not end.zone) else "-" if end.joined else " ")
        self.move(end.zone)

    def inlines(self, content: Iterable[Inline]) -> None:
        for one in content:
            if isinstance(one, PageStart):
                self.surface, self.zone = one.surface, one.zone
            elif isinstance(one, LineBreak):
                self.end(one)
            elif isinstance(one, Edit):
                self.inlines(one.edited)
            elif isinstance(one, Span):
                self.inlines(one.content)
            elif isinstance(one, Anchor):
                self.add(one.sign)
            else:
                self.add("".join(spoken([one], "edited")))


def _transcribed(edition: Edition) -> dict[int, list[tuple[str, str]]]:
    """The edited text of each surface: pairs of a line's zone and its text."""
    zones = {zone.id: i for i, surface in enumerate(edition.surfaces) for zone in surface.zones}
    reader = _Reader(edition, zones)
    reader.blocks(edition.blocks)
    for note in edition.notes.values():
        reader.zone = ""
        start = next((block.page for block in flatten(note.blocks) if block.page), "")
        pages = [page.surface for page in edition.pages if page.n == start]
        reader.surface = pages[0] if pages else -1
        reader.blocks(note.blocks)
    return {
        surface: [(zone, text.strip()) for zone, text in lines.items() if text.strip()]
        for surface, lines in reader.found.items()
    }


def _transcription(
    edition: Edition, surface: Surface, canvas: str, lines: Iterable[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    places = {zone.id: zone for zone in surface.zones}
    for n, (zone, text) in enumerate(lines, 1):
        place = places.get(zone)
        box = f"#xywh={place.x},{place.y},{place.width},{place.height}" if place else ""
        yield {
            "id": f"{canvas}/line/{n}",
            "type": "Annotation",
            "motivation": "supplementing",
            "body": {
                "type": "TextualBody",
                "value": " ".join(text.split()) if place else text,
                "language": edition.language,
                "format": "text/plain",
            },
            "target": canvas + box,
        }
