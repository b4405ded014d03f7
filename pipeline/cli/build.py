"""From texts to editions: build."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import AsJson, Folder, Ids, app
from pipeline.cli.terminal import complain, err, out, plural, progress
from pipeline.errors import EmendError, ProjectError
from pipeline.memory import to_json
from pipeline.project import Project

if TYPE_CHECKING:
    from pipeline.builds.outcome import Outcome


@app.command("build")
def build_editions(
    ids: Ids = None,
    jobs: Annotated[
        int, typer.Option(help="How many texts to build at once (0 = one for each core).")
    ] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Also build texts that have not changed.")
    ] = False,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going/--fail-fast",
            help="Whether to build the other texts after one has failed.",
        ),
    ] = True,
    scheduler: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Build on a Dask cluster, by the address of its scheduler (tcp://host:8786).",
            show_default=False,
        ),
    ] = "",
    raw: Annotated[
        str,
        typer.Option(metavar="URL", help="Read the texts from an object store (s3://bucket/raw)."),
    ] = "",
    edition: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Write each edition there, as ID.zip (s3://bucket/edition); needs --raw.",
        ),
    ] = "",
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Keep running, and build a text again when its files change."),
    ] = False,
    project: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Build editions: TEI, change log, review queue, report.

    Builds the texts whose source, metadata, lexicon or decisions have changed since the last
    build, whose edition is missing or was altered, or all of them after an update of emend.
    """
    from pipeline.builds import many

    if bool(raw) != bool(edition):
        raise ProjectError("--raw and --edition belong together: give both addresses.")
    if watch and (raw or scheduler or as_json):
        raise ProjectError("--watch is for a project on this machine, and prints no JSON.")
    client = _connected(scheduler)
    outcomes: Iterator[Outcome]
    if not (raw or ids):
        _say_without_source(Project.open(project))
    if raw:
        from pipeline.builds.remote import Remote

        remote = Remote(raw.rstrip("/"), edition.rstrip("/"))
        names = ids or tuple(remote.names())
        outcomes = many.build_remote(remote, names, jobs=jobs, force=force, client=client)
    else:
        opened = Project.open(project)
        names = ids or opened.texts
        outcomes = many.build(opened, names, jobs=jobs, force=force, client=client)
    if not names:
        raise ProjectError("raw/ contains no text yet: run emend add FILE.")
    try:
        _show(outcomes, len(names), keep_going=keep_going, as_json=as_json)
    except (EmendError, typer.Exit) as error:
        if not watch or (isinstance(error, typer.Exit) and error.exit_code == 130):
            raise
        if isinstance(error, EmendError):
            complain(str(error))
    if watch:
        _watch(opened, set(ids or ()), jobs)


@app.command("remember", short_help="Count what all texts of the project show together.")
def remember_texts(project: Folder = Path()) -> None:
    """Count what all texts of the project show together, as evidence for emend build.

    Counts the words of all texts and what their OCR engine misreads, and writes both to
    raw/memory.json. What one article shows then helps the others: the next emend build builds all
    texts again. It is worth while if the texts have been read by the same engine, or are of the
    same newspaper or series. Run it again after adding many texts; delete the file to do without.
    """
    from pipeline.prepared import remember

    opened = Project.open(project)
    if not opened.texts:
        raise ProjectError("raw/ contains no text yet: run emend add FILE.")
    with progress("reading") as show:
        found = remember(opened, lambda done, of: show("texts", done, of))
    making = opened.memory.with_name(".memory.json")
    making.write_text(to_json(found), "utf-8")
    making.replace(opened.memory)
    for code, memory in sorted(found.items()):
        out.print(
            f"{code}: {plural(memory.texts, 'text')}, {plural(len(memory.words), 'word')}, "
            f"{plural(len(memory.confusions), 'confusion')}"
        )
    out.print("Wrote raw/memory.json. Next: emend build")


def _say_without_source(project: Project) -> None:
    """Name the editions whose text is gone: a text that was renamed would be published twice."""
    if names := project.without_source:
        complain(
            f"{plural(len(names), 'edition')} without a text in raw/, still published: "
            f"{_listed(list(names))}. If the text was renamed or removed, delete the folder in "
            f"edition/.",
            "yellow",
        )


def _watch(project: Project, wanted: set[str], jobs: int) -> None:
    """Build what changes until Ctrl-C. A text with a fault is named, and may be mended."""
    from pipeline.builds import many
    from pipeline.builds.watch import changes

    err.print("Waiting for changes in raw/. Ctrl-C to stop.")
    with suppress(KeyboardInterrupt):
        for names in changes(project):
            chosen = [name for name in names if not wanted or name in wanted]
            for outcome in many.build(project, chosen, jobs=jobs):
                if outcome.fault:
                    complain(f"{outcome.id}: {outcome.fault}")
                _say(outcome, len(chosen) + 1, quiet=False)


def _connected(scheduler: str) -> Any:
    if not scheduler:
        return None
    from pipeline.builds.cluster import connect

    return connect(scheduler)


def _show(outcomes: Iterable[Outcome], total: int, *, keep_going: bool, as_json: bool) -> None:
    """Print what became of each text as it is known, and a summary."""
    built = unchanged = 0
    failed: list[str] = []
    rows = _JsonList() if as_json else None
    try:
        with progress("building") as show:
            for done, outcome in enumerate(outcomes, 1):
                if rows:
                    rows.add(_row(outcome))
                if outcome.fault:
                    failed.append(outcome.id)
                    if total == 1:
                        raise EmendError(outcome.fault)
                    complain(f"{outcome.id}: {outcome.fault}")
                    if not keep_going:
                        break
                elif outcome.unchanged:
                    unchanged += 1
                else:
                    built += 1
                _say(outcome, total, quiet=as_json)
                show(outcome.id, done, total)
    except KeyboardInterrupt:
        err.print(f"Stopped: {built:,} built, {unchanged:,} unchanged. Run emend build to go on.")
        raise typer.Exit(130) from None
    finally:
        if rows:
            rows.close()
    if total > 1 and not as_json:
        out.print(f"{plural(built, 'edition')} built, {unchanged:,} unchanged.")
    if failed:
        err.print(f"{len(failed):,} of {total:,} editions failed: {_listed(failed)}.")
        raise typer.Exit(1)


_MOST_LISTED = 20


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_LISTED
    return ", ".join(names[:_MOST_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def _say(outcome: Outcome, total: int, *, quiet: bool) -> None:
    """Print the line of one text, and what an editor should know of it."""
    stale = (
        f", {plural(outcome.stale, 'unresolved decision')} (see emend review {outcome.id})"
        if outcome.stale
        else ""
    )
    figures = f"{plural(outcome.made, 'change')} applied, {outcome.held:,} pending{stale}"
    if not (quiet or outcome.fault):
        if not outcome.unchanged:
            out.print(f"{outcome.path}: {figures}")
        elif total == 1 or stale:
            out.print(f"{outcome.path}: unchanged: {figures}")
    for sentence in outcome.said:
        err.print(f"{outcome.id}: {sentence}" if total > 1 else sentence)


def _row(outcome: Outcome) -> dict[str, Any]:
    if outcome.fault:
        return {"id": outcome.id, "error": outcome.fault}
    return {
        "id": outcome.id,
        "edition": outcome.path,
        "made": outcome.made,
        "held": outcome.held,
        "stale": outcome.stale,
        "unchanged": outcome.unchanged,
    }


class _JsonList:
    """A list in JSON that is printed as it grows."""

    def __init__(self) -> None:
        self._begun = False

    def add(self, row: dict[str, Any]) -> None:
        sys.stdout.write((",\n " if self._begun else "[\n ") + json.dumps(row))
        self._begun = True

    def close(self) -> None:
        sys.stdout.write("\n]\n" if self._begun else "[]\n")
