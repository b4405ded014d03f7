"""Web pages: the text of an HTML file, block by block, without what surrounds it.

Of a page with one `main` or `article` only that is read. Scripts, styles, navigation and forms are
not text. Footnotes as Word's and pandoc's HTML have them (a list of `li id="footnote-1"` at the
end) get their call before them, so that `[1]` in the text finds its note.
"""

from __future__ import annotations

import re

from lxml import etree

from pipeline.xml import descendants, local

_SILENT = frozenset(
    "head script style template noscript nav form button select input svg iframe object".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section table ul".split()
)
_ROWS = frozenset({"tr", "br"})
_NOTE = re.compile(r"(?:foot|end)?note[-_]?\d+$|fn[-_:]?\d+$", re.IGNORECASE)
_CALL = "\0"  # after a note's number, where its first paragraph follows on the same line


def text_of(root: etree._Element) -> str:
    """The text, an empty line between blocks."""
    whole = [*descendants(root, "main")] or [*descendants(root, "article")]
    out: list[str] = []
    _take(whole[0] if len(whole) == 1 else root, out)
    text = "".join(out)
    text = re.sub(rf"{_CALL}\s*", " ", text)
    text = re.sub(r"[^\S\n]*\n[^\S\n]*", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def facts(root: etree._Element) -> dict[str, str]:
    """What the page says of itself: language, title, author."""
    found = {"language": root.get("lang") or ""}
    found["title"] = next((str(one.text or "").strip() for one in descendants(root, "title")), "")
    for meta in descendants(root, "meta"):
        name = (meta.get("name") or "").lower()
        if name in {"author", "dc.creator"} and meta.get("content"):
            found.setdefault("author", str(meta.get("content")).strip())
    return found


def _take(element: etree._Element, out: list[str]) -> None:
    kind = local(element)
    if not kind or kind in _SILENT:
        return
    if kind == "pre":
        out += ["\n\n", "".join(map(str, element.itertext())), "\n\n"]
        return
    around = "\n\n" if kind in _BLOCKS else "\n" if kind in _ROWS else ""
    out.append(around)
    if kind == "br":
        return
    if kind == "li" and _NOTE.search(element.get("id") or ""):
        place = 1 + sum(1 for _ in element.itersiblings("li", preceding=True))
        out.append(f"[{place}]{_CALL}")
    _put(element.text, out)
    for child in element:
        if local(child) != "a" or (child.text or "").strip() not in {"↑", "↩", "↩︎"}:
            _take(child, out)
        _put(child.tail, out)
    out.append("\t" if kind in {"td", "th"} else around)


def _put(text: str | None, out: list[str]) -> None:
    """White space is one blank, as in a browser."""
    if not text:
        return
    text = re.sub(r"[ \t\r\n\f]+", " ", text)
    last = next((piece for piece in reversed(out) if piece), "\n")
    out.append(text.lstrip(" ") if last.endswith((" ", "\n", "\t")) else text)
