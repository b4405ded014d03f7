"""The site: what is written, what is refused, what is left alone, and that the same input gives the
same bytes.
"""

import hashlib
import json
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest
from least import OURS, a_tei
from lxml import etree

from pipeline.errors import ProjectError
from pipeline.publish import one_edition, publish, search
from pipeline.publish import site as site_module
from pipeline.publish.model import read

TEI = "{http://www.tei-c.org/ns/1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"


def everything(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_form_is_there(site):
    """Pages, book, texts, records, index, and the way for text tools."""
    wanted = """index.html ferry/index.html ferry/corrections.html ferry/ferry.xml
    ferry/ferry.epub ferry/ferry.txt ferry/ferry.md ferry/ferry.bib ferry/ferry.csl.json
    ferry/dc.xml ferry/edition.jsonld ferry/manifest.json ferry/SHA256SUMS ferry/search.js
    ferry/images/0001.png feed.xml oai.xml dts/index.json
    dts/collection/ferry/members.json dts/document/ferry/p1.xml dts/document/ferry.xml
    search/library.js"""
    assert [name for name in wanted.split() if not (site / name).is_file()] == []


def test_the_same_input_gives_the_same_bytes(site, ferry, river, tmp_path):
    """No clock, no chance: published elsewhere, each file is the same."""
    publish([river, ferry], tmp_path / "again")
    one, two = everything(site), everything(tmp_path / "again")
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name] and not name.startswith(".emend/")] == []


def test_what_has_not_changed_is_left_alone(ferry, river, tmp_path):
    """The second time nothing is made; when one text changes, that one is."""
    mine = tmp_path / "river.xml"
    shutil.copy(river, mine)
    out = tmp_path / "site"
    assert publish([ferry, mine], out).written == ("ferry", "river")
    stamps = {
        path: path.stat().st_mtime_ns
        for path in out.rglob("*")
        if path.is_file() and ".emend" not in path.parts
    }
    done = publish([ferry, mine], out)
    assert (done.written, done.unchanged) == ((), ("ferry", "river"))
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    mine.write_text(mine.read_text("utf-8").replace("otters", "herons"), "utf-8")
    done = publish([ferry, mine], out)
    assert (done.written, done.unchanged) == (("river",), ("ferry",))
    assert "herons" in (out / "river" / "index.html").read_text("utf-8")
    assert "herons" in "".join(
        path.read_text("utf-8") for path in (out / "search").glob("w-*-h.js")
    )
    assert "otters" not in "".join(
        path.read_text("utf-8") for path in (out / "search").glob("w-*-o.js")
    )


@pytest.mark.parametrize(
    "changed",
    [
        "assets/site.css",
        "assets/reading.js",
        "assets/icon.svg",
        "book.css",
        "templates/corrections.html.jinja",
        "pages/site_text.py",
    ],
)
def test_what_makes_the_pages_has_changed(changed, river, tmp_path, monkeypatch):
    """A new style, script, template or module makes every edition again: none is stale."""
    made_by, out = tmp_path / "publish", tmp_path / "site"
    shutil.copytree(one_edition._HERE, made_by)
    monkeypatch.setattr(one_edition, "_HERE", made_by)
    one_edition._maker.cache_clear()
    publish([river], out)
    one_edition._maker.cache_clear()
    assert publish([river], out).written == ()
    with (made_by / changed).open("a", encoding="utf-8") as file:
        file.write(" ")
    one_edition._maker.cache_clear()
    assert publish([river], out).written == ("river",)
    one_edition._maker.cache_clear()


def test_publishing_one_leaves_the_others_and_prune_takes_them_off(ferry, river, tmp_path):
    """`emend publish ID` adds to the library; publishing all of it takes off what is gone."""
    out = tmp_path / "site"
    publish([ferry], out)
    publish([river], out)
    assert "Ferryman" in (out / "index.html").read_text("utf-8")
    publish([river], out, prune=True)
    assert "Ferryman" not in (out / "index.html").read_text("utf-8")
    assert not (out / "ferry").exists()
    assert list((out / "dts").rglob("ferry*")) == []


def no_otters(data, name):
    return [f"{name}: an otter in line 7"] if b"otters" in data else []


def test_a_file_that_fails_validation_is_not_published_and_the_one_before_stays(river, tmp_path):
    """What was published and valid is not taken away by a draft that is neither."""
    mine = tmp_path / "river.xml"
    ours = river.read_text("utf-8").replace("</teiHeader>", f"{OURS}</teiHeader>")
    good = ours.replace("otters", "herons")
    mine.write_text(good, "utf-8")
    out = tmp_path / "site"
    assert publish([mine], out, schema_check=no_otters).written == ("river",)
    before = everything(out / "river")
    mine.write_text(ours, "utf-8")
    done = publish([mine], out, schema_check=no_otters)
    assert done.written == ()
    assert re.fullmatch(
        r".*river\.xml is not valid and was not published: .*an otter in line 7\. emend "
        r"check lists them\.",
        done.refused[0].why,
    )
    assert everything(out / "river") == before


REFUSED = [
    ("<not xml", "well-formed"),
    ("<html/>", "not a TEI file"),
    ('<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/></TEI>', "no text to publish"),
]


@pytest.mark.parametrize(("data", "why"), REFUSED, ids=[why for _, why in REFUSED])
def test_a_bad_file_is_refused_and_the_others_are_published(data, why, ferry, tmp_path):
    """One bad file in a library of a thousand stops nothing."""
    (tmp_path / "bad.xml").write_text(data, "utf-8")
    done = publish([tmp_path / "bad.xml", ferry, tmp_path / "gone.xml"], tmp_path / "site")
    assert done.written == ("ferry",)
    assert any(why in refused.why for refused in done.refused)
    assert any("gone.xml cannot be read" in refused.why for refused in done.refused)


def test_a_folder_with_something_else_in_it_is_not_written_to(ferry, tmp_path):
    """Publishing removes old pages, so it must know that they are its own."""
    (tmp_path / "thesis.txt").write_text("precious", "utf-8")
    with pytest.raises(ProjectError, match="not created by emend publish"):
        publish([ferry], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_names_that_the_site_uses_and_names_used_twice_are_refused(river, tmp_path):
    """An edition's name is its address."""
    (tmp_path / "a").mkdir()
    for name in ("assets.xml", "a/river.xml", "river.xml"):
        shutil.copy(river, tmp_path / name)
    done = publish(
        [tmp_path / "assets.xml", tmp_path / "a" / "river.xml", tmp_path / "river.xml"],
        tmp_path / "site",
    )
    assert done.written == ("river",)
    assert len(done.refused) == 2


def test_images_outside_the_project_are_not_copied(tmp_path):
    """A file from anyone must not publish what else is on the disk."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"classified")
    folder = tmp_path / "a" / "b" / "c" / "d"
    folder.mkdir(parents=True)
    face = "".join(
        f'<surface xml:id="f{i}"><graphic url="{url}"/></surface>'
        for i, url in enumerate(
            ("../../../../secret.png", str(secret), "file:///etc/passwd", "/etc/passwd")
        )
    )
    text = a_tei('<pb facs="#f0"/><p>a</p>').replace(
        "<text>", f"<facsimile>{face}</facsimile><text>"
    )
    (folder / "evil.xml").write_text(text, "utf-8")
    done = publish([folder / "evil.xml"], tmp_path / "site")
    assert done.written == ("evil",)
    assert b"classified" not in b"".join(everything(tmp_path / "site").values())
    assert any("page images" in told for told in done.told)


MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;"


def test_whatever_a_file_says_is_text(tmp_path):
    """Title, text, rule, evidence, licence: nothing of it becomes markup."""
    said = MARKUP.replace("&amp;", "&").replace("&", "&amp;").replace("<", "&lt;")
    quoted = said.replace('"', "&quot;")
    edits = (
        f'<app type="ocr" ana="#k.ocr #r.{"x"}" cert="{quoted}" evidence="{quoted}" '
        f'resp="#{quoted}"><lem>{said}</lem><rdg>{said}</rdg></app>'
    )
    body = (
        f'<pb n="{quoted}"/><div type="{quoted}"><head '
        f'type="{quoted}">{said}</head><p>{said}{edits}<ref '
        f'target="javascript:alert(1)">{said}</ref><note n="{quoted}">{said}</note></p></div>'
    )
    (tmp_path / "evil.xml").write_text(a_tei(body, title=said), "utf-8")
    done = publish([tmp_path / "evil.xml"], tmp_path / "site")
    assert done.written == ("evil",)
    for name in ("index.html", "evil/index.html", "evil/corrections.html"):
        tree = html5lib.parse(
            (tmp_path / "site" / name).read_text("utf-8"), namespaceHTMLElements=False
        )
        assert not list(tree.iter("img"))
        assert not [
            one
            for one in tree.iter("script")
            if "alert" in (one.text or "") and one.get("type") is None
        ]
        assert not [
            one for one in tree.iter() for attribute in one.attrib if attribute.startswith("on")
        ]
        assert not [
            one for one in tree.iter("a") if one.get("href", "").lower().startswith("javascript")
        ]
    for name in ("evil/dc.xml", "oai.xml", "feed.xml"):
        etree.parse(tmp_path / "site" / name)


HARMFUL = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "java&#10;script:alert(1)",
    "&#9;javascript:alert(1)",
    "vbscript:x",
    "data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;",
    "file:///etc/passwd",
    "blob:https://example.org/x",
    "//evil.example/x",
    "/\\evil.example/x",
    "\\\\evil.example\\x",
]
_HARMFUL = re.compile(r"(?i)(javascript|vbscript|data|file|blob):|[/\\]{2}")


@pytest.mark.parametrize("url", HARMFUL)
def test_no_harmful_address_becomes_a_link(url, tmp_path):
    """Reference, picture and licence may name any address; none that runs or leaves is a link."""
    body = (
        f'<pb n="1" facs="#s1"/><p xml:id="p1">A <ref target="{url}">reference</ref>, '
        f'<ref target="{url}"/>, <ref type="noteAnchor" target="#n1" xml:id="a">1</ref>.</p>'
        f'<note xml:id="n1" n="1"><p>And <ref target="{url}">again</ref>.</p></note>'
    )
    images = (
        f'<facsimile><surface xml:id="s1" n="1"><graphic url="{url}" width="9px" height="9px"/>'
        f"</surface></facsimile>"
    )
    rights = f'<availability><licence target="{url}">Free</licence></availability>'
    text = a_tei(body).replace("<p>unpublished</p>", f"<p>unpublished</p>{rights}")
    text = text.replace("</teiHeader>", f"</teiHeader>{images}")
    (tmp_path / "evil.xml").write_text(text, "utf-8")
    out = tmp_path / "site"
    assert publish([tmp_path / "evil.xml"], out).written == ("evil",)
    pages = [path.read_bytes() for path in out.rglob("*.html")]
    with zipfile.ZipFile(out / "evil" / "evil.epub") as book:
        pages += [book.read(name) for name in book.namelist() if name.endswith("xhtml")]
    assert len(pages) > 5
    for page in pages:
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        addresses = [one.get(name, "") for one in tree.iter() for name in ("href", "src", "action")]
        assert [
            address for address in addresses if _HARMFUL.match(re.sub(r"[\x00-\x20]", "", address))
        ] == []


def test_the_book_says_what_may_be_done_with_it(site):
    """The rights stand in the package for catalogues, and in the book for its reader."""
    said = "Markup and corrections: CC0 1.0."
    with zipfile.ZipFile(site / "ferry" / "ferry.epub") as book:
        package = etree.fromstring(book.read("OEBPS/package.opf"))
        about = etree.fromstring(book.read("OEBPS/about.xhtml"))
    assert [one.text for one in package.iter(f"{DC}rights")] == [said]
    assert said in ["".join(one.itertext()) for one in about.iter("{*}p")]


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "ferry/index.html",
        "ferry/corrections.html",
        "river/index.html",
        "404.html",
    ],
)
def test_pages_are_html_without_a_parse_error(site, name):
    """html5lib in its strict mode finds nothing, and no id is given twice."""
    text = (site / name).read_text("utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']+\.(?:js|css|woff2?)""", text)


def test_links_within_the_site_lead_somewhere(site):
    """Every relative link of every page has its file, every fragment its element."""
    pages = {
        path: html5lib.parse(path.read_text("utf-8"), namespaceHTMLElements=False)
        for path in site.rglob("*.html")
    }
    ids = {path: {one.get("id") for one in tree.iter()} for path, tree in pages.items()}
    broken = []
    for path, tree in pages.items():
        for one in tree.iter():
            link = one.get("href") or one.get("src")
            if not link or one.tag == "base" or re.match(r"[a-z]+:", link):
                continue
            file, _, fragment = link.partition("#")
            target = (path.parent / file.partition("?")[0]).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (fragment and target in ids and fragment not in ids[target]):
                broken.append((path.name, link))
    assert broken == []


def test_every_paragraph_page_and_correction_has_its_address(site):
    """The TEI's own ids are the addresses."""
    text = (site / "ferry" / "index.html").read_text("utf-8")
    for name in ("p1", "p2", "p6", "pb5", "pb6", "c.1", "c.2", "c.4", "c.5", "c.7", "n1", "ch1"):
        assert f' id="{name}"' in text
    ledger = (site / "ferry" / "corrections.html").read_text("utf-8")
    assert [
        name
        for name in ("c.1", "c.2", "c.4", "c.5", "c.7", "s.1")
        if f' id="r.{name}"' not in ledger
    ] == []


def test_the_tei_is_the_file_with_a_model_that_leads_to_the_schema(site, ferry, tmp_path):
    """Only the processing instruction differs; a file without one gets it."""
    given, published = ferry.read_bytes(), (site / "ferry" / "ferry.xml").read_bytes()
    assert b"<?xml-model" in published
    strip = re.compile(rb"<\?xml-model.*?\?>\n?")
    assert strip.sub(b"", given) == strip.sub(b"", published)
    bare = tmp_path / "bare.xml"
    bare.write_text(a_tei("<p>a</p>", head=OURS), "utf-8")
    publish([bare], tmp_path / "site", schema=b"<grammar/>")
    assert (
        b'<?xml-model href="../schemas/edition.rng"'
        in (tmp_path / "site" / "bare" / "bare.xml").read_bytes()
    )
    assert (tmp_path / "site" / "schemas" / "edition.rng").is_file()
    etree.parse(tmp_path / "site" / "bare" / "bare.xml")


def test_checksums_hold(site):
    """As `sha256sum -c` would find."""
    for line in (site / "ferry" / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((site / "ferry" / name).read_bytes()).hexdigest() == digest


def test_plain_text(site):
    """The edited reading, a paragraph a line, with its notes after."""
    text = (site / "ferry" / "ferry.txt").read_text("utf-8")
    assert (
        '"The river is wide," said my companion, and deep[*]. We had waited all '
        "daylight for the ferry-man, who had received no host of guests (Orme, p. 4)." in text
    )
    assert "[*] Six fathoms at the stone, and more at the bridge." in text
    assert "THE CROSSING" not in text
    assert "ANNA. Who goes there?" in text


def test_markdown(site):
    """Headings, emphasis, footnotes, quotations, and nothing of the text taken for markup."""
    text = (site / "ferry" / "ferry.md").read_text("utf-8")
    assert "# The Ferryman's Almanack &amp; Guide\n" in text
    assert "*deep*[^1]" in text
    assert "[^1]: Six fathoms at the *stone*, and more at the bridge." in text
    assert "> A rule of the ferry." in text
    assert r"\<now\>" in text
    assert "[Bristol](<https://example.org/bristol?a=1&b=2>)" in text


def test_records(site):
    """BibTeX, CSL-JSON, Dublin Core, JSON-LD say the same of the edition."""
    bib = (site / "ferry" / "ferry.bib").read_text("utf-8")
    assert r"title     = {The Ferryman's Almanack \& Guide}" in bib
    item = json.loads((site / "ferry" / "ferry.csl.json").read_text("utf-8"))[0]
    assert item["author"] == [{"family": "Marsh", "given": "Eliza"}]
    assert item["issued"] == {"date-parts": [[2025, 3, 4]]}
    assert item["original-date"] == {"date-parts": [[1871]]}
    core = etree.parse(site / "ferry" / "dc.xml").getroot()
    assert core.findtext(f"{DC}title") == "The Ferryman's Almanack & Guide"
    assert core.findtext(f"{DC}creator") == "Eliza Marsh"
    page = (site / "ferry" / "index.html").read_text("utf-8")
    linked = json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', page).group(1)
    )
    assert (linked["@type"], linked["name"], linked["isBasedOn"]["datePublished"]) == (
        "Book",
        "The Ferryman's Almanack & Guide",
        "1871",
    )


def test_with_an_address_the_machine_forms_have_whole_links(ferry, tmp_path):
    """Sitemap, feed, manifest, DTS and canonical links need to know where the site is."""
    publish([ferry], tmp_path / "site", base_url="https://river.example/ed")
    site = tmp_path / "site"
    assert "<loc>https://river.example/ed/ferry/</loc>" in (site / "sitemap.xml").read_text("utf-8")
    manifest = json.loads((site / "ferry" / "manifest.json").read_text("utf-8"))
    assert manifest["id"] == "https://river.example/ed/ferry/manifest.json"
    assert [canvas["label"]["none"] for canvas in manifest["items"]] == [["5"], ["6"]]
    assert [one["label"]["en"][0] for one in manifest["structures"]] == [
        "CHAPTER I. Of the Crossing",
        "Of the Return",
        "Advertisements",
    ]
    pages = [[one["id"][-1] for one in part["items"]] for part in manifest["structures"]]
    assert pages == [["1", "2"], ["2"], ["2"]]
    assert manifest["rights"] == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert manifest["summary"] == {
        "en": ["Eliza Marsh, The Ferryman's Almanack (Bristol: Orme, 1871)."]
    }
    assert "viewingDirection" not in manifest
    read = json.loads((site / "ferry" / "transcription-0001.json").read_text("utf-8"))
    assert read["id"] == manifest["items"][0]["annotations"][0]["id"]
    assert [(one["body"]["value"], one["target"].split("#")[1]) for one in read["items"][1:3]] == [
        ("“The river is wide,” said my com-", "xywh=40,60,320,20"),
        ("panion, and deep*. We had waited all day-", "xywh=40,100,320,20"),
    ]
    body = manifest["items"][0]["items"][0]["items"][0]["body"]
    assert (body["id"], body["format"], body["width"]) == (
        "https://river.example/ed/ferry/images/0001.png",
        "image/png",
        400,
    )
    assert '<link rel="canonical" href="https://river.example/ed/ferry/">' in (
        site / "ferry" / "index.html"
    ).read_text("utf-8")
    etree.parse(site / "sitemap.xml")
    with pytest.raises(ProjectError, match="not a web address"):
        publish([ferry], tmp_path / "site", base_url="river")


def test_the_ledger_is_whole_and_counted(site):
    """Each entry has its row; the printer's error is among the errata; the confusions are
    counted.
    """
    text = (site / "ferry" / "corrections.html").read_text("utf-8")
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    rows = [one for one in tree.iter("li") if (one.get("class") or "").startswith("r ")]
    assert [row.get("data-v") for row in rows] == ["made"] * 8 + ["held"]
    errata = next(one for one in tree.iter("section") if "Errata" in "".join(one.itertext()))
    assert "for recieved read received" in "".join(errata.itertext())
    matrix = next(one for one in tree.iter("table") if one.get("class") == "matrix")
    assert "".join(matrix.itertext()).count("h") >= 1
    assert "<b>pending</b><br>41%" in text
    assert "“Ball” stands once in the index" in text


def test_the_figures_of_the_ledger_are_those_of_the_header(tmp_path):
    """Typed markup is counted though it is no row; a change over two places counts once."""
    rules = """<encodingDesc><classDecl><taxonomy xml:id="rules">
    <category xml:id="r.word.split" n="{n}"><catDesc>a word split in three</catDesc></category>
    <category xml:id="r.emphasis.mark" n="{typed}"><catDesc>typed emphasis</catDesc></category>
    </taxonomy></classDecl></encodingDesc>"""
    change = '<app type="ocr" ana="#k.ocr #r.word.split"><lem>{}</lem><rdg>{}</rdg></app>'
    body = f"<p>A {change.format('bo', 'b o')}<lb/>{change.format('at', 'a t')} and a quay.</p>"
    for name, head in (
        ("counted", rules.format(n=1, typed=12)),
        ("listed", rules.format(n=1, typed=0)),
        ("silent", ""),
    ):
        (tmp_path / f"{name}.xml").write_text(a_tei(body, head=head), "utf-8")
    publish(sorted(tmp_path.glob("*.xml")), tmp_path / "site")

    def said(name):
        tree = html5lib.parse(
            (tmp_path / "site" / name / "corrections.html").read_text("utf-8"),
            namespaceHTMLElements=False,
        )
        figures = tree.find(".//dl[@class='figures']")
        told = tree.find(".//p[@class='told']")
        return [one.text for one in figures.iter("dd")][:3], told is not None

    assert said("counted") == (["13", "0", "12"], True)
    assert said("listed") == (["1", "0", "1"], False)
    assert said("silent") == (["2", "0", "2"], False)
    library = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "13 corrections</a>" in library


def test_many_editions_are_made_in_several_processes_with_the_same_bytes(river, tmp_path):
    """Who makes a page does not matter."""
    files = []
    for i in range(9):
        files.append(tmp_path / f"book-{i}.xml")
        files[-1].write_text(river.read_text("utf-8").replace("otters", f"otters{i}"), "utf-8")
    alone = publish(files, tmp_path / "alone", jobs=1)
    together = publish(files, tmp_path / "together", jobs=2)
    assert alone.written == together.written
    assert everything(tmp_path / "alone") == everything(tmp_path / "together")


def test_shards_of_the_index_move_no_other_edition():
    """A library is cut by the editions' names, so that one more leaves the other indexes as they
    are.
    """
    books = [
        {"id": f"book-{i}", "words": 50_000, "language": "en-GB" if i % 2 else "en"}
        for i in range(200)
    ]
    before = search.shards(books)
    after = search.shards([*books, {"id": "new", "words": 50_000, "language": "en"}])
    assert len(before) > 2
    assert sum(before[shard] != after[shard] for shard in before) == 1
    turkish = search.shards([*books, {"id": "yeni", "words": 50_000, "language": "tr"}])
    assert turkish == {**before, "tr-00": ["yeni"]}


def test_a_text_without_a_word_can_be_published(tmp_path):
    """And searched in vain."""
    (tmp_path / "empty.xml").write_text(a_tei(""), "utf-8")
    assert publish([tmp_path / "empty.xml"], tmp_path / "site").written == ("empty",)


WORDS = [("Café", "cafe"), ("naïve", "naive"), ("ſo", "so"), ("ΑΒΓ", "αβγ"), ("don't", "don't")]


@pytest.mark.parametrize(("text", "folded"), WORDS)
def test_words_are_folded_for_search(text, folded):
    """Small letters without accents."""
    assert search.fold(text) == folded


def test_a_word_is_listed_by_its_corrected_and_its_ocr_form(site):
    """Whoever searches for what the OCR said finds it too."""
    listed = "".join(path.read_text("utf-8") for path in (site / "search").glob("w-*.js"))
    for word in ("host", "hoft", "the", "tbe", "received", "recieved", "companion", "naive"):
        assert re.search(rf'(?:"|\\n){word} ', listed), word


def test_beside_the_text_only_what_was_changed_is_searched(ferry):
    """What is held stands in the text as it is: listed again, it would be found twice."""
    edition = read(etree.parse(ferry), "ferry")
    held = [entry for entry in edition.entries if entry.verdict == "held" and entry.before]
    assert held
    (entry,) = held[:1]
    only = replace(edition, entries=(entry, replace(entry, verdict="made", before="Hoft")))
    assert {ocr for _, _, _, ocr, _ in search.passages(only)} == {(), ("Hoft",)}


def test_notes_and_pending_readings_are_found(ferry):
    """A note has its own address; a reading that an editor may yet choose is not in the text."""
    edition = read(etree.parse(ferry), "ferry")
    found = search.passages(edition)
    named = {name for name, *_ in found}
    assert edition.notes
    assert named >= {note.id for note in edition.notes.values()}
    proposed = {
        reading
        for entry in edition.entries
        if entry.verdict == "held"
        for reading in (entry.after, *entry.others)
        if reading
    }
    assert proposed
    assert {reading for *_, pending in found for reading in pending} == proposed


def test_the_state_of_an_interrupted_run_is_made_good(ferry, tmp_path):
    """A run that stopped between the pages and their record does the edition again."""
    out = tmp_path / "site"
    publish([ferry], out)
    (out / ".emend" / "editions" / "ferry.json").write_text("{ half", "utf-8")
    (out / "ferry" / "index.html").unlink()
    assert publish([ferry], out).written == ("ferry",)
    assert (out / "ferry" / "index.html").is_file()


def test_a_new_maker_makes_everything_anew(ferry, tmp_path, monkeypatch):
    """When the code that makes pages changes, so do the pages."""
    publish([ferry], tmp_path / "site")
    monkeypatch.setattr(one_edition, "_maker", lambda: "another")
    assert publish([ferry], tmp_path / "site").written == ("ferry",)


def test_the_book_holds_the_whole_edited_text(site):
    """Every paragraph of the plain text stands in the EPUB."""
    with zipfile.ZipFile(site / "ferry" / "ferry.epub") as book:
        assert book.namelist()[0] == "mimetype"
        assert book.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        said = " ".join(
            " ".join("".join(etree.fromstring(book.read(name)).itertext()).split())
            for name in book.namelist()
            if name.endswith(".xhtml")
        )
    # only the book shows where a note in the margin belongs, by a star
    said = said.replace("“", '"').replace("”", '"').replace("’", "'").replace("*", "")
    text = (site / "ferry" / "ferry.txt").read_text("utf-8").partition("-" * 40)[2]
    for line in text.splitlines()[6:]:
        for part in re.split(r"\[\*\]\S?| <https.*?>", line):
            assert " ".join(part.split()).strip("- *[]") in said


def test_edition_ids():
    """The name of the file, or of its folder where the file's says nothing."""
    rows = [
        ("edition/a/a.xml", "a"),
        ("x/b.tei.xml", "b"),
        ("x/deep/edition.xml", "deep"),
        ("x/Ä b.xml", "A-b"),
        ("x/\u6e21.xml", "edition"),
        ("x/....xml", "edition"),
    ]
    assert [site_module.edition_id(Path(path)) for path, _ in rows] == [name for _, name in rows]


def test_in_a_library_of_many_shards_one_change_makes_one_of_them_anew(tmp_path, monkeypatch):
    """The others' word lists and indexes are not touched, and every edition is found by a word of
    its own.
    """
    monkeypatch.setattr(search, "_SHARD", 40)
    for i in range(12):
        (tmp_path / f"b{i}.xml").write_text(
            a_tei(
                f"<p>The ferry number{i} lies here and waits for nobody at all today.</p>",
                title=f"B{i}",
            ),
            "utf-8",
        )
    files = sorted(tmp_path.glob("*.xml"))
    out = tmp_path / "site"
    publish(files, out)
    library = json.loads((out / "search" / "library.js").read_text("utf-8")[13:-3])
    assert len(library["shards"]) > 2
    found = {}
    for shard, (editions, _) in library["shards"].items():
        script = (out / "search" / f"w-{shard}-n.js").read_text("utf-8")
        for word, numbers in re.findall(r"(number\d+) ([\w ]+?)(?=\\n|\")", script):
            found[word] = [library["editions"][editions[int(n, 36)]][0] for n in numbers.split()]
    assert found == {f"number{i}": [f"b{i}"] for i in range(12)}
    before = {path: path.stat().st_mtime_ns for path in out.glob("search/w-*.js") if path.is_file()}
    files[0].write_text(a_tei("<p>The ferry otters</p>", title="B0"), "utf-8")
    publish(files, out)
    (shard,) = [name for name, (editions, _) in library["shards"].items() if 0 in editions]
    touched = [
        path
        for path, stamp in before.items()
        if not path.is_file() or path.stat().st_mtime_ns != stamp
    ]
    assert touched
    assert [path.name for path in touched if f"w-{shard}-" not in path.name] == []


def test_names_that_one_disk_takes_for_the_same_are_not_both_published(tmp_path):
    """`Quay` and `quay` would be one folder there, and `DTS` is the site's own."""
    for name in ("Quay", "quay", "DTS"):
        (tmp_path / f"{name}.xml").write_text(a_tei("<p>A.</p>", title="T" * 2000), "utf-8")
    done = publish(sorted(tmp_path.glob("*.xml")), tmp_path / "site")
    assert done.written == ("Quay",)  # with a cover, though its title is one long word
    assert [one.path.name for one in done.refused] == ["DTS.xml", "quay.xml"]
