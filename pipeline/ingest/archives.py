"""ZIP and tar, unpacked within bounds: no path that leads out, no links, no bombs."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.errors import SourceError
from pipeline.ingest import kinds

MOST_FILES = 20_000
MOST_BYTES = 4_000_000_000  # unpacked; the scans of a book have 1 GB
_RATIO, _FROM = 200, 50_000_000  # XML packs to a twentieth; from 50 MB on, no more than this
_CHUNK = 1 << 20


def unpack(data: bytes, name: str, folder: Path) -> None:
    """Write the files of an archive into a folder, under the names that they have in it.

    Raises:
        SourceError: It is damaged or encrypted, unpacks to more than any book has, or has a file
        whose name leads out of the folder. Nothing outside the folder is ever written.

    """
    data = kinds.unpacked(data, name)
    total = 0
    written: set[Path] = set()
    most = min(MOST_BYTES, max(_FROM, _RATIO * len(data)))
    try:
        for number, (inside, file) in enumerate(_members(data, name)):
            if number >= MOST_FILES:
                raise SourceError(f"{name} holds more than {MOST_FILES:,} files: unpack it.")
            path = folder / _safe(inside, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if path in written:  # the second would take the place of the first
                raise SourceError(f"{name} holds two files called {inside!r}: unpack it yourself.")
            written.add(path)
            with path.open("wb") as out:
                while chunk := file.read(_CHUNK):
                    total += len(chunk)
                    if total > most:
                        raise SourceError(
                            f"{name} unpacks to more than {most // 1_000_000} MB: unpack it."
                        )
                    out.write(chunk)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise SourceError(f"{name} is a damaged archive ({error}): get a complete copy.") from None
    except (RuntimeError, NotImplementedError) as error:  # encrypted, or packed in a rare way
        raise SourceError(f"{name} cannot be unpacked ({error}): unpack it yourself.") from None


def names(data: bytes) -> list[str]:
    """The names of the files in a ZIP; none of what is not one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return []


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP or tar of files, and not one document (.docx, .odt, .epub)."""
    with path.open("rb") as file:
        head = kinds.beginning(file.read(65536), 512)
    return head[257:262] == b"ustar" or (head.startswith(b"PK") and holds_files(path.read_bytes()))


def holds_files(data: bytes) -> bool:
    """Whether this is a ZIP or tar of files, perhaps gzipped, and not one document."""
    head = kinds.beginning(data, 512)
    if head[257:262] == b"ustar":
        return True
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not document_in(data)


def document_in(data: bytes) -> str:
    """The extension of the document that a ZIP is: "docx", "odt", "epub", …; "" of an archive."""
    inside = set(names(data))
    if "word/document.xml" in inside:
        return "docx"
    if "META-INF/container.xml" in inside:
        return "epub"
    if "content.xml" in inside and "mimetype" in inside:
        return "odt"
    if {"[Content_Types].xml", "_rels/.rels"} <= inside:
        return "xlsx"
    return ""


def _members(data: bytes, name: str) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of an archive, one after the other: their names and their contents."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if info.is_dir():
                    continue
                with archive.open(info) as file:
                    yield info.filename, file
        return
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        for member in tar:
            if member.issym() or member.islnk() or member.isdev():
                raise SourceError(
                    f"{name} holds {member.name}, which is a link or a device: unpack it yourself."
                )
            if member.isfile() and (content := tar.extractfile(member)) is not None:
                yield member.name, content


def _safe(inside: str, name: str) -> PurePosixPath:
    """A member's path below the folder."""
    path = PurePosixPath(inside.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in inside or "\0" in inside or not path.name:
        raise SourceError(f"{name} holds a file whose name leads out of it, {inside!r}: unpack it.")
    return path
