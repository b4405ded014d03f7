"""One text, the same words everywhere: `emend clean`, the TEI, and every published form.

The TEI is read by a reader that knows only what the header says. Notes stand in different places in
different forms, quotation marks are curled for display, and brackets are set around notes: none of
that counts, every word and every other sign does.
"""

from __future__ import annotations

import html
import io
import re
import tomllib
import unicodedata
import zipfile
from collections import Counter

import pytest
from lxml import etree
from paths import ROOT, TEXTS
from reader import read

from pipeline import clean, edition
from pipeline.document import Document
from pipeline.errors import SourceError
from pipeline.flow import Clean
from pipeline.project import Project
from pipeline.publish.epub import epub
from pipeline.publish.model import read as model
from pipeline.publish.model.chapters import Division
from pipeline.publish.model.file import parse
from pipeline.publish.pages.reading_page import reading_pages
from pipeline.publish.plain import markdown, plain_text
from pipeline.publish.settings import Settings
from pipeline.text.faces import reading_text

CASES = sorted((ROOT / "tests" / "cases").glob("*.toml"))
SOURCES = sorted((ROOT / "tests" / "editions" / "sources").iterdir())
QUOTES = str.maketrans("“”„‘’‚«»", '"""\'\'\'""')
# What only the OCR view of a page shows, or no view: other readings, hyphens at line ends,
# furniture.
HIDDEN = {"o", "hy", "fw", "pb", "doc-pagebreak"}
APART_TAGS = {"p", "div", "li", "h1", "h2", "h3", "h4", "aside", "td", "section", "blockquote"}
APART = {"na", "note", "sign"}


def body(text: str, heads: int) -> str:
    """What a published text has below its title and author."""
    return "\n\n".join(text.split("\n\n")[heads:])


def words(text: str) -> list[str]:
    return re.sub(r"[()\[\]]", "", text.translate(QUOTES)).split()


def letters(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text))  # a raised 2 is a 2


def shown(page: str, *, only: str = "") -> str:
    """What a reader sees of a page of HTML, or of its parts of one class."""
    root = etree.HTML(page)
    parts = root.iterfind(f".//div[@class='{only}']") if only else [root.find("body")]
    out: list[str] = []

    def walk(element: etree._Element) -> None:
        classes = {*(element.get("class") or "").split(), element.get("role")}
        if element.tag == "br" and not only:
            out.append(" ")  # a book shows no line ends but those of headings and verse
        if classes & HIDDEN:
            return
        apart = " " if element.tag in APART_TAGS or classes & APART else ""
        out.extend((apart, element.text or ""))
        for child in element:
            walk(child)
            out.append(child.tail or "")
        out.append(apart)

    for part in parts:
        walk(part)
    return "".join(out)


def hold(document: Document) -> None:
    cleaned = Clean(document)
    tei = cleaned.tei()
    text = reading_text(document, bars=False)  # the bars of Markdown stand there alone
    paragraphs, notes = read(tei)
    tree = parse(tei, "x.xml")
    shown_edition = model(tree, "x")
    heads = 2 if shown_edition.authors else 1
    # The TEI: word for word, and in order outside the notes.
    kept = {tuple(words(note)) for note in notes}
    ours = [tuple(words(part)) for part in text.split("\n\n")]
    assert [w for p in ours if p not in kept for w in p] == [
        w for part in paragraphs if (p := tuple(words(part))) not in kept for w in p
    ]
    expected = Counter(words(text))
    assert Counter(words(" ".join((*paragraphs, *notes)))) == expected
    # Plain text: the items of a list have a mark.
    plain = body(plain_text(shown_edition), heads)
    marked = Counter({"-": len(re.findall(r"^\s*- ", plain, re.MULTILINE))})
    assert Counter(words(plain)) - marked == expected - marked
    # Markdown: signs are escaped and notes numbered, so only letters and figures are compared.
    signs: Counter[str] = Counter()
    for note in shown_edition.notes.values():
        for sign in letters(note.sign):
            signs[sign] += 1 + len(note.anchors)
    unsigned = Counter(letters(text)) - signs
    marked_down = html.unescape(body(markdown(shown_edition), heads))
    marked_down = re.sub(r"(?<!\\)\*", "", marked_down)
    assert Counter(letters(re.sub(r"\[\^\d+\]:?", "", marked_down).replace("\\", ""))) == unsigned
    # The site and the EPUB.
    page = shown(reading_pages(shown_edition, Settings(), Division())["index.html"], only="text")
    assert Counter(letters(page)) == Counter(letters(text))
    with zipfile.ZipFile(io.BytesIO(epub(shown_edition))) as book:
        chapters = [book.read(name) for name in book.namelist() if "/text-" in name]
    said = " ".join(shown(chapter.decode().split("?>", 1)[1]) for chapter in chapters)
    assert Counter(letters(said)) == Counter(letters(text))


@pytest.mark.parametrize("name", TEXTS)
def test_the_projects_texts_read_the_same_everywhere(name):
    hold(edition.build(Project(ROOT), name)[0])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_goldens_read_the_same_everywhere(path):
    language = "de" if path.stem == "deutsch" else "en"
    hold(clean(path.read_bytes(), language=language).document)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_reads_the_same_everywhere(path):
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
        try:
            document = clean(row["text"], language=row.get("language", "en")).document
        except SourceError:
            continue
        try:
            hold(document)
        except AssertionError as error:
            raise AssertionError(f"{row['says']}: {error}") from error


PIECES = {
    "a half that begins with a blank": "of the gov-\n ernment, in hous-\n\f ing\n",
    "blanks on both sides": "of the gov- \n \n  ernment of it\n",
    "a page number between the halves": "of the gov-\n\n20\n\n   ernment of it, and more of it\n",
    "a dash on either side": "the masses\n —had it, and he paused—\n  and went on—\n\f then came\n",
    "a hyphen in doubt": "He had a farm-\n hands of his own, and a farm-\nhands too.\n",
    "a carriage return": "of the gov-\r\n ernment of it\n and more\r\n",
}


@pytest.mark.parametrize("text", PIECES.values(), ids=list(PIECES))
def test_line_ends_within_words_read_the_same_everywhere(text):
    hold(clean(text).document)


def test_a_dash_that_speaks_reads_the_same_everywhere():
    text = "El mozo se rió y se fue\n—¿Qué dice usted? —preguntó el cura\n—. No lo sé.\n"
    hold(clean(text, language="es").document)
