"""The command line: `emend`. Thin over the library; the only place that prints or exits.

One file for each subject, in the order in which `emend --help` lists their commands. Each command
imports what it needs when it runs, so that `emend --help` appears at once.
"""

from __future__ import annotations

import sys
import warnings

from pipeline.cli.app import app
from pipeline.cli.terminal import complain, drop_output, show_warning
from pipeline.errors import EmendError

# Each adds its commands, in the order of `emend --help`.
from pipeline.cli import texts, build, review, publish, data_set, serve  # isort: skip # noqa: F401
from pipeline.cli import check, changes, measure, corpus, doctor  # isort: skip # noqa: F401

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line. Errors of emend end with one sentence and their exit code."""
    warnings.showwarning = show_warning
    try:
        app(prog_name="emend")
    except EmendError as error:
        complain(str(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        drop_output()
        sys.exit(0)
    except OSError as error:
        what = error.filename if error.filename is not None else "the output"
        drop_output()
        complain(f"Cannot read or write {what}: {error.strerror or error}.")
        sys.exit(EmendError.exit_code)
