"""The Rust program's scores beside the reference trainer's: `python -B compare.py OUT SCORES` reads train.py's JSON
files in OUT and the report's SCORES (runs/reports/NAME/scores.csv).

Made with Python 3.11.7, numpy 2.4.6, scipy 1.17.1. For each condition the difference of the means with its 95 %
interval and p by Welch's test, and p corrected by Holm over all conditions of a network. The seeds of the two are no
pairs: they share no random number.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from scipy import stats

ROWS = {"student": "full", "teacher": "teacher (complete)"}


def holm(p):
    """p corrected for their number: the smallest times n, the next times n - 1, .., never falling."""
    order = np.argsort(p)
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(np.maximum.accumulate(np.asarray(p)[order] * np.arange(len(p), 0, -1)), 1.0)
    return corrected


def welch(ours, theirs):
    """The difference of the means, half the width of its interval, and p. Where neither side varies, p is 1 or 0."""
    difference = np.mean(ours) - np.mean(theirs)
    variances = [np.var(x, ddof=1) / len(x) for x in (ours, theirs)]
    error = np.sqrt(sum(variances))
    if error < 1e-9:
        return difference, 0.0, float(abs(difference) < 1e-9)
    freedom = error**4 / sum(v**2 / (len(x) - 1) for v, x in zip(variances, (ours, theirs)))
    p = 2 * stats.t.sf(abs(difference) / error, freedom)
    return difference, stats.t.ppf(0.975, freedom) * error, p


def main():
    out, scores = map(Path, sys.argv[1:])
    references = [json.loads(path.read_text()) for path in sorted(out.glob("*.json"))]
    with scores.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["metric"] == "f1"]
    for role, name in ROWS.items():
        conditions = list(references[0][role]["f1"])
        ours = [[100 * float(r["value"]) for r in rows if r["row"] == name and r["condition"] == c] for c in conditions]
        theirs = [[100 * reference[role]["f1"][c] for reference in references] for c in conditions]
        tests = [welch(a, b) for a, b in zip(ours, theirs)]
        corrected = holm([p for _, _, p in tests])
        print(f"{role}: weighted F1 (%), ours over {len(ours[0])} seeds, PyTorch's over {len(theirs[0])}\n")
        print("| condition | ours | PyTorch | difference (95 %) | p | p (Holm) | |")
        print("|---|---|---|---|---|---|---|")
        for c, a, b, (difference, half, p), holm_p in zip(conditions, ours, theirs, tests, corrected):
            spread = [f"{np.mean(x):.2f} ± {np.std(x, ddof=1):.2f}" for x in (a, b)]
            verdict = "differ" if holm_p < 0.05 else "agree"
            cells = [c, *spread, f"{difference:+.2f} ± {half:.2f}", f"{p:.3f}", f"{holm_p:.3f}", verdict]
            print(f"| {' | '.join(cells)} |")
        print()


if __name__ == "__main__":
    main()
