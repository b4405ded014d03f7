"""The least there can be: a white image, a TEI file with one paragraph."""

import struct
import zlib


def a_png(width, height):
    """A white page image."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compress(b"".join(b"\0" + b"\xff" * width for _ in range(height)))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


OURS = (
    '<encodingDesc><appInfo><application ident="emend" version="0.1"><label>emend</label>'
    "</application></appInfo></encodingDesc>"
)


def a_tei(body, *, title="A small text", head="", after=""):
    """The least TEI that can be published, around a body."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en"><teiHeader><fileDesc><titleStmt>
<title>{title}</title></titleStmt>
<publicationStmt><p>unpublished</p></publicationStmt><sourceDesc><p>none</p></sourceDesc></fileDesc>
{head}</teiHeader>
<text><body>{body}</body></text>{after}</TEI>
"""
