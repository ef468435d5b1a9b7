"""What the scripts of the methods' golden files share: the samples of their steps, the tasks, and what is drawn from the
named streams, as the documentation of corrkd-nn and corrkd-data has it.
"""

import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

CRATES = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(CRATES / "corrkd-random/tests/golden")]
from stream import Stream  # noqa: E402

MODALITIES = ("language", "audio", "vision")
WIDTHS = {"language": 5, "audio": 3, "vision": 4}
# The sets of modalities in the order of the paper's columns.
SETS = [["language"], ["audio"], ["vision"]]
SETS += [["language", "audio"], ["language", "vision"], ["audio", "vision"], list(MODALITIES)]

LENGTHS = [3, 6, 1, 4, 2, 5, 6, 1, 3, 2, 5]
IDS = [f"v0[{i}]" for i in range(len(LENGTHS))]
SCORES = [0.0, -1.5, 2.5, 0.5, -3.0, 1.0, -0.5, 3.0, 0.0, -2.25, 1.75]
EMOTIONS = [0.0, 1.0, 2.0, 3.0, 3.0, 1.0, 0.0, 2.0, 3.0, 1.0, 0.0]


def uniform(seed, name, shape, bound):
    """A parameter's initial values, uniform in +-bound."""
    stream = Stream(seed, "initial value").named(name)
    values = [(2.0 * stream.uniform(i) - 1.0) * bound for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def initial_values(seed, name, shape):
    """Zero biases, unit gains, and weights that are uniform in +-sqrt(6 / (inputs + outputs)), times the kernel; of an LSTM
    both are uniform in +-1 / sqrt(its width)."""
    if ".recurrent." in name:
        return uniform(seed, name, shape, 1.0 / math.sqrt(shape[0] / 4))
    if name.endswith(".bias"):
        return torch.zeros(shape)
    if name.endswith("norm.weight"):
        return torch.ones(shape)
    outputs, inputs, *kernel = shape
    return uniform(seed, name, shape, math.sqrt(6 / ((inputs + outputs) * math.prod(kernel))))


def epochs(seed, count, batch):
    """Of each epoch, from 1, the samples of its batches."""
    epoch = 0
    while True:
        epoch += 1
        order = Stream(seed, "order").at(epoch).permutation(count)
        yield epoch, [order[at : at + batch] for at in range(0, count, batch)]


def present_frames(seed, epoch, ids, present, has=MODALITIES):
    """By modality which frames of samples are left in an epoch, (B, T), of those that are `present`, in a data set that
    `has` these modalities."""
    sets = [of for of in SETS if set(of) <= set(has)]
    left = {m: frames.clone() for m, frames in present.items()}
    for row, name in enumerate(ids):
        of_sample = Stream(seed, "training mask").at(epoch).named(name)
        there = sets[of_sample.below(0, len(sets))]
        for number, m in enumerate(MODALITIES):
            stream = of_sample.at(number)
            ratio = stream.named("ratio").uniform(0)
            for t in range(left[m].shape[1]):
                if m not in there or stream.uniform(t) < ratio:
                    left[m][row, t] = 0.0
    return left


def tasks(distance):
    """By task: how many numbers a network says, and how they become answers and the loss, a `distance` of scores."""

    def regression(numbers, labels, neutral=0.0):
        scores = numbers[:, 0] + neutral
        return scores, distance(scores, torch.tensor(labels, dtype=numbers.dtype))

    def from_one_to_seven(numbers, labels):
        return regression(numbers, labels, neutral=4.0)

    def emotion(numbers, labels):
        pairs = numbers.reshape(-1, 4, 2)
        truth = F.one_hot(torch.tensor(labels).long(), 4)
        return pairs[..., 1] - pairs[..., 0], F.cross_entropy(pairs.reshape(-1, 2), truth.flatten())

    return {"regression": (1, regression), "from_one_to_seven": (1, from_one_to_seven), "emotion": (8, emotion)}
