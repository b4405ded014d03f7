"""What a request may name: one of many, a stretch of text, a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pipeline.errors import DecisionError
from pipeline.review.decide.hand import occurrences

LONGEST = 500  # code points that can be selected at once

T = TypeVar("T")


def nth(many: Sequence[T], number: Any, name: str) -> T:
    """The item of that number. Raises DecisionError if there is none; `name` says of what."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(many):
        raise DecisionError(f"There is no such {name}.")
    found: T = many[number]
    return found


def whole_words(raw: str, form: str) -> int:
    """How often a form occurs as a whole word; 0 if it has no letter or digit."""
    return sum(1 for _ in occurrences(raw, form)) if re.search(r"\w", form) else 0
