"""Page images as a IIIF manifest (https://iiif.io/api/presentation/3.0/)."""

from __future__ import annotations

from typing import Any

from pipeline.publish import records
from pipeline.publish.model.model import Edition

_MEDIA = {
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".jp2": "image/jp2",
}


def manifest(edition: Edition, base_url: str) -> dict[str, Any] | None:
    """The manifest, with a canvas for each page image; None if there are no images.

    The ids of a manifest must be web addresses: without `base_url` it serves viewers on the same
    site only.
    """
    surfaces = [surface for surface in edition.surfaces if surface.url]
    if not surfaces:
        return None
    where = f"{base_url}{edition.id}/"
    language = edition.language
    canvases = []
    for i, surface in enumerate(surfaces, 1):
        canvas = f"{where}canvas/{i}"
        width, height = surface.width or 1000, surface.height or 1500
        url = surface.url if "://" in surface.url else where + surface.url
        media = next(
            (kind for suffix, kind in _MEDIA.items() if url.lower().endswith(suffix)), "image/jpeg"
        )
        shown = surface.shown_width or width
        image = {
            "id": url,
            "type": "Image",
            "format": media,
            "width": shown,
            "height": max(1, round(height * shown / width)),
        }
        annotation = {
            "id": f"{canvas}/image",
            "type": "Annotation",
            "motivation": "painting",
            "body": image,
            "target": canvas,
        }
        page = {"id": f"{canvas}/page", "type": "AnnotationPage", "items": [annotation]}
        canvases.append(
            {
                "id": canvas,
                "type": "Canvas",
                "label": {"none": [surface.n]},
                "height": height,
                "width": width,
                "items": [page],
            }
        )
    facts = [
        ("Author", list(edition.authors)),
        ("Printed", [edition.imprint.line]),
    ]
    found: dict[str, Any] = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
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
    rights = next(
        (
            one.url
            for one in edition.licences
            if "creativecommons.org" in one.url or "rightsstatements.org" in one.url
        ),
        "",
    )
    if rights:
        found["rights"] = rights.replace("https://", "http://")
    if edition.imprint.shown or edition.abstract:
        found["summary"] = {language: [edition.abstract or edition.imprint.shown]}
    return found


def written(edition: Edition, base_url: str) -> str | None:
    """The manifest as JSON."""
    found = manifest(edition, base_url)
    return None if found is None else records.as_json(found)
