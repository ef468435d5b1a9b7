"""PyTorch's values and gradients of graph convolutions over nodes in a row: `python -B band_conv.py` writes
band_conv.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. Run by hand; tests/band_conv.rs reads the file.
The graphs are matrices here, which say for each node what counts how much of each other one.
"""

import torch
from golden import Golden, mask, normal, parameters
from torch import nn
from torch.func import functional_call


def adjacency(lengths, time, first, last, mean):
    """(B, T, T): row i has the nodes j with j - i from `first` to `last`, ones, or shares of the row's sum."""
    inside = mask(lengths, time).bool()
    place = torch.arange(time)
    apart = place[None, :] - place[:, None]
    heard = (apart >= first) & (apart <= last) & inside[:, :, None] & inside[:, None, :]
    counts = heard.double().sum(2, keepdim=True)
    return heard / counts.clamp(min=1) if mean else heard.double()


class BandConv(nn.Module):
    """`relations` are the ranges (first, last) by name."""

    def __init__(self, inputs, outputs, relations, mean):
        super().__init__()
        self.relations, self.mean = relations, mean
        self.own = nn.Linear(inputs, outputs)
        self.others = nn.ModuleDict({name: nn.Linear(inputs, outputs, bias=False) for name in relations})

    def graphs(self, lengths, time):
        return {name: adjacency(lengths, time, *places, self.mean) for name, places in self.relations.items()}

    def forward(self, x, graphs, inside):
        y = self.own(x)
        for name, weight in self.others.items():
            y = y + graphs[name].to(x.dtype) @ weight(x)
        return y * inside[..., None]


def our_name(name):
    return name.replace("others.", "")


def main():
    torch.manual_seed(1)
    golden = Golden()
    order, near = {"past": (-2, -1), "same": (0, 0), "future": (1, 2)}, {"near": (-2, 2)}
    cases = {
        # Rows that end before all have been heard, of one node among them, and one without any.
        "relational": (order, True, [6, 2, 1, 0, 4]),
        "means": (near, True, [6, 2, 1, 0, 4]),
        "sums": (near, False, [6, 2, 1, 0, 4]),
        "whole": (order, True, [5, 5]),
        # The ranges reach further than the rows, or begin behind them.
        "far": ({"before": (-9, -1), "beyond": (4, 7), "all": (-9, 9)}, True, [3, 2]),
        "single": (order, True, [1, 1]),
    }
    for case, (relations, mean, lengths) in cases.items():
        module = BandConv(4, 3, relations, mean)
        ours, theirs = parameters(module, our_name)
        inside = mask(lengths, max(lengths))
        x = normal(*inside.shape, 4).requires_grad_()
        y = functional_call(module, theirs, (x * inside[..., None], module.graphs(lengths, max(lengths)), inside))
        weights = normal(*y.shape)
        golden.add(case, (y * weights).sum(), {"x": x, "lengths": lengths, "weights": weights, **ours}, {"y": y})
    golden.write(__file__)


if __name__ == "__main__":
    main()
