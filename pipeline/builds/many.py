"""Many texts: those that have changed are built, the others are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from pipeline import cache, kept
from pipeline.builds.outcome import Outcome, remember, table, unchanged
from pipeline.builds.processes import cores, spread
from pipeline.digests import Digests
from pipeline.project import Project

_KILLED = (
    "the process that was building it was killed, perhaps because memory ran out: build it alone, "
    "or with fewer --jobs"
)


def build(
    project: Project, names: Iterable[str], *, jobs: int = 0, force: bool = False
) -> Iterator[Outcome]:
    """Build the editions of these texts, and yield what became of each, as soon as it is known.

    `jobs` processes work at once, by default one for each core. With `force`, texts are built that
    have not changed. Memory does not grow with the number of texts.
    """
    digests, built = Digests(), table(cache.home())

    def known(name: str) -> Outcome | None:
        return None if force else unchanged(project, name, digests, built)

    task = partial(_task, project.root)
    outcomes = spread(task, names, known, partial(Outcome, fault=_KILLED), jobs or cores())
    try:
        for outcome in outcomes:
            if not outcome.unchanged:
                remember(built, outcome)
            yield outcome
    finally:
        outcomes.close()
        digests.prune()
        digests.close()
        built.prune()
        built.close()
        kept.prune()


def _task(root: Path, name: str) -> Outcome:
    from pipeline.builds import one  # noqa: PLC0415 - loads every stage, which a check needs not

    digests = Digests()
    try:
        return one.build(Project(root), name, digests)
    finally:
        digests.close()
