"""What the stages made of a text, kept by content, so that nobody waits for it twice.

`emend build`, `review`, `queue`, `export` and `diff` all begin with the document as the stages
leave it, before editors' decisions. A kept document lies in the cache folder under the digest of
everything that it was made of. It is JSON, compressed, with a checksum: a damaged one reads as
absent and is made again. The folder is bounded; what was used longest ago goes first.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from pipeline import cache
from pipeline.digests import digest
from pipeline.document import (
    Alternative,
    Box,
    Change,
    Document,
    Layout,
    Mark,
    Origin,
    Piece,
    Source,
    Surface,
    Zone,
)

_CHANGE = attrgetter(*(field.name for field in fields(Change) if field.name != "alternatives"))
_ZONE = attrgetter(*(field.name for field in fields(Zone) if field.name != "box"))
BOUND = 2_000_000_000  # bytes, unless $EMEND_KEPT gives another number


@dataclass(frozen=True, slots=True)
class Kept:
    """A document after all stages, and what an editor was warned of while its source was read.

    It is not `complete`, and not kept, if a page was left out: the next run may read it.
    """

    document: Document
    warnings: tuple[str, ...] = ()
    complete: bool = True


def once(key: str, made: Callable[[], Kept], *, series: str = "") -> Kept:
    """What is kept under a key, or else what `made` returns, kept from now on.

    `key` is the digest of all that the document depends on; `series` the digest of what it shares
    with others, of which `latest` gives the one that was asked for last.
    """
    if series:
        with suppress(OSError):
            _put(_series(series), key.encode())
    if found := _found(key):
        return found
    path = _path(key)
    result = made()
    row = {**_written(result.document), "warnings": result.warnings}
    packed = zlib.compress(json.dumps(row, separators=(",", ":")).encode(), 1)
    with suppress(OSError):  # a full disk or a read-only cache costs time, never a result
        _put(path, digest(packed).encode() + b"\n" + packed)
    return result


def latest(series: str) -> Kept | None:
    """Of the documents of a series, the one that was asked for last, if it is kept."""
    try:
        key = _series(series).read_text("ascii")
    except (OSError, ValueError):
        return None
    return _found(key) if key.isalnum() else None


def _found(key: str) -> Kept | None:
    path = _path(key)
    with suppress(OSError, ValueError, KeyError, TypeError, IndexError, zlib.error):
        data = path.read_bytes()
        checksum, _, packed = data.partition(b"\n")
        if checksum.decode() == digest(packed):
            row = json.loads(zlib.decompress(packed))
            found = Kept(_read(row), tuple(row["warnings"]))
            os.utime(path)  # used now
            return found
    return None


def _path(key: str) -> Path:
    return _folder() / key[:2] / f"{key}.kept"


def _series(name: str) -> Path:
    return _folder() / name[:2] / f"{name}.latest"


def prune() -> None:
    """Remove documents and recognised pages that were used longest ago, beyond the bound."""
    for folder in (_folder(), cache.home() / "pages"):
        cache.bounded(folder, _bound())


def _folder() -> Path:
    return cache.home() / "kept"


def _bound() -> int:
    given = os.environ.get("EMEND_KEPT", "")
    return int(given) if given.isdecimal() else BOUND


def _put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. No fsync: the checksum finds what a crash tore."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _written(one: Document) -> dict[str, Any]:
    return {
        "source": _source_written(one.source),
        "language": one.language,
        "ledger": [
            (*_CHANGE(change), [astuple(other) for other in change.alternatives])
            for change in one.ledger
        ],
        "marks": [(mark.role, mark.start, mark.end, mark.attributes) for mark in one.marks],
        "pieces": [(p.start, p.end, p.reading, p.changes) for p in one.pieces],
        "facts": one.facts,
        "lexicon": sorted(one.lexicon),
        "accepted": one.accepted,
        "refused": one.refused,
    }


def _read(row: dict[str, Any]) -> Document:
    return Document(
        source=_source_read(row["source"]),
        language=row["language"],
        ledger=tuple(_change_read(change) for change in row["ledger"]),
        marks=tuple(
            Mark(role, start, end, _pairs(attributes))
            for role, start, end, attributes in row["marks"]
        ),
        pieces=tuple(
            Piece(start, end, reading, tuple(changes))
            for start, end, reading, changes in row["pieces"]
        ),
        facts=_pairs(row["facts"]),
        lexicon=frozenset(row["lexicon"]),
        accepted=_pairs(row["accepted"]),
        refused=_pairs(row["refused"]),
    )


def _change_read(row: list[Any]) -> Change:
    alternatives = tuple(Alternative(*other) for other in row.pop())
    return Change(*row, alternatives=alternatives)  # type: ignore[misc]


def _pairs(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in rows)


def _source_written(one: Source) -> dict[str, Any]:
    return {
        "text": one.text,
        "name": one.name,
        "encoding": one.encoding,
        "newline": one.newline,
        "bom": one.bom,
        "origins": [astuple(origin) for origin in one.origins],
        "layout": _layout_written(one.layout) if one.layout else None,
        "witnesses": [_source_written(witness) for witness in one.witnesses],
    }


def _source_read(row: dict[str, Any]) -> Source:
    return Source(
        text=row["text"],
        name=row["name"],
        encoding=row["encoding"],
        newline=row["newline"],
        bom=row["bom"],
        origins=tuple(Origin(*origin) for origin in row["origins"]),
        layout=_layout_read(row["layout"]) if row["layout"] else None,
        witnesses=tuple(_source_read(witness) for witness in row["witnesses"]),
    )


def _layout_written(one: Layout) -> dict[str, Any]:
    return {
        "surfaces": [astuple(surface) for surface in one.surfaces],
        "zones": [(*_ZONE(zone), astuple(zone.box)) for zone in one.zones],
    }


def _layout_read(row: dict[str, Any]) -> Layout:
    return Layout(
        tuple(Surface(*surface) for surface in row["surfaces"]),
        tuple(_zone_read(zone) for zone in row["zones"]),
    )


def _zone_read(row: list[Any]) -> Zone:
    box = Box(*row.pop())
    start, end, surface, *more = row
    return Zone(start, end, surface, box, *more)
