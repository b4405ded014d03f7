"""The program itself, and the arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.terminal import out

app = typer.Typer(
    name="emend",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _texts(incomplete: str) -> list[str]:
    """The ids of the texts in this folder, for the shell to complete."""
    return sorted(path.parent.name for path in Path("raw").glob(f"{incomplete}*/meta.toml"))


Id = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="A text: the name of its folder in raw/.", autocompletion=_texts
    ),
]
Ids = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID", help="The texts (default: all texts in raw/).", autocompletion=_texts
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Folder = Annotated[
    Path,
    typer.Option(
        "--project",
        help="The project folder (default: the current directory).",
        show_default=False,
    ),
]
Who = Annotated[
    str,
    typer.Option("--who", help="Name recorded with each decision (default: git's user.name)."),
]


class WhenOcr(StrEnum):
    """When to recognise the pages of a PDF: if they have no text layer, always, or never."""

    auto = "auto"
    always = "always"
    never = "never"


Ocr = Annotated[
    WhenOcr,
    typer.Option(
        help="Whether to run OCR on the pages of a PDF; auto does so if they have no text layer."
    ),
]


Pages = Annotated[
    str,
    typer.Option(
        metavar="RANGE", help="The pages to read of a PDF or TIFF: 5-20 or 1,5-20 (default: all)."
    ),
]
Dpi = Annotated[
    int,
    typer.Option(help="The resolution at which pages are recognised (0 = the file's own, or 300)."),
]
Model = Annotated[
    str,
    typer.Option(
        help="A model for what is left in doubt: none, letters, smollm2 or a GGUF file.",
        show_default=False,
    ),
]
Jobs = Annotated[
    int, typer.Option(help="How many pages to recognise at once (0 = one for each core).")
]
Sidecar = Annotated[
    Path | None,
    typer.Option(
        help="Also write the text as it was read, uncorrected, to this file; a form feed ends a "
        "page."
    ),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        out.print(f"emend {metadata.version('emend')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Turn raw OCR text into scholarly digital editions.

    emend corrects OCR errors conservatively and records every change. You review the changes once;
    your decisions are applied in every later build. The result is TEI, a reading site and EPUB.

    A new project: emend init, emend add FILE, emend build, emend review, emend build, emend
    publish. A single file: emend clean FILE.
    """
