"""Two spellings of one word: never corrected into one another, whatever else speaks for it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from pipeline.language import languages
from pipeline.language.languages import Language

Rules = tuple[tuple[regex.Pattern[str], str], ...]


@lru_cache(maxsize=16)
def _rules(language: Language) -> Rules:
    """Ways of spelling one word that changed with time or lie an ocean apart, in the order in which
    they are undone.

    What is left of two spellings is compared and need not be a word: *tousjours* and *toujours* are
    both `toujour`.
    """
    return tuple((regex.compile(pattern), put) for pattern, put in language.spelling.variants)


@lru_cache(maxsize=100_000)
def _plain(word: str, language: Language) -> str:
    if language.spelling.accents_vary:
        kept = language.alphabet.accents_kept
        word = "".join(c if c in kept else without_accents(c) for c in word)
    for pattern, put in _rules(language):
        word = pattern.sub(put, word)
    return word


def is_variant(one: str, other: str, language: str = "en") -> bool:
    """Whether two forms are one word spelled in two ways, as far as the rules of a language (its
    code) tell.
    """
    rules = languages.of(language)
    return _plain(one, rules) == _plain(other, rules)


@lru_cache(maxsize=50_000)
def without_accents(word: str) -> str:
    """The word less its accents: *élève* and *eleve* are one."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def is_shortened(form: str, word: str) -> bool:
    """Whether a form may be an abbreviation of the word: two letters or more left out, the first
    kept (*Robt*, *Jas*, *Govt*).
    """
    if len(form) > len(word) - 2 or form[0] != word[0]:
        return False
    letters = iter(word)
    return all(c in letters for c in form)
