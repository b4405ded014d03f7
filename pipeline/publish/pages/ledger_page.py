"""The page of corrections: the whole ledger, filtered and counted, with plots and errata."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from pipeline.html import Markup, escape
from pipeline.interface import Interface, interface
from pipeline.publish import records
from pipeline.publish.model.chapters import Division
from pipeline.publish.model.model import Edition, Entry
from pipeline.publish.pages.templates import page
from pipeline.publish.settings import Settings
from pipeline.rules import KINDS, VERDICTS, label

_PART: Final = 60  # rows that the browser lays out at once
_SHOWN: Final = 14  # most frequent characters in the matrix of confusions
_BARS: Final = 120  # bars that a plot of pages can show and still be read
_WIDTH: Final = 480  # of that plot, in its own units
_HEIGHT: Final = 130
_NOTHING: Final = "∅"


def ledger_page(edition: Edition, site: Settings, division: Division) -> str:
    """The whole page of corrections as HTML."""
    t = interface(site.language)
    entries = edition.entries
    made = [entry for entry in entries if entry.verdict == "made"]
    return page(
        "corrections.html.jinja",
        site,
        root="../",
        edition=edition,
        address=records.address(edition, site.address),
        place=division.place,
        applied=len(made),
        figures=_figures(edition, made, t),
        unlisted=bool(_kinds(edition, made)["structure"]),
        bars=_bars(edition, made),
        matrix=_matrix(made),
        errata=[entry for entry in made if entry.kind == "print"],
        rows=Markup(_rows(entries, division, t)),
        kinds=_options([entry.kind for entry in entries], label),
        rules=_options([entry.rule for entry in entries]),
        degrees=_options([degree(entry.confidence) for entry in entries]),
        verdicts=_options([entry.verdict for entry in entries], VERDICTS.__getitem__),
        reading=_reading,
    )


def _figures(edition: Edition, made: Sequence[Entry], t: Interface) -> list[tuple[str, str]]:
    verdicts = Counter(entry.verdict for entry in edition.entries)
    kinds = _kinds(edition, made)
    rate = 1000 * kinds["ocr"] / edition.words if edition.words else 0.0
    cells = [
        (t.number(edition.made), "changes applied"),
        (t.number(verdicts["held"]), "pending"),
    ]
    if verdicts["refused"]:
        cells.append((t.number(verdicts["refused"]), "rejected"))
    cells += [(t.number(n), _named(kind, n)) for kind, n in kinds.most_common()]
    cells.append((f"{rate:.1f}", "OCR errors corrected per 1,000 words"))
    return cells


def _kinds(edition: Edition, made: Sequence[Entry]) -> Counter[str]:
    """How many changes of each kind were applied, as the header counts them.

    It counts a change over several places once, and typed markup such as `*…*`, which is formatting
    in the text and no row of the list.
    """
    if not edition.counted:
        return Counter(entry.kind for entry in made)
    kinds = {entry.rule: entry.kind for entry in made}
    counted = Counter[str]()
    for rule, n in edition.counted.items():
        counted[kinds.get(rule, "structure")] += n
    return +counted


# Plots: drawn here, as SVG and as a table, so that a page needs no script to show them


@dataclass(frozen=True, slots=True)
class _Bar:
    """One page of the text, or several together; coordinates are those of the SVG."""

    name: str
    address: str
    n: int
    left: str
    step: str
    x: str
    y: str
    width: str
    tall: str


@dataclass(frozen=True, slots=True)
class _Plot:
    """Errors by page."""

    top: int
    drawn: tuple[_Bar, ...]
    labels: tuple[tuple[str, str], ...]
    width: int = _WIDTH
    height: int = _HEIGHT


def _bars(edition: Edition, made: Sequence[Entry]) -> _Plot | None:
    counts = Counter(entry.page for entry in made if entry.kind in {"ocr", "print"})
    pages = [(start.n, start.id, counts[start.n]) for start in edition.pages]
    if len(pages) < 2 or not made:
        return None
    together = -(-len(pages) // _BARS)
    groups = [pages[i : i + together] for i in range(0, len(pages), together)]
    sums = [sum(n for _, _, n in group) for group in groups]
    top = max(*sums, 1)
    step = _WIDTH / len(groups)
    drawn = []
    for i, (group, n) in enumerate(zip(groups, sums, strict=True)):
        first, last = group[0][0], group[-1][0]
        tall = round(_HEIGHT * n / top, 1)
        drawn.append(
            _Bar(
                name=first if len(group) == 1 else f"{first}–{last}",
                address=group[0][1],
                n=n,
                left=f"{i * step:.1f}",
                step=f"{step:.1f}",
                x=f"{i * step + step * 0.12:.1f}",
                y=f"{_HEIGHT - tall:.1f}",
                width=f"{step * 0.76:.1f}",
                tall=f"{tall:.1f}",
            )
        )
    every = max(1, len(groups) // 8)
    labels = tuple(
        (f"{i * step + step / 2:.1f}", groups[i][0][0]) for i in range(0, len(groups), every)
    )
    return _Plot(top, tuple(drawn), labels)


def confusions(made: Sequence[Entry]) -> Counter[tuple[str, str]]:
    """How often the OCR read what for what: (printed, read), each of one to three characters."""
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


@dataclass(frozen=True, slots=True)
class _Matrix:
    """The most frequent confusions; each cell is a count and how dark it is, in per cent."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


def _matrix(made: Sequence[Entry]) -> _Matrix | None:
    counted = confusions(made)
    if not counted:
        return None
    rows: dict[str, None] = {}  # dicts, to keep the order
    columns: dict[str, None] = {}
    for (printed, read), _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        if (printed in rows or len(rows) < _SHOWN) and (read in columns or len(columns) < _SHOWN):
            rows[printed], columns[read] = None, None
    top = max(counted.values())
    cells = {pair: (n, 15 + 55 * n // top) for pair, n in counted.items()}
    return _Matrix(
        tuple(map(_visible, columns)),
        tuple(
            (_visible(row), tuple(cells.get((row, column), (0, 0)) for column in columns))
            for row in rows
        ),
    )


def _visible(text: str) -> str:
    return text.replace(" ", "␣").replace("\n", "⏎")


# The ledger


def _options(
    values: Iterable[str], shown: Callable[[str], str] = str
) -> list[tuple[str, str, int]]:
    """The values to filter by, the most frequent first: value, words for it, count."""
    counted = Counter(value for value in values if value)
    return [
        (value, shown(value), n)
        for value, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def degree(confidence: str) -> str:
    """A confidence as a degree to filter by: the file's own word, or a range."""
    try:
        value = float(confidence)
    except ValueError:
        return confidence
    for least, words in ((0.99, "99% or more"), (0.95, "95 to 99%"), (0.8, "80 to 95%")):
        if value >= least:
            return words
    return "under 80%"


def percent(confidence: str) -> str:
    """A confidence in per cent, rounded down, or the file's own word: `0.996` → `99%`."""
    try:
        return f"{int(100 * float(confidence) + 1e-9)}%"
    except ValueError:
        return confidence


def _because(entry: Entry, t: Interface) -> list[str]:
    """What is said for a change, as HTML: other readings, the evidence, who made it.

    The evidence is part of the TEI, in English.
    """
    either = f" {t('or')} "
    others = either.join(f"“{escape(other)}”" for other in entry.others)
    evidence = escape(entry.evidence)
    if evidence and t.language != "en":
        evidence = f'<span lang="en">{evidence}</span>'
    said = (others and f"{t('or')} {others}", evidence, escape(entry.by))
    return [one for one in said if one]


def _rows(entries: Sequence[Entry], division: Division, t: Interface) -> str:
    """The ledger as HTML. A template takes four times as long for the same rows."""
    status = {verdict: t(name) for verdict, name in VERDICTS.items()}
    shown = t("show in text")

    def row(entry: Entry) -> str:
        left, right = (
            f'<span class="x">{escape(context)}</span>' if context else ""
            for context in (entry.left, entry.right)
        )
        before, after = _reading("del", entry.before, t), _reading("ins", entry.after, t)
        target = entry.id if entry.verdict == "made" else entry.block
        why = _because(entry, t)
        if target:
            why.insert(0, f'<a href="{escape(division.place(target))}">{shown}</a>')
        page = f"{escape(t('p. {n}', n=entry.page))} · " if entry.page else ""
        name, kind = escape(entry.id), label(entry.kind)
        return (
            f'<li class="r {entry.verdict}" id="r.{name}" data-k="{escape(entry.kind)}" '
            f'data-r="{escape(entry.rule)}" data-c="{escape(degree(entry.confidence))}" '
            f'data-v="{entry.verdict}"><a class="n" href="#r.{name}">{entry.n}</a><div>'
            f'<p class="in" dir="auto">{left}{before} → {after}{right}</p><p class="why">'
            f'{page}{" · ".join(why)}</p></div><div class="rule">{escape(entry.rule or kind)}'
            f"<small>{escape(t.rule(entry.rule_says or entry.what or kind))}</small></div>"
            f'<div class="v"><b>{status[entry.verdict]}</b><br>'
            f"{escape(percent(entry.confidence))}</div></li>"
        )

    return "".join(
        f'\n<li><ol class="part" style="--n:{len(part)}">{"".join(map(row, part))}</ol></li>'
        for part in (entries[i : i + _PART] for i in range(0, len(entries), _PART))
    )


def _reading(tag: str, text: str, t: Interface) -> Markup:
    """A reading of a change; one that cannot be seen has a sign, which says what it is."""
    if not text:
        return Markup(f'<{tag} title="{t("nothing")}">∅</{tag}>')
    if not text.strip():
        return Markup(f'<{tag} title="{t("a space")}">␣</{tag}>')
    return Markup(f"<{tag}>{escape(text)}</{tag}>")


def _named(kind: str, n: int) -> str:
    if kind not in KINDS:
        return kind
    return KINDS[kind].one if n == 1 else KINDS[kind].many
