"""What changed and why: changes, diff, explain, errata."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text as Styled

from pipeline.cli.app import AsJson, Folder, Id, app
from pipeline.cli.terminal import err, out, plural, visible
from pipeline.errors import EmendError
from pipeline.ledger import entries, to_lines
from pipeline.project import Project
from pipeline.rules import KINDS, RULES

_VERDICTS = {"made": "applied", "held": "pending", "refused": "rejected"}
_SIGNS = {"made": "", "held": "? ", "refused": "✗ "}


@app.command("changes")
def show_changes(
    name: Id,
    kind: Annotated[
        str,
        typer.Option(
            help="Only show this kind: ocr, linebreak, print, form, furniture or structure."
        ),
    ] = "",
    rule: Annotated[
        str, typer.Option(metavar="PREFIX", help="Only show rules whose id starts with PREFIX.")
    ] = "",
    held: Annotated[bool, typer.Option("--held", help="Only show pending changes.")] = False,
    project: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """List the changes of an edition in context."""
    if kind and kind not in KINDS:
        raise EmendError(f"Unknown kind {kind!r}: use {', '.join(KINDS)}.")
    if not any(known.startswith(rule) for known in RULES):
        raise EmendError(
            f"No rule id starts with {rule!r}. All rules are listed in docs/stages.md; emend "
            f"changes {name} shows those applied here."
        )
    rows = [
        row
        for row in _ledger(Project.open(project), name)
        if kind in {"", row["kind"]}
        and row["rule"].startswith(rule)
        and (not held or row["verdict"] == "held")
    ]
    if as_json:
        out.out(to_lines(rows), end="")
        return
    for row in rows:
        out.print(_diff_line(row))
    if err.is_terminal:
        err.print(plural(len(rows), "change"))


def _ledger(project: Project, name: str) -> list[dict[str, Any]]:
    """The change log of an edition, as it is on disk. Raises EmendError if it was never built."""
    from pipeline.review.diff import ledger_now

    project.text(name)
    return [dict(row) for row in ledger_now(project.edition(name))]


def _diff_line(row: dict[str, Any]) -> Styled:
    """One change: page, line, the change in its context, rule, confidence."""
    return Styled.assemble(
        (f"{row['page'] or '-':>6} {row['line']:>5}  ", "dim"),
        (_SIGNS[row["verdict"]], "yellow"),
        (visible(row["left"][-24:]), "dim"),
        ("[-" + visible(row["before"]) + "-]", "red"),
        ("{+" + visible(row["after"]) + "+}", "green"),
        (visible(row["right"][:24]), "dim"),
        (f"  {row['rule']} {row['confidence']:.2f}", "cyan"),
        ("" if row["by"] == "emend" else f" by {row['by']}", "magenta"),
    )


@app.command("diff")
def show_difference(
    name: Id,
    since: Annotated[
        str,
        typer.Option(
            metavar="REV", help="Only show what differs from the edition at this git revision."
        ),
    ] = "",
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the diff to this file as a web page.")
    ] = None,
    most: Annotated[int, typer.Option(help="Maximum places per group (0 = no limit).")] = 0,
    project: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Summarize the changes, grouped by word and replacement."""
    from pipeline.review import diff

    opened = Project.open(project)
    opened.text(name)
    edition = opened.edition(name)
    groups = diff.compare(diff.ledger_at(edition, since) if since else [], diff.ledger_now(edition))
    if html:
        title = f"{name}: changes since {since}" if since else f"{name}: changes"
        html.write_text(diff.to_html(groups, title), encoding="utf-8")
    elif as_json:
        sys.stdout.write(diff.to_json(groups))
    else:
        sys.stdout.write(diff.to_text(groups, colour=out.is_terminal, most=most))


@app.command("explain", short_help="Show what changed one word, and why.")
def explain_place(
    name: Id,
    place: Annotated[
        str,
        typer.Argument(
            help="A word, LINE, LINE:COLUMN, @OFFSET in the raw text, or #N in the change log."
        ),
    ],
    project: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Show the history of one word: what the OCR read, what changed it, and why."""
    from pipeline import edition, explain

    document, _ = edition.build(Project.open(project), name)
    rows = list(entries(document))
    spans = explain.places(document, place)
    if not spans:
        raise EmendError(
            f"{place!r} was not found in {name}: give a word, LINE, LINE:COLUMN, @OFFSET or #N."
        )
    histories: list[dict[str, Any]] = [
        {
            "start": start,
            "end": end,
            "raw": document.raw[start:end],
            "reading": document.reading_of(start, end),
            "line": document.raw.count("\n", 0, start) + 1,
            "changes": [row for row in rows if row["start"] < end and start < row["end"]],
        }
        for start, end in spans
    ]
    if as_json:
        out.print_json(json.dumps(histories, ensure_ascii=False))
        return
    for history in histories:
        _print_history(history)


def _print_history(history: dict[str, Any]) -> None:
    from pipeline.rules import meaning

    place = f"line {history['line']}, raw {history['start']}-{history['end']}: "
    out.print(Styled.assemble((place, "bold"), visible(history["raw"])))
    for row in history["changes"]:
        out.print(_diff_line(row))
        out.print(
            f"          {_VERDICTS[row['verdict']]} by {row['by']}, stage {row['stage']}, "
            f"confidence {row['confidence']:.0%}"
        )
        out.print(f"          {meaning(row['rule'])}: {row['why']}")
        for other in row["alternatives"]:
            out.print(f"          alternative: {other['after']!r} ({other['confidence']:.0%})")
    if history["changes"]:
        out.print(Styled.assemble("   edited text: ", (visible(history["reading"]), "bold")))
    else:
        out.print("   unchanged: nothing was corrected or proposed here.")


@app.command("errata")
def write_errata(
    name: Id,
    html: Annotated[bool, typer.Option("--html", help="Print an HTML section.")] = False,
    tei: Annotated[
        bool, typer.Option("--tei", help="Print a TEI div for the back matter.")
    ] = False,
    project: Folder = Path(),
) -> None:
    """Print a transcriber's note on corrections and printer's errors."""
    from pipeline import edition
    from pipeline.review.errata import errata

    document, _ = edition.build(Project.open(project), name)
    note = errata(document, dict(document.facts)["title"])
    sys.stdout.write(note.to_html() if html else note.to_tei() if tei else note.to_text())
