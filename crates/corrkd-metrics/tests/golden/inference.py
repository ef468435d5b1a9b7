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


def samples_case(random, n):
    """One seed, n samples: the test split alone is uncertain."""
    truth = random.random(n) < 0.45
    called = lambda right: np.where(random.random(n) < right, truth, ~truth)
    variant, reference = called(0.8), called(0.74)
    f1 = lambda t, p: f1_score(t, p, average="weighted", zero_division=0)
    difference = lambda t, a, b: f1(t, a) - f1(t, b)
    data = (truth, variant, reference)
    boot = stats.bootstrap(data, difference, paired=True, vectorized=False, method="percentile", n_resamples=10_000, rng=random)
    interval = boot.confidence_interval
    return {
        "truth": digits(truth),
        "pairs": [[digits(variant), digits(reference)]],
        "low": interval.low,
        "high": interval.high,
    }


def seeds_case(random, seeds):
    """Many seeds, one positive sample: F1 is 1 or 0, and the seeds alone are uncertain."""
    variant, reference = random.random(seeds) < 0.7, random.random(seeds) < 0.5
    difference = lambda a, b, axis: np.mean(a * 1.0 - b * 1.0, axis=axis)
    boot = stats.bootstrap((variant, reference), difference, paired=True, method="percentile", n_resamples=100_000, rng=random)
    interval = boot.confidence_interval
    return {
        "truth": "1",
        "pairs": [[digits([a]), digits([b])] for a, b in zip(variant, reference)],
        "low": interval.low,
        "high": interval.high,
    }


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
        "bootstraps": [samples_case(random, n) for n in [30, 200, 656]] + [seeds_case(random, n) for n in [12, 60]],
    }
    text = json.dumps(golden, allow_nan=False, separators=(",", ":")).replace("],[", "],\n[").replace("},{", "},\n{")
    Path(__file__).with_name("inference.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
