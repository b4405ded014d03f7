"""The edition without apparatus: the same words, in TEI that the Consortium's schema accepts."""

import copy
import sys
from collections import Counter
from functools import cache

import pytest
from lxml import etree
from paths import ROOT

from pipeline import clean
from pipeline.errors import EditionError
from pipeline.tei.plain_edition import plain_edition

sys.path.insert(0, str(ROOT / "tests" / "publish"))
from reader import T, read

EDITIONS = sorted((ROOT / "edition").glob("*/*.xml"))
KEPT = [(), ("lb", "pb", "fw")]
SOURCES = sorted((ROOT / "tests" / "editions" / "sources").iterdir())


def read_without_calls(tei):
    """What a reader of an edition reads, without the signs that call notes."""
    root = copy.deepcopy(etree.fromstring(tei))
    for ref in root.findall(f".//{T}ref[@type='noteAnchor']"):
        tail = ref.tail or ""
        for child in list(ref):
            ref.remove(child)
        ref.clear()
        ref.tail = tail
    for note in root.iter(f"{T}note"):
        note.attrib.pop("n", None)
    for label in list(root.iterfind(f".//{T}note/{T}label")):
        label.text, label[:] = None, []
    paragraphs, notes = read(etree.tostring(root))
    return Counter(" ".join((*paragraphs, *notes)).split())


def test_no_reference_points_at_what_is_left_out():
    path = ROOT / "tests" / "editions" / "sources" / "guidebook.txt"
    root = etree.fromstring(plain_edition(clean(path.read_bytes()).tei(), ()))
    names = {element.get("{http://www.w3.org/XML/1998/namespace}id") for element in root.iter()}
    targets = {ref.get("target").lstrip("#") for ref in root.iter(f"{T}ref")}
    assert targets <= names


def words(tei):
    root = etree.fromstring(tei)
    for note in root.iter(f"{T}note"):
        note.attrib.pop("n", None)
    paragraphs, notes = read(etree.tostring(root))
    return Counter(" ".join((*paragraphs, *notes)).split())


@cache
def edition_of(path):
    return path.read_bytes() if path in EDITIONS else clean(path.read_bytes()).tei()


@cache
def plain_of(path, keep=()):
    return plain_edition(edition_of(path), keep)


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: path.stem)
def test_a_plain_edition_has_the_words_of_its_edition(path):
    assert words(plain_of(path)) == read_without_calls(edition_of(path))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
@pytest.mark.parametrize("keep", KEPT, ids=["text alone", "with its layout"])
def test_every_kind_of_text_is_without_apparatus(path, keep):
    plain = plain_of(path, keep)
    assert words(plain) == read_without_calls(edition_of(path))
    left = {etree.QName(one).localname for one in etree.fromstring(plain).find(f"{T}text").iter()}
    assert not left & {"app", "choice", "seg", "pc", "space", *({"lb", "pb", "fw"} - set(keep))}


def test_plain_editions_are_tei(jing, tei_all, tmp_path):
    """By the Consortium's schema in jing, all in one run: libxml2 needs ten seconds to load it."""
    for path in EDITIONS:
        (tmp_path / path.name).write_bytes(plain_of(path))
    for path in SOURCES:
        for n, keep in enumerate(KEPT):
            (tmp_path / f"{path.stem}-{n}.xml").write_bytes(plain_of(path, keep))
    assert jing(tei_all, tmp_path) == {}


NOTED = """The net was made of hemp,1 and lasted a man's life.

1 The women of the island spun it in winter
\fThe boats were tarred in May. They lay upon the shingle.

when the men were away.
\fThe oars were of ash.
"""


def test_a_note_stands_where_it_is_called_with_its_rest_from_the_next_page():
    plain = plain_edition(clean(NOTED).tei(), ()).decode()
    assert (
        'hemp,<note xml:id="n1" place="bottom" n="1">The women of the island spun it in winter '
        "when the men were away.</note> and lasted"
    ) in plain
    assert plain.partition("<text>")[2].count("<note") == 1


def test_pages_stand_in_the_text_and_split_no_word():
    text = "They lay at the jet-\n\fty all winter, and were tarred in May.\n"
    plain = plain_edition(clean(text).tei()).decode()
    assert 'jet<pb break="no"/>ty all winter' in plain
    assert "jetty all winter" in plain_edition(clean(text).tei(), ()).decode()


def test_a_line_end_that_may_split_a_word_is_a_blank_unless_a_hyphen_stands_there():
    edition = clean("They lay at the quay.\n").tei().decode()
    doubtful = edition.replace("at the", 'at-<lb break="maybe"/>the').replace(
        "They lay", 'They<lb break="maybe"/>lay'
    )
    assert "They lay at-the quay." in plain_edition(doubtful.encode(), ()).decode()


def test_what_is_no_edition_is_refused():
    with pytest.raises(EditionError):
        plain_edition(b"<p>no</p>")
