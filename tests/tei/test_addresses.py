"""Addresses that last: an inserted, removed, merged or mended paragraph moves no other's."""

import re

import pytest

from pipeline import clean, edition
from pipeline.errors import EmendError, ProjectError
from pipeline.project import Project, add, init
from pipeline.tei.addresses import from_lines, kept, released, to_lines
from pipeline.tei.restore import restore
from pipeline.tei.validate import check

ONE = "The harbour was closed in winter, and no ship came in before the thaw."
TWO = "In spring the merchants of the town met to choose a warden of the quay."
THREE = "He was paid from the dues, which were levied on salt and on timber alone."
NEW = "A bell was hung at the gate, and it was rung when the ice began to break."


def tei(*paragraphs):
    return clean("\n\n".join(paragraphs) + "\n").tei()


def addresses(data):
    """The ids of the paragraphs, each with the first words."""
    found = re.findall(r'<p xml:id="([^"]+)"[^>]*>(.{12})', data.decode(), re.DOTALL)
    return [(name, said.split()[1]) for name, said in found]


def former(data):
    return re.findall(r'xml:id="(\S+)" motivation="linking" target="#(\S+)"', data.decode())


@pytest.fixture
def first():
    """The first state: three paragraphs, p1 to p3."""
    state = released(tei(ONE, TWO, THREE), "1.0", "2026-01-01")
    assert [place.id for place in state.places if place.kind == "p"] == ["p1", "p2", "p3"]
    return state


def test_the_same_text_has_the_same_bytes(first):
    """Where nothing moved, nothing is written."""
    again = tei(ONE, TWO, THREE)
    assert kept(again, first) == again


@pytest.mark.parametrize(
    ("texts", "names", "leads"),
    [
        ((ONE, NEW, TWO, THREE), ["p1", "p1.1", "p2", "p3"], []),
        ((NEW, ONE, TWO, THREE), ["p0.1", "p1", "p2", "p3"], []),
        ((ONE, THREE), ["p1", "p3"], [("p2", "p1")]),
        ((ONE, f"{TWO} {THREE}"), ["p1", "p2"], [("p3", "p2")]),
        ((ONE, TWO.replace("spring", "April"), NEW, THREE), ["p1", "p2", "p2.1", "p3"], []),
        ((TWO, THREE), ["p2", "p3"], [("p1", "p2")]),
    ],
    ids=["inserted", "before all", "removed", "merged", "mended and inserted", "first removed"],
)
def test_addresses_follow_the_text(first, texts, names, leads):
    """Every address leads to its text, or to the place that was before it; none is used twice."""
    data = kept(tei(*texts), first)
    assert [name for name, _ in addresses(data)] == names
    assert former(data) == leads
    assert check(data, "x.xml") == []
    assert restore(data) == ("\n\n".join(texts) + "\n").encode()


def test_an_address_is_never_given_to_another_text(first):
    """p2 is removed, released, and another paragraph comes in its place: it is not p2."""
    second = released(kept(tei(ONE, THREE), first), "1.1", "2026-02-01")
    data = kept(tei(ONE, NEW, THREE), second)
    assert [name for name, _ in addresses(data)] == ["p1", "p1.1", "p3"]
    assert former(data) == [("p2", "p1")]
    third = released(data, "1.2", "2026-03-01")
    assert former(kept(tei(ONE, NEW, THREE), third)) == [("p2", "p1")]


def test_a_state_is_read_as_it_was_written(first):
    """And a file that is no state is named."""
    assert from_lines(to_lines(first), "x") == first
    with pytest.raises(ProjectError, match=r"states/1\.0\.jsonl, line 2"):
        from_lines('{"version": "1.0", "date": ""}\n{"id"', "states/1.0.jsonl")


def test_a_release_is_kept_by_every_later_build(tmp_path):
    """From the file in raw/ alone: the edition can be deleted and built again."""
    project = init(tmp_path)
    source = tmp_path / "quay.txt"
    source.write_text(f"{ONE}\n\n{TWO}\n\n{THREE}\n")
    facts = {"title": "Quay", "language": "en", "edited": "2026-01-01", "version": "1.0"}
    add(project, [source], name="quay", facts=facts)
    edition.write(project, "quay", *edition.build(project, "quay"))
    file = edition.release(Project(tmp_path), "quay")
    assert file.name == "1.0.jsonl"
    with pytest.raises(EmendError, match="already released"):
        edition.release(Project(tmp_path), "quay")
    (tmp_path / "raw" / "quay" / "source.txt").write_text(f"{ONE}\n\n{NEW}\n\n{TWO}\n\n{THREE}\n")
    path = edition.write(project, "quay", *edition.build(project, "quay")) / "quay.xml"
    said = path.read_bytes()
    assert [name for name, _ in addresses(said)] == ["p1", "p1.1", "p2", "p3"]
    edition.write(project, "quay", *edition.build(project, "quay"))
    assert path.read_bytes() == said
