"""All editions of a project as one data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import Folder, Ids, app
from pipeline.cli.terminal import out, plural
from pipeline.errors import EmendError
from pipeline.project import Project


@app.command("corpus")
def write_corpus(
    ids: Ids = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="Output file (default: edition/corpus.zip).")
    ] = None,
    parquet: Annotated[
        bool,
        typer.Option("--parquet", help="Add the changes as Parquet; needs emend[parquet]."),
    ] = False,
    project: Folder = Path(),
) -> None:
    """Write all editions as one data set, ready for a repository.

    The zip contains TEI, text, all changes, a datasheet, CITATION.cff and checksums. The same
    editions give the same bytes. site.toml gives its title, makers and licence.
    """
    from pipeline.publish.corpus import corpus, member
    from pipeline.publish.settings import FILE, settings

    opened = Project.open(project)
    found = [
        (name, path)
        for name in ids or opened.texts
        if (path := opened.edition(name) / f"{name}.xml").is_file()
    ]
    if missing := sorted({*(ids or ())} - {name for name, _ in found}):
        for name in missing:
            opened.text(name)  # raises for a name that is no text
        raise EmendError(f"No edition of {', '.join(missing)} yet: run emend build first.")
    if not found:
        raise EmendError("The project has no edition yet: run emend build first.")
    file = to or opened.root / "edition" / "corpus.zip"
    data = corpus(
        [member(name, path.read_bytes()) for name, path in found],
        settings(opened.root / FILE),
        name=file.stem,
        parquet=parquet,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    out.print(f"{file}: {plural(len(found), 'edition')}, {len(data):,} bytes")
