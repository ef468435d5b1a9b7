"""MCTN in PyTorch: values and gradients of the networks, and the first ten optimizer steps from the seed alone.
`python -B mctn.py` writes mctn.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6, blake3 1.0.11. Run by hand; the tests of the
folder above read the file. Everything is computed in f64. Initial values and the order of the samples are drawn from
the named streams as the documentation of corrkd-nn and corrkd-data has it. For the networks' cases golden.py says what
the file holds; for the steps it holds

    steps/lengths, steps/features/MODALITY   N samples, whose ids are v0[0], v0[1], ..
    CASE/labels                              their labels
    CASE/losses, CASE/norms                  of each step: the weighted sum of all terms; the gradient's norm
    CASE/gradients                           (10, P); all parameters flat, in the order of names
    CASE/weights                             (11, P), behind each step; in front the initial values
"""

import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

CRATES = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(CRATES / f"corrkd-{name}/tests/golden") for name in ("random", "nn", "methods")]
import attention_decoder  # noqa: E402
from attention_decoder import AttentionDecoder  # noqa: E402
from draws import EMOTIONS, LENGTHS, MODALITIES, SCORES, WIDTHS, epochs, tasks, uniform  # noqa: E402
from golden import Golden, mask, normal, parameters  # noqa: E402

# From which modality the paper's hierarchy goes on to which.
HIERARCHY = ("language", "vision", "audio")


def route(letters, has="lav"):
    """What the model of samples with these modalities reads, and what it translates that into."""
    there = [m for m in HIERARCHY if m[0] in has]
    source = [m for m in MODALITIES if m in there and m[0] in letters]
    if not source or len(source) == len(there):
        source = there[:1]
    return source, [m for m in there if m not in source]


class Blocks:
    """Features of modalities side by side on one clock, over their greatest absolute values, padded to one width."""

    def __init__(self, source, targets, greatest):
        self.source, self.targets, self.greatest = source, targets, greatest
        widths = {m: len(x) for m, x in greatest.items()}
        sides = [source, *([m] for m in targets)]
        self.width = max(sum(widths[m] for m in side) for side in sides)

    def clock(self, lengths):
        """The steps' numbers of what is read: those of its first modality."""
        return lengths[self.source[0]]

    def on_clock(self, x, frames, steps):
        """The rows of x (F, D) for each step."""
        return x[[(2 * t + 1) * frames // (2 * steps) for t in range(steps)]]

    def side(self, modalities, features, present, lengths):
        """(B, T, D) features, and which of them count in a loss."""
        steps = self.clock(lengths)
        x = torch.zeros(len(steps), max(steps), self.width, dtype=features[modalities[0]].dtype)
        counts = torch.zeros_like(x)
        for i, n in enumerate(steps):
            columns, there = [], []
            for m in modalities:
                columns.append(self.on_clock(features[m][i] / self.greatest[m], lengths[m][i], n))
                there.append(self.on_clock(present[m][i], lengths[m][i], n)[:, None].expand(-1, columns[-1].shape[1]))
            anything = torch.cat(there, dim=1).amax(1, keepdim=True)
            own = torch.cat(columns, dim=1)
            x[i, :n, : own.shape[1]] = own
            counts[i, :n] = anything
            counts[i, :n, : own.shape[1]] = torch.cat(there, dim=1)
        return x, counts


def greatest(features, inside):
    """Of each feature's frames that exist; 1 of one that is always zero. `inside` (N, T) by modality."""
    most = {m: (x * inside[m][..., None]).abs().amax((0, 1)) for m, x in features.items()}
    return {m: torch.where(x > 0, x, 1.0) for m, x in most.items()}


class Sequence(nn.Module):
    """An LSTM over packed sequences: its states, zero behind a sequence's end; of two directions their sum."""

    def __init__(self, inputs, width, bidirectional):
        super().__init__()
        self.lstm = nn.LSTM(inputs, width, batch_first=True, bidirectional=bidirectional)

    def forward(self, x, frames):
        if frames.all():
            states, _ = self.lstm(x)
        else:
            packed = pack_padded_sequence(x, frames.sum(1).long(), batch_first=True, enforce_sorted=False)
            states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return sum(states.split(self.lstm.hidden_size, dim=2))


class Regressor(nn.Module):
    def __init__(self, width, numbers):
        super().__init__()
        self.recurrent = Sequence(width, width, bidirectional=False)
        self.attention = nn.Linear(width, 1)
        self.head = nn.Linear(width, numbers)

    def forward(self, joint, frames):
        states = self.recurrent(joint, frames)
        scores = torch.tanh(self.attention(states)).squeeze(2).masked_fill(frames == 0, -torch.inf)
        representation = (scores.softmax(1)[..., None] * states).sum(1)
        return representation, self.head(representation)


class MCTN(nn.Module):
    """`targets` is how many modalities it translates into: none, one or two."""

    def __init__(self, inputs, width, targets, numbers):
        super().__init__()
        self.targets = targets
        self.encoder = Sequence(inputs, width, bidirectional=True)
        if targets > 0:
            self.decoder = AttentionDecoder(width, width, inputs)
        if targets > 1:
            self.encoder2 = Sequence(width, width, bidirectional=True)
            self.decoder2 = AttentionDecoder(width, width, inputs)
        self.regressor = Regressor(width, numbers)

    def forward(self, x, frames, translate=True):
        """What is read out, the numbers, and the translations: there, back, and further."""
        first = self.encoder(x, frames)
        joint = self.encoder2(first, frames) if self.targets > 1 else first
        representation, numbers = self.regressor(joint, frames)
        translations = []
        if translate and self.targets > 0:
            there = self.decoder(first, frames)
            translations = [there, self.decoder(self.encoder(there, frames), frames)]
        if translate and self.targets > 1:
            translations.append(self.decoder2(joint, frames))
        return representation, numbers, translations


def our_name(stage, name):
    """Our name for a parameter."""
    for part in ("decoder2.", "decoder."):
        if name.startswith(part):
            return f"{stage}.{part}{attention_decoder.our_name(name.removeprefix(part))}"
    if ".lstm." in name:
        part, leaf = name.split(".lstm.")
        kind, which, *_ = leaf.split("_")
        below = "layer0.reverse" if leaf.endswith("_reverse") else "layer0"
        name = f"{part}.{below}.{'input' if which == 'ih' else 'hidden'}.{kind}"
    return f"{stage}.{name}"


WEIGHTS = {"task": 1.0, "translation": 0.1, "cycle": 0.1, "hierarchy": 0.1}


def terms(blocks, translations, sides, task):
    """The loss's terms by name. `sides` are what is read and what it is translated into, each with what counts."""
    found = {"task": task}
    wanted = [sides[1], sides[0], *sides[2:]] if translations else []
    for name, ours, (x, counts) in zip(list(WEIGHTS)[1:], translations, wanted):
        found[name] = ((ours - x) ** 2 * counts).sum() / counts.sum().clamp(min=1.0)
    return found


def total(found):
    return sum(WEIGHTS[name] * loss for name, loss in found.items())


TASKS = tasks(F.l1_loss)


def step_inputs(blocks, features, present, lengths):
    """What is read and what it is translated into, with what counts, and the steps that exist."""
    sides = [blocks.side(side, features, present, lengths) for side in [blocks.source, *([m] for m in blocks.targets)]]
    steps = blocks.clock(lengths)
    return sides, mask(steps, max(steps)).to(sides[0][0].dtype)


def without_inert(ours, theirs, stage):
    """The published attention has weights for the decoder's state, and a bias, which change nothing; ours has none."""
    for part in ("decoder", "decoder2"):
        weight = theirs.get(f"{part}.score.weight")
        if weight is not None:
            width = weight.shape[1] // 2
            seen, unseen = (x.detach().clone().requires_grad_() for x in weight.split(width, dim=1))
            ours[f"{stage}.{part}.score.weight"] = seen
            del ours[f"{stage}.{part}.score.bias"]
            theirs[f"{part}.score.weight"] = torch.cat([seen, unseen], dim=1)


def add_network(golden, case, stage, task, labels, lengths, lacks, width, has="lav"):
    """A batch: the features go on behind the end and must not matter. `lacks` are pairs of a modality and an index into
    (sample, frame) that hold no data by nature; `lengths` are those of all modalities, or by modality."""
    own = lengths if isinstance(lengths, dict) else dict.fromkeys(MODALITIES, lengths)
    features = {m: normal(len(own[m]), max(own[m]), width) for m, width in WIDTHS.items()}
    inside = {m: mask(of_m, max(of_m)) for m, of_m in own.items()}
    present = {m: x.clone() for m, x in inside.items()}
    for m, index in lacks:
        features[m][index] = 0.0
        present[m][index] = 0.0
    numbers, read = TASKS[task]
    letters = stage.removeprefix("mctn").strip("-") or "lav"
    blocks = Blocks(*route(letters, has), greatest(features, inside))
    network = MCTN(blocks.width, width, len(blocks.targets), numbers).double()
    ours, theirs = parameters(network, lambda name: our_name(stage, name))
    without_inert(ours, theirs, stage)
    sides, frames = step_inputs(blocks, features, present, own)
    representation, out, translations = functional_call(network, theirs, (sides[0][0], frames))
    answers, task_loss = read(out, labels)
    found = terms(blocks, translations, sides, task_loss)
    inputs = {f"features.{m}": x for m, x in features.items()} | {"labels": labels} | ours
    inputs |= {f"lengths.{m}": of_m for m, of_m in own.items()}
    inputs |= {f"present.{m}": x.long() for m, x in present.items()}
    outputs = {"representation": representation, "answers": answers} | found
    golden.add(case, total(found), inputs, outputs)


SEED, STEPS, BATCH, RATE, L2, WIDTH = 7, 10, 4, 4e-3, 0.01, 4
CASES = {
    "steps_hierarchy": ("mctn", "regression", SCORES),
    "steps_pair": ("mctn-la", "emotion", EMOTIONS),
}


def initial_values(name, shape):
    """Recurrent parameters uniform in +-1 / sqrt(width); elsewhere zero biases, and weights that are uniform in
    +-sqrt(6 / (inputs + outputs)), a decoder's scores as if they saw its state too."""
    if ".input." in name or ".hidden." in name:
        return uniform(SEED, name, shape, 1 / math.sqrt(WIDTH))
    if name.endswith(".bias"):
        return torch.zeros(shape)
    return uniform(SEED, name, shape, math.sqrt(6 / (shape[0] + shape[-1] + (WIDTH if ".score." in name else 0))))


def train(features, stage, task, labels, dtype=torch.float64):
    """Ten steps, and what happens in them."""
    numbers, read = TASKS[task]
    inside = mask(LENGTHS, max(LENGTHS))
    features = {m: x.to(dtype) for m, x in features.items()}
    most = greatest(features, dict.fromkeys(MODALITIES, inside.to(dtype)))
    blocks = Blocks(*route(stage.removeprefix("mctn").strip("-") or "lav"), most)
    network = MCTN(blocks.width, WIDTH, len(blocks.targets), numbers).to(dtype)
    theirs = dict(network.named_parameters())
    # A decoder's scores without what has no effect, and without its gradient of nothing but rounding.
    live = lambda name, x: x[:, :WIDTH] if name.endswith("score.weight") else x  # noqa: E731
    dead = [name for name in theirs if name.endswith("score.bias")]
    named = {our_name(stage, name): name for name in theirs if name not in dead}
    named = dict(sorted(named.items()))
    with torch.no_grad():
        for part in network.modules():
            if isinstance(part, AttentionDecoder):
                part.score.weight.zero_()
                part.score.bias.zero_()
        for ours, name in named.items():
            own = live(name, theirs[name])
            own.copy_(initial_values(ours, own.shape))
    head = theirs.pop("regressor.head.weight")
    groups = [{"params": list(theirs.values())}, {"params": [head], "weight_decay": 2 * L2}]
    theirs["regressor.head.weight"] = head
    optimizer = torch.optim.Adam(groups, lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    flat = lambda of: torch.cat([live(name, of(theirs[name])).flatten() for name in named.values()])  # noqa: E731
    weights = lambda: flat(lambda x: x.detach())  # noqa: E731
    kept = {"losses": [], "norms": [], "gradients": [], "weights": [weights()]}
    for samples in (samples for _, batches in epochs(SEED, len(LENGTHS), BATCH) for samples in batches):
        lengths = dict.fromkeys(MODALITIES, [LENGTHS[i] for i in samples])
        x = {m: x[samples] for m, x in features.items()}
        sides, frames = step_inputs(blocks, x, dict.fromkeys(MODALITIES, inside[samples].to(dtype)), lengths)
        _, out, translations = network(sides[0][0], frames)
        _, task_loss = read(out, [labels[sample] for sample in samples])
        loss = total(terms(blocks, translations, sides, task_loss))
        optimizer.zero_grad()
        loss.backward()
        gradient = flat(lambda x: x.grad.clone())
        optimizer.step()
        happened = {"losses": loss.detach(), "norms": gradient.norm(), "gradients": gradient, "weights": weights()}
        for name, value in happened.items():
            kept[name].append(value)
        if len(kept["losses"]) == STEPS:
            return {name: torch.stack(values) for name, values in kept.items()}


def step(widths, time, batch, seed=1):
    """What performs one training step of the complete set's network, at the published size, in f32 on random data, with
    each call."""
    torch.manual_seed(seed)
    features = {m: torch.randn(batch, time, widths[m]) for m in MODALITIES}
    lengths = dict.fromkeys(MODALITIES, [time] * batch)
    present = {m: torch.ones(batch, time) for m in MODALITIES}
    labels = torch.randn(batch)
    blocks = Blocks(*route("lav"), greatest(features, present))
    sides, frames = step_inputs(blocks, features, present, lengths)
    network = MCTN(blocks.width, 32, len(blocks.targets), 1)
    head = network.regressor.head.weight
    others = [p for p in network.parameters() if p is not head]
    optimizer = torch.optim.Adam([{"params": others}, {"params": [head], "weight_decay": 2 * L2}], lr=1e-4, fused=True)

    def once():
        _, out, translations = network(sides[0][0], frames)
        loss = total(terms(blocks, translations, sides, F.l1_loss(out[:, 0], labels)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return once


def main():
    golden = Golden()
    torch.manual_seed(61)
    # Language to vision to audio. One sample lacks its vision, single frames of others hold no data.
    lacks = [("vision", 1), ("audio", (0, slice(2, 4))), ("language", (3, 0))]
    add_network(golden, "hierarchy", "mctn", "regression", [1.5, 0.75, 0.25, -2.75], [4, 6, 1, 5], lacks, 6)
    # Two modalities side by side, wider than the third.
    lacks = [("vision", 0), ("audio", (2, 1)), ("language", (2, 1)), ("audio", (1, 0))]
    add_network(golden, "pair", "mctn-la", "emotion", [0.0, 3.0, 1.0], [3, 2, 5], lacks, 4)
    # Each modality has frames of its own.
    own = {"language": [5, 4, 1], "audio": [2, 12, 7], "vision": [9, 1, 6]}
    lacks = [("audio", (1, slice(3, 6))), ("language", (0, 1))]
    add_network(golden, "unaligned", "mctn-av", "from_one_to_seven", [5.5, 1.0, 4.0], own, lacks, 4)
    # From vision on; the other two are what is left.
    add_network(golden, "vision", "mctn-v", "regression", [0.5, 1.0, -1.0], [2, 3, 1], [], 3)
    # The data set has no vision, and nothing but language.
    add_network(golden, "two_left", "mctn", "regression", [0.5, -1.0, 2.0], [2, 3, 1], [], 3, has="la")
    add_network(golden, "one_left", "mctn", "regression", [0.5, -1.0, 2.0], [2, 3, 1], [], 3, has="l")

    # With most seeds PyTorch itself, in f32, is about as near; with one in six a weight whose gradient nearly cancels
    # is off by more.
    torch.manual_seed(115)
    inside = mask(LENGTHS, max(LENGTHS))
    features = {m: normal(len(LENGTHS), max(LENGTHS), width) * inside[..., None] for m, width in WIDTHS.items()}
    golden.tensors["steps/lengths"] = torch.tensor(LENGTHS)
    golden.tensors |= {f"steps/features/{m}": x.half() for m, x in features.items()}
    for case, (stage, task, labels) in CASES.items():
        exact = train(features, stage, task, labels)
        single = train(features, stage, task, labels, torch.float32)
        off = {name: (single[name] - x).abs() for name, x in exact.items()}
        gradients = (off["gradients"].amax(1) / exact["gradients"].abs().amax(1)).max()
        weights = (off["weights"][1:].amax(1) / (RATE * torch.arange(1, STEPS + 1))).max()
        print(f"{case}: PyTorch's f32 gradients differ by {gradients:.1e}, its weights by {weights:.1e} of the steps")
        golden.tensors[f"{case}/labels"] = torch.tensor(labels)
        golden.tensors |= {f"{case}/{name}": x for name, x in exact.items()}

    golden.write(__file__)


if __name__ == "__main__":
    main()
