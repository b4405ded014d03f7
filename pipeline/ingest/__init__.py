"""What comes in: files of any kind that holds a text, made into one `Source`.

`read` takes one file, `gather` several or a folder or a METS; `survey` says first what is in them.
They look at the content of a file, at its name only where the content leaves a doubt.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pipeline.document import Origin, Source, Surface
from pipeline.errors import LeftOutWarning, MissingExtraError, SourceError
from pipeline.ingest import archives, files, told
from pipeline.ingest.by_eye import by_eye
from pipeline.ingest.files import LeftOut, copied
from pipeline.ingest.images import djvu, pdf, raster, recognition
from pipeline.ingest.layer import Page, confidence_at, joined, source_of
from pipeline.ingest.parts import Ocr, Part, Unread, part_of
from pipeline.ingest.readers.plain import decode
from pipeline.ingest.told import detected

__all__ = [
    "LeftOut",
    "Ocr",
    "Progress",
    "Survey",
    "confidence_at",
    "copied",
    "decode",
    "detected",
    "finished",
    "gather",
    "read",
    "sentence",
    "survey",
]

Progress = Callable[[str, int, int], None]  # (what was just read, pages done, pages in all)

_TEXTS = frozenset({"", ".txt", ".text", ".md"})  # of these an empty one is an empty page
_BLANK = 65_536  # bytes
_MOST_FAILED = 0.5  # of the pages to be recognised; more, and the source is refused


@dataclass(frozen=True)
class Survey:
    """What files hold, before any page is recognised and anything is built.

    `facts` are what the files say of the text: language, title, author, date, place, publisher, and
    the engine. `left_out` are the files that are not read, each with the reason. `missing` are the
    images that files name and that are not among them.
    """

    name: str
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...] = ()
    facts: Mapping[str, str] | None = None
    missing: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; a spread counts as one until it is recognised."""
        return sum(
            len(part.pages) if part.source is None else part.source.text.count("\f") + 1
            for part in self.parts
        )

    @property
    def unread(self) -> tuple[Unread, ...]:
        """The pages that are still to be recognised."""
        return tuple(page for part in self.parts for page in part.pages if isinstance(page, Unread))

    @property
    def media(self) -> tuple[str, ...]:
        """The media types of the files, in the order in which they first come."""
        return tuple(dict.fromkeys(part.origin.media for part in self.parts))

    @property
    def images(self) -> int:
        """How many pages have an image: to be recognised, beside the text, or named by it."""
        return sum(
            isinstance(page, Unread) or bool(page.surface and page.surface.url)
            for part in self.parts
            for page in part.pages
        ) + sum(
            bool(surface.url)
            for part in self.parts
            if part.source and part.source.layout
            for surface in part.source.layout.surfaces
        )

    @property
    def sample(self) -> str:
        """The beginning of the text, as much of it as need not be recognised."""
        found: list[str] = []
        for part in self.parts:
            if part.source is not None:
                found.append(part.source.text)
            else:
                known = [page for page in part.pages if isinstance(page, Page)]
                found.append(source_of(known, part.name, ()).text)
            if sum(map(len, found)) > 20_000:
                break
        return "\n".join(found)

    @property
    def faults(self) -> tuple[LeftOut, ...]:
        """What is left out though it may be a page."""
        return tuple(one for one in self.left_out if one.fault)


def read(
    data: bytes,
    name: str,
    *,
    ocr: Ocr = "auto",
    language: str = "en",
    cache: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Source:
    """One file as a source: text, OCR with or without a layout, TEI, a document, PDF, an image.

    `ocr` says what becomes of a PDF: "auto" takes its text layer and recognises the pages that have
    none, "always" recognises all, "never" none; "never" refuses images. `language` is a tag or
    several (`en`, `de+la`). Recognised pages are kept in `cache` (by default `$EMEND_CACHE` or the
    user's cache), `jobs` are recognised at once (by default one a core). An image is read three
    times; the other two readings are the source's `witnesses`. A page that fails is left out with a
    `LeftOutWarning`, the others go on.

    Raises:
        SourceError: The file is empty, binary, damaged or hostile, or in a format that emend does
        not read. MissingExtraError: It takes a package of an extra that is not installed.

    """
    how = _How(language, cache, jobs, progress)
    if not archives.holds_files(data):
        return _finished(Survey(name, (part_of(data, name, ocr),)), how)
    with tempfile.TemporaryDirectory(prefix="emend-") as folder:
        archives.unpack(data, name, Path(folder))
        return _finished(
            _surveyed([files.listed(Path(folder))], name, _Wanted(ocr), strict=False), how
        )


def gather(
    paths: Sequence[Path],
    *,
    witnesses: Sequence[Path] = (),
    ocr: Ocr = "auto",
    language: str = "en",
    pages: str = "",
    dpi: int = 0,
    cache: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Source:
    r"""Several files, a folder, or a METS as one source, "\f" between pages.

    The files of a folder come in the natural order of their names (`p2` before `p10`), those of a
    METS in its own order; several paths in the order given. Images beside hOCR, ALTO or PAGE files
    of the same names are those pages' images and are not recognised again. A file that cannot be
    read is left out with a `LeftOutWarning`. Each of `witnesses` is another reading of the same
    pages, a file or a folder: the text of another engine, another scan. For `pages` and `dpi` see
    `survey`, for the other parameters and for what is raised `read`.
    """
    found = survey(paths, ocr=ocr, pages=pages, dpi=dpi)
    for one in found.faults:
        warnings.warn(LeftOutWarning(sentence(one)), stacklevel=2)
    return finished(
        found,
        witnesses=witnesses,
        ocr=ocr,
        language=language,
        cache=cache,
        jobs=jobs,
        progress=progress,
    )


def sentence(one: LeftOut) -> str:
    """What is left out, in a sentence."""
    why = one.why.rstrip(".")
    known = not one.name or why.startswith(one.name)
    return f"left out: {why}." if known else f"left out: {one.name}: {why}."


def survey(
    paths: Sequence[Path],
    *,
    ocr: Ocr = "auto",
    pages: str = "",
    dpi: int = 0,
    strict: bool = False,
) -> Survey:
    """What files hold. With `strict` one that cannot be read is raised, not left out.

    `pages` is the range of pages to read of a PDF or an image of several pages ("5-20", "1,5-"),
    `dpi` the resolution at which to recognise (0: the file's own).

    Raises:
        SourceError: No file can be read. MissingExtraError: One takes a package of an extra that
        is not installed.

    """
    paths = [Path(path) for path in paths]
    if not paths:
        raise SourceError("No file given: give a file or a folder.")
    with tempfile.TemporaryDirectory(prefix="emend-") as folder:
        listings = [
            files.listed(path, Path(folder) / str(number)) for number, path in enumerate(paths)
        ]
        unpacked = Path(folder).resolve()
        names = [one.name for listing in listings for one in listing.found]
        name = paths[0].name
        if len(paths) > 1 and names:
            name = f"{names[0]} … {names[-1]}"
        elif len(names) == 1:
            name = names[0]
        return _surveyed(listings, name, _Wanted(ocr, pages, dpi, unpacked), strict=strict)


def _surveyed(
    listings: Sequence[files.Listing], name: str, wanted: _Wanted, *, strict: bool
) -> Survey:
    """The files of these listings, read; what cannot be read is left out."""
    found = [one for listing in listings for one in listing.found]
    left_out = [one for listing in listings for one in listing.left_out]
    if strict and (wrong := next((one for one in left_out if one.fault), None)):
        raise SourceError(sentence(wrong).removeprefix("left out: "))
    if not found:
        why = f" ({left_out[0].name}: {left_out[0].why.rstrip('.')})" if left_out else ""
        raise SourceError(f"{name} contains no file that emend can read{why}.")
    alone = len(found) == 1
    parts: list[Part] = []
    missing: list[str] = []
    for one in found:
        try:
            part = _part(one, wanted, alone=alone)
        except MissingExtraError:
            raise
        except SourceError as error:
            if alone or strict:
                raise
            left_out.append(LeftOut(one.name, str(error)))
            continue
        size = _size(one.image) if one.image is not None else (0, 0)
        part = part.sized(one.size if any(one.size) else size)
        part = part.illustrated(one.image_name, size)
        if one.images:
            part = part.with_images([(name, _size(path)) for path, name in one.images])
        if one.image is None and not one.images:
            missing += part.named_images
        parts.append(part.numbered([one.number]))
    if not parts:
        raise SourceError(
            f"none of the {len(found)} files can be read; the first: {left_out[-len(found)].why}"
        )
    pages = sum(len(part.pages) for part in parts)
    labels = next((some for one in listings for some in one.labels if len(some) == pages), ())
    if labels:
        rest = iter(labels)
        parts = [part.numbered([*islice(rest, len(part.pages))]) for part in parts]
    facts = {
        **told.together([part.facts for part in parts]),
        **told.together([listing.facts for listing in listings if listing.facts]),
    }
    return Survey(name, tuple(parts), tuple(left_out), facts, tuple(missing))


def _part(one: files.Found, wanted: _Wanted, *, alone: bool) -> Part:
    """A file as a part. A text of nothing but white space is an empty page, unless it is all."""
    if not alone and one.path.suffix.lower() in _TEXTS and one.path.stat().st_size < _BLANK:
        data = one.path.read_bytes()
        if not data.removeprefix(b"\xef\xbb\xbf").strip():
            origin = Origin(one.name, hashlib.sha256(data).hexdigest(), "text/plain")
            return Part(one.name, origin, pages=(Page((), Surface("", 0, 0)),))
    data = files.loaded(one.path, one.name)
    stays = wanted.unpacked is None or not one.path.resolve().is_relative_to(wanted.unpacked)
    path = one.path.absolute() if stays else None
    return part_of(data, one.name, wanted.ocr, one.order, wanted.pages, wanted.dpi, path)


def _size(path: Path) -> tuple[int, int]:
    """An image's width and height; (0, 0) where Pillow is not installed or cannot open it."""
    try:
        with raster.opened(path.read_bytes(), path.name) as image:
            return raster.shown_size(image)
    except (SourceError, MissingExtraError, OSError):
        return 0, 0


@dataclass(frozen=True)
class _Wanted:
    """Which pages are read, and when and at what resolution they are recognised.

    `unpacked` is a folder that is gone before pages are recognised: what an archive held.
    """

    ocr: Ocr
    pages: str = ""
    dpi: int = 0
    unpacked: Path | None = None


@dataclass(frozen=True)
class _How:
    """How pages are to be recognised."""

    language: str
    cache: Path | None
    jobs: int | None
    progress: Progress | None


def finished(
    found: Survey,
    *,
    witnesses: Sequence[Path] = (),
    ocr: Ocr = "auto",
    language: str = "en",
    cache: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Source:
    """What a survey found as one source, its pages recognised. For the parameters see `gather`."""
    how = _How(language, cache, jobs, progress)
    source = _finished(found, how)
    others = tuple(
        replace(_finished(survey([Path(path)], ocr=ocr), how), witnesses=()) for path in witnesses
    )
    return replace(source, witnesses=(*source.witnesses, *others))


def _finished(found: Survey, how: _How) -> Source:
    """The parts as one source, once their pages are recognised."""
    parts, name = found.parts, found.name
    todo = found.unread
    done = _recognised(todo, how) if todo else {}
    sources = []
    for part in parts:
        if part.source is not None:
            sources.append(part.source if len(parts) == 1 else part.as_pages())
            continue
        readings = [
            leaf
            for page in part.pages
            for leaf in ([(page,)] if isinstance(page, Page) else done[id(page)])
        ]
        most = max(map(len, readings), default=1)
        first, *others = (
            source_of(
                [reading[min(i, len(reading) - 1)] for reading in readings],
                part.name,
                (part.origin,),
            )
            for i in range(most)
        )
        sources.append(replace(first, witnesses=tuple(others)))
    source = joined(sources, name)
    if not source.text.strip():
        why = (
            "no text could be recognised on it: give a better image, or another language"
            if todo
            else "there is no text in it, only a layout"
        )
        raise SourceError(f"{name}: {why}.")
    return source


def _recognised(todo: Sequence[Unread], how: _How) -> dict[int, list[tuple[Page, ...]]]:
    """Each page with its readings, recognised or from the cache.

    A page that fails is reported; the others continue.
    """
    packs = recognition.languages(how.language)
    failed: list[str] = []
    counted = 0
    lock = threading.Lock()

    def one(page: Unread) -> list[tuple[Page, ...]]:
        nonlocal counted
        try:
            readings = _readings(page, packs, how.cache)
        except MissingExtraError:
            raise
        except SourceError as error:
            failed.append(
                str(error) if str(error).startswith(page.label) else f"{page.label}: {error}"
            )
            readings = [(Page((), Surface(page.url, 0, 0)),)]
        with lock:
            counted += 1
            if how.progress:
                how.progress(page.label, counted, len(todo))
        return readings

    workers = max(1, min(how.jobs or os.cpu_count() or 1, len(todo)))
    with ThreadPoolExecutor(workers) as pool:
        pages = list(pool.map(one, todo))
    if len(failed) > _MOST_FAILED * len(todo):
        raise SourceError(
            failed[0]
            if len(todo) == 1
            else f"{len(failed)} of {len(todo)} pages cannot be read; the first: {failed[0]}"
        )
    for failure in failed:
        warnings.warn(LeftOutWarning(f"left out: {failure}"), stacklevel=2)
    return {id(page): readings for page, readings in zip(todo, pages, strict=True)}


def _readings(page: Unread, packs: str, cache: Path | None) -> list[tuple[Page, ...]]:
    """A page in all its readings, the one to go by first; the two pages of a spread."""
    key = recognition.key(page.sha256, page.number, packs, page.dpi)
    entry = recognition.kept(key, cache)
    if entry is None:
        dpi: int | None
        if page.kind == "pdf":
            grey, dpi = pdf.rendered(page.file, page.label, page.number, page.dpi)
        elif page.kind == "djvu":
            grey, dpi = djvu.rendered(page.data, page.label, page.number)
            dpi = page.dpi or dpi
        else:
            grey, dpi = raster.grey_of(page.data, page.label, page.number)
            dpi = page.dpi or dpi
        entry = {
            "leaves": recognition.leaves(grey, dpi, packs),
            "width": int(grey.shape[1]),
            "height": int(grey.shape[0]),
        }
        recognition.keep(key, entry, cache)
    surface = Surface(page.url, int(entry["width"]), int(entry["height"]))
    return [
        tuple(
            by_eye(Page(recognition.regions([(*row,) for row in rows]), surface)) for rows in leaf
        )
        for leaf in entry["leaves"]
    ]
