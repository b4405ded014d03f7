r"""Divisions: the text under each heading, the end notes, and the part of the book they belong to.

A division runs from its heading to the next one of the same or a higher level. A foreword at the
beginning belongs to the front, and so does a table of contents before or after it; end notes,
advertisements, and an index, glossary or bibliography at the end belong to the back. In a file of
blog posts, each heading begins a post. What follows `THE END.` is in no chapter before it.

Left alone: a text without headings is one division.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.document import Document, Mark
from pipeline.language import languages
from pipeline.language.languages import Language, alternatives

_Head = tuple[tuple[int, int], int]  # the span of a heading, and its level

_BESIDE = frozenset({"sub", "series", "bibl"})  # heads that begin no division of their own
_OVER_A_LIST = 9  # characters: `PAGE`, between a heading and its list


@lru_cache(maxsize=8)
def _foreword(known: Language) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(known.headings.foreword)})\b", re.IGNORECASE)


@lru_cache(maxsize=8)
def _named(known: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What begins a numbered heading: `Chapter 2`, `Drittes Kapitel`, `Book the First`."""
    of = known.headings
    chapter = alternatives(of.chapter)
    behind = alternatives(of.after_number)
    numbers = rf"[ivxlc]+|\d+|{alternatives((*of.article, *of.numbers))}"
    acts = alternatives(set(of.part) & set(known.drama.acts))
    scenes = alternatives(set(known.drama.acts) - set(of.part))
    played = [
        (kind, rf"\s*(?:(?:{word})\s+(?:(?:{numbers})\b|\w{{3,9}}\W*$)|\S+\s(?:{word})\b\W*$)")
        for kind, word in (("act", acts), ("scene", scenes))
    ]
    patterns = (
        *played,
        ("chapter", rf"\s*(?:{chapter}|\w+ (?:{behind}))\b"),
        ("part", rf"\s*(?:{alternatives(of.part)})\s+(?:{numbers})\b"),
    )
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in patterns)


def divisions(document: Document) -> Iterator[Mark]:
    """Marks divisions."""
    text = document.text
    end = len(text.rstrip())
    given = [
        (document.reading_span(mark.start, mark.end), mark) for mark in document.marked("division")
    ]
    front = max((span[1] for span, mark in given if mark.get("part") == "front"), default=0)
    back = min((span[0] for span, mark in given if mark.get("part") == "back"), default=end)
    end_notes = [
        document.reading_at(mark.start)
        for mark in document.marked("note")
        if mark.get("place") == "end"
    ]
    if (
        end_notes
        and end_notes[0] < back
        and not any(
            front <= at < end_notes[0] for at in _heads(document, after=end_notes[0], until=back)
        )
    ):
        notes_end = max(
            document.reading_at(mark.end, end=True)
            for mark in document.marked("note")
            if mark.get("place") == "end"
        )
        opens = _headed(document, end_notes[0])
        yield Mark("division", opens, min(notes_end, back), (("type", "notes"), ("part", "back")))
        back = opens
    heads = [
        (document.reading_span(mark.start, mark.end), int(mark.get("level", "1")))
        for mark in document.marked("heading")
        if mark.get("type") not in _BESIDE and front <= document.reading_at(mark.start) < back
    ]
    heads = _with_series(document, _past_the_end(document, heads))
    lists = [
        (*document.reading_span(mark.start, mark.end), mark.get("type"))
        for mark in document.marked("list")
        if mark.get("type")
    ]
    heads, of_lists = _with_lists(text, heads, lists, back)
    subs = {
        document.reading_at(mark.start): document.reading_span(mark.start, mark.end)[1]
        for mark in document.marked("heading")
    }
    first = front + len(text[front:]) - len(text[front:].lstrip())
    opening = heads[0][0][0] if heads else back
    if text[first:opening].strip():
        yield Mark(
            "division",
            first,
            _tight(text, opening),
            (("type", "text"), ("part", "body"), ("level", "1")),
        )
    posts = "post" in dict(document.facts).get("kind", "") or "blog" in dict(document.facts).get(
        "kind", ""
    )
    deep = any(level > 1 for _, level in heads)
    top = "chapter" if sum(level == 1 for _, level in heads) > 1 else "text"
    leads = True  # whether nothing but front matter has come yet
    for n, ((start, head_end), level) in enumerate(heads):
        close = next((other for (other, _), depth in heads[n + 1 :] if depth <= level), back)
        title = text[start:head_end] + "".join(
            text[s:e] for s, e in subs.items() if head_end <= s and not text[head_end:s].strip()
        )
        kind = (
            "post"
            if posts and level == 1
            else _called(text[start:head_end]) or (top if deep and level == 1 else "section")
        )
        part = "body"
        if n in of_lists:
            kind, part = of_lists[n]
            leads = leads and part == "front"
            if text[first:opening].strip() and part == "front":
                part = "body"
        elif (
            leads
            and level == 1
            and not text[first:opening].strip()
            and _foreword(languages.every()).search(title)
            and len(heads) > 1
        ):
            kind, part = "foreword", "front"
        else:
            leads = False
        yield Mark(
            "division",
            start,
            _tight(text, close),
            (("type", kind), ("part", part), ("level", str(level))),
        )


def _with_series(document: Document, heads: Sequence[_Head]) -> list[_Head]:
    """The headings, each from the series that stands before it: `A WORLD TO WIN #24`."""
    found = []
    for (start, end), level in heads:
        first = start
        for mark in document.marked("heading"):
            at, until = document.reading_span(mark.start, mark.end)
            if mark.get("type") == "series" and not document.text[until:start].strip():
                first = at
                break
        found.append(((first, end), level))
    return found


def _with_lists(
    text: str,
    heads: Sequence[_Head],
    lists: Sequence[tuple[int, int, str]],
    end: int,
) -> tuple[list[_Head], dict[int, tuple[str, str]]]:
    """The headings, those of lists at either end of the text raised to the first level.

    With them, for each heading of a list (by number), the type and the part of its division.
    """
    found: dict[int, tuple[int, str]] = {}
    for n, ((_, head_end), _) in enumerate(heads):
        for start, stop, kind in lists:
            if head_end <= start and len(text[head_end:start].strip()) < _OVER_A_LIST:
                found[n] = (stop, kind)
                break
    parts: dict[int, tuple[str, str]] = {n: (kind, "body") for n, (_, kind) in found.items()}
    front = 0
    while front in found:
        parts[front] = (found[front][1], "front")
        front += 1
    last = len(heads)
    while last - 1 in found and last - 1 >= front and not text[found[last - 1][0] : end].strip():
        last -= 1
        end = heads[last][0][0]
        parts[last] = (found[last][1], "back")
    raised = [
        (span, 1 if parts.get(n, ("", "body"))[1] != "body" else level)
        for n, (span, level) in enumerate(heads)
    ]
    return raised, parts


def _called(title: str) -> str:
    """What a numbered heading calls its division."""
    named = _named(languages.every())
    return next((kind for kind, pattern in named if pattern.match(title)), "")


def _heads(document: Document, *, after: int, until: int) -> list[int]:
    """Where headings are between two points; end notes before headings belong to one chapter."""
    found = (document.reading_at(mark.start) for mark in document.marked("heading"))
    return [at for at in found if after < at < until]


def _past_the_end(document: Document, heads: list[_Head]) -> list[_Head]:
    """The heads, of which those after `THE END.` stand in no chapter that it closes."""
    ends = min((document.reading_at(mark.start) for mark in document.marked("trailer")), default=-1)
    top = min((level for _, level in heads), default=1)
    return [(span, top if 0 <= ends < span[0] else level) for span, level in heads]


def _headed(document: Document, at: int) -> int:
    """Where the headings begin that stand right above a place; the place itself if none does."""
    for mark in reversed(list(document.marked("heading"))):
        start, end = document.reading_span(mark.start, mark.end)
        if end <= at and not document.text[end:at].strip():
            at = start
    return at


def _tight(text: str, end: int) -> int:
    """A division's end without the white space before it."""
    return len(text[:end].rstrip())
