"""The content of one file: a finished source, or pages, some of them still to be recognised."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lxml import etree

from pipeline import xml
from pipeline.document import Layout, Origin, Source, Surface
from pipeline.errors import SourceError
from pipeline.ingest import kinds
from pipeline.ingest.images import pdf, raster
from pipeline.ingest.layer import Page
from pipeline.ingest.readers import abbyy, alto, djvu, hocr, page_xml, tei
from pipeline.ingest.readers.plain import decode

Ocr = Literal["auto", "always", "never"]


@dataclass(frozen=True)
class Unread:
    """A page that is still to be recognised: which page of which file."""

    name: str
    data: bytes
    sha256: str
    number: int
    pages: int
    is_pdf: bool

    @property
    def label(self) -> str:
        """The page as a person would name it."""
        return f"{self.name}, page {self.number + 1}" if self.pages > 1 else self.name

    @property
    def url(self) -> str:
        """Where its image is, as a surface tells it."""
        return f"{self.name}#page={self.number + 1}" if self.pages > 1 or self.is_pdf else self.name


@dataclass(frozen=True)
class Part:
    """One file of a text."""

    name: str
    origin: Origin
    source: Source | None = None
    pages: tuple[Page | Unread, ...] = ()

    def numbered(self, number: str) -> Part:
        """With the printed number that a METS gives to its only page."""
        return (
            self._with_surface(lambda surface: surface if surface.n else replace(surface, n=number))
            if number
            else self
        )

    def illustrated(self, image: str) -> Part:
        """With the image that lies beside the file of its only page."""
        return self._with_surface(lambda surface: replace(surface, url=image)) if image else self

    def _with_surface(self, change: Callable[[Surface], Surface]) -> Part:
        page = self.pages[0] if len(self.pages) == 1 else None
        if not isinstance(page, Page) or page.surface is None:
            return self
        return replace(self, pages=(replace(page, surface=change(page.surface)),))

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


def part_of(data: bytes, name: str, ocr: Ocr) -> Part:
    """What a file holds, before any page is recognised.

    Raises:
        SourceError: The file is empty, binary, damaged or hostile, or in a format that emend does
        not read. MissingExtraError: It takes a package of the extra `ocr` that is not installed.

    """
    if not data:
        raise SourceError(f"{name} is empty.")
    sha256 = hashlib.sha256(data).hexdigest()
    data = kinds.unpacked(data, name)
    kinds.bounded(len(data), data[:65536], name)
    kind, media = kinds.kind_of(data, name)
    origin = Origin(name, sha256, media)
    if kind == "text":
        return Part(name, origin, decode(data, name))
    if kind == "image":
        count = raster.frames(data, name)
        if ocr == "never":
            raise SourceError(
                f"{name} is an image, which needs OCR: omit --ocr never, or give the text itself."
            )
        return Part(
            name,
            origin,
            pages=tuple(Unread(name, data, sha256, i, count, is_pdf=False) for i in range(count)),
        )
    if kind == "pdf":
        return Part(name, origin, pages=_pdf_pages(data, name, sha256, ocr))
    return _marked_up(data, name, sha256, kind)


def _pdf_pages(data: bytes, name: str, sha256: str, ocr: Ocr) -> tuple[Page | Unread, ...]:
    layers = pdf.layers(data, name) if ocr != "always" else [None] * pdf.count(data, name)
    if ocr == "never":
        return tuple(page or Page(()) for page in layers)
    return tuple(
        page or Unread(name, data, sha256, i, len(layers), is_pdf=True)
        for i, page in enumerate(layers)
    )


def _marked_up(data: bytes, name: str, sha256: str, kind: str) -> Part:
    """An XML or HTML file, by its root element."""

    def layer(media: str, pages: Sequence[Page]) -> Part:
        return Part(name, Origin(name, sha256, media), pages=tuple(pages))

    if b"abbyy.com/FineReader_xml" in data[:4096]:
        return layer("application/vnd.abbyy.finereader+xml", abbyy.pages(data, name))
    root = _root(data, name, kind)
    found = xml.local(root)
    if found == "alto":
        return layer("application/alto+xml", alto.pages(root))
    if found == "PcGts":
        return layer("application/vnd.prima.page+xml", page_xml.pages(root))
    if found == "DjVuXML":
        return layer("image/vnd.djvu+xml", djvu.pages(root))
    if found in {"TEI", "teiCorpus", "TEI.2"}:
        return Part(
            name, Origin(name, sha256, "application/tei+xml"), _tei(root, data, name, sha256)
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
        return layer("text/vnd.hocr+html", hocr.pages(root))
    if found == "html":
        raise SourceError(f"{name} is a web page, not hOCR: save its text as plain text.")
    raise SourceError(
        f"{name} is XML in a format that emend does not read (its root is {found}): give hOCR, "
        f"ALTO, PAGE, ABBYY XML, TEI or plain text."
    )


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
