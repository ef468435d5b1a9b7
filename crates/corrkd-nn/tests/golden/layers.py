"""PyTorch's values and gradients of the layers: `python -B layers.py` writes layers.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. Run by hand; tests/pytorch.rs reads the file.
"""

import torch
from golden import Golden, mask, normal, parameters, variable
from torch import nn
from torch.func import functional_call


def our_name(name):
    """Our name for a parameter of PyTorch's layers."""
    for theirs, ours in [
        ("self_attn.", "attention."),
        ("in_proj_", "project."),
        ("out_proj.", "join."),
        ("linear1.", "widen."),
        ("linear2.", "narrow."),
        ("norm1.", "attention_norm."),
        ("norm2.", "forward_norm."),
        ("transformer.layers.", "layer"),
        ("transformer.", ""),
    ]:
        name = name.replace(theirs, ours)
    return name


def encoder_layer(width, heads, feed_forward):
    return nn.TransformerEncoderLayer(
        width, heads, feed_forward, dropout=0.0, activation="relu", batch_first=True, norm_first=True
    )


class Encoder(nn.Module):
    """F = Conv1d(X) + PE; E = pre-norm Transformer(F), a last LayerNorm behind it. `inside` is `mask`'s."""

    def __init__(self, inputs, width, heads, layers, feed_forward, kernel):
        super().__init__()
        self.convolution = nn.Conv1d(inputs, width, kernel, padding=kernel // 2)
        self.transformer = nn.TransformerEncoder(
            encoder_layer(width, heads, feed_forward), layers, nn.LayerNorm(width), enable_nested_tensor=False
        )

    def forward(self, x, inside):
        h = self.convolution(x.transpose(1, 2)).transpose(1, 2)
        time, width = h.shape[1:]
        angle = torch.arange(time)[:, None].double() / 10000.0 ** (torch.arange(0, width, 2).double() / width)
        position = torch.stack([angle.sin(), angle.cos()], dim=2).reshape(time, width)
        return self.transformer(h + position, src_key_padding_mask=inside == 0)


def masked_mean(x, inside):
    return torch.stack([frames[: int(n)].mean(0) for frames, n in zip(x, inside.sum(1))])


def main():
    torch.manual_seed(1)
    golden = Golden()

    def module(case, module, x, call=lambda apply, x: apply(x)):
        """A module's case: the loss is the output weighted by fixed numbers."""
        ours, theirs = parameters(module, our_name)
        y = call(lambda *args, **kwargs: functional_call(module, theirs, args, kwargs), x)
        weights = normal(*y.shape)
        golden.add(case, (y * weights).sum(), {"x": x, "weights": weights, **ours}, {"y": y})

    module("linear", nn.Linear(3, 5), variable(2, 4, 3))
    for kernel in (1, 3):
        conv = nn.Conv1d(3, 4, kernel, padding=kernel // 2)
        module(f"conv{kernel}", conv, variable(3, 5, 3), lambda f, x: f(x.transpose(1, 2)).transpose(1, 2))
    module("norm", nn.LayerNorm(6), variable(2, 3, 6))

    # What stands behind a sequence's end is undefined in the result and is taken out of it.
    lengths, time = [6, 4, 1], 6
    inside = mask(lengths, time)
    frames = {"lengths": lengths, "frames": inside}

    attention = nn.MultiheadAttention(8, 4, batch_first=True)
    ours, theirs = parameters(attention, our_name)
    x, weights = variable(3, time, 8), normal(3, time, 8)
    options = {"key_padding_mask": inside == 0, "need_weights": False}
    y = functional_call(attention, theirs, (x, x, x), options)[0] * inside[..., None]
    golden.add("attention", (y * weights).sum(), {"x": x, "weights": weights, **frames, **ours}, {"y": y})

    layer = encoder_layer(8, 2, 12)
    ours, theirs = parameters(layer, our_name)
    x, weights = variable(3, time, 8), normal(3, time, 8)
    y = functional_call(layer, theirs, (x,), {"src_key_padding_mask": inside == 0}) * inside[..., None]
    golden.add("layer", (y * weights).sum(), {"x": x, "weights": weights, **frames, **ours}, {"y": y})

    # The paper's width and both of its numbers of heads, over the same parameters: the loss is the sum of the two.
    x, weights, outputs = variable(3, time, 3), normal(3, time, 40), {}
    ours, theirs = parameters(Encoder(3, 40, 8, 2, 4, 3), our_name)
    for heads in (8, 10):
        encoder = Encoder(3, 40, heads, 2, 4, 3)
        outputs[f"y{heads}"] = functional_call(encoder, theirs, (x * inside[..., None], inside)) * inside[..., None]
    loss = ((outputs["y8"] + outputs["y10"]) * weights).sum()
    golden.add("encoder", loss, {"x": x, "weights": weights, **frames, **ours}, outputs)

    x, weights = variable(3, time, 5), normal(3, 5)
    y = masked_mean(x, inside)
    golden.add("mean", (y * weights).sum(), {"x": x, "weights": weights, **frames}, {"y": y})

    golden.write(__file__)


if __name__ == "__main__":
    main()
