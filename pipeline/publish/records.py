"""Records of an edition for catalogues and citation managers, one in each of their formats.

BibTeX, CSL-JSON, RIS, COinS, a sentence, the `citation_` and Open Graph fields of a web page,
Dublin Core (as in OAI-PMH's `oai_dc`), JSON-LD (schema.org), and a static OAI repository
(http://www.openarchives.org/OAI/2.0/guidelines-static-repository.htm) for the whole library. An
article, a chapter and a blog post are each described as what they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

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


@dataclass(frozen=True, slots=True)
class Genre:
    """What a source is, in the words of each format."""

    csl: str
    bibtex: str
    ris: str
    schema: str
    coins: str  # format and genre of its key-encoded metadata
    container: str  # the field of BibTeX for what it is part of


_BOOK: Final = Genre("book", "book", "BOOK", "Book", "book&rft.genre=book", "series")
# By words in what the file calls the source, in the languages of the interface.
_GENRES: Final = (
    (
        r"chapter|section|part of|kapitel|abschnitt|chapitre|extract",
        Genre(
            "chapter", "inbook", "CHAP", "Chapter", "book&rft.genre=bookitem", "booktitle"
        ),
    ),
    (
        r"blog|web ?site|web ?page|posts?\b|billet",
        Genre(
            "post-weblog", "online", "BLOG", "BlogPosting", "dc&rft.type=blogPost", "titleaddon"
        ),
    ),
    (
        r"newspaper|zeitung|quotidien",
        Genre(
            "article-newspaper", "article", "NEWS", "NewsArticle",
            "journal&rft.genre=article", "journal",
        ),
    ),
    (
        r"article|review|essay|artikel|aufsatz|journal|magazine|zeitschrift|revue",
        Genre(
            "article-journal", "article", "JOUR", "ScholarlyArticle",
            "journal&rft.genre=article", "journal",
        ),
    ),
)  # fmt: skip


def genre(edition: Edition) -> Genre:
    """What an edition's source is: a book, if the file does not say otherwise."""
    kind = edition.imprint.kind.lower()
    return next((found for pattern, found in _GENRES if re.search(pattern, kind)), _BOOK)


def described(edition: Edition) -> str:
    """What sort of edition it is, in a phrase."""
    if edition.from_ocr:
        return "a digital edition from OCR, with every correction recorded"
    return "a digital edition"


def summary(edition: Edition) -> str:
    """The abstract, or what can be said of an edition in a sentence."""
    who = f" by {', '.join(map(natural, edition.authors))}" if edition.authors else ""
    return edition.abstract or f"{edition.title}{who}: {described(edition)}."


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
    """The edition as CSL-JSON.

    See https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html.
    """
    item: dict[str, Any] = {
        "id": edition.id,
        "type": genre(edition).csl,
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
        "DOI": edition.doi,
        "original-publisher": edition.imprint.publisher,
        "original-publisher-place": edition.imprint.place,
    }
    if edition.imprint.container:
        serial = genre(edition) is _BOOK
        more["collection-title" if serial else "container-title"] = edition.imprint.container
        more["collection-number" if serial else "issue"] = edition.imprint.number
    more["page"] = edition.imprint.pages
    return item | {name: value for name, value in more.items() if value}


def bibtex(edition: Edition, base_url: str) -> str:
    """The edition as a BibTeX entry, with biblatex's `url`, `version` and `origdate`."""
    kind = genre(edition)
    fields = [
        ("author", " and ".join(edition.authors)),
        ("editor", " and ".join(edition.editors)),
        ("title", edition.title),
        (kind.container, edition.imprint.container),
        ("number", edition.imprint.number if edition.imprint.container else ""),
        ("pages", edition.imprint.pages.replace("–", "--")),
        ("year", year(edition.published)),
        ("date", edition.published),
        ("origdate", year(edition.imprint.date)),
        ("publisher", edition.publisher),
        ("version", edition.version),
        ("note", described(edition).removeprefix("a ").replace("digital", "Digital", 1)),
        ("doi", edition.doi),
        ("url", address(edition, base_url)),
    ]
    key = re.sub(r"[^A-Za-z0-9:_-]", "-", edition.id)
    lines = [
        f"  {name:<9} = {{{value if name in {'url', 'doi'} else _tex(value)}}},"
        for name, value in fields
        if value
    ]
    return "\n".join([f"@{kind.bibtex}{{{key},", *lines, "}", ""])


def ris(edition: Edition, base_url: str) -> str:
    """The edition in the format of RefMan, EndNote and Zotero."""
    imprint = edition.imprint
    fields = [
        ("TY", genre(edition).ris),
        *(("AU", name) for name in edition.authors),
        *(("ED", name) for name in edition.editors),
        ("TI", edition.title),
        ("T2", imprint.container),
        ("IS", imprint.number if imprint.container else ""),
        ("SP", imprint.pages),
        ("PY", year(edition.published)),
        ("DA", edition.published.replace("-", "/")),
        ("OP", year(imprint.date)),
        ("PB", edition.publisher),
        ("CY", imprint.place),
        ("ET", edition.version),
        ("LA", edition.language),
        ("DO", edition.doi),
        ("UR", address(edition, base_url)),
        ("N1", described(edition)),
    ]
    lines = [f"{name}  - {' '.join(value.split())}" for name, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def coins(edition: Edition, base_url: str) -> str:
    """The edition as a context object for reference managers that read web pages (COinS)."""
    kind, imprint = genre(edition), edition.imprint
    form, _, genre_of = kind.coins.partition("&")
    key, _, value = genre_of.partition("=")
    name = "rft.atitle" if form == "journal" else "rft.title" if form == "dc" else "rft.btitle"
    fields = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"),
        (key, value),
        (name, edition.title),
        ("rft.jtitle" if form == "journal" else "rft.series", imprint.container),
        ("rft.issue", imprint.number if form == "journal" else ""),
        *(("rft.creator" if form == "dc" else "rft.au", natural(one)) for one in edition.authors),
        ("rft.date", imprint.date or edition.published),
        ("rft.pub", imprint.publisher or edition.publisher),
        ("rft.place", imprint.place),
        ("rft.language", edition.language),
        ("rft_id", f"info:doi/{edition.doi}" if edition.doi else ""),
        ("rft_id", address(edition, base_url)),
    ]
    return urlencode([field for field in fields if field[1]])


def page_fields(edition: Edition, base_url: str) -> list[tuple[str, str, str]]:
    """The fields in the head of the reading page: attribute, name and content of each `meta`.

    Google Scholar, Zotero and others read `citation_`, social networks Open Graph (`og:`).
    """
    kind, where = genre(edition), address(edition, base_url)
    imprint = edition.imprint
    journal = kind.bibtex == "article"
    fields = [
        ("name", "citation_title", edition.title),
        *(("name", "citation_author", one) for one in edition.authors),
        *(("name", "citation_editor", one) for one in edition.editors),
        ("name", "citation_publication_date", edition.published.replace("-", "/")),
        ("name", "citation_journal_title" if journal else "citation_inbook_title",
         imprint.container if journal or kind.bibtex == "inbook" else ""),
        ("name", "citation_issue", imprint.number if journal else ""),
        ("name", "citation_publisher", edition.publisher),
        ("name", "citation_language", edition.language),
        ("name", "citation_doi", edition.doi),
        ("name", "citation_public_url", where),
        ("property", "og:title", edition.title),
        ("property", "og:type", "book" if kind is _BOOK else "article"),
        ("property", "og:url", where),
        ("property", "og:description", edition.abstract or described(edition)),
        ("property", "og:locale", edition.language.replace("-", "_")),
        *(("property", "book:author" if kind is _BOOK else "article:author", natural(one))
          for one in edition.authors),
    ]  # fmt: skip
    return [field for field in fields if field[2]]


def source(edition: Edition) -> str:
    """The printed source in a sentence, as bibliographies have it.

    `Anna Louise Strong, Dictatorship and Democracy, International Pamphlets 39 (New York:
    International Pamphlets, 1934).`
    """
    imprint = edition.imprint
    if imprint.shown and not imprint.title:
        return imprint.shown
    publisher = "" if imprint.publisher == imprint.container else imprint.publisher
    published = ": ".join(filter(None, (imprint.place, publisher)))
    made = ", ".join(filter(None, (published, imprint.date)))
    within = " ".join(filter(None, (imprint.container, imprint.number)))
    who = _listed([natural(name) for name in imprint.authors])
    said = ", ".join(filter(None, (who, imprint.title, within)))
    pages = f", pp. {imprint.pages}" if imprint.pages else ""
    whole = f"{said} ({made}){pages}" if said and made else said or made
    return f"{whole.rstrip('.')}." if whole else ""


def _tex(text: str) -> str:
    escaped = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
        char: f"\\{char}" for char in "&%$#_{}"
    }
    return "".join(escaped.get(char, char) for char in text)


def sentence(edition: Edition, base_url: str) -> str:
    """The edition cited in a sentence, with no full stop after an address."""
    who = _listed([natural(name) for name in edition.authors])
    imprint = edition.imprint
    title = (
        f"“{edition.title}”"
        if imprint.container and genre(edition) is not _BOOK
        else (edition.title)
    )
    within = " ".join(filter(None, (imprint.container, imprint.number)))
    original = (
        imprint.line
        if imprint.publisher != imprint.container
        else ", ".join(filter(None, (imprint.place, imprint.date)))
    )
    title = ", ".join(filter(None, (title, within)))
    title = f"{title} ({original})" if original else title
    digital = "digital edition" + (f", version {edition.version}" if edition.version else "")
    if edition.editors:
        digital += f", edited by {_listed([natural(name) for name in edition.editors])}"
    made = ", ".join(filter(None, (edition.publisher, edition.published)))
    parts = [f"{who}, {title}" if who else title, digital, made]
    said = ". ".join(
        part[:1].upper() + part[1:] if i else part for i, part in enumerate(filter(None, parts))
    )
    where = f"https://doi.org/{edition.doi}" if edition.doi else address(edition, base_url)
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
        "@type": genre(edition).schema,
        "name": edition.title,
        "inLanguage": edition.language,
    }
    if edition.imprint.container:
        whole = {
            "ScholarlyArticle": "Periodical",
            "NewsArticle": "Newspaper",
            "BlogPosting": "Blog",
            "Chapter": "Book",
        }.get(record["@type"], "BookSeries")
        record["isPartOf"] = {"@type": whole, "name": edition.imprint.container}
    identifiers = [
        *([f"https://doi.org/{edition.doi}"] if edition.doi else []),
        *([edition.ark] if edition.ark else []),
    ]
    if identifiers:
        record["identifier"] = identifiers if len(identifiers) > 1 else identifiers[0]
    if record["@type"] != "Book":
        record["headline"] = edition.title
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
        ("identifier", f"https://doi.org/{edition.doi}" if edition.doi else ""),
        ("identifier", address(edition, base_url)),
        ("identifier", edition.id),
        ("source", source(edition)),
        ("language", edition.language),
        ("description", edition.abstract),
        *(("rights", one.url or one.text) for one in edition.licences),
    ]
    return render("dublin_core.xml.jinja", fields=fields)


def static_repository(
    records: Sequence[tuple[str, str, str]],
    base_url: str,
    *,
    name: str = "Digital editions",
    contact: str = "",
) -> str:
    """An OAI static repository of records (id, datestamp, `oai_dc` element)."""
    where = base_url or "http://localhost/"
    host = re.sub(r"[:/].*$", "", re.sub(r"^https?://", "", where)) or "localhost"
    return render(
        "oai.xml.jinja",
        where=where,
        host=host,
        name=name,
        contact=contact if "@" in contact else f"nobody@{host}",
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
