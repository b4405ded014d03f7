r"""Quotations set as paragraphs of their own.

A paragraph that stands wholly between quotation marks behind one that ends with a colon (`Viola  wrote:⏎⏎` … `'), and, in a text
with its printed lines, a block whose lines are all set in behind a colon.

Left alone: dialogue (a text in which a fifth of the paragraphs begin with a quotation mark), a quotation that the sentence
goes on behind, a poem (verse).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.blocks import is_wrapped, paragraph_runs
from pipeline.document import Document, Mark

_QUOTED = re.compile(r"(?s)(?:`.*'|``.*''|“.*”|\".*\"|‘.*’|«.*»|„.*“)")


def block_quotations(document: Document) -> Iterator[Mark]:
    """Marks block quotations."""
    runs = paragraph_runs(document)
    wrapped = is_wrapped(document.text)
    dialogue = sum(run[0].text[:1] in '"“‘`«„' for run in runs) > max(3, 0.2 * len(runs))
    for before, run in pairwise(runs):
        if not before[-1].text.rstrip("*_ ").endswith(":"):
            continue
        start, end = run[0].start, run[-1].end
        indented = wrapped and all(line.indent >= 2 for block in run for line in block.lines) and sum(len(b.lines) for b in run) > 1
        if indented or (not dialogue and _QUOTED.fullmatch(document.text[start:end].strip("*_ "))):
            yield Mark("blockquote", start, end)
