"""Plain text: bytes become a text that gives the very bytes back, or they are refused."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from pipeline.document import Source
from pipeline.errors import SourceError

# The longer mark first: UTF-32's, FF FE 00 00, begins with UTF-16's.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]"
)  # control characters that no plain text has
_UPPER_CONTROL = re.compile(
    rb"[\x80-\x9f]"
)  # dashes and curled quotation marks in Windows-1252, control characters in ISO 8859-1
_CODE_PAGES = ("windows-1252", "iso-8859-1")
_MULTIBYTE = re.compile(r"[^\x00-\x7f\ud800-\udfff]")
_ESCAPED = re.compile(r"[\ud800-\udfff]")  # what surrogateescape makes of a byte that is no UTF-8
# What a text of East Asia may be in that is not in UTF-8, under the name that editors know.
_EAST_ASIAN = {
    "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "gb18030": "GB 18030", "big5": "Big5",
    "cp949": "EUC-KR",
}  # fmt: skip
# The commonest signs of Japanese, Chinese and Korean. A text in a wrong encoding has hardly any.
_EAST_ASIAN_COMMON = frozenset(
    "のにはをたがでてとしれるいなか的一是不了在人有他這这個个이다는을의에가고"
)
_LEAST_EAST_ASIAN = 0.08  # a share of the characters beyond ASCII
_MOST_WESTERN = 0.4  # of the bytes of a text: beyond ASCII. In Icelandic a tenth is
_MOST_CONTROLS = (
    0.01  # a share of the characters; a stray ^Z or escape is a blemish, more is no text
)
# What PDFs without a name for their ligatures leave of them: `con\0rmed`, `\0rst`, `sti\0`. A row
# of two, or one beside a figure or alone, is none.
_IN_WORD = re.compile(
    r"(?<![\x00-\x08\x0e-\x1f])[\x00-\x08\x0e-\x1f](?![\x00-\x08\x0e-\x1f])"
    r"(?:(?<=[^\W\d_].)|(?=[^\W\d_]{2}))",
    re.DOTALL,
)
_MOST_IN_WORDS = 0.1  # a share of the characters: `of\0cer` in a line of its own; UTF-16 has more
_LEAST_IN_WORDS = 0.75  # of the NULs of a text
# a share of the characters beyond ASCII; more, and the file is not UTF-8 but in a code page
_MOST_ESCAPED = 0.02


def decode(data: bytes, name: str, encoding: str | None = None, *, blank: bool = False) -> Source:
    r"""The text that these bytes hold; `decode(data, name).data == data`, whatever the bytes.

    Tried in turn: what a byte order mark says; UTF-16 without one, where every other byte is zero;
    UTF-8; and, as a text in a code page does not tell which, Windows-1252 or (where there is no
    character in 80-9F) ISO 8859-1, its subset. A text may have control characters, even NULs, where
    a PDF had ligatures (`con\0rmed`). A long text in UTF-8 with a few broken bytes stays
    UTF-8, those bytes as the lone surrogates of PEP 383. With `encoding`, nothing else is tried.
    With `blank`, a text may be a blank page.
    Line ends become "\n" where they are of one kind; `Source.newline` tells which. Mojibake
    (`weâ€™ll`) is left as it stands: to mend it is a change, which a stage makes and the ledger
    records.

    Raises:
        SourceError: There is no text in it, it is binary, or its encoding is not what it is said to
        be.

    """
    if blank and not data:
        return Source("", name)
    if not data:
        raise SourceError(f"{name} is empty.")
    mark, marked = next(
        ((mark, marked) for mark, marked in _BYTE_ORDER_MARKS if data.startswith(mark)), (b"", "")
    )
    if encoding is not None:
        candidates = [_known(encoding, name)]
        mark = mark if marked == candidates[0] else b""
    elif marked:
        candidates = [marked]
    else:
        candidates = [*_utf_16_without_mark(data), "utf-8", *_code_pages(data)]
    for candidate in candidates:
        text = _decoded(data[len(mark) :], candidate)
        if text is None:
            continue
        text, newline = _line_ends(text)
        source = Source(text, name, candidate, newline, bom=bool(mark))
        if _round_trips(source, data):
            return source if blank and not text.strip() else _checked(source)
    if marked or encoding:
        raise SourceError(
            f"{name} is not {candidates[0]}, as its "
            f"{'byte order mark' if marked else 'project'} says: it may be truncated. "
            f"Save it as UTF-8."
        )
    raise SourceError(f"The encoding of {name} is unknown: save it as UTF-8.")


def mojibake(text: str) -> float:
    """How much a text looks like UTF-8 decoded with a wrong code page.

    Counts ftfy's suspicious sequences per 1000 characters.
    """
    if text.isascii():
        return 0.0
    from ftfy.badness import badness  # noqa: PLC0415  # takes its time to load

    return 1000 * badness(text) / len(text)


def _known(encoding: str, name: str) -> str:
    """Python's name for an encoding.

    UTF-16 or UTF-32 without a mark gets a byte order.
    """
    try:
        known = codecs.lookup(encoding).name
    except LookupError:
        raise SourceError(f"{name} declares an unknown encoding, {encoding}.") from None
    return {
        "latin-1": "iso-8859-1",
        "cp1252": "windows-1252",
        "utf-16": "utf-16-le",
        "utf-32": "utf-32-le",
        "utf-8-sig": "utf-8",
    }.get(known, known)


def _utf_16_without_mark(data: bytes) -> list[str]:
    """The byte order, if nearly every other byte is zero, as in English in UTF-16."""
    sample = data[:4096]
    zeros = [sample[parity::2].count(0) / (len(sample) / 2) for parity in (0, 1)]
    if len(data) % 2 or max(zeros) < 0.6 or min(zeros) > 0.05:
        return []
    return ["utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"]


def _code_pages(data: bytes) -> list[str]:
    """The code pages to try: Windows-1252 if a byte in 80-9F needs it, else ISO 8859-1.

    ISO 8859-1 also takes the bytes that Windows-1252 leaves undefined.
    """
    return list(_CODE_PAGES) if _UPPER_CONTROL.search(data) else ["iso-8859-1"]


def _decoded(data: bytes, encoding: str) -> str | None:
    """The text, or None where it is not in this encoding."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            return None
    text = data.decode("utf-8", "surrogateescape")
    broken, whole = len(_ESCAPED.findall(text)), len(_MULTIBYTE.findall(text))
    return text if broken <= _MOST_ESCAPED * whole else None


def _line_ends(text: str) -> tuple[str, str]:
    r"""The text with its line ends as "\n", and what they were; mixed ones stay as they are."""
    returns = text.count("\r")
    if not returns:
        return text, "\n"
    feeds = text.count("\n")
    if not feeds:
        return text.replace("\r", "\n"), "\r"
    if returns == feeds == text.count("\r\n"):
        return text.replace("\r\n", "\n"), "\r\n"
    return text, "\n"


def _round_trips(source: Source, data: bytes) -> bool:
    """Whether the source gives these bytes back.

    Some code pages encode what they decoded in another way.
    """
    try:
        return source.data == data
    except UnicodeEncodeError:
        return False


def _checked(source: Source) -> Source:
    """The source, if it has the look of a text."""
    if not source.text.strip("\0 \t\r\n\f\v"):
        raise SourceError(
            f"{source.name} contains nothing but NUL bytes: the file is empty or damaged; copy it "
            f"again."
            if "\0" in source.text
            else f"{source.name} contains nothing but white space."
        )
    if source.encoding in _CODE_PAGES and (likely := _east_asian(source.data)):
        raise SourceError(
            f"{source.name} is not in UTF-8, but probably in {likely}: save it as UTF-8."
        )
    controls = len(_CONTROL.findall(source.text))
    in_words = _IN_WORD.findall(source.text) if controls else []
    if len(in_words) > _MOST_IN_WORDS * len(source.text):
        in_words = []
    if in_words.count("\0") < _LEAST_IN_WORDS * source.text.count("\0"):
        raise SourceError(
            f"{source.name} contains NUL bytes: it is binary, or UTF-16 without a byte order mark; "
            f"save it as UTF-8."
        )
    if controls - len(in_words) > max(_MOST_CONTROLS * len(source.text), 1):
        raise SourceError(f"{source.name} is binary data in a format that emend does not read.")
    return source


def _east_asian(data: bytes) -> str:
    """The encoding that a text in Japanese, Chinese or Korean is in; "" for any other text."""
    if sum(byte > 0x7F for byte in data) < _MOST_WESTERN * len(data):
        return ""
    found = {}
    for codec, name in _EAST_ASIAN.items():
        with suppress(UnicodeDecodeError):
            beyond = [sign for sign in data.decode(codec) if not sign.isascii()]
            found[name] = sum(sign in _EAST_ASIAN_COMMON for sign in beyond) / len(beyond)
    best = max(found, key=lambda name: found[name], default="")
    return best if best and found[best] >= _LEAST_EAST_ASIAN else ""
