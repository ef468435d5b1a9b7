"""CorrKD's network in plain PyTorch, with the weights and the scaling that lie beside this file.

    import torch
    from model import load

    network = load()
    features = {"language": torch.randn(1, 12, 300), "vision": torch.randn(1, 12, 35)}  # frames as the files have them
    said = network(features)  # {"probabilities": (B, K)} or {"score": (B)}, and {"representation": (B, 3 d)}

What is not given is missing. `present` says by modality which frames hold data (B, T), `lengths` how many frames each
sample has (B); what lies behind is padding. Needs torch and safetensors.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

MODALITIES = ("language", "audio", "vision")
HERE = Path(__file__).resolve().parent


def sinusoid(time, width):
    """(T, d): sin(t / 10000^(2i/d)) in column 2i, cos of the same in column 2i + 1."""
    angle = torch.arange(time)[:, None].double() / 10000.0 ** (torch.arange(0, width, 2).double() / width)
    return torch.stack([angle.sin(), angle.cos()], dim=2).reshape(time, width)


class Encoder(nn.Module):
    """F = Conv1d(X) + PE; E = Transformer(F), behind pre-norm layers a last LayerNorm."""

    def __init__(self, inputs, width, heads, layers, feed_forward, kernel, pre_norm):
        super().__init__()
        self.convolution = nn.Conv1d(inputs, width, kernel, padding=kernel // 2)
        layer = nn.TransformerEncoderLayer(
            width, heads, feed_forward, dropout=0.0, activation="relu", batch_first=True, norm_first=pre_norm
        )
        norm = nn.LayerNorm(width) if pre_norm else None
        self.transformer = nn.TransformerEncoder(layer, layers, norm, enable_nested_tensor=False)

    def forward(self, x, attended):
        h = self.convolution(x.transpose(1, 2)).transpose(1, 2)
        return self.transformer(h + sinusoid(*h.shape[1:]).to(h), src_key_padding_mask=~attended)


class Network(nn.Module):
    """An encoder for each modality; H, the means of their frames side by side; a linear classifier."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        size = dict(config["settings"]["network"])
        self.attend_missing = size.pop("attend_missing")
        self.encoders = nn.ModuleDict({m: Encoder(config["widths"][m], **size) for m in MODALITIES})
        self.classifier = nn.Linear(3 * size["width"], config["numbers"])

    def frames(self, m, features, present, inside):
        """A modality's frames as the network sees them: scaled as its training samples were, zero where missing."""
        there = present.get(m)
        there = inside if there is None else there.bool() & inside
        x = features[m].double()
        if m in self.config["scaling"]:
            mean, deviation = (torch.tensor(self.config["scaling"][m][key]).double() for key in ("mean", "deviation"))
            x = (x - mean) / torch.where(deviation > 0, deviation, 1.0)
        return torch.where(there[..., None], x, 0.0).float(), there

    def forward(self, features, present=None, lengths=None):
        present, lengths, parts = present or {}, lengths or {}, []
        given = next(iter(features.values()))
        for m in MODALITIES:
            if m in features:
                time, own = features[m].shape[1], lengths.get(m)
                own = torch.full((len(given),), time) if own is None else own
                inside = torch.arange(time) < own[:, None]
                x, there = self.frames(m, features, present, inside)
            else:
                # Frames of zeros stand for a modality that is missing: as many as of others where all have the same.
                first = next(iter(features))
                time = features[first].shape[1] if self.config["aligned"] else 1
                own = lengths.get(first) if self.config["aligned"] else None
                inside = torch.arange(time) < (torch.full((len(given),), time) if own is None else own)[:, None]
                x, there = torch.zeros(len(given), time, self.config["widths"][m]), torch.zeros_like(inside)
            none = ~there.any(dim=1, keepdim=True)
            attended = inside if self.attend_missing else torch.where(none, inside, there)
            encoded = self.encoders[m](x, attended)
            parts.append((encoded * inside[..., None]).sum(1) / inside.sum(1, keepdim=True))
        representation = torch.cat(parts, dim=1)
        numbers = self.classifier(representation)
        if self.config["answers"] == "score":
            return {"score": numbers[:, 0] + self.config["neutral"], "representation": representation}
        return {"probabilities": numbers.softmax(dim=1), "representation": representation}


def load(folder=HERE):
    """The network with its weights, ready to answer. Names of categories: `network.config["names"]`."""
    network = Network(json.loads((Path(folder) / "config.json").read_text()))
    network.load_state_dict(load_file(Path(folder) / "model.safetensors"))
    return network.eval()
