"""Measure how fast a library is published.

    python benchmarks/publish.py [--editions N] [--words N] [--jobs N] [FOLDER]

Makes a library of synthetic editions (a vocabulary of invented words with the frequencies of real
ones, a correction in some forty words, page starts, notes), publishes it, publishes it again with
nothing changed, and again with one edition changed. FOLDER is kept if given, so that the site can
be looked at. Prints a table; what it says of a thousand editions is reckoned from the time of one,
and said to be.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import tempfile
import time
from pathlib import Path

from pipeline.publish import publish

SYLLABLES = [
    "".join(pair)
    for pair in itertools.product(
        "bdfgklmnprstvw", ("a", "e", "i", "o", "u", "ea", "ou", "an", "er", "is")
    )
]
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en"><teiHeader>
<fileDesc><titleStmt><title>Synthetic book {n}</title>
<author>Author {author}</author></titleStmt><publicationStmt><publisher>Benchmark</publisher>
<date when="2026-01-01"/></publicationStmt>
<sourceDesc><p>made</p></sourceDesc></fileDesc><encodingDesc><classDecl><taxonomy>
<category xml:id="r.word.confusion"><catDesc>a misread letter</catDesc></category>
</taxonomy></classDecl></encodingDesc></teiHeader>
<text xml:space="preserve"><body><div type="chapter" xml:id="d0"><head>Chapter 0</head>
"""


def vocabulary(size: int, random_: random.Random) -> tuple[list[str], list[float]]:
    """Invented words and their weights, by Zipf's law."""
    words = sorted(
        {
            "".join(random_.choices(SYLLABLES, k=random_.choice((1, 2, 2, 3, 3, 4))))
            for _ in range(size)
        }
    )
    random_.shuffle(words)
    return words, list(itertools.accumulate(1 / (i + 2.7) for i in range(len(words))))


def edition(n: int, words: int, known: tuple[list[str], list[float]]) -> str:
    """A TEI edition of about so many words."""
    random_ = random.Random(n)
    chosen = iter(random_.choices(known[0], cum_weights=known[1], k=words))
    parts: list[str] = []
    changes = page = 0
    done = False
    while not done:
        paragraph: list[str] = []
        for line in range(random_.randint(4, 14)):
            said = list(itertools.islice(chosen, 10))
            if not said:
                done = True
                break
            for i, word in enumerate(said):
                if len(word) > 3 and random_.random() < 0.025:
                    changes += 1
                    said[i] = (
                        f'<app xml:id="c.{changes}" type="ocr" ana="#k.ocr '
                        f'#r.word.confusion" resp="#resp.emend" cert="high" change="#ch.2">'
                        f'<lem wit="#print" cert="0.97">{word}</lem><rdg '
                        f'wit="#ocr">{word[:-1]}1</rdg></app>'
                    )
            end = "<lb/>"
            if random_.random() < 0.12:
                changes += 1
                end = (
                    f'<lb xml:id="c.{changes}" break="no" rend="hyphen" ana="#k.linebreak '
                    f'#r.line-end.lost" resp="#resp.emend" cert="high"/>'
                )
            paragraph.append(("\n" + end if line else "") + " ".join(said))
        if paragraph:
            parts.append(f'<lb/><p xml:id="p{len(parts) + 1}">{"".join(paragraph)}.</p>\n<lb/>')
        if len(parts) % 4 == 0:
            page += 1
            parts.append(f'<pb xml:id="pb{page}" n="{page}"/>')
        if len(parts) % 60 == 0:
            parts.append(
                f'</div><div type="chapter" xml:id="d{len(parts)}"><head>Chapter '
                f"{len(parts) // 60}</head>"
            )
    return HEAD.format(n=n, author=n % 50) + "".join(parts) + "</div></body></text></TEI>\n"


def processor() -> float:
    """Seconds that this process and those it started have kept a processor busy."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--editions", type=int, default=24)
    parser.add_argument("--words", type=int, default=50_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="emend-publish-"))
    texts, out = folder / "texts", folder / "site"
    texts.mkdir(parents=True, exist_ok=True)
    known = vocabulary(60_000, random.Random(1))
    paths = []
    for n in range(asked.editions):
        paths.append(texts / f"book-{n:04}.xml")
        paths[-1].write_text(edition(n, asked.words, known), "utf-8")
    size = sum(path.stat().st_size for path in paths)
    print(
        f"{asked.editions} editions of {asked.words:,} words, {size / 2**20:.0f} MB of TEI, "
        f"{asked.jobs} processes\n"
    )
    print(f"{'':26}{'seconds':>9}{'of processor':>14}")

    def timed(name: str) -> tuple[float, float]:
        began, worked = time.perf_counter(), processor()
        done = publish(paths, out, base_url="https://example.org/", jobs=asked.jobs)
        took, work = time.perf_counter() - began, processor() - worked
        print(
            f"{name:26}{took:9.2f}{work:14.2f}   {len(done.written)} written, "
            f"{len(done.refused)} refused"
        )
        return took, work

    whole, work = timed("everything")
    timed("again, nothing changed")
    paths[0].write_text(edition(10_000, asked.words, known), "utf-8")
    timed("again, one changed")
    files = [path for path in out.rglob("*") if path.is_file()]
    print(
        f"\nThe site: {len(files):,} files, "
        f"{sum(path.stat().st_size for path in files) / 2**20:.0f} MB."
    )
    if asked.editions < 1000:
        minutes = 1000 / asked.editions / 60
        print(
            f"A thousand editions, reckoned from these and not measured: "
            f"{whole * minutes:.1f} minutes as busy as this machine now is,"
        )
        print(
            f"{work * minutes / asked.jobs:.1f} minutes if its {asked.jobs} processors do "
            f"nothing else."
        )
    if not asked.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
