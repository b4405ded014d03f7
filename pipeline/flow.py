"""The stages in their order, and the editors' hand after them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from pipeline import ingest
from pipeline.correct.spelling.judge import judge
from pipeline.document import Document, Mark, Proposal, Source, Stage
from pipeline.errors import SourceError
from pipeline.ingest import decode
from pipeline.language.languages import packs
from pipeline.ledger import entries
from pipeline.memory import NOTHING, Memory
from pipeline.project import checked
from pipeline.review.decide.decisions import Decision
from pipeline.review.decide.evidence import evidence
from pipeline.review.decide.hand import Replay, hand
from pipeline.stages.advertisements import advertisements
from pipeline.stages.block_quotations import block_quotations
from pipeline.stages.characters import characters
from pipeline.stages.citations import citations
from pipeline.stages.columns import columns
from pipeline.stages.dashes import dashes
from pipeline.stages.divisions import divisions
from pipeline.stages.emphasis import emphasis
from pipeline.stages.furniture import furniture
from pipeline.stages.gaps import gaps
from pipeline.stages.headings import headings
from pipeline.stages.indexes import indexes
from pipeline.stages.initials import initials
from pipeline.stages.letters import letters
from pipeline.stages.line_ends import line_ends
from pipeline.stages.lists import lists
from pipeline.stages.markdown import markdown
from pipeline.stages.notes import notes
from pipeline.stages.pages import pages
from pipeline.stages.paragraphs import paragraphs
from pipeline.stages.proofreading import proofreading
from pipeline.stages.quotation_marks import quotation_marks
from pipeline.stages.quotations import quotations
from pipeline.stages.references import references
from pipeline.stages.regions import regions
from pipeline.stages.slips import slips
from pipeline.stages.spacing import spacing
from pipeline.stages.speeches import speeches
from pipeline.stages.spelling import shown, spelling
from pipeline.stages.tables import tables
from pipeline.stages.title_page import title_page
from pipeline.stages.verse import verse
from pipeline.stages.wikitext import wikitext
from pipeline.stages.witnesses import witnesses
from pipeline.text.blocks import touches
from pipeline.text.faces import lined_text, reading_text
from pipeline.text.verbatim import verbatim

STAGES: tuple[Stage, ...] = (
    # What a page carries, so that the flow of the text is seen.
    pages,  # first: blocks end where pages do
    furniture,
    proofreading,  # before notes, which would take its brackets for calls
    wikitext,
    markdown,
    # before emphasis, whose stars it would take, and before paragraphs, which go on past a note at
    # the page's foot
    notes,
    regions,  # what the layout calls the rest of it
    # What the blocks are. Each stage takes what it knows; the paragraphs take the rest.
    columns,  # first: their lines are no lines of text
    initials,  # before blocks are found: a letter by itself is none
    indexes,  # before title pages, which have years in them as a table of contents may
    title_page,
    advertisements,
    letters,  # before headings: a signature may be in capitals
    tables,  # before verse: columns are set in as stanzas are
    lists,
    references,  # before headings, for which it has the look of one: `PHIL. iv. 11.`
    verse,  # before headings and paragraphs, which would take a stanza's lines for theirs
    headings,
    speeches,
    block_quotations,
    paragraphs,
    # What stands in the lines, from mark-up to words.
    citations,
    characters,
    emphasis,
    quotation_marks,
    # before what looks at words: another reading of the page is better evidence than any lexicon
    witnesses,
    # before spelling, which must see whole words; after emphasis, whose star may be in the
    # break
    line_ends,
    dashes,
    spelling,
    spacing,  # after spelling: a speck between two blanks goes first
    quotations,  # when every quotation mark is right
    gaps,
    slips,  # last: what is left may be the print's own
)

CLOSING: tuple[Stage, ...] = (
    divisions,  # after the editors: a heading that they found or took away makes other divisions
)


# Threads take turns: what the stages remember of a text, until the next one, is the process's.
_ONE_TEXT = threading.Lock()


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
        # loads lxml and the schema: not before it is asked for
        from pipeline.tei.encode import encode  # noqa: PLC0415

        facts = dict(self.document.facts)
        return encode(self.document, facts, date=facts.get("edited", "unknown"))


def run(
    source: Source,
    facts: Mapping[str, str],
    lexicon: Iterable[str] = (),
    decisions: Iterable[Decision] = (),
) -> tuple[Document, Replay]:
    """Run the stages, apply the editors' decisions, then close; return document and outcomes."""
    made = tuple(decisions)
    return decided(staged(source, facts, lexicon, made), made)


def decided(document: Document, decisions: Iterable[Decision]) -> tuple[Document, Replay]:
    """Apply the editors' decisions to a document, then run the closing stages."""
    document, replay = hand(document, decisions)
    for stage in CLOSING:
        document = document.run(stage)
    return document, replay


def judged_by(facts: Mapping[str, str]) -> dict[str, str]:
    """The facts by which an edition names its language model, if one looks at doubtful words."""
    code = facts.get("language", "en").split("-")[0]
    last = judge(code, facts.get("model", "")) if code in packs() else None
    return {"model_name": last.model.name, "model_sha256": last.model.sha256} if last else {}


def staged(
    source: Source,
    facts: Mapping[str, str],
    lexicon: Iterable[str] = (),
    decisions: Iterable[Decision] = (),
    memory: Memory = NOTHING,
) -> Document:
    """Run the stages up to the editors. Their decisions serve as evidence, no more.

    So does `memory`, what the other texts of the project show.
    """
    learned = evidence(decisions, facts.get("language", "en"))
    facts = {**facts, **judged_by(facts)}
    if memory.texts:
        facts |= {"memory_texts": str(memory.texts), "memory_sha256": memory.sha256}
    document = Document(
        source,
        language=facts.get("language", "en"),
        facts=tuple(sorted(facts.items())),
        lexicon=frozenset(lexicon) | learned.words,
        accepted=tuple(sorted(learned.accepted)),
        refused=tuple(sorted(learned.refused)),
        memory=memory,
    )
    kept = verbatim(source.text)
    with _ONE_TEXT:
        for stage in STAGES:
            document = document.run(_sparing(stage, kept))
    return document


def _sparing(stage: Stage, kept: Sequence[tuple[int, int]]) -> Stage:
    """A stage that changes nothing in some raw spans: formulas, and what else an engine wrote.

    Those that take page furniture and markup out of the reading are let be.
    """
    if not kept or STAGES.index(stage) <= STAGES.index(markdown):
        return stage

    @wraps(stage)
    def spared(document: Document) -> Iterator[Proposal | Mark]:
        for one in stage(document):
            first, last = document.raw_span(one.start, one.end)
            if isinstance(one, Mark):
                inside = one.role == "emphasis" and (touches(kept, first, first + 1))
            else:
                inside = touches(kept, first, last)
            if not inside:
                yield one

    return spared


def remembered(source: Source, facts: Mapping[str, str], lexicon: Iterable[str] = ()) -> Memory:
    """What a text shows the other texts of its project: it depends on the text alone."""
    document = Document(
        source,
        language=facts.get("language", "en"),
        facts=tuple(sorted(facts.items())),
        lexicon=frozenset(lexicon),
    )
    kept = verbatim(source.text)
    with _ONE_TEXT:
        for stage in STAGES[: STAGES.index(spelling)]:
            document = document.run(_sparing(stage, kept))
        return shown(document)


def clean(
    text: str | bytes | Source,
    *,
    language: str = "en",
    facts: Mapping[str, str] | None = None,
    lexicon: Iterable[str] = (),
    model: str = "",
) -> Clean:
    """A text cleaned, with every change on record: `clean(text).text`, `.changes`, `.tei()`.

    `text` is a string, the bytes of a file, or a `Source`; a blank page is cleaned to nothing.
    `model` names a model that looks at the text last: "letters", "smollm2" or the path of a GGUF
    file (docs/models.md).

    Raises:
        SourceError: The text cannot be read.
        ProjectError: The language is not a BCP 47 tag.

    """
    checked({"language": language})
    if isinstance(text, str):
        try:
            data = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise SourceError(
                f"The text contains half a character (U+{ord(text[error.start]):04X}) at position "
                f"{error.start}: remove it."
            ) from None
        text = decode(data, "text.txt", blank=True)
    elif isinstance(text, bytes):
        text = ingest.read(text, "text") if text.strip() else decode(text, "text.txt", blank=True)
    elif not isinstance(text, Source):
        raise TypeError(
            f"clean() takes a string, bytes or a Source, not {type(text).__name__}: of a file, "
            f"give path.read_bytes()."
        )
    told = {
        "id": "text",
        "title": "unknown",
        "author": "unknown",
        "date": "unknown",
        "edited": "unknown",
        **({"model": model} if model else {}),
        **(facts or {}),
    }
    document, _ = run(text, {"language": language, **told}, lexicon)
    return Clean(document)
