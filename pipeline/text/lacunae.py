"""Lacunae: places of a text at which whoever typed it says that something is missing."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.language import languages
from pipeline.language.languages import Language, alternatives

SIGN = "[…]"
"""What stands for words that are missing."""


def reason(text: str) -> str:
    """Why something is missing where this is typed, `[illegible]`, `[two lines lost]`; "" if not.

    The reason is a word for `gap/@reason`: illegible or lost.
    """
    for name, typed in _typed(languages.every()):
        if typed.fullmatch(text):
            return name
    return ""


def pictures() -> re.Pattern[str]:
    """What is typed at the beginning of a line where a picture stands: `[Illustration: `."""
    return _pictures(languages.every())


@lru_cache(maxsize=8)
def _pictures(known: Language) -> re.Pattern[str]:
    words = alternatives(known.gaps.pictures)
    return re.compile(
        rf"^\*?\[(?P<what>(?:{words})(?: \d+)?)(?:(?P<colon> ?:)\s*|(?=\]))",
        re.IGNORECASE | re.MULTILINE,
    )


@lru_cache(maxsize=8)
def _typed(known: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    before, after = r"(?:[\w.]+ ){0,3}", r"(?: [\w.]+){0,3}"
    illegible, lost = (alternatives(words) for words in (known.gaps.illegible, known.gaps.lost))
    kinds = (
        ("illegible", rf"{before}(?:{illegible}){after}"),
        ("lost", rf"{before}(?:{lost})"),  # not `[lost at sea]`
    )
    return tuple(
        (name, re.compile(rf"\[(?:\*\*)?{words}[.!?]?\]", re.IGNORECASE)) for name, words in kinds
    )
