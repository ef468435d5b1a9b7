"""PyTorch's values and gradients of RCD and of the student's whole objective: `python -B network.py` writes
network.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. Run by hand; tests/pytorch.rs reads the file.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

CRATES = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(CRATES / f"corrkd-{name}/tests/golden") for name in ("nn", "losses")]
from golden import Golden, mask, normal, parameters, variable  # noqa: E402
from layers import Encoder, masked_mean, our_name  # noqa: E402
from losses import cpd, rcd, scd  # noqa: E402

WIDTHS = {"language": 5, "audio": 3, "vision": 4}
WIDTH, HEADS, LAYERS, FEED_FORWARD, KERNEL, CATEGORIES, HIDDEN = 8, 4, 2, 12, 3, 3, 6
MARGIN = 1.25


class Network(nn.Module):
    """Z = [E_L, E_A, E_V]; H = the mean of Z over the frames that exist; logits = FC(H)."""

    def __init__(self):
        super().__init__()
        encoders = {m: Encoder(inputs, WIDTH, HEADS, LAYERS, FEED_FORWARD, KERNEL) for m, inputs in WIDTHS.items()}
        self.encoders = nn.ModuleDict(encoders)
        self.classifier = nn.Linear(3 * WIDTH, CATEGORIES)

    def forward(self, features, inside):
        encoded = [self.encoders[m](features[m] * inside[..., None], inside) for m in WIDTHS]
        representation = masked_mean(torch.cat(encoded, dim=2), inside)
        return representation, self.classifier(representation)


def statistics(prefix, width):
    """Parameters of a statistics network over two parts of `width` values, and its scores of all pairs.

    It is an MLP over the pair [x, y] with two hidden ReLU layers; we hold its first layer as one layer for x and one
    for y.
    """
    shapes = {"teacher": (HIDDEN, width), "student": (HIDDEN, width), "hidden": (HIDDEN, HIDDEN), "score": (1, HIDDEN)}
    ours = {}
    for name, shape in shapes.items():
        ours[f"{prefix}.{name}.weight"] = variable(*shape)
        ours[f"{prefix}.{name}.bias"] = variable(shape[0])
    get = lambda name: ours[f"{prefix}.{name}"]  # noqa: E731

    def scores(x, y):
        pairs = torch.stack([torch.stack([torch.cat([a, b]) for b in y]) for a in x])  # (N, N, 2 P)
        first = torch.cat([get("teacher.weight"), get("student.weight")], dim=1)
        h = F.relu(F.linear(pairs, first, get("teacher.bias") + get("student.bias")))
        h = F.relu(F.linear(h, get("hidden.weight"), get("hidden.bias")))
        return F.linear(h, get("score.weight"), get("score.bias"))[..., 0]

    return ours, scores


def main():
    torch.manual_seed(3)
    golden = Golden()

    # RCD of logits (N, K).
    for k in (2, 3, 4, 7):
        s, t = variable(6, k), normal(6, k)
        categories = torch.arange(6).mul(5) % k
        target, target_scores = statistics("target", 1)
        others, other_scores = statistics("others", k - 1)
        loss = rcd(s.softmax(1), t.softmax(1), categories, target_scores, other_scores)
        golden.add(f"rcd{k}", loss, {"s": s, "t": t, "categories": categories, **target, **others})

    # The whole: lengths with padding (the features go on behind the end and must not matter); the student lacks
    # sample 0's audio, sample 1's vision and language, and single frames. Category 1 is absent.
    lengths, time, categories = [6, 4, 1, 5], 6, [0, 2, 0, 2]
    inside = mask(lengths, time)
    complete = {m: normal(4, time, width) for m, width in WIDTHS.items()}
    masked = {m: x.clone() for m, x in complete.items()}
    for m, sample in [("audio", 0), ("vision", 1), ("language", 1)]:
        masked[m][sample] = 0.0
    masked["language"][0, 2:4] = 0.0
    masked["vision"][3, 0] = 0.0

    network = Network()
    rename = lambda side: lambda name: f"{side}." + our_name(name.removeprefix("encoders."))  # noqa: E731
    student, theirs = parameters(network, rename("student"))
    representation, logits = functional_call(network, theirs, (masked, inside))
    teacher, theirs = parameters(network, rename("teacher"))
    with torch.no_grad():
        of_teacher, teacher_logits = functional_call(network, theirs, (complete, inside))

    target, target_scores = statistics("statistics.target", 1)
    others, other_scores = statistics("statistics.others", CATEGORIES - 1)
    terms = {
        "task": F.cross_entropy(logits, torch.tensor(categories)),
        "scd": scd(representation, of_teacher, MARGIN),
        "cpd": cpd(representation, of_teacher, categories),
        "rcd": rcd(logits.softmax(1), teacher_logits.softmax(1), categories, target_scores, other_scores),
    }
    inputs = {f"masked.{m}": x for m, x in masked.items()} | {f"complete.{m}": x for m, x in complete.items()}
    inputs |= {name: value.detach() for name, value in teacher.items()}
    inputs |= {"lengths": lengths, "categories": categories, "margin": torch.tensor(MARGIN).double()}
    inputs |= student | target | others
    outputs = {"representation": representation, "logits": logits, **terms}
    golden.add("student", sum(terms.values()), inputs, outputs)

    golden.write(__file__)


if __name__ == "__main__":
    main()
