"""A Transformer's decoder in PyTorch: `python -B decoder.py` writes decoder.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0. Run by hand; tests/decoder.rs reads the file. The network is also
that of TransM's second trainer.
"""

import torch
from cross_encoder import sinusoid
from golden import Golden, mask, normal, parameters, variable
from torch import nn
from torch.func import functional_call


class Decoder(nn.Module):
    """Queries (B, Tq, d) and a memory (B, Tk, d) to (B, Tq, d): all frames at once, by PyTorch's own layers."""

    def __init__(self, width, heads, layers, feed_forward, dropout=0.0):
        super().__init__()
        layer = nn.TransformerDecoderLayer(width, heads, feed_forward, dropout, batch_first=True, norm_first=True)
        self.decoder = nn.TransformerDecoder(layer, layers, norm=nn.LayerNorm(width))
        # On the residual branches alone.
        for layer in self.decoder.layers:
            layer.self_attn.dropout = layer.multihead_attn.dropout = layer.dropout.p = 0.0

    def forward(self, x, memory, hidden=None, hidden_memory=None):
        """`hidden` (B, Tq) and `hidden_memory` (B, Tk) are true for a frame that no query sees."""
        x = x + sinusoid(*x.shape[1:]).to(x.dtype)
        return self.decoder(x, memory, tgt_key_padding_mask=hidden, memory_key_padding_mask=hidden_memory)


def our_name(name):
    """Our name for a parameter."""
    for theirs, ours in [
        ("decoder.layers.", "layer"),
        ("decoder.norm.", "norm."),
        ("self_attn.", "self_attention."),
        ("multihead_attn.", "attention."),
        ("in_proj_", "project."),
        ("out_proj.", "join."),
        ("linear1.", "widen."),
        ("linear2.", "narrow."),
        ("norm1.", "self_attention_norm."),
        ("norm2.", "attention_norm."),
        ("norm3.", "forward_norm."),
    ]:
        name = name.replace(theirs, ours)
    return name


def main():
    torch.manual_seed(4)
    golden = Golden()

    def case(name, sizes, times, lengths=(None, None)):
        """A case whose loss is y weighted by fixed numbers. Queries and memory end at `lengths`, where there are any; what is
        behind must not matter to frames in front."""
        decoder = Decoder(*sizes)
        ours, theirs = parameters(decoder, our_name)
        inputs = {side: variable(3, time, sizes[0]) for side, time in zip(("queries", "memory"), times)}
        masks = [of_side and mask(of_side, time) for of_side, time in zip(lengths, times)]
        hidden = [attended if attended is None else attended == 0 for attended in masks]
        y = functional_call(decoder, theirs, (*inputs.values(), *hidden))
        weights = normal(*y.shape)
        if masks[0] is not None:
            weights = weights * masks[0][..., None]
        named = {name: x for name, x in zip(("attended.queries", "attended.memory"), masks) if x is not None}
        y = y if masks[0] is None else y * masks[0][..., None]
        golden.add(name, (y * weights).sum(), {**inputs, **named, "weights": weights, **ours}, {"y": y})

    # Width, heads, layers, feed-forward width; frames of the queries, and of the memory.
    small = (20, 4, 2, 24)
    case("all", small, [5, 7])
    case("all_longer", small, [9, 4])
    case("one", (20, 2, 1, 24), [1, 1])
    case("masked", small, [5, 7], ([5, 1, 3], [2, 7, 6]))
    case("masked_memory", small, [6, 5], (None, [5, 1, 4]))
    golden.write(__file__)


if __name__ == "__main__":
    main()
