"""Many texts: those that have changed are built, the others are left alone."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import cache, kept
from pipeline.builds import processes
from pipeline.builds.outcome import Outcome, remember, table, unchanged
from pipeline.builds.processes import cores
from pipeline.digests import Digests
from pipeline.project import Project

if TYPE_CHECKING:
    from pipeline.builds.remote import Remote

_KILLED = (
    "the process that was building it was killed, perhaps because memory ran out: build it alone, "
    "or with fewer --jobs"
)


def build(
    project: Project,
    names: Iterable[str],
    *,
    jobs: int = 0,
    force: bool = False,
    client: Any = None,
) -> Iterator[Outcome]:
    """Build the editions of these texts, and yield what became of each, as soon as it is known.

    `jobs` processes work at once, by default one for each core, or else the workers of a cluster,
    which see the project's folder at the same path. With `force`, texts are built that have not
    changed. Memory does not grow with the number of texts.
    """
    digests, built = Digests(), table(cache.home())

    def known(name: str) -> Outcome | None:
        return None if force else unchanged(project, name, digests, built)

    root = project.root.resolve() if client else project.root
    outcomes = _spread(partial(_task, root), names, known, jobs, client)
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


def build_remote(
    remote: Remote,
    names: Iterable[str],
    *,
    jobs: int = 0,
    force: bool = False,
    client: Any = None,
) -> Iterator[Outcome]:
    """As `build`, for texts in an object store. The workers look themselves what has changed."""
    task = partial(_remote_task, remote, force)
    outcomes = _spread(task, names, lambda _name: None, jobs, client)
    try:
        yield from outcomes
    finally:
        outcomes.close()


def _spread(
    task: Callable[[str], Outcome],
    names: Iterable[str],
    known: Callable[[str], Outcome | None],
    jobs: int,
    client: Any,
) -> Generator[Outcome, None, None]:
    lost = partial(Outcome, fault=_KILLED)
    if client is None:
        return processes.spread(task, names, known, lost, jobs or cores())
    from pipeline.builds import cluster  # noqa: PLC0415

    return cluster.spread(client, task, names, known, lost)


def _task(root: Path, name: str) -> Outcome:
    from pipeline.builds import one  # noqa: PLC0415 - loads every stage, which a check needs not

    digests = Digests()
    try:
        return one.build(Project(root), name, digests)
    finally:
        digests.close()


def _remote_task(remote: Remote, force: bool, name: str) -> Outcome:
    return remote.build(name, force=force)
