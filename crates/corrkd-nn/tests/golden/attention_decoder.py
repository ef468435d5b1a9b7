"""PyTorch's values and gradients of MCTN's attention decoder: `python -B attention_decoder.py` writes the safetensors.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. Run by hand; tests/attention_decoder.rs reads the
file. The decoder here is also the one of the methods' scripts, and what the fused form's time is held against.
"""

import torch
from golden import Golden, mask, normal, parameters, variable
from torch import nn
from torch.func import functional_call


class AttentionDecoder(nn.Module):
    """The published form: every step scores all frames anew from their encoding and the cell's state."""

    def __init__(self, inputs, width, outputs):
        super().__init__()
        self.score = nn.Linear(inputs + width, 1)
        self.cell = nn.LSTMCell(inputs + outputs, width)
        self.output = nn.Linear(width, outputs)

    def forward(self, encoded, frames=None):
        """(B, T, inputs) to (B, T, outputs); `frames` is like `mask`'s."""
        batch, time, _ = encoded.shape
        h = encoded.new_zeros(batch, self.cell.hidden_size)
        c, y = torch.zeros_like(h), encoded.new_zeros(batch, self.output.out_features)
        answers = []
        for _ in range(time):
            pairs = torch.cat([encoded, c[:, None].expand(-1, time, -1)], dim=2)
            scores = self.score(pairs).squeeze(2)
            if frames is not None:
                scores = scores.masked_fill(frames == 0, -torch.inf)
            context = torch.bmm(scores.softmax(dim=1)[:, None], encoded).squeeze(1)
            h, c = self.cell(torch.cat([context, y], dim=1), (h, c))
            y = torch.tanh(self.output(h))
            answers.append(y)
        answers = torch.stack(answers, dim=1)
        return answers if frames is None else answers * frames[..., None]


def our_name(name):
    """Our name for a parameter."""
    return {
        "cell.weight_ih": "input.weight",
        "cell.bias_ih": "input.bias",
        "cell.weight_hh": "hidden.weight",
        "cell.bias_hh": "hidden.bias",
    }.get(name, name)


def main():
    torch.manual_seed(5)
    golden = Golden()

    def case(name, lengths, sizes):
        """A case whose loss is the answers weighted by fixed numbers. Ours has no weights for what has no effect."""
        batch, time = len(lengths), max(lengths)
        inputs, width, outputs = sizes
        decoder = AttentionDecoder(*sizes)
        ours, theirs = parameters(decoder, our_name)
        ours["score.weight"] = variable(1, inputs)
        of_state, bias = 2 * variable(1, width).detach(), theirs["score.bias"]
        of_state.requires_grad_()
        del ours["score.bias"]
        theirs["score.weight"] = torch.cat([ours["score.weight"], of_state], dim=1)
        inside = mask(lengths, time)
        encoded = variable(batch, time, inputs)
        y = functional_call(decoder, theirs, (encoded * inside[..., None], inside))
        if min(lengths) == time:
            whole = functional_call(decoder, theirs, (encoded,))
            assert torch.equal(whole, y)
        weights = normal(*y.shape)
        loss = (y * weights).sum()
        # Gradients that are zero but for rounding; those of the encoding and its weight are not.
        for dead in torch.autograd.grad(loss, [of_state, bias], retain_graph=True):
            assert dead.abs().max() < 1e-14, dead
        frames = {"lengths": lengths, "frames": inside}
        ours = {f"decoder.{leaf}": value for leaf, value in ours.items()}
        golden.add(name, loss, {"encoded": encoded, "weights": weights, **frames, **ours}, {"y": y})

    case("several", [5, 3, 1, 4], (4, 3, 6))
    case("one_frame", [1, 1, 1], (4, 3, 6))
    case("one_sample", [7], (3, 5, 2))
    case("wider", [9, 9, 9], (8, 16, 37))

    golden.write(__file__)


if __name__ == "__main__":
    main()
