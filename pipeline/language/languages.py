"""The languages that emend knows: one folder each, read once and checked.

A language is a folder with a ``language.toml``, such as ``pipeline/languages/en/``. The folders in
``EMEND_LANGUAGES`` (several are separated as in ``PATH``) hold more of them, and a language there
replaces one of the same code that ships. docs/languages.md explains every key.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import regex

from pipeline.errors import EmendError

SHIPPED = Path(__file__).parent.parent / "languages"
_FILE = "language.toml"
_PATTERN = {"pattern": True}  # the field's texts are regular expressions
_WRITTEN = {str: "a text", bool: "true or false", tuple: "a list of texts"}


class LanguageError(EmendError):
    """An unknown language, or a language.toml with a mistake in it."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of a language, all small."""

    letters: str = ""  # beyond a to z
    vowels: str = ""
    words: str = ""  # the letters that are words by themselves
    capital_words: str = ""  # … and of these, those that are always written large: I
    accents_kept: str = ""  # letters that older spelling never wrote without their accent


@dataclass(frozen=True, slots=True)
class Apostrophe:
    """What an apostrophe parts."""

    before: tuple[str, ...] = ()  # what may stand before one as a word of its own: l'homme
    after: tuple[str, ...] = ()  # what may stand after one: dog's
    elides: str = ""  # the letters that a word begins with after an elided one
    contracted: tuple[tuple[str, str], ...] = ()  # before and after one in short forms: don, t


@dataclass(frozen=True, slots=True)
class Words:
    """Where the words of a language come from, and what regular words are made of."""

    wordfreq: str = ""  # the language's code in wordfreq
    symspell: str = ""  # the file of symspellpy that lists its words
    commonest: tuple[str, ...] = ()  # for a language of which wordfreq knows nothing
    function: tuple[str, ...] = ()  # the words that no sentence and no heading ends with
    speaking: tuple[str, ...] = ()  # verbs that tell who speaks, `said`, as stories use them
    plurals: tuple[str, ...] = ()  # endings
    no_plurals: tuple[str, ...] = ()  # endings that only look like a plural's: grass
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()  # with a full stop that ends no sentence
    folded: tuple[tuple[str, str], ...] = ()  # what the word lists write for a letter: ß, ss

    def as_listed(self, form: str) -> str:
        """Return a form as the word lists write it: `dass` for *daß*."""
        for letter, listed in self.folded:
            form = form.replace(letter, listed)
        return form


@dataclass(frozen=True, slots=True)
class Spelling:
    """How misread words are corrected."""

    corrected: bool = False
    classifier: str = ""  # whose classifier decides, if the folder has none of its own
    linking: tuple[str, ...] = ()  # what joins two words in a compound without a hyphen
    accents_vary: bool = False  # two words that differ in their accents alone are variants
    variants: tuple[tuple[str, str], ...] = field(default=(), metadata=_PATTERN)
    # a spelling that a reform took away: the words that show it, and where it wrote what
    older: tuple[str, ...] = field(default=(), metadata=_PATTERN)
    older_writes: tuple[tuple[str, str], ...] = field(default=(), metadata=_PATTERN)
    round_s: tuple[str, ...] = ()  # beginnings of words that end in s, which is never a long s
    dialect: tuple[str, ...] = field(default=(), metadata=_PATTERN)  # forms that are only spoken


@dataclass(frozen=True, slots=True)
class LineEnds:
    """Words hyphenated at line ends."""

    suspended: tuple[str, ...] = ()  # what follows a hyphen that stands for the rest of a word
    respelt: tuple[tuple[str, str], ...] = ()  # letters that change at a break: k-k is ck
    parted: tuple[str, ...] = ()  # prefixes with a hyphen before their own last vowel: re-elect
    enclitics: tuple[str, ...] = ()  # hung on a word by a hyphen: donnez-moi
    run_on: bool = False  # whether `de- scribed` is joined, not only proposed


@dataclass(frozen=True, slots=True)
class Dashes:
    """Telling a dash read as a hyphen from the hyphen of a compound."""

    clause_openers: tuple[str, ...] = ()  # begin a clause and hardly ever end a compound
    compound_beginnings: tuple[str, ...] = ()  # make compounds with clause openers: know-all
    compound_endings: tuple[str, ...] = ()  # how the second part of a new compound may end


@dataclass(frozen=True, slots=True)
class Headings:
    """The words of headings. A part stands above a chapter, a chapter above a section."""

    part: tuple[str, ...] = ()
    chapter: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    after_number: tuple[str, ...] = ()  # of these, those that stand after it: Erstes Kapitel
    article: tuple[str, ...] = ()  # between the word and its number: Book the First
    numbers: tuple[str, ...] = ()  # numbers in words
    uncapitalised: tuple[str, ...] = ()  # words that a capitalised title leaves small
    foreword: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what the heading of end notes begins with
    contents: tuple[str, ...] = ()  # in the heading of a table of contents
    index: tuple[str, ...] = ()
    bibliography: tuple[str, ...] = ()
    glossary: tuple[str, ...] = ()
    see: tuple[str, ...] = ()  # what leads from one entry of an index to another: see also
    trailer: tuple[str, ...] = field(default=(), metadata=_PATTERN)  # what ends a book: THE END.


@dataclass(frozen=True, slots=True)
class Pages:
    """Words beside the text of a page."""

    number: tuple[str, ...] = ()  # before a page number: Page 12, p. 12


@dataclass(frozen=True, slots=True)
class Correspondence:
    """How letters begin and end."""

    my: tuple[str, ...] = ()  # before `dear`
    dear: tuple[str, ...] = ()  # before a name
    addressed: tuple[str, ...] = ()  # by itself: Sir, Gentlemen
    close: tuple[str, ...] = field(default=(), metadata=_PATTERN)  # the line before the signature
    postscript: tuple[str, ...] = field(default=(), metadata=_PATTERN)  # or an enclosure
    to: tuple[str, ...] = ()  # before the person to whom a letter is sent


@dataclass(frozen=True, slots=True)
class TitlePage:
    """The words of title pages."""

    author: tuple[str, ...] = ()  # before the author's name: by
    byline: tuple[str, ...] = ()  # what else a byline begins with
    imprint: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    edition: tuple[str, ...] = ()
    dedication: tuple[str, ...] = ()  # what a dedication begins with


@dataclass(frozen=True, slots=True)
class Advertisements:
    """The words of booksellers."""

    phrases: tuple[str, ...] = ()
    extent: tuple[str, ...] = ()  # after a number of pages: 120 pp.
    money: tuple[str, ...] = ()  # after a sum
    prices: tuple[str, ...] = field(default=(), metadata=_PATTERN)


@dataclass(frozen=True, slots=True)
class Names:
    """What stands before names or begins them."""

    titles: tuple[str, ...] = ()  # Mr, Herr
    prefixes: tuple[str, ...] = ()  # a name that begins so is one, whatever follows: McAllan
    articles: tuple[str, ...] = ()  # may be written together with a name that is known: DeWitt


@dataclass(frozen=True, slots=True)
class Numbers:
    """What comes before and after numbers."""

    ordinals: tuple[str, ...] = ()  # endings by the last figure, of 0 to 9; 11 to 13 take 0's
    units: tuple[str, ...] = ()  # written without a blank: 12th, 8vo, 5lbs
    not_roman: tuple[str, ...] = ()  # words that look like a misread Roman numeral: Il
    counted: tuple[str, ...] = ()  # irregular plurals, which a number counts: men
    uncounted: tuple[str, ...] = ()  # words that only look like a plural
    before_figure: tuple[str, ...] = ()  # abbreviations, whose figure calls no note: No.1, fig.2
    # What shows that a number is one, and which; words that stand before it.
    before_year: tuple[str, ...] = field(default=(), metadata=_PATTERN)
    before_page: tuple[str, ...] = field(default=(), metadata=_PATTERN)
    before_part: tuple[str, ...] = field(default=(), metadata=_PATTERN)
    before_time: tuple[str, ...] = field(default=(), metadata=_PATTERN)
    months: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drama:
    """The words of plays."""

    moves: tuple[str, ...] = ()  # what a stage direction begins with: Enter, Exit
    cast: tuple[str, ...] = ()  # what the heading of a list of characters begins with
    acts: tuple[str, ...] = ()  # what the headings of a play are called: act, scene


@dataclass(frozen=True, slots=True)
class Gaps:
    """What transcribers type in brackets where something is missing, or no text."""

    illegible: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()  # where a picture stands: [Illustration: The harbour]


@dataclass(frozen=True, slots=True)
class Typography:
    """What printers do in a language."""

    space_before_stops: bool = False
    dialogue_dashes: bool = False  # whether a dash with a space before it shows who speaks
    low_quotation_marks: bool = False  # whether „ opens and “ closes
    capital_nouns: bool = False
    curled_quotes: bool = False  # whether “ and ” show what was typed as "


# `eq=False`: there is one object a language, so what is made of one can be cached by identity.
@dataclass(frozen=True, eq=False)
class Language:
    """All that is particular to a language; the default is one of which nothing is known."""

    code: str
    folder: Path | None = None
    name: str = ""  # in English
    alphabet: Alphabet = Alphabet()
    apostrophe: Apostrophe = Apostrophe()
    words: Words = Words()
    spelling: Spelling = Spelling()
    line_ends: LineEnds = LineEnds()
    dashes: Dashes = Dashes()
    headings: Headings = Headings()
    pages: Pages = Pages()
    correspondence: Correspondence = Correspondence()
    title_page: TitlePage = TitlePage()
    advertisements: Advertisements = Advertisements()
    names: Names = Names()
    numbers: Numbers = Numbers()
    drama: Drama = Drama()
    gaps: Gaps = Gaps()
    typography: Typography = Typography()

    def file(self, name: str) -> bytes | None:
        """The bytes of a file in the language's folder, None if there is none."""
        path = self.folder / name if self.folder else None
        return path.read_bytes() if path and path.is_file() else None


def of(tag: str) -> Language:
    """The language of a tag, regional ones too (``en-GB``). Of a strange one nothing is known."""
    return _of(_folders(), tag.split("-", maxsplit=1)[0].lower())


def pack(tag: str) -> Language:
    """The language of a tag, if words are corrected in it. Raises LanguageError if not."""
    found = of(tag)
    if not found.spelling.corrected:
        raise LanguageError(
            f"There is no language pack for {tag!r}: spelling is corrected in "
            f"{', '.join(packs())} only."
        )
    return found


def packs() -> tuple[str, ...]:
    """The codes of the languages in which words are corrected, in alphabetical order."""
    return tuple(code for code, one in known().items() if one.spelling.corrected)


def known() -> Mapping[str, Language]:
    """Every language that has a folder, by its code, in alphabetical order."""
    return _read(_folders())


def every() -> Language:
    """All known languages in one: their lists, one after another.

    For structure, which is much the same in all of them and shows in a text of another language as
    well: a German letter in an English book has a German close.
    """
    return _every(_folders())


def alternatives(phrases: Iterable[str]) -> str:
    """Phrases as the alternatives of a regular expression, the longest first; none match nothing.

    A blank in a phrase stands for any white space.
    """
    longest = sorted(dict.fromkeys(phrases), key=lambda phrase: -len(phrase))
    return "|".join(r"\s+".join(map(regex.escape, p.split())) for p in longest) or "(?!)"


def _folders() -> str:
    """The folders beside the shipped one. A text, because it is a key that is asked for often."""
    return os.environ.get("EMEND_LANGUAGES", "")


@lru_cache(maxsize=64)
def _of(folders: str, code: str) -> Language:
    return _read(folders).get(code) or Language(code)


@lru_cache(maxsize=8)
def _read(folders: str) -> Mapping[str, Language]:
    found: dict[str, Path] = {}
    for folder in (SHIPPED, *(Path(folder) for folder in folders.split(os.pathsep) if folder)):
        if not folder.is_dir():
            raise LanguageError(f"EMEND_LANGUAGES: {folder} is not a folder.")
        found |= {path.parent.name: path for path in folder.glob(f"*/{_FILE}")}
    return types.MappingProxyType({code: read(found[code]) for code in sorted(found)})


@lru_cache(maxsize=8)
def _every(folders: str) -> Language:
    languages = list(_read(folders).values())
    together: Language = _together(languages)
    return dataclasses.replace(together, code="", folder=None, name="")


def _together(parts: Sequence[Any]) -> Any:
    """Tuples one after another without repetitions, texts likewise; true if one is."""
    first = parts[0]
    if dataclasses.is_dataclass(first):
        names = [one.name for one in dataclasses.fields(first) if one.name != "folder"]
        joined = {name: _together([getattr(part, name) for part in parts]) for name in names}
        return type(first)(**joined)  # type: ignore[misc]
    if isinstance(first, bool):
        return any(parts)
    if isinstance(first, str):
        return "".join(dict.fromkeys("".join(parts)))
    return tuple(dict.fromkeys(item for part in parts for item in part))


def read(path: Path) -> Language:
    """The language that a language.toml describes, in a folder named by its code.

    Raises:
        LanguageError: The file is no TOML, or has an unknown key or a value of the wrong kind.

    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LanguageError(f"{path}: not valid TOML ({error}).") from None
    language: Language = _section(Language, given, path, "", code=path.parent.name)
    if not language.name:
        raise LanguageError(f'{path}: "name" is missing: the language\'s name in English.')
    return dataclasses.replace(language, folder=path.parent)


def _section(kind: type[Any], given: Mapping[str, Any], path: Path, at: str, **more: Any) -> Any:
    hints = get_type_hints(kind)
    fields = {one.name: one for one in dataclasses.fields(kind)}
    allowed = [name for name in fields if name not in {"code", "folder"}]
    values = {}
    for key, value in given.items():
        if key not in allowed:
            raise LanguageError(
                f'{path}: unknown key "{at}{key}"; known keys: {", ".join(allowed)}.'
            )
        hint = hints[key]
        if dataclasses.is_dataclass(hint):
            if not isinstance(value, dict):
                raise LanguageError(f'{path}: "{key}" must be a section, [{key}].')
            values[key] = _section(hint, value, path, f"{key}.")  # type: ignore[arg-type]
        else:
            values[key] = _value(hint, value, f'{path}: "{at}{key}"')
            # the tests read ours as anybody's; to compile them all takes a third of a second
            if fields[key].metadata and SHIPPED not in path.parents:
                _compile(values[key], f'{path}: "{at}{key}"')
    return kind(**more, **values)


def _value(hint: Any, value: Any, where: str) -> Any:
    """A value as its field has it: a list of texts may also be one text of words with blanks."""
    if get_origin(hint) is not tuple:
        if type(value) is not hint:
            raise LanguageError(f"{where} must be {_WRITTEN[hint]}, got {value!r}.")
        return value
    of_pairs = get_origin(get_args(hint)[0]) is tuple
    if isinstance(value, str) and not of_pairs:
        return tuple(value.split())
    if not isinstance(value, list):
        raise LanguageError(
            f"{where} must be {'a list of pairs' if of_pairs else _WRITTEN[tuple]}, got {value!r}."
        )
    for one in value:
        fits = _is_pair(one) if of_pairs else isinstance(one, str)
        if not fits:
            wanted = "pairs of texts" if of_pairs else "texts"
            raise LanguageError(f"{where} must hold only {wanted}, got {one!r}.")
    return tuple(tuple(one) if of_pairs else one for one in value)


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)
    )


def _compile(patterns: Iterable[str | tuple[str, str]], where: str) -> None:
    for one in patterns:
        pattern = one if isinstance(one, str) else one[0]
        try:
            regex.compile(pattern)
        except regex.error as error:
            raise LanguageError(
                f"{where} contains an invalid regular expression, {pattern!r}: {error}."
            ) from None
