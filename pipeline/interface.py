"""The words of the site's pages and of the review page, in the language of those who use them.

Pages and scripts are written in English. The catalogue of another language is the file
`interface.toml` in its folder: tables with each English text and what stands in its place, for the
site's `pages` and `scripts`, for the `rules` that changes are made by, for the `review` page, and
for what its server `said`: messages and reasons, whose names in braces stand for whatever is there.
A text that it lacks stays English.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from markupsafe import Markup

from pipeline.language.languages import SHIPPED

_FILE: Final = "interface.toml"
LANGUAGES: Final = ("en", *sorted(path.parent.name for path in SHIPPED.glob(f"*/{_FILE}")))
_SEPARATORS: Final = {"de": ".", "fr": "\u202f"}  # of thousands; a comma elsewhere


@dataclass(frozen=True, slots=True)
class Interface:
    """The interface in one language; called with an English text, it gives the text to show."""

    language: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)
    scripts: Mapping[str, str] = field(default_factory=dict)
    review: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, text: str, **values: Any) -> str:
        """An English text in this language, with values for the names in braces."""
        found = self.texts.get(text, text)
        return found.format(**values) if values else found

    def rule(self, text: str) -> str:
        """What the TEI says of a rule or a kind of change, in this language if it is known."""
        return self.rules.get(text, text)

    def html(self, text: str, **values: Any) -> Markup:
        """A text with markup of our own in it; the values are escaped."""
        return Markup(self.texts.get(text, text)).format(**values)  # noqa: S704  a catalogue's

    def number(self, n: int) -> str:
        """A whole number with its thousands set apart."""
        return f"{n:,}".replace(",", _SEPARATORS.get(self.language, ","))

    def counted(self, n: int, noun: str) -> str:
        """A number with its noun: `1 page`, `1,204 pages`."""
        one = n == 1 or (n == 0 and self.language == "fr")
        return f"{self.number(n)} {self(noun if one else noun + 's')}"

    @property
    def script(self) -> str:
        """The texts that scripts show, as a script that comes before the others."""
        known = json.dumps(dict(self.scripts), ensure_ascii=False, separators=(",", ":"))
        return (
            '"use strict";\n'
            f"const emendTexts = {known};\n"
            "const emendSay = (text, values = {}) =>\n"
            "  (emendTexts[text] ?? text).replace(/\\{(\\w+)\\}/g, (whole, name) => "
            "values[name] ?? whole);\n"
        )


@cache
def interface(language: str) -> Interface:
    """The interface in a language."""
    path = SHIPPED / language / _FILE
    if not path.is_file():
        return Interface(language)
    read = tomllib.loads(path.read_text("utf-8"))
    return Interface(
        language,
        read["pages"],
        read["scripts"],
        read.get("review", {}),
        read["rules"],
        read.get("said", {}),
    )


def of_review() -> dict[str, str]:
    """The languages of the review page, each by its own name."""
    others = {one: interface(one).review for one in LANGUAGES}
    return {"en": "English"} | {one: texts["English"] for one, texts in others.items() if texts}
