"""DMD a second time, in PyTorch: `python -B train.py DATA FIRST-LAST OUT` trains a network for each seed on the
features in DATA and adds a line to the file OUT; a seed that has one is passed over.

Made with Python 3.11.7, torch 2.15.0, numpy 2.4.6, scikit-learn 1.9.1, h5py 3.16.0. Run by hand, on one thread. It
follows the method and its defaults, with PyTorch's own random numbers: nothing is shared with the Rust program but the
description. The network and the losses are those of the golden files' script. The task is the score itself.
"""

import copy
import sys
import time
from pathlib import Path

import torch
from torch import nn

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "golden"), str(CRATES / "corrkd-methods/reference")]
from dmd import DMD, MODALITIES, WEIGHTS, Scores  # noqa: E402
from harness import batches, initialise, main, scores  # noqa: E402

SIZE = {"width": 50, "heads": 10, "layers": 4, "kernels": dict.fromkeys(MODALITIES, 5)}
DROPOUT = {
    "text": 0.5,
    "attention": {"language": 0.3, "audio": 0.2, "vision": 0.0},
    "embedding": 0.2,
    "relu": 0.0,
    "residual": 0.0,
    "output": 0.5,
}
EPOCHS, BATCH, ACCUMULATE, RATE, CLIP = 100, 16, 10, 1e-4, 0.6
FACTOR, PLATEAU, PATIENCE = 0.5, 5, 10


def built(widths, frames):
    """A network as it starts, for data of these widths and of so many frames at most, by modality."""
    return initialise(DMD(widths, frames, Scores.numbers, **SIZE, dropout=DROPOUT))


def objective(network, x, labels):
    """The losses by name."""
    of = Scores(labels)
    return network.losses(x, of.loss, of.ids, of.margins)[0]


def weighted(terms):
    return sum(WEIGHTS[name] * term for name, term in terms.items())


@torch.no_grad()
def see(network, x):
    """The scores without dropout."""
    network.eval()
    numbers = network(x)[1]
    network.train()
    return numbers[:, 0]


def fit(network, data):
    """Trains and puts the network back where the validation loss was lowest. Returns that epoch and each epoch's mean
    losses."""
    (x, labels), (valid_x, valid_labels) = data["train"], data["valid"]
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=FACTOR, patience=PLATEAU)
    best, best_loss, best_epoch, history = None, float("inf"), 0, []
    while len(history) < EPOCHS and len(history) - best_epoch < PATIENCE:
        sums = dict.fromkeys(WEIGHTS, 0.0)
        steps = batches(len(labels), BATCH)
        for number, samples in enumerate(steps, 1):
            terms = objective(network, {m: x[m][samples] for m in MODALITIES}, labels[samples])
            weighted(terms).backward()
            if number % ACCUMULATE == 0 or number == len(steps):
                nn.utils.clip_grad_value_(network.parameters(), CLIP)
                optimizer.step()
                optimizer.zero_grad()
            for name, term in terms.items():
                sums[name] += term.item() / len(steps)
        valid = (see(network, valid_x) - valid_labels).abs().mean().item()
        schedule.step(valid)
        history.append(sums | {"validation": valid})
        if valid < best_loss:
            best, best_loss, best_epoch = copy.deepcopy(network.state_dict()), valid, len(history)
    network.load_state_dict(best)
    return best_epoch, history


def run(data, _seed, _given):
    """A network."""
    start = time.monotonic()
    shapes = {m: x.shape[1:] for m, x in data["train"][0].items()}
    network = built({m: width for m, (_, width) in shapes.items()}, {m: frames for m, (frames, _) in shapes.items()})
    epoch, history = fit(network, data)
    seconds = time.monotonic() - start
    f1 = scores(lambda x: see(network, x) > 0, data)
    return {"dmd": {"best_epoch": epoch, "seconds": seconds, "f1": f1, "epochs": history}}


def step(widths, frames, batch, seed=1):
    """A function that takes one training step, always on the same random data of these widths and numbers of frames."""
    torch.manual_seed(seed)
    frames = frames if isinstance(frames, dict) else dict.fromkeys(MODALITIES, frames)
    network = built(widths, frames)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, fused=True)
    x = {m: torch.randn(batch, frames[m], widths[m]) for m in MODALITIES}
    labels = torch.randn(batch)

    def once():
        optimizer.zero_grad()
        weighted(objective(network, x, labels)).backward()
        nn.utils.clip_grad_value_(network.parameters(), CLIP)
        optimizer.step()

    return once


if __name__ == "__main__":
    main(run)
