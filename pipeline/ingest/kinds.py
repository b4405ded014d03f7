"""What a file is, by its content and never by its name."""

from __future__ import annotations

import re
import zlib
from typing import Literal

from pipeline.errors import SourceError

Kind = Literal["text", "xml", "html", "pdf", "image", "json", "archive", "rtf", "djvu"]

# Of one file, in bytes. The longest novels have 10 MB, the ABBYY XML of a thousand pages 300 MB, a
# book's scans in one PDF 1 GB.
_MOST: dict[str, int] = {
    "text": 50_000_000,
    "xml": 400_000_000,
    "html": 400_000_000,
    "pdf": 2_000_000_000,
    "image": 2_000_000_000,
    "json": 400_000_000,
    "archive": 4_000_000_000,
    "rtf": 100_000_000,
    "djvu": 1_000_000_000,
}
MOST_UNPACKED = 400_000_000  # bytes that a packed file may hold
_GZIP = b"\x1f\x8b"
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"II+\0": "image/tiff",
    b"MM\0+": "image/tiff",
    b"\0\0\0\x0cjP  \r\n\x87\n": "image/jp2",
    b"\xff\x4f\xff\x51": "image/jp2",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
# Formats that emend does not read: refused by name, with what to do.
_STRANGERS = {
    b"\xd0\xcf\x11\xe0": "is an old Word document: save it as .docx",
    b"7z\xbc\xaf\x27\x1c": "is a 7-Zip archive: unpack it",
    b"Rar!": "is a RAR archive: unpack it",
    b"BZh": "is compressed with bzip2: unpack it",
    b"\xfd7zXZ\0": "is compressed with xz: unpack it",
    b"(\xb5/\xfd": "is compressed with zstd: unpack it",
    b"%!PS": "is PostScript: turn it into a PDF (ps2pdf)",
    b"SQLite format 3": "is a SQLite database: export its text",
}
_SPACE = b" \t\r\n\0"
_TAG = re.compile(
    rb"<(?:\?xml[\s?]|!DOCTYPE\s|!--|[A-Za-z_][\w.\-]*(?::[\w.\-]+)?"
    rb"(?:(?:\s[^<>]*)?/?>|(?:\s+[\w.:\-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')){9}))",
    re.IGNORECASE,
)
# what proofreaders type at the beginning of a text; no file in XML has such a root
_TYPED = re.compile(rb"<(?:noinclude|section|poem|ref|center|i|b|sc|g|f)[\s/>]", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!DOCTYPE\s+html|html)[\s>]", re.IGNORECASE)
# `{"pages": …` and `[{"text": …`, but not `[Illustration]`, `[12]` and `{sic}`
_JSON = re.compile(rb"\{\s*(?:\"|\})|\[\s*(?:[{\[]\s*[\"{\[\d\-]|\")")
_XHTML = re.compile(rb"<\?xml\s", re.IGNORECASE)


def kind_of(data: bytes, name: str) -> tuple[Kind, str]:
    """A file's kind and media type. A text that only begins with `<` is a text.

    Raises:
        SourceError: It is in a format that emend does not read but knows by name.

    """
    for start, media in _IMAGES.items():
        if data.startswith(start):
            return "image", media
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image", "image/webp"
    if data[:2] == b"BM" and data[6:10] == bytes(4):
        return "image", "image/bmp"
    for start, sentence in _STRANGERS.items():
        if data.startswith(start):
            raise SourceError(f"{name} {sentence}.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) or data[257:262] == b"ustar":
        return "archive", "application/x-tar" if data[257:262] == b"ustar" else "application/zip"
    if data.startswith(b"{\\rtf"):
        return "rtf", "application/rtf"
    if data.startswith(b"AT&TFORM"):
        return "djvu", "image/vnd.djvu"
    if b"%PDF-" in data[:1024]:
        return "pdf", "application/pdf"
    head = (
        data[:4096]
        .removeprefix(b"\xef\xbb\xbf")
        .removeprefix(b"\xff\xfe")
        .removeprefix(b"\xfe\xff")
    )
    narrow = head.replace(b"\0", b"").lstrip(_SPACE)  # UTF-16 without its zeros
    if _JSON.match(narrow):
        return "json", "application/json"
    if not _TAG.match(narrow) or _TYPED.match(narrow):
        return "text", "text/plain"
    if _HTML.search(narrow) and not _XHTML.match(narrow):
        return "html", "text/html"
    return "xml", "application/xml"


def bounded(size: int, head: bytes, name: str) -> None:
    """Raise SourceError for a file larger than any of its kind is, by its first few kilobytes."""
    most = MOST_UNPACKED if head.startswith(_GZIP) else _MOST[kind_of(head, name)[0]]
    if size >= most:
        raise SourceError(
            f"{name} is larger than {most // 1_000_000} MB: split it into its volumes or pages."
        )


def unpacked(data: bytes, name: str) -> bytes:
    """What a gzipped file holds (the Internet Archive packs its XML); any other file as it is.

    Raises:
        SourceError: It is damaged, or unpacks to more than any book has.

    """
    if not data.startswith(_GZIP):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        out = unpacker.decompress(data, MOST_UNPACKED)
    except zlib.error as error:
        raise SourceError(f"{name} is a damaged gzip file ({error}).") from None
    if unpacker.unconsumed_tail:
        raise SourceError(
            f"{name} unpacks to more than {MOST_UNPACKED // 1_000_000} MB: unpack and split it."
        )
    if not unpacker.eof:
        raise SourceError(f"{name} is a truncated gzip file: get a complete copy.")
    return out


def beginning(data: bytes, most: int = 65536) -> bytes:
    """The first bytes of a file, of a gzipped one those of what it holds; "" if it is damaged."""
    if not data.startswith(_GZIP):
        return data[:most]
    try:
        return zlib.decompressobj(wbits=31).decompress(data, most)
    except zlib.error:
        return b""


def form_of(head: bytes, name: str) -> str:
    """What a file is among those of a folder, by its beginning.

    "alto", "page", "hocr", "abbyy", "djvu" (its XML) or "tei" of what has the text of a page;
    "mets"; "djvu-image"; else the kind, "text", "image", …, or the local name of an XML file's root
    after a colon (":files").

    Raises:
        SourceError: It is in a format that emend does not read but knows by name.

    """
    kind, _ = kind_of(head, name)
    if kind not in {"xml", "html"}:
        return "djvu-image" if kind == "djvu" else kind
    if b"ocr_page" in head:
        return "hocr"
    match = _ROOT.search(_COMMENTS.sub(b"", head.replace(b"\0", b"")))
    root = match[1].decode("ascii", "replace") if match else ""
    if root == "document" and b"abbyy" in head.lower():
        return "abbyy"
    return _FORMS.get(root, "html" if kind == "html" or root == "html" else f":{root}")


_ROOT = re.compile(rb"<(?:[\w.\-]+:)?([A-Za-z_][\w.\-]*)[\s>/]")
_COMMENTS = re.compile(rb"<!--.*?-->|<\?.*?\?>|<![^>]*>", re.DOTALL)
_FORMS = {
    "alto": "alto",
    "PcGts": "page",
    "DjVuXML": "djvu",
    "TEI": "tei",
    "TEI.2": "tei",
    "teiCorpus": "tei",
    "mets": "mets",
}
