"""METS: which files make up a book, in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
    media: str = ""

    @property
    def remote(self) -> bool:
        return urlsplit(self.href).scheme in {"http", "https"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a METS: its best file, its label, its image, and the order of its blocks."""

    path: Path
    label: str = ""
    image: Path | None = None
    order: tuple[str, ...] = ()


def files(
    root: etree._Element, folder: Path, name: str, inside: Sequence[Path] = ()
) -> tuple[list[Leaf], list[str]]:
    """The best file of each page in physical order (else of the best group), and what is missing.

    Text with places comes before text, and text before images. Of several texts in the same form
    the last named is read, which is where a workflow (OCR-D) leaves its result; of ALTO and PAGE
    the one with more words. A file that is not where the METS says is looked for among `inside`.

    Raises:
        SourceError: It names no file to read, one outside its folder, or one on the web.
    """
    served = _served(root, name)
    articles = _articles(root)
    ordered: dict[str, tuple[str, list[str]]] = {}
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
                label = division.get("ORDERLABEL") or ""
                ordered.setdefault(_best(known, served, folder, inside), (label, known))
        if ordered:
            break
    if not ordered:
        best = min(served.values(), key=lambda file: (file.remote, file.rank)).rank[0]
        ordered = {identity: ("", []) for identity, file in served.items() if file.rank[0] == best}
    leaves, missing = [], []
    for identity, (label, known) in ordered.items():
        try:
            path = _path(served[identity], folder, name, inside)
        except FileNotFoundError as error:
            missing.append(str(error))
            continue
        image = None
        if served[identity].rank[0] < _IMAGE:
            pictures = [one for one in known if served[one].rank[0] == _IMAGE]
            image = _image(
                sorted(pictures, key=lambda one: served[one].rank), served, folder, inside
            )
        leaves.append(Leaf(path, label, image, articles.get(identity, ())))
    return leaves, missing


def every(root: etree._Element, folder: Path, name: str) -> tuple[list[Path], list[str]]:
    """Every file that a METS names and that exists, and what is missing.

    Raises:
        SourceError: As `files` does.

    """
    found, missing = [], []
    for file in _served(root, name).values():
        if file.remote:
            continue
        try:
            found.append(_path(file, folder, name, ()))
        except FileNotFoundError as error:
            missing.append(str(error))
    return list(dict.fromkeys(found)), missing


def _served(root: etree._Element, name: str) -> dict[str, _File]:
    """The files that may serve, by their ids."""
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
    return served


def _articles(root: etree._Element) -> dict[str, tuple[str, ...]]:
    """The ids of blocks of each file, in the order of the articles in the logical structure."""
    found: dict[str, dict[str, None]] = {}
    for structure in children(root, "structMap"):
        if (structure.get("TYPE") or "").lower() != "logical":
            continue
        for area in descendants(structure, "area"):
            if (area.get("BETYPE") or "").upper() == "IDREF" and area.get("BEGIN"):
                found.setdefault(area.get("FILEID") or "", {})[area.get("BEGIN") or ""] = None
    return {file: tuple(ids) for file, ids in found.items()}


def _image(
    identities: Sequence[str], served: Mapping[str, _File], folder: Path, inside: Sequence[Path]
) -> Path | None:
    """The best image of a page that lies in the folder."""
    for identity in identities:
        if not served[identity].remote:
            with suppress(FileNotFoundError, SourceError):
                return _path(served[identity], folder, "", inside)
    return None


_IMAGE = 2
_USELESS = 3


def _best(
    identities: Sequence[str], served: Mapping[str, _File], folder: Path, inside: Sequence[Path]
) -> str:
    ranked = sorted(
        identities, key=lambda identity: (served[identity].remote, served[identity].rank)
    )
    best = served[ranked[0]]
    rivals = {
        served[one].media: one
        for one in reversed(ranked)
        if best.rank[0] == 0 and served[one].rank[0] == 0 and not served[one].remote
    }
    if len(rivals) < 2:
        return ranked[0]
    return max(
        sorted(rivals.values(), key=lambda one: served[one].rank, reverse=True),
        key=lambda one: _words(served[one], folder, inside),
    )


def _words(file: _File, folder: Path, inside: Sequence[Path]) -> int:
    """How many words a file has places for."""
    try:
        data = _path(file, folder, "", inside).read_bytes()
    except (FileNotFoundError, SourceError, OSError):
        return -1
    return len(re.findall(rb"<(?:\w+:)?(?:String|Word)[\s>]|ocrx_word", data))


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
    if layout := _LAYOUTS.search(called):
        return _File((0, -number), href, layout[0])
    return _File(
        (1 if _TEXTS.search(called) or suffix in {"xml", "html", "txt"} else 2, -number), href
    )


def _path(file: _File, folder: Path, name: str, inside: Sequence[Path]) -> Path:
    if file.remote:
        raise SourceError(
            f"{name} names {file.href}, which is on the web: download the files, and give "
            f"their paths in the METS file."
        )
    return within(folder, file.href, name, inside)


def within(folder: Path, href: str, name: str, inside: Sequence[Path] = ()) -> Path:
    r"""A file that a METS names, which may not lead out of the folder, by `..`, a root or a link.

    docWorks writes `file://./ALTO/0001.xml`, others `file:./a.xml`, `ALTO\0001.xml` or the path on
    the machine where the METS was made (`file:///D:/jobs/17/ALTO/0001.xml`): of that, as much of
    the end is taken as leads to a file in the folder. A file may be gzipped meanwhile.

    Raises:
        SourceError: It leads out. FileNotFoundError: There is no such file.

    """
    path = unquote(
        re.sub(r"^file:(?://(?=\.|/|[A-Za-z]:))?", "", href.strip(), flags=re.IGNORECASE)
    )
    path = path.replace("\\", "/")
    tries = [path]
    if re.match(r"/|[A-Za-z]:", path):
        parts = [part for part in path.split("/") if part]
        if ".." not in parts:
            tries += ["/".join(parts[i:]) for i in range(1, len(parts))]
    outside = False
    for one in tries:
        for candidate in (one, f"{one}.gz"):
            try:
                found = (folder / candidate).resolve()
                outside = outside or not found.is_relative_to(folder.resolve())
                if found.is_relative_to(folder.resolve()) and found.is_file():
                    return found
            except (OSError, ValueError):
                outside = True
    if outside:
        raise SourceError(
            f"{name} names the file {path}, which lies outside its own folder: put the files "
            f"beside it."
        )
    ends = [one for one in inside if one.name in {Path(path).name, f"{Path(path).name}.gz"}]
    if len(ends) == 1:
        return ends[0]
    raise FileNotFoundError(f"{name} names the file {path}, which does not exist")


def _local(key: str) -> str:
    """An attribute's name without its namespace."""
    return key.rpartition("}")[2]
