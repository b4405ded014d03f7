"""METS: which files make up a book, in which order."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from pipeline.errors import SourceError
from pipeline.ingest.markup import children, descendants

# The groups of files to read, the best first: text with places, then text, then images.
_TEXTS = ("alto", "page", "hocr", "ocr", "fulltext", "text", "xml", "transcription")
_IMAGES = ("default", "master", "archive", "presentation", "max", "img", "image", "reference")
_NOT = ("thumb", "download", "audio", "min")


def files(root: etree._Element, folder: Path, name: str) -> list[tuple[Path, str]]:
    """The files of a METS and their pages' labels, in the order of its physical structure (else of its file group).

    Raises:
        SourceError: It names no file to read, one outside its folder, or one on the web.

    """
    groups = {id(group): group for group in descendants(root, "fileGrp") if any(True for _ in children(group, "file"))}
    if not groups:
        raise SourceError(f"{name} is a METS without files: give the page files themselves.")
    group = min(groups.values(), key=_rank)
    by_id = {file.get("ID", ""): file for file in children(group, "file")}
    ordered: list[tuple[str, str]] = []
    for structure in sorted(children(root, "structMap"), key=lambda one: (one.get("TYPE") or "").lower() != "physical"):
        for division in descendants(structure, "div"):
            label = division.get("ORDERLABEL") or ""
            for pointer in [*children(division, "fptr"), *(area for fptr in children(division, "fptr") for area in descendants(fptr, "area"))]:
                if (identity := pointer.get("FILEID") or "") in by_id and identity not in {done for done, _ in ordered}:
                    ordered.append((identity, label))
        if ordered:
            break
    if not ordered:
        ordered = [(identity, "") for identity in by_id]
    return [(_path(by_id[identity], folder, name), label) for identity, label in ordered]


def _rank(group: etree._Element) -> tuple[int, int]:
    use = " ".join([group.get("USE") or "", group.get("ID") or ""]).lower()
    media = next((file.get("MIMETYPE") or "" for file in children(group, "file")), "").lower()
    if any(word in use for word in _NOT):
        return (3, 0)
    for i, word in enumerate(_TEXTS):
        if word in use or "alto" in media or "page+xml" in media or "hocr" in media:
            return (0, i)
    if "xml" in media or "html" in media or media == "text/plain":
        return (1, 0)
    return (2, next((i for i, word in enumerate(_IMAGES) if word in use), len(_IMAGES)))


def _path(file: etree._Element, folder: Path, name: str) -> Path:
    for place in children(file, "FLocat"):
        href = next((value for key, value in place.attrib.items() if local_name(str(key)) == "href"), "")
        parts = urlsplit(str(href))
        if parts.scheme in {"http", "https"}:
            raise SourceError(f"{name} names {parts.geturl()}, which is on the web: download the files and name them by their paths.")
        return inside(folder, unquote(parts.path), name)
    raise SourceError(f"{name} names the file {file.get('ID', '')} without saying where it lies.")


def inside(folder: Path, path: str, name: str) -> Path:
    """A path that a file names, which may not lead out of the folder, by `..`, by a root or by a link.

    Raises:
        SourceError: It leads out, or there is no such file.

    """
    try:
        found = (folder / path.removeprefix("file:")).resolve()
        within = found.is_relative_to(folder.resolve())
    except (OSError, ValueError):
        within = False
    if not within:
        raise SourceError(f"{name} names the file {path}, which lies outside its own folder: put the files beside it.")
    if not found.is_file():
        raise SourceError(f"{name} names the file {path}, which is not there.")
    return found


def local_name(key: str) -> str:
    """An attribute's name without its namespace."""
    return key.rpartition("}")[2]
