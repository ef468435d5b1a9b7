"""DMD's first ten optimizer steps from the seed alone, in PyTorch: `python -B steps.py` writes steps.safetensors beside
it.

Made with Python 3.11.7, torch 2.15.0, safetensors 0.8.0, numpy 2.4.6, blake3 1.0.11. Run by hand; the tests of the
folder above read the file. Everything is computed in f64, without dropout. Initial values, the order of the samples and
what training samples lose are drawn from the named streams as the documentation of corrkd-nn and corrkd-data has it. It
holds

    data/lengths/MODALITY, data/features/MODALITY   N samples, whose ids are v0[0], v0[1], ..
    CASE/labels                                     their labels
    CASE/losses                                     of each batch, the total
    CASE/norms                                      of each step; the gradient's norm before it is clipped
    CASE/gradients                                  of the first step and the last, (2, P), before they are clipped; all
                                                    parameters flat, in the order of names
    CASE/weights                                    behind the last step, (P)
"""

import sys
from pathlib import Path

import torch
from dmd import CRATES, DMD, MODALITIES, WEIGHTS, Emotions, Scores, our_name
from golden import mask, normal
from safetensors.torch import save_file
from torch import nn

sys.path[:0] = [str(CRATES / "corrkd-methods/tests/golden")]
from draws import IDS, SCORES, WIDTHS, epochs, initial_values, present_frames  # noqa: E402

SEED, STEPS, BATCH, RATE, CLIP = 7, 10, 4, 1e-3, 0.03
ACCUMULATE, FACTOR, PATIENCE = 2, 0.5, 1
# What the plateau is told behind each epoch: it falls, by too little, and not at all.
VALIDATION = [1.0, 0.9, 0.89995, 0.95, 0.8, 0.8, 0.8, 0.7, 0.7, 0.7]
LENGTHS = {
    "language": [3, 6, 1, 4, 2, 5, 6, 1, 3, 2, 5],
    "audio": [3, 7, 2, 4, 1, 5, 6, 1, 3, 2, 5],
    "vision": [2, 1, 1, 3, 2, 3, 1, 1, 2, 2, 3],
}
COUNT = len(LENGTHS["language"])
TIME = {"language": 6, "audio": 8, "vision": 4}
SIZE = {"width": 4, "heads": 2, "layers": 1, "kernels": {"language": 3, "audio": 1, "vision": 2}}
EMOTIONS = [0, 1, 2, 3, 3, 1, 0, 2, 3, 1, 0]
# Labels, whether training samples lose something, weight decay, whether an epoch's last batch is forgotten.
CASES = {"steps_complete": (SCORES, False, 0.0, False), "steps_missing": (EMOTIONS, True, 0.1, True)}


def train(features, values, missing, weight_decay, drop_tail, dtype=torch.float64):
    """Ten steps, and what happens in them."""
    kind = Scores if values is SCORES else Emotions
    network = DMD(WIDTHS, TIME, kind.numbers, **SIZE).to(dtype)
    named = {our_name(name): parameter for name, parameter in network.named_parameters()}
    named = dict(sorted(named.items()))
    with torch.no_grad():
        for name, parameter in named.items():
            parameter.copy_(initial_values(SEED, name, parameter.shape))
    optimizer = torch.optim.Adam(named.values(), lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=FACTOR, patience=PATIENCE)
    flat = lambda values: torch.cat([value.detach().flatten() for value in values])  # noqa: E731
    kept = {"losses": [], "norms": [], "gradients": []}
    for epoch, batches in epochs(SEED, len(IDS), BATCH):
        for number, samples in enumerate(batches, 1):
            x = {}
            for m, of_m in features.items():
                time = max(LENGTHS[m][sample] for sample in samples)
                x[m] = of_m[samples, :time].to(dtype)
            if missing:
                frames = {m: torch.ones(of_m.shape[:2], dtype=dtype) for m, of_m in x.items()}
                present = present_frames(SEED, epoch, [IDS[i] for i in samples], frames)
                x = {m: x[m] * present[m][..., None] for m in MODALITIES}
            labels = kind([values[sample] for sample in samples])
            terms, _, _ = network.losses(x, labels.loss, labels.ids, labels.margins.to(dtype))
            loss = sum(WEIGHTS[name] * term for name, term in terms.items())
            loss.backward()
            kept["losses"].append(loss.detach())
            last = number == len(batches)
            if number % ACCUMULATE and (drop_tail or not last):
                continue
            gradient = flat(parameter.grad for parameter in named.values())
            beyond = (gradient.abs() > CLIP).double().mean()
            assert 0.1 < beyond < 0.9, f"{beyond:.0%} of the gradient's elements are clipped"
            nn.utils.clip_grad_value_(named.values(), CLIP)
            optimizer.step()
            optimizer.zero_grad()
            kept["norms"].append(gradient.norm())
            if len(kept["norms"]) in (1, STEPS):
                kept["gradients"].append(gradient)
            if len(kept["norms"]) == STEPS:
                assert optimizer.param_groups[0]["lr"] < RATE / 1.5
                weights = {"weights": flat(named.values())}
                return {name: torch.stack(values) for name, values in kept.items()} | weights
        optimizer.zero_grad()
        schedule.step(VALIDATION[epoch - 1])


def main():
    # In f32 PyTorch itself stays close to these numbers, which it does not for all samples.
    torch.manual_seed(6)
    features, tensors = {}, {}
    for m, lengths in LENGTHS.items():
        inside = mask(lengths, max(lengths))
        features[m] = normal(COUNT, max(lengths), WIDTHS[m]) * inside[..., None]
        tensors |= {f"data/lengths/{m}": torch.tensor(lengths), f"data/features/{m}": features[m].half()}
    for case, (values, *settings) in CASES.items():
        exact = train(features, values, *settings)
        single = train(features, values, *settings, torch.float32)
        off = {name: (single[name] - x).abs() for name, x in exact.items()}
        gradients = (off["gradients"].amax(1) / exact["gradients"].abs().amax(1)).max()
        losses = (off["losses"] / exact["losses"]).max()
        print(f"{case}: in f32 PyTorch's losses differ by {losses:.1e}, its gradients by {gradients:.1e}")
        tensors[f"{case}/labels"] = torch.tensor(values)
        tensors |= {f"{case}/{name}": x for name, x in exact.items()}
    path = Path(__file__).with_suffix(".safetensors")
    save_file(tensors, path)
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
