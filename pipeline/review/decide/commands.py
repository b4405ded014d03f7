"""The commands with which an editor says what a block of text is, and where one begins.

A decision on structure has such a command in `after`. Each concerns the place that the decision
quotes: the block around it (`heading 2`), the beginning of a block there (`split`, `join`), or the
quoted words themselves (`speaker`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SPLIT: Final = "split"
JOIN: Final = "join"
SPEAKER: Final = "speaker"  # the quoted words are the name, and what follows is the speech
CALL: Final = "call"  # followed by the id of the decision that made the note


@dataclass(frozen=True, slots=True)
class Command:
    """What a command makes of a block: the role of its mark, and the mark's attributes.

    `within` is the role of the block around it, which neighbours of the same kind share.
    """

    role: str
    says: str  # as a person reads it: "a heading"
    attributes: tuple[tuple[str, str], ...] = field(default=())
    within: str = ""


COMMANDS: Mapping[str, Command] = {
    "paragraph": Command("paragraph", "a paragraph"),
    "heading 1": Command("heading", "a heading", (("level", "1"),)),
    "heading 2": Command("heading", "a heading of the second level", (("level", "2"),)),
    "heading 3": Command("heading", "a heading of the third level", (("level", "3"),)),
    "verse": Command("verse", "verse, line by line"),
    "item": Command("item", "an item of a list", within="list"),
    "blockquote": Command("paragraph", "part of a block quotation", within="blockquote"),
    "note": Command("note", "a note", (("place", "bottom"),)),
    "dateline": Command("dateline", "a dateline"),
    "salute": Command("salute", "a salutation"),
    "signed": Command("signed", "a signature"),
    "stage": Command("stage", "a stage direction"),
    SPEAKER: Command("speaker", "a speaker’s name"),
    "speech": Command("paragraph", "part of a speech", within="speech"),
    "separator": Command("separator", "a separator"),
    "header": Command("furniture", "a running head", (("type", "header"), ("place", "top"))),
    "footer": Command("furniture", "a running foot", (("type", "footer"), ("place", "bottom"))),
    "pageNum": Command("furniture", "a page number", (("type", "pageNum"),)),
    "catch": Command("furniture", "a catchword", (("type", "catch"), ("place", "bottom"))),
    "sig": Command("furniture", "a signature mark", (("type", "sig"), ("place", "bottom"))),
}

_OTHERS: Mapping[str, str] = {
    "titlepart": "part of a title page",
    "cast": "a list of characters",
    "table": "a table",
    "columns": "lines of columns",
    "byline": "a byline",
    "trailer": "a closing line",
    "furniture": "page furniture",
}
"""What blocks are called that no command makes."""

_CALL = re.compile(rf"{CALL} [0-9A-Za-z_-]{{1,40}}")


def is_command(after: str) -> bool:
    """Whether this is a command."""
    return after in {SPLIT, JOIN} or after in COMMANDS or bool(_CALL.fullmatch(after))


def said(after: str) -> str:
    """What a command says, as a clause: `this is a heading`."""
    if after == SPLIT:
        return "a block begins here"
    if after == JOIN:
        return "the block before goes on here"
    if after in COMMANDS:
        return f"this is {COMMANDS[after].says}"
    return "this calls a note"


def wording(role: str) -> str:
    """What a block with this role is called: `a table`."""
    made = (one.says for one in COMMANDS.values() if one.role == role and not one.within)
    return _OTHERS.get(role) or next(made, role)
