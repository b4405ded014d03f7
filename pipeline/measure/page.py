"""The report as one HTML file: figures, and raw, edition and gold side by side. No script, nothing
fetched, light and dark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape

from pipeline.measure.effects import Effect
from pipeline.measure.passages import Passage, State, Words
from pipeline.measure.report import Figures, Report

_STYLE = """
:root { color-scheme: light dark;
  --paper: #fdfcf9; --ink: #1c1a17; --quiet: #5c574e; --line: #d8d2c6;
  --mended: #0b5c2c; --mended-back: #d9f2e0; --missed: #6b4e00; --missed-back: #fbeec2; --ruined: #9b1414; --ruined-back: #fbdcd9 }
@media (prefers-color-scheme: dark) { :root {
  --paper: #181715; --ink: #ece8e0; --quiet: #aaa498; --line: #3c3934;
  --mended: #9fe3b5; --mended-back: #163a23; --missed: #f0d68a; --missed-back: #40330b; --ruined: #ffb3ab; --ruined-back: #4d1a17 } }
body { margin: 2rem auto; max-width: 78rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 Georgia, 'Times New Roman', serif }
h1, h2 { line-height: 1.2; font-weight: normal } h2 { margin-top: 2.5rem }
table { border-collapse: collapse; margin: 1rem 0 } caption { text-align: left; color: var(--quiet); padding: .3rem 0 }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; font-weight: normal }
thead th, tbody th { color: var(--quiet) } td.n, th.n { text-align: right; white-space: nowrap }
td.n { font-variant-numeric: tabular-nums }
.wide { overflow-x: auto } .passages { table-layout: fixed; width: 100% } .passages td { overflow-wrap: anywhere; width: 33% }
.skipped td, .document th { color: var(--quiet); font-style: italic }
mark { border-radius: .2em; padding: 0 .15em; text-decoration-thickness: 2px; text-underline-offset: .15em }
.mended { color: var(--mended); background: var(--mended-back); text-decoration: underline solid }
.missed, .wrong { color: var(--missed); background: var(--missed-back); text-decoration: underline dotted }
.ruined { color: var(--ruined); background: var(--ruined-back); text-decoration: underline wavy }
.away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media (max-width: 45rem) { body { margin-top: 1rem } th, td { padding-right: .5rem }
  .figures, .effects { font-size: .85rem; width: 100% } .figures th.n { white-space: normal }
  .passages thead { display: none } .passages, .passages tbody, .passages tr, .passages td, .passages th { display: block; width: auto; border: 0 }
  .passages td[data-of]::before { content: attr(data-of) ': '; color: var(--quiet) } .passages tr { border-bottom: 1px solid var(--line) } }
"""

_SAID: Mapping[State, str] = {
    "wrong": "wrong",
    "mended": "mended",
    "missed": "missed",
    "ruined": "ruined",
}


def page(report: Report, title: str = "Measured", language: str = "en") -> str:
    """The whole report.

    Args:
        report: what was measured.
        title: of the page.
        language: of the texts shown.
    """
    return "\n".join(_page(report, title, language)) + "\n"


def _page(report: Report, title: str, language: str) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield (
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width, initial-scale=1">'
    )
    yield f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
    yield f"<h1>{escape(title)}</h1>"
    yield from _overview(report)
    yield from _effects("By kind of change", "Kind", report.by_kind)
    yield from _effects("By rule", "Rule", report.by_rule)
    yield from _passages(report, language)
    yield "</main></body></html>"


def _overview(report: Report) -> Iterator[str]:
    plural = "" if report.documents == 1 else "s"
    yield (
        f"<p>{report.documents} text{plural}. {report.better} came out nearer to the gold "
        f"than they went in, {report.worse} farther.</p>"
    )
    yield (
        '<table class="figures"><caption>The gold’s words, compared in two '
        "ways</caption><thead><tr>"
    )
    yield (
        '<th scope="col">Figure</th><th scope="col" class="n">strict: case and punctuation too</th>'
    )
    yield '<th scope="col" class="n">words: letters and digits</th></tr></thead><tbody>'
    for name, cell in _ROWS:
        yield (
            f'<tr><th scope="row">{name}</th><td class="n">{cell(report.strict)}</td><td '
            f'class="n">{cell(report.words)}</td></tr>'
        )
    yield "</tbody></table>"
    rates = report.characters.as_json()
    yield '<table class="figures"><caption>Characters, and proposals for an editor</caption><tbody>'
    for name, value in (
        ("Character error rate, raw → edition", f"{rates['cer_raw']:.4f} → {rates['cer_out']:.4f}"),
        (
            "Match error rate (HIPE), raw → edition",
            f"{rates['cmer_raw']:.4f} → {rates['cmer_out']:.4f}",
        ),
        ("Preference", f"{report.preference:+.3f}"),
    ):
        yield f'<tr><th scope="row">{name}</th><td class="n">{value}</td></tr>'
    if report.by_kind:
        shares = report.proposals.as_json()
        for name, key in (
            ("Wrong words touched by a change, made or held", "found"),
            ("… first reading right", "top1"),
            ("… one of three right", "top3"),
        ):
            yield f'<tr><th scope="row">{name}</th><td class="n">{shares[key]:.3f}</td></tr>'
    yield "</tbody></table>"


_ROWS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("Words of the gold", lambda f: f"{f.gold:,}"),
    ("Mended", lambda f: f"{f.fixed:,}"),
    ("Missed", lambda f: f"{f.missed:,}"),
    ("Ruined", lambda f: f"{f.damaged:,}"),
    ("Precision", lambda f: f"{f.precision:.4f}"),
    ("Repaired", lambda f: f"{f.repaired:.4f}"),
    ("Harm, per 1000 right words", lambda f: f"{f.harm:.3f}"),
    ("Word error rate, raw → edition", lambda f: f"{f.wer_raw:.4f} → {f.wer_out:.4f}"),
)


def _effects(caption: str, head: str, table: Mapping[str, Effect]) -> Iterator[str]:
    if not table:
        return
    told = f"{caption}: what each change did by itself"
    yield (
        f'<div class="wide" tabindex="0" role="region" aria-label="{told}"><table '
        f'class="effects"><caption>{told}</caption><thead><tr>'
    )
    yield f'<th scope="col">{head}</th>'
    yield (
        "".join(
            f'<th scope="col" class="n">{name}</th>'
            for name in ("mended", "neutral", "ruined", "precision", "held")
        )
        + "</tr></thead><tbody>"
    )
    for name, e in sorted(
        table.items(), key=lambda item: (-item[1].mended - item[1].ruined, item[0])
    ):
        precision = f"{e.precision:.4f}" if e.mended + e.ruined else "–"
        cells = "".join(
            f'<td class="n">{value}</td>'
            for value in (e.mended, e.neutral, e.ruined, precision, e.held)
        )
        yield f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _passages(report: Report, language: str) -> Iterator[str]:
    yield "<h2>Raw, edition and gold</h2>"
    if not report.passages:
        yield "<p>They are alike throughout.</p>"
        return
    yield (
        f"<p>{_mark('mended', 'mended')} {_mark('missed', 'missed')} "
        f"{_mark('ruined', 'ruined')}. Only passages that differ are shown.</p>"
    )
    if report.left_out:
        yield f"<p>{report.left_out:,} more passages are counted above and not shown.</p>"
    yield (
        '<table class="passages"><thead><tr><th scope="col">Raw</th><th '
        'scope="col">Edition</th><th scope="col">Gold</th></tr></thead><tbody>'
    )
    document = None
    for passage in report.passages:
        if passage.document != document:
            document = passage.document
            yield (
                f'<tr class="document"><th scope="rowgroup" '
                f'colspan="3">{escape(document)}</th></tr>'
            )
        if passage.skipped:
            yield (
                f'<tr class="skipped"><td colspan="3">… {passage.skipped:,} '
                f"word{'' if passage.skipped == 1 else 's'} alike …</td></tr>"
            )
        yield "<tr>" + "".join(_cells(passage, language)) + "</tr>"
    yield "</tbody></table>"


def _cells(passage: Passage, language: str) -> Iterable[str]:
    for name, words in (("Raw", passage.raw), ("Edition", passage.out), ("Gold", passage.gold)):
        yield f'<td lang="{escape(language)}" data-of="{name}">{_running(words)}</td>'


def _running(words: Words) -> str:
    return " ".join(_mark(" ".join(word.split()), state) for word, state in words)


def _mark(word: str, state: State) -> str:
    """A word with its state, which is told by colour, by line and, to a screen reader, in words."""
    if not state:
        return escape(word)
    return f'<mark class="{state}">{escape(word)}<span class="away"> ({_SAID[state]})</span></mark>'
