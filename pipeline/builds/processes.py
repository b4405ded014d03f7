"""Work spread over processes: a bounded number of texts in flight, and none lost with a process.

A process may be killed from outside, above all for memory. All texts then in flight are tried
again, each alone in a process of its own: the one that kills it again is the one that is at fault,
and is reported; the others are done. If the parent dies, so do its processes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Generic, TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 2  # texts in flight for each process: one being built, one waiting


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    task: Callable[[Item], Result],
    items: Iterable[Item],
    known: Callable[[Item], Result | None],
    lost: Callable[[Item], Result],
    jobs: int,
) -> Generator[Result, None, None]:
    """Yield the result for each item as it is there, from `jobs` processes.

    It is `known(item)` unless that is None, else `task(item)`, or `lost(item)` if the process was
    killed. Items are taken as they are needed. A single item to work on is worked on in this
    process. When the iterator is closed, the processes are stopped at once.
    """
    first: Item | None = None
    crew: _Crew[Item, Result] | None = None
    try:
        for item in items:
            if (result := known(item)) is not None:
                yield result
            elif jobs == 1:
                yield task(item)
            elif crew is None and first is None:
                first = item
            else:
                if crew is None:
                    crew = _Crew(task, lost, jobs)
                    crew.take(cast("Item", first))
                while crew.busy:
                    yield from crew.landed()
                crew.take(item)
        if crew is None and first is not None:
            yield task(first)
        while crew and crew.flying:
            yield from crew.landed()
    finally:
        if crew:
            crew.stop()


class _Crew(Generic[Item, Result]):
    """A pool of processes and the items in flight."""

    def __init__(
        self, task: Callable[[Item], Result], lost: Callable[[Item], Result], jobs: int
    ) -> None:
        self.task, self.lost, self.jobs = task, lost, jobs
        self.pool = pool(jobs)
        self.flying: dict[Future[Result], Item] = {}

    @property
    def busy(self) -> bool:
        return len(self.flying) >= _AHEAD * self.jobs

    def take(self, item: Item) -> None:
        try:
            self.flying[self.pool.submit(self.task, item)] = item
        except BrokenProcessPool as error:  # noticed here first
            broken: Future[Result] = Future()
            broken.set_exception(error)
            self.flying[broken] = item

    def landed(self) -> list[Result]:
        """Wait until an item is done, and give the results that are there."""
        done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
        results, suspects = self._sorted(done)
        if suspects:  # the pool is broken, which has ended all that was in flight
            wait(self.flying)
            more, others = self._sorted(list(self.flying))
            self.stop()
            results += more
            results += [self._alone(item) for item in suspects + others]
            self.pool = pool(self.jobs)
        return results

    def _sorted(self, done: Iterable[Future[Result]]) -> tuple[list[Result], list[Item]]:
        results, suspects = [], []
        for one in done:
            item = self.flying.pop(one)
            try:
                results.append(one.result())
            except BrokenProcessPool:
                suspects.append(item)
        return results, suspects

    def _alone(self, item: Item) -> Result:
        self.pool = pool(1)
        try:
            return self.pool.submit(self.task, item).result()
        except BrokenProcessPool:
            return self.lost(item)
        finally:
            self.stop()

    def stop(self) -> None:
        """End the processes, whatever they are doing: an edition is written whole or not at all."""
        processes = list((getattr(self.pool, "_processes", None) or {}).values())
        for process in processes:
            with suppress(OSError, ValueError):
                process.kill()
        self.pool.shutdown(wait=True, cancel_futures=True)


def pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that leave Ctrl-C to this one, and end when it ends."""
    # A server that has the code loaded forks the processes: each starts at once and shares its
    # memory. Forking this process would copy its threads' locks.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["pipeline.builds.one", "pipeline.tei.encode"])
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)


def _begin() -> None:
    """In a new process: leave Ctrl-C to the parent, and end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
