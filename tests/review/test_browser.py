"""What an editor does, in a real browser: Chromium, driven by Playwright."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from harbour import RAW, document, scanned, subject

from pipeline.document import Document, Source
from pipeline.review.decide.decisions import append, read
from pipeline.review.decide.hand import hand
from pipeline.review.serve.desk import Desk
from pipeline.review.serve.server import Server
from pipeline.stages.paragraphs import paragraphs

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = playwright.expect
expect.set_options(timeout=20_000)  # a machine may be busy with other things
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture
def visit(browser) -> Iterator:
    """Open an address in a new window; at the end, no window may have had an error of its own."""
    faults: list[str] = []
    windows = []

    def opened(address: str, viewport: dict = WIDE, **more):
        context = browser.new_context(viewport=viewport, **more)
        windows.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        # A conflict (409), or a text that is still being read (202), is an answer; what the policy
        # forbids is not.
        page.on(
            "console",
            lambda message: (
                faults.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.asked = asked
        page.goto(address)
        page.wait_for_selector("#views button")
        return page

    yield opened
    for window in windows:
        for page in window.pages:
            faults += [
                url for url in getattr(page, "asked", []) if not url.startswith("http://127.0.0.1:")
            ]
        window.close()
    assert faults == []


@pytest.fixture
def serve() -> Iterator:
    running = []

    def served(text, port: int = 0, token: str = "", *names: str) -> Server:
        team = {f"key-of-{name}": name for name in names}
        server = Server([text], who="ada", port=port, token=token, team=team)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        return server

    yield served
    for server, thread in running:
        server.stop()
        thread.join(10)


def row(page, form: str):
    return page.locator(".row").filter(has_text=form).first


def said(page, text: str) -> None:
    expect(page.locator("#toast")).to_contain_text(text)


def decisions(text) -> list[tuple[str, str, str, str]]:
    return [(one.verdict, one.scope, one.quote, one.after) for one in read(text.own).decisions]


def test_places_that_did_not_come_at_once_are_loaded(visit, serve, lowen):
    page = visit(serve(lowen).address)

    def fewer(route):
        told = route.fetch().json()
        if "offset=" not in route.request.url:
            told["places"] = told["places"][:3]
        route.fulfill(json=told)

    page.route("**/group?n=*", fewer)
    page.keyboard.press("2")
    row(page, "tbe").click()
    expect(page.locator(".detail .place")).to_have_count(8)
    expect(page.get_by_role("button", name="more places")).to_have_count(0)


def test_an_editors_day(visit, serve, lowen):
    """Open a text, accept a group, refuse one, type a reading, undo, restart the server, build,
    find it all there.
    """
    server = serve(lowen)
    page = visit(server.address)
    expect(page.locator("#title")).to_have_text("The Harbour at Lowen")
    expect(page.locator("#left")).to_contain_text("9 places in 7 groups pending")

    row(page, "rnorning").click()
    page.locator(".detail .ruling").get_by_role("button", name="Accept").click()
    said(page, "Accepted rnorning → morning at 1 place. Saved.")
    assert decisions(lowen) == [("accept", "text", "rnorning", "morning")]
    expect(page.locator("#left")).to_contain_text("8 places in 6 groups pending")
    expect(page.locator(".row").filter(has_text="rnorning")).to_have_count(0)

    row(page, "Petrov").click()
    expect(page.locator(".detail h2")).to_contain_text("Petrov")
    page.locator(".detail .ruling").get_by_role("button", name="Reject").click()
    said(page, "Rejected Petrov → petrol at 3 places")

    row(page, "rnill").click()
    page.locator(".detail .ruling").get_by_role("button", name="Other reading").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reading", exact=True).fill("water-mill")
    dialog.get_by_label("Note").fill("so the map")
    dialog.get_by_role("button", name="Save").click()
    said(page, "Corrected: rnill → water-mill")

    row(page, "hirn").click()
    page.locator(".detail .ruling").get_by_role("button", name="Accept").click()
    said(page, "Accepted hirn")
    page.keyboard.press("u")
    said(page, "Undone")
    expect(row(page, "hirn")).to_be_visible()

    port, token = server.port, server.token
    server.stop()
    page.wait_for_timeout(300)
    row(page, "rnayor").click(timeout=2000)
    page.keyboard.press("a")
    expect(page.locator("#trouble")).to_contain_text("may not have been saved")
    again = serve(lowen, port, token)
    assert again.address == server.address
    page.reload()
    expect(page.locator("#left")).to_contain_text("4 places in 4 groups pending")

    text, told = hand(document(), read(lowen.own).decisions)
    assert "every morning" in text.text
    assert "Mr. Petrov" in text.text
    assert "the water-mill lost" in text.text
    assert "gave hirn bread" in text.text
    assert not told.stale

    source = lowen.folder / "source.txt"
    source.write_text("A NEW LEAF\n\n11\n\f" + RAW)
    page.reload()
    page.get_by_role("button", name="Decisions").click()
    expect(page.locator(".log li").filter(has_text="water-mill")).to_have_count(1)
    view = Desk(lowen).view(wait=True)
    assert "the water-mill lost" in view.document.text
    states = [one.state for one in view.replay.outcomes]  # Petrov was decided place by place
    assert states == ["holds", "moved", "moved", "moved", "holds", "undone", "undone"]


def test_keyboard_only(visit, serve, lowen):
    page = visit(serve(lowen).address)
    page.wait_for_selector(".row")
    press = page.keyboard.press
    press("?")
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    press("Escape")
    first = page.locator('[role="option"][aria-selected="true"]').inner_text()
    press("j")
    expect(page.locator('[role="option"][aria-selected="true"]')).not_to_have_text(first)
    press("k")
    press("a")
    said(page, "Accepted")
    press("/")
    expect(page.get_by_label("Search readings")).to_be_focused()
    page.keyboard.type("petr")
    expect(page.locator(".row")).to_have_count(1)
    press("Enter")
    press("Enter")
    expect(page.locator(".place.current")).to_have_count(1)
    press("r")
    said(page, "Rejected Petrov → petrol on p. 12")
    press("a")
    said(page, "Accepted Petrov → petrol on p. 13")
    press("u")
    said(page, "Undone")
    press("e")
    expect(page.get_by_role("dialog", name="Corrected reading")).to_be_visible()
    page.keyboard.type("Petrow")
    press("Enter")
    said(page, "Petrov → Petrow")
    press("Escape")
    press("2")
    expect(page.get_by_role("button", name="Applied")).to_have_attribute("aria-current", "page")
    press("p")
    said(page, "Printer’s error: tbe → the at 8 places")
    press("R")
    said(page, "Rejected Tbe → The at 2 places")
    kinds = [
        (one.verdict, one.scope, one.quote, one.after, one.kind)
        for one in read(lowen.own).decisions
    ]
    assert kinds == [
        ("accept", "text", *kinds[0][2:4], "ocr"),
        ("refuse", "place", "Petrov", "petrol", "ocr"),
        ("accept", "place", "Petrov", "petrol", "ocr"),
        ("undo", "place", "Petrov", "petrol", "ocr"),
        ("reading", "place", "Petrov", "Petrow", "ocr"),
        ("accept", "text", "tbe", "the", "print"),
        ("refuse", "text", "Tbe", "The", "ocr"),
    ]


def test_a_form_is_said_to_be_right(visit, serve, lowen):
    page = visit(serve(lowen).address)
    row(page, "Petrov").click()
    expect(page.locator(".detail h2")).to_contain_text("Petrov")
    page.keyboard.press("x")
    said(page, "Petrov kept at 3 places")
    assert decisions(lowen) == [("reading", "text", "Petrov", "Petrov")]
    page.keyboard.press("5")
    expect(page.locator(".learned")).to_contain_text("Petrov")


def test_running_text_every_change_marked_and_any_word_corrected(visit, serve, lowen):
    page = visit(serve(lowen).address)
    page.wait_for_selector(".row")
    page.keyboard.press("3")
    edition = page.get_by_role("region", name="Edition")
    raw = page.get_by_role("region", name="Raw")
    expect(raw).to_contain_text("Tbe harbour lies below tbe town")
    expect(edition).to_contain_text("The harbour lies below the town")
    assert edition.locator(".m.made:not(.gone)").count() == 5
    assert edition.locator(".m.made.gone").count() == 1
    assert edition.locator(".m.open").count() == 4
    edition.locator(".w", has_text="lantern").click()
    dialog = page.get_by_role("dialog", name="Corrected reading")
    expect(dialog.get_by_label("Reading", exact=True)).to_have_value("lantern")
    page.keyboard.type("lamp")
    page.keyboard.press("Enter")
    said(page, "lantern → lamp")
    expect(edition).to_contain_text("with his lamp and")
    expect(edition.locator(".m.accepted")).to_have_text("lamp")
    # The keyboard: to the first change, refuse it; to a word further on, two words at once.
    page.keyboard.press("Home")
    page.keyboard.press("j")
    page.keyboard.press("r")
    said(page, "Rejected Tbe → The")
    expect(edition).to_contain_text("Tbe harbour lies")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Undo decision").click()
    expect(edition).to_contain_text("The harbour lies")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("e")
    expect(dialog.get_by_label("Reading", exact=True)).to_have_value("harbour lies")
    dialog.get_by_label("Reading", exact=True).fill("haven lies")
    dialog.get_by_text("Printer’s error, not").click()
    dialog.get_by_role("button", name="Save").click()
    expect(edition).to_contain_text("The haven lies below")
    text, _ = hand(document(), read(lowen.own).decisions)
    assert "The haven lies below the town" in text.text
    assert {one.kind for one in text.ledger if "haven" in one.after} == {"print"}


def test_many_groups_are_accepted_after_a_look_at_a_sample(visit, serve, lowen):
    page = visit(serve(lowen).address)
    page.wait_for_selector(".row")
    proposed = page.locator(".row").count()
    page.get_by_label("Confidence").select_option("0.8")
    sure = page.locator(".row").count()
    assert 1 < sure < proposed
    expect(page.locator(".hidden-groups")).to_contain_text(f"{proposed - sure} less certain group")
    page.get_by_role("button", name=f"Decide these {sure}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".sample li")).to_have_count(sure)
    dialog.get_by_role("button", name="Cancel").click()
    assert decisions(lowen) == []
    page.get_by_role("button", name=f"Decide these {sure}").click()
    dialog.locator(".sample input").first.uncheck()
    dialog.get_by_role("button", name=f"Accept {sure - 1} groups, reject 1").click()
    said(page, f"Accepted {sure - 1} groups at")
    assert sorted(one[0] for one in decisions(lowen)) == [*["accept"] * (sure - 1), "refuse"]
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".row")).to_have_count(proposed - sure)
    page.reload()
    page.wait_for_selector(".row")
    page.keyboard.press("u")
    said(page, "Undone")
    expect(page.locator(".row")).to_have_count(proposed)


def test_undo_goes_back_step_by_step_after_a_reload(visit, serve, lowen):
    page = visit(serve(lowen).address)
    for form in ("rnorning", "hirn"):
        row(page, form).click()
        expect(page.locator(".detail h2")).to_contain_text(form)
        page.keyboard.press("a")
        said(page, f"Accepted {form}")
    page.reload()
    page.wait_for_selector(".row")
    for form in ("hirn", "rnorning"):
        expect(page.locator(".row").filter(has_text=form)).to_have_count(0)
        page.keyboard.press("u")
        expect(page.locator(".row").filter(has_text=form)).to_have_count(1)
    page.keyboard.press("u")
    said(page, "Nothing to undo")


def test_what_was_typed_is_offered_again(visit, serve, lowen):
    page = visit(serve(lowen).address)
    row(page, "rnill").click()
    dialog = page.get_by_role("dialog")
    field = dialog.locator("#reading")
    page.locator(".detail .ruling").get_by_role("button", name="Other reading").click()
    field.fill("water-m")
    dialog.get_by_text("Special characters").click()
    dialog.get_by_role("button", name="æ", exact=True).click()
    page.keyboard.press("Escape")
    page.reload()
    row(page, "rnill").click()
    page.locator(".detail .ruling").get_by_role("button", name="Other reading").click()
    expect(field).to_have_value("water-mæ")
    field.fill("water-mill")
    dialog.get_by_role("button", name="Save").click()
    said(page, "water-mill")
    assert decisions(lowen)[-1][3] == "water-mill"
    assert page.evaluate("sessionStorage.getItem('emend-drafts')") == "{}"


def test_search_and_replace_shows_every_place_and_changes_the_ticked_ones(visit, serve, lowen):
    page = visit(serve(lowen).address)
    page.get_by_role("button", name="Read", exact=True).click()
    page.get_by_role("button", name="Replace …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Find").fill("(h)arbou?r")
    dialog.get_by_label("Replace with").fill("\\1aven")
    dialog.get_by_label("Regular expression").check()
    places = dialog.locator(".sample li")
    expect(places.first).to_be_visible()
    n = places.count()
    assert n > 1
    places.first.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name=f"Replace at {n - 1} place").click()
    said(page, f"Replaced at {n - 1} place")
    assert {one[0] for one in decisions(lowen)} == {"reading"}
    text = hand(document(), read(lowen.own).decisions)[0].text
    assert text.lower().count("haven") == n - 1
    page.keyboard.press("u")
    said(page, "Undone")
    assert hand(document(), read(lowen.own).decisions)[0].text == document().text


def test_pages_and_their_states(visit, serve, lowen):
    page = visit(serve(lowen).address)
    page.wait_for_selector(".row")
    page.keyboard.press("4")
    expect(page.locator(".tile")).to_have_count(3)
    expect(page.locator(".tile.proposed")).to_have_count(3)
    page.locator(".tile").nth(1).click()
    expect(page.locator(".read-head .state")).to_have_text("to review")
    page.keyboard.press("v")
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("on this page are still pending")
    page.keyboard.press("Escape")
    assert decisions(lowen) == []
    page.keyboard.press("v")
    asked.get_by_role("button", name="Mark as validated").click()
    said(page, "Page 13 marked as validated")
    expect(page.locator(".read-head .state")).to_have_text("validated")
    page.keyboard.press("Shift+A")
    said(page, "Accepted")
    page.keyboard.press("m")
    page.keyboard.press("]")  # typed while the page is being marked
    expect(page.get_by_role("region", name="Edition")).to_contain_text("You rang in time")
    page.keyboard.press("[")
    expect(page.locator("#page")).to_have_value("1")
    page.keyboard.press("v")
    said(page, "Page 13 marked as validated")
    page.keyboard.press("4")
    expect(page.locator(".tile.validated")).to_have_count(1)


def test_the_page_speaks_german_and_english(visit, serve, lowen):
    """As the browser asks, until somebody chooses; readings stay what they are."""
    page = visit(serve(lowen).address, locale="de-AT")
    expect(page.locator("#views")).to_contain_text("Entscheidungen")
    expect(page.locator("#left")).to_have_text("9 Stellen in 7 Gruppen offen")
    row(page, "hirn").click()
    page.locator(".detail .ruling").get_by_role("button", name="Annehmen").click()
    said(page, "Angenommen: hirn → him an 1 Stelle. Gespeichert.")
    ledger = Path(__file__).parents[2] / "edition" / "strong-dictatorship-1934" / "changes.jsonl"
    reasons = {json.loads(line)["why"] for line in ledger.read_text("utf-8").splitlines()}
    english = page.evaluate(
        """async (reasons) => {
          const { heard } = await import("./assets/texts.js");
          return reasons.filter((one) => one.split("; ").some((part) => heard(part) === part));
        }""",
        sorted(reasons),
    )
    assert len(english) <= 0.02 * len(reasons), english
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_label("Sprache").select_option("en")
    expect(page.locator("#left")).to_have_text("8 places in 6 groups pending")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_text_is_searched(visit, serve, lowen):
    page = visit(serve(lowen).address)
    page.wait_for_selector(".row")
    page.keyboard.press("3")
    page.wait_for_selector(".columns section:last-child .w")
    page.keyboard.press("/")
    expect(page.get_by_label("Search the text")).to_be_focused()
    page.keyboard.type("medal")
    page.keyboard.press("Enter")
    page.locator(".hits").get_by_role("button").click()
    expect(page.locator(".text .here")).to_have_text("medal,")


def test_two_windows_do_not_overwrite_one_another(visit, serve, lowen):
    server = serve(lowen)
    ada, ben = visit(server.address), visit(server.address)
    for one in (ada, ben):
        one.evaluate(
            "Object.defineProperty(document, 'hidden', { value: true })"
        )  # so that neither looks by itself
        row(one, "Febrnary").click()
        expect(one.locator(".detail h2")).to_contain_text("Febrnary")
    ada.keyboard.press("a")
    said(ada, "Accepted Febrnary")
    ben.keyboard.press("r")
    dialog = ben.get_by_role("dialog", name="Someone else decided first")
    expect(dialog).to_contain_text("ada accepted Febrnary → February")
    assert [one[0] for one in decisions(lowen)] == ["accept"]
    dialog.get_by_role("button", name="Keep theirs").click()
    expect(ben.locator(".row").filter(has_text="Febrnary")).to_have_count(0)
    # … and the other way: ben insists.
    row(ada, "hirn").click()
    expect(ada.locator(".detail h2")).to_contain_text("hirn")
    row(ben, "hirn").click()
    expect(ben.locator(".detail h2")).to_contain_text("hirn")
    ada.keyboard.press("a")
    said(ada, "Accepted hirn")
    ben.keyboard.press("r")
    dialog.get_by_role("button", name="Apply anyway").click()
    said(ben, "Rejected hirn")
    assert [one[0] for one in decisions(lowen)] == ["accept", "accept", "refuse"]


def test_another_window_is_brought_up_to_date(visit, serve, lowen):
    server = serve(lowen)
    ada, ben = visit(server.address), visit(server.address)
    row(ada, "hirn").click()
    ada.keyboard.press("a")
    said(ada, "Accepted")
    expect(ben.locator("#left")).to_contain_text("8 places in 6 groups pending")
    said(ben, "Updated with decisions")


def test_a_team_goes_over_each_page_twice(visit, serve, lowen):
    """Each is led past the page that another is on, and validates what another has reviewed."""
    address = serve(lowen, 0, "", "ada", "ben").addresses
    ben = visit(f"{address['ben']}#lowen/read/1")
    expect(ben.locator(".read-head .state")).to_have_text("to review")
    ada = visit(f"{address['ada']}#lowen/pages")
    expect(ada.locator(".tile").nth(1)).to_contain_text("ben is on this page")
    ada.keyboard.press("3")
    expect(ada.locator("#page")).to_have_value("0")
    ada.keyboard.press("n")
    expect(ada.locator("#page")).to_have_value("2")
    ada.keyboard.press("m")
    ada.get_by_role("dialog").get_by_role("button", name="Mark as reviewed").click()
    said(ada, "Page 14 marked as reviewed")
    ada.keyboard.press("v")
    said(ada, "You marked this page yourself")
    expect(ada.locator(".read-head")).to_contain_text("Another validates")
    ada.keyboard.press("[")  # one may still go there
    expect(ada.locator(".read-head .company")).to_have_text("ben is on this page")
    expect(ben.locator(".read-head .company")).to_have_text("ada is on this page")
    ada.keyboard.press("5")
    ada.get_by_label("Decisions on").select_option("p. 13")
    expect(ada.locator(".log")).to_have_text("No such decisions.")
    ada.reload()
    expect(ada.get_by_label("Decisions on")).to_have_value("1")
    expect(ada.locator(".log")).to_have_text("No such decisions.")
    ada.get_by_label("Decisions on").select_option("on all pages")
    expect(ada.locator(".log li")).to_have_count(1)
    ada.get_by_label("from").fill("2001-01-01")
    ada.get_by_label("to", exact=True).fill("2001-01-02")
    expect(ada.locator(".log")).to_have_text("No such decisions.")


def test_what_lost_its_place_comes_first(visit, serve, lowen):
    desk = Desk(lowen)
    view = desk.view(wait=True)
    start = RAW.index("net lofts")
    item = {
        "verdict": "reading",
        "start": start,
        "end": start + 9,
        "before": "net lofts",
        "after": "net-lofts",
    }
    desk.decide({"epoch": view.epoch, "version": view.version, "who": "ada", "items": [item]})
    second = RAW.split("\f")[1]
    (lowen.folder / "source.txt").write_text(f"A\n\n11\n\f{second}\f{second}")
    page = visit(serve(lowen).address)
    expect(page.get_by_role("heading", name="1 unresolved decision")).to_be_visible()
    assert page.locator("#views button").first.inner_text().startswith("Unresolved")
    page.get_by_role("button", name="Here").nth(1).click()
    said(page, "matched again")
    assert Desk(lowen).view(wait=True).document.text.count("net-lofts") == 1
    expect(page.locator("#views")).not_to_contain_text("Unresolved")


def test_a_torn_line_is_reported(visit, serve, lowen):
    append(lowen.own, [])
    with lowen.own.open("a") as file:
        file.write('{"id": "00')
    page = visit(serve(lowen).address)
    expect(page.locator("#trouble")).to_contain_text(
        "raw/lowen/decisions.jsonl, line 1, is incomplete"
    )


def test_a_file_that_a_pen_slipped_in_is_told_and_waited_for(browser, serve, lowen):
    """The page shows which line it is; once that is mended, loading it again is enough."""
    lowen.own.write_text('{"id": "a" "verdict": "accept"}\n')
    page = browser.new_page()
    page.goto(serve(lowen).address)
    expect(page.locator("#trouble")).to_contain_text(
        "lowen/decisions.jsonl, line 1, column 12: not valid JSON"
    )
    lowen.own.write_text("")
    page.reload()
    expect(page.locator(".row").first).to_be_visible()
    page.close()


def test_keys_typed_faster_than_the_page_draws_are_all_obeyed(visit, serve, lowen):
    page = visit(serve(scanned(lowen)).address)
    page.wait_for_selector(".place")
    for key in ("2", "Enter", "j", "i"):
        page.keyboard.press(key)
    expect(page.locator(".place.current")).to_have_attribute("data-i", "1")
    expect(page.locator(".scan-sheet .box")).to_be_visible()


def test_the_words_image_and_the_page_beside(visit, serve, lowen):
    page = visit(serve(scanned(lowen)).address)
    row(page, "rnorning").click()
    picture = page.locator(".place .snippet img").first
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    page.keyboard.press("i")
    scan = page.get_by_role("complementary", name="Page image")
    expect(scan.get_by_role("img")).to_be_visible()
    expect(scan.get_by_role("img")).to_have_js_property("naturalWidth", 640)
    page.keyboard.press("i")
    expect(scan).to_be_hidden()
    # Line by line: Tab goes from proposal to proposal, the word is framed in the image of its line.
    page.keyboard.press("3")
    edition = page.get_by_role("region", name="Edition")
    expect(edition.locator(".with-strip")).to_have_count(7)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(edition.locator(".here")).to_contain_text("rnorning")
    line = edition.locator(".with-strip").nth(3)
    expect(line.locator(".strip .box")).to_be_visible()
    expect(edition.locator(".strip .box")).to_have_count(1)
    page.keyboard.press("a")
    said(page, "Accepted rnorning → morning")
    expect(edition.locator(".here")).to_contain_text("recieved")
    page.keyboard.press("Shift+Tab")
    expect(edition.locator(".here")).to_contain_text("Petrov")
    page.keyboard.press("x")
    said(page, "Petrov kept")
    page.keyboard.press("Shift+A")
    said(page, "Accepted 2 changes on this page")
    expect(edition).to_contain_text("received no wage")
    wide = line.locator(".strip-sheet").bounding_box()["width"]
    page.keyboard.press("+")
    assert line.locator(".strip-sheet").bounding_box()["width"] > wide * 1.2
    # After the last proposal, the next page; a click on an image goes to the word.
    page.keyboard.press("Tab")
    expect(edition.locator(".here")).to_contain_text("Petrov")
    expect(page.locator("#page")).to_have_value("1")
    edition.locator(".strip-sheet").nth(3).click(position={"x": 20, "y": 20})
    expect(edition.locator(".here")).to_contain_text("he")
    page.keyboard.press("b")
    expect(page.get_by_role("region", name="Raw")).to_be_hidden()
    page.keyboard.press("b")
    expect(page.get_by_role("region", name="Raw")).to_be_visible()
    assert decisions(lowen)[1] == ("reading", "place", "Petrov", "Petrov")
    # An error of the printer, and the list of pages, by key.
    page.keyboard.press("t")
    page.get_by_role("dialog").get_by_role("button", name="The print itself is wrong").click()
    expect(page.get_by_label("Printer’s error")).to_be_checked()
    page.get_by_label("Reading", exact=True).fill("she")
    page.keyboard.press("Enter")
    said(page, "→ she")
    assert (read(lowen.own).decisions[-1].kind, decisions(lowen)[-1][3]) == ("print", "she")
    page.keyboard.press("4")
    expect(page.locator(".tile:focus")).to_have_count(1)
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#page")).to_have_value("1")


@pytest.mark.parametrize(
    "viewport",
    [WIDE, NARROW, {"width": 640, "height": 400}, {"width": 320, "height": 640}],
    ids=lambda v: str(v["width"]),
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(visit, serve, lowen, viewport, scheme):
    """Nothing sticks out sideways (640 pixels are 1280 at 200 %), everything has a name, text has
    contrast.
    """
    page = visit(
        serve(scanned(lowen)).address, viewport, color_scheme=scheme, reduced_motion="reduce"
    )
    page.wait_for_selector(".row")
    for key in ("1", "2", "3", "4", "5", "Enter", "?"):
        if key == "Enter":
            page.keyboard.press("1")
            page.wait_for_selector(".row")
        page.keyboard.press(key)
        page.wait_for_timeout(120)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), key
        assert page.evaluate(SIDEWAYS) == [], key
        assert page.evaluate(NAMELESS) == [], key
        assert page.evaluate(FAINT) == [], key


def test_axe_has_nothing_to_say_on_a_phone(visit, serve, lowen, npm):
    """Names, roles, contrast, order, as a program sees them that we did not write."""
    script = (npm("axe-core") / "axe.min.js").read_text("utf-8")
    server = serve(scanned(lowen), 0, "", "ada", "ben")
    ben = visit(f"{server.addresses['ben']}#lowen/read/0")
    expect(ben.locator(".read-head .state")).to_be_visible()
    page = visit(server.addresses["ada"], NARROW, color_scheme="dark", locale="de")
    page.wait_for_selector(".row")
    page.evaluate(script)
    said = []
    for key in ("Enter", "3", "4", "5"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
        found = page.evaluate(
            "axe.run(document, { resultTypes: ['violations'] }).then((told) => told.violations)"
        )
        said += [f"{key}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    assert said == []


# What sticks out of the window, and not within something that scrolls sideways by itself.
SIDEWAYS = """() => [...document.querySelectorAll("body *")]
  .filter((node) => node.checkVisibility())
  .filter((node) => !node.closest("nav, .unseen, .skip, #toast, .snippet, option"))
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 120))"""

NAMELESS = """() => [...document.querySelectorAll(
  "button, select, input, textarea, img, [role=listbox], [role=option], dialog[open]")]
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.innerText?.trim() || node.labels?.length || node.alt))
  .filter((node) => !(node.getAttribute("aria-label") || node.getAttribute("aria-labelledby")))
  .map((node) => node.outerHTML.slice(0, 120))"""

# The contrast of every text with what lies under it, as WCAG 2.2 reckons it.
FAINT = """() => {
  const parse = (css) => {
    const n = css.match(/[\\d.]+/g).map(Number);
    const scale = css.startsWith("color(srgb") ? 255 : 1;
    return [...n.slice(0, 3).map((v) => v * scale), n[3] ?? 1];
  };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (c) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => sum + weight * linear(c[i] / 255), 0);
  const under = (node) => {
    const all = [];
    for (let at = node; at; at = at.parentElement)
      all.push(parse(getComputedStyle(at).backgroundColor));
    return all.reverse().reduce((base, one) => over(one, base), [255, 255, 255, 1]);
  };
  const found = [];
  const shown = document.querySelector("dialog[open]") ?? document.body;
  const walk = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    const text = walk.currentNode.textContent.trim();
    if (!text || !node.checkVisibility()) continue;
    if (node.closest(".unseen, #toast, noscript, .skip, option")) continue;
    let faded = 1;
    for (let at = node; at; at = at.parentElement) faded *= Number(getComputedStyle(at).opacity);
    if (faded === 0) continue;
    const paper = under(node);
    const ink = parse(getComputedStyle(node).color);
    const [a, b] = [light(over([...ink.slice(0, 3), ink[3] * faded], paper)), light(paper)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5)
      found.push(`${ratio.toFixed(2)} ${node.tagName}.${node.className} ${text.slice(0, 30)}`);
  }
  return [...new Set(found)];
}"""


def test_twenty_thousand_proposals_are_a_list_like_any_other(visit, serve, tmp_path):
    """Only what is to be seen is in the page."""
    text = subject(tmp_path)
    raw = "\n".join(f"w0rd{n} stands here" for n in range(20_000)) + "\n\n1\n"

    def load():
        from pipeline.document import Document, Proposal

        at, proposals = 0, []
        for line in raw.split("\n")[:20_000]:
            form = line.split(" ")[0]
            proposals.append(
                Proposal(
                    at,
                    at + len(form),
                    form.replace("0", "o", 1),
                    "spelling.ocr",
                    "told",
                    "ocr",
                    0.5,
                    "held",
                )
            )
            at += len(line) + 1
        return Document(Source(raw)).apply("spelling", proposals)

    page = visit(serve(replace(text, load=load)).address)
    page.wait_for_selector(".row", timeout=30_000)
    expect(page.locator("#left")).to_contain_text("20,000 places")
    assert page.locator(".row").count() < 60
    page.keyboard.press("End")
    expect(page.locator('[role="option"][aria-selected="true"]')).to_have_attribute(
        "aria-posinset", "20000"
    )
    assert page.locator(".row").count() < 60
    page.keyboard.press("a")
    said(page, "Accepted")


def test_an_editor_says_what_a_paragraph_is_and_where_one_begins(visit, serve, lowen):
    """By key: split, heading, undo; with a selection: the lines are cut out of their paragraph."""
    text = replace(lowen, load=lambda: document().run(paragraphs))
    page = visit(serve(text).address)
    page.keyboard.press("3")
    expect(page.locator(".line").first).to_be_visible()

    word = page.locator(".columns section:last-child .w")
    index = word.all_inner_texts().index("He")
    for _ in range(index):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Now a paragraph.")
    page.keyboard.press("b")
    said(page, "“He” begins a paragraph. Saved.")
    assert decisions(lowen) == [("structure", "place", "He", "split")]

    page.keyboard.press("Home")
    page.keyboard.press("t")
    page.keyboard.press("1")
    said(page, "Now: heading. Saved.")
    expect(page.locator(".line.b-heading.begins").first).to_contain_text("THE HARBOUR")
    page.keyboard.press("u")
    said(page, "Undone")

    page.keyboard.press("Home")
    lines = page.locator(".columns section:last-child .line.b-paragraph.begins").count()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("t")
    expect(page.get_by_role("dialog")).to_contain_text("What are these lines?")
    page.keyboard.press("v")
    said(page, "Now: verse. Saved.")
    expect(page.locator(".columns section:last-child .b-verse.begins")).to_have_count(1)
    assert page.locator(".columns section:last-child .line.b-paragraph.begins").count() >= lines

    page.keyboard.press("5")
    expect(page.locator("main")).to_contain_text("begins a paragraph")


def test_a_note_and_what_calls_it(visit, serve, lowen):
    raw = "He came on Sunday* with the mail.\n\nSo the parish book, which is lost.\n"
    text = replace(lowen, load=lambda: Document(Source(raw)).run(paragraphs))
    page = visit(serve(text).address)
    page.keyboard.press("3")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("t")
    page.get_by_role("dialog").get_by_role("button", name="Note …").click()
    page.get_by_role("dialog").get_by_role("button", name="Sunday*").click()
    said(page, "Now: note. Saved.")
    (_, _, quote, after), (_, _, sign, call) = decisions(text)
    assert (quote, after, sign) == ("the", "note", "*")
    assert call.startswith("call ")
