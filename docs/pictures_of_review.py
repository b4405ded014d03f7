"""Take the pictures of the review page that docs/review.md shows.

    python docs/pictures_of_review.py

Serves the invented text of the tests, its words drawn as scans, and writes
docs/images/review-*.png, with few colours.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "review"))

from harbour import scanned, subject  # noqa: E402

from pipeline.review.serve.server import Server  # noqa: E402

COLOURS = 256


def groups(page: Page) -> None:
    """The list, and a group."""
    page.locator(".row").filter(has_text="Febrnary").click()
    page.wait_for_selector("h2:has-text('Febrnary')")


def scan(page: Page) -> None:
    """A group unfolded, the page's scan beside it."""
    page.keyboard.press("2")
    page.wait_for_selector("h2:has-text('tbe')")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("i")
    page.wait_for_selector(".scan-sheet .box")


def read(page: Page) -> None:
    """Running text, the cursor on a change."""
    page.keyboard.press("3")
    page.wait_for_selector(".text .here")
    for _ in range(4):
        page.keyboard.press("j")


def correct(page: Page) -> None:
    """A word opened."""
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")


PICTURES = {"groups": groups, "scan": scan, "read": read, "correct": correct}


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server([scanned(subject(Path(folder)))], who="ada")
        threading.Thread(target=server.run, daemon=True).start()
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page.goto(server.address)
        page.wait_for_selector(".place")
        for name, act in PICTURES.items():
            act(page)
            page.wait_for_timeout(600)
            taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            taken.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
                ROOT / "docs" / "images" / f"review-{name}.png", optimize=True
            )
        chromium.close()
        server.stop()


if __name__ == "__main__":
    main()
