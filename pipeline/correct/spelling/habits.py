"""What the engine keeps doing to one text: a confusion that explains several forms of it.

``feU``, ``hUt`` and ``chUdren`` show that the engine read *U* for two strokes, *ll* or *il*. So
``Uly`` is *lily* and ``miU`` *mill*, however rare the word and whatever its neighbours say.
``diunder``, ``modier`` and ``widiin`` show *di* read for *th*; then ``die man`` is *the man*.

Only confusions with more than one letter on either side count, or with a sign in what was read:
``ver}``, ``bell}`` and ``Jul}`` show the foot of a *y* read as a brace, and no word has one. Of one
letter for another too many words are made, and the evidence of `Weigher` weighs them already.

A form that the text has again and again, each time all but certainly misread, is misread:
``aud`` for *and* at a dozen places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

import regex

from pipeline.correct.spelling.channel import Channel, Confusion
from pipeline.correct.spelling.correction import SHOWN, Correction, Spans
from pipeline.correct.spelling.reserved import is_spoken
from pipeline.correct.spelling.units import Units
from pipeline.document import Alternative
from pipeline.language.lexicon import Lexicon, fold

FORMS = 3  # different forms that show a habit
OFTEN = 5  # ... from which on it is evidence against a word that is one
LIKELY = 0.7  # chance from which on a correction that is only held shows one too
KNOWN = 0.1  # per million: the rarest word that a habit makes
KNOWN_NAME = 3.0  # ... of a form with a capital, which may be a name
AHEAD = 30.0  # times that one word must be commoner than the next
MOST = 3  # places of a form in which a habit is looked for
HABITUAL, REAL_HABITUAL = 0.97, 0.98  # confidence of what a habit of the engine makes
BORNE_OUT = 0.55  # chance of another word for an attested one, from which on a habit makes it sure
AGAIN = 0.9  # ... of each of `OFTEN` places of one attested form
RUN_ON = 0.75  # ... that a form is two words, in a text that runs words together

_STROKES = frozenset("il")  # the strokes that make up ll, il and li

Habits = Mapping[str, tuple[str, ...]]  # what was read, and what the page may have had


def habits(explained: Iterable[tuple[str, tuple[Confusion, ...]]], least: int = FORMS) -> Habits:
    """The confusions that explain at least so many different forms; (form, confusions) of each."""
    forms: dict[str, set[str]] = {}
    pages: dict[str, set[str]] = {}
    for form, used in explained:
        for page, read in used:
            if page.isalpha() and ((read.isalpha() and len(page) > 1) or _has_sign(read)):
                forms.setdefault(read, set()).add(fold(form))
                pages.setdefault(read, set()).add(page)
    return {
        read: tuple(sorted({one for page in pages[read] for one in _strokes(page)}))
        for read, some in forms.items()
        if len(some) >= least
    }


def _has_sign(read: str) -> bool:
    """Whether there is a sign in what was read that no word has."""
    return any(not (c.isalnum() or c.isspace() or c in "'’‘-.,") for c in read)


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
    spots = [
        (at, read)
        for read in known
        for at in (m.start() for m in regex.finditer(regex.escape(read), form))
    ]
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


class Habitual:
    """What the habits of the engine in one text add to its corrections."""

    def __init__(self, channel: Channel, lexicon: Lexicon) -> None:
        """With the channel that explains a correction by the confusions it takes."""
        self._channel, self._lexicon = channel, lexicon

    def corrections(
        self,
        found: Iterable[Correction],
        units: Units,
        strange: Sequence[tuple[int, int]],
        refused: Collection[tuple[str, str]],
    ) -> list[Correction]:
        """The corrections, and those that habits make or bear out.

        Nothing is made within the `strange` passages, nor any (before, after) of `refused`.
        """
        at = {one.start: one for one in found}
        for one in self._made(at, units, Spans(strange), refused):
            at[one.start] = one
        for one in (*self._borne_out(at.values()), *_run_on(at.values()), *_again(at.values())):
            at[one.start] = one
        return list(at.values())

    def _made(
        self,
        found: Mapping[int, Correction],
        units: Units,
        strange: Spans,
        refused: Collection[tuple[str, str]],
    ) -> Iterator[Correction]:
        """The one word that the habits make of a form, wherever nothing better is known of it."""
        known = self._habits(found.values())
        spots = [
            k
            for k, core in enumerate(units.cores)
            if (len(core) > 2 and core.isalpha())
            or (len(core) > 1 and core[0].isalpha() and _has_sign(core))
            if any(read in core or read.capitalize() in core for read in known)
        ]
        shown = ", ".join(f"{'/'.join(pages)} read as {read}" for read, pages in known.items())
        why = f"not attested; the engine's habit in this text: {shown}"
        listed = self._lexicon.attested_all([fold(units.cores[k]) for k in spots])
        for k in (k for k, ok in zip(spots, listed, strict=True) if not ok):
            start, end, core = units.starts[k], units.ends[k], units.cores[k]
            before = found.get(start)
            if before and (
                before.end != end or (before.verdict == "made" and self._follows(before, known))
            ):
                continue
            reading = by_habit(core, known, self._lexicon)
            if (
                reading is None
                or (core, reading) in refused
                or strange.have(start)
                or is_spoken(units.text, start, end, self._lexicon.pack)
            ):
                continue
            others = [c for c in before.candidates if c.after != reading] if before else []
            candidates = (
                Alternative(reading, HABITUAL),
                *(
                    replace(c, confidence=min(c.confidence, 1 - HABITUAL))
                    for c in others[: SHOWN - 1]
                ),
            )
            yield Correction(
                start, end, core, candidates, "spelling.confusion", why, HABITUAL, "made"
            )

    def _borne_out(self, found: Collection[Correction]) -> list[Correction]:
        """Held corrections of attested words that a strong habit makes sure: *die man*."""
        often = self._habits(found, OFTEN)
        return [
            replace(
                one,
                verdict="made",
                why=f"{one.why}; the engine's habit in this text",
                confidence=REAL_HABITUAL,
            )
            for one in found
            if one.rule == "spelling.realword"
            and one.verdict == "held"
            and one.confidence >= BORNE_OUT
            and self._follows(one, often)
        ]

    def _habits(self, found: Iterable[Correction], least: int = FORMS) -> Habits:
        """The habits that the likely corrections so far show."""
        return habits(
            (
                (one.before, self._confusions(one))
                for one in found
                if one.rule == "spelling.confusion"
                and (one.verdict == "made" or one.confidence >= LIKELY)
            ),
            least,
        )

    def _follows(self, one: Correction, known: Habits) -> bool:
        """Whether habits alone explain a correction."""
        used = self._confusions(one)
        return bool(used) and all(page in known.get(read, ()) for page, read in used)

    def _confusions(self, one: Correction) -> tuple[Confusion, ...]:
        return self._channel.weigh(one.candidates[0].after, one.before)[1]


def _again(found: Collection[Correction]) -> list[Correction]:
    """Held corrections of an attested form that has the same one nearly surely wherever it is."""
    places: dict[tuple[str, str], list[Correction]] = {}
    for one in found:
        if one.rule == "spelling.realword":
            places.setdefault((one.before, one.candidates[0].after), []).append(one)
    return [
        replace(
            one,
            verdict="made",
            why=f"{one.why}; so read at {len(some)} places of this text",
            confidence=max(one.confidence, REAL_HABITUAL),
        )
        for some in places.values()
        if len(some) >= OFTEN and all(one.confidence >= AGAIN for one in some)
        for one in some
        if one.verdict == "held"
    ]


def _run_on(found: Collection[Correction]) -> list[Correction]:
    """Held splits of a text that runs words together often enough to make them sure."""
    split = [one for one in found if one.rule == "spelling.split"]
    joined = len({fold(one.before) for one in split if one.verdict == "made"})
    why = f"{joined} other forms of this text are words run together"
    return [
        replace(one, verdict="made", why=f"{one.why}; {why}", confidence=HABITUAL)
        for one in (split if joined >= OFTEN else ())
        if one.verdict == "held" and one.confidence >= RUN_ON and one.before.islower()
    ]
