"""The site: which editions are out of date, what is written for each and for the library."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from lxml import etree

from pipeline.errors import EditionError, EmendError, ProjectError
from pipeline.folders import locked
from pipeline.publish import dts, epub, iiif, plain, records, scans, search
from pipeline.publish.model import read
from pipeline.publish.model.file import opened
from pipeline.publish.model.model import Edition
from pipeline.publish.pages import ledger_page, library_page, reading_page

SchemaCheck = Callable[[bytes, str], Sequence[object]]
"""Bytes and name of a TEI file → its faults; none if it is valid."""

_STATE: Final = ".emend"
_RESERVED: Final = frozenset({"assets", "dts", "pagefind", "search", "schemas", _STATE})
_HERE: Final = Path(__file__).parent
_ASSETS: Final = _HERE / "assets"
_SHARED: Final = tuple(_HERE.parent / name for name in ("html.py", "rules.py"))
_MAKES: Final = frozenset({".py", ".js", ".css", ".svg", ".woff2", ".jinja"})
_WRITTEN_IN: Final = (
    "literata-latin-normal",
    "literata-latin-italic",
    "source-sans-latin",
)  # fonts that are written into the style sheet
PATIENCE: Final = 10.0  # seconds to wait for another process that is publishing to the same site
_IN_RECORD: Final = frozenset(
    "id digest images missing printed told title authors language published stamp by words pages "
    "made held dc".split()
)
_FEW: Final = 6  # editions that one process makes sooner than several, which take time to start
_TEI_ALL: Final = "https://vault.tei-c.org/P5/current/xml/tei/custom/schema/relaxng/tei_all.rng"


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not published, and why, in one sentence."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Published:
    """The result: ids of editions written and of those up to date, files refused, messages."""

    out: Path
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """One edition to publish."""

    path: Path
    name: str
    out: Path
    base_url: str
    check: SchemaCheck | None
    schema: str  # the schema's address, relative to the edition's folder on the site
    beside: tuple[Path, ...]  # more folders that may hold its page images


@dataclass(frozen=True, slots=True)
class _Done:
    """The result for one edition."""

    name: str
    refused: str = ""
    told: tuple[str, ...] = ()
    fresh: bool = False  # whether it was up to date


def publish(
    editions: Sequence[Path],
    out: Path,
    *,
    base_url: str = "",
    schema_check: SchemaCheck | None = None,
    progress: Callable[[str], None] | None = None,
    jobs: int = 1,
    schema: bytes | None = None,
    images: Mapping[str, Sequence[Path]] | None = None,
    prune: bool = False,
    keep: Collection[str] = (),
) -> Published:
    """Publish TEI files as a static site in `out`.

    Editions that have not changed since they were published are left as they are. A file that
    cannot be published is refused with a reason, and its pages on the site stay.

    Args:
        editions: the files.
        out: the site's folder.
        base_url: the site's address (`https://example.org/editions/`), where a full URL is needed.
        schema_check: validates a file before it is published.
        progress: called with the id of each edition that is done.
        jobs: number of processes. With more than one, a script that calls this needs the guard
            `if __name__ == "__main__":`, as multiprocessing requires.
        schema: the RELAX NG grammar that the published TEI points to; it is put on the site.
        images: by id of an edition, more folders that may hold its page images.
        prune: remove editions from the site that are not among those given, and report each.
        keep: ids that stay on the site although they are not among those given: texts of the
            project that have no edition at present.

    Raises:
        ProjectError: `out` is not empty and is not a site, another process is publishing to it, or
            `base_url` is not a web address.
    """
    if base_url and not base_url.endswith("/"):
        base_url += "/"
    if base_url and not re.match(r"https?://[^\s<>\"']+/$", base_url):
        raise ProjectError(
            f"{base_url} is not a web address; give one such as https://example.org/editions/."
        )
    was_there = (out / "index.html").is_file()
    _make_ready(out)
    refused: list[Refused] = []
    work: dict[str, _Work] = {}
    for path in sorted(editions, key=str):
        name = edition_id(path)
        if name in work:
            refused.append(
                Refused(
                    path,
                    f"{path} and {work[name].path} would have the same address, {name}/; "
                    f"rename one.",
                )
            )
        elif name in _RESERVED:
            refused.append(
                Refused(
                    path,
                    f"{path} cannot be published as {name}/, which the site itself uses; "
                    f"rename it.",
                )
            )
        else:
            beside = tuple((images or {}).get(name, ()))
            work[name] = _Work(
                path,
                name,
                out,
                base_url,
                schema_check,
                "../schemas/edition.rng" if schema else _TEI_ALL,
                beside,
            )
    told: list[str] = []
    written: list[str] = []
    unchanged: list[str] = []
    with locked(out, lock=out / _STATE / "lock", patience=PATIENCE):
        _assets(out, schema)
        for done in _run(list(work.values()), jobs):
            told += done.told
            if done.refused:
                refused.append(Refused(work[done.name].path, done.refused))
            else:
                (unchanged if done.fresh else written).append(done.name)
            if progress:
                progress(done.name)
        for name in _known(out):
            if name in work:
                continue
            if prune and name not in keep:
                _take_off(out, name)
                told.append(
                    f"{name}: taken off the site, for the project has no such text any more."
                )
            elif prune:
                told.append(
                    f"{name}: there is no edition of it now. What was published before stays; run "
                    f"emend build {name}."
                )
            elif not (_record(out, name) or {"digest": ""})["digest"]:
                told.append(
                    f"{name}: emend was stopped while it published this edition, which may be "
                    f"mixed with an earlier one: run emend publish {name}."
                )
        empty = not was_there and not _known(out)
        if not empty:
            told += _library(out, base_url)
    if empty:  # a site without a single edition is no site
        shutil.rmtree(out)
    return Published(
        out, tuple(sorted(written)), tuple(sorted(unchanged)), tuple(refused), tuple(told)
    )


def edition_id(path: Path) -> str:
    """An edition's id: the file's name, or its folder's if the file is called edition.xml."""
    stem = path.name.removesuffix(".xml").removesuffix(".tei")
    if stem in {"edition", "index"} and path.resolve().parent.name:
        stem = path.resolve().parent.name
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip(".-") or "edition"


def _make_ready(out: Path) -> None:
    state = out / _STATE
    if out.exists() and not out.is_dir():
        raise ProjectError(f"{out} is a file; give a folder for the site.")
    if out.is_dir() and not state.is_dir() and any(out.iterdir()):
        raise ProjectError(
            f"{out} is not empty and was not created by emend publish; choose another folder."
        )
    (state / "editions").mkdir(parents=True, exist_ok=True)
    (state / "words").mkdir(exist_ok=True)


def _run(work: list[_Work], jobs: int) -> Iterator[_Done]:
    """Publish what has changed, in this process or, if that is much, in several."""
    stale = []
    for one in work:
        if record := _fresh(one):
            yield _Done(one.name, fresh=True, told=tuple(record["told"]))
        else:
            stale.append(one)
    jobs = min(jobs, len(stale))
    if jobs < 2 or len(stale) <= _FEW or not _can_travel(stale[0].check):
        yield from map(_publish_one, stale)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_publish_one, stale, chunksize=2)


def _can_travel(check: SchemaCheck | None) -> bool:
    """Whether another process can import the function: not a closure, not of the script."""
    return check is None or (
        "<" not in getattr(check, "__qualname__", "<")
        and getattr(check, "__module__", "__main__") != "__main__"
    )


# One edition


@cache
def _maker() -> str:
    """A hash of everything that makes the pages: when it changes, all editions are made again."""
    digest = hashlib.sha256()
    for path in (*sorted(_HERE.rglob("*")), *_SHARED):
        if path.is_file() and path.suffix in _MAKES:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest(one: _Work, data: bytes) -> str:
    checked = (
        f"{getattr(one.check, '__module__', '')}.{getattr(one.check, '__qualname__', '')}"
        if one.check
        else ""
    )
    return hashlib.sha256(
        "\n".join(
            (_maker(), one.base_url, checked, one.schema, hashlib.sha256(data).hexdigest())
        ).encode()
    ).hexdigest()


def _fresh(one: _Work) -> dict[str, Any] | None:
    """The record of an edition if it is up to date on the site."""
    record = _record(one.out, one.name)
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


def _record(out: Path, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(
            (out / _STATE / "editions" / f"{name}.json").read_text("utf-8")
        )
    except (OSError, ValueError):
        return None
    # else it is cut short, or an older version wrote it
    return found if isinstance(found, dict) and found.keys() >= _IN_RECORD else None


def _publish_one(one: _Work) -> _Done:
    """Read, check and write one edition; a fault comes back as a sentence."""
    try:
        data = one.path.read_bytes()
    except OSError as error:
        return _Done(one.name, refused=f"{one.path} cannot be read: {error.strerror}.")
    try:
        return _write_edition(one, data)
    except EmendError as error:
        return _Done(one.name, refused=str(error))
    except RecursionError:
        return _Done(one.name, refused=f"{one.path} nests its elements too deeply.")
    except OSError as error:
        return _Done(
            one.name, refused=f"{one.path} could not be published: {error.strerror or error}."
        )


def _write_edition(one: _Work, data: bytes) -> _Done:
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
    record = _record(one.out, one.name)
    if record is not None:  # what is now begun is current only when it is finished
        _keep_record(one, record | {"digest": ""})
    folder.mkdir(parents=True, exist_ok=True)
    shown = scans.put(edition, one.path, folder, one.beside, _scans(record))
    if file.told:
        told = f"{one.name}: {'; '.join(file.told)}."
        shown = replace(shown, told=(told, *shown.told))
    edition = shown.edition
    found = search.passages(edition)
    files: dict[str, str | bytes] = {
        "index.html": reading_page.reading_page(edition, one.base_url),
        "corrections.html": ledger_page.ledger_page(edition, one.base_url),
        f"{one.name}.xml": _with_model(_in_utf_8(data, tree), one.schema)
        if file.ours
        else _with_model(
            etree.tostring(tree, encoding="utf-8") if file.changed else _in_utf_8(data, tree),
            _TEI_ALL,
        ),
        f"{one.name}.epub": epub.epub(edition),
        f"{one.name}.txt": plain.plain_text(edition),
        f"{one.name}.md": plain.markdown(edition),
        f"{one.name}.bib": records.bibtex(edition, one.base_url),
        f"{one.name}.ris": records.ris(edition, one.base_url),
        f"{one.name}.csl.json": records.as_json([records.csl(edition, one.base_url)]),
        "dc.xml": '<?xml version="1.0" encoding="UTF-8"?>\n'
        + records.dublin_core(edition, one.base_url),
        "edition.jsonld": records.as_json(records.json_ld(edition, one.base_url)),
        "search.js": search.passages_script(edition, found),
    }
    if manifest := iiif.written(edition, one.base_url):
        files["manifest.json"] = manifest
    sums = []
    for path in folder.glob("*"):
        if path.is_file() and path.name not in files:
            path.unlink()
    shutil.rmtree(one.out / "dts" / "document" / one.name, ignore_errors=True)
    for name, content in sorted(files.items()):
        encoded = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        (folder / name).write_bytes(encoded)
        sums.append(f"{hashlib.sha256(encoded).hexdigest()}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8", newline="\n")
    vocabulary = search.vocabulary(edition, found)
    record = _record_of(edition, one, data, shown)
    _write_dts(one, tree, edition, record)
    (one.out / _STATE / "words" / f"{one.name}.txt").write_text(
        "\n".join(vocabulary), "utf-8", newline="\n"
    )
    _keep_record(one, record)
    return _Done(one.name, told=shown.told)


def _keep_record(one: _Work, record: Mapping[str, Any]) -> None:
    """Write an edition's record whole or not at all."""
    path = one.out / _STATE / "editions" / f"{one.name}.json"
    making = path.with_suffix(".new")
    making.write_text(records.as_json(record), "utf-8", newline="\n")
    making.replace(path)


def _said(problem: object) -> str:
    """A fault in words, with its line if it has one."""
    line, message = getattr(problem, "line", 0), getattr(problem, "message", "")
    return f"line {line}: {message}" if line and message else str(problem)


def _record_of(edition: Edition, one: _Work, data: bytes, shown: scans.Scans) -> dict[str, Any]:
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
        "words": edition.words,
        "pages": len(edition.pages),
        "made": edition.made,
        "held": edition.held,
        "dc": records.dublin_core(edition, one.base_url),
    }


def _write_dts(one: _Work, tree: Any, edition: Edition, record: dict[str, Any]) -> None:
    root = one.out / "dts"
    (root / "document" / one.name).mkdir(parents=True, exist_ok=True)
    for kind, value in (
        ("navigation", dts.navigation(edition, record, one.base_url)),
        ("collection", dts.resource(record, one.base_url)),
    ):
        (root / kind).mkdir(exist_ok=True)
        (root / kind / f"{one.name}.json").write_text(records.as_json(value), "utf-8", newline="\n")
    folder = str(root / "document" / one.name)
    for name, document in dts.documents(tree, edition):
        with open(f"{folder}/{name}.xml", "wb") as file:  # noqa: PTH123  some hundred thousand of them in a large library
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


# The library


def _known(out: Path) -> list[str]:
    return sorted(path.stem for path in (out / _STATE / "editions").glob("*.json"))


def _take_off(out: Path, name: str) -> None:
    for folder in (out / name, out / "dts" / "document" / name):
        shutil.rmtree(folder, ignore_errors=True)
    for kind in ("navigation", "collection"):
        (out / "dts" / kind / f"{name}.json").unlink(missing_ok=True)
    (out / _STATE / "words" / f"{name}.txt").unlink(missing_ok=True)
    (out / _STATE / "editions" / f"{name}.json").unlink(missing_ok=True)


def _assets(out: Path, schema: bytes | None) -> None:
    made = set()
    for path in sorted(_ASSETS.rglob("*")):
        if path.is_file() and path.stem not in _WRITTEN_IN:
            content = (
                _with_fonts(path.read_text("utf-8")) if path.suffix == ".css" else path.read_bytes()
            )
            _put(out / "assets" / path.relative_to(_ASSETS), content)
            made.add(path.relative_to(_ASSETS))
    for path in (out / "assets").rglob("*"):  # left by an older version
        if path.is_file() and path.relative_to(out / "assets") not in made:
            path.unlink()
    if schema is not None:
        _put(out / "schemas" / "edition.rng", schema)


def _with_fonts(style: str) -> str:
    """The style sheet with the fonts that every page needs, which are then there from the start."""
    for name in _WRITTEN_IN:
        font = base64.b64encode((_ASSETS / "fonts" / f"{name}.woff2").read_bytes()).decode()
        style = style.replace(f"url(fonts/{name}.woff2)", f"url(data:font/woff2;base64,{font})")
    return style


def _put(path: Path, content: bytes | str) -> bool:
    """Write a file unless it has this content already. Returns whether it was written."""
    encoded = content if isinstance(content, bytes) else content.encode()
    if path.is_file() and path.stat().st_size == len(encoded) and path.read_bytes() == encoded:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded)
    return True


def _library(out: Path, base_url: str) -> list[str]:
    """Write what covers all editions together. Returns messages for the user."""
    known = {name: _record(out, name) for name in _known(out)}
    told = [
        f"{name}: its record in {_STATE} cannot be read, so it is not listed. Publish it again."
        for name, record in known.items()
        if record is None
    ]
    editions = [record for record in known.values() if record is not None]
    for record in editions:  # an edition whose folder was removed by hand
        if not (out / record["id"]).is_dir():
            _take_off(out, record["id"])
            told.append(f"{record['id']}: its folder is gone, so it is no longer listed.")
    editions = [record for record in editions if (out / record["id"]).is_dir()]
    _put(out / "index.html", library_page.library_page(editions, base_url))
    _put(out / "feed.xml", library_page.feed(editions, base_url))
    _put(
        out / "oai.xml",
        records.static_repository(
            [(one["id"], one["stamp"], one["dc"]) for one in editions], base_url
        ),
    )
    _put(out / "dts" / "index.json", records.as_json(dts.entry_point(base_url)))
    _put(
        out / "dts" / "collection" / "library.json",
        records.as_json(dts.collection(editions, base_url)),
    )
    if base_url:
        _put(out / "sitemap.xml", library_page.sitemap(editions, base_url))
        _put(out / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base_url}sitemap.xml\n")
    else:
        for name in ("sitemap.xml", "robots.txt"):
            (out / name).unlink(missing_ok=True)
    shards = search.shards(editions)
    by_id = {one["id"]: one for one in editions}
    letters = _words(out, by_id, shards)
    shutil.rmtree(out / "pagefind", ignore_errors=True)  # an earlier version wrote it
    _put(
        out / "search" / "library.js",
        search.library_script(
            editions, {name: (ids, letters[name]) for name, ids in shards.items()}
        ),
    )
    return told


def _words(
    out: Path, editions: Mapping[str, dict[str, Any]], shards: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Write the word lists whose editions have changed. Returns each shard's first letters."""
    before = _state(out, "words")
    now: dict[str, list[str]] = {}
    for shard, names in shards.items():
        digest = _digest_of([f"{name} {editions[name]['digest']}" for name in names])
        known, letters = before.get(shard, ["", ""])
        if known != digest or not all(
            (out / "search" / search.part_name(shard, letter)).is_file() for letter in letters
        ):
            words = {
                name: (out / _STATE / "words" / f"{name}.txt").read_text("utf-8").split()
                for name in names
            }
            scripts = search.word_scripts(shard, words)
            for letter, script in scripts.items():
                _put(out / "search" / search.part_name(shard, letter), script)
            letters = "".join(scripts)
        now[shard] = [digest, letters]
    wanted = {
        search.part_name(shard, letter) for shard, (_, letters) in now.items() for letter in letters
    }
    for path in (out / "search").glob("w-*.js"):
        if path.name not in wanted:
            path.unlink()
    _keep_state(out, "words", now)
    return {shard: letters for shard, (_, letters) in now.items()}


def _digest_of(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _state(out: Path, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((out / _STATE / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep_state(out: Path, name: str, state: Mapping[str, Any]) -> None:
    (out / _STATE / f"{name}.json").write_text(records.as_json(state), "utf-8", newline="\n")
