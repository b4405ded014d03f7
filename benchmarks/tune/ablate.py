"""What each kind of evidence buys: ``ablate.py EVIDENCE_FOLDER``, after ``gather.py``.

The forests (100 trees) are learned again without some columns, each sound set left out in turn;
printed is the best share repaired with precision at 0.99 and harm at 0.5, thresholds chosen for the
set itself: ceilings to compare, not results.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import fit
import numpy as np

from pipeline.correct.spelling.evidence import COLUMNS

GROUPS = {
    "nothing left out": "",
    "the words around": (
        "lm_word lm_form lm_gain left_lm right_lm left_gain right_gain lm_margin nc "
        "nc_margin nc_gain posterior rank rivals form_share"
    ),
    "the document's own words and confusions": (
        "doc_word doc_form doc_confusion doc_taught channel_adapted doc_bad near_bad "
        "doc_cost near_cost length_doc form_share"
    ),
    "the learned confusions": (
        "channel channel_adapted channel_margin nc nc_margin nc_gain posterior rank rivals "
        "form_share doc_cost near_cost"
    ),
    "which list has the word, how often": (
        "log_freq_word log_freq_form log_ratio log_freq_more form_known form_spelled "
        "form_listed form_novels form_common"
    ),
    "how word-like the letters are": "letters_form letters_word vowelless",
}


def main(folder: Path) -> None:
    sets = [
        fit.load(folder, path.name.removesuffix(".counts.pkl"))
        for path in sorted(folder.glob("*.counts.pkl"))
    ]
    sound = [s for s in sets if s.name not in fit.FAULTY]
    print("| without |" + "".join(f" {s.name} |" for s in sound))
    for name, columns in GROUPS.items():
        out = [COLUMNS.index(column) for column in columns.split()]

        def blind(x: np.ndarray, out: list[int] = out) -> np.ndarray:
            x = x.copy()
            x[:, [k for k in out if COLUMNS[k] != "rank"]] = 0
            return x

        shares = []
        for s in sound:
            others = [
                replace(o, x=blind(o.x), faultless=(blind(o.faultless[0]), *o.faultless[1:]))
                for o in sets
                if o is not s
            ]
            right, wrong = fit.learn(others, 100)
            x = blind(s.x)
            sums = fit.raw(right, x)
            tops = fit.tops(sums, s.place)
            foretold = replace(s, right_sum=sums, tops=tops, wrong_sum=fit.raw(wrong, x[tops]))
            _, score, gain, loss, _ = fit.judged(foretold, fit.curves([foretold]))
            order = np.argsort(-score)
            gained, lost = np.cumsum(gain[order]), np.cumsum(loss[order])
            fine = (
                (lost <= 0.01 * (gained + lost))
                & (1000 * lost <= 0.5 * s.fine)
                & np.isfinite(score[order])
            )
            shares.append(gained[np.flatnonzero(fine)[-1]] / s.errors if fine.any() else 0.0)
        print(f"| {name} |" + "".join(f" {share:.3f} |" for share in shares), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
