"""From TEI to the reading model: one walk over the file makes what every published form uses.

The model (`model.py`) knows nothing of HTML. A text is a tree of blocks; a block holds inlines:
strings, and the few things that a reader can see or ask about (an edit, a line's end, a page's
start, a note's sign, a highlighted span). Each edit is an entry of the ledger as well, in the order
of the text, so that the reading page, the correction page and the search speak of the same thing by
the same number and address.

`file.py` parses, `header.py` reads the header, `blocks.py` and `inlines.py` walk the text. What the
walk keeps in mind has a file each: `wording.py` the block's text so far, `apparatus.py` the ledger,
`notes.py` the notes, `place.py` the page and line.
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from pipeline.errors import EditionError
from pipeline.publish.model.blocks import Blocks
from pipeline.publish.model.header import header, measured
from pipeline.publish.model.model import Edition, flatten
from pipeline.publish.model.names import T
from pipeline.xml import XML_ID


def read(tree: etree._ElementTree, edition: str) -> Edition:
    """The reading model of a parsed TEI file with the id `edition`.

    Raises EditionError if it has no text.
    """
    root = tree.getroot()
    text = root.find(f"{T}text")
    if text is None:
        raise EditionError(f"{edition} has no text element: it has nothing to publish.")
    walk = Blocks(root, text)
    blocks = walk.text(text)
    walk.apparatus.annotate(root)
    return replace(
        header(root, edition),
        blocks=blocks,
        notes=walk.notes.called(),
        entries=(*walk.apparatus.entries(), *walk.apparatus.proposals(root)),
        pages=tuple(walk.place.pages),
        surfaces=walk.place.surfaces,
        former={
            one.get(XML_ID, ""): one.get("target", "").removeprefix("#")
            for one in root.iterfind(f"{T}standOff/{T}listAnnotation[@type='former']/{T}annotation")
        },
        words=measured(root, "words")
        or sum(len(block.text.split()) for block in flatten(blocks) if block.role != "division"),
    )
