"""The site: which editions are published, in how many processes, and what is refused."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from pipeline.errors import ProjectError
from pipeline.folders import locked
from pipeline.publish import library, state
from pipeline.publish.one_edition import TEI_ALL, Done, SchemaCheck, Work, fresh, publish_one
from pipeline.publish.settings import Settings
from pipeline.tei.addresses import State

_RESERVED: Final = frozenset({"assets", "dts", "pagefind", "search", "schemas", state.STATE})
PATIENCE: Final = 10.0  # seconds to wait for another process that is publishing to the same site
_FEW: Final = 6  # editions that one process makes sooner than several, which take time to start


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
    site: Settings | None = None,
    states: Mapping[str, Sequence[State]] | None = None,
) -> Published:
    """Publish TEI files as a static site in `out`.

    Editions that have not changed since they were published are left as they are. A file that
    cannot be published is refused with a reason, and its pages on the site stay.

    Args:
        editions: the files.
        out: the site's folder.
        base_url: the site's address (`https://example.org/editions/`), where a full URL is needed;
            it overrides that in `site`.
        schema_check: validates a file before it is published.
        progress: called with the id of each edition that is done.
        jobs: number of processes. With more than one, a script that calls this needs the guard
            `if __name__ == "__main__":`, as multiprocessing requires.
        schema: the RELAX NG grammar that the published TEI points to; it is put on the site.
        images: by id of an edition, more folders that may hold its page images.
        prune: remove editions from the site that are not among those given, and report each.
        keep: ids that stay on the site although they are not among those given: texts of the
            project that have no edition at present.
        site: title, language, colours and so on; the defaults if omitted.
        states: by id of an edition, its released states, the oldest first.

    Raises:
        ProjectError: `out` is not empty and is not a site, another process is publishing to it, or
            `base_url` is not a web address.
    """
    site = site or Settings()
    base_url = base_url or site.address
    if base_url and not base_url.endswith("/"):
        base_url += "/"
    if base_url and not re.match(r"https?://[^\s<>\"']+/$", base_url):
        raise ProjectError(
            f"{base_url} is not a web address; give one such as https://example.org/editions/."
        )
    site = replace(site, address=base_url)
    was_there = (out / "index.html").is_file()
    _make_ready(out)
    refused: list[Refused] = []
    work: dict[str, Work] = {}
    taken: dict[str, Path] = {}  # on some disks, `A` and `a` are one folder
    for path in sorted(editions, key=str):
        name = edition_id(path)
        if name.casefold() in taken:
            refused.append(
                Refused(
                    path,
                    f"{path} and {taken[name.casefold()]} would have the same address, {name}/; "
                    f"rename one.",
                )
            )
        elif name.casefold() in _RESERVED:
            refused.append(
                Refused(
                    path,
                    f"{path} cannot be published as {name}/, which the site itself uses; "
                    f"rename it.",
                )
            )
        else:
            taken[name.casefold()] = path
            beside = tuple((images or {}).get(name, ()))
            work[name] = Work(
                path,
                name,
                out,
                site,
                schema_check,
                "../schemas/edition.rng" if schema else TEI_ALL,
                beside,
                tuple((states or {}).get(name, ())),
            )
    told: list[str] = []
    written: list[str] = []
    unchanged: list[str] = []
    with locked(out, lock=out / state.STATE / "lock", patience=PATIENCE):
        library.assets(out, schema, site)
        for done in _run(list(work.values()), jobs):
            told += done.told
            if done.refused:
                refused.append(Refused(work[done.name].path, done.refused))
            else:
                (unchanged if done.fresh else written).append(done.name)
            if progress:
                progress(done.name)
        for name in state.known(out):
            if name in work:
                continue
            if prune and name not in keep:
                state.take_off(out, name)
                told.append(
                    f"{name}: taken off the site, for the project has no such text any more."
                )
            elif prune:
                told.append(
                    f"{name}: there is no edition of it now. What was published before stays; run "
                    f"emend build {name}."
                )
            elif not (state.record(out, name) or {"digest": ""})["digest"]:
                told.append(
                    f"{name}: emend was stopped while it published this edition, which may be "
                    f"mixed with an earlier one: run emend publish {name}."
                )
        empty = not was_there and not state.known(out)
        if not empty:
            told += library.library(out, site)
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
    stem = unicodedata.normalize("NFKD", stem)  # `Fähre` becomes `Fahre`
    stem = "".join(char for char in stem if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip(".-") or "edition"


def _make_ready(out: Path) -> None:
    kept = out / state.STATE
    if out.exists() and not out.is_dir():
        raise ProjectError(f"{out} is a file; give a folder for the site.")
    if out.is_dir() and not kept.is_dir() and any(out.iterdir()):
        raise ProjectError(
            f"{out} is not empty and was not created by emend publish; choose another folder."
        )
    (kept / "editions").mkdir(parents=True, exist_ok=True)
    (kept / "words").mkdir(exist_ok=True)


def _run(work: list[Work], jobs: int) -> Iterator[Done]:
    """Publish what has changed, in this process or, if that is much, in several."""
    stale = []
    for one in work:
        if record := fresh(one):
            yield Done(one.name, fresh=True, told=tuple(record["told"]))
        else:
            stale.append(one)
    jobs = min(jobs, len(stale))
    if jobs < 2 or len(stale) <= _FEW or not _can_travel(stale[0].check):
        yield from map(publish_one, stale)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(publish_one, stale, chunksize=2)


def _can_travel(check: SchemaCheck | None) -> bool:
    """Whether another process can import the function: not a closure, not of the script."""
    return check is None or (
        "<" not in getattr(check, "__qualname__", "<")
        and getattr(check, "__module__", "__main__") != "__main__"
    )
