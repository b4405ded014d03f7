"""The report as one HTML file: figures, and raw text, edition and gold text side by side.

It has no script and fetches nothing, and comes in light and dark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.html import rendered
from pipeline.measure.effects import Effect
from pipeline.measure.passages import Passage, Words
from pipeline.measure.report import Figures, Report

_TEMPLATES = Path(__file__).parent / "templates"

_ROWS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("Words of the gold text", lambda f: f"{f.gold:,}"),
    ("Mended", lambda f: f"{f.fixed:,}"),
    ("Missed", lambda f: f"{f.missed:,}"),
    ("Ruined", lambda f: f"{f.damaged:,}"),
    ("Precision", lambda f: f"{f.precision:.4f}"),
    ("Repaired", lambda f: f"{f.repaired:.4f}"),
    ("Harm, per 1000 right words", lambda f: f"{f.harm:.3f}"),
    ("Word error rate, raw → edition", lambda f: f"{f.wer_raw:.4f} → {f.wer_out:.4f}"),
)


def page(report: Report, title: str = "Measured", language: str = "en") -> str:
    """The whole report.

    Args:
        report: what was measured.
        title: of the page.
        language: of the texts shown.
    """
    return rendered(
        _TEMPLATES,
        "report.html.jinja",
        report=report,
        title=title,
        language=language,
        figures=[(name, cell(report.strict), cell(report.words)) for name, cell in _ROWS],
        characters=_characters(report),
        proposals=_proposals(report) if report.by_kind else [],
        tables=[
            (caption, head, _effects(table))
            for caption, head, table in (
                ("By kind of change", "Kind", report.by_kind),
                ("By rule", "Rule", report.by_rule),
            )
            if table
        ],
        passages=_passages(report),
    )


def _characters(report: Report) -> list[tuple[str, str]]:
    rates = report.characters.as_json()
    return [
        ("Character error rate, raw → edition", f"{rates['cer_raw']:.4f} → {rates['cer_out']:.4f}"),
        (
            "Match error rate (HIPE), raw → edition",
            f"{rates['cmer_raw']:.4f} → {rates['cmer_out']:.4f}",
        ),
        ("Preference", f"{report.preference:+.3f}"),
    ]


def _proposals(report: Report) -> list[tuple[str, str]]:
    shares = report.proposals.as_json()
    return [
        (name, f"{shares[key]:.3f}")
        for name, key in (
            ("Wrong words with a change, applied or pending", "found"),
            ("… first reading right", "top1"),
            ("… one of three right", "top3"),
        )
    ]


def _effects(table: Mapping[str, Effect]) -> list[tuple[str, tuple[str, ...]]]:
    """The rows of a table of effects, those with the most first."""
    most_first = sorted(table.items(), key=lambda one: (-one[1].mended - one[1].ruined, one[0]))
    return [
        (
            name,
            (
                str(e.mended),
                str(e.neutral),
                str(e.ruined),
                f"{e.precision:.4f}" if e.mended + e.ruined else "–",
                str(e.held),
            ),
        )
        for name, e in most_first
    ]


def _passages(report: Report) -> list[tuple[str, list[tuple[Passage, list[tuple[str, Words]]]]]]:
    """The passages of each document, each as its three columns."""
    found: dict[str, list[tuple[Passage, list[tuple[str, Words]]]]] = {}
    for one in report.passages:
        columns = [("Raw", one.raw), ("Edition", one.out), ("Gold", one.gold)]
        found.setdefault(one.document, []).append((one, columns))
    return list(found.items())
