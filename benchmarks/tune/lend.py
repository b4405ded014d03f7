"""Lend a decision learned from bare English to another language: ``lend.py DECISION.xz LANGUAGE
OUT.xz [TIMES]``.

``gather.py --bare`` and ``fit.py`` make DECISION.xz. Chances, frequencies, how word-like a form is,
what the text shows elsewhere: the evidence means the same in every language; only the channel knows
letters. It gets those of the language: read as what is read for the letter without its accent, and
as that letter itself. Since nothing was learned from the language and no words are known in
company, only strange forms are touched, with thresholds raised so many TIMES; attested words, words
cut in two and words run together are held. Less is allowed of old spelling, too.
"""

from __future__ import annotations

import json
import sys
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np

from pipeline.correct.spelling.decision import KINDS, Thresholds
from pipeline.language.figures import pack, unpack
from pipeline.language.languages import pack as pack_of
from pipeline.language.variants import without_accents

NEVER = 1000.0  # merit is at most 500
OLD = 0.05
TOUCHED = ("unit", "unit_noisy", "garbled", "name")
ACCENT_LOST = -1.7  # log10


def main(decision: Path, language: str, out: Path, times: float) -> None:
    """Write the language's decision."""
    figures = unpack(decision.read_bytes())
    channel = {(page, read): cost for page, read, cost in json.loads(figures["channel"].tobytes())}
    for letter in pack_of(language).alphabet.letters:
        plain = without_accents(letter)
        if plain == letter:
            continue
        for (page, read), cost in list(channel.items()):
            if plain in page and len(page) <= 2 and read != letter:
                channel.setdefault((page.replace(plain, letter, 1), read), cost)
        channel[letter, plain] = ACCENT_LOST
    raised = {
        name: times * max(1.0, limit) if name in TOUCHED else NEVER
        for name, limit in zip(KINDS, figures["limits"].tolist(), strict=False)
    }
    kept = Thresholds(old=OLD)
    limits = np.array(astuple(replace(kept, **raised)), np.float32)
    rows = [[page, read, cost] for (page, read), cost in sorted(channel.items())]
    figures |= {
        "channel": np.frombuffer(json.dumps(rows, ensure_ascii=False).encode(), np.uint8),
        "limits": limits,
    }
    out.write_bytes(pack(figures))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        sys.argv[2],
        Path(sys.argv[3]),
        float(sys.argv[4]) if len(sys.argv) > 4 else 3.0,
    )
