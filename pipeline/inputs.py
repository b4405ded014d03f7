"""What an edition is made of, as digests: by these, a build knows what has changed."""

from __future__ import annotations

from contextlib import suppress

from pipeline.digests import Digests, digest
from pipeline.errors import EmendError
from pipeline.language.causal_model import model_file
from pipeline.project import Project
from pipeline.version import version

_DECISIONS = "decisions.jsonl"


def everything(project: Project, name: str, digests: Digests) -> str:
    """The digest of all that the edition of a text is made of: its files, decisions, the code."""
    parts = (version(), name, sources(project, name, digests), decisions(project, name, digests))
    return digest(" ".join(parts))


def sources(project: Project, name: str, digests: Digests) -> str:
    """The digest of all files of a text except editors' decisions, and of its other evidence.

    That is the project's memory and a language model, if there are any.
    """
    files = digests.of_folder(project.root / "raw" / name, lambda path: path != _DECISIONS)
    if project.memory.is_file():
        files = digest(f"{files} {digests.of(project.memory)}")
    with suppress(EmendError):  # what is wrong with the text or its model, the build says
        if model := model_file(project.text(name).facts.get("model", "")):
            return digest(f"{files} {digests.of(model)}")
    return files


def decisions(project: Project, name: str, digests: Digests) -> str:
    """The digest of the decisions that concern a text."""
    files = (project.shared_decisions, project.root / "raw" / name / _DECISIONS)
    return digest(" ".join(digests.of(path) if path.is_file() else "-" for path in files))
