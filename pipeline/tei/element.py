"""An element of an edition before it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.document import Mark
from pipeline.roles import ROLES
from pipeline.tei.collation import Unit


@dataclass(slots=True, eq=False)
class Element:
    """An element to be: a role on a raw span, and what stands in it.

    `opening` and `closing` are units of typed markup that hang on it; `fragment` counts the parts
    of a mark that was split.
    """

    role: str
    start: int
    end: int
    mark: Mark | None = None
    children: list[Element] = field(default_factory=list)
    opening: list[Unit] = field(default_factory=list)
    closing: list[Unit] = field(default_factory=list)
    fragment: int = 0
    type: str = ""

    @property
    def mixed(self) -> bool:
        """Whether text may stand in it, and not elements alone."""
        if ROLES[self.role].holds == "either":
            return not any(child.role in {"paragraph", "block"} for child in self.children)
        return ROLES[self.role].holds != "elements"

    def get(self, name: str, default: str = "") -> str:
        """An attribute of its mark."""
        return self.mark.get(name, default) if self.mark else default

    def walk(self) -> Iterator[Element]:
        """This element and all in it, in the order of the text."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)
