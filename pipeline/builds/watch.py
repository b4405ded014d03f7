"""Which texts change, as somebody edits them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from pipeline.errors import MissingExtraError
from pipeline.folders import left_by_a_program
from pipeline.project import Project


def changes(project: Project, stop: Event | None = None) -> Iterator[tuple[str, ...]]:
    """Yield the ids of the texts whose files have changed, each time that some have.

    A change of `raw/decisions.jsonl` or `raw/memory.json` concerns all texts. Waits until the
    files have been left alone for a moment. Ends when `stop` is set.
    """
    try:
        from watchfiles import watch  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("watchfiles", "watch") from None
    raw = (project.root / "raw").resolve()
    for found in watch(raw, stop_event=stop):
        if names := _texts(project, raw, (Path(path) for _, path in found)):
            yield names


def _texts(project: Project, raw: Path, paths: Iterator[Path]) -> tuple[str, ...]:
    inside = [path.relative_to(raw).parts for path in paths if path.is_relative_to(raw)]
    seen = [parts for parts in inside if not any(left_by_a_program(part) for part in parts)]
    if any(len(parts) == 1 and parts[0].endswith((".jsonl", ".json")) for parts in seen):
        return project.texts
    known = set(project.texts)
    return tuple(sorted({parts[0] for parts in seen if parts} & known))
