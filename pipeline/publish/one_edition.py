"""One edition on the site: whether it is up to date, and every file that is made of it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from pipeline.errors import EditionError, EmendError
from pipeline.publish import docx, dts, epub, iiif, pdf, plain, records, scans, search, state
from pipeline.publish.model import chapters, read
from pipeline.publish.model.file import opened
from pipeline.publish.model.model import Edition
from pipeline.publish.pages import changes_page, ledger_page, reading_page
from pipeline.publish.settings import Settings
from pipeline.tei.addresses import State, places

SchemaCheck = Callable[[bytes, str], Sequence[object]]
"""Bytes and name of a TEI file → its faults; none if it is valid."""

_HERE: Final = Path(__file__).parent
_SHARED: Final = tuple(_HERE.parent / name for name in ("html.py", "rules.py"))
_MAKES: Final = frozenset({".py", ".js", ".css", ".svg", ".woff2", ".jinja", ".typ"})
TEI_ALL: Final = "https://vault.tei-c.org/P5/current/xml/tei/custom/schema/relaxng/tei_all.rng"


@dataclass(frozen=True, slots=True)
class Work:
    """One edition to publish."""

    path: Path
    name: str
    out: Path
    site: Settings
    check: SchemaCheck | None
    schema: str  # the schema's address, relative to the edition's folder on the site
    beside: tuple[Path, ...]  # more folders that may hold its page images
    states: tuple[State, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The result for one edition."""

    name: str
    refused: str = ""
    told: tuple[str, ...] = ()
    fresh: bool = False  # whether it was up to date


@cache
def _maker() -> str:
    """A hash of everything that makes the pages: when it changes, all editions are made again."""
    digest = hashlib.sha256()
    for path in (*sorted(_HERE.rglob("*")), *_SHARED):
        if path.is_file() and path.suffix in _MAKES:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest(one: Work, data: bytes) -> str:
    checked = (
        f"{getattr(one.check, '__module__', '')}.{getattr(one.check, '__qualname__', '')}"
        if one.check
        else ""
    )
    return hashlib.sha256(
        "\n".join(
            (
                _maker(),
                repr(one.site),
                repr(one.states),
                checked,
                one.schema,
                hashlib.sha256(data).hexdigest(),
            )
        ).encode()
    ).hexdigest()


def fresh(one: Work) -> dict[str, Any] | None:
    """The record of an edition if it is up to date on the site."""
    record = state.record(one.out, one.name)
    if (
        record is None
        or not (one.out / one.name / "index.html").is_file()
        or not one.path.is_file()
    ):
        return None
    if record["digest"] != _digest(one, one.path.read_bytes()):
        return None
    return record if scans.fresh(_scans(record), record["missing"], one.path, one.beside) else None


def _scans(record: dict[str, Any] | None) -> list[scans.Scan]:
    return [scans.Scan(**scan) for scan in record["images"]] if record else []


def publish_one(one: Work) -> Done:
    """Read, check and write one edition; a fault comes back as a sentence."""
    try:
        data = one.path.read_bytes()
    except OSError as error:
        return Done(one.name, refused=f"{one.path} cannot be read: {error.strerror}.")
    try:
        return _write_edition(one, data)
    except EmendError as error:
        return Done(one.name, refused=str(error))
    except RecursionError:
        return Done(one.name, refused=f"{one.path} nests its elements too deeply.")
    except OSError as error:
        return Done(
            one.name, refused=f"{one.path} could not be published: {error.strerror or error}."
        )


def _write_edition(one: Work, data: bytes) -> Done:
    file = opened(data, str(one.path))
    tree = file.tree
    if one.check is not None and file.ours:
        problems = [_said(problem) for problem in one.check(data, str(one.path))]
        if problems:
            more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
            raise EditionError(
                f"{one.path} is not valid and was not published: "
                f"{problems[0].rstrip('.')}{more}. emend check lists them."
            )
    edition = read(tree, one.name)
    folder = one.out / one.name
    record = state.record(one.out, one.name)
    if record is not None:  # what is now begun is current only when it is finished
        state.keep_record(one.out, one.name, record | {"digest": ""})
    folder.mkdir(parents=True, exist_ok=True)
    shown = scans.put(
        edition, one.path, folder, one.beside, _scans(record), in_tiles=one.site.tiles
    )
    if file.told:
        told = f"{one.name}: {'; '.join(file.told)}."
        shown = replace(shown, told=(told, *shown.told))
    edition = shown.edition
    found = search.passages(edition)
    division = chapters.divided(edition, one.site.chapters)
    files: dict[str, str | bytes] = {
        **reading_page.reading_pages(edition, one.site, division, versions=bool(one.states)),
        f"{one.name}.xml": _with_model(_in_utf_8(data, tree), one.schema)
        if file.ours
        else _with_model(
            etree.tostring(tree, encoding="utf-8") if file.changed else _in_utf_8(data, tree),
            TEI_ALL,
        ),
        f"{one.name}.epub": epub.epub(edition),
        f"{one.name}.txt": plain.text_file(edition, one.site.address),
        f"{one.name}.md": plain.markdown_file(edition, one.site.address),
        f"{one.name}.bib": records.bibtex(edition, one.site.address),
        f"{one.name}.ris": records.ris(edition, one.site.address),
        f"{one.name}.csl.json": records.as_json([records.csl(edition, one.site.address)]),
        "dc.xml": '<?xml version="1.0" encoding="UTF-8"?>\n'
        + records.dublin_core(edition, one.site.address),
        "edition.jsonld": records.as_json(records.json_ld(edition, one.site.address)),
        "search.js": search.passages_script(edition, found, division.files),
    }
    if edition.has_ledger:
        files["corrections.html"] = ledger_page.ledger_page(edition, one.site, division)
    if division.chapters:
        files["places.js"] = chapters.places_script(division)
    for form in one.site.formats:
        files[f"{one.name}.{form}"] = {"pdf": pdf.pdf, "docx": docx.docx}[form](edition)
    if one.states:
        now = tuple(places(tree.getroot()))
        files["changes.html"] = changes_page.changes_page(
            edition, now, one.states, one.site, division
        )
    files |= iiif.written(edition, one.site.address)
    sums = []
    for path in folder.glob("*"):
        if path.is_file() and path.name not in files:
            path.unlink()
    for name, content in sorted(files.items()):
        encoded = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        (folder / name).write_bytes(encoded)
        sums.append(f"{hashlib.sha256(encoded).hexdigest()}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8", newline="\n")
    vocabulary = search.vocabulary(edition, found)
    record = _record_of(edition, one, data, shown)
    _write_dts(one, tree, edition, record)
    (one.out / state.STATE / "words" / f"{one.name}.txt").write_text(
        "\n".join(vocabulary), "utf-8", newline="\n"
    )
    state.keep_record(one.out, one.name, record)
    return Done(one.name, told=shown.told)


def _said(problem: object) -> str:
    """A fault in words, with its line if it has one."""
    line, message = getattr(problem, "line", 0), getattr(problem, "message", "")
    return f"line {line}: {message}" if line and message else str(problem)


def _record_of(edition: Edition, one: Work, data: bytes, shown: scans.Scans) -> dict[str, Any]:
    """What the library keeps of an edition, so that it need not read it again."""
    return {
        "id": edition.id,
        "digest": _digest(one, data),
        "images": [asdict(scan) for scan in shown.kept],
        "missing": shown.missing,
        "told": shown.told,
        "title": edition.title,
        "authors": edition.authors,
        "language": edition.language,
        "published": edition.published,
        "stamp": records.datestamp(edition),
        "by": ", ".join(map(records.natural, edition.authors)),
        "printed": edition.imprint.line,
        "date": edition.imprint.date,
        "kind": edition.imprint.kind,
        "principles": edition.principles,
        "trees": dts.trees(edition),
        "words": edition.words,
        "pages": len(edition.pages),
        "has_ledger": edition.has_ledger,
        "made": edition.made,
        "held": edition.held,
        "dc": records.dublin_core(edition, one.site.address),
    }


def _write_dts(one: Work, tree: Any, edition: Edition, record: dict[str, Any]) -> None:
    root = one.out / "dts"
    state.take_off_dts(one.out, one.name)
    (root / "document" / one.name).mkdir(parents=True)
    shutil.copyfile(one.out / one.name / f"{one.name}.xml", root / "document" / f"{one.name}.xml")
    for path, answer in dts.navigation(edition, record, one.site.address):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        compact = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))  # much faster
        (root / path).write_text(f"{compact}\n", "utf-8", newline="\n")
    folder = str(root / "document" / one.name)
    for name, document in dts.documents(tree, edition):
        # A Path costs too much: a large library has some hundred thousand of them.
        with open(f"{folder}/{name}.xml", "wb") as file:  # noqa: PTH123
            file.write(document)


def _in_utf_8(data: bytes, tree: etree._ElementTree) -> bytes:
    """The bytes of a file, written again where they are in another encoding."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if (tree.docinfo.encoding or "utf-8").lower() in {"utf-8", "us-ascii", "ascii"}:
            return data
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True)


_INERT: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|(<\?.*?\?>\n?)", re.DOTALL)


def _with_model(data: bytes, schema: str) -> bytes:
    """The file as it is, but for its processing instructions.

    All are removed: the `xml-stylesheet` of a foreign file would run its script on the site's
    origin. One `xml-model` is added, which points to the schema from the file's new place.
    """
    text = _INERT.sub(lambda found: "" if found.group(1) else found.group(), data.decode("utf-8"))
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    model = (
        f'<?xml-model href="{schema}" type="application/xml" '
        f'schematypens="http://relaxng.org/ns/structure/1.0"?>'
    )
    body = text.removeprefix("\ufeff").lstrip()
    return f"{declaration}\n{model}\n{body}".encode()
