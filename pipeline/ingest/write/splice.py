"""A corrected file in the very bytes of the original wherever nothing was corrected.

A parser forgets how a file was written (`'` or `"` around attributes, `&#228;` or `ä`, blanks
inside a tag, CRLF). So the tree is written out twice, before and after the corrections; piece by
piece (tags, text, comments) the first of these is the original in other clothes, and what is the
same in both is given back as the original has it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PIECE = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>"
    r"|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+|<",
    re.DOTALL | re.IGNORECASE,
)
_NAME = re.compile(r"</?([^\s/>]+)")
_AGREE = 3  # pieces in a row that are the same behind a correction
_FAR = 60  # pieces that a correction may take; beyond, what follows is written anew
_CODES = {
    "utf-8": "utf-8",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "windows-1252": "windows-1252",
}


def spliced(data: bytes, encoding: str, before: str, after: str) -> bytes | None:
    """Splice corrections into the original; None if file and tree do not match piece by piece.

    `before` and `after` are the root element as serialised before and after the corrections.
    """
    code = _CODES.get(encoding.lower())
    if code is None:
        return None
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    try:
        text = data[len(mark) :].decode(code)
    except UnicodeDecodeError:
        return None
    old, new = _pieces(before), _pieces(after)
    every = _pieces(text)
    first = next(
        (i for i, piece in enumerate(every) if piece[:1] == "<" and piece[1:2] not in {"!", "?"}), 0
    )
    given = every[first : first + len(old)]
    rest = every[first + len(old) :]
    if [_kind(piece) for piece in given] != [_kind(piece) for piece in old] or any(
        _kind(piece) not in {"", "comment"} for piece in rest
    ):
        return None
    out = "".join([*every[:first], *_merged(given, old, new), *rest])
    return mark + out.encode(code, "xmlcharrefreplace")


def _pieces(text: str) -> list[str]:
    """Tags, texts and comments.

    A CDATA section belongs to the text beside it; an empty element is one piece, however it is
    written.
    """
    out: list[str] = []
    for match in _PIECE.finditer(text):
        piece = match[0]
        last = out[-1] if out else ""
        if _kind(piece) == "" and last and _kind(last) == "":
            out[-1] += piece
        elif (
            piece[:2] == "</"
            and last[:1] == "<"
            and last[1:2] not in "/!?"
            and not last.endswith(("/>", f"</{piece[2:]}"))
        ):
            if _kind(last) == _kind(piece)[1:]:
                out[-1] += piece
            else:
                out.append(piece)
        else:
            out.append(piece)
    return out


def _kind(piece: str) -> str:
    """The kind of a piece: a tag's name (an end tag's with the slash), "" for text, or "comment".

    Processing instructions count as comments.
    """
    if piece[:1] != "<" or piece.startswith("<![CDATA["):
        return ""
    if piece[1:2] in {"!", "?"}:
        return "comment"
    match = _NAME.match(piece)
    return ("/" if piece[1:2] == "/" else "") + match[1] if match else "<"


def _merged(given: Sequence[str], old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The new pieces, in the original's form where they are the old ones."""
    out: list[str] = []
    i = j = 0
    while j < len(new):
        if i < len(old) and old[i] == new[j]:
            out.append(given[i])
            i, j = i + 1, j + 1
            continue
        meet = next(
            (
                (a, far - a)
                for far in range(1, _FAR)
                for a in range(far + 1)
                if old[i + a : i + a + _AGREE] == new[j + far - a : j + far - a + _AGREE]
                and i + a < len(old)
            ),
            None,
        )
        if meet is None:
            return [*out, *new[j:]]
        i, j, written = i + meet[0], j + meet[1], new[j : j + meet[1]]
        out += written
    return out
