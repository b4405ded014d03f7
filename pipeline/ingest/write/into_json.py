"""Write corrections into JSON: the words, and the lines and texts that repeat them.

The services have no field for a second reading, so the OCR's stays in the ledger; docling keeps it
in `orig`. Everything else in the file stays byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.ingest.layer import Placed, legible
from pipeline.ingest.readers.fields import Object, mapping, objects, string

if TYPE_CHECKING:
    from pipeline.ingest.write import Edit

_Path = tuple[str | int, ...]  # the keys and indices that lead to a value
_Change = tuple[dict[str, Any], str, str]  # the word's object, what the OCR read, its reading


def correct(data: Any, words: Sequence[Placed], edits: Sequence[Edit]) -> None:
    """Write the corrections into the parsed JSON."""
    changes: list[_Change] = []
    for edit in edits:
        for index, reading in zip(edit.words, edit.readings, strict=True):
            word = words[index].word
            if word.element is not None and legible(word.text) != reading:
                changes.append((word.element, word.text, reading))
    for answer in data if isinstance(data, list) else [data]:
        if isinstance(answer, dict):
            _correct(answer, changes)


def _correct(answer: dict[str, Any], changes: Sequence[_Change]) -> None:
    here = {id(one) for one in _dicts(answer)}
    mine = [change for change in changes if id(change[0]) in here]
    if not mine:
        return
    if "Blocks" in answer:
        _textract(answer, mine)
    elif answer.get("schema_name") == "DoclingDocument":
        for element, old, reading in mine:
            marker = f"{element.get('marker') or ''} "
            said = string(element.get("text"))
            element["text"] = said.replace(
                old.removeprefix(marker), reading.removeprefix(marker), 1
            )
    elif any("symbols" in element for element, _, _ in mine):
        _google(answer, mine)
    else:
        _azure(answer, mine)


# AWS Textract


def _textract(answer: Object, changes: Sequence[_Change]) -> None:
    """`Text` of words, and of the lines that have them as children."""
    readings = {id(element): reading for element, _, reading in changes}
    by_id = {string(block.get("Id")): block for block in objects(answer.get("Blocks"))}
    for line in by_id.values():
        children = [
            by_id[identity]
            for relation in objects(line.get("Relationships"))
            if relation.get("Type") == "CHILD"
            for identity in relation.get("Ids") or ()
            if identity in by_id
        ]
        if line.get("BlockType") == "LINE" and any(id(one) in readings for one in children):
            pairs = [
                (string(one.get("Text")), readings.get(id(one), string(one.get("Text"))))
                for one in children
            ]
            line["Text"] = _through(string(line.get("Text")), pairs)
    for element, _, reading in changes:
        element["Text"] = reading


# Google Cloud Vision


def _google(answer: dict[str, Any], changes: Sequence[_Change]) -> None:
    """The symbols of words, the whole text, and the words of `textAnnotations`."""
    readings = {id(element): reading for element, _, reading in changes}
    for response in objects(answer.get("responses")) or [answer]:
        full = mapping(response.get("fullTextAnnotation") or response.get("full_text_annotation"))
        words = [
            word
            for page in objects(full.get("pages"))
            for block in objects(page.get("blocks"))
            for paragraph in objects(block.get("paragraphs"))
            for word in objects(paragraph.get("words"))
        ]
        pairs = [
            (
                old := "".join(string(one.get("text")) for one in objects(word.get("symbols"))),
                readings.get(id(word), old),
            )
            for word in words
        ]
        if all(old == new for old, new in pairs):
            continue
        if "text" in full:
            full["text"] = _through(string(full["text"]), pairs)
        entries = objects(response.get("textAnnotations"))
        if entries:
            entries[0]["description"] = _through(string(entries[0].get("description")), pairs)
        at = 1
        for old, new in pairs:
            if at < len(entries) and string(entries[at].get("description")) == old:
                entries[at]["description"] = new
                at += 1
        for word, (old, new) in zip(words, pairs, strict=True):
            if old != new:
                _spell(objects(word.get("symbols")), new)


def _spell(symbols: Sequence[dict[str, Any]], reading: str) -> None:
    """A word's letters: one a symbol, the rest in the last; symbols left over are empty."""
    for number, symbol in enumerate(symbols):
        last = number == len(symbols) - 1
        symbol["text"] = reading[number:] if last else reading[number : number + 1]


# Azure


def _azure(answer: dict[str, Any], changes: Sequence[_Change]) -> None:
    """Words and lines, the whole content, and every span that counts its characters."""
    for element, _, reading in changes:
        element["content" if "content" in element else "text"] = reading
    before = {id(element): old for element, old, _ in changes}
    result = mapping(answer.get("analyzeResult")) or answer
    for line in _lines(answer):
        words = objects(line.get("words"))
        if any(id(word) in before for word in words):
            said = [string(word.get("text") or word.get("content")) for word in words]
            pairs = [
                (before.get(id(word), new), new) for word, new in zip(words, said, strict=True)
            ]
            key = "content" if "content" in line else "text"
            line[key] = _through(string(line.get(key)), pairs)
    content = result.get("content")
    if isinstance(content, str):
        _respan(result, content, changes)


def _lines(answer: Object) -> Iterator[dict[str, Any]]:
    for one in _dicts(answer):
        if isinstance(one.get("lines"), list):
            yield from objects(one["lines"])


def _respan(result: dict[str, Any], content: str, changes: Sequence[_Change]) -> None:
    """The content with the corrections in it; all spans move with it, and their texts follow."""
    edits = sorted(
        (int(span.get("offset") or 0), int(span.get("length") or 0), reading)
        for element, _, reading in changes
        for span in [*objects(element.get("span")), *objects(element.get("spans"))][:1]
    )

    def moved(at: int) -> int:
        return at + sum(len(new) - length for start, length, new in edits if start + length <= at)

    out, done = [], 0
    for start, length, new in edits:
        out += [content[done:start], new]
        done = start + length
    whole = "".join([*out, content[done:]])
    for holder in list(_dicts(result)):
        spans = [*objects(holder.get("span")), *objects(holder.get("spans"))]
        before = _covered(content, spans)
        for span in spans:
            start, end = moved(_start(span)), moved(_start(span) + _length(span))
            span["offset"], span["length"] = start, end - start
        if spans and holder.get("content") == before:
            holder["content"] = _covered(whole, spans)
    result["content"] = whole


def _covered(content: str, spans: Sequence[Object]) -> str:
    return "".join(content[_start(one) : _start(one) + _length(one)] for one in spans)


def _start(span: Object) -> int:
    return int(span.get("offset") or 0)


def _length(span: Object) -> int:
    return int(span.get("length") or 0)


# All of them


def _through(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A text in which these words follow one another, each with its reading instead."""
    out, at = [], 0
    for old, new in pairs:
        found = text.find(old, at) if old else -1
        if found < 0:
            continue
        out += [text[at:found], new]
        at = found + len(old)
    return "".join([*out, text[at:]])


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in JSON."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            yield one
            todo += one.values()
        elif isinstance(one, list):
            todo += one


_PIECE = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|[\[\]{},:]', re.DOTALL
)


def spliced(text: str, before: Any, after: Any) -> str:
    """JSON text with the values that differ between `before` and `after`, all else as it was.

    Both have the shape of the text.
    """
    changed = dict(_changed(before, after, ()))
    ascii_only = text.isascii()
    out, done = [], 0
    for path, start, end in _values(text):
        if path in changed:
            out += [text[done:start], json.dumps(changed[path], ensure_ascii=ascii_only)]
            done = end
    return "".join([*out, text[done:]])


def _changed(
    before: Any, after: Any, path: tuple[Any, ...]
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(before, dict):
        for key, value in before.items():
            yield from _changed(value, after[key], (*path, key))
    elif isinstance(before, list):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _changed(one, other, (*path, number))
    elif before != after:
        yield path, after


def _values(text: str) -> Iterator[tuple[_Path, int, int]]:
    """The path and the place of each string, number and literal of JSON text."""
    path: list[Any] = []
    key: str | None = None
    for match in _PIECE.finditer(text):
        piece = match[0]
        inside_object = bool(path) and not isinstance(path[-1], int)
        if piece in "[{":
            path.append(0 if piece == "[" else None)
            key = None
        elif piece in "]}":
            path.pop()
        elif piece == ",":
            if not inside_object:
                path[-1] += 1
            else:
                path[-1] = None
        elif piece == ":":
            path[-1] = key
        elif inside_object and path[-1] is None:
            key = json.loads(piece)
        else:
            yield tuple(path), match.start(), match.end()
