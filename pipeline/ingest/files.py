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
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from lxml import etree

from pipeline import xml
from pipeline.errors import SourceError
from pipeline.ingest import archives, kinds, mets, told

MOST_FILES = 50_000  # of a folder

# Of a folder, what is no part of a text.
_LEFT_OUT = frozenset({"meta.toml", "lexicon.txt", "decisions.jsonl", "thumbs.db", "desktop.ini"})
_DESCRIPTIONS = re.compile(
    r"(?:readme|licen[cs]e|copying|changelog|notice|citation)(?:[._-].*)?$|.*\.(?:md5|sha1|sha256|sha512)$"
    r"|(?:tag)?manifest-\w+\.txt$|bagit\.txt$|bag-info\.txt$|fetch\.txt$|md5sums?(?:\.txt)?$"
    r"|checksums?(?:\.\w+)?$",
    re.IGNORECASE,
)
_LAYOUTS = frozenset({"alto", "page", "hocr", "abbyy", "djvu"})
# From the richest form of a page to the poorest.
_RANKS = {
    form: rank
    for rank, forms in enumerate(
        (
            tuple(_LAYOUTS),
            ("json",),
            ("tei",),
            ("html", "archive", "rtf"),
            ("text",),
            ("pdf",),
            ("image",),
        )
    )
    for form in forms
}
_EXTENSIONS = frozenset(
    "xml alto page hocr html htm xhtml txt text md json jsonl tsv csv gz jpg jpeg png tif tiff jp2 "
    "jpx gif bmp webp pdf docx odt rtf ocr".split()
)
_SUFFIX = re.compile(
    r"[-_](?:alto|page|pagexml|hocr|chocr|djvu|abbyy|ocr|text|txt|fulltext|hocr_searchtext|xml)$",
    re.IGNORECASE,
)
# Folders that are named for the form of what is in them, not for a part of the text.
_FORM_FOLDERS = re.compile(
    r"(?:alto|xml|page|pagexml|hocr|ocr|text|txt|fulltext|plaintext|jpe?g|tiff?|png|jp2|pdf|images?|"
    r"img|scans?|default|max|min|thumbs?|thumbnails?|master|access|data|objects|ocr-d-.*)[-_]?(?:files)?$",
    re.IGNORECASE,
)
_WORDS = re.compile(
    rb"ocrx_word|<(?:\w+:)?String[\s>]|<(?:\w+:)?Word[\s>]|<WORD[\s>]|<(?:\w+:)?formatting[\s>]"
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not read, and why. `fault`: a page may be missing for it."""

    name: str
    why: str
    fault: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a text."""

    path: Path
    name: str  # its path within the folder
    number: str = ""  # the page's printed number, where a METS gives it
    image: Path | None = None  # the page's image beside it …
    image_name: str = ""  # … and its path within the folder
    order: tuple[str, ...] = ()  # ids of its blocks, in the order of the articles


@dataclass(frozen=True)
class Listing:
    """The files that a path stands for."""

    found: tuple[Found, ...]
    left_out: tuple[LeftOut, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


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
        return _of_mets(root, path, path.parent)
    if unpacked is not None and archives.is_archive(path):
        archives.unpack(loaded(path, path.name), path.name, unpacked)
        return _of_folder(unpacked, None)
    return Listing((Found(path, path.name),))


def loaded(path: Path, name: str) -> bytes:
    """A file's bytes, its size asked for first.

    Raises:
        SourceError: It cannot be read, is too large, or holds nothing but NUL bytes.

    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise SourceError(f"{name} is not a file that can be read.")
        head = _beginning(path, 65536)
        if size and not any(head):
            raise SourceError(
                f"{name} contains nothing but NUL bytes: the file is empty or damaged; copy it "
                f"again."
            )
        kinds.bounded(size, head, name)
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}.") from None


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts `p2` before `p10`."""
    return [
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece.casefold())
        for piece in re.split(r"(\d{1,18})", name)
        if piece
    ]


def copied(paths: Sequence[Path], unpacked: Path) -> list[tuple[Path, str]]:
    """The files to copy into a project for these paths, with their paths in its folder `source/`.

    Of a METS that is the METS and every file that it names; archives are unpacked into the folder
    `unpacked`, so that their images can be shown. Empty for one file that is no archive and no
    METS.

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
    """The files below a folder, in the natural order of their paths, without hidden ones."""
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") or part == "__MACOSX" for part in parts) or not path.is_file():
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
        return replace(listing, left_out=(*left_out, *listing.left_out))
    left_out += [
        LeftOut(names[one], "one of several METS files, none of which is read", fault=False)
        for one, _ in whole
    ]
    mentioned = {one for one, _ in whole}
    pages, more, facts = _sorted_out([(one, names[one]) for one in inside if one not in mentioned])
    return Listing(tuple(pages), (*left_out, *more), facts)


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


def _within(path: Path, base: Path, folder: Path) -> str:
    for one in (base, folder):
        if path.is_relative_to(one):
            return path.relative_to(one).as_posix()
    return path.name  # out of an archive


# Forms of the same page


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str
    form: str
    key: str  # the page's name: `0001` of `0001.alto.xml`

    @property
    def folder(self) -> str:
        """The folder, without those that are named for a form."""
        parts = PurePosixPath(self.name).parent.parts
        return "/".join(part for part in parts if not _FORM_FOLDERS.match(part))


def _sorted_out(
    inside: Iterable[tuple[Path, str]],
) -> tuple[list[Found], list[LeftOut], dict[str, str]]:
    """Which files are pages, which are other forms of the same pages, and which are neither."""
    left_out: list[LeftOut] = []
    facts: dict[str, str] = {}
    pages: list[_File] = []
    for path, name in inside:
        if _DESCRIPTIONS.match(path.name):
            left_out.append(LeftOut(name, "describes the folder", fault=False))
            continue
        try:
            form = kinds.form_of(kinds.beginning(_beginning(path, 1 << 20)), name)
        except (SourceError, OSError) as error:
            left_out.append(LeftOut(name, str(error)))
            continue
        if form.startswith(":") and (described := _facts_in(path, name)):
            facts |= described
            left_out.append(LeftOut(name, "describes the text; its facts are used", fault=False))
        else:
            pages.append(_File(path, name, form, _key(path.name)))
    groups = _grouped(pages)
    found: list[Found] = []
    for _, files in sorted(
        groups.items(), key=lambda one: (natural(one[0][0]), natural(one[0][1]))
    ):
        best = min(files, key=lambda one: (_RANKS.get(one.form, 9), *_poverty(one, files)))
        images = [one for one in files if one.form == "image" and one is not best]
        image = max(images, key=lambda one: one.path.stat().st_size, default=None)
        found.append(
            Found(best.path, best.name, "", image.path, image.name)
            if image
            else Found(best.path, best.name)
        )
        left_out += [
            LeftOut(one.name, f"the same page as {best.name}", fault=False)
            for one in files
            if one is not best and one is not image
        ]
    found, more = _without_the_whole(found, {one.path: one for one in pages})
    return found, [*left_out, *more], facts


def _grouped(pages: Sequence[_File]) -> dict[tuple[str, str], list[_File]]:
    """The files by the page that they are of.

    In `alto/0001.xml` and `jpg/0001.jpg` the page is 0001; where `1/0001.xml` and `2/0001.xml` are
    in the same form, the folders are parts of the text.
    """
    first: dict[tuple[str, str], str] = {}
    parts = any(
        first.setdefault((one.key, one.form), str(PurePosixPath(one.name).parent))
        != str(PurePosixPath(one.name).parent)
        for one in pages
    )
    groups: dict[tuple[str, str], list[_File]] = {}
    for one in pages:
        groups.setdefault((one.folder if parts else "", one.key), []).append(one)
    for folder, key in list(groups):
        # f10.chocomufin.xml beside f10.xml is another version of the same page
        base, _, label = key.rpartition(".")
        other = groups.get((folder, base))
        if other and label.isalpha() and {one.form for one in groups[folder, key]} <= _LAYOUTS:
            other += groups.pop((folder, key))
    return groups


def _poverty(file: _File, files: Sequence[_File]) -> tuple[int, int, str]:
    """Of forms of equal rank: most words, then shortest name; of images the largest."""
    if sum(one.form in _LAYOUTS for one in files) > 1 and file.form in _LAYOUTS:
        try:
            data = kinds.unpacked(loaded(file.path, file.name), file.name)
        except SourceError:
            return 0, len(file.name), file.name
        return -len(_WORDS.findall(data)), len(file.name), file.name
    size = file.path.stat().st_size if file.form == "image" else 0
    return -size, len(file.name), file.name


def _without_the_whole(
    found: Sequence[Found], files: Mapping[Path, _File]
) -> tuple[list[Found], list[LeftOut]]:
    """The pages without a PDF or text of the whole book that lies beside them (`book.pdf`).

    It is one file beside two pages or more that have a layout or are images, and is not named as
    they are: `p3.txt` beside `p1.png` and `p2.png` is the third page.
    """
    rich = [one for one in found if files[one.path].form in {*_LAYOUTS, "image"}]
    other = [
        one
        for one in found
        if files[one.path].form in {"pdf", "text", "json"}
        and one.path.suffix.lower() in {".pdf", ".txt", ".md", ".json"}
    ]
    if len(rich) < 2 or len(other) != 1:
        return list(found), []
    shapes = {re.sub(r"\d+", "#", files[one.path].key.lower()) for one in rich}
    if re.sub(r"\d+", "#", files[other[0].path].key.lower()) in shapes:
        return list(found), []
    return (
        [one for one in found if one is not other[0]],
        [LeftOut(other[0].name, "stands beside the pages and is none of them", fault=False)],
    )


def _key(name: str) -> str:
    """A page's name: `0001` of `0001.alto.xml`, `book` of `book_abbyy.gz`."""
    stem = name
    while (parts := stem.rpartition("."))[0] and parts[2].lower() in _EXTENSIONS:
        stem = parts[0]
    while (short := _SUFFIX.sub("", stem)) != stem:
        stem = short
    return stem


def _facts_in(path: Path, name: str) -> dict[str, str]:
    """What a description beside the pages says: MODS, Dublin Core, `_meta.xml`."""
    try:
        root = xml.parse(loaded(path, name), name)
    except SourceError:
        return {}
    if xml.local(root) not in {"metadata", "mods", "modsCollection", "dc", "record", "RDF"}:
        return {}
    return told.described(root)


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
    if not re.search(rb"<(?:[\w.\-]+:)?mets[\s>]", _beginning(path, 4096)):
        return None
    return xml.parse(loaded(path, path.name), path.name)


def _beginning(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
