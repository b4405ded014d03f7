r"""Large initials that the OCR put on a line of their own: `O⏎⏎NCE upon a time`.

emend joins the initial to its word if the two make a common word that suits the next words far
better than the letter and the rest do. The rest is in capitals, or in small letters (`S⏎he came`).

Left alone: the letters that divide an index or a dictionary (`B⏎⏎ALL the men`), and the numerals I,
V, X, L and C in a text with other Roman numerals on lines of their own, which count its chapters.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.correct.spelling.pieces import initials_above
from pipeline.document import Document, Proposal
from pipeline.language.language_model import language_model
from pipeline.language.languages import packs
from pipeline.language.lexicon import lexicon


def initials(document: Document) -> Iterator[Proposal]:
    """Joins large initials to their words."""
    code = document.language.split("-")[0]
    if code not in packs():
        return
    words = lexicon(code).with_words(document.lexicon)
    for start, end, whole in initials_above(document.text, words, language_model(code)):
        why = f"a large initial on a line above its word: {whole}"
        yield Proposal(start, end, "", "line-end.initial", why, "linebreak", 0.96)
