r"""Ligatures, loose accents and invisible characters, replaced by the characters they stand for.

`eﬃcient` becomes `efficient`, and `e` + U+0301 becomes `é`. A zero-width space is dropped, and so
is a soft hyphen (U+00AD) within a line. `cafÃ©` is UTF-8 that some program read as Windows-1252,
and becomes `café` (with ftfy, of which only the repair of encodings is used). The raw characters
can be restored.

Left alone: æ and œ (letters), ſ (the printer's own letter), fractions and superscripts,
right-to-left marks, U+00AD at a line end (a line-break hyphen).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from pipeline.document import Document, Mark, Proposal

_LIGATURE = re.compile("[ﬀ-ﬆ]")
_LOOSE = re.compile(r"[^\W\d_][\u0300-\u036f]+")
# A soft hyphen with no blank after it shows nothing: the lines were run together
# (`gov\u00adernment`).
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff]|(?<=[\w-])\u00ad(?=\w)")


def characters(document: Document) -> Iterator[Proposal | Mark]:
    """Opens ligatures, composes accents, drops invisible marks."""
    text = document.text
    yield from _mojibake(text)
    for m in _LIGATURE.finditer(text):
        yield Proposal(
            *m.span(),
            unicodedata.normalize("NFKC", m[0]).replace("ſ", "s"),
            "character.ligature",
            "a ligature set as one character",
            "form",
        )
    for m in _LOOSE.finditer(text):
        composed = unicodedata.normalize("NFC", m[0])
        if composed != m[0]:
            yield Proposal(
                *m.span(),
                composed,
                "character.composed",
                "a letter and a loose accent that make one character",
                "form",
            )
    for m in _INVISIBLE.finditer(text):
        yield Proposal(
            *m.span(),
            "",
            "character.invisible",
            f"an invisible character, U+{ord(m[0]):04X}",
            "form",
        )


def _mojibake(text: str) -> Iterator[Proposal]:
    """What a wrong decoding garbled, line by line, each run of changed characters by itself."""
    if text.isascii():
        return
    # takes its time to load, and plain ASCII needs none of it
    from ftfy import TextFixerConfig, fix_encoding  # noqa: PLC0415
    from ftfy.badness import is_bad  # noqa: PLC0415

    if not is_bad(text):
        return
    # Nothing but the repair of encodings: ftfy would by default uncurl quotation marks and open
    # ligatures, too.
    encoding_only = TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_c1_controls=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )
    at = 0
    for line in text.splitlines(keepends=True):
        fixed = fix_encoding(line, encoding_only) if is_bad(line) else line
        if fixed == line:
            at += len(line)
            continue
        for changed, run in groupby(
            Levenshtein.opcodes(line, fixed), key=lambda op: op.tag != "equal"
        ):
            if changed:
                whole = list(run)
                start, end = at + whole[0].src_start, at + whole[-1].src_end
                after = fixed[whole[0].dest_start : whole[-1].dest_end]
                yield Proposal(
                    start,
                    end,
                    after,
                    "character.mojibake",
                    "letters of UTF-8 that were decoded as another encoding",
                    "form",
                    0.97,
                )
        at += len(line)
