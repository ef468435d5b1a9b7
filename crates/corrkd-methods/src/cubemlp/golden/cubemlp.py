"""CubeMLP in PyTorch: values and gradients of the network, and its first ten optimizer steps from the seed alone.
`python -B cubemlp.py` writes cubemlp.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6, blake3 1.0.11. Run by hand; the tests of the
folder above read the file. Everything is computed in f64, without dropout. Initial values, the order of the samples and
what training samples lose are drawn from the named streams as the documentation of corrkd-nn and corrkd-data has it.
For the network's cases golden.py says what the file holds; for the steps it holds

    steps/lengths, steps/features/MODALITY   N samples, whose ids are v0[0], v0[1], ..
    CASE/labels                              their labels
    CASE/losses, CASE/norms                  of each step; the gradient's norm before it is clipped
    CASE/gradients                           (10, P), before they are clipped; all parameters flat, in the order of names
    CASE/weights                             (11, P), behind each step; in front the initial values
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(CRATES / f"corrkd-{name}/tests/golden") for name in ("random", "nn", "methods")]
from draws import EMOTIONS, IDS, LENGTHS, MODALITIES, SCORES, WIDTHS, epochs, initial_values, present_frames, tasks  # noqa: E402
from golden import Golden, mask, normal, parameters  # noqa: E402


def relu(x):
    """Of the two one-sided derivatives at zero PyTorch's ReLU has 0 and candle's 1; either is a subgradient. The biases
    start at zero, so that missing frames stand there in the first step."""
    return torch.where(x >= 0, x, torch.zeros_like(x))


class Mixer(nn.Module):
    """Along `axis` of the cube (B, T, M, d): a projection of it plus an MLP of its normalisation."""

    def __init__(self, axis, inputs, outputs, dropout):
        super().__init__()
        self.axis, self.dropout = axis, dropout
        self.residual = nn.Linear(inputs, outputs, bias=False)
        self.norm = nn.LayerNorm(inputs)
        self.hidden = nn.Linear(inputs, outputs)
        self.output = nn.Linear(outputs, outputs)

    def forward(self, x):
        x = x.movedim(self.axis, -1)
        mixed = self.output(F.gelu(self.hidden(self.norm(x))))
        y = self.residual(x) + F.dropout(mixed, self.dropout, self.training)
        return y.movedim(-1, self.axis)


class Block(nn.Module):
    def __init__(self, inputs, outputs, dropout):
        super().__init__()
        mixers = (Mixer(i + 1, inputs[i], outputs[i], dropout) for i in range(3))
        self.time, self.modality, self.channel = mixers

    def forward(self, x):
        return self.channel(self.modality(self.time(x)))


class CubeMLP(nn.Module):
    """`time` is the data set's greatest number of frames, of any modality, whatever a batch's own."""

    def __init__(self, time, width, kernel, blocks, numbers, widths=WIDTHS, dropout=0.0):
        super().__init__()
        self.time, self.dropout, self.relu = time, dropout, relu
        self.language = nn.Linear(widths["language"], width, bias=False)
        for m in MODALITIES[1:]:
            convolution = nn.Conv1d(widths[m], width, kernel, padding=kernel // 2)
            self.add_module(m, nn.ModuleDict({"convolution": convolution, "norm": nn.LayerNorm(width)}))
        sizes = [time, 3, width]
        for number, outputs in enumerate(blocks):
            self.add_module(f"block{number}", Block(sizes, outputs, dropout))
            sizes = outputs
        self.depth = len(blocks)
        self.classifier = nn.Linear(sizes[1] * sizes[2], numbers)

    def convolved(self, m, x):
        part = getattr(self, m)
        return self.relu(part["norm"](part["convolution"](x.transpose(1, 2)).transpose(1, 2)))

    def forward(self, features, inside):
        """What is read out, (B, M d), and the numbers. `inside` (B, T) are the frames that exist, of all modalities or by
        modality."""
        own = inside if isinstance(inside, dict) else dict.fromkeys(MODALITIES, inside)
        own = {m: x[..., None] for m, x in own.items()}
        language, audio, vision = (features[m] * own[m] for m in MODALITIES)
        streams = [self.language(language), self.convolved("audio", audio), self.convolved("vision", vision)]
        streams = [F.dropout(x, self.dropout, self.training) for x in streams]
        padded = [F.pad(x * own[m], (0, 0, 0, self.time - x.shape[1])) for m, x in zip(MODALITIES, streams)]
        cube = torch.stack(padded, dim=2)
        for number in range(self.depth):
            cube = getattr(self, f"block{number}")(cube)
        representation = cube.mean(1).flatten(1)
        return representation, self.classifier(representation)


def our_name(name):
    return f"cubemlp.{name}"


TASKS = tasks(F.l1_loss)


def add_network(golden, case, task, labels, lengths, missing, **size):
    """A batch: the features go on behind the end and must not matter. `missing` are pairs of a modality and an index
    into (sample, frame); `lengths` are those of all modalities, or by modality."""
    own = lengths if isinstance(lengths, dict) else dict.fromkeys(MODALITIES, lengths)
    features = {m: normal(len(own[m]), max(own[m]), width) for m, width in WIDTHS.items()}
    for m, index in missing:
        features[m][index] = 0.0
    numbers, read = TASKS[task]
    network = CubeMLP(**size, numbers=numbers)
    ours, theirs = parameters(network, our_name)
    inside = {m: mask(of_m, max(of_m)) for m, of_m in own.items()}
    representation, out = functional_call(network, theirs, (features, inside))
    answers, loss = read(out, labels)
    inputs = {f"features.{m}": x for m, x in features.items()} | {"labels": labels} | ours
    inputs |= {"lengths": lengths} if own is not lengths else {f"lengths.{m}": of_m for m, of_m in own.items()}
    golden.add(case, loss, inputs, {"representation": representation, "answers": answers})


SEED, STEPS, BATCH, RATE, CLIP, EVERY, FACTOR = 7, 10, 4, 4e-3, 0.06, 2, 0.1
SIZE = {"time": 7, "width": 4, "kernel": 3, "blocks": [[5, 3, 4], [3, 2, 3]]}
CASES = {
    "steps_complete": ("regression", SCORES, False, 0.0),
    "steps_missing": ("emotion", EMOTIONS, True, 0.1),
}


def train(features, task, labels, missing, weight_decay, dtype=torch.float64):
    """Ten steps, and what happens in them."""
    numbers, read = TASKS[task]
    network = CubeMLP(**SIZE, numbers=numbers).to(dtype)
    named = {our_name(name): parameter for name, parameter in sorted(network.named_parameters())}
    with torch.no_grad():
        for name, parameter in named.items():
            parameter.copy_(initial_values(SEED, name, parameter.shape))
    optimizer = torch.optim.Adam(named.values(), lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, EVERY, FACTOR)
    flat = lambda values: torch.cat([value.detach().flatten() for value in values])  # noqa: E731
    lengths = torch.tensor(LENGTHS)
    kept = {"losses": [], "norms": [], "gradients": [], "weights": [flat(named.values())]}
    for epoch, batches in epochs(SEED, len(IDS), BATCH):
        for samples in batches:
            time = int(lengths[samples].max())
            inside = mask(LENGTHS, time)[samples].to(dtype)
            x = {m: x[samples, :time].to(dtype) for m, x in features.items()}
            if missing:
                present = present_frames(SEED, epoch, [IDS[i] for i in samples], dict.fromkeys(MODALITIES, inside))
                x = {m: x[m] * present[m][..., None].to(dtype) for m in MODALITIES}
            _, out = network(x, inside)
            _, loss = read(out, [labels[sample] for sample in samples])
            optimizer.zero_grad()
            loss.backward()
            gradient = flat(parameter.grad for parameter in named.values())
            beyond = (gradient.abs() > CLIP).double().mean()
            assert 0.1 < beyond < 0.9, f"{beyond:.0%} of the gradient's elements are clipped"
            nn.utils.clip_grad_value_(named.values(), CLIP)
            optimizer.step()
            happened = {"losses": loss.detach(), "norms": gradient.norm(), "gradients": gradient}
            for name, value in (happened | {"weights": flat(named.values())}).items():
                kept[name].append(value)
            if len(kept["losses"]) == STEPS:
                assert optimizer.param_groups[0]["lr"] < RATE / 2
                return {name: torch.stack(values) for name, values in kept.items()}
        schedule.step()


def step(widths, time, batch):
    """What takes a training step with the published settings, on random samples of `time` frames each."""
    torch.manual_seed(1)
    network = CubeMLP(time, 128, 3, [[50, 3, 128], [10, 3, 32]], 1, widths, dropout=0.1)
    network.relu = torch.relu
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, fused=True)
    features = {m: torch.randn(batch, time, width) for m, width in widths.items()}
    labels, inside = torch.randn(batch), torch.ones(batch, time)

    def take():
        loss = F.l1_loss(network(features, inside)[1][:, 0], labels)
        loss.backward()
        nn.utils.clip_grad_value_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return take


def main():
    # Normalisation over three modalities is badly conditioned where a frame is nearly the same in all of them. With these
    # two seeds PyTorch itself, in f32, stays within 4e-6 and 2e-5 of the largest gradient; with most it does not.
    torch.manual_seed(51)
    golden = Golden()
    size = {"time": 8, "width": 6, "kernel": 3, "blocks": [[7, 3, 5], [3, 2, 4]]}
    # One sample lacks its audio, another its language and its vision; single frames are missing.
    lacks = [("audio", 0), ("language", 1), ("vision", 1), ("language", (0, slice(2, 4))), ("vision", (3, 0))]
    add_network(golden, "regression", "regression", [1.5, -0.25, 0.0, -2.75], [4, 6, 1, 5], lacks, **size)
    # The longest sample is as long as any of the data set; the whole batch lacks its language; other sizes.
    lacks = [("language", slice(None)), ("audio", (1, 0))]
    size = {"time": 5, "width": 4, "kernel": 5, "blocks": [[6, 2, 7]]}
    add_network(golden, "emotion", "emotion", [0.0, 3.0, 1.0], [3, 2, 5], lacks, **size)

    torch.manual_seed(119)
    inside = mask(LENGTHS, max(LENGTHS))
    features = {m: normal(len(LENGTHS), max(LENGTHS), width) * inside[..., None] for m, width in WIDTHS.items()}
    golden.tensors["steps/lengths"] = torch.tensor(LENGTHS)
    golden.tensors |= {f"steps/features/{m}": x.half() for m, x in features.items()}
    for case, (task, labels, missing, weight_decay) in CASES.items():
        exact = train(features, task, labels, missing, weight_decay)
        single = train(features, task, labels, missing, weight_decay, torch.float32)
        off = {name: (single[name] - x).abs() for name, x in exact.items()}
        gradients = (off["gradients"].amax(1) / exact["gradients"].abs().amax(1)).max()
        weights = off["weights"].max() / RATE
        print(f"{case}: in f32 PyTorch's gradients differ by {gradients:.1e}, its weights by {weights:.1e} of a step")
        golden.tensors[f"{case}/labels"] = torch.tensor(labels)
        golden.tensors |= {f"{case}/{name}": x for name, x in exact.items()}
    # Each modality has frames of its own; the longest is as long as any of the data set.
    torch.manual_seed(52)
    own = {"language": [5, 4, 1], "audio": [2, 12, 7], "vision": [9, 1, 6]}
    lacks = [("audio", 0), ("vision", 1), ("language", (0, slice(2, 4)))]
    size = {"time": 12, "width": 4, "kernel": 3, "blocks": [[6, 3, 5], [3, 2, 4]]}
    add_network(golden, "unaligned", "from_one_to_seven", [5.5, 1.0, 4.0], own, lacks, **size)

    golden.write(__file__)


if __name__ == "__main__":
    main()
