"""MCTN a second time, in PyTorch: `python -B train.py DATA FIRST-LAST OUT` trains the six networks of each seed, with
the published defaults, on the features in DATA and adds a line to the file OUT; a seed that has one is passed over.

Made with Python 3.11.7, torch 2.15.0, numpy 2.4.6, scikit-learn 1.9.1, h5py 3.16.0, blake3 1.0.11. Run by hand, on one
thread. The task is the score itself, whose sign is judged. It follows the method and the defaults of the Rust program,
with PyTorch's own random numbers: nothing is shared but the description. The networks and the losses are those of the
golden file's script.
"""

import copy
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "golden"), str(CRATES / "corrkd-methods/reference")]
from harness import MODALITIES, batches, initialise, main, scores  # noqa: E402
from mctn import L2, MCTN, AttentionDecoder, Blocks, greatest, mask, route, step_inputs, terms, total  # noqa: E402

# The complete set's is the model of language alone, too.
SETS = ("a", "v", "la", "lv", "av", "lav")
WIDTH, EPOCHS, BATCH, RATE, PATIENCE = 32, 200, 32, 1e-4, 20


def lengths(x):
    """All frames exist: no utterance is padded here."""
    return {m: [of_m.shape[1]] * len(of_m) for m, of_m in x.items()}


def inputs(blocks, x):
    """What is read of samples, what it is translated into, and the frames."""
    present = {m: (of_m != 0).any(2).float() for m, of_m in x.items()}
    return step_inputs(blocks, x, present, lengths(x))


def fresh(blocks):
    """A network as it starts: recurrent layers as PyTorch has them, a decoder's cell too."""
    network = MCTN(blocks.width, WIDTH, len(blocks.targets), 1)
    cells = [part.cell for part in network.modules() if isinstance(part, AttentionDecoder)]
    states = [copy.deepcopy(cell.state_dict()) for cell in cells]
    initialise(network)
    for cell, state in zip(cells, states):
        cell.load_state_dict(state)
    return network


@torch.no_grad()
def see(network, blocks, x):
    """The scores."""
    sides, frames = inputs(blocks, x)
    return network(sides[0][0], frames, translate=False)[1][:, 0]


def fit(network, blocks, data):
    """Trains and puts the network back where its validation loss was lowest. Returns that epoch and all losses."""
    (x, labels), (valid_x, valid_labels) = data["train"], data["valid"]
    sides, frames = inputs(blocks, x)
    head = network.regressor.head.weight
    others = [parameter for parameter in network.parameters() if parameter is not head]
    optimizer = torch.optim.Adam([{"params": others}, {"params": [head], "weight_decay": 2 * L2}], lr=RATE)
    best, best_loss, best_epoch, history = None, float("inf"), 0, []
    for epoch in range(1, EPOCHS + 1):
        sums = {}
        steps = batches(len(labels), BATCH)
        for samples in steps:
            own = [(of_side[samples], counts[samples]) for of_side, counts in sides]
            _, numbers, translations = network(own[0][0], frames[samples])
            losses = terms(blocks, translations, own, F.l1_loss(numbers[:, 0], labels[samples]))
            optimizer.zero_grad()
            total(losses).backward()
            optimizer.step()
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0.0) + loss.item() / len(steps)
        history.append(sums | {"validation": F.l1_loss(see(network, blocks, valid_x), valid_labels).item()})
        if history[-1]["validation"] < best_loss:
            best, best_loss, best_epoch = copy.deepcopy(network.state_dict()), history[-1]["validation"], epoch
        elif epoch - best_epoch >= PATIENCE:
            break
    network.load_state_dict(best)
    return best_epoch, history


def run(data, _seed, _given):
    """The six networks; each sample is answered by that of the modalities it has."""
    x = data["train"][0]
    most = greatest(x, {m: mask(of_m, max(of_m)) for m, of_m in lengths(x).items()})
    models, result = {}, {}

    def positive(x):
        has = {m: (x[m] != 0).flatten(1).any(1) for m in MODALITIES}
        answers = torch.zeros(len(x["language"]))
        sets = ["".join(m[0] for m in MODALITIES if has[m][i]) for i in range(len(answers))]
        for letters in set(sets):
            own = [i for i, of_sample in enumerate(sets) if of_sample == letters]
            answers[own] = see(*models.get(letters, models["lav"]), {m: x[m][own] for m in MODALITIES})
        return answers > 0

    for letters in SETS:
        start = time.monotonic()
        blocks = Blocks(*route(letters), most)
        models[letters] = fresh(blocks), blocks
        epoch, history = fit(*models[letters], data)
        seconds = time.monotonic() - start
        result[letters] = {"best_epoch": epoch, "seconds": seconds, "epochs": history}
    result["lav"]["f1"] = scores(positive, data)
    return result


if __name__ == "__main__":
    main(run)
