"""The corrector: gathers evidence, classifies candidates, and gives its reasons to the editor."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.cache import compiled
from pipeline.correct.spelling.candidates import nearby
from pipeline.correct.spelling.channel import Channel
from pipeline.correct.spelling.classifier import Classifier, confidence, misread
from pipeline.correct.spelling.confusable import Confusable, compile_confusable
from pipeline.correct.spelling.correction import (
    BELOW,
    SHOWN,
    Correction,
    Moved,
    Spans,
    applied_to,
    meets,
)
from pipeline.correct.spelling.evidence import COLUMNS, Evidence, Weigher
from pipeline.correct.spelling.habits import Habitual
from pipeline.correct.spelling.letters import Letters
from pipeline.correct.spelling.long_s import as_printed, long_s
from pipeline.correct.spelling.notation import notation
from pipeline.correct.spelling.numerals import numerals
from pipeline.correct.spelling.pieces import pieces
from pipeline.correct.spelling.places import Finder
from pipeline.correct.spelling.plain import TWIN, plain, twins
from pipeline.correct.spelling.reasons import because, named, rule_of
from pipeline.correct.spelling.reserved import hyphened, loses_a_letter, loses_an_accent, reserved
from pipeline.correct.spelling.sentences import Context, Sentences, may_be_name
from pipeline.correct.spelling.signs import Loss, Signs
from pipeline.correct.spelling.soiled import soiled
from pipeline.correct.spelling.sought import Lines, lines_of
from pipeline.correct.spelling.strangers import (
    ill_read,
    in_company,
    respelled,
    strangers,
    usual,
)
from pipeline.document import Alternative
from pipeline.language.figures import shipped, unpack
from pipeline.language.language_model import language_model
from pipeline.language.languages import Language, pack
from pipeline.language.letter_model import LetterModel
from pipeline.language.lexicon import (
    E_ABOVE,
    Lexicon,
    compiled_language,
    fold,
    lexicon,
    with_e_above,
)
from pipeline.memory import NOTHING, Memory

# What stands before a word that begins a sentence; an abbreviation may be shorter, `No. 1t`.
_SENTENCE = regex.compile(r"(?:\A\s*|\n\s*\n\s*|\p{Ll}{3}[.!?][”’\"'»)]*\s+)[“\"'‘«„(]*$")
# These see more of the text than a word and its neighbours. They go first, and what they hold is
# not changed by what looks at neighbours alone: `IO1` after *page* is no misread LOT.
_SHAPED = frozenset(
    f"spelling.{rule}"
    for rule in "numeral quote apostrophe ligature spaced initial name accent".split()
)
PASSES = 3  # over a text, at most
CERTAIN = 0.98  # confidence of what form and context leave no doubt of
UNSURE = 0.85
SURE_ENGINE = 0.97  # an engine's confidence from which on a correction is held
# The least chance of a reading in a text that shows few errors, among strange forms that no
# engine's confusion explains; elsewhere it is `Thresholds.clear`.
SURELY = 0.97
# Share of words that stay strange whatever is mended, from which on two readings of three are
# wrong: of a language or a script that emend does not know (`Japßer` for *Japhet*, made *Japaner*).
ILLEGIBLE, SOME = 0.25, 20  # ... of so many words more than the text has, which may be short
NEAR = 40  # letters on either side in which a correction is company
LIKELY_STRANGER = 0.8  # chance of a reading proposed in a passage of strange words


@cache
def _pack_of(language: str) -> tuple[Weigher | None, Classifier | None]:
    """What one language's correction needs, loaded once."""
    code = pack(language).code
    packed = shipped(code, "classifier") or shipped(
        pack(language).spelling.classifier, "classifier"
    )
    if packed is None:  # a lexicon alone decides nothing: specks, quotation marks and numerals only
        return None, None
    figures = unpack(packed)
    channel = {(a, b): c for a, b, c in json.loads(figures.pop("channel").tobytes())}
    near = nearby(code)
    content = (
        f"2:{compiled_language(code).name}".encode()
        + hashlib.blake2b(json.dumps(sorted(channel.items())).encode()).digest()
    )

    pairs = compiled(
        f"{code}-confusable",
        content,
        lambda folder: compile_confusable(near.words, channel, folder),
    )
    finder = Finder(near, language_model(code), Channel(channel), Confusable(pairs))
    return Weigher(finder, LetterModel(compiled_language(code))), Classifier.of(figures)


@dataclass(frozen=True, slots=True)
class Impression:
    """What a look at a whole text shows, for further looks at stretches of it."""

    strange: Sequence[tuple[int, int]] = ()  # passages in words that are not the lexicon's
    misread: bool = False  # whether the text is full of errors
    ill_read: bool = False  # whether it has so many that a guess at one more may be trusted
    illegible: bool = False  # whether so much stays without a reading that none can be trusted


class Corrector:
    """Corrects texts in one language. Reusable: it learns nothing between calls."""

    def __init__(
        self,
        language: str,
        own: Iterable[str] = (),
        accepted: Iterable[tuple[str, str]] = (),
        refused: Iterable[tuple[str, str]] = (),
        known: Iterable[str] = (),
        sentences: Sentences | None = None,
        letters: Letters | None = None,
        memory: Memory = NOTHING,
    ) -> None:
        """For a language code (``en``, ``en-GB``, …).

        `own` and `known` are words that are right whatever the lists say; `accepted` and `refused`
        are pairs (before, after) that an editor has judged: the first are made wherever they recur
        as candidates, the second never proposed again. `sentences` and `letters` look at the
        text a last time. `memory` is what the other texts of a project show. Raises LanguageError
        where no pack stands for the language.
        """
        self.language = pack(language).code
        self.lexicon: Lexicon = lexicon(self.language).with_words([*own, *known])
        self.accepted, self.refused = frozenset(accepted), frozenset(refused)
        self._weigher, self._classifier = _pack_of(self.language)
        self._sentences, self._letters, self._memory = sentences, letters, memory
        self._model = language_model(self.language)

    def corrections(
        self, text: str, word_confidence: Callable[[int, int], float | None] | None = None
    ) -> list[Correction]:
        """All that is to be corrected or asked in `text`, in order, without overlaps.

        What is mended is better company for its neighbours: the text is looked through again with
        it, until nothing more is mended. `word_confidence(start, end)` gives the OCR engine's own
        confidence in [0, 1] where it is known; an engine that was sure (0.97 and more) turns a made
        correction into a held one, and that is all it can do.
        """
        if self._weigher:
            self._weigher.forget()
        found, impression = self._once(text, word_confidence)
        fresh = [one for one in found if one.verdict == "made"]
        for _ in range(PASSES - 1):
            if not fresh or self._weigher is None:
                break
            applied = [one for one in found if one.verdict == "made"]
            better, back, there = applied_to(text, applied)

            def known(start: int, end: int, back: Moved = back) -> float | None:
                return word_confidence(*back(start, end)) if word_confidence else None

            near = [(one.start - NEAR, one.end + NEAR) for one in fresh]
            again = []
            seen, _ = self._once(
                better,
                known,
                [there(start, end) for start, end in near],
                replace(
                    impression, strange=[there(start, end) for start, end in impression.strange]
                ),
            )
            for one in seen:
                start, end = back(one.start, one.end)
                if text[start:end] == one.before and not meets(start, end, applied):
                    again.append(replace(one, start=start, end=end))
            fresh = [one for one in again if one.verdict == "made"]
            inside = Spans(near)
            kept = [
                one
                for one in found
                if one.verdict != "made"
                and not inside.have(one.start)
                and not meets(one.start, one.end, again)
            ]
            found = sorted([*applied, *kept, *again], key=lambda one: one.start)
        found = self._in_sentences(text, found, impression, word_confidence)
        return self._by_letters(text, found, impression, word_confidence)

    def shown(self, text: str) -> Memory:
        """What a text shows the other texts of its project."""
        if self._weigher is None:
            return NOTHING
        evidence = self._weigher.gather(text, self.lexicon)
        words = Counter(fold(core) for core in evidence.units.cores if core.isalpha())
        return Memory(1, len(text), words, evidence.seen)

    def _by_letters(
        self,
        text: str,
        found: list[Correction],
        impression: Impression,
        word_confidence: Callable[[int, int], float | None] | None,
    ) -> list[Correction]:
        """What is found, as a letter reader bears it out, and what it reads otherwise."""
        if self._letters is None:
            return found
        before = {(one.start, one.end, one.verdict) for one in found}
        signs = Signs(text, self.lexicon)
        seen = self._letters.corrections(
            text, found, impression.strange, self.lexicon, self.refused, self.accepted
        )
        chosen = []
        for one in seen:
            if (one.start, one.end, one.verdict) in before:
                chosen.append(one)
            elif guarded := self._guarded(self._doubted(one, word_confidence), signs):
                chosen.append(guarded)
        return chosen

    def _in_sentences(
        self,
        text: str,
        found: list[Correction],
        impression: Impression,
        word_confidence: Callable[[int, int], float | None] | None,
    ) -> list[Correction]:
        """What is made, and what a language model thinks of the rest in the corrected text."""
        if self._sentences is None or self._weigher is None:
            return found
        made = [one for one in found if one.verdict == "made"]
        better, _, there = applied_to(text, made)
        done = np.zeros(len(text) + 1, bool)
        for one in made:
            done[one.start : one.end] = True
        context = Context(better, there, done)
        everywhere = [(0, len(text) + 1)]
        seen, _ = self._once(text, word_confidence, everywhere, impression, context)
        judged = [one for one in seen if not meets(one.start, one.end, made)]
        others = [
            one for one in found if one.verdict != "made" and not meets(one.start, one.end, judged)
        ]
        return sorted([*made, *judged, *others], key=lambda one: one.start)

    def _once(
        self,
        text: str,
        word_confidence: Callable[[int, int], float | None] | None,
        within: Sequence[tuple[int, int]] | None = None,
        impression: Impression | None = None,
        context: Context | None = None,
    ) -> tuple[list[Correction], Impression]:
        """One look, at the whole text or only at what begins within some stretches of it.

        Also gives an impression of the text: `impression`, if only stretches are looked at, which
        are too short to show it.
        """
        inside = None if within is None else Spans(within)
        lines = None if within is None else lines_of(text, within)
        found = [
            one for one in self._shaped(text, lines) if inside is None or inside.have(one.start)
        ]
        if self._weigher:
            evidence = self._weigher.gather(
                text,
                self.lexicon,
                inside.mask if inside else None,
                wide=context is not None,
                memory=self._memory,
            )
            more, impression = self._spelling(text, evidence, impression, context)
            if within is None and not impression.illegible:
                more = self._habitual(more, evidence, impression.strange)
            found += more
        signs = Signs(text, self.lexicon)
        found.sort(key=_order)
        taken = np.zeros(len(text) + 1, bool)
        chosen = []
        for one in found:
            if taken[one.start : one.end].any():
                continue
            taken[one.start : one.end] = True
            guarded = self._guarded(self._doubted(one, word_confidence), signs)
            if guarded:
                chosen.append(guarded)
        return sorted(chosen, key=lambda c: c.start), impression or Impression()

    @staticmethod
    def _doubted(
        one: Correction, word_confidence: Callable[[int, int], float | None] | None
    ) -> Correction:
        """The correction, held if the engine was sure of what it read."""
        if one.verdict != "made" or word_confidence is None:
            return one
        if (word_confidence(one.start, one.end) or 0.0) < SURE_ENGINE:
            return one
        why, unsure = one.why + "; the engine was sure", min(one.confidence, UNSURE)
        return replace(one, why=why, verdict="held", confidence=unsure)

    def _guarded(self, one: Correction, signs: Signs) -> Correction | None:
        """The correction, held if its best reading may lose a printed sign; None if it does.

        What an editor has accepted passes.
        """
        best = one.candidates[0].after
        if (one.before, best) in self.accepted:
            return one
        loss = signs.loss(one.start, one.end, best)
        if loss == Loss.PRINTED:
            return None
        others = [
            c for c in one.candidates[1:] if signs.loss(one.start, one.end, c.after) != Loss.PRINTED
        ]
        one = replace(one, candidates=(one.candidates[0], *others))
        if loss == Loss.DOUBTFUL and one.verdict == "made":
            why, unsure = one.why + "; the sign may have been printed", min(one.confidence, UNSURE)
            return replace(one, why=why, verdict="held", confidence=unsure)
        return one

    def _shaped(self, text: str, within: Lines | None) -> list[Correction]:
        """What is known by its shape: numbers, words in pieces, specks and quotation marks.

        If lines `within` are given, what is in other lines may be left out.
        """
        found = (
            *numerals(text, self.lexicon, within),
            *pieces(text, self.lexicon, self._model, within),
            *soiled(text, self.lexicon),
        )
        corrections = []
        for one in found:
            before = text[one.start : one.end]
            readings = [(a, c) for a, c in one.readings if (before, a) not in self.refused]
            if readings:
                sure = one.sure and len(readings) == len(one.readings)
                if not sure:
                    readings = [(a, min(c, UNSURE)) for a, c in readings]
                corrections.append(
                    Correction(
                        one.start,
                        one.end,
                        before,
                        tuple(Alternative(a, c) for a, c in readings),
                        one.rule,
                        one.why,
                        readings[0][1],
                        "made" if sure else "held",
                    )
                )
        return corrections

    def _habitual(
        self, found: list[Correction], evidence: Evidence, strange: Sequence[tuple[int, int]]
    ) -> list[Correction]:
        if self._weigher is None:
            return found
        habitual = Habitual(self._weigher.channel, self.lexicon)
        found = habitual.corrections(found, evidence.units, strange, self.refused)
        found = long_s(found, evidence.units, self.lexicon, self._model)
        return [
            one
            for one in as_printed(found, evidence.units)
            if (one.before, one.candidates[0].after) not in self.refused
        ]

    def _spelling(
        self,
        text: str,
        evidence: Evidence,
        impression: Impression | None,
        context: Context | None = None,
    ) -> tuple[list[Correction], Impression]:
        if not len(evidence.place) or self._classifier is None:
            return [], impression or Impression()
        limits = self._classifier.thresholds
        right = self._classifier.right.chance(evidence.x)
        sentences, opinion = self._sentences, None
        if sentences and context:
            wrong = self._classifier.wrong.chance(evidence.x)
            opinion = sentences.opinion(context, evidence, right, wrong)
            right = opinion.right
        order = np.lexsort((-right, evidence.place))
        ordered = evidence.place[order]
        heads = np.flatnonzero(np.diff(ordered, prepend=-1))
        tops = order[heads]
        x = evidence.x[tops]
        wrong = opinion.wrong[tops] if opinion else self._classifier.wrong.chance(x)
        sure = confidence(right[tops], wrong)
        likely = limits.likely_enough(x, right[tops])
        if impression is None:
            certain_word = (sure >= limits.of_kind(x)) & likely
            full = misread(x[certain_word & ~limits.forbid(x)], len(evidence.units))
            ill = ill_read(evidence, tops, right[tops])
        else:
            full, ill = impression.misread, impression.ill_read
        least, judged = limits.of_kind(x, full_of_errors=full), None
        if sentences and opinion:
            judged = opinion.asked[tops]
            least = np.where(judged, sentences.decision.thresholds.of_kind(x), least)
        certain = plain(evidence, tops, right[tops])
        sure[certain] = np.maximum(sure[certain], CERTAIN)
        made = (sure >= least) & (certain | likely)
        made &= certain | ~limits.forbid(x, judged)
        clear = (x[:, COLUMNS.index("odd")] == 0) & (x[:, COLUMNS.index("digits")] == 0)
        if not ill:
            guess = right[tops] < np.where(
                in_company(evidence, tops, right[tops]), SURELY, limits.clear
            )
            left, right_hand = (x[:, COLUMNS.index(f"{side}_known")] for side in ("left", "right"))
            guess |= (x[:, COLUMNS.index("is_real")] > 0) & ((left == 0) | (right_hand == 0))
            guess |= loses_an_accent(evidence, tops) | loses_a_letter(evidence, tops, made)
            made &= certain | ~(guess & clear)
        if judged is not None:
            made &= certain | ~(judged & may_be_name(x))
        made[made] = ~reserved(evidence, tops[made], self.lexicon)
        old = _old_spelling(evidence) >= limits.old
        if old:  # soe, meane, vnto: what is strange is seldom misread
            made &= (x[:, COLUMNS.index("odd")] > 0) | (x[:, COLUMNS.index("digits")] > 0)
        noted = notation(evidence, tops, right[tops], self.lexicon)
        spans = [evidence.span(int(evidence.place[top])) for top in tops.tolist()]
        if impression is None:
            others = strangers(evidence, tops, right[tops]) | old
            strange = [
                (max(0, spans[k][0] - NEAR), spans[k][1] + NEAR)
                for k in np.flatnonzero(others).tolist()
            ]
        else:
            strange = list(impression.strange)
            others = Spans(strange).mask(np.array([start for start, _ in spans]))
        others &= clear & ~certain
        if not old:
            others &= ~usual(x) | respelled(evidence, tops, others)
        made &= ~others
        illegible = _illegible(evidence, tops, made) if impression is None else impression.illegible
        if illegible:
            made &= certain | usual(x)
        sure = np.where(made, sure, np.minimum(sure, least - BELOW))
        real = x[:, COLUMNS.index("is_real")] > 0
        merge = x[:, COLUMNS.index("is_merge")] > 0
        # one of the readings may be right (medieval, mediæval); of what is surely wrong, as signs
        # in a word are, even a poor guess is worth a look
        any_right = np.bincount(evidence.place, right)[ordered[heads]]
        surely = (wrong >= 0.9) | (x[:, COLUMNS.index("odd")] > 0)
        likely = (any_right >= limits.held) | (surely & (right[tops] >= 0.6 * limits.held))
        asked = made | np.where(real | merge, right[tops] * wrong >= limits.held_real, likely)
        twin = twins(evidence, tops)
        asked |= twin
        sure = np.where(twin, np.maximum(sure, TWIN), sure)
        # what differs only as period spelling does (*sçavez*, *vnto*, *haue*) is no misreading
        likely = others & (right[tops] >= LIKELY_STRANGER) & (x[:, COLUMNS.index("variant")] == 0)
        likely &= ~respelled(evidence, tops, likely)
        asked &= made | ~others | (likely & ~real & ~merge)
        asked &= ~noted
        asked &= ~hyphened(evidence, tops, asked, self.lexicon)
        corrections = []
        spelled = _as_the_text_spells(text, evidence.units.cores, pack(self.language))
        for k in range(len(tops)) if self.accepted else np.flatnonzero(asked).tolist():
            head, top = int(heads[k]), int(tops[k])
            place = int(evidence.place[top])
            start, end = evidence.span(place)
            lead, trail = evidence.consumed[top]
            if certain[k] and real[k] and text[end : end + 2] == "- ":
                trail += 1  # `oi- the`: the hyphen is a piece of the letter
            start, end = start - lead, end + trail
            before = text[start:end]
            rows = [
                row
                for row in order[head : head + SHOWN].tolist()
                if evidence.place[row] == place
                and evidence.consumed[row] == evidence.consumed[top]
                and (before, evidence.reading[row]) not in self.refused
            ]
            if not rows:
                continue
            accepted = next(
                (row for row in rows if (before, evidence.reading[row]) in self.accepted), None
            )
            if accepted is not None:
                rows = [accepted, *(row for row in rows if row != accepted)]
            elif not asked[k]:
                continue
            first = rows[0]
            written = _as_sentences_begin(spelled) if _begins(text, start) else spelled
            reading = written(evidence.reading[first])
            best = float(sure[k]) if first == top else float(right[first])
            if accepted is not None:
                best = max(best, 0.99)
            # what is left of certainty, the other readings share
            rest = (1 - best) / max(1e-6, 1 - float(right[first]))
            candidates = tuple(
                Alternative(
                    written(evidence.reading[r]),
                    best if r == first else min(best, rest * float(right[r])),
                )
                for r in rows
            )
            where = "in the texts of this project" if self._memory.texts else "in this text"
            why = because(evidence.x[first], evidence.used[first], where)
            if sentences and opinion and opinion.asked[first]:
                nats = float(opinion.gain[first])
                than = "likelier" if nats >= 0 else "less likely"
                who = named(sentences.model)
                why += f"; {who} finds it {abs(nats):.1f} nats {than} in its sentence"
            if others[k]:
                why += "; the passage around it is in words that emend does not know"
            rule = rule_of(
                evidence.kind[place], before, reading, split=" " in reading and " " not in before
            )
            verdict = "made" if accepted is not None or (made[k] and first == top) else "held"
            corrections.append(Correction(start, end, before, candidates, rule, why, best, verdict))
        return corrections, Impression(strange, misread=full, ill_read=ill, illegible=illegible)


def _begins(text: str, start: int) -> bool:
    """Whether a word begins a sentence with a figure that was read for its capital I: `1t is`."""
    return text[start] in "1|!" and _SENTENCE.search(text, max(0, start - 40), start) is not None


def _as_sentences_begin(spelled: Callable[[str], str]) -> Callable[[str], str]:
    """What writes a word as `spelled` does, with a capital I."""

    def written(reading: str) -> str:
        reading = spelled(reading)
        return "I" + reading[1:] if reading[0] == "i" else reading

    return written


def _as_the_text_spells(
    text: str, cores: Sequence[str], language: Language
) -> Callable[[str], str]:
    """What writes a word as the text does where the lexicon knows but one of two spellings.

    Where most umlauts of the text have a small e above the letter, a corrected word has it too.

    The lexicon has `dass` for *daß* and *dass*. The word is written as the text has that very word
    or, in a text of the older spelling, by the rule of that time.
    """
    forms = {
        core.lower().replace(letter, listed): core.lower()
        for letter, listed in language.words.folded
        for core in cores
        if letter in core
    }
    older = any(
        regex.fullmatch(pattern, form)
        for pattern in language.spelling.older
        for form in forms.values()
    )

    umlauts = sum(map(text.count, "äöüÄÖÜ"))
    drawn: Callable[[str], str] = with_e_above if text.count(E_ABOVE) > umlauts else str

    def written(reading: str) -> str:
        form = forms.get(reading.lower())
        if form is not None:
            return drawn(reading[0] + form[1:])
        for pattern, put in language.spelling.older_writes if older else ():
            reading = regex.sub(pattern, put, reading)
        return drawn(reading)

    return written


def _old_spelling(evidence: Evidence) -> float:
    """The share of strange forms that are only another spelling of their likeliest word.

    It is high if a text is older than the lexicon. A form counts once, however often it stands
    there: *Mahommed* on every line is one person's name.
    """
    x = evidence.x
    first = (
        (x[:, COLUMNS.index("rank")] == 0)
        & (x[:, COLUMNS.index("is_real")] == 0)
        & (x[:, COLUMNS.index("is_merge")] == 0)
    )
    text, variant = evidence.units.text, x[:, COLUMNS.index("variant")] > 0
    strange = {
        fold(text[slice(*evidence.span(int(evidence.place[row])))]): bool(variant[row])
        for row in np.flatnonzero(first).tolist()
    }
    # eight more strange forms than there are: a short text must not be judged by one or two
    return sum(strange.values()) / (len(strange) + 8)


def _illegible(evidence: Evidence, tops: NDArray[np.int64], made: NDArray[np.bool_]) -> bool:
    """Whether too many words of a text stay strange when what seems sure has been mended."""
    x, units = evidence.x[tops], len(evidence.units)
    joined_or_real = (x[:, COLUMNS.index("is_merge")] > 0) | (x[:, COLUMNS.index("is_real")] > 0)
    strange = float(x[0, COLUMNS.index("doc_bad")]) * units
    left = strange - np.count_nonzero(made & ~joined_or_real)
    return bool(left >= ILLEGIBLE * (units + SOME))


def _order(one: Correction) -> tuple[bool, bool, float]:
    """What goes first where corrections overlap."""
    return one.rule not in _SHAPED, one.verdict != "made", -one.confidence
