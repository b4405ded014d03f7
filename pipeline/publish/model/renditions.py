"""Characters that the source had for markup, `*…*` or `((…))`, restored from header renditions."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.publish.model.names import T
from pipeline.publish.model.strangers import looks
from pipeline.xml import XML_ID


class Renditions:
    """The renditions that a header declares."""

    def __init__(self, root: etree._Element) -> None:
        """Take them in."""
        self.declared = {
            one.get(XML_ID, ""): (one.get("scope", ""), _content(one.text or ""))
            for one in root.iter(f"{T}rendition")
        }

        self.looks = dict(looks(root))

    def look(self, element: etree._Element) -> str:
        """The role that the CSS of an element's renditions gives it, such as "italic"."""
        names = (name.lstrip("#") for name in element.get("rendition", "").split())
        return next((self.looks[name] for name in names if name in self.looks), "")

    def typed(self, element: etree._Element) -> tuple[str, str]:
        """The characters before and after an element."""
        before = after = ""
        for pointer in element.get("rendition", "").split():
            scope, text = self.declared.get(pointer.lstrip("#"), ("", ""))
            if scope == "before":
                before += text
            elif scope == "after":
                after += text
        return before, after


def _content(css: str) -> str:
    """The string of a CSS `content` property, its escapes read."""
    found = re.search(r"""content\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""", css)
    if not found:
        return ""
    text = found.group(1) if found.group(1) is not None else found.group(2)
    return re.sub(
        r"\\([0-9A-Fa-f]{1,6}) ?|\\(.)",
        lambda m: (
            chr(int(m.group(1), 16))
            if m.group(1) and int(m.group(1), 16) < 0x110000
            else m.group(2) or ""
        ),
        text,
    )
