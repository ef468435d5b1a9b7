"""The Rust program's runs beside a second trainer's: `python -B compare.py OUT SCORES ROLE=ROW ..` reads train.py's file
OUT, a report's SCORES (RUNS/reports/NAME/scores.csv) and the events of the runs named there. What train.py calls ROLE,
such as `student`, has the name ROW in the report, such as `full`.

Made with Python 3.11.7, numpy 2.4.6, scipy 1.17.1. For each test condition, and for each loss at some epochs, the
difference of the means with its 95 % interval and p by Welch's test, and p corrected by Holm over the table. The seeds
of the two are no pairs: they share no random number. Forty seeds beside another forty can only show differences of about
a standard deviation's half, and a second look at the same seeds is no second comparison: take fresh ones on both sides.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from scipy import stats

from harness import EPOCHS, kept


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


def table(title, digits, rows):
    """Prints rows of a name, our values and the reference's as a Markdown table."""
    tests = [welch(ours, theirs) for _, ours, theirs in rows]
    corrected = holm([p for _, _, p in tests])
    print(f"| {title} | ours | PyTorch | difference (95 %) | p | p (Holm) | |\n|---|---|---|---|---|---|---|")
    for (name, *values), (difference, half, p), holm_p in zip(rows, tests, corrected):
        cells = [f"{np.mean(x):.{digits}f} ± {np.std(x, ddof=1):.{digits}f}" for x in values]
        cells += [f"{difference:+.{digits}f} ± {half:.{digits}f}", f"{p:.3f}", f"{holm_p:.3f}"]
        print(f"| {' | '.join([name, *cells, 'differ' if holm_p < 0.05 else 'agree'])} |")
    print(f"\nThe smallest of {len(rows)} p is {min(p for _, _, p in tests):.3f}, the smallest corrected {min(corrected):.3f}.\n")


def epochs(events):
    """The losses of one of our runs by epoch, from 1, under the reference's names."""
    lines = (json.loads(line) for line in events.read_text().splitlines())
    losses = [e["losses"] | {"validation": e["validation"]["loss"]} for e in lines if e["event"] == "epoch"]
    return {str(epoch): of_epoch for epoch, of_epoch in enumerate(losses, 1)}


def main():
    out, scores = map(Path, sys.argv[1:3])
    rows_of = dict(pair.split("=", 1) for pair in sys.argv[3:])
    references = kept(out)
    with scores.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["metric"] == "f1"]
    for role, name in rows_of.items():
        theirs = [reference[role] for reference in references]
        ours = [row for row in rows if row["row"] == name]
        runs = [epochs(scores.parents[2] / run / "events.jsonl") for run in sorted({row["run"] for row in ours})]
        print(f"## The {role}: {len(runs)} seeds of ours, {len(theirs)} of PyTorch\n")
        f1 = lambda c: [100 * float(row["value"]) for row in ours if row["condition"] == c]  # noqa: E731
        table("weighted F1 (%)", 2, [(c, f1(c), [100 * run["f1"][c] for run in theirs]) for c in theirs[0]["f1"]])
        curve = lambda runs, term, epoch: [run[epoch][term] for run in runs]  # noqa: E731
        histories = [run["epochs"] for run in theirs]
        # An epoch that not all trainings came to, as patience may end them, compares those that went on with nothing.
        shared = [epoch for epoch in map(str, EPOCHS) if all(epoch in history for history in runs + histories)]
        points = [(term, epoch) for term in histories[0]["1"] for epoch in shared]
        table("loss", 4, [(f"{t}, epoch {e}", curve(runs, t, e), curve(histories, t, e)) for t, e in points])


if __name__ == "__main__":
    main()
