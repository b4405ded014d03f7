"""Documents as no text and no stage would make them: any raw text, any ledger, any marks."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from pipeline import roles
from pipeline.document import (
    Alternative,
    Box,
    Change,
    Document,
    Layout,
    Mark,
    Origin,
    Proposal,
    Source,
    Surface,
    Zone,
    replay,
)

CHARACTERS = (
    "aabcdeéſﬂßЖ漢😀.,-—¬·*_()`'\"<>&]#~\n\n\n\f   "
    "\t\r\x00\x07\x0b\x1b\x7f\x85\xa0\xad\u0301\u2028\ufeff\ufffe\uffff\ufffd"
)
words = st.sampled_from(
    [
        "gov",
        "ernment",
        "the",
        "tbe",
        "*",
        "((",
        "))",
        "-",
        "- ",
        "\n",
        " \n",
        "\n\n",
        "\f",
        "\n\f",
        " 20 \n",
        "]]>",
        "  ",
        "&amp;",
    ]
)
letters = st.text(
    st.one_of(st.sampled_from(CHARACTERS), st.characters(exclude_categories=["Cs"])), max_size=6
)
texts = st.lists(st.one_of(words, letters), min_size=1, max_size=40).map("".join)
KINDS = ("ocr", "linebreak", "print", "form", "furniture", "structure")
ROLES = [*(role.name for role in roles.ROLES.values() if role.level != "encoded"), "unheard-of"]
VALUES = {
    "type": (
        "titlepage contents chapter post advert main sub number runin byline author imprint "
        "publisher place date citation sig header pageNum x"
    ).split(),
    "part": ["front", "body", "back"],
    "n": ["1", "[n] & \"'<", "\x00", ""],
    "level": ["1"],
    "id": ["n1", "n2", "1 x:y", "p1"],
    "note": ["n1", "nowhere"],
    "anchor": ["n1", "n2"],
    "next": ["n2"],
    "prev": ["n1"],
    "place": ["bottom", "inline", "top", "elsewhere"],
    "rend": ["italic", "bold spaced", "indent", "x\ny"],
    "who": ["Stalin", "Ж & <", ""],
    "language": ["ru", "no language"],
    "surface": ["0", "1", "99", "x"],
    "source": ["x"],
    "why": ["because"],
}


@st.composite
def sources(draw: st.DrawFn) -> Source:
    text = draw(texts)
    how = draw(st.integers(0, 5))
    if how == 0:
        data = text.encode("utf-8", "replace") + draw(st.binary(max_size=2))
        return Source(data.decode("utf-8", "surrogateescape"), "broken.txt")
    if how == 1:
        return Source(
            text.encode("iso-8859-1", "ignore").decode("iso-8859-1"), "latin <&>.txt", "iso-8859-1"
        )
    if how == 2 and "\r" not in text:
        return Source(text, "dos.txt", "utf-8", draw(st.sampled_from(["\r\n", "\r"])), bom=True)
    if how == 3:
        return Source(text, "wide.txt", "utf-16-le", bom=draw(st.booleans()))
    layout = draw(layouts(len(text))) if how == 4 else None
    return Source(
        text, "a\x07name.txt", origins=(Origin("p1.png", "0" * 64, "image/png"),), layout=layout
    )


@st.composite
def layouts(draw: st.DrawFn, size: int) -> Layout:
    surfaces = tuple(
        Surface(f"page {n}.png", 1000, 1500, draw(st.sampled_from(["", "12"])))
        for n in range(draw(st.integers(0, 3)))
    )
    spans = draw(st.lists(st.tuples(st.integers(0, size), st.integers(0, size)), max_size=6))
    zones = [
        Zone(
            min(span),
            max(span),
            draw(st.integers(0, 3)),
            Box(0, 0, 10, 10),
            draw(st.sampled_from(["region", "line", "word"])),
        )
        for span in spans
    ]
    return Layout(surfaces, tuple(sorted(zones, key=lambda zone: (zone.start, -zone.end))))


def spans(size: int) -> st.SearchStrategy[tuple[int, int]]:
    """Spans, mostly short ones."""
    return st.tuples(st.integers(0, size), st.one_of(st.integers(0, 8), st.integers(0, size))).map(
        lambda pair: (pair[0], min(size, pair[0] + pair[1]))
    )


@st.composite
def proposals(draw: st.DrawFn, text: str) -> Proposal | Mark:
    start, end = draw(spans(len(text)))
    if draw(st.booleans()):
        return draw(marks(start, end))
    here = text[start:end]
    after = draw(
        st.one_of(
            st.sampled_from(
                [
                    "",
                    here.replace("\n", ""),
                    here.replace("-\n", ""),
                    here.strip("*()"),
                    here.replace("\n", " "),
                    here + "x",
                    here.upper(),
                ]
            ),
            letters,
        )
    )
    return Proposal(
        start,
        end,
        after,
        draw(st.sampled_from(["line-end.lost", "r_1", "правило", "a b", "<&>"])),
        draw(st.sampled_from(["", "because\nof <this> \x00"])),
        kind := draw(st.sampled_from(KINDS)),
        draw(st.sampled_from([0.0, 0.3, 0.6, 0.95, 1.0])),
        draw(st.sampled_from(["made", "made", "made", "held", "refused"])),
        tuple(draw(st.lists(st.builds(Alternative, letters, st.floats(0, 1)), max_size=2))),
        draw(
            st.sampled_from(["Jürgen O.", "anna <a@b>", "emend"][: 2 if kind == "print" else 3])
        ),  # the pipeline corrects no printer
    )


@st.composite
def marks(draw: st.DrawFn, start: int, end: int) -> Mark:
    role = draw(st.sampled_from(ROLES))
    keys = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=5))
    return Mark(
        role,
        start,
        start if role == "page" else end,
        tuple((key, draw(st.sampled_from(VALUES[key]))) for key in keys),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document after a few stages that propose anything, and perhaps with a ledger that no stage
    has made.
    """
    document = Document(draw(sources()), language=draw(st.sampled_from(["en", "de-1901", "?"])))
    for n in range(draw(st.integers(0, 4))):
        document = document.apply(
            f"stage-{n}", draw(st.lists(proposals(document.text), max_size=6))
        )
    furniture = [
        Mark("furniture", c.start, c.end, (("type", "header"),))
        for c in document.ledger
        if c.kind == "furniture" and draw(st.booleans())
    ]
    document = replace(document, marks=(*document.marks, *furniture))
    if document.raw and draw(st.booleans()):
        wild = [draw(wild_changes(document.raw)) for _ in range(draw(st.integers(0, 4)))]
        document = replay(document.source, (*document.ledger, *wild), document)
    return document


@st.composite
def wild_changes(draw: st.DrawFn, raw: str) -> Change:
    """A change that need not fit the text: `before` may be anything."""
    start, end = draw(spans(len(raw)).filter(lambda span: span[0] < span[1]))
    before = draw(st.one_of(st.just(raw[start:end]), letters))
    after = draw(
        letters.filter(lambda reading: reading != before)
    )  # what puts a reading in its own place is no change
    kind, verdict = draw(st.sampled_from(KINDS)), draw(st.sampled_from(["made", "held"]))
    return Change(start, end, before, after, "wild", "w", "", kind, 0.5, verdict, "wild")


# Documents as the stages make them, and somewhat worse: blocks in their places, and every
# phenomenon within lines.

_INLINE = st.sampled_from(
    "word word word word newline newline emphasis bad-emphasis note said foreign anchor "
    "label stage".split()
)
_INLINE |= st.sampled_from(
    "soft lost hard page-break ocr speck print ocr-print form page feed furniture held doubt "
    "dash empty".split()
)
inlines = st.lists(_INLINE, min_size=1, max_size=12)
_LEAVES = st.sampled_from(
    "heading titlepart paragraph byline dateline signed trailer separator stage verse note "
    "item speaker".split()
)
blocks = st.recursive(
    st.tuples(_LEAVES, inlines),
    lambda inner: st.tuples(
        st.sampled_from("division blockquote list item speech epigraph note paragraph".split()),
        st.lists(inner, min_size=1, max_size=5),
    ),
    max_leaves=12,
)
_ATTRIBUTES = {
    "division": [
        ("type", "titlepage"),
        ("type", "chapter"),
        ("part", "front"),
        ("part", "back"),
        ("n", "2"),
    ],
    "heading": [("type", "main"), ("type", "runin")],
    "titlepart": [
        ("type", kind)
        for kind in "main author byline imprint publisher place date edition dedication".split()
    ],
    "note": [("place", "bottom"), ("id", "n1"), ("anchor", "a1"), ("n", "*"), ("type", "citation")],
    "speech": [("who", "Stalin")],
    "paragraph": [("rend", "indent")],
}


class _Maker:
    """Puts a raw text together, with what stages would say of it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.raw = ""
        self.said: list[Proposal | Mark] = []

    def block(self, block: tuple[str, list]) -> None:
        role, inside = block
        pairs = _ATTRIBUTES.get(role, [])
        attributes = (
            tuple(
                self.draw(
                    st.lists(st.sampled_from(pairs), unique_by=lambda pair: pair[0], max_size=3)
                )
            )
            if pairs
            else ()
        )
        self.raw += self.draw(st.sampled_from(["", "", " ", "\t"]))
        start = len(self.raw)
        for one in inside:
            if isinstance(one, str):
                self.inline(one)
            else:
                self.block(one)
        self.mark(role, start, *attributes)
        self.raw += self.draw(st.sampled_from(["\n", "\n\n", " \n\n", "\n \n\n", "\n\f", " ", ""]))

    def mark(self, role: str, start: int, *attributes: tuple[str, str]) -> None:
        self.said.append(Mark(role, start, len(self.raw), attributes))

    def change(
        self, before: str, after: str, kind: str, rule: str = "rule", **others: object
    ) -> None:
        start = len(self.raw)
        self.raw += before
        self.said.append(
            Proposal(
                start, len(self.raw), after, rule, "because", kind, **{"confidence": 0.9, **others}
            )
        )

    def wrapped(
        self, opening: str, text: str, closing: str, role: str, *attributes: tuple[str, str]
    ) -> None:
        self.change(opening, "", "structure")
        start = len(self.raw)
        self.raw += text
        self.mark(role, start, *attributes)
        self.change(closing, "", "structure")

    def inline(self, what: str) -> None:
        start = len(self.raw)
        match what:
            case "word":
                self.raw += self.draw(
                    st.sampled_from(["the ", "Tractor ", "muzhik", ", ", "— “ok” ", "<&> "])
                )
            case "newline":
                self.raw += self.draw(st.sampled_from([" \n", "\n", "  \n", "\n   ", "\n\n"]))
            case "emphasis":
                self.wrapped("*", "pood", "*", "emphasis", ("rend", "italic"))
            case "bad-emphasis":
                self.change("*", "", "structure")
            case "note":
                self.wrapped(
                    "((", "Harte, ii.", "))", "note", ("place", "inline"), ("type", "citation")
                )
            case "said" | "foreign" | "label" | "stage":
                self.raw += "“so it is”"
                self.mark(what, start, ("language", "ru"))
            case "anchor":
                self.raw += "*"
                self.mark("anchor", start, ("id", "a1"), ("note", "n1"))
            case "soft" | "lost" | "hard" | "page-break":
                before = {
                    "soft": "gov- \nern",
                    "lost": "gov\nern",
                    "hard": "self-\nhelp",
                    "page-break": "direc-\n\f\ntion",
                }[what]
                after = {
                    "soft": "govern",
                    "lost": "govern",
                    "hard": "self-help",
                    "page-break": "direction",
                }[what]
                self.change(before, after, "linebreak", "line-end")
            case "ocr":
                self.change(
                    "tbe",
                    "the",
                    "ocr",
                    "confusion",
                    by=self.draw(st.sampled_from(["emend", "Jane"])),
                )
            case "speck":
                self.change("'<>f ", "", "ocr", "speck")
            case "print":
                self.change("recieved", "received", "print", by="Jane")
            case "ocr-print":
                self.raw += "recicved"
                self.said.append(Proposal(start, len(self.raw), "recieved", "r", "w", "ocr"))
            case "form":
                self.change("  ", " ", "form", "space")
            case "page":
                self.said.append(Mark("page", start, start, (("n", "7"),)))
            case "feed":
                self.raw += "\f"
            case "furniture":
                self.change(
                    self.draw(st.sampled_from(["20", "20  ", "A HEAD\n20"])),
                    "",
                    "furniture",
                    "page.number",
                )
                self.mark("furniture", start, ("type", "pageNum"), ("place", "top"))
            case "held":
                self.change(
                    "dear",
                    "clear",
                    "ocr",
                    "real-word",
                    verdict="held",
                    alternatives=(Alternative("deer", 0.1),),
                )
            case "doubt":
                self.change("any-\nwhere", "anywhere", "linebreak", "line-end", verdict="held")
            case "dash":
                self.change("--", "—", "form", "dash")
            case "empty":
                pass


@st.composite
def tidy_documents(draw: st.DrawFn) -> Document:
    """A document made of blocks in their places and of the phenomena that the stages know."""
    maker = _Maker(draw)
    for block in draw(st.lists(blocks, min_size=1, max_size=5)):
        maker.block(block)
    said = draw(st.permutations(maker.said)) if draw(st.booleans()) else maker.said
    changes = [one for one in said if isinstance(one, Proposal)]
    document = Document(Source(maker.raw, "tidy.txt")).apply(
        "marks", [one for one in said if isinstance(one, Mark)]
    )
    document = document.apply("changes", changes)
    corrections = [
        Proposal(at, at + 8, "received", "spelling", "w", "print", by="Jane")
        for at in range(len(document.text))
        if document.text.startswith("recieved", at)
    ]
    return document.apply("print", corrections)
