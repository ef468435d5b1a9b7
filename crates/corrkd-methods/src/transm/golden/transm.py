"""TransM in PyTorch: values and gradients of the network and its losses, and the first ten optimizer steps from the seed
alone. `python -B transm.py` writes transm.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6, blake3 1.0.11. Run by hand; the tests of the
folder above read the file. Everything is computed in f64, without dropout. Initial values, the order of the samples and
what training samples lose are drawn from the named streams as the documentation of corrkd-nn and corrkd-data has it.
For the network's cases golden.py says what the file holds; for the steps it holds

    steps/lengths, steps/features/MODALITY   N samples, whose ids are v0[0], v0[1], ..
    CASE/labels                              their labels
    CASE/losses, CASE/norms                  of each step: the weighted sum of all terms; the gradient's norm
    CASE/gradients                           (10, P); all parameters flat, in the order of names
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
from cross_encoder import CrossEncoder  # noqa: E402
from cross_encoder import our_name as encoder_name  # noqa: E402
from decoder import Decoder  # noqa: E402
from decoder import our_name as decoder_name  # noqa: E402
from draws import EMOTIONS, IDS, LENGTHS, MODALITIES, SCORES, WIDTHS, epochs, initial_values, present_frames, tasks  # noqa: E402
from golden import Golden, mask, normal, parameters  # noqa: E402

PAIRS = [("language", "vision"), ("language", "audio")]


class Translator(nn.Module):
    """From one modality's frames to another's features, of width `outputs`."""

    def __init__(self, outputs, width, heads, layers, feed_forward, residual):
        super().__init__()
        options = {"causal": False, "skip_zeros": False, "scale": 1.0, "residual_dropout": residual}
        self.encoder = CrossEncoder(width, heads, layers[0], feed_forward, **options)
        self.decoder = Decoder(width, heads, layers[1], feed_forward, residual)
        self.features = nn.Linear(width, outputs)


class Pair(nn.Module):
    """The second of two modalities from the first, and back. `hidden` are true for frames behind an end."""

    def __init__(self, outputs, *inside):
        super().__init__()
        self.back, self.there = (Translator(outputs_of, *inside) for outputs_of in outputs)

    def forward(self, x, y, hidden_x, hidden_y):
        """What is read of both, and the hidden frames between."""
        first = self.there.encoder(x, hidden=hidden_x)
        between = self.there.decoder(y, first, hidden_y, hidden_x)
        return first, self.back.encoder(between, hidden=hidden_y), between

    def translations(self, x, second, between, hidden_x, hidden_y):
        """The second modality's features, and the first's."""
        back = self.back.decoder(x, second, hidden_x, hidden_y)
        return self.there.features(between), self.back.features(back)


class TransM(nn.Module):
    def __init__(
        self,
        widths,
        numbers,
        width,
        heads,
        layers,
        feed_forward,
        kernel=3,
        audio_vision=False,
        projected=0.0,
        residual=0.0,
    ):
        super().__init__()
        self.drop = nn.Dropout(projected)
        self.pairs = PAIRS + [("audio", "vision")] * audio_vision
        for m in MODALITIES:
            layer = nn.Conv1d(widths[m], width, kernel, padding=kernel // 2)
            self.add_module(m, nn.ModuleDict({"projection": layer}))
        inside = (width, heads, layers, feed_forward, residual)
        for first, second in self.pairs:
            self.add_module(f"{first}_{second}", Pair((widths[first], widths[second]), *inside))
        self.classifier = nn.Linear((2 * len(self.pairs) + 3) * width, numbers)

    def forward(self, features, inside=None, translate=True):
        """What is read out, the numbers, and the translations by name, each with its modality. `inside` (B, T), by modality,
        are one for frames that exist; none where all do. What lies behind an end is zero."""
        inside = inside or dict.fromkeys(MODALITIES)
        hidden = {m: x if x is None else x == 0 for m, x in inside.items()}
        x = {m: getattr(self, m)["projection"](features[m].transpose(1, 2)).transpose(1, 2) for m in MODALITIES}
        x = {m: self.drop(x[m]) for m in MODALITIES}
        parts, translations = [], {}
        for first, second in self.pairs:
            pair, masks = getattr(self, f"{first}_{second}"), (hidden[first], hidden[second])
            of_first, of_second, between = pair(x[first], x[second], *masks)
            parts += [(first, of_first), (second, of_second)]
            if translate:
                there, back = pair.translations(x[first], of_second, between, *masks)
                translations |= {f"{first}_to_{second}": (second, there), f"{second}_to_{first}": (first, back)}
        parts += x.items()
        representation = torch.cat([mean(of_part, inside[m]) for m, of_part in parts], 1)
        return representation, self.classifier(representation), translations


def mean(x, inside):
    if inside is None:
        return x.mean(1)
    return (x * inside[..., None]).sum(1) / inside.sum(1, keepdim=True)


def our_name(name):
    """Our name for a parameter."""
    for part, rename in ((".encoder.", encoder_name), (".decoder.", decoder_name)):
        if part in name:
            front, behind = name.split(part)
            return f"transm.{front}{part}{rename(behind)}"
    return f"transm.{name}"


def terms(task, translations, complete, present=None, weight=1.0):
    """The weighted terms by name. `present` (B, T), by modality, are one for frames that the complete samples have."""
    found = {"task": task}
    for name, (m, told) in translations.items():
        error = (told - complete[m]).abs().mean(2)
        counted = error.mean() if present is None else (error * present[m]).sum() / present[m].sum().clamp(min=1)
        found[name] = weight * counted
    return found


TASKS = tasks(F.l1_loss)


def add_network(golden, case, task, labels, lengths, lacks, size, weight=1.0):
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
    network = TransM(WIDTHS, numbers, **size)
    ours, theirs = parameters(network, our_name)
    cleared = {m: features[m] * inside[m][..., None] for m in MODALITIES}
    representation, out, translations = functional_call(network, theirs, (cleared, inside))
    answers, task_loss = read(out, labels)
    found = terms(task_loss, translations, cleared, present)
    loss = sum(x if name == "task" else weight * x for name, x in found.items())
    inputs = {f"features.{m}": x for m, x in features.items()} | {"labels": labels} | ours
    inputs |= {f"lengths.{m}": of_m for m, of_m in own.items()}
    inputs |= {f"present.{m}": x.long() for m, x in present.items()}
    golden.add(case, loss, inputs, {"representation": representation, "answers": answers} | found)


SEED, STEPS, BATCH, RATE, WEIGHT = 7, 10, 4, 4e-3, 0.5
SIZE = {"width": 4, "heads": 2, "layers": (1, 1), "feed_forward": 5}
CASES = {
    "steps_regression": ("regression", SCORES, SIZE),
    "steps_emotion": ("emotion", EMOTIONS, SIZE | {"audio_vision": True}),
}


def train(features, task, labels, size, dtype=torch.float64):
    """Ten steps, and what happens in them."""
    numbers, read = TASKS[task]
    network = TransM(WIDTHS, numbers, **size).to(dtype)
    named = dict(sorted((our_name(name), parameter) for name, parameter in network.named_parameters()))
    with torch.no_grad():
        for name, parameter in named.items():
            parameter.copy_(initial_values(SEED, name, parameter.shape))
    optimizer = torch.optim.Adam(named.values(), lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    flat = lambda values: torch.cat([value.detach().flatten() for value in values])  # noqa: E731
    lengths = torch.tensor(LENGTHS)
    kept = {"losses": [], "norms": [], "gradients": [], "weights": [flat(named.values())]}
    for epoch, samples in ((epoch, samples) for epoch, batches in epochs(SEED, len(IDS), BATCH) for samples in batches):
        time = int(lengths[samples].max())
        inside = mask(LENGTHS, time)[samples].to(dtype)
        complete = {m: x[samples, :time].to(dtype) for m, x in features.items()}
        every = dict.fromkeys(MODALITIES, inside)
        present = present_frames(SEED, epoch, [IDS[i] for i in samples], every)
        masked = {m: complete[m] * present[m][..., None] for m in MODALITIES}
        _, out, translations = network(masked, every)
        _, task_loss = read(out, [labels[sample] for sample in samples])
        loss = sum(terms(task_loss, translations, complete, every, WEIGHT).values())
        optimizer.zero_grad()
        loss.backward()
        gradient = flat(parameter.grad for parameter in named.values())
        optimizer.step()
        happened = {"losses": loss.detach(), "norms": gradient.norm(), "gradients": gradient}
        for name, value in (happened | {"weights": flat(named.values())}).items():
            kept[name].append(value)
        if len(kept["losses"]) == STEPS:
            return {name: torch.stack(values) for name, values in kept.items()}


def main():
    torch.manual_seed(5)
    golden = Golden()
    small = {"width": 6, "heads": 3, "layers": (2, 1), "feed_forward": 7}
    missing = [("vision", 1), ("audio", (0, 2)), ("language", (2, slice(0, 2)))]
    add_network(golden, "regression", "regression", [1.5, -2.0, 0.25], [5, 3, 4], missing, small)
    every = {"width": 4, "heads": 2, "layers": (1, 2), "feed_forward": 5, "kernel": 1, "audio_vision": True}
    lacking = [("language", slice(None)), ("audio", (1, 0))]
    add_network(golden, "emotion", "emotion", [3.0, 0.0, 1.0], [2, 4, 1], lacking, every, weight=10.0)
    unaligned = {"language": [3, 1, 4], "audio": [6, 2, 7], "vision": [1, 1, 2]}
    other = {"width": 4, "heads": 1, "layers": (1, 1), "feed_forward": 6, "kernel": 5}
    add_network(golden, "unaligned", "from_one_to_seven", [7.0, 1.0, 4.5], unaligned, [("audio", (0, 1))], other)

    # In f32 PyTorch itself stays within 1e-5 of the largest gradient, which with many seeds it does not.
    torch.manual_seed(7)
    inside = mask(LENGTHS, max(LENGTHS))
    features = {m: normal(len(LENGTHS), max(LENGTHS), WIDTHS[m]) * inside[..., None] for m in MODALITIES}
    golden.tensors["steps/lengths"] = torch.tensor(LENGTHS)
    golden.tensors |= {f"steps/features/{m}": x.half() for m, x in features.items()}
    for case, (task, labels, size) in CASES.items():
        exact, single = (train(features, task, labels, size, dtype) for dtype in (torch.float64, torch.float32))
        off = {name: (single[name] - x).abs() for name, x in exact.items()}
        gradients = (off["gradients"].amax(1) / exact["gradients"].abs().amax(1)).max()
        losses = (off["losses"] / exact["losses"]).max()
        print(f"{case}: in f32 PyTorch's losses differ by {losses:.1e}, its gradients by {gradients:.1e}")
        golden.tensors[f"{case}/labels"] = torch.tensor(labels)
        golden.tensors |= {f"{case}/{name}": x for name, x in exact.items()}
    golden.write(__file__)


if __name__ == "__main__":
    main()
