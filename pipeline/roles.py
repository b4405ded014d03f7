"""Roles: what a stretch of text is, and how that is encoded, read and documented.

One row a role. Everything that depends on roles is read from this table: which marks keep a block
from being treated by later stages, the nesting of elements in the TEI, their names and attributes,
the reading text, and docs/marks.md. To add a role, add a row here, say in schemas/edition.rnc where
its element may stand, and set the mark in a stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["block", "inline", "point", "encoded"]
"""Where a role stands.

- block: it holds lines of its own; blocks nest as `inside` says.
- inline: a stretch within a block.
- point: a place or a taken-out stretch; the encoder treats these by themselves.
- encoded: never a mark; the encoder makes such an element from others.
"""

Content = Literal["text", "phrases", "elements", "either"]
"""What an element holds: text with anything that stands in lines; text without quotations, labels
and stage directions; other elements only; or text or elements, whichever it has.
"""

Reading = Literal["", "paragraph", "lines", "columns", "lead"]
"""How a block stands in the reading text: not by itself, as one line, line by line, line by line
with the blanks between columns, or as the beginning of the block that follows (a speaker).
"""


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its TEI element, what may stand in it, how it is read.

    `claims`: a block with this mark is taken, so that later stages leave it alone. `inside`: the
    block roles that may stand in it; any other is left out and its text kept. `needs`: the role
    that it must hold to be encoded at all. `stray`: the role of text that stands in none where only
    elements may stand. `types` and `rends`: the values that its attributes may have in the TEI.
    `counted`: the prefix of its numbered xml:id. `fixed`: an attribute that it always has. `edge`:
    the end of a division at which alone it may stand; `amid`: the role that it has elsewhere.
    """

    name: str
    element: str
    level: Level
    holds: Content = "text"
    claims: bool = False
    reading: Reading = ""
    inside: frozenset[str] = frozenset()
    needs: str = ""
    stray: str = "block"
    types: tuple[str, ...] = ()
    rends: tuple[str, ...] = ()
    counted: str = ""
    fixed: str = ""
    edge: Literal["", "top", "bottom", "both"] = ""
    amid: str = ""
    phrase: bool = True  # inline: whether it may stand where only phrases may
    takes: str = ""  # for docs/marks.md: the attributes that are not in `types` and `rends`
    says: str = ""  # for docs/marks.md: the encoding, where it is more than the element


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SET_OFF = "paragraph blockquote verse list table"
_DIVIDED = frozenset(
    "division heading titlepart paragraph blockquote verse list cast table columns speech stage "
    "byline letter opener closer postscript "
    "dateline salute signed epigraph trailer note separator figure".split()
)

_TABLE = (
    # Blocks. Of two with the same span, the one that stands first here holds the other.
    Role(
        "division",
        "div",
        "block",
        holds="elements",
        inside=_DIVIDED,
        counted="d",
        types=_words(
            "titlepage halftitle imprint dedication contents foreword act scene chapter section "
            "post review notes advert part text index glossary bibliography"
        ),
        takes="`part` (`front` `body` `back`), `n`, `level` (1, 2, …)",
        says="`div` in `front`, `body` or `back`; a `titlepage` in front is a `titlePage`. "
        'Divisions nest by their spans. A text without divisions is one `div type="text"`',
    ),
    Role(
        "epigraph",
        "epigraph",
        "block",
        holds="elements",
        inside=frozenset(_words(f"{_SET_OFF} note")),
        edge="both",
        amid="blockquote",
    ),
    Role(
        "letter",
        "floatingText",
        "block",
        holds="elements",
        inside=frozenset(
            _words(
                f"opener closer postscript {_SET_OFF} heading blockquote columns separator note "
                "figure dateline salute signed byline"
            )
        ),
        fixed=' type="letter"',
        says="`floatingText` with a `body`; a letter that is all of its division is its text",
    ),
    Role(
        "opener",
        "opener",
        "block",
        holds="elements",
        inside=frozenset(_words("dateline address salute byline note")),
        edge="top",
        amid="parts",
        stray="salute",
        says="`opener`: the lines above a letter; elsewhere its parts stand by themselves",
    ),
    Role(
        "closer",
        "closer",
        "block",
        holds="elements",
        inside=frozenset(_words("salute signed dateline address note")),
        edge="bottom",
        amid="parts",
        stray="salute",
        says="`closer`: the lines below a letter; elsewhere its parts stand by themselves",
    ),
    Role(
        "postscript",
        "postscript",
        "block",
        holds="elements",
        inside=frozenset(_words(f"{_SET_OFF} note")),
        edge="bottom",
        amid="parts",
        says="`postscript`, after the `closer`",
    ),
    Role(
        "blockquote",
        "quote",
        "block",
        holds="elements",
        inside=frozenset(_words(f"{_SET_OFF} note figure stage speech")),
        fixed=' rend="block"',
        takes="`source`",
        says='`quote rend="block"` around its paragraphs',
    ),
    Role(
        "list",
        "list",
        "block",
        holds="elements",
        claims=True,
        inside=frozenset(_words("item note")),
        needs="item",
        stray="item",
        types=_words("contents index glossary bibliography"),
        rends=_words("bulleted numbered simple"),
    ),
    Role(
        "item",
        "item",
        "block",
        holds="either",
        claims=True,
        reading="paragraph",
        inside=frozenset(_words(f"{_SET_OFF} note stage")),
        rends=_words("indent"),
        takes="`level` (1, 2, …: an entry that is read as a line, set in by its level)",
    ),
    Role(
        "cast",
        "castList",
        "block",
        holds="elements",
        claims=True,
        reading="lines",
        inside=frozenset(_words("castitem heading note")),
        needs="castitem",
        stray="castitem",
        says="`castList`: the characters of a play",
    ),
    Role(
        "castitem",
        "castItem",
        "block",
        holds="phrases",
        claims=True,
        inside=frozenset(_words("note")),
    ),
    Role(
        "table",
        "table",
        "block",
        holds="elements",
        claims=True,
        reading="columns",
        inside=frozenset(_words("row note")),
        needs="row",
        stray="row",
    ),
    Role(
        "row",
        "row",
        "block",
        holds="elements",
        inside=frozenset(_words("cell")),
        needs="cell",
        stray="cell",
        takes="`columns` (how many, if cells are empty)",
        says="`row`: a line of the table",
    ),
    Role(
        "cell",
        "cell",
        "block",
        inside=frozenset(_words("note")),
        takes="`column` (from 0, if cells are empty)",
    ),
    Role(
        "columns",
        "ab",
        "block",
        claims=True,
        reading="columns",
        inside=frozenset(_words("note")),
        fixed=' type="columns"',
        says='`ab type="columns"`: lines of two columns that were read across, or with side notes '
        "between them, as the source has them",
    ),
    Role(
        "speech",
        "sp",
        "block",
        holds="elements",
        claims=True,
        inside=frozenset(_words(f"speaker {_SET_OFF} stage note")),
        takes="`who`",
        says="`sp` around its paragraphs and its `speaker`",
    ),
    Role(
        "verse",
        "lg",
        "block",
        holds="elements",
        claims=True,
        reading="lines",
        inside=frozenset(_words("note stage")),
        needs="line",
        says="`lg`, with an `l` for each line",
    ),
    Role(
        "heading",
        "head",
        "block",
        claims=True,
        reading="paragraph",
        inside=frozenset(_words("note stage")),
        types=_words("main sub number runin series bibl"),
        edge="top",
        amid="runin",
        says="`head`. One that does not come first in its division begins a division of its own, "
        'unless it has `type="runin"`',
    ),
    Role(
        "titlepart",
        "titlePart",
        "block",
        claims=True,
        reading="paragraph",
        inside=frozenset(_words("note")),
        types=_words(
            "main sub series byline author imprint publisher place date edition epigraph "
            "dedication desc"
        ),
        says="on a title page `titlePart`, `byline`, `docAuthor`, `docImprint` …; elsewhere `bibl` "
        "or `ab`",
    ),
    Role(
        "paragraph",
        "p",
        "block",
        claims=True,
        reading="paragraph",
        inside=frozenset(_words("note figure blockquote verse list table stage")),
        counted="p",
        rends=_words("indent noindent hanging center right"),
    ),
    Role(
        "speaker",
        "speaker",
        "block",
        holds="phrases",
        reading="lead",
        inside=frozenset(_words("note")),
        says="`speaker`, inside a `speech`",
    ),
    Role(
        "stage",
        "stage",
        "block",
        inside=frozenset(_words("note")),
        phrase=False,
        says="`stage`, a stage direction, as a block or in the line: `(Applause.)`",
    ),
    Role(
        "byline",
        "byline",
        "block",
        holds="phrases",
        claims=True,
        reading="paragraph",
        inside=frozenset(_words("note")),
        edge="both",
        amid="block",
    ),
    Role(
        "dateline",
        "dateline",
        "block",
        holds="phrases",
        claims=True,
        reading="lines",
        inside=frozenset(_words("note")),
        edge="both",
        amid="block",
    ),
    Role(
        "address",
        "address",
        "block",
        holds="elements",
        claims=True,
        reading="lines",
        inside=frozenset(_words("note")),
        needs="addrline",
        says="`address`, with an `addrLine` for each line, in an `opener` or a `closer`",
    ),
    Role(
        "salute",
        "salute",
        "block",
        claims=True,
        reading="lines",
        inside=frozenset(_words("note")),
        edge="both",
        amid="block",
        says="`salute`: the words that open or close a letter",
    ),
    Role(
        "signed",
        "signed",
        "block",
        claims=True,
        reading="lines",
        inside=frozenset(_words("note")),
        edge="both",
        amid="block",
    ),
    Role(
        "trailer",
        "trailer",
        "block",
        claims=True,
        reading="paragraph",
        inside=frozenset(_words("note")),
        edge="bottom",
        amid="block",
    ),
    Role(
        "note",
        "note",
        "block",
        holds="either",
        claims=True,
        inside=frozenset(_words(_SET_OFF)),
        types=_words("citation editorial"),
        takes="`id`, `n` (its sign or number), `place` (`bottom` `end` `inline` `margin`), "
        "`anchor` (id of its anchor), `next`, `prev` (ids, for a note that goes on), "
        "`at` (`call`: it stands in the sentence that calls it; `line`: in the middle of a line)",
        says="`note`, where it stands in the source",
    ),
    Role(
        "figure",
        "figure",
        "block",
        holds="elements",
        claims=True,
        inside=frozenset(_words("figdesc caption")),
        stray="caption",
        says="`figure`: a picture of which the source has only what is typed for it",
    ),
    Role(
        "figdesc",
        "figDesc",
        "block",
        holds="phrases",
        says="`figDesc`, inside a `figure`: `Illustration:`",
    ),
    Role(
        "caption",
        "head",
        "block",
        inside=frozenset(_words("note")),
        says="`head`, inside a `figure`",
    ),
    Role(
        "separator",
        "ab",
        "block",
        claims=True,
        reading="paragraph",
        fixed=' type="separator"',
        says='a row of stars or a rule: `ab type="separator"`',
    ),
    # Within blocks. Of two with the same span, the one that stands first here holds the other; held
    # proposals stand inside everything else, so that they split nothing.
    Role(
        "said",
        "q",
        "inline",
        phrase=False,
        takes="`mark` (the pair of quotation marks, `“ ”`), `id`, `next`, `prev` (ids of the parts "
        "of a speech of several paragraphs)",
        says="`q`; the quotation marks stay in the text",
    ),
    Role(
        "spoken",
        "said",
        "inline",
        phrase=False,
        takes="`mark`, `id`, `next`, `prev`, as `said` has",
        says="`said`: a quotation that is certainly speech, in a text in which people talk",
    ),
    Role(
        "emphasis",
        "hi",
        "inline",
        rends=_words("italic bold spaced smallcaps underline superscript"),
    ),
    Role("foreign", "foreign", "inline", holds="phrases", takes="`language`"),
    Role(
        "label",
        "label",
        "inline",
        holds="phrases",
        phrase=False,
        says="the sign or number that a note or an item begins with, the term of a glossary",
    ),
    Role(
        "reference",
        "bibl",
        "inline",
        holds="phrases",
        phrase=False,
        says="`bibl`: an entry of a bibliography, inside its `item`",
    ),
    Role("publisher", "publisher", "inline", holds="phrases"),
    Role("pubplace", "pubPlace", "inline", holds="phrases"),
    Role(
        "docdate",
        "docDate",
        "inline",
        holds="phrases",
        says="`publisher`, `pubPlace`, `docDate`: the parts of an imprint, in `docImprint`",
    ),
    Role("author", "docAuthor", "inline", holds="phrases", says="`docAuthor`, in a `byline`"),
    Role(
        "gap",
        "gap",
        "inline",
        holds="phrases",
        takes="`reason` (`illegible` `lost`)",
        says="`gap`, with what is typed there (`[illegible]`) in its `desc`",
    ),
    Role(
        "locator",
        "ref",
        "inline",
        takes="`n` (of the page)",
        says="`ref`: a page number in an index or a table of contents; its `target` is the `pb`",
    ),
    Role(
        "anchor",
        "ref",
        "inline",
        takes="`id`, `note` (id)",
        says='`ref type="noteAnchor"`',
    ),
    Role("held", "seg", "encoded"),
    # Points, and what is taken out of the flow.
    Role(
        "page",
        "pb",
        "point",
        takes="`n` (as printed; `[n]` if counted), `surface` (index of the page image), `why`",
        says="an empty span where a page begins: `pb`",
    ),
    Role(
        "furniture",
        "fw",
        "point",
        claims=True,
        types=_words("pageNum header footer sig catch stamp lineNum speck"),
        takes="`place` (`top` `bottom`)",
        says="`fw`; a change of kind `furniture` with the same raw span takes its text out of the "
        "reading",
    ),
    Role(
        "checked",
        "change",
        "point",
        takes="`state` (`reviewed` `validated`), `by`, `when`, `n` (of the page)",
        says="a page that an editor has read, as a whole: a `change` in `revisionDesc`",
    ),
    # Elements that the encoder makes.
    Role("root", "", "encoded", holds="elements", inside=_DIVIDED),
    Role("part", "", "encoded", holds="elements"),
    Role(
        "titlepage",
        "titlePage",
        "encoded",
        holds="elements",
        counted="d",
        stray="titlepart",
        types=_words("halftitle"),
    ),
    Role("line", "l", "encoded"),
    Role("addrline", "addrLine", "encoded", holds="phrases"),
    Role("letterbody", "body", "encoded", holds="elements"),
    Role(
        "block",
        "ab",
        "encoded",
        counted="p",
        types=_words(
            "address byline dateline salute signed trailer speaker author date epigraph dedication"
        ),
    ),
    Role("runin", "label", "encoded", holds="phrases", fixed=' type="heading"'),
    Role("titlePart", "titlePart", "encoded", types=_words("main sub series dedication desc")),
    Role("docAuthor", "docAuthor", "encoded", holds="phrases"),
    Role("docDate", "docDate", "encoded", holds="phrases"),
    Role("docEdition", "docEdition", "encoded"),
    Role("docImprint", "docImprint", "encoded", holds="phrases"),
    Role("docTitle", "docTitle", "encoded", holds="elements", stray="titlePart"),
    Role(
        "bibl",
        "bibl",
        "encoded",
        holds="phrases",
        types=_words("main sub series imprint publisher place edition"),
    ),
)

ROLES: Mapping[str, Role] = {role.name: role for role in _TABLE}
RANK: Mapping[str, int] = {role.name: i for i, role in enumerate(_TABLE)}
BLOCKS = frozenset(role.name for role in _TABLE if role.level == "block")
INLINES = frozenset(role.name for role in _TABLE if role.level == "inline") | {"held"}
CLAIMING = frozenset(role.name for role in _TABLE if role.claims)
"""The roles whose blocks later stages leave alone."""
READ = tuple(role.name for role in _TABLE if role.reading)
"""The roles of which the reading text consists."""
