"""Write corrections into TEI that others made, where the word is in one text node.

`<app type="ocr"><lem>the</lem><rdg>tbe</rdg></app>`

A correction that runs over an element's edge (a line's end, a change of type) is left out, as it
would break the markup.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from lxml import etree

from pipeline.ingest.readers.tei import Run


def correct(
    root: etree._Element, runs: Sequence[Run], spans: Sequence[tuple[int, int, str]]
) -> int:
    """Write corrections (spans of the text with readings) into text nodes; return how many were."""
    del root
    starts = [run.start for run in runs]
    done = 0
    for start, end, reading in sorted(
        spans, reverse=True
    ):  # from the end, so that earlier places stay where they are
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, end - 1) - 1
        if (
            first < 0
            or runs[last].end < end
            or any(_node(run) != _node(runs[first]) for run in runs[first : last + 1])
        ):
            continue
        _put(
            runs[first],
            runs[first].at + start - runs[first].start,
            runs[last].at + end - runs[last].start,
            reading,
        )
        done += 1
    return done


def _node(run: Run) -> tuple[etree._Element, str]:
    return run.element, run.node


def _put(run: Run, start: int, end: int, reading: str) -> None:
    text = str((run.element.text if run.node == "text" else run.element.tail) or "")
    tag = str(run.element.tag)
    space = tag[: tag.rindex("}") + 1] if "}" in tag else ""
    apparatus = etree.Element(f"{space}app", {"type": "ocr"})
    etree.SubElement(apparatus, f"{space}lem").text = reading
    etree.SubElement(apparatus, f"{space}rdg").text = text[start:end]
    apparatus.tail = text[end:]
    if run.node == "text":
        run.element.text = text[:start]
        run.element.insert(0, apparatus)
    else:
        tail = apparatus.tail
        run.element.tail = text[:start]
        run.element.addnext(apparatus)
        apparatus.tail = tail
