"""Places: the page images that a file names, their lines, and where in the print the walk is."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.html import link
from pipeline.publish.model.model import PageStart, Surface, Zone
from pipeline.publish.model.names import T
from pipeline.xml import XML_ID


def facsimile(root: etree._Element) -> tuple[tuple[Surface, ...], frozenset[str]]:
    """The page images, and the ids of all zones on them that can be shown."""
    surfaces: list[Surface] = []
    zones: set[str] = set()
    for surface in root.iterfind(f"{T}facsimile//{T}surface"):
        graphic = surface.find(f"{T}graphic")
        if graphic is None:
            continue
        width, height = (
            pixels(graphic.get("width")) or pixels(surface.get("lrx")),
            pixels(graphic.get("height")) or pixels(surface.get("lry")),
        )
        lines = []
        for zone in surface.iter(f"{T}zone"):
            corners = [pixels(zone.get(side)) for side in ("ulx", "uly", "lrx", "lry")]
            name = zone.get(XML_ID, "")
            if name and corners[2] > corners[0] and corners[3] > corners[1]:
                lines.append(
                    Zone(
                        name,
                        corners[0],
                        corners[1],
                        corners[2] - corners[0],
                        corners[3] - corners[1],
                    )
                )
                zones.add(name)
        surfaces.append(
            Surface(
                surface.get(XML_ID, ""),
                surface.get("n", ""),
                link(graphic.get("url", "")),
                width,
                height,
                tuple(lines),
            )
        )
    return tuple(surfaces), frozenset(zones)


def pixels(value: str | None) -> int:
    """A number of pixels, `1850px`, 0 where there is none."""
    found = re.match(r"\d{1,6}", value or "")
    return int(found.group()) if found else 0


class Place:
    """Where in the print the walk is: the page, and the line on its image. Keeps page starts."""

    def __init__(self, root: etree._Element) -> None:
        """Before the first page."""
        self.surfaces, self.zones = facsimile(root)
        self.surface_of = {surface.id: i for i, surface in enumerate(self.surfaces)}
        self.pages: list[PageStart] = []
        self.page = ""
        self.zone = ""
        self.page_of: dict[str, str] = {}  # xml:id of what a proposal points to → page

    def line(self, element: etree._Element) -> str:
        """A line begins: the zone it has on the page image, if any."""
        name = element.get("facs", "").lstrip("#")
        self.zone = name if name in self.zones else ""
        return self.zone

    def turn(self, element: etree._Element, name: str) -> PageStart:
        """A page begins; `name` is its id."""
        n = element.get("n", "")
        page = PageStart(n, name, self.surface_of.get(element.get("facs", "").lstrip("#"), -1))
        self.pages.append(page)
        self.page = n or str(len(self.pages))
        return page

    def remember(self, name: str) -> None:
        """Take note of the page on which something stands."""
        self.page_of[name] = self.page
