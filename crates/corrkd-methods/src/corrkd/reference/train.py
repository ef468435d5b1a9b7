"""CorrKD a second time, in PyTorch: `python -B train.py DATA FIRST-LAST OUT` trains a teacher and a student for each seed
on the features in DATA and adds a line to the file OUT; a seed that has one is passed over. `--task` is `binary`, which
it is where nothing is said, or `regression`; `--distance` is SCD's, `unit` or one of two others.

Made with Python 3.11.7, torch 2.15.0, numpy 2.4.6, scikit-learn 1.9.1, h5py 3.16.0, blake3 1.0.11. Run by hand,
on one thread. It follows the method and the defaults of corrkd-config, with PyTorch's own random numbers: nothing is
shared with the Rust program but the description. The network and the losses are those of the golden files' scripts.
"""

import copy
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "golden"), str(CRATES / "corrkd-methods/reference")]
sys.path[:0] = [str(CRATES / f"corrkd-{name}/tests/golden") for name in ("nn", "losses")]
from harness import SETS, batches, condition, initialise, main, scores, train_mask  # noqa: E402
from losses import cpd, rcd, rcd_of_scores, scd  # noqa: E402
from network import MODALITIES, Network, Statistics  # noqa: E402

SIZE = {"width": 40, "heads": 10, "layers": 4, "feed_forward": 160, "kernel": 3, "pre_norm": True}
DROPOUT = {"language_dropout": 0.25, "dropout": 0.1, "output_dropout": 0.1}
HIDDEN, MARGIN = 64, 1.2
EPOCHS, BATCH, RATE, CLIP = 50, 64, 4e-3, 0.8


class Binary:
    """Two logits, whether a score is at least 0."""

    numbers, parts = 2, (1, 1)
    category = staticmethod(lambda labels: (labels >= 0).long())
    positive = staticmethod(lambda numbers: numbers.argmax(1) == 1)
    loss = staticmethod(lambda numbers, labels: F.cross_entropy(numbers, (labels >= 0).long()))
    rcd = staticmethod(lambda s, t, truth, statistics: rcd(s.softmax(1), t.softmax(1), truth, *statistics))


class Regression:
    """The score itself."""

    numbers, parts = 1, (1,)
    # The finest division of the scale: whole steps, half to even.
    category = staticmethod(lambda labels: labels.round().long() + 3)
    positive = staticmethod(lambda numbers: numbers[:, 0] > 0)
    loss = staticmethod(lambda numbers, labels: F.l1_loss(numbers[:, 0], labels))
    rcd = staticmethod(lambda s, t, truth, statistics: rcd_of_scores(s, t, *statistics))


TASKS = {"binary": Binary, "regression": Regression}
DISTANCES = ("unit", "root-mean-square", "euclidean")


def frames(x):
    """The frames that exist (B, T): all, for no utterance is padded here."""
    return torch.ones(x["language"].shape[:2])


@torch.no_grad()
def see(network, x):
    """The network's numbers without dropout."""
    network.eval()
    logits = network(x, frames(x))[1]
    network.train()
    return logits


def fit(modules, network, terms, task, data, sets):
    """Trains and puts the network back where its mean validation loss over the sets was lowest. Returns that epoch and
    each epoch's mean losses."""
    (x, labels), (valid_x, valid_labels) = data["train"], data["valid"]
    parameters = [parameter for module in modules for parameter in module.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=RATE)
    best, best_loss, history = None, float("inf"), []
    for epoch in range(EPOCHS):
        sums = {}
        steps = batches(len(labels), BATCH)
        for samples in steps:
            losses = terms({m: x[m][samples] for m in MODALITIES}, labels[samples])
            optimizer.zero_grad()
            sum(losses.values()).backward()
            nn.utils.clip_grad_norm_(parameters, CLIP)
            optimizer.step()
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0.0) + loss.item() / len(steps)
        valid = [task.loss(see(network, condition(valid_x, letters)), valid_labels).item() for letters in sets]
        history.append(sums | {"validation": sum(valid) / len(valid)})
        if history[-1]["validation"] < best_loss:
            best, best_loss, best_epoch = copy.deepcopy(network.state_dict()), history[-1]["validation"], epoch + 1
    network.load_state_dict(best)
    return best_epoch, history


def run(data, _seed, given):
    """A teacher and its student."""
    task, distance = TASKS[given.task], given.distance
    widths = {m: x.shape[2] for m, x in data["train"][0].items()}
    result = {}

    def finish(role, start, modules, network, terms, sets):
        epoch, history = fit(modules, network, terms, task, data, sets)
        seconds = time.monotonic() - start
        f1 = scores(lambda x: task.positive(see(network, x)), data)
        result[role] = {"best_epoch": epoch, "seconds": seconds, "f1": f1, "epochs": history}

    start = time.monotonic()
    teacher = initialise(Network(widths, task.numbers, SIZE, **DROPOUT))
    alone = lambda x, labels: {"task": task.loss(teacher(x, frames(x))[1], labels)}  # noqa: E731
    finish("teacher", start, [teacher], teacher, alone, ["lav"])
    teacher.requires_grad_(False)
    teacher.eval()

    start = time.monotonic()
    student = initialise(Network(widths, task.numbers, SIZE, **DROPOUT))
    statistics = [initialise(Statistics(inputs, HIDDEN)) for inputs in task.parts]

    def objective(x, labels):
        truth = task.category(labels)
        of_teacher, of_teacher_numbers = teacher(x, frames(x))
        representation, numbers = student(train_mask(x), frames(x))
        return {
            "task": task.loss(numbers, labels),
            "scd": scd(representation, of_teacher, MARGIN, distance=distance),
            "cpd": cpd(representation, of_teacher, truth),
            "rcd": task.rcd(numbers, of_teacher_numbers, truth, statistics),
        }

    finish("student", start, [student, *statistics], student, objective, SETS)
    return result


def options(arguments):
    arguments.add_argument("--task", choices=TASKS, default="binary")
    arguments.add_argument("--distance", choices=DISTANCES, default="unit")


if __name__ == "__main__":
    main(run, options)
