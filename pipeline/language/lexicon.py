"""The lexicon: which words are attested, from several lists and the text's own.

A word is *attested* if a curated list has it (Hunspell's American or British dictionary, the list
of symspellpy), if two or more novels of the period use it, or if wordfreq or a ``words.txt`` has it
as more than a slip. wordfreq draws on the web and so contains both rare names and the commonest OCR
errors (``tbe``, ``ofthe``, ``aud``). It therefore does not attest a word that it alone knows and
that is one OCR confusion away from a word hundreds of times commoner.

The lists are compiled on first use into arrays (see `pipeline.cache`) and memory-mapped
from then on.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from pipeline.cache import compiled
from pipeline.language import languages
from pipeline.language.figures import LOGS, shipped, unpack
from pipeline.language.languages import Language, pack
from pipeline.language.letter_model import count_spelling

# what each bit of a word's `flags` says; a word that is UNLISTED is no slip, and read for a form
# near it, but does not attest one
NOVELS, SPELLED, LISTED, COMMON, ATTESTED, NAME, UNLISTED = 1, 2, 4, 8, 16, 32, 64
ASKED = 200_000  # words whose answer is kept
WORD_LIST = "words.txt"  # in a language's folder: words that no package lists
EDITION = "14"  # counts up when the compiled arrays change their meaning

_INNER = regex.compile(r"[-‐‑–—/]")
_WORD = regex.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def fold(word: str) -> str:
    """Return the form under which a word is looked up.

    In small letters, with a straight apostrophe, long s and typographic ligatures resolved.
    """
    if word.isascii():  # most are
        return word.lower()
    return composed(word).lower().translate(_FOLD)


E_ABOVE = "\u0364"


def composed(text: str) -> str:
    """Write letters with a small e above them, as German was printed, as umlauts: `faͤhrt`."""
    if E_ABOVE not in text:
        return text
    for letter, umlaut in zip("aouAOU", "äöüÄÖÜ", strict=True):
        text = text.replace(letter + E_ABOVE, umlaut)
    return text


def with_e_above(text: str) -> str:
    """Write umlauts as letters with a small e above them, the reverse of `composed`."""
    for letter, umlaut in zip("aouAOU", "äöüÄÖÜ", strict=True):
        text = text.replace(umlaut, letter + E_ABOVE)
    return text


_FOLD = str.maketrans(
    {
        "’": "'",
        "ſ": "s",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬀ": "ff",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00ad": "",
    }
)


def digests(words: Iterable[str]) -> NDArray[np.uint64]:
    """Return a 64-bit digest of each word."""
    return np.frombuffer(
        b"".join(
            [
                hashlib.blake2b(w.encode("utf-8", "surrogatepass"), digest_size=8).digest()
                for w in words
            ]
        ),
        np.uint64,
    )


class Lexicon:
    """The words of a language and, after `with_words`, of one text."""

    def __init__(self, language: str, folder: Path) -> None:
        """Map the compiled arrays in `folder`."""

        def table(name: str) -> NDArray[Any]:
            return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))

        self.language = language
        self.pack = pack(language)
        self._numeral = _numeral(languages.every())
        self._text, self._offset = table("text"), table("offset")
        self._digest, self._digest_id = table("digest"), table("digest_id")
        self.per_million, self.flags, self.capital = (
            table("per_million"),
            table("flags"),
            table("capital"),
        )
        self.period = table("period")  # per million in prose of the period alone
        self._foreign, self._foreign_rare = table("foreign"), table("foreign_rare")
        self.own: frozenset[str] = frozenset()
        self._asked: dict[str, bool] = {}  # words looked up one by one

    def __len__(self) -> int:
        """Return how many words are numbered."""
        return len(self._offset) - 1

    def with_words(self, words: Iterable[str]) -> Lexicon:
        """Return this lexicon with a text's own words added, each attested in any letter case."""
        more = object.__new__(Lexicon)
        more.__dict__.update(self.__dict__)
        more.own = self.own | {fold(w.strip()) for w in words if w.strip()}
        more._asked = {}
        return more

    def ids(self, words: Sequence[str]) -> NDArray[np.int32]:
        """Return the numbers of folded words; -1 for unknown ones."""
        if not words:
            return np.zeros(0, np.int32)
        for letter, listed_as in self.pack.words.folded:
            words = [word.replace(letter, listed_as) for word in words]
        wanted = digests(words)
        place = np.minimum(np.searchsorted(self._digest, wanted), len(self._digest) - 1)
        return np.where(self._digest[place] == wanted, self._digest_id[place], -1).astype(np.int32)

    def word(self, number: int) -> str:
        """Return the word with this number."""
        return bytes(self._text[self._offset[number] : self._offset[number + 1]]).decode()

    def words_of(self, numbers: NDArray[Any]) -> list[str]:
        """Return the words with many numbers."""
        letters = self._text.tobytes()
        starts, ends = self._offset[numbers].tolist(), self._offset[numbers + 1].tolist()
        return [letters[low:high].decode() for low, high in zip(starts, ends, strict=True)]

    def words_with(self, letters: str, least: float) -> list[str]:
        """Return the words with these letters in a row, at least so frequent (per million)."""
        found = [m.start() for m in re.finditer(re.escape(letters.encode()), self._text.data)]
        numbers = np.unique(np.searchsorted(self._offset, found, "right") - 1)
        common = numbers[self.per_million[numbers] >= least].tolist()
        return [word for number in common if letters in (word := self.word(number))]

    def elision(self, form: str) -> str:
        """Return the elided word that a folded form begins with: ``l'`` of *l'ostel*, else ""."""
        head, mark, tail = form.partition("'")
        return head + mark if tail and head in self.pack.apostrophe.before else ""

    def attested(self, word: str) -> bool:
        """Whether the word is attested, as it stands or by its parts (possessive, compound, …)."""
        form = fold(word.strip())
        if not form:
            return False
        known = self._asked.get(form)
        if known is None:
            if len(self._asked) >= ASKED:
                self._asked.clear()
            known = form in self.own or self._listed([form])[0] or self._derived(form)
            self._asked[form] = known
        return known

    def attested_all(self, forms: Sequence[str]) -> list[bool]:
        """Return `attested` for many folded forms at once."""
        listed = self._listed(forms)
        stems = {form: self._stems(form) for ok, form in zip(listed, forms, strict=True) if not ok}
        every = sorted({stem for some in stems.values() for stem in some})
        known = {stem for stem, ok in zip(every, self._listed(every), strict=True) if ok} | self.own
        return [
            ok
            or form in self.own
            or any(stem in known for stem in stems[form])
            or self._derived(form, inflected=False)
            for ok, form in zip(listed, forms, strict=True)
        ]

    def frequency(self, word: str) -> float:
        """Return the word's frequency per million, in period prose and today; 0 if unknown."""
        number = int(self.ids([fold(word.strip())])[0])
        return float(self.per_million[number]) if number >= 0 else 0.0

    def frequencies(self, forms: Sequence[str]) -> list[float]:
        """Return `frequency` for many folded forms at once."""
        ids = self.ids(forms)
        return np.where(ids >= 0, self.per_million[ids], 0.0).tolist()  # type: ignore[no-any-return]

    def _listed(self, forms: Sequence[str]) -> list[bool]:
        if not forms:
            return []
        ids = self.ids(forms)
        return ((self.flags[ids] & ATTESTED > 0) & (ids >= 0)).tolist()  # type: ignore[no-any-return]

    def _slip(self, form: str) -> bool:
        """Whether a list has the form, but more likely as a misreading than as a word."""
        number = int(self.ids([form])[0])
        return number >= 0 and self.flags[number] & (ATTESTED | COMMON) == COMMON

    def _stems(self, form: str) -> list[str]:
        """Return what a regular form may derive from: *kulaks*, *subspecifically*."""
        if len(form) < 5 or not form.isalpha():
            return []
        found = [
            form.removesuffix(affix)
            for affix in self.pack.words.plurals
            if form.endswith(affix) and not form.endswith(2 * affix)
        ]
        found += [
            form[len(affix) :]
            for affix in self.pack.words.prefixes
            if form.startswith(affix) and len(form) - len(affix) > 4
        ]
        return found + [
            form[: -len(affix)]
            for affix in self.pack.words.suffixes
            if form.endswith(affix) and len(form) - len(affix) > 3
        ]

    def foreign_all(self, forms: Sequence[str]) -> tuple[list[bool], list[bool]]:
        """Return which folded forms are common words of another language, and which are words."""
        wanted = digests(forms)

        def among(table: NDArray[np.uint64]) -> list[bool]:
            if not len(wanted) or not len(table):
                return [False] * len(forms)
            at = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
            found: list[bool] = (table[at] == wanted).tolist()
            return found

        return among(self._foreign), among(self._foreign_rare)

    def _derived(self, form: str, *, inflected: bool = True) -> bool:
        """Possessives, elisions, compounds and numerals of attested words."""
        if self._numeral.fullmatch(form):  # but `dc` is French *de* far more often than 600
            return not (form.isalpha() and self._slip(form))
        if (bare := form.strip("'")) != form and bare:
            return self.attested(bare)  # 'tis, boys'
        if _INNER.search(form):
            parts = [p for p in _INNER.split(form) if p]
            return len(parts) > 1 and all(len(p) > 1 and self.attested(p) for p in parts)
        head, mark, tail = form.rpartition("'")
        if not mark:
            stems = self._stems(form) if inflected else []
            return any(
                ok or stem in self.own for ok, stem in zip(self._listed(stems), stems, strict=True)
            )
        if not tail or tail in self.pack.apostrophe.after:
            return bool(head) and (head in self.own or self._listed([head])[0])
        return head in self.pack.apostrophe.before and (tail in self.own or self._listed([tail])[0])


@cache
def lexicon(language: str) -> Lexicon:
    """Return a language's lexicon. Raises LanguageError if words are not corrected in it."""
    return Lexicon(pack(language).code, compiled_language(language))


@cache
def compiled_language(language: str) -> Path:
    """Return the folder of a language's compiled arrays, built on first use (a few seconds)."""
    which = pack(language)
    figures = shipped(which.code, "words") or b""
    prose = shipped(which.code, "period") or b""
    others = tuple(one for one in languages.known().values() if one.code != which.code)
    sources = (
        EDITION,
        metadata.version("wordfreq"),
        metadata.version("symspellpy"),
        [(one.code, one.words, one.alphabet, one.file(WORD_LIST)) for one in (which, *others)],
    )
    return compiled(
        which.code,
        repr(sources).encode() + hashlib.blake2b(figures + prose).digest(),
        lambda folder: _compile(which, others, figures, prose, folder),
    )


def _compile(
    which: Language, others: Sequence[Language], figures: bytes, prose: bytes, folder: Path
) -> None:
    """Merge the lists, number the words (the novels' first, by frequency), write the arrays."""
    found = unpack(figures) if figures else {}
    novels = _lines(found.get("words"))
    count = dict(zip(novels, found.get("count", np.zeros(0)).tolist(), strict=True))
    seldom = set(_lines(found.get("seldom")))  # in two books or more, but not in the model
    once = set(_lines(found.get("once"))) | seldom
    spelled = set(_lines(found.get("spelled")))
    web = {fold(w): f for w, f in _frequencies(which, "best").items() if _is_word(w)}
    listed = symspell_list(which.words.symspell) if which.words.symspell else {}
    in_prose = _prose(prose)
    beside = sorted((web.keys() | listed.keys() | once | spelled) - count.keys())
    beside = [w for w in beside if _is_word(w)]
    words = novels + sorted(beside, key=lambda w: web.get(w, 0.0), reverse=True)
    known = set(words)
    words += [w for w, f in in_prose.items() if f >= UNLISTED_LEAST and w not in known]
    total = max(1, sum(count.values()))
    total_listed = max(1, sum(listed.values()))

    books = np.zeros(len(words), np.uint8)
    books[: len(novels)] = found.get("books", 0)
    capital = np.zeros(len(words), np.uint8)
    capital[: len(novels)] = found.get("capital", 0)
    counted = list(count.values()) + [(w in once) + (w in seldom) for w in words[len(novels) :]]
    seen = np.array(counted, float)
    seen *= 1e6 / total
    now = np.array([web.get(w, 0.0) for w in words])
    if listed:
        now = np.maximum(now, 0.2 * np.array([listed.get(w, 0) for w in words]) / total_listed)
    now *= 1e6
    per_million = (seen + now) / 2 if count else now
    period = seen if count else now
    if in_prose:
        period = np.array([in_prose.get(w, 0.0) for w in words])
        beyond = np.array([w not in known for w in words])
        per_million[beyond] = period[beyond] / 2

    flags = np.zeros(len(words), np.uint8)
    in_books = (books >= 2) | _among(words, seldom)
    flags |= np.where(in_books, NOVELS, 0).astype(np.uint8)
    flags |= SPELLED * _among(words, spelled).astype(np.uint8)
    flags |= LISTED * _among(words, listed).astype(np.uint8)
    flags |= np.where(now >= (1.0 if spelled else 0.1), COMMON, 0).astype(np.uint8)
    flags |= np.where(capital > 230, NAME, 0).astype(np.uint8)
    sure = flags & (SPELLED | LISTED) > 0
    curated = bool(spelled or listed)
    twin = _commoner_twin(words, per_million, twice=not curated)
    slip = (twin > 300 * np.maximum(per_million, 0.01)) & (seen < 0.5)
    if not curated:  # novels may be misread themselves: `nnd`, `dic`
        slip |= twin > 3000 * np.maximum(per_million, 0.01)
    sure |= (flags & (NOVELS | COMMON) > 0) & ~slip
    short = [i for i, w in enumerate(words) if len(w) == 1]
    sure[short] &= _among([words[i] for i in short], set(which.alphabet.words))
    flags |= np.where(sure, ATTESTED, 0).astype(np.uint8)
    unlisted = ~sure & ~slip & (np.maximum(now, period) >= UNLISTED_LEAST) & bool(in_prose)
    unlisted &= np.array([len(w) >= UNLISTED_LETTERS and w.isalpha() for w in words])
    flags |= np.where(unlisted, UNLISTED, 0).astype(np.uint8)

    quoted: dict[str, float] = {}
    for other in others:
        for w, f in _frequencies(other, "small").items():
            if len(w) > 1 and f > quoted.get(fold(w), 0.0):
                quoted[fold(w)] = f
    foreign = {w: f for w, f in quoted.items() if f >= FOREIGN * web.get(w, 0.0) and _is_word(w)}
    digest, often = digests(foreign), np.array(list(foreign.values()))
    for name, least in (("foreign", 3e-6), ("foreign_rare", 0.0)):
        np.save(folder / f"{name}.npy", np.sort(digest[often >= least]))

    unigram = np.full(len(words), -8.0, np.float32)
    unigram[: len(novels)] = found.get("unigram", 0)
    rest = slice(len(novels), None)
    rare = np.where(now > 0, now * (0.15 if count else 1.0), per_million)
    unigram[rest] = np.log10(np.clip(rare[rest] * 1e-6, 1e-8, None))

    _save(
        folder,
        words,
        {
            "per_million": per_million.astype(np.float32),
            "period": period.astype(np.float32),
            "flags": flags,
            "capital": capital,
            "unigram": unigram,
        },
    )
    real = np.flatnonzero(flags & (ATTESTED | COMMON))
    np.save(
        folder / "spelling.npy",
        count_spelling([words[i] for i in real], np.log2(2 + 10 * per_million[real]).tolist()),
    )
    empty = np.zeros(0, np.uint32)
    np.save(folder / "pair.npy", np.cumsum(found.get("pair", empty), dtype=np.uint32))
    np.save(folder / "triple.npy", np.cumsum(found.get("triple", empty), dtype=np.uint64))
    for name in ("pair_p", "back2", "triple_p"):
        np.save(folder / f"{name}.npy", found.get(name, np.zeros(0, np.uint8)))
    np.save(folder / "back1.npy", found.get("back1", np.zeros(0)).astype(np.float32))


def _is_word(form: str) -> bool:
    """Whether a form is letters, with apostrophes between them."""
    return form.isalpha() or _WORD.fullmatch(form) is not None


def _among(words: Sequence[str], some: Container[str]) -> NDArray[np.bool_]:
    """Which of the words are among some."""
    return np.fromiter(map(some.__contains__, words), bool, len(words))


UNLISTED_LEAST, UNLISTED_LETTERS = 0.03, 4  # per million; letters
FOREIGN = 30  # times as common in another language as in this: *de*, *nous*, *propagande*


_ROMAN = "(?=[mdclxvi])m*(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})j?"


def _numeral(every: Language) -> regex.Pattern[str]:
    """Numbers in figures, with what is written after them without a blank, and Roman numerals."""
    endings = {*every.numbers.ordinals, *every.numbers.units, *"km cm mm kg g m h % °".split()}
    after = "|".join(regex.escape(one) for one in sorted(endings, key=lambda e: (-len(e), e)))
    return regex.compile(rf"(?:[£$€]?\d+(?:[.,:/]\d+)*(?:{after})?|{_ROMAN})\.?", regex.IGNORECASE)


def _frequencies(language: Language, size: str) -> dict[str, float]:
    """How often the words of a language stand in a text, as shares of it."""
    if (listed := language.file(WORD_LIST)) is not None:
        return _counted(listed.decode("utf-8-sig"))
    if language.words.wordfreq:
        import wordfreq  # noqa: PLC0415  # takes time to load, and only the first use needs it

        found: dict[str, float] = wordfreq.get_frequency_dict(language.words.wordfreq, size)
        return found
    return dict.fromkeys(language.words.commonest, 1e-3)


def _counted(listed: str) -> dict[str, float]:
    """The words of a list, one a line, each followed by how often it was counted (once if not)."""
    counts: Counter[str] = Counter()
    for line in listed.splitlines():
        word, _, number = line.partition("\t")
        if word.strip():
            counts[fold(word.strip())] += int(number) if number.strip().isdigit() else 1
    total = max(1, counts.total())
    return {word: n / total for word, n in counts.items()}


def _save(folder: Path, words: list[str], arrays: dict[str, NDArray[Any]]) -> None:
    encoded = [w.encode() for w in words]
    digest = digests(words)
    order = np.argsort(digest)
    np.save(folder / "text.npy", np.frombuffer(b"".join(encoded), np.uint8))
    np.save(folder / "offset.npy", np.cumsum([0, *map(len, encoded)], dtype=np.uint32))
    np.save(folder / "digest.npy", digest[order])
    np.save(folder / "digest_id.npy", order.astype(np.int32))
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def _prose(packed: bytes) -> dict[str, float]:
    """How many of a million words of the period's prose each word is, from ``period.xz``."""
    if not packed:
        return {}
    figures = unpack(packed)
    shares = 10 ** LOGS[figures["share"]].astype(float) * 1e6
    return dict(zip(_lines(figures["words"]), shares.tolist(), strict=True))


def _lines(packed: NDArray[np.uint8] | None) -> list[str]:
    return packed.tobytes().decode().split("\n") if packed is not None and len(packed) else []


def symspell_list(name: str) -> dict[str, int]:
    """Read a word list of symspellpy from the package; its own loader would take seconds."""
    from importlib import resources  # noqa: PLC0415

    with (resources.files("symspellpy") / name).open(encoding="utf-8-sig") as lines:
        counted = dict(line.split() for line in lines)
    return {form: int(n) for word, n in counted.items() if _WORD.fullmatch(form := fold(word))}


# The commonest misreadings, right>wrong: enough to recognise a misread word in a word list.
_SLIPS = (
    "h>b h>li n>u u>n e>c c>e e>o o>e a>u a>n m>rn m>in rn>m ri>n i>l l>i t>f f>t s>e i>j "
    "n>ii in>m w>av w>vv th>tli d>cl cl>d "
    "y>v v>y f>s s>f g>q h>lt"
)


def _commoner_twin(
    words: list[str], per_million: NDArray[np.floating[Any]], *, twice: bool
) -> NDArray[np.floating[Any]]:
    """Return, for each word, the frequency of the commonest word that it may misread.

    If `twice`, two slips are thought of in everyday words: `fic` for German *sie*.
    """
    common = {w: f for w, f in zip(words, per_million.tolist(), strict=True) if f >= 3}
    place = {w: i for i, w in enumerate(words)}
    best = np.zeros(len(words))

    def offer(form: str, frequency: float) -> None:
        at = place.get(form, -1)
        if at >= 0 and frequency > best[at]:
            best[at] = frequency

    slips = [s.split(">") for s in _SLIPS.split()]

    def slipped(word: str) -> Iterator[str]:
        for right, wrong in slips:
            at = word.find(right)
            while at >= 0:
                yield word[:at] + wrong + word[at + len(right) :]
                at = word.find(right, at + 1)

    for word, frequency in common.items():
        for form in slipped(word):
            offer(form, frequency)
            for again in slipped(form) if twice and frequency >= 1000 else ():
                offer(again, frequency / 10)
    seconds = [w for w, f in common.items() if f >= 1000]
    for first in [w for w, f in common.items() if f >= 500]:  # run together: ofthe
        for second in seconds:
            offer(first + second, (common[first] * common[second]) ** 0.5)
    return best
