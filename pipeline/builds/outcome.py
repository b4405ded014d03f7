"""What became of a text, and whether its edition is what a build would write."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipeline import inputs
from pipeline.digests import Digests
from pipeline.project import Project
from pipeline.table import Table


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text. Small, so that it can be sent between processes.

    `given` is the digest of all that the edition was made of, empty if it may not be relied on;
    `written` that of the edition's files. `fault` says why there is no edition.
    """

    id: str
    path: str = ""
    words: int = 0
    made: int = 0
    held: int = 0
    stale: int = 0
    said: tuple[str, ...] = ()  # what an editor should know
    given: str = ""
    written: str = ""
    unchanged: bool = False
    fault: str = ""


def unchanged(project: Project, name: str, digests: Digests, built: Table) -> Outcome | None:
    """The outcome of an earlier build, if everything is still as that build left it.

    That includes the edition: one that is missing, damaged or edited by hand is not unchanged.
    """
    try:
        row = built.get(inputs.everything(project, name, digests))
        if row is None:
            return None
        before = Outcome(**json.loads(row))
        if digests.of_folder(project.edition(name)) != before.written:
            return None
    except (OSError, ValueError, TypeError):
        return None
    path = str(project.edition(name) / f"{name}.xml")
    return replace(before, path=path, said=tuple(before.said), unchanged=True)


def remember(built: Table, outcome: Outcome) -> None:
    """Record an outcome, so that the next build can leave the text alone."""
    if outcome.given and not outcome.fault:
        built.put(outcome.given, json.dumps(asdict(outcome)))


def table(folder: Path) -> Table:
    """The table of what was built from what, in the cache folder."""
    return Table(folder / "built.sqlite")
