r"""Tables of contents, indexes, bibliographies and glossaries.

Each begins with a heading that names it (`CONTENTS.`, `General Index`, `Works Cited`,
`A Glossary of Terms`) and goes on with entries of its kind.

- In a table of contents or an index, most entries end with page numbers
  (`The Fish Market . . . . 2`, `Keepers, the, 3, 4`) or lead to another entry
  (`See also Light-house`). An indented line belongs to the entry above it: as a sub-entry if that
  entry is complete (`  their book, 4`), otherwise as its continuation. A page number becomes a link
  if the text has that page.
- In a bibliography, the entries have a hanging indent or blank lines between them, and most of them
  have a year.
- In a glossary, each entry begins with its term: `Calf: leather made from the skin of a calf.`

- Pages of a dictionary may have no heading. Their entries begin with a word and its class (`ABAFT,
  prep. Behind;`), or with the word alone if they are many (`Abaft. Behind;`), and the words are in
  the order of the alphabet.

Left alone: a list of chapters without page numbers, prose about an index, a heading that is
followed by paragraphs, a year at the end of a sentence, page numbers of pages that the text does
not have.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives
from pipeline.text.blocks import LONG, TERMINAL, Block, Line, blocks, in_capitals

_Kind = Literal["contents", "index", "glossary", "bibliography"]

_HEADING = 8  # words: a longer line is no heading
_LEAST = 3  # entries
_RUBRIC = 60  # characters: `CHAPTER I.`, `A`, `FIRST DAY`, between entries with page numbers
_ENTRY = 500  # characters: a longer one is a paragraph
_PAGE = r"(?:\d{1,4}|[ivxlcdm]{1,7})"
_ENDS_WITH_PAGE = re.compile(
    rf"(?:[,;:.·…\s])\s*{_PAGE}(?:\s?[-–—]\s?{_PAGE}|\s?(?:ff?|n)\b\.?)?[.,;]?$"
)
_LOCATOR = re.compile(
    rf"(?:[,;:]\s?|[.·…]\s+|[.·…]{{2,}}|\s{{2,}}|(?<=\d)\s?[-–—]\s?)(?P<page>{_PAGE})"
    r"(?=\s?(?:[,;.–—-]|ff?\b|n\b|$))"
)
_YEAR = re.compile(r"\b(?:1[4-9]\d\d|20\d\d)\b")
_TERM = re.compile(r"(?P<term>[^\W\d_][^:.;—–\n]{0,40}?)\.?(?P<sign>\s?[:—–])\s*\S")
_OPENING = re.compile(r"\W*(?P<words>[^\W\d_][^,.:;\n]{0,60}?)[,.:;]")  # `Marsh, John`, `Of Tides.`
_PHRASE = re.compile(r"[,;\d].*\s[^\W\d_A-ZÀ-Þ]+$")  # `the bell, cast in 1603 and`
_HEADWORD = re.compile(
    r"(?P<term>[A-ZÀ-Þ][^\W\d_]+(?:[-’' ][^\W\d_]+){0,2})[.,:]\s"
    r"(?P<class>(?:[a-zà-ÿ]{1,5}\.\s?){1,4})?(?=[^\W\d_(\[])"
)
_FAMILIAR = 5  # entries of a page of a dictionary, at least, whose words have no class
_CAPITAL = re.compile(r"[\"“‘'«»„(\[*_]{0,3}[A-ZÀ-ÞŒ]|[—–-]{2,}|\d")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry: its span, how far it is set in, and the lines that it has."""

    start: int
    end: int
    indent: int
    level: int = 1


@lru_cache(maxsize=8)
def _words(known: Language) -> tuple[tuple[_Kind, re.Pattern[str]], ...]:
    """The words of the headings, by what they name."""
    of = known.headings
    named: tuple[tuple[_Kind, tuple[str, ...]], ...] = (
        ("contents", of.contents),
        ("index", of.index),
        ("bibliography", of.bibliography),
        ("glossary", of.glossary),
    )
    return tuple(
        (kind, re.compile(rf"\b(?:{alternatives(words)})\b", re.IGNORECASE))
        for kind, words in named
    )


@lru_cache(maxsize=8)
def _leads_on(known: Language) -> re.Pattern[str]:
    """An entry that leads to another: `See also Keepers`."""
    words = alternatives(form for word in known.headings.see for form in (word, word.capitalize()))
    return re.compile(rf"(?:^|[\s(*_])(?:{words})(?:\s[\w*]+)*\s\W*[A-ZÀ-Þ]")


def indexes(document: Document) -> Iterator[Mark]:
    """Marks the entries of contents, indexes, bibliographies and glossaries, and their pages."""
    found = blocks(document, claimed=False)
    pages = _pages(document)
    after = 0
    for n, block in enumerate(found):
        kind = _named(block)
        if kind is None or block.start < after:
            continue
        run = _run(found, n, kind)
        entries = _entries(run, kind)
        if len(entries) < _LEAST or not _are_alike(document.text, entries, kind):
            continue
        if kind in {"contents", "index"}:
            entries = _nested(entries)
        after = entries[-1].end
        yield from _lists(entries, kind)
        for entry in entries:
            yield from _inside(document.text, entry, kind, pages)
    yield from _dictionary([block for block in found if block.start >= after])


def _dictionary(found: Sequence[Block]) -> Iterator[Mark]:
    """The entries of a dictionary's pages, which no heading names; their words tell it."""
    run: list[tuple[_Entry, re.Match[str]]] = []
    above: Line | None = None
    for block in found:
        for line in block.lines:
            m = _HEADWORD.match(line.text)
            finished = above is None or TERMINAL.search(above.text) is not None
            if m and finished and (not run or _sorted(run[-1][1]["term"], m["term"])):
                run.append((_Entry(line.span[0], line.span[1], line.indent), m))
            elif run and (line is not block.lines[0] or above is None or not finished):
                run[-1] = (replace(run[-1][0], end=line.span[1]), run[-1][1])
            else:
                yield from _dictionary_entries(run)
                run = [(_Entry(*line.span, line.indent), m)] if m and finished else []
            above = line
    yield from _dictionary_entries(run)


def _dictionary_entries(run: Sequence[tuple[_Entry, re.Match[str]]]) -> Iterator[Mark]:
    """The marks of entries in the order of the alphabet, if enough of them say so."""
    classed = sum(m["class"] is not None for _, m in run)
    alike = sum(
        _key(one[1]["term"])[:1] == _key(after[1]["term"])[:1] for one, after in pairwise(run)
    )
    known = len(run) > _LEAST and classed >= 0.8 * len(run)
    plain = len(run) >= _FAMILIAR and alike >= 0.8 * (len(run) - 1)
    if not known and not (plain and all(len(m["term"].split()) == 1 for _, m in run)):
        return
    yield from _lists([entry for entry, _ in run], "glossary")
    for entry, m in run:
        yield Mark("label", entry.start, entry.start + m.end("term"))


def _key(term: str) -> str:
    """A word as dictionaries sort it: without accents, capitals, hyphens and blanks."""
    bare = unicodedata.normalize("NFD", term.casefold())
    return "".join(filter(str.isalpha, bare))


def _sorted(before: str, after: str) -> bool:
    """Whether a word may follow another in a dictionary: after it, of the same or next initial."""
    one, other = _key(before), _key(after)
    return one < other and ord(other[0]) - ord(one[0]) < 2


def _pages(document: Document) -> dict[str, str]:
    """What a page number is called in its mark, for the numbers that only one page has."""
    names = [name for mark in document.marked("page") if (name := mark.get("n"))]
    counted = Counter(name.strip("[]").lower() for name in names)
    return {bare: name for name in names if counted[bare := name.strip("[]").lower()] == 1}


def _named(block: Block) -> _Kind | None:
    """What the heading that a block is, or begins with, says that follows."""
    text = block.lines[0].text
    if len(text) > _RUBRIC * 4:
        return None
    words = re.findall(r"[^\W\d_]+", text)
    if not 0 < len(words) <= _HEADING or text.endswith((",", ";")) or _ends_with_page(text):
        return None
    if not in_capitals(text) and not words[0][0].isupper():
        return None
    if len(block.lines) > 1 and not _ends_with_page(block.text):
        return None
    found = [(m, kind) for kind, word in _words(languages.every()) if (m := word.search(text))]
    # `Índice alfabético` names an index, `Índice` a table of contents
    return max(found, key=lambda one: len(one[0][0]), default=(None, None))[1]


def _ends_with_page(text: str) -> bool:
    """Whether a page number ends a text. Only its end is searched: it may be a run of blanks."""
    return _ENDS_WITH_PAGE.search(text[-_RUBRIC:]) is not None


# Which lines are entries


def _run(found: Sequence[Block], heading: int, kind: _Kind) -> list[Block]:
    """The blocks of entries after a heading; what stands in the heading's own block comes first."""
    run: list[Block] = []
    first = found[heading]
    if len(first.lines) > 1:
        run.append(Block(first.lines[1:], 0, page_start=False))
    rubrics = 0  # short blocks at the end of the run, which entries must follow
    for block in found[heading + 1 :]:
        if _holds_entries(block, kind):
            run.append(block)
            rubrics = 0
        elif _is_rubric(block, kind) and rubrics < 2:
            run.append(block)
            rubrics += 1
        else:
            break
    run = run[: len(run) - rubrics]
    if run and run[0].lines[0].text.strip(". ").lower() in languages.every().pages.number:
        rest = run[0].lines[1:]  # `PAGE` stands over the column of numbers
        run[:1] = [Block(rest, 0, page_start=False)] if rest else []
    return run


def _is_rubric(block: Block, kind: _Kind) -> bool:
    """Whether a short block may stand between entries: `CHAPTER I.`, the letter `B`."""
    if len(block.text) > _RUBRIC or len(block.lines) > 2:
        return False
    return kind in {"contents", "index"} or len(block.text) < 3


def _holds_entries(block: Block, kind: _Kind) -> bool:
    """Whether a block has entries of this kind and nothing else."""
    if any(len(line.text) > 2 * LONG for line in block.lines):
        return False
    entries = [_text(lines) for lines in _cut(block, kind)]
    if not entries or any(len(text) > _ENTRY for text in entries):
        return False
    if kind in {"contents", "index"}:
        complete = sum(_is_complete(text) for text in entries)
        return complete >= 0.5 * len(entries)
    if in_capitals(block.text) or not all(_CAPITAL.match(text) for text in entries):
        return False
    return kind == "bibliography" or all(_TERM.match(text) for text in entries)


def _is_complete(text: str) -> bool:
    return bool(_ends_with_page(text) or _leads_on(languages.every()).search(text))


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)


def _cut(block: Block, kind: _Kind) -> list[tuple[Line, ...]]:
    """The lines of a block as entries, each with the lines that go on with it."""
    margin = min(line.indent for line in block.lines)
    width = max(len(line.text) for line in block.lines)
    entries: list[list[Line]] = []
    for line in block.lines:
        if entries and _goes_on(entries[-1], line, margin, width, kind):
            entries[-1].append(line)
        else:
            entries.append([line])
    return [tuple(lines) for lines in entries]


def _goes_on(entry: Sequence[Line], line: Line, margin: int, width: int, kind: _Kind) -> bool:
    """Whether a line is the rest of an entry, rather than one of its own."""
    if kind in {"bibliography", "glossary"}:
        return line.indent > margin or not _CAPITAL.match(line.text)
    text = _text(entry)
    if _is_complete(text):
        # `Lamp, 2,⏎  3, 4`, `Dues, 2, 5;⏎see also Harbour`; not the entry that follows
        on = r"[\d,;]|[^\W\d_A-ZÀ-Þ]" if text.endswith(";") else r"[\d,;]"
        return bool(re.match(on, line.text)) and text.endswith((",", ";"))
    if line.indent > entry[0].indent:
        return len(entry[-1].text) > 0.6 * width
    if line.text[:1].islower() or line.text[:1].isdigit():
        return True
    # `his house burnt, 12; marries⏎Anne Cole, 31`: a full line that ends within a phrase
    cut = _PHRASE.search(text) is not None and len(entry[-1].text) > 0.7 * width
    return kind == "index" and cut and line.indent == entry[0].indent


def _entries(run: Sequence[Block], kind: _Kind) -> list[_Entry]:
    """The entries of a run.

    In a bibliography, a block that is set in goes on with the entry before it.
    """
    found: list[_Entry] = []
    for block in run:
        for lines in _cut(block, kind):
            first, last = lines[0], lines[-1]
            entry = _Entry(first.span[0], last.span[1], first.indent)
            if found and kind == "bibliography" and entry.indent > found[0].indent:
                found[-1] = replace(found[-1], end=entry.end)
            else:
                found.append(entry)
    return found


def _are_alike(text: str, entries: Sequence[_Entry], kind: _Kind) -> bool:
    """Whether entries of a glossary have one sign after the term; of a bibliography, years."""
    texts = [text[entry.start : entry.end] for entry in entries]
    if kind == "glossary":
        return len({m["sign"].strip() for one in texts if (m := _TERM.match(one))}) == 1
    if kind == "bibliography":
        dated = sum(_YEAR.search(one) is not None for one in texts)
        return dated >= 0.6 * len(texts) and sum(map(_is_reference, texts)) >= 0.8 * len(texts)
    return True


def _is_reference(text: str) -> bool:
    """Whether a text begins as a reference does: with a name or a title, not with a sentence."""
    m = _OPENING.match(text)
    small = languages.every().headings.uncapitalised
    return m is not None and all(
        not word[0].islower() or word in small for word in m["words"].split()
    )


def _nested(entries: Sequence[_Entry]) -> list[_Entry]:
    """Entries with their levels: one that is set in further than another is below it."""
    out: list[_Entry] = []
    above: list[int] = []
    for entry in entries:
        while above and entry.indent <= above[-1]:
            above.pop()
        above.append(entry.indent)
        out.append(replace(entry, level=min(len(above), 3)))
    return out


# The marks


def _lists(entries: Sequence[_Entry], kind: _Kind, level: int = 1) -> Iterator[Mark]:
    """A list of entries, with the lists of the entries below each."""
    attributes = (("type", kind),) if level == 1 else ()
    yield Mark("list", entries[0].start, entries[-1].end, (*attributes, ("rend", "simple")))
    tops = [n for n, entry in enumerate(entries) if entry.level <= level]
    for n, until in pairwise([*tops, len(entries)]):
        below = entries[n + 1 : until]
        end = below[-1].end if below else entries[n].end
        yield Mark("item", entries[n].start, end, (("level", str(level)),))
        if below:
            yield from _lists(below, kind, level + 1)


def _inside(text: str, entry: _Entry, kind: _Kind, pages: dict[str, str]) -> Iterator[Mark]:
    """What stands in an entry: page numbers, the term that is explained, the reference."""
    if kind == "bibliography":
        yield Mark("reference", entry.start, entry.end)
    elif kind == "glossary":
        if m := _TERM.match(text, entry.start, entry.end):
            yield Mark("label", *m.span("term"))
    else:
        for m in _LOCATOR.finditer(text, entry.start, entry.end):
            if name := pages.get(m["page"].lower()):
                yield Mark("locator", *m.span("page"), (("n", name),))
