"""From editions to readers: publish, and export into the formats of OCR."""

from __future__ import annotations

import os
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from pipeline.cli.app import Folder, Id, Ids, app
from pipeline.cli.terminal import err, out, progress
from pipeline.errors import EmendError
from pipeline.folders import recover
from pipeline.project import Project


class Format(StrEnum):
    """The formats that corrections can be written back to, and those to read."""

    hocr = "hocr"
    alto = "alto"
    page = "page"
    tei = "tei"
    json = "json"
    plain = "tei-plain"
    text = "text"
    markdown = "markdown"
    pdf = "pdf"
    docx = "docx"


class Kept(StrEnum):
    """What a plain edition can keep of the layout of its source."""

    lines = "lb"
    pages = "pb"
    furniture = "fw"


@app.command("publish")
def publish_site(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID|FILE",
            help="Texts of the project, or TEI files (default: all editions of the project).",
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="Output folder (default: edition/site).")
    ] = None,
    base_url: Annotated[
        str,
        typer.Option(
            "--base-url", help="The site's address, for citations, the feed and the site map."
        ),
    ] = "",
    project: Folder = Path(),
) -> None:
    """Publish editions as a static site, EPUB and plain text.

    Skips an edition that is not valid, and exits with code 2 if there was one.
    """
    files = [Path(one) for one in ids or () if one.endswith(".xml")]
    for file in files:
        recover(file.parent)
    names = [one for one in ids or () if not one.endswith(".xml")]
    root = project if files and not names and to else Project.open(project).root
    if not ids:
        names = sorted(
            path.stem
            for path in (root / "edition").glob("*/*.xml")
            if path.stem == path.parent.name
        )
    missing = [name for name in names if not (root / "edition" / name / f"{name}.xml").is_file()]
    if missing:
        for name in missing:
            Project.open(project).text(name)  # raises for a name that is no text
        raise EmendError(f"No edition of {', '.join(missing)} yet: run emend build first.")
    if not (names or files):
        raise EmendError("The project has no edition yet: run emend build first.")
    editions = [*files, *(root / "edition" / name / f"{name}.xml" for name in names)]
    with progress("publishing") as show:
        from pipeline import edition
        from pipeline.publish import publish
        from pipeline.publish.settings import FILE, settings
        from pipeline.tei.validate import check, schema

        counted = count(1)
        done = publish(
            editions,
            to or root / "edition" / "site",
            base_url=base_url,
            schema_check=check,
            schema=schema("edition.rng"),
            images={name: (root / "raw" / name / "source", root / "raw" / name) for name in names},
            progress=lambda name: show(name, next(counted), len(editions)),
            jobs=os.cpu_count() or 1,
            prune=not ids,
            keep=() if ids else Project.open(project).texts,
            site=settings(root / FILE),
            states={name: edition.states(Project(root), name) for name in names},
        )
    for sentence in done.told:
        err.print(sentence)
    for refused in done.refused:
        err.print(refused.why)
    out.print(
        f"{done.out / 'index.html'}: {len(done.written)} published, {len(done.unchanged)} unchanged"
    )
    if done.refused:
        raise typer.Exit(2)


@app.command("release")
def release_state(ids: Ids = None, project: Folder = Path()) -> None:
    """Promise the addresses of editions: every later build keeps them.

    Writes raw/ID/states/VERSION.jsonl, with the version and the date that meta.toml gives. A
    place that later builds insert gets a new address; one that they remove leads to the place that
    has its text.
    """
    from pipeline import edition

    opened = Project.open(project)
    for name in ids or opened.texts:
        out.print(str(edition.release(opened, name)))


@app.command("export")
def export_corrections(
    name: Id,
    form: Annotated[Format, typer.Option("--to", "--format", help="The format.")],
    to: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Output folder (default: export/ID), or a file with the suffix of the format, "
            "such as book.pdf.",
        ),
    ] = None,
    keep: Annotated[
        list[Kept] | None,
        typer.Option(
            "--keep",
            help="With tei-plain: keep line ends, page breaks or page furniture (default: pb). "
            "With text and markdown: pb adds page numbers.",
        ),
    ] = None,
    project: Folder = Path(),
) -> None:
    """Export an edition to a format of OCR, or to text, PDF or Word.

    hOCR, ALTO, PAGE and TEI keep the original OCR readings beside the corrections. If the source is
    in the same format, everything else in it stays as it is. tei-plain is the edited text in TEI
    without apparatus. pdf needs emend[pdf], docx needs emend[docx].
    """
    from pipeline import edition
    from pipeline.ingest.write import export
    from pipeline.tei.plain_edition import plain_edition

    opened = Project.open(project)
    document, _ = edition.build(opened, name)
    folder = to or opened.root / "export" / name
    kept = [one.value for one in keep or [Kept.pages]]
    if form in _WRITERS:
        tei = edition.encoded(document, edition.states(opened, name))
        files = _WRITERS[form](name, tei, Kept.pages in (keep or ()))
    elif form is Format.plain:
        files = {f"{name}.plain.xml": plain_edition(edition.encoded(document), kept)}
    else:
        originals = edition.originals(opened.text(name), document.source)
        files = export(
            document, cast("Literal['hocr', 'alto', 'page', 'tei', 'json']", form.value), originals
        )
    # `--out book.pdf` is a file, unless there is a folder of that name.
    alone = len(files) == 1 and not folder.is_dir()
    for file, data in files.items():
        path = folder if alone and folder.suffix.lower() == Path(file).suffix else folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        out.print(str(path))


def _text(name: str, tei: bytes, pages: bool) -> dict[str, bytes]:
    from pipeline.publish.corpus import member
    from pipeline.publish.plain import text_file

    return {f"{name}.txt": text_file(member(name, tei).edition, pages=pages).encode()}


def _markdown(name: str, tei: bytes, pages: bool) -> dict[str, bytes]:
    from pipeline.publish.corpus import member
    from pipeline.publish.plain import markdown_file

    return {f"{name}.md": markdown_file(member(name, tei).edition, pages=pages).encode()}


def _pdf(name: str, tei: bytes, pages: bool) -> dict[str, bytes]:  # noqa: ARG001
    from pipeline.publish.corpus import member
    from pipeline.publish.pdf import pdf

    return {f"{name}.pdf": pdf(member(name, tei).edition)}


def _docx(name: str, tei: bytes, pages: bool) -> dict[str, bytes]:  # noqa: ARG001
    from pipeline.publish.corpus import member
    from pipeline.publish.docx import docx

    return {f"{name}.docx": docx(member(name, tei).edition)}


_WRITERS = {
    Format.text: _text,
    Format.markdown: _markdown,
    Format.pdf: _pdf,
    Format.docx: _docx,
}
