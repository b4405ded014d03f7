"""A whole corpus: report."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import Folder, app
from pipeline.cli.terminal import complain, err, out, plural
from pipeline.project import Project


class Form(StrEnum):
    """The formats of a report."""

    html = "html"
    parquet = "parquet"
    json = "json"


@app.command("report")
def report_on_corpus(
    form: Annotated[Form, typer.Option("--format", help="The format.")] = Form.html,
    to: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Output file, for parquet a folder (default: corpus.html, corpus/, or JSON on "
            "standard output).",
            show_default=False,
        ),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Maximum rows for each table.")] = 1000,
    project: Folder = Path(),
) -> None:
    """Report on the changes of all editions.

    Counts the change logs of the whole project: changes by rule, kind, text, year and engine; the
    most frequent confusions; the texts and pages most in need of an editor; and an estimate of the
    word error before and after.
    """
    from pipeline import corpus

    opened = Project.open(project)
    folder = (to or Path("corpus")) if form is Form.parquet else None
    found = corpus.report(opened, most=most, parquet=folder)
    if form is Form.parquet:
        out.print(str(folder))
    elif form is Form.json:
        text = json.dumps(found.to_dict(), ensure_ascii=False, indent=1)
        if to:
            to.write_text(text + "\n", "utf-8")
        else:
            out.print(text)
    else:
        file = to or Path("corpus.html")
        file.write_text(found.to_html(), "utf-8")
        out.print(str(file))
    if found.missing:
        complain(f"{plural(len(found.missing), 'text')} without an edition, not counted.", "yellow")
        err.print(", ".join(found.missing[:20]))
