"""Take the pictures of the site that the documentation shows: `python docs/pictures.py`.

Publishes the project's editions in a temporary folder, opens them in Chromium, and writes
docs/images/reading.png and corrections.png.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from pipeline.publish import publish

ROOT = Path(__file__).parent.parent
TEXT = "strong-dictatorship-1934"


def reading(page: Page) -> None:
    """Both readings, and a correction that explains itself."""
    page.locator("a.k-ocr").filter(has_text="mediæval").first.click()
    page.mouse.move(2, 2)


def corrections(page: Page) -> None:
    """Figures, plots, the first rows."""
    page.evaluate("scrollTo(0, 200)")


PICTURES = {"reading": ("?view=both", reading), "corrections": ("corrections.html", corrections)}


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        publish(
            [
                path
                for path in sorted((ROOT / "edition").glob("*/*.xml"))
                if path.stem == path.parent.name
            ],
            site,
        )
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (address, act) in PICTURES.items():
            page = chromium.new_page(viewport={"width": 1280, "height": 800})
            page.goto(
                f"{site.as_uri()}/{TEXT}/{'index.html' if address.startswith('?') else ''}{address}"
            )
            act(page)
            page.wait_for_timeout(500)
            taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            taken.save(ROOT / "docs" / "images" / f"{name}.png", optimize=True)
        chromium.close()


if __name__ == "__main__":
    main()
