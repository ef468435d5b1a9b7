"""SciPy's and statsmodels' intervals, tests and corrections: `python -B inference.py` writes inference.json beside it.

Made with Python 3.11.7, numpy 2.4.6, SciPy 1.17.1, scikit-learn 1.9.1, statsmodels 0.15.0. Run by hand;
tests/scipy.rs reads the file.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn.metrics import f1_score
from statsmodels.stats.multitest import multipletests

warnings.filterwarnings("ignore")


def mean_case(values):
    values = np.asarray(values, float)
    interval = stats.t.interval(0.95, len(values) - 1, values.mean(), values.std(ddof=1) / np.sqrt(len(values)))
    return {"values": values.tolist(), "mean": values.mean(), "sd": values.std(ddof=1), "low": interval[0], "high": interval[1]}


def permutation_case(differences):
    differences = np.asarray(differences, float)
    mean = lambda x, axis: np.mean(x, axis=axis)
    test = stats.permutation_test((differences,), mean, permutation_type="samples", n_resamples=np.inf, vectorized=True)
    return {"differences": differences.tolist(), "p": test.pvalue}


def holm_case(p):
    return {"p": list(p), "corrected": multipletests(p, method="holm")[1].tolist()}


def digits(signs):
    return "".join(str(int(sign)) for sign in signs)


def many_case(differences):
    """More pairs than can be counted: as many random patterns as ours."""
    differences = np.asarray(differences, float)
    mean = lambda x, axis: np.mean(x, axis=axis)
    rng = np.random.default_rng(5)
    kinds = dict(permutation_type="samples", n_resamples=999_999, vectorized=True, batch=20_000, rng=rng)
    return {"differences": differences.tolist(), "p": stats.permutation_test((differences,), mean, **kinds).pvalue}


def contrast_case(random, samples, seeds):
    """Mean ± t sqrt(u + v), the jackknife by leaving each sample out of scikit-learn's F1."""
    truth = random.random(samples) < 0.45
    hard = random.normal(size=samples)
    called = lambda right: np.where(hard + random.normal(size=(seeds, samples)) < right + random.normal(size=(seeds, 1)) / 5, truth, ~truth)
    variant, reference = called(1.1), called(0.8)
    f1 = lambda t, p: f1_score(t, p, average="weighted", zero_division=0)
    difference = lambda keep: np.array([f1(truth[keep], a[keep]) - f1(truth[keep], b[keep]) for a, b in zip(variant, reference)])
    all_, n = np.ones(samples, bool), samples
    d = difference(all_)
    without = np.stack([difference(np.arange(n) != i) for i in range(n)], axis=1)
    covariance = (n - 1) / n * np.cov(without, bias=True).reshape(seeds, seeds) * n
    u, w, df = covariance[0, 0], 0.0, n - 1.0
    v = 0.0
    if seeds > 1:
        u = max(0.0, covariance[~np.eye(seeds, dtype=bool)].mean())
        v = d.var(ddof=1) / seeds
        w = v / (u + v)
        df = 1 / (w / (seeds - 1) + (1 - w) / (n - 1))
    interval = stats.t.interval(0.95, df, d.mean(), np.sqrt(u + v))
    pairs = [[digits(a), digits(b)] for a, b in zip(variant, reference)]
    return {"truth": digits(truth), "pairs": pairs, "low": interval[0], "high": interval[1]}


def main():
    random = np.random.default_rng(2)
    draw = lambda n: random.normal(random.normal(), 10.0 ** random.integers(-3, 3), n)
    # Whole eighths tie often, and their sums are exact.
    ties = lambda n: np.round(random.normal(0.3, 1, n) * 8) / 8
    golden = {
        "means": [mean_case(draw(int(n))) for n in [2, 3, 4, 5, 10, 31, 100, 1000, *random.integers(2, 40, 60)]],
        "permutations": [permutation_case(d) for n in range(2, 15) for d in [draw(n), ties(n), ties(n), np.abs(draw(n))]],
        "corrections": [holm_case(random.random(n) ** 3) for n in [1, 2, 3, 5, 8, 20] for _ in range(6)]
        + [holm_case(p) for p in [[0.01, 0.01, 0.01], [0.5, 0.5], [0.0, 1.0, 0.02], [0.0625, 0.0625, 0.25, 0.03]]],
        "many": [many_case(draw(n) + shift) for n in [41, 120] for shift in [0, 0.2]] + [many_case(ties(80))],
        "contrasts": [contrast_case(random, n, s) for n, s in [(30, 1), (200, 1), (40, 2), (200, 3), (656, 5), (120, 12)]],
    }
    text = json.dumps(golden, allow_nan=False, separators=(",", ":")).replace("],[", "],\n[").replace("},{", "},\n{")
    Path(__file__).with_name("inference.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
