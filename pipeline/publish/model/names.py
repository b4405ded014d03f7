"""Names: those of TEI, and an xml:id for each element that needs an address and has none."""

from __future__ import annotations

from typing import Final

from lxml import etree

from pipeline.xml import TEI, XML_ID

T: Final = f"{{{TEI}}}"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def text_of(element: etree._Element | None) -> str:
    """An element's text with its white space made single."""
    return (
        ""
        if element is None
        else " ".join("".join(str(text) for text in element.itertext()).split())
    )


class Names:
    """The ids of one text: those it has, and those that are given."""

    def __init__(self, text: etree._Element) -> None:
        """Take in the ids that there are."""
        self.taken: set[str] = {
            one.get(XML_ID, "")
            for one in text.iter()
            if isinstance(one.tag, str) and one.get(XML_ID)
        }
        self.counts: dict[str, int] = {}

    def of(self, element: etree._Element, prefix: str, n: int = 0) -> str:
        """The element's own id, or a new one, `p.12`, set on the element for text tools."""
        found = element.get(XML_ID)
        if found:
            return found
        if not n:
            n = self.counts[prefix] = self.counts.get(prefix, 0) + 1
        given = f"{prefix}.{n}"
        while given in self.taken:
            given += "-"
        self.taken.add(given)
        element.set(XML_ID, given)
        return given
