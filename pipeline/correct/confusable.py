"""Real words that are easily misread for other real words: *arid* for *and*, *dear* for *clear*."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.correct.channel import Confusion
from pipeline.correct.lexicon import ATTESTED, Lexicon

LEAST = -4.0  # log10 probability of the rarest confusion thought of
COMMON = 2.0  # per million: rarer words are not what a real word is suspected to be
MOST = 12


def confusable(words: Lexicon, channel: Mapping[Confusion, float]) -> dict[str, list[tuple[str, int, float]]]:
    """For each attested form the words that one common confusion makes it from, with their ids and the confusion's log10."""
    outs: dict[str, list[tuple[str, float]]] = {}
    for (page, read), cost in channel.items():
        if cost >= LEAST and max(len(page), len(read)) <= 2 and page.isalpha() and read.isalpha() and page.islower() and read.islower():
            outs.setdefault(page, []).append((read, cost))
    misread: dict[str, dict[str, tuple[int, float]]] = {}
    for number in np.flatnonzero((words.flags & ATTESTED > 0) & (words.per_million >= COMMON)).tolist():
        word = words.word(number)
        for page, reads in outs.items():
            at = word.find(page)
            while at >= 0:
                for read, cost in reads:
                    form = word[:at] + read + word[at + len(page) :]
                    if form != word and cost > misread.setdefault(form, {}).get(word, (0, -99.0))[1]:
                        misread[form][word] = (number, cost)
                at = word.find(page, at + 1)
    forms = list(misread)
    return {
        form: sorted(((w, n, c) for w, (n, c) in misread[form].items()), key=lambda one: (-one[2], one[0]))[:MOST]
        for form, ok in zip(forms, words.attested_all(forms), strict=True)
        if ok
    }
