"""PyTorch's values and gradients of the layers: `python -B layers.py` writes layers.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6, blake3 1.0.11. Run by hand; tests/layers/pytorch/layers.rs
reads the file. The encoder here is also the one of the whole network's and of the trainer's scripts.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from golden import Golden, mask, normal, parameters, variable
from torch import nn
from torch.func import functional_call

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "corrkd-random/tests/golden"))
from stream import Stream  # noqa: E402


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


def sinusoid(time, width):
    """(T, d): sin(t / 10000^(2i/d)) in column 2i, cos of the same in column 2i + 1."""
    angle = torch.arange(time)[:, None].double() / 10000.0 ** (torch.arange(0, width, 2).double() / width)
    return torch.stack([angle.sin(), angle.cos()], dim=2).reshape(time, width)


def encoder_layer(width, heads, feed_forward, pre_norm, dropout=0.0):
    """PyTorch drops with one probability: attention weights, inside the feed-forward part, and both branches."""
    return nn.TransformerEncoderLayer(
        width, heads, feed_forward, dropout=dropout, activation="relu", batch_first=True, norm_first=pre_norm
    )


class Encoder(nn.Module):
    """F = Conv1d(X) + PE; E = Transformer(F), behind pre-norm layers a last LayerNorm. `attended` is like `mask`'s, or
    none where all are."""

    def __init__(self, inputs, width, heads, layers, feed_forward, kernel, pre_norm=True, dropout=0.0):
        super().__init__()
        self.convolution = nn.Conv1d(inputs, width, kernel, padding=kernel // 2)
        layer = encoder_layer(width, heads, feed_forward, pre_norm, dropout)
        norm = nn.LayerNorm(width) if pre_norm else None
        self.transformer = nn.TransformerEncoder(layer, layers, norm, enable_nested_tensor=False)

    def forward(self, x, attended):
        h = self.convolution(x.transpose(1, 2)).transpose(1, 2)
        h = h + sinusoid(*h.shape[1:]).to(h.dtype)
        return self.transformer(h, src_key_padding_mask=None if attended is None else attended == 0)


def masked_mean(x, inside):
    """(B, T, d) to (B, d): the mean over the frames that exist."""
    return (x * inside[..., None]).sum(1) / inside.sum(1, keepdim=True)


def main():
    torch.manual_seed(1)
    golden = Golden()

    def weighted(case, x, y, inputs=None):
        """A case whose loss is y (x's function) weighted by fixed numbers."""
        weights = normal(*y.shape)
        golden.add(case, (y * weights).sum(), {"x": x, "weights": weights, **(inputs or {})}, {"y": y})

    def module(case, module, x, call=lambda apply, x: apply(x)):
        """A module's case."""
        ours, theirs = parameters(module, our_name)
        weighted(case, x, call(lambda *args, **kwargs: functional_call(module, theirs, args, kwargs), x), ours)

    module("linear", nn.Linear(3, 5), variable(2, 4, 3))
    # The kernel is wider than the sequence in the last ones.
    for kernel, time in [(1, 5), (3, 5), (5, 6), (5, 2), (3, 1), (5, 1)]:
        conv = nn.Conv1d(3, 4, kernel, padding=kernel // 2)
        x = variable(3, time, 3)
        module(f"conv{kernel}_{time}", conv, x, lambda f, x: f(x.transpose(1, 2)).transpose(1, 2))
    module("norm", nn.LayerNorm(6), variable(2, 3, 6))
    # Frames that hold one value only, and one that almost does: what is under the root is all or mostly epsilon.
    flat = torch.stack([torch.zeros(6), torch.full((6,), 3.0), torch.tensor([0, 0, 0, 0, 0, 2.0**-9])]).double()
    module("norm_flat", nn.LayerNorm(6), flat.requires_grad_())
    x = variable(50, 40)
    weighted("position", x, x * sinusoid(50, 40))

    # By the named streams, not by PyTorch: seed 7, step 3, the site "here". Of these two, 1 / (1 - p) is exact in f32.
    site = Stream(7, "dropout").at(3).named("here")

    def stays(sample, row, column, p):
        """Two neighbours in a row of five share 32 bits."""
        word = site.at(sample).word(row * 3 + column // 2)
        return (word >> 16 * (column % 2) & 0xFFFF) >= p * 2**16

    for name, p in [("half", 0.5), ("most", 0.75)]:
        x = variable(3, 4, 5)
        kept = [[[stays(sample, row, column, p) for column in range(5)] for row in range(4)] for sample in range(3)]
        weighted(f"dropout_{name}", x, x * torch.tensor(kept) / (1 - p))

    # The second are saturated: one response is 1 and the others 0, or some are equal.
    huge = torch.tensor([[1000, -1000, 0], [-1000, -1000, 1000], [1000, 1000, -1000], [-1000, -1000, -1000]]).double()
    for name, logits in [("", normal(4, 3)), ("_saturated", huge)]:
        for function in (F.softmax, F.log_softmax):
            x = logits.clone().requires_grad_()
            weighted(function.__name__ + name, x, function(x, dim=1))
        # Right, wrong and undecided.
        x, categories = logits.clone().requires_grad_(), torch.tensor([0, 1, 1, 2])
        golden.add("cross_entropy" + name, F.cross_entropy(x, categories), {"x": x, "categories": categories})
    x, categories = variable(1, 4), torch.tensor([2])
    golden.add("cross_entropy_one", F.cross_entropy(x, categories), {"x": x, "categories": categories})

    # What stands behind a sequence's end is undefined in the result and is taken out of it.
    lengths, time = [6, 4, 1], 6
    inside = mask(lengths, time)
    frames = {"lengths": lengths, "frames": inside}

    def several(case, x, inputs, outputs):
        """A case of several functions of x over the same parameters: the loss is the sum of their weighted outputs."""
        outputs = {name: y * inside[..., None] for name, y in outputs.items()}
        weights = normal(*next(iter(outputs.values())).shape)
        loss = (sum(outputs.values()) * weights).sum()
        golden.add(case, loss, {"x": x, "weights": weights, **frames, **inputs}, outputs)

    # The paper's width and both of its numbers of heads.
    x = variable(3, time, 40)
    ours, theirs = parameters(nn.MultiheadAttention(40, 8), our_name)
    options, outputs = {"key_padding_mask": inside == 0, "need_weights": False}, {}
    for heads in (8, 10):
        attention = nn.MultiheadAttention(40, heads, batch_first=True)
        outputs[f"y{heads}"] = functional_call(attention, theirs, (x, x, x), options)[0]
    several("attention", x, ours, outputs)
    attention = nn.MultiheadAttention(8, 4, batch_first=True)
    module("attention_one", attention, variable(3, 1, 8), lambda f, x: f(x, x, x, need_weights=False)[0])

    x = variable(3, time, 8)
    ours, theirs = parameters(encoder_layer(8, 2, 12, True), our_name)
    options, outputs = {"src_key_padding_mask": inside == 0}, {}
    for name, pre_norm in [("pre", True), ("post", False)]:
        outputs[name] = functional_call(encoder_layer(8, 2, 12, pre_norm), theirs, (x,), options)
    several("layer", x, ours, outputs)

    for case, pre_norm in [("encoder_pre", True), ("encoder_post", False)]:
        x, outputs = variable(3, time, 3), {}
        ours, theirs = parameters(Encoder(3, 40, 8, 2, 4, 3, pre_norm), our_name)
        for heads in (8, 10):
            encoder = Encoder(3, 40, heads, 2, 4, 3, pre_norm)
            outputs[f"y{heads}"] = functional_call(encoder, theirs, (x * inside[..., None], inside))
        several(case, x, ours, outputs)

    x = variable(3, time, 5)
    weighted("mean", x, masked_mean(x, inside), frames)

    module("linear_no_bias", nn.Linear(3, 5, bias=False), variable(2, 4, 3))
    # Zero, where it bends, and tails in which one side or the other vanishes.
    x = torch.cat([normal(20), torch.tensor([0, 1e-3, -1e-3, 4, -4, 9, -9, 40, -40]).half().double()])
    x = x.requires_grad_()
    weighted("gelu", x, F.gelu(x))
    # Errors of zero among them.
    scores, labels = normal(7), normal(7)
    labels[2], labels[5] = scores[2], scores[5]
    scores = scores.requires_grad_()
    golden.add("mean_absolute_error", F.l1_loss(scores, labels), {"x": scores, "labels": labels})
    for name, logits in [("", normal(4, 3)), ("_saturated", huge)]:
        targets = torch.tensor([[1, 0, 1], [0, 0, 1], [0, 1, 1], [1, 0, 0]]).double()
        x = logits.clone().requires_grad_()
        loss = F.binary_cross_entropy_with_logits(x, targets)
        golden.add("binary_cross_entropy" + name, loss, {"x": x, "targets": targets})

    def weighted_cross_entropy(name, logits, categories, weights):
        x, categories, weights = logits.clone().requires_grad_(), torch.tensor(categories), torch.tensor(weights).double()
        loss = F.cross_entropy(x, categories, weight=weights)
        golden.add("weighted_cross_entropy" + name, loss, {"x": x, "categories": categories, "weights": weights})

    # A category that counts for nothing because no sample is of it, and one that does although some are.
    weighted_cross_entropy("", normal(5, 4), [0, 3, 1, 3, 3], [2.5, 0.5, 0.0, 0.25])
    weighted_cross_entropy("_nothing", normal(4, 3), [0, 1, 1, 2], [0.0, 1.0, 3.5])
    weighted_cross_entropy("_saturated", huge, [0, 1, 1, 2], [0.75, 2.0, 3.5])
    weighted_cross_entropy("_one", normal(1, 4), [2], [1.0, 2.0, 0.375, 4.0])

    golden.write(__file__)


if __name__ == "__main__":
    main()
