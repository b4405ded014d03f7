"""XML from strangers: one set of limits, and plain words for what is refused."""

import time

import pytest

from pipeline import xml
from pipeline.errors import EditionError, SourceError

TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0">%s</TEI>'


def nested(levels):
    return f"{'<a>' * levels}x{'</a>' * levels}".encode()


def test_a_file_at_the_limit_of_depth_is_read_and_one_beyond_it_is_not():
    assert xml.parse(nested(xml.DEEPEST), "a.xml").tag == "a"
    for levels in (xml.DEEPEST + 1, 250, 300, 20_000):
        with pytest.raises(SourceError, match="nested more than 100 levels deep"):
            xml.parse(nested(levels), "a.xml")


def test_a_file_at_the_limit_of_size_is_read_and_one_beyond_it_is_not(monkeypatch):
    monkeypatch.setattr(xml, "_MB", 1)
    assert xml.parse(b"<a>".ljust(xml.LARGEST - 4) + b"</a>", "a.xml").tag == "a"
    for read in (xml.parse, xml.parse_html, xml.parse_tei):
        with pytest.raises((SourceError, EditionError), match="larger than 128 MB"):
            read(b"<a>".ljust(xml.LARGEST - 3) + b"</a>", "a.xml")
    assert list(xml.stream(b"<a>".ljust(xml.LARGEST_STREAMED - 4) + b"</a>", "a.xml", "a"))
    with pytest.raises(SourceError, match="larger than 400 MB"):
        list(xml.stream(b"<a>".ljust(xml.LARGEST_STREAMED - 3) + b"</a>", "a.xml", "a"))


def test_tei_has_no_doctype_and_a_page_may_have_one():
    page = b'<!DOCTYPE DjVuXML SYSTEM "no-such-file.dtd"><a/>'
    assert xml.parse(page, "a.xml").tag == "a"
    assert xml.parse_tei(TEI.encode() % b"", "a.xml").tag == f"{{{xml.TEI}}}TEI"
    with pytest.raises(EditionError, match=r"^a.xml contains a DOCTYPE, which emend does not"):
        xml.parse_tei(b"<!DOCTYPE TEI>" + TEI.encode() % b"", "a.xml")


@pytest.mark.parametrize("comment", [0, 2_000_000], ids=["at once", "after a long comment"])
@pytest.mark.parametrize(
    "read", [xml.parse, xml.parse_tei, lambda *of: list(xml.stream(*of, "TEI"))]
)
def test_no_entity_is_ever_declared(read, comment, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("private")
    declared = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    data = f"<!--{'x' * comment}-->{declared}{TEI % '&e;'}".encode()
    if comment and read not in {xml.parse, xml.parse_tei}:
        assert all(one.text is None or "private" not in one.text for one in read(data, "a.xml"))
        return
    with pytest.raises((SourceError, EditionError), match="entities"):
        read(data, "a.xml")


def test_a_bomb_of_entities_is_refused_at_once():
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    data = f'<!DOCTYPE a [<!ENTITY e0 "ha">{laughs}]><a b="&e11;">&e11;</a>'.encode()
    start = time.process_time()
    for one in (data, b"<!--" + b"x" * 2_000_000 + b"-->" + data):
        with pytest.raises(SourceError):
            xml.parse(one, "a.xml")
    assert time.process_time() - start < 2


def test_bare_drops_what_a_browser_may_run():
    data = b'<?xml-stylesheet href="data:,"?><a><!-- note --><?php x?>b</a>'
    root = xml.parse(data, "a.xml", bare=True)
    assert root.getprevious() is None
    assert len(root) == 0
    assert root.text == "b"
    assert len(xml.parse(data, "a.xml")) == 2


def test_what_is_not_well_formed_is_named_with_its_place():
    with pytest.raises(SourceError, match=r"^a.xml is not well-formed XML: .*line 2, column"):
        xml.parse(b"<a>\n<b></a>", "a.xml")
