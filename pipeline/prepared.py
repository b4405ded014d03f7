"""A text of a project as the stages leave it: kept from an earlier run, or made now."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import cast

from pipeline import flow, ingest, inputs, kept
from pipeline.digests import Digests, digest
from pipeline.document import Document, Source
from pipeline.errors import LeftOutWarning, ProjectError, ReorderedWarning
from pipeline.ingest import Ocr
from pipeline.kept import Kept
from pipeline.memory import NOTHING, Memory, of_json
from pipeline.project import Project, Text
from pipeline.review.decide.decisions import Decision, read
from pipeline.review.decide.evidence import evidence
from pipeline.version import version

_ATTEMPTS = 3  # at reading files that somebody is just replacing
_READING = threading.Lock()  # catching warnings is not safe in two threads at once


class _ReplacedError(Exception):
    """A source was replaced while it was read."""


def decisions(project: Project, name: str) -> tuple[Decision, ...]:
    """The editors' decisions that concern a text: those for the whole project, then its own."""
    files = (project.shared_decisions, project.text(name).decisions_path)
    return tuple(one for path in files for one in read(path).decisions)


def document(
    project: Project,
    name: str,
    decided: Sequence[Decision],
    digests: Digests | None = None,
    *,
    at_once: bool = False,
) -> Document:
    """The document of a text after all stages. Decisions serve as evidence, no more.

    With `at_once`, one that is kept will do, although decisions made since have taught something:
    nobody waits for the stages to run again because of a decision.

    Raises:
        EmendError: The text cannot be read, or its files keep changing.

    """
    asked = digests or Digests()
    try:
        for _ in range(_ATTEMPTS):
            with suppress(_ReplacedError):
                return _document(project, project.text(name), decided, asked, at_once=at_once)
    finally:
        if digests is None:
            asked.close()
    raise ProjectError(
        f"The files in raw/{name} were replaced while emend was reading them. Build it again."
    )


def _document(
    project: Project,
    text: Text,
    decided: Sequence[Decision],
    digests: Digests,
    *,
    at_once: bool,
) -> Document:
    given = inputs.sources(project, text.id, digests)
    learned = evidence(decided, text.facts["language"])
    taught = (sorted(learned.words), learned.accepted, learned.refused)
    judge = flow.judged_by(text.facts)
    key = digest(repr((version(), text.id, given, taught, judge)))
    series = digest(repr((version(), text.id, given, judge)))

    def made() -> Kept:
        source, warned = _read(text)
        if inputs.sources(project, text.id, digests) != given:
            raise _ReplacedError
        said = tuple(dict.fromkeys(str(one) for one in warned))
        complete = not any(isinstance(one, LeftOutWarning) for one in warned)
        memory = _memory(project, text.facts["language"])
        staged = flow.staged(source, text.facts, text.lexicon, decided, memory)
        return Kept(staged, said, complete)

    found = (kept.latest(series) if at_once else None) or kept.once(key, made, series=series)
    category = ReorderedWarning if found.complete else LeftOutWarning
    for sentence in found.warnings:
        warnings.warn(sentence, category, stacklevel=4)
    return found.document


def _memory(project: Project, language: str) -> Memory:
    """What the texts of a project show together in a language."""
    try:
        return of_json(project.memory.read_text("utf-8"), language.partition("-")[0])
    except FileNotFoundError:
        return NOTHING
    except OSError as error:
        raise ProjectError(f"raw/memory.json cannot be read: {error.strerror}.") from None
    except ValueError:
        raise ProjectError(
            "raw/memory.json is damaged: run emend remember, or delete the file."
        ) from None


def remember(project: Project, show: Callable[[int, int], None]) -> dict[str, Memory]:
    """What all texts of a project show together, by language; `show(done, of)` sees it grow.

    It depends on the texts alone, not on what was remembered or decided before.

    Raises:
        EmendError: A text cannot be read.

    """
    found: dict[str, Memory] = {}
    names = project.texts
    for n, name in enumerate(names):
        show(n, len(names))
        text = project.text(name)
        code = text.facts["language"].split("-")[0]
        source, _ = _read(text)
        one = flow.remembered(source, text.facts, text.lexicon)
        if one.texts:
            found[code] = found.get(code, NOTHING) + one
    return {code: one.kept for code, one in found.items()}


def _read(text: Text) -> tuple[Source, list[Warning]]:
    """The source of a text, and emend's own warnings about it."""
    with _READING, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        source = read_source(text)
    ours: list[Warning] = []
    for one in caught:
        if issubclass(one.category, (LeftOutWarning, ReorderedWarning)):
            ours.append(one.category(str(one.message)))
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return source, ours


def read_source(text: Text) -> Source:
    """The source of a text, whatever its format."""
    facts = text.facts
    ocr = cast("Ocr", facts.get("ocr", "auto"))
    return ingest.gather(
        text.sources,
        witnesses=text.witnesses,
        ocr=ocr,
        language=facts.get("ocr_language", facts["language"]),
        pages=facts.get("pages", ""),
        dpi=int(facts.get("ocr_dpi", "0")),
    )
