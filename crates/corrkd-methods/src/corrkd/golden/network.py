"""PyTorch's values and gradients of RCD, the whole teacher and the whole student: `python -B network.py` writes
network.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6, blake3 1.0.11. Run by hand;
tests/pytorch/network.rs reads the file. The networks here are also those of the trainer's scripts.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(CRATES / f"corrkd-{name}/tests/golden") for name in ("nn", "losses")]
from golden import Golden, mask, normal, parameters, variable  # noqa: E402
from layers import Encoder, masked_mean, our_name  # noqa: E402
from losses import cpd, kl, kl_of_scores, rcd, rcd_of_scores, scd  # noqa: E402

MODALITIES = ("language", "audio", "vision")


class Network(nn.Module):
    """Z = [E_L, E_A, E_V]; H = the mean of Z over the frames that exist, where each modality has its own the mean of each
    E_m over those; logits = FC(H).

    `widths` are the features' by modality; `size` is width, heads, layers, feed_forward, kernel and pre_norm.
    Dropout falls on the raw language features, inside the encoders, and on H before the classifier.
    """

    def __init__(self, widths, categories, size, language_dropout=0.0, dropout=0.0, output_dropout=0.0):
        super().__init__()
        self.encoders = nn.ModuleDict({m: Encoder(widths[m], **size, dropout=dropout) for m in MODALITIES})
        self.classifier = nn.Linear(3 * size["width"], categories)
        self.language_dropout = nn.Dropout(language_dropout)
        self.output_dropout = nn.Dropout(output_dropout)

    def forward(self, features, inside, attended=None):
        """H and logits. `inside` (B, T) are the frames that exist, of all modalities or by modality, `attended` by modality
        those to be attended to."""
        encoded, own = [], inside if isinstance(inside, dict) else dict.fromkeys(MODALITIES, inside)
        for m in MODALITIES:
            x = features[m] * own[m][..., None]
            x = self.language_dropout(x) if m == "language" else x
            encoded.append(self.encoders[m](x, own[m] if attended is None else attended[m]))
        if own is inside:
            representation = torch.cat([masked_mean(x, own[m]) for m, x in zip(MODALITIES, encoded)], dim=1)
        else:
            representation = masked_mean(torch.cat(encoded, dim=2), inside)
        return representation, self.classifier(self.output_dropout(representation))


def attending_to(present, inside):
    """The frames to be attended to where missing ones are not: the present ones; where none is, all that exist."""
    none = present.sum(1, keepdim=True) == 0
    return torch.where(none, inside, present)


class Statistics(nn.Module):
    """RCD's statistics network: an MLP with two hidden ReLU layers over the pairs [x, y] of two parts of P values."""

    def __init__(self, inputs, hidden):
        super().__init__()
        self.first, self.second = nn.Linear(2 * inputs, hidden), nn.Linear(hidden, hidden)
        self.score = nn.Linear(hidden, 1)

    def forward(self, x, y):
        """The scores of all pairs, (N, N), of x and y (N, P)."""
        n = len(x)
        pairs = torch.cat([x[:, None].expand(n, n, -1), y[None].expand(n, n, -1)], dim=2)  # (N, N, 2 P)
        return self.score(F.relu(self.second(F.relu(self.first(pairs)))))[..., 0]


def network_name(role):
    """Our name for a parameter of a role's `Network`."""
    return lambda name: f"{role}." + our_name(name.removeprefix("encoders."))


def statistics(categories, hidden, prefix=""):
    """Leaves for the two statistics networks, and their scores."""
    ours, scores = {}, []
    for part, inputs in [("target", 1), ("others", categories - 1)]:
        module = Statistics(inputs, hidden)
        leaves, theirs = parameters(module, lambda name, part=part: f"{prefix}{part}.{name}")
        ours |= leaves
        scores.append(lambda x, y, module=module, theirs=theirs: functional_call(module, theirs, (x, y)))
    return ours, scores


def add_rcd(golden, case, s, t, categories):
    """RCD of logits (N, K)."""
    s = s.detach().requires_grad_()
    ours, scores = statistics(s.shape[1], 6)
    loss = rcd(s.softmax(1), t.softmax(1), categories, *scores)
    golden.add(case, loss, {"s": s, "t": t, "categories": categories, **ours})


def add_rcd_of_scores(golden, case, s, t):
    """RCD of scores (N, 1)."""
    s, module = s.detach().requires_grad_(), Statistics(1, 6)
    ours, theirs = parameters(module, lambda name: name)
    loss = rcd_of_scores(s, t, lambda x, y: functional_call(module, theirs, (x, y)))
    golden.add(case, loss, {"s": s, "t": t, **ours})


WIDTHS = {"language": 5, "audio": 3, "vision": 4}
SMALL = {"width": 8, "heads": 4, "layers": 2, "feed_forward": 12, "kernel": 3, "pre_norm": True}
# The paper's width, thin elsewhere.
WIDE = {"width": 40, "heads": 10, "layers": 1, "feed_forward": 8, "kernel": 3, "pre_norm": True}
MARGIN = 1.25


def samples(lengths, missing):
    """A batch, complete and masked, and which frames are there. The features go on behind the end and must not matter.
    `missing` are pairs of a modality and an index into (sample, frame)."""
    time = max(lengths)
    inside = mask(lengths, time)
    complete = {m: normal(len(lengths), time, width) for m, width in WIDTHS.items()}
    masked = {m: x.clone() for m, x in complete.items()}
    present = {m: inside.clone() for m in MODALITIES}
    for m, index in missing:
        masked[m][index] = 0.0
        present[m][index] = 0.0
    return inside, complete, masked, present


def add_teacher(golden, case, size):
    """The task loss of complete samples."""
    lengths, categories = [6, 4, 1, 5], [0, 2, 1, 2]
    inside, complete, _, _ = samples(lengths, [])
    network = Network(WIDTHS, 3, size)
    ours, theirs = parameters(network, network_name("teacher"))
    representation, logits = functional_call(network, theirs, (complete, inside))
    loss = F.cross_entropy(logits, torch.tensor(categories))
    inputs = {f"complete.{m}": x for m, x in complete.items()} | {"lengths": lengths, "categories": categories} | ours
    golden.add(case, loss, inputs, {"representation": representation, "logits": logits})


def add_student(golden, case, size, lengths, categories, missing, attend_missing=True, push="mean", counted=None):
    """The whole objective. K is one more than the largest category."""
    inside, complete, masked, present = samples(lengths, missing)
    attended = None if attend_missing else {m: attending_to(x, inside) for m, x in present.items()}
    k = max(categories) + 1
    network = Network(WIDTHS, k, size)
    student, theirs = parameters(network, network_name("student"))
    representation, logits = functional_call(network, theirs, (masked, inside, attended))
    teacher, theirs = parameters(network, network_name("teacher"))
    with torch.no_grad():
        of_teacher, teacher_logits = functional_call(network, theirs, (complete, inside))
    ours, scores = statistics(k, 6, "statistics.")
    terms = {
        "task": F.cross_entropy(logits, torch.tensor(categories)),
        "scd": scd(representation, of_teacher, MARGIN, push),
        "cpd": cpd(representation, of_teacher, categories, counted),
        "rcd": rcd(logits.softmax(1), teacher_logits.softmax(1), categories, *scores),
    }
    inputs = {f"masked.{m}": x for m, x in masked.items()} | {f"complete.{m}": x for m, x in complete.items()}
    inputs |= {f"present.{m}": x.long().flatten() for m, x in present.items()}
    inputs |= {name: value.detach() for name, value in teacher.items()}
    inputs |= {"lengths": lengths, "categories": categories} | student | ours
    # By itself too: the Kullback-Leibler divergence stands in RCD's place in the paper's ablation.
    outputs = {"representation": representation, "logits": logits, **terms, "kl": kl(logits, teacher_logits)}
    golden.add(case, sum(terms.values()), inputs, outputs)


def unaligned(lengths, missing):
    """As `samples`, of lengths by modality."""
    inside = {m: mask(of_m, max(of_m)) for m, of_m in lengths.items()}
    complete = {m: normal(len(of_m), max(of_m), WIDTHS[m]) for m, of_m in lengths.items()}
    masked = {m: x.clone() for m, x in complete.items()}
    present = {m: x.clone() for m, x in inside.items()}
    for m, index in missing:
        masked[m][index] = 0.0
        present[m][index] = 0.0
    # What a sample has no frames for is not there either.
    return inside, complete, masked, {m: x * inside[m] for m, x in present.items()}


def two_networks(golden_inputs, size, numbers, lengths, missing, attend_missing):
    """H and numbers of a student who sees less and of its teacher; what is read goes to `golden_inputs`."""
    inside, complete, masked, present = unaligned(lengths, missing)
    attended = None if attend_missing else {m: attending_to(x, inside[m]) for m, x in present.items()}
    network = Network(WIDTHS, numbers, size)
    ours, theirs = parameters(network, network_name("student"))
    student = functional_call(network, theirs, (masked, inside, attended))
    frozen, theirs = parameters(network, network_name("teacher"))
    with torch.no_grad():
        teacher = functional_call(network, theirs, (complete, inside))
    golden_inputs |= {f"masked.{m}": x for m, x in masked.items()} | {f"complete.{m}": x for m, x in complete.items()}
    golden_inputs |= {f"present.{m}": x.long().flatten() for m, x in present.items()}
    golden_inputs |= {f"lengths.{m}": of_m for m, of_m in lengths.items()}
    golden_inputs |= {name: value.detach() for name, value in frozen.items()} | ours
    return student, teacher


def add_unaligned(golden, case, size, lengths, categories, missing, attend_missing=True):
    """Task loss and distillation of representations; the rest sees no more of the frames."""
    inputs = {"categories": categories}
    networks = two_networks(inputs, size, max(categories) + 1, lengths, missing, attend_missing)
    (representation, logits), (of_teacher, teacher_logits) = networks
    outputs = {"representation": representation, "logits": logits, "teacher": of_teacher, "teacher_logits": teacher_logits}
    loss = F.cross_entropy(logits, torch.tensor(categories)) + scd(representation, of_teacher, MARGIN)
    golden.add(case, loss, inputs, outputs)


NEUTRAL = 4.0


def add_regression(golden, case, size, lengths, labels, missing):
    """The whole objective of a regression on scores from 1 to 7: a score is 4 plus the network's number."""
    inputs = {"labels": torch.tensor(labels).double()}
    networks = two_networks(inputs, size, 1, lengths, missing, True)
    (representation, number), (of_teacher, of_teacher_number) = networks
    categories = [round(label) - 1 for label in labels]
    module = Statistics(1, 6)
    ours, theirs = parameters(module, lambda name: f"statistics.score.{name}")
    terms = {
        "task": F.l1_loss(NEUTRAL + number[:, 0], inputs["labels"]),
        "scd": scd(representation, of_teacher, MARGIN),
        "cpd": cpd(representation, of_teacher, categories),
        "rcd": rcd_of_scores(number, of_teacher_number, lambda x, y: functional_call(module, theirs, (x, y))),
    }
    inputs |= {"categories": categories} | ours
    outputs = {"representation": representation, "number": number, **terms, "kl": kl_of_scores(number, of_teacher_number)}
    golden.add(case, sum(terms.values()), inputs, outputs)


def main():
    torch.manual_seed(3)
    golden = Golden()

    for k in (2, 3, 4, 7):
        add_rcd(golden, f"rcd{k}", normal(6, k), normal(6, k), torch.arange(6).mul(5) % k)
    for k in (2, 4):
        # Responses that are exactly 0 and 1: right, wrong, and beside soft ones, on either side.
        huge = F.one_hot(torch.tensor([0, 1, 1, 0, 1, 0]), k).double() * 2000 - 1000
        soft = torch.tensor([False, False, True, False, True, True])[:, None]
        for name, s, t in [("both", huge, huge.roll(1, 0)), ("some", torch.where(soft, normal(6, k), huge), huge)]:
            add_rcd(golden, f"rcd{k}_saturated_{name}", s, t, torch.tensor([0, 1, 0, k - 1, 0, 1]))
        add_rcd(golden, f"rcd{k}_one", normal(1, k), normal(1, k), torch.tensor([1]))

    post = {"pre_norm": False}
    add_teacher(golden, "teacher_small", SMALL)
    add_teacher(golden, "teacher_wide", WIDE)
    add_teacher(golden, "teacher_post", SMALL | post)

    # One sample lacks its audio, one its vision and language; single frames are missing; category 1 is absent.
    thinned = [("audio", 0), ("vision", 1), ("language", 1), ("language", (0, slice(2, 4))), ("vision", (3, 0))]
    add_student(golden, "student3", SMALL, [6, 4, 1, 5], [0, 2, 0, 2], thinned)
    # The whole batch lacks its vision.
    add_student(golden, "student2", WIDE, [3, 1, 3, 2, 2], [0, 1, 1, 0, 1], [("vision", slice(None)), ("audio", 2)])
    options = {"attend_missing": False, "push": "sum", "counted": 7}
    add_student(golden, "student7", SMALL | post, [6, 4, 1, 5], [6, 3, 3, 0], thinned, **options)
    several = [*thinned, ("audio", slice(None)), ("language", (2, 0)), ("vision", (2, 1))]
    eight = WIDE | {"heads": 8}
    add_student(golden, "student4", eight, [4, 4, 2, 4], [3, 0, 1, 3], several, attend_missing=False)
    # A batch of one has no pushes, no marginals and one prototype.
    add_student(golden, "student_one", SMALL, [3], [2], [("audio", 0), ("vision", (0, 1))])

    for name, n in [("", 6), ("_one", 1)]:
        add_rcd_of_scores(golden, "rcd_of_scores" + name, normal(n, 1), normal(n, 1))

    # Each modality has frames of its own, and in each another sample is the longest.
    own = {"language": [5, 4, 1, 3], "audio": [2, 12, 1, 7], "vision": [9, 1, 6, 4]}
    lacks = [("audio", 0), ("vision", 1), ("language", 1), ("language", (0, slice(2, 4))), ("audio", (3, slice(1, 6)))]
    add_unaligned(golden, "unaligned", SMALL, own, [0, 2, 1, 2], lacks)
    add_unaligned(golden, "unaligned_post", SMALL | post, own, [0, 2, 1, 2], lacks, attend_missing=False)
    add_unaligned(golden, "unaligned_wide", WIDE, own, [1, 0, 0, 1], lacks, attend_missing=False)
    add_regression(golden, "regression", SMALL, own, [5.5, 1.0, 4.0, 6.75], lacks)

    golden.write(__file__)


if __name__ == "__main__":
    main()
