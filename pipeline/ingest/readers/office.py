"""Word, LibreOffice and RTF: their text, notes included; Word by mammoth, RTF by striprtf."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

from pipeline import xml
from pipeline.errors import MissingExtraError, SourceError
from pipeline.ingest.kinds import MOST_UNPACKED
from pipeline.ingest.readers import web


def docx(data: bytes, name: str) -> str:
    """The text of a Word document, its notes at the end.

    Raises:
        SourceError: It is damaged. MissingExtraError: mammoth is not installed.

    """
    try:
        import mammoth  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("mammoth", "documents") from None
    _bounded(data, name)
    try:
        made = mammoth.convert_to_html(
            io.BytesIO(data), convert_image=mammoth.images.img_element(lambda _: {"src": ""})
        )
    except Exception as error:  # noqa: BLE001  # it raises whatever its parser does
        raise SourceError(f"{name} is a damaged Word document ({error}): save it again.") from None
    if not made.value.strip():
        return ""
    return web.text_of(xml.parse_html(f"<html><body>{made.value}</body></html>".encode(), name))


def odt(data: bytes, name: str) -> str:
    """The text of a LibreOffice document, its notes after the paragraph that calls them.

    Raises:
        SourceError: It is damaged, or not a text document.

    """
    _bounded(data, name)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = xml.parse(archive.read("content.xml"), f"{name}, content.xml")
    texts = [one for body in xml.children(root, "body") for one in xml.children(body, "text")]
    if not texts:
        raise SourceError(f"{name} is a LibreOffice file that is not a text document.")
    out: list[str] = []
    for block in xml.descendants(texts[0], "p", "h"):
        if any(xml.local(above) in {"note-body", "annotation"} for above in block.iterancestors()):
            continue
        notes: list[str] = []
        out.append(_odt_paragraph(block, notes).strip())
        out += notes
    return "\n\n".join(one for one in out if one) + "\n"


def _odt_paragraph(block: etree._Element, notes: list[str]) -> str:
    """The text of a paragraph; its notes are put aside."""
    out = [block.text or ""]
    for child in block:
        kind = xml.local(child)
        if kind == "note":
            called = "".join(
                "".join(map(str, one.itertext())) for one in xml.children(child, "note-citation")
            )
            said = [_odt_paragraph(one, notes) for one in xml.descendants(child, "p")]
            notes.append(f"[{called}] {' '.join(said)}")
            out.append(f"[{called}]")
        elif kind in {"s", "tab"}:
            out.append(" ")
        elif kind == "line-break":
            out.append("\n")
        elif kind and kind not in {"annotation", "tracked-changes", "frame"}:
            out.append(_odt_paragraph(child, notes))
        out.append(child.tail or "")
    return "".join(out)


def rtf(data: bytes, name: str) -> str:
    """The text of an RTF document.

    Raises:
        SourceError: It is damaged. MissingExtraError: striprtf is not installed.

    """
    try:
        from striprtf.striprtf import rtf_to_text  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("striprtf", "documents") from None
    try:
        text: Any = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
        return str(text).strip() + "\n"
    except Exception as error:  # noqa: BLE001  # it raises whatever its parser does
        raise SourceError(f"{name} is a damaged RTF document ({error}): save it again.") from None


def _bounded(data: bytes, name: str) -> None:
    """Raise SourceError for a document that is damaged or unpacks to more than any book has."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MOST_UNPACKED:
                raise SourceError(f"{name} unpacks to more than {MOST_UNPACKED // 1_000_000} MB.")
            for info in infos:
                with archive.open(info) as file:
                    if info.filename.endswith(".xml") and b"<!ENTITY" in file.read(100_000):
                        raise SourceError(f"{name} declares entities, which emend does not read.")
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError) as error:
        raise SourceError(f"{name} is a damaged archive ({error}): get a complete copy.") from None
