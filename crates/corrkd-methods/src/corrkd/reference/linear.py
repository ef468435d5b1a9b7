"""A linear model of language alone, beside the networks: `python -B linear.py ALIGNED` reads the sequences that
`corrkd data align mosi-language --out ALIGNED --tensors` wrote.

Made with Python 3.11.7, numpy 2.4.6, scikit-learn 1.9.1, h5py 3.16.0. Logistic regression of whether a score is at least 0
on the mean vector of a segment's words, those without a vector left out; C by the accuracy on the validation fold.
"""

import sys
from pathlib import Path

import h5py
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)


def mean(frames):
    """The mean (D) of those of the frames (T, D) that are not zero; zero where none is."""
    known = frames[(frames != 0).any(1)]
    return known.mean(0) if len(known) else np.zeros(frames.shape[1])


def load(aligned):
    """By fold: mean vectors (N, D) and scores (N)."""
    with h5py.File(aligned / "language.csd") as file:
        (root,) = file.values()
        means = {key: mean(entry["features"][:].astype(np.float64)) for key, entry in root["data"].items()}
    folds = {}
    for fold in ("train", "valid", "test"):
        folder = aligned / "tensors" / fold
        ids = (folder / "ids.txt").read_text().split()
        folds[fold] = np.stack([means[key] for key in ids]), np.load(folder / "labels.npy")
    return folds


def main():
    (x, scores), (valid_x, valid_scores), (test_x, test_scores) = load(Path(sys.argv[1])).values()
    models = [LogisticRegression(C=strength, max_iter=5000).fit(x, scores >= 0) for strength in STRENGTHS]
    best = max(models, key=lambda model: model.score(valid_x, valid_scores >= 0))
    positive, signed = best.predict(test_x), test_scores != 0
    print(f"C = {best.C}, of {len(x)} training segments; test fold, in percent:\n")
    print("| accuracy (≥ 0) | F1 (≥ 0) | accuracy (≠ 0) | F1 (≠ 0) |\n|--:|--:|--:|--:|")
    figures = [
        measure(test_scores[chosen] >= 0, positive[chosen])
        for chosen in (slice(None), signed)
        for measure in (accuracy_score, lambda truth, guess: f1_score(truth, guess, average="weighted"))
    ]
    print(f"| {' | '.join(f'{100 * figure:.1f}' for figure in figures)} |")


if __name__ == "__main__":
    main()
