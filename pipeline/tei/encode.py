r"""Encode: a document as a TEI file.

Every line of the source is one line of the file, from `<text>` on; every line feed is one `lb`,
every form feed one `pb rend="form-feed"`; what the OCR read stands in `rdg`, `orig`, `sic`, `fw`
and `rendition`, so that `restore` finds the raw text again; what is read now stands in `lem`,
`reg`, `corr`. docs/tei.md shows every case.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.document import Change, Document
from pipeline.tei.body import Body, listed
from pipeline.tei.characters import attribute
from pipeline.tei.header import Facts, header
from pipeline.tei.pagination import zone_id

_SHARED = 3  # changes that rest on the same clause of evidence, for it to be said apart
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# How a proposal is shown: the old reading's element and the new one's.
_PROPOSED = {"print": ("sic", "corr")} | dict.fromkeys(
    ("form", "structure", "furniture"), ("orig", "reg")
)


TEI_ALL = "https://www.tei-c.org/release/xml/tei/custom/schema/relaxng/tei_all.rng"


def encode(document: Document, facts: Facts, *, date: str, schema: str = TEI_ALL) -> bytes:
    """The document as a TEI file in UTF-8; the same bytes for the same document, facts and date.

    `facts` is meta.toml, flattened (pipeline/project.py lists its keys). `date` is the day of this
    edition, as YYYY-MM-DD. `schema` is where an XML editor finds the grammar, as seen from the
    file. `restore` gives the bytes of `document.source.data` back from the file, whatever the
    document.
    """
    body = Body(document)
    text = body.written()
    stand_off = _stand_off(document, body)
    language = document.language if _LANGUAGE.fullmatch(document.language) else "und"
    body.declarations.languages.add(language)
    facsimile = _facsimile(body)
    parts = (
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        _model(schema),
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="{language}">\n',
        header(document, facts, body.declarations, date, text + stand_off),
        facsimile,
        text,
        stand_off,
        "</TEI>\n",
    )
    return "".join(parts).encode()


def _model(schema: str) -> str:
    return (
        f'<?xml-model href="{attribute(schema)}" type="application/xml" '
        f'schematypens="http://relaxng.org/ns/structure/1.0"?>\n'
    )


def _facsimile(body: Body) -> str:
    """The page images, and where on them the lines and the changed words lie."""
    layout = body.placement.layout
    if not layout.surfaces:
        return ""
    lines = ["<facsimile>"]
    for i, surface in enumerate(layout.surfaces):
        n = f' n="{attribute(surface.n)}"' if surface.n else ""
        size = f'ulx="0" uly="0" lrx="{surface.width}" lry="{surface.height}"'
        lines.append(f'  <surface xml:id="f{i + 1}"{n} {size}>')
        lines.append(
            f'    <graphic url="{attribute(_uri(surface.url))}" width="{surface.width}px" '
            f'height="{surface.height}px"/>'
        )
        for index, zone in body.placement.zones_of(i):
            box = f'ulx="{zone.box.x0}" uly="{zone.box.y0}" lrx="{zone.box.x1}" lry="{zone.box.y1}"'
            lines.append(f'    <zone xml:id="{zone_id(index)}" type="{zone.level}" {box}/>')
        lines.append("  </surface>")
    return "\n".join([*lines, "</facsimile>", ""])


def _uri(url: str) -> str:
    """A path or address as a URI: what may not stand in one as %XX."""
    return re.sub(
        r"[^!#$&-;=?-Z_a-z~%]",
        lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace")),
        url,
    )


def _stand_off(document: Document, body: Body) -> str:
    """The stand-off annotations: evidence for applied changes, and other proposals."""
    changes = sorted(
        (change.start, change.end, i) for i, change in enumerate(document.ledger) if listed(change)
    )
    held = [
        _annotation(body, document.ledger[i])
        for _, _, i in changes
        if document.ledger[i].verdict == "held"
    ]
    refused = [
        _annotation(body, document.ledger[i])
        for _, _, i in changes
        if document.ledger[i].verdict == "refused"
    ]
    lists = [
        "\n".join((f'<listAnnotation type="{kind}">', *annotations, "</listAnnotation>"))
        for kind, annotations in (
            ("made", _evidence(document, body)),
            ("held", held),
            ("refused", refused),
        )
        if annotations
    ]
    return "\n".join(("<standOff>", *lists, "</standOff>", "")) if lists else ""


def _evidence(document: Document, body: Body) -> list[str]:
    """Why changes were made: one annotation for all those that were made for the same reason.

    A clause that many reasons share (`of 99 line ends here 97 lost a hyphen`) is one reason by
    itself, so that it is written once.
    """
    clauses = {
        index: " ".join(document.ledger[index].why.split()).split("; ") for index in body.standing
    }
    shared = Counter(clause for parts in clauses.values() for clause in set(parts))
    grounds: dict[str, list[int]] = {}
    for index, parts in clauses.items():
        own = "; ".join(part for part in parts if shared[part] < _SHARED)
        common = [part for part in dict.fromkeys(parts) if shared[part] >= _SHARED]
        for why in filter(None, (own, *common)):
            grounds.setdefault(why, []).append(index)
    written = []
    for why, made in grounds.items():
        identifier = body.names.fresh(body.place("e", document.ledger[made[0]].start))
        target = " ".join(
            dict.fromkeys(f"#{one}" for index in made for one in body.standing[index])
        )
        note = f'<note type="evidence">{body.reading(why)}</note>'
        written.append(
            f'<annotation xml:id="{identifier}" motivation="commenting" '
            f'target="{target}">{note}</annotation>'
        )
    return written


def _annotation(body: Body, change: Change) -> str:
    """A proposal: what it is about, its reading, how sure it is, and why."""
    identifier = body.names.fresh(body.place("s", change.start))
    target = " ".join(
        f"#{one}" for one in body.targets.get((change.start, change.end)) or [body.text_id]
    )
    record = body.declarations.record_of([change])
    old, new = _PROPOSED.get(change.kind, ("rdg", "lem"))
    before, after = (body.reading(text) for text in (change.before, change.after))
    if before == after:  # a blank for a line end, which XML would show as a blank
        before = body.reading(change.before.replace("\n", "⏎"))
    figures = [
        f"{min(max(one, 0.0), 1.0):.2f}"
        for one in (change.confidence, *(other.confidence for other in change.alternatives))
    ]
    others = [body.reading(other.after) for other in change.alternatives]
    if new == "lem":
        more = "".join(
            f'<rdg type="alternative" cert="{sure}">{other}</rdg>'
            for other, sure in zip(others, figures[1:], strict=True)
        )
        proposal = (
            f'<app type="ocr"><lem cert="{figures[0]}">{after}</lem>{more}<rdg '
            f'wit="#ocr">{before}</rdg></app>'
        )
    else:
        news = "".join(
            f'<{new} cert="{sure}">{one}</{new}>'
            for one, sure in zip((after, *others), figures, strict=True)
        )
        proposal = f"<choice><{old}>{before}</{old}>{news}</choice>"
    return (
        f'<annotation xml:id="{identifier}" motivation="editing" target="{target}"{record}>'
        f'<note type="proposal">{proposal}</note><note '
        f'type="evidence">{body.reading(" ".join(change.why.split()))}</note></annotation>'
    )
