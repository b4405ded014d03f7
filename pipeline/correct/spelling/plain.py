"""What any reader would mend: places where form and context together leave no doubt.

The forests have learned from noisy texts, in which a form full of signs is mostly beyond help. In a
text that is otherwise sound such a form is plain (`tc;>` for *to* between sound words). Each rule
below names one such kind, and asks for more than one sort of evidence. The limits were set on texts
with known errors; none of the rules changed a right word there.
"""

from __future__ import annotations

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.correct.spelling.channel import LIGATURES
from pipeline.correct.spelling.classifier import UNHEARD
from pipeline.correct.spelling.evidence import COLUMNS, Evidence
from pipeline.language import languages
from pipeline.language.lexicon import fold

SOUND = 0.04  # share of strange forms below which a text is read well
EVERYDAY, COMMON, RARE = 3.0, 2.7, 1.0  # log10 per million: *of* and *to*; *put*; *oi* and *tb*
LONG = 7  # letters by which a word with a ligature is known
TWIN = 0.5  # share of such places that are misread
# letters of the page, and those that look just like them
_TWINS = {((page, read),) for page, read in (("cl", "d"), ("d", "cl"), ("rn", "m"), ("h", "li"))}
_TREBLED = regex.compile(r"(\p{L})\1\1")
_FIGURE_INSIDE = regex.compile(r"\p{L}\p{Ll}+[015]\p{Ll}{2,}")
_ELIDED = regex.compile(r"1['’][hH]?[aeiouyàâæéèêëîïôœù]\p{L}*", regex.IGNORECASE)
_STRAY_CAPITALS = regex.compile(
    r"\p{Lu}*\p{Ll}+\p{Lu}{2,}\p{Ll}?|\p{Lu}{3,}\p{Ll}{1,2}|\p{Ll}+\p{Lu}{3,}"
)
_PRONOUN_BEFORE = regex.compile(r"(?:^|[\s\"“(])\p{Ll}{2,}[,;]?\s$")
_PRONOUN_AFTER = regex.compile(r"\s\p{Ll}{2,}")


def plain(
    evidence: Evidence,
    tops: NDArray[np.int64],
    right: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which of the likeliest readings (rows `tops`) are beyond doubt.

    `right` is the chance of each that the reading is the right one.
    """
    x = evidence.x[tops]
    column = {name: x[:, COLUMNS.index(name)] for name in _ASKED}
    gain, lead = column["lm_gain"], column["nc_margin"]
    weaker_side = np.minimum(column["left_gain"], column["right_gain"])
    real, merge = column["is_real"] > 0, column["is_merge"] > 0
    word = ~real & ~merge & (column["is_split"] == 0)
    sound = (column["doc_bad"] < SOUND) & (column["near_bad"] <= 1)

    # an everyday word where no letters of the language stand: `tc;>` for to, `fgr` for for
    garbled = (column["odd"] > 0) | (column["letters_form"] < UNHEARD)
    everyday_word = word & sound & garbled & (column["log_freq_word"] >= COMMON)
    everyday_word &= (gain >= 6) & ((column["lm_margin"] >= 1.2) | (lead >= 3))
    # a short and rare word for an everyday one, which fits a million times better: `tb` for to
    far_better = real & (column["length_form"] <= 3) & (column["log_freq_form"] <= RARE)
    far_better &= (column["log_freq_word"] >= EVERYDAY) & (column["title"] == 0) & (lead >= 2)
    far_better &= (gain >= 6.5) & (weaker_side >= 0.8)
    # two parts of a word that the text has whole elsewhere: `Met hod`
    whole_elsewhere = merge & (column["doc_word"] >= 1) & (gain >= 5) & (right >= 0.5)
    whole_elsewhere &= column["confusions"] == 1
    # a word that looks just like another, which its neighbours ask for: `broke clown`; in three
    # million words of novels, each of seven such places was misread
    twin = twins(evidence, tops) & (right >= 0.4) & (gain >= 4)
    for k in np.flatnonzero(everyday_word).tolist():
        everyday_word[k] = _shares_an_edge(evidence, int(tops[k]))
    found: NDArray[np.bool_] = everyday_word | far_better | whole_elsewhere | twin

    by_form = np.flatnonzero(word & ~found)
    for k in by_form.tolist():
        found[k] = _by_form(evidence, int(tops[k]), float(lead[k]), float(weaker_side[k]))
    return found


def twins(evidence: Evidence, tops: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the likeliest readings look just like the word read, and fit far better.

    Such a place is worth a look: clean novels have one in four hundred thousand words, and half of
    these are misread (`TWIN`).
    """
    x = evidence.x[tops]
    column = {name: x[:, COLUMNS.index(name)] for name in _ASKED}
    weaker_side = np.minimum(column["left_gain"], column["right_gain"])
    found: NDArray[np.bool_] = (column["is_real"] > 0) & (column["lm_gain"] >= 3.2)
    found &= (weaker_side >= 1) & (column["nc_margin"] >= 2)
    for k in np.flatnonzero(found).tolist():
        found[k] = evidence.used[int(tops[k])] in _TWINS
    return found


_ASKED = (
    "length_form log_freq_form title letters_form lm_gain nc_margin left_gain right_gain is_real "
    "is_merge is_split doc_bad near_bad odd log_freq_word lm_margin doc_word confusions"
).split()


def _shares_an_edge(evidence: Evidence, row: int) -> bool:
    """Whether the first or last letter was read right."""
    start, end = evidence.span(int(evidence.place[row]))
    read, reading = fold(evidence.units.text[start:end]), fold(evidence.reading[row])
    return read[0] == reading[0] or read[-1] == reading[-1]


def _by_form(evidence: Evidence, row: int, lead: float, weaker_side: float) -> bool:
    """Whether the letters of what was read, and how it stands in the text, show what it is."""
    place, reading = int(evidence.place[row]), evidence.reading[row]
    start, end = evidence.span(place)
    read = evidence.units.text[start:end]
    if fold(read) == fold(reading):  # capitals astray: `LoUISE`
        names = languages.every().names
        named = read.startswith((*names.prefixes, *names.articles))
        return len(read) >= 4 and not named and _STRAY_CAPITALS.fullmatch(read) is not None
    if _TREBLED.search(read) and read.isalpha():  # `discusssion`: no English word has it
        return reading == _TREBLED.sub(r"\1\1", read) and not read.isupper()
    if _ELIDED.fullmatch(read):  # `1'auberge`: minutes have no word after them
        return reading in (f"l{read[1:]}", f"L{read[1:]}")
    if _FIGURE_INSIDE.fullmatch(read):  # `stimu1ation`
        return len(evidence.used[row]) == 1 and len(read) == len(reading)
    if reading == "I":  # `J have seen`, no initial of a name
        text = evidence.units.text
        before = _PRONOUN_BEFORE.search(text, max(0, start - 24), start)
        after = _PRONOUN_AFTER.match(text, end)
        stands = before is not None and after is not None
        return read in ("J", "l") and stands and lead >= 3 and weaker_side >= 2
    ligature = any(confusion in LIGATURES for confusion in evidence.used[row])
    # `medireval`; beside *mediæval* the lexicon has *medieval*
    ahead = lead >= (0 if len(reading) >= LONG else 3)
    return ligature and len(evidence.used[row]) == 1 and read.islower() and ahead
