"""How good the corrections are: measure."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import AsJson, Folder, app
from pipeline.cli.terminal import content, out, plural, progress
from pipeline.errors import EmendError
from pipeline.project import Project

if TYPE_CHECKING:
    from pipeline import measure


@app.command("measure")
def measure_quality(
    given: Annotated[
        list[str],
        typer.Argument(
            metavar="OCR GOLD | SET.jsonl[.xz] | ID",
            help="A text and its ground truth, a test set, or (with --sample) a text's id.",
        ),
    ],
    edited: Annotated[
        Path | None,
        typer.Option("--out", help="Measure this corrected text instead of emend's own."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", help="Write an HTML report: raw text, edited text and ground truth."
        ),
    ] = None,
    draw: Annotated[
        int,
        typer.Option(
            "--sample", help="Sample this many applied changes of a text for manual assessment."
        ),
    ] = 0,
    judged: Annotated[
        Path | None,
        typer.Option("--judged", help="Estimate precision from a sample that has been assessed."),
    ] = None,
    language: Annotated[str, typer.Option(help="The language, as a BCP 47 tag.")] = "en",
    project: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Measure error rates, precision and harm.

    Compares a text or a test set with its ground truth. Without a ground truth, estimates precision
    from a sample of changes that a person has assessed.
    """
    from pipeline import measure

    if judged:
        _print_estimate(judged, as_json=as_json)
        return
    if draw:
        _draw_sample(given[0], draw, project)
        return
    rows = _rows(given, edited)
    with progress("measuring") as show:
        done = measure.measure(_cleaned(row, language, show) for row in rows)
    if report:
        title = " and ".join(Path(path).name for path in given)
        report.write_text(measure.page(done, title=title), encoding="utf-8")
    if as_json:
        out.print_json(json.dumps(done.as_json(), ensure_ascii=False))
        return
    out.print(measure.summary(done), end="")


def _rows(given: list[str], edited: Path | None) -> Iterable[measure.Row]:
    """The texts to measure: one beside its ground truth, or the rows of a test set."""
    from pipeline import ingest, measure

    if len(given) == 2:
        ocr, gold = (ingest.decode(content(Path(path)), path).text for path in given)
        other = ingest.decode(content(edited), str(edited)).text if edited else None
        return [measure.Row(given[0], ocr, gold, other)]
    if len(given) == 1 and Path(given[0]).is_file():
        if edited:
            raise EmendError(
                "--out works with one text and its ground truth only; in a test set, give each "
                'row its corrected text as "text".'
            )
        return measure.read_set(Path(given[0]))
    missing = next((f" There is no file {path}." for path in given if not Path(path).is_file()), "")
    raise EmendError(
        "Give a text and its ground truth, a test set (SET.jsonl.xz), or a text's id with "
        f"--sample.{missing}"
    )


def _cleaned(row: measure.Row, language: str, show: Callable[..., None]) -> measure.Row:
    """A row with what emend makes of its text, unless it has a corrected text already."""
    from pipeline import flow, measure

    show(row.id, 0, None)
    if row.out is not None or not row.ocr.strip():
        return row
    cleaned = flow.clean(row.ocr, language=language)
    return measure.Row(
        row.id, cleaned.document.raw, row.gold, cleaned.lines, cleaned.document.ledger
    )


def _print_estimate(judged: Path, *, as_json: bool) -> None:
    from pipeline import measure

    estimate = measure.estimate(measure.read_sample(judged))
    if as_json:
        out.print_json(json.dumps(dataclasses.asdict(estimate)))
        return
    out.print(
        f"precision {estimate.precision:.3f} ({estimate.confidence:.0%} confidence interval "
        f"{estimate.low:.3f} to {estimate.high:.3f}); {estimate.judged} assessed, "
        f"{estimate.unsure} unsure, {estimate.left} not assessed"
    )


def _draw_sample(name: str, number: int, project: Path) -> None:
    from pipeline import edition, measure

    document, _ = edition.build(Project.open(project), name)
    path = Path(f"{name}-sample.tsv")
    if path.exists():
        raise EmendError(
            f"{path} already exists and may hold assessments: move it before you sample again."
        )
    drawn = measure.sample(document.ledger, document.raw, number)
    measure.write_sample(path, drawn)
    out.print(
        f"{path}: {plural(len(drawn), 'change')}. Fill in the column verdict with right, wrong or "
        f"unsure, then run emend measure {name} --judged {path}"
    )
