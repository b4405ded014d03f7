"""An edition of a project: read from raw/, built, written to edition/, recovered and reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline import folders, prepared
from pipeline.counts import Counts, counts
from pipeline.digests import Digests
from pipeline.document import Document, Source
from pipeline.errors import EditionError, EmendError
from pipeline.flow import decided
from pipeline.language.languages import packs
from pipeline.ledger import entries, to_lines
from pipeline.project import Project, Text
from pipeline.review.decide.decisions import read
from pipeline.review.decide.hand import Replay
from pipeline.review.errata import Errata, errata
from pipeline.rules import meaning

_SHOWN = 12  # line numbers in a warning
VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")  # of a release: it names a file

if TYPE_CHECKING:
    from pipeline.review.serve.desk import Subject
    from pipeline.tei.addresses import State


def originals(text: Text, source: Source) -> dict[str, bytes]:
    """The files that a source came from, unchanged, by their names."""
    found = {}
    for origin in source.origins:
        path = next((path / origin.name if path.is_dir() else path for path in text.sources), None)
        if path is not None and path.is_file():
            found[origin.name] = path.read_bytes()
    return found


def build(project: Project, name: str, digests: Digests | None = None) -> tuple[Document, Replay]:
    """The document of one text of a project, in memory."""
    decisions = prepared.decisions(project, name)
    return decided(prepared.document(project, name, decisions, digests), decisions)


def remarks(project: Project, name: str) -> list[str]:
    """What is wrong in a text's decisions files: lines that cannot be read, as sentences."""
    files = (project.shared_decisions, project.text(name).decisions_path)
    return [
        said
        for path in files
        for said in read(path).remarks(path.relative_to(project.root).as_posix())
    ]


def subject(project: Project, name: str) -> Subject:
    """A text of a project for review: the document after all stages, and its decisions files."""
    # cleaning a text does not need the review
    from pipeline.review.serve.desk import Subject  # noqa: PLC0415

    text, shared = project.text(name), project.shared_decisions

    def load() -> Document:
        return prepared.document(project, name, prepared.decisions(project, name), at_once=True)

    def stamp() -> object:
        files = (
            *project.text(name).sources,
            text.folder / "meta.toml",
            text.folder / "lexicon.txt",
        )
        return [
            (path.name, path.stat().st_mtime_ns, path.stat().st_size)
            for path in files
            if path.exists()
        ]

    return Subject(
        name,
        text.facts["title"],
        project.root,
        text.folder,
        text.decisions_path,
        shared,
        load,
        stamp,
    )


def write(project: Project, name: str, document: Document, replay: Replay) -> Path:
    """Put an edition on disk, replacing the old one whole or not at all.

    Raises:
        EditionError: The TEI does not validate, or does not give the source back. Then nothing is
        replaced.

    """
    return put(project, name, files(name, document, replay, states(project, name)))


def put(project: Project, name: str, files: Mapping[str, bytes]) -> Path:
    """Put the files of an edition on disk, replacing the old ones whole or not at all."""
    target = project.edition(name)
    folders.replace(target, files)
    return target


def states(project: Project, name: str) -> tuple[State, ...]:
    """The released states of a text, the oldest first: `raw/ID/states/VERSION.jsonl`."""
    from pipeline.tei.addresses import from_lines  # noqa: PLC0415

    folder = project.root / "raw" / name / "states"
    found = [
        from_lines(path.read_text("utf-8"), path.relative_to(project.root).as_posix())
        for path in folder.glob("*.jsonl")
    ]
    return tuple(sorted(found, key=lambda one: (one.date, _parts(one.version))))


def _parts(version: str) -> list[tuple[int, str]]:
    """A version to sort by: 1.10 comes after 1.9."""
    return [(int(part or "0"), rest) for part, rest in re.findall(r"(\d*)(\D*)", version)]


def release(project: Project, name: str) -> Path:
    """Remember the addresses of a text's edition as a released state, and return its file.

    The version and date are those of meta.toml. Every later build keeps these addresses.

    Raises:
        EmendError: There is no edition, it has no version, or the version is released already.

    """
    from pipeline.tei.addresses import released  # noqa: PLC0415
    from pipeline.tei.addresses import to_lines as state_lines  # noqa: PLC0415

    facts = project.text(name).facts
    path = project.edition(name) / f"{name}.xml"
    if not path.is_file():
        raise EmendError(f"No edition of {name} yet: run emend build first.")
    version = facts.get("version", "")
    if not VERSION.fullmatch(version):
        raise EmendError(
            f'raw/{name}/meta.toml needs a "version" such as "1.0" for a release: letters, digits, '
            f"dots and hyphens."
        )
    file = project.root / "raw" / name / "states" / f"{version}.jsonl"
    if file.exists():
        raise EmendError(
            f"Version {version} of {name} is already released: give meta.toml a new version and "
            f"run emend build."
        )
    state = released(path.read_bytes(), version, facts["edited"])
    file.parent.mkdir(exist_ok=True)
    file.write_text(state_lines(state), "utf-8", newline="\n")
    return file


def files(
    name: str, document: Document, replay: Replay, states: Sequence[State] = ()
) -> dict[str, bytes]:
    """The files of an edition, by their names, with the addresses of its last released state.

    Raises:
        EditionError: As `write`.

    """
    rows = list(entries(document))
    return {
        f"{name}.xml": checked(encoded(document, states), name, document.source),
        "changes.jsonl": to_lines(rows).encode(),
        "queue.jsonl": to_lines(row for row in rows if row["verdict"] == "held").encode(),
        "report.md": report(name, document, replay).encode(),
    }


def encoded(document: Document, states: Sequence[State] = ()) -> bytes:
    """The TEI of an edition, with the transcriber's note if meta.toml asks for one."""
    from pipeline.tei.addresses import kept  # noqa: PLC0415
    from pipeline.tei.encode import encode  # noqa: PLC0415

    facts = dict(document.facts)
    tei = encode(document, facts, date=facts["edited"])
    if facts.get("errata") == "back":
        tei = with_errata(tei, errata(document, facts["title"]))
    return kept(tei, states[-1]) if states else tei


def checked(tei: bytes, name: str, source: Source) -> bytes:
    """The TEI of an edition, if it may be published: it validates and gives its source back.

    Raises:
        EditionError: It does not. The message says what is wrong.

    """
    from pipeline.tei.restore import restore  # noqa: PLC0415
    from pipeline.tei.validate import check  # noqa: PLC0415

    if faults := check(tei, f"{name}.xml"):
        raise EditionError(
            f"The edition of {name} is not valid and was not written. Line {faults[0].line}: "
            f"{faults[0].message}"
        )
    if restore(tei) != source.data:
        raise EditionError(
            f"The source of {name} cannot be restored from its TEI, so the edition was not "
            f"written. Please report this text."
        )
    return tei


def with_errata(tei: bytes, note: Errata) -> bytes:
    """An edition with its transcriber's note at the end of the back matter."""
    div = note.to_tei().replace(' xmlns="http://www.tei-c.org/ns/1.0"', "").encode()
    if b"</back>" in tei:
        return tei.replace(b"</back>", div + b"</back>", 1)
    return tei.replace(b"</body>", b"</body>\n<back>\n" + div + b"</back>\n", 1)


def report(name: str, document: Document, replay: Replay) -> str:
    """Figures about an edition: unresolved decisions first, then changes by kind and rule."""
    count = counts(document)
    lines = [f"# {dict(document.facts).get('title', name)}", "", *_warnings(name, document, replay)]
    lines += ["| kind | rule | applied | pending |", "| --- | --- | ---: | ---: |"]
    lines += [
        f"| {kind} | {rule} | {made} | {held} |"
        for (kind, rule), (made, held) in count.by_rule().items()
    ]
    return "\n".join([*lines, "", summary(count)]) + "\n"


def _warnings(name: str, document: Document, replay: Replay) -> list[str]:
    """What an editor should know before the figures, as paragraphs of Markdown."""
    said = []
    if replay.stale:
        said.append(f"**{unresolved(replay)}**. See emend review {name}.")
    said += [f"{outcome.why}." for outcome in replay.narrowed]
    said += _by_hand(name, document)
    language = document.language.split("-")[0]
    if language not in packs():
        said.append(
            f"There is no language pack for {language!r}: only layout, form and line ends were "
            f"treated."
        )
    return [line for one in said for line in (one, "")]


def _by_hand(name: str, document: Document) -> Iterator[str]:
    """The passages that emend left as they are because it cannot tell how they are to be read."""
    places: dict[str, list[int]] = {}
    for change in document.ledger:
        if change.rule.startswith("columns.") and change.verdict == "held":
            line = document.raw.count("\n", 0, change.start) + 1
            places.setdefault(change.rule, []).append(line)
    for rule, lines in places.items():
        at = ", ".join(str(line) for line in lines[:_SHOWN]) + (" …" if len(lines) > _SHOWN else "")
        yield (
            f"**Left as it is: {meaning(rule)}, {len(lines)} "
            f"{'passage' if len(lines) == 1 else 'passages'}, from line {at}.** Put the lines in "
            f"order in the source, or scan the page again with its layout; see emend review {name}."
        )


def summary(count: Counts) -> str:
    """How many words and changes an edition has, in a sentence."""
    said = [f"{count.words:,} words", f"{count.of('made'):,} changes applied"]
    said.append(f"{count.of('held'):,} pending")
    if rejected := count.of("refused"):
        said.append(f"{rejected:,} rejected")
    return f"{', '.join(said)}."


def unresolved(replay: Replay) -> str:
    """How many decisions no longer fit, in words."""
    n = len(replay.stale)
    return f"{n} unresolved {'decision' if n == 1 else 'decisions'}"
