"""A whole library: `python benchmarks/scale.py [--texts N] [--words N] [--jobs N]`.

Makes synthetic texts, with misreadings and hyphenated lines, and builds them; kills the build twice
in the middle and starts it again; compares every byte with an undisturbed build; builds again with
nothing changed, and with one text changed. Each text takes as long as any other, so a few hundred
show what 10,000 would take; a line says it. Then come the rows of docs/scale.md on 17 million
volumes, worked out from what was measured; `--paper` works them out from given figures.
`--index N` measures a build of so many unchanged texts alone, by editions that it makes up.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

_META = (
    'title = "Text {0}"\nauthor = "unknown"\ndate = "18{1:02}"\npublisher = "unknown"\n'
    'place = "unknown"\nlanguage = "en"\nkind = "book"\nedited = "2026-01-01"\n'
)
_MISREAD = (("h", "b"), ("e", "c"), ("m", "rn"), ("li", "h"), ("in", "m"), ("s", "f"), ("u", "n"))
_NOISE = 0.03  # of the words
_LIBRARY = 10_000  # texts for which the time is worked out
_VOLUMES, _VOLUME, _WORD = 17_000_000, 100_000, 6  # volumes, words of each, bytes of a word
_CORE_HOUR, _STORAGE = (0.02, 0.05), 0.023  # dollars; a GB for a month


def text(words: int, seed: int) -> str:
    """Sentences of common words in lines of about 60 characters, misread here and there."""
    from wordfreq import top_n_list

    dice = random.Random(seed)
    known = [word for word in top_n_list("en", 8000) if word.isalpha()]
    weights = [1 / (n + 10) for n in range(len(known))]
    drawn = dice.choices(known, weights, k=words)
    out, line, sentence = [], "", 0
    for n, word in enumerate(drawn):
        shown = word
        if dice.random() < _NOISE:
            wrong = [(a, b) for a, b in _MISREAD if a in word]
            if wrong:
                shown = word.replace(*dice.choice(wrong), 1)
        if sentence == 0:
            shown = shown.capitalize()
        sentence += 1
        if sentence > dice.randint(8, 20):
            shown, sentence = shown + ".", 0
        if len(line) + len(shown) > 60 and len(shown) > 7 and dice.random() < 0.3:
            out.append(f"{line}{shown[:4]}-")
            line = shown[4:] + " "
        elif len(line) + len(shown) > 60:
            out.append(line.rstrip())
            line = shown + " "
        else:
            line += shown + " "
        if n % 120 == 119 and sentence == 0:
            out += [line.rstrip(), ""]
            line = ""
    return "\n".join([*out, line.rstrip()]) + "\n"


def project(root: Path, texts: int, words: int) -> None:
    """Write a project of synthetic texts."""
    for n in range(texts):
        folder = root / "raw" / f"text-{n:05}"
        folder.mkdir(parents=True)
        (folder / "source.txt").write_text(text(words, n), "utf-8")
        (folder / "meta.toml").write_text(_META.format(n, n % 100), "utf-8")


def emend(root: Path, cache: Path, *more: str) -> subprocess.Popen[str]:
    """Start a build."""
    return subprocess.Popen(
        [sys.executable, "-c", "from pipeline.cli import main; main()", "build", *more],
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "EMEND_CACHE": str(cache),
            "PYTHONUNBUFFERED": "1",  # its lines say how far it is
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


class Watched:
    """The memory and CPU of a build with all its processes, looked at once a second."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        """Look until the build has ended."""
        self.peak = 0.0  # MB of the largest process, as `ps` shows it, with what it shares
        self._seconds: dict[str, float] = {}
        self._running = running
        self._looking = threading.Thread(target=self._look)
        self._looking.start()

    @property
    def cpu(self) -> float:
        """Seconds of CPU of all processes together, when the build has ended."""
        self._looking.join()
        return sum(self._seconds.values())

    def _look(self) -> None:
        told = ["ps", "-e", "-o", "sess=,pid=,rss=,cputimes="]
        while self._running.poll() is None:
            for row in subprocess.run(
                told, capture_output=True, text=True, check=True
            ).stdout.splitlines():
                session, process, memory, seconds = row.split()
                if int(session) == self._running.pid:
                    self.peak = max(self.peak, int(memory) / 1024)
                    self._seconds[process] = float(seconds)
            time.sleep(1)


def finished(running: subprocess.Popen[str]) -> tuple[str, float]:
    """Wait for a build; its last line, and its seconds. Raises if it failed."""
    began = time.monotonic()
    out, _ = running.communicate()
    if running.returncode:
        raise SystemExit(f"the build ended with {running.returncode}")
    return out.splitlines()[-1], time.monotonic() - began


def contents(root: Path) -> dict[str, bytes]:
    """Every file of every edition."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted((root / "edition").glob("text-*/*"))
    }


def killed_twice(root: Path, cache: Path, texts: int, jobs: int) -> None:
    """Kill a build after a third of the texts, and another after a further third."""
    for _ in range(2):
        running = emend(root, cache, "--jobs", str(jobs))
        assert running.stdout
        for _ in range(max(1, texts // 3)):
            running.stdout.readline()
        running.send_signal(signal.SIGKILL)
        running.wait()
        done = len(list((root / "edition").glob("text-*")))
        print(f"killed; {done} of {texts} editions are there", flush=True)


def index(texts: int) -> None:
    """Measure a build of texts that have not changed, by editions that are made up."""
    from pipeline.builds import many, one
    from pipeline.builds.outcome import Outcome, remember, table
    from pipeline.digests import Digests
    from pipeline.inputs import everything
    from pipeline.project import Project

    with tempfile.TemporaryDirectory() as folder:
        os.environ["EMEND_CACHE"] = f"{folder}/cache"
        made, digests = Project(Path(folder)), Digests()
        built = table(Path(folder) / "cache")
        for n in range(texts):
            name = f"text-{n:05}"
            for kind, files in (
                ("raw", {"source.txt": "A text.\n" * 4000, "meta.toml": _META.format(n, n % 100)}),
                ("edition", {f"{name}.xml": "x" * 60_000, "changes.jsonl": "y" * 60_000}),
            ):
                (made.root / kind / name).mkdir(parents=True)
                for file, content in files.items():
                    (made.root / kind / name / file).write_text(content, "utf-8")
            written = one.written({k: v.encode() for k, v in files.items()})
            given = everything(made, name, digests)
            remember(built, Outcome(name, given=given, written=written))
        time.sleep(2.5)  # what is younger is not relied on
        for run in ("first check, reads every file", "second check, by the index"):
            began, cpu = time.monotonic(), time.process_time()
            names = [f"text-{n:05}" for n in range(texts)]
            count = sum(o.unchanged for o in many.build(made, names))
            print(
                f"{run}: {count:,} of {texts:,} unchanged, {time.monotonic() - began:.1f} s, "
                f"{time.process_time() - cpu:.1f} s of CPU",
                flush=True,
            )


def on_paper(rate: float, memory: float, packed: float, files: float) -> list[str]:
    """The rows of docs/scale.md on 17 million volumes.

    From words/s a core, the MB of a worker, and the bytes of an edition as ID.zip and as files, for
    each word of its text.
    """
    words = _VOLUMES * _VOLUME
    hours = words / rate / 3600
    low, high = (hours * price for price in _CORE_HOUR)
    stored = words * (packed + _WORD) / 1e9
    rows = (
        ("words", f"{words:,}"),
        ("core hours", f"{_round(hours)}: {hours / 24_000:.1f} days on 1,000 cores"),
        ("memory", f"{_round(memory)} GB for 1,000 workers"),
        ("sources, as text", f"{words * _WORD / 1e12:.0f} TB"),
        (
            "editions, as `ID.zip`",
            f"{words * packed / 1e12:.0f} TB ({words * files / 1e12:.0f} TB as files)",
        ),
        (
            f"computing, at {_CORE_HOUR[0]} to {_CORE_HOUR[1]} dollars a core hour",
            f"{_round(low)} to {_round(high)} dollars",
        ),
        (
            f"storage, at {_STORAGE} dollars a GB and month",
            f"{_round(stored * _STORAGE)} dollars a month",
        ),
    )
    return [f"| {name} | {value} |" for name, value in rows]


def _round(number: float) -> str:
    """A number with two figures: more would claim too much."""
    return f"{float(f'{number:.2g}'):,.0f}"


def sizes(root: Path) -> tuple[int, int]:
    """The bytes of all editions, as one zip each and as files."""
    from pipeline.builds.outcome import Outcome
    from pipeline.builds.remote import packed

    zipped = whole = 0
    for folder in (root / "edition").glob("text-*"):
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        zipped += len(packed(files, Outcome(folder.name)))
        whole += sum(map(len, files.values()))
    return zipped, whole


def main() -> None:
    """Run the measurement and print its figures."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--texts", type=int, default=200)
    told.add_argument("--words", type=int, default=5_000)
    told.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    told.add_argument("--index", type=int, default=0)
    told.add_argument("--paper", type=float, nargs=4, metavar=("RATE", "MB", "ZIP", "FILES"))
    asked = told.parse_args()
    if asked.paper:
        rate, memory, zipped, whole = asked.paper
        print(*on_paper(rate, memory, zipped / asked.words, whole / asked.words), sep="\n")
        return
    if asked.index:
        index(asked.index)
        return
    # a killed build may leave a process that finishes its text
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        project(home / "killed", asked.texts, asked.words)
        shutil.copytree(home / "killed", home / "calm")
        cache = home / "cache"
        warm = home / "warm"
        project(warm, 1, 50)
        _, first = finished(emend(warm, cache))  # compiles the language's data
        print(f"first text ever: {first:.1f} s", flush=True)
        running = emend(home / "calm", cache, "--jobs", str(asked.jobs))
        watched = Watched(running)
        said, calm = finished(running)
        total = asked.texts * asked.words
        print(f"{said} {asked.texts:,} texts of {asked.words:,} words, {asked.jobs} processes")
        rate = total / max(watched.cpu, 1)
        print(f"{calm:.1f} s, {total / calm:,.0f} words/s; {watched.cpu:.0f} s of CPU")
        print(f"{rate:,.0f} words/s a core, peak {watched.peak:.0f} MB a process", flush=True)
        shutil.rmtree(cache / "kept")
        killed_twice(home / "killed", cache, asked.texts, asked.jobs)
        said, rest = finished(emend(home / "killed", cache, "--jobs", str(asked.jobs)))
        print(f"third run: {rest:.1f} s, {said}")
        same = contents(home / "killed") == contents(home / "calm")
        print(f"bytes equal to an undisturbed build: {same}", flush=True)
        said, again = finished(emend(home / "killed", cache))
        print(f"nothing changed: {again:.1f} s, {said}")
        source = home / "killed" / "raw" / "text-00000" / "source.txt"
        source.write_text(source.read_text("utf-8") + "One more line.\n", "utf-8")
        said, again = finished(emend(home / "killed", cache))
        print(f"one text changed: {again:.1f} s, {said}")
        library = calm * _LIBRARY / asked.texts / 60
        print(f"{_LIBRARY:,} such texts would take {library:.0f} minutes")
        zipped, whole = sizes(home / "calm")
        paper = on_paper(rate, watched.peak, zipped / total, whole / total)
        print(*paper, sep="\n")
        if not same:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
