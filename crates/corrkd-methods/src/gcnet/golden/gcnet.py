"""GCNet in PyTorch: values and gradients of the network and its losses, and its first ten optimizer steps from the seed
alone. `python -B gcnet.py` writes gcnet.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6, blake3 1.0.11. Run by hand; the tests of the
folder above read the file. Everything is computed in f64, without dropout. Initial values, the order of the samples and
what training samples lose are drawn from the named streams as the documentation of corrkd-nn and corrkd-data has it.
For the network's cases golden.py says what the file holds: the answers are those to the samples as they are, the losses
and gradients those of a step on what is left of them. For the steps it holds

    steps/lengths, steps/features/MODALITY   N samples; their ids are in the tests
    CASE/labels                              their labels
    CASE/losses/TERM, CASE/norms             of each step
    CASE/gradients                           (10, P); all parameters flat, in the order of names
    CASE/weights                             (11, P), behind each step; in front the initial values
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(CRATES / f"corrkd-{name}/tests/golden") for name in ("random", "nn", "methods")]
import band_conv  # noqa: E402
import recurrent  # noqa: E402
from band_conv import BandConv  # noqa: E402
from draws import EMOTIONS, IDS, LENGTHS, MODALITIES, SCORES, WIDTHS, epochs, initial_values, present_frames, tasks  # noqa: E402
from golden import Golden, mask, normal, parameters  # noqa: E402


class Graph(nn.Module):
    """Of nodes of 2H numbers, which are told apart by `relations`."""

    def __init__(self, width, window, relations, dropout):
        super().__init__()
        graph = width // 2
        known = 2 * width + graph
        self.relational = BandConv(2 * width, graph, relations, mean=True)
        self.convolution = BandConv(graph, graph, {"near": (-window, window)}, mean=False)
        self.recurrent = nn.LSTM(known, known, 2, batch_first=True, bidirectional=True, dropout=dropout)
        self.project = nn.Linear(2 * known, known)

    def graphs(self, lengths, time):
        return self.relational.graphs(lengths, time), self.convolution.graphs(lengths, time)

    def forward(self, x, graphs, inside, read):
        heard = self.convolution(self.relational(x, graphs[0], inside), graphs[1], inside)
        return F.relu(self.project(read(self.recurrent, torch.cat([x, heard], dim=2))))


class GCNet(nn.Module):
    def __init__(self, width, window, numbers, widths=WIDTHS, dropout=0.0):
        super().__init__()
        features = sum(widths.values())
        known = 2 * width + width // 2
        self.recurrent = nn.LSTM(features, width, 2, batch_first=True, bidirectional=True, dropout=dropout)
        order = {"past": (-window, -1), "now": (0, 0), "future": (1, window)}
        self.temporal = Graph(width, window, order, dropout)
        self.speaker = Graph(width, window, {"near": (-window, window)}, dropout)
        self.classifier = nn.Linear(known, numbers)
        self.rebuild = nn.Linear(known, features)

    def graphs(self, lengths, time):
        """What is the same for all batches of such lengths."""
        return [graph.graphs(lengths, time) for graph in (self.temporal, self.speaker)]

    def forward(self, x, graphs, inside, lengths=None):
        """What is known of nodes (B, T, D), (B, T, D_h); where all rows are whole, they need no lengths."""

        def read(lstm, x):
            return lstm(x)[0] if lengths is None else recurrent.states(lstm, x, lengths)[0]

        x = read(self.recurrent, x)
        temporal, speaker = graphs
        return self.temporal(x, temporal, inside, read) + self.speaker(x, speaker, inside, read)


def our_name(name):
    *path, leaf = name.split(".")
    if path[-1] == "recurrent":
        leaf = recurrent.our_name(leaf)
    return band_conv.our_name(".".join(["gcnet", *path, leaf]))


def reconstruction(rebuilt, complete, lost, nodes, widths=WIDTHS):
    """Of nodes (B, T, D) by modality, where `lost` (B, T) of it, over the number of all nodes."""
    total = 0.0
    for m, error in zip(widths, (rebuilt - complete).split(list(widths.values()), dim=2)):
        total = total + (error.square() * lost[m][..., None]).sum() / widths[m] / nodes
    return total


TASKS = tasks(F.mse_loss)


class Frames:
    """Each sample is a row of its frames, the modalities' from the first on."""

    def __init__(self, _ids, lengths):
        self.lengths = [max(of_sample) for of_sample in zip(*lengths.values())]
        self.inside = mask(self.lengths, max(self.lengths))

    def place(self, x):
        """Frames (N, T of the modality, ..) as nodes (B, T, ..)."""
        return torch.cat([x, x.new_zeros(len(x), self.inside.shape[1] - x.shape[1], *x.shape[2:])], dim=1)

    def features(self, x, present):
        return torch.cat([self.place(x[m] * present[m][..., None]) for m in MODALITIES], dim=2)

    def present(self, present):
        return {m: self.place(present[m]) for m in MODALITIES}

    def of_samples(self, hidden):
        inside = self.inside.to(hidden.dtype)
        return (hidden * inside[..., None]).sum(1) / inside.sum(1, keepdim=True)


class Utterances:
    """Each video is a row of its samples."""

    def __init__(self, ids, _lengths):
        parts = [(id.split("[")[0], int(id.split("[")[1][:-1]), i) for i, id in enumerate(ids)]
        self.rows = [[i for v, _, i in sorted(parts) if v == video] for video in sorted({v for v, _, _ in parts})]
        self.lengths = [len(row) for row in self.rows]
        self.inside = mask(self.lengths, max(self.lengths))

    def place(self, x):
        """Samples (N, ..) as nodes (B, T, ..)."""
        nodes = x.new_zeros(*self.inside.shape, *x.shape[1:])
        for number, row in enumerate(self.rows):
            nodes[number, : len(row)] = x[row]
        return nodes

    def features(self, x, present):
        counts = {m: present[m].sum(1, keepdim=True).clamp(min=1) for m in MODALITIES}
        means = torch.cat([(x[m] * present[m][..., None]).sum(1) / counts[m] for m in MODALITIES], dim=1)
        # They are features, which f32 holds.
        return self.place(means.float().to(means.dtype))

    def present(self, present):
        return {m: self.place((present[m].sum(1) > 0).to(present[m].dtype)) for m in MODALITIES}

    def of_samples(self, hidden):
        known = {i: hidden[row, place] for row, samples in enumerate(self.rows) for place, i in enumerate(samples)}
        return torch.stack([known[i] for i in range(len(known))])


def terms(network, nodes, x, present, left, read, labels):
    """The losses on what is left of samples, and how much of them is gone."""
    graphs = network.graphs(nodes.lengths, nodes.inside.shape[1])
    inside = nodes.inside.to(x["language"].dtype)
    hidden = network(nodes.features(x, left), graphs, inside, nodes.lengths)
    had, has = nodes.present(present), nodes.present(left)
    lost = {m: had[m] * (1 - has[m]) for m in MODALITIES}
    _, task = read(network.classifier(nodes.of_samples(hidden)), labels)
    complete = nodes.features(x, present)
    return {
        "task": task,
        "reconstruction": reconstruction(network.rebuild(hidden), complete, lost, sum(nodes.lengths)),
    }


def add_network(golden, case, task, labels, own, missing, ids, kind, seed, width, window):
    """A batch: the features go on behind the end and must not matter. `missing` are pairs of a modality and an index
    into (sample, frame); `own` are the lengths by modality."""
    x = {m: normal(len(own[m]), max(own[m]), of_m) for m, of_m in WIDTHS.items()}
    present = {m: mask(own[m], max(own[m])) for m in MODALITIES}
    for m, index in missing:
        present[m][index] = 0.0
    numbers, read = TASKS[task]
    network = GCNet(width, window, numbers).double()
    _, theirs = parameters(network, our_name)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(theirs[name])
    nodes = kind(ids, own)
    with torch.no_grad():
        graphs = network.graphs(nodes.lengths, nodes.inside.shape[1])
        representation = nodes.of_samples(network(nodes.features(x, present), graphs, nodes.inside, nodes.lengths))
        answers, _ = read(network.classifier(representation), labels)
    left = present_frames(seed, 1, ids, present)
    losses = terms(network, nodes, x, present, left, read, labels)
    assert losses["reconstruction"] > 0.1
    inputs = {f"features.{m}": of_m for m, of_m in x.items()} | {"labels": labels}
    inputs |= {f"lengths.{m}": of_m for m, of_m in own.items()} | {f"present.{m}": of_m for m, of_m in present.items()}
    outputs = {"representation": representation, "answers": answers}
    outputs |= {f"loss.{name}": loss for name, loss in losses.items()}
    leaves = {our_name(name): parameter for name, parameter in network.named_parameters()}
    golden.add(case, sum(losses.values()), inputs | leaves, outputs)


SEED, STEPS, RATE = 7, 10, 4e-3
SIZE, SMALL = {"width": 4, "window": 2}, {"width": 2, "window": 2}
# Their numbers are in another order than the samples.
VIDEOS = [f"v{i % 4}[{(5 * i) % 11}]" for i in range(len(LENGTHS))]
# The kind of nodes, samples that stay together, groups of these in a batch, the task, the L2 penalty.
CASES = {
    "steps_frames": (Frames, IDS, 4, ("regression", SCORES), 0.05),
    "steps_utterances": (Utterances, VIDEOS, 2, ("emotion", EMOTIONS), 0.0),
}


def train(features, case, dtype=torch.float64):
    """Ten steps, and what happens in them."""
    kind, ids, batch, (task, labels), weight_decay = CASES[case]
    numbers, read = TASKS[task]
    network = GCNet(**SMALL, numbers=numbers).to(dtype)
    named = {our_name(name): parameter for name, parameter in network.named_parameters()}
    named = dict(sorted(named.items()))
    with torch.no_grad():
        for name, parameter in named.items():
            parameter.copy_(initial_values(SEED, name, parameter.shape))
    optimizer = torch.optim.Adam(named.values(), lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=weight_decay)
    flat = lambda values: torch.cat([value.detach().flatten() for value in values])  # noqa: E731
    kept = {"norms": [], "gradients": [], "weights": [flat(named.values())]}
    kept |= {f"losses/{name}": [] for name in ("task", "reconstruction")}
    together = [[i] for i in range(len(ids))] if kind is Frames else Utterances(ids, None).rows
    for epoch, batches in epochs(SEED, len(together), batch):
        for groups in batches:
            samples = [i for group in groups for i in together[group]]
            own = dict.fromkeys(MODALITIES, [LENGTHS[i] for i in samples])
            time = max(own["language"])
            x = {m: x[samples, :time].to(dtype) for m, x in features.items()}
            present = {m: mask(own[m], time).to(dtype) for m in MODALITIES}
            left = present_frames(SEED, epoch, [ids[i] for i in samples], present)
            nodes = kind([ids[i] for i in samples], own)
            losses = terms(network, nodes, x, present, left, read, [labels[i] for i in samples])
            optimizer.zero_grad()
            sum(losses.values()).backward()
            gradient = flat(parameter.grad for parameter in named.values())
            optimizer.step()
            happened = {"norms": gradient.norm(), "gradients": gradient, "weights": flat(named.values())}
            happened |= {f"losses/{name}": loss.detach() for name, loss in losses.items()}
            for name, value in happened.items():
                kept[name].append(value)
            if len(kept["norms"]) == STEPS:
                return {name: torch.stack(values) for name, values in kept.items()}


def main():
    torch.manual_seed(3)
    golden = Golden()
    # One sample lacks its audio, another its language and its vision; single frames are missing.
    lacks = [("audio", 0), ("language", 1), ("vision", 1), ("language", (0, slice(2, 4))), ("vision", (3, 0))]
    lengths = dict.fromkeys(MODALITIES, [4, 6, 1, 5])
    ids = [f"v0[{i}]" for i in range(4)]
    args = [1.5, -0.25, 0.0, -2.75], lengths, lacks, ids, Frames, 1
    add_network(golden, "regression", "regression", *args, **SIZE)
    # The whole batch lacks its language, and all rows are as long; an odd width, and a window of one node.
    lacks = [("language", slice(None)), ("audio", (1, 0))]
    lengths = dict.fromkeys(MODALITIES, [3, 3, 3])
    args = [0.0, 3.0, 1.0], lengths, lacks, ids[:3], Frames, 1
    add_network(golden, "emotion", "emotion", *args, width=3, window=1)
    # Each modality has frames of its own.
    own = {"language": [5, 4, 1], "audio": [2, 12, 7], "vision": [9, 1, 6]}
    lacks = [("audio", 0), ("vision", 1), ("language", (0, slice(2, 4)))]
    args = [5.5, 1.0, 4.0], own, lacks, ids[:3], Frames, 2
    add_network(golden, "unaligned", "from_one_to_seven", *args, **SIZE)
    # Videos of three utterances, of two and of one, in a mixed order.
    own = {"language": [5, 4, 1, 2, 3, 1], "audio": [2, 12, 7, 1, 1, 3], "vision": [9, 1, 6, 4, 2, 2]}
    lacks = [("audio", 0), ("vision", 1), ("language", (0, slice(2, 4)))]
    ids = ["b[10]", "a[3]", "b[9]", "c[0]", "a[1]", "b[0]"]
    args = [1.5, -0.25, 0.0, -2.75, 2.0, -1.0], own, lacks, ids, Utterances, 1
    add_network(golden, "utterances", "regression", *args, **SIZE)

    torch.manual_seed(28)
    inside = mask(LENGTHS, max(LENGTHS))
    features = {m: normal(len(LENGTHS), max(LENGTHS), width) * inside[..., None] for m, width in WIDTHS.items()}
    golden.tensors["steps/lengths"] = torch.tensor(LENGTHS)
    golden.tensors |= {f"steps/features/{m}": x.half() for m, x in features.items()}
    for case, (_, _, _, (_, labels), _) in CASES.items():
        exact = train(features, case)
        single = train(features, case, torch.float32)
        off = {name: (single[name] - x).abs() for name, x in exact.items()}
        gradients = (off["gradients"].amax(1) / exact["gradients"].abs().amax(1)).max()
        weights = off["weights"].max() / RATE
        print(f"{case}: in f32 PyTorch's gradients differ by {gradients:.1e}, its weights by {weights:.1e} of a step")
        golden.tensors[f"{case}/labels"] = torch.tensor(labels)
        golden.tensors |= {f"{case}/{name}": x for name, x in exact.items()}
    golden.write(__file__)


if __name__ == "__main__":
    main()
