"""The page of corrections: the whole ledger, filtered and counted, with plots and the printer's
errata.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from pipeline.publish import records
from pipeline.publish.model.model import Edition, Entry
from pipeline.publish.pages import frame
from pipeline.publish.pages.html import escape
from pipeline.publish.pages.reading_page import KINDS

_PART: Final = 60  # rows that the browser lays out at once
_SHOWN: Final = 14  # most frequent characters in the matrix of confusions
_BARS: Final = 120  # bars that a plot of pages can show and still be read
_NOTHING: Final = "∅"


def ledger_page(edition: Edition, base_url: str) -> str:
    """The whole page of corrections as HTML."""
    entries = edition.entries
    made = [entry for entry in entries if entry.verdict == "made"]
    held = [entry for entry in entries if entry.verdict == "held"]
    refused = [entry for entry in entries if entry.verdict == "refused"]
    body = (
        frame.bar(
            root="../",
            middle=f'<a href="./">{escape(edition.title)}</a> · Corrections',
            controls=frame.THEME,
        )
        + '<main id="ui-main" class="wide" tabindex="-1">\n<h1>Corrections</h1>\n'
        + f'<p class="lede">Every place where <a href="./">{escape(edition.title)}</a> '
        f"reads otherwise than its raw text, "
        "by which rule, on what evidence and how surely; and what waits for an editor. "
        "Nothing else was changed.</p>\n"
        + _figures(edition, made, held, refused)
        + _plots(edition, made)
        + _errata(made)
        + _list(entries)
        + "</main>\n"
    )
    head = (
        f'<meta name="description" '
        f'content="{escape(f"The {len(made):,} corrections made in {edition.title}, with rule, evidence and confidence.")}">\n'
    )
    if base_url:
        head += (
            f'<link rel="canonical" '
            f'href="{escape(records.address(edition, base_url))}corrections.html">\n'
        )
    return frame.page(
        title=f"Corrections · {edition.title}",
        language="en",
        root="../",
        body=body,
        kind="corrections",
        head=head,
        scripts=("corrections.js",),
    )


def _figures(
    edition: Edition, made: Sequence[Entry], held: Sequence[Entry], refused: Sequence[Entry]
) -> str:
    counted = Counter(entry.kind for entry in made)
    rate = 1000 * counted["ocr"] / edition.words if edition.words else 0.0
    cells = [(f"{len(made):,}", "corrections made"), (f"{len(held):,}", "held for an editor")]
    cells += [(f"{len(refused):,}", "refused by an editor")] if refused else []
    cells += [(f"{n:,}", KINDS.get(kind, kind)) for kind, n in counted.most_common()]
    cells.append((f"{rate:.1f}", "OCR errors mended in 1,000 words"))
    return f'<dl class="figures">{"".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for value, name in cells)}</dl>\n'


# Plots: drawn here, as SVG and as a table, so that a page needs no script to show them


def _plots(edition: Edition, made: Sequence[Entry]) -> str:
    return f'<div class="plots">{_by_page(edition, made)}{_matrix(made)}</div>\n' if made else ""


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    address: str
    n: int


def _by_page(edition: Edition, made: Sequence[Entry]) -> str:
    counted = Counter(entry.page for entry in made if entry.kind in {"ocr", "print"})
    bars = [
        _Bar(page.n or f"[{i}]", page.id, counted[page.n or str(i)])
        for i, page in enumerate(edition.pages, 1)
    ]
    if len(bars) < 2:
        return ""
    together = -(-len(bars) // _BARS)
    groups = [bars[i : i + together] for i in range(0, len(bars), together)]
    sums = [sum(bar.n for bar in group) for group in groups]
    top = max(*sums, 1)
    width, height = 480, 130
    step = width / len(groups)
    drawn = []
    for i, (group, n) in enumerate(zip(groups, sums, strict=True)):
        tall = round(height * n / top, 1)
        name = group[0].label if len(group) == 1 else f"{group[0].label}–{group[-1].label}"
        drawn.append(
            f'<a href="./#{escape(group[0].address)}" aria-label="Page {escape(name)}: '
            f'{n}"><title>Page {escape(name)}: {n}</title>'
            f'<rect class="b" x="{i * step + step * 0.12:.1f}" y="{height - tall:.1f}" '
            f'width="{step * 0.76:.1f}" height="{tall:.1f}" rx="1.5"></rect>'
            f'<rect x="{i * step:.1f}" y="0" width="{step:.1f}" height="{height}" '
            f'fill="transparent"></rect></a>'
        )
    every = max(1, len(groups) // 8)
    labels = "".join(
        f'<text x="{i * step + step / 2:.1f}" y="{height + 16}" '
        f'text-anchor="middle">{escape(groups[i][0].label)}</text>'
        for i in range(0, len(groups), every)
    )
    return (
        f'<figure class="plot"><figcaption>Errors of the OCR and of the print, by page: at '
        f"most {top:,}</figcaption>"
        f'<svg viewBox="0 0 {width} {height + 22}" role="group" aria-label="Errors by '
        f'page"><line class="axis" '
        f'x1="0" y1="{height}" x2="{width}" '
        f'y2="{height}"></line>{"".join(drawn)}{labels}</svg></figure>'
    )


def confusions(made: Sequence[Entry]) -> Counter[tuple[str, str]]:
    """What the OCR read in place of what was printed: pairs (printed, read) of one to three
    characters, with their counts.
    """
    counted: Counter[tuple[str, str]] = Counter()
    for entry in made:
        if entry.kind != "ocr" or max(len(entry.before), len(entry.after)) > 60:
            continue
        for tag, i, j, k, m in SequenceMatcher(
            None, entry.after, entry.before, autojunk=False
        ).get_opcodes():
            if tag != "equal" and max(j - i, m - k) <= 3:
                counted[entry.after[i:j] or _NOTHING, entry.before[k:m] or _NOTHING] += 1
    return counted


def _matrix(made: Sequence[Entry]) -> str:
    counted = confusions(made)
    if not counted:
        return ""
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (one, other), _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        if (one in rows or len(rows) < _SHOWN) and (other in columns or len(columns) < _SHOWN):
            rows[one], columns[other] = 0, 0
    top = max(counted.values())
    head = "".join(f'<th scope="col">{_shown(char)}</th>' for char in columns)
    body = "".join(
        f'<tr><th scope="row">{_shown(row)}</th>{"".join(_cell(counted[row, column], top) for column in columns)}</tr>'
        for row in rows
    )
    return (
        '<figure class="plot"><figcaption>Confusions: printed (rows) and what the OCR read '
        "(columns)</figcaption>"
        f'<div class="scroll" tabindex="0" role="region" aria-label="Confusions"><table '
        f'class="matrix">'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div></figure>"
    )


def _cell(n: int, top: int) -> str:
    return f'<td data-h style="--h:{15 + 55 * n // top}">{n}</td>' if n else "<td></td>"


def _shown(text: str) -> str:
    return escape(text.replace(" ", "␣").replace("\n", "⏎"))


# The lists


def _errata(made: Sequence[Entry]) -> str:
    errata = [entry for entry in made if entry.kind == "print"]
    if not errata:
        return ""
    rows = "".join(
        f"<li>{f'p. {escape(entry.page)}: ' if entry.page else ''}for "
        f"<del>{escape(entry.before)}</del> read <ins>{escape(entry.after)}</ins> "
        f'(<a href="./#{escape(entry.id)}">in the text</a>)</li>'
        for entry in errata
    )
    return (
        f'<section class="ledger"><h2 id="errata">Errata: the printer’s own '
        f"errors</h2><ul>{rows}</ul></section>\n"
    )


def _list(entries: Sequence[Entry]) -> str:
    kinds = _options(entry.kind for entry in entries)
    rules = _options(entry.rule for entry in entries)
    degrees = _options(degree(entry.confidence) for entry in entries)
    verdicts = _options(entry.verdict for entry in entries)
    parts = "".join(
        f'<li><ol class="part" style="--n:{len(entries[i : i + _PART])}">{"".join(_row(entry) for entry in entries[i : i + _PART])}</ol></li>\n'
        for i in range(0, len(entries), _PART)
    )
    filters = (
        f"{_select('kind', 'Kind', kinds)}{_select('rule', 'Rule', rules)}"
        f"{_select('confidence', 'Confidence', degrees)}{_select('verdict', 'Verdict', verdicts)}"
        f'<label>Words<input type="search" id="ui-words" placeholder="in either reading">'
        f'</label><output id="ui-count" aria-live="polite">{len(entries):,} '
        f"{'entry' if len(entries) == 1 else 'entries'}</output>"
    )
    return (
        f'<h2 id="all">The ledger</h2>\n<form class="filters" id="ui-filters" role="search" '
        f'aria-label="Filter the ledger">{filters}</form>\n<ol class="ledger" '
        f'id="ui-rows">{parts}</ol>\n'
    )


def _options(values: Iterable[str]) -> list[tuple[str, int]]:
    counted = Counter(value for value in values if value)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _select(name: str, label: str, options: Sequence[tuple[str, int]]) -> str:
    listed = "".join(
        f'<option value="{escape(value)}">{escape(value)} ({n:,})</option>' for value, n in options
    )
    return (
        f'<label>{label}<select id="ui-{name}" name="{name}"><option '
        f'value="">all</option>{listed}</select></label>'
    )


def degree(confidence: str) -> str:
    """A confidence as a degree to filter by: the file's own word, or the range that a number lies
    in.
    """
    try:
        value = float(confidence)
    except ValueError:
        return confidence
    return (
        "0.99 and more"
        if value >= 0.99
        else "0.95 to 0.99"
        if value >= 0.95
        else "0.80 to 0.95"
        if value >= 0.8
        else "under 0.80"
    )


def _reading(tag: str, text: str) -> str:
    if not text:
        return f'<{tag} title="nothing">{_NOTHING}</{tag}>'
    return f"<{tag}>{escape(text)}</{tag}>" if text.strip() else f'<{tag} title="a blank">␣</{tag}>'


def _row(entry: Entry) -> str:
    before, after = _reading("del", entry.before), _reading("ins", entry.after)
    target = entry.id if entry.verdict == "made" else entry.block
    place = f"p. {escape(entry.page)} · " if entry.page else ""
    left, right = (
        f'<span class="x">{escape(text)}</span>' if text else ""
        for text in (entry.left, entry.right)
    )
    way = f'<a href="./#{escape(target)}">in the text</a>' if target else ""
    others = (
        f"or {' or '.join(f'“{escape(other)}”' for other in entry.others)}" if entry.others else ""
    )
    why = " · ".join(filter(None, (others, escape(entry.evidence), escape(entry.by))))
    says = (
        f"<small>{escape(entry.rule_says)}</small>"
        if entry.rule_says
        else f"<small>{escape(entry.what or KINDS.get(entry.kind, entry.kind))}</small>"
    )
    return (
        f'<li class="r {entry.verdict}" id="r.{escape(entry.id)}" data-k="{escape(entry.kind)}" '
        f'data-r="{escape(entry.rule)}" data-c="{escape(degree(entry.confidence))}" '
        f'data-v="{entry.verdict}">'
        f'<a class="n" href="#r.{escape(entry.id)}">{entry.n}</a><div><p class="in" '
        f'dir="auto">{left}{before} → '
        f"{after}{right}</p><p "
        f'class="why">{place}{way}{" · " if why and way else ""}{why}</p></div>'
        f'<div class="rule">{escape(entry.rule or entry.kind)}{says}</div><div '
        f'class="v"><b>{entry.verdict}</b><br>{escape(entry.confidence)}</div></li>'
    )
