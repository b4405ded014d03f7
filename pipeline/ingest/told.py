"""What files say of the text in them: language, title, author, date, place, publisher, OCR engine.

A fact is given only where a file names it; nothing is guessed here. The keys are those of
meta.toml, and "engine".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from lxml import etree

from pipeline.ingest.readers.iiif import facts as manifest_facts
from pipeline.xml import children, descendants, local

Facts = Mapping[str, str]
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_YEAR = re.compile(r"\b(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\b")
# Languages with a printed heritage that detection chooses among; py3langid knows 130 more, and
# takes English with many misread words for Nigerian Pidgin.
_PRINTED = (
    "af ar be bg br ca cs cy da de el en eo es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka "
    "ko la lb lt lv mk mt nl no pl pt ro ru sk sl sq sr sv tr uk vi zh"
).split()
# By their English names, as ABBYY, Transkribus and the Internet Archive have them.
_NAMES = dict(
    zip(
        "english german french spanish italian portuguese dutch latin greek russian polish czech "
        "slovak slovenian croatian serbian bulgarian ukrainian romanian hungarian finnish swedish "
        "danish norwegian icelandic estonian latvian lithuanian irish welsh basque catalan "
        "galician turkish hebrew yiddish arabic persian hindi chinese japanese korean".split(),
        "en de fr es it pt nl la el ru pl cs sk sl hr sr bg uk ro hu fi sv da no is et lv lt ga cy "
        "eu ca gl tr he yi ar fa hi zh ja ko".split(),
        strict=True,
    )
)
_LEAST_LETTERS = 150  # to tell a language by; fewer may be a list of names
_SAMPLE = 20_000  # code points
_FILE_NAME = re.compile(r"\.\w{2,5}$|[\\/]|^Microsoft ")
_NO_TITLES = frozenset({"untitled", "ohne titel", "sans titre", "document", "scan", "ocr", "title"})
_NO_AUTHORS = frozenset({"user", "admin", "administrator", "unknown", "anonymous", "author"})
_ENGINE = re.compile(
    r"(?i)tesseract|finereader|abbyy|omnipage|ocrmypdf|readiris|kraken|paper capture"
)


def together(every: Sequence[Facts]) -> dict[str, str]:
    """The facts of several files: of each key what most of them say, the first of equals."""
    found: dict[str, str] = {}
    for key in dict.fromkeys(key for facts in every for key in facts):
        values = Counter(facts[key] for facts in every if facts.get(key))
        if values:
            found[key] = values.most_common(1)[0][0]
    return found


def tag_of(told: str) -> str:
    """A language as BCP 47 has it: `ger`, `deu` and `German` are `de`; "" of what is none.

    Of several, as ABBYY and Tesseract write them (`eng+fra`, `English,French`), the first.
    """
    told = re.split(r"[+,;/]", told.strip())[0].strip().strip("'\"")
    if not told or told.lower() in {"und", "mul", "zxx", "unknown", "none"}:
        return ""
    import langcodes  # noqa: PLC0415  # takes its time to load

    try:
        tag = langcodes.standardize_tag(told.replace("_", "-"))
        if langcodes.Language.get(tag).is_valid() and len(tag.split("-")[0]) <= 3:
            return tag
    except (ValueError, LookupError):
        pass
    name = re.split(r"(?<=[a-z])(?=[A-Z])|\W", told)[0].lower()  # ABBYY's `GermanStandard`
    return _NAMES.get(name, "")


def alto(root: etree._Element) -> dict[str, str]:
    """The language of most lines, and the engine."""
    tags = Counter(
        tag
        for one in descendants(root, "Page", "TextBlock", "TextLine", "ParagraphStyle", "TextStyle")
        for name in ("LANG", "language", "LANGUAGE")
        if (tag := one.get(name))
    )
    found = {"language": tag_of(tags.most_common(1)[0][0])} if tags else {}
    for software in descendants(root, "processingSoftware"):
        if _is_another_step(software):
            continue
        parts = [
            str(one.text or "").strip()
            for key in ("softwareName", "softwareVersion")
            for one in children(software, key)
        ]
        if engine := " ".join(part for part in parts if part):
            found["engine"] = engine  # the last step is the recognition
    return _kept(found)


def _is_another_step(software: etree._Element) -> bool:
    """Whether a program of an ALTO did not read the text: it prepared the image, or corrected."""
    step = software.getparent()
    if step is None:
        return False
    category = " ".join(str(one.text or "").strip() for one in children(step, "processingCategory"))
    return local(step) in {"preProcessingStep", "postProcessingStep"} or category in {
        "preOperation",
        "postOperation",
        "contentModification",
    }


def page(root: etree._Element) -> dict[str, str]:
    """The language of the page or of most regions, and who made the file."""
    tags = Counter(
        tag
        for one in descendants(root, "Page", "TextRegion", "TextLine")
        if (tag := one.get("primaryLanguage") or one.get("language") or _custom(one))
    )
    found = {"language": tag_of(tags.most_common(1)[0][0])} if tags else {}
    found["engine"] = next(
        (str(one.text or "").strip() for one in descendants(root, "Creator")), ""
    )
    return _kept(found)


def hocr(root: etree._Element) -> dict[str, str]:
    """The language of most elements, the engine, and Dublin Core in the head."""
    tags = Counter(
        tag
        for one in root.iter()
        if isinstance(one.tag, str)
        and (one.get("class") or "").startswith("ocr")
        and (tag := one.get("lang") or one.get(_XML_LANG))
    )
    told = tags.most_common(1)[0][0] if tags else root.get("lang") or root.get(_XML_LANG) or ""
    found = {}
    for meta in descendants(root, "meta"):
        name, content = (meta.get("name") or "").lower(), (meta.get("content") or "").strip()
        if name == "ocr-system":
            found["engine"] = content
        elif name == "ocr-langs" and not told:
            told = content
        elif name in {"dc.title", "dc:title"}:
            found["title"] = content
        elif name in {"dc.creator", "dc:creator"}:
            found["author"] = content
    found["language"] = tag_of(told)
    return _kept(found)


def tei(root: etree._Element) -> dict[str, str]:
    """What the header says of the text: title, author and date of the source where it is told."""
    text = next(iter(descendants(root, "text")), root)
    found = {"language": tag_of(text.get(_XML_LANG) or root.get(_XML_LANG) or "")}
    header = next(iter(children(root, "teiHeader")), None)
    if header is not None:
        for statement in descendants(header, "titleStmt"):
            found.setdefault("title", _said(statement, "title"))
            found.setdefault("author", _said(statement, "author"))
        for source in descendants(header, "sourceDesc"):
            found["place"] = _said(source, "pubPlace")
            found["publisher"] = _said(source, "publisher")
            found["date"] = _date(
                next((one.get("when") or "" for one in descendants(source, "date")), "")
                or _said(source, "date")
            )
    return _kept(found)


def abbyy(head: bytes) -> dict[str, str]:
    """The engine and language that the root of an ABBYY file names."""
    found = {}
    for key, name in ((b"producer", "engine"), (b"languages", "language")):
        if match := re.search(key + rb"\s*=\s*\"([^\"]*)\"", head):
            found[name] = match[1].decode("utf-8", "replace")
    found["language"] = tag_of(found.get("language", ""))
    return _kept(found)


def info(told: Mapping[str, str], name: str, language: str = "") -> dict[str, str]:
    """What the metadata of a PDF or DjVu file say; `name` is that of the file.

    Programs put there what they were given (`Microsoft Word - kap1.doc`, the name of the file) and
    who is at the machine; a date is that of the file, not of the text.
    """
    said = {key.lower(): " ".join(str(value).split()) for key, value in told.items()}
    title = said.get("title", "")
    if _FILE_NAME.search(title) or title.lower() in {*_NO_TITLES, PurePath(name).stem.lower()}:
        title = ""
    author = said.get("author", "")
    engines = (said.get(key, "") for key in ("producer", "creator"))
    return _kept(
        {
            "title": title,
            "author": "" if author.lower() in _NO_AUTHORS or "@" in author else author,
            "language": tag_of(language),
            "engine": next((one for one in engines if _ENGINE.search(one)), ""),
        }
    )


def mets(root: etree._Element) -> dict[str, str]:
    """What MODS or Dublin Core in a METS say of the whole book or issue."""
    sections = {one.get("ID"): one for one in descendants(root, "dmdSec")}
    named = [
        sections[identity]
        for structure in children(root, "structMap")
        for division in descendants(structure, "div")
        for identity in (division.get("DMDID") or "").split()
        if identity in sections
    ]
    for section in [*named, *sections.values()]:
        if (found := described(section)).get("title"):
            return found
    for own in descendants(root, "trpDocMetadata"):  # Transkribus, in an amdSec
        return described(own)
    return {}


def page_labels(root: etree._Element) -> list[tuple[str, ...]]:
    """The printed numbers of the pages, "" where a page has none, as a description lists them.

    The Internet Archive's scan data list leaves that are in no derived file (colour cards), so
    there may be two lists: of all leaves, and of those that are shown. Gallica's `livre` has one.
    """
    if local(root) == "book" and any(True for _ in descendants(root, "bookData")):
        leaves = list(descendants(root, "page"))
        shown = [one for one in leaves if _said(one, "addToAccessFormats").lower() != "false"]
        return [tuple(_said(one, "pageNumber") for one in some) for some in (leaves, shown)]
    if local(root) == "livre":
        return [
            tuple(
                "" if (number := _said(one, "numero")) == "NP" else number
                for one in descendants(root, "page")
            )
        ]
    return []


def marc(record: etree._Element) -> dict[str, str]:
    """What a MARC 21 record says."""

    def field(tags: str, codes: str) -> str:
        for one in descendants(record, "datafield"):
            if one.get("tag") in tags.split():
                parts = [
                    str(part.text or "").strip()
                    for part in children(one, "subfield")
                    if (part.get("code") or "-") in codes
                ]
                return " ".join(filter(None, parts)).rstrip(" /:;,")
        return ""

    controls = [one for one in descendants(record, "controlfield") if one.get("tag") == "008"]
    return {
        "title": field("245", "a"),
        "subtitle": field("245", "b"),
        "author": field("100 110", "a"),
        "place": field("260 264", "a").strip("[]"),
        "publisher": field("260 264", "b"),
        "date": field("260 264", "c"),
        "language": field("041", "a") or (str(controls[0].text or "")[35:38] if controls else ""),
    }


def iiif(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What a IIIF manifest says of the text."""
    found = manifest_facts(manifest)
    found["date"] = _date(found.get("date", ""))
    found["language"] = tag_of(found.get("language", ""))
    return _kept(found)


def described(root: etree._Element) -> dict[str, str]:
    """What MODS, MARC, Dublin Core or a similar record says, wherever in the element."""
    found: dict[str, str] = {}
    record = next(iter(descendants(root, "mods")), None)
    if any(True for _ in descendants(root, "datafield")):
        found = marc(root)
    elif record is None:
        for key, elements in (
            ("title", "title"),
            ("author", "creator author"),  # Dublin Core, Transkribus
            ("publisher", "publisher"),
            ("language", "language"),
            ("date", "date"),
        ):
            found[key] = next((said for one in elements.split() if (said := _said(root, one))), "")
    else:
        title = next((one for one in children(record, "titleInfo") if not one.get("type")), None)
        if title is not None:
            start, rest = _said(title, "nonSort"), _said(title, "title")
            found["title"] = f"{start} {rest}".strip()
            found["subtitle"] = _said(title, "subTitle")
        names = [one for one in children(record, "name") if _is_author(one)]
        found["author"] = _name(names[0]) if names else ""
        for origin in children(record, "originInfo"):
            places = [
                term
                for term in descendants(origin, "placeTerm")
                if (term.get("type") or "text") == "text"
            ]
            found["place"] = str(places[0].text or "").strip() if places else ""
            found["publisher"] = _said(origin, "publisher")
            found["date"] = next(
                (
                    date
                    for name in ("dateIssued", "copyrightDate", "dateCreated")
                    if (date := _said(origin, name))
                ),
                "",
            )
            if found["date"]:
                break
        found["language"] = _said(record, "languageTerm")
    found["date"] = _date(found.get("date", ""))
    found["language"] = tag_of(found.get("language", ""))
    return _kept(found)


def detected(text: str) -> str:
    """The language that a text is most likely in, "" of too few letters to tell."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _LEAST_LETTERS:
        return ""
    return str(_identifier().classify(" ".join(sample.split()))[0])


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  # takes 2 seconds

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_PRINTED)
    return identifier


def _kept(found: Mapping[str, str]) -> dict[str, str]:
    """The facts that say something, on one line each."""
    return {key: " ".join(value.split()) for key, value in found.items() if value and value.strip()}


def _said(element: etree._Element, name: str) -> str:
    """The text of the first descendant of this name."""
    found = next(iter(descendants(element, name)), None)
    return "" if found is None else " ".join("".join(map(str, found.itertext())).split())


def _custom(element: etree._Element) -> str:
    """Transkribus' `custom="language {value:German;}"`."""
    match = re.search(r"language\s*\{\s*value:\s*([^;}]+)", element.get("custom") or "")
    return match[1].strip() if match else ""


def _date(told: str) -> str:
    """A date as meta.toml has it: the first year in `[c1934?]`, or a whole ISO date."""
    match = _YEAR.search(told)
    return "-".join(part for part in match.groups() if part) if match else ""


def _is_author(name: etree._Element) -> bool:
    roles = {str(role.text or "").strip().lower() for role in descendants(name, "roleTerm")}
    return not roles or bool(roles & {"aut", "author", "creator", "cre", "verfasser"})


def _name(name: etree._Element) -> str:
    """A person's name, family name first."""
    parts: dict[str, Iterable[str]] = {
        kind: [
            str(part.text or "").strip()
            for part in children(name, "namePart")
            if (part.get("type") or "") == kind
        ]
        for kind in ("family", "given", "")
    }
    family, given, whole = (" ".join(parts[kind]) for kind in ("family", "given", ""))
    return ", ".join(one for one in (family, given) if one) or whole or _said(name, "displayForm")
