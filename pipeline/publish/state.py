"""The folder `.emend` of a site: what is remembered of each edition between two runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.publish.records import as_json

STATE: Final = ".emend"
_IN_RECORD: Final = frozenset(
    "id digest images missing printed told title authors language published stamp by words pages "
    "has_ledger made held dc date kind principles trees".split()
)


def record(out: Path, name: str) -> dict[str, Any] | None:
    """The record of an edition, or None if there is none that can be used."""
    try:
        found: dict[str, Any] = json.loads(
            (out / STATE / "editions" / f"{name}.json").read_text("utf-8")
        )
    except (OSError, ValueError):
        return None
    # else it is cut short, or an older version wrote it
    return found if isinstance(found, dict) and found.keys() >= _IN_RECORD else None


def keep_record(out: Path, name: str, kept: Mapping[str, Any]) -> None:
    """Write an edition's record whole or not at all."""
    path = out / STATE / "editions" / f"{name}.json"
    making = path.with_suffix(".new")
    making.write_text(as_json(kept), "utf-8", newline="\n")
    making.replace(path)


def known(out: Path) -> list[str]:
    """The ids of all editions on the site."""
    return sorted(path.stem for path in (out / STATE / "editions").glob("*.json"))


def take_off(out: Path, name: str) -> None:
    """Remove everything of an edition from the site."""
    shutil.rmtree(out / name, ignore_errors=True)
    take_off_dts(out, name)
    (out / STATE / "words" / f"{name}.txt").unlink(missing_ok=True)
    (out / STATE / "editions" / f"{name}.json").unlink(missing_ok=True)


def take_off_dts(out: Path, name: str) -> None:
    """Remove what text tools get of an edition."""
    root = out / "dts"
    for kind in ("collection", "navigation", "document"):
        shutil.rmtree(root / kind / name, ignore_errors=True)
    (root / "document" / f"{name}.xml").unlink(missing_ok=True)


def put(path: Path, content: bytes | str) -> bool:
    """Write a file unless it has this content already. Returns whether it was written."""
    encoded = content if isinstance(content, bytes) else content.encode()
    if path.is_file() and path.stat().st_size == len(encoded) and path.read_bytes() == encoded:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded)
    return True


def kept(out: Path, name: str) -> dict[str, Any]:
    """What is remembered under a name; empty if it is not there or cannot be read."""
    try:
        found: dict[str, Any] = json.loads((out / STATE / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def keep(out: Path, name: str, kept: Mapping[str, Any]) -> None:
    """Remember something under a name."""
    (out / STATE / f"{name}.json").write_text(as_json(kept), "utf-8", newline="\n")
