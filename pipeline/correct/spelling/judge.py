"""What looks at a text last, by `--model`: a model of sentences or a reader of letters."""

from __future__ import annotations

from pipeline.correct.spelling.letters import Letters, letters
from pipeline.correct.spelling.sentences import Sentences
from pipeline.language.causal_model import LETTERS


def judge(language: str, wanted: str) -> Sentences | Letters | None:
    """For `--model`; None if no model is wanted.

    The letter reader has read every language that emend corrects. Raises EmendError if
    another model is missing, or if nothing was learned with it for the language.
    """
    return letters() if wanted == LETTERS else Sentences.of(language, wanted)
