"""PyTorch's values and gradients of LSTM and GRU: `python -B recurrent.py` writes recurrent.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. Run by hand; tests/recurrent.rs reads the file.
"""

import torch
from golden import Golden, mask, normal, parameters
from torch import nn
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def our_name(name):
    """Our name for a parameter of nn.LSTM or nn.GRU: weight_ih_l0_reverse is layer0.reverse.input.weight."""
    kind, side, layer, *reverse = name.split("_")
    return ".".join([layer.replace("l", "layer"), *reverse, {"ih": "input", "hh": "hidden"}[side], kind])


def states(module, x, lengths):
    """The states at all frames (B, T, dirs H), zero behind the end, and the last layer's final ones (B, dirs H)."""
    packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    all, last = module(packed)
    if isinstance(module, nn.LSTM):
        last = last[0]
    all, _ = pad_packed_sequence(all, batch_first=True, total_length=x.shape[1])
    directions = 2 if module.bidirectional else 1
    return all, torch.cat(list(last[-directions:]), dim=1)


class States(nn.Module):
    """`states` as a module, to be called with other parameters."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x, lengths):
        return states(self.module, x, lengths)


def main():
    torch.manual_seed(1)
    golden = Golden()
    # One frame each; and a sequence of one among longer ones, with a width of no whole vectors.
    shapes = [("short", [1, 1, 1], 4, 3), ("long", [6, 1, 4, 6, 2], 5, 13)]
    for cell in (nn.LSTM, nn.GRU):
        for layers in (1, 2):
            for both in (False, True):
                for name, lengths, inputs, width in shapes:
                    module = States(cell(inputs, width, layers, batch_first=True, bidirectional=both))
                    ours, theirs = parameters(module, lambda name: our_name(name.removeprefix("module.")))
                    inside = mask(lengths, max(lengths))
                    x = (normal(*inside.shape, inputs) * inside[..., None]).requires_grad_()
                    # The loss is of all states, or of the final ones alone.
                    for of in ("all", "last"):
                        outputs = dict(zip(("all", "last"), functional_call(module, theirs, (x, lengths))))
                        weights = normal(*outputs[of].shape)
                        case = f"{cell.__name__}_{layers}_{'both' if both else 'one'}_{name}_{of}"
                        inputs_ = {"x": x, "lengths": lengths, "weights": weights, **ours}
                        golden.add(case, (outputs[of] * weights).sum(), inputs_, outputs)
    golden.write(__file__)


if __name__ == "__main__":
    main()
