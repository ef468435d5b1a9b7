"""CMU-MOSI's published utterance features, one frame for each utterance and modality, scaled by the training fold; or the
sequences of any data set, as `corrkd data align DATASET --out DIR --tensors` writes them."""

import tomllib

import h5py
import numpy as np
import torch

FILES = {"language": "language", "audio": "audio", "vision": "visual"}


def entries(path):
    """The first frame of each entry of a computational sequence, by its id `video[i]`."""
    with h5py.File(path) as file:
        (root,) = file.values()
        return {key: np.asarray(entry["features"][0], dtype=np.float64) for key, entry in root["data"].items()}


def ids(folder):
    """By fold: the samples' ids, in the order of `load`."""
    folds = tomllib.loads((folder / "folds.toml").read_text())
    labels = entries(folder / "labels.csd")
    return {fold: [key for key in labels if key.split("[")[0] in set(videos)] for fold, videos in folds.items()}


def padded(folder):
    """By fold: features by modality (N, T, D), scaled as ours are, and labels (N). The frames behind a sequence's end are zero,
    and count as frames: for times, not for scores."""
    array = lambda fold, name: torch.from_numpy(np.load(folder / "tensors" / fold / f"{name}.npy"))  # noqa: E731
    return {fold: ({m: array(fold, m) for m in FILES}, array(fold, "labels")) for fold in ("train", "valid", "test")}


def load(folder):
    """By fold: features by modality (N, T, D) in f32, of utterances with T = 1, and labels (N)."""
    if (folder / "tensors").is_dir():
        return padded(folder)
    labels = entries(folder / "labels.csd")
    features = {m: entries(folder / f"{file}.csd") for m, file in FILES.items()}
    of_fold = ids(folder)
    scaled = {fold: {} for fold in of_fold}
    for m, by_id in features.items():
        columns = {fold: np.stack([by_id[key] for key in keys]) for fold, keys in of_fold.items()}
        train = columns["train"]
        constant = train.min(0) == train.max(0)
        mean = np.where(constant, train[0], train.mean(0))
        deviation = np.where(constant, 1.0, train.std(0))
        for fold, x in columns.items():
            scaled[fold][m] = torch.tensor((x - mean) / deviation, dtype=torch.float32)[:, None]
    scores = {fold: torch.tensor([float(labels[key][0]) for key in keys]) for fold, keys in of_fold.items()}
    return {fold: (scaled[fold], scores[fold]) for fold in of_fold}
