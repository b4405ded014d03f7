"""The header: what an edition says of itself, its source, and how the one was made of the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import metadata

from pipeline.document import PIPELINE, Document, Kind
from pipeline.language import languages
from pipeline.tei.characters import attribute, css_string, glyph_id, words
from pipeline.tei.declarations import Declarations

Facts = Mapping[str, str | Sequence[str]]

KINDS = {
    "ocr": "misreading by the OCR: the print is right",
    "linebreak": "word broken at the end of a line or page",
    "print": "error of the print itself, corrected by an editor",
    "form": "form of the text: spacing, quotation marks, dashes, Unicode",
    "furniture": "furniture of the page, outside the flow of the text: page numbers, running heads, "
    "stamps, specks",
    "structure": "markup that was typed as characters",
}
LINE_ENDS = {"\n": "U+000A", "\r\n": "U+000D U+000A", "\r": "U+000D"}
_MADE: dict[Kind, str] = {
    "ocr": "misreadings corrected",
    "linebreak": "broken words joined",
    "print": "printer's errors corrected",
    "form": "changes of form",
    "furniture": "furniture moved out of the flow",
    "structure": "typed markup encoded",
}
_YEAR = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def header(document: Document, facts: Facts, declarations: Declarations, date: str) -> str:
    """The `teiHeader`, a line for each thing it tells."""
    parts = (
        "<teiHeader>",
        "<fileDesc>",
        *_title_statement(facts, declarations),
        *_edition_statement(date),
        *_extent(document),
        *_publication_statement(facts, date),
        *_source_description(document, facts),
        "</fileDesc>",
        "<encodingDesc>",
        _PROJECT,
        *_editorial_declaration(document),
        *_tags_declaration(declarations),
        _REFERENCES,
        *_classes(declarations),
        *_characters(declarations),
        (
            f'  <appInfo><application xml:id="app.emend" ident="emend" '
            f'version="{_version()}"><label>emend</label></application></appInfo>'
        ),
        "</encodingDesc>",
        *_profile(facts, declarations),
        *_revisions(document, declarations, date),
        "</teiHeader>",
        "",
    )
    return "\n".join(parts)


def _told(facts: Facts, key: str) -> list[str]:
    """What meta.toml tells under a key, each value as XML; nothing where it is unknown."""
    value = facts.get(key, ())
    values = [value] if isinstance(value, str) else list(value)
    return [words(one) for one in values if one.strip() and one.strip().casefold() != "unknown"]


def _one(facts: Facts, key: str, otherwise: str = "") -> str:
    return "; ".join(_told(facts, key)) or otherwise


def _dated(text: str) -> str:
    """A date as it is told, and in figures where it is told in figures."""
    return f"<date{_when(text)}>{text}</date>"


def _when(text: str) -> str:
    """`@when`, where a date is told in figures."""
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


def _edition_statement(date: str) -> list[str]:
    return [
        (
            f"  <editionStmt><edition>Digital edition made from OCR text, "
            f"{_dated(date)}</edition></editionStmt>"
        )
    ]


def _extent(document: Document) -> list[str]:
    pages = max(
        len(document.source.layout.surfaces) if document.source.layout else 0,
        document.raw.count("\f") + 1,
    )
    pages = max(pages, sum(1 for _ in document.marked("page")))
    counts = (
        ("pages", pages),
        ("words", len(document.text.split())),
        ("characters", len(document.raw)),
        ("bytes", len(document.source.data)),
    )
    measures = " ".join(
        f'<measure unit="{unit}" quantity="{count}">{count} {unit}</measure>'
        for unit, count in counts
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
    identifier = f'    <idno type="emend">{_one(facts, "id")}</idno>' if _one(facts, "id") else ""
    return [
        "  <publicationStmt>",
        f"    <publisher>{_one(facts, 'digital_publisher', 'unknown')}</publisher>",
        f"    {_dated(date)}",
        *([identifier] if identifier else []),
        f'    <availability status="{status}"><licence{target}>{licence or "The licence of the text is not known."}</licence></availability>',
        "  </publicationStmt>",
    ]


def _source_description(document: Document, facts: Facts) -> list[str]:
    """Two witnesses: the print, as bibliographies tell of it, and the OCR text, as its bytes
    are.
    """
    authors = _told(facts, "author") or _told(facts, "authors")
    source = document.source
    lines = ["  <sourceDesc>", "    <listWit>", '      <witness xml:id="print">', "        <bibl>"]
    lines += (f"          <author>{author}</author>" for author in authors)
    lines.append(f"          <title>{_one(facts, 'title', 'Untitled')}</title>")
    lines += (f"          <pubPlace>{place}</pubPlace>" for place in _told(facts, "place"))
    lines += (
        f"          <publisher>{publisher}</publisher>" for publisher in _told(facts, "publisher")
    )
    lines.append(
        "          "
        + (_dated(_one(facts, "date")) if _one(facts, "date") else "<date>unknown</date>")
    )
    for series in _told(facts, "series"):
        number = _one(facts, "series_number")
        lines.append(
            f'          <series><title level="s">{series}</title>'
            + (f"<biblScope>{number}</biblScope>" if number else "")
            + "</series>"
        )
    lines += (f'          <note type="kind">{kind}</note>' for kind in _told(facts, "kind"))
    lines += (
        f'          <note type="source">{note}</note>' for note in _told(facts, "source_note")
    )
    lines += (f'          <note type="scan">{scan}</note>' for scan in _told(facts, "scan"))
    lines += [
        "        </bibl>",
        "      </witness>",
        '      <witness xml:id="ocr">',
        "        <bibl>",
        "          <title>the OCR text as it was given</title>",
        f'          <idno type="filename">{words(source.name) or "source.txt"}</idno>',
        f'          <idno type="sha256">{source.sha256}</idno>',
        f'          <note type="encoding">{words(source.encoding)}</note>',
        f'          <note type="byte-order-mark">{"yes" if source.bom else "no"}</note>',
        f'          <note type="line-end">{LINE_ENDS[source.newline]}</note>',
    ]
    for origin in source.origins:
        name, digest, media = (
            words(one) or "unknown" for one in (origin.name, origin.sha256, origin.media)
        )
        lines.append(f'          <note type="origin">{name}, {media}, SHA-256 {digest}</note>')
    return [*lines, "        </bibl>", "      </witness>", "    </listWit>", "  </sourceDesc>"]


_PROJECT = """\
  <projectDesc><p>The OCR text is a witness; the edition is what the page must have said. Every difference between the two is marked
    where it stands, with its kind, its rule, its hand and its certainty; the OCR text can be restored from this file alone.</p></projectDesc>"""

_REFERENCES = """\
  <refsDecl>
    <citeStructure unit="paragraph" match="//p[@xml:id]|//ab[@xml:id]" use="@xml:id"/>
    <citeStructure unit="page" match="//pb" use="@n"/>
  </refsDecl>"""


def _editorial_declaration(document: Document) -> list[str]:
    reviewed = any(change.by != PIPELINE for change in document.ledger)
    return [
        "  <editorialDecl>",
        _EDITORIAL.replace("STATUS", "medium" if reviewed else "low"),
        "  </editorialDecl>",
    ]


_EDITORIAL = """\
    <correction status="STATUS" method="markup">
      <p>What the OCR misread is an <gi>app</gi>: its <gi>lem</gi> has what the print reads, its <gi>rdg</gi> what the OCR
        read. What the print itself has wrong is a <gi>choice</gi> of <gi>sic</gi> and <gi>corr</gi>, and only an editor corrects it.
        <att>ana</att> points to the kind and the rule, <att>resp</att> to the hand, <att>cert</att> tells how sure it is,
        <att>change</att> in which round of work it was made.</p>
      <p>On what evidence a change was made is told in an <gi>annotation</gi> in <gi>standOff</gi> that points to it. Proposals that are
        not sure enough to be made are <gi>annotation</gi>s there as well; they alter no reading.</p>
    </correction>
    <normalization method="markup"><p>Spelling is not modernized. What is changed in the form of the text is a <gi>choice</gi> of
      <gi>orig</gi> and <gi>reg</gi>. Markup that was typed as characters is an element, and the characters are in its
      <att>rendition</att>.</p></normalization>
    <quotation marks="all"><p>Quotation marks stay in the text, inside <gi>q</gi> where it is known what they enclose.</p></quotation>
    <hyphenation eol="some"><p>A hyphen that only the line end called for is a <gi>pc</gi> with <att>force</att> <val>weak</val>,
      and the line end has <att>break</att> <val>no</val>. Where the OCR lost it, the <gi>lb</gi> has <att>rend</att>
      <val>hyphen</val>. In doubt they have <val>inter</val> and <val>maybe</val>. A hyphen that belongs to the word is text.</p></hyphenation>
    <punctuation marks="all"><p>All punctuation of the source is kept.</p></punctuation>
    <segmentation><p>The order of the source is kept: notes and furniture (<gi>fw</gi>) stand where the page has them. Every line of
      the source is one line of this file. Every line feed of the source is one <gi>lb</gi>, every form feed one <gi>pb</gi> with
      <att>rend</att> <val>form-feed</val>; white space that contains a line feed is no content. Blanks at the end of a
      line are told by the <gi>rendition</gi> of its <gi>lb</gi>.</p></segmentation>"""

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


def _classes(declarations: Declarations) -> list[str]:
    lines = ["  <classDecl>", '    <taxonomy xml:id="kinds">']
    lines += (
        f'      <category xml:id="k.{kind}"><catDesc>{description}</catDesc></category>'
        for kind, description in KINDS.items()
    )
    lines.append("    </taxonomy>")
    rules = sorted(declarations.rules.items(), key=lambda item: item[1])
    if rules:
        lines.append('    <taxonomy xml:id="rules">')
        for rule, identifier in rules:
            lines.append(
                f'      <category xml:id="{identifier}" n="{declarations.rule_counts[rule]}"><catDesc>{_described(rule)}</catDesc></category>'
            )
        lines.append("    </taxonomy>")
    return [*lines, "  </classDecl>"]


def _described(rule: str) -> str:
    """What a rule does, in words."""
    try:
        from pipeline.rules import RULES  # noqa: PLC0415
    except ImportError:
        return words(rule) or "unnamed"
    return words(RULES.get(rule, rule)) or "unnamed"


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


def _revisions(document: Document, declarations: Declarations, date: str) -> list[str]:
    """Who did what, the last first: each editor, the pipeline, the taking in of the source."""
    reviewed = len(declarations.hands) > 1
    lines = [f'<revisionDesc status="{"candidate" if reviewed else "draft"}">', "  <listChange>"]
    for hand, identifier in reversed(declarations.hands.items()):
        changes = [change for change in document.ledger if change.by == hand]
        made = Counter(change.kind for change in changes if change.verdict == "made")
        items = [f"{what}: {made[kind]}" for kind, what in _MADE.items() if made[kind]]
        verdicts = Counter(change.verdict for change in changes)
        if verdicts["held"]:
            items.append(f"proposals held for an editor: {verdicts['held']}")
        if verdicts["refused"]:
            items.append(f"proposals refused: {verdicts['refused']}")
        what = (
            "Corrected and encoded automatically"
            if hand == PIPELINE
            else f"Decided by {words(hand) or 'unnamed'}"
        )
        told = (
            f": <list>{''.join(f'<item>{item}</item>' for item in items)}</list>" if items else "."
        )
        lines.append(
            f'    <change xml:id="{declarations.rounds[hand]}"{_when(date)} '
            f'who="#{identifier}">{what}{told}</change>'
        )
    lines.append(
        f'    <change xml:id="ch.1"{_when(date)} who="#{declarations.hands[PIPELINE]}">The '
        f"OCR text was taken in, unaltered.</change>"
    )
    return [*lines, "  </listChange>", "</revisionDesc>"]
