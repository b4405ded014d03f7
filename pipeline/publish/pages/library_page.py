"""The library page with its search, and what machines read of the whole library: sitemap, feed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pipeline.html import Markup
from pipeline.interface import Interface, interface
from pipeline.publish import records
from pipeline.publish.pages.templates import page, render
from pipeline.publish.settings import Settings

Record = Mapping[str, Any]
_MOST: int = 100  # entries of the feed
_LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "la": "Latin",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
}


def library_page(editions: Sequence[Record], site: Settings) -> str:
    """The page of all editions, with full-text search over them."""
    t, base_url = interface(site.language), site.address
    name = site_name(site)
    listed = {
        "@context": "https://schema.org",
        "@type": "Collection",
        "name": name,
        "url": base_url,
        "hasPart": [
            {"@type": "Book", "name": one["title"], "url": f"{base_url}{one['id']}/"}
            for one in editions
        ],
    }
    return page(
        "library.html.jinja",
        site,
        root="",
        name=name,
        editions=editions,
        authors=_values(editions, "authors", records.natural),
        languages=_values(editions, "language", lambda code: _language(code, t)),
        kinds=_values(editions, "kind", t),
        dates=_values(editions, "date", lambda date: _century(date)[1]),
        words=sum(record["words"] for record in editions),
        applied=sum(record["made"] for record in editions),
        has_ledger=any(record["has_ledger"] for record in editions),
        json_ld=Markup(records.in_script(listed)),
    )


def site_name(site: Settings) -> str:
    """The site's title, or what it is."""
    return site.title or interface(site.language)("Digital editions")


def _values(
    editions: Sequence[Record], field: str, shown: Callable[[str], str]
) -> list[tuple[str, str]]:
    """The values of a field, each with words for it, to filter by."""
    found: dict[str, str] = {}
    for one in editions:
        for value in [one[field]] if isinstance(one[field], str) else one[field]:
            if value:
                key = _century(value)[0] if field == "date" else value
                found[key] = shown(value)
    return sorted(((key, words) for key, words in found.items() if key), key=lambda one: one[1])


def _century(date: str) -> tuple[str, str]:
    """The beginning of the years of a decade, and words for it: `193`, `1930–1939`."""
    year = records.year(date)
    return (year[:3], f"{year[:3]}0–{year[:3]}9") if year else ("", "")


def _language(code: str, t: Interface) -> str:
    """A language's name in that of the interface, or its code."""
    return t(_LANGUAGES.get(code.split("-", maxsplit=1)[0], code))


def about_page(editions: Sequence[Record], site: Settings) -> str:
    """Who makes the site, what the marks mean, and the principles of its editions."""
    principles: dict[str, tuple[list[tuple[str, str]], Any]] = {}
    for one in editions:
        if one["principles"]:
            key = repr(one["principles"])
            principles.setdefault(key, ([], one["principles"]))[0].append((one["id"], one["title"]))
    return page("about.html.jinja", site, root="", principles=list(principles.values()))


def missing_page(site: Settings) -> str:
    """The page for an address that does not exist.

    A web server shows it at any depth, so its links need the site's address; without one they lead
    to the server's root.
    """
    return page("missing.html.jinja", site, root="", top=site.address or "/")


def sitemap(editions: Sequence[Record], base_url: str) -> str:
    """The addresses of all pages, for search engines (https://www.sitemaps.org)."""
    return render("sitemap.xml.jinja", base_url=base_url, editions=editions)


def feed(editions: Sequence[Record], site: Settings) -> str:
    """The editions as an Atom feed (RFC 4287), newest first.

    Where the site's address is unknown, the ids are UUIDs made from the editions' names.
    """
    base_url = site.address

    def identity(name: str) -> str:
        if base_url:
            return f"{base_url}{name}"
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'emend:{name}')}"

    newest = sorted(editions, key=lambda record: (record["stamp"], record["id"]), reverse=True)
    entries = [(identity(f"{record['id']}/"), record) for record in newest[:_MOST]]
    return render(
        "feed.xml.jinja",
        id=identity("feed"),
        name=site_name(site),
        base_url=base_url,
        updated=newest[0]["stamp"] if newest else "1970-01-01",
        entries=entries,
    )
