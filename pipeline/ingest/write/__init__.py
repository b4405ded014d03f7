"""Export: write corrections back into hOCR, ALTO, PAGE, TEI or JSON.

The OCR's readings are kept where the format has a place for them.

Only what the OCR misread is written back (changes of kind `ocr`): the file goes on telling what is
on the page, so line ends, hyphens, running heads and the printer's own errors stay.
"""

from __future__ import annotations

import copy
import hashlib
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal, cast

from lxml import etree

from pipeline import xml
from pipeline.document import Document, replay
from pipeline.errors import ReorderedWarning, SourceError
from pipeline.ingest import kinds
from pipeline.ingest.by_eye import by_eye
from pipeline.ingest.layer import Page, Placed, Region, composed, legible
from pipeline.ingest.readers import alto, cloud, converters, hocr, page_xml, tei
from pipeline.ingest.write import (
    afresh,
    into_alto,
    into_hocr,
    into_json,
    into_page,
    into_tei,
    splice,
)

__all__ = ["Format", "export"]

Format = Literal["hocr", "alto", "page", "tei", "json"]

_MEDIA = {
    "hocr": "text/vnd.hocr+html",
    "alto": "application/alto+xml",
    "page": "application/vnd.prima.page+xml",
    "tei": "application/tei+xml",
    "json": "application/json",
}
_READERS = {"hocr": hocr.pages, "alto": alto.pages, "page": page_xml.pages}
_WRITERS = {"hocr": into_hocr.correct, "alto": into_alto.correct, "page": into_page.correct}


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the source in the wanted format, and where its text begins in the raw text."""

    name: str
    data: bytes
    start: int


def export(
    document: Document, target: Format, originals: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """The files of the source with the corrections in them, by name.

    `originals` are the files as they were given, by the names of `Source.origins`. Where they are
    in the wanted format, they are given back as they were but for the corrections; otherwise (a
    PDF, an image, another format) new files are made from the layout, one a page (hOCR: one for
    all). In hOCR a corrected word is an `alternatives` of `ins` and `del`, in ALTO the old reading
    is an `ALTERNATIVE`, in PAGE a `TextEquiv` with the higher index, in TEI an `app` with `lem` and
    `rdg`.

    Raises:
        SourceError: The source has no layout, or an original is not the file that the text was read
        from.

    """
    source = document.source
    misread = replay(
        source,
        [change for change in document.ledger if change.kind == "ocr" and change.verdict == "made"],
    )
    given = originals or {}
    if source.origins and all(
        origin.media == _MEDIA[target] and origin.name in given for origin in source.origins
    ):
        for origin in source.origins:
            if hashlib.sha256(given[origin.name]).hexdigest() != origin.sha256:
                raise SourceError(
                    f"{origin.name} is not the file from which this text was read: build the "
                    f"edition again."
                )
        names = [origin.name for origin in source.origins]
        if target == "tei":
            return dict(_corrected_tei(misread, names, given))
        if target == "json":
            return dict(_corrected_json(misread, names, given))
        return dict(_corrected(misread, target, [_unpacked(given[name], name) for name in names]))
    if target == "tei":
        raise SourceError(
            "Only a TEI source can be exported as TEI. emend's own TEI is the edition."
        )
    if target == "json":
        raise SourceError("Only a source in JSON can be exported as JSON.")
    if source.layout is None or not source.layout.zones:
        raise SourceError(
            f"{source.name} has no page layout, so it cannot be exported as {target}: only scans "
            f"and OCR with coordinates can."
        )
    return dict(
        _corrected(
            misread, target, afresh.files(source, target, PurePosixPath(source.name).stem or "text")
        )
    )


def _unpacked(data: bytes, name: str) -> tuple[str, bytes]:
    """A file's name and content, without gzip."""
    plain = kinds.unpacked(data, name)
    return (name if plain is data else name.removesuffix(".gz")), plain


def _corrected(
    document: Document, target: Literal["hocr", "alto", "page"], files: Sequence[tuple[str, bytes]]
) -> Iterator[tuple[str, bytes]]:
    at = 0
    for name, data in files:
        root = xml.parse_html(data, name) if _is_html(data) else xml.parse(data, name)
        text, words = _as_read(_READERS[target](root), document, at, name)
        before = _written(root, data)
        _WRITERS[target](root, words, list(edits(document, words, at)))
        yield name, _serialised(root, data, before)
        at += len(text) + 1  # the form feed between files
    if at != len(document.raw) + 1:
        raise SourceError(
            f"{files[-1][0]} does not contain all the text from which this edition was made from: "
            f"build the edition again."
        )


def _as_read(pages: list[Page], document: Document, at: int, name: str) -> tuple[str, list[Placed]]:
    """The text of a file's pages as the edition has it, which begins at `at`, and its words."""
    text, _, words = composed(pages)
    given = document.raw[at : at + len(text)]
    if given != text:  # lines in the order in which they stand on the page
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReorderedWarning)
            pages = [by_eye(page) for page in pages]
        given = document.raw[at : at + len(composed(pages)[0])]
        pages = [_as_in(page, given) for page in pages]  # … and blocks in that of articles
        text, _, words = composed(pages)
    if given != text:
        raise SourceError(
            f"{name} does not contain the text that this edition was made from: build the edition "
            f"again."
        )
    return text, words


def _corrected_json(
    document: Document, names: Sequence[str], given: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    at = 0
    for whole in names:
        name, data = _unpacked(given[whole], whole)
        plain = data.decode("utf-8-sig", "replace")
        try:
            told = json.loads(plain)
        except ValueError:
            told = None
        found = cloud.pages(told) or converters.pages(told)
        if found is None or found[0] in {"marker", "olmOCR"}:
            raise SourceError(
                f"{name} cannot be corrected as JSON: only the answers of Google Cloud Vision, "
                f"Azure and AWS Textract and the output of docling can."
            )
        text, words = _as_read(found[1], document, at, name)
        before = copy.deepcopy(told)
        into_json.correct(told, words, list(edits(document, words, at)))
        mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
        yield name, mark + into_json.spliced(plain, before, told).encode()
        at += len(text) + 1


def _as_in(page: Page, text: str) -> Page:
    """A page with its regions in the order in which they begin in a text, each found once."""
    left = list(page.regions)
    ordered: list[Region] = []
    at = 0
    while left:
        at += len(text[at:]) - len(text[at:].lstrip("\n\f"))
        begun = [
            (len(own), region)
            for region in left
            if (own := composed([Page((region,))])[0]) and text.startswith(own, at)
        ]
        if not begun:
            return Page((*ordered, *left), page.surface)
        size, region = max(begun, key=lambda one: one[0])
        ordered.append(region)
        left.remove(region)
        at += size
    return Page(tuple(ordered), page.surface)


def _corrected_tei(
    document: Document, names: Sequence[str], given: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    at = 0
    for name in names:
        root = xml.parse(given[name], name)
        text, runs = tei.text_of(root, name)
        if document.raw[at : at + len(text)] != text:
            raise SourceError(
                f"{name} does not contain the text that this edition was made from: build "
                f"the edition again."
            )
        before = _written(root, given[name])
        spans = [
            (piece.start - at, piece.end - at, piece.reading)
            for piece in document.pieces
            if at <= piece.start and piece.end <= at + len(text)
        ]
        into_tei.correct(root, runs, spans)
        yield name, _serialised(root, given[name], before)
        at += len(text) + 1


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that are corrected together: their indices, and their new readings (may be empty)."""

    words: tuple[int, ...]
    readings: tuple[str, ...]


def edits(document: Document, words: Sequence[Placed], at: int) -> Iterator[Edit]:
    """The edits of a file's words. The file's text begins at `at` in the raw text."""
    i = 0
    groups: list[list[int]] = []
    for piece in document.pieces:
        start, end = piece.start - at, piece.end - at
        while i < len(words) and words[i].end <= start:
            i += 1
        touched = []
        j = i
        while j < len(words) and words[j].start < end:
            touched.append(j)
            j += 1
        if not touched:
            continue
        if groups and touched[0] <= groups[-1][-1]:
            groups[-1] += [k for k in touched if k > groups[-1][-1]]
        else:
            groups.append(touched)
    for group in groups:
        start, end = words[group[0]].start + at, words[group[-1]].end + at
        readings = _shared(document.reading_of(start, end).split(), [words[k] for k in group])
        if any(
            reading != legible(words[k].word.text)
            for k, reading in zip(group, readings, strict=True)
        ):
            yield Edit(tuple(group), tuple(readings))


def _shared(readings: list[str], words: Sequence[Placed]) -> list[str]:
    """Distribute readings over words: one each, the rest to the last.

    `3 r 7` read as `317` gives `317` and two empty words.
    """
    tail: list[str] = []
    count = len(words)
    while (
        count > 1 and words[count - 1].word.glued
    ):  # a hyphen that stands by itself goes on standing by itself
        mark = words[count - 1].word.text
        if readings and readings[-1].endswith(mark) and len(readings[-1]) > len(mark):
            readings = [*readings[:-1], readings[-1][: -len(mark)]]
            tail.insert(0, mark)
        else:
            tail.insert(0, "")
        count -= 1
    if len(readings) > count:
        readings = [*readings[: count - 1], " ".join(readings[count - 1 :])]
    return [*readings, *[""] * (count - len(readings)), *tail]


def _is_html(data: bytes) -> bool:
    """Whether a file is HTML that no XML parser takes."""
    if kinds.kind_of(data, "file")[0] == "html":
        return True
    try:
        xml.parse(data, "file")
    except SourceError:
        return True
    return False


def _known(encoding: str | None) -> str:
    """An encoding in which a file can be written: the one it says, unless nobody knows that."""
    try:
        etree.tostring(etree.Element("a"), encoding=encoding or "UTF-8")
    except LookupError:
        return "UTF-8"
    return encoding or "UTF-8"


def _written(root: etree._Element, data: bytes) -> str:
    """The root element as the parser writes it."""
    return etree.tostring(
        root, encoding="unicode", method="html" if _is_html(data) else "xml", with_tail=False
    )


def _serialised(root: etree._Element, data: bytes, before: str) -> bytes:
    """Return the corrected file: its own bytes if they match the tree, else serialised again."""
    tree = root.getroottree()
    info: Any = tree.docinfo
    encoding, doctype = _known(info.encoding), info.doctype or ""
    after = _written(root, data)
    if after == before:
        return data
    if (exact := splice.spliced(data, encoding, before, after)) is not None:
        return exact
    if _is_html(data):
        return cast("bytes", etree.tostring(tree, method="html", encoding=encoding))
    declared = data.lstrip(b"\xef\xbb\xbf\xff\xfe").startswith((b"<?xml", b"<\0?", b"\0<"))
    if (
        "XHTML" in doctype
    ):  # libxml2 would write it in a manner of its own, with attributes of its own
        plain = copy.deepcopy(root)
        return (
            cast(
                "bytes",
                etree.tostring(plain, xml_declaration=declared, encoding=encoding, doctype=doctype),
            )
            + b"\n"
        )
    return cast("bytes", etree.tostring(tree, xml_declaration=declared, encoding=encoding)) + b"\n"
