"""IIIF manifests on disk: which files of their folder are the pages of a book, in which order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.errors import SourceError
from pipeline.ingest import kinds
from pipeline.ingest.listing import beginning, loaded
from pipeline.ingest.mets import within
from pipeline.ingest.readers import iiif
from pipeline.ingest.readers.fields import Object, objects, string

_LARGEST = 100_000_000  # bytes; a newspaper of a thousand pages has 10 MB
# Parts of an address in the IIIF Image API that name no page.
_SERVICE = frozenset("full max default native color gray bitonal iiif image images".split())


@dataclass(frozen=True, slots=True)
class Leaf:
    """A canvas: its file (None if its text is in the manifest), its image, label and id."""

    path: Path | None
    image: Path | None
    label: str
    identity: str
    size: tuple[int, int]  # the canvas's, in the unit of the places of its text


def manifest(path: Path) -> dict[str, Any] | None:
    """The manifest that a file is, None of any other file."""
    try:
        if path.suffix.lower() not in {".json", ".jsonld", ""} or path.stat().st_size > _LARGEST:
            return None
        if b"iiif.io/api/presentation" not in beginning(path, 1 << 16):
            return None
        data = json.loads(loaded(path, path.name))
    except (SourceError, OSError, ValueError, RecursionError):
        return None
    return data if iiif.kind_of(data) == "Manifest" else None


def leaves(data: Object, folder: Path, inside: Sequence[Path]) -> list[Leaf]:
    """The canvases that have a file in the folder or text in the manifest.

    Of the files of a canvas, text with places comes before text, and text before the image.
    """
    found = []
    for canvas in iiif.canvases(data):
        named = _files(_texts(canvas), folder, inside)
        pictures = list(_images(canvas))
        images = _files(pictures, folder, inside) or _by_parts(pictures, inside)
        own = bool(iiif.lines_of(canvas))
        text = min(named, key=_poverty, default=None)
        if text is None and not own and not images:
            continue
        image = images[0] if images else None
        path = None if own and (text is None or _poverty(text)) else text or image
        found.append(
            Leaf(
                path,
                image if path != image else None,
                iiif.label_of(canvas),
                iiif.identity(canvas),
                iiif.size_of_canvas(canvas),
            )
        )
    return found


def labels(data: Object) -> tuple[str, ...]:
    """The labels of the canvases."""
    return tuple(iiif.label_of(canvas) for canvas in iiif.canvases(data))


def _texts(canvas: Object) -> Iterator[str]:
    """The addresses of the files that may have the text of a canvas."""
    for key in ("seeAlso", "rendering", "annotations", "otherContent"):
        value = canvas.get(key)
        for one in value if isinstance(value, list) else [value]:
            yield iiif.identity(one) if isinstance(one, dict) else string(one)


def _images(canvas: Object) -> Iterator[str]:
    """The addresses of the images of a canvas, and of their services."""
    bodies = [resource for one in objects(canvas.get("images")) for resource in _under(one)]
    for page in objects(canvas.get("items")):
        bodies += [body for one in objects(page.get("items")) for body in _under(one)]
    for body in bodies:
        yield iiif.identity(body)
        yield from (iiif.identity(service) for service in objects(body.get("service")))


def _under(annotation: Object) -> list[dict[str, Any]]:
    return [*objects(annotation.get("resource")), *objects(annotation.get("body"))]


def _files(
    named: Sequence[str] | Iterator[str], folder: Path, inside: Sequence[Path]
) -> list[Path]:
    """The files of the folder with these relative paths, or with the names of these addresses."""
    found: dict[Path, None] = {}
    for address in named:
        if not address:
            continue
        if urlsplit(address).scheme in {"http", "https"}:
            name = PurePosixPath(unquote(urlsplit(address).path)).name
            same = [one for one in inside if one.name == name]
            if len(same) == 1:
                found[same[0]] = None
        else:
            with suppress(FileNotFoundError, SourceError):
                found[within(folder, address, "")] = None
    return list(found)


def _by_parts(addresses: Sequence[str], inside: Sequence[Path]) -> list[Path]:
    """The image that a part of an address names: `…/iiif/p7.tif/full/max/0/default.jpg`."""
    for address in addresses:
        for part in reversed(PurePosixPath(unquote(urlsplit(address).path)).parts):
            stem = PurePosixPath(part.replace(":", "/")).name.partition(".")[0]
            if stem.lower() in _SERVICE or (stem.isdecimal() and len(stem) < 3):
                continue
            same = [one for one in inside if one.name.partition(".")[0] == stem]
            same = [one for one in same if _form(one) == "image"]
            if len(same) == 1:
                return same
    return []


def _poverty(path: Path) -> int:
    """0 for a text with places, 1 for annotations, 2 for another text, 3 for what is none."""
    form = _form(path)
    if form in {"alto", "page", "hocr", "abbyy", "djvu"}:
        return 0
    return 1 if form == "json" else 2 if form in {"text", "html", "tei"} else 3


def _form(path: Path) -> str:
    try:
        return kinds.form_of(kinds.beginning(beginning(path, 1 << 16)), path.name)
    except (SourceError, OSError):
        return ""
