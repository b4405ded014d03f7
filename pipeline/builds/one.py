"""Building one text. Whatever is wrong with it is the outcome of that text, and no other's."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Mapping
from dataclasses import replace

from pipeline import edition, inputs
from pipeline.builds.outcome import Outcome
from pipeline.counts import counts
from pipeline.digests import Digests, digest
from pipeline.errors import EmendError, LeftOutWarning, ReorderedWarning
from pipeline.language.languages import packs
from pipeline.project import Project

_ALONE = threading.Lock()  # a cluster's worker may have threads: warnings are the process's


def build(project: Project, name: str, digests: Digests) -> Outcome:
    """Build the edition of one text and write it. A fault of the text is an outcome too."""
    with _ALONE, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            outcome = _built(project, name, digests)
        except EmendError as error:
            outcome = Outcome(name, fault=str(error))
        except OSError as error:
            where = error.filename or "a file of it"
            outcome = Outcome(name, fault=f"Cannot read or write {where}: {error.strerror}.")
        except MemoryError:
            outcome = Outcome(name, fault="Memory ran out. Build it alone, or with fewer --jobs.")
        except Exception as error:  # noqa: BLE001 - the other texts are built all the same
            what = f"{type(error).__name__}: {error}"
            outcome = Outcome(name, fault=f"emend itself failed ({what}). Please report this text.")
    ours = [one for one in caught if issubclass(one.category, (LeftOutWarning, ReorderedWarning))]
    said = (*dict.fromkeys(str(one.message) for one in ours), *outcome.said)
    if any(issubclass(one.category, LeftOutWarning) for one in ours):
        return replace(outcome, said=said, given="")  # the next build may be able to read it
    return replace(outcome, said=said)


def _built(project: Project, name: str, digests: Digests) -> Outcome:
    before = inputs.everything(project, name, digests)
    document, replay = edition.build(project, name, digests)
    files = edition.files(name, document, replay, edition.states(project, name))
    target = edition.put(project, name, files)
    count = counts(document)
    # A decision taken meanwhile is not in this edition: the next build will see that.
    whole = inputs.everything(project, name, digests) == before
    # A language model lies outside the project: such a text is always looked at again.
    whole = whole and dict(document.facts).get("model", "none") == "none"
    return Outcome(
        id=name,
        path=str(target / f"{name}.xml"),
        words=count.words,
        made=count.of("made"),
        held=count.of("held"),
        stale=len(replay.stale),
        said=tuple(_said(project, name, document.language, [one.why for one in replay.narrowed])),
        given=before if whole else "",
        written=written(files),
    )


def written(files: Mapping[str, bytes]) -> str:
    """The digest of an edition, as `Digests.of_folder` gives it for its folder."""
    return digest("\n".join(f"{digest(data)} {name}" for name, data in sorted(files.items())))


def _said(project: Project, name: str, language: str, narrowed: list[str]) -> list[str]:
    said = [f"{why}." for why in narrowed] + edition.remarks(project, name)
    code = language.split("-", maxsplit=1)[0]
    if code not in packs():
        said.append(
            f"There is no language pack for {code!r}: emend corrected layout, typography and line "
            f"ends, but no spelling."
        )
    return said
