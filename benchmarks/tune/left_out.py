"""Learn the decision once for each set, without it: ``left_out.py EVIDENCE_FOLDER OUT_FOLDER``, after ``fit.py``.

Writes OUT_FOLDER/SET.xz for ``correction.py --leave-one-out OUT_FOLDER``: forests, calibration, thresholds and confusions learned
from all sets but that one. They are for measuring and stay outside the repository.
"""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import fit
import numpy as np
from train import table_of

from pipeline.correct.figures import pack


def main(folder: Path, out: Path) -> None:
    """Learn and write."""
    out.mkdir(parents=True, exist_ok=True)
    totals = pickle.loads((folder / "oof.pkl").read_bytes())  # of each set, by the forests that never saw it
    counts = pickle.loads((folder / "counts.pkl").read_bytes())
    names = sorted(totals)
    data = {}
    for name in names:
        with np.load(folder / f"{name}.npz") as found:
            data[name] = one = {key: found[key] for key in "XYWP"}
        one["soiled"] = (one["Y"] > 0) & (one["W"] == 0)
        one["faulty"] = name in fit.FAULTY
        one["W"] = np.maximum(one["W"], one["soiled"])
        one["tops"] = totals[name][1]
        meta = pickle.loads((folder / f"{name}.meta.pkl").read_bytes())
        one["errors"], one["fine"] = sum(m[8] for m in meta), sum(m[9] if len(m) > 9 else 0 for m in meta) or 1e9

    def chances(name: str, curves: tuple[tuple[np.ndarray, np.ndarray], ...]) -> tuple[np.ndarray, np.ndarray]:
        (sums, shares), (wrong_sums, wrong_shares) = curves
        return np.interp(totals[name][0][0][data[name]["tops"]], sums, shares), np.interp(totals[name][0][1], wrong_sums, wrong_shares)

    for name in names:
        others = [other for other in names if other != name]
        sound = [other for other in others if other not in fit.FAULTY]
        curves = (
            fit.isotonic(np.concatenate([totals[o][0][0] for o in sound]), np.concatenate([data[o]["Y"] for o in sound])),
            fit.isotonic(np.concatenate([totals[o][0][1] for o in sound]), np.concatenate([data[o]["W"][data[o]["tops"]] for o in sound])),
        )
        thresholds = fit.choose(data, {other: chances(other, curves) for other in others}, others)
        right, wrong = fit.learn([data[other] for other in others])
        channel = table_of([count for other, count in counts.items() if other != name])
        confusions = [[page, read, round(cost, 3)] for (page, read), cost in sorted(channel.items())]
        figures = {
            "channel": np.frombuffer(json.dumps(confusions, ensure_ascii=False).encode(), np.uint8),
            **fit.flat(right, "right", *curves[0]),
            **fit.flat(wrong, "wrong", *curves[1]),
            "thresholds": np.array([*thresholds, 0.08], np.float32),
        }
        (out / f"{name}.xz").write_bytes(pack(figures))
        print(name, "thresholds", thresholds, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
