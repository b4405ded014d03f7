"""What the lexicon says of each form of a text: asked once a form, kept for the texts to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.correct.spelling.signs import is_edited
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.language.lexicon import Lexicon, fold

LETTER = regex.compile(r"\p{L}")
_OPTIONAL = regex.compile(r"(\p{L}{3,})\((?:\p{L}{1,3})\)?")  # article(s), Leser(in)
_INITIALED = regex.compile(
    r"(?:\p{Lu}\.)+\p{Lu}\p{Ll}{2,}"
)  # R.Martin: the blank is lost, not the initial misread
_NUMBERED = regex.compile(r"\p{L}{1,5}\.\d+")  # lib.7, fig.12
_ROMAN_ORDINAL = regex.compile(  # XVIIIe, XIVten, ixth
    r"[MDCLXVI]{2,}(?:es?|er|[eè]?me|th|st|nd|rd|s?te[nrs]?)|[mdclxvij]*[ivxj]th"
)
_DOUBLE_HYPHENS = "=⸗"
_INITIALS = regex.compile(r"(?:\p{Lu}\.)+\p{Lu}?|(?:\p{L}\.)+\p{L}?|\p{Lu}")


@dataclass(frozen=True, slots=True)
class Form:
    """One form as texts have it: folded, its number in the lexicon (-1: none), and what it is."""

    folded: str
    number: int
    attested: bool
    strange: bool  # nothing attests it, and it has a letter
    numeral: bool
    foreign: bool  # a common word of another language
    foreign_rare: bool  # ... or a less common one, which counts among others


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one text. `of[u]` is the form of unit u; the arrays have an entry a form."""

    form: list[Form]
    read: list[str]
    of: NDArray[np.int64]
    number: NDArray[np.int32]
    attested: NDArray[np.bool_]
    strange: NDArray[np.bool_]
    numeral: NDArray[np.bool_]
    foreign: NDArray[np.bool_]
    foreign_rare: NDArray[np.bool_]

    def tally(self) -> dict[str, int]:
        """How often each folded form stands in the text."""
        counted: dict[str, int] = {}
        for form, n in zip(
            self.form, np.bincount(self.of, minlength=len(self.form)).tolist(), strict=True
        ):
            counted[form.folded] = counted.get(form.folded, 0) + n
        return counted


class Register:
    """All forms met so far, as one lexicon sees them."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Empty, for a lexicon (a text's own words make another)."""
        self._lexicon = lexicon
        self._ordinary, self._prefixed = _names(languages.every())
        self._known: dict[str, Form] = {}

    @property
    def remembered(self) -> tuple[dict[str, Form], ...]:
        """What is kept of forms met before."""
        return (self._known,)

    def forms(self, cores: Sequence[str]) -> Forms:
        """What stands in a text."""
        place: dict[str, int] = {}
        of = np.array([place.setdefault(core, len(place)) for core in cores], np.int64)
        read = list(place)
        self._learn([core for core in read if core not in self._known])
        found = [self._known[core] for core in read]
        return Forms(
            found,
            read,
            of,
            np.array([f.number for f in found], np.int32),
            np.array([f.attested for f in found], bool),
            np.array([f.strange for f in found], bool),
            np.array([f.numeral for f in found], bool),
            np.array([f.foreign for f in found], bool),
            np.array([f.foreign_rare for f in found], bool),
        )

    def _learn(self, cores: Sequence[str]) -> None:
        lexicon = self._lexicon
        folded = [fold(core) for core in cores]
        listed = lexicon.attested_all(folded)
        foreign, rare = lexicon.foreign_all(folded)
        for core, form, ok, number, common, uncommon in zip(
            cores, folded, listed, lexicon.ids(folded).tolist(), foreign, rare, strict=True
        ):
            ordinary = (
                len(core) == 1 or not core.isalpha() or self._ordinary.fullmatch(core) is not None
            )
            attested = (
                (ok and (ordinary or form in lexicon.own))
                or form.isdigit()
                or self._prefixed.fullmatch(core) is not None
                or _NUMBERED.fullmatch(core) is not None
                or _ROMAN_ORDINAL.fullmatch(core) is not None
                or is_edited(core)
                or _INITIALED.fullmatch(core) is not None
                or (core[-1] in _DOUBLE_HYPHENS and lexicon.attested(form[:-1]))  # Ein= und Ausfuhr
                or (
                    (optional := _OPTIONAL.fullmatch(form)) is not None
                    and lexicon.attested(optional[1])
                )
                or (
                    core not in "JlL" and _INITIALS.fullmatch(core) is not None
                )  # J and l alone are I misread more often than initials
            )
            strange = not attested and LETTER.search(core) is not None
            self._known[core] = Form(
                form, number, attested, strange, core[0].isdigit(), common, uncommon
            )


@lru_cache(maxsize=8)
def _names(known: Language) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """Patterns of names: mixed capitals, and prefixes that make a name.

    *McAllan*, *M'Donald* (period printing of Mac) and *D'Israeli* are names whatever follows.
    """
    prefixes, articles = known.names.prefixes, known.names.articles
    joined = alternatives((*prefixes, *articles))
    ordinary = rf"\p{{Ll}}+|\p{{Lu}}\p{{Ll}}*|\p{{Lu}}+|(?:{joined})\p{{Lu}}\p{{Ll}}+"
    # OCR reads an apostrophe as a mark that opens a quotation
    any_mark = alternatives(prefixes).replace("'", "['’‘]")
    return (
        regex.compile(ordinary),
        regex.compile(
            rf"(?:{any_mark})\p{{Lu}}\p{{Ll}}{{2,}}"
            rf"(?:['’](?:{alternatives(known.apostrophe.after)}))?"
        ),
    )
