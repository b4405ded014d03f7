"""The command line: `emend`. Thin over the library; the only place that prints or exits.

Each command imports what it needs when it runs, so that `emend --help` is there at once.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
import unicodedata
import warnings
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text as Styled

from pipeline.errors import EmendError, LeftOutWarning
from pipeline.folders import recover
from pipeline.ledger import entries, to_lines
from pipeline.project import Project, add, init
from pipeline.rules import KINDS, RULES

if TYPE_CHECKING:
    from pipeline import measure

app = typer.Typer(
    name="emend",
    help="From raw OCR to scholarly digital editions: every change on record, reviewed once, "
    "published as TEI.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def console(**where: Any) -> Console:
    """What prints: lines as long as they are, and text as it stands (`[1]` and `emend[publish]` are
    no mark-up).
    """
    return Console(soft_wrap=True, highlight=False, markup=False, **where)


out = console()
err = console(stderr=True)

Id = Annotated[
    str, typer.Argument(metavar="ID", help="A text of the project: the name of its folder in raw/.")
]
Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]…", help="Texts of the project; all of them if none is named."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]


class Form(StrEnum):
    """What corrections can be written back into."""

    hocr = "hocr"
    alto = "alto"
    page = "page"
    tei = "tei"


class WhenOcr(StrEnum):
    """When the pages of a PDF are recognised: where there is no text layer, always, never."""

    auto = "auto"
    always = "always"
    never = "never"


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"emend {metadata.version('emend')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print emend's version."
        ),
    ] = False,
) -> None:
    """From raw OCR to scholarly digital editions: every change on record, reviewed once,
    published as TEI.
    """


def main() -> None:
    """Run the command line. Our own errors end with one sentence and their exit code."""
    warnings.showwarning = _say_warning  # type: ignore[assignment]  # it is called by position
    try:
        app()
    except EmendError as error:
        err.print(Styled.assemble(("emend: ", "bold red"), str(error)))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _drop_output()
        sys.exit(0)
    except OSError as error:
        said = (
            f"{error.filename} cannot be read or written: {error.strerror or error}."
            if error.filename is not None
            else f"The output cannot be written: {error.strerror or error}."
        )
        _drop_output()
        err.print(Styled.assemble(("emend: ", "bold red"), said))
        sys.exit(EmendError.exit_code)


def _drop_output() -> None:
    """Throw away what is left in the buffer of standard output, which cannot be written.

    Otherwise Python tries again when it ends, and prints a traceback of its own.
    """
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object
) -> None:
    """A page left out, in its sentence; any other warning as Python says it."""
    said = (
        str(message)
        if issubclass(category, LeftOutWarning)
        else warnings.formatwarning(message, category, filename, lineno).rstrip()
    )
    err.print(Styled.assemble(("emend: ", "bold yellow"), said))


@contextmanager
def _progress(label: str) -> Iterator[Any]:
    """Shows how far a long task is, on a terminal only. Gives a callable of (what, done, of)."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    if not err.is_terminal:
        yield lambda *_: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda what, done, of: bar.update(
            task, description=f"{label}: {what}", completed=done, total=of
        )


@app.command("init")
def make_project(
    folder: Annotated[Path, typer.Argument(help="Where; here if not told.")] = Path(),
) -> None:
    """Begin a project: a folder with raw/ and edition/."""
    project = init(folder)
    out.print(
        f"{project.root.resolve()} is an emend project now. Take in a text with: emend add FILE"
    )


@app.command("add")
def add_text(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…|FOLDER", help="The source: text, images, PDF, hOCR, ALTO, PAGE."
        ),
    ],
    name: Annotated[
        str, typer.Option("--id", help="The text's id; made from the file's name if not told.")
    ] = "",
    title: Annotated[str, typer.Option(help="The text's title.")] = "unknown",
    author: Annotated[str, typer.Option(help="Its author.")] = "unknown",
    date: Annotated[str, typer.Option(help="When the copy text was published.")] = "unknown",
    language: Annotated[str, typer.Option(help="Its language, as a tag of BCP 47.")] = "en",
    kind: Annotated[
        str, typer.Option(help="book, pamphlet, article, blog posts, newspaper …")
    ] = "unknown",
    ocr: Annotated[
        WhenOcr, typer.Option(help="When to recognise the pages of a PDF.")
    ] = WhenOcr.auto,
    project: Annotated[Path, typer.Option("--project", help="The project's folder.")] = Path(),
) -> None:
    """Take in a source, byte for byte, as a new text."""
    from pipeline import ingest

    opened = Project.open(project)
    ingest.gather(
        files, ocr=ocr.value, language=language
    )  # what cannot be read is refused now, before anything is copied
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
        f"{text.folder} is there. Fill in {text.folder / 'meta.toml'}, then: emend build {text.id}"
    )


def _id_from(path: Path) -> str:
    plain = (
        unicodedata.normalize("NFKD", path.resolve().stem)
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64] or "text"


@app.command("build")
def build_editions(
    ids: Ids = None,
    project: Annotated[Path, typer.Option("--project", help="The project's folder.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Make the editions: edition/ID/ID.xml, changes.jsonl, queue.jsonl, report.md."""
    from pipeline import edition

    opened = Project.open(project)
    names = ids or opened.texts
    if not names:
        raise typer.BadParameter("There is no text in raw/ yet: emend add FILE.")
    rows: list[dict[str, Any]] = []
    failed: list[str] = []
    with _progress("building") as show:
        for n, name in enumerate(names):
            show(name, n, len(names))
            try:
                document, replay = edition.build(opened, name)
                path = edition.write(opened, name, document, replay)
            except EmendError as error:
                if len(names) == 1:
                    raise
                failed.append(name)
                rows.append({"id": name, "error": str(error)})
                err.print(Styled.assemble(("emend: ", "bold red"), f"{name}: {error}"))
                continue
            made = sum(change.verdict == "made" for change in document.ledger)
            held = sum(change.verdict == "held" for change in document.ledger)
            rows.append(
                {
                    "id": name,
                    "edition": str(path / f"{name}.xml"),
                    "made": made,
                    "held": held,
                    "stale": len(replay.stale),
                }
            )
            if not as_json:
                stale = (
                    f", {edition.lost(replay)} (see emend review {name})" if replay.stale else ""
                )
                out.print(
                    f"{path / name}.xml: {made} changes made, {held} held for an editor{stale}"
                )
            for remark in edition.remarks(opened, name):
                err.print(remark)
            _say_pack(document.language)
    if as_json:
        out.print_json(json.dumps(rows))
    if failed:
        err.print(
            f"{len(failed)} of {len(names)} editions could not be built: {', '.join(failed)}."
        )
        raise typer.Exit(1)


def _say_pack(language: str) -> None:
    from pipeline.language.languages import packs

    code = language.split("-", maxsplit=1)[0]
    if code not in packs():
        err.print(
            f"There is no language pack for {code!r}: only layout, form and line ends were "
            f"treated, no spelling."
        )


@app.command("clean")
def clean_file(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="A file of any kind that emend takes in, or - for standard input.",
        ),
    ],
    tei: Annotated[
        bool, typer.Option("--tei", help="Write TEI instead of the reading text.")
    ] = False,
    lines: Annotated[
        bool,
        typer.Option(
            "--lines", help="Keep the source's lines and order, furniture and notes in place."
        ),
    ] = False,
    changes: Annotated[
        Path | None, typer.Option("--changes", help="Write the ledger to this file as JSON lines.")
    ] = None,
    language: Annotated[str, typer.Option(help="The text's language.")] = "en",
    ocr: Annotated[
        WhenOcr, typer.Option(help="When to recognise the pages of a PDF.")
    ] = WhenOcr.auto,
) -> None:
    """Write the clean reading text of one file to standard output."""
    from pipeline import flow, ingest

    if file == "-":
        source = ingest.read(
            sys.stdin.buffer.read(), "standard input", ocr=ocr.value, language=language
        )
    else:
        with _progress("reading") as show:
            source = ingest.gather([Path(file)], ocr=ocr.value, language=language, progress=show)
    cleaned = flow.clean(source, language=language)
    if changes:
        changes.write_text(to_lines(cleaned.changes), encoding="utf-8")
    text = cleaned.lines if lines else cleaned.text
    sys.stdout.buffer.write(cleaned.tei() if tei else text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    _say_pack(language)


@app.command("check")
def check_files(
    files: Annotated[list[Path], typer.Argument(help="TEI files.")], as_json: AsJson = False
) -> None:
    """Validate TEI files against the edition schema; exit code 1 where one fails."""
    from pipeline.tei.validate import check

    faults = [fault for file in files for fault in check(_bytes(file), str(file))]
    if as_json:
        out.print_json(
            json.dumps(
                [
                    {"file": f.file, "line": f.line, "column": f.column, "message": f.message}
                    for f in faults
                ]
            )
        )
    else:
        for fault in faults:
            out.print(Styled.assemble((f"{fault.file}:{fault.line}: ", "bold"), fault.message))
        if not faults and out.is_terminal:
            out.print(f"{len(files)} valid.")
    if faults:
        raise typer.Exit(1)


def _bytes(file: Path) -> bytes:
    if not file.exists():
        recover(file.parent)
    try:
        return file.read_bytes()
    except OSError as error:
        raise EmendError(f"{file} cannot be read: {error.strerror}.") from None


@app.command("restore")
def restore_raw(
    file: Annotated[Path, typer.Argument(help="A TEI file of ours.")],
    to: Annotated[
        Path | None, typer.Option("--out", help="Write to this file instead of standard output.")
    ] = None,
) -> None:
    """Give back the raw file's bytes from the TEI alone, checked by SHA-256."""
    from pipeline.tei.restore import restore

    data = restore(_bytes(file))
    if to:
        to.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@app.command("changes")
def show_changes(
    name: Id,
    kind: Annotated[
        str, typer.Option(help="Only this kind: ocr, linebreak, print, form, furniture, structure.")
    ] = "",
    rule: Annotated[str, typer.Option(help="Only rules that begin so.")] = "",
    held: Annotated[bool, typer.Option("--held", help="Only what waits for an editor.")] = False,
    project: Annotated[Path, typer.Option("--project", help="The project's folder.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Print the ledger as a readable diff."""
    if kind and kind not in KINDS:
        raise EmendError(f"There is no kind {kind!r}; there are: {', '.join(KINDS)}.")
    if not any(known.startswith(rule) for known in RULES):
        raise EmendError(
            f"There is no rule that begins with {rule!r}; docs/stages.md lists them, and "
            f"emend changes {name} shows those at work here."
        )
    rows = [
        row for row in _ledger(Project.open(project), name) if _wanted(row, kind, rule, held=held)
    ]
    if as_json:
        out.out(to_lines(rows), end="")
        return
    for row in rows:
        out.print(_diff_line(row))
    if err.is_terminal:
        err.print(f"{len(rows)} changes")


def _wanted(row: dict[str, Any], kind: str, rule: str, *, held: bool) -> bool:
    return (
        (not kind or row["kind"] == kind)
        and row["rule"].startswith(rule)
        and (not held or row["verdict"] == "held")
    )


def _ledger(project: Project, name: str) -> list[dict[str, Any]]:
    """The ledger on disk. An edition that was never built is an error that says what to run."""
    from pipeline.review.diff import ledger_now

    project.text(name)
    return [dict(row) for row in ledger_now(project.edition(name))]


def _shown(text: str) -> str:
    return text.replace("\n", "⏎").replace("\f", "␌").replace("\t", "→").replace("\u00a0", "⍽")


def _diff_line(row: dict[str, Any]) -> Styled:
    """One change: place, context with the change in it, rule, confidence."""
    place = f"{row['page'] or '-':>6} {row['line']:>5}  "
    sign = {"made": "", "held": "? ", "refused": "✗ "}[row["verdict"]]
    return Styled.assemble(
        (place, "dim"),
        (sign, "yellow"),
        (_shown(row["left"][-24:]), "dim"),
        ("[-" + _shown(row["before"]) + "-]", "red"),
        ("{+" + _shown(row["after"]) + "+}", "green"),
        (_shown(row["right"][:24]), "dim"),
        (f"  {row['rule']} {row['confidence']:.2f}", "cyan"),
        ("" if row["by"] == "emend" else f" by {row['by']}", "magenta"),
    )


@app.command("explain")
def explain_place(
    name: Id,
    place: Annotated[
        str,
        typer.Argument(
            help="A word, LINE, LINE:COLUMN, @OFFSET in the raw text, or #N of the ledger."
        ),
    ],
    project: Annotated[Path, typer.Option("--project", help="The project's folder.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Tell one word's whole life: what the OCR read, what changed it, by which rule and
    evidence.
    """
    from pipeline import edition, explain
    from pipeline.rules import meaning

    opened = Project.open(project)
    document, _ = edition.build(opened, name)
    rows = list(entries(document))
    spans = explain.places(document, place)
    if not spans:
        raise EmendError(
            f"{place!r} is nowhere in {name}: give a word, LINE, LINE:COLUMN, @OFFSET or #N."
        )
    told: list[dict[str, Any]] = [
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
        out.print_json(json.dumps(told, ensure_ascii=False))
        return
    for one in told:
        out.print(
            Styled.assemble(
                (f"line {one['line']}, raw {one['start']}-{one['end']}: ", "bold"),
                _shown(str(one["raw"])),
            )
        )
        for row in one["changes"]:
            verb = {"made": "made", "held": "held for an editor", "refused": "refused"}[
                row["verdict"]
            ]
            out.print(_diff_line(row))
            out.print(
                f"          {verb} by {row['by']}, stage {row['stage']}, confidence "
                f"{row['confidence']:.2f}"
            )
            out.print(f"          {meaning(row['rule'])}: {row['why']}")
            for other in row["alternatives"]:
                out.print(f"          or {other['after']!r} ({other['confidence']:.2f})")
        if one["changes"]:
            out.print(Styled.assemble("   it reads: ", (_shown(str(one["reading"])), "bold")))
        else:
            out.print("   nothing was changed or proposed here: it reads as the OCR gave it.")


@app.command("measure")
def measure_quality(
    given: Annotated[
        list[str],
        typer.Argument(
            metavar="OCR GOLD | SET.jsonl[.xz] | ID",
            help="A text and its ground truth, a test set, or a text.",
        ),
    ],
    edited: Annotated[
        Path | None,
        typer.Option("--out", help="Measure this corrected text instead of emend's own."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", help="Write an HTML report: raw, edition and gold side by side."),
    ] = None,
    draw: Annotated[
        int,
        typer.Option(
            "--sample", help="Draw this many made changes of a text for a person to judge."
        ),
    ] = 0,
    judged: Annotated[
        Path | None,
        typer.Option(
            "--judged", help="A sample with its verdicts filled in: estimate the precision."
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="The language of the texts.")] = "en",
    project: Annotated[Path, typer.Option("--project", help="The project's folder.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Measure error rates, precision, repair and harm against ground truth, or estimate precision
    from a judged sample.
    """
    from pipeline import ingest, measure

    if draw or judged:
        _measure_by_sample(given, draw, judged, project, as_json=as_json)
        return
    if len(given) == 2:
        ocr, gold = (ingest.decode(_bytes(Path(path)), path).text for path in given)
        rows: Iterable[measure.Row] = [
            measure.Row(
                given[0],
                ocr,
                gold,
                ingest.decode(_bytes(edited), str(edited)).text if edited else None,
            )
        ]
    elif len(given) == 1 and Path(given[0]).is_file():
        rows = measure.read_set(Path(given[0]))
    else:
        missing = next(
            (f" There is no file {path}." for path in given if not Path(path).is_file()), ""
        )
        raise EmendError(
            f"Give a text and its ground truth, a test set (SET.jsonl.xz), or a text of the "
            f"project with --sample.{missing}"
        )
    if edited and len(given) == 1:
        raise EmendError(
            "--out belongs to one text and its ground truth; the rows of a test set bring "
            'theirs along as "text".'
        )
    with _progress("measuring") as show:
        done = measure.measure(_cleaned(row, language, show) for row in rows)
    if report:
        report.write_text(
            measure.page(done, title=" and ".join(Path(path).name for path in given)),
            encoding="utf-8",
        )
    if as_json:
        out.print_json(json.dumps(done.as_json(), ensure_ascii=False))
        return
    out.print(measure.summary(done), end="")


def _cleaned(row: measure.Row, language: str, show: Callable[..., None]) -> measure.Row:
    """A row with what emend makes of it, unless it brings its corrected text along."""
    from pipeline import flow, measure

    show(row.id, 0, None)
    if row.out is not None or not row.ocr.strip():
        return row
    cleaned = flow.clean(row.ocr, language=language)
    return measure.Row(
        row.id, cleaned.document.raw, row.gold, cleaned.lines, cleaned.document.ledger
    )


def _measure_by_sample(
    given: list[str], draw: int, judged: Path | None, project: Path, *, as_json: bool
) -> None:
    from pipeline import edition, measure

    if judged:
        estimate = measure.estimate(measure.read_sample(judged))
        if as_json:
            out.print_json(json.dumps(dataclasses.asdict(estimate)))
            return
        out.print(
            f"precision {estimate.precision:.3f}, between {estimate.low:.3f} and "
            f"{estimate.high:.3f} with {estimate.confidence:.0%} confidence; "
            f"{estimate.judged} judged, {estimate.unsure} unsure, {estimate.left} left"
        )
        return
    document, _ = edition.build(Project.open(project), given[0])
    path = Path(f"{given[0]}-sample.tsv")
    if path.exists():
        raise EmendError(
            f"{path} is there already, and verdicts may stand in it: judge it, or put it "
            f"elsewhere before you draw anew."
        )
    drawn = measure.sample(document.ledger, document.raw, draw)
    measure.write_sample(path, drawn)
    out.print(
        f"{path}: {len(drawn)} changes. Write right, wrong or unsure into its column "
        f"verdict, then: emend measure {given[0]} --judged {path}"
    )


Folder = Annotated[Path, typer.Option("--project", help="The project's folder.")]
Who = Annotated[str, typer.Option("--who", help="Who decides; the name git knows if not told.")]


@app.command("review")
def review_texts(
    ids: Ids = None,
    who: Who = "",
    port: Annotated[
        int, typer.Option(help="The port on this machine; any free one if not told.")
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    project: Folder = Path(),
) -> None:
    """Review proposals and changes on a local page: accept, refuse, correct; every decision is kept
    and replayed.
    """
    from pipeline import edition
    from pipeline.review.git import editor
    from pipeline.review.serve.server import Server

    opened = Project.open(project)
    subjects = []
    for name in ids or opened.texts:
        try:
            subjects.append(edition.subject(opened, name))
        except EmendError as error:
            if ids or len(opened.texts) == 1:
                raise
            err.print(Styled.assemble(("emend: ", "bold yellow"), f"left out: {name}: {error}"))
    server = Server(
        subjects,
        who=who or editor(opened.root),
        port=port,
    )
    out.print(f"The review is at {server.address} (Ctrl-C ends it; what was decided is on disk).")
    if browser:
        webbrowser.open(server.address)
    server.run()


@app.command("diff")
def show_difference(
    name: Id,
    since: Annotated[
        str,
        typer.Option(
            metavar="REV", help="Only what differs from the edition at this revision of git."
        ),
    ] = "",
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write the diff to this file as a page of its own."),
    ] = None,
    most: Annotated[int, typer.Option(help="At most so many places of each group; all if 0.")] = 0,
    project: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Print the correction diff: what was changed, grouped by form and replacement, with
    context.
    """
    from pipeline.review import diff

    opened = Project.open(project)
    opened.text(name)
    edition = opened.edition(name)
    groups = diff.compare(diff.ledger_at(edition, since) if since else [], diff.ledger_now(edition))
    if html:
        html.write_text(
            diff.to_html(groups, f"{name}: changes{f' since {since}' if since else ''}"),
            encoding="utf-8",
        )
    else:
        sys.stdout.write(
            diff.to_json(groups)
            if as_json
            else diff.to_text(groups, colour=out.is_terminal, most=most)
        )


@app.command("queue")
def show_queue(
    name: Id,
    tsv: Annotated[
        bool,
        typer.Option(
            "--tsv", help="As tab-separated values, for a spreadsheet and then emend decide --tsv."
        ),
    ] = False,
    places: Annotated[
        bool, typer.Option("--places", help="A row for every place, not for every group.")
    ] = False,
    made: Annotated[
        bool, typer.Option("--made", help="What was made too, not only what was held.")
    ] = False,
    project: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Print what waits for an editor, first what a decision is worth most on."""
    from pipeline import edition
    from pipeline.review.serve import queue
    from pipeline.review.serve.desk import Desk

    view = Desk(edition.subject(Project.open(project), name)).view(wait=True)
    if tsv:
        sys.stdout.write(queue.to_tsv(view, places=places, made=made))
    elif as_json:
        out.print_json(json.dumps(list(queue.rows(view, places=places, made=made))))
    else:
        for row in queue.rows(view, places=places, made=made):
            form, proposed = _shown(row["form"]), _shown(row["proposed"])
            line = (
                f"  ×{row['places']:<4} {row['kind']}, {row['sure']} sure  p. {row['page']}, "
                f"l. {row['line']}  "
            )
            out.print(
                Styled.assemble(
                    (form, "red"), " → ", (proposed, "green"), line, (row["context"], "dim")
                )
            )


@app.command("decide")
def decide_places(
    name: Id,
    form: Annotated[str, typer.Argument(help="The form in the raw text.")] = "",
    reading: Annotated[
        str | None,
        typer.Argument(help="How it shall read; may be left out where one reading is proposed."),
    ] = None,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="Refuse what is proposed for the form.")
    ] = False,
    right: Annotated[bool, typer.Option("--right", help="The form is right as it is.")] = False,
    at: Annotated[
        int | None, typer.Option(metavar="OFFSET", help="Only at this position of the raw text.")
    ] = None,
    scope: Annotated[str, typer.Option(help="place, text or project; the text if not told.")] = "",
    printed: Annotated[
        bool, typer.Option("--print", help="The printer erred, not the OCR.")
    ] = False,
    note: Annotated[str, typer.Option(help="A note to keep with the decision.")] = "",
    tsv: Annotated[
        Path | None,
        typer.Option(
            "--tsv",
            help="Take the decisions from a table that emend queue --tsv wrote and somebody "
            "filled in.",
        ),
    ] = None,
    undo: Annotated[
        str,
        typer.Option(
            "--undo",
            metavar="DECISION",
            help="Take back a decision, by its id, or the last one: last.",
        ),
    ] = "",
    who: Who = "",
    project: Folder = Path(),
) -> None:
    """Decide from the command line, or from a table: accept, refuse, read otherwise, undo."""
    from pipeline import edition
    from pipeline.review.git import editor
    from pipeline.review.serve import queue
    from pipeline.review.serve.desk import Desk
    from pipeline.review.serve.typed import typed, undone

    opened = Project.open(project)
    desk = Desk(edition.subject(opened, name))
    view = desk.view(wait=True)
    if tsv:
        items = queue.from_tsv(view, queue.table_text(_bytes(tsv)))
    elif undo:
        items = undone(view, undo)
    else:
        if scope not in {"", "place", "text", "project"}:
            raise typer.BadParameter("The scope is place, text or project.")
        word: Any = "refuse" if refuse else "right" if right else "accept"
        held: Any = scope or None
        items = typed(
            view,
            form,
            reading,
            word=word,
            scope=held,
            at=at,
            kind="print" if printed else None,
            note=note,
        )
    if items:
        desk.decide(
            {
                "epoch": view.epoch,
                "version": view.version,
                "who": who or editor(opened.root),
                "items": items,
            }
        )
    left = desk.view().state()["progress"]
    out.print(
        f"{len(items)} decided, on disk; {left['open']} places in {left['groups']} groups "
        f"are left. emend build {name} puts it into the edition."
    )


@app.command("errata")
def write_errata(
    name: Id,
    html: Annotated[bool, typer.Option("--html", help="As a section of HTML.")] = False,
    tei: Annotated[bool, typer.Option("--tei", help="As a div for the TEI's back matter.")] = False,
    project: Folder = Path(),
) -> None:
    """Print a transcriber's note: what was corrected, by kind, and the printer's errors with page
    and line.
    """
    from pipeline import edition
    from pipeline.review.errata import errata

    opened = Project.open(project)
    document, _ = edition.build(opened, name)
    note = errata(document, dict(document.facts)["title"])
    sys.stdout.write(note.to_html() if html else note.to_tei() if tei else note.to_text())


@app.command("export")
def export_corrections(
    name: Id,
    form: Annotated[
        Form,
        typer.Option(
            "--to", help="The format: the source's own is kept as it was but for the corrections."
        ),
    ],
    to: Annotated[
        Path | None,
        typer.Option("--out", help="The folder to write to; edition/ID/export if not told."),
    ] = None,
    project: Folder = Path(),
) -> None:
    """Write the corrections back into hOCR, ALTO, PAGE or TEI, the original readings kept beside
    them.
    """
    from pipeline import edition
    from pipeline.ingest.write import export

    opened = Project.open(project)
    document, _ = edition.build(opened, name)
    folder = to or opened.edition(name) / "export"
    for file, data in export(
        document, form.value, edition.originals(opened.text(name), document.source)
    ).items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        out.print(str(path))


@app.command("publish")
def publish_site(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID|FILE]…",
            help="Texts of the project, or TEI files; all its editions if none is named.",
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="The site's folder; edition/site if not told.")
    ] = None,
    base_url: Annotated[
        str,
        typer.Option(
            "--base-url", help="The address the site will have, for citations, feed and site map."
        ),
    ] = "",
    project: Folder = Path(),
) -> None:
    """Publish editions as a static site, EPUB, text and data; a file that does not validate is not
    published.
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
    if missing or not (names or files):
        raise EmendError(
            f"There is no edition of {', '.join(missing) or 'any text'} yet: run emend build first."
        )
    editions = [*files, *(root / "edition" / name / f"{name}.xml" for name in names)]
    with _progress("publishing") as show:
        from pipeline.publish import publish
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
        )
    for sentence in done.told:
        err.print(sentence)
    for refused in done.refused:
        err.print(refused.why)
    out.print(
        f"{done.out / 'index.html'}: {len(done.written)} made anew, {len(done.unchanged)} as "
        f"they were"
    )
    if done.refused:
        raise typer.Exit(2)
