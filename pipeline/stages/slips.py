r"""Slips of the author or the printer, about which an editor is asked.

Sometimes the page itself is wrong. Five kinds of slip can be seen without looking at it:

- a word that is set twice (`upon the the quay`), unless that is normal usage (`that that`);
- two of the commonest words side by side that hardly ever stand so, where the sentence reads far
  better without one of them (`an accident on of the rooms`);
- a possessive before `of`, where the plural is a word (`the scene's of the war`);
- a word with a letter doubled, left single or out of order, as people write it often enough to be
  found in large collections (`untill`, `beleive`), unless the text is in an older spelling;
- a phrase of capitalised words that lacks one which it has everywhere else (`First Year Plan` in a
  text of the `First Five Year Plan`).

emend records them as printer's errors and leaves them pending; it never corrects one itself.

Left alone: a refrain, a word set twice with a stop between, a contraction (`it's of no use`), a
phrase that the text has as often without the word, anything in verse, tables, notes and headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

import numpy as np

from pipeline.document import Document, Proposal
from pipeline.language.language_model import LanguageModel, language_model
from pipeline.language.languages import of, packs
from pipeline.language.lexicon import Lexicon, lexicon

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_DOUBLED = re.compile(r"\b(?P<word>[^\W\d_]+)(?P<again>\s+(?P=word))\b(?!['’-])")
_PHRASE = re.compile(r"[A-ZÀ-Þ][^\W\d_]+(?:[ \n-][A-ZÀ-Þ][^\W\d_]+){2,5}")
_POSSESSIVE = re.compile(r"\b(?P<word>[a-zß-ÿ]{3,})(?P<mark>['’])s(?=\s+of\s)")
_SMALL = re.compile(r"(?<![\w'’-])[a-zß-öø-ÿ]{5,}(?![\w'’-])")
_SLIPS = 3  # of spelling in any text; more are a habit, if they are so many to a word:
_OLD = 1 / 2000
_KNOWN, _RATHER = 1.0, 20  # per million, and how much commoner than the slip: the word meant
_USUAL = 3  # how often a text must have a phrase in full
_APART = -1.0  # log10: a pair this much rarer than its second word alone
_GAIN = 3.2  # log10: how much likelier a sentence must be without one of two words

Together = Callable[[str, str], float]  # `_together` of one model; a text asks for few pairs


def slips(document: Document) -> Iterator[Proposal]:
    """Holds what looks like a slip of the author or the printer."""
    code = document.language.split("-")[0]
    if code not in packs():
        return
    spans = [
        document.reading_span(mark.start, mark.end) for mark in document.marked("paragraph", "item")
    ]
    model = language_model(code)
    together = cache(partial(_together, model))
    seen: set[int] = set()
    apart = _apart(document.text, spans, set(of(code).words.function), model, together)
    for (start, end), parted in zip(spans, apart, strict=True):
        for one in (
            *_doubled(document.text, start, end, together),
            *_possessives(document.text, start, end, code),
            *parted,
        ):
            if seen.isdisjoint(range(one.start, one.end)):
                seen.update(range(one.start, one.end))
                yield one
    yield from _phrases(document.text, spans, set(of(code).words.function))
    for one in _misspelt(document, spans, code):
        if seen.isdisjoint(range(one.start, one.end)):
            yield one


def _slip(start: int, end: int, after: str, rule: str, why: str) -> Proposal:
    return Proposal(start, end, after, rule, why, "print", 0.5, "held")


def _doubled(text: str, start: int, end: int, together: Together) -> Iterator[Proposal]:
    """`the the`, where the second is one too many."""
    for m in _DOUBLED.finditer(text, start, end):
        word = m["word"]
        if word.islower() and together(word, word) < _APART / 2:
            why = f"“{word}” is set twice"
            yield _slip(*m.span("again"), "", "slip.doubled", why)


def _together(model: LanguageModel, first: str, second: str) -> float:
    """How much likelier, as a log10, the second word is after the first than anywhere."""
    ids = model.words.ids([first, second])
    if min(ids) < 0:
        return 0.0
    nothing = np.array([-1], np.int32)
    pair = model.log_probability(nothing, ids[:1], ids[1:])
    return float(pair[0]) - float(model.unigram[ids[1]])


def _possessives(text: str, start: int, end: int, code: str) -> Iterator[Proposal]:
    """`scene's of`, where the plural is meant."""
    if "s" not in of(code).apostrophe.after:
        return
    words = lexicon(code)
    short = {first for first, _ in of(code).apostrophe.contracted}
    for m in _POSSESSIVE.finditer(text, start, end):
        plural = f"{m['word']}s"
        if m["word"] not in short and words.attested_all([plural])[0]:
            why = f"a possessive before “of”; “{plural}” is a word"
            yield _slip(m.start("mark"), m.end("mark"), "", "slip.possessive", why)


def _misspelt(
    document: Document, spans: Sequence[tuple[int, int]], code: str
) -> Iterator[Proposal]:
    """`untill`, `beleive`: forms that are no words but for one letter, and that people write."""
    text, words = document.text, lexicon(code).with_words(document.lexicon)
    found = [m for span in spans for m in _SMALL.finditer(text, *span)]
    forms = list(dict.fromkeys(m[0] for m in found))
    strange = [
        form
        for form, attested in zip(forms, words.attested_all(forms), strict=True)
        if not attested
    ]
    often = dict(zip(strange, words.frequencies(strange), strict=True))
    meant = {
        form: word for form in strange if often[form] and (word := _meant(form, often[form], words))
    }
    places = [m for m in found if m[0] in meant]
    if len(places) > max(_SLIPS, _OLD * sum(len(text[slice(*span)].split()) for span in spans)):
        return  # its time or its author writes so
    asked = {document.reading_at(change.start) for change in document.ledger}
    for m in places:
        if asked.isdisjoint(range(m.start(), m.end() + 1)):
            why = f"“{m[0]}” is no word, but a slip for “{meant[m[0]]}” that people make"
            yield _slip(*m.span(), meant[m[0]], "slip.spelling", why)


def _meant(form: str, often: float, words: Lexicon) -> str:
    """The one common word that a form is but for a doubled, lost or displaced letter; or ""."""
    near = {
        *(form[:i] + form[i + 1 :] for i in range(1, len(form)) if form[i] == form[i - 1]),
        *(form[:i] + form[i] + form[i:] for i in range(1, len(form))),
        *(form[:i] + form[i + 1] + form[i] + form[i + 2 :] for i in range(1, len(form) - 1)),
    }
    forms = sorted(near - {form})
    likely = [
        word
        for word, attested, times in zip(
            forms, words.attested_all(forms), words.frequencies(forms), strict=True
        )
        if attested and times > max(_KNOWN, _RATHER * often)
    ]
    return likely[0] if len(likely) == 1 else ""


def _apart(
    text: str,
    spans: Sequence[tuple[int, int]],
    common: set[str],
    model: LanguageModel,
    together: Together,
) -> list[list[Proposal]]:
    """For each span, two common words that do not stand side by side, one of which is too many."""
    found: list[list[Proposal]] = [[] for _ in spans]
    suspects: list[tuple[int, re.Match[str], re.Match[str]]] = []
    sentences: list[list[str]] = []  # for each suspect, the words as they are, then without one
    for k, (start, end) in enumerate(spans):
        words = list(_WORD.finditer(text, start, end))
        forms = [word[0] for word in words]
        for n in range(1, len(words) - 2):
            first, second = forms[n], forms[n + 1]
            if first not in common or second not in common or first == second:
                continue
            if together(first, second) > _APART or not all(
                text[a.end() : b.start()].isspace()
                for a, b in zip(words[n - 1 : n + 2], words[n : n + 3], strict=True)
            ):
                continue
            around = [form.lower() for form in forms[max(0, n - 2) : n + 5]]
            at = min(n, 2)
            suspects.append((k, words[n], words[n + 1]))
            sentences.append(around)
            sentences += (around[:i] + around[i + 1 :] for i in (at, at + 1))
    scores = model.score_all(sentences).reshape(-1, 3).tolist()
    for (k, first_word, second_word), (kept, *without) in zip(suspects, scores, strict=True):
        if max(without) - kept < _GAIN:
            continue
        gone = first_word if without[0] >= without[1] else second_word
        pair = f"{first_word[0]} {second_word[0]}"
        why = f"“{pair}” hardly ever stands in a sentence; one of the two may be too many"
        found[k].append(_slip(gone.start(), gone.end() + 1, "", "slip.words", why))
    return found


def _phrases(text: str, spans: list[tuple[int, int]], common: set[str]) -> Iterator[Proposal]:
    """A phrase of capitalised words with one missing."""
    found: list[list[re.Match[str]]] = []
    for start, end in spans:
        for m in _PHRASE.finditer(text, start, end):
            words = list(_WORD.finditer(text, *m.span()))
            found.append(words[1:] if words[0][0].lower() in common else words)
    phrases = [tuple(word[0] for word in words) for words in found]
    counts = Counter(phrases)
    short = {
        whole[:i] + whole[i + 1 :]: (whole, i)
        for whole, count in counts.items()
        if count >= _USUAL and len(whole) > 3
        for i in range(1, len(whole) - 1)
    }
    for words, phrase in zip(found, phrases, strict=True):
        whole, i = short.get(phrase, (phrase, 0))
        if counts[phrase] < counts[whole]:
            why = f"the text has “{' '.join(whole)}” {counts[whole]} times"
            after = f"{whole[i]} {words[i][0]}"
            yield _slip(words[i].start(), words[i].end(), after, "slip.phrase", why)
