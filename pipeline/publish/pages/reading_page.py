"""The reading page of an edition."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.publish import records
from pipeline.publish.model.file import remote
from pipeline.publish.model.model import Block, Edition, Entry, Surface, flatten
from pipeline.publish.pages import frame
from pipeline.publish.pages.html import direction, escape
from pipeline.publish.pages.markup import Page

KINDS = {
    "ocr": "the OCR misread the print",
    "linebreak": "a word broken at a line's end",
    "print": "the printer's own error",
    "form": "spacing, dashes, quotation marks",
    "furniture": "page numbers and running heads",
    "structure": "markup typed as characters",
}
DEGREES = {"high": "high", "medium": "medium", "low": "low", "unknown": "not told"}

_VIEWS = frame.switch(
    "view",
    "Text",
    (
        ("edited", "Edited", "The edition's reading"),
        ("ocr", "OCR", "What the OCR said"),
        ("both", "Both", "Both readings, side by side"),
    ),
)
_LINES = frame.switch(
    "lines",
    "Lines",
    (
        ("flow", "Flowing", "Lines as wide as the page"),
        ("print", "Printed", "Lines end where the printed ones do"),
    ),
)
_MARKS = frame.switch(
    "marks",
    "Corrections",
    (("on", "Marked", "Corrections are underlined"), ("off", "Unmarked", "Nothing but the text")),
)
_SCAN = frame.switch(
    "scan",
    "Scan",
    (("on", "Beside", "The page image beside the text"), ("off", "Hidden", "The text alone")),
)


def reading_page(edition: Edition, base_url: str, *, has_epub: bool = True) -> str:
    """The whole reading page as HTML."""
    written = Page(edition)
    text = written.blocks(edition.blocks)
    contents = _contents(edition)
    scans = any(_here(surface) for surface in edition.surfaces)
    before = (
        '<button type="button" class="tool" id="ui-open-contents" aria-expanded="false" '
        'aria-controls="ui-contents" aria-label="Contents">☰</button>'
        if contents
        else ""
    )
    controls = (
        _VIEWS
        + _LINES
        + _MARKS
        + (_SCAN if scans else "")
        + frame.THEME
        + '<button type="button" class="tool" id="ui-open-cite">Cite</button>'
    )
    where = records.address(edition, base_url)
    turned = ' dir="rtl"' if direction(edition.language) == "rtl" else ""
    head = (
        f'<meta name="description" content="{escape(_about(edition))}">\n'
        + (f'<link rel="canonical" href="{escape(where)}">\n' if base_url else "")
        + f'<link rel="alternate" type="application/tei+xml" href="{edition.id}.xml">\n'
        + (
            f'<link rel="alternate" type="application/epub+zip" href="{edition.id}.epub">\n'
            if has_epub
            else ""
        )
        + "".join(
            f'<meta name="DC.{name}" content="{escape(value)}">\n'
            for name, value in _dublin_core(edition, where)
        )
        + f'<script type="application/ld+json">{records.in_script(records.json_ld(edition, base_url))}</script>\n'
    )
    body = (
        frame.bar(root="../", middle=escape(edition.title), controls=controls, before=before)
        + f'<div class="desk{" has-scan" if scans else ""}{" has-contents" if contents else ""}">\n'
        + contents
        + (
            f'<main id="ui-main" tabindex="-1">\n{_title(edition, has_epub=has_epub)}<div '
            f'class="text" lang="{escape(edition.language)}"{turned}>\n{text}</div>\n'
            f"{_foot(edition)}</main>\n"
        )
        + (_scan(edition) if scans else "")
        + "</div>\n"
        + _card()
        + _cite(edition, base_url)
        + f'<script type="application/json" '
        f'id="ui-ledger">{ledger_table(edition.entries)}</script>\n'
        + (
            f'<script type="application/json" id="ui-surfaces">{_surfaces(edition)}</script>\n'
            if scans
            else ""
        )
    )
    return frame.page(
        title=_page_title(edition),
        language="en",
        root="../",
        body=body,
        kind="reading",
        head=head,
        scripts=("reading.js",),
    )


def _page_title(edition: Edition) -> str:
    return (
        f"{edition.title} · {records.natural(edition.authors[0])}"
        if edition.authors
        else edition.title
    )


def _about(edition: Edition) -> str:
    who = f" by {', '.join(map(records.natural, edition.authors))}" if edition.authors else ""
    return (
        edition.abstract
        or f"{edition.title}{who}: a digital edition from OCR, with every correction recorded."
    )


def _dublin_core(edition: Edition, where: str) -> list[tuple[str, str]]:
    fields = [
        ("title", edition.title),
        *(("creator", name) for name in edition.authors),
        ("date", edition.published),
        ("language", edition.language),
        ("identifier", where or edition.id),
    ]
    return [(name, value) for name, value in fields if value]


def title_line(edition: Edition) -> str:
    """Who wrote it and where and when it was printed, in one line of HTML."""
    printed = ", ".join(
        filter(None, (edition.imprint.place, edition.imprint.publisher, edition.imprint.date))
    )
    parts = (("by", ", ".join(map(records.natural, edition.authors))), ("imprint", printed))
    return "".join(f'<span class="{name}">{escape(part)}</span>' for name, part in parts if part)


def _title(edition: Edition, *, has_epub: bool) -> str:
    made, held = edition.made, edition.held
    formats = [("EPUB", f"{edition.id}.epub")] if has_epub else []
    formats += [
        ("TEI", f"{edition.id}.xml"),
        ("Text", f"{edition.id}.txt"),
        ("Markdown", f"{edition.id}.md"),
    ]
    links = "".join(f'<a href="{escape(href)}" download>{name}</a>' for name, href in formats)
    counted = (
        f"{edition.words:,} words · {_count(len(edition.pages), 'page')} · "
        if edition.pages
        else f"{edition.words:,} words · "
    )
    sub = f'<p class="subtitle">{escape(edition.subtitle)}</p>' if edition.subtitle else ""
    line = f'<p class="byline">{title_line(edition)}</p>' if title_line(edition) else ""
    waiting = f", {held:,} held for an editor" if held else ""
    return (
        f'<header class="title" '
        f'dir="auto"><h1{_length(edition.title)}>{escape(edition.title)}</h1>{sub}{line}'
        f'<p class="facts"><span dir="ltr">{counted}<a '
        f'href="corrections.html">{_count(made, "correction")} made{waiting}</a></span></p>'
        f'<p class="formats">{links}</p></header>\n'
    )


def _length(title: str) -> str:
    """A long title is set smaller: some tell the whole book."""
    return ' class="verylong"' if len(title) > 140 else ' class="long"' if len(title) > 60 else ""


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _contents(edition: Edition) -> str:
    entries = _outline(edition.blocks)
    pages = edition.pages if len(edition.pages) > 1 else ()
    if len(entries) < 2 and not pages:
        return ""
    listed = "".join(
        f'<li style="--d:{depth}" dir="auto"><a '
        f'href="#{escape(block.id)}">{escape(block.title)}</a></li>'
        for depth, block in entries
    )
    links = " ".join(
        f'<a href="#{escape(page.id)}">{escape(page.n or f"[{i}]")}</a>'
        for i, page in enumerate(pages, 1)
    )
    numbered = (
        f'<details class="pages"><summary>Pages</summary><p>{links}</p></details>' if links else ""
    )
    outline = f"<ol>{listed}</ol>" if listed else ""
    return (
        f'<nav id="ui-contents" class="contents" '
        f'aria-label="Contents"><h2>Contents</h2>{outline}{numbered}</nav>\n'
    )


def _outline(blocks: Sequence[Block], depth: int = 0) -> list[tuple[int, Block]]:
    found: list[tuple[int, Block]] = []
    for block in blocks:
        if block.role == "division":
            if block.title:
                found.append((depth, block))
            found += _outline(block.children, depth + 1 if block.title else depth)
    return found


def _foot(edition: Edition) -> str:
    licences = "".join(
        f'<li><a href="{escape(one.url)}" rel="license">{escape(one.text or one.url)}</a></li>'
        if one.url
        else f"<li>{escape(one.text)}</li>"
        for one in edition.licences
        if one.text or one.url
    )
    rows = [
        ("Printed", escape(_printed(edition))),
        (
            "Edition",
            escape(
                ", ".join(
                    filter(
                        None,
                        (
                            edition.publisher,
                            f"version {edition.version}" if edition.version else "",
                            edition.published,
                        ),
                    )
                )
            ),
        ),
        ("Editors", escape(", ".join(edition.editors))),
        (
            "Raw text",
            f"<code>SHA-256 {escape(edition.raw_sha256)}</code>" if edition.raw_sha256 else "",
        ),
        ("Rights", f"<ul>{licences}</ul>" if licences else ""),
        (
            "Files",
            f'<a href="corrections.html">List of corrections</a>, <a href="{edition.id}.bib">'
            f'BibTeX</a>, <a href="{edition.id}.csl.json">CSL-JSON</a>, '
            '<a href="dc.xml">Dublin Core</a>, <a href="SHA256SUMS">Checksums</a>'
            + (
                ', <a href="manifest.json">IIIF manifest</a>'
                if any(surface.url for surface in edition.surfaces)
                else ""
            ),
        ),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows if value)
    return f'<footer class="about"><h2>About this edition</h2><dl>{listed}</dl></footer>\n'


def _printed(edition: Edition) -> str:
    imprint = edition.imprint
    parts = (
        ", ".join(imprint.authors),
        imprint.title,
        ": ".join(filter(None, (imprint.place, imprint.publisher))),
        imprint.date,
    )
    return imprint.shown or ", ".join(filter(None, parts))


def _card() -> str:
    return '<div id="ui-card" class="card" role="dialog" aria-label="Correction" hidden></div>\n'


def _cite(edition: Edition, base_url: str) -> str:
    forms = (
        ("sentence", "Sentence", records.sentence(edition, base_url)),
        ("bibtex", "BibTeX", records.bibtex(edition, base_url)),
        ("csl", "CSL-JSON", records.as_json([records.csl(edition, base_url)])),
    )
    parts = "".join(
        f'<section><h3 id="ui-cite-{name}-title">{label}</h3><pre id="ui-cite-{name}" '
        f'tabindex="0" role="region" aria-labelledby="ui-cite-{name}-title">{escape(text)}</pre>'
        f'<button type="button" class="tool" data-copy="ui-cite-{name}" aria-label="Copy '
        f'{label}">Copy</button></section>'
        for name, label, text in forms
    )
    return (
        '<dialog id="ui-cite" aria-labelledby="ui-cite-title"><form method="dialog"><h2 '
        'id="ui-cite-title">Cite this edition</h2>'
        f'<button class="tool" aria-label="Close">✕</button></form>{parts}'
        '<p class="hint">Every paragraph, page and correction has an address of its own: the '
        "sign ¶ beside a paragraph copies it. "
        "Cite while text is selected, and the sentence names its page and paragraph.</p></dialog>\n"
    )


def ledger_table(entries: Sequence[Entry]) -> str:
    """The ledger for the script that explains a correction: repeated words stand once, in a
    table.
    """
    words: dict[str, int] = {}

    def at(text: str) -> int:
        return words.setdefault(text, len(words))

    rows = {
        str(e.n): [
            e.before,
            e.after,
            at(KINDS.get(e.kind, e.kind)),
            at(e.what),
            at(e.rule),
            at(e.rule_says),
            at(e.confidence),
            at(e.evidence),
            at(e.by),
        ]
        for e in entries
        if e.verdict == "made"
    }
    return records.in_script({"words": list(words), "rows": rows})


def _scan(edition: Edition) -> str:
    first = next(surface for surface in edition.surfaces if _here(surface))
    size = f' width="{first.width}" height="{first.height}"' if first.width and first.height else ""
    return (
        '<aside class="scan" id="ui-scan" aria-label="Page image"><div class="scan-bar"><button '
        'type="button" class="tool" id="ui-scan-back" aria-label="Page before">‹</button>'
        f'<span id="ui-scan-n">{escape(first.n)}</span><button type="button" class="tool" '
        f'id="ui-scan-on" aria-label="Next page">›</button>'
        '<button type="button" class="tool" id="ui-scan-zoom" aria-pressed="false" '
        'aria-label="Full size">+</button></div>'
        f'<div class="sheet" tabindex="0" role="region" aria-label="Scan"><div class="leaf"><img '
        f'id="ui-scan-image" src="{escape(first.url)}" alt="Scan of page '
        f'{escape(first.n)}"{size} loading="lazy">'
        '<svg id="ui-scan-lines" aria-hidden="true" '
        'preserveAspectRatio="none"></svg></div></div></aside>\n'
    )


def _here(surface: Surface) -> bool:
    return bool(surface.url) and not remote(surface.url)


def _surfaces(edition: Edition) -> str:
    at = 0
    rows = []
    for surface in edition.surfaces:
        zones = [
            [at + i, zone.x, zone.y, zone.width, zone.height]
            for i, zone in enumerate(surface.zones)
        ]
        at += len(zones)
        rows.append(
            {
                "url": surface.url if _here(surface) else "",
                "n": surface.n,
                "w": surface.width,
                "h": surface.height,
                "zones": zones,
            }
        )
    return records.in_script(rows)


def cited_blocks(edition: Edition) -> list[Block]:
    """The blocks that have an address of their own: paragraphs, lines of verse, items."""
    return [block for block in flatten(edition.blocks) if block.unit and block.id]
