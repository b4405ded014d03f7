"""METS: which files make up a book, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
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
_NOT = re.compile(r"\b(?:thumb\w*|download|audio|min)\b|pdf|application/json")


@dataclass(frozen=True, slots=True)
class _File:
    """A file that a METS names: how well it serves (less is better), and where it lies."""

    rank: tuple[int, int]
    href: str
    media: str = ""
    identity: str = ""
    group: str = ""
    copy: Path | None = None  # the local copy of a file that is named by its address on the web

    @property
    def remote(self) -> bool:
        return self.copy is None and _is_remote(self.href)


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
    the last named that is not empty is read, which is where a workflow (OCR-D) leaves its result;
    of ALTO and PAGE the one with more words. A file on the web is read from its copy in the folder.
    A file that is not where the METS says is looked for among `inside`.

    Raises:
        SourceError: It names no file to read, one outside its folder, or one on the web.
    """
    served = _served(root, name, inside)
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


def names(root: etree._Element) -> frozenset[str]:
    """The names, without folders, of all files that a METS names."""
    return frozenset(
        PurePosixPath(unquote(href.replace("\\", "/"))).name for href in _hrefs(root) if href
    )


def names_remote(root: etree._Element) -> bool:
    """Whether it names files by their addresses on the web."""
    return any(map(_is_remote, _hrefs(root)))


def _hrefs(root: etree._Element) -> Iterator[str]:
    for place in descendants(root, "FLocat"):
        yield from (str(value) for key, value in place.attrib.items() if _local(str(key)) == "href")


def _is_remote(href: str) -> bool:
    return urlsplit(href.strip()).scheme in {"http", "https"}


def _served(root: etree._Element, name: str, inside: Sequence[Path] = ()) -> dict[str, _File]:
    """The files that may serve, by their ids. Those on the web are looked for among `inside`."""
    by_id = {
        file.get("ID", ""): _file(file, number)
        for number, file in enumerate(descendants(root, "file"))
    }
    if inside:
        by_id = {
            identity: replace(file, copy=_copy(file, inside)) if file.remote else file
            for identity, file in by_id.items()
        }
    served = {
        identity: file for identity, file in by_id.items() if file.href and file.rank[0] < _USELESS
    }
    if not served:
        raise SourceError(
            f"{name} is a METS file that lists no files: give the page files themselves."
        )
    return served


def _copy(file: _File, inside: Sequence[Path]) -> Path | None:
    """The local copy of a file on the web: of the same name, or named by its id in the METS.

    If there are several, it is the one in a folder that is named as its group, as tools that
    download a METS lay them: `FULLTEXT/00000001.xml`.
    """
    name = PurePosixPath(unquote(urlsplit(file.href).path)).name
    found = [one for one in inside if one.name in {name, f"{name}.gz"}] or [
        one for one in inside if file.identity and one.name.partition(".")[0] == file.identity
    ]
    if len(found) > 1:
        found = [one for one in found if one.parent.name == file.group]
    return found[0] if len(found) == 1 else None


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
    rivals: dict[str, list[str]] = {}
    for one in ranked:
        if best.rank[0] == 0 and served[one].rank[0] == 0 and not served[one].remote:
            rivals.setdefault(served[one].media, []).append(one)
    # A workflow's last step may have kept no text, as that which only looks for lines.
    chosen = [
        next((one for one in few if _has_text(served[one], folder, inside)), few[0])
        if len(few) > 1
        else few[0]
        for few in rivals.values()
    ]
    if len(chosen) < 2:
        return chosen[0] if chosen else ranked[0]
    return max(
        sorted(chosen, key=lambda one: served[one].rank, reverse=True),
        key=lambda one: _words(served[one], folder, inside),
    )


def _has_text(file: _File, folder: Path, inside: Sequence[Path]) -> bool:
    """Whether a file has any text, and not only regions and lines."""
    try:
        data = _path(file, folder, "", inside).read_bytes()
    except (FileNotFoundError, SourceError, OSError):
        return False
    return re.search(rb"<(?:\w+:)?Unicode>[^<]*[^<\s]|CONTENT=\"[^\"]|ocrx_word", data) is not None


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
    identity = file.get("ID") or ""
    group = (groups[0].get("USE") or "") if groups else ""
    if _NOT.search(called):
        return _File((_USELESS, 0), href, "", identity, group)
    if media.startswith("image/") or (
        not media and suffix in {"tif", "tiff", "jpg", "jpeg", "png", "jp2"}
    ):
        return _File(
            (2, next((i for i, word in enumerate(_IMAGES) if word in called), len(_IMAGES))),
            href,
            "",
            identity,
            group,
        )
    if layout := _LAYOUTS.search(called):
        return _File((0, -number), href, layout[0], identity, group)
    return _File(
        (1 if _TEXTS.search(called) or suffix in {"xml", "html", "txt"} else 2, -number),
        href,
        "",
        identity,
        group,
    )


def _path(file: _File, folder: Path, name: str, inside: Sequence[Path]) -> Path:
    if file.copy is not None:
        return file.copy
    if file.remote:
        raise SourceError(
            f"{name} names {file.href}, which is on the web: download the files and put "
            f"them beside the METS file."
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
