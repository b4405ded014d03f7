"""The site in a real Chromium: from disk and from a web server, on a desk, on a phone and on
paper.
"""

import json
import re
from itertools import pairwise

import pytest
from least import a_tei

from pipeline.publish import publish

SENTENCE = "Eliza Marsh, The Ferryman's Almanack & Guide"


@pytest.fixture
def reading(page, site):
    page.goto((site / "ferry" / "index.html").as_uri())
    return page


def shown(page, selector="#p1"):
    return " ".join(page.locator(selector).inner_text().split())


def test_the_three_views(reading):
    """Edited, OCR, both: each shows its reading, and the choice is kept for the next visit."""
    assert "“The river is wide,” said my companion, and deep" in shown(reading)
    assert "Tbe" not in shown(reading)
    reading.get_by_label("OCR", exact=True).check(force=True)
    said = shown(reading)
    assert '"Tbe river is wide,"' in said
    assert "my com panion , and _deep_" in said
    assert "~ waited all day- light for the ferry- man, who had recieved no hoft" in said
    assert "The river" not in said
    reading.get_by_label("Both").check(force=True)
    said = shown(reading)
    assert "The" in said
    assert "Tbe" in said
    reading.reload()
    assert reading.evaluate("document.documentElement.dataset.view") == "both"


def test_both_readings_side_by_side(reading):
    """Each block beside its OCR reading; nothing has two addresses; and back again."""
    before = shown(reading, ".text")
    reading.get_by_label("Parallel").check(force=True)
    raw, edited = (reading.locator(f".pair:has(#p1) > {part}") for part in (".raw", "#p1"))
    assert raw.bounding_box()["x"] < edited.bounding_box()["x"]
    assert raw.bounding_box()["y"] == edited.bounding_box()["y"]
    assert "Tbe river" in raw.inner_text()
    assert "my com\npanion ," in raw.inner_text()
    assert "The river" in edited.inner_text()
    assert "Tbe" not in edited.inner_text()
    ids = reading.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    assert not reading.locator("#ui-scan").is_visible()
    reading.get_by_label("Edited").check(force=True)
    assert reading.locator(".pair").count() == 0
    assert shown(reading, ".text") == before


def test_lines_as_printed_and_flowing(reading):
    """Printed lines end where the page's did, with their hyphens; flowing ones have neither."""
    assert "\n" not in reading.locator("#p2").inner_text().removeprefix("6\n").strip()
    reading.locator("#ui-show").click()
    reading.get_by_label("Printed").check(force=True)
    lines = reading.locator("#p1").inner_text().split("\n")
    assert any(line.endswith("said my com-") for line in lines)
    assert any(line.startswith("light for the ferry-") for line in lines)


def test_a_correction_explains_itself_on_hover_focus_and_click(reading):
    """Rule, evidence, confidence; Escape puts it away."""
    card = reading.locator("#ui-card")
    reading.locator("[id='c.1']").hover()
    card.wait_for(state="visible")
    said = card.inner_text()
    for part in ("Tbe", "The", "word.confusion", "one misread letter", "97%", "emend"):
        assert part in said
    reading.keyboard.press("Escape")
    card.wait_for(state="hidden")
    reading.mouse.move(5, 700)
    reading.locator("[id='c.6']").focus()
    card.wait_for(state="visible")
    assert "hoft" in card.inner_text()
    reading.locator("[id='c.8']").click()
    assert "N0body" in card.inner_text()
    card.get_by_text("Show in list of corrections").click()
    reading.wait_for_url(re.compile(r"corrections\.html#r\.c\.8"))
    assert reading.locator("[id='r.c.8']").is_visible()


def test_the_keyboard_walks_through_the_corrections(reading):
    """n and p go from one to the next; Enter takes the focus into the card; Tab reaches every
    control.
    """
    reading.keyboard.press("n")
    reading.keyboard.press("n")
    assert reading.evaluate("document.activeElement.id") in {"c.4", "c.5"}
    reading.keyboard.press("p")
    assert reading.evaluate("document.activeElement.id") == "c.1"
    reading.keyboard.press("Enter")
    assert reading.evaluate("document.activeElement.closest('#ui-card') !== null")
    reading.keyboard.press("Escape")
    assert reading.evaluate("document.activeElement.id") == "c.1"
    reading.reload()
    reached = set()
    for _ in range(16):
        reading.keyboard.press("Tab")
        if reading.evaluate("document.activeElement.id") == "ui-show":
            reading.keyboard.press("Enter")
        reached.add(
            reading.evaluate(
                "document.activeElement.name || document.activeElement.id || "
                "document.activeElement.className"
            )
        )
    assert {
        "skip",
        "home",
        "ui-view",
        "ui-lines",
        "ui-marks",
        "ui-theme",
        "ui-open-cite",
    } <= reached


def test_marks_can_be_put_away(reading):
    """Nothing but the text."""
    line = "getComputedStyle(document.getElementById('c.1')).textDecorationLine"
    assert reading.evaluate(line) == "underline"
    reading.locator("#ui-show").click()
    reading.get_by_label("Unmarked").check(force=True)
    assert reading.evaluate(line) == "none"


def test_notes_stand_at_the_side_on_a_desk_and_open_on_tap_on_a_phone(page, phone, site):
    """The same note, where there is room for it and where there is not."""
    address = (site / "ferry" / "index.html").as_uri() + "?scan=off"
    page.goto(address)
    note, text = page.locator("#n1").bounding_box(), page.locator("#p1").bounding_box()
    assert note["x"] > text["x"] + text["width"] - 5
    assert "Six fathoms at the stone, and more at the bridge." in shown(page, "#n1")
    phone.goto(address)
    assert not phone.locator("#n1").is_visible()
    sign = phone.locator("[id='n1.a']")
    sign.tap()
    assert phone.locator("#n1").is_visible()
    assert sign.get_attribute("aria-expanded") == "true"
    sign.tap()
    assert not phone.locator("#n1").is_visible()


def test_citations(reading):
    """Three forms to copy; with text selected, the sentence names page and paragraph."""
    reading.locator("#ui-show").click()
    reading.locator("#ui-open-cite").click()
    dialog = reading.locator("#ui-cite")
    assert dialog.is_visible()
    assert reading.locator("#ui-cite-sentence").inner_text().startswith(SENTENCE)
    assert "@book{ferry," in reading.locator("#ui-cite-bibtex").inner_text()
    assert json.loads(reading.locator("#ui-cite-csl").inner_text())[0]["id"] == "ferry"
    reading.get_by_label("Copy BibTeX").click()
    reading.wait_for_function(
        "document.querySelector('[data-copy=ui-cite-bibtex]').textContent === 'Copied'"
    )
    reading.keyboard.press("Escape")
    assert not dialog.is_visible()
    reading.evaluate("getSelection().selectAllChildren(document.getElementById('p2'))")
    reading.locator("#ui-open-cite").dispatch_event("click")
    assert re.search(r", p\. 6, ¶ 2\. \S+#p2$", reading.locator("#ui-cite-sentence").inner_text())


def test_the_scan_follows_and_the_line_under_the_pointer_is_lit(reading):
    """Text and page image show the same line, whichever the pointer is on."""
    image = reading.locator("#ui-scan-image")
    assert reading.evaluate("document.getElementById('ui-scan-image').naturalWidth") == 400
    reading.locator("#p1 [data-z='1']").first.hover()
    assert reading.locator("rect.lit").get_attribute("y") == "100"
    reading.locator("rect[data-zone='0']").hover()
    assert reading.locator(".text .lit[data-z='0']").count() > 0
    reading.locator("#ui-scan-on").click()
    assert image.get_attribute("src") == "images/0002.png"
    assert image.get_attribute("alt") == "Scan of page 6"


def test_the_facsimile_zooms_and_the_text_follows(page, site):
    """Large: deep zoom; a line on the image is lit in the text; pages turn; and back again."""
    page.goto((site / "ferry" / "index.html").as_uri() + "?scan=large")
    page.locator(".deep rect[data-zone='1']").wait_for()
    width = page.locator(".deep svg").bounding_box()["width"]
    page.get_by_label("Full size").click()
    page.wait_for_function(
        f"document.querySelector('.deep svg').getBoundingClientRect().width > {1.4 * width}"
    )
    for _ in range(40):  # the image still moves
        page.locator(".deep rect[data-zone='1']").hover()
        if page.locator(".text .lit[data-z='1']").count():
            break
        page.wait_for_timeout(50)
    else:
        pytest.fail("the line on the image is not lit in the text")
    page.locator("#ui-scan-on").click()
    page.locator(".deep rect[data-zone='3']").wait_for()
    page.locator("#ui-show").click()
    page.get_by_label("Beside").check(force=True)
    page.locator(".leaf rect").first.wait_for()
    assert page.locator(".deep").count() == 0
    page.goto((site / "ferry" / "index.html").as_uri() + "?scan=on&find=companion#p1")
    page.locator("rect.lit[data-zone='0'] ~ rect.lit[data-zone='1']").wait_for()  # over a line end


def test_contents_and_addresses(reading):
    """The contents lead to the chapters; an address leads to its paragraph, and to a note that was
    closed.
    """
    reading.locator("#ui-open-contents").click()
    reading.get_by_role("link", name="Of the Return").click()
    assert reading.url.endswith("#ch2")
    assert reading.locator("#ch2").bounding_box()["y"] < 500
    assert [link.get_attribute("href") for link in reading.locator(".pages a").all()] == [
        "#pb5",
        "#pb6",
    ]


def test_the_ledger_is_filtered(page, site):
    """By kind, rule, confidence, verdict and words; the address keeps the filter."""
    page.goto((site / "ferry" / "corrections.html").as_uri())
    rows = page.locator(".ledger .r:visible")
    assert rows.count() == 9
    page.get_by_label("Kind").select_option("print")
    assert rows.count() == 1
    assert "recieved" in rows.first.inner_text()
    page.get_by_label("Kind").select_option("")
    page.get_by_label("Status").select_option("held")
    assert "BALL'S" in rows.first.inner_text()
    page.get_by_label("Status").select_option("")
    page.get_by_label("Text").fill("hoft")
    assert rows.count() == 1
    assert page.locator("#ui-count").inner_text() == "1 change"
    page.reload()
    assert rows.count() == 1


ASKED = [
    ("otters", "river", "p40", "otters"),
    ("host", "ferry", "p1", "host"),
    ("hoft", "ferry", "p1", "hoft"),
    ("Tbe", "ferry", "p1", "Tbe"),
    ("NAIVE", "ferry", "p2", "naïve"),
    ("fathoms", "ferry", "n1", "fathoms"),
    ("companion", "ferry", "p1", "companion"),  # joined at a line end
    ('"my companion, and deep"', "ferry", "p1", "my companion, and deep"),  # over several elements
    ("compan*", "ferry", "p1", "companion"),
    ("ball's", "ferry", "p6", ""),  # pending
    ("guests cross nobody", "", "", ""),
    ("compan", "", "", ""),
    ("tter", "", "", ""),
]


@pytest.mark.parametrize("way", ["disk", "web"])
@pytest.mark.parametrize(("asked", "edition", "passage", "lit"), ASKED)
def test_search_finds_the_very_paragraph(page, site, web, way, asked, edition, passage, lit):
    """By every form of a word, from disk and from a server alike, and nothing else."""
    page.goto((site / "index.html").as_uri() if way == "disk" else web)
    page.get_by_label("Search all texts").fill(asked)
    if not edition:
        page.get_by_text("No matches for").wait_for()
        return
    hit = page.locator(f".hits a[href*='{edition}/index.html?'][href$='#{passage}']")
    hit.wait_for(timeout=8000)
    assert page.locator(".hits li").count() == 1
    hit.click()
    page.wait_for_url(re.compile(rf"{edition}/index\.html"))
    assert page.locator(f"[id='{passage}']").is_visible()
    found = page.evaluate("[...(CSS.highlights.get('found') ?? [])].map(String).join('|')")
    words = found.split() or [""]  # with what is hidden between them
    assert (words[0], words[-1].strip("_")) == (lit.split(" ")[0], lit.split(" ")[-1])


def _words_of(site):
    """The plain text of each edition without its title page, a paragraph a line."""
    return {
        name: (site / name / f"{name}.txt")
        .read_text("utf-8")
        .partition("-" * 40)[2]
        .split("\n")[4:]
        for name in ("ferry", "river")
    }


@pytest.mark.parametrize("asked", ["river", "ferry", "the", "reeds", "row", "of", "ro*", "wat*"])
def test_search_counts_what_grep_counts(page, site, asked):
    """As many passages have a word as lines of the plain text."""
    pattern = rf"(?<!\w){asked.rstrip('*')}" + ("" if asked.endswith("*") else r"(?!\w)")
    lines = [line for text in _words_of(site).values() for line in text]
    expected = sum(re.search(pattern, line, re.IGNORECASE) is not None for line in lines)
    page.goto((site / "index.html").as_uri() + f"?q={asked}")
    page.locator(".hits section").first.wait_for()
    assert page.locator("#ui-told").inner_text().startswith(f"{expected} passage")


def test_a_search_for_a_page_and_one_with_a_slip(page, site):
    """A page leads to where it begins; a word that nothing has is followed by a similar one."""
    page.goto((site / "index.html").as_uri())
    field = page.get_by_label("Search all texts")
    field.fill("p. 6")
    page.locator(".hits a[href$='ferry/index.html#pb6']").wait_for()
    for asked, meant in (("ottres", "otters"), ("otte", "otte*"), ('"wide river"', "wide river")):
        field.fill(asked)
        page.locator("#ui-told a").get_by_text(meant, exact=True).wait_for()
    page.locator("#ui-told a").click()
    page.locator(".hits a[href$='#p1']").wait_for()


def test_a_search_within_one_text(page, site):
    """The contents of a text have a field that searches it alone."""
    page.goto((site / "ferry" / "index.html").as_uri() + "?scan=off")
    page.get_by_label("Search this text").fill("ferry")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"index\.html\?in=ferry&q=ferry"))
    page.locator(".hits section").first.wait_for()
    assert page.locator(".hits section").count() == 1


def test_the_browser_finds_words_joined_at_line_ends(page, site):
    """Find in page, copying and text fragments see each word in one piece."""
    page.goto((site / "ferry" / "index.html").as_uri())
    for asked in ("companion", "daylight", "ferry-man", "my companion, and deep", "summer|"):
        found = page.evaluate("asked => window.find(asked, true, false, true)", asked)
        assert found == (not asked.endswith("|"))
    inner = page.locator(".text").inner_html()
    assert re.search(r">companion<", inner)
    assert re.search(r">daylight<", inner)
    assert "\u200b" not in inner
    assert "\u00ad" not in inner
    assert "<br" not in inner
    page.goto((site / "ferry" / "index.html").as_uri() + "#:~:text=daylight")
    assert page.locator("#p1").is_visible()


def test_what_is_pending_or_left_out_is_marked(page, site):
    """A doubt has a mark and a card that says so; a deletion leaves a mark."""
    page.goto((site / "ferry" / "index.html").as_uri())
    page.locator("#p6 .k-held").click()
    said = page.locator("#ui-card").inner_text()
    for part in ("BELL'S", "BALL'S", "Pending", "41%"):
        assert part in said
    mark = "getComputedStyle(document.querySelector('[id=\"c.4\"] .e'), '::before').content"
    assert "‸" in page.evaluate(mark)


def test_a_search_that_finds_nothing_says_so(page, site):
    """And the shelf comes back when the question is taken away."""
    page.goto((site / "index.html").as_uri())
    field = page.get_by_label("Search all texts")
    field.fill("hippopotamus")
    page.get_by_text("No matches for hippopotamus").wait_for()
    field.fill("")
    page.locator("#ui-shelf").wait_for(state="visible")
    assert page.locator("#ui-shelf li").count() == 2


PAGES = ["index.html", "ferry/index.html", "ferry/corrections.html"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(phone, site, name):
    """Nothing is wider than 390 pixels, the text is big enough, what is to be tapped is large
    enough.
    """
    phone.goto((site / name).as_uri())
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
    for tool in phone.locator("button.tool:visible").all():
        box = tool.bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_the_switches_on_a_phone(phone, site):
    """They open behind one button and close again."""
    phone.goto((site / "ferry" / "index.html").as_uri())
    assert not phone.get_by_text("Flowing").is_visible()
    phone.locator("label", has_text="Both").tap()
    phone.locator("#ui-show").tap()
    assert phone.get_by_text("Flowing").is_visible()
    assert phone.evaluate("document.documentElement.dataset.view") == "both"
    phone.touchscreen.tap(20, 800)
    assert not phone.get_by_text("Flowing").is_visible()
    phone.locator("[id='c.1']").tap()
    phone.locator("#ui-card").wait_for(timeout=4000)
    box = phone.locator("#ui-card").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


CONTRAST = """() => {
  const linear = (v) => (v /= 255, v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  const lum = (c) => { const [r, g, b] = c.map(linear); return .2126 * r + .7152 * g + .0722 * b; };
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (s) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = s;
    canvas.fillRect(0, 0, 1, 1);
    const d = canvas.getImageData(0, 0, 1, 1).data;
    return [d[0], d[1], d[2], d[3] / 255];
  };
  const bad = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const style = getComputedStyle(element);
    if (!own || style.display === "none" || style.visibility === "hidden") continue;
    if (!element.getClientRects().length) continue;
    if (element.closest("[hidden], .skip, dialog:not([open])")) continue;
    let ground = null;
    for (let at = element; at && !ground; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c[3] > .85) ground = c;
    }
    ground ??= [255, 255, 255, 1];
    const ink = parse(element.closest("svg") ? style.fill : style.color);
    const [a, b] = [lum(ink.slice(0, 3)), lum(ground.slice(0, 3))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const words = element.textContent.slice(0, 30);
    if (ratio < 4.5) bad.push([element.tagName, element.className, words, ratio.toFixed(2)]);
  }
  return bad;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    [
        "index.html?q=host",
        "ferry/index.html?view=both",
        "ferry/index.html?view=ocr",
        "ferry/corrections.html",
    ],
)
def test_contrast(page, site, name, theme):
    """Every text has 4.5 to 1 at least, in light and in dark."""
    file, _, query = name.partition("?")
    page.goto((site / file).as_uri() + f"?theme={theme}&{query}")
    page.wait_for_timeout(500 if "q=" in query else 100)
    assert page.evaluate(CONTRAST) == []


NAMES = """() => [...document.querySelectorAll(
  "button, input:not([type=hidden]), select, textarea, a[href], [role=dialog], dialog, nav, " +
  "aside, img, [tabindex='0']"
)].filter((element) => {
  if (element.tagName === "IMG") return !element.hasAttribute("alt");
  const by = document.getElementById(element.getAttribute("aria-labelledby") ?? "")?.textContent;
  const labels = [...(element.labels ?? [])].map((label) => label.textContent.trim()).join("");
  const own = element.getAttribute("aria-label") || element.textContent.trim() || element.title;
  return !(own || by || labels);
}).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", PAGES)
def test_everything_has_a_name(page, site, name):
    """No control, link, image or region without one; one h1; no heading level left out; a
    language.
    """
    page.goto((site / name).as_uri())
    assert page.evaluate(NAMES) == []
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((h) => +h.tagName[1])"
    )
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.evaluate("document.documentElement.lang") == "en"


SHIFT = (
    "new Promise((done) => { let sum = 0; new PerformanceObserver((list) => { for (const one "
    "of list.getEntries()) if "
    "(!one.hadRecentInput) sum += one.value; }).observe({ type: 'layout-shift', buffered: "
    "true }); setTimeout(() => done(sum), 400); })"
)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_shifts_while_a_page_opens(page, site, name):
    """Cumulative layout shift is nought, with the reader's settings as well."""
    page.goto((site / name).as_uri() + "?view=both&lines=print&theme=dark")
    assert page.evaluate(SHIFT) < 0.01


def test_without_scripts_everything_can_be_read(browser, site):
    """Text, notes, ledger, downloads: the page is whole before any script runs."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "ferry" / "index.html").as_uri())
    assert page.locator("#p1").is_visible()
    assert page.locator("#n1").is_visible()
    page.goto((site / "ferry" / "corrections.html").as_uri())
    assert page.locator(".ledger .r").count() == 9
    context.close()


def test_on_paper_the_tools_are_gone_and_the_notes_are_there(reading):
    """Print media."""
    reading.emulate_media(media="print")
    assert not reading.locator(".bar").is_visible()
    assert not reading.locator("#ui-scan").is_visible()
    assert reading.locator("#n1").is_visible()
    assert len(reading.pdf()) > 5000


def test_nothing_is_loaded_from_elsewhere(page, web):
    """No font, script or image from another host."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto(web + name)
    page.goto(web + "?q=host")
    page.wait_for_timeout(500)
    assert [url for url in asked if not url.startswith((web, "blob:", "data:"))] == []


@pytest.fixture(scope="module")
def long_book(tmp_path_factory):
    """A book of 100,000 words, with a correction in each paragraph."""
    folder = tmp_path_factory.mktemp("long")
    words = " ".join(f"word{i % 97} of the river" for i in range(24))
    chapters = []
    for c in range(25):
        paragraphs = "".join(
            f'<p xml:id="p{c}.{i}">{words} <app type="ocr" xml:id="e{c}.{i}" ana="#k.ocr '
            f'#r.x"><lem>end</lem><rdg>cnd</rdg></app>.</p>'
            for i in range(41)
        )
        chapters.append(
            f'<pb n="{c}"/><div xml:id="d{c}"><head>Chapter {c}</head>{paragraphs}</div>'
        )
    (folder / "long.xml").write_text(a_tei("".join(chapters), title="A long book"), "utf-8")
    publish([folder / "long.xml"], folder / "site")
    return folder / "site" / "long" / "text.html"


def test_a_long_book_draws_only_what_is_near_and_reaches_its_end(page, long_book):
    """What is far from the window is skipped, yet an address at the end leads there at once."""
    page.goto(long_book.as_uri())
    near = (
        "[...document.querySelectorAll('.c')].filter((box) => box.checkVisibility({ "
        "contentVisibilityAuto: "
        "true }) && box.firstElementChild?.checkVisibility({ contentVisibilityAuto: true })).length"
    )
    boxes = page.locator(".c").count()
    assert boxes > 100
    assert page.evaluate(near) < boxes / 4
    page.goto(long_book.as_uri() + "#p24.40")
    page.wait_for_timeout(200)
    box = page.locator("[id='p24.40']").bounding_box()
    assert 0 <= box["y"] <= 860
    total = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    page.wait_for_timeout(200)
    assert abs(page.evaluate("document.documentElement.scrollHeight") - total) / total < 0.1


def test_a_long_book_is_read_by_chapter(page, long_book):
    """From the contents to a chapter and on; addresses and hits of a search lead into chapters."""
    first = long_book.with_name("index.html").as_uri()
    page.goto(first)
    page.get_by_role("link", name="Begin reading").click()
    page.wait_for_url(re.compile(r"text-d0\.html$"))
    assert page.locator(".text h2 .h").all_inner_texts() == ["0\nChapter 0"]  # with its page
    page.locator(".turn [rel=next]").click()
    page.wait_for_url(re.compile(r"text-d1\.html$"))
    assert page.title() == "Chapter 1 · A long book"
    page.get_by_role("link", name="Chapter 7", exact=True).click()
    page.wait_for_url(re.compile(r"text-d7\.html$"))
    for name in ("p24.40", "e24.40"):  # a paragraph, a correction
        page.goto(f"{first}#{name}")
        page.wait_for_url(re.compile(rf"text-d24\.html#{name}$"))
        box = page.locator(f"[id='{name}']").bounding_box()
        assert 0 <= box["y"] <= 860
    page.locator(".find [name=q]").first.fill("p. 11")
    page.keyboard.press("Enter")
    page.locator(".hits a[href$='long/text-d11.html#page.12']").wait_for()
    page.goto(page.url.split("?")[0] + "?q=cnd")
    page.locator(".hits a").nth(1).click()
    page.wait_for_url(re.compile(r"text-d0\.html\?find=cnd&view=both#p0\.0$"))
    assert page.evaluate("[...CSS.highlights.get('found')].map(String)") == ["cnd"]


def test_a_paragraph_of_a_chapter_is_cited_by_an_address_that_lasts(page, long_book):
    """The address names the text and the paragraph, not the chapter; the page is the one before."""
    page.goto(long_book.with_name("text-d3.html").as_uri())
    page.evaluate("getSelection().selectAllChildren(document.getElementById('p3.2'))")
    page.locator("#ui-open-cite").dispatch_event("click")
    cited = page.locator("#ui-cite-sentence").inner_text()
    assert re.search(r", p\. 3, ¶ 126\. \S+/long/index\.html#p3\.2$", cited), cited


def test_the_page_for_a_wrong_address_has_its_style_from_disk_too(page, site, web):
    """It stands at the root of a site, and a server shows it at any depth."""
    for address in ((site / "404.html").as_uri(), f"{web}404.html"):
        page.goto(address)
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Literata")
        page.get_by_role("link", name="All editions").click()
        assert page.locator("#ui-shelf li").count() == 2
