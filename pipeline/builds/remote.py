"""Texts and editions that lie in an object store, such as S3, or any file system of fsspec.

An object store can replace one object at once, but not a folder. So an edition is one object there,
`ID.zip`, which holds the files that `edition/ID/` has on disk: whoever reads it has the old edition
or the new one, whole. The zip's comment says what it was made of, and the digest of its files, so
that the next build knows whether it still is what it would write.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.builds import one
from pipeline.builds.outcome import Outcome
from pipeline.digests import Digests, digest
from pipeline.errors import EmendError, MissingExtraError
from pipeline.project import ID, Project
from pipeline.version import version

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_ATTEMPTS = 3  # at fetching files that somebody is just replacing
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is written


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the texts lie, and where their editions go: two addresses, as `s3://bucket/raw`."""

    raw: str
    edition: str

    def names(self) -> Iterator[str]:
        """The ids of all texts, sorted. Raises EmendError if there is no such place."""
        system, root = _opened(self.raw)
        try:
            found = system.ls(root, detail=True)
        except OSError as error:
            raise EmendError(f"Cannot read {self.raw}: {error}.") from None
        for row in sorted(found, key=lambda row: str(row["name"])):
            name = str(row["name"]).rstrip("/").rpartition("/")[2]
            if row["type"] == "directory" and ID.fullmatch(name):
                yield name

    def build(self, name: str, *, force: bool = False) -> Outcome:
        """Build the edition of one text, unless it is there already and nothing has changed."""
        try:
            for _ in range(_ATTEMPTS):
                if outcome := self._built(name, force=force):
                    return outcome
        except EmendError as error:
            return Outcome(name, fault=str(error))
        except OSError as error:
            return Outcome(name, fault=f"Cannot read or write it: {error}.")
        return Outcome(name, fault=f"Its files in {self.raw} were replaced while emend read them.")

    def _built(self, name: str, *, force: bool) -> Outcome | None:
        """The outcome, or None if the sources changed on the way."""
        found = self._found(name)
        given = digest(f"{version()} {name} {sorted(found.items())}")
        path = f"{self.edition}/{name}.zip"
        if not force and (before := _earlier(path, given)):
            return before
        with tempfile.TemporaryDirectory(prefix="emend-") as folder:
            project = Project(Path(folder))
            self._fetch(found, project.root / "raw")
            if self._found(name) != found:
                return None
            digests = Digests(project.root / "digests")
            outcome = one.build(project, name, digests)
            digests.close()
            if outcome.fault:
                return outcome
            files = {file.name: file.read_bytes() for file in project.edition(name).iterdir()}
        outcome = replace(outcome, path=path, given=given if outcome.given else "")
        _put(path, packed(files, outcome))
        return outcome

    def _found(self, name: str) -> dict[str, str]:
        """The files that concern a text, by their paths in raw/, and what the store says of each.

        Raises:
            EmendError: A file's name leads out of the text's folder.

        """
        system, root = _opened(self.raw)
        rows = dict(system.find(f"{root}/{name}", detail=True))
        for shared in (f"{root}/decisions.jsonl", f"{root}/memory.json"):
            if system.exists(shared):
                rows[shared] = system.info(shared)
        found = {}
        for path, row in rows.items():
            inside = str(path)[len(root) + 1 :]
            parts = inside.split("/")
            if ".." in parts or "\\" in inside:
                raise EmendError(f"{path} is not a name for a file of a text: rename it.")
            if not any(part.startswith(".") for part in parts):
                found[inside] = str(sorted(row.items()))
        return found

    def _fetch(self, found: Iterable[str], folder: Path) -> None:
        system, root = _opened(self.raw)
        for inside in found:
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(system.cat_file(f"{root}/{inside}"))


def packed(files: Mapping[str, bytes], outcome: Outcome) -> bytes:
    """The files of an edition as a zip; its comment is the outcome, in JSON."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
        # A comment holds 65,535 bytes.
        row = {**asdict(outcome), "path": "", "said": [one[:500] for one in outcome.said[:50]]}
        archive.comment = json.dumps(row).encode()
    return out.getvalue()


def unpacked(data: bytes) -> tuple[dict[str, bytes], Outcome]:
    """The files of an edition from its zip, and the outcome of its build.

    Raises:
        ValueError: It is damaged, or no zip of emend's.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {entry: archive.read(entry) for entry in archive.namelist()}
            row = json.loads(archive.comment)
            return files, Outcome(**{**row, "said": tuple(row["said"])})
    except (zipfile.BadZipFile, zlib.error, EOFError, TypeError, KeyError, RuntimeError) as error:
        raise ValueError(str(error)) from None


def _earlier(path: str, given: str) -> Outcome | None:
    """The outcome of an earlier build, if its edition is there, whole, and made of the same."""
    system, place = _opened(path)
    try:
        files, outcome = unpacked(system.cat_file(place))
    except (OSError, ValueError):
        return None
    if outcome.given != given or outcome.written != one.written(files):
        return None
    return replace(outcome, path=path, unchanged=True)


def _put(path: str, data: bytes) -> None:
    """Write an object whole or not at all."""
    system, place = _opened(path)
    if "file" not in system.protocol:
        system.pipe_file(place, data)  # one request, which an object store does or does not
        return
    target = Path(place)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def _opened(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address, and the path in it. Listings are never of a while ago."""
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("fsspec", "cluster") from None
    try:
        system, path = url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise EmendError(f"Cannot open {address}: {error}.") from None
    return system, str(path).rstrip("/")
