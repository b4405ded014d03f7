"""Train the classifier on the evidence that ``gather.py`` collected.

    python benchmarks/tune/fit.py EVIDENCE_FOLDER OUT.xz [--left-out FOLDER] [--diagram FILE.svg]

For English, add ``--word 0.8 --joined 0.8 --noisy-word 0.7 --noisy-real 0.9 --likely-name 0.65
--clear 0.9``.

Each set is left out in turn; the chances are calibrated on what was foretold for sets left out.
Then all sets together make the figures that ship. With --left-out, FOLDER/SET.xz is what was
learned without a set, channel and calibration included: `correction.py --leave-one-out FOLDER`
measures with it. Prints what each set left out came to at the published thresholds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import pickle
import tempfile
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
from catboost import CatBoostClassifier
from gather import table_of
from sklearn.isotonic import IsotonicRegression

from pipeline.correct.spelling.classifier import Thresholds, confidence, misread
from pipeline.correct.spelling.evidence import COLUMNS
from pipeline.language.figures import pack

FAULTY = {
    "icdar2017-en-monograph",
    "icdar2017-en-periodical",
    "icdar2019-en1",
    "icdar2019-fr",
}  # their page texts have faults of their own
# a page text with a larger share of small-letter words that nothing attests keeps errors of its own
FAITHFUL = 0.008


@dataclass
class Set:
    """One set's evidence (rows x columns), truth, and places."""

    name: str
    x: np.ndarray
    right: np.ndarray
    wrong: np.ndarray  # of each row's place
    place: np.ndarray
    soiled: np.ndarray  # letters right, but a sign too many or a capital astray: no gain, no harm
    errors: int
    fine: int
    sound: np.ndarray  # rows of texts whose page text can be believed
    faultless: tuple[
        np.ndarray, np.ndarray, np.ndarray
    ]  # rows of the pages themselves, in which every word is right
    right_sum: np.ndarray | None = (
        None  # what the forests that never saw the set say, of each row ...
    )
    wrong_sum: np.ndarray | None = None  # ... and of each place's likeliest row
    tops: np.ndarray | None = None


def load(folder: Path, name: str) -> Set:
    with np.load(folder / f"{name}.npz") as f:
        x, y, w, p, strange, clean = (f[k] for k in "XYWPDC")
    soiled = (y > 0) & (w == 0)
    errors, fine = pickle.loads((folder / f"{name}.counts.pkl").read_bytes())
    other = name.partition("#")[0].endswith(("-de", "-fr", "-es"))  # their lexicons know less
    limit = 1.0 if other else FAITHFUL if name in FAULTY else 3 * FAITHFUL
    w = np.maximum(w, soiled)
    read = ~clean
    faultless = (x[clean], y[clean], w[clean])
    return Set(
        name,
        x[read],
        y[read],
        w[read],
        p[read],
        soiled[read],
        errors,
        fine,
        strange[read] < limit,
        faultless,
    )


def forest(x, y, weight, trees):
    model = CatBoostClassifier(
        iterations=trees,
        depth=6,
        learning_rate=0.06,
        thread_count=2,
        verbose=0,
        l2_leaf_reg=8,
        random_seed=1,
        border_count=48,
        random_strength=0.5,
        allow_writing_files=False,
    )
    model.fit(x, y, sample_weight=weight)
    return model


def learn(sets: list[Set], trees: int):
    read = [np.concatenate([getattr(s, k)[s.sound] for s in sets]) for k in ("x", "right", "wrong")]
    x, y, w = (np.concatenate([read[k], *[s.faultless[k] for s in sets]]) for k in range(3))
    # small sets count for more than their size, and sets with faulty pages for less
    weight = np.concatenate(
        [
            np.full(
                s.sound.sum(),
                (20000 / max(1, s.sound.sum())) ** 0.35 * (0.5 if s.name in FAULTY else 1.0),
            )
            for s in sets
        ]
    )
    weight = np.concatenate([weight, *[np.full(len(s.faultless[0]), 0.5) for s in sets]])
    first = x[:, COLUMNS.index("rank")] == 0
    return forest(x, y, weight, trees), forest(x[first], w[first], weight[first], trees)


def tops(p, places):
    order = np.lexsort((-p, places))
    return order[np.flatnonzero(np.diff(places[order], prepend=-1))]


def raw(model, x):
    return model.predict(x, prediction_type="RawFormulaVal")


def isotonic(total, y, n=40):
    order = np.argsort(total)
    fitted = IsotonicRegression(y_min=0.0005, y_max=0.9985, out_of_bounds="clip").fit(total, y)
    knots = np.unique(
        np.quantile(
            total[order], np.concatenate([np.linspace(0, 0.9, n // 2), np.linspace(0.9, 1, n)])
        )
    )
    # means over neighbourhoods keep the line from jumping
    chances = np.array([fitted.predict(np.linspace(k - 0.15, k + 0.15, 7)).mean() for k in knots])
    return knots.astype(np.float32), chances.astype(np.float32)


def curves(sets: list[Set]):
    return (
        isotonic(
            np.concatenate([s.right_sum for s in sets]), np.concatenate([s.right for s in sets])
        ),
        isotonic(
            np.concatenate([s.wrong_sum for s in sets]),
            np.concatenate([s.wrong[s.tops] for s in sets]),
        ),
    )


PUBLISHED = Thresholds(word=0.9, joined=0.9, real=0.98, likely=0.5)
KINDS = tuple(field.name for field in fields(Thresholds) if not field.name.startswith("held"))
ALONE = ("word", "joined", "real")  # thresholds that are tried each by itself
TRIED = (0.8, 0.9, 0.95, 0.98)


def outcome(s: Set, calibration, limits: Thresholds) -> np.ndarray:
    """What thresholds make of a set: words mended, spoilt, wrong before and after."""
    (rk, rc), (wk, wc) = calibration
    right, wrong = np.interp(s.right_sum[s.tops], rk, rc), np.interp(s.wrong_sum, wk, wc)
    x = s.x[s.tops]
    sure, may = confidence(right, wrong), limits.likely_enough(x, right) & ~limits.forbid(x)
    made = may & (sure >= limits.of_kind(x))
    texts = [COLUMNS.index(name) for name in ("doc_bad", "length_doc", "doc_cost")]
    _, text = np.unique(x[:, texts], axis=0, return_inverse=True)
    for n in range(text.max(initial=-1) + 1):
        rows = np.flatnonzero(text == n)
        units = round(10 ** float(x[rows[0], COLUMNS.index("length_doc")])) - 1
        full = misread(x[rows[made[rows]]], units)
        made[rows] = may[rows] & (sure[rows] >= limits.of_kind(x[rows], full_of_errors=full))
    size = 1 + (x[:, COLUMNS.index("is_merge")] > 0)  # two units are made one
    gain, loss = (s.right[s.tops] * ~s.soiled[s.tops]) * size, (1 - s.wrong[s.tops]) * size
    other = (s.wrong[s.tops] > 0) & (s.right[s.tops] == 0)
    return np.array([gain[made].sum(), loss[made].sum(), other[made].sum()])


def flat(model, name, knots, chances):
    with tempfile.TemporaryDirectory() as folder:
        model.save_model(f"{folder}/m.json", format="json")
        tree = json.loads(Path(f"{folder}/m.json").read_text())
    trees = tree["oblivious_trees"]
    depth = max(len(t["splits"] or []) for t in trees)
    columns, borders = (
        np.zeros((len(trees), depth), np.uint8),
        np.full((len(trees), depth), np.inf, np.float32),
    )
    leaves = np.zeros((len(trees), 2**depth), np.float32)
    for k, t in enumerate(trees):
        for j, split in enumerate(t["splits"] or []):
            columns[k, j], borders[k, j] = split["float_feature_index"], split["border"]
        leaves[k, : len(t["leaf_values"])] = t["leaf_values"]
    scale, bias = tree["scale_and_bias"]
    return {
        f"{name}_columns": columns,
        f"{name}_borders": borders,
        f"{name}_leaves": leaves * np.float32(scale),
        f"{name}_bias": np.array(bias, np.float32).ravel()[:1],
        f"{name}_knots": knots,
        f"{name}_chances": chances,
    }


def packed(models, calibration, channel, limits: Thresholds) -> bytes:
    confusions = [[page, read, round(cost, 3)] for (page, read), cost in sorted(channel.items())]
    return pack(
        {
            "channel": np.frombuffer(json.dumps(confusions, ensure_ascii=False).encode(), np.uint8),
            **flat(models[0], "right", *calibration[0]),
            **flat(models[1], "wrong", *calibration[1]),
            "limits": np.array(astuple(limits)),
        }
    )


def reliability(p, y) -> str:
    """The reliability diagram as SVG: predicted chance against the share that proved right.

    Each set is left out of the tuning in turn.
    """
    edges = np.linspace(0, 1, 11)
    dots = []
    for a, b in itertools.pairwise(edges):
        inside = (p >= a) & (p < b if b < 1 else p <= 1)
        if inside.sum() >= 20:
            dots.append((float(p[inside].mean()), float(y[inside].mean()), int(inside.sum())))
    x, up = (lambda v: 50 + 300 * v), (lambda v: 330 - 300 * v)
    parts = [
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 380" '
            'font-family="sans-serif" font-size="11" role="img">'
        ),
        "<title>Foretold confidence against the share that proved right</title>",
        '<rect width="380" height="380" fill="#fff"/>',
        f'<path d="M{x(0)} {up(0)}L{x(1)} {up(1)}" stroke="#bbb" stroke-dasharray="4"/>',
    ]
    parts += [
        f'<text x="{x(v)}" y="346" text-anchor="middle">{v:g}</text><text x="44" '
        f'y="{up(v) + 4}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.25, 0.5, 0.75, 1)
    ]
    parts.append(
        f'<polyline fill="none" stroke="#246" stroke-width="2" '
        f'points="{" ".join(f"{x(a):.1f},{up(b):.1f}" for a, b, _ in dots)}"/>'
    )
    parts += [
        f'<circle cx="{x(a):.1f}" cy="{up(b):.1f}" r="4" fill="#246"><title>{n} '
        f"places</title></circle>"
        for a, b, n in dots
    ]
    parts += [
        '<text x="200" y="368" text-anchor="middle">foretold confidence</text>',
        (
            '<text x="14" y="180" text-anchor="middle" transform="rotate(-90 14 180)">share that '
            "proved right</text>"
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("evidence", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--left-out", type=Path)
    parser.add_argument("--diagram", type=Path)
    parser.add_argument("--trees", type=int, default=400)
    for kind in KINDS:
        parser.add_argument(
            f"--{kind.replace('_', '-')}", type=float, default=getattr(PUBLISHED, kind)
        )
    args = parser.parse_args()
    limits = replace(PUBLISHED, **{kind: getattr(args, kind) for kind in KINDS})
    sets = [
        load(args.evidence, path.name.removesuffix(".counts.pkl"))
        for path in sorted(args.evidence.glob("*.counts.pkl"))
    ]
    counts = pickle.loads((args.evidence / "counts.pkl").read_bytes())
    kept_forests = (
        args.evidence / "forests.pkl"
    )  # learning takes minutes, choosing thresholds seconds
    without = pickle.loads(kept_forests.read_bytes()) if kept_forests.exists() else {}
    # a set whose page texts are at fault teaches, but does not test, unless there is no other
    tested = [s for s in sets if s.name not in FAULTY] or sets
    for s in tested:
        if s.name not in without:
            without[s.name] = learn([o for o in sets if o is not s], args.trees)
            kept_forests.write_bytes(pickle.dumps(without))
            print("left out", s.name, flush=True)
        models = without[s.name]
        s.right_sum = raw(models[0], s.x)
        s.tops = tops(s.right_sum, s.place)
        s.wrong_sum = raw(models[1], s.x[s.tops])
    if "all" not in without:
        without["all"] = learn(sets, args.trees)
    kept_forests.write_bytes(pickle.dumps(without))
    foretold, proved = [], []
    for s in tested:
        calibration = curves([o for o in tested if o is not s])
        for kind in ALONE:
            never = {kind: 2.0 for kind in KINDS if kind.removeprefix("noisy_") in ALONE}
            alone = replace(limits, **never)
            for least in TRIED:
                tried = {one: least for one in KINDS if one.removeprefix("noisy_") == kind}
                good, bad, other = outcome(s, calibration, replace(alone, **tried))
                print(f"  {kind:6} {least:.2f}: {good:.0f} mended {bad:.0f} ruined {other:.0f}")
        good, bad, other = outcome(s, calibration, limits)
        print(
            f"{s.name:24} precision {good / max(1, good + bad):.4f} "
            f"repaired {good / s.errors:.3f} "
            f"harm {1000 * bad / s.fine:.3f} mended {good:.0f} ruined {bad:.0f} wrong to "
            f"wrong {other:.0f}",
            flush=True,
        )
        foretold.append(np.interp(s.right_sum[s.tops], *calibration[0]))
        proved.append(s.right[s.tops])
        if args.left_out:
            args.left_out.mkdir(parents=True, exist_ok=True)
            channel = table_of([c for name, c in counts.items() if name != s.name])
            (args.left_out / f"{s.name}.xz").write_bytes(
                packed(without[s.name], calibration, channel, limits)
            )
    calibration = curves(tested)
    args.out.write_bytes(
        packed(without["all"], calibration, table_of(list(counts.values())), limits)
    )
    if args.diagram:
        args.diagram.write_text(reliability(np.concatenate(foretold), np.concatenate(proved)))


if __name__ == "__main__":
    main()
