"""An editor's work: review in the browser; queue and decide in the terminal or a spreadsheet."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text as Styled

from pipeline.cli.app import AsJson, Folder, Id, Ids, Who, app
from pipeline.cli.terminal import complain, content, out, plural, visible
from pipeline.errors import DecisionError, EmendError
from pipeline.project import Project


@app.command("review")
def review_texts(
    ids: Ids = None,
    who: Who = "",
    port: Annotated[
        int, typer.Option(help="Local port (default: any free port).", show_default=False)
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Whether to open the browser.")
    ] = True,
    user: Annotated[
        list[str] | None,
        typer.Option(
            help="Editor of a team, who gets an address of their own (repeat for each).",
            show_default=False,
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Network address to listen on.")] = "127.0.0.1",
    public: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Address under which the team reaches this server (https://review.example.org).",
            show_default=False,
        ),
    ] = "",
    project: Folder = Path(),
) -> None:
    """Review changes in the browser: accept, reject or correct.

    Each decision is saved at once and applied in every later build. By default only this machine
    can open the page; --user, --host and --public serve a team.
    """
    from pipeline import edition
    from pipeline.review.git import editor
    from pipeline.review.serve import team
    from pipeline.review.serve.server import Server

    team.check(host, public, user or ())
    opened = Project.open(project)
    subjects = []
    for name in ids or opened.texts:
        try:
            subjects.append(edition.subject(opened, name))
        except EmendError as error:
            if ids or len(opened.texts) == 1:
                raise
            complain(f"skipped {name}: {error}", "yellow")
    server = Server(
        subjects,
        who=who or editor(opened.root),
        port=port,
        team=team.tokens(opened.root, user) if user else None,
        host=host,
        public=public,
    )
    for name, address in server.addresses.items():
        out.print(f"Review at {address}" + (f" (for {name})" if user else ""), soft_wrap=True)
    out.print("Ctrl-C to stop. Decisions are saved as you make them.")
    if browser and not user:
        import webbrowser

        webbrowser.open(server.address)
    server.run()


@app.command("queue")
def show_queue(
    name: Id,
    tsv: Annotated[
        bool,
        typer.Option(
            "--tsv",
            help="Print tab-separated values, to fill in and pass to emend decide --tsv.",
        ),
    ] = False,
    places: Annotated[
        bool, typer.Option("--places", help="One row for each place instead of each group.")
    ] = False,
    made: Annotated[
        bool, typer.Option("--made", help="Include applied changes, not only pending ones.")
    ] = False,
    project: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """List pending changes, most valuable first."""
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
            out.print(
                Styled.assemble(
                    (visible(row["form"]), "red"),
                    *_proposed(row),
                    f"  ×{row['places']:<4} {row['kind']}, confidence {float(row['sure']):.0%}, "
                    f"p. {row['page']}, l. {row['line']}  ",
                    (row["context"], "dim"),
                )
            )


def _proposed(row: Mapping[str, str]) -> Iterator[str | tuple[str, str]]:
    """Yield the reading proposed, or for a query what is asked."""
    if row["form"] == row["proposed"]:
        yield f" ? {row['why']}"
    else:
        yield from (" → ", (visible(row["proposed"]), "green"))


@app.command("decide")
def decide_places(
    name: Id,
    form: Annotated[str, typer.Argument(help="The word as it is in the raw text.")] = "",
    reading: Annotated[
        str | None,
        typer.Argument(help="The corrected reading (optional if only one is proposed)."),
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Reject the proposed change.")] = False,
    right: Annotated[
        bool, typer.Option("--right", help="Mark the word as correct in the raw text.")
    ] = False,
    at: Annotated[
        int | None,
        typer.Option(metavar="OFFSET", help="Only decide at this offset in the raw text."),
    ] = None,
    structure: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="Say what the block with these words is (paragraph, heading 1, verse, note …), or "
            "that one begins there (split), or does not (join).",
        ),
    ] = "",
    scope: Annotated[
        str,
        typer.Option(help="Where the decision holds: place, text or project (default: text)."),
    ] = "",
    printed: Annotated[
        bool, typer.Option("--print", help="Record a printer's error, not an OCR error.")
    ] = False,
    note: Annotated[str, typer.Option(help="A note to keep with the decision.")] = "",
    tsv: Annotated[
        Path | None,
        typer.Option("--tsv", help="Import decisions from a table written by emend queue --tsv."),
    ] = None,
    undo: Annotated[
        str,
        typer.Option("--undo", metavar="DECISION", help="Undo the decision with this id, or last."),
    ] = "",
    who: Who = "",
    project: Folder = Path(),
) -> None:
    """Record decisions from the command line or a table."""
    from pipeline import edition
    from pipeline.review.git import editor
    from pipeline.review.serve import queue
    from pipeline.review.serve.desk import Desk
    from pipeline.review.serve.typed import structural, typed, undone

    if scope not in {"", "place", "text", "project"}:
        raise DecisionError(f"Unknown scope {scope!r}: use place, text or project.")
    if not (form or tsv or undo):
        raise DecisionError("Give a word to decide on, a table (--tsv) or a decision to undo.")
    opened = Project.open(project)
    desk = Desk(edition.subject(opened, name))
    view = desk.view(wait=True)
    if tsv:
        items = queue.from_tsv(view, queue.table_text(content(tsv)))
    elif undo:
        items = undone(view, undo)
    elif structure:
        items = structural(view, form, structure, at=at, note=note)
    else:
        word: Any = "refuse" if refuse else "right" if right else "accept"
        holds: Any = scope or None
        kind: Any = "print" if printed else None
        items = typed(view, form, reading, word=word, scope=holds, at=at, kind=kind, note=note)
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
        f"{plural(len(items), 'decision')} saved. Still pending: {plural(left['open'], 'place')} "
        f"in {plural(left['groups'], 'group')}. Next: emend build {name}"
    )
