"""Adapt a classifier trained on English alone to another language.

    python benchmarks/tune/lend.py CLASSIFIER.xz LANGUAGE OUT.xz

``gather.py --bare`` and ``fit.py`` make CLASSIFIER.xz. Chances, frequencies, how word-like a form
is, what the text shows elsewhere: the evidence means the same in every language; only the channel
knows letters. It gets those of the language: read as what is read for the letter without its
accent, and as that letter itself. Since the classifier was not trained on the language, only
strange forms are changed and words divided or joined, and of these the surest; attested words are
pending.
"""

from __future__ import annotations

import json
import sys
from dataclasses import astuple
from pathlib import Path

import numpy as np

from pipeline.correct.spelling.classifier import Thresholds
from pipeline.language.figures import pack, unpack
from pipeline.language.languages import pack as pack_of
from pipeline.language.variants import without_accents

# Never an attested word, and of the others the surest.
LENT = Thresholds(word=0.98, joined=0.95, likely=0.8)
ACCENT_LOST = -1.7  # log10


def main(classifier: Path, language: str, out: Path) -> None:
    """Write the language's classifier."""
    figures = unpack(classifier.read_bytes())
    channel = {(page, read): cost for page, read, cost in json.loads(figures["channel"].tobytes())}
    for letter in pack_of(language).alphabet.letters:
        plain = without_accents(letter)
        if plain == letter:
            continue
        for (page, read), cost in list(channel.items()):
            if plain in page and len(page) <= 2 and read != letter:
                channel.setdefault((page.replace(plain, letter, 1), read), cost)
        channel[letter, plain] = ACCENT_LOST
    limits = np.array(astuple(LENT))
    rows = [[page, read, cost] for (page, read), cost in sorted(channel.items())]
    figures |= {
        "channel": np.frombuffer(json.dumps(rows, ensure_ascii=False).encode(), np.uint8),
        "limits": limits,
    }
    out.write_bytes(pack(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
