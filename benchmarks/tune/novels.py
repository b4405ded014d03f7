"""Count the novels into the shipped language model.

    python benchmarks/tune/novels.py NOVELS.txt.xz DICTIONARIES en-us.lm.bin OUT.xz

The text is public-domain prose, one paragraph a line, each book opened by ``### name``. What ships
is figures only: the vocabulary with its counts, and log probabilities of word pairs and triples,
those of the novels mixed with those of a general model of CMU Sphinx (it lies in the package
pocketsphinx), which knows newspapers and business. `pipeline.language.language_model` reads them.
"""

from __future__ import annotations

import array
import collections
import lzma
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import regex
import wordfreq

sys.path.insert(0, str(Path(__file__).parent))
import sphinx
from trigrams import SEEN_AT_LEAST, kneser_ney, mixed, pruned

from pipeline.language.figures import pack

WORD = regex.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
# of the general model: a little less for novels, a little more for newspapers would be best
SHARE = 0.4
# of a pair or triple: with 0 the figures take 4 MB more, and a text is 4 % less surprising
LEAST = 1e-8


def count(novels: Path) -> tuple[np.ndarray, list[str], np.ndarray, np.ndarray]:
    """Token ids (int32, -1 between books), the words, and two counts for each word.

    The counts are the number of books it is in, and how often it is capitalised.
    """
    ids: dict[str, int] = {}
    out = array.array("i")
    books: collections.Counter[str] = collections.Counter()
    capitals: collections.Counter[str] = collections.Counter()
    seen: set[str] = set()
    for line in lzma.open(novels, "rt", encoding="utf-8"):
        if line.startswith("### "):
            books.update(seen)
            seen = set()
            out.extend((-1, -1))
            continue
        for word in WORD.findall(line):
            lower = "0" if word.isdigit() else word.replace("’", "'").lower()
            if lower != word:
                capitals[lower] += 1
            out.append(ids.setdefault(lower, len(ids)))
            seen.add(lower)
    books.update(seen)
    words = list(ids)
    return (
        np.frombuffer(out, np.int32),
        words,
        np.array([books[w] for w in words]),
        np.array([capitals[w] for w in words]),
    )


def main(novels: Path, dictionaries: Path, general: Path, out: Path) -> None:
    """Count, smooth, prune, pack."""
    tokens, words, books, capitals = count(novels)
    n = np.bincount(tokens[tokens >= 0], minlength=len(words))
    order = np.argsort(-n, kind="stable")
    order = order[n[order] >= SEEN_AT_LEAST][:65535]
    new = np.full(len(words) + 1, -1)
    new[order] = np.arange(len(order))
    kept = [words[i] for i in order]
    common = np.array([wordfreq.word_frequency(w, "en") for w in kept])
    model = mixed(
        kneser_ney(new[tokens], len(order), common / common.sum()),
        sphinx.read(general, kept),
        SHARE,
    )
    figures = pruned(model, LEAST).figures()
    once = sorted(w for i, w in enumerate(words) if n[i] < SEEN_AT_LEAST)
    figures |= {
        "words": np.frombuffer("\n".join(kept).encode(), np.uint8),
        "count": n[order].astype(np.uint32),
        "books": books[order].astype(np.uint8),
        "capital": (255 * capitals[order] / n[order]).astype(np.uint8),
        "once": np.frombuffer("\n".join(once).encode(), np.uint8),
        "spelled": np.frombuffer("\n".join(spelled(dictionaries, words)).encode(), np.uint8),
    }
    out.write_bytes(pack(figures))
    sys.stdout.write(
        f"{out}: {len(kept)} words, {out.stat().st_size / 1e6:.1f} MB; "
        + str({k: len(v) for k, v in figures.items()})
        + "\n"
    )


def spelled(folder: Path, novels: list[str]) -> list[str]:
    """The words known from elsewhere that the en_US or en_GB dictionary of Hunspell has.

    They are looked up in lower case.
    """
    from hunspell import Hunspell  # a tuning-time need alone
    from symspellpy import SymSpell

    names = SymSpell(max_dictionary_edit_distance=0, count_threshold=0)
    names.load_dictionary(
        str(resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"), 0, 1
    )
    checkers = [Hunspell("en_GB", hunspell_data_dir=str(folder)), Hunspell("en_US")]

    def takes(checker: Hunspell, word: str) -> bool:
        try:
            return bool(checker.spell(word) or checker.spell(word.title()))
        except UnicodeEncodeError:
            return False

    known = set(wordfreq.get_frequency_dict("en", "large")) | set(names.words) | set(novels)
    return sorted(
        w
        for w in known
        if regex.fullmatch(r"[^\W\d_]+(?:'[^\W\d_]+)?", w) and any(takes(c, w) for c in checkers)
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
