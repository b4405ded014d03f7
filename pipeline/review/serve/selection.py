"""What a request may name: one of many, a stretch of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pipeline.errors import DecisionError

LONGEST = 50_000  # code points that can be selected at once: about twenty pages

T = TypeVar("T")


def nth(many: Sequence[T], number: Any, name: str) -> T:
    """The item of that number. Raises DecisionError if there is none; `name` says of what."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(many):
        raise DecisionError(f"There is no such {name}.")
    found: T = many[number]
    return found
