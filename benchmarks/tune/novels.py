"""Count novels into a language's model.

    python benchmarks/tune/novels.py NOVELS.txt.xz OUT.xz --language de

The text is public-domain prose, one paragraph a line, each book opened by ``### name``. What ships
is figures only: the vocabulary with its counts, and log probabilities of word pairs and triples.
For English (``--dictionaries FOLDER --general en-us.lm.bin``) those of the novels are mixed with
those of a general model of CMU Sphinx (in the package pocketsphinx), which knows newspapers and
business, and the words that a Hunspell dictionary takes are marked.
`pipeline.language.language_model` reads the figures.
"""

from __future__ import annotations

import argparse
import array
import collections
import lzma
import sys
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import numpy as np
import regex
import wordfreq

sys.path.insert(0, str(Path(__file__).parent))
import sphinx
from trigrams import SEEN_AT_LEAST, kneser_ney, mixed, pruned

from pipeline.language.figures import pack
from pipeline.language.languages import pack as pack_of

WORD = regex.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
# of the general model: a little less for novels, a little more for newspapers would be best
SHARE = 0.4
# of a pair or triple: with 0 the figures take 4 MB more, and a text is 4 % less surprising
LEAST = 1e-8
BOOKS = 100


def count(
    novels: Path, folded: Iterable[tuple[str, str]]
) -> tuple[np.ndarray, list[str], np.ndarray, np.ndarray]:
    """Token ids (int32, -1 between books), the words, and two counts for each word.

    The counts are the number of books it is in, and how often it is capitalised. `folded`: letters,
    and what the word lists write for them (German ``ß``).
    """
    ids: dict[str, int] = {}
    out = array.array("i")
    books: collections.Counter[str] = collections.Counter()
    capitals: collections.Counter[str] = collections.Counter()
    seen: set[str] = set()
    with lzma.open(novels, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    marked = any(line.startswith("### ") for line in lines)
    portion = len(lines) // BOOKS + 1  # where no line opens a book, a hundredth counts as one
    for nth, line in enumerate(lines):
        if line.startswith("### ") if marked else nth % portion == 0:
            books.update(seen)
            seen = set()
            out.extend((-1, -1))
        if marked and line.startswith("### "):
            continue
        for word in WORD.findall(line):
            lower = "0" if word.isdigit() else word.replace("’", "'").lower()
            capital = lower != word
            for letter, listed in folded:
                lower = lower.replace(letter, listed)
            capitals[lower] += capital
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


def main() -> None:
    """Count, smooth, prune, pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("novels", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--dictionaries", type=Path, help="folder of Hunspell dictionaries")
    parser.add_argument("--general", type=Path, help="a general model of CMU Sphinx")
    args = parser.parse_args()
    language = pack_of(args.language)
    tokens, words, books, capitals = count(args.novels, language.words.folded)
    n = np.bincount(tokens[tokens >= 0], minlength=len(words))
    order = np.argsort(-n, kind="stable")
    order, seldom = np.split(order[n[order] >= SEEN_AT_LEAST], [65535])
    new = np.full(len(words) + 1, -1)
    new[order] = np.arange(len(order))
    kept = [words[i] for i in order]
    common = np.array([wordfreq.word_frequency(w, language.words.wordfreq) for w in kept])
    model = kneser_ney(new[tokens], len(order), common / common.sum())
    if args.general:
        model = mixed(model, sphinx.read(args.general, kept), SHARE)
    figures = pruned(model, LEAST).figures()
    # words beyond what the model numbers: of two books they are attested, of one only counted
    seldom = seldom[books[seldom] >= 2]
    once = sorted(set(words) - set(kept) - {words[i] for i in seldom})
    figures |= {
        "words": np.frombuffer("\n".join(kept).encode(), np.uint8),
        "count": n[order].astype(np.uint32),
        "books": books[order].astype(np.uint8),
        "capital": (255 * capitals[order] / n[order]).astype(np.uint8),
        "seldom": np.frombuffer("\n".join(sorted(words[i] for i in seldom)).encode(), np.uint8),
        "once": np.frombuffer("\n".join(once).encode(), np.uint8),
    }
    if args.dictionaries:
        takes = "\n".join(spelled(args.dictionaries, words))
        figures["spelled"] = np.frombuffer(takes.encode(), np.uint8)
    args.out.write_bytes(pack(figures))
    sys.stdout.write(
        f"{args.out}: {len(kept)} words, {args.out.stat().st_size / 1e6:.1f} MB; "
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
    main()
