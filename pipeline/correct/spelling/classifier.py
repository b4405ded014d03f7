"""The classifier: two boosted forests, calibrated, and the thresholds chosen with them.

One forest says how likely a reading is the right one, the other how likely what was read is wrong
at all. Both are oblivious trees (every node of one depth asks the same question; Prokhorenkova et
al. 2018, "CatBoost"), so that numpy alone evaluates them, a column at a time, for all places of a
text at once. They were trained elsewhere; here are only their figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.correct.spelling.evidence import COLUMNS, LISTED_WHOLE

ROWS = 128  # of evidence that go through all trees at a time: they fit in a cache


@dataclass(frozen=True)
class Forest:
    """Oblivious trees: `columns`, `borders` (trees x depth), `leaves` (trees x 2^depth).

    `knots` and `chances` calibrate their sum.
    """

    columns: NDArray[np.uint8]
    borders: NDArray[np.float32]
    leaves: NDArray[np.float32]
    bias: float
    knots: NDArray[np.float32]  # calibration, as a broken line: sums of leaves ...
    chances: NDArray[np.float32]  # ... and the share that proved right

    def chance(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The calibrated probability for each row of evidence (rows x columns)."""
        return np.interp(self.total(evidence), self.knots, self.chances)

    def total(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of leaves for each row."""
        total = np.empty(len(evidence))
        for start in range(0, len(evidence), ROWS):
            some = slice(start, start + ROWS)
            total[some] = self._sum(np.ascontiguousarray(evidence[some].T))
        return total

    def _sum(self, turned: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of leaves for a few rows of evidence (columns x rows), all trees at once."""
        column, border, asked = self.questions
        answers = (turned[column] > border[:, None]).view(np.uint8)
        leaf = answers[asked[:, 0]]
        for bit in range(1, asked.shape[1]):
            leaf |= answers[asked[:, bit]] << np.uint8(bit)
        found = np.take(self.leaves, leaf + self.first_leaf)
        return np.asarray(np.add.reduce(found, axis=0, dtype=float, initial=self.bias))

    @cached_property
    def questions(self) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int64]]:
        """The questions that trees share (column, border), and which each tree asks."""
        every, asked = np.unique(
            np.stack([self.columns.ravel(), self.borders.ravel()]), axis=1, return_inverse=True
        )
        return every[0].astype(np.uint8), every[1], asked.reshape(self.columns.shape)

    @cached_property
    def first_leaf(self) -> NDArray[np.int64]:
        """Where the leaves of each tree begin, as a column."""
        trees, leaves = self.leaves.shape
        return np.asarray(np.arange(trees) * leaves)[:, None]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure a change must be to be made, by kind, on the one scale of `confidence`.

    They ship with the classifier of each language. docs/how-correction-works.md has the table.
    """

    word: float = 2.0  # a word for a form that nothing attests; above 1: never made
    joined: float = 2.0  # two units made one, or one made two
    real: float = 2.0  # another word for an attested one
    likely: float = 0.5  # the least chance that the reading itself is the right one
    # share of strange forms that are other spellings, from which a text counts as of old spelling
    old: float = 0.08
    # a reading for a form that nothing attests is proposed from here on, or where an error is
    # likelier than not ...
    held: float = 0.1
    # ... and one for an attested word where its chance and that of an error, multiplied, reach this
    held_real: float = 0.25
    accents: float = 2.0  # a word that differs from a form that nothing attests in accents only
    # the first in a text full of errors (`misread`), in which what is strange is seldom right, or
    # 0: as elsewhere
    noisy_word: float = 0.0
    # the least chance of a reading for a capitalised form, which may be a name (*Gorman*), or 0: as
    # elsewhere
    likely_name: float = 0.0
    noisy_real: float = 0.0  # `real` in a text full of errors, or 0: as elsewhere
    clear: float = 0.75  # the least chance of a reading in a text that shows few errors

    def likely_enough(
        self, x: NDArray[np.float32], right: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which readings, rows of evidence with their chances, are likely enough to be made."""
        title, merge, split = (
            x[:, COLUMNS.index(name)] > 0 for name in ("title", "is_merge", "is_split")
        )
        name = title & ~merge & ~split
        return right >= np.where(name, max(self.likely, self.likely_name), self.likely)

    def of_kind(
        self, x: NDArray[np.float32], *, full_of_errors: bool = False
    ) -> NDArray[np.float64]:
        """The threshold of each row of evidence."""
        word_limit = (full_of_errors and self.noisy_word) or self.word
        real_limit = (full_of_errors and self.noisy_real) or self.real
        real, merge, split = (
            x[:, COLUMNS.index(name)] > 0 for name in ("is_real", "is_merge", "is_split")
        )
        joined = merge | split
        # what is never made is shown below the threshold of its like, not below one above 1
        accents = (x[:, COLUMNS.index("accents_only")] > 0) & (self.accents <= 1)
        word = np.where(accents, self.accents, word_limit)
        return np.where(real, real_limit, np.where(joined, self.joined, word))

    def forbid(
        self, x: NDArray[np.float32], judged: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Which rows are `forbidden`, or change accents alone without being allowed to."""
        real, accents = (x[:, COLUMNS.index(name)] > 0 for name in ("is_real", "accents_only"))
        return forbidden(x, judged) | (accents & (real | (self.accents > 1)))


def misread(certain: NDArray[np.float32], units: int) -> bool:
    """Whether a text of so many units is full of errors, by its certain ones (rows of evidence).

    How much of it is strange does not tell: a table of abbreviations is as strange as a bad scan.
    """
    words = sum(certain[:, COLUMNS.index(name)] for name in ("is_real", "is_merge")) == 0
    return bool(np.count_nonzero(words) >= MISREAD * (units + FEW))


def confidence(right: NDArray[np.float64], wrong: NDArray[np.float64]) -> NDArray[np.float64]:
    """How sure a change is, from 0 to 1: of a hundred such changes that matter, how many mend.

    A change matters if it mends an error or spoils a right word; one wrong reading for another does
    neither. So a likely word will do where what was read is certainly no word (`fgr`), and only a
    certain one where it may be a rare name. A reading that is likelier wrong than right is as sure
    as it is likely.
    """
    return np.where(right < 0.5, right, right / (right + 1 - np.minimum(wrong, 0.9995)))


def forbidden(x: NDArray[np.float32], judged: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Which rows of evidence no chance, however high, lets stand unasked: for a person to judge.

    - another spelling of the word (*colour*, *bodye*), its plural alone, letters dropped without
      a trace;
    - a figure dropped before or behind (``2In``: it may call a note);
    - a part of a hyphenated word by itself (*sore-footed*);
    - two words made one without a speck between them, if that one is rare (*leit motif*), or if
      each is a word by itself and the text nowhere has them as one (*shoe maker*);
    - the full word for a short one (*Robt* is the author's), and for a name what is mostly no
      name (*Mr. Overill*, overall);
    - one made two, if neither is an everyday word or the whole is a name (*floorcloth* may be the
      author's, *Atwill* somebody's; ``ofthe`` is nobody's);
    - another word for a form that divides into two, where the language makes compounds
      (*Drittheilen*, *Kleiderkästen*);
    - a single word that is cited (“havat” means “faith”), and anything in a stretch of another
      language.

    Of an attested word, another must fit better by word triples, unless `judged` says that the
    whole sentence was looked at.
    """
    column = {name: x[:, COLUMNS.index(name)] for name in _ASKED}
    real, merge, split = column["is_real"] > 0, column["is_merge"] > 0, column["is_split"] > 0
    # `Leipzigund`: in German the first word has its own capital, and no name is made so
    noun = (column["word_capital"] >= A_NOUN) & (column["parts_word"] >= LISTED_WHOLE)
    foreign = column["near_foreign"] - 10 * column["doc_bad"]  # garbage looks foreign now and then
    return np.asarray(
        (column["variant"] > 0)
        | (column["plural_only"] > 0)
        | (column["drops_sign"] > 1)
        | (column["drops_digit"] > 0)
        | (real & (column["hyphen_near"] > 0))
        | (merge & (column["log_freq_word"] < SELDOM) & (column["gap_speck"] == 0))
        | (
            merge
            & (column["form_attested"] == 2)
            & (column["gap_speck"] + column["gap_newline"] + column["doc_word"] == 0)
        )
        | (column["shortened"] > 0)
        | (
            (column["addressed"] > 0)
            & (column["title"] > 0)
            & (column["word_capital"] < SELDOM_A_NAME)
        )
        | (
            split
            & (column["seam"] == 0)
            & (
                (column["log_freq_more"] < FUNCTION)
                | ((column["title"] > column["sentence"]) & ~noun)
            )
        )
        | (~merge & ~split & (column["parts_form"] > SELDOM))
        | (column["quotes"] >= 2)
        | (foreign >= 3)
        | (real & (foreign >= 2))
        | (real & ~(_fits_better(x) if judged is None else _fits_better(x) | judged))
    )


def _fits_better(x: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether a word for an attested one fits far better, and no worse on either side.

    In a text of many strange forms the neighbours are misread too, so that the whole must do.
    """
    gain, left, right, bad = (
        x[:, COLUMNS.index(name)] for name in ("lm_gain", "left_gain", "right_gain", "doc_bad")
    )
    return np.asarray((bad > NOISY) | ((gain >= 2) & (np.minimum(left, right) >= 0)))


UNHEARD = -2.0  # mean log10 probability of a form's letters: no word of the language
SELDOM, FUNCTION = 0.0, 3.0  # log10 per million
A_NOUN = 0.9  # share of its places in the novels where a noun or a name has a capital
SELDOM_A_NAME = 0.5  # share of its places in the novels where a word has a capital
# share of certain misreadings from which on a text is full of errors, and units that are added to
# its own, so that one word of a line does not tell
MISREAD, FEW = 0.03, 30
NOISY = 0.06  # share of a text's units that nothing attests: pages without a fault have less
_ASKED = (
    "variant plural_only drops_sign drops_digit is_real is_merge is_split "
    "log_freq_word log_freq_more "
    "hyphen_near gap_speck seam title sentence quotes near_foreign doc_bad "
    "form_attested gap_newline doc_word shortened addressed word_capital "
    "parts_form parts_word"
).split()


@dataclass(frozen=True, slots=True)
class Classifier:
    """All that was learned about deciding."""

    right: Forest
    wrong: Forest
    thresholds: Thresholds

    @classmethod
    def of(cls, figures: dict[str, NDArray[Any]]) -> Classifier:
        """From the shipped figures."""

        def forest(name: str) -> Forest:
            return Forest(
                figures[f"{name}_columns"],
                figures[f"{name}_borders"],
                figures[f"{name}_leaves"],
                float(figures[f"{name}_bias"][0]),
                figures[f"{name}_knots"],
                figures[f"{name}_chances"],
            )

        return cls(
            forest("right"), forest("wrong"), Thresholds(*map(float, figures.get("limits", ())))
        )
