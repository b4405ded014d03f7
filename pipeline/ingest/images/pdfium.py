"""PDFium in a process of its own: a PDF can make it run for hours, fill the memory or crash.

Run as a script by `pipeline.ingest.images.pdf`, with the PDF on its standard input: a pipe, or the
file itself, of which PDFium reads only what a page needs. It imports nothing of emend's.

    pdfium.py SIZE describe          → a line of JSON: pages, language, and what its Info says
    pdfium.py SIZE layers N,N…       → for each page a line of JSON: width, height (points), label,
                                       characters [code, left, top, right, bottom]
    pdfium.py SIZE render N PX DPI   → a line of JSON (width, height, dpi), then the page's grey
                                       pixels, at most PX of them

SIZE is how many bytes come through the pipe, 0 if the input is the file itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from ctypes import POINTER, byref, c_int, cast, create_string_buffer
from typing import Any

MOST_MEMORY = 1_500_000_000  # bytes, beyond twice what comes through the pipe
MOST_CHARACTERS = 200_000  # of one page; the densest newspaper page has 60,000
WANTED_DPI = 300
DAMAGED, LOCKED, TOO_LARGE = 3, 4, 5  # exit codes


def main() -> None:
    """Do as the arguments say."""
    try:
        import resource  # noqa: PLC0415

        most = MOST_MEMORY + 2 * int(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, ValueError, OSError):  # Windows has no such limits
        pass
    import pypdfium2  # noqa: PLC0415

    given, out = sys.stdin.buffer, sys.stdout.buffer
    try:
        document = pypdfium2.PdfDocument(given if given.seekable() else given.read())
        if sys.argv[2] == "describe":
            out.write(json.dumps(describe(document)).encode())
        elif sys.argv[2] == "layers":
            for number in map(int, sys.argv[3].split(",")):
                out.write(json.dumps(layer(document, number)).encode() + b"\n")
                out.flush()
        else:
            number, most_pixels, dpi = map(int, sys.argv[3:6])
            render(document, number, most_pixels, dpi, out)
    except pypdfium2.PdfiumError as error:
        raise SystemExit(LOCKED if "password" in str(error).lower() else DAMAGED) from None
    except MemoryError:
        raise SystemExit(TOO_LARGE) from None


def describe(document: Any) -> dict[str, Any]:
    """How many pages there are, the language, and the entries of the file's Info dictionary."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    language = ""
    if size := pdfium.FPDFCatalog_GetLanguage(document, None, 0):  # bytes of UTF-16
        held = create_string_buffer(size)
        pdfium.FPDFCatalog_GetLanguage(document, cast(held, POINTER(pdfium.FPDF_WCHAR)), size)
        language = held.raw.decode("utf-16-le", "replace").strip("\0")
    told = document.get_metadata_dict(skip_empty=True)
    return {"pages": len(document), "language": language, "info": told}


def layer(document: Any, number: int) -> dict[str, Any]:
    """What the text layer of a page has."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    page = document[number]
    width, height = page.get_size()
    shown = _as_shown(page, width, height)
    text = page.get_textpage()
    total = text.count_chars()
    if total > MOST_CHARACTERS:
        raise SystemExit(TOO_LARGE)
    characters = []
    for i in range(total):
        try:
            left, bottom, right, top = text.get_charbox(i, loose=False)
            box = shown(left, top, right, bottom)
        except Exception:  # noqa: BLE001  # a character without a place is a character still
            box = (0, 0, 0, 0)
        characters.append([pdfium.FPDFText_GetUnicode(text, i), *box])
    text.close()
    page.close()
    return {
        "width": width,
        "height": height,
        "label": str(document.get_page_label(number) or ""),
        "characters": characters,
    }


def _as_shown(
    page: Any, width: float, height: float
) -> Callable[[float, float, float, float], tuple[float, ...]]:
    """Map a rectangle of the page's own space to the page as shown: rotated, cropped, from the top.

    The rectangle is given by two opposite corners.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    fine = 100  # to a hundredth of a point, as PDFium answers in whole numbers
    x, y = c_int(), c_int()

    def shown(x0: float, y0: float, x1: float, y1: float) -> tuple[float, ...]:
        corners = []
        for across, up in ((x0, y0), (x1, y1)):
            pdfium.FPDF_PageToDevice(
                page,
                0,
                0,
                round(width * fine),
                round(height * fine),
                0,
                across,
                up,
                byref(x),
                byref(y),
            )
            corners.append((x.value / fine, y.value / fine))
        (left, right), (top, bottom) = (sorted(sides) for sides in zip(*corners, strict=True))
        return left, top, right, bottom

    return shown


def render(document: Any, number: int, most_pixels: int, dpi: int, out: Any) -> None:
    """A page as grey pixels, at this resolution or, of a page larger than any paper, at less."""
    page = document[number]
    width, height = page.get_size()
    if not (width >= 1 and height >= 1):
        raise SystemExit(DAMAGED)
    scale = min(dpi / 72, (most_pixels / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    grey = bitmap.to_numpy()
    out.write(
        json.dumps(
            {"width": grey.shape[1], "height": grey.shape[0], "dpi": round(scale * 72)}
        ).encode()
        + b"\n"
    )
    out.write(grey.tobytes())


if __name__ == "__main__":
    main()
