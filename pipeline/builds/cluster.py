"""Work spread over a cluster with Dask distributed; `processes.py` does the same on one machine.

Dask gives the tasks of a worker that died to the others, up to three times; a text that kills a
worker each time is reported as lost. A task may so be done twice, never half: it writes a whole
edition, and the same bytes each time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from pipeline.errors import EmendError, MissingExtraError

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 2  # texts in flight for each thread of a worker
_PATIENCE = 60  # seconds to wait for the scheduler, and for its first worker


def connect(address: str) -> Any:
    """The client of a scheduler, such as `tcp://host:8786`.

    Raises:
        EmendError: Dask is not installed, or nobody answers at that address.

    """
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("distributed", "cluster") from None
    try:
        client: Any = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise EmendError(
            f"No Dask scheduler with a worker at {address} ({error}): start dask scheduler and "
            f"dask worker, or check the address."
        ) from None
    return client


def spread(
    client: Any,
    task: Callable[[Item], Result],
    items: Iterable[Item],
    known: Callable[[Item], Result | None],
    lost: Callable[[Item], Result],
) -> Generator[Result, None, None]:
    """Yield the result for each item as it is there, as `processes.spread` does."""
    from distributed import KilledWorker, as_completed  # noqa: PLC0415

    done: Any = as_completed(loop=client.loop)  # type: ignore[no-untyped-call]
    flying: dict[Any, Item] = {}

    def landed() -> Result:
        future = next(done)
        item = flying.pop(future)
        try:
            return future.result()  # type: ignore[no-any-return]
        except KilledWorker:
            return lost(item)

    try:
        for item in items:
            if (result := known(item)) is not None:
                yield result
                continue
            while len(flying) >= max(_AHEAD, _AHEAD * sum(client.nthreads().values())):
                yield landed()
            future = client.submit(task, item, pure=False)
            flying[future] = item
            done.add(future)
        while flying:
            yield landed()
    finally:
        client.cancel(list(flying))
