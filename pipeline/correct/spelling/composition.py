"""Words made of two words without a hyphen, as German makes them: *Schulausweis*, *Leidensstätte*.

No list has them all. A form whose two parts are words is hardly misread; where one part is a word
and the other looks like one (``Schleppfäbel``), the two together are a candidate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from pipeline.language.lexicon import ATTESTED, Lexicon

SHORTEST = 8  # letters of a form that is divided
PART = 4  # letters of a part; of three letters some are words (*Tag*), and most are endings
OFTEN = {4: 20.0, 5: 2.0}  # per million: the rarest part of so many letters ...
OFTEN_LONG = 0.2  # ... and of more
WAYS = 2  # divisions of one form that are looked into on either side: with the longest known part
ALIKE = 8  # words that the other part may be


def rarest_parts(forms: Sequence[str], words: Lexicon) -> list[float]:
    """The frequency per million of the rarer part of each folded form, divided at best; 0: none."""
    cuts = [(k, left, right) for k, form in enumerate(forms) for left, right in _divided(form)]
    best = [0.0] * len(forms)
    known = _frequencies({part for _, left, right in cuts for part in (left, right)}, words)
    for k, left, right in cuts:
        best[k] = max(best[k], min(_joinable(left, known, words), known.get(right, 0.0)))
    return best


def misread(
    forms: Sequence[str], words: Lexicon, find: Callable[[Sequence[str]], list[list[int]]]
) -> list[list[tuple[str, int]]]:
    """For each folded form, compounds that it may be misread for: the word, its last part's number.

    One part is known as it stands; `find` gives the words that the other may be.
    """
    cuts = [list(_divided(form)) for form in forms]
    known = _frequencies({part for some in cuts for cut in some for part in cut}, words)
    asked: list[tuple[int, str, str, bool]] = []  # form, known part, other part, known part first
    for k, some in enumerate(cuts):
        first = [cut for cut in some if _is_part(cut[0], _joinable(cut[0], known, words))]
        last = [cut for cut in some if _is_part(cut[1], known.get(cut[1], 0.0))]
        asked += [(k, left, right, True) for left, right in first[::-1][:WAYS]]
        asked += [(k, right, left, False) for left, right in last[:WAYS]]
    links = words.pack.spelling.linking
    others = {other for _, _, other, _ in asked}
    stems = {one[: -len(s)] for one in others for s in links if one.endswith(s)}
    sought = sorted(part for part in others | stems if len(part) >= PART)
    near = dict(zip(sought, find(sought), strict=True)) if sought else {}
    found: list[list[tuple[str, int]]] = [[] for _ in forms]
    for k, part, other, leads in asked:
        for number in near.get(other, [])[:ALIKE]:
            word = words.word(number)
            if not _is_part(word, float(words.per_million[number])):
                continue
            if leads:
                found[k].append((part + word, number))
            else:
                found[k].append((word + part, int(words.ids([part])[0])))
        if leads:
            continue
        for link in links:
            if not other.endswith(link):
                continue
            for number in near.get(other[: -len(link)], [])[:ALIKE]:
                word = words.word(number)
                if _is_part(word, float(words.per_million[number])) and word[-1] != link[0]:
                    found[k].append((word + link + part, int(words.ids([part])[0])))
    return found


def _divided(form: str) -> Iterator[tuple[str, str]]:
    """All divisions of a form into two parts, the shortest first part first."""
    if len(form) >= SHORTEST:
        for k in range(PART, len(form) - PART + 1):
            yield form[:k], form[k:]


def _is_part(part: str, frequency: float) -> bool:
    return frequency >= OFTEN.get(len(part), OFTEN_LONG)


def _frequencies(parts: set[str], words: Lexicon) -> dict[str, float]:
    """How often parts that are attested stand in a million words, linking letters left out too."""
    links = words.pack.spelling.linking
    stems = {part[: -len(s)] for part in parts for s in links if part.endswith(s)}
    every = sorted(part for part in parts | stems if len(part) >= PART and part.isalpha())
    numbers = words.ids(every)
    attested = (numbers >= 0) & (words.flags[numbers] & ATTESTED > 0)
    often = np.where(attested, words.per_million[numbers], 0.0).tolist()
    return {part: one for part, one in zip(every, often, strict=True) if one > 0}


def _joinable(part: str, known: dict[str, float], words: Lexicon) -> float:
    """The frequency of a first part, perhaps with a letter that only joins: *Versammlungs-*."""
    stems = [part[: -len(s)] for s in words.pack.spelling.linking if part.endswith(s)]
    return max([known.get(one, 0.0) for one in (part, *stems)])
