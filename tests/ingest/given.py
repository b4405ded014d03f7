"""Files as a user may give them: written into a folder, drawn, or packed."""

from __future__ import annotations

import io
import json
import zipfile

from PIL import Image


def write(folder, files):
    """Write files into a folder: bytes, text, or what is to be JSON, by their paths."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, (bytes, str)) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def png(width=100, height=140):
    """A white page."""
    held = io.BytesIO()
    Image.new("L", (width, height), 255).save(held, "PNG")
    return held.getvalue()


def zipped(files):
    """A ZIP archive of texts or bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def alto(text):
    """A page in ALTO, all in one line."""
    words = "".join(
        f'<String CONTENT="{word}" HPOS="{60 * n}" VPOS="9" WIDTH="50" HEIGHT="30"/>'
        for n, word in enumerate(text.split())
    )
    return (
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Layout><Page WIDTH="1000" '
        'HEIGHT="1400">'
        f"<PrintSpace><TextBlock><TextLine>{words}</TextLine></TextBlock></PrintSpace></Page>"
        f"</Layout></alto>"
    )
