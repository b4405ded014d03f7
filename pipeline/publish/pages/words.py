"""Words as the page shows them: each in one piece, however it was printed, typed or corrected.

A browser finds and copies `government` only if no element divides it, so a word that was
hyphenated at a line end (`gov-⏎ernment`), typed with a straight apostrophe or corrected in part is
one `Word`, which knows its other forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.publish.model.model import (
    Edit,
    Furniture,
    Glyph,
    Hyphen,
    Inline,
    LineBreak,
    PageStart,
    Span,
    spoken,
)

# Characters that no word goes across.
_BOUNDARY: Final = re.compile(r"[\s—–…(){}\[\]“”\"/|]+")
_LAST_BOUNDARY: Final = re.compile(r".*[\s—–…(){}\[\]“”\"/|]", re.DOTALL)
_BETWEEN: Final = (PageStart, Furniture)  # may stand within a word and is no part of it
_PLAIN: Final = (str, Glyph, Hyphen)  # what an edit within a word may consist of
_OUTER: Final = re.compile(r"^([^\w'’-]*)(.*?)([^\w'’-]*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its forms: as edited, as the OCR read it, as its printed lines show it."""

    edited: str
    ocr: str
    printed: str
    edits: tuple[Edit, ...]
    zones: tuple[str, ...]  # of the lines that begin within it
    ids: tuple[str, ...] = ()  # of line ends within it that a pending change is about


def grouped(content: Iterable[Inline]) -> Iterator[Inline | Word]:
    """Inlines with the parts of each divided word brought together.

    A page that begins within a word comes after it, with the page furniture.
    """
    text = ""  # adjacent strings are one
    for one in _words_and_rest(content):
        if isinstance(one, str):
            text += one
            continue
        if text:
            yield text
            text = ""
        yield one
    if text:
        yield text


def _words_and_rest(content: Iterable[Inline]) -> Iterator[Inline | Word]:
    run: list[Inline] = []
    for one in content:
        if isinstance(one, str):
            first = _BOUNDARY.search(one)
            if first is None:
                run.append(one)
                continue
            if first.start():
                run.append(one[: first.start()])
            yield from _closed(run)
            run = []
            last = _LAST_BOUNDARY.match(one)
            assert last is not None
            yield one[first.start() : last.end()]
            if last.end() < len(one):
                run.append(one[last.end() :])
        elif _is_part(one) or (run and _is_passed_over(one)):
            run.append(one)
        else:
            yield from _closed(run)
            run = []
            yield one
    yield from _closed(run)


def _is_part(one: Inline) -> bool:
    """Whether something may stand within a word."""
    if isinstance(one, LineBreak):
        return one.joined
    if isinstance(one, Glyph):
        return one.edited in {"'", "’", "‘"} and bool(one.ocr)
    if isinstance(one, Edit):
        if not all(isinstance(part, _PLAIN) for part in (*one.edited, *one.ocr)):
            return False
        edited = _edited(one)
        return not edited or (
            _BOUNDARY.search(edited) is None and re.search(r"[\w'’-]", edited) is not None
        )
    return isinstance(one, Hyphen)


def _is_passed_over(one: Inline) -> bool:
    """Whether a word may go on after something that is no part of it."""
    if isinstance(one, Edit):
        return one.kind == "furniture"
    return isinstance(one, _BETWEEN) or (isinstance(one, Span) and not one.content)


def _closed(run: list[Inline]) -> Iterator[Inline | Word]:
    """A run of inlines without a boundary: a word, and what stands before and after it."""
    if len(run) < 2:
        yield from run
        return
    start, end = 0, len(run)
    while start < end and not _begins(run[start]):
        start += 1
    while end > start and not _begins(run[end - 1]):
        end -= 1
    yield from run[:start]
    inner = run[start:end]
    parts = [one for one in inner if not _is_passed_over(one)]
    if len(parts) < 2 or all(isinstance(one, str) for one in parts):
        yield from inner
    else:
        before, word, after = _word(parts)
        if before:
            yield before
        yield word
        if after:
            yield after
        yield from (one for one in inner if _is_passed_over(one))
    yield from run[end:]


def _begins(one: Inline) -> bool:
    """Whether a word can begin or end with it."""
    if isinstance(one, str):
        return True
    return isinstance(one, Glyph) or (isinstance(one, Edit) and bool(_edited(one)))


def _word(parts: list[Inline]) -> tuple[str, Word, str]:
    """The word that some parts make, and the punctuation around it."""
    edited = ocr = printed = before = after = ""
    edits: list[Edit] = []
    zones: list[str] = []
    ids: list[str] = []
    for i, one in enumerate(parts):
        if isinstance(one, LineBreak):
            ocr += "\n"
            printed += "-\n" if one.hyphen else "\n"
            edits += [one.edit] if one.edit else []
            zones.append(one.zone)
            ids += [one.id] if one.id else []
        elif isinstance(one, Hyphen):
            ocr += one.text
            printed += one.text
        elif isinstance(one, Edit):
            said = _edited(one)
            edited += said
            printed += said or "".join(h.text for h in one.ocr if isinstance(h, Hyphen))
            ocr += "".join(spoken(one.ocr, "ocr"))
            edits.append(one)
        elif isinstance(one, Glyph):
            edited, printed, ocr = edited + one.edited, printed + one.edited, ocr + one.ocr
        else:
            text = str(one)
            outer = _OUTER.match(text)
            if i == 0 and outer and outer.group(2):
                before, text = outer.group(1), text[len(outer.group(1)) :]
            elif i == len(parts) - 1 and outer and outer.group(2):
                after = outer.group(3)
                text = text[: len(text) - len(after)]
            edited, printed, ocr = edited + text, printed + text, ocr + text
    return before, Word(edited, ocr, printed, tuple(edits), tuple(zones), tuple(ids)), after


def _edited(edit: Edit) -> str:
    return "".join(spoken(edit.edited, "edited"))
