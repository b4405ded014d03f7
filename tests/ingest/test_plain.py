"""Decoding: the very bytes come back, or the file is refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.ingest.readers.plain import decode, mojibake

# name, bytes, text, encoding, newline, byte order mark
READ = [
    ("ascii", b"A plain line.\n", "A plain line.\n", "utf-8", "\n", False),
    ("no line end at the end", b"A plain line.", "A plain line.", "utf-8", "\n", False),
    (
        "utf-8",
        "Caf\u00e9 \u2014 \u201cso\u201d\n".encode(),
        "Caf\u00e9 \u2014 \u201cso\u201d\n",
        "utf-8",
        "\n",
        False,
    ),
    ("utf-8 with mark", b"\xef\xbb\xbfOne\nTwo\n", "One\nTwo\n", "utf-8", "\n", True),
    (
        "utf-8 with a second mark, which is a character",
        b"\xef\xbb\xbf\xef\xbb\xbfOne",
        "\ufeffOne",
        "utf-8",
        "\n",
        True,
    ),
    ("crlf", b"One\r\nTwo\r\n", "One\nTwo\n", "utf-8", "\r\n", False),
    ("cr", b"One\rTwo\r", "One\nTwo\n", "utf-8", "\r", False),
    (
        "mixed line ends stay",
        b"One\r\nTwo\nThree\r\n",
        "One\r\nTwo\nThree\r\n",
        "utf-8",
        "\n",
        False,
    ),
    ("cr beside crlf stays", b"One\rTwo\r\n", "One\rTwo\r\n", "utf-8", "\n", False),
    ("lf cr is two line ends", b"One\n\rTwo", "One\n\rTwo", "utf-8", "\n", False),
    ("form feeds", b"One\n\fTwo\n\f", "One\n\fTwo\n\f", "utf-8", "\n", False),
    (
        "utf-16-le",
        b"\xff\xfe" + "Caf\u00e9\r\nTwo".encode("utf-16-le"),
        "Caf\u00e9\nTwo",
        "utf-16-le",
        "\r\n",
        True,
    ),
    (
        "utf-16-be",
        b"\xfe\xff" + "Caf\u00e9\rTwo".encode("utf-16-be"),
        "Caf\u00e9\nTwo",
        "utf-16-be",
        "\r",
        True,
    ),
    (
        "utf-32-le",
        b"\xff\xfe\0\0" + "Caf\u00e9 \U0001d49c".encode("utf-32-le"),
        "Caf\u00e9 \U0001d49c",
        "utf-32-le",
        "\n",
        True,
    ),
    (
        "utf-32-be",
        b"\0\0\xfe\xff" + "Caf\u00e9".encode("utf-32-be"),
        "Caf\u00e9",
        "utf-32-be",
        "\n",
        True,
    ),
    (
        "utf-16 without mark",
        "A longer line.\n".encode("utf-16-le"),
        "A longer line.\n",
        "utf-16-le",
        "\n",
        False,
    ),
    (
        "utf-16-be without mark",
        "A longer line.\n".encode("utf-16-be"),
        "A longer line.\n",
        "utf-16-be",
        "\n",
        False,
    ),
    ("latin-1", b"Caf\xe9, fa\xe7ade\n", "Caf\u00e9, fa\u00e7ade\n", "iso-8859-1", "\n", False),
    (
        "windows-1252",
        b"\x93Caf\xe9\x94 \x97 it\x92s\n",
        "\u201cCaf\u00e9\u201d \u2014 it\u2019s\n",
        "windows-1252",
        "\n",
        False,
    ),
    (
        "latin-1 with a byte that windows-1252 lacks",
        b"Caf\xe9 au lait \x81 and so on",
        "Caf\u00e9 au lait \x81 and so on",
        "iso-8859-1",
        "\n",
        False,
    ),
    (
        "mojibake stays",
        "we\u00e2\u20ac\u2122ll go".encode(),
        "we\u00e2\u20ac\u2122ll go",
        "utf-8",
        "\n",
        False,
    ),
    ("the end-of-file sign of DOS", b"The end.\r\n\x1a", "The end.\n\x1a", "utf-8", "\r\n", False),
    (
        "a broken byte in a long text in utf-8",
        ("\u00e9t\u00e9 " * 60).encode() + b"\xff fin",
        "\u00e9t\u00e9 " * 60 + "\udcff fin",
        "utf-8",
        "\n",
        False,
    ),
    (
        "zeros where a PDF had ligatures",
        b"The of\0cer con\0rmed it; the \0rst was sti\0.",
        "The of\0cer con\0rmed it; the \0rst was sti\0.",
        "utf-8",
        "\n",
        False,
    ),
    (
        "byte order mark of the other kind as text",
        b"\xfe\xfe text",
        "\u00fe\u00fe text",
        "iso-8859-1",
        "\n",
        False,
    ),
]
REFUSED = [
    ("nothing", b"", "is empty"),
    ("white space", b" \n\t\r\n\f", "white space"),
    ("a mark alone", b"\xef\xbb\xbf", "white space"),
    ("zeros", b"\0" * 4096, "NUL bytes"),
    ("a zero in a text", b"Text \0 and text", "binary"),
    ("zeros between words", b"usr\0bin\0lib\0a.out\0" * 9, "NUL bytes"),
    ("zeros beside figures", b"Text of 1\0002 and 3\0004, a fifth of it", "NUL bytes"),
    ("a program", b"\x7fELF\x02\x01\x01" + bytes(range(256)), "binary"),
    ("controls", b"\x01\x02\x03\x04 a", "binary"),
    ("utf-16 cut short", b"\xff\xfeA\0B", "not utf-16-le"),
    ("half a pair in utf-16", b"\xff\xfe\x00\xd8A\0", "not utf-16-le"),
    ("utf-32 beyond Unicode", b"\xff\xfe\0\0\xff\xff\xff\xff", "not utf-32-le"),
    *(
        (encoding, text.encode(encoding), f"probably in {name}: save it as UTF-8")
        for encoding, name, text in (
            (
                "shift_jis",
                "Shift-JIS",
                "昔、川のそばに古い水車があった。人はそれを見て、何も言わなかった。",
            ),
            (
                "euc_jp",
                "EUC-JP",
                "昔、川のそばに古い水車があった。人はそれを見て、何も言わなかった。",
            ),
            (
                "gbk",
                "GB 18030",
                "河的旁边有一个老磨坊。人们看见了它，什么也不说。他在那里住了十年。",
            ),
            ("big5", "Big5", "河的旁邊有一個老磨坊。人們看見了它，什麼也不說。他在那裡住了十年。"),
            (
                "euc_kr",
                "EUC-KR",
                "강의 옆에 오래된 물레방아가 있었다. 사람들은 그것을 보고 말하지 않았다.",
            ),
        )
    ),
    ("utf-8 cut short after a mark, so no code page", b"\xef\xbb\xbfCaf\xc3", "not utf-8"),
]


@pytest.mark.parametrize(
    ("data", "text", "encoding", "newline", "bom"),
    [row[1:] for row in READ],
    ids=[row[0] for row in READ],
)
def test_decoded(data, text, encoding, newline, bom):
    source = decode(data, "a.txt")
    assert (source.text, source.encoding, source.newline, source.bom) == (
        text,
        encoding,
        newline,
        bom,
    )
    assert source.data == data
    assert source.name == "a.txt"


@pytest.mark.parametrize(
    ("data", "sentence"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_refused(data, sentence):
    with pytest.raises(SourceError, match=sentence):
        decode(data, "a.txt")


@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    )
)
@example(b"\xff\xfe\x00\xdc")
@example(b"\r\n\r")
@example(b"\x81\x8d a b c")
def test_every_file_comes_back_or_is_refused(data):
    try:
        source = decode(data, "a.txt")
    except SourceError:
        return
    assert source.data == data


@given(
    st.text(min_size=1, max_size=200),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "windows-1252", "iso-8859-1"]),
)
def test_every_encoding_comes_back_or_is_refused(text, newline, encoding):
    data = text.replace("\n", newline).encode(encoding, "ignore")
    try:
        source = decode(data, "a.txt")
    except SourceError:
        return
    assert source.data == data


@pytest.mark.parametrize("encoding", ["koi8-r", "cp437", "mac-roman", "shift_jis"])
def test_an_encoding_that_is_told(encoding):
    word = (
        "\u30c6\u30ad\u30b9\u30c8"
        if encoding == "shift_jis"
        else "\u0433\u043e\u0440\u043e\u0434"
        if encoding == "koi8-r"
        else "Caf\u00e9"
    )
    source = decode(word.encode(encoding), "a.txt", encoding)
    assert source.text == word
    assert source.data == word.encode(encoding)


def test_an_encoding_that_is_told_and_false():
    with pytest.raises(SourceError, match="not utf-8"):
        decode(b"Caf\xe9", "a.txt", "utf-8")
    with pytest.raises(SourceError, match="unknown encoding"):
        decode(b"Cafe", "a.txt", "utf-9000")


@pytest.mark.parametrize(
    "text",
    [
        "The caf\u00e9 \u2014 \u201cso\u201d",
        "na\u00efve \u00e6on",
        "\u0393\u03bd\u1ff6\u03b8\u03b9 \u03c3\u03b5\u03b1\u03c5\u03c4\u03cc\u03bd",
        "",
    ],
)
def test_no_mojibake(text):
    assert mojibake(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "we\u00e2\u20ac\u2122ll go",
        "Caf\u00c3\u00a9 \u00e2\u20ac\u201d so",
        "\u00c3\u2026kerstr\u00c3\u00b6m",
    ],
)
def test_mojibake(text):
    assert mojibake(text) > 0
