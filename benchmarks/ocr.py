"""Measure the way from page image to reading text.

Measured are each reading alone, readings weighed against one another, and the whole pipeline.

    python benchmarks/ocr.py DATA_FOLDER [--cache FOLDER] [--jobs 1] [--errors FILE] [--json FILE]
        [--every N] [--photographs FOLDER] [--texts NAME=FOLDER …]

DATA_FOLDER holds `old-books.jsonl.xz`, rows {"id", "ocr", "gold"} with the text of another engine
(Tesseract 3) and what the page says, and `old-books-pages/ID.png`, the page images of some of these
rows. Every system is set against the plain output of the installed Tesseract on the same images:
`wrong` is the share of the gold's words that it has not, `cut` how much of Tesseract's it takes
away, `harm` the words per 1000 that Tesseract had right and the system has not. The last table sets
the pipeline against the text layer that it began with, which is what its own ledger answers for.

`--every 8` takes every eighth page. `--photographs` measures those that
`tests/ingest/photographs.py` wrote into a folder instead. `--texts NAME=FOLDER` adds the texts of
another program, FOLDER/ID.txt: by itself, and as a witness beside emend's own readings. OCRmyPDF
writes such texts:

    ocrmypdf --image-dpi 300 --output-type pdf --sidecar FOLDER/ID.txt ID.png ID.pdf
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
from dataclasses import replace
from pathlib import Path

from pipeline.document import Document, Source
from pipeline.flow import clean
from pipeline.ingest import gather
from pipeline.ingest.images.recognition import version
from pipeline.measure import Figures, Report, Row, measure
from pipeline.stages.witnesses import witnesses


def plain(path: Path, cache: Path | None) -> str:
    """What Tesseract prints of an image, as anyone would call it."""
    import pytesseract

    kept = (cache or Path("build")) / "plain" / f"{path.stem}-{version()}.txt"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(pytesseract.image_to_string(str(path), lang="eng"), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def agreed(source: Source, *others: Source) -> str:
    """The text once the witnesses are weighed against one another."""
    return Document(replace(source, witnesses=others)).run(witnesses).text


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description="From page image to reading text, measured.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--errors",
        type=Path,
        help="write every word that the pipeline misses, with what it has instead",
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take one page in N")
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--texts", action="append", default=[], metavar="NAME=FOLDER")
    options = parser.parse_args()
    with lzma.open(options.data / "old-books.jsonl.xz", "rt", encoding="utf-8") as file:
        rows = {row["id"]: row for row in map(json.loads, file)}
    pages = [
        path
        for path in sorted((options.data / "old-books-pages").glob("*.png"))
        if path.stem in rows
    ]
    pages = pages[:: options.every]
    if options.photographs:
        pages.clear()
        sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "ingest"))
        import photographs

        for path in sorted(options.photographs.glob("*.jpg")):
            rows[path.stem] = {"ocr": "", "gold": photographs.text_of(path.stem)}
            pages.append(path)
    others = {
        name: Path(folder) for name, _, folder in (one.partition("=") for one in options.texts)
    }
    systems: dict[str, dict[str, str]] = {}
    layers: dict[str, str] = {}

    def put(system: str, page: str, text: str) -> None:
        systems.setdefault(system, {})[page] = text

    for path in pages:
        page = path.stem
        old = Source(rows[page]["ocr"])
        source = gather([path], cache=options.cache, jobs=options.jobs)
        layers[page] = source.text
        put("Tesseract, as it comes", page, plain(path, options.cache))
        if old.text:
            put("Tesseract 3, the text given", page, old.text)
        put("first reading", page, source.text)
        for n, witness in enumerate(source.witnesses, 2):
            put(f"reading {n} by itself", page, witness.text)
        for n, witness in enumerate(source.witnesses, 2):
            put(f"first reading and reading {n}", page, agreed(source, witness))
        put("all readings", page, agreed(source, *source.witnesses))
        put("the pipeline, first reading", page, clean(replace(source, witnesses=())).lines)
        put("the pipeline", page, clean(source).lines)
        if old.text:
            put("first reading and Tesseract 3", page, agreed(source, old))
            put("all readings and Tesseract 3", page, agreed(source, *source.witnesses, old))
            put(
                "the pipeline, and Tesseract 3",
                page,
                clean(replace(source, witnesses=(*source.witnesses, old))).lines,
            )
        for name, folder in others.items():
            text = (folder / f"{page}.txt").read_text(encoding="utf-8").replace("\f", "\n")
            put(name, page, text)
            witness = Source(text)
            put(f"first reading and {name}", page, agreed(source, witness))
            put(f"all readings and {name}", page, agreed(source, *source.witnesses, witness))
            put(
                f"the pipeline, and {name}",
                page,
                clean(replace(source, witnesses=(*source.witnesses, witness))).lines,
            )
        print(page, end=" ", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    gold = {page: rows[page]["gold"] for page in layers}
    base = systems["Tesseract, as it comes"]
    found = {}
    print(
        f"{len(layers)} pages, Tesseract {version()}. Wrong words; against Tesseract as it comes:\n"
    )
    print(
        "| system | words | cut | harm | strict | cut | harm |\n|---|---:|---:|---:|---:|---:|---:|"
    )
    for system, texts in systems.items():
        report = measure(Row(page, base[page], gold[page], texts[page]) for page in layers)
        found[system] = {"words": report.words.as_json(), "strict": report.strict.as_json()}
        print(f"| {system} | {_cells(report.words)} | {_cells(report.strict)} |")
    named = ["first reading", "the pipeline", *others]
    print("\nWrong words of each page:\n")
    print(f"| page | words | Tesseract, as it comes | {' | '.join(named)} |")
    print(f"|---|---:|---:|{'---:|' * len(named)}")
    for page in layers:
        each = [
            measure([Row(page, base[page], gold[page], systems[name][page])]).words
            for name in named
        ]
        first = each[0]
        wrong = [first.fixed + first.missed, *(one.missed + one.damaged for one in each)]
        print(f"| {page} | {first.gold} | {' | '.join(map(str, wrong))} |")
    print("\nAgainst the text layer that the pipeline began with:\n")
    print(
        "| system | words | mended | ruined | harm | strict | mended | ruined | harm |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    )
    for system in (
        "all readings",
        "all readings and Tesseract 3",
        "the pipeline",
        "the pipeline, and Tesseract 3",
    ):
        if system not in systems:
            continue
        report = measure(
            Row(page, layers[page], gold[page], systems[system][page]) for page in layers
        )
        print(f"| {system} | {_against(report.words)} | {_against(report.strict)} |")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if options.errors:
        options.errors.write_text(
            "\n".join(
                _missed(measure([Row(p, base[p], gold[p], systems["the pipeline"][p])]))
                for p in layers
            ),
            encoding="utf-8",
        )


def _cells(figures: Figures) -> str:
    cut = 1 - figures.wrong_out / figures.wrong_raw if figures.wrong_raw else 0.0
    return f"{figures.wrong_out:.2%} | {cut:.0%} | {figures.harm:.2f}"


def _against(figures: Figures) -> str:
    return (
        f"{figures.wrong_raw:.2%} → {figures.wrong_out:.2%} | {figures.fixed} | "
        f"{figures.damaged} | {figures.harm:.2f}"
    )


def _missed(report: Report) -> str:
    """The passages that are still wrong, a line each."""
    return "\n".join(str(passage) for passage in report.passages)


if __name__ == "__main__":
    main()
