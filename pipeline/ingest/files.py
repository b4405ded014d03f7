"""Files and folders: which of them make up a text, in which order, and their bytes.

A folder is read as institutions keep it: a METS and what it names, a BagIt bag, `alto/` beside
`jpg/`, an item of the Internet Archive. The same page in several forms (`f1.hocr`, `f1.xml`,
`f1.txt`, `f1.jpg`) is one page: the richest form is read, the image illustrates it. What is left
out is named, with the reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from pipeline import xml
from pipeline.errors import SourceError
from pipeline.folders import left_by_a_program
from pipeline.ingest import archives, forms, manifests, mets, told
from pipeline.ingest.listing import Found, LeftOut, Listing, beginning, loaded, natural

__all__ = ["Found", "LeftOut", "Listing", "copied", "listed", "loaded", "natural"]

MOST_FILES = 50_000  # of a folder

# Of a folder, what is no part of a text.
_LEFT_OUT = frozenset({"meta.toml", "lexicon.txt", "decisions.jsonl", "thumbs.db", "desktop.ini"})


def listed(path: Path, unpacked: Path | None = None) -> Listing:
    """The files that a path stands for.

    A folder stands for its files in the natural order of their names, or, with a METS in it, for
    what that names. `unpacked` is a folder into which an archive may be unpacked.

    Raises:
        SourceError: There is no such file, or a METS names what it may not.

    """
    if path.is_dir():
        return _of_folder(path, unpacked)
    if not path.is_file():
        raise SourceError(f"There is no file {path}.")
    if (root := _mets(path)) is not None:
        beside: list[Path] = []
        if mets.names_remote(root):
            with suppress(SourceError):  # a folder of too many files to look through
                beside = _walked(path.parent)
        return _of_mets(root, path, path.parent, beside)
    if (manifest := manifests.manifest(path)) is not None:
        beside = []
        with suppress(SourceError):
            beside = _walked(path.parent)
        if listing := _of_manifest(manifest, path, path.parent, beside):
            return listing
        raise SourceError(
            f"{path.name} is a IIIF manifest, and none of the files that it names is in its "
            f"folder: download its images or its text and put them beside it."
        )
    if unpacked is not None and archives.is_archive(path):
        archives.unpack(loaded(path, path.name), path.name, unpacked)
        return _of_folder(unpacked, None)
    return Listing((Found(path, path.name),))


def copied(paths: Sequence[Path], unpacked: Path) -> list[tuple[Path, str]]:
    """The files to copy into a project for these paths, with their paths in its folder `source/`.

    Of a METS or IIIF manifest that is the file and every file that it names; archives are unpacked
    into the folder `unpacked`, so that their images can be shown. Empty for one file that is none
    of these.

    Raises:
        SourceError: Two of them have the same name, or as `archives.unpack` does.

    """
    out: list[tuple[Path, str]] = []
    for path in paths:
        root = None if path.is_dir() else _mets(path)
        if path.is_dir():
            out += [(one, one.relative_to(path).as_posix()) for one in _walked(path)]
        elif root is not None:
            base = path.parent.resolve()
            named, _ = mets.every(root, path.parent, path.name)
            out.append((path, path.name))
            out += [(one, one.relative_to(base).as_posix()) for one in named]
        elif (manifest := manifests.manifest(path)) is not None:
            base = path.parent.resolve()
            leaves = manifests.leaves(manifest, path.parent, _walked(path.parent))
            used = [one for leaf in leaves for one in (leaf.path, leaf.image) if one]
            out.append((path, path.name))
            out += [(one, one.resolve().relative_to(base).as_posix()) for one in used]
        elif len(paths) > 1 or archives.is_archive(path):
            out.append((path, path.name))
    whole: list[tuple[Path, str]] = []
    for number, (path, name) in enumerate(out):
        if not archives.is_archive(path):
            whole.append((path, name))
            continue
        into = unpacked / str(number)
        archives.unpack(loaded(path, name), name, into)
        stem = PurePosixPath(name).with_name(path.name.partition(".")[0]) if len(out) > 1 else ""
        whole += [
            (one, (PurePosixPath(stem) / one.relative_to(into).as_posix()).as_posix())
            for one in _walked(into)
        ]
    seen: dict[str, Path] = {}
    for path, name in whole:
        if seen.setdefault(name, path).resolve() != path.resolve():
            raise SourceError(f"Two of the files are called {name}: give the folder above them.")
    return list({name: (path, name) for path, name in whole}.values())


def _walked(folder: Path) -> list[Path]:
    """The files below a folder, in the natural order of their paths.

    Hidden files and the backups that an editor makes are left out.
    """
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if any(left_by_a_program(part) or part == "__MACOSX" for part in parts):
            continue
        if not path.is_file():
            continue
        found.append(path)
        if len(found) > MOST_FILES:
            raise SourceError(f"{folder} contains more than {MOST_FILES:,} files: give its parts.")
    return sorted(found, key=lambda one: natural(one.relative_to(folder).as_posix()))


def _of_folder(folder: Path, unpacked: Path | None) -> Listing:
    left_out: list[LeftOut] = []
    if (folder / "bagit.txt").is_file() and (folder / "data").is_dir():
        left_out += _wrong_in_bag(folder)
    inside = [one for one in _walked(folder) if one.name.lower() not in _LEFT_OUT]
    if unpacked is not None:
        inside, more = _with_archives(folder, inside, unpacked)
        left_out += more
    wrong = {one.name for one in left_out}
    names = {one: _name(one, folder, unpacked) for one in inside}
    inside = [one for one in inside if names[one] not in wrong]
    whole = [(one, root) for one in inside if (root := _mets_or_none(one)) is not None]
    if len(whole) == 1:
        listing = _of_mets(whole[0][1], whole[0][0], folder, inside)
        beside = _beside_mets(whole[0], [(one, names[one]) for one in inside])
        return replace(
            listing,
            left_out=(*left_out, *listing.left_out, *beside.left_out),
            facts={**beside.facts, **listing.facts},
        )
    left_out += [
        LeftOut(names[one], "one of several METS files, none of which is read", fault=False)
        for one, _ in whole
    ]
    mentioned = {one for one, _ in whole}
    described = [(one, found) for one in inside if (found := manifests.manifest(one)) is not None]
    mentioned |= {one for one, _ in described}
    if len(described) == 1 and not whole:
        path, manifest = described[0]
        if ordered := _of_manifest(manifest, path, folder, inside):
            return replace(ordered, left_out=(*left_out, *ordered.left_out))
    left_out += [
        LeftOut(names[one], "describes the text; its facts are used", fault=False)
        for one, _ in described
    ]
    listing = forms.sorted_out([(one, names[one]) for one in inside if one not in mentioned])
    for _, manifest in described:
        listing = replace(
            listing,
            facts={**told.iiif(manifest), **listing.facts},
            labels=(*listing.labels, manifests.labels(manifest)),
        )
    return replace(listing, left_out=(*left_out, *listing.left_out))


def _beside_mets(
    described: tuple[Path, etree._Element], inside: Iterable[tuple[Path, str]]
) -> Listing:
    """The files beside a METS that it does not name; what descriptions among them say is used."""
    path, root = described
    named = mets.names(root)
    left_out: list[LeftOut] = []
    facts: dict[str, str] = {}
    for one, name in inside:
        if one == path or one.name.removesuffix(".gz") in named or one.name in named:
            continue
        description = forms.described(one, name) if one.suffix.lower() == ".xml" else None
        if description is not None and description.facts:
            facts |= description.facts
            why = "describes the text; its facts are used"
        else:
            why = f"{path.name} does not name it"
        left_out.append(LeftOut(name, why, fault=False))
    return Listing((), tuple(left_out), facts)


def _name(path: Path, folder: Path, unpacked: Path | None) -> str:
    base = unpacked if unpacked is not None and path.is_relative_to(unpacked) else folder
    return path.relative_to(base).as_posix()


def _with_archives(
    folder: Path, inside: Sequence[Path], unpacked: Path
) -> tuple[list[Path], list[LeftOut]]:
    """The files of a folder, archives among them unpacked."""
    out, left_out = [], []
    for path in inside:
        try:
            if not archives.is_archive(path):
                out.append(path)
                continue
            name = path.relative_to(folder).as_posix()
            into = unpacked / PurePosixPath(name).with_name(path.name.partition(".")[0])
            archives.unpack(loaded(path, name), name, into)
            out += _walked(into)
        except SourceError as error:
            left_out.append(LeftOut(path.relative_to(folder).as_posix(), str(error)))
        except OSError:
            out.append(path)
    return out, left_out


def _of_mets(
    root: etree._Element, path: Path, folder: Path, inside: Sequence[Path] = ()
) -> Listing:
    """What a METS names; a file that is not at its place is looked for among `inside`."""
    pages, missing = mets.files(root, path.parent, path.name, inside)
    base = folder.resolve()
    found = []
    for page in pages:
        name = _within(page.path, base, folder)
        image = None if page.image is None else _within(page.image, base, folder)
        found.append(Found(page.path, name, page.label, page.image, image or "", page.order))
    if not found:
        raise SourceError(missing[0] if missing else f"{path.name} names no file to read.")
    return Listing(tuple(found), tuple(LeftOut("", one) for one in missing), told.mets(root))


def _of_manifest(
    manifest: Mapping[str, Any], path: Path, folder: Path, inside: Sequence[Path]
) -> Listing | None:
    """The canvases of a IIIF manifest; None if none of its files is there and it has no text."""
    leaves = manifests.leaves(manifest, path.parent, inside)
    if not leaves:
        return None
    base = folder.resolve()
    facts = told.iiif(manifest)
    images = [(leaf.image, _within(leaf.image, base, folder)) for leaf in leaves if leaf.image]
    own = _within(path, base, folder)
    if all(leaf.path is None for leaf in leaves):
        whole = Found(
            path, own, order=tuple(leaf.identity for leaf in leaves), images=tuple(images)
        )
        return Listing((whole,), (), facts)
    found = tuple(
        Found(
            leaf.path or path,
            _within(leaf.path or path, base, folder),
            leaf.label,
            leaf.image,
            _within(leaf.image, base, folder) if leaf.image else "",
            () if leaf.path else (leaf.identity,),
            size=leaf.size,
        )
        for leaf in leaves
    )
    missing = len(manifests.labels(manifest)) - len(leaves)
    faults = (LeftOut("", f"{own} has {missing} pages of which no file is there"),)
    used = {path, *(one.path for one in found), *(one.image for one in found)}
    named = {one.name for one in map(Path, _strings(manifest))}
    beside = tuple(
        LeftOut(_within(one, base, folder), f"{path.name} does not name it", fault=False)
        for one in inside
        if one not in used and one.resolve() not in used and one.name not in named
    )
    return Listing(found, (*(faults if missing else ()), *beside), facts)


def _strings(value: Any) -> Iterator[str]:
    """All strings in JSON that may be addresses."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str) and len(one) < 2000 and "\0" not in one:
            yield one
        elif isinstance(one, (list, dict)):
            todo += one.values() if isinstance(one, dict) else one


def _within(path: Path, base: Path, folder: Path) -> str:
    for one in (base, folder):
        if path.is_relative_to(one):
            return path.relative_to(one).as_posix()
    return path.name  # out of an archive


# BagIt


def _wrong_in_bag(folder: Path) -> Iterator[LeftOut]:
    """The files of a bag that are not what its manifest says (RFC 8493)."""
    for algorithm in ("sha512", "sha256", "sha1", "md5"):
        manifest = folder / f"manifest-{algorithm}.txt"
        if not manifest.is_file():
            continue
        for line in manifest.read_text("utf-8", "replace").splitlines():
            digest, _, name = line.strip().partition(" ")
            name = name.strip().lstrip("*").removeprefix("./")
            name = name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
            if not name or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                continue
            if not (folder / name).is_file():
                yield LeftOut(name, f"is named in {manifest.name}, but does not exist")
                continue
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, algorithm).hexdigest()
            if found != digest.lower():
                yield LeftOut(name, f"does not have the checksum that {manifest.name} gives for it")
        return


def _mets_or_none(path: Path) -> etree._Element | None:
    try:
        return _mets(path)
    except (SourceError, OSError):
        return None


def _mets(path: Path) -> etree._Element | None:
    """The root of a METS file, None of any other."""
    if not re.search(rb"<(?:[\w.\-]+:)?mets[\s>]", beginning(path, 4096)):
        return None
    return xml.parse(loaded(path, path.name), path.name)
