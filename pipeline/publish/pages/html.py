"""Text as HTML and XHTML: escaped, and in its language's direction."""

from __future__ import annotations

from typing import Final

_RIGHT_TO_LEFT: Final = frozenset("ar arc ckb dv fa he iw ji ps sd syr ug ur yi".split())
_SCRIPTS: Final = frozenset("Arab Hebr Nkoo Syrc Thaa".split())


def escape(text: str) -> str:
    """Text as HTML or XHTML, safe in a double-quoted attribute as well."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def direction(language: str) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`."""
    parts = language.split("-")
    script = next((part.title() for part in parts[1:] if len(part) == 4), "")
    return (
        "rtl" if (script in _SCRIPTS if script else parts[0].lower() in _RIGHT_TO_LEFT) else "ltr"
    )
