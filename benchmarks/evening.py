"""An evening's review in a real Chromium: what it takes, and whether anything is lost.

    python benchmarks/evening.py [--words N] [--pages N] [--crowd SECONDS] [--folder FOLDER]

Makes a project of a misread book and of drawn pages with hOCR (see noise.py), builds it, and
reviews it as an editor does: by key and mouse, with two kills of the server, one of them while a
decision is saved. Then builds it again and looks for every acknowledged decision in the TEI. With
`--crowd`, twenty editors decide at once for so many seconds. Prints tables of Markdown; times are
milliseconds of the clock, as the page sees them, and CPU seconds of the server. A book of 4,000
words has too few groups for it; one of 20,000 has enough.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import httpx
import noise
from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as Late

from pipeline.review.decide.decisions import read

META = """title = "{title}"
author = "A. N. Other"
date = "1901"
publisher = "unknown"
place = "unknown"
language = "en"
kind = "book"
edited = "2026-01-01"
"""
EMEND = (sys.executable, "-c", "from pipeline.cli import main; main()")
EDITORS = [f"editor {n}" for n in range(20)]
WIDE, HIGH, TEXT = 1400, 2000, 30  # pixels of a drawn page, and of its letters


def make(root: Path, words: int, pages: int) -> None:
    """Write the project."""
    command("init", root)
    book = root / "raw" / "book"
    book.mkdir(parents=True)
    (book / "source.txt").write_text(noise.book(words).text, "utf-8")
    (book / "meta.toml").write_text(META.format(title="A misread book"), "utf-8")
    scans = root / "raw" / "scans"
    scans.mkdir(parents=True)
    (scans / "source.hocr").write_text(drawn(scans, pages), "utf-8")
    (scans / "meta.toml").write_text(META.format(title="Drawn pages"), "utf-8")


def drawn(folder: Path, pages: int) -> str:
    """Draw pages as printed, and return what an engine read on them as hOCR."""
    out = []
    known = [" ".join(one.split()) for one in noise.paragraphs(pages * 220, seed=2)]
    words = " ".join(known).split()[: pages * 220]
    for n in range(pages):
        sheet = Image.new("L", (WIDE, HIGH), 248)
        pen = ImageDraw.Draw(sheet)
        lines, x, y = [[]], 120, 140
        for word in words[n * 220 : (n + 1) * 220]:
            wide = int(pen.textlength(word, font_size=TEXT))
            if x + wide > WIDE - 120:
                lines.append([])
                x, y = 120, y + 54
            pen.text((x, y), word, fill=25, font_size=TEXT)
            read_as = noise.misread(word, seed=n * 1000 + len(lines) * 31 + x).text
            box = f"{x} {y} {x + wide} {y + TEXT + 8}"
            lines[-1].append((box, read_as))
            x += wide + 12
        sheet.save(folder / f"p{n + 1}.png")
        spans = "".join(
            f'<span class="ocr_line" title="bbox 120 {line[0][0].split()[1]} {WIDE - 120} '
            f'{line[0][0].split()[3]}">'
            + " ".join(
                f'<span class="ocrx_word" title="bbox {box}">{html.escape(word)}</span>'
                for box, word in line
            )
            + "</span>\n"
            for line in lines
            if line
        )
        out.append(
            f'<div class="ocr_page" title=\'image "p{n + 1}.png"; bbox 0 0 {WIDE} {HIGH}\'>'
            f'<p class="ocr_par">{spans}</p></div>'
        )
    return (
        '<html><head><meta name="ocr-system" content="drawn"/></head><body>'
        + "\n".join(out)
        + "</body></html>"
    )


def command(*arguments: object) -> str:
    """Run emend; return what it prints."""
    called = [*EMEND, *map(str, arguments)]
    done = subprocess.run(called, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(called)}: {done.stderr}")
    return done.stdout


class Review:
    """The server in a process of its own, that can be killed and started again."""

    def __init__(self, root: Path, users: list[str]) -> None:
        """Choose a port; nothing runs yet."""
        self.root, self.users = root, users
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.spent = 0.0

    def start(self) -> str:
        """Start it; return the first editor's address."""
        users = [part for user in self.users for part in ("--user", user)]
        called = [*EMEND, "review", "--no-browser", "--port"]
        self.process = subprocess.Popen(
            [*called, str(self.port), *users, "--project", str(self.root)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.addresses = []
        while len(self.addresses) < len(self.users):
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("emend review did not start")
            self.addresses += re.findall(r"http://\S+/", line)
        return self.addresses[0]

    def kill(self) -> None:
        """End it as a power cut does."""
        self.spent += self.cpu
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def cpu(self) -> float:
        """CPU seconds so far."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


class Evening:
    """An editor at the page."""

    def __init__(self, page: Page, review: Review) -> None:
        """Nothing is open yet."""
        self.page, self.review = page, review
        self.took: dict[str, list[float]] = defaultdict(list)
        self.cpu: dict[str, list[float]] = defaultdict(list)
        self.saved: list[str] = []
        page.on("response", self.note)

    def note(self, response: object) -> None:
        """Remember the decisions that the server has acknowledged."""
        if response.request.method == "POST" and response.status == 200:
            self.saved += response.json()["ids"]

    def settle(self) -> None:
        """Wait until nothing is being saved."""
        self.page.wait_for_function("() => !document.body.classList.contains('busy')")


START = """let begun = 0;
          document.addEventListener("keydown", () => (begun = performance.now()), {
            capture: true, once: true });"""
HEAD = "document.querySelector('.detail h2')?.textContent"
ASKED = "document.querySelector('dialog[open]')"
MARKED = "document.querySelector('#toast').textContent.includes('marked')"
PENDING = "document.querySelectorAll('.text .m.open').length"
TURNED = "document.querySelector('#page')?.value"


def groups(one: Evening, decisions: int) -> None:
    """Decide groups by key: mostly accept, some others."""
    page = one.page
    for n in range(decisions):
        page.wait_for_function(f"() => {HEAD} && !document.querySelector('.detail').inert")
        head = json.dumps(page.evaluate(f"() => {HEAD}"))
        toast = json.dumps(page.evaluate("() => document.querySelector('#toast').textContent"))
        key = "arxa"[n % 4] if n < 8 else "a"
        saved = f"document.querySelector('#toast').textContent !== {toast}"
        before = one.review.cpu
        page.evaluate(
            f"""() => {{
              {START}
              window.both = Promise.all([{saved!r}, {f"{HEAD} && {HEAD} !== {head}"!r}].map(
                (test) => new Promise((done) => {{
                  const holds = new Function(`return ${{test}}`);
                  const look = () => begun && holds() ? done(performance.now() - begun)
                    : requestAnimationFrame(look);
                  look();
                }})));
            }}"""
        )
        page.keyboard.press(key)
        decided, following = page.evaluate("() => window.both")
        one.took["a decision is saved"].append(decided)
        one.took["the next group, after it"].append(following - decided)
        one.settle()
        one.cpu["a decision, with the next group"].append(one.review.cpu - before)


def moving(one: Evening, times: int) -> None:
    """Go from group to group."""
    for _ in range(times):
        page = one.page
        last = page.locator('.row[aria-selected="true"]')
        if last.get_attribute("aria-posinset") == last.get_attribute("aria-setsize"):
            return
        head = json.dumps(page.evaluate(f"() => {HEAD}"))
        pressed(one, "another group", "j", f"{HEAD} && {HEAD} !== {head}")


def pressed(one: Evening, name: str, key: str, until: str) -> None:
    """Press a key and measure until an expression holds in the page."""
    before = one.review.cpu
    one.page.evaluate(
        f"""() => {{
          {START}
          window.took = new Promise((done, failed) => {{
            setTimeout(() => failed(new Error({name!r})), 60000);
            const look = () => begun && ({until}) ? done(performance.now() - begun)
              : requestAnimationFrame(look);
            look();
          }});
        }}"""
    )
    one.page.keyboard.press(key)
    one.took[name].append(one.page.evaluate("() => window.took"))
    one.cpu[name].append(one.review.cpu - before)


def opened(one: Evening, address: str, text: str, view: str = "decide") -> None:
    """Open a text, and measure until its first group can be decided."""
    before = one.review.cpu
    begun = time.perf_counter()
    one.page.goto("about:blank")
    one.page.goto(f"{address}#{text}/{view}")
    wanted = ".detail h2" if view == "decide" else ".text .here"
    one.page.wait_for_selector(wanted, timeout=900_000)
    name = f"{text}: the first group" if view == "decide" else f"{text}: the first page"
    one.took[name].append(1000 * (time.perf_counter() - begun))
    one.cpu[name].append(one.review.cpu - before)


def batch(one: Evening) -> None:
    """Decide all that is at least 80 % sure in one step, one of them unticked."""
    page = one.page
    page.get_by_label("Confidence").select_option("0.8")
    together = page.get_by_role("button", name=re.compile("^Decide these"))
    if not together.count():  # fewer than two groups are so sure
        page.get_by_label("Confidence").select_option("0.2")
        return
    together.click()
    boxes = page.locator("#bulk .sample input")
    boxes.first.wait_for()
    boxes.nth(1).uncheck()
    page.locator("#bulk .actions .accept").click()
    one.settle()
    page.get_by_label("Confidence").select_option("0.2")


def replaced(one: Evening) -> None:
    """Search and replace with a regular expression, at a few places."""
    page = one.page
    page.keyboard.press("3")
    page.locator(".text .here").wait_for()
    page.get_by_role("button", name="Replace …").click()
    page.locator("#replace-find").fill(r"\b(an)d also\b")
    page.locator("#replace-with").fill(r"\1d likewise")
    page.get_by_label("Regular expression").check()
    page.wait_for_function("() => document.querySelector('#replace [role=status]').textContent")
    save = page.locator("#replace .actions .accept")
    if save.is_enabled():
        save.click()
        one.settle()
    else:
        page.keyboard.press("Escape")


def structured(one: Evening) -> None:
    """Say where a paragraph begins, what one is, who speaks, and what cannot be read."""
    page = one.page
    for steps, keys in ((12, "b"), (0, "1"), (9, "s"), (7, "x"), (5, "m"), (4, "q")):
        for _ in range(steps):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("t")
        page.locator("#correct[open] .choice").first.wait_for()
        page.keyboard.press(keys)
        one.settle()
        page.wait_for_timeout(150)


def proofread(one: Evening, pages: int) -> None:
    """Go through pages line by line: Tab, decide, mark as reviewed, the next page."""
    page = one.page
    for n in range(pages):
        page.locator(".with-strip img").first.wait_for()
        for _ in range(4):
            pending = page.evaluate(f"() => {PENDING}")
            if not pending:
                break
            page.keyboard.press("Home")
            if not page.locator(".text .here .m.open").count():
                page.keyboard.press("Tab")
            page.keyboard.press("a")
            one.settle()
            # Tab would turn the page if it were pressed after the last decision is shown.
            with suppress(Late):
                page.wait_for_function(f"() => {PENDING} < {pending}", timeout=10_000)
        page.keyboard.press("Shift+A")
        one.settle()
        page.evaluate("() => (document.querySelector('#toast').textContent = '')")
        page.keyboard.press("v" if n % 4 == 0 else "m")
        page.wait_for_function(f"() => {ASKED} || {MARKED}")
        if page.locator("dialog[open]").count():
            page.locator("dialog[open] .quiet").first.click()
            page.wait_for_function(f"() => {MARKED}")
        one.settle()
        if n + 1 < pages:
            here = int(page.evaluate(f"() => {TURNED}"))
            if here + 1 >= pages:
                break
            ready = f"{TURNED} === '{here + 1}' && document.querySelector('.text .here')"
            pressed(one, "a page is turned", "]", ready)


def torn(one: Evening, address: str) -> None:
    """Kill the server while a decision is saved; start it; go on."""
    page = one.page
    page.keyboard.press("1")
    page.wait_for_selector(".detail h2")
    page.keyboard.press("a")
    one.review.kill()
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert one.review.start() == address


def found(root: Path, text: str, saved: set[str]) -> tuple[int, int, list[str]]:
    """How many acknowledged decisions there are, how many apply, and what is missing in the TEI."""
    log = read(root / "raw" / text / "decisions.jsonl")
    known = {decision.id: decision for decision in log.decisions}
    tei = (root / "edition" / text / f"{text}.xml").read_text("utf-8")
    undone = {one.undoes for one in log.decisions if one.verdict == "undo"}
    missing = []
    states = tei.count("<change") - tei[: tei.find("<revisionDesc")].count("<change")
    for one in known.values():
        if one.id in undone or one.verdict in {"undo", "refuse"}:
            continue
        if one.verdict == "page" and not states:
            missing.append(f"page {one.after}")
        if one.verdict == "structure" and "#ed." not in tei:
            missing.append(f"structure {one.after}")
        reads = html.escape(one.after, quote=False).replace("[…]", "").strip()
        if one.verdict in {"accept", "reading"} and "\n" not in reads and reads not in tei:
            missing.append(f"{one.quote} → {one.after}")
    return len(known), len(known.keys() & saved), missing


def crowd(review: Review, seconds: float) -> None:
    """Twenty editors decide at once; prints the latencies and what was lost."""
    took: dict[str, list[float]] = defaultdict(list)
    saved: list[str] = []
    wrong: list[str] = []
    until = time.monotonic() + seconds

    def work(n: int, address: str) -> None:
        draw = random.Random(n)
        origin = address.rsplit("/", 2)[0]
        with httpx.Client(timeout=60, headers={"Origin": origin}) as client:

            def ask(name: str, path: str, **more: object) -> httpx.Response:
                begun = time.perf_counter()
                answer = client.request("POST" if more else "GET", f"{address}api/{path}", **more)
                took[name].append(1000 * (time.perf_counter() - begun))
                return answer

            state = ask("state", "book/state").json()
            version, mine = state["version"], list(range(n, len(state["groups"]), len(EDITORS)))
            while time.monotonic() < until and mine:
                group = mine.pop(0)
                known = f"epoch={state['epoch']}&version={version}"
                version = ask("news", f"book/version?{known}").json()["version"]
                ask("a group", f"book/group?n={group}")
                items = [{"verdict": draw.choice(["accept", "refuse"]), "group": group}]
                asked = {"epoch": state["epoch"], "version": version, "items": items}
                answer = ask("a decision", "book/decisions", json=asked)
                if answer.status_code == 200:
                    version = answer.json()["version"]
                    saved.extend(answer.json()["ids"])
                elif answer.status_code == 409:
                    version = client.get(f"{address}api/book/version").json()["version"]
                else:
                    wrong.append(answer.text)
                ask("a page", f"book/page?n={draw.randrange(len(state['pages']))}")
                time.sleep(draw.uniform(1.0, 3.0))  # an editor looks

    threads = [
        threading.Thread(target=work, args=(n, address))
        for n, address in enumerate(review.addresses)
    ]
    before = review.cpu
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    kept = {one.id for one in read(review.root / "raw" / "book" / "decisions.jsonl").decisions}
    lost = len(set(saved) - kept)
    print(f"\n20 editors for {seconds:.0f} s: {len(saved)} decisions, {lost} lost, {len(wrong)} ")
    print(f"faults, {review.cpu - before:.1f} CPU seconds.\n")
    print("| request | n | median | p95 |\n| --- | --- | --- | --- |")
    for name, times in sorted(took.items()):
        p95 = sorted(times)[int(0.95 * (len(times) - 1))]
        print(f"| {name} | {len(times)} | {statistics.median(times):.0f} | {p95:.0f} |")


def report(one: Evening) -> None:
    """Print what was measured."""
    print("| | n | median ms | p95 ms | server, CPU ms |\n| --- | --- | --- | --- | --- |")
    for name in dict.fromkeys([*one.took, *one.cpu]):
        times = sorted(one.took.get(name, []))
        cpu = one.cpu.get(name, [])
        median = f"{statistics.median(times):.0f}" if times else ""
        p95 = f"{times[int(0.95 * (len(times) - 1))]:.0f}" if times else ""
        spent = f"{1000 * statistics.mean(cpu):.0f}" if cpu else ""
        print(f"| {name} | {len(times) or len(cpu)} | {median} | {p95} | {spent} |")


BEGUN = time.monotonic()


def step(name: str) -> None:
    """Say what comes now, and how many seconds have passed."""
    print(f"{time.monotonic() - BEGUN:5.0f} s  {name}", file=sys.stderr, flush=True)


def evening(root: Path, pages: int, decisions: int) -> None:
    """The evening."""
    review = Review(root, EDITORS[:1])
    address = review.start()
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en")
        page.set_default_timeout(60_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        one = Evening(page, review)
        step("opened")
        opened(one, address, "book")
        step("groups")
        groups(one, decisions)
        step("moving")
        moving(one, 12)
        step("batch")
        batch(one)
        step("torn")
        torn(one, address)
        step("opened")
        opened(one, address, "book")
        step("replaced")
        replaced(one)
        step("structured")
        structured(one)
        for _ in range(3):
            page.keyboard.press("u")
            one.settle()
        review.kill()
        assert review.start() == address
        step("opened")
        opened(one, address, "scans", "read")
        step("proofread")
        proofread(one, pages)
        review.kill()
        browser.close()
    report(one)
    step("built again")
    print(f"\nErrors in the page: {faults or 'none'}.")
    command("build", "--project", root)
    for text in ("book", "scans"):
        on_disk, acknowledged, missing = found(root, text, set(one.saved))
        print(
            f"{text}: {on_disk} decisions on disk, {acknowledged} of them acknowledged, "
            f"not found in the TEI: {missing or 'none'}."
        )
    kept = {
        decision.id
        for text in ("book", "scans")
        for decision in read(root / "raw" / text / "decisions.jsonl").decisions
    }
    print(f"Acknowledged and lost: {len(set(one.saved) - kept)}.")


def main() -> None:
    """Read the options, and do it."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--words", type=int, default=100_000)
    options.add_argument("--pages", type=int, default=20)
    options.add_argument("--decisions", type=int, default=30)
    options.add_argument("--crowd", type=float, default=0)
    options.add_argument("--folder", type=Path)
    asked = options.parse_args()
    root = asked.folder or Path(tempfile.mkdtemp())
    if not (root / "raw").exists():
        step("made")
        make(root, asked.words, asked.pages)
    step("built")
    command("build", "--project", root)
    evening(root, asked.pages, asked.decisions)
    if asked.crowd:
        step("a crowd")
        review = Review(root, EDITORS)
        review.start()
        while httpx.get(f"{review.addresses[0]}api/book/state", timeout=60).status_code == 202:
            time.sleep(1)
        crowd(review, asked.crowd)
        review.kill()


if __name__ == "__main__":
    main()
