"""Values of JSON from strangers, which may lack a field or have another kind of value in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; a single object counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def mapping(value: Any) -> dict[str, Any]:
    """An object, empty if the value is none."""
    return value if isinstance(value, dict) else {}


def string(value: Any) -> str:
    """A string, empty if the value is none."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float:
    """A number, 0 if the value is none."""
    return float(value) if isinstance(value, (int, float)) else 0.0
