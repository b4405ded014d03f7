"""DjVu in a process of its own, as PDFium is: a damaged file can fill the memory or crash.

Run as a script by `pipeline.ingest.images.djvu`, with the file on its standard input; it imports
nothing of emend's.

    djvu_pages.py SIZE layers N,N…    → for each page a line of JSON: width, height, dpi, zones
                                        (the text layer, null if there is none)
    djvu_pages.py SIZE describe       → a line of JSON: pages, and what its metadata say
    djvu_pages.py SIZE render N PX    → a line of JSON (width, height, dpi), then the page's grey
                                        pixels, at most PX of them

SIZE is that of the file in bytes.
"""

from __future__ import annotations

import json
import sys
from typing import Any

MOST_MEMORY = 2_000_000_000  # bytes, beyond twice the file itself
DAMAGED, TOO_LARGE = 3, 5  # exit codes, those of pdfium.py


def main() -> None:
    """Do as the arguments say."""
    try:
        import resource  # noqa: PLC0415

        most = MOST_MEMORY + 2 * int(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, ValueError, OSError):  # Windows has no such limits
        pass
    import djvu_rs  # noqa: PLC0415

    out = sys.stdout.buffer
    try:
        document = djvu_rs.Document.from_bytes(sys.stdin.buffer.read())
        if sys.argv[2] == "describe":
            told: dict[str, Any] = {
                "pages": document.page_count(),
                "info": document.metadata() or {},
            }
            out.write(json.dumps(told, default=str).encode())
        elif sys.argv[2] == "layers":
            for number in map(int, sys.argv[3].split(",")):
                out.write(json.dumps(layer(document.page(number))).encode() + b"\n")
                out.flush()
        else:
            render(document.page(int(sys.argv[3])), int(sys.argv[4]), out)
    except MemoryError:
        raise SystemExit(TOO_LARGE) from None
    except (djvu_rs.Error, ValueError, IndexError):
        raise SystemExit(DAMAGED) from None


def layer(page: Any) -> dict[str, Any]:
    """What the text layer of a page has."""
    told = page.text_layer()
    zones = told["zones"] if told and told["text"].strip() else None
    return {"width": page.width, "height": page.height, "dpi": page.dpi, "zones": zones}


def render(page: Any, most_pixels: int, out: Any) -> None:
    """A page as grey pixels, at its own resolution or, of a very large one, at less."""
    if page.width * page.height > most_pixels:
        shrink = (most_pixels / (page.width * page.height)) ** 0.5
        size = int(page.width * shrink), int(page.height * shrink)
        image = page.render(size=size)
    else:
        shrink, image = 1.0, page.render()
    grey = image.to_pil().convert("L")
    told = {"width": grey.width, "height": grey.height, "dpi": round(page.dpi * shrink)}
    out.write(json.dumps(told).encode() + b"\n")
    out.write(grey.tobytes())


if __name__ == "__main__":
    main()
