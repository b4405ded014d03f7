"""The library page with its search, and what machines read of the whole library: sitemap, feed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.publish import records
from pipeline.publish.pages import frame
from pipeline.publish.pages.html import escape

Record = Mapping[str, Any]


def library_page(editions: Sequence[Record], base_url: str) -> str:
    """The page of all editions, with full-text search over them."""
    shelf = "".join(_on_shelf(record) for record in editions)
    words = sum(record["words"] for record in editions)
    made = sum(record["made"] for record in editions)
    lede = (
        f"{_count(len(editions), 'edition')}, {words:,} words, {_count(made, 'correction')}. Each "
        f"text is read as its page must have said, and each correction can be seen, doubted "
        f"and cited."
    )
    body = (
        frame.bar(root="", middle="Digital editions", controls=frame.THEME, at_library=True)
        + f'<main id="ui-main" class="wide" tabindex="-1">\n<h1>Library</h1>\n<p '
        f'class="lede">{lede}</p>\n'
        '<form class="search" id="ui-search" role="search"><label for="ui-query">Search all '
        "texts</label>"
        '<input type="search" id="ui-query" name="q" placeholder="Search all texts" '
        'autocomplete="off" enterkeyhint="search"><button class="tool">Search</button></form>\n'
        '<p class="told" id="ui-told" aria-live="polite">A word is found by its corrected '
        "form and by what the OCR said.</p>\n"
        f'<div class="hits" id="ui-hits"></div>\n<ul class="shelf" '
        f'id="ui-shelf">{shelf}</ul>\n</main>\n'
    )
    head = (
        f'<meta name="description" '
        f'content="{escape(f"A library of {len(editions)} digital editions from OCR.")}">'
        f'\n<link rel="alternate" type="application/atom+xml" title="Editions" href="feed.xml">\n'
    )
    if base_url:
        head += f'<link rel="canonical" href="{escape(base_url)}">\n'
        listed = {
            "@context": "https://schema.org",
            "@type": "Collection",
            "name": "Digital editions",
            "url": base_url,
            "hasPart": [
                {"@type": "Book", "name": one["title"], "url": f"{base_url}{one['id']}/"}
                for one in editions
            ],
        }
        head += f'<script type="application/ld+json">{records.in_script(listed)}</script>\n'
    return frame.page(
        title="Digital editions",
        language="en",
        root="",
        body=body,
        kind="library",
        head=head,
        scripts=("search.js",),
    )


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _on_shelf(record: Record) -> str:
    name = escape(record["id"])
    held = f", {record['held']:,} held" if record["held"] else ""
    line = f'<p class="byline" dir="auto">{record["line"]}</p>' if record["line"] else ""
    pages = f"{_count(record['pages'], 'page')} · " if record["pages"] else ""
    return (
        f'<li><h2 dir="auto"><a href="{name}/index.html">{escape(record["title"])}</a></h2>{line}'
        f'<p class="facts">{record["words"]:,} words · {pages}<a '
        f'href="{name}/corrections.html">{_count(record["made"], "correction")}{held}</a> · '
        f'<a href="{name}/{name}.epub" download>EPUB</a> · <a href="{name}/{name}.xml" '
        f"download>TEI</a></p></li>\n"
    )


def sitemap(editions: Sequence[Record], base_url: str) -> str:
    """The addresses of all pages, for search engines (https://www.sitemaps.org)."""
    rows = [f"<url><loc>{escape(base_url)}</loc></url>"]
    for record in editions:
        stamp = record["stamp"]
        dated = "" if stamp.startswith("1970") else f"<lastmod>{stamp}</lastmod>"
        rows += [
            f"<url><loc>{escape(base_url)}{escape(record['id'])}/{page}</loc>{dated}</url>"
            for page in ("", "corrections.html")
        ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset '
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n' + "\n".join(rows) + "\n</urlset>\n"
    )


def feed(editions: Sequence[Record], base_url: str) -> str:
    """The editions as an Atom feed (RFC 4287), newest first. Without a known address, its ids are
    names alone.
    """
    newest = sorted(editions, key=lambda record: (record["stamp"], record["id"]), reverse=True)[
        :100
    ]
    updated = newest[0]["stamp"] if newest else "1970-01-01"

    def identity(name: str) -> str:
        return (
            f"{base_url}{name}"
            if base_url
            else f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'emend:{name}')}"
        )

    rows = "".join(
        f"<entry><id>{escape(identity(record['id'] + '/'))}</id><title>"
        f"{escape(record['title'])}</title><updated>{record['stamp']}T00:00:00Z</updated>"
        f'<link href="{escape(base_url)}{escape(record["id"])}/index.html"/>'
        + "".join(
            f"<author><name>{escape(name)}</name></author>"
            for name in record["authors"] or ["unknown"]
        )
        + f"<summary>{record['words']:,} words, {record['made']:,} corrections</summary></entry>\n"
        for record in newest
    )
    own = f'<link rel="self" href="{escape(base_url)}feed.xml"/>' if base_url else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{escape(identity('feed'))}</id><title>Digital "
        f"editions</title><updated>{updated}T00:00:00Z</updated>{own}\n{rows}</feed>\n"
    )
