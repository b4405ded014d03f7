"""The installation: doctor."""

from __future__ import annotations

import dataclasses
import json

from rich.text import Text as Styled

from pipeline.cli.app import AsJson, app
from pipeline.cli.terminal import out

_TESSERACT = (
    "not installed (Debian and Ubuntu: apt-get install tesseract-ocr; macOS: brew install "
    "tesseract; Windows: its installer)"
)


@app.command("doctor")
def inspect_installation(as_json: AsJson = False) -> None:
    """Show what is installed, what is missing, and how to get it."""
    from pipeline.installation import inspect, missing

    found = inspect()
    if as_json:
        out.print_json(json.dumps(dataclasses.asdict(found), default=str))
        return
    _line("emend", f"{found.version}, Python {found.python}, {found.platform}")
    lacks = missing(found.packages)
    _line("core", f"missing {', '.join(lacks)}" if lacks else "complete", good=not lacks)
    for extra in found.extras:
        lacks = missing(extra.packages)
        state = f"missing {', '.join(lacks)}; run {extra.command}" if lacks else "installed"
        _line(extra.name, f"{extra.purpose}: {state}", good=not lacks)
    engine = found.tesseract
    _line(
        "tesseract",
        f"{engine.version}, languages: {', '.join(engine.languages)}" if engine else _TESSERACT,
        good=engine is not None,
    )
    _line(
        "languages",
        f"{', '.join(found.languages)}; without spelling: {', '.join(found.known_languages)}",
    )
    compiled = ", ".join(found.cache.compiled) or "none yet; each is compiled when first used"
    _line("cache", f"{found.cache.folder}, {found.cache.size / 1e6:,.0f} MB")
    _line("compiled", compiled)


def _line(label: str, text: str, *, good: bool = True) -> None:
    out.print(Styled.assemble((f"{label:<10}  ", "bold" if good else "bold yellow"), text))
