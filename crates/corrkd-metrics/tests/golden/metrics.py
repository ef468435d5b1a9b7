"""scikit-learn's, SciPy's and numpy's scores of small cases: `python -B metrics.py` writes metrics.json beside it.

Made with Python 3.11.7, numpy 2.4.6, SciPy 1.17.1, scikit-learn 1.9.1. Run by hand; tests/scikit_learn.rs reads the file.

Labels and scores are 32-bit floats, written as text because JSON has no NaN; signs and categories are strings of digits.
What the tools refuse (no samples; NaN or infinite in MAE) or answer with NaN (Pearson) is 0 for a rate, null otherwise; 0 is
also the r of scores that are all the same, where the labels are not.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from scipy.integrate import trapezoid
from scipy.stats import pearsonr
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, mean_absolute_error, recall_score

warnings.filterwarnings("ignore")


def rate(score, truth, predicted, **options):
    return float(score(truth, predicted, **options)) if len(truth) else 0.0


def weighted(truth, predicted):
    return rate(f1_score, truth, predicted, average="weighted", zero_division=0)


def rounded(y, s, limit):
    return float(np.mean(np.round(np.clip(y, -limit, limit)) == np.round(np.clip(s, -limit, limit)))) if len(y) else 0.0


def mae(y, s):
    try:
        return float(mean_absolute_error(y.astype(float), s.astype(float)))
    except ValueError:
        return None


def pearson(y, s):
    if len(y) and np.isfinite(y).all() and np.isfinite(s).all() and len(set(s.tolist())) == 1 < len(set(y.tolist())):
        return 0.0
    # In 64 bits: SciPy would compute in the 32 of its input.
    r = pearsonr(y.astype(float), s.astype(float)).statistic if len(y) > 1 else np.nan
    return None if np.isnan(r) else float(r)


def expected(y, positive, truth, predicted, categories, s):
    """The fields of `Scores`, and `constant_f1` of all negative and all positive, zeros excluded and counted."""
    number = ~np.isnan(y)
    non_zero = number & (y != 0)
    sides = {"": (y[non_zero] > 0, positive[non_zero]), "_has0": (y[number] >= 0, positive[number])}
    scores = {}
    for name, (sign, call) in sides.items():
        scores["f1" + name] = weighted(sign, call)
        scores["accuracy" + name] = rate(accuracy_score, sign, call)
    scores["f1_targets"] = [scores["f1"]]
    scores["f1_swapped"] = weighted(sides[""][1], sides[""][0])
    each = list(range(categories))
    by_category = lambda score: (
        score(truth, predicted, labels=each, average=None, zero_division=0).tolist() if len(truth) else [0.0] * categories
    )
    scores["f1_categories"] = by_category(f1_score)
    scores["f1_weighted"] = weighted(truth, predicted)
    scores["recall_categories"] = by_category(recall_score)
    scores["recall_mean"] = rate(balanced_accuracy_score, truth, predicted)
    scores["accuracy_categories"] = rate(accuracy_score, truth, predicted)
    scores["accuracy3"] = None if s is None else rounded(y, s, 1)
    scores["accuracy5"] = None if s is None else rounded(y, s, 2)
    scores["accuracy7"] = None if s is None else rounded(y, s, 3)
    scores["mae"] = None if s is None else mae(y, s)
    scores["pearson"] = None if s is None else pearson(y, s)
    constant = [weighted(sign, np.full(len(sign), call)) for sign, _ in sides.values() for call in (False, True)]
    return {"scores": scores, "constant": constant}


def case(name, y, positive, truth, predicted, categories, s=None):
    y, positive = np.array(y, np.float32), np.array(positive, bool)
    truth, predicted = np.array(truth, int), np.array(predicted, int)
    s = None if s is None else np.array(s, np.float32)
    floats = lambda values: " ".join(str(value) for value in values)
    digits = lambda values: "".join(str(int(value)) for value in values)
    return {
        "name": name,
        "labels": floats(y),
        "positive": digits(positive),
        "truth": digits(truth),
        "predicted": digits(predicted),
        "categories": categories,
        "predicted_scores": None if s is None else floats(s),
        "expected": expected(y, positive, truth, predicted, categories, s),
    }


def picked():
    nan, inf = np.nan, np.inf
    halves = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5]
    few = lambda name, y, s: case(name, y, np.array(s) > 0, [0] * len(y), [0] * len(y), 2, s)
    return [
        case("no sample", [], [], [], [], 4, []),
        case("one sample", [1.5], [True], [3], [3], 4, [1.0]),
        case("one wrong sample", [1.5], [False], [3], [0], 4, [-1.0]),
        case("a zero alone", [0.0], [True], [0], [1], 2, [0.0]),
        case("zeros of both signs", [0.0, -0.0, 0.0, -0.0, 1.0, -1.0], [1, 1, 0, 0, 1, 0], [1] * 6, [0, 1] * 3, 2, [-0.0, 0.0, 0.4, -0.4, 0, 0]),
        case("all of one class, all right", [1, 2, 3], [1, 1, 1], [2, 2, 2], [2, 2, 2], 3),
        case("all of one class, all wrong", [1, 2, 3], [0, 0, 0], [2, 2, 2], [0, 1, 0], 3),
        case("constant predictions", [1, -2, 0.5, -1], [1] * 4, [0, 1, 2, 3], [2] * 4, 4, [0.7] * 4),
        case("constant labels", [0.1] * 4, [1, 0, 1, 0], [1] * 4, [0, 1, 2, 3], 4, [1, 2, 3, 4]),
        case("an absent class that is predicted", [1, -1, 1, -1], [1, 0, 0, 1], [0, 0, 1, 1], [2, 0, 1, 2], 3),
        case("support that differs from predictions", [1, 1, 1, 1, -1, -1], [1, 0, 0, 0, 0, 1], [0] * 6, [0] * 6, 2),
        case("seven categories", [-3, -2, -1, 0, 1, 2, 3], [0, 0, 1, 1, 0, 1, 1], range(7), [0, 1, 1, 3, 5, 5, 6], 7, [-2, -2, 0.2, 0.6, -0.5, 2.5, 9]),
        few("halves", halves, halves[::-1]),
        few("halves, one step away", halves, np.nextafter(np.array(halves, np.float32), np.float32(0))),
        few("beyond the range", [3.2, -3.2, 7, -7, 3, -3], [9, -9, 2.4, -2.6, 3.49, -1e30]),
        few("NaN scores", [1, -1, 0, 2], [nan, -1, nan, 2.1]),
        few("NaN labels", [nan, -1, 0, nan], [nan, -1, 0, 2.1]),
        few("infinite scores", [3, -3, 1, -1], [inf, -inf, inf, -1]),
        few("infinite labels", [inf, -inf, 1, -1], [3, -3, 1, inf]),
        few("two points", [1, -1], [0.3, 0.2]),
        few("a straight line", [0.1, 0.2, 0.3, 0.7], [-0.1, -0.2, -0.3, -0.7]),
        few("large values, small spread", [1000, 1000.25, 1000.5, 1000.125], [1e6, 1e6 + 0.5, 1e6 + 2, 1e6 - 1]),
        few("tiny values", [1e-40, -1e-40, 3e-40], [1e-38, 2e-38, -1e-38]),
    ]


def drawn(random, index):
    """A random case: MOSI's scale of sixths, thirds or halves with many ties, or any number; sometimes odd values."""
    n, categories = int(random.integers(1, 22)), int(random.choice([2, 3, 4, 7]))
    grid = [None, 2, 3, 6][index % 4]
    values = lambda scale: random.normal(0, scale, n) if grid is None else np.round(random.normal(0, scale, n) * grid) / grid
    y, s = values(1.5).astype(np.float32), values(2).astype(np.float32)
    for odd, share in [(-0.0, 0.1), (0.0, 0.1), (np.nan, 0.04), (np.inf, 0.03), (-np.inf, 0.03)]:
        if index % 3 == 0:
            y[random.random(n) < share] = odd
            s[random.random(n) < share] = odd
    truth = random.integers(0, int(random.integers(1, categories + 1)), n)
    predicted = np.where(random.random(n) < 0.5, truth, random.integers(0, int(random.integers(1, categories + 1)), n))
    return case(f"random {index}", y, random.random(n) < random.random(), truth, predicted, categories, s if index % 5 else None)


def curve(random):
    x = np.sort(np.round(random.random(int(random.integers(0, 12))), 3))
    y = np.round(random.normal(60, 20, len(x)), 2)
    return {"x": x.tolist(), "y": y.tolist(), "area": float(trapezoid(y, x))}


def main():
    random = np.random.default_rng(1)
    cases = picked() + [drawn(random, index) for index in range(300)]
    line = lambda item: json.dumps(item, allow_nan=False, separators=(",", ":"))
    lines = lambda items: ",\n".join(map(line, items))
    text = '{"cases":[\n%s\n],"curves":[\n%s\n]}\n' % (lines(cases), lines(curve(random) for _ in range(30)))
    Path(__file__).with_name("metrics.json").write_text(text)


if __name__ == "__main__":
    main()
