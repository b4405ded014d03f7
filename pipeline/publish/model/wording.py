"""The edited text of the current block, as it grows, and which white space belongs to it.

White space that contains a line feed is formatting in our encoding (see the segmentation
declaration in the header); in a file that has no `lb` at all, somebody else's, it is a space.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from pipeline.language import languages
from pipeline.publish.model.model import Inline
from pipeline.publish.model.names import XML_LANG, T
from pipeline.publish.model.strangers import is_ours
from pipeline.publish.model.typography import typographic

# The lookbehind keeps a long run of blanks from being tried from each of its blanks.
_FORMATTING: Final = re.compile(r"(?<![ \t\r])[ \t\r]*\n\s*")


class Wording:
    """What was said in the present block so far."""

    def __init__(self, root: etree._Element, text: etree._Element) -> None:
        """Nothing is said yet."""
        self.lined = is_ours(root) and next(text.iter(f"{T}lb"), None) is not None
        tag = text.get(XML_LANG) or root.get(XML_LANG) or "en"
        self.curled = languages.of(tag).typography.curled_quotes
        self.said: list[str] = []
        self.length = 0

    def begin(self) -> None:
        """A new block."""
        self.said = []
        self.length = 0

    def say(self, text: str) -> list[Inline]:
        """Enter a string. Returns it as it is shown, with typographic quotation marks."""
        quoted = self.curled and ('"' in text or "'" in text)
        shown: list[Inline] = typographic(text, self.last[-1:]) if quoted else [text]
        self.said.append(text)
        self.length += len(text)
        return shown

    @property
    def text(self) -> str:
        """All that was said."""
        return "".join(self.said)

    @property
    def last(self) -> str:
        """The last string that was not empty."""
        return next((one for one in reversed(self.said) if one), "")

    def clean(self, text: str | None) -> str:
        """A text node without its formatting."""
        if not text:
            return ""
        if "\n" not in text:
            return text
        if not self.lined:
            return _FORMATTING.sub(" ", text)
        if text.isspace():
            return ""
        head = len(text) - len(text.lstrip())
        tail = len(text.rstrip())
        body = _FORMATTING.sub(" ", text[head:tail])
        lead = text[:head] if "\n" not in text[:head] else ""
        trail = text[tail:] if "\n" not in text[tail:] else ""
        return lead + body + trail
