"""Has exported modules answer samples, and compares with what the program answered: `python export.py FOLDER`.

In the folder are samples.jsonl, and in exported/RUN what was exported with answers.jsonl.
"""

import importlib.util
import json
import sys
from pathlib import Path

import torch


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def given(sample):
    """A sample's features, and which of its frames hold data; what these others hold must not matter."""
    there = {m: frames for m, frames in sample.items() if m != "id" and frames is not None}
    widths = {m: len(next(filter(None, frames))) for m, frames in there.items()}
    features = {m: torch.tensor([[frame or [9.0] * widths[m] for frame in frames]]) for m, frames in there.items()}
    return features, {m: torch.tensor([[frame is not None for frame in frames]]) for m, frames in there.items()}


folder = Path(sys.argv[1])
samples = lines(folder / "samples.jsonl")
exported = sorted((folder / "exported").iterdir())
for at in exported:
    spec = importlib.util.spec_from_file_location("model", at / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.load()
    for sample, answer in zip(samples, lines(at / "answers.jsonl"), strict=True):
        with torch.no_grad():
            said = network(*given(sample))
        ours = list(answer["probabilities"].values()) if "probabilities" in said else [answer["score"]]
        theirs = said.get("probabilities", said.get("score")).flatten()
        assert (theirs - torch.tensor(ours)).abs().max() < 1e-5, (at.name, ours, theirs)
print(f"{len(exported)} networks")
