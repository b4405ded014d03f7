"""The header of a TEI file: title, authors, the print, licences, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from pipeline.errors import EditionError
from pipeline.html import link
from pipeline.publish.model.model import Edition, Imprint, Licence
from pipeline.publish.model.names import XML_LANG, T, text_of
from pipeline.xml import XML_ID

_OUR_SOURCE = f".//{T}sourceDesc//{T}witness[@{XML_ID}='ocr']"  # in an edition made by emend
_UNKNOWN = frozenset({"", "unknown", "anonymous", "n/a", "n.d", "none"})


def header(root: etree._Element, edition: str) -> Edition:
    """An edition without its text. Raises EditionError if there is no header."""
    found = root.find(f"{T}teiHeader")
    if found is None:
        raise EditionError(f"{edition} has no teiHeader, so its title and source are unknown.")
    statement = found.find(f".//{T}titleStmt")
    titles = [] if statement is None else statement.findall(f"{T}title")
    main = next((one for one in titles if one.get("type") == "main"), titles[0] if titles else None)
    sub = next((one for one in titles if one.get("type") == "sub"), None)
    publication = found.find(f".//{T}publicationStmt")
    editors = [] if statement is None else [text_of(one) for one in statement.findall(f"{T}editor")]
    version = found.find(f".//{T}editionStmt/{T}edition")
    published = _date(publication)
    changed = [one.get("when", "") for one in found.iterfind(f".//{T}revisionDesc//{T}change")]
    language = (
        root.get(XML_LANG)
        or next((one.get("ident", "") for one in found.iter(f"{T}language")), "")
        or "en"
    )
    return Edition(
        id=edition,
        title=text_of(main) or edition,
        subtitle=text_of(sub),
        authors=_known(
            _name(one) for one in ([] if statement is None else statement.findall(f"{T}author"))
        ),
        editors=_known(editors),
        language=language
        if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", language)
        else "und",
        imprint=_imprint(found),
        publisher="".join(
            _known([] if publication is None else [text_of(publication.find(f"{T}publisher"))])
        ),
        published=published,
        modified=max([published, *changed]),
        version="" if version is None else version.get("n", ""),
        uri=link(
            next(map(text_of, found.iterfind(f".//{T}publicationStmt/{T}idno[@type='URI']")), "")
        ),
        doi=_identifier(found, "doi", r"10\.\d{4,9}/\S+"),
        ark=_identifier(found, "ark", r"ark:/?\S+"),
        licences=tuple(
            Licence(text_of(one), link(one.get("target", ""))) for one in found.iter(f"{T}licence")
        ),
        raw_sha256=next(
            (
                text_of(one)
                for one in found.iter(f"{T}idno")
                if one.get("type", "").lower().replace("-", "") == "sha256"
            ),
            "",
        ),
        counted=_applied(found),
        ocr=None if found.find(_OUR_SOURCE) is None else "OCR" in text_of(version),
        principles=tuple(_principles(found)),
        abstract=text_of(found.find(f".//{T}profileDesc/{T}abstract")),
        subjects=_known(map(text_of, found.iterfind(f".//{T}textClass/{T}keywords//{T}term"))),
    )


_CODE: Final = {"gi": "<{}>", "att": "@{}", "val": "{}", "tag": "<{}>", "code": "{}"}


def _principles(header: etree._Element) -> Iterator[tuple[tuple[str, bool], ...]]:
    """The paragraphs of editorialDecl, each in parts: text, and names of elements and the like."""
    for paragraph in header.iterfind(f".//{T}editorialDecl//{T}p"):
        parts: list[tuple[str, bool]] = [(paragraph.text or "", False)]
        for child in paragraph:
            form = _CODE.get(etree.QName(child).localname) if isinstance(child.tag, str) else None
            parts.append((form.format(text_of(child)), True) if form else (text_of(child), False))
            parts.append((child.tail or "", False))
        made = tuple((re.sub(r"\s+", " ", text), code) for text, code in parts if text)
        if any(text.strip() for text, _ in made):
            yield made


def measured(root: etree._Element, unit: str) -> int:
    """How many of something the header's extent gives; 0 if it does not say."""
    for measure in root.iterfind(f"{T}teiHeader//{T}extent/{T}measure[@unit='{unit}']"):
        if (quantity := measure.get("quantity", "")).isdecimal():
            return int(quantity)
    return 0


def _applied(header: etree._Element) -> dict[str, int]:
    """How many changes the taxonomy of rules says each rule made; nothing if it does not say."""
    rules = header.find(f".//{T}taxonomy[@{XML_ID}='rules']")
    found = {} if rules is None else {one: one.get("n", "") for one in rules.iter(f"{T}category")}
    if not all(number.isdecimal() for number in found.values()):
        return {}
    return {one.get(XML_ID, "").removeprefix("r."): int(number) for one, number in found.items()}


def _identifier(header: etree._Element, kind: str, pattern: str) -> str:
    """A persistent identifier of the edition, without the address of a resolver."""
    for one in header.iterfind(f".//{T}publicationStmt//{T}idno"):
        found = re.search(pattern, text_of(one))
        if one.get("type", "").lower() == kind and found:
            return found.group()
    return ""


def _known(values: Iterable[str]) -> tuple[str, ...]:
    """Values without those that only say that nothing is known."""
    return tuple(value for value in values if value.strip("[]() .").lower() not in _UNKNOWN)


# The years of an author, as ELTeC has them: `Marsh, Eliza (1840-1901)`, `Ware, A. (1799-?)`.
_LIFE: Final = re.compile(r" ?\([^()\d]{0,4}\d{3,4}\?? ?[-–/] ?[^()\d]{0,4}(?:\d{3,4})?\??\)$")


def _name(element: etree._Element) -> str:
    forename, surname = element.find(f".//{T}forename"), element.find(f".//{T}surname")
    if surname is not None:
        return f"{text_of(forename)} {text_of(surname)}".strip()
    said = text_of(element)
    return _LIFE.sub("", said) or said


def _date(element: etree._Element | None) -> str:
    date = None if element is None else element.find(f".//{T}date")
    return (
        ""
        if date is None
        else "".join(
            _known([date.get("when") or date.get("from") or date.get("notBefore") or text_of(date)])
        )
    )


def _imprint(header: etree._Element) -> Imprint:
    source = header.find(f".//{T}sourceDesc")
    if source is None:
        return Imprint()
    witness = next((one for one in source.iter(f"{T}witness") if one.get(XML_ID) == "print"), None)
    kind = next((text_of(one) for one in source.iter(f"{T}note") if one.get("type") == "kind"), "")
    if witness is None and header.find(_OUR_SOURCE) is not None:
        return Imprint(kind=kind)  # an edition of ours, of what was never printed
    place = source if witness is None else witness
    record = next(place.iter(f"{T}biblStruct", f"{T}biblFull", f"{T}bibl"), None)
    if record is None:
        return Imprint(shown=text_of(place) if witness is not None else "")

    def first(tag: str) -> str:
        return "".join(_known([text_of(next(record.iter(f"{T}{tag}"), None))]))

    return Imprint(
        authors=_known(_name(one) for one in record.iter(f"{T}author")),
        title=first("title"),
        place=first("pubPlace"),
        publisher=first("publisher"),
        date=_date(record),
        container=_container(record),
        number="".join(
            _known(
                text_of(one)
                for one in record.iter(f"{T}biblScope")
                if one.get("unit") not in {"page", "pp", "pages"}
            )[:1]
        ),
        pages=next(
            (
                text_of(one)
                for one in record.iter(f"{T}biblScope")
                if one.get("unit") in {"page", "pp", "pages"}
            ),
            "",
        ),
        kind=kind,
        shown="".join(_known([text_of(record)])) if record.tag == f"{T}bibl" else "",
    )


def _container(record: etree._Element) -> str:
    """The journal, series or book that something was printed in."""
    for level in ("j", "m", "s"):
        for title in record.iter(f"{T}title"):
            if title.get("level") == level and (
                level != "m" or record.find(f".//{T}title[@level='a']") is not None
            ):
                return text_of(title)
    return ""
