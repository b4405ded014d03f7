"""JSON of the cloud services: Google Cloud Vision, Azure, AWS Textract.

Their answers come one a file, or as a list of the answers for one document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.document import Box, Surface
from pipeline.ingest.layer import (
    Line,
    Page,
    Region,
    Word,
    box_of,
    parted,
    reference,
    share,
    size_of,
)
from pipeline.ingest.readers.roles import role_of

_DPI = 300  # of a page that is measured in inches
_SIDE = 10_000  # of a page that is measured in shares of itself, in pixels
Object = Mapping[str, Any]


def pages(data: Any) -> tuple[str, list[Page]] | None:
    """The service and its pages, or None if the JSON is not an answer of one of the three."""
    answers = [one for one in (data if isinstance(data, list) else [data]) if isinstance(one, dict)]
    if not answers or len(answers) < (len(data) if isinstance(data, list) else 1):
        return None
    for service, holds, read in (
        ("Google Cloud Vision", _is_google, _google),
        ("Azure", _is_azure, _azure),
        ("AWS Textract", _is_textract, _textract),
    ):
        if all(holds(answer) for answer in answers):
            return service, list(read(answers))
    return None


def language(data: Any) -> str:
    """The language that the service found most often, "" if it names none."""
    found: dict[str, float] = {}
    todo = [data]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            for told in one.get("detectedLanguages") or []:
                if isinstance(told, dict) and isinstance(code := told.get("languageCode"), str):
                    found[code] = found.get(code, 0) + 1
            if isinstance(code := one.get("locale"), str):
                found[code] = found.get(code, 0) + 1
            todo += [value for value in one.values() if isinstance(value, (dict, list))]
    return max(found, key=lambda code: found[code], default="")


def _objects(value: Any) -> list[Object]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _object(value: Any) -> Object:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


# Google Cloud Vision


def _responses(answer: Object) -> list[Object]:
    return _objects(answer.get("responses")) or [answer]


def _is_google(answer: Object) -> bool:
    return any(
        {"fullTextAnnotation", "full_text_annotation", "textAnnotations"} & one.keys()
        for one in _responses(answer)
    )


def _google(answers: Iterable[Object]) -> Iterator[Page]:
    for answer in answers:
        for response in _responses(answer):
            full = _object(
                response.get("fullTextAnnotation") or response.get("full_text_annotation")
            )
            image = reference(_text(_object(response.get("context")).get("uri")).partition(":")[2])
            found = _objects(full.get("pages"))
            for page in found:
                yield _google_page(page, image)
            if not found:
                said = _text(full.get("text")) or next(
                    (
                        _text(one.get("description"))
                        for one in _objects(response.get("textAnnotations"))
                    ),
                    "",
                )
                yield Page(
                    (Region(tuple(Line((Word(line),)) for line in said.splitlines())),),
                    Surface(image, 0, 0),
                )


def _google_page(page: Object, image: str) -> Page:
    width, height = size_of(_number(page.get("width")), _number(page.get("height")))

    def box(of: Object) -> Box | None:
        told = _object(of.get("boundingBox") or of.get("bounding_box"))
        shares = _objects(told.get("normalizedVertices"))
        points = shares or _objects(told.get("vertices"))
        across, down = (width, height) if shares else (1, 1)
        xs = [_number(point.get("x")) * across for point in points]
        ys = [_number(point.get("y")) * down for point in points]
        return box_of((min(xs), min(ys), max(xs), max(ys))) if points else None

    regions = [
        Region(tuple(_google_lines(paragraph, box)), box(paragraph))
        for block in _objects(page.get("blocks"))
        for paragraph in _objects(block.get("paragraphs"))
    ]
    return Page(tuple(regions), Surface(image, width, height))


def _google_lines(paragraph: Object, box: Any) -> Iterator[Line]:
    """The lines of a paragraph.

    A word without a break after it is glued to the next one: `end` and `.`. A hyphen that only the
    break names is not among the signs.
    """
    words: list[Word] = []
    glued = False
    for word in _objects(paragraph.get("words")):
        signs = _objects(word.get("symbols"))
        text = "".join(_text(sign.get("text")) for sign in signs)
        last = _object(_object(signs[-1].get("property")) if signs else {})
        broken = _object(last.get("detectedBreak") or last.get("detected_break")).get("type")
        sure = word.get("confidence")
        words.append(Word(text, box(word), share(str(sure)) if sure else None, glued=glued))
        if broken in {"HYPHEN", 4} and not text.endswith(("-", "\u00ad")):
            words.append(Word("-", None, None, glued=True))
        glued = not broken
        if broken in {"LINE_BREAK", "EOL_SURE_SPACE", "HYPHEN", 3, 4, 5}:
            yield Line(tuple(words))
            words = []
    if words:
        yield Line(tuple(words))


# Azure: Read 3.2 (`readResults`), Document Intelligence (`pages`), Image Analysis 4 (`readResult`)


def _is_azure(answer: Object) -> bool:
    result = _object(answer.get("analyzeResult")) or answer
    return bool(
        isinstance(result.get("readResults"), list)
        or (
            isinstance(result.get("pages"), list)
            and ("apiVersion" in result or "modelId" in result)
        )
        or _object(answer.get("readResult")).get("blocks") is not None
        or (isinstance(answer.get("regions"), list) and "textAngle" in answer)
    )


def _azure(answers: Iterable[Object]) -> Iterator[Page]:
    for answer in answers:
        result = _object(answer.get("analyzeResult")) or answer
        for page in _objects(result.get("readResults")):
            yield _azure_page(page, _objects(page.get("lines")), ())
        if "readResults" not in result:
            for page in _objects(result.get("pages")):
                paragraphs = _objects(result.get("paragraphs"))
                yield _azure_page(page, _objects(page.get("lines")), paragraphs)
        if blocks := _objects(_object(answer.get("readResult")).get("blocks")):
            lines = [line for block in blocks for line in _objects(block.get("lines"))]
            yield _azure_page(_object(answer.get("metadata")), lines, ())
        for region in _objects(answer.get("regions")):  # the service's oldest form
            words = [
                " ".join(_text(word.get("text")) for word in _objects(line.get("words")))
                for line in _objects(region.get("lines"))
            ]
            yield Page((Region(tuple(Line((Word(line),)) for line in words)),), Surface("", 0, 0))


def _azure_page(page: Object, lines: Sequence[Object], paragraphs: Sequence[Object]) -> Page:
    scale = _DPI if page.get("unit") == "inch" else 1
    width, height = size_of(_number(page.get("width")) * scale, _number(page.get("height")) * scale)
    words = _objects(page.get("words"))

    def box(of: Object) -> Box | None:
        told = of.get("polygon") or of.get("boundingBox") or of.get("boundingPolygon")
        if isinstance(told, list) and told and isinstance(told[0], dict):
            told = [_number(point.get(axis)) for point in _objects(told) for axis in ("x", "y")]
        if not isinstance(told, list) or len(told) < 4:
            return None
        sides = [_number(side) * scale for side in told]
        return box_of((min(sides[::2]), min(sides[1::2]), max(sides[::2]), max(sides[1::2])))

    def line(of: Object) -> Line:
        own = _objects(of.get("words")) or [word for word in words if _within(word, of)]
        read = tuple(
            Word(
                _text(word.get("text") or word.get("content")),
                box(word),
                share(str(word.get("confidence"))),
            )
            for word in own
        )
        said = _text(of.get("text") or of.get("content"))
        if "".join(said.split()) != "".join(word.text for word in read):
            read = (Word(said, box(of)),)
        return Line(read, box(of))

    made = [(of, line(of)) for of in lines]
    surface = Surface("", width, height)
    if not paragraphs:
        return Page(parted([one for _, one in made]), surface)
    regions = []
    for number, run in groupby(
        made, key=lambda one: next((i for i, p in enumerate(paragraphs) if _within(one[0], p)), -1)
    ):
        role = role_of(_text(paragraphs[number].get("role"))) if number >= 0 else ""
        regions.append(Region(tuple(one for _, one in run), None, role))
    return Page(tuple(regions), surface)


def _spans(of: Object) -> list[tuple[int, int]]:
    told = [*_objects(of.get("spans")), *_objects([of.get("span")])]
    return [
        (start := int(_number(span.get("offset"))), start + int(_number(span.get("length"))))
        for span in told
    ]


def _within(inner: Object, outer: Object) -> bool:
    """Whether a word is in a line, a line in a paragraph, by their spans of the content."""
    here = _spans(inner)
    return bool(here) and any(
        start <= here[0][0] and here[0][1] <= end for start, end in _spans(outer)
    )


# AWS Textract


def _is_textract(answer: Object) -> bool:
    return any("BlockType" in block for block in _objects(answer.get("Blocks"))[:10])


def _textract(answers: Iterable[Object]) -> Iterator[Page]:
    """Coordinates are shares of the page, whose size no answer tells: a side is 10,000 pixels."""
    blocks = [block for answer in answers for block in _objects(answer.get("Blocks"))]
    by_id = {_text(block.get("Id")): block for block in blocks}
    numbers = sorted({int(_number(block.get("Page")) or 1) for block in blocks})
    for number in numbers:
        here = [block for block in blocks if int(_number(block.get("Page")) or 1) == number]
        done: set[str] = set()
        regions: list[Region] = []
        for block in here:
            kind = _text(block.get("BlockType"))
            if kind.startswith("LAYOUT_") and kind != "LAYOUT_LIST":
                lines = [
                    child
                    for child in _children(block, by_id)
                    if child.get("BlockType") == "LINE" and _text(child.get("Id")) not in done
                ]
                done |= {_text(line.get("Id")) for line in lines}
                role = role_of(kind.removeprefix("LAYOUT_"))
                regions.append(
                    Region(tuple(_textract_line(one, by_id) for one in lines), None, role)
                )
        loose = [
            _textract_line(block, by_id)
            for block in here
            if block.get("BlockType") == "LINE" and _text(block.get("Id")) not in done
        ]
        yield Page((*regions, *parted(loose)), Surface("", _SIDE, _SIDE))


def _children(block: Object, by_id: Mapping[str, Object]) -> list[Object]:
    return [
        by_id[identity]
        for relation in _objects(block.get("Relationships"))
        if relation.get("Type") == "CHILD"
        for identity in relation.get("Ids") or ()
        if identity in by_id
    ]


def _textract_line(line: Object, by_id: Mapping[str, Object]) -> Line:
    words = tuple(
        Word(_text(word.get("Text")), _textract_box(word), share(str(word.get("Confidence")), 100))
        for word in _children(line, by_id)
        if word.get("BlockType") == "WORD"
    )
    return Line(words or (Word(_text(line.get("Text")), _textract_box(line)),), _textract_box(line))


def _textract_box(block: Object) -> Box | None:
    told = _object(_object(block.get("Geometry")).get("BoundingBox"))
    if not told:
        return None
    left, top, width, height = (
        _number(told.get(key)) * _SIDE for key in ("Left", "Top", "Width", "Height")
    )
    return box_of((left, top, left + width, top + height))
