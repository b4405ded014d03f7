"""The content of one file: a finished source, or pages, some of them still to be recognised."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from pipeline import xml
from pipeline.document import Layout, Origin, Source, Surface
from pipeline.errors import SourceError
from pipeline.ingest import archives, kinds, told
from pipeline.ingest.by_eye import by_eye
from pipeline.ingest.images import djvu as djvu_file
from pipeline.ingest.images import pdf, raster
from pipeline.ingest.layer import Page, scaled
from pipeline.ingest.readers import (
    abbyy,
    alto,
    cloud,
    converters,
    djvu,
    hocr,
    iiif,
    kraken,
    office,
    page_xml,
    tables,
    tei,
    web,
)
from pipeline.ingest.readers.plain import decode

Ocr = Literal["auto", "always", "never"]


@dataclass(frozen=True)
class Unread:
    """A page that is still to be recognised: which page of which file.

    `file` is where the file lies, which is then not kept in memory; its bytes if it will not stay.
    """

    name: str
    file: bytes | Path
    sha256: str
    number: int
    pages: int
    kind: Literal["image", "pdf", "djvu"]
    dpi: int = 0  # the resolution that was asked for, 0 for the file's own
    unmapped: bool = False  # a PDF page whose text layer is not what is printed

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        if isinstance(self.file, bytes):
            return self.file
        try:
            return self.file.read_bytes()
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror}.") from None

    @property
    def label(self) -> str:
        """The page as a person would name it."""
        return f"{self.name}, page {self.number + 1}" if self.pages > 1 else self.name

    @property
    def url(self) -> str:
        """Where its image is, as a surface tells it."""
        return (
            f"{self.name}#page={self.number + 1}"
            if self.pages > 1 or self.kind != "image"
            else self.name
        )


@dataclass(frozen=True)
class Part:
    """One file of a text."""

    name: str
    origin: Origin
    source: Source | None = None
    pages: tuple[Page | Unread, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # what the file says of the text

    def numbered(self, numbers: Sequence[str]) -> Part:
        """With a printed number for each page that does not give its own, "" for none."""
        if len(numbers) != len(self.pages) or not any(numbers):
            return self
        pages = [
            replace(page, surface=replace(page.surface, n=number))
            if isinstance(page, Page) and page.surface and not page.surface.n
            else page
            for page, number in zip(self.pages, numbers, strict=True)
        ]
        return replace(self, pages=tuple(pages))

    @property
    def named_images(self) -> list[str]:
        """The images that the file itself names for its pages, but for those on the web."""
        named = [page.surface.url for page in self.pages if isinstance(page, Page) and page.surface]
        own = f"{self.name}#"  # the pages of a PDF are their own images
        return [url for url in named if url and not url.startswith(("http:", "https:", own))]

    def illustrated(self, image: str, size: tuple[int, int] = (0, 0)) -> Part:
        """With the image that lies beside the file of its only page, and places in its pixels.

        ALTO may measure in tenths of a millimetre or in 1200ths of an inch, AWS in shares of the
        page. `size` is the image's width and height, (0, 0) if they are not known.
        """
        if not image:
            return self
        if self.source is not None and self.source.layout is None and "\f" not in self.source.text:
            layout = Layout((Surface(image, *size),))
            return replace(self, source=replace(self.source, layout=layout))
        return self.with_images([(image, size)])

    def sized(self, size: tuple[int, int]) -> Part:
        """With the size of its only page, in the unit of its places, if the file gives none."""
        page = self.pages[0] if len(self.pages) == 1 else None
        if not isinstance(page, Page) or page.surface is None or page.surface.width:
            return self
        width, height = size
        surface = replace(page.surface, width=width, height=height)
        return replace(self, pages=(replace(page, surface=surface),))

    def with_images(self, images: Sequence[tuple[str, tuple[int, int]]]) -> Part:
        """With an image for each page: its name, and its width and height."""
        if len(images) != len(self.pages):
            return self
        return replace(
            self,
            pages=tuple(
                scaled(replace(page, surface=replace(page.surface, url=image)), size)
                if isinstance(page, Page) and page.surface is not None
                else page
                for page, (image, size) in zip(self.pages, images, strict=True)
            ),
        )

    def as_pages(self) -> Source:
        """A plain text among several files, as UTF-8.

        It gets a surface per page to stay in step with the images.
        """
        if self.source is None:
            raise SourceError(f"{self.name} cannot be read.")
        text = self.source.text.replace("\r\n", "\n")
        blank = Layout((Surface("", 0, 0),) * (text.count("\f") + 1))
        return Source(
            text,
            self.name,
            origins=self.source.origins or (self.origin,),
            layout=self.source.layout or blank,
        )


def part_of(
    data: bytes,
    name: str,
    ocr: Ocr,
    order: Sequence[str] = (),
    pages: str = "",
    dpi: int = 0,
    path: Path | None = None,
) -> Part:
    """What a file holds, before any page is recognised.

    `order` are ids of blocks of an ALTO file, or of canvases of a IIIF manifest. `pages` is a range
    of pages of a PDF or an image ("5-20", "1,5-"), all of them if "". `dpi` is the resolution at
    which to recognise. `path` is where the file stays until its pages are recognised, if it does.

    Raises:
        SourceError: The file is empty, binary, damaged or hostile, or in a format that emend does
        not read. MissingExtraError: It takes a package of an extra that is not installed.

    """
    if not data:
        raise SourceError(f"{name} is empty.")
    sha256 = hashlib.sha256(data).hexdigest()
    packed, data = data, kinds.unpacked(data, name)
    file = path if path is not None and data is packed else data
    kinds.bounded(len(data), data[:65536], name)
    kind, media = kinds.kind_of(data, name)
    origin = Origin(name, sha256, media)
    if kind == "text":
        return _text(data, name, origin)
    if kind == "json":
        return _json(data, name, origin, order)
    if kind == "rtf":
        return _plain(office.rtf(data, name), name, origin)
    if kind == "archive":
        return _document(data, name, origin)
    if kind == "image":
        count = raster.frames(data, name)
        if ocr == "never":
            raise SourceError(
                f"{name} is an image, which needs OCR: omit --ocr never, or give the text itself."
            )
        return Part(
            name,
            origin,
            pages=tuple(
                Unread(name, file, sha256, i, count, "image", dpi)
                for i in _numbers(pages, count, name)
            ),
        )
    if kind == "pdf":
        return _with_text_layers(Unread(name, file, sha256, 0, 0, "pdf", dpi), origin, ocr, pages)
    if kind == "djvu":
        whole = Unread(name, data, sha256, 0, 0, "djvu", dpi)
        return _with_text_layers(whole, origin, ocr, pages)
    return _marked_up(data, name, sha256, kind, order)


def _with_text_layers(whole: Unread, origin: Origin, ocr: Ocr, pages: str) -> Part:
    """A PDF or DjVu: the text layer of each page, or the page to be recognised."""
    name, file = whole.name, whole.file
    if whole.kind == "pdf":
        total, facts = pdf.described(file, name)
    else:
        total, facts = djvu_file.described(whole.data, name)
    numbers = _numbers(pages, total, name)
    layers: Sequence[pdf.Layer]
    if ocr == "always":
        layers = [pdf.Layer(None)] * len(numbers)
    elif whole.kind == "pdf":
        layers = pdf.layers(file, name, numbers)
    else:
        layers = [pdf.Layer(page) for page in djvu_file.layers(whole.data, name, numbers)]
    if ocr == "never":
        found: list[Page | Unread] = [layer.page or Page(()) for layer in layers]
    else:
        found = [
            layer.page
            if layer.page and not layer.unmapped
            else replace(whole, number=number, pages=total, unmapped=layer.unmapped)
            for number, layer in zip(numbers, layers, strict=True)
        ]
    return Part(name, origin, pages=tuple(found), facts=facts)


def _numbers(pages: str, total: int, name: str) -> list[int]:
    """The pages of a range, counted from 0: `5-20` and `1,5-` count from 1."""
    if not pages:
        return list(range(total))
    wanted: set[int] = set()
    for one in pages.replace(" ", "").split(","):
        first, dash, last = one.partition("-")
        if not first.isdecimal() or not (last.isdecimal() or not last):
            raise SourceError(f"{pages!r} is not a range of pages: write 5-20 or 1,5-20.")
        end = int(last or total) if dash else int(first)
        wanted |= set(range(max(int(first), 1) - 1, min(end, total)))
    if not wanted:
        raise SourceError(f"{name} has {total} pages, none of them in {pages}.")
    return sorted(wanted)


def _plain(text: str, name: str, origin: Origin, facts: Mapping[str, str] | None = None) -> Part:
    """A text that was taken out of a document."""
    return Part(name, origin, Source(text, name, origins=(origin,)), facts=facts or {})


def _text(data: bytes, name: str, origin: Origin) -> Part:
    """Plain text, unless it is a table."""
    source = decode(data, name)
    if tables.is_tesseract(source.text):
        layer = replace(origin, media="text/tab-separated-values")
        return Part(
            name, layer, pages=tuple(tables.pages(source.text)), facts={"engine": "Tesseract"}
        )
    if mark := tables.delimiter(source.text, name):
        kind = {"\t": "tabs", ",": "commas", ";": "semicolons"}[mark]
        raise SourceError(
            f"{name} is a table (columns parted by {kind}), not prose: save the text in it as "
            f"plain text."
        )
    return Part(name, origin, source)


def _json(data: bytes, name: str, origin: Origin, order: Sequence[str]) -> Part:
    """JSON or JSON Lines of a service or program that emend knows; text in braces is a text."""
    text = data.decode("utf-8-sig", "replace")
    try:
        told_in = json.loads(text)
    except RecursionError:
        raise SourceError(f"{name} is JSON that is nested too deeply.") from None
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            told_in = [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            if text.lstrip().startswith('{"') or name.lower().endswith((".json", ".jsonl")):
                raise SourceError(f"{name} is damaged JSON: get a complete copy.") from None
            return _text(data, name, replace(origin, media="text/plain"))
    try:
        found = cloud.pages(told_in) or converters.pages(told_in)
        if found is None and (layer := kraken.pages(told_in)):
            found = "kraken", layer
        if found is None and (layer := iiif.pages(told_in, order)):
            return Part(name, origin, pages=tuple(map(by_eye, layer)), facts=_iiif_facts(told_in))
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError):
        raise SourceError(
            f"{name} is damaged JSON: some of its fields are not what they should be."
        ) from None
    if found is None:
        raise SourceError(
            f"{name} is JSON in a form that emend does not read{_keys(told_in)}: give the answer "
            "of Google Cloud Vision, Azure or AWS Textract, the output of kraken, docling, marker "
            "or olmOCR, a IIIF manifest, or plain text."
        )
    engine, pages = found
    facts = {"engine": engine, "language": told.tag_of(cloud.language(told_in))}
    kept = {key: value for key, value in facts.items() if value}
    return Part(name, origin, pages=tuple(map(by_eye, pages)), facts=kept)


def _iiif_facts(told_in: Any) -> dict[str, str]:
    return told.iiif(told_in) if iiif.kind_of(told_in) == "Manifest" else {}


def _keys(value: Any) -> str:
    """What JSON has in it, for a person to recognise it by."""
    one = value[0] if isinstance(value, list) and value else value
    keys = ", ".join(list(one)[:4]) if isinstance(one, dict) else ""
    return f" (with the keys {keys[:80]})" if keys else ""


def _document(data: bytes, name: str, origin: Origin) -> Part:
    """A Word or LibreOffice document."""
    kind = archives.document_in(data)
    if kind == "docx":
        media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return _plain(office.docx(data, name), name, replace(origin, media=media))
    if kind == "odt":
        media = "application/vnd.oasis.opendocument.text"
        return _plain(office.odt(data, name), name, replace(origin, media=media))
    if kind:
        called = {"epub": "an EPUB", "xlsx": "an Excel or PowerPoint file"}[kind]
        raise SourceError(f"{name} is {called}: save its text as plain text.")
    raise SourceError(f"{name} is an archive inside another: unpack it.")


def _marked_up(data: bytes, name: str, sha256: str, kind: str, order: Sequence[str]) -> Part:
    """An XML or HTML file, by its root element."""

    def layer(media: str, pages: Sequence[Page], facts: Mapping[str, str] | None = None) -> Part:
        if (facts or {}).get("engine") != "emend":  # what emend exports is in order
            pages = [by_eye(page) for page in pages]
        return Part(name, Origin(name, sha256, media), pages=tuple(pages), facts=facts or {})

    if re.search(
        rb"abbyy.com/FineReader_xml|<document[^>]*producer=\"[^\"]*(?i:abbyy|finereader)",
        data[:4096],
    ):
        return layer(
            "application/vnd.abbyy.finereader+xml",
            abbyy.pages(data, name),
            told.abbyy(data[:4096]),
        )
    root = _root(data, name, kind)
    found = xml.local(root)
    if found == "alto":
        return layer("application/alto+xml", alto.pages(root, order), told.alto(root))
    if found == "PcGts":
        return layer("application/vnd.prima.page+xml", page_xml.pages(root), told.page(root))
    if found == "DjVuXML":
        return layer("image/vnd.djvu+xml", djvu.pages(root))
    if found in {"document", "page", "block"} and any(True for _ in root.iter("{*}charParams")):
        # a page cut out of ABBYY's XML, without its namespace
        whole = (
            data if found == "document" else b"<document>" + etree.tostring(root) + b"</document>"
        )
        return layer("application/vnd.abbyy.finereader+xml", abbyy.pages(whole, name))
    if found in {"TEI", "teiCorpus", "TEI.2"}:
        return Part(
            name,
            Origin(name, sha256, "application/tei+xml"),
            _tei(root, data, name, sha256),
            facts=told.tei(root),
        )
    if found == "mets":
        raise SourceError(
            f"{name} is a METS file, which only lists the files of a book: give its path, with "
            f"those files beside it."
        )
    if any(
        "ocr_page" in (element.get("class") or "").split()
        for element in root.iter()
        if isinstance(element.tag, str)
    ):
        if _is_cut_off(data):
            raise SourceError(
                f"{name} has no </html> at its end: it may be truncated. Get a complete copy."
            )
        return layer("text/vnd.hocr+html", hocr.pages(root), told.hocr(root))
    if found == "html":
        facts = web.facts(root)
        facts["language"] = told.tag_of(facts["language"])
        kept = {key: value for key, value in facts.items() if value}
        return _plain(web.text_of(root), name, Origin(name, sha256, "text/html"), kept)
    raise SourceError(
        f"{name} is XML in a format that emend does not read (its root is {found}): give hOCR, "
        f"ALTO, PAGE, ABBYY XML, TEI or plain text."
    )


def _is_cut_off(data: bytes) -> bool:
    """Whether hOCR begins with <html> and does not end so: HTML parsers make nothing of that."""
    return b"<html" in data[:4096].lower() and b"</html" not in data[-4096:].lower()


def _root(data: bytes, name: str, kind: str) -> etree._Element:
    """The root element; hOCR may call itself XHTML and be no XML."""
    if kind == "html":
        return xml.parse_html(data, name)
    try:
        return xml.parse(data, name)
    except SourceError:
        if b"ocr_page" in data and b"<html" in data[:4096].lower():
            return xml.parse_html(data, name)
        raise


def _tei(root: etree._Element, data: bytes, name: str, sha256: str) -> Source:
    """An edition of ours gives its source back; of any other TEI the text is read again."""
    if any(
        identity.get("type") == "sha256"
        for header in xml.children(root, "teiHeader")
        for identity in xml.descendants(header, "idno")
    ):
        # ingest stands below the TEI, but here it is what comes in
        from pipeline.tei.restore import restore  # noqa: PLC0415

        return decode(restore(data), name)
    text, _ = tei.text_of(root, name)
    return Source(text, name, origins=(Origin(name, sha256, "application/tei+xml"),))
