"""Lend a decision learned from bare English to another language: ``lend.py DECISION.xz LANGUAGE OUT.xz``.

``gather.py --bare`` and ``fit.py`` make DECISION.xz. Chances, frequencies, how word-like a form is, what the text shows elsewhere: the evidence
means the same in every language; only the channel knows letters. It gets those of the language: read as what is read for the letter
without its accent, and as that letter itself. The thresholds are raised, since nothing was learned from the language.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

import numpy as np

from pipeline.correct.figures import pack, unpack
from pipeline.correct.packs import pack as pack_of

STRICTER = 3.0  # times
ACCENT_LOST = -1.7  # log10


def main(decision: Path, language: str, out: Path) -> None:
    """Write the language's decision."""
    figures = unpack(decision.read_bytes())
    channel = {(page, read): cost for page, read, cost in json.loads(figures["channel"].tobytes())}
    for letter in pack_of(language).letters:
        plain = unicodedata.normalize("NFD", letter)[0]
        if plain == letter:
            continue
        for (page, read), cost in list(channel.items()):
            if plain in page and len(page) <= 2 and read != letter:
                channel.setdefault((page.replace(plain, letter, 1), read), cost)
        channel[letter, plain] = ACCENT_LOST
    limits = figures["limits"].copy()
    limits[:-3] = np.maximum(limits[:-3], 1) * STRICTER
    rows = [[page, read, cost] for (page, read), cost in sorted(channel.items())]
    figures |= {"channel": np.frombuffer(json.dumps(rows, ensure_ascii=False).encode(), np.uint8), "limits": limits}
    out.write_bytes(pack(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
