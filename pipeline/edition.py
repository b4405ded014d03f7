"""An edition of a project: read from raw/, built, written to edition/, recovered and reported."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline import folders, ingest
from pipeline.document import Document, Source
from pipeline.errors import EditionError
from pipeline.flow import run, staged
from pipeline.ingest import Ocr
from pipeline.language.languages import packs
from pipeline.ledger import entries, to_lines
from pipeline.project import Project, Text
from pipeline.review.decide.decisions import read
from pipeline.review.decide.hand import Replay
from pipeline.review.errata import Errata, errata

if TYPE_CHECKING:
    from pipeline.review.serve.desk import Subject


def read_source(text: Text) -> Source:
    """The source of a text, whatever it comes as."""
    facts = text.facts
    ocr = cast("Ocr", facts.get("ocr", "auto"))
    return ingest.gather(
        text.sources,
        witnesses=text.witnesses,
        ocr=ocr,
        language=facts.get("ocr_language", facts["language"]),
    )


def originals(text: Text, source: Source) -> dict[str, bytes]:
    """The files that a source came from, as they were given, by their names."""
    found = {}
    for origin in source.origins:
        path = next((path / origin.name if path.is_dir() else path for path in text.sources), None)
        if path is not None and path.is_file():
            found[origin.name] = path.read_bytes()
    return found


def build(project: Project, name: str) -> tuple[Document, Replay]:
    """The document of one text of a project, in memory."""
    text = project.text(name)
    decisions = (
        *read(project.root / "raw" / "decisions.jsonl").decisions,
        *read(text.decisions_path).decisions,
    )
    return run(read_source(text), text.facts, text.lexicon, decisions)


def remarks(project: Project, name: str) -> list[str]:
    """What an editor has to hear of the files that hold a text's decisions: lines that are none, in
    sentences.
    """
    files = (project.root / "raw" / "decisions.jsonl", project.text(name).decisions_path)
    return [
        said
        for path in files
        for said in read(path).remarks(path.relative_to(project.root).as_posix())
    ]


def subject(project: Project, name: str) -> Subject:
    """A text of a project for the review: how it is read as the stages leave it, and where its
    decisions are kept.
    """
    # what cleans a text has no use for the desk
    from pipeline.review.serve.desk import Subject  # noqa: PLC0415

    text, shared = project.text(name), project.root / "raw" / "decisions.jsonl"

    def load() -> Document:
        now = project.text(name)
        decisions = (*read(shared).decisions, *read(now.decisions_path).decisions)
        return staged(read_source(now), now.facts, now.lexicon, decisions)

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
    """An edition on disk, replaced whole or not at all.

    Raises EditionError where the TEI does not validate or does not give the source back: then
    nothing is replaced.
    """
    from pipeline.tei.encode import encode  # noqa: PLC0415
    from pipeline.tei.restore import restore  # noqa: PLC0415
    from pipeline.tei.validate import check  # noqa: PLC0415

    facts = dict(document.facts)
    tei = encode(document, facts, date=facts["edited"])
    if facts.get("errata") == "back":
        tei = with_errata(tei, errata(document, facts["title"]))
    if faults := check(tei, f"{name}.xml"):
        raise EditionError(
            f"The edition of {name} does not validate and was not written: line "
            f"{faults[0].line}: {faults[0].message}"
        )
    if restore(tei) != document.source.data:
        raise EditionError(
            f"The TEI of {name} does not give its source back, so it was not written: please "
            f"report this text."
        )
    rows = list(entries(document))
    files = {
        f"{name}.xml": tei,
        "changes.jsonl": to_lines(rows).encode(),
        "queue.jsonl": to_lines(row for row in rows if row["verdict"] == "held").encode(),
        "report.md": report(name, document, replay).encode(),
    }
    target = project.edition(name)
    folders.replace(target, files)
    return target


def with_errata(tei: bytes, note: Errata) -> bytes:
    """An edition with its transcriber's note at the end of the back matter."""
    div = note.to_tei().replace(' xmlns="http://www.tei-c.org/ns/1.0"', "").encode()
    if b"</back>" in tei:
        return tei.replace(b"</back>", div + b"</back>", 1)
    return tei.replace(b"</body>", b"</body>\n<back>\n" + div + b"</back>\n", 1)


def report(name: str, document: Document, replay: Replay) -> str:
    """A page of figures on an edition: what was made and held, by kind and rule; decisions that
    lost their place first.
    """
    made = Counter(
        (change.kind, change.rule) for change in document.ledger if change.verdict == "made"
    )
    held = Counter(
        (change.kind, change.rule) for change in document.ledger if change.verdict == "held"
    )
    lines = [f"# {dict(document.facts).get('title', name)}", ""]
    if replay.stale:
        lines += [f"**{lost(replay)}**: see emend review {name}.", ""]
    language = document.language.split("-")[0]
    if language not in packs():
        lines += [
            (
                f"There is no language pack for {language!r}: only layout, form and line ends "
                f"were treated."
            ),
            "",
        ]
    lines += ["| kind | rule | made | held |", "| --- | --- | ---: | ---: |"]
    lines += [
        f"| {kind} | {rule} | {made[kind, rule]} | {held[kind, rule]} |"
        for kind, rule in sorted({*made, *held})
    ]
    words = len(document.text.split())
    lines += [
        "",
        (
            f"{words} words, {sum(made.values())} changes made, {sum(held.values())} held for an "
            f"editor."
        ),
    ]
    return "\n".join(lines) + "\n"


def lost(replay: Replay) -> str:
    """How many decisions no longer find their place, in words."""
    n = len(replay.stale)
    return f"{n} {'decision' if n == 1 else 'decisions'} lost {'its' if n == 1 else 'their'} place"
