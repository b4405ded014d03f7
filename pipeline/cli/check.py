"""Commands on one TEI file, wherever it is: check and restore."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text as Styled

from pipeline.cli.app import AsJson, app
from pipeline.cli.terminal import content, out, plural


@app.command("check")
def check_files(
    files: Annotated[list[Path], typer.Argument(help="TEI files.")], as_json: AsJson = False
) -> None:
    """Validate TEI files; exit with code 1 if one is invalid."""
    from pipeline.tei.validate import check

    faults = [fault for file in files for fault in check(content(file), str(file))]
    if as_json:
        rows = [
            {"file": f.file, "line": f.line, "column": f.column, "message": f.message}
            for f in faults
        ]
        out.print_json(json.dumps(rows))
    else:
        for fault in faults:
            out.print(Styled.assemble((f"{fault.file}:{fault.line}: ", "bold"), fault.message))
        if not faults and out.is_terminal:
            out.print(f"{plural(len(files), 'file')} valid.")
    if faults:
        raise typer.Exit(1)


@app.command("restore")
def restore_raw(
    file: Annotated[Path, typer.Argument(help="A TEI file written by emend.")],
    to: Annotated[
        Path | None, typer.Option("--out", help="Output file (default: standard output).")
    ] = None,
) -> None:
    """Rebuild the raw file, byte for byte, from its TEI edition."""
    from pipeline.tei.restore import restore

    data = restore(content(file))
    if to:
        to.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
