"""A network in plain PyTorch, with the weights and the scaling that lie beside this file.

    import model, torch
    features = {"language": torch.randn(1, 12, 300), "vision": torch.randn(1, 12, 35)}  # frames as the files have them
    said = model.load()(features)  # {"probabilities": (B, K)} or {"score": (B)}, and {"representation": (B, D)}

What is not given is missing. `present` says by modality which frames hold data (B, T), `lengths` how many frames each
sample has (B); what lies behind is padding. Needs torch and safetensors."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

MODALITIES = ("language", "audio", "vision")


def load(folder=Path(__file__).resolve().parent):
    """The network with its weights, ready to answer. `network.config` has the names of categories, or of targets."""
    network = Network(json.loads((Path(folder) / "config.json").read_text()))
    network.load_state_dict(load_file(Path(folder) / "model.safetensors"))
    return network.eval()


def seen(config, features, present, lengths):
    """Of each modality frames (B, T, D), scaled as in training, zero where missing; which exist; which hold data."""
    present, lengths, first = present or {}, lengths or {}, next(iter(features))
    for m in MODALITIES:
        x, own, there = features.get(m), lengths.get(m), present.get(m)
        if x is None:  # frames without data stand for it: as many as of another where all have the same, or one
            x, own = features[first][:, : None if config["aligned"] else 1, :1], lengths.get(first)
            x, there = x.expand(-1, -1, config["widths"][m]), torch.zeros_like(x[..., 0])
        places = torch.arange(x.shape[1], device=x.device).expand(x.shape[:2])
        inside = places < (x.shape[1] if own is None else own[:, None])
        there, x = inside if there is None else inside & there.bool(), x.double()
        if config["standardise"] != "none":  # by the sample's own frames that hold data, or by the training fold's
            mean = x.where(there[..., None], torch.nan).nanmean(1, keepdim=True)
            deviation = (x - mean).square().where(there[..., None], torch.nan).nanmean(1, keepdim=True).sqrt()
            if m in config["scaling"]:
                mean, deviation = (x.new_tensor(config["scaling"][m][key]) for key in ("mean", "deviation"))
            x = (x - mean) / torch.where(deviation > 0, deviation, 1.0)
        yield m, torch.where(there[..., None], x, 0.0).float(), inside, there


def said(config, numbers, representation):
    """What the numbers (B, R) that are read out of a representation say."""
    if config["answers"] == "score":
        return {"score": numbers[:, 0] + config["neutral"], "representation": representation}
    if config["answers"] == "pairs":  # of each target two logits, no and yes
        numbers = numbers.unflatten(1, (-1, 2)).diff(dim=2)[..., 0]
    probabilities = numbers.softmax(1) if config["answers"] == "categories" else numbers.sigmoid()
    return {"probabilities": probabilities, "representation": representation}
