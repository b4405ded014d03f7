"""Learn the decision: ``fit.py EVIDENCE_FOLDER OUT.xz [DIAGRAM.svg]``, after ``train.py`` has gathered the evidence.

Leaves each set out in turn, calibrates on what was predicted for sets left out, chooses the thresholds, then learns from all and
writes the figures that ship. Prints the table of what each set left out came to.
"""

from __future__ import annotations

import itertools
import json
import pickle
import sys
import tempfile
from pathlib import Path

import numpy as np
from catboost import CatBoostClassifier
from sklearn.isotonic import IsotonicRegression

from pipeline.correct.evidence import COLUMNS
from pipeline.correct.figures import pack

GUARDED = [COLUMNS.index(c) for c in ("variant", "accents_only", "plural_only")]
REAL, MERGE, DROPS = (COLUMNS.index(c) for c in ("is_real", "is_merge", "drops_sign"))
FAULTY = {"icdar2017-en-monograph", "icdar2017-en-periodical", "icdar2019-en1"}  # their page texts have faults of their own


def forest(x, y, weight, trees):
    model = CatBoostClassifier(
        iterations=trees, depth=6, learning_rate=0.1, thread_count=1, verbose=0, l2_leaf_reg=8, random_seed=1, border_count=48, random_strength=0.5
    )
    model.fit(x, y, sample_weight=weight)
    return model


def weights(d):
    """Small sets count for more than their size, and sets with faulty pages for less."""
    return np.full(len(d["Y"]), (20000 / max(1, len(d["Y"]))) ** 0.35 * (0.3 if d["faulty"] else 1.0))


def learn(sets):
    x, y, w = (np.concatenate([d[k] for d in sets]) for k in "XYW")
    weight = np.concatenate([weights(d) for d in sets])
    first = x[:, COLUMNS.index("rank")] == 0
    return forest(x, y, weight, RIGHT), forest(x[first], w[first], weight[first], WRONG)


def tops(p, places):
    order = np.lexsort((-p, places))
    return order[np.flatnonzero(np.diff(places[order], prepend=-1))]


def raw(model, x):
    return model.predict(x, prediction_type="RawFormulaVal")


def isotonic(total, y, n=40):
    order = np.argsort(total)
    fitted = IsotonicRegression(y_min=0.0005, y_max=0.9985, out_of_bounds="clip").fit(total, y)
    knots = np.unique(np.quantile(total[order], np.concatenate([np.linspace(0, 0.9, n // 2), np.linspace(0.9, 1, n)])))
    # means over neighbourhoods keep the line from jumping
    chances = np.array([fitted.predict(np.linspace(k - 0.15, k + 0.15, 7)).mean() for k in knots])
    return knots.astype(np.float32), chances.astype(np.float32)


def outcome(d, right, wrong, th):
    """(mended, ruined, wrong to wrong) at thresholds (made, wrong, real)."""
    t = d["tops"]
    x = d["X"][t]
    free = (x[:, GUARDED].sum(axis=1) == 0) & (x[:, DROPS] <= 1)
    real = x[:, REAL] > 0
    made = free & np.where(real, right >= th[2], (right >= th[0]) & (wrong >= th[1]))
    size = 1 + x[:, MERGE]
    return (
        (d["Y"][t] * size * ~d["soiled"][t])[made].sum(),
        ((1 - d["W"][t]) * size)[made].sum(),
        ((d["W"][t] - d["Y"][t]) * (d["Y"][t] == 0))[made].sum(),
    )


RIGHT, WRONG = 260, 160  # trees


GRID = [
    (a, b, c)
    for a in (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
    for b in (0.9, 0.93, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.993, 0.996)
    for c in (0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 1.1)
]


def choose(data, calibrated, names):
    best, chosen = -1, (0.9, 0.99, 1.1)
    for th in GRID:
        share, ok, pooled = [], True, np.zeros(3)
        for s in names:
            good, bad, other = outcome(data[s], *calibrated[s], th)
            if s not in FAULTY:
                ok &= bad <= 0.009 * (good + bad) + 1 and 1000 * bad / max(1, data[s]["fine"]) <= 0.45
                pooled += good, bad, other
            share.append(good / max(1, data[s]["errors"]))
        ok &= pooled[1] <= 0.0075 * pooled[:2].sum() and pooled[0] >= 0.90 * (pooled[0] + pooled[2])
        if ok and np.mean(share) > best:
            best, chosen = np.mean(share), th
    return chosen


def flat(model, name, knots, chances):
    with tempfile.TemporaryDirectory() as folder:
        model.save_model(f"{folder}/m.json", format="json")
        tree = json.loads(Path(f"{folder}/m.json").read_text())
    trees = tree["oblivious_trees"]
    depth = max(len(t["splits"] or []) for t in trees)
    columns, borders = np.zeros((len(trees), depth), np.uint8), np.full((len(trees), depth), np.inf, np.float32)
    leaves = np.zeros((len(trees), 2**depth), np.float32)
    for k, t in enumerate(trees):
        for j, s in enumerate(t["splits"] or []):
            columns[k, j], borders[k, j] = s["float_feature_index"], s["border"]
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


def main(folder: Path, out: Path, diagram: Path | None) -> None:
    names = [p.name[: -len(".meta.pkl")] for p in sorted(folder.glob("*.meta.pkl"))]
    data = {}
    for s in names:
        with np.load(folder / f"{s}.npz") as f:
            data[s] = {k: f[k] for k in "XYWP"}
        data[s]["soiled"] = (data[s]["Y"] > 0) & (data[s]["W"] == 0)  # letters right, but a sign too many or a capital astray
        data[s]["faulty"] = s in FAULTY
        data[s]["W"] = np.maximum(data[s]["W"], data[s]["soiled"])
        meta = pickle.loads((folder / f"{s}.meta.pkl").read_bytes())
        data[s]["errors"], data[s]["fine"] = sum(m[8] for m in meta), sum(m[9] if len(m) > 9 else 0 for m in meta) or 1e9
    totals = {}
    for s in names:
        right, wrong = learn([data[o] for o in names if o != s])
        r = raw(right, data[s]["X"])
        data[s]["tops"] = t = tops(r, data[s]["P"])
        totals[s] = r, raw(wrong, data[s]["X"][t])
        print("left out", s, flush=True)
    pickle.dump({s: (totals[s], data[s]["tops"]) for s in names}, open(folder / "oof.pkl", "wb"))

    def calibrate(used):
        r = isotonic(np.concatenate([totals[s][0] for s in used]), np.concatenate([data[s]["Y"] for s in used]))
        w = isotonic(np.concatenate([totals[s][1] for s in used]), np.concatenate([data[s]["W"][data[s]["tops"]] for s in used]))
        return r, w

    def calibrated(s, curves):
        (rk, rc), (wk, wc) = curves
        return np.interp(totals[s][0][data[s]["tops"]], rk, rc), np.interp(totals[s][1], wk, wc)

    seen = []
    for s in names:
        others = [o for o in names if o != s]
        curves = calibrate([o for o in others if o not in FAULTY])
        th = choose(data, {o: calibrated(o, curves) for o in others}, others)
        mine = calibrated(s, curves)
        good, bad, other = outcome(data[s], *mine, th)
        held = mine[0] >= 0.02
        t = data[s]["tops"]
        found = (data[s]["W"][t] * held).sum()
        print(
            f"{s:24} thresholds {th} precision {good / max(1, good + bad):.4f} "
            f"repaired {good / data[s]['errors']:.3f} ruined {bad:.0f} wrong-to-wrong {other:.0f} "
            f"found {found / data[s]['errors']:.3f} top-1 {(data[s]['Y'][t] * held).sum() / max(1, found):.3f}",
            flush=True,
        )
        seen.append((mine[0], data[s]["Y"][t]))
    curves = calibrate([s for s in names if s not in FAULTY])
    th = choose(data, {s: calibrated(s, curves) for s in names}, names)
    right, wrong = learn([data[s] for s in names])
    channel = pickle.loads((folder / "all.channel.pkl").read_bytes())
    figures = {
        "channel": np.frombuffer(json.dumps([[a, b, round(c, 3)] for (a, b), c in sorted(channel.items())], ensure_ascii=False).encode(), np.uint8),
        **flat(right, "right", *curves[0]),
        **flat(wrong, "wrong", *curves[1]),
        "thresholds": np.array([*th, 0.08], np.float32),
    }
    out.write_bytes(pack(figures))
    print("ships", out, out.stat().st_size, "thresholds", th)
    if diagram:
        diagram.write_text(reliability(np.concatenate([a for a, _ in seen]), np.concatenate([b for _, b in seen])), "utf-8")


def reliability(p, y) -> str:
    """The reliability diagram as SVG: foretold chance against the share that proved right, each set left out of the tuning."""
    edges = np.linspace(0, 1, 11)
    dots = []
    for a, b in itertools.pairwise(edges):
        inside = (p >= a) & (p < b if b < 1 else p <= 1)
        if inside.sum() >= 20:
            dots.append((float(p[inside].mean()), float(y[inside].mean()), int(inside.sum())))
    x, up = (lambda v: 50 + 300 * v), (lambda v: 330 - 300 * v)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 380" font-family="sans-serif" font-size="11" role="img">',
        "<title>Foretold confidence against the share that proved right</title>",
        '<rect width="380" height="380" fill="#fff"/>',
        f'<path d="M{x(0)} {up(0)}L{x(1)} {up(1)}" stroke="#bbb" stroke-dasharray="4"/>',
    ]
    parts += [
        f'<text x="{x(v)}" y="346" text-anchor="middle">{v:g}</text><text x="44" y="{up(v) + 4}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.25, 0.5, 0.75, 1)
    ]
    parts.append(f'<polyline fill="none" stroke="#246" stroke-width="2" points="{" ".join(f"{x(a):.1f},{up(b):.1f}" for a, b, _ in dots)}"/>')
    parts += [f'<circle cx="{x(a):.1f}" cy="{up(b):.1f}" r="4" fill="#246"><title>{n} places</title></circle>' for a, b, n in dots]
    parts += [
        '<text x="200" y="368" text-anchor="middle">confidence foretold</text>',
        '<text transform="translate(14 180) rotate(-90)" text-anchor="middle">share right</text>',
        "</svg>",
    ]
    print("reliability", [(round(a, 2), round(b, 2), n) for a, b, n in dots])
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
