"""torch.optim.Adam with groups, decay, clipping, accumulation and schedules: `python -B optimizer.py` writes
optimizer.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0. Run by hand; tests/optimizer.rs reads the file. Its metadata
`cases` has the settings of each case as JSON, in our form. Everything is computed in f64. The file holds

    data/x, data/t                  inputs (N, B, 4) and targets (N, B, 2) of an epoch's N micro-batches
    data/validation                 each epoch's validation loss
    start/NAME                      the parameters at the start
    CASE/norms                      each step's norm before clipping
    CASE/rates                      each group's rate behind each epoch (epochs, groups)
    CASE/EPOCH/NAME                 the parameters behind each epoch, from 1
    rates/validation                validation losses of a longer training, for the schedules alone
    rates/SCHEDULE                  the rates that they leave behind each epoch (epochs, groups)

A step's gradient is the sum over its micro-batches. What an epoch's last ones left is stepped on, or dropped.
"""

import json
import os

import torch
from golden import normal
from safetensors.torch import save_file
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim.lr_scheduler import ReduceLROnPlateau, StepLR

torch.set_num_threads(1)

MICRO_BATCHES, BATCH = 9, 4
VALIDATION = [1.0, 0.99995, 0.5, 0.5]


def group(prefix, learning_rate, weight_decay=0.0):
    return {"prefix": prefix, "learning_rate": learning_rate, "weight_decay": weight_decay}


def settings(groups, clip, schedule, accumulate=1, tail="step"):
    return {"groups": groups, "clip": clip, "schedule": schedule, "accumulate": accumulate, "tail": tail}


STEP, PLATEAU = {"step": {"every": 2, "factor": 0.3}}, {"plateau": {"factor": 0.5, "patience": 0}}
CASES = {
    "norm": settings([group("", 0.02), group("b", 0.005, 0.1)], {"norm": 3.0}, "constant"),
    "value": settings([group("", 0.02, 0.05), group("a.bias", 0.1)], {"value": 0.5}, STEP),
    "summed": settings([group("a", 0.01), group("b", 0.03, 0.02)], "none", PLATEAU, 2),
    "dropped": settings([group("", 0.02), group("b", 0.005, 0.1)], {"norm": 7.0}, STEP, 2, "drop"),
    "fours": settings([group("", 0.03, 0.01), group("a", 0.01)], {"value": 1.0}, PLATEAU, 4),
}

# The schedules alone, over more epochs; the second group reaches the least change of a plateau's rate.
LONG = [3.0, 2.0, 2.0, 1.9999, 2.1, 1.5, 1.49999, 1.6, 1.7, 1.5, 1.5, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]
SCHEDULES = {
    "step": {"step": {"every": 3, "factor": 0.7}},
    "plateau": {"plateau": {"factor": 0.4, "patience": 2}},
    "plateau_at_once": {"plateau": {"factor": 0.9, "patience": 0}},
}
RATES = [4e-3, 2.5e-8]


def scheduler(schedule, optimizer):
    """A function of the validation loss."""
    if schedule == "constant":
        return lambda loss: None
    ((kind, values),) = schedule.items()
    if kind == "step":
        step = StepLR(optimizer, values["every"], values["factor"])
        return lambda loss: step.step()
    return ReduceLROnPlateau(optimizer, factor=values["factor"], patience=values["patience"]).step


def clip(how, parameters):
    """Clips the gradients and returns their norm before."""
    if how == "none":
        return clip_grad_norm_(parameters, float("inf"))
    ((kind, most),) = how.items()
    if kind == "norm":
        return clip_grad_norm_(parameters, most)
    norm = clip_grad_norm_(parameters, float("inf"))
    clip_grad_value_(parameters, most)
    return norm


def belongs(name, groups):
    """The group of a parameter: the longest prefix wins."""
    fits = [g for g in groups if g["prefix"] in ("", name) or name.startswith(g["prefix"] + ".")]
    return max(fits, key=lambda g: len(g["prefix"]))


def train(case, data, start, tensors):
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    ours, clipping = CASES[case], CASES[case]["clip"]
    optimizer = torch.optim.Adam(
        {
            "params": [value for name, value in parameters.items() if belongs(name, ours["groups"]) is g],
            "lr": g["learning_rate"],
            "weight_decay": g["weight_decay"],
        }
        for g in ours["groups"]
    )
    schedule = scheduler(ours["schedule"], optimizer)
    norms, rates = [], []

    def step():
        norms.append(clip(clipping, list(parameters.values())))
        optimizer.step()
        optimizer.zero_grad()

    for epoch, validation in enumerate(VALIDATION, 1):
        for number, (x, t) in enumerate(zip(data["x"], data["t"]), 1):
            hidden = (x @ parameters["a.weight"].T + parameters["a.bias"]) ** 2
            y = hidden @ parameters["b.weight"].T + parameters["b.bias"]
            ((y - t) ** 2).mean().backward()
            if number % ours["accumulate"] == 0:
                step()
        if MICRO_BATCHES % ours["accumulate"] != 0 and ours["tail"] == "step":
            step()
        optimizer.zero_grad()
        schedule(validation)
        rates.append([g["lr"] for g in optimizer.param_groups])
        for name, value in parameters.items():
            tensors[f"{case}/{epoch}/{name}"] = value.detach().clone()
    tensors[f"{case}/norms"] = torch.stack(norms)
    tensors[f"{case}/rates"] = torch.tensor(rates, dtype=torch.float64)


def main():
    torch.manual_seed(3)
    data = {"x": normal(MICRO_BATCHES, BATCH, 4), "t": normal(MICRO_BATCHES, BATCH, 2)}
    shapes = {"a.weight": (3, 4), "a.bias": (3,), "b.weight": (2, 3), "b.bias": (2,)}
    start = {name: (0.5 * torch.randn(shape)).half().double() for name, shape in shapes.items()}
    tensors = {f"data/{name}": value for name, value in data.items()}
    tensors["data/validation"] = torch.tensor(VALIDATION, dtype=torch.float64)
    tensors |= {f"start/{name}": value for name, value in start.items()}
    for case in CASES:
        train(case, data, start, tensors)

    tensors["rates/validation"] = torch.tensor(LONG, dtype=torch.float64)
    for name, schedule in SCHEDULES.items():
        groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in RATES]
        optimizer = torch.optim.Adam(groups)
        step, rates = scheduler(schedule, optimizer), []
        optimizer.step()
        for loss in LONG:
            step(loss)
            rates.append([g["lr"] for g in optimizer.param_groups])
        tensors[f"rates/{name}"] = torch.tensor(rates, dtype=torch.float64)
        CASES[f"rates/{name}"] = settings([group("a", RATES[0]), group("b", RATES[1])], "none", schedule)

    path = os.path.splitext(os.path.abspath(__file__))[0] + ".safetensors"
    save_file(tensors, path, {"cases": json.dumps(CASES)})
    print(path, os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main()
