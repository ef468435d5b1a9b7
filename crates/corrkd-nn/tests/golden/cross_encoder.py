"""The cross-modal Transformer in PyTorch: `python -B cross_encoder.py` writes cross_encoder.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0. Run by hand; tests/cross_encoder.rs reads the file. The network
is also that of DMD's second trainer.
"""

import torch
import torch.nn.functional as F
from golden import Golden, mask, normal, parameters, variable
from torch import nn
from torch.func import functional_call


def sinusoid(time, width):
    """(T, d): sin(t / 10000^(2i/d)) in column 2i, cos of the same in column 2i + 1."""
    angle = torch.arange(time)[:, None].double() / 10000.0 ** (torch.arange(0, width, 2).double() / width)
    return torch.stack([angle.sin(), angle.cos()], dim=2).reshape(time, width)


class CrossLayer(nn.Module):
    """x + A(LN(x), LN(c)), then x + F(LN(x)); one LN for queries and context."""

    def __init__(self, width, heads, feed_forward, attention_dropout, relu_dropout, residual_dropout):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(width, heads, dropout=attention_dropout, batch_first=True)
        self.norm1 = nn.LayerNorm(width)
        self.linear1 = nn.Linear(width, feed_forward)
        self.linear2 = nn.Linear(feed_forward, width)
        self.norm2 = nn.LayerNorm(width)
        self.inside = nn.Dropout(relu_dropout)
        self.behind = nn.Dropout(residual_dropout)
        nn.init.zeros_(self.linear1.bias)
        nn.init.zeros_(self.linear2.bias)
        nn.init.xavier_uniform_(self.linear1.weight)
        nn.init.xavier_uniform_(self.linear2.weight)

    def forward(self, x, context, mask, hidden):
        queries = self.norm1(x)
        keys = queries if context is None else self.norm1(context)
        attended, _ = self.self_attn(queries, keys, keys, hidden, attn_mask=mask, need_weights=False)
        x = x + self.behind(attended)
        return x + self.behind(self.linear2(self.inside(F.relu(self.linear1(self.norm2(x))))))


class CrossEncoder(nn.Module):
    """MulT's Transformer: queries (B, Tq, d) and a context (B, Tk, d), or none, to (B, Tq, d). Frames are scaled by the
    root of d unless `scale` says otherwise."""

    def __init__(self, width, heads, layers, feed_forward=None, causal=True, skip_zeros=True, scale=None,
                 embedding_dropout=0.0, attention_dropout=0.0, relu_dropout=0.0, residual_dropout=0.0):
        super().__init__()
        self.causal, self.skip_zeros, self.scale = causal, skip_zeros, scale or width**0.5
        self.drop = nn.Dropout(embedding_dropout)
        inside = (feed_forward or 4 * width, attention_dropout, relu_dropout, residual_dropout)
        self.layers = nn.ModuleList([CrossLayer(width, heads, *inside) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)

    def embed(self, x):
        codes = sinusoid(*x.shape[1:]).to(x.dtype)
        if self.skip_zeros:
            codes = codes * (x != 0).any(2, keepdim=True)
        return self.drop(x * self.scale + codes)

    def forward(self, x, context=None, hidden=None):
        """`hidden` (B, Tk) is true for a frame that no query sees."""
        time, other = x.shape[1], (x if context is None else context).shape[1]
        # True where a query must not see a key.
        ahead = torch.ones(time, other, dtype=torch.bool).triu(1 + abs(time - other)) if self.causal else None
        x, context = self.embed(x), None if context is None else self.embed(context)
        for layer in self.layers:
            x = layer(x, context, ahead, hidden)
        return self.norm(x)


def our_name(name):
    """Our name for a parameter."""
    for theirs, ours in [
        ("self_attn.", "attention."),
        ("in_proj_", "project."),
        ("out_proj.", "join."),
        ("linear1.", "widen."),
        ("linear2.", "narrow."),
        ("norm1.", "attention_norm."),
        ("norm2.", "forward_norm."),
        ("layers.", "layer"),
    ]:
        name = name.replace(theirs, ours)
    return name


def main():
    torch.manual_seed(3)
    golden = Golden()

    def case(name, sizes, times, started=False, lengths=None, **options):
        """A case whose loss is y, and its last frame once more, weighted by fixed numbers; some frames are zero. Or one of
        a network as it starts, its biases zero, of sequences that are missing in the second sample. Or one whose keys end
        at `lengths`, without the last frame by itself."""
        encoder = CrossEncoder(*sizes, **options)
        ours, theirs = parameters(encoder, our_name)
        inputs = [variable(3, time, sizes[0]) for time in times]
        for x in inputs:
            x.data[1, x.shape[1] // 2] = 0
            # Zero in front alone: no missing frame.
            x.data[0, x.shape[1] // 2, 0] = 0
            if started:
                x.data[1] = 0
        if started:
            for parameter, value in encoder.named_parameters():
                theirs[parameter].data = value.detach().half().double()
        named = dict(zip(["queries", "context"], inputs))
        if lengths:
            attended = mask(lengths, times[-1])
            y = functional_call(encoder, theirs, tuple(inputs), {"hidden": attended == 0})
            weights = normal(*y.shape)
            named |= {"weights": weights, "attended": attended, **ours}
            golden.add(name, (y * weights).sum(), named, {"y": y})
            return
        y = functional_call(encoder, theirs, tuple(inputs))
        weights, of_last = normal(*y.shape), normal(3, sizes[0])
        loss = (y * weights).sum() + (y[:, -1] * of_last).sum()
        golden.add(name, loss, {**named, "weights": weights, "of_last": of_last, **ours}, {"y": y, "last": y[:, -1].clone()})

    # Width, heads, layers, feed-forward width; frames of the queries, and of the context. A head's width is that of DMD.
    small = (20, 4, 2, 24)
    case("self", small, [7])
    case("self_open", small, [7], causal=False)
    case("cross", small, [7, 7], skip_zeros=False)
    case("cross_longer", small, [5, 9])
    case("cross_shorter", small, [9, 4])
    case("cross_open", small, [4, 9], causal=False, skip_zeros=False)
    case("self_one", small, [1])
    case("cross_one", small, [1, 6])
    case("cross_one_key", small, [6, 1])
    case("started", small, [5], started=True)
    case("started_cross", small, [5, 6], started=True)
    case("wide_heads", (20, 2, 1, 24), [6, 5])
    case("masked_self", small, [7], lengths=[7, 1, 4], causal=False, skip_zeros=False, scale=1.0)
    case("masked_causal", small, [7], lengths=[7, 1, 4])
    case("masked_cross", small, [5, 9], lengths=[3, 9, 8], causal=False)
    golden.write(__file__)


if __name__ == "__main__":
    main()
