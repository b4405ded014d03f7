"""Two spellings of one word: never corrected into one another, whatever else speaks for it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

Rules = tuple[tuple[regex.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> Rules:
    return tuple((regex.compile(pattern), put) for pattern, put in pairs)


_JOINED = (
    r"'(?=(?:s|t|d|ll|re|ve|m|n)$)|(?<=^o)'|(?<=\p{L}{2})-(?=\p{L}{2})",
    "",
)  # it's, o'clock, to-day; not `p'assed`, `s-enate`
_TWICE = (r"(\p{L})\1", r"\1")
_DOUBLED = (
    r"(?<=\p{L})([bcdfgklmnprstz])\1",
    r"\1",
)  # travelled, gentill, Schiffahrt; `ofiicial` and `boen` are no spellings

# Ways of spelling one word that changed with time or lie an ocean apart, in the order in which they
# are undone. What is left of two spellings is compared, it need not be a word: *tousjours* and
# *toujours* are both `toujour`.
_VARIANTS: dict[str, Rules] = {
    "en": _rules(
        (r"(?<=t)re(?=s|$)", "er"),
        (r"(?<=\p{L}{2})e$", ""),  # bodye
        (r"ie$|ye$|ey$", "y"),
        (r"our(?=s|ed|ing|$|able|ite)", "or"),
        (r"is(?=e|ed|ing|ation)", "iz"),
        (r"ck(?=$|s$|e)|que$|c(?=$)", "k"),
        (r"^v(?=[^aeiouy])", "u"),
        (r"(?<=[aeo])u(?=e)", "v"),
        (r"^i(?=[aeou])", "j"),
        (r"vv", "w"),
        (r"[æœ]|ae|oe", "e"),
        (r"y", "i"),
        _DOUBLED,
        (r"ph", "f"),
        (r"'d$|(?<=[^e])t$", "ed"),
        _JOINED,
    ),
    "de": _rules(
        ("a\u0364", "ä"),  # a small e above the letter
        ("o\u0364", "ö"),
        ("u\u0364", "ü"),
        ("ꝛ", "r"),
        ("ʒ", "z"),
        (r"ß", "ss"),
        (r"th", "t"),  # Thal, mittheilen
        (r"[ea][yi]", "ei"),  # seyn, ainem
        (r"y", "i"),
        (r"ae", "ä"),
        (r"oe", "ö"),
        (r"ue", "ü"),
        (r"ie", "i"),  # gieng, giebt
        (r"c(?=[aoukrlt]|$)|ck", "k"),
        (r"c(?=[eiäö])", "z"),
        (r"^[ij](?=[^aeouäöü])", "i"),  # jhnen
        (r"^[uv](?=[^aeiou])", "u"),
        (r"v", "f"),
        (r"dt", "t"),
        (r"ph", "f"),
        (r"(?<=\p{L})h", ""),  # wol, nemen
        (r"([aeo])\1", r"\1"),  # Waare
        _DOUBLED,
        (r"(?<=[^e])e$", ""),  # Herze
        _JOINED,
    ),
    "fr": _rules(
        (r"ç", "s"),
        (r"(?<=[aeiou])s(?=[bcdfgjlmnpqrtv])", ""),  # estre, tousjours
        (r"(?<=[ae]u)l(?=[tdxzsc])", ""),  # eulx, haulte
        (r"ngn", "nn"),
        (r"ign", "gn"),  # Bourgoigne
        (r"aig(?=e|n)", "ag"),  # visaige
        (r"y", "i"),
        (r"^i(?=c[eiu])", ""),  # icelui
        (r"oi", "ai"),  # avoit
        (r"c(?=t)", ""),  # faict, sainct
        (r"[ct](?=ion)", "t"),  # estimacion
        (r"(?<=[aei]n)t(?=[sz]$)", ""),  # sergens
        (r"eu", "u"),  # receue
        (r"sc(?=[aeiou])", "s"),  # scavoir
        (r"j", "i"),
        (r"v", "u"),
        (r"(?<![cp])h", ""),  # hostel
        (r"ph", "f"),
        (r"[sxz]$", ""),  # touz, foiz
        (r"e$", ""),
        _TWICE,
        _JOINED,
    ),
    "es": _rules(
        (r"ç", "z"),
        (r"^v(?=[^aeiou])", "u"),  # vno
        (r"(?<=[aeiou])u(?=[aeiou])", "v"),  # auia
        (r"v", "b"),
        (r"z(?=[ei])", "c"),  # dezir
        (r"x", "j"),  # dixo
        (r"g(?=[ei])", "j"),
        (r"qu(?=[ao])", "cu"),
        (r"ph", "f"),
        (r"(?<!c)h", ""),
        (r"y", "i"),
        (r"[pc](?=t)", ""),  # prompto, sancto
        _TWICE,  # assi
        _JOINED,
    ),
}


@lru_cache(maxsize=100_000)
def _plain(word: str, language: str) -> str:
    if language in ("fr", "es"):  # accents came and went
        word = "".join(c if c in "çñ" else without_accents(c) for c in word)
    for pattern, put in _VARIANTS.get(language, ()):
        word = pattern.sub(put, word)
    return word


def is_variant(one: str, other: str, language: str = "en") -> bool:
    """Whether two forms are one word spelled in two ways, as far as the rules of a language (its
    code) tell.
    """
    return _plain(one, language) == _plain(other, language)


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
