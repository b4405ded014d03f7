"""A layout as new hOCR, ALTO 4 or PAGE 2019 files, which read again give the same text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.sax.saxutils import escape, quoteattr

from pipeline.document import Box, Layout, Source, Surface, Zone
from pipeline.errors import SourceError
from pipeline.ingest.layer import around

_TYPES = {  # PAGE's own words for regions
    "header": "header",
    "footer": "footer",
    "page-number": "page-number",
    "footnote": "footnote",
    "heading": "heading",
    "catch-word": "catch-word",
    "signature-mark": "signature-mark",
    "marginalia": "marginalia",
    "caption": "caption",
    "contents": "TOC-entry",
}
_CLASSES = {
    "header": "ocr_header",
    "footer": "ocr_footer",
    "page-number": "ocr_pageno",
    "caption": "ocr_caption",
}
_BLOCKS = {"heading": " ocr_section", "table": " ocr_table"}


@dataclass(slots=True)
class _Node:
    """A zone with the zones inside it."""

    zone: Zone
    inside: list[_Node] = field(default_factory=list)


def files(source: Source, target: str, stem: str) -> list[tuple[str, bytes]]:
    """The files, by name: one per page, except hOCR, which has one for all.

    Every page of the text is included, even if it is empty.
    """
    layout = source.layout
    if layout is None:
        return []
    pages = list(_pages(source, layout))
    if target == "hocr":
        return [(f"{stem}.hocr", _hocr(source.text, pages))]
    make: Callable[[str, Surface, Sequence[_Node]], str] = _alto if target == "alto" else _page
    return [
        (
            f"{_stem(surface, stem, number)}.{target}.xml",
            make(source.text, surface, regions).encode(),
        )
        for number, (surface, regions) in enumerate(pages, 1)
    ]


def _stem(surface: Surface, stem: str, number: int) -> str:
    name = PurePosixPath(surface.url.partition("#")[0]).name
    return f"{PurePosixPath(name).stem if name and '#' not in surface.url else stem}-{number:04d}"


def _pages(source: Source, layout: Layout) -> Iterator[tuple[Surface, list[_Node]]]:
    """Each page with its blocks; text without coordinates is placed on the whole page."""
    texts = source.text.split("\f")
    if len(texts) != len(layout.surfaces):
        raise SourceError(
            f"{source.name} has {len(texts)} pages of text and {len(layout.surfaces)} "
            f"images, so it cannot be exported: each page needs an image."
        )
    at = 0
    for number, (surface, text) in enumerate(zip(layout.surfaces, texts, strict=True)):
        zones = [zone for zone in layout.zones if zone.surface == number]
        everywhere = Box(0, 0, surface.width, surface.height)
        blocks = []
        for block in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text):
            lines = [
                _line(
                    zones, at + block.start() + m.start(), at + block.start() + m.end(), everywhere
                )
                for m in re.finditer(r"[^\n]+", block[0])
            ]
            start, end = at + block.start(), at + block.end()
            region = next(
                (
                    zone
                    for zone in zones
                    if zone.level == "region" and zone.start < end and zone.end > start
                ),
                None,
            )
            box = region.box if region else around(line.zone.box for line in lines) or everywhere
            blocks.append(
                _Node(
                    Zone(start, end, number, box, "region", role=region.role if region else ""),
                    lines,
                )
            )
        yield surface, blocks
        at += len(text) + 1


def _line(zones: Sequence[Zone], start: int, end: int, everywhere: Box) -> _Node:
    """A line with the words in it."""
    words = [
        zone for zone in zones if zone.level == "word" and zone.start < end and zone.end > start
    ]
    box = next(
        (
            zone.box
            for zone in zones
            if zone.level == "line" and zone.start < end and zone.end > start
        ),
        None,
    )
    return _Node(
        Zone(start, end, 0, box or around(word.box for word in words) or everywhere, "line"),
        [_Node(word) for word in words],
    )


def _words(text: str, line: _Node) -> Iterator[tuple[str, Box, float | None]]:
    """The words of a line with box and lowest confidence; without a box, the line's box."""
    for match in re.finditer(r"\S+", text[line.zone.start : line.zone.end]):
        start, end = line.zone.start + match.start(), line.zone.start + match.end()
        zones = [
            word.zone for word in line.inside if word.zone.start < end and word.zone.end > start
        ]
        sure = [zone.confidence for zone in zones if zone.confidence is not None]
        yield match[0], around(zone.box for zone in zones) or line.zone.box, min(sure, default=None)


def _hocr(text: str, pages: Sequence[tuple[Surface, Sequence[_Node]]]) -> bytes:
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<html xmlns="http://www.w3.org/1999/xhtml">',
        " <head>",
        "  <title>OCR</title>",
        '  <meta charset="utf-8"/>',
        '  <meta name="ocr-system" content="emend"/>',
        (
            '  <meta name="ocr-capabilities" content="ocr_page ocr_par ocr_line ocrx_word '
            'ocrp_wconf"/>'
        ),
        " </head>",
        " <body>",
    ]
    for n, (surface, regions) in enumerate(pages, 1):
        page = f'image "{surface.url}"; bbox 0 0 {surface.width} {surface.height}; ppageno {n - 1}'
        if surface.n:
            page += f"; lpageno {surface.n}"
        out.append(f'  <div class="ocr_page" id="page_{n}" title={quoteattr(page)}>')
        for r, region in enumerate(regions, 1):
            kind = _BLOCKS.get(region.zone.role, "")
            out.append(
                f'   <p class="ocr_par{kind}" id="par_{n}_{r}" title="{_bbox(region.zone.box)}">'
            )
            for line in region.inside:
                name = _CLASSES.get(region.zone.role, "ocr_line")
                words = [
                    f'<span class="ocrx_word" title="{_bbox(box)}{_confidence(sure)}">'
                    f"{escape(word)}</span>"
                    for word, box, sure in _words(text, line)
                ]
                out.append(
                    f'    <span class="{name}" '
                    f'title="{_bbox(line.zone.box)}">{" ".join(words)}</span>'
                )
            out.append("   </p>")
        out.append("  </div>")
    out += [" </body>", "</html>", ""]
    return "\n".join(out).encode()


def _confidence(sure: float | None) -> str:
    return "" if sure is None else f"; x_wconf {sure * 100:.0f}"


def _alto(text: str, surface: Surface, regions: Sequence[_Node]) -> str:
    roles = sorted({region.zone.role for region in regions if region.zone.role})
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" SCHEMAVERSION="4.4">',
        " <Description>",
        "  <MeasurementUnit>pixel</MeasurementUnit>",
        (
            f"  <sourceImageInformation><fileName>{escape(surface.url)}</fileName>"
            "</sourceImageInformation>"
        ),
        (
            '  <Processing ID="emend"><processingSoftware><softwareName>emend</softwareName>'
            "</processingSoftware></Processing>"
        ),
        " </Description>",
    ]
    if roles:
        tags = (f'<StructureTag ID="tag.{role}" LABEL="{role}"/>' for role in roles)
        out.append(f" <Tags>{''.join(tags)}</Tags>")
    out += [
        " <Layout>",
        f'  <Page ID="page" PHYSICAL_IMG_NR="1" WIDTH="{surface.width}" HEIGHT="{surface.height}">',
    ]
    out.append(
        f'   <PrintSpace HPOS="0" VPOS="0" WIDTH="{surface.width}" HEIGHT="{surface.height}">'
    )
    for r, region in enumerate(regions, 1):
        tag = f' TAGREFS="tag.{region.zone.role}"' if region.zone.role else ""
        out.append(f'    <TextBlock ID="block.{r}" {_place(region.zone.box)}{tag}>')
        for ln, line in enumerate(region.inside, 1):
            out.append(f'     <TextLine ID="line.{r}.{ln}" {_place(line.zone.box)}>')
            for w, (word, box, sure) in enumerate(_words(text, line), 1):
                conf = "" if sure is None else f' WC="{sure:.2f}"'
                space = "<SP/>" if w > 1 else ""
                out.append(
                    f'      {space}<String ID="string.{r}.{ln}.{w}" {_place(box)}{conf} '
                    f"CONTENT={quoteattr(word)}/>"
                )
            out.append("     </TextLine>")
        out.append("    </TextBlock>")
    out += ["   </PrintSpace>", "  </Page>", " </Layout>", "</alto>", ""]
    return "\n".join(out)


def _page(text: str, surface: Surface, regions: Sequence[_Node]) -> str:
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">',
        " <Metadata>",
        "  <Creator>emend</Creator>",
        # the standard wants a date; the same build must give the same bytes
        "  <Created>1970-01-01T00:00:00</Created>",
        "  <LastChange>1970-01-01T00:00:00</LastChange>",
        " </Metadata>",
        (
            f' <Page imageFilename={quoteattr(surface.url)} imageWidth="{surface.width}" '
            f'imageHeight="{surface.height}">'
        ),
    ]
    if regions:
        refs = "".join(
            f'<RegionRefIndexed index="{r}" regionRef="r{r + 1}"/>' for r in range(len(regions))
        )
        out.append(f'  <ReadingOrder><OrderedGroup id="order">{refs}</OrderedGroup></ReadingOrder>')
    for r, region in enumerate(regions, 1):
        kind = f' type="{_TYPES.get(region.zone.role, "other")}"' if region.zone.role else ""
        if region.zone.role == "table":  # a TableRegion's cells would have to be regions
            kind += ' custom="structure {type:table;}"'
        out += [f'  <TextRegion id="r{r}"{kind}>', f"   {_coords(region.zone.box)}"]
        for ln, line in enumerate(region.inside, 1):
            words = list(_words(text, line))
            out += [f'   <TextLine id="r{r}l{ln}">', f"    {_coords(line.zone.box)}"]
            for w, (word, box, sure) in enumerate(words, 1):
                conf = "" if sure is None else f' conf="{sure:.2f}"'
                out += [
                    (
                        f'    <Word id="r{r}l{ln}w{w}">{_coords(box)}<TextEquiv '
                        f'index="0"{conf}><Unicode>{escape(word)}</Unicode></TextEquiv></Word>'
                    ),
                ]
            reading = escape(" ".join(word for word, _, _ in words))
            out += [f"    <TextEquiv><Unicode>{reading}</Unicode></TextEquiv>", "   </TextLine>"]
        out.append("  </TextRegion>")
    out += [" </Page>", "</PcGts>", ""]
    return "\n".join(out)


def _bbox(box: Box) -> str:
    return f"bbox {box.x0} {box.y0} {box.x1} {box.y1}"


def _place(box: Box) -> str:
    return f'HPOS="{box.x0}" VPOS="{box.y0}" WIDTH="{box.x1 - box.x0}" HEIGHT="{box.y1 - box.y0}"'


def _coords(box: Box) -> str:
    return (
        f'<Coords points="{box.x0},{box.y0} {box.x1},{box.y0} {box.x1},{box.y1} '
        f'{box.x0},{box.y1}"/>'
    )
