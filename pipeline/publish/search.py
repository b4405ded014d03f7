"""Full-text search without a server: a small index that works from disk, and pagefind's.

Editions are grouped in shards, so that a change to one rebuilds little. emend's own index has two
steps, so that a reader of a thousand editions loads little: the word lists of a shard, one for each
first letter, say which editions have a word; the passages of an edition, each with its address, are
loaded only if it may hold a hit. All are scripts, the only thing that a page opened from disk may
load. Words are found by their corrected form and by their OCR reading.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from pipeline.errors import MissingExtraError
from pipeline.publish.model.model import Edition, flatten
from pipeline.publish.pages.templates import render

Passage = tuple[str, str, str, str]  # id, page, edited text, OCR readings that differ

_WORD: Final = re.compile(r"[^\W_]+")
_MARKS: Final = re.compile(r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f]+")
_TOGETHER: Final = 1200  # words in a page of pagefind's index: small enough to load for a hit
_SHARD: Final = 2_000_000  # words in a shard, which is rebuilt when one of its editions changes


def passages(edition: Edition) -> list[Passage]:
    """What can be found in an edition, with the address of each hit."""
    ocr: dict[str, list[str]] = {}
    for entry in edition.entries:
        if entry.verdict == "made" and entry.kind != "linebreak" and entry.before.strip():
            ocr.setdefault(entry.block, []).append(entry.before.strip())
    found = [
        (block.id, block.page, block.text, " ".join(ocr.get(block.id, ())))
        for block in flatten(edition.blocks)
        if block.text and block.id
    ]
    found += [
        (
            note.id,
            note.blocks[0].page if note.blocks else "",
            note.text,
            " ".join(ocr.get(note.id, ())),
        )
        for note in edition.notes.values()
        if note.text
    ]
    return found


def fold(text: str) -> str:
    """A text in lower case and without accents, folded as the script folds it."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower()


def vocabulary(found: Iterable[Passage]) -> list[str]:
    """The distinct words of some passages, folded and sorted."""
    return sorted(
        {word for _, _, text, ocr in found for word in _WORD.findall(fold(f"{text} {ocr}"))}
    )


def passages_script(name: str, found: Sequence[Passage]) -> str:
    """An edition's passages as a script."""
    rows = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found)
    return f"emendPassages({json.dumps(name)},[\n{rows}\n]);\n"


def read_passages(script: str) -> list[Passage]:
    """The passages in a script that `passages_script` wrote."""
    rows = json.loads(script[script.index(",[") + 1 : script.rindex(");")])
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def word_scripts(shard: str, vocabularies: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The words of some editions as scripts, one for each first letter.

    Editions are numbered in the order of their ids.
    """
    words: dict[str, list[str]] = {}
    for i, name in enumerate(sorted(vocabularies)):
        number = _base36(i)
        for word in vocabularies[name]:
            if word in words:
                words[word].append(number)
            else:
                words[word] = [number]
    parts: dict[str, list[str]] = {}
    for word in sorted(words):
        parts.setdefault(word[:1], []).append(f"{word} {' '.join(words[word])}")
    return {
        letter: f"emendWords({json.dumps(shard + letter)},{_string(lines)});\n"
        for letter, lines in parts.items()
    }


def _string(lines: list[str]) -> str:
    return json.dumps("\n".join(lines), ensure_ascii=False)


def part_name(shard: str, letter: str) -> str:
    """The name of the file for the words of a shard with this first letter."""
    return (
        f"w-{shard}-{letter if letter.isascii() and letter.isalnum() else f'_{ord(letter):x}'}.js"
    )


def _base36(n: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    out = digits[n % 36]
    while n := n // 36:
        out = digits[n % 36] + out
    return out


# Pagefind


def shards(editions: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The editions of each shard, by its name.

    A shard has one language. Its members depend on their ids alone: a new edition moves no other.
    """
    by_language: dict[str, list[Mapping[str, Any]]] = {}
    for one in editions:
        by_language.setdefault(one["language"].split("-")[0].lower(), []).append(one)
    found: dict[str, list[str]] = {}
    for language, members in sorted(by_language.items()):
        count = 1
        while count * _SHARD < sum(one["words"] for one in members):
            count *= 2
        for name in sorted(one["id"] for one in members):
            place = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % count
            found.setdefault(f"{language}-{place:02}", []).append(name)
    return dict(sorted(found.items()))


def build_pagefind(
    out: Path, editions: Iterable[tuple[str, str, Sequence[Passage]]], language: str
) -> None:
    """Write a pagefind index of editions (id, title, passages).

    Raises:
        MissingExtraError: pagefind is not installed.
    """
    try:
        from pagefind.index import IndexConfig, PagefindIndex  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("pagefind", "publish") from None

    async def build(pages: str) -> None:
        async with PagefindIndex(
            config=IndexConfig(output_path=str(out), force_language=language)
        ) as index:
            await index.add_directory(pages)

    shutil.rmtree(out, ignore_errors=True)
    # As files: handing over the pages one by one takes a tenth of a second each (pagefind 1.5).
    with tempfile.TemporaryDirectory() as pages:
        for name, title, found in editions:
            Path(pages, name).mkdir()
            for i, content in enumerate(_pages(name, title, found)):
                Path(pages, name, f"{i:05}.html").write_text(content, "utf-8")
        with ThreadPoolExecutor(1) as thread:  # the caller may run an event loop in this thread
            thread.submit(lambda: asyncio.run(build(pages))).result()
    for unused in (*out.glob("pagefind-*ui*"), out / "pagefind-highlight.js"):
        unused.unlink(missing_ok=True)


def _pages(name: str, title: str, found: Sequence[Passage]) -> Iterator[str]:
    """Passages as small pages, each small enough to load for a hit."""
    part: list[Passage] = []
    words = 0
    for passage in found:
        part.append(passage)
        words += passage[2].count(" ") + 1
        if words >= _TOGETHER:
            yield render("passages.html.jinja", name=name, title=title, passages=part)
            part, words = [], 0
    if part:
        yield render("passages.html.jinja", name=name, title=title, passages=part)


def library_script(
    editions: Sequence[Mapping[str, Any]],
    shards: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    indexes: Sequence[str],
) -> str:
    """What the library page needs to search: editions in order, and the contents of each shard."""
    places = {one["id"]: i for i, one in enumerate(editions)}
    known = {
        "editions": [[one["id"], one["title"]] for one in editions],
        "shards": {
            shard: [[places[name] for name in names], "".join(letters)]
            for shard, (names, letters) in shards.items()
        },
        "pagefind": list(indexes),
    }
    return f"emendLibrary({json.dumps(known, ensure_ascii=False, separators=(',', ':'))});\n"
