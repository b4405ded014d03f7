"""Two spellings of one word: never corrected into one another, whatever else speaks for it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

# Ways of spelling one word that changed with time or lie an ocean apart.
_VARIANTS = (
    (regex.compile(r"(?<=t)re(?=s|$)"), "er"),
    (regex.compile(r"(?<=\p{L}{2})e$"), ""),  # bodye
    (regex.compile(r"ie$|ye$|ey$"), "y"),
    (regex.compile(r"our(?=s|ed|ing|$|able|ite)"), "or"),
    (regex.compile(r"is(?=e|ed|ing|ation)"), "iz"),
    (regex.compile(r"ck(?=$|s$|e)|que$|c(?=$)"), "k"),
    (regex.compile(r"^v(?=[^aeiouy])"), "u"),
    (regex.compile(r"(?<=[aeo])u(?=e)"), "v"),
    (regex.compile(r"^i(?=[aeou])"), "j"),
    (regex.compile(r"vv"), "w"),
    (regex.compile(r"[æœ]|ae|oe"), "e"),
    (regex.compile(r"y"), "i"),
    (regex.compile(r"(\p{L})\1"), r"\1"),  # travelled, gentill
    (regex.compile(r"ph"), "f"),
    (regex.compile(r"'d$|(?<=[^e])t$"), "ed"),
    (regex.compile(r"['-]"), ""),
)


@lru_cache(maxsize=50_000)
def _plain(word: str) -> str:
    for pattern, put in _VARIANTS:
        word = pattern.sub(put, word)
    return word


def is_variant(one: str, other: str) -> bool:
    """Whether two forms are one word spelled in two ways, as far as rules tell."""
    return _plain(one) == _plain(other)


@lru_cache(maxsize=50_000)
def without_accents(word: str) -> str:
    """The word less its accents: *élève* and *eleve* are one."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
