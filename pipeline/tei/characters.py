r"""Characters: what XML cannot hold or would not keep, and names that it accepts.

XML 1.0 has no U+0000 to U+001F but tab, line feed and carriage return, no U+FFFE, U+FFFF and no
lone surrogates (the bytes of a broken UTF-8, PEP 383); and a carriage return does not survive its
line end normalization (section 2.11). Such a character is `<g ref="#char.000D"/>`, declared in the
header. Strings that come back from a `rendition` are CSS strings, where `\D ` does it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# C1 control characters are allowed in XML 1.0, but U+0085 is a line end to XML 1.1 and to many an
# editor.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile('[&<>"\t\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "&#9;"}
_NOT_IN_CSS = re.compile(
    "[^!#-%'-;=?-\\[\\]-~\u00a1-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # blanks, quotes, backslashes, controls, & < >
_CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6}) ?")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


def escaped(text: str) -> str:
    """Text as XML content; what XML cannot hold becomes `g`."""
    return _MARKUP.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if character == '"':  # stays as it is in content: a text is full of them
        return character
    return _ENTITIES.get(character) or f'<g ref="#{glyph_id(character)}"/>'


def attribute(value: str) -> str:
    """A value as it stands between double quotation marks; what XML cannot hold becomes U+FFFD."""
    plain = FORBIDDEN.sub("\ufffd", value.replace("\t", " ").replace("\n", " "))
    return (
        plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def words(value: str) -> str:
    """Words for the header, white space made single; what XML cannot hold becomes U+FFFD."""
    return attribute(" ".join(value.split())).replace("&quot;", '"')


def glyph_id(character: str) -> str:
    """The xml:id of a character's declaration: `char.000D`."""
    return f"char.{ord(character):04X}"


def glyph_character(code_point: str) -> str:
    """The character that `U+000D` declares.

    Raises:
        ValueError: It is no code point.

    """
    if not re.fullmatch(r"U\+[0-9A-F]{4,6}", code_point):
        raise ValueError(code_point)
    return chr(int(code_point.removeprefix("U+"), base=16))


def css_string(text: str) -> str:
    r"""Text as a CSS string: `"(("`; a blank is `\20 `, so that no formatting loses it."""
    return '"' + _NOT_IN_CSS.sub(lambda match: f"\\{ord(match.group()):x} ", text) + '"'


def css_characters(string: str) -> str:
    """The text of a CSS string that `css_string` made.

    Raises:
        ValueError: It is no such string.

    """
    if len(string) < 2 or string[0] != '"' or string[-1] != '"':
        raise ValueError(string)
    return _CSS_ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), string[1:-1])


def ncname(text: str) -> str:
    """Text as an XML name without a colon: ASCII letters, digits, full stops and hyphens.

    It begins with a letter.
    """
    plain = (
        unicodedata.normalize("NFKD", FORBIDDEN.sub("-", text)).encode("ascii", "ignore").decode()
    )
    name = _NOT_IN_NAMES.sub("-", plain) or "x"
    return name if name[0].isalpha() else f"x{name}"


class Names:
    """Unique xml:ids made of anything, the same in the same order: `Jürgen O.` → `ed.Jurgen-O.`."""

    def __init__(self) -> None:
        """No name is given yet."""
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._counts: Counter[str] = Counter()

    def of(self, prefix: str, key: str) -> str:
        """The name of this thing, always the same; two things never share one."""
        if (prefix, key) not in self._given:
            self._given[prefix, key] = self.fresh(prefix + ncname(key))
        return self._given[prefix, key]

    def fresh(self, name: str) -> str:
        """This name, or this name with a number where it is taken."""
        unique, n = name, 1
        while unique in self._taken:
            n += 1
            unique = f"{name}-{n}"
        self._taken.add(unique)
        return unique

    def counted(self, prefix: str) -> str:
        """The next of `p1`, `p2` and so on."""
        self._counts[prefix] += 1
        return self.fresh(f"{prefix}{self._counts[prefix]}")
