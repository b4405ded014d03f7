"""The schema constrains: what is no edition is told so, in words, and whatever is one is TEI by the
Consortium's own account.
"""

import random
import re
from copy import deepcopy

import make
import pytest
from documents import documents, tidy_documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from paths import ROOT, TEXTS

from pipeline import clean, flow
from pipeline.ingest.readers.plain import decode
from pipeline.review.decide.decisions import Decision
from pipeline.tei.encode import encode
from pipeline.tei.validate import _grammar, check

TEI = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
SAMPLE = """\
ACT I

Enter ANNA.

ANNA. Is the Kestrel in?* I saw tbe gov
ernment in 1929--1933, and *never* in
half
time. ((Viola, 126.))

BOY. She recieved it.

*So it says in the book of the town.

From breakfast on through all the day
At home among my friends I stay,
But every night I go abroad
Afar into the land of Nod.

A WORLD TO WIN

We went on into the town and saw that

20



no one was there, and the wind had risen by
then; somewhere behind the house a dog was howl-
ing.
"""


def written(text=SAMPLE):
    """A small edition in which most things are, an editor's decision among them."""
    at = text.index("recieved")
    decision = Decision(
        "reading",
        at,
        at + 8,
        "recieved",
        "received",
        kind="print",
        who="Anna Holt",
        when="2026-01-01T10:00:00Z",
    )
    document, _ = flow.run(
        decode(text.encode(), "source.txt"),
        {"language": "en", "title": "The Harbour"},
        decisions=[decision],
    )
    return encode(document, dict(document.facts), date="2026-01-01")


@pytest.fixture(scope="module")
def edition():
    return written()


def test_the_small_edition_is_one_and_has_what_is_tried_on_it(edition):
    assert check(edition, "a.xml") == []
    for what in (
        b"<app ",
        b"<choice ",
        b"<sic>",
        b"<lb ",
        b"<pc ",
        b"<note ",
        b"<ref ",
        b"<hi ",
        b"<sp ",
        b"<stage>",
        b"<lg>",
        b"<annotation ",
    ):
        assert what in edition, what


# What is put in place of what, at the first place or (in an element's name) everywhere, and what is
# said of it.
WRONG = [
    (r"<lem cert=[^>]*>[^<]*</lem>", "", "lem"),
    (r'<rdg wit="#ocr">[^<]*</rdg>', "", "rdg"),
    (r'(<app [^>]*?) ana="[^"]*"', r"\1", "ana"),
    (r'(<app [^>]*?) resp="[^"]*"', r"\1", "resp"),
    (r'(<app [^>]*?) cert="[^"]*"', r"\1", "cert"),
    (r'(<app [^>]*?) change="[^"]*"', r"\1", "change"),
    (r'(<app [^>]*?cert=")[a-z]+', r"\1fair", "high"),
    (r"<lem cert=", '<lem wit="#print" cert=', "wit"),
    (r'(<app [^>]*?ana="#k\.ocr) #r\.[\w.-]+', r"\1 #r.nowhere", "#r.nowhere is no category"),
    (r'(<app [^>]*?resp=")#resp.emend', r"\1#resp.nobody", "#resp.nobody is nobody"),
    (r'(<app [^>]*?change=")#ch\.\d', r"\1#ch.99", "#ch.99 is no round of work"),
    (r'type="noteAnchor" target="#n1"', 'type="noteAnchor" target="#n9"', "is no note"),
    (r'(<note [^>]*?)target="#n1.a"', r'\1target="#n1"', "is no anchor"),
    (r'place="bottom" target', 'place="below" target', "bottom"),
    (r"<lb/>", '<lb ed="1"/>', "ed"),
    (r"<speaker>", '<speaker who="#x">', "who"),
    (r"(</?)l>", r"\1line>", "line"),
    (r"(</?)fw\b", r"\1figure", "figure"),
    (r"(</?)p\b(?=[^<]*xml:id|>)", r"\1para", "para"),
    (r"(</?)revisionDesc\b", r"\1notesDesc", "notesDesc"),
    (r'(<div [^>]*?)type="[a-z]+"', r'\1type="stanza"', "chapter"),
    (r'type="pageNum"', 'type="number"', "pageNum"),
    (r'<pc force="weak">', '<pc force="strong">', "weak"),
    (r'(<lb [^>]*?)break="no"( ana)', r'\1break="yes"\2', "no"),
    (r"<sic>recieved</sic>", "", "sic"),
    (r'(<choice [^>]*?resp=")#ed\.[\w-]+', r"\1#resp.emend", "by no editor"),
    (r'(<annotation [^>]*?target=")#[^"]*', r"\1#nowhere", "is not in the text"),
    (r'(<idno type="sha256">)[^<]*', r"\1abc", "sha256|idno"),
    (r"<publicationStmt>.*?</publicationStmt>", "", "publicationStmt"),
    (r"<extent>.*?</extent>", "", "extent"),
    (r"<classDecl>.*?</classDecl>", "", "classDecl"),
    (r'<witness xml:id="ocr">.*?</witness>', "", "witness"),
    (r'xml:id="p2"', 'xml:id="p1"', "p1 already defined|given to 2 elements"),
    (r'rendition="#b\.[\w.]+ ', 'rendition="#b.nothing ', "is not declared"),
]


@pytest.mark.parametrize(
    ("old", "new", "says"), WRONG, ids=[f"{old[:24]}→{new[:16]}" for old, new, _ in WRONG]
)
def test_what_is_no_edition_is_told_so(edition, old, new, says):
    text = edition.decode()
    broken = re.sub(old, new, text, count=0 if old.startswith("(</?)") else 1, flags=re.DOTALL)
    assert broken != text, "the sample lacks what is tried here"
    faults = check(broken.encode(), "a.xml")
    assert faults
    assert all(
        fault.file == "a.xml" and fault.line > 0 and fault.message.endswith(".") for fault in faults
    )
    assert re.search(says, " ".join(fault.message for fault in faults)), faults


@pytest.mark.parametrize(
    ("text", "old", "new", "says"),
    [
        (
            "The boats lay on the shingle.\n\nTHE END.\n",
            "<trailer>THE END.",
            "<trailer>",
            "This trailer is empty",
        ),
        (
            "{{c|''The Boats''}}\n\nIt was a {{lang|la|navis longa}}, and old.\n",
            'foreign xml:id="c.3.10" xml:lang="la"',
            'foreign xml:id="c.3.10" xml:lang="grc"',
            "grc is not declared",
        ),
        (
            "The vicar paid [illegible] for the bell.\n",
            "<desc>[illegible]",
            "<desc>",
            "This desc is empty",
        ),
    ],
)
def test_what_belongs_together_is_missed(text, old, new, says):
    edition = clean(text).tei().decode()
    assert check(edition.encode(), "a.xml") == []
    assert edition.count(old) == 1, edition
    faults = check(edition.replace(old, new).encode(), "a.xml")
    assert [says in fault.message for fault in faults] == [True]


def test_a_fault_names_the_line_and_what_is_allowed(edition):
    lines = edition.decode().splitlines()
    n = next(i for i, line in enumerate(lines) if "<speaker>" in line)
    lines[n] = lines[n].replace("<speaker>", "<name>").replace("</speaker>", "</name>")
    fault = check("\n".join(lines).encode(), "a.xml")[0]
    assert fault.line == n + 1
    assert "name" in fault.message
    assert "speaker" in fault.message


def test_a_long_edition_with_a_fault_at_its_end_is_told_of_it():
    """What is still needed is looked for once a pattern: it was looked for once a way through them,
    which never ended.
    """
    edition = (
        ROOT / "edition" / "strong-dictatorship-1934" / "strong-dictatorship-1934.xml"
    ).read_text("utf-8")
    faults = check(
        edition.replace(
            "</body>", '</body><back><div type="appendix"><head>x</head><p>y</p></div></back>', 1
        ).encode(),
        "strong.xml",
    )
    assert 'type="appendix" is not allowed on <div>; it takes "errata".' in [
        fault.message for fault in faults
    ]


@pytest.mark.parametrize("between", ["<fw>x<lb/></fw>", "<hi>and</hi>"])
def test_the_next_line_end_after_a_hyphen_is_found_past_what_stands_between(edition, between):
    weak = re.search(rb'<pc force="weak">-</pc>\s*', edition)
    apart = edition[: weak.end()] + between.encode() + edition[weak.end() :]
    said = [fault.message for fault in check(apart, "a.xml")]
    assert not [message for message in said if 'force="weak"' in message]
    broken = apart[: weak.end()] + apart[weak.end() :].replace(b' break="no"', b"", 1)
    assert [fault for fault in check(broken, "a.xml") if 'force="weak"' in fault.message]


def test_the_grammar_is_current():
    assert (ROOT / "schemas" / "edition.rng").read_text(encoding="utf-8") == make.grammar()


@pytest.mark.usefixtures("tei_all")  # which lies in the same package as SchXslt
def test_the_compiled_schematron_is_current():
    assert (ROOT / "schemas" / "edition.sch.xsl").read_text(encoding="utf-8") == make.schematron()


@pytest.mark.parametrize("name", TEXTS)
def test_every_edition_is_tei_by_tei_all_in_libxml2(relaxng, name):
    tree = etree.parse(str(ROOT / "edition" / name / f"{name}.xml"))
    assert relaxng.validate(tree), relaxng.error_log


def test_every_edition_is_tei_by_tei_all_in_jing(jing, tei_all, tmp_path):
    for name in TEXTS:
        (tmp_path / f"{name}.xml").symlink_to(ROOT / "edition" / name / f"{name}.xml")
    assert jing(tei_all, tmp_path) == {}


def test_our_grammar_in_jing_says_the_same_of_the_editions(jing, tmp_path):
    for name in TEXTS:
        (tmp_path / f"{name}.xml").symlink_to(ROOT / "edition" / name / f"{name}.xml")
    assert jing(ROOT / "schemas" / "edition.rng", tmp_path) == {}


def mutants(tei, rolls):
    """Small changes to a file, each at a place by chance."""
    root = etree.fromstring(tei)
    names = sorted(
        {etree.QName(one).localname for one in root.iter("*")}
        | {"figure", "del", "table", "emph", "opener"}
    )
    values = sorted(
        {value for one in root.iter("*") for value in one.attrib.values()} | {"", "x", "#x"}
    )
    keys = sorted({key for one in root.iter("*") for key in one.attrib} | {"n", "type", "subtype"})
    for roll in rolls:
        dice = random.Random(roll)
        changed = deepcopy(root)
        every = list(changed.iter("*"))
        one = dice.choice(every[1:])
        match dice.randrange(7):
            case 0:
                one.tag = TEI + dice.choice(names)
            case 1 if one.attrib:
                del one.attrib[dice.choice(sorted(one.attrib))]
            case 2 if one.attrib:
                one.set(dice.choice(sorted(one.attrib)), dice.choice(values))
            case 3:
                one.set(dice.choice(keys), dice.choice(values))
            case 4:
                one.getparent().remove(one)
            case 5:
                one.addnext(deepcopy(dice.choice(every[1:])))
            case _:
                one.insert(dice.randrange(len(one) + 1), etree.Element(TEI + dice.choice(names)))
        yield etree.tostring(changed)


def test_no_mutant_that_is_valid_here_is_invalid_tei(edition, jing, tei_all, tmp_path):
    count = valid = 0
    relaxng, parser = _grammar()[0], etree.XMLParser(collect_ids=False)
    for n, mutant in enumerate(mutants(edition, range(400))):
        count += 1
        # To say what is wrong takes most of the time, and forty times are enough to see it done.
        explained = n < 40 or relaxng.validate(etree.fromstring(mutant, parser))
        if explained and not check(mutant, "mutant.xml"):
            valid += 1
            (tmp_path / f"{n:04}.xml").write_bytes(mutant)
    assert valid < 0.2 * count  # it really constrains
    assert jing(tei_all, tmp_path) == {}


def test_whatever_is_made_here_is_tei(jing, tei_all, tmp_path):
    """Documents as no stage would make them are TEI all the same."""

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), database=None)
    @given(st.one_of(documents(), tidy_documents()))
    def write(document):
        tei = encode(document, {"title": "A title"}, date="2026-01-01")
        (tmp_path / f"{abs(hash(tei)):x}.xml").write_bytes(tei)

    write()
    for text in (
        "One line.",
        SAMPLE,
        SAMPLE.replace("\n", "\r\n"),
        "Dear Sir,\n\nIt came.\n\nYours truly,\n\nJ. Harker\n",
    ):
        (tmp_path / f"text-{len(text)}.xml").write_bytes(clean(text).tei())
    assert jing(tei_all, tmp_path) == {}
