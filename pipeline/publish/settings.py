"""site.toml: what a project says of its site, with a default for everything."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pipeline.errors import ProjectError
from pipeline.html import link
from pipeline.interface import LANGUAGES

FILE: Final = "site.toml"
_LOGOS: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg"})
_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
FORMATS: Final = ("pdf", "docx")
_MOST: Final = 200_000  # bytes of a logo

# key: what is expected
KEYS: Final[Mapping[str, str]] = {
    "title": "the name of the site, in quotation marks",
    "introduction": "a text in Markdown, shown above the list of editions",
    "about": "a text in Markdown, shown on the about page",
    "publisher": "the publisher of the site",
    "editors": 'a list of names: ["Marsh, Eliza"]',
    "licence": "the licence of the editions, in words",
    "licence_url": "the web address of the licence",
    "contact": 'an e-mail address or a web address: "editions@example.org"',
    "address": 'the web address of the site: "https://example.org/editions/"',
    "logo": 'an image beside site.toml, at most 200 kB: "logo.png"',
    "language": f"the language of the interface: {', '.join(LANGUAGES)}",
    "footer": "a text in Markdown, shown below every page",
    "chapters": "the number of words from which a text has a page for each chapter; 0 for none",
    "formats": f"a list of further formats to make of each edition: {', '.join(FORMATS)}",
    "tiles": "true to cut large page images into tiles, so that a viewer can show every detail",
    "colours": 'a table of colours: accent = "#97301b", accent_dark = "#f0a184"',
    "navigation": 'a list of links: [{ label = "Project", url = "https://example.org/" }]',
}
_LISTS: Final = frozenset({"editors", "formats"})
# The properties of the style sheet that a colour sets, on light and on dark pages.
COLOURS: Final[Mapping[str, tuple[str, ...]]] = {
    "accent": ("--rubric", "--link"),
    "paper": ("--paper",),
    "ink": ("--ink",),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What site.toml says; empty where it is silent."""

    title: str = ""
    introduction: str = ""
    about: str = ""
    publisher: str = ""
    editors: tuple[str, ...] = ()
    licence: str = ""
    licence_url: str = ""
    contact: str = ""
    address: str = ""
    logo: str = ""  # its name in the site's assets/
    logo_file: Path | None = None
    language: str = "en"
    footer: str = ""
    formats: tuple[str, ...] = ()
    colours: tuple[tuple[str, str], ...] = ()
    navigation: tuple[tuple[str, str], ...] = ()  # label, address
    tiles: bool = False  # whether large page images are cut into tiles
    chapters: int = 15_000  # words from which a text has a page for each chapter

    @property
    def contact_link(self) -> str:
        """The contact as an address for a link."""
        mail = "@" in self.contact and "/" not in self.contact
        return f"mailto:{self.contact}" if mail else link(self.contact)


def settings(path: Path) -> Settings:
    """The settings in a site.toml; the defaults if there is no such file.

    Raises:
        ProjectError: Something in it is wrong. The message names the key and what is expected.

    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProjectError(
            f'{path} is not valid TOML ({error}). Write each line as key = "value".'
        ) from None
    found = Settings()
    for key, value in given.items():
        if key not in KEYS:
            raise ProjectError(f'{path}: unknown key "{key}": use {", ".join(KEYS)}.')
        read = _READERS.get(key, _text)(value)
        if read is None:
            raise ProjectError(f'{path}: "{key}" must be {KEYS[key]}, got {repr(value)[:80]}.')
        found = replace(found, **{key: read})
    return _with_logo(found, path)


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None


def _texts(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(_text(one) for one in value):
        return tuple(one.strip() for one in value)
    return None


def _web(value: Any) -> str | None:
    found = _text(value)
    return found if found and re.fullmatch(r"https?://[^\s<>\"']+", found) else None


def _contact(value: Any) -> str | None:
    found = _text(value)
    return found if found and re.fullmatch(r"[^\s@/<>]+@[^\s@/<>]+", found) else _web(value)


def _language(value: Any) -> str | None:
    return value if value in LANGUAGES else None


def _formats(value: Any) -> tuple[str, ...] | None:
    found = _texts(value)
    return found if found is not None and set(found) <= set(FORMATS) else None


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _whether(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _colours(value: Any) -> tuple[tuple[str, str], ...] | None:
    names = {name + suffix for name in COLOURS for suffix in ("", "_dark")}
    if not isinstance(value, dict) or not all(
        key in names and isinstance(one, str) and _COLOUR.fullmatch(one)
        for key, one in value.items()
    ):
        return None
    return tuple(sorted(value.items()))


def _navigation(value: Any) -> tuple[tuple[str, str], ...] | None:
    if not isinstance(value, list) or not all(
        isinstance(one, dict)
        and one.keys() == {"label", "url"}
        and _text(one["label"])
        and _text(one["url"])
        and link(one["url"])
        for one in value
    ):
        return None
    return tuple((one["label"].strip(), link(one["url"])) for one in value)


_READERS: Final[Mapping[str, Any]] = {
    "editors": _texts,
    "licence_url": _web,
    "address": _web,
    "contact": _contact,
    "language": _language,
    "formats": _formats,
    "chapters": _count,
    "tiles": _whether,
    "colours": _colours,
    "navigation": _navigation,
}


def _with_logo(found: Settings, path: Path) -> Settings:
    """The settings with the logo's file, if it may be published."""
    if not found.logo:
        return found
    home = path.resolve().parent
    file = (home / found.logo).resolve()
    if (
        file.suffix.lower() not in _LOGOS
        or not file.is_relative_to(home)
        or not file.is_file()
        or file.stat().st_size > _MOST
    ):
        raise ProjectError(f'{path}: "logo" must be {KEYS["logo"]}, got {found.logo!r}.')
    return replace(found, logo=f"logo{file.suffix.lower()}", logo_file=file)
