"""All editions as one data set: a zip with TEI, text and ledger, ready for a repository.

Beside the editions it has a datasheet, a list of them, CITATION.cff, the metadata that Zenodo reads
and checksums. The same editions give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import MissingExtraError
from pipeline.interface import interface
from pipeline.publish import plain, records
from pipeline.publish.model import read
from pipeline.publish.model.file import opened
from pipeline.publish.model.model import Edition
from pipeline.publish.pages.templates import render
from pipeline.publish.settings import Settings

_WRITTEN: Final = (1980, 1, 1, 0, 0, 0)  # the date of every file in the zip, never the clock
COLUMNS: Final = (
    "edition", "n", "id", "page", "paragraph", "kind", "rule", "status", "before", "after",
    "alternatives", "confidence", "evidence", "by", "left", "right",
)  # fmt: skip
_STATUS: Final = {"made": "applied", "held": "pending", "refused": "rejected"}


@dataclass(frozen=True, slots=True)
class Member:
    """An edition of the corpus and its TEI."""

    edition: Edition
    tei: bytes


def member(name: str, tei: bytes) -> Member:
    """An edition from its TEI file."""
    return Member(read(opened(tei, name).tree, name), tei)


def corpus(
    members: Sequence[Member], site: Settings, *, name: str = "corpus", parquet: bool = False
) -> bytes:
    """The data set as a zip.

    Raises:
        MissingExtraError: Parquet is wanted and pyarrow is not installed.

    """
    files = dict(sorted(_files(members, site, parquet=parquet)))
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in files.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, data in {**files, "SHA256SUMS": sums.encode()}.items():
            info = zipfile.ZipInfo(f"{name}/{path}", _WRITTEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            packed.writestr(info, data)
    return out.getvalue()


def _files(
    members: Sequence[Member], site: Settings, *, parquet: bool
) -> Iterator[tuple[str, bytes]]:
    changes = list(rows(members))
    yield "changes.csv", table(COLUMNS, changes)
    if parquet:
        yield "changes.parquet", _parquet(changes)
    listed = [_listed(one.edition) for one in members]
    yield "editions.csv", table(tuple(listed[0]) if listed else (), listed)
    for one in members:
        yield f"tei/{one.edition.id}.xml", one.tei
        yield f"text/{one.edition.id}.txt", plain.plain_text(one.edition).encode()
    title = site.title or interface("en")("Digital editions")
    values = {
        "title": title,
        "site": site,
        "editions": [one.edition for one in members],
        "figures": _figures([one.edition for one in members]),
        "columns": COLUMNS,
        "parquet": parquet,
        "date": max((records.datestamp(one.edition) for one in members), default=""),
        "version": _version(members),
    }
    yield "README.md", render("datasheet.md.jinja", **values).encode()
    yield "CITATION.cff", _citation(values).encode()
    yield ".zenodo.json", records.as_json(_zenodo(values)).encode()


def rows(members: Iterable[Member]) -> Iterator[dict[str, Any]]:
    """Every change of every edition, one row each."""
    for one in members:
        for entry in one.edition.entries:
            yield {
                "edition": one.edition.id,
                "n": entry.n,
                "id": entry.id,
                "page": entry.page,
                "paragraph": entry.block or entry.within,
                "kind": entry.kind,
                "rule": entry.rule,
                "status": _STATUS[entry.verdict],
                "before": entry.before,
                "after": entry.after,
                "alternatives": " | ".join(entry.others),
                "confidence": entry.confidence,
                "evidence": entry.evidence,
                "by": entry.by,
                "left": entry.left,
                "right": entry.right,
            }


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as Parquet; the confidence is a number, absent where the file gives a word."""
    try:
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("pyarrow", "parquet") from None

    def number(value: str) -> float | None:
        try:
            return float(value)
        except ValueError:
            return None

    columns = {
        name: pa.array([number(row[name]) for row in rows], pa.float64())
        if name == "confidence"
        else pa.array([row[name] for row in rows], pa.int64() if name == "n" else pa.string())
        for name in COLUMNS
    }
    out = io.BytesIO()
    parquet.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()


def _listed(edition: Edition) -> dict[str, Any]:
    return {
        "id": edition.id,
        "title": edition.title,
        "authors": "; ".join(edition.authors),
        "language": edition.language,
        "kind": edition.imprint.kind,
        "printed": edition.imprint.date,
        "publisher_of_print": edition.imprint.publisher,
        "place_of_print": edition.imprint.place,
        "edited": edition.published,
        "version": edition.version,
        "doi": edition.doi,
        "ark": edition.ark,
        "licence": "; ".join(one.url or one.text for one in edition.licences),
        "pages": len(edition.pages),
        "words": edition.words,
        "changes_applied": edition.made,
        "changes_pending": edition.held,
        "raw_sha256": edition.raw_sha256,
    }


def _figures(editions: Sequence[Edition]) -> dict[str, int]:
    return {
        "editions": len(editions),
        "words": sum(one.words for one in editions),
        "pages": sum(len(one.pages) for one in editions),
        "applied": sum(one.made for one in editions),
        "pending": sum(one.held for one in editions),
    }


def _version(members: Sequence[Member]) -> str:
    """A version of the whole, made from its contents: the same editions have the same one."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(one.tei).digest() for one in members))
    return digest.hexdigest()[:12]


def _makers(site: Settings) -> list[str]:
    return [*site.editors, *([site.publisher] if site.publisher and not site.editors else [])]


def _citation(values: Mapping[str, Any]) -> str:
    """CITATION.cff 1.2, which is YAML; its texts are written as JSON, which YAML includes."""
    site: Settings = values["site"]

    def said(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    lines = [
        "cff-version: 1.2.0",
        "message: If you use this data set, please cite it as below.",
        "type: dataset",
        f"title: {said(values['title'])}",
        f"version: {said(values['version'])}",
        f"date-released: {said(values['date'])}",
        "authors:",
    ]
    for maker in site.editors:
        family, _, given = (part.strip() for part in maker.partition(","))
        lines.append(f"  - family-names: {said(family)}")
        lines += [f"    given-names: {said(given)}"] if given else []
    if not site.editors:
        lines.append(f"  - name: {said(site.publisher or values['title'])}")
    if site.address:
        lines.append(f"url: {said(site.address)}")
    if site.licence_url:
        lines.append(f"license-url: {said(site.licence_url)}")
    return "\n".join(lines) + "\n"


def _zenodo(values: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata that Zenodo takes from `.zenodo.json` (https://developers.zenodo.org)."""
    site: Settings = values["site"]
    figures = values["figures"]
    found: dict[str, Any] = {
        "title": values["title"],
        "upload_type": "dataset",
        "description": (
            f"{figures['editions']} corrected editions of texts from OCR, {figures['words']:,} "
            f"words, in TEI and plain text, with a ledger of {figures['applied']:,} corrections."
        ),
        "creators": [{"name": name} for name in _makers(site) or [values["title"]]],
        "publication_date": values["date"],
        "version": values["version"],
        "keywords": ["TEI", "OCR correction", "digital edition"],
    }
    if site.address:
        found["related_identifiers"] = [
            {"identifier": site.address, "relation": "isDerivedFrom", "resource_type": "other"}
        ]
    if "creativecommons.org/licenses/" in site.licence_url:
        kind, version = site.licence_url.rstrip("/").split("/")[-2:]
        found["license"] = f"cc-{kind}-{version}"
    return found
