"""The values and gradients of DMD's modules, of its losses and of the whole, by PyTorch: `python -B modules.py` writes
modules.safetensors beside it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. Run by hand; the tests of the folder above read
the file. Everything is computed in f64, without dropout; golden.py says what the file holds.
"""

import torch
import torch.nn.functional as F
from dmd import (
    HETEROGENEOUS,
    HOMOGENEOUS,
    MODALITIES,
    NO_DROPOUT,
    WEIGHTS,
    CrossEncoder,
    Decoupling,
    DMD,
    Emotions,
    Ensemble,
    Graph,
    Heterogeneous,
    Homogeneous,
    Reader,
    Scores,
    margin_loss,
    orthogonality,
    our_name,
    transformer_name,
)
from golden import Golden, mask, normal, parameters, variable
from torch.func import functional_call

WIDTHS = {"language": 5, "audio": 3, "vision": 4}


def margin_loss_by_loops(x, ids, margins):
    """The same, one pair after another."""
    of_anchors = []
    for a in range(len(x)):
        cosine = lambda i: x[a] @ x[i] / ((x[a] @ x[a] + 1e-8) * (x[i] @ x[i] + 1e-8)).sqrt()  # noqa: E731, B023
        same = [i for i in range(len(x)) if i != a and ids[i] == ids[a]]
        others = [k for k in range(len(x)) if ids[k] != ids[a]]
        pairs = [F.relu(margins[a, k] - cosine(i) + cosine(k)) for i in same for k in others]
        if pairs:
            of_anchors.append(sum(pairs) / len(pairs))
    return sum(of_anchors) / len(of_anchors) if of_anchors else 0.0 * x.sum()


def add_network(golden, case, labels, lengths, time, missing, signed=False, absolute=False, **size):
    """A batch: the features go on behind the end and must not matter. `missing` are pairs of a modality and an index
    into (sample, frame)."""
    features = {m: normal(len(lengths[m]), max(lengths[m]), width) for m, width in WIDTHS.items()}
    for m, index in missing:
        features[m][index] = 0.0
    network = DMD(WIDTHS, time, labels.numbers, **size)
    ours, theirs = parameters(network, our_name)
    inside = {m: features[m] * mask(lengths[m], max(lengths[m]))[..., None] for m in MODALITIES}
    forward = network.forward

    def losses(x):
        return network.losses(x, labels.loss, labels.ids, labels.margins, signed, absolute)

    network.forward = losses
    terms, representation, numbers = functional_call(network, theirs, (inside,))
    network.forward = forward
    # What answers alone is the same.
    for alone, of_losses in zip(functional_call(network, theirs, (inside,)), (representation, numbers)):
        assert torch.equal(alone, of_losses)
    loss = sum(WEIGHTS[name] * term for name, term in terms.items())
    inputs = {f"features.{m}": x for m, x in features.items()} | {"labels": labels.ids.double()} | ours
    inputs |= {f"lengths.{m}": of_m for m, of_m in lengths.items()}
    outputs = {"representation": representation, "answers": labels.answers(numbers)}
    golden.add(case, loss, inputs, outputs | {f"term.{name}": term for name, term in terms.items()})


def add_modules(golden):
    """Each module by itself: its outputs, and the gradient of their sum weighted by fixed numbers."""

    def case(name, module, inputs, call):
        ours, theirs = parameters(module, transformer_name)
        module.forward = lambda *arguments: call(module, *arguments)
        outputs = functional_call(module, theirs, tuple(inputs.values()))
        weights = {f"weight.{key}": normal(output.numel()).reshape(output.shape) for key, output in outputs.items()}
        loss = sum((outputs[key] * weights[f"weight.{key}"]).sum() for key in outputs)
        golden.add(name, loss, inputs | weights | ours, outputs)

    def by_name(**groups):
        return {f"{name}.{m}": x for name, group in groups.items() for m, x in group.items()}

    of = lambda arguments: dict(zip(MODALITIES, arguments))  # noqa: E731
    features = {m: variable(3, time, WIDTHS[m]) for m, time in zip(MODALITIES, (6, 5, 7))}
    kernels = {"language": 3, "audio": 1, "vision": 2}

    def decoupled(module, *x):
        projected, specific, common = Decoupling.forward(module, of(x))
        rebuilt, again = module.rebuild(specific, common)
        return by_name(projected=projected, specific=specific, common=common, rebuilt=rebuilt, again=again)

    case("decoupling", Decoupling(WIDTHS, 4, kernels, 0.0), features, decoupled)
    # A sequence as long as its kernel.
    features = {m: variable(2, kernels[m], WIDTHS[m]) for m in MODALITIES}
    case("decoupling_short", Decoupling(WIDTHS, 4, kernels, 0.0), features, decoupled)

    def read(module, x):
        return dict(zip(("hidden", "sum", "numbers"), Reader.forward(module, x)))

    case("reader", Reader(6, 4, 2, 0.0), {"x": variable(5, 6)}, read)

    frames = dict(zip(MODALITIES, (4, 6, 5)))
    transformer = lambda width, dropout: CrossEncoder(width, 2, 1)  # noqa: E731
    x = {m: variable(3, frames[m], 4) for m in MODALITIES}
    x["audio"].data[1, 2:] = 0.0

    def homogeneous(module, *x):
        aligned, own, fused, numbers = Homogeneous.forward(module, of(x))
        parts = {key: {m: own[m][i] for m in MODALITIES} for i, key in enumerate(("hidden", "sum", "own"))}
        return by_name(aligned=aligned, **parts) | {"fused": fused, "numbers": numbers}

    module = Homogeneous(frames, 2, 4, transformer, NO_DROPOUT)
    del module.graph
    case("homogeneous", module, x, homogeneous)

    def heterogeneous(module, *x):
        gathered, own = Heterogeneous.forward(module, of(x))
        parts = {key: {m: own[m][i] for m in MODALITIES} for i, key in enumerate(("hidden", "sum", "own"))}
        return by_name(gathered=gathered, **parts)

    memory = lambda width, dropout: CrossEncoder(width, 2, 3)  # noqa: E731
    module = Heterogeneous(2, 4, transformer, memory, NO_DROPOUT)
    del module.graph
    case("heterogeneous", module, x, heterogeneous)

    def ensemble(module, *x):
        representation, numbers = Ensemble.forward(module, of(x), x[3])
        return {"representation": representation, "numbers": numbers}

    parts = {m: variable(3, 8) for m in MODALITIES} | {"common": variable(3, 12)}
    case("ensemble", Ensemble(2, 4, NO_DROPOUT), parts, ensemble)

    def graph(cosine):
        def call(module, *x):
            numbers, representations = of(x[:3]), of(x[3:])
            edges = Graph.forward(module, numbers, representations)
            names = ("of_prior", "of_numbers", "of_representations")
            return {"edges": edges} | dict(zip(names, module.losses(numbers, representations, edges, cosine)))

        return call

    for name, which, cosine in [("homogeneous", HOMOGENEOUS, False), ("heterogeneous", HETEROGENEOUS, True)]:
        numbers = {f"numbers.{m}": variable(5, 3) for m in MODALITIES}
        # Two modalities answer the same: an absolute difference of zero passes nothing on.
        numbers["numbers.vision"].data[2] = numbers["numbers.audio"].data[2]
        representations = {f"representation.{m}": variable(5, 6) for m in MODALITIES}
        case(f"graph_{name}", Graph(3, 6, **which), numbers | representations, graph(cosine))


def add_losses(golden):
    specific, common = variable(6, 3, 4), variable(6, 3, 4)
    # A modality that is missing, and features that are alike.
    specific.data[0], common.data[0], common.data[1] = 0.0, 0.0, specific.data[1]
    for name, signed in [("orthogonality", False), ("cosine", True)]:
        loss = orthogonality(specific, common, signed)
        golden.add(name, loss, {"specific": specific, "common": common})
    cases = {
        "margin_scores": Scores([1.5, -0.25, 1.5, -3.0, 0.0, -0.25, 2.75]),
        "margin_emotions": Emotions([0, 3, 1, 3, 3, 0, 2]),
        "margin_of_one_label": Scores([1.5, 1.5, 1.5]),
    }
    for name, labels in cases.items():
        count = 3 * len(labels.ids)
        x, ids = variable(count, 5), labels.ids.repeat_interleave(3)
        x.data[4] = 0.0
        margins = labels.margins.repeat_interleave(3, 0).repeat_interleave(3, 1)
        loss = margin_loss_by_loops(x, ids, margins)
        assert torch.allclose(loss, margin_loss(x, ids, margins), atol=1e-14, rtol=0)
        golden.add(name, loss, {"x": x, "ids": labels.ids})


def main():
    torch.manual_seed(61)
    golden = Golden()
    add_modules(golden)
    add_losses(golden)
    alike = lambda of_all: dict.fromkeys(MODALITIES, of_all)  # noqa: E731
    kernels = {"language": 3, "audio": 1, "vision": 2}
    # One sample lacks its audio, another its language and its vision; single frames are missing; two have one label.
    lacks = [("audio", 0), ("language", 1), ("vision", 1), ("language", (0, slice(2, 4))), ("vision", (3, 0))]
    size = {"width": 4, "heads": 2, "layers": 1, "kernels": kernels}
    add_network(golden, "regression", Scores([1.5, -0.25, 1.5, -2.75]), alike([4, 6, 1, 5]), alike(8), lacks, **size)
    # The longest is as long as any of the data set; the whole batch lacks its language; all frames have their position.
    lacks = [("language", slice(None)), ("audio", (1, 0))]
    size = {"width": 4, "heads": 2, "layers": 1, "kernels": kernels}
    options = {"skip_zeros": False, "signed": True, "absolute": True}
    add_network(golden, "emotion", Emotions([0, 3, 0]), alike([3, 2, 5]), alike(5), lacks, **size, **options)
    # Each modality has frames of its own, one of them fewer than its kernel; scores from 1 to 7.
    own = {"language": [5, 4, 1], "audio": [2, 9, 7], "vision": [1, 1, 1]}
    time = {"language": 5, "audio": 10, "vision": 1}
    size = {"width": 4, "heads": 1, "layers": 1, "kernels": {"language": 5, "audio": 3, "vision": 3}}
    labels = Scores([5.5, 1.0, 5.5], neutral=4.0)
    add_network(golden, "unaligned", labels, own, time, [("audio", 0)], **size)
    golden.write(__file__)


if __name__ == "__main__":
    main()
