"""A second opinion on doubtful places: a language model reads each candidate in its sentence.

Word triples see two words on either side. A causal model sees the sentence: that *clear and
convincing* is likelier than ``dear and convincing``, and *a dilapidated hut* than ``but``. It is
asked only where the classifier is in doubt, only about candidates that emend has found itself, and
its scores are evidence for a decision learned with them. It writes no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.spelling.classifier import Classifier
from pipeline.correct.spelling.evidence import COLUMNS, Evidence
from pipeline.errors import EmendError
from pipeline.language.causal_model import CausalModel, causal_model, shown
from pipeline.language.figures import shipped, unpack
from pipeline.language.languages import pack

LEFT, RIGHT = 12, 5  # words of the sentence on either side
SPAN = 160  # characters in which they are sought
LOOKED_AT = 3  # candidates of a place
# The chance of the best candidate from which on a place is asked about: of a form that nothing
# attests, and of an attested word. Below, an error is found in one place of fifty, which is not
# worth the time.
DOUBT, DOUBT_REAL = 0.03, 0.1
# The columns of the second decision: the first one's two chances as log odds, the model's scores in
# nats (against what was read, against the best other candidate), and some of the first's evidence.
OWN = ("right", "wrong", "gain", "margin", "place_in_order")
TAKEN = (
    "is_real is_merge is_split lm_gain channel_adapted log_freq_word log_freq_form doc_bad "
    "near_bad title doc_form doc_word length_form"
).split()
FARTHEST = 30.0  # nats


@dataclass(frozen=True, slots=True)
class Context:
    """What the model reads of a text: the text with what was corrected so far.

    The evidence is that of the text as it was read, which shows how noisy it is; but a sentence is
    judged in the best company.
    """

    text: str
    there: Callable[[int, int], tuple[int, int]]  # from a span as read to one of `text`
    done: NDArray[np.bool_]  # the positions, as read, that are corrected


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was made of the places that were asked about."""

    right: NDArray[np.float64]  # of each row of evidence, asked about or not
    wrong: NDArray[np.float64]  # the chance that what was read is wrong; of each row
    asked: NDArray[np.bool_]  # of each row
    gain: NDArray[np.float64]  # of each row: nats by which the model prefers it to what was read


@dataclass(frozen=True, slots=True)
class Sentences:
    """A model, and the decision that was learned with its scores in one language."""

    model: CausalModel
    decision: Classifier

    @classmethod
    def of(cls, language: str, wanted: str) -> Sentences | None:
        """For `--model`; None if no model is wanted.

        Raises EmendError if the model is missing, or if nothing was learned for the language.
        """
        model = causal_model(wanted)
        if model is None:
            return None
        code = pack(language).code
        packed = shipped(code, "sentences")
        if packed is None:
            raise EmendError(
                f"A language model can be used for English only, not for {code!r}: use --model "
                f"none, or remove the key model from meta.toml."
            )
        return cls(model, Classifier.of(unpack(packed)))

    def opinion(
        self,
        context: Context,
        evidence: Evidence,
        right: NDArray[np.float64],
        wrong: NDArray[np.float64],
    ) -> Opinion:
        """Ask about the doubtful places of a text; `right` and `wrong` are the classifier's."""
        questions = list(doubtful(context, evidence, right))
        rows = [question.rows for question in questions]
        found = Opinion(
            right.copy(), wrong.copy(), np.zeros(len(right), bool), np.zeros(len(right))
        )
        if not questions:
            return found
        scores = []
        for n, question in enumerate(questions):
            shown("asking the language model", n, len(questions))
            scores.append(self.model.log_probabilities(question.texts))
        at = np.concatenate(rows)
        x, gain = columns(evidence, rows, scores, right, wrong)
        found.right[at] = self.decision.right.chance(x)
        found.wrong[at] = self.decision.wrong.chance(x)
        found.asked[at], found.gain[at] = True, gain
        # a candidate that was not asked about stays behind those that were
        places = np.unique(evidence.place[at])
        least = np.full(len(evidence.first_unit), np.inf)
        np.minimum.at(least, evidence.place[at], found.right[at])
        rest = np.isin(evidence.place, places) & ~found.asked
        found.right[rest] = np.minimum(found.right[rest], 0.5 * least[evidence.place[rest]])
        return found


def may_be_name(x: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which rows of evidence are of a form with a capital inside a sentence.

    Small models know few names and put a common word or name in their place: *Mitchell* for
    Witchell, *King* for Konyg.
    """
    return np.asarray(x[:, COLUMNS.index("title")] > x[:, COLUMNS.index("sentence")])


@dataclass(frozen=True, slots=True)
class Question:
    """One place: the rows of its candidates, and the sentence as read and with each of them."""

    rows: NDArray[np.int64]
    texts: list[str]


def doubtful(
    context: Context, evidence: Evidence, right: NDArray[np.float64]
) -> Iterator[Question]:
    """The places to ask about, in the order of the evidence."""
    order = np.lexsort((-right, evidence.place))
    ordered = evidence.place[order]
    heads = np.flatnonzero(np.diff(ordered, prepend=-1))
    real = COLUMNS.index("is_real")
    for head, end in zip(heads.tolist(), [*heads[1:].tolist(), len(order)], strict=True):
        rows = order[head : min(end, head + LOOKED_AT)]
        top = int(rows[0])
        if right[top] < (DOUBT_REAL if evidence.x[top, real] else DOUBT):
            continue
        extent = evidence.consumed[top]
        rows = np.array([row for row in rows.tolist() if evidence.consumed[row] == extent])
        start, stop = evidence.span(int(evidence.place[top]))
        start, stop = start - extent[0], stop + extent[1]
        if context.done[start:stop].any():
            continue
        left, form, after = around(context.text, *context.there(start, stop))
        readings = [form, *(evidence.reading[row] for row in rows.tolist())]
        yield Question(rows, [f"{left}{reading}{after}" for reading in readings])


def around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The words before a place, what was read there, and the words after it, blanks made one."""
    before, after = text[max(0, start - SPAN) : start], text[end : end + SPAN]
    words, more = before.split()[-LEFT:], after.split()
    gap = " " if after[:1].isspace() else ""
    blank = " " if words and before[-1:].isspace() else ""
    following = " ".join(more[: RIGHT + (not gap)])
    return " ".join(words) + blank, text[start:end], gap + following


def columns(
    evidence: Evidence,
    rows: list[NDArray[np.int64]],
    scores: list[list[float]],
    right: NDArray[np.float64],
    wrong: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The second decision's evidence, a row for each candidate; and each one's gain, in nats.

    `scores` has a list for each place: of what was read, then of its candidates.
    """
    own = []
    for score in scores:
        read, values = score[0], score[1:]
        for k, value in enumerate(values):
            others = [other for n, other in enumerate(values) if n != k]
            margin = value - max(others, default=value - FARTHEST)
            place = sum(other > value for other in others)
            own.append((value - read, margin, place))
    at = np.concatenate(rows)
    told = np.array(own)
    x = np.column_stack(
        [
            _odds(right[at]),
            _odds(wrong[at]),
            np.clip(told[:, :2], -FARTHEST, FARTHEST),
            told[:, 2],
            evidence.x[at][:, [COLUMNS.index(name) for name in TAKEN]],
        ]
    )
    return x.astype(np.float32), told[:, 0]


def _odds(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural log odds."""
    kept = np.clip(chance, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(kept / (1 - kept)))
