"""The reading page of an edition."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.html import Markup, direction
from pipeline.interface import Interface, interface
from pipeline.publish import records
from pipeline.publish.model.file import remote
from pipeline.publish.model.model import Block, Edition, Entry, Surface, flatten
from pipeline.publish.pages.site_text import SiteText
from pipeline.publish.pages.templates import page
from pipeline.publish.settings import Settings
from pipeline.rules import label


def reading_page(edition: Edition, site: Settings, *, versions: bool = False) -> str:
    """The whole reading page as HTML."""
    t, base_url = interface(site.language), site.address
    written = SiteText(edition, t)
    outline = _outline(edition.blocks)
    pages = [(start.id, start.n) for start in edition.pages]
    scan = next((surface for surface in edition.surfaces if _here(surface)), None)
    where = records.address(edition, base_url)
    authors = [records.natural(name) for name in edition.authors]
    return page(
        "reading.html.jinja",
        site,
        root="../",
        edition=edition,
        versions=versions,
        address=where,
        authors=authors,
        by=", ".join(authors),
        printed=edition.imprint.line,
        about=_about(edition),
        dublin_core=_dublin_core(edition, where),
        json_ld=Markup(records.in_script(records.json_ld(edition, base_url))),
        direction=direction(edition.language),
        has_contents=len(outline) > 1 or len(pages) > 1,
        outline=outline,
        pages=pages if len(pages) > 1 else [],
        size=_size(edition.title),
        text=Markup(written.blocks(edition.blocks)),
        source=records.source(edition),
        fields=records.page_fields(edition, base_url),
        coins=records.coins(edition, base_url),
        issued=_issued(edition, t),
        licences=[one for one in edition.licences if one.text or one.url],
        has_manifest=any(surface.url for surface in edition.surfaces),
        scan=scan,
        surfaces=Markup(_surfaces(edition)),
        citations=_citations(edition, base_url),
        ledger=Markup(ledger_table(edition.entries)),
    )


def _about(edition: Edition) -> str:
    who = f" by {', '.join(map(records.natural, edition.authors))}" if edition.authors else ""
    return edition.abstract or f"{edition.title}{who}: {records.described(edition)}."


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


def ledger_table(entries: Sequence[Entry]) -> str:
    """The ledger for the script that explains corrections; repeated words are in a table."""
    words: dict[str, int] = {}

    def at(text: str) -> int:
        return words.setdefault(text, len(words))

    rows = {
        str(e.n): [
            e.before,
            e.after,
            at(label(e.kind)),
            at(e.what),
            at(e.rule),
            at(e.rule_says),
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
