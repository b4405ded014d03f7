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
from pipeline.ingest.readers.fields import Object, mapping, number, objects, string
from pipeline.ingest.readers.roles import role_of

_DPI = 300  # of a page that is measured in inches
_SIDE = 10_000  # of a page that is measured in shares of itself, in pixels


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


# Google Cloud Vision


def _responses(answer: Object) -> Sequence[Object]:
    found: Sequence[Object] = objects(answer.get("responses"))
    return found or [answer]


def _is_google(answer: Object) -> bool:
    return any(
        {"fullTextAnnotation", "full_text_annotation", "textAnnotations"} & one.keys()
        for one in _responses(answer)
    )


def _google(answers: Iterable[Object]) -> Iterator[Page]:
    for answer in answers:
        for response in _responses(answer):
            full = mapping(
                response.get("fullTextAnnotation") or response.get("full_text_annotation")
            )
            image = reference(string(mapping(response.get("context")).get("uri")).partition(":")[2])
            found = objects(full.get("pages"))
            for page in found:
                yield _google_page(page, image)
            if not found:
                said = string(full.get("text")) or next(
                    (
                        string(one.get("description"))
                        for one in objects(response.get("textAnnotations"))
                    ),
                    "",
                )
                yield Page(
                    (Region(tuple(Line((Word(line),)) for line in said.splitlines())),),
                    Surface(image, 0, 0),
                )


def _google_page(page: Object, image: str) -> Page:
    width, height = size_of(number(page.get("width")), number(page.get("height")))

    def box(of: Object) -> Box | None:
        told = mapping(of.get("boundingBox") or of.get("bounding_box"))
        shares = objects(told.get("normalizedVertices"))
        points = shares or objects(told.get("vertices"))
        across, down = (width, height) if shares else (1, 1)
        xs = [number(point.get("x")) * across for point in points]
        ys = [number(point.get("y")) * down for point in points]
        return box_of((min(xs), min(ys), max(xs), max(ys))) if points else None

    regions = [
        Region(tuple(_google_lines(paragraph, box)), box(paragraph))
        for block in objects(page.get("blocks"))
        for paragraph in objects(block.get("paragraphs"))
    ]
    return Page(tuple(regions), Surface(image, width, height))


def _google_lines(paragraph: Object, box: Any) -> Iterator[Line]:
    """The lines of a paragraph.

    A word without a break after it is glued to the next one: `end` and `.`. A hyphen that only the
    break names is not among the signs.
    """
    words: list[Word] = []
    glued = False
    for word in objects(paragraph.get("words")):
        signs = objects(word.get("symbols"))
        text = "".join(string(sign.get("text")) for sign in signs)
        last = mapping(mapping(signs[-1].get("property")) if signs else {})
        broken = mapping(last.get("detectedBreak") or last.get("detected_break")).get("type")
        sure = word.get("confidence")
        words.append(Word(text, box(word), share(str(sure)) if sure else None, glued, element=word))
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
    result = mapping(answer.get("analyzeResult")) or answer
    return bool(
        isinstance(result.get("readResults"), list)
        or (
            isinstance(result.get("pages"), list)
            and ("apiVersion" in result or "modelId" in result)
        )
        or mapping(answer.get("readResult")).get("blocks") is not None
        or (isinstance(answer.get("regions"), list) and "textAngle" in answer)
    )


def _azure(answers: Iterable[Object]) -> Iterator[Page]:
    for answer in answers:
        result = mapping(answer.get("analyzeResult")) or answer
        for page in objects(result.get("readResults")):
            yield _azure_page(page, objects(page.get("lines")), ())
        if "readResults" not in result:
            for page in objects(result.get("pages")):
                paragraphs = objects(result.get("paragraphs"))
                yield _azure_page(page, objects(page.get("lines")), paragraphs)
        if blocks := objects(mapping(answer.get("readResult")).get("blocks")):
            lines = [line for block in blocks for line in objects(block.get("lines"))]
            yield _azure_page(mapping(answer.get("metadata")), lines, ())
        for region in objects(answer.get("regions")):  # the service's oldest form
            words = [
                " ".join(string(word.get("text")) for word in objects(line.get("words")))
                for line in objects(region.get("lines"))
            ]
            yield Page((Region(tuple(Line((Word(line),)) for line in words)),), Surface("", 0, 0))


def _azure_page(page: Object, lines: Sequence[Object], paragraphs: Sequence[Object]) -> Page:
    scale = _DPI if page.get("unit") == "inch" else 1
    width, height = size_of(number(page.get("width")) * scale, number(page.get("height")) * scale)
    words = objects(page.get("words"))

    def box(of: Object) -> Box | None:
        told = of.get("polygon") or of.get("boundingBox") or of.get("boundingPolygon")
        if isinstance(told, list) and told and isinstance(told[0], dict):
            told = [number(point.get(axis)) for point in objects(told) for axis in ("x", "y")]
        if not isinstance(told, list) or len(told) < 4:
            return None
        sides = [number(side) * scale for side in told]
        return box_of((min(sides[::2]), min(sides[1::2]), max(sides[::2]), max(sides[1::2])))

    def line(of: Object) -> Line:
        own = objects(of.get("words")) or [word for word in words if _within(word, of)]
        read = tuple(
            Word(
                string(word.get("text") or word.get("content")),
                box(word),
                share(str(word.get("confidence"))),
                element=word,
            )
            for word in own
        )
        said = string(of.get("text") or of.get("content"))
        if "".join(said.split()) != "".join(word.text for word in read):
            read = (Word(said, box(of), element=of),)
        return Line(read, box(of))

    made = [(of, line(of)) for of in lines]
    surface = Surface("", width, height)
    if not paragraphs:
        return Page(parted([one for _, one in made]), surface)
    regions = []
    for place, run in groupby(
        made, key=lambda one: next((i for i, p in enumerate(paragraphs) if _within(one[0], p)), -1)
    ):
        role = role_of(string(paragraphs[place].get("role"))) if place >= 0 else ""
        regions.append(Region(tuple(one for _, one in run), None, role))
    return Page(tuple(regions), surface)


def _spans(of: Object) -> list[tuple[int, int]]:
    told = [*objects(of.get("spans")), *objects([of.get("span")])]
    return [
        (start := int(number(span.get("offset"))), start + int(number(span.get("length"))))
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
    return any("BlockType" in block for block in objects(answer.get("Blocks"))[:10])


def _textract(answers: Iterable[Object]) -> Iterator[Page]:
    """Coordinates are shares of the page, whose size no answer tells: a side is 10,000 pixels."""
    blocks = [block for answer in answers for block in objects(answer.get("Blocks"))]
    by_id = {string(block.get("Id")): block for block in blocks}
    for page in sorted({int(number(block.get("Page")) or 1) for block in blocks}):
        here = [block for block in blocks if int(number(block.get("Page")) or 1) == page]
        done: set[str] = set()
        regions: list[Region] = []
        for block in here:
            kind = string(block.get("BlockType"))
            if kind.startswith("LAYOUT_") and kind != "LAYOUT_LIST":
                lines = [
                    child
                    for child in _children(block, by_id)
                    if child.get("BlockType") == "LINE" and string(child.get("Id")) not in done
                ]
                done |= {string(line.get("Id")) for line in lines}
                role = role_of(kind.removeprefix("LAYOUT_"))
                regions.append(
                    Region(tuple(_textract_line(one, by_id) for one in lines), None, role)
                )
        loose = [
            _textract_line(block, by_id)
            for block in here
            if block.get("BlockType") == "LINE" and string(block.get("Id")) not in done
        ]
        yield Page((*regions, *parted(loose)), Surface("", _SIDE, _SIDE))


def _children(block: Object, by_id: Mapping[str, Object]) -> list[Object]:
    return [
        by_id[identity]
        for relation in objects(block.get("Relationships"))
        if relation.get("Type") == "CHILD"
        for identity in relation.get("Ids") or ()
        if identity in by_id
    ]


def _textract_line(line: Object, by_id: Mapping[str, Object]) -> Line:
    words = tuple(
        Word(
            string(word.get("Text")),
            _textract_box(word),
            share(str(word.get("Confidence")), 100),
            element=word,
        )
        for word in _children(line, by_id)
        if word.get("BlockType") == "WORD"
    )
    return Line(
        words or (Word(string(line.get("Text")), _textract_box(line)),), _textract_box(line)
    )


def _textract_box(block: Object) -> Box | None:
    told = mapping(mapping(block.get("Geometry")).get("BoundingBox"))
    if not told:
        return None
    left, top, width, height = (
        number(told.get(key)) * _SIDE for key in ("Left", "Top", "Width", "Height")
    )
    return box_of((left, top, left + width, top + height))
