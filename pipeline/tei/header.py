"""The header: what an edition says of itself, of its source, and of how it was made.

It says only what is so of this text: a print only where there was one, a page count only where
pages are known, a practice only where it was practised.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata

from pipeline.counts import Counts, counts
from pipeline.document import PIPELINE, Document, Kind, Mark
from pipeline.language import languages
from pipeline.rules import KINDS, meaning
from pipeline.tei.characters import attribute, css_string, glyph_id, words
from pipeline.tei.declarations import Declarations, pages_checked
from pipeline.tei.editorial import editorial_declaration

Facts = Mapping[str, str | Sequence[str]]

LINE_ENDS = {"\n": "U+000A", "\r\n": "U+000D U+000A", "\r": "U+000D"}
_MADE: dict[Kind, str] = {
    "ocr": "transcription errors corrected",
    "linebreak": "words rejoined at line ends",
    "print": "printer's errors corrected",
    "form": "changes of form",
    "furniture": "page furniture taken out of the text",
    "structure": "typed markup encoded",
}
_YEAR = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def header(
    document: Document, facts: Facts, declarations: Declarations, date: str, written: str
) -> str:
    """The `teiHeader`, one line for each thing it says.

    `written` is the rest of the edition: the header declares only what is in it.
    """
    count = counts(document)
    origin = _origin(document, facts)
    parts = (
        "<teiHeader>",
        "<fileDesc>",
        *_title_statement(facts, declarations),
        *_edition_statement(origin, date, attribute(str(facts.get("version", "")))),
        *_extent(count),
        *_publication_statement(facts, date),
        *_source_description(document, facts, origin),
        "</fileDesc>",
        "<encodingDesc>",
        *_project(origin),
        *editorial_declaration(document, written, ocr=origin.ocr),
        *_tags_declaration(declarations),
        *_references(written),
        *_classes(declarations, count),
        *_characters(declarations),
        (
            f'  <appInfo><application xml:id="app.emend" ident="emend" '
            f'version="{_version()}"><label>emend</label></application></appInfo>'
        ),
        "</encodingDesc>",
        *_profile(facts, declarations),
        *_revisions(document, declarations, date, origin),
        "</teiHeader>",
        "",
    )
    return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class _Origin:
    """What the source is: the edition was made from `what`."""

    what: str
    ocr: bool
    printed: bool


_FORMATS = {
    "image/": "page images, by OCR",
    "application/pdf": "a PDF",
    "text/vnd.hocr+html": "OCR output (hOCR)",
    "application/alto+xml": "OCR output (ALTO)",
    "application/tei+xml": "a TEI file",
}
_NOT_PRINTED = re.compile(
    r"\b(?:blog|weblog|web|website|e-?mail|forum|chat|digital|manuscript|typescript|handwritten)",
    re.IGNORECASE,
)


def _origin(document: Document, facts: Facts) -> _Origin:
    """What the source is, by its files and by what the editors say of it.

    A text file is called OCR text only if the editors say so, in `source_note` or `kind`.
    """
    media = [origin.media for origin in document.source.origins]
    said = " ".join((*_told(facts, "source_note"), *_told(facts, "kind")))
    claimed = re.search(r"\bOCR\b", said) is not None
    form = next(
        (what for start, what in _FORMATS.items() for one in media if one.startswith(start)), ""
    )
    if not form:
        xml = any("xml" in one for one in media)
        form = "OCR output (XML)" if xml else "OCR text" if claimed else "a text file"
    known = any(_told(facts, key) for key in ("publisher", "place", "date"))
    pages = document.source.layout is not None and bool(document.source.layout.surfaces)
    printed = (known or pages) and not _NOT_PRINTED.search(" ".join(_told(facts, "kind")))
    return _Origin(form, claimed or "OCR" in form, printed)


def _told(facts: Facts, key: str) -> list[str]:
    """The values of a key in meta.toml, as XML; none if they are unknown."""
    value = facts.get(key, ())
    values = [value] if isinstance(value, str) else list(value)
    return [words(one) for one in values if one.strip() and one.strip().casefold() != "unknown"]


def _one(facts: Facts, key: str, otherwise: str = "") -> str:
    return "; ".join(_told(facts, key)) or otherwise


def _dated(text: str) -> str:
    """Return a date as given, with `@when` if it is given in figures."""
    return f"<date{_when(text)}>{text}</date>"


def _when(text: str) -> str:
    """Return `@when` if a date is given in figures."""
    return f' when="{text}"' if _YEAR.fullmatch(text) and _is_date(text) else ""


def _is_date(text: str) -> bool:
    year, month, day = (int(part) for part in (text + "-01-01")[:10].split("-"))
    return (
        year > 0
        and 1 <= month <= 12
        and 1 <= day <= (29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31)
        and (day < 29 or month != 2)
    )


def _version() -> str:
    """The version of emend as TEI wants it: `0.1.0`, not `0.1.0.dev3`."""
    try:
        found = re.match(r"\d+(\.\d+){0,2}", metadata.version("emend"))
    except metadata.PackageNotFoundError:
        found = None
    return found.group() if found else "0"


def _title_statement(facts: Facts, declarations: Declarations) -> list[str]:
    authors = _told(facts, "author") or _told(facts, "authors")
    lines = ["  <titleStmt>", f'    <title type="main">{_one(facts, "title", "Untitled")}</title>']
    lines += (f'    <title type="sub">{subtitle}</title>' for subtitle in _told(facts, "subtitle"))
    lines += (f"    <author>{author}</author>" for author in authors)
    lines += (f"    <editor>{editor}</editor>" for editor in _told(facts, "editor"))
    for hand, identifier in declarations.hands.items():
        if hand == PIPELINE:
            what, who = (
                "automatic correction and encoding",
                '<name type="software" ref="#app.emend">emend</name>',
            )
        else:
            what, who = "review of corrections", f"<persName>{words(hand) or 'unnamed'}</persName>"
        lines.append(f'    <respStmt xml:id="{identifier}"><resp>{what}</resp>{who}</respStmt>')
    return [*lines, "  </titleStmt>"]


def _edition_statement(origin: _Origin, date: str, version: str) -> list[str]:
    n = f' n="{version}"' if version else ""
    return [
        (
            f"  <editionStmt><edition{n}>Digital edition made from {origin.what}, "
            f"{_dated(date)}</edition></editionStmt>"
        )
    ]


def _extent(count: Counts) -> list[str]:
    figures = (
        ("pages", count.pages),
        ("words", count.words),
        ("characters", count.characters),
        ("bytes", count.bytes),
    )
    measures = " ".join(
        f'<measure unit="{unit}" quantity="{n}">{n} {unit if n != 1 else unit[:-1]}</measure>'
        for unit, n in figures
        if n or unit != "pages"
    )
    return [f"  <extent>{measures}</extent>"]


def _publication_statement(facts: Facts, date: str) -> list[str]:
    licence, address = _one(facts, "licence"), facts.get("licence_url", "")
    target = (
        f' target="{attribute(address)}"'
        if isinstance(address, str) and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", address)
        else ""
    )
    status = (
        "unknown"
        if not licence
        else "free"
        if re.match(r"CC|public domain", licence, re.IGNORECASE)
        else "restricted"
    )
    terms = licence or "The licence of the text is not known."
    identifier = f'    <idno type="emend">{_one(facts, "id")}</idno>' if _one(facts, "id") else ""
    return [
        "  <publicationStmt>",
        f"    <publisher>{_one(facts, 'digital_publisher', 'unknown')}</publisher>",
        f"    {_dated(date)}",
        *([identifier] if identifier else []),
        *(
            f'    <idno type="{kind}">{_one(facts, kind.lower())}</idno>'
            for kind in ("DOI", "ARK")
            if _one(facts, kind.lower())
        ),
        f'    <availability status="{status}"><licence{target}>{terms}</licence></availability>',
        "  </publicationStmt>",
    ]


def _source_description(document: Document, facts: Facts, origin: _Origin) -> list[str]:
    """The witnesses: the print, if any, as bibliographies describe it, and the source file."""
    source = document.source
    remarks = [f'          <note type="kind">{kind}</note>' for kind in _told(facts, "kind")]
    remarks += [
        f'          <note type="source">{note}</note>' for note in _told(facts, "source_note")
    ]
    remarks += [f'          <note type="scan">{scan}</note>' for scan in _told(facts, "scan")]
    lines = ["  <sourceDesc>", "    <listWit>"]
    if origin.printed:
        lines += _print(facts, remarks)
    lines += [
        '      <witness xml:id="ocr">',
        "        <bibl>",
        f"          <title>{'the OCR text' if origin.ocr else 'the text'} as given</title>",
        f'          <idno type="filename">{words(source.name) or "source.txt"}</idno>',
        f'          <idno type="sha256">{source.sha256}</idno>',
        f'          <note type="encoding">{words(source.encoding)}</note>',
        f'          <note type="byte-order-mark">{"yes" if source.bom else "no"}</note>',
        f'          <note type="line-end">{LINE_ENDS[source.newline]}</note>',
    ]
    for one in source.origins:
        name, digest, media = (
            words(part) or "unknown" for part in (one.name, one.sha256, one.media)
        )
        lines.append(f'          <note type="origin">{name}, {media}, SHA-256 {digest}</note>')
    if not origin.printed:
        lines += remarks
    return [*lines, "        </bibl>", "      </witness>", "    </listWit>", "  </sourceDesc>"]


def _print(facts: Facts, remarks: list[str]) -> list[str]:
    """The print as a witness."""
    authors = _told(facts, "author") or _told(facts, "authors")
    lines = ['      <witness xml:id="print">', "        <bibl>"]
    lines += (f"          <author>{author}</author>" for author in authors)
    lines.append(f"          <title>{_one(facts, 'title', 'Untitled')}</title>")
    lines += (f"          <pubPlace>{place}</pubPlace>" for place in _told(facts, "place"))
    lines += (
        f"          <publisher>{publisher}</publisher>" for publisher in _told(facts, "publisher")
    )
    if date := _one(facts, "date"):
        lines.append(f"          {_dated(date)}")
    for series in _told(facts, "series"):
        number = _one(facts, "series_number")
        scope = f"<biblScope>{number}</biblScope>" if number else ""
        lines.append(f'          <series><title level="s">{series}</title>{scope}</series>')
    return [*lines, *remarks, "        </bibl>", "      </witness>"]


def _project(origin: _Origin) -> list[str]:
    text = "OCR text" if origin.ocr else "source text"
    return [
        (
            "  <projectDesc><p>This edition gives the text as it must have read. "
            f"Every difference from the {text} is marked where it stands,"
        ),
        (
            "    with its kind, its rule, who made it and how sure it is. "
            f"The {text} can be restored from this file alone.</p></projectDesc>"
        ),
    ]


def _references(written: str) -> list[str]:
    """How to cite: only by what the text has."""
    lines = []
    if re.search(r"<(?:p|ab) xml:id=", written):
        lines.append(
            '    <citeStructure unit="paragraph" match="//p[@xml:id]|//ab[@xml:id]" use="@xml:id"/>'
        )
    if re.search(r"<pb [^>]*\bn=", written):
        lines.append('    <citeStructure unit="page" match="//pb[@n]" use="@n"/>')
    return ["  <refsDecl>", *lines, "  </refsDecl>"] if lines else []


_SCOPES = {"b": "before", "a": "after", "e": "before"}


def _tags_declaration(declarations: Declarations) -> list[str]:
    """The characters that are not in the text but come back with an element."""
    usual = []
    if declarations.line_end:
        usual.append(("lb", declarations.line_end))
    if declarations.joined_line_end != declarations.line_end:
        usual.append(("lb[break=no]", declarations.joined_line_end))
    lines = [
        f'    <rendition selector="{attribute(selector)}" scheme="css" '
        f'scope="before">content:{css_string(text)}</rendition>'
        for selector, text in usual
    ]
    for (scope, text), identifier in sorted(
        declarations.renditions.items(), key=lambda item: item[1]
    ):
        lines.append(
            f'    <rendition xml:id="{identifier}" scheme="css" '
            f'scope="{_SCOPES[scope]}">content:{css_string(text)}</rendition>'
        )
    return ['  <tagsDecl partial="true">', *lines, "  </tagsDecl>"] if lines else []


def _classes(declarations: Declarations, count: Counts) -> list[str]:
    lines = ["  <classDecl>", '    <taxonomy xml:id="kinds">']
    lines += (
        f'      <category xml:id="k.{kind}">'
        f"<catDesc>{said.label}: {said.means}</catDesc></category>"
        for kind, said in KINDS.items()
    )
    lines.append("    </taxonomy>")
    rules = sorted(declarations.rules.items(), key=lambda item: item[1])
    made: Counter[str] = Counter()
    for (_, rule), (n, _) in count.by_rule().items():
        made[rule] += n
    if rules:
        lines.append('    <taxonomy xml:id="rules">')
        for rule, identifier in rules:
            lines.append(
                f'      <category xml:id="{identifier}" n="{made[rule]}">'
                f"<catDesc>{_described(rule)}</catDesc></category>"
            )
        lines.append("    </taxonomy>")
    return [*lines, "  </classDecl>"]


def _described(rule: str) -> str:
    """What a rule does, in words."""
    return words(meaning(rule)) or "unnamed"


def _characters(declarations: Declarations) -> list[str]:
    """The characters of the source that XML cannot hold."""
    if not declarations.glyphs:
        return []
    lines = ["  <charDecl>"]
    for character in sorted(declarations.glyphs):
        point = f"U+{ord(character):04X}"
        what = (
            f"the byte {ord(character) - 0xDC00:02X}, which is no UTF-8"
            if "\udc80" <= character <= "\udcff"
            else f"the character {point}"
        )
        lines.append(
            f'    <char xml:id="{glyph_id(character)}"><mapping '
            f'type="codepoint">{point}</mapping><note>{what}</note></char>'
        )
    return [*lines, "  </charDecl>"]


def _named(tag: str) -> str:
    """A language in English, its tag if it is not known; a regional one keeps its tag."""
    known = languages.known().get(tag)
    return words(known.name) if known else tag


def _profile(facts: Facts, declarations: Declarations) -> list[str]:
    date = _one(facts, "date")
    lines = ["<profileDesc>"]
    if date:
        lines.append(f"  <creation>{_dated(date)}</creation>")
    names = [
        f'<language ident="{one}">{_named(one)}</language>'
        for one in sorted(declarations.languages)
    ]
    lines.append(f"  <langUsage>{''.join(names)}</langUsage>")
    if declarations.speakers:
        persons = (
            f'<person xml:id="{one}"><persName>{words(who)}</persName></person>'
            for who, one in declarations.speakers.items()
        )
        lines.append(f"  <particDesc><listPerson>{''.join(persons)}</listPerson></particDesc>")
    return [*lines, "</profileDesc>"]


def _revisions(
    document: Document, declarations: Declarations, date: str, origin: _Origin
) -> list[str]:
    """Who did what, the last first: each editor, the pipeline, the import of the source."""
    status = "candidate" if len(declarations.hands) > 1 else "draft"
    checked = pages_checked(document)
    if checked and _every_page(document, [m for m in checked if m.get("state") == "validated"]):
        status = "approved"
    lines = [f'<revisionDesc status="{status}">', "  <listChange>"]
    lines += _pages_checked(checked, declarations)
    for hand, identifier in reversed(declarations.hands.items()):
        changes = [change for change in document.ledger if change.by == hand]
        made = Counter(change.kind for change in changes if change.verdict == "made")
        items = [f"{what}: {made[kind]}" for kind, what in _MADE.items() if made[kind]]
        verdicts = Counter(change.verdict for change in changes)
        if verdicts["held"]:
            items.append(f"proposals pending: {verdicts['held']}")
        if verdicts["refused"]:
            items.append(f"proposals rejected: {verdicts['refused']}")
        what = (
            "Corrected and encoded automatically"
            if hand == PIPELINE
            else f"Reviewed by {words(hand) or 'unnamed'}"
        )
        told = (
            f": <list>{''.join(f'<item>{item}</item>' for item in items)}</list>" if items else "."
        )
        lines.append(
            f'    <change xml:id="{declarations.rounds[hand]}"{_when(date)} '
            f'who="#{identifier}">{what}{told}</change>'
        )
    lines.append(
        f'    <change xml:id="ch.1"{_when(date)} who="#{declarations.hands[PIPELINE]}">'
        f"Imported the {'OCR text' if origin.ocr else 'text'} unchanged.</change>"
    )
    return [*lines, "  </listChange>", "</revisionDesc>"]


def _every_page(document: Document, validated: Sequence[Mark]) -> bool:
    """Whether these pages hold all the text there is."""
    at = 0
    for mark in validated:
        if document.raw[at : mark.start].strip():
            return False
        at = max(at, mark.end)
    return not document.raw[at:].strip()


def _pages_checked(checked: Sequence[Mark], declarations: Declarations) -> Iterator[str]:
    """The pages that editors have read, by state, editor and day; the latest first."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for mark in checked:
        key = (mark.get("when")[:10], mark.get("state"), mark.get("by"))
        groups.setdefault(key, []).append(mark.get("n"))
    for (day, state, by), pages in sorted(groups.items(), reverse=True):
        how = "Validated against the scan" if state == "validated" else "Reviewed"
        which = f"{'page' if len(pages) == 1 else 'pages'} {words(', '.join(pages))}"
        yield (
            f'    <change xml:id="{declarations.names.fresh("ch.pages")}"{_when(day)} '
            f'who="#{declarations.hands[by]}" status="{state}">{how}: {which}.</change>'
        )
