"""Released states on the site: former addresses are answered, and a page says what changed."""

from least import a_tei

from pipeline.publish import publish
from pipeline.publish.pages.changes_page import differences
from pipeline.tei.addresses import Place, State

P1, P2 = "The quay was built of oak.", "The warden kept the key."
STATES = (
    State("1.0", "2026-01-01", (Place("p1", P1), Place("p2", P2), Place("p3", "Gone.")), {}),
    State("1.1", "2026-02-01", (Place("p1", P1), Place("p2", P2)), {"p3": "p2"}),
)
FORMER = (
    '<standOff><listAnnotation type="former"><annotation xml:id="p3" motivation="linking" '
    'target="#p2"/></listAnnotation></standOff></TEI>'
)


def test_a_former_address_is_on_the_page_and_the_changes_are_told(tmp_path):
    """The anchor stands in the paragraph that answers; words that differ are marked."""
    path = tmp_path / "quay.xml"
    body = f'<p xml:id="p1">{P1}</p><p xml:id="p2">The warden kept both keys.</p>'
    path.write_text(a_tei(body).replace("</TEI>", FORMER), "utf-8")
    publish([path], tmp_path / "site", states={"quay": STATES})
    page = (tmp_path / "site" / "quay" / "index.html").read_text("utf-8")
    assert '<p id="p2" data-u="2"><span class="at" id="p3"></span>The warden' in page
    assert 'href="changes.html"' in page
    assert "Pending change" not in page
    told = (tmp_path / "site" / "quay" / "changes.html").read_text("utf-8")
    assert told.index("not yet released") < told.index("Version 1.1") < told.index("Version 1.0")
    assert "<del>the key.</del> <ins>both keys.</ins>" in told
    assert '<a href="index.html#p3">p3</a>' in told
    assert "The first version." in told


def test_without_states_there_is_no_page_of_versions(river, tmp_path):
    """And nothing points to one."""
    publish([river], tmp_path / "site")
    assert not (tmp_path / "site" / "river" / "changes.html").exists()
    assert "changes.html" not in (tmp_path / "site" / "river" / "index.html").read_text("utf-8")


def test_states_are_compared_by_address():
    """A place is new, changed or gone."""
    before = [Place("p1", "a b c"), Place("p2", "d")]
    after = [Place("p1", "a x c"), Place("p1.1", "new")]
    found = [
        (one.id, one.what, [(p.mark, p.text) for p in one.parts])
        for one in differences(before, after)
    ]
    assert found == [
        ("p1", "changed", [("", "a"), ("del", "b"), ("ins", "x"), ("", "c")]),
        ("p1.1", "new", [("ins", "new")]),
        ("p2", "gone", [("del", "d")]),
    ]
