"""What covers all editions of a site: styles and scripts, the library page, feed, search."""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.interface import interface
from pipeline.publish import dts, records, search, state
from pipeline.publish.pages import library_page
from pipeline.publish.settings import Settings

_ASSETS: Final = Path(__file__).parent / "assets"
_WRITTEN_IN: Final = (
    "literata-latin-normal",
    "literata-latin-italic",
    "source-sans-latin",
)  # fonts that are written into the style sheet


def assets(out: Path, schema: bytes | None, site: Settings) -> None:
    """Write styles, scripts, fonts and the schema."""
    made = set()
    for path in sorted(_ASSETS.rglob("*")):
        if path.is_file() and path.stem not in _WRITTEN_IN:
            content = (
                _with_fonts(path.read_text("utf-8")) if path.suffix == ".css" else path.read_bytes()
            )
            state.put(out / "assets" / path.relative_to(_ASSETS), content)
            made.add(path.relative_to(_ASSETS))
    state.put(out / "assets" / "interface.js", interface(site.language).script)
    made.add(Path("interface.js"))
    if site.logo_file is not None:
        state.put(out / "assets" / site.logo, site.logo_file.read_bytes())
        made.add(Path(site.logo))
    for path in (out / "assets").rglob("*"):  # left by an older version
        if path.is_file() and path.relative_to(out / "assets") not in made:
            path.unlink()
    if schema is not None:
        state.put(out / "schemas" / "edition.rng", schema)


def _with_fonts(style: str) -> str:
    """The style sheet with the fonts that every page needs, which are then there from the start."""
    for name in _WRITTEN_IN:
        font = base64.b64encode((_ASSETS / "fonts" / f"{name}.woff2").read_bytes()).decode()
        style = style.replace(f"url(fonts/{name}.woff2)", f"url(data:font/woff2;base64,{font})")
    return style


def library(out: Path, site: Settings) -> list[str]:
    """Write what covers all editions together. Returns messages for the user."""
    base_url = site.address
    known = {name: state.record(out, name) for name in state.known(out)}
    told = [
        f"{name}: its record in {state.STATE} cannot be read, so it is not listed. Publish it "
        f"again."
        for name, record in known.items()
        if record is None
    ]
    editions = [record for record in known.values() if record is not None]
    for record in editions:  # an edition whose folder was removed by hand
        if not (out / record["id"]).is_dir():
            state.take_off(out, record["id"])
            told.append(f"{record['id']}: its folder is gone, so it is no longer listed.")
    editions = [record for record in editions if (out / record["id"]).is_dir()]
    state.put(out / "index.html", library_page.library_page(editions, site))
    state.put(out / "about.html", library_page.about_page(editions, site))
    state.put(out / "404.html", library_page.missing_page(site))
    state.put(out / "feed.xml", library_page.feed(editions, site))
    state.put(
        out / "oai.xml",
        records.static_repository(
            [(one["id"], one["stamp"], one["dc"]) for one in editions],
            base_url,
            name=library_page.site_name(site),
            contact=site.contact,
        ),
    )
    state.put(out / "dts" / "index.json", records.as_json(dts.entry_point(dts.files(base_url))))
    for path, answer in dts.collections(editions, base_url):
        state.put(out / "dts" / path, records.as_json(answer))
    if base_url:
        state.put(out / "sitemap.xml", library_page.sitemap(editions, base_url))
        state.put(out / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base_url}sitemap.xml\n")
    else:
        for name in ("sitemap.xml", "robots.txt"):
            (out / name).unlink(missing_ok=True)
    shards = search.shards(editions)
    by_id = {one["id"]: one for one in editions}
    letters = _words(out, by_id, shards)
    shutil.rmtree(out / "pagefind", ignore_errors=True)  # an earlier version wrote it
    state.put(
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
    before = state.kept(out, "words")
    now: dict[str, list[str]] = {}
    for shard, names in shards.items():
        digest = _digest_of([f"{name} {editions[name]['digest']}" for name in names])
        known, letters = before.get(shard, ["", ""])
        if known != digest or not all(
            (out / "search" / search.part_name(shard, letter)).is_file() for letter in letters
        ):
            words = {
                name: (out / state.STATE / "words" / f"{name}.txt").read_text("utf-8").split()
                for name in names
            }
            scripts = search.word_scripts(shard, words)
            for letter, script in scripts.items():
                state.put(out / "search" / search.part_name(shard, letter), script)
            letters = "".join(scripts)
        now[shard] = [digest, letters]
    wanted = {
        search.part_name(shard, letter) for shard, (_, letters) in now.items() for letter in letters
    }
    for path in (out / "search").glob("w-*.js"):
        if path.name not in wanted:
            path.unlink()
    state.keep(out, "words", now)
    return {shard: letters for shard, (_, letters) in now.items()}


def _digest_of(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
