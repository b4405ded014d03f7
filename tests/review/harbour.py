"""An invented text with what an OCR does to one, and the proposals that stages might make for
it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.document import (
    Alternative,
    Box,
    Document,
    Kind,
    Layout,
    Mark,
    Proposal,
    Source,
    Surface,
    Verdict,
    Zone,
)
from pipeline.review.serve.desk import Subject

RAW = """\
THE HARBOUR AT LOWEN

Tbe harbour lies below tbe town, and tbe road
to it is steep. Mr. Petrov, who kept tbe light,
came down every rnorning with his lantern and
his dog. He recieved no wage from the council,
but tbe fishermen gave hirn bread.

12
\fIn tbe winter the boats lay high on tbe shingle.
Petrov counted them. One night in Febrnary the
water rose to the doors of the net lofts, and
he rang tbe bell until the whole street was awake.
No one was lost; the rnill lost its wheel.

13
\f“You rang in time,” said the rnayor. Petrov said
that the dog had rung it. Tbe mayor did not
laugh. He gave the dog a medal, and tbe dog
wore it, on Sundays, until it died.

14
"""

MADE = (("tbe", "the", 0.995), ("Tbe", "The", 0.993))
HELD = (
    ("rnorning", "morning", 0.9, "ocr"),
    ("hirn", "him", 0.8, "ocr"),
    ("rnill", "mill", 0.7, "ocr"),
    ("rnayor", "mayor", 0.85, "ocr"),
    ("Petrov", "petrol", 0.2, "ocr"),
    ("Febrnary", "February", 0.9, "ocr"),
    ("recieved", "received", 0.6, "print"),
)


def document(raw: str = RAW, *, propose: bool = True) -> Document:
    """The text as the stages leave it, before the hand: pages marked, page numbers taken out, words
    made or held.
    """
    bare = Document(Source(raw, name="source.txt"))
    starts = [0, *(m.end() for m in re.finditer("\f", raw))]
    numbers = list(re.finditer(r"^\d+$", raw, re.MULTILINE))
    marks = [
        Mark("page", at, at, (("n", n.group()),)) for at, n in zip(starts, numbers, strict=False)
    ]
    out = [
        Proposal(
            m.start(),
            m.end(),
            "",
            "furniture.page-number",
            "a number alone in the last line",
            "furniture",
        )
        for m in numbers
    ]
    bare = bare.apply("furniture", [*marks, *out])
    if not propose:
        return bare
    words: list[Proposal] = []
    for form, after, confidence in MADE:
        words += _proposals(bare, form, after, confidence)
    for form, after, confidence, kind in HELD:
        words += _proposals(bare, form, after, confidence, kind=kind, verdict="held")
    return bare.apply("spelling", words)


def _proposals(
    bare: Document,
    form: str,
    after: str,
    confidence: float,
    *,
    kind: Kind = "ocr",
    verdict: Verdict = "made",
) -> list[Proposal]:
    others = (Alternative("patrol", 0.05),) if form == "Petrov" else ()
    return [
        Proposal(
            m.start(),
            m.end(),
            after,
            f"spelling.{kind}",
            f"“{after}” is attested, “{form}” is not",
            kind,
            confidence,
            verdict,
            others,
        )
        for m in re.finditer(rf"\b{form}\b", bare.text)
    ]


def subject(root: Path) -> Subject:
    """The harbour of Lowen as a text of a project, its source in a file, its stages those of
    harbour.py.
    """
    folder = root / "raw" / "lowen"
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "source.txt"
    if not source.exists():
        source.write_text(RAW)

    def stamp() -> str:
        return hashlib.sha256(source.read_bytes()).hexdigest()

    def load():
        return document(source.read_bytes().decode())

    return Subject(
        "lowen",
        "The Harbour at Lowen",
        root,
        folder,
        folder / "decisions.jsonl",
        root / "raw" / "decisions.jsonl",
        load,
        stamp,
    )


def scanned(lowen: Subject) -> Subject:
    """The harbour with scans: its words drawn where they stand."""
    draw, image = (
        pytest.importorskip("PIL.ImageDraw", reason="Pillow is not installed"),
        pytest.importorskip("PIL.Image"),
    )
    proposed = document()
    surfaces, zones = [], []
    at = 0
    for n, leaf in enumerate(RAW.split("\f")):
        sheet = image.new("L", (640, 400), 245)
        pen = draw.Draw(sheet)
        y, position = 30, at
        for line in leaf.split("\n"):
            x = 40
            words = []
            for word in line.split(" "):
                wide = int(pen.textlength(word + " ", font_size=18))
                if word:
                    pen.text((x, y), word, fill=20, font_size=18)
                    words.append(
                        Zone(position, position + len(word), n, Box(x, y, x + wide, y + 22), "word")
                    )
                x, position = x + wide, position + len(word) + 1
            if words:
                zones += [
                    Zone(words[0].start, words[-1].end, n, Box(40, y, x, y + 22), "line"),
                    *words,
                ]
            y += 28
        sheet.save(lowen.folder / f"{n}.png")
        surfaces.append(Surface(f"{n}.png", 640, 400))
        at += len(leaf) + 1
    layout = Layout(tuple(surfaces), tuple(zones))
    return replace(
        lowen,
        load=lambda: replace(
            proposed, source=Source(proposed.raw, name="source.txt", layout=layout)
        ),
    )
