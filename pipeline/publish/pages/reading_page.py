"""The reading page of an edition."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.html import Markup, direction
from pipeline.interface import Interface, interface
from pipeline.publish import records, tiles
from pipeline.publish.model.chapters import Chapter, Division, addresses
from pipeline.publish.model.file import remote
from pipeline.publish.model.model import Block, Edition, Entry, PageStart, Surface, flatten
from pipeline.publish.pages.site_text import SiteText, together
from pipeline.publish.pages.templates import page
from pipeline.publish.settings import Settings
from pipeline.rules import label

WHOLE: Final = "text.html"  # the whole of a text that has a page for each chapter
CONTENTS: Final = "index.html"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one reading page shows: a whole text, a chapter, or the contents of a long text."""

    file: str
    text: str
    entries: Sequence[Entry] = ()
    surfaces: frozenset[int] = frozenset()
    scan: int = -1  # the page image that is shown first
    chapter: Chapter | None = None
    before: Chapter | None = None
    after: Chapter | None = None
    contents: bool = False


def reading_pages(
    edition: Edition, site: Settings, division: Division, *, versions: bool = False
) -> dict[str, str]:
    """The reading pages as HTML, by the names of their files.

    A short text is one page, `index.html`. A long one has a page for each chapter, one with the
    whole text, and `index.html` with the contents.
    """
    t = interface(site.language)
    shared = _shared(edition, site)
    return {
        sheet.file: page(
            "reading.html.jinja",
            site,
            versions=versions,
            **shared,
            **_shown(sheet, edition, division, t),
        )
        for sheet in _sheets(edition, division, t)
    }


def _sheets(edition: Edition, division: Division, t: Interface) -> Iterator[Sheet]:
    chapters = division.chapters
    images = frozenset(i for i, one in enumerate(edition.surfaces) if _here(one))
    written = SiteText(edition, t, division.files)
    texts = [written.chapter(chapter) for chapter in chapters]
    yield Sheet(
        WHOLE if chapters else CONTENTS,
        together(texts) if chapters else written.blocks(edition.blocks),
        edition.entries,
        images,
        min(images, default=-1),
    )
    if not chapters:
        return
    yield Sheet(CONTENTS, "", contents=True, after=chapters[0])
    entries: dict[str, list[Entry]] = {}
    for entry in edition.entries:
        name = entry.id if entry.verdict == "made" else entry.block
        entries.setdefault(division.files.get(name, ""), []).append(entry)
    for i, chapter in enumerate(chapters):
        found = [
            one.surface
            for _, one in addresses(chapter.blocks, edition)
            if isinstance(one, PageStart)
        ]
        if chapter.page:
            found.insert(0, chapter.page.surface)
        seen = [surface for surface in found if surface in images]
        yield Sheet(
            chapter.file,
            texts[i],
            entries.get(chapter.file, ()),
            frozenset(seen),
            seen[0] if seen else -1,
            chapter,
            chapters[i - 1] if i else None,
            chapters[i + 1] if i + 1 < len(chapters) else None,
        )


def _shared(edition: Edition, site: Settings) -> dict[str, Any]:
    """What all reading pages of an edition have."""
    t, base_url = interface(site.language), site.address
    where = records.address(edition, base_url)
    authors = [records.natural(name) for name in edition.authors]
    return {
        "root": "../",
        "edition": edition,
        "address": where,
        "authors": authors,
        "by": ", ".join(authors),
        "printed": edition.imprint.line,
        "about": records.summary(edition),
        "dublin_core": _dublin_core(edition, where),
        "json_ld": Markup(records.in_script(records.json_ld(edition, base_url))),
        "direction": direction(edition.language),
        "size": _size(edition.title),
        "source": records.source(edition),
        "fields": records.page_fields(edition, base_url),
        "coins": records.coins(edition, base_url),
        "issued": _issued(edition, t),
        "licences": [one for one in edition.licences if one.text or one.url],
        "has_manifest": any(surface.url for surface in edition.surfaces),
        "citations": _citations(edition, base_url),
    }


def _shown(sheet: Sheet, edition: Edition, division: Division, t: Interface) -> dict[str, Any]:
    """What one reading page has."""
    files = {} if sheet.file == WHOLE else division.files
    tops = {chapter.blocks[0].id: chapter for chapter in division.chapters}

    def href(name: str) -> str:
        file = files.get(name, sheet.file)
        if file == sheet.file:
            return f"#{name}"
        return file if name in tops else f"{file}#{name}"

    outline = [(depth, href(one.id), one.title) for depth, one in _outline(edition.blocks)]
    if files and (first := division.chapters[0]).title and not _outline(first.blocks):
        outline.insert(0, (0, "#ui-main" if sheet.chapter is first else first.file, first.title))
    pages = [(href(start.id), start.n) for start in edition.pages]
    return {
        "sheet": sheet,
        "outline": outline,
        "pages": pages if len(pages) > 1 else [],
        "has_contents": not sheet.contents and (len(outline) > 1 or len(pages) > 1),
        "text": Markup(sheet.text),
        "scan": edition.surfaces[sheet.scan] if sheet.scan >= 0 else None,
        "surfaces": Markup(_surfaces(edition, sheet.surfaces)),
        "ledger": Markup(ledger_table(sheet.entries, t)),
        "whole": WHOLE if division.chapters else "",
    }


def _dublin_core(edition: Edition, where: str) -> list[tuple[str, str]]:
    fields = [
        ("title", edition.title),
        *(("creator", name) for name in edition.authors),
        *(("contributor", name) for name in edition.editors),
        ("publisher", edition.publisher),
        ("date", edition.published),
        ("language", edition.language),
        ("identifier", where or edition.id),
    ]
    return [(name, value) for name, value in fields if value]


def _size(title: str) -> str:
    """The class of a long title, which is set smaller."""
    return "verylong" if len(title) > 140 else "long" if len(title) > 60 else ""


def _outline(blocks: Sequence[Block], depth: int = 0) -> list[tuple[int, Block]]:
    found: list[tuple[int, Block]] = []
    for block in blocks:
        if block.role == "division":
            if block.title:
                found.append((depth, block))
            found += _outline(block.children, depth + 1 if block.title else depth)
    return found


def _issued(edition: Edition, t: Interface) -> str:
    version = t("version {n}", n=edition.version) if edition.version else ""
    return ", ".join(filter(None, (edition.publisher, version, edition.published)))


def _citations(edition: Edition, base_url: str) -> list[tuple[str, str, str]]:
    return [
        ("sentence", "Sentence", records.sentence(edition, base_url)),
        ("ris", "RIS", records.ris(edition, base_url)),
        ("bibtex", "BibTeX", records.bibtex(edition, base_url)),
        ("csl", "CSL-JSON", records.as_json([records.csl(edition, base_url)])),
    ]


def ledger_table(entries: Sequence[Entry], t: Interface) -> str:
    """The ledger for the script that explains corrections; repeated words are in a table."""
    words: dict[str, int] = {}

    def at(text: str) -> int:
        return words.setdefault(text, len(words))

    rows = {
        str(e.n): [
            e.before,
            e.after,
            at(label(e.kind)),
            at(t.rule(e.what)),
            at(e.rule),
            at(t.rule(e.rule_says)),
            at(e.confidence),
            at(e.evidence),
            at(e.by),
            at(e.page),
            e.left,
            e.right,
            *([list(e.others)] if e.verdict == "held" else []),
        ]
        for e in entries
        if e.verdict != "refused"
    }
    return records.in_script({"words": list(words), "rows": rows})


def _here(surface: Surface) -> bool:
    return bool(surface.url) and not remote(surface.url)


def _surfaces(edition: Edition, shown: Collection[int]) -> str:
    """The page images as JSON: those that are not shown on this page have no address."""
    at = 0
    rows = []
    for n, surface in enumerate(edition.surfaces):
        zones = [
            [at + i, zone.x, zone.y, zone.width, zone.height]
            for i, zone in enumerate(surface.zones)
        ]
        at += len(zones)
        here = n in shown
        cut = tiles.folder_of(surface.url)
        rows.append(
            {
                "url": surface.url if here else "",
                "n": surface.n,
                "w": surface.width,
                "h": surface.height,
                **(
                    {"tiles": tiles.service(cut, surface.full)}
                    if here and any(surface.full)
                    else {}
                ),
                "zones": zones if here else [],
            }
        )
    return records.in_script(rows)


def cited_blocks(edition: Edition) -> list[Block]:
    """The blocks that have an address of their own: paragraphs, lines of verse, items."""
    return [block for block in flatten(edition.blocks) if block.unit and block.id]
