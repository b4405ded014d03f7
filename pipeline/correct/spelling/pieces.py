"""Words in pieces that no neighbour-by-neighbour look puts together.

Lost apostrophes (`don t`, `captain s`, `Tll`), ligatures that came away or fell out (`o ffi ce`,
`ofcer`), letters spaced out for emphasis (`i l l u s i o n s`, German *Sperrsatz*), a large initial
that the engine set apart or lost (`I T was`, `HEN the women`), a T that came apart (`'l'he`),
accents read as figures or signs (`caf6`, `f^te`). Each has a shape of its own that no sound word
has; what is put together must be a word. Where two words fit, or the letter is nowhere on record,
the reading is only proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase

import regex
from rapidfuzz.distance import OSA

from pipeline.correct.spelling.soiled import Soiled
from pipeline.correct.spelling.sought import CAPITAL, LETTER, SMALL, Lines, sought
from pipeline.language.language_model import LanguageModel
from pipeline.language.languages import Language, alternatives
from pipeline.language.lexicon import Lexicon, fold, lexicon
from pipeline.language.variants import is_variant, without_accents

# -- apostrophes
_OWNED = regex.compile(r"(?<![\p{L}\d'’-])(?P<owner>\p{L}\p{Ll}+)[ ]s(?= \p{L})")
_I_READ_AS = regex.compile(
    r"(?<![\p{L}\d'’.-])(?P<i>[TFPl])(?P<tail>ll|ve)(?= \p{Ll})"
    r"|(?<![\p{L}\d'’.-])(?P<i>T)(?P<tail>m)(?= \p{Ll}{2})"
)
_OWNED_SIGN = re.compile(" s ")
_I_READ_AS_SIGN = re.compile("[TFPl](?:ll|ve|m) ")

_BEFORE_ANY = frozenset(["l", "d", "qu"])  # elided before words of any kind
_OPENS = regex.compile(r"(?:^|[.!?»«“„\n—–(])\s*$")

# -- ligatures
_LIGATURE_ALONE = regex.compile(
    r"(?<![\p{L}'’-])(?:(?P<left>\p{L}+) )?(?P<mid>\p{L}*?(?:ffi|ffl|ff|fi|fl))"
    r"(?: (?P<right>\p{Ll}+))?(?![\p{L}'’-])"
)
_LIGATURE_SIGN = re.compile("f[fil](?![A-Za-z])")
_LIGATURES = ("fi", "ffi", "fl", "ff", "ffl")
_BEGINNINGS = ("fi", "fl", "ff")  # of every ligature
_WORD = regex.compile(
    r"(?<![\p{L}\d'’-])[\p{L}\p{Co}\x00-\x08\x0b\x0e-\x1f\uFFFD]+(?![\p{L}\d'’-])"
)
_NO_LETTER = regex.compile(r"[^\p{L}]")  # what a font without a name for its ligature leaves
SHORTEST = 5  # letters of a form that may lack a ligature
LONGEST = 60  # letters of any word; a longer row of letters is none, and has too many cuts to try
HABIT = 3  # words that lack a ligature, from which on the text's font is known to lose them
KNOWN = 0.5  # per million: the rarest word that is put together

# -- letters set apart
_ALONE = r"(?<![\p{L}\d'’.-])(?<!(?<![\p{L}'’])\p{L} )"  # no letter of a longer row before it
_SPACED = regex.compile(
    rf"{_ALONE}\p{{L}}(?: \p{{Ll}}){{2,}}(?![\p{{L}}'’-]| \p{{Ll}}(?![\p{{L}}'’]))"
    rf"|{_ALONE}\p{{Lu}}(?: \p{{Lu}}){{3,}}(?![\p{{L}}'’.-]| \p{{Lu}}(?![\p{{L}}'’]))"
)
_SPACED_SIGN = re.compile(rf"(?<![A-Za-z]){LETTER} {LETTER}(?![A-Za-z])")
SPACED = 4  # letters, from which on they are a word and no list

# -- initials
_INITIAL_APART = regex.compile(r"(?<![^\s\"“'‘(])(?P<first>\p{Lu}) (?P<rest>\p{Lu}+)(?= \p{Ll})")
_INITIAL_ABOVE = regex.compile(  # a large initial that the OCR put on a line of its own
    r"(?:\A|(?<=\n\n))(?P<first>\p{Lu})[ \t]*\n(?:[ \t]*\n)?[ \t]*(?P<rest>\p{L}+)(?=,? \p{Ll})"
)
_NUMBERED = regex.compile(r"^[ \t]*[IVXLC]{2,}[.]?[ \t]*$", regex.MULTILINE)
_INITIAL_APART_SIGN = re.compile(f"{CAPITAL} {CAPITAL}")
_INITIAL_LOST = regex.compile(r"(?P<rest>\p{Lu}+)(?= \p{Ll}+ \p{Ll})")
_SMALL_L = regex.compile(
    r"(?<![\p{L}\d'’-])(?P<head>\p{Lu}{3,})l(?P<tail>(?:['’]s)?)(?![\p{L}\d'’-])"
)
_SMALL_L_SIGN = re.compile(f"(?<={CAPITAL})l(?![A-Za-z])")
_SMALL_ENDS = regex.compile(
    r"(?<![\p{L}\d'’-])(?!\p{Lu}+s(?!\p{L}))\p{Lu}{5,}\p{Ll}{1,3}(?![\p{L}\d'’-])"
)
_SMALL_ENDS_SIGN = re.compile(f"(?<={CAPITAL}{CAPITAL}){SMALL}")
_GREAT_BEGINNING = regex.compile(  # between lines of prose, which begin with small letters
    r"(?<=\n[ ]?\p{Ll}[^\n]{30,}\p{L}[ ]?\n)(?P<word>[COSVWXZ]\p{Ll}+)(?=(?:[ ]\p{Ll}+){2})"
)
_CROSSBAR = regex.compile(r"(?<![\p{L}\d'’-])['‘]?l['’](?P<rest>\p{Ll}+)(?![\p{L}\d'’-])")
_CROSSBAR_SIGN = re.compile("l['’]")
_CAPITALS_AFTER = regex.compile(r"\s+\p{Lu}{2}")
_RUN_ON = regex.compile(
    r"(?<![\p{L}\d'’.-])(?P<left>\p{Ll}{2,})(?P<comma>,)(?P<right>\p{Ll}{3,})(?![\p{L}\d'’,-])"
)
_RUN_ON_SIGN = re.compile(f"{LETTER},{LETTER}")
SET_APART = 2  # commas with a blank after them, for each that lacks it
_TH_LOST = regex.compile(r"e(?= \p{Ll}{2})(?<=(?:[.!?]\s|\n\n)e)")

_TWO_LETTERS = regex.compile(
    r"(?<![\p{L}\d'’.-])(?<!(?<![\p{L}'’])\p{L} )(?:\p{L} \p{Ll}(?!\.)|\p{Lu} \p{Ll}(?=\. \p{Lu}))"
    r"(?![\p{L}'’-]| \p{L}(?![\p{L}'’]))"
)
CROSSBAR = 100.0  # per million: the rarest word in t- whose T is put together
EVERYDAY = 1000.0  # per million: words of two letters that are put together

# -- names
_CAPITALISED = regex.compile(r"(?<![\p{L}\d'’-])\p{Lu}\p{Ll}+(?![\p{L}\d'’-])")
NAMED = 8  # times that a name stands in the text, from which on it is evidence for one more
SHORTEST_NAME = 7

# -- accents
_ACCENTED = regex.compile(
    r"(?<![\p{L}\d'’&^£-])(?=\p{L}*[6^&£]\p{L}*)[\p{L}£]*\p{L}*[6^&£]\p{L}*(?![\p{L}\d'’^&-])"
)
_ACCENTED_SIGN = re.compile("[6^&£]")
LEADS = 8.0  # times that one accented word must be commoner than the next
_ACCENTS = {"6": "éôóëêè", "^": "êâàôîûéè", "&": "âàêéè", "£": "éÉè"}


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of the language and of this text."""

    lexicon: Lexicon
    model: LanguageModel
    text: frozenset[str] = field(default=frozenset())  # folded forms of the text
    elsewhere: frozenset[str] = field(default=frozenset())  # those that it has in small letters
    within: Lines | None = None  # the lines that are looked through; None: all

    def lacking(self, forms: Iterable[str]) -> set[str]:
        """Return the forms that, less their first sign, are common words without a ligature."""
        own, listed = _lacking(self.lexicon.own), _lacking_common(self.lexicon.language)
        found = set()
        for form in forms:
            bare = fold(form if form.isalpha() else _NO_LETTER.sub("", form, count=1))
            if bare in own or self.lexicon.pack.words.as_listed(bare) in listed:
                found.add(form)
        return found

    def common(self, *forms: str) -> bool:
        """Whether each form is attested and not very rare."""
        return all(
            self.lexicon.attested(form)
            and (self.lexicon.frequency(form) >= KNOWN or fold(form) in self.lexicon.own)
            for form in forms
        )

    def attested(self, forms: Iterable[str]) -> set[str]:
        """Return the forms that are attested, looked up together."""
        every = list(dict.fromkeys(forms))
        listed = self.lexicon.attested_all([fold(form) for form in every])
        return {form for form, ok in zip(every, listed, strict=True) if ok}

    def common_among(self, forms: Sequence[str]) -> set[str]:
        """Return the forms that are `common`, looked up together."""
        folded = [fold(form) for form in forms]
        known = zip(forms, folded, self.lexicon.frequencies(folded), strict=True)
        likely = [form for form, key, often in known if often >= KNOWN or key in self.lexicon.own]
        return {form for form in likely if self.lexicon.attested(form)}


@lru_cache(maxsize=8)
def _lacking_common(language: str) -> frozenset[str]:
    """The forms that words of a language which are `KNOWN` have without a ligature of theirs."""
    words = lexicon(language)
    return _lacking(
        frozenset(word for letters in _BEGINNINGS for word in words.words_with(letters, KNOWN))
    )


@lru_cache(maxsize=8)
def _lacking(words: frozenset[str]) -> frozenset[str]:
    """The forms that some words have without a ligature of theirs: *ofce* of *office*."""
    return frozenset(
        word[:at] + word[at + len(ligature) :]
        for word in words
        for ligature in _LIGATURES
        if ligature in word
        for at in range(len(word))
        if word.startswith(ligature, at)
    )


def pieces(
    text: str, lexicon: Lexicon, model: LanguageModel, within: Lines | None = None
) -> Iterator[Soiled]:
    """Yield all words in pieces, in no order; they may overlap.

    If lines `within` are given, those in other lines may be left out.
    """
    written = set(regex.findall(r"\p{L}+", text))
    forms = frozenset(map(fold, written))
    cased = frozenset(fold(form) for form in written if form[1:].islower())
    words = _Words(lexicon, model, forms, cased, within)
    if lexicon.pack.apostrophe.contracted:
        yield from _apostrophes(text, words)
    if lexicon.pack.apostrophe.elides:
        yield from _lost_elisions(text, words)
    if "the" in lexicon.pack.words.function:
        yield from _lost_th(text)
    yield from _ligatures(text, words)
    yield from _spaced(text, words)
    yield from _initials(text, words)
    yield from _small_l(text, words)
    yield from _small_ends(text, words)
    yield from _great_beginnings(text, words)
    yield from _crossbars(text, words)
    yield from _lost_blanks(text, words)
    yield from _names(text, words)
    yield from _accents(text, words)


def _found(
    span: tuple[int, int], reading: str, rule: str, why: str, *, sure: bool, chance: float = 0.0
) -> Soiled:
    chance = chance or (0.97 if sure else 0.7)
    return Soiled(*span, ((reading, chance),), f"spelling.{rule}", why, sure=sure)


# -- apostrophes


@lru_cache(maxsize=8)
def _contracted(language: Language) -> tuple[regex.Pattern[str], re.Pattern[str]]:
    """Match the two parts of a short form: `don t`, `you ll`. With the sign of such a line."""
    heads = alternatives(head for head, _ in language.apostrophe.contracted)
    tails = {tail for _, some in language.apostrophe.contracted for tail in some.split()}
    last = alternatives(sorted(tails))
    return regex.compile(
        rf"(?<![\p{{L}}'’-])(?P<head>{heads})[ ](?P<tail>{last})"
        # died, married, pence: `who d. 1850`, `he m. 1st`
        r"(?![\p{L}\p{No}'’/^-]|\.\p{L}|(?<= [dms])\.)",
        regex.IGNORECASE,
    ), re.compile(rf"[ ](?:{last})(?![A-Za-z])", re.IGNORECASE)


def _apostrophe(text: str) -> str:
    """The sign that the text has for an apostrophe."""
    return "’" if text.count("’") > text.count("'") else "'"


def _apostrophes(text: str, words: _Words) -> Iterator[Soiled]:
    mark = _apostrophe(text)
    tails = dict(words.lexicon.pack.apostrophe.contracted)
    for found in sought(*_contracted(words.lexicon.pack), text, words.within):
        if found["tail"] in tails[found["head"].lower()].split():
            whole = f"{found['head']}{mark}{found['tail']}"
            why = f"the apostrophe of {whole} is lost"
            yield _found(found.span(), whole, "apostrophe", why, sure=True)
    for found in sought(_OWNED, _OWNED_SIGN, text, words.within):
        owner = found["owner"]
        if (
            owner.lower() in tails
            or owner.lower().endswith("s")
            or not words.lexicon.attested(owner)
        ):
            continue
        before, after = _preceding(text, found.start()), _following(text, found.end())
        forms = [fold(owner) + ending for ending in ("'s", "s", "")]
        scores = words.model.score_all([[*before, form, *after] for form in forms]).tolist()
        owned, several, dropped = scores
        why = f"{owner} s: a single s is no word; the apostrophe is lost"
        # a noun that owns something, no verb with a speck after it (`had s`)
        known = words.lexicon.frequency(forms[0]) > 0
        if not known and not owner[0].isupper():
            continue
        named = owner[0].isupper() and bool(regex.search(r"\p{Ll} $", text[: found.start()][-2:]))
        sure = named or (known and owned > max(several - 1, dropped - 0.5))
        yield _found(found.span(), f"{owner}{mark}s", "apostrophe", why, sure=sure)
    for found in sought(_I_READ_AS, _I_READ_AS_SIGN, text, words.within):
        reading = f"I{mark}{found['tail']}"
        why = f"{found.group()} is no word, and {reading} is"
        yield _found(found.span(), reading, "apostrophe", why, sure=True, chance=0.95)


@lru_cache(maxsize=8)
def _elided(language: Language) -> regex.Pattern[str]:
    """Match an elided word and the next, without the apostrophe: `l adresse`, `qu il`.

    A letter after a figure is a unit (`5 m en largeur`), and one beside other single letters is one
    of a row.
    """
    heads = [head for head in language.apostrophe.before if head not in language.alphabet.words]
    return regex.compile(
        rf"(?<![\p{{L}}\d'’.-])(?<!\d )(?<!(?<![\p{{L}}'’])\p{{L}} )"
        rf"(?P<head>(?i:{alternatives(heads)})) "
        rf"(?P<rest>(?i:[{''.join(language.apostrophe.elides)}])\p{{Ll}}+|[ay])"
        r"(?![\p{L}'’^/]|-\p{L}|\.\p{L})"
    )


def _lost_elisions(text: str, words: _Words) -> Iterator[Soiled]:
    """French words whose elision has lost its apostrophe: `l adresse`, `qu il`."""
    lexicon, mark = words.lexicon, _apostrophe(text)
    for found in _elided(lexicon.pack).finditer(text):
        head, rest = fold(found["head"]), fold(found["rest"])
        known = lexicon.frequency(f"{head}'{rest}") > 0
        if not known:  # *h* may be one that nothing is elided before: `d haut`
            if rest[0] == "h" or len(rest) < 3 or not lexicon.attested(rest):
                continue
            if head not in _BEFORE_ANY:  # a stray letter: `toute t émue`
                continue
            if lexicon.foreign_all([rest])[0][0]:  # `that s all`
                continue
        if found["head"][0].isupper() and not _OPENS.search(text[: found.start()][-4:]):
            continue  # an initial: `Charles L Estrange`
        whole = f"{found['head']}{mark}{found['rest']}"
        why = f"{found['head']} is no word by itself; the apostrophe of {whole} is lost"
        yield _found(found.span(), whole, "apostrophe", why, sure=True)


def _lost_th(text: str) -> Iterator[Soiled]:
    for found in _TH_LOST.finditer(text):
        why = "e is no word, and a sentence begins here: the first letters are lost"
        yield _found(found.span(), "The", "initial", why, sure=False, chance=0.6)


# -- ligatures


def _ligatures(text: str, words: _Words) -> Iterator[Soiled]:
    for found in sought(_LIGATURE_ALONE, _LIGATURE_SIGN, text, words.within):
        left, middle, right = found["left"] or "", found["mid"], found["right"] or ""
        bare = middle in _LIGATURES
        if not (left or right) or (not bare and words.lexicon.attested(middle)):
            continue
        ways = (
            (left, right, found.span()),
            ("", right, (found.start("mid"), found.end())),
            (left, "", (found.start(), found.end("mid"))),
        )
        for before, after, span in ways:
            whole = before + middle + after
            if (before, after) == ("", "") or not words.common(whole):
                continue
            torn = [part for part in (before, after) if part]
            if not any(not words.common(part) or len(part) < 2 for part in torn) and not bare:
                continue
            if words.common(*torn) and not _fits(text, span, whole, [before, middle, after], words):
                continue  # `fi on` where f stands for long s
            # wi fi, sci fi: nothing after it and both parts may be meant
            sure = bool(after) or middle not in ("fi", "fl")
            why = f"a ligature came away: {text[slice(*span)]} is {whole}"
            yield _found(span, whole, "ligature", why, sure=sure)
            break
    yield from _lost_ligatures(text, words)


def _fits(
    text: str, span: tuple[int, int], whole: str, parts: Sequence[str], words: _Words
) -> bool:
    """Whether a word fits between its neighbours far better than its parts do."""
    before, after = _preceding(text, span[0]), _following(text, span[1])
    apart = [fold(part) for part in parts if part]
    known = [part for part in apart if part not in _LIGATURES]  # the model has never seen `fi`
    one, *several = words.model.score_all(
        [[*before, *some, *after] for some in ([fold(whole)], apart, known)]
    ).tolist()
    return bool(one > max(several) + 1)


def _lost_ligatures(text: str, words: _Words) -> Iterator[Soiled]:
    """Words that lack a ligature (`ofcer`, `con rmed`): made where the text shows the habit."""
    found: list[tuple[tuple[int, int], str, bool]] = []
    forms = [form for form in _WORD.findall(text) if len(form) <= LONGEST]
    # What is attested lacks nothing, and of two words that are one it is not both: that leaves few.
    strange = set(forms) - words.attested(forms)
    beside = [k for k, pair in enumerate(pairwise(forms)) if not strange.isdisjoint(pair)]
    pairs = {k: forms[k] + forms[k + 1] for k in beside if forms[k + 1].islower()}
    likely = words.lacking(form for form in strange if len(form) >= SHORTEST)
    lacking = words.lacking({pair for pair in pairs.values() if len(pair) >= SHORTEST})
    if not likely and not lacking:
        return
    every = [one for one in _WORD.finditer(text) if one.end() - one.start() <= LONGEST]
    torn = {
        k
        for k, pair in pairs.items()
        if pair in lacking and text[every[k].end() : every[k + 1].start()] == " "
    }
    asked: list[tuple[tuple[int, int], list[str], bool, bool]] = []
    for k, (one, form) in enumerate(zip(every, forms, strict=True)):
        if form in likely:
            sign = _NO_LETTER.search(form)
            cuts = [sign.span()] if sign else [(k, k) for k in range(1, len(form))]
            asked.append((one.span(), _with_ligatures(form, cuts), sign is not None, False))
        if k in torn:
            span, cut = (one.start(), every[k + 1].end()), (len(form), len(form))
            whole = form + forms[k + 1]
            asked.append((span, _with_ligatures(whole, [cut]), False, True))
    common = words.common_among(list({reading for _, some, _, _ in asked for reading in some}))
    mended = -1  # where the word begins that lacks a ligature by itself, and so none with the next
    for span, readings, signed, joined in asked:
        fitting = common.intersection(readings)
        if len(fitting) != 1 or (joined and span[0] == mended):
            continue
        mended = span[0]
        found.append((span, fitting.pop(), signed))
    habit = len({reading for _, reading, _ in found})
    for span, reading, signed in found:
        if signed or habit >= HABIT:
            why = f"{reading} lacks a ligature, as {habit} words of this text do"
            yield _found(span, reading, "ligature", why, sure=True, chance=0.95)


def _with_ligatures(form: str, cuts: list[tuple[int, int]]) -> list[str]:
    """What a ligature in one of the cuts may make of a form."""
    return [form[:start] + ligature + form[end:] for start, end in cuts for ligature in _LIGATURES]


# -- letters set apart


def _spaced(text: str, words: _Words) -> Iterator[Soiled]:
    for found in sought(_SPACED, _SPACED_SIGN, text, words.within):
        whole = found.group().replace(" ", "")
        known = words.lexicon.attested(whole) or fold(whole) in words.text
        if len(whole) < SPACED or (not known and len(whole) < 2 * SPACED):
            continue  # a list, an alphabet, bare initials
        why = f"single letters with blanks between them are {whole}"
        yield _found(found.span(), whole, "spaced", why, sure=known)
    for found in sought(_TWO_LETTERS, _SPACED_SIGN, text, words.within):  # i t rained
        whole = found.group().replace(" ", "")
        second = whole[1]
        if second in words.lexicon.pack.alphabet.words and words.lexicon.frequency(second) >= (
            EVERYDAY
        ):
            continue  # French `15048 L à`, `il l a vu`: the second letter is a word by itself
        if words.lexicon.frequency(whole) < EVERYDAY:
            continue
        company = _preceding(text, found.start()), _following(text, found.end())
        joined = [*company[0], fold(whole), *company[1]]
        apart = [*company[0], *fold(found.group()).split(), *company[1]]
        first, second = words.model.score_all([joined, apart]).tolist()
        if first > second + 2:
            why = f"two letters that are no words by themselves are {whole}"
            yield _found(found.span(), whole, "spaced", why, sure=True, chance=0.96)


# -- initials


def _initials(text: str, words: _Words) -> Iterator[Soiled]:
    for found in sought(_INITIAL_APART, _INITIAL_APART_SIGN, text, words.within):
        if _begins(found, text, words):
            whole = found["first"] + found["rest"]
            why = f"an initial set apart: {found.group()} is {whole}"
            yield _found(found.span(), whole, "initial", why, sure=True, chance=0.96)
    begun = (_INITIAL_LOST.match(text, at) for at in _first_words(text))
    for found in filter(None, begun):
        rest = fold(found["rest"])
        longer = [first + rest for first in ascii_lowercase]
        common = words.common_among(longer)
        whole_words = [word for word in longer if word in common]
        after = _following(text, found.end())
        scores = words.model.score_all([[word, *after] for word in [rest, *whole_words]]).tolist()
        as_read = scores.pop(0)
        if (
            not scores
            or (max(scores) < as_read + 2 and words.common(rest))
            or max(scores) < as_read
        ):
            continue
        total = sum(10.0**score for score in scores)
        ranked = sorted(zip(scores, whole_words, strict=True), reverse=True)[:3]
        readings = tuple((word.upper(), min(0.8, 10.0**score / total)) for score, word in ranked)
        why = f"a paragraph begins with {found['rest']}: its initial is lost"
        yield Soiled(*found.span("rest"), readings, "spelling.initial", why, sure=False)


def _first_words(text: str) -> Iterator[int]:
    """Where the first words of paragraphs may begin."""
    yield 0
    at = text.find("\n\n") + 2
    while at > 1:
        yield at + (text[at : at + 1] in {'"', "“"})
        at = text.find("\n\n", at - 1) + 2


def initials_above(
    text: str, lexicon: Lexicon, model: LanguageModel
) -> Iterator[tuple[int, int, str]]:
    """Yield where large initials stand on a line above their words, and the whole words.

    A span runs from the end of the initial to the beginning of the rest.
    """
    numbered = _NUMBERED.search(text) is not None  # a line with V may be the head of chapter five
    words = _Words(lexicon, model)
    for found in _INITIAL_ABOVE.finditer(text):
        cased = found["rest"].isupper() or found["rest"].islower()
        chapter = numbered and found["first"] in "IVXLC"
        if cased and not chapter and _begins(found, text, words):
            yield found.end("first"), found.start("rest"), found["first"] + found["rest"]


def _begins(found: regex.Match[str], text: str, words: _Words) -> bool:
    """Whether an initial begins the word that stands apart from it."""
    first, rest = fold(found["first"]), fold(found["rest"])
    if not words.common(first + rest):
        return False
    after = _following(text, found.end())
    joined, apart = words.model.score_all([[first + rest, *after], [first, rest, *after]]).tolist()
    return bool(joined > apart + (1 if len(rest) == 1 else 3))


def _following(text: str, at: int) -> list[str]:
    """The two words after a position, folded."""
    return [fold(word) for word in regex.findall(r"\p{L}+", text[at : at + 40])[:2]]


def _preceding(text: str, at: int) -> list[str]:
    """The two words before a position, folded."""
    return [fold(word) for word in regex.findall(r"\p{L}+", text[max(0, at - 40) : at])[-2:]]


def _small_l(text: str, words: _Words) -> Iterator[Soiled]:
    """A small l at the end of a word in capitals: `GENERAl`, `ADMIRAl's`."""
    for found in sought(_SMALL_L, _SMALL_L_SIGN, text, words.within):
        if words.common(found["head"] + "L"):
            tail = (
                found["tail"].upper() if _CAPITALS_AFTER.match(text, found.end()) else found["tail"]
            )
            whole = found["head"] + "L" + tail
            why = f"{found.group()} is in capitals but for its l"
            yield _found(found.span(), whole, "case", why, sure=True, chance=0.98)


def _small_ends(text: str, words: _Words) -> Iterator[Soiled]:
    """The small letters at the end of a word of a heading in capitals: `HARBOURIsm`.

    The text has the word in small letters, or the language does. A plural of an abbreviation,
    `THE NGOs`, is none.
    """
    for found in sought(_SMALL_ENDS, _SMALL_ENDS_SIGN, text, words.within):
        line = (
            text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            + (text[found.end() :].partition("\n")[0])
        )
        form = fold(found.group())
        if line.upper() == line and (form in words.elsewhere or words.common(form)):
            whole = found.group().upper()
            why = f"{found.group()} is in capitals but for its end, in a line of capitals"
            yield _found(found.span(), whole, "case", why, sure=True, chance=0.98)


def _great_beginnings(text: str, words: _Words) -> Iterator[Soiled]:
    """A small letter that looks like its capital, at a line's beginning: `the harbour⏎With the`.

    Or the line above has lost its stop: only an editor can tell.
    """
    small = set(words.lexicon.pack.headings.uncapitalised)
    for found in _GREAT_BEGINNING.finditer(text):
        word = found["word"].lower()
        if word in small:
            why = f"“{found['word']}” within a sentence; the line above may have lost its stop"
            yield _found(found.span("word"), word, "case", why, sure=False, chance=0.6)


def _crossbars(text: str, words: _Words) -> Iterator[Soiled]:
    """A capital T whose bar was read as apostrophes: `'l'he`, `l'hen`.

    Not where `l'` is an article of the language.
    """
    if words.lexicon.pack.apostrophe.elides:
        return
    for found in sought(_CROSSBAR, _CROSSBAR_SIGN, text, words.within):
        whole = "T" + found["rest"]
        # no French word in l'h- is a word with th- as well, as `l'or` is with t-
        everyday = words.lexicon.frequency(fold(whole)) >= CROSSBAR or found["rest"][0] == "h"
        if everyday and words.common(whole):
            why = f"{found.group()} is a capital T that came apart"
            yield _found(found.span(), whole, "confusion", why, sure=True, chance=0.999)


def _lost_blanks(text: str, words: _Words) -> Iterator[Soiled]:
    """Commas without a blank after them, where the text sets one after nearly all: `mill,and`."""
    found = list(sought(_RUN_ON, _RUN_ON_SIGN, text))
    if not found or text.count(", ") + text.count(",\n") < SET_APART * len(found):
        return
    known = words.attested(form for one in found for form in (one["left"], one["right"]))
    for one in found:
        if one["left"] in known:
            why = "no blank after a comma between two words"
            sure = one["right"] in known
            yield _found(
                one.span("comma"), ", ", "split", why, sure=sure, chance=0.95 if sure else 0
            )


# -- names


def _names(text: str, words: _Words) -> Iterator[Soiled]:
    """A name that stands once, one inner letter from a name that the text has again and again."""
    places: dict[str, list[tuple[int, int]]] = {}
    for found in _CAPITALISED.finditer(text):
        places.setdefault(found.group(), []).append(found.span())
    often = [name for name, some in places.items() if len(some) >= NAMED]
    for name, some in places.items():
        if len(some) > 1 or len(name) < SHORTEST_NAME or words.lexicon.attested(name):
            continue
        twins = [one for one in often if _is_slip(name, one)]
        if len(twins) == 1:
            (other,) = twins
            why = f"{other} stands {len(places[other])} times in this text, {name} only here"
            doubled = is_variant(fold(name), fold(other), words.lexicon.language)
            yield _found(some[0], other, "name", why, sure=not doubled)


def _is_slip(name: str, other: str) -> bool:
    """Whether one inner letter separates two names: no ending, no initial (*Krotov*, *Krotova*)."""
    if abs(len(name) - len(other)) > 1 or name[:2] != other[:2] or name[-2:] != other[-2:]:
        return False
    return OSA.distance(name, other) == 1


# -- accents


def _accents(text: str, words: _Words) -> Iterator[Soiled]:
    for found in sought(_ACCENTED, _ACCENTED_SIGN, text, words.within):
        form = found.group()
        signs = [c for c in form if c in _ACCENTS]
        if len(signs) != 1 or len(form) < 3:
            continue
        sign = signs[0]
        readings = [form.replace(sign, put) for put in _ACCENTS[sign]]
        foreign, rare = words.lexicon.foreign_all([fold(r) for r in readings])
        known = {
            reading: words.lexicon.frequency(reading) + 10 * common + 0.1 * seldom
            for reading, common, seldom in zip(readings, foreign, rare, strict=True)
            if words.lexicon.attested(reading) or common or seldom
        }
        if not known:
            continue
        ranked = sorted(known, key=lambda r: (fold(r) in words.text, known[r]), reverse=True)
        best = ranked[0]
        plain = without_accents(best)
        sure = (
            fold(best) in words.text or len(ranked) == 1 or known[best] > LEADS * known[ranked[1]]
        )
        shown = tuple((r, 0.95 if sure else 0.7) if r == best else (r, 0.1) for r in ranked[:3])
        why = f"{sign} stands where {best} has an accent; {plain} has none"
        yield Soiled(*found.span(), shown, "spelling.accent", why, sure=sure)
