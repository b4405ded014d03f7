"""Throw damaged input of every kind at emend and count what comes back.

    python benchmarks/fuzz.py COUNT [SEED]

Inputs: random bytes; the sample files of every format, mutated; texts, mutated; prose mixed with
junk; TEI, mutated, through check, restore and publish; meta.toml, decisions.jsonl and ledgers,
mutated. Each must end in a result or an EmendError, within 10 seconds, and what is cleaned must be
restored to the byte.
The same count and seed give the same inputs. The exit code says whether all held.
"""

from __future__ import annotations

import random
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline import clean
from pipeline.errors import EmendError
from pipeline.ingest import read
from pipeline.project import Project, init
from pipeline.publish import publish
from pipeline.review.decide.decisions import read as read_decisions
from pipeline.review.diff import ledger_from
from pipeline.tei.restore import restore
from pipeline.tei.validate import check

ROOT = Path(__file__).parents[1]
SECONDS = 10
TEXT = (
    "THE MILL AT ARDEN\n\nThe road is long, said my compan-\nion, and tbe inn is poor.* He had\n"
    "been there in 1929--1933.\n\n* A note on it.\n\f\n12\n\n“Come in,” said the miller.\n"
)
META = """title = "A"
author = "B"
date = "1832"
publisher = "C"
place = "D"
language = "en"
kind = "book"
edited = "2026-11-24"
"""
DECISION = (
    '{"id": "a1", "when": "2026-01-01T00:00:00Z", "who": "a", '
    '"verdict": "reading", "scope": "place", "kind": "ocr", "quote": "tbe", "after": "the", '
    '"start": 60, "end": 63}\n'
)
SENTENCES = [part for part in TEXT.replace("\f", "\n").split("\n") if part] + [
    "The ferry leaves at 1O o'clock; tickets are sold on the pi er¹ only.",
    "Das Haus an der Brüde ſteht leer, ſagte der Müller.",
    "Il n'y a pas de quoi, dit-il — et puis rien.",
    "| 12 | 160,038 | 1,780 |",
    "* * * * *",
]
JUNK = [
    "\x01\x02\x0b\x0c\x1f\x7f\x85\ufeff",
    "\u200e\u200f\u202a\u202e\u2066\u2069 אבג",
    " ",
    "\n",
    " \n\t\f",
    "-\u00ad\n a",
    "*_~`#|>",
    "()[]{}<>&\"'",
    "0123456789., ",
    "a",
    "abcdefghij ",
    "\u0301\u0364e",
    "\U0001f600\U000e0001",
    "IVXLCl1| .",
    "“”‘’«»„",
]
PIECES = [
    b"\0", b"\xff", b"\xf9", b"<", b">", b"&", b"<!--", b"]]>", b"<?x ", b'"', b"\\", b"{",
    b"[" * 50, b"\f", b"\n" * 20, b" " * 50, b"-\n", "é".encode(), "\u2028".encode(), b"1e999",
    b"null", b"<hi>" * 30, b"&#0;", b"../",
]  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The same with a few bytes changed, dropped, doubled or put in."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        at = dice.randrange(len(made) + 1)
        what = dice.randrange(5)
        if what == 0 and made:
            made[at % len(made)] = dice.randrange(256)
        elif what == 1:
            del made[at : at + dice.choice((1, 3, 40, 400))]
        elif what == 2:
            made[at:at] = made[at : at + dice.choice((3, 40, 400))]
        elif what == 3:
            made[at:at] = dice.choice(PIECES)
        else:
            del made[at : None if dice.random() < 0.2 else at + 1]
    return bytes(made)


def cleaned(data: bytes, name: str) -> str:
    """Read, clean, encode, validate, restore."""
    source = read(data, name, ocr="never")
    made = clean(source)
    tei = made.tei()
    assert not check(tei, name), "what emend wrote is not valid"
    assert restore(tei) == source.data, "not restored"
    return "cleaned"


class Fuzz:
    """The inputs, and a folder to work in."""

    def __init__(self, folder: Path) -> None:
        """Make what is mutated."""
        self.folder = folder
        self.tei = clean(TEXT).tei()
        self.samples = [
            (path.name, path.read_bytes())
            for path in sorted((ROOT / "tests/ingest/samples").iterdir())
            if path.is_file()
        ]
        self.ledger = (ROOT / "edition").glob("*/changes.jsonl")
        self.lines = "".join(
            path.read_text("utf-8").split("\n")[0] + "\n" for path in sorted(self.ledger)
        ).encode()
        self.project = init(folder / "project").root
        (self.project / "raw" / "a").mkdir()
        (self.project / "raw" / "a" / "source.txt").write_text(TEXT, "utf-8")

    def bytes(self, dice: random.Random) -> str:
        """Random bytes, of few values or of all."""
        some = dice.choice((b"ab \n", b"<>/a \"='", bytes(range(32, 127)), bytes(range(256))))
        data = bytes(dice.choice(some) for _ in range(dice.choice((1, 10, 100, 3000))))
        return cleaned(data, "bytes")

    def sample(self, dice: random.Random) -> str:
        """A sample file of some format."""
        name, data = dice.choice(self.samples)
        return cleaned(mutated(data, dice), name)

    def text(self, dice: random.Random) -> str:
        """A text."""
        return cleaned(mutated(TEXT.encode() * dice.choice((1, 5)), dice), "a.txt")

    def mixed(self, dice: random.Random) -> str:
        """Prose between stretches of junk: control and bidi characters, runs, huge lines."""
        parts = []
        for _ in range(dice.choice((3, 10, 40))):
            parts += (dice.choice(SENTENCES), dice.choice((" ", "\n", "\n\n", "-\n")))
            if dice.random() < 0.5:
                some = dice.choice(JUNK)
                size = dice.choice((1, 5, 60, 3000))
                parts.append("".join(dice.choice(some) for _ in range(size)))
        return cleaned("".join(parts).encode("utf-8", "surrogatepass"), "a.txt")

    def edition(self, dice: random.Random) -> str:
        """A TEI file, through all that reads one."""
        data = mutated(self.tei, dice)
        path = self.folder / "a.xml"
        path.write_bytes(data)
        results = []
        for act in (lambda: check(data, "a"), lambda: restore(data), lambda: cleaned(data, "a")):
            try:
                results.append(str(bool(act())))
            except EmendError:
                results.append("refused")
        done = publish([path], self.folder / "site")
        return "published" if done.written else "refused"

    def facts(self, dice: random.Random) -> str:
        """A meta.toml."""
        (self.project / "raw" / "a" / "meta.toml").write_bytes(mutated(META.encode(), dice))
        Project.open(self.project).text("a")
        return "read"

    def decisions(self, dice: random.Random) -> str:
        """A decisions.jsonl."""
        path = self.folder / f"decisions-{dice.randrange(2)}.jsonl"
        path.write_bytes(mutated(DECISION.encode() * 3, dice))
        read_decisions(path)
        return "read"

    def changes(self, dice: random.Random) -> str:
        """A ledger."""
        ledger_from(mutated(self.lines, dice).decode("utf-8", "replace"))
        return "read"


def run(count: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """What came of so many inputs, and the faults."""
    fuzz = Fuzz(folder)
    kinds: list[Callable[[random.Random], str]] = [
        fuzz.bytes, fuzz.sample, fuzz.text, fuzz.mixed, fuzz.edition, fuzz.facts, fuzz.decisions,
        fuzz.changes,
    ]  # fmt: skip
    results: Counter[str] = Counter()
    faults = []

    def too_long(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} seconds")

    signal.signal(signal.SIGPROF, too_long)
    for n in range(count):
        kind = kinds[n % len(kinds)]
        dice = random.Random(f"{seed} {n}")
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            results[f"{kind.__name__}: {kind(dice)}"] += 1
        except EmendError:
            results[f"{kind.__name__}: refused"] += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is counted
            results[f"{kind.__name__}: FAULT"] += 1
            faults.append(f"{kind.__name__} {seed} {n}: {traceback.format_exc(limit=-3)}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return results, faults


def main() -> int:
    """Run and print."""
    warnings.simplefilter("ignore")
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    try:
        results, faults = run(count, seed, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, times in sorted(results.items()):
        print(f"{times:6}  {name}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(faults)} faults, {memory} MB")
    for fault in faults[:20]:
        print(fault)
    return 1 if faults or memory > 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
