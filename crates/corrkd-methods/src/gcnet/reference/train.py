"""GCNet a second time, in PyTorch: `python -B train.py DATA FIRST-LAST OUT` trains it for each seed on the features in
DATA and adds a line to the file OUT; a seed that has one is passed over. With `--nodes utterances` the nodes are the
utterances of a video, else the frames of an utterance.

Made with Python 3.11.7, torch 2.15.0, numpy 2.4.6, scikit-learn 1.9.1, h5py 3.16.0, blake3 1.0.11, safetensors 0.8.0.
Run by hand, on one thread. The task is the score itself, whose sign is judged. It follows the method and the defaults
of its settings, with PyTorch's own random numbers: nothing is shared with the Rust program but the description. The
network and its losses are those of the golden file's script.
"""

import copy
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "golden"), str(CRATES / "corrkd-methods/reference")]
from gcnet import MODALITIES, GCNet, reconstruction  # noqa: E402
from harness import SETS, batches, condition, initialise, main, scores, train_mask  # noqa: E402

WIDTH, WINDOW, DROPOUT = 50, 2, 0.5
EPOCHS, BATCH, RATE, DECAY = 100, 32, 1e-3, 1e-5


class Frames:
    """Each sample is a row of its frames, of which all exist."""

    def __init__(self, network, x):
        samples, frames = x["language"].shape[:2]
        self.nodes, self.lengths, self.inside = samples * frames, None, torch.ones(1, frames)
        self.graphs = network.graphs([frames], frames)

    def place(self, x):
        return x

    def of_samples(self, hidden):
        return hidden.mean(1)


class Utterances:
    """Each video is a row of its samples, which have one frame; `rows` are their places in the batch."""

    def __init__(self, network, rows):
        self.lengths = [len(row) for row in rows]
        self.nodes = sum(self.lengths)
        longest = max(self.lengths)
        # Behind a row's end stands what is behind the last sample.
        self.samples = torch.full((len(rows), longest), self.nodes)
        self.at = torch.zeros(self.nodes, dtype=torch.long)
        for number, row in enumerate(rows):
            self.samples[number, : len(row)] = torch.tensor(row)
            self.at[row] = number * longest + torch.arange(len(row))
        self.inside = (self.samples < self.nodes).float()
        self.graphs = network.graphs(self.lengths, longest)

    def place(self, x):
        return F.pad(x[:, 0], (0, 0, 0, 1))[self.samples]

    def of_samples(self, hidden):
        return hidden.flatten(0, 1)[self.at]


def known(network, nodes, x):
    """Of features (N, T, D) by modality what is known of the nodes, and the scores."""
    features = nodes.place(torch.cat([x[m] for m in MODALITIES], dim=2))
    hidden = network(features, nodes.graphs, nodes.inside, nodes.lengths)
    return hidden, network.classifier(nodes.of_samples(hidden))[:, 0]


def terms(network, nodes, x, labels):
    """The losses on samples that lose something."""
    seen = train_mask(x)
    hidden, numbers = known(network, nodes, seen)
    lost = {m: nodes.place(((seen[m] == 0).all(2) & (x[m] != 0).any(2)).float()[..., None])[..., 0] for m in MODALITIES}
    complete = nodes.place(torch.cat([x[m] for m in MODALITIES], dim=2))
    widths = {m: x[m].shape[2] for m in MODALITIES}
    rebuilt = reconstruction(network.rebuild(hidden), complete, lost, nodes.nodes, widths)
    return {"task": F.mse_loss(numbers, labels), "reconstruction": rebuilt}


def videos(ids):
    """The samples of each video, in the order of their numbers."""
    rows = {}
    for sample, name in enumerate(ids):
        video, number = name[:-1].split("[")
        rows.setdefault(video, []).append((int(number), sample))
    return [[sample for _, sample in sorted(row)] for row in rows.values()]


def run(data, _seed, given):
    from data import ids  # noqa: PLC0415: a step beside which ours is timed needs torch alone

    (x, labels), (valid_x, valid_labels) = data["train"], data["valid"]
    of_fold = {fold: videos(names) for fold, names in ids(given.data).items()}
    by_video = given.nodes == "utterances"

    def graphs(network, x, rows):
        return Utterances(network, rows) if by_video else Frames(network, x)

    @torch.no_grad()
    def see(network, x, fold):
        network.eval()
        numbers = known(network, graphs(network, x, of_fold[fold]), x)[1]
        network.train()
        return numbers

    start = time.monotonic()
    network = initialise(GCNet(WIDTH, WINDOW, 1, {m: x[m].shape[2] for m in MODALITIES}, DROPOUT))
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    seen_valid = [condition(valid_x, letters) for letters in SETS]
    groups = of_fold["train"] if by_video else [[i] for i in range(len(labels))]
    best, best_loss, best_epoch, history = None, float("inf"), 0, []
    for epoch in range(1, EPOCHS + 1):
        sums = {}
        steps = batches(len(groups), BATCH)
        for chosen in steps:
            rows = [groups[i] for i in chosen]
            samples = [sample for row in rows for sample in row]
            place = {sample: at for at, sample in enumerate(samples)}
            own = {m: x[m][samples] for m in MODALITIES}
            nodes = graphs(network, own, [[place[sample] for sample in row] for row in rows])
            losses = terms(network, nodes, own, labels[samples])
            optimizer.zero_grad()
            sum(losses.values()).backward()
            optimizer.step()
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0.0) + loss.item() / len(steps)
        of_sets = [F.l1_loss(see(network, x, "valid"), valid_labels).item() for x in seen_valid]
        history.append(sums | {"validation": sum(of_sets) / len(of_sets)})
        if history[-1]["validation"] < best_loss:
            best, best_loss, best_epoch = copy.deepcopy(network.state_dict()), history[-1]["validation"], epoch
    seconds = time.monotonic() - start
    network.load_state_dict(best)
    f1 = scores(lambda x: see(network, x, "test") > 0, data)
    return {"gcnet": {"best_epoch": best_epoch, "seconds": seconds, "f1": f1, "epochs": history}}


def step(widths, time, batch, seed=1):
    """A function that learns from one batch of B x T frames, which lose something else each time, with a step of Adam
    behind it."""
    torch.manual_seed(seed)
    network = initialise(GCNet(WIDTH, WINDOW, 1, widths, DROPOUT))
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    x = {m: torch.randn(batch, time, widths[m]) for m in MODALITIES}
    labels, nodes = 6 * torch.rand(batch) - 3, Frames(network, x)

    def once():
        sum(terms(network, nodes, x, labels).values()).backward()
        optimizer.step()
        optimizer.zero_grad()

    return once


def options(arguments):
    arguments.add_argument("--nodes", choices=("frames", "utterances"), default="frames")


if __name__ == "__main__":
    main(run, options)
