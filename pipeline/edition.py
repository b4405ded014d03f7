"""An edition of a project: read from raw/, built, written to edition/, recovered and reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import folders, prepared
from pipeline.counts import Counts, counts
from pipeline.digests import Digests
from pipeline.document import Document, Source
from pipeline.errors import EditionError
from pipeline.flow import decided
from pipeline.language.languages import packs
from pipeline.ledger import entries, to_lines
from pipeline.project import Project, Text
from pipeline.review.decide.decisions import read
from pipeline.review.decide.hand import Replay
from pipeline.review.errata import Errata, errata
from pipeline.rules import meaning

_SHOWN = 12  # line numbers in a warning

if TYPE_CHECKING:
    from pipeline.review.serve.desk import Subject


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
        return prepared.document(project, name, prepared.decisions(project, name))

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
    return put(project, name, files(name, document, replay))


def put(project: Project, name: str, files: Mapping[str, bytes]) -> Path:
    """Put the files of an edition on disk, replacing the old ones whole or not at all."""
    target = project.edition(name)
    folders.replace(target, files)
    return target


def files(name: str, document: Document, replay: Replay) -> dict[str, bytes]:
    """The files of an edition, by their names.

    Raises:
        EditionError: As `write`.

    """
    rows = list(entries(document))
    return {
        f"{name}.xml": checked(encoded(document), name, document.source),
        "changes.jsonl": to_lines(rows).encode(),
        "queue.jsonl": to_lines(row for row in rows if row["verdict"] == "held").encode(),
        "report.md": report(name, document, replay).encode(),
    }


def encoded(document: Document) -> bytes:
    """The TEI of an edition, with the transcriber's note if meta.toml asks for one."""
    from pipeline.tei.encode import encode  # noqa: PLC0415

    facts = dict(document.facts)
    tei = encode(document, facts, date=facts["edited"])
    if facts.get("errata") == "back":
        return with_errata(tei, errata(document, facts["title"]))
    return tei


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
