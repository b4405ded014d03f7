"""The library page with its search, and what machines read of the whole library: sitemap, feed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.html import Markup
from pipeline.publish import records
from pipeline.publish.pages.templates import render

Record = Mapping[str, Any]
_MOST: int = 100  # entries of the feed


def library_page(editions: Sequence[Record], base_url: str) -> str:
    """The page of all editions, with full-text search over them."""
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
    return render(
        "library.html.jinja",
        root="",
        base_url=base_url,
        editions=editions,
        words=sum(record["words"] for record in editions),
        applied=sum(record["made"] for record in editions),
        json_ld=Markup(records.in_script(listed)),
    )


def sitemap(editions: Sequence[Record], base_url: str) -> str:
    """The addresses of all pages, for search engines (https://www.sitemaps.org)."""
    return render("sitemap.xml.jinja", base_url=base_url, editions=editions)


def feed(editions: Sequence[Record], base_url: str) -> str:
    """The editions as an Atom feed (RFC 4287), newest first.

    Where the site's address is unknown, the ids are UUIDs made from the editions' names.
    """

    def identity(name: str) -> str:
        if base_url:
            return f"{base_url}{name}"
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'emend:{name}')}"

    newest = sorted(editions, key=lambda record: (record["stamp"], record["id"]), reverse=True)
    entries = [(identity(f"{record['id']}/"), record) for record in newest[:_MOST]]
    return render(
        "feed.xml.jinja",
        id=identity("feed"),
        base_url=base_url,
        updated=newest[0]["stamp"] if newest else "1970-01-01",
        entries=entries,
    )
