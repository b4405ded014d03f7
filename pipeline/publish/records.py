"""Records of an edition for catalogues and citation managers, one in each of their formats.

BibTeX, CSL-JSON, a sentence, Dublin Core (as in OAI-PMH's `oai_dc`), JSON-LD (schema.org), and a
static OAI repository (http://www.openarchives.org/OAI/2.0/guidelines-static-repository.htm) for the
whole library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from pipeline.html import Markup
from pipeline.publish.model.model import Edition
from pipeline.publish.pages.templates import render


def as_json(value: Any) -> str:
    """JSON as it is published: readable, and the same bytes each time."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def in_script(value: Any) -> str:
    """JSON for a script element of a page: nothing in it ends the element."""
    return (
        json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
    )


def address(edition: Edition, base_url: str) -> str:
    """The edition's address on this site, or the one in its header if the site's is unknown."""
    return f"{base_url}{edition.id}/" if base_url else edition.uri


def described(edition: Edition) -> str:
    """What sort of edition it is, in a phrase."""
    if edition.from_ocr:
        return "a digital edition from OCR, with every correction recorded"
    return "a digital edition"


def year(date: str) -> str:
    """The year in a date, or ""."""
    found = re.search(r"\b(\d{4})\b", date)
    return found.group(1) if found else ""


def _names(names: Sequence[str]) -> list[dict[str, str]]:
    return [_name(name) for name in names]


def _name(name: str) -> dict[str, str]:
    if "," in name:
        family, given = (part.strip() for part in name.split(",", 1))
        return {"family": family, "given": given} if given else {"literal": family}
    given, _, family = name.rpartition(" ")
    return {"family": family, "given": given} if given else {"literal": name}


def natural(name: str) -> str:
    """A name in natural order: "Marsh, Eliza" → "Eliza Marsh"."""
    parts = _name(name)
    return parts.get("literal") or f"{parts['given']} {parts['family']}"


def csl(edition: Edition, base_url: str) -> dict[str, Any]:
    """The edition as CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html)."""
    item: dict[str, Any] = {
        "id": edition.id,
        "type": "book",
        "title": edition.title,
        "language": edition.language,
        "genre": "digital edition",
    }
    if edition.authors:
        item["author"] = _names(edition.authors)
    if edition.editors:
        item["editor"] = _names(edition.editors)
    if found := year(edition.published):
        item["issued"] = {
            "date-parts": [
                [int(part) for part in edition.published.split("-")]
                if re.fullmatch(r"\d{4}(-\d\d){0,2}", edition.published)
                else [int(found)]
            ]
        }
    if found := year(edition.imprint.date):
        item["original-date"] = {"date-parts": [[int(found)]]}
    more = {
        "publisher": edition.publisher,
        "version": edition.version,
        "URL": address(edition, base_url),
        "original-publisher": edition.imprint.publisher,
        "original-publisher-place": edition.imprint.place,
    }
    return item | {name: value for name, value in more.items() if value}


def bibtex(edition: Edition, base_url: str) -> str:
    """The edition as a BibTeX entry: @book, with biblatex's `url` and `origdate`."""
    fields = [
        ("author", " and ".join(edition.authors)),
        ("editor", " and ".join(edition.editors)),
        ("title", edition.title),
        ("year", year(edition.published)),
        ("origdate", year(edition.imprint.date)),
        ("publisher", edition.publisher),
        ("version", edition.version),
        ("note", described(edition).removeprefix("a ").replace("digital", "Digital", 1)),
        ("url", address(edition, base_url)),
    ]
    key = re.sub(r"[^A-Za-z0-9:_-]", "-", edition.id)
    lines = [
        f"  {name:<9} = {{{value if name == 'url' else _tex(value)}}},"
        for name, value in fields
        if value
    ]
    return "\n".join([f"@book{{{key},", *lines, "}", ""])


def _tex(text: str) -> str:
    escaped = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
        char: f"\\{char}" for char in "&%$#_{}"
    }
    return "".join(escaped.get(char, char) for char in text)


def sentence(edition: Edition, base_url: str) -> str:
    """The edition cited in a sentence, with no full stop after an address."""
    who = _listed([natural(name) for name in edition.authors])
    original = edition.imprint.line
    title = f"{edition.title} ({original})" if original else edition.title
    digital = "digital edition" + (f", version {edition.version}" if edition.version else "")
    if edition.editors:
        digital += f", edited by {_listed([natural(name) for name in edition.editors])}"
    made = ", ".join(filter(None, (edition.publisher, year(edition.published))))
    parts = [f"{who}, {title}" if who else title, digital, made]
    said = ". ".join(
        part[:1].upper() + part[1:] if i else part for i, part in enumerate(filter(None, parts))
    )
    where = address(edition, base_url)
    return f"{said}. {where}" if where else f"{said}."


def _listed(names: Sequence[str]) -> str:
    return (
        names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
    )


def json_ld(edition: Edition, base_url: str) -> dict[str, Any]:
    """The edition for search engines: schema.org, as JSON-LD."""
    where = address(edition, base_url)
    record: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Book",
        "name": edition.title,
        "inLanguage": edition.language,
    }
    if where:
        record["@id"] = record["url"] = where
    if edition.authors:
        record["author"] = [{"@type": "Person", "name": natural(name)} for name in edition.authors]
    if edition.editors:
        record["editor"] = [{"@type": "Person", "name": natural(name)} for name in edition.editors]
    more = {
        "datePublished": edition.published,
        "version": edition.version,
        "license": next((one.url for one in edition.licences if one.url), ""),
    }
    record |= {name: value for name, value in more.items() if value}
    if edition.publisher:
        record["publisher"] = {"@type": "Organization", "name": edition.publisher}
    if edition.imprint.title or edition.imprint.date:
        print_ = {
            "@type": "Book",
            "name": edition.imprint.title or edition.title,
            "datePublished": edition.imprint.date,
        }
        record["isBasedOn"] = {name: value for name, value in print_.items() if value}
    record["encoding"] = [
        {
            "@type": "MediaObject",
            "encodingFormat": media,
            "contentUrl": f"{where if base_url else ''}{edition.id}{suffix}",
        }
        for media, suffix in (
            ("application/tei+xml", ".xml"),
            ("application/epub+zip", ".epub"),
            ("text/plain", ".txt"),
            ("text/markdown", ".md"),
        )
    ]
    return record


def dublin_core(edition: Edition, base_url: str) -> str:
    """The edition as an `oai_dc` element (http://www.openarchives.org/OAI/2.0/oai_dc.xsd)."""
    fields = [
        ("title", edition.title),
        *(("creator", name) for name in edition.authors),
        *(("contributor", name) for name in edition.editors),
        ("publisher", edition.publisher),
        ("date", edition.published),
        ("type", "Text"),
        ("format", "application/tei+xml"),
        ("identifier", address(edition, base_url)),
        ("identifier", edition.id),
        ("source", edition.imprint.reference),
        ("language", edition.language),
        ("description", edition.abstract),
        *(("rights", one.url or one.text) for one in edition.licences),
    ]
    return render("dublin_core.xml.jinja", fields=fields)


def static_repository(records: Sequence[tuple[str, str, str]], base_url: str) -> str:
    """An OAI static repository of records (id, datestamp, `oai_dc` element)."""
    where = base_url or "http://localhost/"
    host = re.sub(r"[:/].*$", "", re.sub(r"^https?://", "", where)) or "localhost"
    return render(
        "oai.xml.jinja",
        where=where,
        host=host,
        earliest=min((stamp for _, stamp, _ in records), default="1970-01-01"),
        records=[(name, stamp, Markup(record)) for name, stamp, record in records],
    )


def datestamp(edition: Edition) -> str:
    """A full date for feeds and books, from the header, never the clock."""
    for date in (edition.modified, edition.published):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", date[:10]):
            return date[:10]
        if re.fullmatch(r"\d{4}(-\d\d)?", date):
            return (date + "-01-01")[:10]
    return "1970-01-01"
