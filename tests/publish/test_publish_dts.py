"""Distributed Text Services 1.0: the files of a site at level 0, `emend serve` at level 1."""

import json
import re

import pytest
from least import a_tei
from lxml import etree

from pipeline.publish import dts_server, publish

TEI = "{http://www.tei-c.org/ns/1.0}"
WRAPPER = "{https://w3id.org/api/dts#}wrapper"
TEMPLATES = ("collection", "navigation", "document")
# What the specification requires of each object, with the type of each value.
REQUIRED = {
    "EntryPoint": {"@id": str, "dtsVersion": str, **dict.fromkeys(TEMPLATES, str)},
    "Collection": {
        "@id": str,
        "dtsVersion": str,
        "title": str,
        "totalParents": int,
        "totalChildren": int,
        "collection": str,
    },
    "Resource": {
        "@id": str,
        "dtsVersion": str,
        "title": str,
        "totalParents": int,
        "citationTrees": list,
        **dict.fromkeys(TEMPLATES, str),
    },
    "Navigation": {"@id": str, "dtsVersion": str, "resource": dict},
    "CitableUnit": {"identifier": str, "level": int, "parent": str | None},
    "CitationTree": {},
    "CiteStructure": {"citeType": str},
}


def checked(answer):
    """An answer, after every object in it is seen to have what its type requires."""
    assert (
        answer.items()
        >= {
            "@context": "https://dtsapi.org/context/v1.0.json",
            "dtsVersion": "1.0",
        }.items()
    )
    waiting = [answer]
    while waiting:
        one = waiting.pop()
        for key, value in one.items():
            inside = value if isinstance(value, list) else [value]
            if key != "dublinCore":
                waiting += [part for part in inside if isinstance(part, dict)]
            elif tagged := inside[0].get("title", ()):
                assert [set(part) for part in tagged] == [{"lang", "value"}]
        for key, kind in REQUIRED[one["@type"]].items():
            assert isinstance(one[key], kind), (one["@type"], key)
        if one["@type"] == "Resource":  # the default tree has no name, the others have
            named = ["identifier" in tree for tree in one["citationTrees"]]
            assert named == [i > 0 for i in range(len(named))]
    return answer


def expanded(template, **values):
    """A URI template (RFC 6570) with values for its variables, those that DTS uses here."""

    def expand(found):
        kind, names = found.group(1), found.group(2).split(",")
        given = [(name, values[name]) for name in names if name in values]
        if kind in {"?", "&"}:
            pairs = "&".join(f"{name}={value}" for name, value in given)
            return f"{kind}{pairs}" if pairs else ""
        return "".join(
            {"": f"{value}", "/": f"/{value}", ";": f";{name}={value}"}[kind]
            for name, value in given
        )

    return re.sub(r"\{([/;?&]?)([\w,]+)\}", expand, template)


def names(answer):
    return [one.get("identifier", one.get("@id")) for one in answer["member"]]


def test_every_call_of_level_0_has_its_file(site):
    """By its template, for each division and depth; each answer says what it must."""

    def called(template, **values):
        return checked(json.loads((site / expanded(template, **values)).read_text("utf-8")))

    entry = checked(json.loads((site / "dts" / "index.json").read_text("utf-8")))
    collection, navigation = entry["collection"], entry["navigation"]
    for values in (
        {},
        {"id": "library"},
        {"nav": "children"},
        {"id": "library", "nav": "children"},
    ):
        assert names(called(collection, **values)) == ["ferry", "river"]
    assert names(called(collection, id="library", nav="parents")) == []
    assert names(called(collection, id="ferry", nav="parents")) == ["library"]
    ferry = called(collection, id="ferry")
    assert ferry["dublinCore"]["title"] == [
        {"lang": "en", "value": "The Ferryman's Almanack & Guide"}
    ]
    assert expanded(ferry["collection"]) == expanded(collection, id="ferry")
    whole = called(navigation, resource="ferry", down=-1)
    assert names(whole)[:2] == ["ch1", "ch2"]
    for down in (1, -1):
        called(ferry["navigation"], down=down)
    for unit in whole["member"]:
        ref = unit["identifier"]
        assert called(navigation, resource="ferry", ref=ref)["ref"] == unit
        assert ref in names(called(navigation, resource="ferry", ref=ref, down=0))
        for down in (1, -1):
            assert names(called(navigation, resource="ferry", ref=ref, down=down))[0] == ref
    title = next(one for one in whole["member"] if one["identifier"] == "ch1")["dublinCore"][
        "title"
    ]
    assert title == [{"lang": "en", "value": "CHAPTER I. Of the Crossing"}]
    for name in (*names(whole), "p1"):
        found = etree.parse(
            site / expanded(entry["document"], resource="ferry", ref=name)
        ).getroot()
        assert (found.tag, found[0].tag, len(found[0])) == (f"{TEI}TEI", WRAPPER, 1)
    document = site / expanded(ferry["document"])
    assert document.read_bytes() == (site / "ferry" / "ferry.xml").read_bytes()


def test_a_text_without_divisions_has_no_citation_tree(tmp_path):
    (tmp_path / "flat.xml").write_text(a_tei("<p>One.</p><p>Two.</p>"), "utf-8")
    publish([tmp_path / "flat.xml"], tmp_path / "site")
    file = tmp_path / "site" / "dts" / "navigation" / "flat" / "units;down=1.json"
    answer = checked(json.loads(file.read_text("utf-8")))
    assert (answer["member"], answer["resource"]["citationTrees"]) == ([], [])
    ask = served(tmp_path / "site")
    assert names(ask("navigation", resource="flat", down=-1)) == ["p.1", "p.2"]


PARTED = a_tei(
    """<p xml:id="a">Before.</p>
<div type="part" xml:id="one"><head>One</head>
<div type="chapter" xml:id="one.1"><p xml:id="b">First.</p>, <p xml:id="c">Second.</p></div>
<div type="chapter" xml:id="one.2"><p xml:id="d">Third.</p><p xml:id="e">Fourth.</p></div></div>
<div type="part" xml:id="two"><head>Two</head>
<div type="chapter" xml:id="two.1"><p xml:id="f">Fifth.</p></div>
<div type="chapter" xml:id="two.2"><p xml:id="g">Sixth.</p></div></div>"""
)


def served(site):
    """A function that asks the service of a site."""

    def ask(endpoint, **query):
        given = {key: str(value) for key, value in query.items()}
        kind, body = dts_server.answer(site, "http://localhost/", endpoint, given)
        if kind == "application/tei+xml":
            return etree.fromstring(body)
        return checked(json.loads(body))

    return ask


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parted")
    (folder / "parted.xml").write_text(PARTED, "utf-8")
    publish([folder / "parted.xml"], folder / "site")
    return served(folder / "site")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"down": 1}, "one two"),
        ({"down": 2}, "one one.1 one.2 two two.1 two.2"),
        ({"down": 9}, "one one.1 one.2 two two.1 two.2"),
        ({"ref": "one"}, None),
        ({"ref": "one.2", "down": 0}, "one.1 one.2"),
        ({"ref": "two", "down": 0}, "one two"),
        ({"ref": "two", "down": 1}, "two two.1 two.2"),
        ({"ref": "two.1", "down": -1}, "two.1"),
        ({"start": "one.2", "end": "two.1"}, None),
        ({"start": "one.2", "end": "two.1", "down": 1}, "one.2 two two.1"),
        ({"start": "one", "end": "two", "down": -1}, "one one.1 one.2 two two.1 two.2"),
        ({"start": "one.2", "end": "two", "down": 1}, "one.2 two two.1 two.2"),
        ({"tree": "paragraph", "down": 1}, "a b c d e f g"),
        ({"tree": "paragraph", "ref": "c", "down": 1}, "c"),
        ({"tree": "paragraph", "ref": "c", "down": 0}, "a b c d e f g"),
        ({"tree": "paragraph", "start": "c", "end": "f", "down": -1}, "c d e f"),
    ],
)
def test_navigation_on_a_server(ask, query, found):
    answer = ask("navigation", resource="parted", **query)
    assert answer.get("member") == found or names(answer) == found.split()
    points = {key: answer[key]["identifier"] for key in ("ref", "start", "end") if key in answer}
    assert points == {key: query[key] for key in ("ref", "start", "end") if key in query}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"ref": "one.2"}, "Third.Fourth."),
        ({"tree": "paragraph", "ref": "c"}, "Second."),
        ({"start": "one.1", "end": "one.2"}, "First.,Second.Third.Fourth."),
        ({"start": "one.2", "end": "two.1"}, "Third.Fourth.TwoFifth."),
        ({"start": "two", "end": "two.1"}, "TwoFifth.Sixth."),
        ({"tree": "paragraph", "start": "c", "end": "d"}, "Second.Third."),
        ({"tree": "paragraph", "start": "a", "end": "b"}, "Before.OneFirst."),
        ({"tree": "paragraph", "start": "e", "end": "e"}, "Fourth."),
    ],
)
def test_a_passage_on_a_server(ask, query, found):
    """In the elements around it, and with nothing of what stands before and after."""
    root = ask("document", resource="parted", **query)
    assert (root.tag, root[0].tag) == (f"{TEI}TEI", WRAPPER)
    assert "".join("".join(root.itertext()).split()) == found


@pytest.mark.parametrize(
    ("endpoint", "query", "status"),
    [
        ("navigation", {}, 400),
        ("navigation", {"resource": "parted"}, 400),
        ("navigation", {"resource": "parted", "down": 0}, 400),
        ("navigation", {"resource": "parted", "down": "two"}, 400),
        ("navigation", {"resource": "parted", "down": -2}, 400),
        ("navigation", {"resource": "gone", "down": 1}, 404),
        ("navigation", {"resource": "../parted", "down": 1}, 404),
        ("navigation", {"resource": "parted", "ref": "gone"}, 404),
        ("navigation", {"resource": "parted", "ref": "b"}, 404),  # it is in the other tree
        ("navigation", {"resource": "parted", "tree": "gone", "down": 1}, 404),
        ("navigation", {"resource": "parted", "ref": "one", "start": "one", "end": "two"}, 400),
        ("navigation", {"resource": "parted", "start": "one"}, 400),
        ("navigation", {"resource": "parted", "start": "one", "end": "two", "down": 0}, 400),
        ("navigation", {"resource": "parted", "start": "two", "end": "one", "down": 1}, 400),
        ("document", {"ref": "one"}, 400),
        ("document", {"resource": "parted", "end": "one"}, 400),
        ("document", {"resource": "parted", "start": "two.1", "end": "one.2"}, 400),
        ("document", {"resource": "parted", "ref": "gone"}, 404),
        ("document", {"resource": "parted", "mediaType": "text/html"}, 404),
        ("collection", {"id": "gone"}, 404),
        ("collection", {"nav": "sideways"}, 400),
        ("elsewhere", {}, 404),
    ],
)
def test_a_faulty_query_is_refused(ask, endpoint, query, status):
    with pytest.raises(dts_server.Refusal) as raised:
        ask(endpoint, **query)
    assert raised.value.status == status


def test_the_templates_of_a_server_lead_to_its_answers(ask):
    entry = ask("")
    assert expanded(entry["navigation"], resource="parted", down=1) == (
        "http://localhost/dts/api/navigation?resource=parted&down=1"
    )
    assert names(ask("collection")) == names(ask("collection", id="library")) == ["parted"]
    assert names(ask("collection", id="parted", nav="parents")) == ["library"]
    parted = ask("collection", id="parted")
    assert expanded(parted["document"], start="one", end="two") == (
        "http://localhost/dts/api/document?resource=parted&start=one&end=two"
    )
    assert [tree.get("identifier") for tree in parted["citationTrees"]] == [None, "paragraph"]
    assert ask("document", resource="parted").find(f"{TEI}teiHeader") is not None
