"""Makes the samples in this folder anew: an invented page, printed with Pillow, recognised by
Tesseract, and as others would write it.

Run it by hand (`python tests/ingest/make_samples.py`) where the DejaVu fonts and Tesseract are
installed; the tests only read what it made.
"""

from __future__ import annotations

from pathlib import Path

import pytesseract
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent / "samples"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
PAGES = [
    [
        (700, "12                THE WAYFARER'S COMPANION"),
        (0, ""),
        (560, "The miller of Ardwick kept a ledger in which"),
        (500, "every sack was entered, and the govern-"),
        (500, "ment of the parish trusted it more than the"),
        (500, "church clock. He had it from his father,"),
        (500, "and he meant to leave it to his daughter."),
        (0, ""),
        (560, "On market days the road was full of carts,"),
        (500, "and the wayfarer did well to wait until"),
        (500, "the bridge was clear."),
    ],
    [
        (700, "THE BRIDGE AT ARDWICK                13"),
        (0, ""),
        (560, "It has three arches of red stone, and the"),
        (500, "middle one carries the date of its mending."),
        (500, "No toll is taken there on a Sunday."),
    ],
]


def page(lines: list[tuple[int, str]]) -> Image.Image:
    """A page of about 5 by 4 inches at 200 dpi, in black and white."""
    image = Image.new("L", (1000, 120 + 46 * len(lines)), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 30)
    for i, (left, text) in enumerate(lines):
        draw.text(
            (90 + (60 if left == 560 else 0), 50 + 46 * i),
            " ".join(text.split()) if left == 700 else text,
            0,
            font,
        )
    return image.convert("1")


def main() -> None:
    """Write the samples."""
    HERE.mkdir(exist_ok=True)
    pages = [page(lines) for lines in PAGES]
    pages[0].save(HERE / "page1.png", dpi=(200, 200), optimize=True)
    pages[0].save(
        HERE / "pages.tif",
        save_all=True,
        append_images=pages[1:],
        compression="group4",
        dpi=(200, 200),
    )
    pages[1].convert("L").save(HERE / "page2.jpg", quality=30, dpi=(200, 200))
    pages[1].convert("L").save(HERE / "page2.jp2", quality_mode="rates", quality_layers=[40])
    pages[0].save(HERE / "image-only.pdf", resolution=200)
    for extension in ("hocr", "pdf"):
        made = pytesseract.image_to_pdf_or_hocr(
            str(HERE / "page1.png"), extension=extension, config="--dpi 200"
        )
        (HERE / f"tesseract.{extension}").write_bytes(made.replace(str(HERE).encode() + b"/", b""))
    alto = pytesseract.image_to_alto_xml(str(HERE / "page1.png"), config="--dpi 200")
    (HERE / "tesseract.alto.xml").write_bytes(alto.replace(str(HERE).encode() + b"/", b""))


if __name__ == "__main__":
    main()
