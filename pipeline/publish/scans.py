"""The page images of an edition, put on the site in a form that a browser can show.

A light image that browsers show is copied. Any other (a page of a PDF, a TIFF, a scan of forty
megabytes) is rendered as a JPEG no wider than a large screen. One that is on the site already is
left alone.
"""

from __future__ import annotations

import io
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from pipeline.errors import EmendError, MissingExtraError
from pipeline.publish import tiles
from pipeline.publish.model.file import remote
from pipeline.publish.model.model import Edition

WIDEST: Final = 2000  # pixels of a rendered image: enough for sharp letters on a quarto page
HEAVIEST: Final = 1_500_000  # bytes of an image that is copied as it is
# No SVG: a browser that opens one runs the scripts in it.
_SHOWN: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"})
_DRAWN: Final = frozenset(
    {
        ".pdf",
        ".djvu",
        ".djv",
        ".tif",
        ".tiff",
        ".jp2",
        ".j2k",
        ".bmp",
        ".pbm",
        ".pgm",
        ".ppm",
        ".pnm",
    }
)
_QUALITY: Final = 80


@dataclass(frozen=True, slots=True)
class Scan:
    """A page image on the site: its source, that file's state, its name in the edition's folder."""

    source: str  # from the folder of the TEI file; `#page=3` for a page of a PDF or TIFF
    stamp: str
    name: str
    width: int = 0  # in pixels, if it was rendered
    tiles: bool = False  # whether tiles are wanted
    full_width: int = 0  # of the image in tiles, if there are any
    full_height: int = 0


@dataclass(frozen=True, slots=True)
class Scans:
    """The result for an edition: images on the site, images not found, messages for the user."""

    edition: Edition
    kept: tuple[Scan, ...] = ()
    missing: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def put(
    edition: Edition,
    path: Path,
    folder: Path,
    beside: Sequence[Path],
    before: Iterable[Scan],
    *,
    in_tiles: bool = False,
) -> Scans:
    """Put the page images of an edition into its folder on the site; link to those on the web.

    Args:
        edition: the edition.
        path: its TEI file.
        folder: its folder on the site.
        beside: more folders that may hold its images, such as the text's source.
        before: the images that the last run put there.
        in_tiles: whether an image that is reduced is also cut into tiles, in its full size.
    """
    known = {scan.name: scan for scan in before}
    kept: list[Scan] = []
    missing: list[str] = []
    faults: Counter[str] = Counter()
    surfaces = []
    for surface in edition.surfaces:
        shown = surface
        if surface.url and not remote(surface.url):
            shown = replace(surface, url="")
            try:
                if found := _found(surface.url, path, beside):
                    scan = _put(
                        *found, path.parent, folder, len(kept) + 1, known, in_tiles=in_tiles
                    )
                    kept.append(scan)
                    full = scan.full_width, scan.full_height
                    shown = replace(surface, url=scan.name, shown_width=scan.width, full=full)
                elif surface.url.lower().endswith(".svg"):
                    faults["emend shows no SVG, which can hold a script: save it as PNG."] += 1
                else:
                    missing.append(surface.url)
            except EmendError as error:
                faults[str(error)] += 1
        surfaces.append(shown)
    _take_off(folder, kept)
    told = [f"{edition.id}: {_count(n)} not shown. {fault}" for fault, n in faults.items()]
    if missing:
        told.append(
            f"{edition.id}: {_count(len(missing))} not shown, because the file is not there "
            f"({missing[0]})."
        )
    return Scans(
        replace(edition, surfaces=tuple(surfaces)), tuple(kept), tuple(missing), tuple(told)
    )


def _count(n: int) -> str:
    return "1 of its page images is" if n == 1 else f"{n} of its page images are"


def fresh(kept: Iterable[Scan], missing: Iterable[str], path: Path, beside: Sequence[Path]) -> bool:
    """Whether the sources are as they were: images unchanged, missing ones still missing."""
    here = all(_stamp(path.parent / scan.source.partition("#")[0]) == scan.stamp for scan in kept)
    return here and not any(_found(url, path, beside) for url in missing)


def _found(url: str, path: Path, beside: Sequence[Path]) -> tuple[Path, int] | None:
    """Find a page image that a file names, and which page of it.

    It must lie in the file's own folder or in one of those `beside` it. A path that leads out of
    them, by `..`, by a root or by a link, finds nothing: a TEI file from elsewhere could otherwise
    put a private picture on the site.
    """
    name, _, fragment = url.partition("#")
    number = fragment.removeprefix("page=")
    page = int(number) - 1 if number.isdigit() and int(number) > 0 else 0
    base = path.resolve().parent
    for root in (base, *(folder.resolve() for folder in beside)):
        for said in dict.fromkeys((unquote(name), name)):
            try:
                found = (root / said).resolve()
                if (
                    found.suffix.lower() in _SHOWN | _DRAWN
                    and found.is_relative_to(root)
                    and found.is_file()
                ):
                    return found, page
            except (OSError, ValueError):  # a name that no file can have
                continue
    return None


def _put(
    source: Path,
    page: int,
    base: Path,
    folder: Path,
    n: int,
    known: Mapping[str, Scan],
    *,
    in_tiles: bool,
) -> Scan:
    """One image, copied or rendered, unless it is there already."""
    suffix = source.suffix.lower()
    can_be_shown = suffix in _SHOWN and not page
    whole = can_be_shown and source.stat().st_size <= HEAVIEST
    said = Path(os.path.relpath(source, base.resolve())).as_posix() + (
        f"#page={page + 1}" if page else ""
    )
    name = f"images/{n:04}{suffix if whole else '.jpg'}"
    scan = Scan(said, _stamp(source), name, tiles=in_tiles)
    there = known.get(scan.name)
    if (
        there is not None
        and (there.source, there.stamp, there.tiles) == (scan.source, scan.stamp, scan.tiles)
        and (folder / there.name).is_file()
    ):
        return there
    (folder / "images").mkdir(parents=True, exist_ok=True)
    cut = folder / tiles.folder_of(name)
    shutil.rmtree(cut, ignore_errors=True)
    if not whole:
        try:
            image = _opened(source, page)
            if in_tiles and image.width > WIDEST:
                tiles.write(image, cut)
                scan = replace(scan, full_width=image.width, full_height=image.height)
            reduced, width = _reduced(image)
            (folder / scan.name).write_bytes(reduced)
            return replace(scan, width=width)
        except MissingExtraError:
            if not can_be_shown:
                raise
            scan = replace(scan, name=f"images/{n:04}{suffix}")  # heavy, but a browser can show it
    shutil.copyfile(source, folder / scan.name)
    return scan


def _opened(source: Path, page: int) -> Any:
    """A page image as an image of Pillow."""
    from pipeline.ingest.images import djvu, pdf  # noqa: PLC0415

    # These need an extra, which most editions do without.
    from pipeline.ingest.images.raster import grey_of, opened  # noqa: PLC0415

    data = source.read_bytes()
    if source.suffix.lower() == ".pdf":
        return _pillow().fromarray(pdf.rendered(data, source.name, page)[0])
    if source.suffix.lower() in {".djvu", ".djv"}:
        return _pillow().fromarray(djvu.rendered(data, source.name, page)[0])
    with opened(data, source.name) as file:
        if file.mode in {"RGB", "YCbCr"} and not page:
            return file.convert("RGB")
    return _pillow().fromarray(grey_of(data, source.name, page)[0])


def _reduced(image: Any) -> tuple[bytes, int]:
    """A page image as a JPEG no wider than a large screen, and its width."""
    image.thumbnail((WIDEST, 4 * WIDEST))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue(), image.width


def _pillow() -> Any:
    try:
        from PIL import Image  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("Pillow", "publish") from None
    return Image


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {WIDEST} {HEAVIEST}"


def _take_off(folder: Path, kept: Sequence[Scan]) -> None:
    """Remove images that the edition had and has no more."""
    names = {scan.name for scan in kept}
    cut = {tiles.folder_of(scan.name) for scan in kept if scan.full_width}
    for path in (folder / "images").glob("*"):
        if path.is_dir() and f"images/{path.name}" not in cut:
            shutil.rmtree(path)
        elif path.is_file() and f"images/{path.name}" not in names:
            path.unlink()
    if not names:
        shutil.rmtree(folder / "images", ignore_errors=True)
