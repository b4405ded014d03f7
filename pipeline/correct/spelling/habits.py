"""What the engine keeps doing to one text: a confusion that explains several forms of it.

``feU``, ``hUt`` and ``chUdren`` show that the engine read *U* for two strokes, *ll* or *il*. So
``Uly`` is *lily* and ``miU`` *mill*, however rare the word and whatever its neighbours say.
``diunder``, ``modier`` and ``widiin`` show *di* read for *th*; then ``die man`` is *the man*.

Only confusions with more than one letter on either side count. Of one letter for another too many
words are made, and the evidence of `Weigher` weighs them already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import regex

from pipeline.correct.spelling.channel import Confusion
from pipeline.language.lexicon import Lexicon, fold

FORMS = 3  # different forms that show a habit
OFTEN = 5  # ... from which on it is evidence against a word that is one
KNOWN = 0.1  # per million: the rarest word that a habit makes
KNOWN_NAME = 3.0  # ... of a form with a capital, which may be a name
AHEAD = 30.0  # times that one word must be commoner than the next
MOST = 3  # places of a form in which a habit is looked for

_STROKES = frozenset("il")  # the strokes that make up ll, il and li

Habits = Mapping[str, tuple[str, ...]]  # what was read, and what the page may have had


def habits(explained: Iterable[tuple[str, tuple[Confusion, ...]]], least: int = FORMS) -> Habits:
    """The confusions that explain at least so many different forms; (form, confusions) of each."""
    forms: dict[str, set[str]] = {}
    pages: dict[str, set[str]] = {}
    for form, used in explained:
        for page, read in used:
            if page.isalpha() and read.isalpha() and len(page) > 1:
                forms.setdefault(read, set()).add(fold(form))
                pages.setdefault(read, set()).add(page)
    return {
        read: tuple(sorted({one for page in pages[read] for one in _strokes(page)}))
        for read, some in forms.items()
        if len(some) >= least
    }


def _strokes(page: str) -> Iterator[str]:
    """The same strokes in any order: *il* is *li* and *ll* as well."""
    if _STROKES.issuperset(page):
        yield from map("".join, product("il", repeat=len(page)))
    else:
        yield page


def by_habit(form: str, known: Habits, lexicon: Lexicon) -> str | None:
    """The one word that the habits make of a form, if it is just one or by far the commonest."""
    if form[:1].isupper():  # `Diey` is They, as `dien` is then
        capital = {
            read.capitalize(): tuple(page.capitalize() for page in pages)
            for read, pages in known.items()
            if read.islower()
        }
        known = {**capital, **known}
    spots = [(at, read) for read in known for at in (m.start() for m in regex.finditer(read, form))]
    if not 0 < len(spots) <= MOST:
        return None
    readings = set()
    for put in product(*(("", *known[read]) for _, read in spots)):
        reading, end = "", 0
        for (at, read), page in sorted(zip(spots, put, strict=True)):
            if page and at >= end:
                reading += form[end:at] + page
                end = at + len(read)
        readings.add(reading + form[end:])
    readings.discard(form)
    words = sorted(
        ((lexicon.frequency(fold(one)), one) for one in readings if lexicon.attested(fold(one))),
        reverse=True,
    )
    least = KNOWN_NAME if form[0].isupper() else KNOWN
    if not words or words[0][0] < least or (len(words) > 1 and words[0][0] < AHEAD * words[1][0]):
        return None
    return words[0][1]
