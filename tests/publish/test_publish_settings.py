"""site.toml: what it changes, what is said of a wrong one, and the language of the interface."""

import ast
import re
import tomllib

import pytest

from pipeline.errors import ProjectError
from pipeline.interface import LANGUAGES, interface
from pipeline.language.languages import SHIPPED
from pipeline.publish import publish
from pipeline.publish.one_edition import _HERE
from pipeline.publish.settings import Settings, settings
from pipeline.review.decide.commands import COMMANDS
from pipeline.review.serve.server import PAGE as REVIEW
from pipeline.rules import KINDS, RULES

WHOLE = """
title = "Harbour Library"
introduction = "Texts of the *harbour*. <script>alert(1)</script> [a](javascript:alert(1))"
publisher = "Harbour Press"
editors = ["Marsh, Eliza"]
licence = "CC BY 4.0"
licence_url = "https://creativecommons.org/licenses/by/4.0/"
contact = "editions@example.org"
logo = "logo.png"
language = "LANGUAGE"
footer = "Printed on **water**. ![quay](https://example.org/q.png)"
colours = { accent = "#20547a" }
navigation = [{ label = "Project", url = "https://example.org/" }]
"""


def given(folder, text):
    (folder / "site.toml").write_text(text, "utf-8")
    return folder / "site.toml"


def test_without_a_file_there_is_a_default(tmp_path):
    """No project needs a site.toml."""
    assert settings(tmp_path / "site.toml") == Settings()


def test_what_it_says_is_on_the_site(river, tmp_path):
    """Title, introduction, publisher, colours and so on, and no script from the Markdown."""
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    site = settings(given(tmp_path, WHOLE.replace("LANGUAGE", "de")))
    publish([river], tmp_path / "site", site=site)
    library = (tmp_path / "site" / "index.html").read_text("utf-8")
    for said in (
        "<h1>Harbour Library</h1>",
        "<em>harbour</em>",
        "&lt;script&gt;",
        "<strong>water</strong>",
        '<a href="https://example.org/q.png">quay</a>',
        'lang="de"',
        "Alle Texte durchsuchen",
        'src="assets/logo.png"',
        "--rubric:#20547a",
        'href="mailto:editions@example.org"',
        'href="https://example.org/">Project',
    ):
        assert said in library, said
    assert "<script>alert" not in library
    assert 'href="javascript' not in library
    assert (tmp_path / "site" / "assets" / "logo.png").read_bytes() == b"\x89PNG"
    about = (tmp_path / "site" / "about.html").read_text("utf-8")
    assert "Harbour Press" in about
    assert "Marsh, Eliza" in about
    assert "editions@example.org" in (tmp_path / "site" / "oai.xml").read_text("utf-8")
    reading = (tmp_path / "site" / "river" / "index.html").read_text("utf-8")
    assert "Über diese Ausgabe" in reading
    assert "otters" in reading


@pytest.mark.parametrize(("language", "rule"), [("de", "Fleck"), ("fr", "tache")])
def test_rules_are_explained_in_the_language_of_the_interface(language, rule):
    """A rule that came last may lack its translation, and is then explained in English."""
    t = interface(language)
    said = [*RULES.values(), *(f"{kind.label}: {kind.means}" for kind in KINDS.values())]
    assert sum(t.rule(one) != one for one in said) > 0.9 * len(said)
    assert rule in t.rule(RULES["spelling.noise"])
    assert t.rule("a rule of another program") == "a rule of another program"


def test_a_german_page_explains_changes_in_german(ferry, tmp_path):
    """What a rule means, the page and the alternatives; only the evidence is the TEI's English."""
    rule = "a speck on the paper read as a character, removed"
    text = ferry.read_text("utf-8")
    said = re.search(r'<category xml:id="r\.[^"]*"><catDesc>([^<]+)<', text)[1]
    path = tmp_path / "ferry.xml"
    path.write_text(text.replace(f">{said}<", f">{rule}<"), "utf-8")
    publish([path], tmp_path / "site", site=Settings(language="de"))
    pages = tmp_path / "site" / "ferry"
    for page in ("corrections.html", "index.html"):
        text = (pages / page).read_text("utf-8")
        assert "ein Fleck auf dem Papier, als Zeichen gelesen, entfernt" in text
        assert rule not in text
    ledger = (pages / "corrections.html").read_text("utf-8")
    assert re.search(r'<p class="why">S\. \w', ledger)
    assert '<span lang="en">' in ledger


def test_a_new_setting_makes_the_pages_again(river, tmp_path):
    """And the same settings make nothing."""
    publish([river], tmp_path / "site")
    site = Settings(language="fr")
    assert publish([river], tmp_path / "site", site=site).written == ("river",)
    assert publish([river], tmp_path / "site", site=site).written == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('titel = "x"', 'unknown key "titel"'),
        ("title = 3", '"title" must be the name of the site'),
        ('title = ""', '"title" must be'),
        ('editors = "Marsh"', '"editors" must be a list of names'),
        ('language = "es"', '"language" must be the language of the interface: en, de, fr'),
        ('contact = "nowhere"', '"contact" must be an e-mail address'),
        ('address = "example.org"', '"address" must be the web address'),
        ('formats = ["mobi"]', '"formats" must be a list'),
        ('colours = { accent = "red;}body{display:none" }', '"colours" must be a table'),
        ('colours = { accents = "#fff" }', '"colours" must be a table'),
        ('navigation = [{ label = "x", url = "javascript:alert(1)" }]', '"navigation" must be'),
        ('navigation = ["x"]', '"navigation" must be'),
        ('logo = "../secret.png"', '"logo" must be an image beside site.toml'),
        ('logo = "gone.png"', '"logo" must be an image beside site.toml'),
        ("title = ", "is not valid TOML"),
    ],
)
def test_a_wrong_file_gives_one_sentence(text, said, tmp_path):
    """It names the file and what is expected."""
    (tmp_path.parent / "secret.png").write_bytes(b"x")
    with pytest.raises(ProjectError) as raised:
        settings(given(tmp_path, text))
    assert said in str(raised.value)
    assert "site.toml" in str(raised.value)


def texts_of_pages():
    """Every English text that a template has translated."""
    for path in (
        *sorted((_HERE / "templates").glob("*.jinja")),
        *sorted((_HERE / "pages").glob("*.py")),
    ):
        text = path.read_text("utf-8")
        yield from re.findall(r"\bt\('([^']+)'", text)  # within a string of Python
        for found in re.findall(r'\bt(?:\.html)?\(\s*("[^"]+"(?:\s+"[^"]+")*)', text):
            yield re.sub(r'"\s+"', "", found).strip('"')  # a long one stands on several lines
        yield from re.findall(r'switch\("\w+", "(\w+)"', text)
        for found in re.findall(r'^  \("\w*", "([^"]+)", "([^"]+)"\)', text, re.MULTILINE):
            yield from found
        for noun in re.findall(r't\.counted\([^"]*"(\w+)"\)', text):
            yield from (noun, noun + "s")


def texts_of_scripts():
    """Every English text that a script has translated."""
    for path in sorted((_HERE / "assets").glob("*.js")):
        for found in re.findall(
            r'emendSay\(\s*("[^"]+"(?:\s*\+\s*"[^"]+")*)', path.read_text("utf-8")
        ):
            yield re.sub(r'"\s*\+\s*"', "", found).strip('"')


def texts_of_the_review():
    """Every English text that the review page has translated."""
    for path in sorted(REVIEW.glob("*.js")):
        script = path.read_text("utf-8")
        for call in re.findall(
            r"(?<![\w.])(?:t|later|ofAll)\(\s*((?:[^()]|\([^()]*\))*?)\s*(?:\)|,\s*\{)", script
        ):
            for found in re.findall(r'"[^"]+"(?:\s*\+\s*"[^"]+")*', call):
                if found not in {'"accept"', '"refuse"', '"none"', '"aria-label"'}:
                    yield re.sub(r'"\s*\+\s*"', "", found).strip('"')
        for noun in re.findall(r'count\([^;]*?,\s*"(\w[^"]*)"\)', script):
            yield from (noun, noun + "s")
    page = (REVIEW / "index.html").read_text("utf-8")
    yield from re.findall(r"data-t>([^<]+)<", page)
    yield from re.findall(r'aria-label="([^"]+)" data-t-label', page)
    yield from (kind.label for kind in KINDS.values())
    yield from (command.says for command in COMMANDS.values())


def sentences_of_the_server():
    """What becomes of decisions, and what the desk refuses: `{}` stands for what varies."""
    for name in ("decide/anchor", "decide/hand", "decide/structure", "serve/desk", "serve/view"):
        tree = ast.parse((REVIEW.parent / f"{name}.py").read_text("utf-8"))
        for call in ast.walk(tree):
            called = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
            if called in {"Lost", "Outcome", "Effect", "DecisionError", "OutdatedError"}:
                for node in ast.walk(call):
                    if isinstance(node, ast.JoinedStr):
                        parts = (getattr(part, "value", None) for part in node.values)
                        yield "".join(part if isinstance(part, str) else "{}" for part in parts)
                    elif isinstance(node, ast.Constant) and " " in str(node.value):
                        yield str(node.value)


def test_what_the_server_says_is_in_german():
    """Not the parts of a sentence that varies, which are within one that is there."""
    told = tomllib.loads((SHIPPED / "de" / "interface.toml").read_text("utf-8"))["said"]
    known = {re.sub(r"\{\w+\}", "{}", one) for one in told}
    assert {
        one
        for one in sentences_of_the_server()
        if one not in known and not any(one in whole for whole in known)
    } == set()
    for english, german in told.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", german))


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_catalogue_lacks_nothing(language):
    """Each text of the pages and scripts is there, with the same names in braces."""
    found = tomllib.loads((SHIPPED / language / "interface.toml").read_text("utf-8"))
    for table, texts in (
        ("pages", texts_of_pages()),
        ("scripts", texts_of_scripts()),
        ("review", texts_of_the_review()),
    ):
        known = found.get(table)
        if known is None and table == "review":  # a language need not have one
            continue
        assert not {text for text in texts if text not in known}
        for english, other in known.items():
            assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", other))


def test_numbers_are_written_as_the_language_does():
    """Thousands and plurals."""
    assert interface("en").counted(1204, "page") == "1,204 pages"
    assert interface("de").counted(1204, "page") == "1.204 Seiten"
    assert interface("fr").counted(0, "page") == "0 page"
    assert interface("de").counted(1, "page") == "1 Seite"
