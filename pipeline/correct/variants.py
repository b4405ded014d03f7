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
    (regex.compile(r"(?<=\p{L})([bcdfgklmnprstz])\1"), r"\1"),  # travelled, gentill; `ofiicial` and `boen` are no spellings
    (regex.compile(r"ph"), "f"),
    (regex.compile(r"'d$|(?<=[^e])t$"), "ed"),
    (regex.compile(r"'(?=(?:s|t|d|ll|re|ve|m|n)$)|(?<=^o)'|(?<=\p{L}{2})-(?=\p{L}{2})"), ""),  # it's, o'clock, to-day; not `p'assed`, `s-enate`
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


def is_shortened(form: str, word: str) -> bool:
    """Whether a form may be an abbreviation of the word: two letters or more left out, the first kept (*Robt*, *Jas*, *Govt*)."""
    if len(form) > len(word) - 2 or form[0] != word[0]:
        return False
    letters = iter(word)
    return all(c in letters for c in form)
