"""What the second trainers in PyTorch share, each in a method's `reference` folder: what is missing under a condition and
while training, the scores, and the command line `python -B train.py DATA FIRST-LAST OUT`.

Made with Python 3.11.7, torch 2.15.0, scikit-learn 1.9.1. Everything has PyTorch's own random numbers: nothing is shared
with the Rust program but the description.
"""

import argparse
import json
from pathlib import Path

import torch
from torch import nn

MODALITIES = ("language", "audio", "vision")
SETS = ("l", "a", "v", "la", "lv", "av", "lav")
# At these the losses of two programs are compared.
EPOCHS = (1, 2, 5, 10, 20, 50)


def batches(count, size):
    """The samples in a random order, `size` at a time; a single one that is left joins the batch before."""
    steps = list(torch.randperm(count).split(size))
    if len(steps) > 1 and len(steps[-1]) == 1:
        steps[-2:] = [torch.cat(steps[-2:])]
    return steps


def initialise(module):
    """Xavier-uniform weights and zero biases; the gains of a normalisation stay one. Recurrent layers stay as PyTorch starts
    them."""
    recurrent = {id(p) for part in module.modules() if isinstance(part, nn.RNNBase) for p in part.parameters()}
    for name, parameter in module.named_parameters():
        if id(parameter) in recurrent:
            continue
        if parameter.dim() > 1:
            nn.init.xavier_uniform_(parameter)
        elif name.endswith("bias"):
            nn.init.zeros_(parameter)
    return module


def thin(x, there, ratios):
    """Each frame of each modality stays with one minus its sample's ratio (B) if `there` (B) has the modality."""
    thinned = {}
    for m in MODALITIES:
        stays = (torch.rand(x[m].shape[:2]) >= ratios[m][:, None]) & there[m][:, None]
        thinned[m] = torch.where(stays[..., None], x[m], 0.0)
    return thinned


def train_mask(x):
    """Modality Random Missing: one of the seven sets, and a ratio for each modality."""
    n = len(x["language"])
    drawn = torch.randint(len(SETS), (n,))
    there = {m: torch.tensor([m[0] in SETS[i] for i in drawn]) for m in MODALITIES}
    return thin(x, there, {m: torch.rand(n) for m in MODALITIES})


def condition(x, letters, ratio=0.0):
    """A test condition: only these modalities, less a share of their frames."""
    n = len(x["language"])
    there = {m: torch.full((n,), m[0] in letters) for m in MODALITIES}
    return thin(x, there, dict.fromkeys(MODALITIES, torch.full((n,), ratio)))


def scores(positive, data):
    """Weighted F1 of positive against negative, zeros left out, by condition; `avg` is over the six incomplete sets.
    `positive` says which samples of features (B, T, D) by modality are."""
    from sklearn.metrics import f1_score  # noqa: PLC0415: a step beside which ours is timed needs torch alone

    x, labels = data["test"]

    def f1(letters, ratio=0.0):
        signed = labels != 0
        answers = positive(condition(x, letters, ratio))
        return f1_score(labels[signed] > 0, answers[signed], average="weighted")

    by_set = {letters: f1(letters) for letters in SETS}
    incomplete = [value for letters, value in by_set.items() if letters != "lav"]
    by_ratio = {f"lav@{tenth / 10:g}": f1("lav", tenth / 10) for tenth in range(1, 11)}
    return by_set | {"avg": sum(incomplete) / len(incomplete)} | by_ratio


def seeds(text):
    """`1-40` or `7`."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def kept(path):
    """The seeds of a file, one object to a line, in their order."""
    lines = path.read_text().splitlines() if path.exists() else []
    return sorted((json.loads(line) for line in lines), key=lambda of: of["seed"])


def rounded(x):
    """Numbers with seven digits: more than a comparison of trainings needs."""
    if isinstance(x, dict):
        return {key: rounded(value) for key, value in x.items()}
    return float(f"{x:.7g}") if isinstance(x, float) else x


def main(run, add=lambda arguments: None):
    """For each seed that has no line in the file OUT, `run(data, seed, given)` and its result as a line: by role, such as
    `student`, `best_epoch`, `seconds`, `f1` by condition, and the losses of `epochs`, of which those at EPOCHS are kept.
    `add` adds options."""
    from data import load  # noqa: PLC0415: as above

    arguments = argparse.ArgumentParser()
    arguments.add_argument("data", type=Path)
    arguments.add_argument("seeds", metavar="first-last", type=seeds)
    arguments.add_argument("out", type=Path)
    add(arguments)
    given = arguments.parse_args()
    torch.set_num_threads(1)
    data = load(given.data)
    done = {of["seed"] for of in kept(given.out)}
    for seed in given.seeds:
        if seed in done:
            continue
        torch.manual_seed(seed)
        roles = run(data, seed, given)
        for of in roles.values():
            of["epochs"] = {epoch: of["epochs"][epoch - 1] for epoch in EPOCHS if epoch <= len(of["epochs"])}
        with given.out.open("a") as file:
            file.write(json.dumps(rounded({"seed": seed} | roles)) + "\n")
        times = ", ".join(f"{role} {of['seconds']:.0f} s" for role, of in roles.items())
        last = list(roles.values())[-1]["f1"]
        print(f"seed {seed}: {times}, complete {100 * last['lav']:.2f}, avg {100 * last['avg']:.2f}", flush=True)
