"""TransM a second time, in PyTorch: `python -B train.py DATA FIRST-LAST OUT` trains a network for each seed on the
features in DATA and adds a line to the file OUT; a seed that has one is passed over.

Made with Python 3.11.7, torch 2.15.0, numpy 2.4.6, scikit-learn 1.9.1, h5py 3.16.0. Run by hand, on one thread. It
follows the method and its defaults, with PyTorch's own random numbers: nothing is shared with the Rust program but the
description. The network and the losses are those of the golden file's script. The task is the score itself.
"""

import copy
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "golden"), str(CRATES / "corrkd-methods/reference")]
from harness import MODALITIES, SETS, batches, condition, initialise, main, scores, train_mask  # noqa: E402
from transm import TransM, terms  # noqa: E402

SIZE = {"width": 40, "heads": 10, "layers": (4, 2), "feed_forward": 160}
DROPOUT = {"projected": 0.3, "residual": 0.1}
EPOCHS, BATCH, RATE, PATIENCE = 100, 32, 1e-3, 20


def objective(network, masked, complete, labels):
    """The terms by name. All frames exist: no utterance is padded here, and where one holds no data it is zero."""
    _, numbers, translations = network(masked)
    present = {m: (x != 0).any(2).float() for m, x in complete.items()}
    return terms(F.l1_loss(numbers[:, 0], labels), translations, complete, present)


@torch.no_grad()
def see(network, x):
    """The scores without dropout."""
    network.eval()
    numbers = network(x, translate=False)[1]
    network.train()
    return numbers[:, 0]


def fit(network, data):
    """Trains and puts the network back where its mean validation loss over the sets was lowest. Returns that epoch and
    each epoch's mean losses."""
    (x, labels), (valid_x, valid_labels) = data["train"], data["valid"]
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    best, best_loss, best_epoch, history = None, float("inf"), 0, []
    while len(history) < EPOCHS and len(history) - best_epoch < PATIENCE:
        sums = {}
        steps = batches(len(labels), BATCH)
        for samples in steps:
            own = {m: x[m][samples] for m in MODALITIES}
            losses = objective(network, train_mask(own), own, labels[samples])
            optimizer.zero_grad()
            sum(losses.values()).backward()
            optimizer.step()
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0.0) + loss.item() / len(steps)
        valid = [F.l1_loss(see(network, condition(valid_x, letters)), valid_labels).item() for letters in SETS]
        history.append(sums | {"validation": sum(valid) / len(valid)})
        if history[-1]["validation"] < best_loss:
            best, best_loss, best_epoch = copy.deepcopy(network.state_dict()), history[-1]["validation"], len(history)
    network.load_state_dict(best)
    return best_epoch, history


def run(data, _seed, _given):
    """A network."""
    start = time.monotonic()
    widths = {m: x.shape[2] for m, x in data["train"][0].items()}
    network = initialise(TransM(widths, 1, **SIZE, **DROPOUT))
    epoch, history = fit(network, data)
    seconds = time.monotonic() - start
    f1 = scores(lambda x: see(network, x) > 0, data)
    return {"transm": {"best_epoch": epoch, "seconds": seconds, "f1": f1, "epochs": history}}


def step(widths, frames, batch, seed=1):
    """A function that takes one training step, always on the same random data of these widths and numbers of frames."""
    torch.manual_seed(seed)
    frames = frames if isinstance(frames, dict) else dict.fromkeys(MODALITIES, frames)
    network = initialise(TransM(widths, 1, **SIZE, **DROPOUT))
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, fused=True)
    complete = {m: torch.randn(batch, frames[m], widths[m]) for m in MODALITIES}
    labels = torch.randn(batch)

    def once():
        optimizer.zero_grad()
        _, numbers, translations = network(train_mask(complete))
        sum(terms(F.l1_loss(numbers[:, 0], labels), translations, complete).values()).backward()
        optimizer.step()

    return once


if __name__ == "__main__":
    main(run)
