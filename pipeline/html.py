"""HTML and XML as emend writes them: one escaper, one environment of templates, one rule for links.

Every page comes from a template in the `templates/` folder of its package. Templates escape what
they are given; text that code has already written as HTML is passed in as `Markup`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["Markup", "counted", "direction", "escape", "link", "rendered"]

_RIGHT_TO_LEFT: Final = frozenset("ar arc ckb dv fa he iw ji ps sd syr ug ur yi".split())
_SCRIPTS: Final = frozenset("Arab Hebr Nkoo Syrc Thaa".split())

_LINKABLE: Final = frozenset({"http", "https", "mailto", "urn", "doi"})
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def escape(text: str) -> str:
    """Text as HTML or XML, safe in a quoted attribute as well.

    The signs and their entities are markupsafe's, which takes six times as long to find that there
    is nothing to escape.
    """
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&#34;")
    if "'" in text:
        text = text.replace("'", "&#39;")
    return text


def link(url: str) -> str:
    """A URL that may become a link, or "" for one that may not.

    Allowed are http, https, mailto, urn, doi, and addresses within the site. Control characters and
    blanks are dropped first, as browsers drop them: a line feed within `javascript:` hides
    nothing.
    """
    url = re.sub(r"[\x00-\x20\x7f-\xa0\u2028\u2029]", "", url)
    scheme = _SCHEME.match(url)
    if scheme:
        return url if scheme[1].lower() in _LINKABLE else ""
    return "" if re.match(r"[/\\]{2}", url) else url  # `//host` and `\\host` leave the site


def direction(language: str) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`."""
    parts = language.split("-")
    script = next((part.title() for part in parts[1:] if len(part) == 4), "")
    turned = script in _SCRIPTS if script else parts[0].lower() in _RIGHT_TO_LEFT
    return "rtl" if turned else "ltr"


def counted(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 page`, `1,204 pages`."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {plural or noun + 's'}"


def _thousands(n: int) -> str:
    return f"{n:,}"


@cache
def _environment(folder: Path) -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"counted": counted, "link": link, "thousands": _thousands}
    return made


def rendered(folder: Path, template: str, /, **values: Any) -> str:
    """A template of a `templates/` folder, filled in with values."""
    return _environment(folder).get_template(template).render(**values)
