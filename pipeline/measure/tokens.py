r"""What is compared: texts cut into tokens or characters, less the differences that do not count.

Three ways of comparing:

- *strict*: everything between white space, with case and punctuation. Curled and straight
  quotation marks, dashes and hyphens, ligatures and long s count as the same. A word hyphenated
  over a line end, or where two lines were run together (`pre- vailed`), counts as one word.
- *words*: runs of letters and digits, case folded, without the apostrophes inside words. Whether
  the hyphen at a line end belongs to the word counts neither way: the page does not show it.
- *letters*: letters and digits in small letters with single blanks between words, as the
  HIPE-OCRepair shared task at ICDAR 2026 compares for its match error rate.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass

_SAME = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "—": "-",
        "–": "-",
        "\u00a0": " ",
        "\u00ad": "",
        "ſ": "s",
    }
    | {"ﬁ": "fi", "ﬂ": "fl", "œ": "oe", "æ": "ae", "Æ": "Ae", "Œ": "Oe", "ß": "ss"}
)
_BREAK = re.compile(r"(?<=\w)[-¬\u00ad]\s+(?=[a-zà-ÿ])")
_BROKEN = re.compile(r"([^\W_]+)[-¬\u00ad]\s+([a-zà-ÿ][^\W_]*)")
_HYPHENATED = re.compile(r"([^\W_]+)-(?=([^\W_]+))")
_TOKEN = re.compile(
    r"\S+(?:(?<=\w[-¬\u00ad])\s+(?=[a-zà-ÿ])\S+)*"  # over what `_BREAK` removes
)
_DASHES = re.compile(r"-{2,}")
_BLANKS = re.compile(r"\s+")
_MANY = 1000  # words from which one copy of each is kept: a long text repeats most
_WORD = re.compile(r"[^\W_]+")
_INNER_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut into strict tokens: the forms to compare, and spans `[starts[i], ends[i])`."""

    text: str
    forms: list[str]
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self.forms)

    def shown(self, i: int) -> str:
        """A token as it stands in the text."""
        return self.text[self.starts[i] : self.ends[i]]

    def stretch(self, a: int, b: int) -> str:
        """The text of the tokens `[a, b)`."""
        return self.text[self.starts[a] : self.ends[b - 1]] if b > a else ""


def flat(text: str) -> str:
    """A text with what does not count made the same, and single blanks."""
    if text.isascii() and "-" not in text:  # the same in less time
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", _BREAK.sub("", text)).translate(_SAME)
    return _BLANKS.sub(" ", _DASHES.sub("-", text)).strip()


def strict(text: str) -> list[str]:
    """What stands between white space."""
    return flat(text).split()


def hyphenated(*texts: str) -> frozenset[str]:
    """The words that any of the texts hyphenates at a line end, folded and without the hyphen."""
    return frozenset(
        (found[1] + found[2]).lower().translate(_SAME)
        for text in texts
        for found in _BROKEN.finditer(text)
    )


def words(text: str, whole: frozenset[str] = frozenset()) -> list[str]:
    """Runs of letters and digits, case folded.

    Args:
        text: the text.
        whole: words that count as one with or without a hyphen inside, see `hyphenated`.
    """
    plain = _INNER_APOSTROPHE.sub("", flat(text).lower())
    if whole and "-" in plain:
        plain = _HYPHENATED.sub(lambda m: m[1] if m[1] + m[2] in whole else m[0], plain)
    found = _WORD.findall(plain)
    same: dict[str, str] = {}
    return [same.setdefault(word, word) for word in found] if len(found) > _MANY else found


def letters(text: str) -> str:
    """Letters and digits in small letters, single blanks between."""
    text = re.sub(r"[¬—]\n", "", text).lower().translate(_SAME)
    return _BLANKS.sub(" ", re.sub(r"[\W_]", " ", text)).strip()


def cut(text: str) -> Cut:
    """The text cut into strict tokens; their forms are those of `strict(text)`."""
    forms: list[str] = []
    starts, ends = array("l"), array("l")
    known: dict[str, str] = {}  # one copy of each form: a long text repeats most
    for found in _TOKEN.finditer(text):
        form = known.get(found[0])
        if form is None:
            form = known[found[0]] = flat(found[0])
        if form:
            forms.append(form)
            starts.append(found.start())
            ends.append(found.end())
    return Cut(text, forms, starts, ends)
