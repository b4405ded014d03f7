"""From a source to an edition: the stages in their order, the editors' hand, the files."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline import ingest
from pipeline.correct.packs import packs
from pipeline.document import Document, Source, Stage
from pipeline.errors import EditionError
from pipeline.ingest import Ocr, decode
from pipeline.ledger import entries, to_lines
from pipeline.project import Project, Text, checked
from pipeline.reading import lined_text, reading_text
from pipeline.review.decisions import Decision, read
from pipeline.review.errata import Errata, errata
from pipeline.review.evidence import evidence
from pipeline.review.hand import Replay, hand
from pipeline.stages.advertisements import advertisements
from pipeline.stages.block_quotations import block_quotations
from pipeline.stages.characters import characters
from pipeline.stages.citations import citations
from pipeline.stages.dashes import dashes
from pipeline.stages.divisions import divisions
from pipeline.stages.emphasis import emphasis
from pipeline.stages.furniture import furniture
from pipeline.stages.headings import headings
from pipeline.stages.letters import letters
from pipeline.stages.line_ends import line_ends
from pipeline.stages.notes import notes
from pipeline.stages.pages import pages
from pipeline.stages.paragraphs import paragraphs
from pipeline.stages.quotation_marks import quotation_marks
from pipeline.stages.quotations import quotations
from pipeline.stages.regions import regions
from pipeline.stages.spacing import spacing
from pipeline.stages.speeches import speeches
from pipeline.stages.spelling import spelling
from pipeline.stages.title_page import title_page
from pipeline.stages.verse import verse
from pipeline.stages.witnesses import witnesses

if TYPE_CHECKING:
    from pipeline.review.desk import Subject

STAGES: tuple[Stage, ...] = (
    # What a page carries, so that the flow of the text is seen.
    pages,  # first: blocks end where pages do
    furniture,
    notes,  # before emphasis, whose stars it would take, and before paragraphs, which go on past a note at the page's foot
    regions,  # what the layout calls the rest of it
    # What the blocks are. Each stage takes what it knows; the paragraphs take the rest.
    title_page,
    advertisements,
    letters,  # before headings: a signature may be in capitals
    verse,  # before headings and paragraphs, which would take a stanza's lines for theirs
    headings,
    speeches,
    block_quotations,
    paragraphs,
    divisions,  # needs the headings and the ends of all blocks
    # What stands in the lines, from mark-up to words.
    citations,
    characters,
    emphasis,
    quotation_marks,
    witnesses,  # before what looks at words: another reading of the page is better evidence than any lexicon
    line_ends,  # before spelling, which must see whole words; behind emphasis, whose star may stand in the break
    dashes,
    spelling,
    spacing,  # behind spelling: a speck between two blanks goes first
    quotations,  # last, when every quotation mark is right
)


@dataclass(frozen=True, slots=True)
class Clean:
    """What `clean` gives: the document, and its faces."""

    document: Document

    @property
    def text(self) -> str:
        """The reading text."""
        return reading_text(self.document)

    @property
    def lines(self) -> str:
        """The corrected text in the lines and the order of the source."""
        return lined_text(self.document)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The ledger, as schemas/ledger.schema.json describes it."""
        return list(entries(self.document))

    def tei(self) -> bytes:
        """The TEI edition."""
        from pipeline.tei.encode import encode  # noqa: PLC0415  # loads lxml and the schema: not before it is asked for

        facts = dict(self.document.facts)
        return encode(self.document, facts, date=facts.get("edited", "unknown"))


def run(source: Source, facts: Mapping[str, str], lexicon: Iterable[str] = (), decisions: Iterable[Decision] = ()) -> tuple[Document, Replay]:
    """The document that the stages and then the editors make of a source, and how the decisions found their places."""
    decided = tuple(decisions)
    return hand(staged(source, facts, lexicon, decided), decided)


def staged(source: Source, facts: Mapping[str, str], lexicon: Iterable[str] = (), decisions: Iterable[Decision] = ()) -> Document:
    """The document as the stages leave it, before the hand: what editors decided is evidence here, no more."""
    learned = evidence(decisions)
    document = Document(
        source,
        language=facts.get("language", "en"),
        facts=tuple(sorted(facts.items())),
        lexicon=frozenset(lexicon) | learned.words,
        accepted=tuple(sorted(learned.accepted)),
        refused=tuple(sorted(learned.refused)),
    )
    for stage in STAGES:
        document = document.run(stage)
    return document


def clean(text: str | bytes | Source, *, language: str = "en", facts: Mapping[str, str] | None = None, lexicon: Iterable[str] = ()) -> Clean:
    """A text cleaned, with every change on record: `clean(text).text`, `.changes`, `.tei()`.

    `text` is a string, the bytes of a file, or a `Source`. Raises SourceError where it cannot be read, ProjectError where the language is
    no tag of BCP 47.
    """
    checked({"language": language})
    if isinstance(text, str):
        text = decode(text.encode("utf-8", "surrogateescape"), "text.txt")
    elif isinstance(text, bytes):
        text = ingest.read(text, "text")
    told = {"id": "text", "title": "unknown", "author": "unknown", "date": "unknown", "edited": "unknown", **(facts or {})}
    document, _ = run(text, {"language": language, **told}, lexicon)
    return Clean(document)


def read_source(text: Text) -> Source:
    """The source of a text, whatever it comes as."""
    facts = text.facts
    ocr = cast("Ocr", facts.get("ocr", "auto"))
    return ingest.gather(text.sources, witnesses=text.witnesses, ocr=ocr, language=facts.get("ocr_language", facts["language"]))


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
    decisions = (*read(project.root / "raw" / "decisions.jsonl").decisions, *read(text.decisions_path).decisions)
    return run(read_source(text), text.facts, text.lexicon, decisions)


def remarks(project: Project, name: str) -> list[str]:
    """What an editor has to hear of the files that hold a text's decisions: lines that are none, in sentences."""
    files = (project.root / "raw" / "decisions.jsonl", project.text(name).decisions_path)
    return [said for path in files for said in read(path).remarks(path.relative_to(project.root).as_posix())]


def subject(project: Project, name: str) -> Subject:
    """A text of a project for the review: how it is read as the stages leave it, and where its decisions are kept."""
    from pipeline.review.desk import Subject  # noqa: PLC0415  # what cleans a text has no use for the desk

    text, shared = project.text(name), project.root / "raw" / "decisions.jsonl"

    def load() -> Document:
        now = project.text(name)
        decisions = (*read(shared).decisions, *read(now.decisions_path).decisions)
        return staged(read_source(now), now.facts, now.lexicon, decisions)

    def stamp() -> object:
        files = (*project.text(name).sources, text.folder / "meta.toml", text.folder / "lexicon.txt")
        return [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.exists()]

    return Subject(name, text.facts["title"], project.root, text.folder, text.decisions_path, shared, load, stamp)


def write(project: Project, name: str, document: Document, replay: Replay) -> Path:
    """An edition on disk, replaced whole or not at all.

    Raises EditionError where the TEI does not validate or does not give the source back: then nothing is replaced.
    """
    from pipeline.tei.encode import encode  # noqa: PLC0415
    from pipeline.tei.restore import restore  # noqa: PLC0415
    from pipeline.tei.validate import check  # noqa: PLC0415

    facts = dict(document.facts)
    tei = encode(document, facts, date=facts["edited"])
    if facts.get("errata") == "back":
        tei = with_errata(tei, errata(document, facts["title"]))
    if faults := check(tei, f"{name}.xml"):
        raise EditionError(f"The edition of {name} does not validate and was not written: line {faults[0].line}: {faults[0].message}")
    if restore(tei) != document.source.data:
        raise EditionError(f"The TEI of {name} does not give its source back, so it was not written: please report this text.")
    rows = list(entries(document))
    files = {
        f"{name}.xml": tei,
        "changes.jsonl": to_lines(rows).encode(),
        "queue.jsonl": to_lines(row for row in rows if row["verdict"] == "held").encode(),
        "report.md": report(name, document, replay).encode(),
    }
    target = project.edition(name)
    making, old = target.with_name(f".{name}.new"), target.with_name(f".{name}.old")
    recover(project, name)
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for file, data in files.items():
        with (making / file).open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    if target.exists():
        target.rename(old)
    making.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target


def with_errata(tei: bytes, note: Errata) -> bytes:
    """An edition with its transcriber's note at the end of the back matter."""
    div = note.to_tei().replace(' xmlns="http://www.tei-c.org/ns/1.0"', "").encode()
    if b"</back>" in tei:
        return tei.replace(b"</back>", div + b"</back>", 1)
    return tei.replace(b"</body>", b"</body>\n<back>\n" + div + b"</back>\n", 1)


def recover(project: Project, name: str) -> None:
    """Puts back an edition that a build was killed while replacing."""
    target = project.edition(name)
    old = target.with_name(f".{name}.old")
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def report(name: str, document: Document, replay: Replay) -> str:
    """A page of figures on an edition: what was made and held, by kind and rule; decisions that lost their place first."""
    made = Counter((change.kind, change.rule) for change in document.ledger if change.verdict == "made")
    held = Counter((change.kind, change.rule) for change in document.ledger if change.verdict == "held")
    lines = [f"# {dict(document.facts).get('title', name)}", ""]
    if replay.stale:
        lines += [f"**{lost(replay)}**: see emend review {name}.", ""]
    language = document.language.split("-")[0]
    if language not in packs():
        lines += [f"There is no language pack for {language!r}: only layout, form and line ends were treated.", ""]
    lines += ["| kind | rule | made | held |", "| --- | --- | ---: | ---: |"]
    lines += [f"| {kind} | {rule} | {made[kind, rule]} | {held[kind, rule]} |" for kind, rule in sorted({*made, *held})]
    words = len(document.text.split())
    lines += ["", f"{words} words, {sum(made.values())} changes made, {sum(held.values())} held for an editor."]
    return "\n".join(lines) + "\n"


def lost(replay: Replay) -> str:
    """How many decisions no longer find their place, in words."""
    n = len(replay.stale)
    return f"{n} {'decision' if n == 1 else 'decisions'} lost {'its' if n == 1 else 'their'} place"


def places(document: Document, place: str) -> list[tuple[int, int]]:
    """The raw spans that a place means: a word (as raw or as read), LINE, LINE:COLUMN, @OFFSET, or #N of the ledger.

    A number is a line where there are so many, else a word: `1929`.
    """
    raw = document.raw
    if m := re.fullmatch(r"#(\d+)", place):
        n = int(m[1]) - 1
        return [(document.ledger[n].start, document.ledger[n].end)] if 0 <= n < len(document.ledger) else []
    if m := re.fullmatch(r"@(\d+)", place):
        return [_word(raw, int(m[1]))] if int(m[1]) < len(raw) else []
    if m := re.fullmatch(r"(\d+)(?::(\d+))?", place):
        starts = [0, *(i + 1 for i, char in enumerate(raw) if char == "\n")]
        line = int(m[1]) - 1
        if 0 <= line < len(starts):
            end = starts[line + 1] - 1 if line + 1 < len(starts) else len(raw)
            return [_word(raw, min(starts[line] + int(m[2]) - 1, end))] if m[2] else [(starts[line], end)]
    edges = (r"(?<!\w)" if place[:1].isalnum() else "", r"(?!\w)" if place[-1:].isalnum() else "")
    pattern = re.compile(edges[0] + re.escape(place) + edges[1])
    found = {m.span() for m in pattern.finditer(raw)} | {document.raw_span(*m.span()) for m in pattern.finditer(document.text)}
    return sorted(found)


def _word(raw: str, at: int) -> tuple[int, int]:
    """The raw word, between white space, that a position lies in."""
    start = max(raw.rfind(char, 0, at) for char in " \n\t\f") + 1
    ends = [i for char in " \n\t\f" if (i := raw.find(char, at)) >= 0]
    return start, max(min(ends, default=len(raw)), start)
