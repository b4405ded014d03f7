"""Tune the decision that follows a language model's scores.

    python benchmarks/tune/sentences.py DATA EVIDENCE OUT.xz [--model smollm2] [--texts N]

Run `gather.py` and `fit.py` first: EVIDENCE holds their evidence and forests. Corrects texts of
each set, asks the model about a sample of the places that are still in doubt, and keeps the answers
in EVIDENCE/sentences.pkl. Then each set is left out in turn, and all together make the figures that
ship. Places count by how many of their kind they stand for, so that the figures are those of whole
texts.
"""

from __future__ import annotations

import argparse
import pickle
import random
from dataclasses import astuple, dataclass
from itertools import zip_longest
from pathlib import Path

import fit
import numpy as np
from aligned import Alignment, letters, rows
from catboost import CatBoostClassifier
from gather import ASTRAY, judge
from sklearn.metrics import log_loss, roc_auc_score

from pipeline.correct import Corrector
from pipeline.correct.spelling.classifier import Thresholds, confidence
from pipeline.correct.spelling.correction import applied_to
from pipeline.correct.spelling.evidence import COLUMNS
from pipeline.correct.spelling.sentences import OWN, TAKEN, Context, columns, doubtful, may_be_name
from pipeline.language.causal_model import causal_model
from pipeline.language.figures import pack

SETS = ("mibio", "old-books", "overproof-2", "overproof-3", "bln600")
# How many places of a text are asked about: of a form that nothing attests, and of an attested word
# by the chance of its best candidate.
STRATA = ((0.03, 2.0, False, 12), (0.1, 2.0, True, 5))
LIMITS = Thresholds(word=0.9, joined=0.9, real=0.95)
REAL = COLUMNS.index("is_real")


@dataclass
class Place:
    """One place that the model was asked about."""

    x: np.ndarray  # the evidence of all its candidates
    asked: np.ndarray  # which of them were asked about
    right: np.ndarray  # which of them are right
    wrong: bool  # whether what was read is wrong
    scores: list[float]
    stands_for: float  # places of its kind in its text


def collect(folder: Path, kept: Path, wanted: str, texts: int) -> dict:
    """Texts by (set, name), each with its asked places and counts; goes on where it stopped."""
    model = causal_model(wanted)
    corrector = Corrector("en")
    data = pickle.loads(kept.read_bytes()) if kept.exists() else {}
    every = {s: rows(folder / f"{s}.jsonl.xz", "en", slice(0, None)) for s in SETS}
    every = {s: found[:: max(1, len(found) // texts)] for s, found in every.items()}
    for group in zip_longest(*([(s, row) for row in found] for s, found in every.items())):
        for s, row in filter(None, group):
            if (s, row.name) not in data:
                data[s, row.name] = asked(corrector, model, s, row)
        kept.write_bytes(pickle.dumps(data))
        print(len(data), "texts", flush=True)
    return data


def asked(corrector, model, name: str, row) -> tuple[list[Place], int, int] | None:
    """The places of one text, its words, and how many of them are wrong."""
    text = row.read
    made = [one for one in corrector.corrections(text) if one.verdict == "made"]
    better, _, there = applied_to(text, made)
    done = np.zeros(len(text) + 1, bool)
    for one in made:
        done[one.start : one.end] = True
    alignment = Alignment(text, row.page)
    evidence = corrector._weigher.gather(text, corrector.lexicon, wide=True)  # noqa: SLF001
    right, wrong, spans = judge(evidence, alignment, name)
    errors = sum(
        letters(alignment.text(span)) != letters(core)
        for span, core in zip(spans, evidence.units.cores, strict=True)
    )
    if errors > ASTRAY * len(evidence.units):
        return None
    chance = corrector._classifier.right.chance(evidence.x)  # noqa: SLF001
    draw = random.Random(row.name)
    open_places = list(doubtful(Context(better, there, done), evidence, chance))
    places = []
    for low, high, real, most in STRATA:
        kind = [
            q
            for q in open_places
            if low <= chance[q.rows[0]] < high and (evidence.x[q.rows[0], REAL] > 0) == real
        ]
        for q in draw.sample(kind, min(most, len(kind))):
            own = np.flatnonzero(evidence.place == evidence.place[q.rows[0]])
            places.append(
                Place(
                    evidence.x[own],
                    np.searchsorted(own, q.rows),
                    right[own] > 0,
                    bool(wrong[evidence.place[q.rows[0]]]),
                    model.log_probabilities(q.texts),
                    len(kind) / min(most, len(kind)),
                )
            )
    return places, len(evidence.units), errors


@dataclass
class Table:
    """All rows of all sets."""

    x: np.ndarray
    evidence: np.ndarray
    right: np.ndarray
    wrong: np.ndarray
    gold: np.ndarray  # as `wrong`, but a sign too many is no error
    place: np.ndarray
    weight: np.ndarray
    of: np.ndarray  # the set


@dataclass
class _Rows:
    x: np.ndarray


def table(data: dict, evidence: Path) -> Table:
    """The columns of the second decision.

    The first one's chances are of forests that never saw the set.
    """
    forests = pickle.loads((evidence / "forests.pkl").read_bytes())
    sets = [fit.load(evidence, name) for name in SETS]
    for s in sets:
        s.right_sum = fit.raw(forests[s.name][0], s.x)
        s.tops = fit.tops(s.right_sum, s.place)
        s.wrong_sum = fit.raw(forests[s.name][1], s.x[s.tops])
    curves = {s.name: fit.curves([o for o in sets if o is not s]) for s in sets}
    parts = []
    n = 0
    for (name, _), found in data.items():
        for place in found[0] if found else []:
            right, wrong = (
                np.interp(fit.raw(forest, place.x), *curve)
                for forest, curve in zip(forests[name], curves[name], strict=True)
            )
            x, _ = columns(_Rows(place.x), [place.asked], [place.scores], right, wrong)
            good = place.right[place.asked]
            parts += [
                (
                    row,
                    place.x[k],
                    ok,
                    place.wrong or good.any(),
                    place.wrong,
                    n,
                    place.stands_for,
                    name,
                )
                for row, k, ok in zip(x, place.asked, good, strict=True)
            ]
            n += 1
    return Table(*(np.array(column) for column in zip(*parts, strict=True)))


def forest(x, y, weight, trees, depth=3, rate=0.06):
    model = CatBoostClassifier(
        iterations=trees,
        depth=depth,
        learning_rate=rate,
        thread_count=1,
        verbose=0,
        l2_leaf_reg=10,
        random_seed=1,
        border_count=32,
        allow_writing_files=False,
    )
    # a place that stands for many counts for more, but not so much that a few decide
    model.fit(x, y, sample_weight=np.sqrt(weight))
    return model


def fitted(t: Table, some: np.ndarray, trees: int, which: list[int]):
    """The forests of right and of wrong, by some rows and columns."""
    return [forest(t.x[some][:, which], y[some], t.weight[some], trees) for y in (t.right, t.wrong)]


def left_out(t: Table, trees: int, which: list[int]):
    """Sums of leaves for each row by forests that never saw its set."""
    total = np.zeros((2, len(t.x)))
    for s in SETS:
        there = t.of == s
        if there.any():
            for k, model in enumerate(fitted(t, ~there, trees, which)):
                total[k, there] = fit.raw(model, t.x[there][:, which])
    return total


def curve(total, y, weight):
    """A smooth calibration (Platt's): few places give no steps to trust."""
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e3).fit(total[:, None], y, sample_weight=np.sqrt(weight))
    knots = np.linspace(total.min() - 0.5, total.max() + 0.5, 60)
    chances = line.predict_proba(knots[:, None])[:, 1]
    return knots.astype(np.float32), np.clip(chances, 0.0005, 0.9985).astype(np.float32)


def outcome(t: Table, right, wrong, limits: Thresholds, counts: dict) -> dict:
    """By set: the share of wrong words mended more, the words ruined more per 1,000 right ones."""
    order = np.lexsort((-right, t.place))
    heads = order[np.flatnonzero(np.diff(t.place[order], prepend=-1))]
    x = t.evidence[heads]
    made = confidence(right[heads], wrong[heads]) >= limits.of_kind(x)
    made &= (right[heads] >= limits.likely) & ~limits.forbid(x, np.ones(len(heads), bool))
    made &= ~may_be_name(x)
    good = made & t.right[heads] & t.gold[heads]
    bad = made & ~t.gold[heads] & ~t.right[heads]
    found = {}
    for s in SETS:
        here, (units, errors) = t.of[heads] == s, counts[s]
        found[s] = (
            float(t.weight[heads][good & here].sum() / max(1, errors)),
            float(1000 * t.weight[heads][bad & here].sum() / max(1, units - errors)),
            int((good & here).sum()),
            int((bad & here).sum()),
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("evidence", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--texts", type=int, default=25, help="of each set")
    parser.add_argument("--trees", type=int, default=120)
    args = parser.parse_args()
    data = collect(args.data, args.evidence / "sentences.pkl", args.model, args.texts)
    report(data, args.evidence, args.out, args.trees)


def report(data: dict, evidence: Path, out: Path, trees: int) -> None:
    """Measure with each set left out, and write what ships."""
    t = table(data, evidence)
    counts = {
        s: tuple(
            sum(found[k] for (n, _), found in data.items() if n == s and found) for k in (1, 2)
        )
        for s in SETS
    }
    print(len(np.unique(t.place)), "places", len(t.x), "rows,", int(t.right.sum()), "right")
    names = [*OWN, *TAKEN]
    asked_of = {"gain", "margin", "place_in_order"}
    ways = {
        "without the model": [k for k, name in enumerate(names) if name not in asked_of],
        "with it": list(range(len(names))),
    }
    for label, which in ways.items():
        total = left_out(t, trees, which)
        areas = {
            s: round(float(roc_auc_score(t.right[t.of == s], total[0][t.of == s])), 3)
            for s in SETS
            if t.right[t.of == s].any()
        }
        right, wrong = (
            np.interp(total[k], *curve(total[k], y, t.weight))
            for k, y in enumerate((t.right, t.wrong))
        )
        loss = log_loss(t.right, right), log_loss(t.wrong, wrong)
        print(label, areas, "log loss", [round(one, 4) for one in loss])
        for word in (0.8, 0.9, 0.95):
            for real in (0.9, 0.95, 0.98):
                limits = Thresholds(word=word, joined=word, real=real)
                print(" ", word, real, outcome(t, right, wrong, limits, counts))
    models = fitted(t, np.ones(len(t.x), bool), trees, ways["with it"])
    figures: dict[str, np.ndarray] = {"limits": np.array(astuple(LIMITS))}
    for k, (name, y) in enumerate((("right", t.right), ("wrong", t.wrong))):
        figures |= fit.flat(models[k], name, *curve(total[k], y, t.weight))
    out.write_bytes(pack(figures))


if __name__ == "__main__":
    main()
