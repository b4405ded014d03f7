"""Spelling variants of a word, which are never corrected into one another."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from pipeline.language import languages
from pipeline.language.languages import Language

Rules = tuple[tuple[regex.Pattern[str], str], ...]


@lru_cache(maxsize=16)
def _rules(language: Language) -> Rules:
    """Compile the rules that undo differences of period and region, in the order they apply.

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
    """Whether two forms are spellings of one word by the rules of a language (a code)."""
    rules = languages.of(language)
    return _plain(one, rules) == _plain(other, rules)


@lru_cache(maxsize=50_000)
def without_accents(word: str) -> str:
    """Return the word without its accents: *élève* becomes *eleve*."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def is_shortened(form: str, word: str) -> bool:
    """Whether a form may abbreviate the word: it keeps the first letter and lacks two or more.

    *Robt*, *Jas*, *Govt*.
    """
    if len(form) > len(word) - 2 or form[0] != word[0]:
        return False
    letters = iter(word)
    return all(c in letters for c in form)
