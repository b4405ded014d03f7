"""Full-text search without a server, from disk and from the web.

Editions are grouped in shards, so that a change to one rebuilds little. The index has two steps, so
that a reader of a thousand editions loads little: the word lists of a shard, one for each first
letter, say which editions have a word; the passages of an edition, each with its address, are
loaded only if it may hold a hit. All are scripts, the only thing that a page opened from disk may
load. Words are found by their edited form, by their OCR reading and by a reading that is proposed
and pending.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import regex

from pipeline.publish.model.model import Edition, flatten

Passage = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]
"""Address, page, edited text, OCR readings that differ from it, readings that are pending."""

_WORD: Final = regex.compile(r"[\p{L}\p{N}]+")
_MARKS: Final = regex.compile(r"\p{M}+")
_SHARD: Final = 2_000_000  # words in a shard, which is rebuilt when one of its editions changes
PAGE: Final = "§"  # begins the entry of a page in the word lists: `§12`


def passages(edition: Edition) -> list[Passage]:
    """What can be found in an edition, with the address of each hit.

    A block without an address, such as a cell of a table, has that of the block before it.
    """
    ocr: dict[str, list[str]] = {}
    pending: dict[str, list[str]] = {}
    for entry in edition.entries:
        before = entry.before.strip()
        if entry.verdict == "made" and entry.kind != "linebreak" and before:
            ocr.setdefault(entry.block, []).append(before)
        elif entry.verdict == "held":
            readings = (entry.after, *entry.others)
            pending.setdefault(entry.within or entry.block, []).extend(filter(None, readings))

    def passage(name: str, page: str, text: str) -> Passage:
        return name, page, text, tuple(ocr.get(name, ())), tuple(pending.get(name, ()))

    found: list[Passage] = []
    address = ""
    for block in flatten(edition.blocks):
        address = block.id or address
        if not block.text:
            continue
        if block.id:
            found.append(passage(block.id, block.page, block.text))
        else:
            found.append((address, block.page, block.text, (), ()))
    for note in edition.notes.values():
        parts = [block for block in flatten(note.blocks) if block.text]
        found += [
            (note.id, part.page, part.text, *passage(part.id or note.id, "", "")[3:])
            for part in parts
        ]
    return found


def fold(text: str) -> str:
    """A text in lower case and without accents, folded as the script folds it."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower()


def vocabulary(edition: Edition, found: Iterable[Passage]) -> list[str]:
    """The distinct words of some passages, folded and sorted, with the edition's pages."""
    words: set[str] = set()
    for _, _, text, ocr, pending in found:
        words.update(_WORD.findall(fold(" ".join((text, *ocr, *pending)))))
    pages = {PAGE + re.sub(r"[\s\[\]]+", "", fold(page.n)) for page in edition.pages}
    return sorted(words | pages)


def passages_script(edition: Edition, found: Sequence[Passage], files: Mapping[str, str]) -> str:
    """An edition's passages and pages as a script; `files` says where each is, if in several."""

    def place(name: str) -> str:
        return f"{files[name]}#{name}" if name in files else name

    rows = ",\n".join(_row((place(one[0]), *one[1:])) for one in found)
    pages = json.dumps([(place(page.id), page.n) for page in edition.pages], ensure_ascii=False)
    return f"emendPassages({json.dumps(edition.id)},[\n{rows}\n],{pages});\n"


def _row(passage: Passage) -> str:
    """A passage as JSON, without the lists at its end that are empty."""
    row: list[Any] = list(passage)
    while row and row[-1] == ():
        row.pop()
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


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


def library_script(
    editions: Sequence[Mapping[str, Any]],
    shards: Mapping[str, tuple[Sequence[str], Sequence[str]]],
) -> str:
    """What the library page needs to search: editions in order, and the contents of each shard."""
    places = {one["id"]: i for i, one in enumerate(editions)}
    known = {
        "editions": [[one["id"], one["title"]] for one in editions],
        "shards": {
            shard: [[places[name] for name in names], "".join(letters)]
            for shard, (names, letters) in shards.items()
        },
    }
    return f"emendLibrary({json.dumps(known, ensure_ascii=False, separators=(',', ':'))});\n"
