"""Quotation marks as a printer sets them, where what stands beside them makes them plain."""

from __future__ import annotations

import re

from pipeline.publish.model.model import Glyph, Inline

_TYPED = re.compile("[\"']")


def typographic(text: str, before: str) -> list[Inline]:
    """Curl the quotation marks that their neighbours make plain, and keep what was typed.

    `years' absence` and `don't` have an apostrophe; `'tis` may have one or a mark that opens, and
    stays as it was typed.
    """
    out: list[Inline] = []
    at = 0
    for found in _TYPED.finditer(text):
        i = found.start()
        left = text[i - 1] if i else before
        right = text[i + 1 : i + 2]
        opens = not left or left.isspace() or left in "([—–“‘"
        typed = found.group()
        if opens and typed == '"' and not right.isspace():
            shown = "“"
        elif not opens:
            shown = "”" if typed == '"' else "’"
        else:
            continue
        if i > at:
            out.append(text[at:i])
        out.append(Glyph(shown, typed))
        at = i + 1
    if at < len(text):
        out.append(text[at:])
    return out
