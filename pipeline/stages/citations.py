r"""Notes typed in the line between doubled brackets, as in some blogs.

`outnumbered them. ((Lynne Viola, “Collectivization as a Revolution,” 126.)) Further` becomes a note
in the line. Its brackets are markup: they are taken out of the edited text but can be restored.

Left alone: brackets that do not close in the paragraph, `f((x))` after a letter, nested single
brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.document import Document, Mark, Proposal

_CITATION = re.compile(
    r"(?<!\w)\(\((?!\s*\))((?:[^()\n]|\((?!\()[^()\n]*\)(?!\))|\n(?!\s*\n)|\([^()\n"
    r"]*\)(?=\)\)))+?)\)\)"
)


def citations(document: Document) -> Iterator[Proposal | Mark]:
    """Marks notes in doubled brackets and takes the brackets out of the reading."""
    for n, m in enumerate(_CITATION.finditer(document.text), 1):
        why = "doubled brackets enclose a note"
        yield Mark(
            "note",
            m.start(1),
            m.end(1),
            (("id", f"c{n}"), ("place", "inline"), ("type", "citation")),
        )
        yield Proposal(m.start(), m.start() + 2, "", "citation.brackets", why, "structure", 0.99)
        yield Proposal(m.end() - 2, m.end(), "", "citation.brackets", why, "structure", 0.99)
