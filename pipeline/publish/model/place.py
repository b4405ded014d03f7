"""Pages: their images, the lines on those, and where in the print the walk is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lxml import etree

from pipeline.html import link
from pipeline.publish.model.model import PageStart, Surface, Zone
from pipeline.publish.model.names import T
from pipeline.xml import XML_ID

_IMAGE: Final = re.compile(
    r"^https?:|\.(jpe?g|png|webp|gif|avif|tiff?|jp2|(pdf|djvu?)(#page=\d+)?)$", re.IGNORECASE
)


def facsimile(root: etree._Element) -> tuple[Surface, ...]:
    """The page images that the file declares: surfaces, and graphics outside any surface."""
    found: list[Surface] = []
    for whole in root.iterfind(f"{T}facsimile"):
        for one in whole.iter(f"{T}surface", f"{T}graphic"):
            if one.tag == f"{T}surface" and (graphic := one.find(f"{T}graphic")) is not None:
                found.append(_surface(one, graphic))
            elif one.tag == f"{T}graphic" and one.getparent() is whole:
                found.append(_surface(one, one))
    return tuple(found)


def _surface(element: etree._Element, graphic: etree._Element) -> Surface:
    return Surface(
        element.get(XML_ID, ""),
        element.get("n", ""),
        link(graphic.get("url", "")),
        pixels(graphic.get("width")) or pixels(element.get("lrx")),
        pixels(graphic.get("height")) or pixels(element.get("lry")),
        tuple(filter(None, map(_zone, element.iter(f"{T}zone")))),
    )


def _zone(element: etree._Element) -> Zone | None:
    """A zone with an id and an area; None for any other."""
    left, top, right, bottom = (pixels(element.get(side)) for side in ("ulx", "uly", "lrx", "lry"))
    name = element.get(XML_ID, "")
    if not name or right <= left or bottom <= top:
        return None
    return Zone(name, left, top, right - left, bottom - top)


def pixels(value: str | None) -> int:
    """The number in `1850px`; 0 if there is none."""
    found = re.match(r"\d{1,6}", value or "")
    return int(found.group()) if found else 0


class Place:
    """Where in the print the walk is: the page, and the line on its image. Keeps every page."""

    def __init__(self, root: etree._Element) -> None:
        """Before the first page."""
        self._surfaces = list(facsimile(root))
        self._surface_of: dict[str, int] = {}  # id of a surface or of a zone, or an address → index
        for i, surface in enumerate(self._surfaces):
            for name in (surface.id, *(zone.id for zone in surface.zones)):
                if name:
                    self._surface_of.setdefault(f"#{name}", i)
        self._zones = {zone.id for surface in self._surfaces for zone in surface.zones}
        self.pages: list[PageStart] = []
        self.page = ""
        self.zone = ""
        self.page_of: dict[str, str] = {}  # xml:id of what a proposal points to → page

    @property
    def surfaces(self) -> tuple[Surface, ...]:
        """The page images, each with the number of the first page that it shows."""
        labels = {page.surface: page.n for page in reversed(self.pages)}
        return tuple(
            replace(surface, n=surface.n or labels.get(i, f"[{i + 1}]"))
            for i, surface in enumerate(self._surfaces)
        )

    def line(self, element: etree._Element) -> str:
        """A line begins: the zone it has on the page image, if any."""
        self.zone = self._zone(element)
        return self.zone

    def turn(self, element: etree._Element, name: str) -> PageStart:
        """A page begins; `name` is its id.

        Its @facs may name the image and, on it, the page's first line: `#f1 #z.2`.
        """
        before = self.pages[-1].surface if self.pages else -1
        surface = self._surface(element)
        zone = self._zone(element)
        if zone or surface != before:
            self.zone = zone
        said = element.get("n", "").strip()
        if not said and surface >= 0:
            said = self._surfaces[surface].n
        page = PageStart(said or f"[{len(self.pages) + 1}]", name, surface, self.zone)
        self.pages.append(page)
        self.page = page.n
        return page

    def _zone(self, element: etree._Element) -> str:
        names = (pointer.removeprefix("#") for pointer in element.get("facs", "").split())
        return next((name for name in names if name in self._zones), "")

    def _surface(self, element: etree._Element) -> int:
        """The index of the image that an element points to, -1 if there is none.

        A file without a facsimile may name the image itself: `<pb facs="leaf-12.jpg"/>`.
        """
        facs = element.get("facs", "").strip()
        for pointer in (facs, *facs.split()):
            if pointer in self._surface_of:
                return self._surface_of[pointer]
        if not facs or facs.startswith("#") or not _IMAGE.search(facs) or not link(facs):
            return -1
        self._surfaces.append(Surface("", "", link(facs), 0, 0))
        self._surface_of[facs] = len(self._surfaces) - 1
        return self._surface_of[facs]

    def remember(self, name: str) -> None:
        """Record the page of something that a proposal points to."""
        self.page_of[name] = self.page
