"""Spread: whether a decision on one place may decide for others that look the same.

`tbe` is an error wherever it stands, so one decision mends them all. `83` is not: that 83 was 23 on
one page says nothing of the next 83. So a decision that changes the reading of a figure, a single
letter, a sign or a word that exists holds at its own place only, whatever scope it was given.
"""

from __future__ import annotations

import re

from pipeline.language.languages import packs
from pipeline.language.lexicon import lexicon

_TOKEN = re.compile(r"\w+(?:['’]\w+)*")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")


def is_figure(form: str, after: str) -> bool:
    """Whether a form or its reading is a figure or may be one: `83`, `IO1` read as 101."""
    return bool(_DIGIT.search(after)) or any(
        2 * len(_DIGIT.findall(token)) > len(_LETTER.findall(token)) and _DIGIT.search(token)
        for token in _TOKEN.findall(form)
    )


def is_sign(form: str) -> bool:
    """Whether a form has no letter and no figure in it: `--`, two blanks."""
    return not _TOKEN.search(form)


def spreads(form: str, after: str, language: str) -> bool:
    """Whether a form is an error wherever it stands, so that one decision may mend every place.

    At least one of its words must have two letters or more and must not exist in the language.
    Where emend has no lexicon of the language, the editor's word is taken for it.
    """
    words = [token for token in _TOKEN.findall(form) if len(_LETTER.findall(token)) > 1]
    if not words or is_figure(form, after):
        return False
    code = language.split("-", maxsplit=1)[0].lower()
    return code not in packs() or not all(map(lexicon(code).attested, words))
