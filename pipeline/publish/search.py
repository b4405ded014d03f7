"""Full-text search without a server: a small index of our own, which works from disk, and
pagefind's where it is installed.

Editions stand in shards, so that a change of one makes few things anew. Our index has two steps, so
that a reader of a thousand editions loads little: a shard's list of words, cut by their first
letter, says which editions have a word; an edition's passages, each with its address, are loaded
when it may hold a hit. All are scripts, since a page opened from disk may load those and nothing
else. A word is found by its corrected and by its OCR form.
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

Passage = tuple[str, str, str, str]  # id, page, edited text, the OCR's words where they differ

_WORD: Final = re.compile(r"[^\W_]+")
_MARKS: Final = re.compile(r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f]+")
_TOGETHER: Final = 1200  # words in one page of pagefind's index: small enough to load for a hit
_SHARD: Final = 2_000_000  # words in one shard, the least that is made anew when an edition changes


def passages(edition: Edition) -> list[Passage]:
    """What can be found in an edition, each with the address that a hit leads to."""
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
    """A text as it is searched: small letters without accents. The script folds the same way."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower()


def vocabulary(found: Iterable[Passage]) -> list[str]:
    """Every word of some passages, folded, once, sorted."""
    return sorted(
        {word for _, _, text, ocr in found for word in _WORD.findall(fold(f"{text} {ocr}"))}
    )


def passages_script(name: str, found: Sequence[Passage]) -> str:
    """An edition's passages as a script."""
    rows = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found)
    return f"emendPassages({json.dumps(name)},[\n{rows}\n]);\n"


def read_passages(script: str) -> list[Passage]:
    """The passages out of such a script."""
    rows = json.loads(script[script.index(",[") + 1 : script.rindex(");")])
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def word_scripts(shard: str, vocabularies: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The words of some editions as scripts, one for each letter that a word begins with.

    Editions are given by their number in the order of their ids.
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
        letter: f"emendWords({json.dumps(shard + letter)},{json.dumps(chr(10).join(lines), ensure_ascii=False)});\n"
        for letter, lines in parts.items()
    }


def part_name(shard: str, letter: str) -> str:
    """The file that holds the words of a shard with this first letter."""
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
    """Which editions share a shard, by the shard's name: those of one language, by their ids alone,
    so that one more moves no other.
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
    """Write one pagefind index of editions (id, title, passages). Raises MissingExtraError where
    pagefind is not installed.
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
    # As files, since each page that is handed over by itself costs a tenth of a second (pagefind
    # 1.5).
    with tempfile.TemporaryDirectory() as pages:
        for name, title, found in editions:
            Path(pages, name).mkdir()
            for i, content in enumerate(_pages(name, title, found)):
                Path(pages, name, f"{i:05}.html").write_text(content, "utf-8")
        with ThreadPoolExecutor(
            1
        ) as thread:  # whoever calls may have a loop of their own running in this one
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
    """What the library page must know to search: the editions in order, and for each shard which of
    them it holds and its words' letters.
    """
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
