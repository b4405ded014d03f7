"""METS: which files make up a book, in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from pipeline.errors import SourceError
from pipeline.xml import children, descendants

# What says that a file is text with places, and which images are the best.
_LAYOUTS = re.compile(r"alto|page\+xml|hocr|coordocr|abbyy|djvu")
_TEXTS = re.compile(r"xml|html|text/plain|fulltext|\bocr|transcription")
_IMAGES = (
    "default",
    "master",
    "archive",
    "presentation",
    "max",
    "img",
    "image",
    "reference",
    "service",
)
_NOT = re.compile(r"\b(?:thumb\w*|download|audio|min)\b|pdf")


@dataclass(frozen=True, slots=True)
class _File:
    """A file that a METS names: how well it serves (less is better), and where it lies."""

    rank: tuple[int, int]
    href: str

    @property
    def remote(self) -> bool:
        return urlsplit(self.href).scheme in {"http", "https"}


def files(root: etree._Element, folder: Path, name: str) -> list[tuple[Path, str]]:
    """The best file of each page with its label, in physical order (else of the best file group).

    Text with places comes before text, and text before images; of several texts the last named,
    which is where a workflow (OCR-D) leaves its result.

    Raises:
        SourceError: It names no file to read, one outside its folder, or one on the web.
    """
    by_id = {
        file.get("ID", ""): _file(file, number)
        for number, file in enumerate(descendants(root, "file"))
    }
    served = {
        identity: file for identity, file in by_id.items() if file.href and file.rank[0] < _USELESS
    }
    if not served:
        raise SourceError(
            f"{name} is a METS file that lists no files: give the page files themselves."
        )
    ordered: dict[str, str] = {}
    for structure in sorted(
        children(root, "structMap"), key=lambda one: (one.get("TYPE") or "").lower() != "physical"
    ):
        for division in descendants(structure, "div"):
            if any(True for below in children(division, "div") for _ in descendants(below, "fptr")):
                continue  # a PDF of the whole book, beside its pages
            named = [
                pointer.get("FILEID") or "" for pointer in descendants(division, "fptr", "area")
            ]
            if known := [identity for identity in named if identity in served]:
                ordered.setdefault(_best(known, served), division.get("ORDERLABEL") or "")
        if ordered:
            break
    if not ordered:
        best = min(served.values(), key=lambda file: (file.remote, file.rank)).rank[0]
        ordered = {identity: "" for identity, file in served.items() if file.rank[0] == best}
    return [(_path(served[identity], folder, name), label) for identity, label in ordered.items()]


_USELESS = 3


def _best(identities: Sequence[str], served: Mapping[str, _File]) -> str:
    return min(identities, key=lambda identity: (served[identity].remote, served[identity].rank))


def _file(file: etree._Element, number: int) -> _File:
    """A file, by what it and its groups are called."""
    groups = [
        above
        for above in file.iterancestors()
        if isinstance(above.tag, str) and above.tag.endswith("fileGrp")
    ]
    href = next(
        (
            str(value)
            for place in children(file, "FLocat")
            for key, value in place.attrib.items()
            if _local(str(key)) == "href"
        ),
        "",
    )
    media = (file.get("MIMETYPE") or "").lower()
    called = (
        " ".join([media, *(one.get(key) or "" for one in (file, *groups) for key in ("USE", "ID"))])
        .lower()
        .replace("_", "-")
    )
    suffix = href.rpartition(".")[2].lower()
    if _NOT.search(called):
        return _File((_USELESS, 0), href)
    if media.startswith("image/") or (
        not media and suffix in {"tif", "tiff", "jpg", "jpeg", "png", "jp2"}
    ):
        return _File(
            (2, next((i for i, word in enumerate(_IMAGES) if word in called), len(_IMAGES))), href
        )
    if _LAYOUTS.search(called):
        return _File((0, -number), href)
    return _File(
        (1 if _TEXTS.search(called) or suffix in {"xml", "html", "txt"} else 2, -number), href
    )


def _path(file: _File, folder: Path, name: str) -> Path:
    if file.remote:
        raise SourceError(
            f"{name} names {file.href}, which is on the web: download the files, and give "
            f"their paths in the METS file."
        )
    return inside(folder, unquote(urlsplit(file.href).path), name)


def inside(folder: Path, path: str, name: str) -> Path:
    """Resolve a path that a file names; it must not lead out of the folder by `..`, root or link.

    Raises:
        SourceError: It leads out, or there is no such file.
    """
    try:
        found = (folder / path.removeprefix("file:")).resolve()
        within = found.is_relative_to(folder.resolve())
    except (OSError, ValueError):
        within = False
    if not within:
        raise SourceError(
            f"{name} names the file {path}, which lies outside its own folder: put the files "
            f"beside it."
        )
    if not found.is_file():
        raise SourceError(f"{name} names the file {path}, which does not exist.")
    return found


def _local(key: str) -> str:
    """An attribute's name without its namespace."""
    return key.rpartition("}")[2]
