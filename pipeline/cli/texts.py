"""From a source to an edition: init, add, build, and clean for a single file."""

from __future__ import annotations

import re
import sys
import tempfile
import unicodedata
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import Dpi, Folder, Jobs, Model, Ocr, Pages, Sidecar, WhenOcr, app
from pipeline.cli.terminal import complain, err, out, plural, progress
from pipeline.ledger import to_lines
from pipeline.project import UNKNOWN, Project, add, checked, init

if TYPE_CHECKING:
    from pipeline.ingest import Survey

_LANGUAGE = "The language, as a BCP 47 tag (default: what the files say, or else detected)."


@app.command("init")
def make_project(
    folder: Annotated[
        Path,
        typer.Argument(
            help="The project folder (default: the current directory).", show_default=False
        ),
    ] = Path(),
) -> None:
    """Create a project: a folder with raw/ and edition/."""
    project = init(folder)
    out.print(f"Created an emend project in {project.root.resolve()}. Next: emend add FILE")


@app.command("add")
def add_text(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER",
            help="The source: text, page images, PDF, hOCR, ALTO, PAGE, METS, JSON, an archive.",
        ),
    ],
    name: Annotated[
        str, typer.Option("--id", help="The text's id (default: derived from the file name).")
    ] = "",
    title: Annotated[str, typer.Option(help="The title (default: what the files say).")] = "",
    author: Annotated[str, typer.Option(help="The author (default: what the files say).")] = "",
    date: Annotated[str, typer.Option(help="When the copy text was published.")] = "",
    language: Annotated[str, typer.Option(help=_LANGUAGE)] = "",
    kind: Annotated[
        str, typer.Option(help="The kind of source: book, pamphlet, article, newspaper …")
    ] = "unknown",
    ocr: Ocr = WhenOcr.auto,
    pages: Pages = "",
    dpi: Dpi = 0,
    jobs: Jobs = 0,
    model: Model = "",
    sidecar: Sidecar = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Add nothing if one of the files cannot be read.")
    ] = False,
    project: Folder = Path(),
) -> None:
    """Import a source file unchanged as a new text.

    Shows what emend found in the files before anything is built: pages, engine, language, images,
    and what is left out. If a file that may be a page cannot be read, the exit code is 1.
    """
    from pipeline import ingest

    opened = Project.open(project)
    # A source that cannot be read is rejected here, before anything is copied.
    found = ingest.survey(files, ocr=ocr.value, pages=pages, dpi=dpi, strict=strict)
    told = dict(found.facts or {})
    tag, why = _language_of(found, language)
    facts = {"title": title, "author": author, "date": date, "language": tag, "kind": kind}
    facts = {key: value or told.get(key, UNKNOWN) for key, value in facts.items()}
    facts |= {key: told[key] for key in ("subtitle", "place", "publisher") if told.get(key)}
    if "engine" in told:
        facts["source_note"] = f"OCR: {told['engine']}"
    facts |= {"ocr": ocr.value} if ocr is not WhenOcr.auto else {}
    facts |= {"pages": pages} if pages else {}
    facts |= {"ocr_dpi": str(dpi)} if dpi else {}
    facts |= {"model": model} if model else {}
    checked(facts)
    _show(found, tag, why)
    with progress("reading") as show:
        source = ingest.finished(
            found, ocr=ocr.value, language=tag, jobs=jobs or None, progress=show
        )
    if sidecar:
        sidecar.write_text(source.text, encoding="utf-8")
    if why == _ASSUMED and (likely := ingest.detected(source.text)) not in {"", tag}:
        complain(
            f"The pages were read as {tag}, but look like {likely}: remove the text and add it "
            f"again with --language {likely}.",
            "yellow",
        )
    with tempfile.TemporaryDirectory(prefix="emend-") as folder:
        text = add(
            opened,
            files,
            name=name or _id_from(files[0]),
            facts={**facts, "edited": datetime.now(UTC).date().isoformat()},
            files=ingest.copied(files, Path(folder)),
        )
    out.print(
        f"Added {text.folder}. Next: complete {text.folder / 'meta.toml'}, then emend build "
        f"{text.id}"
    )
    if found.faults:
        raise typer.Exit(1)


_ASSUMED = "nothing says which, and there are too few letters to tell"


def _language_of(found: Survey, given: str) -> tuple[str, str]:
    """The language of a text, and why: given, named by the files, detected, or assumed."""
    from pipeline import ingest

    if given:
        return given, "as given"
    if told := (found.facts or {}).get("language", ""):
        return told, "as the files say"
    if likely := ingest.detected(found.sample):
        return likely, "detected"
    return "en", _ASSUMED


def _show(found: Survey, language: str, why: str) -> None:
    """Print what emend found in the files."""
    facts = found.facts or {}
    kinds = ", ".join(_MEDIA.get(media, media) for media in found.media)
    engine = f" by {facts['engine']}" if "engine" in facts else ""
    out.print(
        f"{plural(found.pages, 'page')} from {plural(len(found.parts), 'file')}: {kinds}{engine}"
    )
    out.print(f"language: {language} ({why})")
    for key in ("title", "author", "date", "place", "publisher"):
        if key in facts:
            out.print(f"{key}: {facts[key]} (as the files say)")
    there = found.images - len(found.missing)
    absent = f" (named, but not there: {len(found.missing):,})" if found.missing else ""
    out.print(f"images: {there:,}{absent}")
    if found.unread:
        out.print(f"to be recognised: {plural(len(found.unread), 'page')}")
    plain = [one for one in found.left_out if not one.fault]
    for one in plain[:_MOST_SHOWN]:
        out.print(f"not read: {one.name}: {one.why}")
    if len(plain) > _MOST_SHOWN:
        out.print(f"not read: {len(plain) - _MOST_SHOWN:,} more")
    _complain_of(found)


def _complain_of(found: Survey) -> None:
    """Name what is left out though it may be a page, and count it."""
    from pipeline import ingest

    for one in found.faults:
        complain(ingest.sentence(one), "yellow")
    if found.faults:
        complain(f"{plural(len(found.faults), 'file')} left out, the rest read.", "yellow")


_MOST_SHOWN = 10
_MEDIA = {
    "text/plain": "plain text",
    "text/html": "HTML",
    "text/vnd.hocr+html": "hOCR",
    "text/tab-separated-values": "Tesseract TSV",
    "application/alto+xml": "ALTO",
    "application/vnd.prima.page+xml": "PAGE",
    "application/vnd.abbyy.finereader+xml": "ABBYY XML",
    "image/vnd.djvu": "DjVu",
    "image/vnd.djvu+xml": "DjVu XML",
    "application/tei+xml": "TEI",
    "application/json": "JSON",
    "application/pdf": "PDF",
    "application/rtf": "RTF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.oasis.opendocument.text": "LibreOffice",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/tiff": "TIFF",
    "image/jp2": "JPEG 2000",
}


def _id_from(path: Path) -> str:
    stem = unicodedata.normalize("NFKD", path.resolve().stem)
    ascii_only = stem.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:64] or "text"


def _mention_missing_pack(language: str) -> None:
    from pipeline.language.languages import packs

    code = language.split("-", maxsplit=1)[0]
    if code not in packs():
        err.print(
            f"There is no language pack for {code!r}: emend corrected layout, typography and line "
            f"ends, but no spelling."
        )


@app.command("clean")
def clean_file(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="A file in any input format, or - for standard input."
        ),
    ],
    tei: Annotated[bool, typer.Option("--tei", help="Write TEI instead of plain text.")] = False,
    lines: Annotated[
        bool,
        typer.Option(
            "--lines", help="Keep the source's lines, with page furniture and notes in place."
        ),
    ] = False,
    changes: Annotated[
        Path | None,
        typer.Option("--changes", help="Also write the change log to this file, as JSON Lines."),
    ] = None,
    language: Annotated[str, typer.Option(help=_LANGUAGE)] = "",
    ocr: Ocr = WhenOcr.auto,
    pages: Pages = "",
    dpi: Dpi = 0,
    jobs: Jobs = 0,
    model: Model = "",
    sidecar: Sidecar = None,
) -> None:
    """Print the corrected text of one file, or of a folder of pages."""
    from pipeline import flow, ingest
    from pipeline.language.causal_model import watched

    with tempfile.TemporaryDirectory(prefix="emend-") as folder:
        path = Path(file)
        if file == "-":
            path = Path(folder) / "standard input"
            path.write_bytes(sys.stdin.buffer.read())
        found = ingest.survey([path], ocr=ocr.value, pages=pages, dpi=dpi)
    tag, why = _language_of(found, language)
    _complain_of(found)
    with progress("reading") as show:
        source = ingest.finished(
            found, ocr=ocr.value, language=tag, jobs=jobs or None, progress=show
        )
    if sidecar:
        sidecar.write_text(source.text, encoding="utf-8")
    if tag != "en" and not language:
        err.print(f"language: {tag} ({why}; --language changes it)")
    reporting = progress("cleaning") if model else nullcontext(lambda *_: None)
    with reporting as show, watched(show):
        cleaned = flow.clean(source, language=tag, model=model)
    if changes:
        changes.write_text(to_lines(cleaned.changes), encoding="utf-8")
    text = cleaned.lines if lines else cleaned.text
    sys.stdout.buffer.write(cleaned.tei() if tei else text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    _mention_missing_pack(tag)
    if found.faults:
        raise typer.Exit(1)
