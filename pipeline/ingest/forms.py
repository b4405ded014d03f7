"""Which files of a folder are pages, which are other forms of the same pages, and which neither.

`f1.hocr`, `f1.xml`, `f1.txt` and `f1.jpg` are one page: the richest form is read, the image
illustrates it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipeline import xml
from pipeline.errors import SourceError
from pipeline.ingest import kinds, told
from pipeline.ingest.listing import Found, LeftOut, Listing, beginning, loaded, natural

# Files that describe a delivery, by the names that institutions give them: checksums, BagIt's tag
# files.
_DESCRIPTIONS = re.compile(
    r"(?:readme|licen[cs]e|copying|changelog|notice|citation)(?:[._-].*)?$"
    r"|.*\.(?:md5|sha1|sha256|sha512)$"
    r"|(?:tag)?manifest-\w+\.txt$|bagit\.txt$|bag-info\.txt$|fetch\.txt$|md5sums?(?:\.txt)?$"
    r"|checksums?(?:\.\w+)?$",
    re.IGNORECASE,
)
# What the Internet Archive keeps beside a book: ID_files.xml beside ID_meta.xml.
_OF_ITEM = re.compile(
    r"(.+)_(?:files\.xml|reviews\.xml|(?:events|page_numbers|hocr_pageindex)\.json(?:\.gz)?)$"
)
_THUMBNAIL = re.compile(r"(?:.*[^a-z])?thumb(?:nail)?s?(?:[^a-z].*)?$", re.IGNORECASE)
# Plain text that is no prose; the name says so where the content does not.
_NO_PROSE = re.compile(
    r".*\.(?:ya?ml|ini|cfg|conf|log|css|js|py|sh|bat|sql|toml|torrent|url|webloc|sqlite3?|db"
    r"|bib|ris|rdf|ttl|n3|nt|dtd|rng|rnc)$",
    re.IGNORECASE,
)
# Roots of XML that describes a text or its files and is never a page of it.
_DESCRIBING = frozenset(
    "metadata mods modsCollection dc record collection RDF OAI-PMH ead premis mix "
    "livre trpDocMetadata".split()
)
LAYOUTS = frozenset({"alto", "page", "hocr", "abbyy", "djvu"})
# From the richest form of a page to the poorest. The Internet Archive makes DjVu XML from the other
# forms, without their types and styles.
_RANKS = {
    form: rank
    for rank, forms in enumerate(
        (
            tuple(LAYOUTS - {"djvu"}),
            ("djvu",),
            ("json",),
            ("tei",),
            ("html", "archive", "rtf"),
            ("text",),
            ("djvu-image", "pdf"),
            ("image",),
        )
    )
    for form in forms
}
_EXTENSIONS = frozenset(
    "xml alto page hocr html htm xhtml txt text md json jsonl tsv csv gz jpg jpeg png tif tiff jp2 "
    "jpx gif bmp webp pdf docx odt rtf ocr djvu djv".split()
)
_SUFFIX = re.compile(
    r"[-_](?:alto|page|pagexml|hocr|chocr|djvu|abbyy|ocr|text|txt|fulltext|hocr_searchtext|xml)$",
    re.IGNORECASE,
)
# Folders that are named for the form of what is in them, not for a part of the text.
_FORM_FOLDERS = re.compile(
    r"(?:alto|xml|page|pagexml|hocr|ocr|text|txt|fulltext|plaintext|jpe?g|tiff?|png|jp2|"
    r"pdf|images?|"
    r"img|scans?|default|max|min|thumbs?|thumbnails?|master|access|data|objects|ocr-d-.*)"
    r"[-_]?(?:files)?$",
    re.IGNORECASE,
)
_WORDS = re.compile(
    rb"ocrx_word|<(?:\w+:)?String[\s>]|<(?:\w+:)?Word[\s>]|<WORD[\s>]|<(?:\w+:)?formatting[\s>]"
)
_PAGES = {
    "alto": rb"<(?:\w+:)?Page[\s>]",
    "page": rb"<(?:\w+:)?Page[\s>]",
    "hocr": rb"\bocr_page\b",
    "abbyy": rb"<(?:\w+:)?page[\s>]",
    "djvu": rb"<OBJECT[\s>]",
}


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


_Groups = dict[tuple[str, str], list[_File]]


def sorted_out(inside: Iterable[tuple[Path, str]]) -> Listing:
    """The pages among these files and their images; the other files are left out."""
    left_out: list[LeftOut] = []
    facts: dict[str, str] = {}
    labels: list[tuple[str, ...]] = []
    pages: list[_File] = []
    inside = list(inside)
    items = {path.name.removesuffix("_meta.xml") for path, _ in inside}
    for path, name in inside:
        of_item = _OF_ITEM.match(path.name)
        if _DESCRIPTIONS.match(path.name) or (of_item and of_item[1] in items):
            left_out.append(LeftOut(name, "describes the folder", fault=False))
            continue
        if _THUMBNAIL.match(path.stem) or _NO_PROSE.match(path.name):
            left_out.append(LeftOut(name, "is not a page, by its name", fault=False))
            continue
        try:
            form = kinds.form_of(kinds.beginning(beginning(path, 1 << 20)), name)
        except (SourceError, OSError) as error:
            left_out.append(LeftOut(name, str(error)))
            continue
        if form.startswith(":") and (description := described(path, name)) is not None:
            facts |= description.facts
            labels += description.labels
            left_out.append(LeftOut(name, "describes the text; its facts are used", fault=False))
        else:
            pages.append(_File(path, name, form, _key(path.name)))
    found: list[Found] = []
    for _, files in sorted(
        _grouped(pages).items(), key=lambda one: (natural(one[0][0]), natural(one[0][1]))
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
    by_path = {one.path: one for one in pages}
    found, more = _without_the_whole(found, by_path)
    found, others = _with_images_of_the_whole(found, by_path)
    return Listing(tuple(found), (*left_out, *more, *others), facts, tuple(labels))


def described(path: Path, name: str) -> Listing | None:
    """What a description beside the pages says; None if the file is none.

    Descriptions are MODS, Dublin Core, MARC, the Internet Archive's `_meta.xml` and
    `_scandata.xml`, Transkribus' `metadata.xml`, Gallica's `pagination.xml`.
    """
    try:
        root = xml.parse(loaded(path, name), name)
    except SourceError:
        return None
    labels = told.page_labels(root)
    if xml.local(root) not in _DESCRIBING and not labels:
        return None
    return Listing((), (), told.described(root), tuple(labels))


def _grouped(pages: Sequence[_File]) -> _Groups:
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
    groups: _Groups = {}
    for one in pages:
        groups.setdefault((one.folder if parts else "", one.key), []).append(one)
    for folder, key in list(groups):
        # f10.chocomufin.xml beside f10.xml is another version of the same page
        base, _, label = key.rpartition(".")
        other = groups.get((folder, base))
        if other and label.isalpha() and {one.form for one in groups[folder, key]} <= LAYOUTS:
            other += groups.pop((folder, key))
    return _joined_by_number(groups)


def _joined_by_number(groups: _Groups) -> _Groups:
    """Pages and images that have different names but the same numbers: `X1.xml` and `f1.jpg`.

    They are joined if there is an image for each page and a page for each image.
    """
    forms = {group: {one.form for one in files} for group, files in groups.items()}
    images = [group for group in groups if forms[group] == {"image"}]
    others = [group for group in groups if "image" not in forms[group]]
    if len(images) + len(others) < len(groups):
        return groups  # some have images of their names
    texts = [group for group in others if forms[group] & LAYOUTS] or others
    if len(texts) < 2:
        return groups
    by_number = {_number(key): (folder, key) for folder, key in images}
    numbers = [_number(key) for _, key in texts]
    if len(set(numbers)) < len(texts) or set(numbers) != set(by_number) or "" in by_number:
        return groups
    if len(by_number) < len(images):
        return groups
    for group, number in zip(texts, numbers, strict=True):
        groups[group] += groups.pop(by_number[number])
    return groups


def _number(key: str) -> str:
    """The last number in a page's name, without leading zeros; "" if there is none."""
    found = re.findall(r"\d+", key)
    return found[-1].lstrip("0") or "0" if found else ""


def _poverty(file: _File, files: Sequence[_File]) -> tuple[int, int, str]:
    """Of forms of equal rank: most words, then shortest name; of images the largest."""
    if sum(one.form in LAYOUTS for one in files) > 1 and file.form in LAYOUTS:
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
    rich = [one for one in found if files[one.path].form in {*LAYOUTS, "image"}]
    other = [
        one
        for one in found
        if files[one.path].form in {"pdf", "text", "json", "html"}
        and one.path.suffix.lower() in {".pdf", ".txt", ".md", ".json", ".html", ".htm"}
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


def _with_images_of_the_whole(
    found: Sequence[Found], files: Mapping[Path, _File]
) -> tuple[list[Found], list[LeftOut]]:
    """A file with a layout of all pages, and the images beside it, which are those pages.

    An item of the Internet Archive has one `_hocr.html`, and its images in `_jp2.zip`.
    """
    whole = [one for one in found if files[one.path].form in LAYOUTS]
    images = [one for one in found if files[one.path].form == "image"]
    if len(whole) != 1 or not images or len(images) + 1 < len(found):
        return list(found), []
    book = files[whole[0].path]
    try:
        data = kinds.unpacked(loaded(book.path, book.name), book.name)
    except SourceError:
        return list(found), []
    count = len(re.findall(_PAGES[book.form], data))
    if count < 2:
        return list(found), []
    if count == len(images):
        pictures = tuple((one.path, one.name) for one in images)
        return [replace(whole[0], images=pictures)], []
    why = f"{book.name} has the text of {count} pages, but there are {len(images)} images"
    return whole, [LeftOut(one.name, why, fault=False) for one in images]


def _key(name: str) -> str:
    """A page's name: `0001` of `0001.alto.xml`, `book` of `book_abbyy.gz`."""
    stem = name
    while (parts := stem.rpartition("."))[0] and parts[2].lower() in _EXTENSIONS:
        stem = parts[0]
    while (short := _SUFFIX.sub("", stem)) != stem:
        stem = short
    return stem
