"""What comes in: files of any kind that holds a text, made into one `Source`.

`read` takes one file, `gather` several or a folder or a METS. Either looks at the content of a
file, never at its name.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.document import Source, Surface
from pipeline.errors import LeftOutWarning, MissingExtraError, SourceError
from pipeline.ingest import files
from pipeline.ingest.images import pdf, raster, recognition
from pipeline.ingest.layer import Page, confidence_at, joined, source_of
from pipeline.ingest.parts import Ocr, Part, Unread, part_of
from pipeline.ingest.readers.plain import decode

__all__ = ["Ocr", "Progress", "confidence_at", "decode", "gather", "read"]

Progress = Callable[[str, int, int], None]  # (what was just read, pages done, pages in all)

_MOST_FAILED = 0.5  # of the pages to be recognised; more, and the source is refused


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
    """One file as a source: plain text, hOCR, ALTO, PAGE, ABBYY XML, TEI, PDF or an image.

    `ocr` says what becomes of a PDF: "auto" takes its text layer and recognises the pages that have
    none, "always" recognises all, "never" none; "never" refuses images. `language` is a tag or
    several (`en`, `de+la`). Recognised pages are kept in `cache` (by default `$EMEND_CACHE` or the
    user's cache), `jobs` are recognised at once (by default one a core). An image is read three
    times; the other two readings are the source's `witnesses`. A page that fails is left out with a
    `LeftOutWarning`, the others go on.

    Raises:
        SourceError: The file is empty, binary, damaged or hostile, or in a format that emend does
        not read. MissingExtraError: It takes a package of the extra `ocr` that is not installed.

    """
    return _finished([part_of(data, name, ocr)], name, _How(language, cache, jobs, progress))


def gather(
    paths: Sequence[Path],
    *,
    witnesses: Sequence[Path] = (),
    ocr: Ocr = "auto",
    language: str = "en",
    cache: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Source:
    r"""Several files, a folder, or a METS as one source, "\f" between pages.

    The files of a folder come in the natural order of their names (`p2` before `p10`), those of a
    METS in its own order; several paths in the order given. Images beside hOCR, ALTO or PAGE files
    of the same names are those pages' images and are not recognised again. Each of `witnesses` is
    another reading of the same pages, a file or a folder: the text of another engine, another scan.
    For the other parameters and for what is raised see `read`.
    """
    how = _How(language, cache, jobs, progress)
    source = _gathered([Path(path) for path in paths], ocr, how)
    others = tuple(replace(_gathered([Path(path)], ocr, how), witnesses=()) for path in witnesses)
    return replace(source, witnesses=(*source.witnesses, *others))


@dataclass(frozen=True)
class _How:
    """How pages are to be recognised."""

    language: str
    cache: Path | None
    jobs: int | None
    progress: Progress | None


def _gathered(paths: Sequence[Path], ocr: Ocr, how: _How) -> Source:
    if not paths:
        raise SourceError("No file given: give a file or a folder.")
    found = [one for path in paths for one in files.listed(path)]
    if not found:
        raise SourceError(f"{paths[0]} contains no file that emend can read.")
    if len(found) == 1:
        path, name, _ = found[0]
        return _finished([part_of(files.loaded(path, name), name, ocr)], name, how)
    pictures = {path for path, _, _ in found if files.is_image(path)}
    beside = {_stem(path): name for path, name, _ in found if path in pictures}
    texts = {_stem(path) for path, _, _ in found if path not in pictures}
    parts = [
        part_of(files.loaded(path, name), name, ocr)
        .numbered(number)
        .illustrated(beside.get(_stem(path), ""))
        for path, name, number in found
        if path not in pictures or _stem(path) not in texts
    ]
    return _finished(
        parts, paths[0].name if len(paths) == 1 else f"{parts[0].name} … {parts[-1].name}", how
    )


def _stem(path: Path) -> str:
    """A page's name: `0001` of `0001.alto.xml`."""
    return path.name.split(".", 1)[0]


def _finished(parts: Sequence[Part], name: str, how: _How) -> Source:
    """The parts as one source, once their pages are recognised."""
    todo = [page for part in parts for page in part.pages if isinstance(page, Unread)]
    done = _recognised(todo, how) if todo else {}
    sources = []
    for part in parts:
        if part.source is not None:
            sources.append(part.source if len(parts) == 1 else part.as_pages())
            continue
        readings = [(page,) if isinstance(page, Page) else done[id(page)] for page in part.pages]
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


def _recognised(todo: Sequence[Unread], how: _How) -> dict[int, tuple[Page, ...]]:
    """Each page with its readings, recognised or from the cache.

    A page that fails is reported; the others continue.
    """
    packs = recognition.languages(how.language)
    failed: list[str] = []
    counted = 0
    lock = threading.Lock()

    def one(page: Unread) -> tuple[Page, ...]:
        nonlocal counted
        try:
            readings = _readings(page, packs, how.cache)
        except MissingExtraError:
            raise
        except SourceError as error:
            failed.append(
                str(error) if str(error).startswith(page.label) else f"{page.label}: {error}"
            )
            readings = (Page((), Surface(page.url, 0, 0)),)
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


def _readings(page: Unread, packs: str, cache: Path | None) -> tuple[Page, ...]:
    """A page in all its readings, the one to go by first."""
    key = recognition.key(page.sha256, page.number, packs)
    entry = recognition.kept(key, cache)
    if entry is None:
        dpi: int | None
        if page.is_pdf:
            grey, dpi = pdf.rendered(page.data, page.label, page.number)
        else:
            grey, dpi = raster.grey_of(page.data, page.label, page.number)
        readings = recognition.recognised(raster.prepared(grey, dpi), packs)
        entry = {"readings": readings, "width": int(grey.shape[1]), "height": int(grey.shape[0])}
        recognition.keep(key, entry, cache)
    surface = Surface(page.url, int(entry["width"]), int(entry["height"]))
    return tuple(
        Page(recognition.regions([(*row,) for row in rows]), surface) for rows in entry["readings"]
    )
