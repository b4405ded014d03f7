"""The report as a few lines of text, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.measure.effects import Effect
from pipeline.measure.report import Figures, Report


def summary(report: Report) -> str:
    """All figures of a report, as aligned lines."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    rates = report.characters.as_json()
    yield (
        f"{_counted(report.documents, 'text')}, {_counted(report.strict.gold, 'word')} in the gold"
    )
    yield ""
    yield f"{'':28}{'strict':>16}{'words':>16}"
    for name, strict, words in zip(
        _NAMES, _cells(report.strict), _cells(report.words), strict=True
    ):
        yield f"{name:28}{strict:>16}{words:>16}"
    yield ""
    yield f"character error rate        {rates['cer_raw']:.4f} → {rates['cer_out']:.4f}"
    yield f"match error rate (HIPE)     {rates['cmer_raw']:.4f} → {rates['cmer_out']:.4f}"
    yield (
        f"preference                  {report.preference:+.3f}   {report.better} nearer to "
        f"the gold than before, {report.worse} farther"
    )
    if report.harmed:
        more = ", …" if len(report.harmed) > _SHOWN else ""
        yield f"more wrong words than before in {', '.join(report.harmed[:_SHOWN])}{more}"
    if report.by_kind:
        shares = report.proposals.as_json()
        yield (
            f"found of {_counted(report.proposals.errors, 'wrong word')}  "
            f"{shares['found']:.3f}; of these put right by the first reading "
            f"{shares['top1']:.3f}, by one of three {shares['top3']:.3f}"
        )
        yield from _effects("kind", report.by_kind)
        yield from _effects("rule", report.by_rule)


_SHOWN = 10
_NAMES = (
    "mended",
    "missed",
    "ruined",
    "precision",
    "repaired",
    "harm, per 1000 right words",
    "word error rate",
)


def _cells(figures: Figures) -> tuple[str, ...]:
    return (
        f"{figures.fixed:,}",
        f"{figures.missed:,}",
        f"{figures.damaged:,}",
        f"{figures.precision:.4f}" if figures.fixed + figures.damaged else "–",
        f"{figures.repaired:.4f}",
        f"{figures.harm:.3f}",
        f"{figures.wer_raw:.4f} → {figures.wer_out:.4f}",
    )


def _effects(head: str, table: Mapping[str, Effect]) -> Iterator[str]:
    yield ""
    yield f"{'by ' + head:28}{'mended':>8}{'neutral':>9}{'ruined':>8}{'precision':>11}{'held':>8}"
    for name, e in sorted(
        table.items(), key=lambda item: (-item[1].mended - item[1].ruined, item[0])
    ):
        precision = f"{e.precision:.4f}" if e.mended + e.ruined else "–"
        yield f"{name:28}{e.mended:8}{e.neutral:9}{e.ruined:8}{precision:>11}{e.held:8}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
