"""Self-MM a second time, in PyTorch: `python -B train.py DATA FIRST-LAST OUT` trains it for each seed on the features in DATA
and adds a line to the file OUT; a seed that has one is passed over.

Made with Python 3.11.7, torch 2.15.0, numpy 2.4.6, scikit-learn 1.9.1, h5py 3.16.0, blake3 1.0.11, safetensors 0.8.0. Run by
hand, on one thread. It follows the method and the defaults of its settings, with PyTorch's own random numbers: nothing is
shared with the Rust program but the description. The network, its losses and its labels are those of the golden file's script.
"""

import copy
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "golden"), str(CRATES / "corrkd-methods/reference")]
from harness import batches, initialise, main, scores  # noqa: E402
from selfmm import MODALITIES, STREAMS, Labels, SelfMM, losses  # noqa: E402

SIZE = {
    "hidden": {"language": 64, "audio": 16, "vision": 32},
    "encoded": {"language": 64, "audio": 16, "vision": 32},
    "fused": 128,
    "unimodal": {"language": 32, "audio": 16, "vision": 32},
}
DROPOUT = {
    "encoders": {"language": 0.1, "audio": 0.0, "vision": 0.0},
    "fused": 0.0,
    "unimodal": {"language": 0.1, "audio": 0.1, "vision": 0.0},
}
EPOCHS, BATCH, ACCUMULATE, PATIENCE, BOUND = 100, 16, 4, 8, 3.0
RATES = {"language": 1e-3, "audio": 5e-3, "vision": 5e-3}
RATE, DECAY = 1e-3, 1e-3


def adam(network):
    """An encoder's parameters learn by a rate of their own."""
    groups = [{"params": network.encoders[m].parameters(), "lr": rate} for m, rate in RATES.items()]
    groups.append({"params": network.readers.parameters(), "lr": RATE})
    return torch.optim.Adam(groups, weight_decay=DECAY, fused=True)


def whole(x):
    """The lengths of sequences (B, T, D), by modality: all frames exist."""
    return {m: torch.full((len(x[m]),), x[m].shape[1]) for m in MODALITIES}


def learn(network, labels, x, samples, epoch):
    """Adds the gradient of some samples with features x to what is there, and generates labels. Returns the terms."""
    out = network(x, whole(x))
    terms = losses(out, labels.given[samples], {m: labels.generated[m][samples] for m in MODALITIES})
    sum(terms.values()).backward()
    labels.update(samples, {name: out[name][0].detach() for name in STREAMS}, epoch)
    return terms


@torch.no_grad()
def see(network, x):
    """The score of features without dropout."""
    network.eval()
    numbers = network(x, whole(x))["fused"][1][:, 0]
    network.train()
    return numbers


def run(data, _seed, _given):
    (x, given), (valid_x, valid_given) = data["train"], data["valid"]
    start = time.monotonic()
    network = initialise(SelfMM({m: x[m].shape[2] for m in MODALITIES}, SIZE, DROPOUT, 1))
    labels = Labels(given[:, None], SIZE["unimodal"] | {"fused": SIZE["fused"]}, BOUND)
    optimizer = adam(network)
    best, best_loss, best_epoch, history = None, float("inf"), 0, []
    for epoch in range(1, EPOCHS + 1):
        sums = {}
        steps = batches(len(given), BATCH)
        for number, samples in enumerate(steps, 1):
            terms = learn(network, labels, {m: x[m][samples] for m in MODALITIES}, samples, epoch)
            for name, loss in terms.items():
                sums[name] = sums.get(name, 0.0) + loss.item() / len(steps)
            if number % ACCUMULATE == 0 or number == len(steps):
                optimizer.step()
                optimizer.zero_grad()
        history.append(sums | {"validation": F.l1_loss(see(network, valid_x), valid_given).item()})
        if history[-1]["validation"] < best_loss:
            best, best_loss, best_epoch = copy.deepcopy(network.state_dict()), history[-1]["validation"], epoch
        if epoch - best_epoch >= PATIENCE:
            break
    seconds = time.monotonic() - start
    network.load_state_dict(best)
    f1 = scores(lambda x: see(network, x) > 0, data)
    return {"selfmm": {"best_epoch": best_epoch, "seconds": seconds, "f1": f1, "epochs": history}}


def step(widths, time, batch, seed=1, samples=1284):
    """A function that learns from one batch of B x T frames, the same each time, of a training split of so many samples, by
    the labels of a second epoch, with a step of Adam behind it."""
    torch.manual_seed(seed)
    network = initialise(SelfMM(widths, SIZE, DROPOUT, 1))
    x = {m: torch.randn(batch, time, widths[m]) for m in MODALITIES}
    labels = Labels((6 * torch.rand(samples, 1) - 3), SIZE["unimodal"] | {"fused": SIZE["fused"]}, BOUND)
    optimizer = adam(network)
    chosen = torch.arange(batch)

    def once():
        learn(network, labels, x, chosen, 2)
        optimizer.step()
        optimizer.zero_grad()

    return once


if __name__ == "__main__":
    main(run)
