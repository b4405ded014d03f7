"""From a source to an edition: init, add, build, and clean for a single file."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.app import AsJson, Folder, Ids, Ocr, WhenOcr, app
from pipeline.cli.terminal import complain, err, out, plural, progress
from pipeline.counts import counts
from pipeline.errors import EmendError, ProjectError
from pipeline.ledger import to_lines
from pipeline.project import Project, add, init


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
            metavar="FILE|FOLDER", help="The source: text, page images, PDF, hOCR, ALTO or PAGE."
        ),
    ],
    name: Annotated[
        str, typer.Option("--id", help="The text's id (default: derived from the file name).")
    ] = "",
    title: Annotated[str, typer.Option(help="The title.")] = "unknown",
    author: Annotated[str, typer.Option(help="The author.")] = "unknown",
    date: Annotated[str, typer.Option(help="When the copy text was published.")] = "unknown",
    language: Annotated[str, typer.Option(help="The language, as a BCP 47 tag.")] = "en",
    kind: Annotated[
        str, typer.Option(help="The kind of source: book, pamphlet, article, newspaper …")
    ] = "unknown",
    ocr: Ocr = WhenOcr.auto,
    project: Folder = Path(),
) -> None:
    """Import a source file unchanged as a new text."""
    from pipeline import ingest

    opened = Project.open(project)
    # A source that cannot be read is rejected here, before anything is copied.
    ingest.gather(files, ocr=ocr.value, language=language)
    facts = {"title": title, "author": author, "date": date, "language": language, "kind": kind}
    if ocr is not WhenOcr.auto:
        facts["ocr"] = ocr.value
    text = add(
        opened,
        files,
        name=name or _id_from(files[0]),
        facts={**facts, "edited": datetime.now(UTC).date().isoformat()},
    )
    out.print(
        f"Added {text.folder}. Next: complete {text.folder / 'meta.toml'}, then emend build "
        f"{text.id}"
    )


def _id_from(path: Path) -> str:
    stem = unicodedata.normalize("NFKD", path.resolve().stem)
    ascii_only = stem.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:64] or "text"


@app.command("build")
def build_editions(ids: Ids = None, project: Folder = Path(), as_json: AsJson = False) -> None:
    """Build editions: TEI, change log, review queue, report."""
    from pipeline import edition

    opened = Project.open(project)
    names = ids or opened.texts
    if not names:
        raise ProjectError("raw/ contains no text yet: run emend add FILE.")
    rows: list[dict[str, Any]] = []
    failed: list[str] = []
    with progress("building") as show:
        for n, name in enumerate(names):
            show(name, n, len(names))
            try:
                document, replay = edition.build(opened, name)
                path = edition.write(opened, name, document, replay) / f"{name}.xml"
            except EmendError as error:
                if len(names) == 1:
                    raise
                failed.append(name)
                rows.append({"id": name, "error": str(error)})
                complain(f"{name}: {error}")
                continue
            count = counts(document)
            made, held = count.of("made"), count.of("held")
            stale = len(replay.stale)
            rows.append(
                {"id": name, "edition": str(path), "made": made, "held": held, "stale": stale}
            )
            if not as_json:
                unresolved = (
                    f", {plural(stale, 'unresolved decision')} (see emend review {name})"
                    if stale
                    else ""
                )
                out.print(f"{path}: {plural(made, 'change')} applied, {held:,} pending{unresolved}")
            for outcome in replay.narrowed:
                err.print(f"{name}: {outcome.why}.")
            for remark in edition.remarks(opened, name):
                err.print(remark)
            _mention_missing_pack(document.language)
    if as_json:
        out.print_json(json.dumps(rows))
    if failed:
        err.print(f"{len(failed)} of {len(names)} editions failed: {', '.join(failed)}.")
        raise typer.Exit(1)


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
    language: Annotated[str, typer.Option(help="The language, as a BCP 47 tag.")] = "en",
    ocr: Ocr = WhenOcr.auto,
) -> None:
    """Print the corrected text of one file."""
    from pipeline import flow, ingest

    if file == "-":
        data = sys.stdin.buffer.read()
        source = ingest.read(data, "standard input", ocr=ocr.value, language=language)
    else:
        with progress("reading") as show:
            source = ingest.gather([Path(file)], ocr=ocr.value, language=language, progress=show)
    cleaned = flow.clean(source, language=language)
    if changes:
        changes.write_text(to_lines(cleaned.changes), encoding="utf-8")
    text = cleaned.lines if lines else cleaned.text
    sys.stdout.buffer.write(cleaned.tei() if tei else text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    _mention_missing_pack(language)
