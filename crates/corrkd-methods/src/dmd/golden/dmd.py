"""DMD in PyTorch: the network and its losses, for modules.py, steps.py and the second trainer.

Made with Python 3.11.7, torch 2.15.0. Written from the method's description; dropout is the trainer's alone.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(CRATES / "corrkd-nn/tests/golden")]
from cross_encoder import CrossEncoder  # noqa: E402
from cross_encoder import our_name as transformer_name  # noqa: E402

MODALITIES = ("language", "audio", "vision")
# The graphs' vertices, and their edges: who learns, and from whom.
VERTICES = ("language", "vision", "audio")
EDGES = [(to, source) for to in VERTICES for source in VERTICES if to != source]
# Which edges a graph is expected to have.
HOMOGENEOUS = {"size": 64, "expected": [0, 0, 1, 0, 1, 0]}
HETEROGENEOUS = {"size": 32, "expected": [0, 0, 1, 0, 1, 1]}
NO_DROPOUT = {
    "text": 0.0,
    "attention": dict.fromkeys(MODALITIES, 0.0),
    "embedding": 0.0,
    "relu": 0.0,
    "residual": 0.0,
    "output": 0.0,
}
WEIGHTS = {
    "task": 1.0,
    "reconstruction": 0.1,
    "cycle": 0.1,
    "margin": 0.01,
    "orthogonality": 0.01,
    "homogeneous": 0.05,
    "heterogeneous": 0.05,
}


class Reader(nn.Module):
    """x + W2 drop(relu(W1 x)), and what is read out of it: the hidden layer, that sum, and R numbers."""

    def __init__(self, inputs, hidden, numbers, dropout):
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.output = nn.Linear(hidden, inputs)
        self.numbers = nn.Linear(inputs, numbers)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        hidden = F.relu(self.hidden(x))
        x = x + self.output(self.dropout(hidden))
        return hidden, x, self.numbers(x)


class Graph(nn.Module):
    """The weights (B, 6) of the edges between modalities, from their numbers (B, R) and representations (B, n). Linear
    layers without biases, which would add the same to all six edges, and be lost in the softmax over them."""

    def __init__(self, numbers, representation, size, expected):
        super().__init__()
        self.numbers = nn.Linear(numbers, size, bias=False)
        self.representation = nn.Linear(representation, size, bias=False)
        self.edge = nn.Linear(4 * size, 1, bias=False)
        self.prior = (torch.tensor(expected, dtype=torch.float64) / 0.25).softmax(0)

    def forward(self, numbers, representations):
        z = {m: torch.cat([self.numbers(numbers[m]), self.representation(representations[m])], 1) for m in VERTICES}
        scores = torch.cat([self.edge(torch.cat([z[to], z[source]], 1)) for to, source in EDGES], 1)
        return (scores / 8).softmax(1)

    def losses(self, numbers, representations, edges, cosine):
        """How far the edges are from the prior; what the graph's numbers, and its representations, lack of each other:
        absolute differences, or a cosine that is to be zero or below."""
        prior = self.prior.to(edges.dtype)
        of_prior = 10 * (edges.mean(0) - prior).square().sum()
        weights = edges + prior
        of_numbers, of_representations = 0.0, 0.0
        for (to, source), weight in zip(EDGES, weights.T):
            apart = lambda x: (x[to] - x[source].detach()).abs().sum(1)  # noqa: E731
            of_numbers += (weight * apart(numbers)).mean()
            if cosine:
                other = representations[source].detach()
                cosine_loss = F.cosine_embedding_loss(representations[to], other, minus_one(weight))
                of_representations += 10 * cosine_loss * weight.mean()
            else:
                of_representations += 10 * (weight * apart(representations)).mean()
        return of_prior, of_numbers, of_representations


def minus_one(x):
    """The target of a cosine that is to be zero or below, one for each sample."""
    return -torch.ones(len(x), dtype=x.dtype)


class Decoupling(nn.Module):
    """What of each modality is its own and what all have in common; and both put together again."""

    def __init__(self, widths, width, kernels, text_dropout):
        super().__init__()
        self.text = nn.Dropout(text_dropout)
        self.shared = nn.Linear(width, width, bias=False)
        for m in MODALITIES:
            layers = {
                "project": nn.Conv1d(widths[m], width, kernels[m], bias=False),
                "specific": nn.Linear(width, width, bias=False),
                "decoder": nn.Linear(2 * width, width, bias=False),
            }
            self.add_module(m, nn.ModuleDict(layers))

    def forward(self, features):
        x = features | {"language": self.text(features["language"])}
        layers = {m: getattr(self, m) for m in MODALITIES}
        projected = {m: layers[m]["project"](x[m].transpose(1, 2)).transpose(1, 2) for m in MODALITIES}
        specific = {m: layers[m]["specific"](projected[m]) for m in MODALITIES}
        common = {m: self.shared(projected[m]) for m in MODALITIES}
        return projected, specific, common

    def rebuild(self, specific, common):
        layers = {m: getattr(self, m) for m in MODALITIES}
        rebuilt = {m: layers[m]["decoder"](torch.cat([specific[m], common[m]], 2)) for m in MODALITIES}
        return rebuilt, {m: layers[m]["specific"](rebuilt[m]) for m in MODALITIES}


class Homogeneous(nn.Module):
    """What is made of the common features (B, T', d): of each modality by itself, and of the three together."""

    def __init__(self, frames, numbers, width, transformer, dropout):
        super().__init__()
        for m in MODALITIES:
            flat = frames[m] * width
            layers = {
                "alignment": nn.Linear(flat, width),
                "reader": Reader(flat, width, numbers, dropout["output"]),
                "attention": transformer(width, dropout["attention"][m]),
            }
            self.add_module(m, nn.ModuleDict(layers))
        self.reader = Reader(3 * width, 3 * width, numbers, dropout["output"])
        self.graph = Graph(numbers, width, **HOMOGENEOUS)

    def fused(self, common):
        return torch.cat([getattr(self, m)["attention"](common[m])[:, -1] for m in MODALITIES], 1)

    def forward(self, common):
        """The aligned vectors, what the readers made of each, what is fused, and the numbers read out of that."""
        flat = {m: common[m].flatten(1) for m in MODALITIES}
        aligned = {m: getattr(self, m)["alignment"](flat[m]) for m in MODALITIES}
        read = {m: getattr(self, m)["reader"](flat[m]) for m in MODALITIES}
        fused = self.fused(common)
        return aligned, read, fused, self.reader(fused)[2]


class Heterogeneous(nn.Module):
    """What each modality makes of its own features (B, T', d) and of those of the other two."""

    def __init__(self, numbers, width, transformer, memory, dropout):
        super().__init__()
        for m in MODALITIES:
            others = [other for other in MODALITIES if other != m]
            layers = {f"from_{other}": transformer(width, dropout["attention"][other]) for other in others}
            layers["memory"] = memory(2 * width, dropout["attention"]["language"])
            layers["reader"] = Reader(2 * width, 2 * width, numbers, dropout["output"])
            self.add_module(m, nn.ModuleDict(layers))
        self.graph = Graph(numbers, 2 * width, **HETEROGENEOUS)

    def gathered(self, specific):
        gathered = {}
        for m in MODALITIES:
            layers = getattr(self, m)
            of_others = [layers[f"from_{other}"](specific[m], specific[other]) for other in MODALITIES if other != m]
            gathered[m] = layers["memory"](torch.cat(of_others, 2))[:, -1]
        return gathered

    def forward(self, specific):
        gathered = self.gathered(specific)
        return gathered, {m: getattr(self, m)["reader"](gathered[m]) for m in MODALITIES}


class Ensemble(nn.Module):
    """The answer: each part's layer behind a sigmoid, side by side, through one more reader."""

    def __init__(self, numbers, width, dropout):
        super().__init__()
        parts = dict.fromkeys(MODALITIES, 2 * width) | {"common": 3 * width}
        self.gate = nn.ModuleDict({part: nn.Linear(size, size) for part, size in parts.items()})
        self.reader = Reader(9 * width, 9 * width, numbers, dropout["output"])

    def forward(self, gathered, fused):
        parts = gathered | {"common": fused}
        return self.reader(torch.cat([self.gate[part](parts[part]).sigmoid() for part in self.gate], 1))[1:]


class DMD(nn.Module):
    """`time` is the data set's greatest number of frames, by modality, whatever a batch's own."""

    def __init__(self, widths, time, numbers, width, heads, layers, kernels, skip_zeros=True, dropout=NO_DROPOUT):
        super().__init__()
        self.least = {m: max(time[m], kernels[m]) for m in MODALITIES}

        def transformer(width, attention_dropout, layers=layers):
            names = ("embedding", "relu", "residual")
            drops = {f"{name}_dropout": dropout[name] for name in names} | {"attention_dropout": attention_dropout}
            return CrossEncoder(width, heads, layers, skip_zeros=skip_zeros, **drops)

        frames = {m: self.least[m] - kernels[m] + 1 for m in MODALITIES}
        memory = lambda width, dropout: transformer(width, dropout, max(layers, 3))  # noqa: E731
        self.decoupling = Decoupling(widths, width, kernels, dropout["text"])
        self.homogeneous = Homogeneous(frames, numbers, width, transformer, dropout)
        self.heterogeneous = Heterogeneous(numbers, width, transformer, memory, dropout)
        self.ensemble = Ensemble(numbers, width, dropout)

    def padded(self, features):
        return {m: F.pad(x, (0, 0, 0, self.least[m] - x.shape[1])) for m, x in features.items()}

    def forward(self, features):
        """What is read out, and the numbers that answer, of features (B, T, D) that are zero behind their ends."""
        _, specific, common = self.decoupling(self.padded(features))
        return self.ensemble(self.heterogeneous.gathered(specific), self.homogeneous.fused(common))

    def losses(self, features, task, ids, margins, signed=False, absolute=False):
        """The terms by name, then as `forward`. `task` is the loss of R numbers; the margins between samples (B, B) are
        those of their labels, which are the same where their `ids` are. `signed` and `absolute` are what the published
        code does not do: a cosine below zero counts; representations of the homogeneous graph learn from each other."""
        projected, specific, common = self.decoupling(self.padded(features))
        rebuilt, again = self.decoupling.rebuild(specific, common)
        aligned, own, fused, of_common = self.homogeneous(common)
        gathered, crossed = self.heterogeneous(specific)
        representation, numbers = self.ensemble(gathered, fused)
        each = [of_m[2] for of_m in [*own.values(), *crossed.values()]]

        def graph(graph, read, place, cosine):
            numbers, representations = {m: x[2] for m, x in read.items()}, {m: x[place] for m, x in read.items()}
            edges = graph(numbers, representations)
            return graph.losses(numbers, representations, edges, cosine)

        of_prior, of_numbers, of_representations = graph(self.homogeneous.graph, own, 0, False)
        homogeneous = of_prior + of_numbers + (of_representations if absolute else 0.0)
        repeated = ids.repeat_interleave(3), margins.repeat_interleave(3, 0).repeat_interleave(3, 1)
        terms = {
            "task": sum(task(numbers) for numbers in [numbers, *each, of_common]),
            "reconstruction": sum(F.mse_loss(rebuilt[m], projected[m]) for m in MODALITIES),
            "cycle": sum(F.mse_loss(again[m], specific[m]) for m in MODALITIES),
            "margin": margin_loss(torch.stack([aligned[m] for m in MODALITIES], 1).flatten(0, 1), *repeated),
            "orthogonality": sum(orthogonality(specific[m], common[m], signed) for m in MODALITIES),
            "homogeneous": homogeneous,
            "heterogeneous": sum(graph(self.heterogeneous.graph, crossed, 1, True)),
        }
        return terms, representation, numbers


def orthogonality(specific, common, signed):
    specific, common = specific.flatten(1), common.flatten(1)
    if signed:
        return F.cosine_similarity(specific, common).mean()
    return F.cosine_embedding_loss(specific, common, minus_one(specific))


def cosines(x):
    norms = (x.square().sum(1) + 1e-8).sqrt()
    return x @ x.T / (norms[:, None] * norms)


def margin_loss(x, ids, margins):
    """Over N vectors (N, n): an anchor's cosine with those of its label is to be larger than with the others, by their
    margin (N, N). The mean over such pairs, then over the anchors that have some."""
    cosine = cosines(x)
    same = ids[:, None] == ids
    others = ~same
    same = same & ~torch.eye(len(x), dtype=torch.bool)
    short = F.relu(margins[:, None, :] - cosine[:, :, None] + cosine[:, None, :])  # anchor, same, other
    pairs = same[:, :, None] & others[:, None, :]
    counts = pairs.sum((1, 2))
    anchors = counts > 0
    means = (short * pairs).sum((1, 2)) / counts.clamp(min=1)
    return means.sum() / anchors.sum().clamp(min=1)


def our_name(name):
    return f"dmd.{transformer_name(name)}"


class Scores:
    """A score less the neutral value; the further two labels are apart, the wider the margin."""

    numbers = 1

    def __init__(self, labels, neutral=0.0):
        self.neutral = neutral
        self.labels = labels if torch.is_tensor(labels) else torch.tensor(labels, dtype=torch.float64)
        self.ids, self.margins = self.labels, 0.15 * (self.labels[:, None] - self.labels).abs()

    def answers(self, numbers):
        return numbers[:, 0] + self.neutral

    def loss(self, numbers):
        return F.l1_loss(numbers[:, 0] + self.neutral, self.labels.to(numbers.dtype))


class Emotions:
    """Two logits, no and yes, for each of `count` categories; the same margin between any two."""

    numbers = 8

    def __init__(self, labels):
        self.ids = torch.as_tensor(labels).long()
        self.margins = torch.full((len(labels), len(labels)), 0.15, dtype=torch.float64)

    def answers(self, numbers):
        pairs = numbers.reshape(-1, 4, 2)
        return pairs[..., 1] - pairs[..., 0]

    def loss(self, numbers):
        return F.cross_entropy(numbers.reshape(-1, 2), F.one_hot(self.ids, 4).flatten())
